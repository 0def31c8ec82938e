#include "caveat/facts/committee.hpp"

namespace caveat::facts {
namespace {

using conduct::DeniedSet;

Json rows_of(const DeniedSet& set) {
    Json rows = Json::array();
    for (const auto& row : set) rows.push_back({{"resource", row.resource}, {"verbs", words_of(row.verbs)}});
    return rows;
}

std::string_view kind_of(const committee::NoticeBrief& notice) {
    if (notice.kind == conduct::NoticeKind::compliance) return "compliance";
    return notice.renewal ? "renewal" : "sanction";
}

// As `read_period` takes it.
std::string words_of(const conduct::Period& period) {
    if (period.months != 0) return fmt::format("{}mo", period.months);
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(period.time).count();
    return hours % 24 == 0 ? fmt::format("{}d", hours / 24) : fmt::format("{}h", hours);
}

Json fact(const committee::NoticeBrief& notice) {
    Json json{{"number", notice.number},     {"kind", kind_of(notice)},        {"issued", to_string(notice.issued)},
              {"decision", notice.decision}, {"served", maybe(notice.served)}, {"appeal_until", maybe(notice.appeal_until)},
              {"fallen", notice.fallen}};
    if (notice.kind == conduct::NoticeKind::compliance) json["reply_until"] = maybe(notice.reply_until);
    if (!notice.effect) return json;
    json["denies"] = rows_of(notice.effect->denied);
    json["effect_from"] = maybe(notice.effect->from);
    json["effect_until"] = maybe(notice.effect->until);
    return json;
}

Json fact(const committee::AppealBrief& appeal) {
    Json json{{"notice", appeal.notice},
              {"filed", to_string(appeal.filed)},
              {"seated", maybe(appeal.seated)},
              {"votes", appeal.votes},
              {"ended", maybe(appeal.ended)}};
    if (appeal.ended) json["result"] = appeal.result;
    return json;
}

Json fact(const conduct::CaseDenial& d) {
    return {{"resource", d.denied.resource},
            {"verbs", facts::words_of(d.denied.verbs)},
            {"from", to_string(d.during.from)},
            {"until", maybe(d.during.until)},
            {"notice", d.notice},
            {"decision", d.decision}};
}

// ---- shapes

constexpr Field at_field{.name = "at", .type = Type::instant, .required = true};
constexpr Field notice_field{.name = "notice", .type = Type::integer, .required = true, .about = "its number; 0: of the case as a whole"};
constexpr Field cited_field{.name = "decision", .required = true, .about = "that it rests on; empty: it needs none"};
constexpr Field denies_field{.name = "denies", .type = Type::objects, .about = "of a sanction"};

constexpr std::array denied_fields{
    Field{.name = "resource", .required = true, .about = "a list, or * for the member lists"},
    Field{.name = "verbs", .type = Type::texts, .required = true, .about = "receive, post, archive, manage"},
};
constexpr Schema denied_schema{"Denied", denied_fields, true};
constexpr Field denies_rows = [] {
    Field field = denies_field;
    field.of = &denied_schema;
    return field;
}();

constexpr std::array brief_fields{
    Field{.name = "number", .type = Type::integer, .required = true},
    Field{.name = "kind", .required = true, .about = "compliance, sanction or renewal"},
    Field{.name = "issued", .type = Type::instant, .required = true},
    cited_field,
    Field{
        .name = "served", .type = Type::instant, .required = true, .about = "first proof of receipt; clocks run from it", .nullable = true},
    Field{.name = "appeal_until", .type = Type::instant, .required = true, .about = "none while it is not served", .nullable = true},
    Field{.name = "fallen", .type = Type::boolean, .required = true, .about = "a panel took it away, or what it is built on"},
    Field{.name = "reply_until", .type = Type::instant, .about = "of a compliance notice", .nullable = true},
    denies_rows,
    Field{.name = "effect_from", .type = Type::instant, .about = "of a sanction, as far as known", .nullable = true},
    Field{.name = "effect_until", .type = Type::instant, .about = "of a sanction, as far as known", .nullable = true},
};
constexpr Schema brief_schema{"NoticeOfCase", brief_fields, true};

constexpr std::array appeal_fields{
    notice_field,
    Field{.name = "filed", .type = Type::instant, .required = true},
    Field{.name = "seated", .type = Type::instant, .required = true, .about = "its panel", .nullable = true},
    Field{.name = "votes", .type = Type::integer, .required = true, .about = "of the panel so far"},
    Field{.name = "ended", .type = Type::instant, .required = true, .nullable = true},
    Field{.name = "result", .about = "once ended: upheld, partially_suspended, suspended or withdrawn"},
};
constexpr Schema appeal_schema{"Appeal", appeal_fields, true};

constexpr std::array event_fields{
    at_field,
    Field{.name = "act", .required = true},
    Field{.name = "actor", .required = true, .about = "who recorded it"},
    Field{.name = "decision", .required = true, .about = "that it rests on", .nullable = true},
    Field{.name = "what", .required = true, .about = "in words"},
};
constexpr Schema event_schema{"Event", event_fields, true};

constexpr std::array denial_fields{
    Field{.name = "resource", .required = true, .about = "a list, or * for the member lists"},
    Field{.name = "verbs", .type = Type::texts, .required = true},
    Field{.name = "from", .type = Type::instant, .required = true},
    Field{.name = "until", .type = Type::instant, .required = true, .nullable = true},
    notice_field,
    cited_field,
};
constexpr Schema denial_schema{"CaseDenial", denial_fields, true};

constexpr std::array letter_fields{
    notice_field,
    Field{.name = "for", .required = true, .about = "notice: to the party; members: what all were told"},
    Field{.name = "to", .required = true, .about = "a person"},
    Field{.name = "post", .required = true, .about = "id of the letter"},
    Field{.name = "state", .required = true, .about = "of its delivery"},
    Field{.name = "at", .type = Type::instant, .required = true, .nullable = true},
    Field{.name = "reply", .required = true, .about = "the relay's"},
};
constexpr Schema letter_schema{"Letter", letter_fields, true};

constexpr std::array<std::string_view, 3> eyes{"committee", "party", "panel"};

constexpr std::array case_fields{
    Field{.name = "id", .required = true, .about = "C-2026-407182"},
    Field{.name = "team", .required = true, .about = "the party"},
    Field{.name = "clause", .required = true, .about = "of the Code of Conduct"},
    Field{.name = "opened", .type = Type::instant, .required = true},
    Field{.name = "phase",
          .required = true,
          .about = "investigating, first_notice, ..., effective, expired, lifted, closed; unreadable: a warning says why"},
    Field{.name = "notice", .type = Type::integer, .required = true, .about = "the latest that counts; 0: none"},
    Field{.name = "in_force", .type = Type::boolean, .required = true, .about = "something is denied now"},
    Field{.name = "must_lift", .type = Type::boolean, .required = true, .about = "a ruling binds the committee to lift"},
    Field{.name = "ends", .type = Type::instant, .required = true, .about = "what is in force, as far as known", .nullable = true},
    Field{.name = "closed", .type = Type::instant, .required = true, .nullable = true},
    Field{.name = "closing", .required = true, .about = "why it was closed"},
    Field{.name = "notices", .type = Type::objects, .required = true, .of = &brief_schema},
    Field{.name = "appeals", .type = Type::objects, .required = true, .of = &appeal_schema},
    Field{.name = "happened", .type = Type::objects, .required = true, .about = "in order", .of = &event_schema},
    Field{.name = "next",
          .type = Type::objects,
          .required = true,
          .about = "what may come, by whom, from when until when",
          .of = &possible_schema},
    Field{.name = "denied", .type = Type::objects, .required = true, .about = "past and to come", .of = &denial_schema},
    Field{.name = "warnings", .type = Type::texts, .required = true, .about = "of the act just done: allowed, but said"},
    Field{.name = "seen_as", .type = Type::word, .about = "what the caller is to it", .words = eyes},
    Field{.name = "letters", .type = Type::objects, .about = "mailed so far", .of = &letter_schema},
    Field{.name = "mailed", .type = Type::objects, .about = "by the act just done", .of = &letter_schema},
};

constexpr auto contents_shape = [] {
    std::array<Field, conduct::contents_fields.size()> all;
    std::transform(conduct::contents_fields.begin(), conduct::contents_fields.end(), all.begin(), [](const auto& field) {
        return Field{.name = field.name, .type = Type::prose, .required = true, .about = field.about};
    });
    return all;
}();
constexpr Schema contents_schema{"NoticeContents", contents_shape, true};

constexpr std::array service_fields{
    Field{.name = "channel", .type = Type::word, .required = true, .words = channel_words},
    at_field,
    Field{.name = "recorded", .type = Type::instant, .required = true},
    Field{.name = "proof", .type = Type::boolean, .required = true, .about = "of receipt (ruling d)"},
};
constexpr Schema service_schema{"Service", service_fields, true};

constexpr std::array notice_fields{
    Field{.name = "case", .required = true},
    Field{.name = "team", .required = true},
    Field{.name = "clause", .required = true},
    brief_fields[0],
    brief_fields[1],
    brief_fields[2],
    brief_fields[3],
    brief_fields[4],
    brief_fields[5],
    brief_fields[6],
    brief_fields[7],
    denies_rows,
    brief_fields[9],
    brief_fields[10],
    Field{.name = "contents", .type = Type::object, .about = "the seven of item 28; of a compliance notice", .of = &contents_schema},
    Field{.name = "reply_time", .about = "from service; of a compliance notice"},
    Field{.name = "effect", .type = Type::instant, .about = "as asked for; of a sanction", .nullable = true},
    Field{.name = "length", .about = "as asked for: 6mo; of a sanction", .nullable = true},
    Field{.name = "end", .type = Type::instant, .about = "as asked for; of a sanction", .nullable = true},
    Field{.name = "tell_members", .type = Type::boolean, .about = "of a sanction"},
    Field{.name = "appeal_days", .type = Type::integer, .required = true, .about = "calendar days from service"},
    Field{.name = "services", .type = Type::objects, .required = true, .about = "stamps, proof or not", .of = &service_schema},
};

constexpr std::array draft_fields{
    Field{.name = "draft", .required = true, .about = "its SHA-256, by which a decision names it"},
    Field{.name = "kind", .required = true, .about = "of the decision it is for: case.notice"},
    Field{.name = "at", .type = Type::instant, .required = true},
    Field{.name = "by", .required = true, .about = "who recorded it"},
    Field{.name = "says", .type = Type::settings, .required = true, .about = "every word of it, by the names of the fields"},
};

constexpr std::array possible_fields{
    Field{.name = "act", .required = true, .about = "what may be done"},
    Field{.name = "by", .required = true, .about = "whose it is to do"},
    Field{.name = "notice", .type = Type::integer, .about = "of a case: the notice it concerns; 0: the case"},
    Field{.name = "from", .type = Type::instant, .about = "not before", .nullable = true},
    Field{.name = "until", .type = Type::instant, .about = "not from then on", .nullable = true},
    Field{.name = "needs", .required = true, .about = "what must be there first; empty: nothing"},
};

}  // namespace

std::vector<std::string_view> words_of(community::Verbs verbs) {
    using community::Verb;
    std::vector<std::string_view> words;
    for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
        if ((verbs & bit(verb)) != 0) words.push_back(community::name(verb));
    }
    return words;
}

