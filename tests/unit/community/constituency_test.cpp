// Whose an address, a domain or an autonomous system is (item 59).
#include "caveat/community/constituency.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {
namespace {

using community::sought;

std::string range_that_holds(const char* what, const char* ranges) {
    const auto found = community::held_by(sought(what).value(), ranges);
    return found ? found->range : "-";
}

}  // namespace

TEST_CASE("the narrowest of a team's ranges holds what is asked about, and words between them mean nothing", "[item 59]") {
    constexpr auto ranges = "192.0.2.0/24, 192.0.2.128/25; 2001:db8::/32 and example.au (with *.gov.example.au) AS64500";
    const auto [what, range] = GENERATE(table<const char*, const char*>({
        {"192.0.2.7", "192.0.2.0/24"},
        {"192.0.2.200", "192.0.2.128/25"},
        {"192.0.2.128/26", "192.0.2.128/25"},
        {"192.0.2.0/23", "-"},
        {"192.0.3.7", "-"},
        {"::ffff:192.0.2.7", "192.0.2.0/24"},
        {"2001:DB8:1::7", "2001:db8::/32"},
        {"2001:db9::7", "-"},
        {"example.au", "example.au"},
        {"WWW.Example.AU.", "example.au"},
        {"soc@mail.example.au", "example.au"},
        {"https://user@www.example.au:8443/x?y@z", "example.au"},
        {"http://[2001:db8::7]:80/", "2001:db8::/32"},
        {"otherexample.au", "-"},
        {"example.au.evil.example", "-"},
        {"as64500", "AS64500"},
        {"AS6450", "-"},
        {"AU", "-"},
    }));
    CAPTURE(what);
    CHECK(range_that_holds(what, ranges) == range);
    CHECK(range_that_holds("x.gov.example.au", "example.au *.gov.example.au") == "*.gov.example.au");
    CHECK(range_that_holds("192.0.2.7", "0.0.0.0/0") == "0.0.0.0/0");
    CHECK(range_that_holds("192.0.2.7", "::/0 192.0.2.0/33 192.0.2 192.0.2.0/x") == "::/0");
}

TEST_CASE("what is asked about names its economy by two letters, or by the end of its domain", "[item 59]") {
    CHECK(community::economy_of(sought("au").value()) == "AU");
    CHECK(community::economy_of(sought(" www.example.nz ").value()) == "NZ");
    CHECK(community::economy_of(sought("www.example.com").value()).empty());
    CHECK(community::economy_of(sought("192.0.2.7").value()).empty());
    CHECK(community::economy_of(sought("AS64500").value()).empty());
    CHECK(community::economy_of(sought("AS").value()) == "AS");  // American Samoa
}

TEST_CASE("what is none of them is refused with what to write", "[item 59]") {
    const auto text =
        GENERATE(as<std::string>{}, "", " ", "australia", "192.0.2", "a..b", "192.0.2.7/33", "x y.au", std::string(300, 'a') + ".au");
    CAPTURE(text);
    const auto none = sought(text);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == errc::invalid);
    CHECK(none.error().detail.find("write 192.0.2.7, host.example.au, AS64500 or AU") != std::string::npos);
}

}  // namespace caveat::test
