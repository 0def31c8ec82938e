// Who votes is written down when a ballot opens, and every later count reads that (ruling tt).
#include "a_desk.hpp"
#include "rolls.hpp"
#include "set_back.hpp"

namespace caveat::test {
namespace {

committee::Proposal about(const std::string& kind, const std::string& subject) {
    committee::Proposal p;
    p.kind = kind;
    p.subject = subject;
    p.question = "Shall we?";
    return p;
}

void remove_team(ADesk& desk, const std::string& id) {
    auto team = *desk.store().directory().team(TeamId{id});
    team.category = "former";
    desk.change([&](storage::Register& r) { r.put(team); });
}

}  // namespace

TEST_CASE("a ballot opens, and its meeting sits, not before the proposal", "[ruling tt][C5]") {
    ADesk desk;
    const Instant now = desk.clock.now();
    struct Row {
        std::chrono::seconds opens, meeting;
        std::string refused;
    };
    const auto row = GENERATE(values<Row>({{-1h, 0s, "a ballot opens not before"},
                                           {-24h * 365 * 7, 0s, "a ballot opens not before"},
                                           {0s, -24h * 3650, "a meeting sits not before"},
                                           {0s, -61s, "a meeting sits not before"},
                                           {0s, -59s, ""},
                                           {-30s, 0s, ""},
                                           {0s, 24h, ""},
                                           {24h, 0s, ""}}));
    CAPTURE(row.opens.count(), row.meeting.count());
    auto p = about("case.open", "quokka");
    if (row.opens != 0s) p.opens = now + row.opens;
    if (row.meeting != 0s) p.meeting = now + row.meeting;
    if (!row.refused.empty()) return desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, row.refused);
    const auto d = desk.desk.propose(secretariat, p);
    REQUIRE(d);
    CHECK(d->ballot.open.from >= now);
    if (d->ballot.attendance) CHECK(d->ballot.attendance->at >= now);
}

TEST_CASE("a ballot is over within a year of its proposal", "[C5]") {
    ADesk desk;
    const Instant now = desk.clock.now();
    static constexpr std::chrono::seconds year = 24h * 365;
    struct Row {
        std::chrono::seconds opens, meeting, closes;
        bool stands;
    };
    const auto row = GENERATE(values<Row>({{0s, 0s, year, true},
                                           {0s, 0s, year + 1s, false},
                                           {year - 24h * 14, 0s, 0s, true},
                                           {year - 24h * 13, 0s, 0s, false},
                                           {0s, year - 24h * 14, 0s, true},
                                           {0s, year - 24h * 13, 0s, false}}));
    CAPTURE(row.opens.count(), row.meeting.count(), row.closes.count());
    auto p = about("case.open", "quokka");
    if (row.opens != 0s) p.opens = now + row.opens;
    if (row.meeting != 0s) p.meeting = now + row.meeting;
    if (row.closes != 0s) p.closes = now + row.closes;
    const auto before = desk.all_rows();
    const auto d = desk.desk.propose(secretariat, p);
    if (!row.stands) return desk.check_refused(d, before, errc::denied, "a ballot is over within a year");
    REQUIRE(d);
}

TEST_CASE("the roll of a ballot holds names and rights, and what changes later changes nothing in it", "[ruling tt]") {
    ADesk desk;
    const auto id = desk.proposed("case.open", "quokka");
    auto d = *desk.desk.decision(everything, id);
    CHECK(d.enrolled);
    REQUIRE(d.electors.size() == 7);
    CHECK(d.electors[0].team == TeamId{"seat1"});
    CHECK(d.electors[0].right.find("seat1 (seat1-rep), seat 2026-10-23T12:00:00Z - 2028-") == 0);
    desk.add_member("orchid");
    desk.hold_seat("orchid", desk.clock.now() - 24h * 900, desk.clock.now() + 24h);  // entered later, dated back
    d = *desk.desk.decision(everything, id);
    CHECK(d.ballot.electorate.size() == 7);
    CHECK(d.tally.eligible == 7);
}

