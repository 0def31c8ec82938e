// What is done in a case: the committee's acts with their decisions, the party's without, and the votes of a panel.
#include <array>

#include "committee_objects.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_case_acts {

using access::Kind;
using access::Noun;

Result<Answer> act(const Context& context, const conduct::Act& step, committee::Mailing mailing = committee::Mailing::letters) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    return answered(context.cases().act(context.viewer(), view->id, step, context.text("decision"), mailing));
}

int notice_of(const Context& context) { return context.body["notice"].get<int>(); }
bool flag(const Context& context, std::string_view name) { return context.has(name) && context.body[std::string(name)].get<bool>(); }

// A notice goes out with the act that issues it, unless it is served otherwise.
Result<Answer> issue(const Context& context, const conduct::Act& step) {
    return act(context, step, flag(context, "no_mail") ? committee::Mailing::served_otherwise : committee::Mailing::letters);
}

Result<Answer> notice(const Context& context) {
    const auto time = read_period(context.text("reply_time"));
    if (!time) return tl::unexpected(time.error());
    conduct::Contents contents;
    contents.channels = context.text("channels");
    contents.breach = context.text("breach");
    contents.opinion = context.text("opinion");
    contents.remedy = context.text("remedy");
    contents.consequences = context.text("consequences");
    contents.reply = context.text("reply");
    contents.appeal_rules = context.text("appeal_rules");
    return issue(context, conduct::IssueNotice{contents, *time});
}

Result<conduct::Sanction> read_sanction(const Context& context) {
    const auto denied = read_denied(context.texts("denies"));
    if (!denied) return tl::unexpected(denied.error());
    const auto length = read_period(context.text("length"));
    if (!length) return tl::unexpected(length.error());
    conduct::Sanction sanction;
    sanction.denied = *denied;
    sanction.effect = context.instant("effect");
    sanction.length = *length;
    sanction.end = context.instant("end");
    sanction.tell_members = flag(context, "tell_members");
    return sanction;
}

template <class Issue>
Result<Answer> sanction(const Context& context) {
    const auto read = read_sanction(context);
    if (!read) return tl::unexpected(read.error());
    return issue(context, Issue{*read});
}

Result<Answer> serve(const Context& context) {
    const conduct::RecordService step{notice_of(context), *conduct::channel_from(context.text("channel")),
                                      context.instant("at").value_or(context.now())};
    return act(context, step);
}

Result<Answer> reply_to(const Context& context) {
    return act(context, conduct::RecordReply{notice_of(context), context.text("reference")});
}

Result<Answer> appeal(const Context& context) { return act(context, conduct::FileAppeal{notice_of(context), context.text("reference")}); }

Result<Answer> withdraw(const Context& context) { return act(context, conduct::WithdrawAppeal{notice_of(context)}); }

Result<Answer> find(const Context& context) {
    const auto evidence = context.text("evidence");
    const auto dated = context.instant("dated").value_or(context.now());
    if (context.text("finding") == "complied") return act(context, conduct::FindComplied{evidence, dated});
    return act(context, conduct::FindContinues{evidence, dated});
}

Result<Answer> seat_panel(const Context& context) {
    conduct::SeatPanel step{notice_of(context), {}};
    step.panel.chair.person = PersonId{context.text("chair")};
    for (const auto& id : context.texts("members")) {
        conduct::Panelist panelist;
        panelist.person = PersonId{id};
        step.panel.members.push_back(panelist);
    }
    return act(context, step);
}

Result<Answer> panel_vote(const Context& context) {
    const auto part = read_denied(context.texts("suspends"));
    if (!part) return tl::unexpected(part.error());
    PersonId person{context.text("person")};
    if (person.empty() && context.actor().person) person = *context.actor().person;
    if (person.empty()) return fail(errc::invalid, "whose vote? Write person; only a panelist's own may be left out");
    return act(context, conduct::CastPanelVote{notice_of(context), person, {*conduct::outcome_from(context.text("outcome")), *part}});
}

Result<Answer> lift(const Context& context) {
    const auto part = read_denied(context.texts("only"));
    if (!part) return tl::unexpected(part.error());
    return act(context, conduct::Lift{*part});
}

Result<Answer> close_case(const Context& context) { return act(context, conduct::CloseCase{context.text("reason")}); }

// ---- shapes

constexpr Field notice_field{.name = "notice", .type = Type::integer, .required = true, .about = "its number", .least = 1, .most = 1000};
constexpr Field reference_field{.name = "reference", .required = true, .about = "where its text is kept", .least = 1, .most = 1000};
constexpr Field no_mail_field{.name = "no_mail", .type = Type::boolean, .about = "it is served otherwise: no letter goes out"};
constexpr Field denies_field{.name = "denies",
                             .type = Type::texts,
                             .required = true,
                             .about = "LIST:VERB[,VERB], * for the member lists: teams:receive,post",
                             .least = 1};

constexpr std::array contents_fields{
    decision_field,
    Field{.name = "channels", .type = Type::prose, .about = "i: how it is served"},
    Field{.name = "breach", .type = Type::prose, .about = "ii: the breach and its adverse effects"},
    Field{.name = "opinion", .type = Type::prose, .about = "iii: the committee's opinion and its reasons"},
    Field{.name = "remedy", .type = Type::prose, .about = "iv: what to do, until when"},
    Field{.name = "consequences", .type = Type::prose, .about = "v: what the committee may do, until when"},
    Field{.name = "reply", .type = Type::prose, .about = "vi: the reasonable time to reply"},
    Field{.name = "appeal_rules", .type = Type::prose, .about = "vii: a copy of the rules of appeal"},
    Field{.name = "reply_time", .type = Type::period, .about = "from service: 14d if left out, 7d at least", .most = 16},
    no_mail_field,
};
constexpr Schema contents_schema{"NewNotice", contents_fields};

