#pragma once
// Teams, people, terms: rows of the register, as recorded. policy decides what they may do.
// Categories, subtypes and roles are words of the rule book, not enums: a community adds its own (rules.md items 2-14).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"

namespace caveat::community {

// "AMBER on wg-malware": one party raised on one list by a decision of the SC (ruling y).
struct Clearance {
    ListId list;
    Tlp label{};
    std::string decision;
    bool operator==(const Clearance&) const = default;
};

struct Team {
    TeamId id;
    std::string name;
    std::string category;       // operational | liaison | strategic | corporate | legacy_supporting | applicant | former
    std::string subtype;        // strategic: registry | csirt_forum | security_org | lea | policy | informal | other
    std::string economy;        // ISO 3166-1 alpha-2
    std::optional<Date> since;  // admission; voting right and the like follow from it
    std::optional<Date> mou;    // partners: no access before it
    std::vector<Clearance> clearances;
    std::string constituency = {};  // whom it serves, for everybody to know (item 59)
    std::string ranges = {};        // its domains, addresses, autonomous systems
    bool primary_contact = false;   // of its economy: one at most (item 14)
    bool operator==(const Team&) const = default;
};

struct Person {
    PersonId id;
    std::string name;
    TeamId team;
    std::vector<std::string> addresses;  // RFC 5321 mailboxes, lower-cased domain; copies go to the first
    std::string key;                     // armoured OpenPGP public key, or empty
    bool representative = false;
    bool alternate = false;  // of the representative (item 15): speaks for the team while no representative can (representation.hpp)
    bool operator==(const Person&) const = default;
};

// What somebody else changed of a person, and neither the person nor a second pair of hands has confirmed yet (item 60, ruling ss).
struct Unconfirmed {
    enum class What : std::uint8_t { addresses, key } what{};
    Instant since{};
    std::vector<std::string> actors;  // who changed it (hands.hpp): none of them confirms it
    // What was there before, and counts: the addresses, none of somebody who was entered again and not as before; of the key its
    // fingerprint, none of somebody who was entered again without the key that was theirs: of that there is only a hash.
    std::vector<std::string> known;
    // Of a key: the armoured one that takes its place when it is confirmed; empty, it was only taken away. The addresses are in the
    // register.
    std::string wanted = {};
    bool operator==(const Unconfirmed&) const = default;
};

// A role for a time. Its powers vanish when the interval ends (A10).
struct Term {
    std::string role;  // sc | chair | deputy_chair | secretariat | auditor | owner | moderator
    PersonId person;
    ListId list;  // owner and moderator only
    Interval during;
    bool operator==(const Term&) const = default;
};

// A term, and what the team of its holder is: whether it counts is a question of that (items 7, 12 and 53; of a role of a list, ruling ll).
struct HeldTerm {
    Term term;
    std::string category;
    std::vector<std::string> of_team = {};  // roles of the whole community that somebody of that team has at that instant
    TeamId team = {};
    std::string subtype = {};
    std::string list_class = {};  // of a role of a list; empty: that list is gone
    bool cleared = false;         // by a decision of the committee about that team and list
};

// The one who calls an office. Every office takes an actor, and the journal names it.
struct Actor {
    std::string name;                // "operator root", "person orchid-rep", "system"
    std::optional<PersonId> person;  // none for the local operator and the system
    std::string lent_by = {};        // who made the token that is used; empty: the actor, or there is none
};

}  // namespace caveat::community
