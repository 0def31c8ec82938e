#pragma once
// Posts from the moment they are accepted: one row each, with the sealed bytes beside it. The rows of posts that are not judged yet are the
// spool. Writing needs a Store::Transaction.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/caveats.hpp"
#include "caveat/community/list.hpp"
#include "caveat/community/reason.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

enum class PostState : std::uint8_t { spooled, distributed, held, refused, dropped };
enum class PostKind : std::uint8_t {
    post,    // mail for a list
    notice,  // mail that caveat wrote: no list, no author
    bounce,  // what came to a return path
};

// What differs between the states and between the kinds is told here and nowhere else.
struct StateTraits {
    std::string_view name{};
    bool keeps_body = false;  // it waits or is on its way; else nobody needs its bytes any more
};
inline constexpr std::array<StateTraits, 5> post_states{{
    {.name = "spooled", .keeps_body = true},
    {.name = "distributed", .keeps_body = true},
    {.name = "held", .keeps_body = true},
    {.name = "refused"},
    {.name = "dropped"},
}};
[[nodiscard]] constexpr const StateTraits& traits(PostState state) { return post_states[static_cast<std::size_t>(state)]; }
[[nodiscard]] constexpr std::string_view name(PostState state) { return traits(state).name; }
static_assert(name(PostState::dropped) == "dropped");

struct KindTraits {
    bool for_a_list = false;  // roster and label are asked; copies are edited and have a return path
    bool shown = false;       // as a post, to those who may see it
    bool reported = false;    // its author is told how the copies ended
};
inline constexpr std::array<KindTraits, 3> post_kinds{{
    {.for_a_list = true, .shown = true, .reported = true},  // post
    {},                                                     // notice
    {},                                                     // bounce
}};
[[nodiscard]] constexpr const KindTraits& traits(PostKind kind) { return post_kinds[static_cast<std::size_t>(kind)]; }
static_assert(traits(PostKind::post).for_a_list && !traits(PostKind::bounce).for_a_list);

// What its address meant when the post came in; kept, because what an address means changes with the configuration.
enum class Target : std::uint8_t {
    none,  // a notice, which has no such address
    list,
    owner,
    unsubscribe,
    return_path,
    to_operator,  // postmaster@ and abuse@
    outside,      // a letter to an address that is nobody's in the register: rcpt_to
    request,      // commands: list+request@
    confirm,      // a command is confirmed: list+confirm.TOKEN@
    send_key,     // the list's key is asked for: list+sendkey@
};
// What is not a post to be judged: it waits in the spool for the door that does what it asks (caveat/commands).
[[nodiscard]] constexpr bool is_request(Target target) { return target >= Target::request && target <= Target::send_key; }

// What mail that caveat wrote is for.
enum class Purpose : std::uint8_t {
    about_post,  // its author is told what became of it, who has it of another label
    sign_in,
    to_party,    // a notice or news of a case, to the team it is about
    to_members,  // what Operational Members are told of a sanction (item 32)
    reminder,
    of_hold,
    post_waits,  // for who may release it
    together,    // several of one hour
    in_name,     // somebody else acted in the reader's name
    to_request,  // what became of a command that came by mail, or how it is confirmed
};

struct PurposeTraits {
    bool urgent = false;  // goes at once, whatever its reader had within the hour
};
inline constexpr std::array<PurposeTraits, 10> letter_purposes{{
    {.urgent = true},  // about_post
    {.urgent = true},  // sign_in
    {.urgent = true},  // to_party
    {.urgent = true},  // to_members
    {},                // reminder
    {.urgent = true},  // of_hold
    {},                // post_waits
    {.urgent = true},  // together
    {.urgent = true},  // in_name
    {.urgent = true},  // to_request
}};
[[nodiscard]] constexpr const PurposeTraits& traits(Purpose purpose) { return letter_purposes[static_cast<std::size_t>(purpose)]; }
static_assert(traits(Purpose::to_request).urgent && !traits(Purpose::post_waits).urgent);

