// The host of the conference as a ballot of the register.
#include "a_desk.hpp"

namespace caveat::test {
namespace {

struct Conference : ADesk {
    Conference() {
        change([&](storage::Register& r) {
            r.put(community::Term{"chair", PersonId{"seat1-rep"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
        });
    }
    static committee::Proposal choice(std::vector<TeamId> candidates, std::string second_of = {}) {
        committee::Proposal p;
        p.kind = "host";
        p.subject = "2027";
        p.question = "Who hosts?";
        p.candidates = std::move(candidates);
        p.second_of = std::move(second_of);
        return p;
    }
    // The seats in their order name these, "" abstains; then it is closed.
    committee::Decision cast(const committee::Proposal& p, const std::vector<std::string>& named) {
        const auto d = desk.propose(secretariat, p);
        INFO((d ? "" : d.error().detail));
        REQUIRE(d);
        for (std::size_t i = 0; i < named.size(); ++i) REQUIRE(desk.back(secretariat, d->id, seats.at(i), TeamId{named[i]}));
        clock.time += 1s;
        const auto closed = desk.close(secretariat, d->id);
        INFO((closed ? "" : closed.error().detail));
        REQUIRE(closed);
        return *closed;
    }
    std::vector<TeamId> two{TeamId{"takin"}, TeamId{"kowhai"}};
};

}  // namespace

TEST_CASE("three against three: the chair's side hosts, and the tie is on record", "[C5][item 57]") {
    const bool chair_for_takin = GENERATE(true, false);
    Conference desk;
    const std::string mine = chair_for_takin ? "takin" : "kowhai";
    const std::string other = chair_for_takin ? "kowhai" : "takin";
    const auto d = desk.cast(Conference::choice(desk.two), {mine, other, mine, other, mine, other, ""});
    CHECK(d.host->tally.verdict == conduct::HostResult::chosen);
    CHECK(d.host->tally.host.value == mine);
    CHECK(d.host->tally.tied);
    CHECK(d.tally.verdict == BallotResult::passed);
    CHECK(d.outcome.find("a tie that the chair broke") != std::string::npos);
    desk.check_refused(desk.desk.break_tie(secretariat, d.id, desk.two), desk.all_rows(), errc::denied, "waits for nobody");
}

TEST_CASE("a tie the chair's vote does not break waits for the chair's word, also after the close", "[item 57]") {
    Conference desk;
    const auto d = desk.cast(Conference::choice(desk.two), {"", "takin", "kowhai", "takin", "kowhai", "takin", "kowhai"});
    CHECK(d.host->tally.verdict == conduct::HostResult::chair_to_decide);
    CHECK(d.tally.verdict == BallotResult::failed);
    auto& office = desk.desk;
    const auto before = desk.all_rows();
    desk.check_refused(office.break_tie(desk.person("seat2-rep"), d.id, desk.two), before, errc::denied, "does not speak for seat1");
    desk.check_refused(office.break_tie(secretariat, d.id, {TeamId{"saiga"}}), before, errc::denied, "not a candidate");
    desk.check_refused(office.break_tie(secretariat, d.id, {}), before, errc::invalid, "order preferred");
    const auto after = office.break_tie(desk.person("seat1-rep"), d.id, {TeamId{"kowhai"}});
    REQUIRE(after);
    CHECK(after->host->tally.host == TeamId{"kowhai"});
    CHECK(after->host->tally.tied);
    CHECK(after->outcome.find("kowhai hosts") != std::string::npos);
}

TEST_CASE("without a majority of votes cast the two leading stand again, once", "[item 57][ruling r]") {
    Conference desk;
    auto& office = desk.desk;
    auto three = desk.two;
    three.push_back(TeamId{"saiga"});
    const auto first = desk.cast(Conference::choice(three), {"takin", "takin", "takin", "kowhai", "kowhai", "saiga", ""});
    CHECK(first.host->tally.verdict == conduct::HostResult::second_ballot);
    desk.check_refused(office.propose(secretariat, Conference::choice(desk.two, first.id)), desk.all_rows(), errc::invalid, "name nobody");
    auto elsewhere = Conference::choice({}, first.id);
    elsewhere.subject = "2028";
    desk.check_refused(office.propose(secretariat, elsewhere), desk.all_rows(), errc::invalid, "not the choice of this host");
    // One that nobody could vote in takes the choice from nobody.
    auto hasty = Conference::choice({}, first.id);
    hasty.closes = desk.clock.now() + 3s;
    REQUIRE(office.propose(secretariat, hasty));
    desk.check_refused(office.propose(secretariat, Conference::choice({}, first.id)), desk.all_rows(), errc::denied, "follows");
    desk.clock.time += 3s;
    // Nor does one whose quorum is of votes that one person recorded.
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {desk.clock.now() - 24h, desk.clock.now() + 24h * 300}});
    });
    hasty.closes = desk.clock.now() + 3s;
    const auto recorded = office.propose(secretariat, hasty);
    REQUIRE(recorded);
    for (std::size_t i = 0; i < 5; ++i) REQUIRE(office.back(desk.person("ana"), recorded->id, desk.seats.at(i), TeamId{"takin"}));
    desk.clock.time += 3s;
    CHECK(office.decision(everything, recorded->id)->host->tally.verdict == conduct::HostResult::chosen);
    const auto second = desk.cast(Conference::choice({}, first.id), {"kowhai", "kowhai", "takin", "kowhai", "kowhai", "takin", "takin"});
    CHECK(second.host->ballot.candidates == desk.two);
    CHECK(second.host->tally.host == TeamId{"kowhai"});
    CHECK_FALSE(second.host->tally.tied);
    desk.check_refused(office.propose(secretariat, Conference::choice({}, first.id)), desk.all_rows(), errc::denied, "follows");
    desk.check_refused(office.propose(secretariat, Conference::choice({}, second.id)), desk.all_rows(), errc::denied, "no second ballot");
}

