#include "caveat/policy/rulebook.hpp"

#include <algorithm>

#include "caveat/policy/decide.hpp"
#include "caveat/policy/prospect.hpp"

#include "book.hpp"
#include "cell.hpp"

using namespace caveat;
using namespace caveat::policy;
using namespace caveat::policy::testing;
using community::Tlp;

TEST_CASE("the project's own rule book loads without a finding", "[A4]") {
    const auto loading = load(apcert_text(), "apcert.toml");
    for (const auto& f : loading.findings) UNSCOPED_INFO(f.line << ": " << f.what);
    REQUIRE(loading.findings.empty());
    REQUIRE(loading.book);
    CHECK(loading.book->name() == "apcert");
    CHECK(loading.book->version() == "3");
}

TEST_CASE("a book answers for its words and its numbers") {
    const Rulebook& book = apcert();
    CHECK(book.knows_category("operational", ""));
    CHECK(book.knows_category("strategic", "lea"));
    CHECK_FALSE(book.knows_category("strategic", ""));
    CHECK_FALSE(book.knows_category("operational", "lea"));
    CHECK_FALSE(book.knows_category("Operational", ""));
    CHECK(book.knows_class("wg"));
    CHECK_FALSE(book.knows_class("wg-malware"));
    CHECK(book.knows_role("deputy_chair"));
    CHECK_FALSE(book.knows_role("king"));
    CHECK(book.role_of_list("owner"));
    CHECK_FALSE(book.role_of_list("chair"));
    CHECK(book.classes().size() == 13);
    CHECK(book.subtypes("strategic").size() == 7);
    CHECK(book.subtypes("liaison").empty());
    CHECK(book.class_maximum("partners") == Tlp::green);
    CHECK_FALSE(book.class_maximum("gossip"));
    CHECK(book.default_label() == Tlp::amber);
    CHECK(book.lowering_strength() == community::Strength::dmarc);
    CHECK(book.hold_for_correction() == std::chrono::hours{24});
    CHECK(book.handling(Tlp::red).needs_key);
    CHECK_FALSE(book.handling(Tlp::amber_strict).digest);
    CHECK(book.handling(Tlp::amber).digest);
    CHECK_FALSE(book.setting("no.such"));
}

TEST_CASE("every number a book may have is in the project's own, with the value of the numbers sheet", "[C1][C2][C5]") {
    for (const NumberRow& row : number_rows) {
        CAPTURE(row.key);
        CHECK(apcert().setting(row.key) == row.seed);
        CHECK(apcert().value(row.number) == number_from(row, row.seed));
        CHECK(in_range(row, *number_from(row, row.seed)));
    }
    CHECK_FALSE(apcert().setting("no.such"));
}

TEST_CASE("a book without sensitivities has the usual ones, and may have none", "[L1]") {
    CHECK(apcert().sensitivities() == community::usual_sensitivities());
    auto text = apcert_text();
    const auto from = text.find("[[sensitivity]]"), to = text.find("# ---- numbers");
    REQUIRE((from != std::string::npos && to > from));
    text.erase(from, to - from);
    const auto without = load(text, "x");
    REQUIRE(without.book);
    CHECK(without.book->sensitivities() == community::usual_sensitivities());
    const auto none = load("sensitivity = []\n" + text, "x");
    REQUIRE(none.book);
    CHECK(none.book->sensitivities().empty());
}

TEST_CASE("a number that a book leaves out has the value of the numbers sheet") {
    const auto loading = load(with(apcert_text(), "[numbers]", "\"sc.seats_max\"", "#"), "x");
    REQUIRE(loading.book);
    CHECK_FALSE(loading.book->setting("sc.seats_max"));
    CHECK(loading.book->value(Number::seats_max) == NumberValue(7));
}

