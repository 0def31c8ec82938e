// Applications at the desk: decided by the committee, written whole, and a refused act changes nothing.
#include "a_door.hpp"
#include "application_text.hpp"
#include "caveat/committee/matters.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/storage/voices.hpp"

namespace caveat::test {
TEST_CASE("an Operational Member comes from an economy of the region on the day it applies [item 4]") {
    ADoor d;
    auto form = a_form("nimbus");
    const auto submit = [&](const std::string& category) {
        return d.door.submit(secretariat, {{}, TeamId{"nimbus"}, category, {}, {}, form});
    };
    form.economy = "NO";
    d.refused(errc::denied, "item 4: NO is not of the region on 2026-11-22", [&] { return submit("operational"); });
    CHECK_FALSE(d.team("nimbus"));
    form.economy = "";  // may follow, and is asked then, about the day of the application
    d.id = d.done(submit("operational")).as_is.id;
    const auto amend = [&](const char* economy) {
        form.economy = economy;
        return d.door.act(secretariat, d.id, conduct::AmendForm{form});
    };
    d.clock.time += 24h * 20;
    d.refused(errc::denied, "not of the region on 2026-11-22", [&] { return amend("NO"); });
    d.done(amend("NZ"));
    d.does(conduct::WithdrawApplication{});
    form.economy = "NO";
    d.done(submit("liaison"));  // item 9: from elsewhere too
}

TEST_CASE("a member is admitted by every seat and is in the register with its representative [item 17]", "[C5]") {
    ADoor d;
    d.submit("nimbus", "operational");
    CHECK(d.id == "A-2026-001");
    CHECK(d.team("nimbus")->category == "applicant");
    d.papers();
    d.refused(errc::denied, "item 17: sponsors 0/1", [&] {
        return d.desk.propose(secretariat, {{}, "admission", {}, "Shall we?", "nimbus", {}, {}, {}});
    });
    d.does(ADoor::by("takin"));
    d.does(conduct::AgreeVisit{TeamId{"kowhai"}, false});
    const auto decision = d.decided("admission", "nimbus");
    CHECK(d.door.show(d.id)->phase == ApplicationPhase::sc_ballot);
    const auto file = d.done(d.door.admit(secretariat, d.id, decision));
    CHECK(file.phase == ApplicationPhase::admitted);
    const auto team = d.team("nimbus");
    REQUIRE(team);
    CHECK(team->category == "operational");
    CHECK(team->since == date_of(d.clock.now()));
    CHECK(team->name == "nimbus-CERT");
    CHECK(d.store().directory().person(PersonId{"nimbus-rep"})->representative);
    d.subscribe("teams", "nimbus-rep");
    CHECK(d.may(Verb::receive, "nimbus-rep"));
    REQUIRE(file.mentors.size() == 1);
    CHECK(to_string(file.mentors.front().until) == "2027-11-22");
    CHECK(d.desk.decision(everything, decision)->used_by == "admission A-2026-001");
    d.refused(errc::denied, "used already", [&] { return d.door.admit(secretariat, d.id, decision); });
    CHECK(d.store().journal().verify());
}

TEST_CASE("six yes and an abstention admit nobody; a failed ballot may be held again, or declines [item 22]", "[C5]") {
    ADoor d;
    d.ready("nimbus", "operational");
    const auto six = d.proposed("admission", "nimbus");
    d.refused(errc::denied, "is the ballot of", [&] {
        return d.desk.propose(secretariat, {{}, "admission", {}, "Again?", "nimbus", {}, {}, {}});
    });
    d.vote(six, 6);
    REQUIRE(d.desk.vote(secretariat, six, d.seats.at(6), Choice::abstain));
    d.refused(errc::denied, "item 22", [&] { return d.door.decline(secretariat, d.id, six); });
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, six)->tally.verdict == BallotResult::failed);
    d.refused(errc::denied, six, [&] { return d.door.admit(secretariat, d.id, six); });

    const auto approval = d.decided("clearance", "nimbus");  // 4/7 is never unanimity (item 54)
    d.refused(errc::denied, "item 54", [&] { return d.door.admit(secretariat, d.id, approval); });
    d.refused(errc::denied, "item 54", [&] { return d.door.admit(secretariat, d.id, ""); });
    const auto again = d.decided("admission", "nimbus");
    d.refused(errc::denied, "is not the ballot", [&] { return d.door.decline(secretariat, d.id, six); });
    d.refused(errc::denied, "it admits", [&] { return d.door.decline(secretariat, d.id, again); });
    d.done(d.door.admit(secretariat, d.id, again));

    d.ready("cirrus", "operational");
    const auto no = d.proposed("admission", "cirrus");
    d.vote(no, 0, 7);
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, no));
    CHECK(d.done(d.door.decline(secretariat, d.id, no)).phase == ApplicationPhase::declined);
    CHECK_FALSE(d.team("cirrus"));
    CHECK(d.desk.decision(everything, no)->used_by == "admission declined " + d.id);
}

