#pragma once
// A prepared statement and its rows: SQLite::Statement and SQLite::Column with the types of this module. Prepared at first use; belongs to
// the thread of its connection. SQLiteCpp's exceptions end here: what fails throws as connection.hpp says. Its columns share ownership and
// count it at each read: that is half a microsecond of the 54 that a copy of a post costs, so no path goes past it.
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "caveat/clock.hpp"
#include "caveat/community/field.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

// Bytes that outlive the call: not copied.
struct Blob {
    std::string_view bytes;
};

// What an open end is in the columns `ends` and `next`: later than everything, so that "not over" is one comparison.
constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

[[nodiscard]] inline std::int64_t micros(Instant t) { return t.time_since_epoch().count(); }
[[nodiscard]] inline Instant instant(std::int64_t micros) { return Instant{std::chrono::microseconds{micros}}; }
[[nodiscard]] inline std::int64_t end_of(const Interval& i) { return i.until ? micros(*i.until) : forever; }
[[nodiscard]] inline Interval interval(std::int64_t begins, std::int64_t ends) {
    return {instant(begins), ends == forever ? std::nullopt : std::optional{instant(ends)}};
}

// The rows of one run. The statement is free again when this goes.
class Rows {
public:
    explicit Rows(SQLite::Statement& statement) : statement_(statement) {}
    ~Rows() { statement_.tryReset(); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    bool next();
    [[nodiscard]] bool null(int column) const { return at_column(column).isNull(); }
    [[nodiscard]] std::int64_t number(int column) const { return at_column(column).getInt64(); }
    [[nodiscard]] std::int32_t small(int column) const { return at_column(column).getInt(); }
    [[nodiscard]] bool flag(int column) const { return small(column) != 0; }
    [[nodiscard]] std::string text(int column) const { return at_column(column).getString(); }  // also of a blob
    [[nodiscard]] Instant at(int column) const { return instant(number(column)); }
    [[nodiscard]] std::optional<Instant> maybe_at(int column) const { return null(column) ? std::nullopt : std::optional{at(column)}; }
    template <class Enum>
    [[nodiscard]] Enum as(int column) const {
        return static_cast<Enum>(small(column));
    }
    template <class Enum>
    [[nodiscard]] std::optional<Enum> maybe(int column) const {
        return null(column) ? std::nullopt : std::optional{as<Enum>(column)};
    }
    [[nodiscard]] std::optional<Date> date(int column) const {
        return null(column) ? std::nullopt : std::optional{Date{std::chrono::sys_days{std::chrono::days{number(column)}}}};
    }

private:
    [[nodiscard]] SQLite::Column at_column(int column) const;

    SQLite::Statement& statement_;
};

class Statement {
public:
    Statement(SqlConnection& connection, const char* sql) : connection_(connection), sql_(sql) {}

    // Binds the arguments to ?1, ?2, ... Not again before the Rows of the last run are gone.
    template <class... Args>
    [[nodiscard]] Rows select(const Args&... args) {
        return bound(true, args...);
    }
    [[nodiscard]] const char* sql() const { return sql_; }
    // Runs to the end; returns how many rows changed.
    template <class... Args>
    int run(const Args&... args) {
        return finish(bound(false, args...));  // the arguments outlive the run
    }

    // The same for values that come from a table of fields.
    int run_all(std::span<const community::Value> values);

private:
    template <class... Args>
    Rows bound(bool copied, const Args&... args) {
        prepare();
        copied_ = copied;
        int index = 0;
        (bind(++index, args), ...);
        return Rows(*statement_);
    }
    void prepare();
    int finish(Rows rows) const;  // by value: made in place

    void bind(int index, std::int64_t value);
    void bind(int index, const std::string& value);
    void bind(int index, std::string_view value);
    void bind(int index, const char* value) { bind(index, std::string_view(value)); }
    void bind(int index, Blob value);
    void bind(int index, std::nullopt_t);
    template <class T>
    requires(std::integral<T> || std::is_enum_v<T>) void bind(int index, T value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, Instant value) { bind(index, micros(value)); }
    void bind(int index, const Date& value) { bind(index, std::int64_t{std::chrono::sys_days{value}.time_since_epoch().count()}); }
    void bind_value(int index, const community::Value& value);
    template <class Tag>
    void bind(int index, const Id<Tag>& value) {
        bind(index, value.value);
    }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value) return bind(index, *value);
        bind(index, std::nullopt);
    }

    SqlConnection& connection_;
    const char* sql_;
    bool copied_ = false;  // whether SQLite copies what is bound
    std::optional<SQLite::Statement> statement_;
};

}  // namespace caveat::storage
