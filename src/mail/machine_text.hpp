#pragma once
// A file that programs wrote: what stands around a place in it, whatever its format, and a value cut from its quotes. Places are counted in
// bytes, and nothing is read further off than `longest_near`. Pure; linear.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ascii.hpp"
#include "tlp_names.hpp"
#include "work.hpp"

namespace caveat::mail::machine {

inline constexpr std::size_t longest_near = 512;  // bytes of an object or a tag
inline constexpr std::string_view all_blanks = " \t\r\n", quotes = "\"'";

inline bool in_set(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

inline std::string_view without_blanks_before(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(all_blanks), text.size()));
    return text;
}

// Behind `sign`, which stands next; nothing where another does.
inline std::optional<std::string_view> behind(std::string_view text, char sign) {
    text = without_blanks_before(text);
    if (!text.starts_with(sign)) return std::nullopt;
    return text.substr(1);
}

inline std::string_view in_quotes(std::string_view text) {
    text = without_blanks_before(text);
    if (text.empty() || (text[0] != '"' && text[0] != '\'')) return {};
    const auto end = text.find(text[0], 1);
    return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
}

inline std::string_view without_quotes(std::string_view field) {
    field = ascii::trim(field);
    while (field.size() > 1 && (field.front() == '"' || field.front() == '\'') && field.back() == field.front())
        field = ascii::trim(field.substr(1, field.size() - 2));
    return field;
}

// What it is of outlives it, and so does the work.
class Text {
public:
    Text(std::string_view text, Work& work) : text_(text), small_letters_(ascii::lower(text)), work_(work) {
        work_.done += 2 * text.size();
    }

    [[nodiscard]] std::string_view all() const { return text_; }
    [[nodiscard]] std::string_view in_small_letters() const { return small_letters_; }

    // Calls `see` with each place where `word`, in small letters, stands in whatever case; until the work is spent.
    template <class See>
    void each(std::string_view word, const See& see) const {
        for (auto at = small_letters_.find(word); at != std::string::npos && !work_.is_spent();
             at = small_letters_.find(word, at + word.size())) {
            work_.done += longest_near;
            see(at);
        }
    }

    [[nodiscard]] std::string_view near(std::size_t at) const { return text_.substr(std::min(at, text_.size()), longest_near); }
    [[nodiscard]] std::string_view front(std::size_t at, std::size_t most) const {
        return text_.substr(at - std::min(at, most), std::min(at, most));
    }
    // What stands around `at` of such characters; not longer than a name.
    [[nodiscard]] std::string_view around(std::size_t at, bool (*belongs)(char)) const {
        auto begin = at, end = at;
        while (begin > 0 && at - begin < longest_name && belongs(text_[begin - 1])) --begin;
        while (end < text_.size() && end - at < longest_name && belongs(text_[end])) ++end;
        return text_.substr(begin, end - begin);
    }
    [[nodiscard]] bool is_in_tag(std::size_t at) const {
        const auto before = front(at, longest_near);
        const auto last = before.find_last_of("<>");
        return last != std::string_view::npos && before[last] == '<';
    }
    // "<tlp", "<x:tlp"
    [[nodiscard]] bool opens_tag(std::size_t at) const {
        auto before = front(at, longest_name);
        if (before.ends_with(':')) before.remove_suffix(1);
        while (!before.empty() && stands_in_words(before.back())) before.remove_suffix(1);
        return before.ends_with('<');
    }
    [[nodiscard]] std::optional<std::size_t> column_of(std::size_t at) const {
        const auto before = front(at, longest_near);
        const auto line_end = before.rfind('\n');
        if (line_end == std::string_view::npos && before.size() < at) return std::nullopt;
        return line_end == std::string_view::npos ? at : before.size() - line_end - 1;
    }
    [[nodiscard]] bool begins_line(std::size_t at) const {
        const auto column = column_of(at);
        return column && text_.substr(at - *column, *column).find_first_not_of(" -") == std::string_view::npos;
    }

private:
    std::string_view text_;
    std::string small_letters_;
    Work& work_;
};

}  // namespace caveat::mail::machine
