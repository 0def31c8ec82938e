// Decisions, cases and holds as JSON, as lines for reading, and the words of their options.
#include <array>
#include <charconv>

#include "command_committee.hpp"

namespace caveat::server {
namespace {

using conduct::DeniedSet;
using conduct::Notice;

Json time_json(const std::optional<Instant>& at) { return at ? Json(to_string(*at)) : Json(); }

Json ids(const std::vector<TeamId>& teams) {
    Json all = Json::array();
    for (const auto& team : teams) all.push_back(team.value);
    return all;
}

Json words_of(community::Verbs verbs) {
    using community::Verb;
    Json words = Json::array();
    for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
        if ((verbs & bit(verb)) != 0) words.push_back(community::name(verb));
    }
    return words;
}

std::string joined(const Json& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word.get<std::string>();
    return text;
}

Json rows_of(const DeniedSet& set) {
    Json rows = Json::array();
    for (const auto& row : set) rows.push_back({{"resource", row.resource}, {"verbs", words_of(row.verbs)}});
    return rows;
}

std::string_view kind_of(const Notice& notice) {
    if (notice.kind == conduct::NoticeKind::compliance) return "compliance";
    return notice.renewal ? "renewal" : "sanction";
}

Json notice_json(const conduct::Case& c, const Notice& notice) {
    Json json{{"number", notice.number},
              {"kind", kind_of(notice)},
              {"issued", to_string(notice.issued)},
              {"decision", notice.decision},
              {"served", time_json(conduct::served(notice))},
              {"appeal_until", time_json(conduct::appeal_closes(notice, c.numbers))},
              {"fallen", conduct::fallen(c, notice)}};
    if (notice.kind == conduct::NoticeKind::compliance) {
        json["reply_until"] = time_json(conduct::reply_ends(c, notice));
        return json;
    }
    const auto span = conduct::effect_of(c, notice);
    json["denies"] = rows_of(notice.sanction.denied);
    json["effect_from"] = span ? Json(to_string(span->from)) : Json();
    json["effect_until"] = span ? Json(to_string(span->until)) : Json();
    return json;
}

Json appeal_json(const conduct::Appeal& appeal) {
    Json json{{"notice", appeal.notice},
              {"filed", to_string(appeal.filed)},
              {"seated", time_json(appeal.seated)},
              {"votes", appeal.votes.size()},
              {"ended", time_json(appeal.ended)}};
    if (appeal.ended) json["result"] = appeal.withdrawn ? "withdrawn" : conduct::name(appeal.ruling.outcome);
    return json;
}

Json tally_json(const conduct::Tally& t) {
    return {{"yes", t.yes},
            {"no", t.no},
            {"abstained", t.abstained},
            {"silent", t.silent},
            {"recused", t.recused},
            {"proxies", t.proxies},
            {"eligible", t.eligible},
            {"needed", t.needed},
            {"quorum", conduct::name(t.quorum)},
            {"present", t.present},
            {"quorum_needed", t.quorum_needed}};
}

std::string when(const conduct::Possible& possible) {
    if (possible.from && possible.until) return fmt::format("from {} until {}", to_string(*possible.from), to_string(*possible.until));
    if (possible.from) return fmt::format("from {}", to_string(*possible.from));
    if (possible.until) return fmt::format("until {}", to_string(*possible.until));
    return {};
}

// "appeal notice 3, by the party, until 2026-04-03T00:00:00Z"
std::string line_of(const conduct::Possible& possible) {
    std::string line = possible.act;
    if (possible.notice != 0) line += fmt::format(" on notice {}", possible.notice);
    line += fmt::format(", by the {}", possible.by);
    if (const auto times = when(possible); !times.empty()) line += ", " + times;
    if (!possible.needs.empty()) line += fmt::format(" (needs {})", possible.needs);
    return line;
}

std::string line_of(const committee::Event& event) {
    std::string line = fmt::format("{}  {:<8}  {}", to_string(event.at), event.act, event.what);
    line += fmt::format("  [{}", event.actor);
    if (!event.decision.empty()) line += ", by decision " + event.decision;
    return line + "]";
}

std::string line_of(const conduct::CaseDenial& denial) {
    const std::string until = denial.during.until ? to_string(*denial.during.until) : "further notice";
    return fmt::format("{} until {}: {} on {} (notice {}, decision {})", to_string(denial.during.from), until,
                       joined(words_of(denial.denied.verbs)), denial.denied.resource, denial.notice, denial.decision);
}

std::string standing_of(const committee::CaseFile& file) {
    const auto& state = file.state;
    std::string text(conduct::name(state.phase));
    if (state.notice != 0) text += fmt::format(", notice {}", state.notice);
    text += state.in_force ? "; access is denied" : "; nothing is denied at this moment";
    if (state.in_force && state.ends) text += fmt::format(" until {}", to_string(*state.ends));
    for (const int notice : state.open_appeals) text += fmt::format("; an appeal against notice {} is open", notice);
    if (state.must_lift) text += "; the panel's ruling binds the committee to lift";
    return text;
}

void add_choice(Json& json, const committee::HostChoice& host) {
    Json votes = Json::array();
    for (const auto& v : host.votes)
        votes.push_back({{"team", v.team.value}, {"choice", v.candidate.empty() ? "abstain" : v.candidate.value}, {"at", to_string(v.at)}});
    json["votes"] = votes;
    json["candidates"] = ids(host.ballot.candidates);
    json["chair"] = host.ballot.chair.value;
    json["chairs_word"] = ids(host.ballot.chairs_word);
    json["choice"] = conduct::name(host.tally.verdict);
    json["tied"] = host.tally.tied;
    json["host"] = host.tally.host.empty() ? Json() : Json(host.tally.host.value);
    json["leading"] = ids(host.tally.leading);
}

}  // namespace

