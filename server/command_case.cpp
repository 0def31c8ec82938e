// case: open, draft, drafts, notice, serve, reply, find, sanction-notice, appeal, withdraw, panel, rule, lift, renew, close, show, list.
#include <algorithm>
#include <map>

#include "caveat/ascii.hpp"
#include "caveat/facts/case_acts.hpp"
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
    std::filesystem::path contents_file, evidence_file, text_file, out;
    std::string hash;
};

// What one act asks for, as its options were written: by name of the field.
struct Written {
    std::map<std::string_view, std::optional<std::string>> texts;
    std::map<std::string_view, std::vector<std::string>> lists;
    std::map<std::string_view, bool> flags;
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
    for (const auto& warning : done->warnings) warn(warning);
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

// The seven from a file; an option takes the place of the key of its name. What is missing the committee names by its numeral.
Result<void> read_contents(const std::filesystem::path& file, Written& written) {
    const auto text = read_text(file, 1U << 20);
    if (!text) return tl::unexpected(text.error());
    const auto table = parse_toml(*text, file);
    if (!table) return tl::unexpected(table.error());
    Findings findings(file);
    TableReader fields(*table, "notice", findings);
    for (const auto& field : conduct::contents_fields) {
        auto said = fields.text(field.name);
        if (auto& option = written.texts[field.name]; !option && !said.empty()) option = std::move(said);
    }
    fields.done();
    if (!findings.none()) return tl::unexpected(findings.error());
    return {};
}

Result<void> read_evidence(const std::filesystem::path& file, Written& written) {
    const auto bytes = read_file(file);
    if (!bytes) return tl::unexpected(bytes.error());
    written.texts["evidence"] = "sha256:" + vault::hex(vault::sha256(*bytes));
    return {};
}

// The body that the API would be sent.
Result<Json> body_of(const facts::CaseAct& kind, const Written& written) {
    Json body = Json::object();
    std::vector<facts::Complaint> complaints;
    for (const auto& field : kind.body.fields) {
        if (const auto text = written.texts.find(field.name); text != written.texts.end() && text->second) {
            facts::read_text(field, *text->second, body, complaints);
        }
        if (const auto list = written.lists.find(field.name); list != written.lists.end()) {
            for (const auto& item : list->second) facts::read_text(field, item, body, complaints);
        }
        if (const auto flag = written.flags.find(field.name); flag != written.flags.end() && flag->second)
            body[std::string(field.name)] = true;
    }
    if (complaints.empty()) return body;
    const auto& first = complaints.front();
    return fail(errc::invalid, "{} {}", first.pointer.substr(1), first.detail);
}

// As the options say it.
Result<std::pair<Json, Result<conduct::Act>>> read_act(const Invocation& invocation, const facts::CaseAct& kind, const Options& options,
                                                       Written written) {
    if (!options.contents_file.empty()) {
        if (auto read = read_contents(options.contents_file, written); !read) return tl::unexpected(read.error());
    }
    auto body = body_of(kind, written);
    if (!body) return tl::unexpected(body.error());
    auto step = kind.read(*body, {SystemClock().now(), invocation.actor().person});
    return std::pair{std::move(*body), std::move(step)};
}

Result<void> draft(const Invocation& invocation, const facts::CaseAct& kind, const Options& options, const Written& written) {
    const auto read = read_act(invocation, kind, options, written);
    if (!read) return tl::unexpected(read.error());
    if (!read->second) return tl::unexpected(read->second.error());
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto made = cases.draft(viewer(invocation), options.id, *read->second);
        if (!made) return tl::unexpected(made.error());
        if (invocation.json)
            invocation.print(fact(*made));
        else
            fmt::print("{}\n", made->hash);
        return {};
    });
}

Result<void> list_drafts(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto drafts = cases.drafts(viewer(invocation), options.id);
        if (!drafts) return tl::unexpected(drafts.error());
        std::vector<Json> facts;
        for (const auto& one : *drafts) facts.push_back(fact(one));
        invocation.print(facts, {"draft", "kind", "at", "by", "says"});
        return {};
    });
}

