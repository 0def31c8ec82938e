#pragma once
// A set of the posts of one segment, by their places in it.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace caveat::archive {

class Bits {
public:
    explicit Bits(std::size_t size, bool all = false) : size_(size), words_((size + 63) / 64, all ? ~std::uint64_t{0} : 0) { trim(); }

    void set(std::size_t at) { words_[at / 64] |= std::uint64_t{1} << at % 64; }
    [[nodiscard]] bool has(std::size_t at) const { return (words_[at / 64] >> at % 64 & 1) != 0; }
    [[nodiscard]] bool any() const {
        for (const auto word : words_) {
            if (word != 0) return true;
        }
        return false;
    }
    Bits& operator&=(const Bits& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
        return *this;
    }
    Bits& operator|=(const Bits& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
        return *this;
    }
    [[nodiscard]] Bits others() const {
        Bits made = *this;
        for (auto& word : made.words_) word = ~word;
        made.trim();
        return made;
    }
    template <class Visit>
    void each(Visit visit) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (auto word = words_[i]; word != 0; word &= word - 1) visit(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
        }
    }

private:
    void trim() {
        if (size_ % 64 != 0) words_.back() &= (std::uint64_t{1} << size_ % 64) - 1;
    }

    std::size_t size_;
    std::vector<std::uint64_t> words_;
};

}  // namespace caveat::archive
