#include "style_sheet.hpp"

#include <algorithm>
#include <initializer_list>

#include "ascii.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

bool is_css_blank(char c) { return ascii::is_blank(c) || c == '\f'; }

class StyleSheet {
public:
    explicit StyleSheet(std::string_view css) : css_(css) {}

    std::vector<CssDeclaration> read() {
        while (at_ < css_.size()) step();
        end();
        return std::move(all_);
    }

private:
    void step() {
        const char c = css_[at_];
        if (c == '"' || c == '\'') return now_.pieces.push_back({CssPiece::Kind::text, string()});
        if (is_of_name(c)) return name();
        ++at_;
        if (c == ';' || c == '{' || c == '}') end();
        if (c == '[') skip(']');
    }

    static bool is_of_name(char c) {
        return ascii::is_letter(c) || ascii::is_digit(c) || c == '-' || c == '_' || c == '\\' || !ascii::is_plain(c);
    }

    void name() {
        const auto word = identifier();
        const bool calls = at_ < css_.size() && css_[at_] == '(';
        if (!calls) {
            blanks();
            if (now_.name.empty() && at_ < css_.size() && css_[at_] == ':') now_.name = word;
            return;
        }
        ++at_;
        if (ascii::equal(word, "url")) return skip(')');
        const bool attribute = ascii::equal(word, "attr");
        if (!attribute && !ascii::equal(word, "var")) return;
        blanks();
        auto argument = identifier();
        if (attribute) argument = ascii::lower(argument);
        now_.pieces.push_back({attribute ? CssPiece::Kind::attribute : CssPiece::Kind::variable, std::move(argument)});
    }

    void blanks() {
        while (at_ < css_.size() && is_css_blank(css_[at_])) ++at_;
    }
    std::string identifier() {
        std::string word;
        while (at_ < css_.size() && is_of_name(css_[at_])) character(word);
        return word;
    }
    std::string string() {
        std::string text;
        const char quote = css_[at_++];
        while (at_ < css_.size() && css_[at_] != quote && css_[at_] != '\n') character(text);
        if (at_ < css_.size()) ++at_;
        return text;
    }
    void skip(char closing) {
        while (at_ < css_.size() && css_[at_] != closing && css_[at_] != '}' && css_[at_] != '\n') {
            if (css_[at_] == '"' || css_[at_] == '\'')
                string();
            else
                ++at_;
        }
    }

    // An escape is a character of up to six hexadecimal digits and one blank, or the character itself (CSS Syntax 4.3.7).
    void character(std::string& out) {
        const char c = css_[at_++];
        if (c != '\\' || at_ == css_.size()) {
            out += c;
            return;
        }
        char32_t code = 0;
        std::size_t digits = 0;
        for (; digits < 6 && at_ < css_.size() && ascii::hex(css_[at_]) >= 0; ++digits)
            code = code * 16 + static_cast<char32_t>(ascii::hex(css_[at_++]));
        if (digits == 0) {
            if (!is_css_blank(css_[at_])) out += css_[at_];
            ++at_;
            return;
        }
        if (at_ < css_.size() && is_css_blank(css_[at_])) ++at_;
        append_utf8(out, code);
    }

    void end() {
        if (!now_.pieces.empty()) all_.push_back(std::move(now_));
        now_ = {};
    }

    std::string_view css_;
    std::size_t at_ = 0;
    CssDeclaration now_;
    std::vector<CssDeclaration> all_;
};

std::string without_remarks(std::string_view css) {
    std::string out;
    while (!css.empty()) {
        const auto begin = std::min(css.find("/*"), css.size());
        out += css.substr(0, begin);
        css.remove_prefix(begin);
        const auto end = css.find("*/", 2);
        css.remove_prefix(end == std::string_view::npos ? css.size() : end + 2);
    }
    return out;
}

constexpr std::size_t longest_key = 64;  // bytes of a name that is compared

// "white-space:pre-wrap" in small letters and without blanks.
std::string squeezed_css(std::string_view declarations) {
    auto text = ascii::lower(declarations);
    std::erase_if(text, is_css_blank);
    return text;
}

// A value that is not known to leave the text in its line: var(), new words and slips as well.
bool is_beyond_line(std::string_view property, std::string_view value) {
    const auto is_any = [&](std::initializer_list<std::string_view> words) {
        return value.empty() || std::find(words.begin(), words.end(), value) != words.end();
    };
    if (property == "display") return !is_any({"inline", "none", "contents", "inherit", "initial", "unset", "revert", "ruby"});
    if (property == "float") return !is_any({"none", "inherit", "initial", "unset", "revert"});
    return property == "position" && !is_any({"static", "relative", "sticky", "inherit", "initial", "unset", "revert"});
}

bool keeps_lines(std::string_view property, std::string_view value) {
    const auto begins = [&](std::string_view word) { return value.starts_with(word); };
    if (property == "white-space") return begins("pre") || begins("break-spaces") || begins("var(");
    return property == "white-space-collapse" && (begins("preserve") || begins("break-spaces") || begins("var("));
}

// What a selector says last of the element: of ".report p.label:first-child" it is ".label".
std::string key_of(std::string_view selector) {
    selector = ascii::trim(selector);
    selector = selector.substr(0, selector.find("::"));
    for (const std::string_view old : {":before", ":after"}) selector = selector.substr(0, selector.find(old));
    if (selector.find_first_of(":[(") != std::string_view::npos) {
        const auto last = selector.find_last_of(" >+~");
        const auto compound = last == std::string_view::npos ? selector : selector.substr(last + 1);
        selector = compound.substr(0, compound.find_first_of(":["));
        if (selector.find_first_of("()]") != std::string_view::npos) return "*";
    } else if (const auto last = selector.find_last_of(" >+~\t\r\n"); last != std::string_view::npos) {
        selector = selector.substr(last + 1);
    }
    const auto mark = selector.find_last_of(".#");
    auto key = ascii::lower(mark == std::string_view::npos ? selector : selector.substr(mark));
    return key.empty() || key.size() > longest_key || key.find('\\') != std::string::npos ? "*" : key;
}