struct Post {
    PostKey key = 0;
    PostId id;
    PostKind kind = PostKind::post;
    PostState state = PostState::spooled;
    Target target = Target::none;
    ListId list;            // that the address names; need not exist
    std::string mail_from;  // "" is the null sender
    std::string rcpt_to;
    std::string from;  // address of the From header
    std::optional<PersonId> sender;
    TeamId team;             // the sender's, then
    std::string message_id;  // without brackets
    Instant received{};
    Instant decided{};  // zero while spooled
    community::Strength strength = community::Strength::none;
    std::optional<community::Tlp> label;     // none until judged
    std::vector<community::Reason> because;  // first the one that decided
    std::string rules;                       // name and version of the book that decided
    std::string released_by;                 // the moderator, once released
    std::string conflict_note;
    community::Caveats caveats;           // what it asks for besides its label
    PostId sealed_as;                     // what its body was sealed for: the first post of the same submission, usually itself
    bool red_to_roster = false;           // RED with nobody named, on a class whose roster of that moment may have it
    std::optional<Purpose> purpose = {};  // of a notice

    // Kept by Deliveries: how far the fan-out is.
    std::int32_t deliveries = 0;  // rows
    std::int32_t open = 0;        // rows without a final state
    bool forged = false;          // somebody without the key changed or wrote the row: nothing of it is acted on
};

// Brought into an archive by the operator: nobody posted it here, and nobody proved who wrote it. It has this reason and no other, in a row
// that is sealed and bound by the journal.
[[nodiscard]] std::vector<community::Reason> reason_of_import();
[[nodiscard]] bool is_imported(const std::vector<community::Reason>& because);

// What is a post's own is sealed for another context than the bytes as they came, so that neither takes the place of the other; and under a
// key of its own, which goes with this post, while the bytes may be another's as well.
[[nodiscard]] inline std::string sealed_inside_as(const PostId& post) { return "inside-" + post.value; }

class Posts {
public:
    explicit Posts(SqlConnection& connection);
    ~Posts();

    PostKey add(const Post& post, const Sealed& body);
    PostKey add(const Post& post, PostKey same_body_as);  // of one submission to several addresses: the bytes rest once
    void update(const Post& post);                        // everything but id, kind, target, purpose, received and the counters
    [[nodiscard]] std::optional<Post> get(PostKey key);
    [[nodiscard]] std::optional<Post> find(const PostId& id);
    struct Spooled {
        Post post;
        std::uint64_t bytes = 0;  // of its body, at rest
    };
    // Of those that are not judged yet, in the order of receipt, none that is forged: up to `most` after the given one whose bodies have at
    // most `largest` bytes, or are sealed as `or_body`; of those whose bodies have more the one whose turn it is, that does not wait for
    // anything: what is proven to be its author's or was released before what is only claimed, up to 2 MiB before what is bigger, and then
    // the oldest; the oldest with that Message-ID before the given one, which may be the parent of a reply: of a list, and of an author who
    // is more than claimed, since others wait for it.
    [[nodiscard]] std::vector<Spooled> spooled(PostKey after, std::uint64_t largest, const PostId& or_body, std::size_t most);
    [[nodiscard]] std::optional<Post> next_big(std::uint64_t largest, const std::function<bool(PostKey)>& waits = {});
    // Those of them that are requests, which are none of the three: up to `most` after the given one; if it is said, those proven by DMARC,
    // or the others.
    [[nodiscard]] std::vector<Post> requests(PostKey after, std::size_t most, std::optional<bool> proven = {});
    // Whether a post of that list counts for whoever asks; empty: each does.
    using Counts = std::function<bool(const ListId& list, PostKey post)>;
    // A spooled post, or mail to who runs a list, of before that key, with that Message-ID, whose author is proven as its list asks; of a
    // list that asks for a signature, by DMARC, since nobody has looked at signatures yet.
    [[nodiscard]] std::optional<PostKey> spooled_parent(std::string_view message_id, PostKey before, const Counts& counts = {});
    [[nodiscard]] std::int64_t count(PostState state);

