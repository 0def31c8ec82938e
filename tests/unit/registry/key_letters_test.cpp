// Who hears of a key that ends, when, and what a list's readers hear of its new key.
#include "caveat/registry/key_letters.hpp"

#include <SQLiteCpp/Database.h>

#include "a_house.hpp"

using namespace caveat;

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// mei's key ends; she reads sc, which encrypts, and ana owns that.
struct AKeyDesk : test::AHouse {
    const std::string fingerprint = std::string(40, 'A');
    const Instant end = *parse_instant("2027-06-01T00:00:00Z");
    registry::KeyLetters letters{store(), vault(), rules, {letterhead, "+", "root@arc.example"}};

    AKeyDesk() {
        change([&](storage::Register& r) {
            community::Person mei = r.person(PersonId{"mei"}).value();
            mei.key = "armour";
            r.put(mei);
            for (const auto* id : {"sc", "open"}) {
                auto list = community::new_list(ListId{id});
                list.klass = "teams";
                list.charter = "about keys";
                list.encryption = *id == 's' ? community::Encryption::required : community::Encryption::preferred;
                r.put(list);
                r.subscribe({list.id, PersonId{"mei"}, community::DeliveryMode::each}, clock.now());
                r.put(community::Term{"owner", PersonId{"ana"}, list.id, {clock.now(), {}}});
            }
            ends_at(end);
        });
    }
    void ends_at(Instant when) {
        CHECK(store().keys().put({PersonId{"mei"}, fingerprint, community::Code::key_usable, when, "cv25519", clock.now()}, "armour"));
    }
    // "mei@orchid.example: Your OpenPGP key ends on 2027-06-01", of the letters since the last look.
    std::vector<std::string> heard() {
        (void)letters::send_waiting(store(), vault(), letterhead, clock.now());
        storage::Posts::Filter filter;
        filter.notices = true;
        const auto all = store().posts().select(filter);
        std::vector<std::string> lines;
        for (; seen < all.size(); ++seen) {
            const auto bytes = vault().open(store().posts().body(all[seen].key), all[seen].id.value).value();
            const auto message = mail::parse(bytes, {}).value();
            CHECK_FALSE(message.encrypted);
            CHECK_FALSE(all[seen].label);
            const auto subject = message.subject.substr(message.subject.find(']') + 2);
            lines.push_back(std::string(message.to.front().address) + ": " + subject);
            last = message.text();
        }
        return lines;
    }
    std::size_t seen = 0;
    std::string last;
};

}  // namespace

TEST_CASE("whose key ends hears of it 60, 30, 7 and 1 days ahead, and so does who runs a list that needs it", "[K9]") {
    AKeyDesk desk;
    const std::vector<std::string> both{"mei@orchid.example: Your OpenPGP key ends on 2027-06-01",
                                        "ana@banksia.example: Readers of sc whose key ends soon"};
    struct Look {
        std::chrono::hours ahead;
        bool heard;
    };
    // Once each, whatever the clock says; what came due while nothing ran is one letter.
    for (const auto& [ahead, heard] :
         {Look{days{61}, false}, Look{days{60}, true}, Look{days{59}, false}, Look{days{62}, false}, Look{days{58}, false},
          Look{days{5}, true}, Look{days{4}, false}, Look{24h, true}, Look{1h, false}, Look{0h, false}, Look{-days{1}, false}}) {
        CAPTURE(ahead.count());
        desk.clock.time = desk.end - ahead;
        const auto pass = desk.letters.warn(desk.clock.now());
        CHECK(pass.troubles.empty());
        CHECK(desk.heard() == (heard ? both : std::vector<std::string>{}));
    }
}

TEST_CASE("neither a clock that stood ahead nor a row that nothing vouches for takes away the warnings of a key's end", "[K9]") {
    AKeyDesk desk;
    desk.clock.time = desk.end - 12h;  // for a moment
    (void)desk.letters.warn(desk.clock.now());
    CHECK(desk.heard().size() == 2);
    SQLite::Database(desk.options.path.string(), SQLite::OPEN_READWRITE)
        .exec("INSERT OR REPLACE INTO key_told VALUES ('end of " + desk.fingerprint + "', 4102444800000000)");
    for (const auto ahead : {60, 30, 7, 1}) {
        CAPTURE(ahead);
        for (const bool again : {false, true}) {
            desk.clock.time = desk.end - days{ahead} + (again ? 1h : 0h);
            (void)desk.letters.warn(desk.clock.now());
            CHECK(desk.heard().size() == (again ? 0 : 2));
        }
    }
    desk.clock.time = desk.end - 1h;
    CHECK(desk.letters.warn(desk.clock.now()).letters == 0);
}

