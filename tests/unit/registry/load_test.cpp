#include <chrono>
#include <random>

#include "caveat/community/panel_list.hpp"
#include "forum.hpp"

using namespace forum;

namespace {

std::vector<std::string> spelled(const std::vector<Change>& changes) {
    constexpr const char* kinds[] = {"+", "~", "-"};
    std::vector<std::string> lines;
    for (const auto& c : changes) lines.push_back(std::string(kinds[static_cast<int>(c.kind)]) + c.what + " " + c.id);
    return lines;
}

std::string text(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines) all += line + "\n";
    return all;
}

Denial a_denial(const char* whom = "orchid") {
    return {0, whom, true, "teams", bit(Verb::receive), {at("2026-04-03"), at("2027-04-03")}, "sanction", "SC-9"};
}

}  // namespace

TEST_CASE("what was loaded is what the register holds, and loading it again changes nothing", "[O1]") {
    Desk desk;
    const auto first = desk.load(small());
    CHECK(first.changes.size() == 14);
    const auto census = desk.office->census();
    CHECK(census.teams.size() == 3);
    CHECK(census.subscriptions.size() == 3);
    const auto entries = desk.journal().size();
    const auto version = desk.store->register_version();
    CHECK(desk.load(census).changes.empty());
    CHECK(desk.load(small()).changes.empty());
    CHECK(desk.journal().size() == entries);
    CHECK(desk.store->register_version() == version);
}

TEST_CASE("a dry run answers the same and writes nothing", "[O1]") {
    Desk desk;
    const auto version = desk.store->register_version();
    const auto dry = desk.load(small(), true);
    CHECK(desk.store->register_version() == version);
    CHECK(desk.journal().empty());
    CHECK(spelled(desk.load(small()).changes) == spelled(dry.changes));
}

TEST_CASE("a load tells what it changes, field by field", "[J1]") {
    Desk desk;
    desk.load(small());
    auto census = small();
    census.teams[2].category = "liaison";
    census.people[0].key.clear();
    census.people[1].addresses = {"duty@orchid.example", "orchid-duty@orchid.example"};
    census.people.pop_back();
    census.lists[0].posting = Posting::moderated;
    census.terms.pop_back();
    census.subscriptions[2].delivery = DeliveryMode::digest;
    census.subscriptions.erase(census.subscriptions.begin());
    const auto changes = desk.load(census).changes;
    CHECK(spelled(changes) == std::vector<std::string>{"~team basalt", "~person orchid-rep", "~person orchid-duty", "-person basalt-rep",
                                                       "~list teams", "-term owner ews kikyo-rep 2026-01-01",
                                                       "~subscription ews orchid-rep", "-subscription teams orchid-rep"});
    CHECK(changes[0].detail == "category: corporate -> liaison");
    CHECK(changes[1].detail == "key: removed");
    CHECK(changes[4].detail == "posting: matrix -> moderated");
    CHECK(changes[6].detail == "delivery: each -> digest");
    const auto journal = desk.journal("team.change");
    REQUIRE(journal.size() == 1);
    CHECK(journal[0] == "team.change basalt {\"what\":\"category: corporate -> liaison\",\"fields\":[\"category\"]}");
    CHECK(desk.load(census).changes.empty());
}

TEST_CASE("a load adds and changes, and removes nothing that it does not name", "[O1]") {
    Desk desk;
    auto census = small();
    census.teams[2].clearances = {{ListId{"teams"}, Tlp::amber, "SC-1"}};
    desk.load(census);
    const auto before = desk.office->census();
    CHECK(desk.load(Census{}, registry::Manner{}).changes.empty());

    Census some;  // refers to a team, a list and a person of the register
    some.people = {person("orchid-new", "orchid"), person("orchid-rep", "orchid")};
    some.people[1].representative = true;
    some.people[1].name = "Mei Tan";
    some.subscriptions = {on("ews", "orchid-new"), on("ews", "orchid-duty")};
    some.teams = {team("basalt", "corporate")};
    const auto changes = desk.load(some, registry::Manner{}).changes;
    CHECK(spelled(changes) == std::vector<std::string>{"+person orchid-new", "~person orchid-rep", "+subscription ews orchid-new",
                                                       "+subscription ews orchid-duty"});
    const auto after = desk.office->census();
    CHECK(after.teams == before.teams);  // the clearance, too
    CHECK(after.people.size() == before.people.size() + 1);
    CHECK(desk.store->directory().person(PersonId{"orchid-rep"})->key == a_key);
    CHECK(after.terms == before.terms);
    CHECK(after.lists == before.lists);
    CHECK(after.subscriptions.size() == before.subscriptions.size() + 2);

    some.subscriptions = {on("none", "orchid-duty"), on("ews", "nobody")};
    const auto refused = desk.office->load(desk.by, some, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::invalid);
    CHECK_THAT(refused.error().detail, Catch::Contains("list 'none' is not there") && Catch::Contains("person 'nobody' is not there"));
    some.subscriptions.clear();
    some.people = {person("another", "orchid")};
    some.people[0].addresses = {"orchid-duty@orchid.example"};
    const auto taken = desk.office->load(desk.by, some, {});
    REQUIRE_FALSE(taken);
    CHECK_THAT(taken.error().detail, Catch::Contains("is an address of "));
}

