#pragma once
// Teams in any number, and the shortest ways to say who voted what.
#include <catch2/catch.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/conduct/ballot.hpp"

namespace caveat::conduct {

// Also for constants at the top of a test, where nothing can be REQUIREd yet: a date that does not read throws.
inline Instant at(std::string_view text) { return parse_instant(text).value(); }

inline Date day(std::string_view text) { return date_of(at(text)); }

inline TeamId team(int number) { return TeamId("t" + std::to_string(number)); }

inline std::vector<TeamId> teams(int from, int until) {
    std::vector<TeamId> all;
    for (int i = from; i < until; ++i) all.push_back(team(i));
    return all;
}
inline std::vector<TeamId> teams(int n) { return teams(0, n); }

inline const Instant opening = at("2026-10-06T04:00:00Z");
inline const Instant closing = at("2026-10-06T05:00:00Z");
inline const Instant between = at("2026-10-06T04:30:00Z");

inline const Numbers numbers;

inline Attendance sitting(int present, std::vector<Proxy> proxies = {}) { return {opening, teams(present), std::move(proxies)}; }

// One letter a vote, from team 0 on: y, n, a, and '-' for nobody's.
inline std::vector<Vote> votes(std::string_view letters, Instant cast = between) {
    std::vector<Vote> all;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const Choice choice = letters[i] == 'y' ? Choice::yes : letters[i] == 'n' ? Choice::no : Choice::abstain;
        if (letters[i] != '-') all.push_back({team(static_cast<int>(i)), choice, cast});
    }
    return all;
}

inline std::vector<Vote> yes_votes(int n) { return votes(std::string(static_cast<std::size_t>(n), 'y')); }

inline Ballot electronic(Rule rule, int electorate) { return {rule, {opening, closing}, teams(electorate), {}, {}}; }

inline Ballot meeting(Rule rule, int electorate, int present, std::vector<Proxy> proxies = {}) {
    return {rule, {opening, closing}, teams(electorate), {}, sitting(present, std::move(proxies))};
}

}  // namespace caveat::conduct
