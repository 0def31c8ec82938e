// What another label does: to the post, to the same mail on other lists, and to how long it is kept; and who is told.
#include "caveat/mailroom/relabelling.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "address.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/question.hpp"
#include "label_rights.hpp"
#include "notices.hpp"
#include "post_question.hpp"
#include "replies.hpp"
#include "sent_again.hpp"

namespace caveat::mailroom {
namespace {

using community::Actor;
using community::Tlp;

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

}  // namespace caveat::mailroom
