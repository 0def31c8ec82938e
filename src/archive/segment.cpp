#include "segment.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <string_view>

namespace caveat::archive {
namespace {

constexpr std::size_t posts_a_block = 128;   // sealed, a third of a page: a hit opens no more
constexpr std::size_t bytes_a_block = 3940;  // sealed, and with its row's header, one page of the database
constexpr std::int64_t head_place = 0, directory_place = 1, authors_place = 2, posts_place = 3;
constexpr unsigned label_shift = 3;  // above the flags of a post

void add_number(std::string& to, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) to += static_cast<char>(number | 0x80);
    to += static_cast<char>(number);
}

std::uint64_t folded_sign(std::int64_t number) { return static_cast<std::uint64_t>(number) << 1 ^ (number < 0 ? ~std::uint64_t{0} : 0); }
std::int64_t unfolded_sign(std::uint64_t number) {
    return static_cast<std::int64_t>(number >> 1 ^ ((number & 1) != 0 ? ~std::uint64_t{0} : 0));
}

class BlockReader {
public:
    explicit BlockReader(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool more() const { return !bytes_.empty(); }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (bytes_.empty()) throw Unreadable("a block ends early");
            const auto byte = static_cast<unsigned char>(bytes_.front());
            bytes_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        throw Unreadable("a number without an end");
    }
    std::size_t number_up_to(std::size_t most) {
        const auto value = number();
        if (value > most) throw Unreadable("a number beyond what can be");
        return static_cast<std::size_t>(value);
    }
    [[nodiscard]] std::string_view rest() const { return bytes_; }
    std::string_view bytes(std::size_t n) {
        if (bytes_.size() < n) throw Unreadable("a block ends early");
        const auto taken = bytes_.substr(0, n);
        bytes_.remove_prefix(n);
        return taken;
    }

private:
    std::string_view bytes_;
};

std::int64_t ticks(Instant at) { return at.time_since_epoch().count(); }
Instant from_ticks(std::int64_t n) { return Instant{Instant::duration{n}}; }

// ---- which posts have a term: the distances between them as Rice codes, whose parameter follows from how many there are. A distance of
// about the mean takes its logarithm and a bit or two; a term of every post takes a bit for each.

unsigned rice_parameter(std::size_t count, std::size_t posts) {
    const auto mean = (posts - std::min(posts, count)) * 11 / 16 / std::max<std::size_t>(count, 1);
    return mean == 0 ? 0 : static_cast<unsigned>(std::bit_width(mean)) - 1;
}

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

class BitReader {
public:
    explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