TEST_CASE("a key that gets a later end is warned of anew, and its letter says what it is good for", "[K9]") {
    AKeyDesk desk;
    desk.clock.time = desk.end - days{7};
    (void)desk.letters.warn(desk.clock.now());
    CHECK(desk.heard().size() == 2);
    CHECK(desk.last.find("- mei: on 2027-06-01, in 7 days") != std::string::npos);
    const auto later = desk.end + days{365};
    desk.change([&](auto&) { desk.ends_at(later); });
    CHECK(desk.letters.warn(desk.clock.now()).letters == 0);
    desk.change([&](storage::Register& r) { r.unsubscribe(ListId{"sc"}, PersonId{"mei"}, desk.clock.now()); });
    desk.clock.time = later - days{30};
    (void)desk.letters.warn(desk.clock.now());
    CHECK(desk.heard() == std::vector<std::string>{"mei@orchid.example: Your OpenPGP key ends on 2028-05-31"});
    CHECK(desk.last.find(desk.fingerprint) != std::string::npos);
    CHECK(desk.last.find("That is all") == std::string::npos);
}

TEST_CASE("what could not be said is said at the next pass", "[K9]") {
    AKeyDesk desk;
    desk.clock.time = desk.end - days{7};
    auto without = desk.letterhead;
    without.templates = desk.folder;
    registry::KeyLetters formless(desk.store(), desk.vault(), desk.rules, {without, "+", ""});
    CHECK(formless.warn(desk.clock.now()).troubles.size() == 1);
    CHECK(desk.heard().empty());
    CHECK(desk.letters.warn(desk.clock.now()).letters == 2);
}

TEST_CASE("whose list's key ends, and who runs the server, hear of it until it has another one", "[K9][K12]") {
    AKeyDesk desk;
    const storage::ListKeyRow key{ListId{"open"}, std::string(40, 'B'), "armour", desk.clock.now(), desk.end + days{300}};
    desk.change([&](auto&) { desk.store().keys().put(key); });
    for (const auto ahead : {61, 60, 59, 0, -1}) {
        CAPTURE(ahead);
        desk.clock.time = *key.usable_until - days{ahead};
        const auto pass = desk.letters.warn(desk.clock.now());
        const auto* word = ahead > 0 ? "ends" : "ended";
        const auto subject = fmt::format("The key of open {} on 2028-03-27", word);
        const bool now = ahead == 60 || ahead == 0;
        CHECK(desk.heard() == (now ? std::vector<std::string>{"ana@banksia.example: " + subject, "root@arc.example: " + subject}
                                   : std::vector<std::string>{}));
        CHECK(pass.to_operator.size() == (now ? 1 : 0));
    }
}

TEST_CASE("the new key of the community's own mail comes to everybody with a key", "[K12]") {
    AKeyDesk desk;
    const storage::CommunityKey before{std::string(40, 'B'), "the old key", desk.clock.now(), {}};
    const storage::CommunityKey key{std::string(40, 'C'), "the new key\n", desk.clock.now(), desk.end};
    desk.change([&](auto&) { desk.letters.tell_of(registry::NewOwnKey{key, before, "a signature\n"}, desk.clock.now()); });
    CHECK(desk.heard() == std::vector<std::string>{"mei@orchid.example: Letters from Southern Arc CSIRT Forum are signed with a new key"});
}

TEST_CASE("a list's new key comes to its readers with a signature by the one before", "[K12]") {
    AKeyDesk desk;
    const storage::ListKeyRow before{ListId{"open"}, std::string(40, 'B'), "the old key", desk.clock.now(), {}};
    auto key = before;
    key.fingerprint = std::string(40, 'C');
    key.armour = "the new key\n";
    for (const std::string signature : {"a signature\n", ""}) {
        CAPTURE(signature);
        desk.change([&](auto&) {
            desk.letters.tell_of({key, {before, desk.clock.now(), desk.clock.now() + days{90}}, signature}, desk.clock.now());
        });
        CHECK(desk.heard() == std::vector<std::string>{"mei@orchid.example: open has a new key"});
        storage::Posts::Filter filter;
        filter.notices = true;
        const auto post = desk.store().posts().select(filter).back();
        const auto bytes = desk.vault().open(desk.store().posts().body(post.key), post.id.value).value();
        const auto message = mail::parse(bytes, {}).value();
        REQUIRE(message.parts.size() == (signature.empty() ? 2 : 3));
        CHECK(message.parts[1].filename == "open-key.asc");
        CHECK(bytes.find("the new key") != std::string::npos);
        CHECK(bytes.find(std::string(40, 'C')) != std::string::npos);
        CHECK((bytes.find("a signature by") != std::string::npos) == !signature.empty());
    }
}

TEST_CASE("whoever may not know of a list reads its name in no letter about keys, though they stand on its roster", "[K9][A12][item 65]") {
    AKeyDesk desk;
    auto team = desk.store().directory().team(TeamId{"orchid"}).value();
    team.category = "former";
    desk.change([&](storage::Register& r) { r.put(team); });
    desk.clock.time = desk.end - days{30};
    CHECK(desk.letters.warn(desk.clock.now()).letters == 1);
    CHECK(desk.heard() == std::vector<std::string>{"mei@orchid.example: Your OpenPGP key ends on 2027-06-01"});
    CHECK(desk.last.find("- sc") == std::string::npos);
}
