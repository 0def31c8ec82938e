#include "label_lexer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ascii.hpp"
#include "foreign.hpp"
#include "label_neighbours.hpp"
#include "label_surroundings.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::string_view openers = "[({*_<";
constexpr std::string_view closers = "])}*_>";
constexpr std::size_t longest_restriction = 200;  // characters, BODYLN
constexpr std::size_t short_line = 80;            // characters, ruling (aa)
constexpr std::size_t short_name = 12;            // characters of "Betreff"

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

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

// Behind decoration, "1)", "2.3." or "a)" and tags at the start of the line. What follows raises as at the start of any line (aa), also
// where a sentence or a question goes on: "[CONFIDENTIAL] TLP:RED for named readers" and "[Agenda] TLP:RED handling" look alike.
std::size_t LabelLexer::line_start(bool& numbered) {
    const std::size_t begin = skip_decoration(0);
    std::size_t i = begin;
    while (i < begin + 8 && (ascii::is_digit(at(i)) || (i > begin && at(i) == '.' && ascii::is_digit(at(i + 1))))) ++i;
    while (i < begin + 5 && std::string_view("ivxIVX").find(at(i)) != std::string_view::npos) ++i;  // "iv)"
    if (i == begin && ascii::is_letter(at(i))) ++i;
    const bool foreign = i == begin && i < text_.size();
    if (foreign) i += foreign_number(text_.substr(i));
    const bool bullet = foreign && i > begin && text_.substr(begin).starts_with("\xE1\x84") && at(i) == ' ';  // "ㅇ " of Korean letters
    const auto next = text_.substr(std::min(i, text_.size()), 3);
    numbered = i > begin && (bullet || std::string_view(foreign ? ".)]" : ".)]:").find(at(i)) != std::string_view::npos ||
                             next == "\xE2\x83\xA3" || next == "、");
    const auto start = numbered ? skip_decoration(i) : begin;
    const auto behind = behind_brackets(start);
    numbered = numbered || behind != start;
    return behind;
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
    while (end - i <= longest && (ascii::is_alnum(at(end)) || std::string_view("._-").find(at(end)) != std::string_view::npos)) ++end;
    return end > i && at(end) == ']' ? skip_decoration(end) : i;
}

// Whether a label that ends a line says it of the line (aa): canonical, in capitals whatever ties it, with a colon also "Red", or a colour
// that is none. "He wrote about tlp red" is prose.
bool LabelLexer::speaks_at_end(const Hit& hit) const {
    if (hit.exact || hit.foreign || hit.loud) return true;
    const auto spelled = text_.substr(hit.begin, hit.end - hit.begin);
    if (!hit.label || !spelled.starts_with("TLP")) return false;
    if (!ascii::has_small_letters(spelled)) return true;
    const auto colon = spelled.find(':');
    if (colon == std::string_view::npos) return false;
    const auto name = std::find_if(spelled.begin() + static_cast<std::ptrdiff_t>(colon), spelled.end(), ascii::is_letter);
    return name != spelled.end() && !ascii::is_small(*name);
}

// What parts a label from the words that say for whom it is, and such words.
bool LabelLexer::restriction_follows(std::size_t end) {
    static constexpr std::array<std::string_view, 8> signs{"-", "–", "—", ":", "|", ";", "(", ","};
    const auto rest = text_.substr(skip_blanks(skip_set(end, closers, 3)));
    const bool parts = std::any_of(signs.begin(), signs.end(), [&](auto sign) { return rest.starts_with(sign); });
    return parts && skip_decoration(text_.size() - rest.size()) < text_.size();
}

bool LabelLexer::clause_ends(std::size_t end) {
    const auto rest = text_.substr(skip_set(end, closers, 3));
    return rest.starts_with(". ") || rest.starts_with("! ") || restriction_follows(end);
}

