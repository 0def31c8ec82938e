// Targets and forms as strangers write them.
#include "exchange.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

using http::FormFields;
using Segments = std::vector<std::string>;

TEST_CASE("a target becomes segments and fields, decoded once") {
    struct Case {
        const char* target;
        Segments segments;
        FormFields query;
    };
    const auto c = GENERATE(values<Case>({
        {"/", {}, {}},
        {"/v1/teams", {"v1", "teams"}, {}},
        {"/v1/teams/", {"v1", "teams", ""}, {}},
        {"//v1", {"", "v1"}, {}},
        {"/v1/%74eams", {"v1", "teams"}, {}},
        {"/v1/a%2Fb", {"v1", "a/b"}, {}},
        {"/v1/a+b", {"v1", "a+b"}, {}},
        {"/v1/%2574", {"v1", "%74"}, {}},
        {"/..%2f..", {"../.."}, {}},
        {"/x?", {"x"}, {}},
        {"/x?a=1&b=&c&&a=2", {"x"}, {{"a", "1"}, {"b", ""}, {"c", ""}, {"a", "2"}}},
        {"/x?a=b=c&q=a+b%2Bc", {"x"}, {{"a", "b=c"}, {"q", "a b+c"}}},
        {"/x?a=1?b=2", {"x"}, {{"a", "1?b=2"}}},
        {"/x?%61=%F0%9F%A6%98", {"x"}, {{"a", "\xF0\x9F\xA6\x98"}}},
    }));
    CAPTURE(c.target);
    const auto parsed = http::parse_target(c.target);
    REQUIRE(parsed);
    CHECK(parsed->segments == c.segments);
    CHECK(parsed->query == c.query);
}

TEST_CASE("what is not a target is refused", "[H4]") {
    for (const auto* wrong : {"", "v1", "http://elsewhere/", "*", "/%", "/%2", "/%zz", "/%0", "/x%00", "/x?a=%00", "/x?%0g=1", "?a=1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(http::parse_target(wrong));
    }
    CHECK(http::parse_target("/" + std::string(4095, 'a')));
    CHECK_FALSE(http::parse_target("/" + std::string(4096, 'a')));
    CHECK_FALSE(http::parse_target(std::string("/a\0b", 4)));
}

TEST_CASE("a form has at most sixty-four fields", "[H4]") {
    std::string form = "a=1";
    for (int i = 0; i < 63; ++i) form += "&a=1";
    REQUIRE(http::parse_form(form));
    CHECK(http::parse_form(form)->size() == 64);
    CHECK_FALSE(http::parse_form(form + "&a=1"));
    CHECK(http::parse_form("")->empty());
    CHECK(http::parse_form(std::string(5000, '&'))->empty());
}

TEST_CASE("what was encoded comes back") {
    std::string all;
    for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
    CHECK(http::parse_target("/" + http::percent_encode(all))->segments == Segments{all});
    CHECK(http::parse_form("k=" + http::percent_encode(all)) == FormFields{{"k", all}});
    CHECK(http::percent_encode("a-b._~ /") == "a-b._~%20%2F");
}

TEST_CASE("a cookie is found by its whole name, and the first one counts") {
    http::Request request;
    request.headers["cookie"] = "xcaveat=1; caveat=two;caveat=3; caveat2=4; odd";
    CHECK(request.cookie("caveat") == "two");
    CHECK(request.cookie("xcaveat") == "1");
    CHECK(request.cookie("caveat2") == "4");
    CHECK_FALSE(request.cookie("odd"));
    CHECK_FALSE(request.cookie("cave"));
    request.headers.clear();
    CHECK_FALSE(request.cookie("caveat"));
}

TEST_CASE("tags are found in lists, weak ones where the comparison is weak", "[H2]") {
    struct Case {
        const char* field;
        bool strong, weak;
    };
    const auto c = GENERATE(values<Case>({
        {"\"t\"", true, true},
        {"*", true, true},
        {" * ", true, true},
        {"\"a\", \"t\"", true, true},
        {"\"a\",\"t\",\"b\"", true, true},
        {"\"t\" , \"b\"", true, true},
        {", ,\"t\",,", true, true},
        {"\"a\",\t\"t\"", true, true},
        {"W/\"t\"", false, true},
        {"W/\"a\", W/\"t\"", false, true},
        {"W/\"t\", \"t\"", true, true},
        {"\"a,b\", \"t\"", true, true},
        {"w/\"t\"", false, false},
        {"W/ \"t\"", false, false},
        {"", false, false},
        {"t", false, false},
        {"\"t", false, false},
        {"\"T\"", false, false},
        {"\"tt\"", false, false},
        {"\"a, \"t\"", false, false},
        {"\"a,t\"", false, false},
        {"*, \"a\"", false, false},
    }));
    CAPTURE(c.field);
    CHECK(http::lists_tag(c.field, "\"t\"", http::Comparison::strong) == c.strong);
    CHECK(http::lists_tag(c.field, "\"t\"", http::Comparison::weak) == c.weak);
}

TEST_CASE("schemes and media types are words in any case", "[H2]") {
    for (const auto* field : {"Bearer s3", "bearer s3", "BEARER s3", "bEaReR  s3", "Bearer s3 "}) {
        CAPTURE(field);
        CHECK(http::credentials(field, "Bearer") == "s3");
    }
    for (const auto* field : {"", "Bearer", "bearer ", "Bearers3", "Basic s3", "s3", "Bearer: s3", " Bearer s3"}) {
        CAPTURE(field);
        CHECK(http::credentials(field, "Bearer").empty());
    }
    http::Request request;
    for (const auto* field : {"application/x-ndjson", "Application/X-NDJSON", "text/html, APPLICATION/x-ndjson ; q=0.9"}) {
        CAPTURE(field);
        request.headers["accept"] = field;
        CHECK(http::accepts(request, "application/x-ndjson"));
    }
    request.headers["accept"] = "application/x-ndjson2, application/*, */*";
    CHECK_FALSE(http::accepts(request, "application/x-ndjson"));
    CHECK(http::media_type("Application/JSON \t; charset=UTF-8") == "Application/JSON");
}

}  // namespace caveat::test