TEST_CASE("a number is of its kind and in its range, or the book does not load", "[O1]") {
    const auto [key, from, to, what, remedy] = GENERATE(table<const char*, const char*, const char*, const char*, const char*>({
        {"\"sc.seats_max\"", "7", "\"banana\"", "'banana' cannot be read", "whole number from 1 to 1000"},
        {"\"sc.seats_max\"", "7", "0", "'0' is out of range", "whole number from 1 to 1000"},
        {"\"sc.seats_max\"", "7", "-7", "'-7' cannot be read", "whole number"},
        {"\"sc.seats_max\"", "7", "1001", "'1001' is out of range", "1000"},
        {"\"sc.seats_max\"", "7", "\"7 calendar days\"", "cannot be read", "whole number"},
        {"\"sc.seats_max\"", "7", "true", "'on' cannot be read", "whole number"},
        {"\"sc.term\"", "2 years", "-2 years", "'-2 years' cannot be read", "years, months, days or hours"},
        {"\"sc.term\"", "2 years", "0 years", "'0 years' is out of range", "more than nothing"},
        {"\"sc.term\"", "2 years", "101 years", "'101 years' is out of range", "at most a century"},
        {"\"sc.term\"", "2 years", "99999 days", "'99999 days' is out of range", "at most a century"},
        {"\"sc.term\"", "2 years", "2 moons", "'2 moons' cannot be read", "for example \"2 years\""},
        {"\"sc.quorum\"", "5/7", "0/7", "'0/7' is out of range", "above nothing"},
        {"\"sc.quorum\"", "5/7", "8/7", "'8/7' is out of range", "not above 1"},
        {"\"sc.quorum\"", "5/7", "5/0", "'5/0' cannot be read", "part of the whole"},
        {"\"sc.quorum\"", "5/7", "5/7/9", "'5/7/9' cannot be read", "for example \"5/7\""},
        {"\"sc.rotation\"", "1/2", "half each year", "'half each year' cannot be read", "for example \"1/2\""},
        {"\"appeal.window\"", "30 calendar days", "30 business days", "cannot be read", "days from 1 to 3660"},
        {"\"appeal.window\"", "30 calendar days", "0", "'0' is out of range", "days from 1"},
        {"\"panel.size\"", "1 chair", "0 chair", "out of range", "three numbers of people"},
        {"\"panel.size\"", "1 chair outside the SC + 2 SC + 2 others", "5", "'5' cannot be read", "three numbers"},
        {"\"appeal.stays_effect\"", "true", "\"maybe\"", "'maybe' cannot be read", "true or false"},
        {"\"hold.max\"", "72 hours", "999999999999999999999 hours", "cannot be read", "for example \"72 hours\""},
        {"\"tlp.default\"", "AMBER", "WHITE", "'WHITE' cannot be read", "AMBER+STRICT"},
        {"\"tlp.lowering\"", "dmarc", "none", "'none' is out of range", "envelope, dmarc or signature"},
        {"\"tlp.correction\"", "24h", "-24h", "'-24h' cannot be read", "s, m, h or d"},
        {"\"gm.reduced\"", "1/4", "3/4", "gm.reduced is above gm.quorum", "lower the one"},
        {"\"sanction.default\"", "12 months", "13 months", "sanction.default is above sanction.max", "lower the one"},
        {"\"notice.reply_floor\"", "7 days", "1 month", "notice.reply_floor is above notice.reply_time", "lower the one"},
    }));
    CAPTURE(key, to);
    const auto text = with(apcert_text(), key, from, to);
    const auto loading = load(text, "x");
    REQUIRE(loading.findings.size() == 1);
    const auto& finding = loading.findings.front();
    CHECK_THAT(finding.what, Catch::Contains(what));
    CHECK_THAT(finding.remedy, Catch::Contains(remedy));
    const auto before = text.substr(0, text.find(key));
    CHECK(finding.line == 1 + std::count(before.begin(), before.end(), '\n'));
}

