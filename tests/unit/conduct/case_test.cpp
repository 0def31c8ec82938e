#include "caveat/conduct/case.hpp"

#include <algorithm>

#include "a_case.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

namespace {
const Instant effective = at("2026-04-03");  // of `noticed`: the appeal window of the sanction notice closes
const Instant over = at("2027-04-03");

FindContinues still_leaking(Instant dated) { return {"sha256:1b", dated}; }

// A sanction notice under the switches given, without a stated effect unless one is named.
Docket with(bool stays, bool after_window, const IssueSanction& sanction = a_sanction()) {
    Numbers numbers;
    numbers.appeal_stays_effect = stays;
    numbers.effect_after_appeal_window = after_window;
    return noticed(sanction, numbers);
}

bool lists(const Case& c, Instant now, std::string_view act) {
    const auto all = what_next(c, now);
    return std::any_of(all.begin(), all.end(), [&](const Possible& p) { return p.act == act; });
}
}  // namespace

TEST_CASE("a case needs a clause, a team and a decision [item 26]", "[C1][C5][conduct]") {
    const OpenCase good{"case-7", TeamId{"camphor"}, "3.2"};
    const Instant now = at("2026-01-20");
    CHECK(open_case({now, "a", "D-1", good}, {}));
    CHECK_FALSE(open_case({now, "a", "", good}, {}));
    CHECK_FALSE(open_case({now, "", "D-1", good}, {}));
    CHECK_FALSE(open_case({now, "a", "D-1", OpenCase{"case-7", TeamId{"camphor"}, ""}}, {}));
    CHECK_FALSE(open_case({now, "a", "D-1", OpenCase{"case-7", {}, "3.2"}}, {}));
    CHECK_FALSE(open_case({now, "a", "D-1", a_notice()}, {}));
}

TEST_CASE("every act of the committee cites a decision [item 41]", "[C5][conduct]") {
    const Docket d(at("2026-01-20"));
    for (const Act& act : {Act{a_notice()}, Act{FindComplied{}}, Act{FindContinues{}}, Act{a_sanction()}, Act{Renew{}}, Act{SeatPanel{}},
                           Act{Lift{}}, Act{CloseCase{"none"}}}) {
        CAPTURE(name(act));
        const auto refused = next(d.c, {at("2026-01-21"), "orchid-rep", "", act});
        REQUIRE_FALSE(refused);
        CHECK_THAT(refused.error().detail, Catch::Contains("missing: the decision"));
    }
}

TEST_CASE("an investigation may be closed, a notice may not be wished away [item 27] [ruling h]", "[C1][conduct]") {
    Docket d(at("2026-01-20"));
    d.refuses(at("2026-01-20"), CloseCase{""}, "missing: the reason");
    CHECK(Docket(d).does(at("2026-01-20"), CloseCase{"unfounded"}).phase(at("2026-01-20")) == Phase::closed);
    d.does(at("2026-01-20"), a_notice());
    d.refuses(at("2026-01-21"), CloseCase{"unfounded"}, "ruling (h)");
}

TEST_CASE("steps do not run backwards in time [item 41]", "[C7][conduct]") {
    Docket d(at("2026-01-20"));
    d.refuses(at("2026-01-20") - tick, a_notice(), "before the last step");
    CHECK(d.refusal(at("2026-01-20"), a_notice()).empty());
}

TEST_CASE("a first notice is refused naming what it lacks [item 28] [item 29]", "[C1][conduct]") {
    Docket d(at("2026-01-20"));
    IssueNotice notice = a_notice();
    notice.contents.appeal_rules.clear();
    d.refuses(at("2026-01-20"), notice, "missing: vii");
    notice = a_notice();
    notice.reply_time = days(6);
    d.refuses(at("2026-01-20"), notice, "at least 7d");
    notice.reply_time.reset();
    d.does(at("2026-01-20"), notice);
    CHECK(d.notice(1).reply_time == days(14));
}

TEST_CASE("the second notice waits for service and the reply time [item 30] [rulings d e f]", "[C1][C7][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice());
    d.does(at("2026-01-20"), RecordService{1, Channel::relay, at("2026-01-20")});
    d.refuses(at("2026-06-01"), a_notice(), "not served");
    d.served(1, at("2026-02-01T12:00:00Z"));
    d.refuses(at("2026-02-08T11:59:59Z"), a_notice(), "earliest 2026-02-15T12:00:00Z");
    d.refuses(at("2026-02-15T12:00:00Z") - tick, a_notice(), "earliest 2026-02-15T12:00:00Z, or a finding");
    CHECK(d.refusal(at("2026-02-15T12:00:00Z"), a_notice()).empty());
}

