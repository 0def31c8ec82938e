#include "caveat/mailroom/relabelling.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "address.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/storage/room_party.hpp"
#include "notices.hpp"
#include "post_question.hpp"
#include "replies.hpp"
#include "sent_again.hpp"

namespace caveat::mailroom {
namespace {

using community::Actor;
using community::Tlp;

constexpr std::string_view who_runs = "who runs the list";

// What an actor is to a post. A sanction takes it from them as it takes posting, reading or running the list (C4, A4).
struct Hand {
    bool source = false;    // its own team: the author, or who speaks for the team
    bool witness = false;   // and in the register since it was posted, so that nobody is put in that place afterwards to lower it
    bool runs = false;      // the list; the operator as well
    bool outsider = false;  // a person who may not read it, and did not write it
};

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

constexpr std::string_view team_that_posted = "the team that posted it";
constexpr std::string_view by_the_same_mail = "who may give it a label";  // to readers who may not know that it is on another list

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

// What is there to be relabelled; errc::conflict says why it is not.
Result<community::List> list_of_kept(const Room& room, const storage::ArchivedPost& post, Instant now) {
    if (post.forgotten) return fail(errc::conflict, "it was forgotten at {}", to_string(*post.forgotten));
    if (post.keep_until && *post.keep_until <= now)
        return fail(errc::conflict, "it was kept until {}, and is read by nobody any more", to_string(*post.keep_until));
    auto list = room.store.rosters().list(post.list);
    if (post.ended || !list) return fail(errc::conflict, "the list is gone, and its archive with it");
    return std::move(*list);
}

auto no_such_post(const PostId& id) { return fail(errc::not_found, "there is no post {} in the archive", id.value.substr(0, 64)); }

Result<void> may_give(const Room& room, const Hand& hand, const storage::ArchivedPost& post, const community::List& list,
                      const NewLabel& wish, Instant now) {
    if (hand.outsider && wish.decision.empty()) return no_such_post(wish.post);
    if (post.label == wish.label) return fail(errc::conflict, "it is TLP:{} already", name(wish.label));
    return post.label < wish.label ? may_raise(list, wish.label) : may_lower(room, hand, post, wish, now);
}

// None is for good.
std::optional<Instant> later(std::optional<Instant> a, std::optional<Instant> b) {
    return a && b ? std::optional(std::max(*a, *b)) : std::nullopt;
}
std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    return a && b ? std::optional(std::min(*a, *b)) : a ? a : b;
}

// Not before what the journal was told lately: under a clock that was set back the end would not lie ahead.
Instant latest_known(const Room& room, Instant now) {
    constexpr std::int64_t lately = 256;  // entries
    auto& journal = room.store.journal();
    journal.each({.from = std::max<std::int64_t>(journal.head().number - lately, 1), .limit = -1, .act = {}, .subject = {}},
                 [&](const storage::Entry& entry) { now = std::max(now, entry.at); });
    return now;
}

std::optional<Instant> kept_from_now(const Room& room, const storage::ArchivedPost& post, const community::List& list, Tlp label,
                                     Instant now) {
    auto without_own = list;
    without_own.retention.clear();
    const auto by_label = room.rules.kept_until(label, without_own, post.posted);
    const auto today = room.rules.kept_until(label, list, post.posted);
    const auto due = later(today, earlier(post.keep_until, by_label));
    return later(due, earlier(post.keep_until, latest_known(room, now) + notice));
}

// Whoever got a copy or may have got it, and its author, as far as they are here and may know the list; not who did it, nor who was told
// of the same mail.
std::set<PersonId> to_be_told(const Room& room, const Actor& by, const storage::ArchivedPost& post, const community::List& list,
                              const Relabelled& done, const std::set<PersonId>& told, Instant now) {
    std::set<PersonId> all;
    for (const auto& row : room.store.deliveries().rows(post.post)) {
        if (may_be_there(row)) all.insert(row.person);
    }
    if (post.author) all.insert(*post.author);
    std::erase_if(all, [&](const PersonId& person) { return told.contains(person); });
    // Of the archive's end they hear also where nobody has a copy, as of what was imported.
    if (done.instead_of) all.merge(who_runs_list(room, list.id, now));
    if (by.person) all.erase(*by.person);
    std::erase_if(all, [&](const PersonId& person) { return !may_know(room, person, list, now); });
    return all;
}

std::string in_words(const std::optional<Instant>& until) {
    if (!until) return {};
    return *until == Instant::max() ? "for good" : "until " + to_string(*until);
}

struct Told {
    std::set<PersonId> people = {};
    std::string failed = {};  // why somebody was not: the first of it
};

Told tell(const Room& room, const std::set<PersonId>& people, const storage::Post& post, const Relabelled& done, const std::string& whose,
          Instant now) {
    Told told;
    const letters::Letterhead letterhead{room.settings.community_name, room.settings.domain, room.settings.templates};
    const auto form = read_form(letterhead, "relabelled");
    if (!form) return {{}, form.error().detail};
    for (const auto& id : people) {
        const auto person = room.store.directory().person(id);
        if (!person || person->addresses.empty()) continue;
        const letters::Letter letter{.purpose = storage::Purpose::about_post,
                                     .form = *form,
                                     .from = owner_address(post.list, room.settings),
                                     .fields = {{"list", post.list.value},
                                                {"message_id", post.message_id},
                                                {"received", to_string(std::chrono::floor<std::chrono::seconds>(post.received))},
                                                {"before", std::string(name(done.before))},
                                                {"label", std::string(name(done.after))},
                                                {"stricter", done.after > done.before ? "yes" : ""},
                                                {"kept_until", done.instead_of ? to_string(*done.kept_until) : ""},
                                                {"instead_of", in_words(done.instead_of)},
                                                {"by", whose}},
                                     .in_reply_to = post.message_id,
                                     .label = Tlp::green,  // not into a mailbox that is not its owner's for the moment (item 42)
                                     .unnamed = post.caveats.author_withheld};  // one goes to the author, whether they had a copy or not
        const auto sent = letters::Writer(room.vault, letterhead).send(room.store, letter, *person, now);
        if (sent)
            told.people.insert(id);
        else if (told.failed.empty())
            told.failed = sent.error().detail;
    }
    return told;
}

// What an entry says besides: by which decision, or with which post.
using Also = std::optional<std::pair<std::string, std::string>>;

// A label that is given, by whom, and who was told so far.
struct Giving {
    const Room& room;
    const Actor& by;
    Instant now;
    std::set<PersonId> told = {};

