#pragma once
// One person's standing towards one list, as recorded and before any rule is applied; policy judges it. Gathered anew for every question
// and never stored.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/list.hpp"
#include "caveat/community/people.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"

namespace caveat::community {

enum class Verb : std::uint8_t { receive = 1, post = 2, archive = 4, manage = 8 };

// A set of verbs.
using Verbs = std::uint8_t;
[[nodiscard]] constexpr Verbs bit(Verb v) { return static_cast<Verbs>(v); }
[[nodiscard]] std::string_view name(Verb v);
[[nodiscard]] std::optional<Verb> verb_from(std::string_view text);

// "May not, from then until then": this is what a sanction consists of (C4). Nothing has to be applied when it begins.
struct Denial {
    std::int64_t id = 0;
    std::string whom;        // the id of a team or a person
    bool whole_team = true;  // whom is a team
    std::string resource;    // a list, or "*": every member list
    Verbs verbs = 0;
    Interval during;
    std::string source;    // "sanction", "hold": what kind of act set it
    std::string decision;  // the decision it cites
    bool operator==(const Denial&) const = default;
};

struct Roster {
    Interval during;
    DeliveryMode delivery = DeliveryMode::each;
    bool operator==(const Roster&) const = default;
};

struct Standing {
    PersonKey key = 0;
    PersonId person;
    TeamId team;
    std::string category;
    std::string subtype;
    std::optional<Date> since;
    std::optional<Date> mou;
    bool representative = false;
    bool valid_key = false;      // a key that content can be sealed to now
    bool key_waits = false;      // a key that nobody has looked at yet, or `address_waits`; then valid_key is false
    bool address_waits = false;  // there is a key, and somebody else put the address there, which nobody has confirmed
    bool removed = false;        // no longer in the register
    std::string address;         // where a copy goes
    std::optional<Roster> roster;
    std::vector<Interval> stays;  // on the roster, each from its beginning to its end; read only where the past is asked about
    std::vector<Term> terms;      // all of the person's terms that are not over
    std::vector<Term> of_team;    // if there are such: those of the whole community that somebody of their team has, they or others
    std::vector<Denial> denials;  // of the person and of the team, all that are not over; with `stays`, those that are over too
    // Beside `stays`: what was denied to the teams of these, where that was another team than now, each no longer than the stay.
    std::vector<Denial> denied_then;
    std::optional<Tlp> clearance;
};

}  // namespace caveat::community