    struct Filter {
        std::optional<PostState> state;
        std::optional<ListId> list;
        std::optional<std::string> message_id;
        bool notices = false;     // only posts unless asked for
        std::int64_t limit = -1;  // newest so many; all without
        std::optional<PersonId> sender = {};
        std::optional<std::vector<ListId>> of_lists = {};  // to one of these, or from `or_sender`
        std::optional<PersonId> or_sender = {};
        PostKey before = 0;  // older than this one; 0: from the newest
    };
    [[nodiscard]] std::vector<Post> select(const Filter& filter);  // in the order of receipt

    // The distributed post that a parent id of a reply names, of those that count, or one that waits for people and whose author is proven:
    // who has it by Cc may answer it before. Of several with one Message-ID (D8) the strictest label and the team of the first that was
    // distributed: whoever posts under a known id later can neither lower the floor of replies nor become the originator (L4). What
    // somebody edited always counts, as the strictest label of a team that is nobody's.
    struct Parent {
        std::optional<community::Tlp> label;
        TeamId team;  // empty: its sender had none, or nothing proved them
    };
    [[nodiscard]] std::optional<Parent> parent(std::string_view message_id, const Counts& counts = {});

    // What waits for people, and whose it is: without what a quota of its own is for, which is held because its author is not proven, or
    // for the operator.
    struct Waiting {
        std::optional<PersonId> sender;
        bool sent_again = false;  // held for that, or proven by DMARC where a signature is asked for: it may be somebody else's doing
        std::int64_t posts = 0;
        std::int64_t bytes = 0;  // at rest; what several posts share counts once
    };
    [[nodiscard]] std::vector<Waiting> waiting();

    // What came since then in the name of an author who is not proven, and was held for that, discarded, or named no list; or is held for
    // the operator. Not what was given up at once. One of each submission, newest first. `sender`: none of the operator's. `bytes`: at
    // rest, 0 when they are gone.
    struct Claim {
        PostId sealed_as;
        std::optional<PersonId> sender;
        Instant received{};
        std::int64_t bytes = 0;
        community::Strength strength{};
    };
    [[nodiscard]] std::vector<Claim> claims(Instant since);

    [[nodiscard]] std::vector<Post> spooled_beside(PostKey key);  // the other posts of that submission, as far as they are not judged

    // The people of the roster whom To or Cc names, stored for the hand-off (L6).
    void name_persons(PostKey post, const std::vector<PersonKey>& people);

    // The other posts of the same submission that are kept: with the bytes that it came with, which rest once, or with bytes of their own,
    // too.
    enum class Resting : std::uint8_t { shared, anyhow };
    [[nodiscard]] std::vector<Post> at_rest_beside(PostKey key, Resting resting);

    [[nodiscard]] Sealed body(PostKey key);
    [[nodiscard]] std::uint64_t at_rest(PostKey key);  // bytes of it, or where it is gone of what is opened; reads neither
    // What copies are made of in place of the body: what was inside a post that came encrypted, or bytes that this post does not share with
    // others. It goes with the body. None: there is nothing of the kind.
    // Sealed as `sealed_inside_as` says.
    void put_opened(PostKey key, const Sealed& inside);
    [[nodiscard]] std::optional<Sealed> opened(PostKey key);

    // A signature that counted is remembered for good (K7), bound by the journal entry that follows, with what it counted for. `digest`: of
    // the vault, in hexadecimal, so that the file does not tell what was signed. What it counted for before; none: this is the first time.
    [[nodiscard]] std::optional<std::string> signature_used(std::string_view digest);
    void use_signature(std::string_view digest, Instant now, std::string_view kind);
    [[nodiscard]] bool any_signature_used();
    [[nodiscard]] std::uint64_t signatures_used_here() const { return used_here_; }  // by this connection, since it was opened

    // Key and bytes are overwritten; the commit also empties the write-ahead log of them, or the next one if somebody is reading just now.
    void forget_body(PostKey key);

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
    std::uint64_t used_here_ = 0;
};

}  // namespace caveat::storage
