#pragma once
// One row per post and subscriber. The database is the queue: open rows are the work that is left.
// Writing needs a Store::Transaction.
//
// First attempts are leased by moving the post's cursor over its rows; only deferred rows stand in the index of due times. So a copy costs
// one insert and one update. At a start `recover` takes up the rows that the dead process had leased: those behind the cursor that have no
// outcome (D3).
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "caveat/community/reason.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

enum class DeliveryState : std::uint8_t { queued, sent, deferred, failed, withheld, cancelled };

// What differs between the states is told here and nowhere else.
struct DeliveryTraits {
    std::string_view name{};
    bool is_final = false;  // nothing more happens to the copy
    bool answered = false;  // the relay took it, or refused it for good
    bool waits = false;     // it is asked about again at a time on record
};
inline constexpr std::array<DeliveryTraits, 6> delivery_states{{
    {.name = "queued"},
    {.name = "sent", .is_final = true, .answered = true},
    {.name = "deferred", .waits = true},
    {.name = "failed", .is_final = true, .answered = true},
    {.name = "withheld", .is_final = true},
    {.name = "cancelled", .is_final = true},
}};
[[nodiscard]] constexpr const DeliveryTraits& traits(DeliveryState state) { return delivery_states[static_cast<std::size_t>(state)]; }
[[nodiscard]] constexpr std::string_view name(DeliveryState state) { return traits(state).name; }
static_assert(name(DeliveryState::cancelled) == "cancelled");

struct Due {
    std::int32_t seq = 0;
    std::int32_t attempts = 0;
    bool named = false;  // by To or Cc
    PersonKey person = 0;
};

struct Slice {
    PostKey post = 0;
    std::vector<Due> due;
};

struct Outcome {
    PostKey post = 0;
    std::int32_t seq = 0;
    DeliveryState state = DeliveryState::queued;  // deferred: asked again at `next`
    std::int32_t attempts = 0;
    std::string address;        // to which the copy went; empty if it did not
    community::Reason because;  // of withheld, failed, cancelled, deferred
    std::string reply;          // the relay's, at most 512 bytes
    Instant at{};
    Instant next{};  // deferred only
};

struct DeliveryRow {
    std::int32_t seq = 0;
    PersonId person;
    std::string address;
    bool named = false;  // by To or Cc
    DeliveryState state{};
    bool leased = false;  // queued and behind the cursor
    community::Reason because;
    std::int32_t attempts = 0;
    Instant at{};
    Instant next{};
    std::string reply;
};

// What became of one post for one person.
struct Copy {
    PostId post;
    ListId list;  // empty: a notice
    DeliveryState state{};
    std::int32_t attempts = 0;
    Instant at{};  // of the outcome, or of the post where there is none yet
    community::Reason because;
    std::string reply;
};

struct SetRight {
    PostKey post = 0;
    bool ended = false;  // no copy of it is open
};

class Deliveries {
public:
    explicit Deliveries(SqlConnection& connection);
    ~Deliveries();

    // One row for everybody on the roster now, in one statement; delivery = none included, so that there is a row that says why not.
    // Returns how many.
    std::int32_t fan_out(PostKey post, const ListId& list, Instant now);
    // One row: a notice's, an owner's; person 0 is the operator, shown as "operator", -1 the reader of a letter to outside.
    void add(PostKey post, PersonKey person);

    // What was leased and has no outcome, in the state that its row has: queued or deferred. Rows of a post, that hold.
    [[nodiscard]] std::vector<std::pair<PostKey, DeliveryRow>> leased();
    // At the start of the only courier: what was leased and has no outcome is due at once. How far each post has come is counted from its
    // rows. Returns the posts of which something else was said; an edit made it so, since nothing vouches for that. Of those of which
    // nothing is said at all, and nothing waits, the newest are looked at; the older ones by `are_behind`, some at each turn.
    std::vector<SetRight> recover();
    // The same where pages are damaged that counting takes: by what was said of each post.
    void recover_uncounted();
    // While the courier has no copy in hand: whether something waits that would not be taken up, and the same again for such.
    [[nodiscard]] bool are_behind();
    [[nodiscard]] std::vector<SetRight> take_up_again();
    // The clock was set back by so much, or it is not known by how much (0): the retries that are still to come come as much earlier, and
    // what then is later than `latest` comes now. Returns how many were changed.
    std::int64_t bring_forward(std::chrono::microseconds set_back, Instant latest, Instant now);

    // No row, and none of a post, that somebody wrote or changed without the key: such copies stay and go to nobody.
    // Up to `most` due rows of one post: deferred ones whose time has come first, then the post next after `after` in turn (fair
    // between posts). None: nothing is due.
    [[nodiscard]] std::optional<Slice> lease(Instant now, std::size_t most, PostKey after);
    [[nodiscard]] std::optional<Slice> lease_of(PostKey post, Instant now, std::size_t most);  // of this post alone
    [[nodiscard]] std::optional<Instant> next_due();                                          // the earliest deferred row

    // Standing of these people towards the list, in the order asked. What is the same for all (the list, who is denied anything) is read
    // once, so ask for a slice at a time, in one transaction. `list` may be empty (notices).
    [[nodiscard]] std::vector<community::Standing> standings(std::span<const Due> due, const ListId& list, Instant now);

    // Also keeps Post::open. An outcome for a row that is final already changes nothing.
    void record(std::span<const Outcome> outcomes);
    // A keyed hash over a post that has ended and all of its rows, as hexadecimal digits. The entry "post.finished" has it as `outcomes`, in
    // the transaction in which the last copy has its outcome: Journal::verify asks for it of every such post (ruling oo).
    [[nodiscard]] std::string outcomes(PostKey post);
    [[nodiscard]] std::vector<DeliveryRow> rows(PostKey post);
    // Up to `most` rows after `after`, in this state if one is asked for: pages of a long table, each a query of its own.
    [[nodiscard]] std::vector<DeliveryRow> rows(PostKey post, std::int32_t after, std::optional<DeliveryState> state, std::int64_t most);
    [[nodiscard]] std::optional<DeliveryRow> row_of(PostKey post, PersonKey person);
    [[nodiscard]] std::optional<DeliveryRow> row(PostKey post, std::int32_t seq);
    [[nodiscard]] std::vector<std::pair<DeliveryState, std::int64_t>> tally(PostKey post);
    struct Reasons {
        DeliveryState state{};
        std::string code;  // "above_ceiling", as it is kept; of rows that say why
        std::int64_t count = 0;
    };
    [[nodiscard]] std::vector<Reasons> reasons(PostKey post);
    // Copies for a person that failed or wait for another try, of attempts at or after `since`; the newest first, up to `most`.
    [[nodiscard]] std::vector<Copy> undelivered(const PersonId& person, Instant since, std::int64_t most);
    // The copies for a person among the newest `most` posts received at or after `since`; the newest first. Reads the rows of each of those
    // posts: for a slow thread.
    [[nodiscard]] std::vector<Copy> copies_of(const PersonId& person, Instant since, std::int64_t most);
    [[nodiscard]] std::int64_t count_undelivered(const PersonId& person, Instant since);

private:
    enum class Hands : std::uint8_t { unknown, empty };
    [[nodiscard]] std::vector<SetRight> set_right(Hands hands);

    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage
