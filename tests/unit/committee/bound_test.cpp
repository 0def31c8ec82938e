// A decision binds what it decides, and the act may differ in nothing (ruling ii).
#include "a_certificate.hpp"
#include "a_door.hpp"
#include "act_text.hpp"
#include "caveat/committee/kept_from.hpp"
#include "caveat/committee/matters.hpp"
#include "caveat/registry/registry.hpp"

namespace caveat::test {
namespace {

using community::Settings;

struct ABinding : ADoor {
    registry::Registry registry{store(), rules, clock,
                                [this](const std::string& decision, const community::Deed& deed) { return desk.carry(decision, deed); }};

    committee::Proposal asked(const std::string& kind, const std::string& subject, const Settings& set = {}) {
        committee::Proposal p{{}, kind, {}, "Shall we?", subject, {}, {}, {}};
        p.set = set;
        return p;
    }
    community::Team with_clearance(const char* list, community::Tlp label, const char* whom = "takin") {
        auto cleared = *team(whom);
        cleared.clearances = {{ListId{list}, label, ""}};
        return cleared;
    }
    // Of nimbus for the list teams, as this decision says.
    Result<void> clears_nimbus(const std::string& decision) {
        return registry.change(secretariat, with_clearance("teams", community::Tlp::amber_strict, "nimbus"), decision);
    }
    Settings clearance() { return {{"list", "teams"}, {"label", "AMBER+STRICT"}}; }
    // A partner that asks for another category, up to its ballot.
    void asks_to_be(const std::string& category, const std::string& subtype = {}) {
        clock.time += 24h * 10;
        id = done(try_submit("nimbus", category, subtype)).as_is.id;
        papers();
        if (category == "corporate") does(paper(conduct::DocumentKind::engagement_policy));
        if (category == "operational") does(conduct::AgreeVisit{TeamId{"kowhai"}, false});
        for (const auto* sponsor : {"takin", "kowhai", "saiga"}) {
            if (category != "operational" || sponsor == std::string_view("takin")) does(ADoor::by(sponsor));
        }
    }
    std::string closed(const std::string& ballot) {
        vote(ballot, 7);
        clock.time += 1s;
        REQUIRE(desk.close(secretariat, ballot)->tally.verdict == BallotResult::passed);
        return ballot;
    }
};

struct ABoundCase : ADesk {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    committee::Postage postage{*seal, letterhead, "sc+owner@lists.arc.example", {}, true};
    committee::Cases cases{store(), vault(), rules, clock, postage};
    ABoundCase() { opened(); }

