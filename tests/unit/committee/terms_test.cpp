// Offices as acts: elections, terms, deputising, and the seat of the accused.
#include "a_desk.hpp"
#include "electors.hpp"

namespace caveat::test {
namespace {

using community::Term;

Instant day(const char* text) { return start_of(parse_date(text).value()); }

struct Offices : ADesk {
    // Elected by e-mail by every member with a vote, or by every seat.
    std::string elected(const std::string& subject, std::optional<conduct::Rule> rule = std::nullopt) {
        committee::Proposal p;
        p.kind = "election";
        p.subject = subject;
        p.question = "Elect?";
        p.rule = rule;
        const auto d = desk.propose(secretariat, p);
        INFO((d ? "" : d.error().detail));
        REQUIRE(d);
        for (const auto& team : d->ballot.electorate) REQUIRE(desk.vote(secretariat, d->id, team, Choice::yes));
        clock.time += 1s;
        REQUIRE(desk.close(secretariat, d->id)->tally.verdict == BallotResult::passed);
        return d->id;
    }
    static Term term(const char* role, const std::string& person, const char* from, const char* until) {
        return {role, PersonId{person}, {}, {day(from), day(until)}};
    }
    void free_seat(const std::string& team) {
        const auto held = store().powers().terms();
        for (const auto& t : held) {
            if (t.person.value == team + "-rep") change([&](storage::Register& r) { r.remove(t); });
        }
    }
    void was(const char* role, const std::string& person, const char* from, const char* until) {
        change([&](storage::Register& r) { r.put(term(role, person, from, until)); });
    }
    std::vector<Term> held(const std::string& person) {
        std::vector<Term> all;
        for (const auto& t : desk.terms()) {
            if (t.person.value == person) all.push_back(t);
        }
        return all;
    }
};

}  // namespace

TEST_CASE("an eighth seat is refused, and a seat is given by the members for two years", "[C5][item 49]") {
    Offices desk;
    auto& office = desk.desk;
    const auto takin = Offices::term("sc", "takin-rep", "2026-12-01", "2027-11-01");
    committee::Proposal p;
    p.kind = "election";
    p.subject = "sc takin";
    p.question = "Elect takin?";
    desk.check_refused(office.propose(secretariat, p), desk.all_rows(), errc::invalid, "write which one");
    p.rule = conduct::Rule::approval;
    desk.check_refused(office.propose(secretariat, p), desk.all_rows(), errc::denied, "item 49");
    const auto elected = desk.elected("sc takin", conduct::Rule::majority);
    desk.check_refused(office.begin(secretariat, takin, elected), desk.all_rows(), errc::denied, "all 7 seats are taken");
    desk.free_seat("seat7");
    const auto before = desk.all_rows();
    desk.check_refused(office.begin(secretariat, takin), before, errc::denied, "item 54");
    desk.check_refused(office.begin(desk.person("kowhai-rep"), takin, elected), before, errc::denied, "item 54");
    desk.check_refused(office.begin(secretariat, Offices::term("sc", "takin-rep", "2026-12-01", "2029-01-01"), elected), before,
                       errc::denied, "ends at");
    desk.check_refused(office.begin(secretariat, Offices::term("sc", "takin-rep", "2026-11-01", "2028-01-01"), elected), before,
                       errc::denied, "not");
    desk.check_refused(office.begin(secretariat, Offices::term("sc", "kowhai-rep", "2026-12-01", "2027-11-01"), elected), before,
                       errc::denied, "about election of sc takin; needs one about election of sc kowhai");
    desk.check_refused(office.begin(secretariat, Offices::term("king", "takin-rep", "2026-12-01", "2027-11-01"), elected), before,
                       errc::invalid, "not a role");
    REQUIRE(office.begin(secretariat, takin, elected));
    CHECK(office.decision(everything, elected)->used_by == "election sc takin");
    CHECK(desk.held("takin-rep").size() == 1);
    desk.check_refused(office.begin(secretariat, takin, elected), desk.all_rows(), errc::conflict, "already");
}

TEST_CASE("at most four of seven seats end in one year, so that halves alternate", "[item 49]") {
    Offices desk;
    for (const auto& seat : desk.seats) desk.free_seat(seat.value);
    for (const auto* team : {"seat1", "seat2", "seat3", "seat4"}) desk.was("sc", team + std::string("-rep"), "2026-01-01", "2028-01-01");
    desk.hold_seat("seat5", desk.clock.now() - 24h, day("2028-06-01"));
    const auto elected = desk.elected("sc seat6", conduct::Rule::majority);
    desk.check_refused(desk.desk.begin(secretariat, Offices::term("sc", "seat6-rep", "2026-12-01", "2028-01-01"), elected), desk.all_rows(),
                       errc::denied, "halves alternate");
    CHECK(desk.desk.begin(secretariat, Offices::term("sc", "seat6-rep", "2026-12-01", "2027-01-01"), elected));
}

TEST_CASE("nobody stands for office within the first year, and no partner ever", "[items 7, 12]") {
    Offices desk;
    desk.add_member("fresh", "2025-11-23");  // a year is over tomorrow
    committee::Proposal p;
    p.kind = "election";
    p.question = "Elect?";
    p.rule = conduct::Rule::majority;
    const auto [subject, code, words] = GENERATE(table<std::string, errc, std::string>({
        {"sc fresh", errc::denied, "item 7"},
        {"sc quokka", errc::denied, "items 7 and 12"},
        {"sc nobody", errc::not_found, "not there"},
        {"sc", errc::invalid, "ROLE TEAM"},
        {"king orchid", errc::invalid, "ROLE TEAM"},
        {"", errc::invalid, "names its"},
    }));
    p.subject = subject;
    desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), code, words);
    desk.clock.time += 24h;
    p.subject = "sc fresh";
    CHECK(desk.desk.propose(secretariat, p));
}

