#pragma once
// What the rules ask about a category of parties or about an office, beside its name. Which word of a community has which trait is said by
// its rule book; nothing in the code knows the words. Plain values, any thread.
#include <cstdint>

namespace caveat::community {

enum class Status : std::uint8_t {
    none,       // a category the rule book does not know: nothing is granted to it
    member,     // votes, holds offices, sponsors; its status is the General Meeting's to revoke
    partner,    // under an MoU with the committee
    applicant,  // before it comes in
    former,     // after it left
};

struct CategoryTraits {
    Status status = Status::none;
    bool closed = false;             // takes no applications any more (legacy categories)
    bool states_reason = false;      // an application for it says why (item 21)
    bool engagement_policy = false;  // accepts the engagement policy before its ballot (item 11)
    bool operator==(const CategoryTraits&) const = default;

    [[nodiscard]] bool is_member() const { return status == Status::member; }
    [[nodiscard]] bool is_partner() const { return status == Status::partner; }
    // Before they come in and after they left: nothing is decided about them that they could lose.
    [[nodiscard]] bool is_outside() const { return status == Status::applicant || status == Status::former; }
};

// The offices that terms, elections and ballots have rules for (items 49, 53, 54).
enum class Office : std::uint8_t { none, seat, chair, deputy, secretariat };

}  // namespace caveat::community
