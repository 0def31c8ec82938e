#include "transfer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view hex_digits = "0123456789ABCDEF";

constexpr auto values = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return table;
}();

// Collects six bits at a time.
struct Sextets {
    std::string& out;
    std::uint32_t bits = 0;
    int held = 0;

    void take(std::int8_t value) {
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) return;
        held -= 8;
        out += static_cast<char>((bits >> held) & 0xFF);
    }
    // After padding a new run may follow: some gateways join encoded pieces.
    void restart() { held = 0; }
};

}  // namespace

std::string decode_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    Sextets sextets{out};
    for (const char c : text) {
        const auto value = values[static_cast<unsigned char>(c)];
        if (value >= 0)
            sextets.take(value);
        else if (c == '=')
            sextets.restart();
    }
    return out;
}

std::optional<std::string> strict_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    for (const char c : text) {
        if (values[static_cast<unsigned char>(c)] < 0) return std::nullopt;
    }
    if (text.size() % 4 == 1) return std::nullopt;
    return decode_base64(text);
}

std::string decode_quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ' || text[i] == '\t') {
            // §6.7 rule 3: blanks at the end of a line were added on the way. Runs are skipped in one go, so this stays linear.
            auto end = text.find_first_not_of(" \t", i);
            if (end == std::string_view::npos) return out;
            const bool at_end = text[end] == '\n' || (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n');
            if (!at_end) out.append(text.substr(i, end - i));
            i = end - 1;
            continue;
        }
        if (text[i] != '=') {
            out += text[i];
            continue;
        }
        if (const int octet = ascii::octet(text.substr(i + 1)); octet >= 0) {
            out += static_cast<char>(octet);
            i += 2;
            continue;
        }
        // A soft line break, blanks before the line end allowed; any other "=" stands for itself.
        auto end = text.find_first_not_of(" \t", i + 1);
        if (end == std::string_view::npos) return out;
        if (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n') ++end;
        if (text[end] == '\n')
            i = end;
        else
            out += '=';
    }
    return out;
}

bool decode_uu_line(std::string_view line, std::string& out) {
    const auto value = [&line](std::size_t i) { return i < line.size() ? static_cast<unsigned>(line[i] - ' ') & 63U : 0U; };
    if (line.empty() || std::any_of(line.begin(), line.end(), [](char c) { return c < ' ' || c > '`'; })) return false;
    const std::size_t size = value(0), needed = (size * 4 + 2) / 3, padded = (size + 2) / 3 * 4;
    if (line.size() < 1 + needed || line.size() > 2 + padded) return false;
    for (std::size_t k = 0, i = 1; k < size; k += 3, i += 4) {
        const unsigned group = value(i) << 18 | value(i + 1) << 12 | value(i + 2) << 6 | value(i + 3);
        for (std::size_t byte = 0; byte < 3 && k + byte < size; ++byte) out += static_cast<char>(group >> (16 - 8 * byte) & 0xFF);
    }
    return true;
}

std::string decode_uuencode(std::string_view text) {
    const auto whole = text;
    std::string out;
    bool begun = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (begun && !decode_uu_line(line, out)) break;
        begun = begun || line.starts_with("begin ");
    }
    return begun ? out : std::string(whole);
}

bool is_uuencode(std::string_view encoding) {
    return ascii::equal(encoding, "x-uuencode") || ascii::equal(encoding, "uuencode") || ascii::equal(encoding, "x-uue");
}

std::string decode_transfer(std::string_view bytes, std::string_view encoding) {
    const auto name = ascii::trim(encoding.substr(0, encoding.find_first_of(";(")));
    if (ascii::equal(name, "base64")) return decode_base64(bytes);
    if (ascii::equal(name, "quoted-printable")) return decode_quoted_printable(bytes);
    if (is_uuencode(name)) return decode_uuencode(bytes);
    return std::string(bytes);
}

std::string encode_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) group = (group << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? alphabet[(group >> (18 - 6 * k)) & 63] : '=';
    }
    return out;
}

std::string encode_base64_lines(std::string_view bytes) {
    constexpr std::size_t per_line = 57;
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / per_line * 2 + 8);
    for (std::size_t i = 0; i < bytes.size(); i += per_line) {
        if (i > 0) out += "\r\n";
        out += encode_base64(bytes.substr(i, per_line));
    }
    return out;
}

std::string encode_quoted_printable(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (c == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool line_ends = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
        const bool plain = (c > ' ' && c < 0x7F && c != '=') || ((c == ' ' || c == '\t') && !line_ends);
        if (column + (plain ? 1 : 3) > 75) {
            out += "=\r\n";
            column = 0;
        }
        if (plain)
            out += c;
        else
            (out += '=')
                .append(1, hex_digits[static_cast<unsigned char>(c) >> 4])
                .append(1, hex_digits[static_cast<unsigned char>(c) & 15]);
        column += plain ? 1 : 3;
    }
    return out;
}

}  // namespace caveat::mail
