#include "part_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ascii.hpp"
#include "calendar_text.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// Bytes of a part that are converted. Pictures and style sheets stand before the text of HTML, so this is more than a message has.
constexpr std::size_t source_limit = 32 * 1024 * 1024;
// Of one whose charset nobody said, that are read in several ways: more text than that holds its post anyway.
constexpr std::size_t unsaid_limit = 8 * 1024 * 1024;

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

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
            const int octet = ascii::octet(rtf_.substr(at_ + 1));
            at_ = std::min(at_ + 3, rtf_.size());
            if (octet >= 0) byte(static_cast<char>(octet));
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
        constexpr std::array<std::string_view, 9> without_text{"fonttbl", "colortbl",  "stylesheet", "info", "pict",
                                                               "object",  "themedata", "fldinst",    "sp"};
        if (std::find(without_text.begin(), without_text.end(), word) != without_text.end()) return hide();
        if (word == "shpinst" && hidden_ == depth_) hidden_ = 0;  // what a shape is is hidden from older programs, but its text is shown
        if (word == "par" || word == "line" || word == "row" || word == "sect" || word == "page" || word == "shptxt") return byte('\n');
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

// RFC 3676 §4.2: a blank at the end of a line joins it with the next, and with delsp=yes goes away.
std::string joined_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool flows = line.ends_with(' ') && line != "-- ";
        if (flows) line.remove_suffix(1);
        out += line;
        if (!flows) out += '\n';
    }
    return out + '\n';
}

// A charset that is not known may be one in which letters are written otherwise; and HZ (RFC 1843) has signs that are not seen.
std::string other_charsets(std::string_view source, std::string_view charset) {
    std::string out;
    const bool unknown = !charset.empty() && !knows_charset(charset);
    if ((unknown || charset.starts_with("hz") || charset.starts_with("gb")) && source.find("~{") != std::string_view::npos) {
        for (std::size_t i = 0; i < source.size(); ++i) {
            const auto pair = source.substr(i, 2);
            if (pair == "~{" || pair == "~}" || pair == "~\n")
                ++i;
            else
                out += source[i];
        }
        out += '\n';
    }
    if (!unknown) return out;
    std::string shifted(source);
    std::replace(shifted.begin(), shifted.end(), '&', '+');  // as IMAP's UTF-7 has it
    if (shifted.find('+') != std::string::npos) (out += to_utf8(shifted, "utf-7")) += '\n';
    if (!ascii::is_plain(source)) (out += to_utf8(source, "ibm-037")) += '\n';
    return out;
}

// Without its zeros, which UTF-16 has and is told by its first bytes, whatever the field says; and as UTF-7, if only the text says so.
std::string html_otherwise(std::string_view source, std::string_view charset) {
    constexpr std::size_t head = 4096;  // bytes in which browsers look for a charset, and some more
    std::string out;
    if (source.find('\0') != std::string_view::npos) {
        std::string seen(source);
        std::erase(seen, '\0');
        out += both_readings(to_utf8(seen, charset));
    }
    if (charset.empty() && ascii::lower(source.substr(0, head)).find("utf-7") != std::string::npos)
        out += both_readings(to_utf8(source, "utf-7"));
    return out;
}

// Of a type that nobody shows for what it is. Pictures and sound are none.
bool is_text_by_its_looks(const Part& part) {
    const std::string_view type = part.type;
    if (is_one_of(type, {"application/text", "application/plain", "application/txt", "application/pgp", "application/x-text"})) return true;
    if (part.disposition == "attachment") return false;
    for (const std::string_view main : {"application/", "image/", "audio/", "video/", "font/", "model/", "multipart/"}) {
        if (type.starts_with(main)) return false;
    }
    constexpr std::size_t enough = 4096;
    const auto start = std::string_view(part.content).substr(0, enough);
    const auto odd = std::count_if(start.begin(), start.end(), [](char c) { return ascii::is_control(c) && !ascii::is_blank(c); });
    return static_cast<std::size_t>(odd) * 16 <= start.size();
}

// Some programs show it as HTML in the place of what others show (AMP, that of watches): by its name, or by how it begins.
bool may_be_html(const Part& part) {
    if (part.type == "text/plain" || part.type.starts_with("message/")) return false;
    if (part.type.find("html") != std::string::npos) return true;
    constexpr std::size_t enough = 512;
    const auto head = ascii::lower(ascii::trim(std::string_view(part.content).substr(0, enough)));
    constexpr std::array<std::string_view, 9> begins{"<!", "<html", "<head", "<body", "<p", "<div", "<table", "<?xml", "\xEF\xBB\xBF<"};
    return std::any_of(begins.begin(), begins.end(), [&](std::string_view begin) { return head.starts_with(begin); });
}

// Text as its reader's program opens it, whatever type the sender's program gave the file: not one control character in its first bytes,
// but the one with which logs are coloured.
bool is_text_file(std::string_view content) {
    constexpr std::size_t enough = 4096;
    constexpr char escape = '\x1B';
    const auto start = content.substr(0, enough);
    return !start.empty() && std::none_of(start.begin(), start.end(),
                                          [](char c) { return ascii::is_control(c) && !ascii::is_blank(c) && c != '\f' && c != escape; });
}

bool may_be_file(const Part& part) {
    if (part.type == "application/pgp-encrypted" || part.type == "application/pgp-signature") return false;
    for (const std::string_view main : {"image/", "audio/", "video/", "font/", "model/", "multipart/"}) {
        if (part.type.starts_with(main)) return false;
    }
    return true;
}

