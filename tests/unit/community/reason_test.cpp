#include "caveat/community/reason.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

using namespace caveat::community;

namespace {

std::vector<Code> all_codes() {
    std::vector<Code> all;
    for (int i = 1; i <= static_cast<int>(Code::last); ++i) all.push_back(static_cast<Code>(i));
    return all;
}

}  // namespace

TEST_CASE("codes are stable and distinct, and read back", "[A8]") {
    std::set<std::string_view> seen;
    for (const auto code : all_codes()) {
        CAPTURE(name(code));
        CHECK_FALSE(name(code).empty());
        CHECK(seen.insert(name(code)).second);
        CHECK(code_from(name(code)) == code);
    }
    CHECK(name(Code::granted) == "granted");
    CHECK(name(Code::list_not_encrypting) == "list_not_encrypting");
    CHECK(name(Code::label_held) == "label_held");
    CHECK(name(Code::relay_unreachable) == "relay_unreachable");
    CHECK_FALSE(code_from(""));
    CHECK_FALSE(code_from("label_held: the label"));
}

TEST_CASE("every code is explained where rule books are") {
    std::ifstream file(SOURCE_DIR "/policies/README.md");
    std::stringstream text;
    text << file.rdbuf();
    const auto codes = text.str().substr(text.str().find("## Codes"));
    for (const auto code : all_codes()) {
        CAPTURE(name(code));
        CHECK(codes.find('`' + std::string(name(code)) + '`') != std::string::npos);
    }
}

TEST_CASE("a reason is shown as code and words") {
    CHECK(line({Code::above_ceiling, "AMBER is above GREEN"}) == "above_ceiling: AMBER is above GREEN");
    CHECK(line({Code::none, "as it was"}) == "as it was");
    CHECK(lines({{Code::loop, "a"}, {Code::none, "b"}}) == std::vector<std::string>{"loop: a", "b"});
    CHECK(Reason{}.empty());
    CHECK_FALSE(Reason{Code::none, "b"}.empty());
}

TEST_CASE("a code that this program does not know is shown as its text") {
    CHECK(reason_from("above_ceiling", "words") == Reason{Code::above_ceiling, "words"});
    CHECK(reason_from("", "words") == Reason{Code::none, "words"});
    CHECK(reason_from("", "") == Reason{});
    CHECK(line(reason_from("of_tomorrow", "a: b")) == "of_tomorrow: a: b");
}

TEST_CASE("an author is told of what stands between a copy and its reader, by kind", "[L5][D6]") {
    CHECK(shortfall(Code::above_ceiling) == Shortfall::ceiling);
    for (const auto code : {Code::no_key, Code::no_sealing, Code::transport}) CHECK(shortfall(code) == Shortfall::unsafe);
    for (const auto code :
         {Code::refused_by_relay, Code::relay_refuses, Code::address_not_taken, Code::message_not_taken, Code::given_up, Code::unreadable})
        CHECK(shortfall(code) == Shortfall::unreached);
    for (const auto code : {Code::denied, Code::not_on_roster, Code::removed, Code::none}) CHECK(shortfall(code) == Shortfall::none);
}
