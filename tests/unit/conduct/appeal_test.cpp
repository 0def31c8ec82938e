#include "caveat/conduct/appeal.hpp"

#include "a_case.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

TEST_CASE("a panel that breaks the rule is refused with what would be needed [item 38]", "[C3][conduct]") {
    auto [wrong, reason] = GENERATE(table<void (*)(Panel&), std::string>(
        {{[](Panel&) {}, ""},
         {[](Panel& p) { p.members[2].on_committee = true; }, "3 of the SC and 1 outside it; needs 2 and 2"},
         {[](Panel& p) { p.members[0].on_committee = false; }, "1 of the SC and 3 outside it"},
         {[](Panel& p) { p.members.pop_back(); }, "2 of the SC and 1 outside it"},
         {[](Panel& p) {
              p.members.push_back({PersonId{"x-rep"}, TeamId{"x"}, true, false});
          },
          "2 of the SC and 3 outside it"},
         {[](Panel& p) { p.members.clear(); }, "0 of the SC and 0 outside it"},
         {[](Panel& p) { p.chair.on_committee = true; }, "the chair saiga-rep is of the SC"},
         {[](Panel& p) { p.chair.operational = false; }, "saiga-rep is not of an Operational Member"},
         {[](Panel& p) { p.members[3].operational = false; }, "kowhai-rep is not of an Operational Member"},
         {[](Panel& p) { p.members[3].team = TeamId{"camphor"}; }, "of the appellant's team"},
         {[](Panel& p) { p.chair.team = TeamId{"camphor"}; }, "of the appellant's team"},
         {[](Panel& p) { p.members[3].team = TeamId{"saiga"}; }, "team saiga sits twice"},
         {[](Panel& p) { p.members[3].person = p.members[2].person; }, "sits twice"}}));
    CAPTURE(reason);
    Panel panel = a_panel();
    wrong(panel);
    const auto checked = check_panel(panel, TeamId{"camphor"}, {});
    CHECK(checked.has_value() == reason.empty());
    if (!checked) CHECK_THAT(checked.error().detail, Catch::StartsWith("item 38") && Catch::Contains(reason));
}

TEST_CASE("a panel has no result until three of five agree [ruling g]", "[C3][conduct]") {
    Docket d = noticed();
    const Instant when = at("2026-03-10");
    d.appealed(3, when);
    d.refuses(when, CastPanelVote{3, PersonId{"saiga-rep"}, {}}, "item 38: no panel sits");
    d.does(when, SeatPanel{3, a_panel()});
    d.refuses(when, CastPanelVote{3, PersonId{"camphor-rep"}, {}}, "does not sit on this panel");
    d.does(when, CastPanelVote{3, PersonId{"saiga-rep"}, {Outcome::upheld, {}}});
    d.does(when, CastPanelVote{3, PersonId{"saiga-rep"}, {Outcome::upheld, {}}});  // again: still one vote
    d.does(when, CastPanelVote{3, PersonId{"orchid-rep"}, {Outcome::suspended, {}}});
    d.does(when, CastPanelVote{3, PersonId{"takin-rep"}, {Outcome::upheld, {}}});
    d.does(when, CastPanelVote{3, PersonId{"kowhai-rep"}, {Outcome::partially_suspended, {{"ews", post}}}});
    CHECK_FALSE(d.c.appeals[0].ended);
    d.does(when + day, CastPanelVote{3, PersonId{"orchid-rep"}, {Outcome::upheld, {}}});
    CHECK(d.c.appeals[0].ended == when + day);
    CHECK(d.c.appeals[0].ruling.outcome == Outcome::upheld);
    d.refuses(when + day, CastPanelVote{3, PersonId{"kowhai-rep"}, {Outcome::suspended, {}}}, "item 39");
}

TEST_CASE("two different parts are no agreement [ruling g]", "[C3][conduct]") {
    Docket d = noticed();
    const Instant when = at("2026-03-10");
    d.appealed(3, when).does(when, SeatPanel{3, a_panel()});
    const Ruling ews{Outcome::partially_suspended, {{"ews", post}}};
    const Ruling poc{Outcome::partially_suspended, {{"poc", post}}};
    d.does(when, CastPanelVote{3, PersonId{"saiga-rep"}, ews}).does(when, CastPanelVote{3, PersonId{"takin-rep"}, ews});
    d.does(when, CastPanelVote{3, PersonId{"kowhai-rep"}, poc});
    CHECK_FALSE(d.c.appeals[0].ended);
    d.does(when, CastPanelVote{3, PersonId{"orchid-rep"}, ews});
    CHECK(d.c.appeals[0].ended == when);
}

