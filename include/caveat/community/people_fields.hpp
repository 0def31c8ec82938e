#pragma once
// What is recorded of teams, people and terms. A new fact is a member (people.hpp), a line here, and a migration with its column.
// A person's key and a team's clearances are no fields of one value: they have their own ways in and out.
#include <array>

#include "caveat/community/field.hpp"
#include "caveat/community/people.hpp"

namespace caveat::community {

inline constexpr std::string_view about_short_name = "short name, stable: letters, digits, '.', '_' and '-'";

// The first is the id.
inline constexpr std::array team_fields{
    field<&Team::id>(
        {.name = "id", .title = "Id", .about = about_short_name, .required = true, .example = "orchid", .least = 1, .most = 64}),
    field<&Team::name>({.name = "name", .title = "Name", .about = "official name", .required = true, .example = "Orchid-CERT", .least = 1}),
    field<&Team::category>({.name = "category",
                            .title = "Category",
                            .about = "a category of the rule book",
                            .required = true,
                            .example = "operational",
                            .least = 1,
                            .most = 64}),
    field<&Team::subtype>({.name = "subtype", .title = "Subtype", .about = "of a Strategic Partner", .most = 64}),
    field<&Team::economy>({.name = "economy", .title = "Economy", .about = "ISO 3166-1 alpha-2", .least = 2, .most = 2}),
    field<&Team::since>({.name = "since", .title = "Since", .about = "date of admission"}),
    field<&Team::mou>({.name = "mou", .title = "MoU", .about = "date of the memorandum; partners have no access before it"}),
    field<&Team::constituency>({.name = "constituency", .title = "Constituency", .about = "whom it serves (item 59)", .most = 4'000}),
    field<&Team::ranges>({.name = "ranges", .title = "Ranges", .about = "its domains, addresses, autonomous systems", .most = 4'000}),
    field<&Team::primary_contact>(
        {.name = "primary_contact", .title = "Primary contact", .about = "the one point of contact of its economy (item 14)"}),
};

inline constexpr std::array clearance_fields{
    field<&Clearance::list>({.name = "list",
                             .title = "List",
                             .about = "the list it is for",
                             .required = true,
                             .example = "wg-malware",
                             .least = 1,
                             .most = 64}),
    field<&Clearance::label>(
        {.name = "label", .title = "Label", .about = "the strictest label it lets through", .required = true, .example = "AMBER"}),
    field<&Clearance::decision>(
        {.name = "decision", .title = "Decision", .about = "of the steering committee", .required = true, .example = "SC-2026-014"}),
};

// The first is the id.
inline constexpr std::array person_fields{
    field<&Person::id>(
        {.name = "id", .title = "Id", .about = about_short_name, .required = true, .example = "orchid-rep", .least = 1, .most = 64}),
    field<&Person::name>({.name = "name", .title = "Name", .about = "name", .required = true, .example = "Mei Tan", .least = 1}),
    field<&Person::team>(
        {.name = "team", .title = "Team", .about = "id of the team", .required = true, .example = "orchid", .least = 1, .most = 64}),
    field<&Person::addresses>({.name = "addresses",
                               .option = "address",
                               .title = "Addresses",
                               .about = "all of them; copies go to the first",
                               .required = true,
                               .least = 1,
                               .most = 20}),
    field<&Person::representative>({.name = "representative", .title = "Representative", .about = "speaks for the team"}),
    field<&Person::alternate>({.name = "alternate",
                               .title = "Alternate",
                               .about = "speaks for the team while its representative is under a security hold (item 15)"}),
};

inline constexpr std::array term_fields{
    field<&Term::role>({.name = "role",
                        .title = "Role",
                        .about = "sc, chair, deputy_chair, secretariat, auditor; owner or moderator of a list",
                        .required = true,
                        .example = "sc",
                        .least = 1,
                        .most = 64}),
    field<&Term::person>(
        {.name = "person", .title = "Person", .about = "who holds it", .required = true, .example = "orchid-rep", .least = 1, .most = 64}),
    field<&Term::list>({.name = "list", .title = "List", .about = "of an owner or moderator", .least = 1, .most = 64}),
    field<&Term::during, &Interval::from>(
        {.name = "from", .title = "From", .about = "its first instant", .required = true, .example = "2026-01-01"}),
    field<&Term::during, &Interval::until>({.name = "until", .title = "Until", .about = "its end"}),
};

}  // namespace caveat::community
