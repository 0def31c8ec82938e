#include "changes.hpp"

#include <algorithm>
#include <utility>

#include "caveat/community/hands.hpp"
#include "caveat/community/in_force.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::committee {
namespace {

bool is_among(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

void hear_addresses(Changed& changed, std::string_view detail) {
    auto before = texts_in(detail, "addresses_before");
    const auto after = texts_in(detail, "addresses_after");
    std::erase_if(before, [](const auto& address) { return !mail::is_address(address); });
    // Where mail went before, if it is still there, behind another.
    if (!before.empty() && !after.empty() && after.front() != before.front() && is_among(after, before.front()))
        changed.behind = before.front();
    std::erase_if(before, [&](const auto& address) { return is_among(after, address); });
    changed.left = std::move(before);
}

}  // namespace

Changed what_changed(const storage::Entry& entry) {
    Changed changed{entry.number, entry.at, entry.actor, {}, texts_in(entry.detail, "fields")};
    if (auto maker = text_in(entry.detail, "token_of"); maker.starts_with("person "))
        changed.in_name = std::exchange(changed.actor, std::move(maker));
    changed.own = !text_in(entry.detail, "own").empty();
    if (!entry.act.starts_with("person.")) return changed;
    changed.team = TeamId{text_in(entry.detail, "team")};
    changed.named = text_in(entry.detail, "name");
    changed.spoke = !text_in(entry.detail, "spoke").empty();
    changed.over = texts_in(entry.detail, "in_place_of");
    hear_addresses(changed, entry.detail);
    const auto key_before = text_in(entry.detail, "key_before");
    changed.key_went = !key_before.empty() && key_before != text_in(entry.detail, "key_after");
    return changed;
}

bool is_told_no_more(storage::Store& store, const Changed& entry, Instant now) {
    constexpr auto kept_for = std::chrono::hours{24};
    if (now < std::max(entry.at, entry.heard) + kept_for) return false;
    if (entry.left.empty() && entry.behind.empty()) return true;
    auto free = entry.at;
    const auto denials = store.powers().denials();
    const auto goes_on = [&](const community::Denial& denial) {
        return community::is_hold(denial) && !denial.whole_team && denial.whom == entry.person.value &&
               denial.during.from < free + kept_for && denial.during.until && free < *denial.during.until;
    };
    for (auto hold = std::find_if(denials.begin(), denials.end(), goes_on); hold != denials.end();
         hold = std::find_if(denials.begin(), denials.end(), goes_on))
        free = *hold->during.until;
    return free + kept_for <= now;
}

bool has_field(const Changed& entry, std::string_view wanted) {
    return std::find(entry.fields.begin(), entry.fields.end(), wanted) != entry.fields.end();
}

std::string list_of(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

bool is_of_its_voice(const Changed& entry) {
    return !entry.person.empty() && !entry.team.empty() && (has_field(entry, "representative") || has_field(entry, "alternate"));
}

std::string by_whom(storage::Store& store, const Changed& entry) {
    const auto who = letters::who(store, entry.actor);
    return entry.in_name.empty() ? who : fmt::format("{} (with a token in the name of {})", who, letters::who(store, entry.in_name));
}

Doers::Doers(storage::Store& store, const std::string& subject) : store_(store) {
    store.journal().each({.from = 1, .limit = -1, .act = {}, .subject = subject}, [&](const storage::Entry& entry) {
        auto changed = what_changed(entry);
        if (!changed.in_name.empty()) lent_.insert_or_assign({entry.actor, entry.at}, std::move(changed));
    });
}

std::string Doers::doer(const std::string& actor, Instant at) const {
    const auto found = lent_.find({actor, at});
    return found == lent_.end() ? actor : found->second.actor;
}

std::string Doers::on_record(const std::string& actor, Instant at) const {
    const auto found = lent_.find({actor, at});
    return found == lent_.end() ? actor : found->second.actor + std::string(community::in_the_name_of) + actor;
}

std::string Doers::in_words(const std::string& actor, Instant at) const {
    const auto found = lent_.find({actor, at});
    return found == lent_.end() ? letters::who(store_, actor) : by_whom(store_, found->second);
}

std::string who_did(storage::Store& store, const std::string& subject, const std::string& actor, Instant at) {
    return Doers(store, subject).in_words(actor, at);
}

std::string doer_of(storage::Store& store, const std::string& subject, const std::string& actor, Instant at) {
    return Doers(store, subject).doer(actor, at);
}

}  // namespace caveat::committee
