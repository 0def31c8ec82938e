#include "caveat/registry/keys.hpp"

#include <algorithm>
#include <map>

#include "caveat/detail.hpp"
#include "caveat/known_time.hpp"

namespace caveat::registry {
namespace {

constexpr std::size_t most_at_once = 100;  // facts in one transaction
constexpr std::string_view no_home = "no key can be made: set home in [openpgp]";

struct Examined {
    storage::KeyFact fact;
    std::string armour;
    std::string words;
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

// By a later clock it was usable, and by this one it is not: it, or a part of it, is not made yet. That is no verdict, and until that
// moment nobody has looked (storage::Keys).
bool is_not_made_yet(const std::optional<storage::KeyFact>& before, const storage::KeyFact& now) {
    return before && before->examined > now.examined && before->fitness == community::Code::key_usable && before->fitness != now.fitness;
}

// GnuPG signs with no key that has ended, nor with one made in the future.
template <class Key>
bool can_sign(const Key& key, Instant now) {
    return !is_made_ahead(key.made, now) && (!key.usable_until || now < *key.usable_until);
}

}  // namespace

bool is_made_ahead(Instant made, Instant now) { return made > now + KnownTime::slack; }

// With nobody else at it, from the look whether there is one until it is on record.
Result<storage::ListKeyRow> Keys::fresh(const ListId& list) {
    const auto made = own_->make(fmt::format("{}@{}", list, settings_.domain), settings_.life);
    if (!made) return tl::unexpected(made.error());
    return storage::ListKeyRow{list, made->fingerprint, made->armour, clock_.now(), made->usable_until};
}

Result<storage::ListKeyRow> Keys::make(const community::Actor& by, const ListId& list) {
    if (own_ == nullptr) return fail(errc::invalid, "{}", no_home);
    if (!store_.rosters().list(list)) return fail(errc::not_found, "there is no list {}", list);
    const auto alone = own_->alone();
    if (!alone) return tl::unexpected(alone.error());
    if (store_.keys().has_list(list))
        return fail(errc::conflict, "list {} has a key; see: caveat key list; another one: caveat key rollover {}", list, list);
    auto row = fresh(list);
    if (!row) return row;
    storage::Store::Transaction transaction(store_);
    store_.keys().put(*row);
    store_.journal().append(row->made, by.name, "key.make", list.value, Detail().add("fingerprint", row->fingerprint).text());
    transaction.commit();
    return row;
}

Result<NewKey> Keys::rollover(const community::Actor& by, const ListId& list, const std::function<void(const NewKey&)>& tell) {
    if (own_ == nullptr) return fail(errc::invalid, "{}", no_home);
    if (!store_.rosters().list(list)) return fail(errc::not_found, "there is no list {}", list);
    const auto alone = own_->alone();
    if (!alone) return tl::unexpected(alone.error());
    auto before = store_.keys().of_list(list);
    if (!before) return fail(errc::not_found, "list {} has no key; caveat key make {} makes one", list, list);
    auto key = fresh(list);
    if (!key) return tl::unexpected(key.error());
    NewKey done{std::move(*key), {std::move(*before), {}, {}}, {}};
    const Instant now = done.before.replaced = done.key.made;
    done.before.opens_until = now + settings_.overlap;
    const auto& former = done.before.key;
    if (can_sign(former, now)) {
        auto signature = own_->sign(done.key.armour, {former.fingerprint, former.armour});
        if (!signature) return tl::unexpected(signature.error());
        done.signature = std::move(*signature);
    }
    storage::Store::Transaction transaction(store_);
    store_.keys().put_former(done.before);
    store_.keys().put(done.key);
    store_.journal().append(now, by.name, "key.rollover", list.value,
                            Detail()
                                .add("fingerprint", done.key.fingerprint)
                                .add("before", former.fingerprint)
                                .add("opens_until", to_string(std::chrono::floor<std::chrono::seconds>(done.before.opens_until)))
                                .text());
    tell(done);
    transaction.commit();
    return done;
}

// It is nobody's address but ours, and no post comes to it.
Result<storage::CommunityKey> Keys::fresh_own() {
    const auto made = own_->make("postmaster@" + settings_.domain, settings_.life);
    if (!made) return tl::unexpected(made.error());
    return storage::CommunityKey{made->fingerprint, made->armour, clock_.now(), made->usable_until};
}

Result<void> Keys::make_communitys(const community::Actor& by) {
    const auto alone = own_->alone();
    if (!alone) return tl::unexpected(alone.error());
    if (store_.keys().communitys()) return {};
    const auto made = fresh_own();
    if (!made) return tl::unexpected(made.error());
    storage::Store::Transaction transaction(store_);
    store_.keys().put_communitys(*made);
    store_.journal().append(made->made, by.name, "key.make", "",
                            Detail().add("of", "the community").add("fingerprint", made->fingerprint).text());
    transaction.commit();
    return {};
}

bool Keys::own_ends_soon() {
    const auto key = own_ == nullptr ? std::nullopt : store_.keys().communitys();
    if (!key || !key->usable_until) return false;
    const auto ahead = std::min<Instant::duration>(own_key_replaced_ahead, (*key->usable_until - key->made) / 4);
    return *key->usable_until - clock_.now() < ahead;
}

std::vector<ListId> Keys::made_ahead() {
    std::vector<ListId> all;
    if (own_ == nullptr) return all;
    for (auto& key : store_.keys().of_lists()) {
        if (is_made_ahead(key.made, clock_.now())) all.push_back(std::move(key.list));
    }
    return all;
}

Result<NewOwnKey> Keys::rollover_own(const community::Actor& by, const std::function<void(const NewOwnKey&)>& tell) {
    if (own_ == nullptr) return fail(errc::invalid, "{}", no_home);
    const auto alone = own_->alone();
    if (!alone) return tl::unexpected(alone.error());
    auto before = store_.keys().communitys();
    if (!before) return fail(errc::not_found, "there is no key of the community's own mail yet; the daemon makes it");
    auto key = fresh_own();
    if (!key) return tl::unexpected(key.error());
    NewOwnKey done{std::move(*key), std::move(*before), {}};
    if (can_sign(done.before, done.key.made)) {
        auto signature = own_->sign(done.key.armour, {done.before.fingerprint, done.before.armour});
        if (!signature) return tl::unexpected(signature.error());
        done.signature = std::move(*signature);
    }
    storage::Store::Transaction transaction(store_);
    store_.keys().put_communitys(done.key);
    store_.journal().append(
        done.key.made, by.name, "key.rollover", "",
        Detail().add("of", "the community").add("fingerprint", done.key.fingerprint).add("before", done.before.fingerprint).text());
    tell(done);
    transaction.commit();
    return done;
}

void Keys::make_missing(const community::Actor& by, Pass& pass) {
    if (!store_.keys().communitys()) {
        if (auto made = make_communitys(by); !made)
            pass.troubles.push_back(fmt::format("the key of the community's own mail: {}", made.error().detail));
    }
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
            ++pass.examined;
            seen.push_back({{due[i], key->fingerprint, openpgp::code(key->fitness), key->usable_until, key->algorithm, now},
                            person->key,
                            openpgp::explain(*key)});
        }
        storage::Store::Transaction transaction(store_);
        std::map<PersonId, std::optional<storage::KeyFact>> before;
        for (auto& held : store_.keys().held()) before[held.person] = std::move(held.fact);
        std::vector<const Examined*> news;
        for (const auto& one : seen) {
            if (is_not_made_yet(before[one.fact.person], one.fact)) continue;
            if (one.fact.fitness != community::Code::key_usable) pass.unusable.push_back(fmt::format("{}: {}", one.fact.person, one.words));
            if (store_.keys().put(one.fact, one.armour) && is_news(before[one.fact.person], one.fact)) news.push_back(&one);
        }
        record_examined(store_.journal(), by.name, now, news);
        transaction.commit();
    }
}

Keys::Pass Keys::catch_up(const community::Actor& by) {
    Pass pass;
    if (own_ != nullptr) make_missing(by, pass);
    if (people_ != nullptr) examine_due(by, pass);
    return pass;
}

}  // namespace caveat::registry
