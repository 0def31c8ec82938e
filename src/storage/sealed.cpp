#include "sealed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connection.hpp"
#include "row_functions.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

constexpr std::array<SealedTable, 18> tables_with_seals{{
    {"post", 1,
     "key, id, kind, state, list, mail_from, rcpt_to, header_from, sender, team, message_id, received, decided, strength, label, because, "
     "rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as, body, target, purpose",
     seals_step},
    {"delivery", 1, "key, person, named, state, attempts, at, address, because, reply, code", seals_step, false},
    {"named", 2, "post, person", seals_step},
    {"subscription", 3, "list, person, begins, ends, delivery", seals_step},
    {"token", 1, "id, secret, name, holder, rights, lists, created_by, created, expires, revoked", seals_step},
    {"session", 1, "id, secret, person, began, expires, seen, code_shown, wrong_codes", seals_step},
    {"sign_in_link", 1, "secret, person, expires", seals_step},
    {"second_factor", 1, "person, key, bytes, confirmed, step", seals_step},
    {"post", 1,
     "key, id, kind, state, list, mail_from, rcpt_to, header_from, sender, team, message_id, received, decided, strength, label, because, "
     "rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as, body, target, purpose, caveats",
     caveats_step},
    {"waiting_letter", 1, "number, id, reader, written, purpose, label, key, bytes", waiting_step},
    {"key_fact", 1, "person, fingerprint, fitness, usable_until, algorithm, examined", keys_step},
    {"list_key", 1, "list, fingerprint, armour, made, usable_until", keys_step},
    {"former_key", 1, "fingerprint, list, armour, made, usable_until, replaced, opens_until", keys_change_step},
    {"community_key", 1, "fingerprint, armour, made", keys_change_step},
    {"challenge", 1, "secret, person, list, key, bytes, expires", commands_step},
    {"archived", 1, "post, list, label, posted, keep_until, ended, forgotten, key, bytes", archive_step},
    {"community_key", 1, "fingerprint, armour, made, usable_until", own_end_step},
    {"reminder", 2, "about, due, sent", sealed_reminders_step},
}};

constexpr std::size_t most_warned = 1000;  // rows a connection: then it is known that somebody has been at the file

// As this program seals it: the last revision.
const SealedTable& sealed_table(std::string_view name) {
    const auto found =
        std::find_if(tables_with_seals.rbegin(), tables_with_seals.rend(), [&](const auto& table) { return name == table.name; });
    if (found == tables_with_seals.rend()) throw std::logic_error(fmt::format("{} carries no seals", name));
    return *found;
}

// The revision of that table which counts at this schema; null: it carries no seals then.
const SealedTable* revision_at(std::string_view name, std::size_t schema) {
    const SealedTable* latest = nullptr;
    for (const auto& table : tables_with_seals) {
        if (name == table.name && table.since <= schema) latest = &table;
    }
    return latest;
}

std::vector<const SealedTable*> revisions_in(const SqlConnection& connection) {
    std::vector<const SealedTable*> all;
    for (const auto& table : tables_with_seals) {
        if (&table == revision_at(table.name, connection.schema.steps.size())) all.push_back(&table);
    }
    return all;
}

// "'session', new.id, new.secret, ..."
std::string arguments(const SealedTable& table, std::string_view row, std::string_view seal = "") {
    auto all = fmt::format("'{}'{}", table.name, seal);
    for (const auto column : columns_of(table.columns)) all += fmt::format(", {}{}", row, column);
    return all;
}

// " WHERE id = new.id"
std::string where_key(const SealedTable& table, std::string_view row) {
    std::string where;
    const auto columns = columns_of(table.columns);
    for (std::size_t i = 0; i < table.keys; ++i) {
        where += fmt::format("{} {} = {}{}", i == 0 ? " WHERE" : " AND", columns[i], row, columns[i]);
    }
    return where;
}

bool is_asked_often(std::string_view table) { return table == "delivery" || table == "subscription"; }

Seal seal_of(const SqlConnection& connection, std::string_view row) {
    const auto hash = connection.options.chain(row);
    Seal seal;
    std::copy_n(bytes_of(hash).begin(), seal.size(), seal.begin());
    return seal;
}

std::string_view text_of(const Seal& seal) { return {seal.data(), seal.size()}; }