TEST_CASE("a term that a load takes out ends, and what is over stays as it was", "[A2][A10][O1]") {
    Desk desk;
    auto census = small();
    census.terms.push_back({"secretariat", PersonId{"kikyo-rep"}, {}, {at("2027-01-01"), {}}});  // to come
    desk.load(census);
    const auto written = desk.clock.now();
    desk.clock.t += std::chrono::hours{1};
    const auto without = [&](const char* role) { std::erase_if(census.terms, [&](const auto& term) { return term.role == role; }); };
    without("sc");
    without("secretariat");
    CHECK(desk.load(census, true).changes.size() == 2);
    CHECK(spelled(desk.load(census).changes) ==
          std::vector<std::string>{"-term sc orchid-rep 2026-01-01", "-term secretariat kikyo-rep 2027-01-01"});
    // What was written to the seat, and waits, is for who holds it.
    CHECK(desk.store->powers().has_lost_place(PersonId{"orchid-rep"}, written, desk.clock.now()));
    const auto held = desk.office->census().terms;
    const auto seat = std::find_if(held.begin(), held.end(), [](const auto& term) { return term.role == "sc"; });
    REQUIRE(seat != held.end());
    CHECK(seat->during.until == desk.clock.now());
    CHECK(std::none_of(held.begin(), held.end(), [](const auto& term) { return term.role == "secretariat"; }));
    desk.clock.t += std::chrono::hours{1};
    for (const bool prune : {true, false}) CHECK(desk.load(census, registry::Manner{.prune = prune}).changes.empty());
    CHECK(desk.office->census().terms == held);
}

TEST_CASE("an address may move from one person to another in one load") {
    Desk desk;
    desk.load(small());
    auto census = small();
    std::swap(census.people[0].addresses, census.people[1].addresses);
    CHECK(desk.load(census).changes.size() == 2);
    CHECK(desk.store->directory().person_of("orchid-rep@orchid.example") == PersonId{"orchid-duty"});
    CHECK(desk.load(census).changes.empty());
}

TEST_CASE("spelling that means the same is not a change", "[K8]") {
    Desk desk;
    desk.load(small());
    auto census = small();
    census.people[0].addresses = {"orchid-rep@ORCHID.example"};
    auto& key = census.people[0].key;
    for (std::size_t at = 0; (at = key.find('\n', at)) != std::string::npos; at += 2) key.insert(at, 1, '\r');
    key = "\n" + key + "\r\n";
    CHECK(desk.load(census).changes.empty());
}

TEST_CASE("everybody may leave and come back") {
    Desk desk;
    desk.load(small());
    Census empty;
    empty.lists = small().lists;
    CHECK(desk.load(empty).changes.size() == 12);
    CHECK(desk.office->census().people.empty());
    desk.clock.t += std::chrono::hours{1};
    CHECK(desk.load(small()).changes.size() == 12);
    CHECK(desk.load(small()).changes.empty());
}

TEST_CASE("a file that leaves a denial out does not lift it", "[C4][A2]") {
    Desk desk;
    auto with = small();
    with.denials = {a_denial()};
    desk.load(with);
    const auto loaded = desk.load(small());
    CHECK(loaded.changes.empty());
    CHECK_THAT(text(loaded.warnings), Catch::Contains("denial orchid teams 2026-04-03 is not in the file and stays in force"));
    REQUIRE(desk.office->census().denials.size() == 1);

    SECTION("an earlier end ends it, and keeps its id") {
        const auto id = desk.office->census().denials[0].id;
        with.denials[0].during.until = at("2026-05-01");
        const auto changed = desk.load(with).changes;
        REQUIRE(changed.size() == 1);
        CHECK(changed[0].kind == Change::Kind::change);
        CHECK(desk.office->census().denials[0].id == id);
        CHECK(desk.load(small()).warnings.empty());
    }
    SECTION("nor does leaving and coming back") {
        Census empty;
        empty.lists = small().lists;
        desk.load(empty);
        CHECK(desk.office->census().denials.empty());
        desk.load(small());
        CHECK(desk.office->census().denials.size() == 1);
    }
}

TEST_CASE("of two denials that began at one instant each is itself when it is loaded again", "[O1][C4]") {
    Desk desk;
    auto with = small();
    auto longer = a_denial();
    longer.during.until = at("2027-08-03");
    with.denials = {a_denial(), longer};
    desk.load(with);
    CHECK(desk.load(desk.office->census()).changes.empty());
    CHECK(desk.office->census().denials.size() == 2);
}

TEST_CASE("what a hold or a sanction denies, managing included, loads as it was exported", "[O1]") {
    Desk desk;
    auto with = small();
    with.denials = {a_denial()};
    with.denials[0].verbs = 15;
    desk.load(with);
    CHECK(desk.office->census().denials[0].verbs == 15);
    CHECK(desk.load(desk.office->census()).changes.empty());
}

TEST_CASE("a subscription that can receive nothing today is accepted and warned of", "[A4]") {
    Desk desk;
    auto census = small();
    SECTION("a partner without an MoU") {
        census.teams[2].mou.reset();
        census.subscriptions.push_back(on("teams", "basalt-rep"));
        CHECK_THAT(text(desk.load(census).warnings), Catch::Contains("basalt-rep on teams can receive nothing today: "));
    }
    SECTION("a team that a sanction keeps from it") {
        census.denials = {a_denial()};
        const auto warnings = desk.load(census).warnings;
        CHECK(warnings.size() == 2);
        CHECK_THAT(text(warnings), Catch::Contains("orchid-duty on teams can receive nothing today: denied"));
    }
    SECTION("nobody's key on a list that encrypts") {
        census.lists[0].encryption = Encryption::required;
        const auto warnings = desk.load(census).warnings;
        REQUIRE(warnings.size() == 1);
        CHECK_THAT(warnings[0], Catch::Contains("orchid-duty on teams can receive nothing today: no_key"));
    }
    SECTION("a key of somebody else is refused, when it comes in") {
        const auto key_of = [](const std::string& user_id) {
            return caveat::test::armoured(caveat::test::a_packet(6, caveat::test::an_rsa_key()) + caveat::test::a_packet(13, user_id));
        };
        for (const auto* own : {"Mei <Orchid-Rep@orchid.example>", "orchid-rep@orchid.example"}) {
            census.people[0].key = key_of(own);
            CHECK(desk.office->load(desk.by, census, {.dry_run = true}));
        }
        census.people[0].addresses = {"mei@b\u00FCcher.example"};
        census.people[0].key = key_of("Mei <mei@xn--bcher-kva.example>");
        CHECK(desk.office->load(desk.by, census, {.dry_run = true}));
        census.people[0].addresses = {"orchid-rep@orchid.example"};
        for (const auto* other : {"Mei <mei@else.example>", "orchid-rep@orchid.example <mei@else.example>", "Mei"}) {
            census.people[0].key = key_of(other);
            const auto refused = desk.office->load(desk.by, census, {});
            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == errc::denied);
            CHECK_THAT(refused.error().detail, Catch::Contains("person orchid-rep: key: none of its user ids has an address"));
        }
        // It was there when the address was another: an export of that is loaded.
        census.people[0].addresses = {"mei@else.example"};
        census.people[0].key = key_of("Mei <mei@else.example>");
        desk.load(census);
        census.people[0].addresses = {"mei@orchid.example"};
        CHECK(desk.office->load(desk.by, census, {}));
    }
    SECTION("a key that nothing can be sealed to, when it comes in") {
        census.people[0].key = a_key_of(2048, 2040);
        const auto warnings = desk.load(census).warnings;
        REQUIRE(warnings.size() == 1);
        CHECK_THAT(warnings[0], Catch::Contains("the key of orchid-rep cannot be used, nothing is sealed to it: "));
        CHECK_THAT(warnings[0], Catch::Contains("an RSA exponent of 2040 bits"));
        CHECK(desk.load(census).warnings.empty());  // it is known by now
    }
    SECTION("but not one who wants nothing") {
        census.denials = {a_denial()};
        for (auto& subscription : census.subscriptions) subscription.delivery = DeliveryMode::none;
        CHECK(desk.load(census).warnings.empty());
    }
}

