#include "label_spelling.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {

// `tlp: "red"`, `tlp="red"`, `"tlp":"red"`: a value as data has it.
bool LabelSpelling::is_quoted_value(std::size_t protocol_end, std::size_t begin, std::size_t end) {
    const auto between = text_.substr(protocol_end, begin - protocol_end);
    if (between.size() < 2 || between.size() > 8 || between.find_first_of(":=") == std::string_view::npos) return false;
    return (between.back() == '"' || between.back() == '\'') && at(end) == between.back();
}

// Other signs than LENIENT's, or more of them, between "TLP" and a name: "**TLP:** RED", "TLP:[Red]", "TLP–RED", "TLP::Red". What opens
// closes.
std::optional<LabelSpelling::Name> LabelSpelling::loosely_named(std::size_t protocol_end, std::size_t gap_end,
                                                                std::string_view announcing) {
    static constexpr std::string_view opening = "([{<", closing = ")]}>", sentence = ".,;!?)";
    char opened = '\0';
    bool announced = false;
    // ";" is ":" on keyboards without the shift key, "?" what a program wrote that had no sign for a wide colon; "TLP,RED" is of a table.
    const bool slip = gap_end == protocol_end + 1 && std::string_view(";?,").find(at(protocol_end)) != std::string_view::npos;
    for (std::size_t k = protocol_end; k < gap_end && !slip;) {
        const char c = at(k);
        if (const auto size = sign_or_escape_at(k); size > 1 && ascii::is_plain(c)) {
            announced = announced || !announcing.empty();
            k += size;
            continue;
        }
        if (opening.find(c) != std::string_view::npos) opened = c;
        announced = announced || (opened != '\0' && !announcing.empty()) || announcing.find(c) != std::string_view::npos;
        const bool leader = c == '.' && (k + 1 == gap_end || at(k + 1) == '.' || text_[k - 1] == '.');  // "TLP ..... RED"
        if (sentence.find(c) != std::string_view::npos && !leader) return std::nullopt;
        const auto here = text_.substr(k);
        if (here.starts_with("、") || here.starts_with("。")) return std::nullopt;
        k += sign_at(k);
    }
    auto name = name_at(gap_end);
    if (!name || !(is_written_as_name(gap_end, name->end, announced) || is_quoted_value(protocol_end, gap_end, name->end)))
        return std::nullopt;
    if (opened != '\0') {
        const std::size_t closer = skip_set(name->end, " ", 3);
        if (at(closer) != closing[opening.find(opened)]) return std::nullopt;
        name->end = closer + 1;
    }
    name->exact = false;
    return name;
}

// "T.L.P.: RED", "T L P : R E D", "TLP: R E D".
std::optional<Hit> LabelSpelling::spaced_at(std::size_t i) {
    const char sign = at(i + 1);
    const bool together = at(i + 1) == 'L' && at(i + 2) == 'P';
    const bool spaced =
        std::string_view(" .-_*").find(sign) != std::string_view::npos && at(i + 2) == 'L' && at(i + 3) == sign && at(i + 4) == 'P';
    if (at(i) != 'T' || (!together && !spaced)) return std::nullopt;
    const std::size_t end = together ? i + 3 : i + 5;
    const std::size_t begin = skip_signs(end, most_signs);
    if (begin == end || (text_.substr(end, begin - end).find_first_of(",;!?") != std::string_view::npos)) return std::nullopt;
    auto name = spaced_name(begin);
    if (!name && spaced) name = name_at(begin);
    if (!name || !is_written_as_name(begin, name->end, false)) return std::nullopt;
    return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false};
}

// "TLP:R", "TLP-A+S": names cut short, which people use among themselves. A letter alone needs the colon, or it is a number of something.
std::optional<Hit> LabelSpelling::abbreviated_at(std::size_t i) {
    const auto text = text_.substr(i, 9);
    ++examined_;
    if (text.size() < 5 || text[0] != 'T') return std::nullopt;
    const bool letter = text[3] == ':' && (text[4] == 'R' || text[4] == 'A' || text[4] == 'G');
    const bool strict = std::string_view(":-_ ").find(text[3]) != std::string_view::npos && text.substr(4).starts_with("A+S");
    if (!letter && !strict) return std::nullopt;
    const std::size_t end = i + (strict ? 7 : 5);
    if (ascii::is_alnum(at(end)) || (at(end) != '\0' && std::string_view("+_-:'&/").find(at(end)) != std::string_view::npos))
        return std::nullopt;
    if (at(end) == ' ' && skip_blanks(end) == text_.size()) return std::nullopt;  // "TLP:R " and "ED" in the next line, flowed text
    if (letter && at(end) == ' ' && ascii::is_small(at(skip_blanks(end)))) return std::nullopt;  // "TLP:A question"
    return Hit{i, end, {}, Spelling::unknown, false, false, false};
}

