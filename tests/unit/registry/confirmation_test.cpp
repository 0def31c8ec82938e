// A change of address or key by another's hand waits to be confirmed.
#include "caveat/registry/confirmation.hpp"

#include "caveat/community/confirming.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/openpgp/look.hpp"

#include "forum.hpp"

using namespace forum;

namespace {

using registry::Hand;
using What = Unconfirmed::What;

const std::vector<std::string> home{"mei@orchid.example"};
const std::vector<std::string> away{"mei@else.example"};

Person mei(std::vector<std::string> addresses, std::string key) {
    return {PersonId{"mei"}, "Mei", TeamId{"orchid"}, std::move(addresses), std::move(key)};
}

// "addresses by A, B of mei@orchid.example; key by A of 77B1 wants NEW"
std::string told(const std::vector<Unconfirmed>& rows) {
    std::vector<std::string> all;
    for (const auto& row : rows) {
        all.push_back(fmt::format("{} by {} of {}{}", row.what == What::key ? "key" : "addresses", fmt::join(row.actors, ", "),
                                  fmt::join(row.known, ", "), row.wanted.empty() ? "" : " wants " + row.wanted));
    }
    return fmt::format("{}", fmt::join(all, "; "));
}
std::string told(const std::vector<What>& settled) {
    std::string all;
    for (const auto what : settled) all += what == What::key ? "key " : "addresses ";
    return all;
}

const Unconfirmed moved{What::addresses, {}, {"A"}, home, {}};
const Unconfirmed keyed{What::key, {}, {"A"}, {"OLD"}, "NEW"};
const Unconfirmed unkeyed{What::key, {}, {"A"}, {"OLD"}, {}};
const Unconfirmed lost{What::key, {}, {"A"}, {}, {}};

}  // namespace

