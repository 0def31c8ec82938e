#include <array>

#include "facts.hpp"

namespace caveat::http {
namespace {

constexpr std::array clearance_fields{
    Field{.name = "list", .required = true, .about = "the list it is for"},
    Field{.name = "label", .type = Type::word, .required = true, .about = "the strictest label it lets through", .words = label_words},
    Field{.name = "decision", .required = true, .about = "of the steering committee"},
};
constexpr Schema clearance_schema{"Clearance", clearance_fields, true};

constexpr std::array team_fields{
    Field{.name = "id", .required = true, .about = "short name, stable"},
    Field{.name = "name", .required = true, .about = "official name"},
    Field{.name = "category", .required = true, .about = "a category of the rule book"},
    Field{.name = "subtype", .required = true, .about = "of a Strategic Partner", .nullable = true},
    Field{.name = "economy", .required = true, .about = "ISO 3166-1 alpha-2", .nullable = true},
    Field{.name = "since", .type = Type::date, .required = true, .about = "date of admission", .nullable = true},
    Field{.name = "mou", .type = Type::date, .required = true, .about = "date of the memorandum", .nullable = true},
    Field{.name = "clearances", .type = Type::objects, .required = true, .about = "by decision of the SC", .of = &clearance_schema},
};

}  // namespace

const Schema team_schema{"Team", team_fields, true};

Json fact(const community::Team& team) {
    Json clearances = Json::array();
    for (const auto& c : team.clearances) {
        clearances.push_back({{"list", c.list.value}, {"label", community::name(c.label)}, {"decision", c.decision}});
    }
    return {{"id", team.id.value},
            {"name", team.name},
            {"category", team.category},
            {"subtype", maybe(team.subtype)},
            {"economy", maybe(team.economy)},
            {"since", maybe(team.since)},
            {"mou", maybe(team.mou)},
            {"clearances", clearances}};
}

}  // namespace caveat::http
