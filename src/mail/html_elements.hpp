#pragma once
// Elements of HTML by what they do to the lines of a text, and the characters of its syntax. Pure.
#include <algorithm>
#include <array>
#include <string_view>

namespace caveat::mail::html {

// Before and behind them a line ends.
inline constexpr std::array<std::string_view, 42> blocks{
    "address", "article", "aside", "blockquote", "body",   "br",     "caption", "center", "dd",   "details", "dir",
    "div",     "dl",      "dt",    "fieldset",   "figure", "footer", "form",    "h1",     "h2",   "h3",      "h4",
    "h5",      "h6",      "head",  "header",     "hr",     "html",   "legend",  "li",     "main", "nav",     "ol",
    "option",  "p",       "pre",   "section",    "table",  "tbody",  "tr",      "title",  "ul"};

// Between their tags there is text and nothing else, whatever it looks like (HTML 13.1.2).
inline constexpr std::array<std::string_view, 6> text_only{"title", "textarea", "xmp", "iframe", "noembed", "noframes"};
// Drawn as boxes of their own, wherever they stand in a text: controls, drawings and formulas with what is written in them, notes above a
// line, and blocks of newer and older HTML. Not every program does, so that it is tried beside the text as it stands (lay_out).
inline constexpr std::array<std::string_view, 34> boxes{
    "audio",  "button",    "canvas",   "dialog", "figcaption", "foreignobject", "hgroup",  "input", "listing", "marquee",
    "math",   "menu",      "menuitem", "meter",  "mtable",     "mtd",           "mtext",   "mtr",   "object",  "optgroup",
    "output", "plaintext", "progress", "rt",     "search",     "select",        "summary", "svg",   "text",    "textpath",
    "tfoot",  "thead",     "tspan",    "video"};
// Whose line ends are seen as they stand in the source.
inline constexpr std::array<std::string_view, 4> keeping_lines{"listing", "plaintext", "textarea", "xmp"};
inline constexpr std::array<std::string_view, 13> without_end{"area",  "base", "br",   "col",    "embed", "hr", "img",
                                                              "input", "link", "meta", "source", "track", "wbr"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

inline bool ends_line(std::string_view element) { return is_in(blocks, element); }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

}  // namespace caveat::mail::html
