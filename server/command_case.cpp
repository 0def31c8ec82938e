// case: open, notice, serve, reply, find, sanction-notice, appeal, withdraw, panel, rule, lift, renew, close, show, list.
#include <array>
#include <tuple>

#include "command_committee.hpp"
#include "toml_fields.hpp"

namespace caveat::server {
namespace command_case {

using committee::Cases;
using committee::CaseView;

// An option of the same name means the same on every subcommand.
struct Options {
    std::string id, team, clause, decision;
    int notice = 0;
    std::filesystem::path contents_file;
    std::optional<std::string> channels, breach, opinion, remedy, consequences, reply, appeal_rules;
    std::string reply_time, channel, at, reference;
    std::string finding, evidence, dated;
    std::filesystem::path evidence_file;
    std::vector<std::string> denied;
    std::string effect, length, end;
    bool tell_members = false;
    bool no_mail = false;
    std::string chair, person, outcome, reason;
    std::vector<std::string> members;
};

std::vector<Json> facts_of(const std::vector<committee::Letter>& letters) {
    std::vector<Json> facts;
    for (const auto& letter : letters) facts.push_back(fact(letter));
    return facts;
}

void print_letters(const Invocation& invocation, const std::vector<committee::Letter>& letters) {
    invocation.print(facts_of(letters), {"notice", "for", "to", "post", "state", "at", "reply"});
}

template <class Act>
Result<void> with_cases(const Invocation& invocation, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto cases = house->cases();
    return act(cases);
}

// After an act: the whole with --json, else what was recorded and where the case stands.
Result<void> report(const Invocation& invocation, const Result<CaseView>& done) {
    if (!done) return tl::unexpected(done.error());
    for (const auto& warning : done->warnings) fmt::print(stderr, "caveat: warning: {}\n", warning);
    if (invocation.json) {
        invocation.print(fact(*done));
        return {};
    }
    auto whole = timeline(*done);
    Json brief{{"case", whole["case"]}};
    if (!whole["happened"].empty()) brief["done"] = whole["happened"].back();
    for (const auto& letter : done->mailed) brief["mailed"].push_back(letter.to.value);
    brief["now"] = whole["now"];
    brief["next"] = whole["next"];
    invocation.print(brief);
    return {};
}

// A notice goes out with the act that issues it, unless it is served otherwise.
Result<void> act(const Invocation& invocation, const Options& options, const Result<conduct::Act>& step) {
    if (!step) return tl::unexpected(step.error());
    const auto mailing = options.no_mail ? committee::Mailing::served_otherwise : committee::Mailing::letters;
    return with_cases(invocation, [&](Cases& cases) {
        return report(invocation, cases.act(viewer(invocation), options.id, *step, options.decision, mailing));
    });
}

// The seven from a file; each can be said, or said otherwise, by an option. What is missing the committee names by its numeral.
Result<conduct::Contents> read_contents(const Options& options) {
    conduct::Contents contents;
    const std::array<std::tuple<const char*, const std::optional<std::string>*, std::string*>, 7> texts{
        {{"channels", &options.channels, &contents.channels},
         {"breach", &options.breach, &contents.breach},
         {"opinion", &options.opinion, &contents.opinion},
         {"remedy", &options.remedy, &contents.remedy},
         {"consequences", &options.consequences, &contents.consequences},
         {"reply", &options.reply, &contents.reply},
         {"appeal_rules", &options.appeal_rules, &contents.appeal_rules}}};
    if (!options.contents_file.empty()) {
        const auto text = read_text(options.contents_file, 1U << 20);
        if (!text) return tl::unexpected(text.error());
        const auto table = parse_toml(*text, options.contents_file);
        if (!table) return tl::unexpected(table.error());
        Findings findings(options.contents_file);
        Fields fields(*table, "notice", findings);
        for (const auto& [key, option, field] : texts) *field = fields.text(key);
        fields.done();
        if (!findings.none()) return tl::unexpected(findings.error());
    }
    for (const auto& [key, option, field] : texts) {
        if (*option) *field = **option;
    }
    return contents;
}

Result<conduct::Act> notice(const Options& options) {
    const auto contents = read_contents(options);
    if (!contents) return tl::unexpected(contents.error());
    const auto time = read_period(options.reply_time);
    if (!time) return tl::unexpected(time.error());
    return conduct::IssueNotice{*contents, *time};
}

Result<conduct::Act> service(const Options& options) {
    const auto channel = conduct::channel_from(options.channel);
    if (!channel) {
        return fail(errc::invalid, "'{}' is no channel of service; write page, acknowledgement, post, exchanger, relay or sent",
                    options.channel);
    }
    const auto at = read_time(options.at);
    if (!at) return tl::unexpected(at.error());
    return conduct::RecordService{options.notice, *channel, at->value_or(SystemClock().now())};
}

Result<conduct::Act> finding(const Options& options) {
    auto evidence = options.evidence;
    if (!options.evidence_file.empty()) {
        const auto bytes = read_file(options.evidence_file);
        if (!bytes) return tl::unexpected(bytes.error());
        evidence = "sha256:" + vault::hex(vault::sha256(*bytes));
    }
    const auto said = read_time(options.dated);
    if (!said) return tl::unexpected(said.error());
    const Instant dated = said->value_or(SystemClock().now());
    if (options.finding == "complied") return conduct::FindComplied{evidence, dated};
    if (options.finding == "continues") return conduct::FindContinues{evidence, dated};
    return fail(errc::invalid, "'{}' is no finding; write complied or continues", options.finding);
}

template <class Issue>
Result<conduct::Act> sanction(const Options& options) {
    conduct::Sanction s;
    const auto denied = read_denied(options.denied);
    const auto effect = read_time(options.effect);
    const auto length = read_period(options.length);
    const auto end = read_time(options.end);
    if (!denied) return tl::unexpected(denied.error());
    if (!effect) return tl::unexpected(effect.error());
    if (!length) return tl::unexpected(length.error());
    if (!end) return tl::unexpected(end.error());
    s.denied = *denied;
    s.effect = *effect;
    s.length = *length;
    s.end = *end;
    s.tell_members = options.tell_members;
    return Issue{s};
}

Result<conduct::Act> panel(const Options& options) {
    const auto one = [](const std::string& id) {
        conduct::Panelist panelist;
        panelist.person = PersonId{id};
        return panelist;
    };
    conduct::SeatPanel seat{options.notice, {one(options.chair), {}}};
    for (const auto& member : options.members) seat.panel.members.push_back(one(member));
    return seat;
}

Result<conduct::Act> panel_vote(const Options& options) {
    const auto outcome = conduct::outcome_from(options.outcome);
    if (!outcome) return fail(errc::invalid, "'{}' is no ruling; write upheld, partially_suspended or suspended", options.outcome);
    const auto part = read_denied(options.denied);
    if (!part) return tl::unexpected(part.error());
    return conduct::CastPanelVote{options.notice, PersonId{options.person}, {*outcome, *part}};
}

Result<conduct::Act> lift(const Options& options) {
    const auto part = read_denied(options.denied);
    if (!part) return tl::unexpected(part.error());
    return conduct::Lift{*part};
}

Result<void> open(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) {
        return report(invocation, cases.open(viewer(invocation), options.decision, TeamId{options.team}, options.clause, options.id));
    });
}

