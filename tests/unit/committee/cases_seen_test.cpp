// What each pair of eyes sees of a case, and may do in it: the office says so, whatever the door.
#include "caveat/committee/cases.hpp"

#include <array>
#include <set>

#include "a_desk.hpp"
#include "silences.hpp"

namespace caveat::test {
namespace {

using committee::CaseView;
using committee::Eyes;
using committee::Mailing;
using committee::Viewer;
using Reach = Viewer::Reach;

struct AGallery : ADesk {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    committee::Postage postage{*seal, letterhead, "sc+owner@lists.arc.example", {}, true};
    committee::Cases cases{store(), vault(), rules, clock, postage};

    // seat3 is the accused: a team with a seat, a representative and somebody else.
    AGallery() { add_person("sleeper", "seat3", "sleeper@seat3.example"); }

    Viewer chair() { return {person("seat1-rep"), TeamId{"seat1"}, true, true, Reach::everything}; }
    Viewer of_the_secretariat() { return {person("ana"), TeamId{"banksia"}, true, false, Reach::everything}; }
    Viewer auditor() { return {person("mei"), TeamId{"orchid"}, false, false, Reach::everything}; }
    Viewer party() { return {person("seat3-rep"), TeamId{"seat3"}, true, true, Reach::everything}; }
    Viewer party_without_seat() { return {person("seat3-rep"), TeamId{"seat3"}, true, false, Reach::own}; }
    Viewer seat_that_speaks_for_nobody() { return {person("sleeper"), TeamId{"seat3"}, false, true, Reach::everything}; }
    Viewer other_member() { return {person("takin-rep"), TeamId{"takin"}, true, false, Reach::own}; }

