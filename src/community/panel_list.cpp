#include "caveat/community/panel_list.hpp"

#include <fmt/format.h>

#include "caveat/ascii.hpp"

namespace caveat::community {

std::string panel_list(std::string_view case_id) { return "panel-" + ascii::lower(case_id); }

bool is_panel_list(std::string_view list, std::string_view case_id) {
    const auto name = panel_list(case_id);
    if (!ascii::starts_with(list, name)) return false;
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
