// Rights and copies; posts as a whole are in post_question.cpp.
#include "caveat/mailroom/question.hpp"

#include <algorithm>

#include "caveat/community/in_force.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/policy/prospect.hpp"
#include "caveat/storage/room_party.hpp"
#include "world.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;
using community::Standing;
using storage::DeliveryState;

constexpr auto ask_again = policy_asks_again;
// While a key is looked at or made, which takes a moment; if GnuPG does not work, as long as a relay that does not.
constexpr auto ask_about_keys_again = std::chrono::seconds{15};
constexpr auto longest_wait_for_keys = std::chrono::hours{5 * 24};
// How far the clock may stand before the judging of a post and be doubted for a "yes". Beyond that the post was rather judged by a clock
// that stood ahead, and would wait until next year.
constexpr auto longest_doubt = std::chrono::hours{24};

CopyAnswer withheld(community::Reason because) { return {.state = DeliveryState::withheld, .because = std::move(because)}; }

struct SealWish {
    bool wanted = false;    // to whoever has a good key
    bool required = false;  // or not at all
    bool own_key = false;   // there is one to sign with
};

// The answer, where keys decide it. As policy has it for the copies of a list: what will be known or made in a moment is waited for.
std::optional<CopyAnswer> ask_keys(const Room& room, const storage::Post& post, const Standing& who, const SealWish& wish, Instant at) {
    const bool set_up = room.settings.seals && wish.wanted;
    if (set_up && (who.key_waits || (who.valid_key && !wish.own_key))) {
        auto answer = withheld(
            who.address_waits ? community::Reason{Code::address_waits, "somebody else changed the address, and nobody has confirmed it yet"}
            : who.key_waits   ? community::Reason{Code::key_waits, "nobody has looked at the reader's key yet"}
                              : community::Reason{Code::list_key_waits, "there is no key of ours to sign with yet"});
        if (at >= post.decided + longest_wait_for_keys) return answer;
        answer.state = DeliveryState::deferred;
        answer.next = at + ask_about_keys_again;
        return answer;
    }
    if (set_up && who.valid_key) return CopyAnswer{.sealed = true};
    if (wish.required && room.settings.seals)
        return withheld({Code::no_key, "it leaves sealed to its reader or not at all, and there is no key of theirs that can be used"});
    if (wish.required) return withheld({Code::no_sealing, "the label or the list asks for sealing to the reader, which is not set up"});
    return std::nullopt;
}

// Of the team that the letter was written to (A10), whoever of it speaks now; where nobody does, anybody of it may have been written to.
bool speaks_for_the_team(const Room& room, const storage::Post& letter, const Standing& who, Instant at) {
    const auto directory = room.store.directory();
    if (directory.team_at(who.person, letter.received) != who.team) return false;
    if (who.representative) return true;
    auto people = directory.people();
    std::erase_if(people, [&](const auto& person) { return person.team != who.team; });
    const auto denials = room.store.powers().denials();
    const auto speaks = [&](const auto& person) {
        return person.representative || community::speaks_for_team(person, people, denials, at);
    };
    return std::none_of(people.begin(), people.end(), speaks) ||
           std::any_of(people.begin(), people.end(), [&](const auto& person) { return person.id == who.person && speaks(person); });
}

bool stands_in(const Room& room, const Standing& who, Instant at) {
    const auto person = room.store.directory().person(who.person);
    return person && community::speaks_for_team(*person, room.store.directory().people(), room.store.powers().denials(), at);
}

