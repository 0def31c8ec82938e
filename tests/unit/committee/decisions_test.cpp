// The register of decisions: who may say what, and what is decided by it.
#include "a_door.hpp"

namespace caveat::test {

TEST_CASE("approval needs five of seven to take part and four to agree", "[C5][item 51]") {
    const auto [yes, no, verdict] = GENERATE(table<std::size_t, std::size_t, BallotResult>({{4, 0, BallotResult::no_quorum},
                                                                                            {3, 2, BallotResult::failed},
                                                                                            {4, 1, BallotResult::passed},
                                                                                            {3, 4, BallotResult::failed},
                                                                                            {7, 0, BallotResult::passed}}));
    CAPTURE(yes, no);
    ADesk desk;
    const auto id = desk.proposed("case.open", "quokka");
    desk.vote(id, yes, no);
    desk.clock.time += 24h * 14;  // half open: over at that very instant
    CHECK(desk.desk.decision(everything, id)->tally.verdict == verdict);
    CHECK(desk.desk.covers(id, {"case.open", "quokka"}).has_value() == (verdict == BallotResult::passed));
}

TEST_CASE("an admission takes every seat, whoever records it", "[C5][items 52, 54]") {
    ADoor desk;
    desk.ready("nimbus", "liaison");
    committee::Proposal p;
    p.kind = "admission";
    p.subject = "nimbus";
    p.question = "Admit nimbus?";
    p.rule = conduct::Rule::approval;
    desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, "unanimity");
    const community::Settings application{{"application", desk.id}, {"category", "liaison"}, {"subtype", ""}, {"economy", "NZ"}};
    const auto most = desk.proposed("admission", "nimbus");
    desk.vote(most, 6, 1);
    desk.clock.time += 1s;
    CHECK(desk.desk.close(secretariat, most)->tally.verdict == BallotResult::failed);
    CHECK_FALSE(desk.desk.covers(most, {"admission", "nimbus", application}));

    const auto all = desk.proposed("admission", "nimbus");
    REQUIRE(desk.desk.recuse(secretariat, all, TeamId{"seat7"}));
    desk.vote(all, 6);
    desk.clock.time += 1s;
    CHECK(desk.desk.close(secretariat, all)->tally.verdict == BallotResult::passed);
    CHECK(desk.desk.covers(all, {"admission", "nimbus", application}));
    CHECK_FALSE(desk.desk.covers(all, {"admission", "kowhai", application}));
    CHECK_FALSE(desk.desk.covers(all, {"category", "nimbus", application}));
}

TEST_CASE("what another office does by a decision spends it, once", "[C5][items 25, 54]") {
    ADesk desk;
    auto& office = desk.desk;
    const community::Deed amber_on_teams{"clearance", "takin", {{"list", "teams"}, {"label", "AMBER"}}};
    const auto four = desk.proposed("clearance", "takin");
    desk.vote(four, 4, 3);
    desk.clock.time += 1s;
    REQUIRE(office.close(secretariat, four));
    desk.check_refused(office.carry(four, {"admission", "takin"}), desk.all_rows(), errc::denied, "needs one about admission of takin");
    desk.check_refused(office.carry("", {"admission", "takin"}), desk.all_rows(), errc::denied, "item 54");
    {
        storage::Store::Transaction undone(desk.store());
        REQUIRE(office.carry(four, amber_on_teams));
    }
    CHECK(office.covers(four, amber_on_teams));
    {
        storage::Store::Transaction done(desk.store());
        REQUIRE(office.carry(four, amber_on_teams));
        desk.store().journal().append(desk.clock.now(), "system", "test.act", "takin", "{}");  // of the act that cites it
        done.commit();
    }
    desk.check_refused(office.carry(four, amber_on_teams), desk.all_rows(), errc::denied, "was used already");
}

