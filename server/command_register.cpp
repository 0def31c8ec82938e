// team, person, list, subscription: add, show, list, change, remove.
#include <algorithm>

#include "caveat/facts/register.hpp"
#include "caveat/mailroom/bounces.hpp"
#include "caveat/registry/confirmation.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_register {

using community::List;
using community::Person;
using community::Subscription;
using community::Team;
using facts::fact;

// The options of add and change, one for each field of the table; an option not given leaves its field as it is.
template <class Row, std::size_t n>
class FieldOptions {
public:
    explicit FieldOptions(const std::array<community::Field<Row>, n>& fields) : fields_(fields) {}

    // The id, the first, is no option.
    void add_to(CLI::App* sub) {
        for (std::size_t i = 1; i < n; ++i) {
            const auto& field = fields_[i];
            auto name = std::string(field.option.empty() ? field.name : field.option);
            std::replace(name.begin(), name.end(), '_', '-');
            auto about = std::string(field.about);
            if (field.type == community::FieldType::word) about += ": " + choices(field, " | ");
            auto& given = given_[i];
            if (field.type == community::FieldType::flag) {
                // Not into the optional itself: CLI11 would take it for a counter and begin with "not set" as a value.
                const auto set = [&given](std::int64_t count) { given.flag = count > 0; };
                sub->add_flag_function(fmt::format("--{0},!--no-{0}", name), set, about);
            } else if (field.type == community::FieldType::texts) {
                sub->add_option("--" + name, given.texts, about);
            } else {
                sub->add_option("--" + name, given.text, about);
            }
        }
    }
    [[nodiscard]] Result<void> apply(Row& row) const {
        for (std::size_t i = 1; i < n; ++i) {
            const auto value = read(fields_[i], given_[i]);
            if (!value) return tl::unexpected(value.error());
            if (*value) fields_[i].set(row, **value);
        }
        return {};
    }

private:
    struct Given {
        std::optional<bool> flag;
        std::optional<std::string> text;
        std::vector<std::string> texts;
    };
    static Result<std::optional<community::Value>> read(const community::FieldTraits& field, const Given& given) {
        if (given.flag) return community::Value{*given.flag};
        if (!given.texts.empty()) return community::Value{given.texts};
        if (!given.text) return std::nullopt;
        auto value = community::read_value(field, *given.text);
        if (!value) return tl::unexpected(value.error());
        return std::move(*value);
    }

    const std::array<community::Field<Row>, n>& fields_;
    std::array<Given, n> given_;
};

// In the order of the table, long text last.
template <class Row, std::size_t n>
std::vector<std::string> columns_of(const std::array<community::Field<Row>, n>& fields) {
    constexpr std::size_t most_in_a_column = 200;
    std::vector<std::string> names;
    for (const bool wide : {false, true}) {
        for (const auto& field : fields) {
            if ((field.type == community::FieldType::text && field.most > most_in_a_column) == wide) names.emplace_back(field.name);
        }
    }
    return names;
}

// As these commands have always said it.
Json told(const Team& team) {
    auto json = with_empty_texts(community::team_fields, fact(team));
    auto clearances = Json::array();
    for (const auto& c : team.clearances) clearances.push_back(fmt::format("{}={} ({})", c.list, community::name(c.label), c.decision));
    json["clearances"] = std::move(clearances);
    return json;
}

Json told(const Person& person) {
    auto json = fact(person);
    json["key"] = !person.key.empty();
    json.erase("has_key");
    return json;
}

Json told(const List& list) { return fact(list); }

std::vector<std::string> person_columns() {
    auto columns = columns_of(community::person_fields);
    columns.emplace_back("key");
    return columns;
}

// What the change of another leaves to be confirmed, on standard error: the change is done, as far as it goes.
void say_what_waits(House& house, const PersonId& person) {
    for (const auto& line : registry::unconfirmed_in_words(house.store(), person)) warn(fmt::format("{}: {}", person, line));
}

void add_yes(CLI::App* sub, bool& yes) { sub->add_flag("--yes", yes, "do not ask; needed where nobody can be asked"); }

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

