// What the committee does on the command line: decision, case and application in files of their own, and hold: place, extend, lift, told,
// list.
#include "command_committee.hpp"
#include "caveat/facts/agenda.hpp"

#include <charconv>

namespace caveat::server {
namespace command_committee {

using committee::Committee;
using committee::HoldFile;

struct Options {
    std::string id;
    std::string person, reason, decision, length;
};

Result<void> report(const Invocation& invocation, const Result<HoldFile>& done) {
    if (!done) return tl::unexpected(done.error());
    invocation.print(fact(*done));
    return {};
}

Result<void> place(const Invocation& invocation, const Options& o) {
    const auto length = read_period(o.length);
    if (!length) return tl::unexpected(length.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto committee = house->committee();
    return report(invocation, committee.place(invocation.actor(), person_named(house->store(), o.person), o.reason, o.decision, *length));
}

// The hold of that number, or the one in force of that person.
template <typename Act>
Result<void> with_hold(const Invocation& invocation, const std::string& text, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto committee = house->committee();
    std::int64_t id = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (trouble == std::errc() && end == text.data() + text.size()) return report(invocation, act(committee, id));
    const auto person = person_named(house->store(), text);
    for (const auto& file : committee.holds()) {
        if (file.in_force && file.hold.person == person) return report(invocation, act(committee, file.id));
    }
    return fail(errc::not_found, "{} is neither the number of a hold nor a person under one; see: caveat hold list", text);
}

Result<void> extend(const Invocation& invocation, const Options& o) {
    const auto length = read_period(o.length);
    if (!length) return tl::unexpected(length.error());
    return with_hold(invocation, o.id,
                     [&](Committee& c, std::int64_t id) { return c.extend(invocation.actor(), id, o.decision, *length); });
}

// Of the operator all there is; of somebody else what they are shown on the pages.
Result<void> show_what_waits(const Invocation& invocation, const std::string& as) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto caller = invocation.caller();
    if (!as.empty()) {
        const auto person = person_named(house->store(), as);
        auto other = house->access().correspondent(person);
        if (!other) return fail(errc::not_found, "there is no person {}, a security hold is on them, or their team has left", as);
        caller = std::move(*other);
    }
    const storage::Store::Reading reading(house->store());
    const Instant now = house->clock().now();
    committee::Matters matters(house->store(), house->vault(), house->rules(), house->clock());
    const auto all = committee::what_waits(
        house->store(), house->rules(), {house->committee(), house->cases(), house->applications(), matters}, facts::asker_of(caller), now);
    const auto told = facts::fact(all, now);
    std::vector<Json> lines;
    for (const auto& line : told["items"]) lines.push_back(line);
    invocation.print(lines, {"until", "about", "what"});
    return {};
}

void add_waiting(CLI::App& app, Invocation& invocation) {
    const auto as = std::make_shared<std::string>();
    auto* waiting = app.add_subcommand("waiting", "what waits for the committee and the secretariat, and until when");
    waiting->add_option("--as", *as, "id or an address: what waits for this person");
    on(waiting, invocation, [&invocation, as] { return show_what_waits(invocation, *as); });
}

}  // namespace command_committee

void add_hold(CLI::App& app, Invocation& invocation) {
    using namespace command_committee;
    const auto o = std::make_shared<Options>();
    auto* hold = app.add_subcommand("hold", "security holds: an address or key that is not its owner's for the moment; no penalty");
    hold->require_subcommand(1);
    auto* placing = hold->add_subcommand("place", "stop all mail to and from a person for at most 72 hours");
    placing->add_option("PERSON", o->person, "id of the person")->required();
    placing->add_option("--reason", o->reason, "why, in a sentence")->required();
    on(placing, invocation, [&invocation, o] { return place(invocation, *o); });
    const auto with_id = [&](const char* name, const char* help) {
        auto* sub = hold->add_subcommand(name, help);
        sub->add_option("ID", o->id, "number of the hold, or the person who is under it")->required();
        return sub;
    };
    auto* extending = with_id("extend", "at most 72 hours more, by a decision of its own each time");
    on(extending, invocation, [&invocation, o] { return extend(invocation, *o); });
    for (auto* sub : {placing, extending}) {
        sub->add_option("--decision", o->decision, "id of the decision; the first hold within 30 days needs none");
        sub->add_option("--length", o->length, "72h if left out");
    }
    on(with_id("lift", "end it now; what waited is asked again"), invocation, [&invocation, o] {
        return with_hold(invocation, o->id, [&](Committee& c, std::int64_t id) { return c.lift(invocation.actor(), id); });
    });
    on(with_id("told", "record that the team was told of it, which is due at once"), invocation, [&invocation, o] {
        return with_hold(invocation, o->id, [&](Committee& c, std::int64_t id) { return c.told(invocation.actor(), id); });
    });
    on(hold->add_subcommand("list", "all of them"), invocation, [&invocation] {
        return with_committee(invocation, [&](Committee& c) -> Result<void> {
            std::vector<Json> facts;
            for (const auto& file : c.holds()) facts.push_back(fact(file));
            invocation.print(facts, {"id", "person", "in_force", "placed", "ends", "decision", "told", "reason"});
            return {};
        });
    });
}

void add_committee_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_committee;
    add_decision(app, invocation);
    add_case(app, invocation);
    add_hold(app, invocation);
    add_term(app, invocation);
    add_application(app, invocation);
    add_matters(app, invocation);
    add_waiting(app, invocation);
}

}  // namespace caveat::server