TEST_CASE("a number that nobody reads is refused, with what to write instead", "[O1]") {
    const auto [line, what, remedy] = GENERATE(table<const char*, const char*, const char*>({
        {"\"drill.per_year\" = { value = \"banana\", kind = \"reminder\" }", "drill.per_year is not read any more", "take it out"},
        {"\"agm.per_year\" = { value = 1, kind = \"reminder\" }", "agm.per_year is not read any more", "gm.reminder"},
        {"\"sc.seats_min\" = { value = 1, kind = \"hard\" }", "unknown key sc.seats_min", "sc.seats_max"},
        {"\"moon\" = { value = 1, kind = \"hard\" }", "unknown key moon", "vote.min_tenure"},
    }));
    const auto loading = load(apcert_text() + "\n" + line + "\n", "x");
    REQUIRE(loading.findings.size() == 1);
    CHECK_THAT(loading.findings.front().what, Catch::Contains(what));
    CHECK_THAT(loading.findings.front().remedy, Catch::Contains(remedy));
}

TEST_CASE("what is wrong with a book is found, with its line and what to write instead", "[A4][O1]") {
    struct Wrong {
        const char* after;
        const char* from;
        const char* to;
        const char* what;
    };
    const auto wrong = GENERATE(values<Wrong>({
        {"[book]", "version ", "verzion ", "unknown key verzion"},
        {"[book]", "version  = \"3\"", "", "version is missing"},
        {"[class.teams]", "om_voting ", "om_votin  ", "unknown key om_votin"},
        {"[class.teams]", "\"R P A\"", "\"R Q A\"", "'Q' means nothing here"},
        {"[class.teams]", "\"R P A\"", "\"R R A\"", "'R' is said twice"},
        {"[class.teams]", "\"R P A\"", "\"R m P\"", "posting is said twice"},
        {"[class.teams]", "\"R P A\"", "\"own\"", "the cell grants nothing"},
        {"[class.teams]", "\"R P A\"", "\"\"", "the cell is empty"},
        {"[class.teams]", "\"R P A\"", "7", "is not text"},
        {"[class.teams]", "[AMBER]", "[PINK]", "names no label"},
        {"[class.teams]", "[AMBER]", "[RED]", "above AMBER+STRICT, the maximum of the class"},
        {"[class.teams]", "max ", "mux ", "max is missing"},
        {"[class.teams]", "\"AMBER+STRICT\"", "\"AMBER STRICT\"", "'AMBER STRICT' is not one of its values"},
        {"[class.sc]", "[\"sc\", \"chair\"]", "[\"sc\", \"throne\"]", "there is no column 'throne'"},
        {"[[column]]", "\"operational\"", "\"operation\"", "there is no category 'operation'"},
        {"[[column]]", "at least vote.min_tenure", "at least a while", "'at least a while' cannot be read"},
        {"[[column]]", "at least vote.min_tenure", "1 year", "'1 year' cannot be read"},
        {"[[column]]", "\"om_new\"", "\"om_voting\"", "there are two columns 'om_voting'"},
        {"[[column]]", "\"om_new\"", "\"max\"", "'max' is a setting of classes"},
        {"id       = \"liaison\"", "in force", "maybe", "'maybe' is not one of its values"},
        {"id       = \"chair\"", "role     = \"chair\"", "role = \"king\"", "there is no role 'king'"},
        {"id       = \"panel\"", "seat     = \"panel\"", "seat = \"jury\"", "there is no class 'jury'"},
        {"id       = \"policy_maker\"", "\"policy\"", "\"polisi\"", "no subtype 'polisi'"},
        {"[category.applicant]", "[category.applicant]", "[category.pending]", "no category 'applicant'"},
        {"[category.former]", "title", "titel", "unknown key titel"},
        {"[category.operational]", "\"member\"", "\"king\"", "'king' is not one of its values"},
        {"[category.operational]", "\"member\"", "\"partner\"", "0 categories have status = \"member\""},
        {"[category.former]", "\"former\"\n", "\"applicant\"\n", "2 categories have status = \"applicant\""},
        {"[category.corporate]", "engagement_policy = true", "engagement_policy = 1", "is neither true nor false"},
        {"[role.sc]", "\"seat\"", "\"stool\"", "'stool' is not one of its values"},
        {"[role.sc]", "\"seat\"", "\"deputy\"", "0 roles have office = \"seat\""},
        {"[role.chair]", "\"chair\"", "\"seat\"", "2 roles have office = \"seat\""},
        {"[role.sc]", "\"records\"", "\"recorder\"", "'recorder' is not a trait"},
        {"[role.sc]", ", \"second_factor\"", "", "reads what is confidential without a second factor"},
        {"[role.auditor]", ", \"second_factor\"", "", "reads what is confidential without a second factor"},
        {"[role.sc]", "\"committee\", ", "", "has an office of the committee and not the trait"},
        {"[role.owner]", "\"runs_lists\"", "\"records\"", "is of one list and has powers over the community"},
        {"[role.owner]", "traits", "office = \"chair\"\ntraits", "is of one list and has powers over the community"},
        {"[role.secretariat]", "\"administers\", ", "", "no role has the trait administers"},
        {"[category.operational]", "of_region = true", "of_region = \"yes\"", "of_region: is neither true nor false"},
        {"[[region]]", "[[region]]", "[[regoin]]", "unknown key regoin"},
        {"[[region]]", "[[region]]", "[[regoin]]", "category operational is of the region, and the book has none"},
        {"[[region]]", "from ", "fron ", "from is missing"},
        {"[[region]]", "2003-02-01", "\"2003\"", "from: is not a date"},
        {"[[region]]", "source ", "until = 2003-02-01\nsource ", "until: is not after from"},
        {"[[region]]", "economies = [", "economy = [", "economies names none"},
        {"[[region]]", "\"AF\"", "\"af\"", "'af' is not a code of ISO 3166-1"},
        {"[[region]]", "\"AF\"", "7", "'?' is not a code of ISO 3166-1"},
        {"[[region]]", "\"AF\"", "\"NZ\"", "NZ is there twice at one time"},
        {"[[sensitivity]]", "field ", "feeld ", "sensitivity: field is missing"},
        {"[[sensitivity]]", "\"Sensitivity\"", "\"Sensitivity:\"", "'Sensitivity:' cannot be the name of a field"},
        {"[[sensitivity]]", "\"Company-Confidential\"", "[]", "says: names nothing"},
        {"[[sensitivity]]", "\"Company-Confidential\"", "[\"\"]", "says: names nothing"},
        {"[[sensitivity]]", "\"AMBER+STRICT\"", "\"PINK\"", "'PINK' is not one of its values"},
        {"[[sensitivity]]", "at_least = \"AMBER+STRICT\"", "", "at_least and hold exclude each other"},
        {"[[sensitivity]]", "hold  = true", "hold  = true\nat_least = \"RED\"", "at_least and hold exclude each other"},
        {"[[sensitivity]]", "hold  = true", "hold  = 1", "hold: is neither true nor false"},
        {"[[region]]", "[[region]]", "[[region]]\nfrom = 2001-01-01\nuntil = 2003-02-02\neconomies = [\"NZ\"]\n[[region]]",
         "NZ is there twice at one time"},
        {"[[ceiling]]", "\"RED\"", "\"PINK\"", "'PINK' is not one of its values"},
        {"on       = { wg", "wg", "gossip", "unknown key gossip"},
        {"on       = { wg", "wg = \"GREEN\"", "partners = \"AMBER\"", "above the maximum of the class"},
        {"[[ceiling]]", "category = \"operational\"", "category = \"liaison\"", "has two ceilings"},
        {"[[ceiling]]", "category = \"operational\"", "category = \"liaison\"", "operational has no ceiling"},
        {"[handling.RED]", "named_only               = true", "named_only = false", "RED is looser than TLP allows"},
        {"[handling.RED]", "needs_key                = true", "needs_key = 1", "neither true nor false"},
        {"[handling.\"AMBER+STRICT\"]", "digest                   = false", "digest = true", ""},
        {"[handling.AMBER]", "late_joiner              = false", "late_joiner = true", ""},
        {"[handling.AMBER]", "[handling.AMBER]", "[handling.ORANGE]", "'ORANGE' is not a label"},
        {"[denial.sanction]", "\"teams\"", "\"teems\"", "there is no class 'teems'"},
        {"[denial.sanction]", "\"receive\"", "\"listen\"", "'listen' is not a verb"},
        {"[denial.hold]", "\"later\"", "\"soon\"", "'soon' is not one of its values"},
        {"[numbers]", "\"hard\"", "\"soft\"", "'soft' is not one of its values"},
        {"[numbers]", "value = 1, ", "value = 0.571, ", "is not text, whole number"},
        {"[numbers]", "\"tlp.default\"", "\"tlp.defolt\"", "tlp.default is missing"},
        {"[numbers]", "\"24h\"", "\"a day\"", "'a day' cannot be read"},
        {"[book]", "[book]", "[boook]", "[book] is missing"},
        {"[book]", "\"apcert\"", "\"apcert", "this is not TOML"},
        {"[class.members]", "[class.members]", "[class.teams]", "this is not TOML"},
    }));
    const auto text = with(apcert_text(), wrong.after, wrong.from, wrong.to);
    const auto loading = load(text, "apcert.toml");
    const std::string_view what = wrong.what;
    CAPTURE(wrong.after, wrong.from, wrong.to);
    for (const auto& f : loading.findings) UNSCOPED_INFO(f.line << ": " << f.what);
    if (what.empty()) {
        // AMBER+STRICT as loose as AMBER, AMBER as loose as GREEN: the community's choice, no label is out of order.
        CHECK(loading.findings.empty());
        return;
    }
    CHECK_FALSE(loading.book);
    const auto found = std::find_if(loading.findings.begin(), loading.findings.end(),
                                    [&](const Finding& f) { return f.what.find(what) != std::string::npos; });
    REQUIRE(found != loading.findings.end());
    CHECK(found->line >= 1);
    CHECK_FALSE(found->remedy.empty());
    CHECK(found->file == "apcert.toml");
    CHECK(std::is_sorted(loading.findings.begin(), loading.findings.end(), [](const auto& a, const auto& b) { return a.line < b.line; }));
}

