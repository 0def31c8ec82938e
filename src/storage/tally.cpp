#include "tally.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "caveat/storage/damage.hpp"
#include "chained.hpp"
#include "connection.hpp"
#include "upgrade.hpp"

namespace caveat::storage {
namespace {

// Small ones, whose rows are sealed, that are asked by their indexes: what is signed in and whose copies are on their way.
constexpr std::array<std::string_view, 2> indexed_beside{"session", "unfinished"};

constexpr std::array<std::string_view, 5> tables_apart{"post", "archived", "waiting_letter", "used_signature", "paper"};

using Lanes = std::array<std::uint64_t, 4>;

Lanes lanes_of(const Digest& digest) {
    Lanes lanes;
    static_assert(sizeof lanes == sizeof digest);
    std::memcpy(lanes.data(), digest.data(), sizeof lanes);
    return lanes;
}

Digest digest_of(const Lanes& lanes) {
    Digest digest;
    std::memcpy(digest.data(), lanes.data(), sizeof lanes);
    return digest;
}

// What one row adds: four numbers modulo 2^64.
class Sum {
public:
    Sum(const SqlConnection& connection, const Digest& from) : chain_(connection.options.chain), lanes_(lanes_of(from)) {}
    void add(const Digest& row) {
        const auto more = of(row);
        for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i] += more[i];
    }
    void take(const Digest& row) {
        const auto less = of(row);
        for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i] -= less[i];
    }
    [[nodiscard]] Digest digest() const { return digest_of(lanes_); }

private:
    [[nodiscard]] Lanes of(const Digest& row) const { return lanes_of(chain_(Chained("row in the sum").add(bytes_of(row)).bytes())); }

    const std::function<Digest(std::string_view)>& chain_;
    Lanes lanes_;
};

// The same for both ways.
Digest masked(const SqlConnection& connection, const Digest& mark, const Digest& sum) {
    auto bytes = connection.options.chain(Chained("mask of the sum").add(bytes_of(mark)).bytes());
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) ^= sum.at(i);
    return bytes;
}

Digest seal_of_tally(const SqlConnection& connection, const Journal::Head& head, std::string_view mark_and_sum) {
    return connection.options.chain(Chained("sum of rows").add(head.number).add(bytes_of(head.hash)).add(mark_and_sum).bytes());
}

constexpr std::size_t digest_size = sizeof(Digest);

std::optional<Journal::Head> head_from(Rows rows) {
    if (!rows.next()) return std::nullopt;
    const auto hash = digest_from(rows.text(1));
    if (!hash) return std::nullopt;
    return Journal::Head{rows.number(0), *hash};
}

bool same_head(const std::optional<Journal::Head>& a, const Journal::Head& b) { return a && a->number == b.number && a->hash == b.hash; }

}  // namespace

bool is_tallied(std::string_view table) { return std::find(tables_apart.begin(), tables_apart.end(), table) == tables_apart.end(); }

bool Tally::is_kept() const { return c_.schema.steps.size() >= tally_step; }

void Tally::begin(const Journal::Head& head) {
    if (is_kept()) keep(head, {head.hash, counted()});
}

void Tally::keep(const Journal::Head& head, const Kept& kept) {
    std::string bytes;
    bytes += bytes_of(kept.mark);
    bytes += bytes_of(masked(c_, kept.mark, kept.sum));
    keep_masked(head, std::move(bytes));
}

void Tally::keep_masked(const Journal::Head& head, std::string mark_and_sum) {
    const auto seal = seal_of_tally(c_, head, mark_and_sum);
    mark_and_sum += bytes_of(seal);
    keep_.run(Blob{mark_and_sum});
}

// None: it was not written for this head with the key.
std::optional<std::string> Tally::kept_masked(const Journal::Head& head) {
    std::string bytes;
    {
        auto rows = kept_.select();
        if (rows.next()) bytes = rows.text(0);
    }
    if (bytes.size() != 3 * digest_size) return std::nullopt;
    const auto seal = seal_of_tally(c_, head, std::string_view(bytes).substr(0, 2 * digest_size));
    if (bytes_of(seal) != std::string_view(bytes).substr(2 * digest_size)) return std::nullopt;
    bytes.resize(2 * digest_size);
    return bytes;
}

