// Every act, in every reachable state of a case, just before, at and just after every deadline: allowed or refused with a reason, and
// whatever was allowed keeps C1-C5 and C7 (case_promises.hpp; C6 in hold_exploration_test.cpp). States are told apart by their shape (which
// notices, served, answered, appealed, fallen, lifted); from several beginnings one case of each shape is followed on, to a bounded depth.
#include <map>
#include <set>

#include "case_promises.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

namespace {

constexpr std::size_t most_notices = 5;

std::optional<Case> attempt(const Case& c, const Try& what, Instant when, std::string& reason) {
    std::optional<Case> now = c;
    for (const Act& act : what.acts) {
        auto after = next(*now, {when, "orchid-rep", what.decision, act});
        if (!after) {
            reason = after.error().detail;
            return std::nullopt;
        }
        now = std::move(*after);
    }
    return now;
}

Try a_ruling(int notice, const Ruling& ruling) {
    Try what{"seat", {SeatPanel{notice, a_panel()}}};
    for (const char* who : {"saiga-rep", "takin-rep", "orchid-rep"}) what.acts.push_back(CastPanelVote{notice, PersonId{who}, ruling});
    return what;
}

void add_sanctions(std::vector<Try>& tries, const Case& c, Instant when) {
    Sanction plain = a_sanction().sanction;
    Sanction early = plain;
    early.effect = when + day * thirty - tick;
    Sanction stated = plain;
    stated.effect = when + day * thirty;
    Sanction longer = stated;
    longer.end = add_months(date_of(*stated.effect), 12, Rounding::later) == date_of(*stated.effect) ? when : *stated.effect + day * 367;
    for (const Sanction& s : {plain, stated}) tries.push_back({"sanction", {IssueSanction{s}}});
    Sanction unheard = plain;
    unheard.denied = {{"ews", post}, {"reps", receive}};
    for (const Sanction& s : {early, longer, unheard}) tries.push_back({"sanction", {IssueSanction{s}}, true});
    tries.push_back({"renew", {Renew{plain}}});
    tries.push_back({"renew", {Renew{early}}, true});
    Sanction rest = plain;
    rest.denied.clear();
    for (const auto& denial : denials_at(c, when)) rest.denied.push_back(denial.denied);
    tries.push_back({"renew", {Renew{rest}}});
    rest.denied.push_back({"drill", post});
    tries.push_back({"renew", {Renew{rest}}, true});
}

std::vector<Try> all_tries(const Case& c, Instant when) {
    IssueNotice incomplete = a_notice();
    incomplete.contents.appeal_rules.clear();
    std::vector<Try> tries{{"issue", {a_notice()}},
                           {"issue", {incomplete}, true},
                           {"comply", {FindComplied{"sha256:1b", when}}},
                           {"continue", {FindContinues{"sha256:1b", when}}},
                           {"continue", {FindContinues{"sha256:1b", c.opened}}, true},
                           {"lift", {Lift{}}},
                           {"lift", {Lift{{{"ews", post}}}}},
                           {"lift", {Lift{{{"*", post}}}}, true},
                           {"close", {CloseCase{"done"}}},
                           {"open", {OpenCase{"x", TeamId{"y"}, "z"}}, true}};
    add_sanctions(tries, c, when);
    for (const Notice& notice : c.notices) {
        const int n = notice.number;
        tries.push_back({"serve", {RecordService{n, Channel::page_read, when}}});
        tries.push_back({"serve", {RecordService{n, Channel::post_receipt, notice.issued}}});
        if (notice.replies.empty()) tries.push_back({"reply", {RecordReply{n, "r"}}});
        tries.push_back({"appeal", {FileAppeal{n, "a"}}});
        tries.push_back({"withdraw", {WithdrawAppeal{n}}});
        tries.push_back({"vote", {CastPanelVote{n, PersonId{"kowhai-rep"}, {Outcome::upheld, {}}}}});
        tries.push_back({"serve", {RecordService{n, Channel::relay, when}}});
        tries.push_back({"serve", {RecordService{n, Channel::page_read, when + tick}}, true});
        for (const Outcome outcome : {Outcome::upheld, Outcome::suspended}) tries.push_back(a_ruling(n, {outcome, {}}));
        tries.push_back(a_ruling(n, {Outcome::partially_suspended, {{"ews", post}}}));
    }
    return tries;
}

// Every instant at which something about the case changes by itself, and its neighbours.
std::set<Instant> edges(const Case& c) {
    std::set<Instant> marks{c.last + day};
    for (const Notice& notice : c.notices) {
        marks.insert(notice.issued + day * thirty);
        if (const auto when = served(notice)) {
            marks.insert(*when + day * 7);
            marks.insert(*when + day * thirty);
        }
        if (const auto when = appeal_closes(notice, c.numbers)) marks.insert(*when);
        if (const auto when = reply_ends(c, notice)) marks.insert(*when);
        if (const auto span = effect_of(c, notice)) {
            marks.insert(span->from);
            marks.insert(span->until - day * thirty);
            marks.insert(span->until);
        }
    }
    std::set<Instant> all{c.last};
    for (const Instant mark : marks) {
        for (const Instant t : {mark - tick, mark, mark + tick}) {
            if (c.last <= t) all.insert(t);
        }
    }
    return all;
}

std::string shape(const Case& c) {
    const State state = state_at(c, c.last);
    std::string text = fmt::format("{}{}", name(state.phase), state.must_lift);
    for (const Notice& n : c.notices) {
        text += fmt::format("|{}{}{}{}{}{}{}", static_cast<int>(n.kind), n.renewal, served(n).has_value(), !n.replies.empty(),
                            !n.findings.empty(), fallen(c, n), n.sanction.effect.has_value());
    }
    for (const Appeal& a : c.appeals) {
        text += fmt::format("/{}{}{}{}{}", a.notice, a.ended.has_value(), static_cast<int>(a.ruling.outcome), a.late, a.moot);
    }
    for (const Lifted& lift : c.lifts) text += fmt::format("-{}", lift.denied.size());
    return text;
}

// What the case says may happen next is what `next` allows, by name.
std::string check_forecast(const Case& c, Instant when, const std::set<std::string>& allowed) {
    std::set<std::string> told;
    for (const Possible& p : what_next(c, when)) {
        if (p.needs.empty() && (!p.from || *p.from <= when) && (!p.until || when < *p.until)) told.insert(p.act);
    }
    for (const std::string& act : allowed) {
        if (act != "serve" && act != "reply" && !told.count(act)) return "what_next is silent on " + act;
    }
    for (const std::string& act : told) {
        if (act != "vote" && act != "reply" && act != "serve" && !allowed.count(act)) return "what_next promises " + act;
    }
    return {};
}

// The party's and the panel's acts and a receipt need none; every other does, also where all else is right.
bool decides_without_decision(const Case& c, Try what, Instant when) {
    const std::set<std::string> of_others{"serve", "reply", "appeal", "withdraw", "vote"};
    if (of_others.contains(what.name)) return false;
    what.decision.clear();
    std::string reason;
    return attempt(c, what, when, reason) || reason.find("decision") == std::string::npos;
}

// Between two edges nothing changes by itself: what holds just after one holds to just before the next.
std::string check_calm(const Case& c, const std::set<Instant>& edges) {
    for (auto edge = edges.begin(); edge != edges.end() && std::next(edge) != edges.end(); ++edge) {
        const State here = state_at(c, *edge);
        const State there = state_at(c, *std::next(edge) - tick);
        if (here.phase != there.phase || here.in_force != there.in_force || here.open_appeals != there.open_appeals)
            return "C7: " + std::string(name(here.phase)) + " turns into " + std::string(name(there.phase)) + " between two edges";
        if (denied_at(denials(c), *edge) != denied_at(denials(c), *std::next(edge) - tick))
            return "C7: a denial begins or ends between two edges";
    }
    return {};
}

struct Exploration {
    int followed = 1;  // of each shape, from one beginning
    std::map<std::string, int> seen;
    std::vector<std::string> wrong;
    std::set<Phase> phases;
    std::size_t asked = 0;
    std::size_t allowed = 0;

    bool fresh(const Case& c) { return c.notices.size() <= most_notices && seen[shape(c)]++ < followed; }

    void complain(const Case& c, const std::string& what, Instant when, const std::string& why) {
        if (wrong.size() < 10) wrong.push_back(fmt::format("{} at {} in {}: {}", what, to_string(when), shape(c), why));
    }

    void try_all(const Case& c, Instant when, std::vector<Case>& found) {
        phases.insert(state_at(c, when).phase);
        std::set<std::string> here;
        for (const Try& what : all_tries(c, when)) {
            ++asked;
            std::string reason;
            const auto after = attempt(c, what, when, reason);
            if (!after) {
                const bool told = reason.rfind("item ", 0) == 0 || reason.rfind("ruling (", 0) == 0 || reason.rfind("case ", 0) == 0;
                if (!told) complain(c, what.name, when, "refused without a rule: '" + reason + "'");
                continue;
            }
            ++allowed;
            here.insert(what.name);
            if (const auto why = check_step(c, *after, what, when); !why.empty()) complain(c, what.name, when, why);
            if (decides_without_decision(c, what, when)) complain(c, what.name, when, "C5: allowed without a decision");
            if (fresh(*after)) found.push_back(*after);
        }
        if (const auto why = check_forecast(c, when, here); !why.empty()) complain(c, "forecast", when, why);
    }

    void from(const Case& root, int depth) {
        std::vector<Case> level{root};
        for (int d = 0; d < depth && wrong.empty(); ++d) {
            std::vector<Case> found;
            for (const Case& c : level) {
                const auto all = edges(c);
                for (const Instant when : all) try_all(c, when, found);
                for (const auto& why : {check_calm(c, all), check_after_all(c)}) {
                    if (!why.empty()) complain(c, "waiting", c.last, why);
                }
            }
            level = std::move(found);
        }
    }
};

}  // namespace

TEST_CASE("every act in every state at every edge is allowed or refused with a reason, and the promises hold [items 26-41]",
          "[C1][C2][C3][C4][C5][C7][conduct]") {
    // One step deeper takes a minute.
    auto [stays, depth, phases] = GENERATE(table<bool, int, std::size_t>({{true, 3, 10}, {false, 2, 9}}));
    CAPTURE(stays);
    Numbers numbers;
    numbers.appeal_stays_effect = stays;
    numbers.effect_after_appeal_window = stays;

    Exploration all;
    Docket in_force = noticed(a_sanction(), numbers);
    in_force.does(at("2026-12-01"), Renew{a_sanction().sanction}).served(4, at("2026-12-01"));
    const Docket early = noticed(a_sanction_from(at("2026-04-01T09:15:00Z")), numbers);
    for (const Case& root : {Docket(at("2024-02-28T12:00:00Z"), numbers).c, unheeded(numbers).c, early.c, in_force.c}) {
        all.seen.clear();
        all.from(root, depth);
    }
    for (const std::string& wrong : all.wrong) UNSCOPED_INFO(wrong);
    CHECK(all.wrong.empty());
    CHECK(all.asked > 10'000);
    CHECK(all.allowed > 1'000);
    INFO(all.asked << " acts tried, " << all.allowed << " allowed");
    CHECK(all.phases.size() >= phases);
}
