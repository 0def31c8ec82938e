// A team's word, every few months, that its contact data is right (item 60). A confirmation is a row of its own, with the hash of what was
// on record; the one before ends with it. No right opens or ends by it.
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "electors.hpp"
#include "matter_rows.hpp"
#include "matters.hpp"

namespace caveat::committee {
namespace {

// Nobody is asked about the time before this program was used.
Instant first_entry(storage::Store& store) {
    Instant first{};
    store.journal().each({.from = 1, .limit = 1, .act = {}, .subject = {}}, [&](const storage::Entry& entry) { first = entry.at; });
    return first;
}

std::map<TeamId, Matter> last_confirmations(storage::Store& store, Instant now) {
    std::map<TeamId, Matter> last;
    for (auto& one : store.matters().alive(now)) {
        if (one.kind != MatterKind::confirmation || one.closed) continue;
        auto team = one.team;
        last.insert_or_assign(std::move(team), std::move(one));
    }
    return last;
}

std::string_view state_at(const ContactCheck& check, Instant now) {
    if (now < check.due) return "current";
    return now < check.late ? "due" : "overdue";
}

}  // namespace

std::vector<ContactCheck> contact_checks_of(storage::Store& store, const policy::Rulebook& rules, Instant now) {
    std::vector<ContactCheck> all;
    const auto numbers = numbers_of(rules);
    if (!numbers || numbers->recertify == conduct::Period{}) return all;
    const auto first = first_entry(store);
    const auto last = last_confirmations(store, now);
    for (const auto& team : store.directory().teams()) {
        if (rules.is_outside(team.category)) continue;
        ContactCheck check{.team = team.id};
        check.since = std::max(first, team.since ? start_of(*team.since) : first);
        if (const auto found = last.find(team.id); found != last.end()) {
            check.confirmed = found->second.at;
            check.by = found->second.actor;
            check.since = std::max(check.since, found->second.at);
        }
        check.due = numbers->recertify.after(check.since, Rounding::later);
        check.late = numbers->recertify_grace.after(check.due, Rounding::later);
        check.state = state_at(check, now);
        all.push_back(std::move(check));
    }
    return all;
}

namespace {

std::string contact_record(storage::Store& store, const community::Team& team) {
    std::string record;
    for (const auto& person : store.directory().people()) {
        if (person.team != team.id) continue;
        record += fmt::format("  {} ({}){}\n    {}; {}\n", person.name, person.id,
                              person.representative ? ", representative"
                              : person.alternate    ? ", alternate"
                                                    : "",
                              fmt::join(person.addresses, ", "), person.key.empty() ? "no OpenPGP key" : "with an OpenPGP key");
    }
    if (record.empty()) record = "  nobody\n";
    record += fmt::format("\nConstituency: {}\n", team.constituency.empty() ? "not stated" : team.constituency);
    record += fmt::format("Its networks and domains: {}", team.ranges.empty() ? "not stated" : team.ranges);
    return record;
}

}  // namespace

std::vector<ContactCheck> Matters::contact_checks() {
    storage::Store::Reading reading(store_);
    return contact_checks_of(store_, rules_, clock_.now());
}

Result<ContactCheck> Matters::confirm_contacts(const community::Actor& by, const TeamId& id) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto team = store_.directory().team(id);
    if (!team) return fail(errc::not_found, "team {} is not there; see: caveat team list", id.value.substr(0, 64));
    if (rules_.is_outside(team->category))
        return fail(errc::denied, "item 60: members and partners confirm their contact data; {} is {}", id, team->category);
    if (auto ok = may_speak_for(store_, rules_, by, id, now); !ok) return tl::unexpected(ok.error());
    const auto last = last_confirmations(store_, now);
    if (const auto before = last.find(id); before != last.end()) {
        auto ended = before->second;
        ended.closed = now;
        ended.closed_by = by.name;
        ended.outcome = "confirmed again";
        store_.matters().close(ended);
    }
    auto confirmed = new_matter(store_, MatterKind::confirmation, by, now);
    confirmed.team = id;
    confirmed.what = "contact data";
    confirmed.hash = vault::hex(vault::sha256(contact_record(store_, *team)));
    keep(by, confirmed, "contacts.confirmed");
    const auto checks = contact_checks_of(store_, rules_, now);
    const auto found = std::find_if(checks.begin(), checks.end(), [&](const auto& check) { return check.team == id; });
    if (found == checks.end()) return fail(errc::denied, "item 60: the rule book asks nobody to confirm contact data (profile.recertify)");
    transaction.commit();
    return *found;
}

}  // namespace caveat::committee