TEST_CASE("what another's change of a person leaves to be confirmed", "[K8][item 60]") {
    struct Row {
        const char* what;
        Person before, wanted;
        std::string counts;  // the fingerprint of the key before, if it does; of a key it is its text here
        std::vector<Unconfirmed> waiting;
        Hand hand;
        std::string key, waits, settled;
        bool lapsed = false, was_theirs = false;
    };
    const auto row = GENERATE(values<Row>({
        {"a name alone", mei(home, "OLD"), mei(home, "OLD"), "OLD", {keyed, moved}, {{"B"}}, "OLD", "", ""},
        {"another address", mei(home, ""), mei(away, ""), "", {}, {{"A"}}, "", "addresses by A of mei@orchid.example", ""},
        {"one more behind it", mei(home, ""), mei({home[0], away[0]}, ""), "", {}, {{"A"}}, "", "addresses by A of mei@orchid.example", ""},
        {"one less", mei({home[0], away[0]}, ""), mei(home, ""), "", {}, {{"A"}}, "", "", ""},
        {"another spelling", mei(home, ""), mei({"Mei@ORCHID.example"}, ""), "", {}, {{"A"}}, "", "", ""},
        {"the first one of all", mei({}, ""), mei(away, ""), "", {}, {{"A"}}, "", "", ""},
        {"by the person", mei(home, "OLD"), mei(away, "NEW"), "OLD", {}, {{"mei"}, true}, "NEW", "", ""},
        {"once more, by another",
         mei(away, ""),
         mei({"mei@third.example"}, ""),
         "",
         {moved},
         {{"B"}},
         "",
         "addresses by A, B of mei@orchid.example",
         ""},
        {"back", mei(away, ""), mei(home, ""), "", {moved}, {{"A"}}, "", "", "addresses "},
        {"then by the person", mei(away, ""), mei({"mei@third.example"}, ""), "", {moved}, {{"mei"}, true}, "", "", "addresses "},
        {"a key in the place of one that counts",
         mei(home, "OLD"),
         mei(home, "NEW"),
         "OLD",
         {},
         {{"A"}},
         "OLD",
         "key by A of OLD wants NEW",
         ""},
        {"of one that does not", mei(home, "OLD"), mei(home, "NEW"), "", {}, {{"A"}}, "NEW", "", ""},
        {"of none", mei(home, ""), mei(home, "NEW"), "", {}, {{"A"}}, "NEW", "", ""},
        {"the key that counts goes", mei(home, "OLD"), mei(home, ""), "OLD", {}, {{"A"}}, "", "key by A of OLD", ""},
        {"and another comes", mei(home, ""), mei(home, "NEW"), "", {unkeyed}, {{"A"}}, "", "key by A of OLD wants NEW", ""},
        {"or the same again", mei(home, ""), mei(home, "OLD"), "", {unkeyed}, {{"B"}}, "OLD", "", "key "},
        {"the same again, but ended", mei(home, ""), mei(home, "OLD"), "", {unkeyed}, {{"B"}}, "OLD", "key by A, B of OLD", "", true},
        {"it is ended by its owner, as another brings it",
         mei(home, "OLD"),
         mei(home, "OLD+"),
         "OLD",
         {},
         {{"A"}},
         "OLD+",
         "key by A of OLD",
         "",
         true},
        {"as they bring it", mei(home, "OLD"), mei(home, "OLD+"), "OLD", {}, {{"mei"}, true}, "OLD+", "", "", true},
        {"it had ended before", mei(home, "OLD"), mei(home, "OLD+"), "", {}, {{"A"}}, "OLD+", "", "", true},
        {"and then another comes", mei(home, "OLD+"), mei(home, "NEW"), "", {unkeyed}, {{"A"}}, "OLD+", "key by A of OLD wants NEW", ""},
        {"the first one of somebody who was entered again without theirs",
         mei(home, ""),
         mei(home, "NEW"),
         "",
         {lost},
         {{"A"}},
         "",
         "key by A of  wants NEW",
         ""},
        {"theirs", mei(home, ""), mei(home, "OLD"), "", {lost}, {{"A"}}, "OLD", "", "key ", false, true},
        {"the first one, by themselves", mei(home, ""), mei(home, "NEW"), "", {lost}, {{"mei"}, true}, "NEW", "", "key "},
        {"the same proposal", mei(home, "OLD"), mei(home, "NEW"), "OLD", {keyed}, {{"A"}}, "OLD", "", ""},
        {"another proposal, by another",
         mei(home, "OLD"),
         mei(home, "THIRD"),
         "OLD",
         {keyed},
         {{"B"}},
         "OLD",
         "key by A, B of OLD wants THIRD",
         ""},
        {"the person's own wins", mei(home, "OLD"), mei(home, "THIRD"), "OLD", {keyed}, {{"mei"}, true}, "THIRD", "", "key "},
        {"both at once",
         mei(home, "OLD"),
         mei(away, "NEW"),
         "OLD",
         {},
         {{"A"}},
         "OLD",
         "addresses by A of mei@orchid.example; key by A of OLD wants NEW",
         ""},
    }));
    CAPTURE(row.what);
    const auto fingerprint = row.wanted.key.substr(0, row.wanted.key.find('+'));  // behind it: what its owner added
    const auto weighed =
        registry::weigh({row.before, row.wanted, row.counts, fingerprint, row.lapsed, row.was_theirs}, row.waiting, row.hand, {});
    CHECK(weighed.put.key == row.key);
    CHECK(weighed.put.addresses == row.wanted.addresses);
    CHECK(told(weighed.waits) == row.waits);
    CHECK(told(weighed.settled) == row.settled);
}

TEST_CASE("who may confirm what somebody else changed of a person", "[K8][item 60]") {
    const PersonId id{"mei"};
    const auto by = [](const char* name, const char* lent = "") {
        const std::string_view text = name;
        Actor actor{name, {}, lent};
        if (text.starts_with("person ")) actor.person = PersonId{std::string(text.substr(7))};
        return actor;
    };
    struct Row {
        Actor by;
        bool administers;
        std::vector<std::string> changed_by;
        std::string refused;  // empty: they may
    };
    const auto row = GENERATE_COPY(values<Row>({
        {by("person mei"), false, {"operator root"}, ""},
        {by("person mei", "operator root"), false, {"operator root"}, "somebody else made this token"},
        {by("person sec"), true, {"operator root"}, ""},
        {by("person sec"), true, {"person other"}, ""},
        {by("person sec"), true, {"person other", "person sec"}, "whoever changed it does not confirm it"},
        {by("person sec", "operator root"), true, {"person other"}, "somebody else made this token"},
        {by("operator root"), true, {"person sec"}, ""},
        {by("operator root"), true, {"operator ana"}, "whoever changed it"},
        {by("token 7f3a"), true, {"operator root"}, "whoever changed it"},
        {by("person rep"), false, {"person sec"}, "by that person, the secretariat or the operator"},
        // With a token that one of them made for the other, either may have done it.
        {by("person sec"), true, {"person other in the name of person sec"}, "whoever changed it does not confirm it"},
        {by("person sec"), true, {"person other in the name of person mei"}, ""},
        {by("person mei"), false, {"person other in the name of person mei"}, ""},
        {by("operator root"), true, {"person other in the name of person mei"}, ""},
    }));
    CAPTURE(row.by.name, row.by.lent_by);
    const auto answer = registry::may_confirm(row.by, row.administers, id, {{What::addresses, {}, row.changed_by, home, {}}});
    CHECK(answer.has_value() == row.refused.empty());
    if (answer) return;
    CHECK(answer.error().code == errc::denied);
    CHECK_THAT(answer.error().detail, Catch::Contains(row.refused));
    // With a token that somebody else made, it is their hand.
    CHECK(registry::hand_of(by("person mei", "operator root"), id).actors == std::vector<std::string>{"person mei", "operator root"});
    CHECK_FALSE(registry::hand_of(by("person mei", "operator root"), id).own);
    CHECK(registry::hand_of(by("person mei", "person sec"), id).actors == std::vector<std::string>{"person sec in the name of person mei"});
    CHECK_FALSE(registry::hand_of(by("person mei", "person sec"), id).own);
}