    Result<committee::CaseView> issued(const conduct::Act& act, const std::string& decision) {
        return cases.act(everything, the_case, act, decision, committee::Mailing::served_otherwise);
    }
};

}  // namespace

TEST_CASE("who speaks for a team, or holds an office, is not taken from it by others", "[C3][A11][items 36, 37]") {
    ADesk d;
    registry::Registry office{d.store(), d.rules, d.clock, {}, nullptr, {}, [&](const TeamId& team) { return d.desk.in_a_case(team); }};
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto change = [&](const community::Actor& by, bool represents) {
        auto takin = *d.store().directory().person(PersonId{"takin-rep"});
        takin.representative = represents;
        return office.change(by, takin);
    };
    REQUIRE(change(d.person("ana"), false));
    REQUIRE(change(d.person("ana"), true));
    // Nor an office by way of the register.
    d.check_refused(office.remove_person(d.person("ana"), PersonId{"seat7-rep"}), d.all_rows(), errc::denied, "items 49 and 54");
    d.opened("takin");
    const auto before = d.all_rows();
    d.check_refused(change(d.person("ana"), false), before, errc::denied, "items 36 and 37");
    d.check_refused(office.remove_person(d.person("ana"), PersonId{"takin-rep"}), before, errc::denied, "items 36 and 37");
    auto renamed = *d.store().directory().person(PersonId{"takin-rep"});
    renamed.name = "Another Name";
    CHECK(office.change(d.person("ana"), renamed));
    CHECK(office.remove_person(d.person("ana"), PersonId{"kowhai-rep"}));  // of whom there is no case
    CHECK(change(secretariat, false));
    CHECK(change(secretariat, true));
    CHECK(change(d.person("takin-rep"), false));
}

TEST_CASE("a team that left the community enters nobody any more", "[A11][item 25]") {
    ADesk d;
    registry::Registry office{d.store(), d.rules, d.clock, {}, nullptr, {}, {}};
    community::Person next;
    next.id = PersonId{"takin-two"};
    next.name = "Two";
    next.team = TeamId{"takin"};
    next.addresses = {"two@takin.example"};
    REQUIRE(office.add(d.person("takin-rep"), next));
    d.change([&](storage::Register& r) {
        auto takin = *r.team(TeamId{"takin"});
        takin.category = d.rules.category_of(community::Status::former);
        r.put(takin);
    });
    next.id = PersonId{"takin-three"};
    next.addresses = {"three@takin.example"};
    d.check_refused(office.add(d.person("takin-rep"), next), d.all_rows(), errc::denied, "item 25: takin is former");
    CHECK(office.add(secretariat, next));
}

TEST_CASE("who keeps the register takes neither voice nor office from their own team, and learns of no case by trying",
          "[C3][A11][items 27, 36, 37, 49]") {
    ADesk d;
    registry::Registry office{d.store(), d.rules, d.clock, {}, nullptr, {}, [&](const TeamId& team) { return d.desk.in_a_case(team); }};
    d.add_person("takin-sec", "takin", "sec@takin.example");
    d.add_person("seat7-sec", "seat7", "sec@seat7.example");
    d.add_person("seat7-head", "seat7", "head@seat7.example");
    d.change([&](storage::Register& r) {
        for (const auto* person : {"takin-sec", "seat7-sec", "ana"})
            r.put(community::Term{"secretariat", PersonId{person}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
        r.put(community::Term{"deputy_chair", PersonId{"seat7-head"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    auto takin = *d.store().directory().person(PersonId{"takin-rep"});
    takin.representative = false;
    // By their own hand, or with a token that they made in the name of somebody who may know of the case, or that one for them.
    const auto colleague = GENERATE(values<community::Actor>({{"person takin-sec", PersonId{"takin-sec"}, {}},
                                                              {"person ana", PersonId{"ana"}, "person takin-sec"},
                                                              {"person takin-sec", PersonId{"takin-sec"}, "person ana"}}));
    CAPTURE(colleague.name, colleague.lent_by);
    const auto changed = office.change(colleague, takin);
    const auto removed = office.remove_person(colleague, takin.id);
    REQUIRE_FALSE(changed);
    REQUIRE_FALSE(removed);
    CHECK(changed.error().code == errc::denied);
    CHECK_THAT(changed.error().detail, Catch::Contains("items 36 and 37: takin-rep speaks for takin"));
    d.opened("takin");
    d.check_refused(office.change(colleague, takin), d.all_rows(), errc::denied, changed.error().detail);
    d.check_refused(office.remove_person(colleague, takin.id), d.all_rows(), errc::denied, removed.error().detail);
    d.check_refused(office.remove_person(d.person("seat7-sec"), PersonId{"seat7-head"}), d.all_rows(), errc::denied, "items 49 and 54");
    CHECK(office.change(d.person("takin-rep"), takin));
    CHECK(office.remove_person(d.person("seat7-rep"), PersonId{"seat7-head"}));
}

TEST_CASE("a token that somebody else made opens nothing that only its holder's own hand opens", "[A10][A11][items 36, 37, 49, 54, 60]") {
    ADesk d;
    registry::Registry office{d.store(), d.rules, d.clock, {}, nullptr, {}, [&](const TeamId& team) { return d.desk.in_a_case(team); }};
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto lent = [&](const std::string& id) { return community::Actor{"person " + id, PersonId{id}, "person ana"}; };
    const auto with_key = [&](const std::string& id) {
        auto person = *d.store().directory().person(PersonId{id});
        person.key = armoured(a_packet(6, an_rsa_key(2048, 17)));
        return person;
    };
    d.check_refused(office.remove_person(lent("seat7-rep"), PersonId{"seat7-rep"}), d.all_rows(), errc::denied, "items 49 and 54");
    d.check_refused(office.change(lent("takin-rep"), with_key("takin-rep")), d.all_rows(), errc::denied, "item 60");
    d.opened("takin");
    auto takin = *d.store().directory().person(PersonId{"takin-rep"});
    takin.representative = false;
    d.check_refused(office.change(lent("takin-rep"), takin), d.all_rows(), errc::denied, "items 36 and 37");
    d.check_refused(office.remove_person(lent("takin-rep"), takin.id), d.all_rows(), errc::denied, "items 36 and 37");
    // What is kept from its maker as the party is kept from it as well.
    const auto decision = d.proposed("case.notice", d.the_case);
    d.check_refused(d.desk.close({"person seat1-rep", PersonId{"seat1-rep"}, "person takin-rep"}, decision), d.all_rows(), errc::not_found,
                    "is not there");
    const auto sees = [&](const TeamId& maker) {
        const committee::Viewer viewer{d.person("seat1-rep"), TeamId{"seat1"}, true, true, committee::Viewer::Reach::everything, maker};
        return d.desk.decision(viewer, decision).has_value();
    };
    CHECK(sees({}));
    CHECK(sees(TeamId{"banksia"}));
    CHECK_FALSE(sees(TeamId{"takin"}));
    const auto hides = [&](const TeamId& maker) {
        storage::Entry entry;
        entry.subject = decision;
        return committee::KeptFrom(d.store(), TeamId{"seat1"}, maker).hides(entry);
    };
    CHECK_FALSE(hides({}));
    CHECK(hides(TeamId{"takin"}));
    // By their own hand, or with a token that the operator made, they do it.
    CHECK(office.change({"person takin-rep", PersonId{"takin-rep"}, "operator root"}, with_key("takin-rep")));
    CHECK(office.change(d.person("takin-rep"), takin));
    CHECK(office.remove_person({"person seat7-rep", PersonId{"seat7-rep"}, "operator root"}, PersonId{"seat7-rep"}));
}

TEST_CASE("an admission needs an application, and binds team, category, subtype and economy [ruling ii][items 17, 18]", "[C5][A11]") {
    ABinding d;
    d.refused(errc::denied, "needs one (caveat application submit)",
              [&] { return d.desk.propose(secretariat, d.asked("admission", "quokka")); });
    d.refused(errc::not_found, "team nimbus is not there", [&] { return d.desk.propose(secretariat, d.asked("admission", "nimbus")); });
    d.ready("nimbus", "liaison");
    const auto row = GENERATE(values<std::pair<std::string, std::string>>(
        {{"application", "A-1"}, {"category", "corporate"}, {"subtype", "registry"}, {"economy", "SG"}}));
    d.refused(errc::denied, "not " + row.second, [&] {
        return d.desk.propose(secretariat, d.asked("admission", "nimbus", {{row.first, row.second}}));
    });
    d.refused(errc::invalid, "has no setting 'since'", [&] {
        return d.desk.propose(secretariat, d.asked("admission", "nimbus", {{"since", "2010-01-01"}}));
    });
    const auto by_application = d.desk.propose(secretariat, d.asked("admission", d.id, {{"category", "liaison"}}));
    INFO((by_application ? "" : by_application.error().detail));
    REQUIRE(by_application);
    CHECK(by_application->subject == "nimbus");
    CHECK(in_words(by_application->set) == "application = A-2026-001, category = liaison, subtype = none, economy = NZ");
}

TEST_CASE("no act on the row of a team takes it into the community, up in it or out of it [ruling ii][items 6, 18, 23, 25]", "[C5][A11]") {
    ABinding d;
    d.ready("nimbus", "liaison");
    const auto decision = d.decided("admission", "nimbus");
    struct Row {
        const char* team;
        void (*make)(community::Team&);
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"nimbus", [](community::Team& t) { t.category = "liaison"; }, "rests on its application (ruling ii)"},
        {"nimbus", [](community::Team& t) { t.since = *parse_date("2010-01-01"); }, "its application records them"},
        {"nimbus", [](community::Team& t) { t.mou = *parse_date("2026-01-01"); }, "its application records them"},
        {"quokka", [](community::Team& t) { t.category = "operational"; }, "is changed by an application of quokka"},
        {"quokka", [](community::Team& t) { t.mou = *parse_date("2026-01-01"); }, "the MoU of a team (item 18)"},
        {"quokka", [](community::Team& t) { t.category = "former"; }, "ends by its revocation"},
        {"takin", [](community::Team& t) { t.since = *parse_date("2010-01-01"); }, "the date of admission"},
        {"takin", [](community::Team& t) { t.economy = "SG"; }, "the economy of a team"},
    }));
    CAPTURE(row.team, row.says);
    auto changed = *d.team(row.team);
    row.make(changed);
    d.refused(errc::denied, row.says, [&] { return d.registry.change(secretariat, changed, ""); });
    d.refused(errc::denied, row.says, [&] { return d.registry.change(secretariat, changed, decision); });
    changed.id = TeamId{"fresh"};
    changed.category = "operational";
    d.refused(errc::denied, "", [&] { return d.registry.add(secretariat, changed, decision); });
}

TEST_CASE("membership begins with the effect of its decision, and an MoU after it [ruling ii][items 6, 18]", "[C5][A11]") {
    ABinding d;
    d.ready("nimbus", "liaison");
    const auto decision = d.decided("admission", "nimbus");
    const auto effect = date_of(*d.desk.decision(everything, decision)->tally.effective);
    d.clock.time += 24h * 9;
    d.done(d.door.admit(secretariat, d.id, decision));
    CHECK(d.team("nimbus")->since == effect);
    const auto day_before = Date{std::chrono::sys_days{effect} - std::chrono::days{1}};
    d.refused(errc::denied, "needs one signed after the approval", [&] {
        return d.tried(conduct::RecordMou{day_before, {"registry", ""}});
    });
    CHECK_FALSE(d.team("nimbus")->mou);
}

TEST_CASE("a partner's category is the committee's by four sevenths, a member's the General Meeting's [ruling nn][items 23, 25]",
          "[C5][A11]") {
    ABinding d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    d.id = d.done(d.try_submit("nimbus", "strategic", "registry")).as_is.id;
    d.papers();
    for (const auto* team : {"takin", "kowhai", "saiga"}) d.does(ADoor::by(team));
    const auto four = d.proposed("category", "nimbus");
    d.vote(four, 4, 3);
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, four)->tally.verdict == BallotResult::passed);
    d.done(d.door.admit(secretariat, d.id, four));
    d.does(d.mou());
    CHECK(d.team("nimbus")->subtype == "registry");
    CHECK(d.desk.decision(everything, four)->used_by == "category " + d.id);

    d.id = d.done(d.try_submit("nimbus", "operational")).as_is.id;  // up: by an admission alone
    d.papers();
    d.does(ADoor::by("takin"));
    d.does(conduct::AgreeVisit{TeamId{"kowhai"}, false});
    d.refused(errc::denied, "item 17: into the membership leads an admission",
              [&] { return d.desk.propose(secretariat, d.asked("category", "nimbus")); });
    d.id = d.done(d.try_submit("takin", "liaison")).as_is.id;  // down: never by the committee
    d.papers();
    for (const auto* team : {"seat1", "kowhai", "saiga"}) d.does(ADoor::by(team));
    d.refused(errc::denied, "is the General Meeting's to decide",
              [&] { return d.desk.propose(secretariat, d.asked("admission", "takin")); });
    auto p = d.asked("category", "takin");
    p.rule = conduct::Rule::two_thirds;
    p.meeting = d.clock.now();
    CHECK(d.desk.propose(secretariat, p));
}

TEST_CASE("a clearance is of one list and one label [ruling ii][ruling y]", "[C5][A11]") {
    ABinding d;
    d.change([&](storage::Register& r) {
        auto ews = *d.store().rosters().list(ListId{"teams"});
        ews.id = ListId{"ews"};
        r.put(ews);
    });
    using community::Tlp;
    for (const auto& [set, says] :
         std::vector<std::pair<Settings, std::string>>{{{{"list", "teams"}}, "a clearance is of one list"},
                                                       {{{"label", "AMBER"}}, "a clearance is of one list"},
                                                       {{{"list", "teams"}, {"label", "PINK"}}, "label: 'PINK'"},
                                                       {{{"list", "teams"}, {"list", "ews"}, {"label", "RED"}}, "twice"}}) {
        d.refused(errc::invalid, says, [&] { return d.desk.propose(secretariat, d.asked("clearance", "takin", set)); });
    }
    d.refused(errc::not_found, "list nowhere is not there", [&] {
        return d.desk.propose(secretariat, d.asked("clearance", "takin", {{"list", "nowhere"}, {"label", "AMBER"}}));
    });
    const auto decision = d.decided("clearance", "takin", {{"list", "teams"}, {"label", "AMBER"}});
    d.refused(errc::denied, "decides list = teams, and the act has list = ews",
              [&] { return d.registry.change(secretariat, d.with_clearance("ews", Tlp::amber), decision); });
    d.refused(errc::denied, "decides label = AMBER, and the act has label = RED",
              [&] { return d.registry.change(secretariat, d.with_clearance("teams", Tlp::red), decision); });
    auto two = d.with_clearance("teams", Tlp::amber);
    two.clearances.push_back({ListId{"ews"}, Tlp::amber, ""});
    d.refused(errc::denied, "here are 2 changes", [&] { return d.registry.change(secretariat, two, decision); });
    REQUIRE(d.desk.propose(secretariat, d.asked("clearance", "takin"))->set.empty());
    CHECK(community::left_open("clearance", {}) == "list and label");
    const auto unnamed = community::carries_out({}, {"clearance", "takin", {{"list", "teams"}, {"label", "AMBER"}}});
    REQUIRE_FALSE(unnamed);
    CHECK(unnamed.error().detail == "ruling (ii): it names no list and label and so decides nothing; propose one that does");
    REQUIRE(d.registry.change(secretariat, d.with_clearance("teams", Tlp::amber), decision));
    CHECK(d.team("takin")->clearances.front().decision == decision);
    auto none = *d.team("takin");  // the other way takes a decision that says so
    none.clearances.clear();
    const auto green = d.decided("clearance", "takin", {{"list", "teams"}, {"label", "GREEN"}});
    d.refused(errc::denied, "decides label = GREEN, and the act has nothing of it",
              [&] { return d.registry.change(secretariat, none, green); });
    CHECK(d.registry.change(secretariat, none, d.decided("clearance", "takin", {{"list", "teams"}, {"removed", "true"}})));
}

TEST_CASE("a clearance that was voted for a partner of one category is none of it in the next [ruling ii][ruling y]", "[C5][A11]") {
    ABinding d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    const auto old = d.decided("clearance", "nimbus", d.clearance());
    d.asks_to_be("corporate");
    d.done(d.door.admit(secretariat, d.id, d.decided("category", "nimbus")));
    SECTION("it is what it was until the new MoU") {
        CHECK(d.clears_nimbus(old));
        CHECK(d.team("nimbus")->category == "liaison");
    }
    SECTION("then it is another") {
        d.does(d.mou());
        REQUIRE(d.team("nimbus")->category == "corporate");
        d.refused(errc::denied, "nimbus became corporate", [&] { return d.clears_nimbus(old); });
        CHECK(d.clears_nimbus(d.decided("clearance", "nimbus", d.clearance())));
    }
    SECTION("and not by an application that came to nothing") {
        d.does(conduct::WithdrawApplication{"no need any more"});
        CHECK(d.clears_nimbus(old));
    }
}

TEST_CASE("a clearance of a partner is of its subtype, in a vote and on record [ruling ii][ruling y]", "[C5][A11]") {
    ABinding d;
    d.asks_to_be("strategic", "registry");
    d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
    d.does(d.mou());
    const auto old = d.decided("clearance", "nimbus", d.clearance());
    REQUIRE(d.clears_nimbus(d.decided("clearance", "nimbus", d.clearance())));
    d.asks_to_be("strategic", "informal");
    d.done(d.door.admit(secretariat, d.id, d.decided("category", "nimbus")));
    CHECK(d.team("nimbus")->clearances.size() == 1);
    d.does(d.mou());
    REQUIRE(d.team("nimbus")->subtype == "informal");
    CHECK(d.team("nimbus")->clearances.empty());
    d.refused(errc::denied, "nimbus became strategic, informal", [&] { return d.clears_nimbus(old); });
}

TEST_CASE("a clearance that was voted for a partner is none of a member, nor of a partner anew [ruling ii][ruling y]", "[C5][A11]") {
    ABinding d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    const auto old = d.decided("clearance", "nimbus", d.clearance());
    if (GENERATE(true, false)) {
        d.asks_to_be("operational");
        d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
        d.refused(errc::denied, "nimbus became operational", [&] { return d.clears_nimbus(old); });
    } else {
        REQUIRE(d.door.revoke(secretariat, {TeamId{"nimbus"}, d.decided("revocation", "nimbus"), "4.2", "moved"}));
        d.asks_to_be("liaison");
        d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
        d.refused(errc::denied, "the status of nimbus was revoked", [&] { return d.clears_nimbus(old); });
    }
    CHECK(d.clears_nimbus(d.decided("clearance", "nimbus", d.clearance())));
}

TEST_CASE("what one sitting decides can all be carried out [ruling ii][ruling y]", "[C5][A11]") {
    ABinding d;
    SECTION("another category, and a clearance in it") {
        d.admitted("nimbus", "liaison");
        d.does(d.mou());
        d.asks_to_be("corporate");
        const auto clearance = d.proposed("clearance", "nimbus", d.clearance()), category = d.proposed("category", "nimbus");
        d.vote(category, 7);
        d.closed(clearance);
        REQUIRE(d.desk.close(secretariat, category)->tally.verdict == BallotResult::passed);
        d.done(d.door.admit(secretariat, d.id, category));
        d.does(d.mou());
        CHECK(d.clears_nimbus(clearance));
    }
    SECTION("a hold, and that it goes on") {
        const PersonId mei{"mei"};
        const auto extends = d.proposed("hold.extend", "mei"), places = d.proposed("hold.place", "mei");
        d.vote(places, 7);
        d.closed(extends);
        REQUIRE(d.desk.close(secretariat, places)->tally.verdict == BallotResult::passed);
        const auto hold = d.desk.place(secretariat, mei, "lost her telephone", places);
        REQUIRE(hold);
        CHECK(d.desk.extend(secretariat, hold->id, extends));
    }
}

TEST_CASE("a vote to end a partnership falls with what the committee found since, and by no word of one person",
          "[C5][A11][ruling ii][items 24, 25]") {
    ABinding d;
    committee::Matters matters{d.store(), d.vault(), d.rules, d.clock};
    const auto seat = d.person("seat1-rep");
    const bool is_member = GENERATE(false, true), by_decision = GENERATE(false, true);
    CAPTURE(is_member, by_decision);
    const TeamId team{is_member ? "takin" : "quokka"};
    auto p = d.asked("revocation", team.value);
    if (is_member) {
        p.rule = conduct::Rule::two_thirds;
        p.meeting = d.clock.now();
    }
    const auto motion = d.desk.propose(secretariat, p).value();
    if (is_member) REQUIRE(d.desk.attend(secretariat, motion.id, motion.ballot.electorate));
    for (const auto& voter : motion.ballot.electorate) REQUIRE(d.desk.vote(secretariat, motion.id, voter, Choice::yes));
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, motion.id)->tally.verdict == BallotResult::passed);
    const auto review = matters.review(seat, team, "are they?").value().id;
    const auto found = by_decision ? d.decided("review", review, {{"outcome", "meets"}}) : std::string();
    d.clock.time += 1s;
    REQUIRE(matters.close(seat, community::MatterKind::review, review, {"meets", "all is well", found}));
    const auto revoke = [&] { return d.door.revoke(secretariat, {team, motion.id, "4.2", "moved"}); };
    if (by_decision && !is_member) return d.refused(errc::denied, "the committee found by review " + review, revoke);
    CHECK(revoke());
}

TEST_CASE("a vote to end a partnership knew of what was put to the vote before it", "[C5][A11][ruling ii][item 24]") {
    ABinding d;
    committee::Matters matters{d.store(), d.vault(), d.rules, d.clock};
    const auto seat = d.person("seat1-rep");
    const auto review = matters.review(seat, TeamId{"quokka"}, "are they?").value().id;
    const auto found = d.decided("review", review, {{"outcome", "meets"}});
    d.clock.time += 24h * 90;
    const auto ends = d.decided("revocation", "quokka");
    REQUIRE(matters.close(seat, community::MatterKind::review, review, {"meets", "all is well", found}));
    CHECK(d.door.revoke(secretariat, {TeamId{"quokka"}, ends, "4.2", "moved"}));
}

TEST_CASE("a vote to end a partnership is about the one of then", "[C5][A11][ruling ii][item 25]") {
    ABinding d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    const auto old = d.decided("revocation", "nimbus");
    const auto revoke = [&](const std::string& decision) {
        return d.door.revoke(secretariat, {TeamId{"nimbus"}, decision, "4.2", "moved"});
    };
    if (GENERATE(true, false)) {
        REQUIRE(revoke(d.decided("revocation", "nimbus")));
        d.asks_to_be("liaison");
        d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
        d.does(d.mou());
        d.refused(errc::denied, "the status of nimbus was revoked", [&] { return revoke(old); });
    } else {
        d.asks_to_be("corporate");
        d.done(d.door.admit(secretariat, d.id, d.decided("category", "nimbus")));
        d.does(d.mou());
        d.refused(errc::denied, "nimbus became corporate", [&] { return revoke(old); });
    }
    CHECK(revoke(d.decided("revocation", "nimbus")));
}

TEST_CASE("a panel is voted on about the notices that there are, or about the one that it names [ruling ii][item 38]", "[C5][A11]") {
    ADesk d;
    d.opened();
    d.does(ADesk::a_notice());
    d.serve(1);
    const auto of_then = d.decided("case.panel", d.the_case), named = d.decided("case.panel", d.the_case, {{"notice", "2"}});
    d.clock.time += 24h * 15;
    d.does(ADesk::a_notice());
    d.serve(2);
    d.clock.time += 24h * 15;
    conduct::SeatPanel seat{2, {}};
    seat.panel.chair.person = PersonId{"takin-rep"};
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}) seat.panel.members.push_back({PersonId{member}, {}});
    const auto early = d.decided("case.panel", d.the_case);
    d.does(conduct::FileAppeal{2, "their letter"});  // one a notice, so that there is no other
    d.check_refused(d.files.act(secretariat, d.the_case, seat, of_then), d.all_rows(), errc::denied, "notice 2 was issued");
    CHECK(d.files.act(secretariat, d.the_case, seat, GENERATE(true, false) ? early : named));
}

