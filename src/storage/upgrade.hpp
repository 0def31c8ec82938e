#pragma once
// From the schema of the file to that of the program.
#include <cstddef>
#include <string>
#include <string_view>

#include "caveat/storage/journal.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

constexpr const char* changed_by_newer = "a newer caveat has changed the schema of the database: start this program anew";

[[nodiscard]] std::size_t schema_of_file(SqlConnection& connection);

void run_missing_steps(SqlConnection& connection);  // in the caller's transaction

// Every table, index, view and trigger but what SQLite makes itself, each under its name and in their order.
[[nodiscard]] std::string text_of_schema(SqlConnection& connection);

// The first table, index, view or trigger of the file that is not as this program's steps make it; empty if all are. A trigger or a view
// that somebody put into the file would act in this program's name (J1). `connection` is at the schema of the program.
[[nodiscard]] std::string foreign_part_of_schema(SqlConnection& connection);
// The same of a file at this schema, in which the statement `beside` has made something more.
[[nodiscard]] std::string foreign_part_of_schema(SqlConnection& connection, std::size_t version, const char* beside = "");
[[nodiscard]] std::string foreign_part_in_words(std::string_view part);

struct ForeignPart : Broken {
    using Broken::Broken;
};

// The missing steps, if there are any, and the entry that binds the rows anew, in one transaction: a crash in the middle leaves the older
// file, whole. A row that was edited before is still found: the entry records its hash as it stands, which does not follow from the entry
// that bound it last. Afterwards the bound tables can be watched. Throws ForeignPart, before any step, where the older schema is not as its
// steps make it. An exception leaves it inside the transaction, so it must be closed.
void make_ready(SqlConnection& connection, Journal& journal);

}  // namespace caveat::storage