TEST_CASE("nobody is turned down by a ballot in which those who did not vote had no time to", "[C5][A11][items 22, 52, 54]") {
    ADoor d;
    d.ready("nimbus", "operational");
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    committee::Proposal p{{}, "admission", {}, "Shall we?", "nimbus", {}, {}, {}};
    const bool whole = GENERATE(false, true);
    const std::string no = GENERATE("nobody", "ana", "seat2-sec", "seat2-rep");
    CAPTURE(whole, no);
    d.change([&](storage::Register& r) {  // of the team, and neither its voice nor its seat
        auto colleague = *r.person(PersonId{"seat2-rep"});
        colleague.id = PersonId{"seat2-sec"};
        colleague.addresses = {"sec@seat2.example"};
        colleague.representative = false;
        r.put(colleague);
        r.put(community::Term{"secretariat", colleague.id, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    if (!whole) p.closes = d.clock.now() + 24h * 13;
    const auto ballot = d.desk.propose(secretariat, p);
    REQUIRE(ballot);
    const auto& id = ballot->id;
    if (no != "nobody") REQUIRE(d.desk.vote(d.person(no), id, d.seats.at(1), Choice::no));
    d.clock.time = *ballot->ballot.open.until;
    if (whole || no == "seat2-rep") {
        CHECK(d.done(d.door.decline(secretariat, d.id, id)).phase == ApplicationPhase::declined);
    } else {
        d.refused(errc::denied, "items 22 and 52: decision " + id, [&] { return d.door.decline(secretariat, d.id, id); });
        REQUIRE(d.proposed("admission", "nimbus") != id);  // it is voted on again
    }
}

TEST_CASE("a ballot that may still be voted in turns nobody down, and none takes its place", "[C5][A11][items 22, 52]") {
    ADoor d;
    d.ready("nimbus", "operational");
    const auto id = d.proposed("admission", "nimbus");
    d.clock.time += 1s;
    const auto without_quorum = d.desk.attend(d.person("seat1-rep"), id, {d.seats.at(0), d.seats.at(1)});
    REQUIRE(without_quorum);
    REQUIRE(without_quorum->tally.verdict == BallotResult::no_quorum);
    d.refused(errc::denied, "is open", [&] { return d.door.decline(d.person("seat1-rep"), d.id, id); });
    committee::Proposal another{{}, "admission", {}, "Shall we?", "nimbus", {}, {}, {}};
    d.refused(errc::denied, "is the ballot of", [&] { return d.desk.propose(secretariat, another); });
}

TEST_CASE("nobody is turned down by votes that one person recorded for all who did not vote themselves", "[C5][A11][items 22, 52, 54]") {
    ADoor d;
    d.ready("nimbus", "operational");
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const bool one_says_no = GENERATE(false, true);
    const auto id = d.proposed("admission", "nimbus");
    REQUIRE(d.desk.vote(d.person("seat1-rep"), id, d.seats.at(0), one_says_no ? Choice::no : Choice::yes));
    for (std::size_t i = 1; i < 7; ++i) REQUIRE(d.desk.vote(d.person("ana"), id, d.seats.at(i), Choice::no));
    d.clock.time += 1s;
    REQUIRE(d.desk.close(d.person("ana"), id));
    if (one_says_no) {
        CHECK(d.done(d.door.decline(secretariat, d.id, id)).phase == ApplicationPhase::declined);
    } else {
        d.refused(errc::denied, "6 with a vote had not voted, or had it recorded by somebody who does not speak for them",
                  [&] { return d.door.decline(secretariat, d.id, id); });
    }
}

TEST_CASE("a partner has no access before its MoU is on record, and from then on has [item 18]", "[C5]") {
    ADoor d;
    d.submit("nimbus", "liaison");
    d.papers();
    d.does(ADoor::by("takin"));
    d.does(ADoor::by("kowhai"));
    d.refused(errc::denied, "2/3", [&] { return d.tried(ADoor::by("takin")); });
    d.refused(errc::denied, "sponsors 2/3", [&] {
        return d.desk.propose(secretariat, {{}, "admission", {}, "Shall we?", "nimbus", {}, {}, {}});
    });
    d.does(ADoor::by("saiga"));
    CHECK(d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus"))).phase == ApplicationPhase::approved_pending_mou);
    CHECK(d.team("nimbus")->category == "liaison");
    d.subscribe("teams", "nimbus-rep");
    CHECK_FALSE(d.may(Verb::receive, "nimbus-rep"));
    d.does(d.mou());
    CHECK(d.may(Verb::receive, "nimbus-rep"));
}

TEST_CASE("whoever comes in by an application is in the journal, and of a team that has people it is not its own word", "[J2][ruling ss]") {
    ADoor d;
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto entered = [&](const char* id) {
        std::string detail;
        d.store().journal().each({.from = 1, .limit = -1, .act = "person.add", .subject = id},
                                 [&](const storage::Entry& entry) { detail += entry.detail; });
        return detail;
    };
    d.admitted("nimbus", "operational");
    CHECK(entered("nimbus-rep") == R"({"what":"rep@nimbus.example of nimbus, representative, by its application",)"
                                   R"("addresses_after":["rep@nimbus.example"],"team":"nimbus","own":"yes"})");
    d.ready("quokka", "liaison");
    d.done(d.door.admit(d.person("ana"), d.id, d.decided("category", "quokka")));
    CHECK(entered("quokka-rep") == R"({"what":"rep@quokka.example of quokka, representative, by its application",)"
                                   R"("addresses_after":["rep@quokka.example"],"team":"quokka"})");
    CHECK(d.store().journal().verify());
}

TEST_CASE("who came in by the form of their team is its voice, also where whoever recorded it came under a hold", "[C4][items 15, 42]") {
    ADoor d;
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    d.ready("nimbus", "operational");
    d.done(d.door.admit(d.person("ana"), d.id, d.decided("admission", "nimbus")));
    REQUIRE(d.desk.place(secretariat, PersonId{"ana"}, "lost her telephone"));
    CHECK_FALSE(storage::was_put_there(d.store(), *d.store().directory().person(PersonId{"nimbus-rep"}), d.clock.now()));
}

TEST_CASE("a representative who comes in by an application over an alternate is named with them", "[ruling ss][items 36, 37]") {
    ADoor d;
    const bool alternate = GENERATE(true, false);
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
        auto quentin = *r.person(PersonId{"quentin"});
        quentin.representative = false;
        quentin.alternate = alternate;
        r.put(quentin);
    });
    d.ready("quokka", "liaison");
    d.done(d.door.admit(d.person("ana"), d.id, d.decided("category", "quokka")));
    std::string entered;
    d.store().journal().each({.from = 1, .limit = -1, .act = "person.add", .subject = "quokka-rep"},
                             [&](const storage::Entry& entry) { entered = entry.detail; });
    CAPTURE(entered);
    CHECK((entered.find(R"("in_place_of":["quentin"])") != std::string::npos) == alternate);
    CHECK(d.store().directory().person(PersonId{"quokka-rep"})->representative);
}

TEST_CASE("what an application accepted counts from the admission on, in the version that is in force then", "[item 5][ruling nn]") {
    ADoor d;
    committee::Matters matters(d.store(), d.vault(), d.rules, d.clock);
    const committee::Paper policy{"policy.txt", "Keep it to yourself."};
    const auto ask = [&](const char* name, const char* version, const char* of, const committee::Paper& paper) {
        REQUIRE(matters.ask(secretariat, name, version, "", of, paper));
    };
    const auto accepted = [&](const char* team) {
        std::string all;
        for (const auto& pair : matters.acceptances()) {
            if (pair.team.value == team) all += fmt::format("{} {} {}; ", pair.document, pair.version, pair.accepted ? "yes" : "not yet");
        }
        return all;
    };
    ask("Policy", "1", "partners", {"policy.txt", "Keep it."});
    ask("Policy", "2", "partners", policy);
    ask("Code", "3", "all", {"code.txt", "Be fair."});
    ask("Terms", "1", "all", {"terms.txt", "Of use."});
    d.submit("nimbus", "liaison");
    d.does(ADoor::paper(conduct::DocumentKind::form));
    const auto hand_in = [&](conduct::DocumentKind kind, const std::string& reference, const committee::Paper& paper) {
        d.done(d.door.act(secretariat, d.id, conduct::AttachDocument{kind, {}, {reference, ""}}, paper));
    };
    hand_in(conduct::DocumentKind::handling_policy, "", policy);
    hand_in(conduct::DocumentKind::other, "Code 3", {"signed.txt", "We accept it. Ngaio"});
    hand_in(conduct::DocumentKind::other, "Terms 0", {"signed2.txt", "We accepted the terms of then."});
    for (const auto* sponsor : {"takin", "kowhai", "saiga"}) d.does(ADoor::by(sponsor));
    CHECK(accepted("nimbus").empty());  // an applicant is asked nothing
    d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
    CHECK(accepted("nimbus") == "Code 3 yes; Policy 2 yes; Terms 1 not yet; ");
    d.does(d.mou());
    CHECK(accepted("nimbus") == "Code 3 yes; Policy 2 yes; Terms 1 not yet; ");
    CHECK(matters.all(community::MatterKind::acceptance).size() == 2);
    CHECK(d.store().journal().verify());
}

TEST_CASE("a sponsor that leaves or is sanctioned before the ballot does not count [item 19]", "[C5]") {
    ADoor d;
    d.refused(errc::not_found, "there", [&] { return d.door.act(secretariat, "A-1999-001", ADoor::by("takin")); });
    d.ready("nimbus", "operational");
    d.refused(errc::denied, "item 19", [&] { return d.tried(ADoor::by("quokka")); });
    d.refused(errc::not_found, "nobody", [&] { return d.tried(ADoor::by("nobody")); });
    d.refused(errc::denied, "does not speak", [&] { return d.door.act(d.person("takin-rep"), d.id, ADoor::by("kowhai")); });
    SECTION("sanctioned, also when that is over") {
        community::Denial denial{0, "takin", true, "teams", bit(Verb::post), {d.clock.now(), d.clock.now() + 1h}, "sanction", "D-0"};
        d.change([&](storage::Register& r) { r.put(denial); });
        d.clock.time += 2h;
        CHECK(d.door.show(d.id)->lapsed == std::vector<std::string>{"takin was sanctioned since it sponsored"});
    }
    SECTION("no member any more") {
        auto takin = *d.team("takin");
        takin.category = "former";
        d.change([&](storage::Register& r) { r.put(takin); });
    }
    SECTION("a member again, but not the same membership") {
        auto takin = *d.team("takin");
        d.clock.time += 48h;
        takin.since = date_of(d.clock.now());
        d.change([&](storage::Register& r) { r.put(takin); });
    }
    CHECK(d.door.show(d.id)->phase == ApplicationPhase::submitted);
    d.refused(errc::denied, "sponsors 0/1", [&] {
        return d.desk.propose(secretariat, {{}, "admission", {}, "Shall we?", "nimbus", {}, {}, {}});
    });
    d.does(ADoor::by("saiga"));
    CHECK(d.door.show(d.id)->missing.empty());
}

TEST_CASE("another category is another application, linked to what was; access is kept until the new MoU [item 23]", "[C5]") {
    ADoor d;
    d.admitted("nimbus", "liaison");
    d.refused(errc::conflict, "one at a time", [&] { return d.try_submit("nimbus", "corporate"); });
    d.does(d.mou());
    const auto first = d.id;
    d.refused(errc::denied, "liaison already", [&] { return d.try_submit("nimbus", "liaison"); });
    d.refused(errc::invalid, "subtype", [&] { return d.try_submit("nimbus", "strategic", "pub"); });
    d.refused(errc::conflict, "a person of takin", [&] {
        auto form = a_form("cirrus");
        form.contacts.front().id = PersonId{"takin-rep"};
        return d.door.submit(secretariat, {{}, TeamId{"cirrus"}, "liaison", {}, {}, form});
    });
    d.id = d.done(d.try_submit("nimbus", "strategic", "registry")).as_is.id;
    CHECK(d.door.show(d.id)->as_is.before == "liaison, " + first);
    d.papers();
    for (const auto* team : {"takin", "kowhai", "saiga"}) d.does(ADoor::by(team));
    d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
    CHECK(d.team("nimbus")->category == "liaison");
    CHECK(d.team("nimbus")->mou);
    d.does(d.mou());
    CHECK(d.team("nimbus")->category == "strategic");
    CHECK(d.door.all(TeamId{"nimbus"}).size() == 2);
    CHECK(d.door.all(TeamId{"takin"}).empty());
}

TEST_CASE("what an applicant or a sponsor handed in itself nobody else changes but the operator for it", "[A11][item 54][items 17, 19]") {
    ADoor d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    const auto nimbus = d.person("nimbus-rep"), seat = d.person("seat1-rep"), takin = d.person("takin-rep");
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    auto form = a_form("nimbus");
    form.site_visit = false;
    d.id = d.done(d.door.submit(nimbus, {{}, TeamId{"nimbus"}, "operational", {}, {}, form})).as_is.id;
    d.papers();
    d.done(d.door.act(takin, d.id, ADoor::by("takin"), {"report", "with doubts"}));
    const conduct::AttachDocument report{conduct::DocumentKind::report, TeamId{"takin"}, {}};
    form.site_visit = true;
    for (const auto& by : {seat, takin}) {
        d.refused(errc::denied, by.name == seat.name ? "item 54: nimbus handed in its form itself" : "does not speak for nimbus",
                  [&] { return d.door.act(by, d.id, conduct::AmendForm{form}); });
    }
    d.refused(errc::denied, "item 54: takin handed in its report itself", [&] {
        return d.door.act(seat, d.id, report, {"report", "excellent"});
    });
    d.done(d.door.act(takin, d.id, report, {"report", "with fewer doubts"}));
    d.done(d.door.act(nimbus, d.id, conduct::AmendForm{form}));
    for (const auto& by : {secretariat, seat}) {  // once it has said something itself, what the operator puts right stays its own
        const auto amended = d.door.act(by, d.id, conduct::AmendForm{form});
        CHECK(amended.has_value() == !by.person);
    }
    // Nor does anybody else sponsor anew in its place, as a sanction or a break in its membership lets it.
    d.change([&](storage::Register& r) {
        r.put(community::Denial{0, "takin", true, "teams", bit(Verb::post), {d.clock.now(), d.clock.now() + 1h}, "sanction", "D-0"});
    });
    d.clock.time += 2h;
    d.refused(errc::denied, "item 54: takin handed in its report itself", [&] {
        return d.door.act(d.person("ana"), d.id, ADoor::by("takin"), {"report", "excellent"});
    });
    d.done(d.door.act(takin, d.id, ADoor::by("takin"), {"report", "still with doubts"}));
    // The last signed form counts, and the last key: theirs is not put behind another. Before it, others hand in what they were sent.
    for (const auto& [kind, word] : {std::pair{conduct::DocumentKind::form, "signed form"}, {conduct::DocumentKind::key, "key"}}) {
        d.done(d.door.act(seat, d.id, ADoor::paper(kind), {word, "as it came"}));
        d.done(d.door.act(nimbus, d.id, ADoor::paper(kind), {word, "their own"}));
        d.refused(errc::denied, fmt::format("item 54: nimbus handed in its {} itself", word), [&] {
            return d.door.act(seat, d.id, ADoor::paper(kind), {word, "another"});
        });
        d.done(d.door.act(nimbus, d.id, ADoor::paper(kind), {word, "their own, anew"}));
    }
    d.done(d.door.act(seat, d.id, ADoor::paper(conduct::DocumentKind::other), {"letter", "beside the others"}));
    // What others recorded for a team, others put right.
    d.submit("cirrus", "operational");
    d.papers();
    d.does(ADoor::by("takin"));
    d.done(d.door.act(seat, d.id, conduct::AmendForm{a_form("cirrus")}));
    d.done(d.door.act(seat, d.id, report, {"report", "excellent"}));
}

TEST_CASE("an application waits for its ballot no longer than until the seats would have met", "[item 22][items 50, 52]") {
    ADoor d;
    const bool sits = GENERATE(false, true);
    const auto late = GENERATE(0s, 1s);
    d.ready("nimbus", "operational");
    // A meeting has two weeks more: an ordinary one may be 63 days off.
    const Instant meets = conduct::months(2).after(d.clock.now(), Rounding::later) + (sits ? 14 * 24h : 0h) + late;
    committee::Proposal p{{}, "admission", {}, "Admit?", "nimbus", {}, {}, {}};
    (sits ? p.meeting : p.opens) = meets;
    if (late != 0s)
        return d.refused(errc::denied, "what waits for this ballot waits no longer", [&] { return d.desk.propose(secretariat, p); });
    const auto proposed = d.desk.propose(secretariat, p);
    INFO((proposed ? "" : proposed.error().detail));
    REQUIRE(proposed);
}

TEST_CASE("what a contact needs to be let in nobody takes while their application is voted on", "[item 22][ruling kk]") {
    ADoor d;
    registry::Registry office{d.store(), d.rules, d.clock, {}, nullptr, {}, {}, [&] { return committee::awaited(d.store()); }};
    community::Person other;
    other.id = PersonId{"takin-duty"};
    other.name = "Duty";
    other.team = TeamId{"takin"};
    other.addresses = {"duty@takin.example"};
    const auto enters = [&](const char* id, const char* address) {
        auto person = other;
        person.id = PersonId{id};
        person.addresses = {address};
        return office.add(secretariat, person);
    };
    d.ready("nimbus", "liaison");
    CHECK(committee::awaited(d.store()).empty());  // a form can be put right
    const auto decision = d.decided("admission", "nimbus");
    d.refused(errc::conflict, "nimbus-rep is a contact of nimbus, whose application is voted on",
              [&] { return enters("nimbus-rep", "two@takin.example"); });
    d.refused(errc::conflict, "rep@nimbus.example is the address of a contact of nimbus",
              [&] { return enters("takin-two", "Rep@NIMBUS.example"); });
    REQUIRE(office.add(secretariat, other));
    const auto changed = [&] {
        auto person = other;
        person.addresses.emplace_back("rep@nimbus.example");
        return person;
    }();
    d.refused(errc::conflict, "is the address of a contact of nimbus", [&] { return office.change(secretariat, changed); });
    auto census = office.census();
    for (auto& person : census.people) {
        if (person.id == other.id) person = changed;
    }
    d.refused(errc::denied, "is the address of a contact of nimbus", [&] { return office.load(secretariat, census, {}); });
    d.done(d.door.admit(secretariat, d.id, decision));
    CHECK(committee::awaited(d.store()).size() == 1);  // a partner has its access with its MoU
    d.does(d.mou());
    CHECK(committee::awaited(d.store()).empty());
}

TEST_CASE("whose an address is hears the office, and no team that files its own form [item 21]", "[A7]") {
    ADoor d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    const community::Actor nimbus{"person nimbus-rep", PersonId{"nimbus-rep"}};
    auto form = a_form("nimbus");
    form.contacts.push_back({PersonId{"nimbus-two"}, "Tui", d.store().directory().person(PersonId{"takin-rep"})->addresses.front(), false});
    const auto filed = d.done(d.door.submit(nimbus, {{}, TeamId{"nimbus"}, "strategic", "registry", {}, form}));
    d.id = filed.as_is.id;
    d.done(d.door.act(nimbus, d.id, conduct::AmendForm{form}));
    d.refused(errc::conflict, "is an address of takin-rep", [&] { return d.door.act(secretariat, d.id, conduct::AmendForm{form}); });
    d.papers();
    for (const auto* team : {"takin", "kowhai", "saiga"}) d.does(ADoor::by(team));
    // No vote is held on what nobody could carry out.
    d.refused(errc::conflict, "is an address of takin-rep", [&] {
        return d.desk.propose(secretariat, {{}, "admission", {}, "Admit?", "nimbus", {}, {}, {}});
    });
    form.contacts.back().address = "tui@nimbus.example";
    d.done(d.door.act(nimbus, d.id, conduct::AmendForm{form}));
    d.proposed("admission", "nimbus");
    // What cannot be an address at all everybody hears.
    form.contacts.back().address = "tui";
    const auto unfit = d.door.act(nimbus, d.id, conduct::AmendForm{form});
    REQUIRE_FALSE(unfit);
    CHECK(unfit.error().code == errc::invalid);
}

TEST_CASE("a contact who was of another team is pointed out to the committee", "[ruling kk]") {
    ADoor d;
    const auto leaves = [&](const char* id, const std::string& address) {
        d.add_person(id, "kowhai", address);
        d.change([&](storage::Register& r) {
            r.remember(PersonId{id}, TeamId{"kowhai"}, {storage::mark_of_address(address)}, d.clock.now());
            r.remove(PersonId{id}, d.clock.now());
        });
    };
    SECTION("by an address") {
        leaves("kowhai-old", "rep@nimbus.example");
        d.submit("nimbus", "operational");
        const auto known = d.door.show(d.id)->known;
        REQUIRE(known.size() == 1);
        CHECK(known.front().find("contact Ngaio: rep@nimbus.example was an address of kowhai-old, of kowhai") == 0);
    }
    SECTION("by the id, in a form that the team files itself") {
        leaves("nimbus-rep", "elsewhere@nimbus.example");
        d.refused(errc::conflict, "somebody who left kowhai had that id", [&] { return d.try_submit("nimbus", "operational"); });
        d.change([&](storage::Register& r) {
            community::Team nimbus;
            nimbus.id = TeamId{"nimbus"};
            nimbus.name = "Nimbus";
            r.put(nimbus);
        });
        d.add_person("ngaio", "nimbus", "ngaio@nimbus.example");
        d.change([&](storage::Register& r) {
            auto ngaio = *r.person(PersonId{"ngaio"});
            ngaio.representative = true;
            r.put(ngaio);
        });
        const community::Actor own{"person ngaio", PersonId{"ngaio"}};
        d.id = d.done(d.door.submit(own, {{}, TeamId{"nimbus"}, "operational", {}, {}, a_form("nimbus")})).as_is.id;
        const auto known = d.door.show(d.id)->known;
        REQUIRE(known.size() == 1);
        CHECK(known.front().find("contact Ngaio: who had the id nimbus-rep before was of kowhai") == 0);
    }
    SECTION("of anybody else nothing is said, nor of who is let in by now") {
        leaves("kowhai-old", "another@nimbus.example");
        CHECK(d.admitted("nimbus", "operational").known.empty());
    }
}

TEST_CASE("a membership ends by the General Meeting alone, with its seat and its rosters [item 25]", "[C5]") {
    ADoor d;
    const auto gone = TeamId{"seat7"};
    d.refused(errc::denied, "item 54", [&] { return d.door.revoke(secretariat, {gone, "", "", "criteria"}); });
    committee::Proposal p{{}, "revocation", conduct::Rule::approval, "Revoke?", "seat7", {}, {}, {}};
    d.refused(errc::denied, "two_thirds", [&] { return d.desk.propose(secretariat, p); });
    p.rule = conduct::Rule::two_thirds;
    p.meeting = d.clock.now();
    const auto motion = d.desk.propose(secretariat, p);
    REQUIRE(motion);
    std::vector<TeamId> present = motion->ballot.electorate;
    REQUIRE(d.desk.attend(secretariat, motion->id, present));
    for (const auto& team : present) REQUIRE(d.desk.vote(secretariat, motion->id, team, Choice::yes));
    d.refused(errc::denied, motion->id, [&] { return d.door.revoke(secretariat, {gone, motion->id, "", "criteria"}); });
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, motion->id)->tally.verdict == BallotResult::passed);
    d.refused(errc::denied, "needs one about revocation of takin", [&] {
        return d.door.revoke(secretariat, {TeamId{"takin"}, motion->id, "", "criteria"});
    });
    d.refused(errc::denied, "no term", [&] { return d.door.revoke(d.person("quentin"), {gone, motion->id, "", "criteria"}); });
    CHECK(d.may(Verb::receive, "seat7-rep"));
    d.change([&](storage::Register& r) {
        r.put(community::Term{"moderator", PersonId{"seat7-rep"}, ListId{"teams"}, {d.clock.now() - 24h, d.clock.now() + 24h}});
        r.put(community::Term{"auditor", PersonId{"seat7-rep"}, {}, {d.clock.now() + 24h, d.clock.now() + 48h}});
    });
    REQUIRE(d.door.revoke(secretariat, {gone, motion->id, "", "criteria"}));
    std::string ended;
    d.store().journal().each({.from = 1, .limit = -1, .act = "term.ended", .subject = "seat7-rep"},
                             [&](const auto& entry) { ended += entry.detail; });
    for (const auto* role : {"sc", "moderator", "auditor"})  // as any that ends early
        CHECK(ended.find(fmt::format("\"role\":\"{}\"", role)) != std::string::npos);
    const auto begins = to_string(d.clock.now() + 24h);  // one to come never ran
    CHECK(ended.find(fmt::format("\"during\":\"{} - {}\"", begins, begins)) != std::string::npos);
    for (const auto& term : d.desk.terms()) CHECK((term.person.value != "seat7-rep" || term.during.over_at(d.clock.now())));
    CHECK(d.team("seat7")->category == "former");
    CHECK_FALSE(d.may(Verb::receive, "seat7-rep"));
    CHECK_FALSE(d.may(Verb::post, "seat7-rep"));
    for (const auto& term : d.store().powers().terms()) CHECK((term.person.value != "seat7-rep" || term.during.over_at(d.clock.now())));
    CHECK(d.may(Verb::receive, "seat6-rep"));
}

TEST_CASE("a review of eligibility is a motion at any time, and what it found stands beside what came of it [item 24]", "[C5]") {
    ADoor d;
    const auto reviewed = [&](std::size_t yes) {
        committee::Proposal p{{}, "revocation", conduct::Rule::approval, "Review: does quokka still meet the criteria?", "quokka", {}, {},
                              {}};
        const auto motion = d.desk.propose(secretariat, p);
        REQUIRE(motion);
        d.vote(motion->id, yes, 7 - yes);
        d.clock.time += 1s;
        REQUIRE(d.desk.close(secretariat, motion->id));
        return motion->id;
    };
    const auto before = d.team("quokka")->category;
    const auto kept = reviewed(3);
    d.refused(errc::denied, "did not pass", [&] { return d.door.revoke(secretariat, {TeamId{"quokka"}, kept, "4.2", "moved"}); });
    CHECK(d.team("quokka")->category == before);
    d.clock.time += 24h * 200;
    const auto motion = reviewed(5);
    d.refused(errc::invalid, "item 24", [&] { return d.door.revoke(secretariat, {TeamId{"quokka"}, motion, "4.2", ""}); });
    REQUIRE(d.door.revoke(secretariat, {TeamId{"quokka"}, motion, "4.2", "left the region"}));
    std::string told;  // quokka was loaded and has no application that could keep it
    d.store().journal().each({}, [&](const storage::Entry& e) {
        if (e.act == "team.revoked") told = e.subject + " " + e.detail;
    });
    CHECK(told.starts_with("quokka "));
    CHECK(told.find(motion) != std::string::npos);
    CHECK(told.find("left the region") != std::string::npos);
    CHECK(d.desk.decision(everything, motion)->used_by == "revocation quokka");
}

TEST_CASE("a partnership ends by the committee under a clause of its MoU [item 25]", "[C5]") {
    ADoor d;
    d.admitted("nimbus", "liaison");
    d.does(d.mou());
    committee::Proposal p{{}, "revocation", conduct::Rule::approval, "Revoke?", "nimbus", {}, {}, {}};
    const auto motion = d.desk.propose(secretariat, p);
    REQUIRE(motion);
    d.vote(motion->id, 4, 3);
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, motion->id)->tally.verdict == BallotResult::passed);
    d.refused(errc::denied, "clause", [&] { return d.door.revoke(secretariat, {TeamId{"nimbus"}, motion->id, "", "moved"}); });
    d.refused(errc::invalid, "why", [&] { return d.door.revoke(secretariat, {TeamId{"nimbus"}, motion->id, "4.2", ""}); });
    REQUIRE(d.door.revoke(secretariat, {TeamId{"nimbus"}, motion->id, "4.2", "moved"}));
    CHECK(d.team("nimbus")->category == "former");
    CHECK_FALSE(d.team("nimbus")->mou);
    CHECK(d.door.show(d.id)->phase == ApplicationPhase::revoked);
}

