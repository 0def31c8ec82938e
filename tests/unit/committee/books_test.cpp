// Which rule book is in force, and what it takes to change a hard number (ruling pp, item 48).
#include "caveat/committee/books.hpp"

#include "a_desk.hpp"

using namespace caveat;
using namespace caveat::test;
using committee::BookFile;

namespace {

BookFile a_book(const std::string& text) {
    auto loading = policy::load(text, "a book", vault::hex(vault::sha256(text)));
    REQUIRE(loading.book);
    return {*loading.book, text};
}

std::string seed_text() { return read_text(SOURCE_DIR "/policies/apcert.toml"); }

std::string with(std::string text, const std::string& what, const std::string& instead) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), instead);
}

const std::string delay = R"("sanction.min_delay"       = { value = "30 days",                               kind = "hard", )";
std::string one_day() { return with(seed_text(), delay, R"("sanction.min_delay" = { value = "1 day", kind = "hard", )"); }
std::string naming(const std::string& text, const std::string& decision) {
    return with(text, "[book]\n", "[book]\namended_by = \"" + decision + "\"\n");
}

struct ALibrary : ADesk {
    committee::Books books{store(), vault(), clock};
    BookFile seed = a_book(seed_text());

    // By e-mail, all twelve members.
    std::string amended(const std::string& subject) {
        committee::Proposal p;
        p.kind = "framework";
        p.subject = subject;
        p.question = "This book?";
        p.rule = conduct::Rule::majority;
        const auto id = desk.propose(secretariat, p).value().id;
        const auto electorate = desk.decision(everything, id)->ballot.electorate;
        for (const auto& team : electorate) REQUIRE(desk.vote(secretariat, id, team, Choice::yes));
        clock.time += 1s;
        REQUIRE(desk.close(secretariat, id)->tally.verdict == BallotResult::passed);
        return id;
    }
};

}  // namespace

TEST_CASE("the first start adopts the book that is there, once", "[rulings][J3]") {
    ALibrary library;
    CHECK_FALSE(library.books.in_force());
    REQUIRE(library.books.take(secretariat, library.seed));
    REQUIRE(library.books.take(secretariat, library.seed));
    CHECK(library.books.in_force()->sha256() == library.seed.rules.sha256());
    std::vector<std::string> acts;
    library.store().journal().each({}, [&](const storage::Entry& e) {
        if (e.act == "policy.taken") acts.push_back(e.subject + " " + e.detail);
    });
    REQUIRE(acts.size() == 1);
    CHECK_THAT(acts[0], Catch::Contains(library.seed.rules.sha256()));
    CHECK(library.store().books().find(library.seed.rules.sha256())->text == library.seed.text);
    CHECK(library.store().journal().verify());
}

TEST_CASE("a book that changes no hard number is taken at the next start", "[rulings]") {
    ALibrary library;
    REQUIRE(library.books.take(secretariat, library.seed));
    const auto text = GENERATE(seed_text() + "# a remark\n", with(seed_text(), "\"72 hours\"", "\"48 hours\""));
    const auto other = a_book(text);
    CHECK(library.books.undecided(other.rules).empty());
    REQUIRE(library.books.take(secretariat, other));
    CHECK(library.books.in_force()->sha256() == other.rules.sha256());
}

TEST_CASE("a hard number is not changed by an edit, whatever the edit calls it", "[rulings][items 48]") {
    ALibrary library;
    REQUIRE(library.books.take(secretariat, library.seed));
    const auto text =
        GENERATE(one_day(), with(seed_text(), delay, R"("sanction.min_delay" = { value = "1 day", kind = "config", )"),
                 with(seed_text(), R"("chair.max_consecutive"    = { value = 4, )", R"("chair.max_consecutive" = { value = 5, )"));
    const auto edited = a_book(text);
    const auto changed = library.books.undecided(edited.rules);
    REQUIRE(changed.size() == 1);
    CHECK_THAT(changed[0],
               Catch::Matches("(sanction.min_delay is '1 day' instead of '30 days'|chair.max_consecutive is '5' instead of '4')"));
    library.check_refused(library.books.take(secretariat, edited), library.all_rows(), errc::denied, changed[0]);
    library.check_refused(library.books.adopt(secretariat, edited, ""), library.all_rows(), errc::denied, changed[0]);
    CHECK(library.books.in_force()->sha256() == library.seed.rules.sha256());
    // Left out, a number has its usual value: that changes nothing here.
    CHECK(library.books.undecided(a_book(with(seed_text(), "\"om.sponsors\"", "# \"om.sponsors\"")).rules).empty());
}

TEST_CASE("a hard number changes by a decision of the members about that very book", "[rulings][items 48]") {
    ALibrary library;
    REQUIRE(library.books.take(secretariat, library.seed));
    const auto hash = vault::hex(vault::sha256(one_day()));
    const auto digits = GENERATE(64, 12);
    const auto id = library.amended(hash.substr(0, static_cast<std::size_t>(digits)));
    CHECK(library.desk.decision(everything, id)->book.empty());  // the desk's rules were not read from a file
    library.check_refused(library.books.adopt(secretariat, a_book(one_day()), id), library.all_rows(), errc::denied, "amended_by");
    const auto other = a_book(naming(with(one_day(), "\"1 day\"", "\"2 days\""), id));
    library.check_refused(library.books.adopt(secretariat, other, id), library.all_rows(), errc::denied, "not about this book");
    const auto book = a_book(naming(one_day(), id));
    library.check_refused(library.books.adopt(secretariat, book, "D-9"), library.all_rows(), errc::denied, "amended_by");
    const auto adopted = library.books.adopt(secretariat, book, id);
    INFO((adopted ? "" : adopted.error().detail));
    REQUIRE(adopted);
    CHECK(adopted->changed == std::vector<std::string>{"sanction.min_delay is '1 day' instead of '30 days'"});
    CHECK(library.books.in_force()->sha256() == book.rules.sha256());
    CHECK(library.store().books().in_force()->decision == id);
    CHECK(library.books.take(secretariat, book));
    library.check_refused(library.books.take(secretariat, library.seed), library.all_rows(), errc::denied, "'30 days' instead of '1 day'");
    CHECK(library.desk.decision(everything, id)->used_by.starts_with("framework "));
    CHECK(library.store().journal().verify());
}

TEST_CASE("fewer than twelve digits name no book, and a decision of another kind decides on none", "[rulings][items 48]") {
    ALibrary library;
    REQUIRE(library.books.take(secretariat, library.seed));
    const auto hash = vault::hex(vault::sha256(one_day()));
    const auto brief = library.amended(hash.substr(0, 11));
    library.check_refused(library.books.adopt(secretariat, a_book(naming(one_day(), brief)), brief), library.all_rows(), errc::denied,
                          "not about this book");
    const auto other = library.decided("list", "teams");
    library.check_refused(library.books.adopt(secretariat, a_book(naming(one_day(), other)), other), library.all_rows(), errc::denied,
                          "not about this book");
}

TEST_CASE("a decision and a case name the book they were begun under", "[rulings][J3]") {
    ALibrary library;
    committee::Committee office(library.store(), library.vault(), library.seed.rules, library.clock);
    committee::Proposal p;
    p.kind = "case.open";
    p.subject = "takin";
    p.question = "Investigate?";
    const auto decision = office.propose(secretariat, p);
    REQUIRE(decision);
    CHECK(decision->book == library.seed.rules.identity());
    CHECK(library.seed.rules.identity() ==
          library.seed.rules.name() + " " + library.seed.rules.version() + " " + library.seed.rules.sha256());
}