TEST_CASE("the line of a finding is the line of the mistake", "[O1]") {
    const auto text = with(apcert_text(), "[class.ews]", "\"R m A\"", "\"R x A\"");
    const auto loading = load(text, "apcert.toml");
    REQUIRE(loading.findings.size() == 1);
    const auto before = text.substr(0, text.find("\"R x A\""));
    CHECK(loading.findings[0].line == 1 + std::count(before.begin(), before.end(), '\n'));
}

TEST_CASE("a wrong economy is found on its own line of the region", "[O1][item 4]") {
    const auto text = with(apcert_text(), "[[region]]", "\"MH\"", "\"M1\"");
    const auto loading = load(text, "apcert.toml");
    REQUIRE(loading.findings.size() == 1);
    const auto before = text.substr(0, text.find("\"M1\""));
    CHECK(loading.findings[0].line == 1 + std::count(before.begin(), before.end(), '\n'));
}

TEST_CASE("an economy is of the region from the first day of its row until, not at, the last", "[item 4]") {
    const auto text = with(apcert_text(), "[[region]]", "[[region]]",
                           "[[region]]\nfrom = 2024-02-29\nuntil = 2026-03-02\neconomies = [\"BR\", \"PE\"]\n"
                           "[[region]]\nfrom = 2026-03-02\neconomies = [\"PE\"]\n[[region]]");
    const auto loading = load(text, "x");
    REQUIRE(loading.book);
    const auto [economy, on, yes] = GENERATE(table<std::string, std::string, bool>({
        {"BR", "2024-02-28", false},
        {"BR", "2024-02-29", true},
        {"BR", "2026-03-01", true},
        {"BR", "2026-03-02", false},
        {"PE", "2024-02-28", false},
        {"PE", "2026-03-01", true},
        {"PE", "2026-03-02", true},
        {"PE", "2099-12-31", true},
        {"NZ", "2003-01-31", false},
        {"NZ", "2003-02-01", true},
        {"NO", "2026-03-02", false},
        {"nz", "2026-03-02", false},
        {"", "2026-03-02", false},
    }));
    CAPTURE(economy, on);
    CHECK(loading.book->may_apply("operational", economy, day(on)) == yes);
    CHECK(loading.book->may_apply("liaison", economy, day(on)));
}

