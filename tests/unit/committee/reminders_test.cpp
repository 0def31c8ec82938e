// The clock's own mail: each reminder once, at its instant or late, to those who sit at the desk and never to the accused.
#include "caveat/committee/reminders.hpp"

#include "a_desk.hpp"

namespace caveat::test {
namespace {

constexpr auto one_day = 24h;

struct AWatch : ADesk {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    committee::Postage postage{*seal, letterhead, "sc+owner@lists.arc.example", {}, true};

    static community::List a_project_until(Instant ends) {
        community::List list;
        list.id = ListId{"proj-a"};
        list.klass = "proj";
        list.expires = ends;
        return list;
    }
    committee::Reminders::Pass pass() { return committee::Reminders(store(), rules, clock, postage).send_due(); }
    committee::Reminders::Pass tell() { return committee::Reminders(store(), rules, clock, postage).tell_of_holds(); }

    // The notices queued since the last call, as "address: subject".
    std::vector<std::string> mailed() {
        storage::Posts::Filter filter;
        filter.notices = true;
        std::vector<std::string> all;
        for (const auto& post : store().posts().select(filter)) {
            if (post.key <= seen) continue;
            seen = post.key;
            last = seal->open(store().posts().body(post.key), post.id.value).value();
            all.push_back(store().deliveries().rows(post.key).front().person.value);
        }
        std::sort(all.begin(), all.end());
        begin_hours();
        return all;
    }
    // That letters of one hour are one is seen in unit_letters.
    void begin_hours() {
        storage::Store::Transaction transaction(store());
        store().waiting().forget(Instant::max());
        transaction.commit();
    }
    // A question put to a sitting then, which so many attend, where that is written down; what becomes of it is all the same.
    void sits(const std::string& kind, conduct::Rule rule, Instant meeting, bool face_to_face = false, std::size_t attend = 0) {
        committee::Proposal p;
        p.kind = kind;
        p.subject = "drill";
        p.question = "Shall we?";
        p.rule = rule;
        p.meeting = meeting;
        p.face_to_face = face_to_face;
        const auto d = desk.propose(secretariat, p);
        INFO((d ? "" : d.error().detail));
        REQUIRE(d);
        if (attend > 0) REQUIRE(desk.attend(secretariat, d->id, {seats.begin(), seats.begin() + static_cast<long>(attend)}));
    }

    bool last_says(std::string_view words) const { return in_one_line(last).find(words) != std::string::npos; }

