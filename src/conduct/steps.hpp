#pragma once
// Two functions per act. `judge` asks whether the act may come next, by the rules as they are today, and changes nothing. `apply` does what
// the act does: it asks no rule, so that a record made under other rules stays what it was, and fails (errc::invalid) only where the record
// names what is not there.
#include "caveat/conduct/case.hpp"

namespace caveat::conduct {

// Of the committee: committee_steps.cpp.
Result<void> judge(const Case& c, const Step& step, const OpenCase& act);
Result<void> judge(const Case& c, const Step& step, const IssueNotice& act);
Result<void> judge(const Case& c, const Step& step, const FindComplied& act);
Result<void> judge(const Case& c, const Step& step, const FindContinues& act);
Result<void> judge(const Case& c, const Step& step, const IssueSanction& act);
Result<void> judge(const Case& c, const Step& step, const Renew& act);
Result<void> judge(const Case& c, const Step& step, const Lift& act);
Result<void> judge(const Case& c, const Step& step, const CloseCase& act);

// What was heard of the party, and appeals: party_steps.cpp.
Result<void> judge(const Case& c, const Step& step, const RecordService& act);
Result<void> judge(const Case& c, const Step& step, const RecordReply& act);
Result<void> judge(const Case& c, const Step& step, const FileAppeal& act);
Result<void> judge(const Case& c, const Step& step, const WithdrawAppeal& act);
Result<void> judge(const Case& c, const Step& step, const SeatPanel& act);
Result<void> judge(const Case& c, const Step& step, const CastPanelVote& act);

// All acts: apply.cpp. Halfway through a failure `c` is of no use.
Result<void> apply(Case& c, const Step& step);

}  // namespace caveat::conduct