TEST_CASE("what a category or a role is for the code stands in the book") {
    const Rulebook& book = apcert();
    CHECK(book.is_member("operational"));
    CHECK_FALSE(book.is_member("liaison"));
    CHECK(book.category("legacy_supporting") == community::CategoryTraits{.status = community::Status::partner, .closed = true});
    CHECK(book.category("corporate").engagement_policy);
    CHECK(book.category("liaison").states_reason);
    CHECK(book.is_outside("applicant"));
    CHECK(book.is_outside("former"));
    CHECK_FALSE(book.is_outside("legacy_supporting"));
    CHECK(book.category("king") == community::CategoryTraits{});
    CHECK(book.category_of(community::Status::former) == "former");
    CHECK(book.to_apply_for() == std::vector<std::string>{"operational", "liaison", "strategic", "corporate"});
    CHECK(book.office_of("deputy_chair") == community::Office::deputy);
    CHECK(book.office_of("auditor") == community::Office::none);
    CHECK(book.role_of(community::Office::seat) == "sc");
    CHECK(book.role_has("secretariat", Trait::moderates));
    CHECK_FALSE(book.role_has("auditor", Trait::records));
    CHECK_FALSE(book.role_has("king", Trait::records));
}

TEST_CASE("a role of a list serves that list, one of the community every list, and neither outlives its term", "[A10]") {
    const auto [role, list, when, runs, moderates] = GENERATE(table<const char*, const char*, const char*, bool, bool>({
        {"owner", "teams", "2026-11-02", true, true},
        {"owner", "ews", "2026-11-02", false, false},
        {"owner", "teams", "2027-01-01", false, false},
        {"moderator", "teams", "2026-11-02", false, true},
        {"moderator", "ews", "2026-11-02", false, false},
        {"secretariat", "", "2026-11-02", true, true},
        {"secretariat", "", "2027-01-01", false, false},
        {"chair", "", "2026-11-02", false, false},
    }));
    const community::Term term{role, PersonId{"orchid-rep"}, ListId{list}, {at("2026-01-01"), at("2027-01-01")}};
    CHECK(apcert().serves(term, Trait::runs_lists, ListId{"teams"}, at(when)) == runs);
    CHECK(apcert().serves(term, Trait::moderates, ListId{"teams"}, at(when)) == moderates);
}