TEST_CASE("settings that cannot be meant are warned of") {
    Desk desk;
    auto census = small();
    SECTION("a closed list") {
        census.lists[0].expires = at("2026-05-01");
        CHECK_THAT(text(desk.load(census).warnings), Catch::Contains("list teams is closed since 2026-05-01"));
    }
    SECTION("RED without encryption") {
        census.lists.push_back(list("sc", "sc", Tlp::red));
        CHECK_THAT(text(desk.load(census).warnings), Catch::Contains("list sc has max_tlp RED without encryption = required"));
    }
    SECTION("a default above the maximum, because none is written") {
        census.lists[0].max_tlp = Tlp::green;
        census.lists[0].default_tlp.reset();
        CHECK_THAT(text(desk.load(census).warnings), Catch::Contains("list teams has no default_tlp"));
    }
    SECTION("an economy that is nobody's") {
        const auto* code = GENERATE("XX", "AA", "QM", "ZZ");
        census.teams[0].economy = code;
        CHECK_THAT(text(desk.load(census).warnings), Catch::Contains(fmt::format("team orchid is of economy {}, which", code)));
        CHECK(desk.load(census).warnings.empty());  // it is known by now
        const auto* real = GENERATE("QA", "ZA", "SG", "");
        census.teams[0].economy = real;
        CHECK(desk.load(census).warnings.empty());
    }
    SECTION("an office for longer than the rule book has it") {
        census.terms[0] = {"chair", PersonId{"orchid-rep"}, {}, {at("2026-01-01"), at("2036-01-01")}};
        census.terms.push_back({"sc", PersonId{"orchid-rep"}, {}, {at("2026-01-01"), {}}});
        census.terms.push_back({"secretariat", PersonId{"kikyo-rep"}, {}, {at("2024-02-29"), at("2026-03-01")}});  // two years to the day
        const auto warnings = text(desk.load(census).warnings);
        CHECK_THAT(warnings, Catch::Contains("the term of orchid-rep as chair, 2026-01-01T00:00:00Z - 2036-01-01T00:00:00Z, is longer") &&
                                 Catch::Contains("chair.term is 1 year, so it would end by 2027-01-01"));
        CHECK_THAT(warnings, Catch::Contains("sc.term is 2 years") && !Catch::Contains("kikyo-rep"));
        CHECK(desk.load(census).warnings.empty());
    }
    SECTION("a hundred lines at most") {
        census.denials = {a_denial()};
        for (int i = 0; i < 150; ++i) {
            const auto id = "many" + std::to_string(i);
            census.people.push_back(person(id.c_str(), "orchid"));
            census.subscriptions.push_back(on("teams", id.c_str()));
        }
        const auto warnings = desk.load(census).warnings;
        CHECK(warnings.size() == 101);
        CHECK(warnings.back() == "and 52 more");
    }
}

TEST_CASE("a later load is no way around the walls of lists", "[C5][ruling jj]") {
    struct Row {
        void (*make)(Census&);
        std::string says;
    };
    const auto row = GENERATE(values<Row>({
        {[](Census& c) { c.lists[0].klass = "members"; }, "list teams: the class of a list (item 70) is the committee's to decide"},
        {[](Census& c) { c.lists[0].max_tlp = Tlp::amber_strict; }, "list teams: the maximum of a list"},
        {[](Census& c) { c.lists[0].charter = "chat"; }, "list teams: the charter of a list"},
        {[](Census& c) { c.lists[0].encryption = Encryption::preferred; }, "list teams: less encryption of a list"},
        {[](Census& c) { c.lists[0].default_tlp = Tlp::green; }, "list teams: a lower default label of a list"},
        {[](Census& c) { c.lists.push_back(list("sc", "sc")); }, "list sc: a new list (ruling jj) is the committee's to decide"},
        {[](Census& c) { c.lists.pop_back(), c.terms.pop_back(), c.subscriptions.pop_back(); }, "list ews: the removal of a list"},
    }));
    CAPTURE(row.says);
    Desk desk;
    auto census = small();
    census.lists[0].encryption = Encryption::required;
    desk.load(census);
    const auto version = desk.store->register_version();
    const auto entries = desk.journal().size();
    auto changed = census;
    row.make(changed);
    changed.people.push_back(person("orchid-new", "orchid"));
    for (const bool dry : {true, false}) {
        const auto answer = desk.office->load(desk.by, changed, {.dry_run = dry, .prune = true});
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == errc::denied);
        CHECK_THAT(answer.error().detail, Catch::Contains(row.says) && Catch::Contains("write: caveat list "));
    }
    CHECK(desk.store->register_version() == version);
    CHECK(desk.journal().size() == entries);
}

