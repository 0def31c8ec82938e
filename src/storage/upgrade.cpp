#include "upgrade.hpp"

#include <algorithm>
#include <map>

#include "caveat/detail.hpp"
#include "connection.hpp"
#include "endings.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

void bind_anew(SqlConnection& connection, Journal& journal) {
    const auto changed = [](const auto& row) { return row.second.was != row.second.now; };
    if (const auto rows = std::count_if(connection.noted.begin(), connection.noted.end(), changed); rows > 0) {
        const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        journal.append(now, "system", "journal.bound", "", Detail{}.add("rows", rows).text());
    }
    connection.noted.clear();
}

void upgrade(SqlConnection& connection, Journal& journal) {
    // A step that rebuilds a table drops the old one; with foreign keys on, that would delete the rows that refer to it or fail. This
    // setting has no effect inside a transaction.
    connection.run("PRAGMA foreign_keys=OFF");
    connection.begin_to_write();
    // Checked again under the lock, because another process may have been faster; then nothing changes here.
    const auto from = schema_of_file(connection);
    if (from > connection.schema.steps.size()) throw Broken(changed_by_newer);
    // Else a trigger of somebody's would act between the two notes that follow, and the entry would bind what it did.
    if (const auto part = foreign_part_of_schema(connection, from); !part.empty()) throw ForeignPart(foreign_part_in_words(part));
    note_all_rows(connection, from, Moment::before);
    run_missing_steps(connection);
    seal_all_rows(connection, from);
    note_all_rows(connection, connection.schema.steps.size(), Moment::after);
    bind_anew(connection, journal);
    // Without the sum nothing is done with the file (standstill.hpp), and `journal verify` says what there is to mend.
    if (from < tally_step && connection.schema.steps.size() >= tally_step) {
        if (auto begun = journal.begin_tally(); !begun && connection.options.warn) connection.options.warn(begun.error().detail);
    }
    if (from < seals_step && connection.schema.steps.size() >= seals_step) Endings(connection).enter_all(journal);
    connection.commit();
    connection.run("PRAGMA foreign_keys=ON");
}

using Parts = std::map<std::string, std::string>;  // text by kind and name

// Everything but what SQLite makes for itself: by what it is and of which table, not by how its name begins, since whoever writes rows of
// sqlite_schema may give a trigger any name. A second row of one name is a part of its own.
Parts parts_of(SqlConnection& connection) {
    Statement statement(connection, R"sql(
SELECT coalesce(type, '') || ' ' || coalesce(name, ''), sql FROM sqlite_schema WHERE NOT coalesce(
    (type = 'table' AND name = tbl_name AND (name, sql) IN (VALUES
        ('sqlite_sequence', 'CREATE TABLE sqlite_sequence(name,seq)'), ('sqlite_stat1', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)'),
        ('sqlite_stat4', 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)')))
    OR (type = 'index' AND sql IS NULL AND substr(name, 1, 18 + length(tbl_name)) = 'sqlite_autoindex_' || tbl_name || '_'), 0))sql");
    Parts parts;
    auto rows = statement.select();
    while (rows.next()) {
        auto name = rows.text(0);
        while (!parts.try_emplace(name, rows.text(1)).second) name += " again";
    }
    return parts;
}

// How many there are stands in front: a part whose text swallows the next one would make the same text otherwise.
std::string text_of(const Parts& parts) {
    auto text = fmt::format("-- {} parts\n", parts.size());
    for (const auto& [name, sql] : parts) text.append("-- ").append(name).append("\n").append(sql).append(";\n");
    return text;
}

}  // namespace

std::string text_of_schema(SqlConnection& connection) { return text_of(parts_of(connection)); }

std::string foreign_part_of_schema(SqlConnection& connection, std::size_t version, const char* beside) {
    const auto found = parts_of(connection);
    const bool as_now = version == connection.schema.steps.size() && *beside == 0;
    if (as_now && text_of(found) == connection.schema.whole) return {};
    auto options = connection.options;
    options.path = ":memory:";
    SqlConnection fresh(options, {connection.schema.steps.first(version), connection.schema.bound});
    run_missing_steps(fresh);
    fresh.run(beside);
    const auto expected = parts_of(fresh);
    for (const auto& [name, text] : found) {
        const auto known = expected.find(name);
        if (known == expected.end() || known->second != text) return name;
    }
    for (const auto& [name, text] : expected) {
        if (found.find(name) == found.end()) return name;
    }
    return {};
}

std::string foreign_part_of_schema(SqlConnection& connection) { return foreign_part_of_schema(connection, connection.schema.steps.size()); }

std::string foreign_part_in_words(std::string_view part) {
    return fmt::format("{} is not as this program made it: somebody has edited the file", part);
}

std::size_t schema_of_file(SqlConnection& connection) { return static_cast<std::size_t>(connection.number("PRAGMA user_version")); }

void run_missing_steps(SqlConnection& connection) {
    const auto& steps = connection.schema.steps;
    for (const auto* step : steps.subspan(schema_of_file(connection))) connection.run(step);
    connection.run(fmt::format("PRAGMA application_id={}", application_id).c_str());
    connection.run(fmt::format("PRAGMA user_version={}", steps.size()).c_str());
}

void make_ready(SqlConnection& connection, Journal& journal) {
    if (schema_of_file(connection) < connection.schema.steps.size()) upgrade(connection, journal);
    connection.up_to_date = true;
}

}  // namespace caveat::storage