namespace {

// A community that has had mail, with a person whose key counts.
struct AForum : Desk {
    const std::string other_key = a_key_of(2048, 65537);
    const Actor secretary{"person kikyo-rep", PersonId{"kikyo-rep"}};
    const PersonId rep{"orchid-rep"};

    AForum() {
        auto census = small();
        census.terms.push_back({"secretariat", PersonId{"kikyo-rep"}, {}, {at("2026-01-01"), {}}});
        load(census);
    }
    void mail_comes() {
        storage::Store::Transaction transaction(*store);
        storage::Post post;
        post.id = PostId{"first"};
        static_cast<void>(store->posts().add(post, Sealed{"key", "bytes"}));
        store->journal().append(clock.now(), "system", "test.act", "", "{}");
        transaction.commit();
    }
    Person now() { return *store->directory().person(rep); }
    Result<void> change(const Actor& who, std::vector<std::string> addresses, const std::string& key) {
        auto person = now();
        person.addresses = std::move(addresses);
        person.key = key;
        return office->change(who, person);
    }
};

}  // namespace

TEST_CASE("while no mail has come or gone, a community is being set up, and nothing waits", "[K8][item 60]") {
    AForum desk;
    REQUIRE(desk.change(desk.by, away, desk.other_key));
    CHECK(desk.now().key == desk.other_key);
    CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
    const auto nothing = desk.office->confirm(desk.secretary, desk.rep);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().code == errc::conflict);
}

TEST_CASE("another address and key wait, are confirmed by a second pair of hands, and are in the journal", "[K8][J2][item 60]") {
    AForum desk;
    const auto address = desk.now().addresses;
    desk.mail_comes();
    SECTION("by acts") {
        REQUIRE(desk.change(desk.by, away, desk.now().key));
        REQUIRE(desk.change(desk.by, away, desk.other_key));
        REQUIRE(desk.journal("person.waits").size() == 2);
    }
    SECTION("by a load, and loading it again adds nothing") {
        auto census = desk.office->census();
        auto& person = *std::find_if(census.people.begin(), census.people.end(), [&](const auto& p) { return p.id == desk.rep; });
        person.addresses = away;
        person.key = a_key_of(2048, 2040);
        const auto useless = desk.office->load(desk.secretary, census, {});
        REQUIRE_FALSE(useless);
        CHECK_THAT(useless.error().detail, Catch::Contains("an RSA exponent of 2040 bits"));
        person.key = desk.other_key;
        const auto loaded = desk.load(census);
        REQUIRE(loaded.changes.size() == 2);
        CHECK(loaded.changes.back().detail == "key: waits to be confirmed");
        CHECK_THAT(fmt::format("{}", fmt::join(loaded.warnings, "\n")),
                   Catch::Contains("person orchid-rep: the new key waits to be confirmed"));
        CHECK_THAT(desk.journal("person.change").back(), Catch::Contains("addresses: orchid-rep@orchid.example -> mei@else.example"));
        CHECK(desk.load(census).changes.empty());
    }
    CHECK(desk.now().addresses == away);
    CHECK(desk.now().key == a_key);  // nothing is sealed to the other one
    CHECK(told(desk.store->directory().unconfirmed(desk.rep)) ==
          fmt::format("addresses by operator test of {}; key by operator test of {} wants {}", address.front(),
                      openpgp::fingerprint_in(a_key), desk.other_key));
    CHECK(registry::unconfirmed_in_words(*desk.store, desk.rep).front() ==
          "addresses, changed by the operator of the server (test) on 2026-06-01 12:00 UTC, wait to be confirmed; before: "
          "orchid-rep@orchid.example");

    for (const auto& who : {desk.by, Actor{"person basalt-rep", PersonId{"basalt-rep"}}}) {
        const auto refused = desk.office->confirm(who, desk.rep);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::denied);
    }
    const auto who = GENERATE(Actor{"person kikyo-rep", PersonId{"kikyo-rep"}}, Actor{"person orchid-rep", PersonId{"orchid-rep"}});
    const auto done = desk.office->confirm(who, desk.rep);
    REQUIRE(done);
    CHECK(done->size() == 2);
    CHECK(desk.now().key == desk.other_key);
    CHECK(desk.now().addresses == away);
    CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
    CHECK_THAT(desk.journal("person.confirm").back(), Catch::Contains("key: replaced; confirmed, of the addresses: operator test"));
    CHECK_THAT(desk.journal("person.confirm").back(), Catch::Contains(R"("confirmed":["mei@else.example","key"])"));
}

