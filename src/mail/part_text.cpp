#include "part_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ascii.hpp"
#include "text.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

// Bytes of a part that are converted. Pictures and style sheets stand before the text of HTML, so this is more than a message has.
constexpr std::size_t source_limit = 32 * 1024 * 1024;

// RFC 1896: "<<" is a "<", other "<…>" are commands.
std::string enriched_to_text(std::string_view enriched) {
    std::string out;
    for (std::size_t i = 0; i < enriched.size(); ++i) {
        if (enriched[i] != '<') {
            out += enriched[i];
        } else if (enriched.substr(i, 2) == "<<") {
            out += enriched[i++];
        } else {
            const auto end = enriched.find('>', i);
            if (end == std::string_view::npos) return out += enriched.substr(i);
            if (ascii::equal(enriched.substr(i, end - i), "<nl")) out += '\n';  // text/richtext of RFC 1341
            i = end;
        }
    }
    return out;
}

// RFC 5545 §3.3.11.
std::string unescaped(std::string_view value, char line_end) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size())
            out += value[i];
        else
            out += ascii::lower(value[++i]) == 'n' ? line_end : value[i];
    }
    return out;
}

// vCalendar 1.0 and vCard 2.1 have it as a parameter of a property.
bool is_quoted_printable(std::string_view property) {
    return ascii::lower(property).find(";encoding=quoted-printable") != std::string::npos;
}

bool begins_quoted_printable(std::string_view line) {
    constexpr std::size_t longest_property = 256;  // bytes with its parameters
    const auto colon = line.substr(0, longest_property).find(':');
    return colon != std::string_view::npos && is_quoted_printable(line.substr(0, colon));
}

// RFC 5545 §3.1: folds removed, the value behind the first ":" that is not quoted. A summary is what a subject is in mail.
void append_property(std::string& out, std::string_view line) {
    bool quoted = false;
    std::size_t colon = 0;
    for (; colon < line.size() && (quoted || line[colon] != ':'); ++colon) quoted = quoted != (line[colon] == '"');
    const auto name = line.substr(0, std::min(line.find(';'), colon));
    std::string value(line.substr(std::min(colon + 1, line.size())));
    if (ascii::equal(name, "ATTACH")) return;
    if (is_quoted_printable(line.substr(0, colon))) value = decode_quoted_printable(value);
    if (ascii::equal(name, "SUMMARY"))
        out += "Subject: " + unescaped(value, ' ');
    else if (ascii::equal(name, "X-ALT-DESC"))
        out += html_to_text(unescaped(value, '\n'));
    else
        out += unescaped(value, '\n');
    out += '\n';
}

std::string calendar_to_text(std::string_view calendar) {
    std::string out, line;
    for (std::size_t at = 0; at <= calendar.size();) {
        const auto end = std::min(calendar.find('\n', at), calendar.size());
        auto text = calendar.substr(at, end - at);
        if (text.ends_with('\r')) text.remove_suffix(1);
        at = end + 1;
        if (!text.empty() && ascii::is_wsp(text.front())) {
            line += text.substr(1);
            continue;
        }
        if (line.ends_with('=') && begins_quoted_printable(line)) {
            line.pop_back();
            line += text;
            continue;
        }
        if (!line.empty()) append_property(out, line);
        line = text;
    }
    if (!line.empty()) append_property(out, line);
    return out;
}

// Rich Text Format 1.9, as far as its text: groups that hold no text are skipped, all other commands are dropped.
class RichText {
public:
    explicit RichText(std::string_view rtf) : rtf_(rtf) {}

    std::string run() {
        while (at_ < rtf_.size()) step();
        flush();
        return std::move(out_);
    }

private:
    void step() {
        const char c = rtf_[at_++];
        if (c == '{') {
            ++depth_;
        } else if (c == '}') {
            if (hidden_ == depth_) hidden_ = 0;
            depth_ = std::max(0, depth_ - 1);
        } else if (c == '\\') {
            command();
        } else if (c != '\r' && c != '\n') {
            byte(c);
        }
    }