namespace {

Json says(const conduct::Sanction& s) {
    std::string denies;
    for (const auto& row : s.denied) {
        std::string verbs;
        for (const auto verb : {community::Verb::receive, community::Verb::post, community::Verb::archive, community::Verb::manage})
            if ((row.verbs & bit(verb)) != 0) verbs.append(verbs.empty() ? "" : ",").append(community::name(verb));
        denies += fmt::format("{}{}:{}", denies.empty() ? "" : " ", row.resource, verbs);
    }
    Json json{{"denies", denies}};
    if (s.effect) json["effect"] = to_string(*s.effect);
    if (s.length) json["length"] = words_of(*s.length);
    if (s.end) json["end"] = to_string(*s.end);
    json["tell_members"] = s.tell_members;
    return json;
}

Json says(const conduct::IssueNotice& notice) {
    Json json = Json::object();
    for (const auto& field : conduct::contents_fields) json[std::string(field.name)] = notice.contents.*field.value;
    if (notice.reply_time) json["reply_time"] = words_of(*notice.reply_time);
    return json;
}

}  // namespace

// Outside the unnamed namespace, where all overloads are in sight.
template <class Things>
static Json all_of(const Things& things) {
    Json all = Json::array();
    for (const auto& thing : things) all.push_back(fact(thing));
    return all;
}

const Schema possible_schema{"Possible", possible_fields, true};
const Schema case_schema{"Case", case_fields, true};
const Schema notice_schema{"Notice", notice_fields, true};
const Schema draft_schema{"Draft", draft_fields, true};

Json fact(const committee::Draft& d) {
    Json json{{"draft", d.hash}, {"kind", d.kind}, {"at", to_string(d.at)}, {"by", d.by}};
    if (const auto* notice = std::get_if<conduct::IssueNotice>(&d.act)) json["says"] = says(*notice);
    if (const auto* sanction = std::get_if<conduct::IssueSanction>(&d.act)) json["says"] = says(sanction->sanction);
    if (const auto* renewal = std::get_if<conduct::Renew>(&d.act)) json["says"] = says(renewal->sanction);
    return json;
}

Json fact(const committee::Event& e) {
    return {{"at", to_string(e.at)}, {"act", e.act}, {"actor", e.actor}, {"decision", e.decision}, {"what", e.what}};
}

Json fact(const conduct::Possible& p) {
    return {{"act", p.act}, {"by", p.by}, {"notice", p.notice}, {"from", maybe(p.from)}, {"until", maybe(p.until)}, {"needs", p.needs}};
}

Json fact(const committee::CaseView& view) {
    Json json{{"id", view.id},
              {"team", view.team.value},
              {"clause", view.clause},
              {"opened", to_string(view.opened)},
              {"phase", view.phase},
              {"notice", view.notice},
              {"in_force", view.in_force},
              {"must_lift", view.must_lift},
              {"ends", maybe(view.ends)},
              {"closed", maybe(view.closed)},
              {"closing", view.closing},
              {"notices", all_of(view.notices)},
              {"appeals", all_of(view.appeals)},
              {"happened", all_of(view.happened)},
              {"next", all_of(view.next)},
              {"denied", all_of(view.denials)},
              {"warnings", view.warnings},
              {"seen_as", committee::name(view.seen_as)}};
    if (view.letters) json["letters"] = letter_facts(*view.letters);
    if (!view.mailed.empty()) json["mailed"] = letter_facts(view.mailed);
    return json;
}

Json fact(const committee::NoticeView& notice) {
    Json json{{"case", notice.case_id}, {"team", notice.team.value}, {"clause", notice.clause}};
    json.update(fact(notice.brief));
    if (notice.brief.kind == conduct::NoticeKind::compliance) {
        for (const auto& field : conduct::contents_fields) json["contents"][std::string(field.name)] = notice.contents.*field.value;
        json["reply_time"] = words_of(notice.reply_time);
    } else {
        json["effect"] = maybe(notice.sanction.effect);
        json["length"] = notice.sanction.length ? Json(words_of(*notice.sanction.length)) : Json();
        json["end"] = maybe(notice.sanction.end);
        json["tell_members"] = notice.sanction.tell_members;
    }
    json["appeal_days"] = notice.appeal_days;
    json["services"] = Json::array();
    for (const auto& s : notice.services) {
        json["services"].push_back({{"channel", conduct::name(s.channel)},
                                    {"at", to_string(s.at)},
                                    {"recorded", to_string(s.recorded)},
                                    {"proof", conduct::proves_receipt(s.channel)}});
    }
    return json;
}

Json fact(const committee::Letter& letter) {
    return {{"notice", letter.notice},
            {"for", letter.purpose},
            {"to", letter.to.value},
            {"post", letter.post.value},
            {"state", storage::name(letter.state)},
            {"at", letter.at == Instant{} ? Json() : Json(to_string(letter.at))},
            {"reply", letter.reply}};
}

Json letter_facts(const std::vector<committee::Letter>& letters) { return all_of(letters); }

}  // namespace caveat::facts
