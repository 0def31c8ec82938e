#include "community_file.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "caveat/clock.hpp"
#include "scratch.hpp"

using namespace caveat;
using namespace caveat::community;

namespace {

Result<registry::Census> read(const Scratch& scratch, const std::string& text) {
    return server::read_community(scratch.write("community.toml", text));
}

Instant at(const char* text) { return parse_instant(text).value(); }

constexpr auto whole = R"([[team]]
id = "orchid"
name = "Orchid-CERT"
category = "strategic"
subtype = "registry"
economy = "SG"
since = 2020-01-01
mou = "2021-05-01"
[[person]]
id = "orchid-rep"
name = "Mei \"M\" Tan"
team = "orchid"
addresses = ["rep@orchid.example", "mei@orchid.example"]
key = "keys/orchid-rep.asc"
representative = true
[[term]]
role = "owner"
person = "orchid-rep"
list = "ews"
from = 2026-01-01
until = 2028-01-01T12:30:00+09:00
[[list]]
name = "ews"
class = "ews"
charter = "early warning"
default_tlp = "AMBER"
max_tlp = "AMBER+STRICT"
encryption = "required"
authentication = "signature"
posting = "moderated"
expires = "2027-01-01T00:00:00Z"
[[subscription]]
list = "ews"
person = "orchid-rep"
delivery = "digest"
[[clearance]]
team = "orchid"
list = "ews"
label = "AMBER"
decision = "SC-7"
[[denial]]
person = "orchid-rep"
resource = "*"
verbs = ["post", "archive"]
from = 2026-04-03
until = 2027-04-03
decision = "SC-9"
)";

}  // namespace

TEST_CASE("a community file is read key by key", "[O1]") {
    const Scratch scratch;
    scratch.write("keys/orchid-rep.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n");
    const auto census = read(scratch, whole);
    REQUIRE(census);
    REQUIRE(census->teams.size() == 1);
    const Team& team = census->teams[0];
    CHECK(team.subtype == "registry");
    CHECK(team.since == parse_date("2020-01-01").value());
    CHECK(team.mou == parse_date("2021-05-01").value());
    CHECK(team.clearances == std::vector<Clearance>{{ListId{"ews"}, Tlp::amber, "SC-7"}});
    REQUIRE(census->people.size() == 1);
    CHECK(census->people[0].name == "Mei \"M\" Tan");
    CHECK(census->people[0].addresses.size() == 2);
    CHECK_THAT(census->people[0].key, Catch::StartsWith("-----BEGIN PGP PUBLIC"));
    CHECK(census->people[0].representative);
    REQUIRE(census->terms.size() == 1);
    CHECK(census->terms[0].during == Interval{at("2026-01-01"), at("2028-01-01T03:30:00Z")});
    REQUIRE(census->lists.size() == 1);
    const List& list = census->lists[0];
    CHECK(list.default_tlp == Tlp::amber);
    CHECK(list.max_tlp == Tlp::amber_strict);
    CHECK(list.encryption == Encryption::required);
    CHECK(list.authentication == Strength::signature);
    CHECK(list.posting == Posting::moderated);
    CHECK(list.expires == at("2027-01-01"));
    CHECK(census->subscriptions == std::vector<Subscription>{{ListId{"ews"}, PersonId{"orchid-rep"}, DeliveryMode::digest}});
    REQUIRE(census->denials.size() == 1);
    CHECK_FALSE(census->denials[0].whole_team);
    CHECK(census->denials[0].verbs == (bit(Verb::post) | bit(Verb::archive)));
    CHECK(census->denials[0].source == "sanction");
}

TEST_CASE("a list that leaves its maximum out gets no more than its default", "[A4]") {
    const Scratch scratch;
    const auto census = read(scratch,
                             "[[list]]\nname = \"a\"\nclass = \"teams\"\ncharter = \"x\"\ndefault_tlp = \"GREEN\"\n"
                             "[[list]]\nname = \"b\"\nclass = \"teams\"\ncharter = \"x\"\n");
    REQUIRE(census);
    CHECK(census->lists[0].max_tlp == Tlp::green);
    CHECK(census->lists[1].max_tlp == Tlp::amber);
    CHECK_FALSE(census->lists[1].default_tlp);
}

