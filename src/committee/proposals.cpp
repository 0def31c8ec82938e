#include "proposals.hpp"

#include <algorithm>

#include "book_numbers.hpp"
#include "electors.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using community::Office;
using conduct::Rule;

bool of_committee(Rule rule) { return rule == Rule::approval || rule == Rule::unanimity; }

Result<Rule> rule_of(storage::Store& store, const policy::Rulebook& rules, const Proposal& p, const Kind& kind) {
    const auto fixed = rule_for(store, rules, kind, p.subject);
    if (!p.rule && !fixed) return fail(errc::invalid, "the rule of '{}' is not fixed; write which one decides it", p.kind);
    const Rule rule = p.rule.value_or(fixed.value_or(Rule::approval));
    if (fixed && *fixed != rule) {
        return fail(errc::denied, "items 25, 51 and 52: {} of {} is decided by {}, not by {}", p.kind, p.subject, name(*fixed), name(rule));
    }
    const auto named = p.kind == "election" ? candidacy(rules, p.subject) : std::nullopt;
    const bool of_members = p.kind == "framework" || (named && named->office == Office::seat);
    if (p.kind == "election" && rule == Rule::unanimity) return fail(errc::denied, "item 49: nobody is elected by unanimity");
    if (p.kind == "election" && of_members && of_committee(rule)) {
        return fail(errc::denied, "item 49: seats are given by the members: two_thirds at a General Meeting, or majority by e-mail");
    }
    if (of_members && of_committee(rule)) {
        return fail(errc::denied,
                    "item 48: the framework is changed by the members: two_thirds at a General Meeting, or majority by e-mail");
    }
    return rule;
}

// On the day of the nomination (items 7 and 53). The term itself is judged when it begins, with the facts of that day.
Result<void> may_be_nominated(storage::Store& store, const policy::Rulebook& rules, const std::string& subject, Instant opens,
                              const conduct::Numbers& numbers) {
    const auto named = candidacy(rules, subject);
    if (!named)
        return fail(errc::invalid, "an election is of 'ROLE TEAM'; write the role of an office, as {}, and the team",
                    rules.role_of(Office::seat));
    const auto standing = member(store, rules, named->team);
    if (!standing) return tl::unexpected(standing.error());
    if (!conduct::may_stand_on(date_of(opens), standing->since, numbers))
        return fail(errc::denied, "item 7: {} is a member since {} and stands for office after a year", named->team,
                    to_string(standing->since));
    const int most = named->office == Office::chair ? numbers.chair_consecutive : numbers.deputy_consecutive;
    if (named->office != Office::chair && named->office != Office::deputy) return {};
    const int row = conduct::terms_in_a_row(named->office, named->team, opens, tenures(store, rules), numbers);
    if (row < most) return {};
    return fail(errc::denied, "item 53: {} was {} for {} terms in a row and {} is the most; another must hold it first", named->team,
                named->role, row, most);
}

// The subject must exist now: with a typing error no act could ever cite the decision. Only a team to be admitted may be new.
Result<void> subject_exists(storage::Store& store, const Kind& kind, const std::string& subject) {
    if (subject.empty() && kind.subject != "anything") return fail(errc::invalid, "a decision on {} names its {}", kind.name, kind.subject);
    if (kind.name == "admission" && is_short_name(subject)) return {};
    const bool there = kind.subject == "team"     ? store.directory().team(TeamId{subject}).has_value()
                       : kind.subject == "person" ? store.directory().person(PersonId{subject}).has_value()
                       : kind.subject == "list"   ? store.rosters().list(ListId{subject}).has_value()
                       : kind.subject == "case"   ? store.minutes().find_case(subject).has_value()
                                                  : true;
    if (there) return {};
    return fail(errc::not_found, "{} {} is not there", kind.subject, subject.substr(0, 64));
}

}  // namespace

Result<storage::Motion> draft(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Proposal& p,
                              Instant now) {
    const Kind* kind = kind_named(p.kind);
    if (kind == nullptr)
        return fail(errc::invalid, "no kind of decision '{}'; write case.notice, admission, ... or other", p.kind.substr(0, 64));
    if (p.question.empty()) return fail(errc::invalid, "a decision needs a question that yes or no answers");
    if (auto ok = subject_exists(store, *kind, p.subject); !ok) return tl::unexpected(ok.error());
    const auto rule = rule_of(store, rules, p, *kind);
    if (!rule) return tl::unexpected(rule.error());
    const auto numbers = numbers_of(rules);
    if (!numbers) return tl::unexpected(numbers.error());

    storage::Motion m;
    if (p.face_to_face && !p.meeting) return fail(errc::invalid, "item 50: face to face is of a meeting; write when it sits");
    if (p.secret && of_committee(*rule) && p.kind != "election") {
        return fail(errc::denied,
                    "item 48: only the members' ballots and elections can be secret; the seats answer for what they decide on {}", p.kind);
    }
    m.id = p.id;
    if (m.id.empty()) {
        m.id = next_id("D", now, store.minutes().motions().size(), [&](const auto& id) { return store.minutes().motion(id).has_value(); });
    }
    if (!is_short_name(m.id)) return fail(errc::invalid, "decision id '{}': letters, digits, '.', '_' and '-'", m.id.substr(0, 64));
    if (store.minutes().motion(m.id)) return fail(errc::conflict, "decision {} exists; choose another id", m.id);
    m.kind = p.kind;
    m.rule = name(*rule);
    m.question = p.question;
    m.subject = p.subject;
    m.proposed_by = by.name;
    m.meeting = p.meeting;
    m.opens = p.opens.value_or(std::max(now, p.meeting.value_or(now)));
    m.closes = p.closes.value_or(numbers->electronic_votes.after(p.meeting.value_or(m.opens), Rounding::later));
    m.numbers = kept_numbers(rules);
    // A ballot cannot open in the past, because nobody could have known of it; a meeting may be recorded afterwards.
    if (m.closes <= now) return fail(errc::invalid, "the ballot would be over already: it closes at {}", to_string(m.closes));

    if (m.kind == "election") {
        if (auto ok = may_be_nominated(store, rules, m.subject, m.opens, *numbers); !ok) return tl::unexpected(ok.error());
    }
    return m;
}

std::optional<TeamId> team_concerned(storage::Store& store, std::string_view kind, const std::string& subject) {
    if (kind == "case.open" || kind == "admission" || kind == "category" || kind == "revocation") return TeamId{subject};
    if (kind.starts_with("case.")) {
        const auto row = store.minutes().find_case(subject);
        return row ? std::optional{row->team} : std::nullopt;
    }
    if (!kind.starts_with("hold.")) return std::nullopt;
    const auto person = store.directory().person(PersonId{subject});
    return person ? std::optional{person->team} : std::nullopt;
}

std::optional<TeamId> party_of(storage::Store& store, conduct::Rule rule, std::string_view kind, const std::string& subject) {
    return of_committee(rule) ? team_concerned(store, kind, subject) : std::nullopt;
}

std::vector<TeamId> electorate_of(storage::Store& store, const policy::Rulebook& rules, const storage::Motion& m,
                                  const conduct::Numbers& numbers) {
    if (of_committee(*conduct::rule_from(m.rule))) return seats_at(store, rules, m.opens);
    const Date day = m.meeting ? date_of(*m.meeting) : conduct::closing_day(m.closes);
    return conduct::electorate(members(store, rules), m.opens, day, numbers);
}

}  // namespace caveat::committee
