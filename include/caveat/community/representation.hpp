#pragma once
// Who speaks for a team (items 15 and 42): its representative, and an alternate while no representative can, because each is under a
// security hold or there is none. Values, any thread.
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "caveat/community/in_force.hpp"
#include "caveat/community/people.hpp"

namespace caveat::community {

[[nodiscard]] inline bool is_held(std::span<const Denial> denials, const PersonId& person, Instant now) {
    return std::any_of(denials.begin(), denials.end(), [&](const Denial& denial) {
        return is_hold(denial) && !denial.whole_team && denial.whom == person.value && in_force(denial, now);
    });
}

// `people`: all of the team, at least. Whoever is held speaks for nobody.
[[nodiscard]] inline bool speaks_for_team(const Person& person, std::span<const Person> people, std::span<const Denial> denials,
                                          Instant now) {
    if ((!person.representative && !person.alternate) || is_held(denials, person.id, now)) return false;
    if (person.representative) return true;
    return std::none_of(people.begin(), people.end(), [&](const Person& other) {
        return other.team == person.team && other.representative && !is_held(denials, other.id, now);
    });
}

// The alternates who speak for the team now, and no more once this person is put on record: as its representative, where there was none, or
// none that is not under a hold. `people`: as they are, all of the team at least.
[[nodiscard]] inline std::vector<std::string> spoken_over(const Person* before, const Person& after, std::span<const Person> people,
                                                          std::span<const Denial> denials, Instant now) {
    std::vector<std::string> some;
    if (!after.representative || (before != nullptr && before->representative)) return some;
    for (const auto& other : people) {
        if (other.team != after.team || other.id == after.id || other.representative) continue;
        if (speaks_for_team(other, people, denials, now)) some.push_back(other.id.value);
    }
    return some;
}

}  // namespace caveat::community