// Mail that caveat wrote goes to the person it is for: no roster stands between, and no sanction (ruling i). What has a label is
// confidential, so it does not go to whoever left the team or the office that it was written to (A10), nor into a mailbox that is not its
// owner's for the moment (item 42), nor by a way its label rules out; above GREEN it is sealed to whoever has a good key (§3.5). What has
// none says nothing that is confidential, and has to be read by people whose key is what it is about. What a team is told of a case of its
// own has none, since nothing may keep it from the team, and it goes to who speaks for it.
CopyAnswer ask_letter(const Room& room, const storage::Post& post, const Standing& who, Instant at) {
    if (post.purpose == storage::Purpose::to_party && !speaks_for_the_team(room, post, who, at))
        return withheld({Code::removed, "speaks no longer for the team that it was written to"});
    if (!post.label) return {};
    if (post.purpose == storage::Purpose::to_members &&
        !((who.representative || stands_in(room, who, at)) && room.rules.is_member(who.category))) {
        return withheld({Code::removed, "speaks no longer for an Operational Member"});
    }
    if (room.store.powers().has_lost_place(who.person, post.received, at)) {
        return withheld({Code::removed, "no longer of the team, or in the office, that it was written to"});
    }
    if (const auto* hold = letters::hold_on(who.denials, who.person, at)) {
        auto answer = withheld({Code::denied, "the right to receive does not stand at present"});
        answer.state = DeliveryState::deferred;
        answer.next = std::min(at + ask_again, hold->during.until.value_or(Instant::max()));
        answer.denial = static_cast<std::int16_t>(hold - who.denials.data());
        return answer;
    }
    const auto& handling = room.rules.handling(*post.label);
    const bool above_green = *post.label > community::Tlp::green;
    const SealWish wish{.wanted = above_green,
                        .required = handling.needs_key,
                        .own_key = above_green && room.settings.seals && room.store.keys().communitys().has_value()};
    if (auto answer = ask_keys(room, post, who, wish, at)) return *answer;
    if (!handling.needs_verified_transport || room.settings.verified_transport) return {};
    auto answer = withheld({Code::transport, "the relay's identity is not verified, and the label needs that"});
    if (at < post.decided + room.rules.wait_for_transport()) {
        answer.state = DeliveryState::deferred;
        answer.next = at + ask_again;
    }
    return answer;
}

// A sanction on everything leaves the work of administering lists (ruling i), one that names this list's does not; a hold leaves nothing.
bool bars_owner(const community::Denial& denial, const ListId& list, Instant at) {
    constexpr auto of_owners = community::bit(community::Verb::receive) | community::bit(community::Verb::manage);
    const bool bites = (denial.verbs & of_owners) != 0 && in_force(denial, at);
    return bites && (denial.resource == list.value || is_hold(denial));
}

// What takes it from them for good before what only puts it off.
const community::Denial* denial_of_owner(const std::vector<community::Denial>& denials, const ListId& list, Instant at) {
    const community::Denial* found = nullptr;
    for (const auto& denial : denials) {
        if (bars_owner(denial, list, at) && (found == nullptr || !is_hold(denial))) found = &denial;
    }
    return found;
}

// Under a security hold it waits for the lift, and is asked again at the end (ruling k).
CopyAnswer denied_owner(const Standing& who, const community::Denial& denial, Instant at) {
    auto answer = withheld({Code::denied, "the right to receive does not stand at present"});
    answer.denial = static_cast<std::int16_t>(&denial - who.denials.data());
    if (!is_hold(denial)) return answer;
    answer.state = DeliveryState::deferred;
    answer.next = std::min(at + ask_again, denial.during.until.value_or(Instant::max()));
    return answer;
}

// Mail to list+owner: for those who run the list now, not for those who did when it was judged.
CopyAnswer ask_owner(const Room& room, const OnItsWay& copy, const Standing& who, Instant at) {
    const auto& post = copy.post;
    if (copy.list == nullptr) return withheld({Code::list_closed, "the list is gone"});
    const bool runs = policy::serves(room.rules, who, policy::Trait::runs_lists, *copy.list, at);
    const bool party = runs && storage::is_party_of_room(room.store, post.list, who.person);
    if (!runs || party) return withheld({Code::owners, "no longer owner or secretariat"});
    if (const auto* denial = denial_of_owner(who.denials, post.list, at)) return denied_owner(who, *denial, at);
    using community::Encryption;
    const auto encryption = copy.list->encryption;
    const auto label = post.label.value_or(community::Tlp::red);
    const SealWish wish{.wanted = encryption != Encryption::none,
                        .required = encryption == Encryption::required || post.caveats.sealed_only || room.rules.handling(label).needs_key,
                        .own_key = encryption != Encryption::none && room.store.keys().has_list(post.list)};
    const auto keys = ask_keys(room, post, who, wish, at);
    if (keys && !keys->goes()) return *keys;
    if (const auto ceiling = policy::own_ceiling(room.rules, who, *copy.list, at); label > ceiling) {
        return withheld(
            {Code::above_ceiling, fmt::format("{} is above {}, the highest that they may have of this list", name(label), name(ceiling))});
    }
    if (keys) return *keys;
    if (room.rules.handling(label).needs_verified_transport && !room.settings.verified_transport) {
        return withheld({Code::transport, "the relay's identity is not verified, and the label needs that"});
    }
    return {};
}

