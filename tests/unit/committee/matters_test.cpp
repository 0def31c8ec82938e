// Reviews, declarations, duties, documents to accept (items 5, 8 and 24; ruling nn), and the alternates who speak for a team (item 15).
#include "caveat/committee/matters.hpp"
#include "a_post.hpp"
#include "caveat/committee/applications.hpp"

namespace caveat::test {
namespace {

using committee::Ending;
using community::MatterKind;

struct AMatter : APost {
    committee::Matters office{store(), vault(), rules, clock};
    const TeamId takin{"takin"};
    const std::vector<std::string> all_seats{"seat1-rep", "seat2-rep", "seat3-rep", "seat4-rep", "seat5-rep", "seat6-rep", "seat7-rep"};

    // A decision on this review that recommends, or finds, this.
    std::string found(const std::string& review, const std::string& outcome) { return decided("review", review, {{"outcome", outcome}}); }
    void set_alternate(const std::string& id, const std::string& team) {
        add_person(id, team, id + "@" + team + ".example");
        auto person = *store().directory().person(PersonId{id});
        person.alternate = true;
        change([&](storage::Register& r) { r.put(person); });
    }
};

}  // namespace

TEST_CASE("what somebody else says for a team it hears at once: a declaration, an acceptance, a confirmation", "[ruling ss][items 5, 60]") {
    AMatter d;
    auto all = d.all_seats;
    all.emplace_back("takin-rep");
    const auto declared = d.office.declare(secretariat, d.takin, "3.1 iii", "no funding");
    REQUIRE(declared);
    CHECK(d.told() == all);
    CHECK(d.last_says("recorded on"));
    CHECK(d.last_says("that your team declares that criterion 3.1 iii no longer holds. If this is not so"));
    REQUIRE(d.office.close(secretariat, MatterKind::declaration, declared->id, {"", "funded again", ""}));
    CHECK(d.told() == all);
    CHECK(d.last_says("that your team takes back its declaration about criterion 3.1 iii"));
    REQUIRE(d.office.ask(secretariat, "Code", "2", "", "members", {}));
    static_cast<void>(d.told());
    REQUIRE(d.office.accept(secretariat, d.takin, "Code", "2"));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("that your team accepts the document \"Code\" in version 2"));
    REQUIRE(d.office.confirm_contacts(secretariat, d.takin));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("that your team confirms that its contact data is right"));
    REQUIRE(d.office.confirm_contacts(d.person("takin-rep"), d.takin));
    CHECK(d.told().empty());
}

TEST_CASE("a declaration does not tell a team of a review that it may not know of", "[item 27][R3]") {
    AMatter d;
    const auto hidden = d.office.review(secretariat, d.takin, "is it still funded?");
    REQUIRE(hidden);
    const auto declared = d.office.declare(d.person("takin-rep"), d.takin, "3.1 iii", "one desk fewer");
    REQUIRE(declared);
    CHECK(declared->cause != hidden->id);
    CHECK(d.office.find(MatterKind::review, declared->cause)->cause == declared->id);
    CHECK(d.office.declare(d.person("takin-rep"), d.takin, "3.1 v", "and this")->cause == declared->cause);
}

TEST_CASE("a declaration puts a matter before the committee, and its review is the end of both", "[item 5][item 24][ruling nn]") {
    AMatter d;
    const auto declared = d.office.declare(d.person("takin-rep"), d.takin, "3.1 iii", "the secret of our funding");
    REQUIRE(declared);
    CHECK(d.told() == d.all_seats);
    CHECK(d.last_says("takin declares that criterion 3.1 iii no longer holds"));
    CHECK(d.last_says("https://console.arc.example/duties"));
    CHECK_FALSE(d.last_says("secret"));
    CHECK(d.told().empty());
    const auto second = d.office.declare(d.person("takin-rep"), d.takin, "3.1 v", "and this");
    REQUIRE(second);
    CHECK(second->cause == declared->cause);  // it joins the review that is open
    CHECK(d.told() == d.all_seats);
    const auto review = d.office.find(MatterKind::review, declared->cause).value();
    CHECK(review.cause == declared->id);
    CHECK(review.text == "takin declares that criterion 3.1 iii no longer holds");  // by its name
    CHECK_FALSE(review.closed);

    const auto before = d.all_rows();
    d.check_refused(d.office.review(secretariat, d.takin, "again"), before, errc::conflict, "review " + review.id + " of takin is open");
    d.check_refused(d.office.close(secretariat, MatterKind::review, review.id, {"revocation", "no funding", ""}), before, errc::denied,
                    "needs the id of a decision");
    const auto decision = d.found(review.id, "category");
    static_cast<void>(d.told());
    const auto then = d.all_rows();
    d.check_refused(d.office.close(secretariat, MatterKind::review, review.id, {"revocation", "no funding", decision}), then, errc::denied,
                    "it decides outcome = category, and the act has outcome = revocation");
    REQUIRE(d.office.close(secretariat, MatterKind::review, review.id, {"category", "no funding", decision}));
    CHECK(d.office.find(MatterKind::declaration, second->id)->outcome == "reviewed");
    auto both = d.all_seats;
    both.emplace_back("takin-rep");
    CHECK(d.told() == both);
    CHECK(d.last_says("recommends another category"));
    CHECK_FALSE(d.last_says("no funding"));
    d.check_refused(d.office.close(secretariat, MatterKind::review, review.id, {"meets", "after all", ""}), d.all_rows(), errc::denied,
                    "what has ended stays as it is");
    CHECK(d.store().directory().team(d.takin)->category == "operational");  // nothing follows by itself
    CHECK(d.store().journal().verify());
}

TEST_CASE("a motion rests on the review that recommends it, which serves for one motion of that team", "[item 24][item 25]") {
    AMatter d;
    const TeamId quokka{"quokka"};
    const auto review = d.office.review(secretariat, quokka, "they sold it").value().id;
    committee::Proposal p;
    p.kind = "revocation";
    p.subject = quokka.value;
    p.question = "Revoke?";
    p.set = {{"review", review}};
    const auto refused = [&](const std::string& kind, const std::string& subject, const community::Settings& set, errc code,
                             const std::string& words) {
        auto other = p;
        other.kind = kind;
        other.subject = subject;
        other.set = set;
        d.check_refused(d.desk.propose(secretariat, other), d.all_rows(), code, words);
    };
    refused("revocation", "quokka", p.set, errc::denied, "review " + review + " is open");
    REQUIRE(d.office.close(secretariat, MatterKind::review, review, {"revocation", "it is a shell", d.found(review, "revocation")}));
    const auto other = d.office.review(secretariat, d.takin, "and they").value().id;
    REQUIRE(d.office.close(secretariat, MatterKind::review, other, {"meets", "all is well", ""}));
    CHECK(d.office.find(MatterKind::review, review)->motion.empty());
    refused("revocation", "quokka", {{"review", "R-2001-001"}}, errc::not_found, "review R-2001-001 is not there");
    refused("revocation", "quokka", {{"review", other}}, errc::denied, "is of takin, and this motion is about quokka");
    refused("revocation", "quokka", {{"finding", std::string(64, 'a')}}, errc::invalid, "a finding is of a review");
    refused("revocation", "quokka", {{"review", review}, {"finding", std::string(64, 'a')}}, errc::denied, "has SHA-256");
    refused("clearance", "quokka", {{"review", review}}, errc::invalid, "has no setting 'review'");
    auto of_members = p;
    of_members.subject = d.takin.value;
    of_members.set = {{"review", other}};
    of_members.meeting = d.clock.now() + 24h;
    d.check_refused(d.desk.propose(secretariat, of_members), d.all_rows(), errc::denied, "found that the team meets its criteria");

    // One that nobody could vote in uses up no review.
    const auto hasty_again = [&] {
        auto hasty = p;
        hasty.set = {{"review", review}};
        hasty.closes = d.clock.now() + 5s;
        return hasty;
    };
    auto far = hasty_again();
    far.closes.reset();
    far.opens = conduct::months(2).after(d.clock.now(), Rounding::later) + 1s;
    d.check_refused(d.desk.propose(secretariat, far), d.all_rows(), errc::denied, "what waits for this ballot waits no longer");
    const auto nothing = d.desk.propose(secretariat, hasty_again());
    REQUIRE(nothing);
    refused("revocation", "quokka", p.set, errc::conflict, "serves for decision " + nothing->id);
    d.clock.time += 5s;
    // Nor does one in which one person recorded the votes that stopped it.
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto recorded = d.desk.propose(secretariat, hasty_again());
    REQUIRE(recorded);
    for (std::size_t i = 0; i < 7; ++i) REQUIRE(d.desk.vote(d.person("ana"), recorded->id, d.seats.at(i), Choice::no));
    d.clock.time += 5s;
    const auto motion = d.decided("revocation", "quokka", {{"review", review}});
    const auto shown = d.desk.decision(everything, motion).value();
    REQUIRE(shown.review);
    CHECK(shown.review->note == "it is a shell");
    CHECK(*community::value_of(shown.set, "finding") == vault::hex(vault::sha256("it is a shell")));
    CHECK(d.office.find(MatterKind::review, review)->motion == motion);
    CHECK(d.office.all(MatterKind::review).front().motion == motion);
    refused("revocation", "quokka", p.set, errc::conflict, "serves for decision " + motion);
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    CHECK(door.revoke(secretariat, {quokka, motion, "4", "see the review"})->category == "former");
    CHECK(d.store().journal().verify());
}