TEST_CASE("who takes a standing away: the members from a member, the committee from a partner", "[C5][items 23, 25]") {
    const auto [kind, team, rule] = GENERATE(table<std::string, std::string, conduct::Rule>({
        {"revocation", "takin", conduct::Rule::two_thirds},
        {"category", "takin", conduct::Rule::two_thirds},
        {"revocation", "quokka", conduct::Rule::approval},
        {"category", "quokka", conduct::Rule::approval},
    }));
    CAPTURE(kind, team);
    ADesk desk;
    for (const auto other : {conduct::Rule::approval, conduct::Rule::unanimity, conduct::Rule::two_thirds, conduct::Rule::majority}) {
        committee::Proposal p;
        p.kind = kind;
        p.subject = team;
        p.question = "Shall we?";
        p.rule = other;
        p.meeting = desk.clock.now();
        if (other == rule && kind == "category") {
            desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied,
                               "category is of an application, and none of " + team + " is open");
        } else if (other == rule) {
            REQUIRE(desk.desk.propose(secretariat, p));
        } else {
            desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied,
                               "is decided by " + std::string(name(rule)));
        }
    }
}

TEST_CASE("one person cannot decide: votes are of seats, and each speaks for its own", "[C5]") {
    ADesk desk;
    const auto id = desk.proposed("case.open", "quokka");
    auto& office = desk.desk;
    REQUIRE(office.vote(secretariat, id, TeamId{"seat1"}, Choice::yes));
    auto before = desk.all_rows();
    desk.check_refused(office.vote(desk.person("seat1-rep"), id, TeamId{"seat2"}, Choice::yes), before, errc::denied, "does not speak");
    desk.check_refused(office.vote(desk.person("mei"), id, TeamId{"orchid"}, Choice::yes), before, errc::denied, "does not speak");
    desk.check_refused(office.vote(secretariat, id, TeamId{"orchid"}, Choice::yes), before, errc::denied, "no seat");
    desk.check_refused(office.close(secretariat, id), before, errc::denied, "still out");
    desk.check_refused(office.propose(desk.person("mei"), {}), before, errc::denied, "item 54");
    // The same seat ten times is one seat.
    for (int i = 0; i < 10; ++i) REQUIRE(office.vote(secretariat, id, TeamId{"seat1"}, Choice::yes));
    CHECK(office.decision(everything, id)->tally.yes == 1);
    desk.clock.time += 24h * 14;
    before = desk.all_rows();
    desk.check_refused(office.vote(secretariat, id, TeamId{"seat2"}, Choice::yes), before, errc::denied, "closed");
}

TEST_CASE("nothing is recorded by a clock that stands before what is on record", "[C5][O6]") {
    ADesk desk;
    const auto id = desk.proposed("case.open", "quokka");
    auto& office = desk.desk;
    desk.clock.time += 24h * 20;  // the ballot is over, and failed
    const auto later = desk.proposed("case.open", "takin");
    desk.clock.time += 1h;
    REQUIRE(office.vote(secretariat, later, TeamId{"seat2"}, Choice::yes));
    const auto before = desk.all_rows();
    desk.clock.time -= 24h * 10;
    desk.check_refused(office.vote(secretariat, id, TeamId{"seat1"}, Choice::yes), before, errc::temporary, "this clock says");
    desk.check_refused(office.vote(desk.person("seat1-rep"), later, TeamId{"seat1"}, Choice::yes), before, errc::temporary,
                       "set the clock right");
    desk.clock.time += 24h * 10 - 9min;  // of two clocks one is a little behind
    CHECK(office.vote(secretariat, later, TeamId{"seat1"}, Choice::yes));
    // The daemon saw that the clock was put right, and says so.
    desk.clock.time -= 24h * 10;
    {
        storage::Store::Transaction said(desk.store());
        desk.store().journal().append(desk.clock.now(), "system", "clock.set", "", "{}");
        said.commit();
    }
    CHECK(office.vote(secretariat, id, TeamId{"seat1"}, Choice::yes));
}

