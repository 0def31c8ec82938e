#include "a_post.hpp"
#include "caveat/community/confirming.hpp"
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
        proofs.put(storage::TokenRow{
            "t1", Digest{1}, "hers", mei, "archive:read", "", "person mei", desk.clock.now(), desk.clock.now() + 999h, {}, {}});
        proofs.put(storage::TokenRow{
            "t2", Digest{4}, "lent", mei, "archive:read", "", "operator root", desk.clock.now(), desk.clock.now() + 999h, {}, {}});
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

namespace {

// "BY ACT: KEY BEFORE > KEY AFTER", of addresses "BY ACT: @ BEFORE > AFTER", and what they confirmed "BY ACT: = WHAT".
void write_entry(ADesk& desk, const std::string& entry) {
    const auto act = entry.find(" person.") + 1, colon = entry.find(": "), between = entry.find(" > ");
    Detail detail;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) detail.add(name, value);
    };
    const auto what = entry.substr(colon + 2);
    if (what.starts_with('=')) {
        detail.add("confirmed", std::vector{what.substr(2)});
    } else if (what.starts_with('@')) {
        const auto after = entry.substr(between + 3);
        const auto comma = after.find(", ");
        detail.add("addresses_before", std::vector{entry.substr(colon + 4, between - colon - 4)});
        detail.add("addresses_after",
                   comma == std::string::npos ? std::vector{after} : std::vector{after.substr(0, comma), after.substr(comma + 2)});
    } else {
        add("key_before", entry.substr(colon + 2, between - colon - 2));
        add("key_after", entry.substr(between + 3));
    }
    desk.store().journal().append(desk.clock.now(), entry.substr(0, act - 1), entry.substr(act, colon - act), "mei", detail.text());
}

// "key of OLD wants NEW by kim", "addresses of mei@old.example"; who is held is always among those by whom.
std::string what_waits(ADesk& desk, const PersonId& person) {
    std::string all;
    for (const auto& one : desk.store().directory().unconfirmed(person)) {
        const bool key = one.what == community::Unconfirmed::What::key;
        all += fmt::format("{}{} of {}{}", all.empty() ? "" : "; ", key ? "key" : "addresses", fmt::join(one.known, " "),
                           key ? " wants " + one.wanted : "");
        CHECK(one.actors.front() == "person mei");
        for (std::size_t i = 1; i < one.actors.size(); ++i) all += " by " + one.actors[i].substr(7);
    }
    return all;
}

}  // namespace

TEST_CASE("what was entered in the name of whom a hold is on waits to be confirmed again", "[C6][K8][items 42, 60]") {
    struct Row {
        const char* what;
        std::vector<std::string> entries;
        std::chrono::hours ago;
        std::string key;  // on record since then, in place of OLD
        std::string waits;
        std::string remains;  // of the key
    };
    const std::string moved = "person mei person.change: @ mei@old.example > mei@orchid.example";
    const auto row = GENERATE_COPY(values<Row>({
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
        {"none, and then one that others brought",
         {"person mei person.change: OLD > ", "person kim person.change:  > NEW"},
         1h,
         "NEW",
         "key of OLD wants NEW by kim",
         ""},
        {"none by others, which came to count in the own name, and then one that others brought",
         {"person kim person.change: OLD > ", "person mei person.confirm:  > ", "person kim person.change:  > NEW"},
         1h,
         "NEW",
         "key of OLD wants NEW by kim",
         ""},
        {"there and back", {"person mei person.change: OLD > NEW", "person mei person.change: NEW > OLD"}, 1h, "OLD", "", "OLD"},
        {"none, and others brought it back",
         {"person mei person.change: OLD > ", "person kim person.change:  > OLD"},
         1h,
         "OLD",
         "",
         "OLD"},
        {"what others brought", {"person mei person.confirm: OLD > NEW"}, 1h, "NEW", "key of OLD wants NEW", ""},
        {"what others confirmed since",
         {"person mei person.change: OLD > NEW", "operator root person.confirm: = key"},
         1h,
         "NEW",
         "",
         "NEW"},
        {"another key, and others confirmed an address",
         {"person mei person.change: OLD > NEW", "person ana person.confirm: = mei@orchid.example"},
         1h,
         "NEW",
         "key of OLD wants NEW",
         ""},
        {"of who was entered again",
         {"person mei person.change: OLD > NEW", "person kim person.remove:  > ", "person kim person.add:  > "},
         1h,
         "NEW",
         "key of OLD wants NEW",
         ""},
        {"another address", {moved}, 1h, "OLD", "addresses of mei@old.example", "OLD"},
        {"another address, and others confirmed a key",
         {moved, "person ana person.confirm: = key"},
         1h,
         "OLD",
         "addresses of mei@old.example",
         "OLD"},
        {"another address, and others confirmed one that came with it",
         {moved, "person kim person.change: @ mei@orchid.example > mei@orchid.example, mei@third.example",
          "person ana person.confirm: = mei@third.example"},
         1h,
         "OLD",
         "addresses of mei@third.example",
         "OLD"},
        {"another address, which others confirmed", {moved, "person ana person.confirm: = mei@orchid.example"}, 1h, "OLD", "", "OLD"},
        {"another address, and others confirmed that of who was entered again",
         {"person mei person.change: @ mei@old.example > mei@else.example", "person kim person.remove:  > ",
          "person kim person.add: @ mei@else.example > mei@orchid.example", "person ana person.confirm: = mei@orchid.example"},
         1h,
         "OLD",
         "",
         "OLD"},
        {"another address, and others were asked for a key from there",
         {moved, "person kim person.change: OLD > NEW"},
         1h,
         "NEW",
         "addresses of mei@old.example; key of OLD wants NEW by kim",
         ""},
        {"a key that others brought before another address",
         {"person kim person.change: OLD > NEW", moved},
         1h,
         "NEW",
         "addresses of mei@old.example",
         "NEW"},
        {"the order of addresses", {"person mei person.change: @ MEI@orchid.example > mei@orchid.example"}, 1h, "OLD", "", "OLD"},
        {"an address that others entered", {"operator root person.change: @ mei@old.example > mei@orchid.example"}, 1h, "OLD", "", "OLD"},
    }));
    CAPTURE(row.what);
    ADesk desk;
    const PersonId mei("mei");
    const auto when = desk.clock.now();
    desk.change([&](storage::Register& r) {
        auto person = *r.person(mei);
        person.key = row.key;
        r.put(person);
        for (const auto& entry : row.entries) write_entry(desk, entry);
    });
    desk.clock.time += row.ago;
    REQUIRE(desk.desk.place(secretariat, mei, "her mailbox is not hers"));
    CHECK(what_waits(desk, mei) == row.waits);
    for (const auto& one : desk.store().directory().unconfirmed(mei)) CHECK(one.since == when);
    CHECK(desk.store().directory().person(mei)->key == row.remains);
}