Result<void> act(const Invocation& invocation, const facts::CaseAct& kind, const Options& options, Written written) {
    if (!options.evidence_file.empty()) {
        if (auto read = read_evidence(options.evidence_file, written); !read) return read;
    }
    const auto read = read_act(invocation, kind, options, written);
    if (!read) return tl::unexpected(read.error());
    const auto& said = read->second;
    const auto draft = facts::draft_named(read->first);
    if (!draft) return tl::unexpected(draft.error());
    if (draft->empty() && !said) return tl::unexpected(said.error());
    // A notice goes out with the act that issues it, unless it is served otherwise.
    const auto mailing = written.flags["no_mail"] ? committee::Mailing::served_otherwise : committee::Mailing::letters;
    auto text = facts::read_paper(read->first);
    if (!text) return tl::unexpected(text.error());
    if (!options.text_file.empty()) {
        auto bytes = read_file(options.text_file);
        if (!bytes) return tl::unexpected(bytes.error());
        if (bytes->empty()) return fail(errc::invalid, "{} is empty", options.text_file.string());
        *text = {options.text_file.filename().string(), std::move(*bytes)};
    }
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto step = draft->empty() ? said : cases.drafted(viewer(invocation), options.id, *draft);
        if (!step) return tl::unexpected(step.error());
        return report(invocation,
                      cases.act(viewer(invocation), options.id, *step, read->first.value("decision", std::string{}), mailing, *text));
    });
}

Result<void> list_papers(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto papers = cases.papers(viewer(invocation), options.id);
        if (!papers) return tl::unexpected(papers.error());
        std::vector<Json> facts;
        for (const auto& one : *papers) facts.push_back(facts::fact(one));
        invocation.print(facts, {"hash", "kind", "name", "size", "at", "by"});
        return {};
    });
}

