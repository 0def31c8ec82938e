#pragma once
// Everything that policy asks about a post as a whole, gathered from its bytes and the rows: for judging, and for a trial that only asks.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "caveat/mail/label.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/question.hpp"
#include "preparation.hpp"
#include "sender.hpp"

namespace caveat::mailroom {

struct PostQuestion {
    Sender sender;
    community::Standing standing;  // the sender's towards the list
    mail::Labelling labelling;
    std::vector<PersonKey> named;  // of the roster, by To or Cc
    policy::PostFacts facts;
    std::string still_shows;       // its author, who is not to be named; as Prepared has it
    bool header_unproven = false;  // nothing vouches for the header outside of what is signed or sealed
    bool carried = false;          // DMARC says whose it is, and somebody else brought it: what its signature covers is theirs
    bool seldom_told = false;      // its author, as `is_seldom_told` has it
    bool here_already = false;     // and whoever released it could not know, as Before has it
};

// What is known of a post, besides the list it is for.
struct Arrived {
    const mail::HeaderBlock& headers;
    const mail::Message& message;      // its parts are not asked for
    const mail::Labelling& labelling;  // by `label_facts` of that list and sender
    std::string_view mail_from;
    bool released = false;  // by a moderator
    policy::Signature signature = policy::Signature::none;
    bool encrypted = false;  // as policy::PostFacts has them
    bool unopened = false;
    std::string_view still_shows = {};                               // as Prepared has it
    const std::optional<std::vector<std::string>>* named = nullptr;  // as Behind has it
    community::Strength came = community::Strength::none;            // what proves its author besides a signature
    bool anothers_data = false;                                      // as policy::PostFacts has it
};

// The ids that a reply names, the nearest ancestor first; at most 100.
[[nodiscard]] std::vector<std::string> parents_of(const mail::Message& message);
[[nodiscard]] std::vector<std::string> parents_of(std::vector<std::string> in_reply_to, const std::vector<std::string>& references);
// How many of them, from the first on, it answers: all of In-Reply-To and the last of References, since a mail may answer several.
[[nodiscard]] std::size_t direct_parents(const std::vector<std::string>& in_reply_to, const std::vector<std::string>& references);

// Which posts can be the parent of a reply: those that its author knows of, because they may know the list or got a copy. Another one
// counts as little as an id that nobody ever used: else whoever guesses an id would learn by the floor of a reply what there is (A7), and
// who has read nothing of it passes nothing on. Of a reply that is not proven to be its author's, or whose author is gone, all count (L4).
class KnownToAuthor {
public:
    KnownToAuthor(const Room& room, std::optional<PersonId> author, bool proven, Instant now)
        : room_(room), author_(std::move(author)), proven_(proven), now_(now) {}
    KnownToAuthor(const KnownToAuthor&) = delete;
    KnownToAuthor& operator=(const KnownToAuthor&) = delete;

    [[nodiscard]] bool counts(const ListId& list, PostKey post);
    // As storage has it.
    [[nodiscard]] std::optional<storage::Posts::Parent> parent(const std::string& message_id);
    [[nodiscard]] std::optional<PostKey> spooled_parent(const std::string& message_id, PostKey before);
    // Of an ancestor behind the nearest, where it is more than that one's label: what people gave it. What stands between may have been
    // posted before that, with its words, and keeps its own; but not where that is of the same team, which may say less (L4).
    struct Nearest {
        std::optional<community::Tlp> label;
        TeamId team;
    };
    [[nodiscard]] std::optional<community::Tlp> label_given_to(const std::string& message_id, const TeamId& own, const Nearest& nearest);

private:
    [[nodiscard]] bool may_know(const ListId& list);

    const Room& room_;
    std::optional<PersonId> author_;
    bool proven_;
    Instant now_;
    std::map<ListId, bool> lists_ = {};
};

// The strictest default of all lists that a post's submission went to, or that To and Cc name, as an MTA may hand it over to each by
// itself, as far as its author may know them: a text without a label is kept at that on each of them, for the readers of each have the same
// of it. Asked once for a submission, so that it lives no longer than what is done about several of its posts at once.
class StrictestDefault {
public:
    StrictestDefault(const Room& room, Instant now) : room_(room), now_(now) {}
    StrictestDefault(const StrictestDefault&) = delete;
    StrictestDefault& operator=(const StrictestDefault&) = delete;

    // None: its author may know none of them. `author`: none is known, and all count. `named`: addresses in To and Cc.
    [[nodiscard]] std::optional<community::Tlp> of(const storage::Post& post, const std::optional<PersonId>& author,
                                                   const std::vector<std::string>& named);

private:
    // The strictest default first.
    [[nodiscard]] std::vector<community::List> lists_of(const storage::Post& post, const std::vector<std::string>& named) const;

    const Room& room_;
    Instant now_;
    std::map<std::pair<PostId, std::optional<PersonId>>, std::optional<community::Tlp>> found_ = {};
};

[[nodiscard]] PostQuestion gather(const Room& room, const Arrived& post, Sender sender, const community::List& list, Instant now);
// Whether its author may and should be told what becomes of it (M4): they are surely enough who they say, and neither a robot nor somebody
// who asked for no answer.
[[nodiscard]] bool tells_sender(const PostQuestion& question, const community::List& list);
[[nodiscard]] policy::Judgement ask_post(const Room& room, const PostQuestion& question, const community::List& list, Instant now);

// Why what is to leave encrypted or not at all (ruling qq) cannot, be it a post or mail to who runs the list: `list_not_encrypting` for
// good, `no_sealing` as things are; none: it can, or need not.
[[nodiscard]] std::optional<community::Reason> unsealable(const Room& room, const PostQuestion& question, const community::List& list,
                                                          Instant now);

// Reasons rest in clear with the post and in the journal (K13), so that `ask_post` writes "a word of the mail" for a word that is no label.
// The same with that word, for the letter to its author, which rests sealed.
[[nodiscard]] std::string with_quote(const std::string& words, const mail::Labelling& labelling);

// RED that names nobody, on a class whose roster of that moment may have it: kept with the post, for the hand-off.
[[nodiscard]] bool is_red_to_roster(const PostQuestion& question, const policy::Judgement& judgement);

}  // namespace caveat::mailroom
