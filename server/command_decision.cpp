// decision: propose, vote, receipt, tie-break, proxy, attend, recuse, petition, close, show, list.
#include "command_committee.hpp"

#include <ranges>

namespace caveat::server {
namespace command_decision {

using committee::Committee;
using committee::Decision;

struct Options {
    std::string id, kind, subject, rule, opens, closes, meeting;
    std::optional<std::string> question;
    std::string team, choice, giver, holder, second_of;
    std::vector<std::string> present, candidates, settings;
    std::string draft, review;
    std::string code;
    bool open_only = false, secret = false, face_to_face = false, teleconference = false;

    [[nodiscard]] std::optional<bool> met() const { return face_to_face || teleconference ? std::optional{face_to_face} : std::nullopt; }
};

// After an act: the whole with --json, else where the ballot stands and the receipt of a vote. `team`: one of several whose vote it was.
Result<void> report(const Invocation& invocation, const Result<Decision>& done, const std::string& team = {}) {
    if (!done) return tl::unexpected(done.error());
    Json json{{"decision", done->id}, {"verdict", conduct::name(done->tally.verdict)}, {"why", done->tally.why}};
    if (invocation.json) json = fact(*done);
    if (!team.empty()) json["team"] = team;
    if (!invocation.json && !done->receipt.empty()) json["receipt"] = done->receipt;
    invocation.print(json);
    return {};
}

// Where nobody wrote one: what is decided, and all that it binds.
std::string question_of(const committee::Proposal& proposal) {
    std::string text = fmt::format("{} {}", proposal.kind, proposal.subject);
    for (const auto& one : proposal.set) text += fmt::format("{} {}={}", &one == proposal.set.data() ? ":" : ",", one.name, one.value);
    return text + "?";
}

Result<void> propose(const Invocation& invocation, const Options& options) {
    committee::Proposal proposal;
    proposal.id = options.id;
    proposal.kind = options.kind;
    proposal.subject = options.subject;
    proposal.candidates = teams_of(options.candidates);
    proposal.second_of = options.second_of;
    proposal.secret = options.secret;
    proposal.face_to_face = options.face_to_face;
    for (const auto& text : options.settings) {
        auto one = community::setting_from(text);
        if (!one) return tl::unexpected(one.error());
        proposal.set.push_back(std::move(*one));
    }
    if (!options.draft.empty()) proposal.set.push_back({"draft", options.draft});
    if (!options.review.empty()) proposal.set.push_back({"review", options.review});
    proposal.question = options.question.value_or(question_of(proposal));
    if (!options.rule.empty()) {
        proposal.rule = conduct::rule_from(options.rule);
        if (!proposal.rule)
            return fail(errc::invalid, "'{}' is not a rule; write approval, unanimity, two_thirds or majority", options.rule);
    }
    for (const auto& [text, field] : {std::pair{&options.opens, &proposal.opens}, std::pair{&options.closes, &proposal.closes},
                                      std::pair{&options.meeting, &proposal.meeting}}) {
        const auto at = read_time(*text);
        if (!at) return tl::unexpected(at.error());
        *field = *at;
    }
    return with_committee(invocation, [&](Committee& c) {
        const auto made = c.propose(invocation.actor(), proposal);
        if (const auto open = made ? left_open(made->kind, made->set) : std::string_view{}; !open.empty())
            warn(fmt::format("{} names no {}, so no act can rest on it; propose one with --set", made->id, open));
        return report(invocation, made);
    });
}

// Yes, no, abstain; in the choice of a host the name of a candidate, or abstain.
Result<Decision> vote_of(const Invocation& invocation, Committee& c, const std::string& id, const TeamId& team, const std::string& word) {
    const auto decision = c.decision(viewer(invocation), id);
    if (!decision) return decision;
    const auto choice = conduct::choice_from(word);
    if (!choice || (decision->host && *choice == conduct::Choice::abstain))
        return c.back(invocation.actor(), id, team, TeamId{choice ? "" : word});
    return c.vote(invocation.actor(), id, team, *choice);
}

// What several teams vote is recorded together or, where one is refused, not at all. Each is told where the ballot stands after all.
Result<void> vote(const Invocation& invocation, const Options& options) {
    if (options.team.empty()) return fail(errc::invalid, "name the team that votes");
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto c = house->committee();
    std::vector<std::pair<std::string, std::string>> receipts;  // by team
    Result<Decision> after;
    storage::Store::Transaction together(house->store());
    for (const auto one : std::views::split(options.team, ',')) {
        const std::string team(one.begin(), one.end());
        after = vote_of(invocation, c, options.id, TeamId{team}, options.choice);
        if (!after) return tl::unexpected(after.error());
        receipts.emplace_back(team, after->receipt);
    }
    together.commit();
    for (const auto& [team, receipt] : receipts) {
        after->receipt = receipt;
        if (auto shown = report(invocation, after, receipts.size() > 1 ? team : std::string()); !shown) return shown;
    }
    return {};
}

Result<void> check_receipt(const Invocation& invocation, const Options& options) {
    return with_committee(invocation, [&](Committee& c) -> Result<void> {
        const auto receipt = c.receipt(invocation.actor(), options.id, options.code);
        if (!receipt) return tl::unexpected(receipt.error());
        invocation.print(fact(*receipt));
        return {};
    });
}

Result<void> show(const Invocation& invocation, const Options& options) {
    return with_committee(invocation, [&](Committee& c) -> Result<void> {
        const auto decision = c.decision(viewer(invocation), options.id);
        if (!decision) return tl::unexpected(decision.error());
        invocation.print(invocation.json ? fact(*decision) : minutes(*decision));
        return {};
    });
}

Result<void> list(const Invocation& invocation, const Options& options) {
    return with_committee(invocation, [&](Committee& c) -> Result<void> {
        std::vector<Json> facts;
        for (const auto& decision : c.decisions(viewer(invocation))) {
            if (!options.open_only || decision.tally.verdict == conduct::BallotResult::open) facts.push_back(fact(decision));
        }
        invocation.print(facts, {"id", "kind", "subject", "rule", "closes", "verdict", "used_by", "question"});
        return {};
    });
}

std::string kinds_in_words() {
    std::string text;
    for (const auto& kind : committee::kinds()) text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", kind.name, kind.subject);
    return text;
}

void add_proposing(CLI::App* decision, Invocation& invocation, const std::shared_ptr<Options>& options) {
    auto* sub = decision->add_subcommand("propose", "put a question to the vote; prints the new decision");
    sub->footer("Kinds, and what their subject is: " + kinds_in_words() +
                ".\nAn act cites a decision of its own kind about its own subject, and every decision is used once.");
    sub->add_option("KIND", options->kind, "what the decision is for: case.notice")->required();
    sub->add_option("SUBJECT", options->subject, "what it is about: a team, a case, a person, a list; see below")->required();
    sub->add_option("--question", options->question, "what is voted on, in a sentence; what is to be set if left out");
    sub->add_option(
           "--set", options->settings,
           "NAME=VALUE, once for each: what the act will set, and it may differ in nothing. Of a clearance list and label, of a list "
           "each setting as in the load file, created=true or removed=true. Where you want it bound: outcome=complied or continues of a "
           "finding, chair and members of a panel, only=LIST:VERB or whole=true of a lift, length of a hold, person, from and until of an "
           "election")
        ->allow_extra_args(false);
    sub->add_option("--draft", options->draft, "of a notice: the SHA-256 that `case draft` printed; then nothing else can be issued by it");
    sub->add_option("--review", options->review,
                    "of a revocation or category: the closed review that recommends it; its finding is shown to who votes");
    sub->add_option("--id", options->id, "an id of its own instead of the next of the year");
    sub->add_option("--rule", options->rule, "approval | unanimity | two_thirds | majority, where the kind leaves it open");
    sub->add_option("--opens", options->opens, "when voting begins, not before now; now if left out");
    sub->add_option("--closes", options->closes, "when it ends; 14 days after it opens if left out; within a year");
    sub->add_option("--candidate", options->candidates, "of a host: a member that offers to be it; once for each");
    sub->add_option("--second-of", options->second_of, "of a host: the ballot without a majority whose two leading stand again");
    sub->add_flag("--secret", options->secret, "of the members' ballots and of elections: what each chose stays sealed");
    sub->add_option("--meeting", options->meeting, "when the meeting sits, not before now; held electronically if left out");
    sub->add_flag("--face-to-face", options->face_to_face, "of a meeting that is not a teleconference");
    on(sub, invocation, [&invocation, options] { return propose(invocation, *options); });
}

}  // namespace command_decision

void add_decision(CLI::App& app, Invocation& invocation) {
    using namespace command_decision;
    const auto options = std::make_shared<Options>();
    auto* decision = app.add_subcommand("decision", "the register of decisions: ballots of the committee, the General Meeting, by e-mail");
    decision->require_subcommand(1);
    add_proposing(decision, invocation, options);
    const auto with_id = [&](const char* name, const char* help) {
        auto* sub = decision->add_subcommand(name, help);
        sub->add_option("ID", options->id, "id of the decision: D-2026-004")->required();
        return sub;
    };
    const auto with_team = [&](const char* name, const char* help) {
        auto* sub = with_id(name, help);
        sub->add_option("TEAM", options->team, "the team, or the team whose seat it is")->required();
        return sub;
    };
    // One line per act: the committee's word for it, and what is taken from the options.
    const auto act = [&invocation, options](auto done) {
        return [&invocation, options, done] {
            return with_committee(invocation, [&](Committee& c) { return report(invocation, done(c, invocation.actor(), *options)); });
        };
    };
    auto* voting = with_id(
        "vote", "record the vote of a team or seat; a later one takes its place until the close. A secret ballot prints a receipt");
    voting->add_option("TEAM", options->team, "the team, or the team whose seat it is; several that vote the same, with commas between")
        ->required();
    voting->add_option("CHOICE", options->choice, "yes | no | abstain; for a host the team that is to be it, or abstain")->required();
    on(voting, invocation, [&invocation, options] { return vote(invocation, *options); });
    auto* checking = with_id("receipt", "whether the vote of a secret ballot that a receipt was given for counts, and as what");
    checking->add_option("RECEIPT", options->code, "as `decision vote` printed it")->required();
    on(checking, invocation, [&invocation, options] { return check_receipt(invocation, *options); });
    on(with_team("recuse", "a seat that takes no part; every fraction still counts it as filled"), invocation,
       act([](Committee& c, const community::Actor& by, const Options& o) { return c.recuse(by, o.id, TeamId{o.team}); }));
    on(with_team("petition", "record a team's signature against a decision taken with reduced quorum"), invocation,
       act([](Committee& c, const community::Actor& by, const Options& o) { return c.petition(by, o.id, TeamId{o.team}); }));
    auto* proxy = with_id("proxy", "a vote lent for one General Meeting");
    proxy->add_option("GIVER", options->giver, "the team that is away")->required();
    proxy->add_option("HOLDER", options->holder, "the team that votes for it; left out, the proxy is taken back");
    on(proxy, invocation, act([](Committee& c, const community::Actor& by, const Options& o) {
           return c.proxy(by, o.id, {TeamId{o.giver}, TeamId{o.holder}});
       }));
    auto* attend = with_id("attend", "who is present at the meeting; replaces what was recorded before");
    attend->add_option("TEAM", options->present, "the teams present, all of them")->required();
    on(attend, invocation,
       act([](Committee& c, const community::Actor& by, const Options& o) { return c.attend(by, o.id, teams_of(o.present), o.met()); }));
    auto* met = attend->add_flag("--face-to-face", options->face_to_face, "how it meets; left out, as it was recorded before");
    attend->add_flag("--teleconference", options->teleconference, "the other way")->excludes(met);
    auto* tie = with_id("tie-break", "the chair's word in the choice of a host, for a tie the own vote does not break");
    tie->add_option("TEAM", options->present, "candidates, the preferred one first")->required();
    on(tie, invocation,
       act([](Committee& c, const community::Actor& by, const Options& o) { return c.break_tie(by, o.id, teams_of(o.present)); }));
    on(with_id("close", "close the ballot before its time; only once every vote is in"), invocation,
       act([](Committee& c, const community::Actor& by, const Options& o) { return c.close(by, o.id); }));
    on(with_id("show", "question, votes, and the tally in a sentence"), invocation,
       [&invocation, options] { return show(invocation, *options); });
    auto* listing = decision->add_subcommand("list", "all of them, in the order proposed");
    listing->add_flag("--open", options->open_only, "only those that can still be voted on");
    on(listing, invocation, [&invocation, options] { return list(invocation, *options); });
}

}  // namespace caveat::server
