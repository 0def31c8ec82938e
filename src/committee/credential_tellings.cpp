// What is told of tokens and second factors that somebody else made, ended or set up: to whom they are for.
#include <algorithm>

#include "caveat/moment.hpp"
#include "changes.hpp"

namespace caveat::committee {
namespace {

// "posts:read lists:write": "read: posts\n  change: lists".
std::string scopes_in_words(std::string_view rights) {
    std::string reads;
    std::string changes;
    while (!rights.empty()) {
        const auto right = rights.substr(0, rights.find(' '));
        rights.remove_prefix(std::min(right.size() + 1, rights.size()));
        auto& text = right.ends_with(":write") ? changes : reads;
        text += fmt::format("{}{}", text.empty() ? "" : ", ", right.substr(0, std::min(right.find(':'), right.size())));
    }
    if (!reads.empty()) reads = "read: " + reads;
    if (!changes.empty()) changes = "change: " + changes;
    return reads + (reads.empty() || changes.empty() ? "" : "\n  ") + changes;
}

// To whose it was, if another person ended it. Of what the operator ends, all at once after a backup was put back, they hear otherwise.
void add_ended(storage::Store& store, const std::string& pages, const Changed& entry, std::vector<Telling>& all) {
    const auto row = entry.actor.starts_with("person ") ? store.credentials().token(entry.ended_token) : std::nullopt;
    const auto key = fmt::format("token {} ended", entry.ended_token);
    if (!row || !row->holder || entry.actor == "person " + row->holder->value || store.minutes().reminded(key, entry.at)) return;
    const auto holder = store.directory().person(*row->holder);
    if (!holder || holder->addresses.empty()) return;
    letters::Fields fields{{"token", row->id},
                           {"called", row->name},
                           {"by", by_whom(store, entry)},
                           {"when", moment(entry.at)},
                           {"link", pages.empty() ? "" : pages + "/tokens"}};
    all.push_back(
        {{{key, entry.at}}, row->id, "token-ended", std::move(fields), {*holder}, {}, {}, std::nullopt, storage::Purpose::in_name});
}

}  // namespace

std::vector<Telling> of_tokens(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries) {
    std::vector<Telling> all;
    for (const auto& entry : entries) {
        if (!entry.ended_token.empty()) add_ended(store, pages, entry, all);
        if (entry.token.empty()) continue;
        const auto key = fmt::format("token {} made", entry.token);
        const auto row = store.credentials().token(entry.token);
        if (!row || !row->holder || entry.actor == "person " + row->holder->value || store.minutes().reminded(key, entry.at)) continue;
        const auto holder = store.directory().person(*row->holder);
        if (!holder || holder->addresses.empty()) continue;
        letters::Fields fields{{"token", row->id},
                               {"rights", scopes_in_words(row->rights)},
                               {"expires", moment(row->expires)},
                               {"by", by_whom(store, entry)},
                               {"when", moment(entry.at)},
                               {"link", pages.empty() ? "" : pages + "/tokens"}};
        all.push_back(
            {{{key, entry.at}}, row->id, "token-made", std::move(fields), {*holder}, {}, {}, std::nullopt, storage::Purpose::in_name});
    }
    return all;
}

bool follows_a_lost_factor(storage::Store& store, const storage::Entry& enrolled) {
    const auto own = "person " + enrolled.subject;
    std::int64_t set_up = 0, lost = 0;  // the last entry before this one
    for (const auto* act : {"factor.", "hold.placed"}) {
        store.journal().each({.from = 1, .limit = -1, .act = act, .subject = enrolled.subject}, [&](const storage::Entry& entry) {
            if (entry.number >= enrolled.number) return;
            if (entry.act == "factor.enrolled")
                set_up = entry.number;
            else if (what_changed(entry).actor != own)
                lost = entry.number;
        });
    }
    return set_up != 0 && set_up < lost;
}

std::vector<Telling> of_factors(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries) {
    std::vector<Telling> all;
    for (const auto& entry : entries) {
        if (entry.factor.empty()) continue;
        const auto key = fmt::format("entry {} factor", entry.number);
        const auto person = store.minutes().reminded(key, entry.at) ? std::nullopt : store.directory().person(entry.person);
        if (!person || person->addresses.empty()) continue;
        const bool set_up = entry.factor == "factor.enrolled";
        letters::Fields fields{{"about", set_up ? "A second factor was set up for you" : "Your second factor was ended"},
                               {"by", set_up ? "" : by_whom(store, entry)},
                               {"when", moment(entry.at)},
                               {"link", pages.empty() ? "" : pages + "/second-factor"}};
        all.push_back({{{key, entry.at}},
                       person->id.value,
                       "factor-changed",
                       std::move(fields),
                       {*person},
                       {},
                       {},
                       std::nullopt,
                       storage::Purpose::in_name});
    }
    return all;
}

}  // namespace caveat::committee