TEST_CASE("an office counts while its holder's team is a member, a role of a list whatever it is", "[A2][A10][items 7, 12]") {
    const auto [role, category, counts] = GENERATE(table<const char*, const char*, bool>({
        {"sc", "operational", true},
        {"sc", "liaison", false},
        {"chair", "operational", true},
        {"deputy_chair", "operational", true},
        {"chair", "former", false},
        {"deputy_chair", "applicant", false},
        {"secretariat", "corporate", false},
        {"secretariat", "a category of yesterday", false},
        {"owner", "liaison", true},
        {"auditor", "liaison", true},
        {"king", "operational", false},
    }));
    CAPTURE(role, category);
    CHECK(apcert().counts(role, category) == counts);
    const community::Term term{role, PersonId{"orchid-rep"}, {}, {}};
    const auto in_force = [&](std::vector<std::string> of_team) {
        return apcert().in_force({{term, category, std::move(of_team), TeamId{"orchid"}, "", "teams"}}).size();
    };
    CHECK(in_force({"sc"}) == (counts ? 1 : 0));
    const bool presides = std::string_view(role) == "chair" || std::string_view(role) == "deputy_chair";
    CHECK(in_force({"secretariat", "chair"}) == (counts && !presides ? 1 : 0));
}

TEST_CASE("a role of a list counts while its holder's team could read that list", "[A2][A10][ruling ll]") {
    const auto [party, klass, cleared, counts] = GENERATE(table<const char*, const char*, bool, bool>({
        {"operational", "members", false, true},
        {"operational", "sc", false, true},  // once elected
        {"liaison", "members", false, false},
        {"liaison", "sec", false, false},  // it writes there and reads nothing
        {"corporate", "wg", false, true},
        {"strategic lea", "teams", false, false},
        {"strategic registry", "poc", false, false},
        {"strategic registry", "poc", true, true},
        {"former", "announce", false, false},
        {"operational", "a class of yesterday", false, false},
    }));
    CAPTURE(party, klass, cleared);
    const std::string words = party;
    const auto blank = std::min(words.find(' '), words.size());
    const auto role = GENERATE(as<std::string>{}, "owner", "moderator");
    community::Standing who;
    who.category = words.substr(0, blank);
    who.subtype = words.substr(std::min(blank + 1, words.size()));
    if (cleared) who.clearance = community::Tlp::amber;
    community::List list;
    list.id = ListId{"here"};
    list.klass = klass;
    const Instant now = at("2026-11-02");
    who.terms = {{role, PersonId{"mei"}, list.id, {now, {}}}};
    const community::HeldTerm held{who.terms.front(), who.category, {}, TeamId{"orchid"}, who.subtype, klass, cleared};
    CHECK(apcert().in_force({held}).size() == (counts ? 1 : 0));
    CHECK(policy::unfit(apcert(), held).empty() == counts);
    CHECK(policy::serves(apcert(), who, Trait::moderates, list, now) == counts);
    const auto manages = policy::may(apcert(), community::Verb::manage, who, list, {}, {now, true, true});
    CHECK(manages.yes() == (counts && role == "owner"));
}