    // A sanction notice the party has not seen, after two that it has.
    void noticed() {
        unheeded("seat3");
        auto act = a_sanction();
        act.sanction.length = conduct::months(3);
        act.sanction.tell_members = true;
        const auto view = cases.act(everything, the_case, act, decided("case.sanction", the_case));
        INFO((view ? "" : view.error().detail));
        REQUIRE(view);
    }
    CaseView seen(const Viewer& viewer) {
        const auto view = cases.show(viewer, the_case);
        INFO((view ? "" : view.error().detail));
        REQUIRE(view);
        return *view;
    }
    std::string why_not(const Viewer& viewer) {
        const auto view = cases.show(viewer, the_case);
        return view ? "seen" : view.error().detail;
    }
};

std::string words_of(const CaseView& view) {
    std::string words;
    for (const auto& event : view.happened) words += event.what + '\n';
    for (const auto& possible : view.next) words += possible.needs + '\n';
    for (const auto& warning : view.warnings) words += warning + '\n';
    return words;
}

}  // namespace

TEST_CASE("a notice is closed to its party until it is served, and open to everybody else who sees the case", "[C1][item 27]") {
    AGallery g;
    g.noticed();
    for (const auto& viewer : {g.party(), g.party_without_seat()}) {
        const auto view = g.seen(viewer);
        CHECK(view.seen_as == Eyes::party);
        REQUIRE(view.notices.size() == 3);
        CHECK(view.notices[2].kind == conduct::NoticeKind::sanction);  // that there is one it may know
        CHECK_FALSE(view.notices[2].effect);
        CHECK(view.denials.empty());
        CHECK(words_of(view).find("denies") == std::string::npos);
        CHECK(words_of(view).find("teams") == std::string::npos);
        CHECK(words_of(view).find("notice 3; open it to read it") != std::string::npos);
        const auto notice = g.cases.notice(viewer, g.the_case, 3);
        REQUIRE_FALSE(notice);
        CHECK(notice.error().code == errc::denied);
        CHECK(g.cases.notice(viewer, g.the_case, 2)->contents.breach == "leaked AMBER");
    }
    for (const auto& viewer : {everything, g.chair(), g.of_the_secretariat(), g.auditor()}) {
        const auto view = g.seen(viewer);
        CHECK(view.seen_as == Eyes::committee);
        REQUIRE(view.notices[2].effect);
        CHECK(view.notices[2].effect->denied.front().resource == "teams");
        CHECK(words_of(view).find("denies teams") != std::string::npos);
        CHECK(g.cases.notice(viewer, g.the_case, 3)->sanction.length == conduct::months(3));
    }
}

TEST_CASE("what the party opens it has received: it is served once, and from then on it reads what it says", "[C1]") {
    AGallery g;
    g.noticed();
    const auto before = g.all_rows();
    g.check_refused(g.cases.open_notice(g.chair(), g.the_case, 3), before, errc::denied, "only a representative of seat3");
    const auto opened = g.cases.open_notice(g.party(), g.the_case, 3);
    REQUIRE(opened);
    CHECK(opened->sanction.denied.front().resource == "teams");
    CHECK(opened->brief.served == g.clock.now());
    const auto steps = g.store().minutes().acts(g.the_case).size();
    g.clock.time += 1h;
    CHECK(g.cases.open_notice(g.party(), g.the_case, 3)->brief.served == opened->brief.served);
    CHECK(g.store().minutes().acts(g.the_case).size() == steps);
    const auto view = g.seen(g.party());
    REQUIRE(view.notices[2].effect);
    CHECK(view.notices[2].effect->from);
    CHECK_FALSE(view.denials.empty());
    CHECK(words_of(view).find("denies teams") != std::string::npos);
}

TEST_CASE("a lift of what the party has not opened does not say what it lifts", "[C1]") {
    AGallery g;
    g.noticed();
    g.does(conduct::Lift{{{"teams", bit(Verb::post)}}});
    CHECK(words_of(g.seen(g.party())).find("teams") == std::string::npos);
    CHECK(words_of(g.seen(g.chair())).find("teams: post") != std::string::npos);
}

TEST_CASE("the letters of a case are the committee's; its party sees its own, not what the members were told", "[item 32]") {
    AGallery g;
    g.noticed();
    const auto purposes = [&](const Viewer& viewer) {
        std::set<std::string> all;
        const auto view = g.seen(viewer);
        for (const auto& letter : *view.letters) all.insert(letter.purpose);
        return all;
    };
    CHECK(purposes(everything) == std::set<std::string>{"notice", "members"});
    CHECK(purposes(g.party()) == std::set<std::string>{"notice"});
    g.check_refused(g.cases.mail(g.party(), g.the_case, 3), g.all_rows(), errc::denied, "the committee's");
    const auto again = g.cases.mail(g.chair(), g.the_case, 3);
    REQUIRE(again);
    REQUIRE(again->mailed.size() == 1);
    CHECK(again->mailed[0].to == PersonId{"seat3-rep"});
    for (const auto& view : g.cases.all(everything)) CHECK_FALSE(view.letters);
}

TEST_CASE("to everybody else a case is not there, in the words of one that never was", "[A7]") {
    AGallery g;
    g.noticed();
    const auto none = g.cases.show(everything, "C-none");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == errc::not_found);
    for (const auto& viewer : {Viewer{}, g.other_member(), g.seat_that_speaks_for_nobody(),
                               Viewer{g.person("seat3-rep"), TeamId{"seat3"}, true, true, Reach::nothing}}) {
        CHECK(g.why_not(viewer) == "case " + g.the_case + " is not there; see: caveat case list");
        CHECK(none.error().detail == "case C-none is not there; see: caveat case list");
        CHECK(g.cases.all(viewer).empty());
        const auto before = g.all_rows();
        g.check_refused(g.cases.act(viewer, g.the_case, conduct::RecordReply{1, "letter"}), before, errc::not_found, "is not there");
        g.check_refused(g.cases.notice(viewer, g.the_case, 1), before, errc::not_found, "is not there");
        g.check_refused(g.cases.open_notice(viewer, g.the_case, 3), before, errc::not_found, "is not there");
        g.check_refused(g.cases.open(viewer, "", TeamId{"seat3"}, "3.2"), before, errc::not_found, "");
        // A seat may ask about any team but its own, and hears of one that is not there.
        if (viewer.reach == Reach::everything) continue;
        CHECK(g.cases.open(viewer, "", TeamId{"no-such-team"}, "3.2").error().detail.empty());
    }
}

TEST_CASE("the seat of the accused is its party: it answers and appeals, and does nothing for the committee", "[item 27]") {
    AGallery g;
    g.noticed();
    const auto closing = g.decided("case.lift", g.the_case);
    const auto before = g.all_rows();
    for (const auto& viewer : {g.party(), g.party_without_seat()}) {
        g.check_refused(g.cases.act(viewer, g.the_case, conduct::Lift{}, closing), before, errc::denied, "is the party here");
        g.check_refused(g.cases.act(viewer, g.the_case, conduct::RecordService{3, conduct::Channel::page_read, g.clock.now()}), before,
                        errc::denied, "is the party here");
    }
    g.check_refused(g.cases.open(g.party(), "", TeamId{"seat3"}, "3.2"), before, errc::denied, "is the party here");
    CHECK(g.cases.act(g.party(), g.the_case, conduct::RecordReply{2, "letter"}));
    CHECK(g.cases.act(g.party(), g.the_case, conduct::FileAppeal{3, "letter"}));
}

