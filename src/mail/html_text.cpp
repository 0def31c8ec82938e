// HTML reduced to the lines a reader sees, by one pass over the bytes. No tree is built: what a broken document "means" does not matter to
// a label.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "ascii.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

struct Entity {
    std::string_view name;
    char32_t code;
};

// Those that writers use, and those for the ASCII punctuation that a label may be made of.
constexpr std::array entities{
    Entity{"NewLine", '\n'},  Entity{"Tab", '\t'},      Entity{"amp", '&'},       Entity{"apos", '\''},    Entity{"ast", '*'},
    Entity{"bsol", '\\'},     Entity{"bull", 0x2022},   Entity{"colon", ':'},     Entity{"comma", ','},    Entity{"dash", 0x2010},
    Entity{"emsp", 0x2003},   Entity{"ensp", 0x2002},   Entity{"equals", '='},    Entity{"euro", 0x20AC},  Entity{"excl", '!'},
    Entity{"gt", '>'},        Entity{"hellip", 0x2026}, Entity{"hyphen", 0x2010}, Entity{"lbrace", '{'},   Entity{"lbrack", '['},
    Entity{"lcub", '{'},      Entity{"ldquo", 0x201C},  Entity{"lowbar", '_'},    Entity{"lpar", '('},     Entity{"lrm", 0x200E},
    Entity{"lsqb", '['},      Entity{"lsquo", 0x2018},  Entity{"lt", '<'},        Entity{"mdash", 0x2014}, Entity{"ndash", 0x2013},
    Entity{"num", '#'},       Entity{"period", '.'},    Entity{"plus", '+'},      Entity{"quest", '?'},    Entity{"quot", '"'},
    Entity{"rbrace", '}'},    Entity{"rbrack", ']'},    Entity{"rcub", '}'},      Entity{"rdquo", 0x201D}, Entity{"rlm", 0x200F},
    Entity{"rpar", ')'},      Entity{"rsqb", ']'},      Entity{"rsquo", 0x2019},  Entity{"semi", ';'},     Entity{"sol", '/'},
    Entity{"thinsp", 0x2009}, Entity{"trade", 0x2122},  Entity{"verbar", '|'},    Entity{"vert", '|'},     Entity{"zwj", 0x200D},
    Entity{"zwnj", 0x200C},   Entity{"ratio", 0x2236},
};

// Besides those of latin1, the names that need no ";" (HTML, 13.2.5.73).
constexpr std::array<std::string_view, 4> bare_names{"amp", "gt", "lt", "quot"};

