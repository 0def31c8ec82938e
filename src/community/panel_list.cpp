#include "caveat/community/panel_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caveat::community {
namespace {

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_but_for_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return small_letter(x) == small_letter(y); });
}

}  // namespace

std::string panel_list(std::string_view case_id) {
    std::string name = "panel-";
    for (const char c : case_id) name += small_letter(c);
    return name;
}

bool is_panel_list(std::string_view list, std::string_view case_id) {
    const auto name = panel_list(case_id);
    if (!same_but_for_case(list.substr(0, name.size()), name)) return false;
    const auto rest = list.substr(name.size());
    return rest.empty() || (rest.size() > 1 && rest[0] == '-' && rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

std::string room_charter(std::string_view case_id, int notice) {
    return fmt::format("{}{}: the appeal against notice {}", of_a_panel, case_id, notice);
}

bool is_room(const List& list) { return list.charter.starts_with(of_a_panel); }

std::string case_of_room(const List& list) {
    if (!is_room(list)) return {};
    const auto rest = std::string_view(list.charter).substr(of_a_panel.size());
    return std::string(rest.substr(0, rest.find(':')));
}

}  // namespace caveat::community
