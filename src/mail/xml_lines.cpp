#include "xml_lines.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Behind `end`, if that follows; else nothing is left.
std::string_view take_up_to(std::string_view& xml, std::string_view end) {
    const auto size = std::min(xml.find(end), xml.size());
    const auto taken = xml.substr(0, size);
    xml.remove_prefix(std::min(size + end.size(), xml.size()));
    return taken;
}

std::string_view take_text(std::string_view& xml) {
    const auto text = xml.substr(0, xml.find('<'));
    xml.remove_prefix(text.size());
    return text;
}

// A tag, up to a ">" that is not in quotes. A quote that nothing closes is none.
void skip_tag(std::string_view& xml, std::string& attributes) {
    std::size_t at = 0;
    for (; at < xml.size() && xml[at] != '>'; ++at) {
        if (xml[at] != '"' && xml[at] != '\'') continue;
        const auto end = xml.find(xml[at], at + 1);
        if (end == std::string_view::npos) continue;
        (attributes += xml.substr(at + 1, end - at - 1)) += '\n';
        at = end;
    }
    xml.remove_prefix(std::min(at + 1, xml.size()));
}

}  // namespace

bool is_xml_data(std::string_view text) {
    constexpr std::size_t enough = 1024;  // bytes, in which HTML says what it is
    constexpr std::array<std::string_view, 18> of_html{"html", "head", "body", "p",  "div", "table", "span", "b",    "i",
                                                       "font", "a",    "br",   "ul", "ol",  "h1",    "h2",   "meta", "img"};
    text = ascii::trim(text);
    if (text.starts_with(byte_order_mark)) text = ascii::trim(text.substr(byte_order_mark.size()));
    const auto head = ascii::lower(text.substr(0, enough));
    if (!head.starts_with('<') || head.find("<html") != std::string::npos || head.find("<!doctype html") != std::string::npos) return false;
    const auto name = std::string_view(head).substr(1, head.find_first_of(" \t\r\n/>", 1) - 1);
    const bool is_tag = !name.empty() && (name[0] == '?' || name[0] == '!' || (name[0] >= 'a' && name[0] <= 'z'));
    return is_tag && std::find(of_html.begin(), of_html.end(), name) == of_html.end();
}

std::string xml_lines(std::string_view xml) {
    constexpr std::string_view comment = "<!--", comment_end = "-->", literal = "<![CDATA[", literal_end = "]]>";
    std::string out, attributes;
    bool is_blank = true;  // what was read since the last tag
    while (!xml.empty()) {
        if (xml.starts_with(comment)) {
            xml.remove_prefix(comment.size());
            (attributes += take_up_to(xml, comment_end)) += '\n';
        } else if (xml.starts_with('<') && !xml.starts_with(literal)) {
            skip_tag(xml, attributes);
            out += is_blank ? '\n' : ' ';
            is_blank = true;
        } else {
            const bool is_literal = xml.starts_with(literal);
            if (is_literal) xml.remove_prefix(literal.size());
            const auto text = is_literal ? take_up_to(xml, literal_end) : take_text(xml);
            is_blank = is_blank && ascii::trim(text).empty();
            out += text;
        }
    }
    return out + '\n' + attributes;
}

std::string html_rows(std::string_view html) {
    constexpr std::size_t longest_name = 7;  // bytes, in which those that are asked for end
    std::string out, attributes;
    while (!html.empty()) {
        if (!html.starts_with('<')) {
            for (const char c : take_text(html)) out += ascii::is_blank(c) ? ' ' : c;
            continue;
        }
        const auto head = html.substr(1, longest_name);
        const auto name = ascii::lower(head.substr(0, head.find_first_of(" \t\r\n/>")));
        if (name == "tr") out += '\n';
        if (name == "td" || name == "th") out += '\t';
        skip_tag(html, attributes);
        attributes.clear();
    }
    return out;
}

}  // namespace caveat::mail
