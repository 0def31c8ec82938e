// Letters about the steps of a case: to the committee without the party, to the party, to the panel, and to the members where they know of
// it.
#include <fmt/ranges.h>

#include "bindings.hpp"
#include "caveat/moment.hpp"
#include "changes.hpp"
#include "docket.hpp"
#include "electors.hpp"
#include "notices.hpp"
#include "rooms.hpp"
#include "telling_desk.hpp"

namespace caveat::committee {
namespace {

// What a step of a case is for those who did not do it; empty: nothing that they must be told by a letter of its own.
struct News {
    std::string to_committee;
    std::string to_party;
    std::string to_members = {};  // where they were told of the sanction (item 32)
};

std::string_view in_words(conduct::Channel channel) {
    switch (channel) {
        case conduct::Channel::page_read:
            return "you opened it on the pages";
        case conduct::Channel::acknowledgement:
            return "you acknowledged it, signed";
        case conduct::Channel::post_receipt:
            return "the post has a receipt of it";
        case conduct::Channel::own_exchanger:
            return "your own mail server took it";
        case conduct::Channel::relay:
            return "a relay took it";
        case conduct::Channel::sent:
            return "it was sent";
    }
    return {};
}

std::string outcome_words(const conduct::Appeal& appeal) {
    if (appeal.moot) return "has nothing left to decide: a notice below it fell";
    switch (appeal.ruling.outcome) {
        case conduct::Outcome::upheld:
            return "was decided: the notice stands";
        case conduct::Outcome::partially_suspended:
            return "was decided: a part of the sanction is suspended";
        case conduct::Outcome::suspended:
            return "was decided: the notice is suspended and counts no more";
    }
    return {};
}

// What the panel made of a sanction of which the members were told: else they would go by what does not hold.
std::string ruled_for_members(const conduct::Case& c, const conduct::Appeal& appeal) {
    auto otherwise = c;
    std::erase_if(otherwise.appeals, [&](const auto& one) { return one.notice == appeal.notice; });
    const auto any_told = [&](const auto& is) {
        return std::any_of(c.notices.begin(), c.notices.end(), [&](const auto& n) { return n.sanction.tell_members && is(n); });
    };
    if (appeal.moot) return {};
    // Also one that was built on the notice and falls with it.
    if (any_told([&](const auto& n) { return conduct::fallen(c, n) && !conduct::fallen(otherwise, n); }))
        return "the Appeal Panel has suspended the sanction: it does not count";
    const bool in_part = appeal.ruling.outcome == conduct::Outcome::partially_suspended;
    if (in_part && any_told([&](const auto& n) { return n.number == appeal.notice; }))
        return "the Appeal Panel has suspended a part of the sanction";
    return {};
}

// What one pair of hands made of a decision that did not name it (ruling ii); empty: it named all of it.
std::string made_of_decision(const Desk& desk, const conduct::Case& c, const conduct::Step& step) {
    if (step.decision.empty() || !leaves_open(desk.store, step.decision, step.act)) return {};
    std::string what;
    if (const auto* a = std::get_if<conduct::FindComplied>(&step.act))
        what = fmt::format("that the party complied, so that the case is closed; the evidence is {}", a->evidence);
    if (const auto* a = std::get_if<conduct::FindContinues>(&step.act))
        what = fmt::format("that the breach continues; the evidence is {}", a->evidence);
    if (const auto* a = std::get_if<conduct::SeatPanel>(&step.act)) {
        std::vector<std::string> names;
        for (const auto& one : a->panel.members) names.push_back(desk.person_name(one.person));
        what = fmt::format("who sits on the panel about notice {}: {} in the chair, with {}", a->notice,
                           desk.person_name(a->panel.chair.person), fmt::join(names, ", "));
    }
    if (std::holds_alternative<conduct::Lift>(step.act)) what = fmt::format("what of the sanction is lifted: {}", told(step));
    if (what.empty()) return {};
    return fmt::format(
        "{} recorded, by your decision {}, {}. The decision did not name that itself; if it is not what you decided, say so "
        "at once",
        who_did(desk.store, c.id, step.actor, step.at), step.decision, what);
}

News news_of(const Desk& desk, const conduct::Case& c, const conduct::Step& step) {
    const auto made = made_of_decision(desk, c, step);
    const auto team = desk.team_name(c.team);
    const auto ended = [&](int notice) -> const conduct::Appeal* {
        for (const auto& appeal : c.appeals) {
            if (appeal.notice == notice && appeal.ended == step.at) return &appeal;
        }
        return nullptr;
    };
    // What somebody else recorded of the party, it hears of at once (ruling ss).
    const auto for_party = [&](std::string what) {
        const auto actor = doer_of(desk.store, c.id, step.actor, step.at);
        if (is_own_act(desk.store, desk.rules, actor, c.team, step.at)) return std::string();
        return fmt::format("{} recorded that {}. If this is not so, tell the committee at once",
                           who_did(desk.store, c.id, step.actor, step.at), what);
    };
    if (const auto* a = std::get_if<conduct::RecordReply>(&step.act)) {
        const bool itself = is_own_act(desk.store, desk.rules, step.actor, c.team, step.at);
        const auto served = a->hearsay ? "That serves no notice" : "With it the notice counts as served, and its clocks run";
        return {fmt::format("{} has replied to notice {}{}", team, a->notice,
                            itself ? std::string() : fmt::format(", as {} recorded", who_did(desk.store, c.id, step.actor, step.at))),
                for_party(fmt::format("you replied to notice {}. {}", a->notice, served))};
    }
    if (const auto* a = std::get_if<conduct::RecordService>(&step.act)) {
        if (!conduct::proves_receipt(a->channel)) return {};
        return {{},
                for_party(fmt::format("notice {} counts as served on you since {}: {}. Its clocks run from then on", a->notice,
                                      moment(a->stamp), in_words(a->channel)))};
    }
    if (const auto* a = std::get_if<conduct::FileAppeal>(&step.act)) {
        return {
            fmt::format("{} has appealed against notice {}. That stops the clocks of this notice and of every later one until a panel of "
                        "five has decided. Who sits on it the committee decides, by a ballot of its own",
                        team, a->notice),
            for_party(fmt::format("you appeal against notice {}", a->notice))};
    }
    if (const auto* a = std::get_if<conduct::WithdrawAppeal>(&step.act)) {
        return {fmt::format("{} has withdrawn its appeal against notice {}; the notice stands, and its clocks run on", team, a->notice),
                for_party(fmt::format("you withdraw your appeal against notice {}, so that it stands and its clocks run on", a->notice))};
    }
    if (const auto* a = std::get_if<conduct::SeatPanel>(&step.act)) {
        return {made,
                fmt::format("the panel of five that decides your appeal against notice {} is seated. You hear of its result", a->notice)};
    }
    if (const auto* a = std::get_if<conduct::CastPanelVote>(&step.act)) {
        const auto* appeal = ended(a->notice);
        if (appeal == nullptr) return {};
        return {fmt::format("the appeal of {} against notice {} {}", team, a->notice, outcome_words(*appeal)),
                fmt::format("your appeal against notice {} {}", a->notice, outcome_words(*appeal)), ruled_for_members(c, *appeal)};
    }
    if (std::holds_alternative<conduct::FindComplied>(step.act))
        return {made, "the committee found that you complied, and the case is closed"};
    if (std::holds_alternative<conduct::FindContinues>(step.act)) return {made, {}};
    if (std::holds_alternative<conduct::CloseCase>(step.act)) return {{}, "the committee has closed the case"};
    if (const auto* a = std::get_if<conduct::Lift>(&step.act)) {
        const auto what = fmt::format("the committee has lifted {}", a->denied.empty() ? "the sanction" : "a part of the sanction");
        const bool known = std::any_of(c.notices.begin(), c.notices.end(), [](const auto& n) { return n.sanction.tell_members; });
        return {made, a->denied.empty() ? what : what + "; what stands of it is on the page", known ? what : ""};
    }
    return {};
}

void add_panelists(const Desk& desk, const conduct::Case& c, const conduct::Appeal& appeal, std::vector<Telling>& all) {
    if (!appeal.panel || appeal.ended) return;
    std::vector<const conduct::Panelist*> five{&appeal.panel->chair};
    for (const auto& member : appeal.panel->members) five.push_back(&member);
    for (const auto* one : five) {
        const auto key = fmt::format("case {} panel {} {}", c.id, appeal.notice, one->person);
        if (!desk.untold(key, appeal.filed)) continue;
        auto reader = desk.those([&](const auto& p) { return p.id == one->person; });
        if (reader.empty()) continue;
        std::string others;
        for (const auto* other : five) {
            if (other != one) others += (others.empty() ? "" : ", ") + desk.person_name(other->person);
        }
        const auto room = room_of(desk.store, c, appeal.notice);
        letters::Fields fields{{"case", c.id},
                               {"room", room ? fmt::format("{}@{}", room->id, desk.domain) : ""},
                               {"notice", std::to_string(appeal.notice)},
                               {"chair", one == five.front() ? "yes" : ""},
                               {"presides", desk.person_name(appeal.panel->chair.person)},
                               {"others", others},
                               {"filed", moment(appeal.filed)},
                               {"agree", std::to_string(c.numbers.panel_agree)},
                               {"remind", moment(c.numbers.panel_reminder.after(*appeal.seated, Rounding::later))},
                               {"link", desk.link("/cases/" + c.id)}};
        all.push_back(
            {{{key, appeal.filed}}, c.id, "panel-seated", std::move(fields), std::move(reader), {}, {}, community::Tlp::amber_strict});
    }
}

// A place of an open appeal that nobody fills: the committee has to, and the others of the panel wait for it.
void add_free_places(const Desk& desk, const conduct::Case& c, const conduct::Appeal& appeal, std::vector<Telling>& all) {
    if (!appeal.panel || appeal.ended || !appeal.seated) return;
    std::vector<const conduct::Panelist*> five{&appeal.panel->chair};
    for (const auto& member : appeal.panel->members) five.push_back(&member);
    const auto can = [&](const PersonId& id) { return can_sit(desk.store, desk.rules, appeal, id, desk.now); };
    for (const auto* one : five) {
        const auto key = fmt::format("case {} panel {} place of {}", c.id, appeal.notice, one->person);
        if (can(one->person) || !desk.untold(key, *appeal.seated)) continue;
        const auto sits = [&](const auto& p) { return conduct::sits_on(*appeal.panel, p.id); };
        auto readers = desk.those([&](const auto& p) {
            if (p.team == c.team || p.id == one->person) return false;
            return desk.keeps_record(p.id) || (sits(p) && can(p.id));
        });
        if (readers.empty()) continue;
        const auto text = fmt::format(
            "{} can sit no longer on the panel of the appeal against notice {} in case {}: of another team, of none that is a member, out "
            "of the register, or without the seat they sat for. They read the panel's list no more. The committee fills the place by a "
            "decision; votes that were given stand.",
            desk.person_name(one->person), appeal.notice, c.id);
        letters::Fields fields{{"about", "A place on an Appeal Panel is free"},
                               {"text", text},
                               {"also", "those who sit on the panel"},
                               {"link", desk.link("/cases/" + c.id)}};
        all.push_back(
            {{{key, *appeal.seated}}, c.id, "committee-told", std::move(fields), std::move(readers), {}, {}, community::Tlp::amber_strict});
    }
}

// One person may place a hold, and a clock of the committee's stands still by it: others see whether that is right.
void add_silence(const Desk& desk, const conduct::Case& c, std::vector<Telling>& all) {
    if (c.closed) return;
    for (const auto& silence : c.silences) {
        const auto runs = [&](const conduct::Notice& n) {
            return silence.from < conduct::appeal_ends(c, n).value_or(silence.from) ||
                   silence.from < conduct::reply_ends(c, n).value_or(silence.from);
        };
        const auto key = fmt::format("case {} silence until {}", c.id, to_string(*silence.until));
        const bool matters = silence.contains(desk.now) && std::any_of(c.notices.begin(), c.notices.end(), runs);
        if (!matters || !desk.untold(key, silence.from)) continue;
        std::string holds;
        for (const auto& row : desk.store.minutes().holds()) {
            const auto whose = team_of_whom(desk.store, row.person);
            if (whose != c.team || row.lifted || (row.extensions.empty() ? row.until : row.extensions.back().until) <= desk.now) continue;
            holds += fmt::format("  {}, placed by {}\n", desk.person_name(row.person),
                                 who_did(desk.store, row.person.value, row.actor, row.placed));
        }
        auto readers = desk.committee_without(c.team);
        if (readers.empty()) continue;
        letters::Fields fields{
            {"about", "The clocks of a case stand still"},
            {"text", fmt::format("since {} nobody can speak for {}, which case {} is about, because of security holds:\n\n{}\nUntil {} "
                                 "its window to appeal and its reply time do not run. If a hold is not right, whoever places holds lifts "
                                 "it.",
                                 moment(silence.from), desk.team_name(c.team), c.id, holds, moment(*silence.until))},
            {"also", ""},
            {"link", desk.link("/cases/" + c.id)}};
        all.push_back(
            {{{key, silence.from}}, c.id, "committee-told", std::move(fields), std::move(readers), {}, {}, community::Tlp::amber_strict});
    }
}

// A vote that somebody else put down: three of them are a result, and that is final.
void add_panel_vote(const Desk& desk, const conduct::Case& c, std::size_t number, const conduct::Step& step, std::vector<Telling>& all) {
    const auto* vote = std::get_if<conduct::CastPanelVote>(&step.act);
    if (vote == nullptr || step.actor == fmt::format("person {}", vote->person)) return;
    const auto key = fmt::format("case {} step {} panelist", c.id, number);
    auto reader = desk.those([&](const auto& p) { return p.id == vote->person; });
    if (reader.empty() || !desk.untold(key, step.at)) return;
    const auto what = fmt::format(
        "{} recorded that you, of the Appeal Panel, voted on the appeal against notice {}. If this is not so, tell the others of "
        "the panel and the committee at once; until three of the panel agree your own vote takes the place of this one",
        who_did(desk.store, c.id, step.actor, step.at), vote->notice);
    letters::Fields fields{{"case", c.id},      {"team", desk.team_name(c.team)},     {"what", what}, {"when", moment(step.at)},
                           {"panelist", "yes"}, {"link", desk.link("/cases/" + c.id)}};
    all.push_back({{{key, step.at}},
                   c.id,
                   "case-news",
                   std::move(fields),
                   std::move(reader),
                   {},
                   {},
                   community::Tlp::amber_strict,
                   storage::Purpose::in_name});
}

// The key of news for the party; another one where all who were written to speak no longer for it, so that nobody of it heard.
std::string key_for_party(const Desk& desk, const conduct::Case& c, const std::string& key, Instant at) {
    if (desk.untold(key, at)) return key;
    auto rows = desk.store.minutes().letters(c.id);
    std::erase_if(rows, [&](const auto& row) { return !row.purpose.starts_with(std::string(news_to_party) + key); });
    const bool late = std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return came_too_late(desk.store, row.post); });
    return late && !rows.empty() ? fmt::format("{} again {}", key, rows.size()) : key;
}

}  // namespace

void add_case(const Desk& desk, const storage::CaseRow& row, std::vector<Telling>& all) {
    const auto docket = read_docket(desk.store, row);
    if (!docket) return;
    const auto& c = docket->as_is;
    const auto tell = [&](std::size_t step, Instant at, const std::string& what, const char* side, std::vector<community::Person> readers) {
        const bool of_party = std::string_view(side) == "party";
        auto key = fmt::format("case {} step {} {}", c.id, step + 1, side);
        if (of_party) key = key_for_party(desk, c, key, at);
        if (what.empty() || readers.empty() || !desk.untold(key, at)) return;
        letters::Fields fields{{"case", c.id},   {"team", desk.team_name(c.team)},     {"what", what}, {"when", moment(at)},
                               {"panelist", ""}, {"link", desk.link("/cases/" + c.id)}};
        const bool of_members = std::string_view(side) == "members";
        all.push_back({{{key, at}},
                       c.id,
                       of_party     ? "case-told"
                       : of_members ? "case-members-news"
                                    : "case-news",
                       std::move(fields),
                       std::move(readers),
                       {},
                       {},
                       of_party ? std::nullopt : std::optional{community::Tlp::amber_strict},
                       of_party ? storage::Purpose::to_party : storage::Purpose::reminder});
    };
    for (std::size_t i = 0; i < docket->steps.size(); ++i) {
        const auto& step = docket->steps[i];
        if (step.at + news_for <= desk.now || desk.now < step.at) continue;
        add_panel_vote(desk, c, i + 1, step, all);
        const auto news = news_of(desk, c, step);
        if (!news.to_committee.empty()) tell(i, step.at, news.to_committee, "committee", desk.committee_without(c.team));
        if (!news.to_party.empty()) tell(i, step.at, news.to_party, "party", desk.speakers_of(c.team));
        if (!news.to_members.empty()) tell(i, step.at, news.to_members, "members", desk.other_members(c.team));
    }
    add_silence(desk, c, all);
    for (const auto& appeal : c.appeals) {
        add_panelists(desk, c, appeal, all);
        add_free_places(desk, c, appeal, all);
    }
}

}  // namespace caveat::committee