TEST_CASE("a panelist sees the case of the panel, without the committee's letters", "[item 38]") {
    AGallery g;
    g.noticed();
    REQUIRE(g.cases.open_notice(g.party(), g.the_case, 3));
    g.does(conduct::FileAppeal{3, "letter"});
    CHECK(g.why_not(g.other_member()) != "seen");
    conduct::SeatPanel panel{3, {}};
    const auto one = [](const char* who) {
        conduct::Panelist panelist;
        panelist.person = PersonId{who};
        return panelist;
    };
    panel.panel.chair = one("takin-rep");
    for (const auto* who : {"kowhai-rep", "saiga-rep", "seat1-rep", "seat2-rep"}) panel.panel.members.push_back(one(who));
    g.does(panel);
    const auto view = g.seen(g.other_member());
    CHECK(view.seen_as == Eyes::panel);
    CHECK(words_of(view).find("takin-rep in the chair, kowhai-rep") != std::string::npos);
    const auto of_party = words_of(g.seen(g.party()));
    CHECK(of_party.find("on the appeal against notice 3: its five") != std::string::npos);
    for (const auto* who : {"takin-rep", "kowhai-rep", "saiga-rep", "seat1-rep", "seat2-rep"}) CHECK(of_party.find(who) == std::string::npos);
    CHECK(view.notices[2].effect);
    for (const auto& letter : *view.letters) CHECK(letter.purpose == "notice");
    const conduct::CastPanelVote vote{3, PersonId{"takin-rep"}, {conduct::Outcome::upheld, {}}};
    CHECK(g.cases.act(g.other_member(), g.the_case, vote));

    // How one of the five votes is theirs until the panel has decided, and the party never hears who voted how.
    const auto says = [&](const Viewer& viewer, const char* what) { return words_of(g.seen(viewer)).find(what) != std::string::npos; };
    const auto names_takin = [&](const Viewer& viewer) {
        const auto seen = g.seen(viewer).happened;
        return std::any_of(seen.begin(), seen.end(), [](const auto& e) { return e.act == "vote" && e.actor == "person takin-rep"; });
    };
    for (const auto& viewer : {everything, g.chair(), g.of_the_secretariat(), g.auditor(), g.other_member(), g.party()}) {
        CHECK_FALSE(says(viewer, "upheld"));
        CHECK(says(viewer, "one of the five, on the appeal against notice 3"));
    }
    CHECK(names_takin(g.chair()));
    CHECK_FALSE(names_takin(g.party()));
    g.store().journal().each({}, [](const storage::Entry& entry) { CHECK(entry.detail.find("upheld") == std::string::npos); });
    for (const auto* who : {"kowhai-rep", "saiga-rep"}) g.does(conduct::CastPanelVote{3, PersonId{who}, {conduct::Outcome::upheld, {}}});
    CHECK(says(g.chair(), "takin-rep on the appeal against notice 3: upheld"));
    CHECK_FALSE(says(g.party(), ": upheld"));
    CHECK_FALSE(names_takin(g.party()));
}

TEST_CASE("a notice goes out with its act; only who says that it is served otherwise sends no letter", "[C1]") {
    AGallery g;
    g.opened("seat3");
    const auto view = g.cases.act(g.chair(), g.the_case, ADesk::a_notice(), g.decided("case.notice", g.the_case));
    REQUIRE(view);
    REQUIRE(view->mailed.size() == 1);
    CHECK(view->mailed[0].to == PersonId{"seat3-rep"});
    CHECK(view->letters->size() == 1);
    REQUIRE(g.cases.open_notice(g.party(), g.the_case, 1));
    g.clock.time += 24h * 15;

    const auto second = g.decided("case.notice", g.the_case);
    const auto otherwise = g.cases.act(g.chair(), g.the_case, ADesk::a_notice(), second, Mailing::served_otherwise);
    REQUIRE(otherwise);
    CHECK(otherwise->mailed.empty());
    CHECK(otherwise->letters->size() == 1);
    REQUIRE(g.cases.open_notice(g.party(), g.the_case, 2));
    g.clock.time += 24h * 15;
    auto told = ADesk::a_sanction();
    told.sanction.tell_members = true;
    const auto third = g.decided("case.sanction", g.the_case);
    g.check_refused(g.cases.act(g.chair(), g.the_case, told, third, Mailing::served_otherwise), g.all_rows(), errc::invalid, "is mail");
}