TEST_CASE("a part is some of what is denied, and only of a sanction [item 39]", "[C3][conduct]") {
    Docket d = noticed();
    const Instant when = at("2026-03-05");
    d.appealed(3, when).does(when, SeatPanel{3, a_panel()});
    const auto vote = [](DeniedSet part) {
        return CastPanelVote{3, PersonId{"saiga-rep"}, {Outcome::partially_suspended, std::move(part)}};
    };
    d.refuses(when, vote({}), "item 39");
    d.refuses(when, vote(no_posting()), "item 39");
    d.refuses(when, vote({{"teams", post}}), "item 39");
    d.refuses(when, CastPanelVote{3, PersonId{"saiga-rep"}, {Outcome::upheld, {{"ews", post}}}}, "item 39");
    d.appealed(2, when).does(when, SeatPanel{2, a_panel()});
    d.refuses(when, CastPanelVote{2, PersonId{"saiga-rep"}, {Outcome::partially_suspended, {{"ews", post}}}},
              "a compliance notice denies nothing");
}

TEST_CASE("a panel may be filled again, and votes of who left go with them [item 38]", "[C3][conduct]") {
    Docket d = noticed();
    const Instant when = at("2026-03-10");
    d.appealed(3, when).does(when, SeatPanel{3, a_panel()});
    d.does(when, CastPanelVote{3, PersonId{"takin-rep"}, {}}).does(when, CastPanelVote{3, PersonId{"saiga-rep"}, {}});
    Panel panel = a_panel();
    panel.members[2] = {PersonId{"heilala-rep"}, TeamId{"heilala"}, true, false};
    d.does(when + day, SeatPanel{3, panel, {PersonId{"takin-rep"}}});
    CHECK(d.c.appeals[0].votes.size() == 1);
    d.does(when + day, CastPanelVote{3, PersonId{"kowhai-rep"}, {}});
    CHECK_FALSE(d.c.appeals[0].ended);
    d.does(when + day, CastPanelVote{3, PersonId{"heilala-rep"}, {}});
    CHECK(d.c.appeals[0].ended);
}

TEST_CASE("a panel that sits changes only where somebody can sit no longer [ruling uu]", "[C3][conduct]") {
    Docket d = noticed();
    const Instant when = at("2026-03-10");
    d.appealed(3, when).does(when, SeatPanel{3, a_panel()});
    d.does(when, CastPanelVote{3, PersonId{"saiga-rep"}, {Outcome::suspended, {}}});
    d.does(when, CastPanelVote{3, PersonId{"takin-rep"}, {Outcome::suspended, {}}});
    const auto next_to = [](std::size_t place, const char* team) {
        Panel panel = a_panel();
        auto& one = place == 0 ? panel.chair : panel.members[place - 1];
        one.person = PersonId{std::string(team) + "-rep"};
        one.team = TeamId{team};
        return panel;
    };
    const std::vector<PersonId> takin_left{PersonId{"takin-rep"}};
    d.refuses(when + day, SeatPanel{3, a_panel()}, "no place is free");
    d.refuses(when + day, SeatPanel{3, next_to(3, "heilala")}, "takin-rep sits on this panel");
    d.refuses(when + day, SeatPanel{3, next_to(0, "heilala")}, "saiga-rep presides");
    d.refuses(when + day, SeatPanel{3, next_to(4, "heilala"), takin_left}, "kowhai-rep sits on this panel");
    d.refuses(when + day, SeatPanel{3, next_to(0, "heilala"), takin_left}, "saiga-rep presides");
    d.refuses(when + day, SeatPanel{3, next_to(1, "heilala"), takin_left}, "orchid-rep sits on this panel");
    CHECK(d.refusal(when + day, SeatPanel{3, next_to(3, "heilala"), takin_left}).empty());
    // Two of three voted; the third agreeing vote of who stayed still decides.
    d.does(when + day, SeatPanel{3, next_to(4, "heilala"), {PersonId{"kowhai-rep"}}});
    d.does(when + day, CastPanelVote{3, PersonId{"orchid-rep"}, {Outcome::suspended, {}}});
    CHECK(d.c.appeals[0].ended);
    const auto moves = what_next(noticed().appealed(3, when).does(when, SeatPanel{3, a_panel()}).c, when);
    const auto seat = std::find_if(moves.begin(), moves.end(), [](const Possible& p) { return p.act == "seat"; });
    REQUIRE(seat != moves.end());
    CHECK(seat->needs.find("ruling (uu)") == 0);
}

TEST_CASE("outcomes read back as they are written", "[conduct]") {
    for (const Outcome o : {Outcome::upheld, Outcome::partially_suspended, Outcome::suspended}) CHECK(outcome_from(name(o)) == o);
    CHECK_FALSE(outcome_from("dismissed"));
}
