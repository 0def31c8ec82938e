// /v1/archive: what was posted, for the person who asks, as they may read it now. What they may not know of is what is not there.
#include <algorithm>
#include <array>
#include <charconv>

#include "caveat/detail.hpp"
#include "caveat/facts/archive.hpp"
#include "caveat/facts/register.hpp"
#include "postbag.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_archive {

using access::Kind;
using access::Noun;

access::Object own_of(const Context& context, const ListId& list) { return {.person = context.actor().person, .list = list}; }

std::optional<ListId> list_asked(const Context& context) {
    const auto list = context.asked("list");
    return list.empty() ? std::nullopt : std::optional(ListId{list});
}

bool flag_asked(const Context& context, std::string_view name) {
    const auto found = context.query.find(std::string(name));
    return found != context.query.end() && found->get<bool>();
}

std::size_t place_in(const std::string& key) {
    std::size_t place = 0;
    std::from_chars(key.data(), key.data() + key.size(), place);
    return place;
}

// Keys tell where a post stands, so that a page goes on behind it whatever came or went meanwhile.
std::string key_of(const archive::Line& line) {
    return fmt::format("{:020} {}", line.post.posted.time_since_epoch().count(), line.post.id);
}

std::optional<std::pair<Instant, PostId>> behind(const std::string& key) {
    const auto blank = key.find(' ');
    std::int64_t at = 0;
    if (blank == std::string::npos || std::from_chars(key.data(), key.data() + blank, at).ptr != key.data() + blank) return std::nullopt;
    return std::pair{Instant{Instant::duration{at}}, PostId{key.substr(blank + 1)}};
}

// As a copy says it: nobody who is not to be named, or of whom nothing proved that they wrote it. As the subject, of AMBER+STRICT and above
// only opening the post shows it.
Json author_of(const Context& context, const archive::Line& line) {
    if (line.post.label >= community::Tlp::amber_strict || line.post.imported || !line.post.author) return {};
    const auto row = context.store().posts().get(line.post.post);
    if (!row || row->caveats.author_withheld || row->caveats.author_unproven) return {};
    const auto directory = context.store().directory();
    const auto person = directory.person(*line.post.author);
    if (!person) return line.post.author->value;  // who has left
    if (line.post.team.empty()) return person->name;
    const auto team = directory.team(line.post.team);  // they may be of another now
    return fmt::format("{} ({})", person->name, team ? team->name : line.post.team.value);
}

Json with_words(const Context& context, const archive::Line& line) {
    auto json = with_subjects(line);
    json["author"] = author_of(context, line);
    return json;
}

Json with_words(const Context& context, const archive::ThreadLine& thread) {
    auto json = with_subjects(thread);
    for (std::size_t i = 0; i < thread.posts.size(); ++i) json["items"][i]["author"] = author_of(context, *thread.posts[i]);
    return json;
}

Result<Answer> list_archive(const Context& context) {
    const auto& person = context.actor().person;
    if (!person) return nothing_here();
    const bool subjects = flag_asked(context, "subjects");
    const bool newest = flag_asked(context, "newest");
    auto readable = archive::Archive(context.offices.room).readable(*person, list_asked(context));
    std::erase_if(readable.lines, [&](const archive::Line& line) { return !context.may(own_of(context, line.post.list)); });
    if (newest) std::reverse(readable.lines.begin(), readable.lines.end());
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        const auto last = behind(after);
        for (const auto& line : readable.lines) {
            const std::pair here{line.post.posted, line.post.id};
            const bool seen = last && (newest ? here >= *last : here <= *last);
            if (!seen && !emit(key_of(line), subjects ? with_words(context, line) : fact(line))) return;
        }
    });
}

Result<Answer> list_archive_threads(const Context& context) {
    const auto& person = context.actor().person;
    if (!person) return nothing_here();
    const bool subjects = flag_asked(context, "subjects");
    auto readable = archive::Archive(context.offices.room).readable(*person, list_asked(context));
    auto& threads = readable.threads;
    std::erase_if(threads, [&](const archive::ThreadLine& one) { return !context.may(own_of(context, one.posts.front()->post.list)); });
    if (flag_asked(context, "newest")) std::reverse(threads.begin(), threads.end());
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        for (std::size_t i = after.empty() ? 0 : place_in(after) + 1; i < threads.size(); ++i) {
            if (!emit(std::to_string(i), subjects ? with_words(context, threads[i]) : fact(threads[i]))) return;
        }
    });
}