TEST_CASE("what was changed with a token that one of two made for the other is confirmed by neither", "[K8][A11][item 60]") {
    AForum desk;
    desk.mail_comes();
    auto lent = desk.secretary;
    lent.lent_by = "person basalt-rep";
    REQUIRE(desk.change(lent, away, desk.other_key));
    const auto words = registry::unconfirmed_in_words(*desk.store, desk.rep);
    REQUIRE(words.size() == 2);
    CHECK_THAT(words.front(), Catch::Contains("by basalt-rep (basalt team) (with a token in the name of kikyo-rep (kikyo team)) on"));
    const auto refused = desk.office->confirm(desk.secretary, desk.rep);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().detail, Catch::Contains("whoever changed it does not confirm it"));
    CHECK(desk.now().key == a_key);
    const auto who = GENERATE(Actor{"operator test", std::nullopt}, Actor{"person orchid-rep", PersonId{"orchid-rep"}});
    CHECK(desk.office->confirm(who, desk.rep));
    CHECK(desk.now().key == desk.other_key);
}

TEST_CASE("of what several changed it is said in whose name each did it", "[K8][item 60]") {
    AForum desk;
    const std::vector<std::string> hands{"person basalt-rep", "person kikyo-rep", "person basalt-rep in the name of person orchid-rep"};
    const auto words = letters::in_words(*desk.store, {What::addresses, desk.clock.now(), hands, away, {}});
    CHECK_THAT(words, Catch::Contains("by basalt-rep (basalt team) and kikyo-rep (kikyo team) and basalt-rep (basalt team) (with a token "
                                      "in the name of orchid-rep (orchid team)) on"));
}

