#include "a_desk.hpp"
#include "caveat/detail.hpp"

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

TEST_CASE("what was entered in the name of whom a hold is on waits to be confirmed again", "[C6][K8][items 42, 60]") {
    struct Row {
        const char* what;
        std::vector<std::string> entries;  // "BY ACT: KEY BEFORE > KEY AFTER", of addresses "BY ACT: @ BEFORE", in words "BY ACT: = WORDS"
        std::chrono::hours ago;
        std::string key;      // on record since then, in place of OLD
        std::string waits;    // "key of OLD wants KEY", "addresses of mei@old.example"
        std::string remains;  // of the key
    };
    const auto row = GENERATE(values<Row>({
        {"another key", {"person mei person.change: OLD > NEW"}, 24h * 30, "NEW", "key of OLD wants NEW", ""},
        {"long ago", {"person mei person.change: OLD > NEW"}, 24h * 30 + 1h, "NEW", "", "NEW"},
        {"a first key", {"person mei person.change:  > FIRST"}, 1h, "FIRST", "key of  wants FIRST", ""},
        {"a key that others entered", {"operator root person.change:  > NEW"}, 1h, "NEW", "", "NEW"},
        {"another copy of the key", {"person mei person.change: OLD > OLD"}, 1h, "OLD", "", "OLD"},
        {"none any more", {"person mei person.change: OLD > "}, 1h, "", "key of OLD wants ", ""},
        {"none, and then another",
         {"operator root person.change: OLD > ", "person mei person.change:  > NEW"},
         1h,
         "NEW",
         "key of OLD wants NEW",
         ""},
        {"there and back", {"person mei person.change: OLD > NEW", "person mei person.change: NEW > OLD"}, 1h, "OLD", "", "OLD"},
        {"what others brought", {"person mei person.confirm: OLD > NEW"}, 1h, "NEW", "key of OLD wants NEW", ""},
        {"what others confirmed since", {"person mei person.change: OLD > NEW", "operator root person.confirm:  > "}, 1h, "NEW", "", "NEW"},
        {"another key, and others confirmed another address",
         {"person mei person.change: OLD > NEW", "person ana person.confirm: = confirmed, of the addresses: person kim"},
         1h,
         "NEW",
         "key of OLD wants NEW",
         ""},
        {"another address, and others confirmed another key",
         {"person mei person.change: @ mei@old.example", "person ana person.confirm: = confirmed, of the key: person kim"},
         1h,
         "OLD",
         "addresses of mei@old.example",
         "OLD"},
        {"another key, which others confirmed",
         {"person mei person.change: OLD > NEW", "person ana person.confirm: = confirmed, of the key: person kim"},
         1h,
         "NEW",
         "",
         "NEW"},
        {"another address", {"person mei person.change: @ mei@old.example"}, 1h, "OLD", "addresses of mei@old.example", "OLD"},
        {"the order of addresses", {"person mei person.change: @ MEI@orchid.example"}, 1h, "OLD", "", "OLD"},
        {"an address that others entered", {"operator root person.change: @ mei@old.example"}, 1h, "OLD", "", "OLD"},
    }));
    CAPTURE(row.what);
    ADesk desk;
    const PersonId mei("mei");
    const auto when = desk.clock.now();
    desk.change([&](storage::Register& r) {
        auto person = *r.person(mei);
        person.key = row.key;
        r.put(person);
        for (const auto& entry : row.entries) {
            const auto act = entry.find(" person.") + 1, colon = entry.find(": "), between = entry.find(" > ");
            Detail detail;
            if (entry[colon + 2] == '@') {
                detail.add("addresses_before", std::vector{entry.substr(colon + 4)});
            } else if (entry[colon + 2] == '=') {
                detail.add("what", entry.substr(colon + 4));
            } else {
                const auto before = entry.substr(colon + 2, between - colon - 2), after = entry.substr(between + 3);
                if (!before.empty()) detail.add("key_before", before);
                if (!after.empty()) detail.add("key_after", after);
            }
            desk.store().journal().append(when, entry.substr(0, act - 1), entry.substr(act, colon - act), "mei", detail.text());
        }
    });
    desk.clock.time += row.ago;
    REQUIRE(desk.desk.place(secretariat, mei, "her mailbox is not hers"));
    std::string waits;
    for (const auto& one : desk.store().directory().unconfirmed(mei)) {
        const bool key = one.what == community::Unconfirmed::What::key;
        waits += fmt::format("{} of {}{}", key ? "key" : "addresses", fmt::join(one.known, " "), key ? " wants " + one.wanted : "");
        CHECK(one.actors == std::vector<std::string>{"person mei"});
        CHECK(one.since == when);
    }
    CHECK(waits == row.waits);
    CHECK(desk.store().directory().person(mei)->key == row.remains);
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