TEST_CASE("a broken community file is refused with file, line and what to write instead", "[O1]") {
    struct Row {
        std::string text;
        std::string says;
    };
    const auto row = GENERATE(values<Row>({
        {"[[team]]\nid = \"a\"\nname = \"A\"\ncategory = \"x\"\ncolour = 1\n",
         "community.toml:5: team.colour: unknown key; known here: id, name, category, subtype, economy, since, mou"},
        {"[[taem]]\nid = \"a\"\n", "community.toml:1: taem: unknown; a community file has [[team]]"},
        {"[team]\nid = \"a\"\n", "team: there are many of them; write [[team]]"},
        {"team = [1]\n", "team: is not a table"},
        {"[[team]]\nid = \"a\"\ncategory = \"x\"\n", "community.toml:1: team.name: is missing; write name = \"Orchid-CERT\""},
        {"[[team]]\nid = 7\nname = \"A\"\ncategory = \"x\"\n", "community.toml:2: team.id: must be text"},
        {"[[team]]\nid = \"a\"\nname = \"A\"\ncategory = \"x\"\nsince = 2025-02-30\n", "is not TOML"},
        {"[[team]]\nid = \"a\"\nname = \"A\"\ncategory = \"x\"\nsince = \"2025-02-30\"\n",
         "team.since: is not a date; write since = 2026-03-02"},
        {"[[term]]\nrole = \"sc\"\nperson = \"p\"\n", "term.from: is missing"},
        {"[[term]]\nrole = \"sc\"\nperson = \"p\"\nfrom = 2026-01-01T00:00:00\n", "term.from: is not an instant"},
        {"[[list]]\nname = \"a\"\nclass = \"teams\"\ncharter = \"x\"\nmax_tlp = \"WHITE\"\n",
         "community.toml:5: list.max_tlp: 'WHITE' is not one of its words; write one of: CLEAR, GREEN, AMBER, AMBER+STRICT, RED"},
        {"[[list]]\nname = \"a\"\nclass = \"teams\"\ncharter = \"x\"\nposting = 5\n", "list.posting: must be text"},
        {"[[subscription]]\nlist = \"a\"\nperson = \"p\"\ndelivery = \"daily\"\n", "write one of: each, digest, none"},
        {"[[clearance]]\nteam = \"a\"\nlist = \"b\"\nlabel = \"RED\"\ndecision = \"d\"\n", "clearance.team: there is no team 'a'"},
        {"[[denial]]\nresource = \"*\"\nverbs = [\"read\"]\nfrom = 2026-01-01\n", "denial.verbs: 'read' is not a verb"},
        {"[[denial]]\nteam = \"a\"\nperson = \"b\"\nresource = \"*\"\nverbs = [\"post\"]\nfrom = 2026-01-01\n",
         "for one team or one person"},
        {"[[person]]\nid = \"p\"\nname = \"P\"\nteam = \"t\"\naddresses = \"a@b.example\"\n", "person.addresses: must be a list of texts"},
        {"[[person]]\nid = \"p\"\nname = \"P\"\nteam = \"t\"\nkey = \"nowhere.asc\"\n", "nowhere.asc: no such file; write the path"},
        {"[[person]]\nid = \"p\"\nname = \"P\"\nteam = \"t\"\nkey = \"/dev/zero\"\n", "has more than 262144 bytes"},
        {"[[person]]\nid = \"p\nname = 3\n", "community.toml:2: is not TOML"},
    }));
    CAPTURE(row.text);
    const Scratch scratch;
    const auto census = read(scratch, row.text);
    REQUIRE_FALSE(census);
    CHECK(census.error().code == errc::invalid);
    CHECK_THAT(census.error().detail, Catch::Contains(row.says));
}

