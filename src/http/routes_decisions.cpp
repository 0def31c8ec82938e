// /v1/decisions: ballots of the committee, the General Meeting, by e-mail.
#include <algorithm>
#include <array>

#include "committee_objects.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_decisions {

using access::Kind;
using access::Noun;
using committee::Decision;

// What the caller's own team said, and whether it may still say it.
std::optional<Json> own_vote(const Context& context, const Decision& d) {
    const auto& team = context.caller.team;
    const auto has = [&](const std::vector<TeamId>& teams) { return std::find(teams.begin(), teams.end(), team) != teams.end(); };
    if (team.empty() || !has(d.ballot.electorate) || (has(d.ballot.recused) && !has(d.recused_for_them))) return std::nullopt;
    const bool open = d.tally.verdict == conduct::BallotResult::open && !d.closed && d.ballot.open.contains(context.now());
    Json choice;
    for (const auto& vote : d.votes) {
        if (vote.team == team) choice = conduct::name(vote.choice);
    }
    if (d.host) {
        for (const auto& vote : d.host->votes) {
            if (vote.team == team) choice = vote.candidate.empty() ? "abstain" : vote.candidate.value;
        }
    }
    return Json{{"team", team.value}, {"open", open}, {"choice", choice}};
}

// Somebody else recorded a signature for the caller's team, and it still counts for something.
bool may_take_back(const Context& context, const Decision& d) {
    const auto& teams = d.signed_for_them;
    const bool in_time = d.tally.effective && context.now() < *d.tally.effective;
    return in_time && context.caller.representative && std::find(teams.begin(), teams.end(), context.caller.team) != teams.end();
}

Json shown(const Context& context, const Decision& d) {
    auto json = fact(d);
    if (auto mine = own_vote(context, d)) json["mine"] = std::move(*mine);
    if (d.petition && may_take_back(context, d)) json["petition"]["may_take_back"] = true;
    return json;
}

Result<Answer> answered(const Context& context, const Result<Decision>& done) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = shown(context, *done), .location = "/v1/decisions/" + done->id};
}

Result<Answer> list_decisions(const Context& context) {
    const auto open = context.query.find("open");
    return newest_first(
        context, context.committee().decisions(context.viewer()), [](const Decision& d) { return d.id; },
        [&](const Decision& d) -> std::optional<Json> {
            const bool is_open = d.tally.verdict == conduct::BallotResult::open;
            if (open != context.query.end() && open->get<bool>() != is_open) return std::nullopt;
            return shown(context, d);
        });
}

Result<Decision> here(const Context& context) {
    auto decision = context.committee().decision(context.viewer(), context.param(0));
    if (!decision && decision.error().code == errc::not_found) return nothing_here();
    return decision;
}

Result<Answer> show_decision(const Context& context) {
    const auto decision = here(context);
    if (!decision) return tl::unexpected(decision.error());
    return Answer{.body = shown(context, *decision)};
}

std::optional<bool> flag(const Context& context, std::string_view field) {
    return context.has(field) ? std::optional(context.body[std::string(field)].get<bool>()) : std::nullopt;
}

Result<Answer> propose(const Context& context) {
    committee::Proposal proposal;
    proposal.id = context.text("id");
    proposal.kind = context.text("kind");
    proposal.subject = context.text("subject");
    proposal.question = context.text("question");
    if (context.has("rule")) proposal.rule = conduct::rule_from(context.text("rule"));
    proposal.opens = context.instant("opens");
    proposal.closes = context.instant("closes");
    proposal.meeting = context.instant("meeting");
    proposal.candidates = teams_of(context.texts("candidates"));
    proposal.second_of = context.text("second_of");
    proposal.secret = flag(context, "secret").value_or(false);
    proposal.face_to_face = flag(context, "face_to_face").value_or(false);
    if (context.has("set")) proposal.set = facts::settings_of(context.body["set"]);
    if (context.has("draft")) proposal.set.push_back({"draft", context.text("draft")});
    if (context.has("review")) proposal.set.push_back({"review", context.text("review")});
    if (!context.may({})) return nothing_here();
    auto committee = context.committee();
    return answered(context, committee.propose(context.actor(), proposal));
}

// The team the act is for: named, or the caller's own.
Result<TeamId> team_named(const Context& context) {
    TeamId team{context.text("team")};
    if (team.empty()) team = context.caller.team;
    if (team.empty()) return fail(errc::invalid, "whose? Write team; only a person's own may be left out");
    return team;
}

// An act about a decision that the caller may act on.
template <class Act>
Result<Answer> act_on(const Context& context, Act act) {
    const auto decision = here(context);
    if (!decision) return tl::unexpected(decision.error());
    auto committee = context.committee();
    Result<Decision> done = act(committee, *decision);
    if (done && context.dry_run) done->receipt.clear();  // of a vote that is taken back
    return answered(context, done);
}

template <class Act>
Result<Answer> act_for_team(const Context& context, Act act) {
    return act_on(context, [&](committee::Committee& c, const Decision& d) -> Result<Decision> {
        const auto team = team_named(context);
        if (!team) return tl::unexpected(team.error());
        return act(c, d, *team);
    });
}