TEST_CASE("what a team may not know of leaves no gap in the numbers that it sees", "[A12][item 27]") {
    AGallery g;
    const auto numbers_seen = [&](const Viewer& viewer) {
        std::set<std::string> ids;
        for (const auto& d : g.desk.decisions(viewer)) ids.insert(d.id);
        return ids;
    };
    const auto about_nobody = [&] { return g.proposed("list", "teams"); };
    const auto first = about_nobody();
    g.opened("seat3");
    const auto hidden = g.proposed("case.notice", g.the_case);
    const auto second = about_nobody(), third = about_nobody();
    CHECK(std::vector{first, second, third} == std::vector<std::string>{"D-2026-001", "D-2026-002", "D-2026-003"});
    CHECK(numbers_seen(g.party()) == std::set{first, second, third});
    for (const auto& drawn : {hidden.substr(1), g.the_case.substr(1)}) CHECK((drawn.size() == 12 && drawn.starts_with("-2026-")));
    CHECK(hidden.substr(1) != g.the_case.substr(1));
    CHECK(numbers_seen(everything).contains(hidden));
}

TEST_CASE("a decision of the committee about a team is not there for that team, whatever seat it holds", "[A7][item 27]") {
    AGallery g;
    g.opened("seat3");
    const auto about = g.proposed("case.notice", g.the_case);
    const auto drill = g.proposed("case.open", "quokka");
    const auto listed = [&](const Viewer& viewer) {
        std::set<std::string> ids;
        for (const auto& d : g.desk.decisions(viewer)) ids.insert(d.id);
        return ids;
    };
    for (const auto& viewer : {everything, g.chair(), g.of_the_secretariat(), g.auditor()}) {
        CHECK(g.desk.decision(viewer, about));
        CHECK(listed(viewer).contains(about));
    }
    for (const auto& viewer : {g.party(), g.party_without_seat(), g.seat_that_speaks_for_nobody()}) {
        const auto d = g.desk.decision(viewer, about);
        REQUIRE_FALSE(d);
        CHECK(d.error().detail == "decision " + about + " is not there; see: caveat decision list");
        CHECK_FALSE(listed(viewer).contains(about));
    }
    CHECK(g.desk.decision(g.party(), drill));
    CHECK_FALSE(g.desk.decision(g.other_member(), drill));
    CHECK_FALSE(g.desk.decision(Viewer{}, drill));
    // And nothing can be done about it by that seat, over whatever door.
    const auto seat = g.person("seat3-rep");
    const auto before = g.all_rows();
    g.check_refused(g.desk.vote(seat, about, TeamId{"seat3"}, Choice::no), before, errc::not_found, "is not there");
    g.check_refused(g.desk.close(seat, about), before, errc::not_found, "is not there");
    g.check_refused(g.desk.attend(seat, about, {TeamId{"seat3"}}), before, errc::not_found, "is not there");
    committee::Proposal p;
    p.kind = "case.close";
    p.subject = g.the_case;
    p.question = "Shall we?";
    g.check_refused(g.desk.propose(seat, p), before, errc::not_found, "");
}

