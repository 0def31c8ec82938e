#include "forum.hpp"

using namespace forum;

namespace {

struct Loaded : Desk {
    std::size_t before = 0;  // entries so far
    Loaded() {
        load(small());
        before = journal().size();
    }

    // The act was refused so, and left no trace.
    void refused(const Result<void>& answer, errc code, const std::string& says) {
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == code);
        CHECK_THAT(answer.error().detail, Catch::Contains(says));
        CHECK(journal().size() == before);
    }
    // It was done, with one entry.
    void done(const Result<void>& answer, const std::string& entry) {
        INFO((answer ? "" : answer.error().detail));
        REQUIRE(answer);
        const auto entries = journal();
        REQUIRE(entries.size() == before + 1);
        CHECK_THAT(entries.back(), Catch::StartsWith(entry));
        before = entries.size();
    }
};

}  // namespace

TEST_CASE("teams are added, changed and removed, each with its entry", "[J1]") {
    Loaded desk;
    auto& office = *desk.office;
    desk.done(office.add(desk.by, team("wattle")), "team.add wattle {\"what\":\"operational, SG\"}");
    desk.refused(office.add(desk.by, team("wattle")), errc::conflict, "team wattle exists");
    desk.refused(office.add(desk.by, team("x", "y")), errc::invalid, "write one of: operational");
    auto renamed = team("wattle");
    renamed.name = "Wattle-CSIRT";
    desk.done(office.change(desk.by, renamed, ""), "team.change wattle {\"what\":\"name: wattle team -> Wattle-CSIRT\"}");
    CHECK(office.change(desk.by, renamed, ""));
    CHECK(desk.journal().size() == desk.before);
    desk.refused(office.change(desk.by, team("nobody"), ""), errc::not_found, "team nobody is not there");
    desk.refused(office.remove_team(desk.by, TeamId{"orchid"}), errc::conflict, "team orchid still has 2 people");
    desk.refused(office.remove_team(desk.by, TeamId{"nobody"}), errc::not_found, "team nobody is not there");
    desk.done(office.remove_team(desk.by, TeamId{"wattle"}), "team.remove wattle");
    CHECK_FALSE(desk.store->people().team(TeamId{"wattle"}));
}

TEST_CASE("the secretariat records what was decided and never decides", "[C5]") {
    Loaded desk;
    auto& office = *desk.office;
    auto changed = desk.store->people().team(TeamId{"orchid"}).value();
    std::string rule;
    SECTION("category") {
        changed.category = "corporate";
        rule = "the category of a team is changed by a decision of the committee (items 23 and 54)";
    }
    SECTION("subtype") {
        REQUIRE(office.add(desk.by, team("desk", "strategic", "lea")));
        desk.before = desk.journal().size();
        changed = team("desk", "strategic", "registry");
        rule = "the subtype of a team";
    }
    SECTION("clearance") {
        changed.clearances = {{ListId{"ews"}, Tlp::red, ""}};
        rule = "a clearance is changed by a decision of the committee (ruling y)";
    }
    desk.refused(office.change(desk.by, changed, ""), errc::denied, rule);
    desk.refused(office.change(desk.by, changed, ""), errc::denied, "needs --decision");
    desk.done(office.change(desk.by, changed, "SC-2026-14"), "team.change " + changed.id.value);
    CHECK_THAT(desk.journal().back(), Catch::Contains("\"decision\":\"SC-2026-14\""));
    const auto kept = desk.store->people().team(changed.id).value();
    for (const auto& clearance : kept.clearances) CHECK(clearance.decision == "SC-2026-14");
}

TEST_CASE("class, maximum and charter of a list need a decision, the rest does not", "[C5]") {
    Loaded desk;
    auto& office = *desk.office;
    const auto was = desk.store->people().list(ListId{"teams"}).value();
    struct Row {
        std::string what;
        void (*make)(List&);
    };
    const auto row = GENERATE(values<Row>({
        {"class", [](List& l) { l.klass = "members"; }},
        {"maximum", [](List& l) { l.max_tlp = Tlp::amber_strict; }},
        {"charter", [](List& l) { l.charter = "chat"; }},
    }));
    auto changed = was;
    row.make(changed);
    desk.refused(office.change(desk.by, changed, ""), errc::denied, "the " + row.what + " of a list");
    desk.done(office.change(desk.by, changed, "SC-3"), "list.change teams");
    auto moderated = changed;
    moderated.posting = Posting::moderated;
    desk.done(office.change(desk.by, moderated, ""), "list.change teams {\"what\":\"posting: matrix -> moderated\"}");
}

