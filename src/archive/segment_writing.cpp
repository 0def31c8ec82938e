// A segment from the posts that are to be in it.
#include <algorithm>
#include <map>
#include <span>
#include <string_view>

#include "segment.hpp"
#include "segment_codes.hpp"

namespace caveat::archive {
namespace {

class BitWriter {
public:
    void ones(std::uint64_t n) {
        for (; n > 0; --n) put(true);
        put(false);
    }
    void low_bits(std::uint64_t value, unsigned n) {
        while (n-- > 0) put((value >> n & 1) != 0);
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    void put(bool bit) {
        if (used_ % 8 == 0) bytes_ += '\0';
        if (bit) bytes_.back() = static_cast<char>(static_cast<unsigned char>(bytes_.back()) | 0x80U >> used_ % 8);
        ++used_;
    }
    std::string bytes_;
    std::size_t used_ = 0;
};

// How many, the first, and the distances between them. Of a piece the parameter stands there: its posts are of a part of the segment.
std::string postings(std::span<const std::uint32_t> places, std::optional<unsigned> of_piece, std::size_t posts) {
    std::string made;
    add_number(made, places.size() << 1 | (of_piece ? 1U : 0U));
    if (of_piece) add_number(made, *of_piece);
    add_number(made, places.front());
    const auto parameter = of_piece.value_or(rice_parameter(places.size(), posts));
    BitWriter out;
    for (std::size_t i = 1; i < places.size(); ++i) {
        const auto distance = places[i] - places[i - 1] - 1;
        out.ones(distance >> parameter);
        out.low_bits(distance, parameter);
    }
    return made + out.bytes();
}

std::string piece_of_postings(std::span<const std::uint32_t> places) {
    return postings(places, rice_parameter(places.size(), places.back() - places.front() + 1), 0);
}

using AuthorNumbers = std::map<Author, std::size_t>;

std::string block_of_posts(const std::vector<Indexed>& posts, std::size_t begin, const AuthorNumbers& authors) {
    std::string block;
    PostKey key = 0;
    std::int64_t at = 0;
    for (auto i = begin; i < std::min(begin + posts_a_block, posts.size()); ++i) {
        const auto& post = posts[i];
        add_number(block, static_cast<std::uint64_t>(post.post - key));
        add_number(block, folded_sign(ticks(post.posted) - at));
        add_number(block, folded_sign(ticks(post.distributed) - ticks(post.posted)));
        add_number(block, static_cast<std::uint64_t>(post.label) << label_shift | (post.sealed_only ? 4U : 0U) |
                              (post.attachment ? 2U : 0U) | (post.inexact ? 1U : 0U));
        add_number(block, authors.at(post.author));
        key = post.post;
        at = ticks(post.posted);
    }
    return block;
}

void add_text(std::string& to, std::string_view text) {
    add_number(to, text.size());
    to += text;
}

// Blocks of terms, filled to the last bytes.
class TermBlocks {
public:
    struct Block {
        Term first = 0;
        bool goes_on = false;  // with a term of the block before
        std::string bytes = {};
    };

    explicit TermBlocks(std::size_t posts) : posts_(posts) {}

    void add(Term term, std::span<const std::uint32_t> places) {
        const auto whole = postings(places, std::nullopt, posts_);
        if (fits(whole)) return put(term, whole);
        const auto [piece, taken] = first_piece(places, whole.size());
        if (taken > 0) put(term, piece);
        blocks_.push_back({term, taken > 0});
        before_ = term;
        put(term, taken > 0 ? piece_of_postings(places.subspan(taken)) : whole);
    }
    [[nodiscard]] std::vector<Block> take() { return std::move(blocks_); }

private:
    static constexpr std::size_t most_of_distance = 6, shortest_piece = 64;  // bytes

    [[nodiscard]] std::size_t room() const {
        const auto used = blocks_.empty() ? bytes_a_block : blocks_.back().bytes.size() + most_of_distance;
        return bytes_a_block - std::min(used, bytes_a_block);
    }
    [[nodiscard]] bool fits(const std::string& which) const { return which.size() <= room(); }

