#pragma once
// The bytes that go through the chain's keyed hash: every field with its length before it, so that no bytes can move from one field to
// the next, and a word in front, so that a hash made for one purpose is never valid for another.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/ids.hpp"

namespace caveat::storage {

class Chained {
public:
    explicit Chained(std::string_view kind) { add(kind); }
    Chained& add(std::string_view field) {
        add(static_cast<std::int64_t>(field.size()));
        bytes_ += field;
        return *this;
    }
    Chained& add(std::int64_t number) {
        for (unsigned shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
        return *this;
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

[[nodiscard]] std::string_view bytes_of(const Digest& digest);
[[nodiscard]] std::optional<Digest> digest_from(std::string_view bytes);  // none if it has another length

}  // namespace caveat::storage
