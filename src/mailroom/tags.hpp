#pragma once
// Which tags in front of a subject, "[sc]", can tell a reader that there is such a list (A12, item 65). What an author wrote who may not
// know the list themselves is a guess: it stays, as does a tag that is no list's, because whatever were done to the one and not to the
// other would answer it (A7). So it is with a guess that stands in the subject of what the post answers. What was a guess when the post was
// distributed is kept in its card: its author may be gone, or taken out by whoever asks, and it stays one. On the thread that owns the
// room's Store.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

class Tags {
public:
    // Of a post to `own`. `ids_answered`: of References and In-Reply-To, without brackets, what it answers itself last; the last hundred of
    // them are looked at, and of what came under them two hundred. `kept`: of its card (Card::list_names), if it has that.
    Tags(const Room& room, ListId own, std::optional<PersonId> author, Instant posted, std::vector<std::string> ids_answered,
         std::optional<std::vector<std::string>> kept = {})
        : room_(room),
          own_(std::move(own)),
          author_(std::move(author)),
          posted_(posted),
          ids_answered_(std::move(ids_answered)),
          kept_(std::move(kept)) {}

    // Another list, so that the tag is for those alone who may know that one. `tag`: as mail::subject_tags tells it.
    [[nodiscard]] bool may_name(const std::string& tag) const;

private:
    [[nodiscard]] bool is_guess_of(const std::optional<PersonId>& author, Instant posted, const community::List& list) const;
    // What this post answers, and what its card says of tags; none: it has no card, or not that in it.
    struct Answered {
        storage::Post post;
        std::vector<std::string> tags;
        std::optional<std::vector<std::string>> list_names;
    };
    using Namesakes = std::vector<Answered>;  // under one Message-ID
    [[nodiscard]] const std::vector<Namesakes>& answered() const;
    // How much was looked at for all ids.
    struct Reading {
        std::int64_t opened = 0;  // cards and mails, also of one id: whoever guessed can put other mails behind it
        std::uint64_t bytes = 0;  // of mails
        [[nodiscard]] std::int64_t left() const { return 200 - opened; }
        [[nodiscard]] bool enough() const { return left() <= 0; }
    };
    [[nodiscard]] Namesakes namesakes_of(const std::string& message_id, Reading& reading) const;
    [[nodiscard]] std::optional<Answered> with_its_tags(storage::Post post) const;
    [[nodiscard]] std::optional<Answered> with_tags_of_mail(storage::Post post, Reading& reading) const;
    [[nodiscard]] bool is_guess_in(const Namesakes& posts, const std::string& tag, const community::List& list) const;

    const Room& room_;
    ListId own_;
    std::optional<PersonId> author_;
    Instant posted_;
    std::vector<std::string> ids_answered_;
    std::optional<std::vector<std::string>> kept_;
    mutable std::optional<std::vector<Namesakes>> answered_ = {};  // looked up once, for all tags
};

}  // namespace caveat::mailroom