// row_seal(table, column, ...)
void row_seal_function(sqlite3_context* context, int count, sqlite3_value** values) {
    guarded(context, [&](SqlConnection& connection) {
        const auto seal = seal_of(connection, row_chained("seal", value_bytes(values[0]), count - 1, values + 1).bytes());
        sqlite3_result_blob64(context, seal.data(), seal.size(), SQLITE_TRANSIENT);
    });
}

void warn_of_row(SqlConnection& connection, std::string_view table, sqlite3_value** columns) {
    if (!connection.options.warn || connection.warned_of.size() >= most_warned) return;
    const auto row = fmt::format("{} {}", table, key_text(static_cast<int>(sealed_table(table).keys), columns));
    if (!connection.warned_of.insert(row).second) return;
    connection.options.warn(fmt::format(
        "{} was changed or written by somebody who has no key: it is not used; `caveat journal verify` and `caveat doctor` tell more",
        row));
}

// row_holds(table, seal, column, ...)
void row_holds_function(sqlite3_context* context, int count, sqlite3_value** values) {
    guarded(context, [&](SqlConnection& connection) {
        const auto table = value_bytes(values[0]);
        const auto row = row_chained("seal", table, count - 2, values + 2);
        const auto work = [&] { return seal_of(connection, row.bytes()); };
        const auto seal = is_asked_often(table) ? connection.known_seals.of(row.bytes(), work) : work();
        const bool holds = text_of(seal) == value_bytes(values[1]);
        if (!holds) warn_of_row(connection, table, values + 2);
        sqlite3_result_int(context, holds ? 1 : 0);
    });
}

}  // namespace

std::string row_holds(std::string_view table, std::string_view row) {
    return fmt::format("row_holds({})", arguments(sealed_table(table), row, fmt::format(", {}seal", row)));
}

void know_seals(SqlConnection& connection) {
    constexpr int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    auto* db = connection.db.getHandle();
    for (const int code : {sqlite3_create_function(db, "row_seal", -1, pure, &connection, &row_seal_function, nullptr, nullptr),
                           sqlite3_create_function(db, "row_holds", -1, pure, &connection, &row_holds_function, nullptr, nullptr)}) {
        if (code != SQLITE_OK) raise(SQLite::Exception(db, code), "cannot seal rows");
    }
}

void watch_sealed_tables(SqlConnection& connection) {
    for (const auto* revision : revisions_in(connection)) {
        const auto& table = *revision;
        if (!table.by_trigger) continue;
        const auto seal = fmt::format("row_seal({})", arguments(table, "new."));
        const auto held = fmt::format("row_holds({})", arguments(table, "old.", ", old.seal"));
        const auto here = where_key(table, "new.");
        connection.run(fmt::format("CREATE TEMP TRIGGER seal_new_{0} AFTER INSERT ON main.{0} BEGIN UPDATE {0} SET seal = {1}{2}; END",
                                   table.name, seal, here)
                           .c_str());
        connection.run(fmt::format("CREATE TEMP TRIGGER seal_changed_{0} AFTER UPDATE OF {1} ON main.{0} BEGIN UPDATE {0} SET seal = CASE "
                                   "WHEN {2} THEN {3} ELSE x'' END{4}; END",
                                   table.name, table.columns, held, seal, here)
                           .c_str());
    }
}

void seal_all_rows(SqlConnection& connection, std::size_t from) {
    for (const auto* table : revisions_in(connection)) {
        if (table->since <= from) continue;
        const auto* before = revision_at(table->name, from);
        const auto held = before == nullptr ? std::string("1") : fmt::format("seal = row_seal({})", arguments(*before, ""));
        connection.run(
            fmt::format("UPDATE {} SET seal = CASE WHEN {} THEN row_seal({}) ELSE x'' END", table->name, held, arguments(*table, ""))
                .c_str());
    }
}

std::string broken_seal(SqlConnection& connection) {
    for (const auto* revision : revisions_in(connection)) {
        const auto& table = *revision;
        const auto keys = columns_of(table.columns);
        const auto named =
            fmt::format("row_key({})", fmt::join(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(table.keys), ", "));
        const auto sql = fmt::format("SELECT {} FROM {} WHERE seal <> row_seal({}) LIMIT 1", named, table.name, arguments(table, ""));
        Statement statement(connection, sql.c_str());
        auto rows = statement.select();
        if (rows.next()) return fmt::format("{} {}", table.name, rows.text(0));
    }
    return {};
}

}  // namespace caveat::storage
