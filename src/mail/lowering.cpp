#include "lowering.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "caveat/mail/reply_marks.hpp"
#include "foreign.hpp"
#include "part_text.hpp"
#include "text.hpp"
#include "text_lines.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t beginning = 4096;                // bytes of a text in which its first line is sought
constexpr std::size_t longest_page = 4 * 1024 * 1024;  // bytes of HTML; of more no label lowers

// Behind reply marks, brackets with what is in them, and signs; in a bracket that is still open at `end`, behind its sign.
std::size_t behind_marks(std::string_view text, std::size_t end) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> brackets{{{"[", "]"}, {"(", ")"}, {"【", "】"}}};
    std::size_t i = 0;
    while (i < end) {
        const auto rest = text.substr(i, end - i);
        const auto* const pair =
            std::find_if(brackets.begin(), brackets.end(), [&](const auto& one) { return rest.starts_with(one.first); });
        const auto close = pair == brackets.end() ? std::string_view::npos : rest.find(pair->second);
        std::size_t size = close != std::string_view::npos ? close + pair->second.size() : reply_mark_size(rest);
        if (size == 0) size = decoration(rest);
        if (size == 0) return i;
        i += size;
    }
    return end;
}

bool is_sign(std::string_view text) { return decoration(text) != 0 && !ascii::is_wsp(text.front()); }

bool ends_in_sign(std::string_view text) {
    text = text.substr(0, text.find_last_not_of(" \t") + 1);
    if (text.empty()) return false;
    std::size_t last = text.size() - 1;
    while (last > 0 && text.size() - last < 4 && (text[last] & 0xC0) == 0x80) --last;
    return is_sign(text.substr(last)) && decoration(text.substr(last)) == text.size() - last;
}

std::string_view behind_blanks(std::string_view text) { return text.substr(std::min(text.find_first_not_of(" \t"), text.size())); }

bool is_rule(std::string_view line) { return line.find_first_not_of(" \t=*-#_+") == std::string_view::npos; }

// "Dear all,", "Hello Mei!", "各位，".
bool is_salutation(std::string_view line) {
    constexpr std::size_t longest = 60, most_gaps = 4;  // bytes
    line = ascii::trim(line);
    const auto blanks = static_cast<std::size_t>(std::count(line.begin(), line.end(), ' '));
    return line.size() <= longest && blanks <= most_gaps && (line.ends_with(',') || line.ends_with('!'));
}

// What is said of a post before the colon in front of its label; other words may say of what else it is ("Previous label:").
bool is_heading_of_post(std::string_view words) {
    static constexpr std::array<std::string_view, 17> known{"classification",
                                                            "label",
                                                            "marking",
                                                            "sharing",
                                                            "level of sharing",
                                                            "sharing level",
                                                            "distribution",
                                                            "tlp",
                                                            "tlp label",
                                                            "tlp level",
                                                            "handling",
                                                            "einstufung",
                                                            "klassifizierung",
                                                            "clasificación",
                                                            "classificação",
                                                            "分類",
                                                            "分类"};
    const auto text = ascii::lower(ascii::trim(words));
    return std::find(known.begin(), known.end(), text) != known.end();
}

// "TLP:CLEAR, GREEN, AMBER and RED are the labels", "TLP:GREEN, AMBER for the annex": it is of more than its label.
bool names_another(std::string_view words, community::Tlp label) {
    for (const std::string_view name : {"CLEAR", "GREEN", "AMBER", "STRICT", "RED"}) {
        for (auto at = words.find(name); at != std::string_view::npos && name != community::name(label); at = words.find(name, at + 1)) {
            const auto behind = words.substr(at + name.size(), 1);
            const bool begins = at == 0 || !ascii::is_alnum(words[at - 1]);
            if (begins && (behind.empty() || !ascii::is_alnum(behind.front()))) return true;
        }
    }
    return false;
}

// The first word, whatever signs stand before it.
std::string_view first_word(std::string_view text) {
    text = undecorated(text);
    return text.substr(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), ascii::is_alnum) - text.begin()));
}

