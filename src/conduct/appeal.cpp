#include "caveat/conduct/appeal.hpp"

#include <algorithm>
#include <array>

namespace caveat::conduct {
namespace {
constexpr std::array<std::pair<Outcome, std::string_view>, 3> outcomes{
    {{Outcome::upheld, "upheld"}, {Outcome::partially_suspended, "partially_suspended"}, {Outcome::suspended, "suspended"}}};
}

std::string_view name(Outcome outcome) {
    for (const auto& [o, text] : outcomes) {
        if (o == outcome) return text;
    }
    return "?";
}

std::optional<Outcome> outcome_from(std::string_view text) {
    for (const auto& [outcome, word] : outcomes) {
        if (word == text) return outcome;
    }
    return std::nullopt;
}

bool sits_on(const Panel& panel, const PersonId& person) {
    const auto is = [&](const Panelist& one) { return one.person == person; };
    return is(panel.chair) || std::any_of(panel.members.begin(), panel.members.end(), is);
}

Result<void> check_panel(const Panel& panel, const TeamId& appellant, const Numbers& numbers) {
    if (panel.chair.on_committee) return fail(errc::denied, "item 38: the chair {} is of the SC; needs one outside it", panel.chair.person);

    std::vector<const Panelist*> all{&panel.chair};
    for (const Panelist& member : panel.members) all.push_back(&member);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Panelist& one = *all[i];
        if (!one.operational) return fail(errc::denied, "item 38: {} is not of an Operational Member", one.person);
        if (one.team == appellant) return fail(errc::denied, "item 38: {} is of the appellant's team {}", one.person, one.team);
        const auto same = [&](const Panelist* other) { return other->team == one.team || other->person == one.person; };
        if (std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), same)) {
            return fail(errc::denied, "item 38: team {} sits twice; needs one panelist of each team", one.team);
        }
    }

    const auto seated = std::count_if(panel.members.begin(), panel.members.end(), [](const Panelist& m) { return m.on_committee; });
    const auto others = static_cast<std::ptrdiff_t>(panel.members.size()) - seated;
    if (seated != numbers.panel_sc || others != numbers.panel_others) {
        return fail(errc::denied, "item 38: beside the chair {} of the SC and {} outside it; needs {} and {}", seated, others,
                    numbers.panel_sc, numbers.panel_others);
    }
    return {};
}

std::optional<Ruling> agreed(const Appeal& appeal, const Numbers& numbers) {
    for (const PanelVote& vote : appeal.votes) {
        const auto same =
            std::count_if(appeal.votes.begin(), appeal.votes.end(), [&](const PanelVote& v) { return v.ruling == vote.ruling; });
        if (same >= numbers.panel_agree) return vote.ruling;
    }
    return std::nullopt;
}

}  // namespace caveat::conduct
