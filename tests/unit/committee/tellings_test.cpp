// Who must act is told, each of one thing once, in plain words (ruling ss).
#include "a_door.hpp"
#include "a_post.hpp"
#include "caveat/committee/applications.hpp"
#include "caveat/committee/books.hpp"
#include "caveat/committee/matters.hpp"
#include "changes.hpp"

namespace caveat::test {
namespace {

const std::vector<std::string> seven{"seat1-rep", "seat2-rep", "seat3-rep", "seat4-rep", "seat5-rep", "seat6-rep", "seat7-rep"};

}  // namespace

TEST_CASE("voters hear of a ballot when it opens, with the question and until when, and once", "[ruling ss]") {
    APost d;
    const Instant closes = d.clock.now() + 24h * 14;
    const auto id = d.proposed("clearance", "quokka");
    REQUIRE(d.desk.vote(d.person("seat3-rep"), id, TeamId{"seat3"}, Choice::yes));
    auto others = seven;
    std::erase(others, "seat3-rep");
    CHECK(d.told() == others);
    CHECK(d.last_says("Shall we?"));
    CHECK(d.last_says(moment(closes)));
    CHECK(d.last_says("https://console.arc.example/decisions/" + id));
    CHECK(d.told().empty());
    d.clock.time += 24h * 15;
    CHECK(d.told() == seven);
    CHECK(d.last_says("Over: the ballot " + id));
    CHECK(d.last_says("ended on " + moment(closes) + ", and there was no quorum, so that nothing is decided: Shall we?"));
    CHECK(d.told().empty());
    CHECK(d.store().journal().verify());
}

TEST_CASE("whoever could vote hears how a ballot ended, with the counts and what follows, unless it was put down with its votes",
          "[ruling ss]") {
    struct Row {
        std::size_t yes, no;
        bool at_once;
        const char* outcome;
        const char* follows;
    };
    const auto row = GENERATE(values<Row>({
        {5, 2, false, "it passed", "It is in effect, and what it decides may be done now."},
        {3, 4, false, "it did not pass", "To ask it again takes a new ballot."},
        {5, 2, true, "", ""},
    }));
    CAPTURE(row.outcome, row.at_once);
    APost d;
    const auto id = d.proposed("clearance", "quokka");
    if (!row.at_once) CHECK(d.told() == seven);
    d.vote(id, row.yes, row.no);
    d.clock.time += 1s;
    const auto closed = d.desk.close(secretariat, id);
    REQUIRE(closed);
    if (row.at_once) {
        CHECK(d.told().empty());
        return;
    }
    CHECK(d.told() == seven);
    CHECK(d.last_says(fmt::format("and {}: Shall we?", row.outcome)));
    CHECK(d.last_says(in_one_line(closed->outcome)));
    CHECK(d.last_says(row.follows));
    CHECK(d.last_says("https://console.arc.example/decisions/" + id));
    CHECK(d.told().empty());
}

TEST_CASE("whoever had a vote in a ballot that was over before anybody was called to it hears how it ended", "[ruling ss][items 52, 54]") {
    APost d;
    committee::Proposal p;
    p.kind = "clearance";
    p.subject = "quokka";
    p.question = "Shall we?";
    p.set = ADesk::usual("clearance");
    p.closes = d.clock.now() + 5s;
    const auto yes = GENERATE(0, 5, 7);
    CAPTURE(yes);
    const auto id = d.desk.propose(secretariat, p).value().id;
    d.vote(id, static_cast<std::size_t>(yes));
    d.clock.time = *p.closes;
    CHECK(d.told() == (yes == 7 ? std::vector<std::string>{} : seven));  // nobody is left to be told where each has voted
    if (yes < 7) CHECK(d.last_says(yes == 5 ? "it passed: Shall we?" : "nothing is decided: Shall we?"));
    CHECK(d.told().empty());
}

TEST_CASE("of what passed with a reduced quorum the members hear until when a petition can be signed", "[ruling ss][items 46, 47]") {
    APost d;
    const auto id = d.convened();
    const bool at_once = GENERATE(false, true);
    d.clock.time += 24h * (at_once ? 30 : 31);
    REQUIRE(d.desk.attend(secretariat, id, {d.seats.begin(), d.seats.begin() + 3}));
    if (!at_once) static_cast<void>(d.told());
    d.vote(id, 3);
    d.clock.time += 1s;
    const auto closed = d.desk.close(secretariat, id);
    REQUIRE(closed);
    REQUIRE(closed->petition);
    CHECK(d.told().size() == 10);
    CHECK(d.last_says(fmt::format("takes effect on {}, unless {} members sign a petition against it by then",
                                  moment(*closed->tally.effective), closed->petition->needed)));
}

TEST_CASE("a key that somebody brought in the place of one that counts is told to its person, and to who may confirm it",
          "[ruling ss][item 60]") {
    APost d;
    const community::Unconfirmed waits{
        community::Unconfirmed::What::key, d.clock.now(), {"operator root", "person seat1-rep"}, {"77B1"}, "armour"};
    storage::Store::Transaction transaction(d.store());
    d.change([&](storage::Register& r) {
        r.put(PersonId{"mei"}, waits);
        for (const auto* id : {"seat1-rep", "seat2-rep", "mei"})
            r.put(community::Term{"secretariat", PersonId{id}, ListId{}, {d.clock.now() - 24h, {}}});
    });
    const auto entry = [&](const char* act, const char* what, const std::vector<std::string>& fields = {}) {
        d.store().journal().append(d.clock.now(), "operator root", act, "mei", Detail().add("what", what).add("fields", fields).text());
    };
    entry("person.waits", "key: 8F3A waits to be confirmed", {"key"});
    entry("person.waits", "addresses: wait to be confirmed");                            // a change of their own entry
    entry("person.waits", "key: 77B1 was taken away, and another has to be confirmed");  // the same
    transaction.commit();
    CHECK(d.told() == std::vector<std::string>{"mei", "seat2-rep"});  // none of those who changed it
    CHECK(d.last_says("your OpenPGP key, by the operator of the server (root)"));
    CHECK(d.last_says("waits to be confirmed; it counts from then on, in the place of 77B1"));
    CHECK(d.told().empty());
}

TEST_CASE("a key in the place of one that counts is told to its person whoever's name it came in", "[ruling ss][K8][item 60]") {
    APost d;
    struct Row {
        std::vector<std::string> fields;
        std::string before, after;
        bool told;
    };
    const auto row = GENERATE(values<Row>({
        {{"key"}, "OLD", "NEW", true},
        {{"key"}, "OLD", "", true},
        {{"key"}, "", "NEW", false},                  // a first one
        {{"key"}, "OLD", "OLD", false},               // another copy of it
        {{"addresses", "key"}, "OLD", "NEW", false},  // nobody knows who reads there
        {{"name"}, "", "", false},
    }));
    CAPTURE(row.fields, row.before, row.after);
    storage::Store::Transaction transaction(d.store());
    Detail detail;
    detail.add("fields", row.fields);
    if (!row.before.empty()) detail.add("key_before", row.before);
    if (!row.after.empty()) detail.add("key_after", row.after);
    d.store().journal().append(d.clock.now(), "person mei", "person.change", "mei", detail.text());
    transaction.commit();
    CHECK(d.told() == (row.told ? std::vector<std::string>{"mei"} : std::vector<std::string>{}));
    if (row.told) CHECK(d.last_says("your OpenPGP key, by mei (orchid): you, or whoever was signed in as you"));
    CHECK(d.told().empty());
}

TEST_CASE("what a hold put in doubt is told to who may confirm it, though it came some time before", "[ruling ss][item 42]") {
    APost d;
    const auto since = d.clock.now() - 24h * GENERATE(29, 60);
    const bool lately = d.clock.now() < since + 24h * 30;
    d.change([&](storage::Register& r) {
        r.put(PersonId{"mei"}, community::Unconfirmed{community::Unconfirmed::What::key, since, {"person mei"}, {"77B1"}, "armour"});
        r.put(community::Term{"secretariat", PersonId{"seat2-rep"}, ListId{}, {d.clock.now() - 24h, {}}});
    });
    CHECK(d.told() == (lately ? std::vector<std::string>{"seat2-rep"} : std::vector<std::string>{}));
    if (lately) CHECK(d.last_says("Please confirm a change to the data of mei"));
}

TEST_CASE("who is taken off a list by somebody else is told so, once", "[T1][A12][ruling ss]") {
    APost d;
    const auto ends = [&](const char* list, const std::string& by, const char* person = "mei") {
        storage::Store::Transaction transaction(d.store());
        storage::end_subscription(d.store(), ListId{list}, PersonId{person}, d.clock.now(), by, Detail().add("what", ""));
        transaction.commit();
    };
    SECTION("by whom, and of which list") {
        ends("teams", "person seat1-rep");
        CHECK(d.told() == std::vector<std::string>{"mei"});
        CHECK(d.last_says("you are no longer on the list teams"));
        CHECK(d.last_says(", by seat1 (seat1)"));
        CHECK(d.told().empty());
    }
    SECTION("as of another delivery, by which none comes") {
        storage::Store::Transaction transaction(d.store());
        const std::vector<std::string> fields{"delivery"};
        d.store().journal().append(d.clock.now(), "person seat1-rep", "subscription.change", "teams mei",
                                   Detail().add("fields", fields).text());
        transaction.commit();
        CHECK(d.told() == std::vector<std::string>{"mei"});
        CHECK(d.last_says("your delivery from the list teams, by seat1 (seat1)"));
    }
    SECTION("not who left it, nor by a load") {
        ends("teams", "person mei");
        CHECK(d.told().empty());
        d.clock.time += 1h;
        storage::Store::Transaction transaction(d.store());
        d.store().journal().append(d.clock.now(), "operator root", "community.load", "", "{}");
        transaction.commit();
        ends("teams", "operator root");
        CHECK(d.told().empty());
    }
    SECTION("nor of a list that they may not know") {
        d.change([&](storage::Register& r) {
            community::List members;
            members.id = ListId{"of-members"};
            members.klass = "members";
            r.put(members);
        });
        ends("of-members", "person seat1-rep", "quentin");
        CHECK(d.told().empty());
        ends("of-members", "person seat1-rep");
        CHECK(d.told() == std::vector<std::string>{"mei"});
    }
}

TEST_CASE("a ballot about a team's seat is not for its eyes, and one that opens later is told then", "[ruling ss][item 27]") {
    APost d;
    committee::Proposal p;
    p.kind = "case.open";
    p.subject = "seat2";
    p.question = "Investigate?";
    p.opens = d.clock.now() + 24h;
    REQUIRE(d.desk.propose(secretariat, p));
    CHECK(d.told().empty());
    d.clock.time += 24h - committee::Reminders::soon * 2;
    CHECK(d.told().empty());
    auto others = seven;
    std::erase(others, "seat2-rep");
    CHECK(d.told() == others);
}

TEST_CASE("of a ballot its party hears nothing, whatever is recorded in it", "[A12][ruling ss][item 27]") {
    APost d;
    const std::string kind = GENERATE("case.open", "case.notice", "hold.place", "review");
    const bool called = GENERATE(false, true);
    CAPTURE(kind, called);
    committee::Proposal p;
    p.kind = kind;
    p.subject = kind == "hold.place" ? "seat2-rep" : "seat2";
    p.question = "Shall we?";
    if (kind == "case.notice") {
        d.opened("seat2");
        p.subject = d.the_case;
    }
    if (kind == "review") {
        committee::Matters matters{d.store(), d.vault(), d.rules, d.clock};
        p.subject = matters.review(secretariat, TeamId{"seat2"}, "they moved").value().id;
        p.set = {{"outcome", "revocation"}};
    }
    static_cast<void>(d.told());
    if (called) p.meeting = d.clock.now() + 1h;
    const auto proposed = d.desk.propose(secretariat, p);
    INFO((proposed ? "" : proposed.error().detail));
    REQUIRE(proposed);
    static_cast<void>(d.told());
    const std::vector<TeamId> five{TeamId{"seat1"}, TeamId{"seat3"}, TeamId{"seat4"}, TeamId{"seat5"}, TeamId{"seat6"}};
    auto six = five;
    six.emplace_back("seat2");
    if (called) {
        d.clock.time += 2h;
        REQUIRE(d.desk.attend(secretariat, proposed->id, six));
    }
    REQUIRE(d.desk.vote(d.person("seat1-rep"), proposed->id, TeamId{"seat1"}, Choice::yes));
    d.clock.time += 1s;
    REQUIRE(d.desk.attend(secretariat, proposed->id, five));
    auto told = d.told();
    CHECK_FALSE(told.empty());  // who was put down as there, or called to vote
    CHECK(std::count(told.begin(), told.end(), "seat2-rep") == 0);
    CHECK(d.all_letters().find("seat2") == std::string::npos);
}

TEST_CASE("of a ballot about somebody the team hears nothing that they are of now", "[A12][ruling ss][item 27]") {
    APost d;
    d.add_person("duty", "seat3", "duty@seat3.example");
    const auto id = d.proposed("hold.place", "duty");
    d.change([&](storage::Register& r) {
        auto duty = *r.person(PersonId{"duty"});
        duty.team = TeamId{"seat2"};
        r.put(duty);
    });
    auto others = seven;
    std::erase(others, "seat2-rep");
    std::erase(others, "seat3-rep");  // whom the ballot was about when it was opened
    CHECK(d.told() == others);
    d.clock.time += 24h * 14;
    CHECK(d.told() == others);
}

TEST_CASE("members hear of their ballot, and of its end if they have not voted", "[ruling ss]") {
    APost d;
    committee::Proposal p;
    p.kind = "framework";
    p.rule = conduct::Rule::majority;
    p.question = "Change article 3?";
    const auto id = d.desk.propose(secretariat, p).value().id;
    CHECK(d.told().size() == 10);  // orchid and banksia have no representative to write to
    for (const auto& team : d.seats) REQUIRE(d.desk.vote(secretariat, id, team, Choice::yes));
    d.clock.time += 24h * 11;
    CHECK(d.told() == std::vector<std::string>{"kowhai-rep", "saiga-rep", "takin-rep"});
    CHECK(d.last_says("has not voted yet"));
    CHECK(d.last_says("Change article 3?"));
    CHECK(d.told().empty());
}

TEST_CASE("the electorate of a meeting is convened, and then called to vote", "[ruling ss][item 43]") {
    APost d;
    const auto meeting = d.clock.now() + 24h * 30;
    const auto id = d.convened();
    CHECK(d.told().size() == 10);
    CHECK(d.last_says("is convened for " + moment(meeting)));
    CHECK(d.told().empty());
    d.clock.time += 24h * 30;
    CHECK(d.told().empty());  // who is there is not on record yet
    REQUIRE(d.desk.attend(secretariat, id, d.seats));
    CHECK(d.told() == seven);
    CHECK(d.last_says("a ballot of"));
}

TEST_CASE("who was told of a sanction hears that it was lifted, and the committee, which lifted it, does not", "[ruling ss][item 32]") {
    APost d;
    d.add_member("hibiscus");
    d.unheeded("hibiscus");
    auto act = ADesk::a_sanction();
    const bool known = GENERATE(true, false);
    act.sanction.tell_members = known;
    d.does(act);
    static_cast<void>(d.told());
    REQUIRE(d.files.act(secretariat, d.the_case, conduct::Lift{}, d.decided("case.lift", d.the_case, {{"whole", "true"}})));
    CHECK(d.told() == (known ? std::vector<std::string>{"hibiscus-rep", "kowhai-rep", "saiga-rep", "takin-rep"}
                             : std::vector<std::string>{"hibiscus-rep"}));
    CHECK(d.last_says("the committee has lifted the sanction"));
    CHECK_FALSE(d.last_says("a part of"));
    CHECK(d.told().empty());
}

TEST_CASE("a notice that came too late for who spoke for the team goes to who speaks for it now, once", "[item 28][item 36]") {
    APost d;
    d.add_member("hibiscus");
    d.add_person("second", "hibiscus", "second@hibiscus.example");
    d.opened("hibiscus");
    const auto issued = committee::issue(d.files, d.store(), d.rules, d.postage, d.clock, secretariat, d.the_case, ADesk::a_notice(),
                                         d.decided("case.notice", d.the_case));
    REQUIRE(issued);
    const auto first = d.store().posts().find(issued->letters.front().post)->key;
    d.seen = d.newest = first;
    const auto represents = [&](const char* id, bool does) {
        d.change([&](storage::Register& r) {
            auto person = *r.person(PersonId{id});
            person.representative = does;
            r.put(person);
        });
    };
    represents("hibiscus-rep", false);
    represents("second", true);
    static_cast<void>(d.told());
    CHECK(committee::letters(d.store(), d.the_case).size() == 1);  // it may still go
    const auto ends = [&](storage::DeliveryState state, community::Code because) {
        storage::Outcome outcome;
        outcome.post = first;
        outcome.seq = d.store().deliveries().rows(first).front().seq;
        outcome.state = state;
        outcome.because = {because, "said"};
        outcome.at = d.clock.now();
        d.change([&](storage::Register&) { d.store().deliveries().record(std::vector{outcome}); });
    };
    const auto what = GENERATE(0, 1, 2);
    if (what == 0) {  // not withheld, or for another reason
        ends(storage::DeliveryState::failed, community::Code::removed);
        static_cast<void>(d.told());
        CHECK(committee::letters(d.store(), d.the_case).size() == 1);
        return;
    }
    ends(storage::DeliveryState::withheld, community::Code::removed);
    if (what == 1) {  // it has fallen with an appeal meanwhile
        d.serve(1);
        d.does(conduct::FileAppeal{1, "their letter"});
        conduct::SeatPanel seat{1, {}};
        seat.panel.chair.person = PersonId{"takin-rep"};
        for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"})
            seat.panel.members.push_back({PersonId{member}, {}});
        d.does(seat);
        for (const auto* who : {"takin-rep", "seat1-rep", "kowhai-rep"})
            d.does(conduct::CastPanelVote{1, PersonId{who}, {conduct::Outcome::suspended, {}}});
        d.clock.time += committee::Reminders::soon;
        CHECK(d.watch.tell_who_must_act().troubles.empty());
        CHECK(committee::letters(d.store(), d.the_case).size() == 1);
        return;
    }
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "second") == 1);
    const auto sent = committee::letters(d.store(), d.the_case);
    REQUIRE(sent.size() == 2);
    CHECK(sent.back().to == PersonId{"second"});
    CHECK(sent.back().notice == 1);
    CHECK(in_one_line(d.all_letters()).find("leaked AMBER") != std::string::npos);
    static_cast<void>(d.told());
    CHECK(committee::letters(d.store(), d.the_case).size() == 2);
    d.add_person("third", "hibiscus", "third@hibiscus.example");  // represents it later: the team has it by then
    represents("second", false);
    represents("third", true);
    static_cast<void>(d.told());
    CHECK(committee::letters(d.store(), d.the_case).size() == 2);
}

