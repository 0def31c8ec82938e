// Secret ballots: who voted is on record, what they chose is not, and each can check that the own vote counts as it was cast.
#include <map>
#include <set>

#include "a_desk.hpp"

namespace caveat::test {
namespace {

// Twelve members: the seven seats, orchid, banksia, takin, kowhai, saiga.
struct AnUrn : ADesk {
    std::string id;
    std::map<std::string, std::string> receipts;  // the latest of each team

    AnUrn() { id = opened_ballot("framework", "article 3", conduct::Rule::majority).value().id; }

    Result<committee::Decision> opened_ballot(const std::string& kind, const std::string& subject, std::optional<conduct::Rule> rule,
                                              bool secret = true) {
        committee::Proposal p;
        p.kind = kind;
        p.subject = subject;
        p.question = "Shall we?";
        p.rule = rule;
        p.secret = secret;
        return desk.propose(secretariat, p);
    }
    std::string cast(const std::string& team, Choice choice) {
        clock.time += 1s;
        const auto done = desk.vote(person(team + "-rep"), id, TeamId{team}, choice);
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
        CHECK_FALSE(done->receipt.empty());
        return receipts[team] = done->receipt;
    }
    committee::Receipt shown(const std::string& team, const std::string& code) {
        const auto r = desk.receipt(person(team + "-rep"), id, code);
        INFO((r ? "" : r.error().detail));
        REQUIRE(r);
        CHECK(r->team == TeamId{team});
        return *r;
    }
    void over() { clock.time += 24h * 15; }

