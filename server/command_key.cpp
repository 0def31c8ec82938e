// key.
#include "caveat/openpgp/look.hpp"
#include "caveat/registry/confirmation.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_key {

using community::Person;

constexpr std::string_view prefix = "key_";

// "usable", "expired": the name of the code without what all of them begin with.
std::string word_of(community::Code fitness) {
    auto word = std::string(community::name(fitness));
    return word.starts_with(prefix) ? word.substr(prefix.size()) : word;
}

Json end_of(const std::optional<Instant>& end) { return end ? Json(to_string(*end)) : Json(nullptr); }

Json fact(const storage::HeldKey& key) {
    const auto& known = key.fact;
    return {{"person", key.person.value},
            {"fingerprint", known ? known->fingerprint : ""},
            {"fitness", known ? word_of(known->fitness) : "not looked at"},
            {"usable_until", known ? end_of(known->usable_until) : Json(nullptr)},
            {"algorithm", known ? known->algorithm : ""}};
}

// A key that somebody brought in the place of one that counts, and nobody has confirmed yet.
std::vector<Json> that_wait(House& house, const PersonId& person) {
    std::vector<Json> all;
    for (const auto& row : house.store().directory().unconfirmed(person)) {
        if (row.wanted.empty()) continue;
        all.push_back({{"person", person.value},
                       {"fingerprint", openpgp::fingerprint_in(row.wanted)},
                       {"fitness", "unconfirmed"},
                       {"usable_until", nullptr},
                       {"algorithm", ""}});
    }
    return all;
}

Json fact(const storage::ListKeyRow& key) {
    return {{"list", key.list.value}, {"fingerprint", key.fingerprint}, {"usable_until", end_of(key.usable_until)}};
}

// With those that still open what is sealed to them.
Json fact(const storage::ListKeyRow& key, const std::vector<storage::FormerKey>& all, Instant now) {
    auto one = fact(key);
    one["former"] = Json::array();
    for (const auto& former : all) {
        if (former.key.list == key.list && now < former.opens_until)
            one["former"].push_back({{"fingerprint", former.key.fingerprint}, {"opens_until", to_string(former.opens_until)}});
    }
    return one;
}

struct Options {
    std::string list, person, file, fingerprint;
    bool community = false;
};

Result<Person> person_of(House& house, const std::string& text) {
    const auto id = person_named(house.store(), text);
    auto person = house.store().directory().person(id);
    if (!person) return fail(errc::not_found, "there is no person {}", text);
    return std::move(*person);
}

Result<void> make(House& house, const Invocation& invocation, const Options& o) {
    const auto made = house.keys().make(invocation.actor(), ListId{o.list});
    if (!made) return tl::unexpected(made.error());
    invocation.print(fact(*made));
    return {};
}

constexpr std::string_view ended_unsigned = "the key before has ended or was made in the future, so that it could not sign the new one";

Result<void> rollover_own(House& house, const Invocation& invocation) {
    auto letters = house.key_letters(house.store());
    const auto done =
        house.keys().rollover_own(invocation.actor(), [&](const registry::NewOwnKey& key) { letters.tell_of(key, key.key.made); });
    if (!done) return tl::unexpected(done.error());
    if (done->signature.empty()) warn(ended_unsigned);
    invocation.print(Json{{"community", house.config().domain},
                          {"fingerprint", done->key.fingerprint},
                          {"usable_until", end_of(done->key.usable_until)},
                          {"before", done->before.fingerprint}});
    return {};
}

Result<void> rollover(House& house, const Invocation& invocation, const Options& o) {
    if (o.community) return o.list.empty() ? rollover_own(house, invocation) : fail(errc::invalid, "either LIST or --community, not both");
    if (o.list.empty()) return fail(errc::invalid, "whose key? Write the name of a list, or --community");
    auto letters = house.key_letters(house.store());
    const auto done = house.keys().rollover(invocation.actor(), ListId{o.list},
                                            [&](const registry::NewKey& key) { letters.tell_of(key, key.before.replaced); });
    if (!done) return tl::unexpected(done.error());
    if (done->signature.empty()) warn(ended_unsigned);
    invocation.print(fact(done->key, {done->before}, done->before.replaced));
    return {};
}