TEST_CASE("who is entered again under an id of before, and not as before, waits to be confirmed", "[K8][A11][item 60]") {
    AForum desk;
    desk.mail_comes();
    auto back = desk.now();
    const auto enter = [&] { return desk.office->add(desk.by, back, {}); };
    REQUIRE(desk.office->remove_person(desk.by, desk.rep));
    SECTION("with all that was theirs, nobody is asked") {
        REQUIRE(enter());
        CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
    }
    SECTION("without the key, another waits, and no link leaves in clear") {
        back.key.clear();
        if (GENERATE(false, true)) {
            REQUIRE(enter());
        } else {
            auto census = desk.office->census();
            census.people.push_back(back);
            CHECK_THAT(fmt::format("{}", fmt::join(desk.load(census).warnings, "\n")),
                       Catch::Contains("comes without the key that was theirs"));
        }
        CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == "key by operator test of ");
        CHECK(community::withholds_links(desk.now(), desk.store->directory().unconfirmed(desk.rep)));
        CHECK_THAT(registry::unconfirmed_in_words(*desk.store, desk.rep).front(), Catch::Contains("without the key that was there before"));
        SECTION("unless it is that one") {
            REQUIRE(desk.change(desk.by, back.addresses, a_key));
            CHECK(desk.now().key == a_key);
            CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
        }
        SECTION("until a second pair of hands says so") {
            REQUIRE(desk.change(desk.by, back.addresses, desk.other_key));
            CHECK(desk.now().key.empty());
            CHECK_FALSE(desk.office->confirm(desk.by, desk.rep));
            REQUIRE(desk.office->refuse_key(desk.by, desk.rep));
            CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == "key by operator test of ");
            REQUIRE(desk.change(desk.by, back.addresses, desk.other_key));
            REQUIRE(desk.office->confirm(desk.secretary, desk.rep));
            CHECK(desk.now().key == desk.other_key);
        }
        SECTION("also when they are entered once more") {
            REQUIRE(desk.office->remove_person(desk.by, desk.rep));
            REQUIRE(enter());
            CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == "key by operator test of ");
        }
    }
    SECTION("with another mailbox or another key") {
        if (GENERATE(false, true)) {
            back.addresses = away;
            back.key.clear();
        } else {
            back.key = desk.other_key;
        }
        REQUIRE(enter());
        const auto all = "addresses by operator test of ; key by operator test of " + (back.key.empty() ? "" : " wants " + back.key);
        CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == all);
        CHECK(desk.now().key.empty());  // no signature of another one counts
        CHECK(community::address_waits(desk.now(), desk.store->directory().unconfirmed(desk.rep)));
        CHECK_FALSE(desk.office->confirm(desk.by, desk.rep));
        SECTION("also after another change, or the same once more") {
            if (GENERATE(false, true)) {
                REQUIRE(desk.change(desk.by, {"mei@third.example"}, back.key));
            } else {
                REQUIRE(desk.office->remove_person(desk.by, desk.rep));
                REQUIRE(enter());
            }
            CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == all);
        }
        SECTION("until a second pair of hands has confirmed it") {
            REQUIRE(desk.office->confirm(desk.secretary, desk.rep));
            CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
            CHECK(desk.now().key == back.key);
        }
    }
    SECTION("by a load") {
        auto census = desk.office->census();
        back.addresses = away;
        census.people.push_back(back);
        CHECK_THAT(fmt::format("{}", fmt::join(desk.load(census).warnings, "\n")),
                   Catch::Contains("the new addresses wait to be confirmed"));
        CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == "addresses by operator test of ");
    }
}

namespace {

// Each act at a time of its own.
struct Lost : AForum {
    const std::string lost = "mei@lost.example";

    Lost() {
        REQUIRE(change(by, {home[0], lost}, now().key));
        mail_comes();
    }
    void an_hour_later() { clock.t += std::chrono::hours{1}; }
    void leaves() {
        an_hour_later();
        REQUIRE(office->remove_person(by, rep));
        an_hour_later();
    }
    // What waits of who comes back so; by a load or by the act.
    std::string back(const Person& person, bool by_a_load = false) {
        if (by_a_load) {
            auto census = office->census();
            census.people.push_back(person);
            load(census);
        } else {
            REQUIRE(office->add(by, person, {}));
        }
        an_hour_later();
        return told(store->directory().unconfirmed(rep));
    }
    Person with(std::vector<std::string> addresses, std::string key) const {
        return {rep, "Mei", TeamId{"orchid"}, std::move(addresses), std::move(key), true};
    }
};

}  // namespace

