// subscription: add, show, list, change, remove.
#include "command_register.hpp"

namespace caveat::server {
namespace command_register {

void add_subscription(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::string list, person;
        std::optional<std::string> delivery;
        bool yes = false;
    };
    const auto& mode = community::subscription_fields[2];
    const auto options = std::make_shared<Options>();
    auto* top = app.add_subcommand("subscription", "rosters");
    top->require_subcommand(1);
    const auto with_both = [&](const char* name, const char* help) {
        auto* sub = top->add_subcommand(name, help);
        sub->add_option("LIST", options->list, "name of the list")->required();
        sub->add_option("PERSON", options->person, "id or an address of the person")->required();
        return sub;
    };
    const auto put = [&invocation, &mode, options](House& house) -> Result<void> {
        Subscription subscription{ListId{options->list}, person_named(house.store(), options->person)};
        if (options->delivery) {
            const auto value = community::read_value(mode, *options->delivery);
            if (!value) return tl::unexpected(value.error());
            mode.set(subscription, *value);
        }
        const auto waits = house.registry().add(invocation.actor(), subscription);
        if (!waits) return tl::unexpected(waits.error());
        for (const auto& line : *waits) warn(line);
        return {};
    };
    for (const auto* name : {"add", "change"}) {
        auto* sub = with_both(name, "put a person on a roster, or change the delivery mode");
        sub->add_option("--delivery", options->delivery, choices(mode, " | ") + "; each without");
        on(sub, invocation, put);
    }
    on(with_both("show", "how a person is on a roster"), invocation, [&invocation, options](House& house) -> Result<void> {
        const ListId list{options->list};
        const auto person = person_named(house.store(), options->person);
        for (const auto& one : house.store().rosters().subscriptions(list)) {
            if (one.person == person) return invocation.print(fact(one)), Result<void>{};
        }
        if (auto there = is_there(house, list); !there) return there;
        return fail(errc::not_found, "{} is not on {}; `caveat subscription list {}` shows who is", person, list, list);
    });
    auto* removing = with_both("remove", "take a person off a roster; queued copies are not sent");
    add_yes(removing, options->yes);
    on(removing, invocation, [&invocation, options](House& house) -> Result<void> {
        const ListId list{options->list};
        const auto person = person_named(house.store(), options->person);
        if (house.store().rosters().reader(list, person)) {
            if (auto ok = confirmed(fmt::format("{} goes off {}", person, list), options->yes); !ok) return ok;
        }
        return house.registry().remove_subscription(invocation.actor(), list, person);
    });
    auto* listing = top->add_subcommand("list", "who is on a roster");
    listing->add_option("LIST", options->list, "name of the list; all lists without")->capture_default_str();
    on(listing, invocation, [&invocation, options](House& house) -> Result<void> {
        std::vector<Json> all;
        house.store().rosters().each_subscription([&](const Subscription& s) {
            if (options->list.empty() || s.list.value == options->list) all.push_back(fact(s));
        });
        if (all.empty()) {
            if (auto there = is_there(house, ListId{options->list}); !there) return there;
        }
        invocation.print(all, columns_of(community::subscription_fields));
        return {};
    });
}

}  // namespace command_register

}  // namespace caveat::server
