#pragma once
// The committee's office for the small records of a team: reviews of its eligibility, its declarations, its yearly duties, the documents it
// accepts, and its word that its contact data is right (items 5, 8, 24 and 60; ruling nn). None of them opens or closes anything by itself:
// what a review recommends is decided by a ballot of its own (item 25), which then names it (committee.hpp), and a missed duty has no
// automatic consequence. A declaration opens a review, or joins the one that is open; the end of the review is the end of its declarations.
// Who is told of what: reminders.hpp. One transaction per act, with its journal entry. Lives on the desk, or in the command line's process.
// Errors: errc::denied with the rule and what would be needed, invalid, not_found, conflict.
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/committee/papers.hpp"
#include "caveat/community/matter.hpp"
#include "caveat/community/people.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

using community::Matter;
using community::MatterKind;

// How one ends. Of a review: meets, or what is recommended (category, revocation), by a decision of kind review about it, and what was
// found. Of a duty: done, excused, missed. Of a declaration, which its team takes back: no outcome, only why.
struct Ending {
    std::string outcome;
    std::string note;
    std::string decision;
};

// A team and a version of a document that it was asked to accept: by whom and when it did, or not yet.
struct Acceptance {
    std::string document;
    std::string version;
    std::string hash;
    TeamId team;
    Instant asked{};
    std::optional<Instant> accepted;
    std::string by;        // who accepted it for the team
    bool current = false;  // of several versions the last that was asked for
    std::string id = {};   // of the document
    bool kept = false;     // it is kept here, to be read
};

// How long ago a team said that its contact data is right (item 60).
struct ContactCheck {
    TeamId team;
    std::optional<Instant> confirmed = {};  // the last time; none: never
    std::string by = {};                    // who entered that
    Instant since{};                        // from when that is counted: the last time, else the admission, or the first day here
    Instant due{};                          // the next time
    Instant late{};                         // from then on it is overdue
    std::string state = {};                 // current | due | overdue
};

class Matters {
public:
    static constexpr std::size_t longest_text = 4'000;  // bytes of what is said in words; beyond it errc::invalid
    static constexpr std::size_t longest_name = 200;    // bytes of a criterion, a document's name and version

    Matters(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock)
        : store_(store), vault_(vault), rules_(rules), clock_(clock) {}

    // Of a member or partner, at any time; one open review a team. By the committee, the team's own seat apart.
    [[nodiscard]] Result<Matter> review(const community::Actor& by, const TeamId& team, const std::string& reason);
    // By who speaks for the team. The review it leads to is `cause`.
    [[nodiscard]] Result<Matter> declare(const community::Actor& by, const TeamId& team, const std::string& criterion,
                                         const std::string& text);
    // A duty of one Operational Member, or of each that has none of this word and day yet. errc::conflict if there is nothing to add.
    [[nodiscard]] Result<std::vector<Matter>> owe(const community::Actor& by, const std::optional<TeamId>& team, const std::string& duty,
                                                  Instant due);
    // Puts a version of a document before all parties, members or partners: by the secretariat. Earlier versions are history from then on.
    // The document itself comes as `paper` and is kept, sealed (papers.hpp); a hash beside it must be its own. Without it the text is kept
    // elsewhere. errc::limit beyond longest_paper.
    [[nodiscard]] Result<Matter> ask(const community::Actor& by, const std::string& document, const std::string& version,
                                     const std::string& hash, const std::string& of, const Paper& paper = {});
    // A document that is kept, by its id ("DOC-2026-001"): for the committee and the secretariat, the people of the teams it is for, and
    // those of a team whose open application asks to become such a one. For everybody else it is not there.
    [[nodiscard]] Result<std::pair<PaperFacts, Paper>> read(const community::Actor& by, const std::string& id);
    // By who speaks for the team; the current version, which an empty one means. What an application handed in as its acceptance of the
    // current version (the same bytes, or "NAME VERSION" as their reference) counts from the admission on, or from the MoU.
    [[nodiscard]] Result<Acceptance> accept(const community::Actor& by, const TeamId& team, const std::string& document,
                                            const std::string& version);
    // Item 60: the contact data of a member or partner is right as it stands. By who speaks for the team.
    [[nodiscard]] Result<ContactCheck> confirm_contacts(const community::Actor& by, const TeamId& team);
    // Of every member and partner, by id; none where the rule book asks nobody.
    [[nodiscard]] std::vector<ContactCheck> contact_checks();
    // Of a review, a declaration or a duty.
    [[nodiscard]] Result<Matter> close(const community::Actor& by, MatterKind kind, const std::string& id, const Ending& ending);

    [[nodiscard]] Result<Matter> find(MatterKind kind, const std::string& id);
    [[nodiscard]] std::vector<Matter> all(MatterKind kind);  // in the order entered
    // What was accepted, and what of the current versions was not yet, by document, version and team.
    [[nodiscard]] std::vector<Acceptance> acceptances();

private:
    [[nodiscard]] Result<void> end_review(const community::Actor& by, const Matter& review, const Ending& ending, Instant now);
    void keep(const community::Actor& by, const Matter& matter, std::string_view act);

    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
};

}  // namespace caveat::committee
