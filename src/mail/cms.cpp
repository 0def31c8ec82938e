// BER as far as it is needed to walk down to one octet string: definite and indefinite lengths, no recursion, each byte looked at once.
#include "cms.hpp"

#include <cstddef>
#include <cstdint>

namespace caveat::mail {
namespace {

constexpr std::uint8_t oid = 0x06, octets = 0x04, octets_in_pieces = 0x24, sequence = 0x30, explicit_0 = 0xA0;
constexpr std::string_view signed_data = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";  // 1.2.840.113549.1.7.2

struct BerValue {
    std::uint8_t tag = 0;
    std::string_view body;  // of an indefinite length: all that follows
    std::size_t size = 0;   // with tag and length
};

std::optional<BerValue> first_value(std::string_view bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const auto byte = [&bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    std::size_t length = byte(1), head = 2;
    if (length == 0x80) return BerValue{byte(0), bytes.substr(2), bytes.size()};
    if (length > 0x80) {
        const auto digits = length - 0x80;
        if (digits > 4 || bytes.size() < head + digits) return std::nullopt;
        length = 0;
        for (; head < 2 + digits; ++head) length = length << 8 | byte(head);
    }
    if (length > bytes.size() - head) return std::nullopt;
    return BerValue{byte(0), bytes.substr(head, length), head + length};
}

// The body of the first value, if it has this tag.
std::optional<std::string_view> inside(std::string_view bytes, std::uint8_t tag) {
    const auto value = first_value(bytes);
    return value && value->tag == tag ? std::optional(value->body) : std::nullopt;
}

// What follows the first value.
std::optional<std::string_view> behind(std::string_view bytes) {
    const auto value = first_value(bytes);
    return value ? std::optional(bytes.substr(value->size)) : std::nullopt;
}

std::optional<std::string> text_of_octets(std::string_view bytes) {
    const auto value = first_value(bytes);
    if (!value) return std::nullopt;
    if (value->tag == octets) return std::string(value->body);
    if (value->tag != octets_in_pieces) return std::nullopt;
    std::string text;
    for (auto rest = value->body; !rest.empty();) {
        const auto piece = first_value(rest);
        if (!piece) return std::nullopt;
        if (piece->tag == 0) break;                     // the end of an indefinite length
        if (piece->tag != octets) return std::nullopt;  // pieces in pieces: not cut short, but not opened
        text += piece->body;
        rest.remove_prefix(piece->size);
    }
    return text;
}

}  // namespace

std::optional<std::string> signed_entity(std::string_view ber) {
    const auto content = inside(ber, sequence);
    if (!content || inside(*content, oid) != signed_data) return std::nullopt;
    const auto tagged = behind(*content);
    const auto wrapped = tagged ? inside(*tagged, explicit_0) : std::nullopt;
    auto at = wrapped ? inside(*wrapped, sequence) : std::nullopt;
    for (int i = 0; i < 2 && at; ++i) at = behind(*at);  // version and digest algorithms
    const auto encapsulated = at ? inside(*at, sequence) : std::nullopt;
    const auto typed = encapsulated ? behind(*encapsulated) : std::nullopt;
    const auto entity = typed ? inside(*typed, explicit_0) : std::nullopt;
    return entity ? text_of_octets(*entity) : std::nullopt;
}

}  // namespace caveat::mail
