// What a team said by its own hand nobody else replaces; what others recorded for it, it does.
#include "a_post.hpp"
#include "caveat/committee/matters.hpp"
#include "caveat/detail.hpp"

namespace caveat::test {
namespace {

struct ABallot : APost {
    ABallot() {
        change([&](storage::Register& r) {
            r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
            r.put(community::Term{"chair", PersonId{"seat1-rep"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
        });
        static_cast<void>(told());
    }
    community::Actor ana() const { return person("ana"); }
    std::vector<TeamId> teams(std::initializer_list<const char*> names) const {
        std::vector<TeamId> all;
        for (const auto* name : names) all.push_back(TeamId{name});
        return all;
    }
    // A General Meeting that sits now, with these there.
    std::string meets(const std::vector<TeamId>& present) {
        const auto id = convened();
        clock.time += 24h * 30;
        REQUIRE(desk.attend(secretariat, id, present));
        return id;
    }
    std::string reduced() {
        const auto id = meets(teams({"seat1", "seat2", "seat3"}));
        for (const std::string seat : {"seat1", "seat2", "seat3"}) REQUIRE(desk.vote(person(seat + "-rep"), id, TeamId{seat}, Choice::yes));
        clock.time += 1s;
        REQUIRE(desk.close(secretariat, id)->petition);
        static_cast<void>(told());
        return id;
    }
};

}  // namespace

TEST_CASE("a vote that a team cast itself is replaced by itself alone, and one recorded for it by its own", "[C5][item 54]") {
    ABallot d;
    const auto id = d.proposed("clearance", "quokka");
    const TeamId seat2{"seat2"}, seat3{"seat3"};
    REQUIRE(d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::no));
    const auto before = d.all_rows();
    for (const auto& by : {d.ana(), secretariat}) {
        d.check_refused(d.desk.vote(by, id, seat2, Choice::yes), before, errc::denied, "item 54: seat2 has said itself");
        d.check_refused(d.desk.recuse(by, id, seat2), before, errc::denied, "item 54: seat2 has said itself");
    }
    CHECK(d.desk.decision(everything, id)->tally.no == 1);
    CHECK(d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::abstain));
    for (const auto& by : {d.ana(), secretariat}) REQUIRE(d.desk.vote(by, id, seat3, Choice::yes));
    CHECK(d.desk.vote(d.person("seat3-rep"), id, seat3, Choice::no)->tally.no == 1);
    d.check_refused(d.desk.vote(d.ana(), id, seat3, Choice::yes), d.all_rows(), errc::denied, "item 54");
}

TEST_CASE("a vote stays its team's own word wherever its voter goes, and one recorded for it does not become that",
          "[C5][item 54][ruling kk]") {
    ABallot d;
    // Of the members: a seat ends when its person leaves the team (ruling tt), and with it its vote.
    const auto id = d.meets(d.teams({"seat1", "seat2", "seat3", "seat4", "takin", "kowhai"}));
    const TeamId seat2{"seat2"}, seat3{"seat3"};
    REQUIRE(d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::no));
    REQUIRE(d.desk.vote(d.ana(), id, seat3, Choice::no));
    d.clock.time += 1h;
    const auto moves = [&](const char* person, const char* team) {
        auto moved = *d.store().directory().person(PersonId{person});
        REQUIRE(d.members().remove_person(secretariat, moved.id));
        moved.team = TeamId{team};
        moved.representative = false;
        d.change([&](storage::Register& r) { r.put(moved); });
    };
    moves("seat2-rep", "takin");
    moves("ana", "seat3");
    d.change([&](storage::Register& r) {
        for (const auto* person : {"mei", "ana"})
            r.put(community::Term{"secretariat", PersonId{person}, ListId{}, {d.clock.now() - 1min, d.clock.now() + 24h * 300}});
    });
    d.check_refused(d.desk.vote(d.person("mei"), id, seat2, Choice::yes), d.all_rows(), errc::denied, "item 54: seat2 has said itself");
    CHECK(d.desk.vote(d.person("mei"), id, seat3, Choice::yes));
}

TEST_CASE("what the holder of a seat said, nobody else of the team replaces, but in a ballot of the members", "[C5][item 49]") {
    ABallot d;
    d.change([&](storage::Register& r) {
        community::Person boss;
        boss.id = PersonId{"seat2-boss"};
        boss.name = "Boss";
        boss.team = TeamId{"seat2"};
        boss.addresses = {"boss@seat2.example"};
        boss.representative = true;
        auto holder = *r.person(PersonId{"seat2-rep"});
        holder.representative = false;
        r.put(holder);
        r.put(boss);
    });
    const auto id = d.proposed("clearance", "quokka");
    const TeamId seat2{"seat2"};
    REQUIRE(d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::no));
    d.check_refused(d.desk.vote(d.person("seat2-boss"), id, seat2, Choice::yes), d.all_rows(), errc::denied,
                    "item 49: who holds the seat of seat2 has said what it wants");
    CHECK(d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::abstain));

    const auto of_members = d.meets(d.teams({"seat1", "seat2", "seat3", "seat4", "takin", "kowhai"}));
    REQUIRE(d.desk.vote(d.person("seat2-rep"), of_members, seat2, Choice::no));
    CHECK(d.desk.vote(d.person("seat2-boss"), of_members, seat2, Choice::yes));
}