    std::size_t ones() {
        for (std::size_t n = 0;;) {
            const auto known = 64 - at_ % 8;
            const auto more = static_cast<std::size_t>(std::countl_one(window()));
            n += std::min(more, known);
            at_ += std::min(more + 1, known);
            if (at_ > bytes_.size() * 8) throw Unreadable("a block ends early");
            if (more < known) return n;
        }
    }
    std::size_t low_bits(unsigned n) {  // at most 56
        const auto value = n == 0 ? 0 : window() >> (64 - n);
        at_ += n;
        return static_cast<std::size_t>(value);
    }
    [[nodiscard]] std::size_t bytes_read() const { return (at_ + 7) / 8; }

private:
    // The next bits, the first one highest.
    [[nodiscard]] std::uint64_t window() const {
        const auto from = at_ / 8;
        std::uint64_t bits = 0;
        if (from + 8 <= bytes_.size()) {
            const auto* next = reinterpret_cast<const unsigned char*>(bytes_.data()) + from;
            for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | next[i];
        } else {
            for (std::size_t i = from; i < from + 8; ++i)
                bits = bits << 8 | (i < bytes_.size() ? static_cast<unsigned char>(bytes_[i]) : 0U);
        }
        return bits << at_ % 8;
    }
    std::string_view bytes_;
    std::size_t at_ = 0;
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

template <class Visit>
void each_posting(BlockReader& in, std::size_t posts, Visit visit) {
    constexpr std::size_t highest_parameter = 20;
    const auto head = in.number_up_to(posts * 2 + 1);
    const auto parameter = (head & 1) != 0 ? static_cast<unsigned>(in.number_up_to(highest_parameter)) : rice_parameter(head >> 1, posts);
    auto place = in.number_up_to(posts - 1);
    visit(place);
    BitReader bits(in.rest());
    for (auto left = head >> 1; left > 1; --left) {
        const auto quotient = bits.ones();
        place += (quotient << parameter) + bits.low_bits(parameter) + 1;
        if (place >= posts) throw Unreadable("a post that is not in the segment");
        visit(place);
    }
    static_cast<void>(in.bytes(bits.bytes_read()));
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

std::size_t blocks_with_posts(std::size_t posts) { return (posts + posts_a_block - 1) / posts_a_block; }

constexpr unsigned bits_of_kinds = (static_cast<unsigned>(community::Tlp::red) + 1) * 2;

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

Segment::Segment(Open open) : open_(std::move(open)) {
    const auto bytes = open_(head_place);
    BlockReader in(bytes);
    posts_ = in.number_up_to(most_posts_of_segment);
    first_ = from_ticks(unfolded_sign(in.number()));
    last_ = from_ticks(unfolded_sign(in.number()));
    first_distributed_ = from_ticks(unfolded_sign(in.number()));
    last_distributed_ = from_ticks(unfolded_sign(in.number()));
    kinds_ = in.number_up_to((std::uint64_t{1} << bits_of_kinds) - 1);
    read_.resize(blocks_with_posts(posts_));
}

std::vector<std::pair<community::Tlp, bool>> Segment::kinds() const {
    std::vector<std::pair<community::Tlp, bool>> all;
    for (unsigned kind = 0; kind < bits_of_kinds; ++kind) {
        if ((kinds_ >> kind & 1) != 0) all.emplace_back(static_cast<community::Tlp>(kind / 2), kind % 2 != 0);
    }
    return all;
}

const std::vector<Segment::TermBlock>& Segment::directory() {
    if (directory_) return *directory_;
    const auto bytes = open_(directory_place);
    BlockReader in(bytes);
    std::vector<TermBlock> blocks;
    Term term = 0;
    for (auto left = in.number_up_to(bytes.size()); left > 0; --left) {
        const auto next = in.number();
        term += next >> 1;
        blocks.push_back({term, (next & 1) != 0});
    }
    return directory_.emplace(std::move(blocks));
}

std::int64_t Segment::place_of_terms(std::size_t block) const {
    return posts_place + static_cast<std::int64_t>(blocks_with_posts(posts_) + block);
}

Bits Segment::with(Term term) {
    Bits made(posts_);
    const auto& blocks = directory();
    auto block = std::upper_bound(blocks.begin(), blocks.end(), term, [](Term t, const TermBlock& one) { return t < one.first; });
    for (bool more = true; more && block != blocks.begin();) {
        --block;
        more = block->first == term && block->goes_on;
        const auto bytes = open_(place_of_terms(static_cast<std::size_t>(block - blocks.begin())));
        BlockReader in(bytes);
        for (Term at = block->first; in.more();) {
            at += in.number();
            if (at > term) break;
            each_posting(in, posts_, [&](std::size_t place) {
                if (at == term) made.set(place);
            });
        }
    }
    return made;
}

const std::vector<Author>& Segment::authors() {
    if (authors_) return *authors_;
    const auto bytes = open_(authors_place);
    BlockReader in(bytes);
    std::vector<Author> all;
    while (in.more()) {
        auto& author = all.emplace_back();
        author.from = in.bytes(in.number_up_to(bytes.size()));
        author.person = PersonId(std::string(in.bytes(in.number_up_to(bytes.size()))));
    }
    return authors_.emplace(std::move(all));
}

bool Segment::is_by(std::size_t at, const Authors& some) {
    const auto author = row(at).author;
    if (author >= some.size()) throw Unreadable("an author who is not there");
    return some[author];
}

Bits Segment::by(const Bits& these, const Authors& some) {
    Bits made(posts_);
    these.each([&](std::size_t at) {
        if (is_by(at, some)) made.set(at);
    });
    return made;
}

std::vector<Segment::Row> Segment::read_posts(std::size_t block) const {
    const auto bytes = open_(posts_place + static_cast<std::int64_t>(block));
    BlockReader in(bytes);
    std::vector<Row> rows;
    rows.reserve(posts_a_block);
    PostKey key = 0;
    std::int64_t at = 0;
    while (in.more() && rows.size() < posts_a_block) {
        auto& [facts, author] = rows.emplace_back();
        facts.post = key += static_cast<PostKey>(in.number());
        facts.posted = from_ticks(at += unfolded_sign(in.number()));
        facts.distributed = from_ticks(at + unfolded_sign(in.number()));
        const auto flags = in.number_up_to(static_cast<std::size_t>(community::Tlp::red) << label_shift | 7);
        facts.label = static_cast<community::Tlp>(flags >> label_shift);
        facts.sealed_only = (flags & 4) != 0;
        facts.attachment = (flags & 2) != 0;
        facts.inexact = (flags & 1) != 0;
        author = in.number_up_to(most_posts_of_segment);
    }
    if (in.more() || rows.size() != std::min(posts_a_block, posts_ - block * posts_a_block)) throw Unreadable("posts are missing");
    return rows;
}

const Segment::Row& Segment::row(std::size_t at) {
    auto& block = read_.at(at / posts_a_block);
    if (block.empty()) block = read_posts(at / posts_a_block);
    return block[at % posts_a_block];
}

std::vector<Indexed> Segment::whole() {
    const auto& names = authors();
    std::vector<Indexed> all;
    for (std::size_t i = 0; i < posts_; ++i) {
        const auto& one = row(i);
        if (one.author >= names.size()) throw Unreadable("an author who is not there");
        all.push_back({one.facts, names[one.author], {}});
    }
    const auto& blocks = directory();
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        const auto bytes = open_(place_of_terms(block));
        BlockReader in(bytes);
        for (Term term = blocks[block].first; in.more();) {
            term += in.number();
            each_posting(in, posts_, [&](std::size_t place) { all[place].terms.push_back(term); });
        }
    }
    return all;
}

}  // namespace caveat::archive
