#include "caveat/conduct/notice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "caveat/ascii.hpp"
#include "caveat/community/panel_list.hpp"

namespace caveat::conduct {
namespace {

using community::Verbs;

constexpr std::array<std::pair<Channel, std::string_view>, 6> channels{{{Channel::page_read, "page"},
                                                                        {Channel::acknowledgement, "acknowledgement"},
                                                                        {Channel::post_receipt, "post"},
                                                                        {Channel::own_exchanger, "exchanger"},
                                                                        {Channel::relay, "relay"},
                                                                        {Channel::sent, "sent"}}};

constexpr Verbs all_verbs = community::bit(community::Verb::receive) | community::bit(community::Verb::post) |
                            community::bit(community::Verb::archive) | community::bit(community::Verb::manage);

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Verbs verbs_on(const DeniedSet& set, const std::string& resource) {
    Verbs denied = 0;
    for (const Denied& row : set) {
        if (row.resource == resource) denied = static_cast<Verbs>(denied | row.verbs);
    }
    return denied;
}

// The length of a calendar period depends on where it begins; the shortest (February) is the reading that favours the accused.
bool shorter(const Period& a, const Period& b) {
    const Instant february = std::chrono::sys_days{std::chrono::year{2001} / 2 / 1};
    return a.after(february, Rounding::earlier) < b.after(february, Rounding::earlier);
}

std::string in_words(const Period& time) {
    if (time.months == 0) return to_string(time.time);
    return fmt::format("{} months", time.months) + (time.time.count() != 0 ? " and " + to_string(time.time) : std::string{});
}

// Ruling (i): what no sanction reaches, or only when it is named explicitly.
Result<void> check_row(const Denied& row, std::string_view case_id) {
    if (row.resource.empty() || row.verbs == 0 || (row.verbs & ~all_verbs) != 0) {
        return fail(errc::invalid, "item 31: '{}' is not a pair of a resource and verbs; write teams:post or *:receive", row.resource);
    }
    // Lists are named in lower case, and people write as they like.
    if (ascii::equal(row.resource, "reps") || ascii::equal(row.resource, "sec") || community::is_panel_list(row.resource, case_id)) {
        return fail(errc::denied, "ruling (i): {} is the governance channel, which no sanction reaches; leave it out", row.resource);
    }
    if (row.resource == "*" && (row.verbs & community::bit(community::Verb::manage)) != 0) {
        return fail(errc::denied, "ruling (i): '*' means member lists; the work of administering a list is denied by naming the list");
    }
    return {};
}

}  // namespace

std::vector<std::string_view> missing(const Contents& contents) {
    std::vector<std::string_view> lacking;
    for (const auto& field : contents_fields) {
        if (blank(contents.*field.value)) lacking.push_back(field.about);
    }
    return lacking;
}

DeniedSet normalised(DeniedSet set) {
    DeniedSet rows;
    std::sort(set.begin(), set.end(), [](const Denied& a, const Denied& b) { return a.resource < b.resource; });
    for (const Denied& row : set) {
        if (row.verbs == 0) continue;
        if (rows.empty() || rows.back().resource != row.resource) rows.push_back({row.resource, 0});
        rows.back().verbs = static_cast<Verbs>(rows.back().verbs | row.verbs);
    }
    return rows;
}

DeniedSet minus(const DeniedSet& from, const DeniedSet& away) {
    DeniedSet rows = normalised(from);
    for (Denied& row : rows) row.verbs = static_cast<Verbs>(row.verbs & ~verbs_on(away, row.resource));
    return normalised(std::move(rows));
}

bool within(const DeniedSet& part, const DeniedSet& whole) { return minus(part, whole).empty(); }

bool proves_receipt(Channel channel) { return channel != Channel::relay && channel != Channel::sent; }

std::string_view name(Channel channel) {
    for (const auto& [c, text] : channels) {
        if (c == channel) return text;
    }
    return "?";
}

std::optional<Channel> channel_from(std::string_view text) {
    for (const auto& [channel, word] : channels) {
        if (word == text) return channel;
    }
    return std::nullopt;
}

std::optional<Instant> served(const Notice& notice) {
    std::optional<Instant> first = notice.appealed;
    const auto stamp = [&](Instant at) { first = first ? std::min(*first, at) : at; };
    for (const Service& service : notice.services) {
        if (proves_receipt(service.channel)) stamp(service.at);
    }
    for (const PartyReply& reply : notice.replies) {
        if (!reply.hearsay) stamp(reply.at);
    }
    return first;
}

std::optional<Instant> known_served(const Notice& notice) {
    const auto first = served(notice);
    if (!first) return std::nullopt;
    const bool spoke = notice.appealed == first || std::any_of(notice.replies.begin(), notice.replies.end(),
                                                               [&](const PartyReply& r) { return !r.hearsay && r.at == *first; });
    if (spoke) return first;  // a reply or an appeal is known when it is there
    std::optional<Instant> known;
    for (const Service& service : notice.services) {
        if (!proves_receipt(service.channel) || service.at != *first) continue;
        known = known ? std::min(*known, service.recorded) : service.recorded;
    }
    return known;
}

std::optional<Instant> appeal_closes(const Notice& notice, const Numbers& numbers) {
    const auto at = served(notice);
    if (!at) return std::nullopt;
    // The day of service is day 0 and the last day counts whole: over at 00:00Z of the day after it (ruling a).
    return std::chrono::floor<std::chrono::days>(*at) + std::chrono::days{numbers.appeal_days + 1};
}

Result<void> check_contents(const Contents& contents) {
    const auto lacking = missing(contents);
    if (lacking.empty()) return {};
    return fail(errc::denied, "item 28: a notice has seven contents; missing: {}", fmt::join(lacking, "; "));
}

Result<void> check_reply_time(const Period& time, const Numbers& numbers) {
    if (!shorter(time, numbers.reply_floor)) return {};
    return fail(errc::denied, "ruling (e): a reply time of {} is too short; at least {}", in_words(time), in_words(numbers.reply_floor));
}

std::optional<std::string> reply_time_warning(const Period& time, const Numbers& numbers) {
    if (!shorter(time, numbers.reply_time)) return std::nullopt;
    return fmt::format("ruling (e): a reply time of {} is below the usual {}", in_words(time), in_words(numbers.reply_time));
}

Result<void> check_sanction(const Sanction& sanction, std::string_view case_id, Instant issued, std::optional<Instant> not_before,
                            const Numbers& numbers) {
    if (sanction.denied.empty()) return fail(errc::invalid, "item 31: a sanction denies something; write resource and verbs");
    for (const Denied& row : sanction.denied) {
        if (auto ok = check_row(row, case_id); !ok) return ok;
    }
    if (sanction.length && sanction.end) return fail(errc::invalid, "item 34: a length and an end are two ends; write one of them");

    Instant start = numbers.sanction_delay.after(issued, Rounding::later);
    if (not_before) start = std::max(start, *not_before);
    if (sanction.effect && *sanction.effect < start) {
        if (not_before && start == *not_before)
            return fail(errc::denied, "ruling (c): effect {} is too early; earliest {}", to_string(*sanction.effect), to_string(start));
        return fail(errc::denied, "item 33: effect {} is too early; earliest {}", to_string(*sanction.effect), to_string(start));
    }
    // Without a stated effect the start is not known before service; the earliest there can be bounds the end, and later ones bound it
    // again.
    if (!sanction.effect && !not_before && numbers.effect_after_appeal_window) {
        start = std::max<Instant>(start, std::chrono::floor<std::chrono::days>(issued) + std::chrono::days{numbers.appeal_days + 1});
    }
    start = sanction.effect.value_or(start);
    const Instant latest = numbers.sanction_max.after(start, Rounding::earlier);
    const Instant end = sanction.end ? *sanction.end : sanction.length.value_or(numbers.sanction_default).after(start, Rounding::earlier);
    if (end <= start) return fail(errc::denied, "item 34: it ends {} before it begins {}", to_string(end), to_string(start));
    if (end > latest) return fail(errc::denied, "item 34: end {} is too late; latest {}", to_string(end), to_string(latest));
    return {};
}

}  // namespace caveat::conduct