TEST_CASE("four terms in a row in the chair are the most: nominated again after a gap", "[item 53]") {
    const auto* role = GENERATE("chair", "deputy_chair");
    Offices desk;
    for (const auto& [from, until] :
         {std::pair{"2022-01-01", "2023-01-01"}, {"2023-01-01", "2024-01-01"}, {"2024-01-01", "2025-01-01"}, {"2025-01-01", "2026-01-01"}})
        desk.was(role, "seat1-rep", from, until);
    desk.was("sc", "seat1-rep", "2020-01-01", "2028-01-01");
    committee::Proposal p;
    p.kind = "election";
    p.subject = role + std::string(" seat1");
    p.question = "Elect?";
    desk.clock.time = day("2025-12-10");
    for (const auto& seat : desk.seats) desk.hold_seat(seat.value, day("2025-06-01"), day("2027-06-01"));
    desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, "4 terms in a row and 4 is the most");
    SECTION("the terms are the team's, who held them may have left") {
        desk.change([&](storage::Register& r) {
            const auto before = *r.person(PersonId{"seat1-rep"});
            r.remove(before.id, desk.clock.now());
            r.put(community::Person{PersonId{"seat1-new"}, "New", before.team, {"new@seat1.example"}, {}, true});
        });
        desk.was("sc", "seat1-new", "2025-12-01", "2028-01-01");
        desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, "4 terms in a row and 4 is the most");
    }
    SECTION("also when the person goes on to another team, which does not have them") {
        desk.change([&](storage::Register& r) {
            auto moves = *r.person(PersonId{"seat1-rep"});
            r.remove(moves.id, desk.clock.now());
            r.put(community::Person{PersonId{"seat1-new"}, "New", moves.team, {"new@seat1.example"}, {}, true});
            moves.team = TeamId{"seat2"};
            moves.representative = false;
            r.put(moves);
        });
        desk.was("sc", "seat1-new", "2025-12-01", "2028-01-01");
        desk.clock.time += 1h;
        desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, "4 terms in a row and 4 is the most");
        p.subject = role + std::string(" seat2");
        CHECK(desk.desk.propose(secretariat, p));
        const auto seated = committee::seats_at(desk.store(), desk.rules, day("2024-06-01"));
        CHECK(seated == std::vector{TeamId{"seat1"}});
    }
    SECTION("after the gap it may") {
        desk.clock.time = day("2026-12-10");
        const auto elected = desk.elected(p.subject);
        CHECK(desk.desk.begin(secretariat, Offices::term(role, "seat1-rep", "2027-01-01", "2028-01-01"), elected));
    }
}

