#include "caveat/facts/contacts.hpp"

namespace caveat::facts {
namespace {

constexpr std::array found_person_fields{
    Field{.name = "id", .required = true, .about = "of the person"},
    Field{.name = "name", .required = true},
    Field{.name = "address", .required = true, .about = "to write to"},
    Field{.name = "representative", .type = Type::boolean, .required = true, .about = "speaks for the team"},
};
constexpr Schema found_person_schema{"PointOfContact", found_person_fields, true};

constexpr std::array found_contact_fields{
    Field{.name = "team", .required = true, .about = "id of the team"},
    Field{.name = "name", .required = true, .about = "of the team"},
    Field{.name = "economy", .required = true, .about = "ISO 3166-1 alpha-2", .nullable = true},
    Field{.name = "constituency", .required = true, .about = "whom it serves", .nullable = true},
    Field{.name = "because", .required = true, .about = "why this team, in a sentence"},
    Field{.name = "people",
          .type = Type::objects,
          .required = true,
          .about = "points of contact; none for who is not of a member",
          .of = &found_person_schema},
};
constexpr Schema found_contact_schema{"FoundContact", found_contact_fields, true};

constexpr std::array found_contacts_fields{
    Field{.name = "for", .required = true, .about = "what was asked about, as it was understood"},
    Field{.name = "why", .required = true, .about = "in a sentence, also where there is none"},
    Field{.name = "contacts", .type = Type::objects, .required = true, .of = &found_contact_schema},
};

Json fact(const registry::Contact& contact) {
    Json people = Json::array();
    for (const auto& person : contact.people) {
        people.push_back({{"id", person.id.value},
                          {"name", person.name},
                          {"address", person.addresses.front()},
                          {"representative", person.representative}});
    }
    return {{"team", contact.team.id.value},
            {"name", contact.team.name},
            {"economy", maybe(contact.team.economy)},
            {"constituency", maybe(contact.team.constituency)},
            {"because", contact.because},
            {"people", std::move(people)}};
}

}  // namespace

const Schema contacts_schema{"FoundContacts", found_contacts_fields, true};

Json fact(const registry::Contacts& found) {
    Json all = Json::array();
    for (const auto& contact : found.contacts) all.push_back(fact(contact));
    return {{"for", found.what}, {"why", found.why}, {"contacts", std::move(all)}};
}

}  // namespace caveat::facts