TEST_CASE("a vote about a list that was removed is none about another of its name [ruling ii][ruling jj]", "[C5][A11]") {
    ABinding d;
    auto list = community::new_list(ListId{"wg"});
    list.klass = "wg";
    list.charter = "chat";
    const auto make = [&] {
        return d.registry.add(secretariat, list, d.decided("list", "wg", {{"created", "true"}, {"class", "wg"}, {"charter", "chat"}}));
    };
    REQUIRE(make());
    const auto old = d.decided("list", "wg", {{"default_tlp", "GREEN"}});
    const auto cleared = d.decided("clearance", "takin", {{"list", "wg"}, {"label", "AMBER+STRICT"}});
    REQUIRE(d.registry.remove_list(secretariat, list.id, d.decided("list", "wg", {{"removed", "true"}})));
    REQUIRE(make());
    auto milder = *d.store().rosters().list(list.id);
    milder.default_tlp = community::Tlp::green;
    d.refused(errc::denied, "the list wg of then was removed", [&] { return d.registry.change(secretariat, milder, old); });
    d.refused(errc::denied, "the list wg of then was removed",
              [&] { return d.registry.change(secretariat, d.with_clearance("wg", community::Tlp::amber_strict), cleared); });
    CHECK(d.registry.change(secretariat, milder, d.decided("list", "wg", {{"default_tlp", "GREEN"}})));
}