// Yes, no, abstain; in the choice of a host the name of a candidate, or abstain.
Result<Answer> vote(const Context& context) {
    return act_for_team(context, [&](committee::Committee& c, const Decision& d, const TeamId& team) {
        const auto word = context.text("choice");
        const auto choice = conduct::choice_from(word);
        if (!d.host && !choice) return Result<Decision>(fail(errc::invalid, "'{}' is not a vote; write yes, no or abstain", word));
        if (d.host && (!choice || *choice == conduct::Choice::abstain))
            return c.back(context.actor(), d.id, team, TeamId{choice ? "" : word});
        return c.vote(context.actor(), d.id, team, *choice);
    });
}

// The receipt is sent in the body, because a URL is logged on its way.
Result<Answer> check_receipt(const Context& context) {
    const auto decision = here(context);
    if (!decision) return tl::unexpected(decision.error());
    return told(context.committee().receipt(context.actor(), decision->id, context.text("receipt")));
}

Result<Answer> recuse(const Context& context) {
    return act_for_team(context, [&](auto& c, const Decision& d, const TeamId& team) { return c.recuse(context.actor(), d.id, team); });
}

Result<Answer> petition(const Context& context) {
    const bool back = flag(context, "take_back").value_or(false);
    return act_for_team(context, [&](auto& c, const Decision& d, const TeamId& team) {
        return back ? c.take_back(context.actor(), d.id, team) : c.petition(context.actor(), d.id, team);
    });
}

Result<Answer> attend(const Context& context) {
    return act_on(context, [&](auto& c, const Decision& d) {
        return c.attend(context.actor(), d.id, teams_of(context.texts("present")), flag(context, "face_to_face"));
    });
}

Result<Answer> break_tie(const Context& context) {
    return act_on(context,
                  [&](auto& c, const Decision& d) { return c.break_tie(context.actor(), d.id, teams_of(context.texts("preferred"))); });
}

Result<Answer> lend(const Context& context) {
    return act_on(context, [&](committee::Committee& c, const Decision& d) -> Result<Decision> {
        TeamId giver{context.text("giver")};
        if (giver.empty()) giver = context.caller.team;
        if (giver.empty()) return fail(errc::invalid, "whose? Write giver; only a person's own may be left out");
        return c.proxy(context.actor(), d.id, {giver, TeamId{context.text("holder")}});
    });
}

Result<Answer> close_ballot(const Context& context) {
    return act_on(context, [&](auto& c, const Decision& d) -> Result<Decision> {
        // Closing opens the votes. A dry run before and after one more vote would reveal that vote.
        if (context.dry_run && d.secret)
            return fail(errc::denied, "item 48: a secret ballot is opened once, when it closes; it cannot be tried");
        return c.close(context.actor(), d.id);
    });
}

// ---- shapes

constexpr Field team_field{.name = "team", .about = "whose seat or vote; the caller's own if left out", .least = 1, .most = 64};

// In the order of the office; the page that proposes offers the same.
const std::vector<std::string_view> kind_words = [] {
    std::vector<std::string_view> words;
    for (const auto& kind : committee::kinds()) words.push_back(kind.name);
    return words;
}();

const std::array proposal_fields{
    Field{.name = "id", .about = "an id of its own instead of the next of the year; the operator's choice", .most = 64},
    Field{.name = "kind", .type = Type::word, .required = true, .about = "what it is for", .words = kind_words, .title = "What it is for"},
    Field{.name = "subject", .required = true, .about = "what it is about: a team, a case, a person, a list", .least = 1},
    Field{.name = "question", .type = Type::prose, .required = true, .about = "what is voted on, in a sentence", .least = 1, .most = 2000},
    Field{.name = "rule", .type = Type::word, .about = "where the kind leaves it open", .words = rule_words},
    Field{.name = "opens", .type = Type::instant, .about = "now if left out"},
    Field{.name = "closes", .type = Type::instant, .about = "14 days after it opens if left out; within a year"},
    Field{.name = "meeting", .type = Type::instant, .about = "when it sits; held electronically if left out"},
    Field{.name = "face_to_face", .type = Type::boolean, .about = "of a meeting that is not a teleconference (item 50)"},
    Field{.name = "candidates", .type = Type::texts, .about = "of a host: members that offer to be it", .most = 100},
    Field{.name = "second_of", .about = "of a host: the ballot whose two leading stand again", .most = 64},
    Field{.name = "set",
          .type = Type::settings,
          .about = "what it binds beside its subject (ruling ii): list and label of a clearance, each setting of a list; may be left out: "
                   "outcome of a finding, chair and members of a panel, only or whole of a lift, length of a hold, person, from and until of "
                   "an election"},
    Field{.name = "draft", .about = "the SHA-256 of a drafted notice: then nothing else can be issued by it", .most = 80},
    Field{.name = "review", .about = "of a revocation or category: the closed review that recommends it (item 24)", .most = 64},
    Field{.name = "secret", .type = Type::boolean, .about = "of the members' ballots and of elections: what each chose stays sealed"},
};
const Schema proposal_schema{"NewDecision", proposal_fields};

