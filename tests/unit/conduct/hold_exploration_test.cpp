// Every act on the security holds of a person, in every reachable history, at every edge instant: allowed exactly where item 42 and ruling
// (k) allow it, refused naming one of them otherwise, and C6 holds after whatever was allowed. The rules are told here a second time, in
// hours counted from the stored instants.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "a_case.hpp"
#include "caveat/conduct/hold.hpp"
#include "wrong.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

namespace {

constexpr auto most = std::chrono::hours{72};
constexpr auto month = day * 30;
const PersonId who{"melati-rep"};

using History = std::vector<Hold>;  // of one person, in the order placed

// When it no longer holds anybody.
Instant end_of(const Hold& h) {
    Instant end = h.placed;
    for (const Instant until : {h.until, h.extensions.empty() ? h.until : h.extensions.back().until}) end = std::max(end, until);
    return h.lifted ? std::min(*h.lifted, end) : end;
}
bool held(const History& all, Instant t) {
    return std::any_of(all.begin(), all.end(), [&](const Hold& h) { return h.placed <= t && t < end_of(h); });
}

enum class What { place, extend, lift, tell };

struct Try {
    What what;
    std::optional<Period> length;
    std::string decision;
    std::string hand = "operator root";

    [[nodiscard]] std::string words() const {
        constexpr std::array names{"place", "extend", "lift", "tell"};
        return fmt::format("{} for {} by '{}', {}", names.at(static_cast<std::size_t>(what)), length ? length->time.count() : -1, decision,
                           hand);
    }
};

// Decisions: none, one of its own, and one that the latest hold has cited already.
std::vector<Try> all_tries(const History& before) {
    std::set<std::string> decisions{"", "D-" + std::to_string(before.size() * 10 + (before.empty() ? 0 : before.back().extensions.size()))};
    if (!before.empty()) decisions.insert(before.back().decision);
    if (!before.empty() && !before.back().extensions.empty()) decisions.insert(before.back().extensions.front().decision);
    const std::array<std::optional<Period>, 6> lengths{
        {{}, hours(1), hours(72), Period{0, most + std::chrono::seconds{1}}, days(0), months(1)}};
    std::vector<Try> all{{What::lift, {}, ""}, {What::tell, {}, ""}};
    for (const auto& decision : decisions) {
        for (const auto& length : lengths) {
            all.push_back({What::place, length, decision});
            if (decision.empty()) all.push_back({What::place, length, decision, "person kikyo-rep"});
            if (length) all.push_back({What::extend, length, decision});
        }
    }
    return all;
}

// For how long, of what was over less than thirty days before.
Instant::duration held_before(const History& all, Instant t) {
    Instant::duration sum{0};
    for (const Hold& h : all) {
        if (t < end_of(h) + month) sum += std::max(end_of(h) - h.placed, Instant::duration{0});
    }
    return sum;
}

// The words of item 42 and ruling (k).
bool lawful(const History& before, const Try& act, Instant when) {
    const bool bounded = !act.length || (act.length->months == 0 && act.length->time.count() > 0 && act.length->time <= most);
    const bool holding = !before.empty() && before.back().placed <= when && when < end_of(before.back());
    if (act.what == What::tell) return !before.empty() && !before.back().told && before.back().placed <= when;
    if (act.what == What::lift) return !before.empty() && when < end_of(before.back());  // also by a clock that was set back behind it
    if (act.what == What::extend) {
        if (!holding || !bounded || act.decision.empty() || act.decision == before.back().decision) return false;
        const auto& more = before.back().extensions;
        return std::none_of(more.begin(), more.end(), [&](const HoldExtension& e) { return e.decision == act.decision; });
    }
    if (!bounded || holding) return false;
    if (std::any_of(before.begin(), before.end(), [&](const Hold& h) { return when < h.placed; })) return false;
    if (!act.decision.empty()) return true;
    if (std::any_of(before.begin(), before.end(),
                    [&](const Hold& h) { return h.decision.empty() && h.actor == act.hand && when < end_of(h) + month; }))
        return false;
    const auto left = most - held_before(before, when);
    return left > Instant::duration{0} && (!act.length || act.length->time <= left);
}

Result<History> attempt(const History& before, const Try& act, Instant when) {
    History after = before;
    if (act.what == What::place) {
        auto hold = place({who, "key stolen", act.hand, act.decision, act.length}, before, when, {});
        if (!hold) return tl::unexpected(hold.error());
        after.push_back(*hold);
        return after;
    }
    if (before.empty()) return fail(errc::denied, "item 42: there is none");  // an office would not find it
    auto hold = act.what == What::extend ? extend(before.back(), *act.length, act.decision, when, {})
                : act.what == What::lift ? lift(before.back(), when)
                                         : tell(before.back(), when);
    if (!hold) return tl::unexpected(hold.error());
    after.back() = *hold;
    return after;
}

std::set<Instant> marks(const History& all) {
    std::set<Instant> marks;
    for (const Hold& h : all) {
        for (const Instant mark : {h.placed, h.until, end_of(h), end_of(h) + month}) marks.insert(mark);
        for (const HoldExtension& e : h.extensions) marks.insert(e.until);
    }
    std::set<Instant> around;
    for (const Instant mark : marks) around.insert({mark - tick, mark, mark + tick});
    return around;
}

// C6, of everything on record.
std::string check_record(const History& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Hold& h = all[i];
        if (h.until <= h.placed || most < h.until - h.placed) return "C6: placed for more than 72 h, or for nothing";
        Instant end = h.until;
        std::set<std::string> cited{h.decision, ""};
        for (const HoldExtension& e : h.extensions) {
            if (e.until <= end || most < e.until - end) return "C6: extended by more than 72 h, or by nothing";
            if (e.at < h.placed || end <= e.at) return "C6: extended when it was over";
            if (!cited.insert(e.decision).second) return "C6: extended without a decision of its own";
            end = e.until;
        }
        if (i > 0 && h.placed < end_of(all[i - 1])) return "C6: two at a time";
        const History earlier(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i));
        if (h.decision.empty() && most < held_before(earlier, h.placed) + (h.until - h.placed)) return "C6: longer, without a decision";
        if (h.told && *h.told < h.placed) return "C6: told before there was anything to tell";
        const auto denial = as_denial(h);
        if (denial.whole_team || denial.whom != who.value || denial.source != "hold") return "C6: a hold that is a penalty";
        if (denial.during != Interval{std::min(h.placed, end_of(h)), end_of(h)}) return "C6: denied at other times than held";
    }
    return {};
}

