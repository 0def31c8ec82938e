// application: submit, amend, sponsor, document, read, visit, decide, mou, withdraw, revoke, show, list.
#include "application_form.hpp"
#include "command_committee.hpp"
#include "form_check.hpp"

namespace caveat::server {
namespace command_application {

using committee::ApplicationFile;
using committee::Applications;

// An option of the same name means the same on every subcommand.
struct Options {
    std::string id, team, sponsor, decision, clause, reason;
    std::filesystem::path form;
    std::string kind, hash, reference, signed_on;
    std::filesystem::path file, out;
    bool decline = false;
};

template <class Act>
Result<void> with_applications(const Invocation& invocation, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto applications = house->applications();
    return act(applications);
}

// After an act: the whole with --json, else what was recorded and where the application stands.
Result<void> report(const Invocation& invocation, const Result<ApplicationFile>& done) {
    if (!done) return tl::unexpected(done.error());
    if (invocation.json) {
        invocation.print(fact(*done));
        return {};
    }
    auto brief = timeline(*done);
    brief["done"] = brief["happened"].back();
    brief.erase("happened");
    invocation.print(brief);
    return {};
}

Result<void> act(const Invocation& invocation, const Options& o, const Result<conduct::ApplicationAct>& step) {
    if (!step) return tl::unexpected(step.error());
    const auto paper = read_paper(o.file);
    if (!paper) return tl::unexpected(paper.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto applications = house->applications();
    auto done = applications.act(invocation.actor(), o.id, *step, *paper);
    if (done && std::holds_alternative<conduct::AttachDocument>(*step)) {
        look_at_forms(*house, house->store(), [](std::string_view line) { warn(std::string(line) + "; the daemon tries again"); });
        done = applications.show(done->as_is.id);
    }
    return report(invocation, done);
}

Result<void> read(const Invocation& invocation, const Options& o) {
    return with_applications(invocation, [&](Applications& all) -> Result<void> {
        const auto found = all.read(invocation.actor(), o.id, o.hash);
        if (!found) return tl::unexpected(found.error());
        return put_paper(invocation, *found, o.out);
    });
}

// What is known of the document beside its bytes, which the office keeps.
conduct::Document read_document(const Options& o) { return {o.reference, o.hash}; }

Result<conduct::ApplicationAct> sponsor(const Options& o) {
    conduct::SponsorTeam step;
    step.sponsor.team = TeamId{o.team};
    step.report = read_document(o);
    return step;
}

Result<conduct::ApplicationAct> document(const Options& o) {
    const auto kind = conduct::document_kind_from(o.kind);
    if (!kind)
        return fail(errc::invalid,
                    "'{}' is not a document; write form, key, report, checklist, engagement_policy, handling_policy or other", o.kind);
    return conduct::AttachDocument{*kind, TeamId{o.sponsor}, read_document(o)};
}

Result<conduct::ApplicationAct> mou(const Options& o) {
    const auto day = parse_date(o.signed_on);
    if (!day) return tl::unexpected(day.error());
    return conduct::RecordMou{*day, read_document(o)};
}

Result<void> submit(const Invocation& invocation, const Options& o) {
    auto form = read_application(o.form);
    if (!form) return tl::unexpected(form.error());
    form->id = o.id;
    return with_applications(invocation, [&](Applications& all) { return report(invocation, all.submit(invocation.actor(), *form)); });
}

// The file is the one that was submitted, mended: its head may not have changed.
Result<void> amend(const Invocation& invocation, const Options& o) {
    const auto form = read_application(o.form);
    if (!form) return tl::unexpected(form.error());
    return with_applications(invocation, [&](Applications& all) -> Result<void> {
        const auto file = all.show(o.id);
        if (!file) return tl::unexpected(file.error());
        const auto& a = file->as_is;
        if (a.team != form->team || a.category != form->category || a.subtype != form->subtype) {
            return fail(errc::denied, "item 23: application {} is of {} for {}; another category is another application", o.id, a.team,
                        a.category);
        }
        return report(invocation, all.act(invocation.actor(), o.id, conduct::AmendForm{form->form}));
    });
}

Result<void> decide(const Invocation& invocation, const Options& o) {
    return with_applications(invocation, [&](Applications& all) {
        return report(invocation,
                      o.decline ? all.decline(invocation.actor(), o.id, o.decision) : all.admit(invocation.actor(), o.id, o.decision));
    });
}

Result<void> revoke(const Invocation& invocation, const Options& o) {
    return with_applications(invocation, [&](Applications& all) -> Result<void> {
        const auto team = all.revoke(invocation.actor(), {TeamId{o.team}, o.decision, o.clause, o.reason});
        if (!team) return tl::unexpected(team.error());
        invocation.print(Json{{"team", team->id.value}, {"category", team->category}, {"decision", o.decision}});
        return {};
    });
}

Result<void> show(const Invocation& invocation, const Options& o) {
    return with_applications(invocation, [&](Applications& all) -> Result<void> {
        const auto file = all.show(o.id);
        if (!file) return tl::unexpected(file.error());
        invocation.print(invocation.json ? fact(*file) : timeline(*file));
        return {};
    });
}

Result<void> list(const Invocation& invocation, const Options& o) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    std::vector<Json> facts;
    const auto team = o.team.empty() ? std::nullopt : std::optional(TeamId{o.team});
    for (const auto& file : house->applications().all(team)) facts.push_back(fact(file));
    if (facts.empty()) {
        if (auto there = is_there(*house, TeamId{o.team}); !there) return there;
    }
    invocation.print(facts, {"id", "team", "category", "submitted", "phase", "admitted", "mou", "missing"});
    return {};
}

// The subcommands, each with the options it reads.
class Tree {
public:
    Tree(CLI::App& app, Invocation& invocation)
        : invocation_(invocation), top_(app.add_subcommand("application", "teams that want to join, or to change their category")) {
        top_->require_subcommand(1);
        top_->footer("Its ballot is opened with `decision propose admission TEAM` and refused while something is missing.");
    }

