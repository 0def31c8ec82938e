// A case read back from its steps is what it was, whatever today's rules would say to them.
#include "a_case.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;
using Catch::Matchers::Contains;

namespace {

// Every act there is, in a case that went its whole way: notices, an appeal that was upheld, a sanction in force, its renewal, a lift.
Docket lived_through() {
    Docket d(at("2026-01-20T08:00:00Z"));
    d.does(at("2026-01-20T09:00:00Z"), IssueNotice{all_seven(), days(14)}).served(1, at("2026-01-20T10:00:00Z"));
    d.does(at("2026-01-21T09:00:00Z"), RecordReply{1, "letter 1"});
    d.does(at("2026-01-22T09:00:00Z"), FindContinues{"sha256:01", at("2026-01-22T09:00:00Z")});
    d.does(at("2026-02-04T09:00:00Z"), IssueNotice{all_seven(), days(7)}).served(2, at("2026-02-04T10:00:00Z"));
    IssueSanction sanction = a_sanction_from(at("2026-05-02T00:00:00Z"));
    sanction.sanction.end = at("2027-04-17T00:00:00Z");
    d.does(at("2026-03-02T09:15:00Z"), sanction).served(3, at("2026-03-03T11:00:00Z"));
    d.appealed(3, at("2026-03-10T09:00:00Z")).ruled(3, at("2026-03-20T09:00:00Z"), Outcome::upheld);
    Renew renewal{sanction.sanction};
    renewal.sanction.effect = at("2027-04-17T00:00:00Z");
    renewal.sanction.end = at("2028-04-01T00:00:00Z");
    d.does(at("2027-02-20T09:00:00Z"), renewal).served(4, at("2027-02-20T10:00:00Z"));
    d.appealed(4, at("2027-02-21T09:00:00Z")).does(at("2027-02-22T09:00:00Z"), WithdrawAppeal{4});
    d.does(at("2027-06-01T09:00:00Z"), Lift{{{"ews", post}}});
    return d;
}

// A book in which each of its numbers is out of bounds now. How many must agree is no rule for a step but says when there is a result: it
// is kept with the case like the others, and stays.
Numbers tightened() {
    Numbers n;
    n.reply_time = n.reply_floor = days(60);
    n.notice_gap = days(60);
    n.sanction_delay = days(75);
    n.sanction_max = months(11);
    n.appeal_days = 3;
    n.panel_sc = n.panel_others = 3;
    return n;
}

std::vector<std::string> refused_by(const Numbers& numbers, const Docket& d) {
    std::vector<std::string> acts;
    for (std::size_t i = 1; i < d.steps.size(); ++i) {
        auto before = replay({d.steps.begin(), d.steps.begin() + static_cast<std::ptrdiff_t>(i)}, d.c.numbers);
        REQUIRE(before);
        before->numbers = numbers;
        if (!next(*before, d.steps[i])) acts.emplace_back(name(d.steps[i].act));
    }
    return acts;
}

}  // namespace

TEST_CASE("a rule book tightened over a lived-through case changes nothing in it", "[C2][C7][conduct]") {
    const Docket d = lived_through();
    const auto same = replay(d.steps, d.c.numbers);
    REQUIRE(same);
    CHECK(*same == d.c);

    REQUIRE(refused_by(d.c.numbers, d).empty());
    CHECK(refused_by(tightened(), d) == std::vector<std::string>{"issue", "issue", "sanction", "appeal", "seat", "renew"});
    auto again = replay(d.steps, tightened());
    REQUIRE(again);
    again->numbers = d.c.numbers;
    CHECK(*again == d.c);
    CHECK(denials(*again) == denials(d.c));
    CHECK(due(*again, again->opened, again->last) == due(d.c, d.c.opened, d.c.last));
}

TEST_CASE("what no rule of today allows stands as it was recorded, and every question about it has an answer", "[C2][conduct]") {
    const Instant then = at("2026-01-20T08:00:00Z");
    const Instant served_at = then + day;
    const auto all = [](const char* resource) { return IssueSanction{Sanction{{{resource, receive}}, {}, months(40), {}, false}}; };
    const auto vote = [](const char* who) { return CastPanelVote{2, PersonId{who}, {Outcome::suspended, {}}}; };
    const std::vector<Act> acts{IssueNotice{},
                                all("reps"),  // after one notice, on a channel no sanction reaches
                                RecordService{2, Channel::page_read, served_at},
                                IssueNotice{},  // a third notice, while the sanction runs
                                FindContinues{},
                                FileAppeal{2, ""},
                                FileAppeal{2, "again"},
                                SeatPanel{2, {}},
                                all("ews"),  // in spite of the appeal
                                vote("nobody"),
                                vote("somebody"),
                                vote("anybody"),
                                vote("late"),  // after the result
                                WithdrawAppeal{2},
                                Renew{},
                                Lift{{{"poc", post}}},
                                CloseCase{}};
    std::vector<Step> steps{{then, "", "", OpenCase{}}};
    for (std::size_t i = 0; i < acts.size(); ++i) {
        steps.push_back({then, "", "", acts[i]});
        const auto c = replay(steps, {});
        CAPTURE(i, name(acts[i]), c ? "" : c.error().detail);
        REQUIRE(c);
        for (const Instant when : {then, served_at, then + day * 400}) {
            CHECK(name(state_at(*c, when).phase) != "?");
            for (const Possible& p : what_next(*c, when)) CHECK_FALSE(p.by.empty());
        }
        for (const CaseDenial& row : denials(*c)) CHECK(row.during.until);
        for (const Reminder& r : due(*c, then, then + day * 4000)) CHECK_FALSE(r.text.empty());
    }
    const auto c = replay(steps, {});
    REQUIRE(c);
    CHECK(c->notices.size() == 5);
    REQUIRE(c->appeals.size() == 2);
    CHECK(c->appeals[1].votes.size() == 4);
    CHECK(c->appeals[1].ruling.outcome == Outcome::suspended);
    CHECK_FALSE(c->appeals[1].withdrawn);
    CHECK(c->closed == then);
}

TEST_CASE("a record that makes no case is refused, naming the step", "[conduct]") {
    const Instant then = at("2026-01-20T08:00:00Z");
    const Step opening{then, "a", "D-1", OpenCase{"case-7", TeamId{"camphor"}, "3.2"}};
    const std::vector<Act> senseless{opening.act,        RecordService{1, Channel::page_read, then},
                                     RecordReply{1, ""}, FindComplied{},
                                     FindContinues{},    Renew{},
                                     FileAppeal{0, ""},  WithdrawAppeal{1},
                                     SeatPanel{1, {}},   CastPanelVote{1, {}, {}}};
    for (const Act& act : senseless) {
        const auto c = replay({opening, {then, "a", "D-2", act}}, {});
        CAPTURE(name(act));
        REQUIRE_FALSE(c);
        CHECK(c.error().code == errc::invalid);
        CHECK_THAT(c.error().detail, Contains("step 2"));
    }
    CHECK_FALSE(replay({}, {}));
    CHECK_FALSE(replay({{then, "a", "D-2", IssueNotice{}}}, {}));
}