TEST_CASE("after a finding the second notice comes from the seventh day after service [ruling f]", "[C1][C7][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice());
    d.refuses(at("2026-01-21"), still_leaking(at("2026-01-21")), "not served");
    d.served(1, at("2026-02-01T12:00:00Z"));
    d.refuses(at("2026-02-02"), still_leaking(at("2026-02-01T12:00:00Z")), "ruling (f)");
    d.refuses(at("2026-02-02"), still_leaking(at("2026-02-03")), "after the finding");
    d.refuses(at("2026-02-02"), FindContinues{"", at("2026-02-02")}, "missing");
    d.does(at("2026-02-02"), still_leaking(at("2026-02-01T12:00:00Z") + tick));
    d.refuses(at("2026-02-08T12:00:00Z") - tick, a_notice(), "earliest 2026-02-08T12:00:00Z");
    CHECK(d.refusal(at("2026-02-08T12:00:00Z"), a_notice()).empty());
}

TEST_CASE("a reply in time calls for a finding, a late one does not [item 30]", "[C1][C7][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice()).served(1, at("2026-01-20"));
    Docket late = d;
    late.does(at("2026-02-03"), RecordReply{1, "late"});
    CHECK(late.refusal(at("2026-02-03"), a_notice()).empty());
    d.does(at("2026-02-03") - tick, RecordReply{1, "in time"});
    d.refuses(at("2026-06-01"), a_notice(), "needs a finding that the breach continues");
    d.does(at("2026-06-01"), still_leaking(at("2026-05-01")));
    CHECK(d.refusal(at("2026-06-01"), a_notice()).empty());
}

TEST_CASE("no sanction on one notice, and no third notice [item 30] [item 31] [ruling h]", "[C1][conduct]") {
    Docket d(at("2026-01-20"));
    d.refuses(at("2026-02-01"), a_sanction(), "needs first notice");
    d.does(at("2026-01-20"), a_notice()).served(1, at("2026-01-20"));
    d.refuses(at("2026-12-01"), a_sanction(), "needs second notice");
    d.does(at("2026-02-03"), a_notice());
    d.refuses(at("2026-12-01"), a_sanction(), "notice 2 is not served");
    d.served(2, at("2026-02-03"));
    d.refuses(at("2026-02-17") - tick, a_sanction(), "earliest 2026-02-17T00:00:00Z");
    d.refuses(at("2026-12-01"), a_notice(), "no third notice");
    d.does(at("2026-02-17"), a_sanction());
    d.refuses(at("2026-02-17"), a_sanction(), "sanction_noticed");
}

TEST_CASE("compliance closes the case at either notice [item 41]", "[C1][conduct]") {
    Docket d(at("2026-01-20"));
    d.refuses(at("2026-01-20"), FindComplied{"sha256:1b", at("2026-01-20")}, "investigating");
    d.does(at("2026-01-20"), a_notice());
    for (Docket now : {d, unheeded()}) {
        now.does(at("2026-02-10"), FindComplied{"sha256:1b", at("2026-02-10")});
        CHECK(now.phase(at("2026-02-10")) == Phase::closed);
        now.refuses(at("2026-12-01"), a_notice(), "closed");
        now.refuses(at("2026-12-01"), a_sanction(), "closed");
    }
}

TEST_CASE("an effect earlier than 30 days after issue is refused naming the earliest [item 33]", "[C2][C7][conduct]") {
    Docket d = unheeded();
    const Instant issue = at("2026-03-02T09:15:00Z");
    d.refuses(issue, a_sanction_from(at("2026-03-20")), "earliest 2026-04-01T09:15:00Z");
    d.does(issue, a_sanction_from(at("2026-04-01T09:15:00Z"))).served(3, issue);
    CHECK_FALSE(d.denied(at("2026-03-25")));  // a post of the party is delivered as ever
    CHECK_FALSE(d.denied(at("2026-04-01T09:15:00Z") - tick));
    CHECK(d.denied(at("2026-04-01T09:15:00Z")));
}

