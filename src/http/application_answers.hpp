#pragma once
// What a caller sees of an application: the applicant does not see what became of its sponsors; a member that sponsors it, or may, sees the
// public fields of item 21.
#include "caveat/committee/applications.hpp"
#include "committee_objects.hpp"

namespace caveat::http {

// An application is its applicant's; while it takes sponsors it is known to every Operational Member, afterwards to those that sponsor it.
[[nodiscard]] access::Object object_of(const Context& context, const committee::ApplicationFile& file);

[[nodiscard]] Json shown(const Context& context, const committee::ApplicationFile& file);
[[nodiscard]] Result<Answer> answered(const Context& context, const Result<committee::ApplicationFile>& done);

}  // namespace caveat::http
