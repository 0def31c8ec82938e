#include "book_numbers.hpp"

#include "a_house.hpp"

namespace caveat::committee {

TEST_CASE("the seeds' book gives the seeds' numbers, and they read back as kept") {
    const auto kept = kept_numbers(test::the_rule_book());
    CHECK(kept.find("sc.quorum\t5/7\n") != std::string::npos);
    CHECK(kept.find("panel.size\t1 chair outside the SC + 2 SC + 2 others\n") != std::string::npos);
    const auto numbers = numbers_from(kept);
    REQUIRE(numbers);
    CHECK(*numbers == conduct::Numbers{});
    CHECK(*numbers_from("") == conduct::Numbers{});
}

TEST_CASE("a changed number is the one that counts") {
    const auto n = numbers_from(
        "sc.quorum\t2/3\nsanction.max\t18 months\nappeal.window\t21 calendar days\nhold.max\t48 hours\n"
        "appeal.stays_effect\toff\nsc.seats_max\t9\nvote.min_tenure\t2 years\nof.an.older.book\twhatever\n");
    REQUIRE(n);
    CHECK(n->sc_quorum == conduct::Fraction{2, 3});
    CHECK(n->sanction_max == conduct::months(18));
    CHECK(n->appeal_days == 21);
    CHECK(n->hold_max == conduct::hours(48));
    CHECK_FALSE(n->appeal_stays_effect);
    CHECK(n->seats_max == 9);
    CHECK(n->vote_tenure == conduct::years(2));
}

TEST_CASE("a number that is not understood is named, never guessed") {
    const auto line = GENERATE(as<std::string>{}, "sc.quorum\tmost", "sc.quorum\t5/0", "sanction.max\t12", "sanction.max\t-1 months",
                               "sanction.max\t12 moons", "appeal.window\t30 business days", "appeal.stays_effect\tmaybe", "panel.size\t5",
                               "hold.max", "sc.seats_max\t99999999999999999999");
    CAPTURE(line);
    const auto numbers = numbers_from(line);
    REQUIRE_FALSE(numbers);
    CHECK(numbers.error().code == errc::invalid);
}

TEST_CASE("what a category is stays with an application, whatever a later book makes of the word") {
    const auto rules = test::the_rule_book();
    for (const auto& category : rules.categories()) {
        CAPTURE(category);
        const auto kept = kept_numbers(rules) + kept_traits(rules, category);
        CHECK(traits_from(kept, "a word that is gone") == rules.category(category));
        CHECK(*numbers_from(kept) == conduct::Numbers{});
        // Submitted before it was kept: as the word was understood then.
        CHECK(traits_from(kept_numbers(rules), category) == rules.category(category));
    }
    CHECK(traits_from("", "king") == community::CategoryTraits{});
}

}  // namespace caveat::committee
