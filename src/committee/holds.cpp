// Security holds (C6): an address or key that is not its owner's for the moment, with its denial in the register.
#include <algorithm>

#include "bindings.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/community/in_force.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "changes.hpp"
#include "docket.hpp"
#include "doubted.hpp"
#include "due.hpp"
#include "electors.hpp"
#include "register.hpp"
#include "silences.hpp"

namespace caveat::committee {
namespace {

conduct::Hold hold_of(const storage::HoldRow& row) {
    conduct::Hold hold{row.person, row.reason, row.actor, row.decision, row.placed, row.until, {}, row.lifted, row.told};
    for (const auto& e : row.extensions) hold.extensions.push_back({e.at, e.until, e.decision});
    return hold;
}

HoldFile as_file(storage::Store& store, const storage::HoldRow& row, Instant now) {
    const auto hold = hold_of(row);
    return {row.id, hold, community::in_force(conduct::as_denial(hold), now), hold.lifted.value_or(conduct::ends_at(hold)),
            Doers(store, row.person.value).on_record(row.actor, row.placed)};
}

Result<storage::HoldRow> find(storage::Store& store, std::int64_t id) {
    auto row = store.minutes().hold(id);
    if (!row) return fail(errc::not_found, "hold {} is not there; see: caveat hold list", id);
    return std::move(*row);
}

// Whether the clocks of its cases stand still turns on whose doing a hold is (silences.cpp). By hands of which one pair is the team's and
// the other is not, nobody can say: its own people would stop them with somebody else's token, and others let them run with its name.
Result<void> is_one_sides_doing(storage::Store& store, const community::Actor& by, const TeamId& team, Instant now) {
    const auto is_theirs = [&](const std::string& hand) { return was_of(store, hand, team, now); };
    if (community::has_own_hand(by) || is_theirs(by.name) == is_theirs(by.lent_by)) return {};
    return fail(errc::denied,
                "items 27 and 42: {} made this token for {}, and one of the two is of {}, whose clocks a hold stops where others place it; "
                "needs a session, a token of one's own, or a decision",
                by.lent_by, by.name, team);
}

// Who this person was before, by the addresses and the key that they have: a hold is on those as much as on an id.
std::vector<PersonId> known_as(storage::Store& store, const community::Person& person) {
    std::vector<std::string> marks;
    for (const auto& address : person.addresses) marks.push_back(storage::mark_of_address(mail::normalise_address(address)));
    if (!person.key.empty()) {
        for (const auto& held : store.keys().held()) {
            if (held.person == person.id && held.fact) marks.push_back(storage::mark_of_key(held.fact->fingerprint));
        }
    }
    auto all = store.directory().who_had(marks);
    all.push_back(person.id);
    return all;
}

std::vector<conduct::Hold> holds_before(storage::Store& store, const community::Person& person) {
    const auto ids = known_as(store, person);
    std::vector<conduct::Hold> before;
    for (const auto& row : store.minutes().holds()) {
        if (std::find(ids.begin(), ids.end(), row.person) == ids.end()) continue;
        before.push_back(hold_of(row));
        before.back().person = person.id;
        before.back().actor = doer_of(store, row.person.value, row.actor, row.placed);
    }
    return before;
}

struct Entry {
    std::string_view act;
    std::string decision;
};

// Writes the changed row, its denial, the use of the decision and the journal entry.
HoldFile write(storage::Store& store, const community::Actor& by, storage::HoldRow row, const conduct::Hold& hold, const Entry& entry,
               Instant now) {
    row.person = hold.person;
    row.reason = hold.reason;
    row.actor = hold.actor;
    row.decision = hold.decision;
    row.placed = hold.placed;
    row.until = hold.until;
    row.lifted = hold.lifted;
    row.told = hold.told;
    row.extensions.clear();
    for (const auto& e : hold.extensions) row.extensions.push_back({e.at, e.until, e.decision});
    auto denial = conduct::as_denial(hold);
    denial.id = row.denial;
    row.denial = store.powers_writer().put(denial);
    row.id = store.minutes().put(row);
    const auto held = store.directory().person(hold.person);
    Detail detail;
    detail.add("hold", row.id).add("until", to_string(*denial.during.until));
    if (entry.act == "hold.placed") detail.add("reason", hold.reason);
    if (entry.act == "hold.placed" && held) detail.add("team", held->team.value);
    if (!entry.decision.empty()) detail.add("decision", entry.decision);
    community::add_maker(detail, by);
    store.journal().append(now, by.name, entry.act, hold.person.value, detail.text());
    // Whether clocks stand still by it, the entry tells: by whose hands it came.
    if (held && !keep_silence_of(store, held->team, now, false)) keep_clocks_of(store, held->team, silences_of(store, held->team));
    return as_file(store, row, now);
}

// The decision by which it stands now, if one placed or extended it.
std::optional<std::string> stands_by(const storage::HoldRow& row) {
    if (!row.extensions.empty()) return row.extensions.back().decision;
    return row.decision.empty() ? std::nullopt : std::optional(row.decision);
}

// An account that was taken over has friends in its own team: what others placed on it, or decided, is theirs to lift early.
Result<void> leaves_what_others_placed(storage::Store& store, const community::Actor& by, const storage::HoldRow& row) {
    const auto team = team_of_whom(store, row.person);
    if (!team || !is_of(store, by, *team)) return {};
    const auto decision = stands_by(row);
    const auto doer = doer_of(store, row.person.value, row.actor, row.placed);
    if (!decision && was_of(store, doer, *team, row.placed)) return {};
    const auto why =
        decision ? fmt::format("this hold stands by decision {} of the committee", *decision) : fmt::format("{} placed this hold", doer);
    return fail(errc::denied, "item 42: {}; it is lifted early by somebody who is not of {}, or ends by itself", why, *team);
}

}  // namespace

Result<HoldFile> Committee::place(const community::Actor& by, const PersonId& person, const std::string& reason,
                                  const std::string& decision, std::optional<conduct::Period> length) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    // With a decision the committee itself places it, and whoever records may record that.
    if (auto ok = decision.empty() ? may_hold(store_, rules_, by, now) : may_record_at_any_clock(store_, rules_, by, now); !ok)
        return tl::unexpected(ok.error());
    const auto whom = store_.directory().person(person);
    if (!whom) return fail(errc::not_found, "person {} is not there", person.value.substr(0, 64));
    if (decision.empty()) {
        if (auto ok = leaves_the_chair(store_, rules_, by, person, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_one_sides_doing(store_, by, whom->team, now); !ok) return tl::unexpected(ok.error());
    }
    const auto numbers = numbers_of(rules_);
    if (!numbers) return tl::unexpected(numbers.error());
    if (!decision.empty()) {
        const auto deed = deed_of_hold("hold.place", person, length.value_or(numbers->hold_max));
        if (auto ok = cite(store_, rules_, vault_, by, decision, deed, now); !ok) return tl::unexpected(ok.error());
    }
    const auto& hand = community::has_own_hand(by) ? by.name : by.lent_by;
    auto placed = conduct::place({person, reason, hand, decision, length}, holds_before(store_, *whom), now, *numbers);
    if (!placed) return tl::unexpected(placed.error());
    placed->actor = by.name;
    if (!decision.empty()) spend(store_, decision, "hold.place", person.value);
    // What a thief made meanwhile outlives neither the hold nor a new address: they enrol anew (item 42). Tokens that others made for
    // the person are no thief's. Nor does a key or an address count on that they may have entered.
    store_.powers_writer().end_access(person, now);
    auto file = write(store_, by, {}, *placed, {"hold.placed", decision}, now);
    doubt_what_they_entered(store_, by, *whom, now);
    transaction.commit();
    return file;
}

Result<HoldFile> Committee::extend(const community::Actor& by, std::int64_t id, const std::string& decision,
                                   std::optional<conduct::Period> by_length) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto row = find(store_, id);
    if (!row) return tl::unexpected(row.error());
    const auto numbers = numbers_of(rules_);
    if (!numbers) return tl::unexpected(numbers.error());
    const auto length = by_length.value_or(numbers->hold_max);
    const auto deed = deed_of_hold("hold.extend", row->person, length);
    if (auto ok = cite(store_, rules_, vault_, by, decision, deed, now); !ok) return tl::unexpected(ok.error());
    const auto longer = conduct::extend(hold_of(*row), length, decision, now, *numbers);
    if (!longer) return tl::unexpected(longer.error());
    spend(store_, decision, "hold.extend", row->person.value);
    auto file = write(store_, by, *row, *longer, {"hold.extended", decision}, now);
    transaction.commit();
    return file;
}