constexpr std::array vote_fields{
    team_field,
    Field{.name = "choice", .required = true, .about = "yes, no or abstain; for a host a candidate, or abstain", .least = 1, .most = 64},
};
constexpr Schema vote_schema{"NewVote", vote_fields};

constexpr std::array receipt_fields{
    Field{.name = "receipt", .required = true, .about = "as it was answered when the vote was cast", .least = 1, .most = 100},
};
constexpr Schema shown_receipt{"ShownReceipt", receipt_fields};

constexpr std::array team_fields{team_field};
constexpr Schema team_only{"OwnOrNamedTeam", team_fields};

constexpr std::array signing_fields{
    team_field,
    Field{.name = "take_back", .type = Type::boolean, .about = "a signature that somebody else recorded for the caller's team"},
};
constexpr Schema signing_schema{"NewSignature", signing_fields};

constexpr std::array present_fields{
    Field{.name = "present", .type = Type::texts, .required = true, .about = "all teams that are there", .least = 1},
    Field{.name = "face_to_face", .type = Type::boolean, .about = "no teleconference (item 50); left out, as it was recorded before"},
};
constexpr Schema present_schema{"Attendance", present_fields};

constexpr std::array preferred_fields{
    Field{.name = "preferred",
          .type = Type::texts,
          .required = true,
          .about = "candidates, the preferred one first",
          .least = 1,
          .most = 100},
};
constexpr Schema preferred_schema{"ChairsWord", preferred_fields};

constexpr std::array proxy_fields{
    Field{.name = "giver", .about = "the team that is away; the caller's own if left out", .least = 1, .most = 64},
    Field{.name = "holder", .about = "the team that votes for it; left out, the proxy is taken back", .most = 64},
};
constexpr Schema proxy_schema{"NewProxy", proxy_fields};

const std::array list_query{
    paging[0], paging[1],
    Field{.name = "open", .type = Type::boolean, .about = "only those that can be voted on, or only those that cannot"}};
constexpr std::array decisions_fields{items_of(decision_schema), next_field()};
constexpr Schema decisions_schema{"Decisions", decisions_fields, true};

constexpr Route read(std::string_view path, std::string_view id, std::string_view about, Result<Answer> (*handler)(const Context&)) {
    return {.path = path, .id = id, .about = about, .right = {Noun::decisions, Kind::read}, .handler = handler, .answer = &decision_schema};
}
constexpr Route act(std::string_view path, std::string_view id, std::string_view about, Result<Answer> (*handler)(const Context&),
                    const Schema* body) {
    return {.method = Method::post,
            .path = path,
            .id = id,
            .about = about,
            .right = {Noun::decisions, Kind::write},
            .run = Run::act,
            .disk = storage::Disk::room,
            .handler = handler,
            .body = body,
            .answer = &decision_schema};
}

const std::array<Route, 12> table = [] {
    std::array<Route, 12> rows{
        read("/v1/decisions", "listDecisions", "Decisions, the newest first", list_decisions),
        act("/v1/decisions", "proposeDecision", "A question put to the vote", propose, &proposal_schema),
        read("/v1/decisions/{decision}", "showDecision", "One decision, its votes and its tally", show_decision),
        act("/v1/decisions/{decision}/votes", "castVote", "The vote of a team or seat; a later one takes its place", vote, &vote_schema),
        act("/v1/decisions/{decision}/votes", "replaceVote", "The same", vote, &vote_schema),
        act("/v1/decisions/{decision}:attend", "recordAttendance", "Who is present at the meeting; replaces what was recorded", attend,
            &present_schema),
        act("/v1/decisions/{decision}:recuse", "recuseSeat", "A seat that takes no part; it still counts as filled", recuse, &team_only),
        act("/v1/decisions/{decision}:proxy", "lendVote", "A vote lent for one General Meeting", lend, &proxy_schema),
        act("/v1/decisions/{decision}:petition", "signPetition", "A signature against what passed with reduced quorum", petition,
            &signing_schema),
        act("/v1/decisions/{decision}:tie-break", "breakTie", "The chair's word in the choice of a host", break_tie, &preferred_schema),
        act("/v1/decisions/{decision}:close", "closeDecision", "Closed before its time; only once every vote is in", close_ballot, nullptr),
        read("/v1/decisions/{decision}:check-receipt", "checkReceipt", "Whether the vote of a receipt counts, and as what", check_receipt),
    };
    rows[0].query = list_query;
    rows[0].answer = &decisions_schema;
    rows[1].status = 201;
    rows[4].method = Method::put;
    rows[11].method = Method::post;
    rows[11].body = &shown_receipt;
    rows[11].answer = &receipt_schema;
    rows[11].refuses = true;
    return rows;
}();

}  // namespace routes_decisions

std::span<const Route> decision_routes() { return routes_decisions::table; }

}  // namespace caveat::http