    PostKey seen = 0;
    std::string last;
};

const std::vector<std::string> all_seats{"seat1-rep", "seat2-rep", "seat3-rep", "seat4-rep", "seat5-rep", "seat6-rep", "seat7-rep"};
std::vector<std::string> but(const std::string& who) {
    auto seats = all_seats;
    std::erase(seats, who);
    return seats;
}

}  // namespace

TEST_CASE("the committee hears once that reply time is over, at that instant and not before", "[item 30][C7]") {
    AWatch w;
    w.opened("seat3");
    w.does(ADesk::a_notice());
    w.serve(1);
    const Instant over = w.clock.now() + 14 * one_day;
    w.clock.time = over - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time = over;
    const auto pass = w.pass();
    CHECK(pass.troubles.empty());
    CHECK(pass.letters == 6);
    CHECK(w.mailed() == but("seat3-rep"));  // the accused holds a seat and is not told
    CAPTURE(w.last);
    CHECK(w.last_says("reply time of notice 1"));
    CHECK(w.last_says("This reminder was due " + moment(over)));
    CHECK_FALSE(w.last_says("late"));
    w.clock.time += one_day;
    CHECK(w.pass().letters == 0);
    w.clock.time -= 10 * one_day;  // set back and forth again
    CHECK(w.pass().letters == 0);
    w.clock.time += 20 * one_day;
    CHECK(w.pass().letters == 0);
    CHECK(w.store().journal().verify());
}

TEST_CASE("who holds a seat for a team that is no member is reminded of nothing", "[A2][A10][items 7, 12]") {
    AWatch w;
    w.opened("seat3");
    w.does(ADesk::a_notice());
    w.serve(1);
    w.change([](storage::Register& r) {
        auto team = *r.team(TeamId{"seat5"});
        team.category = "liaison";
        r.put(team);
    });
    w.clock.time += 14 * one_day;
    CHECK(w.pass().letters == 5);
    auto others = but("seat3-rep");
    std::erase(others, "seat5-rep");
    CHECK(w.mailed() == others);
}

TEST_CASE("what was missed comes late, in one letter, and says when it was due", "[item 35]") {
    AWatch w;
    w.unheeded("takin");
    w.does(ADesk::a_sanction());
    w.serve(3);
    CHECK(w.pass().letters == 0);  // the reply times are answered by the sanction notice
    w.mailed();
    const auto ends = *conduct::effect_of(w.files.show(w.the_case)->as_is, w.files.show(w.the_case)->as_is.notices.back());
    w.clock.time = ends.until - 60 * one_day - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time = ends.until - 40 * one_day;  // the first two passed while nothing ran
    CHECK(w.pass().letters == 7);
    CHECK(w.mailed() == all_seats);
    CAPTURE(w.last);
    for (const auto n : {60, 45}) CHECK(w.last_says(moment(ends.until - n * one_day)));
    CHECK(w.last_says("It comes late"));
    w.clock.time = ends.until - 35 * one_day;
    CHECK(w.pass().letters == 7);
    CHECK(w.mailed() == all_seats);
    CHECK_FALSE(w.last_says("It comes late"));
    w.clock.time = ends.until + one_day;
    CHECK(w.pass().letters == 0);
}

TEST_CASE("none goes out for what is over", "[item 35]") {
    AWatch w;
    w.unheeded("takin");
    const auto act = GENERATE(0, 1, 2);
    if (act == 0) {
        w.does(conduct::FindComplied{"sha256:1", w.clock.now()});
    } else {
        w.does(ADesk::a_sanction());
        w.serve(3);
        w.clock.time += 100 * one_day;
        if (act == 1) w.does(conduct::Lift{});
        if (act == 2) w.clock.time += 400 * one_day;  // expired, and nothing ever ran
    }
    CHECK(w.pass().letters == 0);
    w.clock.time += 500 * one_day;
    CHECK(w.pass().letters == 0);
}

TEST_CASE("a reminder nobody could be sent waits for whoever takes a seat", "[item 35]") {
    AWatch w;
    w.opened("takin");
    w.does(ADesk::a_notice());
    w.serve(1);
    w.clock.time += 15 * one_day;
    const auto templates = w.postage.letterhead.templates;
    w.postage.letterhead.templates = w.folder;
    const auto failed = w.pass();
    CHECK(failed.letters == 0);
    REQUIRE(failed.troubles.size() == 1);
    CHECK(failed.troubles.front().find("reminder.mustache") != std::string::npos);
    w.postage.letterhead.templates = templates;
    CHECK(w.pass().letters == 7);
}

TEST_CASE("a team is told of a hold at once and once, by its other people", "[C6][item 42]") {
    AWatch w;
    w.add_person("analyst", "kowhai", "analyst@kowhai.example");
    const bool second = GENERATE(false, true);
    if (second) {
        w.add_person("alternate", "kowhai", "alternate@kowhai.example");
        w.change([&](storage::Register& r) {
            auto p = *r.person(PersonId{"alternate"});
            p.representative = true;
            r.put(p);
        });
    }
    const auto placed = w.desk.place(secretariat, PersonId{"kowhai-rep"}, "account taken over");
    REQUIRE(placed);
    CHECK(w.tell().letters == 1);
    CHECK(w.mailed() == std::vector<std::string>{second ? "alternate" : "analyst"});  // never the held mailbox itself
    CAPTURE(w.last);
    for (const auto* part : {"account taken over", "kowhai-rep", "It ends 2026-"}) CHECK(w.last_says(part));
    CHECK(w.desk.holds().front().hold.told == w.clock.now());
    CHECK(w.tell().letters == 0);
    CHECK(w.pass().letters == 0);
}

TEST_CASE("the letter about a hold names what was entered in the name of whom it is on", "[C6][K8][items 42, 60]") {
    AWatch w;
    w.add_person("analyst", "kowhai", "analyst@kowhai.example");
    const bool own = GENERATE(true, false);
    w.change([&](storage::Register& r) {
        auto rep = *r.person(PersonId{"kowhai-rep"});
        rep.key = "NEW";
        r.put(rep);
        w.store().journal().append(w.clock.now(), own ? "person kowhai-rep" : "operator root", "person.change", "kowhai-rep",
                                   Detail().add("key_before", "OLD").add("key_after", "NEW").text());
    });
    REQUIRE(w.desk.place(secretariat, PersonId{"kowhai-rep"}, "account taken over"));
    CHECK(w.tell().letters == 1);
    CHECK(w.mailed() == std::vector<std::string>{"analyst"});
    CAPTURE(w.last);
    CHECK(w.last_says("brought by kowhai (kowhai) on") == own);
    CHECK(w.last_says("waits to be confirmed; it counts from then on, in the place of OLD") == own);
    CHECK(w.last_says("may be unable to sign in") == own);
}

TEST_CASE("a team that was told when a hold ends is told when that is put off, once each time", "[C6][item 42][ruling ss]") {
    AWatch w;
    w.add_person("analyst", "kowhai", "analyst@kowhai.example");
    const auto placed = w.desk.place(secretariat, PersonId{"kowhai-rep"}, "account taken over");
    REQUIRE(placed);
    CHECK(w.tell().letters == 1);
    CHECK_FALSE(w.last_says("extended on"));
    const auto told = w.desk.holds().front().hold.told;
    for (int i = 0; i < 3; ++i) {
        w.clock.time += one_day * 2;
        const auto decision = w.decided("hold.extend", "kowhai-rep", {{"length", "72h"}});
        const auto longer = w.desk.extend(secretariat, placed->id, decision);
        REQUIRE(longer);
        static_cast<void>(w.mailed());
        CHECK(w.tell().letters == 1);
        CHECK(w.mailed() == std::vector<std::string>{"analyst"});
        CHECK(w.last_says("It was extended on " + moment(w.clock.now())));
        CHECK(w.last_says("It ends " + moment(longer->ends)));
        CHECK(w.last.find(decision) == std::string::npos);
        CHECK(w.tell().letters == 0);
    }
    CHECK(w.desk.holds().front().hold.told == told);
}

TEST_CASE("whatever a person says of it, the letter about a hold goes out, once", "[C6][item 42][ruling ss]") {
    AWatch w;
    const bool someone = GENERATE(true, false);
    if (someone) w.add_person("analyst", "kowhai", "analyst@kowhai.example");
    const auto placed = w.desk.place(secretariat, PersonId{"kowhai-rep"}, "account taken over");
    REQUIRE(placed);
    REQUIRE(w.desk.told(secretariat, placed->id));
    const auto said = w.desk.holds().front().hold.told;
    if (GENERATE(false, true)) {
        w.clock.time += 1min;
        REQUIRE(w.desk.lift(secretariat, placed->id));
    }
    w.clock.time += 1min;
    CHECK(w.tell().letters == (someone ? 1 : 0));
    CHECK(w.mailed() == (someone ? std::vector<std::string>{"analyst"} : std::vector<std::string>{}));
    CHECK(w.desk.holds().front().hold.told == said);
    CHECK(w.tell().letters == 0);
    // Where there is nobody, the committee hears of it.
    CHECK(w.pass().letters == (someone ? 0 : 7));
    CHECK(w.pass().letters == 0);
}

TEST_CASE("told by hand is told; a team with nobody else is the committee's to reach", "[item 42]") {
    AWatch w;
    const auto first = w.desk.place(secretariat, PersonId{"kowhai-rep"}, "account taken over");
    REQUIRE(first);
    CHECK(w.tell().letters == 0);
    CHECK_FALSE(w.desk.holds().front().hold.told);
    CHECK(w.pass().letters == 7);
    CHECK(w.mailed() == all_seats);
    CHECK(w.last_says("caveat hold told 1"));
    CHECK(w.pass().letters == 0);
    REQUIRE(w.desk.told(secretariat, first->id));
    w.clock.time += 8 * one_day;
    w.add_person("analyst", "kowhai", "analyst@kowhai.example");
    CHECK(w.tell().letters == 0);  // it is over, and was said to be told
}

TEST_CASE("seats that are silent hear three days before a ballot closes", "[item 52]") {
    AWatch w;
    const auto id = w.proposed("case.open", "seat7");
    w.vote(id, 2);
    w.clock.time += 11 * one_day - 1s;
    CHECK(w.pass().letters == 0);
    w.clock.time += 1s;
    CHECK(w.pass().letters == 4);
    CHECK(w.mailed() == std::vector<std::string>{"seat3-rep", "seat4-rep", "seat5-rep", "seat6-rep"});  // not the accused
    w.clock.time += one_day;
    CHECK(w.pass().letters == 0);
}

TEST_CASE("nobody is reminded of a ballot about somebody who is of their team now", "[A12][items 27, 52]") {
    AWatch w;
    w.add_person("duty", "seat6", "duty@seat6.example");
    const auto id = w.proposed("hold.place", "duty");
    w.vote(id, 2);
    w.change([&](storage::Register& r) {
        auto duty = *r.person(PersonId{"duty"});
        duty.team = TeamId{"seat7"};
        r.put(duty);
    });
    w.clock.time += 11 * one_day;
    CHECK(w.pass().letters == 3);
    CHECK(w.mailed() == std::vector<std::string>{"seat3-rep", "seat4-rep", "seat5-rep"});
}

TEST_CASE("the committee hears on day 62 that it has not met", "[item 50]") {
    AWatch w;
    const Instant met = w.clock.now();
    w.sits("other", conduct::Rule::approval, met);
    const bool far = GENERATE(false, true);
    if (far) w.sits("other", conduct::Rule::approval, met + 300 * one_day);  // by which another is overdue: it is not the next one
    w.clock.time = met + 62 * one_day - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time = met + 62 * one_day;
    CHECK(w.pass().letters == 7);
    CHECK(w.mailed() == all_seats);
    CHECK(w.last_says("meeting of the Steering Committee"));
    CHECK(w.last_says("and none is called in time"));
    w.clock.time += one_day;
    CHECK(w.pass().letters == 0);
    // The next one that is called and not held again in time is a reminder of its own.
    const Instant again = w.clock.now() + 10 * one_day;
    w.sits("other", conduct::Rule::approval, again);
    w.clock.time = again + 62 * one_day - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time = again + 62 * one_day;
    CHECK(w.pass().letters == 7);
}

TEST_CASE("a meeting that did not convene is none that was held", "[items 43, 44, 50]") {
    AWatch w;
    const Instant met = w.clock.now();
    const auto rule = GENERATE(conduct::Rule::approval, conduct::Rule::two_thirds);
    const bool of_members = rule == conduct::Rule::two_thirds;
    const std::string kind = of_members ? "framework" : "other";
    const Instant at = of_members ? conduct::months(10).after(met, Rounding::later) : met + 62 * one_day;
    w.sits(kind, rule, met, false, 7);
    w.clock.time += 40 * one_day;
    w.sits(kind, rule, w.clock.now(), false, 1);
    w.clock.time = at - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time = at;
    CHECK(w.pass().letters == 7);
    CHECK(w.mailed() == all_seats);
    CHECK(w.last_says(of_members ? "General Meeting" : "meeting of the Steering Committee"));
}

TEST_CASE("in a year without a meeting face to face the committee hears of it once, while there is time for one", "[item 50][C7]") {
    const auto [year, letters] = GENERATE(table<std::string, std::size_t>({{"by telephone only", 7},
                                                                           {"held", 0},
                                                                           {"without a quorum", 7},
                                                                           {"called for December", 0},
                                                                           {"in the year before", 7},
                                                                           {"written down by who was there", 0},
                                                                           {"written down, and put right", 7},
                                                                           {"no meeting on record at all", 0}}));
    CAPTURE(year);
    AWatch w;
    const auto on = [](const char* text) { return *parse_instant(text); };
    if (year != "no meeting on record at all") w.sits("other", conduct::Rule::approval, w.clock.now(), year == "in the year before");
    CHECK(w.pass().letters == 0);  // there was no such record on the 1st of November
    w.clock.time = on("2027-05-03T09:00:00Z");
    if (year == "held") w.sits("other", conduct::Rule::unanimity, w.clock.now(), true);
    if (year == "without a quorum") w.sits("other", conduct::Rule::approval, w.clock.now(), true, 3);
    if (year == "called for December") w.sits("other", conduct::Rule::approval, on("2027-12-10T09:00:00Z"), true);
    if (year.starts_with("written down")) {
        const auto id = w.proposed("case.open", "quokka");  // electronically, until they meet
        CHECK(w.desk.attend(secretariat, id, w.seats, true)->ballot.attendance->face_to_face);
        CHECK(w.desk.attend(secretariat, id, w.seats)->ballot.attendance->face_to_face);  // as it was
        if (year.ends_with("put right")) CHECK_FALSE(w.desk.attend(secretariat, id, w.seats, false)->ballot.attendance->face_to_face);
    }
    w.clock.time = on("2027-11-01T00:00:00Z") - 1us;
    w.pass();  // of day 62
    w.mailed();
    w.clock.time += 1us;
    CHECK(w.pass().letters == letters);
    if (letters != 0) {
        CHECK(w.mailed() == all_seats);
        CAPTURE(w.last);
        CHECK(w.last_says("0 of 1 meetings of the Steering Committee face to face are on record for 2027"));
    }
    w.clock.time += 30 * one_day;
    CHECK(w.pass().letters == 0);
    w.clock.time = on("2028-01-01T00:00:00Z");
    CHECK(w.pass().letters == 0);
}

TEST_CASE("a meeting that nobody but its attendance put on record counts for day 62, and face to face needs its time", "[item 50]") {
    AWatch w;
    const auto id = w.proposed("case.open", "quokka");
    REQUIRE(w.desk.attend(secretariat, id, w.seats));
    w.clock.time += 62 * one_day - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time += 1us;
    CHECK(w.pass().letters == 7);
    committee::Proposal p;
    p.kind = "other";
    p.subject = "drill";
    p.question = "?";
    p.rule = conduct::Rule::approval;
    p.face_to_face = true;
    w.check_refused(w.desk.propose(secretariat, p), w.all_rows(), errc::invalid, "write when it sits");
}

TEST_CASE("the committee hears ten months after a General Meeting that none is called", "[item 43][C7]") {
    const auto in = GENERATE(0, 60, 340);  // so far off a day is not the next one
    const bool called = in == 60;
    CAPTURE(in);
    AWatch w;
    const Instant met = w.clock.now();
    w.sits("framework", conduct::Rule::two_thirds, met);
    const Instant at = conduct::months(10).after(met, Rounding::later);
    w.clock.time = at - 1us;
    CHECK(w.pass().letters == 0);
    if (in > 0) w.sits("framework", conduct::Rule::two_thirds, at + in * one_day);
    w.clock.time = at;
    CHECK(w.pass().letters == (called ? 0 : 7));
    if (called) return;
    CHECK(w.mailed() == all_seats);
    CHECK(w.last_says("General Meeting"));
    w.clock.time += one_day;
    CHECK(w.pass().letters == 0);
}

TEST_CASE("a term that nobody continues is reminded of sixty days before its end", "[items 49, 53]") {
    AWatch w;
    const Instant ends = w.clock.now() + 700 * one_day;  // of all seven
    w.clock.time = ends - 60 * one_day - 1us;
    CHECK(w.pass().letters == 0);
    w.clock.time = ends - 60 * one_day;
    CHECK(w.pass().letters == 49);
    w.mailed();
    w.clock.time += one_day;
    CHECK(w.pass().letters == 0);
}

TEST_CASE("whoever runs a list hears fourteen and three days before it ends, and where nobody does, the desk", "[item 66][T1]") {
    AWatch w;
    const bool owned = GENERATE(true, false);
    const Instant ends = w.clock.now() + 20 * one_day;
    auto list = AWatch::a_project_until(ends);
    w.change([&](storage::Register& r) {
        r.put(list);
        r.subscribe({list.id, PersonId{"saiga-rep"}, community::DeliveryMode::each}, w.clock.now());
        if (owned) r.put(community::Term{"owner", PersonId{"takin-rep"}, list.id, {w.clock.now(), ends + 300 * one_day}});
    });
    const auto readers = owned ? std::vector<std::string>{"takin-rep"} : all_seats;
    for (const auto before : {14 * one_day, 3 * one_day}) {
        w.clock.time = ends - before - 1us;
        CHECK(w.pass().letters == 0);
        w.clock.time = ends - before;
        CHECK(w.pass().letters == readers.size());
        CHECK(w.mailed() == readers);
        CHECK(w.last_says("the list proj-a ends " + moment(ends)));
        CHECK(w.last_says(owned ? "whoever runs the list" : "the Steering Committee and the Secretariat"));
        w.clock.time += one_day;
        CHECK(w.pass().letters == 0);
    }
    SECTION("over") {
        w.clock.time = ends;
        CHECK(w.pass().letters == 0);
    }
    SECTION("renewed") {
        list.expires = ends + 90 * one_day;
        w.change([&](storage::Register& r) { r.put(list); });
        w.clock.time = *list.expires - 14 * one_day;
        CHECK(w.pass().letters >= readers.size());
        w.mailed();
        CHECK(w.last_says(moment(*list.expires)));
    }
}

TEST_CASE("of the end of a list nobody hears for a day on which it was not there, or was to end sooner", "[item 66][T1]") {
    AWatch w;
    const Instant made = w.clock.now(), ends = made + 5 * one_day;
    auto list = AWatch::a_project_until(ends);
    const auto put = [&](std::string_view act, const Detail& detail) {
        w.change([&](storage::Register& r) {
            r.put(list);
            r.put(community::Term{"owner", PersonId{"takin-rep"}, list.id, {made, made + 300 * one_day}});
            w.store().journal().append(w.clock.now(), "person takin-rep", act, list.id.value, detail.text());
        });
    };
    put("list.add", Detail().add("what", "class proj"));
    CHECK(w.pass().letters == 0);
    w.clock.time = ends - 3 * one_day;
    CHECK(w.pass().letters == 1);
    w.clock.time += one_day;
    SECTION("put off for a few days") {
        list.expires = ends + 5 * one_day;
        put("list.change", Detail().add("what", "expires").add("put_off", "yes"));
        CHECK(w.pass().letters == 0);
        w.clock.time = *list.expires - 3 * one_day;
        CHECK(w.pass().letters == 1);
    }
    SECTION("an end that comes earlier is news") {
        const bool put_off_before = GENERATE(false, true);
        if (put_off_before) {
            list.expires = ends + 200 * one_day;
            put("list.change", Detail().add("what", "expires").add("put_off", "yes"));
            CHECK(w.pass().letters == 0);
            w.clock.time += 1h;
        }
        list.expires = ends - one_day;
        put("list.change", Detail().add("what", "expires").add("brought_forward", "yes"));
        CHECK(w.pass().letters == 1);
        w.mailed();
        CHECK(w.last_says("the list proj-a ends " + moment(*list.expires)));
    }
}

TEST_CASE("of a list whose only owner is held the desk hears that it ends", "[item 66][C6]") {
    AWatch w;
    w.add_person("analyst", "kowhai", "analyst@kowhai.example");
    const Instant ends = w.clock.now() + 2 * one_day;
    const auto list = AWatch::a_project_until(ends);
    w.change([&](storage::Register& r) {
        r.put(list);
        r.put(community::Term{"owner", PersonId{"kowhai-rep"}, list.id, {w.clock.now(), ends}});
    });
    REQUIRE(w.desk.place(secretariat, PersonId{"kowhai-rep"}, "account taken over"));
    w.tell();
    w.mailed();
    CHECK(w.pass().letters == all_seats.size());
    CHECK(w.mailed() == all_seats);
    CHECK(w.last_says("the list proj-a ends " + moment(ends)));
    CHECK(w.last_says("the Steering Committee and the Secretariat"));
}

TEST_CASE("a case that cannot be read is told to the operator once and stops nobody else", "[C7]") {
    AWatch w;
    w.opened("takin");
    const auto damaged = w.the_case;
    w.unheeded("quokka");
    w.does(ADesk::a_sanction());
    w.serve(3);
    w.clock.time += 60 * one_day;
    const auto denial = w.store().powers().denials().at(0).id;
    {
        storage::Store::Transaction transaction(w.store());
        w.store().minutes().append(damaged, {w.clock.now(), "system", "", "no such act"});
        w.store().journal().append(w.clock.now(), "system", "test.damaged", damaged, "{}");
        transaction.commit();
    }
    const auto running = w.files.show(w.the_case)->as_is;
    w.clock.time = conduct::effect_of(running, running.notices.back())->until - 60 * one_day;
    const auto pass = w.pass();
    REQUIRE(pass.to_operator.size() == 1);
    CHECK(pass.to_operator[0].find(damaged) != std::string::npos);
    CHECK(pass.to_operator[0].find("cannot be read") != std::string::npos);
    CHECK(pass.troubles.empty());
    CHECK(pass.letters == 7);  // of the other case: its sanction ends in 60 days
    w.clock.time += 1min;
    CHECK(w.pass().to_operator.empty());

    const auto all = w.files.cases();
    REQUIRE(all.size() == 2);
    CHECK(all[0].as_is.id == damaged);
    CHECK(all[0].as_is.team == TeamId{"takin"});
    REQUIRE(all[0].warnings.size() == 1);
    CHECK(all[0].unreadable == all[0].warnings[0]);
    CHECK(all[1].unreadable.empty());
    CHECK(all[1].state.in_force);
    CHECK(w.files.case_of_denial(denial)->as_is.id == w.the_case);
    for (const auto& refused : {w.files.show(damaged), w.files.act(secretariat, damaged, conduct::RecordReply{1, "letter"})}) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::corrupt);
    }
}

}  // namespace caveat::test
