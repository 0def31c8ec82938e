#pragma once
// The keys of lists, and what is known of people's keys. GnuPG is asked before a transaction and never in one, for some 10 ms a key: this
// lives in the command line's process or on a thread of its own, never on the desk. Source: promises K1, K8, K9, K12.
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/deed.hpp"
#include "caveat/community/people.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/openpgp/own_keys.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

class Keys {
public:
    // Without engines (no [openpgp] home) nothing is made and nothing known.
    Keys(storage::Store& store, const Clock& clock, std::string domain, openpgp::Engine* people, openpgp::OwnKeys* lists)
        : store_(store), clock_(clock), domain_(std::move(domain)), people_(people), lists_(lists) {}

    // The first key of a list. errc::conflict: it has one. errc::not_found: no such list. errc::invalid: no home is set up.
    [[nodiscard]] Result<storage::ListKeyRow> make(const community::Actor& by, const ListId& list);

    // What is missing: a key for each list that encrypts, and a look at each person's key that nobody looked at, or not for a day, or whose
    // end has come since. What cannot be done now is told of and missing still.
    struct Pass {
        std::vector<std::string> made;      // lists
        std::vector<std::string> unusable;  // "mei-rep: it has expired", of those that were looked at
        std::vector<std::string> troubles;
    };
    [[nodiscard]] Pass catch_up(const community::Actor& by);

private:
    void make_missing(const community::Actor& by, Pass& pass);
    void examine_due(const community::Actor& by, Pass& pass);

    storage::Store& store_;
    const Clock& clock_;
    std::string domain_;
    openpgp::Engine* people_;
    openpgp::OwnKeys* lists_;
};

inline constexpr std::chrono::hours examined_for{24};

}  // namespace caveat::registry
