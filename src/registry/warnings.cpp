#include "warnings.hpp"

#include <unordered_map>
#include <unordered_set>

#include "caveat/community/term_rules.hpp"
#include "caveat/openpgp/look.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/policy/prospect.hpp"
#include "check.hpp"

namespace caveat::registry {
namespace {

using community::Tlp;

class Warned {
public:
    void add(std::string line) {
        if (++count_ <= most_warnings) lines_.push_back(std::move(line));
    }
    std::vector<std::string> take() {
        if (count_ > lines_.size()) lines_.push_back(fmt::format("and {} more", count_ - lines_.size()));
        return std::move(lines_);
    }

private:
    std::vector<std::string> lines_;
    std::size_t count_ = 0;
};

void look_at_list(const community::List& list, const policy::Rulebook& rules, Instant now, Warned& warned) {
    if (list.expires && *list.expires <= now) warned.add(fmt::format("list {} is closed since {}", list.id, to_string(*list.expires)));
    if (list.max_tlp == Tlp::red && list.encryption != community::Encryption::required) {
        warned.add(fmt::format("list {} has max_tlp RED without encryption = required: RED will be refused there", list.id));
    }
    const Tlp unlabelled = list.default_tlp.value_or(rules.default_label());
    if (unlabelled > list.max_tlp) {
        warned.add(fmt::format("list {} has no default_tlp, so unlabelled posts are {} and above its max_tlp {}: they will be refused",
                               list.id, name(unlabelled), name(list.max_tlp)));
    }
}

// A key that was there before may be in an export, and is told of when its person is changed. GnuPG is not asked: there may be hundreds.
void look_at_key(const community::Person& person, Warned& warned) {
    if (person.key.empty()) return;
    const auto flaw = openpgp::flaw_of(person.key);
    if (!flaw.empty()) warned.add(fmt::format("the key of {} cannot be used, nothing is sealed to it: {}", person.id, flaw));
}

// The codes that ISO 3166-1 leaves to whoever uses them: AA, QM to QZ, XA to XZ and ZZ are nobody's economy.
bool is_of_its_users(std::string_view economy) {
    if (economy.size() != 2) return false;
    return economy == "AA" || economy == "ZZ" || economy[0] == 'X' || (economy[0] == 'Q' && economy[1] >= 'M');
}

std::optional<policy::Number> length_of(community::Office office) {
    switch (office) {
        case community::Office::none:
            return std::nullopt;
        case community::Office::seat:
            return policy::Number::seat_term;
        case community::Office::chair:
            return policy::Number::chair_term;
        case community::Office::deputy:
            return policy::Number::deputy_term;
        case community::Office::secretariat:
            return policy::Number::secretariat_term;
    }
    return std::nullopt;
}

// Items 49, 53 and 54. What was there before this program may have been longer, so it comes in, and is told.
void look_at_length(const community::Term& term, const policy::Rulebook& rules, Warned& warned) {
    const auto number = length_of(rules.office_of(term.role));
    if (!number) return;
    const auto longest = std::get<policy::Length>(rules.value(*number));
    const Date day = date_of(term.during.from);
    const Instant latest = start_of(add_months(day, longest.months, Rounding::later)) + (term.during.from - start_of(day)) + longest.time;
    if (term.during.until && *term.during.until <= latest) return;
    const auto& row = policy::row_of(*number);
    warned.add(fmt::format("the term of {} as {}, {}, is longer than the rule book allows: {} is {}, so it would end by {}", term.person,
                           term.role, community::span(term.during), row.key, rules.setting(row.key).value_or(std::string(row.seed)),
                           to_string(date_of(latest))));
}

// The facts of each person as storage would give them, found by hash instead of a query for each of 200,000 subscriptions.
class Standings {
public:
    Standings(const Census& census, const Plan& plan, Instant now) : now_(now) {
        for (const auto& team : census.teams) teams_.emplace(team.id.value, &team);
        for (const auto& person : census.people) people_.emplace(person.id.value, &person);
        for (const auto& list : census.lists) lists_.emplace(list.id.value, &list);
        for (const auto& term : census.terms) {
            if (term.during.over_at(now)) continue;
            terms_[term.person.value].push_back(&term);
            const auto person = people_.find(term.person.value);
            if (term.list.empty() && person != people_.end()) of_team_[person->second->team.value].push_back(&term);
        }
        for (const auto& denial : census.denials) {
            if (!denial.during.over_at(now)) denials_[denial.whom].push_back(&denial);
        }
        for (const auto* denial : plan.left_out) denials_[denial->whom].push_back(denial);
    }

    [[nodiscard]] const community::List& list(const ListId& id) const { return *lists_.at(id.value); }

    [[nodiscard]] community::Standing of(const community::Subscription& subscription) const {
        const auto& person = *people_.at(subscription.person.value);
        const auto& team = *teams_.at(person.team.value);
        community::Standing who;
        who.person = person.id;
        who.team = team.id;
        who.category = team.category;
        who.subtype = team.subtype;
        who.since = team.since;
        who.mou = team.mou;
        who.representative = person.representative;
        who.valid_key = !person.key.empty();
        who.address = person.addresses.front();
        who.roster = community::Roster{{now_, std::nullopt}, subscription.delivery};
        for (const auto& clearance : team.clearances) {
            if (clearance.list == subscription.list) who.clearance = clearance.label;
        }
        if (const auto found = terms_.find(person.id.value); found != terms_.end()) {
            for (const auto* term : found->second) who.terms.push_back(*term);
            if (const auto theirs = of_team_.find(team.id.value); theirs != of_team_.end())
                for (const auto* term : theirs->second) who.of_team.push_back(*term);
        }
        take_denials(person.id.value, false, who);
        take_denials(team.id.value, true, who);
        return who;
    }

private:
    template <class Row>
    using Index = std::unordered_map<std::string_view, Row>;

