#pragma once
// The life of a membership as far as the secretariat keeps it: teams, people, terms, lists, rosters. Every act is one transaction with its
// journal entry. The rule book defines which words exist; what they allow is not decided here. What only the committee can decide needs a
// decision of its register, and the act uses that decision up (C5; items 23-25, 54, 70; rulings y and ii). A load is how the operator sets
// a community up: what was there before this program was used. It cites no decision, and the journal says that it was a load, and what of
// it the committee would have had to decide. Lives on the desk, or in the command line's process.
#include <functional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/deed.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

// A whole community as a value: what a community file describes and what an export gives back.
struct Census {
    std::vector<community::Team> teams;
    std::vector<community::Person> people;
    std::vector<community::Term> terms;
    std::vector<community::List> lists;
    std::vector<community::Subscription> subscriptions;
    std::vector<community::Denial> denials;  // recorded sanctions and holds; ids are not compared
};

// What a change says to whoever is to be told of it (committee/changes.hpp). It stands in the journal beside the words, in which stands
// what people write: nothing is read back out of those.
struct Facts {
    std::vector<std::string> fields = {};              // that differ: "name", "addresses", "key"
    std::vector<std::string> before = {}, after = {};  // the addresses, where they differ or the person came or went
    TeamId team = {};                                  // of a person
    std::string name = {};                             // of who went
    bool spoke = false;                                // for a team, as its representative or an alternate, and does so no more
    std::string voice = {};                            // of who went: "representative", "alternate" or "neither"
    bool own = false;                                  // the team's own word, by who spoke for it when it was done
    std::optional<community::Term> term = {};          // of one, as it is then, or was
    bool ended = false;                                // before its time
    bool put_off = false;                              // the end of a list, to a later day
    bool brought_forward = false;                      // the end of a list, to an earlier one, or it had none
    std::vector<std::string> in_place_of = {};         // alternates who spoke for it until this person became its representative
    std::string key_before = {}, key_after = {};       // fingerprints, where the key differs; empty: there was, or is, none
    std::vector<std::string> confirmed = {};           // "key", and each address that was new
};

struct Change {
    enum class Kind { add, change, remove } kind = Kind::add;
    std::string what;    // "team", "subscription"
    std::string id;      // "orchid", "teams orchid-rep"
    std::string detail;  // "category: liaison -> operational"
    Facts facts = {};
};

// How a file is loaded.
struct Manner {
    bool dry_run = false;  // the same answer, and nothing is written
    bool prune = false;    // what the file does not describe is removed
};

struct Loaded {
    std::vector<Change> changes;        // empty: the community is as the file says
    std::vector<std::string> warnings;  // "camphor-duty on poc can receive nothing today: ..."
    // What the committee would have to decide, in a community that is there already: done, and in the journal (community.load.undecided).
    std::vector<std::string> undecided = {};
};

// Uses up the decision that an act cites, if it decided this deed, meets its rule and was not used before. Called inside the act's
// transaction, so that a decision is used up if and only if what it decided was done.
using Citation = std::function<Result<void>(const std::string& decision, const community::Deed& deed)>;

// Whether a case about this team is not over: then nobody else takes from it who speaks for it (items 36 and 37).
using InACase = std::function<bool(const TeamId& team)>;

// Who is let in when what is being voted on passes, or with an MoU: their ids and addresses are kept for them until then, so that nobody
// else undoes the vote by taking one.
using Awaited = std::function<std::vector<community::Person>()>;

class Registry {
public:
    // `keys` is asked before a transaction begins, and takes seconds when GnuPG hangs: on the desk it is a Beforehand. Without one only the
    // armour of a key is examined. `domain` is ours: its addresses are lists
    // and return paths, never a person's.
    Registry(storage::Store& store, const policy::Rulebook& rules, const Clock& clock, Citation cite, openpgp::Engine* keys = nullptr,
             std::string domain = {}, InACase in_a_case = {}, Awaited awaited = {});

    // Adds and changes what the census describes; what it does not describe stays, and may be referred to. Checks the community as it will
    // be (every reference, word, address and interval) and returns all problems in one error. With `prune`, rows that are not in the census
    // are removed, except denials, which are ended by an earlier `until` and not by leaving them out, and terms: one that has begun ends
    // now, and one that is over stays. errc::denied, row by row, for what no load may do: rulings (jj), except in a community that never
    // had a list, (kk) and (ll); a new key of somebody else (K8); and, naming the decision, where an act carried one out that the load
    // would undo (ruling ii).
    // The operator sets a community up. A person does by a load what they could do act by act: nothing that only the committee can decide
    // (a category, a clearance, the nature of a list, offices and denials), nobody out of the register whom they could not remove; what was
    // of a role on a list stays; and each change has its entry and is told as by itself.
    [[nodiscard]] Result<Loaded> load(const community::Actor& by, const Census& census, const Manner& manner);
    [[nodiscard]] Census census();

