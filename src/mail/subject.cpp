// The outgoing subject (L7): one label, in front of what the sender wrote.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/reply_marks.hpp"
#include "code_points.hpp"
#include "label_lexer.hpp"
#include "look_alikes.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t longest_subject = 998;  // bytes, as in the lexer
constexpr int most_passes = 16;

std::size_t skip_blanks(std::string_view text, std::size_t i) {
    while (i < text.size() && ascii::is_wsp(text[i])) ++i;
    return i;
}

// re|fw|fwd|aw|sv|tr|wg|antw, perhaps "[2]", blanks, a colon: behind it, or `i`.
std::size_t reply_mark(std::string_view text, std::size_t i) {
    std::size_t end = i;
    while (end < text.size() && end - i < 5 && ascii::lower(text[end]) >= 'a' && ascii::lower(text[end]) <= 'z') ++end;
    const auto word = ascii::lower(text.substr(i, end - i));
    constexpr std::string_view known[] = {"re", "fw", "fwd", "aw", "sv", "tr", "wg", "antw"};
    if (std::find(std::begin(known), std::end(known), word) == std::end(known)) return i;
    if (end < text.size() && text[end] == '[') {
        std::size_t digits = end + 1;
        while (digits < text.size() && digits - end <= 3 && ascii::is_digit(text[digits])) ++digits;
        if (digits == end + 1 || digits >= text.size() || text[digits] != ']') return i;
        end = digits + 1;
    }
    end = skip_blanks(text, end);
    return end < text.size() && text[end] == ':' ? end + 1 : i;
}

// "[teams]": behind it, or `i`.
std::size_t tag(std::string_view text, std::size_t i) {
    if (i >= text.size() || text[i] != '[') return i;
    std::size_t end = i + 1;
    const auto of_tag = [](char c) {
        return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '.' || c == '_' || c == '-';
    };
    while (end < text.size() && end - i <= 40 && of_tag(text[end])) ++end;
    return end > i + 1 && end < text.size() && text[end] == ']' ? end + 1 : i;
}

// "teams" of "teams-request", another address of the same list; else empty.
std::string_view list_beside(std::string_view name) {
    constexpr std::string_view suffixes[] = {"-request", "-owner", "-unsubscribe"};
    const auto* const end = std::find_if(std::begin(suffixes), std::end(suffixes), [&](auto one) { return name.ends_with(one); });
    return end == std::end(suffixes) ? std::string_view() : name.substr(0, name.size() - end->size());
}

// The names in the brackets of a tag as programs for lists and tickets write it, in front of a subject: "[teams]", "[ teams ]",
// "[teams 12]", "[teams:12]", "【teams】", "[teams/members]".
struct LooseTag {
    std::size_t begin = 0, end = 0;
    std::vector<std::string> called;  // in small letters

    [[nodiscard]] bool names(const std::string& list) const {
        return std::any_of(called.begin(), called.end(), [&](const std::string& name) {
            if (!name.starts_with(list)) return false;
            if (list_beside(name) == list) return true;
            const auto number = std::string_view(name).substr(list.size());
            return number.empty() ||
                   (!ascii::is_digit(number.front()) && number.find_first_not_of("0123456789._-") == std::string_view::npos);
        });
    }
};

constexpr std::pair<std::string_view, std::string_view> brackets[] = {{"[", "]"},   {"(", ")"},   {"{", "}"},   {"<", ">"},   {"【", "】"},
                                                                      {"［", "］"}, {"〔", "〕"}, {"「", "」"}, {"（", "）"}, {"〈", "〉"},
                                                                      {"《", "》"}, {"『", "』"}, {"〖", "〗"}};

std::optional<LooseTag> loose_tag(std::string_view text, std::size_t i) {
    constexpr std::size_t most_behind = 16;  // bytes of a number and its signs
    const auto rest = text.substr(i);
    const auto* const pair =
        std::find_if(std::begin(brackets), std::end(brackets), [&](const auto& one) { return rest.starts_with(one.first); });
    if (pair == std::end(brackets)) return std::nullopt;
    const auto of_name = [](char c) {
        return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '.' || c == '_' || c == '-';
    };
    constexpr std::size_t most_names = 8;
    constexpr std::string_view between = "/|+&,;";
    LooseTag tag{i, i + pair->first.size(), {}};
    do {
        const std::size_t begin = skip_blanks(text, tag.end);
        std::size_t end = begin;
        while (end < text.size() && end - begin <= 40 && of_name(text[end])) ++end;
        if (end == begin && tag.called.empty()) return std::nullopt;
        if (end == begin) break;
        tag.called.push_back(ascii::lower(text.substr(begin, end - begin)));
        tag.end = end;
        const auto next = skip_blanks(text, end);  // of several names
        if (next < text.size() && between.find(text[next]) != std::string_view::npos) tag.end = next + 1;
    } while (between.find(text[tag.end - 1]) != std::string_view::npos && tag.called.size() < most_names);
    std::size_t close = tag.end;
    while (close < text.size() && close - tag.end < most_behind &&
           std::string_view("0123456789 :#-/.,").find(text[close]) != std::string_view::npos)
        ++close;
    if (!text.substr(close).starts_with(pair->second)) return std::nullopt;
    tag.end = close + pair->second.size();
    return tag;
}