TEST_CASE("a ballot that opens later has the electorate of its opening", "[ruling tt][ruling o]") {
    ADesk desk;
    auto p = about("case.open", "quokka");
    p.opens = desk.clock.now() + 24h;
    const auto id = desk.desk.propose(secretariat, p).value().id;
    CHECK_FALSE(desk.desk.decision(everything, id)->enrolled);
    // One seat ends before the opening, and another is given.
    desk.hold_seat("seat7", desk.clock.now() - 24h * 30, desk.clock.now() + 1h);
    desk.add_member("banksia");
    desk.hold_seat("banksia", desk.clock.now() + 2h, desk.clock.now() + 24h * 300);
    desk.clock.time += 24h;
    const auto by_the_clock = GENERATE(false, true);
    if (by_the_clock) {
        storage::Store::Transaction pass(desk.store());
        CHECK(committee::keep_rolls(desk.store(), desk.rules, desk.vault(), desk.clock.now(), false));
        pass.commit();
        CHECK_FALSE(committee::keep_rolls(desk.store(), desk.rules, desk.vault(), desk.clock.now(), true));
    } else {
        REQUIRE(desk.desk.vote(secretariat, id, TeamId{"seat1"}, Choice::yes));
    }
    const auto d = *desk.desk.decision(everything, id);
    CHECK(d.enrolled);
    CHECK(d.ballot.electorate.size() == 7);
    CHECK(std::count(d.ballot.electorate.begin(), d.ballot.electorate.end(), TeamId{"banksia"}) == 1);
    CHECK(std::count(d.ballot.electorate.begin(), d.ballot.electorate.end(), TeamId{"seat7"}) == 0);
    CHECK(desk.store().journal().verify());
}

TEST_CASE("what a clock that stood ahead wrote of a ballot to come is taken back with it", "[ruling tt][C7][O6]") {
    ADesk desk;
    desk.hold_seat("seat7", desk.clock.now() - 24h * 30, desk.clock.now() + 24h * 5);
    const auto running = desk.proposed("case.open", "quokka");
    REQUIRE(desk.desk.vote(desk.person("seat7-rep"), running, TeamId{"seat7"}, Choice::yes));
    auto p = about("case.open", "takin");
    p.opens = desk.clock.now() + 24h * 6;
    const auto to_come = desk.desk.propose(secretariat, p).value().id;
    const Instant right = desk.clock.now();
    const auto passes = [&](auto act) {
        storage::Store::Transaction pass(desk.store());
        act();
        pass.commit();
    };
    const auto keeps = [&] { passes([&] { committee::keep_rolls(desk.store(), desk.rules, desk.vault(), desk.clock.now(), false); }); };
    desk.clock.time = right + 24h * 7;
    keeps();
    CHECK(desk.desk.decision(everything, to_come)->ballot.electorate.size() == 6);
    CHECK(desk.desk.decision(everything, running)->departures.size() == 1);

    desk.clock.time = right + 1min;
    CHECK_FALSE(desk.desk.decision(everything, to_come)->enrolled);
    CHECK(desk.desk.decision(everything, running)->departures.empty());
    CHECK(desk.desk.decision(everything, running)->tally.yes == 1);
    passes([&] { committee::take_back_what_is_to_come(desk.store(), desk.clock.now(), desk.clock.now(), false); });

    // The seat is renewed without a gap, and the days come that the clock had shown.
    desk.hold_seat("seat7", right + 24h * 5, right + 24h * 700);
    desk.clock.time = right + 24h * 6;
    keeps();
    desk.clock.time = right + 24h * 8;
    keeps();
    const auto d = *desk.desk.decision(everything, to_come);
    CHECK(d.enrolled);
    CHECK(d.ballot.electorate.size() == 7);
    CHECK(desk.desk.decision(everything, running)->departures.empty());
    CHECK(desk.desk.decision(everything, running)->tally.yes == 1);
    CHECK(desk.store().journal().verify());
}