TEST_CASE("what a representative said stays its team's own after they left", "[C5][item 54]") {
    ABallot d;
    const auto id = d.meets(d.teams({"seat1", "seat2", "seat3", "seat4", "takin", "kowhai"}));
    REQUIRE(d.desk.vote(d.person("takin-rep"), id, TeamId{"takin"}, Choice::no));
    d.change([&](storage::Register& r) { r.remove(PersonId{"takin-rep"}, d.clock.now()); });
    d.check_refused(d.desk.vote(d.ana(), id, TeamId{"takin"}, Choice::yes), d.all_rows(), errc::denied, "item 54");
}

TEST_CASE("a seat that somebody else says takes no part is in again by its own vote; its own word stays", "[C5][item 52]") {
    ABallot d;
    const auto id = d.proposed("clearance", "quokka");
    REQUIRE(d.desk.recuse(d.ana(), id, TeamId{"seat2"}));
    d.check_refused(d.desk.vote(d.ana(), id, TeamId{"seat2"}, Choice::yes), d.all_rows(), errc::denied, "is recused");
    const auto voted = d.desk.vote(d.person("seat2-rep"), id, TeamId{"seat2"}, Choice::no);
    REQUIRE(voted);
    CHECK(voted->ballot.recused.empty());
    CHECK(voted->tally.no == 1);
    d.check_refused(d.desk.recuse(d.ana(), id, TeamId{"seat2"}), d.all_rows(), errc::denied, "item 54");
    REQUIRE(d.desk.recuse(d.person("seat2-rep"), id, TeamId{"seat2"}));
    d.check_refused(d.desk.vote(d.person("seat2-rep"), id, TeamId{"seat2"}, Choice::yes), d.all_rows(), errc::denied, "is recused");
    // What the rules say, no vote undoes.
    const auto own = d.proposed("case.open", "seat4");
    CHECK_FALSE(d.desk.vote(d.person("seat4-rep"), own, TeamId{"seat4"}, Choice::no));
    CHECK(d.desk.decision(everything, own)->ballot.recused == d.teams({"seat4"}));
}

