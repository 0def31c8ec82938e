#pragma once
// Reads people's standing towards one list: what is the same for all of them once, then one joined query for all of them, which opens its
// tables once. Few people have terms, denials or clearances, and these are looked up only for those few.
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "caveat/community/standing.hpp"
#include "statement.hpp"

namespace caveat::storage {

class StandingReader {
public:
    explicit StandingReader(SqlConnection& connection);

    struct Scope {
        ListId list;
        std::int64_t list_key = 0;  // 0: no such list
        Instant now;
        bool raises = false;                                    // somebody has a clearance on this list
        bool many_denied = false;                               // too many to list
        std::vector<std::pair<bool, std::string>> denied = {};  // whole team?, whom: those with a denial that is not over
    };
    [[nodiscard]] std::int64_t list_key(const ListId& list);
    // Of this transaction or snapshot, not to be kept beyond it.
    [[nodiscard]] Scope scope(const ListId& list, Instant now);
    // In the order of `people`; each must have a row.
    [[nodiscard]] std::vector<community::Standing> read(std::span<const PersonKey> people, const Scope& scope);
    // Adds the stays, and all denials there were, also of the teams of then.
    void read_past(community::Standing& standing, std::int64_t list_key);

private:
    [[nodiscard]] community::Standing standing_from(const Rows& rows, const Scope& scope);
    void read_terms(community::Standing& standing, Instant now);
    void read_denials(community::Standing& standing, Instant now);
    void read_denied_then(community::Standing& standing, const Interval& stay);

    Statement list_, raises_, denied_;
    std::string facts_sql_;  // a place on the roster that somebody wrote without the key is none
    Statement facts_, terms_, team_terms_, denials_;
    std::string stays_sql_;
    Statement stays_, left_, of_team_;
};

// Columns: role, person id, list, begins, ends.
[[nodiscard]] community::Term term_from(const Rows& rows);
// Columns: id, whom, whole_team, resource, verbs, begins, ends, source, decision.
[[nodiscard]] community::Denial denial_from(const Rows& rows);

}  // namespace caveat::storage
