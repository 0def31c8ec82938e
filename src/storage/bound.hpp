#pragma once
// The rows that the journal vouches for (J1). While a connection writes to a bound table, its own triggers record the keyed hash of each
// row before and after; the next entry of the transaction takes these records, and its hash covers them (journal.cpp). The triggers are
// temporary, so a write by anybody else is never recorded and the next entry cannot vouch for it by mistake.
//
// To bind one more table, add a line to the list in migrations.cpp. To change the columns of a bound table (add one, drop one, make the
// table anew), write the migration step and add one more line of the same name: all its columns now, and the step's number. Nothing else:
// when an older file is opened, one entry binds each row anew, from its hash under the line before to its hash under the new one
// (upgrade.cpp).
#include <cstdint>
#include <functional>
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

// One revision of a bound table; later ones stand behind earlier ones. A released line never changes, because hashes in the journal depend
// on it.
struct BoundTable {
    const char* name;
    std::size_t keys;       // how many of the columns, from the first, name a row
    const char* columns;    // separated by ", "
    std::size_t since;      // the schema from which its rows are bound in this way
    const char* only = "";  // of which rows; {0} is what stands before the name of a column: "{0}confirmed = 1"
};

// One row as it was when its table was first touched after the last entry, and as it is now.
struct Writing {
    std::optional<Digest> was;  // none: there was no such row
    std::optional<Digest> now;  // none: it is gone
};
using Writings = std::map<std::pair<std::string, std::string>, Writing>;  // by table and key

void know_rows(SqlConnection& connection);  // once for each connection: the functions that the SQL below calls
// Before the connection first writes, outside a transaction and when the tables are there; does nothing at later calls. Most commands only
// read, and making the triggers is a tenth of what they cost.
void watch_bound_tables(SqlConnection& connection);

// Records all rows of the tables that are bound at this schema: before a migration as the old state, after it as the new one.
enum class Moment { before, after };
void note_all_rows(SqlConnection& connection, std::size_t schema, Moment moment);

using Chosen = bool (*)(std::string_view table);

// The bound hash of each row as it stands, of the tables that are bound now and chosen.
void each_bound_row(SqlConnection& connection, Chosen chosen, const std::function<void(const Digest&)>& visit);

// The first row of the chosen tables that is not as the entries bound it, in words; empty: none, or the journal itself does not follow.
[[nodiscard]] std::string row_not_as_bound(SqlConnection& connection, Chosen chosen);

[[nodiscard]] Writings taken(Writings& noted);  // empties it; leaves out what is as it was

// What one entry bound, by a statement with its number that selects table_name, key, was and now.
[[nodiscard]] Writings writings_of(Statement& bound_by, std::int64_t entry);

// Replays what the entries bound and then compares it with the tables.
class Replay {
public:
    explicit Replay(SqlConnection& connection, Chosen chosen = nullptr);  // none: all tables
    // The writings of this entry, in order. errc::corrupt if they do not follow from the ones before: a row was changed in between.
    [[nodiscard]] Result<Writings> of(std::int64_t entry);
    [[nodiscard]] Result<void> rest();  // the writings of all entries that are left
    // errc::corrupt names the table and the key of the first row that is not as bound.
    [[nodiscard]] Result<void> holds();

private:
    [[nodiscard]] Result<void> follow(const std::string& table, const std::string& key, const Writing& row, std::int64_t entry);
    [[nodiscard]] Result<void> holds(const char* table, const std::string& key_and_hash, const std::string& where);

    [[nodiscard]] bool left_out(std::string_view table) const { return chosen_ != nullptr && !chosen_(table); }

    SqlConnection& connection_;
    Chosen chosen_;
    Statement sql_;
    Rows rows_;
    bool more_;
    std::map<std::string, std::unordered_map<std::string, Digest>, std::less<>> latest_;  // by table, then by key
};

}  // namespace caveat::storage