TEST_CASE("whoever holds a mailbox or a key that was taken off is not let in by entering its person again", "[K8][A11][item 60]") {
    Lost desk;
    const bool by_a_load = GENERATE(false, true);
    CAPTURE(by_a_load);
    const std::string addresses = "addresses by operator test of ", key = "key by operator test of ";
    desk.an_hour_later();
    SECTION("what counted when they left comes back, however often") {
        for (int i = 0; i < 2; ++i) {
            desk.leaves();
            CHECK(desk.back(desk.with({home[0], desk.lost}, a_key), by_a_load).empty());
        }
    }
    SECTION("a mailbox that was taken off waits, alone or beside another, and again when they left once more") {
        REQUIRE(desk.change(desk.by, home, a_key));
        desk.leaves();
        const auto back = GENERATE(values<std::vector<std::string>>({{"mei@lost.example"}, {"mei@orchid.example", "mei@lost.example"}}));
        CHECK(desk.back(desk.with(back, a_key), by_a_load) == addresses);
        CHECK(community::withholds_links(desk.now(), desk.store->directory().unconfirmed(desk.rep)));
        desk.leaves();
        CHECK(desk.back(desk.with(back, a_key), by_a_load).starts_with(addresses));
    }
    SECTION("what is left of it needs nobody") {
        REQUIRE(desk.change(desk.by, home, a_key));
        desk.leaves();
        CHECK(desk.back(desk.with(home, a_key), by_a_load).empty());
    }
    SECTION("a mailbox that another had since is that one's") {
        desk.leaves();
        auto other = *desk.store->directory().person(PersonId{"orchid-duty"});
        other.addresses.push_back(desk.lost);
        REQUIRE(desk.office->change(desk.by, other));
        if (GENERATE(false, true)) {
            REQUIRE(desk.office->confirm(desk.secretary, other.id));
            desk.an_hour_later();
            other.addresses.pop_back();
            REQUIRE(desk.office->change(desk.by, other));
            CHECK(desk.back(desk.with({desk.lost}, a_key), by_a_load) == addresses);
        } else {
            other.addresses.pop_back();  // nobody had confirmed it
            REQUIRE(desk.office->change(desk.by, other));
            CHECK(desk.back(desk.with({desk.lost}, a_key), by_a_load).empty());
        }
    }
    SECTION("a key that was taken away, confirmed or not, is not in force by coming back with it") {
        REQUIRE(desk.change(desk.by, {home[0], desk.lost}, ""));
        if (GENERATE(false, true)) REQUIRE(desk.office->confirm(desk.secretary, desk.rep));
        desk.leaves();
        CHECK(desk.back(desk.with(home, a_key), by_a_load) == addresses + "; " + key + " wants " + a_key);
        CHECK(desk.now().key.empty());
    }
    SECTION("nor is another in its place, while nobody has confirmed that it went") {
        REQUIRE(desk.change(desk.by, {home[0], desk.lost}, ""));
        const bool confirmed = GENERATE(false, true);
        if (confirmed) REQUIRE(desk.office->confirm(desk.secretary, desk.rep));
        desk.leaves();
        CHECK(desk.back(desk.with(home, ""), by_a_load) == (confirmed ? "" : key));
        desk.leaves();
        CHECK(desk.back(desk.with(home, ""), by_a_load) == (confirmed ? "" : key));
        REQUIRE(desk.change(desk.by, home, desk.other_key));
        CHECK(desk.now().key == (confirmed ? desk.other_key : ""));
    }
}

TEST_CASE("a representative brings nobody over by a mailbox that was taken off before they left", "[A11][ruling kk]") {
    Lost desk;
    auto basalt = *desk.store->directory().person(PersonId{"basalt-rep"});
    desk.an_hour_later();
    const auto left_with = basalt.addresses;
    basalt.addresses.push_back("rep@lost.example");
    REQUIRE(desk.office->change(desk.by, basalt));
    REQUIRE(desk.office->confirm(desk.secretary, basalt.id));
    desk.an_hour_later();
    basalt.addresses = left_with;
    REQUIRE(desk.office->change(desk.by, basalt));
    desk.an_hour_later();
    REQUIRE(desk.office->remove_person(desk.by, basalt.id));
    const Actor orchid{"person orchid-rep", desk.rep};
    basalt.team = TeamId{"orchid"};
    basalt.addresses = {"rep@lost.example"};
    const auto refused = desk.office->add(orchid, basalt, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::conflict);
    basalt.addresses = left_with;
    CHECK(desk.office->add(orchid, basalt, {}));
}

