#pragma once
// Makes the view of a case for one viewer. A view is filled field by field, so that a field that is forgotten is hidden and not leaked.
#include <functional>

#include "case_office.hpp"

namespace caveat::committee {

// `sits`: the viewer is on the panel of one of its appeals, and can sit there now. None: they may not know of it.
[[nodiscard]] std::optional<Eyes> eyes_on(const Viewer& viewer, const conduct::Case& c, const std::function<bool()>& sits);

// Until a notice is served the party sees that there is one, but not what it says (ruling d).
[[nodiscard]] bool closed_to(Eyes eyes, const conduct::Notice& notice);

[[nodiscard]] CaseView view_of(const CaseFile& file, Eyes eyes);
// The committee sees all letters; the others do not see those to all members or what their relays replied.
[[nodiscard]] std::vector<Letter> open_to(Eyes eyes, std::vector<Letter> letters);
[[nodiscard]] NoticeView view_of(const conduct::Case& c, const conduct::Notice& notice, Eyes eyes);  // of a notice that is open to them

}  // namespace caveat::committee