TEST_CASE("an effect is the latest of what is stated, issue and service plus 30 days [ruling b]", "[C2][C7][conduct]") {
    auto [stated, after_window, service, starts] = GENERATE(
        table<std::string, bool, std::string, std::string>({{"2026-04-01T09:15:00Z", true, "2026-03-02T09:15:00Z", "2026-04-01T09:15:00Z"},
                                                            {"2026-04-01T09:15:00Z", true, "2026-03-03T11:00:00Z", "2026-04-02T11:00:00Z"},
                                                            {"2026-05-01", true, "2026-03-03T11:00:00Z", "2026-05-01"},
                                                            {"2026-05-01", true, "2026-04-10", "2026-05-10"},
                                                            {"", true, "2026-03-03T11:00:00Z", "2026-04-03"},
                                                            {"", false, "2026-03-03T11:00:00Z", "2026-04-02T11:00:00Z"},
                                                            {"", false, "2026-03-02T09:15:00Z", "2026-04-01T09:15:00Z"}}));
    CAPTURE(stated, after_window, service);
    Numbers numbers;
    numbers.effect_after_appeal_window = after_window;
    Docket d = unheeded(numbers);
    d.does(at("2026-03-02T09:15:00Z"), stated.empty() ? a_sanction() : a_sanction_from(at(stated))).served(3, at(service));
    CHECK_FALSE(d.denied(at(starts) - tick));
    CHECK(d.denied(at(starts)));
    CHECK(d.phase(at(starts) - tick) == Phase::sanction_noticed);
    CHECK(d.phase(at(starts)) == Phase::effective);
}

TEST_CASE("a sanction notice never served never takes effect [ruling d]", "[C2][conduct]") {
    Docket d = unheeded();
    d.does(at("2026-03-02T09:15:00Z"), a_sanction())
        .does(at("2026-03-02T10:00:00Z"), RecordService{3, Channel::relay, at("2026-03-02T10:00:00Z")});
    CHECK(denials(d.c).empty());
    CHECK_FALSE(effect_of(d.c, d.notice(3)));
    CHECK(d.phase(at("2028-01-01")) == Phase::sanction_noticed);
}

TEST_CASE("a receipt that surfaces late denies nothing in the past [ruling d]", "[C2][C7][conduct]") {
    Docket d = unheeded();
    d.does(at("2026-03-02T09:15:00Z"), a_sanction());
    d.does(at("2026-06-01"), RecordService{3, Channel::post_receipt, at("2026-03-03T11:00:00Z")});
    CHECK(denials(d.c).front().during.from == at("2026-06-01"));
    d.refuses(at("2026-06-02"), RecordService{3, Channel::page_read, at("2026-03-03T10:00:00Z")}, "too late");
    d.refuses(at("2026-06-02"), RecordService{3, Channel::page_read, at("2026-03-01")}, "before it was issued");
    d.refuses(at("2026-06-02"), RecordService{3, Channel::page_read, at("2026-06-03")}, "future");
    CHECK(d.try_to(at("2026-06-02"), RecordService{9, Channel::page_read, at("2026-06-02")}).error().code == errc::denied);
}

TEST_CASE("a sanction of no stated length ends after twelve months by itself [item 34]", "[C2][C7][conduct]") {
    const Docket d = noticed();
    CHECK(effect_of(d.c, d.notice(3)) == Span{effective, over});
    CHECK(d.denied(over - tick));
    CHECK_FALSE(d.denied(over));
    CHECK(d.phase(over) == Phase::expired);
    d.refuses(over, Lift{}, "nothing to lift");
    CHECK(unheeded().refuses(
        at("2026-03-02"),
        [] {
            IssueSanction act = a_sanction_from(at("2026-04-03"));
            act.sanction.end = at("2027-05-01");
            return act;
        }(),
        "item 34"));
}

TEST_CASE("a year from a leap day ends on 28 February [item 34]", "[C2][C7][conduct]") {
    Docket d(at("2023-12-01"));
    d.does(at("2023-12-01"), a_notice()).served(1, at("2023-12-01")).does(at("2023-12-15"), a_notice()).served(2, at("2023-12-15"));
    d.does(at("2024-01-20"), a_sanction_from(at("2024-02-29T08:00:00Z"))).served(3, at("2024-01-20"));
    CHECK(effect_of(d.c, d.notice(3)) == Span{at("2024-02-29T08:00:00Z"), at("2025-02-28T08:00:00Z")});
}