TEST_CASE("a withdrawn application leaves no row of a team nobody knew, and keeps one that has people [item 17]", "[C5]") {
    ADoor d;
    d.submit("nimbus", "operational");
    d.does(conduct::WithdrawApplication{"budget"});
    CHECK_FALSE(d.team("nimbus"));
    CHECK(d.door.show(d.id)->phase == ApplicationPhase::withdrawn);
    d.admitted("nimbus", "liaison");
    CHECK(d.id == "A-2026-002");
    CHECK(d.door.show(d.id)->as_is.before == "A-2026-001");
    d.does(conduct::WithdrawApplication{"budget"});
    CHECK(d.team("nimbus")->category == "applicant");
}

TEST_CASE("an application is taken back by the applicant's own hand, and by nobody who records", "[A11][items 17, 22, 54]") {
    ADoor d;
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const conduct::WithdrawApplication back{"they said so"};
    d.ready("kea", "liaison");
    const auto decision = GENERATE(false, true) ? d.decided("admission", "kea") : std::string();
    d.refused(errc::denied, "items 17 and 54", [&] { return d.door.act(d.person("ana"), d.id, back); });
    d.refused(errc::denied, "does not speak for kea", [&] { return d.door.act(d.person("seat1-rep"), d.id, back); });
    if (!decision.empty()) CHECK(d.door.admit(d.person("ana"), d.id, decision));
    if (!decision.empty()) d.refused(errc::denied, "17 and 54", [&] { return d.door.act(d.person("ana"), d.id, back); });
    CHECK(d.door.act(secretariat, d.id, back));
}

