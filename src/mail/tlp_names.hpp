#pragma once
// Names that programs give to a label: of a column, a key, an element or an attribute, with the word TLP in them. Pure; linear.
#include <cstddef>
#include <string_view>

#include "ascii.hpp"

namespace caveat::mail::machine {

inline constexpr std::size_t longest_name = 40;  // bytes of the name of a column or a key
inline constexpr std::string_view word_of_tlp = "tlp", joined_name = "trafficlightprotocol";

// Of a name that stands in no quotes.
inline bool stands_in_words(char c) {
    return ascii::is_letter(c) || ascii::is_digit(c) || !ascii::is_plain(c) || c == '_' || c == '-' || c == '.';
}
// Of a column, or of a key in quotes: "TLP (2.0)", "threat.indicator.marking.tlp".
inline bool stands_in_titles(char c) { return stands_in_words(c) || std::string_view(" :/()#*@").find(c) != std::string_view::npos; }

// Whether "tlp" stands there as a word of a name: "source_tlp", "tlpLabel", "TLPMarking" and "sourceTLP" have it.
[[nodiscard]] bool is_word_of_tlp(std::string_view text, std::size_t at);

// A short name with the word TLP in it, which is no label itself.
[[nodiscard]] bool names_tlp(std::string_view name);

// And nothing else but signs.
[[nodiscard]] bool is_tlp_alone(std::string_view name);

// Of an object that says more of a label: {"version": "2", "label": "RED"}.
[[nodiscard]] bool names_value(std::string_view name);

// One of these may stand in the text, which is in small letters.
[[nodiscard]] bool may_name_tlp(std::string_view small_letters);

}  // namespace caveat::mail::machine
