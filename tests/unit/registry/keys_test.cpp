// The keys of lists are made once, and people's are looked at before anything is sealed to them.
#include "caveat/registry/keys.hpp"

#include "a_fake_engine.hpp"
#include "forum.hpp"

using namespace forum;

namespace {

struct AFakeSmith final : openpgp::OwnKeys {
    const Clock* clock = nullptr;
    int made = 0;  // of lists
    int communitys = 0;
    bool down = false;
    bool held = false;  // somebody makes keys
    std::function<void()> meanwhile = [] {};

    Result<std::shared_ptr<void>> alone() override {
        if (held) return fail(errc::temporary, "locked by somebody else");
        return std::shared_ptr<void>();
    }
    Result<openpgp::OwnKey> make(std::string_view address, std::chrono::seconds life) override {
        meanwhile();
        if (down) return fail(errc::temporary, "down");
        if (address.starts_with("postmaster"))
            return openpgp::OwnKey{fmt::format("KEY{} of the community", ++communitys), "armour", clock->now() + life};
        return openpgp::OwnKey{fmt::format("KEY{} of {}", ++made, address), "armour", clock->now() + life};
    }
    Result<std::string> sign(std::string_view text, const openpgp::OwnKey& signer) override {
        if (down) return fail(errc::temporary, "down");
        return fmt::format("{} by {}", text, signer.fingerprint);
    }
    Result<openpgp::Slice> seal(std::string_view, const openpgp::OwnKey&, std::span<const openpgp::ReaderKey>) override {
        return fail(errc::temporary, "not here");
    }
};

struct KeyDesk : Desk {
    caveat::test::AFakeEngine people;
    AFakeSmith smith;
    registry::Keys keys{*store, clock, {"lists.arc.example"}, &people, &smith};

    KeyDesk() {
        smith.clock = &clock;
        auto census = small();
        census.lists[0].encryption = Encryption::required;
        load(census);
    }
    [[nodiscard]] storage::KeyFact fact(const char* id) const {
        for (auto& held : store->keys().held()) {
            if (held.person.value == id && held.fact) return *held.fact;
        }
        return {};
    }
};

}  // namespace

TEST_CASE("what encrypts gets a key, and keys are looked at, once", "[K1][K9][K12]") {
    KeyDesk desk;
    auto pass = desk.keys.catch_up(desk.by);
    CHECK(pass.made == std::vector<std::string>{"teams"});
    CHECK(pass.troubles.empty());
    CHECK(desk.store->keys().of_list(ListId{"teams"})->fingerprint == "KEY1 of teams@lists.arc.example");
    CHECK(desk.fact("orchid-rep").fitness == Code::key_usable);
    CHECK(desk.journal("key.make") == std::vector<std::string>{R"(key.make  {"of":"the community","fingerprint":"KEY1 of the community"})",
                                                               R"(key.make teams {"fingerprint":"KEY1 of teams@lists.arc.example"})"});
    CHECK(desk.store->keys().communitys()->fingerprint == "KEY1 of the community");
    CHECK(desk.journal("key.examined").size() == 1);
    CHECK(desk.people.examined == 1);

    pass = desk.keys.catch_up(desk.by);
    CHECK(pass.made.empty());
    CHECK(desk.people.examined == 1);
    // Daily, and what is as it was is no news.
    desk.clock.t += std::chrono::hours{25};
    (void)desk.keys.catch_up(desk.by);
    CHECK(desk.people.examined == 2);
    CHECK(desk.journal("key.examined").size() == 1);
}

TEST_CASE("a list has one first key, whoever asks", "[K12]") {
    KeyDesk desk;
    REQUIRE(desk.keys.make(desk.by, ListId{"ews"}));
    CHECK(desk.keys.make(desk.by, ListId{"ews"}).error().code == errc::conflict);
    CHECK(desk.keys.make(desk.by, ListId{"nothing"}).error().code == errc::not_found);
    CHECK(desk.smith.made == 1);
    desk.smith.held = true;
    CHECK(desk.keys.make(desk.by, ListId{"teams"}).error().code == errc::temporary);
    registry::Keys none(*desk.store, desk.clock, {"lists.arc.example"}, nullptr, nullptr);
    CHECK(none.make(desk.by, ListId{"teams"}).error().code == errc::invalid);
    CHECK(none.catch_up(desk.by).made.empty());
}

