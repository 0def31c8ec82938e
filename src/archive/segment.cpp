#include "segment.hpp"

#include <algorithm>

#include "segment_codes.hpp"

namespace caveat::archive {

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
