// policy: check, adopt, try, explain, replay; simulate has a file of its own.
#include "command_policy.hpp"
#include "caveat/facts/mail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/policy/examples.hpp"
#include "label_files.hpp"

namespace caveat::server {
namespace command_policy {

struct Options {
    std::filesystem::path file;
    std::string book;
    std::string mail;
    std::string list;
    std::string from;
    std::string post;
    std::string person;
    std::string decision;
};

Result<void> check(const Invocation& invocation, const std::filesystem::path& file) {
    const auto rules = read_rulebook(file);
    if (!rules) return tl::unexpected(rules.error());
    invocation.print({{"file", file.string()},
                      {"book", rules->name()},
                      {"version", rules->version()},
                      {"sha256", rules->sha256()},
                      {"verdict", "good"}});
    return {};
}

Result<void> adopt(const Invocation& invocation, const Options& options) {
    const auto book = read_book(options.file);
    if (!book) return tl::unexpected(book.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto adopted = house->books().adopt(invocation.actor(), *book, options.decision);
    if (!adopted) return tl::unexpected(adopted.error());
    invocation.print({{"book", book->rules.name()},
                      {"version", book->rules.version()},
                      {"sha256", adopted->sha256},
                      {"decision", options.decision},
                      {"changed", adopted->changed}});
    return {};
}

std::string read_label(const policy::LabelVector& vector) {
    std::string bytes = "From: a@example.org\r\nSubject: " + vector.subject + "\r\n";
    if (!vector.header.empty()) bytes += "TLP: " + vector.header + "\r\n";
    bytes += "Content-Type: text/plain; charset=utf-8\r\n\r\n" + vector.body + "\r\n";
    const auto labelling = label_of(bytes, community::tlp_from(vector.list_default), vector.authenticated);
    if (!labelling) return labelling.error().detail;
    return labelling->hold ? "hold" : std::string(community::name(labelling->label));
}

Result<void> replay(const Invocation& invocation, const Options& options) {
    std::filesystem::path book = options.book;
    if (book.empty()) {
        const auto config = invocation.config();
        if (!config) return tl::unexpected(config.error());
        book = config->policy;
    }
    const auto rules = read_rulebook(book);
    if (!rules) return tl::unexpected(rules.error());
    const auto cases = read_file(options.file, 4U << 20);
    if (!cases) return tl::unexpected(cases.error());
    const auto played = policy::replay(*rules, *cases, options.file.string(), read_label);
    std::string findings;
    for (const auto& f : played.findings) findings += fmt::format("{}:{}: {}; {}\n", f.file, f.line, f.what, f.remedy);
    if (!findings.empty()) return fail(errc::invalid, "{}", findings);
    std::vector<Json> failed;
    for (const auto& r : played.results) {
        Json line{{"line", r.line},         {"case", r.name}, {"passed", r.passed},
                  {"expected", r.expected}, {"got", r.got},   {"because", r.because}};
        if (invocation.json) invocation.print(line);
        if (!r.passed) failed.push_back(std::move(line));
    }
    if (!invocation.json && !failed.empty()) invocation.print(failed, {"line", "case", "expected", "got", "because"});
    if (!failed.empty())
        return fail(errc::denied, "{} of {} cases get another answer than they expect", failed.size(), played.results.size());
    if (!invocation.json) fmt::print("{} cases hold\n", played.results.size());
    return {};
}

// What would become of this mail now, and who of the roster would receive it. Writes nothing.
Result<void> try_mail(const Invocation& invocation, const Options& options) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto bytes = read_file(options.mail, house->config().mail_limits.message);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto tried = mailroom::try_post(house->room(), {*bytes, ListId{options.list}, options.from});
    if (!tried) return tl::unexpected(tried.error());
    const auto& judgement = tried->judgement;
    Json fact{{"verdict", policy::name(judgement.verdict)}, {"label", community::name(judgement.label)}, {"because", judgement.because}};
    if (tried->supposed) {
        constexpr auto words = "its author is proven as {} asks for ({}); nothing in the file does that, and as it is it would wait";
        fact["supposed"] = fmt::format(words, options.list, community::name(*tried->supposed));
    }
    invocation.print(fact);
    if (judgement.verdict != policy::Verdict::distribute) return {};
    std::vector<Json> people;
    for (const auto& copy : tried->copies) {
        people.push_back({{"person", copy.person.value}, {"receives", copy.receives}, {"because", copy.because}});
    }
    invocation.print(people, {"person", "receives", "because"});
    return {};
}

// The case, the decision with its tally and the interval behind a denial.
Json denial_fact(House& house, const community::Denial& denial) {
    Json fact{{"source", denial.source},
              {"decision", denial.decision},
              {"from", to_string(denial.during.from)},
              {"until", denial.during.until ? Json(to_string(*denial.during.until)) : Json()}};
    const auto cause = house.committee().cause_of(denial);
    if (!cause.case_id.empty()) {
        fact["case"] = cause.case_id;
        fact["notice"] = cause.notice;
    }
    if (!cause.tally.empty()) fact["tally"] = cause.tally;
    return fact;
}

// Why somebody did or did not get a post: what was recorded at the hand-off, and what the rules say now.
Result<void> explain(const Invocation& invocation, const Options& options) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto& store = house->store();
    const auto post = store.posts().find(PostId{options.post});
    if (!post) return fail(errc::not_found, "there is no post {}; `caveat posts` lists them", options.post);
    auto person = store.directory().person_of(options.person, mail::normalise_address);
    if (!person && store.directory().person(PersonId{options.person})) person = PersonId{options.person};
    if (!person) return fail(errc::not_found, "{} is nobody's address; `caveat person list` shows them", options.person);