TEST_CASE("a member that becomes a partner holds no office from then on", "[A2][A10][items 7, 12, 49]") {
    ADoor d;
    d.hold_seat("takin", d.clock.now() - 24h * 30, d.clock.now() + 24h * 300);
    d.change([&](storage::Register& r) {
        auto rep = *r.person(PersonId{"seat7-rep"});
        for (const auto& term : r.terms()) {
            if (term.person == rep.id) r.remove(term);
        }
        r.put(community::Term{"deputy_chair", PersonId{"takin-rep"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
        r.put(community::Term{"owner", PersonId{"takin-rep"}, ListId{"teams"}, {d.clock.now() - 24h, std::nullopt}});
        auto members = *r.list(ListId{"teams"});
        members.id = ListId{"members"};
        members.klass = "members";
        r.put(members);
        r.put(community::Term{"moderator", PersonId{"takin-rep"}, ListId{"members"}, {d.clock.now() - 24h, std::nullopt}});
    });
    d.submit("takin", "liaison");
    d.papers();
    for (const auto* team : {"kowhai", "saiga", "seat1"}) d.does(d.by(team));
    committee::Proposal p;
    p.kind = "category";
    p.subject = "takin";
    p.question = "Shall they be a partner?";
    p.meeting = d.clock.now() + 24h;
    const auto motion = d.desk.propose(secretariat, p);
    INFO((motion ? "" : motion.error().detail));
    REQUIRE(motion);
    d.clock.time += 25h;
    std::vector<TeamId> all = motion->ballot.electorate;
    REQUIRE(d.desk.attend(secretariat, motion->id, all));
    for (const auto& team : all) {
        const auto voted = d.desk.vote(secretariat, motion->id, team, Choice::yes);
        INFO((voted ? "" : voted.error().detail));
        CHECK(voted);
    }
    d.clock.time += 1s;
    const auto closed = d.desk.close(secretariat, motion->id);
    REQUIRE(closed);
    REQUIRE(closed->tally.verdict == BallotResult::passed);
    d.done(d.door.admit(secretariat, d.id, motion->id));
    const auto pending = d.proposed("case.open", "quokka");
    CHECK(d.desk.decision(everything, pending)->ballot.electorate.size() == 7);
    d.does(d.mou());
    REQUIRE(d.team("takin")->category == "liaison");
    d.clock.time += 1s;

    for (const auto& term : d.desk.terms()) {
        if (term.person.value == "takin-rep") CHECK(term.during.over_at(d.clock.now()) == (term.list.value != "teams"));
    }
    const auto vote = d.desk.vote(d.person("takin-rep"), pending, TeamId{"takin"}, Choice::yes);
    CHECK_FALSE(vote);
    const auto open = d.desk.decision(everything, pending);
    CHECK(open->departures.size() == 1);
    CHECK(d.desk.decision(everything, d.proposed("case.open", "quokka"))->ballot.electorate.size() == 6);
    CHECK_FALSE(d.desk.propose(d.person("takin-rep"), {}));
    int ended = 0;
    d.store().journal().each({.from = 1, .limit = -1, .act = "term.ended", .subject = "takin-rep"}, [&](const auto&) { ++ended; });
    CHECK(ended == 3);
    CHECK(d.store().journal().verify());
}

TEST_CASE("an office that stands in the register beside a team that is no member is worth nothing", "[A2][A10][items 7, 12]") {
    ADoor d;
    const auto pending = d.proposed("case.open", "quokka");
    d.change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"seat3"});
        team.category = "liaison";
        r.put(team);
    });
    d.clock.time += 1s;
    const auto before = d.all_rows();
    d.check_refused(d.desk.propose(d.person("seat3-rep"), {}), before, errc::denied, "item 54");
    CHECK_FALSE(d.desk.vote(d.person("seat3-rep"), pending, TeamId{"seat3"}, Choice::yes));
    CHECK(d.desk.decision(everything, d.proposed("case.open", "quokka"))->ballot.electorate.size() == 6);
}