constexpr std::array sanction_fields{
    decision_field,
    denies_field,
    Field{.name = "effect", .type = Type::instant, .about = "not before 30 days after issue; after the time for an appeal if left out"},
    Field{
        .name = "length", .type = Type::period, .about = "from the actual effect: 90d, 6mo, 1y; the most there is if left out", .most = 16},
    Field{.name = "end", .type = Type::instant, .about = "an instant instead, which stays where it is"},
    Field{.name = "tell_members", .type = Type::boolean, .about = "tell the representatives of all Operational Members, too"},
    no_mail_field,
};
constexpr Schema sanction_schema{"NewSanction", sanction_fields};

constexpr std::array service_fields{
    notice_field,
    Field{.name = "channel", .type = Type::word, .required = true, .about = "relay and sent prove nothing", .words = channel_words},
    Field{.name = "at", .type = Type::instant, .about = "the stamp; now if left out"},
};
constexpr Schema service_schema{"NewService", service_fields};

constexpr std::array reference_fields{notice_field, reference_field};
constexpr Schema reference_schema{"NoticeAndReference", reference_fields};
constexpr std::array notice_fields{notice_field};
constexpr Schema notice_only{"NoticeNumber", notice_fields};

constexpr std::array<std::string_view, 2> findings{"complied", "continues"};
constexpr std::array finding_fields{
    decision_field,
    Field{.name = "finding", .type = Type::word, .required = true, .about = "complied closes the case", .words = findings},
    Field{.name = "evidence", .about = "the hash of what it rests on"},
    Field{.name = "dated", .type = Type::instant, .about = "of the evidence: after service for a breach that continues; now if left out"},
};
constexpr Schema finding_schema{"NewFinding", finding_fields};

constexpr std::array panel_fields{
    decision_field,
    notice_field,
    Field{.name = "chair", .required = true, .about = "a person of an Operational Member outside the committee", .least = 1, .most = 64},
    Field{.name = "members", .type = Type::texts, .required = true, .about = "two of the committee, two of members outside it", .most = 16},
};
constexpr Schema panel_schema{"NewPanel", panel_fields};

constexpr std::array panel_vote_fields{
    notice_field,
    Field{.name = "person", .about = "whose; the caller's own if left out", .most = 64},
    Field{.name = "outcome", .type = Type::word, .required = true, .about = "three that agree are the result", .words = outcome_words},
    Field{.name = "suspends", .type = Type::texts, .about = "what a partial suspension takes away: LIST:VERB[,VERB]"},
};
constexpr Schema panel_vote_schema{"NewPanelVote", panel_vote_fields};

constexpr std::array lift_fields{
    decision_field,
    Field{.name = "only", .type = Type::texts, .about = "LIST:VERB[,VERB] to give back; wholly if left out"},
};
constexpr Schema lift_schema{"Lifting", lift_fields};

constexpr std::array closing_fields{
    decision_field,
    Field{.name = "reason", .type = Type::prose, .required = true, .about = "why, in a sentence", .least = 1, .most = 2000},
};
constexpr Schema closing_schema{"CaseClosing", closing_fields};

constexpr Route row(std::string_view path, std::string_view id, std::string_view about, Result<Answer> (*handler)(const Context&),
                    const Schema& body) {
    return {.method = Method::post,
            .path = path,
            .id = id,
            .about = about,
            .right = {Noun::cases, Kind::write},
            .run = Run::act,
            .handler = handler,
            .body = &body,
            .answer = &case_schema};
}

const std::array<Route, 12> table{{
    row("/v1/cases/{case}/notices", "issueNotice", "The first or second compliance notice, and its letters", notice, contents_schema),
    row("/v1/cases/{case}/sanction-notice", "issueSanction", "After two notices: what will be denied, and when",
        sanction<conduct::IssueSanction>, sanction_schema),
    row("/v1/cases/{case}/services", "recordService", "A stamp of service; only proof of receipt starts a clock", serve, service_schema),
    row("/v1/cases/{case}/replies", "recordReply", "A reply of the party", reply_to, reference_schema),
    row("/v1/cases/{case}/findings", "recordFinding", "What became of the breach after the latest notice", find, finding_schema),
    row("/v1/cases/{case}/appeals", "fileAppeal", "The party appeals against a notice", appeal, reference_schema),
    row("/v1/cases/{case}:withdraw", "withdrawAppeal", "The party takes its appeal back", withdraw, notice_only),
    row("/v1/cases/{case}/panel", "seatPanel", "The five of an appeal's panel", seat_panel, panel_schema),
    row("/v1/cases/{case}/panel-votes", "castPanelVote", "The vote of one panelist", panel_vote, panel_vote_schema),
    row("/v1/cases/{case}:renew", "renewSanction", "A new sanction notice that continues the one in force", sanction<conduct::Renew>,
        sanction_schema),
    row("/v1/cases/{case}:lift", "liftSanction", "A sanction ends early, wholly or in part", lift, lift_schema),
    row("/v1/cases/{case}:close", "closeCase", "A case ends without a sanction", close_case, closing_schema),
}};

}  // namespace routes_case_acts

std::span<const Route> case_act_routes() { return routes_case_acts::table; }

}  // namespace caveat::http
