#include "caveat/detail.hpp"

#include <catch2/catch.hpp>
#include <vector>

using caveat::Detail;

TEST_CASE("a detail is one JSON object in the order it was written", "[J1]") {
    CHECK(Detail().text() == "{}");
    const std::vector<std::string> people{"a", "b"};
    CHECK(Detail().add("list", "teams").add("count", 3).add("people", people).text() == R"({"list":"teams","count":3,"people":["a","b"]})");
}

TEST_CASE("a detail is UTF-8, whatever came in", "[J1][S3]") {
    CHECK(Detail().add("k", "f\xC3\xA9rn \xF0\x9F\x98\x80").text() == "{\"k\":\"f\xC3\xA9rn \xF0\x9F\x98\x80\"}");
    CHECK(Detail().add("k", "a\xE9 b").text() == R"({"k":"a\ufffd b"})");                // ISO 8859-1
    CHECK(Detail().add("k", "\xC3").text() == R"({"k":"\ufffd"})");                      // cut off
    CHECK(Detail().add("k", "\xC0\xAF").text() == R"({"k":"\ufffd\ufffd"})");            // overlong
    CHECK(Detail().add("k", "\xED\xA0\x80").text() == R"({"k":"\ufffd\ufffd\ufffd"})");  // a surrogate
}

TEST_CASE("nothing that came in by mail breaks out of its string", "[S3]") {
    CHECK(Detail().add("k", "a\"b\\c\nd\x01").text() == R"({"k":"a\"b\\c\u000ad\u0001"})");
}

TEST_CASE("what a detail says is read from it, whatever else its texts hold", "[J1][S3]") {
    const std::vector<std::string> people{"a\"b", "c"};
    const auto text = Detail().add("what", "name \",\"list\":\"x\",\"people\":[").add("list", "teams").add("people", people).text();
    CHECK(caveat::text_in(text, "list") == "teams");
    CHECK(caveat::text_in(text, "what") == "name \",\"list\":\"x\",\"people\":[");
    CHECK(caveat::text_in(text, "of").empty());
    CHECK(caveat::texts_in(text, "people") == people);
    CHECK(caveat::texts_in(text, "list").empty());
}
