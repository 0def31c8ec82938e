#include "text_scanner.hpp"

#include <array>

namespace caveat::mail {

// The bytes of the sign there, also where a program escaped it once too often ("TLP%3ARED" of a mailto address, "TLP&#58;RED").
std::size_t TextScanner::sign_or_escape_at(std::size_t i) {
    const char c = at(i);
    if (c != '%' && c != '&') return sign_at(i);
    static constexpr std::array<std::string_view, 10> escaped{"%3a",    "%20",     "%2b",    "%5b",    "&#58;",
                                                              "&#x3a;", "&colon;", "&nbsp;", "&#160;", "&plus;"};
    for (const auto escape : escaped) {
        if (escape.front() == c && word_at(i, escape)) return escape.size();
    }
    return 1;
}

std::size_t TextScanner::skip_signs(std::size_t i, int most) {
    for (int count = 0; count < most; ++count) {
        const auto size = sign_or_escape_at(i);
        if (size == 0) break;
        i += size;
    }
    return i;
}

}  // namespace caveat::mail