TEST_CASE("who was entered again with the key of before keeps it under a hold", "[C6][K8][items 42, 60]") {
    ADesk desk;
    const PersonId mei("mei");
    const std::string key = GENERATE("OLD", "NEW");
    desk.change([&](storage::Register& r) {
        auto person = *r.person(mei);
        person.key = key;
        r.put(person);
        REQUIRE(desk.store().keys().put({mei, key, community::Code::key_usable, {}, "rsa", desk.clock.now()}, key));
        for (const auto* entry : {"person mei person.change: OLD > NEW", "person kim person.remove:  > ", "person kim person.add:  > "})
            write_entry(desk, entry);
    });
    REQUIRE(desk.desk.place(secretariat, mei, "her mailbox is not hers"));
    CHECK(desk.store().directory().person(mei)->key == (key == "OLD" ? "OLD" : ""));
    CHECK(what_waits(desk, mei) == (key == "OLD" ? "" : "key of OLD wants NEW"));
}

TEST_CASE("what waited before a hold waits in the place of what was there before the own name came into it", "[C6][K8][items 42, 60]") {
    using What = community::Unconfirmed::What;
    struct Row {
        const char* what;
        std::vector<std::string> entries;
        std::vector<std::string> addresses;
        std::string key;
        community::Unconfirmed row;  // by whoever changed it last
        std::string waits;
    };
    const std::vector<std::string> kim{"person kim"}, home{"Mei@old.example"}, away{"mei@else.example"};
    const std::string moved = "person mei person.change: @ mei@old.example > mei@else.example";
    const auto row = GENERATE_COPY(values<Row>({
        {"an address that others put back",
         {moved, "person kim person.change: @ mei@else.example > Mei@old.example"},
         home,
         "OLD",
         {What::addresses, {}, kim, away, {}},
         "addresses of mei@old.example Mei@old.example by kim"},
        {"a third address",
         {moved, "person kim person.change: @ mei@else.example > mei@third.example"},
         {"mei@third.example"},
         "OLD",
         {What::addresses, {}, kim, away, {}},
         "addresses of mei@old.example by kim"},
        {"a key that others took away",
         {"person mei person.change: OLD > NEW", "person kim person.change: NEW > "},
         home,
         "",
         {What::key, {}, kim, {"NEW"}, {}},
         "key of OLD wants  by kim"},
        {"a first key that others took away",
         {"person mei person.change:  > NEW", "person kim person.change: NEW > "},
         home,
         "",
         {What::key, {}, kim, {"NEW"}, {}},
         "key of  wants  by kim"},
        {"a key that others would put in its place",
         {"person mei person.change: OLD > NEW"},
         home,
         "NEW",
         {What::key, {}, kim, {"NEW"}, "OLD"},
         "key of OLD wants OLD by kim"},
    }));
    CAPTURE(row.what);
    ADesk desk;
    const PersonId mei("mei");
    desk.change([&](storage::Register& r) {
        auto person = *r.person(mei);
        person.addresses = row.addresses;
        person.key = row.key;
        r.put(person);
        r.put(mei, row.row);
        for (const auto& entry : row.entries) write_entry(desk, entry);
    });
    REQUIRE(desk.desk.place(secretariat, mei, "her mailbox is not hers"));
    CHECK(what_waits(desk, mei) == row.waits);
    const auto person = *desk.store().directory().person(mei);
    if (row.row.what == What::key) CHECK(person.key.empty());
    if (row.addresses == home) CHECK_FALSE(community::address_waits(person, desk.store().directory().unconfirmed(mei)));
}

