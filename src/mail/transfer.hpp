#pragma once
// Content-Transfer-Encoding (RFC 2045 §6). Linear; broken input is decoded as far as it goes, as every mail reader does it.
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

[[nodiscard]] std::string decode_base64(std::string_view text);                 // skips what is no base64
[[nodiscard]] std::optional<std::string> strict_base64(std::string_view text);  // none if it is not base64 through and through
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);

// By the value of the field: base64, quoted-printable, x-uuencode, anything else as it stands.
[[nodiscard]] std::string decode_transfer(std::string_view bytes, std::string_view encoding);

[[nodiscard]] bool is_uuencode(std::string_view encoding);  // by any of its names; nothing is written in it any more

[[nodiscard]] std::string encode_base64(std::string_view bytes);        // one line
[[nodiscard]] std::string encode_base64_lines(std::string_view bytes);  // of 76 characters (RFC 2045 §6.8), none behind the last
// Lines of at most 76 characters, CRLF; takes LF or CRLF text.
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);

// One line of uuencode (POSIX): appends what it stands for to `out`. False: it is none.
[[nodiscard]] bool decode_uu_line(std::string_view line, std::string& out);
// The lines between "begin MODE NAME" and the first that is none of it; without the former all as it stands.
[[nodiscard]] std::string decode_uuencode(std::string_view text);

}  // namespace caveat::mail