TEST_CASE("a sitting counts who was there", "[item 51]") {
    ADesk desk;
    const auto id = desk.proposed("case.open", "quokka");
    auto& office = desk.desk;
    const std::vector<TeamId> four(desk.seats.begin(), desk.seats.begin() + 4);
    desk.check_refused(office.attend(secretariat, id, {TeamId{"orchid"}}), desk.all_rows(), errc::denied, "no vote here");
    CHECK(office.attend(secretariat, id, four)->tally.verdict == BallotResult::no_quorum);
    const std::vector<TeamId> five(desk.seats.begin(), desk.seats.begin() + 5);
    CHECK(office.attend(secretariat, id, five)->tally.quorum == conduct::Quorum::full);
    CHECK_FALSE(office.vote(secretariat, id, TeamId{"seat7"}, Choice::yes));
    desk.vote(id, 4, 1);
    desk.clock.time += 1s;
    CHECK(office.close(secretariat, id)->tally.verdict == BallotResult::passed);
    desk.check_refused(office.close(secretariat, id), desk.all_rows(), errc::conflict, "was closed");
    desk.check_refused(office.recuse(secretariat, id, TeamId{"seat1"}), desk.all_rows(), errc::denied, "was closed");
}

TEST_CASE("a seat that ends before the close loses its vote, and the record of it stays", "[ruling q]") {
    ADoor desk;
    desk.ready("nimbus", "liaison");
    const auto id = desk.proposed("admission", "nimbus");
    desk.vote(id, 7);
    desk.hold_seat("seat7", desk.clock.now() - 24h * 30, desk.clock.now() + 24h);
    desk.clock.time += 48h;
    const auto d = desk.desk.close(secretariat, id);
    REQUIRE(d);
    CHECK(d->tally.yes == 6);
    CHECK(d->tally.eligible == 6);
    CHECK(d->tally.verdict == BallotResult::passed);
    REQUIRE(d->departures.size() == 1);
    CHECK(d->departures.front().team == TeamId{"seat7"});
}

TEST_CASE("a General Meeting with reduced quorum decides after 28 days, unless half of the members object", "[items 44-47]") {
    const bool enough = GENERATE(false, true);
    ADesk desk;  // 12 members: 7 seats, orchid, banksia, takin, kowhai, saiga
    committee::Proposal p;
    p.kind = "framework";
    p.question = "Change item 3?";
    p.rule = conduct::Rule::approval;
    desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, "item 48");
    p.rule = conduct::Rule::two_thirds;
    p.meeting = desk.clock.now() + 1h;
    const auto id = desk.desk.propose(secretariat, p).value().id;
    CHECK(desk.desk.decision(everything, id)->ballot.electorate.size() == 12);
    desk.clock.time += 2h;
    auto& office = desk.desk;
    REQUIRE(office.attend(secretariat, id, {TeamId{"seat1"}, TeamId{"seat2"}, TeamId{"seat3"}}));
    REQUIRE(office.proxy(secretariat, id, {TeamId{"orchid"}, TeamId{"seat1"}}));
    for (const auto* team : {"seat1", "seat2", "orchid"}) REQUIRE(office.vote(secretariat, id, TeamId{team}, Choice::yes));
    REQUIRE(office.vote(secretariat, id, TeamId{"seat3"}, Choice::no));
    desk.check_refused(office.petition(secretariat, id, TeamId{"takin"}), desk.all_rows(), errc::denied, "item 47");
    desk.clock.time += 1s;
    const auto closed = office.close(secretariat, id);
    REQUIRE(closed);
    CHECK(closed->tally.quorum == conduct::Quorum::reduced);
    REQUIRE(closed->petition);
    CHECK_FALSE(office.covers(id, {"framework", ""}));

    const std::vector<std::string> objectors{"seat4", "seat5", "seat6", "seat7", "takin", "kowhai"};
    for (std::size_t i = 0; i < (enough ? 6U : 5U); ++i) REQUIRE(office.petition(secretariat, id, TeamId{objectors[i]}));
    desk.check_refused(office.petition(secretariat, id, TeamId{"seat4"}), desk.all_rows(), errc::conflict, "has signed");
    desk.check_refused(office.petition(secretariat, id, TeamId{"quokka"}), desk.all_rows(), errc::denied, "not an Operational Member");
    desk.clock.time = *closed->tally.effective - 1us;
    CHECK_FALSE(office.covers(id, {"framework", ""}));
    desk.clock.time = *closed->tally.effective;
    CHECK(office.covers(id, {"framework", ""}).has_value() == !enough);
    desk.check_refused(office.petition(secretariat, id, TeamId{"saiga"}), desk.all_rows(), errc::denied, "too late");
}

