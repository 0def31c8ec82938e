#pragma once
// The verdicts of one round of judging, in one transaction: each is written, lines for the log are kept until it is committed, and at its
// end moderators are told what is held.
#include <map>
#include <span>
#include <string>
#include <vector>

#include "author_letters.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

class Verdicts {
public:
    // `unproven`: null where no mail is received.
    Verdicts(const Room& room, Instant now, Unproven* unproven) : room_(room), now_(now), unproven_(unproven), letters_(room, now) {}

    // `beside`: posts that were settled for the same reasons.
    void conclude(storage::Post& post, policy::Verdict verdict, std::vector<community::Reason> because,
                  std::span<const storage::Post> beside = {});

    // So that posts which came together are one letter. What only its author can settle is for them, if they are told, and else for those
    // who can write to them; that somebody may have handed in what they caught is for both.
    void tell_of_held();

    [[nodiscard]] AuthorLetters& to_authors() { return letters_; }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    [[nodiscard]] const Room& room() const { return room_; }
    [[nodiscard]] Instant now() const { return now_; }

private:
    void write(storage::Post& post, policy::Verdict verdict, const std::vector<community::Reason>& because);
    [[nodiscard]] bool may_stay(const storage::Post& post);

    const Room& room_;
    Instant now_;
    Unproven* unproven_;
    AuthorLetters letters_;
    std::vector<std::string> lines_ = {};                     // for the log
    std::map<ListId, std::vector<storage::Post>> held_ = {};  // for the first time, or for another reason than was released
};

}  // namespace caveat::mailroom