TEST_CASE("who can sit on a panel no longer neither reads its case nor votes in it", "[item 38][ruling uu][A10]") {
    AGallery g;
    g.noticed();
    REQUIRE(g.cases.act(g.party(), g.the_case, conduct::FileAppeal{2, "their letter"}));
    conduct::SeatPanel seat{2, {}};
    seat.panel.chair.person = PersonId{"takin-rep"};
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}) seat.panel.members.push_back({PersonId{member}, {}});
    g.does(seat);
    const Viewer takin = g.other_member();
    const Viewer seat2{g.person("seat2-rep"), TeamId{"seat2"}, true, false, Reach::own};
    const auto votes = [&](const community::Actor& by, const char* who) {
        return g.files.act(by, g.the_case, conduct::CastPanelVote{2, PersonId{who}, {conduct::Outcome::upheld, {}}});
    };
    CHECK(g.why_not(takin) == "seen");
    CHECK(g.why_not(seat2) == "seen");
    auto team = *g.store().directory().team(TeamId{"takin"});
    team.category = "former";
    g.change([&](storage::Register& r) { r.put(team); });
    for (auto term : g.store().powers().terms()) {
        if (term.person != PersonId{"seat2-rep"}) continue;
        term.during.until = g.clock.now();
        g.change([&](storage::Register& r) { r.put(term); });
    }
    for (const auto* who : {"takin-rep", "seat2-rep"}) {
        const auto before = g.all_rows();
        g.check_refused(votes(g.person(who), who), before, errc::denied, "can sit on this panel no longer");
        g.check_refused(votes(secretariat, who), before, errc::denied, "can sit on this panel no longer");
    }
    CHECK(g.why_not(takin) != "seen");
    CHECK(g.why_not(seat2) != "seen");
    CHECK(votes(g.person("kowhai-rep"), "kowhai-rep"));
}

TEST_CASE("a reply that somebody else says was made serves a notice where its paper is kept", "[item 37][ruling d]") {
    AGallery g;
    g.opened("seat3");
    g.does(g.a_notice());
    g.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {g.clock.now() - 24h, g.clock.now() + 24h * 300}});
    });
    const auto served = [&] { return conduct::served(g.files.show(g.the_case)->as_is.notices[0]).has_value(); };
    REQUIRE(g.files.act(g.person("ana"), g.the_case, conduct::RecordReply{1, "by telephone, sha256:00"}));
    CHECK_FALSE(served());
    const bool itself = GENERATE(true, false);
    const auto text = itself ? committee::Paper{} : committee::Paper{"reply.txt", "we do better"};
    REQUIRE(g.cases.act(itself ? g.party() : g.of_the_secretariat(), g.the_case, conduct::RecordReply{1, "letter"}, {}, Mailing::letters,
                        text));
    CHECK(served());
}

TEST_CASE("what was the reply to one notice serves no other", "[item 37][ruling d]") {
    AGallery g;
    g.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {g.clock.now() - 24h, g.clock.now() + 24h * 300}});
    });
    g.opened("seat3");
    g.does(g.a_notice());
    const auto replies = [&](int notice, const std::string& reference, const committee::Paper& paper) {
        const auto done =
            g.cases.act(g.of_the_secretariat(), g.the_case, conduct::RecordReply{notice, reference}, {}, Mailing::letters, paper);
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
    };
    replies(1, "letter", {"reply.txt", "we do better"});
    const auto first = g.files.show(g.the_case)->as_is.notices[0];
    REQUIRE(conduct::served(first));
    g.clock.time += 24h * 15;
    g.does(conduct::FindContinues{std::string(64, 'a'), g.clock.now() - 1h});
    g.does(g.a_notice());
    const auto served = [&] { return conduct::served(g.files.show(g.the_case)->as_is.notices[1]).has_value(); };
    g.clock.time += 1h;
    replies(2, first.replies.front().reference, {});
    CHECK_FALSE(served());
    // Not by the same words once more, either, but by others.
    replies(2, "letter", {"reply.txt", "we do better"});
    CHECK_FALSE(served());
    replies(2, "letter", {"reply.txt", "we did all of it"});
    CHECK(served());
}

TEST_CASE("a security hold takes the party's time to appeal from nobody who alone speaks for it", "[items 36, 37, 42][C6]") {
    AGallery g;
    const bool alternate = GENERATE(false, true);
    if (alternate) {
        auto other = *g.store().directory().person(PersonId{"sleeper"});
        other.alternate = true;
        g.change([&](storage::Register& r) { r.put(other); });
    }
    g.opened("seat3");
    g.does(g.a_notice());
    g.serve(1);
    const Instant closes = *g.seen(everything).notices[0].appeal_until;
    const Instant reply = *g.seen(everything).notices[0].reply_until;
    g.clock.time = closes - 24h;
    REQUIRE(g.desk.place(secretariat, PersonId{"seat3-rep"}, "her mailbox looks odd"));
    CHECK(*g.seen(everything).notices[0].appeal_until == closes + (alternate ? 0h : 72h));
    CHECK(*g.seen(everything).notices[0].reply_until == reply);
    g.clock.time = closes + 71h + 59min;
    const auto appeal = g.cases.act(g.party(), g.the_case, conduct::FileAppeal{1, "our letter"});
    CHECK(appeal.has_value() == !alternate);
}