// When "not now" is asked again; none: it is no longer waited for.
std::optional<Instant> next_try(const Room& room, const storage::Post& post, const CopyAnswer& answer, const Standing& who, Instant at) {
    if (answer.decision->reasons[0].why == policy::Why::not_on_roster) return std::min(at + ask_again, who.roster->during.from);
    if (answer.decision->reasons[0].why == policy::Why::denied) {
        // A security hold: it waits for the lift, and is asked again at the end of the hold (ruling k).
        const auto end = answer.denial >= 0 ? who.denials.at(static_cast<std::size_t>(answer.denial)).during.until : std::nullopt;
        return std::min(at + ask_again, end.value_or(Instant::max()));
    }
    const auto why = answer.decision->reasons[0].why;
    if (why == policy::Why::key_waits || why == policy::Why::address_waits || why == policy::Why::list_key_waits) {
        if (at < post.decided + longest_wait_for_keys) return at + ask_about_keys_again;
        return std::nullopt;
    }
    if (at < post.decided + room.rules.wait_for_transport()) return at + ask_again;
    return std::nullopt;
}

// Whoever left the list and came back is not sent what was posted in a stay of before: the name may be somebody else's by now. A place that
// only seems to begin later, by a clock that stood ahead, follows no other.
bool is_of_a_stay_before(const Room& room, const storage::Post& post, const Standing& who, const community::List& list, Instant at) {
    if (!who.roster || who.roster->during.from <= post.decided) return false;
    const auto past = room.store.standing_then_and_now(who.person, list.id, at);
    return past && std::any_of(past->stays.begin(), past->stays.end(), [&](const Interval& stay) { return stay.contains(post.decided); });
}

CopyAnswer ask_subscriber(const Room& room, const OnItsWay& copy, const Standing& who, bool named, Instant at) {
    const auto& post = copy.post;
    if (copy.list == nullptr) return withheld({Code::list_closed, "the list is gone"});
    const policy::Item item{.label = post.label.value_or(community::Tlp::red),
                            .posted = post.decided,
                            .named = named,
                            .anyone_named = !post.red_to_roster,
                            .sealed_only = post.caveats.sealed_only};
    CopyAnswer answer{.decision = ask_right(room, community::Verb::receive, who, *copy.list, item, at)};
    const auto& decision = *answer.decision;
    answer.sealed = decision.sealed;
    if (decision.yes() && is_of_a_stay_before(room, post, who, *copy.list, at))
        return withheld({Code::not_on_roster, "left the list after it was posted, and is on it anew"});
    if (decision.yes()) return answer;
    const auto reasons = policy::explain(room.rules, decision, who, *copy.list);
    answer.because = reasons.empty() ? community::Reason{Code::denied, "no rule grants it"} : reasons.front();
    answer.state = DeliveryState::withheld;
    const auto& reason = decision.reasons[0];
    if (decision.count > 0 && reason.why == policy::Why::denied) answer.denial = reason.denial;
    if (decision.answer == policy::Answer::not_now) {
        if (const auto next = next_try(room, post, answer, who, at)) {
            answer.state = DeliveryState::deferred;
            answer.next = *next;
            answer.clock_behind = reason.why == policy::Why::not_on_roster;
        }
    } else if (decision.count > 0 && reason.why == policy::Why::wants_none) {
        answer.state = DeliveryState::cancelled;
    }
    return answer;
}

// Mail to postmaster@ and abuse@. It was addressed to whoever runs this server, and is as confidential as its sender made it.
CopyAnswer ask_operator(const Standing& who, Instant at) {
    if (!who.address.empty()) return {};
    return {.state = DeliveryState::deferred, .next = at + ask_again, .because = {Code::owners, "no operator is set up at present"}};
}

CopyAnswer ask(const Room& room, const OnItsWay& copy, const Standing& who, bool named, Instant at) {
    if (copy.post.target == storage::Target::to_operator) return ask_operator(who, at);
    if (copy.forgotten) return withheld({Code::forgotten, "what was posted is not kept any more"});
    if (who.removed || who.address.empty()) return withheld({Code::removed, "no longer in the register"});
    if (!traits(copy.post.kind).for_a_list) return ask_letter(room, copy.post, who, at);
    if (copy.post.target == storage::Target::owner) return ask_owner(room, copy, who, at);
    return ask_subscriber(room, copy, who, named, at);
}

// Does a "yes" rest on anybody's rights? Mail to the operator does not, nor does a letter without a label.
bool rests_on_rights(const storage::Post& post) {
    return post.target != storage::Target::to_operator && (traits(post.kind).for_a_list || post.label);
}

