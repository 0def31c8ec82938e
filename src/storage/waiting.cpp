#include "caveat/storage/waiting.hpp"

#include "connection.hpp"
#include "sealed.hpp"
#include "statement.hpp"

namespace caveat::storage {

struct Waiting::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;
    std::string take_sql = fmt::format(
        "SELECT id, reader, written, purpose, label, key, bytes FROM waiting_letter WHERE reader = ?1 AND {} ORDER BY number",
        row_holds("waiting_letter"));
    std::string clear_sql = "DELETE FROM waiting_letter WHERE reader = ?1 AND " + row_holds("waiting_letter");
    // A letter keeps its own time, sealed: the row of the hour, which is not, makes none wait longer.
    std::string due_sql = fmt::format(R"sql(
SELECT DISTINCT w.reader FROM waiting_letter w LEFT JOIN letter_hour h ON h.reader = w.reader
WHERE (h.began IS NULL OR h.began <= ?1 OR h.began > ?2 OR w.written <= ?1) AND {} ORDER BY w.reader)sql",
                                      row_holds("waiting_letter", "w."));

    Statement add{c, "INSERT INTO waiting_letter (id, reader, written, purpose, label, key, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    Statement due{c, due_sql.c_str()};
    Statement take{c, take_sql.c_str()};
    Statement clear{c, clear_sql.c_str()};
    Statement last{c, "SELECT began FROM letter_hour WHERE reader = ?1"};
    Statement had{c, "INSERT INTO letter_hour (reader, began) VALUES (?1, ?2) ON CONFLICT (reader) DO UPDATE SET began = ?2"};
    Statement forget{c, "DELETE FROM letter_hour WHERE began < ?1"};
};

Waiting::Waiting(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Waiting::~Waiting() = default;

void Waiting::add(const WaitingLetter& letter, const Sealed& body) {
    s_->add.run(letter.id, letter.reader, letter.written, letter.purpose, letter.label, Blob{body.key}, Blob{body.bytes});
}

std::vector<PersonId> Waiting::due(Instant since, Instant now) {
    std::vector<PersonId> readers;
    auto rows = s_->due.select(since, now);
    while (rows.next()) readers.emplace_back(rows.text(0));
    return readers;
}

std::vector<Waiting::Kept> Waiting::take(const PersonId& reader) {
    std::vector<Kept> kept;
    {
        auto rows = s_->take.select(reader);
        while (rows.next()) {
            kept.push_back({{PostId(rows.text(0)), PersonId(rows.text(1)), rows.at(2), rows.as<Purpose>(3), rows.maybe<community::Tlp>(4)},
                            {rows.text(5), rows.text(6)}});
        }
    }
    s_->clear.run(reader);
    return kept;
}

std::optional<Instant> Waiting::last(const PersonId& reader) {
    auto rows = s_->last.select(reader);
    return rows.next() ? std::optional{rows.at(0)} : std::nullopt;
}

void Waiting::had(const PersonId& reader, Instant at) { s_->had.run(reader, at); }
void Waiting::forget(Instant before) { s_->forget.run(before); }

}  // namespace caveat::storage