TEST_CASE("news of a case that came too late for who spoke for the team goes to who speaks for it now, once", "[ruling ss][item 36]") {
    APost d;
    d.add_member("hibiscus");
    d.add_person("second", "hibiscus", "second@hibiscus.example");
    d.unheeded("hibiscus");
    static_cast<void>(d.told());
    const auto shown = committee::letters(d.store(), d.the_case).size();
    d.does(conduct::RecordReply{2, "their secret words"});
    REQUIRE(d.told().size() == 8);
    std::vector<storage::Post> news;
    storage::Posts::Filter letters;
    letters.notices = true;
    for (const auto& post : d.store().posts().select(letters)) {
        if (post.purpose == storage::Purpose::to_party && d.store().deliveries().rows(post.key).front().person.value == "hibiscus-rep")
            news.push_back(post);
    }
    REQUIRE_FALSE(news.empty());
    const auto letter = std::max_element(news.begin(), news.end(), [](const auto& a, const auto& b) { return a.key < b.key; })->key;
    d.change([&](storage::Register& r) {
        for (const auto* id : {"hibiscus-rep", "second"}) {
            auto person = *r.person(PersonId{id});
            person.representative = !person.representative;
            r.put(person);
        }
    });
    CHECK(d.told().empty());  // it may still go
    storage::Outcome outcome;
    outcome.post = letter;
    outcome.seq = d.store().deliveries().rows(letter).front().seq;
    outcome.state = storage::DeliveryState::withheld;
    outcome.because = {community::Code::removed, "said"};
    outcome.at = d.clock.now();
    d.change([&](storage::Register&) { d.store().deliveries().record(std::vector{outcome}); });
    CHECK(d.told() == std::vector<std::string>{"second"});
    CHECK(d.last_says("recorded that you replied to notice 2"));
    CHECK(d.told().empty());
    CHECK(committee::letters(d.store(), d.the_case).size() == shown);  // of notices
}

TEST_CASE("both sides of an appeal are told, and the five of its panel, and nobody of what is confidential",
          "[ruling ss][item 37][item 38]") {
    APost d;
    d.unheeded();
    d.change([&](storage::Register& r) {
        auto person = *r.person(PersonId{"quentin"});
        person.representative = true;
        r.put(person);
    });
    static_cast<void>(d.told());
    auto both = seven;
    both.insert(both.begin(), "quentin");
    d.does(conduct::RecordReply{2, "their secret words"});
    CHECK(d.told() == both);
    CHECK(d.last_says("recorded that you replied to notice 2. With it the notice counts as served"));
    REQUIRE(d.files.act(d.person("quentin"), d.the_case, conduct::RecordReply{2, "their own word"}));
    CHECK(d.told() == seven);
    CHECK(d.last_says("has replied to notice 2"));
    d.does(conduct::FileAppeal{2, "their secret words"});
    CHECK(d.told() == both);  // the party, too, for whom somebody else put it on record
    CHECK(d.last_says("recorded that you appeal against notice 2"));
    CHECK_FALSE(d.last_says("secret words"));
    conduct::SeatPanel seat{2, {}};
    seat.panel.chair.person = PersonId{"takin-rep"};
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}) seat.panel.members.push_back({PersonId{member}, {}});
    const community::Settings five{{"chair", "takin-rep"}, {"members", "seat1-rep seat2-rep kowhai-rep saiga-rep"}};
    REQUIRE(d.files.act(secretariat, d.the_case, seat, d.decided("case.panel", d.the_case, five)));
    CHECK(d.told() == std::vector<std::string>{"kowhai-rep", "quentin", "saiga-rep", "seat1-rep", "seat2-rep", "takin-rep"});
    const auto upheld = [&](const community::Actor& by, const std::string& who) {
        return d.files.act(by, d.the_case, conduct::CastPanelVote{2, PersonId{who}, {conduct::Outcome::upheld, {}}});
    };
    REQUIRE(upheld(d.person("takin-rep"), "takin-rep"));
    CHECK(d.told().empty());
    // A place that is free: the committee fills it, and the others of the panel wait for that.
    const auto terms = d.store().powers().terms();
    const auto seat1 = std::find_if(terms.begin(), terms.end(), [](const auto& term) { return term.person == PersonId{"seat1-rep"}; });
    REQUIRE(seat1 != terms.end());
    d.change([&](storage::Register& r) { r.remove(*seat1); });
    CHECK(d.told() == std::vector<std::string>{"kowhai-rep", "saiga-rep", "seat2-rep", "seat3-rep", "seat4-rep", "seat5-rep", "seat6-rep",
                                               "seat7-rep", "takin-rep"});
    CHECK(d.last_says("can sit no longer on the panel of the appeal against notice 2"));
    CHECK(d.told().empty());
    d.change([&](storage::Register& r) { r.put(*seat1); });
    CHECK(d.told().empty());
    // For whom somebody else votes, they hear of it; and who has voted is not voted for.
    d.check_refused(upheld(secretariat, "takin-rep"), d.all_rows(), errc::denied, "item 39: takin-rep has voted on this appeal itself");
    REQUIRE(upheld(secretariat, "seat1-rep"));
    CHECK(d.told() == std::vector<std::string>{"seat1-rep"});
    CHECK(d.last_says("recorded that you, of the Appeal Panel, voted on the appeal against notice 2"));
    CHECK(d.last_says("This letter goes to you alone, once."));
    REQUIRE(upheld(d.person("saiga-rep"), "saiga-rep"));
    CHECK(d.told() == both);
    CHECK(d.told().empty());
}