TEST_CASE("any community survives export and load, and any can become any other", "[O1]") {
    std::mt19937 random(7);
    const auto any = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    const auto id = [](const char* kind, int n) { return std::string(kind) + std::to_string(n); };
    std::vector<List> lists_of_all;
    for (int i = 0; i < 4; ++i) {
        auto made = list(id("l", i).c_str(), any(2) == 0 ? "teams" : "wg", static_cast<Tlp>(any(4)));
        if (any(3) == 0) made.default_tlp.reset();
        made.posting = static_cast<Posting>(any(3));
        made.encryption = static_cast<Encryption>(any(3));
        lists_of_all.push_back(made);
    }
    const auto make = [&] {
        Census census;
        const int teams = 1 + any(5);
        const int people = any(12);
        census.lists = lists_of_all;  // their walls stand
        const int lists = static_cast<int>(census.lists.size());
        for (int i = 0; i < teams; ++i) {
            auto made = any(2) == 0 ? team(id("t", i).c_str()) : team(id("t", i).c_str(), "strategic", "registry");
            if (lists > 1 && any(2) == 0) made.clearances = {{ListId{"l1"}, Tlp::amber, "SC-1"}, {ListId{"l0"}, Tlp::green, "SC-2"}};
            census.teams.push_back(made);
        }
        for (int i = 0; i < people; ++i) {
            const auto of = id("t", any(teams));  // and so for good
            auto made = person((id("p", i) + of).c_str(), of.c_str());
            made.addresses = {"Own" + std::to_string(i) + "@" + of + ".example"};
            if (any(2) == 0)
                made.addresses.insert(made.addresses.begin(), "role" + std::to_string((i + any(2) * 20) % 40) + "-" + std::to_string(i) +
                                                                  "@more." + of + ".example");
            if (any(3) == 0) made.key = a_key_of(2048, 17 + 2 * static_cast<unsigned>(of.back() - '0'));
            census.people.push_back(made);
            if (lists > 0 && any(2) == 0) {
                Subscription subscription = on(id("l", any(lists)).c_str(), made.id.value.c_str());
                subscription.delivery = static_cast<DeliveryMode>(any(3));
                census.subscriptions.push_back(subscription);
                census.terms.push_back({"moderator", made.id, subscription.list, {at("2026-01-01") + std::chrono::days{any(300)}, {}}});
            }
        }
        return census;
    };
    Desk desk;
    for (int round = 0; round < 60; ++round) {
        const auto census = make();
        desk.clock.t += std::chrono::hours{1};
        desk.load(census);
        REQUIRE(desk.load(census).changes.empty());
        const auto exported = desk.office->census();
        CHECK(exported.people.size() == census.people.size());
        CHECK(exported.subscriptions.size() == census.subscriptions.size());
        REQUIRE(desk.load(exported).changes.empty());
    }
    CHECK(desk.store->journal().verify());
    CHECK(desk.store->check());
}