// Whether the words before the label say that something has it, and a clause ends behind it: "This mail is TLP:RED. Do not forward",
// "Handle as tlp:red (for you)", "本メールはTLP:REDですので…", "본 문서는 TLP:RED로 분류되어 있습니다". What a comma follows may be a
// condition ("If it is TLP:RED, …"), what goes on a report ("what they sent is TLP:RED and old"), and "is AMBER+STRICT" an explanation,
// but for what is said of this mail: "This message is TLP:RED and must not be shared".
bool LabelLexer::is_said_here(const Hit& hit) {
    constexpr std::size_t longest = 96;  // bytes on either side
    static constexpr std::array<std::string_view, 22> saying{"is",  "are",    "as",  "classified", "marked", "labelled", "labeled", "rated",
                                                             "ist", "sind",   "als", "est",        "es",     "é",        "è",       "jest",
                                                             "là",  "adalah", "为",  "為",         "是",     "は"};
    examined_ += longest;
    const auto behind = undecorated(text_.substr(hit.end, longest));
    if (is_unspaced(behind)) {
        const auto clause = behind.substr(0, std::min({behind.find_first_of(",.;!?("), behind.find("、"), behind.find("。")}));
        if (is_predicate(clause)) return true;
    }
    const auto line = undecorated(text_);
    const auto pointing = text_.substr(text_.size() - line.size(), hit.begin - std::min(hit.begin, text_.size() - line.size()));
    const bool here = points_at_this_mail(line);
    // Russian writes no "is".
    if (here && line.starts_with("Э") && text_.substr(hit.end).starts_with(',')) return true;
    auto before = text_.substr(hit.begin - std::min(hit.begin, longest), std::min(hit.begin, longest));
    while (!before.empty() && ascii::is_plain(before.back()) && !ascii::is_alnum(before.back())) before.remove_suffix(1);
    const bool says = std::any_of(saying.begin(), saying.end(), [&](auto word) {
        return is_unspaced(word) || word == "は" ? before.ends_with(word) : ends_in_word(before, word);
    });
    if (!says) return false;
    if (here && ascii::is_plain(line.front()) && is_one_clause(pointing)) return true;
    if (!clause_ends(hit.end) && skip_decoration(hit.end) != text_.size()) return false;
    const bool comma = text_.substr(skip_blanks(skip_set(hit.end, closers, 3))).starts_with(',');
    return here || (!comma && !hit.unnamed);
}

// "TLP:CLEAR, TLP:GREEN, TLP:AMBER or TLP:RED will be honoured", "TLP (RED, AMBER, GREEN, CLEAR) is used": where a row of all colours, each
// once and with nothing to tell one from the others, is part of a sentence, it tells of TLP itself. A line that begins with TLP:RED says
// it.
bool LabelLexer::names_all_colours(const Hit& first) {
    static constexpr std::array<std::string_view, 4> words{"or", "and", "oder", "und"};
    const auto bit = [](Tlp label) { return 1U << static_cast<unsigned>(label); };
    const unsigned all = bit(Tlp::clear) | bit(Tlp::green) | bit(Tlp::amber) | bit(Tlp::red);
    if (first.exact && *first.label == Tlp::red && first.begin == skip_blanks(0)) return false;
    unsigned seen = bit(*first.label);
    std::size_t end = first.end;
    for (;;) {
        std::size_t begin = end;
        const auto skip_commas = [&] {
            const auto plain = [&] { return std::string_view(" ,;/").find(at(begin)) != std::string_view::npos; };
            while (begin < text_.size() && begin - end < most_signs && plain()) ++begin;
            for (const std::string_view sign : {"、", "・"}) begin += text_.substr(begin).starts_with(sign) ? sign.size() : 0;
        };
        skip_commas();
        for (const auto word : words) {
            if (begin == end || !word_at(begin, word) || at(begin + word.size()) != ' ') continue;
            begin += word.size();
            skip_commas();
            break;
        }
        if (word_at(begin, "tlp:")) begin += 4;
        const auto name = begin == end ? std::nullopt : name_at(begin);
        if (!name) break;
        if ((seen & bit(name->label)) != 0) return false;
        seen |= bit(name->label);
        end = name->end;
    }
    if ((seen & all) != all || skip_decoration(end) == text_.size()) return false;
    for (std::size_t i = end; i < text_.size(); ++i) {  // "…, AMBER, RED (RED applies)", "… or TLP:RED: here it is red"
        const auto name = ascii::is_alnum(at(i - 1)) ? std::nullopt : name_at(i);
        if (name && (name->label > Tlp::green || is_written_as_name(i, name->end, false))) return false;
    }
    return true;
}

