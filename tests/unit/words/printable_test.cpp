// What a terminal, a mail program or a browser would obey or hide is shown instead.
#include "caveat/printable.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

TEST_CASE("text is shown, not obeyed", "[S3]") {
    struct Line {
        std::string_view text, shown;
    };
    const auto line = GENERATE(values<Line>({
        {"", ""},
        {"plain ~", "plain ~"},
        {"caf\xc3\xa9 \xe4\xba\xac \xf0\x9f\x9a\x80", "caf\xc3\xa9 \xe4\xba\xac \xf0\x9f\x9a\x80"},
        {"\x1b[2Jgone", "\\x1b[2Jgone"},
        {"a\r\nb\tc\x7f", "a\\x0d\\x0ab\\x09c\\x7f"},
        {std::string_view("a\0b", 3), "a\\x00b"},
        {"\xc2\x9b"
         "31m",
         "\\u{9b}31m"},                           // CSI as one character
        {"\xc2\x85\xc2\xa0", "\\u{85}\xc2\xa0"},  // NEL; a blank that does not break is one
        {"a\xe2\x80\xae"
         "fdp.exe",
         "a\\u{202e}fdp.exe"},                                               // right to left from here
        {"\xe2\x81\xa6x\xe2\x81\xa9", "\\u{2066}x\\u{2069}"},                // an isolate
        {"\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", "\\u{61c}\\u{200e}\\u{200f}"},  // marks of direction
        {"a\xe2\x80\x8b"
         "b\xef\xbb\xbf",
         "a\\u{200b}b\\u{feff}"},  // zero widths
        {"a\xe2\x80\xa8"
         "b",
         "a\\u{2028}b"},                                               // a line separator
        {"\xc2\xad\xef\xbf\xb9", "\\u{ad}\\u{fff9}"},                  // soft hyphen, annotation
        {"\xf3\xa0\x80\x81\xf3\xa0\x81\x81", "\\u{e0001}\\u{e0041}"},  // tags
        {"a\xe2\x80\x8d"
         "b",
         "a\\u{200d}b"},  // a joiner that joins nothing
        {"\xe0\xb7\x81\xe0\xb7\x8a\xe2\x80\x8d\xe0\xb6\xbb", "\xe0\xb7\x81\xe0\xb7\x8a\xe2\x80\x8d\xe0\xb6\xbb"},  // Sinhala
        {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae", "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"},                          // Persian
        {"\xd9\x85\xe2\x80\x8c", "\xd9\x85\\u{200c}"},
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},  // one picture of two
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc0\xaf", "\\xc0\\xaf"},           // longer than needed
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // a surrogate
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xe2\x80", "\\xe2\\x80"},  // cut off
    }));
    CAPTURE(line.text);
    CHECK(printable(line.text) == line.shown);
}

TEST_CASE("line breaks and tabs stay where there are lines", "[S3]") {
    CHECK(printable_lines("a\n\tb\r\n") == "a\n\tb\\x0d\n");
    CHECK(printable_lines("\xe2\x80\xae\n\x1b") == "\\u{202e}\n\\x1b");
}

TEST_CASE("JSON stays the same value and is plain to look at", "[S3]") {
    CHECK(printable_json("{\"a\":\"x\xe2\x80\xae\"}") == "{\"a\":\"x\\u202e\"}");
    CHECK(printable_json("\"\xc2\x9b\x7f\"") == "\"\\u009b\\u007f\"");
    CHECK(printable_json("\"\xf3\xa0\x81\x81\"") == "\"\\udb40\\udc41\"");
    CHECK(printable_toml("x\x1b\xe2\x80\xae\xf3\xa0\x81\x81\n") == "x\\u001B\\u202E\\U000E0041\n");
    CHECK(printable_json("{\n  \"a\": \"caf\xc3\xa9\"\n}\n") == "{\n  \"a\": \"caf\xc3\xa9\"\n}\n");
}

}  // namespace caveat::test
