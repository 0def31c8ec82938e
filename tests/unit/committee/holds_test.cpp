#include "a_desk.hpp"

namespace caveat::test {

TEST_CASE("a hold bites at once, for its person only, and ends by itself after 72 hours", "[C6][item 42]") {
    ADesk desk;
    const auto hold = desk.desk.place(secretariat, PersonId{"mei"}, "her mailbox is not hers");
    REQUIRE(hold);
    CHECK(hold->ends == desk.clock.now() + 72h);
    CHECK_FALSE(desk.may(Verb::receive, "mei"));
    CHECK(desk.may(Verb::receive, "ana"));
    CHECK(desk.store().powers().denials().front().source == "hold");
    desk.clock.time += 72h - 1us;
    CHECK_FALSE(desk.may(Verb::receive, "mei"));
    desk.clock.time += 1us;
    CHECK(desk.may(Verb::receive, "mei"));
    CHECK_FALSE(desk.desk.holds().front().in_force);
    desk.check_refused(desk.desk.place(secretariat, PersonId{"mei"}, "again"), desk.all_rows(), errc::denied, "ruling (k)");
    CHECK(desk.desk.place(secretariat, PersonId{"mei"}, "again", desk.decided("hold.place", "mei@orchid.example")));  // by address
}

TEST_CASE("a hold is of a person under whatever id: a second one without a decision has its month to wait", "[C6][item 42][ruling k]") {
    ADesk desk;
    const auto hold = desk.desk.place(secretariat, PersonId{"mei"}, "her mailbox is not hers");
    REQUIRE(hold);
    REQUIRE(desk.desk.lift(secretariat, hold->id));
    desk.change([&](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        r.remember(mei.id, mei.team, {storage::mark_of_address("mei@orchid.example")}, desk.clock.now());
        r.remove(mei.id, desk.clock.now());
        mei.id = PersonId{"mei2"};
        mei.addresses = {"other@orchid.example", "Mei@orchid.example"};
        r.put(mei);
    });
    const PersonId again("mei2");
    desk.check_refused(desk.desk.place(secretariat, again, "again"), desk.all_rows(), errc::denied, "ruling (k)");
    CHECK(desk.desk.place(secretariat, PersonId{"ana"}, "hers"));
    CHECK(desk.desk.place(secretariat, again, "again", desk.decided("hold.place", "mei2")));
}

TEST_CASE("what somebody signed in with before a hold opens nothing after it", "[C6][item 42]") {
    ADesk desk;
    const PersonId mei("mei");
    auto& proofs = desk.store().credentials();
    desk.change([&](storage::Register&) {
        proofs.put(storage::TokenRow{"t1", Digest{1}, "hers", mei, "archive:read", "", "person mei", desk.clock.now(), desk.clock.now() + 999h, {}, {}});
        proofs.put(storage::TokenRow{"t2", Digest{4}, "lent", mei, "archive:read", "", "operator root", desk.clock.now(), desk.clock.now() + 999h, {}, {}});
        proofs.put(storage::LinkRow{Digest{2}, mei, desk.clock.now() + 999h});
        proofs.put(storage::SessionRow{0, Digest{3}, mei, desk.clock.now(), desk.clock.now() + 999h, desk.clock.now()});
        proofs.put(storage::FactorRow{mei, {}, true});
    });
    REQUIRE(desk.desk.place(secretariat, mei, "her mailbox is not hers"));
    CHECK(proofs.token("t1")->revoked == desk.clock.now());
    CHECK_FALSE(proofs.token("t2")->revoked);
    CHECK(proofs.sessions(mei).empty());
    CHECK_FALSE(proofs.factor(mei));
    storage::Store::Transaction transaction(desk.store());
    CHECK_FALSE(proofs.take_link(Digest{2}));
}

TEST_CASE("each extension is at most 72 hours more and a decision of its own", "[C6][item 42]") {
    ADesk desk;
    const auto hold = desk.desk.place(secretariat, PersonId{"mei"}, "her mailbox is not hers");
    REQUIRE(hold);
    desk.check_refused(desk.desk.extend(secretariat, hold->id, ""), desk.all_rows(), errc::denied, "decision");
    const auto first = desk.decided("hold.extend", "mei");
    desk.check_refused(desk.desk.extend(secretariat, hold->id, first, conduct::hours(73)), desk.all_rows(), errc::denied, "too long");
    const auto longer = desk.desk.extend(secretariat, hold->id, first);
    REQUIRE(longer);
    CHECK(longer->ends == hold->ends + 72h);
    desk.check_refused(desk.desk.extend(secretariat, hold->id, first), desk.all_rows(), errc::denied, "used already");
    desk.clock.time = longer->ends - 1us;
    CHECK_FALSE(desk.may(Verb::receive, "mei"));
    CHECK(desk.store().powers().denials().size() == 1);
}

TEST_CASE("a hold that stands by a decision is lifted by nobody of that team", "[C6][A11][item 42][item 54]") {
    ADesk desk;
    desk.change([&](storage::Register& r) {
        const Interval now{desk.clock.now() - 24h, desk.clock.now() + 24h * 300};
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, now});
        r.put(community::Term{"secretariat", PersonId{"seat1-rep"}, ListId{}, now});
    });
    community::Person colleague;
    colleague.id = PersonId{"banksia-duty"};
    colleague.name = "Duty";
    colleague.team = TeamId{"banksia"};
    colleague.addresses = {"duty@banksia.example"};
    desk.change([&](storage::Register& r) { r.put(colleague); });
    const auto hold = desk.desk.place(desk.person("ana"), colleague.id, "the mailbox is not theirs");
    REQUIRE(hold);
    REQUIRE(desk.desk.extend(secretariat, hold->id, desk.decided("hold.extend", "banksia-duty")));
    desk.check_refused(desk.desk.lift(desk.person("ana"), hold->id), desk.all_rows(), errc::denied, "stands by decision D-");
    CHECK(desk.desk.lift(desk.person("seat1-rep"), hold->id));
}

