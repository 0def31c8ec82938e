#include "caveat/community/field.hpp"

#include <catch2/catch.hpp>

#include "caveat/community/list_fields.hpp"
#include "caveat/community/people_fields.hpp"

namespace caveat::community {
namespace {

List everything_set() {
    auto list = new_list(ListId{"wg"});
    list.klass = "wg";
    list.charter = "kits";
    list.default_tlp = Tlp::green;
    list.max_tlp = Tlp::red;
    list.encryption = Encryption::required;
    list.authentication = Strength::signature;
    list.posting = Posting::owners;
    list.outer_subject = OuterSubject::label;
    list.expires = *parse_instant("2026-03-02T09:15:00Z");
    return list;
}

const auto& field_of(const auto& fields, std::string_view name) {
    for (const auto& field : fields) {
        if (field.name == name) return field;
    }
    throw std::logic_error(std::string(name));
}

}  // namespace

TEST_CASE("a row is made again from the values of its fields") {
    const auto list = everything_set();
    List same;
    for (const auto& field : list_fields) field.set(same, field.get(list));
    CHECK(same == list);

    const Person person{PersonId{"orchid-rep"}, "Mei Tan", TeamId{"orchid"}, {"rep@orchid.example", "duty@orchid.example"}, "", true};
    Person same_person;
    for (const auto& field : person_fields) field.set(same_person, field.get(person));
    CHECK(same_person == person);

    const Term term{"owner", PersonId{"orchid-rep"}, ListId{"teams"}, {*parse_instant("2026-03-02"), *parse_instant("2026-04-02")}};
    Term same_term;
    for (const auto& field : term_fields) field.set(same_term, field.get(term));
    CHECK(same_term == term);
}

TEST_CASE("nothing takes a value away") {
    auto list = everything_set();
    for (const auto* name : {"default_tlp", "expires", "charter"}) field_of(list_fields, name).set(list, {});
    CHECK(list.default_tlp == std::nullopt);
    CHECK(list.expires == std::nullopt);
    CHECK(list.charter.empty());
    CHECK(field_of(list_fields, "charter").get(list) == Value{});
}

TEST_CASE("a field knows its type, its words and whether it may be nothing from its member") {
    const auto& label = field_of(list_fields, "default_tlp");
    CHECK(label.type == FieldType::word);
    CHECK(label.nullable);
    CHECK(choices(label, ", ") == "CLEAR, GREEN, AMBER, AMBER+STRICT, RED");
    CHECK_FALSE(field_of(list_fields, "max_tlp").nullable);
    CHECK(field_of(list_fields, "expires").type == FieldType::instant);
    CHECK(field_of(team_fields, "since").type == FieldType::date);
    CHECK(field_of(team_fields, "economy").nullable);
    CHECK_FALSE(field_of(team_fields, "name").nullable);
    CHECK(field_of(person_fields, "addresses").type == FieldType::texts);
    CHECK(field_of(person_fields, "representative").type == FieldType::flag);
}

TEST_CASE("a word is read as the enumerator it spells, and no other text is", "[A5]") {
    const auto& authentication = field_of(list_fields, "authentication");
    List list;
    authentication.set(list, *read_value(authentication, "signature"));
    CHECK(list.authentication == Strength::signature);
    CHECK(read_value(authentication, "none").error().detail == "'none' is not one of envelope, dmarc, signature");
    CHECK_FALSE(read_value(authentication, ""));
    CHECK_FALSE(read_value(field_of(list_fields, "expires"), "tomorrow"));
}

}  // namespace caveat::community
