// What the tables of fields promise of each noun: its fact fits its shape, and a body like the fact makes the same row.
#include "caveat/facts/register.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {
namespace {

using namespace community;  // NOLINT: rows only

List a_list() {
    auto list = new_list(ListId{"wg"});
    list.klass = "wg";
    list.charter = "kits";
    list.posting = Posting::moderated;
    list.expires = *parse_instant("2026-03-02T09:15:00Z");
    return list;
}

std::vector<std::string> keys(const facts::Json& json) {
    std::vector<std::string> all;
    for (const auto& [key, value] : json.items()) all.push_back(key);
    return all;
}

}  // namespace

TEST_CASE("a list's fact has its fields in the order of the table and fits its shape") {
    const auto fact = facts::fact(a_list());
    std::vector<std::string> names;
    for (const auto& field : list_fields) names.emplace_back(field.name);
    CHECK(keys(fact) == names);
    CHECK(facts::check(facts::list_schema, fact).empty());
    CHECK(facts::fact(new_list(ListId{"wg"}))["expires"].is_null());
}

TEST_CASE("a body like the fact makes the same row, and what it leaves out stays") {
    const auto list = a_list();
    auto same = new_list(list.id);
    facts::apply(list_fields, facts::fact(list), same);
    CHECK(same == list);

    facts::apply(list_fields, {{"default_tlp", nullptr}, {"name", "another"}}, same);
    CHECK(same.default_tlp == std::nullopt);
    CHECK(same.id == list.id);
    CHECK(same.posting == list.posting);

    const Team team{TeamId{"orchid"}, "Orchid-CERT", "operational", "", "SG", parse_date("2020-01-01").value(), {}, {}};
    Team same_team;
    same_team.id = team.id;
    same_team.subtype = "lea";
    facts::apply(team_fields, facts::fact(team), same_team);
    CHECK(same_team == team);
}

TEST_CASE("facts of teams, people, terms and rosters fit their shapes") {
    Team team{TeamId{"orchid"}, "Orchid-CERT", "operational", "", "SG", {}, {}, {}};
    team.clearances.push_back({ListId{"wg"}, Tlp::amber, "D-2026-001"});
    CHECK(facts::check(facts::team_schema, facts::fact(team)).empty());
    const Person person{PersonId{"orchid-rep"}, "Mei Tan", TeamId{"orchid"}, {"rep@orchid.example"}, "", true};
    CHECK(facts::check(facts::person_schema, facts::fact(person)).empty());
    const Term term{"sc", person.id, {}, {*parse_instant("2026-03-02"), {}}};
    CHECK(facts::check(facts::term_schema, facts::fact(term)).empty());
    CHECK(facts::fact(term)["list"].is_null());
    CHECK(facts::fact(Subscription{ListId{"wg"}, person.id})["delivery"] == "each");
}

}  // namespace caveat::test