TEST_CASE("a book from before there were traits is read by the names it has") {
    std::string old;
    std::stringstream lines(apcert_text());
    for (std::string line; std::getline(lines, line);) {
        const auto is = [&](std::string_view key) { return line.starts_with(key); };
        if (!is("status ") && !is("office ") && !is("traits ") && !is("closed ") && !is("states_reason ") && !is("engagement_policy "))
            old += line + '\n';
    }
    const auto loading = load(old, "x");
    REQUIRE(loading.book);
    for (const auto& category : apcert().categories()) CHECK(loading.book->category(category) == apcert().category(category));
    for (const auto& role : apcert().roles()) {
        CAPTURE(role);
        CHECK(loading.book->office_of(role) == apcert().office_of(role));
        for (std::size_t i = 0; i < trait_count; ++i)
            CHECK(loading.book->role_has(role, static_cast<Trait>(i)) == apcert().role_has(role, static_cast<Trait>(i)));
    }
    const auto of_its_own =
        load(with(old, "[category.former]", "[category.former]", "[category.guild]\ntitle = \"guild\"\n[category.former]"), "x");
    const auto& found = of_its_own.findings;
    CHECK(std::any_of(found.begin(), found.end(), [](const Finding& f) { return f.what == "category guild: status is missing"; }));
}

TEST_CASE("traits of a category read back as they are kept") {
    for (const auto& category : apcert().categories()) {
        CHECK(category_traits_from(text_of(apcert().category(category))) == apcert().category(category));
    }
    CHECK_FALSE(category_traits_from(""));
    CHECK_FALSE(category_traits_from("none"));
    CHECK_FALSE(category_traits_from("partner kind"));
}

TEST_CASE("of the books in the corpus the small one loads, and in the others every mistake is found", "[O1]") {
    const auto small = load(slurp("tests/corpus/rulebook/tiny.toml"), "tiny.toml");
    for (const auto& f : small.findings) UNSCOPED_INFO(f.line << ": " << f.what);
    CHECK(small.book);
    const auto [file, mistakes] = GENERATE(table<std::string, std::vector<std::string>>({
        {"wrong-numbers",
         {"'banana' cannot be read", "'-2 years' cannot be read", "'0/7' is out of range", "'3/2' is out of range",
          "gm.reduced is above gm.quorum", "hours' cannot be read", "drill.per_year is not read any more", "unknown key moon"}},
        {"wrong-traits",
         {"'king' is not one of its values", "0 categories have status = \"member\"", "'stool' is not one of its values",
          "0 roles have office = \"seat\"", "'throne' is not a trait", "no role has the trait",
          "is of one list and has powers over the community"}},
    }));
    const auto loading = load(slurp("tests/corpus/rulebook/" + file + ".toml"), file);
    for (const auto& f : loading.findings) UNSCOPED_INFO(f.line << ": " << f.what);
    CHECK_FALSE(loading.book);
    for (const auto& mistake : mistakes) {
        CAPTURE(mistake);
        const auto found = std::find_if(loading.findings.begin(), loading.findings.end(),
                                        [&](const Finding& f) { return f.what.find(mistake) != std::string::npos; });
        REQUIRE(found != loading.findings.end());
        CHECK(found->line > 1);
        CHECK_FALSE(found->remedy.empty());
    }
}