TEST_CASE("another key takes the place of a list's, which signs it and opens for a while still", "[K12]") {
    KeyDesk desk;
    int told = 0;
    const auto roll = [&](const char* list) { return desk.keys.rollover(desk.by, ListId{list}, [&](const registry::NewKey&) { ++told; }); };
    CHECK(roll("nothing").error().code == errc::not_found);
    CHECK(roll("teams").error().code == errc::not_found);  // it has none yet
    (void)desk.keys.catch_up(desk.by);
    const auto now = desk.clock.now();
    const auto done = roll("teams");
    REQUIRE(done);
    CHECK(told == 1);
    CHECK(done->signature == "armour by KEY1 of teams@lists.arc.example");
    auto& keys = desk.store->keys();
    CHECK(keys.of_list(ListId{"teams"})->fingerprint == "KEY2 of teams@lists.arc.example");
    CHECK(keys.of_list(ListId{"teams"})->usable_until == now + std::chrono::hours{24 * 730});
    REQUIRE(keys.former().size() == 1);
    CHECK(keys.former().front().opens_until == now + std::chrono::hours{24 * 90});
    CHECK(desk.journal("key.rollover") ==
          std::vector<std::string>{R"(key.rollover teams {"fingerprint":"KEY2 of teams@lists.arc.example","before":"KEY1 of )"
                                   R"(teams@lists.arc.example","opens_until":"2026-08-30T12:00:00Z"})"});

    desk.smith.down = true;
    CHECK(roll("teams").error().code == errc::temporary);
    desk.smith.down = false;
    desk.smith.held = true;
    CHECK(roll("teams").error().code == errc::temporary);
    desk.smith.held = false;
    CHECK(keys.former().size() == 1);
    // One that has ended signs nothing, and is replaced all the same.
    desk.clock.t = now + std::chrono::hours{24 * 731};
    const auto late = roll("teams");
    REQUIRE(late);
    CHECK(late->signature.empty());
    CHECK(keys.of_list(ListId{"teams"})->fingerprint == "KEY3 of teams@lists.arc.example");
    CHECK(told == 2);
}

TEST_CASE("the key of the community's own mail has an end, and another one takes its place in time", "[K9][K12]") {
    KeyDesk desk;
    std::vector<registry::NewOwnKey> told;
    const auto roll = [&] { return desk.keys.rollover_own(desk.by, [&](const registry::NewOwnKey& key) { told.push_back(key); }); };
    CHECK(roll().error().code == errc::not_found);
    (void)desk.keys.catch_up(desk.by);
    const auto end = desk.clock.now() + std::chrono::hours{24 * 730};
    CHECK(desk.store->keys().communitys()->usable_until == end);
    desk.clock.t = end - registry::own_key_replaced_ahead;
    CHECK_FALSE(desk.keys.own_ends_soon());
    desk.clock.t += std::chrono::seconds{1};
    CHECK(desk.keys.own_ends_soon());
    desk.smith.down = true;
    CHECK(roll().error().code == errc::temporary);
    desk.smith.down = false;
    REQUIRE(roll());
    REQUIRE(told.size() == 1);
    CHECK(told.front().before.fingerprint == "KEY1 of the community");
    CHECK(told.front().signature == "armour by KEY1 of the community");
    CHECK(desk.store->keys().communitys()->fingerprint == "KEY2 of the community");
    CHECK_FALSE(desk.keys.own_ends_soon());
    CHECK(desk.journal("key.rollover").back() ==
          R"(key.rollover  {"of":"the community","fingerprint":"KEY2 of the community","before":"KEY1 of the community"})");
    // One that has ended signs nothing, and is replaced all the same.
    desk.clock.t += std::chrono::hours{24 * 731};
    REQUIRE(roll());
    CHECK(told.back().signature.empty());
    CHECK(desk.store->keys().communitys()->fingerprint == "KEY3 of the community");
    // One that lives for four weeks is replaced in the last of them, not at once and for ever.
    desk.clock.t += std::chrono::seconds{1};
    registry::Keys brief(*desk.store, desk.clock, {"lists.arc.example", std::chrono::days{28}}, nullptr, &desk.smith);
    REQUIRE(brief.rollover_own(desk.by, [](const registry::NewOwnKey&) {}));
    CHECK_FALSE(brief.own_ends_soon());
    desk.clock.t += std::chrono::days{21} + std::chrono::seconds{1};
    CHECK(brief.own_ends_soon());
    registry::Keys none(*desk.store, desk.clock, {"lists.arc.example"}, nullptr, nullptr);
    CHECK_FALSE(none.own_ends_soon());
    CHECK(none.rollover_own(desk.by, [](const registry::NewOwnKey&) {}).error().code == errc::invalid);
}

