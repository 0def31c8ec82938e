#include "statement.hpp"

#include "connection.hpp"

namespace caveat::storage {

bool Rows::next() {
    return told(statement_.getQuery(), [&] { return statement_.executeStep(); });
}

SQLite::Column Rows::at_column(int column) const {
    return told(statement_.getQuery(), [&] { return statement_.getColumn(column); });
}

void Statement::prepare() {
    if (!statement_) return told(sql_, [&] { statement_.emplace(connection_.db, sql_); });
    // A visitor that runs the same statement again would end the rows that its caller is reading.
    if (statement_->hasRow()) throw std::logic_error(fmt::format("in use: {}", sql_));
}

int Statement::run_all(std::span<const community::Value> values) {
    prepare();
    copied_ = false;  // the values outlive the run
    int index = 0;
    for (const auto& value : values) bind_value(++index, value);
    return finish(Rows(*statement_));
}

int Statement::finish(Rows rows) const {
    while (rows.next()) {
    }
    return connection_.db.getChanges();
}

void Statement::bind(int index, std::int64_t value) {
    told(sql_, [&] { statement_->bind(index, value); });
}

void Statement::bind(int index, const std::string& value) {
    told(sql_, [&] { copied_ ? statement_->bind(index, value) : statement_->bindNoCopy(index, value); });
}

void Statement::bind(int index, std::string_view value) {
    told(sql_, [&] { statement_->bind(index, std::string(value)); });
}

void Statement::bind(int index, Blob value) {
    // A null pointer would bind NULL, but an empty value is not NULL.
    const auto* bytes = value.bytes.empty() ? "" : value.bytes.data();
    told(sql_, [&] { statement_->bindNoCopy(index, bytes, static_cast<int>(value.bytes.size())); });
}

void Statement::bind(int index, std::nullopt_t) {
    told(sql_, [&] { statement_->bind(index); });
}

void Statement::bind_value(int index, const community::Value& value) {
    std::visit(
        [&](const auto& held) {
            using T = std::remove_cvref_t<decltype(held)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                bind(index, std::nullopt);
            } else if constexpr (std::is_same_v<T, community::Word>) {
                bind(index, held.number);
            } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
                throw std::logic_error(fmt::format("several texts are not kept in one column: {}", sql_));
            } else {
                bind(index, held);
            }
        },
        value);
}

}  // namespace caveat::storage
