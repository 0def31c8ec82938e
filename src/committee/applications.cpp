// Acts on applications. Each is one transaction: replayed, judged by conduct with the register's facts, and written with all that follows.
#include "caveat/committee/applications.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "application_ballots.hpp"
#include "application_docket.hpp"
#include "application_papers.hpp"
#include "book_numbers.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "changes.hpp"
#include "electors.hpp"
#include "enrolment.hpp"
#include "matters.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

// The office records what was handed in; a team may also hand in its own papers.
Result<void> may_hand_in(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& whose,
                         Instant now) {
    if (records(store, rules, by, now)) return {};
    return may_speak_for(store, rules, by, whose, now);
}

// Whoever withdraws what is being voted on, or is approved, undoes the vote, so that it is in no hands but the applicant's (items 22 and
// 54). One who has nobody in the register tells the operator.
Result<void> may_take_back(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Application& a,
                           Instant now) {
    if (auto ok = may_speak_for(store, rules, by, a.team, now); !ok) return ok;
    if (!by.person) return {};
    if (is_own_hand(store, rules, by, a.team, now)) return is_its_own_voice(store, rules, by, a.team, now);
    return fail(errc::denied, "items 17 and 54: an application is the applicant's, and {} itself takes it back, or the operator for it",
                a.team);
}

struct Word {
    TeamId of;
    std::string_view what;
    bool operator==(const Word&) const = default;
};

// Whose word it is that this act would take the place of: the form of the applicant, the same signed and the key it was signed with, of
// which the last counts, and the report of a sponsor. Other papers stay beside each other.
std::optional<Word> word_in(const Application& a, const ApplicationAct& act) {
    if (std::holds_alternative<AmendForm>(act) || std::holds_alternative<SubmitApplication>(act)) return Word{a.team, "form"};
    if (const auto* sponsor = std::get_if<SponsorTeam>(&act)) return Word{sponsor->sponsor.team, "report"};
    const auto* paper = std::get_if<AttachDocument>(&act);
    if (paper == nullptr) return std::nullopt;
    if (paper->kind == DocumentKind::report) return Word{paper->sponsor, "report"};
    if (paper->kind == DocumentKind::form) return Word{a.team, "signed form"};
    return paper->kind == DocumentKind::key ? std::optional(Word{a.team, "key"}) : std::nullopt;
}

// What a team handed in by its own hand nobody else changes, but the operator for it (item 54): by its form it consents to the visit, and
// its report is what the seats read. What others recorded for it is put right by whoever records.
Result<void> leaves_what_it_said(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                 const ApplicationDocket& docket, const Word& word, Instant now) {
    if (!by.person) return {};
    const Doers doers(store, docket.as_is.id);
    bool said = false, by_them = false;
    for (const auto& step : docket.steps) {
        if (word_in(docket.as_is, step.act) != word) continue;
        const auto actor = doers.doer(step.actor, step.at);
        if (!is_own_act(store, rules, actor, word.of, step.at)) continue;
        said = true;
        by_them = by_them || actor == by.name;
    }
    if (!said) return {};
    if (is_own_hand(store, rules, by, word.of, now)) return by_them ? Result<void>{} : is_its_own_voice(store, rules, by, word.of, now);
    return fail(errc::denied, "item 54: {} handed in its {} itself, and changes it itself, or the operator for it", word.of, word.what);
}

// A sponsor speaks for itself and files its report; an applicant keeps its form and papers and takes its application back. The checklist
// and the visit are what others found out about it, so only the office records them (items 3, 17-20).
Result<void> may_bring(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const ApplicationDocket& docket,
                       const ApplicationAct& act, Instant now) {
    const auto& a = docket.as_is;
    if (std::holds_alternative<WithdrawApplication>(act)) return may_take_back(store, rules, by, a, now);
    const auto* paper = std::get_if<AttachDocument>(&act);
    const bool sponsors = std::holds_alternative<SponsorTeam>(act);
    const bool of_a_team =
        sponsors || std::holds_alternative<AmendForm>(act) || (paper != nullptr && paper->kind != DocumentKind::checklist);
    if (!of_a_team) return may_record(store, rules, by, now);
    const auto word = word_in(a, act);
    const auto team = word ? word->of : a.team;
    if (auto ok = sponsors ? may_speak_for(store, rules, by, team, now) : may_hand_in(store, rules, by, team, now); !ok) return ok;
    return word ? leaves_what_it_said(store, rules, by, docket, *word, now) : Result<void>{};
}