TEST_CASE("members who were told of a sanction hear that it fell with a notice below it", "[ruling ss][ruling g][item 32]") {
    APost d;
    d.add_member("hibiscus");
    d.unheeded("quokka");
    static_cast<void>(d.told());
    auto act = ADesk::a_sanction();
    const bool known = GENERATE(true, false);
    act.sanction.tell_members = known;
    d.does(act);
    static_cast<void>(d.told());
    d.does(conduct::FileAppeal{2, "their letter"});
    static_cast<void>(d.told());
    conduct::SeatPanel seat{2, {}};
    seat.panel.chair.person = PersonId{"takin-rep"};
    for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}) seat.panel.members.push_back({PersonId{member}, {}});
    // Named by the ballot, so that the seats among the five have one letter about it.
    const community::Settings five{{"chair", "takin-rep"}, {"members", "seat1-rep seat2-rep kowhai-rep saiga-rep"}};
    REQUIRE(d.files.act(secretariat, d.the_case, seat, d.decided("case.panel", d.the_case, five)));
    std::vector<std::string> told = d.told();
    for (const auto* who : {"takin-rep", "seat1-rep", "saiga-rep"}) {
        REQUIRE(d.files.act(d.person(who), d.the_case, conduct::CastPanelVote{2, PersonId{who}, {conduct::Outcome::suspended, {}}}));
        told = d.told();
    }
    CHECK(std::count(told.begin(), told.end(), "hibiscus-rep") == (known ? 1 : 0));
    CHECK((in_one_line(d.all_letters()).find("the Appeal Panel has suspended the sanction: it does not count") != std::string::npos) ==
          known);
    CHECK(d.told().empty());
}

TEST_CASE("voters who were told by a clock that stood ahead are told when their ballot opens", "[ruling ss][O6]") {
    APost d;
    committee::Proposal p;
    p.kind = "clearance";
    p.subject = "quokka";
    p.question = "Shall we?";
    p.set = ADesk::usual(p.kind);
    p.opens = d.clock.now() + 24h * 6;
    REQUIRE(d.desk.propose(secretariat, p));
    const Instant right = d.clock.now();
    CHECK(d.told().empty());
    d.clock.time = right + 24h * 7;
    CHECK(d.told() == seven);
    d.clock.time = right + 1min;
    CHECK(d.told().empty());
    d.clock.time = right + 24h * 6;
    CHECK(d.told() == seven);
    CHECK(d.told().empty());
}

TEST_CASE("a clock that falls back for a moment takes no roll back, and nobody is told twice", "[ruling tt][ruling ss][T1][O6]") {
    const bool starts_with_it = GENERATE(false, true);
    CAPTURE(starts_with_it);
    APost d;
    committee::Proposal p;
    p.kind = "clearance";
    p.subject = "quokka";
    p.question = "Shall we?";
    p.set = ADesk::usual(p.kind);
    p.opens = d.clock.now() + 1h;
    const auto id = d.desk.propose(secretariat, p).value().id;
    // Nothing ran when it opened.
    d.clock.time += 20h;
    d.change([](storage::Register&) {});
    d.restart();
    CHECK(d.told() == seven);
    auto left = *d.store().directory().team(TeamId{"seat7"});
    left.category = "former";
    d.change([&](storage::Register& r) { r.put(left); });
    CHECK(d.told().empty());
    const auto voters = [&] { return d.desk.decision(everything, id)->ballot.electorate.size(); };
    REQUIRE(voters() == 7);

    const Instant right = d.clock.now();
    d.clock.time = starts_with_it ? *parse_instant("2020-01-01T00:00:00Z") : right - 24h;
    if (starts_with_it) d.restart();
    CHECK(d.told().empty());
    d.clock.time = right;
    CHECK(d.told().empty());
    CHECK(voters() == 7);
    CHECK(d.store().journal().verify());
}

TEST_CASE("news that waits for its hour is not lost when the clock stands a day ahead for a moment", "[ruling ss][O6]") {
    APost d;
    d.changes("operator root", "mei", "second@orchid.example");
    static_cast<void>(d.told());
    d.changes("operator root", "mei", "third@orchid.example");
    CHECK(d.told() == std::vector<std::string>{"outside"});  // the address of before; her own letter waits
    d.clock.time += 25h;
    CHECK(d.told() == std::vector<std::string>{"mei"});
}

TEST_CASE("what was done while nothing ran to tell of it is told at the next start, however long that takes", "[ruling ss][T1]") {
    APost d;
    d.changes("operator root", "ana", "second@banksia.example");
    const bool told = GENERATE(false, true);  // by then: else nobody knows whether a daemon ever ran
    if (told) static_cast<void>(d.told());
    d.changes("operator root", "mei", "second@orchid.example");
    d.clock.time += 24h * 3;
    // Letters that others write meanwhile, as of keys, tell nothing of it.
    {
        storage::Store::Transaction transaction(d.store());
        d.store().journal().append(d.clock.now(), "system", "letter.mailed", "teams", R"({"form":"post-waits","about":["1"],"to":["ana"]})");
        d.store().journal().append(d.clock.now(), "system", "reminder.mailed", "D-1", R"({"about":"D-1","due":"","to":["ana"]})");
        transaction.commit();
    }
    d.restart();
    CHECK(d.told() == (told ? std::vector<std::string>{"mei", "outside"} : std::vector<std::string>{}));
    CHECK(d.told().empty());
    d.clock.time += 24h * 3;
    d.restart();
    CHECK(d.told().empty());
}

TEST_CASE("what was done between a program that left no mark of what it heard and this one is told at its start", "[ruling ss][T1]") {
    APost d;
    {
        storage::Store::Transaction transaction(d.store());
        d.store().journal().append(d.clock.now(), "system", "letter.mailed", "ana", R"({"form":"person-changed","about":["1"],"to":["ana"]})");
        transaction.commit();
    }
    d.changes("operator root", "mei", "second@orchid.example");
    d.clock.time += 24h * 3;
    d.restart();
    CHECK(d.told() == std::vector<std::string>{"mei", "outside"});
    d.restart();
    CHECK(d.told().empty());
}

TEST_CASE("what was done while nothing ran is told at the next start, whatever a load entered behind it", "[ruling ss][T1]") {
    APost d;
    d.changes("operator root", "ana", "second@banksia.example");
    static_cast<void>(d.told());
    d.changes("operator root", "mei", "second@orchid.example");
    {
        storage::Store::Transaction transaction(d.store());
        for (int i = 0; i < 5100; ++i) d.store().journal().append(d.clock.now(), "operator root", "test.load", "nobody", "{}");
        transaction.commit();
    }
    d.restart();
    CHECK(d.told() == std::vector<std::string>{"mei", "outside"});
    d.restart();
    CHECK(d.told().empty());
}

TEST_CASE("the chair hears of a word in a tie that somebody else recorded, and says its own for a week", "[ruling ss][item 57]") {
    const bool in_time = GENERATE(true, false);
    APost d;
    d.change([&](storage::Register& r) {
        r.put(community::Term{"chair", PersonId{"seat1-rep"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
    });
    committee::Proposal p;
    p.kind = "host";
    p.subject = "2027";
    p.question = "Who hosts?";
    const std::vector<TeamId> two{TeamId{"takin"}, TeamId{"kowhai"}};
    p.candidates = two;
    const auto id = d.desk.propose(secretariat, p).value().id;
    for (std::size_t i = 0; i < 7; ++i) {
        const TeamId named{i == 0 ? "" : i % 2 == 1 ? "takin" : "kowhai"};
        REQUIRE(d.desk.back(d.person(d.seats[i].value + "-rep"), id, d.seats[i], named));
    }
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, id));
    static_cast<void>(d.told());
    REQUIRE(d.desk.break_tie(secretariat, id, {two[1]}));
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "seat1-rep") >= 1);
    bool says = false;
    storage::Posts::Filter filter;
    filter.notices = true;
    for (const auto& post : d.store().posts().select(filter)) {
        const auto text = in_one_line(d.seal->open(d.store().posts().body(post.key), post.id.value).value());
        says = says || text.find("seat1 breaks the tie, as the chair of this ballot") != std::string::npos;
    }
    CHECK(says);
    d.clock.time += in_time ? 24h * 6 : 24h * 8;
    const auto own = d.desk.break_tie(d.person("seat1-rep"), id, {two[0]});
    CHECK(own.has_value() == in_time);
    CHECK(d.desk.decision(everything, id)->host->tally.host == two[in_time ? 0 : 1]);
    CHECK_FALSE(d.desk.break_tie(secretariat, id, {two[1]}));
}

TEST_CASE("whose data somebody else changed hears of it, and other teams of a new contact, one letter an hour",
          "[ruling ss][items 15, 60]") {
    APost d;
    const std::vector<std::string> others{"kowhai-rep", "saiga-rep", "seat1-rep", "seat2-rep", "seat3-rep",
                                          "seat4-rep",  "seat5-rep", "seat6-rep", "seat7-rep"};
    d.changes("operator root", "takin-rep", "new@takin.example");
    auto all = others;
    all.emplace_back("takin-rep");
    auto first = all;
    first.insert(std::lower_bound(first.begin(), first.end(), "outside"), "outside");  // the address that was taken off
    CHECK(d.told() == first);
    CHECK(d.told().empty());
    // Its own doing, and a person who is no contact: only those who did not do it themselves, the address of before, and nobody else.
    d.changes("person mei", "mei", "other@orchid.example");
    CHECK(d.told() == std::vector<std::string>{"outside"});
    d.changes("operator root", "mei", "third@orchid.example");
    CHECK(d.told() == std::vector<std::string>{"mei", "outside"});
    CHECK(d.last_says("third@orchid.example"));
    CHECK(d.last_says("your addresses, by the operator of the server (root)"));
    // Within the hour they wait, and come as one.
    d.changes("operator root", "takin-rep", "newer@takin.example");
    d.changes("operator root", "takin-rep", "newest@takin.example");
    CHECK(d.told() == std::vector<std::string>{"outside", "outside"});  // of taking somebody's place they hear at once
    d.clock.time += 1h;
    CHECK(d.told() == all);
    CHECK(d.told().empty());
    CHECK(d.store().journal().verify());
}

