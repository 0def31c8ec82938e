#include "label_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "parameters.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

// Beginnings of the names of charsets in which ASCII text is itself at the start of a text.
constexpr std::array<std::string_view, 12> like_ascii{"us-ascii", "ascii", "utf-8",   "iso-8859-", "windows-125", "koi8-",
                                                      "gb2312",   "gbk",   "gb18030", "big5",      "euc-",        "iso-2022-jp"};

// The field of that name, or "" without one; nothing where it stands twice.
std::optional<std::string> only_value(const HeaderBlock& headers, std::string_view name) {
    if (headers.count(name) > 1) return std::nullopt;
    const auto* field = headers.find(name);
    return field == nullptr ? std::string() : unfold(field->value);
}

bool is_plain_text(const std::string& content_type) {
    if (content_type.empty()) return true;
    const auto parameters = read_parameters(content_type);
    if (parameters.head != "text/plain") return false;
    const auto charset = ascii::lower(parameters.get("charset"));
    return charset.empty() || std::any_of(like_ascii.begin(), like_ascii.end(), [&](auto name) { return charset.starts_with(name); });
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
    if (!type || !encoding || is_measured || !is_plain_text(*type)) return std::nullopt;
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
