#include "caveat/conduct/notice.hpp"
#include "caveat/community/panel_list.hpp"

#include "a_case.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

TEST_CASE("a notice that lacks a content is refused naming it with its numeral [item 28]", "[C1][conduct]") {
    auto [field, numeral] = GENERATE(table<std::string Contents::*, std::string>({{&Contents::channels, "i"},
                                                                                  {&Contents::breach, "ii"},
                                                                                  {&Contents::opinion, "iii"},
                                                                                  {&Contents::remedy, "iv"},
                                                                                  {&Contents::consequences, "v"},
                                                                                  {&Contents::reply, "vi"},
                                                                                  {&Contents::appeal_rules, "vii"}}));
    CAPTURE(numeral);
    Contents contents = all_seven();
    CHECK(check_contents(contents));
    contents.*field = " \t\n";
    const auto checked = check_contents(contents);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().detail.starts_with("item 28: a notice has seven contents; missing: " + numeral + ": "));
}

TEST_CASE("all missing contents are named at once [item 28]", "[C1][conduct]") {
    CHECK(missing({}).size() == 7);
    Contents contents = all_seven();
    contents.breach.clear();
    contents.appeal_rules.clear();
    CHECK(check_contents(contents).error().detail ==
          "item 28: a notice has seven contents; missing: ii: the breach and its adverse effects; vii: a copy of the rules of appeal");
}

TEST_CASE("a reply time below the floor is refused and a short one is warned of [item 29] [ruling e]", "[C1][conduct]") {
    auto [time, allowed, warned] = GENERATE(table<Period, bool, bool>({{days(14), true, false},
                                                                       {Period{0, day * 14 - std::chrono::seconds{1}}, true, true},
                                                                       {days(7), true, true},
                                                                       {Period{0, day * 7 - std::chrono::seconds{1}}, false, true},
                                                                       {days(0), false, true},
                                                                       {days(-30), false, true},
                                                                       {months(1), true, false}}));
    CAPTURE(time.months, time.time.count());
    CHECK(check_reply_time(time, {}).has_value() == allowed);
    CHECK(reply_time_warning(time, {}).has_value() == warned);
}

TEST_CASE("served is the first stamp with proof of receipt, and a relay's 250 is none [ruling d]", "[C7][conduct]") {
    Notice notice;
    notice.services = {{Channel::relay, at("2026-03-02T09:16:00Z"), at("2026-03-02T09:16:00Z")},
                       {Channel::sent, at("2026-03-02T09:15:00Z"), at("2026-03-02T09:15:00Z")}};
    CHECK_FALSE(served(notice));
    CHECK_FALSE(appeal_closes(notice, {}));

    auto channel = GENERATE(Channel::page_read, Channel::acknowledgement, Channel::post_receipt, Channel::own_exchanger);
    notice.services.push_back({channel, at("2026-03-05T00:00:00Z"), at("2026-03-05T00:00:00Z")});
    CHECK(served(notice) == at("2026-03-05T00:00:00Z"));
    notice.replies.push_back({at("2026-03-04T12:00:00Z"), "r"});
    CHECK(served(notice) == at("2026-03-04T12:00:00Z"));
    notice.appealed = at("2026-03-04T08:00:00Z");
    CHECK(served(notice) == at("2026-03-04T08:00:00Z"));
    notice.services.push_back({Channel::post_receipt, at("2026-03-03T11:00:00Z"), at("2026-03-20T00:00:00Z")});
    CHECK(served(notice) == at("2026-03-03T11:00:00Z"));
    CHECK(known_served(notice) == at("2026-03-20T00:00:00Z"));
}

TEST_CASE("channels read back as they are written", "[conduct]") {
    for (const Channel channel :
         {Channel::page_read, Channel::acknowledgement, Channel::post_receipt, Channel::own_exchanger, Channel::relay, Channel::sent}) {
        CHECK(channel_from(name(channel)) == channel);
    }
    CHECK_FALSE(channel_from("pigeon"));
}

TEST_CASE("the appeal window ends with the last second of its thirtieth day [item 37] [ruling a]", "[C3][C7][conduct]") {
    auto [service, closes] = GENERATE(table<std::string, std::string>({{"2026-03-03T11:00:00Z", "2026-04-03T00:00:00Z"},
                                                                       {"2026-03-03T00:00:00Z", "2026-04-03T00:00:00Z"},
                                                                       {"2026-03-03T23:59:59.999999Z", "2026-04-03T00:00:00Z"},
                                                                       {"2026-03-04T01:00:00+02:00", "2026-04-03T00:00:00Z"},
                                                                       {"2024-01-30T12:00:00Z", "2024-03-01T00:00:00Z"},
                                                                       {"2023-01-30T12:00:00Z", "2023-03-02T00:00:00Z"},
                                                                       {"2026-12-31T12:00:00Z", "2027-01-31T00:00:00Z"}}));
    CAPTURE(service);
    Notice notice;
    notice.services = {{Channel::page_read, at(service), at(service)}};
    CHECK(appeal_closes(notice, {}) == at(closes));
}