// SUBJPFX: the length of all reply marks and list tags. Labels are gone by now, so that "[TLP-RED]" is not taken for a tag. `take` is told
// each of them.
std::size_t prefix(std::string_view text, const auto& take) {
    for (std::size_t end = 0;;) {
        const std::size_t begin = skip_blanks(text, end);
        std::size_t next = reply_mark(text, begin);
        if (next == begin) next = tag(text, begin);
        if (next == begin) return end;
        take(text.substr(end, next - end));
        end = next;
    }
}

// "[外部]", "(EXT)", whatever is in the brackets: behind them, or `i`.
std::size_t bracketed(std::string_view text, std::size_t i) {
    constexpr std::size_t longest = 64;  // bytes
    for (const auto& [open, close] : brackets) {
        if (!text.substr(i).starts_with(open)) continue;
        const auto end = text.substr(i, longest).find(close, open.size());
        if (end != std::string_view::npos) return i + end + close.size();
    }
    return i;
}

// "回复：", "Trả lời:", "Odp:", "SPAM:", in whatever language: up to three words and a colon. Behind it, or `i`.
std::size_t words_and_colon(std::string_view text, std::size_t i) {
    constexpr std::size_t longest = 40;  // bytes
    constexpr std::string_view wide_colon = "：";
    int blanks = 0;
    for (auto at = i; at < text.size() && at - i < longest; ++at) {
        const char c = text[at], small = ascii::lower(c);
        if (c == ':') return at == i ? i : at + 1;
        if (text.substr(at).starts_with(wide_colon)) return at == i ? i : at + wide_colon.size();
        if (ascii::is_wsp(c) && ++blanks > 2) return i;
        if (ascii::is_plain(c) && !ascii::is_wsp(c) && !(small >= 'a' && small <= 'z')) return i;
    }
    return i;
}

// In other letters than English ones whatever stands in front of a colon may be an answer's mark.
bool is_reply_word(std::string_view with_colon) {
    return std::any_of(with_colon.begin(), with_colon.end(), [](char c) { return !ascii::is_plain(c); }) ||
           reply_mark_size(with_colon) != 0;
}

// "[Fwd: [teams] x]" (RFC 5256 §2.1): behind the mark in the bracket, or `i`.
std::size_t forwarded_in_bracket(std::string_view text, std::size_t i) {
    if (!text.substr(i).starts_with('[')) return i;
    const auto mark = skip_blanks(text, i + 1);
    const auto end = reply_mark(text, mark);
    return end == mark ? i : end;
}

// "***", "⚠️": behind it, or `i`.
std::size_t signs_only(std::string_view text, std::size_t i) {
    constexpr std::string_view signs = "*-!#=~+|/_.\"'";
    constexpr std::array<CodeRange, 4> symbols{{{0x2010, 0x2027}, {0x2030, 0x2BFF}, {0xFE0E, 0xFE0F}, {0x1F000, 0x1FAFF}}};
    while (i < text.size()) {
        const auto c = code_point(text.substr(i));
        if (signs.find(text[i]) == std::string_view::npos && !(c.size > 1 && within(symbols, c.value))) break;
        i += c.size;
    }
    return i;
}

// Such signs, "EXERCISE" in front of a bracket, "SPAM" in front of further signs: behind it, or `i`.
std::size_t signs_or_shout(std::string_view text, std::size_t i) {
    auto end = signs_only(text, i);
    if (end > i) return end;
    while (end < text.size() && text[end] >= 'A' && text[end] <= 'Z') ++end;
    const auto next = skip_blanks(text, end);
    return end > i && (signs_only(text, next) != next || bracketed(text, next) != next) ? end : i;
}

