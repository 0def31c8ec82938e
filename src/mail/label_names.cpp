#include "label_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

struct Colour {
    std::string_view word;
    Tlp label;
};
constexpr std::array<Colour, 5> colours_of_tlp{
    {{"red", Tlp::red}, {"amber", Tlp::amber}, {"green", Tlp::green}, {"clear", Tlp::clear}, {"white", Tlp::clear}}};

}  // namespace

// [ \t]{0,3}[signs][ \t]{0,3}, where a blank may be the sign: behind it. A letter follows the gap, so there is only one way to cut.
std::optional<std::size_t> NameScanner::gap(std::size_t i, std::string_view signs, bool optional) {
    constexpr std::size_t most = 7;
    std::size_t length = 0, sign = most, space = most;
    for (; length < most; ++length) {
        const char c = at(i + length);
        if (ascii::is_wsp(c)) {
            if (c == ' ' && length <= 3) space = length;  // the last blank that can be the sign leaves the fewest behind it
        } else if (signs.find(c) != std::string_view::npos && sign == most) {
            sign = length;
        } else {
            break;
        }
    }
    if (sign == most && optional && length <= 6) return i + length;
    if (sign == most) sign = space;
    if (sign > 3 || length - sign - 1 > 3) return std::nullopt;
    return i + length;
}

// "STRICT" as people tie it to AMBER beyond LENIENT: "AMBER:STRICT", "AMBER (STRICT)", "AMBER & STRICT", "AMBER PLUS STRICT",
// "AMBER‑STRICT". Behind it, or nothing. "AMBER: strict rules" is AMBER and a restriction, and so is "AMBER (strict rules)".
std::optional<std::size_t> NameScanner::tied_strict(std::size_t amber_end) {
    std::size_t word = skip_signs(amber_end, most_signs);
    bool ties = false;
    for (const std::string_view tie : {"plus", "and", "und"}) {
        if (word == amber_end || ties || !word_at(word, tie)) continue;
        word = skip_signs(word + tie.size(), most_signs);
        ties = true;
    }
    if (word == amber_end || !word_at(word, "strict") || ascii::is_alnum(at(word + 6)) || at(word + 6) == '+') return std::nullopt;
    const auto between = text_.substr(amber_end, word - amber_end);
    const std::size_t end = word + 6;
    const bool capitals = !ascii::has_small_letters(text_.substr(word, end - word));
    const auto count = [between](std::string_view set) {
        return std::count_if(between.begin(), between.end(), [set](char c) { return set.find(c) != std::string_view::npos; });
    };
    const auto blanks = count(" \t");
    const bool one_sign = static_cast<std::size_t>(blanks) + 1 == between.size();
    // A colon and more parts what it stands between: subject_with_label relies on that.
    const bool added = ties || (between.ends_with('+') && count("+") == 1);  // "AMBER_+STRICT", "AMBER-PLUS-STRICT"
    if (!added && (count("+_-") > 1 || (count(":") > 0 && !one_sign))) return std::nullopt;
    static constexpr std::string_view opening = "([\"'", closing = ")]\"'";
    if (const auto opener = between.find_last_of(opening); opener != std::string_view::npos) {
        const std::size_t closer = skip_set(end, " ", 3);
        return at(closer) == closing[opening.find(between[opener])] ? std::optional(closer + 1) : std::nullopt;
    }
    // "AMBER, STRICT", "[TLP:AMBER] STRICT": in capitals it is the name, else words that follow.
    ties = ties || count("+&/~|%") > 0 || !ascii::is_plain(between) || (capitals && one_sign && count(",;])}*") == 1);
    return ties || (one_sign && (blanks == 0 || skip_decoration(end) == text_.size())) ? std::optional(end) : std::nullopt;
}

// (red|amber…strict|amber|green|clear|white) and LENIENT's boundary behind it.
std::optional<NameScanner::Name> NameScanner::name_at(std::size_t i) {
    const auto bounded = [this](std::size_t end) { return !ascii::is_alnum(at(end)) && at(end) != '+'; };
    const auto exact = [this, i](std::size_t end, Tlp label) { return text_.substr(i, end - i) == community::name(label); };
    for (const auto& [word, label] : colours_of_tlp) {
        if (!word_at(i, word)) continue;
        const std::size_t end = i + word.size();
        if (label == Tlp::amber) {
            const auto strict = gap(end, "+_-", true);
            if (strict && word_at(*strict, "strict") && bounded(*strict + 6)) {
                return Name{Tlp::amber_strict, *strict + 6, false, exact(*strict + 6, Tlp::amber_strict)};
            }
            if (const auto tied = tied_strict(end)) return Name{Tlp::amber_strict, *tied, false, false};
        }
        if (!bounded(end)) return std::nullopt;
        return Name{label, end, word == "white", exact(end, label)};
    }
    if (word_at(i, "strict")) {  // "STRICT AMBER"
        const std::size_t end = skip_set(i + 6, " +_-", 3);
        if (end > i + 6 && word_at(end, "amber") && bounded(end + 5)) return Name{Tlp::amber_strict, end + 5, false, false};
    }
    return std::nullopt;
}

// "AMBER+STRICTLY", "RED+": a name with an addition that is none of TLP. Behind it, or nothing.
std::optional<std::size_t> NameScanner::extended_name(std::size_t i) {
    if (std::string_view("ragcwRAGCW").find(at(i)) == std::string_view::npos) return std::nullopt;
    for (const auto& [word, label] : colours_of_tlp) {
        std::size_t end = i + word.size();
        if (!word_at(i, word) || at(end) != '+' || (end + 1 < text_.size() && !ascii::is_alnum(at(end + 1)) && !ascii::is_wsp(at(end + 1))))
            continue;
        while (end < i + 28 && (at(end) == '+' || ascii::is_alnum(at(end)))) ++end;
        return end;
    }
    return std::nullopt;
}

// In capitals, as a name is written; where the signs before it announce one also "Red", and "red" if nothing follows it.
bool NameScanner::is_written_as_name(std::size_t begin, std::size_t end, bool announced) {
    const auto spelled = text_.substr(begin, end - begin);
    if (!ascii::has_small_letters(spelled)) return true;
    return announced && (!ascii::is_small(spelled.front()) || skip_decoration(end) == text_.size());
}

// A name in capitals whose letters are parted by one sign each: "R E D", "R.E.D".
std::optional<NameScanner::Name> NameScanner::spaced_name(std::size_t i) {
    const char sign = at(i + 1);
    if (std::string_view(" .-_*").find(sign) == std::string_view::npos) return std::nullopt;
    static constexpr std::array<std::pair<std::string_view, Tlp>, 4> capitals{
        {{"RED", Tlp::red}, {"AMBER", Tlp::amber}, {"GREEN", Tlp::green}, {"CLEAR", Tlp::clear}}};
    for (const auto& [word, label] : capitals) {
        std::size_t k = 0;
        while (k < word.size() && at(i + 2 * k) == word[k] && (k + 1 == word.size() || at(i + 2 * k + 1) == sign)) ++k;
        const std::size_t end = i + 2 * word.size() - 1;
        if (k == word.size() && !ascii::is_alnum(at(end))) return Name{label, end, false, false};
    }
    return std::nullopt;
}

}  // namespace caveat::mail