    // Teams outside the community, applicants and former members, are the secretariat's to keep. What a team of the community is (category,
    // subtype, economy, date of admission, MoU) is recorded by its application and nowhere else, and a status ends by its revocation
    // (items 17, 18, 23, 25; ruling ii; committee/applications.hpp): errc::denied, saying so. A clearance, one list at a time, cites a
    // decision "clearance" about that list and label.
    [[nodiscard]] Result<void> add(const community::Actor& by, const community::Team& team, const std::string& decision = {});
    [[nodiscard]] Result<void> change(const community::Actor& by, const community::Team& team, const std::string& decision);
    [[nodiscard]] Result<void> remove_team(const community::Actor& by, const TeamId& id, const std::string& decision = {});

    // A new key to which nothing could ever be sealed is refused: errc::invalid for what is no key, errc::denied for one that is secret,
    // unsuitable, without an address of the person or without a subkey that can encrypt (K8). An expired key is accepted, because its
    // expiry can be extended. errc::temporary if GnuPG cannot say. A load takes keys as they are: there may be thousands. Nobody is moved
    // between teams (ruling kk). Who was removed from one is added to another by the representative of that, or by a decision "person"
    // about them; anybody else needs none. An id or an address of somebody who is awaited is nobody else's, by a change or a load neither:
    // errc::conflict, from a load errc::denied.
    [[nodiscard]] Result<void> add(const community::Actor& by, const community::Person& person, const std::string& decision = {});
    // Another address, or another key in the place of one that counts, waits to be confirmed (confirmation.hpp) unless no mail has come or
    // gone yet; the change is a success all the same, and the faces say what waits. Whoever speaks for a team keeps that, and stays, while
    // a case about it is not over, unless who speaks for it, themself or the operator ends it; and others of the team end it at no time:
    // errc::denied.
    [[nodiscard]] Result<void> change(const community::Actor& by, const community::Person& person);
    // What waits of this person is confirmed, all of it; in words, what that was. errc::denied as `may_confirm`, errc::conflict: nothing
    // waits, or it changed meanwhile; of a new key as `change`.
    [[nodiscard]] Result<std::vector<std::string>> confirm(const community::Actor& by, const PersonId& person);
    // A key that waits is wrong, and waits no more; in words, which. By the person and by who keeps the register, also by who brought it:
    // the key of before stays. Addresses are changed back instead. errc::denied: neither; errc::conflict: no key waits.
    [[nodiscard]] Result<std::vector<std::string>> refuse_key(const community::Actor& by, const PersonId& person);
    // A person's own key becomes another, by their word under the one on record: whoever has only the mailbox cannot (item 60, K8).
    // `signer`: fingerprint of the key that signed the wish. errc::denied where it is not the one on record, or there is none yet.
    [[nodiscard]] Result<void> replace_key(const community::Actor& by, const std::string& armour, const std::string& signer);
    [[nodiscard]] Result<void> remove_person(const community::Actor& by, const PersonId& id);

    // By a decision "list": making a list, removing it, its class, charter and maximum, and every step towards less protection (ruling jj).
    // All else is the secretariat's.
    [[nodiscard]] Result<void> add(const community::Actor& by, const community::List& list, const std::string& decision);
    [[nodiscard]] Result<void> change(const community::Actor& by, const community::List& list, const std::string& decision);
    [[nodiscard]] Result<void> remove_list(const community::Actor& by, const ListId& id, const std::string& decision);

    // A place on the roster, or another delivery mode of one. A place that no column of the matrix could ever serve is refused with the
    // reason (ruling ll, item 61); one that waits for something is given, and what it waits for is returned, in words.
    [[nodiscard]] Result<std::vector<std::string>> add(const community::Actor& by, const community::Subscription& subscription);
    // A person's own wish: another delivery mode, or a place on a roster. A place they take by themselves only where the matrix lets their
    // team read the list whoever is on its roster; where it is for those who are named ("own"), its owners and the secretariat put people
    // on it: errc::denied, saying so.
    [[nodiscard]] Result<std::vector<std::string>> join(const community::Actor& by, const community::Subscription& subscription);
    [[nodiscard]] Result<void> remove_subscription(const community::Actor& by, const ListId& list, const PersonId& person);

private:
    storage::Store& store_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
    Citation cite_;
    openpgp::Engine* keys_;
    std::string domain_;
    InACase in_a_case_;
    Awaited awaited_;
};

// A sentence for each office that somebody holds and that counts for nothing, because their team is no member (items 7 and 12), and how it
// is ended; and for each role of a list whose holder is of a team that no column lets read it (ruling ll). For `doctor`: whoever holds one
// has not been told.
[[nodiscard]] std::vector<std::string> worthless_offices(storage::Store& store, const policy::Rulebook& rules, Instant now);

}  // namespace caveat::registry