TEST_CASE("a decision lets go of the one preservation that it names, among those that were there", "[A11][R4]") {
    ADesk d;
    const auto preserve = [&](const char* reason) {
        d.change([&](storage::Register&) {
            (void)d.store().archive().preserve({0, ListId{"teams"}, {}, reason, "operator root", d.clock.now(), {}, {}});
        });
    };
    const auto proposed = [&](const community::Settings& set) {
        committee::Proposal p;
        p.kind = "archive.let_go";
        p.subject = "teams";
        p.question = "Let it go?";
        p.set = set;
        const auto done = d.desk.propose(secretariat, p);
        return done ? in_words(done->set) : done.error().detail;
    };
    CHECK(proposed({}) == "nothing is preserved of teams itself; see: caveat archive preserved");
    preserve("a small thing");
    CHECK(proposed({}) == "number = 1");
    CHECK(proposed({{"number", "2"}}).find("number 1;") != std::string::npos);  // not one that is still to come
    const auto id = d.proposed("archive.let_go", "teams");
    preserve("a prosecutor asks");
    CHECK(proposed({}).find("number 1, 2; write which") != std::string::npos);
    CHECK(proposed({{"number", "2"}}) == "number = 2");
    d.vote(id, 7);
    d.clock.time += 24h;
    REQUIRE(d.desk.close(secretariat, id));
    const auto carried = [&](const char* number) {
        storage::Store::Transaction transaction(d.store());
        const auto done = d.desk.carry(id, {"archive.let_go", "teams", {{"number", number}}});
        return done ? std::string("ok") : done.error().detail;
    };
    CHECK(carried("2").find("it decides number = 1, and the act has number = 2") != std::string::npos);
    CHECK(carried("1") == "ok");
}

TEST_CASE("only the operator chooses an id, so that nobody learns which are taken", "[A12][item 27]") {
    ADesk desk;
    const auto chosen = [&](const community::Actor& by, const std::string& id) {
        committee::Proposal p;
        p.id = id;
        p.kind = "case.open";
        p.subject = "quokka";
        p.question = "Investigate?";
        return desk.desk.propose(by, p);
    };
    const community::Actor person{"person somebody", PersonId{"somebody"}};
    REQUIRE(chosen(secretariat, "D-mine"));
    CHECK(chosen(secretariat, "D-mine").error().code == errc::conflict);
    const auto taken = chosen(person, "D-mine"), free = chosen(person, "D-other");
    REQUIRE_FALSE(taken);
    REQUIRE_FALSE(free);
    CHECK(taken.error().code == errc::denied);
    CHECK(taken.error().detail == free.error().detail);
}

TEST_CASE("what makes no sense is not proposed") {
    ADesk desk;
    const auto [kind, subject, question, code] = GENERATE(table<std::string, std::string, std::string, errc>({
        {"coup", "quokka", "?", errc::invalid},
        {"case.open", "", "?", errc::invalid},
        {"case.open", "nobody", "?", errc::not_found},
        {"case.notice", "C-2026-001", "?", errc::not_found},
        {"hold.place", "nobody", "?", errc::not_found},
        {"other", "", "", errc::invalid},
        {"other", "", "which rule?", errc::invalid},
    }));
    committee::Proposal p;
    p.kind = kind;
    p.subject = subject;
    p.question = question;
    desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), code, "");
}