TEST_CASE("an applicant without people in the register hears of each step at the contact of its form", "[ruling ss][item 15]") {
    APost d;
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    auto form = a_form("nimbus");
    form.contacts = {{PersonId{"nimbus-two"}, "Tui", "tui@nimbus.example", false},
                     {PersonId{"nimbus-rep"}, "Ana", "ana@nimbus.example", true}};
    const auto filed = door.submit(secretariat, {{}, TeamId{"nimbus"}, "liaison", {}, {}, form});
    REQUIRE(filed);
    CHECK(d.told() == std::vector<std::string>{"outside"});
    CHECK(d.last_says("To: <ana@nimbus.example>"));
    CHECK(d.last_says("Dear Ana,"));
    CHECK(d.last_says("was received"));
    CHECK(d.told().empty());
    storage::Posts::Filter filter;
    filter.notices = true;
    const auto letter = d.store().posts().select(filter).back();
    CHECK(letter.target == storage::Target::outside);
    CHECK(letter.rcpt_to == "ana@nimbus.example");
    // With people of its own it is they who hear.
    d.add_person("nimbus-old", "nimbus", "old@nimbus.example");
    REQUIRE(door.act(secretariat, filed->as_is.id, conduct::WithdrawApplication{"not now"}, {}));
    CHECK(d.told() == std::vector<std::string>{"nimbus-old"});
}

TEST_CASE("whoever is let in hears how their people come onto lists, and of those only that they may know", "[ruling ss][item 65]") {
    APost d;
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    d.change([&](storage::Register& r) {
        for (const auto* klass : {"proj", "sc"}) {
            community::List list;
            list.id = ListId{std::string("hush-") + klass};
            list.klass = klass;
            list.charter = "not for everybody";
            r.put(list);
        }
    });
    const bool member = GENERATE(true, false);
    const auto* category = member ? "operational" : "liaison";
    const auto id = door.submit(secretariat, {{}, TeamId{"nimbus"}, category, {}, {}, a_form("nimbus")}).value().as_is.id;
    const auto does = [&](const conduct::ApplicationAct& act, const char* text) {
        const auto done = door.act(secretariat, id, act, text == nullptr ? committee::Paper{} : committee::Paper{"letter.txt", text});
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
    };
    does(ADoor::paper(conduct::DocumentKind::form), "the form, signed");
    if (!member) does(ADoor::paper(conduct::DocumentKind::handling_policy), "the policy, accepted");
    for (const auto* sponsor : {"takin", "kowhai", "saiga"}) {
        if (!member || std::string_view(sponsor) == "takin") does(ADoor::by(sponsor), "good people");
    }
    if (member) does(conduct::AgreeVisit{TeamId{"kowhai"}, false}, nullptr);
    const auto decision = d.decided("admission", "nimbus");
    static_cast<void>(d.told());
    REQUIRE(door.admit(secretariat, id, decision));
    const auto hears = [&](const std::string& who) {
        const auto told = d.told();
        CHECK(std::count(told.begin(), told.end(), who) == 1);
        return in_one_line(d.all_letters());
    };
    auto letters = hears("nimbus-rep");
    if (!member) {
        CHECK(letters.find("Open to your team") == std::string::npos);
        does(conduct::RecordMou{date_of(d.clock.now()), {"registry", ""}}, "the MoU, signed");
        letters = hears("nimbus-rep");
    }
    const auto at = letters.find("Open to your team: ");
    REQUIRE(at != std::string::npos);
    CHECK(letters.find("Open to your team: ", at + 1) == std::string::npos);  // its sponsors hear the step alone
    CHECK(letters.find("teams", at) != std::string::npos);
    CHECK(letters.find("hush") == std::string::npos);
}

TEST_CASE("other contacts in a form are told where it named one before, to its sponsors, the committee, and whoever votes on it",
          "[ruling ii][ruling ss][A11]") {
    APost d;
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    const auto filed = door.submit(secretariat, {{}, TeamId{"nimbus"}, "liaison", {}, {}, a_form("nimbus")});
    REQUIRE(filed);
    const auto& id = filed->as_is.id;
    const auto does = [&](const community::Actor& by, const conduct::ApplicationAct& act, committee::Paper paper = {}) {
        const auto done = door.act(by, id, act, paper);
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
    };
    for (const auto* team : {"takin", "kowhai", "saiga"}) does(secretariat, ADoor::by(team), {"a report", "good people"});
    does(secretariat, ADoor::paper(conduct::DocumentKind::form), {"the form", "signed"});
    does(secretariat, ADoor::paper(conduct::DocumentKind::handling_policy), {"the policy", "accepted"});
    static_cast<void>(d.told());
    auto form = a_form("nimbus");
    form.mission = "to help";
    does(d.person("seat1-rep"), conduct::AmendForm{form});
    CHECK(d.told().size() == 4);  // its contact and the sponsors, as of each step
    CHECK(d.last_says("it has a corrected form, as seat1 (seat1) recorded."));

    form.contacts[0].address = "other@elsewhere.example";
    const auto before = d.newest;
    does(d.person("seat1-rep"), conduct::AmendForm{form});
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "outside") == 2);
    for (const auto* reader : {"takin-rep", "kowhai-rep", "saiga-rep", "seat2-rep", "seat7-rep"})
        CHECK(std::find(told.begin(), told.end(), reader) != told.end());
    CHECK(std::find(told.begin(), told.end(), "seat1-rep") == told.end());
    std::string to_contacts;
    storage::Posts::Filter filter;
    filter.notices = true;
    for (const auto& post : d.store().posts().select(filter)) {
        if (post.key <= before) continue;
        const auto text = in_one_line(d.seal->open(d.store().posts().body(post.key), post.id.value).value());
        CHECK(text.find("Ngaio <other@elsewhere.example>, its representative, before Ngaio <rep@nimbus.example>") != std::string::npos);
        if (post.target == storage::Target::outside) to_contacts += post.rcpt_to + " ";
    }
    CHECK(
        (to_contacts.find("rep@nimbus.example") != std::string::npos && to_contacts.find("other@elsewhere.example") != std::string::npos));
    CHECK(d.told().empty());

    const auto ballot = d.proposed("admission", "nimbus");
    const auto applicant = d.desk.decision(everything, ballot)->applicant;
    for (const auto* part :
         {"Its contacts: Ngaio <other@elsewhere.example>", "changed them on", "after the one that is on file was signed"})
        CHECK(applicant.find(part) != std::string::npos);
    const auto silent = d.newest;
    static_cast<void>(d.told());
    std::size_t asked = 0;
    for (const auto& post : d.store().posts().select(filter)) {
        if (post.key <= silent) continue;
        const auto text = in_one_line(d.seal->open(d.store().posts().body(post.key), post.id.value).value());
        if (text.find("Please vote") != std::string::npos && text.find(applicant.substr(0, 50)) != std::string::npos) ++asked;
    }
    CHECK(asked == 7);
    CHECK_FALSE(door.act(d.person("seat1-rep"), id, conduct::AmendForm{a_form("nimbus")}, {}));  // not while it is voted on
}

TEST_CASE("a vote that somebody else recorded is told to its team at once, also when the ballot is over", "[ruling ss][item 54]") {
    APost d;
    const auto id = d.proposed("clearance", "quokka");
    REQUIRE(d.desk.vote(d.person("seat1-rep"), id, TeamId{"seat1"}, Choice::yes));
    for (int i = 2; i <= 7; ++i) REQUIRE(d.desk.vote(secretariat, id, TeamId{"seat" + std::to_string(i)}, Choice::yes));
    d.clock.time += 1s;
    const auto over = d.desk.close(secretariat, id);
    REQUIRE(over);
    CHECK(over->recorders.front() == "person seat1-rep");
    CHECK(over->recorders.back() == "operator root");
    CHECK(d.told() == std::vector<std::string>(seven.begin() + 1, seven.end()));
    CHECK(d.last_says("the operator of the server (root) recorded:"));
    CHECK(d.last_says("seat7 voted."));
    CHECK(d.last_says("Shall we?"));
    CHECK(d.told().empty());
    bool said = false;
    d.store().journal().each({.act = "decision.closed", .subject = id}, [&](const storage::Entry& e) {
        said = said || e.detail.find("\"recorded\":\"6 votes by operator root\"") != std::string::npos;
    });
    CHECK(said);
}

TEST_CASE("a seat that somebody else says takes no part is told at once", "[ruling ss][item 52]") {
    APost d;
    const auto id = d.proposed("clearance", "quokka");
    CHECK(d.told() == seven);  // that it is open
    REQUIRE(d.desk.recuse(secretariat, id, TeamId{"seat2"}));
    CHECK(d.told() == std::vector<std::string>{seven.at(1)});
    CHECK(d.last_says("seat2 takes no part in this ballot."));
    REQUIRE(d.desk.recuse(d.person("seat3-rep"), id, TeamId{"seat3"}));
    CHECK(d.told().empty());
}

TEST_CASE("a seat that is put down as away is told at once, unless it said so itself: not who used its name", "[ruling ss][items 51, 54]") {
    APost d;
    static_cast<void>(d.ana_of_the_secretariat());
    const auto id = d.convened();
    d.clock.time += 24h * 30;
    const std::vector<TeamId> three{TeamId{"seat1"}, TeamId{"seat2"}, TeamId{"seat3"}};
    auto four = three;
    four.emplace_back("seat4");
    REQUIRE(d.desk.attend(secretariat, id, four));
    static_cast<void>(d.told());
    d.clock.time += 1s;
    const bool lent = GENERATE(true, false);
    const auto done = d.desk.attend(lent ? d.lent("seat4-rep", "person ana") : d.person("seat4-rep"), id, three);
    INFO((done ? "" : done.error().detail));
    REQUIRE(done);
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "seat4-rep") == (lent ? 1 : 0));
}

TEST_CASE("a team whose signature somebody else put under a petition is told at once", "[ruling ss][item 47]") {
    APost d;
    const auto id = d.convened();
    d.clock.time += 24h * 30;
    REQUIRE(d.desk.attend(secretariat, id, {TeamId{"seat1"}, TeamId{"seat2"}, TeamId{"seat3"}}));
    for (const std::string seat : {"seat1", "seat2", "seat3"}) REQUIRE(d.desk.vote(d.person(seat + "-rep"), id, TeamId{seat}, Choice::yes));
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, id)->petition);
    static_cast<void>(d.told());
    d.clock.time += 24h * 14;
    REQUIRE(d.desk.petition(secretariat, id, TeamId{"takin"}));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("takin signed the petition against this decision."));
}

TEST_CASE("who has a token made in their name by somebody else is told at once", "[ruling ss][H1]") {
    APost d;
    const auto made = [&](const char* id, const char* by) {
        storage::Store::Transaction transaction(d.store());
        Digest secret{};
        secret[0] = static_cast<unsigned char>(id[0]);
        d.store().credentials().put(
            {id, secret, "x", PersonId{"takin-rep"}, "decisions:write", "", by, d.clock.now(), d.clock.now() + 24h, {}, {}});
        d.store().journal().append(d.clock.now(), by, "token.created", id, "{}");
        transaction.commit();
    };
    made("aa01", "person kowhai-rep");
    made("bb02", "person takin-rep");
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("made a token in your name (aa01)"));
    CHECK_FALSE(d.last_says("person kowhai-rep"));
    CHECK(d.last_says("change: decisions"));
    made("cc03", "operator root");  // no waiting for the hour to be over
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.told().empty());
}

