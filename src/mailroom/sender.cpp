#include "sender.hpp"

#include <algorithm>

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
    sender.person = people.person_of(sender.from, mail::normalise_address);
    if (!sender.person) return sender;
    if (mail::dmarc_passed(headers, sender.from, room.settings.trusted_authserv_ids)) {
        sender.strength = community::Strength::dmarc;
        return sender;
    }
    if (mail_from.empty()) return sender;
    // Gateways wrap the author's return path (BATV), forwarders rewrite it (SRS). The list that settles for an envelope believes whoever
    // hands it over, so it may believe what they wrapped.
    const auto authors = mail::envelope_authors(mail_from);
    const bool theirs = std::any_of(authors.begin(), authors.end(),
                                    [&](const auto& author) { return people.person_of(author, mail::normalise_address) == sender.person; });
    if (theirs) sender.strength = community::Strength::envelope;
    return sender;
}

}  // namespace caveat::mailroom
