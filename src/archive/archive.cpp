#include "caveat/archive/archive.hpp"

#include <algorithm>
#include <map>

#include "caveat/archive/mail_files.hpp"
#include "kin.hpp"
#include "looked.hpp"

namespace caveat::archive {
namespace {

using mailroom::ArchiveReader;
using mailroom::Card;

// The lines of one list, in their order, as threads.
void thread_list(std::vector<Line*>& lines, const std::vector<ToThread>& cards, std::vector<ThreadLine>& into) {
    for (const auto& thread : threads_of(cards)) {
        const auto first = *std::min_element(thread.posts.begin(), thread.posts.end());
        auto& made = into.emplace_back(ThreadLine{lines[first]->post.id, {}, thread.depth});
        for (const auto post : thread.posts) {
            lines[post]->thread = made.thread;
            made.posts.push_back(lines[post]);
        }
    }
}

// Lists in which this person reads something, all of them or the one that is asked for. Of others no row is touched (A7).
std::vector<ListId> lists_to_read(const mailroom::Room& room, ArchiveReader& reader, const std::optional<ListId>& only) {
    std::vector<ListId> lists;
    if (only) {
        lists.push_back(*only);
    } else {
        for (auto& list : room.store.rosters().lists()) lists.push_back(std::move(list.id));
    }
    std::erase_if(lists, [&](const ListId& list) { return !reader.reads_in(list); });
    return lists;
}

bool is_kept(const storage::ArchivedPost& post, Instant now) {
    return !post.forgotten && !post.ended && !(post.keep_until && *post.keep_until <= now);
}

}  // namespace

Readable Archive::readable(const PersonId& person, const std::optional<ListId>& list) {
    const storage::Store::Reading reading(room_.store);
    ArchiveReader reader(room_, person, room_.clock.now());
    Readable found;
    std::map<ListId, std::pair<std::vector<Line*>, std::vector<ToThread>>> by_list;
    for (const auto& from : lists_to_read(room_, reader, list)) {
        room_.store.archive().each(from, [&](storage::ArchivedPost post, const Sealed& sealed) {
            if (!reader.ask(post).yes()) return true;
            const auto card = mailroom::open_card(room_.vault, sealed, post.id);
            if (!card) ++found.broken;
            by_list[from].second.push_back(to_thread(card.value_or(Card{}), post));
            const bool shown = card && post.label < subjects_below;
            auto& line = found.lines.emplace_back(Line{std::move(post), {}, {}});
            if (shown) line.subject = mailroom::subject_for(room_, reader, line.post, *card);
            return true;
        });
    }
    // The order within each list is the same.
    std::sort(found.lines.begin(), found.lines.end(), [](const Line& a, const Line& b) {
        return a.post.posted != b.post.posted ? a.post.posted < b.post.posted : a.post.id < b.post.id;
    });
    for (auto& line : found.lines) by_list[line.post.list].first.push_back(&line);
    for (auto& [id, of_list] : by_list) thread_list(of_list.first, of_list.second, found.threads);
    return found;
}

std::vector<storage::ArchivedPost> Archive::exportable(const std::optional<PersonId>& person, const Span& span) {
    const storage::Store::Reading reading(room_.store);
    const Instant now = room_.clock.now();
    std::optional<ArchiveReader> reader;
    if (person) reader.emplace(room_, *person, now);
    std::vector<storage::ArchivedPost> all;
    if (reader && !reader->reads_in(span.list)) return all;
    room_.store.archive().each(span.list, [&](storage::ArchivedPost post, const Sealed&) {
        const bool within = (!span.from || *span.from <= post.posted) && (!span.until || post.posted < *span.until);
        const bool label_lets = post.label < subjects_below || (person && post.label == subjects_below && post.author == *person);
        if (!within || !label_lets) return true;
        if (reader ? reader->ask(post).yes() : is_kept(post, now)) all.push_back(std::move(post));
        return true;
    });
    return all;
}

std::string Archive::exported(const std::optional<PersonId>& person, const storage::ArchivedPost& post) {
    const storage::Store::Reading reading(room_.store);
    const Instant now = room_.clock.now();
    const auto still = room_.store.archive().find(post.id);
    if (!still || still->label != post.label) return {};
    if (person ? !ArchiveReader(room_, *person, now).ask(*still).yes() : !is_kept(*still, now)) return {};
    const auto bytes = mailroom::copy_for(room_, *still, person.value_or(PersonId{}));
    return bytes ? mbox_entry(*bytes, still->posted) : std::string();
}

std::vector<Told> Archive::told(const PersonId& person, const std::optional<ListId>& list) {
    const storage::Store::Reading reading(room_.store);
    std::map<PostId, PostId> threads;
    for (const auto& line : readable(person, list).lines) threads.emplace(line.post.id, line.thread);
    ArchiveReader reader(room_, person, room_.clock.now());
    std::vector<Told> all;
    room_.store.archive().each(list, [&](storage::ArchivedPost post, const Sealed&) {
        const auto answer = reader.ask(post);
        const auto thread = threads.find(post.id);
        auto because = reader.reasons(post, answer, true);
        all.push_back(
            {std::move(post), answer.yes(), std::move(because), thread == threads.end() ? std::nullopt : std::optional(thread->second)});
        return true;
    });
    return all;
}

Result<Opened> Archive::open(const PersonId& person, const PostId& id, bool with_thread) {
    const storage::Store::Reading reading(room_.store);
    auto post = room_.store.archive().find(id);
    ArchiveReader reader(room_, person, room_.clock.now());
    if (!post || !reader.ask(*post).yes()) return fail(errc::not_found, "there is no such post");
    auto bytes = mailroom::copy_for(room_, *post, person);
    if (!bytes) return tl::unexpected(bytes.error());
    auto message = mail::parse(*bytes, room_.settings.limits);
    if (!message) return tl::unexpected(message.error());
    Opened opened{*post, id, std::move(*bytes), std::move(*message), {}, {}, {}};
    if (const auto row = room_.store.posts().get(post->post)) {
        opened.caveats = row->caveats;
        opened.released_by = mailroom::released_unproven_by(room_, *row);
    }
    if (!with_thread) return opened;
    const auto shelved = room_.store.archive().get(post->post);
    if (!shelved) return fail(errc::not_found, "there is no such post");
    Kin kin(room_, reader);
    const auto& thread = kin.of(*shelved);
    opened.thread = thread.thread;
    opened.whole_thread = thread.posts;
    return opened;
}

std::string file_name(const mail::Part& part) {
    constexpr std::size_t longest = 150;
    std::string name;
    for (std::size_t i = 0; i < part.filename.size(); ++i) {
        const auto c = static_cast<unsigned char>(part.filename[i]);
        // U+200B-200F, U+202A-202E and U+2060-206F: they hide what a name ends in.
        const auto two = i + 2 < part.filename.size() && c == 0xe2 ? static_cast<unsigned char>(part.filename[i + 1]) : 0U;
        const auto three = two != 0 ? static_cast<unsigned char>(part.filename[i + 2]) : 0U;
        const bool unseen = (two == 0x80 && ((three >= 0x8b && three <= 0x8f) || (three >= 0xaa && three <= 0xae))) ||
                            (two == 0x81 && three >= 0xa0 && three <= 0xaf);
        if (unseen) {
            i += 2;
        } else if (c == '/' || c == '\\' || c == ':') {
            name.clear();  // only what stands behind the last folder
        } else if (c >= 0x20 && c != 0x7f && std::string_view("\"*<>?|").find(part.filename[i]) == std::string_view::npos) {
            name += part.filename[i];
        }
    }
    name.erase(0, std::min(name.find_first_not_of(". "), name.size()));
    while (name.size() > longest || (!name.empty() && name.size() == longest && (static_cast<unsigned char>(name.back()) & 0xc0) == 0x80))
        name.pop_back();
    while (!name.empty() && (static_cast<unsigned char>(name.back()) >= 0xc0 || name.back() == '.' || name.back() == ' ')) name.pop_back();
    return name.empty() ? "part-" + part.path : name;
}

}  // namespace caveat::archive
