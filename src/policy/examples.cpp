#include "caveat/policy/examples.hpp"

#include <algorithm>

#include "cell.hpp"
#include "example_facts.hpp"

namespace caveat::policy {
namespace {

constexpr std::string_view example_keys =
    "name, who, with, list, on, label, now, posted, named, anyone_named, own, verified_transport, can_seal, sealing_waits";

std::optional<std::string> one_of(Page& page, std::string_view key, const std::vector<std::string>& spellings) {
    const std::string text = page.text(key);
    if (std::find(spellings.begin(), spellings.end(), text) != spellings.end()) return text;
    if (!text.empty()) page.complain(key, fmt::format("'{}' is not one of its values", text), "write one of: " + listed(spellings));
    return std::nullopt;
}

// "no above_ceiling": the answer, and the reason if the example names one.
ExampleResult compare(Page& page, std::string name, std::string got, const std::string& expected, const std::optional<std::string>& why,
                      const std::vector<community::Reason>& because) {
    ExampleResult result{page.line(), std::move(name), false, std::move(got), expected, community::lines(because)};
    if (why) {
        result.got += fmt::format(" {}", because.empty() ? std::string_view() : community::name(because.front().code));
        result.expected += " " + *why;
    }
    result.passed = result.got == result.expected;
    return result;
}

void replay_example(const toml::table& row, const Cast& cast, std::vector<ExampleResult>& results) {
    Page page(row, "case", cast.findings);
    std::string title = page.text("name");
    const Example example = read_example(page, cast);
    const auto verb = page.choice_if<community::Verb>("verb", community::verb_from, "receive, post, archive, manage");
    if (!page.has("verb")) cast.findings.add(page.line(), "case: verb is missing", "add verb = \"receive\"");
    const auto expected = one_of(page, "expect", {"yes", "no", "moderated", "not_now"});
    const auto why = page.text_if("why");
    const auto ceiling = page.label_if("ceiling");
    page.close(std::string(example_keys) + ", verb, expect, why, ceiling");
    if (!verb || !expected) return;
    const Permission decision = may(cast.rules, *verb, example.who, example.list, example.item, example.world);
    const auto reasons = explain(cast.rules, decision, example.who, example.list);
    auto result = compare(page, std::move(title), std::string(name(decision.answer)), *expected, why, reasons);
    if (ceiling) {
        result.got += fmt::format(" up to {}", community::name(decision.ceiling));
        result.expected += fmt::format(" up to {}", community::name(*ceiling));
        result.passed = result.got == result.expected;
    }
    results.push_back(std::move(result));
}

PostFacts read_post_facts(Page& page, const Example& example, const Cast& cast) {
    PostFacts facts;
    facts.loop = page.flag_if("loop").value_or(false);
    facts.automatic = page.flag_if("automatic").value_or(false);
    facts.unanswered = page.flag_if("unanswered").value_or(false);
    facts.known_sender = page.flag_if("known_sender").value_or(true);
    facts.may_know_list = may_know(cast.rules, example.who, example.list, example.world.now);
    facts.strength = page.choice_if<community::Strength>("strength", community::strength_from, "none, envelope, dmarc, signature")
                         .value_or(community::Strength::signature);
    facts.surely_brought = page.flag_if("surely_brought").value_or(false);
    facts.label = example.item.label;
    facts.label_held = page.flag_if("label_held").value_or(false);
    facts.signature =
        page.choice_if<Signature>("signature", signature_from, "none, author, other, unknown, partial, replayed, old, unsure, elsewhere")
            .value_or(Signature::none);
    facts.encrypted = page.flag_if("encrypted").value_or(false);
    facts.unopened = page.flag_if("unopened").value_or(false);
    facts.parent = page.label_if("parent");
    facts.from_parent_team = page.flag_if("from_parent_team").value_or(false);
    facts.anyone_named = example.item.anyone_named;
    facts.released = page.flag_if("released").value_or(false);
    return facts;
}

void replay_post(const toml::table& row, const Cast& cast, std::vector<ExampleResult>& results) {
    Page page(row, "post", cast.findings);
    std::string title = page.text("name");
    const Example example = read_example(page, cast);
    const PostFacts facts = read_post_facts(page, example, cast);
    const auto expected = one_of(page, "expect", {"distributed", "held", "refused", "dropped"});
    const auto why = page.text_if("why");
    const auto becomes = page.label_if("becomes");
    const auto told = page.flag_if("told");
    page.close(std::string(example_keys) +
               ", loop, automatic, unanswered, known_sender, strength, surely_brought, label_held, signature, encrypted, unopened, parent, "
               "from_parent_team, released, expect, why, "
               "becomes, told");
    if (!expected) return;
    const Judgement judgement = judge(cast.rules, facts, example.who, example.list, example.world);
    auto result = compare(page, std::move(title), std::string(name(judgement.verdict)), *expected, why, judgement.because);
    if (becomes) {
        result.got += fmt::format(" as {}", community::name(judgement.label));
        result.expected += fmt::format(" as {}", community::name(*becomes));
    }
    if (told) {
        result.got += judgement.tell_sender ? ", told" : ", not told";
        result.expected += *told ? ", told" : ", not told";
    }
    result.passed = result.got == result.expected;
    results.push_back(std::move(result));
}

// Who may ask to be what (item 4).
void replay_application(const toml::table& row, const Cast& cast, std::vector<ExampleResult>& results) {
    Page page(row, "application", cast.findings);
    const std::string category = page.text("category");
    const std::string economy = page.text("economy");
    const auto day = page.date_if("on");
    if (!page.has("on")) cast.findings.add(page.line(), "application: on is missing", "add on = 2026-03-02, the day it was handed in");
    const auto expected = one_of(page, "expect", {"yes", "no"});
    page.close("category, economy, on, expect");
    const auto known = cast.rules.categories();
    if (std::find(known.begin(), known.end(), category) == known.end())
        page.complain("category", fmt::format("there is no category '{}'", category), "write one of: " + listed(known));
    if (!day || !expected) return;
    const std::string got = cast.rules.may_apply(category, economy, *day) ? "yes" : "no";
    results.push_back(
        {page.line(), fmt::format("{} asks to be {} on {}", economy, category, to_string(*day)), got == *expected, got, *expected, {}});
}

// An example that only says "hold" accepts any label; a reader that only says "hold" need not know the label.
bool same_label(std::string_view got, std::string_view expected) {
    if (got == expected) return true;
    return got.ends_with("hold") && expected.ends_with("hold") && (got == "hold" || expected == "hold");
}

void replay_label(const toml::table& row, const Cast& cast, LabelReader read_label, std::vector<ExampleResult>& results) {
    Page page(row, "label", cast.findings);
    LabelVector vector;
    vector.subject = page.text_if("subject").value_or("");
    vector.body = page.text_if("body").value_or("");
    vector.header = page.text_if("header").value_or("");
    const auto list_default = page.label_if("default");
    if (list_default) vector.list_default = community::name(*list_default);
    vector.authenticated = page.flag_if("authenticated").value_or(false);
    const std::string expected = page.text("expect");
    page.close("subject, body, header, default, authenticated, expect");
    if (!read_label) return;
    const std::string got = read_label(vector);
    auto title = fmt::format("label: '{}' / '{}' on a list of {}", vector.subject, vector.body,
                             vector.list_default.empty() ? "no default" : vector.list_default);
    results.push_back({page.line(), std::move(title), same_label(got, expected), got, expected, {}});
}

}  // namespace

Replay replay(const Rulebook& rules, std::string_view examples_toml, std::string_view file, LabelReader read_label) {
    Replay replay;
    Findings findings(file);
    const auto table = parse_toml(examples_toml, findings);
    if (!table) return {{}, std::move(findings).in_order()};

    Page root(*table, "case file", findings);
    const Cast cast = read_cast(root, rules, findings);
    replay_matrix(root, cast, replay.results);
    root.each("case", [&](std::string_view, const toml::table& row) { replay_example(row, cast, replay.results); });
    root.each("post", [&](std::string_view, const toml::table& row) { replay_post(row, cast, replay.results); });
    root.each("application", [&](std::string_view, const toml::table& row) { replay_application(row, cast, replay.results); });
    root.each("label", [&](std::string_view, const toml::table& row) { replay_label(row, cast, read_label, replay.results); });
    root.close("now, who, list, matrix_people, matrix, case, post, application, label");
    if (!findings.none()) return {{}, std::move(findings).in_order()};
    return replay;
}

}  // namespace caveat::policy
