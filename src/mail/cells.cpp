#include "cells.hpp"

#include <algorithm>

namespace caveat::mail {

// A quote that nothing closes within some lines is a character as any other, or it would take the rest of the file with it.
std::optional<std::size_t> Cells::end_of_quoted(std::size_t at) const {
    constexpr int most_lines = 16;
    bool quoted = false;
    for (int lines = 0; at < text_.size() && lines < most_lines; ++at) {
        if (text_[at] == '"') quoted = !quoted;
        if (!quoted && ends_cell(text_[at])) return at;
        if (text_[at] == '\n' || (text_[at] == '\r' && text_.substr(at + 1, 1) != "\n")) ++lines;
    }
    return at == text_.size() && !quoted ? std::optional(at) : std::nullopt;
}

std::optional<Cell> Cells::next() {
    if (at_ >= text_.size()) return std::nullopt;
    const auto begin = at_;
    const auto first = std::min(text_.find_first_not_of(' ', begin), text_.size());
    auto end = first < text_.size() && text_[first] == '"' ? end_of_quoted(first) : std::nullopt;
    if (!end)
        end = static_cast<std::size_t>(
            std::find_if(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.end(), [this](char c) { return ends_cell(c); }) -
            text_.begin());
    at_ = *end + (text_.substr(*end, 2) == "\r\n" ? 2 : 1);
    const bool last = *end == text_.size() || text_[*end] != separator_;
    const Cell cell{column_, text_.substr(begin, *end - begin), last};
    column_ = last ? 0 : column_ + 1;
    return cell;
}

}  // namespace caveat::mail
