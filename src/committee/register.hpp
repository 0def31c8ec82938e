#pragma once
// The register of decisions as the acts use it: reading one with its tally, citing one, spending it.
#include "caveat/committee/committee.hpp"
#include "caveat/detail.hpp"

namespace caveat::committee {

[[nodiscard]] const Kind* kind_named(std::string_view name);

// Wherever a person is asked for, an address serves as well as an id. One that nobody has stays as it is, and is then no id either.
[[nodiscard]] PersonId person_named(storage::Store& store, const PersonId& written);

// How a sitting that was not a teleconference is recorded.
inline constexpr std::string_view in_person = "face to face";
// When the meeting of a decision sits or sat, and how; none: it is voted on without one.
struct Sitting {
    Instant at{};
    bool face_to_face = false;
};
[[nodiscard]] std::optional<Sitting> sitting_of(storage::Store& store, const storage::Motion& motion);

// The only rule that can decide this kind and subject, given the register; none: the proposal chooses.
[[nodiscard]] std::optional<conduct::Rule> rule_for(storage::Store& store, const policy::Rulebook& rules, const Kind& kind,
                                                    std::string_view subject);

// An election's subject, "chair orchid"; none if it is not of that form.
struct Candidacy {
    std::string role;
    TeamId team;
    community::Office office{};
};
[[nodiscard]] std::optional<Candidacy> candidacy(const policy::Rulebook& rules, std::string_view subject);

// What the row of a motion says by itself: all there is of one that cannot be read.
[[nodiscard]] Decision heading_of(const storage::Motion& motion);
// The vault opens the urn of a secret ballot when the ballot is over; these functions return only the tally.
// errc::corrupt, naming the decision, if what is kept makes no ballot or a sealed vote does not open.
[[nodiscard]] Result<Decision> assemble_decision(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                                 const storage::Motion& motion, Instant now);
[[nodiscard]] tl::unexpected<Error> no_such_decision(const std::string& id);  // or none that the caller may know of: the same words
[[nodiscard]] Result<Decision> read_decision(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                             const std::string& id, Instant now);
[[nodiscard]] conduct::Numbers numbers_of(const storage::Motion& motion);  // kept ones, of a motion that was put together before

// Opens a choice of host: records who stands and who presides, and uses up the first ballot if this is the second.
[[nodiscard]] Result<void> open_choice(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const Proposal& p,
                                       const storage::Motion& m, const community::Actor& by, Instant now);
// A decision for the one who acts on it: a decision of the committee about a team does not exist for that team's own seat (item 27).
[[nodiscard]] Result<Decision> decision_for(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                            const community::Actor& by, const std::string& id, Instant now);
// The same, if the decision is still open: closed neither by the person who presides nor by its clock.
[[nodiscard]] Result<Decision> still_open(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                          const community::Actor& by, const std::string& id, Instant now);

// C5: succeeds if it passed by the rule of its kind, is in effect, was not used, and decided this act (ruling ii). Why not, only those hear
// who may know of it: to the others it is not there, in the same words (item 27).
[[nodiscard]] Result<void> cite(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                                const std::string& id, const community::Deed& act, Instant now);
// Whether votes may still come in, whatever its tally says of those that are there: without a quorum at a meeting that is an outcome only
// when the ballot is closed or its time is over.
[[nodiscard]] bool is_running(const Decision& decision, Instant now);
[[nodiscard]] bool has_no_quorum(const Decision& decision);  // of a choice of host as well
// Marks it as used. One decision carries one act; nobody would have decided a second one.
void spend(storage::Store& store, const std::string& id, std::string_view kind, std::string_view subject);

// The entry of an act on a decision, with who made the token if it was done with one.
void enter_act(storage::Store& store, const community::Actor& by, std::string_view act, const std::string& id, const Detail& detail,
               Instant now);

// Only the operator chooses an id: to anybody else "that one exists" would tell of a ballot or a case that they may not know of (item 27).
[[nodiscard]] inline Result<void> may_choose_id(const community::Actor& by, const std::string& id) {
    if (id.empty() || !by.person) return {};
    return fail(errc::denied, "item 27: the server numbers what the committee does, and the operator may choose an id; leave id out");
}

// A term that ends early: whose it is, and who else is to hear of it, is told by the entry (changes.hpp).
void end_term(storage::Store& store, const community::Actor& by, const community::Term& term, Instant at, const std::string& reason,
              Instant now);

// "C-2026-407182": drawn, where somebody may not know of what it is given to. Their own ids leave no gap by it, and it does not say how
// many there are.
[[nodiscard]] std::string drawn_id(std::string_view letter, Instant now);
template <class Taken>
[[nodiscard]] std::string free_drawn_id(std::string_view letter, Instant now, Taken taken) {
    for (;;) {
        auto id = drawn_id(letter, now);
        if (!taken(id)) return id;
    }
}
[[nodiscard]] bool is_drawn(std::string_view id);

// "D-2026-004": the next free id of the year. `taken` says whether an id is in use.
template <class Taken>
[[nodiscard]] std::string next_id(std::string_view letter, Instant now, std::size_t known, Taken taken) {
    for (std::size_t n = known + 1;; ++n) {
        auto id = fmt::format("{}-{}-{:03}", letter, static_cast<int>(date_of(now).year()), n);
        if (!taken(id)) return id;
    }
}

}  // namespace caveat::committee
