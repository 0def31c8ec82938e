#pragma once
// Reading a message. The raw bytes are the truth: nothing here changes them, and nothing parsed is ever sent, because serialising a message
// again breaks its signatures. Hostile input costs linear time and bounded memory; beyond a limit the message is refused with errc::limit
// and the number. Pure.
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"

namespace caveat::mail {

struct Limits {
    std::size_t message = 25 * 1024 * 1024;  // bytes
    std::size_t header_block = 256 * 1024;   // bytes of the top header
    std::size_t headers = 1000;              // fields of the top header
    std::size_t depth = 20;                  // nested multiparts and enclosed messages
    std::size_t parts = 500;
};
// Of what is read once more: they were applied when it came.
inline constexpr auto unlimited = std::numeric_limits<std::size_t>::max();
inline constexpr Limits no_limits{unlimited, unlimited, unlimited, unlimited, unlimited};

// One field of the top header block: `raw` is the whole field with its folds and line end, exactly as it came.
struct Field {
    std::string_view name;
    std::string_view value;  // after the colon, folds and all, without the final line end
    std::string_view raw;
};

// The top header block, cut by RFC 5322 §2.2 without interpreting anything. Views into `message`.
struct HeaderBlock {
    std::vector<Field> fields;
    std::size_t body_at = 0;  // offset of the first byte behind the empty line (or the size of the message)

    [[nodiscard]] const Field* find(std::string_view name) const;  // the first, case-insensitively
    [[nodiscard]] std::size_t count(std::string_view name) const;
};

// errc::invalid: a NUL, a line without colon, CR or LF alone (a file with LF throughout is fine);
// duplicate From, Subject, Message-ID (RFC 5322 §3.6, S3).
[[nodiscard]] Result<HeaderBlock> read_headers(std::string_view message, const Limits& limits);

[[nodiscard]] std::string unfold(std::string_view value);  // one line, outer blanks trimmed
[[nodiscard]] std::string decode_words(
    std::string_view unfolded);  // RFC 2047 to UTF-8, as leniently as other readers; what none can decode stays

struct Mailbox {
    std::string name;     // decoded, UTF-8
    std::string address;  // local part as written, domain lower-cased
    bool operator==(const Mailbox&) const = default;
};
[[nodiscard]] std::vector<Mailbox> read_mailboxes(std::string_view value);  // RFC 5322 address lists, groups flattened
// "Tan, Mei <…>": without quotes the comma ends a mailbox, and there are a name without address and an author of half a name.
[[nodiscard]] bool has_bare_comma(std::string_view value);
[[nodiscard]] std::vector<std::string> read_message_ids(std::string_view value);  // without the angle brackets
[[nodiscard]] std::string message_id_of(const HeaderBlock& headers);              // as in Message

// The instant of a Date field (RFC 5322 §3.3 with the zones of §4.3); none if it is no date.
[[nodiscard]] std::optional<Instant> date_from(std::string_view field);
// All that References and In-Reply-To name, as written, what is answered itself last; one id may stand more than once.
[[nodiscard]] std::vector<std::string> thread_ids(const HeaderBlock& headers);

// addr-spec of RFC 5321 §4.1.2 or SMTPUTF8's (RFC 6531 §3.3), at most 254 octets: it can be written to.
[[nodiscard]] bool is_address(std::string_view text);
// Why nobody should be registered with it: it is none, or holds what cannot be seen or only looks like something else; as the rest of a
// sentence: "holds U+200B (ZERO WIDTH SPACE), a character that no address may have"; empty if it is fit.
[[nodiscard]] std::string unfit_address(std::string_view text);
// What two addresses are compared by: in any case (beyond ASCII too), NFC, no needless quotes, the domain as an A-label (RFC 5890). Stable.
[[nodiscard]] std::string normalise_address(std::string_view address);
[[nodiscard]] std::string normalise_domain(std::string_view domain);
// How an address is kept: the case of its local part as written, otherwise NFC, no needless quotes, a domain of small letters and as
// written (U-label or A-label). What is no address stays as it is, but for the ASCII capitals of its domain.
[[nodiscard]] std::string canonical_address(std::string_view address);
// Each as it is, and with its domain as DNS has it (A-label) and as people read it (U-label): others write either for the same mailbox.
[[nodiscard]] std::vector<std::string> in_both_labels(std::span<const std::string> addresses);
// Whom a return path may be of: itself, then what was wrapped into it by BATV ("prvs=", "btv1==") or SRS ("SRS0=", "SRS1=").
[[nodiscard]] std::vector<std::string> envelope_authors(std::string_view mail_from);

struct Part {
    std::string path;         // "1.2"; "1" for a message of one part
    std::string type;         // "text/plain", lower case; text/plain where it is missing or broken (RFC 2045 §5.2)
    std::string charset;      // lower case, may be empty
    std::string disposition;  // attachment | inline | ""
    std::string filename;     // decoded (RFC 2231, RFC 2047), UTF-8
    std::string also_called;  // a second name if the fields give two, and Content-Description, -Location and -ID: a line each
    std::string content;      // transfer-decoded bytes
    bool delsp = false;       // format=flowed and delsp=yes: its lines are joined without the blank at their end (RFC 3676 §4.2)
    bool enclosed = false;    // within a message/rfc822: quoted, for the label lexer
    bool cut_short = false;   // a file of mails, of which one is beyond a limit: what is in it and behind it are no parts here
};

// What stands in front of a part though it belongs to a message: the header that a program protects there (RFC 9788), which is what readers
// are shown.
struct PartHeader {
    std::string subject, subject_doubts;   // as Message has them
    std::vector<std::string> tlp_headers;  // values of TLP and X-TLP, unfolded
    bool enclosed = false;                 // within a message/rfc822; that in S/MIME which lies open is none of them
    std::string fields = {};               // all others that do not describe the part, as they stand there
    bool is_protected = false;             // its Content-Type says so (RFC 9788)

