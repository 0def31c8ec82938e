// Single acts on rosters: who is on which, and what they receive there.
#include "acts.hpp"
#include "caveat/policy/prospect.hpp"
#include "warnings.hpp"

namespace caveat::registry {

Result<std::vector<std::string>> Registry::add(const community::Actor& by, const community::Subscription& subscription) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto list = rows.list(subscription.list);
    if (!list) return fail(errc::not_found, "list {} is not there; see: caveat list list", shown(subscription.list.value));
    if (auto ok = not_a_panels(*list); !ok) return tl::unexpected(ok.error());
    if (!rows.person(subscription.person)) return no_such_person(subscription.person);
    const Instant now = clock_.now();
    if (auto ok = is_open(*list, now); !ok) return tl::unexpected(ok.error());
    auto standing = *rows.standing(subscription.person, subscription.list, now);
    const bool subscribed = standing.roster.has_value();
    const auto before = subscribed ? standing.roster->delivery : community::DeliveryMode::none;
    if (subscribed && before == subscription.delivery) {
        return fail(errc::conflict, "{} is on {} already, with delivery = {}", subscription.person, subscription.list, name(before));
    }
    const auto prospect = policy::prospect(rules_, standing, *list);
    if (!subscribed && prospect != policy::Prospect::some) {
        return fail(errc::denied, "{}", policy::explain(prospect, rules_, standing, *list));
    }
    rows.subscribe(subscription, now);
    const community::Subscription as_was{subscription.list, subscription.person, before};
    const auto what = subscribed ? difference(as_was, subscription) : summary(subscription);
    const auto facts = subscribed ? facts_of(as_was, subscription) : Facts{};
    record(store_, by, {subscribed ? "subscription.change" : "subscription.add", subject_of(subscription), what, {}, facts}, now);
    standing.roster = community::Roster{{now, std::nullopt}, subscription.delivery};
    standing.valid_key = !rows.person(subscription.person)->key.empty();
    auto waits = nothing_today(subscription, standing, *list, rules_, now);
    transaction.commit();
    return waits ? std::vector{std::move(*waits)} : std::vector<std::string>{};
}

Result<std::vector<std::string>> Registry::join(const community::Actor& by, const community::Subscription& subscription) {
    storage::Store::Transaction transaction(store_);
    if (by.person != subscription.person)
        return fail(errc::denied, "{} cannot put {} on a roster", by.name, shown(subscription.person.value));
    const auto list = store_.rosters().list(subscription.list);
    const Instant now = clock_.now();
    const auto standing = list ? store_.standing(subscription.person, list->id, now) : std::nullopt;
    if (list && standing && !standing->roster && !policy::reads_unnamed(rules_, *standing, *list, now)) {
        const auto prospect = policy::prospect(rules_, *standing, *list);
        if (prospect != policy::Prospect::some) return fail(errc::denied, "{}", policy::explain(prospect, rules_, *standing, *list));
        return fail(errc::denied,
                    "{}, of class {}, is read by those whom its owners or the secretariat put on its roster: ask one of them, or write to "
                    "its owners' address ({} {})",
                    list->id, list->klass, rules_.name(), rules_.version());
    }
    auto waits = add(by, subscription);
    if (waits) transaction.commit();
    return waits;
}

Result<void> Registry::remove_subscription(const community::Actor& by, const ListId& list, const PersonId& person) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto standing = store_.standing(person, list, now);
    if (!standing || standing->removed || !standing->roster) {
        return fail(errc::not_found, "{} is not on {}; see: caveat subscription list", shown(person.value), shown(list.value));
    }
    if (auto ok = not_a_panels(*store_.rosters().list(list)); !ok) return ok;
    auto detail = Detail().add("what", "");
    storage::end_subscription(store_, list, person, now, by.name, community::add_maker(detail, by));
    transaction.commit();
    return {};
}

}  // namespace caveat::registry
