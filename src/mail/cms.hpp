#pragma once
// Opaque S/MIME: the signed text within a CMS SignedData (RFC 8551 §3.5.3, RFC 5652 §5.1). It is only taken out, to be searched for labels;
// no signature is checked and nothing in it is trusted. Pure.
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

// The MIME entity that was signed; none for ciphertext, compressed data, a detached signature and whatever is not BER.
[[nodiscard]] std::optional<std::string> signed_entity(std::string_view ber);

}  // namespace caveat::mail
