// Labels in which the protocol, its colour or what stands between them is of another language than English.
#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "foreign.hpp"
#include "label_spelling.hpp"

namespace caveat::mail {

// A colour at `begin` in a script that needs no blank before it, and which ends there: "TLP红色", "TLP（赤）", "TLP 적색 …"; or "TLP merah
// …".
std::optional<Hit> LabelSpelling::glued_colour(std::size_t i, std::size_t begin) {
    const auto text = text_.substr(begin);
    if (ascii::is_plain(at(begin)) && text_.substr(begin - 1, 1) != " ") return std::nullopt;
    const auto size = foreign_colour(text, false, examined_);
    if (size == 0) return std::nullopt;
    if (is_plain_red(text.substr(0, size))) return Hit{i, begin + size, {}, Spelling::unknown, false, false, true};
    const auto tail = is_unspaced(text) ? colour_tail(text.substr(size), examined_) : std::nullopt;
    if (!tail) return std::nullopt;
    return Hit{i, begin + size + *tail, {}, Spelling::unknown, false, false, true};
}

// "红、黄、绿、白", "빨강, 노랑, 초록": who names three colours or more, and ticks none, tells of TLP itself.
bool LabelSpelling::enumerates_colours(std::size_t begin) {
    constexpr int several = 3;
    static constexpr std::array<std::string_view, 4> commas{"、", "・", ",", "/"};
    constexpr std::string_view colour = "色";
    for (int count = 1;; ++count) {
        auto rest = text_.substr(std::min(begin, text_.size()));
        const auto size = foreign_colour(rest, false, examined_);
        if (size == 0) return false;
        if (count == several) return true;
        rest.remove_prefix(size);
        if (rest.starts_with(colour)) rest.remove_prefix(colour.size());
        const auto* const sign = std::find_if(commas.begin(), commas.end(), [&](auto one) { return rest.starts_with(one); });
        if (sign == commas.end()) return false;
        rest.remove_prefix(sign->size());
        begin = skip_blanks(text_.size() - rest.size());
    }
}

// Signs that may stand between the name of the protocol, a word for "level" and a colour; or nothing, where a sentence goes on.
std::optional<std::size_t> LabelSpelling::behind_signs(std::size_t i, bool& announced) {
    const std::size_t end = skip_signs(i, most_signs);
    const auto between = text_.substr(i, end - i);
    if (between.find_first_of(".,;!?") != std::string_view::npos || between.find("、") != std::string_view::npos ||
        between.find("。") != std::string_view::npos)
        return std::nullopt;
    announced = announced || between.find_first_of(":=") != std::string_view::npos;
    return end;
}

// Behind the protocol's name words for "level" or "colour" of scripts without blanks, and then a colour, in these or in English:
// "TLP等级：RED", "TLP 등급: 빨강", "交通灯协议（TLP）：红色". `named`: the protocol's name is of such a language itself, so that no word
// need follow.
std::optional<Hit> LabelSpelling::levelled_at(std::size_t i, std::size_t protocol_end, bool named) {
    constexpr int most_kinds = 3;  // "TLP 情報共有範囲 区分"
    bool announced = false, levelled = named;
    auto begin = behind_signs(protocol_end, announced);
    for (int words = 0; begin && words < most_kinds; ++words) {
        const auto size = foreign_kind(text_.substr(*begin), examined_);
        if (size == 0) break;
        levelled = true;
        begin = behind_signs(*begin + size, announced);
    }
    const auto copula = begin ? foreign_copula(text_.substr(*begin), examined_) : 0;
    if (copula != 0) begin = behind_signs(*begin + copula, announced);
    if (!begin || (!levelled && copula == 0)) return std::nullopt;
    // What is only said, and no sign announces, is a label where it ends the line: "TLPはRED、AMBER、…の4色です" is none.
    const auto tail_behind = [&](std::size_t end) -> std::optional<std::size_t> {
        const auto tail = colour_tail(text_.substr(end), examined_);
        if (announced) return tail.value_or(0);
        const bool ends = skip_decoration(end + tail.value_or(0)) == text_.size() || is_predicate(text_.substr(end));
        return ends || copula == 0 ? std::optional(tail.value_or(0)) : std::nullopt;
    };
    if (const auto name = name_at(*begin); name && is_written_as_name(*begin, name->end, announced)) {
        if (!tail_behind(name->end)) return std::nullopt;
        return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false, true};
    }
    const auto size = foreign_colour(text_.substr(*begin), announced, examined_);
    const auto tail = size == 0 || enumerates_colours(*begin) ? std::nullopt : tail_behind(*begin + size);
    if (!tail) return std::nullopt;
    return Hit{i, *begin + size + *tail, {}, Spelling::unknown, false, false, true};
}

// The protocol by its name in such a language, perhaps with its English one behind it.
std::optional<Hit> LabelSpelling::foreign_protocol_at(std::size_t i) {
    const auto size = foreign_protocol(text_.substr(i), examined_);
    if (size == 0) return std::nullopt;
    std::size_t end = i + size;
    if (const std::size_t inner = skip_set(end, " (", 3); word_at(inner, "tlp")) {
        end = version_end(inner + 3);
        if (at(end) == ')') ++end;
    }
    return levelled_at(i, version_end(end), true);
}

// A colour of another language behind "TLP" and any signs, or a word in letters beyond ASCII right behind "TLP:".
std::optional<Hit> LabelSpelling::foreign_at(std::size_t i, std::size_t protocol_end, std::size_t gap_end) {
    if (gap_end == protocol_end) return glued_colour(i, protocol_end);
    // Without a sign that announces it, it is one only as the last of the line, "TLP / Bela, HU" and "TLP 黄先生" are names; or where the
    // script shows that no other word begins with it, or no other word does.
    const auto between = text_.substr(protocol_end, gap_end - protocol_end);
    const bool announced = between.find_first_of(":=") != std::string_view::npos || between == "-" || between == "_";
    const auto counts = [&](std::size_t end) { return announced || skip_decoration(end) == text_.size(); };
    const bool enumerates = between.find("、") != std::string_view::npos || between.find("。") != std::string_view::npos;
    if (auto glued = announced || enumerates || between.find_first_of(".,;!?)]}") != std::string_view::npos ? std::nullopt
                                                                                                            : glued_colour(i, gap_end))
        return glued;
    for (std::size_t k = protocol_end; k < gap_end; k += sign_or_escape_at(k)) {
        if (std::string_view(".,;!?)]}").find(at(k)) != std::string_view::npos) return std::nullopt;
        const auto size =
            ascii::is_plain(at(k)) ? 0 : foreign_colour(text_.substr(k), announced, examined_);  // a circle is a sign and a colour
        if (size != 0 && counts(k + size)) return Hit{i, k + size, {}, Spelling::unknown, false, false, true};
    }
    const bool colon = text_.substr(i, gap_end - i).find(':') != std::string_view::npos;
    if (const auto size = foreign_colour(text_.substr(gap_end), colon, examined_); size != 0 && counts(gap_end + size))
        return enumerates_colours(gap_end) ? std::nullopt
                                           : std::optional(Hit{i, gap_end + size, {}, Spelling::unknown, false, false, true});
    if (at(protocol_end) != ':' || gap_end != protocol_end + 1) return std::nullopt;
    const auto size = foreign_word(text_.substr(gap_end));
    examined_ += size;
    if (size == 0) return std::nullopt;
    return Hit{i, gap_end + size, {}, Spelling::unknown, false, false, true};
}

}  // namespace caveat::mail