TEST_CASE("an address that others moved before a hold waits as it did", "[C6][K8][items 42, 60]") {
    ADesk desk;
    const PersonId mei("mei");
    const community::Unconfirmed moved{community::Unconfirmed::What::addresses, desk.clock.now(), {"person kim"}, {"mei@one.example"}, {}};
    desk.change([&](storage::Register& r) {
        r.put(mei, moved);
        write_entry(desk, "person mei person.change: @ mei@one.example > mei@one.example");
        write_entry(desk, "person kim person.change: @ mei@one.example > mei@orchid.example");
    });
    REQUIRE(desk.desk.place(secretariat, mei, "her mailbox is not hers"));
    CHECK(desk.store().directory().unconfirmed(mei) == std::vector{moved});
}

TEST_CASE("what others do for somebody does not settle what came in their name before a hold", "[C6][K8][items 42, 60]") {
    APost d;
    const PersonId mei("mei");
    const auto ana = d.ana_of_the_secretariat();
    const std::string home = d.store().directory().person(mei)->addresses.front(), thief = "thief@orchid.example";
    d.changes(ana, "mei", [&](auto& person) { person.name = "Mei of old"; });
    REQUIRE_FALSE(d.told().empty());  // what somebody else changes waits since mail has come or gone
    d.changes(d.person("mei"), "mei", [&](auto& person) { person.addresses = {thief}; });
    const bool puts_back = GENERATE(true, false);
    d.changes(ana, "mei", [&](auto& person) { person.addresses = puts_back ? std::vector{home} : std::vector{thief, home}; });
    REQUIRE(d.store().directory().unconfirmed(mei).size() == 1);
    if (!puts_back) REQUIRE(d.members().confirm(secretariat, mei));
    REQUIRE(d.desk.place(secretariat, mei, "her mailbox is not hers"));
    const auto waits = d.store().directory().unconfirmed(mei);
    REQUIRE(waits.size() == 1);
    CHECK(waits.front().known == std::vector{home});
    CHECK(community::address_waits(*d.store().directory().person(mei), waits) == !puts_back);
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

TEST_CASE("an account that was taken over does not use up the hold on it, nor do its friends end it", "[C6][A11][item 42][ruling k]") {
    ADesk desk;
    const Interval now{desk.clock.now() - 24h, desk.clock.now() + 24h * 300};
    desk.change([&](storage::Register& r) {
        for (const auto* id : {"ana", "seat1-rep", "seat2-rep"}) r.put(community::Term{"secretariat", PersonId{id}, ListId{}, now});
    });
    desk.add_person("banksia-sec", "banksia", "sec@banksia.example");
    const PersonId thief{"banksia-sec"};
    desk.change([&](storage::Register& r) { r.put(community::Term{"secretariat", thief, ListId{}, now}); });
    // By itself, or by a friend in somebody else's name, for a second.
    const std::string by = GENERATE("banksia-sec", "seat2-rep");
    auto first = desk.person(by);
    if (by == "seat2-rep") {
        first = desk.person("seat1-rep");
        first.lent_by = "person " + by;
    }
    REQUIRE(desk.desk.place(first, thief, "a test", {}, conduct::Period{0, 1s}));
    desk.clock.time += 2s;
    desk.check_refused(desk.desk.place(desk.person(by), thief, "once more"), desk.all_rows(), errc::denied, "somebody else");
    const auto hold = desk.desk.place(desk.person("seat1-rep"), thief, "account taken over");
    REQUIRE(hold);
    CHECK(hold->ends == desk.clock.now() + 72h - 1s);
    desk.check_refused(desk.desk.lift(desk.person("ana"), hold->id), desk.all_rows(), errc::denied, "person seat1-rep placed this hold");
    // Whoever else lifts it, it can be placed again.
    desk.clock.time += 1h;
    REQUIRE(desk.desk.lift(desk.person("seat2-rep"), hold->id));
    desk.check_refused(desk.desk.place(desk.person("seat1-rep"), thief, "again"), desk.all_rows(), errc::denied, "ruling (k)");
    const auto again = desk.desk.place(secretariat, thief, "account taken over");
    REQUIRE(again);
    CHECK(again->ends == desk.clock.now() + 71h - 1s);
    REQUIRE(desk.desk.lift(secretariat, again->id));
    const auto own = desk.desk.place(desk.person("ana"), thief, "lost the telephone");
    REQUIRE(own);
    desk.clock.time += 1h;
    CHECK(desk.desk.lift(desk.person("ana"), own->id));  // what one of the team placed
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