TEST_CASE("twenty thousand subscriptions are loaded once, and the journal stays short", "[J1]") {
    Census census;
    constexpr int teams = 200;
    constexpr int people = 2'000;
    constexpr int lists = 10;
    for (int i = 0; i < teams; ++i) census.teams.push_back(team(("team" + std::to_string(i)).c_str()));
    for (int i = 0; i < lists; ++i) census.lists.push_back(list(("wg-" + std::to_string(i)).c_str(), "wg"));
    for (int i = 0; i < people; ++i) {
        const auto id = "person" + std::to_string(i);
        census.people.push_back(person(id.c_str(), ("team" + std::to_string(i % teams)).c_str()));
        for (const auto& l : census.lists) census.subscriptions.push_back({l.id, PersonId{id}, DeliveryMode::each});
    }
    Desk desk;
    CHECK(desk.load(census).changes.size() == teams + people + lists + people * lists);
    CHECK(desk.load(census).changes.empty());
    CHECK(desk.journal().size() == 4 + 1'000 + 1);
    CHECK_THAT(desk.journal("community.load.rest").at(0), Catch::Contains("\"changes\":21210") && Catch::Contains("sha256"));
}

TEST_CASE("a load into a community that is there says what the committee would have decided, and undoes no decision",
          "[C5][A11][ruling ii]") {
    Desk desk;
    CHECK(desk.load(small()).undecided.empty());  // what was there before the program
    auto census = small();
    census.teams.push_back(team("wattle"));
    census.teams[2].category = "liaison";
    const auto said = desk.load(census, true).undecided;
    CHECK(said == std::vector<std::string>{"team basalt: the category of a team (items 23 and 54)",
                                           "team wattle: the admission of a team (items 17, 18 and 54)"});
    CHECK(desk.journal("community.load.undecided").empty());
    CHECK(desk.load(census).undecided == said);
    const auto entries = desk.journal("community.load.undecided");
    REQUIRE(entries.size() == 2);
    CHECK_THAT(entries[1], Catch::Contains("team wattle: the admission of a team"));

    storage::Motion motion{"D-1",        "category", "approval", "?", "basalt", "operator root", desk.clock.t,
                           desk.clock.t, {},         "n",        {},  "passed", "category A-1"};
    const auto kept = [&](const storage::Motion& m, const std::string& binds) {
        storage::Store::Transaction transaction(*desk.store);
        desk.store->minutes().add(m);
        if (!binds.empty()) desk.store->minutes().say(m.id, {desk.clock.t, "operator root", "binds", TeamId{}, binds});
        desk.store->journal().append(desk.clock.t, "system", "test.act", "", "{}");
        transaction.commit();
    };
    kept(motion, "");
    const auto refused = [&](const Census& wanted, const std::string& words) {
        const auto before = desk.journal().size();
        for (const bool dry_run : {true, false}) {
            const auto loaded = desk.office->load(desk.by, wanted, {.dry_run = dry_run, .prune = true});
            REQUIRE_FALSE(loaded);
            CHECK(loaded.error().code == errc::denied);
            CHECK_THAT(loaded.error().detail, Catch::Contains(words));
        }
        CHECK(desk.journal().size() == before);
    };
    refused(small(), "team basalt: the category of a team (items 23 and 54): decision D-1 settled that, by category A-1");
    Census nobody;
    nobody.lists = small().lists;  // their walls stand whatever was decided
    refused(nobody, "decision D-1");
}

TEST_CASE("a load changes no sanction of a case, no hold, and no term that an election began", "[C4][C5][A11][ruling ii]") {
    Desk desk;
    auto census = small();
    auto sanction = a_denial();
    sanction.decision = "D-1";
    auto hold = a_denial("orchid-duty");
    hold.whole_team = false;
    hold.source = "hold";
    hold.decision.clear();
    census.denials = {sanction, hold, a_denial("kikyo")};
    census.terms.push_back({"chair", PersonId{"orchid-rep"}, {}, {at("2026-05-01"), at("2027-05-01")}});
    desk.load(census);
    census = desk.office->census();
    const auto id_of = [&](const char* whom) {
        const auto found = std::find_if(census.denials.begin(), census.denials.end(), [&](const auto& d) { return d.whom == whom; });
        REQUIRE(found != census.denials.end());
        return found->id;
    };
    {
        storage::Store::Transaction transaction(*desk.store);
        auto& minutes = desk.store->minutes();
        const auto now = desk.clock.t;
        minutes.add(storage::Motion{
            "D-1", "case.sanction", "approval", "?", "C-1", "operator root", now, now, {}, "n", {}, "passed", "case.sanction C-1"});
        minutes.add(storage::Motion{
            "D-2", "election", "approval", "?", "chair orchid", "operator root", now, now, {}, "n", {}, "passed", "election chair orchid"});
        minutes.add(storage::CaseRow{"C-1", TeamId{"orchid"}, now, "n"});
        minutes.link_denial("C-1", id_of("orchid"));
        storage::HoldRow held;
        held.person = PersonId{"orchid-duty"};
        held.reason = "taken over";
        held.actor = "operator root";
        held.placed = now;
        held.until = at("2027-04-03");
        held.denial = id_of("orchid-duty");
        minutes.put(held);
        desk.store->journal().append(now, "operator root", "term.begun", "orchid-rep",
                                     R"({"decision":"D-2","role":"chair","during":"2026-05-01T00:00:00Z - 2027-05-01T00:00:00Z"})");
        transaction.commit();
    }
    desk.load(census);  // as it is
    const auto refused = [&](const Census& wanted, const std::string& words) {
        const auto loaded = desk.office->load(desk.by, wanted, {.prune = true});
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == errc::denied);
        CHECK_THAT(loaded.error().detail, Catch::Contains(words));
    };
    const auto with = [&](const auto& change) {
        auto other = census;
        change(other);
        return other;
    };
    const auto denial = [](Census& all, const char* whom) -> Denial& {
        return *std::find_if(all.denials.begin(), all.denials.end(), [&](const auto& d) { return d.whom == whom; });
    };
    const auto term = [](Census& all, const char* role) -> Term& {
        return *std::find_if(all.terms.begin(), all.terms.end(), [&](const auto& t) { return t.role == role; });
    };
    refused(with([&](Census& c) { denial(c, "orchid").during.until = at("2026-07-01"); }), "case C-1 settled that");
    refused(with([&](Census& c) { denial(c, "orchid").verbs = bit(Verb::post); }), "case C-1 settled that");
    refused(with([&](Census& c) { denial(c, "orchid-duty").during.until = at("2026-06-02"); }), "settled that");
    refused(with([&](Census& c) {
                auto more = denial(c, "orchid");
                more.resource = "ews";
                c.denials.push_back(more);
            }),
            "decision D-1 settled that, by case.sanction C-1");
    for (const auto* until : {"2026-07-01", "2029-05-01"})
        refused(with([&](Census& c) { term(c, "chair").during.until = at(until); }),
                "term chair orchid-rep: an office (items 7, 49 and 53): decision D-2 settled that, by election chair orchid");
    refused(with([&](Census& c) { std::erase_if(c.terms, [](const auto& t) { return t.role == "chair"; }); }), "decision D-2 settled that");
    // What was there before the program is the operator's to put right, and is told.
    const auto loaded = desk.load(with([&](Census& c) {
        denial(c, "kikyo").during.until = at("2026-07-01");
        term(c, "sc").during.until = at("2027-12-01");
    }));
    CHECK(loaded.undecided.size() == 2);
}

TEST_CASE("a load that makes a partner of a team whose people hold offices says that these count for nothing", "[A2][A10][items 7, 12]") {
    Desk desk;
    const auto says = [](const registry::Loaded& loaded) {
        return text(loaded.warnings).find("orchid-rep is sc of the community, which counts for nothing") != std::string::npos;
    };
    CHECK_FALSE(says(desk.load(small())));
    auto census = small();
    census.teams[0] = team("orchid", "liaison");
    CHECK(registry::worthless_offices(*desk.store, rules(), desk.clock.now()).empty());
    CHECK(says(desk.load(census)));
    // Later `doctor` does.
    const auto found = registry::worthless_offices(*desk.store, rules(), desk.clock.now());
    REQUIRE(found.size() == 1);
    CHECK_THAT(found.front(), Catch::Contains("orchid-rep is sc of the community, which counts for nothing") &&
                                  Catch::Contains("caveat term end sc orchid-rep --reason"));
}

TEST_CASE("a load that gives an office to somebody of a partner on record says that it counts for nothing", "[A2][A10][items 7, 12]") {
    Desk desk;
    auto census = small();
    census.teams[0] = team("orchid", "liaison");
    const auto given = std::exchange(census.terms, {});
    desk.load(census);
    census.terms = given;
    CHECK_THAT(text(desk.load(census).warnings), Catch::Contains("orchid-rep is sc of the community, which counts for nothing"));
    CHECK_THAT(text(desk.load(census).warnings), !Catch::Contains("counts for nothing"));  // not again
}

