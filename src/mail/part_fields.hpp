#pragma once
// What the header of a part says of it: its type, its transfer encoding, its names, and where that says two things. Pure.
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"
#include "parameters.hpp"

namespace caveat::mail {

[[nodiscard]] Parameters parameters_of(const HeaderBlock& headers, std::string_view name);
[[nodiscard]] bool is_type(std::string_view type);  // "type/subtype"
[[nodiscard]] std::string encoding_of(const HeaderBlock& headers);

// Base64 or quoted-printable. Only these two change the bytes; for all others the part's bytes are its content and can be walked in place.
[[nodiscard]] bool is_coded(std::string_view encoding);

// "7bit base64", "x-base64": some decode it, some do not. Any other name that is not known changes nothing for anybody (RFC 2045 §6.2).
[[nodiscard]] bool is_doubtful_encoding(std::string_view encoding);

// Two fields of that name with two values. Readers differ in which of the two they believe, so that what one of them shows may not be what
// was read.
[[nodiscard]] bool says_otherwise(const HeaderBlock& headers, std::string_view name);
// Two boundaries or charsets of two values (RFC 2045 §5.1 allows one): likewise.
[[nodiscard]] bool says_otherwise(const Parameters& type);

// RFC 2183 §2.3, then RFC 2045's name. The first is the file's name, the others are what some reader may show in its place.
void name_part(Part& part, const HeaderBlock& headers, const Parameters& disposition, const Parameters& type);

// What of these fields a message would be read by.
[[nodiscard]] PartHeader part_header(const HeaderBlock& headers);

}  // namespace caveat::mail
