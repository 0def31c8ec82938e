#pragma once
// The text of a part, whatever kind of text it is: plain, HTML, enriched, RTF, calendar, every other text/* as it stands, and files of
// application/* that are text by their looks (JSON, rules and scripts, mails and calendars sent as application/octet-stream).
// Pure.
#include <optional>
#include <string>
#include <vector>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct PartText {
    std::string text;                            // UTF-8, lines as a reader sees them
    bool prose = false;                          // what the sender wrote to be read; data (calendars, tables, patches) can only raise
    std::string doubts;                          // lines that some programs may show as well or instead; can only raise; mostly empty
    std::vector<std::string> in_other_charsets;  // the text as programs of other languages show it, where nobody said its charset
    bool whole = true;                           // false: a limit of 32 MiB cut it
    bool file = false;                           // a file of a type that says nothing of text, and it is one; its labels can only raise
};

// Nothing for a part that is no text. Linear.
[[nodiscard]] std::optional<PartText> text_of_part(const Part& part);

}  // namespace caveat::mail