// The cell of a table that holds the label and nothing else.
bool LabelLexer::alone_in_cell(const Hit& hit) {
    const auto bars = [](std::string_view between) {
        for (const std::string_view bar : {"|", "│", "║", "┃", "¦", "\t", "   "}) {  // and columns of a table without lines
            if (between.find(bar) != std::string_view::npos) return true;
        }
        return false;
    };
    constexpr std::size_t widest = 64;  // bytes of signs beside the label that are looked at
    std::size_t left = hit.begin;
    while (left > 0 && hit.begin - left < widest && !ascii::is_alnum(at(left - 1)) && ascii::is_plain(text_[left - 1])) --left;
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
    const auto before = text_.substr(left, hit.begin - left), behind = text_.substr(hit.end, right - hit.end);
    const bool lined_up = before.ends_with("  ") && behind.starts_with("  ") && (bars(before) || bars(behind));  // "C-1  TLP:RED   phish"
    if (hit.exact && lined_up) return true;
    if (hit.exact && bars(before) && restriction_follows(hit.end)) return true;  // and says for whom
    return (left == 0 || bars(before)) && (right == text_.size() || bars(behind));
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
    out.all = everywhere();
    if (out.all.empty() || (out.all.front().label && names_all_colours(out.all.front()))) return out;
    auto all = out.all;
    std::vector<bool> speaks(all.size(), false);
    bool numbered = false;
    const std::size_t start = line_start(numbered);
    const auto tail = tail_of(all.back().end);
    const bool bare = tail.core_end == all.back().end;
    const std::size_t core = tail.core_end > start ? tail.core_end - start : 0;
    const bool is_short = core <= 4 * short_line && characters(text_.substr(start, core)) <= short_line;

    bool canonical = false;
    Hit& first = all.front();
    if (first.begin <= start && (!first.unnamed || (bare && all.size() == 1))) {  // before it: "T.L.P." passes for a number
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
            // "Classification: TLP:RED – not for disclosure"
            const bool restricted = all.size() == 1 && begin == start && first.label && clause_ends(first.end);
            if (reached && (alone || (restricted && !first.unnamed) || (narrow && first.label && !first.unnamed))) speaks[0] = true;
            if (reached && alone && begin == start && !tail.question) canonical = first.exact;
            if (!narrow) break;
            begin = end;
        }
    }

    int signs = 0;  // in front of the line
    for (std::size_t i = 0; i < start && signs < 3; i += std::max<std::size_t>(sign_at(i), 1)) signs += ascii::is_wsp(text_[i]) ? 0 : 1;
    const bool banner = is_short && signs >= 3 && tail.signs >= 3 && !numbered;
    const bool ends_sentence = text_.substr(tail.core_end).starts_with('.') || tail.question;
    // One that is a word of a sentence makes the line one.
    const bool apart = is_short && !ends_sentence && std::all_of(all.begin(), all.end(), [&](const Hit& hit) {
                           return hit.begin <= start || is_set_apart(text_, hit.begin, hit.end);
                       });
    // What a label line says of a part of the mail, it says of the mail: "TLP:GREEN - attachment TLP:RED, do not forward".
    const bool restricts = speaks[0] && first.label && restriction_follows(first.end);
    const auto only_enumerates = [&](std::size_t k) {
        const auto between = undecorated(text_.substr(all[k - 1].end, all[k].begin - all[k - 1].end));
        return between.starts_with("or ") || between.starts_with("and ");
    };
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (k > 0 && restricts && all[k].label && speaks_at_end(all[k]) && !only_enumerates(k)) speaks[k] = true;
        if (k > 0 && speaks[k - 1] && skip_decoration(all[k - 1].end) >= all[k].begin) speaks[k] = true;
        if (speaks[k]) continue;
        if (speaks_at_end(all[k]))
            speaks[k] = banner || apart || alone_in_cell(all[k]);
        else
            speaks[k] = all[k].label && !all[k].unnamed && alone_in_cell(all[k]);  // however it is spelled
    }
    const bool ends = bare || is_predicate(text_.substr(all.back().end, tail.core_end - all.back().end));
    if (ends && is_short && speaks_at_end(all.back())) speaks.back() = true;
    for (std::size_t k = 0; k < all.size() && is_short; ++k) {
        if (!speaks[k] && all[k].label) speaks[k] = is_said_here(all[k]);
    }
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
