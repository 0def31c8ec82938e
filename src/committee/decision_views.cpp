#include "decision_views.hpp"

#include <algorithm>

#include "caveat/community/hands.hpp"
#include "changes.hpp"
#include "electors.hpp"
#include "own_words.hpp"
#include "proposals.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;

// The entry of a proposal is not of the instant at which its ballot opens.
std::string proposer_on_record(storage::Store& store, const Decision& d) {
    auto who = d.proposed_by;
    store.journal().each({.from = 1, .limit = 1, .act = "decision.proposed", .subject = d.id}, [&](const storage::Entry& entry) {
        const auto proposed = what_changed(entry);
        if (!proposed.in_name.empty()) who = proposed.actor + std::string(community::in_the_name_of) + d.proposed_by;
    });
    return who;
}

Decision unreadable(const storage::Motion& motion, const std::string& why) {
    auto d = heading_of(motion);
    d.ballot.rule = conduct::rule_from(motion.rule).value_or(Rule::approval);  // the narrowest: nobody sees more than before
    d.ballot.open = {motion.opens, motion.closes};
    d.tally.verdict = conduct::BallotResult::failed;
    d.tally.why = why;
    d.unreadable = true;
    return d;
}

}  // namespace

bool may_see(storage::Store& store, const policy::Rulebook& rules, const Viewer& viewer, const Decision& d) try {
    const auto party = party_of(store, d.ballot.rule, d.kind, d.subject);
    switch (party ? viewer.reach_towards(*party) : viewer.reach) {
        case Viewer::Reach::everything:
            return true;
        case Viewer::Reach::own: {
            // Who was a member at the opening and is none now reads nothing of it any more. A member without a vote that is down for having
            // signed against it reads what that was.
            const auto& voters = d.ballot.electorate;
            const auto signed_it = [&](const auto& signature) { return signature.team == viewer.team; };
            return !viewer.team.empty() && party != viewer.team && member(store, rules, viewer.team) &&
                   (std::find(voters.begin(), voters.end(), viewer.team) != voters.end() ||
                    std::any_of(d.signatures.begin(), d.signatures.end(), signed_it));
        }
        case Viewer::Reach::nothing:
            return false;
    }
    return false;
} catch (const storage::Broken&) {
    // Whose it is cannot be read, so a person may be its party.
    return viewer.reach == Viewer::Reach::everything && !viewer.actor.person;
}

Decision as_far_as_read(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const storage::Motion& motion,
                        Instant now) {
    auto read = assemble_decision(store, rules, vault, motion, now);
    return read ? std::move(*read) : unreadable(motion, read.error().detail);
}

Decision on_record(storage::Store& store, Decision d) {
    d.proposed_by = proposer_on_record(store, d);
    const Doers doers(store, d.id);
    for (std::size_t i = 0; i < d.recorders.size(); ++i) d.recorders[i] = doers.on_record(d.recorders[i], d.votes.at(i).at);
    for (std::size_t i = 0; i < d.signers.size(); ++i) d.signers[i] = doers.on_record(d.signers[i], d.signatures.at(i).at);
    return d;
}

Result<Decision> finished(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                          storage::Store::Transaction& transaction, const std::string& id, Instant now) {
    auto d = read_decision(store, rules, vault, id, now);
    if (!d) return d;
    *d = on_record(store, std::move(*d));
    transaction.commit();
    return d;
}

Result<Decision> Committee::decision(const Viewer& viewer, const std::string& id) {
    storage::Store::Reading reading(store_);
    auto d = read_decision(store_, rules_, vault_, id, clock_.now());
    if (d && !may_see(store_, rules_, viewer, *d)) return no_such_decision(id);
    if (d) *d = on_record(store_, std::move(*d));
    return d;
}

std::vector<Decision> Committee::decisions(const Viewer& viewer) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    std::vector<Decision> all;
    for (const auto& motion : store_.minutes().motions()) {
        auto d = as_far_as_read(store_, rules_, vault_, motion, now);
        if (may_see(store_, rules_, viewer, d)) all.push_back(on_record(store_, std::move(d)));
    }
    return all;
}

}  // namespace caveat::committee
