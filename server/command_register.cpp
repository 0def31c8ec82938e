// team, person, list, subscription: add, show, list, change, remove.
#include <algorithm>

#include "command.hpp"

namespace caveat::server {
namespace command_register {

using community::List;
using community::Person;
using community::Subscription;
using community::Team;

Json date_json(const std::optional<Date>& date) { return date ? Json(to_string(*date)) : Json(); }

Json fact(const Team& t) {
    Json clearances = Json::array();
    for (const auto& c : t.clearances) clearances.push_back(fmt::format("{}={} ({})", c.list, community::name(c.label), c.decision));
    return {{"id", t.id.value},        {"name", t.name},          {"category", t.category},
            {"subtype", t.subtype},    {"economy", t.economy},    {"since", date_json(t.since)},
            {"mou", date_json(t.mou)}, {"clearances", clearances}};
}

Json fact(const Person& p) {
    return {
        {"id", p.id.value},     {"name", p.name}, {"team", p.team.value}, {"addresses", p.addresses}, {"representative", p.representative},
        {"key", !p.key.empty()}};
}

Json fact(const List& l) {
    return {{"name", l.id.value},
            {"class", l.klass},
            {"charter", l.charter},
            {"default_tlp", l.default_tlp ? Json(community::name(*l.default_tlp)) : Json()},
            {"max_tlp", community::name(l.max_tlp)},
            {"encryption", community::name(l.encryption)},
            {"authentication", community::name(l.authentication)},
            {"posting", community::name(l.posting)},
            {"expires", l.expires ? Json(to_string(*l.expires)) : Json()}};
}

Json fact(const Subscription& s) { return {{"list", s.list.value}, {"person", s.person.value}, {"delivery", community::name(s.delivery)}}; }

template <class Value, class From>
Result<Value> word(const std::string& text, From from, std::string_view allowed) {
    if (const auto value = from(text)) return *value;
    return fail(errc::invalid, "'{}' is none of {}", text, allowed);
}

constexpr std::string_view labels = "CLEAR, GREEN, AMBER, AMBER+STRICT, RED";

// What the options of add and change may set; an option not given leaves the field as it is.
struct TeamOptions {
    std::string id, decision;
    std::optional<std::string> name, category, subtype, economy, since, mou;
    std::vector<std::string> clearances;  // LIST=LABEL

    Result<void> apply(Team& team) const {
        if (name) team.name = *name;
        if (category) team.category = *category;
        if (subtype) team.subtype = *subtype;
        if (economy) team.economy = *economy;
        for (const auto& [text, field] : {std::pair{&since, &team.since}, std::pair{&mou, &team.mou}}) {
            if (!*text) continue;
            const auto date = parse_date(**text);
            if (!date) return tl::unexpected(date.error());
            *field = *date;
        }
        for (const auto& text : clearances) {
            const auto equals = text.find('=');
            const auto label = equals == std::string::npos ? std::nullopt : community::tlp_from(text.substr(equals + 1));
            if (!label) return fail(errc::invalid, "'{}' is no clearance; write LIST=LABEL with one of {}", text, labels);
            const ListId list{text.substr(0, equals)};
            std::erase_if(team.clearances, [&](const auto& c) { return c.list == list; });
            team.clearances.push_back({list, *label, decision});
        }
        return {};
    }
};

struct PersonOptions {
    std::string id;
    std::optional<std::string> name, team, key_file;
    std::vector<std::string> addresses;
    std::optional<bool> representative;

    Result<void> apply(Person& person) const {
        if (name) person.name = *name;
        if (team) person.team = TeamId{*team};
        if (!addresses.empty()) person.addresses = addresses;
        if (representative) person.representative = *representative;
        if (key_file) {
            const auto key = read_file(*key_file, 1U << 20);
            if (!key) return tl::unexpected(key.error());
            person.key = *key;
        }
        return {};
    }
};

struct ListOptions {
    std::string id, decision;
    std::optional<std::string> klass, charter, default_tlp, max_tlp, encryption, authentication, posting, expires;

