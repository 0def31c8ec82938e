#pragma once
// A segment of the index as blocks of bytes, each sealed by itself (indexing.cpp), so that a search opens only what it needs:
//
//   0            the head: how many posts, from when to when, the first term of each block of terms
//   1            the authors, each once
//   2, 3, ...    the posts, 1024 a block, in the order of their keys; a post's place among them is its number in the segment
//   then         the terms in ascending order: how far from the one before, how many posts, which (the distances as Rice codes)
//
// Numbers are in seven bits a byte, the lowest first. Pure; any thread; what is no segment throws Unreadable.
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bits.hpp"
#include "caveat/clock.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"

namespace caveat::archive {

using Term = std::uint64_t;  // what a word, or two signs in a row, have become under the key of their list (terms.hpp): 41 bits

inline constexpr std::size_t most_posts_of_segment = 16'384;

struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a search may find of one post.
struct Indexed {
    PostKey post = 0;
    Instant posted{};
    community::Tlp label = community::Tlp::red;
    bool attachment = false;
    bool inexact = false;  // it has words that not every reader's copy has
    std::string from;      // folded, a line for each author
    std::vector<Term> terms;
};

[[nodiscard]] std::vector<std::string> blocks_of(std::vector<Indexed> posts);

class Segment {
public:
    using Open = std::function<std::string(std::int64_t place)>;  // may throw Unreadable

    explicit Segment(Open open);

    [[nodiscard]] std::size_t posts() const { return posts_; }
    [[nodiscard]] Instant first() const { return first_; }  // of `posted`
    [[nodiscard]] Instant last() const { return last_; }
    [[nodiscard]] Bits with(Term term) const;
    [[nodiscard]] Bits from(const std::string& text);  // somewhere in the line of an author
    template <class Is>
    [[nodiscard]] Bits where(Is is) {
        Bits made(posts_);
        for (std::size_t i = 0; i < posts_; ++i) {
            if (is(post(i))) made.set(i);
        }
        return made;
    }
    // Without author and terms.
    [[nodiscard]] const Indexed& post(std::size_t at);
    // With them.
    [[nodiscard]] std::vector<Indexed> whole();

private:
    struct Row {
        Indexed post;
        std::size_t author = 0;
    };
    void read_posts(std::size_t block);
    [[nodiscard]] const Row& row(std::size_t at);
    [[nodiscard]] std::vector<std::string> authors() const;
    [[nodiscard]] std::int64_t place_of_terms(std::size_t block) const;

    Open open_;
    std::size_t posts_ = 0;
    Instant first_{}, last_{};
    std::vector<Term> firsts_;
    std::map<std::size_t, std::vector<Row>> read_;  // blocks of posts
};

}  // namespace caveat::archive