std::optional<Tally::Kept> Tally::kept(const Journal::Head& head) {
    const auto bytes = kept_masked(head);
    if (!bytes) return std::nullopt;
    const auto mark = *digest_from(std::string_view(*bytes).substr(0, digest_size));
    return Kept{mark, masked(c_, mark, *digest_from(std::string_view(*bytes).substr(digest_size)))};
}

namespace {

// Of no row in the sum, and yet copies on their way are asked about anew, which goes by the mark (RegisterVersion): the label of a post, or
// that it is forgotten.
bool is_of_what_was_posted(const Writings::value_type& writing) {
    const auto& [name, row] = writing;
    return name.first == "archived" && row.was && row.now;
}

}  // namespace

// One that does not hold stays as it is, and so it goes on not to hold: it is not of the head that is now.
void Tally::follow(const Journal::Head& before, const Journal::Head& now, const Writings& taken) {
    if (!is_kept()) return;
    const bool moves = std::any_of(taken.begin(), taken.end(),
                                   [](const auto& writing) { return is_tallied(writing.first.first) || is_of_what_was_posted(writing); });
    if (!moves) {  // as with what became of copies: the same sum under the same mask, for another head
        if (auto same = kept_masked(before)) keep_masked(now, std::move(*same));
        return;
    }
    auto known = kept(before);
    if (!known) return;
    Sum sum(c_, known->sum);
    for (const auto& [name, row] : taken) {
        if (!is_tallied(name.first)) continue;
        if (row.was) sum.take(*row.was);
        if (row.now) sum.add(*row.now);
    }
    known->mark = now.hash;
    known->sum = sum.digest();
    keep(now, *known);
}

Digest Tally::counted() {
    Sum sum(c_, {});
    each_bound_row(c_, is_tallied, [&](const Digest& row) { sum.add(row); });
    return sum.digest();
}

// An emptied index hides rows from whoever asks by it, a security hold for example, and no row differs.
std::string Tally::index_unlike_table() {
    std::set<std::string_view> tables(indexed_beside.begin(), indexed_beside.end());
    for (const auto& table : c_.schema.bound) {
        if (table.since <= c_.schema.steps.size() && is_tallied(table.name)) tables.insert(table.name);
    }
    for (const auto table : tables) {
        const auto sql = fmt::format("PRAGMA integrity_check({})", table);
        Statement check(c_, sql.c_str());
        auto rows = check.select();
        if (rows.next() && rows.text(0) != "ok") return fmt::format("{} and its indexes do not agree: {}", table, rows.text(0));
    }
    return {};
}

std::string Tally::journal_moved(const Journal::Head& head) {
    const auto newest = head_from(newest_.select());
    if (head.number == 0 ? newest.has_value() : !same_head(newest, head)) return "the head of the journal is not its newest entry";
    if (seen_ && seen_->number > 0 && !same_head(head_from(entry_.select(seen_->number)), *seen_)) {
        return fmt::format("entry {} of the journal is gone: an older database was put in the place of this one", seen_->number);
    }
    return {};
}

std::string Tally::trouble() try {
    const bool committed = sqlite3_txn_state(c_.db.getHandle(), "main") != SQLITE_TXN_WRITE;  // else the newest entry may go yet
    const Snapshot snapshot(c_);
    if (schema_of_file(c_) != c_.schema.steps.size()) throw Broken(changed_by_newer);  // whose rows have another form
    // All of it, also where the number that tells of changes is as it was: it can be set back.
    if (const auto part = foreign_part_of_schema(c_); !part.empty()) return foreign_part_in_words(part);
    const auto head = head_from(head_.select());
    if (!head) return "the head of the journal is missing";
    if (auto moved = journal_moved(*head); !moved.empty()) return moved;
    const auto known = kept(*head);
    if (!known) return "the sum over the rows that the journal vouches for was written without the key, or never begun";
    if (counted() != known->sum) return "rows that the journal vouches for were changed outside it";
    if (auto index = index_unlike_table(); !index.empty()) return index;
    if (committed) seen_ = head;
    return {};
} catch (const Damaged& page) {
    return fmt::format("rows that the journal vouches for cannot be read: {}", page.what());
}

std::string altered_rows(SqlConnection& connection, Tally& tally) {
    auto what = tally.trouble();
    if (what.empty()) return what;
    try {
        const Snapshot snapshot(connection);
        if (auto row = row_not_as_bound(connection, is_tallied); !row.empty()) return row;
    } catch (const Damaged&) {  // `what` says it
    }
    return what;
}

}  // namespace caveat::storage