Result<void> team_exists(storage::Store& store, const TeamId& team) {
    if (store.directory().team(team)) return {};
    return fail(errc::not_found, "team {} is not there; see: caveat team list", team.value.substr(0, 64));
}

// An economy that is left out is missing before the ballot. The day is that of the application, also when its form is handed in anew.
Result<void> in_region(const policy::Rulebook& rules, const std::string& category, const Form& form, Date day) {
    if (form.economy.empty() || rules.may_apply(category, form.economy, day)) return {};
    return fail(
        errc::denied,
        "item 4: {} is not of the region on {}; to be {} needs an economy that [[region]] of {} {} has on the day of the application",
        form.economy.substr(0, 64), to_string(day), category, rules.name(), rules.version());
}

// The act only names teams; their facts are looked up in the register.
Result<ApplicationAct> with_facts(storage::Store& store, const policy::Rulebook& rules, const Application& a, ApplicationAct act,
                                  std::string_view domain, bool office, Instant now) {
    if (auto* amend = std::get_if<AmendForm>(&act)) {
        if (auto ok = in_region(rules, a.category, amend->form, date_of(a.submitted)); !ok) return tl::unexpected(ok.error());
        if (auto ok = contacts_fit(amend->form, domain); !ok) return tl::unexpected(ok.error());
        if (auto ok = office ? contacts_free(store, a.team, amend->form, now) : Result<void>{}; !ok) return tl::unexpected(ok.error());
    }
    // Then the contacts become people.
    if (std::holds_alternative<RecordMou>(act)) {
        if (auto ok = contacts_free(store, a.team, a.form, now); !ok) return tl::unexpected(ok.error());
    }
    if (auto* visit = std::get_if<AgreeVisit>(&act)) {
        if (auto ok = team_exists(store, visit->visitor); !ok) return tl::unexpected(ok.error());
        visit->operational = standing_of(store, rules, visit->visitor, now, now).operational;
    }
    if (auto* sponsor = std::get_if<SponsorTeam>(&act)) {
        const auto team = sponsor->sponsor.team;
        if (auto ok = team_exists(store, team); !ok) return tl::unexpected(ok.error());
        sponsor->sponsor = standing_of(store, rules, team, now, now);
        sponsor->anew = false;
        for (const Sponsorship& earlier : a.sponsors) {
            if (earlier.team != team) continue;
            const auto since = standing_of(store, rules, team, earlier.at, now);
            sponsor->anew = !since.operational || since.sanctioned;
        }
    }
    return act;
}

// Acts of the committee are not accepted here: each has a function of its own, which takes its decision.
Result<void> is_plain(const ApplicationAct& act) {
    if (!needs_decision(act) && !std::holds_alternative<SubmitApplication>(act)) return {};
    if (std::holds_alternative<OpenBallot>(act)) {
        return fail(errc::invalid, "a ballot is opened by proposing it: caveat decision propose admission TEAM");
    }
    return fail(errc::invalid, "'{}' is not an act of the desk alone", name(act));
}

std::string before_of(storage::Store& store, const policy::Rulebook& rules, const std::optional<community::Team>& team, const TeamId& id) {
    std::string before = team && rules.category(team->category).status != community::Status::applicant ? team->category : "";
    const auto earlier = store.applications().of(id);
    if (!earlier.empty()) before += (before.empty() ? "" : ", ") + earlier.back().id;
    return before;
}

// A partner without an MoU has no access to keep: it comes by an application like any other, and so does a team in another economy.
bool asks_for_nothing_new(const policy::Rulebook& rules, const community::Team& team, const SubmitApplication& act) {
    if (team.category != act.category || team.subtype != act.subtype) return false;
    const bool waits = rules.category(team.category).is_partner() && !team.mou;
    return !waits && (act.form.economy.empty() || act.form.economy == team.economy);
}

