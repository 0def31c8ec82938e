#pragma once
// A table of separated values cut into its cells (RFC 4180). Lines end with CR, LF or both, and a cell is in quotes only if it begins with
// one. Pure; linear.
#include <cstddef>
#include <optional>
#include <string_view>

namespace caveat::mail {

struct Cell {
    std::size_t column = 0;
    std::string_view text;  // with its quotes
    bool last = false;      // of its record
};

class Cells {
public:
    Cells(std::string_view text, char separator) : text_(text), separator_(separator) {}

    [[nodiscard]] std::optional<Cell> next();

private:
    [[nodiscard]] std::optional<std::size_t> end_of_quoted(std::size_t at) const;
    [[nodiscard]] bool ends_cell(char c) const { return c == separator_ || c == '\r' || c == '\n'; }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0, column_ = 0;
};

}  // namespace caveat::mail
