#include "sender.hpp"

#include <algorithm>

#include "caveat/mail/authentication.hpp"

namespace caveat::mailroom {

namespace {

// Is this address of a person none of those that they had before somebody else changed them?
bool waits_to_be_confirmed(const std::vector<community::Unconfirmed>& waiting, std::string_view address) {
    const auto normal = mail::normalise_address(address);
    return std::any_of(waiting.begin(), waiting.end(), [&](const community::Unconfirmed& row) {
        if (row.what != community::Unconfirmed::What::addresses) return false;
        return std::none_of(row.known.begin(), row.known.end(),
                            [&](const auto& known) { return mail::normalise_address(known) == normal; });
    });
}

std::string domain_of(std::string_view address) { return mail::normalise_domain(address.substr(address.rfind('@') + 1)); }  // npos + 1 is 0

}  // namespace

bool is_own_envelope(const Room& room, const Sender& sender, std::string_view mail_from) {
    if (!sender.person || mail_from.empty()) return false;
    const auto domain = domain_of(mail_from);
    if (domain == domain_of(sender.from)) return true;
    const auto people = room.store.directory();
    const auto authors = mail::envelope_authors(mail_from);
    return std::any_of(authors.begin(), authors.end(), [&](const auto& author) {
        return domain_of(author) == domain && people.person_of(author, mail::normalise_address) == sender.person;
    });
}

bool is_brought_by_author(const Room& room, const Sender& sender, const mail::HeaderBlock& headers, std::string_view mail_from) {
    return is_own_envelope(room, sender, mail_from) && !mail::envelope_denied(headers, room.settings.trusted_authserv_ids);
}

bool is_surely_brought_by_author(const Room& room, const Sender& sender, const mail::HeaderBlock& headers, std::string_view mail_from) {
    return !sender.address_waits && is_own_envelope(room, sender, mail_from) &&
           mail::envelope_passed(headers, domain_of(mail_from), room.settings.trusted_authserv_ids);
}

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
    // Whoever put it there would speak as that person, and nobody else has looked (item 60).
    const auto waiting = people.unconfirmed(*sender.person);
    sender.address_waits = waits_to_be_confirmed(waiting, sender.from);
    if (sender.address_waits) return sender;
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
        if ((denied && domain_of(author) != domain) || waits_to_be_confirmed(waiting, author)) return false;
        return people.person_of(author, mail::normalise_address) == sender.person;
    });
    if (theirs) sender.strength = community::Strength::envelope;
    return sender;
}

}  // namespace caveat::mailroom