TEST_CASE("what is about a team is not its own seat's to open, to close or to hear of", "[item 24][item 27]") {
    AMatter d;
    const TeamId seat2{"seat2"};
    d.check_refused(d.office.review(d.person("seat2-rep"), seat2, "we are fine"), d.all_rows(), errc::denied, "item 27");
    d.check_refused(d.office.review(d.person("takin-rep"), seat2, "look at them"), d.all_rows(), errc::denied, "item 54");
    const auto review = d.office.review(d.person("seat1-rep"), seat2, "they moved");
    REQUIRE(review);
    auto others = d.all_seats;
    std::erase(others, "seat2-rep");
    CHECK(d.told() == others);
    CHECK(d.desk.decision(everything, d.proposed("review", review->id, {{"outcome", "meets"}}))->ballot.recused == std::vector{seat2});
    d.check_refused(d.office.close(d.person("seat2-rep"), MatterKind::review, review->id, {"meets", "we are fine", ""}), d.all_rows(),
                    errc::denied, "item 27");
    // What is voted on ends by that vote.
    d.check_refused(d.office.close(d.person("seat1-rep"), MatterKind::review, review->id, {"meets", "they came back", ""}), d.all_rows(),
                    errc::denied, "it ends by that decision");
    d.clock.time += 24h * 60;
    CHECK(d.office.close(d.person("seat1-rep"), MatterKind::review, review->id, {"meets", "they came back", ""}));
}

