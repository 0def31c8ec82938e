#include "caveat/storage/books.hpp"

#include "connection.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

std::optional<BookRow> book_from(Rows rows) {
    if (!rows.next()) return std::nullopt;
    return BookRow{rows.text(0), rows.text(1), rows.text(2), rows.at(3), rows.text(4), rows.text(5)};
}

}  // namespace

struct Books::Statements {
    explicit Statements(SqlConnection& c)
        : put(c, "INSERT INTO book (sha256, name, version, taken, decision, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
          in_force(c, "SELECT sha256, name, version, taken, decision, text FROM book ORDER BY number DESC LIMIT 1"),
          find(c, "SELECT sha256, name, version, taken, decision, text FROM book WHERE sha256 = ?1 ORDER BY number DESC LIMIT 1"),
          before(c, R"sql(
SELECT sha256, name, version, taken, decision, text FROM book WHERE number < (SELECT max(number) FROM book WHERE sha256 = ?1)
ORDER BY number DESC LIMIT 1)sql"),
          in_use(c, R"sql(
SELECT EXISTS (SELECT 1 FROM motion) OR EXISTS (SELECT 1 FROM case_file) OR EXISTS (SELECT 1 FROM application)
    OR EXISTS (SELECT 1 FROM post WHERE kind = 0 AND state <> 0))sql") {}
    Statement put, in_force, find, before, in_use;
};

Books::Books(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Books::~Books() = default;

void Books::put(const BookRow& b) { s_->put.run(b.sha256, b.name, b.version, b.taken, b.decision, b.text); }
std::optional<BookRow> Books::in_force() { return book_from(s_->in_force.select()); }
std::optional<BookRow> Books::find(std::string_view sha256) { return book_from(s_->find.select(sha256)); }
std::optional<BookRow> Books::before(std::string_view sha256) { return book_from(s_->before.select(sha256)); }

bool Books::are_in_use() {
    auto rows = s_->in_use.select();
    return rows.next() && rows.flag(0);
}

}  // namespace caveat::storage