TEST_CASE("a silence that a clock ahead noted begins when its hold bites, which is now", "[item 37][C6][O6]") {
    AGallery g;
    g.opened("seat3");
    g.does(g.a_notice());
    g.serve(1);
    const auto ends = [&] { return *g.seen(everything).notices[0].appeal_until; };
    const Instant closes = ends();
    const bool lifted = GENERATE(false, true);
    CAPTURE(lifted);
    g.clock.time += 24h * 40;
    const auto hold = g.desk.place(secretariat, PersonId{"seat3-rep"}, "her mailbox looks odd");
    REQUIRE(hold);
    g.clock.time -= 24h * 40;
    CHECK(ends() == closes);
    if (lifted) REQUIRE(g.desk.lift(secretariat, hold->id));
    const auto passes = [&] {
        if (!committee::keep_silences(g.store(), g.clock.now(), true)) return false;
        storage::Store::Transaction pass(g.store());
        CHECK(committee::keep_silences(g.store(), g.clock.now(), false));
        pass.commit();
        return true;
    };
    CHECK(passes() == !lifted);
    CHECK_FALSE(passes());
    CHECK(ends() == (lifted ? closes : closes + 24h * 40 + 72h));
}

TEST_CASE("who speaks for the party later changes nothing of the time in which nobody could", "[items 36, 37, 42][C6][ruling j]") {
    AGallery g;
    const auto speaks = [&](const char* id, bool representative, bool alternate) {
        auto person = *g.store().directory().person(PersonId{id});
        person.representative = representative;
        person.alternate = alternate;
        g.change([&](storage::Register& r) { r.put(person); });
    };
    const auto passes = [&] {
        if (!committee::keep_silences(g.store(), g.clock.now(), true)) return false;
        storage::Store::Transaction pass(g.store());
        CHECK(committee::keep_silences(g.store(), g.clock.now(), false));
        pass.commit();
        CHECK_FALSE(committee::keep_silences(g.store(), g.clock.now(), true));
        return true;
    };
    g.opened("seat3");
    g.does(g.a_notice());
    g.serve(1);
    const auto ends = [&] { return *g.seen(everything).notices[0].appeal_until; };
    const Instant closes = ends();
    g.clock.time = closes - 60h;
    const auto row = GENERATE(0, 1, 2, 3);
    CAPTURE(row);
    if (row == 3) {  // a colleague was held, and the team spoke
        REQUIRE(g.desk.place(secretariat, PersonId{"sleeper"}, "looks odd"));
        g.clock.time += 96h;
        speaks("seat3-rep", false, false);
        speaks("sleeper", true, false);
        CHECK_FALSE(passes());
        CHECK(ends() == closes);
        return;
    }
    REQUIRE(g.desk.place(secretariat, PersonId{"seat3-rep"}, "her mailbox looks odd"));
    CHECK(ends() == closes + 72h);
    CHECK_FALSE(passes());
    g.clock.time += row == 0 ? 73h : 24h;
    speaks("sleeper", false, true);
    if (row == 2) {  // and goes again, while she is held
        CHECK(passes());
        g.clock.time += 24h;
        speaks("sleeper", false, false);
    }
    CHECK(passes() == (row > 0));
    CHECK(ends() == closes + std::array{72h, 24h, 48h}.at(static_cast<std::size_t>(row)));
    CHECK(g.store().journal().verify());
}

TEST_CASE("of a hold whose program wrote nothing down, who speaks for the party tells", "[items 36, 37, 42][C6][O2]") {
    AGallery g;
    g.opened("seat3");
    g.does(g.a_notice());
    g.serve(1);
    const Instant closes = *g.seen(everything).notices[0].appeal_until;
    const Instant placed = closes - 24h;
    g.change([&](storage::Register& r) {
        storage::HoldRow hold;
        hold.person = PersonId{"seat3-rep"};
        hold.reason = "her mailbox looks odd";
        hold.actor = "operator root";
        hold.placed = placed;
        hold.until = placed + 72h;
        hold.denial = r.put(conduct::as_denial({hold.person, hold.reason, hold.actor, {}, hold.placed, hold.until, {}, {}, {}}));
        g.store().minutes().put(hold);
    });
    CHECK(*g.seen(everything).notices[0].appeal_until == closes + 72h);
}

}  // namespace caveat::test
