#pragma once
// What is known of a key stays known, whichever copy of it is brought and by whom: a revocation, and signatures later than that copy
// (promises K8, K9).
#include <string>

#include "caveat/community/people.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

struct Kept {
    std::string key;       // what is to be on record: the copy that is brought, with what the one on record has beyond it
    std::string why = {};  // that copy is not taken, and the key on record stays; in words
};
// `before`: null, they are not in the register. Reads the rows.
[[nodiscard]] Kept with_what_is_known(storage::Store& store, const community::Person* before, const community::Person& wanted);

// For people, of a file with an older copy: what became of that; empty, nothing that matters.
[[nodiscard]] std::string passed_over(const community::Person* before, const community::Person& wanted, const Kept& kept);

}  // namespace caveat::registry
