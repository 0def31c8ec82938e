#include "application_docket.hpp"

#include <algorithm>
#include <array>

#include "application_text.hpp"
#include "book_numbers.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "changes.hpp"
#include "enrolment.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

constexpr std::array<std::string_view, std::variant_size_v<ApplicationAct>> journal_names{
    "application.submitted", "application.amended",   "application.sponsored", "application.documented",
    "application.visit",     "application.balloted",  "application.admitted",  "application.declined",
    "application.mou",       "application.withdrawn", "application.revoked"};

std::string tell(const SubmitApplication& a) {
    auto text = fmt::format("{} asks to be {}", a.team, a.category);
    if (!a.subtype.empty()) text += " (" + a.subtype + ")";
    return a.before.empty() ? text : fmt::format("{}; until now {}", text, a.before);
}
std::string tell(const AmendForm&) { return "the form, anew"; }
std::string tell(const SponsorTeam& a) {
    return fmt::format("{} sponsors{}", a.sponsor.team, a.report.empty() ? "" : ", with its report " + a.report.hash);
}
std::string tell(const AttachDocument& a) {
    const auto of = a.sponsor.empty() ? std::string{} : fmt::format(" of {}", a.sponsor);
    return a.signature.empty() ? fmt::format("{}{}, {}", name(a.kind), of, a.document.hash)
                               : fmt::format("the signature of the {}, {}: {}", name(a.kind), a.document.hash, a.signature);
}
std::string tell(const AgreeVisit& a) { return fmt::format("{} will visit the site", a.visitor); }
std::string tell(const OpenBallot&) { return "put to the vote"; }
std::string tell(const Admit& a) { return fmt::format("approved, in effect {}", moment(a.effect)); }
std::string tell(const Decline& a) { return a.why; }
std::string tell(const RecordMou& a) { return fmt::format("MoU of {}, {}", to_string(a.signed_on), a.mou.hash); }
std::string tell(const WithdrawApplication&) { return "withdrawn by the applicant"; }
std::string tell(const RevokeStatus& a) {
    return a.clause.empty() ? fmt::format("by {}", name(a.rule)) : fmt::format("by {}, clause {} of the MoU", name(a.rule), a.clause);
}

std::string_view category_of(const std::vector<ApplicationStep>& steps) {
    const auto* submitted = steps.empty() ? nullptr : std::get_if<SubmitApplication>(&steps.front().act);
    return submitted == nullptr ? std::string_view() : std::string_view(submitted->category);
}

std::string told_step(const ApplicationStep& step) {
    return std::visit([](const auto& act) { return tell(act); }, step.act);
}

const Form* form_in(const ApplicationStep& step) {
    if (const auto* act = std::get_if<SubmitApplication>(&step.act)) return &act->form;
    if (const auto* act = std::get_if<AmendForm>(&step.act)) return &act->form;
    return nullptr;
}

const Contact* contact_of(const Form& form, const PersonId& id) {
    const auto found = std::find_if(form.contacts.begin(), form.contacts.end(), [&](const Contact& c) { return c.id == id; });
    return found == form.contacts.end() ? nullptr : &*found;
}

std::string shown(const Contact* contact) {
    if (contact == nullptr) return "nobody";
    return fmt::format("{} <{}>{}", contact->name, contact->address, contact->representative ? ", its representative" : "");
}

ContactsChanged compared(const Form& before, const Form& after) {
    ContactsChanged changed;
    const auto add = [&](const Contact* was, const Contact* is) {
        if (was != nullptr && is != nullptr && *was == *is) return;
        const auto& id = was != nullptr ? was->id : is->id;
        changed.what += fmt::format("{}{}: {}, before {}", changed.what.empty() ? "" : "; ", id, shown(is), shown(was));
        if (was != nullptr && (is == nullptr || is->address != was->address)) changed.gone.push_back(*was);
    };
    for (const auto& was : before.contacts) add(&was, contact_of(after, was.id));
    for (const auto& is : after.contacts) {
        if (contact_of(before, is.id) == nullptr) add(nullptr, &is);
    }
    return changed;
}

template <class Wanted>
Result<std::optional<ApplicationDocket>> latest_of(storage::Store& store, const TeamId& team, Wanted wanted) {
    auto rows = store.applications().of(team);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        auto docket = read_docket(store, *row);
        if (!docket) return tl::unexpected(docket.error());
        if (wanted(phase_of(docket->as_is))) return std::optional(std::move(*docket));
    }
    return std::optional<ApplicationDocket>{};
}