TEST_CASE("a proxy and the chair's word are replaced by who gave them", "[items 45, 57]") {
    ABallot d;
    const auto id = d.meets(d.teams({"seat1", "seat2", "seat3"}));
    REQUIRE(d.desk.proxy(d.person("takin-rep"), id, {TeamId{"takin"}, TeamId{"seat1"}}));
    d.check_refused(d.desk.proxy(d.ana(), id, {TeamId{"takin"}, TeamId{"seat2"}}), d.all_rows(), errc::denied, "item 54");
    REQUIRE(d.desk.proxy(d.ana(), id, {TeamId{"kowhai"}, TeamId{"seat2"}}));
    REQUIRE(d.desk.proxy(d.person("kowhai-rep"), id, {TeamId{"kowhai"}, TeamId{}}));
    d.check_refused(d.desk.proxy(d.ana(), id, {TeamId{"kowhai"}, TeamId{"seat2"}}), d.all_rows(), errc::denied, "item 54");

    committee::Proposal p;
    p.kind = "host";
    p.subject = "2027";
    p.question = "Who hosts?";
    p.candidates = d.teams({"takin", "kowhai"});
    const auto host = d.desk.propose(secretariat, p).value().id;
    REQUIRE(d.desk.break_tie(d.ana(), host, d.teams({"kowhai"})));
    REQUIRE(d.desk.break_tie(d.person("seat1-rep"), host, d.teams({"takin"})));
    d.check_refused(d.desk.break_tie(d.ana(), host, d.teams({"kowhai"})), d.all_rows(), errc::denied, "item 54: the chair");
    REQUIRE(d.desk.back(d.person("seat2-rep"), host, TeamId{"seat2"}, TeamId{"takin"}));
    d.check_refused(d.desk.back(d.ana(), host, TeamId{"seat2"}, TeamId{"kowhai"}), d.all_rows(), errc::denied, "item 54");
}

TEST_CASE("a team takes back a signature that somebody else recorded, also where the petition was complete with it", "[item 47][item 54]") {
    ABallot d;
    const auto id = d.reduced();
    for (const auto* team : {"seat4", "seat5", "seat6", "takin", "kowhai", "saiga"}) REQUIRE(d.desk.petition(d.ana(), id, TeamId{team}));
    const auto complete = d.desk.decision(everything, id);
    CHECK(complete->petition->fate == conduct::Fate::disallowed);
    CHECK(complete->signers.front() == "person ana");
    d.check_refused(d.desk.take_back(d.ana(), id, TeamId{"takin"}), d.all_rows(), errc::denied, "by takin itself");
    const auto back = d.desk.take_back(d.person("takin-rep"), id, TeamId{"takin"});
    REQUIRE(back);
    CHECK(back->petition->fate == conduct::Fate::waiting);
    CHECK(back->petition->valid == 5);
    d.check_refused(d.desk.petition(d.ana(), id, TeamId{"takin"}), d.all_rows(), errc::denied, "item 54");
    d.check_refused(d.desk.take_back(d.person("takin-rep"), id, TeamId{"takin"}), d.all_rows(), errc::not_found, "has not signed");
    // What it signs itself stays.
    REQUIRE(d.desk.petition(d.person("takin-rep"), id, TeamId{"takin"}));
    d.check_refused(d.desk.take_back(d.person("takin-rep"), id, TeamId{"takin"}), d.all_rows(), errc::denied, "stays");
    d.clock.time = *back->tally.effective;
    d.check_refused(d.desk.take_back(d.person("kowhai-rep"), id, TeamId{"kowhai"}), d.all_rows(), errc::denied, "too late");
}