TEST_CASE("a file full of mistakes is answered with a bounded text", "[O1][S5]") {
    const Scratch scratch;
    std::string text;
    for (int i = 0; i < 5'000; ++i) text += "[[team]]\nid = 1\n";
    const auto census = read(scratch, text);
    REQUIRE_FALSE(census);
    CHECK(census.error().detail.size() < 50'000);
    CHECK_THAT(census.error().detail, Catch::EndsWith("more"));
}

TEST_CASE("what the registry finds wrong is told with the line of its row", "[O1]") {
    const Scratch scratch;
    scratch.write("keys/orchid-rep.asc", "x");
    const auto file = scratch.write("community.toml", whole);
    const auto lines = server::with_lines({errc::invalid,
                                           "team orchid: a\nperson orchid-rep: b: c\nterm owner ews orchid-rep 2026-01-01: d\nlist ews: e\n"
                                           "subscription ews orchid-rep: f\ndenial orchid-rep * 2026-04-03: g\nteam other: h"},
                                          file);
    const auto name = file.string();
    CHECK(lines.code == errc::invalid);
    CHECK(lines.detail == name + ":1: team orchid: a\n" + name + ":9: person orchid-rep: b: c\n" + name +
                              ":16: term owner ews orchid-rep 2026-01-01: d\n" + name + ":22: list ews: e\n" + name +
                              ":32: subscription ews orchid-rep: f\n" + name + ":41: denial orchid-rep * 2026-04-03: g\n" + name +
                              ": team other: h");
}

TEST_CASE("whatever is written is read back the same", "[O1]") {
    std::mt19937 random(20261122);
    const auto any = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    const auto text = [&] {
        static const std::vector<std::string> bits{"a", "Z",        " ",      "\"",   "\\",   "\t", "\n",   "\r", "'",
                                                   "#", "[[team]]", "\"\"\"", "\x7f", "\x01", "é",  "日本", "=",  "😀"};
        std::string made = "x";
        for (int n = any(8); n > 0; --n) made += bits[random() % bits.size()];
        return made;
    };
    const auto day = [&] { return std::chrono::sys_days{std::chrono::days{any(40'000)}}; };
    const auto instant = [&] {
        return any(2) == 0 ? Instant{day()}
                           : Instant{day()} + std::chrono::microseconds{static_cast<long>(random() % 86'400) * 1'000'000 + any(3)};
    };
    const auto interval = [&] { return any(3) == 0 ? Interval{instant(), {}} : Interval{instant(), instant()}; };

    for (int round = 0; round < 200; ++round) {
        registry::Census census;
        for (int n = any(4); n > 0; --n) {
            Team team{TeamId{"team" + std::to_string(n)}, text(), text(), any(2) == 0 ? "" : text(), any(2) == 0 ? "" : "SG", {}, {}, {}};
            if (any(2) == 0) team.since = Date{day()};
            if (any(2) == 0) team.mou = Date{day()};
            if (any(2) == 0) team.clearances.push_back({ListId{text()}, static_cast<Tlp>(any(5)), text()});
            census.teams.push_back(team);
            census.people.push_back({PersonId{text()}, text(), TeamId{text()}, {text(), text()}, any(2) == 0 ? "" : text(), any(2) == 0});
            census.terms.push_back({text(), PersonId{text()}, any(2) == 0 ? ListId{} : ListId{text()}, interval()});
            List list;
            list.id = ListId{text()};
            list.klass = text();
            list.charter = text();
            list.max_tlp = static_cast<Tlp>(any(5));
            list.encryption = static_cast<Encryption>(any(3));
            list.authentication = static_cast<Strength>(1 + any(3));  // no list has none: nobody may write it (A5)
            list.posting = static_cast<Posting>(any(3));
            if (any(2) == 0) list.default_tlp = static_cast<Tlp>(any(5));
            if (any(2) == 0) list.expires = instant();
            if (any(2) == 0) list.outer_subject = static_cast<OuterSubject>(any(3));
            census.lists.push_back(list);
            census.subscriptions.push_back({ListId{text()}, PersonId{text()}, static_cast<DeliveryMode>(any(3))});
            census.denials.push_back(
                {0, text(), any(2) == 0, text(), static_cast<Verbs>(1 + any(15)), interval(), text(), any(2) == 0 ? "" : text()});
        }
        if (census.teams.empty()) continue;  // a file without any table is refused
        const Scratch scratch;
        const auto written = server::write_community(census);
        const auto back = read(scratch, written);
        CAPTURE(written);
        REQUIRE(back);
        CHECK(back->teams == census.teams);
        CHECK(back->people == census.people);
        CHECK(back->terms == census.terms);
        CHECK(back->lists == census.lists);
        CHECK(back->subscriptions == census.subscriptions);
        CHECK(back->denials == census.denials);
        CHECK(server::write_community(*back) == written);
    }
}

TEST_CASE("of a text that somebody sent, no key file is read, whether it is there or not", "[O5]") {
    const Scratch scratch;
    const auto there = scratch.write("secret.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
    std::string told;
    for (const auto& path : {there.string(), std::string("/no/such/file"), std::string("../secret.asc")}) {
        const auto census = server::read_community_text(
            "[[person]]\nid = \"a\"\nname = \"A\"\nteam = \"t\"\naddresses = [\"a@b.example\"]\nkey = \"" + path + "\"\n", "community");
        REQUIRE_FALSE(census);
        CHECK(census.error().code == errc::invalid);
        CHECK_THAT(census.error().detail, Catch::StartsWith("community:6: person.key"));
        if (told.empty()) told = census.error().detail;
        CHECK(census.error().detail == told);
    }
}
