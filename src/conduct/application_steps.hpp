#pragma once
// What the acts of an application do, asking no rule: for the step that was just allowed, and for those on record.
#include "caveat/conduct/application.hpp"

namespace caveat::conduct {

[[nodiscard]] Application begun(const ApplicationStep& first, const SubmitApplication& act, const Numbers& numbers,
                                const community::CategoryTraits& traits);

// errc::invalid only where the record names what is not there; `a` is of no use then.
Result<void> apply(Application& a, const ApplicationStep& step);

}  // namespace caveat::conduct
