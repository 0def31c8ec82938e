#pragma once
// A segment of the index as blocks of bytes, each sealed by itself (indexing.cpp), so that a search opens only what it needs:
//
//   0            the head: how many posts, from when to when, when they were distributed, and which kinds of them there are
//   1            how many blocks of terms, and the first term of each, and whether the block before it has some of that one's posts
//   2            the authors, each once: the line of From, and the person
//   3, 4, ...    the posts, 128 a block, in the order of their keys; a post's place among them is its number in the segment
//   then         the terms in ascending order: how far from the one before, how many posts, which (the distances as Rice codes); where
//                all of them do not fit, the next block goes on
//
// Numbers are in seven bits a byte, the lowest first. Pure; any thread; what is no segment throws Unreadable.
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bits.hpp"
#include "caveat/clock.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"

namespace caveat::archive {

using Term = std::uint64_t;  // what a word, or two in a row, have become under the key of their list (terms.hpp): 41 bits

inline constexpr std::size_t most_posts_of_segment = 16'384;

struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a search finds of a post without its words, and what a first look at the right to read it needs (mailroom/reading.hpp).
struct IndexedFacts {
    PostKey post = 0;
    Instant posted{}, distributed{};
    community::Tlp label = community::Tlp::red;
    bool attachment = false;
    bool inexact = false;  // it has words that not every reader's copy has
    bool sealed_only = false;
};

struct Author {
    std::string from;  // folded, a line for each
    PersonId person;   // empty: nobody of the register
    auto operator<=>(const Author&) const = default;
};

// What a search may find of one post.
struct Indexed : IndexedFacts {
    Author author;
    std::vector<Term> terms;
};

[[nodiscard]] std::vector<std::string> blocks_of(std::vector<Indexed> posts);

class Segment {
public:
    using Open = std::function<std::string(std::int64_t place)>;  // may throw Unreadable
    using Authors = std::vector<bool>;                            // of the segment, each by its number

    explicit Segment(Open open);

    [[nodiscard]] std::size_t posts() const { return posts_; }
    [[nodiscard]] Instant first() const { return first_; }  // of `posted`
    [[nodiscard]] Instant last() const { return last_; }
    [[nodiscard]] Instant first_distributed() const { return first_distributed_; }
    [[nodiscard]] Instant last_distributed() const { return last_distributed_; }
    // The labels of its posts, each with whether it is for sealed copies only.
    [[nodiscard]] std::vector<std::pair<community::Tlp, bool>> kinds() const;
    [[nodiscard]] Bits with(Term term);
    // Of these posts those that are so: blocks without any of them stay closed.
    template <class Is>
    [[nodiscard]] Bits where(const Bits& these, Is is) {
        Bits made(posts_);
        these.each([&](std::size_t at) {
            if (is(post(at))) made.set(at);
        });
        return made;
    }
    template <class Is>
    [[nodiscard]] Authors authors_who(Is is) {
        Authors made;
        for (const auto& author : authors()) made.push_back(is(author));
        return made;
    }
    [[nodiscard]] bool is_by(std::size_t at, const Authors& some);
    [[nodiscard]] Bits by(const Bits& these, const Authors& some);
    [[nodiscard]] const IndexedFacts& post(std::size_t at) { return row(at).facts; }
    [[nodiscard]] std::vector<Indexed> whole();

private:
    struct Row {
        IndexedFacts facts;
        std::size_t author = 0;
    };
    [[nodiscard]] const std::vector<Author>& authors();
    struct TermBlock {
        Term first = 0;
        bool goes_on = false;
    };
    [[nodiscard]] const std::vector<TermBlock>& directory();
    [[nodiscard]] const Row& row(std::size_t at);
    [[nodiscard]] std::vector<Row> read_posts(std::size_t block) const;
    [[nodiscard]] std::int64_t place_of_terms(std::size_t block) const;

    Open open_;
    std::size_t posts_ = 0;
    Instant first_{}, last_{}, first_distributed_{}, last_distributed_{};
    std::uint64_t kinds_ = 0;  // a bit each
    std::optional<std::vector<Author>> authors_;
    std::optional<std::vector<TermBlock>> directory_;
    std::vector<std::vector<Row>> read_;  // blocks of posts, as they were asked for
};

}  // namespace caveat::archive
