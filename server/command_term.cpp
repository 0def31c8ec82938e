// term: begin, deputise, end, list.
#include "command_committee.hpp"

namespace caveat::server {
namespace command_term {

using committee::Committee;
using community::Term;

struct Options {
    std::string role, person, list, from, until, decision, reason;
    bool now_only = false;
};

Json told(const Term& term) { return with_empty_texts(community::term_fields, fact(term)); }

Result<void> report(const Invocation& invocation, const Result<Term>& done) {
    if (!done) return tl::unexpected(done.error());
    invocation.print(told(*done));
    return {};
}

// What the options name; without --from it begins now.
Result<Term> term_from(storage::Store& store, const Options& o, Instant now) {
    const auto from = read_time(o.from);
    if (!from) return tl::unexpected(from.error());
    const auto until = read_time(o.until);
    if (!until) return tl::unexpected(until.error());
    return Term{o.role, person_named(store, o.person), ListId{o.list}, {from->value_or(now), *until}};
}

template <class Act>
Result<void> with_term(const Invocation& invocation, const Options& o, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto term = term_from(house->store(), o, house->clock().now());
    if (!term) return tl::unexpected(term.error());
    auto committee = house->committee();
    return report(invocation, act(committee, *term));
}

Result<void> list(const Invocation& invocation, const Options& o) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const Instant now = house->clock().now();
    std::vector<Json> facts;
    for (const auto& term : house->committee().terms()) {
        if (!o.now_only || term.during.contains(now)) facts.push_back(told(term));
    }
    invocation.print(facts, {"role", "person", "list", "from", "until"});
    return {};
}

}  // namespace command_term

void add_term(CLI::App& app, Invocation& invocation) {
    using namespace command_term;
    const auto o = std::make_shared<Options>();
    auto* term = app.add_subcommand("term", "offices and list roles: powers for a time, gone when it ends");
    term->require_subcommand(1);
    const auto with_role = [&](const char* name, const char* help) {
        auto* sub = term->add_subcommand(name, help);
        sub->add_option("ROLE", o->role, "sc | chair | deputy_chair | secretariat, or owner | moderator of a list")->required();
        sub->add_option("PERSON", o->person, "who holds it")->required();
        sub->add_option("--list", o->list, "of an owner or moderator");
        return sub;
    };
    auto* begin = with_role("begin", "an office by its election, a list role by itself");
    begin->add_option("--from", o->from, "its first instant; now if left out");
    begin->add_option("--until", o->until, "its end; an office needs one");
    begin->add_option("--decision", o->decision, "id of the election: kind election, subject 'ROLE TEAM'");
    on(begin, invocation, [&invocation, o] {
        return with_term(invocation, *o, [&](Committee& c, const Term& t) { return c.begin(invocation.actor(), t, o->decision); });
    });
    auto* deputise = term->add_subcommand("deputise", "the Deputy Chair in the Chair's place for some days");
    deputise->add_option("PERSON", o->person, "the Deputy Chair")->required();
    deputise->add_option("--from", o->from, "now if left out");
    deputise->add_option("--until", o->until, "its end, less than half a year later")->required();
    on(deputise, invocation, [&invocation, o] {
        return with_term(invocation, *o, [&](Committee& c, const Term& t) { return c.deputise(invocation.actor(), t.person, t.during); });
    });
    auto* end = with_role("end", "earlier than it would: the holder lays it down");
    end->add_option("--at", o->until, "now if left out");
    end->add_option("--reason", o->reason, "why, in a sentence")->required();
    on(end, invocation, [&invocation, o] {
        return with_term(invocation, *o, [&](Committee& c, const Term& t) { return c.end(invocation.actor(), t, o->reason); });
    });
    auto* listing = term->add_subcommand("list", "all of them, past and to come");
    listing->add_flag("--now", o->now_only, "only those held at this moment");
    on(listing, invocation, [&invocation, o] { return list(invocation, *o); });
}

}  // namespace caveat::server
