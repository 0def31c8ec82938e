// What is done in a case is read the same way at both doors.
#include "caveat/facts/case_acts.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace caveat::test {
namespace {

using facts::Json;

const Instant now = *parse_instant("2026-03-02T09:15:00Z");

Result<conduct::Act> read(std::string_view verb, const Json& body, std::optional<PersonId> who = {}) {
    const auto& kind = facts::case_act(verb);
    REQUIRE(facts::check(kind.body, body).empty());
    return kind.read(body, {now, std::move(who)});
}

}  // namespace

TEST_CASE("every act of a case but its opening can be asked for") {
    const std::vector<std::pair<std::string_view, Json>> bodies{
        {"notice", {{"breach", "a label ignored"}}},
        {"find", {{"finding", "complied"}}},
        {"find", {{"finding", "continues"}}},
        {"sanction-notice", {{"denies", {"teams:receive,post"}}}},
        {"renew", {{"denies", {"teams:receive,post"}}}},
        {"panel", {{"notice", 1}, {"chair", "a"}, {"members", {"b", "c"}}}},
        {"lift", Json::object()},
        {"close", {{"reason", "resolved"}}},
        {"serve", {{"notice", 1}, {"channel", "post"}}},
        {"reply", {{"notice", 1}, {"reference", "letter 7"}}},
        {"appeal", {{"notice", 1}, {"reference", "letter 8"}}},
        {"withdraw", {{"notice", 1}}},
        {"rule", {{"notice", 1}, {"person", "a"}, {"outcome", "upheld"}}},
    };
    std::set<std::string_view> done{"open"};
    for (const auto& [verb, body] : bodies) {
        CAPTURE(verb);
        const auto act = read(verb, body);
        REQUIRE(act);
        done.insert(name(*act));
    }
    CHECK(done.size() == std::variant_size_v<conduct::Act>);
}

TEST_CASE("what is left out of an act is the moment and the one who asks") {
    CHECK(std::get<conduct::RecordService>(*read("serve", {{"notice", 2}, {"channel", "relay"}})).stamp == now);
    const Json vote{{"notice", 1}, {"outcome", "suspended"}};
    CHECK(std::get<conduct::CastPanelVote>(*read("rule", vote, PersonId{"a"})).person.value == "a");
    CHECK(read("rule", vote).error().code == errc::invalid);
}

TEST_CASE("words that are none are refused with what to write instead") {
    CHECK(read("sanction-notice", {{"denies", {"teams"}}}).error().code == errc::invalid);
    CHECK(read("sanction-notice", {{"denies", {"teams:post"}}, {"length", "long"}}).error().code == errc::invalid);
    CHECK_FALSE(facts::check(facts::case_act("find").body, {{"finding", "perhaps"}}).empty());
}

TEST_CASE("only what is the party's or a panel's needs no decision of the committee", "[C5]") {
    CHECK(conduct::needs_decision(conduct::Lift{}));
    CHECK(conduct::traits(conduct::Lift{}).decision == "case.lift");
    CHECK_FALSE(conduct::needs_decision(conduct::FileAppeal{}));
    CHECK(conduct::traits(conduct::FileAppeal{}).whose == conduct::Whose::party);
    CHECK(conduct::traits(conduct::CastPanelVote{}).whose == conduct::Whose::panel);
}

}  // namespace caveat::test