TEST_CASE("a length runs from the actual effect, a stated end stays [ruling b]", "[C2][C7][conduct]") {
    IssueSanction length = a_sanction_from(at("2026-04-03"));
    length.sanction.length = months(6);
    IssueSanction end = a_sanction_from(at("2026-04-03"));
    end.sanction.end = at("2026-10-03");
    for (const auto& [act, until] : {std::pair{length, at("2026-11-10")}, std::pair{end, at("2026-10-03")}}) {
        Docket d = unheeded();
        d.does(at("2026-03-02T09:15:00Z"), act).served(3, at("2026-04-10"));
        CHECK(effect_of(d.c, d.notice(3)) == Span{at("2026-05-10"), until});
    }
    Docket never = unheeded();
    never.does(at("2026-03-02T09:15:00Z"), end).served(3, at("2026-09-20"));
    CHECK(denials(never.c).empty());
    CHECK(never.phase(at("2026-10-03")) == Phase::expired);
}

TEST_CASE("a renewal issued in time continues without a gap [item 35] [ruling c]", "[C2][C7][conduct]") {
    auto [issued, from] = GENERATE(table<std::string, std::string>({{"2027-03-04T00:00:00Z", "2027-04-03T00:00:00Z"},
                                                                    {"2026-06-01T00:00:00Z", "2027-04-03T00:00:00Z"},
                                                                    {"2027-03-04T00:00:01Z", "2027-04-03T00:00:01Z"},
                                                                    {"2027-04-02T23:59:59Z", "2027-05-02T23:59:59Z"}}));
    CAPTURE(issued);
    Docket d = noticed();
    d.does(at(issued), Renew{a_sanction().sanction}).served(4, at(issued));
    CHECK(effect_of(d.c, d.notice(4))->from == at(from));
    CHECK(d.denied(over - tick));
    CHECK(d.denied(over) == (at(from) == over));
    CHECK_FALSE(d.denied(at(from) - tick) == (over < at(from)));
    CHECK(d.phase(at(from)) == Phase::renewed);
    d.refuses(at(issued), Renew{a_sanction().sanction}, "notice 4 renews it already");
}

TEST_CASE("only a sanction in force is renewed, and never from before its end [item 35] [ruling c]", "[C2][C7][conduct]") {
    Docket d = noticed();
    const Renew again{a_sanction().sanction};
    d.refuses(effective - tick, again, "only a sanction in force");
    d.refuses(over, again, "only a sanction in force");
    CHECK(d.refusal(effective, again).empty());
    CHECK(d.refusal(over - tick, again).empty());
    Renew early = again;
    early.sanction.effect = over - tick;
    d.refuses(effective, early, "ruling (c)");
    early.sanction.effect = over;
    CHECK(d.refusal(effective, early).empty());
    d.refuses(effective, a_sanction(), "what follows it is a renewal");
}

TEST_CASE("a renewal denies nothing that is not in force [ruling uu]", "[C2][C7][conduct]") {
    Docket d = noticed();
    Renew act{a_sanction().sanction};
    const auto with = [&](DeniedSet rows) {
        act.sanction.denied = std::move(rows);
        return act;
    };
    d.refuses(effective, with({{"ews", post}, {"poc", post}, {"teams", post}}), "teams is not denied in that way now");
    d.refuses(effective, with({{"ews", static_cast<community::Verbs>(post | receive)}}), "ews is not denied in that way now");
    d.refuses(effective, with({{"*", post}}), "* is not denied");
    CHECK(d.refusal(effective, with({{"ews", post}})).empty());
    d.does(effective, Lift{{{"ews", post}}});
    d.refuses(effective + day, with(no_posting()), "ews is not denied in that way now");
    CHECK(d.refusal(effective + day, with({{"poc", post}})).empty());

    IssueSanction everywhere = a_sanction();
    everywhere.sanction.denied = {{"*", post}};
    Docket wide = noticed(everywhere);
    CHECK(wide.refusal(effective, with({{"teams", post}})).empty());  // a part of it
    wide.refuses(effective, with({{"teams", receive}}), "teams is not denied in that way now");
}

