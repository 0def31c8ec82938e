#pragma once
// The bytes that go through the chain's keyed hash: every field with its length before it, so that no bytes can move from one field to
// the next, and a word in front, so that a hash made for one purpose is never valid for another.
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "caveat/ids.hpp"

namespace caveat::storage {

class Chained {
public:
    explicit Chained(std::string_view kind) { add(kind); }
    Chained& add(std::string_view field) {
        make_room(sizeof(std::int64_t) + field.size());
        put(static_cast<std::int64_t>(field.size()));
        if (!field.empty()) std::memcpy(here() + size_, field.data(), field.size());
        size_ += field.size();
        return *this;
    }
    Chained& add(std::int64_t number) {
        make_room(sizeof number);
        put(number);
        return *this;
    }
    // As long as this is there.
    [[nodiscard]] std::string_view bytes() const { return {large_.empty() ? usual_.data() : large_.data(), size_}; }

private:
    char* here() { return large_.empty() ? usual_.data() : large_.data(); }
    void make_room(std::size_t more) {
        const auto room = large_.empty() ? usual_.size() : large_.size();
        if (room - size_ >= more) return;
        std::string larger(2 * room + more, '\0');
        std::memcpy(larger.data(), here(), size_);
        large_ = std::move(larger);
    }
    void put(std::int64_t number) {
        if constexpr (std::endian::native == std::endian::big)
            number = static_cast<std::int64_t>(__builtin_bswap64(static_cast<std::uint64_t>(number)));
        std::memcpy(here() + size_, &number, sizeof number);  // the low byte first
        size_ += sizeof number;
    }

    // A row of copies, of which there are many, has some forty pieces, most of eight bytes, and takes some 300 bytes.
    std::array<char, 512> usual_;
    std::string large_;  // else
    std::size_t size_ = 0;
};

[[nodiscard]] std::string_view bytes_of(const Digest& digest);
[[nodiscard]] std::optional<Digest> digest_from(std::string_view bytes);  // none if it has another length

}  // namespace caveat::storage
