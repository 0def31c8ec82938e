#include "caveat/registry/keys.hpp"

#include <map>

#include "caveat/detail.hpp"

namespace caveat::registry {
namespace {

constexpr std::size_t most_at_once = 100;  // facts in one transaction

struct Examined {
    storage::KeyFact fact;
    std::string armour;
};

// One entry for many: who has a key of which fitness now.
void record_examined(storage::Journal& journal, const std::string& by, Instant now, const std::vector<const Examined*>& changed) {
    if (changed.empty()) return;
    std::map<std::string, std::vector<std::string>> people;
    for (const auto* one : changed)
        people[std::string(community::name(one->fact.fitness))].push_back(fmt::format("{} {}", one->fact.person, one->fact.fingerprint));
    Detail detail;
    for (const auto& [fitness, who] : people) detail.add(fitness, who);
    journal.append(now, by, "key.examined", "", detail.text());
}

bool is_news(const std::optional<storage::KeyFact>& before, const storage::KeyFact& now) {
    return !before || before->fitness != now.fitness || before->fingerprint != now.fingerprint || before->usable_until != now.usable_until;
}

}  // namespace

Result<storage::ListKeyRow> Keys::make(const community::Actor& by, const ListId& list) {
    if (lists_ == nullptr) return fail(errc::invalid, "no key can be made: set home in [openpgp]");
    if (!store_.rosters().list(list)) return fail(errc::not_found, "there is no list {}", list);
    const auto alone = lists_->alone();
    if (!alone) return tl::unexpected(alone.error());
    if (store_.keys().has_list(list)) return fail(errc::conflict, "list {} has a key; see: caveat key list", list);
    const auto made = lists_->make(fmt::format("{}@{}", list, domain_));
    if (!made) return tl::unexpected(made.error());
    const Instant now = clock_.now();
    storage::ListKeyRow row{list, made->fingerprint, made->armour, now, std::nullopt};
    storage::Store::Transaction transaction(store_);
    store_.keys().put(row);
    store_.journal().append(now, by.name, "key.make", list.value, Detail().add("fingerprint", row.fingerprint).text());
    transaction.commit();
    return row;
}

void Keys::make_missing(const community::Actor& by, Pass& pass) {
    for (const auto& list : store_.keys().lists_without()) {
        const auto made = make(by, list);
        if (made) pass.made.push_back(list.value);
        if (!made && made.error().code != errc::conflict)
            pass.troubles.push_back(fmt::format("the key of list {}: {}", list, made.error().detail));
    }
}

void Keys::examine_due(const community::Actor& by, Pass& pass) {
    const Instant now = clock_.now();
    const auto due = store_.keys().to_examine(now - examined_for, now);
    for (std::size_t begin = 0; begin < due.size(); begin += most_at_once) {
        std::vector<Examined> seen;
        for (std::size_t i = begin; i < std::min(due.size(), begin + most_at_once); ++i) {
            const auto person = store_.directory().person(due[i]);
            if (!person || person->key.empty()) continue;
            const auto key = people_->examine(person->key, person->addresses);
            if (!key) return pass.troubles.push_back(fmt::format("the key of {}: {}", due[i], key.error().detail));
            seen.push_back({{due[i], key->fingerprint, openpgp::code(key->fitness), key->usable_until, key->algorithm, now}, person->key});
            if (key->fitness != openpgp::Fitness::usable) pass.unusable.push_back(fmt::format("{}: {}", due[i], openpgp::explain(*key)));
        }
        storage::Store::Transaction transaction(store_);
        std::map<PersonId, std::optional<storage::KeyFact>> before;
        for (auto& held : store_.keys().held()) before[held.person] = std::move(held.fact);
        std::vector<const Examined*> news;
        for (const auto& one : seen) {
            if (store_.keys().put(one.fact, one.armour) && is_news(before[one.fact.person], one.fact)) news.push_back(&one);
        }
        record_examined(store_.journal(), by.name, now, news);
        transaction.commit();
    }
}

Keys::Pass Keys::catch_up(const community::Actor& by) {
    Pass pass;
    if (lists_ != nullptr) make_missing(by, pass);
    if (people_ != nullptr) examine_due(by, pass);
    return pass;
}

}  // namespace caveat::registry