Result<void> export_communitys(House& house) {
    const auto key = house.store().keys().communitys();
    if (!key) return fail(errc::not_found, "there is no key of the community's own mail; the daemon makes one where [openpgp] has a home");
    std::fwrite(key->armour.data(), 1, key->armour.size(), stdout);
    return {};
}

Result<void> export_of(House& house, const Options& o) {
    if (o.community) return o.list.empty() ? export_communitys(house) : fail(errc::invalid, "either LIST or --community, not both");
    if (o.list.empty()) return fail(errc::invalid, "whose key? Write the name of a list, or --community");
    if (!house.store().rosters().list(ListId{o.list})) return fail(errc::not_found, "there is no list {}", o.list);
    const auto key = house.store().keys().of_list(ListId{o.list});
    if (!key) return fail(errc::not_found, "list {} has no key; caveat key make {} makes one", o.list, o.list);
    std::fwrite(key->armour.data(), 1, key->armour.size(), stdout);
    return {};
}

Result<void> list(House& house, const Invocation& invocation, const Options& o) {
    std::vector<Json> lists, people;
    if (o.person.empty()) {
        const auto former = house.store().keys().former();
        for (const auto& key : house.store().keys().of_lists()) lists.push_back(fact(key, former, house.clock().now()));
    }
    const auto only = o.person.empty() ? PersonId{} : person_named(house.store(), o.person);
    if (!o.person.empty() && !house.store().directory().person(only)) return fail(errc::not_found, "there is no person {}", o.person);
    for (const auto& key : house.store().keys().held()) {
        if (o.person.empty() || key.person == only) people.push_back(fact(key));
    }
    for (const auto& person : house.store().directory().with_unconfirmed()) {
        if (!o.person.empty() && person != only) continue;
        for (auto& key : that_wait(house, person)) people.push_back(std::move(key));
    }
    if (!lists.empty()) invocation.print(lists, {"list", "fingerprint", "usable_until", "former"});
    invocation.print(people, {"person", "fingerprint", "fitness", "usable_until", "algorithm"});
    return {};
}

Result<void> import_to(House& house, const Invocation& invocation, const Options& o) {
    auto person = person_of(house, o.person);
    if (!person) return tl::unexpected(person.error());
    auto key = read_key_file(o.file);
    if (!key) return tl::unexpected(key.error());
    person->key = std::move(*key);
    if (auto changed = house.registry().change(invocation.actor(), *person); !changed) return changed;
    look_after_keys(house, invocation.actor());
    for (const auto& line : registry::unconfirmed_in_words(house.store(), person->id)) warn(fmt::format("{}: {}", person->id, line));
    const auto waits = that_wait(house, person->id);
    if (!waits.empty()) invocation.print(waits.front());
    for (const auto& held : house.store().keys().held()) {
        if (waits.empty() && held.person == person->id) invocation.print(fact(held));
    }
    return {};
}

Result<void> remove(House& house, const Invocation& invocation, const Options& o) {
    auto person = person_of(house, o.person);
    if (!person) return tl::unexpected(person.error());
    for (const auto& held : house.store().keys().held()) {
        if (held.person != person->id || !held.fact || held.fact->fingerprint != o.fingerprint) continue;
        person->key.clear();
        return house.registry().change(invocation.actor(), *person);
    }
    return fail(errc::not_found, "{} has no key {}; write the whole fingerprint, as caveat key list --person {} shows it", person->id,
                o.fingerprint, person->id);
}

