#include "caveat/storage/papers.hpp"

#include "connection.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

PaperRow paper_from(const Rows& rows) {
    return {rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.number(4), rows.at(5), rows.text(6)};
}

}  // namespace

struct Papers::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;

    Statement add{c, R"sql(
INSERT INTO paper (about, hash, kind, name, size, at, actor, key, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"};
    Statement find{c, "SELECT about, hash, kind, name, size, at, actor FROM paper WHERE about = ?1 AND hash = ?2"};
    Statement of{c, "SELECT about, hash, kind, name, size, at, actor FROM paper WHERE about = ?1 ORDER BY number"};
    Statement bytes_of{c, "SELECT coalesce(sum(size), 0) FROM paper WHERE about = ?1"};
    Statement sealed{c, "SELECT key, bytes FROM paper WHERE about = ?1 AND hash = ?2"};
};

Papers::Papers(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Papers::~Papers() = default;

void Papers::add(const PaperRow& row, const Sealed& sealed) {
    s_->add.run(row.about, row.hash, row.kind, row.name, row.size, row.at, row.actor, Blob{sealed.key}, Blob{sealed.bytes});
}

std::optional<PaperRow> Papers::find(std::string_view about, std::string_view hash) {
    auto rows = s_->find.select(about, hash);
    return rows.next() ? std::optional{paper_from(rows)} : std::nullopt;
}

std::vector<PaperRow> Papers::of(std::string_view about) {
    std::vector<PaperRow> all;
    auto rows = s_->of.select(about);
    while (rows.next()) all.push_back(paper_from(rows));
    return all;
}

std::int64_t Papers::bytes_of(std::string_view about) {
    auto rows = s_->bytes_of.select(about);
    return rows.next() ? rows.number(0) : 0;
}

std::optional<Sealed> Papers::sealed(std::string_view about, std::string_view hash) {
    auto rows = s_->sealed.select(about, hash);
    if (!rows.next()) return std::nullopt;
    return Sealed{rows.text(0), rows.text(1)};
}

}  // namespace caveat::storage
