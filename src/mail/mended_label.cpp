#include "mended_label.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view bracket_signs = "[](){}<>\"'`";

// Reads on behind a "TLP"; what was read is written as it was meant. Each step looks at a few bytes.
class Mending {
public:
    explicit Mending(std::string_view line) : line_(line) {}

    std::optional<std::string> run() {
        while (at_ < line_.size()) {
            const bool apart = at_ == 0 || !ascii::is_alnum(line_[at_ - 1]);
            if (apart && ascii::lower(line_[at_]) == 't' && begins("tlp"))
                label();
            else
                out_ += line_[at_++];
        }
        return changed_ ? std::optional(std::move(out_)) : std::nullopt;
    }

private:
    [[nodiscard]] char here(std::size_t more = 0) const { return at_ + more < line_.size() ? line_[at_ + more] : '\0'; }
    [[nodiscard]] bool begins(std::string_view word) const { return ascii::starts_with(line_.substr(std::min(at_, line_.size())), word); }

    void leave_out(std::size_t bytes) {
        at_ += bytes;
        changed_ = changed_here_ = true;
    }
    void instead(std::size_t bytes, std::string_view words) {
        leave_out(bytes);
        out_ += words;
    }

    void label() {
        out_ += line_.substr(at_, 3);
        at_ += 3;
        const auto kept = out_.size(), begun = at_;
        const bool changed = changed_;
        opened_ = changed_here_ = false;
        version();
        said_in_words();
        if (signs_before_colour() && colour()) return;
        out_.resize(kept);  // no label
        at_ = begun;
        changed_ = changed;
    }

    // "™", "(2.0)", ":v2" and the like, if what follows goes on as a label does.
    void version() {
        for (const std::string_view mark : {"™", "®", "(TM)", "(R)", "TM"}) {
            if (begins(mark) && !ascii::is_alnum(here(mark.size()))) return leave_out(mark.size());
        }
        constexpr std::size_t longest = 14;
        const auto begun = at_;
        auto end = at_;
        const auto peek = [&] { return end < line_.size() ? line_[end] : '\0'; };
        while (end < begun + 3 && std::string_view(" :([{-_").find(peek()) != std::string_view::npos && peek() != '\0') ++end;
        if (ascii::starts_with(line_.substr(end), "version")) end += 7;
        if (peek() == ' ') ++end;
        if (ascii::lower(peek()) == 'v') ++end;
        if (peek() != '1' && peek() != '2') return;
        ++end;
        if (peek() == '.' && end + 1 < line_.size() && ascii::is_digit(line_[end + 1])) end += 2;
        if (peek() != '\0' && std::string_view(")]}").find(peek()) != std::string_view::npos) ++end;
        const bool goes_on = peek() != '\0' && std::string_view(" :=-|/").find(peek()) != std::string_view::npos;
        const bool plain = ascii::is_digit(line_[begun]) && line_.substr(begun, end - begun).find('.') == std::string_view::npos;
        if (goes_on && !plain && end - begun <= longest) leave_out(end - begun);
    }

    void said_in_words() {
        constexpr std::array<std::string_view, 9> kinds{"level",          "label",   "status", "colour", "color",
                                                        "classification", "marking", "rating", "code"};
        for (const auto kind : kinds) {
            if (begins(kind) && !ascii::is_alnum(here(kind.size()))) return instead(kind.size(), " " + std::string(kind));
        }
        if (!begins(" is ")) return;
        for (const std::string_view name : {"RED", "AMBER", "GREEN", "CLEAR"}) {
            if (line_.substr(at_ + 4).starts_with(name) && !ascii::is_alnum(here(4 + name.size()))) return instead(4, ": ");
        }
    }

