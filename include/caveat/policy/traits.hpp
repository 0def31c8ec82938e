#pragma once
// Traits of categories and roles: how a rule book writes them, and their meaning in books that are older than traits.
// A constant table and pure functions; any thread.
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/community/traits.hpp"

namespace caveat::policy {

enum class Trait : std::uint8_t {
    committee,      // sits on the committee: reads what it decides on, is a party where its own team is accused
    administers,    // keeps the register, and records what any team said (item 54)
    audits,         // reads what was decided and done, and changes nothing
    records,        // records the acts of the committee and is reminded of what falls due
    runs_lists,     // of a list: gets its mail to the owner and manages it; of the community: of every list
    moderates,      // decides on what a list holds
    second_factor,  // signs in with a second factor
};
constexpr std::size_t trait_count = 7;

class Traits {
public:
    constexpr Traits() = default;
    constexpr Traits(std::initializer_list<Trait> traits) {
        for (const Trait trait : traits) add(trait);
    }
    constexpr void add(Trait trait) { bits_ = static_cast<std::uint8_t>(bits_ | (1U << static_cast<unsigned>(trait))); }
    [[nodiscard]] constexpr bool has(Trait trait) const { return ((bits_ >> static_cast<unsigned>(trait)) & 1U) != 0; }
    bool operator==(const Traits&) const = default;

private:
    std::uint8_t bits_ = 0;
};

struct RoleTraits {
    community::Office office = community::Office::none;
    Traits traits;
    bool operator==(const RoleTraits&) const = default;
};

[[nodiscard]] std::string_view name(Trait trait);
[[nodiscard]] std::optional<Trait> trait_from(std::string_view text);
[[nodiscard]] std::string_view name(community::Status status);
[[nodiscard]] std::optional<community::Status> status_from(std::string_view text);
[[nodiscard]] std::string_view name(community::Office office);
[[nodiscard]] std::optional<community::Office> office_from(std::string_view text);

// The traits of a role in books without traits; none for a role that a community added.
[[nodiscard]] std::optional<community::CategoryTraits> category_by_word(std::string_view category);
[[nodiscard]] std::optional<RoleTraits> role_by_word(std::string_view role);

// "partner closed": as it is kept with an application, which goes on under the traits it began with.
[[nodiscard]] std::string text_of(const community::CategoryTraits& traits);
[[nodiscard]] std::optional<community::CategoryTraits> category_traits_from(std::string_view text);

}  // namespace caveat::policy
