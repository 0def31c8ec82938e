#include "sender.hpp"

#include <algorithm>

#include "caveat/mail/authentication.hpp"

namespace caveat::mailroom {

namespace {

std::string domain_of(std::string_view address) { return mail::normalise_domain(address.substr(address.rfind('@') + 1)); }  // npos + 1 is 0

}  // namespace

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
    // hands it over, so it may believe what they wrapped, but for an address of another domain than the one that wrapped it where our own
    // border says that DMARC did not pass.
    const auto authors = mail::envelope_authors(mail_from);
    const bool denied = mail::dmarc_denied(headers, room.settings.trusted_authserv_ids);
    const auto domain = domain_of(authors.front());
    const bool theirs = std::any_of(authors.begin(), authors.end(), [&](const auto& author) {
        if (denied && domain_of(author) != domain) return false;
        return people.person_of(author, mail::normalise_address) == sender.person;
    });
    if (theirs) sender.strength = community::Strength::envelope;
    return sender;
}

}  // namespace caveat::mailroom
