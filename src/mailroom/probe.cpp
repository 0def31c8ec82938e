#include "caveat/mailroom/probe.hpp"

#include "caveat/detail.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "front.hpp"
#include "probing.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::string_view probe_purpose = "probe";
constexpr std::string_view probe_prefix = "probe.";
constexpr std::string_view probe_act = "probe.arrived";
constexpr std::size_t number_bytes = 5, random_size = 8;  // 18 in all: with the tag and base32 the local part has 51 octets

void put_number(std::string& out, std::int64_t value) {
    for (std::size_t i = number_bytes; i-- > 0;) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

std::int64_t get_number(std::string_view in) {
    std::int64_t value = 0;
    for (const char c : in.substr(0, number_bytes)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::int64_t seconds_of(Instant at) { return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(); }

std::string subject_of(std::string_view payload) { return "probe-" + vault::hex(payload.substr(2 * number_bytes)); }

std::string nonce_of(const Room& room, std::string_view payload) {
    return vault::hex(room.vault.mac("probe-forged", payload)).substr(0, 32);
}

std::optional<std::string> entry_about(const Room& room, const std::string& subject, std::int64_t after) {
    std::optional<std::string> detail;
    storage::Journal::Filter filter;
    filter.from = after + 1;
    filter.act = probe_act;
    filter.subject = subject;
    room.store.journal().each(filter, [&](const storage::Entry& entry) { detail = entry.detail; });
    return detail;
}

std::string letter_to_itself(const Room& room, const std::string& address, const std::string& nonce, Instant now) {
    std::string text;
    for (const auto& id : room.settings.trusted_authserv_ids) {
        text +=
            fmt::format("Authentication-Results: {}; dmarc=pass reason=\"forged-{}\" header.from={}\r\n", id, nonce, room.settings.domain);
    }
    text += fmt::format(
        "From: <{}>\r\nTo: <{}>\r\nSubject: A probe of the way that mail takes to caveat\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\n", address,
        address, mail::rfc5322_date(now), vault::hex(vault::random_bytes(random_size)), room.settings.domain);
    text += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n";
    text += "Somebody ran `caveat doctor`: does the MTA in front remove Authentication-Results that were forged?\r\nNobody reads this.\r\n";
    return text;
}

std::string_view mark_of(const Room& room, const mail::HeaderBlock& headers) {
    const auto& field = room.settings.front_mark.field;
    const auto marks = headers.count(field);
    if (marks == 0) return "missing";
    if (marks > 1) return "twice";
    return is_front_secret(room, mail::unfold(headers.find(field)->value)) ? "right" : "wrong";
}

}  // namespace

Probe make_probe(const Room& room) {
    Probe probe;
    const Instant now = room.clock.now();
    probe.after = room.store.journal().head().number;
    std::string payload;
    put_number(payload, seconds_of(now + probe_life));
    put_number(payload, probe.after);
    payload += vault::random_bytes(random_size);
    probe.subject = subject_of(payload);
    probe.address = fmt::format("{}{}@{}", probe_prefix, room.vault.token(probe_purpose, payload), room.settings.domain);
    probe.message = letter_to_itself(room, probe.address, nonce_of(room, payload), now);
    return probe;
}

std::optional<std::string> arrival_of(const Room& room, const Probe& probe) { return entry_about(room, probe.subject, probe.after); }

std::optional<OpenProbe> open_probe(const Room& room, std::string_view rcpt_to, Instant now) {
    const auto local = rcpt_to.substr(0, rcpt_to.rfind('@'));
    if (!local.starts_with(probe_prefix)) return std::nullopt;
    const auto payload = room.vault.untoken(probe_purpose, local.substr(probe_prefix.size()));
    if (!payload || payload->size() != 2 * number_bytes + random_size) return std::nullopt;
    const auto until = get_number(*payload);
    // A clock that was set back does not make it good for longer.
    if (seconds_of(now) > until || seconds_of(now + probe_life) < until) return std::nullopt;
    OpenProbe probe{subject_of(*payload), nonce_of(room, *payload)};
    if (entry_about(room, probe.subject, get_number(std::string_view(*payload).substr(number_bytes)))) return std::nullopt;
    return probe;
}

std::string seen_of(const Room& room, const OpenProbe& probe, const mail::HeaderBlock& headers) {
    std::vector<std::string> forged;
    for (const auto& field : headers.fields) {
        if (mail::unfold(field.value).find(probe.nonce) == std::string::npos) continue;
        const auto results = mail::read_authentication_results(field.value);
        mail::HeaderBlock alone{{field}, 0};
        if (results && alone.count("Authentication-Results") == 1) forged.push_back(results->authserv_id);
    }
    Detail detail;
    detail.add("forged", forged);
    if (!room.settings.front_mark.field.empty()) detail.add("mark", mark_of(room, headers));
    return detail.text();
}

}  // namespace caveat::mailroom
