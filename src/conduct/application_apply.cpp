// What each act does to an application, whatever rule was asked before.
#include <algorithm>

#include "application_steps.hpp"

namespace caveat::conduct {
namespace {

using Stage = ApplicationPhase;

auto sponsorship_of(Application& a, const TeamId& team) {
    return std::find_if(a.sponsors.begin(), a.sponsors.end(), [&](const Sponsorship& s) { return s.team == team; });
}

void finish(Application& a, Stage how, const std::string& why) {
    a.ended = how;
    a.ending = why;
}

Result<void> take(Application&, const ApplicationStep&, const SubmitApplication&) {
    return fail(errc::invalid, "an application is submitted once");
}

// What was signed before says something else: its signature vouches for the form of now no more.
Result<void> take(Application& a, const ApplicationStep&, const AmendForm& act) {
    for (AttachDocument& d : a.documents) d.outdated = d.outdated || (d.kind == DocumentKind::form && act.form != a.form);
    a.form = act.form;
    if (!a.form.site_visit) a.visitor = {};
    return {};
}

// A team counts once, by what it said last.
Result<void> take(Application& a, const ApplicationStep& step, const SponsorTeam& act) {
    const auto earlier = sponsorship_of(a, act.sponsor.team);
    if (earlier != a.sponsors.end()) a.sponsors.erase(earlier);
    a.sponsors.push_back({act.sponsor.team, step.at, act.report, true});
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const AttachDocument& act) {
    if (act.kind != DocumentKind::report) {
        const auto is_it = [&](const AttachDocument& d) { return d.kind == act.kind && d.document.hash == act.document.hash; };
        const bool outdated = std::any_of(a.documents.begin(), a.documents.end(), [&](const auto& d) { return is_it(d) && d.outdated; });
        if (!act.signature.empty()) std::erase_if(a.documents, is_it);  // it is there, and was looked at
        if (act.kind == DocumentKind::key) {
            for (AttachDocument& d : a.documents) d.signature.clear();
        }
        a.documents.push_back(act);
        a.documents.back().outdated = outdated;
        return {};
    }
    const auto sponsor = sponsorship_of(a, act.sponsor);
    if (sponsor == a.sponsors.end()) return fail(errc::invalid, "{} did not sponsor before", act.sponsor);
    sponsor->report = act.document;
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const AgreeVisit& act) {
    a.visitor = act.visitor;
    return {};
}

// The first ballot settles which sponsors stand; one that follows a ballot that failed is about the same ones.
Result<void> take(Application& a, const ApplicationStep& step, const OpenBallot& act) {
    for (const SponsorStanding& now : act.sponsors) {
        const auto sponsor = sponsorship_of(a, now.team);
        if (!a.ballots.empty() || sponsor == a.sponsors.end()) continue;
        sponsor->stands = sponsor->stands && now.operational && !now.sanctioned;
    }
    a.ballots.push_back(step.decision);
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const Admit& act) {
    a.admitted = date_of(act.effect);
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const Decline& act) {
    finish(a, Stage::declined, act.why);
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const RecordMou& act) {
    a.mou = act.signed_on;
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const WithdrawApplication& act) {
    finish(a, Stage::withdrawn, act.reason);
    return {};
}

Result<void> take(Application& a, const ApplicationStep&, const RevokeStatus& act) {
    finish(a, Stage::revoked, act.reason);
    return {};
}

}  // namespace

Application begun(const ApplicationStep& first, const SubmitApplication& act, const Numbers& numbers,
                  const community::CategoryTraits& traits) {
    Application a;
    a.id = act.id;
    a.team = act.team;
    a.category = act.category;
    a.subtype = act.subtype;
    a.traits = traits;
    a.before = act.before;
    a.form = act.form;
    a.submitted = a.last = first.at;
    a.numbers = numbers;
    return a;
}

Result<void> apply(Application& a, const ApplicationStep& step) {
    if (auto ok = std::visit([&](const auto& act) { return take(a, step, act); }, step.act); !ok) return ok;
    a.last = std::max(a.last, step.at);
    return {};
}

Result<Application> replay_application(const std::vector<ApplicationStep>& steps, const Numbers& numbers,
                                       const community::CategoryTraits& traits) {
    const auto* submitted = steps.empty() ? nullptr : std::get_if<SubmitApplication>(&steps.front().act);
    if (submitted == nullptr) return fail(errc::invalid, "step 1 does not submit an application");
    Application a = begun(steps.front(), *submitted, numbers, traits);
    for (std::size_t i = 1; i < steps.size(); ++i) {
        if (auto done = apply(a, steps[i]); !done)
            return fail(errc::invalid, "step {} ({}): {}", i + 1, name(steps[i].act), done.error().detail);
    }
    return a;
}

}  // namespace caveat::conduct