TEST_CASE("whose token another person ended is told at once", "[ruling ss][H1]") {
    APost d;
    struct Row {
        std::string by, maker;
        bool told;
    };
    const auto row = GENERATE(values<Row>({{"person kowhai-rep", "", true},
                                           {"person takin-rep", "", false},
                                           {"person takin-rep", "person kowhai-rep", true},  // with a token in their name
                                           {"operator root", "", false}}));
    CAPTURE(row.by, row.maker);
    storage::Store::Transaction transaction(d.store());
    const auto now = d.clock.now();
    d.store().credentials().put(
        {"aa01", Digest{1}, "for backups", PersonId{"takin-rep"}, "lists:read", "", "person takin-rep", now, now + 24h, {}, {}});
    Detail detail;
    if (!row.maker.empty()) detail.add("token_of", row.maker);
    d.store().journal().append(now, row.by, "token.revoked", "aa01", detail.text());
    transaction.commit();
    CHECK(d.told() == (row.told ? std::vector<std::string>{"takin-rep"} : std::vector<std::string>{}));
    if (row.told) CHECK(d.last_says("kowhai (kowhai)"));
    if (row.told) CHECK(d.last_says("ended your token \"for backups\" (aa01)"));
    CHECK(d.told().empty());
}

TEST_CASE("whose second factor somebody else ended hears of it, and of the next one; of an office the committee does",
          "[ruling ss][T1][A11]") {
    APost d;
    const auto happens = [&](const std::string& act, const std::string& by, const std::string& whose) {
        storage::Store::Transaction transaction(d.store());
        d.store().journal().append(d.clock.now(), by, act, whose, "{}");
        transaction.commit();
    };
    happens("factor.enrolled", "person takin-rep", "takin-rep");
    happens("factor.enrolled", "person seat1-rep", "seat1-rep");
    CHECK(d.told().empty());
    happens("factor.forgotten", "person ana", "takin-rep");
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("ended your second factor, and with it whatever was signed in by it."));
    happens("factor.enrolled", "person takin-rep", "takin-rep");
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("a second factor was set up for you, after the one before was ended by somebody else"));
    happens("factor.forgotten", "person seat1-rep", "seat1-rep");  // who keeps the register ends their own
    happens("factor.enrolled", "person seat1-rep", "seat1-rep");
    CHECK(d.told().empty());
    happens("factor.forgotten", "person ana", "seat1-rep");
    CHECK(d.told() == seven);
    const auto all = in_one_line(d.all_letters());
    CHECK(all.find("ended the second factor of seat1 (seat1)") != std::string::npos);
    CHECK(all.find("A second factor was set up") == std::string::npos);
    happens("factor.enrolled", "person seat1-rep", "seat1-rep");
    CHECK(d.told() == seven);
    d.clock.time += 24h * 2;
    const auto hold = d.desk.place(secretariat, PersonId{"takin-rep"}, "her mailbox looks odd");
    REQUIRE(hold);
    REQUIRE(d.desk.lift(secretariat, hold->id));
    static_cast<void>(d.told());
    happens("factor.enrolled", "person takin-rep", "takin-rep");  // the hold ended the one before
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.told().empty());
}

TEST_CASE("whose term a load gives another end hears of it, and once it is over of whom others put in that place", "[ruling ss][T1]") {
    APost d;
    const auto ana = d.ana_of_the_secretariat();
    d.change([&](storage::Register& r) {
        community::List list;
        list.id = ListId{"proj-deep"};
        list.klass = "proj";
        list.charter = "deep";
        r.put(list);
    });
    using Readers = std::vector<std::string>;
    const Instant begins = d.clock.now();
    REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {begins, begins + 24h * 300}}));
    CHECK(d.told().empty());
    d.clock.time += 1h;
    const auto load_until = [&](const community::Actor& by, Instant until) {
        auto census = d.members().census();
        for (auto& term : census.terms) {
            if (term.list.value == "proj-deep") term.during.until = until;
        }
        const auto loaded = d.members().load(by, census, {});
        INFO((loaded ? "" : loaded.error().detail));
        REQUIRE(loaded);
        CHECK(loaded->changes.size() == 1);
    };
    const auto& by = GENERATE_REF(secretariat, ana);
    const auto says = [&](Instant until) { return "the end of your term as owner of the list proj-deep: it is " + moment(until) + " now"; };
    for (const auto days : {24h * 3, 24h * 10, 24h * 2}) {
        load_until(by, begins + days);
        CHECK(d.told() == Readers{"takin-rep"});
        CHECK(d.last_says(says(begins + days)));
        CHECK(d.told().empty());
        d.clock.time += 2h;
    }
    d.clock.time = begins + 24h * 2;
    REQUIRE(d.desk.begin(ana, {"owner", PersonId{"ana"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
    CHECK(d.told() == Readers{"takin-rep"});
    CHECK(d.last_says("ana (banksia) as its owner, by ana (banksia)"));
}

TEST_CASE("whose term a load of the operator leaves out hears of it, and of whom others put in that place; of one to come nobody hears",
          "[ruling ss][T1]") {
    APost d;
    const auto ana = d.ana_of_the_secretariat();
    d.change([&](storage::Register& r) {
        community::List list;
        list.id = ListId{"proj-deep"};
        list.klass = "proj";
        list.charter = "deep";
        r.put(list);
    });
    using Readers = std::vector<std::string>;
    const ListId deep{"proj-deep"};
    REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, deep, {d.clock.now(), {}}}));
    d.clock.time += 1h;
    REQUIRE(d.desk.begin(secretariat, {"moderator", PersonId{"kowhai-rep"}, deep, {d.clock.now() + 24h * 30, {}}}));
    CHECK(d.told().empty());
    auto census = d.members().census();
    std::erase_if(census.terms, [&](const auto& term) { return term.list == deep; });
    const auto loaded = d.members().load(secretariat, census, {.prune = true});
    INFO((loaded ? "" : loaded.error().detail));
    REQUIRE(loaded);
    CHECK(loaded->changes.size() == 2);
    CHECK(d.told() == Readers{"takin-rep"});
    CHECK(d.last_says("you are no longer owner of the list proj-deep, by the operator of the server (root)"));
    d.clock.time += 1h;
    REQUIRE(d.desk.begin(ana, {"owner", PersonId{"ana"}, deep, {d.clock.now(), {}}}));
    CHECK(d.told() == Readers{"takin-rep"});
    CHECK(d.last_says("ana (banksia) as its owner, by ana (banksia)"));
}

TEST_CASE("the owner of a list that only its roster reads hears whom others put on it", "[ruling ss][T1][A9]") {
    APost d;
    const auto ana = d.ana_of_the_secretariat();
    d.change([&](storage::Register& r) {
        community::List list;
        list.id = ListId{"proj-deep"};
        list.klass = "proj";
        list.charter = "deep";
        list.max_tlp = community::Tlp::red;
        list.default_tlp = community::Tlp::amber_strict;
        list.encryption = community::Encryption::required;
        r.put(list);
    });
    const auto put_on = [&](const community::Actor& by, const char* person, const char* list = "proj-deep") {
        const auto done = d.members().add(by, community::Subscription{ListId{list}, PersonId{person}, community::DeliveryMode::each});
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
    };
    using Readers = std::vector<std::string>;
    put_on(secretariat, "saiga-rep");
    CHECK(d.told().empty());
    SECTION("nobody owns it: those on it hear, as it takes RED") {
        put_on(ana, "ana");
        CHECK(d.told() == Readers{"saiga-rep"});
        CHECK(d.last_says("ana (banksia), by ana (banksia)"));
        CHECK(d.told().empty());
    }
    SECTION("of its owner's own doing nobody hears, and of others' the owner does") {
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        put_on(d.person("takin-rep"), "kowhai-rep");
        CHECK(d.told().empty());
        put_on(d.lent("takin-rep", "person ana"), "seat1-rep");
        put_on(ana, "ana");
        CHECK(d.told() == Readers{"takin-rep"});
        REQUIRE(d.desk.begin(ana, {"owner", PersonId{"ana"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        put_on(ana, "seat2-rep");
        CHECK(d.told() == Readers{"takin-rep"});
    }
    SECTION("who is to own it for less time hears of the day, not that it is over; of one that was to begin, that it does not") {
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        d.clock.time += 1h;
        const Instant ends = d.clock.now() + 24h * 5;
        REQUIRE(d.desk.end(ana, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {{}, ends}}, "moves on"));
        CHECK(d.told() == Readers{"takin-rep"});
        CHECK(d.last_says("the end of your term as owner of the list proj-deep: it is " + moment(ends) + " now, by ana (banksia)"));
        CHECK_FALSE(d.last_says("you are no longer owner"));
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"kowhai-rep"}, ListId{"proj-deep"}, {ends, {}}}));
        REQUIRE(d.desk.end(ana, {"owner", PersonId{"kowhai-rep"}, ListId{"proj-deep"}, {}}, "somebody else does it"));
        CHECK(d.told() == Readers{"kowhai-rep"});
        CHECK(d.last_says("you are no longer owner of the list proj-deep, by ana (banksia)"));
    }
    SECTION("who owned it hears that others ended that, and for a month whom they put in that place and on it") {
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        d.clock.time += 1h;
        REQUIRE(d.desk.end(ana, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {}}, "no more"));
        CHECK(d.told() == Readers{"takin-rep"});
        CHECK(d.last_says("you are no longer owner of the list proj-deep, by ana (banksia)"));
        REQUIRE(d.desk.begin(ana, {"owner", PersonId{"ana"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        CHECK(d.told() == Readers{"takin-rep"});
        CHECK(d.last_says("ana (banksia) as its owner, by ana (banksia)"));
        put_on(ana, "ana");
        CHECK(d.told() == Readers{"takin-rep"});
        CHECK(d.last_says("ana (banksia), by ana (banksia)"));
        d.clock.time += 24h * 31;
        put_on(ana, "seat2-rep");
        CHECK(d.told() == Readers{"saiga-rep"});
    }
    SECTION("not who went to another team since, is of a team that left, or whose own hand ended it") {
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        d.clock.time += 1h;
        const auto what = GENERATE(0, 1, 2, 3);
        CAPTURE(what);
        const auto by = what == 2 ? d.person("takin-rep") : ana;
        REQUIRE(d.desk.end(by, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {}}, "no more"));
        d.clock.time += 1h;
        if (what == 0) {
            const auto person = *d.store().directory().person(PersonId{"takin-rep"});
            REQUIRE(d.members().remove_person(d.person("takin-rep"), person.id));
            d.clock.time += 1h;
            d.add_person("takin-rep", "kowhai", "takin@kowhai.example");
        }
        if (what == 1) {
            d.change([&](storage::Register& r) {
                auto team = *r.team(TeamId{"takin"});
                team.category = "former";
                r.put(team);
            });
        }
        if (what == 2) {
            REQUIRE(d.desk.begin(secretariat, {"moderator", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
            d.clock.time += 1h;
            REQUIRE(d.desk.end(ana, {"moderator", PersonId{"takin-rep"}, ListId{"proj-deep"}, {}}, "no more"));
        }
        static_cast<void>(d.told());
        put_on(ana, "ana");
        CHECK(d.told() == (what == 3 ? Readers{"takin-rep"} : Readers{"saiga-rep"}));
    }
    SECTION("who laid it down themself hears nothing more of it") {
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), d.clock.now() + 1h}}));
        d.clock.time += 2h;
        put_on(ana, "ana");
        CHECK(d.told() == Readers{"saiga-rep"});
    }
    SECTION("by a file as by single acts, behind however many other changes; of the operator's, whose role it ends") {
        REQUIRE(d.desk.begin(secretariat, {"owner", PersonId{"takin-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        REQUIRE(d.desk.begin(secretariat, {"moderator", PersonId{"kowhai-rep"}, ListId{"proj-deep"}, {d.clock.now(), {}}}));
        d.clock.time += 1h;
        auto census = d.members().census();
        for (int i = 0; i < 1'005; ++i) {
            const auto id = "applies" + std::to_string(i);
            census.teams.push_back({TeamId{id}, id, "applicant", "", "", {}, {}, {}});
        }
        std::erase_if(census.terms, [](const auto& term) { return term.role == "moderator"; });
        census.terms.push_back({"owner", PersonId{"ana"}, ListId{"proj-deep"}, {d.clock.now(), d.clock.now() + 24h * 300}});
        std::erase_if(census.subscriptions, [](const auto& place) { return place.list.value == "proj-deep"; });
        census.subscriptions.push_back({ListId{"proj-deep"}, PersonId{"ana"}, community::DeliveryMode::each});
        const bool operators = GENERATE(true, false);
        const auto done = d.members().load(operators ? secretariat : ana, census, {.prune = true});
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
        CHECK(d.told() == (operators ? Readers{"kowhai-rep"} : Readers{"kowhai-rep", "saiga-rep", "takin-rep"}));
        const auto all = in_one_line(d.all_letters());
        for (const auto* words :
             {"you are no longer moderator of the list proj-deep, by ana (banksia)", "ana (banksia) as its owner, by ana",
              "ana (banksia), by ana (banksia)", "you are no longer on the list proj-deep"}) {
            CAPTURE(words);
            CHECK((all.find(words) != std::string::npos) == !operators);
        }
        if (operators) CHECK(d.last_says("you are no longer moderator of the list proj-deep, by the operator of the server (root)"));
    }
    SECTION("nor of a place on a list that many read unasked") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        put_on(ana, "takin-duty", "teams");
        CHECK(d.told().empty());
    }
}

TEST_CASE("who speaks for a team hears whom somebody else entered in it or took out, at once and not of a load", "[ruling ss][ruling kk]") {
    APost d;
    const auto enters = [&](const std::string& by, const std::string& act, const std::string& id, bool own = false) {
        storage::Store::Transaction transaction(d.store());
        const std::string facts = R"({"what":"ana@mail.example of takin, with key","team":"takin")";
        d.store().journal().append(d.clock.now(), by, act, id, facts + (own ? R"(,"own":"yes"})" : "}"));
        transaction.commit();
    };
    d.add_person("takin-ana", "takin", "ana@mail.example");
    enters("person seat1-rep", "person.add", "takin-ana");
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("seat1 (seat1) entered takin-ana (ana@mail.example) as one of your team"));
    CHECK(d.last_says("https://console.arc.example/teams/takin"));
    CHECK(d.told().empty());
    enters("operator root", "person.remove", "takin-ana");
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("took takin-ana out of your team"));
    enters("person takin-rep", "person.add", "takin-ana", true);  // their own act
    CHECK(d.told().empty());
    enters("operator root", "person.add", "takin-rep");  // about whom, not to whom: where nobody else speaks for it, all others hear
    CHECK(d.told() == std::vector<std::string>{"takin-ana"});
    enters("operator root", "community.load", "person");
    enters("operator root", "person.add", "takin-ana");  // of that load, whose instant it has
    CHECK(d.told().empty());
    CHECK(d.store().journal().verify());
}

