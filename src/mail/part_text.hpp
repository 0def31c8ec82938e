#pragma once
// The text of a part, whatever kind of text it is: plain, HTML, enriched, RTF, calendar, every other text/* as it stands, and files of
// application/* that are text by their looks (JSON, rules and scripts, mails and calendars sent as application/octet-stream).
// Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"
#include "file_within.hpp"

namespace caveat::mail {

struct PartText {
    std::string text;                              // UTF-8, lines as a reader sees them
    bool prose = false;                            // what the sender wrote to be read; data (calendars, tables, patches) can only raise
    std::string doubts;                            // lines that some programs may show as well or instead; can only raise; mostly empty
    std::vector<std::string_view> other_charsets;  // in which programs of other languages show it, where nobody said its own
    bool whole = true;                             // false: a limit of 32 MiB cut it
    std::vector<std::string> summaries;            // of events
    std::vector<FileWithin> files;                 // attached to these
    bool file = false;                             // a file of a type that says nothing of text, and it is one; its labels can only raise
};

// Nothing for a part that is no text. Linear.
[[nodiscard]] std::optional<PartText> text_of_part(const Part& part);

// What programs show of it in one of `other_charsets`: of plain text the lines that this tells differently, with their neighbours; of a
// file its first and its last page alone, in one text, since of a file no more is read.
[[nodiscard]] std::string text_in(const Part& part, const PartText& read, std::string_view charset);

// The charset of a file in UTF-16 as its first bytes tell it, by a mark or by the zeros beside the letters of ASCII, or "".
[[nodiscard]] std::string_view wide_charset(std::string_view content);

constexpr std::size_t page_cap = 64 * 1024;  // bytes of the first and of the last page of a file

}  // namespace caveat::mail
