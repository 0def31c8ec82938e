#pragma once
// Enumerators and the words of configuration, load file and JSON: the position in `words` is the value. To give an enumeration its words,
// specialise Spelling beside it.
#include <cstddef>
#include <optional>
#include <string_view>

namespace caveat::community {

template <class Enum>
struct Spelling;

template <class Enum>
concept Spelled = requires {
    Spelling<Enum>::words.size();
};

template <Spelled Enum>
[[nodiscard]] constexpr std::string_view name(Enum value) {
    return Spelling<Enum>::words.at(static_cast<std::size_t>(value));
}

// The inverse of `name`.
template <Spelled Enum>
[[nodiscard]] constexpr std::optional<Enum> spelled(std::string_view text) {
    for (std::size_t i = 0; i < Spelling<Enum>::words.size(); ++i) {
        if (Spelling<Enum>::words[i] == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace caveat::community
