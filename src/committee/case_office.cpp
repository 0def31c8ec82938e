// Acts on cases. Each is one transaction: the case is replayed, conduct judges the step, and act, decision spent, denials and journal entry
// are written together or not at all.
#include <algorithm>

#include "bindings.hpp"
#include "book_numbers.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "docket.hpp"
#include "electors.hpp"
#include "register.hpp"
#include "rooms.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

// Who may bring which act: the party its replies and appeals, a panelist their own vote, the office everything.
Result<void> may_bring(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Case& c, const Act& act,
                       Instant now) {
    if (const auto* vote = std::get_if<CastPanelVote>(&act)) {
        if (!by.person) return {};
        if (*by.person == vote->person) return is_own_word(by);
        return fail(errc::denied, "item 38: {} cannot vote for {}", by.name, vote->person);
    }
    // Opening a notice here proves its receipt (ruling d), so the stamp is always that of now.
    const auto* service = std::get_if<RecordService>(&act);
    if (service != nullptr && service->channel == Channel::page_read && by.person) {
        const bool opened_now = now - service->stamp < std::chrono::minutes(1);
        if (opened_now && is_own_hand(store, rules, by, c.team, now)) return may_speak_for(store, rules, by, c.team, now);
        if (auto ok = is_own_word(by); !ok) return ok;
        if (auto ok = may_record(store, rules, by, now); !ok) return ok;
        return fail(errc::denied,
                    "ruling (d): that {} opened a notice on the pages is written down when it does; {} records another channel", c.team,
                    by.name);
    }
    if (std::holds_alternative<WithdrawAppeal>(act) && by.person) {
        if (auto ok = may_speak_for(store, rules, by, c.team, now); !ok) return ok;
        if (is_own_hand(store, rules, by, c.team, now)) return is_its_own_voice(store, rules, by, c.team, now);
        return fail(errc::denied, "item 37: an appeal is the party's, and it is taken back by {} itself and by nobody for it", c.team);
    }
    return traits(act).whose == Whose::party ? may_speak_for(store, rules, by, c.team, now) : may_record(store, rules, by, now);
}

Result<Panelist> panelist(storage::Store& store, const policy::Rulebook& rules, const PersonId& id, const std::vector<TeamId>& seats) {
    const auto person = store.directory().person(id);
    if (!person) return fail(errc::not_found, "item 38: {} is not in the register", id.value.substr(0, 64));
    const auto team = store.directory().team(person->team);
    const bool seated = std::find(seats.begin(), seats.end(), person->team) != seats.end();
    return Panelist{id, person->team, team && rules.is_member(team->category), seated};
}

// The list of a panel of this case, under whatever name: known by that, or by a panelist of the case on its roster.
bool is_own_panel(storage::Store& store, const policy::Rulebook& rules, const Case& c, const community::List& list) {
    if (community::is_panel_list(list.id.value, c.id)) return true;
    if (list.klass != rules.panel_class()) return false;
    const auto there = store.rosters().subscriptions(list.id);
    return std::any_of(c.appeals.begin(), c.appeals.end(), [&](const Appeal& appeal) {
        return appeal.panel && std::any_of(there.begin(), there.end(), [&](const auto& s) { return sits_on(*appeal.panel, s.person); });
    });
}

// What no sanction reaches is not denied (ruling uu), and one on a list that does not exist would deny nothing.
Result<void> may_be_denied(storage::Store& store, const policy::Rulebook& rules, const Case& c, const Denied& row) {
    if (row.resource == "*") return {};
    const auto list = store.rosters().list(ListId{row.resource});
    if (!list) return fail(errc::not_found, "list {} is not there; write a list, or * for every member list", row.resource.substr(0, 64));
    if (rules.never_reached("sanction", list->klass)) {
        return fail(errc::denied, "ruling (i): {} is a list of class {}, the governance channel, which no sanction reaches; leave it out",
                    row.resource, list->klass);
    }
    if (is_own_panel(store, rules, c, *list)) {
        return fail(errc::denied, "ruling (i): {} is the list of a panel of this case, which no sanction reaches; leave it out",
                    row.resource);
    }
    return {};
}

// A part of `*` that a renewal keeps is of the lists that `*` reaches (ruling uu).
Result<void> was_denied(storage::Store& store, const policy::Rulebook& rules, const Case& c, const Denied& row, Instant now) {
    const auto in_force = denials_at(c, now);
    const bool by_name = std::any_of(in_force.begin(), in_force.end(), [&](const auto& d) { return d.denied.resource == row.resource; });
    if (row.resource == "*" || by_name || in_force.empty()) return {};
    const auto list = store.rosters().list(ListId{row.resource});
    if (list && rules.reached_by_star("sanction", list->klass)) return {};
    return fail(errc::denied, "ruling (uu): a renewal denies nothing that is not in force, and {} is not denied now", row.resource);
}

Result<void> may_deny(storage::Store& store, const policy::Rulebook& rules, const Case& c, const Act& act, Instant now) {
    const auto* issue = std::get_if<IssueSanction>(&act);
    const auto* renew = std::get_if<Renew>(&act);
    if (issue == nullptr && renew == nullptr) return {};
    for (const Denied& row : (issue != nullptr ? issue->sanction : renew->sanction).denied) {
        if (auto ok = may_be_denied(store, rules, c, row); !ok) return ok;
        if (renew == nullptr) continue;
        if (auto ok = was_denied(store, rules, c, row, now); !ok) return ok;
    }
    return {};
}

// Gone from the register, of another team, of a team that is no longer a member, or without the seat of the committee they sat for.
bool is_vacant(storage::Store& store, const policy::Rulebook& rules, const Panelist& old, const std::vector<TeamId>& seats,
               bool seat_counts) {
    const auto now = panelist(store, rules, old.person, seats);
    return !now || now->team != old.team || !now->operational || (seat_counts && old.on_committee && !now->on_committee);
}

// Who sits and can sit no longer.
std::vector<PersonId> vacancies(storage::Store& store, const policy::Rulebook& rules, const conduct::Panel& sitting,
                                const std::vector<TeamId>& seats) {
    std::vector<PersonId> left;
    const auto look = [&](const Panelist& old) {
        if (is_vacant(store, rules, old, seats, true)) left.push_back(old.person);
    };
    look(sitting.chair);
    for (const Panelist& member : sitting.members) look(member);
    return left;
}

}  // namespace

bool can_sit(storage::Store& store, const policy::Rulebook& rules, const Appeal& appeal, const PersonId& person, Instant now) {
    if (!appeal.panel) return false;
    const auto seats = seats_at(store, rules, now);
    const auto sits = [&](const Panelist& one) { return one.person == person && !is_vacant(store, rules, one, seats, !appeal.ended); };
    return sits(appeal.panel->chair) || std::any_of(appeal.panel->members.begin(), appeal.panel->members.end(), sits);
}

namespace {

// Whoever stays, stays as what they were seated: an outsider who wins a seat of the committee meanwhile leaves no vacancy.
Panelist as_seated(const conduct::Panel* sitting, Panelist known) {
    if (sitting == nullptr) return known;
    const auto stays = [&](const Panelist& old) { return old.person == known.person && old.team == known.team; };
    if (stays(sitting->chair)) return sitting->chair;
    const auto found = std::find_if(sitting->members.begin(), sitting->members.end(), stays);
    return found == sitting->members.end() ? known : *found;
}

// A reply that the party did not record itself proves that it has the notice where its paper is kept (ruling d): one that came after the
// notice, and was no reply before. The operator has it at hand.
bool is_hearsay(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Case& c, const RecordReply& reply,
                Instant now) {
    if (!by.person || is_own_hand(store, rules, by, c.team, now)) return false;
    const auto names = [](const std::string& reference, const auto& paper) {
        return reference.find("sha256:" + paper.hash) != std::string::npos;
    };
    const auto is_known = [&](const auto& paper) {
        return std::any_of(c.notices.begin(), c.notices.end(), [&](const conduct::Notice& notice) {
            const auto cites = [&](const conduct::PartyReply& before) { return !before.hearsay && names(before.reference, paper); };
            return (notice.number == reply.notice && paper.at < notice.issued) ||
                   std::any_of(notice.replies.begin(), notice.replies.end(), cites);
        });
    };
    const auto papers = store.papers().of(c.id);
    return std::none_of(papers.begin(), papers.end(),
                        [&](const auto& paper) { return paper.kind == "reply" && names(reply.reference, paper) && !is_known(paper); });
}

// Of an appeal that is open whoever of its panel votes can still sit, and has not voted itself what somebody else would record for it.
Result<void> may_still_vote(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Docket& docket,
                            const Act& act, Instant now) {
    const auto* vote = std::get_if<CastPanelVote>(&act);
    if (vote == nullptr) return {};
    for (const auto& appeal : docket.as_is.appeals) {
        if (appeal.notice != vote->notice || appeal.ended || !appeal.panel || !sits_on(*appeal.panel, vote->person)) continue;
        if (can_sit(store, rules, appeal, vote->person, now)) continue;
        return fail(errc::denied,
                    "item 38: {} can sit on this panel no longer: of another team, of none that is a member, or without the seat they sat "
                    "for; the committee fills the place by a decision",
                    vote->person);
    }
    const auto own = "person " + vote->person.value;
    const auto itself = [&](const Step& step) {
        const auto* before = std::get_if<CastPanelVote>(&step.act);
        return before != nullptr && before->notice == vote->notice && before->person == vote->person && step.actor == own;
    };
    if (by.name == own || std::none_of(docket.steps.begin(), docket.steps.end(), itself)) return {};
    return fail(errc::denied, "item 39: {} has voted on this appeal itself, and only {} says something else", vote->person, vote->person);
}

// The act only names persons; their facts are looked up in the register.
Result<Act> with_facts(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Case& c, const Act& act,
                       Instant now) {
    if (const auto* reply = std::get_if<RecordReply>(&act))
        return Act{RecordReply{reply->notice, reply->reference, is_hearsay(store, rules, by, c, *reply, now)}};
    const auto* seat = std::get_if<SeatPanel>(&act);
    if (seat == nullptr) return act;
    const auto seats = seats_at(store, rules, now);
    const auto appeal = std::find_if(c.appeals.begin(), c.appeals.end(), [&](const Appeal& a) { return a.notice == seat->notice; });
    const conduct::Panel* sitting = appeal != c.appeals.end() && appeal->panel ? &*appeal->panel : nullptr;
    SeatPanel known_panel{seat->notice, {}};
    if (sitting != nullptr) known_panel.left = vacancies(store, rules, *sitting, seats);
    auto chair = panelist(store, rules, seat->panel.chair.person, seats);
    if (!chair) return tl::unexpected(chair.error());
    known_panel.panel.chair = as_seated(sitting, *chair);
    for (const auto& named : seat->panel.members) {
        auto member = panelist(store, rules, named.person, seats);
        if (!member) return tl::unexpected(member.error());
        known_panel.panel.members.push_back(as_seated(sitting, *member));
    }
    return Act{known_panel};
}

Result<void> citation(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                      const std::string& decision, const Act& act, const std::string& subject, Instant now) {
    if (needs_decision(act)) return cite(store, rules, vault, by, decision, deed_of(act, subject), now);
    if (decision.empty()) return {};
    return fail(errc::invalid, "'{}' is not the committee's to decide; leave the decision out", name(act));
}

// Writes everything that follows from a step that conduct allowed.
void write(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Case& after, const Step& step,
           const std::string& subject) {
    append(store, after.id, step);
    if (!step.decision.empty()) spend(store, step.decision, traits(step.act).decision, subject);
    update_denials(store, after);
    keep_rooms(store, rules, after, step.at);
    Detail detail;
    // How a panelist votes stands in the step, which the journal vouches for: who reads the journal is none of the five.
    const auto* vote = std::get_if<CastPanelVote>(&step.act);
    detail.add("what", vote == nullptr ? told(step) : fmt::format("{} on the appeal against notice {}", vote->person, vote->notice));
    if (!step.decision.empty()) detail.add("decision", step.decision);
    if (const auto* seat = std::get_if<SeatPanel>(&step.act)) {
        if (const auto room = room_of(store, after, seat->notice)) detail.add("list", room->id.value);
    }
    store.journal().append(step.at, step.actor, traits(step.act).entry, after.id, community::add_maker(detail, by).text());
}

void warn(CaseFile& file, const Act& act) {
    const auto* issue = std::get_if<IssueNotice>(&act);
    if (issue == nullptr || !issue->reply_time) return;
    if (auto warning = reply_time_warning(*issue->reply_time, file.as_is.numbers)) file.warnings.push_back(*warning);
}

Act with_people_named(storage::Store& store, Act act) {
    if (auto* vote = std::get_if<CastPanelVote>(&act)) vote->person = person_named(store, vote->person);
    auto* seat = std::get_if<SeatPanel>(&act);
    if (seat == nullptr) return act;
    seat->panel.chair.person = person_named(store, seat->panel.chair.person);
    for (auto& member : seat->panel.members) member.person = person_named(store, member.person);
    return act;
}

}  // namespace

Result<CaseFile> CaseOffice::open(const community::Actor& by, const std::string& decision, const TeamId& team, const std::string& clause,
                                  const std::string& id) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto& minutes = store_.minutes();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = may_choose_id(by, id); !ok) return tl::unexpected(ok.error());
    const auto accused = store_.directory().team(team);
    if (!accused) return fail(errc::not_found, "team {} is not there; see: caveat team list", team.value.substr(0, 64));
    // Applicants and former members have no duty under the Code and no access that a sanction could take away.
    if (rules_.is_outside(accused->category)) {
        return fail(errc::denied, "item 26: the Code of Conduct binds members and partners; {} is {}", team, accused->category);
    }
    const auto numbers = numbers_of(rules_);
    if (!numbers) return tl::unexpected(numbers.error());
    const auto taken = [&](const std::string& other) { return minutes.find_case(other).has_value(); };
    const auto name = id.empty() ? free_drawn_id("C", now, taken) : id;
    if (!is_short_name(name)) return fail(errc::invalid, "case id '{}': letters, digits, '.', '_' and '-'", name.substr(0, 64));
    if (taken(name)) return fail(errc::conflict, "case {} exists; choose another id", name);

    const Step step{now, by.name, decision, OpenCase{name, team, clause}};
    if (auto ok = citation(store_, rules_, vault_, by, decision, step.act, team.value, now); !ok) return tl::unexpected(ok.error());
    const auto opened = open_case(step, *numbers);
    if (!opened) return tl::unexpected(opened.error());
    minutes.add(storage::CaseRow{name, team, now, kept_numbers(rules_)});
    write(store_, rules_, by, *opened, step, team.value);
    auto file = as_file(store_, {{step}, *opened}, now);
    transaction.commit();
    return file;
}

Result<CaseFile> CaseOffice::act(const community::Actor& by, const std::string& id, const Act& given, const std::string& decision,
                                 const Along& along) {
    storage::Store::Transaction transaction(store_);
    const Act act = with_people_named(store_, given);
    auto docket = find_docket(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    if (auto ok = may_bring(store_, rules_, by, docket->as_is, act, clock_.now()); !ok) return tl::unexpected(ok.error());
    auto file = carry_out(by, id, *docket, act, decision, along);
    if (file) transaction.commit();
    return file;
}

Result<CaseFile> CaseOffice::acknowledge(const community::Actor& by, const std::string& id, int notice) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto docket = find_docket(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    if (auto ok = may_speak_for(store_, rules_, by, docket->as_is.team, now); !ok) return tl::unexpected(ok.error());
    auto file = carry_out(by, id, *docket, RecordService{notice, Channel::acknowledgement, now}, {}, {});
    if (file) transaction.commit();
    return file;
}

Result<CaseFile> CaseOffice::carry_out(const community::Actor& by, const std::string& id, Docket& docket, const Act& act,
                                       const std::string& decision, const Along& along) {
    const Instant now = clock_.now();
    auto full = with_facts(store_, rules_, by, docket.as_is, act, now);
    if (!full) return tl::unexpected(full.error());
    const Step step{now, by.name, decision, std::move(*full)};
    if (std::holds_alternative<OpenCase>(step.act)) return fail(errc::denied, "item 27: case {} is open already", id);
    if (auto ok = may_still_vote(store_, rules_, by, docket, step.act, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = citation(store_, rules_, vault_, by, decision, step.act, id, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = may_deny(store_, rules_, docket.as_is, step.act, now); !ok) return tl::unexpected(ok.error());
    auto after = conduct::next(docket.as_is, step);
    if (!after) return tl::unexpected(after.error());
    write(store_, rules_, by, *after, step, id);
    docket.as_is = std::move(*after);
    docket.steps.push_back(step);
    auto file = as_file(store_, docket, now);
    warn(file, step.act);
    if (along) {
        if (auto ok = along(file); !ok) return tl::unexpected(ok.error());
    }
    return file;
}

Result<CaseFile> CaseOffice::show(const std::string& id) {
    storage::Store::Reading reading(store_);
    const auto docket = find_docket(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    return as_file(store_, *docket, clock_.now());
}

std::vector<CaseFile> CaseOffice::cases(const std::optional<TeamId>& team) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    std::vector<CaseFile> all;
    for (const auto& row : store_.minutes().cases()) {
        if (!team || row.team == *team) all.push_back(read_file(store_, row, now));
    }
    return all;
}

std::optional<CaseFile> CaseOffice::case_of_denial(std::int64_t denial) {
    storage::Store::Reading reading(store_);
    const auto id = store_.minutes().case_of(denial);
    if (!id) return std::nullopt;
    return read_file(store_, *store_.minutes().find_case(*id), clock_.now());
}

Cause Committee::cause_of(const community::Denial& denial) {
    storage::Store::Reading reading(store_);
    Cause cause;
    if (const auto file = CaseOffice(store_, vault_, rules_, clock_).case_of_denial(denial.id)) {
        cause.case_id = file->as_is.id;
        cause.notice = notice_behind(*file, denial);
    }
    if (const auto d = read_decision(store_, rules_, vault_, denial.decision, clock_.now())) cause.tally = d->tally.why;
    return cause;
}

}  // namespace caveat::committee