TEST_CASE("a vote to extend a hold is about the one that there was [ruling ii][ruling k]", "[C5][C6][A11]") {
    ADesk d;
    const PersonId mei{"mei"};
    // A vote to place one waits meanwhile, put to the vote before: it is foreseen, but is not the one that was extended.
    const auto places = d.proposed("hold.place", "mei");
    d.vote(places, 7);
    d.clock.time += 1s;
    const auto first = d.desk.place(secretariat, mei, "lost her telephone");
    REQUIRE(first);
    REQUIRE(d.desk.close(secretariat, places)->tally.verdict == BallotResult::passed);
    const auto old = d.decided("hold.extend", "mei");
    REQUIRE(d.desk.lift(secretariat, first->id));
    const bool by_vote = GENERATE(true, false);
    d.clock.time += 24h * (by_vote ? 20 : 100);
    const auto next = d.desk.place(secretariat, mei, "another matter", by_vote ? places : std::string());
    REQUIRE(next);
    d.check_refused(d.desk.extend(secretariat, next->id, old), d.all_rows(), errc::denied, "hold 2 was placed");
    CHECK(d.desk.extend(secretariat, next->id, d.decided("hold.extend", "mei")));
}

TEST_CASE("a vote to place a hold is carried out within thirty days [ruling ii][ruling k]", "[C5][C6][A11]") {
    ADesk d;
    const PersonId mei{"mei"};
    const auto vote = d.decided("hold.place", "mei");
    // And nobody takes it away before by a hold that they place, and lift.
    d.clock.time += 1s;
    const auto by_one = d.desk.place(secretariat, mei, "lost her telephone");
    REQUIRE(by_one);
    d.clock.time += 10min;
    REQUIRE(d.desk.lift(secretariat, by_one->id));
    const auto effect = *d.desk.decision(everything, vote)->tally.effective;
    const bool late = GENERATE(false, true);
    d.clock.time = effect + 24h * 30 + (late ? 1s : 0s);
    if (late) {
        d.check_refused(d.desk.place(secretariat, mei, "it goes on", vote), d.all_rows(), errc::denied,
                        "was in effect for 30d and not carried out");
    } else {
        CHECK(d.desk.place(secretariat, mei, "it goes on", vote));
    }
}

