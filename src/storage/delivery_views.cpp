// Copies as people see them: of a post, by pages or counted, and of a person.
#include <map>

#include "delivery_statements.hpp"

namespace caveat::storage {
namespace {

// Columns: key, person id, address, state, because, attempts, at, next, reply, cursor, named, code.
DeliveryRow delivery_from(const Rows& rows) {
    DeliveryRow row{seq_of(rows.number(0)),
                    PersonId(rows.text(1)),
                    rows.text(2),
                    rows.flag(10),
                    rows.as<DeliveryState>(3),
                    false,
                    community::reason_from(rows.text(11), rows.text(4)),
                    rows.small(5),
                    rows.at(6),
                    {},
                    rows.text(8)};
    const auto next = rows.number(7);
    const bool leased_again = row.state == DeliveryState::deferred && next == forever;
    if (leased_again) row.state = DeliveryState::queued;
    row.leased = leased_again || (row.state == DeliveryState::queued && row.seq < rows.small(9));
    if (traits(row.state).waits) row.next = instant(next);
    return row;
}

// Columns: post id, list, state, attempts, at, because, reply, code.
std::vector<Copy> copies_from(Rows rows) {
    std::vector<Copy> all;
    while (rows.next()) {
        all.push_back({PostId{rows.text(0)}, ListId{rows.text(1)}, rows.as<DeliveryState>(2), rows.small(3), rows.at(4),
                       community::reason_from(rows.text(7), rows.text(5)), rows.text(6)});
    }
    return all;
}

}  // namespace

std::vector<DeliveryRow> Deliveries::rows(PostKey post) {
    std::vector<DeliveryRow> all;
    auto rows = s_->rows_between.select(row_key(post, 0), row_key(post + 1, 0) - 1);
    while (rows.next()) all.push_back(delivery_from(rows));
    return all;
}

std::vector<DeliveryRow> Deliveries::rows(PostKey post, std::int32_t after, std::optional<DeliveryState> state, std::int64_t most) {
    std::vector<DeliveryRow> all;
    auto rows = s_->rows_after.select(row_key(post, std::int64_t{after} + 1), row_key(post + 1, 0) - 1, state, most, std::nullopt);
    while (rows.next()) all.push_back(delivery_from(rows));
    return all;
}

std::optional<DeliveryRow> Deliveries::row_of(PostKey post, PersonKey person) {
    auto rows = s_->rows_after.select(row_key(post, 0), row_key(post + 1, 0) - 1, std::nullopt, 1, person);
    if (!rows.next()) return std::nullopt;
    return delivery_from(rows);
}

std::optional<DeliveryRow> Deliveries::row(PostKey post, std::int32_t seq) {
    auto rows = s_->rows_between.select(row_key(post, seq), row_key(post, seq));
    if (!rows.next()) return std::nullopt;
    return delivery_from(rows);
}

std::vector<std::pair<DeliveryState, std::int64_t>> Deliveries::tally(PostKey post) {
    std::map<DeliveryState, std::int64_t> counts;
    auto rows = s_->states.select(row_key(post, 0), row_key(post + 1, 0) - 1);
    while (rows.next()) ++counts[rows.as<DeliveryState>(0)];
    return {counts.begin(), counts.end()};
}

std::vector<Deliveries::Reasons> Deliveries::reasons(PostKey post) {
    std::vector<Reasons> all;
    auto rows = s_->reasons.select(row_key(post, 0), row_key(post + 1, 0) - 1);
    while (rows.next()) all.push_back({rows.as<DeliveryState>(0), rows.text(1), rows.number(2)});
    return all;
}

std::vector<Copy> Deliveries::undelivered(const PersonId& person, Instant since, std::int64_t most) {
    return copies_from(s_->undelivered.select(person.value, since, most));
}

std::vector<Copy> Deliveries::copies_of(const PersonId& person, Instant since, std::int64_t most) {
    return copies_from(s_->copies_of.select(person.value, since, most));
}

std::int64_t Deliveries::count_undelivered(const PersonId& person, Instant since) {
    auto rows = s_->count_undelivered.select(person.value, since);
    return rows.next() ? rows.number(0) : 0;
}

}  // namespace caveat::storage