TEST_CASE("a sanction's effect and end are held to their bounds [item 33] [item 34]", "[C2][C7][conduct]") {
    const Instant issued = at("2026-03-02T09:15:00Z");
    auto [effect, end, verdict] = GENERATE(table<std::string, std::string, std::string>(
        {{"2026-03-20", "", "item 33: effect 2026-03-20T00:00:00Z is too early; earliest 2026-04-01T09:15:00Z"},
         {"2026-04-01T09:14:59Z", "", "earliest 2026-04-01T09:15:00Z"},
         {"2026-04-01T09:15:00Z", "", ""},
         {"2026-04-03", "", ""},
         {"2026-04-03", "2027-04-03", ""},
         {"2026-04-03", "2027-04-03T00:00:01Z", "item 34: end 2027-04-03T00:00:01Z is too late; latest 2027-04-03T00:00:00Z"},
         {"2026-04-03", "2027-05-01", "latest 2027-04-03T00:00:00Z"},
         {"", "2027-05-01", "latest 2027-04-02T00:00:00Z"},
         {"", "2026-04-02", "item 34: it ends"},
         {"2026-04-03", "2026-04-03", "item 34: it ends"},
         {"2026-04-03", "2026-04-01", "item 34: it ends"}}));
    CAPTURE(effect, end);
    Sanction sanction{no_posting(), {}, {}, {}, false};
    if (!effect.empty()) sanction.effect = at(effect);
    if (!end.empty()) sanction.end = at(end);
    const auto checked = check_sanction(sanction, "case-7", issued, std::nullopt, {});
    CHECK(checked.has_value() == verdict.empty());
    if (!checked) CHECK_THAT(checked.error().detail, Catch::Contains(verdict));
}

TEST_CASE("a length is positive and at most the maximum, and excludes a stated end [item 34]", "[C2][conduct]") {
    Sanction sanction{no_posting(), at("2026-04-03"), {}, {}, false};
    auto [length, allowed] = GENERATE(table<Period, bool>({{months(12), true},
                                                           {months(13), false},
                                                           {days(365), true},
                                                           {days(366), false},
                                                           {days(1), true},
                                                           {days(0), false},
                                                           {days(-1), false}}));
    CAPTURE(length.months, length.time.count());
    sanction.length = length;
    CHECK(check_sanction(sanction, "case-7", at("2026-03-02"), std::nullopt, {}).has_value() == allowed);
    sanction.end = at("2026-06-01");
    CHECK_FALSE(check_sanction(sanction, "case-7", at("2026-03-02"), std::nullopt, {}));
}

TEST_CASE("a sanction never names the governance channel [item 31] [item 36] [ruling i]", "[C4][conduct]") {
    auto [resource, verbs, allowed] = GENERATE(table<std::string, int, bool>({{"*", 7, true},
                                                                              {"*", 8, false},
                                                                              {"*", 15, false},
                                                                              {"teams", 8, true},
                                                                              {"sc", 7, true},
                                                                              {"panel-case-3", 7, true},
                                                                              {"panel-case-7", 1, false},
                                                                              {"PANEL-Case-7", 1, false},
                                                                              {"panel-case-7-3", 1, false},
                                                                              {"panel-case-77", 1, true},
                                                                              {"panel-case-7-x", 1, true},
                                                                              {"reps", 1, false},
                                                                              {"sec", 2, false},
                                                                              {"teams", 0, false},
                                                                              {"teams", 16, false},
                                                                              {"", 2, false}}));
    CAPTURE(resource, verbs);
    const Sanction sanction{{{resource, static_cast<community::Verbs>(verbs)}}, {}, {}, {}, false};
    CHECK(check_sanction(sanction, "case-7", at("2026-03-02"), std::nullopt, {}).has_value() == allowed);
    CHECK_FALSE(check_sanction({}, "case-7", at("2026-03-02"), std::nullopt, {}));
}

TEST_CASE("the panel's list of a case is known in whatever case its id is written [ruling uu]", "[C4][conduct]") {
    const Sanction sanction{{{"panel-c-2026-001", post}}, {}, {}, {}, false};
    CHECK(community::panel_list("C-2026-001") == "panel-c-2026-001");
    CHECK_FALSE(check_sanction(sanction, "C-2026-001", at("2026-03-02"), std::nullopt, {}));
    CHECK(check_sanction(sanction, "C-2026-002", at("2026-03-02"), std::nullopt, {}));
}

TEST_CASE("sets of denials add up, take away and contain row by row [item 31]", "[C4][conduct]") {
    CHECK(normalised({{"b", post}, {"a", post}, {"b", receive}, {"c", 0}}) == DeniedSet{{"a", post}, {"b", post | receive}});
    CHECK(minus({{"a", post | receive}, {"b", post}}, {{"a", post}, {"b", post}}) == DeniedSet{{"a", receive}});
    CHECK(within({{"a", post}}, {{"a", post | receive}}));
    CHECK_FALSE(within({{"a", post | archive}}, {{"a", post | receive}}));
    CHECK_FALSE(within({{"a", post}}, {{"*", post}}));
    CHECK(within({}, {}));
}