    void add_before_ballot() {
        auto* submitting = top_->add_subcommand("submit", "take the form of a team; what it lacks makes it a draft");
        with_form(submitting);
        submitting->add_option("--id", o_->id, "an id of its own instead of the next of the year");
        on(submitting, invocation_, [&invocation = invocation_, o = o_] { return submit(invocation, *o); });
        auto* amending = with_id("amend", "the form anew, before the ballot");
        with_form(amending);
        on(amending, invocation_, [&invocation = invocation_, o = o_] { return amend(invocation, *o); });
        auto* sponsoring = with_act("sponsor", "an Operational Member sponsors it; the Sponsor Report may follow", sponsor);
        sponsoring->add_option("TEAM", o_->team, "id of the member")->required();
        with_file(sponsoring);
        auto* attaching = with_act("document", "a document of the application, which is kept sealed", document);
        attaching
            ->add_option("KIND", o_->kind,
                         "form | key (of who signed it) | report | checklist | engagement_policy | handling_policy | other")
            ->required();
        attaching->add_option("--sponsor", o_->sponsor, "whose report it is");
        with_file(attaching);
        auto* visiting = with_act("visit", "agree which member visits the site", [](const Options& o) -> Result<conduct::ApplicationAct> {
            return conduct::AgreeVisit{TeamId{o.team}, false};
        });
        visiting->add_option("TEAM", o_->team, "id of the member that visits")->required();
    }

    void add_outcomes() {
        auto* deciding = with_decision(with_id("decide", "record what the ballot decided: admitted, or --decline"));
        deciding->add_flag("--decline", o_->decline, "the ballot is over and did not pass");
        on(deciding, invocation_, [&invocation = invocation_, o = o_] { return decide(invocation, *o); });
        auto* signing = with_act("mou", "the signed MoU of an approved partner: access begins", mou);
        signing->add_option("--signed", o_->signed_on, "the day it was signed: 2026-07-01")->required();
        with_file(signing);
        auto* withdrawing = with_act("withdraw", "the applicant takes it back", [](const Options& o) -> Result<conduct::ApplicationAct> {
            return conduct::WithdrawApplication{o.reason};
        });
        withdrawing->add_option("--reason", o_->reason, "why, in a sentence");
        auto* revoking = with_decision(
            top_->add_subcommand("revoke", "a status ends: of a member by the General Meeting, of a partner by the committee"));
        revoking->add_option("TEAM", o_->team, "id of the team")->required();
        revoking->add_option("--clause", o_->clause, "of the MoU; partners only");
        revoking->add_option("--reason", o_->reason, "what the review found, in a sentence")->required();
        on(revoking, invocation_, [&invocation = invocation_, o = o_] { return revoke(invocation, *o); });
    }

    void add_questions() {
        auto* reading = with_id("read", "a document as it was handed in, by its SHA-256");
        reading->add_option("HASH", o_->hash, "as `application show` has it")->required();
        reading->add_option("--out", o_->out, "FILE to write; printed if left out");
        on(reading, invocation_, [&invocation = invocation_, o = o_] { return read(invocation, *o); });
        on(with_id("show", "what happened, where it stands, what is missing, what may come next"), invocation_,
           [&invocation = invocation_, o = o_] { return show(invocation, *o); });
        auto* listing = top_->add_subcommand("list", "all applications");
        listing->add_option("--team", o_->team, "applications of this team");
        on(listing, invocation_, [&invocation = invocation_, o = o_] { return list(invocation, *o); });
    }

private:
    CLI::App* with_id(const char* name, const char* help) {
        auto* sub = top_->add_subcommand(name, help);
        sub->add_option("ID", o_->id, "id of the application: A-2026-001")->required();
        return sub;
    }
    template <class Read>
    CLI::App* with_act(const char* name, const char* help, Read read) {
        auto* sub = with_id(name, help);
        on(sub, invocation_, [&invocation = invocation_, o = o_, read] { return act(invocation, *o, read(*o)); });
        return sub;
    }
    void with_form(CLI::App* sub) {
        sub->add_option("FORM", o_->form, "TOML: [application] team, category; [form] the fields; [[contact]]")->required();
    }
    void with_file(CLI::App* sub) {
        sub->add_option("--file", o_->file, "the document, which is kept sealed; at most 512 KiB");
        sub->add_option("--hash", o_->hash, "its SHA-256: of --file, or of what was handed in before");
        sub->add_option("--reference", o_->reference, "where the original is; the file's name if left out");
    }
    // Not required by the parser: the rule says that it is missing, and why it is needed.
    CLI::App* with_decision(CLI::App* sub) {
        sub->add_option("--decision", o_->decision, "id of the decision this act rests on");
        return sub;
    }
    Invocation& invocation_;
    CLI::App* top_;
    std::shared_ptr<Options> o_ = std::make_shared<Options>();
};

}  // namespace command_application

void add_application(CLI::App& app, Invocation& invocation) {
    using namespace command_application;
    Tree tree(app, invocation);
    tree.add_before_ballot();
    tree.add_outcomes();
    tree.add_questions();
}

}  // namespace caveat::server