struct TeamOptions {
    std::string id, decision;
    FieldOptions<Team, community::team_fields.size()> fields{community::team_fields};
    std::vector<std::string> clearances;  // LIST=LABEL

    Result<void> apply(Team& team) const {
        if (auto applied = fields.apply(team); !applied) return applied;
        const auto& label_field = community::clearance_fields[1];
        for (const auto& text : clearances) {
            const auto equals = text.find('=');
            const auto label = equals == std::string::npos ? std::nullopt : community::tlp_from(text.substr(equals + 1));
            const bool ends = equals != std::string::npos && text.substr(equals + 1) == "none";
            if (!label && !ends)
                return fail(errc::invalid, "'{}' is not a clearance; write LIST=LABEL with one of {}, or LIST=none", text,
                            choices(label_field, ", "));
            const ListId list{text.substr(0, equals)};
            std::erase_if(team.clearances, [&](const auto& c) { return c.list == list; });
            if (label) team.clearances.push_back({list, *label, decision});
        }
        return {};
    }
};

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

struct ListOptions {
    std::string id, decision;
    bool yes = false;
    FieldOptions<List, community::list_fields.size()> fields{community::list_fields};

    Result<void> apply(List& list) const { return fields.apply(list); }
};

// The five acts on one kind of thing. `get` returns one row, `all` every row.
template <class Thing, class Options>
struct Noun {
    const char* name;
    const char* id_label;
    std::vector<std::string> columns;
    std::function<std::optional<Thing>(storage::Store&, const std::string&)> get;
    std::function<std::vector<Thing>(storage::Store&)> all;
    std::function<Thing(const std::string&)> fresh;
    std::function<Result<void>(registry::Registry&, const community::Actor&, const Thing&, const Options&)> add;
    std::function<Result<void>(registry::Registry&, const community::Actor&, const Thing&, const Options&)> change;
    std::function<Result<void>(registry::Registry&, const community::Actor&, const Options&)> remove;
    std::function<void(CLI::App*, Options&)> options;
    std::function<void(CLI::App*, Options&)> removing = {};
    // Before it is taken out: what goes with it has to be meant.
    std::function<Result<void>(storage::Store&, const Thing&, const Options&)> sure = {};
    std::function<std::string(storage::Store&, const std::string&)> id_of = {};  // what else than an id names one: an address
    std::function<void(House&, const Thing&, Json&)> more = {};                  // to be shown of one
    std::function<void(House&, const Thing&)> changed = {};                      // to be said of one that was
    bool keyed = false;                                                          // what is added or changed may bring a key, or want one
};

