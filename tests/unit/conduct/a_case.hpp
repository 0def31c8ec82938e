#pragma once
// A case under way, for tests: steps that must succeed, steps that must be refused, and the acts in their usual words.
#include <catch2/catch.hpp>
#include <string>

#include "caveat/conduct/case.hpp"

namespace caveat::conduct::testing {

inline Instant at(std::string_view text) { return *parse_instant(text); }
inline constexpr auto tick = std::chrono::microseconds{1};
inline constexpr auto day = std::chrono::hours{24};

inline constexpr community::Verbs receive = bit(community::Verb::receive);
inline constexpr community::Verbs post = bit(community::Verb::post);
inline constexpr community::Verbs archive = bit(community::Verb::archive);

inline Contents all_seven() {
    return {"mail to the rep", "leaked AMBER", "avoidable", "recall it", "loss of lists", "14 days", "the appeal rules"};
}

inline DeniedSet no_posting() { return {{"ews", post}, {"poc", post}}; }

inline IssueNotice a_notice() { return {all_seven(), std::nullopt}; }
inline IssueSanction a_sanction() { return {Sanction{no_posting(), {}, {}, {}, false}}; }

inline IssueSanction a_sanction_from(Instant effect) {
    IssueSanction act = a_sanction();
    act.sanction.effect = effect;
    return act;
}

inline Panel a_panel() {
    const auto one = [](const char* team, bool on_committee) {
        return Panelist{PersonId{std::string(team) + "-rep"}, TeamId{team}, true, on_committee};
    };
    return {one("saiga", false), {one("orchid", true), one("hibiscus", true), one("takin", false), one("kowhai", false)}};
}

// One case that goes on; a copy is a second future of it.
struct Docket {
    Case c;
    std::vector<Step> steps;  // on record

    explicit Docket(Instant opened, const Numbers& numbers = {}) {
        steps.push_back({opened, "orchid-rep", "D-1", OpenCase{"case-7", TeamId{"camphor"}, "3.2"}});
        auto first = open_case(steps.front(), numbers);
        REQUIRE(first);
        c = *first;
    }

    Result<Case> try_to(Instant when, Act act) const { return next(c, {when, "orchid-rep", "D-2", std::move(act)}); }

    Docket& does(Instant when, Act act) {
        const std::string what = fmt::format("{} at {}", name(act), to_string(when));
        steps.push_back({when, "orchid-rep", "D-2", std::move(act)});
        auto after = next(c, steps.back());
        INFO(what << ": " << (after ? "" : after.error().detail));
        REQUIRE(after);
        c = *after;
        return *this;
    }

    // The reason; empty if it was allowed.
    std::string refusal(Instant when, Act act) const {
        const auto after = try_to(when, std::move(act));
        return after ? std::string{} : after.error().detail;
    }
    bool refuses(Instant when, Act act, std::string_view because) const {
        const std::string reason = refusal(when, std::move(act));
        INFO("'" << reason << "' should say '" << because << "'");
        CHECK(reason.find(because) != std::string::npos);
        return reason.find(because) != std::string::npos;
    }

    Docket& served(int notice, Instant when) { return does(when, RecordService{notice, Channel::page_read, when}); }
    Docket& appealed(int notice, Instant when) { return does(when, FileAppeal{notice, "appeal text"}); }

    // Seats a panel and lets three of it agree at once.
    Docket& ruled(int notice, Instant when, Outcome outcome, DeniedSet part = {}) {
        does(when, SeatPanel{notice, a_panel()});
        for (const char* who : {"saiga-rep", "takin-rep", "orchid-rep"}) does(when, CastPanelVote{notice, PersonId{who}, {outcome, part}});
        return *this;
    }

    Phase phase(Instant when) const { return state_at(c, when).phase; }
    bool denied(Instant when) const { return !denials_at(c, when).empty(); }
    const Notice& notice(int number) const { return c.notices.at(static_cast<std::size_t>(number) - 1); }
};

// Both compliance notices served the day they were issued, and never answered.
inline Docket unheeded(const Numbers& numbers = {}) {
    Docket d(at("2026-01-20T08:00:00Z"), numbers);
    d.does(at("2026-01-20T09:00:00Z"), a_notice()).served(1, at("2026-01-20T10:00:00Z"));
    d.does(at("2026-02-04T09:00:00Z"), a_notice()).served(2, at("2026-02-04T10:00:00Z"));
    return d;
}

// The worked example of items 33-40: issued 2026-03-02T09:15Z, served 2026-03-03T11:00Z.
inline Docket noticed(const IssueSanction& sanction = a_sanction(), const Numbers& numbers = {}) {
    Docket d = unheeded(numbers);
    d.does(at("2026-03-02T09:15:00Z"), sanction).served(3, at("2026-03-03T11:00:00Z"));
    return d;
}

}  // namespace caveat::conduct::testing
