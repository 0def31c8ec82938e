#include "register.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "application_docket.hpp"
#include "book_numbers.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/vault/vault.hpp"
#include "electors.hpp"
#include "outdated.hpp"
#include "proposals.hpp"
#include "set_back.hpp"
#include "urn.hpp"

namespace caveat::committee {
namespace {

using community::Office;
using conduct::Rule;

constexpr std::array<Kind, 24> all_kinds{{{"case.open", Rule::approval, "team"},
                                          {"case.notice", Rule::approval, "case"},
                                          {"case.finding", Rule::approval, "case"},
                                          {"case.sanction", Rule::approval, "case"},
                                          {"case.renew", Rule::approval, "case"},
                                          {"case.panel", Rule::approval, "case"},
                                          {"case.lift", Rule::approval, "case"},
                                          {"case.close", Rule::approval, "case"},
                                          {"hold.place", Rule::approval, "person"},
                                          {"hold.extend", Rule::approval, "person"},
                                          {"admission", Rule::unanimity, "team"},
                                          {"category", std::nullopt, "team"},
                                          {"revocation", std::nullopt, "team"},
                                          {"clearance", Rule::approval, "team"},
                                          {"list", Rule::approval, "list"},
                                          {"person", Rule::approval, "person"},
                                          {"review", Rule::approval, "review"},
                                          {"election", std::nullopt, "office and team"},
                                          {"archive.forget", Rule::approval, "post"},
                                          {"archive.relabel", Rule::approval, "post"},
                                          {"archive.let_go", Rule::approval, "post or list"},
                                          {"host", Rule::approval, "anything"},
                                          {"framework", std::nullopt, "anything"},
                                          {"other", std::nullopt, "anything"}}};

void drop_signature(Decision& d, const TeamId& team) {
    const auto found = std::find_if(d.signatures.begin(), d.signatures.end(), [&](const auto& s) { return s.team == team; });
    if (found == d.signatures.end()) return;
    d.signers.erase(d.signers.begin() + (found - d.signatures.begin()));
    d.signatures.erase(found);
}

// Builds the ballot from the minutes, in their order. A new sitting replaces the one recorded before it; its proxies stay.
void add_remark(Decision& d, const storage::Remark& r) {
    auto& ballot = d.ballot;
    if (r.what == "elector") d.electors.push_back({r.team, r.word});
    if (r.what == "member") d.others.push_back({r.team, r.word});
    if (r.what == "enrolled") d.enrolled = true;
    if (r.what == "recused") ballot.recused.push_back(r.team);
    if (r.what == "gone") d.departures.push_back({r.team, r.at});
    if (r.what == "signed") {
        d.signatures.push_back({r.team, r.at});
        d.signers.push_back(r.actor);
    }
    if (r.what == "unsigned") drop_signature(d, r.team);
    // Who votes after somebody else said that it takes no part takes part again: nothing else lets a recused seat vote.
    if (r.what == "vote" || r.what == "backs") std::erase(ballot.recused, r.team);
    if (r.what == "secret") d.secret = true;
    if (r.what == "binds") {
        if (auto one = community::setting_from(r.word)) d.set.push_back(std::move(*one));
    }
    if (r.what == "vote") {
        const auto said = conduct::choice_from(r.word).value_or(conduct::Choice::abstain);
        d.votes.push_back({r.team, d.secret ? conduct::Choice::sealed : said, r.at});
        d.recorders.push_back(r.actor);
    }
    if (r.what == "sitting") {
        if (!ballot.attendance) ballot.attendance.emplace();
        ballot.attendance->at = r.at;
        ballot.attendance->face_to_face = r.word == in_person;
        ballot.attendance->present.clear();
    }
    if (r.what == "present" && ballot.attendance) ballot.attendance->present.push_back(r.team);
    if (r.what == "proxy" && ballot.attendance) {
        auto& proxies = ballot.attendance->proxies;
        std::erase_if(proxies, [&](const conduct::Proxy& p) { return p.giver == r.team; });
        if (!r.word.empty()) proxies.push_back({r.team, TeamId{r.word}});
    }
}

// What was said in the choice of a host; the rest of it is the ballot's.
void add_remark(HostChoice& host, const storage::Remark& r) {
    if (r.what == "candidate") host.ballot.candidates.push_back(r.team);
    if (r.what == "presides") host.ballot.chair = r.team;
    if (r.what == "backs") host.votes.push_back({r.team, TeamId{r.word}, r.at});
    if (r.what == "tie-break" && r.word == "anew") host.ballot.chairs_word.clear();
    if (r.what == "tie-break" && !r.team.empty()) host.ballot.chairs_word.push_back(r.team);
}

conduct::BallotResult verdict_of(const conduct::HostTally& tally) {
    switch (tally.verdict) {
        case conduct::HostResult::open:
            return conduct::BallotResult::open;
        case conduct::HostResult::no_quorum:
            return conduct::BallotResult::no_quorum;
        case conduct::HostResult::chosen:
            return conduct::BallotResult::passed;
        default:
            return conduct::BallotResult::failed;  // for now, or for good: the tally's sentence says which
    }
}

// Who is present, who took part and whether all did is counted as in every ballot of the seats; who won is not.
void count_host(Decision& d, const storage::Motion& motion, const conduct::Numbers& numbers, Instant now) {
    auto& host = *d.host;
    host.ballot.open = d.ballot.open;
    host.ballot.seats = d.ballot.electorate;
    host.ballot.recused = d.ballot.recused;
    host.ballot.attendance = d.ballot.attendance;
    host.tally = conduct::count(host.ballot, host.votes, d.departures, numbers, now);
    d.tally.verdict = verdict_of(host.tally);
    d.tally.why = host.tally.why;
    d.tally.effective.reset();
    if (host.tally.verdict == conduct::HostResult::chosen) d.tally.effective = motion.closed.value_or(motion.closes);
}

// Who votes: as written down at the opening, before that as things stand.
void add_electors(storage::Store& store, const policy::Rulebook& rules, Decision& d, const storage::Motion& motion,
                  const conduct::Numbers& numbers) {
    const bool known = d.enrolled || !d.electors.empty();  // a record from before rulings were (tt) has no more than the electors
    if (!known) d.electors = electors_of(store, rules, motion, numbers);
    for (const auto& elector : d.electors) d.ballot.electorate.push_back(elector.team);
    const auto party = known ? std::nullopt : party_of(store, d.ballot.rule, d.kind, d.subject);
    const auto& voters = d.ballot.electorate;
    if (party && std::find(voters.begin(), voters.end(), *party) != voters.end()) d.ballot.recused.push_back(*party);
}

// Everybody who was a member at the vote, with when they left. The register does not keep that: what was not noticed counts as now.
std::vector<conduct::Member> could_sign(storage::Store& store, const policy::Rulebook& rules, const Decision& d, Instant voted,
                                        Instant now) {
    const auto today = members(store, rules);
    if (!d.enrolled) return today;
    std::set<TeamId> still;
    for (const auto& member : today) still.insert(member.team);
    std::vector<conduct::Member> base;
    const auto add = [&](const TeamId& team) {
        conduct::Member member{team, date_of(Instant{}), std::nullopt};  // at the vote; since when does not matter
        const auto gone = std::find_if(d.departures.begin(), d.departures.end(), [&](const auto& g) { return g.team == team; });
        if (gone != d.departures.end()) member.left = gone->at;
        if (!member.left && !still.contains(team)) member.left = std::max(voted + tick, now - tick);
        base.push_back(member);
    };
    for (const auto& elector : d.electors) add(elector.team);
    for (const auto& other : d.others) add(other.team);
    return base;
}

// Asked only while the ballot can still lose votes: later the register no longer shows how things were then.
void add_departures(storage::Store& store, const policy::Rulebook& rules, Decision& d, const conduct::Numbers& numbers, Instant now) {
    if (d.closed) return;
    const Instant close = conduct::close_of(d.ballot, numbers);
    for (const auto& gone : departures(store, rules, d.ballot, now)) {
        const bool known = std::any_of(d.departures.begin(), d.departures.end(), [&](const auto& g) { return g.team == gone.team; });
        if (!known && gone.at < close) d.departures.push_back(gone);
    }
}

}  // namespace

std::span<const Kind> kinds() { return all_kinds; }

const Kind* kind_named(std::string_view name) {
    const auto found = std::find_if(all_kinds.begin(), all_kinds.end(), [&](const Kind& kind) { return kind.name == name; });
    return found == all_kinds.end() ? nullptr : &*found;
}

std::optional<Candidacy> candidacy(const policy::Rulebook& rules, std::string_view subject) {
    const auto blank = subject.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto role = subject.substr(0, blank);
    Candidacy named{std::string(role), TeamId{std::string(subject.substr(blank + 1))}, rules.office_of(role)};
    if (named.office == Office::none || !is_short_name(named.team.value)) return std::nullopt;
    return named;
}

std::optional<Rule> rule_for(storage::Store& store, const policy::Rulebook& rules, const Kind& kind, std::string_view subject) {
    if (kind.rule) return kind.rule;
    if (kind.name == "election") {
        // The members give the seats; the seats elect the officers, the secretariat among them (C5).
        const auto named = candidacy(rules, subject);
        return named && named->office != Office::seat ? std::optional{Rule::approval} : std::nullopt;
    }
    if (kind.name != "category" && kind.name != "revocation") return std::nullopt;
    const auto team = store.directory().team(TeamId{std::string(subject)});
    return team && rules.is_member(team->category) ? Rule::two_thirds : Rule::approval;
}

std::optional<Sitting> sitting_of(storage::Store& store, const storage::Motion& motion) {
    std::optional<Sitting> sitting;
    if (motion.meeting) sitting = Sitting{*motion.meeting};
    for (const auto& r : store.minutes().remarks(motion.id)) {
        if (r.what == "sitting") sitting = Sitting{r.at, r.word == in_person};
    }
    return sitting;
}

conduct::Numbers numbers_of(const storage::Motion& motion) {
    const auto numbers = numbers_from(motion.numbers);
    if (!numbers) throw storage::Broken(fmt::format("decision {}: {}", motion.id, numbers.error().detail));
    return *numbers;
}

Decision heading_of(const storage::Motion& motion) {
    Decision d;
    d.id = motion.id;
    d.kind = motion.kind;
    d.question = motion.question;
    d.subject = motion.subject;
    d.proposed_by = motion.proposed_by;
    d.closed = motion.closed;
    d.outcome = motion.outcome;
    d.used_by = motion.used_by;
    return d;
}

Result<Decision> assemble_decision(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                   const storage::Motion& motion, Instant now) try {
    const auto kept = numbers_from(motion.numbers);
    if (!kept) return fail(errc::corrupt, "decision {} cannot be read: {}", motion.id, kept.error().detail);
    const conduct::Numbers& numbers = *kept;
    const auto rule = conduct::rule_from(motion.rule);
    if (!rule) return fail(errc::corrupt, "decision {} cannot be read: no rule '{}'", motion.id, motion.rule);
    auto d = heading_of(motion);
    d.book = book_of(motion.numbers);
    d.ballot.rule = *rule;
    d.ballot.open = {motion.opens, motion.closed ? std::min(*motion.closed, motion.closes) : motion.closes};
    if (motion.meeting) d.ballot.attendance = conduct::Attendance{*motion.meeting, {}, {}};
    if (motion.kind == "host") d.host.emplace();
    const auto said = said_by(store, motion, now);
    for (const auto& remark : said) {
        add_remark(d, remark);
        if (d.host) add_remark(*d.host, remark);
        if (d.host && remark.what == "backs") {
            d.votes.push_back({remark.team, remark.word.empty() ? conduct::Choice::abstain : conduct::Choice::yes, remark.at});
            d.recorders.push_back(remark.actor);
        }
    }
    for (std::size_t i = 0; i < d.signatures.size(); ++i) {
        const auto& team = d.signatures[i].team;
        if (!is_own_act(store, rules, d.signers[i], team, d.signatures[i].at)) d.signed_for_them.push_back(team);
    }
    for (const auto& team : d.ballot.recused) {
        const auto last = std::find_if(said.rbegin(), said.rend(), [&](const auto& r) { return r.what == "recused" && r.team == team; });
        // With a word it is the rules that say so.
        if (last == said.rend() || !last->word.empty()) continue;
        if (!is_act_of_office(store, rules, Office::seat, last->actor, team, last->at, last->at)) d.recused_for_them.push_back(team);
    }
    if (const auto* review = value_of(d.set, "review")) d.review = store.matters().find(community::MatterKind::review, *review);
    if (const auto* application = value_of(d.set, "application")) {
        if (const auto docket = find_application(store, *application)) d.applicant = applicant_in_words(store, *docket);
    }
    add_electors(store, rules, d, motion, numbers);
    add_departures(store, rules, d, numbers, now);
    d.tally = conduct::count(d.ballot, d.votes, d.departures, numbers, now);
    // If no meeting took place there is nothing to count, and the votes stay sealed.
    if (d.secret && conduct::close_of(d.ballot, numbers) <= now && d.tally.verdict != conduct::BallotResult::no_quorum) {
        const auto votes = open_votes(vault, motion.id, said);
        if (!votes) return tl::unexpected(votes.error());
        d.tally = conduct::count(d.ballot, *votes, d.departures, numbers, now);
    }
    if (d.host) count_host(d, motion, numbers, now);
    if (d.tally.verdict == conduct::BallotResult::passed && d.tally.quorum == conduct::Quorum::reduced) {
        const Instant voted = conduct::close_of(d.ballot, numbers);
        d.petition = conduct::petition(voted, *d.tally.effective, could_sign(store, rules, d, voted, now), d.signatures, numbers, now);
    }
    return d;
} catch (const storage::Broken& trouble) {  // a page of the database: that of this decision alone, maybe
    return fail(errc::corrupt, "decision {} cannot be read: {}", motion.id, trouble.what());
}

tl::unexpected<Error> no_such_decision(const std::string& id) {
    return fail(errc::not_found, "decision {} is not there; see: caveat decision list", id.substr(0, 64));
}

Result<Decision> read_decision(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const std::string& id,
                               Instant now) {
    const auto motion = store.minutes().motion(id);
    if (!motion) return no_such_decision(id);
    return assemble_decision(store, rules, vault, *motion, now);
}

namespace {

// Who keeps no record of the committee knows of the ballots in which their team votes, by their own hand: a token may be in the name of
// somebody whose team does not. Of others they may carry out what was decided, and hear no more of them than that.
bool knows_of(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Decision& d, Instant now) {
    if (records(store, rules, by, now)) return true;
    if (!community::has_own_hand(by)) return false;
    const auto& voters = d.ballot.electorate;
    return std::any_of(voters.begin(), voters.end(), [&](const TeamId& team) { return is_of(store, by, team); });
}

Result<void> is_carried_out(storage::Store& store, const policy::Rulebook& rules, const Decision& d, const community::Deed& act,
                            Instant now) {
    const auto& kind = act.kind;
    const auto& subject = act.subject;
    if (d.kind != kind || d.subject != subject) {
        return fail(errc::denied, "item 54: decision {} is about {} of {}; needs one about {} of {}", d.id, d.kind, d.subject, kind,
                    subject);
    }
    if (!d.used_by.empty()) return fail(errc::denied, "decision {} was used already, by {}; needs one of its own", d.id, d.used_by);
    if (auto ok = conduct::covers(d.tally, rule_for(store, rules, *kind_named(kind), subject).value_or(d.ballot.rule), now); !ok) {
        return fail(ok.error().code, "decision {}: {}", d.id, ok.error().detail);
    }
    if (d.petition && d.petition->fate != conduct::Fate::stands) {
        return fail(errc::denied, "item 47: decision {} does not stand: {}", d.id, d.petition->why);
    }
    if (auto ok = carries_out(d.set, act); !ok) return fail(ok.error().code, "decision {}: {}", d.id, ok.error().detail);
    const auto since = came_since(store, rules, d, act, now);
    if (since.empty()) return {};
    return fail(errc::denied, "ruling (ii): since decision {} was put to the vote {}, so it is about what was before; needs one of now",
                d.id, since);
}

}  // namespace

Result<void> cite(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                  const std::string& id, const community::Deed& act, Instant now) {
    const auto& kind = act.kind;
    if (kind_named(kind) == nullptr) return fail(errc::invalid, "no kind of decision '{}'", kind);
    if (id.empty())
        return fail(errc::denied, "item 54: {} of {} is decided by the committee; needs the id of a decision", kind, act.subject);
    const auto d = decision_for(store, rules, vault, by, id, now);
    if (!d) return tl::unexpected(d.error());
    auto done = is_carried_out(store, rules, *d, act, now);
    if (!done && !knows_of(store, rules, by, *d, now)) return no_such_decision(id);
    return done;
}

bool is_running(const Decision& d, Instant now) { return !d.closed && d.ballot.open.until && now < *d.ballot.open.until; }

bool has_no_quorum(const Decision& d) {
    return d.host ? d.host->tally.verdict == conduct::HostResult::no_quorum : d.tally.verdict == conduct::BallotResult::no_quorum;
}

void spend(storage::Store& store, const std::string& id, std::string_view kind, std::string_view subject) {
    auto motion = store.minutes().motion(id);
    if (!motion) throw storage::Broken(fmt::format("decision {} has gone", id));
    motion->used_by = fmt::format("{} {}", kind, subject);
    store.minutes().update(*motion);
}

void enter_act(storage::Store& store, const community::Actor& by, std::string_view act, const std::string& id, const Detail& detail,
               Instant now) {
    auto whole = detail;
    community::add_maker(whole, by);
    store.journal().append(now, by.name, act, id, whole.text());
}

PersonId person_named(storage::Store& store, const PersonId& written) {
    if (written.value.find('@') == std::string::npos) return written;
    return store.directory().person_of(written.value, mail::normalise_address).value_or(written);
}

namespace {

constexpr std::uint64_t least_drawn = 100'000;  // what is counted does not come so far

}  // namespace

std::string drawn_id(std::string_view letter, Instant now) {
    std::uint64_t number = 0;
    for (const char byte : vault::random_bytes(sizeof number)) number = number << 8U | static_cast<unsigned char>(byte);
    return fmt::format("{}-{}-{}", letter, static_cast<int>(date_of(now).year()), least_drawn + number % (9 * least_drawn));
}

bool is_drawn(std::string_view id) {
    constexpr std::size_t digits = 6;
    const auto number = id.substr(id.rfind('-') + 1);  // npos + 1 is 0
    return number.size() == digits && number.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace caveat::committee