TEST_CASE("chair and deputy are elected by the committee, from its seats", "[C5][item 53]") {
    Offices desk;
    auto& office = desk.desk;
    committee::Proposal p;
    p.kind = "election";
    p.subject = "chair seat1";
    p.question = "Elect?";
    p.rule = conduct::Rule::majority;
    desk.check_refused(office.propose(secretariat, p), desk.all_rows(), errc::denied, "is decided by approval");
    const auto outside = desk.elected("chair takin");
    desk.check_refused(office.begin(secretariat, Offices::term("chair", "takin-rep", "2026-12-01", "2027-12-01"), outside), desk.all_rows(),
                       errc::denied, "no seat on the committee");
    const auto chair = desk.elected("chair seat1");
    desk.check_refused(office.begin(secretariat, Offices::term("chair", "seat1-rep", "2026-12-01", "2028-12-01"), chair), desk.all_rows(),
                       errc::denied, "ends at");
    REQUIRE(office.begin(secretariat, Offices::term("chair", "seat1-rep", "2026-12-01", "2027-12-01"), chair));
    const auto second = desk.elected("chair seat2");
    desk.check_refused(office.begin(secretariat, Offices::term("chair", "seat2-rep", "2027-01-01", "2027-12-01"), second), desk.all_rows(),
                       errc::conflict, "seat1 is chair");
}

TEST_CASE("an election that was not taken up falls with the next one of that office", "[C5][A11][items 49, 53]") {
    Offices desk;
    desk.clock.time = day("2026-12-01") + 9h;
    const bool says_when = GENERATE(false, true);
    CAPTURE(says_when);
    std::string first;
    if (says_when) {
        first = desk.decided("election", "chair seat1", {{"from", "2027-12-20"}});
    } else {
        first = desk.elected("chair seat1");
    }
    desk.clock.time = day("2026-12-20") + 9h;
    const auto second = desk.elected("chair seat2");
    REQUIRE(desk.desk.begin(secretariat, Offices::term("chair", "seat2-rep", "2026-12-20", "2027-12-20"), second));
    desk.clock.time = day("2027-12-20") + 9h;
    const auto begun = desk.desk.begin(desk.person("seat1-rep"), Offices::term("chair", "seat1-rep", "2027-12-20", "2028-10-01"), first);
    CHECK(begun.has_value() == says_when);
    if (says_when) return;
    CHECK_THAT(begun.error().detail, Catch::Contains("seat2 has held it from 2026-12-20 since"));
    const auto third = desk.elected("chair seat3");
    CHECK(desk.desk.begin(secretariat, Offices::term("chair", "seat3-rep", "2027-12-20", "2028-10-01"), third));
}

TEST_CASE("an election that was not taken up while its term would have lasted is of before", "[C5][A11][items 49, 53]") {
    Offices desk;
    desk.clock.time = day("2026-12-01") + 9h;
    const auto passed = desk.elected("sc takin", conduct::Rule::majority);
    const auto stated = desk.decided("election", "secretariat takin", {{"from", "2028-12-01"}});
    desk.clock.time = day("2028-12-01") + 9h;
    desk.free_seat("seat7");
    desk.check_refused(desk.desk.begin(secretariat, Offices::term("sc", "takin-rep", "2028-12-01", "2030-12-01"), passed), desk.all_rows(),
                       errc::denied, "would be over since 2028-12-01");
    // Nor by a term that is dated back.
    desk.check_refused(desk.desk.begin(secretariat, Offices::term("sc", "takin-rep", "2028-11-30", "2030-11-30"), passed), desk.all_rows(),
                       errc::denied, "would be over since 2028-12-01");
    CHECK(desk.desk.begin(secretariat, Offices::term("secretariat", "takin-rep", "2028-12-01", "2030-12-01"), stated));
}

TEST_CASE("the secretariat is elected by the committee, and is any Operational Member", "[C5][items 53, 54]") {
    Offices desk;
    committee::Proposal p;
    p.kind = "election";
    p.subject = "secretariat takin";
    p.question = "Elect?";
    p.rule = conduct::Rule::majority;
    desk.check_refused(desk.desk.propose(secretariat, p), desk.all_rows(), errc::denied, "is decided by approval");
    const auto elected = desk.elected(p.subject);
    CHECK(desk.desk.begin(secretariat, Offices::term("secretariat", "takin-rep", "2026-12-01", "2028-12-01"), elected));
}

