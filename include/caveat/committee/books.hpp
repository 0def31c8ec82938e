#pragma once
// The rule book that the community has adopted (ruling pp, item 48). A book is known by version and SHA-256. The first one is taken at the
// first start; a later one that changes no hard number is taken at its start, too; one that does comes into force only by a decision of
// the members, of kind framework, about its hash. Every book that was in force is kept with its text.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/committee/viewer.hpp"
#include "caveat/community/people.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

// A book as it was read: its rules know the hash of the text.
struct BookFile {
    policy::Rulebook rules;
    std::string text;
};

struct Adoption {
    std::string sha256;
    std::vector<std::string> changed;  // hard numbers, a sentence each
};

class Books {
public:
    Books(storage::Store& store, const vault::Vault& vault, const Clock& clock) : store_(store), vault_(vault), clock_(clock) {}

    // The book in force. None: none was taken yet, or this program does not read its language any more.
    [[nodiscard]] std::optional<policy::Rulebook> in_force();
    // What the book would change that only a decision changes, a sentence each; empty: it may be taken.
    [[nodiscard]] std::vector<std::string> undecided(const policy::Rulebook& book);
    // At a start. Writes nothing if these bytes are in force. errc::denied names what is undecided.
    [[nodiscard]] Result<void> take(const community::Actor& by, const BookFile& book);
    // By the decision, which is used up: of kind framework, its subject 12 or more digits of the book's SHA-256, with or without the line
    // of `amended_by` that names it. A book that changes no hard number needs none.
    [[nodiscard]] Result<Adoption> adopt(const community::Actor& by, const BookFile& book, const std::string& decision);

private:
    void put(const community::Actor& by, std::string_view act, const BookFile& book, const std::string& decision,
             const std::vector<std::string>& changed);

    storage::Store& store_;
    const vault::Vault& vault_;
    const Clock& clock_;
};

}  // namespace caveat::committee