std::vector<CssPiece> content_of(std::string_view declarations) {
    std::vector<CssPiece> pieces;
    for (auto& declaration : StyleSheet(declarations).read()) {
        if (ascii::equal(declaration.name, "content")) pieces = std::move(declaration.pieces);
    }
    return pieces;
}

}  // namespace

void Look::add(const Look& other) {
    breaks = breaks || other.breaks;
    lines = lines || other.lines;
    if (!other.before.empty()) before = other.before;
    if (!other.after.empty()) after = other.after;
}

Look look_of(std::string_view declarations) {
    const auto text = squeezed_css(declarations);
    if (text.find('\\') != std::string::npos) return {true, true, {}, {}};  // a name may be spelled with escapes
    Look look;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of(";{}", at), text.size());
        const auto one = std::string_view(text).substr(at, end - at);
        at = end + 1;
        const auto colon = one.find(':');
        if (colon == std::string_view::npos) continue;
        const auto property = one.substr(0, colon);
        auto value = one.substr(colon + 1);
        value = value.substr(0, value.find('!'));  // "!important"
        look.breaks = look.breaks || is_beyond_line(property, value);
        look.lines = look.lines || keeps_lines(property, value);
    }
    return look;
}

// A rule is what stands in front of a brace, behind the last one or the last ";", and what is between it and the next.
Looks::Looks(std::string_view css) {
    const auto clean = without_remarks(css);
    const std::string_view text = clean;
    std::string_view selectors;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of("{}", at), text.size());
        const auto between = text.substr(at, end - at);
        if (!selectors.empty()) rule(selectors, between);
        const bool opens = end < text.size() && text[end] == '{';
        const auto last = between.rfind(';');
        selectors = opens ? between.substr(last == std::string_view::npos ? 0 : last + 1) : std::string_view();
        at = end + 1;
    }
}

void Looks::rule(std::string_view selectors, std::string_view declarations) {
    if (ascii::trim(selectors).starts_with('@')) return;  // rules of its own follow
    auto look = look_of(declarations);
    const auto content = declarations.find("content") == std::string_view::npos ? std::vector<CssPiece>() : content_of(declarations);
    if (look.empty() && content.empty()) return;
    while (!selectors.empty()) {
        const auto end = std::min(selectors.find(','), selectors.size());
        const auto selector = selectors.substr(0, end);
        selectors.remove_prefix(std::min(end + 1, selectors.size()));
        auto one = look;
        const bool before = selector.find(":before") != std::string_view::npos, after = selector.find(":after") != std::string_view::npos;
        if (before) one.before = content;
        if (after) one.after = content;
        if (!one.empty()) all_[key_of(selector)].add(one);
    }
}

Look Looks::of(std::string_view element, std::string_view classes, std::string_view id) const {
    Look look;
    const auto take = [&](std::string_view key) {
        if (const auto found = all_.find(key); found != all_.end()) look.add(found->second);
    };
    take("*");
    take(element);
    if (!id.empty() && id.size() < longest_key) take("#" + ascii::lower(id));
    while (!classes.empty()) {
        const auto end = std::min(classes.find_first_of(" \t\r\n\f"), classes.size());
        if (end > 0 && end < longest_key) take("." + ascii::lower(classes.substr(0, end)));
        classes.remove_prefix(std::min(end + 1, classes.size()));
    }
    return look;
}

std::vector<CssDeclaration> read_style_sheet(std::string_view css) {
    auto sheet = StyleSheet(css).read();
    if (css.find("/*") == css.npos) return sheet;
    for (auto& declaration : StyleSheet(without_remarks(css)).read()) sheet.push_back(std::move(declaration));
    return sheet;
}

std::string generated_text(const std::vector<CssDeclaration>& sheet, const ShownValues& attributes, std::size_t most) {
    constexpr std::size_t most_values = 16, longest_value = 200;  // tried; bytes
    ShownValues variables;
    for (const auto& declaration : sheet) {
        std::string text;
        for (const auto& piece : declaration.pieces) text += piece.kind == CssPiece::Kind::text ? piece.text : std::string();
        if (declaration.name.starts_with("--")) variables[declaration.name].push_back(std::move(text));
    }
    const auto values_of = [&](const CssPiece& piece) -> const std::vector<std::string>* {
        const auto& values = piece.kind == CssPiece::Kind::attribute ? attributes : variables;
        const auto found = piece.kind == CssPiece::Kind::text ? values.end() : values.find(piece.text);
        return found == values.end() ? nullptr : &found->second;
    };
    std::string out;
    for (const auto& declaration : sheet) {
        std::size_t lines = 1;
        for (const auto& piece : declaration.pieces) {
            if (const auto* values = values_of(piece)) lines = std::max(lines, std::min(values->size(), most_values));
        }
        for (std::size_t line = 0; line < lines && out.size() <= most; ++line) {
            for (const auto& piece : declaration.pieces) {
                const auto* values = values_of(piece);
                if (piece.kind == CssPiece::Kind::text) out += piece.text;
                if (values != nullptr) out += (*values)[line % values->size()].substr(0, longest_value);
            }
            out += '\n';
        }
    }
    return out;
}

}  // namespace caveat::mail