TEST_CASE("all findings come at once", "[O1]") {
    auto text = with(apcert_text(), "[class.teams]", "\"R P A\"", "\"R Q A\"");
    text = with(text, "[class.ews]", "max ", "mux ");
    text = with(text, "[numbers]", "\"hard\"", "\"soft\"");
    CHECK(load(text, "x").findings.size() >= 4);
}

TEST_CASE("a stricter label may not be handled looser than a milder one", "[L6]") {
    const auto text = with(apcert_text(), "[handling.GREEN]", "late_joiner              = true", "late_joiner = false");
    // AMBER is now no looser, CLEAR is: that is in order.
    CHECK(load(text, "x").findings.empty());
    const auto upside_down = with(apcert_text(), "[handling.AMBER]", "digest                   = true", "digest = false");
    const auto worse = with(upside_down, "[handling.\"AMBER+STRICT\"]", "digest                   = false", "digest = true");
    const auto loading = load(worse, "x");
    REQUIRE(loading.findings.size() == 1);
    CHECK(loading.findings[0].what == "handling.AMBER+STRICT is looser than the label below it");
}

TEST_CASE("hostile text is refused without harm", "[S5]") {
    CHECK_FALSE(load("", "x").book);
    CHECK_FALSE(load(std::string_view("\0\0\0", 3), "x").book);
    CHECK_FALSE(load(std::string(2'000'000, '#'), "x").book);
    CHECK_FALSE(load(std::string(100'000, '['), "x").book);
    CHECK_FALSE(load("book = 1\nclass = 2\ncolumn = \"x\"\nnumbers = []\nhandling = true", "x").book);
    std::string many = "[book]\nname = \"a\"\nversion = \"1\"\n";
    for (int i = 0; i < 20'000; ++i) many += "[class.c" + std::to_string(i) + "]\n";
    const auto loading = load(many, "x");
    CHECK_FALSE(loading.book);
    CHECK(loading.findings.size() <= 200);
}

TEST_CASE("a cell of the matrix is read as it is written") {
    const auto cell = std::get<Cell>(parse_cell("own R m A [AMBER+STRICT] +decision"));
    CHECK(cell.own);
    CHECK(cell.moderated);
    CHECK(cell.decision);
    CHECK(cell.limit == Tlp::amber_strict);
    CHECK(cell.verbs ==
          (community::bit(community::Verb::receive) | community::bit(community::Verb::post) | community::bit(community::Verb::archive)));
    CHECK(std::get<Cell>(parse_cell("\u2013")).verbs == 0);
    CHECK(std::get<Cell>(parse_cell(" - ")).verbs == 0);
    CHECK(std::holds_alternative<std::string>(parse_cell("- R")));
    CHECK(std::holds_alternative<std::string>(parse_cell("r p a")));
}

TEST_CASE("periods are whole years or months") {
    const auto [text, months] = GENERATE(table<const char*, int>({{"1 year", 12},
                                                                  {"2 years", 24},
                                                                  {"18 months", 18},
                                                                  {"1 month", 1},
                                                                  {"0 years", 0},
                                                                  {"-1 year", 0},
                                                                  {"year", 0},
                                                                  {"1.5 years", 0},
                                                                  {"1 yea", 0},
                                                                  {"999999999999 years", 0},
                                                                  {"1 year 1", 0}}));
    CAPTURE(text);
    CHECK(parse_months(text) == months);
}