    // As many as the block has room for.
    [[nodiscard]] std::pair<std::string, std::size_t> first_piece(std::span<const std::uint32_t> places, std::size_t whole) const {
        for (auto most = room(); most >= shortest_piece; most = most * 7 / 8) {
            const auto taken = places.size() * most / whole;
            if (taken == 0 || taken >= places.size()) break;
            auto piece = piece_of_postings(places.first(taken));
            if (fits(piece)) return {std::move(piece), taken};
        }
        return {};
    }
    void put(Term term, const std::string& which) {
        add_number(blocks_.back().bytes, term - before_);
        blocks_.back().bytes += which;
        before_ = term;
    }

    std::size_t posts_;
    std::vector<Block> blocks_;
    Term before_ = 0;
};

std::vector<TermBlocks::Block> blocks_of_terms(const std::vector<Indexed>& posts) {
    constexpr unsigned bits_of_place = 14;  // below the term's
    static_assert(std::size_t{1} << bits_of_place == most_posts_of_segment);
    std::vector<std::uint64_t> all;
    std::size_t size = 0;
    for (const auto& post : posts) size += post.terms.size();
    all.reserve(size);
    for (std::uint64_t place = 0; place < posts.size(); ++place) {
        for (const auto term : posts[place].terms) all.push_back(term << bits_of_place | place);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    TermBlocks blocks(posts.size());
    std::vector<std::uint32_t> places;
    for (std::size_t i = 0; i < all.size();) {
        const Term term = all[i] >> bits_of_place;
        for (places.clear(); i < all.size() && all[i] >> bits_of_place == term; ++i)
            places.push_back(static_cast<std::uint32_t>(all[i] & (most_posts_of_segment - 1)));
        blocks.add(term, places);
    }
    return blocks.take();
}

std::uint64_t kind_bit(const IndexedFacts& post) {
    return std::uint64_t{1} << (static_cast<unsigned>(post.label) * 2 + (post.sealed_only ? 1U : 0U));
}

std::string head_of(const std::vector<Indexed>& posts) {
    std::string head;
    add_number(head, posts.size());
    for (const auto when : {&IndexedFacts::posted, &IndexedFacts::distributed}) {
        const auto [first, last] =
            std::minmax_element(posts.begin(), posts.end(), [&](const auto& a, const auto& b) { return a.*when < b.*when; });
        for (const auto at : {first, last}) add_number(head, folded_sign(posts.empty() ? 0 : ticks((*at).*when)));
    }
    std::uint64_t kinds = 0;
    for (const auto& post : posts) kinds |= kind_bit(post);
    add_number(head, kinds);
    return head;
}

}  // namespace

std::vector<std::string> blocks_of(std::vector<Indexed> posts) {
    std::sort(posts.begin(), posts.end(), [](const auto& a, const auto& b) { return a.post < b.post; });
    AuthorNumbers authors;
    for (const auto& post : posts) authors.emplace(post.author, 0);
    std::string of_authors;
    std::size_t number = 0;
    for (auto& [author, at] : authors) {
        at = number++;
        add_text(of_authors, author.from);
        add_text(of_authors, author.person.value);
    }
    std::vector<std::string> blocks{head_of(posts), "", std::move(of_authors)};
    for (std::size_t at = 0; at < posts.size(); at += posts_a_block) blocks.push_back(block_of_posts(posts, at, authors));
    std::string directory;
    Term before = 0;
    auto of_terms = blocks_of_terms(posts);
    add_number(directory, of_terms.size());
    for (auto& block : of_terms) {
        add_number(directory, (block.first - before) << 1 | (block.goes_on ? 1U : 0U));
        before = block.first;
        blocks.push_back(std::move(block.bytes));
    }
    blocks[directory_place] = std::move(directory);
    return blocks;
}

}  // namespace caveat::archive
