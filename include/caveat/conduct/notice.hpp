#pragma once
// A notice of a case: what it must say, when it was served, when its clocks end. Compliance notices say the seven things of item 28;
// a sanction notice says what will be denied and when (items 32-34). Pure values, any thread; what a notice lacks is errc::denied.
// Source: domain items 28-36, rulings (a), (b), (d), (e), (i).
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

// The seven of item 28; a text that is empty or blank is missing.
struct Contents {
    std::string channels;
    std::string breach;
    std::string opinion;
    std::string remedy;
    std::string consequences;
    std::string reply;
    std::string appeal_rules;
    bool operator==(const Contents&) const = default;
};
struct ContentsField {
    std::string_view name;   // at every door
    std::string_view about;  // with its numeral of item 28
    std::string Contents::*value;
};
inline constexpr std::array<ContentsField, 7> contents_fields{{
    {"channels", "i: how it is served", &Contents::channels},
    {"breach", "ii: the breach and its adverse effects", &Contents::breach},
    {"opinion", "iii: the committee's opinion and its reasons", &Contents::opinion},
    {"remedy", "iv: what to do, until when", &Contents::remedy},
    {"consequences", "v: what the committee may do, until when", &Contents::consequences},
    {"reply", "vi: the reasonable time to reply", &Contents::reply},
    {"appeal_rules", "vii: a copy of the rules of appeal", &Contents::appeal_rules},
}};
[[nodiscard]] std::vector<std::string_view> missing(const Contents& contents);  // "vii: a copy of the rules of appeal"

// One (resource, verbs) pair that a sanction denies. "*" means the member lists.
struct Denied {
    std::string resource;
    community::Verbs verbs = 0;
    bool operator==(const Denied&) const = default;
};
using DeniedSet = std::vector<Denied>;

[[nodiscard]] DeniedSet normalised(DeniedSet set);  // sorted, one row per resource, none without a verb
[[nodiscard]] DeniedSet minus(const DeniedSet& from, const DeniedSet& away);
// Row by row: a verb on "*" covers the same verb on a list only where "*" itself is named.
[[nodiscard]] bool within(const DeniedSet& part, const DeniedSet& whole);

// What a sanction notice says. At most one of length and end; neither: the default of the book.
struct Sanction {
    DeniedSet denied;
    std::optional<Instant> effect;  // not earlier than issue + 30 d
    std::optional<Period> length;   // runs from the actual effect
    std::optional<Instant> end;     // stays where it is, however late the effect
    bool tell_members = false;      // item 32: off unless asked for
    bool operator==(const Sanction&) const = default;
};

// How a stamp of service came about. Only some prove receipt (ruling d).
enum class Channel {
    page_read,        // page or portal opened by the party: proof
    acknowledgement,  // signed: proof
    post_receipt,     // proof
    own_exchanger,    // 2xx of the party's own mail exchanger: proof
    relay,            // 250 of a relay: none
    sent,             // handed to a channel, nothing heard: none
};
[[nodiscard]] bool proves_receipt(Channel channel);
[[nodiscard]] std::string_view name(Channel channel);
[[nodiscard]] std::optional<Channel> channel_from(std::string_view text);

struct Service {
    Channel channel{};
    Instant at{};        // the stamp
    Instant recorded{};  // when the case learned of it
    bool operator==(const Service&) const = default;
};

struct PartyReply {
    Instant at{};
    std::string reference;  // where its text is kept
    bool hearsay = false;   // somebody else says so, without a paper: no proof of receipt
    bool operator==(const PartyReply&) const = default;
};

struct Finding {
    Instant at{};
    bool complied = false;  // false: the breach continues
    std::string evidence;   // its hash
    Instant dated{};        // of the evidence; after service (ruling f)
    std::string decision;
    bool operator==(const Finding&) const = default;
};

enum class NoticeKind { compliance, sanction };

struct Notice {
    int number = 0;  // 1, 2, ... in the order of issue, fallen ones included
    NoticeKind kind{};
    std::optional<int> built_on;  // the notice before it; falls with it
    bool renewal = false;         // a sanction notice that continues one in force
    Instant issued{};
    std::string decision;
    Contents contents;     // compliance
    Sanction sanction;     // sanction
    Period reply_time;     // compliance; counts from service
    Instant not_before{};  // renewal: the end of the sanction it continues
    std::vector<Service> services;
    std::vector<PartyReply> replies;
    std::vector<Finding> findings;
    std::optional<Instant> appealed;  // an appeal proves receipt
    bool operator==(const Notice&) const = default;
};

// The first stamp with proof of receipt; none: no clock runs.
[[nodiscard]] std::optional<Instant> served(const Notice& notice);
// When the case learned of that stamp: no effect begins before.
[[nodiscard]] std::optional<Instant> known_served(const Notice& notice);
// 00:00Z after the last of the calendar days for an appeal; none while not served: the window is open.
[[nodiscard]] std::optional<Instant> appeal_closes(const Notice& notice, const Numbers& numbers);

// These refuse with the item and what to write instead.
[[nodiscard]] Result<void> check_contents(const Contents& contents);
[[nodiscard]] Result<void> check_reply_time(const Period& time, const Numbers& numbers);
// Of a notice issued then; `not_before` is the old end for a renewal.
[[nodiscard]] Result<void> check_sanction(const Sanction& sanction, std::string_view case_id, Instant issued,
                                          std::optional<Instant> not_before, const Numbers& numbers);
// "reply time of 10d is below the usual 14d": allowed, with a warning.
[[nodiscard]] std::optional<std::string> reply_time_warning(const Period& time, const Numbers& numbers);

}  // namespace caveat::conduct