TEST_CASE("a key that a clock made which stood four years ahead keeps nothing back once the clock is right", "[O6][K12]") {
    KeyDesk desk;
    const auto right = desk.clock.now();
    const auto set = [&](Instant at) {  // the daemon notes each step
        desk.clock.t = at;
        storage::Store::Transaction transaction(*desk.store);
        desk.store->journal().append(at, "system", "clock.set", "", "{}");
        transaction.commit();
    };
    const auto own = [&] { return desk.store->keys().communitys(); };
    const auto roll = [&] { return desk.keys.rollover_own(desk.by, [](const registry::NewOwnKey&) {}); };
    const ListId teams{"teams"};
    const auto ahead = right + std::chrono::hours{24 * 1461};
    SECTION("the community's key before it goes on, and signs the next one") {
        (void)desk.keys.catch_up(desk.by);
        set(ahead);
        CHECK(desk.keys.own_ends_soon());
        REQUIRE(roll());
        CHECK(own()->fingerprint == "KEY2 of the community");
        set(right + std::chrono::seconds{1});
        CHECK(own()->fingerprint == "KEY1 of the community");
        CHECK_FALSE(desk.keys.own_ends_soon());
        const auto next = roll();
        REQUIRE(next);
        CHECK(next->signature == "armour by KEY1 of the community");
        CHECK(own()->fingerprint == "KEY3 of the community");
    }
    SECTION("a first start by that clock") {
        set(ahead);
        (void)desk.keys.catch_up(desk.by);
        CHECK(desk.keys.made_ahead().empty());
        set(right);
        CHECK_FALSE(own());
        (void)desk.keys.catch_up(desk.by);
        CHECK(own()->fingerprint == "KEY2 of the community");
        // A list's is replaced once the clock is believed; what people sealed to it is opened still.
        REQUIRE(desk.keys.made_ahead() == std::vector{teams});
        const auto list = desk.keys.rollover(desk.by, teams, [](const registry::NewKey&) {});
        REQUIRE(list);
        CHECK(list->signature.empty());
        CHECK(desk.keys.made_ahead().empty());
        CHECK(desk.store->keys().that_open(teams, right).size() == 2);
    }
    SECTION("a clock that is a minute off is no such clock") {
        (void)desk.keys.catch_up(desk.by);
        set(right - std::chrono::minutes{1});
        CHECK(own());
        CHECK(desk.keys.made_ahead().empty());
    }
}

TEST_CASE("what a later clock found usable is no worse by one that stands before the making of the key", "[O6][K1]") {
    KeyDesk desk;
    (void)desk.keys.catch_up(desk.by);
    auto person = desk.store->directory().person(PersonId{"orchid-rep"}).value();
    person.key = "key_unreadable, as GnuPG finds it before it is made";
    const storage::KeyFact usable{person.id, "F1", Code::key_usable, std::nullopt, "cv25519", desk.clock.now() + std::chrono::hours{48}};
    storage::Store::Transaction transaction(*desk.store);
    desk.store->register_rows().put(person);
    REQUIRE(desk.store->keys().put(usable, person.key));
    desk.store->journal().append(desk.clock.now(), "system", "test", "", "{}");
    transaction.commit();
    const auto pass = desk.keys.catch_up(desk.by);
    CHECK((pass.examined == 1 && pass.unusable.empty()));
    CHECK(desk.fact("orchid-rep") == usable);
    desk.clock.t += std::chrono::hours{73};
    CHECK(desk.keys.catch_up(desk.by).unusable.size() == 1);
    CHECK(desk.fact("orchid-rep").fitness == Code::key_unreadable);
}

TEST_CASE("what GnuPG cannot do now is missing still, and nobody waits for the database meanwhile", "[D4][K1]") {
    KeyDesk desk;
    desk.smith.down = desk.people.down = true;
    auto options = desk.options;
    options.busy = std::chrono::milliseconds{1};
    auto others = storage::Store::open(options).value();
    int written = 0;
    desk.people.meanwhile = desk.smith.meanwhile = [&] {
        storage::Store::Transaction transaction(others);
        others.journal().append(desk.clock.now(), "system", "test", "", "{}");
        transaction.commit();
        ++written;
    };
    auto pass = desk.keys.catch_up(desk.by);
    CHECK(written == 3);
    CHECK(pass.troubles.size() == 3);
    CHECK_FALSE(desk.store->keys().has_list(ListId{"teams"}));
    CHECK(desk.store->keys().to_examine(desk.clock.now(), desk.clock.now()).size() == 1);
    desk.smith.down = desk.people.down = false;
    // While it is looked at the key becomes another: what was seen is not of that.
    desk.people.meanwhile = [&] {
        auto person = desk.store->directory().person(PersonId{"orchid-rep"}).value();
        person.key = a_key_of(2048, 3);
        CHECK(registry::Registry(others, rules(), desk.clock, {}).change(desk.by, person));
        desk.people.meanwhile = [] {};
    };
    pass = desk.keys.catch_up(desk.by);
    CHECK(pass.made.size() == 1);
    CHECK(desk.store->keys().to_examine(desk.clock.now(), desk.clock.now()).size() == 1);
    (void)desk.keys.catch_up(desk.by);
    CHECK(desk.store->keys().to_examine(desk.clock.now(), desk.clock.now()).empty());
}
