#include "statement.hpp"

#include "connection.hpp"

namespace caveat::storage {

bool Rows::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) raise(connection_.handle(), code, std::string_view(sqlite3_sql(statement_)).substr(0, 80));
    return false;
}

std::string Rows::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string{} : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

void Statement::prepare() {
    if (statement_) {
        // A visitor that runs the same statement again would end the rows that its caller is reading.
        if (sqlite3_stmt_busy(statement_.get()) != 0) throw std::logic_error(fmt::format("in use: {}", sql_));
        return;
    }
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(connection_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (code != SQLITE_OK) raise(connection_.handle(), code, std::string_view(sql_).substr(0, 80));
    statement_.reset(prepared);
}

int Statement::finish(Rows rows) const {
    while (rows.next()) {
    }
    return sqlite3_changes(connection_.handle());
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) raise(connection_.handle(), code, std::string_view(sql_).substr(0, 80));
}

void Statement::bind(int index, std::string_view value) {
    // A null pointer would bind NULL, and an empty text is none.
    check(sqlite3_bind_text64(statement_.get(), index, value.empty() ? "" : value.data(), value.size(), texts_, SQLITE_UTF8));
}

void Statement::bind(int index, Blob value) {
    check(sqlite3_bind_blob64(statement_.get(), index, value.bytes.empty() ? "" : value.bytes.data(), value.bytes.size(), SQLITE_STATIC));
}

}  // namespace caveat::storage