template <class Thing, class Options>
void add_noun(CLI::App& app, Invocation& invocation, const char* help, Noun<Thing, Options> noun) {
    const auto options = std::make_shared<Options>();
    const auto n = std::make_shared<Noun<Thing, Options>>(std::move(noun));
    auto* top = app.add_subcommand(n->name, help);
    top->require_subcommand(1);
    const auto with_house = [&invocation](auto act) {
        return [&invocation, act]() -> Result<void> {
            auto house = invocation.house();
            if (!house) return tl::unexpected(house.error());
            return act(*house);
        };
    };
    const auto with_id = [&](const char* name, const char* what) {
        auto* sub = top->add_subcommand(name, what);
        sub->add_option(n->id_label, options->id, "id")->required();
        return sub;
    };
    auto* adding = with_id("add", "a new one");
    n->options(adding, *options);
    on(adding, invocation, with_house([&invocation, n, options](House& house) -> Result<void> {
           Thing thing = n->fresh(options->id);
           if (auto applied = options->apply(thing); !applied) return applied;
           auto registry = house.registry();
           if (auto added = n->add(registry, invocation.actor(), thing, *options); !added) return added;
           if (n->keyed) look_after_keys(house, invocation.actor());
           return {};
       }));
    auto* changing = with_id("change", "what the options say; the rest stays");
    n->options(changing, *options);
    on(changing, invocation, with_house([&invocation, n, options](House& house) -> Result<void> {
           if (n->id_of) options->id = n->id_of(house.store(), options->id);
           auto thing = n->get(house.store(), options->id);
           if (!thing) return fail(errc::not_found, "there is no {} {}", n->name, options->id);
           if (auto applied = options->apply(*thing); !applied) return applied;
           auto registry = house.registry();
           if (auto changed = n->change(registry, invocation.actor(), *thing, *options); !changed) return changed;
           if (n->keyed) look_after_keys(house, invocation.actor());
           if (n->changed) n->changed(house, *thing);
           return {};
       }));
    auto* removing = with_id("remove", "take it out; from then on it receives nothing, queued copies included");
    if (n->removing) n->removing(removing, *options);
    on(removing, invocation, with_house([&invocation, n, options](House& house) -> Result<void> {
           if (n->id_of) options->id = n->id_of(house.store(), options->id);
           const auto thing = n->get(house.store(), options->id);
           if (thing && n->sure) {
               if (auto ok = n->sure(house.store(), *thing, *options); !ok) return ok;
           }
           auto registry = house.registry();
           return n->remove(registry, invocation.actor(), *options);
       }));
    on(with_id("show", "all that is recorded"), invocation, with_house([&invocation, n, options](House& house) -> Result<void> {
           if (n->id_of) options->id = n->id_of(house.store(), options->id);
           const auto thing = n->get(house.store(), options->id);
           if (!thing) return fail(errc::not_found, "there is no {} {}", n->name, options->id);
           auto json = told(*thing);
           if (n->more) n->more(house, *thing, json);
           invocation.print(json);
           return {};
       }));
    on(top->add_subcommand("list", "all of them"), invocation, with_house([&invocation, n](House& house) -> Result<void> {
           std::vector<Json> all;
           for (const auto& thing : n->all(house.store())) all.push_back(told(thing));
           invocation.print(all, n->columns);
           return {};
       }));
}

void add_team(CLI::App& app, Invocation& invocation) {
    add_noun<Team, TeamOptions>(app, invocation, "teams and partners",
                                {.name = "team",
                                 .id_label = "ID",
                                 .columns = columns_of(community::team_fields),
                                 .get = [](storage::Store& s, const std::string& id) { return s.directory().team(TeamId{id}); },
                                 .all = [](storage::Store& s) { return s.directory().teams(); },
                                 .fresh =
                                     [](const std::string& id) {
                                         Team t;
                                         t.id = TeamId{id};
                                         return t;
                                     },
                                 .add = [](registry::Registry& r, const community::Actor& by, const Team& t,
                                           const TeamOptions& o) { return r.add(by, t, o.decision); },
                                 .change = [](registry::Registry& r, const community::Actor& by, const Team& t,
                                              const TeamOptions& o) { return r.change(by, t, o.decision); },
                                 .remove = [](registry::Registry& r, const community::Actor& by,
                                              const TeamOptions& o) { return r.remove_team(by, TeamId{o.id}, o.decision); },
                                 .options =
                                     [](CLI::App* sub, TeamOptions& o) {
                                         o.fields.add_to(sub);
                                         sub->add_option("--clearance", o.clearances,
                                                         "LIST=LABEL, or LIST=none, by decision of the SC; one at a time");
                                         sub->add_option("--decision", o.decision, "of a clearance: the decision this carries out");
                                     },
                                 .removing =
                                     [](CLI::App* sub, TeamOptions& o) {
                                         sub->add_option("--decision", o.decision,
                                                         "none: a status ends by its revocation (application revoke) before the row goes");
                                     }});
}

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
    on(confirming, invocation, [&invocation, whom, refuse]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        return confirm(*house, invocation, *whom, *refuse);
    });
}

