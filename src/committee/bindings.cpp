#include "bindings.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "act_text.hpp"
#include "case_office.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using community::Setting;
using community::Settings;
using community::value_of;
using community::Verb;

std::vector<std::string> words_in(std::string_view text, std::string_view apart) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(apart), text.size());
        if (end > 0) all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

std::string spelled_people(std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    return fmt::format("{}", fmt::join(ids, ", "));
}

std::string spelled_rows(const conduct::DeniedSet& denied) {
    std::string text;
    for (const auto& row : conduct::normalised(denied)) {
        text += fmt::format("{}{}:", text.empty() ? "" : " ", row.resource);
        bool first = true;
        for (const auto verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
            if ((row.verbs & community::bit(verb)) == 0) continue;
            text += fmt::format("{}{}", first ? "" : ",", name(verb));
            first = false;
        }
    }
    return text;
}

Result<std::string> rows_from(std::string_view text) {
    conduct::DeniedSet rows;
    for (const auto& word : words_in(text, " ;")) {
        const auto colon = word.rfind(':');
        conduct::Denied row{word.substr(0, colon), 0};
        for (const auto& one : colon == std::string::npos ? std::vector<std::string>{} : words_in(word.substr(colon + 1), ",")) {
            const auto verb = community::verb_from(one);
            if (!verb) return fail(errc::invalid, "'{}' is not receive, post, archive or manage", one.substr(0, 64));
            row.verbs = static_cast<community::Verbs>(row.verbs | community::bit(*verb));
        }
        if (row.resource.empty() || row.verbs == 0)
            return fail(errc::invalid, "'{}' lifts nothing; write LIST:VERB[,VERB]: teams:receive,post", word.substr(0, 64));
        rows.push_back(std::move(row));
    }
    return spelled_rows(rows);
}

Result<std::string> known_person(storage::Store& store, const std::string& written) {
    const auto id = person_named(store, PersonId{written});
    if (store.directory().person(id)) return id.value;
    return fail(errc::not_found, "person {} is not there; see: caveat person list", written.substr(0, 64));
}

Result<std::string> known_people(storage::Store& store, std::string_view text) {
    std::vector<std::string> ids;
    for (const auto& word : words_in(text, ", ")) {
        auto id = known_person(store, word);
        if (!id) return id;
        ids.push_back(std::move(*id));
    }
    return spelled_people(std::move(ids));
}

Result<std::string> instant_from(std::string_view text) {
    const auto date = parse_date(text);
    const auto at = date ? Result<Instant>(start_of(*date)) : parse_instant(text);
    if (!at) return fail(errc::invalid, "'{}' is no date or time; write 2026-10-01 or 2026-10-01T00:00:00Z", text.substr(0, 64));
    return to_string(*at);
}

// Whoever is elected is of the team that the ballot is about.
Result<std::string> elected_person(storage::Store& store, const std::string& subject, const std::string& written) {
    auto id = known_person(store, written);
    if (!id) return id;
    const auto team = store.directory().person(PersonId{*id})->team;
    if (subject.substr(std::min(subject.find(' '), subject.size() - 1) + 1) == team.value) return id;
    return fail(errc::denied, "ruling (tt): an office is of the team that is elected; {} is of {}", *id, team);
}

Result<std::string> spelled(storage::Store& store, const Proposal& p, const Setting& one) {
    if (p.kind == "case.panel" && one.name == "chair") return known_person(store, one.value);
    if (p.kind == "case.panel" && one.name == "members") return known_people(store, one.value);
    if (p.kind == "case.lift" && one.name == "only") return rows_from(one.value);
    if (p.kind == "election" && one.name == "person") return elected_person(store, p.subject, one.value);
    if (p.kind == "election") return instant_from(one.value);
    if (!p.kind.starts_with("hold.")) return one.value;
    const auto length = parse_duration(one.value);
    if (!length) return fail(errc::invalid, "'{}' is no length; write hours or days: 24h, 3d", one.value.substr(0, 64));
    return to_string(*length);
}

std::vector<Setting> of_panel(const conduct::SeatPanel& seat) {
    std::vector<std::string> members;
    for (const auto& one : seat.panel.members) members.push_back(one.person.value);
    return {{"notice", std::to_string(seat.notice)}, {"chair", seat.panel.chair.person.value}, {"members", spelled_people(members)}};
}

}  // namespace

Result<Settings> spelled(storage::Store& store, const Proposal& p, const Settings& set) {
    Settings all;
    for (const auto& one : set) {
        if (one.value.empty()) return fail(errc::invalid, "{} needs a value, or is left out", one.name);
        auto value = spelled(store, p, one);
        if (!value) return tl::unexpected(value.error());
        all.push_back({one.name, std::move(*value)});
    }
    return all;
}

community::Deed deed_of(const conduct::Act& act, const std::string& subject) {
    community::Deed deed{std::string(traits(act).decision), subject, {}};
    // A notice is known by its text: a decision that was taken on a draft carries out that one and no other.
    if (is_notice(act)) deed.does.push_back({"draft", hash_of(act)});
    if (const auto* open = std::get_if<conduct::OpenCase>(&act)) deed.does = {{"clause", open->clause}};
    if (const auto* found = std::get_if<conduct::FindComplied>(&act)) deed.does = {{"outcome", "complied"}, {"evidence", found->evidence}};
    if (const auto* found = std::get_if<conduct::FindContinues>(&act)) deed.does = {{"outcome", "continues"}, {"evidence", found->evidence}};
    if (const auto* seat = std::get_if<conduct::SeatPanel>(&act)) deed.does = of_panel(*seat);
    if (const auto* lift = std::get_if<conduct::Lift>(&act))
        deed.does = {lift->denied.empty() ? Setting{"whole", "true"} : Setting{"only", spelled_rows(lift->denied)}};
    return deed;
}

community::Deed deed_of_hold(std::string_view kind, const PersonId& person, const conduct::Period& length) {
    const auto time = length.months == 0 ? to_string(length.time) : fmt::format("{} months", length.months);
    return {std::string(kind), person.value, {{"length", time}}};
}

community::Deed deed_of(const community::Term& term, const TeamId& team) {
    return {"election",
            fmt::format("{} {}", term.role, team),
            {{"person", term.person.value},
             {"from", to_string(term.during.from)},
             {"until", term.during.until ? to_string(*term.during.until) : "no end"}}};
}

bool binds(storage::Store& store, const std::string& decision, std::string_view setting) {
    const auto said = store.minutes().remarks(decision);
    return std::any_of(said.begin(), said.end(), [&](const storage::Remark& r) {
        return r.what == "binds" && r.word.size() > setting.size() && r.word.starts_with(setting) && r.word[setting.size()] == '=';
    });
}

bool leaves_open(storage::Store& store, const std::string& decision, const conduct::Act& act) {
    const auto deed = deed_of(act, {});
    return std::any_of(deed.does.begin(), deed.does.end(), [&](const Setting& one) {
        return one.name != "notice" && one.name != "evidence" && !binds(store, decision, one.name);
    });
}

}  // namespace caveat::committee