TEST_CASE("a review ends with one of three outcomes, and is of a member or a partner", "[item 24]") {
    AMatter d;
    committee::Proposal p;
    p.kind = "review";
    p.subject = d.office.review(secretariat, d.takin, "they moved").value().id;
    p.question = "Well?";
    p.set = {{"outcome", "expulsion"}};
    CHECK(d.desk.propose(secretariat, p).error().detail.find("meets, category, revocation") != std::string::npos);
    p.set = {{"outcome", "meets"}};
    p.subject = "R-2001-001";
    CHECK(d.desk.propose(secretariat, p).error().code == errc::not_found);
    d.change([](storage::Register& r) {
        community::Team nova;
        nova.id = TeamId{"nova"};
        nova.name = "Nova";
        nova.category = "applicant";
        r.put(nova);
    });
    d.check_refused(d.office.review(secretariat, TeamId{"nova"}, "why not"), d.all_rows(), errc::denied, "criteria are those of a member");
    d.check_refused(d.office.review(secretariat, TeamId{"seat1"}, std::string(4'001, 'x')), d.all_rows(), errc::invalid, "at most 4000");
    d.check_refused(d.office.review(secretariat, TeamId{"seat1"}, ""), d.all_rows(), errc::invalid, "is missing");
}

TEST_CASE("what a team declared itself nobody takes back but its own voice, or the operator for it", "[item 5][item 54]") {
    AMatter d;
    const auto ana = d.ana_of_the_secretariat();
    const auto of = [&](const community::Actor& by) { return d.office.declare(by, d.takin, "3.1 iii", "funding").value().id; };
    const auto ends = [&](const community::Actor& by, const std::string& id) {
        return d.office.close(by, MatterKind::declaration, id, {"", "funded again", ""});
    };
    const auto declared = of(d.person("takin-rep")), recorded = of(ana);
    CHECK(ends(ana, recorded));  // what she put on record she puts right
    d.check_refused(ends(ana, declared), d.all_rows(), errc::denied, "item 54: takin has declared this itself");
    d.changes(ana, "takin-rep", [](auto& person) { person.representative = false; });
    community::Person next;
    next.id = PersonId{"takin-new"};
    next.name = "New";
    next.team = d.takin;
    next.addresses = {"new@elsewhere.example"};
    next.representative = true;
    REQUIRE(d.members().add(ana, next));
    const auto put_there = d.person("takin-new");
    d.check_refused(ends(put_there, declared), d.all_rows(), errc::denied, "item 15: others than takin put on record");
    CHECK(ends(put_there, of(put_there)));
    const bool later = GENERATE(true, false);
    if (later) d.clock.time += 24h * 7 + 1s;
    CHECK(ends(later ? put_there : secretariat, declared)->outcome == "withdrawn");
}

TEST_CASE("a team takes its declaration back, and the review goes on", "[item 5]") {
    AMatter d;
    const auto declared = d.office.declare(d.person("takin-rep"), d.takin, "3.1 iii", "funding").value();
    d.check_refused(d.office.declare(d.person("kowhai-rep"), d.takin, "3.1 i", "they"), d.all_rows(), errc::denied,
                    "does not speak for takin");
    d.check_refused(d.office.close(d.person("kowhai-rep"), MatterKind::declaration, declared.id, {"", "they", ""}), d.all_rows(),
                    errc::denied, "does not speak for takin");
    static_cast<void>(d.told());
    CHECK(d.office.close(d.person("takin-rep"), MatterKind::declaration, declared.id, {"", "funded again", ""})->outcome == "withdrawn");
    CHECK_FALSE(d.office.find(MatterKind::review, declared.cause)->closed);
    CHECK(d.told() == d.all_seats);
    CHECK(d.last_says("takes back"));
}

TEST_CASE("what the committee finds of a team's duty, or grants it, the team hears of", "[T1][ruling ss][item 8]") {
    AMatter d;
    auto team_and_seats = d.all_seats;
    team_and_seats.emplace_back("takin-rep");
    const Instant due = d.clock.now() + 24h * 40;
    const auto drill = d.office.owe(secretariat, d.takin, "drill", due).value().front();
    const auto report = d.office.owe(secretariat, d.takin, "annual_report", due).value().front();
    REQUIRE(d.office.close(secretariat, MatterKind::duty, drill.id, {"excused", "", ""}));
    CHECK(d.told() == team_and_seats);
    d.clock.time = due;
    static_cast<void>(d.told());
    REQUIRE(d.office.close(secretariat, MatterKind::duty, report.id, {"missed", "", ""}));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("that your team missed the contribution to the annual report"));
}

TEST_CASE("a duty is announced, and missed by its day: who owes it and the committee hear of it once", "[item 8]") {
    AMatter d;
    const Instant due = d.clock.now() + 24h * 40;
    const auto added = d.office.owe(secretariat, std::nullopt, "annual_report", due);
    REQUIRE(added);
    const auto members = added->size();
    CHECK(members >= 10);
    d.check_refused(d.office.owe(secretariat, d.takin, "annual_report", due), d.all_rows(), errc::conflict, "on record already");
    d.check_refused(d.office.owe(secretariat, TeamId{"quokka"}, "annual_report", due), d.all_rows(), errc::denied,
                    "not an Operational Member");
    d.check_refused(d.office.owe(secretariat, d.takin, "gymnastics", due), d.all_rows(), errc::invalid, "write one of annual_report");
    const auto of = [&](const TeamId& team) {
        return std::find_if(added->begin(), added->end(), [&](const auto& m) { return m.team == team; })->id;
    };
    d.check_refused(d.office.close(secretariat, MatterKind::duty, of(d.takin), {"missed", "", ""}), d.all_rows(), errc::denied,
                    "can be missed from then on");
    d.check_refused(d.office.close(d.person("seat1-rep"), MatterKind::duty, of(TeamId{"seat1"}), {"done", "", ""}), d.all_rows(),
                    errc::denied, "item 27");
    CHECK(d.told().empty());
    d.clock.time = due - 24h * 14;
    CHECK(d.told().size() == 10);  // orchid and banksia have no representative to write to
    CHECK(d.last_says("the contribution to the annual report of your team is due"));
    CHECK(d.told().empty());
    for (const auto& matter : *added) {
        if (matter.team != d.takin && matter.team != TeamId{"kowhai"})
            REQUIRE(d.office.close(secretariat, MatterKind::duty, matter.id, {"done", "", ""}));
    }
    d.clock.time = due;
    CHECK(d.told() == std::vector<std::string>{"kowhai-rep", "takin-rep"});
    CHECK(d.last_says("is not on record as done"));
    CHECK(d.watch.send_due().letters == 7);
    CHECK(d.watch.send_due().letters == 0);
    CHECK(d.office.close(secretariat, MatterKind::duty, of(d.takin), {"missed", "no answer", ""}));
    CHECK(d.may(Verb::post, "takin-rep"));  // nothing follows by itself
    CHECK(d.store().journal().verify());
}

TEST_CASE("a team confirms its contact data every four months, and it shows when that is due, and when overdue", "[item 60]") {
    AMatter d;
    const auto state = [&](const char* team) {
        for (const auto& check : d.office.contact_checks()) {
            if (check.team == TeamId{team}) return check.state + " " + to_string(date_of(check.due));
        }
        return std::string("not asked");
    };
    const auto begun = state("takin");
    CHECK(begun.starts_with("current "));  // nobody is asked about the time before the program was used
    const Instant due = start_of(*parse_date(begun.substr(8)));
    d.check_refused(d.office.confirm_contacts(d.person("kowhai-rep"), d.takin), d.all_rows(), errc::denied, "does not speak for takin");
    d.check_refused(d.office.confirm_contacts(secretariat, TeamId{"nobody"}), d.all_rows(), errc::not_found, "team nobody is not there");
    d.clock.time = due - 24h;
    REQUIRE(d.office.confirm_contacts(secretariat, TeamId{"quokka"}));  // partners are asked as well
    d.clock.time = due + 24h;
    CHECK(state("takin") == "due" + begun.substr(7));
    CHECK(state("quokka").starts_with("current "));
    const auto confirmed = d.office.confirm_contacts(d.person("takin-rep"), d.takin);
    REQUIRE(confirmed);
    CHECK(confirmed->state == "current");
    CHECK(confirmed->by == "person takin-rep");
    CHECK(confirmed->due > due + 24h * 119);
    REQUIRE(d.office.confirm_contacts(d.person("takin-rep"), d.takin));  // as often as they like
    d.clock.time = due + 24h * 32;
    CHECK(state("kowhai").starts_with("overdue "));
    CHECK(d.may(Verb::post, "kowhai-rep"));  // nothing follows by itself
}

TEST_CASE("who speaks for a team hears before its contact data is to be confirmed, and when that is overdue, once",
          "[item 60][ruling ss]") {
    AMatter d;
    const auto asked = [&] {
        auto readers = d.told();
        std::erase_if(readers, [](const auto& id) { return id != "kowhai-rep" && id != "takin-rep"; });
        return readers;
    };
    const auto kowhai = [&] {
        const auto checks = d.office.contact_checks();
        return *std::find_if(checks.begin(), checks.end(), [](const auto& check) { return check.team == TeamId{"kowhai"}; });
    };
    const auto first = kowhai();
    d.clock.time = first.due - 24h * 14 - 1min;
    CHECK(asked().empty());
    REQUIRE(d.office.confirm_contacts(d.person("takin-rep"), d.takin));  // in time: nobody asks
    d.clock.time += 1min;
    CHECK(asked() == std::vector<std::string>{"kowhai-rep"});
    CHECK(d.last_says("please confirm the contact data of your team by " + moment(first.due)));
    CHECK(d.last_says("It has not been confirmed here before"));
    CHECK(d.last_says("https://console.arc.example/duties#contacts"));
    CHECK(asked().empty());
    d.clock.time = first.late - 1min;
    CHECK(asked().empty());
    d.clock.time = first.late + 24h * 60;  // a program that did not run, or did not tell of it, tells late
    CHECK(asked() == std::vector<std::string>{"kowhai-rep"});
    CHECK(d.last_says("was to confirm its contact data by " + moment(first.due) + " and has not"));
    CHECK(asked().empty());
    for (const auto* team : {"kowhai", "takin"}) REQUIRE(d.office.confirm_contacts(d.person(team + std::string("-rep")), TeamId{team}));
    CHECK(asked().empty());
    const auto second = kowhai();
    d.clock.time = second.due - 24h;
    CHECK(asked() == std::vector<std::string>{"kowhai-rep", "takin-rep"});  // the next time is another thing
    CHECK(d.last_says("It was last confirmed " + moment(*second.confirmed)));
}

TEST_CASE("a team is excused from a drill before it begins, and not after", "[item 64]") {
    AMatter d;
    const Instant begins = d.clock.now() + 24h;
    const auto drill = d.office.owe(secretariat, d.takin, "drill", begins).value().front();
    const auto other = d.office.owe(secretariat, TeamId{"kowhai"}, "drill", begins).value().front();
    d.clock.time = begins - 1us;
    CHECK(d.office.close(secretariat, MatterKind::duty, drill.id, {"excused", "in writing", ""}));
    d.clock.time = begins;
    d.check_refused(d.office.close(secretariat, MatterKind::duty, other.id, {"excused", "in writing", ""}), d.all_rows(), errc::denied,
                    "notice that the committee accepts before it");
    CHECK(d.office.close(secretariat, MatterKind::duty, other.id, {"missed", "", ""}));
}

TEST_CASE("the secretariat excuses its own team from no duty", "[item 27][item 64]") {
    AMatter d;
    d.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    const auto own = d.office.owe(secretariat, TeamId{"banksia"}, "drill", d.clock.now() + 24h).value().front();
    const auto other = d.office.owe(secretariat, d.takin, "drill", d.clock.now() + 24h).value().front();
    d.check_refused(d.office.close(d.person("ana"), MatterKind::duty, own.id, {"excused", "no time", ""}), d.all_rows(), errc::denied,
                    "item 27");
    CHECK(d.office.close(d.person("ana"), MatterKind::duty, other.id, {"excused", "in writing", ""}));
    CHECK(d.office.close(d.person("ana"), MatterKind::duty, own.id, {"done", "", ""}));
}

TEST_CASE("what one person finds without a decision, the committee hears of with who it was", "[item 24][item 64][ruling ss]") {
    AMatter d;
    const auto drill = d.office.owe(secretariat, d.takin, "drill", d.clock.now() + 24h * 60).value().front();
    const auto review = d.office.review(secretariat, d.takin, "they moved").value();
    static_cast<void>(d.told());
    const bool lent = GENERATE(false, true);
    const auto by = lent ? d.lent("seat1-rep", "person seat2-rep") : d.person("seat1-rep");
    REQUIRE(d.office.close(by, MatterKind::duty, drill.id, {"excused", "in writing", ""}));
    auto team_too = d.all_seats;
    team_too.emplace_back("takin-rep");
    CHECK(d.told() == team_too);
    CHECK(d.last_says("takin is excused from"));
    const std::string who = lent ? "seat2 (seat2) (with a token in the name of seat1 (seat1))" : "seat1 (seat1)";
    CHECK(d.last_says(who + " recorded it, without a decision"));
    REQUIRE(d.office.close(d.person("seat1-rep"), MatterKind::review, review.id, {"meets", "fine", ""}));
    auto both = d.all_seats;
    both.emplace_back("takin-rep");
    CHECK(d.told() == both);
    CHECK_FALSE(d.last_says("without a decision"));  // the last letter is the team's
    CHECK(d.told().empty());
}

TEST_CASE("a document is accepted once in each version, by those it is for, and a new version asks again", "[item 5][item 62]") {
    AMatter d;
    const std::string code = "Code of Conduct";
    d.check_refused(d.office.ask(d.person("seat1-rep"), code, "1", "", "members"), d.all_rows(), errc::denied, "secretariat");
    d.check_refused(d.office.ask(secretariat, code, "1", "abc", "members"), d.all_rows(), errc::invalid, "64 hexadecimal digits");
    d.check_refused(d.office.accept(d.person("takin-rep"), d.takin, code, ""), d.all_rows(), errc::not_found, "no document");
    REQUIRE(d.office.ask(secretariat, code, "1", "sha256:" + std::string(64, 'a'), "members"));
    CHECK(d.told().size() == 10);
    CHECK(d.last_says("accept the document \"Code of Conduct\" in version 1"));
    CHECK(d.told().empty());
    CHECK(d.office.accept(d.person("takin-rep"), d.takin, code, "1")->by == "person takin-rep");
    d.check_refused(d.office.accept(d.person("takin-rep"), d.takin, code, ""), d.all_rows(), errc::conflict, "accepted");
    d.check_refused(d.office.accept(d.person("kowhai-rep"), d.takin, code, ""), d.all_rows(), errc::denied, "does not speak for takin");
    d.check_refused(d.office.accept(secretariat, TeamId{"quokka"}, code, ""), d.all_rows(), errc::denied, "is for members");
    d.check_refused(d.office.ask(secretariat, code, "1", "", "members"), d.all_rows(), errc::conflict, "a new text has a new version");

    d.clock.time += 24h;
    REQUIRE(d.office.ask(secretariat, code, "2", "", "members"));
    CHECK(d.told().size() == 10);
    d.check_refused(d.office.accept(d.person("takin-rep"), d.takin, code, "1"), d.all_rows(), errc::denied, "in force in version 2");
    d.clock.time += 24h * 40;
    CHECK(d.told().empty());
    d.add_member("nova", to_string(date_of(d.clock.now())).c_str());
    CHECK(d.told() == std::vector<std::string>{"nova-rep"});  // who comes later is asked from its admission on
    std::vector<std::string> of_takin;
    for (const auto& pair : d.office.acceptances()) {
        if (pair.team == d.takin)
            of_takin.push_back(
                fmt::format("{} {} {}", pair.version, pair.accepted ? "accepted" : "asked", pair.current ? "now" : "before"));
    }
    CHECK(of_takin == std::vector<std::string>{"1 accepted before", "2 asked now"});
    CHECK(d.store().journal().verify());
}

TEST_CASE("a document is kept with its hash, and read by those who are asked for it or ask to be", "[item 5][item 77]") {
    AMatter d;
    const committee::Paper code{"code.txt", "Be fair.\n"};
    const auto hash = vault::hex(vault::sha256(code.bytes));
    d.check_refused(d.office.ask(secretariat, "Code", "1", std::string(64, 'a'), "members", code), d.all_rows(), errc::invalid, hash);
    d.check_refused(d.office.ask(secretariat, "Code", "1", "", "members", {"code.txt", std::string(committee::longest_paper + 1, 'x')}),
                    d.all_rows(), errc::limit, "524288 is the most");
    const auto asked = d.office.ask(secretariat, "Code", "1", "", "members", code).value();
    CHECK(asked.hash == hash);
    CHECK(d.office.find(MatterKind::document, asked.id)->kept);
    const auto elsewhere = d.office.ask(secretariat, "Charter", "1", hash, "all").value();
    CHECK_FALSE(d.office.acceptances().front().kept);  // the Charter: in the order of names
    CHECK(d.office.acceptances().back().kept);

    d.change([&](storage::Register& r) {
        community::Team nova;
        nova.id = TeamId{"nova"};
        nova.name = "Nova";
        nova.category = "applicant";
        r.put(nova);
    });
    d.add_person("nova-rep", "nova", "rep@nova.example");
    const auto reads = [&](const community::Actor& who, const std::string& id) {
        const auto read = d.office.read(who, id);
        return read ? read->second.bytes : std::string(name(read.error().code));
    };
    CHECK(reads(d.person("takin-rep"), asked.id) == code.bytes);
    CHECK(reads(secretariat, asked.id) == code.bytes);
    CHECK(reads(d.person("quentin"), asked.id) == "not found");  // of a partner
    CHECK(reads(d.person("takin-rep"), elsewhere.id) == "not found");
    CHECK(reads(d.person("nova-rep"), asked.id) == "not found");
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    conduct::Form form;
    form.short_name = "Nova";
    form.economy = "NZ";
    REQUIRE(door.submit(secretariat, {{}, TeamId{"nova"}, "operational", {}, {}, form}));
    CHECK(reads(d.person("nova-rep"), asked.id) == code.bytes);
    CHECK(d.store().journal().verify());
}

TEST_CASE("an alternate votes and hears of ballots while the representative is held, and not else", "[item 15][item 42]") {
    AMatter d;
    d.set_alternate("takin-two", "takin");
    static_cast<void>(d.told());
    committee::Proposal p;
    p.kind = "framework";
    p.rule = conduct::Rule::majority;
    p.question = "Change article 3?";
    const auto id = d.desk.propose(secretariat, p).value().id;
    CHECK(d.told().size() == 10);  // not the alternate
    d.check_refused(d.desk.vote(d.person("takin-two"), id, d.takin, Choice::yes), d.all_rows(), errc::denied,
                    "speaks for takin while its representative is under a security hold");
    REQUIRE(d.desk.place(secretariat, PersonId{"takin-rep"}, "mailbox taken over"));
    CHECK(d.desk.vote(d.person("takin-two"), id, d.takin, Choice::yes));
    CHECK_FALSE(d.desk.vote(d.person("takin-two"), id, TeamId{"kowhai"}, Choice::yes));
    const auto other = d.desk.propose(secretariat, p).value().id;
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "takin-two") == 1);
    d.clock.time += 72h;
    CHECK_FALSE(d.desk.vote(d.person("takin-two"), other, d.takin, Choice::yes));
}

}  // namespace caveat::test