Result<void> show(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto view = cases.show(viewer(invocation), options.id);
        if (!view) return tl::unexpected(view.error());
        invocation.print(invocation.json ? fact(*view) : timeline(*view));
        return {};
    });
}

Result<void> list(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        std::vector<Json> facts;
        const auto team = options.team.empty() ? std::nullopt : std::optional(TeamId{options.team});
        for (const auto& view : cases.all(viewer(invocation), team)) {
            for (const auto& warning : view.warnings) fmt::print(stderr, "caveat: warning: {}\n", warning);
            facts.push_back(fact(view));
        }
        invocation.print(facts, {"id", "team", "clause", "opened", "phase", "notice", "in_force", "ends"});
        return {};
    });
}

Result<void> mail(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto view = cases.mail(viewer(invocation), options.id, options.notice);
        if (!view) return tl::unexpected(view.error());
        print_letters(invocation, view->mailed);
        return {};
    });
}

Result<void> show_letters(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto view = cases.show(viewer(invocation), options.id);
        if (!view) return tl::unexpected(view.error());
        print_letters(invocation, *view->letters);
        return {};
    });
}

// The subcommands, each with the options it reads.
class Tree {
public:
    Tree(CLI::App& app, Invocation& invocation)
        : invocation_(invocation),
          top_(app.add_subcommand("case", "suspected breaches of the Code of Conduct, from opening to sanction and back")) {
        top_->require_subcommand(1);
        top_->footer(
            "Acts of the committee cite a decision (`decision propose`) of their own kind about the case; times are RFC 3339, UTC if "
            "not said otherwise.");
    }