TEST_CASE("what one of the secretariat records for their own team, without speaking for it, is recorded by somebody else",
          "[C5][item 54][item 15]") {
    ABallot d;
    const auto colleague = [&](const std::string& team) {
        d.change([&](storage::Register& r) {
            community::Person person;
            person.id = PersonId{team + "-sec"};
            person.name = "Sec";
            person.team = TeamId{team};
            person.addresses = {"sec@" + team + ".example"};
            r.put(person);
            r.put(community::Term{"secretariat", person.id, ListId{}, {d.clock.now() - 1h, d.clock.now() + 24h * 300}});
        });
        static_cast<void>(d.told());
        return d.person(team + "-sec");
    };
    const TeamId seat2{"seat2"}, takin{"takin"};
    SECTION("a vote: its seat hears of it, and others put it right") {
        const auto by = colleague("seat2");
        const auto id = d.proposed("clearance", "quokka");
        REQUIRE(d.desk.vote(by, id, seat2, Choice::yes));
        CHECK(d.reaches("seat2@seat2.example"));
        CHECK(d.desk.vote(d.ana(), id, seat2, Choice::no));
        CHECK(d.desk.vote(d.person("seat2-rep"), id, seat2, Choice::abstain));
        d.check_refused(d.desk.vote(by, id, seat2, Choice::yes), d.all_rows(), errc::denied, "item 54: seat2 has said itself");
    }
    SECTION("a signature: the team takes it back") {
        const auto by = colleague("takin");
        const auto id = d.reduced();
        REQUIRE(d.desk.petition(by, id, takin));
        CHECK(d.reaches("takin@takin.example"));
        CHECK(d.desk.take_back(d.person("takin-rep"), id, takin));
    }
    SECTION("a declaration: the team hears of it, and others take it back") {
        const auto by = colleague("takin");
        committee::Matters matters(d.store(), d.vault(), d.rules, d.clock);
        const auto declared = matters.declare(by, takin, "3.1 iii", "moved");
        REQUIRE(declared);
        CHECK(d.reaches("takin@takin.example"));
        CHECK(matters.close(d.ana(), community::MatterKind::declaration, declared->id, {"", "funded again", ""}));
    }
    SECTION("who of them speaks for it, says it for it") {
        const auto by = colleague("takin");
        d.change([&](storage::Register& r) {
            auto person = *r.person(*by.person);
            person.representative = true;
            r.put(person);
        });
        const auto id = d.reduced();
        REQUIRE(d.desk.petition(by, id, takin));
        d.check_refused(d.desk.take_back(d.person("takin-rep"), id, takin), d.all_rows(), errc::denied, "stays");
    }
    SECTION("who spoke for it then: what they are since takes nothing back, and makes nothing its word") {
        const auto by = colleague("takin");
        const auto becomes = [&](bool representative) {
            d.clock.time += 1min;
            d.change([&](storage::Register& r) {
                auto person = *r.person(*by.person);
                person.representative = representative;
                r.put(person);
                const std::vector<std::string> fields{"representative"};
                d.store().journal().append(d.clock.now(), "person ana", "person.change", by.person->value,
                                           Detail().add("fields", fields).text());
            });
        };
        const bool spoke = GENERATE(true, false);
        const std::string since = GENERATE("stays", "leaves", "left, as entries of before tell it");
        CAPTURE(spoke, since);
        const auto id = d.reduced();
        if (spoke) becomes(true);
        REQUIRE(d.desk.petition(by, id, takin));
        becomes(!spoke);
        d.clock.time += 1min;
        if (since == "leaves") REQUIRE(d.members().remove_person(secretariat, *by.person));
        if (since.starts_with("left")) {
            d.change([&](storage::Register&) {
                for (const auto* act : {"person.remove", "person.add"})
                    d.store().journal().append(d.clock.now(), "person ana", act, by.person->value, "{}");
            });
        }
        d.clock.time += 1min;
        const auto back = d.desk.take_back(d.person("takin-rep"), id, takin);
        CHECK(back.has_value() == (!spoke && !since.starts_with("left")));  // of these nobody can tell any more
    }
    SECTION("an alternate does by who else spoke for it then, and not by who does since") {
        const auto by = colleague("takin");
        const bool stood_in = GENERATE(true, false);
        const PersonId other{"takin-rep"};
        d.change([&](storage::Register& r) {
            auto person = *r.person(*by.person);
            person.alternate = true;
            r.put(person);
            person = *r.person(other);
            person.representative = !stood_in;
            r.put(person);
        });
        const auto id = d.reduced();
        REQUIRE(d.desk.petition(by, id, takin));
        const auto signed_for_it = [&] { return !d.desk.decision(everything, id)->signed_for_them.empty(); };
        CHECK(signed_for_it() == !stood_in);
        d.clock.time += 1min;
        if (stood_in)
            d.changes(secretariat, other.value, [](auto& person) { person.representative = true; });
        else
            REQUIRE(d.members().remove_person(secretariat, other));
        d.clock.time += 1min;
        CHECK(signed_for_it() == !stood_in);
    }
    SECTION("who holds a seat says that it takes no part, wherever they are since") {
        const auto id = d.proposed("clearance", "quokka");
        d.change([&](storage::Register& r) {
            auto boss = *r.person(PersonId{"seat2-rep"});
            boss.id = PersonId{"seat2-boss"};
            boss.addresses = {"boss@seat2.example"};
            r.put(boss);
        });
        const bool itself = GENERATE(true, false);
        REQUIRE(d.desk.recuse(d.person(itself ? "seat2-rep" : "seat2-boss"), id, seat2));
        const auto said_by_others = [&] { return !d.desk.decision(everything, id)->recused_for_them.empty(); };
        CHECK(said_by_others() == !itself);
        d.clock.time += 1min;
        REQUIRE(d.members().remove_person(secretariat, PersonId{"seat2-rep"}));
        d.clock.time += 1min;
        CHECK(said_by_others() == !itself);
    }
}

