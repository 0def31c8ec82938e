#pragma once
// The application of a team that wants to join or to change its category (items 9-12, 17-25): a value, and one pure function that takes it
// a step further or returns what forbids the step.
//   draft -> submitted -> sponsored -> site_visit_agreed -> sc_ballot -> admitted | declined;  withdrawn
//   a partner is admitted as approved_pending_mou first and has no access before its MoU is on record;  admitted -> revoked
// Phases follow from what was recorded; an office stores the steps and gets the application back by `replay_application`. The office looks
// up the standing of teams on the day (members, under sanction) and puts it into the step, so that a replay never reads today's register.
// Any thread. Refused: errc::denied names the item and what would be needed, errc::invalid for senseless input. A refused step changes
// nothing. The office checks that a decision's tally meets its rule.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/traits.hpp"
#include "caveat/conduct/ballot.hpp"
#include "caveat/conduct/case.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

// ---- what is handed in (items 20 and 21)

struct Contact {
    PersonId id;
    std::string name;
    std::string address;
    bool representative = false;
    bool operator==(const Contact&) const = default;
};

struct Form {
    std::string official_name;
    std::string short_name;
    std::string hosts;         // the organisations it belongs to
    std::string economy;       // ISO 3166-1 alpha-2
    std::string established;   // 2021-05-01, or as exactly as it is known
    std::string funding;       // government | part_government | subscription | other
    std::string constituency;  // whom it serves
    std::string ranges;        // domains, addresses, autonomous systems of the constituency
    std::string mission;
    std::string authority;
    std::string skills;
    std::string reason;  // Liaison Partner: outside_region | not_yet_eligible (item 9)
    std::string remarks;
    std::string activity;  // what it does: incident_response, coordination, research; one or more (item 3)
    std::vector<Contact> contacts;
    bool site_visit = false;    // consents to a visit by a member (item 17)
    bool asks_activity = true;  // false: filled in before the form asked for it, which changes nothing for the application
    bool operator==(const Form&) const = default;
};

// The fields of text, in the order of the form. New ones only at the end: forms are kept in this order.
struct FormField {
    std::string_view name;
    std::string Form::*value;
    bool required;
    bool open;  // everybody may know it; the rest is the committee's alone
};
[[nodiscard]] std::span<const FormField> form_fields();
[[nodiscard]] Result<void> sound(const Form& form);  // lengths, words, ids; what is left out is no fault here

// handling_policy and engagement_policy are acceptances of the community's policies (ruling nn, item 11); the checklist is the sponsor's
// aid; the key is the OpenPGP key of who signs the form (item 21).
enum class DocumentKind { form, report, checklist, engagement_policy, other, handling_policy, key };
[[nodiscard]] std::string_view name(DocumentKind kind);
[[nodiscard]] std::optional<DocumentKind> document_kind_from(std::string_view text);

// A document that the office keeps: where else it is, and the hash by which it is known.
struct Document {
    std::string reference;
    std::string hash;
    [[nodiscard]] bool empty() const { return hash.empty(); }
    bool operator==(const Document&) const = default;
};

// The present standing of a sponsor, as the office finds it.
struct SponsorStanding {
    TeamId team;
    bool operational = false;
    bool sanctioned = false;  // at any time since it sponsored
    bool operator==(const SponsorStanding&) const = default;
};

// ---- what is done

struct SubmitApplication {
    std::string id;
    TeamId team;
    std::string category;
    std::string subtype;
    std::string before;  // what it was until now: "liaison", and the application that made it so (item 23)
    Form form;
};
struct AmendForm {
    Form form;
};
struct SponsorTeam {
    SponsorStanding sponsor;
    Document report;    // may follow
    bool anew = false;  // an earlier sponsorship of the same team is void
};
struct AttachDocument {
    DocumentKind kind{};
    TeamId sponsor;  // of a report
    Document document;
    std::string signature = {};  // of a form: what was found of it, in words, with the key handed in last; empty: nobody looked yet
    bool outdated = false;       // of a form: the application says something else by now; not kept, it follows from the steps
};
struct AgreeVisit {
    TeamId visitor;
    bool operational = false;
};
struct OpenBallot {
    std::vector<SponsorStanding> sponsors;
    bool earlier_failed = false;  // the ballot before this one is over and did not pass
};
struct Admit {
    Instant effect{};  // of the decision
};
struct Decline {
    std::string why;
};
struct RecordMou {
    Date signed_on{};
    Document mou;
};
struct WithdrawApplication {
    std::string reason;
};
struct RevokeStatus {
    Rule rule{};  // of the decision
    std::string clause;
    std::string reason;
};

