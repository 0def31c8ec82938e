// policy: check, try, explain, replay; simulate has a file of its own.
#include <algorithm>

#include "caveat/mail/authentication.hpp"
#include "caveat/policy/cases.hpp"
#include "command_policy.hpp"
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
};

Result<void> check(const Invocation& invocation, const std::filesystem::path& file) {
    const auto rules = read_rulebook(file);
    if (!rules) return tl::unexpected(rules.error());
    invocation.print({{"file", file.string()}, {"book", rules->name()}, {"version", rules->version()}, {"verdict", "good"}});
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
        return fail(errc::denied, "{} of {} cases are answered otherwise than they say", failed.size(), played.results.size());
    if (!invocation.json) fmt::print("{} cases hold\n", played.results.size());
    return {};
}

// The post's own To and Cc say who is named; an address that is nobody's names nobody.
std::vector<PersonKey> named(House& house, const mail::Message& message, const ListId& list, Instant now) {
    std::vector<std::string> addresses;
    for (const auto* side : {&message.to, &message.cc}) {
        for (const auto& box : *side) addresses.push_back(mail::normalise_address(box.address));
    }
    return house.store().people().on_roster(list, addresses, now);
}

// What would become of this mail now, and who of the roster would receive it. Writes nothing. The sender is taken at their word
// (strength as the list needs it): this asks the rules, not the mail system in front.
Result<void> try_mail(const Invocation& invocation, const Options& options) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto bytes = read_file(options.mail, house->config().mail_limits.message);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto message = mail::parse(*bytes, house->config().mail_limits);
    if (!message) return tl::unexpected(message.error());
    auto& people = house->store().people();
    const auto list = people.list(ListId{options.list});
    if (!list) return fail(errc::not_found, "there is no list {}", options.list);
    const auto from = !options.from.empty() ? options.from : message->from.size() == 1 ? message->from.front().address : "";
    const auto sender = people.person_of(mail::normalise_address(from));
    const Instant now = house->clock().now();
    const auto standing = sender ? people.standing(*sender, list->id, now) : std::nullopt;

    const auto headers = mail::read_headers(*bytes, house->config().mail_limits);
    if (!headers) return tl::unexpected(headers.error());
    policy::PostFacts facts;
    facts.loop = mail::is_loop(*headers, house->config().domain);
    facts.automatic = mail::is_automatic(*headers, from);
    auto parents = message->in_reply_to;
    parents.insert(parents.end(), message->references.rbegin(), message->references.rend());
    if (const auto parent = house->store().posts().parent(parents)) {
        facts.parent = parent->label;
        facts.from_parent_team = standing && parent->team == standing->team;
    }
    facts.known_sender = standing.has_value();
    facts.may_know_list = standing && policy::may_know(house->rules(), *standing, *list, now);
    facts.strength = list->authentication;
    const auto labelling = label_of(*bytes, list->default_tlp, list->authentication >= house->rules().lowering_strength());
    if (!labelling) return tl::unexpected(labelling.error());
    facts.label = labelling->label;
    facts.label_held = labelling->hold;
    facts.label_why = labelling->why;
    const auto named_people = named(*house, *message, list->id, now);
    facts.anyone_named = !named_people.empty();
    const policy::World world{.now = now, .verified_transport = house->room().settings.verified_transport, .can_seal = false};
    const auto judgement = policy::judge(house->rules(), facts, standing.value_or(community::Standing{}), *list, world);
    invocation.print(
        {{"verdict", policy::name(judgement.verdict)}, {"label", community::name(judgement.label)}, {"because", judgement.because}});
    if (judgement.verdict != policy::Verdict::distribute) return {};

    std::vector<Json> facts_of_people;
    for (const auto& subscription : people.subscriptions(list->id)) {
        const auto who = people.standing(subscription.person, list->id, now);
        if (!who) continue;
        const bool is_named = std::find(named_people.begin(), named_people.end(), who->key) != named_people.end();
        const policy::Item item{.label = judgement.label, .posted = now, .named = is_named, .anyone_named = facts.anyone_named};
        const auto decision = policy::may(house->rules(), community::Verb::receive, *who, *list, item, world);
        facts_of_people.push_back({{"person", who->person.value},
                                   {"receives", decision.yes()},
                                   {"because", policy::explain(house->rules(), decision, *who, *list, true)}});
    }
    invocation.print(facts_of_people, {"person", "receives", "because"});
    return {};
}

// The case, the decision with its tally and the interval behind a denial.
Json denial_fact(House& house, const community::Denial& denial) {
    Json fact{{"source", denial.source},
              {"decision", denial.decision},
              {"from", to_string(denial.during.from)},
              {"until", denial.during.until ? Json(to_string(*denial.during.until)) : Json()}};
    auto committee = house.committee();
    if (const auto file = committee.case_of_denial(denial.id)) {
        fact["case"] = file->as_is.id;
        fact["notice"] = committee::notice_behind(*file, denial);
    }
    if (const auto decision = committee.decision(denial.decision)) fact["tally"] = decision->tally.why;
    return fact;
}

// Why somebody did or did not get a post: what was recorded at the hand-off, and what the rules say now.
Result<void> explain(const Invocation& invocation, const Options& options) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto& store = house->store();
    const auto post = store.posts().find(PostId{options.post});
    if (!post) return fail(errc::not_found, "there is no post {}; `caveat posts` lists them", options.post);
    auto person = store.people().person_of(mail::normalise_address(options.person));
    if (!person && store.people().person(PersonId{options.person})) person = PersonId{options.person};
    if (!person) return fail(errc::not_found, "{} is nobody's address; `caveat person list` shows them", options.person);

    Json fact{{"post", post->id.value},  {"list", post->list.value},
              {"person", person->value}, {"label", post->label ? Json(community::name(*post->label)) : Json()},
              {"judged", post->because}, {"rules", post->rules}};
    bool named = false;
    for (const auto& row : store.deliveries().rows(post->key)) {
        if (row.person != *person) continue;
        named = row.named;
        fact["state"] = storage::name(row.state);
        fact["because"] = row.because;
        fact["at"] = row.at == Instant{} ? Json() : Json(to_string(row.at));
        fact["reply"] = row.reply;
    }
    if (!fact.contains("state")) fact["state"] = "not on the roster when the post was judged";
    const auto list = store.people().list(post->list);
    const Instant now = house->clock().now();
    const auto standing = store.people().standing(*person, post->list, now);
    if (list && standing && post->label) {
        const policy::Item item{.label = *post->label, .posted = post->decided, .named = named, .anyone_named = !post->red_to_roster};
        const policy::World world{.now = now, .verified_transport = house->room().settings.verified_transport, .can_seal = false};
        const auto decision = policy::may(house->rules(), community::Verb::receive, *standing, *list, item, world);
        fact["would_receive_now"] = decision.yes();
        const auto& reason = decision.reasons[0];
        if (decision.count > 0 && reason.why == policy::Why::denied && reason.denial >= 0) {
            fact["denied"] = denial_fact(*house, standing->denials.at(static_cast<std::size_t>(reason.denial)));
        }
        fact["rules_now"] = policy::explain(house->rules(), decision, *standing, *list, true);
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

    auto* trying = top->add_subcommand("try", "what would become of this mail, and who would receive it");
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
