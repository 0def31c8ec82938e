#include "calendar_text.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "text.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

// RFC 5545 §3.3.11.
std::string unescaped(std::string_view value, char line_end) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size())
            out += value[i];
        else
            out += ascii::lower(value[++i]) == 'n' ? line_end : value[i];
    }
    return out;
}

// vCalendar 1.0 and vCard 2.1 have it as a parameter of a property.
bool is_quoted_printable(std::string_view property) {
    return ascii::lower(property).find(";encoding=quoted-printable") != std::string::npos;
}

bool begins_quoted_printable(std::string_view line) {
    constexpr std::size_t longest_property = 256;  // bytes with its parameters
    const auto colon = line.substr(0, longest_property).find(':');
    return colon != std::string_view::npos && is_quoted_printable(line.substr(0, colon));
}

// Google's calendar shows what its users write as HTML, and says so nowhere.
bool holds_tag(std::string_view value) {
    for (auto at = value.find('<'); at != std::string_view::npos; at = value.find('<', at + 1)) {
        const char next = at + 1 < value.size() ? ascii::lower(value[at + 1]) : '\0';
        if (next == '/' || next == '!' || (next >= 'a' && next <= 'z')) return true;
    }
    return false;
}

// The value of a parameter, as ";cn=", or "".
std::string_view parameter(std::string_view parameters, std::string_view name) {
    const auto found = ascii::lower(parameters).find(name);
    if (found == std::string::npos) return {};
    parameters.remove_prefix(found + name.size());
    const bool is_quoted = parameters.starts_with('"');
    if (is_quoted) parameters.remove_prefix(1);
    return parameters.substr(0, parameters.find(is_quoted ? '"' : ';'));
}

// The name of somebody who is invited, or of a way to join.
void append_name(std::string& out, std::string_view name) {
    if (!name.empty()) ((out += "Subject: ") += name) += '\n';
}

bool is_base64(const std::string& parameters) {
    return parameters.find(";encoding=base64") != std::string::npos || parameters.find(";encoding=b;") != std::string::npos ||
           parameters.ends_with(";encoding=b");
}

// RFC 5545 §3.8.1.1 and RFC 8607 have a file in the event or tell where it is; Google and Outlook name it in their own ways.
void append_file(CalendarText& event, std::string_view parameters, std::string_view value) {
    FileWithin file;
    for (const std::string_view name : {";filename=", ";x-filename=", ";x-apple-filename=", ";x-oracle-filename="}) {
        if (const auto said = parameter(parameters, name); !said.empty()) file.name += (file.name.empty() ? "" : "\n") + std::string(said);
    }
    if (is_base64(ascii::lower(parameters))) file.content = decode_transfer(value, "base64");
    if (!file.name.empty() || !file.content.empty()) event.files.push_back(std::move(file));
}

bool is_summary(std::string_view small_letters) {
    return small_letters == "summary" || small_letters == "name" || small_letters == "x-wr-calname";
}

// RFC 5545 §3.1: folds removed, the value behind the first ":" that is not quoted. A summary is what a subject is in mail.
void append_property(CalendarText& event, std::string_view line) {
    auto& out = event.text;
    bool quoted = false;
    std::size_t colon = 0;
    for (; colon < line.size() && (quoted || line[colon] != ':'); ++colon) quoted = quoted != (line[colon] == '"');
    const auto name = line.substr(0, std::min(line.find(';'), colon));
    const auto parameters = ascii::lower(line.substr(name.size(), colon - name.size()));
    std::string value(line.substr(std::min(colon + 1, line.size())));
    if (ascii::equal(name, "ATTACH")) return append_file(event, line.substr(name.size(), colon - name.size()), value);
    if (is_base64(parameters)) {  // RFC 9073; pictures and keys of a card as well
        value = decode_transfer(value, "base64");
        if (value.find('\0') != std::string::npos) return;
    }
    if (is_quoted_printable(line.substr(0, colon))) value = decode_quoted_printable(value);
    const bool is_html = ascii::equal(name, "X-ALT-DESC") || parameters.find(";fmttype=text/html") != std::string::npos;
    if (ascii::equal(name, "ORGANIZER") || ascii::equal(name, "ATTENDEE")) append_name(out, parameter(line.substr(0, colon), ";cn="));
    if (ascii::equal(name, "CONFERENCE")) append_name(out, parameter(line.substr(0, colon), ";label="));
    if (is_summary(ascii::lower(name)))
        out += "Subject: " + event.summaries.emplace_back(unescaped(value, ' '));
    else if (ascii::equal(name, "TLP") || ascii::equal(name, "X-TLP"))
        out += "TLP:" + unescaped(value, ' ');
    else if (is_html)
        out += both_readings(unescaped(value, '\n'));
    else
        out += unescaped(value, '\n');
    out += '\n';
    if (!is_html && holds_tag(value)) (out += both_readings(unescaped(value, '\n'))) += '\n';
}

}  // namespace

CalendarText calendar_to_text(std::string_view calendar) {
    CalendarText out;
    std::string line;
    for (std::size_t at = 0; at <= calendar.size();) {
        const auto end = std::min(calendar.find('\n', at), calendar.size());
        auto text = calendar.substr(at, end - at);
        if (text.ends_with('\r')) text.remove_suffix(1);
        at = end + 1;
        if (!text.empty() && ascii::is_wsp(text.front())) {
            line += text.substr(1);
            continue;
        }
        if (line.ends_with('=') && begins_quoted_printable(line)) {
            line.pop_back();
            line += text;
            continue;
        }
        if (!line.empty()) append_property(out, line);
        line = text;
    }
    if (!line.empty()) append_property(out, line);
    return out;
}

}  // namespace caveat::mail
