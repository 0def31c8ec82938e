#include "caveat/mail/pgp_shape.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "fields.hpp"
#include "parameters.hpp"
#include "sealed.hpp"
#include "structure.hpp"

namespace caveat::mail {
namespace {

using Kind = PgpShape::Kind;

constexpr std::string_view signed_begin = "-----BEGIN PGP SIGNED MESSAGE-----", signature_begin = "-----BEGIN PGP SIGNATURE-----",
                           signature_end = "-----END PGP SIGNATURE-----", message_begin = "-----BEGIN PGP MESSAGE-----";

// RFC 9580 §7: from its first line to its last, and nothing around it.
bool is_signed_block(std::string_view text) {
    const auto block = ascii::trim(text);
    return block.starts_with(signed_begin) && block.ends_with(signature_end) && ascii::count_of(block, signed_begin) == 1 &&
           ascii::count_of(block, signature_begin) == 1 && ascii::count_of(block, signature_end) == 1;
}

bool any_of_pgp(const std::vector<Part>& parts) {
    const auto by_type = [](const Part& part) {
        return part.type == "application/pgp-encrypted" || part.type == "application/pgp-signature" || part.type == "application/pgp";
    };
    const auto by_text = [](const Part& part) {
        return part.type.starts_with("text/") &&
               (part.content.find(signed_begin) != std::string::npos || part.content.find(message_begin) != std::string::npos);
    };
    return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return by_type(part) || by_text(part); });
}

// What Exchange makes of a multipart/encrypted on its way: the two parts as they were, behind an empty text of its own, as multipart/mixed.
bool is_mangled_by_exchange(const Structure& structure) {
    const auto& parts = structure.parts;
    return structure.top.head == "multipart/mixed" && structure.top_children == 3 && parts.size() == 3 && parts[0].type == "text/plain" &&
           ascii::trim(parts[0].content).empty() && parts[1].type == "application/pgp-encrypted" &&
           parts[2].type == "application/octet-stream" && is_sealed_part(parts[2].content);
}

// The first of the two children of a multipart at the top, header and body: the bytes that are signed (RFC 1847 §2.1). It ends where the
// boundary in front of the second begins, and the line end there is the boundary's (RFC 2046 §5.1.1).
std::string_view first_child(std::string_view bytes, const Structure& structure) {
    const auto top = std::find_if(structure.stretches.begin(), structure.stretches.end(), [](const Stretch& s) { return s.heads_message; });
    if (top == structure.stretches.end() || top + 1 == structure.stretches.end()) return {};
    const auto begin = (top + 1)->header_at;
    const auto boundary = bytes.rfind("\n--" + structure.top.get("boundary"), structure.stretches.back().header_at);
    if (boundary == std::string_view::npos || boundary < begin) return {};
    const bool crlf = boundary > begin && bytes[boundary - 1] == '\r';
    return bytes.substr(begin, boundary - (crlf ? 1 : 0) - begin);
}

Parameters type_in(std::string_view bytes, std::size_t header_at, const Limits& limits) {
    const auto headers = cut_fields(bytes, header_at, limits);
    const auto* type = headers ? headers->find("Content-Type") : nullptr;
    return read_parameters(type == nullptr ? std::string() : unfold(type->value));
}

bool protects(const Parameters& type) { return !type.get("hp").empty() || !type.get("protected-headers").empty(); }

// RFC 9788 §2.1.2: a copy of the header in front of a text, up to an empty line.
std::string without_first_paragraph(const std::string& text) {
    for (const auto* end : {"\r\n\r\n", "\n\n"}) {
        if (const auto at = text.find(end); at != std::string::npos) return text.substr(at + std::string_view(end).size());
    }
    return {};
}

}  // namespace

Result<PgpShape> pgp_shape(std::string_view bytes, const Limits& limits) {
    const auto headers = read_top(bytes, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto structure = read_structure(bytes, *headers, limits);
    if (!structure) return tl::unexpected<Error>(structure.error());
    const auto& parts = structure->parts;
    const auto& top = structure->top.head;
    if (is_mangled_by_exchange(*structure)) return PgpShape{Kind::encrypted, true, parts[2].content, {}};
    PgpShape shape;
    if (any_of_pgp(parts) || top == "multipart/encrypted" || top == "multipart/signed") shape.kind = Kind::partial;
    if (top == "multipart/encrypted") {
        const bool whole = structure->top_children == 2 && parts.size() == 2 && parts[0].type == "application/pgp-encrypted" &&
                           parts[1].type == "application/octet-stream" && is_sealed_part(parts[1].content);
        if (whole) return PgpShape{Kind::encrypted, true, parts[1].content, {}};
    } else if (top == "multipart/signed") {
        const bool whole = structure->top_children == 2 && parts.size() >= 2 && parts.back().type == "application/pgp-signature";
        if (whole)
            return PgpShape{Kind::signed_parts, true, ascii::with_cr_before_lf(first_child(bytes, *structure)), parts.back().content};
        const bool other = !parts.empty() && parts.back().type != "application/pgp-signature" && !any_of_pgp(parts);
        if (other) shape.kind = Kind::none;  // S/MIME
    } else if (parts.size() == 1 && parts.front().type.starts_with("text/")) {
        if (is_sealed_block(parts.front().content)) return PgpShape{Kind::encrypted, false, parts.front().content, {}};
        if (is_signed_block(parts.front().content)) return PgpShape{Kind::signed_text, false, parts.front().content, {}};
    }
    return shape;
}

bool speaks_of_pgp(const HeaderBlock& headers, const Message& message) {
    const auto* type = headers.find("Content-Type");
    const auto top = type == nullptr ? std::string() : read_parameters(unfold(type->value)).head;
    return top == "multipart/encrypted" || any_of_pgp(message.parts);
}

Result<Shown> shown(std::string_view entity, const Limits& limits) {
    const auto headers = read_top(entity, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto structure = read_structure(entity, *headers, limits);
    if (!structure) return tl::unexpected<Error>(structure.error());
    auto message = parse(entity, *headers, limits);
    if (!message) return tl::unexpected<Error>(message.error());
    Shown what;
    what.subject = message->subject;
    what.protects_subject = protects(structure->top);
    // Older programs (protected-headers="v1") may protect the subject alone.
    const bool says_whom = headers->find("From") != nullptr && (headers->find("To") != nullptr || headers->find("Cc") != nullptr);
    what.protects_header = what.protects_subject && (!structure->top.get("hp").empty() || says_whom);
    if (what.protects_subject && (headers->find("To") != nullptr || headers->find("Cc") != nullptr)) {
        what.named.emplace();
        for (const auto* side : {&message->to, &message->cc}) {
            for (const auto& mailbox : *side) what.named->push_back(mailbox.address);
        }
    }
    bool strip = false;
    // Older programs put the copy of the header into a part of its own; it is no text of the message.
    for (const auto& stretch : structure->stretches) {
        if (stretch.kind != Stretch::Kind::leaf || !stretch.type.starts_with("text/")) continue;
        const auto type = type_in(entity, stretch.header_at, limits);
        if (!stretch.heads_message && (protects(type) || stretch.type == "text/rfc822-headers")) {
            const auto copy =
                std::find_if(message->parts.begin(), message->parts.end(), [&](const Part& p) { return p.type == stretch.type; });
            if (copy != message->parts.end()) message->parts.erase(copy);
            continue;
        }
        strip = type.get("hp-legacy-display") == "1";
        break;
    }
    what.text = message->text();
    if (strip) what.text = without_first_paragraph(what.text);
    return what;
}

}  // namespace caveat::mail