Result<Answer> search_archive(const Context& context) {
    const auto& person = context.actor().person;
    if (!person) return nothing_here();
    const auto query = archive::Query::from_text(context.asked("q"));
    if (!query) return tl::unexpected(query.error());
    const bool subjects = flag_asked(context, "subjects");
    archive::Archive archive(context.offices.room);
    Result<void> searched;
    bool cut_short = false;
    auto answer = page_of(
        context,
        [&](const std::string& after, const Emit& emit) {
            const archive::Walk walk{.lists = [&](const ListId& list) { return context.may(own_of(context, list)); },
                                     .after = behind(after),
                                     .longest = archive::longest_search};
            bool found = false;
            searched = archive.search(*person, *query, walk, [&](const archive::Line& line) {
                return found = emit(key_of(line), subjects ? with_words(context, line) : fact(line));
            });
            cut_short = !searched && found;
        },
        cut_short);
    if (!searched && !cut_short) return tl::unexpected(searched.error());
    return answer;
}

// For the journal (J2): who read this post of AMBER+STRICT or above.
std::vector<Note> note_of(const Context& context, const storage::ArchivedPost& post, std::string_view what) {
    if (post.label < community::Tlp::amber_strict) return {};
    Detail detail;
    detail.add("label", community::name(post.label)).add("list", post.list.value).add("what", what);
    detail.add("credential", context.caller.credential);
    return {{context.actor().name, "archive.read", post.id.value, detail.text()}};
}

// Nothing of it is shown by a browser: it may be anything.
Result<Answer> part_of(archive::Opened& opened, const std::string& path) {
    auto& parts = opened.message.parts;
    const auto part = std::find_if(parts.begin(), parts.end(), [&](const mail::Part& one) { return one.path == path; });
    if (part == parts.end()) return nothing_here();
    const auto name = archive::file_name(*part);
    return as_download("application/octet-stream", std::move(part->content), name);
}

Json shown(const Context& context, const archive::Opened& opened) {
    auto json = fact(opened);
    const auto row = context.store().posts().get(opened.post.post);
    const bool told = row && access::may(context.caller, {Noun::posts, Kind::read}, Postbag(context).of(*row));
    json["outcomes"] = told ? Json("/v1/posts/" + opened.post.id.value) : Json();
    json["labels"] = fact(mailroom::labels_to_give(context.offices.room, context.actor(), opened.post));
    return json;
}

Result<Answer> show_archived(const Context& context) {
    const auto& person = context.actor().person;
    if (!person) return nothing_here();
    const auto part = context.asked("part");
    const bool as_page = part.empty() && !context.rfc822;
    auto opened = archive::Archive(context.offices.room).open(*person, PostId{context.param(0)}, as_page);
    if (!opened) return opened.error().code == errc::not_found ? nothing_here() : tl::unexpected(opened.error());
    if (!context.may(own_of(context, opened->post.list))) return nothing_here();
    auto notes = note_of(context, opened->post, !part.empty() ? "part " + part : context.rfc822 ? "whole" : "post");
    auto answer = !part.empty()    ? part_of(*opened, part)
                  : context.rfc822 ? as_download("message/rfc822", std::move(opened->bytes), opened->post.id.value + ".eml")
                                   : Result<Answer>(Answer{.body = shown(context, *opened)});
    if (answer) answer->notes = std::move(notes);
    return answer;
}

// One after the other as the client takes them; each is asked about when its turn comes. What is AMBER+STRICT is the reader's own.
Result<Answer> export_archive(const Context& context) {
    const auto& person = context.actor().person;
    const ListId list{context.asked("list")};
    if (!person || !context.may(own_of(context, list))) return nothing_here();
    const auto at = [&](std::string_view name) {
        return context.asked(name).empty() ? std::nullopt : std::optional(*parse_instant(context.asked(name)));
    };
    archive::Archive archive(context.offices.room);
    auto posts = archive.exportable(*person, {list, at("from"), at("until")});
    Detail detail;
    detail.add("posts", posts.size()).add("from", context.asked("from")).add("until", context.asked("until"));
    auto what = detail.text();
    detail.add("credential", context.caller.credential);
    const auto next = [archive, posts, reader = *person, n = std::size_t{0}](std::string& chunk) mutable {
        if (n < posts.size()) chunk += archive.exported(reader, posts[n++]);
        return n < posts.size();
    };
    Answer answer{.stream = next, .type = "application/mbox"};
    answer.headers = {{"Content-Disposition", as_attachment(list.value + ".mbox")},
                      {"Content-Security-Policy", "default-src 'none'; sandbox"}};
    if (!posts.empty()) answer.notes = {{context.actor().name, "archive.exported", list.value, detail.text(), std::move(what)}};
    return answer;
}