TEST_CASE("lists are added and removed, and a removed one takes its roster with it", "[A2]") {
    Loaded desk;
    auto& office = *desk.office;
    desk.done(office.add(desk.by, list("drill", "drill")), "list.add drill");
    desk.refused(office.add(desk.by, list("drill", "drill")), errc::conflict, "list drill exists");
    desk.refused(office.add(desk.by, list("Drill", "drill")), errc::invalid, "has no capitals");
    desk.done(office.remove_list(desk.by, ListId{"teams"}), "list.remove teams");
    CHECK_THAT(desk.journal().back(), Catch::Contains("2 subscriptions end"));
    desk.refused(office.remove_list(desk.by, ListId{"teams"}), errc::not_found, "list teams is not there");
    CHECK(desk.office->census().subscriptions.size() == 1);
    CHECK(desk.load(desk.office->census()).changes.empty());
}

TEST_CASE("an address belongs to one person, and a team has one representative", "[A6]") {
    Loaded desk;
    auto& office = *desk.office;
    auto fresh = person("orchid-new", "orchid");
    desk.done(office.add(desk.by, fresh), "person.add orchid-new");
    desk.refused(office.add(desk.by, fresh), errc::conflict, "person orchid-new exists");
    fresh.addresses = {"Orchid-Duty@ORCHID.example"};
    desk.refused(office.change(desk.by, fresh), errc::conflict, "is an address of orchid-duty; an address belongs to one person");
    fresh.addresses = {"a@b.example", "A@B.example"};
    desk.refused(office.change(desk.by, fresh), errc::invalid, "is there twice");
    fresh.addresses = {"a@b.example"};
    fresh.representative = true;
    desk.refused(office.change(desk.by, fresh), errc::conflict, "orchid-rep is representative of orchid");
    fresh.representative = false;
    fresh.team = TeamId{"nowhere"};
    desk.refused(office.change(desk.by, fresh), errc::not_found, "team nowhere is not there");
    fresh.team = TeamId{"kikyo"};
    desk.done(office.change(desk.by, fresh), "person.change orchid-new");
    desk.refused(office.change(desk.by, person("ghost", "kikyo")), errc::not_found, "person ghost is not there");
}

TEST_CASE("key material never reaches the journal", "[J2]") {
    Loaded desk;
    auto& office = *desk.office;
    auto changed = desk.store->people().person(PersonId{"orchid-duty"}).value();
    changed.key = a_key;
    desk.done(office.change(desk.by, changed), "person.change orchid-duty {\"what\":\"key: added\"}");
    changed.key = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n";
    desk.refused(office.change(desk.by, changed), errc::invalid, "secret key");
    for (const auto& entry : desk.journal()) CHECK_THAT(entry, !Catch::Contains("mDMEZ"));
}

TEST_CASE("who is removed loses subscriptions and terms at once", "[A2][A10]") {
    Loaded desk;
    desk.done(desk.office->remove_person(desk.by, PersonId{"orchid-rep"}), "person.remove orchid-rep");
    desk.refused(desk.office->remove_person(desk.by, PersonId{"orchid-rep"}), errc::not_found, "person orchid-rep is not there");
    const auto census = desk.office->census();
    CHECK(census.people.size() == 3);
    CHECK(census.subscriptions.size() == 1);
    CHECK(census.terms.size() == 1);
    CHECK(desk.load(census).changes.empty());
}

TEST_CASE("subscriptions begin, change their mode and end") {
    Loaded desk;
    auto& office = *desk.office;
    auto subscription = on("teams", "kikyo-rep");
    desk.done(office.add(desk.by, subscription), "subscription.add teams kikyo-rep {\"what\":\"delivery each\"}");
    desk.refused(office.add(desk.by, subscription), errc::conflict, "kikyo-rep is on teams already, with delivery = each");
    subscription.delivery = DeliveryMode::digest;
    desk.done(office.add(desk.by, subscription), "subscription.change teams kikyo-rep {\"what\":\"delivery: each -> digest\"}");
    desk.refused(office.add(desk.by, on("none", "kikyo-rep")), errc::not_found, "list none is not there");
    desk.refused(office.add(desk.by, on("teams", "nobody")), errc::not_found, "person nobody is not there");
    desk.done(office.remove_subscription(desk.by, ListId{"teams"}, PersonId{"kikyo-rep"}), "subscription.remove teams kikyo-rep");
    desk.refused(office.remove_subscription(desk.by, ListId{"teams"}, PersonId{"kikyo-rep"}), errc::not_found, "kikyo-rep is not on teams");
    desk.clock.t += std::chrono::hours{1};
    desk.done(office.add(desk.by, subscription), "subscription.add");
}

TEST_CASE("nobody is subscribed to a list that is closed") {
    Loaded desk;
    auto closed = desk.store->people().list(ListId{"teams"}).value();
    closed.expires = at("2026-05-01");
    desk.done(desk.office->change(desk.by, closed, ""), "list.change teams {\"what\":\"expires: none -> 2026-05-01T00:00:00Z\"}");
    desk.refused(desk.office->add(desk.by, on("teams", "kikyo-rep")), errc::invalid, "list teams is closed since 2026-05-01");
}