// tlp:([a-z][a-z+_-]{1,23}), without a blank (ff), in letters of any script.
std::optional<Hit> LabelSpelling::token_at(std::size_t i) {
    if (auto abbreviated = abbreviated_at(i)) return abbreviated;
    if (at(i + 3) != ':') return std::nullopt;
    const auto word = text_.substr(std::min(i + 4, text_.size()));
    if (const auto size = unspaced_word(word, examined_)) return Hit{i, i + 4 + size, {}, Spelling::unknown, false, false, false};
    if (!ascii::is_letter(at(i + 4))) return std::nullopt;
    std::size_t end = i + 5;
    while (end < i + 28) {
        const bool goes_on = ascii::is_letter(at(end)) || at(end) == '+' || at(end) == '_' || at(end) == '-';
        const auto size = goes_on ? 1 : end < text_.size() ? foreign_letter(text_.substr(end)) : 0;
        if (size == 0) break;
        end += size;
    }
    if (end - i - 4 < 2) return std::nullopt;
    if (end == i + 6 && word_at(i + 4, "ex:chr") && !ascii::is_alnum(at(i + 10)))
        return Hit{i, i + 10, {}, Spelling::no_attribution, false, false, false};
    return Hit{i, end, {}, Spelling::unknown, false, false, false};
}

// "AMBER+STRICT", letter for letter: of all names the one that needs no "TLP" to be known.
std::optional<Hit> LabelSpelling::unnamed_at(std::size_t i) {
    constexpr std::string_view written = "AMBER+STRICT";
    if (!text_.substr(i).starts_with(written)) return std::nullopt;
    const std::size_t end = i + written.size();
    const char before = i == 0 ? '\0' : at(i - 1), after = at(end);
    if (ascii::is_alnum(before) || ascii::is_alnum(after) || after == '+') return std::nullopt;
    Hit hit{i, end, community::Tlp::amber_strict, Spelling::lenient, false, false, false};
    hit.unnamed = true;
    return hit;
}

// Whatever label begins with the "TLP" at `i`. Where LENIENT reads more than CANON does ("TLP:AMBER STRICT"), the longer reading counts.
std::optional<Hit> LabelSpelling::hit_at(std::size_t i) {
    if (!ascii::is_plain(at(i))) return foreign_protocol_at(i);
    if (at(i) == 'A') return unnamed_at(i);
    if (ascii::lower(at(i)) != 't') return std::nullopt;
    const char before = i == 0 ? '\0' : at(i - 1);
    if (ascii::is_alnum(before)) return std::nullopt;
    if (word_at(i, "traffic")) return described_at(i);
    if (!word_at(i, "tlp")) return spaced_at(i);
    const auto name_begin = gap(i + 3, ":_-", false);
    auto name = name_begin ? name_at(*name_begin) : std::nullopt;
    if (name) {
        const bool exact = name->exact && text_.substr(i, *name_begin - i) == "TLP:";
        const char after = at(name->end);
        const bool canonical = exact && before != '_' && after != '_' && after != '-';
        return Hit{i, name->end, name->label, canonical ? Spelling::canonical : Spelling::lenient, name->white, exact, false};
    }
    const std::size_t protocol_end = version_end(i + 3);
    const std::size_t gap_end = skip_signs(protocol_end, most_signs);
    name = loosely_named(protocol_end, gap_end, at(i) == 'T' ? ":=|/" : "");  // "tlp::Red" is of a program
    if (name) return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false};
    if (auto boxed = boxed_at(i, protocol_end)) return boxed;
    if (auto foreign = foreign_at(i, protocol_end, gap_end)) return foreign;
    if (auto levelled = levelled_at(i, protocol_end, false)) return levelled;
    if (auto loose = described_at(i)) return loose;
    if (auto loose = spaced_at(i)) return loose;
    if (const auto end = name_begin ? extended_name(*name_begin) : std::nullopt)
        return Hit{i, *end, {}, Spelling::unknown, false, false, false};
    return token_at(i);
}

}  // namespace caveat::mail
