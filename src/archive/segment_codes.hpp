#pragma once
// How the blocks of a segment are written: numbers in as few octets as they need, and which posts have a term. What cannot be such a block
// is Unreadable. Here, and not in a source, because a search goes through them by the hundred thousand.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "segment.hpp"

namespace caveat::archive {

inline constexpr std::size_t posts_a_block = 128;   // sealed, a third of a page: a hit opens no more
inline constexpr std::size_t bytes_a_block = 3940;  // sealed, and with its row's header, one page of the database
inline constexpr std::int64_t head_place = 0, directory_place = 1, authors_place = 2, posts_place = 3;
inline constexpr unsigned label_shift = 3;  // above the flags of a post

inline std::size_t blocks_with_posts(std::size_t posts) { return (posts + posts_a_block - 1) / posts_a_block; }
inline constexpr unsigned bits_of_kinds = (static_cast<unsigned>(community::Tlp::red) + 1) * 2;

inline void add_number(std::string& to, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) to += static_cast<char>(number | 0x80);
    to += static_cast<char>(number);
}

inline std::uint64_t folded_sign(std::int64_t number) {
    return static_cast<std::uint64_t>(number) << 1 ^ (number < 0 ? ~std::uint64_t{0} : 0);
}
inline std::int64_t unfolded_sign(std::uint64_t number) {
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

inline std::int64_t ticks(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_ticks(std::int64_t n) { return Instant{Instant::duration{n}}; }

// Which posts have a term: the distances between them as Rice codes, whose parameter follows from how many there are. A distance of about
// the mean takes its logarithm and a bit or two; a term of every post takes a bit for each.
inline unsigned rice_parameter(std::size_t count, std::size_t posts) {
    const auto mean = (posts - std::min(posts, count)) * 11 / 16 / std::max<std::size_t>(count, 1);
    return mean == 0 ? 0 : static_cast<unsigned>(std::bit_width(mean)) - 1;
}

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

// Calls `visit` with each place, of `posts` in the segment, and goes on behind them.
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

}  // namespace caveat::archive