TEST_CASE("the Deputy presides for days inside the own term, put down before them", "[item 53][A10]") {
    Offices desk;
    auto& office = desk.desk;
    const PersonId deputy{"seat2-rep"};
    const Interval days{day("2026-12-10"), day("2026-12-20")};
    desk.check_refused(office.deputise(secretariat, deputy, days), desk.all_rows(), errc::denied, "not Deputy Chair");
    const auto elected = desk.elected("deputy_chair seat2");
    REQUIRE(office.begin(secretariat, Offices::term("deputy_chair", "seat2-rep", "2026-12-01", "2027-12-01"), elected));
    desk.check_refused(office.deputise(secretariat, deputy, {day("2026-12-10"), day("2027-07-10")}), desk.all_rows(), errc::denied,
                       "ruling q");
    REQUIRE(office.deputise(secretariat, deputy, days));
    desk.check_refused(office.deputise(secretariat, deputy, {day("2026-12-15"), day("2026-12-25")}), desk.all_rows(), errc::conflict,
                       "already");
    desk.clock.time = day("2027-02-02");
    desk.check_refused(office.deputise(secretariat, deputy, {day("2027-01-02"), day("2027-01-03")}), desk.all_rows(), errc::denied,
                       "before its days");
}

TEST_CASE("whoever records an election makes its term no less than what was elected", "[A11][items 49, 53, 54]") {
    Offices desk;
    auto& office = desk.desk;
    desk.change([&](storage::Register& r) {
        r.put(Term{"secretariat", PersonId{"ana"}, ListId{}, {desk.clock.now() - 24h, desk.clock.now() + 24h * 300}});
        r.put(community::Person{PersonId{"seat1-duty"}, "Duty", TeamId{"seat1"}, {"duty@seat1.example"}, {}, false});
    });
    const auto ana = desk.person("ana");
    const auto today = to_string(date_of(desk.clock.now()));
    const auto chair = desk.elected("chair seat1");
    const auto term = [&](const char* person, const std::string& from, const char* until) {
        return Term{"chair", PersonId{person}, {}, {start_of(*parse_date(from)), day(until)}};
    };
    const auto [given, words] = GENERATE_COPY(table<Term, std::string>({
        {term("seat1-rep", today, "2027-01-20"), "it ends on 2027-01-20, and could last until"},
        {term("seat1-rep", "2027-08-01", "2028-08-01"), "it begins on 2027-08-01, and could begin on"},
        {term("seat1-duty", today, "2027-11-20"), "seat1-duty neither speaks for seat1 nor has its seat"},
    }));
    desk.check_refused(office.begin(ana, given, chair), desk.all_rows(), errc::denied, words);
    SECTION("a whole term is anybody's to record") { CHECK(office.begin(ana, term("seat1-rep", today, "2027-11-20"), chair)); }
    SECTION("of less its team has the say") { CHECK(office.begin(desk.person("seat1-rep"), given, chair)); }
    SECTION("but neither have others of it, nor whoever lends themself its name") {
        const auto before = desk.all_rows();
        desk.check_refused(office.begin(desk.person("seat1-duty"), given, chair), before, errc::denied, "item 54");
        const community::Actor lent{"person seat1-rep", PersonId{"seat1-rep"}, "person ana"};
        desk.check_refused(office.begin(lent, given, chair), before, errc::denied, words);  // as of any who keeps the record
        desk.check_refused(office.begin(desk.person("takin-rep"), given, chair), before, errc::denied, "item 54");
    }
    SECTION("and so has the ballot") {
        committee::Proposal p;
        p.kind = "election";
        p.subject = "chair seat1";
        p.question = "Elect?";
        p.set = {{"person", given.person.value}, {"from", to_string(given.during.from)}, {"until", to_string(*given.during.until)}};
        const auto d = office.propose(secretariat, p);
        REQUIRE(d);
        desk.vote(d->id, 7);
        desk.clock.time += 1s;
        REQUIRE(office.close(secretariat, d->id));
        auto other = given;
        other.during.until = *given.during.until - 24h;
        desk.check_refused(office.begin(ana, other, d->id), desk.all_rows(), errc::denied, "ruling (ii)");
        CHECK(office.begin(ana, given, d->id));
    }
}

