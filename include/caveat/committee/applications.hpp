#pragma once
// The office's work on applications: teams that want to join or to change their category, what they handed in, their sponsors, what the
// committee decided, and how a team leaves again. The steps and their rules are in conduct (conduct/application.hpp); here they are given
// the facts of the register, and the consequences are written with them: one transaction per act, with its journal entry. An admission
// writes the team's row and its contacts, the MoU its date; a revocation ends status, seats and subscriptions. Every door asks the
// register, so nothing has to be applied later. The ballot of an application is opened by proposing a decision of kind "admission" about
// its team. Lives on the desk, or in the command line's process; not for two threads. A refused act changes nothing. Errors: errc::denied
// with the item and what would be needed, invalid, not_found, conflict. Source: rules.md items 9-14, 17-25, 54.
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/committee/papers.hpp"
#include "caveat/community/people.hpp"
#include "caveat/conduct/application.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

// An application, and what follows from it as of the instant it was asked for.
struct ApplicationFile {
    conduct::Application as_is;
    conduct::ApplicationPhase phase{};
    std::vector<Event> happened;
    std::vector<std::string> missing;     // before the ballot
    std::vector<std::string> lapsed;      // sponsorships that are void: "orchid is under sanction"
    std::vector<std::string> known;       // contacts who were of another team, by their id or address (ruling kk): for the committee alone
    std::vector<conduct::Possible> next;  // by whom, and what it needs first
    std::vector<conduct::Mentorship> mentors;
    std::string unreadable;  // why its record makes no application; then only id, team and submitted are known
};

struct Revocation {
    TeamId team;
    std::string decision;
    std::string clause;  // of the MoU; partners only
    std::string reason;
};

// The contacts of the applications that are voted on, or wait for their MoU: id, team and address.
[[nodiscard]] std::vector<community::Person> awaited(storage::Store& store);

class Applications {
public:
    // `domain` is ours: no contact has an address there.
    Applications(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock,
                 std::string domain = {});

    // `act.id` empty: the next of the year, "A-2026-001"; `act.before` is looked up here. A team the register does not know becomes an
    // applicant in it.
    [[nodiscard]] Result<ApplicationFile> submit(const community::Actor& by, const conduct::SubmitApplication& act);
    // AmendForm, SponsorTeam, AttachDocument, AgreeVisit, RecordMou and WithdrawApplication. Only the ids of teams are read from them; the
    // rest is looked up here. A document comes as `paper` and is kept; a hash alone names one that is kept already. errc::limit beyond
    // longest_paper.
    [[nodiscard]] Result<ApplicationFile> act(const community::Actor& by, const std::string& id, const conduct::ApplicationAct& act,
                                              const Paper& paper = {});
    // One document, whole: for the committee and the secretariat; the applicant has what it handed in, a sponsor its own report. For
    // everybody else it is not there.
    [[nodiscard]] Result<std::pair<PaperFacts, Paper>> read(const community::Actor& by, const std::string& id, const std::string& hash);
    // What a form is verified with (item 21): its bytes, the key handed in last, and whose it must be. GnuPG is asked by somebody else.
    struct SignedForm {
        std::string application;
        conduct::Document form;
        std::string bytes;
        std::string key;                     // armoured
        std::vector<std::string> addresses;  // of the representative in the form; empty: the form names none
    };
    // The next form of an open application that was handed in with a key and that nobody looked at; none: there is none.
    [[nodiscard]] std::optional<SignedForm> form_to_verify();
    // What was found, in words, is written down by the system. Nothing if another form or key has come since.
    void form_was_verified(const SignedForm& form, const std::string& finding);

    [[nodiscard]] Result<ApplicationFile> admit(const community::Actor& by, const std::string& id, const std::string& decision);
    [[nodiscard]] Result<ApplicationFile> decline(const community::Actor& by, const std::string& id, const std::string& decision);
    // For any team of the register, whether it came by an application or not. Returns the row as it is now.
    [[nodiscard]] Result<community::Team> revoke(const community::Actor& by, const Revocation& what);

    [[nodiscard]] Result<ApplicationFile> show(const std::string& id);
    [[nodiscard]] std::vector<ApplicationFile> all(const std::optional<TeamId>& team = std::nullopt);  // in the order submitted

private:
    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
    std::string domain_;
};

}  // namespace caveat::committee
