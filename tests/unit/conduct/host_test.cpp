#include <catch2/catch.hpp>

#include <tuple>

#include "caveat/conduct/ballot.hpp"
#include "electorates.hpp"

using namespace caveat;
using namespace caveat::conduct;

namespace {

const TeamId a("a"), b("b"), c("c");

// Team 0 presides. One letter a seat: the candidate, '.' for an abstention, '-' for nothing cast.
std::vector<HostVote> hosts(std::string_view letters) {
    std::vector<HostVote> all;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (letters[i] == '-') continue;
        all.push_back({team(static_cast<int>(i)), letters[i] == '.' ? TeamId{} : TeamId(std::string(1, letters[i])), between});
    }
    return all;
}

HostBallot among(std::vector<TeamId> candidates, int seats = 7) {
    return {{opening, closing}, std::move(candidates), teams(seats), {}, {}, team(0), {}};
}

HostTally result(const HostBallot& ballot, std::string_view letters) { return count(ballot, hosts(letters), {}, numbers, closing); }

}  // namespace

TEST_CASE("three to three: the chair's side wins and the tie is recorded [item 57]", "[C5]") {
    const HostTally t = result(among({a, b}, 6), "bbbaaa");
    CHECK(t.verdict == HostResult::chosen);
    CHECK(t.host == b);
    CHECK(t.tied);
    CHECK(t.why == "b hosts with 3 of 6 votes cast, a tie that the chair broke.");
    const HostTally other = result(among({a, b}, 6), "abbbaa");
    CHECK(other.host == a);
}

TEST_CASE("the host has the majority of the votes cast [ruling r]", "[C5]") {
    CHECK(result(among({a, b, c}), "aaaabbc").host == a);
    CHECK_FALSE(result(among({a, b, c}), "aaaabbc").tied);
    CHECK(result(among({a, b, c}), "aaab..-").host == a);  // an abstention is no vote cast
    CHECK(result(among({a}), "a......").host == a);
    CHECK(result(among({a, b}), ".......").verdict == HostResult::failed);
}

TEST_CASE("without a majority the two leading go to a second ballot [ruling r]", "[C5]") {
    const HostTally first = result(among({a, b, c}), "abbbcca");
    CHECK(first.verdict == HostResult::second_ballot);  // 2, 3, 2: the chair voted for a
    CHECK(first.leading == std::vector{b, a});
    CHECK(first.tied);
    const HostTally clear = result(among({a, b, c}), "aaabbbc");
    CHECK(clear.leading == std::vector{a, b});
    CHECK_FALSE(clear.tied);
    CHECK(result(among(clear.leading), "aaabbbb").host == b);
}

TEST_CASE("a tie that the chair's own vote does not break waits for the chair's word [item 57]", "[C5]") {
    HostBallot ballot = among({a, b}, 7);
    HostTally t = result(ballot, ".aaabbb");
    CHECK(t.verdict == HostResult::chair_to_decide);
    CHECK(t.leading == std::vector{a, b});
    CHECK(t.tied);
    ballot.chairs_word = {b};
    t = result(ballot, ".aaabbb");
    CHECK(t.host == b);

    HostBallot three = among({a, b, c});
    CHECK(result(three, "aaabbcc").verdict == HostResult::chair_to_decide);
    CHECK(result(three, "aaabbcc").leading == std::vector{b, c});
    three.chairs_word = {c};
    CHECK(result(three, "aaabbcc").leading == std::vector{a, c});
    CHECK(result(three, "aabbcc.").leading == std::vector{a, c});  // the chair's own vote first, then the word
}

TEST_CASE("choosing a host needs the committee's quorum [item 51] [ruling m]", "[C5]") {
    CHECK(result(among({a, b}), "aaaa---").verdict == HostResult::no_quorum);
    CHECK(result(among({a, b}), "aaaa.--").host == a);
    HostBallot ballot = among({a, b});
    ballot.attendance = sitting(4);
    CHECK(result(ballot, "aaaaaaa").verdict == HostResult::no_quorum);
    ballot.attendance = sitting(5);
    CHECK(result(ballot, "aabbbaa").host == b);  // 3 to 2 of the five present
    ballot.recused = {team(4)};
    CHECK(result(ballot, "aabbbaa").verdict == HostResult::no_quorum);
}

TEST_CASE("a vote for somebody who does not stand is none and replaces none", "[C5]") {
    auto cast = hosts("aaaaaaa");
    cast.push_back({team(0), TeamId("z"), between});
    const HostTally t = count(among({a, b}), cast, {}, numbers, closing);
    CHECK(t.votes == std::vector<std::int64_t>{7, 0});
    cast.push_back({team(0), b, between});
    CHECK(count(among({a, b}), cast, {}, numbers, closing).votes == std::vector<std::int64_t>{6, 1});
    CHECK(count(among({a, b}), cast, {}, numbers, between).verdict == HostResult::open);
}

TEST_CASE("a ballot for a host that makes no sense is refused before it opens", "[C5]") {
    CHECK(sound(among({a, b}), numbers));
    CHECK_FALSE(sound(among({}), numbers));
    CHECK_FALSE(sound(among({a, a}), numbers));
    CHECK_FALSE(sound(among({a, TeamId{}}), numbers));
    CHECK_FALSE(sound(among({a}, 8), numbers));
    HostBallot stranger = among({a});
    stranger.chair = team(9);
    CHECK_FALSE(sound(stranger, numbers));
}

TEST_CASE("every split of up to seven votes on two candidates goes to the majority, or to the chair's side", "[C5]") {
    for (int seats = 1; seats <= 7; ++seats) {
        for (int bits = 0; bits < (1 << seats); ++bits) {
            std::string letters;
            int for_a = 0;
            for (int i = 0; i < seats; ++i) {
                const bool to_a = (bits >> i & 1) != 0;
                letters += to_a ? 'a' : 'b';
                for_a += to_a ? 1 : 0;
            }
            const TeamId& chairs = letters[0] == 'a' ? a : b;
            const TeamId& wins = 2 * for_a == seats ? chairs : 2 * for_a > seats ? a : b;
            CAPTURE(letters);
            const HostTally t = result(among({a, b}, seats), letters);
            REQUIRE(t.host == wins);
            REQUIRE(t.tied == (2 * for_a == seats));
        }
    }
}
