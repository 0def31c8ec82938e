#include "sealed.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "ascii.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view block_begin = "-----BEGIN PGP MESSAGE-----", block_end = "-----END PGP MESSAGE-----";

std::string_view next_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return ascii::trim(line);
}

bool is_base64_line(std::string_view line) {
    if (line.starts_with('=')) line.remove_prefix(1);  // the checksum
    while (line.ends_with('=')) line.remove_suffix(1);
    const auto fits = [](char c) {
        return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '+' || c == '/';
    };
    return std::all_of(line.begin(), line.end(), fits);
}

constexpr unsigned session_key = 1, marker = 10;  // RFC 9580 §5: one sealed to a key, and what may stand before it

unsigned tag_of(std::string_view packets) {
    const unsigned first = packets.empty() ? 0U : static_cast<unsigned char>(packets[0]);
    return (first & 0x40) == 0 ? first >> 2 & 0xF : first & 0x3F;
}

// Of a session key or encrypted data of a version that there is, or the marker that may stand before them (RFC 9580 §4.2, §5).
bool begins_ciphertext(std::string_view packets) {
    if (packets.empty() || (packets[0] & 0x80) == 0) return false;
    const auto byte = [&packets](std::size_t i) { return i < packets.size() ? static_cast<unsigned char>(packets[i]) : 0U; };
    const bool old = (byte(0) & 0x40) == 0;
    const unsigned tag = tag_of(packets);
    if (tag == 9 || tag == marker) return true;
    if (tag != session_key && tag != 3 && tag != 18 && tag != 20) return false;
    constexpr std::array<std::size_t, 4> old_lengths{1, 2, 4, 0};
    const std::size_t two_or_one = byte(1) < 192 || byte(1) >= 224 ? 1 : 2;
    const std::size_t version_at = 1 + (old ? old_lengths.at(byte(0) & 3) : byte(1) == 255 ? 5 : two_or_one);
    const bool too_long = old && (byte(0) & 3) == 1 && byte(1) > 0x20;  // no session key has 8 KiB, but "hello" would
    return !too_long && byte(version_at) <= 6;
}

// Whether `is` says so of a block of armour somewhere in a text, quoted or not, as packets.
bool any_block(std::string_view text, bool (*is)(std::string_view packets)) {
    constexpr std::string_view begin = "-----BEGIN PGP ";
    constexpr std::size_t shortest = 8;  // of a line: words that only speak of a block are none
    for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin)) {
        text.remove_prefix(at + begin.size());
        if (next_line(text).starts_with("SIGNED MESSAGE")) continue;
        auto rest = text.substr(0, text.find("-----"));
        std::string armoured;
        while (!rest.empty()) {
            auto line = next_line(rest);
            while (line.starts_with('>')) line = ascii::trim(line.substr(1));
            if (line.starts_with('=') || (armoured.empty() && !line.empty() && line.size() < shortest && !line.ends_with('='))) break;
            if (line.find(':') == std::string_view::npos && is_base64_line(line)) armoured += line;
        }
        if (is(decode_base64(armoured))) return true;
    }
    return false;
}

}  // namespace

bool is_sealed_block(std::string_view content) {
    auto text = ascii::trim(content);
    if (!text.starts_with(block_begin) || !text.ends_with(block_end) || text.size() < block_begin.size() + block_end.size()) return false;
    text.remove_prefix(block_begin.size());
    text.remove_suffix(block_end.size());
    if (!next_line(text).empty()) return false;
    const auto all = text;
    // Headers end with an empty line; without one there are none.
    while (!text.empty()) {
        const auto line = next_line(text);
        if (line.empty()) break;
        if (line.find(": ") == std::string_view::npos && !line.ends_with(':')) {
            text = all;
            break;
        }
    }
    std::string_view first;
    while (!text.empty()) {
        const auto line = next_line(text);
        if (!is_base64_line(line)) return false;
        if (first.empty()) first = line;
    }
    return begins_ciphertext(decode_base64(first.substr(0, 8)));
}

bool is_sealed_part(std::string_view content) {
    if (is_sealed_block(content)) return true;
    constexpr std::size_t enough = 4096;
    const auto start = content.substr(0, enough);
    const bool binary = std::any_of(start.begin(), start.end(), [](char c) { return ascii::is_control(c) && !ascii::is_blank(c); });
    return binary && begins_ciphertext(content);
}

bool holds_open_packets(std::string_view packets) {
    const auto byte = [&packets](std::size_t i) { return i < packets.size() ? static_cast<unsigned char>(packets[i]) : 0U; };
    while (!packets.empty() && (byte(0) & 0x80) != 0) {
        const bool old = (byte(0) & 0x40) == 0;
        const unsigned tag = old ? byte(0) >> 2 & 0xF : byte(0) & 0x3F;
        if (tag == 4 || tag == 8 || tag == 11) return true;
        const unsigned kind = byte(0) & 3;
        if (old && kind == 3) return false;  // to the end
        std::size_t at = 1;
        std::size_t length = 0;
        for (bool more = true; more && at < packets.size();) {
            const unsigned first = byte(at);
            more = !old && first >= 224 && first < 255;  // a piece of it
            const std::size_t octets = old ? std::size_t{1} << kind : first == 255 ? 5 : !more && first >= 192 ? 2 : 1;
            if (more)
                length = std::size_t{1} << (first & 0x1F);
            else if (!old && octets == 2)
                length = ((first - 192) << 8) + byte(at + 1) + 192;
            else if (!old && octets == 1)
                length = first;
            else {
                length = 0;
                for (std::size_t i = old ? 0 : 1; i < octets; ++i) length = length << 8 | byte(at + i);
            }
            at += octets + length;
        }
        packets.remove_prefix(std::min(at, packets.size()));
    }
    return false;
}

bool holds_open_block(std::string_view text) { return any_block(text, holds_open_packets); }
bool holds_sealed_block(std::string_view text) { return any_block(text, is_sealed_to_keys); }

bool is_sealed_to_keys(std::string_view packets) {
    return begins_ciphertext(packets) && (tag_of(packets) == session_key || tag_of(packets) == marker);
}

std::string words_of_block(std::string_view content) {
    constexpr std::size_t full_line = 40, most = 8 * 1024;
    std::string words;
    if (!is_sealed_block(content)) return words;
    for (auto text = content; !text.empty() && words.size() < most;) {
        const auto line = next_line(text);
        if (line.size() < full_line || !is_base64_line(line)) (words += line.substr(0, most)) += '\n';
    }
    return words;
}

}  // namespace caveat::mail
