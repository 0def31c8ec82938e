#include "ascii_fields.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/seven_bit.hpp"
#include "parameters.hpp"
#include "text.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view upper_digits = "0123456789ABCDEF";
constexpr std::array<std::string_view, 10> address_fields{"From",        "Sender",        "Reply-To",  "To",        "Cc",
                                                          "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Reply-To"};
constexpr std::array<std::string_view, 2> parameter_fields{"Content-Type", "Content-Disposition"};

std::string escaped(char mark, char octet) {
    const auto byte = static_cast<unsigned char>(octet);
    return {mark, upper_digits[byte >> 4], upper_digits[byte & 15]};
}

// Octets of which nobody knows what they mean stay what they are (RFC 1428 §3): a reader who knows the sender's habits can read them.
std::string unknown_words(std::string_view name, std::string_view text) {
    constexpr std::size_t most_octets = 15;  // 45 characters in a word of at most 75
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += most_octets) {
        if (i > 0) out += "\r\n ";
        out += "=?unknown-8bit?Q?";
        for (const char c : text.substr(i, most_octets)) out += escaped('=', c);
        out += "?=";
    }
    return fmt::format("{}: {}\r\n", name, out);
}

// RFC 2231 §4.1: in pieces of at most 20 octets, so that no line gets long.
void append_extended(std::string& out, std::string_view name, std::string_view value) {
    constexpr std::size_t most_octets = 20;
    for (std::size_t i = 0, section = 0; i < value.size(); i += most_octets, ++section) {
        const bool only = value.size() <= most_octets;
        out += fmt::format(";\r\n {}*{}={}", name, only ? "" : fmt::format("{}*", section),
                           section > 0            ? ""
                           : is_valid_utf8(value) ? "utf-8''"
                                                  : "unknown-8bit''");
        for (const char c : value.substr(i, most_octets)) out += escaped('%', c);
    }
}

void append_quoted(std::string& out, std::string_view name, std::string_view value) {
    out.append(";\r\n ").append(name).append("=\"");
    for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        if (!ascii::is_control(c)) out += c;
    }
    out += '"';
}

// Of RFC 2231's own form only what it decodes to is left, so that it is written anew.
Result<std::string> with_parameters(std::string_view name, std::string_view value) {
    const auto parameters = read_parameters(unfold(value));
    std::string out = fmt::format("{}: {}", name, parameters.head);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return !ascii::is_plain(c); }, '?');
    for (const auto& [key, text] : parameters.all) {
        if (!ascii::is_plain(key)) continue;
        if (key == "boundary" && parameters.head.starts_with("multipart/") && !ascii::is_plain(text))
            return fail(errc::invalid, "{}", boundary_beyond_ascii);
        if (ascii::is_plain(text))
            append_quoted(out, key, text);
        else
            append_extended(out, key, text);
    }
    return out + "\r\n";
}

Result<std::string> with_addresses(std::string_view name, const std::vector<Mailbox>& boxes) {
    std::string out = fmt::format("{}: ", name);
    for (const auto& box : boxes) {
        const auto address = ascii_address(box.address);
        if (!address) return fail(errc::invalid, "{} names an address that is not ASCII before its @", name);
        if (&box != &boxes.front()) out += ",\r\n ";
        const auto phrase = box.name.empty() ? std::string() : encode_phrase(name, box.name);
        out += phrase.empty() ? *address : fmt::format("{} <{}>", phrase, *address);
    }
    return out + "\r\n";
}

}  // namespace

// to_utf8 leaves valid UTF-8 alone, so a difference means it was none.
bool is_valid_utf8(std::string_view text) { return to_utf8(text, "utf-8") == text; }

std::optional<std::string> ascii_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return ascii::is_plain(address) ? std::optional(std::string(address)) : std::nullopt;
    if (!ascii::is_plain(address.substr(0, at))) return std::nullopt;
    auto domain = ascii::is_plain(address.substr(at)) ? std::string(address.substr(at + 1)) : normalise_domain(address.substr(at + 1));
    if (!ascii::is_plain(domain)) return std::nullopt;
    return std::string(address.substr(0, at + 1)) + domain;
}

Result<std::string> ascii_field(const Field& field) {
    if (ascii::is_one_of(field.name, parameter_fields)) return with_parameters(field.name, field.value);
    const auto line = unfold(field.value);
    if (ascii::is_one_of(field.name, address_fields)) {
        // What is no address at all is shown as text by readers, and so it is written as text.
        const auto boxes = read_mailboxes(line);
        const bool all =
            std::none_of(boxes.begin(), boxes.end(), [](const Mailbox& box) { return box.address.find('@') == std::string::npos; });
        if (!boxes.empty() && all) return with_addresses(field.name, boxes);
    }
    if (!is_valid_utf8(line)) return unknown_words(field.name, line);
    return fmt::format("{}: {}\r\n", field.name, encode_header(field.name, decode_words(line)));
}

}  // namespace caveat::mail
