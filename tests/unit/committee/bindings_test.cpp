// What a decision names beside its subject binds whoever carries it out; of what it left open the committee hears.
#include "a_post.hpp"

namespace caveat::test {
namespace {

using community::Settings;

struct ACaseToDecide : APost {
    committee::Proposal asked(const std::string& kind, const Settings& set) {
        committee::Proposal p;
        p.kind = kind;
        p.subject = the_case;
        p.question = "Shall we?";
        p.set = set;
        return p;
    }
    Result<committee::CaseFile> acted(const conduct::Act& act, const std::string& decision) {
        return files.act(secretariat, the_case, act, decision);
    }
    void noticed() {
        opened("quokka");
        does(a_notice());
        serve(1);
        clock.time += 24h * 15;
    }
    static conduct::SeatPanel five(int notice, const char* chair, const std::vector<std::string>& others) {
        conduct::SeatPanel seat{notice, {}};
        seat.panel.chair.person = PersonId{chair};
        for (const auto& one : others) seat.panel.members.push_back({PersonId{one}, {}});
        return seat;
    }
    std::vector<std::string> everybody_of_the_committee() {
        std::vector<std::string> all;
        for (const auto& seat : seats) all.push_back(seat.value + "-rep");
        return all;
    }
    // Without what was there to tell of before.
    void hears_out() {
        while (!told().empty()) {
        }
    }
};

const std::string their_letter = "sha256:1";

}  // namespace

TEST_CASE("a finding that was decided is recorded as it was decided, and in no other way", "[A11][C5][ruling ii]") {
    ACaseToDecide d;
    d.noticed();
    const auto decision = d.decided("case.finding", d.the_case, {{"outcome", "complied"}});
    d.check_refused(d.acted(conduct::FindContinues{their_letter, d.clock.now()}, decision), d.all_rows(), errc::denied,
                    "it decides outcome = complied, and the act has outcome = continues");
    REQUIRE(d.acted(conduct::FindComplied{their_letter, d.clock.now()}, decision));
}

TEST_CASE("a panel that was decided is seated with the five who were named", "[A11][ruling ii][item 38]") {
    ACaseToDecide d;
    d.unheeded();
    d.does(conduct::FileAppeal{2, "their letter"});
    const Settings named{{"chair", "takin@takin.example"}, {"members", "seat2-rep seat1-rep,kowhai-rep saiga-rep"}};
    const auto decision = d.decided("case.panel", d.the_case, named);
    const auto others = std::vector<std::string>{"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"};
    d.check_refused(d.acted(d.five(2, "saiga-rep", {"seat1-rep", "seat2-rep", "kowhai-rep", "takin-rep"}), decision), d.all_rows(),
                    errc::denied, "it decides chair = takin-rep, and the act has chair = saiga-rep");
    d.check_refused(d.acted(d.five(2, "takin-rep", {"seat1-rep", "seat3-rep", "kowhai-rep", "saiga-rep"}), decision), d.all_rows(),
                    errc::denied, "members = kowhai-rep, saiga-rep, seat1-rep, seat2-rep, and the act has");
    REQUIRE(d.acted(d.five(2, "takin-rep", others), decision));
}

TEST_CASE("what a decision binds is named as an act can do it", "[ruling ii][item 38]") {
    ACaseToDecide d;
    d.unheeded();
    const auto [kind, set, code, words] = GENERATE(table<std::string, Settings, errc, std::string>({
        {"case.finding", {{"outcome", "maybe"}}, errc::invalid, "complied or continues"},
        {"case.finding", {{"finding", "complied"}}, errc::invalid, "has no setting 'finding'; write outcome, evidence"},
        {"case.panel", {{"chair", "takin-rep"}}, errc::invalid, "named whole"},
        {"case.panel", {{"chair", "takin-rep"}, {"members", "nobody"}}, errc::not_found, "person nobody is not there"},
        {"case.lift", {{"only", "teams"}}, errc::invalid, "lifts nothing"},
        {"case.lift", {{"only", "teams:dance"}}, errc::invalid, "is not receive"},
        {"case.lift", {{"only", "teams:post"}, {"whole", "true"}}, errc::invalid, "a part or the whole"},
        {"case.close", {{"outcome", "complied"}}, errc::invalid, "has no settings"},
    }));
    CAPTURE(kind);
    d.check_refused(d.desk.propose(secretariat, d.asked(kind, set)), d.all_rows(), code, words);
}

TEST_CASE("a sanction is lifted as far as it was decided", "[A11][ruling ii][ruling h]") {
    ACaseToDecide d;
    d.unheeded();
    d.does(ADesk::a_sanction());
    d.serve(3);
    d.clock.time += 24h * 40;
    const conduct::DeniedSet posting{{"teams", community::bit(Verb::post)}};
    const auto part = d.decided("case.lift", d.the_case, {{"only", "teams:post"}});
    d.check_refused(d.acted(conduct::Lift{}, part), d.all_rows(), errc::denied, "it decides only = teams:post, and the act has nothing of it");
    REQUIRE(d.acted(conduct::Lift{posting}, part));
    const auto whole = d.decided("case.lift", d.the_case, {{"whole", "true"}});
    d.check_refused(d.acted(conduct::Lift{{{"teams", community::bit(Verb::receive)}}}, whole), d.all_rows(), errc::denied, "whole = true");
    REQUIRE(d.acted(conduct::Lift{}, whole));
}

TEST_CASE("a hold is extended for as long as was decided", "[A11][ruling ii][item 42]") {
    ACaseToDecide d;
    const auto hold = d.desk.place(secretariat, PersonId{"mei"}, "her mailbox is not hers");
    REQUIRE(hold);
    const auto decision = d.decided("hold.extend", "mei", {{"length", "24h"}});
    d.check_refused(d.desk.extend(secretariat, hold->id, decision), d.all_rows(), errc::denied, "length = 1d, and the act has length = 3d");
    REQUIRE(d.desk.extend(secretariat, hold->id, decision, conduct::days(1)));
    d.hears_out();
    const auto open = d.decided("hold.extend", "mei");
    REQUIRE(d.desk.extend(secretariat, hold->id, open));
    CHECK(d.told() == d.everybody_of_the_committee());
    CHECK(d.last_says("extended the security hold of mei (orchid)"));
    CHECK(d.told().empty());
}

TEST_CASE("the committee hears at once what was made of a decision that did not name it, and of no other", "[ruling ss][A11]") {
    ACaseToDecide d;
    d.noticed();
    d.hears_out();
    const bool named = GENERATE(true, false);
    const auto bound = [&](Settings set) { return named ? set : Settings{}; };
    const auto hear = [&] {
        auto readers = d.told();
        std::erase_if(readers, [](const auto& id) { return !id.starts_with("seat"); });
        return readers;
    };
    const auto all = named ? std::vector<std::string>{} : d.everybody_of_the_committee();
    REQUIRE(d.acted(conduct::FindContinues{their_letter, d.clock.now()},
                    d.decided("case.finding", d.the_case, bound({{"outcome", "continues"}}))));
    CHECK(hear() == all);
    if (!named) CHECK(d.last_says("that the breach continues; the evidence is sha256:1"));
    CHECK(hear().empty());
}

TEST_CASE("the committee hears who was seated and what was lifted by a decision that names nobody", "[ruling ss][A11][item 38]") {
    ACaseToDecide d;
    d.unheeded();
    d.does(conduct::FileAppeal{2, "their letter"});
    d.hears_out();
    d.does(d.five(2, "takin-rep", {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}));
    d.clock.time += committee::Reminders::soon;
    d.begin_hours();
    CHECK(d.watch.tell_who_must_act().letters >= 12);
    bool said = false;
    storage::Posts::Filter filter;
    filter.notices = true;
    for (const auto& post : d.store().posts().select(filter)) {
        const auto text = in_one_line(d.seal->open(d.store().posts().body(post.key), post.id.value).value());
        said = said || text.find("who sits on the panel about notice 2: takin (takin) in the chair, with seat1 (seat1), seat2 (seat2)") != std::string::npos;
    }
    CHECK(said);
}

}  // namespace caveat::test
