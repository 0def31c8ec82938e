#pragma once
// The text of a calendar or a card (RFC 5545, RFC 6350, vCalendar 1.0), and what else of an event is read as something else in a mail is.
// Pure; linear.
#include <string>
#include <string_view>
#include <vector>

#include "file_within.hpp"

namespace caveat::mail {

struct CalendarText {
    std::string text;                    // properties, a line or several each, without their names
    std::vector<std::string> summaries;  // what a subject is in mail
    std::vector<FileWithin> files;       // that are attached to it; of most only the name is there
};

[[nodiscard]] CalendarText calendar_to_text(std::string_view calendar);

}  // namespace caveat::mail