// The names of U+00A0 to U+00FF, in order (HTML 4 §24.2).
constexpr std::array<std::string_view, 96> latin1{
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",   "laquo",
    "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",   "middot",
    "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",
    "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
    "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

constexpr std::array<std::string_view, 42> blocks{
    "address", "article", "aside", "blockquote", "body",   "br",     "caption", "center", "dd",   "details", "dir",
    "div",     "dl",      "dt",    "fieldset",   "figure", "footer", "form",    "h1",     "h2",   "h3",      "h4",
    "h5",      "h6",      "head",  "header",     "hr",     "html",   "legend",  "li",     "main", "nav",     "ol",
    "option",  "p",       "pre",   "section",    "table",  "tbody",  "tr",      "title",  "ul"};

bool ends_line(std::string_view element) { return std::find(blocks.begin(), blocks.end(), element) != blocks.end(); }

void append(std::string& out, char32_t c) {
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
        out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    } else {
        out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
                static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
}

char32_t named_entity(std::string_view name) {
    const auto known = std::find_if(entities.begin(), entities.end(), [&](const Entity& entity) { return entity.name == name; });
    if (known != entities.end()) return known->code;
    const auto letter = std::find(latin1.begin(), latin1.end(), name);
    return letter == latin1.end() ? 0 : static_cast<char32_t>(0xA0 + (letter - latin1.begin()));
}

// The longest name at the start of `letters` that needs no ";", or nothing.
std::string_view bare_name(std::string_view letters) {
    std::string_view longest;
    const auto take = [&](std::string_view name) {
        if (name.size() > longest.size() && letters.starts_with(name)) longest = name;
    };
    std::for_each(bare_names.begin(), bare_names.end(), take);
    std::for_each(latin1.begin(), latin1.end(), take);
    return longest;
}

char32_t numbered_entity(std::string_view digits) {
    const bool hex = !digits.empty() && (digits[0] == 'x' || digits[0] == 'X');
    if (hex) digits.remove_prefix(1);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    return error == std::errc{} && end == digits.data() + digits.size() ? static_cast<char32_t>(value) : 0xFFFD;
}

class Reduction {
public:
    explicit Reduction(std::string_view html) : html_(html) {}

    std::string run() {
        while (at_ < html_.size()) step();
        if (!line_.empty()) end_line();
        return std::move(out_);
    }

private:
    void step() {
        const char c = html_[at_];
        if (c == '<' && at_ + 1 < html_.size() && (is_letter(html_[at_ + 1]) || html_[at_ + 1] == '/')) return tag();
        if (c == '<' && at_ + 1 < html_.size() && (html_[at_ + 1] == '!' || html_[at_ + 1] == '?')) return markup();
        if (c == '&') return entity();
        ++at_;
        put(c);
    }

    static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

    // Source line ends are blanks, and blanks collapse, unless the text is preformatted.
    void put(char c) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
        if (blank && pre_ > 0) {
            if (c == '\n' || c == '\f') end_line();
            if (c == ' ' || c == '\t') line_ += c;
        } else if (!blank) {
            line_ += c;
        } else if (!line_.empty() && line_.back() != ' ') {
            line_ += ' ';
        }
    }

    // A blockquote is how HTML mail quotes; one ">" whatever the depth, or nesting would make the text quadratic.
    void end_line() {
        while (!line_.empty() && line_.back() == ' ') line_.pop_back();
        if (quote_ > 0 && !line_.empty()) out_ += "> ";
        out_ += line_;
        out_ += '\n';
        line_.clear();
    }

    // Behind the '>' that ends the tag; a '>' within a quoted attribute value does not.
    std::size_t tag_end(std::size_t from) const {
        char quote = 0;
        for (std::size_t i = from; i < html_.size(); ++i) {
            const char c = html_[i];
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if ((c == '"' || c == '\'') && html_[i - 1] == '=') {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return html_.size();
    }

    void tag() {
        const bool closing = html_[at_ + 1] == '/';
        std::size_t i = at_ + (closing ? 2 : 1);
        std::string element;
        for (; i < html_.size() && element.size() < 16 && (is_letter(html_[i]) || ascii::is_digit(html_[i])); ++i) {
            element += ascii::lower(html_[i]);
        }
        at_ = tag_end(i);
        if (!closing && (element == "img" || element == "area" || element == "input")) alternative(i, at_);
        if (!closing && (element == "script" || element == "style")) return skip_raw(element);
        if (element == "td" || element == "th") cell(closing);
        if (!ends_line(element)) return;
        if (!line_.empty() || element == "br") end_line();
        const int change = closing ? -1 : 1;
        if (element == "pre") pre_ = std::max(0, pre_ + change);
        if (element == "blockquote") quote_ = std::max(0, quote_ + change);
    }

    // A bar parts a cell from what stands before it in its row, so that a label that is alone in its cell is seen to be.
    void cell(bool closing) {
        if (closing) return put(' ');
        const auto last = line_.find_last_not_of(' ');
        line_.erase(last == std::string::npos ? 0 : last + 1);
        if (!line_.empty()) line_ += " | ";
    }

    // The text that stands for a picture: the value of "alt" among the attributes from `i` to the end of the tag.
    void alternative(std::size_t i, std::size_t end) {
        const auto blank = [this](std::size_t k) { return ascii::is_blank(html_[k]) || html_[k] == '/' || html_[k] == '\f'; };
        while (i < end) {
            while (i < end && blank(i)) ++i;
            const auto name_at = i;
            while (i < end && !blank(i) && html_[i] != '=' && html_[i] != '>') ++i;
            const auto name = html_.substr(name_at, i - name_at);
            while (i < end && ascii::is_blank(html_[i])) ++i;
            if (i >= end || html_[i] == '>') return;
            if (html_[i] != '=') continue;
            ++i;
            while (i < end && ascii::is_blank(html_[i])) ++i;
            if (i >= end) return;
            const char quote = html_[i] == '"' || html_[i] == '\'' ? html_[i] : '\0';
            const auto value_at = quote != 0 ? ++i : i;
            while (i < end && (quote != 0 ? html_[i] != quote : !ascii::is_blank(html_[i]) && html_[i] != '>')) ++i;
            if (ascii::equal(name, "alt")) return attribute_text(value_at, i);
            if (quote != 0) ++i;
        }
    }

    void attribute_text(std::size_t begin, std::size_t end) {
        const auto behind_tag = at_;
        put(' ');
        for (at_ = begin; at_ < end;) {
            if (html_[at_] == '&')
                entity();
            else
                put(html_[at_++]);
        }
        put(' ');
        at_ = behind_tag;
    }

    // Behind the end tag of a <script> or <style>; without one, the rest of the document belongs to it.
    void skip_raw(std::string_view element) {
        while (at_ < html_.size()) {
            const std::size_t close = html_.find("</", at_);
            if (close == std::string_view::npos) break;
            at_ = close + 2;
            const auto name = html_.substr(at_, element.size());
            if (ascii::equal(name, element)) {
                at_ = tag_end(at_);
                return;
            }
        }
        at_ = html_.size();
    }

    // Of what only some programs show, and of character data of XML, only the marks are skipped.
    void markup() {
        constexpr std::size_t longest_condition = 256;  // bytes
        auto rest = html_.substr(at_, longest_condition);
        rest = rest.substr(0, rest.find("-->"));
        for (const auto& [begin, end] : {std::pair<std::string_view, std::string_view>{"<!--[if", "]>"}, {"<![CDATA[", "["}}) {
            const std::size_t mark = rest.starts_with(begin) ? rest.find(end, begin.size() - 1) : std::string_view::npos;
            if (mark == std::string_view::npos) continue;
            at_ += mark + end.size();
            return;
        }
        const bool comment = html_.substr(at_, 4) == "<!--";
        const std::size_t end = comment ? html_.find("-->", at_ + 2) : html_.find('>', at_);
        at_ = end == std::string_view::npos ? html_.size() : end + (comment ? 3 : 1);
    }

    void entity() {
        constexpr std::size_t longest_name = 32;  // letters; HTML's longest has 31
        std::size_t end = at_ + 1;
        const bool number = end < html_.size() && html_[end] == '#';
        if (number) ++end;
        const std::size_t from = end;
        const bool hex = number && end < html_.size() && ascii::lower(html_[end]) == 'x';
        if (hex) ++end;
        const auto belongs = [&](char c) { return hex ? ascii::hex(c) >= 0 : ascii::is_digit(c) || (!number && is_letter(c)); };
        while (end < html_.size() && end - from < longest_name && belongs(html_[end])) ++end;
        auto body = html_.substr(from, end - from);
        char32_t code = body.empty() ? 0 : number ? numbered_entity(body) : named_entity(body);
        const bool closed = end < html_.size() && html_[end] == ';';
        if (code == 0 && !number) {
            body = bare_name(body);
            end = body.empty() ? end : from + body.size();
            code = !body.empty() ? named_entity(body) : closed && end > from ? 0xFFFD : 0;  // a name that is not known is one sign
        }
        if (code == 0 && !(number && !body.empty())) {
            ++at_;
            line_ += '&';
            return;
        }
        at_ = end < html_.size() && html_[end] == ';' ? end + 1 : end;
        if (code != 0 && code < 0x20) return put(code == '\n' ? '\n' : ' ');
        append(line_, code);
    }

    std::string_view html_;
    std::string out_, line_;
    std::size_t at_ = 0;
    int pre_ = 0, quote_ = 0;
};

}  // namespace

std::string html_to_text(std::string_view html_utf8) { return Reduction(html_utf8).run(); }

}  // namespace caveat::mail