    Relabelled give(const storage::ArchivedPost& post, const storage::Post& row, const community::List& list, Tlp label,
                    const std::string& whose, const std::string& actor, const Also& also);
    void raise_same_mail(const storage::Post& row, Tlp label, const TeamId& team);
};

Relabelled Giving::give(const storage::ArchivedPost& post, const storage::Post& row, const community::List& list, Tlp label,
                        const std::string& whose, const std::string& actor, const Also& also) {
    Relabelled done{post.label, label};
    done.kept_until = kept_from_now(room, post, list, label, now);
    const bool sooner = done.kept_until && (!post.keep_until || *done.kept_until < *post.keep_until);
    if (sooner) done.instead_of = post.keep_until.value_or(Instant::max());
    const auto outcomes = room.store.archive().relabel(post.post, label, done.kept_until);
    auto letters = tell(room, to_be_told(room, by, post, list, done, told, now), row, done, whose, now);
    done.told = letters.people.size();
    told.merge(letters.people);
    Detail detail;
    detail.add("list", post.list.value).add("before", name(done.before)).add("label", name(done.after)).add("told", done.told);
    detail.add("whose", whose);
    if (also) detail.add(also->first, also->second);
    if (sooner) detail.add("kept_until", to_string(*done.kept_until)).add("instead_of", in_words(done.instead_of));
    if (!letters.failed.empty()) detail.add("not_told", letters.failed);
    if (!outcomes.empty()) detail.add("outcomes", outcomes);
    room.store.journal().append(now, actor, "post.relabelled", post.id.value, detail.text());
    return done;
}

// What went to other lists as well has the same words for their readers: as far as each carries that label, whoever runs it. Who gave it
// need not know of these lists, and is told nothing of them (A7). `team`: it gave the label, to its own post; or none.
void Giving::raise_same_mail(const storage::Post& row, Tlp label, const TeamId& team) {
    for (const auto& other : same_mail(room, row, team)) {
        const auto post = room.store.archive().find(other.id);
        const auto list = post ? list_of_kept(room, *post, now) : Result<community::List>(fail(errc::not_found, "nothing"));
        if (!list || std::min(label, list->max_tlp) <= post->label) continue;
        const bool theirs = !team.empty() && post->team == team;
        give(*post, other, *list, std::min(label, list->max_tlp), std::string(theirs ? team_that_posted : by_the_same_mail), "system",
             std::pair("same_mail", row.id.value));
    }
}

std::string whose(const Hand& hand, const NewLabel& wish) {
    if (!wish.decision.empty()) return "decision " + wish.decision;
    return std::string(hand.source ? team_that_posted : who_runs);
}

}  // namespace

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

