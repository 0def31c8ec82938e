#pragma once
// Reads one person's standing towards one list: a joined query, and two more for the few who have terms or denials.
#include <optional>

#include "caveat/community/standing.hpp"
#include "statement.hpp"

namespace caveat::storage {

class StandingReader {
public:
    explicit StandingReader(SqlConnection& connection);

    // Looked up once for all people of a slice. 0: no such list.
    [[nodiscard]] std::int64_t list_key(const ListId& list);
    [[nodiscard]] std::optional<community::Standing> read(PersonKey person, const ListId& list, std::int64_t list_key, Instant now);

private:
    void read_terms(community::Standing& standing, Instant now);
    void read_denials(community::Standing& standing, Instant now);

    Statement list_, facts_, terms_, denials_;
};

// Columns: role, person id, list, begins, ends.
[[nodiscard]] community::Term term_from(const Rows& rows);
// Columns: id, whom, whole_team, resource, verbs, begins, ends, source, decision.
[[nodiscard]] community::Denial denial_from(const Rows& rows);

}  // namespace caveat::storage