// Tells `take` of each tag in front of a subject, also behind what mail programs and gateways of any language put there, until it says
// that it changed the text: then it is looked at anew from there.
void each_loose_tag(const std::string& text, const auto& take) {
    for (std::size_t i = 0;;) {
        i = skip_blanks(text, i);
        if (const auto tag = loose_tag(text, i)) {
            if (!take(*tag)) i = tag->end;
            continue;
        }
        auto next = forwarded_in_bracket(text, i);
        if (next == i) next = bracketed(text, i);
        if (next == i) next = reply_mark(text, i);
        if (next == i) next = words_and_colon(text, i);
        if (next == i) next = signs_or_shout(text, i);
        if (next == i) return;
        i = next;
    }
}

// Behind the sign that ties what stands before it to the text, or `i`.
std::size_t separator(std::string_view text, std::size_t i) {
    constexpr std::string_view signs[] = {"->", "=>", "→", "-", ":", "|", ",", ";", "/", "–", "—", "：", "，", "、", "；", "－", "｜"};
    const auto rest = text.substr(std::min(i, text.size()));
    const auto* const sign = std::find_if(std::begin(signs), std::end(signs), [&](auto one) { return rest.starts_with(one); });
    return sign == std::end(signs) ? i : i + sign->size();
}

constexpr std::pair<std::string_view, std::string_view> quoting[] = {{"\"", "\""}, {"'", "'"}, {"`", "`"}, {"*", "*"},
                                                                     {"_", "_"},   {"“", "”"}, {"„", "“"}, {"«", "»"}};

// Without the sign that tied a label to the end of the text: "Report - ".
std::size_t untied(std::string_view text) {
    const auto trimmed = ascii::trim(text);
    auto end = static_cast<std::size_t>(trimmed.data() - text.data()) + trimmed.size();
    for (const std::string_view sign : {"-", "–", "—", "|", ",", ";", "/"}) {
        if (text.substr(0, end).ends_with(sign)) return end - sign.size();
    }
    return end;
}

// One label away, with the brackets or marks around it and the separator that tied it to the text. Returns where it stood.
std::size_t drop(std::string& text, std::size_t begin, std::size_t end) {
    for (bool enclosed = true; enclosed;) {
        std::size_t left = begin;
        while (left > 0 && ascii::is_wsp(text[left - 1])) --left;
        const std::size_t right = skip_blanks(text, end);
        const auto before = std::string_view(text).substr(0, left), behind = std::string_view(text).substr(right);
        const std::pair<std::string_view, std::string_view>* around = nullptr;
        const auto look = [&](const auto& pairs) {
            for (const auto& one : pairs) {
                if (around == nullptr && before.ends_with(one.first) && behind.starts_with(one.second)) around = &one;
            }
        };
        look(brackets);
        look(quoting);
        enclosed = around != nullptr;
        if (!enclosed) break;
        begin = left - around->first.size();
        end = right + around->second.size();
    }
    if (const auto rest = ascii::trim(std::string_view(text).substr(end)); begin > 0 && (rest.empty() || rest == ".")) {
        end = text.size();
        begin = untied(std::string_view(text).substr(0, begin));
    }
    const std::size_t sign = skip_blanks(text, end);
    if (const auto next = separator(text, sign); next != sign) end = next;
    while (begin > 0 && ascii::is_wsp(text[begin - 1])) --begin;
    end = skip_blanks(text, end);
    text.replace(begin, end - begin, begin == 0 || end == text.size() ? "" : " ");
    return begin;
}

// After a label is dropped its neighbours may read as another label, hence several passes.
std::string without_labels(std::string text) {
    for (int pass = 0; pass < most_passes; ++pass) {
        auto hits = LabelLexer(text).everywhere();
        if (hits.empty()) hits = disguised_anywhere(text);
        if (hits.empty()) return text;
        for (std::size_t i = hits.size(), before = text.size() + 1; i-- > 0;) {
            const auto end = std::min(hits[i].end, before);  // where it overlaps one that is gone
            if (hits[i].begin < end) before = std::min(drop(text, hits[i].begin, end), hits[i].begin);
        }
    }
    return {};  // nobody writes such a subject by accident
}

std::string bare(std::string text) {
    text = without_labels(std::move(text));
    // Labels in full-width letters or with invisible characters show only after normalisation.
    if (const auto normal = as_seen(text); normal != text) {
        if (auto other = without_labels(normal); other != normal) return other;
    }
    return text;
}

std::string without_hidden(std::string text, const std::vector<std::string>& hidden) {
    each_loose_tag(text, [&](const LooseTag& tag) {
        if (std::none_of(hidden.begin(), hidden.end(), [&](const auto& list) { return tag.names(list); })) return false;
        text.erase(tag.begin, skip_blanks(text, separator(text, tag.end)) - tag.begin);
        return true;
    });
    return text;
}

