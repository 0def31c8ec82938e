// Which step of an application may come next: one `judge` per act, which changes nothing. What an act does: application_apply.cpp.
#include "caveat/conduct/application.hpp"

#include <algorithm>
#include <array>

#include "application_steps.hpp"

namespace caveat::conduct {
namespace {

using Stage = ApplicationPhase;

constexpr std::array<std::string_view, std::variant_size_v<ApplicationAct>> application_act_names{
    "submit", "amend", "sponsor", "document", "visit", "ballot", "admit", "decline", "mou", "withdraw", "revoke"};

bool before_ballot(Stage phase) { return phase <= Stage::site_visit_agreed; }

Result<void> still_open(const Application& a, std::string_view what) {
    const Stage phase = phase_of(a);
    if (before_ballot(phase)) return {};
    return fail(errc::denied, "item 17: {} belongs before the ballot; application {} is {}", what, a.id, name(phase));
}

// Sponsors and visitors must be able to read the form, so it has to be complete.
Result<void> check_form(const Application& a, std::string_view what) {
    if (auto ok = still_open(a, what); !ok) return ok;
    if (phase_of(a) != Stage::draft) return {};
    return fail(errc::denied, "item 21: {} needs a whole form; it lacks {}", what, missing(a).front());
}

Result<void> check_document(const Document& document, std::string_view what) {
    if (document.empty())
        return fail(errc::invalid, "item 20: {} is kept and known by its hash; hand it in, with its text or its file", what);
    return {};
}

Result<void> balloted_by(const Application& a, const ApplicationStep& step) {
    const Stage phase = phase_of(a);
    if (phase != Stage::sc_ballot) {
        const auto lacking = missing(a);
        const auto needs = !before_ballot(phase) ? std::string{} : lacking.empty() ? "; needs a ballot" : "; needs " + lacking.front();
        return fail(errc::denied, "item 22: application {} is {}, not in its ballot{}", a.id, name(phase), needs);
    }
    if (step.decision == a.ballots.back()) return {};
    return fail(errc::denied, "item 22: decision {} is not the ballot of application {}; that is {}", step.decision, a.id,
                a.ballots.back());
}

Result<void> judge(const Application& a, const ApplicationStep&, const SubmitApplication&) {
    return fail(errc::denied, "item 23: application {} was submitted already; another category is another application", a.id);
}

Result<void> judge(const Application& a, const ApplicationStep&, const AmendForm& act) {
    if (auto ok = still_open(a, "a form"); !ok) return ok;
    return sound(act.form);
}

Result<void> judge(const Application& a, const ApplicationStep&, const SponsorTeam& act) {
    if (auto ok = check_form(a, "a sponsor"); !ok) return ok;
    const auto& team = act.sponsor.team;
    if (team == a.team) return fail(errc::denied, "item 19: {} cannot sponsor itself; needs another Operational Member", team);
    if (!act.sponsor.operational) return fail(errc::denied, "item 19: {} is not an Operational Member; only members sponsor", team);
    if (act.sponsor.sanctioned) return fail(errc::denied, "item 19: {} is under sanction; needs a member that is not", team);
    const auto known = std::find_if(a.sponsors.begin(), a.sponsors.end(), [&](const Sponsorship& s) { return s.team == team; });
    if (known != a.sponsors.end() && !act.anew) {
        return fail(errc::denied, "item 18: {} sponsors already and counts once; sponsors {}/{}", team, a.sponsors.size(),
                    a.sponsors_needed());
    }
    return {};
}

Result<void> judge(const Application& a, const ApplicationStep&, const AttachDocument& act) {
    // Access waits for the acceptances, so they may come until then.
    const Stage phase = phase_of(a);
    const bool accepts = act.kind == DocumentKind::handling_policy || act.kind == DocumentKind::engagement_policy;
    const bool in_time = accepts && (phase == Stage::sc_ballot || phase == Stage::approved_pending_mou);
    if (auto ok = in_time ? Result<void>{} : still_open(a, "a document"); !ok) return ok;
    if (auto ok = check_document(act.document, name(act.kind)); !ok) return ok;
    if (act.kind != DocumentKind::report) return {};
    if (std::any_of(a.sponsors.begin(), a.sponsors.end(), [&](const Sponsorship& s) { return s.team == act.sponsor; })) return {};
    return fail(errc::denied, "item 19: a Sponsor Report is of a sponsor; '{}' is not one of application {}", act.sponsor, a.id);
}

Result<void> judge(const Application& a, const ApplicationStep&, const AgreeVisit& act) {
    if (auto ok = check_form(a, "a site visit"); !ok) return ok;
    if (a.of_partner()) return fail(errc::denied, "item 18: a site visit is of Operational Members; {} asks to be {}", a.team, a.category);
    if (!a.form.site_visit)
        return fail(errc::denied, "item 17: the form of {} does not consent to a site visit; needs site_visit = true", a.id);
    if (act.visitor == a.team) return fail(errc::denied, "item 17: {} cannot visit itself; needs another Operational Member", act.visitor);
    if (!act.operational) return fail(errc::denied, "item 17: {} is not an Operational Member; a member visits the site", act.visitor);
    return {};
}

Result<void> judge(const Application& a, const ApplicationStep&, const OpenBallot& act) {
    const Stage phase = phase_of(a);
    const bool again = phase == Stage::sc_ballot && act.earlier_failed;
    if (phase == Stage::sc_ballot && !again)
        return fail(errc::denied, "item 22: decision {} is the ballot of {} already", a.ballots.back(), a.id);
    if (!before_ballot(phase) && !again)
        return fail(errc::denied, "item 22: application {} is {}; nothing is left to vote on", a.id, name(phase));
    if (again) return {};
    std::string needs;
    for (const auto& line : missing(a, act.sponsors)) needs += (needs.empty() ? "" : ", ") + line;
    if (!needs.empty()) return fail(errc::denied, "item 20: application {} is not ready for its ballot; missing {}", a.id, needs);
    return {};
}

Result<void> judge(const Application& a, const ApplicationStep& step, const Admit& act) {
    if (auto ok = balloted_by(a, step); !ok) return ok;
    if (step.at < act.effect) return fail(errc::denied, "item 22: decision {} takes effect {}", step.decision, to_string(act.effect));
    return {};
}

Result<void> judge(const Application& a, const ApplicationStep& step, const Decline&) { return balloted_by(a, step); }

Result<void> judge(const Application& a, const ApplicationStep& step, const RecordMou& act) {
    const Stage phase = phase_of(a);
    if (phase != Stage::approved_pending_mou) {
        return fail(errc::denied, "item 18: an MoU belongs to a partner the committee approved; application {} is {}", a.id, name(phase));
    }
    if (auto ok = check_document(act.mou, "the MoU"); !ok) return ok;
    if (!act.signed_on.ok()) return fail(errc::invalid, "item 18: the MoU has a date; write the day it was signed");
    if (date_of(step.at) < act.signed_on) return fail(errc::denied, "item 18: an MoU dated after today; write the day it was signed");
    if (act.signed_on < *a.admitted) {
        return fail(errc::denied, "item 18: the MoU is dated {}; needs one signed after the approval of {}", to_string(act.signed_on),
                    to_string(*a.admitted));
    }
    if (const auto due = acceptances_due(a); !due.empty()) {
        return fail(errc::denied, "ruling (nn): {} accepts the policies before access; missing: the document '{}'", a.team,
                    name(due.front()));
    }
    return {};
}

Result<void> judge(const Application& a, const ApplicationStep&, const WithdrawApplication&) {
    const Stage phase = phase_of(a);
    if (is_over(phase)) return fail(errc::denied, "item 17: application {} is {}; nothing is left to withdraw", a.id, name(phase));
    return {};
}

Result<void> judge(const Application& a, const ApplicationStep&, const RevokeStatus& act) {
    const Stage phase = phase_of(a);
    if (!a.admitted || a.ended) return fail(errc::denied, "item 25: application {} is {}; there is no status to revoke", a.id, name(phase));
    return may_revoke(a.traits, act.rule, act.clause);
}

}  // namespace

std::string_view name(const ApplicationAct& act) { return application_act_names.at(act.index()); }

bool needs_decision(const ApplicationAct& act) {
    return std::holds_alternative<OpenBallot>(act) || std::holds_alternative<Admit>(act) || std::holds_alternative<Decline>(act) ||
           std::holds_alternative<RevokeStatus>(act);
}

std::size_t Application::sponsors_needed() const {
    return static_cast<std::size_t>(of_partner() ? numbers.partner_sponsors : numbers.member_sponsors);
}

Result<Application> open_application(const ApplicationStep& first, const Numbers& numbers, const community::CategoryTraits& traits) {
    const auto* act = std::get_if<SubmitApplication>(&first.act);
    if (act == nullptr) return fail(errc::denied, "item 17: an application begins with its form, not with {}", name(first.act));
    if (first.actor.empty()) return fail(errc::invalid, "item 17: missing: who acts");
    if (act->id.empty() || !is_short_name(act->team.value)) {
        return fail(errc::invalid, "item 17: the team '{}' needs a short name: letters, digits, '.', '_' and '-'",
                    act->team.value.substr(0, 64));
    }
    if (traits.closed || (!traits.is_member() && !traits.is_partner()))
        return fail(errc::invalid, "category '{}' is not open to applications", act->category.substr(0, 64));
    if (auto ok = sound(act->form); !ok) return tl::unexpected(ok.error());
    return begun(first, *act, numbers, traits);
}

Result<Application> next(const Application& before, const ApplicationStep& step) {
    if (step.at < before.last) return fail(errc::denied, "item 17: dated before the last step, {}", to_string(before.last));
    if (step.actor.empty()) return fail(errc::invalid, "item 17: missing: who acts");
    if (needs_decision(step.act) && step.decision.empty()) {
        return fail(errc::denied, "item 54: missing: the decision for '{}'; the secretariat decides nothing", name(step.act));
    }
    const auto allowed = std::visit([&](const auto& act) { return judge(before, step, act); }, step.act);
    if (!allowed) return tl::unexpected(allowed.error());
    Application after = before;
    if (const auto done = apply(after, step); !done) return tl::unexpected(done.error());
    return after;
}

std::optional<Rule> revoked_by(const community::CategoryTraits& traits) {
    if (traits.is_member()) return Rule::two_thirds;
    return traits.is_partner() ? std::optional{Rule::approval} : std::nullopt;
}

Result<void> may_revoke(const community::CategoryTraits& traits, Rule rule, std::string_view clause) {
    const auto due = revoked_by(traits);
    if (!due) return fail(errc::denied, "item 25: the team has no status that can be revoked");
    if (rule != *due && *due == Rule::two_thirds) {
        return fail(errc::denied, "item 25: the General Meeting revokes a membership; needs a motion by two_thirds, not by {}", name(rule));
    }
    if (rule != *due)
        return fail(errc::denied, "item 25: the committee revokes a partnership; needs a decision by approval, not by {}", name(rule));
    if (*due == Rule::approval && clause.empty())
        return fail(errc::denied, "item 25: a partnership is revoked under its MoU; needs the clause");
    return {};
}

}  // namespace caveat::conduct
