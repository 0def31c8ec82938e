#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "acts.hpp"
#include "apply.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/openpgp/look.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/storage/goes_forward.hpp"
#include "check.hpp"
#include "confirming.hpp"
#include "entering.hpp"
#include "key_copies.hpp"
#include "load_walls.hpp"
#include "merge.hpp"
#include "offices_left.hpp"
#include "team_voice.hpp"
#include "undecided.hpp"
#include "warnings.hpp"

namespace caveat::registry {
namespace {

template <class Row>
std::unordered_set<std::string_view> ids(const std::vector<Row>& rows) {
    std::unordered_set<std::string_view> found;
    found.reserve(rows.size());
    for (const Row& row : rows) found.insert(row.id.value);
    return found;
}

// The register keeps terms and denials of people who have left, for the journal and the archive. They are left out here: they are not part
// of today's community, and a file that contained them would be refused for naming unknown people.
void drop_remembered(Census& census) {
    const auto teams = ids(census.teams);
    const auto people = ids(census.people);
    const auto lists = ids(census.lists);
    std::erase_if(census.terms, [&](const community::Term& term) {
        return !people.contains(term.person.value) || (!term.list.empty() && !lists.contains(term.list.value));
    });
    std::erase_if(census.denials, [&](const community::Denial& denial) {
        return !(denial.whole_team ? teams : people).contains(denial.whom) || (denial.resource != "*" && !lists.contains(denial.resource));
    });
    for (auto& team : census.teams) {
        std::erase_if(team.clearances, [&](const community::Clearance& clearance) { return !lists.contains(clearance.list.value); });
    }
}

// The lists of Appeal Panels are no part of what a file describes: they come and go with their panels (ruling l).
std::unordered_set<std::string> drop_rooms(Census& census) {
    std::unordered_set<std::string> rooms;
    for (const auto& list : census.lists) {
        if (community::is_room(list)) rooms.insert(list.id.value);
    }
    if (rooms.empty()) return rooms;
    std::erase_if(census.lists, [&](const auto& list) { return rooms.contains(list.id.value); });
    std::erase_if(census.subscriptions, [&](const auto& s) { return rooms.contains(s.list.value); });
    std::erase_if(census.terms, [&](const auto& term) { return rooms.contains(term.list.value); });
    for (auto& team : census.teams) {
        std::erase_if(team.clearances, [&](const auto& clearance) { return rooms.contains(clearance.list.value); });
    }
    return rooms;
}

// A file that names one, by a list of that name or with such a charter, is refused as a whole.
Result<void> names_no_room(const Census& wanted, const std::unordered_set<std::string>& rooms) {
    for (const auto& list : wanted.lists) {
        if (rooms.contains(list.id.value) || community::is_room(list)) {
            return fail(errc::denied, "ruling (l): {} is the list of an Appeal Panel, which no file describes; leave it out", list.id);
        }
    }
    return {};
}

template <class Row>
void sort_by_id(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
}

// Sorted, so that two exports of one community are the same bytes, whatever the order in which the rows were made.
void sort(Census& census) {
    sort_by_id(census.teams);
    sort_by_id(census.people);
    sort_by_id(census.lists);
    std::sort(census.terms.begin(), census.terms.end(), [](const community::Term& a, const community::Term& b) {
        return std::tie(a.role, a.list, a.during.from, a.person) < std::tie(b.role, b.list, b.during.from, b.person);
    });
    std::sort(census.denials.begin(), census.denials.end(), [](const community::Denial& a, const community::Denial& b) {
        return std::tie(a.during.from, a.whom, a.resource, a.id) < std::tie(b.during.from, b.whom, b.resource, b.id);
    });
}

// A new key of somebody else is not taken (K8). One that was there before may be in an export.
Result<void> keys_are_their_own(const Plan& plan, const Census& current) {
    Problems problems;
    for (const auto* person : plan.people.put) {
        if (person->key.empty()) continue;
        const auto before =
            std::find_if(current.people.begin(), current.people.end(), [&](const auto& one) { return one.id == person->id; });
        if (before != current.people.end() && before->key == person->key) continue;
        if (openpgp::is_of_others(person->key, mail::in_both_labels(person->addresses)))
            problems.add("person", person->id.value, "key: none of its user ids has an address that is on record");
    }
    if (problems.none()) return {};
    return fail(errc::denied, "{}", problems.error().detail);
}

// A file is no way around what its single acts refuse.
Result<void> changes_as_single_acts_do(const InACase& in_a_case, const policy::Rulebook& rules, const community::Actor& by,
                                       const Plan& plan, storage::Store& store, Instant now) {
    Problems problems;
    for (const auto& [before, after] : plan.changing) {
        auto ok = leaves_its_voice(in_a_case, by, *before, after, store, now);
        if (ok) ok = after == nullptr ? leaves_its_offices(rules, by, *before, store, now) : comes_by_its_own_hand(by, *before, *after);
        if (!ok) problems.add("person", before->id.value, "{}", ok.error().detail);
    }
    if (problems.none()) return {};
    return fail(errc::denied, "{}", problems.error().detail);
}

Result<void> takes_no_place(const Awaited& awaited, const Plan& plan) {
    if (!awaited || plan.people.put.empty()) return {};
    const auto all = awaited();
    std::unordered_map<std::string_view, const community::Person*> there;
    for (const auto& [before, after] : plan.changing) there.emplace(before->id.value, before);
    Problems problems;
    for (const auto* person : plan.people.put) {
        const auto before = there.find(person->id.value);
        const auto ok = leaves_awaited(all, before == there.end() ? nullptr : before->second, *person);
        if (!ok) problems.add("person", person->id.value, "{}", ok.error().detail);
    }
    if (problems.none()) return {};
    return fail(errc::denied, "{}", problems.error().detail);
}

struct Waiting {
    PersonId person;
    Weighed weighed;
};

// Nor does a person enter by it what no single act of theirs takes. What was there before stays.
Result<void> keys_as_single_acts_take_them(const Plan& plan, const Census& current, const std::vector<Waiting>& waiting) {
    Problems problems;
    const auto look = [&](const PersonId& person, const std::string& key) {
        const auto flaw = key.empty() ? std::string() : openpgp::flaw_of(key);
        if (!flaw.empty()) problems.add("person", person.value, "key: cannot be used: {}", flaw);
    };
    std::unordered_map<std::string_view, std::string_view> there;
    for (const auto& person : current.people) there.emplace(person.id.value, person.key);
    for (const auto* person : plan.people.put) {
        if (const auto before = there.find(person->id.value); before == there.end() || before->second != person->key)
            look(person->id, person->key);
    }
    for (const auto& one : waiting) {
        for (const auto& row : one.weighed.waits) look(one.person, row.wanted);
    }
    if (problems.none()) return {};
    return fail(errc::denied, "{}", problems.error().detail);
}

Census read(storage::Register& rows) {
    Census census;
    census.teams = rows.teams();
    census.people = rows.people();
    census.terms = rows.terms();
    census.lists = rows.lists();
    census.denials = rows.denials();
    rows.each_subscription([&](const community::Subscription& subscription) { census.subscriptions.push_back(subscription); });
    drop_remembered(census);
    make_canonical(census);
    return census;
}

struct Answer {
    Plan plan;
    Loaded loaded;
    std::vector<Waiting> waiting;
};

// A file may be of long ago: what has become of a key since then stays, and the rest of the file is loaded.
void take_in_the_key(storage::Store& store, const community::Person* before, community::Person& person, std::vector<std::string>& passed) {
    if (person.key.empty() || (before != nullptr && before->key == person.key)) return;
    auto kept = with_what_is_known(store, before, person);
    if (auto line = passed_over(before, person, kept); !line.empty()) passed.push_back(std::move(line));
    person.key = std::move(kept.key);
}

// A file is a door like any other: what it changes of somebody who is there waits as at the others, and a key that waits is not yet wanted
// here. A key of somebody else is left in, to be refused.
std::vector<Waiting> what_waits(storage::Store& store, const community::Actor& by, Census& wanted, const Census& current, Instant now,
                                std::vector<std::string>& passed) {
    std::vector<Waiting> all;
    std::unordered_map<std::string_view, const community::Person*> there;
    for (const auto& person : current.people) there.emplace(person.id.value, &person);
    for (auto& person : wanted.people) {
        const auto before = there.find(person.id.value);
        const auto* was = before == there.end() ? nullptr : before->second;
        take_in_the_key(store, was, person, passed);
        if (was == nullptr) {
            auto rows = entered_again(store, person, by, now);
            if (!rows.empty()) all.push_back({person.id, {person, std::move(rows), {}}});
            continue;
        }
        if (before->second->key == person.key && before->second->addresses == person.addresses) continue;
        if (openpgp::is_of_others(person.key, mail::in_both_labels(person.addresses)) && before->second->key != person.key) continue;
        auto weighed = weigh_now(store, *before->second, person, by, now);
        person.key = weighed.put.key;
        if (!weighed.waits.empty() || !weighed.settled.empty()) all.push_back({person.id, std::move(weighed)});
    }
    return all;
}

void say(const std::vector<Waiting>& waiting, Loaded& loaded) {
    for (const auto& one : waiting) {
        for (const auto& row : one.weighed.waits) {
            const bool key = row.what == community::Unconfirmed::What::key;
            if (key && row.wanted.empty()) {
                loaded.warnings.push_back(fmt::format("person {}: {}; see: caveat person show {}", one.person,
                                                      row.known.empty()
                                                          ? "comes without the key that was theirs: another one waits to be confirmed"
                                                          : "the key is gone or ended: another in its place waits to be confirmed",
                                                      one.person));
                continue;
            }
            if (key) loaded.changes.push_back({Change::Kind::change, "person", one.person.value, "key: waits to be confirmed"});
            loaded.warnings.push_back(
                fmt::format("person {}: the new {} to be confirmed, by the person or by another than you; see: caveat person show {}",
                            one.person, key ? "key waits" : "addresses wait", one.person));
        }
    }
}

// As where a single act removes them: their terms end with their place, and stay on record.
void keep_terms_of_who_goes(Plan& plan) {
    std::unordered_set<std::string_view> going;
    for (const auto* person : plan.people.remove) going.insert(person->id.value);
    std::erase_if(plan.terms.remove, [&](const auto* term) { return going.contains(term->person.value); });
    std::erase_if(plan.changes, [&](const auto& change) { return change.facts.term && going.contains(change.facts.term->person.value); });
}

// As its single acts have it: what the representative does to the people and the data of their team is its own word.
void note_own_words(const community::Actor& by, storage::Store& store, Plan& plan, Instant now) {
    const auto who = store.directory().person(*by.person);
    if (!who || !is_own_word_of(by, who->team, store, now, true)) return;
    for (auto& change : plan.changes)
        change.facts.own = change.facts.team == who->team || (change.what == "team" && change.id == who->team.value);
}

// And whoever spoke for a team until its representative comes is named with them.
void note_whose_voice(storage::Store& store, Plan& plan, const Census& current, Instant now) {
    std::unordered_set<std::string_view> with_alternate;
    for (const auto& person : current.people) {
        if (person.alternate) with_alternate.insert(person.team.value);
    }
    std::unordered_map<std::string_view, const community::Person*> before;
    for (const auto& [was, becomes] : plan.changing) before.emplace(was->id.value, was);
    std::unordered_map<std::string_view, std::vector<std::string>> over;
    for (const auto* person : plan.people.put) {
        if (!with_alternate.contains(person->team.value)) continue;  // as of most, and reading all people for each takes long
        const auto was = before.find(person->id.value);
        over[person->id.value] = spoken_over(was == before.end() ? nullptr : was->second, *person, store.register_rows(), now);
    }
    for (auto& change : plan.changes) {
        const auto found = over.find(change.id);
        if (change.what == "person" && found != over.end()) change.facts.in_place_of = found->second;
    }
}

// What sets a community up may be entered by any clock. By one that stands before its beginning a term would not end, but be gone.
Result<void> dates_of_roles_count(const community::Actor& by, const Plan& plan, storage::Store& store, Instant now) {
    const bool roles = !plan.terms.remove.empty() || (by.person && !plan.terms.put.empty());
    return roles ? storage::goes_forward(store, now) : Result<void>{};
}

// What a community that exists is told about a load that decides in the committee's place. The first load decides nothing: it says what was
// there before this program was used (ruling ii).
Result<std::vector<std::string>> without_decision(storage::Store& store, std::vector<Undecided> all, const Census& current) {
    std::vector<std::string> lines;
    if (auto ok = against_no_decision(store, all); !ok) return tl::unexpected(ok.error());
    if (current.teams.empty() && store.minutes().motions().empty()) return lines;
    for (auto& one : all) lines.push_back(std::move(one.line));
    return lines;
}

void record_undecided(const std::vector<std::string>& lines, std::string_view actor, storage::Journal& journal, Instant now) {
    for (std::size_t i = 0; i < std::min(lines.size(), most_entries); ++i)
        journal.append(now, actor, "community.load.undecided", "", Detail{}.add("what", lines[i]).text());
    if (lines.size() <= most_entries) return;
    journal.append(now, actor, "community.load.undecided", "", Detail{}.add("more", lines.size() - most_entries).text());
}

}  // namespace

Registry::Registry(storage::Store& store, const policy::Rulebook& rules, const Clock& clock, Citation cite, openpgp::Engine* keys,
                   std::string domain, InACase in_a_case, Awaited awaited)
    : store_(store),
      rules_(rules),
      clock_(clock),
      cite_(std::move(cite)),
      keys_(keys),
      domain_(std::move(domain)),
      in_a_case_(std::move(in_a_case)),
      awaited_(std::move(awaited)) {}

Census Registry::census() {
    const storage::Store::Reading reading(store_);
    Census census = read(store_.register_rows());
    drop_rooms(census);
    sort(census);
    return census;
}

Result<Loaded> Registry::load(const community::Actor& by, const Census& census, const Manner& manner) {
    Census wanted = census;
    make_canonical(wanted);
    const Instant now = clock_.now();
    // What the file asks for, against the register as it is; both outlive the plan.
    const auto answer = [&](const Census& current) -> Result<Answer> {
        if (!manner.prune) take_in(wanted, current, now);
        if (by.person) take_in_history(wanted, current, rules_, now);
        std::vector<std::string> passed;
        auto waiting = what_waits(store_, by, wanted, current, now, passed);
        if (const Problems problems = check(wanted, rules_, domain_); !problems.none()) return tl::unexpected(problems.error());
        Plan plan = compare(wanted, current, now);
        if (auto ok = walls_stand(plan, wanted, current, rules_, store_.register_rows(), now); !ok) return tl::unexpected(ok.error());
        if (auto ok = keys_are_their_own(plan, current); !ok) return tl::unexpected(ok.error());
        if (auto ok = changes_as_single_acts_do(in_a_case_, rules_, by, plan, store_, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = takes_no_place(awaited_, plan); !ok) return tl::unexpected(ok.error());
        auto to_decide = undecided_in(rules_, plan, current, now);
        if (by.person) {
            if (auto ok = nothing_undecided(to_decide); !ok) return tl::unexpected(ok.error());
            if (auto ok = keys_as_single_acts_take_them(plan, current, waiting); !ok) return tl::unexpected(ok.error());
            keep_terms_of_who_goes(plan);
            note_own_words(by, store_, plan, now);
            note_whose_voice(store_, plan, current, now);
        }
        if (auto ok = dates_of_roles_count(by, plan, store_, now); !ok) return tl::unexpected(ok.error());
        if (by.person) {
            if (auto ok = as_by_single_acts(by, plan, wanted, current, rules_, now); !ok) return tl::unexpected(ok.error());
        }
        if (!manner.prune) plan.left_out_unnamed = true;
        auto lines = warnings(census, wanted, plan, rules_, now);
        lines.insert(lines.end(), passed.begin(), passed.end());
        auto undecided = without_decision(store_, std::move(to_decide), current);
        if (!undecided) return tl::unexpected(undecided.error());
        Loaded loaded{plan.changes, std::move(lines), std::move(*undecided)};
        say(waiting, loaded);
        return Answer{std::move(plan), std::move(loaded), std::move(waiting)};
    };
    if (manner.dry_run) {
        const storage::Store::Reading reading(store_);
        Census current = read(store_.register_rows());
        if (auto ok = names_no_room(wanted, drop_rooms(current)); !ok) return tl::unexpected(ok.error());
        auto said = answer(current);
        if (!said) return tl::unexpected(said.error());
        return std::move(said->loaded);
    }
    storage::Store::Transaction transaction(store_);
    Census current = read(store_.register_rows());
    if (auto ok = names_no_room(wanted, drop_rooms(current)); !ok) return tl::unexpected(ok.error());
    auto said = answer(current);
    if (!said) return tl::unexpected(said.error());
    if (!said->plan.changes.empty() || !said->waiting.empty()) {
        apply(said->plan, rules_, store_, now);
        record(said->plan.changes, by, store_.journal(), now);
        record_undecided(said->loaded.undecided, by.name, store_.journal(), now);
        for (const auto& one : said->waiting) keep_waiting(store_, by, one.person, one.weighed, now);
        transaction.commit();
    }
    return std::move(said->loaded);
}

}  // namespace caveat::registry
