#include "encrypted.hpp"

#include <fmt/format.h>

namespace caveat::openpgp {
namespace {

// '_' is no letter of base64, so no line of an armour can be this one.
constexpr std::string_view boundary = "=_sealed";

std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        if (c != '\r') out += c;
    }
    return out.ends_with("\r\n") ? out : out + "\r\n";
}

}  // namespace

std::string encrypted_entity(std::string_view message) {
    return fmt::format(
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"{0}\"\r\n\r\n"
        "--{0}\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
        "--{0}\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
        "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n{1}--{0}--\r\n",
        boundary, with_crlf(message));
}

}  // namespace caveat::openpgp
