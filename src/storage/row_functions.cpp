#include "row_functions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caveat::storage {

std::vector<std::string_view> columns_of(std::string_view columns) {
    std::vector<std::string_view> all;
    for (std::string_view rest = columns; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        all.push_back(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 2, rest.size()));
    }
    return all;
}

std::string_view value_bytes(sqlite3_value* value) {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    return bytes == nullptr ? std::string_view{} : std::string_view{bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

Chained row_chained(std::string_view what, std::string_view table, int count, sqlite3_value** columns) {
    Chained row(what);
    row.add(table).add(count);
    for (int i = 0; i < count; ++i) {
        const int type = sqlite3_value_type(columns[i]);
        row.add(type);
        if (type == SQLITE_INTEGER) {
            row.add(sqlite3_value_int64(columns[i]));
        } else if (type != SQLITE_NULL) {
            row.add(value_bytes(columns[i]));
        }
    }
    return row;
}

std::string key_text(int count, sqlite3_value** columns) {
    std::string key;
    for (int i = 0; i < count; ++i) {
        if (i > 0) key += '/';
        const bool blob = sqlite3_value_type(columns[i]) == SQLITE_BLOB;
        for (const char c : value_bytes(columns[i])) {
            key += blob ? fmt::format("{:02x}", static_cast<unsigned char>(c)) : c == '/' ? "%2F" : c == '%' ? "%25" : std::string(1, c);
        }
    }
    return key;
}

}  // namespace caveat::storage
