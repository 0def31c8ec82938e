// A case at the desk: every act decided, written whole, and biting by itself.
#include "a_desk.hpp"

namespace caveat::test {

TEST_CASE("a case runs from its opening to a sanction in force, and access comes back when it ends", "[C1][C2][C4][items 31, 34]") {
    ADesk desk;
    const auto before = *desk.store().directory().team(TeamId{"quokka"});
    desk.unheeded();
    CHECK(desk.store().powers().denials().empty());
    desk.does(ADesk::a_sanction());
    desk.serve(3);
    REQUIRE(desk.store().powers().denials().size() == 1);
    const auto denial = desk.store().powers().denials().front();
    CHECK(denial.whom == "quokka");
    CHECK(denial.whole_team);
    CHECK(denial.source == "sanction");

    // Ruling (b): not before the appeal window closes, and the last instant before it is free.
    desk.clock.time = denial.during.from - 1us;
    CHECK(desk.may(Verb::receive, "quentin"));
    desk.clock.time = denial.during.from;
    CHECK_FALSE(desk.may(Verb::receive, "quentin"));
    CHECK_FALSE(desk.may(Verb::post, "quentin"));
    for (const auto* other : {"mei", "ana", "seat1-rep", "takin-rep"}) {
        CAPTURE(other);
        CHECK(desk.may(Verb::receive, other));
    }
    CHECK(desk.files.show(desk.the_case)->state.phase == conduct::Phase::effective);
    CHECK(*desk.store().directory().team(TeamId{"quokka"}) == before);  // never its membership, nor its category
    const auto cause = desk.files.case_of_denial(denial.id);
    REQUIRE(cause);
    CHECK(cause->as_is.id == desk.the_case);
    CHECK_FALSE(desk.files.case_of_denial(denial.id + 1));

    desk.clock.time = *denial.during.until - 1us;
    CHECK_FALSE(desk.may(Verb::receive, "quentin"));
    desk.clock.time = *denial.during.until;
    CHECK(desk.may(Verb::receive, "quentin"));
    CHECK(desk.files.show(desk.the_case)->state.phase == conduct::Phase::expired);
    CHECK(desk.store().journal().verify());
}

TEST_CASE("an appeal whose panel suspends the sanction takes its denials out of the register", "[C3]") {
    ADesk desk;
    desk.unheeded();
    desk.does(ADesk::a_sanction());
    desk.serve(3);
    const auto from = desk.store().powers().denials().front().during.from;
    desk.does(conduct::FileAppeal{3, "their letter"});
    conduct::SeatPanel seat{3, {}};
    // An address serves as well as an id.
    const auto address_of = [&](const char* id) { return PersonId{desk.store().directory().person(PersonId{id})->addresses.front()}; };
    seat.panel.chair.person = address_of("takin-rep");
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}) seat.panel.members.push_back({PersonId{member}, {}});
    desk.does(seat);

    const auto ruling = [&](const char* who) {
        return desk.files.act(desk.person(who), desk.the_case,
                              conduct::CastPanelVote{3, address_of(who), {conduct::Outcome::suspended, {}}});
    };
    REQUIRE(ruling("takin-rep"));
    REQUIRE(ruling("seat1-rep"));
    const auto seated = desk.files.show(desk.the_case)->as_is.appeals.front().panel;
    CHECK(seated->chair.person == PersonId{"takin-rep"});
    CHECK(seated->members.front().person == PersonId{"seat1-rep"});
    auto before = desk.all_rows();
    desk.check_refused(desk.files.act(desk.person("seat1-rep"), desk.the_case,
                                      conduct::CastPanelVote{3, PersonId{"kowhai-rep"}, {conduct::Outcome::suspended, {}}}),
                       before, errc::denied, "cannot vote for");
    desk.check_refused(ruling("mei"), before, errc::denied, "");
    const auto file = ruling("kowhai-rep");
    REQUIRE(file);
    CHECK(file->state.phase == conduct::Phase::suspended);
    CHECK(desk.store().powers().denials().empty());
    desk.clock.time = from + 24h * 60;
    CHECK(desk.may(Verb::receive, "quentin"));
}