TEST_CASE("a renewal may be appealed and renewed again [item 35] [item 37]", "[C2][C3][conduct]") {
    Docket d = noticed();
    d.does(at("2026-12-01"), Renew{a_sanction().sanction}).served(4, at("2026-12-01"));
    Docket suspended = d;
    suspended.appealed(4, at("2026-12-10"));
    CHECK(suspended.denied(at("2026-12-11")));  // what is in force stays; only the renewal is appealed
    suspended.ruled(4, at("2026-12-20"), Outcome::suspended);
    CHECK(suspended.phase(at("2026-12-21")) == Phase::effective);
    CHECK(suspended.phase(over) == Phase::expired);
    suspended.refuses(at("2026-12-21"), Renew{a_sanction().sanction}, "item 39");
    d.does(over, Renew{a_sanction().sanction}).served(5, over);
    CHECK(effect_of(d.c, d.notice(5)) == Span{at("2028-04-03"), at("2029-04-03")});
}

TEST_CASE("a sanction denies what it names and nothing else [item 31] [item 36]", "[C4][conduct]") {
    const Docket d = noticed();
    const auto rows = denials_at(d.c, effective);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == CaseDenial{3, {"ews", post}, {effective, over}, "D-2"});
    CHECK(rows[1] == CaseDenial{3, {"poc", post}, {effective, over}, "D-2"});
    const auto row = as_denial(d.c, rows[0]);
    CHECK(row.whom == "camphor");
    CHECK(row.whole_team);
    CHECK(row.source == "sanction");
}

TEST_CASE("telling the members is off unless asked for [item 32]", "[C4][conduct]") {
    CHECK_FALSE(noticed().notice(3).sanction.tell_members);
}

TEST_CASE("an appeal is accepted to the last second of the window [item 37]", "[C3][C7][conduct]") {
    const Docket d = noticed();
    CHECK(d.refusal(at("2026-04-02T23:59:59Z"), FileAppeal{3, "a"}).empty());
    d.refuses(at("2026-04-03T00:00:00Z"), FileAppeal{3, "a"}, "item 37");
    d.refuses(at("2026-03-10"), FileAppeal{1, "a"}, "item 37");  // notice 1 was served in January
    CHECK(d.refusal(at("2026-03-06T23:59:59Z"), FileAppeal{2, "a"}).empty());
    CHECK(d.try_to(at("2026-03-10"), FileAppeal{4, "a"}).error().code == errc::denied);
}

TEST_CASE("an appeal proves receipt of a notice that was never served [ruling d]", "[C3][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice()).appealed(1, at("2026-09-01"));
    CHECK(served(d.notice(1)) == at("2026-09-01"));
}

TEST_CASE("an appeal stops the reply clock, and upheld it runs on with what was left [item 41] [ruling g]", "[C3][C7][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice()).served(1, at("2026-01-20"));
    d.appealed(1, at("2026-01-24"));
    CHECK_FALSE(reply_ends(d.c, d.notice(1)));
    d.refuses(at("2026-03-01"), a_notice(), "ruling (g)");
    d.refuses(at("2026-03-01"), still_leaking(at("2026-02-01")), "ruling (g)");
    d.refuses(at("2026-03-01"), FindComplied{"e", at("2026-02-01")}, "ruling (g)");
    Docket withdrawn = d;
    d.ruled(1, at("2026-03-01"), Outcome::upheld);
    withdrawn.does(at("2026-03-01"), WithdrawAppeal{1});
    for (const Docket& now : {d, withdrawn}) {
        CHECK(reply_ends(now.c, now.notice(1)) == at("2026-03-11"));  // ten of fourteen days were left
        now.refuses(at("2026-03-11") - tick, a_notice(), "item 30");
        CHECK(now.refusal(at("2026-03-11"), a_notice()).empty());
        now.refuses(at("2026-03-01"), FileAppeal{1, "again"}, "final");
    }
}

