#include "fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "wire.hpp"

namespace caveat::delivery {
namespace {

TransportOutcome cannot(Fault fault, std::string_view why) { return {TransportOutcome::Kind::failed, printable(why), false, fault}; }

// An address with a local part in ASCII goes as such everywhere, and so asks nothing of the servers behind this relay either. False: it
// needs SMTPUTF8.
bool to_ascii(std::string& address) {
    if (is_ascii(address)) return true;
    auto form = mail::ascii_address(address);
    if (form) address = std::move(*form);
    return form.has_value();
}

// Which form of the message goes.
void choose(Fitted& fitted, const Offer& offer, const mailroom::Shipment& message) {
    const auto& beyond = message.beyond();
    fitted.message = message.bytes();
    fitted.other_lines = beyond.other_lines;
    fitted.says_eight_bits = beyond.eight_bits && offer.eight_bits;
    const bool only_header = offer.eight_bits;  // else the whole: who offers SMTPUTF8 offers 8BITMIME (RFC 6531 §3.1)
    if (only_header ? !beyond.utf8_header || offer.utf8 : !beyond.eight_bits) {
        fitted.says_utf8 = fitted.says_utf8 || beyond.utf8_header;
        return;
    }
    const auto& form = only_header ? message.ascii_header() : message.seven_bits();
    if (form) {
        fitted.message = *form;
        fitted.other_lines = mail::has_other_lines(*form);
        return;
    }
    fitted.refusal = cannot(Fault::message, fmt::format("the relay does not offer {}, which the message needs: {}",
                                                        only_header ? "SMTPUTF8" : "8BITMIME", form.error().detail));
}

Fitted fit_to_offer(const Offer& offer, const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message) {
    Fitted fitted{.mail_from = mail_from, .rcpt_to = rcpt_to, .message = {}, .refusal = {}};
    const bool plain_sender = to_ascii(fitted.mail_from);
    fitted.says_utf8 = !to_ascii(fitted.rcpt_to) || !plain_sender;
    if (fitted.says_utf8 && !offer.utf8) {
        fitted.refusal = cannot(Fault::address, "the relay does not offer SMTPUTF8, which an address needs that is not ASCII before its @");
        return fitted;
    }
    choose(fitted, offer, message);
    if (!fitted.refusal && offer.size > 0 && fitted.message.size() > offer.size) {
        fitted.refusal = cannot(Fault::message, fmt::format("the relay takes messages of at most {} octets (SIZE), and this one has {}",
                                                            offer.size, fitted.message.size()));
    }
    return fitted;
}

}  // namespace

void Offer::take(std::string_view line) {
    const auto end = std::min(line.find_first_of(" \t="), line.size());  // "AUTH=LOGIN" is an old spelling
    std::string word(line.substr(0, end));
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    auto value = line.substr(std::min(end + 1, line.size()));
    if (word == "PIPELINING") pipelining = true;
    if (word == "8BITMIME") eight_bits = true;
    if (word == "SMTPUTF8") utf8 = true;
    if (word == "STARTTLS") starttls = true;
    if (word == "DSN") reports = true;
    if (word == "AUTH") auth = printable(value);
    // A limit that cannot be read is none: the relay will say so in time.
    if (word == "SIZE" && std::from_chars(value.data(), value.data() + value.size(), size).ec != std::errc{}) size = 0;
}

Fitted fit(const Offer& offer, const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message) {
    auto fitted = fit_to_offer(offer, mail_from, rcpt_to, message);
    if (fitted.refusal && !offer.told) {  // a bad minute of the relay's must not fail a copy for good
        fitted.refusal = TransportOutcome{TransportOutcome::Kind::deferred, "the relay refused EHLO and has not told what it offers"};
    }
    return fitted;
}

}  // namespace caveat::delivery