TEST_CASE("a hold that the secretariat placed while the seats voted takes nothing from their vote [ruling ii]", "[C6][ruling k]") {
    ADesk d;
    const PersonId mei{"mei"};
    const auto vote = d.proposed("hold.place", "mei");
    d.clock.time += 1h;
    REQUIRE(d.desk.place(secretariat, mei, "lost her telephone"));
    d.vote(vote, 7);
    d.clock.time += 1h;
    REQUIRE(d.desk.close(secretariat, vote)->tally.verdict == BallotResult::passed);
    d.clock.time += 72h;
    CHECK(d.desk.place(secretariat, mei, "it goes on", vote));
}

TEST_CASE("a vote about what was done in a case carries nothing about what was done since [ruling ii]", "[C5][A11][items 30, 31]") {
    ADesk d;
    d.opened();
    const auto another_notice = d.decided("case.notice", d.the_case);
    d.does(ADesk::a_notice());
    d.serve(1);
    const auto refused = [&](const conduct::Act& act, const std::string& decision, const std::string& words) {
        d.check_refused(d.files.act(secretariat, d.the_case, act, decision), d.all_rows(), errc::denied, words);
    };
    d.clock.time += 24h * 8;
    const auto continues = d.decided("case.finding", d.the_case, {{"outcome", "continues"}});
    const auto closes = d.decided("case.close", d.the_case);
    d.clock.time += 24h * 8;
    refused(ADesk::a_notice(), another_notice, "notice 1 was issued");
    d.does(ADesk::a_notice());
    d.serve(2);
    d.clock.time += 24h * 8;
    refused(conduct::FindContinues{"sha256:1", d.clock.now() - 1h}, continues, "notice 2 was issued");
    refused(conduct::CloseCase{"it is over"}, closes, "notice 2 was issued");
    d.clock.time += 24h * 8;
    d.does(ADesk::a_sanction());
    d.serve(3);
    d.clock.time = d.store().powers().denials().front().during.from + 24h;
    const auto lifts = d.decided("case.lift", d.the_case, {{"whole", "true"}});
    d.clock.time += 24h * 300;
    d.does(conduct::Renew{ADesk::a_sanction().sanction});
    refused(conduct::Lift{}, lifts, "notice 4 was issued");
    d.does(conduct::Lift{});
}

