// Questions about an application: where it stands, what it lacks, what may come next, who mentors.
#include <algorithm>
#include <array>

#include "caveat/conduct/application.hpp"

namespace caveat::conduct {
namespace {

using Stage = ApplicationPhase;

bool stands(const Sponsorship& s, std::span<const SponsorStanding> sponsors) {
    const auto now = std::find_if(sponsors.begin(), sponsors.end(), [&](const SponsorStanding& other) { return other.team == s.team; });
    return s.stands && (now == sponsors.end() || (now->operational && !now->sanctioned));
}

std::size_t standing(const Application& a, std::span<const SponsorStanding> sponsors) {
    return static_cast<std::size_t>(
        std::count_if(a.sponsors.begin(), a.sponsors.end(), [&](const Sponsorship& s) { return stands(s, sponsors); }));
}

std::vector<std::string> missing_in_form(const Application& a) {
    std::vector<std::string> lines;
    for (const FormField& field : form_fields()) {
        if (field.value == &Form::activity && !a.form.asks_activity) continue;
        const bool due = field.required || (field.value == &Form::reason && a.traits.states_reason);
        if (due && (a.form.*field.value).empty()) lines.push_back(fmt::format("item 21: {} of the form", field.name));
    }
    const auto& contacts = a.form.contacts;
    if (std::none_of(contacts.begin(), contacts.end(), [](const Contact& c) { return c.representative; })) {
        lines.push_back("item 21: a contact of the form who is the representative");
    }
    return lines;
}

bool is_handed_in(const Application& a, DocumentKind kind) {
    return std::any_of(a.documents.begin(), a.documents.end(), [&](const AttachDocument& d) { return d.kind == kind; });
}

std::vector<DocumentKind> documents_due(const Application& a) {
    std::vector<DocumentKind> due{DocumentKind::form};                               // the checklist is the sponsor's aid (ruling nn)
    if (a.traits.engagement_policy) due.push_back(DocumentKind::engagement_policy);  // its acceptance is a gate (item 11)
    return due;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : "; ") + line;
    return text;
}

Possible possible(std::string_view act, std::string_view by, std::string needs = {}) {
    Possible p;
    p.act = act;
    p.by = by;
    p.needs = std::move(needs);
    return p;
}

std::vector<Possible> before_the_ballot(const Application& a, std::span<const SponsorStanding> sponsors) {
    std::vector<Possible> all;
    const auto lacking = missing_in_form(a);
    all.push_back(possible("amend", "applicant"));
    if (standing(a, sponsors) < a.sponsors_needed()) all.push_back(possible("sponsor", "member", joined(lacking)));
    all.push_back(possible("document", "applicant"));
    if (!a.of_partner() && a.visitor.empty()) {
        auto needs = lacking;
        if (!a.form.site_visit) needs.push_back("item 17: the form's consent to a site visit");
        all.push_back(possible("visit", "secretariat", joined(needs)));
    }
    all.push_back(possible("ballot", "committee", joined(missing(a, sponsors))));
    return all;
}

}  // namespace

std::string_view name(ApplicationPhase phase) {
    constexpr std::array<std::string_view, 10> names{
        "draft",    "submitted", "sponsored", "site_visit_agreed", "sc_ballot", "approved_pending_mou", "admitted",
        "declined", "withdrawn", "revoked"};
    return names.at(static_cast<std::size_t>(phase));
}

bool is_over(ApplicationPhase phase) { return phase >= Stage::admitted; }
bool takes_sponsors(ApplicationPhase phase) { return phase > Stage::draft && phase <= Stage::site_visit_agreed; }

ApplicationPhase phase_of(const Application& a, std::span<const SponsorStanding> sponsors) {
    if (a.ended) return *a.ended;
    if (a.admitted) return a.of_partner() && !a.mou ? Stage::approved_pending_mou : Stage::admitted;
    if (!a.ballots.empty()) return Stage::sc_ballot;
    if (!missing_in_form(a).empty()) return Stage::draft;
    if (standing(a, sponsors) < a.sponsors_needed()) return Stage::submitted;
    return a.visitor.empty() ? Stage::sponsored : Stage::site_visit_agreed;
}

std::vector<std::string> missing(const Application& a, std::span<const SponsorStanding> sponsors) {
    if (!a.ballots.empty() || a.ended) return {};
    auto lines = missing_in_form(a);
    const auto have = standing(a, sponsors);
    if (have < a.sponsors_needed()) {
        lines.push_back(
            fmt::format("item {}: sponsors {}/{}, each another Operational Member", a.of_partner() ? 18 : 17, have, a.sponsors_needed()));
    }
    for (const Sponsorship& s : a.sponsors) {
        if (!stands(s, sponsors)) continue;
        if (s.report.empty()) lines.push_back(fmt::format("item 19: the Sponsor Report of {}", s.team));
    }
    for (const auto kind : documents_due(a)) {
        if (!is_handed_in(a, kind)) {
            lines.push_back(fmt::format("item 20: the document '{}'", name(kind)));
        }
    }
    if (a.of_partner()) return lines;
    if (!a.form.site_visit)
        lines.push_back("item 17: the form's consent to a site visit");
    else if (a.visitor.empty())
        lines.push_back("item 17: a member that visits the site");
    return lines;
}

std::vector<DocumentKind> acceptances_due(const Application& a) {
    std::vector<DocumentKind> due;
    if (!a.of_partner()) return due;
    if (!is_handed_in(a, DocumentKind::handling_policy)) due.push_back(DocumentKind::handling_policy);
    if (a.traits.engagement_policy && !is_handed_in(a, DocumentKind::engagement_policy)) due.push_back(DocumentKind::engagement_policy);
    return due;
}

std::vector<Possible> what_next(const Application& a, std::span<const SponsorStanding> sponsors) {
    std::vector<Possible> all;
    const Stage phase = phase_of(a, sponsors);
    if (phase <= Stage::site_visit_agreed) all = before_the_ballot(a, sponsors);
    if (phase == Stage::sc_ballot) {
        all.push_back(possible("admit", "committee", fmt::format("decision {} passed by every seat", a.ballots.back())));
        all.push_back(possible("decline", "committee", fmt::format("decision {} over and not passed", a.ballots.back())));
    }
    if (phase == Stage::sc_ballot || phase == Stage::approved_pending_mou) {
        for (const auto kind : acceptances_due(a))
            all.push_back(possible("document", "applicant", fmt::format("its '{}', accepted", name(kind))));
    }
    if (phase == Stage::approved_pending_mou) {
        std::string needs = "the signed MoU";
        for (const auto kind : acceptances_due(a)) needs += fmt::format("; ruling (nn): the document '{}'", name(kind));
        all.push_back(possible("mou", "secretariat", std::move(needs)));
    }
    if (!is_over(phase)) all.push_back(possible("withdraw", "applicant"));
    if (phase != Stage::admitted && phase != Stage::approved_pending_mou) return all;
    if (a.of_partner())
        all.push_back(possible("revoke", "committee", "a decision 'revocation' and the clause of the MoU"));
    else
        all.push_back(possible("revoke", "General Meeting", "a motion 'revocation' passed by two thirds"));
    return all;
}

std::vector<Mentorship> mentorships(const Application& a) {
    std::vector<Mentorship> all;
    if (!a.admitted) return all;
    for (const Sponsorship& s : a.sponsors) {
        if (s.stands) all.push_back({s.team, *a.admitted, a.numbers.mentoring.after(*a.admitted, Rounding::later)});
    }
    return all;
}

}  // namespace caveat::conduct
