#pragma once
// From the whole of a case to what one pair of eyes may see of it. A view is filled field by field: what is not put in is not there.
#include "case_office.hpp"

namespace caveat::committee {

[[nodiscard]] std::optional<Eyes> eyes_on(const Viewer& viewer, const conduct::Case& c);  // none: it is nothing to them

// Until a notice is served its party learns that there is one, and not what it says (ruling d).
[[nodiscard]] bool closed_to(Eyes eyes, const conduct::Notice& notice);

[[nodiscard]] CaseView view_of(const CaseFile& file, Eyes eyes);
// Of letters, the committee sees all; what was told to all members, and what their relays said, is no business of the others.
[[nodiscard]] std::vector<Letter> open_to(Eyes eyes, std::vector<Letter> letters);
[[nodiscard]] NoticeView view_of(const conduct::Case& c, const conduct::Notice& notice, Eyes eyes);  // of a notice that is open to them

}  // namespace caveat::committee
