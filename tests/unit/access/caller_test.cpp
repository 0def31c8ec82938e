// Who reaches what: held against a table of its own, written role by role in words.
#include "caveat/access/caller.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "a_house.hpp"

namespace caveat::test {
namespace {

using access::Caller;
using access::Kind;
using access::Noun;
using access::Object;
using access::Reach;
using access::Right;

std::vector<Right> all_rights() {
    std::vector<Right> all;
    for (std::size_t noun = 0; noun < access::noun_count; ++noun) {
        for (const auto kind : {Kind::read, Kind::write}) all.push_back({static_cast<Noun>(noun), kind});
    }
    return all;
}

// What each role adds to nothing, as one would say it. What is not said is not granted.
struct Said {
    std::string role, all, managed, own;
};
const std::string of_everyone =
    "people:read lists:read subscriptions:read subscriptions:write posts:read policy:read tokens:read tokens:write archive:read "
    "archive:write";
const std::string reads =
    "teams:read people:read lists:read subscriptions:read posts:read decisions:read applications:read cases:read holds:read "
    "policy:read ";
const std::string committee_says = reads + "decisions:write cases:write applications:write holds:write";
const std::vector<Said> said{
    {"everyone", "", "", of_everyone},
    {"representative", "", "",
     "teams:read people:read cases:read applications:read decisions:read people:write cases:write decisions:write "
     "applications:write archive:write"},
    {"secretariat",
     reads + "held:read journal:read tokens:read teams:write people:write lists:write subscriptions:write held:write decisions:write "
             "applications:write cases:write holds:write tokens:write archive:write",
     "", ""},
    {"sc", committee_says, "", ""},
    {"chair", committee_says, "", ""},
    {"deputy_chair", committee_says, "", ""},
    {"auditor", reads + "held:read journal:read tokens:read metrics:read", "", ""},
    {"owner", "", "lists:read subscriptions:read posts:read held:read subscriptions:write held:write lists:write archive:write", ""},
    {"moderator", "", "held:read held:write posts:read", ""},
    {"steward", "", "", ""},  // a word this program gives nothing
};

void say(std::map<std::string, Reach>& to, const std::string& words, Reach reach) {
    std::istringstream in(words);
    for (std::string right; in >> right;) {
        REQUIRE(access::right_from(right));
        to[right] = std::max(to[right], reach);
    }
}

std::map<std::string, Reach> expected(const std::vector<std::string>& roles) {
    std::map<std::string, Reach> all;
    for (const auto& row : said) {
        if (std::find(roles.begin(), roles.end(), row.role) == roles.end()) continue;
        say(all, row.all, Reach::all);
        say(all, row.managed, Reach::managed);
        say(all, row.own, Reach::own);
    }
    return all;
}

community::Term term(const std::string& role) { return {role, PersonId{"mei"}, ListId{}, {}}; }

// Mei of orchid, with these roles.
Caller a_caller(const std::vector<std::string>& roles, bool representative = false) {
    Caller caller;
    caller.actor = {"person mei", PersonId{"mei"}};
    caller.team = TeamId{"orchid"};
    caller.representative = representative;
    std::vector<community::Term> terms;
    for (const auto& role : roles) {
        terms.push_back(term(role));
        caller.committee = caller.committee || role == "sc" || role == "chair" || role == "deputy_chair";
    }
    caller.reaches = access::reaches_of(test::the_rule_book(), terms, representative);
    return caller;
}

Object mine() { return {PersonId{"mei"}, {}, {}, false, false, {}}; }
Object of_my_team() { return {PersonId{"li"}, TeamId{"orchid"}, {}, false, false, {}}; }
Object of_another() { return {PersonId{"ana"}, TeamId{"banksia"}, ListId{"teams"}, false, false, {}}; }

Right right_of(const char* text) { return access::right_from(text).value(); }

}  // namespace

TEST_CASE("scopes are named noun and kind, and nothing else names one", "[H1]") {
    for (const auto r : all_rights()) {
        CAPTURE(access::name(r));
        CHECK(access::right_from(access::name(r)) == r);
    }
    CHECK(access::name(right_of("held:write")) == "held:write");
    for (const auto* wrong : {"", ":", "teams", "teams:", ":read", "teams:execute", "Teams:read", "teams:read ", " teams:read",
                              "teams:read:write", "*", "*:*", "team:read", "teams;read"}) {
        CAPTURE(wrong);
        CHECK_FALSE(access::right_from(wrong));
    }
    CHECK_FALSE(access::right_from(std::string("teams:read\0", 11)));
    CHECK_FALSE(access::right_from(std::string(1 << 20, ':')));
}

TEST_CASE("every role reaches exactly what is said of it, alone and together with every other", "[A1][A10]") {
    for (const bool representative : {false, true}) {
        for (const auto& one : said) {
            for (const auto& other : said) {
                std::vector<std::string> roles{"everyone", one.role, other.role};
                if (representative) roles.emplace_back("representative");
                const bool speaks = std::find(roles.begin(), roles.end(), "representative") != roles.end();
                const auto reaches = access::reaches_of(test::the_rule_book(), {term(one.role), term(other.role)}, speaks);
                auto should = expected(roles);
                for (const auto r : all_rights()) {
                    CAPTURE(one.role, other.role, representative, access::name(r));
                    CHECK(reaches[static_cast<std::size_t>(r.noun)][static_cast<std::size_t>(r.kind)] == should[access::name(r)]);
                }
            }
        }
    }
}

TEST_CASE("the operator reaches everything but other people's reading, and nobody else needs to be asked", "[A9]") {
    Caller root;
    root.reaches = access::operator_reaches();
    for (const auto r : all_rights()) CHECK(access::may(root, r, {}) == (r.noun != Noun::archive));
    Caller nobody;
    for (const auto r : all_rights()) CHECK_FALSE(access::may(nobody, r, of_another()));
}

TEST_CASE("what is one's own is the person's, or the team's where a representative speaks for it", "[A1]") {
    struct Case {
        const char* right;
        bool mine, of_my_team, team_if_representative;
    };
    const auto c = GENERATE(values<Case>({{"people:read", true, false, true},
                                          {"people:write", false, false, true},
                                          {"teams:read", false, false, true},
                                          {"teams:write", false, false, false},
                                          {"subscriptions:write", true, false, false},  // a colleague's wish is the colleague's
                                          {"posts:read", true, false, false},
                                          {"tokens:write", true, false, false},
                                          {"tokens:read", true, false, false},
                                          {"cases:write", false, false, true},
                                          {"decisions:write", false, false, true},
                                          {"applications:write", false, false, true},
                                          {"held:read", false, false, false},
                                          {"journal:read", false, false, false}}));
    CAPTURE(c.right);
    CHECK(access::may(a_caller({}), right_of(c.right), mine()) == c.mine);
    CHECK(access::may(a_caller({}), right_of(c.right), of_my_team()) == c.of_my_team);
    CHECK(access::may(a_caller({}, true), right_of(c.right), of_my_team()) == c.team_if_representative);
    CHECK_FALSE(access::may(a_caller({}, true), right_of(c.right), of_another()));
    CHECK_FALSE(access::may(a_caller({}, true), right_of(c.right), {}));
}

TEST_CASE("an application that members may sponsor is read by their representatives and changed by its own", "[A1]") {
    Object application = of_another();
    application.known = true;
    CHECK(access::may(a_caller({}, true), right_of("applications:read"), application));
    CHECK_FALSE(access::may(a_caller({}, true), right_of("applications:write"), application));
    CHECK_FALSE(access::may(a_caller({}), right_of("applications:read"), application));
}

TEST_CASE("a caller without a team is of no team", "[A1]") {
    auto stray = a_caller({}, true);
    stray.team = TeamId{};
    Object object;
    object.team = TeamId{};
    CHECK_FALSE(access::may(stray, right_of("teams:read"), object));
}

TEST_CASE("a list one may know of can be read about and not changed", "[A7]") {
    Object list;
    list.list = ListId{"teams"};
    CHECK_FALSE(access::may(a_caller({}), right_of("lists:read"), list));
    list.known = true;
    CHECK(access::may(a_caller({}), right_of("lists:read"), list));
    CHECK_FALSE(access::may(a_caller({}), right_of("lists:write"), list));
    CHECK_FALSE(access::may(a_caller({}), right_of("subscriptions:write"), list));
    CHECK_FALSE(access::may(a_caller({}), right_of("decisions:read"), list));
    CHECK(access::may(a_caller({}, true), right_of("decisions:read"), list));
    CHECK_FALSE(access::may(a_caller({}, true), right_of("decisions:write"), list));
}

TEST_CASE("an owner reaches the lists they manage and keeps their own elsewhere", "[A1]") {
    const auto owner = a_caller({"owner"});
    Object theirs{PersonId{"ana"}, TeamId{"banksia"}, ListId{"wg"}, true, true, {}};
    Object other{PersonId{"ana"}, TeamId{"banksia"}, ListId{"teams"}, false, true, {}};
    Object own{PersonId{"mei"}, TeamId{"orchid"}, ListId{"teams"}, false, true, {}};
    CHECK(access::may(owner, right_of("held:write"), theirs));
    CHECK(access::may(owner, right_of("lists:write"), theirs));
    CHECK_FALSE(access::may(owner, right_of("held:write"), other));
    CHECK_FALSE(access::may(owner, right_of("lists:write"), other));
    CHECK(access::may(owner, right_of("lists:read"), other));
    CHECK(access::may(owner, right_of("posts:read"), own));
    CHECK(access::may(owner, right_of("subscriptions:write"), own));
    CHECK_FALSE(access::may(owner, right_of("held:write"), own));  // nobody releases their own post on a list of others
    CHECK_FALSE(access::may(owner, right_of("held:read"), own));
}

TEST_CASE("whoever reads every case reads one against their own team as its party only", "[item 27]") {
    Object file;
    file.team = file.accused = TeamId{"orchid"};
    Object another;
    another.team = another.accused = TeamId{"banksia"};
    CHECK(access::may(a_caller({"auditor"}), right_of("cases:read"), another));
    CHECK_FALSE(access::may(a_caller({"auditor"}), right_of("cases:read"), file));
    for (const auto* role : {"sc", "chair", "deputy_chair", "secretariat"}) {
        CAPTURE(role);
        for (const auto* r : {"cases:read", "cases:write"}) {
            CHECK(access::may(a_caller({role}), right_of(r), another));
            CHECK_FALSE(access::may(a_caller({role}), right_of(r), file));
            CHECK(access::may(a_caller({role}, true), right_of(r), file));  // as the party, not as the judge
        }
        CHECK_FALSE(access::may(a_caller({role}, true), right_of("holds:write"), file));
    }
}

TEST_CASE("a token bound to lists reaches nothing but these lists", "[H1]") {
    auto bound = a_caller({"secretariat"});
    bound.only = {ListId{"teams"}, ListId{"wg"}};
    Object inside, outside, unsaid;
    inside.list = ListId{"wg"};
    outside.list = ListId{"poc"};
    for (const auto* r : {"lists:read", "lists:write", "subscriptions:write", "posts:read", "held:write"}) {
        CAPTURE(r);
        CHECK(access::may(bound, right_of(r), inside));
        CHECK_FALSE(access::may(bound, right_of(r), outside));
        CHECK_FALSE(access::may(bound, right_of(r), unsaid));
    }
    Object own, team;
    own.person = bound.actor.person;
    team.team = bound.team;
    for (const auto r : all_rights()) {
        CAPTURE(name(r));
        for (const auto& object : {outside, unsaid, own, team}) CHECK_FALSE(access::may(bound, r, object));
    }
}

TEST_CASE("without the second factor nobody reaches anything", "[H5]") {
    for (const auto& row : said) {
        auto caller = a_caller({row.role}, true);
        caller.second_factor = false;
        Object object{PersonId{"mei"}, TeamId{"orchid"}, ListId{"teams"}, true, true, {}};
        for (const auto r : all_rights()) CHECK_FALSE(access::may(caller, r, object));
    }
}

}  // namespace caveat::test
