#pragma once
// The five labels of TLP 2.0 in the order of enforcement (rules.md §3.1): each is stricter than the one before.
#include <cstdint>
#include <optional>
#include <string_view>

namespace caveat::community {

enum class Tlp : std::uint8_t { clear, green, amber, amber_strict, red };

// "AMBER+STRICT": the canonical spelling without the "TLP:".
[[nodiscard]] std::string_view name(Tlp label);

// Canonical spellings only, in capitals; WHITE is none of them.
[[nodiscard]] std::optional<Tlp> tlp_from(std::string_view canonical);

}  // namespace caveat::community
