#pragma once
// What the functions that SQL calls for bound and sealed rows have in common.
#include <sqlite3.h>

#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "chained.hpp"

namespace caveat::storage {

struct SqlConnection;

// "id, name" -> "id" and "name"
[[nodiscard]] std::vector<std::string_view> columns_of(std::string_view columns);

[[nodiscard]] std::string_view value_bytes(sqlite3_value* value);

// A word for what it is, the table, and each value with its type, so that the number 1, the text '1' and nothing are three things.
[[nodiscard]] Chained row_chained(std::string_view what, std::string_view table, int count, sqlite3_value** columns);

// What a person reads, and no two rows of a table have the same: "3/2", "12/sc-chair//1767225600000000"; bytes as hexadecimal digits.
[[nodiscard]] std::string key_text(int count, sqlite3_value** columns);

// An exception must not pass through SQLite; the statement fails instead.
template <class Act>
void guarded(sqlite3_context* context, Act act) noexcept {
    try {
        act(*static_cast<SqlConnection*>(sqlite3_user_data(context)));
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception& e) {
        sqlite3_result_error(context, e.what(), -1);
    }
}

}  // namespace caveat::storage