TEST_CASE("who holds a seat hears of the vote that another voice of their team cast in it", "[T1][item 49]") {
    ABallot d;
    d.change([&](storage::Register& r) {
        auto boss = *r.person(PersonId{"seat2-rep"});
        boss.id = PersonId{"seat2-boss"};
        boss.addresses = {"boss@seat2.example"};
        r.put(boss);
    });
    const auto id = d.proposed("clearance", "quokka");
    REQUIRE(d.desk.vote(d.person("seat2-boss"), id, TeamId{"seat2"}, Choice::no));
    CHECK(d.reaches("seat2@seat2.example"));
    CHECK_FALSE(d.all_letters().find("To: <boss@seat2.example>") != std::string::npos);
    const auto of_members = d.meets(d.teams({"seat1", "seat2", "seat3", "seat4", "takin", "kowhai"}));
    static_cast<void>(d.told());
    REQUIRE(d.desk.vote(d.person("seat2-boss"), of_members, TeamId{"seat2"}, Choice::no));
    CHECK_FALSE(d.reaches("seat2@seat2.example"));
}

TEST_CASE("a token that another person made speaks for nobody, and one that the operator made does", "[C5][item 54]") {
    ABallot d;
    const auto id = d.proposed("clearance", "quokka");
    const TeamId seat2{"seat2"};
    const auto by = d.lent("seat2-rep", "person ana");
    const auto before = d.all_rows();
    d.check_refused(d.desk.vote(by, id, seat2, Choice::yes), before, errc::denied, "was made by person ana");
    d.check_refused(d.desk.recuse(by, id, seat2), before, errc::denied, "was made by person ana");
    REQUIRE(d.desk.vote(d.lent("seat2-rep", "operator root"), id, seat2, Choice::yes));
    bool said = false;
    d.store().journal().each({.act = "decision.voted", .subject = id}, [&](const storage::Entry& e) {
        said = said || e.detail.find("\"token_of\":\"operator root\"") != std::string::npos;
    });
    CHECK(said);
    // It is the seat's own.
    d.check_refused(d.desk.vote(d.ana(), id, seat2, Choice::no), d.all_rows(), errc::denied, "item 54");
}