    void add_committee_acts() {
        add_opening();
        add_notice();
        auto* find = with_decision(with_id("find", "what became of the breach after the latest notice", finding));
        find->add_option("FINDING", o_->finding, "complied (closes the case) | continues")->required();
        auto* hash = find->add_option("--evidence", o_->evidence, "the hash of what the finding rests on");
        find->add_option("--evidence-file", o_->evidence_file, "take the SHA-256 of this file instead")->excludes(hash);
        find->add_option("--dated", o_->dated, "of the evidence: after service for a breach that continues; now if left out");
        with_sanction(mailed("sanction-notice", "after two notices: what will be denied, and when", sanction<conduct::IssueSanction>));
        with_sanction(mailed("renew", "a new sanction notice that continues the one in force", sanction<conduct::Renew>));
        auto* panel_of = with_decision(with_notice(with_id("panel", "seat the five of an appeal's panel", panel)));
        panel_of->add_option("--chair", o_->chair, "a person of an Operational Member outside the committee")->required();
        repeated(panel_of, "--member", o_->members, "two of the committee, two of members outside it; once for each")->required();
        auto* lifting = with_decision(with_id("lift", "end a sanction early, from now on; wholly, or in part with --only", lift));
        repeated(lifting, "--only", o_->denied, "LIST:VERB[,VERB] to give back; repeat for more");
        auto* closing = with_decision(with_id("close", "end a case without a sanction",
                                              [](const Options& o) -> Result<conduct::Act> { return conduct::CloseCase{o.reason}; }));
        closing->add_option("--reason", o_->reason, "why, in a sentence")->required();
    }

    void add_party_acts() {
        auto* serve = with_notice(with_id("serve", "a stamp of service; only proof of receipt starts a clock", service));
        serve->add_option("CHANNEL", o_->channel, "proof: page | acknowledgement | post | exchanger; none: relay | sent")->required();
        serve->add_option("--at", o_->at, "the stamp; now if left out");
        with_reference(with_notice(with_id("reply", "a reply of the party to a notice", [](const Options& o) -> Result<conduct::Act> {
            return conduct::RecordReply{o.notice, o.reference};
        })));
        with_reference(with_notice(with_id("appeal", "the party appeals against a notice", [](const Options& o) -> Result<conduct::Act> {
            return conduct::FileAppeal{o.notice, o.reference};
        })));
        with_notice(with_id("withdraw", "the party takes its appeal back",
                            [](const Options& o) -> Result<conduct::Act> { return conduct::WithdrawAppeal{o.notice}; }));
        auto* rule = with_notice(with_id("rule", "the vote of one panelist; three that agree are the result", panel_vote));
        rule->add_option("PERSON", o_->person, "who votes")->required();
        rule->add_option("OUTCOME", o_->outcome, "upheld | partially_suspended | suspended")->required();
        repeated(rule, "--suspend", o_->denied, "LIST:VERB[,VERB] that a partial suspension takes away; repeat for more");
    }

    void add_mail() {
        auto* mailing = top_->add_subcommand("mail", "queue the letters of a notice once more; service is recorded apart");
        mailing->add_option("ID", o_->id, "id of the case")->required();
        with_notice(mailing);
        on(mailing, invocation_, [&invocation = invocation_, o = o_] { return mail(invocation, *o); });
        auto* letters = top_->add_subcommand("letters", "what was mailed, and what became of it");
        letters->add_option("ID", o_->id, "id of the case")->required();
        on(letters, invocation_, [&invocation = invocation_, o = o_] { return show_letters(invocation, *o); });
    }

