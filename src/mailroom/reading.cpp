#include "caveat/mailroom/reading.hpp"

#include <algorithm>
#include <limits>

#include "caveat/letters/names.hpp"
#include "copying.hpp"
#include "inside.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;

// Where an interval begins or ends by which policy judges the past.
std::vector<Instant> turns_of(const community::Standing& who) {
    std::vector<Instant> turns;
    const auto add = [&](const Interval& during) {
        turns.push_back(during.from);
        if (during.until) turns.push_back(*during.until);
    };
    if (who.roster) add(who.roster->during);
    for (const auto& stay : who.stays) add(stay);
    for (const auto& denial : who.denials) add(denial.during);
    for (const auto& denial : who.denied_then) add(denial.during);
    std::sort(turns.begin(), turns.end());
    turns.erase(std::unique(turns.begin(), turns.end()), turns.end());
    return turns;
}

constexpr std::size_t kinds_of_glimpse = (static_cast<std::size_t>(community::Tlp::red) + 1) * 4;

std::size_t kind_of(const Glimpse& post) {
    return static_cast<std::size_t>(post.label) * 4 + (post.own ? 2U : 0U) + (post.sealed_only ? 1U : 0U);
}

}  // namespace

ArchiveReader::Towards& ArchiveReader::towards(const ListId& list) {
    const auto found = known_.find(list);
    if (found != known_.end()) return found->second;
    auto& made = known_.emplace(list, Towards{room_.store.rosters().list(list), room_.store.standing_then_and_now(person_, list, at_)})
                     .first->second;
    if (made.who) made.turns = turns_of(*made.who);
    made.could_read_of.resize((made.turns.size() + 1) * kinds_of_glimpse);
    return made;
}

ReadAnswer ArchiveReader::ask(const storage::ArchivedPost& post) {
    const bool over = post.keep_until && *post.keep_until <= at_;
    if (post.forgotten && !(over && *post.keep_until <= *post.forgotten))
        return {.because = {Code::forgotten, "it was forgotten at " + to_string(*post.forgotten)}};
    if (over) {
        const auto gone = post.forgotten ? ", and was destroyed at " + to_string(*post.forgotten) : std::string();
        return {.because = {Code::retention_over, fmt::format("over since {}: {} was kept no longer here{}", to_string(*post.keep_until),
                                                              name(post.label), gone)}};
    }
    const auto& to = towards(post.list);
    const auto& list = to.list;
    const auto& who = to.who;
    if (post.ended || !list) return {.because = {Code::list_closed, "the list is gone, and its archive with it"}};
    if (!who) return {.because = {Code::removed, "nobody of that name is in the register"}};
    const policy::Item item{.label = post.label,
                            .posted = post.distributed,
                            .named = room_.rules.handling(post.label).named_only && room_.store.archive().is_named(post.post, who->key),
                            .anyone_named = !post.red_to_roster,
                            .sealed_only = post.sealed_only,
                            .own = post.author == who->person};
    return {.because = {}, .decision = ask_right(room_, community::Verb::archive, *who, *list, item, at_)};
}

bool ArchiveReader::could_read(const ListId& list, const Glimpse& post) {
    if (room_.rules.handling(post.label).named_only) return true;  // whom it names stands elsewhere
    auto& to = towards(list);
    const auto turn = std::upper_bound(to.turns.begin(), to.turns.end(), post.distributed) - to.turns.begin();
    auto& known = to.could_read_of.at(static_cast<std::size_t>(turn) * kinds_of_glimpse + kind_of(post));
    if (!known) {
        storage::ArchivedPost like;
        like.list = list;
        like.label = post.label;
        like.distributed = post.distributed;
        like.sealed_only = post.sealed_only;
        if (post.own) like.author = person_;
        known = ask(like).yes();
    }
    return *known;
}

bool ArchiveReader::could_read_any(const ListId& list, Glimpse post, Instant first, Instant last) {
    std::vector<Instant> starts{first};  // of stretches in which the answer is the same
    for (const auto turn : towards(list).turns) {
        if (first < turn && turn <= last) starts.push_back(turn);
    }
    return std::any_of(starts.begin(), starts.end(), [&](Instant at) {
        post.distributed = at;
        return could_read(list, post);
    });
}

bool ArchiveReader::reads_in(const ListId& list) {
    storage::ArchivedPost mildest;
    mildest.list = list;
    mildest.label = community::Tlp::clear;
    mildest.author = person_;
    return ask(mildest).yes();
}

std::vector<community::Reason> ArchiveReader::reasons(const storage::ArchivedPost& post, const ReadAnswer& answer, bool naming) {
    if (!answer.decision) return {answer.because};
    const auto& to = towards(post.list);
    return policy::explain(room_.rules, *answer.decision, *to.who, *to.list, naming);
}

std::string released_unproven_by(const Room& room, const storage::Post& post) {
    return post.caveats.author_unproven || post.caveats.sending_unproven ? letters::who(room.store, post.released_by) : std::string();
}

std::string subject_for(const Room& room, const ArchiveReader& reader, const storage::ArchivedPost& post, const Card& card) {
    auto answered = card.references;
    answered.insert(answered.end(), card.in_reply_to.begin(), card.in_reply_to.end());
    const Tags tags(room, post.list, post.author, post.posted, std::move(answered), card.list_names);
    const auto inside = InsideLists::of_subject(room, card.subject, post.list, tags);
    return mail::subject_of_copy(card.subject, post.label, inside.names(inside.hidden_from(room, reader.person(), reader.at())),
                                 room.settings.domain);
}

Result<std::string> copy_for(const Room& room, const storage::ArchivedPost& post, const PersonId& reader) {
    auto row = room.store.posts().get(post.post);
    if (!row) return fail(errc::not_found, "there is no post {}", post.id);
    row->label = post.label;
    auto batch = std::make_shared<Batch>();
    batch->list = room.store.rosters().list(post.list);
    batch->post = std::make_shared<const storage::Post>(std::move(*row));
    batch->standings.emplace_back().person = reader;
    auto made = Copying(room, std::numeric_limits<std::size_t>::max()).to_seal({.batch = std::move(batch)});
    if (!made) return tl::unexpected(made.error());
    return std::move(made->bytes);
}

}  // namespace caveat::mailroom
