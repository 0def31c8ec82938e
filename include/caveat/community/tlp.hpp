#pragma once
// The five labels of TLP 2.0 in the order of enforcement (rules.md §3.1): each is stricter than the one before.
#include <cstdint>
#include <optional>
#include <string_view>

#include "caveat/community/spelling.hpp"

namespace caveat::community {

enum class Tlp : std::uint8_t { clear, green, amber, amber_strict, red };

// "AMBER+STRICT": the canonical spelling without the "TLP:".
template <>
struct Spelling<Tlp> {
    static constexpr std::array<std::string_view, 5> words{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};
};

// Canonical spellings only, in capitals; WHITE is none of them.
[[nodiscard]] constexpr std::optional<Tlp> tlp_from(std::string_view canonical) { return spelled<Tlp>(canonical); }

}  // namespace caveat::community
