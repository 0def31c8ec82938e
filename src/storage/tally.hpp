#pragma once
// One sum over the rows of the register and of the offices that the journal vouches for (J1), so that an edit, a row slipped in, one taken
// out and an old one put back are noticed by adding up again, in microseconds a row, where the journal's own account of them
// (Replay of bound.hpp) takes as long as the journal is. It stands in the row of the journal's head and moves with each entry by what the
// entry takes: minus the rows as they were, plus the rows as they are. So an honest write over an edited row does not cover the edit.
//
// Why nobody without the key makes the sum right for other rows: what a row adds is a keyed hash of its bound hash, which nobody else can
// work out, not for a row of their own and not from the hashes that stand in `bound`. Nor can they learn what rows of before added, from
// sums that follow each other: there would be ways to put together old rows of the same sum. So the sum is masked by a keyed hash of the
// entry that last moved it, and no two sums are under one mask, because an entry's hash covers the rows it takes. The old sum put back with
// the rows of then does not pass either: beside it stands a MAC over it and over the journal's head, which must be the newest entry; and
// the entries that a connection has seen must still be there. What would pass is a whole older database with its journal, put in place
// while nothing runs: Journal::verify finds that by a head that was noted elsewhere.
//
// What is asked by an index is answered by the index, and the sum is of one or the other: so each index is compared with its table, too.
//
// Apart are tables that grow with the mail, or with large rows: posts, the archive, letters that wait, used signatures and papers. The
// first three carry seals (sealed.hpp), uses.hpp remembers the fourth. A change of this choice needs a step that begins the sum anew.
#include <optional>
#include <string>

#include "bound.hpp"
#include "caveat/storage/journal.hpp"
#include "statement.hpp"

namespace caveat::storage {

class Tally {
public:
    explicit Tally(SqlConnection& connection) : c_(connection) {}

    void begin(const Journal::Head& head);                                                       // of the rows as they are
    void follow(const Journal::Head& before, const Journal::Head& now, const Writings& taken);  // in the transaction of the entry
    // What is not as it should be, of one moment; empty: nothing. Names no row: that takes the journal (altered_rows).
    [[nodiscard]] std::string trouble();

private:
    struct Kept {
        Digest mark;  // the hash of the entry that last moved it; in the clear, for RegisterVersion
        Digest sum;
    };
    [[nodiscard]] bool is_kept() const;  // in a file of this schema
    [[nodiscard]] std::optional<Kept> kept(const Journal::Head& head);
    [[nodiscard]] std::optional<std::string> kept_masked(const Journal::Head& head);
    void keep(const Journal::Head& head, const Kept& kept);
    void keep_masked(const Journal::Head& head, std::string mark_and_sum);
    [[nodiscard]] Digest counted();
    [[nodiscard]] std::string index_unlike_table();
    [[nodiscard]] std::string journal_moved(const Journal::Head& head);

    SqlConnection& c_;
    Statement head_{c_, "SELECT number, hash FROM head"};
    Statement newest_{c_, "SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1"};
    Statement entry_{c_, "SELECT number, hash FROM entry WHERE number = ?1"};
    Statement kept_{c_, "SELECT tally FROM head"};
    Statement keep_{c_, "UPDATE head SET tally = ?1"};
    std::optional<Journal::Head> seen_;  // the newest entry when nothing was wrong
};

[[nodiscard]] bool is_tallied(std::string_view table);

// What `trouble` says, with the first row that is not as the journal has it; empty: nothing. Reads all that the journal binds if there is
// something to say.
[[nodiscard]] std::string altered_rows(SqlConnection& connection, Tally& tally);

}  // namespace caveat::storage
