// RFC 2047 both ways. Decoding takes what other readers take, whether or not the RFC allows it: what a reader shows is what counts for a
// label. It is linear: a word is searched only up to its end or to the next one, and after a failure reading goes on two bytes later.
#include "words.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "ascii.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/message.hpp"
#include "text.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t longest_word = 75;          // §2
constexpr std::size_t longest_line = 76;          // §2, for lines with encoded words; we keep it for all
constexpr std::size_t most_readings = 16 * 1024;  // bytes of other readings after which no more are made
constexpr std::size_t longest_plain = 200;        // a run without blanks beyond this is encoded, so that no line nears 998 octets

struct EncodedWord {
    std::string charset;
    std::string bytes;
    std::size_t end = 0;  // offset behind it
    bool closed = true;   // it has its "?="
    bool sound = true;    // as the RFC has it, but for blanks in Q; also what follows it
};

// "=?charset?Q?": what stands between, and where the text begins.
struct WordHead {
    std::string charset;
    char encoding = 0;  // q or b
    std::size_t text_at = 0;
};

std::optional<WordHead> head_at(std::string_view text, std::size_t pos) {
    constexpr std::size_t longest_charset = 64;
    if (text.substr(pos, 2) != "=?") return std::nullopt;
    const auto mark = text.substr(pos + 2, longest_charset + 1).find('?');
    if (mark == std::string_view::npos) return std::nullopt;
    const auto at = pos + 2 + mark;
    if (at + 2 >= text.size() || text[at + 2] != '?') return std::nullopt;
    const char encoding = ascii::lower(text[at + 1]);
    if (encoding != 'q' && encoding != 'b') return std::nullopt;
    // RFC 2231 §5: "utf-8*en" carries a language.
    const auto charset = ascii::trim(text.substr(pos + 2, mark));
    return WordHead{ascii::lower(charset.substr(0, charset.find('*'))), encoding, at + 3};
}

// A "=" that begins no octet stands for itself; `sound` tells whether there was one, or a "?", which does not belong here either.
std::string decode_q(std::string_view text, bool& sound) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (const int octet = text[i] == '=' ? ascii::octet(text.substr(i + 1)) : -1; octet >= 0) {
            out += static_cast<char>(octet);
            i += 2;
            continue;
        }
        sound = sound && text[i] != '=' && text[i] != '?';
        out += text[i] == '_' ? ' ' : text[i];
    }
    return out;
}

// The encoded word at `pos`, where "=?" stands. It ends at "?="; one without that ends at a blank or where another word begins, as a
// subject that was cut off does.
std::optional<EncodedWord> word_at(std::string_view text, std::size_t pos) {
    const auto head = head_at(text, pos);
    if (!head) return std::nullopt;
    const auto begin = head->text_at;
    std::size_t end = begin;
    while (end < text.size() && text.substr(end, 2) != "?=" && !(text[end] == '=' && head_at(text, end))) ++end;
    const bool closed = text.substr(end, 2) == "?=";
    EncodedWord word{head->charset, {}, end + 2, closed, closed};
    if (!closed) word.end = end = begin + std::min(text.substr(begin, end - begin).find_first_of(" \t"), end - begin);
    word.sound = closed && (word.end >= text.size() || std::string_view(" \t)").find(text[word.end]) != std::string_view::npos);
    auto payload = text.substr(begin, end - begin);
    if (!closed && payload.ends_with('?')) payload.remove_suffix(1);
    if (head->encoding == 'q') {
        word.bytes = decode_q(payload, word.sound);
    } else {
        word.sound = word.sound && strict_base64(payload).has_value();
        word.bytes = decode_base64(payload);
    }
    if (word.bytes.empty() && (!closed || !payload.empty())) return std::nullopt;
    return word;
}

// A decoded line break must never get near a header again (S3).
std::string without_controls(std::string text) {
    for (char& c : text) {
        if (ascii::is_control(c) && c != '\t') c = ' ';
    }
    return text;
}

enum class Unsure { shown, as_written };

// Whether everybody reads these bytes alike: they are ASCII without shifts to other letters, or their charset is known, and they are text
// in it.
bool is_sure(const EncodedWord& word, std::string_view read) {
    const bool shifts = word.bytes.find('\x1B') != std::string::npos || word.bytes.find("~{") != std::string::npos;
    if (ascii::is_plain(word.bytes) && !shifts) return true;
    return knows_charset(word.charset) && read.find("\xEF\xBF\xBD") == std::string_view::npos;
}

// Tells `plain` what stands around encoded words, and `words` of each run of neighbours of one charset, as one word and as it is written:
// writers cut characters in two.
void each_run(std::string_view text, const auto& plain, const auto& words) {
    EncodedWord run;
    std::size_t run_at = 0;
    const auto flush = [&] {
        if (!run.bytes.empty()) words(run, text.substr(run_at, run.end - run_at));
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
        if (!joined) plain(between);
        if (run.bytes.empty()) run_at = at;
        run.charset = word->charset;
        run.bytes += word->bytes;
        run.end = plain_at = word->end;
        after_word = word->closed;
        at = text.find("=?", plain_at);
    }
    flush();
    plain(text.substr(plain_at));
}