void add_list(CLI::App& app, Invocation& invocation) {
    add_noun<List, ListOptions>(
        app, invocation, "lists",
        {.name = "list",
         .id_label = "NAME",
         .columns = columns_of(community::list_fields),
         .get = [](storage::Store& s, const std::string& id) { return s.rosters().list(ListId{id}); },
         .all = [](storage::Store& s) { return s.rosters().lists(); },
         .fresh = [](const std::string& id) { return community::new_list(ListId{id}); },
         .add = [](registry::Registry& r, const community::Actor& by, const List& l,
                   const ListOptions& o) { return r.add(by, l, o.decision); },
         .change = [](registry::Registry& r, const community::Actor& by, const List& l,
                      const ListOptions& o) { return r.change(by, l, o.decision); },
         .remove = [](registry::Registry& r, const community::Actor& by,
                      const ListOptions& o) { return r.remove_list(by, ListId{o.id}, o.decision); },
         .options =
             [](CLI::App* sub, ListOptions& o) {
                 o.fields.add_to(sub);
                 sub->add_option("--decision", o.decision,
                                 "the decision this carries out: of a new list, its class, charter and maximum, and less of anything");
             },
         .removing =
             [](CLI::App* sub, ListOptions& o) {
                 add_yes(sub, o.yes);
                 sub->add_option("--decision", o.decision, "the decision this carries out");
             },
         .sure =
             [](storage::Store& s, const List& l, const ListOptions& o) {
                 return confirmed(fmt::format("{} goes, with its roster of {} and its terms", l.id, s.rosters().subscribers(l.id)), o.yes);
             },
         .keyed = true});
}

void add_subscription(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::string list, person;
        std::optional<std::string> delivery;
        bool yes = false;
    };
    const auto& mode = community::subscription_fields[2];
    const auto options = std::make_shared<Options>();
    auto* top = app.add_subcommand("subscription", "rosters");
    top->require_subcommand(1);
    const auto with_both = [&](const char* name, const char* help) {
        auto* sub = top->add_subcommand(name, help);
        sub->add_option("LIST", options->list, "name of the list")->required();
        sub->add_option("PERSON", options->person, "id or an address of the person")->required();
        return sub;
    };
    const auto put = [&invocation, &mode, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        Subscription subscription{ListId{options->list}, person_named(house->store(), options->person)};
        if (options->delivery) {
            const auto value = community::read_value(mode, *options->delivery);
            if (!value) return tl::unexpected(value.error());
            mode.set(subscription, *value);
        }
        const auto waits = house->registry().add(invocation.actor(), subscription);
        if (!waits) return tl::unexpected(waits.error());
        for (const auto& line : *waits) warn(line);
        return {};
    };
    for (const auto* name : {"add", "change"}) {
        auto* sub = with_both(name, "put a person on a roster, or change the delivery mode");
        sub->add_option("--delivery", options->delivery, choices(mode, " | ") + "; each without");
        on(sub, invocation, put);
    }
    on(with_both("show", "how a person is on a roster"), invocation, [&invocation, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        const ListId list{options->list};
        const auto person = person_named(house->store(), options->person);
        for (const auto& one : house->store().rosters().subscriptions(list)) {
            if (one.person == person) return invocation.print(fact(one)), Result<void>{};
        }
        if (auto there = is_there(*house, list); !there) return there;
        return fail(errc::not_found, "{} is not on {}; `caveat subscription list {}` shows who is", person, list, list);
    });
    auto* removing = with_both("remove", "take a person off a roster; queued copies are not sent");
    add_yes(removing, options->yes);
    on(removing, invocation, [&invocation, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        const ListId list{options->list};
        const auto person = person_named(house->store(), options->person);
        if (house->store().rosters().reader(list, person)) {
            if (auto ok = confirmed(fmt::format("{} goes off {}", person, list), options->yes); !ok) return ok;
        }
        return house->registry().remove_subscription(invocation.actor(), list, person);
    });
    auto* listing = top->add_subcommand("list", "who is on a roster");
    listing->add_option("LIST", options->list, "name of the list; all lists without")->capture_default_str();
    on(listing, invocation, [&invocation, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        std::vector<Json> all;
        house->store().rosters().each_subscription([&](const Subscription& s) {
            if (options->list.empty() || s.list.value == options->list) all.push_back(fact(s));
        });
        if (all.empty()) {
            if (auto there = is_there(*house, ListId{options->list}); !there) return there;
        }
        invocation.print(all, columns_of(community::subscription_fields));
        return {};
    });
}

}  // namespace command_register

void add_register_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_register;
    add_team(app, invocation);
    add_person(app, invocation);
    add_list(app, invocation);
    add_subscription(app, invocation);
}

}  // namespace caveat::server
