#pragma once
// The community's rules as data: one TOML file, read once, never changed afterwards (domain §1.10, §1.11, §2, §2.2, §3.5).
// The language is described in policies/README.md. The code knows verbs; every category, ceiling, cell and number is here.
// A loaded book is immutable and may be read from any thread.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/list.hpp"
#include "caveat/community/people.hpp"
#include "caveat/community/sensitivity.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/policy/numbers.hpp"
#include "caveat/policy/traits.hpp"

namespace caveat::policy {

// One thing wrong with a book: where, what, and what to write instead.
struct Finding {
    std::string file;
    int line = 0;
    std::string what;
    std::string remedy;
};

// What TLP asks of the server for one label (domain §3.5).
struct Handling {
    bool needs_key = false;                 // never to a person without a valid key
    bool needs_verified_transport = false;  // without a key: only over a relay whose identity is verified
    bool needs_encrypting_list = false;     // only on lists with encryption = required
    bool named_only = false;                // only to those whom To or Cc names
    bool digest = false;
    bool archive = false;                  // a class of lists may still keep RED (panel)
    bool late_joiner = false;              // the archive shows it to those who joined after it was posted (ruling v)
    std::optional<Length> retention = {};  // how long it is kept there; none: for good
};

// The compiled form lives in src/policy; deciding reads it directly.
struct Compiled;

class Rulebook {
public:
    explicit Rulebook(std::shared_ptr<const Compiled> compiled);

    [[nodiscard]] const std::string& name() const;                   // "apcert"
    [[nodiscard]] const std::string& version() const;                // "1"; every recorded decision carries name and version,
    [[nodiscard]] const std::string& sha256() const;                 // and this, as hexadecimal digits; empty if nobody said it
    [[nodiscard]] std::string identity() const;                      // "apcert 1 4fe1…": what is recorded
    [[nodiscard]] bool amended_by(std::string_view decision) const;  // the book, or one of its numbers, names it

    [[nodiscard]] bool knows_category(std::string_view category, std::string_view subtype) const;
    [[nodiscard]] bool knows_class(std::string_view list_class) const;
    [[nodiscard]] bool knows_role(std::string_view role) const;
    [[nodiscard]] bool role_of_list(std::string_view role) const;  // its term must name a list (owner, moderator)
    [[nodiscard]] std::vector<std::string> categories() const;     // for error messages
    [[nodiscard]] std::vector<std::string> subtypes(std::string_view category) const;
    [[nodiscard]] std::vector<std::string> classes() const;
    [[nodiscard]] std::vector<std::string> roles() const;

    // What the rules ask about a category; a word the book does not know has no trait at all.
    [[nodiscard]] community::CategoryTraits category(std::string_view category) const;
    [[nodiscard]] bool is_member(std::string_view category) const;
    [[nodiscard]] bool is_outside(std::string_view category) const;                // applicants and those who left
    [[nodiscard]] const std::string& category_of(community::Status status) const;  // applicant, former: the one there is
    [[nodiscard]] std::vector<std::string> to_apply_for() const;                   // for error messages

    // And about a role: what its holder may do. None of it outlives the term (A10).
    [[nodiscard]] bool role_has(std::string_view role, Trait trait) const;
    [[nodiscard]] community::Office office_of(std::string_view role) const;
    [[nodiscard]] std::string role_of(community::Office office) const;  // the word for it; empty if the book has none
    // Items 7 and 12: an office is a member's, and counts for nothing while the team of its holder is none. A word that the book does not
    // know is nothing, either.
    [[nodiscard]] bool counts(std::string_view role, std::string_view category) const;
    // Item 53: a chair or deputy besides only while somebody of their team has a seat, where the book has seats. Ruling (ll): a role of a
    // list only while that team could read it, as whoever runs a list sees its roster and what waits there.
    [[nodiscard]] bool counts(const community::HeldTerm& held) const;
    [[nodiscard]] std::vector<community::Term> in_force(std::vector<community::HeldTerm> held) const;  // those that count
    // A term that gives the trait on this list now: one of this list, or of the whole community.
    [[nodiscard]] bool serves(const community::Term& term, Trait trait, const ListId& list, Instant now) const;

    // Item 4: whether a team of this economy may ask on that day to be of this category. Which categories are of the region the book says.
    [[nodiscard]] bool may_apply(std::string_view category, std::string_view economy, Date day) const;

    // How far a denial of this source ("sanction") reaches into a class of lists (ruling i).
    [[nodiscard]] bool never_reached(std::string_view source, std::string_view list_class) const;  // not even by name: reps, sec
    [[nodiscard]] bool reached_by_star(std::string_view source, std::string_view list_class) const;
    [[nodiscard]] std::string panel_class() const;  // of lists whose roster is an Appeal Panel; empty if the book has none
    [[nodiscard]] std::optional<community::Tlp> class_maximum(std::string_view list_class) const;
    // What the default of its lists should be, or stricter; a community may choose a weaker one, and `doctor` says so (ruling rr).
    [[nodiscard]] std::optional<community::Tlp> class_default(std::string_view list_class) const;
    [[nodiscard]] const Handling& handling(community::Tlp label) const;
    [[nodiscard]] bool archives(community::Tlp label, std::string_view list_class) const;  // whether anybody reads it again
    // From when on nobody reads what was posted then under this label on this list: calendar years, a day that does not exist being the
    // next one (ruling vv), and the list's own `retention` where that ends earlier (§3.5). None: never; RED of a class that keeps it goes
    // with its readers' seats.
    [[nodiscard]] std::optional<Instant> kept_until(community::Tlp label, const community::List& list, Instant posted) const;
    [[nodiscard]] community::Tlp default_label() const;              // for a list without one: AMBER
    [[nodiscard]] community::Strength lowering_strength() const;     // what it takes to label below the list's default (gg)
    [[nodiscard]] std::chrono::seconds hold_for_correction() const;  // unknown labels wait so long for their sender
    [[nodiscard]] std::chrono::seconds longest_signature() const;    // how old a signature of a post may be (K7)
    [[nodiscard]] std::chrono::seconds wait_for_transport() const;  // a copy that lacks a safe way is asked about again for so long (§3.5)
    [[nodiscard]] const std::vector<community::Sensitivity>& sensitivities() const;  // what fields of mail systems raise or hold (hh)
    [[nodiscard]] const NumberValue& value(Number number) const;                     // the seed's where the book leaves it out
    [[nodiscard]] std::optional<std::string> setting(std::string_view key) const;    // a number as the book writes it

    [[nodiscard]] const Compiled& compiled() const { return *compiled_; }

private:
    std::shared_ptr<const Compiled> compiled_;
};

struct Loading {
    std::optional<Rulebook> book;   // none if any finding stands
    std::vector<Finding> findings;  // in the order of the file
};

// `file` is only for the findings. Never throws on bad text; linear in its size; at most 1 MiB is read. `sha256`: of these bytes, as
// hexadecimal digits, for who knows cryptography.
[[nodiscard]] Loading load(std::string_view toml, std::string_view file, std::string sha256 = {});

// "90 days", "3 years": a length that is some time at all, at most a century. None: it is none.
[[nodiscard]] std::optional<Length> retention_from(std::string_view text);

// What only a decision of the members changes (ruling pp): a sentence for each number that either book calls hard and that has another
// value in the second one, such as "sanction.min_delay is '1 day' instead of '30 days'".
[[nodiscard]] std::vector<std::string> hard_changes(const Rulebook& adopted, const Rulebook& other);

}  // namespace caveat::policy