// Its author's, a representative's of the team, and of who runs the list; what each of them may do with it the mailroom says.
Result<Answer> relabel_archived(const Context& context) {
    const auto post = context.store().posts().find(PostId{context.param(0)});
    if (!post || !traits(post->kind).shown) return nothing_here();
    auto object = Postbag(context).of(*post);
    object.team = post->team;
    if (!context.may(object)) return nothing_here();
    const auto cite = [desk = context.committee(), by = context.actor()](const std::string& decision, const community::Deed& deed) mutable {
        return desk.carry(decision, deed, by);
    };
    const auto label = community::tlp_from(context.text("label"));
    const auto done = mailroom::relabel(context.offices.room, cite, context.actor(), {post->id, *label, context.text("decision")});
    if (!done) return done.error().code == errc::not_found ? nothing_here() : tl::unexpected(done.error());
    return Answer{.body = fact(*done, post->id)};
}

constexpr Field archive_list_field{.name = "list", .about = "of this list only", .least = 1, .most = 64};
constexpr Field subjects_field{.name = "subjects", .type = Type::boolean, .about = "with subjects, below AMBER+STRICT"};
constexpr Field newest_field{.name = "newest", .type = Type::boolean, .about = "the newest first"};
constexpr std::array archive_query{archive_list_field, subjects_field, newest_field, limit_field, cursor_field};
constexpr std::array archived_query{Field{.name = "part", .about = "one part as a download: 1.2", .least = 1, .most = 64}};

constexpr std::array search_query{
    Field{.name = "q",
          .required = true,
          .about = "words, \"phrases\", AND, OR, NOT, brackets, from: list: label: before: after: has:attachment",
          .least = 1,
          .most = static_cast<std::int64_t>(archive::Query::longest)},
    subjects_field, limit_field, cursor_field};

constexpr std::array export_query{Field{.name = "list", .required = true, .about = "of this list", .least = 1, .most = 64},
                                  Field{.name = "from", .type = Type::instant, .about = "posted at or after this instant"},
                                  Field{.name = "until", .type = Type::instant, .about = "posted before this instant"}};

constexpr std::array archived_lines_fields{items_of(archived_schema), next_field()};
constexpr Schema archived_lines_schema{"ArchivedPosts", archived_lines_fields, true};
constexpr std::array archive_threads_fields{items_of(archive_thread_schema), next_field()};
constexpr Schema archive_threads_schema{"ArchiveThreads", archive_threads_fields, true};
constexpr std::array<std::string_view, 2> also_sent{"message/rfc822", "application/octet-stream"};

constexpr std::array relabel_fields{
    Field{.name = "label", .type = Type::word, .required = true, .about = "its label from now on", .words = label_words}, decision_field};
constexpr Schema relabel_schema{"Relabelling", relabel_fields};

const std::array<Route, 6> table{{
    {.path = "/v1/archive/posts",
     .id = "listArchive",
     .about = "The posts that the person who asks may read now, the oldest first",
     .right = {Noun::archive, Kind::read},
     .run = Run::slow,
     .handler = list_archive,
     .query = archive_query,
     .answer = &archived_lines_schema},
    {.path = "/v1/archive/search",
     .id = "searchArchive",
     .about = "Those of them that a query finds; of AMBER+STRICT no word is looked at",
     .right = {Noun::archive, Kind::read},
     .run = Run::search,
     .handler = search_archive,
     .query = search_query,
     .answer = &archived_lines_schema},
    {.path = "/v1/archive/posts/{post}",
     .id = "showArchived",
     .about = "One of them: what it says, a part of it, or the whole; of AMBER+STRICT and above the journal notes who read",
     .right = {Noun::archive, Kind::read},
     .run = Run::slow,
     .handler = show_archived,
     .query = archived_query,
     .answer = &archived_post_schema,
     .also = also_sent},
    {.method = Method::post,
     .path = "/v1/archive/posts/{post}:relabel",
     .id = "relabelArchived",
     .about =
         "Another label, from now on: a milder one by the team that posted it, a stricter one also by who runs the list; whoever has a "
         "copy is told",
     .right = {Noun::archive, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = relabel_archived,
     .body = &relabel_schema,
     .answer = &relabelled_schema},
    {.path = "/v1/archive/export",
     .id = "exportArchive",
     .about = "What the person who asks may read of a list, as an mbox file: no RED, of AMBER+STRICT what they wrote; the journal notes it",
     .right = {Noun::archive, Kind::read},
     .run = Run::search,
     .handler = export_archive,
     .query = export_query,
     .text = "application/mbox"},
    {.path = "/v1/archive/threads",
     .id = "listArchiveThreads",
     .about = "The same posts as threads, in the order of RFC 5256",
     .right = {Noun::archive, Kind::read},
     .run = Run::slow,
     .handler = list_archive_threads,
     .query = archive_query,
     .answer = &archive_threads_schema},
}};

}  // namespace routes_archive

std::span<const Route> archive_routes() { return routes_archive::table; }

}  // namespace caveat::http
