#include "caveat/facts/case_acts.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "caveat/facts/committee.hpp"
#include "caveat/facts/fields.hpp"
#include "caveat/facts/words.hpp"

namespace caveat::facts {
namespace {

using conduct::Act;

// ---- what is asked for

constexpr Field number_field{.name = "notice",
                             .type = Type::integer,
                             .required = true,
                             .about = "number of the notice: 1",
                             .least = 1,
                             .most = 1000,
                             .option = "NOTICE"};
constexpr Field reference_field{
    .name = "reference", .required = true, .about = "how it came: letter of 3 March", .least = 1, .most = 1000, .option = "REFERENCE"};
constexpr Field no_mail_field{.name = "no_mail", .type = Type::boolean, .about = "it is served otherwise: no letter goes out"};

constexpr Field draft_field{
    .name = "draft", .about = "the SHA-256 of its draft, whose text is taken as it is: then nothing else is written", .most = 80};

constexpr auto contents_asked = [] {
    std::array<Field, conduct::contents_fields.size()> all;
    std::transform(conduct::contents_fields.begin(), conduct::contents_fields.end(), all.begin(),
                   [](const auto& field) { return Field{.name = field.name, .type = Type::prose, .about = field.about}; });
    return all;
}();
constexpr auto notice_shape = joined(std::array{decision_field}, contents_asked,
                                     std::array{Field{.name = "reply_time",
                                                      .type = Type::period,
                                                      .about = "how long the clock of vi runs from service: 14d if left out, 7d at least",
                                                      .most = 16},
                                                draft_field, no_mail_field});
constexpr Schema notice_body{"NewNotice", notice_shape};

constexpr std::array sanction_shape{
    decision_field,
    Field{.name = "denies",
          .type = Type::texts,
          .about = "LIST:VERB[,VERB], '*' for the member lists: teams:receive,post",
          .least = 1,
          .option = "--deny"},
    Field{.name = "effect", .type = Type::instant, .about = "not before 30 days after issue; after the time for an appeal if left out"},
    Field{
        .name = "length", .type = Type::period, .about = "from the actual effect: 90d, 6mo, 1y; the most there is if left out", .most = 16},
    Field{.name = "end", .type = Type::instant, .about = "an instant instead, which stays where it is"},
    Field{.name = "tell_members",
          .type = Type::boolean,
          .about = "tell the representatives of all Operational Members, too (TLP:AMBER+STRICT)"},
    draft_field,
    no_mail_field,
};
constexpr Schema sanction_body{"NewSanction", sanction_shape};

constexpr std::array service_shape{
    number_field,
    Field{.name = "channel",
          .type = Type::word,
          .required = true,
          .about = "relay and sent prove nothing",
          .words = channel_words,
          .option = "CHANNEL"},
    Field{.name = "at", .type = Type::instant, .about = "the stamp; now if left out"},
};
constexpr Schema service_body{"NewService", service_shape};

constexpr std::array reference_shape{
    number_field,
    reference_field,
    Field{.name = "text",
          .type = Type::prose,
          .about = "what it says: it is kept, sealed, for the committee, the party and the panel",
          .most = 20'000},
    Field{.name = "content", .type = Type::prose, .about = "the same as a file in base64, at most 524,288 bytes of it", .most = 800'000},
    Field{.name = "file_name", .about = "of the file it comes in"},
};
constexpr Schema reference_body{"NoticeAndReference", reference_shape};
constexpr std::array number_shape{number_field};
constexpr Schema number_body{"NoticeNumber", number_shape};

constexpr std::array<std::string_view, 2> findings{"complied", "continues"};
constexpr std::array finding_shape{
    decision_field,
    Field{.name = "finding",
          .type = Type::word,
          .required = true,
          .about = "complied closes the case",
          .words = findings,
          .option = "FINDING"},
    Field{.name = "evidence", .about = "the hash of what it rests on"},
    Field{.name = "dated", .type = Type::instant, .about = "of the evidence: after service for a breach that continues; now if left out"},
};
constexpr Schema finding_body{"NewFinding", finding_shape};

constexpr std::array panel_shape{
    decision_field,
    number_field,
    Field{.name = "chair",
          .required = true,
          .about = "a person of an Operational Member outside the committee, by id or address",
          .least = 1,
          .most = 254},
    Field{.name = "members",
          .type = Type::texts,
          .required = true,
          .about = "two of the committee, two of members outside it, by id or address",
          .most = 16,
          .option = "--member"},
};
constexpr Schema panel_body{"NewPanel", panel_shape};

constexpr std::array panel_vote_shape{
    number_field,
    Field{.name = "person", .about = "who votes, by id or address; the caller if left out", .most = 254, .option = "PERSON"},
    Field{.name = "outcome",
          .type = Type::word,
          .required = true,
          .about = "three that agree are the result",
          .words = outcome_words,
          .option = "OUTCOME"},
    Field{
        .name = "suspends", .type = Type::texts, .about = "what a partial suspension takes away: LIST:VERB[,VERB]", .option = "--suspend"},
};
constexpr Schema panel_vote_body{"NewPanelVote", panel_vote_shape};

constexpr std::array lift_shape{
    decision_field,
    Field{.name = "only", .type = Type::texts, .about = "LIST:VERB[,VERB] to give back; wholly if left out"},
};
constexpr Schema lift_body{"Lifting", lift_shape};

constexpr std::array closing_shape{
    decision_field,
    Field{.name = "reason", .type = Type::prose, .required = true, .about = "why, in a sentence", .least = 1, .most = 2000},
};
constexpr Schema closing_body{"CaseClosing", closing_shape};

// ---- how it becomes an act

std::string text(const Json& body, const char* name) { return body.value(name, std::string{}); }
bool flag(const Json& body, const char* name) { return body.value(name, false); }
std::vector<std::string> texts(const Json& body, const char* name) { return body.value(name, std::vector<std::string>{}); }
int notice_of(const Json& body) { return body.at("notice").get<int>(); }
std::optional<Instant> instant(const Json& body, const char* name) {
    const auto said = text(body, name);
    return said.empty() ? std::nullopt : std::optional(*parse_instant(said));
}

Result<Act> issue_notice(const Json& body, const Asking&) {
    const auto time = read_period(text(body, "reply_time"));
    if (!time) return tl::unexpected(time.error());
    conduct::IssueNotice act{{}, *time};
    for (const auto& field : conduct::contents_fields) act.contents.*field.value = body.value(std::string(field.name), std::string{});
    return act;
}

template <class Issue>
Result<Act> sanction(const Json& body, const Asking&) {
    if (!body.contains("denies")) return fail(errc::invalid, "denies: what is denied? Write LIST:VERB[,VERB], or name the draft");
    const auto denied = read_denied(texts(body, "denies"));
    if (!denied) return tl::unexpected(denied.error());
    const auto length = read_period(text(body, "length"));
    if (!length) return tl::unexpected(length.error());
    conduct::Sanction sanction;
    sanction.denied = *denied;
    sanction.effect = instant(body, "effect");
    sanction.length = *length;
    sanction.end = instant(body, "end");
    sanction.tell_members = flag(body, "tell_members");
    return Issue{sanction};
}

Result<Act> serve(const Json& body, const Asking& asking) {
    return conduct::RecordService{notice_of(body), *conduct::channel_from(text(body, "channel")), instant(body, "at").value_or(asking.now)};
}

Result<Act> reply_to(const Json& body, const Asking&) { return conduct::RecordReply{notice_of(body), text(body, "reference")}; }
Result<Act> appeal(const Json& body, const Asking&) { return conduct::FileAppeal{notice_of(body), text(body, "reference")}; }
Result<Act> withdraw(const Json& body, const Asking&) { return conduct::WithdrawAppeal{notice_of(body)}; }

Result<Act> find(const Json& body, const Asking& asking) {
    const auto dated = instant(body, "dated").value_or(asking.now);
    if (text(body, "finding") == "complied") return conduct::FindComplied{text(body, "evidence"), dated};
    return conduct::FindContinues{text(body, "evidence"), dated};
}

Result<Act> seat_panel(const Json& body, const Asking&) {
    conduct::SeatPanel act{notice_of(body), {}};
    act.panel.chair.person = PersonId{text(body, "chair")};
    for (const auto& id : texts(body, "members")) {
        conduct::Panelist panelist;
        panelist.person = PersonId{id};
        act.panel.members.push_back(panelist);
    }
    return act;
}

Result<Act> panel_vote(const Json& body, const Asking& asking) {
    const auto part = read_denied(texts(body, "suspends"));
    if (!part) return tl::unexpected(part.error());
    PersonId person{text(body, "person")};
    if (person.empty() && asking.person) person = *asking.person;
    if (person.empty()) return fail(errc::invalid, "whose vote? Write person; only a panelist's own may be left out");
    return conduct::CastPanelVote{notice_of(body), person, {*conduct::outcome_from(text(body, "outcome")), *part}};
}

Result<Act> lift(const Json& body, const Asking&) {
    const auto part = read_denied(texts(body, "only"));
    if (!part) return tl::unexpected(part.error());
    return conduct::Lift{*part};
}

Result<Act> close(const Json& body, const Asking&) { return conduct::CloseCase{text(body, "reason")}; }

constexpr std::array<CaseAct, 12> acts{{
    {"notice", "The first or second compliance notice, and its letters", notice_body, issue_notice},
    {"find", "What became of the breach after the latest notice", finding_body, find},
    {"sanction-notice", "After two notices: what will be denied, and when", sanction_body, sanction<conduct::IssueSanction>},
    {"renew", "A new sanction notice that continues the one in force", sanction_body, sanction<conduct::Renew>},
    {"panel", "The five of an appeal's panel", panel_body, seat_panel},
    {"lift", "A sanction ends early, wholly or in part", lift_body, lift},
    {"close", "A case ends without a sanction", closing_body, close},
    {"serve", "A stamp of service; only proof of receipt starts a clock", service_body, serve},
    {"reply", "A reply of the party", reference_body, reply_to},
    {"appeal", "The party appeals against a notice", reference_body, appeal},
    {"withdraw", "The party takes its appeal back", number_body, withdraw},
    {"rule", "The vote of one panelist; three that agree are the result", panel_vote_body, panel_vote},
}};

}  // namespace

std::span<const CaseAct> case_acts() { return acts; }

bool is_drafted(const CaseAct& act) { return act.verb == "notice" || act.verb == "sanction-notice" || act.verb == "renew"; }

Result<std::string> draft_named(const Json& body) {
    const auto hash = text(body, "draft");
    if (hash.empty()) return hash;
    for (const auto& [key, value] : body.items()) {
        if (key == "draft" || key == "decision" || key == "no_mail" || value.is_null() || value == false) continue;
        return fail(errc::invalid, "{}: the draft says what the notice says; leave the rest out", key);
    }
    return hash;
}

const CaseAct& case_act(std::string_view verb) {
    const auto found = std::find_if(acts.begin(), acts.end(), [&](const CaseAct& act) { return act.verb == verb; });
    if (found == acts.end()) throw std::logic_error("no act of a case: " + std::string(verb));
    return *found;
}

}  // namespace caveat::facts
