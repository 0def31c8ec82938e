#include "style_sheet.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

bool is_css_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_css_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

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
        return is_css_letter(c) || ascii::is_digit(c) || c == '-' || c == '_' || c == '\\' || !ascii::is_plain(c);
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

}  // namespace

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
