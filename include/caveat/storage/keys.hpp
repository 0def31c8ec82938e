#pragma once
// What is known of people's keys, and the keys of lists. The key of a person stands in the register; here stands what an examination said
// of it, and goes with any change of it. The secret half of a list's key is not here (openpgp/own_keys.hpp). Rows are sealed: what somebody
// wrote without the master key is not there. Writing needs a Store::Transaction; a key of ours needs a journal entry after it. Belongs to
// the thread of its Store.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/reason.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct KeyFact {
    PersonId person;
    std::string fingerprint;    // 40 hexadecimal digits; empty: it was not even read
    community::Code fitness{};  // key_usable, or why not
    std::optional<Instant> usable_until;
    std::string algorithm;
    Instant examined{};
    bool operator==(const KeyFact&) const = default;
};

// A key in the register, and what is known of it: nothing if nobody looked yet.
struct HeldKey {
    PersonId person;
    std::optional<KeyFact> fact;
};

// To seal to.
struct ReadersKey {
    std::string fingerprint;
    std::string armour;
};

struct UsableKey {
    PersonId person;
    ReadersKey key;
};

struct ListKeyRow {
    ListId list;
    std::string fingerprint;
    std::string armour;  // the public half
    Instant made{};
    std::optional<Instant> usable_until;
};

// A list's key in whose place there is another one. It signs nothing any more, and opens what people still seal to it for a while.
struct FormerKey {
    ListKeyRow key;
    Instant replaced{};
    Instant opens_until{};
};

// Of the community's own mail.
struct CommunityKey {
    std::string fingerprint;
    std::string armour;  // the public half
    Instant made{};
    std::optional<Instant> usable_until = {};  // none: it was made before they had an end
};

class Keys {
public:
    explicit Keys(SqlConnection& connection);
    ~Keys();

    // Of somebody whose key in the register is still this one; else nothing is written, and the answer is no.
    bool put(const KeyFact& fact, std::string_view armour);
    [[nodiscard]] std::vector<HeldKey> held();  // of people in the register, by id
    // Those to look at now: nobody looked yet, not since `before`, or the end has come since.
    [[nodiscard]] std::vector<PersonId> to_examine(Instant before, Instant now);
    [[nodiscard]] std::optional<ReadersKey> readers_key(PersonKey person);  // none: it is not known to be usable
    [[nodiscard]] std::vector<UsableKey> usable();                          // those that are, of people in the register, by id

    void put(const ListKeyRow& key);
    [[nodiscard]] std::optional<ListKeyRow> of_list(const ListId& list);
    [[nodiscard]] bool has_list(const ListId& list);    // quickly
    [[nodiscard]] std::vector<ListKeyRow> of_lists();   // by name
    [[nodiscard]] std::vector<ListId> lists_without();  // that encrypt

    void put_former(const FormerKey& key);
    [[nodiscard]] std::vector<FormerKey> former();  // of all lists, by list, the last one first
    // With what a post to the list may be opened now: its key, and those before it whose time is not over.
    [[nodiscard]] std::vector<ListKeyRow> that_open(const ListId& list, Instant now);

    void put_communitys(const CommunityKey& key);
    [[nodiscard]] std::optional<CommunityKey> communitys();  // the last one; none made in the future

    // Who was told of trouble with keys last when: "person mei", "list sc".
    [[nodiscard]] std::optional<Instant> told(std::string_view whom);
    void tell(std::string_view whom, Instant now);

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage
