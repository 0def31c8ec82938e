#include "caveat/mail/signed_fields.hpp"

#include <catch2/catch.hpp>

using namespace caveat::mail;

TEST_CASE("of several fields with one name the author's server signed the lowest", "[mail][A5]") {
    const std::string raw = "date: two\r\nDate: one\r\nSubject: x\r\n\r\n";
    const auto headers = *read_headers(raw, Limits{});
    CHECK(lowest_value(headers, "Date") == " one");
    CHECK_FALSE(lowest_value(headers, "Cc"));
}

TEST_CASE("whom To and Cc name is the author's as far as a signature of their domain covers it", "[mail][A5]") {
    using Names = std::vector<std::string>;
    const auto [signatures, expected] = GENERATE(table<Names, Names>({
        {{}, {"b@x.example", "a@x.example", "d@x.example", "c@x.example"}},
        {{"d=orchid.example; h=from:to:cc"}, {"b@x.example", "d@x.example"}},
        {{"v=1; h=From : To :\r\n\tTo; d=Orchid.Example; b=x"}, {"b@x.example", "a@x.example"}},
        {{"d=mail.orchid.example; h=from:cc"}, {"d@x.example"}},
        {{"d=orchid.example; h=from:subject:date"}, {"b@x.example", "a@x.example", "d@x.example", "c@x.example"}},
        {{"d=example; h=from:to"}, {"b@x.example", "a@x.example", "d@x.example", "c@x.example"}},
        {{"d=stranger.example; h=from:to"}, {"b@x.example", "a@x.example", "d@x.example", "c@x.example"}},
        // Whoever adds another signature adds nobody.
        {{"d=orchid.example; h=to:to:cc:cc", "d=orchid.example; h=from:to"}, {"b@x.example"}},
        {{"bh=x"}, {"b@x.example", "a@x.example", "d@x.example", "c@x.example"}},
    }));
    std::string raw = "To: <a@x.example>\r\nCc: <c@x.example>\r\n";
    for (const auto& signature : signatures) raw += "DKIM-Signature: " + signature + "\r\n";
    raw += "From: <rep@orchid.example>\r\nTo: <b@x.example>\r\nCC: <d@x.example>\r\n\r\n";
    CAPTURE(raw);
    const auto headers = *read_headers(raw, Limits{});
    CHECK(addresses_signed(headers, "rep@orchid.example") == expected);
    CHECK(addresses_named(headers) == Names{"b@x.example", "a@x.example", "d@x.example", "c@x.example"});
}