TEST_CASE("an application that cannot be read is listed with the reason, refuses a second one and stops nobody else", "[committee]") {
    ADoor d;
    d.submit("nimbus", "liaison");
    const auto damaged = d.id;
    {
        storage::Store::Transaction transaction(d.store());
        d.store().applications().append(damaged, {d.clock.now(), "system", "", "no such act"});
        d.store().journal().append(d.clock.now(), "system", "test.damaged", damaged, "{}");
        transaction.commit();
    }
    d.submit("cirrus", "liaison");
    const auto all = d.door.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].as_is.team == TeamId{"nimbus"});
    CHECK(all[0].unreadable.find(damaged + " cannot be read") != std::string::npos);
    CHECK(all[1].unreadable.empty());
    d.refused(errc::corrupt, "cannot be read", [&] { return d.door.show(damaged); });
    d.refused(errc::corrupt, "cannot be read", [&] { return d.try_submit("nimbus", "corporate"); });
}

TEST_CASE("every act of an application reads back as it was written", "[committee]") {
    using namespace conduct;
    const Document paper{"a\tb\\", "sha256:0\n1"};
    const std::vector<ApplicationAct> acts{SubmitApplication{"A-1", TeamId{"t"}, "liaison", "", "former, A-0", a_form("t")},
                                           AmendForm{a_form("u")},
                                           SponsorTeam{{TeamId{"x"}, true, false}, paper, true},
                                           AttachDocument{DocumentKind::form, {}, paper, "valid:\tby\\me"},
                                           AgreeVisit{TeamId{"x"}, true},
                                           OpenBallot{{{TeamId{"x"}, true, true}, {TeamId{"y"}, false, false}}, true},
                                           Admit{*parse_instant("2026-06-01T10:00:00Z")},
                                           Decline{"6 of 7"},
                                           RecordMou{*parse_date("2026-06-01"), paper},
                                           WithdrawApplication{""},
                                           RevokeStatus{Rule::two_thirds, "4.2", "moved"}};
    REQUIRE(acts.size() == std::variant_size_v<ApplicationAct>);
    for (const auto& act : acts) {
        CAPTURE(name(act));
        const auto text = committee::text_of(act);
        const auto back = committee::application_act_from(text);
        REQUIRE(back);
        CHECK(back->index() == act.index());
        CHECK(committee::text_of(*back) == text);
        CHECK_FALSE(committee::application_act_from(text + "\tmore"));
        CHECK_FALSE(committee::application_act_from(text.substr(0, text.find('\t'))));
    }
    CHECK(std::get<SubmitApplication>(*committee::application_act_from(committee::text_of(acts.front()))).form == a_form("t"));
    const auto text = committee::text_of(acts[3]);
    CHECK(std::get<AttachDocument>(*committee::application_act_from(text)).signature == "valid:\tby\\me");
    const auto of_an_earlier_program = committee::application_act_from(text.substr(0, text.rfind('\t')));
    CHECK(std::get<AttachDocument>(*of_an_earlier_program).document == paper);
}