TEST_CASE("a list is made and removed as it was decided [ruling ii][ruling jj]", "[C5][A11]") {
    ABinding d;
    const auto decision = d.decided("list", "wg", {{"created", "true"}, {"class", "wg"}, {"charter", "chat"}});
    auto list = community::new_list(ListId{"wg"});
    list.klass = "wg";
    list.charter = "chat";
    list.max_tlp = community::Tlp::amber_strict;
    const auto make = [&] { return d.registry.add(secretariat, list, decision); };
    d.refused(errc::denied, "the act has max_tlp = AMBER+STRICT, which was not decided", make);
    list.max_tlp = community::Tlp::amber;
    list.klass = "teams";
    d.refused(errc::denied, "decides class = wg, and the act has class = teams", make);
    list.klass = "wg";
    CHECK(make());
    d.refused(errc::denied, "was used already", [&] { return d.registry.remove_list(secretariat, list.id, decision); });
    const auto another = d.decided("list", "wg", {{"max_tlp", "AMBER+STRICT"}});
    d.refused(errc::denied, "decides max_tlp = AMBER+STRICT, and the act has nothing of it",
              [&] { return d.registry.remove_list(secretariat, list.id, another); });
    CHECK(d.registry.remove_list(secretariat, list.id, d.decided("list", "wg", {{"removed", "true"}})));
}

