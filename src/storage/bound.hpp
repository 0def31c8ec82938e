#pragma once
// The rows that the journal vouches for (J1). While a connection writes to a bound table, triggers of its own note the keyed hash of each
// row before and after; the next entry of the transaction takes what was noted and its hash covers it (journal.cpp). The triggers are
// temporary: a write by anybody else is never noted, so that the next entry cannot vouch for it by mistake.
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "caveat/ids.hpp"
#include "caveat/result.hpp"
#include "statement.hpp"

namespace caveat::storage {

struct SqlConnection;

struct BoundTable {
    const char* name;
    std::size_t keys;     // how many of the columns, from the first, name a row
    const char* columns;  // separated by ", ". Those of a line that was released stay: the hashes in the journal stand on them
    std::size_t since;    // the schema from which it is bound; opening an older file binds the rows it has
};
[[nodiscard]] std::span<const BoundTable> bound_tables();

// One row as it was when its table was first touched after the last entry, and as it is now.
struct Writing {
    std::optional<Digest> was;  // none: there was no such row
    std::optional<Digest> now;  // none: it is gone
};
using Writings = std::map<std::pair<std::string, std::string>, Writing>;  // by table and key

void know_rows(SqlConnection& connection);                            // once for each connection: the functions that the SQL below calls
void watch_bound_tables(SqlConnection& connection);                   // once for each connection, when the tables are there
void note_present_rows(SqlConnection& connection, std::size_t from);  // of the tables that are bound since a schema after `from`
[[nodiscard]] Writings taken(Writings& noted);                        // empties it; leaves out what is as it was

// Replays what the entries bound, and then holds it against the tables.
class Replay {
public:
    explicit Replay(SqlConnection& connection);
    // The writings of this entry, in order. errc::corrupt if they do not follow from the ones before: a row was changed in between.
    [[nodiscard]] Result<Writings> of(std::int64_t entry);
    [[nodiscard]] Result<void> holds();  // errc::corrupt names the table and the key of the first row that is not as bound

private:
    [[nodiscard]] Result<void> holds(const BoundTable& table);

    SqlConnection& connection_;
    Statement sql_;
    Rows rows_;
    bool more_;
    std::map<std::string, std::unordered_map<std::string, Digest>, std::less<>> latest_;  // by table, then by key
};

}  // namespace caveat::storage
