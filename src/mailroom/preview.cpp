#include "caveat/mailroom/preview.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "caveat/mailroom/question.hpp"

namespace caveat::mailroom {
namespace {

using community::Standing;
using community::Verb;
using policy::Answer;
using storage::DeliveryState;

constexpr std::array verbs{Verb::receive, Verb::post, Verb::archive, Verb::manage};

Result<std::vector<PersonId>> people_of(const storage::Directory& people, const Supposition& supposed) {
    if (supposed.team.empty() == supposed.person.empty()) return fail(errc::invalid, "a team or a person; write one of --team, --person");
    if (!supposed.person.empty()) {
        if (!people.person(supposed.person)) return fail(errc::not_found, "person {} is not there", supposed.person.value.substr(0, 64));
        return std::vector{supposed.person};
    }
    if (!people.team(supposed.team)) return fail(errc::not_found, "team {} is not there", supposed.team.value.substr(0, 64));
    std::vector<PersonId> all;
    for (const auto& person : people.people()) {
        if (person.team == supposed.team) all.push_back(person.id);
    }
    return all;
}

Result<void> sound(const Room& room, const Supposition& supposed, Instant at) {
    if (supposed.denials.empty() && !supposed.left && supposed.category.empty()) {
        return fail(errc::invalid, "nothing is supposed; write sanction (LIST:VERB[,VERB]), left or category");
    }
    if (supposed.until && *supposed.until <= at) {
        return fail(errc::invalid, "until {} is not after {}; nothing would be denied", to_string(*supposed.until), to_string(at));
    }
    for (const auto& denial : supposed.denials) {
        if (denial.resource != "*" && !room.store.rosters().list(ListId{denial.resource})) {
            return fail(errc::not_found, "list {} is not there; write a list, or * for every member list", denial.resource.substr(0, 64));
        }
    }
    if (!supposed.category.empty() && !room.rules.knows_category(supposed.category, supposed.subtype)) {
        return fail(errc::invalid, "category '{}' '{}' is not in the rule book; it knows {}", supposed.category.substr(0, 64),
                    supposed.subtype.substr(0, 64), fmt::join(room.rules.categories(), ", "));
    }
    return {};
}

// One person towards one list, as it is and as supposed.
struct Both {
    Standing before;
    Standing after;
};

class Comparison {
public:
    Comparison(const Room& room, const Supposition& supposed, Instant now, Instant at)
        : room_(room), supposed_(supposed), now_(now), at_(at) {}

    std::optional<Both> standings(const PersonId& person, const ListId& list) const {
        auto as_is = room_.store.standing(person, list, now_);
        if (!as_is) return std::nullopt;
        auto other = *as_is;
        for (auto denial : supposed_.denials) {
            denial.whole_team = !supposed_.team.empty();
            denial.whom = denial.whole_team ? supposed_.team.value : supposed_.person.value;
            denial.during = {at_, supposed_.until};
            denial.source = "sanction";
            denial.decision = "supposed";
            other.denials.push_back(std::move(denial));
        }
        if (supposed_.left) other.removed = true;
        if (!supposed_.category.empty()) {
            other.category = supposed_.category;
            other.subtype = supposed_.subtype;
        }
        return Both{std::move(*as_is), std::move(other)};
    }

    void rights(const PersonId& person, std::vector<ChangedRight>& changed) const {
        for (const auto& list : room_.store.rosters().lists()) {
            const auto both = standings(person, list.id);
            if (!both) continue;
            for (const Verb verb : verbs) right(person, list, verb, *both, changed);
        }
    }

    void copies(const storage::Post& post, const std::vector<PersonId>& people, std::vector<ChangedCopy>& changed) const {
        const auto list = post.list.empty() ? std::nullopt : room_.store.rosters().list(post.list);
        const OnItsWay copy{post, list ? &*list : nullptr};
        for (const auto& row : room_.store.deliveries().rows(post.key)) {
            if (storage::traits(row.state).is_final || std::find(people.begin(), people.end(), row.person) == people.end()) continue;
            const auto both = standings(row.person, traits(post.kind).for_a_list ? post.list : ListId{});
            if (!both) continue;
            const auto before = ask_copy(room_, copy, both->before, row.named, at_);
            const auto after = ask_copy(room_, copy, both->after, row.named, at_);
            const auto goes = [](const CopyAnswer& answer) { return !storage::traits(answer.state).is_final; };
            if (goes(before) == goes(after)) continue;
            changed.push_back({post.id, post.list, row.person, row.state, goes(before), (goes(before) ? after : before).because});
        }
    }