    // Up to the colour, without brackets. False: there is none.
    bool signs_before_colour() {
        constexpr std::size_t most = 8;
        for (std::size_t count = 0; count < most; ++count) {
            if (begins("red") || begins("amber") || begins("green") || begins("clear")) return true;
            const char c = here();
            if (c == '\0' || ascii::is_alnum(c)) return false;
            opened_ = opened_ || bracket_signs.find(c) != std::string_view::npos;
            if (bracket_signs.find(c) != std::string_view::npos)
                leave_out(1);
            else if (std::string_view(":=-_ |\t").find(c) != std::string_view::npos)
                out_ += line_[at_++];
            else
                return false;
        }
        return false;
    }

    bool colour() {
        const bool amber = begins("amber");
        const std::size_t size = begins("red") ? 3 : 5;
        if (ascii::is_alnum(here(size)) && !(amber && begins("amberstrict"))) return false;
        if (changed_here_ && ascii::lower(here()) == here()) return false;  // "TLP (red, amber and more) explained"
        out_ += line_.substr(at_, size);
        at_ += size;
        if (amber) strict();
        if (here() == ':' && ascii::starts_with(line_.substr(at_ + 1), "amber")) instead(1, "/");  // "TLP:AMBER:AMBER+STRICT"
        if (out_.back() == '/' && colour_again()) strict();
        while (opened_ && closes()) leave_out(1);
        return true;
    }

    bool colour_again() {
        if (!begins("amber")) return false;
        out_ += line_.substr(at_, 5);
        at_ += 5;
        return true;
    }
    [[nodiscard]] bool closes() const { return here() != '\0' && std::string_view("])}>\"'`").find(here()) != std::string_view::npos; }

    // A plus that was escaped once too often.
    static std::size_t escaped_plus(std::string_view text) {
        for (const std::string_view plus : {"=2b", "%2b", "&#43;", "&#043;", "&#x2b;", "&plus;"}) {
            if (ascii::starts_with(text, plus)) return plus.size();
        }
        return 0;
    }

    // Behind AMBER: STRICT, behind signs that are not those of a sentence.
    void strict() {
        constexpr std::size_t most = 12;
        if (std::string_view("-_/").find(here()) != std::string_view::npos && here() != '\0' && here(1) == 'S' && !ascii::is_alnum(here(2)))
            return instead(2, "+STRICT");
        auto end = at_;
        bool enclosed = false, comma = false;
        while (end < line_.size() && end - at_ < most && !ascii::is_alnum(line_[end])) {
            if (const auto size = escaped_plus(line_.substr(end)); size > 0) {
                end += size;
                continue;
            }
            const char c = line_[end];
            enclosed = enclosed || std::string_view("[({<\"").find(c) != std::string_view::npos;
            if (c == ':') return;  // parts what it stands between: subject_with_label relies on that
            comma = comma || c == ',' || c == ';' || c == '.' || c == '!' || c == '?';
            ++end;
        }
        const auto word = line_.substr(end);
        if (end == at_ || !ascii::starts_with(word, "strict") || (word.size() > 6 && ascii::is_alnum(word[6]))) return;
        const bool capitals = word.starts_with("STRICT");
        const bool closed = word.size() > 6 && std::string_view("])}>\"").find(word[6]) != std::string_view::npos;
        const bool last = word.size() == 6;
        if (enclosed && !closed && !last && !capitals) return;  // "AMBER (strict rules)"
        if (comma ? !last : !(capitals || closed || last)) return;
        // What LENIENT reads by itself stays as it is, and so do pluses that it holds.
        const auto between = line_.substr(at_, end - at_);
        if (between.find('+') != std::string_view::npos && between.find_first_not_of("+_-") == std::string_view::npos) return;
        if (end - at_ == 1 && std::string_view("+_- ").find(here()) != std::string_view::npos) return;
        opened_ = opened_ || enclosed;
        instead(end - at_, "+");
        out_ += "STRICT";
        at_ += 6;
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::string out_;
    bool changed_ = false;
    bool changed_here_ = false;  // behind the "TLP" at hand
    bool opened_ = false;        // a bracket was left out, and what closes it goes with it
};

}  // namespace

std::optional<std::string> mended_label(std::string_view line) { return Mending(line).run(); }

}  // namespace caveat::mail