TEST_CASE("who speaks for an elected team begins its term without an office of their own", "[A11][items 49, 53, 54]") {
    Offices desk;
    auto& office = desk.desk;
    desk.change([&](storage::Register& r) {
        r.put(Term{"secretariat", PersonId{"ana"}, ListId{}, {desk.clock.now() - 24h, desk.clock.now() + 24h * 300}});
        r.put(community::Person{PersonId{"takin-head"}, "Head", TeamId{"takin"}, {"head@takin.example"}, {}, false});
    });
    desk.free_seat("seat7");
    const auto seat = desk.elected("sc takin", conduct::Rule::majority);
    const auto head = Offices::term("sc", "takin-head", "2026-12-01", "2027-11-01");
    const auto before = desk.all_rows();
    desk.check_refused(office.begin(desk.person("ana"), head, seat), before, errc::denied, "needs the hand of who speaks for takin");
    desk.check_refused(office.begin(desk.person("kowhai-rep"), head, seat), before, errc::denied, "item 54");
    desk.check_refused(office.begin(desk.person("takin-head"), head, seat), before, errc::denied, "item 54");
    desk.check_refused(office.begin(desk.person("takin-rep"), head), before, errc::denied, "needs the id of a decision");
    CHECK(office.begin(desk.person("takin-rep"), head, seat));
}

TEST_CASE("who presides in the Chair's place is the Chair's to say, and ends when the Chair says so", "[A10][A11][item 53]") {
    Offices desk;
    auto& office = desk.desk;
    desk.was("chair", "seat1-rep", "2026-10-01", "2027-10-01");
    desk.was("deputy_chair", "seat2-rep", "2026-10-01", "2027-10-01");
    desk.change([&](storage::Register& r) {
        for (const auto* person : {"ana", "seat2-rep"})
            r.put(Term{"secretariat", PersonId{person}, ListId{}, {desk.clock.now() - 24h, desk.clock.now() + 24h * 300}});
    });
    const PersonId deputy{"seat2-rep"};
    const Interval days{desk.clock.now(), desk.clock.now() + 24h * 10};
    for (const auto* person : {"seat2-rep", "seat3-rep"})
        desk.check_refused(office.deputise(desk.person(person), deputy, days), desk.all_rows(), errc::denied, "the Chair's to give");
    const std::string by = GENERATE("seat1-rep", "ana");
    REQUIRE(office.deputise(desk.person(by), deputy, days));
    desk.change([&](storage::Register& r) { r.remove(Term{"secretariat", deputy, ListId{}, {desk.clock.now() - 24h, {}}}); });
    desk.check_refused(office.place(desk.person("seat2-rep"), PersonId{"seat1-rep"}, "I preside"), desk.all_rows(), errc::denied,
                       "is in the chair");
    CHECK(office.place(desk.person("seat2-rep"), PersonId{"mei"}, "taken over"));
    desk.clock.time += 1s;
    REQUIRE(office.end(desk.person("seat1-rep"), {"chair", deputy, {}, {}}, "I am back"));
    CHECK(desk.held("seat2-rep").size() == 3);
    CHECK_FALSE(office.end(desk.person("seat1-rep"), {"deputy_chair", deputy, {}, {}}, "and no deputy"));
}

