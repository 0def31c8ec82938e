#pragma once
// Strong ids: text that cannot be mixed up. Comparison and hashing are those of the text.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace caveat {

template <class Tag>
struct Id {
    std::string value;

    Id() = default;
    explicit Id(std::string text) : value(std::move(text)) {}
    [[nodiscard]] bool empty() const { return value.empty(); }
    auto operator<=>(const Id&) const = default;
};

using TeamId = Id<struct TeamTag>;      // chosen by people: "orchid"
using PersonId = Id<struct PersonTag>;  // "orchid-rep"
using ListId = Id<struct ListTag>;      // the local part of its posting address: "teams"
using PostId = Id<struct PostTag>;      // a UUIDv7 (RFC 9562), given when the post is accepted; opaque to readers

// Storage's own short keys. They never leave the process.
using PostKey = std::int64_t;
using PersonKey = std::int64_t;

using Digest = std::array<unsigned char, 32>;

// A body at rest: ciphertext under a key of its own, and that key wrapped. Forgetting `key` forgets the message.
struct Sealed {
    std::string key;
    std::string bytes;
    bool operator==(const Sealed&) const = default;
};

// Letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64: what people may choose as an id.
[[nodiscard]] bool is_short_name(std::string_view text);

}  // namespace caveat

template <class Tag>
struct std::hash<caveat::Id<Tag>> {
    std::size_t operator()(const caveat::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};

// Light on purpose: the full string formatter would need fmt's heavy header in every translation unit.
template <class Tag>
struct fmt::formatter<caveat::Id<Tag>> {
    constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
    template <class Context>
    auto format(const caveat::Id<Tag>& id, Context& context) const {
        return std::copy(id.value.begin(), id.value.end(), context.out());
    }
};
