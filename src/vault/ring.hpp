#pragma once
// A key that can forget (a puncturable pseudorandom function, after Goldreich, Goldwasser and Micali): a tree of hashes whose root stands
// for a secret of each id there may ever be. To forget one, the root is replaced by the roots of everything beside the path to it: what
// they give for every other id is what it was, and for that one nothing leads there any more. In the key file each is a line, "0312
// BASE64": the way from the root, four ways a level, and the secret there; some 100 lines for each id that was forgotten.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "derived_key.hpp"

namespace caveat::vault {

class Ring {
public:
    static constexpr unsigned levels = 32;  // of two bits of the id's hash each: 64 bits, so that no two posts ever meet

    [[nodiscard]] static Ring fresh();

    // Whether there still is one; then `key` is the secret of this id.
    [[nodiscard]] bool leaf(std::string_view id, BriefKey& key) const;
    // From now on there is none. False: there was none.
    bool forget(std::string_view id);

    // None: no lines of a ring, or two that lie within each other.
    [[nodiscard]] static std::optional<Ring> from_lines(std::string_view lines);
    // Into memory of this size, which the caller wipes.
    [[nodiscard]] std::size_t size_of_lines() const;
    void write_lines(char* to) const;

private:
    struct Node {
        std::uint64_t path = 0;  // its bits from the left, the rest zero
        unsigned level = 0;
    };
    void put(std::size_t at, const Node& node, const unsigned char* seed);
    [[nodiscard]] std::optional<std::size_t> above(std::uint64_t path) const;

    std::vector<Node> nodes_;  // in the order of their paths; none lies within another
    SecretBytes seeds_;        // key_size bytes of each
};

}  // namespace caveat::vault