TEST_CASE("a form is verified once, with the key that was handed in last", "[committee]") {
    ADoor d;
    d.submit("nimbus", "operational");
    const auto hand_in = [&](conduct::DocumentKind kind, const std::string& bytes) {
        REQUIRE(d.door.act(secretariat, d.id, conduct::AttachDocument{kind, {}, {}}, {"a file", bytes}));
    };
    const auto signature = [&] {
        std::string found;
        for (const auto& document : d.door.show(d.id)->as_is.documents) {
            if (document.kind == conduct::DocumentKind::form) found = document.signature;
        }
        return found;
    };
    hand_in(conduct::DocumentKind::form, "signed");
    CHECK_FALSE(d.door.form_to_verify());
    hand_in(conduct::DocumentKind::key, "a key");
    const auto one = d.door.form_to_verify();
    REQUIRE(one);
    CHECK(one->application == d.id);
    CHECK(one->bytes == "signed");
    CHECK(one->key == "a key");
    CHECK(one->addresses.size() == 1);
    d.door.form_was_verified(*one, "valid: by a key");
    CHECK(signature() == "valid: by a key");
    CHECK_FALSE(d.door.form_to_verify());
    hand_in(conduct::DocumentKind::key, "another key");
    REQUIRE(d.door.form_to_verify());
    CHECK(d.door.form_to_verify()->key == "another key");
    CHECK(signature().empty());
    const auto late = *d.door.form_to_verify();
    hand_in(conduct::DocumentKind::form, "signed anew");
    d.door.form_was_verified(late, "of the form before");  // another one has come since
    CHECK(signature().empty());
    CHECK(d.door.form_to_verify()->bytes == "signed anew");
    d.does(conduct::WithdrawApplication{""});
    CHECK_FALSE(d.door.form_to_verify());
}