TEST_CASE("of what a clock that stood ahead told only what comes with its day is told again", "[C7][T1][O6]") {
    ADesk desk;
    const Instant ahead = desk.clock.now() + 24h * 7;
    const auto [about, again] = GENERATE(table<const char*, bool>({
        {"duty D-1 ahead team", true},
        {"duty D-1 overdue team", true},
        {"duty D-1 excused committee", false},
        {"duty D-1 missed team", false},
        {"case C-1 step 3 party", false},
        {"review R-1 opened", false},
    }));
    CAPTURE(about);
    storage::Store::Transaction pass(desk.store());
    REQUIRE(desk.store().minutes().add({about, ahead, ahead}));
    CHECK(committee::take_back_what_is_to_come(desk.store(), desk.clock.now(), desk.clock.now(), false) == again);
    CHECK(desk.store().minutes().reminded(about, ahead) == !again);
    pass.commit();
}

TEST_CASE("a ballot closes early only when every elector has voted, with the rights of its stated closing day", "[ruling tt]") {
    ADesk desk;
    desk.add_member("newcomer", "2025-12-01");  // votes from 2026-12-01, before the close and not yet today
    auto p = about("framework", "article 3");
    p.rule = conduct::Rule::majority;
    p.closes = desk.clock.now() + 24h * 14;
    const auto id = desk.desk.propose(secretariat, p).value().id;
    const auto voters = desk.desk.decision(everything, id)->ballot.electorate;
    CHECK(std::count(voters.begin(), voters.end(), TeamId{"newcomer"}) == 1);
    for (const auto& team : voters) {
        if (team != TeamId{"newcomer"}) REQUIRE(desk.desk.vote(secretariat, id, team, Choice::yes));
    }
    desk.clock.time += 1s;
    desk.check_refused(desk.desk.close(secretariat, id), desk.all_rows(), errc::denied, "1 votes are still out");
    REQUIRE(desk.desk.vote(secretariat, id, TeamId{"newcomer"}, Choice::no));
    desk.clock.time += 1s;
    const auto closed = desk.desk.close(secretariat, id);
    REQUIRE(closed);
    CHECK(closed->tally.eligible == static_cast<std::int64_t>(voters.size()));
    CHECK(closed->tally.no == 1);
}

TEST_CASE("the base of a petition is who was a member at the vote, whoever leaves or comes later", "[ruling tt][ruling p][item 47]") {
    ADesk desk;  // 12 members: a petition needs 6
    auto p = about("framework", "");
    p.rule = conduct::Rule::two_thirds;
    p.meeting = desk.clock.now() + 1h;
    const auto id = desk.desk.propose(secretariat, p).value().id;
    desk.clock.time += 2h;
    auto& office = desk.desk;
    REQUIRE(office.attend(secretariat, id, {TeamId{"seat1"}, TeamId{"seat2"}, TeamId{"seat3"}}));
    for (const auto* team : {"seat1", "seat2", "seat3"}) REQUIRE(office.vote(secretariat, id, TeamId{team}, Choice::yes));
    desk.clock.time += 1s;
    REQUIRE(office.close(secretariat, id));
    for (const auto* team : {"seat4", "seat5", "seat6", "seat7", "takin"}) REQUIRE(office.petition(secretariat, id, TeamId{team}));
    CHECK(office.decision(everything, id)->petition->fate == conduct::Fate::waiting);

    // Admitted since: it signs nothing.
    desk.add_member("newcomer", "2026-11-22");
    desk.check_refused(office.petition(secretariat, id, TeamId{"newcomer"}), desk.all_rows(), errc::denied, "was no member at the vote");
    // Two leave: half of twelve is six as before, and a petition that lacks one goes on lacking it.
    const bool signers = GENERATE(false, true);
    desk.clock.time += 1h;
    for (const auto* team : signers ? std::array{"seat4", "seat5"} : std::array{"kowhai", "saiga"}) remove_team(desk, team);
    const auto now = office.decision(everything, id);
    CHECK(now->petition->members == 12);
    CHECK(now->petition->needed == 6);
    CHECK(now->petition->valid == (signers ? 3 : 5));
    CHECK(now->petition->fate == conduct::Fate::waiting);
    if (signers) {
        // Kept, so that it is still so when the delay is over: their signatures are void.
        storage::Store::Transaction pass(desk.store());
        CHECK(committee::keep_rolls(desk.store(), desk.rules, desk.vault(), desk.clock.now(), false));
        pass.commit();
    }
    desk.clock.time = *now->tally.effective;
    CHECK(office.decision(everything, id)->petition->fate == conduct::Fate::stands);
    CHECK(office.covers(id, {"framework", ""}).has_value());
}