    // All that the offices tell of the ballot, and all that the database has of it but the sealed bytes.
    std::string everything_told() {
        std::string all;
        for (const auto& d : desk.decisions(everything)) {
            all += d.tally.why + d.outcome + fmt::format("{}/{}/{}", d.tally.yes, d.tally.no, d.tally.abstained);
            for (const auto& vote : d.votes) all += vote.team.value + std::string(name(vote.choice)) + to_string(vote.at);
        }
        store().journal().each({}, [&](const storage::Entry& e) { all += e.actor + e.act + e.subject + e.detail; });
        for (const auto& r : store().minutes().remarks(id)) all += r.actor + r.what + r.team.value + r.word;
        for (const auto& m : store().minutes().motions()) all += m.outcome;
        return all;
    }
};

}  // namespace

TEST_CASE("whatever is chosen in a secret ballot, all that can be read while it runs is the same", "[item 48]") {
    std::set<std::string> told;
    std::set<std::size_t> lengths;
    for (const auto choice : {Choice::yes, Choice::no, Choice::abstain}) {
        AnUrn urn;
        for (const auto* team : {"seat1", "takin", "kowhai"}) urn.cast(team, choice);
        told.insert(urn.everything_told());
        const auto d = urn.desk.decision(everything, urn.id).value();
        CHECK(d.secret);
        REQUIRE(d.votes.size() == 3);
        for (const auto& vote : d.votes) CHECK(vote.choice == Choice::sealed);
        CHECK(d.tally.sealed == 3);
        CHECK(d.tally.silent == 9);
        CHECK(d.tally.verdict == BallotResult::open);
        for (const auto& r : urn.store().minutes().remarks(urn.id)) {
            CHECK(r.sealed.bytes.empty() == (r.what != "vote"));
            if (r.what == "vote") lengths.insert(r.sealed.key.size() * 1000 + r.sealed.bytes.size());
        }
    }
    CHECK(told.size() == 1);
    CHECK(lengths.size() == 1);  // the length of a sealed vote says nothing either
}

TEST_CASE("a secret ballot is counted when it is over, and still nobody reads who chose what", "[C5][item 48]") {
    const auto [yes, verdict] = GENERATE(table<std::size_t, BallotResult>({{7, BallotResult::passed}, {6, BallotResult::failed}}));
    AnUrn urn;
    for (std::size_t i = 1; i <= 7; ++i) urn.cast("seat" + std::to_string(i), i <= yes ? Choice::yes : Choice::no);
    urn.cast("takin", Choice::yes);
    urn.cast("takin", Choice::abstain);  // takes the place of the one before
    CHECK_FALSE(urn.desk.covers(urn.id, {"framework", "article 3"}));
    urn.over();
    auto d = urn.desk.decision(everything, urn.id).value();
    CHECK(d.tally.verdict == verdict);
    CHECK(std::tuple{d.tally.yes, d.tally.no, d.tally.abstained, d.tally.sealed, d.tally.silent} ==
          std::tuple{static_cast<std::int64_t>(yes), static_cast<std::int64_t>(7 - yes), 1, 0, 4});
    CHECK(urn.desk.covers(urn.id, {"framework", "article 3"}).has_value() == (verdict == BallotResult::passed));
    const auto closed = urn.desk.close(secretariat, urn.id);
    REQUIRE(closed);
    CHECK(closed->outcome.starts_with(fmt::format("{} yes, {} no, 1 abstained, 4 not cast", yes, 7 - yes)));
    CHECK(closed->votes.size() == 9);
    for (const auto& vote : closed->votes) CHECK(vote.choice == Choice::sealed);
    for (const auto& r : urn.store().minutes().remarks(urn.id)) {
        if (r.what == "vote") CHECK(r.word.empty());
    }
    urn.store().journal().each({}, [&](const storage::Entry& e) {
        if (e.act == "decision.voted") CHECK(e.detail.find("choice") == std::string::npos);
    });
    CHECK(urn.store().journal().verify());
}

TEST_CASE("every vote in: a secret ballot is closed before its time and counted then", "[item 48]") {
    AnUrn urn;
    const auto electorate = urn.desk.decision(everything, urn.id)->ballot.electorate;
    for (const auto& team : electorate) {
        CHECK_FALSE(urn.desk.close(secretariat, urn.id));
        REQUIRE(urn.desk.vote(secretariat, urn.id, team, Choice::yes));
    }
    urn.clock.time += 1s;
    const auto closed = urn.desk.close(secretariat, urn.id);
    REQUIRE(closed);
    CHECK(closed->tally.yes == 12);
    CHECK(closed->tally.verdict == BallotResult::passed);
}

TEST_CASE("a receipt tells its voter whether the vote counts and as what, before the close and after", "[item 48]") {
    AnUrn urn;
    const auto first = urn.cast("takin", Choice::no);
    const auto replaced_at = urn.clock.now() + 1s;
    const auto second = urn.cast("takin", Choice::yes);
    const auto others = urn.cast("kowhai", Choice::abstain);
    CHECK(std::set{first, second, others}.size() == 3);
    for (const bool over : {false, true}) {
        CAPTURE(over);
        if (over) urn.over();
        const auto old = urn.shown("takin", first);
        CHECK_FALSE(old.counts);
        CHECK_FALSE(old.choice);
        CHECK(old.replaced == replaced_at);
        CHECK(old.why.find("took its place") != std::string::npos);
        const auto counts = urn.shown("takin", second);
        CHECK(counts.counts);
        CHECK(counts.choice == Choice::yes);
        CHECK_FALSE(counts.replaced);
        CHECK(counts.why == (over ? "Counted as yes." : "Is counted as yes when the ballot closes."));
        CHECK(urn.shown("kowhai", others).choice == Choice::abstain);
    }
}

TEST_CASE("a receipt that went astray, or was made up, tells nothing", "[item 48]") {
    AnUrn urn;
    const auto code = urn.cast("takin", Choice::no);
    const auto elsewhere = urn.opened_ballot("framework", "article 4", conduct::Rule::majority).value().id;
    const auto before = urn.all_rows();
    auto changed = code;
    changed[20] = changed[20] == 'a' ? 'b' : 'a';
    for (const auto& wrong : {changed, code.substr(1), code + "a", std::string(), urn.vault().token("return path", std::string(16, 'x')),
                              urn.vault().token("vote receipt", std::string(16, 'x'))}) {
        CAPTURE(wrong);
        urn.check_refused(urn.desk.receipt(urn.person("takin-rep"), urn.id, wrong), before, errc::denied, "no vote of yours");
    }
    urn.check_refused(urn.desk.receipt(urn.person("kowhai-rep"), urn.id, code), before, errc::denied, "no vote of yours");
    urn.check_refused(urn.desk.receipt(urn.person("seat1-rep"), urn.id, code), before, errc::denied, "no vote of yours");
    urn.check_refused(urn.desk.receipt(urn.person("takin-rep"), elsewhere, code), before, errc::denied, "no vote of yours");
    const auto open = urn.opened_ballot("framework", "article 5", conduct::Rule::majority, false).value().id;
    urn.check_refused(urn.desk.receipt(secretariat, open, code), urn.all_rows(), errc::denied, "not a secret ballot");
    CHECK(urn.desk.vote(secretariat, open, TeamId{"takin"}, Choice::yes)->receipt.empty());
}

TEST_CASE("a vote that lost its right says so on its receipt, and without a quorum nothing is opened", "[items 45, 48][ruling q]") {
    AnUrn urn;
    urn.cast("takin", Choice::yes);
    auto gone = *urn.store().directory().team(TeamId{"takin"});
    gone.category = "former";
    urn.change([&](storage::Register& r) { r.put(gone); });
    urn.clock.time += 1s;
    const auto r = urn.shown("takin", urn.receipts["takin"]);
    CHECK_FALSE(r.counts);
    CHECK_FALSE(r.choice);
    CHECK(r.why.find("no vote any more") != std::string::npos);

    committee::Proposal p;
    p.kind = "framework";
    p.subject = "article 6";
    p.question = "?";
    p.rule = conduct::Rule::two_thirds;
    p.meeting = urn.clock.now();
    p.secret = true;
    urn.id = urn.desk.propose(secretariat, p).value().id;
    urn.clock.time += 1s;
    REQUIRE(urn.desk.attend(secretariat, urn.id, {TeamId{"seat1"}, TeamId{"seat2"}}));
    const auto code = urn.cast("seat1", Choice::no);
    urn.over();
    const auto d = urn.desk.decision(everything, urn.id).value();
    CHECK(d.tally.verdict == BallotResult::no_quorum);
    CHECK(d.tally.no == 0);
    CHECK(d.tally.sealed == 1);
    CHECK(urn.shown("seat1", code).why.find("no quorum") != std::string::npos);
}

TEST_CASE("the members' ballots and elections can be secret; what the seats decide on others cannot", "[item 48]") {
    AnUrn urn;
    CHECK(urn.opened_ballot("election", "sc takin", conduct::Rule::majority));
    CHECK(urn.opened_ballot("election", "chair seat1", std::nullopt));
    CHECK(urn.opened_ballot("other", "a name", conduct::Rule::majority));
    const auto before = urn.all_rows();
    for (const auto* kind : {"case.open", "clearance", "admission"})
        urn.check_refused(urn.opened_ballot(kind, "quokka", std::nullopt), before, errc::denied, "item 48");
    urn.check_refused(urn.opened_ballot("other", "a name", conduct::Rule::approval), before, errc::denied, "item 48");
    urn.check_refused(urn.opened_ballot("host", "2028", std::nullopt), before, errc::denied, "item 48");
}

TEST_CASE("a sealed vote opens for its own team in its own ballot only, and one that does not open stops the count", "[J1][item 48]") {
    AnUrn urn;
    urn.cast("takin", Choice::no);
    const auto other = urn.opened_ballot("framework", "article 4", conduct::Rule::majority).value().id;
    auto moved = urn.store().minutes().remarks(urn.id).back();
    const bool to_other_team = GENERATE(true, false);
    if (to_other_team) moved.team = TeamId{"kowhai"};
    const auto target = to_other_team ? urn.id : other;
    {
        storage::Store::Transaction transaction(urn.store());
        urn.store().minutes().say(target, moved);
        urn.store().journal().append(urn.clock.now(), "system", "test.moved", target, "{}");
        transaction.commit();
    }
    CHECK(urn.desk.decision(everything, target)->tally.verdict == BallotResult::open);
    urn.over();
    const auto counted = urn.desk.decision(everything, target);
    REQUIRE_FALSE(counted);
    CHECK(counted.error().code == errc::corrupt);
    // The others are read all the same, and this one is shown for what it is.
    const auto all = urn.desk.decisions(everything);
    CHECK(std::count_if(all.begin(), all.end(), [](const auto& d) { return d.unreadable; }) == 1);
    for (const auto& d : all) CHECK(d.unreadable == (d.id == target));
}

}  // namespace caveat::test
