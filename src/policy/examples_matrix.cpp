#include "example_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cell.hpp"

namespace caveat::policy {
namespace {

using community::bit;
using community::Tlp;
using community::Verb;

constexpr std::array all_verbs{Verb::receive, Verb::post, Verb::archive, Verb::manage};

// "R m A up to AMBER", "C, own R P A up to RED": what a person may do with and without a place on the roster.
struct Expected {
    Cell freely;
    Cell own;
    Tlp up_to = Tlp::clear;
};

std::optional<Expected> parse_expected(Page& page, std::string_view who) {
    const std::string text = page.text(who);
    std::string_view rest = text;
    Expected expected;
    constexpr std::string_view up_to = " up to ";
    if (const auto at = rest.find(up_to); at != std::string_view::npos) {
        const auto label = community::tlp_from(rest.substr(at + up_to.size()));
        if (!label)
            return page.complain(who, "what follows 'up to' is not a label", "write CLEAR, GREEN, AMBER, AMBER+STRICT or RED"),
                   std::nullopt;
        expected.up_to = *label;
        rest = rest.substr(0, at);
    }
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto parsed = parse_cell(rest.substr(0, comma));
        const auto* cell = std::get_if<Cell>(&parsed);
        if (!cell)
            return page.complain(who, std::get<std::string>(parsed),
                                 "write for example \"R m A up to AMBER\" or \"C, own R P A up to RED\""),
                   std::nullopt;
        (cell->own ? expected.own : expected.freely) = *cell;
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return expected;
}

class Row {
public:
    Row(const Cast& cast, const community::List& list, std::string_view who, int line, std::vector<ExampleResult>& results)
        : cast_(cast), list_(list), who_(who), line_(line), results_(results) {}

    void check(const community::Standing& who, Verb verb, Tlp label, Answer expected, std::string_view remark) {
        // RED is asked in its most favourable form, for a named person; the rules about names and keys have examples of their own.
        const Item item{.label = label, .posted = cast_.now, .named = true, .anyone_named = true};
        const World world{.now = cast_.now, .verified_transport = true, .can_seal = true};
        const Permission decision = may(cast_.rules, verb, who, list_, item, world);
        add(fmt::format("{} {}{}", community::name(verb), community::name(label), remark), decision.answer == expected,
            std::string(name(decision.answer)), std::string(name(expected)), community::lines(explain(cast_.rules, decision, who, list_)));
    }
    void check_known(const community::Standing& who, bool expected, std::string_view remark) {
        const bool known = may_know(cast_.rules, who, list_, cast_.now);
        add(fmt::format("may know{}", remark), known == expected, known ? "yes" : "no", expected ? "yes" : "no", {});
    }

private:
    void add(std::string what, bool passed, std::string got, std::string expected, std::vector<std::string> because) {
        auto name = fmt::format("matrix: {} on {}: {}", who_, list_.id, what);
        results_.push_back({line_, std::move(name), passed, std::move(got), std::move(expected), std::move(because)});
    }
    const Cast& cast_;
    const community::List& list_;
    std::string_view who_;
    int line_;
    std::vector<ExampleResult>& results_;
};

Answer answer_of(const Expected& expected, Verb verb, bool seated) {
    const bool freely = (expected.freely.verbs & bit(verb)) != 0;
    const bool by_seat = seated && (expected.own.verbs & bit(verb)) != 0;
    if (!freely && !by_seat) return Answer::no;
    if (verb != Verb::post) return Answer::yes;
    const bool unmoderated = (freely && !expected.freely.moderated) || (by_seat && !expected.own.moderated);
    return unmoderated ? Answer::yes : Answer::moderated;
}

void replay_field(Row row, community::Standing who, const Expected& expected) {
    const auto receives = answer_of(expected, Verb::receive, true);
    for (const Verb verb : all_verbs) {
        const Answer answer = answer_of(expected, verb, true);
        const bool at_limit = verb == Verb::receive && answer == Answer::yes;
        row.check(who, verb, at_limit ? expected.up_to : Tlp::clear, answer, "");
    }
    if (receives == Answer::yes && expected.up_to != Tlp::red) {
        row.check(who, Verb::receive, static_cast<Tlp>(static_cast<int>(expected.up_to) + 1), Answer::no, ", one above the ceiling");
    }
    row.check_known(who, (expected.freely.verbs | expected.own.verbs) != 0, "");
    who.roster.reset();
    row.check(who, Verb::receive, Tlp::clear, Answer::no, " off the roster");
    for (const Verb verb : {Verb::post, Verb::archive, Verb::manage})
        row.check(who, verb, Tlp::clear, answer_of(expected, verb, false), " off the roster");
    row.check_known(who, expected.freely.verbs != 0, " off the roster");
}

}  // namespace

void replay_matrix(Page& root, const Cast& cast, std::vector<ExampleResult>& results) {
    const auto people = root.words_if("matrix_people");
    const toml::table* matrix = root.table_if("matrix");
    if (!matrix) return;
    if (people.empty())
        cast.findings.add(root.line("matrix"), "matrix_people is missing", "write matrix_people = [...], one for each column");
    Page all(*matrix, "matrix", cast.findings);
    // The matrix must be complete: a class or a person left out would be a cell that no example checks.
    for (const auto& klass : cast.rules.classes()) {
        const toml::table* fields = all.table_if(klass);
        if (!fields) {
            cast.findings.add(root.line("matrix"), fmt::format("the matrix has no row for class {}", klass),
                              fmt::format("add [matrix.{}]", klass));
            continue;
        }
        Page page(*fields, fmt::format("matrix {}", klass), cast.findings);
        const community::List list = list_of(page, klass, klass, cast);
        for (const auto& person : people) {
            const auto expected = parse_expected(page, person);
            if (!expected) continue;
            replay_field(Row(cast, list, person, page.line(person), results), standing_of(page, person, person, cast, list), *expected);
        }
        page.close(listed(people));
    }
    all.close("the classes of the book");
}

}  // namespace caveat::policy