    void held(const storage::Post& post, std::vector<ChangedPost>& changed) const {
        const auto list = room_.store.rosters().list(post.list);
        const auto both = list ? standings(*post.sender, list->id) : std::nullopt;
        if (!both) return;
        community::Reason because;
        const auto passes = [&](const Standing& who) {
            if (!policy::may_know(room_.rules, who, *list, at_)) {
                because = {community::Code::unknown_list, "may not know the list"};
                return false;
            }
            if (post.target == storage::Target::owner) return true;
            const policy::Item item{.label = post.label.value_or(community::Tlp::red), .posted = at_};
            const auto decision = ask_right(room_, Verb::post, who, *list, item, at_);
            if (decision.answer != Answer::no) return true;
            because = reason(decision, who, *list);
            return false;
        };
        const bool before = passes(both->before);
        const bool after = passes(both->after);
        if (before != after) changed.push_back({post.id, post.list, *post.sender, before, because});
    }

private:
    community::Reason reason(const policy::Permission& decision, const Standing& who, const community::List& list) const {
        const auto reasons = policy::explain(room_.rules, decision, who, list, true);
        return reasons.empty() ? community::Reason{} : reasons.front();
    }

    // The right itself: asked with the mildest label, so that only roles and standing decide. The ceiling is reported if only that changes.
    void right(const PersonId& person, const community::List& list, Verb verb, const Both& both, std::vector<ChangedRight>& changed) const {
        const policy::Item item{.label = community::Tlp::clear, .posted = at_};
        const auto before = ask_right(room_, verb, both.before, list, item, at_);
        const auto after = ask_right(room_, verb, both.after, list, item, at_);
        if (before.answer != after.answer) {
            const bool lost = after.answer != Answer::yes;
            changed.push_back({person, list.id, verb, before.answer, after.answer,
                               lost ? reason(after, both.after, list) : reason(before, both.before, list)});
        } else if (verb == Verb::receive && before.yes() && before.ceiling != after.ceiling) {
            changed.push_back({person, list.id, verb, before.answer, after.answer,
                               community::Reason{community::Code::ceiling, fmt::format("{} instead of {}", community::name(after.ceiling),
                                                                                       community::name(before.ceiling))}});
        }
    }

    const Room& room_;
    const Supposition& supposed_;
    Instant now_;
    Instant at_;  // as of when it is asked
};

}  // namespace

Result<Preview> preview(const Room& room, const Supposition& supposed) {
    storage::Store::Reading reading(room.store);
    const Instant now = room.clock.now();
    Preview seen;
    seen.at = std::max(now, supposed.from.value_or(now));
    const auto people = people_of(room.store.directory(), supposed);
    if (!people) return tl::unexpected(people.error());
    if (auto fine = sound(room, supposed, seen.at); !fine) return tl::unexpected(fine.error());
    seen.people = *people;

    const Comparison comparison(room, supposed, now, seen.at);
    for (const auto& person : *people) comparison.rights(person, seen.rights);
    storage::Posts::Filter on_the_way;
    on_the_way.state = storage::PostState::distributed;
    on_the_way.notices = true;
    for (const auto& post : room.store.posts().select(on_the_way)) {
        if (post.open > 0) comparison.copies(post, *people, seen.copies);
    }
    storage::Posts::Filter waiting;
    waiting.state = storage::PostState::held;
    for (const auto& post : room.store.posts().select(waiting)) {
        if (post.sender && std::find(people->begin(), people->end(), *post.sender) != people->end()) comparison.held(post, seen.held);
    }
    return seen;
}

}  // namespace caveat::mailroom
