#pragma once
// The rule books that were in force, one after the other, with their text (ruling pp). Writing needs a Store::Transaction and a journal
// entry after it. Belongs to the thread of its Store.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/clock.hpp"

namespace caveat::storage {

struct SqlConnection;

struct BookRow {
    std::string sha256;  // of `text`, as hexadecimal digits
    std::string name;
    std::string version;
    Instant taken{};       // in force since
    std::string decision;  // of the amendment; empty: it changed no hard number, or it is the first
    std::string text;      // the file, byte for byte
};

class Books {
public:
    explicit Books(SqlConnection& connection);
    ~Books();

    void put(const BookRow& book);  // in force from now on
    [[nodiscard]] std::optional<BookRow> in_force();
    [[nodiscard]] std::optional<BookRow> find(std::string_view sha256);    // the last of these bytes
    [[nodiscard]] std::optional<BookRow> before(std::string_view sha256);  // that was in force until then
    // Something was judged, decided or asked for under a book: the one of then is not to be replaced unseen.
    [[nodiscard]] bool are_in_use();

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage
