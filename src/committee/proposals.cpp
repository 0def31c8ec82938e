#include "proposals.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "application_docket.hpp"
#include "bindings.hpp"
#include "book_numbers.hpp"
#include "caveat/vault/vault.hpp"
#include "electors.hpp"
#include "hasty.hpp"
#include "matters.hpp"
#include "register.hpp"
#include "set_back.hpp"

namespace caveat::committee {
namespace {

using community::in_words;
using community::Office;
using community::value_of;
using conduct::Rule;

// From the proposal to the close, as what is voted on waits so long: the next yearly meeting is called when the last is over (items 43 and
// 57).
constexpr auto longest = conduct::years(1);

bool is_about_application(std::string_view kind) { return kind == "admission" || kind == "category"; }

// An application, a review or the first choice of a host waits for this ballot and no other. Where the seats vote they do so before they
// would meet again, and whoever is absent has their two weeks (items 50 and 52).
Result<void> keeps_nothing_waiting(const Proposal& p, Rule rule, const storage::Motion& m, const conduct::Numbers& numbers, Instant now) {
    const bool of_seats = rule == Rule::approval || rule == Rule::unanimity;
    const bool waited_for = is_about_application(p.kind) || value_of(p.set, "review") != nullptr || !p.second_of.empty();
    if (!of_seats || !waited_for) return {};
    const Instant latest = numbers.electronic_votes.after(numbers.meeting_gap.after(now, Rounding::later), Rounding::later);
    const Instant when = m.meeting.value_or(m.closes);
    if (when <= latest) return {};
    return fail(errc::denied,
                "what waits for this ballot waits no longer than until two weeks after the day by which the seats meet again (items 50 and "
                "52); this one {} {}, latest {}",
                m.meeting ? "meets" : "closes", to_string(when), to_string(latest));
}

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

// A review of a team is not there for its people while they may not know of it: before its end, and unless they declared it (item 27).
std::optional<community::Matter> review_for(storage::Store& store, const community::Actor& by, const std::string& id) {
    auto review = store.matters().find(community::MatterKind::review, id);
    if (review && is_of(store, by, review->team) && !review->closed && review->cause.empty()) return std::nullopt;
    return review;
}

// A case is not there for the people of its team, and neither is what would be decided about a review of theirs: this is not for them.
bool is_there_for(storage::Store& store, const community::Actor& by, const Kind& kind, const std::string& subject) {
    const auto party = team_concerned(store, kind.name, subject);
    return party && !is_of(store, by, *party);
}

// The subject must exist now: with a typing error no act could ever cite the decision. Only a list to be made is not there yet.
Result<void> subject_exists(storage::Store& store, const community::Actor& by, const Kind& kind, const Proposal& p) {
    const auto& subject = p.subject;
    if (subject.empty() && kind.subject != "anything") return fail(errc::invalid, "a decision on {} names its {}", kind.name, kind.subject);
    if (kind.name == "person" && is_short_name(subject)) return {};  // who left a team is in the register no more
    if (kind.subject == "list" && value_of(p.set, "created") != nullptr) {
        if (!is_short_name(subject)) return fail(errc::invalid, "list '{}': letters, digits, '.', '_' and '-'", subject.substr(0, 64));
        if (!list_for(store, by, ListId{subject})) return {};
        return fail(errc::conflict, "list {} exists; leave created out, or choose another name", subject.substr(0, 64));
    }
    // Who left the register takes their hold along, which may have to last longer.
    if (kind.name == "hold.extend" && team_of_whom(store, PersonId{subject})) return {};
    const bool there = kind.subject == "team"     ? store.directory().team(TeamId{subject}).has_value()
                       : kind.subject == "person" ? store.directory().person(PersonId{subject}).has_value()
                       : kind.subject == "list"   ? list_for(store, by, ListId{subject}).has_value()
                       : kind.subject == "case"   ? is_there_for(store, by, kind, subject)
                       : kind.subject == "review" ? is_there_for(store, by, kind, subject)
                       : kind.subject == "post"   ? store.archive().find(PostId{subject}).has_value()
                       : kind.subject == "post or list"
                           ? store.archive().find(PostId{subject}).has_value() || list_for(store, by, ListId{subject}).has_value()
                           : true;
    if (there) return {};
    // No word of it, whatever there is: of their own team's it is the same.
    if (by.person && (kind.subject == "case" || kind.subject == "review")) return tl::unexpected(Error{errc::not_found, {}});
    return fail(errc::not_found, "{} {} is not there", kind.subject, subject.substr(0, 64));
}

// What a motion rests on, where it names a review (item 24): its finding is bound with it, so that everybody votes on the same.
Result<community::Settings> grounds_of(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                       const community::Actor& by, const Proposal& p, const community::Settings& said, Instant now) {
    const auto* named = value_of(said, "review");
    const auto* finding = value_of(said, "finding");
    if (named == nullptr && finding != nullptr) return fail(errc::invalid, "a finding is of a review; name it, or leave finding out");
    if (named == nullptr) return community::Settings{};
    const auto review = review_for(store, by, *named);
    if (!review) return fail(errc::not_found, "review {} is not there; see: caveat review list", named->substr(0, 64));
    if (review->team.value != p.subject) {
        return fail(errc::denied, "item 24: review {} is of {}, and this motion is about {}; needs a review of the same team", review->id,
                    review->team, p.subject.substr(0, 64));
    }
    if (!review->closed)
        return fail(errc::denied, "item 24: review {} is open; it recommends when it is closed (caveat review close)", review->id);
    if (review->outcome != p.kind) {
        return fail(errc::denied, "item 24: review {} {}; needs one that recommends {}", review->id,
                    review->outcome == "meets" ? "found that the team meets its criteria" : "recommends " + review->outcome, p.kind);
    }
    if (const auto served = motion_on(store, review->id); served && !settled_nothing(store, rules, vault, *served, now)) {
        return fail(errc::conflict, "item 24: review {} serves for decision {}; a review serves for one, so another motion needs another",
                    review->id, *served);
    }
    auto hash = vault::hex(vault::sha256(review->note));
    if (finding != nullptr && *finding != hash)
        return fail(errc::denied, "item 24: what review {} found has SHA-256 {}, not {}", review->id, hash, finding->substr(0, 80));
    return community::Settings{{"review", review->id}, {"finding", std::move(hash)}};
}

// Item 17 for the membership; item 25 for whoever has it; ruling (nn) between partners.
Result<void> leads_there(storage::Store& store, const policy::Rulebook& rules, std::string_view kind, const conduct::Application& a) {
    const auto team = store.directory().team(a.team);
    const auto now = team ? team->category : rules.category_of(community::Status::applicant);
    if (kind == "admission" && rules.is_member(now)) {
        return fail(errc::denied,
                    "item 25: {} is an Operational Member; another category is the General Meeting's to decide, by kind category", a.team);
    }
    if (kind == "admission") return {};
    if (rules.is_outside(now))
        return fail(errc::denied, "item 23: {} is {} and has no category to change; needs an admission", a.team, now);
    if (!rules.is_member(a.category)) return {};
    return fail(errc::denied, "item 17: into the membership leads an admission, with sponsor, visit and every seat; {} asks to be {}",
                a.team, a.category);
}

// What an admission or a category binds is written in the application; whoever proposes it may say it too.
Result<community::Settings> named_application(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                              const community::Actor& by, const Proposal& p, Instant now) {
    const auto open = open_application_of(store, TeamId{p.subject});
    if (!open) return tl::unexpected(open.error());
    if (!*open) {
        return fail(errc::denied, "ruling (ii): {} is of an application, and none of {} is open; needs one (caveat application submit)",
                    p.kind, p.subject.substr(0, 64));
    }
    const auto& a = (*open)->as_is;
    if (auto ok = leads_there(store, rules, p.kind, a); !ok) return tl::unexpected(ok.error());
    const auto said = community::sound(p.kind, p.set);
    if (!said) return said;
    auto set = settings_of(a);
    for (const auto& one : without_grounds(*said)) {
        if (*value_of(set, one.name) == one.value) continue;
        return fail(errc::denied, "ruling (ii): application {} has {}, not {}", a.id, in_words({{one.name, *value_of(set, one.name)}}),
                    one.value.substr(0, 64));
    }
    const auto grounds = grounds_of(store, rules, vault, by, p, *said, now);
    if (!grounds) return grounds;
    set.insert(set.end(), grounds->begin(), grounds->end());
    return set;
}

// Which one ends is written down with the proposal, so that what is preserved for another reason, or later, stays (A11).
Result<community::Settings> named_preservation(storage::Store& store, const Proposal& p) {
    auto set = community::sound(p.kind, p.set);
    if (!set) return set;
    std::vector<std::string> numbers;
    for (const auto& one : store.archive().preserved()) {
        const bool meant = (one.post.empty() ? one.list.value : one.post.value) == p.subject;
        if (meant && !one.lifted) numbers.push_back(std::to_string(one.number));
    }
    const auto subject = p.subject.substr(0, 64);
    if (numbers.empty()) return fail(errc::not_found, "nothing is preserved of {} itself; see: caveat archive preserved", subject);
    const auto* said = value_of(*set, "number");
    if (said == nullptr && numbers.size() == 1) return community::Settings{{"number", numbers.front()}};
    if (said != nullptr && std::find(numbers.begin(), numbers.end(), *said) != numbers.end()) return set;
    return fail(errc::invalid, "{} is preserved under number {}; write which of them is let go: number={}", subject,
                fmt::join(numbers, ", "), numbers.front());
}

// Of these a ballot may name what exactly is to be done; where it does not, the committee is told what was.
bool binds_if_named(std::string_view kind) {
    constexpr std::array<std::string_view, 7> kinds{"case.open",  "case.finding", "case.panel", "case.lift",
                                                    "hold.place", "hold.extend",  "election"};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

Result<community::Settings> binding_of(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                       const community::Actor& by, const Proposal& p, Instant now) {
    if (is_about_application(p.kind)) return named_application(store, rules, vault, by, p, now);
    if (p.kind == "archive.let_go") return named_preservation(store, p);
    auto set = community::sound(p.kind, p.set);
    if (!set) return set;
    if (binds_if_named(p.kind)) return spelled(store, p, *set);
    const auto grounds = grounds_of(store, rules, vault, by, p, *set, now);
    if (!grounds) return grounds;
    *set = without_grounds(*set);
    set->insert(set->end(), grounds->begin(), grounds->end());
    const auto* list = p.kind == "clearance" ? value_of(*set, "list") : nullptr;
    if (list != nullptr && !list_for(store, by, ListId{*list})) return fail(errc::not_found, "list {} is not there", list->substr(0, 64));
    const auto* drafted = value_of(*set, "draft");
    const auto paper = drafted == nullptr ? std::nullopt : store.papers().find(p.subject, *drafted);
    if (drafted != nullptr && (!paper || paper->kind != p.kind)) {
        return fail(errc::not_found, "case {} has no draft {} of kind {}; see: caveat case drafts {}", p.subject, drafted->substr(0, 64),
                    p.kind, p.subject);
    }
    return set;
}

// Ruling (tt): nobody knew of it before, and those who had a vote then may have none now. What is written to the minute and lies in the
// minute before is meant as now.
Result<std::optional<Instant>> not_before(Instant now, std::optional<Instant> stated, std::string_view what) {
    constexpr auto as_written = std::chrono::minutes{1};
    if (!stated || now <= *stated) return stated;
    if (now - *stated < as_written) return std::optional{now};
    return fail(errc::denied, "ruling (tt): {} not before the proposal; {} is past, earliest {}", what, to_string(*stated), to_string(now));
}

}  // namespace

std::optional<std::string> motion_on(storage::Store& store, const std::string& review) {
    const auto wanted = "review=" + review;
    const auto motions = store.minutes().motions();
    for (auto motion = motions.rbegin(); motion != motions.rend(); ++motion) {
        if (motion->kind != "revocation" && motion->kind != "category") continue;
        const auto said = store.minutes().remarks(motion->id);
        if (std::any_of(said.begin(), said.end(), [&](const auto& r) { return r.what == "binds" && r.word == wanted; })) return motion->id;
    }
    return std::nullopt;
}

Proposal about_its_team(storage::Store& store, const Proposal& given) {
    Proposal p = given;
    if (!is_about_application(p.kind)) return p;
    const auto row = store.applications().find(p.subject);
    if (!row || store.directory().team(TeamId{p.subject})) return p;
    if (value_of(p.set, "application") == nullptr) p.set.push_back({"application", row->id});
    p.subject = row->team.value;
    return p;
}

namespace {

// What a seat may not know of, as it is about its own team, is not counted among what it knows of. Of an application the team knows: it
// made it.
std::string id_for(storage::Store& store, conduct::Rule rule, const Proposal& p, Instant now) {
    const auto taken = [&](const auto& id) { return store.minutes().motion(id).has_value(); };
    const bool applied = p.kind == "admission" || p.kind == "category";
    if (!applied && party_of(store, rule, p.kind, p.subject)) return free_drawn_id("D", now, taken);
    const auto all = store.minutes().motions();
    const auto counted = std::count_if(all.begin(), all.end(), [](const auto& motion) { return !is_drawn(motion.id); });
    return next_id("D", now, static_cast<std::size_t>(counted), taken);
}

}  // namespace

Result<Drafted> draft(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                      const Proposal& p, Instant now) {
    const Kind* kind = kind_named(p.kind);
    if (kind == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& one : kinds()) names.push_back(one.name);
        return fail(errc::invalid, "no kind of decision '{}'; write one of {}", p.kind.substr(0, 64), fmt::join(names, ", "));
    }
    if (p.question.empty()) return fail(errc::invalid, "a decision needs a question that yes or no answers");
    if (auto ok = may_choose_id(by, p.id); !ok) return tl::unexpected(ok.error());
    if (auto ok = subject_exists(store, by, *kind, p); !ok) return tl::unexpected(ok.error());
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
    if (m.id.empty()) m.id = id_for(store, *rule, p, now);
    if (!is_short_name(m.id)) return fail(errc::invalid, "decision id '{}': letters, digits, '.', '_' and '-'", m.id.substr(0, 64));
    if (store.minutes().motion(m.id)) return fail(errc::conflict, "decision {} exists; choose another id", m.id);
    m.kind = p.kind;
    m.rule = name(*rule);
    m.question = p.question;
    m.subject = p.subject;
    m.proposed_by = by.name;
    const auto meeting = not_before(now, p.meeting, "a meeting sits");
    if (!meeting) return tl::unexpected(meeting.error());
    const auto opens = not_before(now, p.opens, "a ballot opens");
    if (!opens) return tl::unexpected(opens.error());
    m.meeting = *meeting;
    m.opens = opens->value_or(m.meeting.value_or(now));
    m.closes = p.closes.value_or(numbers->electronic_votes.after(m.meeting.value_or(m.opens), Rounding::later));
    m.numbers = kept_numbers(rules);
    if (m.closes <= now) return fail(errc::denied, "the ballot would be over already: it closes at {}", to_string(m.closes));
    if (const Instant latest = longest.after(now, Rounding::later); latest < m.closes) {
        return fail(errc::denied, "a ballot is over within a year of its proposal; this one closes {}, latest {}", to_string(m.closes),
                    to_string(latest));
    }
    if (auto ok = keeps_nothing_waiting(p, *rule, m, *numbers, now); !ok) return tl::unexpected(ok.error());

    if (m.kind == "election") {
        if (auto ok = may_be_nominated(store, rules, m.subject, m.opens, *numbers); !ok) return tl::unexpected(ok.error());
    }
    auto set = binding_of(store, rules, vault, by, p, now);
    if (!set) return tl::unexpected(set.error());
    return Drafted{std::move(m), std::move(*set)};
}

std::optional<TeamId> team_concerned(storage::Store& store, std::string_view kind, const std::string& subject) {
    if (kind == "case.open" || kind == "admission" || kind == "category" || kind == "revocation") return TeamId{subject};
    if (kind.starts_with("case.")) {
        const auto row = store.minutes().find_case(subject);
        return row ? std::optional{row->team} : std::nullopt;
    }
    if (kind == "review") {
        const auto review = store.matters().find(community::MatterKind::review, subject);
        return review ? std::optional{review->team} : std::nullopt;
    }
    if (!kind.starts_with("hold.")) return std::nullopt;
    return team_of_whom(store, PersonId{subject});
}

std::optional<TeamId> party_of(storage::Store& store, conduct::Rule rule, std::string_view kind, const std::string& subject) {
    return of_committee(rule) ? team_concerned(store, kind, subject) : std::nullopt;
}

std::vector<Elector> electors_of(storage::Store& store, const policy::Rulebook& rules, const storage::Motion& m,
                                 const conduct::Numbers& numbers) {
    if (of_committee(*conduct::rule_from(m.rule))) return seated_at(store, rules, m.opens);
    const Date day = m.meeting ? date_of(*m.meeting) : conduct::closing_day(m.closes);
    const auto all = members(store, rules);
    std::vector<Elector> electors;
    for (const auto& team : conduct::electorate(all, m.opens, day, numbers)) {
        const auto of = std::find_if(all.begin(), all.end(), [&](const auto& member) { return member.team == team; });
        electors.push_back({team, fmt::format("member since {}", to_string(of->since))});
    }
    return electors;
}

std::int64_t enrol(storage::Store& store, const policy::Rulebook& rules, const storage::Motion& m, const community::Actor& by,
                   Instant now) {
    take_back_roll(store, m, now);
    const Rule rule = *conduct::rule_from(m.rule);
    const auto electors = electors_of(store, rules, m, numbers_of(m));
    const auto votes = [&](const TeamId& team) {
        return std::any_of(electors.begin(), electors.end(), [&](const Elector& e) { return e.team == team; });
    };
    for (const auto& elector : electors) store.minutes().say(m.id, {now, by.name, "elector", elector.team, elector.right});
    for (const auto& member : of_committee(rule) ? std::vector<conduct::Member>{} : members(store, rules)) {
        if (!member.member_at(m.opens) || votes(member.team)) continue;
        store.minutes().say(m.id, {now, by.name, "member", member.team, fmt::format("member since {}", to_string(member.since))});
    }
    const auto party = party_of(store, rule, m.kind, m.subject);
    if (party && votes(*party)) store.minutes().say(m.id, {now, by.name, "recused", *party, "the party of the case (item 27)"});
    store.minutes().say(m.id, {now, by.name, "enrolled", TeamId{}, ""});
    return static_cast<std::int64_t>(electors.size());
}

}  // namespace caveat::committee