TEST_CASE("a compliance notice suspended no longer counts and takes with it what was built on it [ruling g]", "[C1][C3][conduct]") {
    Docket d = noticed();
    d.appealed(2, at("2026-03-06")).appealed(3, at("2026-03-07"));
    d.ruled(2, at("2026-05-01"), Outcome::suspended);
    CHECK(d.phase(at("2026-05-01")) == Phase::first_notice);
    CHECK(fallen(d.c, d.notice(3)));
    CHECK(d.c.appeals[1].moot);
    CHECK(denials(d.c).empty());
    d.refuses(at("2026-05-01"), CastPanelVote{3, PersonId{"saiga-rep"}, {}}, "final");
    // The case is where it was before it: a second notice, and all that follows, may come again.
    d.does(at("2026-05-02"), a_notice()).served(4, at("2026-05-02"));
    d.does(at("2026-05-16"), a_sanction()).served(5, at("2026-05-16"));
    CHECK(d.denied(at("2026-06-16")));
    CHECK(d.notice(4).built_on == 1);

    Docket first = unheeded();
    first.appealed(1, at("2026-02-10")).ruled(1, at("2026-02-20"), Outcome::suspended);
    CHECK(first.phase(at("2026-02-20")) == Phase::investigating);
    first.refuses(at("2026-02-20"), a_sanction(), "needs first notice");
}

TEST_CASE("an appeal keeps the effect away until the panel decides [item 40]", "[C2][C3][C7][conduct]") {
    Docket d = noticed();
    d.appealed(3, at("2026-04-02T23:59:59Z"));
    CHECK_FALSE(d.denied(at("2028-01-01")));
    CHECK(d.phase(at("2026-05-01")) == Phase::sanction_noticed);
    d.ruled(3, at("2026-05-01T12:00:00Z"), Outcome::upheld);
    CHECK(effect_of(d.c, d.notice(3)) == Span{at("2026-05-01T12:00:00Z"), at("2027-05-01T12:00:00Z")});
    CHECK(d.denied(at("2026-05-01T12:00:00Z")));
}

TEST_CASE("an appeal in the last hours after an early effect interrupts it [item 40] [ruling g]", "[C3][C7][conduct]") {
    Docket d = noticed(a_sanction_from(at("2026-04-02T11:00:00Z")));
    CHECK(d.denied(at("2026-04-02T11:00:00Z")));
    d.appealed(3, at("2026-04-02T20:00:00Z"));
    CHECK(d.denied(at("2026-04-02T20:00:00Z") - tick));
    CHECK_FALSE(d.denied(at("2026-04-02T20:00:00Z")));
    Docket upheld = d;
    upheld.ruled(3, at("2026-05-01"), Outcome::upheld);
    CHECK(upheld.denied(at("2026-05-01")));
    CHECK_FALSE(upheld.denied(at("2027-04-02T11:00:00Z")));  // what the stay took is not added
    d.ruled(3, at("2026-05-01"), Outcome::suspended);
    CHECK_FALSE(d.denied(at("2026-05-01")));
    CHECK(d.phase(at("2026-05-01")) == Phase::suspended);
}

TEST_CASE("a panel's result bites by itself and is final [item 39]", "[C3][conduct]") {
    Docket d = noticed();
    d.appealed(3, at("2026-03-10"));
    Docket partly = d;
    partly.ruled(3, at("2026-03-20"), Outcome::partially_suspended, {{"ews", post}});
    REQUIRE(denials(partly.c).size() == 1);
    CHECK(denials(partly.c)[0] == CaseDenial{3, {"poc", post}, {effective, over}, "D-2"});

    d.ruled(3, at("2026-03-20"), Outcome::suspended);
    CHECK(d.phase(at("2026-03-20")) == Phase::suspended);
    CHECK(denials(d.c).empty());
    d.refuses(at("2026-03-21"), a_sanction(), "suspended");
    d.refuses(at("2026-03-21"), a_notice(), "suspended");
    d.refuses(at("2026-03-21"), Lift{}, "nothing to lift");
    CHECK(d.does(at("2026-03-21"), CloseCase{"suspended by the panel"}).phase(at("2026-03-21")) == Phase::closed);
}

TEST_CASE("with the switch off an appeal stays nothing and a late ruling binds to lift [item 40] [ruling g]", "[C3][conduct]") {
    Docket d = with(false, true);
    d.appealed(3, at("2026-04-02"));
    CHECK(d.denied(effective));
    Docket early = d;
    early.ruled(3, effective - tick, Outcome::suspended);
    CHECK_FALSE(early.denied(effective));
    CHECK_FALSE(state_at(early.c, effective).must_lift);

    d.ruled(3, effective, Outcome::suspended);
    CHECK(d.denied(effective));
    CHECK(state_at(d.c, effective).must_lift);
    CHECK(due(d.c, effective, effective + tick).at(0).kind == "must-lift");
    d.does(effective + day, Lift{});
    CHECK_FALSE(state_at(d.c, effective + day).must_lift);
    CHECK(d.phase(effective + day) == Phase::lifted);
}