TEST_CASE("an admission enters nobody again past what waits of whoever comes back", "[K8][A11][item 60][ruling kk]") {
    ADoor d;
    const PersonId rep{"nimbus-rep"};
    const auto leaves = [&](const std::vector<std::string>& with) {
        d.clock.time += 1h;
        storage::Store::Transaction transaction(d.store());
        auto& rows = d.store().register_rows();
        rows.remember(rep, rows.person(rep)->team, with, d.clock.now());
        rows.remove(rep, d.clock.now());
        d.store().journal().append(d.clock.now(), "test", "person.remove", rep.value, "{}");
        transaction.commit();
        d.clock.time += 1h;
    };
    const auto waiting = [&] {
        std::string all;
        for (const auto& row : d.store().directory().unconfirmed(rep))
            all += fmt::format("{} by {}{}; ", row.what == community::Unconfirmed::What::key ? "key" : "addresses",
                               fmt::join(row.actors, ", "), row.known.empty() ? "" : " of before");
        return all;
    };
    const auto mailbox = storage::mark_of_address("rep@nimbus.example");
    d.admitted("nimbus", "liaison");
    CHECK(waiting().empty());
    SECTION("by the MoU nobody comes back who left since the approval") {
        leaves({mailbox});
        d.does(d.mou());
        CHECK_FALSE(d.store().directory().person(rep));
    }
    SECTION("by another application they come back as they left, and wait where they left otherwise") {
        const auto [with, waits] = GENERATE_COPY(table<std::vector<std::string>, std::string>({
            {{mailbox}, ""},
            {{storage::mark_of_address("other@nimbus.example")}, "addresses by " + secretariat.name + "; "},
            {{mailbox, storage::mark_of_any_key}, "key by " + secretariat.name + "; "},
        }));
        d.does(d.mou());
        leaves(with);
        d.id = d.done(d.try_submit("nimbus", "strategic", "registry")).as_is.id;
        d.papers();
        for (const auto* team : {"takin", "kowhai", "saiga"}) d.does(ADoor::by(team));
        d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
        REQUIRE(d.store().directory().person(rep));
        CHECK(waiting() == waits);
        CHECK(d.store().journal().verify());
    }
    SECTION("who left another team is no contact of this one, and no mailbox of a security hold is") {
        d.does(d.mou());
        leaves({mailbox});
        auto form = a_form("cirrus");
        const auto submit = [&] { return d.door.submit(secretariat, {{}, TeamId{"cirrus"}, "liaison", {}, {}, form}); };
        form.contacts.front().id = rep;
        d.refused(errc::conflict, "somebody who left nimbus had that id (ruling kk)", submit);
        form.contacts.front().id = PersonId{"cirrus-rep"};
        form.contacts.front().address = "Rep@NIMBUS.example";
        const auto place_hold = [&] {
            storage::Store::Transaction transaction(d.store());
            d.store().register_rows().put(
                community::Denial{0, rep.value, false, "*", bit(Verb::post), {d.clock.now(), d.clock.now() + 1h}, "hold", ""});
            d.store().journal().append(d.clock.now(), "test", "hold.placed", rep.value, "{}");
            transaction.commit();
        };
        place_hold();
        d.refused(errc::denied, "was of somebody who is under a security hold", submit);
        d.clock.time += 1h;
        d.id = d.done(submit()).as_is.id;
        d.papers();
        for (const auto* team : {"takin", "kowhai", "saiga"}) d.does(ADoor::by(team));
        // That passes: the vote is held meanwhile, and nobody is let in before.
        place_hold();
        const auto decision = d.decided("admission", "cirrus");
        d.refused(errc::denied, "was of somebody who is under a security hold", [&] { return d.door.admit(secretariat, d.id, decision); });
        d.clock.time += 1h;
        d.done(d.door.admit(secretariat, d.id, decision));
    }
}