TEST_CASE("who has voted at a meeting is present, and who strikes others off is told of", "[C5][items 44, 51]") {
    ABallot d;
    const auto id = d.meets(d.teams({"seat1", "seat2", "seat3", "seat4", "seat5", "takin"}));
    static_cast<void>(d.told());
    REQUIRE(d.desk.attend(d.person("seat5-rep"), id, d.teams({"seat1", "seat2", "seat3", "seat5", "takin", "saiga"})));
    CHECK(d.told() == std::vector<std::string>{"seat4-rep"});
    CHECK(d.last_says("seat4 is not present at its meeting"));
    CHECK(d.told().empty());
    for (const std::string seat : {"seat1", "seat2"}) REQUIRE(d.desk.vote(d.person(seat + "-rep"), id, TeamId{seat}, Choice::no));
    const auto before = d.all_rows();
    d.check_refused(d.desk.attend(secretariat, id, d.teams({"seat3", "seat5", "takin", "saiga", "seat2"})), before, errc::denied,
                    "seat1 has voted");
    // From the first vote on nobody puts down or strikes off another: it would make the ballot end otherwise.
    for (const auto& by : {d.person("seat5-rep"), d.ana()}) {
        d.check_refused(d.desk.attend(by, id, d.teams({"seat1", "seat2", "seat5", "takin", "saiga"})), before, errc::denied,
                        "only seat3 says whether it is present");
        d.check_refused(d.desk.attend(by, id, d.teams({"seat1", "seat2", "seat3", "seat5", "takin", "saiga", "seat4"})), before,
                        errc::denied, "only seat4 says whether it is present");
    }
    REQUIRE(d.desk.attend(d.person("seat4-rep"), id, d.teams({"seat1", "seat2", "seat3", "seat4", "seat5", "takin", "saiga"})));
    // It says itself that it was away.
    CHECK(d.desk.attend(d.person("seat1-rep"), id, d.teams({"seat2", "seat3", "seat4", "seat5", "takin", "saiga"})));
}

TEST_CASE("a ballot with votes does not become a meeting without a quorum by somebody's record", "[C5][item 51]") {
    ABallot d;
    const auto id = d.proposed("clearance", "quokka");
    static_cast<void>(d.told());
    for (int i = 1; i <= 5; ++i) REQUIRE(d.desk.vote(secretariat, id, TeamId{"seat" + std::to_string(i)}, Choice::yes));
    d.clock.time += 1s;
    static_cast<void>(d.told());
    d.check_refused(d.desk.attend(d.person("seat7-rep"), id, d.teams({"seat7"})), d.all_rows(), errc::denied, "has voted");
    // The operator recorded these votes, and may put them right; the ballot waits for its close all the same.
    REQUIRE(d.desk.attend(secretariat, id, d.teams({"seat7"})));
    auto all = std::vector<std::string>{};
    for (int i = 1; i <= 7; ++i) all.push_back("seat" + std::to_string(i) + "-rep");
    CHECK(d.told() == all);
    d.check_refused(d.desk.close(d.person("seat7-rep"), id), d.all_rows(), errc::denied, "before its time");
}

TEST_CASE("a sitting that one seat puts on record ends nobody's vote before the ballot's time", "[C5][A11][item 51][ruling tt]") {
    ABallot d;
    const auto id = d.proposed("clearance", "quokka");
    d.clock.time += 1s;
    REQUIRE(d.desk.attend(d.person("seat1-rep"), id, d.teams({"seat1"})));
    d.check_refused(d.desk.close(d.person("seat1-rep"), id), d.all_rows(), errc::denied, "ruling (tt)");
    const auto told = d.told();  // that it is open
    CHECK(std::count(told.begin(), told.end(), "seat7-rep") == 1);
    // Whoever has a seat says itself that it is there; what others record for it does not.
    d.check_refused(d.desk.vote(d.ana(), id, TeamId{"seat2"}, Choice::yes), d.all_rows(), errc::denied, "not present");
    for (const std::string seat : {"seat2", "seat3", "seat4"}) REQUIRE(d.desk.vote(d.person(seat + "-rep"), id, TeamId{seat}, Choice::yes));
    CHECK(d.desk.decision(everything, id)->ballot.attendance->present.size() == 4);
    d.clock.time += 1s;
    d.check_refused(d.desk.close(d.person("seat1-rep"), id), d.all_rows(), errc::denied, "earliest");
    REQUIRE(d.desk.vote(d.person("seat5-rep"), id, TeamId{"seat5"}, Choice::yes));
    REQUIRE(d.desk.vote(d.person("seat1-rep"), id, TeamId{"seat1"}, Choice::no));
    d.clock.time += 1s;
    // Two more could not change it.
    CHECK(d.desk.close(d.person("seat1-rep"), id)->tally.verdict == BallotResult::passed);
}