TEST_CASE("a team that is a member no more reads nothing of the members' ballots", "[A2][A10][A12]") {
    ADesk desk;
    committee::Proposal p;
    p.kind = "framework";
    p.rule = conduct::Rule::majority;
    p.question = "Change article 3?";
    const auto d = desk.desk.propose(secretariat, p);
    REQUIRE(d);
    const committee::Viewer viewer{desk.person("takin-rep"), TeamId{"takin"}, true, false, committee::Viewer::Reach::own};
    CHECK(desk.desk.decision(viewer, d->id));
    CHECK(desk.desk.decisions(viewer).size() == 1);
    const auto* category = GENERATE("former", "liaison");
    desk.change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"takin"});
        team.category = category;
        r.put(team);
    });
    const auto gone = desk.desk.decision(viewer, d->id);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == errc::not_found);
    CHECK(desk.desk.decisions(viewer).empty());
}

TEST_CASE("what a seat may not know of is, by its number, as what is not there", "[item 27][R3][A12]") {
    ADesk desk;
    const auto accused = desk.person("seat3-rep");
    desk.opened("seat3");
    const auto ballot = desk.decided("case.close", desk.the_case);
    storage::Store& store = desk.store();
    {
        storage::Store::Transaction transaction(store);
        community::Matter review;
        review.id = "R-2026-001";
        review.kind = community::MatterKind::review;
        review.team = TeamId{"seat3"};
        review.text = "why";
        review.at = desk.clock.now();
        review.actor = "operator root";
        store.matters().add(review);
        store.journal().append(desk.clock.now(), "operator root", "review.opened", review.id, "{}");
        transaction.commit();
    }
    const auto refused = [&](const std::string& kind, const std::string& subject, const community::Settings& set = {},
                             const std::string& second = {}, const std::string& question = "q") {
        committee::Proposal p;
        p.kind = kind;
        p.subject = subject;
        p.question = question;
        p.set = set;
        p.second_of = second;
        if (kind == "revocation") p.meeting = desk.clock.now() + 24h * 3;
        const auto d = desk.desk.propose(accused, p);
        REQUIRE_FALSE(d);
        auto words = d.error().detail;
        for (const auto& number : {desk.the_case, ballot, std::string("R-2026-001"), std::string("X-2026-999999")}) {
            if (const auto at = words.find(number); at != std::string::npos) words.replace(at, number.size(), "N");
        }
        return std::pair{d.error().code, words};
    };
    const std::string none = "X-2026-999999";
    CHECK(refused("review", "R-2026-001", {{"outcome", "category"}}) == refused("review", none, {{"outcome", "category"}}));
    CHECK(refused("review", "R-2026-001", {}, {}, "") == refused("review", none, {}, {}, ""));
    CHECK(refused("case.finding", desk.the_case) == refused("case.finding", none));
    CHECK(refused("revocation", "takin", {{"review", "R-2026-001"}}) == refused("revocation", "takin", {{"review", none}}));
    CHECK(refused("host", "2027", {}, ballot) == refused("host", "2027", {}, none));

    const auto cites = [&](const community::Actor& by, const std::string& number) {
        const auto done = desk.desk.covers(number, {"election", "chair takin"}, by);
        REQUIRE_FALSE(done);
        auto words = done.error().detail;
        if (const auto at = words.find(number); at != std::string::npos) words.replace(at, number.size(), "N");
        return std::pair{done.error().code, words};
    };
    for (const auto* who : {"seat3-rep", "takin-rep"}) CHECK(cites(desk.person(who), ballot) == cites(desk.person(who), none));
    auto lent = desk.person("takin-rep");
    lent.lent_by = "person seat1-rep";
    CHECK(cites(lent, ballot) == cites(lent, none));
    CHECK(cites(desk.person("seat1-rep"), ballot).second.find("is about case.close of") != std::string::npos);
    CHECK(cites(secretariat, ballot).second.find("is about case.close of") != std::string::npos);
}

}  // namespace caveat::test
