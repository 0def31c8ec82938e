// Letters of caveat's own are asked about at hand-off, like posts: what was true when they were queued need not be true any more.
#include <algorithm>

#include "a_house.hpp"
#include "caveat/letters/letters.hpp"

namespace caveat::test {
namespace {

using namespace std::chrono_literals;
using community::Tlp;
using storage::DeliveryState;
using storage::Purpose;

struct AQueue : AHouse {
    letters::Writer writer{vault(), letterhead};
    storage::Store courier_store{*storage::Store::open(options)};
    mailroom::Outbox outbox{room(courier_store)};

    PostId queued(std::optional<Tlp> label, const std::string& person = "ana", Purpose purpose = Purpose::reminder) {
        const letters::Letter letter{.purpose = purpose,
                                     .form = {"Subject: A word\n\nDear {{name}}\n"},
                                     .from = "sc+owner@lists.arc.example",
                                     .fields = {},
                                     .label = label};
        storage::Store::Transaction transaction(store());
        const auto id = writer.send(store(), letter, store().directory().person(PersonId{person}).value(), clock.now());
        REQUIRE(id);
        transaction.commit();
        return *id;
    }
    std::int64_t held(const std::string& person, std::chrono::hours length) {
        community::Denial hold;
        hold.whom = person;
        hold.whole_team = false;
        hold.resource = "*";
        hold.verbs = 15;
        hold.during = {clock.now(), clock.now() + length};
        hold.source = "hold";
        std::int64_t id = 0;
        change([&](storage::Register& r) { id = r.put(hold); });
        return id;
    }
    void sanctioned(const std::string& team) {
        community::Denial sanction;
        sanction.whom = team;
        sanction.resource = "*";
        sanction.verbs = 7;
        sanction.during = {clock.now(), std::nullopt};
        sanction.source = "sanction";
        change([&](storage::Register& r) { r.put(sanction); });
    }
    // Whom the next exchange hands letters to.
    std::vector<std::string> goes() {
        std::vector<std::string> addresses;
        for (const auto& copy : outbox.exchange({}, 10)) addresses.push_back(copy.rcpt_to);
        return addresses;
    }
    storage::DeliveryRow row(const PostId& id) {
        (void)outbox.exchange({}, 0);  // what was refused is committed with the next exchange at the latest
        return store().deliveries().rows(store().posts().find(id)->key).at(0);
    }
};

const std::vector<std::string> to_ana{"ana@banksia.example"};
const std::vector<std::string> to_nobody;

}  // namespace

TEST_CASE_METHOD(AQueue, "a hold placed after queuing stops a letter with a label; after the lift it goes", "[A2][C6][item 42]") {
    const auto id = queued(Tlp::amber_strict);
    const auto hold = held("ana", 24h);
    CHECK(goes() == to_nobody);
    CHECK(row(id).state == DeliveryState::deferred);
    CHECK(row(id).because.code == community::Code::denied);
    clock.time += 6h;  // longer than a label waits for a safe way
    CHECK(goes() == to_nobody);
    CHECK(row(id).state == DeliveryState::deferred);
    change([&](storage::Register& r) { r.remove_denial(hold); });
    CHECK(goes() == to_ana);
    CHECK(goes() == to_nobody);
}

TEST_CASE_METHOD(AQueue, "a letter stopped by a hold is asked about again at its end, and an extended hold stops it again", "[A2][C6]") {
    const auto id = queued(Tlp::amber_strict);
    held("ana", 1h);
    CHECK(goes() == to_nobody);
    clock.time += 1h - 1us;
    CHECK(goes() == to_nobody);
    CHECK(row(id).next == clock.now() + 1us);
    if (GENERATE(false, true)) {
        held("ana", 3h);
        clock.time += 1us;
        CHECK(goes() == to_nobody);
        return;
    }
    clock.time += 1us;
    CHECK(goes() == to_ana);
}

TEST_CASE_METHOD(AQueue, "what has no label goes to the person it is for, held or not", "[C6][item 42]") {
    queued(std::nullopt);
    held("ana", 24h);
    CHECK(goes() == to_ana);
}

TEST_CASE_METHOD(AQueue, "no sanction reaches a letter, and another's hold is another's", "[ruling i]") {
    queued(Tlp::amber_strict);
    sanctioned("banksia");
    held("mei", 24h);
    CHECK(goes() == to_ana);
}

TEST_CASE_METHOD(AQueue, "a label that needs a verified relay waits for one as a post does, then is given up", "[A2]") {
    settings.verified_transport = false;
    const auto id = queued(GENERATE(Tlp::amber, Tlp::amber_strict));
    queued(Tlp::green, "mei");
    CHECK(goes() == std::vector<std::string>{"mei@orchid.example"});
    CHECK(row(id).state == DeliveryState::deferred);
    CHECK(row(id).because.code == community::Code::transport);
    if (GENERATE(false, true)) {
        settings.verified_transport = true;
        clock.time += 5min;
        CHECK(goes() == to_ana);
        return;
    }
    clock.time += rules.wait_for_transport();
    CHECK(goes() == to_nobody);
    CHECK(row(id).state == DeliveryState::withheld);
}

TEST_CASE_METHOD(AQueue, "what members are told goes to who speaks for an Operational Member when it is handed over", "[A2][item 32]") {
    auto ana = store().directory().person(PersonId{"ana"}).value();
    ana.representative = true;
    change([&](storage::Register& r) { r.put(ana); });
    const auto id = queued(Tlp::amber_strict, "ana", Purpose::to_members);
    SECTION("no longer for their team") { ana.representative = false; }
    SECTION("for a partner now") { ana.team = TeamId{"quokka"}; }
    SECTION("they still do") {
        CHECK(goes() == to_ana);
        return;
    }
    SECTION("as an alternate, where there is no representative") {
        ana.representative = false;
        ana.alternate = true;
        change([&](storage::Register& r) { r.put(ana); });
        CHECK(goes() == to_ana);
        return;
    }
    change([&](storage::Register& r) { r.put(ana); });
    CHECK(goes() == to_nobody);
    CHECK(row(id).state == DeliveryState::withheld);
    CHECK(row(id).because.code == community::Code::removed);
}

TEST_CASE_METHOD(AQueue, "what a team is told of a case goes to who speaks for it when it is handed over", "[A2][A10][item 36]") {
    const auto put = [&](const std::string& id, const auto& change_it) {
        auto person = store().directory().person(PersonId{id}).value();
        change_it(person);
        change([&](storage::Register& r) { r.put(person); });
    };
    const auto with = [](bool representative, bool alternate) {
        return [=](community::Person& person) {
            person.representative = representative;
            person.alternate = alternate;
        };
    };
    add_person("bo", "banksia", "bo@banksia.example");
    put("ana", with(true, false));
    const auto id = queued(std::nullopt, "ana", Purpose::to_party);
    SECTION("somebody else does") {
        put("ana", with(false, true));
        put("bo", with(true, false));
    }
    SECTION("for another team") {
        auto ana = store().directory().person(PersonId{"ana"}).value();
        change([&](storage::Register& r) { r.remove(ana.id, clock.now()); });
        ana.team = TeamId{"quokka"};
        change([&](storage::Register& r) { r.put(ana); });
    }
    SECTION("they still do") {
        CHECK(goes() == to_ana);
        return;
    }
    SECTION("nobody else does") {
        put("ana", with(false, false));
        CHECK(goes() == to_ana);
        return;
    }
    SECTION("as an alternate, since who represents it is under a hold") {
        put("ana", with(false, true));
        put("bo", with(true, false));
        held("bo", 24h);
        CHECK(goes() == to_ana);
        return;
    }
    CHECK(goes() == to_nobody);
    CHECK(row(id).state == DeliveryState::withheld);
    CHECK(row(id).because.code == community::Code::removed);
}

TEST_CASE_METHOD(AQueue, "what is confidential goes to nobody who left the office or the team it was written to", "[A2][A10][item 27]") {
    community::Term seat{"sc", PersonId{"ana"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}};
    change([&](storage::Register& r) { r.put(seat); });
    const auto id = queued(Tlp::amber_strict, "ana", Purpose::reminder);
    clock.time += 1h;
    SECTION("the seat ended") {
        seat.during.until = clock.now();
        change([&](storage::Register& r) { r.put(seat); });
    }
    SECTION("of another team now") {
        auto ana = store().directory().person(PersonId{"ana"}).value();
        change([&](storage::Register& r) { r.remove(ana.id, clock.now()); });
        ana.team = TeamId{"quokka"};
        change([&](storage::Register& r) { r.put(ana); });
    }
    SECTION("still there") {
        CHECK(goes() == to_ana);
        return;
    }
    SECTION("another term of the same office began") {
        seat.during.until = clock.now();
        change([&](storage::Register& r) {
            r.put(seat);
            r.put(community::Term{"sc", PersonId{"ana"}, ListId{}, {clock.now(), clock.now() + 24h}});
        });
        CHECK(goes() == to_ana);
        return;
    }
    queued(std::nullopt, "mei");
    CHECK(goes() == std::vector<std::string>{"mei@orchid.example"});
    CHECK(row(id).state == DeliveryState::withheld);
    CHECK(row(id).because.code == community::Code::removed);
}

TEST_CASE_METHOD(AQueue, "a label that needs sealing does not go in clear", "[K1]") {
    const auto id = queued(Tlp::red);
    CHECK(goes() == to_nobody);
    CHECK(row(id).state == DeliveryState::withheld);
    CHECK(row(id).because.code == community::Code::no_sealing);
}

}  // namespace caveat::test
