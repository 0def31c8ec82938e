#include <catch2/catch.hpp>

#include "caveat/mail/message.hpp"

using namespace caveat;
using namespace caveat::mail;

TEST_CASE("a header block is cut into fields without changing a byte", "[mail]") {
    const std::string raw = "From: a@b.example\r\nSubject: one\r\n two\r\nX-Odd :\tx\r\n\r\nbody\r\n";
    const auto block = read_headers(raw, Limits{});
    REQUIRE(block);
    REQUIRE(block->fields.size() == 3);
    CHECK(block->fields[1].name == "Subject");
    CHECK(block->fields[1].value == " one\r\n two");
    CHECK(block->fields[1].raw == "Subject: one\r\n two\r\n");
    CHECK(block->fields[2].name == "X-Odd");
    CHECK(raw.substr(block->body_at) == "body\r\n");
    std::string joined;
    for (const auto& field : block->fields) joined += field.raw;
    CHECK(joined == raw.substr(0, block->body_at - 2));
    CHECK(block->find("sUBJECT") == &block->fields[1]);
    CHECK(block->find("Date") == nullptr);
}

TEST_CASE("a header that two readers would understand differently is refused", "[mail][S3]") {
    const std::string raw = GENERATE(values<std::string>({
        "From: a@b.example\r\nFrom: c@d.example\r\n\r\n",
        "Subject: a\r\nsUBJECT: b\r\n\r\n",
        "Message-ID: <a>\r\nMessage-Id: <b>\r\n\r\n",
        "From : a@b.example\r\nX: y\r\nfrom: a@b.example\r\n\r\n",
        "From: a@b.example\r\nno colon here\r\n\r\n",
        "From: a\rBcc: b\r\n\r\n",
        "From: a\nBcc: b\r\n\r\n",
        "From: a\r\nX: b\n\r\nbody",
        std::string("From: a\0b\r\n\r\n", 13),
        " folded: from the start\r\n\r\n",
        ": no name\r\n\r\n",
        "From a@b Mon Mar 2 09:15\r\nFrom: x\r\n\r\n",
    }));
    CAPTURE(raw);
    const auto block = read_headers(raw, Limits{});
    REQUIRE_FALSE(block);
    CHECK(block.error().code == errc::invalid);
}

TEST_CASE("what RFC 5322 section 4 has readers take may stand twice", "[mail][S3]") {
    const std::string raw = GENERATE(values<std::string>({
        "To: a\r\nTo: b\r\n\r\n",
        "Date: a\r\nDate: b\r\n\r\n",
        "Sender: a\r\nSender : b\r\n\r\n",
        "Reply-To: a\r\nReply-To: b\r\n\r\n",
        "Cc: a\r\nCc: b\r\n\r\n",
        "cc: a\r\nFrom: x@y.example\r\nCC: b\r\nCc:\r\n\r\n",
    }));
    CAPTURE(raw);
    CHECK(read_headers(raw, Limits{}));
}

TEST_CASE("a file with LF line ends throughout is read like one with CRLF", "[mail]") {
    const auto block = read_headers("From: a@b.example\nSubject: one\n two\n\nbody\n", Limits{});
    REQUIRE(block);
    CHECK(block->fields.size() == 2);
    CHECK(unfold(block->fields[1].value) == "one two");
}

TEST_CASE("a header may be empty or all there is", "[mail][S5]") {
    auto [raw, fields, body_at] = GENERATE(table<std::string, std::size_t, std::size_t>(
        {{"", 0, 0}, {"\r\nbody", 0, 2}, {"A: b\r\n\r\n", 1, 8}, {"A: b\r\n", 1, 6}, {"A: b", 1, 4}, {"A:\r\n\r\n", 1, 6}}));
    CAPTURE(raw);
    const auto block = read_headers(raw, Limits{});
    REQUIRE(block);
    CHECK(block->fields.size() == fields);
    CHECK(block->body_at == body_at);
}

TEST_CASE("each limit of the header has its own refusal that names the number", "[mail][S2]") {
    Limits limits;
    limits.message = 100;
    limits.headers = 2;
    limits.header_block = 60;
    auto [raw, number] = GENERATE(table<std::string, std::string>({
        {"A: b\r\n\r\n" + std::string(100, 'x'), "100"},
        {"A: b\r\nB: c\r\nC: d\r\n\r\n", "2"},
        {"A: " + std::string(70, 'x') + "\r\n\r\n", "60"},
    }));
    const auto block = read_headers(raw, limits);
    REQUIRE_FALSE(block);
    CHECK(block.error().code == errc::limit);
    CHECK(block.error().detail.find(number) != std::string::npos);
    CHECK(read_headers("A: b\r\nB: c\r\n\r\nx", limits));
}

TEST_CASE("unfolding takes the line breaks and the outer blanks", "[mail]") {
    auto [value, expected] = GENERATE(table<std::string, std::string>(
        {{" a\r\n b ", "a b"}, {" a\r\n\tb", "a b"}, {"a\tb", "a\tb"}, {"\r\n a", "a"}, {"a\rb", "ab"}, {"", ""}, {" \r\n ", ""}}));
    CAPTURE(value);
    CHECK(unfold(value) == expected);
}

TEST_CASE("a Date is read as RFC 5322 has it", "[mail]") {
    const auto [field, read] = GENERATE(table<const char*, const char*>({
        {"Sun, 22 Nov 2026 12:00:00 +0000", "2026-11-22T12:00:00Z"},
        {"22 Nov 2026 14:30 +0230", "2026-11-22T12:00:00Z"},
        {"Sun, 22 Nov 2026 07:00:00 -0500 (EST)", "2026-11-22T12:00:00Z"},
        {"Sun, 22 Nov 2026 07:00:00 EST", "2026-11-22T12:00:00Z"},
        {"22 November 26 12:00:00 GMT", "2026-11-22T12:00:00Z"},
        {"1 Jan 99 00:00:00 Z", "1999-01-01T00:00:00Z"},
        {"1 Jan 103 00:00:00 Z", "2003-01-01T00:00:00Z"},
        {"Sun, 22 Nov 2026 12:00:00 XYZ", "2026-11-22T12:00:00Z"},
        {"29 Feb 2023 12:00:00 +0000", ""},
        {"22 Nov 2026 24:00:00 +0000", ""},
        {"22 Nov 2026 12 +0000", ""},
        {"22 Nox 2026 12:00:00 +0000", ""},
        {"22 Nov 2026 12:00:00 +9", ""},
        {"yesterday", ""},
        {"", ""},
    }));
    CAPTURE(field);
    const auto at = date_from(field);
    CHECK((at ? to_string(*at) : "") == read);
}
