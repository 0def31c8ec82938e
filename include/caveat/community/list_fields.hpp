#pragma once
// The settings of a list and of a place on its roster. A new setting is a member (list.hpp), a line here, and a migration with its column.
#include <array>

#include "caveat/community/field.hpp"
#include "caveat/community/list.hpp"

namespace caveat::community {

// The first is the list's id. The order is that of load file, export and JSON.
inline constexpr std::array list_fields{
    field<&List::id>({.name = "name",
                      .title = "Name",
                      .about = "the local part of its posting address",
                      .required = true,
                      .example = "teams",
                      .least = 1,
                      .most = 64}),
    field<&List::klass>({.name = "class",
                         .title = "Class",
                         .about = "a row of the access matrix",
                         .required = true,
                         .example = "teams",
                         .least = 1,
                         .most = 64,
                         .need = {"list", "the class of a list (item 70)"}}),
    field<&List::charter>({.name = "charter",
                           .title = "What it is for",
                           .about = "what it is for",
                           .required = true,
                           .example = "threat exchange between all teams",
                           .least = 1,
                           .most = 1'000,
                           .need = {"list", "the charter of a list (item 70)"}}),
    field<&List::default_tlp>({.name = "default_tlp",
                               .title = "Default label",
                               .about = "of a post without a label; AMBER for a new list, the rule book's for none",
                               .nothing = "the rule book's"}),
    field<&List::max_tlp>({.name = "max_tlp",
                           .title = "At most",
                           .about = "the strictest label it takes; AMBER for a new list",
                           .need = {"list", "the maximum of a list (item 70)"}}),
    field<&List::encryption>({.name = "encryption", .title = "Encryption", .about = "of copies"}),
    // A From line alone authorises nobody (A5), so "none" cannot be written.
    field<&List::authentication>(
        {.name = "authentication", .title = "A post needs", .about = "what a post needs; dmarc for a new list", .unwritten = 1}),
    field<&List::posting>({.name = "posting", .title = "Posting", .about = "who posts without a moderator"}),
    field<&List::expires>({.name = "expires", .title = "Closes", .about = "closed from then on"}),
    field<&List::outer_subject>(
        {.name = "outer_subject",
         .title = "Subject of AMBER+STRICT and above",
         .about = "what a copy's subject shows of a post of AMBER+STRICT and above: a number, label and tags, or all",
         .nothing = "full; outside of a sealed copy a number"}),
    field<&List::hide_key_ids>({.name = "hide_key_ids",
                                .title = "Key ids are hidden",
                                .about = "a sealed copy does not name its reader's key, whose program then tries all it has"}),
    field<&List::autocrypt>({.name = "autocrypt",
                             .title = "Copies bring the list's key",
                             .about = "a copy has the list's key in a field Autocrypt, from which programs learn it"}),
    field<&List::retention>({.name = "retention",
                             .title = "Kept for at most",
                             .about = "how long what is posted from now on is kept, where its label would keep it longer: 90 days, 1 year",
                             .nothing = "as long as the label",
                             .most = 40,
                             .need = {"list", "how long a list keeps what is posted (ruling jj)"}}),
};

inline constexpr std::array subscription_fields{
    field<&Subscription::list>(
        {.name = "list", .title = "List", .about = "name of the list", .required = true, .example = "teams", .least = 1, .most = 64}),
    field<&Subscription::person>({.name = "person",
                                  .title = "Person",
                                  .about = "id of the person",
                                  .required = true,
                                  .example = "orchid-rep",
                                  .least = 1,
                                  .most = 64}),
    field<&Subscription::delivery>({.name = "delivery", .title = "Delivery", .about = "what the person wishes"}),
};

}  // namespace caveat::community