Result<Relabelled> relabel(const Room& room, const Citation& cite, const Actor& by, const NewLabel& wish) {
    storage::Store::Transaction transaction(room.store);
    const Instant now = room.clock.now();
    const auto post = room.store.archive().find(wish.post);
    const auto row = post ? room.store.posts().get(post->post) : std::nullopt;
    const auto hand = row ? hand_on(room, by, *post, now) : Hand{};
    if (!hand.source && !hand.runs) return no_such_post(wish.post);
    const auto list = list_of_kept(room, *post, now);
    if (!list) return tl::unexpected(list.error());
    if (auto ok = may_give(room, hand, *post, *list, wish, now); !ok) return tl::unexpected(ok.error());
    const community::Deed deed{"archive.relabel", wish.post.value, {{"label", std::string(name(wish.label))}}};
    if (auto ok = wish.decision.empty() ? Result<void>{} : cite(wish.decision, deed); !ok) return tl::unexpected(ok.error());

    // Who asked not to be named is not named by what their team does with the post either.
    const bool unnamed = hand.source && row->caveats.author_withheld;
    Giving giving{room, by, now};
    const auto done = giving.give(*post, *row, *list, wish.label, whose(hand, wish), unnamed ? std::string(team_that_posted) : by.name,
                                  wish.decision.empty() ? std::nullopt : std::optional(std::pair("decision", wish.decision)));
    const bool theirs = hand.source && wish.decision.empty();
    if (done.before < done.after) giving.raise_same_mail(*row, done.after, theirs ? post->team : TeamId{});
    transaction.commit();
    return done;
}

void tell_at_start(const Room& room) {
    constexpr std::int64_t lately = 10'000;  // entries
    auto& journal = room.store.journal();
    std::map<std::string, Tlp> relabelled;  // posts, with the label of before
    journal.each({.from = std::max<std::int64_t>(journal.head().number - lately, 1), .limit = -1, .act = "post.", .subject = {}},
                 [&](const storage::Entry& entry) {
                     if (entry.act == "post.label_at_start") relabelled.erase(entry.subject);
                     const auto before =
                         entry.act == "post.relabelled" ? community::tlp_from(text_in(entry.detail, "before")) : std::nullopt;
                     if (before) relabelled[entry.subject] = *before;
                 });
    for (const auto& [id, before] : relabelled) {
        const auto post = room.store.posts().find(PostId{id});
        if (!post || post->open == 0) continue;
        std::set<PersonId> readers;
        for (const auto& row : room.store.deliveries().rows(post->key)) {
            if (row.leased && !may_be_there(row)) readers.insert(row.person);  // else they were told when it was given
        }
        if (readers.empty()) continue;
        journal.append(room.clock.now(), "system", "post.label_at_start", id, Detail().add("leased", readers.size()).text());
        tell_of_label(room, post->key, before, std::move(readers));
    }
}

void tell_of_label(const Room& room, PostKey key, Tlp before, std::set<PersonId> readers) {
    const Instant now = room.clock.now();
    const auto post = room.store.archive().get(key);
    const auto row = room.store.posts().get(key);
    const auto list = post ? room.store.rosters().list(post->post.list) : std::nullopt;
    if (!row || !list) return;
    std::optional<storage::Entry> newest;
    room.store.journal().each({.from = 1, .limit = -1, .act = "post.relabelled", .subject = row->id.value},
                              [&](const storage::Entry& entry) { newest = entry; });
    if (!newest) return;
    // These know of it.
    if (post->post.author) readers.erase(*post->post.author);
    std::erase_if(readers,
                  [&](const PersonId& person) { return newest->actor == "person " + person.value || !may_know(room, person, *list, now); });
    const auto told = tell(room, readers, *row, {before, post->post.label}, text_in(newest->detail, "whose"), now);
    Detail detail;
    detail.add("list", list->id.value).add("before", name(before)).add("label", name(post->post.label)).add("told", told.people.size());
    if (!told.failed.empty()) detail.add("not_told", told.failed);
    room.store.journal().append(now, "system", "post.label_told", row->id.value, detail.text());
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

}  // namespace caveat::mailroom
