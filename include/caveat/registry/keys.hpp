#pragma once
// Our own keys, of lists and of the community's mail, and what is known of people's keys. GnuPG is asked before a transaction and never in
// one, for some 10 ms a key: this lives in the command line's process or on a thread of its own, never on the desk. Source: promises K1,
// K8, K9, K12.
#include <functional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/deed.hpp"
#include "caveat/community/people.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/openpgp/own_keys.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

struct KeySettings {
    std::string domain;
    std::chrono::seconds life{std::chrono::hours{24 * 730}};    // of a key of ours; 0: it has no end
    std::chrono::seconds overlap{std::chrono::hours{24 * 90}};  // how long the one before still opens
};

// Is a key of ours from the future, as this clock has it? GnuPG signs nothing with it until then.
[[nodiscard]] bool is_made_ahead(Instant made, Instant now);

// A list's key took the place of another one.
struct NewKey {
    storage::ListKeyRow key;
    storage::FormerKey before;
    std::string signature;  // of key.armour by the one before, detached and armoured; empty: that one signs nothing now
};

// The key of the community's own mail took the place of another one, which signs nothing any more.
struct NewOwnKey {
    storage::CommunityKey key;
    storage::CommunityKey before;
    std::string signature;  // as that of NewKey
};
inline constexpr std::chrono::days own_key_replaced_ahead{30};  // of its end, by the daemon; of a short life, the last quarter

class Keys {
public:
    // Without engines (no [openpgp] home) nothing is made and nothing known.
    Keys(storage::Store& store, const Clock& clock, KeySettings settings, openpgp::Engine* people, openpgp::OwnKeys* own)
        : store_(store), clock_(clock), settings_(std::move(settings)), people_(people), own_(own) {}

    // The first key of a list. errc::conflict: it has one. errc::not_found: no such list. errc::invalid: no home is set up.
    [[nodiscard]] Result<storage::ListKeyRow> make(const community::Actor& by, const ListId& list);

    // Another key for a list that has one. It signs from now on; the one before opens what comes until the overlap is over. `tell` says so
    // to people, in the transaction that records it. errc::not_found: no such list, or it has no key; errc::invalid: no home is set up.
    [[nodiscard]] Result<NewKey> rollover(const community::Actor& by, const ListId& list, const std::function<void(const NewKey&)>& tell);

    // The same for the key of the community's own mail. errc::not_found: there is none yet.
    [[nodiscard]] Result<NewOwnKey> rollover_own(const community::Actor& by, const std::function<void(const NewOwnKey&)>& tell);
    // It is there, can be made anew, and ends soon.
    [[nodiscard]] bool own_ends_soon();
    // Lists whose key was made by a clock that stood ahead of this one: it signs nothing until then, and is to be replaced.
    [[nodiscard]] std::vector<ListId> made_ahead();

    // What is missing: a key for the community's mail and for each list that encrypts, and a look at each person's key that nobody looked
    // at, or not for a day, or whose end has come since, or that was looked at by a clock that stood ahead of this one. What cannot be done
    // now is told of and missing still.
    struct Pass {
        std::vector<std::string> made;      // lists
        std::size_t examined = 0;           // people's keys
        std::vector<std::string> unusable;  // "mei-rep: it has expired", of those that were looked at
        std::vector<std::string> troubles;
    };
    [[nodiscard]] Pass catch_up(const community::Actor& by);

private:
    [[nodiscard]] Result<void> make_communitys(const community::Actor& by);
    [[nodiscard]] Result<storage::CommunityKey> fresh_own();
    [[nodiscard]] Result<storage::ListKeyRow> fresh(const ListId& list);
    void make_missing(const community::Actor& by, Pass& pass);
    void examine_due(const community::Actor& by, Pass& pass);

    storage::Store& store_;
    const Clock& clock_;
    KeySettings settings_;
    openpgp::Engine* people_;
    openpgp::OwnKeys* own_;
};

inline constexpr std::chrono::hours examined_for{24};

}  // namespace caveat::registry
