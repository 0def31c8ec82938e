#include "label_lexer.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::string_view openers = "[({*_<";
constexpr std::string_view closers = "])}*_>";
constexpr std::size_t longest_restriction = 200;  // characters, BODYLN
constexpr std::size_t short_line = 80;            // characters, ruling (aa)
constexpr std::size_t short_name = 12;            // characters of "Betreff"
constexpr int most_signs = 24;                    // between "TLP" and a colour, LENIENT's apart

bool is_letter(char c) { return ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool has_small_letters(std::string_view text) { return std::any_of(text.begin(), text.end(), is_small); }
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

std::size_t LabelLexer::sign_at(std::size_t i) {
    ++examined_;
    return i < text_.size() ? decoration(text_.substr(i)) : 0;
}

// The bytes of the sign there, also where a program escaped it once too often ("TLP%3ARED" of a mailto address, "TLP&#58;RED").
std::size_t LabelLexer::sign_or_escape_at(std::size_t i) {
    const char c = at(i);
    if (c != '%' && c != '&') return sign_at(i);
    static constexpr std::array<std::string_view, 10> escaped{"%3a",    "%20",     "%2b",    "%5b",    "&#58;",
                                                              "&#x3a;", "&colon;", "&nbsp;", "&#160;", "&plus;"};
    for (const auto escape : escaped) {
        if (escape.front() == c && word_at(i, escape)) return escape.size();
    }
    return 1;
}

std::size_t LabelLexer::skip_decoration(std::size_t i) {
    while (const auto size = sign_at(i)) i += size;
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

// "STRICT" as people tie it to AMBER beyond LENIENT: "AMBER:STRICT", "AMBER (STRICT)", "AMBER & STRICT", "AMBER PLUS STRICT",
// "AMBER‑STRICT". Behind it, or nothing. "AMBER: strict rules" is AMBER and a restriction, and so is "AMBER (strict rules)".
std::optional<std::size_t> LabelLexer::tied_strict(std::size_t amber_end) {
    std::size_t word = skip_signs(amber_end, most_signs);
    bool ties = false;
    for (const std::string_view tie : {"plus", "and", "und"}) {
        if (word == amber_end || ties || !word_at(word, tie)) continue;
        word = skip_signs(word + tie.size(), most_signs);
        ties = true;
    }
    if (word == amber_end || !word_at(word, "strict") || is_alnum(at(word + 6)) || at(word + 6) == '+') return std::nullopt;
    const auto between = text_.substr(amber_end, word - amber_end);
    const std::size_t end = word + 6;
    const bool capitals = !has_small_letters(text_.substr(word, end - word));
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

// In capitals, as a name is written; where the signs before it announce one also "Red", and "red" if nothing follows it.
bool LabelLexer::is_written_as_name(std::size_t begin, std::size_t end, bool announced) {
    const auto spelled = text_.substr(begin, end - begin);
    if (!has_small_letters(spelled)) return true;
    return announced && (!is_small(spelled.front()) || skip_decoration(end) == text_.size());
}

// `tlp: "red"`, `tlp="red"`, `"tlp":"red"`: a value as data has it.
bool LabelLexer::is_quoted_value(std::size_t protocol_end, std::size_t begin, std::size_t end) {
    const auto between = text_.substr(protocol_end, begin - protocol_end);
    if (between.size() < 2 || between.size() > 8 || between.find_first_of(":=") == std::string_view::npos) return false;
    return (between.back() == '"' || between.back() == '\'') && at(end) == between.back();
}

// Other signs than LENIENT's, or more of them, between "TLP" and a name: "**TLP:** RED", "TLP:[Red]", "TLP–RED", "TLP::Red". What opens
// closes.
std::optional<LabelLexer::Name> LabelLexer::loosely_named(std::size_t protocol_end, std::size_t gap_end, std::string_view announcing) {
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

// A colour at `begin` in a script that needs no blank before it, and which ends there: "TLP红色", "TLP（赤）", "TLP 적색 …"; or "TLP merah
// …".
std::optional<Hit> LabelLexer::glued_colour(std::size_t i, std::size_t begin) {
    const auto text = text_.substr(begin);
    if (ascii::is_plain(at(begin)) && text_.substr(begin - 1, 1) != " ") return std::nullopt;
    const auto size = foreign_colour(text, false, examined_);
    if (size == 0) return std::nullopt;
    if (is_plain_red(text.substr(0, size))) return Hit{i, begin + size, {}, Spelling::unknown, false, false, true};
    const auto tail = is_unspaced(text) ? colour_tail(text.substr(size), examined_) : std::nullopt;
    if (!tail) return std::nullopt;
    return Hit{i, begin + size + *tail, {}, Spelling::unknown, false, false, true};
}

// Signs that may stand between the name of the protocol, a word for "level" and a colour; or nothing, where a sentence goes on.
std::optional<std::size_t> LabelLexer::behind_signs(std::size_t i, bool& announced) {
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
std::optional<Hit> LabelLexer::levelled_at(std::size_t i, std::size_t protocol_end, bool named) {
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
        return tail && copula != 0 && skip_decoration(end + *tail) != text_.size() ? std::nullopt : tail;
    };
    if (const auto name = name_at(*begin); name && is_written_as_name(*begin, name->end, announced)) {
        if (!tail_behind(name->end)) return std::nullopt;
        return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false, announced};
    }
    const auto size = foreign_colour(text_.substr(*begin), announced, examined_);
    const auto tail = size == 0 ? std::nullopt : tail_behind(*begin + size);
    if (!tail) return std::nullopt;
    return Hit{i, *begin + size + *tail, {}, Spelling::unknown, false, false, true};
}

// The protocol by its name in such a language, perhaps with its English one behind it.
std::optional<Hit> LabelLexer::foreign_protocol_at(std::size_t i) {
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
std::optional<Hit> LabelLexer::foreign_at(std::size_t i, std::size_t protocol_end, std::size_t gap_end) {
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
        return Hit{i, gap_end + size, {}, Spelling::unknown, false, false, true};
    if (at(protocol_end) != ':' || gap_end != protocol_end + 1) return std::nullopt;
    const auto size = foreign_word(text_.substr(gap_end));
    examined_ += size;
    if (size == 0) return std::nullopt;
    return Hit{i, gap_end + size, {}, Spelling::unknown, false, false, true};
}

// A name in capitals whose letters are parted by one sign each: "R E D", "R.E.D".
std::optional<LabelLexer::Name> LabelLexer::spaced_name(std::size_t i) {
    const char sign = at(i + 1);
    if (std::string_view(" .-_*").find(sign) == std::string_view::npos) return std::nullopt;
    static constexpr std::array<std::pair<std::string_view, Tlp>, 4> known{
        {{"RED", Tlp::red}, {"AMBER", Tlp::amber}, {"GREEN", Tlp::green}, {"CLEAR", Tlp::clear}}};
    for (const auto& [word, label] : known) {
        std::size_t k = 0;
        while (k < word.size() && at(i + 2 * k) == word[k] && (k + 1 == word.size() || at(i + 2 * k + 1) == sign)) ++k;
        const std::size_t end = i + 2 * word.size() - 1;
        if (k == word.size() && !is_alnum(at(end))) return Name{label, end, false, false};
    }
    return std::nullopt;
}

// "T.L.P.: RED", "T L P : R E D", "TLP: R E D".
std::optional<Hit> LabelLexer::spaced_at(std::size_t i) {
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

// "TLP:AMBER/RED", "TLP:AMBER-RED", "TLP:AMBER or RED": the second of them, with its sign.
std::optional<Hit> LabelLexer::alternative_at(std::size_t i) {
    std::size_t begin = skip_set(i, " ", 1);
    const bool apart = begin > i;
    constexpr std::string_view arrow = "→";
    if (at(begin) == '/' || at(begin) == '&' || at(begin) == '>') {
        begin = skip_set(begin + 1, " ", 1);
    } else if (text_.substr(begin).starts_with(arrow)) {
        begin = skip_set(begin + arrow.size(), " ", 1);
    } else if (!apart && std::string_view("-,+|_").find(at(begin)) != std::string_view::npos) {
        begin = skip_set(begin + 1, ">", 1);
    } else if (apart) {
        static constexpr std::array<std::string_view, 6> words{"or ", "and ", "to ", "oder ", "und ", "-> "};
        const auto* const word = std::find_if(words.begin(), words.end(), [&](auto written) { return word_at(begin, written); });
        if (word == words.end()) return std::nullopt;
        begin += word->size();
    } else {
        return std::nullopt;
    }
    const auto name = name_at(begin);
    if (!name || !is_written_as_name(begin, name->end, false)) return std::nullopt;
    return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false};
}

// Behind signs and boxes to tick; `boxed`: there was such a box.
std::size_t LabelLexer::skip_boxes(std::size_t i, bool& boxed) {
    for (int count = 0; count < most_signs && i < text_.size(); ++count) {
        const auto box = tick_box(text_.substr(i));
        boxed = boxed || box != 0;
        const auto size = box != 0 ? box : sign_at(i);
        if (size == 0) break;
        i += size;
    }
    return i;
}

// In capitals, or no word follows it: "☐ Red team" is something to do.
bool LabelLexer::is_option(const Name& name, std::size_t begin) {
    if (!has_small_letters(text_.substr(begin, name.end - begin))) return true;
    const auto next = skip_blanks(name.end);
    return next == text_.size() || sign_at(next) != 0;
}

// "TLP: [ ] GREEN", "TLP: (x) Red": a name behind a box to tick.
std::optional<Hit> LabelLexer::boxed_at(std::size_t i, std::size_t protocol_end) {
    bool boxed = false;
    const std::size_t begin = skip_boxes(protocol_end, boxed);
    if (!boxed || text_.substr(protocol_end, begin - protocol_end).find_first_of(".!?") != std::string_view::npos) return std::nullopt;
    const auto name = name_at(begin);
    if (!name || !is_option(*name, begin)) return std::nullopt;
    return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false};
}

// Names in a row behind a label, as a form has them: "☐ GREEN ☒ RED", "GREEN [ ] AMBER [x]", "GREEN, AMBER, RED". Which of them is ticked
// is for people to see, so each counts. Without boxes they are a row only where the line ends with it, else a sentence goes on.
std::vector<Hit> LabelLexer::row_behind(std::size_t end) {
    std::vector<Hit> row;
    bool boxed = false;
    for (;;) {
        const std::size_t begin = skip_boxes(end, boxed);
        const auto between = text_.substr(end, begin - end);
        if (begin == end || between.find_first_of(boxed ? ".!?" : ".!?:") != std::string_view::npos) break;
        const auto name = name_at(begin);
        if (!name || !(boxed ? is_option(*name, begin) : is_written_as_name(begin, name->end, false))) break;
        row.push_back(Hit{end, name->end, name->label, Spelling::lenient, name->white, false, false});
        end = name->end;
    }
    if (row.empty() || boxed || skip_decoration(end) == text_.size()) return row;
    return {};
}

// tlp:([a-z][a-z+_-]{1,23}), without a blank (ff), in letters of any script.
std::optional<Hit> LabelLexer::token_at(std::size_t i) {
    if (at(i + 3) != ':') return std::nullopt;
    const auto word = text_.substr(std::min(i + 4, text_.size()));
    if (const auto size = unspaced_word(word, examined_)) return Hit{i, i + 4 + size, {}, Spelling::unknown, false, false, false};
    if (!is_letter(at(i + 4))) return std::nullopt;
    std::size_t end = i + 5;
    while (end < i + 28) {
        const bool goes_on = is_letter(at(end)) || at(end) == '+' || at(end) == '_' || at(end) == '-';
        const auto size = goes_on ? 1 : end < text_.size() ? foreign_letter(text_.substr(end)) : 0;
        if (size == 0) break;
        end += size;
    }
    if (end - i - 4 < 2) return std::nullopt;
    if (end == i + 6 && word_at(i + 4, "ex:chr") && !is_alnum(at(i + 10)))
        return Hit{i, i + 10, {}, Spelling::no_attribution, false, false, false};
    return Hit{i, end, {}, Spelling::unknown, false, false, false};
}

std::size_t LabelLexer::skip_signs(std::size_t i, int most) {
    for (int count = 0; count < most; ++count) {
        const auto size = sign_or_escape_at(i);
        if (size == 0) break;
        i += size;
    }
    return i;
}

// Behind the version of the protocol, "2.0", " 2", "v2" or " version 2.0", or `i`. "TLP2" is a name of something else.
std::size_t LabelLexer::version_end(std::size_t i) {
    const char first = at(i);
    if (std::string_view(" _-vV12").find(first) == std::string_view::npos) return i;
    std::size_t k = skip_set(i, " _-", 1);
    if (word_at(k, "version"))
        k = skip_set(k + 7, " ", 1);
    else if (ascii::lower(at(k)) == 'v')
        ++k;
    if (const char major = at(k++); major != '1' && major != '2') return i;
    if (at(k) == '.' && ascii::is_digit(at(k + 1)))
        k += 2;
    else if (ascii::is_digit(first))
        return i;
    return ascii::is_digit(at(k)) ? i : k;
}

// Behind "Traffic Light Protocol", perhaps "(TLP)", or "TLP level", "TLP-Stufe" and the like, or `i`.
std::size_t LabelLexer::described(std::size_t i) {
    if (word_at(i, "traffic")) {
        std::size_t end = i + 7;
        for (const std::string_view word : {"light", "protocol"}) {
            if (at(end) == ' ' || at(end) == '-' || at(end) == '_') ++end;
            if (!word_at(end, word)) return i;
            end += word.size();
        }
        const std::size_t inner = word_at(end, " (tlp") ? version_end(end + 5) : 0;
        if (inner != 0 && at(inner) == ')') end = inner + 1;
        return version_end(end);
    }
    const std::size_t end = version_end(i + 3);
    if (const std::size_t pap = behind_pap(end); pap != end) return pap;
    if (std::string_view(" -_").find(at(end)) == std::string_view::npos || sign_at(end + 1) != 0) return i;
    static constexpr std::array<std::string_view, 34> kinds{
        "level",   "label", "status",  "colour",   "color",   "code",          "classification", "designation", "marking",
        "rating",  "class", "tag",     "category", "stufe",   "einstufung",    "farbe",          "niveau",      "nivel",
        "livello", "nivå",  "poziom",  "marquage", "couleur", "kennzeichnung", "seviyesi",       "seviye",      "уровень",
        "рівень",  "ниво",  "tingkat", "tahap",    "mức",     "cấp độ",        "antas"};
    for (const auto kind : kinds) {
        if (word_at(end + 1, kind) && !is_alnum(at(end + 1 + kind.size()))) return end + 1 + kind.size();
    }
    return i;
}

// Behind "/PAP", " & PAP" or " and PAP", or `i`: "TLP/PAP: RED/AMBER".
std::size_t LabelLexer::behind_pap(std::size_t i) {
    std::size_t k = skip_set(i, " ", 1);
    if (at(k) == '/' || at(k) == '&' || at(k) == '+')
        ++k;
    else if (word_at(k, "and "))
        k += 3;
    else
        return i;
    k = skip_set(k, " ", 1);
    return word_at(k, "pap") && !is_alnum(at(k + 3)) ? k + 3 : i;
}

// What is no name behind such words and a colon: a colour that is none of TLP, or a word of another script ("TLP-Stufe: ROT", "TLP level:
// ORANGE"). Other words say that nobody has decided yet, or what a page is about ("TLP level: TBD", "TLP label: FAQ").
std::optional<Hit> LabelLexer::described_unknown(std::size_t i, std::size_t end, std::size_t begin) {
    if (text_.substr(end, begin - end).find_first_of(":=") == std::string_view::npos || word_at(begin, "tlp")) return std::nullopt;
    const auto rest = text_.substr(std::min(begin, text_.size()));
    auto size = foreign_colour(rest, true, examined_);
    if (size == 0) size = unspaced_word(rest, examined_);
    if (size == 0) {
        size = foreign_word(rest);
        const auto next = skip_blanks(begin + size);
        if (size == 0 || (next < text_.size() && sign_at(next) == 0)) return std::nullopt;
    }
    return Hit{i, begin + size, {}, Spelling::unknown, false, false, true};
}

// A name behind a sign behind such words: "TLP level: Red", "TLP classification - AMBER", "Traffic Light Protocol = AMBER+STRICT".
std::optional<Hit> LabelLexer::described_at(std::size_t i) {
    const std::size_t end = described(i);
    if (end == i) return std::nullopt;
    const std::size_t name_begin = skip_signs(end, most_signs);
    const auto between = text_.substr(end, name_begin - end);
    if (between.find_first_of(".,;!?") != std::string_view::npos) return std::nullopt;
    const bool whole_name = ascii::lower(at(i + 1)) == 'r';  // "Traffic Light Protocol - Red and Amber" is a title
    const auto name = name_begin == end ? std::nullopt : loosely_named(end, name_begin, at(i) != 'T' ? "" : whole_name ? ":=|/" : ":=|/-");
    if (!name) return described_unknown(i, end, name_begin);
    // "TLP level RED" is said so only where nothing follows: "TLP level RED is explained below".
    if (between == " " && !whole_name && skip_decoration(name->end) != text_.size()) return std::nullopt;
    return Hit{i,           name->end, name->label, Spelling::lenient,
               name->white, false,     false,       between.find_first_of(":=") != std::string_view::npos};
}

// Whatever label begins with the "TLP" at `i`. Where LENIENT reads more than CANON does ("TLP:AMBER STRICT"), the longer reading counts.
std::optional<Hit> LabelLexer::hit_at(std::size_t i) {
    if (!ascii::is_plain(at(i))) return foreign_protocol_at(i);
    if (ascii::lower(at(i)) != 't') return std::nullopt;
    const char before = i == 0 ? '\0' : at(i - 1);
    if (is_alnum(before)) return std::nullopt;
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
    return token_at(i);
}

std::vector<Hit> LabelLexer::everywhere() {
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < text_.size();) {
        auto hit = hit_at(i);
        if (hit) hits.push_back(*hit);
        for (auto more = hit; more && more->label;) {
            more = alternative_at(more->end);
            if (more) hits.push_back(*(hit = more));
        }
        if (hit && hit->label) {
            for (const auto& one : row_behind(hit->end)) hits.push_back(*(hit = one));
        }
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

// Behind decoration and "1)", "2.3." or "a)" at the start of the line.
std::size_t LabelLexer::line_start(bool& numbered) {
    const std::size_t begin = skip_decoration(0);
    std::size_t i = begin;
    while (i < begin + 8 && (ascii::is_digit(at(i)) || (i > begin && at(i) == '.' && ascii::is_digit(at(i + 1))))) ++i;
    while (i < begin + 5 && std::string_view("ivxIVX").find(at(i)) != std::string_view::npos) ++i;  // "iv)"
    if (i == begin && is_letter(at(i))) ++i;
    const bool foreign = i == begin && i < text_.size();
    if (foreign) i += foreign_number(text_.substr(i));
    const bool bullet = foreign && i > begin && text_.substr(begin).starts_with("\xE1\x84") && at(i) == ' ';  // "ㅇ " of Korean letters
    const auto next = text_.substr(std::min(i, text_.size()), 3);
    numbered = i > begin && (bullet || std::string_view(foreign ? ".)]" : ".)]:").find(at(i)) != std::string_view::npos ||
                             next == "\xE2\x83\xA3" || next == "、");
    return numbered ? skip_decoration(i) : begin;
}

// Behind "[CONFIDENTIAL] ", "【機密】" and the like, whose bracket opens in front of `i`, with the decoration that follows; or `i`.
std::size_t LabelLexer::behind_brackets(std::size_t i) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> brackets{
        {{"[", "]"}, {"【", "】"}, {"〔", "〕"}, {"「", "」"}, {"《", "》"}}};
    constexpr std::size_t longest = 40;  // bytes
    constexpr int most = 3;
    for (int count = 0; count < most; ++count) {
        const auto before = text_.substr(0, i);
        const auto* const pair =
            std::find_if(brackets.begin(), brackets.end(), [&](const auto& one) { return before.ends_with(one.first); });
        if (pair == brackets.end()) return i;
        const auto rest = text_.substr(i, longest);
        const auto size = rest.find(pair->second);
        examined_ += longest;
        if (size == 0 || size == std::string_view::npos) return i;
        const auto words = ascii::lower(rest.substr(0, size));
        if (words.find("tlp") != std::string::npos || words.find_first_of(":.;") != std::string::npos) return i;
        i = skip_decoration(i + size);
    }
    return i;
}

// "Classification: " with up to three words, behind `i` and the decoration that follows it; also whether it is short as "Betreff: ".
std::optional<LabelLexer::Heading> LabelLexer::heading(std::size_t i) {
    const std::size_t begin = i;
    int words = 0;
    while (i < text_.size() && at(i) != ':') {
        if (++words > 3) return std::nullopt;
        while (i < text_.size() && at(i) != ':' && !ascii::is_wsp(at(i))) ++i;
        i = skip_blanks(i);
    }
    if (words == 0 || i == text_.size()) return std::nullopt;
    return Heading{skip_decoration(i + 1), words == 1 && characters(text_.substr(begin, i - begin)) <= short_name};
}

// Behind "teams] " where a bracket stands before `i`, with the decoration that follows; or `i`.
std::size_t LabelLexer::behind_tag(std::size_t i) {
    constexpr std::size_t longest = 40;
    if (i == 0 || at(i - 1) != '[') return i;
    std::size_t end = i;
    while (end - i <= longest && (is_alnum(at(end)) || std::string_view("._-").find(at(end)) != std::string_view::npos)) ++end;
    return end > i && at(end) == ']' ? skip_decoration(end) : i;
}

// Whether words follow the label with nothing but blanks between.
bool LabelLexer::runs_on(const Hit& hit) {
    const auto next = skip_blanks(skip_set(hit.end, closers, 3));
    return next < text_.size() && sign_at(next) == 0;
}

// Whether a label that ends a line says it of the line (aa): canonical, or "TLP" and "Red" or "RED" with a colon, or a colour that is none.
bool LabelLexer::speaks_at_end(const Hit& hit) const {
    if (hit.exact || hit.foreign || hit.loud) return true;
    const auto spelled = text_.substr(hit.begin, hit.end - hit.begin);
    const auto colon = spelled.find(':');
    if (!hit.label || !spelled.starts_with("TLP") || colon == std::string_view::npos) return false;
    const auto name = std::find_if(spelled.begin() + static_cast<std::ptrdiff_t>(colon), spelled.end(), is_letter);
    return name != spelled.end() && !is_small(*name);
}

// What parts a label from the words that say for whom it is, and such words.
bool LabelLexer::restriction_follows(std::size_t end) {
    static constexpr std::array<std::string_view, 8> signs{"-", "–", "—", ":", "|", ";", "(", ","};
    const auto rest = text_.substr(skip_blanks(skip_set(end, closers, 3)));
    const bool parts = std::any_of(signs.begin(), signs.end(), [&](auto sign) { return rest.starts_with(sign); });
    return parts && skip_decoration(text_.size() - rest.size()) < text_.size();
}

// The cell of a table, or a part of a short line between dashes, that holds the label and nothing else.
bool LabelLexer::alone_in_cell(const Hit& hit, bool in_short_line) {
    const auto bars = [](std::string_view between) {
        for (const std::string_view bar : {"|", "│", "║", "┃", "¦", "\t", "   "}) {  // and columns of a table without lines
            if (between.find(bar) != std::string_view::npos) return true;
        }
        return false;
    };
    const auto parts = [&](std::string_view between, bool edge) {
        if (edge || bars(between)) return true;
        if (!in_short_line) return false;
        for (const std::string_view dash : {"–", "—", "•", "·", "//", " - ", "--", "=="}) {
            if (between.find(dash) != std::string_view::npos) return true;
        }
        return false;
    };
    constexpr std::size_t widest = 64;  // bytes of signs beside the label that are looked at
    std::size_t left = hit.begin;
    while (left > 0 && hit.begin - left < widest && !is_alnum(at(left - 1)) && ascii::is_plain(text_[left - 1])) --left;
    // Signs beyond ASCII are sought from the front: their last bytes do not tell what they are.
    if (left > 0 && !ascii::is_plain(text_[left - 1])) {
        std::size_t sign = left - 1;
        while (sign > 0 && left - sign < 4 && (text_[sign] & 0xC0) == 0x80) --sign;
        if (sign + sign_at(sign) == left) left = sign;
    }
    std::size_t right = hit.end;
    while (right - hit.end < widest) {
        const auto size = sign_at(right);
        if (size == 0) break;
        right += size;
    }
    const auto before = text_.substr(left, hit.begin - left);
    if (hit.exact && bars(before) && restriction_follows(hit.end)) return true;  // and says for whom
    return parts(before, left == 0) && parts(text_.substr(hit.end, right - hit.end), right == text_.size());
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

// Of what stands behind the last label of the line: where its last letter or digit ends, and the signs behind that.
LabelLexer::Tail LabelLexer::tail_of(std::size_t end) {
    Tail tail{end, 0, false};
    for (std::size_t i = end; i < text_.size();) {
        const auto size = sign_at(i);
        if (size == 0) {
            tail = {i + 1, 0, false};
            ++i;
            continue;
        }
        if (!ascii::is_wsp(text_[i])) ++tail.signs;
        if (text_[i] == '?') tail.question = true;
        i += size;
    }
    return tail;
}

// Which labels of the line speak, by ruling (hh): the one it begins with, the one a short line ends with, those that only decoration parts
// from these, those in cells of their own, and all of a short banner.
LineReading LabelLexer::line() {
    LineReading out;
    out.ends = end_line();
    auto all = everywhere();
    if (all.empty()) return out;
    std::vector<bool> speaks(all.size(), false);
    bool numbered = false;
    std::size_t start = line_start(numbered);
    const auto tail = tail_of(all.back().end);
    // "[Agenda] TLP:RED handling in the drill" tells of a label, and does not begin with one.
    const auto behind = behind_brackets(start);
    if (behind != start && (all.front().begin > behind || !(runs_on(all.front()) || tail.question))) {
        start = behind;
        numbered = true;
    }
    const bool bare = tail.core_end == all.back().end;
    const std::size_t core = tail.core_end > start ? tail.core_end - start : 0;
    const bool is_short = core <= 4 * short_line && characters(text_.substr(start, core)) <= short_line;

    const bool ends_in_stop = text_.substr(tail.core_end).starts_with('.');

    bool canonical = false;
    Hit& first = all.front();
    if (first.begin <= start) {  // before it: "T.L.P." passes for a number
        speaks[0] = true;
        const bool whole = all.size() == 1 && bare && !numbered && !tail.question && first.exact;
        canonical = (is_label_line(first, out.restrictions) && first.label) || whole;
    } else {
        std::size_t begin = start;
        bool narrow = true;
        while (begin < first.begin) {
            const auto head = heading(begin);
            if (!head || head->end > first.begin) break;
            narrow = narrow && head->narrow;
            const auto end = narrow ? behind_tag(head->end) : head->end;  // "Subject: [teams] TLP:RED" in any language
            const bool reached = end == first.begin;
            const bool alone = all.size() == 1 && bare;
            // "Classification: TLP:RED – not for disclosure"; no question, and no sentence: "Question two: TLP:RED, as you know, is …."
            const bool asks_or_tells = tail.question || (at(skip_blanks(first.end)) == ',' && ends_in_stop);
            const bool restricted = all.size() == 1 && begin == start && is_short && !asks_or_tells && first.label &&
                                    speaks_at_end(first) && restriction_follows(first.end);
            if (reached && (alone || restricted || (narrow && first.label))) speaks[0] = true;
            if (reached && alone && begin == start && !tail.question) canonical = first.exact;
            if (!narrow) break;
            begin = end;
        }
    }

    int signs = 0;  // in front of the line
    for (std::size_t i = 0; i < start && signs < 3; i += std::max<std::size_t>(sign_at(i), 1)) signs += ascii::is_wsp(text_[i]) ? 0 : 1;
    const bool banner = is_short && signs >= 3 && tail.signs >= 3 && !numbered;
    const bool ends_sentence = ends_in_stop || tail.question;
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (k > 0 && speaks[k - 1] && skip_decoration(all[k - 1].end) >= all[k].begin) speaks[k] = true;
        if (speaks[k]) continue;
        if (speaks_at_end(all[k]))
            speaks[k] = banner || alone_in_cell(all[k], is_short && !ends_sentence);
        else
            speaks[k] = all[k].label && alone_in_cell(all[k], false);  // however it is spelled
    }
    const bool ends = bare || is_predicate(text_.substr(all.back().end, tail.core_end - all.back().end));
    if (ends && is_short && speaks_at_end(all.back())) speaks.back() = true;
    for (std::size_t k = all.size() - 1; k-- > 0;) {
        if (speaks[k + 1] && skip_decoration(all[k].end) >= all[k + 1].begin) speaks[k] = true;
    }

    for (std::size_t k = 0; k < all.size(); ++k) {
        if (!speaks[k]) continue;
        if (all[k].label) all[k].spelling = k == 0 && canonical ? Spelling::canonical : Spelling::lenient;
        out.hits.push_back(all[k]);
    }
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
    if (!name) return Hit{begin, std::min(text_.size(), begin + 28), {}, Spelling::unknown, false, false, false};
    const std::size_t rest = skip_blanks(name->end);
    const bool ends = rest == text_.size() || at(rest) == ';' || at(rest) == ',';
    return Hit{begin,       name->end,   name->label, name->exact && ends ? Spelling::canonical : Spelling::lenient,
               name->white, name->exact, false};
}

}  // namespace caveat::mail
