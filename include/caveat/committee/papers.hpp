#pragma once
// A document as it is handed in, and as it is given out to those who may read it (items 20 and 21). It is kept sealed by the vault and
// known by its SHA-256, so that what was voted on can be read later, and nothing else can take its place.
#include <cstddef>
#include <string>

#include "caveat/clock.hpp"

namespace caveat::committee {

inline constexpr std::size_t longest_paper = 512U << 10;            // bytes of one document
inline constexpr std::int64_t most_papers = std::int64_t{8} << 20;  // bytes of all documents of one application or case

struct Paper {
    std::string name;  // of the file it came in
    std::string bytes;
};

// What is known of a document without opening it.
struct PaperFacts {
    std::string hash;  // SHA-256, hexadecimal
    std::string kind;  // "report", "reply"
    std::string name;
    std::int64_t size = 0;  // bytes
    Instant at{};
    std::string by;
};

}  // namespace caveat::committee
