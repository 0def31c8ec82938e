#pragma once
// Rows that whoever writes to the file without the key cannot write or change (J1): each carries in its column `seal` a MAC of the vault's
// key over the table's name and its other columns. What decides who gets or sees something reads such a row only through `row_holds`, so a
// row with a wrong seal is not there: no copy leaves, the session is none, the person is not on the roster. Journal::verify names it.
//
// A seal says that this program wrote the row, not that it is the latest: a row put back as it once was, and one that is gone, are found by
// what the journal binds (bound.hpp), and noticed by the sum over the register's and the offices' rows (tally.hpp).
//
// The seals are written by temporary triggers of this program's connections; those of deliveries, of which there are many, by their
// statements. An honest write over an edited row leaves it without a seal, so that it does not cover the edit.
//
// To seal one more table: a step that adds `seal BLOB NOT NULL DEFAULT x''`, and a line in sealed.cpp. Its rows get their seals when the
// file is opened. To add a column to one: the step, and a second line with all its columns now and the step's number, as among those that
// are bound; a row that did not hold under the line before goes on not to. A step that also changes what stands in columns of before would
// need more.
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct SealedTable {
    const char* name;
    std::size_t keys;        // how many of the columns, from the first, name a row
    const char* columns;     // what is sealed, separated by ", "
    std::size_t since;       // the schema from which its rows carry a seal
    bool by_trigger = true;  // else its statements write the seal
};

inline constexpr std::size_t seal_size = 16;  // bytes: of the MAC's 32
using Seal = std::array<char, seal_size>;

// Seals of rows that are asked about again and again: a place on a roster with each post, a copy when it is leased and when its outcome is
// written. A row is found by all its bytes, so that one that differs in anything has its seal worked out, as if none were kept.
class KnownSeals {
public:
    template <class Work>
    const Seal& of(std::string_view row, Work work) {
        if (places_.empty()) places_.resize(most);
        auto& place = places_[std::hash<std::string_view>()(row) % most];
        if (place.row != row) {
            place.row.clear();  // should `work` fail
            place.seal = work();
            place.row = row;
        }
        return place.seal;
    }

private:
    static constexpr std::size_t most = 8192;  // some 350 bytes each; whichever comes to the place of another takes it

    struct Place {
        std::string row;
        Seal seal{};
    };
    std::vector<Place> places_;
};

// "row_holds('session', s.seal, s.id, ...)" for a row that goes by this name in a statement ("s."): 1, or 0 and Options::warn hears of it.
[[nodiscard]] std::string row_holds(std::string_view table, std::string_view row = "");

void know_seals(SqlConnection& connection);                       // once for each connection: the functions row_seal and row_holds
void watch_sealed_tables(SqlConnection& connection);              // once for each connection, when the tables are there
void seal_all_rows(SqlConnection& connection, std::size_t from);  // of the tables that a schema after `from` seals, or seals otherwise

// Posts of which the sealed row says that their bytes rest here, and they do not.
inline constexpr const char* lost_bodies = "SELECT id FROM post WHERE body IS NOT NULL AND body NOT IN (SELECT post FROM body)";

// The table and key of the first row whose seal does not hold; empty if all do.
[[nodiscard]] std::string broken_seal(SqlConnection& connection);

}  // namespace caveat::storage
