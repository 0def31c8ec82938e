// contact: find.
#include "caveat/facts/contacts.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_contact {

struct Options {
    std::string what, economy;
};

// With --json the whole; else a line for each person, or for a team that has nobody to write to.
std::vector<Json> lines_of(const Json& found) {
    std::vector<Json> lines;
    for (const auto& contact : found["contacts"]) {
        const Json line{{"team", contact["team"]}, {"economy", contact["economy"]}, {"because", contact["because"]}};
        for (const auto& person : contact["people"]) {
            lines.push_back(line);
            lines.back().update({{"person", person["name"]}, {"address", person["address"]}});
        }
        if (contact["people"].empty()) lines.push_back(line);
    }
    return lines;
}

Result<void> find(const Invocation& invocation, const Options& o) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto found = registry::contacts_for(house->store(), house->rules(), invocation.actor(), o.what, o.economy, house->clock().now());
    if (!found) return tl::unexpected(found.error());
    if (invocation.json) {
        invocation.print(facts::fact(*found));
        return {};
    }
    if (found->contacts.empty()) return fail(errc::not_found, "{}", found->why);
    invocation.print(lines_of(facts::fact(*found)), {"team", "economy", "person", "address", "because"});
    return {};
}

}  // namespace command_contact

void add_contact_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_contact;
    const auto o = std::make_shared<Options>();
    auto* top = app.add_subcommand("contact", "whom to write to about an incident");
    top->require_subcommand(1);
    auto* sub = top->add_subcommand("find", "the member whose constituency it is, else the primary contact of the economy");
    sub->add_option("WHAT", o->what, "192.0.2.7, 2001:db8::/32, host.example.au, AS64500 or AU")->required();
    sub->add_option("--economy", o->economy, "where WHAT does not name its own: AU");
    on(sub, invocation, [&invocation, o] { return find(invocation, *o); });
}

}  // namespace caveat::server
