#pragma once
// Words for enumerators, in one table for both directions.
#include <array>
#include <optional>
#include <string_view>

namespace caveat::conduct {

template <class T>
struct Named {
    T value;
    std::string_view word;
};

template <class T, std::size_t n>
constexpr std::string_view name_in(const std::array<Named<T>, n>& table, T value) {
    for (const auto& entry : table) {
        if (entry.value == value) return entry.word;
    }
    return "?";
}

template <class T, std::size_t n>
constexpr std::optional<T> value_in(const std::array<Named<T>, n>& table, std::string_view word) {
    for (const auto& entry : table) {
        if (entry.word == word) return entry.value;
    }
    return std::nullopt;
}

}  // namespace caveat::conduct
