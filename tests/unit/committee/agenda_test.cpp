// What waits for a member of the committee, for the secretariat and for a team, in one place and with its day (ruling ss).
#include "caveat/committee/agenda.hpp"

#include "a_door.hpp"
#include "a_post.hpp"

namespace caveat::test {
namespace {

struct AnAgenda : APost {
    committee::Applications door{store(), vault(), rules, clock};
    committee::Matters office{store(), vault(), rules, clock};

    using Reach = committee::Viewer::Reach;
    static committee::Asker asker(const std::string& id, const std::string& team, bool seat, Reach reach) {
        const committee::Viewer viewer{{"person " + id, PersonId{id}}, TeamId{team}, true, seat, reach};
        return {viewer, viewer, viewer, viewer, viewer};
    }
    static committee::Asker of_seat(int n) {
        const auto team = "seat" + std::to_string(n);
        return asker(team + "-rep", team, true, Reach::everything);
    }
    std::vector<committee::Waiting> for_whom(const committee::Asker& asker) {
        return committee::what_waits(store(), rules, {desk, committee::Cases(store(), vault(), rules, clock, postage), door, office}, asker,
                                     clock.now());
    }
    // The line about this, or none.
    std::optional<committee::Waiting> line(const committee::Asker& asker, const std::string& about) {
        for (auto& one : for_whom(asker)) {
            if (one.about == about) return std::move(one);
        }
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("a ballot waits for whoever has not voted, and until when; for the others of the desk as one that is open", "[ruling ss]") {
    AnAgenda d;
    const auto id = d.proposed("clearance", "takin");
    const auto mine = d.line(AnAgenda::of_seat(1), id);
    REQUIRE(mine);
    CHECK(mine->theirs);
    CHECK(mine->what == "your vote: Shall we?");
    CHECK(mine->page == "/decisions/" + id);
    CHECK(mine->until == d.desk.decision(everything, id)->ballot.open.until);
    d.vote(id, 1);
    const auto voted = d.line(AnAgenda::of_seat(1), id);
    REQUIRE(voted);
    CHECK_FALSE(voted->theirs);
    CHECK(voted->what == "a ballot is open, 1 of 7 have voted: Shall we?");
    const auto kowhai = AnAgenda::asker("kowhai-rep", "kowhai", false, AnAgenda::Reach::own);
    CHECK_FALSE(d.line(kowhai, id));
    CHECK_FALSE(d.line(AnAgenda::asker("takin-rep", "takin", false, AnAgenda::Reach::own), id));
    d.vote(id, 7);
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, id));
    CHECK_FALSE(d.line(AnAgenda::of_seat(1), id));
}

TEST_CASE("a case waits for the committee with all that may come, and for its party with its own acts alone", "[ruling ss][item 27]") {
    AnAgenda d;
    d.opened("kowhai");
    d.does(ADesk::a_notice());
    d.serve(1);
    const auto desk = d.line(AnAgenda::of_seat(2), d.the_case);
    REQUIRE(desk);
    CHECK(desk->what.find("a case about kowhai, first notice; what may come next: ") == 0);
    CHECK(desk->until);
    const auto party = d.line(AnAgenda::asker("kowhai-rep", "kowhai", false, AnAgenda::Reach::own), d.the_case);
    REQUIRE(party);
    CHECK(party->theirs);
    CHECK(party->what.find("reply, by the party, until") != std::string::npos);
    CHECK(party->what.find("by the committee") == std::string::npos);
    CHECK_FALSE(d.line(AnAgenda::asker("takin-rep", "takin", false, AnAgenda::Reach::own), d.the_case));
}

TEST_CASE("reviews, duties, contact data, holds and terms wait as well, what ends first before the rest", "[ruling ss][item 8][item 60]") {
    AnAgenda d;
    const TeamId kowhai{"kowhai"};
    const auto speaker = AnAgenda::asker("kowhai-rep", "kowhai", false, AnAgenda::Reach::own);
    const auto review = d.office.review(secretariat, kowhai, "a hint").value().id;
    const auto duty = d.office.owe(secretariat, kowhai, "attestation", d.clock.now() + 24h * 10).value().front().id;
    const auto later = d.office.owe(secretariat, kowhai, "drill", d.clock.now() + 24h * 30).value().front().id;
    const auto hold = d.desk.place(secretariat, PersonId{"saiga-rep"}, "account taken over").value();
    d.change([&](storage::Register& r) {
        r.put(community::Term{"chair", PersonId{"seat1-rep"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 50}});
    });
    const auto all = d.for_whom(AnAgenda::of_seat(3));
    CHECK(std::is_sorted(all.begin(), all.end(),
                         [](const auto& a, const auto& b) { return a.until.value_or(Instant::max()) < b.until.value_or(Instant::max()); }));
    CHECK(d.line(AnAgenda::of_seat(3), review)->what.find("a review of the eligibility of kowhai, opened ") == 0);
    REQUIRE(d.office.owe(secretariat, TeamId{"takin"}, "attestation", d.clock.now() + 24h * 10));
    CHECK(d.line(AnAgenda::of_seat(3), "attestation")->what ==
          "the yearly attestation of confidentiality is due, and nothing is on record of kowhai, takin");  // a line of both
    for (const auto& id : {duty, later}) CHECK_FALSE(d.line(AnAgenda::of_seat(3), id));
    CHECK_FALSE(d.line(AnAgenda::of_seat(3), "drill"));
    CHECK(d.line(AnAgenda::of_seat(3), std::to_string(hold.id))->until == hold.ends);
    CHECK(d.line(AnAgenda::of_seat(3), "seat1-rep")->what == "the term of seat1 (seat1) as Chair ends, and nobody follows on record");
    CHECK(d.line(speaker, duty)->theirs);
    CHECK_FALSE(d.line(speaker, review));
    CHECK_FALSE(d.line(speaker, "kowhai"));
    const auto checks = d.office.contact_checks();
    const auto check = std::find_if(checks.begin(), checks.end(), [&](const auto& one) { return one.team == kowhai; });
    d.clock.time = check->due - 24h;
    CHECK(d.line(speaker, "kowhai")->what == "your team is to confirm its contact data");
    CHECK(d.line(speaker, "kowhai")->until == check->due);
    CHECK_FALSE(d.line(AnAgenda::of_seat(3), "kowhai"));
    d.clock.time = check->late;
    CHECK(d.line(AnAgenda::of_seat(3), "kowhai")->what == "kowhai has not confirmed its contact data");
}

TEST_CASE("an application waits for the committee with what it lacks", "[ruling ss]") {
    AnAgenda d;
    const auto id = d.door.submit(secretariat, {{}, TeamId{"nimbus"}, "operational", {}, {}, a_form("nimbus")}).value().as_is.id;
    const auto waits = d.line(AnAgenda::of_seat(1), id);
    REQUIRE(waits);
    CHECK(waits->what.find("an application of nimbus-CERT, submitted; it lacks: ") == 0);
    CHECK_FALSE(d.line(AnAgenda::asker("kowhai-rep", "kowhai", false, AnAgenda::Reach::own), id));
    REQUIRE(d.door.act(secretariat, id, conduct::WithdrawApplication{}));
    CHECK_FALSE(d.line(AnAgenda::of_seat(1), id));
}

}  // namespace caveat::test
