// Links to people with a key: sealed or not sent, and nobody who asks can tell whose case is which.
#include <utility>

#include "a_fake_engine.hpp"
#include "an_office.hpp"

namespace caveat::test {
namespace {

struct ASealingOffice : AnOffice {
    AFakeEngine engine;
    access::Settings sealing = with(&engine);
    access::Access door{store(), *seal, rules, clock, sealing};

    access::Settings with(openpgp::Engine* used) const {
        auto settings_with = how;
        settings_with.sealing = used;
        return settings_with;
    }
    void has_key(const std::string& person, const std::string& key) {
        auto who = *store().directory().person(PersonId{person});
        who.key = key;
        change([&](storage::Register& r) { r.put(who); });
    }
    std::string why() {
        std::string last;
        store().journal().each({}, [&](const storage::Entry& e) {
            if (e.act == "link.withheld") last = e.detail;
        });
        return last;
    }
};

constexpr const char* link_to = "https://console.arc.example/sign-in/";

}  // namespace

TEST_CASE_METHOD(ASealingOffice, "a person with a key gets the link sealed, and nothing of it outside", "[K1][K10]") {
    has_key("mei", "mei's");
    REQUIRE(asked(door, "mei@orchid.example"));
    REQUIRE(letters().size() == 1);
    const auto letter = letters().front();
    CAPTURE(letter);
    CHECK(letter.find("To: <mei@orchid.example>\r\nSubject: [...]\r\n") != std::string::npos);
    CHECK(letter.find("sign") == std::string::npos);
    CHECK(letter.find(link_to) == std::string::npos);
    const auto inside = AFakeEngine::opened(letter, "mei's");
    CAPTURE(inside);
    CHECK(inside.find("\r\nSubject: [Southern Arc CSIRT Forum] Your link to sign in\r\n") != std::string::npos);
    const auto at = inside.find(link_to);
    REQUIRE(at != std::string::npos);
    CHECK(door.follow_link(inside.substr(at + std::string_view(link_to).size(), 64)));
}

TEST_CASE_METHOD(ASealingOffice, "a link made for no key does not go out in clear once there is one", "[K1]") {
    engine.meanwhile = [this] { has_key("mei", "mei's"); };
    REQUIRE(asked(door, "mei@orchid.example"));
    CHECK(letters().empty());
    engine.meanwhile = [] {};
    REQUIRE(asked(door, "mei@orchid.example"));
    REQUIRE(letters().size() == 1);
    CHECK_FALSE(AFakeEngine::opened(letters().front(), "mei's").empty());
}

TEST_CASE_METHOD(ASealingOffice, "a key that cannot be used is told of once a day, and no link goes out", "[K1]") {
    const auto fitness = GENERATE(from_range(openpgp::all_fitness.begin() + 1, openpgp::all_fitness.end()));
    const std::string name(openpgp::name(fitness));
    CAPTURE(name);
    has_key("mei", name);
    REQUIRE(asked(door, "mei@orchid.example"));
    REQUIRE(letters().size() == 1);
    const auto told = letters().front();
    CAPTURE(told);
    CHECK(told.find("Subject: [Southern Arc CSIRT Forum] Your key cannot be used\r\n") != std::string::npos);
    CHECK(told.find("The reason: " + std::string(openpgp::sentence(fitness)) + ".") != std::string::npos);
    CHECK(told.find("http") == std::string::npos);
    CHECK(acts() == std::vector<std::string>{"link.withheld mei"});
    CHECK(why() == "{\"because\":\"" + name + "\"}");

    for (const auto wait : {1min, 23h + 59min}) {
        clock.time += wait;
        REQUIRE(asked(door, "mei@orchid.example"));
        CHECK(letters().size() == 1);
        CHECK(entries() == 1);
    }
    clock.time += 1min;
    REQUIRE(asked(door, "mei@orchid.example"));
    CHECK(letters().size() == 2);
    CHECK(entries() == 2);
    has_key("mei", "mei's new one");
    REQUIRE(asked(door, "mei@orchid.example"));
    CHECK(AFakeEngine::opened(letters().back(), "mei's new one").find(link_to) != std::string::npos);
}

TEST_CASE_METHOD(ASealingOffice, "trouble with the engine sends nobody a link in clear who has a key", "[K1][D4]") {
    has_key("mei", "mei's");
    SECTION("it is down") { engine.down = true; }
    SECTION("there is none") {
        access::Access without(store(), *seal, rules, clock, with(nullptr));
        REQUIRE(asked(without, "mei@orchid.example"));
        CHECK(why() == R"({"because":"openpgp_unset"})");
        CHECK(letters().empty());
        return;
    }
    REQUIRE(asked(door, "mei@orchid.example"));
    CHECK(letters().empty());
    CHECK(why() == R"({"because":"openpgp_failed"})");
    REQUIRE(asked(door, "ana@banksia.example"));  // one's key is not another's
    REQUIRE(letters().size() == 1);
    CHECK(letters().front().find(link_to) != std::string::npos);
    engine.down = false;
    REQUIRE(asked(door, "mei@orchid.example"));
    CHECK(letters().size() == 2);
}

TEST_CASE_METHOD(ASealingOffice, "whoever is asked for, the quota is asked, then one key is looked at and one letter sealed", "[A7]") {
    has_key("mei", "mei's");
    const auto work = [&](const char* address) {
        const auto before = std::pair{engine.examined, engine.sealed};
        REQUIRE(asked(door, address));
        return std::pair{engine.examined - before.first, engine.sealed - before.second};
    };
    const std::pair once{1, 1}, not_at_all{0, 0};
    CHECK(work("mei@orchid.example") == once);
    CHECK(work("ana@banksia.example") == once);
    CHECK(work("nobody@orchid.example") == once);
    CHECK(work("") == once);
    for (const auto* one : {"mei@orchid.example", "nobody@orchid.example"}) {
        for (int ask = 2; ask <= how.links_per_hour; ++ask) CHECK(work(one) == once);
        for (int more = 0; more < 3; ++more) CHECK(work(one) == not_at_all);
    }
    clock.time += 1h + 1min;
    has_key("ana", "key_expired");
    CHECK(work("ana@banksia.example") == once);
    hold("mei", clock.now() + 1h);
    CHECK(work("mei@orchid.example") == once);
}

}  // namespace caveat::test
