#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>

#include "caveat/mail/as_meant.hpp"
#include "caveat/mail/copy.hpp"
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
        {"<evil@x.example:rep@orchid.example>", List{{"", "evil@x.example:rep@orchid.example"}}},
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
    while (text.size() < 256 * 1024) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    (void)read_mailboxes(text);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("fields that name ids and addresses cost linear time whatever stands in them", "[mail][S5]") {
    const std::string unit =
        GENERATE(values<std::string>({"@", "<a", "<", "a>", "<a@b", "a@", "\"@", "a\"@", "\"", ",", "(", "a", "a ", "=?"}));
    CAPTURE(unit);
    const auto spent = [&unit](std::size_t size) {
        std::string text;
        while (text.size() < size) text += unit;
        const auto begin = std::clock();
        (void)read_message_ids(text);
        (void)house_names("X-Of: " + text + "\r\n\r\n", "lists.arc.example");
        return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    const double small = spent(20000), large = spent(200000);
    CHECK(large < 0.2 + 50 * small);  // ten times the text; the busiest machine does not make that a hundred
}

TEST_CASE("the spellings of one address are one, and of others none", "[mail][A6]") {
    using Texts = std::vector<std::string>;
    const Texts one = GENERATE(values<Texts>({
        {"px@bücher.example", "px@xn--bcher-kva.example", "px@XN--BCHER-KVA.Example", "px@BÜCHER.example", "PX@Bu\u0308cher.EXAMPLE",
         "\"px\"@bücher.example"},
        {"rep@orchid.example", "Rep@Orchid.Example", "\"rep\"@orchid.example", "\"r\\ep\"@ORCHID.example", " rep@orchid.example\r\n"},
        {"jörg@x.example", "JÖRG@x.example", "jo\u0308rg@X.example", "\"JO\u0308RG\"@x.example"},
        {"\"a b\"@x.example", "\"A\\ b\"@x.example"},
        {"\"a\\\"b\"@x.example", "\"A\\\"b\"@X.example"},
        {"ΣΑΣ@x.example", "σας@x.example", "σασ@x.example"},
        {"李@例え.テスト", "李@xn--r8jz45g.xn--zckzah"},
        {"a@straße.example", "a@xn--strae-oqa.example", "A@Straße.example"},
        {"a@почта.рф", "a@ПОЧТА.РФ", "a@xn--80a1acny.xn--p1ai"},
        {"a@[IPv6:2001:DB8::1]", "a@[ipv6:2001:db8::1]"},
    }));
    for (const auto& text : one) {
        CAPTURE(one.front(), text);
        CHECK(normalise_address(text) == normalise_address(one.front()));
        CHECK(normalise_address(normalise_address(text)) == normalise_address(text));
        CHECK(normalise_address(canonical_address(text)) == normalise_address(text));
    }
    const auto [a, b] = GENERATE(table<std::string, std::string>({
        {"strauß@x.example", "strauss@x.example"},
        {"a@straße.example", "a@strasse.example"},
        {"px@bücher.example", "px@bucher.example"},
        {"px@bücher.example", "px@xn--bcher-kvb.example"},
        {"rep@orchid.example", "r.ep@orchid.example"},
        {"rep@orchid.example", "rep+x@orchid.example"},
        {"rep@orchid.example", "rеp@orchid.example"},    // a Cyrillic e
        {"boss@orchid.example", "boſs@orchid.example"},  // a long s
        {"rep@orchid.example", "rep@orchid。example"},
        {"rep@orchid.example", "rep@orchid.example\u00A0"},
        {"rep@orchid.example", "re\u200Bp@orchid.example"},
        {"rep@orchid.example", "rep@or\u200Bchid.example"},
        {"rep@orchid.example", "rep@or\u00ADchid.example"},
        {"rep@orchid.example", "rep@ｏrchid.example"},
        {"\"a b\"@x.example", "ab@x.example"},
        {"\"a@b\"@x.example", "a@b@x.example"},
        {"li@x.example", "lı@x.example"},
    }));
    CAPTURE(a, b);
    CHECK(normalise_address(a) != normalise_address(b));
}

TEST_CASE("an address of ours is found however an input method writes it", "[mail][A7]") {
    const auto* const text = GENERATE("sc@lists.arc.example", "\"sc\"@lists.arc.example", "SC@Lists.ARC.example.", "sc@lists。arc．example",
                                      "sc@lists｡arc.example", "ｓｃ@ｌists.arc.example", "ＳＣ＠lists.arc.example",
                                      "s\u200Bc@lists.arc\u00AD.example", "sc@lists.arc.example。");
    CAPTURE(text);
    CHECK(address_as_meant(text) == "sc@lists.arc.example");
    CHECK(address_as_meant("sß@x.example") != address_as_meant("sss@x.example"));
    CHECK(with_plain_signs("unsubscribe\u00A0ｔeams\u3000é李ß\xFF") == "unsubscribe teams é李ß\xFF");
}

TEST_CASE("an address of ours beside another counts, whatever signs stand around it", "[mail][L3][A12]") {
    const auto* const field =
        GENERATE("sc@lists.arc.example", "委員会＜sc@lists.arc.example＞", "（sc@lists.arc.example）", "sc@lists.arc.example；a@b.example",
                 "a@b.example、sc@lists.arc.example", "a@b.example，sc@lists.arc.example", "'sc@lists.arc.example'", "[sc@lists.arc.example]",
                 "<mailto:sc@lists.arc.example>", "\"M\" sc@lists.arc.example", "「sc@lists.arc.example」", "“sc@lists.arc.example”",
                 "«sc@lists.arc.example»", "\"sc@lists.arc.example\" <a@b.example>",
                 "=?utf-8?q?=E3=80=8Csc=40lists=2Earc=2Eexample=E3=80=8D?=",
                 "sc\xA3\xC0lists\xA3\xAE" "arc\xA3\xAE" "example");  // full-width signs in GBK
    const auto name = GENERATE(as<std::string>{}, "To", "Cc");
    CAPTURE(field);
    const auto raw = name + ": " + field + "\r\nReply-To: teams@lists.arc.example\r\n\r\n";
    const auto beside = house_addresses_beside(*read_headers(raw, Limits{}), "lists.arc.example");
    CHECK_THAT(beside, Catch::VectorContains(std::string("sc@lists.arc.example")));
    CHECK_THAT(beside, !Catch::VectorContains(std::string("teams@lists.arc.example")));
    CHECK_THAT(house_names(raw, "lists.arc.example")->addresses, Catch::VectorContains(std::string("sc")));
}

TEST_CASE("the same mailbox is written with either form of its domain", "[mail][K8]") {
    using Spelled = std::vector<std::string>;
    const std::string shown = "Px@b\u00FCcher.example", label = "Px@xn--bcher-kva.example";
    CHECK(in_both_labels(Spelled{shown}) == Spelled{shown, label, shown});
    CHECK(in_both_labels(Spelled{label, "b@x.example"}) == Spelled{label, "b@x.example", label, shown});
    CHECK(in_both_labels(Spelled{"b@x.example", "nobody", ""}) == Spelled{"b@x.example", "nobody", ""});
}

TEST_CASE("an address is kept as written but for what makes no difference", "[mail][A6]") {
    const auto [text, kept] = GENERATE(table<std::string, std::string>({
        {"Mei.Lin@Orchid.EXAMPLE", "Mei.Lin@orchid.example"},
        {"\"Rep\"@orchid.example", "Rep@orchid.example"},
        {"\"a b\"@X.example", "\"a b\"@x.example"},
        {"px@BÜCHER.Example", "px@bücher.example"},
        {"px@XN--BCHER-KVA.Example", "px@xn--bcher-kva.example"},
        {"JO\u0308RG@x.example", "JÖRG@x.example"},
        {"no address", "no address"},
        {"pz@X.example\u00A0", "pz@x.example\u00A0"},
        {"pz@x。Example", "pz@x。example"},
    }));
    CAPTURE(text);
    CHECK(canonical_address(text) == kept);
    CHECK(canonical_address(kept) == kept);
}

TEST_CASE("what nobody sees, or what only looks like an address, is none, and it is said which character", "[mail][A6]") {
    const auto [text, why] = GENERATE(table<std::string, std::string>({
        {"pz@x.example\u00A0", "holds U+00A0 (NO-BREAK SPACE)"},
        {"p\u200Bz@x.example", "holds U+200B (ZERO WIDTH SPACE)"},
        {"pz@x\u200B.example", "holds U+200B (ZERO WIDTH SPACE)"},
        {"pz@x。example", "holds U+3002 (IDEOGRAPHIC FULL STOP)"},
        {"pz@x．example", "holds U+FF0E (FULLWIDTH FULL STOP)"},
        {"pz@x｡example", "holds U+FF61 (HALFWIDTH IDEOGRAPHIC FULL STOP)"},
        {"p。z@x.example", "holds U+3002 (IDEOGRAPHIC FULL STOP)"},
        {"pz＠x.example", "holds U+FF20 (FULLWIDTH COMMERCIAL AT)"},
        {"ｐz@x.example", "holds U+FF50 (FULLWIDTH LATIN SMALL LETTER P)"},
        {"p\u00ADz@x.example", "holds U+00AD (SOFT HYPHEN)"},
        {"pz@x.exam\u2060ple", "holds U+2060 (WORD JOINER)"},
        {"\u202Epz@x.example", "holds U+202E (RIGHT-TO-LEFT OVERRIDE)"},
        {"\uFEFFpz@x.example", "holds U+FEFF (ZERO WIDTH NO-BREAK SPACE)"},
        {"p\u200Dz@x.example", "holds U+200D (ZERO WIDTH JOINER)"},
        {"p\u3000z@x.example", "holds U+3000 (IDEOGRAPHIC SPACE)"},
        {"p\u2003z@x.example", "holds U+2003 (EM SPACE)"},
        {"p\u2028z@x.example", "holds U+2028 (LINE SEPARATOR)"},
        {"p\uFE0Fz@x.example", "holds U+FE0F (VARIATION SELECTOR-16)"},
        {"p\u3164z@x.example", "holds U+3164 (HANGUL FILLER)"},
        {"p\u2800z@x.example", "holds U+2800 (BRAILLE PATTERN BLANK)"},
        {"p\uE000z@x.example", "holds U+E000"},
        {"p\xC2\x85z@x.example", "holds U+0085"},
        {"p\tz@x.example", "holds U+0009"},
        {"\"p\u00A0z\"@x.example", "holds U+00A0 (NO-BREAK SPACE)"},
        {"a…b@x.example", "holds U+2026 (HORIZONTAL ELLIPSIS)"},
        {"\u0308a@x.example", "begins with U+0308 (COMBINING DIAERESIS)"},
        {"p\xFFz@x.example", "is not UTF-8"},
        {"pz@\u0308x.example", "has a domain that cannot be one"},
        {"<pz@x.example>", "is not a mail address"},
        {"pz@x..example", "is not a mail address"},
        {"pz@[192.0.2.1]", "has an IP address where a domain belongs"},
        {"pz@[IPv6:2001:db8::1]", "has an IP address where a domain belongs"},
        {"pz@192.0.2.1", "has an IP address where a domain belongs"},
        {"r\u0435p@orchid.example", "mixes Latin letters with U+0435 (CYRILLIC SMALL LETTER IE)"},
        {"rep@\u03BFrchid.example", "mixes Latin letters with U+03BF (GREEK SMALL LETTER OMICRON)"},
        {std::string(65, 'p') + "@x.example", "has 65 octets in front of the @"},
        {std::string(2000, 'p') + "@x.example", "has 2010 octets"},
    }));
    CAPTURE(text);
    CHECK_THAT(unfit_address(text), Catch::StartsWith(why));
}

TEST_CASE("people's own letters are fit for an address", "[mail][A6]") {
    const std::string text = GENERATE(values<std::string>(
        {"josé@x.example", "jose\u0301@x.example", "BÜRO@BÜCHER.example", "o'brien@x.example", "山田.太郎@例え.テスト", "नमस्ते@डाटामेल.भारत",
         "สมชาย@โดเมน.ไทย", "δοκιμή@παράδειγμα.δοκιμή", "محمد@مثال.إختبار", "אבי@דוגמה.טעסט", "ワークショップ@x.example", "김@한국.한국",
         "łukasz@xn--bcher-kva.example", "иван@пример.испытание", "иван.petrov@x.example", "rep@orchid.example", "7@x.example"}));
    CAPTURE(text);
    CHECK(is_address(text));
    CHECK(unfit_address(text).empty());
}

TEST_CASE("a return path tells whose it was before it was wrapped", "[mail][A5]") {
    using Texts = std::vector<std::string>;
    const auto [text, authors] = GENERATE(table<std::string, Texts>({
        {"rep@orchid.example", Texts{}},
        {"prvs=1234abcdef=rep@orchid.example", Texts{"rep@orchid.example"}},
        {"PRVS=28346ab1c=a.b+c=d@orchid.example", Texts{"a.b+c=d@orchid.example"}},
        {"prvs=rep/0123456789@orchid.example", Texts{"rep@orchid.example"}},
        {"btv1==0612f3a4b5c==rep@orchid.example", Texts{"rep@orchid.example"}},
        {"SRS0=Xy+z=TT=orchid.example=rep@relay.example", Texts{"rep@orchid.example"}},
        {"srs0+abcd=12=orchid.example=rep@relay.example", Texts{"rep@orchid.example"}},
        {"SRS0-abcd=12=orchid.example=a=b@relay.example", Texts{"a=b@orchid.example"}},
        {"SRS1=abcd=one.example==efgh=TT=orchid.example=rep@two.example", Texts{"rep@orchid.example"}},
        {"SRS0=x=TT=orchid.example=prvs=1234abcdef=rep@relay.example", Texts{"prvs=1234abcdef=rep@orchid.example", "rep@orchid.example"}},
        {"prvs=rep@orchid.example", Texts{}},
        {"prvs==rep@orchid.example", Texts{}},
        {"prvs=1234abcdef=@orchid.example", Texts{}},
        {"prvs=12 34=rep@orchid.example", Texts{}},
        {"btv1==rep@orchid.example", Texts{}},
        {"SRS0=x=TT=rep@relay.example", Texts{}},
        {"SRS0=x=TT==rep@relay.example", Texts{}},
        {"SRS2=x=TT=orchid.example=rep@relay.example", Texts{}},
        {"SRS1=x=one.example=efgh=TT=orchid.example=rep@two.example", Texts{}},
        {"SRS0", Texts{}},
        {"", Texts{}},
    }));
    CAPTURE(text);
    auto expected = authors;
    expected.insert(expected.begin(), text);
    CHECK(envelope_authors(text) == expected);
    std::string nest = "rep@orchid.example";
    for (int i = 0; i < 20; ++i) nest = "prvs=1234abcdef=" + nest;
    CHECK(envelope_authors(nest).size() == 5);
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
        {std::string(64, 'a') + "@b.example", true},
        {std::string(65, 'a') + "@b.example", true},  // RFC 5321 §4.5.3.1: what all must take is no limit
        {std::string(244, 'a') + "@b.example", true},
        {std::string(245, 'a') + "@b.example", false},
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
