#include "caveat/archive/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "asked.hpp"
#include "caveat/ascii.hpp"
#include "caveat/mail/as_meant.hpp"
#include "caveat/mail/search_words.hpp"

namespace caveat::archive {

namespace {

using Asked = Query::Asked;
using AskedPtr = std::shared_ptr<const Asked>;
using Kind = Asked::Kind;

bool holds(const Asked& node, const Sought& post) {
    const auto part = [&](const AskedPtr& one) { return holds(*one, post); };
    switch (node.kind) {
        case Kind::all:
            return std::all_of(node.parts.begin(), node.parts.end(), part);
        case Kind::any:
            return std::any_of(node.parts.begin(), node.parts.end(), part);
        case Kind::none_of:
            return std::none_of(node.parts.begin(), node.parts.end(), part);
        case Kind::words:
            return post.says(node.words);
        case Kind::from:
            return post.from().find(node.text) != std::string::npos;
        case Kind::list:
            return post.list.value == node.text;
        case Kind::label:
            return post.label == node.label;
        case Kind::before:
            return post.posted < node.at;
        case Kind::after:
            return post.posted >= node.at;
        case Kind::attachment:
            return post.has_attachment();
    }
    return false;
}

AskedPtr made(Asked node) { return std::make_shared<const Asked>(std::move(node)); }

// One word of the query: what stands between blanks, brackets and quotation marks.
struct Token {
    enum class Kind { open, close, word, phrase } kind = Kind::word;
    std::string text = {};
    std::string field = {};  // in front of it: "from"
};

bool ends_word(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '(' || c == ')' || c == '"'; }

Result<std::vector<Token>> tokens_of(std::string_view text) {
    std::vector<Token> all;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '(' || c == ')') {
            all.push_back({c == '(' ? Token::Kind::open : Token::Kind::close});
            ++at;
        } else if (c == '"') {
            const auto end = text.find('"', at + 1);
            if (end == std::string_view::npos) return fail(errc::invalid, "a quotation mark is missing at the end of: {}", text.substr(at));
            Token token{Token::Kind::phrase, std::string(text.substr(at + 1, end - at - 1))};
            // from:"Mei Tan"
            if (at > 0 && text[at - 1] == ':' && !all.empty() && all.back().kind == Token::Kind::word && all.back().text.ends_with(':')) {
                token.field = all.back().text.substr(0, all.back().text.size() - 1);
                all.pop_back();
            }
            all.push_back(std::move(token));
            at = end + 1;
        } else if (ends_word(c)) {
            ++at;
        } else {
            auto end = at;
            while (end < text.size() && !ends_word(text[end])) ++end;
            all.push_back({Token::Kind::word, std::string(text.substr(at, end - at))});
            at = end;
        }
    }
    return all;
}

// What other searches have; it is no text that anybody looks for, as "sha256:" and "https:" are.
bool is_field_elsewhere(std::string_view name) {
    constexpr std::array<std::string_view, 21> fields{"subject", "title", "to",         "cc",         "bcc",        "body",   "text",
                                                      "in",      "is",    "date",       "since",      "until",      "newer",  "older",
                                                      "size",    "sort",  "newer_than", "older_than", "attachment", "author", "sender"};
    return std::find(fields.begin(), fields.end(), ascii::lower(name)) != fields.end();
}

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Result<AskedPtr> whole() {
        auto node = any(0);
        if (!node) return node;
        if (at_ < tokens_.size()) return fail(errc::invalid, "a bracket closes that was not opened");
        return node;
    }

