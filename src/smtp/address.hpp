#pragma once
// Paths of MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3). Syntax only: the door does not know which addresses exist (A7).
#include <optional>
#include <string>
#include <string_view>

namespace caveat::smtp {

// RFC 5321 §4.5.3.1.3, without the brackets. The 64 octets of §4.5.3.1.1 are what all must take, no limit: wrapped return paths are longer.
constexpr std::size_t longest_address = 254;

struct Path {
    std::string local;   // unquoted where that changes nothing: "teams"@x is teams@x
    std::string domain;  // empty with a local part: <postmaster>

    [[nodiscard]] bool null() const { return local.empty() && domain.empty(); }
    [[nodiscard]] bool is_ascii() const;
    [[nodiscard]] std::string address() const { return domain.empty() ? local : local + '@' + domain; }
};

// Takes `<...>` off the front of `rest`; a source route is skipped (Appendix F.2). None if it is no path or too long.
[[nodiscard]] std::optional<Path> take_path(std::string_view& rest);

[[nodiscard]] bool is_utf8(std::string_view text);  // well-formed as RFC 3629 §4 says

}  // namespace caveat::smtp
