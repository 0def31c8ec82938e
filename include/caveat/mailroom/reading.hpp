#pragma once
// The one question of the archive (A1, R1, R2): may this person read this post now? Every way in asks it here: lists, threads, counts, one
// post, its parts, search, export, `caveat archive`. Rights of now decide, over the intervals of then (ruling vv). Reads only; on the
// thread that owns the room's Store, within one storage::Store::Reading.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mailroom/question.hpp"

namespace caveat::mailroom {

struct ReadAnswer {
    community::Reason because{};                   // why nobody reads it: forgotten, its list is gone, its time is over. Empty: policy said
    std::optional<policy::Permission> decision{};  // of policy, where it was asked

    [[nodiscard]] bool yes() const { return decision && decision->yes(); }
};

// What an index of the archive knows of a post.
struct Glimpse {
    community::Tlp label{};
    Instant distributed{};
    bool own = false;  // the reader wrote it
    bool sealed_only = false;
};

// One person who reads, as they are at one instant. Their standing towards each list is gathered once, with the past.
class ArchiveReader {
public:
    ArchiveReader(const Room& room, PersonId person, Instant at) : room_(room), person_(std::move(person)), at_(at) {}

    [[nodiscard]] ReadAnswer ask(const storage::ArchivedPost& post);
    // Whether of this list there could be anything for them: the mildest post, of their own. Where not, its posts are not to be looked at
    // at all, so that no answer takes longer for what is there (A7). Of a list that does not exist: no.
    [[nodiscard]] bool reads_in(const ListId& list);
    // A first look, for what is found in thousands: no only where `ask` says no of every post of this list that is so. Rights change over
    // time only where a stay, or what was denied, begins or ends, so that one question answers for all that was distributed in between.
    [[nodiscard]] bool could_read(const ListId& list, const Glimpse& post);
    // The same for thousands at once: no only where it is no for whatever is like `post` and was distributed from `first` to `last`.
    [[nodiscard]] bool could_read_any(const ListId& list, Glimpse post, Instant first, Instant last);
    // Every reason in words. `naming`: for whom a sanction and its decision may be named.
    [[nodiscard]] std::vector<community::Reason> reasons(const storage::ArchivedPost& post, const ReadAnswer& answer, bool naming);

    [[nodiscard]] const PersonId& person() const { return person_; }
    [[nodiscard]] Instant at() const { return at_; }

private:
    struct Towards {
        std::optional<community::List> list;
        std::optional<community::Standing> who;
        std::vector<Instant> turns{};                      // in order: where the answer may change
        std::vector<std::optional<bool>> could_read_of{};  // of each kind of post between two of them
    };
    Towards& towards(const ListId& list);

    Room room_;
    PersonId person_;
    Instant at_;
    std::map<ListId, Towards> known_;
};

// In the place of the Message-ID that the author's server made: it names that server, and the author is not to be named. Made of it, so
// that a reply to either is known for one to that post, and by nobody without our key.
[[nodiscard]] std::string id_without_author(const Room& room, std::string_view message_id);

// ---- what a list of posts shows of one, and what makes threads of them; rests sealed
struct Card {
    std::string subject;  // the author's, decoded
    std::string date;     // as written
    std::string message_id;
    std::vector<std::string> in_reply_to, references;  // without brackets; of more than 200 the first and the nearest
    // Other lists that its author could know when it was distributed, by tags in its header and by whatever stands in front of parts; none:
    // not kept, of an import or an older post.
    std::optional<std::vector<std::string>> list_names{};
};
[[nodiscard]] Card card_of(const mail::Message& message, const std::string& message_id);
// The subject of its card as this reader's copy shows it: with the label that counts, and without the names of lists that they may not know
// (ruling mm).
[[nodiscard]] std::string subject_for(const Room& room, const ArchiveReader& reader, const storage::ArchivedPost& post, const Card& card);
// What the key of its card is called, for forgetting it (vault::Vault::forget); that of its bytes is called as the post they were sealed
// for.
[[nodiscard]] std::string card_key(const PostId& post);
[[nodiscard]] Sealed seal_card(const vault::Vault& vault, const Card& card, const PostId& post);
// errc::not_found: it was forgotten; errc::corrupt.
[[nodiscard]] Result<Card> open_card(const vault::Vault& vault, const Sealed& card, const PostId& post);

// The post as this reader would have it by mail: names that they may not know are left out, the label stands where a copy has it. The
// caller has asked before. errc::not_found: its bytes are gone; errc::corrupt, errc::invalid: no copy can be made.
[[nodiscard]] Result<std::string> copy_for(const Room& room, const storage::ArchivedPost& post, const PersonId& reader);

// Who let go a post of which nothing proved its author, or that they sent it, in words; empty: that was proven.
[[nodiscard]] std::string released_unproven_by(const Room& room, const storage::Post& post);

}  // namespace caveat::mailroom