TEST_CASE("a form that was changed after it was signed is vouched for by no signature", "[ruling ii][item 21]") {
    ADoor d;
    d.submit("nimbus", "operational");
    const auto hand_in = [&](conduct::DocumentKind kind, const std::string& bytes) {
        REQUIRE(d.door.act(secretariat, d.id, conduct::AttachDocument{kind, {}, {}}, {"a file", bytes}));
    };
    const auto outdated = [&] {
        const auto documents = d.door.show(d.id)->as_is.documents;
        return std::any_of(documents.begin(), documents.end(), [](const auto& document) { return document.outdated; });
    };
    hand_in(conduct::DocumentKind::form, "signed");
    hand_in(conduct::DocumentKind::key, "a key");
    const auto before = *d.door.form_to_verify();
    d.does(conduct::AmendForm{a_form("nimbus")});  // the same
    CHECK_FALSE(outdated());
    auto form = a_form("nimbus");
    form.contacts[0].address = "other@elsewhere.example";
    d.does(conduct::AmendForm{form});
    CHECK(outdated());
    CHECK_FALSE(d.door.form_to_verify());
    d.door.form_was_verified(before, "valid: by a key");
    CHECK(outdated());
    // Not by another key, nor by handing in the same paper again.
    hand_in(conduct::DocumentKind::key, "another key");
    hand_in(conduct::DocumentKind::form, "signed");
    CHECK_FALSE(d.door.form_to_verify());
    hand_in(conduct::DocumentKind::form, "signed anew");
    CHECK(d.door.form_to_verify()->bytes == "signed anew");
}

}  // namespace caveat::test
