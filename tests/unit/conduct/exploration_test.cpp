// Every act, in every reachable state of a case, just before, at and just after every deadline: allowed or refused with a reason, and
// whatever was allowed keeps C1-C4 and C7. States are told apart by their shape (which notices, served, answered, appealed, fallen,
// lifted); from several beginnings one case of each shape is followed on, to a bounded depth.
#include <algorithm>
#include <map>
#include <set>

#include "a_case.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

namespace {

constexpr int thirty = 30;
constexpr std::size_t most_notices = 5;

// What is asked of `next` in one go; a panel is seated and rules within one instant.
struct Try {
    std::string name;
    std::vector<Act> acts;
    bool never = false;  // no state may allow it
};

std::optional<Case> attempt(const Case& c, const Try& what, Instant when, std::string& reason) {
    std::optional<Case> now = c;
    for (const Act& act : what.acts) {
        auto after = next(*now, {when, "orchid-rep", "D-2", act});
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

void add_sanctions(std::vector<Try>& tries, Instant when) {
    Sanction plain = a_sanction().sanction;
    Sanction early = plain;
    early.effect = when + day * thirty - tick;
    Sanction stated = plain;
    stated.effect = when + day * thirty;
    Sanction longer = stated;
    longer.end = add_months(date_of(*stated.effect), 12, Rounding::later) == date_of(*stated.effect) ? when : *stated.effect + day * 367;
    for (const Sanction& s : {plain, stated}) tries.push_back({"sanction", {IssueSanction{s}}});
    for (const Sanction& s : {early, longer}) tries.push_back({"sanction", {IssueSanction{s}}, true});
    tries.push_back({"renew", {Renew{plain}}});
    tries.push_back({"renew", {Renew{early}}, true});
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
    add_sanctions(tries, when);
    for (const Notice& notice : c.notices) {
        const int n = notice.number;
        tries.push_back({"serve", {RecordService{n, Channel::page_read, when}}});
        tries.push_back({"serve", {RecordService{n, Channel::post_receipt, notice.issued}}});
        if (notice.replies.empty()) tries.push_back({"reply", {RecordReply{n, "r"}}});
        tries.push_back({"appeal", {FileAppeal{n, "a"}}});
        tries.push_back({"withdraw", {WithdrawAppeal{n}}});
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

// The notices a notice rests on, told here once more without the code under test.
bool above(const Case& c, int notice, int base) {
    while (notice != base) {
        const auto below = c.notices[static_cast<std::size_t>(notice) - 1].built_on;
        if (!below) return false;
        notice = *below;
    }
    return true;
}

// Two complete compliance notices, both served before the sanction notice came (C1).
bool well_founded(const Case& c, const Notice& sanction) {
    int served_notices = 0;
    for (const Notice& n : c.notices) {
        if (n.kind != NoticeKind::compliance || !above(c, sanction.number, n.number)) continue;
        if (!missing(n.contents).empty() || n.decision.empty()) return false;
        if (const auto when = served(n); when && *when < sanction.issued) ++served_notices;
    }
    return served_notices == 2;
}

std::string check_row(const Case& c, const CaseDenial& row) {
    const Notice& notice = c.notices[static_cast<std::size_t>(row.notice) - 1];
    const Instant from = row.during.from;
    if (notice.kind != NoticeKind::sanction || !well_founded(c, notice)) return "C1: denied without two served notices";
    if (!served(notice) || from < *served(notice) + day * thirty) return "C2: denied within 30 days of service";
    if (from < notice.issued + day * thirty) return "C2: denied within 30 days of issue";
    if (!row.during.until) return "C2: denied without an end";
    const auto effect = effect_of(c, notice)->from;
    const Instant year_on = start_of(add_months(date_of(effect), 12, Rounding::earlier)) + (effect - start_of(date_of(effect)));
    if (from < effect || year_on < *row.during.until) return "C2: denied for more than twelve months";
    if (!within({row.denied}, notice.sanction.denied)) return "C4: denied what no notice names";
    for (const Appeal& appeal : c.appeals) {
        if (!above(c, row.notice, appeal.notice) || !c.numbers.appeal_stays_effect || appeal.moot) continue;
        if (appeal.ended == appeal.filed && appeal.ruling.outcome != Outcome::suspended) continue;  // never open
        const bool before = *row.during.until <= appeal.filed;
        if (!before && (!appeal.ended || from < *appeal.ended)) return "C3: in force while an appeal is open";
        if (!before && appeal.ruling.outcome == Outcome::suspended) return "C3: in force although the panel suspended it";
    }
    return {};
}

using Rows = std::vector<CaseDenial>;

DeniedSet denied_at(const Rows& rows, Instant when) {
    DeniedSet set;
    for (const CaseDenial& row : rows) {
        if (row.during.contains(when)) set.push_back(row.denied);
    }
    return normalised(std::move(set));
}

// What was, stays: no step reaches back before its own instant.
bool rewrites_the_past(const Rows& before, const Rows& after, Instant when) {
    std::set<Instant> past{when - tick};
    for (const Rows* rows : {&before, &after}) {
        for (const CaseDenial& row : *rows) {
            past.insert(row.during.from);
            past.insert(*row.during.until - tick);
        }
    }
    return std::any_of(past.begin(), past.end(), [&](Instant t) { return t < when && denied_at(before, t) != denied_at(after, t); });
}

bool lengthens(const Rows& before, const Rows& after) {
    return std::any_of(after.begin(), after.end(), [&](const CaseDenial& row) {
        return std::none_of(before.begin(), before.end(), [&](const CaseDenial& old) {
            return old.notice == row.notice && within({row.denied}, {old.denied}) && old.during.from <= row.during.from &&
                   *row.during.until <= *old.during.until;
        });
    });
}

std::string check_step(const Case& before, const Case& after, const Try& what, Instant when) {
    if (what.never) return "allowed what no rule allows";
    const Rows was = denials(before);
    const Rows is = denials(after);
    if (was != is || before.appeals != after.appeals) {  // otherwise checked when they came about
        for (const CaseDenial& row : is) {
            if (auto wrong = check_row(after, row); !wrong.empty()) return wrong;
        }
        if (rewrites_the_past(was, is, when)) return "C2: the past was rewritten";
    }
    if (what.name == "lift" && lengthens(was, is)) return "C2: a lift lengthened something";
    if (before.closed && after.closed != before.closed) return "a closed case was opened";
    for (std::size_t i = 0; i < before.appeals.size(); ++i) {
        if (before.appeals[i].ended && before.appeals[i] != after.appeals[i]) return "C3: a final result was changed";
    }
    if (what.name == "issue" || what.name == "sanction") {
        const Notice& fresh = after.notices.back();
        const auto since =
            fresh.built_on ? served(after.notices[static_cast<std::size_t>(*fresh.built_on) - 1]) : std::optional<Instant>{Instant{}};
        if (!since || fresh.issued < *since + day * 7) return "C1: a notice within seven days of the service of the one before";
    }
    if (what.name == "appeal") {
        const Notice& notice = before.notices[static_cast<std::size_t>(after.appeals.back().notice) - 1];
        const auto since = served(notice);
        if (since && start_of(date_of(*since)) + day * 31 <= when) return "C3: an appeal after the window";
    }
    return {};
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
            if (fresh(*after)) found.push_back(*after);
        }
        if (const auto why = check_forecast(c, when, here); !why.empty()) complain(c, "forecast", when, why);
    }

    void from(const Case& root, int depth) {
        std::vector<Case> level{root};
        for (int d = 0; d < depth && wrong.empty(); ++d) {
            std::vector<Case> found;
            for (const Case& c : level) {
                for (const Instant when : edges(c)) try_all(c, when, found);
            }
            level = std::move(found);
        }
    }
};

}  // namespace

TEST_CASE("every act in every state at every edge is allowed or refused with a reason, and the promises hold [items 26-41]",
          "[C1][C2][C3][C4][C7][conduct]") {
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