bool is_html(std::string_view type) {
    return is_one_of(
        type, {"text/html", "application/xhtml+xml", "application/xhtml", "application/html", "text/xhtml", "text/xml", "application/xml"});
}

bool is_calendar(std::string_view type) {
    return is_one_of(type, {"text/calendar", "text/x-vcalendar", "application/ics", "text/vcard", "text/x-vcard"});
}

// In octets, which are at least as many in UTF-8. The last page begins behind the end of a line, or a long line is cut.
std::string first_and_last_page(std::string_view source) {
    constexpr std::size_t longest_line = 4096;
    if (source.size() <= 2 * page_cap + longest_line) return std::string(source);
    auto last = source.substr(source.size() - page_cap - longest_line);
    if (const auto end = last.substr(0, longest_line).find('\n'); end != std::string_view::npos) last.remove_prefix(end + 1);
    return std::string(source.substr(0, page_cap)) + '\n' + std::string(last);
}

// Charsets of seven bits, in which every line may be something else.
bool shifts(std::string_view charset) { return charset.starts_with("iso-2022") || charset.starts_with("hz"); }

// The lines that charsets of eight bits tell differently, with the line before and behind each: a log is long, and one name in it is not.
std::string lines_beyond_ascii(std::string_view source) {
    std::string out;
    std::string_view above;
    bool goes_on = false;
    while (!source.empty()) {
        const auto line = source.substr(0, std::min(source.find('\n'), source.size() - 1) + 1);
        source.remove_prefix(line.size());
        const bool differs = !ascii::is_plain(line);
        if (differs) out += above;
        if (differs || goes_on) out += line;
        above = differs || goes_on ? std::string_view() : line;
        goes_on = differs;
    }
    return out;
}

void take_calendar(PartText& result) {
    auto event = calendar_to_text(result.text);
    result.text = std::move(event.text);
    result.summaries = std::move(event.summaries);
    result.files = std::move(event.files);
}

std::optional<PartText> text_of_file(const Part& part) {
    if (!may_be_file(part)) return std::nullopt;
    const auto source = std::string_view(part.content).substr(0, source_limit);
    const auto wide = wide_charset(source);
    if (wide.empty() && !is_text_file(source)) return std::nullopt;
    PartText result;
    result.file = true;
    result.text = to_utf8(source, wide.empty() ? part.charset : wide);
    if (wide.empty()) result.other_charsets = charsets_unsaid(source, part.charset);
    const auto head = ascii::lower(ascii::trim(std::string_view(result.text).substr(0, 512)));
    const auto begins = [&head](std::string_view word) { return head.starts_with(word); };
    if (begins("begin:vcalendar") || begins("begin:vcard"))
        take_calendar(result);
    else if (begins("{\\rtf"))
        result.text = RichText(source).run();
    else if (begins("<"))
        result.text = both_readings(result.text);
    return result;
}

}  // namespace

std::string_view wide_charset(std::string_view content) {
    if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF")) return "utf-16";
    constexpr std::size_t enough = 256;
    const auto start = content.substr(0, std::min(enough, content.size() / 2 * 2));
    std::array<std::size_t, 2> zeros{};
    for (std::size_t i = 0; i < start.size(); ++i) zeros.at(i % 2) += start[i] == '\0' ? 1 : 0;
    if (zeros[0] == 0 && zeros[1] > start.size() / 4) return "utf-16le";
    if (zeros[1] == 0 && zeros[0] > start.size() / 4) return "utf-16be";
    return {};
}

std::optional<PartText> text_of_part(const Part& part) {
    const std::string_view type = part.type;
    const bool html = is_html(type);
    const bool rich = is_one_of(type, {"text/rtf", "application/rtf", "text/x-rtf", "application/x-rtf"});
    const bool calendar = is_calendar(type);
    const bool report = type.starts_with("message/");  // the reports of mail servers and the like; messages are read elsewhere
    if (!html && !rich && !calendar && !report && !type.starts_with("text/") && !is_text_by_its_looks(part)) return text_of_file(part);
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
    result.doubts = other_charsets(source, part.charset);
    result.other_charsets = charsets_unsaid(source.substr(0, unsaid_limit), part.charset);
    if (part.delsp) result.doubts += joined_lines(result.text);
    if (html) {
        auto read = read_html(result.text);
        result.text = std::move(read.text);
        result.doubts += read.doubts;
        result.doubts += html_otherwise(source, part.charset);
    }
    if (!html && may_be_html(part)) result.doubts += both_readings(result.text) + html_otherwise(source, part.charset);
    if (calendar) take_calendar(result);
    if (type == "text/enriched" || type == "text/richtext") result.text = enriched_to_text(result.text);
    return result;
}

std::string text_in(const Part& part, const PartText& read, std::string_view charset) {
    const std::string_view source = part.content;
    if (read.file) return to_utf8(first_and_last_page(source.substr(0, source_limit)), charset);
    const bool html = is_html(part.type) || may_be_html(part), calendar = is_calendar(part.type);
    if (!html && !calendar && !shifts(charset)) return to_utf8(lines_beyond_ascii(source.substr(0, unsaid_limit)), charset);
    auto text = to_utf8(source.substr(0, unsaid_limit), charset);
    return html ? both_readings(text) : calendar ? calendar_to_text(text).text : text;
}

}  // namespace caveat::mail