TEST_CASE("who lifted a hold early the committee hears, and whose it was, who hears of no decision", "[ruling ss][C6][items 27, 42]") {
    APost d;
    d.add_person("analyst", "takin", "analyst@takin.example");  // who was told of the hold
    auto all = seven;
    all.insert(all.begin(), "analyst");
    all.emplace_back("takin-rep");
    const auto hold = d.desk.place(secretariat, PersonId{"takin-rep"}, "the mailbox is not theirs");
    REQUIRE(hold);
    REQUIRE(d.desk.lift(secretariat, hold->id));
    CHECK(d.told() == all);
    const auto again = d.desk.place(secretariat, PersonId{"takin-rep"}, "again", d.decided("hold.place", "takin-rep"));
    REQUIRE(again);
    static_cast<void>(d.told());
    REQUIRE(d.desk.lift(secretariat, again->id));
    CHECK(d.told() == all);
    CHECK(d.last_says("lifted the security hold of takin (takin)"));
    std::size_t cited = 0;
    for (auto at = d.all_letters().find("decision D-"); at != std::string::npos; at = d.all_letters().find("decision D-", at + 1)) ++cited;
    CHECK(cited == seven.size());
    CHECK(d.last_says("they can sign in anew; the second factor and the tokens of their own making that ended"));
    CHECK(d.told().empty());
}

TEST_CASE("a seat of the team of who left hears of their hold as its team does, without the decision", "[ruling ss][C6][items 27, 42]") {
    APost d;
    d.add_person("seat3-duty", "seat3", "duty@seat3.example");
    const bool leaves = GENERATE(false, true);
    const bool before = GENERATE(false, true);  // their team hears of the hold itself
    const auto hold = d.desk.place(secretariat, PersonId{"seat3-duty"}, "odd", d.decided("hold.place", "seat3-duty"));
    REQUIRE(hold);
    static_cast<void>(d.told());
    const auto leave = [&] {
        if (!leaves) return;
        REQUIRE(d.members().remove_person(secretariat, PersonId{"seat3-duty"}));
    };
    if (before) leave();
    const auto pass = d.watch.tell_of_holds();
    CHECK(pass.troubles.empty());
    CHECK(pass.letters == 1);
    storage::Posts::Filter notices;
    notices.notices = true;
    for (const auto& post : d.store().posts().select(notices)) d.newest = std::max(d.newest, post.key);
    d.seen = d.newest;
    if (!before) leave();
    static_cast<void>(d.told());
    REQUIRE(d.desk.lift(secretariat, hold->id));
    auto all = seven;
    if (!leaves) all.insert(all.begin(), "seat3-duty");
    std::sort(all.begin(), all.end());
    CHECK(d.told() == all);
    std::size_t cited = 0;
    for (auto at = d.all_letters().find("decision D-"); at != std::string::npos; at = d.all_letters().find("decision D-", at + 1)) ++cited;
    CHECK(cited == seven.size() - 1);
}

TEST_CASE("the committee hears of an office that ended early, of who deputises and of another rule book",
          "[rulings ss, pp][items 49, 53]") {
    APost d;
    REQUIRE(d.desk.end(secretariat, {"sc", PersonId{"seat3-rep"}, {}, {}}, "nobody asked"));
    CHECK(d.told() == seven);  // whose it is as well
    CHECK(d.last_says("ended the term of seat3 (seat3) as member of the Steering Committee"));
    CHECK(d.last_says("The reason that was given: nobody asked"));
    CHECK(d.told().empty());
    REQUIRE(d.desk.end(d.person("seat4-rep"), {"sc", PersonId{"seat4-rep"}, {}, {}}, "moves on"));
    auto others = seven;
    std::erase_if(others, [](const auto& id) { return id == "seat3-rep" || id == "seat4-rep"; });
    CHECK(d.told() == others);

    committee::Books books(d.store(), d.vault(), d.clock);
    const auto taken = [&](const std::string& text) {
        auto loading = policy::load(text, "a book", vault::hex(vault::sha256(text)));
        REQUIRE(loading.book);
        REQUIRE(books.take({"system", std::nullopt}, {*loading.book, text}));
    };
    auto text = read_text(SOURCE_DIR "/policies/apcert.toml");
    taken(text);
    CHECK(d.told().empty());  // the first one
    const std::string period = R"("mentor.period"            = { value = "1 year")";
    const auto at = text.find(period);
    REQUIRE(at != std::string::npos);
    text.replace(at, period.size(), R"("mentor.period"            = { value = "9 years")");
    taken(text);
    CHECK(d.told() == others);
    CHECK(d.last_says("The text is another and the version is the same"));
    CHECK(d.last_says(R"(+ "mentor.period" = { value = "9 years")"));
    CHECK(d.told().empty());

    storage::Store::Transaction transaction(d.store());
    for (const auto* what : {"term sc takin-rep: an office", "team quokka: the category of a team"})
        d.store().journal().append(d.clock.now(), "operator root", "community.load.undecided", "", Detail().add("what", what).text());
    transaction.commit();
    CHECK(d.told() == others);  // one letter each
    CHECK(d.last_says("term sc takin-rep: an office team quokka: the category of a team"));
    CHECK(d.told().empty());
}

TEST_CASE("whose office counts for nothing hears nothing as its holder", "[A2][A10][ruling ss][items 7, 12]") {
    APost d;
    d.unheeded();
    committee::Matters matters{d.store(), d.vault(), d.rules, d.clock};
    d.change([&](storage::Register& r) {
        auto quentin = *r.person(PersonId{"quentin"});
        quentin.representative = true;
        r.put(quentin);
        auto team = *r.team(TeamId{"seat3"});
        team.category = "liaison";  // as by a load
        r.put(team);
    });
    static_cast<void>(d.told());
    auto others = seven;
    std::erase(others, "seat3-rep");
    SECTION("of a case") { REQUIRE(d.files.act(d.person("quentin"), d.the_case, conduct::RecordReply{2, "their own word"})); }
    SECTION("of an office") {
        REQUIRE(d.desk.end(d.person("seat4-rep"), {"sc", PersonId{"seat4-rep"}, {}, {}}, "moves on"));
        std::erase(others, "seat4-rep");
    }
    SECTION("of a matter") { REQUIRE(matters.declare(d.person("takin-rep"), TeamId{"takin"}, "3.1 iii", "no funding")); }
    CHECK(d.told() == others);
}

TEST_CASE("who withdrew an application is in the letters, which go to the committee from the ballot on", "[ruling ss][A11][items 17, 22]") {
    APost d;
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    const auto id = door.submit(secretariat, {{}, TeamId{"kea"}, "liaison", {}, {}, a_form("kea")}).value().as_is.id;
    const committee::Paper paper{"letter.txt", "signed"};
    for (const auto kind : {conduct::DocumentKind::form, conduct::DocumentKind::handling_policy})
        REQUIRE(door.act(secretariat, id, ADoor::paper(kind), paper));
    for (const auto* sponsor : {"takin", "kowhai", "saiga"}) REQUIRE(door.act(secretariat, id, ADoor::by(sponsor), paper));
    const bool balloted = GENERATE(false, true);
    if (balloted) static_cast<void>(d.decided("admission", "kea"));
    while (!d.told().empty()) {
    }
    REQUIRE(door.act(secretariat, id, conduct::WithdrawApplication{"they said so"}));
    std::vector<std::string> all{"kowhai-rep", "outside", "saiga-rep", "takin-rep"};
    if (balloted) all.insert(all.end(), seven.begin(), seven.end());
    std::sort(all.begin(), all.end());
    CHECK(d.told() == all);
    int by = 0, committee = 0;
    storage::Posts::Filter filter;
    filter.notices = true;
    for (const auto& post : d.store().posts().select(filter)) {
        const auto text = in_one_line(d.seal->open(d.store().posts().body(post.key), post.id.value).value());
        if (text.find("it was withdrawn, by the operator of the server (root)") != std::string::npos) ++by;
        if (text.find("the operator of the server (root) withdrew application " + id + " of kea") != std::string::npos) ++committee;
    }
    CHECK(by == 4);
    CHECK(committee == (balloted ? 7 : 0));
    CHECK(d.told().empty());
}

