#include "asking.hpp"

#include <algorithm>

#include "officers.hpp"

namespace caveat::mailroom {
namespace {

using community::Standing;
using storage::DeliveryState;
using storage::Outcome;

constexpr auto ask_again = std::chrono::minutes{5};  // after `not_now`

// Mail to list+owner: for those who run the list now, not for those who did when it was judged.
std::optional<Outcome> refused_owner(const Room& room, const storage::Post& post, const Standing& who, Outcome refusal, Instant now) {
    const bool runs =
        std::any_of(who.terms.begin(), who.terms.end(), [&](const community::Term& term) { return runs_list(term, post.list, now); });
    const bool denied = std::any_of(who.denials.begin(), who.denials.end(), [&](const community::Denial& denial) {
        const bool receive = (denial.verbs & community::bit(community::Verb::receive)) != 0 && denial.during.contains(now);
        // A sanction on everything leaves the work of administering lists (ruling i); a hold leaves nothing.
        return receive && (denial.resource == post.list.value || denial.source == "hold");
    });
    const auto label = post.label.value_or(community::Tlp::red);
    if (!runs) {
        refusal.because = "owners: no longer owner or secretariat";
    } else if (denied) {
        refusal.because = "denied: the right to receive does not stand at present";
    } else if (room.rules.handling(label).needs_verified_transport && !room.settings.verified_transport) {
        refusal.because = "transport: the relay's identity is not verified, and the label needs that";
    } else {
        return std::nullopt;
    }
    return refusal;
}

}  // namespace

std::optional<Outcome> refusal(const Room& room, const OnItsWay& copy, const Standing& who, const storage::Due& due, Instant now) {
    const auto& post = copy.post;
    Outcome refusal{.post = post.key,
                    .seq = due.seq,
                    .state = DeliveryState::withheld,
                    .attempts = due.attempts,
                    .address = {},
                    .because = {},
                    .reply = {},
                    .at = now,
                    .next = {}};
    if (who.removed || who.address.empty()) {
        refusal.because = "removed: no longer in the register";
        return refusal;
    }
    // A notice goes to the person it is for: neither roster nor label stands between.
    if (post.kind == storage::PostKind::notice) return std::nullopt;
    if (copy.to_owners) return refused_owner(room, post, who, std::move(refusal), now);
    if (copy.list == nullptr) {
        refusal.because = "list_closed: the list is gone";
        return refusal;
    }
    const policy::Item item{
        .label = post.label.value_or(community::Tlp::red), .posted = post.decided, .named = due.named, .anyone_named = !post.red_to_roster};
    const policy::World world{.now = now, .verified_transport = room.settings.verified_transport, .can_seal = false};
    const auto decision = policy::may(room.rules, community::Verb::receive, who, *copy.list, item, world);
    if (decision.yes()) return std::nullopt;
    const auto words = policy::explain(room.rules, decision, who, *copy.list);
    refusal.because = words.empty() ? "denied" : words.front();
    const auto& reason = decision.reasons[0];
    if (decision.answer == policy::Answer::not_now && reason.why == policy::Why::denied) {
        // A security hold: it waits for the lift, and is asked again at the end of the hold (ruling k).
        const auto end = reason.denial >= 0 ? who.denials.at(static_cast<std::size_t>(reason.denial)).during.until : std::nullopt;
        refusal.state = DeliveryState::deferred;
        refusal.next = std::min(now + ask_again, end.value_or(Instant::max()));
    } else if (decision.answer == policy::Answer::not_now && now < post.decided + room.rules.wait_for_transport()) {
        refusal.state = DeliveryState::deferred;
        refusal.next = now + ask_again;
    } else if (decision.count > 0 && decision.reasons[0].why == policy::Why::wants_none) {
        refusal.state = DeliveryState::cancelled;
    }
    return refusal;
}

}  // namespace caveat::mailroom