// A label that its sentence goes on behind, in small letters as sentences do ("TLP:GREEN or amber", "TLP:CLEAR: no!"; "[TLP:GREEN] No
// patch" is a title), or beside which another is named.
bool goes_on(std::string_view behind, community::Tlp label) {
    static constexpr std::array<std::string_view, 19> words{"or",    "and",   "but",   "not",    "no",   "never",  "is",
                                                            "are",   "was",   "from",  "until",  "only", "except", "unless",
                                                            "clear", "green", "amber", "strict", "red"};
    const auto next = first_word(behind);
    const bool speaks_of_it = std::find(words.begin(), words.end(), next) != words.end();
    return (speaks_of_it && ascii::lower(behind).find("attribution") == std::string::npos) || names_another(next, label);
}

// `next`: the line below, into which the sentence of a label may go on, as that of flowed text does (RFC 3676).
bool is_own_label_line(std::string_view line, std::string_view next, bool may_flow) {
    if (line.find("~~") != std::string_view::npos) return false;  // crossed out, as Markdown has it
    const auto reading = LabelLexer(line).line();
    if (reading.hits.empty()) return false;
    const auto& hit = reading.hits.front();
    const auto behind = line.substr(hit.end);
    if (!hit.label || hit.spelling != Spelling::canonical || names_another(behind, *hit.label)) return false;
    const bool is_flowed = may_flow && line.ends_with(' ') && !ascii::trim(next).empty();
    if (is_flowed || goes_on(undecorated(behind).empty() ? next : behind, *hit.label)) return false;
    const auto words = undecorated(line.substr(0, hit.begin));
    if (words.empty()) return true;
    const auto colon = words.find(':');
    return colon != std::string_view::npos && is_heading_of_post(words.substr(0, colon));
}

// A title: a line flush left, of letters and no sentence. Whatever may announce or be somebody else's words is none: it ends in a sign,
// has a colon, or a sign in front.
bool is_title(std::string_view line) {
    constexpr std::size_t longest = 80;  // bytes
    if (line.size() > longest || line.find(':') != std::string_view::npos || line.find("\xEF\xBC\x9A") != std::string_view::npos)
        return false;
    return decoration(line) == 0 && !ends_in_sign(line);
}

// By a sign in front that programs or people quote with, or that the next line has as well, or as far to the right as Markdown has code.
// A bar on both sides is a frame.
bool is_quoted(std::string_view line, std::string_view next) {
    if (line.starts_with("    ") || line.starts_with('\t')) return true;
    line = ascii::trim(line);
    next = ascii::trim(next);
    const bool closes = ends_in_sign(line);  // "**TLP:GREEN**", "[TLP:GREEN]"
    if (is_sign(line) && !closes && !is_rule(next) && next.starts_with(line.substr(0, decoration(line)))) return true;
    if (line.starts_with('|')) return !line.ends_with('|');
    static constexpr std::array<std::string_view, 5> signs{">", "»", "›", "¦", "│"};
    return std::any_of(signs.begin(), signs.end(), [line](auto sign) { return line.starts_with(sign); });
}

// "END OF TLP:GREEN": the label is that of a part of the text.
bool has_sections(std::string_view text) {
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.find("TLP") != std::string_view::npos && !quoted(line) && LabelLexer(line).line().ends) return true;
    }
    return false;
}

// The first line is a label line, or the first below a salutation or, where one may stand before it, a title of one line with a blank one
// behind it.
bool begins_with_label(std::string_view text, bool may_have_title) {
    const auto seen = as_seen(cut_before(text, beginning, "\r\n\f"));
    std::string_view rest = seen;
    bool is_first = true, is_titled = false;
    while (!rest.empty()) {
        const auto line = take_line(rest);
        if (is_rule(line)) {
            if (is_titled && !ascii::trim(line).empty()) return false;  // below which others' words stand
            continue;
        }
        auto below = rest;
        const auto next = take_line(below);
        if (is_own_label_line(line, next, may_have_title)) return !is_quoted(line, next) && (!is_titled || !ascii::trim(rest).empty());
        is_titled = may_have_title && is_title(line) && ascii::trim(next).empty();
        if (!is_first || (!is_titled && !is_salutation(line))) return false;
        is_first = false;
    }
    return false;
}