TEST_CASE("who is elected is not taken out before their term begins, and an election that gave nothing serves again",
          "[ruling ss][ruling kk][A11][items 49, 54]") {
    APost d;
    const auto ana = d.ana_of_the_secretariat();
    d.add_person("seat1-new", "seat1", "new@seat1.example");
    const auto next = d.store().directory().person(PersonId{"seat1-new"}).value();
    const auto election = d.decided("election", "chair seat1");
    const community::Term term{"chair", next.id, {}, {d.clock.now() + 24h * 30, d.clock.now() + 24h * 360}};
    REQUIRE(d.desk.begin(secretariat, term, election));
    static_cast<void>(d.told());
    d.check_refused(d.members().remove_person(ana, next.id), d.all_rows(), errc::denied,
                    "items 49 and 54: seat1-new is elected to an office, chair");
    REQUIRE(d.members().remove_person(d.person("seat1-rep"), next.id));
    auto others = seven;
    std::erase(others, "seat1-rep");
    others.emplace_back("ana");
    std::sort(others.begin(), others.end());
    CHECK(d.told() == others);
    CHECK(d.last_says("The reason that was given: they left the register before it began"));
    CHECK(d.desk.decision(everything, election)->used_by.empty());
    REQUIRE(d.members().add(d.person("seat1-rep"), next));
    CHECK(d.desk.begin(secretariat, term, election));
    CHECK(d.store().journal().verify());
}

TEST_CASE("the committee hears of a term that is less than was elected, whoever records it", "[ruling ss][A11][items 49, 53]") {
    APost d;
    const auto begun = [&](Instant until) {
        const auto decision = d.decided("election", "chair seat1");
        static_cast<void>(d.told());
        return d.desk.begin(secretariat, {"chair", PersonId{"seat1-rep"}, {}, {d.clock.now(), until}}, decision).has_value();
    };
    REQUIRE(begun(d.clock.now() + 1h));
    CHECK(d.told() == seven);
    CHECK(d.last_says("It is less than the election gave: it ends on"));
    d.clock.time += 2h;
    CHECK(d.told().empty());
    REQUIRE(begun(d.clock.now() + 24h * 360));
    CHECK(d.told().empty());
}

TEST_CASE("other members hear which team is the primary contact of its economy now", "[ruling ss][item 14]") {
    APost d;
    storage::Store::Transaction transaction(d.store());
    auto takin = *d.store().directory().team(TeamId{"takin"});
    takin.primary_contact = true;
    d.store().membership_writer().put(takin);
    const std::vector<std::string> fields{"primary_contact"};
    d.store().journal().append(d.clock.now(), "operator root", "team.change", "takin", Detail().add("fields", fields).text());
    transaction.commit();
    CHECK(d.told() == std::vector<std::string>{"kowhai-rep", "saiga-rep", "seat1-rep", "seat2-rep", "seat3-rep", "seat4-rep", "seat5-rep",
                                               "seat6-rep", "seat7-rep", "takin-rep"});
    CHECK(d.last_says("takin: now the primary contact of NZ"));
    CHECK(d.told().empty());
}

TEST_CASE("an address that was taken off a person hears of it, and of nothing else", "[ruling ss][item 60]") {
    APost d;
    const auto before = d.store().directory().person(PersonId{"mei"}).value().addresses.front();
    const std::string by = GENERATE("operator root", "person mei", "held", "somebody's again");
    CAPTURE(by);
    if (by == "held") REQUIRE(d.desk.place(secretariat, PersonId{"mei"}, "taken over"));
    d.changes(by == "person mei" ? by : "operator root", "mei", "other@orchid.example");
    if (by == "somebody's again") d.changes("operator root", "mei", before);
    const auto told = d.told();
    const auto outside = std::count(told.begin(), told.end(), "outside");
    if (by == "operator root" || by == "person mei") {
        CHECK(outside == 1);
        const auto* who = by == "person mei" ? "you, or whoever was signed in as you," : "the operator of the server (root)";
        CHECK(in_one_line(d.all_letters()).find(fmt::format("{} changed the addresses", who)) != std::string::npos);
        CHECK(d.last_says("To: <" + before + ">") != d.last_says("other@orchid.example"));
    } else {
        CHECK(outside == (by == "somebody's again" ? 1 : 0));  // there the other one
    }
    CHECK(d.told().empty());
}

TEST_CASE("what whoever is told of stands in the fields of an entry; what people write says nothing there", "[ruling ss]") {
    using Texts = std::vector<std::string>;
    struct Row {
        std::string what;
        Texts before, after;
        Texts left;
        std::string behind;
    };
    const auto row = GENERATE(values<Row>({
        {"", {"a@x.example"}, {"b@x.example"}, {"a@x.example"}, ""},
        {"", {"a@x.example"}, {"b@x.example", "a@x.example"}, {}, "a@x.example"},
        {"", {"a@x.example"}, {"a@x.example", "b@x.example"}, {}, ""},
        {"", {"a@x.example", "b@x.example"}, {"b@x.example", "a@x.example"}, {}, "a@x.example"},
        {"", {"a@x.example", "c@x.example"}, {"c@x.example", "b@x.example"}, {"a@x.example"}, ""},
        {"", {}, {"b@x.example"}, {}, ""},
        {"", {}, {}, {}, ""},
        {"name: Mei -> Mei, addresses: x@far.example -> b@x.example; addresses: a@x.example -> b@x.example",
         {"a@x.example"},
         {"b@x.example"},
         {"a@x.example"},
         ""},
        {R"(name: Mei -> ","addresses_before":["x@far.example"],"spoke":"yes","token_of":"person ana","fields":["key"],"x":")",
         {"a@x.example"},
         {"b@x.example"},
         {"a@x.example"},
         ""},
    }));
    CAPTURE(row.what, row.before, row.after);
    const Texts fields{"name", "addresses"};
    auto detail = Detail().add("what", row.what).add("fields", fields);
    if (!row.before.empty()) detail.add("addresses_before", row.before);
    if (!row.after.empty()) detail.add("addresses_after", row.after);
    storage::Entry entry;
    entry.act = "person.change";
    entry.actor = "person seat1-rep";
    entry.subject = "mei";
    entry.detail = detail.text();
    const auto changed = committee::what_changed(entry);
    CHECK(changed.fields == fields);
    CHECK(changed.left == row.left);
    CHECK(changed.behind == row.behind);
    CHECK(changed.actor == entry.actor);
    CHECK_FALSE(changed.spoke);
}

TEST_CASE("an address is told of its end whatever the person is called meanwhile", "[ruling ss][item 60]") {
    APost d;
    d.changes(d.ana_of_the_secretariat(), "mei", [](auto& person) {
        person.name = "Mei, addresses: nobody@far.example -> other@orchid.example";
        person.addresses = {"other@orchid.example"};
    });
    const auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "outside") == 1);
    CHECK(d.all_letters().find("To: <mei@orchid.example>") != std::string::npos);
    CHECK(d.all_letters().find("To: <nobody@far.example>") == std::string::npos);
}

TEST_CASE("what came with a token that somebody else made is told to its holder as that person's doing", "[ruling ss][items 54, 60]") {
    APost d;
    const bool by_the_operator = GENERATE(false, true);
    const auto by = d.lent("takin-rep", by_the_operator ? "operator root" : "person ana");
    d.changes(by, "takin-rep", [](auto& person) { person.addresses = {"other@takin.example"}; });
    auto told = d.told();
    CHECK(std::count(told.begin(), told.end(), "outside") == 1);
    CHECK(std::count(told.begin(), told.end(), "takin-rep") == (by_the_operator ? 0 : 1));
    if (by_the_operator) return;
    CHECK(d.all_letters().find("To: <takin@takin.example>") != std::string::npos);
    CHECK(in_one_line(d.all_letters()).find("by ana (banksia) (with a token in the name of takin (takin))") != std::string::npos);
    community::Person colleague;
    colleague.id = PersonId{"takin-duty"};
    colleague.name = "Duty";
    colleague.team = TeamId{"takin"};
    colleague.addresses = {"duty@takin.example"};
    REQUIRE(d.members().add(d.lent("takin-rep", "person ana"), colleague));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    REQUIRE(d.members().remove_person(d.person("takin-rep"), colleague.id));
    CHECK(d.told().empty());
}

