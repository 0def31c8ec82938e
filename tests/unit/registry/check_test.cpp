// What a census may not say: each row of the table is one mistake in an otherwise sound community.
#include "forum.hpp"

using namespace forum;

namespace {

struct Mistake {
    std::string name;
    void (*make)(Census&);
    std::string says;
};

const std::vector<Mistake> mistakes{
    {"a team twice", [](Census& c) { c.teams.push_back(c.teams[0]); }, "team orchid: is there twice"},
    {"a person twice", [](Census& c) { c.people.push_back(person("orchid-rep", "kikyo")); }, "person orchid-rep: is there twice"},
    {"a list twice", [](Census& c) { c.lists.push_back(c.lists[0]); }, "list teams: is there twice"},
    {"a subscription twice", [](Census& c) { c.subscriptions.push_back(c.subscriptions[0]); },
     "subscription teams orchid-rep: is there twice"},
    {"a term twice", [](Census& c) { c.terms.push_back(c.terms[0]); }, "term sc orchid-rep 2026-01-01: is there twice"},
    {"a bad id", [](Census& c) { c.teams[0].id = TeamId{"or chid"}; }, "team or chid: is not a short name; write 1 to 64 letters"},
    {"an id that forges lines", [](Census& c) { c.teams[0].id = TeamId{"a\nteam b"}; }, "team a\\x0ateam b: is not a short name"},
    {"no name", [](Census& c) { c.teams[0].name.clear(); }, "team orchid: has no name; write name ="},
    {"a header in a name", [](Census& c) { c.people[0].name = "M\r\nBcc: x@y.example"; },
     "person orchid-rep: name holds a control character"},
    {"a name of blanks", [](Census& c) { c.people[0].name = "  "; }, "person orchid-rep: has no name; write name ="},
    {"a name that turns round", [](Census& c) { c.people[0].name = "Mei \u202enaT"; },
     "person orchid-rep: name holds a character that nobody sees: Mei \\u{202e}naT; write it without"},
    {"a name with half a blank", [](Census& c) { c.people[0].name = "Mei\u200bTan"; }, "nobody sees: Mei\\u{200b}Tan"},
    {"an unknown category", [](Census& c) { c.teams[0].category = "operationl"; },
     "team orchid: category 'operationl' is unknown to apcert 3; write one of: operational, liaison"},
    {"an unknown subtype", [](Census& c) { c.teams[0] = team("orchid", "strategic", "police"); },
     "subtype 'police' is not of category strategic; write one of: registry, csirt_forum"},
    {"a missing subtype", [](Census& c) { c.teams[0] = team("orchid", "strategic"); }, "subtype '' is not of category strategic"},
    {"a subtype where none is", [](Census& c) { c.teams[0].subtype = "lea"; }, "category operational takes no subtype; leave subtype out"},
    {"an economy in words", [](Census& c) { c.teams[0].economy = "Singapore"; }, "economy 'Singapore' is not a code"},
    {"a clearance nowhere",
     [](Census& c) {
         c.teams[0].clearances = {{ListId{"wg"}, Tlp::amber, "SC-1"}};
     },
     "team orchid: list 'wg' is not there"},
    {"a clearance by nobody",
     [](Census& c) {
         c.teams[0].clearances = {{ListId{"ews"}, Tlp::amber, ""}};
     },
     "its clearance on ews cites no decision"},
    {"two clearances on one list",
     [](Census& c) {
         c.teams[0].clearances = {{ListId{"ews"}, Tlp::amber, "1"}, {ListId{"ews"}, Tlp::red, "2"}};
     },
     "has two clearances on ews"},
    {"a person of no team", [](Census& c) { c.people[0].team = TeamId{"wattle"}; }, "person orchid-rep: team 'wattle' is not there"},
    {"a person without address", [](Census& c) { c.people[0].addresses.clear(); }, "person orchid-rep: has no address"},
    {"an address that is none", [](Census& c) { c.people[0].addresses = {"<rep@orchid.example>"}; },
     "is not a mail address; write name@host.example"},
    {"an address of two", [](Census& c) { c.people[1].addresses = {"ORCHID-rep@Orchid.Example"}; }, "is an address of orchid-rep already"},
    {"an address twice",
     [](Census& c) {
         c.people[1].addresses = {"a@b.example", "A@b.example"};
     },
     "is an address of orchid-duty already"},
    {"one mailbox as U-label and A-label",
     [](Census& c) {
         c.people[0].addresses = {"px@bücher.example"};
         c.people[1].addresses = {"px@xn--bcher-kva.example"};
     },
     "person orchid-duty: 'px@xn--bcher-kva.example' is an address of orchid-rep already; an address belongs to one person"},
    {"capitals beyond ASCII",
     [](Census& c) {
         c.people[0].addresses = {"JÖRG@BÜCHER.example"};
         c.people[1].addresses = {"jörg@bücher.example"};
     },
     "is an address of orchid-rep already"},
    {"NFC and NFD",
     [](Census& c) {
         c.people[0].addresses = {"jörg@x.example"};
         c.people[1].addresses = {"jo\u0308rg@x.example"};
     },
     "is an address of orchid-rep already"},
    {"quoted and bare", [](Census& c) { c.people[1].addresses = {"\"orchid-rep\"@orchid.example"}; },
     "is an address of orchid-rep already"},
    {"a blank that nobody sees", [](Census& c) { c.people[1].addresses = {"pz@x.example\u00A0"}; },
     "holds U+00A0 (NO-BREAK SPACE), a character that no address may have"},
    {"a full-width dot", [](Census& c) { c.people[1].addresses = {"pz@x。example"}; }, "holds U+3002 (IDEOGRAPHIC FULL STOP)"},
    {"a list as a person", [](Census& c) { c.people[1].addresses = {"teams@lists.arc.example"}; },
     "person orchid-duty: 'teams@lists.arc.example' is an address of lists.arc.example, our own domain"},
    {"a return path as a person", [](Census& c) { c.people[1].addresses = {"b.abc@LISTS.Arc.example"}; }, "our own domain"},
    {"two representatives", [](Census& c) { c.people[1].representative = true; }, "orchid-rep is representative of orchid already"},
    {"an alternate of oneself", [](Census& c) { c.people[0].alternate = true; }, "nobody is an alternate of themselves (item 15)"},
    {"two primary contacts of an economy", [](Census& c) { c.teams[0].primary_contact = c.teams[1].primary_contact = true; },
     "team kikyo: orchid is the primary contact of SG already; write primary_contact = true once per economy (item 14)"},
    {"a partner as primary contact", [](Census& c) { c.teams[2].primary_contact = true; },
     "the primary contact of an economy is an Operational Member of it (item 14)"},
    {"a primary contact of nowhere",
     [](Census& c) {
         c.teams[0].economy.clear();
         c.teams[0].primary_contact = true;
     },
     "orchid is operational, economy ''"},
    {"a key that is none", [](Census& c) { c.people[0].key = "0xDEADBEEF"; }, "key is not one armoured OpenPGP public key"},
    {"half a key", [](Census& c) { c.people[0].key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ"; }, "key is not one armoured"},
    {"two keys", [](Census& c) { c.people[0].key = std::string(a_key) + a_key; }, "key is not one armoured"},
    {"a secret key",
     [](Census& c) { c.people[0].key = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n-----END PGP PRIVATE KEY BLOCK-----\n"; },
     "key is a secret key"},
    {"a secret key in disguise",
     [](Census& c) { c.people[0].key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nlQOYBF\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n"; },
     "key is a secret key"},
    {"a new-format secret key in disguise",
     [](Census& c) { c.people[0].key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nxVgEY\n-----END PGP PUBLIC KEY BLOCK-----\n"; },
     "key is a secret key"},
    {"a key without end", [](Census& c) { c.people[0].key = a_key + std::string(66'000, 'A'); }, "write at most 65536"},
    {"an unknown role", [](Census& c) { c.terms[0].role = "king"; }, "role 'king' is unknown to apcert 3; write one of: sc, chair"},
    {"an owner of nothing", [](Census& c) { c.terms[1].list = {}; }, "is for one list; write list"},
    {"a seat on a list", [](Census& c) { c.terms[0].list = ListId{"ews"}; }, "is for the whole community; leave list out"},
    {"a term of nobody", [](Census& c) { c.terms[0].person = PersonId{"x"}; }, "person 'x' is not there"},
    {"a term that ends before it begins", [](Census& c) { c.terms[0].during.until = at("2025-01-01"); }, "is not after from 2026-01-01"},
    {"a term without length", [](Census& c) { c.terms[0].during.until = at("2026-01-01"); }, "is not after from 2026-01-01"},
    {"a list in capitals", [](Census& c) { c.lists.push_back(list("Teams", "teams")); },
     "list Teams: is a mail address and so has no capitals"},
    {"the postmaster as a list", [](Census& c) { c.lists.push_back(list("postmaster", "teams")); }, "the mail system uses itself"},
    {"abuse as a list", [](Census& c) { c.lists.push_back(list("abuse", "teams")); }, "the mail system uses itself"},
    {"a list that looks like a return path", [](Census& c) { c.lists.push_back(list("b.abc", "teams")); }, "the mail system uses itself"},
    {"a list without charter", [](Census& c) { c.lists[0].charter.clear(); }, "list teams: has no charter"},
    {"an unknown class", [](Census& c) { c.lists[0].klass = "chat"; }, "class 'chat' is unknown to apcert 3; write one of: teams, members"},
    {"a maximum above the class", [](Census& c) { c.lists[0].max_tlp = Tlp::red; },
     "max_tlp RED is above AMBER+STRICT, the most of class teams"},
    {"a retention that is none", [](Census& c) { c.lists[0].retention = "soon"; }, "retention 'soon' is no length of time"},
    {"a default above the maximum", [](Census& c) { c.lists[0].max_tlp = Tlp::green; }, "default_tlp AMBER is above max_tlp GREEN"},
    {"a From line that authorises", [](Census& c) { c.lists[0].authentication = Strength::none; },
     "a From line alone authorises nobody (A5)"},
    {"a subscription to nothing", [](Census& c) { c.subscriptions[0].list = ListId{"x"}; },
     "subscription x orchid-rep: list 'x' is not there"},
    {"a subscription of nobody", [](Census& c) { c.subscriptions[0].person = PersonId{"x"}; },
     "subscription teams x: person 'x' is not there"},
};

Denial a_sanction() { return {0, "orchid", true, "teams", bit(Verb::post), {at("2026-04-03"), at("2027-04-03")}, "sanction", "SC-9"}; }

}  // namespace

TEST_CASE("a sound community is accepted", "[O1]") {
    Desk desk;
    CHECK(desk.load(small(), true).changes.size() == 14);
}

TEST_CASE("a mistake is refused with its row and what to write instead, and nothing is written", "[O1][K8]") {
    Desk desk;
    const auto mistake = GENERATE(from_range(mistakes));
    CAPTURE(mistake.name);
    auto census = small();
    mistake.make(census);
    const auto loaded = desk.office->load(desk.by, census, {});
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == errc::invalid);
    CHECK_THAT(loaded.error().detail, Catch::Contains(mistake.says));
    CHECK(desk.office->census().teams.empty());
    CHECK(desk.journal().empty());
}

TEST_CASE("all mistakes come in one answer, and the answer is bounded", "[O1]") {
    Desk desk;
    auto census = small();
    census.teams[0].category = "x";
    census.lists[0].charter.clear();
    census.subscriptions[0].person = PersonId{"nobody"};
    const auto few = desk.office->load(desk.by, census, {.dry_run = true});
    REQUIRE_FALSE(few);
    CHECK(std::count(few.error().detail.begin(), few.error().detail.end(), '\n') == 2);

    for (int i = 0; i < 10'000; ++i) census.subscriptions.push_back({ListId{"none"}, PersonId{"p" + std::to_string(i)}, {}});
    const auto many = desk.office->load(desk.by, census, {.dry_run = true});
    REQUIRE_FALSE(many);
    CHECK(many.error().detail.size() < 100'000);
    CHECK_THAT(many.error().detail, Catch::EndsWith("more"));
}

TEST_CASE("the committee never has more seats than the rule book allows, at any instant", "[C7]") {
    Desk desk;
    auto census = small();
    census.terms.clear();
    const auto seat = [&](int n, const char* from, const char* until) {
        const auto id = "seat" + std::to_string(n);
        if (census.people.size() < static_cast<std::size_t>(n) + 5) census.people.push_back(person(id.c_str(), "orchid"));
        Term term{"sc", PersonId{id}, {}, {at(from), {}}};
        if (until != nullptr) term.during.until = at(until);
        census.terms.push_back(term);
    };
    for (int i = 0; i < 7; ++i) seat(i, "2026-01-01", "2028-01-01");
    CHECK(desk.office->load(desk.by, census, {.dry_run = true}));

    SECTION("the eighth may begin in the instant in which one ends") {
        seat(7, "2028-01-01", nullptr);
        CHECK(desk.office->load(desk.by, census, {.dry_run = true}));
    }
    SECTION("but not a microsecond earlier") {
        seat(7, "2027-12-31T23:59:59.999999Z", nullptr);
        const auto loaded = desk.office->load(desk.by, census, {.dry_run = true});
        REQUIRE_FALSE(loaded);
        CHECK_THAT(loaded.error().detail, Catch::Contains("makes 8 seats from 2027-12-31T23:59:59.999999Z; the rule book allows 7"));
    }
    SECTION("a second term of somebody seated is not a second seat") {
        seat(3, "2027-01-01", "2029-01-01");
        CHECK(desk.office->load(desk.by, census, {.dry_run = true}));
    }
}

TEST_CASE("a denial says whom, what, how long and by which decision", "[C5]") {
    struct Row {
        std::string name;
        void (*make)(Denial&);
        std::string says;
    };
    const auto row = GENERATE(values<Row>({
        {"of nobody", [](Denial& d) { d.whom = "x"; }, "team 'x' is not there"},
        {"of a team as a person", [](Denial& d) { d.whole_team = false; }, "person 'orchid' is not there"},
        {"on nothing", [](Denial& d) { d.resource = "x"; }, "list 'x' is not there"},
        {"of nothing", [](Denial& d) { d.verbs = 0; }, "must say what is denied"},
        {"of what nobody does", [](Denial& d) { d.verbs = 16; }, "must say what is denied"},
        {"for ever", [](Denial& d) { d.during.until.reset(); }, "has no end"},
        {"by mood", [](Denial& d) { d.source = "mood"; }, "write sanction or hold"},
        {"by nobody", [](Denial& d) { d.decision.clear(); }, "cites no decision"},
    }));
    CAPTURE(row.name);
    Desk desk;
    auto census = small();
    census.denials = {a_sanction()};
    CHECK(desk.office->load(desk.by, census, {.dry_run = true}));
    row.make(census.denials[0]);
    const auto loaded = desk.office->load(desk.by, census, {.dry_run = true});
    REQUIRE_FALSE(loaded);
    CHECK_THAT(loaded.error().detail, Catch::Contains(row.says));
}
