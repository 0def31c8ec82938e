#pragma once
// The bytes that go through the chain's keyed hash: every field with its length before it, so that no bytes can move from one field to
// the next, and a word in front, so that a hash made for one purpose is never valid for another.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/ids.hpp"

namespace caveat::storage {

class Chained {
public:
    explicit Chained(std::string_view kind) {
        bytes_.reserve(usual_size);
        add(kind);
    }
    Chained& add(std::string_view field) {
        add(static_cast<std::int64_t>(field.size()));
        bytes_ += field;
        return *this;
    }
    Chained& add(std::int64_t number) {
        std::array<char, sizeof number> low_first{};
        for (unsigned i = 0; i < low_first.size(); ++i) low_first[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
        bytes_.append(low_first.data(), low_first.size());
        return *this;
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    static constexpr std::size_t usual_size = 512;  // a row of copies, of which there are many, takes some 300 bytes

    std::string bytes_;
};

[[nodiscard]] std::string_view bytes_of(const Digest& digest);
[[nodiscard]] std::optional<Digest> digest_from(std::string_view bytes);  // none if it has another length

}  // namespace caveat::storage