TEST_CASE("a choice of host is put to members that offer, with a chair who can break a tie", "[item 57]") {
    Conference desk;
    auto& office = desk.desk;
    const auto before = desk.all_rows();
    desk.check_refused(office.propose(secretariat, Conference::choice({})), before, errc::invalid, "at least one");
    desk.check_refused(office.propose(secretariat, Conference::choice({TeamId{"quokka"}})), before, errc::denied,
                       "not an Operational Member");
    desk.check_refused(office.propose(secretariat, Conference::choice({TeamId{"takin"}, TeamId{"takin"}})), before, errc::invalid, "once");
    auto nameless = Conference::choice(desk.two);
    nameless.subject.clear();
    desk.check_refused(office.propose(secretariat, nameless), before, errc::invalid, "which conference");
    auto other = Conference::choice(desk.two);
    other.kind = "case.open";
    other.subject = "quokka";
    desk.check_refused(office.propose(secretariat, other), before, errc::invalid, "only the choice of a host");

    const auto d = office.propose(secretariat, Conference::choice(desk.two));
    REQUIRE(d);
    auto open = desk.all_rows();
    desk.check_refused(office.vote(secretariat, d->id, TeamId{"seat1"}, Choice::yes), open, errc::invalid, "name a candidate");
    desk.check_refused(office.back(secretariat, d->id, TeamId{"seat1"}, TeamId{"saiga"}), open, errc::denied, "not a candidate");
    desk.check_refused(office.back(secretariat, d->id, TeamId{"orchid"}, TeamId{"takin"}), open, errc::denied, "held no seat");
    desk.check_refused(office.back(desk.person("mei"), d->id, TeamId{"seat1"}, TeamId{"takin"}), open, errc::denied, "does not speak");
    // A later vote takes the place of the earlier one, here too.
    REQUIRE(office.back(secretariat, d->id, TeamId{"seat1"}, TeamId{"takin"}));
    CHECK(office.back(secretariat, d->id, TeamId{"seat1"}, TeamId{"kowhai"})->host->tally.votes == std::vector<std::int64_t>{0, 1});

    const auto plain = desk.proposed("case.open", "quokka");
    open = desk.all_rows();
    desk.check_refused(office.back(secretariat, plain, TeamId{"seat1"}, TeamId{"maybe"}), open, errc::invalid, "not a vote");
    desk.check_refused(office.break_tie(secretariat, plain, desk.two), open, errc::denied, "nowhere else");

    desk.clock.time += 24h * 301;
    desk.check_refused(office.propose(secretariat, Conference::choice(desk.two)), desk.all_rows(), errc::denied, "as chair");
}

}  // namespace caveat::test