    void take_denials(std::string_view whom, bool whole_team, community::Standing& who) const {
        const auto found = denials_.find(whom);
        if (found == denials_.end()) return;
        for (const auto* denial : found->second) {
            if (denial->whole_team == whole_team) who.denials.push_back(*denial);
        }
    }

    Instant now_;
    Index<const community::Team*> teams_;
    Index<const community::Person*> people_;
    Index<const community::List*> lists_;
    Index<std::vector<const community::Term*>> terms_, of_team_;
    Index<std::vector<const community::Denial*>> denials_;
};

std::string says_worthless(const community::Term& term, std::string_view category) {
    return fmt::format(
        "{} is {} of the community, which counts for nothing: only Operational Members hold an office, and their team is {}; end it: {}",
        term.person, term.role, category, community::how_to_end(term));
}

std::string says_unseated(const community::Term& term) {
    return fmt::format(
        "{} is {} of the community, which counts for nothing: nobody of their team has a seat on the committee now (item 53); end it, or "
        "put the seat on record: {}",
        term.person, term.role, community::how_to_end(term));
}

// Items 7 and 12. The committee is told of the category; whose office it takes the worth from, this says.
void look_at_offices(const Census& whole, const Plan& plan, const policy::Rulebook& rules, Instant now, Warned& warned) {
    std::unordered_set<std::string_view> teams, holders;  // that this load puts
    for (const auto* team : plan.teams.put) teams.insert(team->id.value);
    for (const auto* term : plan.terms.put) holders.insert(term->person.value);
    std::unordered_map<std::string_view, std::string_view> categories, outside;  // of each team without offices, and of those of its people
    for (const auto& team : whole.teams) {
        if (!rules.is_member(team.category)) categories.emplace(team.id.value, team.category);
    }
    for (const auto& person : whole.people) {
        const auto category = categories.find(person.team.value);
        const bool is_put = teams.contains(person.team.value) || holders.contains(person.id.value);
        if (is_put && category != categories.end()) outside.emplace(person.id.value, category->second);
    }
    for (const auto& term : whole.terms) {
        const auto person = outside.find(term.person.value);
        if (person == outside.end() || term.during.over_at(now) || rules.office_of(term.role) == community::Office::none) continue;
        warned.add(says_worthless(term, person->second));
    }
}

// Ruling (ll), of a role of a list that was given when its holder could still read that list.
std::string says_unfit(const community::Term& term, const std::string& why) {
    return fmt::format("{} is {} of {}, which counts for nothing: {}; end it: {}", term.person, term.role, term.list, why,
                       community::how_to_end(term));
}

}  // namespace

std::vector<std::string> worthless_offices(storage::Store& store, const policy::Rulebook& rules, Instant now) {
    storage::Store::Reading reading(store);
    std::vector<std::string> all;
    for (const auto& held : store.powers().held_terms(now)) {
        const auto& term = held.term;
        const bool office = rules.office_of(term.role) != community::Office::none;
        if (office && !rules.counts(held))
            all.push_back(rules.counts(term.role, held.category) ? says_unseated(term) : says_worthless(term, held.category));
        if (const auto why = policy::unfit(rules, held); !why.empty()) all.push_back(says_unfit(term, why));
    }
    return all;
}

// Asked under the most favourable conditions: verified relay, sealed copy, named by the author. Whoever receives nothing then never will.
std::optional<std::string> nothing_today(const community::Subscription& subscription, const community::Standing& who,
                                         const community::List& list, const policy::Rulebook& rules, Instant now) {
    if (subscription.delivery == community::DeliveryMode::none) return std::nullopt;
    if (list.expires && *list.expires <= now) return std::nullopt;
    const policy::World world{now, true, who.valid_key};
    std::optional<policy::Permission> first;
    for (auto label = Tlp::clear; label <= list.max_tlp; label = static_cast<Tlp>(static_cast<int>(label) + 1)) {
        const auto decision = policy::may(rules, community::Verb::receive, who, list, {label, now, true, true}, world);
        if (decision.answer != policy::Answer::no) return std::nullopt;
        if (!first) first = decision;
    }
    const auto because = policy::explain(rules, *first, who, list, true);
    return fmt::format("{} on {} can receive nothing today: {}", subscription.person, subscription.list,
                       because.empty() ? "no rule grants it" : community::line(because.front()));
}

std::vector<std::string> warnings(const Census& described, const Census& whole, const Plan& plan, const policy::Rulebook& rules,
                                  Instant now) {
    Warned warned;
    for (const auto* denial : plan.left_out) {
        if (plan.left_out_unnamed) break;
        warned.add(
            fmt::format("denial {} is not in the file and stays in force; to end it, write it with an earlier until", subject_of(*denial)));
    }
    for (const auto& list : described.lists) look_at_list(list, rules, now, warned);
    for (const auto* person : plan.people.put) look_at_key(*person, warned);
    for (const auto* team : plan.teams.put) {
        if (is_of_its_users(team->economy))
            warned.add(fmt::format("team {} is of economy {}, which ISO 3166-1 gives to nobody: each user means another by it", team->id,
                                   team->economy));
    }
    for (const auto* term : plan.terms.put) look_at_length(*term, rules, warned);
    look_at_offices(whole, plan, rules, now, warned);
    const Standings standings(whole, plan, now);
    for (const auto& subscription : described.subscriptions) {
        auto line = nothing_today(subscription, standings.of(subscription), standings.list(subscription.list), rules, now);
        if (line) warned.add(std::move(*line));
    }
    return warned.take();
}

}  // namespace caveat::registry
