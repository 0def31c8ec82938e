#include "plain_look.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "ascii.hpp"
#include "character_escapes.hpp"
#include "html_elements.hpp"

namespace caveat::mail::html {
namespace {

constexpr std::array<std::string_view, 33> elements{
    "html", "head", "body", "meta", "title", "style", "div", "p",   "span", "br",    "b",     "strong", "i",  "em", "u",  "font", "center",
    "h1",   "h2",   "h3",   "h4",   "h5",    "h6",    "hr",  "pre", "tt",   "table", "tbody", "thead",  "tr", "td", "th", "o:p"};
constexpr std::array<std::string_view, 8> attribute_names{"aria-label", "lang", "xml:lang", "align", "valign", "size", "link", "vlink"};
// In programs that mark no quote with them; the id or the class of a quote is in no list that is ever complete.
constexpr std::array<std::string_view, 5> classes{"mso", "wordsection", "elementtoproof", "gmail_default", "moz-text-"};

constexpr std::array<std::string_view, 18> any_value{"font-style",
                                                     "font-weight",
                                                     "font-variant-ligatures",
                                                     "text-align",
                                                     "word-wrap",
                                                     "overflow-wrap",
                                                     "word-break",
                                                     "line-break",
                                                     "white-space",
                                                     "page",
                                                     "page-break-after",
                                                     "size",
                                                     "panose-1",
                                                     "tab-interval",
                                                     "cursor",
                                                     "-webkit-nbsp-mode",
                                                     "-webkit-line-break",
                                                     "punctuation-wrap"};
constexpr std::array<std::string_view, 7> spaces{"margin",       "margin-top", "margin-bottom", "margin-left",
                                                 "margin-right", "padding",    "padding-top"};
// Seen on a page that nothing colours.
constexpr std::array<std::string_view, 10> dark{"black",  "windowtext", "#000", "rgb(0,0,0)", "blue",
                                                "purple", "green",      "navy", "red",        "maroon"};
constexpr std::array<std::string_view, 4> white{"white", "#fff", "#ffffff", "rgb(255,255,255)"};

// Also "#00b050": at most two thirds of the light of white, as an eye takes the three colours. Yellow is not seen.
bool is_seen_on_white(std::string_view color) {
    if (is_in(dark, color)) return true;
    const bool is_hex =
        color.size() == 7 && color.front() == '#' && color.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
    if (!is_hex) return false;
    const auto sixteenths = [&](std::size_t i) { return ascii::is_digit(color[i]) ? color[i] - '0' : color[i] - 'a' + 10; };
    return 3 * sixteenths(1) + 6 * sixteenths(3) + sixteenths(5) <= 100;
}

// "11.0pt", "16px", "medium".
bool is_readable_size(std::string_view value) {
    if (value == "small" || value == "medium" || value == "large") return true;
    const auto digits = std::min(value.find_first_not_of("0123456789"), value.size());
    const bool fits = (digits == 1 && value.front() >= '8') || (digits == 2 && value.front() >= '1' && value.front() <= '3');
    auto unit = value.substr(digits);
    if (unit.starts_with('.')) unit.remove_prefix(std::min(unit.find_first_not_of("0123456789", 1), unit.size()));
    return fits && (unit == "pt" || unit == "px");
}

// "0cm 0 70.85pt auto": nothing that shifts the text out of sight.
bool is_ordinary_space(std::string_view value) {
    while (!value.empty()) {
        const auto blank = std::find_if(value.begin(), value.end(), is_blank);
        auto one = value.substr(0, static_cast<std::size_t>(blank - value.begin()));
        value.remove_prefix(std::min(one.size() + 1, value.size()));
        if (one.empty() || one == "auto") continue;
        const auto digits = std::min(one.find_first_not_of("0123456789"), one.size());
        const bool is_small = digits <= 1;
        one.remove_prefix(digits);
        if (one.starts_with('.')) one.remove_prefix(std::min(one.find_first_not_of("0123456789", 1), one.size()));
        const bool is_fine = one.empty() || one == "pt" || one == "px";
        if (digits > 2 || !(is_fine || (is_small && (one == "cm" || one == "em" || one == "in" || one == "rem")))) return false;
    }
    return true;
}

bool is_plain_declaration(std::string_view declaration) {
    auto text = ascii::lower(declaration);
    std::erase_if(text, is_blank);
    if (text.empty()) return true;
    const auto colon = text.find(':');
    if (colon == std::string::npos) return false;
    const auto name = std::string_view(text).substr(0, colon), value = std::string_view(text).substr(colon + 1);
    // Letters of such a font are pictures.
    if (name == "font-family") return value.find("dings") == std::string_view::npos && value.find("symbol") == std::string_view::npos;
    if (name.starts_with("mso-")) return !name.starts_with("mso-hide") && !name.starts_with("mso-element");
    if (is_in(any_value, name)) return true;
    if (is_in(spaces, name)) return is_ordinary_space(declaration.substr(declaration.find(':') + 1));
    if (name == "font-size") return is_readable_size(value);
    if (name == "color") return is_seen_on_white(value);
    if (name == "background" || name == "background-color") return is_in(white, value);
    if (name == "direction") return value == "ltr";
    if (name == "text-decoration") return value == "none" || value == "underline";
    if (name == "line-height")
        return value == "normal" || (value.size() == 4 && value.front() == '1' && ascii::is_digit(value[1]) && ascii::is_digit(value[2]) &&
                                     value.ends_with('%'));
    return name == "text-autospace" || (name == "behavior" && value == "url(#default#vml)");  // in every mail of a common program
}

// A remark or an escape may end a declaration elsewhere than is seen here.
bool is_plain_style(std::string_view style) {
    if (style.find('\\') != std::string_view::npos || style.find("/*") != std::string_view::npos) return false;
    while (!style.empty()) {
        const auto end = std::min(style.find(';'), style.size());
        if (!is_plain_declaration(style.substr(0, end))) return false;
        style.remove_prefix(std::min(end + 1, style.size()));
    }
    return true;
}

// What stands before "{" is a selector, with the remarks before it; all else are declarations.
bool is_plain_sheet(std::string_view sheet) {
    while (!sheet.empty()) {
        const auto end = sheet.find_first_of("{};");
        if (end == std::string_view::npos) {
            auto rest = ascii::lower(sheet);
            std::erase_if(rest, is_blank);
            return rest.empty() || rest == "-->";
        }
        const auto piece = sheet.substr(0, end);
        const auto remark = piece.rfind("/*");
        const bool is_open = remark != std::string_view::npos && piece.find("*/", remark + 2) == std::string_view::npos;
        if (sheet[end] == '{' ? is_open : !is_plain_declaration(piece)) return false;
        sheet.remove_prefix(end + 1);
    }
    return true;
}

bool is_plain_attribute(const Attribute& attribute) {
    const auto name = ascii::lower(attribute.name);
    const auto value = ascii::lower(decoded(attribute.value));
    if (name == "face") return value.find("dings") == std::string::npos && value.find("symbol") == std::string::npos;
    if (name == "cellpadding" || name == "cellspacing" || name == "border") return value.size() <= 2;
    if (is_in(attribute_names, name) || name.starts_with("xmlns")) return true;
    if (name == "style") return is_plain_style(value);
    if (name == "text" || name == "color") return is_seen_on_white(value);
    if (name == "bgcolor") return is_in(white, value);
    if (name == "dir") return value == "ltr" || value == "auto";
    if (name != "class" || value.find_first_of(" \t\r\n\f") != std::string::npos || value.find("quote") != std::string::npos ||
        value.find("block") != std::string::npos)
        return false;
    return value.empty() || std::any_of(classes.begin(), classes.end(), [&](std::string_view known) { return value.starts_with(known); });
}

}  // namespace

bool is_plain(std::string_view element, const Attributes& attributes) {
    if (element == "style" || element == "meta") return true;  // never shown; the text of the first is asked
    const auto& all = attributes.all();
    return is_in(elements, element) && std::all_of(all.begin(), all.end(), is_plain_attribute);
}

bool has_plain_sheets(std::string_view html) {
    const auto text = ascii::lower(html);
    const std::string_view all = text;
    for (const std::string_view elsewhere : {"<link", "xml-stylesheet", "@import"})
        if (all.find(elsewhere) != std::string_view::npos) return false;
    for (auto at = all.find("<style"); at != std::string_view::npos; at = all.find("<style", at)) {
        const auto begin = std::min(all.find('>', at), all.size() - 1) + 1;
        const auto tag = all.substr(at, begin - at);
        // Programs find the end of the tag elsewhere where a quoted value goes on.
        if (std::count(tag.begin(), tag.end(), '"') % 2 != 0 || std::count(tag.begin(), tag.end(), '\'') % 2 != 0) return false;
        const auto end = std::min(all.find("</style", begin), all.size());
        if (!is_plain_sheet(all.substr(begin, end - begin))) return false;
        at = end;
    }
    return true;
}

}  // namespace caveat::mail::html