    Result<void> apply(List& list) const {
        if (klass) list.klass = *klass;
        if (charter) list.charter = *charter;
        const auto set = [](const std::optional<std::string>& text, auto& field, auto from, std::string_view allowed) -> Result<void> {
            if (!text) return {};
            const auto value = word<typename std::decay_t<decltype(from(""))>::value_type>(*text, from, allowed);
            if (!value) return tl::unexpected(value.error());
            field = *value;
            return {};
        };
        for (const auto& done :
             {set(default_tlp, list.default_tlp, community::tlp_from, labels), set(max_tlp, list.max_tlp, community::tlp_from, labels),
              set(encryption, list.encryption, community::encryption_from, "none, preferred, required"),
              set(authentication, list.authentication, community::strength_from, "envelope, dmarc, signature"),
              set(posting, list.posting, community::posting_from, "matrix, moderated, owners")}) {
            if (!done) return done;
        }
        if (expires) {
            const auto at = parse_instant(*expires);
            if (!at) return tl::unexpected(at.error());
            list.expires = *at;
        }
        return {};
    }
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
           return n->add(registry, invocation.actor(), thing, *options);
       }));
    auto* changing = with_id("change", "what the options say; the rest stays");
    n->options(changing, *options);
    on(changing, invocation, with_house([&invocation, n, options](House& house) -> Result<void> {
           auto thing = n->get(house.store(), options->id);
           if (!thing) return fail(errc::not_found, "there is no {} {}", n->name, options->id);
           if (auto applied = options->apply(*thing); !applied) return applied;
           auto registry = house.registry();
           return n->change(registry, invocation.actor(), *thing, *options);
       }));
    auto* removing = with_id("remove", "take it out; from then on it receives nothing, queued copies included");
    if (n->removing) n->removing(removing, *options);
    on(removing, invocation, with_house([&invocation, n, options](House& house) {
           auto registry = house.registry();
           return n->remove(registry, invocation.actor(), *options);
       }));
    on(with_id("show", "all that is recorded"), invocation, with_house([&invocation, n, options](House& house) -> Result<void> {
           const auto thing = n->get(house.store(), options->id);
           if (!thing) return fail(errc::not_found, "there is no {} {}", n->name, options->id);
           invocation.print(fact(*thing));
           return {};
       }));
    on(top->add_subcommand("list", "all of them"), invocation, with_house([&invocation, n](House& house) -> Result<void> {
           std::vector<Json> facts;
           for (const auto& thing : n->all(house.store())) facts.push_back(fact(thing));
           invocation.print(facts, n->columns);
           return {};
       }));
}

void add_team(CLI::App& app, Invocation& invocation) {
    add_noun<Team, TeamOptions>(app, invocation, "teams and partners",
                                {.name = "team",
                                 .id_label = "ID",
                                 .columns = {"id", "name", "category", "subtype", "economy", "since", "mou"},
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
                                         sub->add_option("--name", o.name, "official name");
                                         sub->add_option("--category", o.category, "a category of the rule book");
                                         sub->add_option("--subtype", o.subtype, "of a Strategic Partner");
                                         sub->add_option("--economy", o.economy, "ISO 3166-1 alpha-2");
                                         sub->add_option("--since", o.since, "date of admission");
                                         sub->add_option("--mou", o.mou, "date of the memorandum; partners have no access before it");
                                         sub->add_option("--clearance", o.clearances, "LIST=LABEL, by decision of the SC");
                                         sub->add_option("--decision", o.decision, "the decision this carries out");
                                     },
                                 .removing =
                                     [](CLI::App* sub, TeamOptions& o) {
                                         sub->add_option("--decision", o.decision,
                                                         "the revocation this carries out; none for applicants and who has left");
                                     }});
}

void add_person(CLI::App& app, Invocation& invocation) {
    add_noun<Person, PersonOptions>(
        app, invocation, "people",
        {.name = "person",
         .id_label = "ID",
         .columns = {"id", "name", "team", "addresses", "representative", "key"},
         .get = [](storage::Store& s, const std::string& id) { return s.directory().person(PersonId{id}); },
         .all = [](storage::Store& s) { return s.directory().people(); },
         .fresh =
             [](const std::string& id) {
                 Person p;
                 p.id = PersonId{id};
                 return p;
             },
         .add = [](registry::Registry& r, const community::Actor& by, const Person& p, const PersonOptions&) { return r.add(by, p); },
         .change = [](registry::Registry& r, const community::Actor& by, const Person& p, const PersonOptions&) { return r.change(by, p); },
         .remove = [](registry::Registry& r, const community::Actor& by,
                      const PersonOptions& o) { return r.remove_person(by, PersonId{o.id}); },
         .options =
             [](CLI::App* sub, PersonOptions& o) {
                 sub->add_option("--name", o.name, "name");
                 sub->add_option("--team", o.team, "id of the team");
                 sub->add_option("--address", o.addresses, "mail address; copies go to the first given");
                 sub->add_flag("--representative,!--no-representative", o.representative, "represents the team");
                 sub->add_option("--key", o.key_file, "file with the armoured OpenPGP public key");
             }});
}

