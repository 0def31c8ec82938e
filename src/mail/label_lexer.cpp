#include "label_lexer.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::string_view openers = "[({*_<";
constexpr std::string_view closers = "])}*_>";
constexpr std::size_t longest_restriction = 200;  // characters, BODYLN
constexpr std::size_t short_line = 80;            // characters, ruling (aa)

bool is_letter(char c) { return ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z'; }
bool is_alnum(char c) { return is_letter(c) || ascii::is_digit(c); }

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

char LabelLexer::at(std::size_t i) {
    ++examined_;
    return i < text_.size() ? text_[i] : '\0';
}

std::size_t LabelLexer::skip_blanks(std::size_t i) {
    while (i < text_.size() && ascii::is_wsp(at(i))) ++i;
    return i;
}

std::size_t LabelLexer::skip_set(std::size_t i, std::string_view set, std::size_t most) {
    const std::size_t stop = std::min(text_.size(), i + most);
    while (i < stop && set.find(at(i)) != std::string_view::npos) ++i;
    return i;
}

bool LabelLexer::word_at(std::size_t i, std::string_view lower_case) {
    for (const char c : lower_case) {
        if (ascii::lower(at(i++)) != c) return false;
    }
    return true;
}

// [ \t]{0,3}[signs][ \t]{0,3}, where a blank may be the sign: behind it. A letter follows the gap, so there is only one way to cut.
std::optional<std::size_t> LabelLexer::gap(std::size_t i, std::string_view signs, bool optional) {
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

// (red|amber…strict|amber|green|clear|white) and LENIENT's boundary behind it.
std::optional<LabelLexer::Name> LabelLexer::name_at(std::size_t i) {
    struct Known {
        std::string_view word;
        Tlp label;
    };
    static constexpr std::array<Known, 5> known{
        {{"red", Tlp::red}, {"amber", Tlp::amber}, {"green", Tlp::green}, {"clear", Tlp::clear}, {"white", Tlp::clear}}};
    const auto bounded = [this](std::size_t end) { return !is_alnum(at(end)) && at(end) != '+'; };
    const auto exact = [this, i](std::size_t end, Tlp label) { return text_.substr(i, end - i) == community::name(label); };
    for (const auto& [word, label] : known) {
        if (!word_at(i, word)) continue;
        const std::size_t end = i + word.size();
        if (label == Tlp::amber) {
            const auto strict = gap(end, "+_-", true);
            if (strict && word_at(*strict, "strict") && bounded(*strict + 6)) {
                return Name{Tlp::amber_strict, *strict + 6, false, exact(*strict + 6, Tlp::amber_strict)};
            }
        }
        if (!bounded(end)) return std::nullopt;
        return Name{label, end, word == "white", exact(end, label)};
    }
    return std::nullopt;
}

// tlp:([a-z][a-z+_-]{1,23}), without a blank (ff).
std::optional<Hit> LabelLexer::token_at(std::size_t i) {
    if (at(i + 3) != ':' || !is_letter(at(i + 4))) return std::nullopt;
    std::size_t end = i + 5;
    while (end < i + 28 && (is_letter(at(end)) || at(end) == '+' || at(end) == '_' || at(end) == '-')) ++end;
    if (end - i - 4 < 2) return std::nullopt;
    if (end == i + 6 && word_at(i + 4, "ex:chr") && !is_alnum(at(i + 10)))
        return Hit{i, i + 10, {}, Spelling::no_attribution, false, false};
    return Hit{i, end, {}, Spelling::unknown, false, false};
}

// Whatever label begins with the "TLP" at `i`. Where LENIENT reads more than CANON does ("TLP:AMBER STRICT"), the longer reading counts.
std::optional<Hit> LabelLexer::hit_at(std::size_t i) {
    if (!word_at(i, "tlp")) return std::nullopt;
    const char before = i == 0 ? '\0' : at(i - 1);
    if (is_alnum(before)) return std::nullopt;
    const auto name_begin = gap(i + 3, ":_-", false);
    const auto name = name_begin ? name_at(*name_begin) : std::nullopt;
    if (!name) return token_at(i);
    const bool exact = name->exact && text_.substr(i, *name_begin - i) == "TLP:";
    const char after = at(name->end);
    const bool canonical = exact && before != '_' && after != '_' && after != '-';
    return Hit{i, name->end, name->label, canonical ? Spelling::canonical : Spelling::lenient, name->white, exact};
}

std::vector<Hit> LabelLexer::everywhere() {
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < text_.size();) {
        const auto hit = hit_at(i);
        if (hit) hits.push_back(*hit);
        // The separator behind a label may be the one in front of the next, and an unknown word may contain one ("TLP:TLP:RED").
        i = !hit ? i + 1 : hit->label ? hit->end : i + 4;
    }
    return hits;
}

// [-:|,;] and up to 200 characters, or nothing at all: the label of a line. Words without a separator make it a hint (aa).
bool LabelLexer::is_label_line(const Hit& hit, std::string_view& restrictions) {
    const std::size_t begin = skip_blanks(0);
    if (!hit.exact || skip_set(begin, openers, 3) != hit.begin) return false;
    const std::size_t rest = skip_blanks(skip_set(hit.end, closers, 3));
    if (rest == text_.size()) return true;
    if (std::string_view("-:|,;").find(at(rest)) == std::string_view::npos || rest + 1 == text_.size()) return false;
    restrictions = text_.substr(skip_blanks(rest + 1));
    examined_ += restrictions.size();
    return characters(restrictions) <= longest_restriction;
}

// At the start of the line: behind blanks and at most three signs, of which one may be no ASCII ("【TLP:RED】").
std::optional<Hit> LabelLexer::first_of_line() {
    std::size_t i = skip_blanks(0);
    bool foreign = false;
    for (int signs = 0; signs < 3 && i < text_.size(); ++signs) {
        const char c = at(i);
        if (is_alnum(c) || ascii::is_wsp(c)) break;
        ++i;
        if (ascii::is_plain(c)) continue;
        if (foreign) return std::nullopt;
        foreign = true;
        while (i < text_.size() && (at(i) & 0xC0) == 0x80) ++i;
    }
    return hit_at(i);
}

// "Classification: TLP:AMBER": up to three words and a colon before, nothing behind (aa).
std::optional<Hit> LabelLexer::classification() {
    std::size_t i = skip_blanks(0);
    int words = 0;
    while (i < text_.size() && at(i) != ':') {
        if (++words > 3) return std::nullopt;
        while (i < text_.size() && at(i) != ':' && !ascii::is_wsp(at(i))) ++i;
        i = skip_blanks(i);
    }
    if (words == 0 || i == text_.size()) return std::nullopt;
    const std::size_t begin = skip_set(skip_blanks(i + 1), openers, 3);
    auto hit = hit_at(begin);
    if (!hit || skip_blanks(skip_set(hit->end, closers, 3)) != text_.size()) return std::nullopt;
    if (hit->exact) hit->spelling = Spelling::canonical;
    return hit;
}

// A canonical label as the last thing of a short line (aa).
std::optional<Hit> LabelLexer::last_of_line() {
    std::size_t end = text_.size();
    while (end > 0 && ascii::is_wsp(at(end - 1))) --end;
    if (end > 4 * short_line || characters(text_.substr(0, end)) > short_line) return std::nullopt;
    for (int signs = 0; signs < 3 && end > 0 && closers.find(at(end - 1)) != std::string_view::npos; ++signs) --end;
    for (const Tlp label : {Tlp::red, Tlp::amber_strict, Tlp::amber, Tlp::green, Tlp::clear}) {
        const std::size_t length = 4 + community::name(label).size();
        if (end < length || !text_.substr(0, end).ends_with(community::name(label)) || text_.substr(end - length, 4) != "TLP:") continue;
        examined_ += length;
        const auto hit = hit_at(end - length);
        if (hit && hit->label == label) return Hit{hit->begin, end, label, Spelling::lenient, false, true};
    }
    return std::nullopt;
}

std::optional<Tlp> LabelLexer::end_line() {
    std::size_t i = skip_blanks(0);
    if (!word_at(i, "end")) return std::nullopt;
    i += 3;
    if (word_at(i, " of")) i += 3;
    const std::size_t begin = skip_blanks(i);
    if (begin == i || !word_at(begin, "tlp:")) return std::nullopt;
    const auto name = name_at(begin + 4);
    if (!name || name->white || skip_blanks(name->end) != text_.size()) return std::nullopt;
    if (name->end - begin - 4 != community::name(name->label).size()) return std::nullopt;
    const bool strict = name->label == Tlp::amber_strict;
    return strict && at(begin + 9) != '+' ? std::nullopt : std::optional(name->label);
}

LineReading LabelLexer::line() {
    LineReading out;
    out.ends = end_line();
    auto first = first_of_line();
    if (first && first->label) {
        first->spelling = is_label_line(*first, out.restrictions) ? Spelling::canonical : Spelling::lenient;
    } else if (!first) {
        first = classification();
    }
    if (first) out.hits.push_back(*first);
    const auto last = last_of_line();
    if (last && (!first || last->begin >= first->end)) out.hits.push_back(*last);
    return out;
}

std::optional<Hit> LabelLexer::header() {
    const std::size_t begin = skip_blanks(0);
    if (begin == text_.size()) return std::nullopt;
    if (auto hit = hit_at(begin)) {
        std::string_view restrictions;
        hit->spelling = is_label_line(*hit, restrictions) ? Spelling::canonical : hit->label ? Spelling::lenient : hit->spelling;
        return hit;
    }
    const auto name = name_at(begin);
    if (!name) return Hit{begin, std::min(text_.size(), begin + 28), {}, Spelling::unknown, false, false};
    const std::size_t rest = skip_blanks(name->end);
    const bool ends = rest == text_.size() || at(rest) == ';' || at(rest) == ',';
    return Hit{begin, name->end, name->label, name->exact && ends ? Spelling::canonical : Spelling::lenient, name->white, name->exact};
}

}  // namespace caveat::mail
