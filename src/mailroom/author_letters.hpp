#pragma once
// What authors are told of their posts in one round of judging: that one waits, was refused, got another label than they wrote, or that a
// moderator let one go in their name.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "caveat/mailroom/room.hpp"
#include "post_question.hpp"

namespace caveat::mailroom {

class AuthorLetters {
public:
    AuthorLetters(const Room& room, Instant now) : room_(room), now_(now) {}
    AuthorLetters(const AuthorLetters&) = delete;
    AuthorLetters& operator=(const AuthorLetters&) = delete;

    void of_verdict(const storage::Post& post, const PostQuestion& question, const community::List& list,
                    const policy::Judgement& judgement);
    // What it waits for, its author, or somebody else, and until when. `label`: in words, or none.
    void of_hold(const storage::Post& post, const PostQuestion& question, const std::vector<community::Reason>& because, std::string label);
    // In whose name it is, where nothing proved that they wrote it, or sent it here: at the address on record. However often they heard
    // that such a mail waits. `why_it_waited`: as below.
    void of_release(const storage::Post& post, const std::string& why_it_waited);

    // Its author, one letter more. What comes their way they always hear of.
    [[nodiscard]] bool hears(const storage::Post& post, const PostQuestion& question);
    [[nodiscard]] bool told_that_it_waits(PostKey post) const { return told_of_hold_.contains(post); }

private:
    void of_label(const storage::Post& post, const PostQuestion& question, const policy::Judgement& judgement);
    [[nodiscard]] std::vector<std::string> cases_behind(const community::Standing& sender, const community::List& list) const;

    const Room& room_;
    Instant now_;
    std::set<PostKey> told_of_hold_ = {};
    std::set<std::pair<std::string, community::Tlp>> told_of_label_ = {};  // one letter for a mail to several lists that got the same one
};

[[nodiscard]] bool is_released_by_author(const storage::Post& post);

// Why it was held, since it came before or somebody else may have sent it here, as its row says until it is settled anew; empty: it was
// not.
[[nodiscard]] std::string held_as_sent_again(const storage::Post& post);

}  // namespace caveat::mailroom