Result<void> open_ballot(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                         const storage::Motion& motion, Instant now) {
    auto open = open_application_of(store, TeamId{motion.subject});
    if (!open) return tl::unexpected(open.error());
    auto& docket = *open;
    if (!docket) return fail(errc::denied, "ruling (ii): no application of {} is open", motion.subject);
    // What would stop the admission for good stops the vote on it: behind the ballot no form is put right.
    if (auto ok = contacts_are_nobodys(store, docket->as_is.team, docket->as_is.form); !ok) return ok;
    OpenBallot act{standings(store, rules, docket->as_is, now), false};
    if (!docket->as_is.ballots.empty()) {
        const auto earlier = read_decision(store, rules, vault, docket->as_is.ballots.back(), now);
        const auto is = [&](BallotResult result) { return earlier && earlier->tally.verdict == result; };
        act.earlier_failed = earlier && !is_running(*earlier, now) && (is(BallotResult::failed) || is(BallotResult::no_quorum));
    }
    return take_step(store, *docket, by, {now, by.name, motion.id, std::move(act)});
}

std::vector<std::string> lapsed(storage::Store& store, const policy::Rulebook& rules, const Application& a, Instant now) {
    std::vector<std::string> lines;
    for (const Sponsorship& s : a.sponsors) {
        if (!s.stands) lines.push_back(fmt::format("{} was void when the ballot opened", s.team));
        if (!s.stands || !a.ballots.empty()) continue;
        const auto current = standing_of(store, rules, s.team, s.at, now);
        if (!current.operational)
            lines.push_back(fmt::format("{} is not an Operational Member any more", s.team));
        else if (current.sanctioned)
            lines.push_back(fmt::format("{} was sanctioned since it sponsored", s.team));
    }
    return lines;
}

// Whoever is let in as a contact was perhaps of another team: nobody comes into another without that being looked at (ruling kk). Of those
// who are in the register by now nothing is said.
std::vector<std::string> contacts_known_elsewhere(storage::Store& store, const Application& a) {
    const auto directory = store.directory();
    const auto team_of = [&](const PersonId& id) {
        const auto person = directory.person(id);
        return person ? person->team : directory.former_team(id).value_or(TeamId{});
    };
    std::vector<std::string> lines;
    for (const Contact& contact : a.form.contacts) {
        if (directory.person(contact.id)) continue;
        const auto former = team_of(contact.id);
        if (!former.empty() && former != a.team) {
            lines.push_back(fmt::format("contact {}: who had the id {} before was of {}; look whether this is the same person (ruling kk)",
                                        contact.name, contact.id, letters::called(store, former)));
            continue;
        }
        for (const auto& other : directory.who_had({storage::mark_of_address(mail::normalise_address(contact.address))})) {
            const auto team = team_of(other);
            if (team.empty() || team == a.team) continue;
            lines.push_back(fmt::format("contact {}: {} was an address of {}, of {}; look whether this is the same person (ruling kk)",
                                        contact.name, contact.address, other, letters::called(store, team)));
            break;
        }
    }
    return lines;
}

}  // namespace

Result<ApplicationDocket> read_docket(storage::Store& store, const storage::ApplicationRow& row) try {
    ApplicationDocket docket;
    for (auto& kept : store.applications().acts(row.id)) {
        auto act = application_act_from(kept.act);
        if (!act) return fail(errc::corrupt, "application {} cannot be read: step {} is not understood", row.id, docket.steps.size() + 1);
        docket.steps.push_back({kept.at, std::move(kept.actor), std::move(kept.decision), std::move(*act)});
    }
    const auto numbers = numbers_from(row.numbers);
    if (!numbers) return fail(errc::corrupt, "application {} cannot be read: {}", row.id, numbers.error().detail);
    auto a = replay_application(docket.steps, *numbers, traits_from(row.numbers, category_of(docket.steps)));
    if (!a) return fail(errc::corrupt, "application {} cannot be read: {}", row.id, a.error().detail);
    docket.as_is = std::move(*a);
    return docket;
} catch (const storage::Broken& trouble) {  // a page of the database: that of this application alone, maybe
    return fail(errc::corrupt, "application {} cannot be read: {}", row.id, trouble.what());
}

Result<ApplicationDocket> find_application(storage::Store& store, const std::string& id) {
    const auto row = store.applications().find(id);
    if (!row) return fail(errc::not_found, "application {} is not there; see: caveat application list", id.substr(0, 64));
    return read_docket(store, *row);
}

Result<std::optional<ApplicationDocket>> open_application_of(storage::Store& store, const TeamId& team) {
    return latest_of(store, team, [](ApplicationPhase phase) { return !is_over(phase); });
}

Result<std::optional<ApplicationDocket>> status_of(storage::Store& store, const TeamId& team) {
    return latest_of(store, team, [](ApplicationPhase phase) {
        return phase == ApplicationPhase::admitted || phase == ApplicationPhase::approved_pending_mou;
    });
}

community::Settings settings_of(const Application& a) {
    return {{"application", a.id}, {"category", a.category}, {"subtype", a.subtype}, {"economy", a.form.economy}};
}

std::vector<ContactsChanged> contacts_changed(const std::vector<ApplicationStep>& steps) {
    std::vector<ContactsChanged> all;
    const Form* before = nullptr;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto* form = form_in(steps[i]);
        if (form == nullptr) continue;
        auto changed = before == nullptr ? ContactsChanged{} : compared(*before, *form);
        changed.step = i;
        if (!changed.what.empty()) all.push_back(std::move(changed));
        before = form;
    }
    return all;
}