TEST_CASE("a denial is traced to the notice that set it, also while its renewal waits", "[C2][item 35]") {
    ADesk desk;
    desk.unheeded();
    desk.does(ADesk::a_sanction());
    desk.serve(3);
    const auto first = desk.store().powers().denials().front();
    desk.clock.time = *first.during.until - 24h * 40;
    desk.does(conduct::Renew{ADesk::a_sanction().sanction});
    desk.serve(4);

    const auto file = desk.files.show(desk.the_case);
    CHECK(file->state.notice == 4);
    const auto rows = desk.store().powers().denials();
    REQUIRE(rows.size() == 2);
    CHECK(committee::notice_behind(*file, rows[0]) == 3);
    CHECK(committee::notice_behind(*file, rows[1]) == 4);
    auto strange = rows[0];
    strange.resource = "members";
    CHECK(committee::notice_behind(*file, strange) == 0);
}

TEST_CASE("an appeal keeps the sanction out of the register until it ends, and a lift changes its rows in place", "[C3][C4]") {
    ADesk desk;
    desk.unheeded();
    desk.does(ADesk::a_sanction());
    desk.serve(3);
    const auto first = desk.store().powers().denials().front();
    desk.does(conduct::FileAppeal{3, "their letter"});
    CHECK(desk.store().powers().denials().empty());
    desk.clock.time += 24h * 60;
    CHECK(desk.may(Verb::receive, "quentin"));
    desk.does(conduct::WithdrawAppeal{3});
    REQUIRE(desk.store().powers().denials().size() == 1);
    const auto later = desk.store().powers().denials().front();
    CHECK(later.during.from > first.during.from);
    desk.clock.time += 24h * 40;
    CHECK_FALSE(desk.may(Verb::receive, "quentin"));

    desk.does(conduct::Lift{{{"teams", bit(Verb::receive)}}});
    CHECK(desk.may(Verb::receive, "quentin"));
    CHECK_FALSE(desk.may(Verb::post, "quentin"));
    CHECK(desk.store().powers().denials().front().id == later.id);
    desk.does(conduct::Lift{});
    CHECK(desk.may(Verb::post, "quentin"));
}

TEST_CASE("the Code binds members and partners: nobody else is accused under it", "[C1][item 26]") {
    const auto [category, bound] = GENERATE(table<std::string, bool>({{"operational", true},
                                                                      {"liaison", true},
                                                                      {"strategic", true},
                                                                      {"corporate", true},
                                                                      {"legacy_supporting", true},
                                                                      {"applicant", false},
                                                                      {"former", false}}));
    CAPTURE(category);
    ADesk desk;
    desk.change([&, category = category](storage::Register& r) {
        auto team = *r.team(TeamId{"takin"});
        team.category = category;
        r.put(team);
    });
    const auto decision = desk.decided("case.open", "takin");
    const auto before = desk.all_rows();
    desk.check_refused(desk.files.open(secretariat, decision, TeamId{"takin"}, ""), before, errc::denied, "item 26");
    const auto opened = desk.files.open(secretariat, decision, TeamId{"takin"}, "3.2");
    if (!bound) return desk.check_refused(opened, before, errc::denied, "binds members and partners");
    REQUIRE(opened);
    CHECK(opened->as_is.clause == "3.2");
}

