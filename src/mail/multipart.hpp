#pragma once
// MIME entities that caveat composes itself (RFC 2045, 2046). What has more than one part is put together by mimetic, which gets only what
// can leave as it is: MIME fields in ASCII and bodies that are encoded and have CRLF line ends. The header of a message is none of its
// business: it writes a field as it comes, line breaks included, and folds at any blank, also inside a quoted name. Nor is its parser
// (structure.hpp).
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail {

struct BodyPart {
    std::string type;         // "text/plain; charset=utf-8"
    std::string encoding;     // how `body` is encoded: "7bit", "quoted-printable"
    std::string disposition;  // or empty
    std::string body;
};

// Text as a part: LF or CRLF, UTF-8; 7bit if it fits, else quoted-printable. `file_name`: it goes along as a file of that name.
// `parameters` follow the type: "; hp=\"cipher\"".
[[nodiscard]] BodyPart text_part(std::string_view text, std::string_view file_name = {}, std::string_view parameters = {});

// Header and body; a multipart ends in CRLF. `seed`: the boundary is made of it, so best of something no text knows; no part holds it.
[[nodiscard]] std::string compose(const BodyPart& part);
[[nodiscard]] std::string compose_multipart(std::string_view subtype, const std::vector<BodyPart>& parts, std::string_view seed,
                                            std::string_view parameters = {});

}  // namespace caveat::mail
