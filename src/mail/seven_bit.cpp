// RFC 6152 §3: who hands a message on to a relay without 8BITMIME converts it or returns it. The parts are those that the reader of posts
// found (structure.hpp), so that there is one opinion on where they begin and end; what they do not cover is copied. At the end nothing but
// ASCII may be left: so a mistake in here is a message that is not sent, and never one that is sent broken.
#include "caveat/mail/seven_bit.hpp"

#include <algorithm>
#include <limits>

#include "ascii.hpp"
#include "ascii_fields.hpp"
#include "fields.hpp"
#include "structure.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr auto no_limit = std::numeric_limits<std::size_t>::max();
constexpr std::string_view encoding_field = "Content-Transfer-Encoding";

bool is_beyond(char c) { return !ascii::is_plain(c); }

// In quoted-printable text an octet beyond ASCII is against the rules (RFC 2045 §6.7), and readers take it for itself: it is written as
// they read it. Soft breaks keep lines far below 998 octets.
std::string without_raw_octets(std::string_view quoted) {
    constexpr std::size_t longest = 900;
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    for (const char c : quoted) {
        if (is_beyond(c) && column + 3 > longest) {
            out += "=\r\n";
            column = 0;
        }
        column = c == '\n' ? 0 : column + (is_beyond(c) ? 3 : 1);
        if (is_beyond(c))
            (out += '=').append(1, digits[static_cast<unsigned char>(c) >> 4]).append(1, digits[static_cast<unsigned char>(c) & 15]);
        else
            out += c;
    }
    return out;
}

std::string without_beyond(std::string_view text) {
    std::string out(text);
    std::erase_if(out, is_beyond);
    return out;
}

// One part's content in ASCII, and how it is encoded now.
struct Encoded {
    std::string body;
    std::string_view as;  // empty: as before
};

Result<Encoded> encoded(std::string_view body, const Stretch& part) {
    if (part.kind == Stretch::Kind::uncut) return fail(errc::invalid, "the parts of its {} cannot be told apart", part.type);
    // RFC 2046 §5.2.2 and §5.2.3: always seven bits, and never encoded.
    if (part.type == "message/partial" || part.type == "message/external-body")
        return fail(errc::invalid, "a part of type {} may not be encoded", part.type);
    if (part.encoding == "quoted-printable") return Encoded{without_raw_octets(body), {}};
    if (part.encoding == "base64") return Encoded{without_beyond(body), {}};  // readers skip them
    if (!part.encoding.empty() && part.encoding != "7bit" && part.encoding != "8bit" && part.encoding != "binary")
        return fail(errc::invalid, "a part of it is encoded in a way that is not known here");
    const auto beyond = static_cast<std::size_t>(std::count_if(body.begin(), body.end(), is_beyond));
    const bool readable = (part.type.starts_with("text/") || part.type.starts_with("message/")) && beyond * 3 <= body.size();
    if (readable) return Encoded{encode_quoted_printable(body), "quoted-printable"};
    return Encoded{encode_base64_lines(body), "base64"};
}

class SevenBits {
public:
    SevenBits(std::string_view message, const Structure& structure) : message_(message), structure_(structure) {
        out_.reserve(message.size() + message.size() / 2);
    }

    Result<std::string> convert() {
        for (const auto& stretch : structure_.stretches) {
            if (stretch.under_signature) continue;
            if (auto done = take(stretch); !done) return tl::unexpected<Error>(done.error());
        }
        gap(message_.size());
        if (!ascii::is_plain(out_)) return fail(errc::invalid, "it could not be written in ASCII");
        return std::move(out_);
    }

private:
    Result<void> take(const Stretch& stretch) {
        gap(stretch.header_at);
        if (stretch.odd_boundary) return fail(errc::invalid, "{}", boundary_beyond_ascii);
        const auto body = message_.substr(stretch.body_at, stretch.end - stretch.body_at);
        const bool has_content = stretch.kind == Stretch::Kind::leaf || stretch.kind == Stretch::Kind::uncut;
        if (stretch.type == "multipart/signed" && !ascii::is_plain(body)) return fail(errc::invalid, "its signature would no longer fit");
        if (!has_content || ascii::is_plain(body)) return header(stretch, {});
        auto content = encoded(body, stretch);
        if (!content) return tl::unexpected<Error>(content.error());
        if (auto done = header(stretch, content->as); !done) return done;
        gap(stretch.body_at);  // a header that stays as it is
        out_ += content->body;
        at_ = stretch.end;
        return {};
    }