void wait_for_clock(CopyAnswer& answer, const storage::Post& post, Instant at) {
    answer.state = DeliveryState::deferred;
    answer.next = std::min(at + ask_again, post.decided);
    answer.clock_behind = true;
}

}  // namespace

policy::World world_of(const Room& room, const community::List& list, Instant at) {
    const bool seals = room.settings.seals && list.encryption != community::Encryption::none;
    const bool has_key = seals && room.store.keys().has_list(list.id);
    return {.now = at, .verified_transport = room.settings.verified_transport, .can_seal = has_key, .sealing_waits = seals && !has_key};
}

policy::Permission ask_right(const Room& room, community::Verb verb, const Standing& who, const community::List& list,
                             const policy::Item& item, Instant at) {
    return policy::may(room.rules, verb, who, list, item, world_of(room, list, at));
}

bool may_know(const Room& room, const PersonId& person, const community::List& list, Instant at) {
    const auto standing = room.store.standing(person, list.id, at);
    return standing && policy::may_know(room.rules, *standing, list, at);
}

bool may_moderate(const Room& room, const PersonId& person, const ListId& list, Instant at) {
    const auto standing = room.store.standing(person, list, at);
    if (!standing || standing->removed || letters::hold_on(standing->denials, person, at) != nullptr) return false;
    if (storage::is_party_of_room(room.store, list, person)) return false;
    const auto found = room.store.rosters().list(list);
    if (found && policy::is_denied(room.rules, community::Verb::manage, *standing, *found, at)) return false;
    community::List gone;  // of which an office alone moderates what is left
    gone.id = list;
    return policy::serves(room.rules, *standing, policy::Trait::moderates, found.value_or(gone), at);
}

std::set<PersonId> who_runs_list(const Room& room, const ListId& list, Instant at) {
    std::set<PersonId> all;
    for (const auto& term : room.rules.in_force(room.store.powers().held_terms(at))) {
        const bool runs = room.rules.serves(term, policy::Trait::runs_lists, list, at);
        if (runs && !storage::is_party_of_room(room.store, list, term.person)) all.insert(term.person);
    }
    return all;
}

bool is_forgotten(const Room& room, PostKey post) {
    const auto archived = room.store.archive().get(post);
    return archived && archived->post.forgotten;
}

CopyAnswer ask_copy(const Room& room, const OnItsWay& copy, const Standing& who, bool named, Instant at) {
    auto answer = ask(room, copy, who, named, at);
    // The clock was set back behind the moment at which the post was judged: intervals of then have not begun, so a "no" is no verdict.
    if (at < copy.post.decided && answer.state == DeliveryState::withheld) wait_for_clock(answer, copy.post, at);
    return answer;
}

CopyAnswer ask_at_hand_off(const Room& room, const OnItsWay& copy, const Standing& who, bool named, Instant at) {
    auto answer = ask_copy(room, copy, who, named, at);
    // A sanction of then has not begun either, so that a "yes" is no verdict.
    const bool behind = at < copy.post.decided && copy.post.decided - at <= longest_doubt;
    if (!behind || !answer.goes() || !rests_on_rights(copy.post)) return answer;
    answer.because = {Code::asked_again, "the clock of this server stands before the moment at which this was judged"};
    wait_for_clock(answer, copy.post, at);
    return answer;
}

std::optional<CopyQuestion> ask_copy_of(const Room& room, const storage::Post& post, const PersonId& person) {
    const bool for_a_list = traits(post.kind).for_a_list;
    if (for_a_list && !post.label) return std::nullopt;
    const Instant now = room.clock.now();
    auto who = room.store.standing(person, for_a_list ? post.list : ListId{}, now);
    if (!who) return std::nullopt;
    CopyQuestion question{post, for_a_list ? room.store.rosters().list(post.list) : std::nullopt, std::move(*who), {}};
    const auto row = room.store.deliveries().row_of(post.key, question.who.key);
    const OnItsWay copy{question.post, question.list ? &*question.list : nullptr, for_a_list && is_forgotten(room, post.key)};
    question.answer = ask_copy(room, copy, question.who, row && row->named, now);
    return question;
}

std::vector<community::Reason> CopyQuestion::reasons(const Room& room, bool naming) const {
    if (answer.decision && list) return policy::explain(room.rules, *answer.decision, who, *list, naming);
    if (!answer.because.empty()) return {answer.because};
    return {};
}

const community::Denial* CopyQuestion::denial() const {
    return answer.denial < 0 ? nullptr : &who.denials.at(static_cast<std::size_t>(answer.denial));
}

}  // namespace caveat::mailroom