TEST_CASE("a key that is expired, revoked or of others is replaced at once; who brings back what counts needs nobody", "[K8][item 60]") {
    AForum desk;
    desk.mail_comes();
    const auto fact = [&](Code fitness, std::optional<Instant> until = {}) {
        storage::Store::Transaction transaction(*desk.store);
        REQUIRE(desk.store->keys().put({desk.rep, openpgp::fingerprint_in(a_key), fitness, until, "rsa", desk.clock.now()}, a_key));
        desk.store->journal().append(desk.clock.now(), "system", "test.act", "", "{}");
        transaction.commit();
    };
    const auto replaced = [&] {
        REQUIRE(desk.change(desk.by, desk.now().addresses, desk.other_key));
        return desk.now().key == desk.other_key;
    };
    SECTION("expired") {
        fact(Code::key_expired);
        CHECK(replaced());
    }
    SECTION("past its end") {
        fact(Code::key_usable, desk.clock.now());
        CHECK(replaced());
    }
    SECTION("of another address") {
        fact(Code::key_foreign);
        CHECK(replaced());
    }
    SECTION("of another address, because that was just changed") {
        REQUIRE(desk.change(desk.by, away, a_key));
        fact(Code::key_foreign);
        CHECK_FALSE(replaced());
    }
    SECTION("good") {
        fact(Code::key_usable, desk.clock.now() + std::chrono::hours{1});
        CHECK_FALSE(replaced());
    }
    SECTION("good, and the other is refused, also by who brought it; not by anybody else") {
        REQUIRE(desk.change(desk.by, desk.now().addresses, desk.other_key));
        const auto other = desk.office->refuse_key({"person basalt-rep", PersonId{"basalt-rep"}}, desk.rep);
        REQUIRE_FALSE(other);
        CHECK(other.error().code == errc::denied);
        REQUIRE(desk.office->refuse_key(desk.by, desk.rep));
        CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
        CHECK(desk.now().key == a_key);
        const auto none = desk.office->refuse_key(desk.by, desk.rep);
        REQUIRE_FALSE(none);
        CHECK(none.error().code == errc::conflict);
    }
    SECTION("taken away, and another refused: the first is not forgotten") {
        REQUIRE(desk.change(desk.by, desk.now().addresses, ""));
        CHECK_FALSE(replaced());
        REQUIRE(desk.office->refuse_key(desk.secretary, desk.rep));
        CHECK(told(desk.store->directory().unconfirmed(desk.rep)) == "key by operator test of " + openpgp::fingerprint_in(a_key));
    }
    SECTION("good, and the journal has which went") {
        const Actor own{"person " + desk.rep.value, desk.rep};
        auto person = desk.now();
        person.key = desk.other_key;
        REQUIRE(desk.office->change(own, person));
        CHECK_THAT(desk.journal("person.change").back(),
                   Catch::Contains(fmt::format(R"("key_before":"{}")", openpgp::fingerprint_in(a_key))));
    }
    SECTION("in doubt since a hold, with none before, and refused: nobody brings the next one alone") {
        storage::Store::Transaction transaction(*desk.store);
        auto person = desk.now();
        person.key.clear();
        desk.store->register_rows().put(person);
        const std::vector<std::string> own{"person " + desk.rep.value};
        desk.store->register_rows().put(desk.rep, Unconfirmed{What::key, desk.clock.now(), own, {}, desk.other_key});
        desk.store->journal().append(desk.clock.now(), "system", "test.change", "", "{}");
        transaction.commit();
        CHECK(community::withholds_links(desk.now(), desk.store->directory().unconfirmed(desk.rep)));
        REQUIRE(desk.office->refuse_key(desk.by, desk.rep));
        REQUIRE(desk.change(desk.by, desk.now().addresses, a_key));
        CHECK(desk.now().key.empty());
        CHECK_FALSE(desk.office->confirm(desk.by, desk.rep));
        REQUIRE(desk.office->confirm(desk.secretary, desk.rep));
        CHECK(desk.now().key == a_key);
    }
    SECTION("taken away: it goes at once, and is not forgotten") {
        REQUIRE(desk.change(desk.by, desk.now().addresses, ""));
        CHECK(desk.now().key.empty());
        CHECK_FALSE(replaced());
        CHECK(desk.now().key.empty());
        REQUIRE(desk.change(desk.by, desk.now().addresses, a_key));
        CHECK(desk.now().key == a_key);
        CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
    }
}

namespace {

// The key of orchid-rep with one more signature of its own, of that type and time.
std::string a_copy(char type, std::uint32_t seconds) {
    std::string key_id;
    const auto fingerprint = openpgp::fingerprint_in(a_key);
    for (std::size_t at = 24; at < fingerprint.size(); at += 2)
        key_id += static_cast<char>(std::stoi(fingerprint.substr(at, 2), nullptr, 16));
    return test::armoured(test::a_packet(6, test::an_rsa_key(2048, 17)) + test::a_signature(key_id, test::made_at(seconds), type));
}
constexpr char revocation = '\x20', direct = '\x1f';

}  // namespace