TEST_CASE("a list is changed as it was decided, in every setting [ruling ii][item 70]", "[C5][A11]") {
    ABinding d;
    d.refused(errc::invalid, "has no setting 'colour'", [&] {
        return d.desk.propose(secretariat, d.asked("list", "teams", {{"colour", "red"}}));
    });
    d.refused(errc::conflict, "exists", [&] {
        return d.desk.propose(secretariat, d.asked("list", "teams", {{"created", "true"}, {"class", "wg"}}));
    });
    d.refused(errc::not_found, "list wg is not there", [&] {
        return d.desk.propose(secretariat, d.asked("list", "wg", {{"class", "wg"}}));
    });
    CHECK(d.desk.propose(secretariat, d.asked("list", "wg", {{"created", "true"}, {"class", "wg"}, {"charter", "chat"}})));
    const auto decision = d.decided("list", "teams", {{"charter", "chat"}, {"posting", "moderated"}});
    auto list = *d.store().rosters().list(ListId{"teams"});
    list.charter = "chat";
    const auto change = [&] { return d.registry.change(secretariat, list, decision); };
    d.refused(errc::denied, "decides posting = moderated, and the act has posting = matrix", change);
    list.posting = community::Posting::owners;
    d.refused(errc::denied, "and the act has posting = owners", change);
    list.posting = community::Posting::moderated;
    list.expires = d.clock.now() + 24h * 90;
    d.refused(errc::denied, "the act has expires = 2027-02-20T12:00:01Z, which was not decided", change);
    list.expires.reset();
    CHECK(d.registry.change(secretariat, list, decision));
}