Result<HoldFile> Committee::lift(const community::Actor& by, std::int64_t id) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_hold(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto row = find(store_, id);
    if (!row) return tl::unexpected(row.error());
    if (auto ok = leaves_what_others_placed(store_, by, *row); !ok) return tl::unexpected(ok.error());
    const auto lifted = conduct::lift(hold_of(*row), now);
    if (!lifted) return tl::unexpected(lifted.error());
    auto file = write(store_, by, *row, *lifted, {"hold.lifted", stands_by(*row).value_or(std::string())}, now);
    transaction.commit();
    return file;
}

Result<HoldFile> Committee::told(const community::Actor& by, std::int64_t id, const AlongHold& along) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record_at_any_clock(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto row = find(store_, id);
    if (!row) return tl::unexpected(row.error());
    // What a person says of it is a remark: the letters go out all the same.
    const auto after = along && row->told ? Result<conduct::Hold>(hold_of(*row)) : conduct::tell(hold_of(*row), now);
    if (!after) return tl::unexpected(after.error());
    auto file = write(store_, by, *row, *after, {"hold.told", {}}, now);
    if (along) {
        if (auto ok = along(file); !ok) return tl::unexpected(ok.error());
    }
    transaction.commit();
    return file;
}

std::vector<storage::HoldRow> holds_without_letter(storage::Store& store, Instant now) {
    constexpr std::chrono::hours news_for{7 * 24};
    auto rows = store.minutes().holds();
    std::erase_if(rows, [&](const storage::HoldRow& row) {
        if (!row.told) return false;
        const Instant changed = row.extensions.empty() ? row.placed : row.extensions.back().at;
        if (changed + news_for <= now) return true;
        bool written = false;
        const auto number = fmt::format("\"hold\":{},", row.id);
        store.journal().each({.from = 1, .limit = -1, .act = "hold.", .subject = row.person.value}, [&](const storage::Entry& entry) {
            if (entry.detail.find(number) == std::string::npos) return;
            if (entry.act == "hold.extended") written = false;  // they know of another end
            if (entry.act == "hold.told" && entry.actor == by_itself.name) written = true;
        });
        return written;
    });
    return rows;
}

std::vector<HoldFile> Committee::holds() {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    std::vector<HoldFile> all;
    for (const auto& row : store_.minutes().holds()) all.push_back(as_file(store_, row, now));
    return all;
}

}  // namespace caveat::committee