TEST_CASE("a revocation that is known stays, whichever copy of the key is brought, and by whom", "[K8][K9]") {
    AForum desk;
    desk.mail_comes();
    const auto before = desk.office->census();  // as in a file of then
    const auto file_is_passed_over = [&] {
        const auto key = desk.now().key;
        const auto loaded = desk.load(before, {});
        CHECK_THAT(fmt::format("{}", fmt::join(loaded.warnings, "\n")), Catch::Contains("the key of the file is passed over"));
        CHECK(desk.now().key == key);
    };
    const auto refused = [&](const Result<void>& answer) {
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == errc::conflict);
        CHECK_THAT(answer.error().detail, Catch::Contains("was revoked by its owner, and a copy of it from before that does not undo it"));
    };
    const auto revoked = a_copy(revocation, 2000);
    const Actor own{"person orchid-rep", desk.rep};
    REQUIRE(desk.change(own, desk.now().addresses, revoked));
    SECTION("by an act or a file") {
        refused(desk.change(desk.by, desk.now().addresses, a_key));
        refused(desk.change(own, desk.now().addresses, a_copy(direct, 3000)));
        file_is_passed_over();
        CHECK(desk.load(before, {}).changes.empty());
        CHECK(desk.now().key == revoked);
    }
    SECTION("when it was taken away, or another one took its place") {
        REQUIRE(desk.change(desk.by, desk.now().addresses, GENERATE(true, false) ? "" : desk.other_key));
        refused(desk.change(desk.by, desk.now().addresses, a_key));
        file_is_passed_over();
    }
    SECTION("when its person left") {
        auto back = desk.now();
        back.key = a_key;
        REQUIRE(desk.office->remove_person(desk.by, desk.rep));
        refused(desk.office->add(desk.by, back, {}));
        const auto loaded = desk.load(before, {});
        CHECK_THAT(fmt::format("{}", fmt::join(loaded.warnings, "\n")), Catch::Contains("the key of the file is passed over"));
        CHECK(desk.now().key.empty());
        back.id = PersonId{"orchid-new"};
        back.representative = false;
        back.addresses = away;
        refused(desk.office->add(desk.by, back, {}));
    }
    SECTION("what is no revocation, as GnuPG says, revokes nothing") {
        storage::Store::Transaction transaction(*desk.store);
        REQUIRE(desk.store->keys().put({desk.rep, openpgp::fingerprint_in(a_key), Code::key_usable, {}, "rsa", desk.clock.now()}, revoked));
        desk.store->journal().append(desk.clock.now(), "system", "test.act", "", "{}");
        transaction.commit();
        REQUIRE(desk.change(desk.by, desk.now().addresses, a_key));
        CHECK(desk.now().key == revoked);
    }
}

TEST_CASE("nothing that is known of a key goes by an older copy of it, and a file with one says so", "[K8][K9]") {
    AForum desk;
    desk.mail_comes();
    const auto before = desk.office->census();
    REQUIRE(desk.change(desk.by, desk.now().addresses, a_copy(direct, 2000)));
    CHECK(desk.store->directory().unconfirmed(desk.rep).empty());
    const auto now = desk.now().key;
    const auto loaded = desk.load(before, {});
    CHECK(loaded.changes.empty());
    CHECK_THAT(fmt::format("{}", fmt::join(loaded.warnings, "\n")), Catch::Contains("an older copy of the one on record"));
    REQUIRE(desk.change(desk.by, desk.now().addresses, a_key));
    CHECK(desk.now().key == now);
    REQUIRE(desk.change(desk.by, desk.now().addresses, a_copy(direct, 1000)));
    CHECK(openpgp::joined(desk.now().key, now) == desk.now().key);  // both are there
    CHECK(desk.now().key != now);
}

TEST_CASE("a key that its owner ended, as somebody else brings it, still counts when another comes", "[K8][item 60]") {
    AForum desk;
    desk.mail_comes();
    const auto revoked = a_copy(revocation, 2000);
    const auto fingerprint = openpgp::fingerprint_in(a_key);
    SECTION("by an act") { REQUIRE(desk.change(desk.by, desk.now().addresses, revoked)); }
    SECTION("by a load") {
        auto census = desk.office->census();
        for (auto& person : census.people) {
            if (person.id == desk.rep) person.key = revoked;
        }
        CHECK_THAT(fmt::format("{}", fmt::join(desk.load(census).warnings, "\n")), Catch::Contains("the key is gone or ended"));
    }
    CHECK(desk.now().key == revoked);  // it counts at once
    REQUIRE(desk.change(desk.by, desk.now().addresses, desk.other_key));
    CHECK(desk.now().key == revoked);
    CHECK(told(desk.store->directory().unconfirmed(desk.rep)) ==
          fmt::format("key by operator test of {} wants {}", fingerprint, desk.other_key));
    REQUIRE(desk.office->confirm(desk.secretary, desk.rep));
    CHECK(desk.now().key == desk.other_key);
}