TEST_CASE("a revocation that names its clause is under no other [ruling ii][item 25]", "[C5][A11]") {
    ABinding d;
    const auto decision = d.decided("revocation", "quokka", {{"clause", "4.2"}});
    d.refused(errc::denied, "decides clause = 4.2", [&] {
        return d.door.revoke(secretariat, {TeamId{"quokka"}, decision, "7.1", "moved"});
    });
    CHECK(d.door.revoke(secretariat, {TeamId{"quokka"}, decision, "4.2", "moved"}));
}

TEST_CASE("a notice that was voted on as a draft is issued word for word [ruling ii][item 28]", "[C5][A11]") {
    ABoundCase d;
    const auto drafted = d.cases.draft(everything, d.the_case, ADesk::a_notice());
    REQUIRE(drafted);
    CHECK(drafted->hash == committee::hash_of(ADesk::a_notice()));
    d.check_refused(
        d.desk.propose(secretariat, {{}, "case.notice", {}, "Issue?", d.the_case, {}, {}, {}, {}, {}, false, false, {{"draft", "00"}}}),
        d.all_rows(), errc::not_found, "has no draft 00");
    const auto decision = d.decided("case.notice", d.the_case, {{"draft", drafted->hash}});
    auto other = ADesk::a_notice();
    other.contents.breach += ", twice";
    d.check_refused(d.issued(other, decision), d.all_rows(), errc::denied, "an act may differ in nothing");
    const auto act = d.cases.drafted(everything, d.the_case, "sha256:" + drafted->hash);
    REQUIRE(act);
    CHECK(d.issued(*act, decision));
    // Without a draft it binds kind and case, as before.
    d.serve(1);
    d.clock.time += 24h * 15;
    CHECK(d.issued(other, d.decided("case.notice", d.the_case)));
}

TEST_CASE("drafts are the committee's alone, and lie sealed [ruling ii][item 27]", "[A7]") {
    ABoundCase d;
    REQUIRE(d.cases.draft(everything, d.the_case, ADesk::a_notice()));
    CHECK(d.cases.drafts(everything, d.the_case)->size() == 1);
    const auto hash = committee::hash_of(ADesk::a_notice());
    const committee::Viewer party{d.person("quentin"), TeamId{"quokka"}, true, false, committee::Viewer::Reach::own};
    d.check_refused(d.cases.drafts(party, d.the_case), d.all_rows(), errc::denied, "item 27");
    d.check_refused(d.cases.drafted(party, d.the_case, hash), d.all_rows(), errc::denied, "item 27");
    d.check_refused(d.cases.draft(party, d.the_case, ADesk::a_notice()), d.all_rows(), errc::denied, "item 27");
    d.check_refused(d.cases.draft(everything, d.the_case, conduct::CloseCase{"done"}), d.all_rows(), errc::invalid, "no notice");
    const auto sealed = d.store().papers().sealed(d.the_case, hash);
    REQUIRE(sealed);
    CHECK(sealed->bytes.find("leaked AMBER") == std::string::npos);
    CHECK(d.store().journal().verify());
}

}  // namespace caveat::test