Json fact(const committee::Decision& d) {
    Json votes = Json::array();
    for (const auto& v : d.votes) votes.push_back({{"team", v.team.value}, {"choice", conduct::name(v.choice)}, {"at", to_string(v.at)}});
    Json json{{"id", d.id},
              {"kind", d.kind},
              {"subject", d.subject},
              {"question", d.question},
              {"rule", conduct::name(d.ballot.rule)},
              {"proposed_by", d.proposed_by},
              {"opens", to_string(d.ballot.open.from)},
              {"closes", time_json(d.ballot.open.until)},
              {"electorate", ids(d.ballot.electorate)},
              {"recused", ids(d.ballot.recused)}};
    if (d.ballot.attendance) {
        Json proxies = Json::array();
        for (const auto& p : d.ballot.attendance->proxies) proxies.push_back({{"giver", p.giver.value}, {"holder", p.holder.value}});
        json["meeting"] = {
            {"at", to_string(d.ballot.attendance->at)}, {"present", ids(d.ballot.attendance->present)}, {"proxies", proxies}};
    }
    json["votes"] = votes;
    json["closed"] = time_json(d.closed);
    json["verdict"] = conduct::name(d.tally.verdict);
    json["effective"] = time_json(d.tally.effective);
    json["tally"] = tally_json(d.tally);
    json["why"] = d.outcome.empty() ? d.tally.why : d.outcome;
    if (d.petition) {
        json["petition"] = {{"signatures", d.petition->valid},
                            {"needed", d.petition->needed},
                            {"fate", conduct::name(d.petition->fate)},
                            {"why", d.petition->why}};
    }
    json["used_by"] = d.used_by.empty() ? Json() : Json(d.used_by);
    if (d.host) add_choice(json, *d.host);
    return json;
}

Json minutes(const committee::Decision& d) {
    auto json = fact(d);
    Json votes = Json::array();
    for (const auto& v : json["votes"])
        votes.push_back(
            fmt::format("{}  {}: {}", v["at"].get<std::string>(), v["team"].get<std::string>(), v["choice"].get<std::string>()));
    json["votes"] = votes;
    if (d.ballot.attendance)
        json["meeting"] = fmt::format("{}, present: {}", to_string(d.ballot.attendance->at), joined(ids(d.ballot.attendance->present)));
    if (d.petition) json["petition"] = d.petition->why;
    json.erase("tally");  // the sentence says it
    return json;
}