using ApplicationAct = std::variant<SubmitApplication, AmendForm, SponsorTeam, AttachDocument, AgreeVisit, OpenBallot, Admit, Decline,
                                    RecordMou, WithdrawApplication, RevokeStatus>;
[[nodiscard]] std::string_view name(const ApplicationAct& act);  // "submit", "amend", "sponsor", "document", "visit", "ballot", "admit",
                                                                 // "decline", "mou", "withdraw", "revoke"
[[nodiscard]] bool needs_decision(const ApplicationAct& act);

struct ApplicationStep {
    Instant at{};
    std::string actor;
    std::string decision;
    ApplicationAct act;
};

// ---- what follows

enum class ApplicationPhase {
    draft,  // the form lacks something
    submitted,
    sponsored,
    site_visit_agreed,
    sc_ballot,
    approved_pending_mou,
    admitted,
    declined,
    withdrawn,
    revoked
};
[[nodiscard]] std::string_view name(ApplicationPhase phase);

struct Sponsorship {
    TeamId team;
    Instant at{};
    Document report;
    bool stands = true;
    bool operator==(const Sponsorship&) const = default;
};

struct Application {
    std::string id;
    TeamId team;
    std::string category;
    std::string subtype;
    community::CategoryTraits traits;  // of the category, in the book it began under
    std::string before;
    Form form;
    Instant submitted{};
    Numbers numbers;
    std::vector<Sponsorship> sponsors;
    std::vector<AttachDocument> documents;  // reports are with their sponsors
    TeamId visitor;                         // empty: no visit agreed
    std::vector<std::string> ballots;       // decisions, the last one counts
    std::optional<Date> admitted;           // the day of the decision's effect
    std::optional<Date> mou;
    std::optional<ApplicationPhase> ended;  // declined, withdrawn, revoked
    std::string ending;                     // why
    Instant last{};

    [[nodiscard]] bool of_partner() const { return traits.is_partner(); }
    [[nodiscard]] std::size_t sponsors_needed() const;
};

[[nodiscard]] Result<Application> open_application(const ApplicationStep& first, const Numbers& numbers,
                                                   const community::CategoryTraits& traits);
[[nodiscard]] Result<Application> next(const Application& before, const ApplicationStep& step);
// What was recorded is not judged again; errc::invalid, naming the step, only where it makes no application.
[[nodiscard]] Result<Application> replay_application(const std::vector<ApplicationStep>& steps, const Numbers& numbers,
                                                     const community::CategoryTraits& traits);

// `sponsors`: their present standing, as far as the office knows; one that is left out counts as when it sponsored. It does not matter
// after a ballot.
[[nodiscard]] ApplicationPhase phase_of(const Application& a, std::span<const SponsorStanding> sponsors = {});
[[nodiscard]] bool is_over(ApplicationPhase phase);         // declined, withdrawn, revoked, and admitted
[[nodiscard]] bool takes_sponsors(ApplicationPhase phase);  // handed in whole, and before its ballot
// What stands between the application and its ballot, a line each: "item 18: sponsors 2/3", "item 20: checklist".
[[nodiscard]] std::vector<std::string> missing(const Application& a, std::span<const SponsorStanding> sponsors = {});
// The acceptances that are not on record yet, without which access does not begin (ruling nn).
[[nodiscard]] std::vector<DocumentKind> acceptances_due(const Application& a);
[[nodiscard]] std::vector<Possible> what_next(const Application& a, std::span<const SponsorStanding> sponsors = {});

// Item 19: each sponsor mentors for so long after the admission. Half open, as every period.
struct Mentorship {
    TeamId mentor;
    Date from{};
    Date until{};
    bool operator==(const Mentorship&) const = default;
};
[[nodiscard]] std::vector<Mentorship> mentorships(const Application& a);

// Item 25: whose decision takes a status away. None: a category of these traits is no status.
[[nodiscard]] std::optional<Rule> revoked_by(const community::CategoryTraits& traits);
[[nodiscard]] Result<void> may_revoke(const community::CategoryTraits& traits, Rule rule, std::string_view clause);

}  // namespace caveat::conduct
