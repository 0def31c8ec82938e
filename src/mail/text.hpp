#pragma once
// Characters: any charset to UTF-8, NFKC, and HTML reduced to lines of text (rules.md §3.2). ICU's only home. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail {

// Charsets as everybody reads them (charsets.hpp); unknown or empty charset: UTF-8 if it is valid, else
// windows-1252. Never fails.
[[nodiscard]] std::string to_utf8(std::string_view bytes, std::string_view charset);

[[nodiscard]] bool is_utf8(std::string_view text);

// What programs may take for the charset of octets for which nobody said one, or which are not what was said (`charset` is empty, unknown,
// ASCII or UTF-8): those of readers in Asia and in the east of Europe take what their language is mostly written in. None for what is UTF-8
// without shifts, or is said. For finding labels.
[[nodiscard]] std::vector<std::string_view> charsets_unsaid(std::string_view bytes, std::string_view charset);
// What they show: a text for each of these.
[[nodiscard]] std::vector<std::string> readings_unsaid(std::string_view bytes, std::string_view charset);

// One character; what is none, U+0000 among it, becomes U+FFFD.
void append_utf8(std::string& out, char32_t c);

// Whether to_utf8 reads this charset for what it is called, and does not guess.
[[nodiscard]] bool knows_charset(std::string_view charset);

// NFKC. Of a run of combining marks 30 are kept (UAX #15), so that it is linear. What is never seen stays (as_seen drops it).
[[nodiscard]] std::string normalise(std::string_view utf8);

// Tags away but for the alternative texts of pictures and what fields show, block elements and <br> end a line, entities resolved,
// <script>, <style> and comments dropped; lines of a <blockquote> begin with "> ". Tags are told as browsers tell them. Linear.
[[nodiscard]] std::string html_to_text(std::string_view html_utf8);

struct HtmlText {
    std::string text;    // as html_to_text
    std::string doubts;  // lines that some programs may show as well, for finding labels: mostly empty
};
// The doubts: all that stands between tags, where tags or comments are broken so that programs differ in what they show; the text without
// what is hidden by its style; what style sheets add; documents in attributes. Linear.
[[nodiscard]] HtmlText read_html(std::string_view html_utf8);

// The beginning of the text, up to the first thing that is not plain (plain_look.hpp) or broken so that programs differ: what every program
// shows, as the author's own. Nothing at all where a style sheet says more than how text is set, or stands elsewhere.
[[nodiscard]] std::optional<std::string> surely_shown(std::string_view html_utf8);

[[nodiscard]] std::string both_readings(std::string_view html_utf8);  // both in one

}  // namespace caveat::mail
