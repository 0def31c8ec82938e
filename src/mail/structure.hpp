#pragma once
// The MIME structure of a message: which parts, where, what they hold. One pass over the raw bytes, one stack, no recursion but for an
// enclosed message that is itself base64 (bounded by the depth limit).
//
// Why mimetic, which composes our own mail (multipart.hpp), does not parse: 0.9.8 recurses once per nesting and dies of 150,000 nested
// multiparts (9 MB); it is quadratic in folded lines of a header (8 MB: 1.6 s); and it keeps no offsets, so that its parts cannot be tied
// to the bytes that were signed. The unit tests still hold this walker against it on well-formed mail.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"
#include "parameters.hpp"

namespace caveat::mail {

// Where a header and what is behind it stand in the message's own bytes. Nothing is recorded of what lies encoded in a part.
struct Stretch {
    enum class Kind : std::uint8_t {
        leaf,
        uncut,      // a multipart whose parts cannot be told apart: read as one text
        multipart,  // its parts follow
        message,    // a part that is a message as it stands, which follows
    } kind = Kind::leaf;
    bool heads_message = false;    // the header is a message's own, not a part's
    bool under_signature = false;  // inside a multipart/signed, whose bytes must stay (RFC 1847 §2.1)
    std::size_t header_at = 0;
    std::size_t body_at = 0;
    std::size_t end = 0;        // behind the body; of a multipart its last boundary belongs to the body
    std::string type;           // as Part::type
    std::string encoding;       // the value of Content-Transfer-Encoding, lower case; mostly empty
    bool odd_boundary = false;  // of a multipart: it is beyond ASCII
};

struct Structure {
    enum class Reading : std::uint8_t {
        whole,
        shape,  // stretches alone: parts have no content, and what is encoded in one is not walked
    };
    Parameters top;                // Content-Type of the message itself
    std::size_t top_children = 0;  // of a top-level multipart
    bool report = false;           // a multipart/report, at the top or in another multipart, but in no enclosed message
    std::string uncertain;         // as Message::uncertain
    std::vector<Part> parts;
    std::vector<PartHeader> part_headers;  // as Message has them
    std::vector<Stretch> stretches;        // by header_at
};

// `headers` is the top header of `message`. errc::limit: depth, parts, an inner header, or decoded content beyond four messages' size.
[[nodiscard]] Result<Structure> read_structure(std::string_view message, const HeaderBlock& headers, const Limits& limits,
                                               Structure::Reading reading = Structure::Reading::whole);

// What the first text that says its charset is written in; empty: none does.
[[nodiscard]] std::string charset_of_text(const std::vector<Part>& parts);

// The top header read leniently, an mbox "From " line before it skipped. errc::limit.
[[nodiscard]] Result<HeaderBlock> read_top(std::string_view message, const Limits& limits);

}  // namespace caveat::mail
