// HTML reduced to the lines a reader sees, by one pass over the bytes: tags and comments are told as browsers tell them (HTML 13.2.5). No
// tree is built. Where programs differ, the text is read a second time with nothing hidden but plain tags, so that no label is missed.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "ascii.hpp"
#include "html_names.hpp"
#include "style_sheet.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

constexpr std::array<std::string_view, 42> blocks{
    "address", "article", "aside", "blockquote", "body",   "br",     "caption", "center", "dd",   "details", "dir",
    "div",     "dl",      "dt",    "fieldset",   "figure", "footer", "form",    "h1",     "h2",   "h3",      "h4",
    "h5",      "h6",      "head",  "header",     "hr",     "html",   "legend",  "li",     "main", "nav",     "ol",
    "option",  "p",       "pre",   "section",    "table",  "tbody",  "tr",      "title",  "ul"};

// Between their tags there is text and nothing else, whatever it looks like (HTML 13.1.2).
constexpr std::array<std::string_view, 6> text_only{"title", "textarea", "xmp", "iframe", "noembed", "noframes"};
// Drawn as boxes of their own, wherever they stand in a text: controls, drawings and formulas with what is written in them, notes above a
// line, and blocks of newer and older HTML. Not every program does, so that it is tried beside the text as it stands (lay_out).
constexpr std::array<std::string_view, 34> boxes{"audio",     "button",   "canvas",  "dialog", "figcaption", "foreignobject", "hgroup",
                                                 "input",     "listing",  "marquee", "math",   "menu",       "menuitem",      "meter",
                                                 "mtable",    "mtd",      "mtext",   "mtr",    "object",     "optgroup",      "output",
                                                 "plaintext", "progress", "rt",      "search", "select",     "summary",       "svg",
                                                 "text",      "textpath", "tfoot",   "thead",  "tspan",      "video"};
