// RFC 5256 §2.1; the ABNF is in its section 5. Labels are left out as well: copies have one in front of the subject, with which they are
// answered, and the archive has the author's, or none.
#include <algorithm>
#include <array>

#include "caveat/archive/threads.hpp"
#include "caveat/ascii.hpp"
#include "caveat/mail/reply_marks.hpp"

namespace caveat::archive {
namespace {

// Tabs and line ends are blanks, and several blanks one.
std::string plain(std::string_view subject) {
    std::string text;
    for (char c : subject) {
        if (c == '\t' || c == '\r' || c == '\n') c = ' ';
        if (c != ' ' || text.empty() || text.back() != ' ') text += ascii::lower(c);
    }
    return text;
}

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); }

// "[teams] "; nothing is taken off where there is none.
bool take_blob(std::string_view& text) {
    if (!text.starts_with('[')) return false;
    const auto end = text.find_first_of("[]", 1);
    if (end == std::string_view::npos || text[end] != ']') return false;
    text.remove_prefix(end + 1);
    skip_blanks(text);
    return true;
}

// "re:", "fw :", "fwd [n]:", and what programs of other languages write for it.
bool take_refwd(std::string_view& text) {
    if (const auto size = mail::reply_mark_size(text); size != 0) {
        text.remove_prefix(size);
        return true;
    }
    auto rest = text;
    if (rest.starts_with("re")) {
        rest.remove_prefix(2);
    } else if (rest.starts_with("fwd")) {
        rest.remove_prefix(3);
    } else if (rest.starts_with("fw")) {
        rest.remove_prefix(2);
    } else {
        return false;
    }
    skip_blanks(rest);
    take_blob(rest);
    if (!rest.starts_with(':')) return false;
    text = rest.substr(1);
    return true;
}

// Any blobs, then a refwd; or a blank.
bool take_leader(std::string_view& text, bool& is_reply) {
    if (text.starts_with(' ')) {
        skip_blanks(text);
        return true;
    }
    auto rest = text;
    while (take_blob(rest)) {
    }
    if (!take_refwd(rest)) return false;
    text = rest;
    is_reply = true;
    return true;
}

bool take_trailer(std::string_view& text, bool& is_reply) {
    constexpr std::string_view forwarded = "(fwd)";
    if (text.ends_with(' ')) {
        text.remove_suffix(1);
        return true;
    }
    if (!text.ends_with(forwarded)) return false;
    text.remove_suffix(forwarded.size());
    is_reply = true;
    return true;
}

bool take_prefix_blob(std::string_view& text) {
    auto rest = text;
    if (!take_blob(rest) || rest.empty()) return false;
    text = rest;
    return true;
}

constexpr std::array<std::string_view, 6> colours{"clear", "white", "green", "amber+strict", "amber", "red"};  // the longer one first

// "tlp:green "; nothing is taken off where nothing else is there.
bool take_label(std::string_view& text) {
    auto rest = text;
    if (!rest.starts_with("tlp:")) return false;
    rest.remove_prefix(4);
    skip_blanks(rest);
    const auto colour = std::find_if(colours.begin(), colours.end(), [&](auto one) { return rest.starts_with(one); });
    if (colour == colours.end()) return false;
    rest.remove_prefix(colour->size());
    if (!rest.starts_with(' ') || rest.size() == 1) return false;
    text = rest.substr(1);
    return true;
}

bool take_label_behind(std::string_view& text) {
    const auto at = text.rfind(" tlp:");
    if (at == std::string_view::npos || at == 0) return false;
    auto colour = text.substr(at + 5);
    skip_blanks(colour);
    if (std::find(colours.begin(), colours.end(), colour) == colours.end()) return false;
    text = text.substr(0, at);
    return true;
}

bool unwrap_forwarded(std::string_view& text, bool& is_reply) {
    constexpr std::string_view head = "[fwd:";
    if (!text.starts_with(head) || !text.ends_with(']')) return false;
    text = text.substr(head.size(), text.size() - head.size() - 1);
    is_reply = true;
    return true;
}

}  // namespace

BaseSubject base_subject(std::string_view subject) {
    constexpr std::size_t most = 2048;  // no line of a mail is longer than half of that; all is looked through once for each part taken off
    BaseSubject base;
    const auto whole = plain(subject.substr(0, most));
    std::string_view text = whole;
    do {
        while (take_trailer(text, base.is_reply) || take_label_behind(text)) {
        }
        while (take_leader(text, base.is_reply) || take_prefix_blob(text) || take_label(text)) {
        }
    } while (unwrap_forwarded(text, base.is_reply));
    base.text = text;
    return base;
}

}  // namespace caveat::archive
