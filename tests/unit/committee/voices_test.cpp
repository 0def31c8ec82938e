// What a voice that others than the team gave it a moment ago does not take from it.
#include <set>

#include "a_post.hpp"
#include "caveat/storage/voices.hpp"
#include "due.hpp"
#include "silences.hpp"

namespace caveat::test {
namespace {

struct AVoice : APost {
    community::Actor ana = ana_of_the_secretariat();

    static community::Person somebody(const std::string& id, const std::string& team) {
        community::Person person;
        person.id = PersonId{id};
        person.name = id;
        person.team = TeamId{team};
        person.addresses = {id + "@elsewhere.example"};
        return person;
    }
    // Somebody in the chair whose team has its seat by another.
    PersonId presides_beside_a_seat(const std::string& id, const std::string& team) {
        const auto chair = somebody(id, team);
        done(members().add(secretariat, chair));
        change([&](storage::Register& r) {
            r.put(community::Term{"chair", chair.id, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
        });
        clock.time += 1h;
        return chair.id;
    }
    // Enters them as the team's voice, in the place of its representative.
    std::string speaks_for(const std::string& team, const community::Actor& by) {
        auto before = *store().directory().person(PersonId{team + "-rep"});
        before.representative = false;
        clock.time += 1s;
        done(members().change(by, before));
        auto next = somebody(team + "-new", team);
        next.representative = true;
        done(members().add(by, next));
        return next.id.value;
    }
    std::string stands_in_for(const std::string& team, const community::Actor& by) {
        auto other = somebody(team + "-other", team);
        other.addresses = {"other@" + team + ".example"};
        other.alternate = true;
        done(members().add(by, other));
        return other.id.value;
    }
    static void done(const Result<void>& ok) {
        INFO((ok ? "" : ok.error().detail));
        REQUIRE(ok);
    }
    std::string of_members(std::initializer_list<const char*> present) {
        std::vector<TeamId> teams;
        for (const auto* team : present) teams.push_back(TeamId{team});
        const auto id = convened();
        clock.time += 24h * 30;
        REQUIRE(desk.attend(secretariat, id, teams));
        return id;
    }
    std::optional<Instant> seat_ends(const char* person) {
        for (const auto& term : store().powers().terms()) {
            if (term.person.value == person && term.role == "sc") return term.during.until;
        }
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("a voice that others gave a team says nothing else than the team has said", "[C5][A11][item 54]") {
    AVoice d;
    const TeamId takin{"takin"}, kowhai{"kowhai"};
    const auto id = d.of_members({"seat1", "seat2", "seat3", "takin", "kowhai"});
    REQUIRE(d.desk.vote(d.person("takin-rep"), id, takin, Choice::no));
    const auto now = d.person(d.speaks_for("takin", d.ana));
    const auto before = d.all_rows();
    d.check_refused(d.desk.vote(now, id, takin, Choice::yes), before, errc::denied, "item 15: others than takin put on record");
    d.check_refused(d.desk.proxy(now, id, {takin, TeamId{"seat1"}}), before, errc::denied, "item 15");
    SECTION("what it says itself it can change, until whoever spoke before speaks again") {
        const auto other = d.person(d.speaks_for("kowhai", d.ana));
        REQUIRE(d.desk.vote(other, id, kowhai, Choice::yes));
        REQUIRE(d.desk.vote(other, id, kowhai, Choice::abstain));
        auto for_now = *d.store().directory().person(PersonId{"kowhai-new"});
        for_now.representative = false;
        d.done(d.members().change(d.ana, for_now));
        auto again = *d.store().directory().person(PersonId{"kowhai-rep"});
        again.representative = true;
        d.done(d.members().change(d.ana, again));
        CHECK(d.desk.vote(d.person("kowhai-rep"), id, kowhai, Choice::no));
    }
    SECTION("a week later it is the team's") {
        d.clock.time += 24h * 7 + 1s;
        CHECK(d.desk.vote(now, id, takin, Choice::yes));
    }
}

TEST_CASE("a voice that the operator gave a team is the team's", "[item 15][item 54]") {
    AVoice d;
    const auto id = d.of_members({"seat1", "seat2", "seat3", "takin", "kowhai"});
    REQUIRE(d.desk.vote(d.person("takin-rep"), id, TeamId{"takin"}, Choice::no));
    CHECK(d.desk.vote(d.person(d.speaks_for("takin", secretariat)), id, TeamId{"takin"}, Choice::yes));
}

TEST_CASE("who stands in for the party by others' hands withdraws no appeal and ends no silence", "[C3][A11][items 36, 37]") {
    AVoice d;
    d.opened("takin");
    d.does(ADesk::a_notice());
    d.serve(1);
    REQUIRE(d.files.act(d.person("takin-rep"), d.the_case, conduct::FileAppeal{1, "letter"}));
    REQUIRE(d.desk.place(d.ana, PersonId{"takin-rep"}, "her mailbox looks odd"));
    const bool by_others = GENERATE(true, false);
    const auto other = d.person(d.stands_in_for("takin", by_others ? d.ana : secretariat));
    CHECK(committee::keep_silences(d.store(), d.clock.now(), true) == !by_others);
    if (by_others) {
        d.check_refused(d.files.act(other, d.the_case, conduct::WithdrawAppeal{1}), d.all_rows(), errc::denied, "item 15: others");
        d.clock.time += 70h;  // and a week counts until they had to stand in
        CHECK_FALSE(d.files.act(other, d.the_case, conduct::WithdrawAppeal{1}));
    } else {
        CHECK(d.files.act(other, d.the_case, conduct::WithdrawAppeal{1}));
    }
}

TEST_CASE("a hold by the party's own people stops no clock of its case, and of others the committee hears", "[C3][C6][items 27, 42]") {
    AVoice d;
    d.opened("takin");
    d.does(ADesk::a_notice());
    d.serve(1);
    d.add_person("takin-sec", "takin", "sec@takin.example");
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"takin-sec"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    static_cast<void>(d.told());
    const auto ends = [&] {
        const auto c = d.files.show(d.the_case)->as_is;
        return *conduct::appeal_ends(c, c.notices[0]);
    };
    const Instant closes = ends();
    d.clock.time = closes - 24h;
    const PersonId rep{"takin-rep"};
    const auto of_the_team = d.person("takin-sec");
    const auto row = GENERATE(0, 1, 2, 3);
    CAPTURE(row);
    const auto decided = row == 2 ? d.decided("hold.place", "takin-rep") : std::string();
    static_cast<void>(d.told());
    const auto hold = row == 0   ? d.desk.place(of_the_team, rep, "her mailbox looks odd")
                      : row == 1 ? d.desk.place(d.lent("takin-sec", "person takin-rep"), rep, "her mailbox looks odd")
                      : row == 2 ? d.desk.place(secretariat, rep, "her mailbox looks odd", decided)
                                 : d.desk.place(d.ana, rep, "her mailbox looks odd");
    INFO((hold ? "" : hold.error().detail));
    REQUIRE(hold);
    const bool stops = row >= 2;
    CHECK((closes < ends()) == stops);
    CHECK_FALSE(committee::keep_silences(d.store(), d.clock.now(), true));
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "seat1-rep") == (stops ? 1 : 0));
    CHECK(std::count(told.begin(), told.end(), "takin-sec") == 0);
    if (row == 3) CHECK(d.last_says("takin (takin), placed by ana (banksia) Until"));
    CHECK(d.told().empty());
    if (stops) return;
    const auto decision = d.decided("hold.extend", "takin-rep");  // then it is the committee's
    REQUIRE(d.desk.extend(secretariat, hold->id, decision));
    CHECK(closes < ends());
}

TEST_CASE("whom a held person's name put there takes nothing back, and is not told of the hold in the place of the team",
          "[C5][C6][items 15, 42]") {
    AVoice d;
    const TeamId takin{"takin"};
    const auto rep = d.person("takin-rep");
    d.add_person("takin-duty", "takin", "duty@takin.example");
    const auto id = d.of_members({"seat1", "seat2", "seat3", "takin", "kowhai"});
    REQUIRE(d.desk.vote(rep, id, takin, Choice::no));
    const auto other = d.person(d.stands_in_for("takin", rep));
    const auto days = GENERATE(1, 30, 31);
    d.clock.time += 24h * days;
    REQUIRE(d.desk.place(d.ana, PersonId{"takin-rep"}, "her mailbox looks odd"));
    std::vector<std::string> told;
    for (const auto& person : committee::colleagues(d.store(), PersonId{"takin-rep"}, d.clock.now())) told.push_back(person.id.value);
    std::sort(told.begin(), told.end());
    CAPTURE(days, told);
    CHECK(told == (days > 30 ? std::vector<std::string>{"takin-other"} : std::vector<std::string>{"takin-duty", "takin-other"}));
    CHECK(committee::keep_silences(d.store(), d.clock.now(), true) == false);  // noted with the hold
    if (days != 1) return;                                                     // the ballot is over
    d.check_refused(d.desk.vote(other, id, takin, Choice::yes), d.all_rows(), errc::denied, "item 15");
    d.done(d.members().change(secretariat, [&] {
        auto again = *d.store().directory().person(*other.person);
        again.alternate = false;
        d.done(d.members().change(secretariat, again));
        again.alternate = true;
        return again;
    }()));
    CHECK(d.desk.vote(other, id, takin, Choice::yes));  // now it is who the operator says
}

TEST_CASE("whom those enter whom a held person's name put there is the team's choice no more than they are", "[C5][items 15, 42]") {
    AVoice d;
    const auto rep = d.person("takin-rep");
    const auto enters = [&](const char* name, const community::Actor& by) {
        auto next = AVoice::somebody(name, "takin");
        next.addresses = {std::string(name) + "@takin.example"};
        next.alternate = true;
        d.clock.time += 1s;
        d.done(d.members().add(by, next));
        return d.person(name);
    };
    const auto becomes = [&](const community::Actor& who, bool representative) {
        auto again = *d.store().directory().person(*who.person);
        again.representative = representative;
        again.alternate = !representative;
        d.clock.time += 1s;
        d.done(d.members().change(who, again));
    };
    const auto is_theirs = [&](const community::Actor& voice) {
        return !storage::was_put_there(d.store(), *d.store().directory().person(*voice.person), d.clock.now());
    };
    const auto first = enters("takin-first", rep);
    becomes(rep, false);
    becomes(first, true);
    d.clock.time += 24h * 8;
    const auto second = enters("takin-second", first), third = enters("takin-third", secretariat);
    CHECK((is_theirs(first) && is_theirs(second) && is_theirs(third)));
    REQUIRE(d.desk.place(d.ana, *rep.person, "her mailbox looks odd"));
    // What they change of themselves makes it no more the team's choice, nor do they enter anybody who is.
    if (GENERATE(true, false)) becomes(first, false);
    const auto fourth = enters("takin-fourth", first);
    for (const auto days : {0, 8, 13}) {
        d.clock.time += 24h * days;
        CAPTURE(days);
        CHECK_FALSE(is_theirs(first));
        CHECK_FALSE(is_theirs(second));
        CHECK_FALSE(is_theirs(fourth));
        CHECK(is_theirs(third));
    }
    d.clock.time += 24h * 2;
    CHECK((is_theirs(first) && is_theirs(second) && is_theirs(fourth)));
}

TEST_CASE("who left says no more for the team than they said in it", "[C5][items 15, 42]") {
    AVoice d;
    const TeamId takin{"takin"};
    const auto rep = d.person("takin-rep");
    const auto id = d.of_members({"seat1", "seat2", "seat3", "takin", "kowhai"});
    const auto other = d.person(d.stands_in_for("takin", rep));
    d.changes(rep, "takin-rep", [](auto& person) { person.representative = false; });
    REQUIRE(d.desk.vote(other, id, takin, Choice::no));
    REQUIRE(d.desk.place(d.ana, *rep.person, "her mailbox looks odd"));
    if (GENERATE(true, false)) d.done(d.members().remove_person(secretariat, *other.person));
    auto next = AVoice::somebody("takin-new", "takin");
    next.representative = true;
    d.done(d.members().add(d.ana, next));
    CHECK(d.desk.vote(d.person("takin-new"), id, takin, Choice::yes));
}

TEST_CASE("who keeps the register makes themself no voice of their team that it chose", "[C5][item 15]") {
    AVoice d;
    d.add_person("takin-sec", "takin", "sec@takin.example");
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"takin-sec"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    d.changes(d.person("takin-rep"), "takin-rep", [](auto& person) { person.representative = false; });
    d.changes(d.person("takin-sec"), "takin-sec", [](auto& person) { person.representative = true; });
    CHECK(storage::was_put_there(d.store(), *d.store().directory().person(PersonId{"takin-sec"}), d.clock.now()));
}

TEST_CASE("nobody holds the party's people by hands of both sides, so that it can be told whose doing it is", "[C3][C6][items 27, 42]") {
    AVoice d;
    d.add_person("takin-sec", "takin", "sec@takin.example");
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"takin-sec"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const PersonId rep{"takin-rep"};
    for (const auto& [by, other] :
         {std::pair{d.lent("takin-sec", "person ana"), "kowhai-rep"}, {d.lent("ana", "person takin-sec"), "saiga-rep"}}) {
        d.check_refused(d.desk.place(by, rep, "her mailbox looks odd"), d.all_rows(), errc::denied, "one of the two is of takin");
        CHECK(d.desk.place(by, PersonId{other}, "her mailbox looks odd"));
    }
    REQUIRE(d.desk.place(d.lent("takin-sec", "operator root"), rep, "her mailbox looks odd"));  // as with their own hand
}

TEST_CASE("a voice that others gave a team ends nobody's seat in it", "[A11][items 49, 54]") {
    AVoice d;
    const auto now = d.person(d.speaks_for("seat7", d.ana));
    const auto until = d.seat_ends("seat7-rep");
    const community::Term seat{"sc", PersonId{"seat7-rep"}, {}, {}};
    const auto before = d.all_rows();
    d.check_refused(d.desk.end(now, seat, "moves on"), before, errc::denied, "item 15: others than seat7");
    d.check_refused(d.members().remove_person(now, seat.person), before, errc::denied, "items 49 and 54");
    CHECK(d.seat_ends("seat7-rep") == until);
    // Whom they enter is no more the team's choice than they are.
    auto third = AVoice::somebody("seat7-third", "seat7");
    third.addresses = {"third@elsewhere.example"};
    third.alternate = true;
    d.done(d.members().add(now, third));
    REQUIRE(d.desk.place(d.ana, PersonId{"seat7-new"}, "looks odd"));
    CHECK_FALSE(d.desk.end(d.person("seat7-third"), seat, "moves on"));
    CHECK(d.desk.end(d.person("seat7-rep"), seat, "moves on"));
}

TEST_CASE("a voice that others gave a team is not whom its election means", "[A11][items 49, 53, 54]") {
    AVoice d;
    const auto now = d.person(d.speaks_for("seat2", d.ana));
    committee::Proposal p;
    p.kind = "election";
    p.subject = "chair seat2";
    p.question = "Elect?";
    const auto id = d.desk.propose(secretariat, p).value().id;
    for (const auto& seat : d.seats) REQUIRE(d.desk.vote(secretariat, id, seat, Choice::yes));
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, id)->tally.verdict == BallotResult::passed);
    const auto today = start_of(date_of(d.clock.now()));
    community::Term term{"chair", PersonId{"seat2-new"}, {}, {today, start_of(add_months(date_of(today), 12, Rounding::earlier))}};
    const auto before = d.all_rows();
    d.check_refused(d.desk.begin(d.ana, term, id), before, errc::denied, "was entered for that by others less than a week ago");
    d.check_refused(d.desk.begin(now, term, id), before, errc::denied, "item 15: others than seat2");
    term.person = PersonId{"seat2-rep"};  // who holds its seat
    CHECK(d.desk.begin(d.ana, term, id));
}

TEST_CASE("a voice that others gave a team enters nobody who left another", "[C4][A11][ruling kk]") {
    AVoice d;
    auto gone = AVoice::somebody("saiga-duty", "saiga");
    d.done(d.members().add(secretariat, gone));
    d.done(d.members().remove_person(d.person("saiga-rep"), gone.id));
    gone.team = TeamId{"kowhai"};
    const auto now = d.person(d.speaks_for("kowhai", d.ana));
    d.check_refused(d.members().add(now, gone), d.all_rows(), errc::denied, "ruling kk");
    d.clock.time += 24h * 7 + 1s;
    d.done(d.members().add(now, gone));
}

TEST_CASE("a seat takes part again by the vote of who holds it, whoever else of the team said that it takes no part", "[C5][item 52]") {
    AVoice d;
    const TeamId seat2{"seat2"};
    const auto now = d.person(d.speaks_for("seat2", secretariat));
    static_cast<void>(d.told());
    const auto id = d.proposed("clearance", "quokka");
    static_cast<void>(d.told());
    REQUIRE(d.desk.recuse(now, id, seat2));
    CHECK(d.desk.decision(everything, id)->recused_for_them == std::vector{seat2});
    CHECK(d.told() == std::vector<std::string>{"seat2-rep"});
    CHECK(d.last_says("takes no part in this ballot"));
    const auto voted = d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::no);
    REQUIRE(voted);
    CHECK(voted->ballot.recused.empty());
    CHECK(voted->tally.no == 1);
}

TEST_CASE("the chair's word in a tie is that of who is in the chair", "[item 57][item 53]") {
    AVoice d;
    d.change([&](storage::Register& r) {
        r.put(community::Term{"chair", PersonId{"seat1-rep"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto now = d.person(d.speaks_for("seat1", secretariat));
    static_cast<void>(d.told());
    committee::Proposal p;
    p.kind = "host";
    p.subject = "2027";
    p.question = "Who hosts?";
    p.candidates = {TeamId{"takin"}, TeamId{"kowhai"}};
    const auto id = d.desk.propose(secretariat, p).value().id;
    static_cast<void>(d.told());
    REQUIRE(d.desk.break_tie(now, id, {TeamId{"kowhai"}}));
    CHECK(d.told() == std::vector<std::string>{"seat1-rep"});
    REQUIRE(d.desk.break_tie(d.person("seat1-rep"), id, {TeamId{"takin"}}));
    d.check_refused(d.desk.break_tie(now, id, {TeamId{"kowhai"}}), d.all_rows(), errc::denied, "item 54: the chair");
}

TEST_CASE("who left the register keeps the team that a hold is about", "[A11][A12][items 27, 42]") {
    AVoice d;
    auto colleague = AVoice::somebody("banksia-duty", "banksia");
    d.done(d.members().add(secretariat, colleague));
    const auto hold = d.desk.place(secretariat, colleague.id, "the mailbox is not theirs");
    REQUIRE(hold);
    REQUIRE(d.desk.extend(secretariat, hold->id, d.decided("hold.extend", "banksia-duty")));
    const auto open = d.proposed("hold.extend", "banksia-duty");
    const committee::Viewer of_its_team{d.ana, TeamId{"banksia"}, true, true, committee::Viewer::Reach::everything};
    REQUIRE_FALSE(d.desk.decision(of_its_team, open));
    d.done(d.members().remove_person(secretariat, colleague.id));
    CHECK_FALSE(d.desk.decision(of_its_team, open));
    CHECK(d.desk.decision(everything, open));
    d.check_refused(d.desk.lift(d.ana, hold->id), d.all_rows(), errc::denied, "stands by decision D-");
    CHECK_FALSE(d.proposed("hold.extend", "banksia-duty").empty());
    CHECK(d.desk.lift(secretariat, hold->id));
}

TEST_CASE("with the seat of a team its chair ends", "[A10][item 53]") {
    AVoice d;
    d.presides_beside_a_seat("seat1-chair", "seat1");
    REQUIRE(d.desk.place(d.person("seat1-chair"), PersonId{"saiga-rep"}, "looks odd"));
    REQUIRE(d.desk.end(d.person("seat1-rep"), {"sc", PersonId{"seat1-rep"}, {}, {}}, "moves on"));
    CHECK_FALSE(d.desk.place(d.person("seat1-chair"), PersonId{"kowhai-rep"}, "looks odd"));
    CHECK(d.store().journal().verify());
}

TEST_CASE("a chair counts only while its team has a seat, however that ends", "[A10][item 53]") {
    AVoice d;
    const auto chair = d.presides_beside_a_seat("seat1-chair", "seat1");
    REQUIRE(d.desk.place(d.person("seat1-chair"), PersonId{"saiga-rep"}, "looks odd"));
    const bool leaves = GENERATE(true, false);
    if (leaves) d.done(d.members().remove_person(secretariat, PersonId{"seat1-rep"}));
    d.change([&](storage::Register& r) {
        for (auto term : r.terms()) {
            if (term.person.value != "seat1-rep") continue;
            term.during.until = d.clock.now() + 1h;
            r.put(term);
        }
    });
    if (!leaves) d.clock.time += 1h;
    CHECK_FALSE(d.desk.place(d.person("seat1-chair"), PersonId{"kowhai-rep"}, "looks odd"));
    const auto doubtful = registry::worthless_offices(d.store(), d.rules, d.clock.now());
    REQUIRE(doubtful.size() == 1);
    CHECK_THAT(doubtful.front(), Catch::Contains("nobody of their team has a seat on the committee now"));
    const auto standing = d.store().standing(PersonId{"seat1-chair"}, ListId{"teams"}, d.clock.now());
    REQUIRE(standing);
    CHECK(standing->of_team == standing->terms);
    // It is not ended by that: a seat of the team that is put on record is enough.
    d.change([&](storage::Register& r) { r.put(community::Term{"sc", chair, ListId{}, {d.clock.now(), d.clock.now() + 24h * 100}}); });
    CHECK(d.desk.place(d.person("seat1-chair"), PersonId{"kowhai-rep"}, "looks odd"));
}

TEST_CASE("a representative whom others gave a team takes no voice of its own choice", "[A11][items 15, 36, 37]") {
    AVoice d;
    const auto alternate = d.stands_in_for("seat7", secretariat);
    d.clock.time += 24h * 8;
    const auto now = d.person(d.speaks_for("seat7", d.ana));
    const auto before = d.all_rows();
    auto silent = *d.store().directory().person(PersonId{alternate});
    silent.alternate = false;
    d.check_refused(d.members().change(now, silent), before, errc::denied, "items 36 and 37");
    d.check_refused(d.members().remove_person(now, silent.id), before, errc::denied, "items 36 and 37");
    d.clock.time += 24h * 8;
    d.done(d.members().change(now, silent));
}

TEST_CASE("who sits on an Appeal Panel is taken out of the register by their team alone until it has decided", "[C3][A11][item 38]") {
    AVoice d;
    d.unheeded("quokka", "C-2026-001");
    d.does(conduct::FileAppeal{2, "their letter"});
    conduct::SeatPanel seat{2, {}};
    seat.panel.chair.person = PersonId{"takin-rep"};
    d.done(d.members().add(secretariat, AVoice::somebody("saiga-duty", "saiga")));
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-duty"}) seat.panel.members.push_back({PersonId{member}, {}});
    d.does(seat);
    const PersonId duty{"saiga-duty"};
    // Its party learns from no refusal who they are: of nobody of another team, office or not.
    d.add_person("quokka-sec", "quokka", "sec@quokka.example");
    d.done(d.members().add(secretariat, AVoice::somebody("saiga-other", "saiga")));
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"quokka-sec"}, {}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto party = GENERATE(values<community::Actor>({{"person quokka-sec", PersonId{"quokka-sec"}, {}},
                                                          {"person ana", PersonId{"ana"}, "person quokka-sec"},
                                                          {"person saiga-rep", PersonId{"saiga-rep"}, "person quokka-sec"}}));
    std::set<std::string> words;
    for (const auto* who : {"saiga-duty", "saiga-other", "seat5-rep"}) {
        const auto removed = d.members().remove_person(party, PersonId{who});
        REQUIRE_FALSE(removed);
        words.insert(removed.error().detail);
    }
    CHECK(words.size() == 1);
    d.check_refused(d.members().remove_person(d.ana, duty), d.all_rows(), errc::denied, "who speaks for saiga");
    const bool decides = GENERATE(true, false);
    if (decides) {
        for (const auto* who : {"takin-rep", "seat1-rep", "kowhai-rep"})
            d.does(conduct::CastPanelVote{2, PersonId{who}, {conduct::Outcome::upheld, {}}});
    }
    d.done(d.members().remove_person(decides ? d.ana : d.person("saiga-rep"), duty));
    d.done(d.members().remove_person(d.ana, PersonId{"saiga-other"}));
}

TEST_CASE("whether an alternate was put there a while ago is asked of the team as it was then", "[item 15][item 42]") {
    AVoice d;
    const auto alternate = d.stands_in_for("takin", d.ana);
    d.clock.time += 24h * 3;
    d.change([&](storage::Register& r) {
        r.put(community::Denial{0, "takin-rep", false, "*", bit(Verb::post), {d.clock.now(), d.clock.now() + 24h * 20}, "hold", ""});
    });
    d.clock.time += 24h * 7;
    const Instant then = d.clock.now();
    const auto voice = *d.store().directory().person(PersonId{alternate});
    CHECK(storage::was_put_there(d.store(), voice, then));
    d.clock.time += 1h;
    d.done(d.members().remove_person(secretariat, PersonId{"takin-rep"}));
    d.clock.time += 1h;
    CHECK(storage::was_put_there(d.store(), voice, d.clock.now(), then));
}

}  // namespace caveat::test
