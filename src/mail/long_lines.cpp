#include "long_lines.hpp"

#include <algorithm>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t longest_field_line = 998;  // without CRLF
constexpr std::size_t most_blanks = 100;

// Where text begins: a line must not be blank in front of its fold, nor hold the field's name alone.
std::size_t text_begins(std::string_view line) {
    const auto colon = ascii::is_wsp(line.front()) ? 0 : line.find(':') + 1;  // without a colon: 0
    return std::min(line.find_first_not_of(" \t", colon), line.size());
}

std::string with_few_blanks(std::string_view line) {
    std::string out;
    out.reserve(line.size());
    for (std::size_t i = 0; i < line.size();) {
        const auto end = std::min(line.find_first_not_of(" \t", i), line.size());
        if (end - i <= most_blanks)
            out += line.substr(i, std::max<std::size_t>(end - i, 1));
        else if (end < line.size() || out.empty())  // an empty line would end the header
            out += ' ';
        i = std::max(end, i + 1);
    }
    return out;
}

// Offset of what comes into the next line: a blank, or what a blank has to be put before. `most`: octets that this line may have; `begin`:
// of its text.
std::size_t fold_at(std::string_view line, std::size_t most, std::size_t begin) {
    const auto text_end = line.find_last_not_of(" \t");
    for (auto at = std::min(most, text_end); at > begin; --at) {
        if (ascii::is_wsp(line[at]) && !ascii::is_wsp(line[at - 1])) return at;
    }
    const auto mark = line.find_last_of(",;", most - 1);
    if (mark != std::string_view::npos && mark > begin && mark < text_end) return mark + 1;
    auto at = most;
    while (at > most - 3 && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) --at;
    return at;
}

void append_folded(std::string& out, std::string_view line) {
    std::size_t most = longest_field_line;
    std::size_t begin = text_begins(line);
    while (line.size() > most) {
        const auto at = fold_at(line, most, begin);
        const bool blank_there = ascii::is_wsp(line[at]);
        out.append(line.substr(0, at)).append(blank_there ? "\r\n" : "\r\n ");
        line.remove_prefix(at);
        most = longest_field_line - (blank_there ? 0 : 1);
        begin = blank_there ? text_begins(line) : 0;
    }
    out += line;
}

}  // namespace

void append_short(std::string& out, std::string_view field) {
    if (field.size() <= longest_field_line) {
        out += field;
        return;
    }
    const auto name = with_few_blanks(field.substr(0, field.find("\r\n")));
    if (text_begins(name) >= longest_field_line && name.size() > longest_field_line) return;
    while (!field.empty()) {
        const auto end = field.find("\r\n");
        const auto line = field.substr(0, end);
        if (line.size() <= longest_field_line)
            out += line;
        else
            append_folded(out, with_few_blanks(line));
        if (end == std::string_view::npos) return;
        out += "\r\n";
        field.remove_prefix(end + 2);
    }
}

}  // namespace caveat::mail
