#pragma once
// What mail asks of ASCII besides what every module does.
#include "caveat/ascii.hpp"

namespace caveat::mail::ascii {

using namespace caveat::ascii;

[[nodiscard]] inline bool has_small_letters(std::string_view text) { return std::any_of(text.begin(), text.end(), is_small); }

// Lines as the wire has them: a message from a file may have LF alone, which neither DATA nor a signature allows.
[[nodiscard]] inline std::string with_cr_before_lf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
        out += text[i];
    }
    return out;
}

// Names of fields and words of them are the same in any case.
[[nodiscard]] constexpr bool is_one_of(std::string_view name, const auto& names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view known) { return equal(known, name); });
}

[[nodiscard]] inline std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
    return n;
}

}  // namespace caveat::mail::ascii
