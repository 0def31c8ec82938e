// What the committee may do in a case: notices, findings, sanctions, lifts, closing.
#include <algorithm>

#include "chain.hpp"
#include "steps.hpp"

namespace caveat::conduct {
namespace {

Phase phase_of(const Case& c, const Step& step) { return state_at(c, step.at).phase; }

// Ruling (g): an appeal stops every later step.
Result<void> nothing_pending(const Case& c) {
    const Appeal* appeal = open_appeal(c);
    if (appeal == nullptr) return {};
    return fail(errc::denied, "ruling (g): an appeal against notice {} stops every later step; needs its result", appeal->notice);
}

// Checks that the notice before has failed, and long enough ago.
Result<void> has_failed(const Case& c, const Notice& notice, Instant now) {
    const auto from = failed_from(c, notice);
    if (!from) return tl::unexpected(from.error());
    if (*from <= now) return {};
    const Instant gap = c.numbers.notice_gap.after(*served(notice), Rounding::later);
    if (now < gap)
        return fail(errc::denied, "ruling (f): notice {} was served {}; earliest {}", notice.number, to_string(*served(notice)),
                    to_string(*from));
    return fail(errc::denied, "item 30: the reply time of notice {} runs; earliest {}, or a finding that the breach continues",
                notice.number, to_string(*from));
}

// A finding is on the latest compliance notice and cites what it rests on (item 41).
Result<const Notice*> found_on(const Case& c, const Step& step, const std::string& evidence, Instant dated) {
    if (auto ok = nothing_pending(c); !ok) return tl::unexpected(ok.error());
    const Phase phase = phase_of(c, step);
    if (phase != Phase::first_notice && phase != Phase::second_notice) {
        return fail(errc::denied, "item 41: a finding is on a compliance notice; the case is {}", name(phase));
    }
    if (evidence.empty()) return fail(errc::denied, "item 41: missing: the hash of the evidence");
    if (step.at < dated) return fail(errc::denied, "item 41: the evidence is dated {}, after the finding", to_string(dated));
    return latest(c);
}

// Ruling (uu). Of `*` a renewal may keep a part, named list by list; the office knows which lists that covers.
Result<void> denies_no_more(const DeniedSet& wanted, const std::vector<CaseDenial>& in_force) {
    DeniedSet denied;
    for (const CaseDenial& d : in_force) denied.push_back(d.denied);
    DeniedSet more = minus(wanted, denied);
    for (const Denied& row : denied) {
        if (row.resource != "*") continue;
        for (Denied& other : more) other.verbs = static_cast<community::Verbs>(other.verbs & ~row.verbs);
    }
    more = normalised(std::move(more));
    if (more.empty()) return {};
    return fail(errc::denied, "ruling (uu): a renewal denies nothing that is not in force, and {} is not denied in that way now",
                more.front().resource);
}

}  // namespace

Result<void> judge(const Case&, const Step&, const OpenCase&) {
    return fail(errc::denied, "item 27: the case is open already; another breach is another case");
}

Result<void> judge(const Case& c, const Step& step, const IssueNotice& act) {
    if (auto ok = nothing_pending(c); !ok) return ok;
    const Phase phase = phase_of(c, step);
    if (phase == Phase::second_notice)
        return fail(errc::denied, "ruling (h): there is no third notice; needs a sanction notice or a finding");
    if (phase != Phase::investigating && phase != Phase::first_notice) {
        return fail(errc::denied, "item 41: no compliance notice in a case that is {}", name(phase));
    }
    if (auto ok = check_contents(act.contents); !ok) return ok;
    const Period reply_time = act.reply_time.value_or(c.numbers.reply_time);
    if (auto ok = check_reply_time(reply_time, c.numbers); !ok) return ok;
    const Notice* before = latest(c);
    if (before == nullptr) return {};
    return has_failed(c, *before, step.at);
}

Result<void> judge(const Case& c, const Step& step, const FindComplied& act) {
    const auto notice = found_on(c, step, act.evidence, act.dated);
    if (!notice) return tl::unexpected(notice.error());
    return {};
}

Result<void> judge(const Case& c, const Step& step, const FindContinues& act) {
    const auto notice = found_on(c, step, act.evidence, act.dated);
    if (!notice) return tl::unexpected(notice.error());
    const auto since = served(**notice);
    if (!since) return fail(errc::denied, "ruling (d): notice {} is not served; needs a stamp with proof of receipt", (*notice)->number);
    if (act.dated <= *since) {
        return fail(errc::denied, "ruling (f): the evidence is dated {}; needs one dated after service, {}", to_string(act.dated),
                    to_string(*since));
    }
    return {};
}

Result<void> judge(const Case& c, const Step& step, const IssueSanction& act) {
    if (auto ok = nothing_pending(c); !ok) return ok;
    const Phase phase = phase_of(c, step);
    if (phase == Phase::investigating) return fail(errc::denied, "item 30: a sanction follows two notices; needs first notice");
    if (phase == Phase::first_notice) return fail(errc::denied, "item 30: a sanction follows two notices; needs second notice");
    if (phase == Phase::effective || phase == Phase::renewed) {
        return fail(errc::denied, "item 35: a sanction is in force; what follows it is a renewal");
    }
    if (phase != Phase::second_notice) return fail(errc::denied, "item 41: no sanction notice in a case that is {}", name(phase));
    if (auto ok = has_failed(c, *latest(c), step.at); !ok) return ok;
    return check_sanction(act.sanction, c.id, step.at, std::nullopt, c.numbers);
}

Result<void> judge(const Case& c, const Step& step, const Renew& act) {
    if (auto ok = nothing_pending(c); !ok) return ok;
    const Phase phase = phase_of(c, step);
    if (phase != Phase::effective && phase != Phase::renewed) {
        return fail(errc::denied, "ruling (c): only a sanction in force is renewed and the case is {}; afterwards it is a new case",
                    name(phase));
    }
    const Notice& before = *latest(c);
    const auto in_force = denials_at(c, step.at);
    if (std::none_of(in_force.begin(), in_force.end(), [&](const CaseDenial& d) { return d.notice == before.number; })) {
        return fail(errc::denied, "ruling (c): notice {} renews it already", before.number);
    }
    for (const Notice& other : c.notices) {
        if (other.renewal && other.built_on == before.number && fallen(c, other)) {
            return fail(errc::denied, "item 39: the panel suspended the renewal, notice {}; that is final", other.number);
        }
    }
    if (auto ok = check_sanction(act.sanction, c.id, step.at, effect_of(c, before)->until, c.numbers); !ok) return ok;
    return denies_no_more(act.sanction.denied, in_force);
}

Result<void> judge(const Case& c, const Step& step, const Lift& act) {
    const Phase phase = phase_of(c, step);
    DeniedSet left;
    for (const Notice* notice : sanctions(c)) {
        if (!may_still_deny(c, *notice, step.at)) continue;
        const DeniedSet rows = remaining(c, *notice);
        left.insert(left.end(), rows.begin(), rows.end());
    }
    const bool open = phase == Phase::sanction_noticed || phase == Phase::effective || phase == Phase::renewed;
    if (!open || left.empty()) return fail(errc::denied, "ruling (h): there is nothing to lift in a case that is {}", name(phase));
    const DeniedSet rows = normalised(act.denied);
    if (rows.empty() && !act.denied.empty()) return fail(errc::invalid, "ruling (h): a lift names verbs; write teams:post");
    if (const DeniedSet strange = minus(rows, left); !strange.empty()) {
        return fail(errc::denied, "ruling (h): {} is not denied in that way; a lift takes away only what the sanction names",
                    strange.front().resource);
    }
    return {};
}

Result<void> judge(const Case& c, const Step& step, const CloseCase& act) {
    if (auto ok = nothing_pending(c); !ok) return ok;
    const Phase phase = phase_of(c, step);
    if (phase != Phase::investigating && phase != Phase::suspended) {
        return fail(errc::denied, "ruling (h): a case that is {} is not closed as it stands; needs a finding of compliance, or a lift",
                    name(phase));
    }
    if (act.reason.empty()) return fail(errc::denied, "item 41: missing: the reason");
    return {};
}

}  // namespace caveat::conduct
