// person: add, show, list, change, remove, confirm.
#include "caveat/mailroom/bounces.hpp"
#include "caveat/registry/confirmation.hpp"
#include "command_register.hpp"

namespace caveat::server {
namespace command_register {

Json told(const Person& person) {
    auto json = fact(person);
    json["key"] = !person.key.empty();
    json.erase("has_key");
    return json;
}

std::vector<std::string> person_columns() {
    auto columns = columns_of(community::person_fields);
    columns.emplace_back("key");
    return columns;
}

// What the change of another leaves to be confirmed, on standard error: the change is done, as far as it goes.
void say_what_waits(House& house, const PersonId& person) {
    for (const auto& line : registry::unconfirmed_in_words(house.store(), person)) warn(fmt::format("{}: {}", person, line));
}

std::vector<std::string> lists_with(storage::Store& store, const PersonId& person) {
    std::vector<std::string> all;
    for (const auto& list : store.rosters().lists()) {
        if (const auto reader = store.rosters().reader(list.id, person))
            all.push_back(fmt::format("{} ({})", list.id, community::name(reader->delivery)));
    }
    return all;
}

// On which lists a person is, and what of the last 30 days arrived or did not: of the newest posts.
void add_mail(House& house, const Person& person, Json& json) {
    constexpr std::int64_t most_posts = 500;
    json["lists"] = lists_with(house.store(), person.id);
    Json counts = Json::object();
    for (const auto& row : storage::delivery_states) counts[std::string(row.name)] = 0;
    json["not_arrived"] = Json::array();
    for (const auto& copy : house.store().deliveries().copies_of(person.id, house.clock().now() - std::chrono::days(30), most_posts)) {
        auto& count = counts[std::string(storage::name(copy.state))];
        count = count.get<std::int64_t>() + 1;
        const auto bounced = mailroom::returned_copy(house.store(), copy.post, person.id);
        if (copy.state == storage::DeliveryState::sent && bounced.empty()) continue;
        json["not_arrived"].push_back(fmt::format("{} {} {} {}: {}", to_string(copy.at), copy.post,
                                                  copy.list.empty() ? "a notice" : copy.list.value, storage::name(copy.state),
                                                  bounced.empty() ? community::line(copy.because) : bounced));
    }
    json["last_30_days"] = std::move(counts);
    if (auto waits = registry::unconfirmed_in_words(house.store(), person.id); !waits.empty()) json["unconfirmed"] = std::move(waits);
}

Result<void> confirm(House& house, const Invocation& invocation, const std::string& text, bool refuse) {
    const auto id = person_named(house.store(), text);
    auto registry = house.registry();
    const auto done = refuse ? registry.refuse_key(invocation.actor(), id) : registry.confirm(invocation.actor(), id);
    if (!done) return tl::unexpected(done.error());
    if (!refuse) look_after_keys(house, invocation.actor());
    invocation.print(Json{{"person", id.value}, {refuse ? "refused" : "confirmed", *done}});
    return {};
}

struct PersonOptions {
    std::string id, decision;
    bool yes = false;
    FieldOptions<Person, community::person_fields.size()> fields{community::person_fields};
    std::optional<std::string> key_file;

    Result<void> apply(Person& person) const {
        if (auto applied = fields.apply(person); !applied) return applied;
        if (key_file) {
            const auto key = read_key_file(*key_file);
            if (!key) return tl::unexpected(key.error());
            person.key = *key;
        }
        return {};
    }
};

void add_person(CLI::App& app, Invocation& invocation) {
    add_noun<Person, PersonOptions>(
        app, invocation, "people",
        {.name = "person",
         .id_label = "ID",
         .columns = person_columns(),
         .get = [](storage::Store& s, const std::string& id) { return s.directory().person(PersonId{id}); },
         .all = [](storage::Store& s) { return s.directory().people(); },
         .fresh =
             [](const std::string& id) {
                 Person p;
                 p.id = PersonId{id};
                 return p;
             },
         .add = [](registry::Registry& r, const community::Actor& by, const Person& p,
                   const PersonOptions& o) { return r.add(by, p, o.decision); },
         .change = [](registry::Registry& r, const community::Actor& by, const Person& p, const PersonOptions& o) -> Result<void> {
             if (!o.decision.empty()) return fail(errc::invalid, "nothing of a person is changed by a decision; leave --decision out");
             return r.change(by, p);
         },
         .remove = [](registry::Registry& r, const community::Actor& by,
                      const PersonOptions& o) { return r.remove_person(by, PersonId{o.id}); },
         .options =
             [](CLI::App* sub, PersonOptions& o) {
                 o.fields.add_to(sub);
                 sub->add_option("--key", o.key_file, "file with the armoured OpenPGP public key");
                 sub->add_option("--decision", o.decision,
                                 "of somebody who left another team: the decision of kind person that lets them in");
             },
         .removing = [](CLI::App* sub, PersonOptions& o) { add_yes(sub, o.yes); },
         .sure =
             [](storage::Store& s, const Person& p, const PersonOptions& o) {
                 return confirmed(fmt::format("{} ({} of {}) goes: rosters, terms, addresses and key end; on {} lists now", p.id, p.name,
                                              p.team, lists_with(s, p.id).size()),
                                  o.yes);
             },
         .id_of = [](storage::Store& s, const std::string& text) { return person_named(s, text).value; },
         .more = add_mail,
         .changed = [](House& house, const Person& p) { say_what_waits(house, p.id); },
         .keyed = true});
    const auto whom = std::make_shared<std::string>();
    const auto refuse = std::make_shared<bool>(false);
    auto* confirming = app.get_subcommand("person")->add_subcommand(
        "confirm", "another address or key that somebody else entered is right: links to sign in and sealed mail go by it from now on");
    confirming->add_option("PERSON", *whom, "id or an address of the person")->required();
    confirming->add_flag("--refuse", *refuse, "the key that waits is wrong: it waits no more, and the one of before stays");
    on(confirming, invocation,
       [&invocation, whom, refuse](House& house) -> Result<void> { return confirm(house, invocation, *whom, *refuse); });
}

}  // namespace command_register

}  // namespace caveat::server
