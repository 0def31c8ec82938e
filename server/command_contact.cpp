// contact: find, confirm, list.
#include "caveat/facts/contacts.hpp"
#include "caveat/facts/matters.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_contact {

struct Options {
    std::string what, economy, team;
    bool open = false;
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
    if (invocation.json) invocation.print(facts::fact(*found));
    if (found->contacts.empty()) return fail(errc::not_found, "{}", found->why);
    if (!invocation.json) invocation.print(lines_of(facts::fact(*found)), {"team", "economy", "person", "address", "because"});
    return {};
}

committee::Matters checks_of(House& house) { return {house.store(), house.vault(), house.rules(), house.clock()}; }

Result<void> confirm(const Invocation& invocation, const Options& o) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto done = checks_of(*house).confirm_contacts(invocation.actor(), TeamId{o.team});
    if (!done) return tl::unexpected(done.error());
    invocation.print(facts::fact(*done));
    return {};
}

Result<void> list(const Invocation& invocation, const Options& o) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    if (auto there = is_there(*house, TeamId{o.team}); !there) return there;
    std::vector<Json> some;
    for (const auto& check : checks_of(*house).contact_checks()) {
        if ((o.team.empty() || check.team.value == o.team) && !(o.open && check.state == "current")) some.push_back(facts::fact(check));
    }
    invocation.print(some, {"team", "state", "confirmed", "by", "due"});
    return {};
}

}  // namespace command_contact

void add_contact_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_contact;
    const auto o = std::make_shared<Options>();
    auto* top = app.add_subcommand("contact", "whom to write to about an incident, and whether that is still right");
    top->require_subcommand(1);
    auto* sub = top->add_subcommand("find", "the member whose constituency it is, else the primary contact of the economy");
    sub->add_option("WHAT", o->what, "192.0.2.7, 2001:db8::/32, host.example.au, AS64500 or AU")->required();
    sub->add_option("--economy", o->economy, "where WHAT does not name its own: AU");
    on(sub, invocation, [&invocation, o] { return find(invocation, *o); });
    auto* confirming = top->add_subcommand("confirm", "record that a team's contact data is right as it stands (item 60)");
    confirming->add_option("TEAM", o->team, "a member or partner")->required();
    on(confirming, invocation, [&invocation, o] { return confirm(invocation, *o); });
    auto* listing = top->add_subcommand("list", "when each team last confirmed its contact data, and by when it is to");
    listing->add_option("--team", o->team, "only of this team");
    listing->add_flag("--open", o->open, "only where it is due");
    on(listing, invocation, [&invocation, o] { return list(invocation, *o); });
}

}  // namespace caveat::server