private:
    [[nodiscard]] bool is(std::string_view word) const {
        return at_ < tokens_.size() && tokens_[at_].kind == Token::Kind::word && tokens_[at_].text == word;
    }
    [[nodiscard]] bool ends() const { return at_ >= tokens_.size() || tokens_[at_].kind == Token::Kind::close; }

    Result<AskedPtr> any(int depth) {
        Asked node{Kind::any};
        do {
            auto part = all(depth);
            if (!part) return part;
            node.parts.push_back(*part);
        } while (is("OR") && ++at_ > 0);
        return node.parts.size() == 1 ? node.parts.front() : made(std::move(node));
    }

    Result<AskedPtr> all(int depth) {
        Asked node{Kind::all};
        do {
            auto part = one(depth);
            if (!part) return part;
            node.parts.push_back(*part);
            if (is("AND")) {
                ++at_;
            } else if (ends() || is("OR")) {
                break;
            }
        } while (true);
        return node.parts.size() == 1 ? node.parts.front() : made(std::move(node));
    }

    Result<AskedPtr> one(int depth) {
        if (depth > Query::deepest) return fail(errc::limit, "more than {} brackets within each other", Query::deepest);
        if (ends() || is("AND") || is("OR")) return fail(errc::invalid, "something is missing beside AND, OR, NOT or a bracket");
        if (is("NOT")) {
            ++at_;
            return none_of(one(depth + 1));
        }
        auto token = tokens_[at_++];
        if (token.kind == Token::Kind::open) {
            auto inner = any(depth + 1);
            if (!inner) return inner;
            if (at_ >= tokens_.size()) return fail(errc::invalid, "a bracket is not closed");
            ++at_;
            return inner;
        }
        if (++terms_ > Query::most_terms) return fail(errc::limit, "more than {} words", Query::most_terms);
        const bool minus = token.kind == Token::Kind::word && token.text.size() > 1 && token.text.front() == '-';
        if (minus) token.text.erase(0, 1);
        auto node = term(token);
        return minus ? none_of(std::move(node)) : node;
    }

    static Result<AskedPtr> none_of(Result<AskedPtr> node) {
        if (!node) return node;
        return made({Kind::none_of, {*node}});
    }

    static Result<AskedPtr> term(Token& token) {
        const auto colon = token.kind == Token::Kind::word ? token.text.find(':') : std::string::npos;
        if (colon != std::string::npos && token.field.empty()) {
            token.field = token.text.substr(0, colon);
            auto known = field(token.field, token.text.substr(colon + 1));
            if (known) return *known;
        } else if (!token.field.empty()) {
            if (auto known = field(token.field, token.text)) return *known;
            token.text = token.field + " " + token.text;
        }
        auto straight = words(token.text);
        if (straight->words.empty()) return fail(errc::invalid, "there is no word in: {}", token.text);
        const auto curly = words(with_curly_apostrophes(token.text));
        if (curly->words == straight->words) return straight;
        return made({Kind::any, {std::move(straight), curly}});
    }

    static AskedPtr words(std::string_view text) {
        Asked node{Kind::words};
        node.words = mail::search_words(text);
        return made(std::move(node));
    }

    // As word processors write them into texts.
    static std::string with_curly_apostrophes(std::string_view text) {
        std::string out;
        for (const char c : text) out += c == '\'' ? std::string("\xE2\x80\x99") : std::string(1, c);
        return out;
    }

    // None: no field of a search, so that it is text.
    static std::optional<Result<AskedPtr>> field(const std::string& name, const std::string& value) {
        Asked node;
        if (name == "from") {
            node.kind = Kind::from;
            node.text = mail::search_folded(value);
        } else if (name == "list") {
            node.kind = Kind::list;
            node.text = value;
        } else if (name == "label") {
            return label(value);
        } else if (name == "before" || name == "after") {
            node.kind = name == "before" ? Kind::before : Kind::after;
            const auto at = parse_instant(value);
            if (!at) return fail(errc::invalid, "{}:{} is no date; write {}:2026-03-02, or a time with its zone", name, value, name);
            node.at = *at;
        } else if (name == "has") {
            node.kind = Kind::attachment;
            if (value != "attachment") return fail(errc::invalid, "has:{} is not known; write has:attachment", value);
        } else if (is_field_elsewhere(name)) {
            return fail(errc::invalid,
                        "{0}: is no field of this search; write from:, list:, label:, before:, after: or has:attachment, or as text "
                        "\"{0}:...\" in quotation marks",
                        name);
        } else {
            return std::nullopt;
        }
        if (value.empty()) return fail(errc::invalid, "{}: has nothing behind it", name);
        return made(std::move(node));
    }

    static Result<AskedPtr> label(std::string value) {
        std::transform(value.begin(), value.end(), value.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        const auto known = community::tlp_from(value.starts_with("TLP:") ? value.substr(4) : value);
        if (!known) return fail(errc::invalid, "label:{} is none; write CLEAR, GREEN, AMBER or AMBER+STRICT", value);
        Asked node{Kind::label};
        node.label = *known;
        return made(std::move(node));
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t terms_ = 0;
};

}  // namespace

Result<Query> Query::from_text(std::string_view text) {
    if (text.size() > longest) return fail(errc::limit, "a search has at most {} bytes", longest);
    auto tokens = tokens_of(mail::with_plain_signs(text));
    if (!tokens) return tl::unexpected(tokens.error());
    if (tokens->empty()) return fail(errc::invalid, "there is nothing to search for");
    auto root = Parser(std::move(*tokens)).whole();
    if (!root) return tl::unexpected(root.error());
    return Query(std::move(*root));
}

bool Query::matches(const Sought& post) const { return holds(*root_, post); }

}  // namespace caveat::archive
