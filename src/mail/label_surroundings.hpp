#pragma once
// What stands around a label in its line: whether it is the whole of a value or the option of a form, and whether the end of the line parts
// it; and names and lines without the words and tags that hide a label in them. Pure; linear.
#include <optional>
#include <string>
#include <string_view>

#include "label_lexer.hpp"

namespace caveat::mail {

// The label is the whole of a value in a line of comma-separated values (RFC 4180), or of one that semicolons or tabs part; or of a value
// of JSON or YAML, or a name of one with its value.
[[nodiscard]] bool is_whole_value(std::string_view line, const Hit& hit);

// "☒ RED", "[ ] AMBER: for your organisation", "GREEN": a line of a form that says which label is meant.
[[nodiscard]] bool is_option_of_form(std::string_view line);

[[nodiscard]] bool ends_in_word(std::string_view text, std::string_view small_letters);  // whatever decoration follows it
[[nodiscard]] bool points_at_this_mail(std::string_view line);  // "This message", "Diese Mail", "本メール", "Please handle": it begins so
// At most six words, "is" or its like among them, and none that begins another clause ("This document explains what is TLP:RED") or denies.
[[nodiscard]] bool is_one_clause(std::string_view words);
[[nodiscard]] bool may_be_parted(std::string_view above, std::string_view line);

// "TLP classification:", "Classification (TLP)", "TLP 2.0" over a line that is the name of a colour and nothing else.
[[nodiscard]] bool heads_colour(std::string_view above, std::string_view line);

// "reportTLP-RED", "2026TLPRED", "tlpred": the name of a file as if the words in it were apart; nothing where that changes nothing.
[[nodiscard]] std::optional<std::string> set_apart(std::string_view name);

// `<b>TLP:RED</b>` in a text that is not HTML, "{color:red}TLP:RED{color}" of a wiki: the line without its tags; nothing without tags.
[[nodiscard]] std::optional<std::string> without_tags(std::string_view line);

}  // namespace caveat::mail