Json fact(const committee::CaseFile& file) {
    const auto& c = file.as_is;
    Json happened = Json::array();
    for (const auto& e : file.happened) {
        happened.push_back({{"at", to_string(e.at)}, {"act", e.act}, {"actor", e.actor}, {"decision", e.decision}, {"what", e.what}});
    }
    Json next = Json::array();
    for (const auto& p : file.next) {
        next.push_back({{"act", p.act},
                        {"by", p.by},
                        {"notice", p.notice},
                        {"from", time_json(p.from)},
                        {"until", time_json(p.until)},
                        {"needs", p.needs}});
    }
    Json denied = Json::array();
    for (const auto& d : file.denials) {
        denied.push_back({{"resource", d.denied.resource},
                          {"verbs", words_of(d.denied.verbs)},
                          {"from", to_string(d.during.from)},
                          {"until", time_json(d.during.until)},
                          {"notice", d.notice},
                          {"decision", d.decision}});
    }
    Json notices = Json::array();
    for (const auto& notice : c.notices) notices.push_back(notice_json(c, notice));
    Json appeals = Json::array();
    for (const auto& appeal : c.appeals) appeals.push_back(appeal_json(appeal));
    return {{"id", c.id},
            {"team", c.team.value},
            {"clause", c.clause},
            {"opened", to_string(c.opened)},
            {"phase", conduct::name(file.state.phase)},
            {"notice", file.state.notice},
            {"in_force", file.state.in_force},
            {"must_lift", file.state.must_lift},
            {"ends", time_json(file.state.ends)},
            {"closed", time_json(c.closed)},
            {"closing", c.closing},
            {"notices", notices},
            {"appeals", appeals},
            {"happened", happened},
            {"next", next},
            {"denied", denied},
            {"warnings", file.warnings}};
}

Json timeline(const committee::CaseFile& file) {
    const auto lines = [](const auto& all) {
        Json texts = Json::array();
        for (const auto& one : all) texts.push_back(line_of(one));
        return texts;
    };
    const auto& c = file.as_is;
    Json json{{"case", c.id}, {"team", c.team.value}, {"clause", c.clause}};
    json["happened"] = lines(file.happened);
    json["now"] = standing_of(file) + (c.closing.empty() ? "" : ": " + c.closing);
    json["next"] = lines(file.next);
    json["denied"] = lines(file.denials);
    return json;
}

Json fact(const committee::HoldFile& file) {
    const auto& h = file.hold;
    return {{"id", file.id},
            {"person", h.person.value},
            {"reason", h.reason},
            {"in_force", file.in_force},
            {"placed", to_string(h.placed)},
            {"ends", to_string(file.ends)},
            {"by", h.actor},
            {"decision", h.decision.empty() ? Json() : Json(h.decision)},
            {"extensions", h.extensions.size()},
            {"lifted", time_json(h.lifted)},
            {"told", time_json(h.told)}};
}

Result<std::optional<Instant>> read_time(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto at = parse_instant(text);
    if (!at) return tl::unexpected(at.error());
    return *at;
}

Result<std::optional<conduct::Period>> read_period(const std::string& text) {
    if (text.empty()) return std::nullopt;
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr int most = 1'200;  // months in a century: no rule knows a longer time
    if (error == std::errc{} && count > 0 && count <= most) {
        if (unit == "mo") return conduct::months(count);
        if (unit == "y" && count <= most / 12) return conduct::years(count);
    }
    const auto time = parse_duration(text);
    if (!time) return fail(errc::invalid, "'{}' is no period; write a whole number and h, d, mo or y: 72h, 14d, 6mo, 1y", text);
    return conduct::Period{0, *time};
}

Result<DeniedSet> read_denied(const std::vector<std::string>& texts) {
    DeniedSet set;
    for (const auto& text : texts) {
        const auto colon = text.rfind(':');
        const auto bad = [&] {
            return fail(errc::invalid,
                        "'{}' denies nothing; write RESOURCE:VERB[,VERB] with receive, post, archive or manage: teams:receive,post", text);
        };
        if (colon == std::string::npos || colon == 0) return bad();
        conduct::Denied row{text.substr(0, colon), 0};
        for (std::size_t at = colon + 1; at <= text.size();) {
            const auto comma = std::min(text.find(',', at), text.size());
            const auto verb = community::verb_from(std::string_view(text).substr(at, comma - at));
            if (!verb) return bad();
            row.verbs = static_cast<community::Verbs>(row.verbs | bit(*verb));
            at = comma + 1;
        }
        set.push_back(std::move(row));
    }
    return set;
}

std::vector<TeamId> teams_of(const std::vector<std::string>& ids) {
    std::vector<TeamId> teams;
    for (const auto& id : ids) teams.emplace_back(id);
    return teams;
}

}  // namespace caveat::server