    void add_questions() {
        auto* showing = top_->add_subcommand("show", "what happened, where it stands, what may come next, what is denied");
        showing->add_option("ID", o_->id, "id of the case: C-2026-001")->required();
        on(showing, invocation_, [&invocation = invocation_, o = o_] { return show(invocation, *o); });
        auto* listing = top_->add_subcommand("list", "all cases");
        listing->add_option("--team", o_->team, "cases of this team");
        on(listing, invocation_, [&invocation = invocation_, o = o_] { return list(invocation, *o); });
    }

private:
    template <class Read>
    CLI::App* with_id(const char* name, const char* help, Read read) {
        auto* sub = top_->add_subcommand(name, help);
        sub->add_option("ID", o_->id, "id of the case: C-2026-001")->required();
        on(sub, invocation_, [&invocation = invocation_, o = o_, read] { return act(invocation, *o, read(*o)); });
        return sub;
    }
    // An act that is a notice: its letters go with it.
    template <class Read>
    CLI::App* mailed(const char* name, const char* help, Read read) {
        auto* sub = with_id(name, help, read);
        sub->add_flag("--no-mail", o_->no_mail, "it is served otherwise: queue no letter to the team's representatives");
        return sub;
    }
    CLI::App* with_notice(CLI::App* sub) {
        sub->add_option("NOTICE", o_->notice, "number of the notice: 1")->required();
        return sub;
    }
    CLI::App* with_reference(CLI::App* sub) {
        sub->add_option("REFERENCE", o_->reference, "where its text is kept")->required();
        return sub;
    }
    // Not required here: that it is missing is the rule's to say.
    CLI::App* with_decision(CLI::App* sub) {
        sub->add_option("--decision", o_->decision, "id of the decision this act rests on");
        return sub;
    }
    static CLI::Option* repeated(CLI::App* sub, const char* name, std::vector<std::string>& values, const char* help) {
        return sub->add_option(name, values, help)->allow_extra_args(false);
    }
    void with_sanction(CLI::App* sub) {
        with_decision(sub);
        repeated(sub, "--deny", o_->denied, "LIST:VERB[,VERB], '*' for the member lists: teams:receive,post; repeat for more")->required();
        sub->add_option("--effect", o_->effect, "not earlier than 30 days after issue; after the appeal window if left out");
        auto* length = sub->add_option("--length", o_->length, "from the actual effect: 90d, 6mo, 1y; the most there is if left out");
        sub->add_option("--end", o_->end, "an instant instead, which stays where it is")->excludes(length);
        sub->add_flag("--tell-members", o_->tell_members, "tell the representatives of all Operational Members, too (TLP:AMBER+STRICT)");
    }
    void add_opening() {
        auto* opening = with_decision(top_->add_subcommand("open", "begin to investigate a team"));
        opening->add_option("TEAM", o_->team, "id of the team")->required();
        opening->add_option("--clause", o_->clause, "of the Code of Conduct: 3.2")->required();
        opening->add_option("--id", o_->id, "an id of its own instead of the next of the year");
        on(opening, invocation_, [&invocation = invocation_, o = o_] { return open(invocation, *o); });
    }
    void add_notice() {
        auto* sub = with_decision(mailed("notice", "issue the first or the second compliance notice", notice));
        sub->footer(
            "FILE is TOML with the seven contents as keys: channels, breach, opinion, remedy, consequences, reply, appeal_rules.\n"
            "An option takes the place of the key of its name. What is missing is named by its numeral, and nothing is issued.");
        sub->add_option("--contents", o_->contents_file, "FILE with the seven contents");
        sub->add_option("--channels", o_->channels, "i: the channels by which it is served");
        sub->add_option("--breach", o_->breach, "ii: the breach and its adverse effects");
        sub->add_option("--opinion", o_->opinion, "iii: the committee's opinion and its reasons");
        sub->add_option("--remedy", o_->remedy, "iv: what to do, until when");
        sub->add_option("--consequences", o_->consequences, "v: what the committee may do, until when");
        sub->add_option("--reply", o_->reply, "vi: the reasonable time to reply");
        sub->add_option("--appeal-rules", o_->appeal_rules, "vii: a copy of the rules of appeal");
        sub->add_option("--reply-time", o_->reply_time, "how long the clock of vi runs from service: 14d if left out, 7d at least");
    }
    Invocation& invocation_;
    CLI::App* top_;
    std::shared_ptr<Options> o_ = std::make_shared<Options>();
};

}  // namespace command_case

void add_case(CLI::App& app, Invocation& invocation) {
    using namespace command_case;
    Tree tree(app, invocation);
    tree.add_committee_acts();
    tree.add_party_acts();
    tree.add_mail();
    tree.add_questions();
}

}  // namespace caveat::server