TEST_CASE("those who are on record as present do not decide early against those who may still vote", "[C5][item 51][ruling tt]") {
    ABallot d;
    const auto id = d.proposed("clearance", "quokka");
    REQUIRE(d.desk.attend(d.person("seat1-rep"), id, d.teams({"seat1", "seat2", "seat3", "seat4", "seat5"})));
    d.vote(id, 3, 2);
    d.clock.time += 1s;
    d.check_refused(d.desk.close(d.person("seat1-rep"), id), d.all_rows(), errc::denied, "ruling (tt)");
    REQUIRE(d.desk.vote(d.person("seat6-rep"), id, TeamId{"seat6"}, Choice::yes));
    d.clock.time += 1s;
    CHECK(d.desk.close(d.person("seat1-rep"), id)->tally.verdict == BallotResult::passed);
}

TEST_CASE("a meeting that was called is not over before it has begun", "[C5][item 51][ruling tt]") {
    ABallot d;
    committee::Proposal p;
    p.kind = "clearance";
    p.subject = "quokka";
    p.question = "?";
    p.set = ADesk::usual("clearance");
    p.opens = d.clock.now();
    p.meeting = d.clock.now() + 24h;
    const auto id = d.desk.propose(secretariat, p).value().id;
    d.clock.time += 1s;
    REQUIRE(d.desk.attend(d.person("seat1-rep"), id, d.teams({"seat1"})));
    d.check_refused(d.desk.close(d.person("seat1-rep"), id), d.all_rows(), errc::denied, "ruling (tt)");
    d.clock.time += 25h;
    d.check_refused(d.desk.close(d.person("seat1-rep"), id), d.all_rows(), errc::denied, "ruling (tt)");  // as recorded before it sat
    REQUIRE(d.desk.attend(d.person("seat1-rep"), id, d.teams({"seat1", "seat2", "seat3", "seat4"})));
    d.clock.time += 1s;
    CHECK(d.desk.close(d.person("seat1-rep"), id)->tally.verdict == BallotResult::no_quorum);
}

TEST_CASE("an appeal is withdrawn by its party alone, and it hears what others record of it", "[C3][item 37][ruling d][ruling ss]") {
    ABallot d;
    d.opened("takin");
    d.does(ADesk::a_notice());
    static_cast<void>(d.told());
    const auto opened = conduct::RecordService{1, conduct::Channel::page_read, d.clock.now()};
    const auto before = d.all_rows();
    for (const auto* who : {"ana", "seat3-rep"}) {
        d.check_refused(d.files.act(d.person(who), d.the_case, opened), before, errc::denied, "ruling (d)");
    }
    d.check_refused(d.files.act(d.lent("takin-rep", "person ana"), d.the_case, opened), before, errc::denied, "was made by");
    REQUIRE(d.files.act(d.person("seat3-rep"), d.the_case, conduct::RecordService{1, conduct::Channel::post_receipt, d.clock.now()}));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("seat3 (seat3) recorded that notice 1 counts as served on you since"));
    CHECK(d.last_says("the post has a receipt of it"));
    REQUIRE(d.files.act(d.person("takin-rep"), d.the_case, conduct::FileAppeal{1, "letter"}));
    static_cast<void>(d.told());
    for (const auto* who : {"ana", "seat3-rep"}) {
        CHECK_FALSE(d.files.act(d.person(who), d.the_case, conduct::WithdrawAppeal{1}));
    }
    d.check_refused(d.files.act(d.ana(), d.the_case, conduct::WithdrawAppeal{1}), d.all_rows(), errc::denied, "item 37");
    d.check_refused(d.files.act(d.lent("takin-rep", "person ana"), d.the_case, conduct::WithdrawAppeal{1}), d.all_rows(), errc::denied,
                    "was made by");
    REQUIRE(d.files.act(secretariat, d.the_case, conduct::WithdrawAppeal{1}));
    const auto told = d.told();
    CHECK(std::find(told.begin(), told.end(), "takin-rep") != told.end());
    CHECK(d.last_says("recorded that you withdraw your appeal against notice 1"));
}