std::string check_step(const History& before, const History& after, const Try& act, Instant when) {
    if (auto wrong = check_record(after); !wrong.empty()) return wrong;
    if (act.what == What::place && after.back().told) return "C6: nobody is owed a word about a new hold";
    if (act.what == What::tell && !after.back().told) return "C6: told, and still untold";
    if (act.what == What::lift && held({after.back()}, when)) return "C6: lifted, and still held";
    if (act.what != What::tell && !before.empty() && after.front().told != before.front().told) return "C6: telling came by itself";
    auto edges = marks(before);
    edges.merge(marks(after));
    for (const Instant t : edges) {
        if (t < when && held(before, t) != held(after, t)) return "C6: the past was rewritten";
        const bool now = std::any_of(after.begin(), after.end(), [&](const Hold& h) { return holds_at(h, t); });
        if (now != held(after, t)) return "C6: held at other times than recorded";
        if (act.what == What::tell && held(before, t) != held(after, t)) return "C6: telling changed the hold";
    }
    return {};
}

std::string shape(const History& all) {
    std::string text;
    for (const Hold& h : all) {
        text += fmt::format("|{}{}{}{}", h.decision.empty(), h.extensions.size(), h.lifted.has_value(), h.told.has_value());
    }
    return text;
}

struct HoldExploration {
    std::map<std::string, int> seen;
    std::size_t asked = 0, allowed = 0;
    Wrong wrong;

    void step(const History& before, const Try& act, Instant when, std::vector<History>& found) {
        ++asked;
        const auto what = [&] { return fmt::format("{} at {} after {}", act.words(), to_string(when), shape(before)); };
        const auto after = attempt(before, act, when);
        wrong.expect(after.has_value() == lawful(before, act, when),
                     [&] { return what() + (after ? ": allowed" : ": refused, " + after.error().detail); });
        if (!after) {
            const auto& reason = after.error().detail;
            wrong.expect(reason.rfind("item 42: ", 0) == 0 || reason.rfind("ruling (k): ", 0) == 0, [&] { return what() + ": " + reason; });
            return;
        }
        ++allowed;
        const auto why = check_step(before, *after, act, when);
        wrong.expect(why.empty(), [&] { return what() + ": " + why; });
        if (seen[shape(*after)]++ < 2) found.push_back(*after);  // of each shape a few, with other instants
    }

    void from(const History& root, Instant first, int depth) {
        std::vector<History> level{root};
        for (int d = 0; d < depth; ++d) {
            std::vector<History> found;
            for (const History& h : level) {
                auto edges = marks(h);
                if (h.empty()) edges.insert(first);
                for (const Instant when : edges) {
                    const bool behind = !h.empty() && !h.back().extensions.empty() && when < h.back().extensions.back().at;
                    if (behind) continue;  // the clock of an office does not run back
                    for (const Try& act : all_tries(h)) step(h, act, when, found);
                }
            }
            level = std::move(found);
        }
    }
};

}  // namespace

TEST_CASE(
    "every act on a hold in every history at every edge is allowed or refused by the rule, and no hold is a penalty [item 42] [ruling k]",
    "[C6][C7][conduct]") {
    HoldExploration all;
    all.from({}, at("2028-02-27T23:59:59Z"), 5);  // a leap day in it
    all.wrong.none();
    CHECK(all.asked > 50'000);
    CHECK(all.allowed > 3'000);
    INFO(all.asked << " acts tried, " << all.allowed << " allowed");
    CHECK(all.seen.size() > 100);
}
