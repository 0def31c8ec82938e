#pragma once
// Characters of UTF-8 by their number, and whether one is in a sorted table of ranges. Pure.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace caveat::mail {

struct CodePoint {
    char32_t value = 0;
    std::size_t size = 0;  // 0: no UTF-8
};

struct CodeRange {
    char32_t first, last;
};

// The character at the start of `text`.
[[nodiscard]] inline CodePoint code_point(std::string_view text) {
    if (text.empty()) return {};
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1};
    const std::size_t size = lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (lead >= 0xF8 || size == 0 || text.size() < size) return {};
    char32_t value = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return {};
        value = (value << 6) | (next & 0x3FU);
    }
    return {value, size};
}

template <std::size_t N>
[[nodiscard]] bool within(const std::array<CodeRange, N>& ranges, char32_t c) {
    const auto* after =
        std::upper_bound(ranges.data(), ranges.data() + N, c, [](char32_t x, const CodeRange& range) { return x < range.first; });
    return after != ranges.data() && c <= (after - 1)->last;
}

}  // namespace caveat::mail
