#include "label_line.hpp"

#include <fmt/format.h>

#include "ascii.hpp"
#include "parameters.hpp"
#include "text.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

// The field of that name, or "" without one; nothing where it stands twice.
std::optional<std::string> only_value(const HeaderBlock& headers, std::string_view name) {
    if (headers.count(name) > 1) return std::nullopt;
    const auto* field = headers.find(name);
    return field == nullptr ? std::string() : unfold(field->value);
}

// Plain text in a charset in which `lines` are what they are in ASCII, whatever that is called. In what has more than one octet to a letter
// a NUL beside one is not read as itself; without one it would pass for ASCII.
bool takes_lines(const std::string& content_type, const std::string& lines) {
    if (content_type.empty()) return true;
    const auto parameters = read_parameters(content_type);
    if (parameters.head != "text/plain") return false;
    const auto charset = parameters.get("charset");
    const auto probe = lines + std::string(1, '\0') + "T";
    return charset.empty() || (knows_charset(charset) && to_utf8(probe, charset) == probe);
}

// A whole number of base64's groups of three octets, so that what follows it decodes as before: empty lines fill up.
std::string in_base64(std::string line) {
    while (line.size() % 3 != 0) line += "\r\n";
    return encode_base64(line) + "\r\n";
}

// `unless`: nothing if the text begins with that line.
std::optional<std::string> put_above(const HeaderBlock& headers, std::string_view body, const std::string& lines,
                                     const std::string& unless) {
    const auto type = only_value(headers, "Content-Type");
    const auto encoding = only_value(headers, "Content-Transfer-Encoding");
    const bool is_measured = headers.find("Content-MD5") != nullptr || headers.find("Content-Length") != nullptr;
    if (!type || !encoding || is_measured || !takes_lines(*type, lines)) return std::nullopt;
    const auto text = decode_transfer(body, *encoding);
    if (!unless.empty() && (text.starts_with(unless + "\r\n") || text.starts_with(unless + "\n"))) return std::nullopt;
    if (text.find("-----BEGIN PGP ") != std::string::npos) return std::nullopt;
    const auto known = [&](std::string_view name) { return ascii::equal(ascii::trim(*encoding), name); };
    if (known("base64")) return in_base64(lines).append(body);
    if (known("") || known("7bit") || known("8bit") || known("quoted-printable")) return lines + std::string(body);
    return std::nullopt;
}

}  // namespace

std::optional<std::string> with_label_line(const HeaderBlock& headers, std::string_view body, community::Tlp label) {
    const auto mark = fmt::format("TLP:{}", community::name(label));
    return put_above(headers, body, mark + "\r\n\r\n", mark);
}

std::optional<std::string> with_lines_above(const HeaderBlock& headers, std::string_view body, const std::string& lines) {
    return put_above(headers, body, lines, {});
}

}  // namespace caveat::mail