Result<void> may_apply(storage::Store& store, const policy::Rulebook& rules, const std::optional<community::Team>& team,
                       const SubmitApplication& act, std::string_view domain, bool office, Instant now) {
    if (!rules.knows_category(act.category, act.subtype)) {
        return fail(errc::invalid, "category '{}' with subtype '{}' is unknown to {} {}; a subtype is of strategic only",
                    act.category.substr(0, 64), act.subtype.substr(0, 64), rules.name(), rules.version());
    }
    if (const auto open = rules.to_apply_for(); std::find(open.begin(), open.end(), act.category) == open.end()) {
        return fail(errc::invalid, "category '{}' is not open to applications; write one of {}", act.category.substr(0, 64),
                    fmt::join(open, ", "));
    }
    if (team && asks_for_nothing_new(rules, *team, act)) {
        return fail(errc::denied, "item 23: {} is {} already; an application asks for another category", act.team, act.category);
    }
    const auto open = open_application_of(store, act.team);
    if (!open) return tl::unexpected(open.error());
    if (const auto& other = *open) {
        return fail(errc::conflict, "item 23: application {} of {} is {}; one at a time", other->as_is.id, act.team,
                    name(phase_of(other->as_is)));
    }
    if (auto ok = in_region(rules, act.category, act.form, date_of(now)); !ok) return ok;
    if (auto ok = contacts_fit(act.form, domain); !ok) return ok;
    return office ? contacts_free(store, act.team, act.form, now) : Result<void>{};
}

void journal_team(storage::Store& store, const community::Actor& by, std::string_view act, const community::Team& team,
                  const std::string& decision, Instant now, const std::string& reason = {}) {
    Detail detail;
    detail.add("what", team.category);
    if (team.since) detail.add("since", to_string(*team.since));
    if (team.mou) detail.add("mou", to_string(*team.mou));
    detail.add("decision", decision);
    if (!reason.empty()) detail.add("reason", reason);
    store.journal().append(now, by.name, act, team.id.value, community::add_maker(detail, by).text());
}

}  // namespace

Applications::Applications(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock,
                           std::string domain)
    : store_(store), vault_(vault), rules_(rules), clock_(clock), domain_(std::move(domain)) {}

Result<ApplicationFile> Applications::submit(const community::Actor& by, const SubmitApplication& given) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_hand_in(store_, rules_, by, given.team, now); !ok) return tl::unexpected(ok.error());
    const auto numbers = numbers_of(rules_);
    if (!numbers) return tl::unexpected(numbers.error());
    auto& rows = store_.applications();
    const auto team = store_.directory().team(given.team);
    const auto taken = [&](const std::string& other) { return rows.find(other).has_value(); };
    auto act = given;
    if (act.id.empty()) act.id = next_id("A", now, rows.all().size(), taken);
    if (!is_short_name(act.id)) return fail(errc::invalid, "application id '{}': letters, digits, '.', '_' and '-'", act.id.substr(0, 64));
    if (taken(act.id)) return fail(errc::conflict, "application {} exists; choose another id", act.id);
    act.before = before_of(store_, rules_, team, act.team);
    const ApplicationStep step{now, by.name, "", act};
    auto opened = open_application(step, *numbers, rules_.category(act.category));
    if (!opened) return tl::unexpected(opened.error());
    if (auto ok = may_apply(store_, rules_, team, act, domain_, records(store_, rules_, by, now), now); !ok)
        return tl::unexpected(ok.error());
    rows.add({act.id, act.team, now, kept_numbers(rules_) + kept_traits(rules_, act.category)});
    keep(store_, act.id, by, step, [&] { note_applicant(store_, rules_, act.team, act.form); });
    auto file = as_file(store_, rules_, {{step}, std::move(*opened)}, now);
    transaction.commit();
    return file;
}

Result<ApplicationFile> Applications::act(const community::Actor& by, const std::string& id, const ApplicationAct& given,
                                          const Paper& paper) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto docket = find_application(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    if (auto ok = is_plain(given); !ok) return tl::unexpected(ok.error());
    if (auto ok = may_bring(store_, rules_, by, *docket, given, now); !ok) return tl::unexpected(ok.error());
    auto act = with_facts(store_, rules_, docket->as_is, given, domain_, records(store_, rules_, by, now), now);
    if (!act) return tl::unexpected(act.error());
    if (auto ok = keep_document(store_, vault_, by, docket->as_is.id, *act, paper, now); !ok) return tl::unexpected(ok.error());
    const auto follows = [&] {
        if (std::holds_alternative<WithdrawApplication>(given)) forget_applicant(store_, rules_, docket->as_is);
        if (!std::holds_alternative<RecordMou>(given)) return;
        enrol(store_, rules_, by, docket->as_is, now);
        accept_with_application(store_, rules_, by, docket->as_is, now);
        journal_team(store_, by, "team.admitted", *store_.directory().team(docket->as_is.team), docket->as_is.ballots.back(), now);
    };
    if (auto ok = take_step(store_, *docket, by, {now, by.name, "", std::move(*act)}, follows); !ok) return tl::unexpected(ok.error());
    auto file = as_file(store_, rules_, *docket, now);
    transaction.commit();
    return file;
}

