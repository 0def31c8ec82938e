#pragma once
// One function per act: checks its rule against the case and, if it holds, changes it. `c` is the caller's copy; refused halfway it is
// dropped.
#include "caveat/conduct/case.hpp"

namespace caveat::conduct {

// Of the committee.
Result<void> take(Case& c, const Step& step, const OpenCase& act);
Result<void> take(Case& c, const Step& step, const IssueNotice& act);
Result<void> take(Case& c, const Step& step, const FindComplied& act);
Result<void> take(Case& c, const Step& step, const FindContinues& act);
Result<void> take(Case& c, const Step& step, const IssueSanction& act);
Result<void> take(Case& c, const Step& step, const Renew& act);
Result<void> take(Case& c, const Step& step, const Lift& act);
Result<void> take(Case& c, const Step& step, const CloseCase& act);

// What was heard of the party.
Result<void> take(Case& c, const Step& step, const RecordService& act);
Result<void> take(Case& c, const Step& step, const RecordReply& act);

// Appeals.
Result<void> take(Case& c, const Step& step, const FileAppeal& act);
Result<void> take(Case& c, const Step& step, const WithdrawAppeal& act);
Result<void> take(Case& c, const Step& step, const SeatPanel& act);
Result<void> take(Case& c, const Step& step, const CastPanelVote& act);

}  // namespace caveat::conduct
