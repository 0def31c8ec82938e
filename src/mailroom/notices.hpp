#pragma once
// Mail that caveat writes to one person, queued like any other copy and in the caller's transaction. Never content, never other people's
// names but those the reader may know. A notice that cannot be made is recorded in the journal and stops nothing.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

using letters::Fields;

// Whether a notice is a reply to the post that it is about. One that says nothing of the post does not name it either.
enum class Answers { the_post, nothing };

// Whom it is from: who runs the list of that post, or, where its reader is not to hear which list that is, this server.
enum class From { its_owners, postmaster };

// `name`: templates/<name>.mustache. Fields `community`, `list`, `message_id` and `received` are filled in from `about`.
void send_notice(const Room& room, std::string_view name, const PersonId& to, const storage::Post& about, Fields fields,
                 Answers answers = Answers::the_post, From from = From::its_owners);

// That there is no such list, nor at `beside`. `by_another`: as `is_seldom_told` has it; then the addresses are the words of whoever
// brought it, and are not repeated to anybody.
void tell_of_no_list(const Room& room, const PersonId& to, const storage::Post& about, const std::vector<community::Reason>& because,
                     std::span<const storage::Post> beside, bool by_another);

// The reader of a copy as the journal has them: nobody is named whose letter would tell the author of a post that does not name them.
[[nodiscard]] std::string reader_in_journal(const storage::Post& mail, const PersonId& reader);

// Whether the sender is as surely known as the list asks.
[[nodiscard]] bool is_proven(const Room& room, const storage::Post& post);
// Whether surely enough that a notice may go to them (policy::enough_to_answer).
[[nodiscard]] bool may_be_told(const Room& room, const storage::Post& post);

// A post's verdict for the log: "post 0193… to teams: held; label_held: …". Never content.
[[nodiscard]] std::string line_of(const storage::Post& post);

// "- one\n- two\n": how notices show reasons.
[[nodiscard]] std::string as_lines(const std::vector<std::string>& lines);
// Reasons as their words alone: the code in front of them is for programs.
[[nodiscard]] std::string as_lines(const std::vector<community::Reason>& reasons);

}  // namespace caveat::mailroom