    void command() {
        if (at_ >= rtf_.size()) return;
        const char c = rtf_[at_];
        if (c == '\'') {
            const auto digits = rtf_.substr(at_ + 1, 2);
            at_ = std::min(at_ + 3, rtf_.size());
            if (digits.size() == 2 && ascii::hex(digits[0]) >= 0 && ascii::hex(digits[1]) >= 0)
                byte(static_cast<char>(ascii::hex(digits[0]) * 16 + ascii::hex(digits[1])));
            return;
        }
        if (!is_letter(c)) {
            ++at_;
            if (c == '*') return hide();
            if (c == '~') return byte(' ');
            if (c == '_') return byte('-');
            if (c == '{' || c == '}' || c == '\\') return byte(c);
            if (c == '\r' || c == '\n') return byte('\n');
            return;
        }
        const auto begin = at_;
        while (at_ < rtf_.size() && at_ - begin < 32 && is_letter(rtf_[at_])) ++at_;
        const auto word = rtf_.substr(begin, at_ - begin);
        const auto digits_at = at_;
        if (at_ < rtf_.size() && rtf_[at_] == '-') ++at_;
        while (at_ < rtf_.size() && at_ - digits_at < 11 && ascii::is_digit(rtf_[at_])) ++at_;
        int number = 0;
        std::from_chars(rtf_.data() + digits_at, rtf_.data() + at_, number);
        if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
        obey(word, number);
    }

    void obey(std::string_view word, int number) {
        constexpr std::array<std::string_view, 8> without_text{"fonttbl", "colortbl", "stylesheet", "info",
                                                               "pict",    "object",   "themedata",  "fldinst"};
        if (std::find(without_text.begin(), without_text.end(), word) != without_text.end()) return hide();
        if (word == "par" || word == "line" || word == "row" || word == "sect" || word == "page") return byte('\n');
        if (word == "tab" || word == "cell") return byte(' ');
        if (word == "emdash" || word == "endash") return byte('-');
        if (word == "ansicpg") code_page_ = "windows-" + std::to_string(number);
        if (word == "uc") fallback_ = std::clamp(number, 0, 8);
        if (word == "u") {
            flush();
            if (hidden_ == 0) append_unit(static_cast<unsigned>(number) & 0xFFFFU);
            to_skip_ = fallback_;
        }
    }

    // Of the UTF-16 that it is, halves of a pair become U+FFFD: no label is made of them.
    void append_unit(unsigned unit) {
        if (unit >= 0xD800 && unit < 0xE000) unit = 0xFFFD;
        if (unit < 0x80) {
            out_ += static_cast<char>(unit);
        } else if (unit < 0x800) {
            out_ += {static_cast<char>(0xC0 | (unit >> 6)), static_cast<char>(0x80 | (unit & 0x3F))};
        } else {
            out_ += {static_cast<char>(0xE0 | (unit >> 12)), static_cast<char>(0x80 | ((unit >> 6) & 0x3F)),
                     static_cast<char>(0x80 | (unit & 0x3F))};
        }
    }

    void hide() {
        if (hidden_ == 0) hidden_ = std::max(1, depth_);
    }

    // Bytes are collected, because a character may be made of two of them.
    void byte(char c) {
        if (to_skip_ > 0) {
            --to_skip_;
            return;
        }
        if (hidden_ == 0) bytes_ += c;
    }

    void flush() {
        if (!bytes_.empty()) out_ += to_utf8(bytes_, code_page_);
        bytes_.clear();
    }

    static bool is_letter(char c) { return ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z'; }

    std::string_view rtf_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int hidden_ = 0;  // depth of the group that is skipped, or 0
    int fallback_ = 1, to_skip_ = 0;
    std::string code_page_ = "windows-1252", bytes_, out_;
};

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

std::optional<PartText> text_of_part(const Part& part) {
    const std::string_view type = part.type;
    const bool html = is_one_of(type, {"text/html", "application/xhtml+xml", "text/xhtml", "text/xml", "application/xml"});
    const bool rich = is_one_of(type, {"text/rtf", "application/rtf", "text/x-rtf", "application/x-rtf"});
    const bool calendar = is_one_of(type, {"text/calendar", "text/x-vcalendar", "application/ics", "text/vcard", "text/x-vcard"});
    if (!html && !rich && !calendar && !type.starts_with("text/")) return std::nullopt;
    PartText result;
    const auto source = std::string_view(part.content).substr(0, source_limit);
    result.whole = source.size() == part.content.size();
    result.prose = is_one_of(type, {"text/plain", "text/html", "application/xhtml+xml", "text/xhtml", "text/markdown", "text/x-markdown",
                                    "text/enriched", "text/richtext"});
    if (rich) {
        result.text = RichText(source).run();
        return result;
    }
    result.text = to_utf8(source, part.charset);
    if (html) result.text = html_to_text(result.text);
    if (calendar) result.text = calendar_to_text(result.text);
    if (type == "text/enriched" || type == "text/richtext") result.text = enriched_to_text(result.text);
    return result;
}

}  // namespace caveat::mail
