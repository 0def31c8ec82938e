#pragma once
// Reading what was posted (R1-R3): lists of posts, threads, one post with its parts. Each asks mailroom::ArchiveReader about each post, and
// a post that its reader may not read is not there: not in a list, not in a thread, not as the parent of one, not by its id. Reads only, on
// the thread that owns the room's Store; a call is one consistent view. Threads are made of what the reader may read; those of a whole list
// need every card of it opened.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "caveat/archive/search.hpp"
#include "caveat/archive/threads.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/reading.hpp"

namespace caveat::archive {

struct Line {
    storage::ArchivedPost post;
    PostId thread;        // of the earliest post of its thread that this reader may read, so that a late one changes it not
    std::string subject;  // as its copies show it; empty from AMBER+STRICT on, where only opening the post shows it
};

struct ThreadLine {
    PostId thread;
    std::vector<const Line*> posts;  // in the order of RFC 5256; of the Readable they came from
    std::vector<std::size_t> depth;  // of each
};

// What one person may read now, of one list or of all, in the order of `posted`, then of the id.
struct Readable {
    std::vector<Line> lines;
    std::vector<ThreadLine> threads;  // of list after list
    std::size_t broken = 0;           // cards that do not open: somebody changed them; their posts stand alone
};

// For the operator, who is told what somebody may read and why, never the content (A9).
struct Told {
    storage::ArchivedPost post;
    bool readable = false;
    std::vector<community::Reason> because;
    std::optional<PostId> thread;  // of what is readable
};

// One post as its reader has it by mail, and what it is made of.
struct Opened {
    storage::ArchivedPost post;
    PostId thread;
    std::string bytes;
    mail::Message message;
    community::Caveats caveats;
    std::string released_by;           // of one whose author is not proven: who let it go, in words
    std::vector<PostId> whole_thread;  // in order, this one among them; where it was asked for
};

// Of one list, posted from then until then.
struct Span {
    ListId list;
    std::optional<Instant> from, until;
};

inline constexpr std::size_t most_searched = 64U << 20;           // bytes of posts: some five seconds
inline constexpr std::chrono::milliseconds longest_search{1000};  // of a thread that others wait for, without what it waits for itself

// How far a search goes.
struct Walk {
    std::function<bool(const ListId&)> lists = {};          // only of these; none: of all
    std::optional<std::pair<Instant, PostId>> after = {};   // only what was posted later, or then with a higher id
    std::size_t most = most_searched;                       // bytes of posts that are opened
    std::optional<std::chrono::milliseconds> longest = {};  // of this thread's time; none: nobody waits
};

class Archive {
public:
    explicit Archive(const mailroom::Room& room) : room_(room) {}

    [[nodiscard]] Readable readable(const PersonId& person, const std::optional<ListId>& list);
    // Those of them that a query finds, in the same order, until `visit` says false. The index (indexing.hpp) says which posts may be
    // meant, and each is asked about. A post is opened and looked at where a phrase is sought, and while the index has it not yet. A post
    // of AMBER+STRICT is found by no word of its text or subject; RED by nothing at all. errc::limit: more than `most` bytes of posts had
    // to be looked at, or it took longer than `longest`; what was visited before that is all there is up to there. In a list of which they
    // may read something, what they may not read costs the time of passing it, some tenths of a microsecond for each post that would be
    // found, and is told by nothing else.
    [[nodiscard]] Result<void> search(const PersonId& person, const Query& query, const Walk& walk,
                                      const std::function<bool(const Line&)>& visit);
    [[nodiscard]] std::vector<Told> told(const PersonId& person, const std::optional<ListId>& list);
    // What may leave as one file (§3.5): of what a person may read, no RED and of AMBER+STRICT only what they wrote; for the operator, who
    // reads nothing, what is kept of the list up to AMBER. Of a list that is not there: nothing.
    [[nodiscard]] std::vector<storage::ArchivedPost> exportable(const std::optional<PersonId>& person, const Span& span);
    // One of them as it stands in the file; asked again, so that what is no longer to be read is left out: empty.
    [[nodiscard]] std::string exported(const std::optional<PersonId>& person, const storage::ArchivedPost& post);
    // `with_thread`: with the posts of its thread, of which a part or the whole as a file has no need. errc::not_found: there is none, or
    // not for this reader. errc::corrupt, errc::limit: it cannot be read, and why.
    [[nodiscard]] Result<Opened> open(const PersonId& person, const PostId& id, bool with_thread = true);

private:
    mailroom::Room room_;
};

// What an attachment may be called on somebody's disk: no path, no control or direction character, at most 150 bytes; "part-1.2" where
// nothing is left.
[[nodiscard]] std::string file_name(const mail::Part& part);

}  // namespace caveat::archive
