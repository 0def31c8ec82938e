#include "bound.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "caveat/storage/store.hpp"
#include "chained.hpp"
#include "connection.hpp"
#include "row_functions.hpp"

namespace caveat::storage {
namespace {

// A bound table as it is bound at some schema.
struct Revision {
    const BoundTable* table;
    int number;  // from 1

    // What the hash of a row begins with. The first revision has the bare name, because entries written before there were others depend on
    // it.
    [[nodiscard]] std::string hashed_name() const { return number == 1 ? table->name : fmt::format("{} {}", table->name, number); }
};

std::vector<Revision> revisions_at(const SqlConnection& connection, std::size_t schema) {
    std::vector<Revision> all;
    for (const auto& table : connection.schema.bound) {
        if (table.since > schema) continue;
        const std::string_view name = table.name;
        const auto earlier = std::find_if(all.begin(), all.end(), [&](const Revision& r) { return name == r.table->name; });
        if (earlier == all.end()) {
            all.push_back({&table, 1});
        } else {
            *earlier = {&table, earlier->number + 1};
        }
    }
    return all;
}

std::vector<Revision> revisions_now(const SqlConnection& connection) { return revisions_at(connection, connection.schema.steps.size()); }

// "row_key(new.motion, new.number)", "row_hash('remark', new.motion, new.number, ...)" and " WHERE new.confirmed = 1"; `row` is "new.",
// "old." or nothing.
struct Calls {
    std::string key, hash, where = {};
};
Calls calls(const Revision& revision, std::string_view row) {
    Calls made{"row_key(", fmt::format("row_hash('{}'", revision.hashed_name())};
    std::size_t place = 0;
    for (const auto column : columns_of(revision.table->columns)) {
        if (place < revision.table->keys) made.key += fmt::format("{}{}{}", place == 0 ? "" : ", ", row, column);
        made.hash += fmt::format(", {}{}", row, column);
        ++place;
    }
    made.key += ')';
    made.hash += ')';
    if (*revision.table->only != 0) made.where = " WHERE " + fmt::format(fmt::runtime(revision.table->only), row);
    return made;
}

// row_key(column, ...)
void row_key(sqlite3_context* context, int count, sqlite3_value** columns) {
    guarded(context, [&](SqlConnection&) {
        const auto key = key_text(count, columns);
        sqlite3_result_text64(context, key.data(), key.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    });
}

// row_hash(table, column, ...)
void row_hash(sqlite3_context* context, int count, sqlite3_value** columns) {
    guarded(context, [&](SqlConnection& connection) {
        const auto hash = connection.options.chain(row_chained("row", value_bytes(columns[0]), count - 1, columns + 1).bytes());
        sqlite3_result_blob64(context, hash.data(), hash.size(), SQLITE_TRANSIENT);
    });
}

// row_written(table, key, hash before or NULL, hash after or NULL)
void row_written(sqlite3_context* context, int, sqlite3_value** values) {
    guarded(context, [&](SqlConnection& connection) {
        const auto was = digest_from(value_bytes(values[2]));
        const auto now = digest_from(value_bytes(values[3]));
        const auto [noted, first] =
            connection.noted.try_emplace({std::string(value_bytes(values[0])), std::string(value_bytes(values[1]))});
        if (first) noted->second.was = was;
        noted->second.now = now;
    });
}

std::optional<Digest> digest_at(const Rows& rows, int column) {
    if (rows.null(column)) return std::nullopt;
    const auto digest = digest_from(rows.text(column));
    return digest ? digest : Digest{};  // of a wrong length: one that nothing hashes to
}

}  // namespace

void know_rows(SqlConnection& connection) {
    // Innocuous: triggers may call them although the schema is not trusted, and all they can do is note.
    constexpr int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    constexpr int noting = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    // Not SQLiteCpp's createFunction: it cannot call a function innocuous.
    auto* db = connection.db.getHandle();
    for (const int code : {sqlite3_create_function(db, "row_key", -1, pure, &connection, &row_key, nullptr, nullptr),
                           sqlite3_create_function(db, "row_hash", -1, pure, &connection, &row_hash, nullptr, nullptr),
                           sqlite3_create_function(db, "row_written", 4, noting, &connection, &row_written, nullptr, nullptr)}) {
        if (code != SQLITE_OK) raise(SQLite::Exception(db, code), "cannot watch the bound tables");
    }
}

void watch_bound_tables(SqlConnection& connection) {
    if (connection.watched) return;
    for (const auto& revision : revisions_now(connection)) {
        const auto* name = revision.table->name;
        const auto before = calls(revision, "old.");
        const auto after = calls(revision, "new.");
        const auto gone = fmt::format("SELECT row_written('{}', {}, {}, NULL){};", name, before.key, before.hash, before.where);
        const auto there = fmt::format("SELECT row_written('{}', {}, NULL, {}){};", name, after.key, after.hash, after.where);
        const auto changed = fmt::format("UPDATE OF {}", revision.table->columns);  // not of its seal
        // An update as a removal and an insertion: it may have changed the key.
        for (const auto& [trigger, act, body] :
             {std::array<std::string, 3>{"inserted", "INSERT", there}, {"deleted", "DELETE", gone}, {"changed", changed, gone + there}}) {
            connection.run(
                fmt::format("CREATE TEMP TRIGGER {0}_{1} AFTER {2} ON main.{0} BEGIN {3} END", name, trigger, act, body).c_str());
        }
    }
    connection.watched = true;
}

void note_all_rows(SqlConnection& connection, std::size_t schema, Moment moment) {
    for (const auto& revision : revisions_at(connection, schema)) {
        const auto row = calls(revision, "");
        const auto hashes = moment == Moment::before ? row.hash + ", NULL" : "NULL, " + row.hash;
        connection.run(
            fmt::format("SELECT row_written('{0}', {1}, {2}) FROM {0}{3}", revision.table->name, row.key, hashes, row.where).c_str());
    }
}

void each_bound_row(SqlConnection& connection, Chosen chosen, const std::function<void(const Digest&)>& visit) {
    for (const auto& revision : revisions_now(connection)) {
        if (!chosen(revision.table->name)) continue;
        const auto row = calls(revision, "");
        const auto sql = fmt::format("SELECT {} FROM {}{}", row.hash, revision.table->name, row.where);
        Statement statement(connection, sql.c_str());
        for (auto rows = statement.select(); rows.next();) visit(*digest_at(rows, 0));
    }
}

std::string row_not_as_bound(SqlConnection& connection, Chosen chosen) {
    Replay replay(connection, chosen);
    auto held = replay.rest();
    if (held) held = replay.holds();
    return held ? std::string() : held.error().detail;
}

Writings taken(Writings& noted) {
    auto all = std::exchange(noted, {});
    std::erase_if(all, [](const auto& row) { return row.second.was == row.second.now; });
    return all;
}

Writings writings_of(Statement& bound_by, std::int64_t entry) {
    Writings all;
    for (auto rows = bound_by.select(entry); rows.next();) {
        all.emplace(std::pair{rows.text(0), rows.text(1)}, Writing{digest_at(rows, 2), digest_at(rows, 3)});
    }
    return all;
}

Replay::Replay(SqlConnection& connection, Chosen chosen)
    : connection_(connection),
      chosen_(chosen),
      sql_(connection, "SELECT entry, table_name, key, was, now FROM bound ORDER BY entry, table_name, key"),
      rows_(sql_.select()),
      more_(rows_.next()) {}

Result<Writings> Replay::of(std::int64_t entry) {
    Writings all;
    for (; more_ && rows_.number(0) <= entry; more_ = rows_.next()) {
        if (rows_.number(0) < entry) return fail(errc::corrupt, "entry {} is missing, and rows are bound by it", rows_.number(0));
        const auto table = rows_.text(1);
        const auto key = rows_.text(2);
        const Writing row{digest_at(rows_, 3), digest_at(rows_, 4)};
        all.emplace(std::pair{table, key}, row);
        if (auto follows = follow(table, key, row, entry); !follows) return tl::unexpected(follows.error());
    }
    return all;
}

Result<void> Replay::follow(const std::string& table, const std::string& key, const Writing& row, std::int64_t entry) {
    auto& of_table = latest_[table];
    const auto known = of_table.find(key);
    const bool follows = left_out(table) || (known == of_table.end() ? !row.was : row.was == known->second);
    if (!follows) return fail(errc::corrupt, "{} {} was changed outside the journal before entry {}", table, key, entry);
    if (row.now) {
        of_table.insert_or_assign(key, *row.now);
    } else if (known != of_table.end()) {
        of_table.erase(known);
    }
    return {};
}

Result<void> Replay::rest() {
    for (; more_; more_ = rows_.next()) {
        const Writing row{digest_at(rows_, 3), digest_at(rows_, 4)};
        if (auto follows = follow(rows_.text(1), rows_.text(2), row, rows_.number(0)); !follows) return follows;
    }
    return {};
}

Result<void> Replay::holds(const char* table, const std::string& key_and_hash, const std::string& where) {
    auto& expected = latest_[table];
    const auto sql = fmt::format("SELECT {} FROM {}{}", key_and_hash, table, where);
    Statement statement(connection_, sql.c_str());
    auto rows = statement.select();
    while (rows.next()) {
        const auto key = rows.text(0);
        const auto known = expected.find(key);
        if (known == expected.end()) return fail(errc::corrupt, "{} {} was written outside the journal", table, key);
        if (digest_at(rows, 1) != known->second) return fail(errc::corrupt, "{} {} was changed outside the journal", table, key);
        expected.erase(known);
    }
    return {};
}

Result<void> Replay::holds() {
    if (more_) return fail(errc::corrupt, "entry {} is missing, and rows are bound by it", rows_.number(0));
    for (const auto& revision : revisions_now(connection_)) {
        if (left_out(revision.table->name)) continue;
        const auto row = calls(revision, "");
        if (auto held = holds(revision.table->name, row.key + ", " + row.hash, row.where); !held) return held;
    }
    for (const auto& [table, rows] : latest_) {
        if (!rows.empty() && !left_out(table))
            return fail(errc::corrupt, "{} {} was removed outside the journal", table, rows.begin()->first);
    }
    return {};
}

}  // namespace caveat::storage