TEST_CASE("an illegal step names its rule and changes nothing", "[C1][C5]") {
    ADesk desk;
    desk.opened();
    const auto sanction = desk.decided("case.sanction", desk.the_case);
    auto notice = ADesk::a_notice();
    notice.contents.reply.clear();
    const auto noticing = desk.decided("case.notice", desk.the_case);
    auto before = desk.all_rows();
    const auto& id = desk.the_case;

    desk.check_refused(desk.files.act(secretariat, id, ADesk::a_sanction(), sanction), before, errc::denied, "item 30");
    desk.check_refused(desk.files.act(secretariat, id, notice, noticing), before, errc::denied, "vi");
    desk.check_refused(desk.files.act(secretariat, id, conduct::RecordService{1, conduct::Channel::page_read, desk.clock.now()}), before,
                       errc::denied, "no notice 1");
    desk.check_refused(desk.files.act(secretariat, id, conduct::OpenCase{"x", TeamId{"quokka"}, "1"}), before, errc::denied, "item 27");
    desk.check_refused(desk.files.act(secretariat, "C-9", ADesk::a_notice(), noticing), before, errc::not_found, "C-9");
    desk.check_refused(desk.files.act(desk.person("mei"), id, ADesk::a_notice(), noticing), before, errc::denied, "item 54");
    desk.check_refused(desk.files.act(desk.person("seat1-rep"), id, conduct::FileAppeal{1, "x"}), before, errc::denied,
                       "does not speak for");

    desk.does(ADesk::a_notice());
    desk.serve(1);
    desk.clock.time += 24h * 15;
    desk.does(ADesk::a_notice());
    desk.serve(2);
    desk.clock.time += 24h * 15;
    auto elsewhere = ADesk::a_sanction();
    elsewhere.sanction.denied.front().resource = "no-such-list";
    before = desk.all_rows();
    desk.check_refused(desk.files.act(secretariat, id, elsewhere, sanction), before, errc::not_found, "no-such-list");
}

TEST_CASE("no act of the committee without a decision of its own that passed", "[C5][items 51, 54]") {
    ADesk desk;
    desk.opened();
    auto& office = desk.desk;
    const auto notice = ADesk::a_notice();
    const auto tried = [&](const std::string& decision) { return desk.files.act(secretariat, desk.the_case, notice, decision); };

    desk.check_refused(tried(""), desk.all_rows(), errc::denied, "item 54");
    desk.check_refused(tried("D-none"), desk.all_rows(), errc::not_found, "D-none");
    const auto other_kind = desk.decided("case.close", desk.the_case);
    desk.check_refused(tried(other_kind), desk.all_rows(), errc::denied, "is about case.close");
    const auto running = desk.proposed("case.notice", desk.the_case);
    desk.vote(running, 7);
    desk.clock.time += 1s;
    desk.check_refused(tried(running), desk.all_rows(), errc::denied, "did not pass");
    const auto lost = desk.proposed("case.notice", desk.the_case);
    desk.vote(lost, 3, 4);
    desk.clock.time += 1s;
    REQUIRE(office.close(secretariat, lost));
    desk.check_refused(tried(lost), desk.all_rows(), errc::denied, "did not pass");

    const auto good = desk.decided("case.notice", desk.the_case);
    REQUIRE(tried(good));
    CHECK(office.decision(everything, good)->used_by == "case.notice " + desk.the_case);
    desk.serve(1);
    desk.clock.time += 24h * 15;
    desk.check_refused(tried(good), desk.all_rows(), errc::denied, "used already");
    // What needs none takes none: it would look decided.
    desk.check_refused(desk.files.act(secretariat, desk.the_case, conduct::RecordReply{1, "letter"}, running), desk.all_rows(),
                       errc::invalid, "leave the decision out");
}

TEST_CASE("a case is replayed from its acts by another process, under the numbers it began with") {
    ADesk desk;
    desk.unheeded();
    auto sanction = ADesk::a_sanction();
    sanction.sanction.length = conduct::months(3);
    desk.does(sanction);
    desk.serve(3);
    auto other = storage::Store::open(desk.options);
    REQUIRE(other);
    committee::CaseOffice again(*other, desk.vault(), desk.rules, desk.clock);
    const auto here = desk.files.show(desk.the_case);
    const auto there = again.show(desk.the_case);
    REQUIRE(there);
    CHECK(there->as_is == here->as_is);
    CHECK(there->denials == here->denials);
    CHECK(there->next == here->next);
    REQUIRE(there->happened.size() == 7);
    CHECK(there->happened[0].what == "about quokka, clause 3.2");
    CHECK(there->happened[5].what == "denies teams: receive post, for 3 months");
    CHECK(there->happened[5].decision.starts_with("D-2026-"));
    CHECK(again.cases(TeamId{"quokka"}).size() == 1);
    CHECK(again.cases(TeamId{"orchid"}).empty());
}

