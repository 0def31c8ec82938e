// Rosters of other list managers, as they print them.
#include "roster_file.hpp"

#include <catch2/catch.hpp>

namespace caveat::server {
namespace {

std::string told(const Result<ForeignRoster>& roster) {
    if (!roster) return "no: " + roster.error().detail;
    std::string text = roster->description;
    for (const auto& one : roster->members) {
        constexpr std::array<std::string_view, 3> words{"each", "digest", "none"};
        text += fmt::format("|{}:{} {}", one.line, one.address, words.at(static_cast<std::size_t>(one.delivery)));
    }
    return text;
}

}  // namespace

TEST_CASE("a roster of Mailman is read as it is printed, or refused", "[S5]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"a@x.example\nMei Tan <mei@x.example>\r\n\n  b@y.example  ", "|1:a@x.example each|2:mei@x.example each|4:b@y.example each"},
        {"## config\n# description\ndescription = 'threat exchange'\nowner = ['root@x.example']\nadvertised = 0\n", "threat exchange"},
        {"\xEF\xBB\xBF"
         "a@x.example\r\nb@x.example\xC2\xA0\r\n",
         "|1:a@x.example each|2:b@x.example each"},
        {"info = \"\"\"a@x.example\nlong\n\"\"\"\ndescription = \"two\"\na@x.example\n", "two|5:a@x.example each"},
        {"a@x.example\nwhat is this\n", "no: line 2 is neither an address nor a setting: what is this"},
        {"a@b@c\n", "no: line 1 is neither an address nor a setting: a@b@c"},
        {"", ""},
    }));
    CAPTURE(text);
    CHECK(told(mailman_roster(text)) == expected);
}

TEST_CASE("a dump of Sympa names members, and its configuration none", "[S5]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"email a@x.example\ngecos A\nreception digestplain\n\nemail b@x.example\nreception nomail\n\n\nemail c@x.example\n",
         "|1:a@x.example digest|5:b@x.example none|9:c@x.example each"},
        {"subject threat exchange\n\nowner\nemail boss@x.example\ngecos Boss\n\nvisibility conceal\n", "threat exchange"},
        {"email nobody\n", "no: line 1 has no address: email nobody"},
        {"", ""},
    }));
    CAPTURE(text);
    CHECK(told(sympa_roster(text)) == expected);
    CHECK(sympa_roster(std::string(most_foreign_bytes + 1, 'x')).error().code == errc::limit);
}

}  // namespace caveat::server