TEST_CASE("a load leaves nobody the running of a list that their team could read no more", "[A11][A12][ruling ll]") {
    Desk desk;
    auto census = small();
    census.lists.push_back(list("members", "members"));
    census.terms.push_back({"owner", PersonId{"kikyo-rep"}, ListId{"members"}, {at("2026-01-01"), {}}});
    desk.load(census);
    CHECK(registry::worthless_offices(*desk.store, rules(), desk.clock.now()).empty());
    auto partner = census;
    partner.teams[1] = team("kikyo", "liaison");
    const auto loaded = desk.office->load(desk.by, partner, {});
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == errc::denied);
    CHECK_THAT(loaded.error().detail, Catch::Contains("no column of the access matrix lets such a team read members") &&
                                          Catch::Contains("caveat term end owner kikyo-rep --list members --reason TEXT") &&
                                          !Catch::Contains("--list ews"));
    auto over = partner;
    over.terms.back().during.until = at("2026-02-01");
    CHECK_FALSE(desk.load(over).changes.empty());
    // What is on record already, `doctor` names.
    {
        storage::Store::Transaction transaction(*desk.store);
        desk.store->register_rows().put(partner.terms.back());
        desk.store->journal().append(desk.clock.now(), "operator root", "term.begun", "kikyo-rep", "{}");
        transaction.commit();
    }
    const auto found = registry::worthless_offices(*desk.store, rules(), desk.clock.now());
    REQUIRE(found.size() == 1);
    CHECK_THAT(found.front(), Catch::Contains("kikyo-rep is owner of members, which counts for nothing: ") &&
                                  Catch::Contains("end it: caveat term end owner kikyo-rep --list members --reason TEXT"));
}

TEST_CASE("a file takes a team's voice no more than its single acts do", "[C3][A11][items 27, 36, 37]") {
    Desk desk;
    desk.load(small());
    bool in_a_case = false;
    registry::Registry office{*desk.store, rules(), desk.clock, {}, nullptr, "lists.arc.example", [&](const TeamId&) { return in_a_case; }};
    auto silent = small();
    silent.people[0].representative = false;
    auto without = small();
    std::erase_if(without.people, [](const auto& person) { return person.id.value == "orchid-rep"; });
    std::erase_if(without.terms, [](const auto& term) { return term.person.value == "orchid-rep"; });
    std::erase_if(without.subscriptions, [](const auto& place) { return place.person.value == "orchid-rep"; });
    const auto said = [&](const char* person, const Census& census) {
        const Actor by = person == nullptr ? desk.by : Actor{std::string("person ") + person, PersonId{person}};
        const auto loaded = office.load(by, census, {.dry_run = true, .prune = true});
        if (!loaded) CHECK(loaded.error().code == errc::denied);
        return loaded ? std::string() : loaded.error().detail;
    };
    const auto colleagues = said("orchid-duty", silent);
    CHECK_THAT(colleagues, Catch::Contains("orchid-rep") && Catch::Contains("items 36 and 37"));
    CHECK_THAT(said("orchid-duty", without), Catch::Contains("items 36 and 37"));
    CHECK(said("kikyo-rep", silent).empty());
    CHECK(said("orchid-rep", silent).empty());
    in_a_case = true;
    CHECK(said("orchid-duty", silent) == colleagues);
    CHECK_THAT(said("kikyo-rep", silent), Catch::Contains("a case about orchid is not over"));
    CHECK_THAT(said("kikyo-rep", without), Catch::Contains("a case about orchid is not over"));
    CHECK(said("orchid-rep", silent).empty());
    CHECK(said(nullptr, silent).empty());
}

namespace {

Actor by_person(const char* id) { return {std::string("person ") + id, PersonId{id}}; }

Term& owner_of_ews(Census& census) {
    return *std::find_if(census.terms.begin(), census.terms.end(), [](const auto& term) { return term.role == "owner"; });
}

void leave_out(Census& census, const std::string& id) {
    std::erase_if(census.people, [&](const auto& person) { return person.id.value == id; });
    std::erase_if(census.terms, [&](const auto& term) { return term.person.value == id; });
    std::erase_if(census.subscriptions, [&](const auto& place) { return place.person.value == id; });
}

// In words, why not; empty: it is loaded, where it is no dry run.
std::string refusal(Desk& desk, const Actor& by, const Census& census, registry::Manner manner = {.dry_run = true, .prune = true}) {
    const auto version = desk.store->register_version();
    const auto loaded = desk.office->load(by, census, manner);
    if (loaded) return {};
    CHECK(loaded.error().code == errc::denied);
    CHECK(desk.store->register_version() == version);
    return loaded.error().detail;
}

}  // namespace

