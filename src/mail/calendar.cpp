#include "calendar.hpp"

#include "ascii.hpp"
#include "fields.hpp"
#include "transfer.hpp"

namespace caveat::mail {

std::string name_of_property(std::string_view property) { return ascii::lower(property.substr(0, property.find_first_of(";:"))); }

void each_property(std::string_view calendar, const std::function<void(std::string_view, const std::string&)>& take) {
    for (std::size_t at = 0; at < calendar.size();) {
        const auto begin = at;
        auto line = line_at(calendar, at);
        std::string unfolded(line.text);
        const auto head = ascii::lower(unfolded.substr(0, unfolded.find(':')));
        const bool soft = head.find("quoted-printable") != std::string::npos;  // vCalendar 1.0 goes on behind a "="
        for (at = line.next; at < calendar.size(); at = line.next) {
            const bool goes_on = ascii::is_wsp(calendar[at]) || (soft && unfolded.ends_with('='));
            if (!goes_on) break;
            line = line_at(calendar, at);
            if (soft && unfolded.ends_with('=')) unfolded.pop_back();
            unfolded += line.text.substr(ascii::is_wsp(calendar[at]) ? 1 : 0);
        }
        take(calendar.substr(begin, at - begin), soft ? decode_quoted_printable(unfolded) : unfolded);
    }
}

}  // namespace caveat::mail