Result<ApplicationFile> Applications::admit(const community::Actor& by, const std::string& id, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto docket = find_application(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto& team = docket->as_is.team;
    const auto d = ballot_of(store_, rules_, vault_, by, docket->as_is, decision, now);
    if (!d) return tl::unexpected(d.error());
    if (auto ok = contacts_free(store_, team, docket->as_is.form, now); !ok) return tl::unexpected(ok.error());
    const auto follows = [&] {
        spend(store_, decision, d->kind, id);
        enrol(store_, rules_, by, docket->as_is, now);
        accept_with_application(store_, rules_, by, docket->as_is, now);
        if (!docket->as_is.of_partner()) journal_team(store_, by, "team.admitted", *store_.directory().team(team), decision, now);
    };
    if (auto ok = take_step(store_, *docket, by, {now, by.name, decision, Admit{d->tally.effective.value_or(now)}}, follows); !ok) {
        return tl::unexpected(ok.error());
    }
    auto file = as_file(store_, rules_, *docket, now);
    transaction.commit();
    return file;
}

Result<ApplicationFile> Applications::decline(const community::Actor& by, const std::string& id, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto docket = find_application(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto d = failed_ballot(store_, rules_, vault_, by, decision, now);
    if (!d) return tl::unexpected(d.error());
    const auto follows = [&] {
        spend(store_, decision, "admission declined", id);
        forget_applicant(store_, rules_, docket->as_is);
    };
    if (auto ok = take_step(store_, *docket, by, {now, by.name, decision, Decline{d->tally.why}}, follows); !ok)
        return tl::unexpected(ok.error());
    auto file = as_file(store_, rules_, *docket, now);
    transaction.commit();
    return file;
}

Result<community::Team> Applications::revoke(const community::Actor& by, const Revocation& what) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = team_exists(store_, what.team); !ok) return tl::unexpected(ok.error());
    if (auto ok = cite(store_, rules_, vault_, by, what.decision, {"revocation", what.team.value, {{"clause", what.clause}}}, now); !ok)
        return tl::unexpected(ok.error());
    const auto d = read_decision(store_, rules_, vault_, what.decision, now);
    if (!d) return tl::unexpected(d.error());
    auto team = *store_.directory().team(what.team);
    if (auto ok = may_revoke(rules_.category(team.category), d->ballot.rule, what.clause); !ok) return tl::unexpected(ok.error());
    if (what.reason.empty()) return fail(errc::invalid, "item 24: why? A revocation rests on a review; write its reason");
    auto status = status_of(store_, what.team);
    if (!status) return tl::unexpected(status.error());
    auto& docket = *status;
    if (docket && docket->as_is.category == team.category) {
        const ApplicationStep step{now, by.name, what.decision, RevokeStatus{d->ballot.rule, what.clause, what.reason}};
        if (auto ok = take_step(store_, *docket, by, step); !ok) return tl::unexpected(ok.error());
    }
    spend(store_, what.decision, "revocation", what.team.value);
    expel(store_, rules_, by, team, now);
    journal_team(store_, by, "team.revoked", team, what.decision, now, what.reason);
    transaction.commit();
    return team;
}

std::vector<community::Person> awaited(storage::Store& store) {
    std::vector<community::Person> all;
    for (const auto& row : store.applications().all()) {
        const auto docket = read_docket(store, row);
        if (!docket) continue;  // `doctor` says so; nobody is let in by it
        const auto phase = phase_of(docket->as_is);
        if (phase != ApplicationPhase::sc_ballot && phase != ApplicationPhase::approved_pending_mou) continue;
        for (const Contact& contact : docket->as_is.form.contacts) {
            community::Person person;
            person.id = contact.id;
            person.team = docket->as_is.team;
            person.addresses = {contact.address};
            all.push_back(std::move(person));
        }
    }
    return all;
}

Result<ApplicationFile> Applications::show(const std::string& id) {
    storage::Store::Reading reading(store_);
    const auto docket = find_application(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    return as_file(store_, rules_, *docket, clock_.now());
}

std::vector<ApplicationFile> Applications::all(const std::optional<TeamId>& team) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    std::vector<ApplicationFile> files;
    for (const auto& row : team ? store_.applications().of(*team) : store_.applications().all()) {
        files.push_back(read_file(store_, rules_, row, now));
    }
    return files;
}

}  // namespace caveat::committee
