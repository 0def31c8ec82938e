#pragma once
// What an entry of the journal is about: the id of the thing, and for what has no id of its own the ids it lies between. Code that writes
// an entry about such a thing takes its subject from here, so that one search finds all that happened to it. Pure, any thread.
#include <optional>
#include <string>
#include <string_view>

#include "caveat/community/list.hpp"
#include "caveat/community/people.hpp"
#include "caveat/community/standing.hpp"

namespace caveat::community {

[[nodiscard]] std::string subject_of(const Subscription& subscription);  // "teams orchid-rep"
[[nodiscard]] std::string subject_of(const Term& term);                  // "sc orchid-rep 2026-01-01", "owner ews orchid-rep 2026-01-01"
[[nodiscard]] std::string subject_of(const Denial& denial);              // "camphor ews 2026-04-03"

// A subscription that was ended by mail once stood under its list alone, with the person in the detail. Journals keep those entries: a
// search for the subscription finds them, too.
struct Former {
    std::string_view act;
    std::string_view subject;
    std::string_view person;  // in the detail
};
[[nodiscard]] std::optional<Former> former(std::string_view subject);  // none: it was never written otherwise

}  // namespace caveat::community
