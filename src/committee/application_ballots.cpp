#include "application_ballots.hpp"

#include "application_docket.hpp"
#include "hasty.hpp"
#include "register.hpp"

namespace caveat::committee {
using namespace conduct;

Result<Decision> ballot_of(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                           const Application& a, const std::string& id, Instant now) {
    auto d = id.empty()
                 ? Result<Decision>(fail(errc::denied, "item 54: an admission is decided by the committee; needs the id of a decision"))
                 : decision_for(store, rules, vault, by, id, now);
    if (!d) return d;
    community::Deed act{d->kind == "category" ? "category" : "admission", a.team.value, settings_of(a)};
    act.recorded = !a.ballots.empty() && a.ballots.back() == id;
    if (auto ok = cite(store, rules, vault, by, id, act, now); !ok) return tl::unexpected(ok.error());
    return d;
}

Result<Decision> failed_ballot(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                               const std::string& id, Instant now) {
    if (id.empty()) return fail(errc::denied, "item 54: a refusal is the committee's; needs the id of its decision");
    auto d = decision_for(store, rules, vault, by, id, now);
    if (!d) return d;
    if (d->tally.verdict == BallotResult::open || is_running(*d, now))
        return fail(errc::denied, "item 22: decision {} is open: {}", id, d->tally.why);
    if (d->tally.verdict == BallotResult::passed) return fail(errc::denied, "item 22: decision {} passed: {}; it admits", id, d->tally.why);
    if (!d->used_by.empty()) return fail(errc::denied, "decision {} was used already, by {}", id, d->used_by);
    if (auto ok = had_its_time(store, rules, *d); !ok) return tl::unexpected(ok.error());
    return d;
}

}  // namespace caveat::committee