Result<void> read_text_of(const Invocation& invocation, const Options& options) {
    return with_cases(invocation, [&](Cases& cases) -> Result<void> {
        const auto found = cases.paper(viewer(invocation), options.id, options.hash);
        if (!found) return tl::unexpected(found.error());
        return put_paper(invocation, *found, options.out);
    });
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
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    std::vector<Json> facts;
    const auto team = options.team.empty() ? std::nullopt : std::optional(TeamId{options.team});
    for (const auto& view : house->cases().all(viewer(invocation), team)) {
        for (const auto& warning : view.warnings) warn(warning);
        facts.push_back(fact(view));
    }
    if (facts.empty()) {
        if (auto there = is_there(*house, TeamId{options.team}); !there) return there;
    }
    invocation.print(facts, {"id", "team", "clause", "opened", "phase", "notice", "in_force", "ends"});
    return {};
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

    void add_opening() {
        auto* opening = with_decision(top_->add_subcommand("open", "begin to investigate a team"));
        opening->add_option("TEAM", o_->team, "id of the team")->required();
        opening->add_option("--clause", o_->clause, "of the Code of Conduct: 3.2")->required();
        opening->add_option("--id", o_->id, "an id of its own instead of one that is drawn");
        on(opening, invocation_, [&invocation = invocation_, o = o_] { return open(invocation, *o); });
    }

    void add_acts() {
        for (const auto& kind : facts::case_acts()) {
            auto* sub = add_act(kind);
            if (kind.verb == "notice") add_contents_file(sub);
            if (kind.verb == "find") {
                sub->add_option("--evidence-file", o_->evidence_file, "take the SHA-256 of this file instead")
                    ->excludes(sub->get_option("--evidence"));
            }
            if (kind.verb == "sanction-notice" || kind.verb == "renew") sub->get_option("--end")->excludes(sub->get_option("--length"));
        }
    }

    void add_drafting() {
        auto* drafting =
            top_->add_subcommand("draft", "write a notice down before the vote; prints the SHA-256 by which a decision names it");
        drafting->add_option("ID", o_->id, "id of the case: C-2026-001")->required();
        drafting->require_subcommand(1);
        for (const auto& kind : facts::case_acts()) {
            if (!facts::is_drafted(kind)) continue;
            auto* sub = drafting->add_subcommand(std::string(kind.verb), "the text of the act of the same name");
            const auto written = std::make_shared<Written>();
            for (const auto& field : kind.body.fields) {
                if (field.name != "decision" && field.name != "draft" && field.name != "no_mail") add_field(sub, field, *written);
            }
            if (kind.verb == "notice") add_contents_file(sub);
            on(sub, invocation_, [&invocation = invocation_, &kind, o = o_, written] { return draft(invocation, kind, *o, *written); });
        }
        auto* papers = top_->add_subcommand("papers", "texts of replies and appeals, which are kept sealed");
        papers->add_option("ID", o_->id, "id of the case")->required();
        on(papers, invocation_, [&invocation = invocation_, o = o_] { return list_papers(invocation, *o); });
        auto* reading = top_->add_subcommand("read", "one of them, by its SHA-256");
        reading->add_option("ID", o_->id, "id of the case")->required();
        reading->add_option("HASH", o_->hash, "as `case papers` has it")->required();
        reading->add_option("--out", o_->out, "FILE to write; printed if left out");
        on(reading, invocation_, [&invocation = invocation_, o = o_] { return read_text_of(invocation, *o); });
        auto* listing = top_->add_subcommand("drafts", "what was drafted, with every word");
        listing->add_option("ID", o_->id, "id of the case")->required();
        on(listing, invocation_, [&invocation = invocation_, o = o_] { return list_drafts(invocation, *o); });
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
    // A subcommand with an option for each field of the act's body.
    CLI::App* add_act(const facts::CaseAct& kind) {
        std::string about(kind.about);
        about.front() = ascii::lower(about.front());
        auto* sub = top_->add_subcommand(std::string(kind.verb), about);
        sub->add_option("ID", o_->id, "id of the case: C-2026-001")->required();
        const auto written = std::make_shared<Written>();
        for (const auto& field : kind.body.fields) {
            if (field.name != "content" && field.name != "file_name") add_field(sub, field, *written);  // a file comes as it is
        }
        if (kind.verb == "reply" || kind.verb == "appeal")
            sub->add_option("--file", o_->text_file, "what it says, as a file of at most 512 KiB")->excludes(sub->get_option("--text"));
        on(sub, invocation_, [&invocation = invocation_, &kind, o = o_, written] { return act(invocation, kind, *o, *written); });
        return sub;
    }
    static void add_field(CLI::App* sub, const facts::Field& field, Written& written) {
        auto name = std::string(field.option);
        if (name.empty()) {
            name = "--" + std::string(field.name);
            std::replace(name.begin(), name.end(), '_', '-');
        }
        std::string about(field.about);
        for (const auto word : field.words) about.append(word == field.words.front() ? ": " : " | ").append(word);
        if (field.type == facts::Type::boolean) {
            sub->add_flag(name, written.flags[field.name], about);
        } else if (field.type == facts::Type::texts) {
            sub->add_option(name, written.lists[field.name], about + "; repeat for more")
                ->allow_extra_args(false)
                ->required(field.required);
        } else {
            sub->add_option(name, written.texts[field.name], about)->required(field.required || !name.starts_with("--"));
        }
    }
    CLI::App* with_notice(CLI::App* sub) {
        sub->add_option("NOTICE", o_->notice, "number of the notice: 1")->required();
        return sub;
    }
    // Not required by the parser: the rule says that it is missing, and why it is needed.
    CLI::App* with_decision(CLI::App* sub) {
        sub->add_option("--decision", o_->decision, "id of the decision this act rests on");
        return sub;
    }
    void add_contents_file(CLI::App* sub) {
        sub->footer(
            "FILE is TOML with the seven contents as keys: channels, breach, opinion, remedy, consequences, reply, appeal_rules.\n"
            "An option takes the place of the key of its name. What is missing is named by its numeral, and nothing is issued.");
        sub->add_option("--contents", o_->contents_file, "FILE with the seven contents");
    }
    Invocation& invocation_;
    CLI::App* top_;
    std::shared_ptr<Options> o_ = std::make_shared<Options>();
};

}  // namespace command_case

void add_case(CLI::App& app, Invocation& invocation) {
    using namespace command_case;
    Tree tree(app, invocation);
    tree.add_opening();
    tree.add_acts();
    tree.add_drafting();
    tree.add_mail();
    tree.add_questions();
}

}  // namespace caveat::server
