#include "html_tags.hpp"

#include <algorithm>
#include <utility>

#include "ascii.hpp"
#include "character_escapes.hpp"
#include "html_elements.hpp"
#include "text.hpp"

namespace caveat::mail::html {
namespace {

// It ends with "-->" or "--!>", and at once with ">" or "->" (HTML 13.2.5.43 to 13.2.5.51); other programs know only the first, or one
// with blanks in it.
Behind behind_comment(std::string_view html, std::size_t at) {
    bool odd = false;
    at += 4;
    const auto begun = html.substr(at, 2);
    if (begun.starts_with('>') || begun == "->") return {at + (begun.starts_with('>') ? 1 : 2), true};
    for (auto dashes = html.find("--", at); dashes != std::string_view::npos; dashes = html.find("--", dashes + 1)) {
        const auto behind = html.substr(dashes + 2, 2);
        if (behind.starts_with('>') || behind == "!>") return {dashes + (behind == "!>" ? 4 : 3), odd || behind == "!>"};
        if (!behind.empty() && is_blank(behind[0])) {
            const auto next = html.substr(dashes + 2, 8).find_first_not_of(" \t\r\n\f");
            odd = odd || (next != std::string_view::npos && html[dashes + 2 + next] == '>');
        }
    }
    return {html.size(), true};
}

// Behind a tag that everybody takes for one: a name, attributes of sound names and values without angle brackets, ">". Else 0.
std::size_t sure_tag(std::string_view html, std::size_t at, std::string& element) {
    std::size_t i = at + 1;
    const auto here = [&](std::string_view set) { return i < html.size() && set.find(html[i]) != std::string_view::npos; };
    const auto until = [&](std::string_view set) {
        while (i < html.size() && !here(set)) ++i;
    };
    const auto blanks = [&] {
        while (i < html.size() && is_blank(html[i])) ++i;
    };
    if (here("/")) ++i;
    if (i >= html.size() || !is_letter(html[i])) return 0;
    const auto name_at = i;
    until(" \t\r\n\f/<>\"'=");
    element = ascii::lower(html.substr(name_at, i - name_at));
    while (i < html.size()) {
        const auto before = i;
        blanks();
        if (here("/")) ++i;
        if (here(">")) return i + 1;
        if (before == i || here("<\"'=/") || i >= html.size()) return 0;
        until(" \t\r\n\f/<>\"'=");
        blanks();
        if (!here("=")) {
            if (is_blank(html[i - 1])) --i;
            continue;
        }
        ++i;
        blanks();
        if (here("\"'")) {
            const std::string_view closing = html[i] == '"' ? "\"<>" : "'<>";
            ++i;
            until(closing);
            if (here("<>") || i >= html.size()) return 0;
            ++i;
        } else {
            until(" \t\r\n\f<>\"'=`");
            if (here("<\"'=`")) return 0;
        }
    }
    return 0;
}

}  // namespace

Behind Attributes::read(std::string_view html, std::size_t i) {
    const auto size = html.size();
    bool odd = false;
    all_.clear();
    const auto blanks = [&](bool slash_too) {
        while (i < size && (is_blank(html[i]) || (slash_too && html[i] == '/'))) ++i;
    };
    const auto suspect = [&](std::string_view signs) { odd = odd || signs.find(html[i]) != std::string_view::npos; };
    for (blanks(true); i < size && html[i] != '>'; blanks(true)) {
        Attribute attribute;
        const auto name_at = i;
        suspect("=");  // here it belongs to the name
        do {
            suspect("<\"'");
            ++i;
        } while (i < size && !is_blank(html[i]) && html[i] != '/' && html[i] != '>' && html[i] != '=');
        attribute.name = html.substr(name_at, i - name_at);
        blanks(false);
        if (i < size && html[i] == '=') {
            ++i;
            blanks(false);
            const char quote = i < size && (html[i] == '"' || html[i] == '\'') ? html[i] : '\0';
            const auto value_at = quote != 0 ? ++i : i;
            if (quote != 0) {
                i = std::min(html.find(quote, i), size);
            } else {
                for (; i < size && !is_blank(html[i]) && html[i] != '>'; ++i) suspect("<\"'=`");
            }
            attribute.value = html.substr(value_at, i - value_at);
            if (quote != 0 && i < size) ++i;
            if (quote != 0 && i < size && !is_blank(html[i])) odd = odd || (html[i] != '>' && html[i] != '/');
        }
        all_.push_back(attribute);
    }
    if (i < size) return {i + 1, odd};
    return {size, true};  // the end within a tag
}

std::string_view Attributes::value(std::string_view name) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const Attribute& a) { return ascii::equal(a.name, name); });
    return found == all_.end() ? std::string_view() : found->value;
}

Behind behind_markup(std::string_view html, std::size_t at, bool is_strange, bool passes_all) {
    constexpr std::size_t longest_condition = 256;  // bytes
    auto rest = html.substr(at, longest_condition);
    rest = rest.substr(0, rest.find("-->"));
    for (const auto& [begin, end] : {std::pair<std::string_view, std::string_view>{"<!--[if", "]>"}, {"<![CDATA[", "["}}) {
        const std::size_t mark = !passes_all && rest.starts_with(begin) ? rest.find(end, begin.size() - 1) : std::string_view::npos;
        if (mark != std::string_view::npos) return {at + mark + end.size(), false};
    }
    if (html.substr(at, 4) == "<!--") {
        const auto comment = behind_comment(html, at);
        return {comment.at, comment.odd || is_strange};
    }
    const auto end = html.find('>', at);
    const auto inside = html.substr(at, end == std::string_view::npos ? end : end - at);
    const bool told = (ascii::starts_with(inside, "<!doctype") && inside.find('[') == std::string_view::npos) ||
                      inside.find_first_of("\"'<") == std::string_view::npos;
    const bool odd = !told || end == std::string_view::npos || std::count(inside.begin(), inside.end(), '"') % 2 != 0;
    return {end == std::string_view::npos ? html.size() : end + 1, odd};
}

std::string nothing_hidden(std::string_view html, bool keeps_line_ends) {
    std::string out, element;
    for (std::size_t i = 0; i < html.size();) {
        const char c = html[i];
        if (c == '<') {
            const auto end = sure_tag(html, i, element);
            if (end == 0 || ends_line(element)) out += '\n';
            i = end != 0 ? end : html.substr(i, 4) == "<!--" ? i + 4 : i + 1;
        } else if (c == '&') {
            const auto decoded = entity_at(html, i);
            if (decoded.code && *decoded.code >= 0x20)
                append_utf8(out, *decoded.code);
            else
                out += decoded.code ? ' ' : '&';
            i = decoded.code ? decoded.end : i + 1;
        } else {
            const bool ends = c == '>' || (keeps_line_ends && c == '\n');
            out += ends ? '\n' : is_blank(c) ? ' ' : c;
            ++i;
        }
    }
    return out;
}

}  // namespace caveat::mail::html