TEST_CASE("a file takes nobody out of the register whom its single act does not", "[C3][A11][items 27, 38, 49, 54]") {
    Desk desk;
    desk.load(small());
    auto without = desk.office->census();
    leave_out(without, "orchid-duty");
    CHECK(refusal(desk, by_person("kikyo-rep"), without).empty());
    auto room = community::new_list(ListId{"panel-c-2026-001"});
    room.klass = "panel";
    room.charter = community::room_charter("C-2026-001", 2);
    {
        auto rows = desk.store->membership_writer();
        storage::Store::Transaction seating(*desk.store);
        rows.put(room);
        rows.subscribe(on("panel-c-2026-001", "orchid-duty"), desk.clock.t);
        desk.store->journal().append(desk.clock.t, "system", "test.seat", "", "{}");
        seating.commit();
    }
    const auto act = desk.office->remove_person(by_person("kikyo-rep"), PersonId{"orchid-duty"});
    REQUIRE_FALSE(act);
    for (const bool dry_run : {true, false})
        CHECK(refusal(desk, by_person("kikyo-rep"), without, {.dry_run = dry_run, .prune = true}) ==
              "person orchid-duty: " + act.error().detail);
    {
        storage::Store::Transaction opening(*desk.store);
        desk.store->minutes().add(storage::CaseRow{"C-2026-001", TeamId{"kikyo"}, desk.clock.t, ""});
        desk.store->journal().append(desk.clock.t, "system", "test.case", "C-2026-001", "{}");
        opening.commit();
    }
    for (const auto* whom : {"orchid-duty", "basalt-rep"}) {  // the party learns neither who sits there nor that anybody does
        const auto of_the_party = desk.office->remove_person(by_person("kikyo-rep"), PersonId{whom});
        REQUIRE_FALSE(of_the_party);
        CHECK(of_the_party.error().detail.find("Panel") == std::string::npos);
        CHECK(of_the_party.error().detail.find(" 27 ") == std::string::npos);
        CHECK_THAT(of_the_party.error().detail, Catch::Contains("a place given by decision may end with that"));
    }
    CHECK(refusal(desk, by_person("orchid-rep"), without).empty());  // who speaks for the team
    CHECK(refusal(desk, by_person("orchid-duty"), without).empty());
    CHECK(refusal(desk, desk.by, without).empty());
}

TEST_CASE("a role on a list that comes again, or goes on for longer, is asked about as one that begins", "[A11][ruling ll]") {
    Desk desk;
    auto census = small();
    census.lists.push_back(list("members", "members"));
    census.terms.push_back({"owner", PersonId{"basalt-rep"}, ListId{"members"}, {at("2026-01-01"), at("2026-03-01")}});
    census.teams[2] = team("basalt");
    desk.load(census);
    census.teams[2] = team("basalt", "corporate");
    desk.load(census);  // what is on record stays
    const auto before = census.terms.back();
    const Actor by = GENERATE(Actor{"operator test", {}}, by_person("kikyo-rep"));
    CHECK(refusal(desk, by, census).empty());
    census.terms.back().during.until = at("2027-01-01");
    CHECK_THAT(refusal(desk, by, census), Catch::Contains("no column of the access matrix"));
    census.terms.back() = before;
    census.terms.push_back({"owner", PersonId{"basalt-rep"}, ListId{"members"}, {at("2026-05-01"), at("2027-01-01")}});
    CHECK_THAT(refusal(desk, by, census), Catch::Contains("who is owner of a list sees its roster and what waits there") &&
                                              Catch::Contains("no column of the access matrix"));
}

