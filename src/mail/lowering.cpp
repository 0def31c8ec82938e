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

bool is_own_label_line(std::string_view line) {
    if (line.find("~~") != std::string_view::npos) return false;  // crossed out, as Markdown has it
    const auto reading = LabelLexer(line).line();
    if (reading.hits.empty()) return false;
    const auto& hit = reading.hits.front();
    if (!hit.label || hit.spelling != Spelling::canonical || names_another(line.substr(hit.end), *hit.label)) return false;
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

// A sign in front that programs or people quote with. A bar on both sides is a frame.
bool is_quoted(std::string_view line) {
    line = ascii::trim(line);
    if (line.starts_with('|')) return !line.ends_with('|');
    static constexpr std::array<std::string_view, 5> signs{">", "»", "›", "¦", "│"};
    return std::any_of(signs.begin(), signs.end(), [line](auto sign) { return line.starts_with(sign); });
}

// The first line is a label line, or, where others may stand before it, the first below a title of one line with a blank one behind it.
bool begins_with_label(std::string_view text, bool others_before) {
    const auto seen = as_seen(cut_before(text, beginning, "\r\n\f"));
    std::string_view rest = seen;
    bool saluted = false, titled = false;
    while (!rest.empty()) {
        const auto line = take_line(rest);
        if (is_rule(line)) continue;
        if (is_own_label_line(line)) return !is_quoted(line) && (!titled || !ascii::trim(rest).empty());
        if (titled) return false;
        if (!saluted && is_salutation(line)) {
            saluted = true;
            continue;
        }
        auto behind = rest;
        titled = others_before && is_title(line) && !rest.empty() && ascii::trim(take_line(behind)).empty();
        if (!titled) return false;
    }
    return false;
}

// "Case 7 is not TLP:GREEN", "TLP:GREEN or amber", "request to downgrade it to TLP:GREEN": a word of its sentence.
bool is_in_a_sentence(std::string_view before, std::string_view behind) {
    static constexpr std::array<std::string_view, 8> words{"not", "no", "to", "or", "than", "as", "is", "be"};
    const auto text = ascii::lower(ascii::trim(before));
    const auto last = text.substr(text.find_last_of(' ') + 1);
    return std::find(words.begin(), words.end(), last) != words.end() || ascii::lower(behind.substr(0, 3)) == "or ";
}

bool is_page(const Part& part) { return part.type == "text/html" || part.type == "application/xhtml+xml" || part.type == "text/xhtml"; }

bool is_read(const Part& part) {
    if (part.enclosed || part.disposition == "attachment" || !part.filename.empty()) return false;
    return is_page(part) || part.type == "text/plain" || part.type == "text/markdown" || part.type == "text/x-markdown" ||
           part.type == "text/enriched" || part.type == "text/richtext";
}

bool opens(const Part& part) {
    if (!is_page(part)) {
        const auto read = text_of_part(part);
        return read && begins_with_label(read->text, true);
    }
    if (part.content.size() > longest_page) return false;
    const auto shown = surely_shown(to_utf8(part.content, part.charset));
    return shown && begins_with_label(*shown, false);
}

}  // namespace

bool stands_apart(std::string_view subject, const Hit& hit) {
    if (hit.label && (names_another(subject.substr(0, hit.begin), *hit.label) || names_another(subject.substr(hit.end), *hit.label)))
        return false;
    const auto before = subject.substr(0, hit.begin), behind = behind_blanks(subject.substr(hit.end));
    const auto word = std::find_if(behind.begin(), behind.end(), [](char c) { return !ascii::is_plain(c) || ascii::is_alnum(c); });
    const auto signs = behind.substr(0, static_cast<std::size_t>(word - behind.begin()));
    if (signs.find('?') != std::string_view::npos || is_in_a_sentence(before, behind)) return false;
    const bool ends = undecorated(behind).empty();
    return ends || behind_marks(subject, hit.begin) == hit.begin || (ends_in_sign(before) && is_sign(behind));
}

bool opens_with_label(const Message& message) {
    if (message.encrypted) return false;
    const auto text = std::find_if(message.parts.begin(), message.parts.end(), is_read);
    if (text == message.parts.end() || !opens(*text)) return false;
    if (is_page(*text)) return true;
    const auto page = std::find_if(text, message.parts.end(), [](const Part& part) { return is_read(part) && is_page(part); });
    return page == message.parts.end() || opens(*page);
}

}  // namespace caveat::mail