TEST_CASE("what is recorded of a team with a token that somebody else made is told as that one's doing", "[C5][item 54][ruling ss]") {
    ABallot d;
    d.opened("takin");
    d.does(ADesk::a_notice());
    static_cast<void>(d.told());
    const conduct::RecordService served{1, conduct::Channel::post_receipt, d.clock.now()};
    REQUIRE(d.files.act(d.lent("seat3-rep", "person seat4-rep"), d.the_case, served));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("seat4 (seat4) (with a token in the name of seat3 (seat3)) recorded that notice 1 counts as served on you since"));
}

TEST_CASE("what is done with a token that somebody else made is shown as that one's doing", "[J1][item 54][ruling ss]") {
    ABallot d;
    d.opened("takin");
    d.does(ADesk::a_notice());
    const auto lent = d.lent("seat3-rep", "person seat4-rep");
    const std::string both = "person seat4-rep in the name of person seat3-rep", own = "person seat1-rep";
    REQUIRE(d.files.act(lent, d.the_case, conduct::RecordService{1, conduct::Channel::post_receipt, d.clock.now()}));
    CHECK(d.files.show(d.the_case)->happened.back().actor == both);

    committee::Proposal p;
    p.kind = "case.open";
    p.question = "Shall we?";
    for (const auto& [team, opens] : {std::pair{"saiga", 0h}, std::pair{"kowhai", 48h}}) {
        p.subject = team;
        p.opens = d.clock.now() + opens;
        const auto proposed = d.desk.propose(lent, p);
        REQUIRE(proposed);
        CHECK(proposed->proposed_by == both);
        CHECK(d.desk.decision(everything, proposed->id)->proposed_by == both);
        const auto all = d.desk.decisions(everything);
        CHECK(std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.id == proposed->id && one.proposed_by == both; }));
    }

    committee::Matters matters(d.store(), d.vault(), d.rules, d.clock);
    const auto review = matters.review(lent, TeamId{"saiga"}, "its host");
    REQUIRE(review);
    CHECK(review->actor == both);
    CHECK(matters.find(community::MatterKind::review, review->id)->actor == both);
    d.clock.time += 1s;
    REQUIRE(matters.close(d.person("seat1-rep"), community::MatterKind::review, review->id, {"meets", "as before", ""}));
    CHECK(matters.all(community::MatterKind::review).back().actor == both);
    CHECK(matters.all(community::MatterKind::review).back().closed_by == own);

    const auto decision = d.decided("hold.place", "kowhai-rep");
    REQUIRE(d.desk.place(lent, PersonId{"kowhai-rep"}, "her mailbox looks odd", decision));
    CHECK(d.desk.holds().back().by == both);
}

TEST_CASE("what is proposed about a team is not there for anybody of it, whatever office they hold", "[A11][item 27]") {
    ABallot d;
    const auto id = d.proposed("case.open", "banksia");
    using Reach = committee::Viewer::Reach;
    for (const bool speaks : {false, true}) {
        const committee::Viewer ana{d.ana(), TeamId{"banksia"}, speaks, false, Reach::everything};
        const auto read = d.desk.decision(ana, id);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == errc::not_found);
        CHECK(d.desk.decisions(ana).empty());
    }
    const auto before = d.all_rows();
    CHECK(d.desk.vote(d.ana(), id, TeamId{"seat1"}, Choice::no).error().code == errc::not_found);
    CHECK(d.desk.recuse(d.ana(), id, TeamId{"seat1"}).error().code == errc::not_found);
    committee::Proposal p;
    p.kind = "case.open";
    p.subject = "banksia";
    p.question = "?";
    CHECK(d.desk.propose(d.ana(), p).error().code == errc::not_found);
    CHECK(d.all_rows() == before);
    CHECK(d.desk.vote(d.person("seat1-rep"), id, TeamId{"seat1"}, Choice::yes));
}

}  // namespace caveat::test
