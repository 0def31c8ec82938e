#pragma once
// The names of the labels as people write them, without "TLP": RED to CLEAR and WHITE, AMBER+STRICT however its two words are tied, and
// names in letters set apart. Pure; linear.
#include <cstddef>
#include <optional>
#include <string_view>

#include "caveat/community/tlp.hpp"
#include "text_scanner.hpp"

namespace caveat::mail {

class NameScanner : public TextScanner {
public:
    using TextScanner::TextScanner;

protected:
    struct Name {
        community::Tlp label{};
        std::size_t end = 0;
        bool white = false, exact = false;
    };

    static constexpr int most_signs = 24;  // between "TLP" and a colour, LENIENT's apart

    std::optional<std::size_t> gap(std::size_t i, std::string_view signs, bool optional);
    std::optional<Name> name_at(std::size_t i);
    std::optional<std::size_t> extended_name(std::size_t i);
    std::optional<Name> spaced_name(std::size_t i);
    bool is_written_as_name(std::size_t begin, std::size_t end, bool announced);

private:
    std::optional<std::size_t> tied_strict(std::size_t amber_end);
};

}  // namespace caveat::mail