TEST_CASE("who is elected as the next Chair is not the Chair's to turn away, though they deputise", "[A10][A11][items 49, 53]") {
    Offices desk;
    auto& office = desk.desk;
    const PersonId deputy{"seat2-rep"};
    desk.was("chair", "seat1-rep", "2026-10-01", "2027-01-01");
    desk.was("deputy_chair", "seat2-rep", "2026-10-01", "2027-01-01");
    const auto chair = desk.person("seat1-rep");
    // Days from the same one on, that the Chair took back: the election is none of them.
    if (GENERATE(true, false)) {
        desk.was("deputy_chair", "seat2-rep", "2026-10-01", "2027-10-01");
        REQUIRE(office.deputise(chair, deputy, {day("2027-01-01"), day("2027-02-01")}));
        REQUIRE(office.end(chair, {"chair", deputy, {}, {}}, "I shall be here"));
        desk.was("deputy_chair", "seat2-rep", "2026-10-01", "2027-01-01");
    }
    const auto elected = desk.decided("election", "chair seat2", {{"from", "2027-01-01"}});
    const auto begun = office.begin(secretariat, Offices::term("chair", "seat2-rep", "2027-01-01", "2027-10-01"), elected);
    INFO((begun ? "" : begun.error().detail));
    REQUIRE(begun);
    desk.check_refused(office.end(chair, {"chair", deputy, {}, {}}, "I stay"), desk.all_rows(), errc::denied, "seat2");
    CHECK(office.end(desk.person("seat2-rep"), {"chair", deputy, {}, {}}, "I would rather not"));
}

TEST_CASE("days of the Deputy that came by a load are the Chair's to take back, and end with the office", "[A10][item 53]") {
    Offices desk;
    auto& office = desk.desk;
    const PersonId deputy{"seat2-rep"};
    desk.was("chair", "seat1-rep", "2026-10-01", "2027-10-01");
    desk.was("deputy_chair", "seat2-rep", "2026-10-01", "2027-10-01");
    desk.was("chair", "seat2-rep", "2026-11-20", "2027-02-01");
    desk.was("chair", "seat2-rep", "2027-10-01", "2028-10-01");  // as the next one: the deputy's office is over by then
    if (GENERATE(true, false))
        REQUIRE(office.end(desk.person("seat1-rep"), {"chair", deputy, {}, {}}, "I am back"));
    else
        REQUIRE(office.end(desk.person("seat2-rep"), {"deputy_chair", deputy, {}, {}}, "moves on"));
    CHECK_FALSE(committee::is_chair(desk.store(), desk.rules, deputy, desk.clock.now()));
    desk.check_refused(office.end(desk.person("seat1-rep"), {"chair", deputy, {}, {}}, "I stay"), desk.all_rows(), errc::denied, "seat2");
}

TEST_CASE("a Deputy who lays down that office presides no more, however it ended", "[A10][A11][item 53]") {
    Offices desk;
    auto& office = desk.desk;
    const PersonId deputy{"seat2-rep"};
    desk.was("chair", "seat1-rep", "2026-10-01", "2027-10-01");
    desk.was("deputy_chair", "seat2-rep", "2026-10-01", "2027-10-01");
    REQUIRE(office.deputise(desk.person("seat1-rep"), deputy, {desk.clock.now(), desk.clock.now() + 24h * 100}));
    desk.clock.time += 1h;
    const auto presides = [&] { return committee::is_chair(desk.store(), desk.rules, deputy, desk.clock.now()); };
    SECTION("with the office its days end") {
        REQUIRE(office.end(desk.person("seat2-rep"), {"deputy_chair", deputy, {}, {}}, "moves on"));
        CHECK_FALSE(office.place(desk.person("seat2-rep"), PersonId{"mei"}, "I preside"));
        for (const auto& term : desk.held("seat2-rep")) CHECK((term.role == "sc" || term.during.over_at(desk.clock.now())));
    }
    SECTION("days that were left over are the Chair's to end, who is not they") {
        desk.change([&](storage::Register& r) {
            for (auto term : r.terms()) {
                if (term.role != "deputy_chair") continue;
                term.during.until = desk.clock.now();
                r.put(term);
            }
        });
        CHECK_FALSE(presides());
        CHECK(office.end(desk.person("seat1-rep"), {"chair", deputy, {}, {}}, "I am back"));
    }
    CHECK_FALSE(presides());
    CHECK(committee::is_chair(desk.store(), desk.rules, PersonId{"seat1-rep"}, desk.clock.now()));
}