void add_list(CLI::App& app, Invocation& invocation) {
    add_noun<List, ListOptions>(
        app, invocation, "lists",
        {.name = "list",
         .id_label = "NAME",
         .columns = {"name", "class", "default_tlp", "max_tlp", "encryption", "authentication", "posting", "charter"},
         .get = [](storage::Store& s, const std::string& id) { return s.rosters().list(ListId{id}); },
         .all = [](storage::Store& s) { return s.rosters().lists(); },
         .fresh =
             [](const std::string& id) {
                 List l;
                 l.id = ListId{id};
                 l.default_tlp = community::Tlp::amber;
                 l.max_tlp = community::Tlp::amber;
                 return l;
             },
         .add = [](registry::Registry& r, const community::Actor& by, const List& l, const ListOptions& o) -> Result<void> {
             if (!o.decision.empty()) return fail(errc::invalid, "a new list needs no decision; leave --decision out");
             return r.add(by, l);
         },
         .change = [](registry::Registry& r, const community::Actor& by, const List& l,
                      const ListOptions& o) { return r.change(by, l, o.decision); },
         .remove = [](registry::Registry& r, const community::Actor& by, const ListOptions& o) { return r.remove_list(by, ListId{o.id}); },
         .options =
             [](CLI::App* sub, ListOptions& o) {
                 sub->add_option("--class", o.klass, "a row of the access matrix");
                 sub->add_option("--charter", o.charter, "what it is for");
                 sub->add_option("--default-tlp", o.default_tlp, "label of a post without one");
                 sub->add_option("--max-tlp", o.max_tlp, "the strictest label it takes");
                 sub->add_option("--encryption", o.encryption, "none | preferred | required");
                 sub->add_option("--authentication", o.authentication, "what a post needs: envelope | dmarc | signature");
                 sub->add_option("--posting", o.posting, "matrix | moderated | owners");
                 sub->add_option("--expires", o.expires, "instant at which it closes");
                 sub->add_option("--decision", o.decision, "the decision this change carries out");
             }});
}

void add_subscription(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::string list, person, delivery = "each";
    };
    const auto options = std::make_shared<Options>();
    auto* top = app.add_subcommand("subscription", "rosters");
    top->require_subcommand(1);
    const auto with_both = [&](const char* name, const char* help) {
        auto* sub = top->add_subcommand(name, help);
        sub->add_option("LIST", options->list, "name of the list")->required();
        sub->add_option("PERSON", options->person, "id of the person")->required();
        return sub;
    };
    const auto put = [&invocation, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        const auto mode = word<community::DeliveryMode>(options->delivery, community::delivery_mode_from, "each, digest, none");
        if (!mode) return tl::unexpected(mode.error());
        return house->registry().add(invocation.actor(), Subscription{ListId{options->list}, PersonId{options->person}, *mode});
    };
    for (const auto* name : {"add", "change"}) {
        auto* sub = with_both(name, "put a person on a roster, or change the delivery mode");
        sub->add_option("--delivery", options->delivery, "each | digest | none")->capture_default_str();
        on(sub, invocation, put);
    }
    on(with_both("remove", "take a person off a roster; queued copies are not sent"), invocation, [&invocation, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        return house->registry().remove_subscription(invocation.actor(), ListId{options->list}, PersonId{options->person});
    });
    auto* listing = top->add_subcommand("list", "who is on a roster");
    listing->add_option("LIST", options->list, "name of the list; all lists without")->capture_default_str();
    on(listing, invocation, [&invocation, options]() -> Result<void> {
        auto house = invocation.house();
        if (!house) return tl::unexpected(house.error());
        std::vector<Json> facts;
        house->store().rosters().each_subscription([&](const Subscription& s) {
            if (options->list.empty() || s.list.value == options->list) facts.push_back(fact(s));
        });
        invocation.print(facts, {"list", "person", "delivery"});
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
