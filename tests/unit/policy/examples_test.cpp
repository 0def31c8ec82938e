#include "caveat/policy/examples.hpp"

#include <algorithm>

#include "book.hpp"

using namespace caveat;
using namespace caveat::policy;
using namespace caveat::policy::testing;

namespace {

Replay replay_with(const std::string& book_text, LabelReader reader = nullptr) {
    const auto loading = load(book_text, "book");
    REQUIRE(loading.book);
    return replay(*loading.book, slurp("policies/apcert.cases.toml"), "apcert.cases.toml", reader);
}

auto failed(const Replay& r) {
    return std::count_if(r.results.begin(), r.results.end(), [](const ExampleResult& c) { return !c.passed; });
}

const std::string head = "now = 2026-11-02T00:00:00Z\n[who.om]\ncategory = \"operational\"\nsince = 2020-01-01\n";

Replay replay_text(const std::string& text, LabelReader reader = nullptr) { return replay(apcert(), text, "x.cases.toml", reader); }

}  // namespace

TEST_CASE("the worked examples hold: the whole matrix, the rulings, the life cycle, posts", "[A1][A2][A4][A5][A10][L4][L5][L6][K1][C4]") {
    const Replay r = replay_with(apcert_text());
    for (const auto& f : r.findings) UNSCOPED_INFO(f.line << ": " << f.what);
    REQUIRE(r.findings.empty());
    CHECK(r.results.size() > 2000);
    for (const auto& c : r.results) {
        INFO(c.line << ": " << c.name << ": got " << c.got << ", expected " << c.expected);
        CHECK(c.passed);
    }
}

TEST_CASE("a rule that changes makes an example fail", "[A8]") {
    struct Change {
        const char* after;
        const char* from;
        const char* to;
    };
    const auto change = GENERATE(values<Change>({
        {"[class.teams]", "corporate   = \"R m [GREEN]\"", "corporate   = \"R P [GREEN]\""},
        {"[class.members]", "om_new      = \"R P A\"", "om_new      = \"R P\""},
        {"[class.proj]", "liaison     = \"own R P A [AMBER]\"", "liaison     = \"R P A [AMBER]\""},
        {"[class.poc]", "+decision", ""},
        {"[class.reps]", "+representative", ""},
        {"[class.sc]", "[\"sc\", \"chair\"]", "\"roster\""},
        {"[class.panel]", "archives_red = true", "archives_red = false"},
        {"[[ceiling]]", "max      = \"GREEN\"", "max      = \"AMBER\""},
        {"[denial.sanction]", "never            = [\"reps\", \"sec\"]", "never            = [\"reps\"]"},
        {"[denial.hold]", "\"later\"", "\"no\""},
        {"[numbers]", "value = \"1 year\"", "value = \"2 years\""},
        {"id       = \"panel\"", "seat     = \"panel\"", "seat = \"proj\""},
    }));
    CAPTURE(change.from, change.to);
    CHECK(failed(replay_with(with(apcert_text(), change.after, change.from, change.to))) > 0);
}

TEST_CASE("label vectors are answered by the reader they are given", "[L1][L3]") {
    const auto without = replay_with(apcert_text()).results.size();
    const Replay r = replay_with(apcert_text(), [](const LabelVector& v) -> std::string { return v.subject.empty() ? "hold" : "AMBER"; });
    CHECK(r.results.size() > without + 15);
    CHECK(failed(r) > 0);
}

TEST_CASE("a vector that only says hold accepts any held label, and the other way round", "[L3]") {
    const auto [answer, expected, passed] = GENERATE(table<std::string, std::string, bool>({{"hold", "hold", true},
                                                                                            {"RED hold", "hold", true},
                                                                                            {"hold", "RED hold", true},
                                                                                            {"RED hold", "AMBER hold", false},
                                                                                            {"RED", "hold", false},
                                                                                            {"hold", "RED", false},
                                                                                            {"RED", "RED", true}}));
    static std::string reply;
    reply = answer;
    const auto r =
        replay_text(head + "[[label]]\nsubject = \"x\"\nexpect = \"" + expected + "\"\n", [](const LabelVector&) { return reply; });
    CAPTURE(answer, expected);
    REQUIRE(r.results.size() == 1);
    CHECK(r.results[0].passed == passed);
}

TEST_CASE("cases that cannot be read are findings, and nothing is replayed", "[O1]") {
    const auto [text, what] = GENERATE(table<std::string, std::string>({
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nlist = \"teams\"\nverb = \"receive\"\nexpect = \"maybe\"\n",
         "'maybe' is not one of its values"},
        {"[[case]]\nname = \"x\"\nwho = \"nobody\"\nlist = \"teams\"\nverb = \"receive\"\nexpect = \"no\"\n", "nobody called 'nobody'"},
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nlist = \"gossip\"\nverb = \"receive\"\nexpect = \"no\"\n",
         "neither a list of this file nor a class"},
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nlist = \"teams\"\nverb = \"read\"\nexpect = \"no\"\n", "'read' is not one of its values"},
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nlist = \"teams\"\nexpect = \"no\"\n", "verb is missing"},
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nlist = \"teams\"\nverb = \"post\"\nexpect = \"no\"\ncolour = 1\n", "unknown key colour"},
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nwith = { roles = [\"king\"] }\nlist = \"teams\"\nverb = \"post\"\nexpect = \"no\"\n",
         "no role 'king'"},
        {"[[case]]\nname = \"x\"\nwho = \"om\"\nwith = { denied = [{ resource = \"*\", verbs = \"X\" }] }\nlist = \"teams\"\nverb = "
         "\"post\"\nexpect = \"no\"\n",
         "'X' means nothing here"},
        {"[matrix.teams]\nom = \"R P A up to PINK\"\n", "matrix_people is missing"},
        {"[[post]]\nname = \"x\"\nwho = \"om\"\nlist = \"teams\"\nexpect = \"sent\"\n", "'sent' is not one of its values"},
        {"cases = 1\n", "unknown key cases"},
        {"[broken\n", "this is not TOML"},
    }));
    CAPTURE(text);
    const auto r = replay_text((text.starts_with("cases") ? text + head : head + text));
    for (const auto& f : r.findings) UNSCOPED_INFO(f.line << ": " << f.what);
    CHECK(r.results.empty());
    CHECK(std::any_of(r.findings.begin(), r.findings.end(),
                      [&](const Finding& f) { return f.what.find(what) != std::string::npos && f.line > 0; }));
}

TEST_CASE("a case says what it got and why", "[A8]") {
    const auto r = replay_text(head +
                               "[[case]]\nname = \"x\"\nwho = \"om\"\nlist = \"teams\"\nverb = \"receive\"\nlabel = \"RED\"\nexpect = "
                               "\"yes\"\nwhy = \"granted\"\n");
    REQUIRE(r.results.size() == 1);
    CHECK_FALSE(r.results[0].passed);
    CHECK(r.results[0].line == 5);
    CHECK(r.results[0].got == "no above_list");
    CHECK(r.results[0].expected == "yes granted");
    CHECK(r.results[0].because.at(0) == "above_list: RED is above AMBER+STRICT, the maximum of teams (rule book apcert, version 3)");
}