TEST_CASE("a team whose seat ends presides no longer than it sits, also in terms to come", "[C5][item 53]") {
    Offices desk;
    auto& office = desk.desk;
    desk.add_person("seat1-next", "seat1", "next@seat1.example");
    const auto begins = desk.clock.now() + 24h * 30;
    const Term chair{"chair", PersonId{"seat1-rep"}, {}, {begins, begins + 24h * 300}};
    const auto held = [&](const char* role) {
        auto terms = desk.held("seat1-rep");
        std::erase_if(terms, [&](const auto& term) { return term.role != role; });
        return terms;
    };
    const auto seat = held("sc").front();
    SECTION("it has none when it would begin") {
        desk.change([&](storage::Register& r) { r.put(chair); });
        REQUIRE(office.end(desk.person("seat1-rep"), {"sc", chair.person, {}, {}}, "moves on"));
        CHECK(held("chair").empty());
    }
    SECTION("the seat to come is laid down") {
        desk.change([&](storage::Register& r) {
            auto first = seat;
            first.during.until = begins + 24h * 100;
            r.put(first);
            r.put(chair);
            r.put(Term{"sc", PersonId{"seat1-next"}, {}, {*first.during.until, *first.during.until + 24h * 700}});
        });
        REQUIRE(office.end(desk.person("seat1-rep"), {"sc", PersonId{"seat1-next"}, {}, {}}, "will not"));
        REQUIRE(held("chair").size() == 1);
        CHECK(held("chair").front().during.until == begins + 24h * 100);
    }
}

TEST_CASE("a term is laid down early, never made longer, and what was done under it stays", "[A10]") {
    Offices desk;
    auto& office = desk.desk;
    Term seat{"sc", PersonId{"seat7-rep"}, {}, {}};
    desk.check_refused(office.end(desk.person("seat1-rep"), seat, "votes wrongly"), desk.all_rows(), errc::denied, "does not speak");
    desk.check_refused(office.end(secretariat, seat, ""), desk.all_rows(), errc::invalid, "why");
    // Nor does who records: what others need would be counted from fewer seats.
    desk.change([&](storage::Register& r) {
        r.put(Term{"secretariat", PersonId{"ana"}, ListId{}, {desk.clock.now() - 24h, desk.clock.now() + 24h * 300}});
    });
    desk.check_refused(office.end(desk.person("ana"), seat, "asked for it"), desk.all_rows(), errc::denied, "items 49 and 54");
    seat.during.until = desk.clock.now() - 1s;
    desk.check_refused(office.end(secretariat, seat, "left"), desk.all_rows(), errc::denied, "stays done");
    seat.during.until = desk.clock.now() + 24h * 3000;
    desk.check_refused(office.end(secretariat, seat, "left"), desk.all_rows(), errc::denied, "longer");
    seat.during.until.reset();
    REQUIRE(office.end(desk.person("seat7-rep"), seat, "moves on"));
    CHECK(desk.held("seat7-rep").front().during.until == desk.clock.now());
    desk.check_refused(office.end(secretariat, seat, "again"), desk.all_rows(), errc::not_found, "no term");
    // Its power went with it.
    CHECK_FALSE(office.propose(desk.person("seat7-rep"), {}));
    CHECK(desk.desk.decision(everything, desk.proposed("case.open", "quokka"))->ballot.electorate.size() == 6);
}

TEST_CASE("owners and moderators of a list need no election", "[item 70]") {
    Offices desk;
    auto& office = desk.desk;
    Term owner{"owner", PersonId{"ana"}, ListId{"teams"}, {desk.clock.now(), std::nullopt}};
    desk.check_refused(desk.desk.begin(desk.person("seat2-rep"), owner), desk.all_rows(), errc::denied, "recorded by the secretariat");
    desk.check_refused(office.begin(secretariat, owner, "D-1"), desk.all_rows(), errc::invalid, "leave the decision out");
    REQUIRE(office.begin(secretariat, owner));
    desk.check_refused(office.begin(secretariat, owner), desk.all_rows(), errc::conflict, "already");
    owner.list = ListId{"nowhere"};
    desk.check_refused(office.begin(secretariat, owner), desk.all_rows(), errc::not_found, "nowhere");
    // It sees roster and what waits, so it is of a team that could read the list (ruling ll).
    desk.change([](storage::Register& r) {
        auto members = *r.list(ListId{"teams"});
        members.id = ListId{"members"};
        members.klass = "members";
        r.put(members);
    });
    for (const auto* role : {"owner", "moderator"}) {
        owner = {role, PersonId{"quentin"}, ListId{"members"}, {desk.clock.now(), std::nullopt}};
        desk.check_refused(office.begin(secretariat, owner), desk.all_rows(), errc::denied,
                           "sees its roster and what waits there, and quentin is of a team that is corporate");
        owner.list = ListId{"teams"};
        CHECK(office.begin(secretariat, owner));
    }
}

