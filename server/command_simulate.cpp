// policy simulate: what would change if a team or a person were under a sanction, had left, or were of another category.
#include <limits>

#include "caveat/facts/preview.hpp"
#include "command_committee.hpp"
#include "command_policy.hpp"

namespace caveat::server {
namespace command_simulate {

using facts::fact;

struct Options {
    std::string team, person, category, subtype, from, until;
    std::vector<std::string> sanction;
    bool left = false;
};

Result<mailroom::Supposition> read(const Options& o) {
    const auto denied = read_denied(o.sanction);
    const auto from = read_time(o.from);
    const auto until = read_time(o.until);
    if (!denied) return tl::unexpected(denied.error());
    if (!from) return tl::unexpected(from.error());
    if (!until) return tl::unexpected(until.error());
    mailroom::Supposition supposed{TeamId{o.team}, PersonId{o.person}, {}, o.left, o.category, o.subtype, *from, *until};
    for (const auto& row : *denied) {
        community::Denial denial;
        denial.resource = row.resource;
        denial.verbs = row.verbs;
        supposed.denials.push_back(denial);
    }
    return supposed;
}

Result<void> simulate(const Invocation& invocation, const Options& options) {
    auto supposed = read(options);
    if (!supposed) return tl::unexpected(supposed.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    if (!options.person.empty()) supposed->person = person_named(house->store(), options.person);
    const auto seen = mailroom::preview(house->room(), *supposed);
    if (!seen) return tl::unexpected(seen.error());

    auto whole = fact(*seen, std::numeric_limits<std::size_t>::max());
    if (invocation.json) {
        invocation.print(whole);
        return {};
    }
    const auto taken = [&](const char* kind) {
        const auto changes = whole[kind].get<std::vector<Json>>();
        whole.erase(kind);
        return changes;
    };
    const auto rights = taken("rights");
    const auto copies = taken("copies");
    const auto held = taken("held");
    invocation.print(whole);
    if (!rights.empty()) invocation.print(rights, {"person", "list", "verb", "before", "after", "because"});
    if (!copies.empty()) invocation.print(copies, {"post", "list", "person", "state", "would", "because"});
    if (!held.empty()) invocation.print(held, {"post", "list", "author", "would", "because"});
    return {};
}

}  // namespace command_simulate

void add_simulate(CLI::App& policy, Invocation& invocation) {
    using namespace command_simulate;
    const auto o = std::make_shared<Options>();
    auto* sub =
        policy.add_subcommand("simulate", "what would change: which lists, how many queued copies, which held posts; writes nothing");
    auto* team = sub->add_option("--team", o->team, "of all people of this team");
    sub->add_option("--person", o->person, "of this person alone")->excludes(team);
    sub->add_option("--sanction", o->sanction, "LIST:VERB[,VERB], '*' for the member lists: teams:receive,post; repeat for more")
        ->allow_extra_args(false);
    sub->add_flag("--left", o->left, "as if they had left the register");
    auto* category = sub->add_option("--category", o->category, "as if the team were of this category");
    sub->add_option("--subtype", o->subtype, "of that category")->needs(category);
    sub->add_option("--from", o->from, "ask as of this instant; now if left out");
    sub->add_option("--until", o->until, "when the sanction ends");
    on(sub, invocation, [&invocation, o] { return simulate(invocation, *o); });
}

}  // namespace caveat::server