    [[nodiscard]] bool empty() const { return subject.empty() && tlp_headers.empty() && fields.empty(); }
};
// Its `fields`, cut; views of them.
[[nodiscard]] HeaderBlock other_fields(const PartHeader& header);
// Whom From in it names.
[[nodiscard]] std::vector<std::string> authors_of(const PartHeader& header);
// That of a MIME entity. errc::limit, as `parse`.
[[nodiscard]] Result<PartHeader> header_of_entity(std::string_view entity, const Limits& limits);

struct Message {
    std::vector<Mailbox> from, to, cc;
    std::string sender;          // address of Sender:, or empty
    std::string subject;         // unfolded, decoded
    std::string subject_doubts;  // other readings of encoded words in it that break RFC 2047, for finding labels; mostly empty
    std::string date;            // unfolded, as written
    std::string message_id;      // without brackets, its host in small letters; or empty
    // Likewise, of all fields of that name; an id with capitals in its host is followed by itself as written.
    std::vector<std::string> in_reply_to, references;
    std::vector<Part> parts;               // leaves, in order; a message/rfc822 is listed and its leaves follow
    std::vector<PartHeader> part_headers;  // of all parts, multiparts too, that have any of it; of messages enclosed in it none
    // The path of the first part that programs may read otherwise than it is read here: its Content-Type, transfer encoding, boundary or
    // charset stands twice with two values, nobody knows its transfer encoding, its header goes on behind a line that is no field, or it is
    // a multipart in which no parts were found though something in it describes some. Or empty.
    std::string uncertain;
    bool encrypted =
        false;  // top-level multipart/encrypted, or one inline block that is the whole body (K3), of what is ciphertext by its looks

    // The text of the first text part, decoded to UTF-8 (HTML reduced to lines if there is no plain text).
    [[nodiscard]] std::string text() const;
};

// errc::limit or errc::invalid; everything merely odd is read as well as it can be (S5).
[[nodiscard]] Result<Message> parse(std::string_view message, const Limits& limits);
[[nodiscard]] Result<Message> parse(std::string_view message, const HeaderBlock& headers,
                                    const Limits& limits);  // its header is cut already

}  // namespace caveat::mail
