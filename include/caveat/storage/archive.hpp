#pragma once
// What was distributed, as it is read again: one row a post, beside it in `posts`. The bytes are the post's own sealed body, which rests
// once for its copies and for its readers; what a list of posts shows of it (subject, date, what it answers) lies sealed in a card with a
// data key of its own, so that neither a list nor a search opens bodies. Who was on the roster then say the stays on it, and the copies. No
// rule is asked here (mailroom/question.hpp). Writing needs a Store::Transaction and a journal entry after it.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct ArchivedPost {
    PostKey post = 0;
    PostId id;
    ListId list;
    community::Tlp label = community::Tlp::red;  // now: it may have changed since the post was judged
    Instant posted{};                            // received; of an import its Date
    Instant distributed{};                       // who was on the roster then
    std::optional<Instant> keep_until{};         // from then on nobody reads it; none: for good
    std::optional<Instant> ended{};              // its list was removed: a later list of that name has no claim on it
    std::optional<Instant> forgotten{};          // its keys are destroyed
    // Whose it is. Of one that a moderator let go, though nothing proved its author, nobody's: whose name it bears neither reads it as
    // their own nor gives it a label.
    std::optional<PersonId> author{};
    TeamId team;  // the author's, then
    bool red_to_roster = false;
    bool sealed_only = false;
    bool imported = false;  // is_imported (posts.hpp)
};

// What must be kept for a while longer than its label or a decision says, as a court may ask for (rules.md §3.5): it is neither swept nor
// forgotten. It lets nobody read anything.
struct Preserved {
    std::int64_t number = 0;  // from 1
    ListId list;
    PostId post;  // none: whatever that list's archive holds
    std::string reason, actor;
    Instant placed{};
    std::optional<Instant> lifted{};
    std::string decision{};  // by which it was lifted
};

class Archive {
public:
    explicit Archive(SqlConnection& connection);
    ~Archive();

    struct Entry {
        PostKey post = 0;
        ListId list;
        community::Tlp label = community::Tlp::red;
        Instant posted{};
        std::optional<Instant> keep_until{};
    };
    void add(const Entry& entry, const Sealed& card);
    // The card's key and bytes go; the body is posts().forget_body.
    void forget(PostKey post, Instant now);
    // From now on it has this label, also for its copies that are still to go, which every outbox hears of as of a change of the register.
    // Returns what the entry that follows, "post.relabelled", says as `outcomes`: the hash over how its copies ended, of which the label is
    // part (ruling oo). Empty: they have not all ended; or somebody changed that row or one of them, which goes on to be found.
    [[nodiscard]] std::string relabel(PostKey post, community::Tlp label, std::optional<Instant> keep_until);

    // Rows that somebody wrote without the key are not there.
    [[nodiscard]] std::optional<ArchivedPost> find(const PostId& id);
    struct Shelved {
        ArchivedPost post;
        Sealed card;
    };
    [[nodiscard]] std::optional<Shelved> get(PostKey post);
    // In the order of `posted`, then of the id; of one list or of all, until `visit` says false. The card's key is empty once forgotten.
    void each(const std::optional<ListId>& list, const std::function<bool(ArchivedPost, Sealed card)>& visit);
    // Up to `most` of what is over at that instant, is not preserved and was not destroyed yet, the longest over first. What the journal
    // says was preserved is, here and in preserved_by, until an act that the journal vouches for let it go: a row that somebody edited or
    // took away past this program lets nothing be destroyed.
    [[nodiscard]] std::vector<ArchivedPost> over(Instant at, std::size_t most);
    std::int64_t preserve(const Preserved& what);  // returns its number
    void let_go(std::int64_t number, Instant now, const std::string& decision);
    [[nodiscard]] std::vector<Preserved> preserved();                               // in the order of their numbers
    [[nodiscard]] std::optional<Preserved> preserved_by(const ArchivedPost& post);  // of those in force the first
    [[nodiscard]] Sealed card(PostKey post);                                        // of one post
    [[nodiscard]] bool is_named(PostKey post, PersonKey person);                    // To or Cc named them

private:
    [[nodiscard]] std::optional<Preserved> still_preserved(const std::string& subject);

    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage
