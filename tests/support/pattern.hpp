#pragma once
// A POSIX extended regular expression (regex(7)): <regex> takes seconds to compile in each file that has one.
#include <regex.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace caveat::test {

class Pattern {
public:
    explicit Pattern(const char* text) { REQUIRE(::regcomp(&compiled_, text, REG_EXTENDED) == 0); }
    ~Pattern() { ::regfree(&compiled_); }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    // The first match from `at` on: its text and its groups, an empty text for one that is not in it. Nothing: none. `at`: then behind it.
    [[nodiscard]] std::vector<std::string> next(const std::string& text, std::size_t& at) const {
        std::vector<::regmatch_t> found(compiled_.re_nsub + 1);
        if (::regexec(&compiled_, text.c_str() + at, found.size(), found.data(), at == 0 ? 0 : REG_NOTBOL) != 0) return {};
        std::vector<std::string> groups;
        for (const auto& one : found) groups.push_back(one.rm_so < 0 ? "" : text.substr(at + from(one), from_to(one)));
        at += from(found.front()) + from_to(found.front());
        return groups;
    }
    [[nodiscard]] std::string replaced(const std::string& text, const std::string& with) const {
        std::string out;
        std::size_t begin = 0, at = 0;
        for (auto groups = next(text, at); !groups.empty(); begin = at, groups = next(text, at))
            out += text.substr(begin, at - groups.front().size() - begin) + with;
        return out + text.substr(begin);
    }

private:
    static std::size_t from(const ::regmatch_t& one) { return static_cast<std::size_t>(one.rm_so); }
    static std::size_t from_to(const ::regmatch_t& one) { return static_cast<std::size_t>(one.rm_eo - one.rm_so); }
    ::regex_t compiled_{};
};

}  // namespace caveat::test
