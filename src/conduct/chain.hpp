#pragma once
// How the notices and appeals of one case hang together: which notice is built on which, which appeals reach a notice, what is left of it.
#include <vector>

#include "caveat/conduct/case.hpp"

namespace caveat::conduct {

[[nodiscard]] const Notice* find_notice(const Case& c, int number);
[[nodiscard]] const Appeal* appeal_against(const Case& c, int notice);

// The notice itself and those it is built on.
[[nodiscard]] bool rests_on(const Case& c, const Notice& notice, int number);

// Appeals against the notice or one it rests on, in the order of filing: each stops its clocks.
[[nodiscard]] std::vector<const Appeal*> appeals_over(const Case& c, const Notice& notice);

// The latest notice that has not fallen, or none.
[[nodiscard]] const Notice* latest(const Case& c);

// The sanction notices that have not fallen.
[[nodiscard]] std::vector<const Notice*> sanctions(const Case& c);

// What a sanction notice denies less what was lifted or suspended in part.
[[nodiscard]] DeniedSet remaining(const Case& c, const Notice& notice);

// Still denied now or later.
[[nodiscard]] bool may_still_deny(const Case& c, const Notice& notice, Instant now);

// The first appeal without a result: every step of the committee except a lift waits for it (ruling g).
[[nodiscard]] const Appeal* open_appeal(const Case& c);

// Whether the notice has failed (item 30): returns the instant from which the next notice may come, or what forbids it.
[[nodiscard]] Result<Instant> failed_from(const Case& c, const Notice& notice);

}  // namespace caveat::conduct
