#include "caveat/policy/decide.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "book.hpp"

using namespace caveat;
using namespace caveat::policy;
using namespace caveat::policy::testing;
using community::bit;
using community::Tlp;
using community::Verb;

// Every allocation of the program is counted, so that "deciding does not allocate" is a fact.
// Not inlined: the compiler would see malloc where it expects new. A sanitizer needs its own new, and goes without the count.
namespace {
std::size_t allocations = 0;
}
#if !defined(CAVEAT_SANITIZED) && !defined(__SANITIZE_THREAD__)
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
#endif

TEST_CASE("deciding allocates nothing", "[A1]") {
    const Rulebook& book = apcert();
    auto who = a_member();
    who.terms = {{"sc", who.person, {}, {at("2026-01-01"), at("2028-01-01")}}};
    who.denials = {a_sanction("a-list-with-a-rather-long-name", bit(Verb::post)), a_sanction("*", bit(Verb::post))};
    const auto list = a_list("teams");
    const auto world = a_world();
    const auto before = allocations;
    unsigned answers = 0;
    for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
        for (int label = 0; label <= 4; ++label) {
            answers +=
                static_cast<unsigned>(may(book, verb, who, list, Item{.label = static_cast<Tlp>(label), .posted = now}, world).answer);
        }
    }
    answers += may_know(book, who, list, now) ? 1 : 0;
    CHECK(allocations == before);
    CHECK(answers > 0);
}

TEST_CASE("a person the book knows nothing of is denied everything", "[A4]") {
    const community::Standing nobody;
    const auto world = a_world();
    for (const auto& klass : apcert().classes()) {
        for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
            CHECK(may(apcert(), verb, nobody, a_list(klass), Item{.label = Tlp::clear}, world).answer == Answer::no);
        }
        CHECK_FALSE(may_know(apcert(), nobody, a_list(klass), now));
    }
}

TEST_CASE("an item of which nothing is known is RED", "[A4]") {
    const auto d = may(apcert(), Verb::receive, a_member(), a_list("teams"), Item{}, a_world());
    CHECK(d.answer == Answer::no);
    CHECK(d.reasons[0].why == Why::above_list);
}

TEST_CASE("a missing fact never lets a copy out", "[A4][K1]") {
    const World nothing_known{.now = now};
    CHECK(may(apcert(), Verb::receive, a_member(), a_list("teams"), Item{.label = Tlp::amber}, nothing_known).answer == Answer::not_now);
    auto list = a_list("teams");
    list.encryption = community::Encryption::required;
    CHECK(may(apcert(), Verb::receive, a_member(), list, Item{.label = Tlp::clear}, nothing_known).answer == Answer::no);
    auto member = a_member();
    member.since.reset();
    CHECK(may(apcert(), Verb::post, member, a_list("ews"), Item{.label = Tlp::clear}, a_world()).answer == Answer::moderated);
    member.roster.reset();
    CHECK(may(apcert(), Verb::receive, member, a_list("teams"), Item{.label = Tlp::clear}, a_world()).answer == Answer::no);
}

TEST_CASE("no role reads RED that was not addressed to it", "[A9][L6]") {
    const auto role = GENERATE(as<std::string>{}, "sc", "chair", "deputy_chair", "secretariat", "auditor", "owner", "moderator");
    const auto klass = GENERATE(as<std::string>{}, "sc", "sec", "poc", "proj", "panel");
    auto who = a_member();
    const auto list = a_list(klass);
    who.terms = {{role, who.person, list.id, {at("2026-01-01"), std::nullopt}}};
    CAPTURE(role, klass);
    CHECK(may(apcert(), Verb::receive, who, list, Item{.label = Tlp::red, .anyone_named = true}, a_world()).answer == Answer::no);
    CHECK(may(apcert(), Verb::archive, who, list, Item{.label = Tlp::red, .posted = now, .anyone_named = true}, a_world()).answer ==
          Answer::no);
}