TEST_CASE("who leaves by a load has an entry that says what they were, wherever in the file they are missing", "[J1][item 15]") {
    Desk desk;
    auto census = small();
    census.people[1].alternate = true;
    desk.load(census);
    const auto gone = census.people[1].id;
    std::erase_if(census.people, [&](const auto& person) { return person.id == gone; });
    std::erase_if(census.subscriptions, [&](const auto& subscription) { return subscription.person == gone; });
    for (int i = 0; i < 1'005; ++i) census.people.push_back(person(("kikyo-" + std::to_string(i)).c_str(), "kikyo"));
    desk.load(census);
    const auto entries = desk.journal("person.remove");
    REQUIRE(entries.size() == 1);
    CHECK_THAT(entries.front(), Catch::StartsWith("person.remove " + gone.value) && Catch::Contains("\"voice\":\"alternate\""));
}

TEST_CASE("of what a person loads each change has the entry of its single act, however many they are", "[J1]") {
    Desk desk;
    desk.load(small());
    const auto now = to_string(desk.clock.t);
    auto census = small();
    for (int i = 0; i < 1'005; ++i) census.people.push_back(person(("kikyo-" + std::to_string(i)).c_str(), "kikyo"));
    owner_of_ews(census) = {"owner", PersonId{"orchid-duty"}, ListId{"ews"}, {at("2026-06-01"), at("2027-06-01")}};
    census.subscriptions.erase(census.subscriptions.end() - 1);
    census.subscriptions.push_back(on("ews", "kikyo-rep"));
    const auto loaded = desk.office->load(by_person("orchid-duty"), census, {.prune = true});
    REQUIRE(loaded);
    CHECK(desk.journal("person.add").size() == 4 + 1'005);
    CHECK(desk.journal("community.load.rest").empty());
    CHECK(desk.journal("term.begun").at(0) == "term.begun orchid-duty {\"what\":\"until 2027-06-01T00:00:00Z\",\"role\":\"owner\","
                                              "\"during\":\"2026-06-01T00:00:00Z - 2027-06-01T00:00:00Z\",\"list\":\"ews\"}");
    CHECK(desk.journal("term.ended").at(0) == "term.ended kikyo-rep {\"what\":\"until: none -> " + now +
                                                  "\",\"fields\":[\"until\"],\"reason\":\"by a file that was loaded\",\"role\":\"owner\","
                                                  "\"during\":\"2026-01-01T00:00:00Z - " + now + "\",\"list\":\"ews\"}");
    CHECK(desk.journal("subscription.remove").at(0).starts_with("subscription.remove ews orchid-rep "));
    CHECK(desk.journal("subscription.add").back().starts_with("subscription.add ews kikyo-rep "));
    // What was of the role is on record as if it had been ended by itself, and the same text changes nothing more.
    auto as_it_was = small();
    owner_of_ews(as_it_was).during.until = desk.clock.t;
    const auto terms = desk.store->powers().terms();
    CHECK(std::find(terms.begin(), terms.end(), owner_of_ews(as_it_was)) != terms.end());
    desk.clock.t += std::chrono::hours{1};
    CHECK(desk.office->load(by_person("orchid-duty"), census, {.prune = true})->changes.empty());
    // Nor does it go with its person.
    leave_out(census, "kikyo-rep");
    REQUIRE(desk.office->load(by_person("orchid-duty"), census, {.prune = true}));
    const auto past = desk.store->powers().terms_of_departed();
    REQUIRE(past.size() == 1);
    CHECK(past.front().term == owner_of_ews(as_it_was));
    CHECK(desk.journal("term.ended").size() == 1);
}

TEST_CASE("what a representative loads of their team is its own word, as by single acts", "[A11][item 15]") {
    Desk desk;
    desk.load(small());
    auto census = small();
    census.teams[0].name = "Orchid";
    census.people[1].alternate = true;
    census.people.push_back(person("orchid-new", "orchid"));
    census.people.push_back(person("kikyo-new", "kikyo"));
    const bool own = GENERATE(true, false);
    REQUIRE(desk.office->load(by_person(own ? "orchid-rep" : "kikyo-rep"), census, {}));
    const auto says = [&](const char* act) { return desk.journal(act).back().find("\"own\":\"yes\"") != std::string::npos; };
    CHECK(says("team.change") == own);
    CHECK(says("person.change") == own);
    CHECK_FALSE(says("person.add"));  // of another team
    CHECK((desk.journal("person.add").at(4).find("\"own\":\"yes\"") != std::string::npos) == own);
}

TEST_CASE("who spoke for a team until a person loads its representative is named with them, as by single acts", "[ruling ss][items 36, 37]") {
    Desk desk;
    auto census = small();
    census.people[0].representative = false;
    census.people[1].alternate = true;
    desk.load(census);
    const bool there = GENERATE(true, false);
    if (!there) census.people.push_back(person("orchid-new", "orchid"));
    (there ? census.people[0] : census.people.back()).representative = true;
    REQUIRE(desk.office->load(by_person("kikyo-rep"), census, {}));
    const auto entry = desk.journal(there ? "person.change" : "person.add").back();
    CAPTURE(entry);
    CHECK(entry.find(R"("in_place_of":["orchid-duty"])") != std::string::npos);
}

TEST_CASE("a person loads no role by a clock that stands before what is on record", "[O6][A11][ruling ii]") {
    Desk desk;
    const auto census = small();
    desk.load(census);
    {
        storage::Store::Transaction transaction(*desk.store);
        desk.store->journal().append(desk.clock.now() + std::chrono::hours{24}, "system", "clock.set", "", "{}");
        transaction.commit();
    }
    auto other = census;
    owner_of_ews(other).during.until = at("2027-06-01");
    const auto loaded = desk.office->load(by_person("kikyo-rep"), other, {});
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == errc::temporary);
    CHECK_THAT(loaded.error().detail, Catch::Contains("nothing is recorded before what is on record"));
    auto renamed = census;
    renamed.people[0].name = "Another";
    CHECK(desk.office->load(by_person("kikyo-rep"), renamed, {}));
    CHECK(desk.office->load(desk.by, other, {}));  // what sets a community up may be entered by any clock
    // But no term is left out by one that may stand before its beginning.
    std::erase_if(other.terms, [](const auto& term) { return term.list.value == "ews"; });
    const auto pruned = desk.office->load(desk.by, other, {.prune = true});
    REQUIRE_FALSE(pruned);
    CHECK(pruned.error().code == errc::temporary);
    desk.clock.t += std::chrono::hours{24};
    CHECK(desk.office->load(desk.by, other, {.prune = true}));
}

namespace {

const auto key_that_only_signs = caveat::test::armoured(caveat::test::a_packet(6, caveat::test::key_body(27, std::string(32, 'x'))));

}  // namespace

TEST_CASE("what a person could not do act by act they do by no file", "[C5][A11][item 54]") {
    Desk desk;
    auto census = small();
    census.teams.push_back(team("wattle", "applicant"));
    census.lists.push_back(list("wg-x", "wg"));
    census.lists.back().expires = at("2026-05-01");
    census.subscriptions.push_back(on("wg-x", "orchid-rep"));
    census.terms.push_back({"moderator", PersonId{"orchid-rep"}, ListId{"ews"}, {at("2026-01-01"), at("2026-02-01")}});
    desk.load(census);
    const Actor secretary = by_person("kikyo-rep");
    Actor lent = by_person("orchid-duty");
    lent.lent_by = "person kikyo-rep";
    struct Row {
        void (*make)(Census&);
        const Actor& by;
        std::string says;
        bool of_operator;  // they may
    };
    const std::vector<Row> rows{
        {[](Census& c) { c.teams[2].category = "liaison"; }, secretary, "committee's to decide", true},
        {[](Census& c) { c.teams[3].since = parse_date("2020-01-01").value(); }, secretary, "wattle has no date of admission", true},
        {[](Census& c) { c.subscriptions.push_back(on("wg-x", "orchid-duty")); }, secretary, "list wg-x is closed since", false},
        {[](Census& c) { owner_of_ews(c).during.until = at("2026-04-01"); }, secretary, "a term ends now or later", true},
        {[](Census& c) { c.terms.back().during.until = at("2026-01-15"); }, secretary, "is over since 2026-02-01", true},
        {[](Census& c) { c.terms.push_back(owner_of_ews(c)), c.terms.back().during.from = at("2026-05-01"); }, secretary,
         "is on record already", true},
        {[](Census& c) { owner_of_ews(c).during.until = at("2026-08-01"); }, lent, "item 54: this token was made by", true},
        {[](Census& c) { std::erase_if(c.terms, [](const auto& term) { return term.role == "owner"; }); }, lent,
         "item 54: this token was made by", true},
        {[](Census& c) { c.people[1].key = a_key_of(2048, 2040); }, secretary, "an RSA exponent of 2040 bits", true},
        {[](Census& c) { c.people[1].key = key_that_only_signs; }, secretary, "key: cannot be used: none of its subkeys", true},
        {[](Census& c) { c.people[1].key = a_key_of(2048, 19); }, lent, "item 60: person kikyo-rep made this token", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        auto changed = census;
        row.make(changed);
        CHECK_THAT(refusal(desk, row.by, changed), Catch::Contains(row.says));
        CHECK(refusal(desk, desk.by, changed).empty() == row.of_operator);
    }
}