// Also those in full-width letters or with invisible characters, which show only after normalisation.
std::string without_any_hidden(std::string text, const std::vector<std::string>& hidden) {
    text = without_hidden(std::move(text), hidden);
    if (const auto normal = as_seen(text); normal != text) {
        if (auto other = without_hidden(normal, hidden); other != normal) return other;
    }
    return text;
}

std::string labelled(std::string text, community::Tlp label, const SubjectWish& wish) {
    text = bare(std::move(text));
    for (int pass = 0; pass < most_passes && wish.hidden_tags != nullptr; ++pass) {
        auto without = without_any_hidden(text, *wish.hidden_tags);
        if (without == text) break;
        text = bare(std::move(without));
    }
    std::string head;
    const auto add = [&](std::string_view mark) {
        if (wish.marks) head += mark;
    };
    const std::size_t split = prefix(text, add);
    const auto rest = wish.instead ? std::string_view(*wish.instead) : ascii::trim(std::string_view(text).substr(split));
    std::string out(ascii::trim(head));
    if (!out.empty()) out += ' ';
    out += "TLP:";
    out += community::name(label);
    if (rest.empty()) return out;
    // "TLP:AMBER strict rules" would read as the stricter label; a colon keeps the two apart, and a dash behind it whatever ends with
    // "STRICT".
    for (const std::string_view between : {" ", ": "}) {
        auto whole = out + std::string(between) + std::string(rest);
        const auto shown = as_seen(whole);
        const auto read = LabelLexer(shown).everywhere();
        if (read.size() == 1 && read.front().label == label && read.front().spelling == Spelling::canonical) return whole;
    }
    return out + ": - " + std::string(rest);
}

std::string readable(std::string_view subject) {
    std::string text(subject.substr(0, longest_subject));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return ascii::is_control(c); }, ' ');
    return to_utf8(text, "utf-8");
}

// As whoever gets the copy, and posts it again, would be read.
bool reads_as(const std::string& subject, community::Tlp label) {
    Message message;
    message.subject = subject;
    const auto read = find_label(message, {}, {.list_default = community::Tlp::clear, .authenticated = true, .fallback = label});
    return read.label == label && !read.conflict;
}

bool shows_only(std::string_view shown, community::Tlp label) {
    const auto text = as_seen(shown);
    const auto read = LabelLexer(text).everywhere();
    return read.size() == 1 && read.front().label == label && disguised_anywhere(text).empty();
}

}  // namespace

std::string subject_with_label(std::string_view subject, community::Tlp label, const SubjectWish& wish) {
    const auto text = readable(subject);
    auto out = labelled(text, label, wish);
    // Where an override of direction shows another label, the copy has what is shown, less that label.
    if (const auto turned = turned_round(out); turned && !shows_only(*turned, label)) out = labelled(*turned_round(text), label, wish);
    if (out.size() >= longest_subject || reads_as(out, label)) return out;
    // Words that go on reading as a label, however they are turned: of such a subject only the label and the tags leave.
    const std::string nothing;
    auto bare_wish = wish;
    bare_wish.instead = &nothing;
    return labelled(text, label, bare_wish);
}

// Among the marks and tags of any language. Too much costs a label below the list's default, and its author reads why.
bool has_reply_mark(std::string_view subject) {
    const auto text = as_seen(bare(readable(subject)));
    for (std::size_t i = 0;;) {
        i = skip_blanks(text, i);
        if (reply_mark(text, i) != i) return true;
        auto next = bracketed(text, i);
        if (next == i) {
            next = words_and_colon(text, i);
            if (is_reply_word(std::string_view(text).substr(i, next - i))) return true;
        }
        if (next == i) next = signs_or_shout(text, i);
        if (next == i) return false;
        i = next;
    }
}

std::vector<std::string> subject_tags(std::string_view subject) {
    std::vector<std::string> tags;
    const auto add = [&](std::string name) {
        if (!name.empty() && std::find(tags.begin(), tags.end(), name) == tags.end()) tags.push_back(std::move(name));
    };
    const auto text = bare(readable(subject));
    const auto take = [&](const LooseTag& tag) {
        for (const auto& name : tag.called) {
            add(name);
            add(name.substr(0, name.find_last_not_of("0123456789._-") + 1));  // "teams-12"
            add(std::string(list_beside(name)));
        }
        return false;
    };
    each_loose_tag(text, take);
    if (const auto normal = as_seen(text); normal != text) each_loose_tag(normal, take);
    return tags;
}

}  // namespace caveat::mail