    Json fact{{"post", post->id.value},
              {"list", post->list.value},
              {"person", person->value},
              {"label", post->label ? Json(community::name(*post->label)) : Json()},
              {"judged", post->because},
              {"rules", facts::book_named(post->rules).words},
              {"rules_sha256", facts::book_named(post->rules).sha256}};
    const auto key = store.directory().key_of(*person);
    if (const auto row = key ? store.deliveries().row_of(post->key, *key) : std::nullopt) {
        fact["state"] = storage::name(row->state);
        fact["because"] = row->because;
        fact["at"] = row->at == Instant{} ? Json() : Json(to_string(row->at));
        fact["reply"] = row->reply;
    } else {
        fact["state"] = "not on the roster when the post was judged";
    }
    if (const auto now = mailroom::ask_copy_of(house->room(), *post, *person)) {
        fact["would_receive_now"] = now->answer.goes();
        if (const auto* denial = now->denial()) fact["denied"] = denial_fact(*house, *denial);
        fact["rules_now"] = now->reasons(house->room(), true);
    }
    invocation.print(fact);
    return {};
}

}  // namespace command_policy

void add_policy_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_policy;
    const auto options = std::make_shared<Options>();
    auto* top = app.add_subcommand("policy", "the rule book: check it, ask it");
    top->require_subcommand(1);
    auto* checking = top->add_subcommand("check", "is this a good rule book");
    checking->add_option("FILE", options->file, "rule book (TOML)")->required();
    on(checking, invocation, [&invocation, options] { return check(invocation, options->file); });

    auto* adopting = top->add_subcommand("adopt", "this book is in force from now on; a changed hard number needs its decision (item 48)");
    adopting->add_option("FILE", options->file, "rule book (TOML)")->required();
    adopting->add_option("--decision", options->decision, "of kind framework, about the SHA-256 of the book");
    on(adopting, invocation, [&invocation, options] { return adopt(invocation, *options); });

    auto* trying = top->add_subcommand(
        "try", "what would become of this mail, its author proven as the list asks for, and who would receive it");
    trying->add_option("MAIL", options->mail, "message file")->required();
    trying->add_option("--list", options->list, "name of the list")->required();
    trying->add_option("--from", options->from, "as from this address; else the message's From");
    on(trying, invocation, [&invocation, options] { return try_mail(invocation, *options); });

    auto* explaining = top->add_subcommand("explain", "why did somebody get a post, or not");
    explaining->add_option("--post", options->post, "id of the post")->required();
    explaining->add_option("--person", options->person, "address or id of the person")->required();
    on(explaining, invocation, [&invocation, options] { return explain(invocation, *options); });

    add_simulate(*top, invocation);

    auto* replaying = top->add_subcommand("replay", "worked examples: does the book answer them as they say");
    replaying->add_option("CASES", options->file, "case file (TOML)")->required();
    replaying->add_option("--book", options->book, "rule book; else the configuration's");
    on(replaying, invocation, [&invocation, options] { return replay(invocation, *options); });
}

}  // namespace caveat::server
