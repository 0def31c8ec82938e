// token: create, list, revoke.
#include "caveat/facts/access.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_token {

struct Options {
    std::string name, person, expires, id;
    std::vector<std::string> scopes, lists;
};

// "90d" from now, or an instant.
Result<Instant> read_expiry(const std::string& text, Instant now) {
    if (const auto life = parse_duration(text)) return now + *life;
    const auto at = parse_instant(text);
    if (at) return *at;
    return fail(errc::invalid, "--expires: '{}' is not a time; write 30d or 2027-03-01T00:00:00Z", text);
}

Result<access::TokenRequest> read(const Options& o, Instant now) {
    access::TokenRequest request;
    request.name = o.name;
    for (const auto& scope : o.scopes) {
        const auto right = access::right_from(scope);
        if (!right) return fail(errc::invalid, "--scope: '{}' is not a scope; write NOUN:read or NOUN:write, such as teams:read", scope);
        request.rights.push_back(*right);
    }
    if (!o.person.empty()) request.holder = PersonId{o.person};
    for (const auto& list : o.lists) request.lists.emplace_back(list);
    if (o.expires.empty()) return request;
    const auto expires = read_expiry(o.expires, now);
    if (!expires) return tl::unexpected(expires.error());
    request.expires = *expires;
    return request;
}

using facts::fact;

Result<void> create(const Invocation& invocation, const Options& o) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto request = read(o, house->clock().now());
    if (!request) return tl::unexpected(request.error());
    if (!o.person.empty()) request->holder = person_named(house->store(), o.person);
    auto made = house->access().create(invocation.caller(), *request);
    if (!made) return tl::unexpected(made.error());
    auto shown = fact(made->token, house->clock().now());
    shown["secret"] = made->secret;
    invocation.print(shown);
    return {};
}

}  // namespace command_token

void add_token_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_token;
    const auto o = std::make_shared<Options>();
    auto* token = app.add_subcommand("token", "what programs show to the HTTP door: named, scoped, ending");
    token->require_subcommand(1);
    auto* creating = token->add_subcommand("create", "a new one; its secret is printed once and kept nowhere");
    creating->add_option("NAME", o->name, "what it is for, in a line")->required();
    creating->add_option("--scope", o->scopes, "NOUN:read or NOUN:write; again for more")->required();
    creating->add_option("--person", o->person, "whose it is: it can never do more than they may then; left out: the operator's");
    creating->add_option("--list", o->lists, "bound to this list, for nothing else; again for more");
    creating->add_option("--expires", o->expires, "30d, or an instant; 90d if left out, a year at most");
    on(creating, invocation, [&invocation, o] { return create(invocation, *o); });
    on(token->add_subcommand("list", "all of them, without their secrets"), invocation, [&invocation](House& house) -> Result<void> {
        std::vector<Json> all;
        for (const auto& each : house.access().tokens()) all.push_back(fact(each, house.clock().now()));
        invocation.print(all, {"id", "state", "holder", "expires", "last_used", "scopes", "lists", "name"});
        return {};
    });
    auto* revoking = token->add_subcommand("revoke", "ends it now");
    revoking->add_option("ID", o->id, "id of the token")->required();
    on(revoking, invocation, [&invocation, o](House& house) -> Result<void> { return house.access().revoke(invocation.caller(), o->id); });
}

}  // namespace caveat::server