// K9: what the daemon warns people and owners of, and what it is too late to warn of.
Result<void> warnings(House& house, const Invocation& invocation) {
    constexpr std::chrono::days soon{60};
    const Instant now = house.clock().now();
    std::vector<Json> all;
    for (const auto& held : house.store().keys().held()) {
        const bool usable = held.fact && held.fact->fitness == community::Code::key_usable;
        const Instant end = held.fact ? held.fact->usable_until.value_or(Instant::max()) : Instant::max();
        if (usable && end - now > soon) continue;
        auto one = fact(held);
        one["days"] = end < Instant::max() ? Json(std::chrono::floor<std::chrono::days>(end - now).count()) : Json(nullptr);
        all.push_back(std::move(one));
    }
    std::vector<Json> lists;
    for (const auto& key : house.store().keys().of_lists()) {
        if (!key.usable_until || *key.usable_until - now > soon) continue;
        lists.push_back(fact(key));
        lists.back()["days"] = std::chrono::floor<std::chrono::days>(*key.usable_until - now).count();
    }
    if (!lists.empty()) invocation.print(lists, {"list", "fingerprint", "usable_until", "days"});
    invocation.print(all, {"person", "fingerprint", "fitness", "usable_until", "days"});
    return {};
}

}  // namespace command_key

void look_after_keys(House& house, const community::Actor& by) try {
    const auto pass = house.keys().catch_up(by);
    for (const auto& unusable : pass.unusable) warn("the key of " + unusable + "; nothing is sealed to it");
    for (const auto& trouble : pass.troubles) warn(trouble + "; the daemon tries again");
} catch (const storage::Unavailable& trouble) {
    warn(fmt::format("keys: {}; the daemon tries again", trouble.what()));
}

void add_key_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_key;
    const auto o = std::make_shared<Options>();
    auto* key = app.add_subcommand("key", "OpenPGP keys of lists and people");
    key->require_subcommand(1);
    auto* making = key->add_subcommand("make", "the first key of a list; one that encrypts gets it by itself");
    making->add_option("LIST", o->list, "name of the list")->required();
    on(making, invocation, [&invocation, o](House& house) { return make(house, invocation, *o); });
    auto* rolling = key->add_subcommand(
        "rollover",
        "another key for a list: it signs from now on, the one before opens for a while still, subscribers are sent the new one");
    rolling->add_option("LIST", o->list, "name of the list");
    rolling->add_flag("--community", o->community, "of the community's own mail; whoever has a key is sent the new one");
    on(rolling, invocation, [&invocation, o](House& house) { return rollover(house, invocation, *o); });
    auto* exporting = key->add_subcommand("export", "a list's public key, armoured");
    exporting->add_option("LIST", o->list, "name of the list");
    exporting->add_flag("--community", o->community, "the key that signs the community's own mail");
    on(exporting, invocation, [o](House& house) { return export_of(house, *o); });
    auto* listing = key->add_subcommand("list", "keys of lists, and what is known of people's");
    listing->add_option("--person", o->person, "id or an address: this person's alone");
    on(listing, invocation, [&invocation, o](House& house) { return list(house, invocation, *o); });
    auto* importing = key->add_subcommand("import", "the key of a person, in the place of the one on record");
    importing->add_option("FILE", o->file, "armoured OpenPGP public key")->required();
    importing->add_option("--person", o->person, "id or an address of the person")->required();
    on(importing, invocation, [&invocation, o](House& house) { return import_to(house, invocation, *o); });
    auto* removing = key->add_subcommand("remove", "take a person's key off the record: what is sealed no longer reaches them");
    removing->add_option("FINGERPRINT", o->fingerprint, "all 40 digits of it")->required();
    removing->add_option("--person", o->person, "id or an address of the person")->required();
    on(removing, invocation, [&invocation, o](House& house) { return remove(house, invocation, *o); });
    on(key->add_subcommand("warnings", "keys that cannot be used, or end within 60 days"), invocation,
       [&invocation](House& house) { return warnings(house, invocation); });
}

}  // namespace caveat::server