// `guess`: the charset of words that may be in it, as they do not say theirs, or one that nobody knows.
std::string decoded(std::string_view text, Unsure unsure, std::string_view guess = {}) {
    std::string out;
    each_run(
        text, [&](std::string_view plain) { out += to_utf8(plain, {}); },
        [&](const EncodedWord& run, std::string_view written) {
            const auto unsaid = guess.empty() ? std::vector<std::string_view>{} : charsets_unsaid(run.bytes, run.charset);
            const bool guessed = std::find(unsaid.begin(), unsaid.end(), guess) != unsaid.end();
            const auto read = without_controls(to_utf8(run.bytes, guessed ? guess : std::string_view(run.charset)));
            out += unsure == Unsure::shown || is_sure(run, read) ? read : std::string(written);
        });
    return out;
}

}  // namespace

std::string decode_words(std::string_view text) { return decoded(text, Unsure::shown); }

std::string decode_sure_words(std::string_view text) { return decoded(text, Unsure::as_written); }

std::vector<std::string> words_in_guessed_charsets(std::string_view text) {
    std::set<std::string_view> guesses;
    each_run(
        text, [](std::string_view) {},
        [&](const EncodedWord& run, std::string_view) {
            for (const auto name : charsets_unsaid(run.bytes, run.charset)) guesses.insert(name);
        });
    std::vector<std::string> readings;
    for (const auto guess : guesses) readings.push_back(decoded(text, Unsure::shown, guess));
    for (const auto& reading : readings_unsaid(text, {})) readings.push_back(decode_words(reading));
    return readings;
}

std::string other_readings(std::string_view text, bool sound_too) {
    std::string out;
    for (auto at = text.find("=?"); at != std::string_view::npos && out.size() < most_readings;) {
        const auto word = word_at(text, at);
        const auto behind = word ? word->end : at + 2;
        const auto next = text.find("=?", behind);
        if (!word || !word->sound || sound_too) {
            const auto span = text.substr(at, next == std::string_view::npos ? next : next - at);
            const auto charset_end = std::min(span.find('?', 2), span.size());
            const auto charset = ascii::lower(span.substr(2, charset_end - 2));
            bool sound = true;
            (out += '\n') += to_utf8(decode_q(span, sound), charset);
            const auto payload = span.substr(std::min(span.find('?', std::min(charset_end + 1, span.size())), span.size()));
            (out += '\n') += to_utf8(decode_base64(payload), charset);
        }
        at = next;
    }
    for (const auto& reading : words_in_guessed_charsets(text)) (out += '\n') += reading;
    return out;
}

std::string raw_as_in_text(std::string unfolded, std::string_view charset_of_text) {
    if (is_utf8(unfolded) || !knows_charset(charset_of_text)) return unfolded;
    const auto read = to_utf8(unfolded, charset_of_text);
    return is_utf8(read) && read.find("\xEF\xBF\xBD") == std::string::npos ? read : unfolded;
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

bool needs_encoding(std::string_view word, bool hide_words) {
    return word.size() > longest_plain || !ascii::is_plain(word) || (hide_words && word.find("=?") != std::string_view::npos);
}

// Text that readers would decode although it means itself. What nobody can decode stays as it stands: encoded, it would be so twice.
bool reads_as_words(std::string_view utf8) {
    bool any = false;
    for (auto at = utf8.find("=?"); at != std::string_view::npos && !any; at = utf8.find("=?", at + 2)) any = head_at(utf8, at).has_value();
    return any && (!ascii::is_plain(utf8) || decode_words(utf8) != utf8);
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

using Views = std::vector<std::string_view>;

// One blank parts two words; further ones belong to the word behind them, so that none is lost.
Views words_of(std::string_view text) {
    Views words;
    for (std::size_t i = 0; i < text.size();) {
        const auto end = std::min(text.find_first_of(" \t", text.find_first_not_of(" \t", i)), text.size());
        words.push_back(text.substr(i, end - i));
        i = end + 1;
    }
    return words;
}

// Appends `words`, views of one text. Those in front and behind that need no encoding stay readable: filters look for "TLP:AMBER" without
// decoding.
void append_encoded(std::vector<std::string>& out, std::span<const std::string_view> words, bool hide_words) {
    std::size_t first = 0;
    while (first < words.size() && !needs_encoding(words[first], hide_words)) ++first;
    std::size_t last = words.size();
    while (last > first && !needs_encoding(words[last - 1], hide_words)) --last;
    for (std::size_t i = 0; i < first; ++i) out.emplace_back(words[i]);
    if (first < last) {
        const char* end = words[last - 1].data() + words[last - 1].size();
        for (auto& word : encode_run({words[first].data(), static_cast<std::size_t>(end - words[first].data())}))
            out.push_back(std::move(word));
    }
    for (std::size_t i = last; i < words.size(); ++i) out.emplace_back(words[i]);
}

}  // namespace

std::string encode_header(std::string_view name, std::string_view utf8) {
    const auto line = one_line(utf8);
    const auto text = ascii::trim(line);
    std::vector<std::string> out;
    append_encoded(out, words_of(text), reads_as_words(text));
    return fold(name.size() + 2, out);
}

std::string encode_header_around_words(std::string_view name, std::string_view utf8) {
    const auto line = one_line(utf8);
    const auto words = words_of(ascii::trim(line));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < words.size();) {
        std::size_t end = i;
        while (end < words.size() && (!ascii::is_plain(words[end]) || words[end].find("=?") == std::string_view::npos)) ++end;
        append_encoded(out, std::span(words).subspan(i, end - i), false);
        if (end < words.size()) out.emplace_back(words[end++]);
        i = end;
    }
    return fold(name.size() + 2, out);
}

std::string encode_phrase(std::string_view field, std::string_view utf8) {
    const auto text = one_line(utf8);
    if (needs_encoding(text, true)) return fold(field.size() + 2, encode_run(text));
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
