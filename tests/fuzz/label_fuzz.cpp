// Labels of hostile posts. First byte: which reading; the rest: subject, a line end, text.
// promise: L8 S5
#include <cstdint>
#include <cstdlib>
#include <string>

#include "caveat/mail/label.hpp"
#include "text.hpp"

using namespace caveat;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto line_end = input.find('\n');
    mail::Message message;
    message.subject = input.substr(0, line_end);
    mail::Part part;
    part.path = "1";
    part.type = (data[0] & 1) != 0 ? "text/html" : "text/plain";
    part.charset = (data[0] & 2) != 0 ? "utf-16" : "utf-8";
    part.disposition = (data[0] & 4) != 0 ? "attachment" : "";
    part.filename = (data[0] & 8) != 0 ? message.subject : "";
    part.enclosed = (data[0] & 16) != 0;
    if (line_end != std::string::npos) part.content = input.substr(line_end + 1);
    if ((data[0] & 32) != 0) part.type = "message/rfc822";
    if ((data[0] & 64) != 0) part.type = (data[0] & 1) != 0 ? "application/octet-stream" : "text/csv";
    if ((data[0] & 128) != 0) part.type = (data[0] & 1) != 0 ? "application/xml" : "text/calendar";
    message.parts.push_back(part);

    const auto careless = mail::find_label(message, {}, {community::Tlp::amber, false, community::Tlp::amber});
    if (careless.label < community::Tlp::amber) std::abort();  // L2: nothing lowers without authentication
    const auto strong = mail::find_label(message, {message.subject}, {community::Tlp::clear, true, community::Tlp::amber});
    for (const auto& found : strong.found) {
        if (found.label && *found.label > strong.label) std::abort();  // L1: the most restrictive wins
        if (!found.label && !strong.hold) std::abort();                // L3: unknown is held
        if (found.text.size() > 80) std::abort();
    }
    // L7: what leaves reads as exactly the label it was given, and relabelling changes nothing more.
    const auto subject = mail::subject_with_label(message.subject, community::Tlp::amber);
    mail::Message out;
    out.subject = subject;
    const auto again = mail::find_label(out, {}, {community::Tlp::clear, true, community::Tlp::amber});
    if (subject.size() < 998 && (again.label != community::Tlp::amber || again.conflict)) std::abort();
    if (subject.find_first_of("\r\n") != std::string::npos) std::abort();
    return 0;
}
