#pragma once
// Tables of the register whose columns are the fields of their rows, in the order of the table of fields: a new field is a new column here
// without a statement naming it. The first field is the row's id, whatever it is called elsewhere.
#include <fmt/format.h>

#include <array>
#include <string>

#include "caveat/community/field.hpp"
#include "statement.hpp"

namespace caveat::storage {

// "id, class, charter"
template <class Row, std::size_t n>
[[nodiscard]] std::string columns(const std::array<community::Field<Row>, n>& fields) {
    std::string names = "id";
    for (std::size_t i = 1; i < n; ++i) names.append(", ").append(fields[i].name);
    return names;
}

// Writes the row, whether there was one of its id or not: bind `values_of`.
template <class Row, std::size_t n>
[[nodiscard]] std::string put_sql(std::string_view table, const std::array<community::Field<Row>, n>& fields) {
    std::string places = "?1", sets;
    for (std::size_t i = 1; i < n; ++i) {
        places += fmt::format(", ?{}", i + 1);
        sets += fmt::format("{} = ?{}, ", fields[i].name, i + 1);
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}removed = NULL", table, columns(fields), places,
                       sets);
}

[[nodiscard]] community::Value value_at(const Rows& rows, int column, const community::FieldTraits& field);

template <class Row, std::size_t n>
[[nodiscard]] Row row_from(const Rows& rows, const std::array<community::Field<Row>, n>& fields) {
    Row row;
    int column = 0;
    for (const auto& field : fields) field.set(row, value_at(rows, column++, field));
    return row;
}

// No text is an empty text: only what may be missing is NULL.
template <class Row, std::size_t n>
[[nodiscard]] std::array<community::Value, n> values_of(const std::array<community::Field<Row>, n>& fields, const Row& row) {
    std::array<community::Value, n> values;
    for (std::size_t i = 0; i < n; ++i) {
        values[i] = fields[i].get(row);
        if (fields[i].type == community::FieldType::text && values[i] == community::Value{}) values[i] = std::string{};
    }
    return values;
}

}  // namespace caveat::storage
