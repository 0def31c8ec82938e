#include <array>

#include "caveat/facts/register.hpp"

namespace caveat::facts {
namespace {

constexpr auto clearance_shape = answer_shape(community::clearance_fields);
constexpr Schema clearance_schema{"Clearance", clearance_shape, true};

constexpr auto team_shape =
    joined(answer_shape(community::team_fields),
           std::array{Field{
               .name = "clearances", .type = Type::objects, .required = true, .about = "by decision of the SC", .of = &clearance_schema}});

constexpr auto person_shape = joined(
    answer_shape(community::person_fields),
    std::array{
        Field{.name = "has_key", .type = Type::boolean, .required = true, .about = "an OpenPGP key is recorded"},
        Field{
            .name = "unconfirmed", .type = Type::texts, .about = "of one person: what somebody else changed and nobody has confirmed yet"},
        Field{.name = "waits_confirmation", .type = Type::boolean, .about = "of one person: there is something of that"},
        Field{.name = "undelivered",
              .type = Type::integer,
              .about = "in lists, for whoever reads all posts: copies of the last 30 days that failed or wait for another try, if any"}});

constexpr auto list_shape = answer_shape(community::list_fields);

constexpr auto roster_shape = answer_shape(community::subscription_fields);
constexpr std::array subscription_shape{
    roster_shape[0],
    roster_shape[1],
    Field{.name = "name", .required = true, .about = "of the person"},
    Field{.name = "team", .required = true, .about = "of the person"},
    Field{.name = "has_key", .type = Type::boolean, .required = true, .about = "an OpenPGP key is recorded"},
    roster_shape[2],
    Field{.name = "since", .type = Type::instant, .required = true, .about = "on the roster from then on"},
    Field{.name = "warnings", .type = Type::texts, .about = "of a place just given: what it waits for"},
};

constexpr auto term_shape = answer_shape(community::term_fields);

constexpr std::array<std::string_view, 3> change_words{"add", "change", "remove"};
constexpr std::array load_change_fields{
    Field{.name = "change", .type = Type::word, .required = true, .about = "what happens to it", .words = change_words},
    Field{.name = "what", .required = true, .about = "team, person, term, list, subscription, denial"},
    Field{.name = "id", .required = true, .about = "which one"},
    Field{.name = "detail", .required = true, .about = "category: liaison -> operational"},
};
constexpr Schema load_change_schema{"LoadChange", load_change_fields, true};
constexpr std::array loaded_fields{
    Field{.name = "changes", .type = Type::objects, .required = true, .about = "none: it is so already", .of = &load_change_schema},
    Field{.name = "warnings", .type = Type::texts, .required = true, .about = "allowed, but said"},
};

}  // namespace

const Schema team_schema{"Team", team_shape, true};
const Schema person_schema{"Person", person_shape, true};
const Schema list_schema{"List", list_shape, true};
const Schema subscription_schema{"Subscription", subscription_shape, true};
const Schema term_schema{"Term", term_shape, true};
const Schema loaded_schema{"Loaded", loaded_fields, true};

Json fact(const community::Team& team) {
    auto json = fact_of(community::team_fields, team);
    json["clearances"] = Json::array();
    for (const auto& clearance : team.clearances) json["clearances"].push_back(fact_of(community::clearance_fields, clearance));
    return json;
}

Json fact(const community::Person& person, bool has_key) {
    auto json = fact_of(community::person_fields, person);
    json["has_key"] = has_key;
    return json;
}

Json fact(const community::List& list) { return fact_of(community::list_fields, list); }
Json fact(const community::Subscription& subscription) { return fact_of(community::subscription_fields, subscription); }
Json fact(const community::Term& term) { return fact_of(community::term_fields, term); }

Json fact(const ListId& list, const storage::Reader& reader) {
    return {{"list", list.value},
            {"person", reader.person.value},
            {"name", reader.name},
            {"team", reader.team.value},
            {"has_key", reader.has_key},
            {"delivery", community::name(reader.delivery)},
            {"since", to_string(reader.since)}};
}

Json fact(const registry::Loaded& loaded) {
    Json changes = Json::array();
    for (const auto& change : loaded.changes) {
        changes.push_back({{"change", change_words.at(static_cast<std::size_t>(change.kind))},
                           {"what", change.what},
                           {"id", change.id},
                           {"detail", change.detail}});
    }
    auto warnings = loaded.warnings;
    for (const auto& line : loaded.undecided) warnings.push_back(line + "; loaded without a decision, and the journal says so");
    return {{"changes", changes}, {"warnings", warnings}};
}

}  // namespace caveat::facts
