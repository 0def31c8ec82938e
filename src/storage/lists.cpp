// Lists, their rosters, denials, and the standing that is read from all of it.
#include <algorithm>
#include <array>

#include "caveat/community/list_fields.hpp"
#include "columns.hpp"
#include "connection.hpp"
#include "register_statements.hpp"

namespace caveat::storage {
namespace {

using community::List;
using community::list_fields;
using community::Subscription;

Reader reader_from(const Rows& rows) {
    return {PersonId(rows.text(0)), rows.text(1), TeamId(rows.text(2)), rows.flag(3), rows.as<community::DeliveryMode>(4), rows.at(5)};
}

Subscription subscription_from(const Rows& rows) {
    return {ListId(rows.text(0)), PersonId(rows.text(1)), rows.as<community::DeliveryMode>(2)};
}

}  // namespace

const ListSql& list_sql() {
    static const ListSql sql = [] {
        const auto all = fmt::format("SELECT {} FROM list WHERE removed IS NULL", columns(list_fields));
        return ListSql{all + " ORDER BY id", all + " AND id = ?1", put_sql("list", list_fields)};
    }();
    return sql;
}

std::vector<List> Register::lists() {
    std::vector<List> all;
    auto rows = s_->lists.select();
    while (rows.next()) all.push_back(row_from(rows, list_fields));
    return all;
}

std::optional<List> Register::list(const ListId& id) {
    auto rows = s_->list.select(id);
    if (!rows.next()) return std::nullopt;
    return row_from(rows, list_fields);
}

bool Register::ever_had_a_list() { return s_->any_list.select().next(); }

void Register::put(const List& l) { s_->put_list.run_all(values_of(list_fields, l)); }

void Register::remove(const ListId& id, Instant now) {
    const auto key = s_->standing.list_key(id);
    if (key == 0) return;
    s_->mark_list.run(key, now);
    s_->end_roster.run(key, now);
    s_->drop_list_terms_to_come.run(id, now);
    s_->end_list_terms.run(id, now);
    s_->drop_list_clearances.run(id);
    s_->end_archive.run(id, now);
}

void Register::subscribe(const Subscription& subscription, Instant now) {
    const auto list = s_->standing.list_key(subscription.list);
    const auto person = key_of(subscription.person);
    if (list == 0 || !person) throw Broken(fmt::format("no list {} or no person {}", subscription.list.value, subscription.person.value));
    if (s_->change_mode.run(list, *person, subscription.delivery) > 0) return;
    s_->subscribe.run(list, *person, now, subscription.delivery);
}

void Register::unsubscribe(const ListId& list, const PersonId& person, Instant now) {
    if (const auto key = key_of(person)) s_->unsubscribe.run(s_->standing.list_key(list), *key, now);
}

void Register::each_subscription(const std::function<void(const Subscription&)>& visit) {
    auto rows = s_->every_subscription.select();
    while (rows.next()) visit(subscription_from(rows));
}

std::vector<Subscription> Register::subscriptions(const ListId& list) {
    std::vector<Subscription> all;
    auto rows = s_->roster.select(s_->standing.list_key(list), list);
    while (rows.next()) all.push_back(subscription_from(rows));
    return all;
}

std::int64_t Register::subscribers(const ListId& list) {
    auto rows = s_->count_roster.select(s_->standing.list_key(list));
    return rows.next() ? rows.number(0) : 0;
}

void Register::each_reader(const ListId& list, const PersonId& after, const std::function<bool(const Reader&)>& visit) {
    auto rows = s_->readers.select(s_->standing.list_key(list), after);
    while (rows.next()) {
        if (!visit(reader_from(rows))) return;
    }
}

std::optional<Reader> Register::reader(const ListId& list, const PersonId& person) {
    auto rows = s_->one_reader.select(s_->standing.list_key(list), person);
    if (!rows.next()) return std::nullopt;
    return reader_from(rows);
}

std::vector<community::Denial> Register::denials() {
    std::vector<community::Denial> all;
    auto rows = s_->denials.select();
    while (rows.next()) all.push_back(denial_from(rows));
    return all;
}

std::int64_t Register::put(const community::Denial& d) {
    const auto ends = end_of(d.during);
    if (d.id != 0) {
        const int changed =
            s_->change_denial.run(d.whom, d.whole_team, d.resource, d.verbs, d.during.from, ends, d.source, d.decision, d.id);
        if (changed == 0) throw Broken(fmt::format("no denial {}", d.id));
        s_->waits_no_more.run(d.id);
        return d.id;
    }
    auto rows = s_->add_denial.select(d.whom, d.whole_team, d.resource, d.verbs, d.during.from, ends, d.source, d.decision);
    if (!rows.next()) throw Broken("a denial was written and is not there");
    const auto id = rows.number(0);
    while (rows.next()) {
    }
    return id;
}

void Register::remove_denial(std::int64_t id) {
    s_->waits_no_more.run(id);
    s_->drop_denial.run(id);
}

std::optional<community::Standing> Register::standing(const PersonId& person, const ListId& list, Instant now) {
    const auto key = s_->key_ever(person);
    if (!key) return std::nullopt;
    return std::move(s_->standing.read(std::array{*key}, s_->standing.scope(list, now)).front());
}

std::optional<community::Standing> Register::standing_then_and_now(const PersonId& person, const ListId& list, Instant now) {
    auto standing = this->standing(person, list, now);
    if (standing) s_->standing.read_past(*standing, s_->standing.list_key(list));
    return standing;
}

std::vector<PersonKey> Register::on_roster(const ListId& list, std::span<const std::string> addresses, Instant now, AddressKey key) {
    std::vector<PersonKey> named;
    const auto on = s_->standing.list_key(list);
    for (const auto& address : addresses) {
        const auto person = s_->holder_of(address, key);
        if (!person) continue;
        auto rows = s_->on_roster.select(on, *person, now);
        if (rows.next()) named.push_back(*person);
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    return named;
}

}  // namespace caveat::storage