// Whose line ends are seen as they stand in the source.
constexpr std::array<std::string_view, 4> keeping_lines{"listing", "plaintext", "textarea", "xmp"};
constexpr std::array<std::string_view, 13> without_end{"area",  "base", "br",   "col",    "embed", "hr", "img",
                                                       "input", "link", "meta", "source", "track", "wbr"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool ends_line(std::string_view element) { return is_in(blocks, element); }
bool is_html_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_html_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

struct Decoded {
    std::optional<char32_t> code;  // none: the "&" is just that
    std::size_t end = 0;
};

// Any number of digits, zeros in front among them; 0x80 to 0x9F are those of windows-1252 (HTML 13.2.5.80).
Decoded numbered(std::string_view html, std::size_t i) {
    const bool hex = i < html.size() && ascii::lower(html[i]) == 'x';
    if (hex) ++i;
    const auto from = i;
    std::uint32_t value = 0;
    for (; i < html.size() && (hex ? ascii::hex(html[i]) >= 0 : ascii::is_digit(html[i])); ++i) {
        if (value <= 0x10FFFF) value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(ascii::hex(html[i]));
    }
    if (i == from) return {std::nullopt, from};
    if (value >= 0x80 && value < 0xA0) {
        const auto western = to_utf8(std::string(1, static_cast<char>(value)), "windows-1252");
        const auto byte = [&western](std::size_t k) { return static_cast<unsigned char>(western[k]); };
        if (western.size() == 2) value = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
        if (western.size() == 3) value = (byte(0) & 0xFU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    }
    return {value, i + (i < html.size() && html[i] == ';' ? 1 : 0)};
}

// The character that the "&" at `at` begins, and where what follows it begins.
Decoded entity_at(std::string_view html, std::size_t at) {
    constexpr std::size_t longest_name = 32;  // letters; HTML's longest has 31
    std::size_t end = at + 1;
    if (end < html.size() && html[end] == '#') return numbered(html, end + 1);
    while (end < html.size() && end - at <= longest_name && (is_html_letter(html[end]) || ascii::is_digit(html[end]))) ++end;
    const auto name = html.substr(at + 1, end - at - 1);
    const bool closed = end < html.size() && html[end] == ';' && !name.empty();
    if (const auto code = html_character(name); code != 0 && (closed || html_bare_name(name) == name))
        return {code, end + (closed ? 1 : 0)};
    if (const auto bare = html_bare_name(name); !bare.empty()) return {html_character(bare), at + 1 + bare.size()};
    if (const auto code = html_character(name); code != 0) return {code, end};
    if (closed) return {0xFFFD, end + 1};  // a name that is not known is one sign
    return {std::nullopt, at + 1};
}

// Behind a tag that everybody takes for one: a name, attributes of sound names and values without angle brackets, ">". Else 0.
std::size_t sure_tag(std::string_view html, std::size_t at, std::string& element) {
    std::size_t i = at + 1;
    const auto here = [&](std::string_view set) { return i < html.size() && set.find(html[i]) != std::string_view::npos; };
    const auto until = [&](std::string_view set) {
        while (i < html.size() && !here(set)) ++i;
    };
    const auto blanks = [&] {
        while (i < html.size() && is_html_blank(html[i])) ++i;
    };
    if (here("/")) ++i;
    if (i >= html.size() || !is_html_letter(html[i])) return 0;
    const auto name_at = i;
    until(" \t\r\n\f/<>\"'=");
    element = ascii::lower(html.substr(name_at, i - name_at));
    while (i < html.size()) {
        const auto before = i;
        blanks();
        if (here("/")) ++i;
        if (here(">")) return i + 1;
        if (before == i || here("<\"'=/") || i >= html.size()) return 0;
        until(" \t\r\n\f/<>\"'=");
        blanks();
        if (!here("=")) {
            if (is_html_blank(html[i - 1])) --i;
            continue;
        }
        ++i;
        blanks();
        if (here("\"'")) {
            const std::string_view closing = html[i] == '"' ? "\"<>" : "'<>";
            ++i;
            until(closing);
            if (here("<>") || i >= html.size()) return 0;
            ++i;
        } else {
            until(" \t\r\n\f<>\"'=`");
            if (here("<\"'=`")) return 0;
        }
    }
    return 0;
}

// Everything between the tags that are sure, with a line end where any other angle bracket stands; and, if asked, where the source has one.
std::string nothing_hidden(std::string_view html, bool keeps_line_ends = false) {
    std::string out, element;
    for (std::size_t i = 0; i < html.size();) {
        const char c = html[i];
        if (c == '<') {
            const auto end = sure_tag(html, i, element);
            if (end == 0 || ends_line(element)) out += '\n';
            i = end != 0 ? end : html.substr(i, 4) == "<!--" ? i + 4 : i + 1;
        } else if (c == '&') {
            const auto decoded = entity_at(html, i);
            if (decoded.code && *decoded.code >= 0x20)
                append_utf8(out, *decoded.code);
            else
                out += decoded.code ? ' ' : '&';
            i = decoded.code ? decoded.end : i + 1;
        } else {
            const bool ends = c == '>' || (keeps_line_ends && c == '\n');
            out += ends ? '\n' : is_html_blank(c) ? ' ' : c;
            ++i;
        }
    }
    return out;
}

struct Attribute {
    std::string_view name, value;
};

// An element that is followed to its end, by counting those of its name within.
struct Followed {
    std::string element;
    int depth = 0;

    void begin(std::string_view name) {
        if (depth == 0 && !is_in(without_end, name)) {
            element = name;
            depth = 1;
        }
    }
    // False: `name` does not change it.
    bool pass(std::string_view name, bool closing) {
        if (depth == 0 || element != name) return false;
        depth += closing ? -1 : 1;
        return true;
    }
};

class Reduction {
public:
    Reduction(std::string_view html, bool leave_out_hidden) : html_(html), leave_out_hidden_(leave_out_hidden) {}
    // As these style sheets and the styles of elements lay it out.
    Reduction(std::string_view html, const Looks& looks) : html_(html), leave_out_hidden_(false), looks_(&looks) {}
    // Collects the values of these attributes as well. They outlive it.
    Reduction(std::string_view html, ShownValues& wanted) : html_(html), leave_out_hidden_(false), wanted_(&wanted) {}

    std::string run() {
        while (at_ < html_.size()) step();
        if (!line_.empty()) end_line();
        return std::move(out_);
    }

    // After run: programs may differ; something is hidden by its style; something is a box of its own; the style sheets; what stands in
    // attributes that are documents.
    [[nodiscard]] bool odd() const { return odd_; }
    [[nodiscard]] bool hides() const { return hides_; }
    [[nodiscard]] bool has_boxes() const { return has_boxes_; }
    [[nodiscard]] const std::string& styles() const { return styles_; }
    [[nodiscard]] const std::string& inline_styles() const { return inline_styles_; }
    [[nodiscard]] const std::string& documents() const { return documents_; }
    // Lines in which a label at the beginning of an element, or behind a picture, has no blank before it: nothing but their style parts
    // the two, and so does a bar here.
    [[nodiscard]] const std::string& set_apart() const { return set_apart_; }

private:
    void step() {
        const char c = html_[at_];
        const char next = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
        if (c == '<' && is_html_letter(next)) return tag();
        if (c == '<' && next == '/') return at_ + 2 < html_.size() && is_html_letter(html_[at_ + 2]) ? tag() : no_tag();
        if (c == '<' && (next == '!' || next == '?')) return markup();
        if (c == '&') return entity();
        ++at_;
        put(c);
    }

    bool is_left_out() const { return leave_out_hidden_ && hidden_.depth > 0; }

    // Source line ends are blanks, and blanks collapse, unless the text is preformatted.
    void put(char c) {
        if (is_left_out()) return;
        const bool blank = is_html_blank(c);
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
        if (is_left_out()) return;
        while (!line_.empty() && line_.back() == ' ') line_.pop_back();
        if (quote_ > 0 && !line_.empty()) out_ += "> ";
        set_labels_apart();
        out_ += line_;
        out_ += '\n';
        line_.clear();
        if (turned_.depth > 0) append_utf8(line_, turn_mark);
    }

    void set_labels_apart() {
        std::string apart;
        std::size_t done = 0;
        for (const auto joint : joints_) {
            if (!ascii::starts_with(std::string_view(line_).substr(std::min(joint, line_.size())), "tlp")) continue;
            apart.append(line_, done, joint - done).append(" | ");
            done = joint;
        }
        joints_.clear();
        if (done != 0) set_apart_.append(apart).append(line_, done).append("\n");
    }

    // Text goes on behind a tag without a blank.
    void note_joint() {
        const bool is_word =
            !line_.empty() && (is_html_letter(line_.back()) || ascii::is_digit(line_.back()) || !ascii::is_plain(line_.back()));
        if (is_word && (joints_.empty() || joints_.back() != line_.size())) joints_.push_back(line_.size());
    }

    // Behind the tag whose name ends at `i`, by the states of HTML 13.2.5.32 to 13.2.5.40; its attributes are kept.
    std::size_t read_attributes(std::size_t i) {
        const auto size = html_.size();
        attributes_.clear();
        const auto blanks = [&](bool slash_too) {
            while (i < size && (is_html_blank(html_[i]) || (slash_too && html_[i] == '/'))) ++i;
        };
        const auto suspect = [&](std::string_view signs) { odd_ = odd_ || signs.find(html_[i]) != std::string_view::npos; };
        for (blanks(true); i < size && html_[i] != '>'; blanks(true)) {
            Attribute attribute;
            const auto name_at = i;
            suspect("=");  // here it belongs to the name
            do {
                suspect("<\"'");
                ++i;
            } while (i < size && !is_html_blank(html_[i]) && html_[i] != '/' && html_[i] != '>' && html_[i] != '=');
            attribute.name = html_.substr(name_at, i - name_at);
            blanks(false);
            if (i < size && html_[i] == '=') {
                ++i;
                blanks(false);
                const char quote = i < size && (html_[i] == '"' || html_[i] == '\'') ? html_[i] : '\0';
                const auto value_at = quote != 0 ? ++i : i;
                if (quote != 0) {
                    i = std::min(html_.find(quote, i), size);
                } else {
                    for (; i < size && !is_html_blank(html_[i]) && html_[i] != '>'; ++i) suspect("<\"'=`");
                }
                attribute.value = html_.substr(value_at, i - value_at);
                if (quote != 0 && i < size) ++i;
                if (quote != 0 && i < size && !is_html_blank(html_[i])) odd_ = odd_ || (html_[i] != '>' && html_[i] != '/');
            }
            attributes_.push_back(attribute);
        }
        if (i < size) return i + 1;
        odd_ = true;  // the end within a tag
        return size;
    }

    // The first counts.
    std::string_view attribute(std::string_view name) const {
        const auto found =
            std::find_if(attributes_.begin(), attributes_.end(), [&](const Attribute& a) { return ascii::equal(a.name, name); });
        return found == attributes_.end() ? std::string_view() : found->value;
    }

    void tag() {
        constexpr std::size_t longest = 32;  // of the names that matter
        const bool closing = html_[at_ + 1] == '/';
        std::size_t i = at_ + (closing ? 2 : 1);
        std::string element;
        for (; i < html_.size() && !is_html_blank(html_[i]) && html_[i] != '/' && html_[i] != '>'; ++i) {
            odd_ = odd_ || html_[i] == '<' || html_[i] == '"' || html_[i] == '\'' || html_[i] == '=';
            if (element.size() < longest) element += ascii::lower(html_[i]);
        }
        at_ = read_attributes(i);
        follow(element, closing);
        has_boxes_ = has_boxes_ || is_in(boxes, element) || is_in(keeping_lines, element);
        const auto in_front = looks_ == nullptr ? std::string() : lay_out(element, closing);
        if (!closing) shown_attributes(element);
        if (std::exchange(alone_, false) && !line_.empty()) end_line();
        if (!closing) styled_attributes();
        if (element == "svg" || element == "math" || element == "select" || element == "noscript")
            strange_ = std::max(0, strange_ + (closing ? -1 : 1));
        const bool raw = element == "script" || element == "style";
        if (!closing && (raw || is_in(text_only, element))) {
            odd_ = odd_ || strange_ > 0;  // in there it may be an element like others
            return raw ? skip_raw(element) : text_until_end(element);
        }
        if (element == "plaintext") odd_ = true;
        if (element == "td" || element == "th") cell(closing);
        if (!ends_line(element)) {
            note_joint();
            line_ += in_front;
            return;
        }
        if (!line_.empty() || element == "br") end_line();
        const int change = closing ? -1 : 1;
        if (element == "pre") pre_ = std::max(0, pre_ + change);
        if (element == "blockquote") quote_ = std::max(0, quote_ + change);
        line_ += in_front;
    }

    // Elements that are not shown, and those whose letters stand in reverse order.
    void follow(std::string_view element, bool closing) {
        hidden_.pass(element, closing);
        if (turned_.pass(element, closing) && turned_.depth == 0) append_utf8(line_, turn_end);
        if (closing) return;
        auto style = ascii::lower(attribute("style"));
        std::erase_if(style, is_html_blank);
        const auto has = [&style](std::string_view what) { return style.find(what) != std::string::npos; };
        const bool hidden =
            has("display:none") || has("visibility:hidden") || has("font-size:0") || has("opacity:0;") || style.ends_with("opacity:0");
        if (hidden ||
            std::any_of(attributes_.begin(), attributes_.end(), [](const Attribute& a) { return ascii::equal(a.name, "hidden"); })) {
            hides_ = true;
            hidden_.begin(element);
        }
        const bool to_left = ascii::equal(attribute("dir"), "rtl") || has("direction:rtl");
        if (turned_.depth == 0 && to_left && (element == "bdo" || has("bidi-override"))) {
            if (ends_line(element) && !line_.empty()) end_line();
            turned_.begin(element);
            if (turned_.depth > 0) append_utf8(line_, turn_mark);
        }
    }

    // An element with a look of its own, until its end, which is found by counting those of its name within. Returns what stands in front
    // of its text.
    std::string lay_out(const std::string& element, bool closing) {
        auto& open = laid_out_[element];
        if (closing) {
            if (!open.empty() && --open.back().depth == 0) end_of(open);
            return {};
        }
        auto look = looks_->of(element, attribute("class"), attribute("id"));
        look.add(look_of(decoded(attribute("style"))));
        look.breaks = look.breaks || is_in(boxes, element);
        look.lines = look.lines || is_in(keeping_lines, element);
        if (look.breaks && !line_.empty()) end_line();
        const bool ends = !is_in(without_end, element) && !is_in(text_only, element);
        alone_ = look.breaks && is_in(without_end, element);
        if (ends && !look.empty()) {
            open.push_back({1, look.breaks, look.lines, generated(look.after)});
            if (look.lines) ++pre_;
        } else if (ends && !open.empty()) {
            ++open.back().depth;
        }
        return generated(look.before);
    }

    struct LaidOut {
        int depth = 0;
        bool breaks = false, lines = false;
        std::string after;
    };

    void end_of(std::vector<LaidOut>& open) {
        const auto look = std::move(open.back());
        open.pop_back();
        line_ += look.after;
        if (look.lines) pre_ = std::max(0, pre_ - 1);
        if (look.breaks && !line_.empty()) end_line();
    }

    // What a style sheet writes there. Only what may be a part of a label: longer words stand for themselves (generated_text).
    std::string generated(const std::vector<CssPiece>& pieces) {
        constexpr std::size_t longest = 40, most = 4U << 20;  // bytes
        std::string text;
        for (const auto& piece : pieces) {
            if (piece.kind == CssPiece::Kind::text) text += piece.text.substr(0, longest);
            if (piece.kind == CssPiece::Kind::attribute) text += decoded(attribute(piece.text).substr(0, longest));
            if (text.size() > longest) return {};
        }
        generated_ += text.size();
        return generated_ > most ? std::string() : text;
    }

    // A bar parts a cell from what stands before it in its row, so that a label that is alone in its cell is seen to be.
    void cell(bool closing) {
        if (is_left_out()) return;
        if (closing) return put(' ');
        const auto last = line_.find_last_not_of(' ');
        line_.erase(last == std::string::npos ? 0 : last + 1);
        if (!line_.empty()) line_ += " | ";
    }

    // Attributes whose value is seen: the text that stands for a picture, in a field, on a button, in a list.
    void shown_attributes(std::string_view element) {
        const bool field = element == "input";
        if (element == "img" || element == "area" || field) attribute_text(attribute("alt"));
        if (field && !ascii::equal(attribute("type"), "hidden")) attribute_text(attribute("value"));
        if (field || element == "textarea") attribute_text(attribute("placeholder"));
        if (element == "option" || element == "optgroup") attribute_text(attribute("label"));
        if (element.ends_with(":textpath")) attribute_text(attribute("string"));
        if (element != "iframe") return;
        documents_ += decoded(attribute("srcdoc")) + '\n';
    }

    // What style sheets may show of it.
    void styled_attributes() {
        if (const auto style = attribute("style"); !style.empty()) inline_styles_ += decoded(style) + "}\n";
        if (wanted_ == nullptr) return;
        for (const auto& one : attributes_) {
            const auto found = wanted_->find(ascii::lower(one.name));
            if (found != wanted_->end() && !one.value.empty()) found->second.push_back(decoded(one.value));
        }
    }

    static std::string decoded(std::string_view value) {
        std::string out;
        for (std::size_t i = 0; i < value.size();) {
            const auto character = value[i] == '&' ? entity_at(value, i) : Decoded{};
            if (character.code)
                append_utf8(out, *character.code);
            else
                out += value[i];
            i = character.code ? character.end : i + 1;
        }
        return out;
    }

    void attribute_text(std::string_view value) {
        if (value.data() == nullptr) return;  // there is none; an empty one parts what stands around it
        put(' ');
        for (std::size_t i = 0; i < value.size();) {
            const auto decoded = value[i] == '&' ? entity_at(value, i) : Decoded{};
            if (decoded.code)
                put_character(*decoded.code);
            else
                put(value[i]);
            i = decoded.code ? decoded.end : i + 1;
        }
        put(' ');
    }

    // Behind the end tag of an element of text; without one the rest of the document belongs to it. Returns what stands before the end tag.
    std::string_view until_end(std::string_view element) {
        const auto begin = at_;
        for (auto close = html_.find("</", at_); close != std::string_view::npos; close = html_.find("</", at_)) {
            at_ = close + 2;
            if (!ascii::equal(html_.substr(at_, element.size()), element)) continue;
            const auto behind = at_ + element.size();
            if (behind < html_.size() && !is_html_blank(html_[behind]) && html_[behind] != '/' && html_[behind] != '>') {
                odd_ = true;
                continue;
            }
            at_ = read_attributes(behind);
            return html_.substr(begin, close - begin);
        }
        odd_ = true;
        at_ = html_.size();
        return html_.substr(begin);
    }

    void skip_raw(std::string_view element) {
        const auto raw = until_end(element);
        if (element == "style") (styles_ += raw) += '\n';
    }

    // On lines of its own. What looks like a tag in it is left out, because old programs take it for one.
    void text_until_end(std::string_view element) {
        if (!line_.empty()) end_line();
        for (const char c : nothing_hidden(until_end(element), looks_ != nullptr && is_in(keeping_lines, element))) {
            if (c != '\n')
                put(c);
            else if (!line_.empty())
                end_line();
        }
        if (!line_.empty()) end_line();
    }

    // "</" before what is no letter: nobody shows it, but not everybody sees its end in the same place.
    void no_tag() {
        odd_ = true;
        at_ = std::min(html_.find('>', at_), html_.size() - 1) + 1;
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
        if (html_.substr(at_, 4) == "<!--") return comment();
        const auto end = html_.find('>', at_);
        const auto inside = html_.substr(at_, end == std::string_view::npos ? end : end - at_);
        const bool told = (ascii::starts_with(inside, "<!doctype") && inside.find('[') == std::string_view::npos) ||
                          inside.find_first_of("\"'<") == std::string_view::npos;
        odd_ = odd_ || !told || end == std::string_view::npos || std::count(inside.begin(), inside.end(), '"') % 2 != 0;
        at_ = end == std::string_view::npos ? html_.size() : end + 1;
    }

    // It ends with "-->" or "--!>", and at once with ">" or "->" (HTML 13.2.5.43 to 13.2.5.51); other programs know only the first, or one
    // with blanks in it.
    void comment() {
        at_ += 4;
        odd_ = odd_ || strange_ > 0;
        const auto begun = html_.substr(at_, 2);
        if (begun.starts_with('>') || begun == "->") {
            odd_ = true;
            at_ += begun.starts_with('>') ? 1 : 2;
            return;
        }
        for (auto dashes = html_.find("--", at_); dashes != std::string_view::npos; dashes = html_.find("--", dashes + 1)) {
            const auto behind = html_.substr(dashes + 2, 2);
            if (behind.starts_with('>') || behind == "!>") {
                odd_ = odd_ || behind == "!>";
                at_ = dashes + (behind == "!>" ? 4 : 3);
                return;
            }
            if (!behind.empty() && is_html_blank(behind[0])) {
                const auto next = html_.substr(dashes + 2, 8).find_first_not_of(" \t\r\n\f");
                odd_ = odd_ || (next != std::string_view::npos && html_[dashes + 2 + next] == '>');
            }
        }
        odd_ = true;
        at_ = html_.size();
    }

    void put_character(char32_t code) {
        if (is_left_out()) return;
        if (code != 0 && code < 0x20) return put(code == '\n' ? '\n' : ' ');
        append_utf8(line_, code);
    }

    void entity() {
        const auto decoded = entity_at(html_, at_);
        at_ = decoded.code ? decoded.end : at_ + 1;
        put_character(decoded.code.value_or('&'));
    }

    static constexpr char32_t turn_mark = 0x202E, turn_end = 0x202C;

    std::string_view html_;
    bool leave_out_hidden_;
    std::string out_, line_, styles_, inline_styles_, documents_, set_apart_;
    std::vector<std::size_t> joints_;  // in the line
    ShownValues* wanted_ = nullptr;
    const Looks* looks_ = nullptr;
    std::map<std::string, std::vector<LaidOut>, std::less<>> laid_out_;  // by the names of elements, innermost last
    std::size_t generated_ = 0;                                          // bytes
    std::vector<Attribute> attributes_;                                  // of the tag at hand
    std::size_t at_ = 0;
    int pre_ = 0, quote_ = 0;
    int strange_ = 0;  // drawings, formulas, lists and what is for programs without scripts, that are open
    Followed hidden_, turned_;
    bool odd_ = false, hides_ = false, has_boxes_ = false;
    bool alone_ = false;  // the element at hand has no text, and stands on a line of its own with what its attributes show
};

// The lines in reverse order of their letters, as a style sheet may ask for.
std::string all_turned(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        append_utf8(out, 0x202E);
        (out += text.substr(0, end)) += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// Values that a style sheet may show stand for themselves as well: where they are cut, or too many to be tried.
void add_generated_text(std::string_view html, const std::string& styles, HtmlText& read) {
    constexpr std::size_t most = 5U << 20;  // bytes; a text of that size is not read to its end, and held
    const auto sheet = read_style_sheet(styles);
    ShownValues attributes;
    for (const auto& declaration : sheet) {
        for (const auto& piece : declaration.pieces) {
            if (piece.kind == CssPiece::Kind::attribute) attributes[piece.text];
        }
    }
    if (!attributes.empty()) (void)Reduction(html, attributes).run();
    for (const auto& [name, values] : attributes) {
        for (const auto& value : values) read.doubts += value + '\n';
    }
    std::erase_if(attributes, [](const auto& one) { return one.second.empty(); });
    read.doubts += generated_text(sheet, attributes, most);
}

}  // namespace

HtmlText read_html(std::string_view html_utf8) {
    Reduction reduction(html_utf8, false);
    HtmlText read{reduction.run(), {}};
    read.doubts += reduction.set_apart();
    if (reduction.odd()) read.doubts += nothing_hidden(html_utf8) + '\n';
    if (reduction.hides()) read.doubts += Reduction(html_utf8, true).run();
    add_generated_text(html_utf8, reduction.styles() + reduction.inline_styles(), read);
    const Looks looks(reduction.styles());
    if (reduction.has_boxes() || !looks.empty() || !look_of(reduction.inline_styles()).empty())
        read.doubts += Reduction(html_utf8, looks).run();
    if (!reduction.documents().empty())
        read.doubts += Reduction(reduction.documents(), false).run() + nothing_hidden(reduction.documents()) + '\n';
    if (ascii::lower(reduction.styles()).find("bidi-override") != std::string::npos) read.doubts += all_turned(read.text);
    return read;
}

std::string html_to_text(std::string_view html_utf8) { return Reduction(html_utf8, false).run(); }

std::string both_readings(std::string_view html) {
    auto read = read_html(html);
    return std::move(read.text) + '\n' + read.doubts;
}

}  // namespace caveat::mail
