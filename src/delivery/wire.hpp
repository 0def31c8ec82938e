#pragma once
// What goes over the wire after 354: CRLF lines, leading dots doubled, the final dot (RFC 5321 §4.5.2). A bare LF or CR becomes CRLF,
// and a NUL goes, as some drop it before they look for the end: a relay must have no choice where the message ends (S1).
#include <string>
#include <string_view>

namespace caveat::delivery {

class Wire {
public:
    // `other_lines`: as mail::has_other_lines says of it; it is asked once for all copies of a message.
    Wire(std::string_view message, bool other_lines);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    [[nodiscard]] std::string_view body() const { return body_; }  // the message itself if nothing had to change: the usual case
    [[nodiscard]] std::string_view end() const { return end_; }

private:
    std::string rewritten_;
    std::string_view body_;
    std::string_view end_;
};

// Whether an address can stand between < and > in a command without ending it. "" is the null sender.
[[nodiscard]] bool fits_a_path(std::string_view address);
[[nodiscard]] std::string_view domain_of(std::string_view address);  // behind the last @
[[nodiscard]] bool is_ascii(std::string_view text);

// The relay's words in a form safe for logs and JSON: printable ASCII, at most 512 bytes.
[[nodiscard]] std::string printable(std::string_view words);

}  // namespace caveat::delivery
