#pragma once
// The file in the hands of an earlier or a later program than this one: with another schema.
#include "connection.hpp"
#include "scratch_store.hpp"
#include "upgrade.hpp"

namespace caveat::storage::test {

// As this program had it after so many steps.
inline Schema schema_of(std::size_t steps) { return {schema_of_this_program().steps.first(steps), schema_of_this_program().bound}; }

inline void make_file(const Scratch& scratch, const Schema& schema) {
    std::ofstream(scratch.options.path).close();  // which SQLite takes for a database without tables
    SqlConnection connection(scratch.options, schema);
    connection.run("PRAGMA journal_mode=WAL");
    connection.run("BEGIN");
    run_missing_steps(connection);
    Journal(connection, toy_chain).begin();
    connection.run("COMMIT");
}

struct Program {
    Program(const Scratch& scratch, const Schema& schema)
        : connection(scratch.options, schema), people(connection), minutes(connection), journal(connection, toy_chain) {
        make_ready(connection, journal);
        watch_bound_tables(connection);
    }

    template <class Act>
    void record(Act act) {
        connection.run("BEGIN IMMEDIATE");
        act();
        journal.append(noon, "system", "test.act", "", "{}");
        connection.run("COMMIT");
    }
    [[nodiscard]] std::vector<std::string> acts() {
        std::vector<std::string> all;
        journal.each({}, [&](const Entry& e) { all.push_back(e.act + " " + e.detail); });
        return all;
    }

    SqlConnection connection;
    Register people;
    Minutes minutes;
    Journal journal;
};

}  // namespace caveat::storage::test