TEST_CASE("who presides reads and posts so only while somebody of their team has a seat", "[A10][item 53]") {
    const auto role = GENERATE(as<std::string>{}, "chair", "deputy_chair");
    auto who = a_member();
    who.roster.reset();
    who.terms = {{role, who.person, {}, {at("2026-01-01"), std::nullopt}}};
    const auto reads = [&] {
        return may(apcert(), Verb::archive, who, a_list("sc"), Item{.label = Tlp::green, .posted = now}, a_world()).answer;
    };
    CHECK(reads() == Answer::no);
    who.of_team = {{"sc", PersonId{"colleague"}, {}, {at("2026-01-01"), now}}};  // its seat is over
    CHECK(reads() == Answer::no);
    who.of_team.front().during.until.reset();
    CHECK(reads() == Answer::yes);
}

TEST_CASE("an explanation names rule, fact and book", "[A8]") {
    auto corporate = a_member();
    corporate.category = "corporate";
    corporate.mou = day("2021-05-01");
    const auto list = a_list("teams");
    const auto d = may(apcert(), Verb::receive, corporate, list, Item{.label = Tlp::amber, .posted = now}, a_world());
    const auto lines = community::lines(explain(apcert(), d, corporate, list));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] ==
          "above_ceiling: AMBER is above GREEN, the highest that a team that is corporate receives on teams (rule book apcert, version 3)");
    const auto yes = may(apcert(), Verb::receive, a_member(), list, Item{.label = Tlp::amber}, a_world());
    CHECK(line(explain(apcert(), yes, a_member(), list).at(0)) ==
          "granted: \"Operational Member with a vote\" may receive the mail of teams (rule book apcert, version 3)");
}

TEST_CASE("a sanction is named to the person concerned and to nobody else", "[A8][C4]") {
    auto who = a_member();
    who.denials = {a_sanction("teams", bit(Verb::post))};
    const auto list = a_list("teams");
    const auto d = may(apcert(), Verb::post, who, list, Item{.label = Tlp::green}, a_world());
    REQUIRE(d.reasons[0].why == Why::denied);
    const auto others = line(explain(apcert(), d, who, list).at(0));
    CHECK(others.find("SC-2026-17") == std::string::npos);
    CHECK(others.find("sanction") == std::string::npos);
    CHECK(others.find("2027") == std::string::npos);
    const auto self = line(explain(apcert(), d, who, list, true).at(0));
    CHECK(self ==
          "denied: the right to post to teams is denied by a sanction until 2027-04-03T00:00:00Z, decision SC-2026-17 (rule book apcert, "
          "version 3)");
}

TEST_CASE("every reason in the way is told, at most four, the deciding first", "[A8]") {
    auto who = a_member();
    who.valid_key = false;
    who.denials = {a_sanction("teams", 15), a_sanction("*", 15), a_sanction("class:teams", 15)};
    who.denials[0].source = "hold";  // a delay, so it stands behind the refusals
    const auto list = a_list("teams");
    const auto d = may(apcert(), Verb::receive, who, list, Item{.label = Tlp::red}, a_world());
    CHECK(d.answer == Answer::no);
    CHECK(d.count == 4);
    CHECK(d.reasons[0].why == Why::denied);
    CHECK(d.reasons[0].denial == 1);
    CHECK(d.reasons[2].why == Why::above_list);
    CHECK(explain(apcert(), d, who, list).size() == 4);
}

TEST_CASE("a delay alone is told as it is", "[A2]") {
    auto who = a_member();
    who.denials = {a_sanction("*", 15)};
    who.denials[0].source = "hold";
    const auto d = may(apcert(), Verb::receive, who, a_list("teams"), Item{.label = Tlp::green}, a_world());
    CHECK(d.answer == Answer::not_now);
    CHECK(d.count == 1);
    CHECK(d.reasons[0].why == Why::denied);
}

TEST_CASE("a hold whose beginning lies ahead bites, for the clock was set back; a sanction may be noticed in advance", "[A2][C6]") {
    auto who = a_member();
    who.denials = {a_sanction("*", 15)};
    who.denials[0].during = {now + std::chrono::hours{1}, now + std::chrono::hours{72}};
    const auto asked = [&](Verb verb) { return may(apcert(), verb, who, a_list("teams"), Item{.label = Tlp::green}, a_world()).answer; };
    CHECK(asked(Verb::receive) == Answer::yes);
    who.denials[0].source = "hold";
    CHECK(asked(Verb::receive) == Answer::not_now);
    CHECK(asked(Verb::post) == Answer::no);
    who.denials[0].during.until = now;  // its end is its end
    CHECK(asked(Verb::receive) == Answer::yes);
}