TEST_CASE("a hold is lifted and told once, and only by the desk", "[C6][item 42]") {
    ADesk desk;
    const auto hold = desk.desk.place(secretariat, PersonId{"mei"}, "her mailbox is not hers", {}, conduct::hours(10));
    REQUIRE(hold);
    desk.check_refused(desk.desk.place(desk.person("ana"), PersonId{"mei"}, "spite"), desk.all_rows(), errc::denied, "item 54");
    desk.check_refused(desk.desk.lift(desk.person("mei"), hold->id), desk.all_rows(), errc::denied, "item 54");
    for (const char* seat : {"seat1-rep", "seat2-rep"}) {  // one seat alone is no committee
        desk.check_refused(desk.desk.place(desk.person(seat), PersonId{"mei"}, "spite"), desk.all_rows(), errc::denied, "item 42");
        desk.check_refused(desk.desk.lift(desk.person(seat), hold->id), desk.all_rows(), errc::denied, "item 42");
    }
    desk.check_refused(desk.desk.lift(secretariat, 99), desk.all_rows(), errc::not_found, "99");
    CHECK(desk.desk.told(secretariat, hold->id)->hold.told == desk.clock.now());
    desk.check_refused(desk.desk.told(secretariat, hold->id), desk.all_rows(), errc::conflict, "told");
    desk.clock.time += 1h;
    REQUIRE(desk.desk.lift(secretariat, hold->id));
    CHECK(desk.may(Verb::receive, "mei"));
    desk.check_refused(desk.desk.lift(secretariat, hold->id), desk.all_rows(), errc::denied, "nothing to lift");
}

TEST_CASE("a hold is in force when the clock was set back behind its placing, and can be lifted then", "[C6][item 42]") {
    ADesk desk;
    desk.clock.time += 48h;  // everybody is on the roster since then
    const auto hold = desk.desk.place(secretariat, PersonId{"mei"}, "her mailbox is not hers");
    REQUIRE(hold);
    const auto more = desk.decided("hold.extend", "mei");
    desk.clock.time -= 1h;
    CHECK_FALSE(desk.may(Verb::receive, "mei"));
    CHECK(desk.desk.holds().front().in_force);
    desk.check_refused(desk.desk.extend(secretariat, hold->id, more), desk.all_rows(), errc::temporary, "set the clock right");
    REQUIRE(desk.desk.lift(secretariat, hold->id));
    CHECK(desk.may(Verb::receive, "mei"));
    CHECK_FALSE(desk.desk.holds().front().in_force);
    desk.clock.time += 1h;
    CHECK(desk.may(Verb::receive, "mei"));
}

}  // namespace caveat::test
