#include <catch2/catch.hpp>
#include <chrono>

#include "caveat/mail/message.hpp"

using namespace caveat::mail;

TEST_CASE("address lists are read in the forms mail has them", "[mail][M7]") {
    using List = std::vector<Mailbox>;
    auto [value, expected] = GENERATE(table<std::string, List>({
        {"a@B.Example", List{{"", "a@b.example"}}},
        {"Mei Lin <Mei.Lin@Orchid.Example>", List{{"Mei Lin", "Mei.Lin@orchid.example"}}},
        {"\"Lin, Mei\" <a@b.example>, c@d.example", List{{"Lin, Mei", "a@b.example"}, {"", "c@d.example"}}},
        {"\"quoted \\\" name\" <a@b.example>", List{{"quoted \" name", "a@b.example"}}},
        {"=?utf-8?Q?M=C3=A9i?= <a@b.example>", List{{"Méi", "a@b.example"}}},
        {"a@b.example (Mei (the) Lin)", List{{"Mei (the) Lin", "a@b.example"}}},
        {"Group: a@b.example, C <c@d.example>;, e@f.example", List{{"", "a@b.example"}, {"C", "c@d.example"}, {"", "e@f.example"}}},
        {"undisclosed-recipients:;", List{}},
        {"<@relay.example,@two.example:a@b.example>", List{{"", "a@b.example"}}},
        {"\"john doe\"@b.example", List{{"", "\"john doe\"@b.example"}}},
        {"<\"x>y\"@b.example>", List{{"", "\"x>y\"@b.example"}}},
        {"a@[192.0.2.1]", List{{"", "a@[192.0.2.1]"}}},
        {"林 <林@蘭.example>", List{{"林", "林@蘭.example"}}},
        {"\"boss@orchid.example\" <evil@x.example>", List{{"boss@orchid.example", "evil@x.example"}}},
        {"\"boss@orchid.example\"", List{{"boss@orchid.example", ""}}},
        {"Mei Lin", List{{"Mei Lin", ""}}},
        {",,  ,", List{}},
        {"", List{}},
        {"a @ b.example", List{{"", "a@b.example"}}},
    }));
    CAPTURE(value);
    const auto found = read_mailboxes(value);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].name == expected[i].name);
        CHECK(found[i].address == expected[i].address);
    }
}

TEST_CASE("hostile address lists cost linear time and end", "[mail][S5]") {
    const std::string unit = GENERATE(values<std::string>({"(", "\"", "<", "[", "\\", "(\\", "a<b", ",", ":", ";", "((a)", "<@a,"}));
    std::string text;
    while (text.size() < 512 * 1024) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    (void)read_mailboxes(text);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("an address is told from what is none", "[mail]") {
    auto [text, expected] = GENERATE(table<std::string, bool>({
        {"a@b.example", true},
        {"A.b+c=d@x-y.example", true},
        {"\"a b\"@b.example", true},
        {"a@[192.0.2.1]", true},
        {"a@[IPv6:2001:db8::1]", true},
        {"林@蘭.example", true},
        {"a@localhost", true},
        {"", false},
        {"a", false},
        {"@b.example", false},
        {"a@", false},
        {"a b@c.example", false},
        {"a@b@c.example", false},
        {".a@b.example", false},
        {"a..b@c.example", false},
        {"a@b..c", false},
        {"a@-b.example", false},
        {"a@b-.example", false},
        {"a@b.example\r\nRCPT TO:<x>", false},
        {"a>@b.example", false},
        {"a@b.example ", false},
        {"a\xFF@b.example", false},
        {std::string(65, 'a') + "@b.example", false},
        {std::string(64, 'a') + "@b.example", true},
        {"a@" + std::string(64, 'b') + ".example", false},
        {"\"a\"b\"@c.example", false},
        {"\"a\\\"@c.example", false},
        {"a@[x]", false},
    }));
    CAPTURE(text);
    CHECK(is_address(text) == expected);
}

TEST_CASE("message ids come without brackets and without blanks", "[mail]") {
    CHECK(read_message_ids("<a@b> (comment) <c@\r\n d>\t<>, <e") == std::vector<std::string>{"a@b", "c@d"});
    CHECK(read_message_ids("<<a@b>>") == std::vector<std::string>{"a@b"});
    CHECK(read_message_ids("none").empty());
}

// Case 10 and its relatives: a reply whose parent is not found is labelled too low (L4).
TEST_CASE("message ids are found in whatever form they come", "[mail][L4]") {
    using Ids = std::vector<std::string>;
    auto [value, expected] = GENERATE(table<std::string, Ids>({
        {"parent@orchid.example", Ids{"parent@orchid.example"}},
        {"a@b c@d,e@f", Ids{"a@b", "c@d", "e@f"}},
        {"=?utf-8?q?=3Cparent=40orchid=2Eexample=3E?=", Ids{"parent@orchid.example"}},
        {"=?utf-8?q?=3Ca=40b=3E?= =?utf-8?b?PGNAZD4=?=", Ids{"a@b", "c@d"}},
        {"<p7@orchid.example", Ids{"p7@orchid.example"}},
        {"p7@orchid.example>", Ids{"p7@orchid.example"}},
        {"<a@b <c@d>", Ids{"a@b", "c@d"}},
        {"<a@b> c@d <e", Ids{"a@b", "c@d"}},
        {"Your message of \"Mon, 2 Mar 2026 09:15:00 +0000\" <a@b>", Ids{"a@b"}},
        {"\"a@b\"", Ids{"a@b"}},
        {"<no-host>", Ids{"no-host"}},
        {"<=?x=?y@d>", Ids{"=?x=?y@d"}},  // "=" and "?" may stand in an id
        {"@ a@ @b", Ids{}},
    }));
    CAPTURE(value);
    CHECK(read_message_ids(value) == expected);
}

TEST_CASE("addresses are compared without regard to case", "[mail]") {
    CHECK(normalise_address(" Mei.Lin@Orchid.EXAMPLE") == "mei.lin@orchid.example");
}

TEST_CASE("a comma in a name without quotes is told from two authors", "[mail][S3]") {
    auto [value, expected] = GENERATE(table<std::string, bool>({
        {"Tan, Mei <rep@orchid.example>", true},
        {"Tan, Mei, Dr. <rep@orchid.example>", true},
        {"Orchid CERT, Singapore <rep@orchid.example>", true},
        {"Tan,Mei<rep@orchid.example>", true},
        {" Tan,\r\n Mei <rep@orchid.example>", true},
        {"rep@orchid.example, Orchid CERT", true},
        {"\"Tan, Mei\" <rep@orchid.example>", false},
        {"Mei Tan <rep@orchid.example> (Orchid, Singapore)", false},
        {"Mei Tan <rep@orchid.example>, Ana <ana@banksia.example>", false},
        {"Mei Tan <rep@orchid.example>,", false},
        {"rep@orchid.example", false},
        {"Tan, Mei", false},
        {"", false},
    }));
    CAPTURE(value);
    CHECK(has_bare_comma(value) == expected);
}