TEST_CASE("the seat of the accused team is recused when the question is put", "[item 27][items 51, 52]") {
    const auto [kind, subject, recused] = GENERATE(table<std::string, std::string, bool>({
        {"case.open", "seat3", true},
        {"case.notice", "case of seat3", true},
        {"case.close", "case of seat3", true},
        {"hold.place", "seat3-rep", true},
        {"case.open", "quokka", false},
        {"case.open", "takin", false},
        {"clearance", "seat3", false},
        {"list", "teams", false},
    }));
    CAPTURE(kind, subject);
    Offices desk;
    auto named = subject;
    if (subject == "case of seat3") {
        desk.opened("seat3");
        named = desk.the_case;
    }
    const auto d = desk.desk.decision(everything, desk.proposed(kind, named));
    REQUIRE(d);
    const bool is = d->ballot.recused == std::vector<TeamId>{TeamId{"seat3"}};
    CHECK(is == recused);
    CHECK(d->tally.recused == (recused ? 1 : 0));
    CHECK(d->tally.needed == 4);  // recusal changes neither (ruling m)
    const auto vote = desk.desk.vote(secretariat, d->id, TeamId{"seat3"}, Choice::no);
    CHECK(vote.has_value() == !recused);
    if (recused) {
        CHECK(vote.error().detail.find("recused") != std::string::npos);
        CHECK_FALSE(desk.desk.recuse(secretariat, d->id, TeamId{"seat3"}));
    }
}

TEST_CASE("a team under sanction keeps its seat and its vote", "[C4][items 31, 36][ruling z]") {
    Offices desk;
    desk.unheeded("seat3");
    auto sanction = Offices::a_sanction();
    sanction.sanction.denied = {{"*", static_cast<community::Verbs>(bit(Verb::receive) | bit(Verb::post) | bit(Verb::archive))}};
    desk.does(sanction);
    desk.serve(3);
    desk.clock.time += 24h * 40;
    REQUIRE_FALSE(desk.may(Verb::receive, "seat3-rep"));
    const auto id = desk.proposed("clearance", "takin");
    CHECK(desk.desk.vote(desk.person("seat3-rep"), id, TeamId{"seat3"}, Choice::yes));
    committee::Proposal p;
    p.kind = "framework";
    p.question = "Change item 3?";
    p.rule = conduct::Rule::majority;
    const auto framework = desk.desk.propose(secretariat, p);
    REQUIRE(framework);
    const auto voted = desk.desk.vote(desk.person("seat3-rep"), framework->id, TeamId{"seat3"}, Choice::no);
    REQUIRE(voted);
    CHECK(voted->tally.no == 1);

    // What governs the community still reaches its representative, and everything else does not.
    for (const auto& [klass, reached] : {std::pair{"reps", true}, {"sec", true}, {"members", false}}) {
        CAPTURE(klass);
        community::List list = *desk.store().rosters().list(ListId{"teams"});
        list.id = ListId{klass};
        list.klass = klass;
        desk.change([&](storage::Register& r) {
            r.put(list);
            r.subscribe({list.id, PersonId{"seat3-rep"}, community::DeliveryMode::each}, desk.clock.now());
        });
        const auto standing = desk.store().standing(PersonId{"seat3-rep"}, list.id, desk.clock.now());
        REQUIRE(standing);
        policy::Item item;
        item.label = community::Tlp::green;
        policy::World world;
        world.now = desk.clock.now();
        world.verified_transport = true;
        const auto verdict =
            policy::may(desk.rules, std::string_view(klass) == "sec" ? Verb::post : Verb::receive, *standing, list, item, world);
        CHECK((verdict.answer == policy::Answer::yes || verdict.answer == policy::Answer::moderated) == reached);
    }
}

}  // namespace caveat::test