    // The header of a part, saying `encoding` if that is new. What contains no eight bits any more does not say so either.
    Result<void> header(const Stretch& stretch, std::string_view encoding) {
        const bool eight = stretch.encoding == "8bit" || stretch.encoding == "binary";
        const bool contains = stretch.kind == Stretch::Kind::multipart || stretch.kind == Stretch::Kind::message;
        const auto text = message_.substr(stretch.header_at, stretch.body_at - stretch.header_at);
        if (encoding.empty() && contains && eight) encoding = "7bit";
        if (encoding.empty() && ascii::is_plain(text)) return {};  // with the next gap, as it stands
        const auto block = cut_fields(text, 0, Limits{no_limit, no_limit, no_limit, no_limit, no_limit});
        if (!block) return tl::unexpected<Error>(block.error());
        for (const auto& field : block->fields) {
            if (!encoding.empty() && ascii::equal(field.name, encoding_field)) continue;
            if (auto done = append(field); !done) return done;
        }
        if (!encoding.empty() && !contains && stretch.heads_message)
            describe(*block, message_.substr(stretch.body_at, stretch.end - stretch.body_at));
        if (!encoding.empty()) out_ += fmt::format("{}: {}\r\n", encoding_field, encoding);
        out_ += "\r\n";
        at_ = stretch.body_at;
        return {};
    }

    // Mail from before MIME: without these two a reader would not look at the encoding.
    void describe(const HeaderBlock& block, std::string_view body) {
        if (block.find("MIME-Version") == nullptr) out_ += "MIME-Version: 1.0\r\n";
        if (block.find("Content-Type") != nullptr) return;
        out_ += fmt::format("Content-Type: text/plain; charset={}\r\n", is_valid_utf8(body) ? "utf-8" : "unknown-8bit");
    }

    Result<void> append(const Field& field) {
        if (ascii::is_plain(field.raw)) {
            out_ += field.raw;
            if (!field.raw.ends_with("\n")) out_ += "\r\n";
            return {};
        }
        auto written = ascii_field(field);
        if (!written) return tl::unexpected<Error>(written.error());
        out_ += *written;
        return {};
    }

    // Boundaries, and the text around parts, which is nobody's to read (RFC 2046 §5.1.1).
    void gap(std::size_t until) {
        if (until <= at_) return;
        const auto begin = out_.size();
        out_ += message_.substr(at_, until - at_);
        std::replace_if(out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end(), is_beyond, '?');
        at_ = until;
    }

    std::string_view message_;
    const Structure& structure_;
    std::string out_;
    std::size_t at_ = 0;  // of the message: everything before is written
};

}  // namespace

// One pass with memchr and one vectorised count: 3 us for 10 KiB, where a loop over bytes takes 10.
bool has_other_lines(std::string_view message) {
    if (message.starts_with('.') || message.find('\0') != message.npos) return true;
    std::size_t lines = 0;
    for (auto at = message.find('\n'); at != message.npos; at = message.find('\n', at + 1), ++lines) {
        if (at == 0 || message[at - 1] != '\r') return true;
        if (at + 1 < message.size() && message[at + 1] == '.') return true;
    }
    return static_cast<std::size_t>(std::count(message.begin(), message.end(), '\r')) != lines;
}

Beyond beyond_ascii(std::string_view message) {
    const auto end = message.find("\r\n\r\n");
    const auto header = message.substr(0, end);
    const bool plain_header = ascii::is_plain(header);
    return {!plain_header || !ascii::is_plain(message.substr(header.size())), !plain_header && is_valid_utf8(header),
            has_other_lines(message)};
}

Result<std::string> with_ascii_header(std::string_view message) {
    const auto block = cut_fields(message, 0, Limits{no_limit, no_limit, no_limit, no_limit, no_limit});
    if (!block) return tl::unexpected<Error>(block.error());
    std::string out;
    out.reserve(message.size() + 4096);
    for (const auto& field : block->fields) {
        auto written = ascii::is_plain(field.raw) ? Result<std::string>(std::string(field.raw)) : ascii_field(field);
        if (!written) return written;
        out += *written;
    }
    const auto* last = block->fields.empty() ? message.data() : block->fields.back().raw.data() + block->fields.back().raw.size();
    return out += message.substr(static_cast<std::size_t>(last - message.data()));
}

Result<std::string> in_seven_bits(std::string_view message, const Limits& limits) {
    if (ascii::is_plain(message)) return std::string(message);
    auto within = limits;  // a copy is somewhat larger than the post that was measured
    within.message = no_limit / 8;
    within.header_block = no_limit;
    within.headers = no_limit;
    const auto headers = read_top(message, within);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto structure = read_structure(message, *headers, within);
    if (!structure) return tl::unexpected<Error>(structure.error());
    return SevenBits(message, *structure).convert();
}

}  // namespace caveat::mail
