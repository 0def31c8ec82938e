// The list of an Appeal Panel: exactly its five, from the seating to the decision, read for thirty days more (item 38, ruling l).
#include "rooms.hpp"
#include "a_desk.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/storage/room_party.hpp"

namespace caveat::test {
namespace {

struct ARoom : ADesk {
    const ListId room{"panel-c-2026-001"};

    void seated() {
        unheeded("quokka", "C-2026-001");
        does(conduct::FileAppeal{2, "their letter"});
        does(the_five("saiga-rep"));
    }
    static conduct::SeatPanel the_five(const char* last) {
        conduct::SeatPanel seat{2, {}};
        seat.panel.chair.person = PersonId{"takin-rep"};
        for (const auto* member : {"seat1-rep", "seat2-rep", "kowhai-rep", last}) seat.panel.members.push_back({PersonId{member}, {}});
        return seat;
    }
    std::vector<std::string> roster(const ListId& list) {
        std::vector<std::string> all;
        for (const auto& s : store().rosters().subscriptions(list)) all.push_back(s.person.value);
        return all;
    }
    policy::Answer asked(Verb verb, const std::string& who) {
        auto standing = *store().standing(PersonId{who}, room, clock.now());
        standing.valid_key = true;
        policy::Item item;
        item.label = verb == Verb::post ? community::Tlp::red : community::Tlp::green;
        policy::World world;
        world.now = clock.now();
        world.verified_transport = true;
        return policy::may(rules, verb, standing, *store().rosters().list(room), item, world).answer;
    }
    bool pass() {
        storage::Store::Transaction transaction(store());
        const bool any = committee::empty_rooms(store(), clock.now(), false);
        transaction.commit();
        return any;
    }
    void decides() {
        for (const auto* who : {"takin-rep", "seat1-rep", "kowhai-rep"}) {
            does(conduct::CastPanelVote{2, PersonId{who}, {conduct::Outcome::upheld, {}}});
        }
    }
};

const std::vector<std::string> five{"kowhai-rep", "saiga-rep", "seat1-rep", "seat2-rep", "takin-rep"};

}  // namespace

TEST_CASE("seating a panel makes its list, with exactly the five on it", "[item 38][ruling l]") {
    ARoom d;
    d.seated();
    const auto list = d.store().rosters().list(d.room);
    REQUIRE(list);
    CHECK(community::is_room(*list));
    CHECK(storage::party_of_room(d.store(), *list) == TeamId{"quokka"});
    CHECK(storage::is_party_of_room(d.store(), d.room, PersonId{"quentin"}));
    CHECK_FALSE(storage::is_party_of_room(d.store(), d.room, PersonId{"takin-rep"}));
    CHECK_FALSE(storage::is_party_of_room(d.store(), ListId{"teams"}, PersonId{"quentin"}));
    CHECK(list->klass == "panel");
    CHECK(list->max_tlp == community::Tlp::red);
    CHECK(list->encryption == community::Encryption::required);
    CHECK(d.roster(d.room) == five);
    CHECK(d.asked(Verb::post, "takin-rep") == policy::Answer::yes);
    CHECK(d.asked(Verb::archive, "seat1-rep") == policy::Answer::yes);
    CHECK(d.asked(Verb::archive, "seat3-rep") == policy::Answer::no);
    CHECK(d.store().journal().verify());
}

TEST_CASE("whoever is of the party learns by no act whether there is a panel's list under a name", "[A7][item 27][ruling l]") {
    ARoom d;
    d.unheeded("seat7", "C-2026-001");
    d.does(conduct::FileAppeal{2, "their letter"});
    d.does(ARoom::the_five("saiga-rep"));
    const Interval live{d.clock.now() - 24h, d.clock.now() + 24h * 300};
    d.change([&](storage::Register& r) {
        for (const auto* person : {"seat7-rep", "seat1-rep"}) r.put(community::Term{"secretariat", PersonId{person}, ListId{}, live});
    });
    const auto answers = [&](const community::Actor& by, const std::string& list) {
        const community::Term term{"moderator", PersonId{"ana"}, ListId{list}, live};
        committee::Proposal about{{}, "list", conduct::Rule::approval, "Shall we?", list, {}, {}, {}};
        committee::Proposal clearance{{}, "clearance", conduct::Rule::approval, "Shall we?", "quokka", {}, {}, {}};
        clearance.set = {{"label", "AMBER"}, {"list", list}};
        const auto said = [](const auto& done) {
            return done ? std::string("done ") : fmt::format("{} {} ", static_cast<int>(done.error().code), done.error().detail);
        };
        auto all = said(d.desk.begin(by, term, "")) + said(d.desk.propose(by, about)) + said(d.desk.propose(by, clearance));
        for (auto at = all.find(list); at != std::string::npos; at = all.find(list)) all.replace(at, list.size(), "NAME");
        return all;
    };
    REQUIRE(d.store().rosters().list(d.room));
    CHECK(answers(d.person("seat7-rep"), d.room.value) == answers(d.person("seat7-rep"), "panel-c-2026-009"));
    auto lent = d.person("seat1-rep");
    lent.lent_by = "person seat7-rep";
    CHECK(answers(lent, d.room.value) == answers(lent, "panel-c-2026-009"));
    const community::Term term{"moderator", PersonId{"ana"}, d.room, live};
    CHECK(d.desk.begin(d.person("seat1-rep"), term, "").error().detail.find("ruling (l)") != std::string::npos);
}

TEST_CASE("nobody posts to a panel's list from its decision on, and nobody reads it thirty days later", "[item 38][ruling l]") {
    ARoom d;
    d.seated();
    const bool decided = GENERATE(true, false);
    d.clock.time += 24h;
    if (decided)
        d.decides();
    else
        d.does(conduct::WithdrawAppeal{2});
    const Instant over = d.clock.now();
    CHECK(d.store().rosters().list(d.room)->expires == over);
    CHECK(d.asked(Verb::post, "takin-rep") == policy::Answer::no);
    CHECK(d.asked(Verb::archive, "takin-rep") == policy::Answer::yes);
    d.clock.time = over + 24h * 30 - 1us;
    CHECK_FALSE(d.pass());
    CHECK(d.asked(Verb::archive, "takin-rep") == policy::Answer::yes);
    d.clock.time = over + 24h * 30;
    CHECK(d.pass());
    CHECK(d.roster(d.room).empty());
    CHECK(d.asked(Verb::archive, "takin-rep") == policy::Answer::no);
    CHECK_FALSE(d.pass());
    CHECK(d.store().journal().verify());
}

TEST_CASE("who takes a vacant place enters, who left it is out, and another panel of the case has a list of its own",
          "[item 38][ruling l]") {
    ARoom d;
    d.add_member("heilala");
    d.seated();
    auto team = *d.store().directory().team(TeamId{"saiga"});
    team.category = "former";
    d.change([&](storage::Register& r) { r.put(team); });
    d.does(ARoom::the_five("heilala-rep"));
    CHECK(d.roster(d.room) == std::vector<std::string>{"heilala-rep", "kowhai-rep", "seat1-rep", "seat2-rep", "takin-rep"});
    d.decides();
    d.clock.time += 24h * 30;
    d.does(ADesk::a_sanction());
    d.serve(3);
    d.does(conduct::FileAppeal{3, "their letter"});
    auto again = ARoom::the_five("heilala-rep");
    again.notice = 3;
    d.does(again);
    CHECK(d.roster(ListId{"panel-c-2026-001-3"}).size() == 5);
    CHECK(d.store().rosters().list(d.room)->expires);
    CHECK_FALSE(d.store().rosters().list(ListId{"panel-c-2026-001-3"})->expires);
}

TEST_CASE("whoever lost the seat they sat for reads the panel's list no more, and reads it again with the seat", "[A2][A10][item 38]") {
    ARoom d;
    d.seated();
    const auto follow = [&](bool only_look) {
        storage::Store::Transaction transaction(d.store());
        const bool any = committee::follow_who_can_sit(d.store(), d.rules, d.clock.now(), only_look);
        transaction.commit();
        return any;
    };
    CHECK_FALSE(follow(true));
    std::vector<community::Term> ended;
    for (const auto& term : d.store().powers().terms()) {
        if (term.person == PersonId{"seat1-rep"}) ended.push_back(term);
    }
    REQUIRE_FALSE(ended.empty());
    d.change([&](storage::Register& r) {
        for (const auto& term : ended) r.remove(term);
    });
    CHECK(follow(true));
    CHECK(d.roster(d.room) == five);
    CHECK(follow(false));
    CHECK(d.roster(d.room) == std::vector<std::string>{"kowhai-rep", "saiga-rep", "seat2-rep", "takin-rep"});
    CHECK(d.asked(Verb::post, "seat1-rep") == policy::Answer::no);
    CHECK(d.asked(Verb::archive, "seat1-rep") == policy::Answer::no);
    d.does(conduct::CastPanelVote{2, PersonId{"takin-rep"}, {conduct::Outcome::upheld, {}}});
    CHECK(d.roster(d.room).size() == 4);
    CHECK_FALSE(follow(false));
    d.change([&](storage::Register& r) {
        for (const auto& term : ended) r.put(term);
    });
    CHECK(follow(false));
    CHECK(d.roster(d.room) == five);
    CHECK(d.store().journal().verify());
}

TEST_CASE("a panel's list has no owner and no moderator", "[item 38][ruling l]") {
    ARoom d;
    d.seated();
    for (const auto* role : {"owner", "moderator"}) {
        const community::Term term{role, PersonId{"mei"}, d.room, {d.clock.now(), d.clock.now() + 24h}};
        d.check_refused(d.desk.begin(secretariat, term, ""), d.all_rows(), errc::denied, "its five are on it");
    }
}

}  // namespace caveat::test
