#include "front.hpp"

#include "caveat/mail/authentication.hpp"

namespace caveat::mailroom {

// Keyed hashes are compared, so that the time it takes says nothing about the secret.
bool is_front_secret(const Room& room, std::string_view value) {
    constexpr std::string_view mark_purpose = "front-mark";
    return room.vault.mac(mark_purpose, value) == room.vault.mac(mark_purpose, room.settings.front_mark.secret);
}

std::optional<Submission> without_front_mark(const Room& room, const Submission& submission, const mail::HeaderBlock& headers) {
    const auto& mark = room.settings.front_mark;
    if (mark.field.empty()) return std::nullopt;
    auto taken =
        mail::take_mark(submission.bytes, headers, mark.field, [&](std::string_view value) { return is_front_secret(room, value); });
    return Submission{submission.mail_from, submission.rcpt_to, std::move(taken.message), submission.door,
                      submission.peer,      submission.room,    submission.inspected,     submission.unsound};
}

}  // namespace caveat::mailroom
