#include "caveat/facts/json.hpp"

#include <catch2/catch.hpp>

using namespace caveat;
using facts::read_json;

namespace {

std::string with_keys(std::size_t count) {
    std::string text = "{\"k0\":0";
    for (std::size_t i = 1; i < count; ++i) text += fmt::format(",\"k{}\":{}", i, i);
    return text + "}";
}

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

std::string fault(const std::string& text) {
    const auto read = read_json(text);
    return read ? "" : read.error().detail;
}

}  // namespace

TEST_CASE("an object that others send has so many keys and no more", "[H4][S5]") {
    CHECK(read_json(with_keys(facts::most_keys))->size() == facts::most_keys);
    CHECK(fault(with_keys(facts::most_keys + 1)) == "an object of the body has more than 100 keys");
    CHECK(fault("{\"a\":[{},{\"b\":" + with_keys(facts::most_keys + 1) + "}]}") == "an object of the body has more than 100 keys");
    std::string many = "[" + with_keys(2);
    for (int i = 0; i < 1000; ++i) many += "," + with_keys(2);  // of one object
    CHECK(read_json(many + "]")->size() == 1001);
}

TEST_CASE("a key that stands twice is refused, whatever the spelling, and the same in another object is not", "[H2]") {
    CHECK(fault(R"({"person":"a","person":"b"})") == "an object of the body has the key 'person' twice");
    CHECK(fault(R"({"x":{"person":1,"\u0070erson":2}})") == "an object of the body has the key 'person' twice");
    CHECK(fault("{\"\xE2\x80\xAE\":1,\"\xE2\x80\xAE\":2}") == "an object of the body has the key '\\u{202e}' twice");
    CHECK(read_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}],"A":3})"));
}

TEST_CASE("what is nested too deeply, or no JSON text, is refused", "[H4]") {
    CHECK(read_json(nested(facts::deepest_json)));
    CHECK(fault(nested(facts::deepest_json + 1)) == "the body is nested too deeply");
    CHECK(fault(std::string(100'000, '[')) == "the body is nested too deeply");
    for (const auto* text : {"", "{", "nul", "{\"a\":1,}", "{\"a\":\"\xff\xfe\"}", "{} {}", "1e999"}) {
        CAPTURE(text);
        CHECK(fault(text) == "the body is not JSON text (RFC 8259) in UTF-8");
    }
}
