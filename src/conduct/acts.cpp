#include <array>

#include "caveat/conduct/case.hpp"

namespace caveat::conduct {
namespace {

constexpr std::array<ActTraits, std::variant_size_v<Act>> act_rows{{
    {"open", Whose::committee, "case.open", "case.opened"},
    {"issue", Whose::committee, "case.notice", "case.notice_issued"},
    {"serve", Whose::committee, "", "case.served"},
    {"reply", Whose::party, "", "case.replied"},
    {"comply", Whose::committee, "case.finding", "case.found_complied"},
    {"continue", Whose::committee, "case.finding", "case.found_continuing"},
    {"sanction", Whose::committee, "case.sanction", "case.sanction_noticed"},
    {"renew", Whose::committee, "case.renew", "case.renewal_noticed"},
    {"appeal", Whose::party, "", "case.appealed"},
    {"withdraw", Whose::party, "", "case.appeal_withdrawn"},
    {"seat", Whose::committee, "case.panel", "case.panel_seated"},
    {"vote", Whose::panel, "", "case.panel_voted"},
    {"lift", Whose::committee, "case.lift", "case.lifted"},
    {"close", Whose::committee, "case.close", "case.closed"},
}};

}  // namespace

const ActTraits& traits(const Act& act) { return act_rows.at(act.index()); }

}  // namespace caveat::conduct
