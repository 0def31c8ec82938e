#include "sender.hpp"

#include "caveat/mail/authentication.hpp"

namespace caveat::mailroom {

Sender identify(const Room& room, const mail::HeaderBlock& headers, std::string_view mail_from) {
    Sender sender;
    const auto* field = headers.find("From");
    if (field == nullptr) return sender;
    // Two authors are nobody: rights come from one person (A6).
    const auto mailboxes = mail::read_mailboxes(field->value);
    if (mailboxes.size() != 1) return sender;
    sender.from = mailboxes.front().address;
    const auto people = room.store.directory();
    sender.person = people.person_of(mail::normalise_address(sender.from));
    if (!sender.person) return sender;
    if (mail::dmarc_passed(headers, sender.from, room.settings.trusted_authserv_ids)) {
        sender.strength = community::Strength::dmarc;
    } else if (!mail_from.empty() && people.person_of(mail::normalise_address(mail_from)) == sender.person) {
        sender.strength = community::Strength::envelope;
    }
    return sender;
}

}  // namespace caveat::mailroom
