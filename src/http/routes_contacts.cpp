// /v1/contacts: whom to write to about an address, a domain, an autonomous system or an economy (item 59).
#include <array>

#include "caveat/facts/contacts.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_contacts {

Result<Answer> find_contacts(const Context& context) {
    const auto found = registry::contacts_for(context.store(), context.offices.room.rules, context.actor(), context.asked("for"),
                                              context.asked("economy"), context.now());
    if (!found) return tl::unexpected(found.error());
    return Answer{.body = facts::fact(*found)};
}

constexpr std::array query{
    Field{.name = "for",
          .required = true,
          .about = "an address, a network, a domain, an autonomous system or an economy: 192.0.2.7, host.example.au, AS64500, AU",
          .least = 1,
          .most = 255},
    Field{.name = "economy", .about = "where it does not name its own: AU", .most = 2},
};

const std::array<Route, 1> table{{
    {.path = "/v1/contacts",
     .id = "findContacts",
     .about = "The member whose constituency it is, and its points of contact; else the primary contact of the economy",
     .right = {access::Noun::people, access::Kind::read},
     .handler = find_contacts,
     .query = query,
     .answer = &facts::contacts_schema},
}};

}  // namespace routes_contacts

std::span<const Route> contact_routes() { return routes_contacts::table; }

}  // namespace caveat::http
