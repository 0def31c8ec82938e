#pragma once
// Header text for mail that caveat writes (the decoding half is in the public headers).
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail {

// What else a reader may make of encoded words that break RFC 2047: each of them as it stands, with its octets in Q read, and as base64; a
// line each; and of octets that stand there raw (readings_unsaid). `sound_too`: of proper ones as well, which in decoded text are words
// that were encoded twice. For finding labels only. Linear, and ends after 16 KiB of words.
[[nodiscard]] std::string other_readings(std::string_view unfolded, bool sound_too);

// The whole as programs show it that guess the charset of octets and of encoded words which name none, or one that nobody knows
// (charsets_unsaid). Mostly there is none.
[[nodiscard]] std::vector<std::string> words_in_guessed_charsets(std::string_view unfolded);

// A value in which octets stand raw that are no UTF-8, which is against RFC 5322: as programs read it that take the charset of the text for
// that of the header. As it is where they are none of that charset, or nobody knows it.
[[nodiscard]] std::string raw_as_in_text(std::string unfolded, std::string_view charset_of_text);

// As decode_words, but words that not everybody reads alike stay as they are written: an unknown charset, octets that are none of theirs.
[[nodiscard]] std::string decode_sure_words(std::string_view unfolded);

// As encode_header for what decode_sure_words left: encoded words in it stand as they are, the text around them is encoded.
[[nodiscard]] std::string encode_header_around_words(std::string_view name, std::string_view utf8);

// One line without control characters; what is no UTF-8 is read as windows-1252.
[[nodiscard]] std::string one_line(std::string_view text);

// A display name for From or List-Id: atoms as they are, else a quoted string, else encoded words. May be folded.
[[nodiscard]] std::string encode_phrase(std::string_view field, std::string_view utf8);

}  // namespace caveat::mail
