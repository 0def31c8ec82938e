#include "caveat/mail/signed_fields.hpp"

#include <catch2/catch.hpp>
#include <optional>

using namespace caveat::mail;

TEST_CASE("of several fields with one name the author's server signed the lowest", "[mail][A5]") {
    const std::string raw = "date: two\r\nDate: one\r\nSubject: x\r\n\r\n";
    const auto headers = *read_headers(raw, Limits{});
    CHECK(lowest_value(headers, "Date") == " one");
    CHECK_FALSE(lowest_value(headers, "Cc"));
}

TEST_CASE("whom To and Cc name is the author's as far as a signature of their domain covers it", "[mail][A5]") {
    using Names = std::vector<std::string>;
    struct Row {
        Names signatures;
        std::optional<Names> expected;
    };
    const auto [signatures, expected] = GENERATE(values<Row>({
        {{}, {}},
        {{"d=orchid.example; h=from:to:cc"}, Names{"b@x.example", "d@x.example"}},
        {{"v=1; h=From : To :\r\n\tTo; d=Orchid.Example; b=x"}, Names{"b@x.example", "a@x.example"}},
        {{"d=mail.orchid.example; h=from:cc"}, Names{"d@x.example"}},
        {{"d=orchid.example; h=from:subject:date"}, {}},
        {{"d=beside.orchid.example; h=from:cc"}, Names{"d@x.example"}},
        {{"d=example; h=from:to"}, {}},
        {{"d=stranger.example; h=from:to"}, {}},
        // Whoever adds another signature adds nobody.
        {{"d=orchid.example; h=to:to:cc:cc", "d=orchid.example; h=from:to"}, Names{"b@x.example"}},
        {{"d=orchid.example; h=from:subject:date", "d=orchid.example; h=from:to"}, Names{}},
        {{"d=orchid.example; h=cc", "d=orchid.example; h=from:to"}, Names{}},
        {{"bh=x"}, {}},
    }));
    std::string raw = "To: <a@x.example>\r\nCc: <c@x.example>\r\n";
    for (const auto& signature : signatures) raw += "DKIM-Signature: " + signature + "\r\n";
    raw += "From: <rep@orchid.example>\r\nTo: <b@x.example>\r\nCC: <d@x.example>\r\n\r\n";
    CAPTURE(raw);
    const auto headers = *read_headers(raw, Limits{});
    CHECK(addresses_signed(headers, "rep@orchid.example") == expected);
    CHECK(addresses_signed(headers, "rep@mail.orchid.example") == expected);
    CHECK(addresses_named(headers) == Names{"b@x.example", "a@x.example", "d@x.example", "c@x.example"});
}

TEST_CASE("of each name those of the lowest fields are signed that each signature covers", "[mail][A5]") {
    const std::string raw =
        "DKIM-Signature: d=orchid.example; h=From:To:to:Sender\r\nDKIM-Signature: d=orchid.example; h=to:TO:to:from:Cc\r\n"
        "DKIM-Signature: d=stranger.example; h=cc\r\nFrom: <rep@orchid.example>\r\n\r\n";
    using Counts = std::map<std::string, std::size_t>;
    CHECK(fields_signed(*read_headers(raw, Limits{}), "rep@orchid.example") == Counts{{"from", 1}, {"to", 2}});
    CHECK(fields_signed(*read_headers(raw, Limits{}), "ana@banksia.example").empty());
}

TEST_CASE("what is beyond the limits of signatures and of their names covers nothing, and still says that To is signed", "[mail][A5][S5]") {
    const auto headers_of = [](std::size_t signatures, std::size_t names) {
        std::string raw = "From: <rep@orchid.example>\r\nTo: <a@x.example>\r\n";
        for (std::size_t i = 0; i < signatures; ++i) {
            raw += "DKIM-Signature: d=orchid.example; h=to";
            for (std::size_t n = 1; n < names; ++n) raw += ":f" + std::to_string(n);
            raw += "\r\n";
        }
        return raw + "\r\n";
    };
    const auto [signatures, names, covered] = GENERATE(table<std::size_t, std::size_t, bool>({
        {most_signatures, 3, true},
        {most_signatures + 1, 3, false},
        {1, most_signed_names, true},
        {1, most_signed_names + 1, false},
    }));
    CAPTURE(signatures, names);
    Limits limits;
    limits.header_block = 1 << 20;
    const auto raw = headers_of(signatures, names);
    const auto headers = read_headers(raw, limits);
    REQUIRE(headers);
    const std::string from = "rep@orchid.example";
    CHECK(fields_signed(*headers, from).size() == (covered ? names : 0));
    CHECK(addresses_signed(*headers, from) == (covered ? std::vector<std::string>{"a@x.example"} : std::vector<std::string>{}));
    CHECK(is_signed(*headers, from, "To") == covered);
}

TEST_CASE("a field is signed where every signature of the author's domain covers all of that name, be there none", "[mail][A5]") {
    const auto headers_of = [](const std::string& signatures) {
        return signatures + "TLP: CLEAR\r\nFrom: <rep@orchid.example>\r\nTLP: CLEAR\r\nSubject: x\r\n\r\n";
    };
    const auto is = [&](const std::string& signatures, std::string_view name) {
        const auto raw = headers_of(signatures);
        return is_signed(*read_headers(raw, Limits{}), "rep@orchid.example", name);
    };
    const std::string two = "DKIM-Signature: d=orchid.example; h=From:TLP:tlp:Subject:In-Reply-To; b=x\r\n";
    CHECK(is(two, "TLP"));
    CHECK(is(two, "In-Reply-To"));
    CHECK_FALSE(is(two, "References"));
    CHECK_FALSE(is("DKIM-Signature: d=orchid.example; h=From:TLP:Subject\r\n", "TLP"));
    CHECK_FALSE(is(two + "DKIM-Signature: d=orchid.example; h=From\r\n", "TLP"));
    CHECK(is(two + "DKIM-Signature: d=stranger.example; h=From\r\n", "TLP"));
    CHECK_FALSE(is("", "Subject"));
    const auto text = [&](const std::string& signatures) {
        const auto raw = headers_of(signatures);
        return is_text_signed(*read_headers(raw, Limits{}), "rep@orchid.example");
    };
    CHECK(text(two));
    CHECK_FALSE(text(two + "DKIM-Signature: d=orchid.example; h=From; l=0\r\n"));
    CHECK_FALSE(text(""));
}
