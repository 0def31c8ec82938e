#include "roster_file.hpp"

#include <algorithm>
#include <array>

namespace caveat::server {
namespace {

// Blanks go, those that spreadsheets leave (a NO-BREAK SPACE, the mark of UTF-8 at the start of a file) with them.
std::string_view without_blanks(std::string_view text) {
    constexpr std::array<std::string_view, 7> blanks{" ", "\t", "\r", "\n", "\xC2\xA0", "\xEF\xBB\xBF", "\xE2\x80\x8B"};
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto blank : blanks) {
            const bool front = text.starts_with(blank), back = !front && text.ends_with(blank);
            if (front) text.remove_prefix(blank.size());
            if (back) text.remove_suffix(blank.size());
            changed = changed || front || back;
        }
    }
    return text;
}

struct RosterLine {
    std::string_view text;  // without blanks around it
    std::size_t number = 0;
};

Result<std::vector<RosterLine>> roster_lines(std::string_view text) {
    if (text.size() > most_foreign_bytes) return fail(errc::limit, "a roster has at most {} MiB", most_foreign_bytes >> 20U);
    std::vector<RosterLine> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back({without_blanks(text.substr(at, end - at)), lines.size() + 1});
        at = end + 1;
    }
    return lines;
}

bool is_address(std::string_view text) {
    const auto at = text.find('@');
    return at != 0 && at != std::string_view::npos && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           text.find_first_of(" \t<>\"',;") == std::string_view::npos;
}

// "x@y" or "Name <x@y>"; empty if it is neither.
std::string_view address_in(std::string_view line) {
    const auto open = line.rfind('<');
    if (open != std::string_view::npos && line.ends_with('>')) line = line.substr(open + 1, line.size() - open - 2);
    return is_address(line) ? line : std::string_view();
}

// description = 'threat exchange'
std::string quoted_value(std::string_view text) {
    for (const auto quote : {std::string_view("\"\"\""), std::string_view("'"), std::string_view("\"")}) {
        if (text.size() >= 2 * quote.size() && text.starts_with(quote) && text.ends_with(quote))
            return std::string(without_blanks(text.substr(quote.size(), text.size() - 2 * quote.size())));
    }
    return std::string(text);
}

community::DeliveryMode reception(std::string_view word) {
    if (word.starts_with("digest") || word == "summary") return community::DeliveryMode::digest;
    return word == "nomail" ? community::DeliveryMode::none : community::DeliveryMode::each;
}

}  // namespace

Result<ForeignRoster> mailman_roster(std::string_view text) {
    const auto lines = roster_lines(text);
    if (!lines) return tl::unexpected(lines.error());
    ForeignRoster roster;
    bool in_text = false;  // between """ and """
    for (const auto& line : *lines) {
        const bool turns = line.text.find("\"\"\"") != std::string_view::npos && line.text.find("\"\"\"") == line.text.rfind("\"\"\"");
        if (in_text || turns) {
            in_text = in_text != turns;
            continue;
        }
        if (line.text.empty() || line.text.front() == '#') continue;
        const auto equals = line.text.find(" = ");
        if (const auto address = address_in(line.text); !address.empty()) {
            roster.members.push_back({std::string(address), community::DeliveryMode::each, line.number});
        } else if (equals != std::string_view::npos) {
            if (line.text.substr(0, equals) == "description") roster.description = quoted_value(line.text.substr(equals + 3));
        } else if (line.text.front() != '[' && line.text.front() != ']' && line.text.front() != '\'') {  // lists of config_list go on so
            return fail(errc::invalid, "line {} is neither an address nor a setting: {}", line.number, line.text.substr(0, 80));
        }
    }
    return roster;
}

Result<ForeignRoster> sympa_roster(std::string_view text) {
    const auto lines = roster_lines(text);
    if (!lines) return tl::unexpected(lines.error());
    ForeignRoster roster;
    bool first = true, of_member = false;
    for (const auto& line : *lines) {
        const auto blank = std::min(line.text.find_first_of(" \t"), line.text.size());
        const auto key = line.text.substr(0, blank);
        const auto value = without_blanks(line.text.substr(blank));
        if (key == "email" && first) {
            if (!is_address(value)) return fail(errc::invalid, "line {} has no address: {}", line.number, line.text.substr(0, 80));
            roster.members.push_back({std::string(value), community::DeliveryMode::each, line.number});
            of_member = true;
        } else if (first) {
            of_member = false;
            if (key == "subject") roster.description = value;
        } else if (of_member && key == "reception") {
            roster.members.back().delivery = reception(value);
        }
        first = line.text.empty();
    }
    return roster;
}

}  // namespace caveat::server