// "Case 7 is not yet TLP:GREEN", "request to downgrade it to TLP:GREEN": words of its sentence. Where a sign parts them from the label, the
// last alone is asked.
bool leads_to_label(std::string_view before) {
    static constexpr std::array<std::string_view, 7> anywhere{"not", "no", "never", "is", "are", "be", "was"};
    static constexpr std::array<std::string_view, 4> beside{"to", "or", "than", "as"};
    const auto is_in = [](const auto& words, std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    const auto text = ascii::lower(before);
    bool says = false;
    std::string_view last;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto rest = std::string_view(text).substr(i);
        const auto word =
            rest.substr(0, static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), ascii::is_alnum) - rest.begin()));
        if (word.empty()) continue;
        last = word;
        says =
            says || is_in(anywhere, word) ||
            (word.ends_with('n') && (rest.substr(word.size()).starts_with("'t") || rest.substr(word.size()).starts_with("’t")));  // "isn't"
        i += word.size();
    }
    return is_in(beside, last) || is_in(anywhere, last) || (says && !ends_in_sign(before));
}

// "Banks hit (vendor advisory: TLP:CLEAR)": of what the words in the bracket name.
bool is_within_brackets(std::string_view before) {
    for (const std::string_view pair : {"()", "[]"}) {
        const auto open = before.rfind(pair.front());
        if (open == std::string_view::npos || before.find(pair.back(), open) != std::string_view::npos) continue;
        if (!undecorated(before.substr(open)).empty()) return true;
    }
    return false;
}

bool is_page(const Part& part) { return part.type.find("html") != std::string::npos; }

bool is_read(const Part& part) {
    if (part.enclosed || part.disposition == "attachment" || !part.filename.empty()) return false;
    return is_page(part) || part.type == "text/plain" || part.type == "text/markdown" || part.type == "text/x-markdown" ||
           part.type == "text/enriched" || part.type == "text/richtext";
}

// Formats that have a quote of their own, and others for few programs, raise only.
bool opens(const Part& part) {
    if (part.type == "text/html") {
        if (part.content.size() > longest_page) return false;
        const auto page = to_utf8(part.content, part.charset);
        const auto shown = surely_shown(page);
        return shown && begins_with_label(*shown, false) && !has_sections(html_to_text(page));
    }
    if (is_page(part) || part.type == "text/enriched" || part.type == "text/richtext") return false;
    const auto read = text_of_part(part);
    return read && begins_with_label(read->text, true) && !has_sections(read->text);
}

}  // namespace

bool stands_apart(std::string_view subject, const Hit& hit) {
    if (hit.label && (names_another(subject.substr(0, hit.begin), *hit.label) || names_another(subject.substr(hit.end), *hit.label)))
        return false;
    const auto before = subject.substr(0, hit.begin), behind = behind_blanks(subject.substr(hit.end));
    const auto word = std::find_if(behind.begin(), behind.end(), [](char c) { return !ascii::is_plain(c) || ascii::is_alnum(c); });
    const auto signs = behind.substr(0, static_cast<std::size_t>(word - behind.begin()));
    if (signs.find('?') != std::string_view::npos || leads_to_label(before)) return false;
    if (hit.label && goes_on(behind, *hit.label)) return false;
    if (behind_marks(subject, hit.begin) == hit.begin) return true;
    if (is_within_brackets(before)) return false;
    return undecorated(behind).empty() || (ends_in_sign(before) && is_sign(behind));
}

bool opens_with_label(const Message& message) {
    if (message.encrypted) return false;
    const auto first = [&message](bool page) {
        return std::find_if(message.parts.begin(), message.parts.end(), [page](const Part& p) { return is_read(p) && is_page(p) == page; });
    };
    const auto text = first(false), page = first(true), none = message.parts.end();
    return (text != none || page != none) && (text == none || opens(*text)) && (page == none || opens(*page));
}

}  // namespace caveat::mail
