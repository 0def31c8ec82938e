#pragma once
// What a caller is told of a case: the party and its panelists hear less than the committee.
#include "committee_objects.hpp"

namespace caveat::http {

[[nodiscard]] Json shown(const Context& context, const committee::CaseFile& file);          // with its letters
[[nodiscard]] Json shown_in_list(const Context& context, const committee::CaseFile& file);  // without
[[nodiscard]] Result<Answer> answered(const Context& context, const Result<committee::CaseFile>& done);

// {notice} of the path, or nothing.
[[nodiscard]] const conduct::Notice* notice_here(const Context& context, const conduct::Case& c);

}  // namespace caveat::http
