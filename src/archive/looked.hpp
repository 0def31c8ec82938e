#pragma once
// One post as a search sees it, and as a list of posts shows it.
#include "caveat/archive/search.hpp"
#include "caveat/archive/threads.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/reading.hpp"

namespace caveat::archive {

inline constexpr auto subjects_below = community::Tlp::amber_strict;  // from there on a subject is shown, and its words found, nowhere

[[nodiscard]] ToThread to_thread(const mailroom::Card& card, const storage::ArchivedPost& post);

// The copy for this reader is made when something in it is first asked for. Without a reader: as who may know no other list has it.
class Looked {
public:
    Looked(const mailroom::Room& room, const storage::ArchivedPost& post, const PersonId& reader)
        : room_(room), post_(post), reader_(reader) {}

    [[nodiscard]] Sought sought();
    [[nodiscard]] const std::string& subject() { return message().subject; }
    [[nodiscard]] const std::vector<std::string>& words();
    [[nodiscard]] bool says(const std::vector<std::string>& phrase);
    [[nodiscard]] const std::string& from();
    [[nodiscard]] bool has_attachment();
    [[nodiscard]] std::size_t opened() const { return opened_; }  // bytes of it that were looked at

private:
    [[nodiscard]] const mail::Message& message();
    [[nodiscard]] std::string text();  // what words are found in; none of a post that no word finds

    const mailroom::Room& room_;
    const storage::ArchivedPost& post_;
    const PersonId& reader_;
    std::size_t opened_ = 0;
    std::optional<mail::Message> message_;
    std::optional<std::vector<std::string>> words_;
    std::optional<std::string> from_, folded_;
};

}  // namespace caveat::archive
