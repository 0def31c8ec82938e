#include "label_rights.hpp"

#include <algorithm>

#include "caveat/community/representation.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/storage/room_party.hpp"
#include "notices.hpp"
#include "post_question.hpp"

namespace caveat::mailroom {
namespace {

using community::Actor;
using community::Tlp;

// By the journal: whoever was entered, or entered again, since then was not there.
bool entered_since(storage::Journal& journal, const PersonId& person, Instant then) {
    bool since = false;
    journal.each({.from = 1, .limit = -1, .act = "person.add", .subject = person.value},
                 [&](const storage::Entry& entry) { since = since || then < entry.at; });
    return since;
}

// Of those that it had here: whoever could read it under that one puts it back when somebody else raised it.
Tlp mildest_label(storage::Journal& journal, const storage::ArchivedPost& post) {
    Tlp mildest = post.label;
    journal.each({.from = 1, .limit = -1, .act = "post.relabelled", .subject = post.id.value}, [&](const storage::Entry& entry) {
        if (const auto label = community::tlp_from(text_in(entry.detail, "before"))) mildest = std::min(mildest, *label);
    });
    return mildest;
}

// An entry of before it was written down whose raise it was says by whom: a person who was then of the team that posted it counts as that
// team, whatever they did it as, so that no decision takes away what the team said; so does one of whom nobody knows the team.
bool is_others(storage::Store& store, const TeamId& posted, const storage::Entry& entry) {
    if (const auto whose = text_in(entry.detail, "whose"); !whose.empty()) return whose == who_runs || whose == by_the_same_mail;
    if (!text_in(entry.detail, "decision").empty() || entry.actor == team_that_posted) return false;
    constexpr std::string_view person = "person ";
    if (!entry.actor.starts_with(person)) return true;
    const auto team = store.directory().team_at(PersonId{entry.actor.substr(person.size())}, entry.at);
    return team && *team != posted;
}

// The one that its own team, or a decision, gave it last: what only whoever runs the list raised since does not count.
Tlp given_label(storage::Store& store, const storage::ArchivedPost& post) {
    std::optional<Tlp> given;
    store.journal().each({.from = 1, .limit = -1, .act = "post.relabelled", .subject = post.id.value}, [&](const storage::Entry& entry) {
        if (!given) given = community::tlp_from(text_in(entry.detail, "before"));
        if (!is_others(store, post.team, entry)) given = community::tlp_from(text_in(entry.detail, "label"));
    });
    return given.value_or(post.label);
}

}  // namespace

Hand hand_on(const Room& room, const Actor& by, const storage::ArchivedPost& post, Instant now) {
    if (!by.person) return {.runs = true};
    const auto person = room.store.directory().person(*by.person);
    const auto denials = room.store.powers().denials();
    const auto list = room.store.rosters().list(post.list);
    const auto who = room.store.standing(person ? person->id : PersonId{}, post.list, now);
    if (!person || !who || letters::hold_on(denials, person->id, now) != nullptr) return {};
    const auto denied = [&](community::Verb verb) { return list && policy::is_denied(room.rules, verb, *who, *list, now); };
    Hand hand;
    const bool speaks = post.author == person->id || speaks_for_team(*person, room.store.directory().people(), denials, now);
    const auto team = room.store.directory().team(person->team);
    const bool here = team && !room.rules.is_outside(team->category);  // who left reads nothing, and so gives no label
    hand.source = here && !post.team.empty() && person->team == post.team && speaks && !denied(community::Verb::post) &&
                  !denied(community::Verb::archive);
    hand.witness = hand.source && !entered_since(room.store.journal(), person->id, post.distributed);
    const auto terms = room.rules.in_force(room.store.powers().held_terms(person->id, now));
    const bool serves = std::any_of(terms.begin(), terms.end(), [&](const community::Term& term) {
        return room.rules.serves(term, policy::Trait::runs_lists, post.list, now);
    });
    hand.runs = serves && !denied(community::Verb::manage) && !storage::is_party_of_room(room.store, post.list, person->id);
    ArchiveReader reader(room, person->id, now);
    auto as_it_was = post;
    if (hand.witness) as_it_was.label = mildest_label(room.store.journal(), post);
    hand.outsider = (hand.source || hand.runs) && post.author != person->id && !reader.ask(post).yes() && !reader.ask(as_it_was).yes();
    return hand;
}

namespace {

// Whether anybody is left who could lower it themself; for one under a hold or a sanction, which pass, nobody else lowers it.
bool source_is_there(const Room& room, const storage::ArchivedPost& post, Instant now) {
    const auto team = post.team.empty() ? std::nullopt : room.store.directory().team(post.team);
    if (!team || room.rules.is_outside(team->category)) return false;
    const auto people = room.store.directory().people();
    return std::any_of(people.begin(), people.end(), [&](const community::Person& person) {
        if (person.team != post.team || entered_since(room.store.journal(), person.id, post.distributed)) return false;
        if (person.id == post.author) return true;
        if (!person.representative && !person.alternate) return false;
        const auto hand = hand_on(room, Actor{"person " + person.id.value, person.id}, post, now);
        return !hand.source || !hand.outsider;
    });
}

// While a sanction, or a hold, takes the label from the team, what others raised may be destroyed before it ends: that a decision puts
// back, no further.
bool puts_back(const Room& room, const storage::ArchivedPost& post, Tlp label, Instant now) {
    const auto people = room.store.directory().people();
    return given_label(room.store, post) <= label && std::none_of(people.begin(), people.end(), [&](const auto& person) {
               return person.team == post.team && hand_on(room, Actor{"person " + person.id.value, person.id}, post, now).source;
           });
}

Result<void> may_raise(const community::List& list, Tlp label) {
    if (label <= list.max_tlp) return {};
    return fail(
        errc::denied,
        "TLP:{} is above what {} carries, which is up to TLP:{}: raise it to that; what should not be kept at all is forgotten by a "
        "decision of kind archive.forget",
        name(label), list.id, name(list.max_tlp));
}

Result<void> may_lower(const Room& room, const Hand& hand, const storage::ArchivedPost& post, const NewLabel& wish, Instant now) {
    if (wish.decision.empty() && !hand.source) {
        return fail(errc::denied,
                    "only the team that posted it lowers its label, by its author or representative; who runs the list may raise it");
    }
    if (wish.decision.empty() && !hand.witness) {
        return fail(
            errc::denied,
            "it was posted before you were entered in this team: its author lowers it, or a representative who was there then; where "
            "there is none, a decision of kind archive.relabel does");
    }
    if (!wish.decision.empty() && source_is_there(room, post, now) && !puts_back(room, post, wish.label, now))
        return fail(
            errc::denied,
            "a decision stands in only where nobody of the team that posted it is left, or to put back, while a sanction or a hold keeps "
            "them from it, what others raised: its author or representative lowers it");
    const auto floor = floor_of(room, post);
    if (!floor || *floor <= wish.label) return {};
    return fail(errc::denied,
                "it answers a post of another team, which is TLP:{}: lower it no further, or ask that team to lower theirs first",
                name(*floor));
}

}  // namespace

Result<community::List> list_of_kept(const Room& room, const storage::ArchivedPost& post, Instant now) {
    if (post.forgotten) return fail(errc::conflict, "it was forgotten at {}", to_string(*post.forgotten));
    if (post.keep_until && *post.keep_until <= now)
        return fail(errc::conflict, "it was kept until {}, and is read by nobody any more", to_string(*post.keep_until));
    auto list = room.store.rosters().list(post.list);
    if (post.ended || !list) return fail(errc::conflict, "the list is gone, and its archive with it");
    return std::move(*list);
}

tl::unexpected<Error> no_such_post(const PostId& id) {
    return fail(errc::not_found, "there is no post {} in the archive", id.value.substr(0, 64));
}

Result<void> may_give(const Room& room, const Hand& hand, const storage::ArchivedPost& post, const community::List& list,
                      const NewLabel& wish, Instant now) {
    if (hand.outsider && wish.decision.empty()) return no_such_post(wish.post);
    if (post.label == wish.label) return fail(errc::conflict, "it is TLP:{} already", name(wish.label));
    return post.label < wish.label ? may_raise(list, wish.label) : may_lower(room, hand, post, wish, now);
}

std::vector<Tlp> labels_to_give(const Room& room, const Actor& by, const storage::ArchivedPost& post) {
    const Instant now = room.clock.now();
    const auto hand = hand_on(room, by, post, now);
    const auto list = hand.source || hand.runs ? list_of_kept(room, post, now) : Result<community::List>(fail(errc::not_found, "nothing"));
    std::vector<Tlp> labels;
    for (const auto label : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
        if (list && may_give(room, hand, post, *list, {post.id, label}, now)) labels.push_back(label);
    }
    return labels;
}

Answered answered_by(const std::vector<std::string>& in_reply_to, const std::vector<std::string>& references) {
    return {parents_of(in_reply_to, references), direct_parents(in_reply_to, references)};
}

std::optional<Tlp> floor_over(const Answered& answered, const std::function<std::optional<Tlp>(std::size_t)>& label_of) {
    std::optional<Tlp> floor;
    for (std::size_t i = 0; i < answered.ids.size(); ++i) {
        if (floor && i >= answered.direct) break;
        floor = std::max(floor, label_of(i));
    }
    return floor;
}

std::optional<Tlp> label_of_team(const Room& room, const storage::Post& post) {
    std::optional<Tlp> given;
    room.store.journal().each({.from = 1, .limit = -1, .act = "post.relabelled", .subject = post.id.value}, [&](const auto& entry) {
        const bool by_team = text_in(entry.detail, "decision").empty() && !is_others(room.store, post.team, entry);
        if (by_team) given = community::tlp_from(text_in(entry.detail, "label"));
    });
    return given;
}

std::optional<Tlp> label_of_parent(const Room& room, const std::string& message_id) {
    const auto parent = KnownToAuthor(room, std::nullopt, false, room.clock.now()).parent(message_id);
    return parent ? parent->label : std::nullopt;
}

// As for a reply that comes in: the nearest ancestor of another team.
std::optional<Tlp> floor_of(const Room& room, const storage::ArchivedPost& post) {
    const auto card = open_card(room.vault, room.store.archive().card(post.post), post.id);
    if (!card) return post.label;  // nobody knows what it answers
    const auto row = room.store.posts().get(post.post);
    KnownToAuthor known(room, post.author, row && is_proven(room, *row), room.clock.now());
    const auto answered = answered_by(card->in_reply_to, card->references);
    std::optional<TeamId> nearest;
    auto floor = floor_over(answered, [&](std::size_t i) -> std::optional<Tlp> {
        const auto parent = known.parent(answered.ids[i]);
        if (!parent || (!parent->team.empty() && parent->team == post.team)) return std::nullopt;
        nearest = parent->team;
        return parent->label;
    });
    for (std::size_t i = answered.direct; nearest && i < answered.ids.size(); ++i)
        floor = std::max(floor, known.label_given_to(answered.ids[i], post.team, {floor, *nearest}));
    return floor;
}

}  // namespace caveat::mailroom
