#pragma once
// What people hear of keys, in clear, because it is about what would open it: whose key ends soon (K9), and that a list has another one.
// Content-free. Each reader hears of one end at most four times, 60, 30, 7 and 1 days ahead; several at once are one letter. For the
// command line and the thread that looks after keys; a store of its own.
#include <array>
#include <string>
#include <vector>

#include "caveat/letters/letters.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/registry/keys.hpp"

namespace caveat::registry {

inline constexpr std::array<std::chrono::days, 4> warned_ahead{std::chrono::days{60}, std::chrono::days{30}, std::chrono::days{7},
                                                               std::chrono::days{1}};

class KeyLetters {
public:
    struct Settings {
        letters::Letterhead letterhead;
        std::string separator;         // list+owner@domain
        std::string operator_address;  // or empty
    };
    KeyLetters(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, Settings settings)
        : store_(store), vault_(vault), rules_(rules), settings_(std::move(settings)) {}

    struct Pass {
        std::size_t letters = 0;
        std::vector<std::string> to_operator;  // lines for the log: lists whose key ends
        std::vector<std::string> troubles;     // who could not be told; tried again at the next pass
    };
    // Whoever has to hear of an end now: the person, who runs the lists on which nothing reaches them without a key, and of a list's key
    // who runs the list and the operator. One transaction, if there is anything to say.
    [[nodiscard]] Pass warn(Instant now);

    // To everybody on the list's roster, with the key and its signature, in the caller's transaction. Who could not be told is in the
    // journal.
    void tell_of(const NewKey& key, Instant now);
    // To everybody with a key that can be used: their letters are signed with it.
    void tell_of(const NewOwnKey& key, Instant now);

private:
    struct Ends;
    void gather(Ends& ends, Instant now);
    void tell_people(Ends& ends, Pass& pass, Instant now);
    void tell_owners(const Ends& ends, Pass& pass, Instant now);
    void tell_of_list(const storage::ListKeyRow& key, Pass& pass, Instant now);
    void send_to(const std::vector<PersonId>& readers, const Result<letters::Letter>& about, std::string_view form,
                 const std::string& subject, Instant now);
    [[nodiscard]] std::vector<community::Person> who_runs(const ListId& list, Instant now);
    [[nodiscard]] bool may_know(const PersonId& person, const community::List& list, Instant now);
    [[nodiscard]] std::string owner_address(const ListId& list) const;
    [[nodiscard]] Result<letters::Letter> letter(std::string_view form, std::string from, letters::Fields fields) const;

    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    Settings settings_;
};

}  // namespace caveat::registry