TEST_CASE("a lift takes away wholly or in part, before or after effect, and never more than there is [ruling h]", "[C2][C4][conduct]") {
    auto when = GENERATE(at("2026-03-10"), effective - tick, effective, at("2026-08-01"), over - tick);
    Docket d = noticed();
    d.refuses(when, Lift{{{"teams", post}}}, "is not denied");
    d.refuses(when, Lift{{{"ews", receive}}}, "is not denied");
    Docket partly = d;
    partly.does(when, Lift{{{"ews", post}}});
    for (const CaseDenial& row : denials_at(partly.c, std::max(when, effective))) CHECK(row.denied == Denied{"poc", post});
    CHECK(partly.denied(std::max(when, effective)));
    partly.refuses(when, Lift{{{"ews", post}}}, "is not denied");
    partly.does(when, Lift{{{"poc", post}}});
    CHECK(partly.phase(when) == Phase::lifted);

    const bool before = d.denied(when - tick);
    d.does(when, Lift{});
    CHECK_FALSE(d.denied(when));
    CHECK(d.denied(when - tick) == before);  // what was is not rewritten
    CHECK(d.phase(when) == Phase::lifted);
    d.refuses(when, Lift{}, "nothing to lift");
    d.refuses(when, Renew{a_sanction().sanction}, "only a sanction in force");
}

TEST_CASE("reminders fall due 60, 45 and 35 days before the end, each once [item 35] [ruling c]", "[C2][C7][conduct]") {
    Docket d = noticed();
    const auto all = due(d.c, effective, over);
    REQUIRE(all.size() == 3);
    CHECK(all[0].at == over - day * 60);
    CHECK(all[1].at == over - day * 45);
    CHECK(all[2].at == over - day * 35);
    CHECK_THAT(all[2].text, Catch::Contains("issued by 2027-03-04 00:00 UTC"));
    CHECK(due(d.c, all[0].at, all[0].at + tick).size() == 1);
    CHECK(due(d.c, all[0].at - day, all[0].at).empty());
    Docket renewed = d;
    renewed.does(all[1].at, Renew{a_sanction().sanction});
    CHECK(due(renewed.c, effective, over).size() == 1);
    d.does(all[1].at + day, Lift{});
    CHECK(due(d.c, all[2].at, over).empty());
}

TEST_CASE("reminders when reply time is over and when a panel has sat for 30 days [ruling e] [ruling g]", "[C3][C7][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice()).served(1, at("2026-01-20"));
    REQUIRE(due(d.c, at("2026-01-01"), at("2027-01-01")).size() == 1);
    CHECK(due(d.c, at("2026-02-03"), at("2026-02-03") + tick).at(0).kind == "reply-over");
    d.appealed(1, at("2026-01-24")).does(at("2026-01-26"), SeatPanel{1, a_panel()});
    const auto all = due(d.c, at("2026-01-01"), at("2027-01-01"));
    REQUIRE(all.size() == 1);
    CHECK(all[0].kind == "panel-slow");
    CHECK(all[0].at == at("2026-02-25"));
    CHECK(state_at(d.c, at("2029-01-01")).open_appeals == std::vector<int>{1});  // never an automatic result
}

TEST_CASE("what may happen next is told with its instants [item 41]", "[C3][conduct]") {
    Docket d(at("2026-01-20"));
    CHECK(lists(d.c, d.c.last, "issue"));
    CHECK(lists(d.c, d.c.last, "close"));
    CHECK_FALSE(lists(d.c, d.c.last, "sanction"));
    d.does(at("2026-01-20"), a_notice()).served(1, at("2026-01-20"));
    const auto moves = what_next(d.c, at("2026-01-20"));
    const auto appeal = std::find_if(moves.begin(), moves.end(), [](const Possible& p) { return p.act == "appeal"; });
    REQUIRE(appeal != moves.end());
    CHECK(appeal->until == at("2026-02-20"));
    const auto issue = std::find_if(moves.begin(), moves.end(), [](const Possible& p) { return p.act == "issue"; });
    REQUIRE(issue != moves.end());
    CHECK(issue->from == at("2026-02-03"));
    CHECK(lists(noticed().c, effective, "renew"));
    CHECK_FALSE(lists(noticed().c, over, "renew"));
}

