// For programs that watch the daemon: is it alive, is it ready, what does it offer.
#include <array>

#include "caveat/storage/damage.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_service {

Result<Answer> alive(const Context&) { return Answer{.body = {{"status", "alive"}}}; }

// A write lock is not asked for: readiness must not disturb.
Result<Answer> ready(const Context& context) {
    (void)context.store().register_version();
    if (storage::damage_was_met()) return fail(errc::temporary, "the database is damaged; run: caveat doctor");
    if (!context.store().stands_still().empty())
        return fail(errc::temporary, "the database was changed by somebody who has no key; run: caveat doctor");
    if (!context.store().has_room()) return fail(errc::temporary, "the disk is almost full: mail is put off (452)");
    return Answer{.body = {{"status", "ready"}}};
}

Result<Answer> document(const Context&) { return Answer{.type = "application/json", .lasting = &openapi()}; }

constexpr std::array status_fields{Field{.name = "status", .required = true, .about = "alive, or ready"}};
constexpr Schema status_schema{"Status", status_fields, true};

constexpr std::array<Route, 3> table{{
    {.path = "/healthz", .id = "alive", .about = "The process answers", .handler = alive, .answer = &status_schema, .open = true},
    {.path = "/readyz",
     .id = "ready",
     .about = "The database can be read and is as the journal has it, and mail is taken",
     .handler = ready,
     .answer = &status_schema,
     .open = true},
    {.path = "/openapi.json", .id = "openapi", .about = "This document", .handler = document, .text = "application/json", .open = true},
}};

}  // namespace routes_service

std::span<const Route> service_routes() { return routes_service::table; }

}  // namespace caveat::http