TEST_CASE("nobody takes a team's voice unseen: who had it, their team and the committee hear of it", "[ruling ss][items 15, 54]") {
    APost d;
    const auto ana = d.ana_of_the_secretariat();
    auto everybody = seven;
    SECTION("taken out, alone in the team") {
        REQUIRE(d.members().remove_person(ana, PersonId{"takin-rep"}));
        everybody.emplace_back("outside");
        std::sort(everybody.begin(), everybody.end());
        CHECK(d.told() == everybody);
        const auto all = in_one_line(d.all_letters());
        CHECK(all.find("To: <takin@takin.example>") != std::string::npos);
        CHECK(all.find("took takin (takin-rep) out of your team, who spoke for it,") != std::string::npos);
        CHECK(all.find("took takin-rep") == std::string::npos);
        CHECK(all.find("Whoever takes their place votes, signs petitions and appeals in its name") != std::string::npos);
        CHECK(d.told().empty());
    }
    SECTION("with somebody beside them") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        REQUIRE(d.members().remove_person(d.lent("takin-rep", "person ana"), PersonId{"takin-rep"}));
        everybody.emplace_back("outside");
        everybody.emplace_back("takin-duty");
        std::sort(everybody.begin(), everybody.end());
        CHECK(d.told() == everybody);
        community::Person next;
        next.id = PersonId{"takin-boss"};
        next.name = "Boss";
        next.team = TeamId{"takin"};
        next.addresses = {"boss@mail.example"};
        next.representative = true;
        REQUIRE(d.members().add(ana, next));
        CHECK(d.told() == std::vector<std::string>{"takin-duty"});
        CHECK(d.last_says("as its representative, who speaks for it"));
    }
    SECTION("by a flag") {
        d.changes(ana, "takin-rep", [](auto& person) { person.representative = false; });
        const auto told = d.told();
        for (const auto& seat : everybody) CHECK(std::count(told.begin(), told.end(), seat) >= 1);
        CHECK(in_one_line(d.all_letters()).find("that takin (takin) is not the representative of takin any more") != std::string::npos);
    }
    SECTION("by making her an alternate, and somebody else the representative") {
        d.changes(ana, "takin-rep", [](auto& person) {
            person.representative = false;
            person.alternate = true;
        });
        auto told = d.told();
        for (const auto& seat : everybody) CHECK(std::count(told.begin(), told.end(), seat) >= 1);
        CHECK(in_one_line(d.all_letters()).find("takin (takin) is not the representative of takin any more, but an alternate.") !=
              std::string::npos);
        community::Person next;
        next.id = PersonId{"takin-boss"};
        next.name = "Boss";
        next.team = TeamId{"takin"};
        next.addresses = {"boss@mail.example"};
        next.representative = true;
        REQUIRE(d.members().add(ana, next));
        told = d.told();
        for (const auto& seat : everybody) CHECK(std::count(told.begin(), told.end(), seat) == 1);
        CHECK(std::count(told.begin(), told.end(), "takin-rep") == 1);
        CHECK(in_one_line(d.all_letters())
                  .find("that Boss (takin) is the representative of takin now, in whose place takin (takin) spoke for it until then") !=
              std::string::npos);
    }
    SECTION("given to somebody else beside them") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        d.changes(d.lent("takin-rep", "person ana"), "takin-duty", [](auto& person) { person.alternate = true; });
        const auto told = d.told();
        CHECK(std::count(told.begin(), told.end(), "takin-duty") == 1);
        CHECK(std::count(told.begin(), told.end(), "takin-rep") == 1);
        CHECK(in_one_line(d.all_letters()).find("that takin-duty is an alternate of your team's representative now") != std::string::npos);
    }
    SECTION("by a colleague who keeps the register, step by step, and its representative is held meanwhile") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        d.add_person("takin-sec", "takin", "sec@takin.example");
        d.change([&](storage::Register& r) {
            r.put(community::Term{"secretariat", PersonId{"takin-sec"}, ListId{}, {d.clock.now() - 24h, d.clock.now() + 24h * 300}});
        });
        static_cast<void>(d.told());
        const auto by = d.person("takin-sec");
        d.changes(by, "takin-sec", [](auto& person) { person.alternate = true; });
        auto told = d.told();
        CHECK(std::count(told.begin(), told.end(), "takin-rep") == 1);
        CHECK(in_one_line(d.all_letters()).find("that takin-sec is an alternate of your team's representative now") != std::string::npos);
        const bool soon = GENERATE(true, false);
        if (!soon) d.clock.time += 24h * 8;
        REQUIRE(d.desk.place(secretariat, PersonId{"takin-rep"}, "her mailbox looks odd"));
        static_cast<void>(d.told());
        if (soon) {
            auto silent = *d.store().directory().person(PersonId{"takin-rep"});
            silent.representative = false;
            d.check_refused(d.members().change(by, silent), d.all_rows(), errc::denied, "items 36 and 37: takin-rep speaks for takin");
            return;
        }
        d.changes(by, "takin-rep", [](auto& person) { person.representative = false; });
        told = d.told();
        for (const auto* one : {"seat1-rep", "seat7-rep", "takin-duty"}) CHECK(std::count(told.begin(), told.end(), one) >= 1);
        CHECK(in_one_line(d.all_letters()).find("Whoever takes their place votes, signs petitions and appeals") != std::string::npos);
        d.changes(by, "takin-sec", [](auto& person) {
            person.representative = true;
            person.alternate = false;
        });
        told = d.told();
        CHECK(std::count(told.begin(), told.end(), "takin-duty") == 1);
        CHECK(in_one_line(d.all_letters()).find("that takin-sec is the representative of your team now") != std::string::npos);
    }
    const auto alternate = [](const std::string& id) {
        community::Person one;
        one.id = PersonId{id};
        one.name = id;
        one.team = TeamId{"takin"};
        one.addresses = {id + "@mail.example"};
        one.alternate = true;
        return one;
    };
    SECTION("by a file, which is told as single acts are, but for the operator's") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        auto census = d.members().census();
        const auto takin =
            std::find_if(census.people.begin(), census.people.end(), [](const auto& p) { return p.id.value == "takin-rep"; });
        const bool operators = GENERATE(true, false);
        const bool goes = GENERATE(true, false);
        if (goes) {
            std::erase_if(census.subscriptions, [](const auto& place) { return place.person.value == "takin-rep"; });
            census.people.erase(takin);
        } else {
            takin->representative = false;
        }
        const auto done = d.members().load(operators ? secretariat : ana, census, {.prune = true});
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
        const auto told = d.told();
        const auto all = in_one_line(d.all_letters());  // what the contacts of a team are now its fellows hear of either way
        CHECK((all.find("Who speaks for a team was changed") != std::string::npos) == !operators);
        if (!operators) CHECK(std::count(told.begin(), told.end(), "seat1-rep") >= 1);
        if (!operators) CHECK(std::count(told.begin(), told.end(), "takin-duty") == 1);
    }
    SECTION("by an alternate who was entered while its representative is held, and by whom that one entered") {
        const auto hold = d.desk.place(secretariat, PersonId{"takin-rep"}, "her mailbox looks odd");
        REQUIRE(hold);
        static_cast<void>(d.told());
        const auto with = [&](std::initializer_list<const char*> others) {
            auto all = everybody;
            for (const auto* other : others) all.emplace_back(other);
            std::sort(all.begin(), all.end());
            return all;
        };
        REQUIRE(d.members().add(ana, alternate("takin-x")));
        CHECK(d.told() == with({"takin-rep"}));  // that one waits in the mail until her hold is over
        const auto all = in_one_line(d.all_letters());
        CHECK(all.find("an alternate of its representative now, while takin is under a security hold") != std::string::npos);
        CHECK(all.find("entered takin-x (takin-x@mail.example) as one of your team") != std::string::npos);
        REQUIRE(d.members().add(d.person("takin-x"), alternate("takin-y")));
        CHECK(d.told() == with({"ana", "takin-rep"}));
        for (const auto* who : {"takin-x", "takin-y"})
            d.check_refused(d.members().remove_person(d.person(who), PersonId{"takin-rep"}), d.all_rows(), errc::denied,
                            "items 36 and 37: takin-rep speaks for takin");
        d.clock.time = hold->ends;
        CHECK(d.told().empty());
    }
    SECTION("one who stood in for her before takes her out, and the committee hears of it") {
        REQUIRE(d.members().add(ana, alternate("takin-x")));
        d.clock.time += 24h * 8;
        static_cast<void>(d.told());
        REQUIRE(d.desk.place(secretariat, PersonId{"takin-rep"}, "she left them in anger"));
        static_cast<void>(d.told());
        REQUIRE(d.members().remove_person(d.person("takin-x"), PersonId{"takin-rep"}));
        everybody.emplace_back("ana");
        std::sort(everybody.begin(), everybody.end());
        CHECK(d.told() == everybody);
    }
    SECTION("taken out while she is held, she hears of it when that is over") {
        const auto hold = d.desk.place(secretariat, PersonId{"takin-rep"}, "her mailbox looks odd");
        REQUIRE(hold);
        static_cast<void>(d.told());
        REQUIRE(d.members().remove_person(ana, PersonId{"takin-rep"}));
        CHECK(d.told() == everybody);
        d.clock.time += 24h * 2;
        CHECK(d.told().empty());
        d.clock.time = hold->ends;
        CHECK(d.told() == std::vector<std::string>{"outside"});
        CHECK(d.last_says("took takin (takin-rep) out of your team, who spoke for it,"));
    }
    SECTION("by who has left the register since") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        d.changes(d.lent("takin-rep", "person ana"), "takin-duty", [](auto& person) { person.alternate = true; });
        REQUIRE(d.members().remove_person(ana, PersonId{"ana"}));
        const auto told = d.told();
        CHECK(std::count(told.begin(), told.end(), "takin-rep") == 1);
    }
    SECTION("by their own hand, or the representative's") {
        d.add_person("takin-duty", "takin", "duty@takin.example");
        d.changes(d.person("takin-rep"), "takin-duty", [](auto& person) { person.alternate = true; });
        static_cast<void>(d.told());
        REQUIRE(d.members().remove_person(d.person("takin-rep"), PersonId{"takin-duty"}));
        CHECK(d.told().empty());
        REQUIRE(d.members().remove_person(d.person("takin-rep"), PersonId{"takin-rep"}));
        CHECK(d.told().empty());
    }
}

TEST_CASE("a team hears what somebody else changed of it", "[ruling ss][items 14, 59, 60]") {
    APost d;
    auto takin = *d.store().directory().team(TeamId{"takin"});
    takin.name = "Takin-CERT";
    takin.constituency = "somebody else";
    takin.ranges = "192.0.2.0/24";
    REQUIRE(d.members().change(d.person("ana"), takin, ""));
    CHECK(d.told() == std::vector<std::string>{"takin-rep"});
    CHECK(d.last_says("ana (banksia) changed what is on record of your team"));
    CHECK(d.last_says("name, constituency, ranges. It is now: Name: Takin-CERT"));
    CHECK(d.last_says("Ranges: 192.0.2.0/24"));
    CHECK(d.told().empty());
}

TEST_CASE("a team hears that its status ended, or what it is cleared for, however it once came in", "[T1][ruling ss][items 25, 61]") {
    APost d;
    auto quokka = *d.store().directory().team(TeamId{"quokka"});
    quokka.clearances.push_back({ListId{"teams"}, community::Tlp::amber, ""});
    const auto decided = d.decided("clearance", "quokka");
    static_cast<void>(d.told());
    const auto carry = [&](const std::string& id, const community::Deed& act) { return d.desk.carry(id, act, d.person("ana")); };
    registry::Registry keeper(d.store(), d.rules, d.clock, carry, nullptr, d.letterhead.domain);
    REQUIRE(keeper.change(d.person("ana"), quokka, decided));
    CHECK(d.told() == std::vector<std::string>{"quentin"});
    CHECK(d.last_says("ana (banksia) changed what is on record of your team"));
    CHECK(d.last_says("Clearances for lists that you may know of: teams up to AMBER By this"));
    // A list of which no column lets a partner know is not named to it.
    d.change([&](storage::Register& r) {
        community::List members;
        members.id = ListId{"of-members"};
        members.klass = "members";
        r.put(members);
    });
    quokka.clearances.push_back({ListId{"of-members"}, community::Tlp::amber, ""});
    const auto hidden = d.decided("clearance", "quokka", {{"list", "of-members"}, {"label", "AMBER"}});
    static_cast<void>(d.told());
    REQUIRE(keeper.change(d.person("ana"), quokka, hidden));
    CHECK(d.told() == std::vector<std::string>{"quentin"});
    CHECK(d.last_says("Clearances for lists that you may know of: teams up to AMBER By this"));

    committee::Proposal p{{}, "revocation", conduct::Rule::approval, "Revoke?", "quokka", {}, {}, {}};
    const auto motion = d.desk.propose(secretariat, p);
    REQUIRE(motion);
    d.vote(motion->id, 7);
    d.clock.time += 1s;
    REQUIRE(d.desk.close(secretariat, motion->id));
    static_cast<void>(d.told());
    committee::Applications door(d.store(), d.vault(), d.rules, d.clock);
    REQUIRE(door.revoke(secretariat, {quokka.id, motion->id, "4.2", "moved"}));
    CHECK(d.told() == std::vector<std::string>{"quentin"});
    CHECK(d.last_says("the status of your team in the community was revoked: "));
    CHECK_FALSE(d.last_says(motion->id));  // a ballot about them is not theirs to know
    CHECK(d.told().empty());
}

TEST_CASE("what was changed while its person was held is told to the address of before when that is over", "[ruling ss][items 42, 60]") {
    APost d;
    const bool lifted = GENERATE(false, true);
    const auto hold = d.desk.place(secretariat, PersonId{"mei"}, "taken over");
    REQUIRE(hold);
    d.changes(secretariat, "mei", [](auto& person) { person.addresses = {"other@orchid.example"}; });
    CHECK_FALSE(d.reaches("mei@orchid.example"));
    d.clock.time += 24h * 2;
    CHECK_FALSE(d.reaches("mei@orchid.example"));
    if (lifted) {
        REQUIRE(d.desk.lift(secretariat, hold->id));
    } else {
        d.clock.time = hold->ends;
    }
    CHECK(d.reaches("mei@orchid.example"));
    CHECK_FALSE(d.reaches("mei@orchid.example"));
}

}  // namespace caveat::test
