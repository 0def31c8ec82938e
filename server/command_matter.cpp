// review, declaration, duty: add, show, list, close; acceptance: ask, read, add, list.
#include "caveat/facts/matters.hpp"
#include "command_committee.hpp"

namespace caveat::server {
namespace command_matter {

using committee::Matters;
using community::Matter;
using community::MatterKind;

struct Options {
    std::string id, team, reason, criterion, text, duty, due, outcome, note, decision, document, version, hash, of = "all";
    std::filesystem::path file, out;
    bool all_members = false, open = false;
};
using Given = std::shared_ptr<Options>;

struct Noun {
    MatterKind kind;
    const char* help;
    std::vector<std::string> columns;
};

template <class Act>
Result<void> with_matters(const Invocation& invocation, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    Matters matters(house->store(), house->vault(), house->rules(), house->clock());
    return act(matters);
}

template <class Row>
Result<void> report(const Invocation& invocation, const Result<Row>& done) {
    if (!done) return tl::unexpected(done.error());
    invocation.print(facts::fact(*done));
    return {};
}

// Of those that are asked for; `is_over` says which have ended.
template <class Row, class Over>
std::vector<Json> chosen(const std::vector<Row>& rows, const Options& o, Over is_over) {
    std::vector<Json> some;
    for (const auto& row : rows) {
        if ((o.team.empty() || row.team.value == o.team) && !(o.open && is_over(row))) some.push_back(facts::fact(row));
    }
    return some;
}

template <class Choose>
Result<void> print_chosen(const Invocation& invocation, const Options& o, const std::vector<std::string>& columns, Choose choose) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    Matters matters(house->store(), house->vault(), house->rules(), house->clock());
    const auto some = choose(matters);
    if (some.empty()) {
        if (auto there = is_there(*house, TeamId{o.team}); !there) return there;
    }
    invocation.print(some, columns);
    return {};
}

void add_filters(CLI::App* listing, const Given& o) {
    listing->add_option("--team", o->team, "only of this team");
    listing->add_flag("--open", o->open, "only what has not ended");
}

// show and list, which are the same for each.
CLI::App* add_noun(CLI::App& app, Invocation& invocation, const Noun& noun, const Given& o) {
    auto* top = app.add_subcommand(std::string(community::name(noun.kind)), noun.help);
    top->require_subcommand(1);
    auto* show = top->add_subcommand("show", "one of them");
    show->add_option("ID", o->id, "its id")->required();
    on(show, invocation, [&invocation, o, kind = noun.kind] {
        return with_matters(invocation, [&](Matters& m) { return report(invocation, m.find(kind, o->id)); });
    });
    auto* listing = top->add_subcommand("list", "all of them, in the order entered");
    add_filters(listing, o);
    on(listing, invocation, [&invocation, o, noun] {
        return print_chosen(invocation, *o, noun.columns, [&](Matters& m) {
            return chosen(m.all(noun.kind), *o, [](const Matter& one) { return one.closed.has_value(); });
        });
    });
    return top;
}

CLI::App* add_close(CLI::App* top, Invocation& invocation, MatterKind kind, const char* help, const Given& o) {
    auto* close = top->add_subcommand("close", help);
    close->add_option("ID", o->id, "its id")->required();
    on(close, invocation, [&invocation, o, kind] {
        return with_matters(invocation, [&](Matters& m) {
            return report(invocation, m.close(invocation.actor(), kind, o->id, {o->outcome, o->note, o->decision}));
        });
    });
    return close;
}

void add_review(CLI::App& app, Invocation& invocation) {
    const auto o = std::make_shared<Options>();
    auto* top = add_noun(
        app, invocation,
        {MatterKind::review, "reviews of a team's eligibility", {"id", "team", "opened", "outcome", "decision", "motion", "reason"}}, o);
    auto* add = top->add_subcommand("add", "open one, at any time");
    add->add_option("TEAM", o->team, "a member or partner")->required();
    add->add_option("--reason", o->reason, "why it is held")->required();
    on(add, invocation, [&invocation, o] {
        return with_matters(invocation,
                            [&](Matters& m) { return report(invocation, m.review(invocation.actor(), TeamId{o->team}, o->reason)); });
    });
    auto* close = add_close(top, invocation, MatterKind::review, "what it found; what it recommends cites its decision", o);
    close->add_option("--outcome", o->outcome, "meets, or what is recommended: category | revocation")->required();
    close->add_option("--note", o->note, "what was found")->required();
    close->add_option("--decision", o->decision, "of kind review, with --set outcome=...; needed for a recommendation");
}

void add_declaration(CLI::App& app, Invocation& invocation) {
    const auto o = std::make_shared<Options>();
    auto* top = add_noun(app, invocation,
                         {MatterKind::declaration,
                          "a criterion no longer holds: a matter for the committee",
                          {"id", "team", "criterion", "declared", "review", "outcome", "text"}},
                         o);
    auto* add = top->add_subcommand("add", "record what a team declares; it opens a review, or joins the one that is open");
    add->add_option("TEAM", o->team, "a member or partner")->required();
    add->add_option("--criterion", o->criterion, "which one no longer holds: '3.1 iii'")->required();
    add->add_option("--text", o->text, "what changed")->required();
    on(add, invocation, [&invocation, o] {
        return with_matters(invocation, [&](Matters& m) {
            return report(invocation, m.declare(invocation.actor(), TeamId{o->team}, o->criterion, o->text));
        });
    });
    auto* close = add_close(top, invocation, MatterKind::declaration, "the team takes it back: the criterion holds again", o);
    close->add_option("--note", o->note, "why it holds again")->required();
}

Result<void> owe(const Invocation& invocation, const Options& o) {
    if (o.team.empty() != o.all_members) return fail(errc::invalid, "whose duty? Write the id of a team, or --all-members");
    const auto due = read_time(o.due);
    if (!due) return tl::unexpected(due.error());
    return with_matters(invocation, [&](Matters& m) -> Result<void> {
        const auto added = m.owe(invocation.actor(), o.all_members ? std::nullopt : std::optional{TeamId{o.team}}, o.duty, due->value());
        if (!added) return tl::unexpected(added.error());
        invocation.print(chosen(*added, {}, [](const Matter&) { return false; }), {"id", "team", "duty", "due"});
        return {};
    });
}

void add_duty(CLI::App& app, Invocation& invocation) {
    const auto o = std::make_shared<Options>();
    auto* top =
        add_noun(app, invocation,
                 {MatterKind::duty, "yearly duties of Operational Members", {"id", "team", "year", "duty", "due", "outcome", "note"}}, o);
    auto* add = top->add_subcommand("add", "what is due, of one member or of each");
    add->add_option("TEAM", o->team, "an Operational Member");
    add->add_flag("--all-members", o->all_members, "of each Operational Member of today");
    add->add_option("--duty", o->duty, fmt::format("{}", fmt::join(community::duty_words, " | ")))->required();
    add->add_option("--due", o->due, "when; of a drill when it begins")->required();
    on(add, invocation, [&invocation, o] { return owe(invocation, *o); });
    auto* close = add_close(top, invocation, MatterKind::duty, "what became of it", o);
    close->add_option("--outcome", o->outcome, fmt::format("{}", fmt::join(community::duty_outcomes, " | ")))->required();
    close->add_option("--note", o->note, "in words");
}

Result<void> ask(const Invocation& invocation, const Options& o) {
    const auto paper = read_paper(o.file);
    if (!paper) return tl::unexpected(paper.error());
    return with_matters(
        invocation, [&](Matters& m) { return report(invocation, m.ask(invocation.actor(), o.document, o.version, o.hash, o.of, *paper)); });
}

Result<void> read(const Invocation& invocation, const Options& o) {
    return with_matters(invocation, [&](Matters& m) -> Result<void> {
        const auto found = m.read(invocation.actor(), o.id);
        if (!found) return tl::unexpected(found.error());
        return put_paper(invocation, *found, o.out);
    });
}

void add_acceptance(CLI::App& app, Invocation& invocation) {
    const auto o = std::make_shared<Options>();
    auto* top = app.add_subcommand("acceptance", "documents that parties are asked to accept, each version anew");
    top->require_subcommand(1);
    const auto with_document = [&](CLI::App* sub) { sub->add_option("DOCUMENT", o->document, "its name: 'Code of Conduct'")->required(); };
    auto* asking = top->add_subcommand("ask", "put a version of a document before the parties");
    with_document(asking);
    asking->add_option("--version", o->version, "as the document says it")->required();
    asking->add_option("--hash", o->hash, "SHA-256 of its bytes; computed where the file is given");
    asking->add_option("--of", o->of, fmt::format("who is asked: {}", fmt::join(community::asked_words, " | ")))->capture_default_str();
    asking->add_option("--file", o->file, "the document itself, which is kept sealed; at most 512 KiB");
    on(asking, invocation, [&invocation, o] { return ask(invocation, *o); });
    auto* reading = top->add_subcommand("read", "a document that is kept here, as it was handed in");
    reading->add_option("ID", o->id, "its id, as `acceptance list` has it: DOC-2026-001")->required();
    reading->add_option("--out", o->out, "where to write it, instead of to the terminal");
    on(reading, invocation, [&invocation, o] { return read(invocation, *o); });
    auto* add = top->add_subcommand("add", "record that a team accepts the version in force");
    add->add_option("TEAM", o->team, "a member or partner")->required();
    with_document(add);
    add->add_option("--version", o->version, "the one in force if left out");
    on(add, invocation, [&invocation, o] {
        return with_matters(invocation, [&](Matters& m) {
            return report(invocation, m.accept(invocation.actor(), TeamId{o->team}, o->document, o->version));
        });
    });
    auto* listing = top->add_subcommand("list", "who accepted which version, and who was asked and has not");
    add_filters(listing, o);
    on(listing, invocation, [&invocation, o] {
        return print_chosen(invocation, *o, {"document", "version", "team", "asked", "accepted", "by", "id"}, [&](Matters& m) {
            return chosen(m.acceptances(), *o, [](const auto& pair) { return pair.accepted.has_value(); });
        });
    });
}

}  // namespace command_matter

void add_matters(CLI::App& app, Invocation& invocation) {
    using namespace command_matter;
    add_review(app, invocation);
    add_declaration(app, invocation);
    add_duty(app, invocation);
    add_acceptance(app, invocation);
}

}  // namespace caveat::server
