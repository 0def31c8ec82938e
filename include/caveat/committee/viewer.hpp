#pragma once
// Who looks at the committee's record, and how a case and a decision are related to them. A door fills in a Viewer from what access says
// about the caller; what is left out shows nothing. Pure values, any thread.
#include <cstdint>

#include "caveat/community/people.hpp"

namespace caveat::committee {

struct Viewer {
    // Of cases, or of decisions: whichever is asked about, for reading or for acting.
    enum class Reach : std::uint8_t { nothing, own, everything };

    community::Actor actor;
    TeamId team = {};             // of the person; empty for the operator
    bool representative = false;  // speaks for the team
    bool seat = false;            // holds a seat of the committee at this moment
    Reach reach = Reach::nothing;
    TeamId lent_team = {};  // of who made the token that is used, if another person did

    // In what is about a team, whoever is of it counts only as the party, whatever office they hold (item 27); with a token that somebody
    // of it made for another nothing of it is seen.
    [[nodiscard]] bool is_of(const TeamId& party) const { return !team.empty() && team == party; }
    [[nodiscard]] Reach reach_towards(const TeamId& party) const {
        if (!lent_team.empty() && lent_team == party) return Reach::nothing;
        if (reach != Reach::everything || !is_of(party)) return reach;
        return representative ? Reach::own : Reach::nothing;
    }
};

// The local operator, who has the database and the key file anyway.
[[nodiscard]] inline Viewer local_operator(const community::Actor& actor) { return {actor, {}, false, false, Viewer::Reach::everything}; }

}  // namespace caveat::committee
