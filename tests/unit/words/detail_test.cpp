#include "caveat/detail.hpp"

#include <catch2/catch.hpp>
#include <vector>

using caveat::Detail;

TEST_CASE("a detail is one JSON object in the order it was written", "[J1]") {
    CHECK(Detail().text() == "{}");
    const std::vector<std::string> people{"a", "b"};
    CHECK(Detail().add("list", "teams").add("count", 3).add("people", people).text() == R"({"list":"teams","count":3,"people":["a","b"]})");
}

TEST_CASE("nothing that came in by mail breaks out of its string", "[S3]") {
    CHECK(Detail().add("k", "a\"b\\c\nd\x01").text() == R"({"k":"a\"b\\c\u000ad\u0001"})");
}
