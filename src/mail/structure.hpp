#pragma once
// The MIME structure of a message: which parts, where, what they hold. One pass over the raw bytes, one stack, no recursion but for an
// enclosed message that is itself base64 (bounded by the depth limit).
//
// Why mimetic, which composes our own mail (multipart.hpp), does not parse: 0.9.8 recurses once per nesting and dies of 150,000 nested
// multiparts (9 MB); it is quadratic in folded lines of a header (8 MB: 1.6 s); and it keeps no offsets, so that its parts cannot be tied
// to the bytes that were signed. The unit tests still hold this walker against it on well-formed mail.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"
#include "parameters.hpp"

namespace caveat::mail {

struct Structure {
    Parameters top;                // Content-Type of the message itself
    std::size_t top_children = 0;  // of a top-level multipart
    bool report = false;           // a multipart/report, at the top or in another multipart, but in no enclosed message
    std::vector<Part> parts;
};

// `headers` is the top header of `message`. errc::limit: depth, parts, an inner header, or decoded content beyond four messages' size.
[[nodiscard]] Result<Structure> read_structure(std::string_view message, const HeaderBlock& headers, const Limits& limits);

// The top header read leniently, an mbox "From " line before it skipped. errc::limit.
[[nodiscard]] Result<HeaderBlock> read_top(std::string_view message, const Limits& limits);

}  // namespace caveat::mail
