#pragma once
// A text as labels are sought in it: its characters, blanks, signs and words. Each character that is looked at is counted. Pure.
#include <algorithm>
#include <cstddef>
#include <string_view>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {

class TextScanner {
public:
    explicit TextScanner(std::string_view text) : text_(text) {}

    [[nodiscard]] std::size_t examined() const { return examined_; }  // characters looked at so far; what the test of L8 counts

protected:
    // '\0' behind the end.
    char at(std::size_t i) {
        ++examined_;
        return i < text_.size() ? text_[i] : '\0';
    }

    std::size_t skip_blanks(std::size_t i) {
        while (i < text_.size() && ascii::is_wsp(at(i))) ++i;
        return i;
    }

    std::size_t skip_set(std::size_t i, std::string_view set, std::size_t most) {
        const std::size_t stop = std::min(text_.size(), i + most);
        while (i < stop && set.find(at(i)) != std::string_view::npos) ++i;
        return i;
    }

    // Bytes of the decoration there, or 0.
    std::size_t sign_at(std::size_t i) {
        ++examined_;
        return i < text_.size() ? decoration(text_.substr(i)) : 0;
    }

    std::size_t skip_decoration(std::size_t i) {
        while (const auto size = sign_at(i)) i += size;
        return i;
    }

    bool word_at(std::size_t i, std::string_view lower_case) {
        for (const char c : lower_case) {
            if (ascii::lower(at(i++)) != c) return false;
        }
        return true;
    }

    std::size_t sign_or_escape_at(std::size_t i);
    std::size_t skip_signs(std::size_t i, int most);  // escaped ones as well

    std::string_view text_;
    std::size_t examined_ = 0;
};

}  // namespace caveat::mail