TEST_CASE("a case comes back from its steps, and keeps the numbers it began under [item 41]", "[C2][conduct]") {
    Numbers old;
    old.sanction_default = months(3);
    const std::vector<Step> steps{{at("2026-01-20"), "a", "D-1", OpenCase{"case-7", TeamId{"camphor"}, "3.2"}},
                                  {at("2026-01-20"), "a", "D-2", a_notice()},
                                  {at("2026-01-21"), "a", "", RecordService{1, Channel::page_read, at("2026-01-21")}}};
    const auto c = replay(steps, old);
    REQUIRE(c);
    CHECK(c->numbers == old);
    CHECK(c->decisions == std::vector<std::string>{"D-1", "D-2"});
    CHECK(c->notices.at(0).services.size() == 1);
    CHECK_FALSE(replay({}, old));
    CHECK_FALSE(replay({steps[1]}, old));
    CHECK_FALSE(replay({steps[0], steps[2]}, old));
}

TEST_CASE("time in which nobody may speak for the party does not run against it [items 36, 37, 42]", "[C6][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice());
    d.does(at("2026-01-21T10:00:00Z"), RecordService{1, Channel::page_read, at("2026-01-21T10:00:00Z")});
    auto c = d.c;
    CHECK(appeal_ends(c, c.notices[0]) == at("2026-02-21"));
    CHECK(reply_ends(c, c.notices[0]) == at("2026-02-04T10:00:00Z"));
    struct Row {
        const char *from, *until, *appeal, *reply;
    };
    const auto row = GENERATE(values<Row>({
        {"2026-02-01", "2026-02-04", "2026-02-24", "2026-02-07T10:00:00Z"},
        {"2026-02-20", "2026-02-20T06:00:00Z", "2026-02-22", "2026-02-04T10:00:00Z"},  // to the end of the day
        {"2026-02-21", "2026-02-24", "2026-02-21", "2026-02-04T10:00:00Z"},            // it was over
        {"2026-01-18", "2026-01-21", "2026-02-21", "2026-02-04T10:00:00Z"},            // it had not begun
        {"2026-01-20T10:00:00Z", "2026-01-23T10:00:00Z", "2026-02-23", "2026-02-06T10:00:00Z"},
    }));
    CAPTURE(row.from, row.until);
    c.silences = {{at(row.from), at(row.until)}};
    CHECK(appeal_ends(c, c.notices[0]) == at(row.appeal));
    CHECK(reply_ends(c, c.notices[0]) == at(row.reply));
}

TEST_CASE("reply time stands still for an appeal and for whom nobody may speak, and once where both do [items 36, 42]",
          "[ruling g][C6][conduct]") {
    Docket d(at("2026-01-20"));
    d.does(at("2026-01-20"), a_notice());
    d.does(at("2026-01-21T10:00:00Z"), RecordService{1, Channel::page_read, at("2026-01-21T10:00:00Z")});
    d.does(at("2026-01-23T10:00:00Z"), FileAppeal{1, "letter"});
    d.does(at("2026-02-12T10:00:00Z"), WithdrawAppeal{1});
    auto c = d.c;
    CHECK(reply_ends(c, c.notices[0]) == at("2026-02-24T10:00:00Z"));
    struct Row {
        const char *from, *until, *reply;
    };
    const auto row = GENERATE(values<Row>({
        {"2026-02-15", "2026-02-18", "2026-02-27T10:00:00Z"},  // after the fourteen days, which the appeal has made longer
        {"2026-01-26", "2026-01-29", "2026-02-24T10:00:00Z"},
        {"2026-02-10T10:00:00Z", "2026-02-15T10:00:00Z", "2026-02-27T10:00:00Z"},
        {"2026-01-22T10:00:00Z", "2026-01-24T10:00:00Z", "2026-02-25T10:00:00Z"},
        {"2026-02-25", "2026-02-28", "2026-02-24T10:00:00Z"},  // it was over
    }));
    CAPTURE(row.from, row.until);
    c.silences = {{at(row.from), at(row.until)}};
    CHECK(reply_ends(c, c.notices[0]) == at(row.reply));
}