std::string applicant_in_words(storage::Store& store, const ApplicationDocket& docket) {
    std::string text;
    for (const auto& contact : docket.as_is.form.contacts)
        text += fmt::format("{}{} ({})", text.empty() ? "Its contacts: " : "; ", shown(&contact), contact.id);
    if (!text.empty()) text += ".";
    for (const auto& changed : contacts_changed(docket.steps)) {
        const auto& step = docket.steps[changed.step];
        text +=
            fmt::format(" {} changed them on {}: {}.", who_did(store, docket.as_is.id, step.actor, step.at), moment(step.at), changed.what);
    }
    const auto form = std::find_if(docket.as_is.documents.rbegin(), docket.as_is.documents.rend(),
                                   [](const AttachDocument& d) { return d.kind == DocumentKind::form; });
    if (form != docket.as_is.documents.rend() && form->outdated)
        text += " The form was changed after the one that is on file was signed and handed in.";
    return text;
}

SponsorStanding standing_of(storage::Store& store, const policy::Rulebook& rules, const TeamId& id, Instant since, Instant now) {
    SponsorStanding s{id, false, false};
    const auto team = store.directory().team(id);
    // It was admitted after it sponsored, so it left in between and its sponsorship is void.
    s.operational = team && rules.is_member(team->category) && team->since && start_of(*team->since) <= since;
    const auto denials = store.powers().denials();
    s.sanctioned = std::any_of(denials.begin(), denials.end(), [&](const community::Denial& d) {
        const bool since_then = d.during.from <= now && (!d.during.until || (since < *d.during.until && d.during.from < *d.during.until));
        return d.source == "sanction" && d.whole_team && d.whom == id.value && since_then;
    });
    return s;
}

std::vector<SponsorStanding> standings(storage::Store& store, const policy::Rulebook& rules, const Application& a, Instant now) {
    std::vector<SponsorStanding> all;
    for (const Sponsorship& s : a.sponsors) all.push_back(standing_of(store, rules, s.team, s.at, now));
    return all;
}

void keep(storage::Store& store, const std::string& id, const community::Actor& by, const ApplicationStep& step,
          const std::function<void()>& what_follows) {
    store.applications().append(id, {step.at, step.actor, step.decision, text_of(step.act)});
    if (what_follows) what_follows();
    Detail detail;
    detail.add("what", told_step(step));
    if (!step.decision.empty()) detail.add("decision", step.decision);
    store.journal().append(step.at, step.actor, journal_names[step.act.index()], id, community::add_maker(detail, by).text());
}

Result<void> take_step(storage::Store& store, ApplicationDocket& docket, const community::Actor& by, const ApplicationStep& step,
                       const std::function<void()>& what_follows) {
    auto after = conduct::next(docket.as_is, step);
    if (!after) return tl::unexpected(after.error());
    docket.as_is = std::move(*after);
    docket.steps.push_back(step);
    keep(store, docket.as_is.id, by, step, what_follows);
    return {};
}

Result<void> fits_application(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                              const storage::Motion& motion, Instant now) {
    if (motion.kind != "admission" && motion.kind != "category") return {};
    return open_ballot(store, rules, vault, by, motion, now);
}

ApplicationFile as_file(storage::Store& store, const policy::Rulebook& rules, const ApplicationDocket& docket, Instant now) {
    ApplicationFile file;
    const auto sponsors = standings(store, rules, docket.as_is, now);
    file.as_is = docket.as_is;
    file.phase = phase_of(docket.as_is, sponsors);
    file.missing = missing(docket.as_is, sponsors);
    file.lapsed = lapsed(store, rules, docket.as_is, now);
    file.known = contacts_known_elsewhere(store, docket.as_is);
    file.next = what_next(docket.as_is, sponsors);
    file.mentors = mentorships(docket.as_is);
    const Doers doers(store, docket.as_is.id);
    for (const auto& step : docket.steps) {
        const auto who = doers.on_record(step.actor, step.at);
        file.happened.push_back({step.at, std::string(name(step.act)), who, step.decision, told_step(step)});
    }
    for (const auto& changed : contacts_changed(docket.steps)) file.happened[changed.step].what += "; contacts: " + changed.what;
    return file;
}

ApplicationFile read_file(storage::Store& store, const policy::Rulebook& rules, const storage::ApplicationRow& row, Instant now) {
    const auto docket = read_docket(store, row);
    if (docket) return as_file(store, rules, *docket, now);
    ApplicationFile file;
    file.as_is.id = row.id;
    file.as_is.team = row.team;
    file.as_is.submitted = row.submitted;
    file.unreadable = docket.error().detail;
    file.missing.push_back(file.unreadable);
    return file;
}

}  // namespace caveat::committee