TEST_CASE("a rule book tightened over a lived-through case changes nothing in it", "[C2][C7]") {
    ADesk desk;
    desk.unheeded();
    desk.does(ADesk::a_sanction());
    desk.serve(3);
    desk.does(conduct::FileAppeal{3, "letter"});
    desk.does(conduct::WithdrawAppeal{3});
    desk.clock.time += 24h * 60;
    desk.does(conduct::Renew{ADesk::a_sanction().sanction});
    desk.serve(4);

    auto text = read_text(SOURCE_DIR "/policies/apcert.toml");
    const auto tighten = [&](const std::string& key, const std::string& from, const std::string& to) {
        const auto at = text.find(from, text.find('"' + key + '"'));
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
    };
    tighten("notice.reply_time", "14 days", "90 days");
    tighten("notice.reply_floor", "7 days", "90 days");
    tighten("sanction.min_delay", "30 days", "90 days");
    tighten("sanction.default", "12 months", "1 months");
    tighten("sanction.max", "12 months", "1 months");
    tighten("appeal.window", "30 calendar", "1 calendar");
    const auto loaded = policy::load(text, "tightened.toml");
    REQUIRE(loaded.book);
    committee::CaseOffice tight(desk.store(), desk.vault(), *loaded.book, desk.clock);
    const auto before = desk.files.show(desk.the_case);
    const auto after = tight.show(desk.the_case);
    REQUIRE(after);
    CHECK(after->as_is == before->as_is);
    CHECK(after->denials == before->denials);
    CHECK(after->next == before->next);
    CHECK(tight.cases().at(0).unreadable.empty());
    const auto decision = desk.decided("case.lift", desk.the_case);
    CHECK(tight.act(secretariat, desk.the_case, conduct::Lift{}, decision));
}

TEST_CASE("the party speaks through its representative, and a short reply time is said", "[item 29]") {
    ADesk desk;
    desk.add_member("hibiscus");
    desk.opened("hibiscus");
    auto notice = ADesk::a_notice();
    notice.reply_time = conduct::days(10);
    const auto file = desk.does(notice);
    REQUIRE(file.warnings.size() == 1);
    desk.serve(1);
    REQUIRE(desk.files.act(desk.person("hibiscus-rep"), desk.the_case, conduct::RecordReply{1, "their letter"}));
    const auto before = desk.all_rows();
    desk.check_refused(desk.files.act(desk.person("hibiscus-rep"), desk.the_case, conduct::CloseCase{"enough"}), before, errc::denied,
                       "item 54");
}

TEST_CASE("the party proves receipt by opening a notice now, and in no other way", "[C1][ruling d]") {
    ADesk desk;
    desk.add_member("hibiscus");
    desk.opened("hibiscus");
    desk.does(ADesk::a_notice());
    desk.clock.time += 24h * 2;
    const auto tries = [&](const std::string& who, conduct::Channel channel, Instant stamp) {
        return desk.files.act(desk.person(who), desk.the_case, conduct::RecordService{1, channel, stamp});
    };
    const auto now = desk.clock.now();
    const auto before = desk.all_rows();
    desk.check_refused(tries("hibiscus-rep", conduct::Channel::acknowledgement, now), before, errc::denied, "item 54");
    desk.check_refused(tries("hibiscus-rep", conduct::Channel::page_read, now - 24h), before, errc::denied, "item 54");
    desk.check_refused(tries("hibiscus-rep", conduct::Channel::page_read, now + 1h), before, errc::denied, "in the future");
    desk.check_refused(tries("takin-rep", conduct::Channel::page_read, now), before, errc::denied, "item 54");
    const auto opened = tries("hibiscus-rep", conduct::Channel::page_read, now);
    REQUIRE(opened);
    CHECK(conduct::served(opened->as_is.notices.front()) == now);
}

}  // namespace caveat::test