TEST_CASE("what no sanction reaches is refused in words when it is proposed, under whatever name", "[ruling uu][ruling i]") {
    ADesk desk;
    desk.change([&](storage::Register& r) {
        for (const auto& [id, klass] : {std::pair{"delegates", "reps"},
                                        {"intake", "sec"},
                                        {"hearing", "panel"},
                                        {"panel-c-2026-001", "panel"},
                                        {"panel-other", "panel"},
                                        {"wg-malware", "wg"}}) {
            community::List list;
            list.id = ListId{id};
            list.klass = klass;
            list.charter = "one";
            r.put(list);
        }
        r.subscribe({ListId{"hearing"}, PersonId{"takin-rep"}, community::DeliveryMode::each}, desk.clock.now());
    });
    desk.unheeded("quokka", "C-2026-001");
    desk.does(conduct::FileAppeal{2, "their letter"});
    conduct::SeatPanel seat{2, {}};
    seat.panel.chair.person = PersonId{"takin-rep"};
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}) seat.panel.members.push_back({PersonId{member}, {}});
    desk.does(seat);
    for (const auto* who : {"takin-rep", "seat1-rep", "kowhai-rep"}) {
        desk.does(conduct::CastPanelVote{2, PersonId{who}, {conduct::Outcome::upheld, {}}});
    }
    desk.clock.time += 24h * 30;
    const auto decision = desk.decided("case.sanction", desk.the_case);
    const auto tries = [&](const std::string& list) {
        conduct::IssueSanction act;
        act.sanction.denied = {{list, bit(Verb::post)}};
        return desk.files.act(secretariat, desk.the_case, act, decision);
    };
    const auto before = desk.all_rows();
    desk.check_refused(tries("delegates"), before, errc::denied, "list of class reps");
    desk.check_refused(tries("intake"), before, errc::denied, "list of class sec");
    desk.check_refused(tries("hearing"), before, errc::denied, "the list of a panel of this case");
    desk.check_refused(tries("panel-c-2026-001"), before, errc::denied, "the list of a panel of this case");
    desk.check_refused(tries("nowhere"), before, errc::not_found, "list nowhere is not there");
    const auto other = GENERATE("panel-other", "wg-malware");
    CHECK(tries(other).has_value());
}

TEST_CASE("of a panel that sits only who can sit no longer is replaced, and the votes of the others stand", "[ruling uu][item 38]") {
    ADesk desk;
    desk.add_member("heilala");
    desk.unheeded();
    desk.does(conduct::FileAppeal{2, "their letter"});
    const auto panel = [](const char* last) {
        conduct::SeatPanel seat{2, {}};
        seat.panel.chair.person = PersonId{"takin-rep"};
        for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", last}) seat.panel.members.push_back({PersonId{member}, {}});
        return seat;
    };
    desk.does(panel("saiga-rep"));
    desk.does(conduct::CastPanelVote{2, PersonId{"kowhai-rep"}, {conduct::Outcome::suspended, {}}});
    const auto decision = desk.decided("case.panel", desk.the_case);
    const auto again = [&](const char* last) { return desk.files.act(secretariat, desk.the_case, panel(last), decision); };
    desk.check_refused(again("heilala-rep"), desk.all_rows(), errc::denied, "saiga-rep sits on this panel");
    desk.check_refused(again("saiga-rep"), desk.all_rows(), errc::denied, "no place is free");
    remove_team(desk, "saiga");
    const auto file = again("heilala-rep");
    INFO((file ? "" : file.error().detail));
    REQUIRE(file);
    CHECK(file->as_is.appeals[0].votes.size() == 1);
    CHECK(desk.store().journal().verify());
}

}  // namespace caveat::test
