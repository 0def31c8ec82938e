#pragma once
// Enumerators and their spellings: the position in the table is the value.
#include <array>
#include <optional>
#include <string_view>

namespace caveat::community {

template <class Enum, std::size_t N>
std::optional<Enum> spelled(const std::array<std::string_view, N>& names, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace caveat::community
