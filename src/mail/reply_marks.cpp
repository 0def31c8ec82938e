#include "caveat/mail/reply_marks.hpp"

#include <array>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {
namespace {

// clang-format off
constexpr std::array reply_words = std::to_array<std::string_view>({
    "re", "fw", "fwd", "aw", "sv", "tr", "wg", "antw", "antwort", "doorst", "vs", "vl", "vb", "odp", "pd", "rv", "res", "enc", "rif", "r",
    "i", "fs", "tb", "bls", "trs", "tl", "balas", "jawab", "terusan", "ynt", "ilt", "İlt", "vá", "továbbítás", "atb", "ats",
    "tra loi", "trả lời", "chuyển tiếp", "chuyen tiep",
    "回复", "回覆", "答复", "答覆", "回信", "转发", "轉寄", "轉發", "转寄", "返信", "転送", "답장", "회신", "전달",
    "ตอบ", "ตอบกลับ", "ส่งต่อ", "ຕອບ",
    "ответ", "отв", "пересл", "відп", "хариу", "απ", "πρθ", "σχετ", "תשובה", "הועבר", "رد", "إعادة توجيه", "पुनः",
});
// clang-format on

std::size_t skip_spaces(std::string_view text, std::size_t i) {
    while (i < text.size() && ascii::is_wsp(text[i])) ++i;
    return i;
}

// "[2]", "(2)", "^2": behind it, or `i`.
std::size_t counted(std::string_view text, std::size_t i) {
    constexpr std::string_view opening = "[(^", closing = "])";
    constexpr std::size_t most_digits = 3;
    const auto kind = i < text.size() ? opening.find(text[i]) : std::string_view::npos;
    if (kind == std::string_view::npos) return i;
    auto end = i + 1;
    while (end < text.size() && end - i <= most_digits && ascii::is_digit(text[end])) ++end;
    if (end == i + 1) return i;
    if (kind == closing.size()) return end;
    return end < text.size() && text[end] == closing[kind] ? end + 1 : i;
}

// Behind a colon, also a wide one, or 0.
std::size_t behind_colon_at(std::string_view text, std::size_t i) {
    constexpr std::string_view wide_colon = "：";
    const auto rest = text.substr(i);
    if (rest.starts_with(':')) return i + 1;
    return rest.starts_with(wide_colon) ? i + wide_colon.size() : 0;
}

}  // namespace

std::size_t reply_mark_size(std::string_view text) {
    for (const auto word : reply_words) {
        const auto size = size_of_name(text, word);
        if (size == 0) continue;
        const auto number = counted(text, skip_spaces(text, size));
        if (const auto end = behind_colon_at(text, skip_spaces(text, number)); end != 0) return end;
    }
    return 0;
}

}  // namespace caveat::mail
