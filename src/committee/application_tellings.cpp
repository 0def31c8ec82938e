// Letters about an application: to the applicant, its sponsors and visitor, and to the committee where others acted for it.
#include <map>

#include "application_docket.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/prospect.hpp"
#include "changes.hpp"
#include "electors.hpp"
#include "telling_desk.hpp"

namespace caveat::committee {
namespace {

std::string_view in_words(conduct::DocumentKind kind) {
    switch (kind) {
        case conduct::DocumentKind::form:
            return "its form";
        case conduct::DocumentKind::report:
            return "the report of a sponsor";
        case conduct::DocumentKind::checklist:
            return "the checklist";
        case conduct::DocumentKind::engagement_policy:
            return "its acceptance of the engagement policy";
        case conduct::DocumentKind::handling_policy:
            return "its acceptance of the Information Sharing and Handling Policy";
        case conduct::DocumentKind::key:
            return "the key of its representative";
        case conduct::DocumentKind::other:
            return "one beside those that are asked for";
    }
    return {};
}

// What a step of an application means to the applicant and its sponsors.
std::string news_of(const Desk& desk, const conduct::Application& whole, const conduct::ApplicationStep& step,
                    const std::string& contacts) {
    using namespace conduct;
    if (std::holds_alternative<SubmitApplication>(step.act)) return "was received; next it needs its sponsors and their reports";
    if (std::holds_alternative<AmendForm>(step.act)) return "has a corrected form" + contacts;
    if (const auto* a = std::get_if<SponsorTeam>(&step.act)) return fmt::format("is sponsored by {}", desk.team_name(a->sponsor.team));
    if (const auto* a = std::get_if<AttachDocument>(&step.act)) {
        if (!a->signature.empty()) return "has the signature of its form looked at: " + a->signature;
        return a->sponsor.empty() ? fmt::format("has one more document on record: {}", in_words(a->kind))
                                  : fmt::format("has the report of {}", desk.team_name(a->sponsor));
    }
    if (const auto* a = std::get_if<AgreeVisit>(&step.act))
        return fmt::format("has its site visit agreed, by {}", desk.team_name(a->visitor));
    if (std::holds_alternative<OpenBallot>(step.act)) return "is being voted on by the Steering Committee";
    if (std::holds_alternative<Admit>(step.act)) {
        return whole.of_partner() ? "is approved by the Steering Committee; before the MoU is signed and on record nothing opens"
                                  : "is approved by the Steering Committee: the team is a member from now on";
    }
    if (std::holds_alternative<Decline>(step.act)) return "was declined by the Steering Committee";
    if (std::holds_alternative<RecordMou>(step.act)) return "has its MoU on record: the partnership is active";
    if (std::holds_alternative<WithdrawApplication>(step.act))
        return fmt::format("was withdrawn, by {}", who_did(desk.store, whole.id, step.actor, step.at));
    if (std::holds_alternative<RevokeStatus>(step.act)) return "is over: the standing it gave was revoked";
    return "has gone a step further";
}

// What is a team's own word, where somebody else recorded it: the form and the papers of the applicant, what a sponsor says.
std::string recorded_by(const Desk& desk, const conduct::Application& a, const conduct::ApplicationStep& step) {
    TeamId whose;
    if (std::holds_alternative<conduct::AmendForm>(step.act)) whose = a.team;
    if (const auto* sponsor = std::get_if<conduct::SponsorTeam>(&step.act)) whose = sponsor->sponsor.team;
    if (const auto* paper = std::get_if<conduct::AttachDocument>(&step.act)) {
        const bool of_a_team = paper->signature.empty() && paper->kind != conduct::DocumentKind::checklist;
        if (of_a_team) whose = paper->sponsor.empty() ? a.team : paper->sponsor;
    }
    if (whose.empty() || is_own_act(desk.store, desk.rules, doer_of(desk.store, a.id, step.actor, step.at), whose, step.at)) return {};
    return fmt::format(", as {} recorded", who_did(desk.store, a.id, step.actor, step.at));
}

community::Person as_person(const conduct::Contact& contact) {
    community::Person person;
    person.id = contact.id;
    person.name = contact.name;
    person.addresses = {contact.address};
    return person;
}

// An applicant is written to where its form says, until it has people in the register: to those who are to represent it, or else to all.
std::vector<community::Person> contacts_without_people(const Desk& desk, const conduct::Application& a) {
    if (!desk.speakers_of(a.team).empty()) return {};
    std::vector<community::Person> all, representing;
    for (const auto& contact : a.form.contacts) {
        if (!mail::is_address(contact.address)) continue;
        const auto person = as_person(contact);
        if (contact.representative) representing.push_back(person);
        all.push_back(std::move(person));
    }
    return representing.empty() ? all : representing;
}

bool is_of_the_applicant(const Desk& desk, const conduct::Application& a, const std::string& actor) {
    return std::any_of(desk.people.begin(), desk.people.end(),
                       [&](const auto& person) { return person.team == a.team && actor == "person " + person.id.value; });
}

// Whoever is its contact is let in: where somebody else than the applicant changed that, the committee hears who it was and who it is.
void add_contacts_changed(const Desk& desk, const ApplicationDocket& docket, const ContactsChanged& changed, std::vector<Telling>& all) {
    const auto& a = docket.as_is;
    const auto& step = docket.steps[changed.step];
    const auto key = fmt::format("application {} contacts {}", a.id, changed.step + 1);
    if (step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) return;
    auto readers = desk.committee_without(a.team);
    std::erase_if(readers, [&](const auto& person) { return step.actor == "person " + person.id.value; });
    if (readers.empty()) return;
    const auto text = fmt::format(
        "{} changed the contacts in the form of application {} of {} on {}:\n\n  {}\n\nWhoever is its representative is let in with the "
        "admission. The contact of before and its sponsors are told as well. If this is not what the applicant asked for, say so before "
        "the "
        "vote.",
        who_did(desk.store, a.id, step.actor, step.at), a.id, desk.team_name(a.team), moment(step.at), changed.what);
    Telling telling{{{key, step.at}}, a.id, "committee-told", {}, std::move(readers)};
    telling.fields = {{"about", "The contacts of an application were changed"},
                      {"text", text},
                      {"also", ""},
                      {"link", desk.link("/applications/" + a.id)}};
    telling.label = community::Tlp::amber_strict;
    all.push_back(std::move(telling));
}

// Whoever was asked for a vote on it hears that it is gone, and by whom.
void add_withdrawn(const Desk& desk, const ApplicationDocket& docket, std::vector<Telling>& all) {
    const auto& a = docket.as_is;
    if (a.ballots.empty() || !std::holds_alternative<conduct::WithdrawApplication>(docket.steps.back().act)) return;
    const auto& step = docket.steps.back();
    const auto key = fmt::format("application {} withdrawn", a.id);
    if (step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) return;
    auto readers = desk.committee_without(a.team);
    if (readers.empty()) return;
    Telling telling{{{key, step.at}}, a.id, "committee-told", {}, std::move(readers)};
    telling.fields = {
        {"about", "An application was withdrawn after its ballot was opened"},
        {"text", fmt::format("{} withdrew application {} of {} on {}{}. Its ballot was decision {}. If the applicant did not ask for this, "
                             "tell the others of the committee at once: it can apply again.",
                             who_did(desk.store, a.id, step.actor, step.at), a.id, desk.team_name(a.team), moment(step.at),
                             a.admitted ? ", which you had approved" : "", a.ballots.back())},
        {"also", ""},
        {"link", desk.link("/applications/" + a.id)}};
    telling.label = community::Tlp::amber_strict;
    all.push_back(std::move(telling));
}

// The member that visits the site has to do so: it hears that it is down for that, which others record.
void add_visitor(const Desk& desk, const conduct::Application& a, std::size_t number, const conduct::ApplicationStep& step,
                 std::vector<Telling>& all) {
    const auto* visit = std::get_if<conduct::AgreeVisit>(&step.act);
    if (visit == nullptr) return;
    if (is_own_act(desk.store, desk.rules, doer_of(desk.store, a.id, step.actor, step.at), visit->visitor, step.at)) return;
    const auto key = fmt::format("application {} step {} visitor", a.id, number);
    auto readers = desk.speakers_of(visit->visitor);
    if (readers.empty() || step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) return;
    Telling telling{{{key, step.at}}, a.id, "matter", {}, std::move(readers)};
    telling.fields = {{"about", "A site visit by your team"},
                      {"text", fmt::format("{} recorded on {} that your team visits the site of {}, which application {} needs before the "
                                           "committee votes on it. If it does not, reply to this letter",
                                           who_did(desk.store, a.id, step.actor, step.at), moment(step.at), desk.team_name(a.team), a.id)},
                      {"confidential", ""},
                      {"link", ""}};
    all.push_back(std::move(telling));
}

bool lets_in(const conduct::Application& whole, const conduct::ApplicationStep& step) {
    if (std::holds_alternative<conduct::RecordMou>(step.act)) return true;
    return std::holds_alternative<conduct::Admit>(step.act) && !whole.of_partner();
}

// How people of a team that was let in come onto lists. Named are those that each of these readers may read without being named there: of
// others they may not know (item 65).
std::string way_onto_lists(const Desk& desk, const std::vector<community::Person>& readers) {
    std::string names;
    for (const auto& list : desk.store.rosters().lists()) {
        if (community::is_room(list) || (list.expires && *list.expires <= desk.now)) continue;
        const bool open = std::all_of(readers.begin(), readers.end(), [&](const auto& person) {
            const auto standing = desk.store.standing(person.id, list.id, desk.now);
            return standing && policy::reads_unnamed(desk.rules, *standing, list, desk.now);
        });
        if (open) names += (names.empty() ? "" : ", ") + list.id.value;
    }
    return names.empty() ? "those that it may read" : names;
}

// Its own people hear how to go on; its sponsors, who get the same letter, need not.
void tell_way_onto_lists(const Desk& desk, const TeamId& team, Telling& telling, std::vector<Telling>& all) {
    auto own = telling;
    std::erase_if(own.readers, [&](const auto& person) { return person.team != team; });
    std::erase_if(telling.readers, [&](const auto& person) { return person.team == team; });
    if (own.readers.empty()) return;
    own.fields["lists"] = way_onto_lists(desk, own.readers);
    all.push_back(std::move(own));
}

}  // namespace

void add_application(const Desk& desk, const storage::ApplicationRow& row, std::vector<Telling>& all) {
    const auto docket = read_docket(desk.store, row);
    if (!docket) return;
    const auto& a = docket->as_is;
    std::set<TeamId> concerned{a.team};
    for (const auto& sponsor : a.sponsors) concerned.insert(sponsor.team);
    std::vector<community::Person> readers;
    for (const auto& team : concerned) {
        for (auto& person : desk.speakers_of(team)) readers.push_back(std::move(person));
    }
    auto outside = contacts_without_people(desk, a);
    std::map<std::size_t, ContactsChanged> by_others;
    for (auto& changed : contacts_changed(docket->steps)) {
        if (is_of_the_applicant(desk, a, docket->steps[changed.step].actor)) continue;
        add_contacts_changed(desk, *docket, changed, all);
        by_others.emplace(changed.step, std::move(changed));
    }
    add_withdrawn(desk, *docket, all);
    for (std::size_t i = 0; i < docket->steps.size(); ++i) add_visitor(desk, a, i + 1, docket->steps[i], all);
    if (readers.empty() && outside.empty()) return;
    // Steps that came together are one letter.
    Telling telling{{}, a.id, "application-step", {}, std::move(readers)};
    std::string steps;
    bool opens = false;
    for (std::size_t i = 0; i < docket->steps.size(); ++i) {
        const auto& step = docket->steps[i];
        const auto key = fmt::format("application {} step {}", a.id, i + 1);
        if (step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) continue;
        telling.keys.emplace_back(key, step.at);
        opens = opens || lets_in(a, step);
        const auto changed = by_others.find(i);
        const auto contacts = changed == by_others.end()
                                  ? recorded_by(desk, a, step)
                                  : fmt::format(", in which {} changed the contacts: {}", who_did(desk.store, a.id, step.actor, step.at),
                                                changed->second.what);
        steps += fmt::format("  {} it {}.\n", moment(step.at), news_of(desk, a, step, contacts));
        // Whom the form named before hears of it where they read.
        if (changed == by_others.end() || !desk.speakers_of(a.team).empty()) continue;
        for (const auto& gone : changed->second.gone) {
            const bool known =
                std::any_of(outside.begin(), outside.end(), [&](const auto& p) { return p.addresses.front() == gone.address; });
            if (!known && mail::is_address(gone.address)) outside.push_back(as_person(gone));
        }
    }
    if (telling.keys.empty()) return;
    telling.fields = {{"application", a.id},
                      {"team", desk.team_name(a.team)},
                      {"steps", steps},
                      {"lists", ""},
                      {"link", desk.link("/applications/" + a.id)}};
    // The pages are for people of the register: to others they do not open.
    auto without_link = telling;
    without_link.fields["link"].clear();
    without_link.readers.clear();
    without_link.outside = std::move(outside);
    if (opens) tell_way_onto_lists(desk, a.team, telling, all);
    if (!telling.readers.empty()) all.push_back(std::move(telling));
    if (!without_link.outside.empty()) all.push_back(std::move(without_link));
}

}  // namespace caveat::committee
