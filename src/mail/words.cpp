// RFC 2047 both ways. Decoding is linear: from every "=?" only the next "?" is searched, and after a failure reading goes on two bytes
// later.
#include "words.hpp"

#include <optional>
#include <vector>

#include "ascii.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/message.hpp"
#include "text.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t longest_word = 75;    // §2
constexpr std::size_t longest_line = 76;    // §2, for lines with encoded words; we keep it for all
constexpr std::size_t longest_plain = 200;  // a run without blanks beyond this is encoded, so that no line nears 998 octets

struct EncodedWord {
    std::string charset;
    std::string bytes;
    std::size_t end = 0;  // offset behind it
};

bool is_token(char c) { return c > ' ' && c < 0x7F && std::string_view("()<>@,;:\"/[]?.=").find(c) == std::string_view::npos; }

std::optional<std::string> decode_q(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_')
            out += ' ';
        else if (text[i] != '=')
            out += text[i];
        else if (i + 2 < text.size() && ascii::hex(text[i + 1]) >= 0 && ascii::hex(text[i + 2]) >= 0) {
            out += static_cast<char>(ascii::hex(text[i + 1]) * 16 + ascii::hex(text[i + 2]));
            i += 2;
        } else
            return std::nullopt;
    }
    return out;
}

// The encoded word at `pos`, where "=?" stands. Blanks inside are against §2 but common in Q; readers show them decoded, so we do.
std::optional<EncodedWord> word_at(std::string_view text, std::size_t pos) {
    std::size_t i = pos + 2;
    while (i < text.size() && i - pos < 66 && is_token(text[i])) ++i;
    if (i == pos + 2 || i + 3 >= text.size() || text[i] != '?' || text[i + 2] != '?') return std::nullopt;
    const auto charset = text.substr(pos + 2, i - pos - 2);
    const char encoding = ascii::lower(text[i + 1]);
    const auto begin = i + 3;
    const auto end = text.find('?', begin);
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != '=') return std::nullopt;
    const auto payload = text.substr(begin, end - begin);
    auto bytes = encoding == 'b' ? strict_base64(payload) : encoding == 'q' ? decode_q(payload) : std::nullopt;
    if (!bytes) return std::nullopt;
    // RFC 2231 §5: "utf-8*en" carries a language.
    return EncodedWord{ascii::lower(charset.substr(0, charset.find('*'))), std::move(*bytes), end + 2};
}

// A decoded line break must never get near a header again (S3).
std::string without_controls(std::string text) {
    for (char& c : text) {
        if (ascii::is_control(c) && c != '\t') c = ' ';
    }
    return text;
}

}  // namespace

std::string decode_words(std::string_view text) {
    std::string out;
    EncodedWord run;  // neighbours of one charset are joined first: writers cut characters in two
    const auto flush = [&] {
        if (!run.bytes.empty()) out += without_controls(to_utf8(run.bytes, run.charset));
        run.bytes.clear();
    };
    std::size_t plain_at = 0;
    bool after_word = false;
    for (auto at = text.find("=?"); at != std::string_view::npos;) {
        auto word = word_at(text, at);
        if (!word) {
            at = text.find("=?", at + 2);
            continue;
        }
        const auto between = text.substr(plain_at, at - plain_at);
        const bool joined = after_word && ascii::trim(between).empty();  // §6.2: blanks between two encoded words are not shown
        if (!joined || word->charset != run.charset) flush();
        if (!joined) out += to_utf8(between, {});
        run.charset = word->charset;
        run.bytes += word->bytes;
        plain_at = word->end;
        after_word = true;
        at = text.find("=?", plain_at);
    }
    flush();
    return out += to_utf8(text.substr(plain_at), {});
}

std::string one_line(std::string_view text) { return without_controls(to_utf8(text, {})); }

namespace {

std::size_t character_length(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string q_of(std::string_view character) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const char c = character.front();
    // §5 (3): only these stand for themselves everywhere, phrases included.
    if (ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') ||
        std::string_view("!*+-/").find(c) != std::string_view::npos)
        return std::string(1, c);
    if (c == ' ') return "_";
    std::string out;
    for (const char byte : character)
        (out += '=').append(1, digits[static_cast<unsigned char>(byte) >> 4]).append(1, digits[static_cast<unsigned char>(byte) & 15]);
    return out;
}

// Encoded words of whole characters. Base64 where most is not ASCII, else Q, which stays half readable.
std::vector<std::string> encode_run(std::string_view utf8) {
    std::size_t foreign = 0;
    for (const char c : utf8) foreign += ascii::is_plain(c) ? 0 : 1;
    const bool base64 = foreign * 3 > utf8.size();
    const std::string head = base64 ? "=?utf-8?B?" : "=?utf-8?Q?";
    const std::size_t room = longest_word - head.size() - 2;
    std::vector<std::string> words;
    std::string held;  // base64: raw bytes, at most 3/4 of the room; Q: encoded
    const auto flush = [&] {
        if (!held.empty()) words.push_back(head + (base64 ? encode_base64(held) : held) + "?=");
        held.clear();
    };
    for (std::size_t i = 0; i < utf8.size();) {
        const auto character = utf8.substr(i, character_length(utf8[i]));
        const auto piece = base64 ? std::string(character) : q_of(character);
        if (held.size() + piece.size() > (base64 ? room / 4 * 3 : room)) flush();
        held += piece;
        i += character.size();
    }
    flush();
    return words;
}

bool needs_encoding(std::string_view word) {
    if (word.size() > longest_plain || word.find("=?") != std::string_view::npos) return true;
    for (const char c : word) {
        if (!ascii::is_plain(c)) return true;
    }
    return false;
}

// Puts words into lines, never an empty one first: a field must have text behind its colon.
std::string fold(std::size_t column, const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty() && column + 1 + word.size() > longest_line) {
            out += "\r\n ";
            column = 1;
        } else if (!out.empty()) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

}  // namespace

std::string encode_header(std::string_view name, std::string_view utf8) {
    const auto line = one_line(utf8);
    const auto text = ascii::trim(line);
    // Words in front and behind that need no encoding stay readable: filters look for "TLP:AMBER" without decoding.
    // One blank parts two words; further ones belong to the word behind them, so that none is lost.
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < text.size();) {
        const auto end = std::min(text.find_first_of(" \t", text.find_first_not_of(" \t", i)), text.size());
        words.push_back(text.substr(i, end - i));
        i = end + 1;
    }
    std::size_t first = 0;
    while (first < words.size() && !needs_encoding(words[first])) ++first;
    std::size_t last = words.size();
    while (last > first && !needs_encoding(words[last - 1])) --last;
    std::vector<std::string> out(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
    if (first < last) {
        const char* end = words[last - 1].data() + words[last - 1].size();
        for (auto& word : encode_run({words[first].data(), static_cast<std::size_t>(end - words[first].data())}))
            out.push_back(std::move(word));
    }
    out.insert(out.end(), words.begin() + static_cast<std::ptrdiff_t>(last), words.end());
    return fold(name.size() + 2, out);
}

std::string encode_phrase(std::string_view field, std::string_view utf8) {
    const auto text = one_line(utf8);
    if (needs_encoding(text)) return fold(field.size() + 2, encode_run(text));
    std::string quoted = "\"";
    bool atoms = true;
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
        atoms = atoms && (c == ' ' || ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '-' || c == '_');
    }
    return atoms ? text : quoted + '"';
}

}  // namespace caveat::mail
