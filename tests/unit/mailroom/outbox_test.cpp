#include "caveat/mailroom/outbox.hpp"
#include "caveat/mailroom/leaving.hpp"

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <set>

#include "a_house.hpp"
#include "caveat/mailroom/bounces.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "caveat/storage/standstill.hpp"
#include "notices.hpp"
#include "outcomes.hpp"
#include "patience.hpp"

using namespace caveat;
using caveat::test::a_post;
using storage::DeliveryState;

namespace {

struct Yard : test::AHouse {
    mailroom::Mailroom mailroom{room()};
    storage::Store courier_store{*storage::Store::open(options)};
    mailroom::Outbox outbox{room(courier_store)};

    PostId distribute(const std::string& subject) {
        const auto id = mailroom.receive(std::vector{a_post("mei@orchid.example", subject)}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return id;
    }

    std::vector<storage::DeliveryRow> rows(const PostId& id) { return store().deliveries().rows(store().posts().find(id)->key); }
    storage::DeliveryRow row(const PostId& id, const std::string& person) {
        for (const auto& r : rows(id)) {
            if (r.person.value == person) return r;
        }
        FAIL("no row of " << person);
        return {};
    }

    storage::Outcome outcome(const mailroom::Copy& copy, DeliveryState state) {
        storage::Outcome o;
        o.post = copy.post;
        o.seq = copy.seq;
        o.state = state;
        o.attempts = copy.attempts + 1;
        o.reply = "250 ok";
        o.at = clock.now();
        o.next = clock.now() + std::chrono::minutes{10};
        return o;
    }
};

// Another courier of the same yard, whose numbers and warnings are looked at.
struct HandedOverAndWarned {
    HandedOverAndWarned(Yard& yard, std::vector<std::string>& said, std::chrono::minutes again = mailroom::OutboxOptions{}.warn_again_after)
        : store(*storage::Store::open(yard.options)),
          outbox(yard.room(store), &counts, {.warn_again_after = again, .tell_operator = [&said](std::string_view line) {
                                                 if (!line.starts_with("the clock")) said.emplace_back(line);  // the tests set it
                                             }}) {}

    mailroom::HandedOver counts;
    storage::Store store;
    mailroom::Outbox outbox;

    // The copies that are due come back with this.
    void end_with(Yard& yard, community::Code code, DeliveryState state, const std::string& words) {
        std::vector<storage::Outcome> outcomes;
        for (const auto& copy : outbox.exchange({}, 10)) {
            outcomes.push_back(yard.outcome(copy, state));
            outcomes.back().because = {code, words};
            outcomes.back().next = yard.clock.now();
        }
        CHECK(outcomes.size() >= 2);
        (void)outbox.exchange(outcomes, 0);
    }
};

std::set<std::string> recipients(const std::vector<mailroom::Copy>& copies) {
    std::set<std::string> addresses;
    for (const auto& copy : copies) addresses.insert(copy.rcpt_to);
    return addresses;
}

}  // namespace

TEST_CASE("copies go to the cleared, each with a return path of its own", "[A2][M3]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    CHECK(recipients(copies) == std::set<std::string>{"mei@orchid.example", "ana@banksia.example"});
    CHECK(yard.row(id, "quentin").state == DeliveryState::withheld);  // corporate: GREEN
    CHECK(yard.row(id, "quentin").because.code == community::Code::above_ceiling);
    std::set<std::string> paths;
    for (const auto& copy : copies) {
        CHECK(copy.mail_from.starts_with("b."));
        CHECK(copy.mail_from.find('@') <= 64);
        CHECK(copy.mail_from.find(copy.rcpt_to.substr(0, 3)) == std::string::npos);
        CHECK(copy.message->bytes().find("TLP: AMBER\r\n") != std::string::npos);
        CHECK(copy.message->bytes().ends_with("\r\n\r\nThe words of the post.\r\n"));
        paths.insert(copy.mail_from);
    }
    CHECK(paths.size() == copies.size());
}

namespace {

// The yard in the hands of a daemon of which one thread looks whether somebody changed rows past this program.
struct LookedAfter : Yard {
    storage::Options looked_after() {
        auto all = options;
        all.standstill = standstill;
        return all;
    }
    void edit(const std::string& sql) {  // which leaves no trace in the count of the register's changes
        SQLite::Database(options.path.string(), SQLite::OPEN_READWRITE)
            .exec("DROP TRIGGER address_update; " + sql +
                  "; CREATE TRIGGER address_update AFTER UPDATE ON address BEGIN UPDATE meta SET register_version = register_version + 1; "
                  "END");
    }
    PostKey letter_to_operator() {
        storage::Store::Transaction transaction(its_store, storage::Disk::spare, storage::Needs::nothing);
        community::Person reader;
        reader.name = "operator";
        reader.addresses = {"root@arc.example"};
        const auto id = letters::Writer(vault(), letterhead)
                            .send_outside(its_store,
                                          {.purpose = storage::Purpose::of_hold,
                                           .form = {"Subject: x\n\nIt was changed.\n"},
                                           .from = "postmaster@lists.arc.example",
                                           .fields = {}},
                                          reader, clock.now())
                            .value();
        its_store.journal().append(clock.now(), "system", "database.altered", "", "{}");
        transaction.commit();
        return its_store.posts().find(id)->key;
    }

    std::shared_ptr<storage::Standstill> standstill = std::make_shared<storage::Standstill>();
    storage::Store its_store{*storage::Store::open(looked_after())};
    mailroom::Outbox its_outbox{room(its_store)};
};

}  // namespace

TEST_CASE("while rows are not as the journal has them nothing leaves but the letter about it, and what has left is recorded", "[J1][A2]") {
    LookedAfter yard;
    yard.standstill->look({});
    const auto id = yard.distribute("TLP:AMBER x");
    const auto first = yard.its_outbox.exchange({}, 1);
    REQUIRE(first.size() == 1);
    yard.standstill->look("person 3 was changed outside the journal");
    CHECK(yard.its_outbox.exchange(std::vector{yard.outcome(first[0], DeliveryState::sent)}, 10).empty());
    CHECK(yard.its_outbox.exchange({}, 10).empty());
    const auto sent = [&] {
        const auto all = yard.rows(id);
        return std::count_if(all.begin(), all.end(), [](const auto& row) { return row.state == DeliveryState::sent; });
    };
    CHECK(sent() == 1);
    yard.standstill->let_go(yard.letter_to_operator());
    const auto letter = yard.its_outbox.exchange({}, 10);
    REQUIRE(recipients(letter) == std::set<std::string>{"root@arc.example"});
    auto put_off = yard.outcome(letter[0], DeliveryState::deferred);
    put_off.next = yard.clock.now();
    CHECK(recipients(yard.its_outbox.exchange(std::vector{put_off}, 10)) == std::set<std::string>{"root@arc.example"});
    CHECK(yard.its_outbox.exchange(std::vector{yard.outcome(letter[0], DeliveryState::sent)}, 10).empty());
    (void)yard.its_outbox.changed_elsewhere();
    CHECK_FALSE(yard.its_outbox.changed_elsewhere());
    yard.standstill->look({});
    CHECK(yard.its_outbox.changed_elsewhere());
    const auto rest = yard.its_outbox.exchange({}, 10);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].rcpt_to != first[0].rcpt_to);
    (void)yard.its_outbox.exchange(std::vector{yard.outcome(rest[0], DeliveryState::sent)}, 10);
    CHECK(sent() == 2);
    CHECK(yard.store().journal().verify());
}

TEST_CASE("nothing is leased by a forged row, and what waits leaves by the row as it is put back", "[J1][A2]") {
    LookedAfter yard;
    yard.standstill->look({});
    (void)yard.distribute("TLP:AMBER x");
    const std::set<std::string> one{"mei@orchid.example"}, other{"ana@banksia.example"}, both{"mei@orchid.example", "ana@banksia.example"};
    const bool leased = GENERATE(false, true);  // both together, and their readers known
    if (leased) REQUIRE(recipients(yard.its_outbox.exchange({}, 1)) == one);
    yard.edit("UPDATE address SET address = 'eve@elsewhere.example' WHERE address = 'ana@banksia.example'");
    CHECK(yard.its_outbox.exchange({}, 10).empty());
    CHECK(yard.standstill->is_here());  // nobody else has looked
    yard.edit("UPDATE address SET address = 'ana@banksia.example' WHERE address = 'eve@elsewhere.example'");
    yard.standstill->look({});
    CHECK(recipients(yard.its_outbox.exchange({}, 10)) == (leased ? other : both));
}

TEST_CASE("who is taken out while copies are on their way gets none, also where somebody puts the count of changes back", "[J1][A2]") {
    LookedAfter yard;
    yard.standstill->look({});
    const auto id = yard.distribute("TLP:AMBER x");
    REQUIRE(recipients(yard.its_outbox.exchange({}, 1)) == std::set<std::string>{"mei@orchid.example"});  // and ana is known by now
    const auto writes = yard.its_store.register_version().writes;
    yard.change([&](storage::Register& r) { r.remove(PersonId{"ana"}, yard.clock.now()); });
    SQLite::Database(yard.options.path.string(), SQLite::OPEN_READWRITE).exec(fmt::format("UPDATE meta SET register_version = {}", writes));
    CHECK(yard.its_outbox.exchange({}, 10).empty());
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
    CHECK_FALSE(yard.standstill->is_here());
}

TEST_CASE("while rows are not as the journal has them mail is put off, and what waits is not judged", "[J1][D4]") {
    LookedAfter yard;
    yard.standstill->look({});
    mailroom::Mailroom its_mailroom(yard.room(yard.its_store));
    const auto receive = [&](const char* subject) {
        return its_mailroom.receive(std::vector{a_post("mei@orchid.example", subject)}).front().front().receipt;
    };
    CHECK(receive("TLP:GREEN one") == mailroom::Receipt::accepted);
    yard.standstill->look("list 1 was changed outside the journal");
    CHECK(receive("TLP:GREEN two") == mailroom::Receipt::later);
    auto stranger = a_post("mei@orchid.example", "three");
    stranger.rcpt_to = {"nothing@lists.arc.example"};
    CHECK(its_mailroom.receive(std::vector{stranger}).front().front().receipt == mailroom::Receipt::later);
    CHECK(its_mailroom.process(8) == 0);
    yard.standstill->look({});
    CHECK(its_mailroom.process(8) == 1);
    CHECK(receive("TLP:GREEN two") == mailroom::Receipt::accepted);
}

TEST_CASE("names of lists that a reader may not know stay inside", "[A2][A7]") {
    Yard yard;
    const auto add = [&](const char* id, const char* klass) {
        auto list = community::new_list(ListId{id});
        list.klass = klass;
        list.charter = "x";
        yard.change([&](storage::Register& r) { r.put(list); });
    };
    add("members", "members");
    add("partners", "partners");
    auto post = a_post("mei@orchid.example", "[members] TLP:GREEN x",
                       "Cc: members@lists.arc.example, partners@lists.arc.example, \"no list\" <nothing@lists.arc.example>\r\n");
    CHECK(yard.mailroom.receive(std::vector{post}).front().front().receipt == mailroom::Receipt::accepted);
    while (yard.mailroom.process(8) > 0) {
    }
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 3);
    for (const auto& copy : copies) {
        CAPTURE(copy.rcpt_to);
        const auto& bytes = copy.message->bytes();
        const bool member = copy.rcpt_to != "quentin@quokka.example";
        CHECK((bytes.find("members") != std::string::npos) == member);
        CHECK(bytes.find("Subject: " + std::string(member ? "[members] " : "") + "TLP:GREEN x\r\n") != std::string::npos);
        CHECK(bytes.find("partners@lists.arc.example") != std::string::npos);  // a partner knows that one
        CHECK(bytes.find("nothing@") == std::string::npos);
        CHECK(bytes.find("To: teams@lists.arc.example\r\n") != std::string::npos);
    }
    // Who may know the same gets the same bytes; who may know more later gets more.
    CHECK(copies[0].message != copies[2].message);
    CHECK(std::count_if(copies.begin(), copies.end(), [&](const auto& copy) { return copy.message == copies[0].message; }) == 2);
}

TEST_CASE("a list that only a signed header names stays inside, and who may know it gets what was signed", "[A12][A7]") {
    Yard yard;
    yard.change([&](storage::Register& r) {
        auto list = community::new_list(ListId{"members"});
        list.klass = "members";
        list.charter = "x";
        r.put(list);
    });
    const std::string entity =
        "Content-Type: text/plain; protected-headers=\"v1\"\r\nTo: teams@lists.arc.example, nothing@lists.arc.example\r\n"
        "Cc: members@lists.arc.example\r\nSubject: [members] TLP:GREEN x\r\n\r\nTLP:GREEN\r\n\r\nwombat\r\n";
    auto post = a_post("mei@orchid.example", "TLP:GREEN x",
                       "MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\r\n");
    const auto signed_parts = "--s\r\n" + entity + "\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\r\nTUlJ\r\n--s--\r\n";
    post.bytes = post.bytes.substr(0, post.bytes.find("\r\n\r\n") + 4) + signed_parts;
    CHECK(yard.mailroom.receive(std::vector{post}).front().front().receipt == mailroom::Receipt::accepted);
    while (yard.mailroom.process(8) > 0) {
    }
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 3);
    for (const auto& copy : copies) {
        CAPTURE(copy.rcpt_to);
        const auto& bytes = copy.message->bytes();
        const bool member = copy.rcpt_to != "quentin@quokka.example";
        CHECK((bytes.find("members") != std::string::npos) == member);
        CHECK(bytes.ends_with(signed_parts) == member);
        CHECK(bytes.find("\r\n\r\nTLP:GREEN\r\n\r\nwombat\r\n") != std::string::npos);
    }
}

TEST_CASE("each copy has its reader's own link, which ends that subscription once and nothing else", "[M1][A7][A5]") {
    Yard yard;
    yard.settings.pages = GENERATE(as<std::string>{}, "https://console.arc.example", "http://127.0.0.1:8080", "");
    mailroom::Outbox outbox{yard.room(yard.courier_store)};
    const auto links = [&] {
        std::map<std::string, std::string> all;
        for (const auto& copy : outbox.exchange({}, 10)) {
            const auto& bytes = copy.message->bytes();
            const auto at = bytes.find("/unsubscribe/teams/");
            if (at != std::string::npos) all[copy.rcpt_to] = bytes.substr(at + 19, bytes.find('>', at) - at - 19);
        }
        return all;
    };
    yard.distribute("TLP:GREEN x");
    auto all = links();
    if (!yard.settings.pages.starts_with("https")) {
        CHECK(all.empty());
        return;
    }
    REQUIRE(all.size() == 3);
    const auto ana = all["ana@banksia.example"], mei = all["mei@orchid.example"];
    CHECK(ana != mei);
    const auto leaves = [&](const std::string& list, const std::string& token) {
        return mailroom::leave_by_link(yard.room(), ListId{list}, token).has_value();
    };
    const auto readers = [&] { return yard.store().rosters().subscribers(ListId{"teams"}); };
    for (const auto* list : {"members", "nothing"}) CHECK_FALSE(leaves(list, ana));
    CHECK_FALSE(leaves("teams", ana.substr(1) + "a"));
    CHECK_FALSE(leaves("teams", ""));
    CHECK(readers() == 3);
    const Interval live{yard.clock.now(), yard.clock.now() + std::chrono::hours{1}};
    yard.change([&](storage::Register& r) {
        r.put(community::Denial{0, "mei", false, "*", community::bit(community::Verb::post), live, "hold", ""});
    });
    CHECK_FALSE(leaves("teams", mei));  // the mailbox may be in other hands
    CHECK(leaves("teams", ana));
    CHECK(readers() == 2);
    CHECK_FALSE(yard.store().rosters().reader(ListId{"teams"}, PersonId{"ana"}));
    CHECK_FALSE(leaves("teams", ana));
    // Who comes back is not taken off by what they had before.
    yard.clock.time += std::chrono::hours{2};
    yard.subscribe("teams", "ana");
    CHECK_FALSE(leaves("teams", ana));
    CHECK(readers() == 3);
    // The rest stands where it stood: the clock moved on, nobody else did.
    CHECK(leaves("teams", mei));
    CHECK(yard.store().journal().verify());
}

TEST_CASE("a post with a policy leaves as the policy asks, or its author hears why it does not", "[L7][J2][D6][K1]") {
    const auto [attribution, encryption, seen] = GENERATE(table<std::string, std::string, std::size_t>({
        {"may", "may", 3},
        {"must-not", "may", 3},
        {"may", "must", 0},
    }));
    const auto encrypts = GENERATE(community::Encryption::none, community::Encryption::preferred);  // but nothing here can
    CAPTURE(attribution, encryption);
    Yard yard;
    yard.change([&](storage::Register& r) {
        auto teams = yard.store().rosters().list(ListId{"teams"}).value();
        teams.encryption = encrypts;
        r.put(teams);
    });
    auto post = a_post("mei@orchid.example", "TLP:GREEN x", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
    post.bytes = post.bytes.substr(0, post.bytes.find("\r\n\r\n") + 4) +
                 "--b\r\n\r\nTLP:GREEN - for banks only\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
                 R"({"id": "1", "tlp": "green", "encrypt_in_transit": ")" +
                 encryption + R"(", "attribution": ")" + attribution + "\"}\r\n--b--\r\n";
    const auto id = yard.mailroom.receive(std::vector{post}).front().front().id;
    while (yard.mailroom.process(8) > 0) {
    }
    const auto stored = *yard.store().posts().find(id);
    CHECK(stored.label == community::Tlp::green);
    CHECK(stored.caveats.restricted);
    auto copies = yard.outbox.exchange({}, 10);
    std::erase_if(copies, [](const auto& copy) { return copy.mail_from.empty(); });  // what the author is told
    CHECK(copies.size() == seen);
    for (const auto& copy : copies) {
        const auto& bytes = copy.message->bytes();
        CHECK(bytes.find("for banks only\r\nPrecedence") == std::string::npos);
        CHECK(bytes.find("TLP-Restrictions: ") != std::string::npos);
        CHECK((bytes.find("mei@orchid.example") == std::string::npos) == (attribution == "must-not"));
    }
    // It would reach nobody.
    const bool never = encrypts == community::Encryption::none;
    if (seen > 0) {
        CHECK(stored.state == storage::PostState::distributed);
    } else {
        CHECK(stored.state == (never ? storage::PostState::refused : storage::PostState::held));
        CHECK(stored.because.front().code == (never ? community::Code::list_not_encrypting : community::Code::no_sealing));
        CHECK(yard.store().deliveries().rows(stored.key).empty());
    }
}

namespace {

// A post whose author is not to be named: `entity` is its text, the policy stands beside it.
mailroom::Submission unnamed_post(const std::string& entity, const std::string& id, const std::string& fields = {}) {
    auto post = a_post("mei@orchid.example", "TLP:GREEN x", fields + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
    post.bytes.replace(post.bytes.find("one@example"), 11, id);
    post.bytes = post.bytes.substr(0, post.bytes.find("\r\n\r\n") + 4) + "--b\r\n" + entity +
                 "\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
                 R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})"
                 "\r\n--b--\r\n";
    return post;
}

struct Unnamed : Yard {
    storage::Post judged(const mailroom::Submission& post) {
        const auto id = mailroom.receive(std::vector{post}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return *store().posts().find(id);
    }
    std::string copy_of(const storage::Post& post) {
        const auto archived = store().archive().find(post.id);
        REQUIRE(archived);
        const auto copy = mailroom::copy_for(room(), *archived, PersonId{"ana"});
        REQUIRE(copy);
        int sent = 0;
        for (const auto& one : outbox.exchange({}, 100)) {
            if (one.post != post.key || one.rcpt_to != "ana@banksia.example") continue;
            ++sent;
            CHECK(one.message->bytes() == *copy);
        }
        CHECK(sent == 1);
        return *copy;
    }
};

const std::string some_signature = "-----BEGIN PGP SIGNATURE-----\r\n\r\nwsBz\r\n-----END PGP SIGNATURE-----\r\n";

}  // namespace

TEST_CASE("by no signature does a post name an author who is not to be named", "[A12][L7]") {
    Unnamed yard;
    const auto post = yard.judged(
        unnamed_post("Content-Type: text/plain\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nTLP:GREEN\r\nwombat\r\n" + some_signature,
                     "1@orchid.example"));
    REQUIRE(post.state == storage::PostState::distributed);
    CHECK(post.caveats.author_withheld);
    const auto copy = yard.copy_of(post);
    CHECK(copy.find("TLP:GREEN\r\nwombat\r\n") != std::string::npos);
    CHECK(copy.find("BEGIN PGP") == std::string::npos);
    CHECK(copy.find("rchid") == std::string::npos);
    // What came rests beside it.
    const auto came = yard.vault().open(yard.store().posts().body(post.key), post.sealed_as.value);
    REQUIRE(came);
    CHECK(came->find("BEGIN PGP SIGNATURE") != std::string::npos);

    // Nor by a card with what is on record of them.
    yard.change([](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        mei.addresses.emplace_back("m.t@gmail.example");
        r.put(mei);
    });
    const auto card = yard.judged(
        unnamed_post("Content-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\nEMAIL:m.t@gmail.example\r\nEND:VCARD\r\n", "3@orchid.example"));
    REQUIRE(card.state == storage::PostState::distributed);
    CHECK(yard.copy_of(card).find("VCARD") == std::string::npos);

    // One that cannot be left out holds the post, its author hears why, and nobody can release it.
    const auto held = yard.judged(unnamed_post("Content-Type: text/html\r\n\r\n<p>TLP:GREEN<pre>" + some_signature, "2@orchid.example"));
    CHECK(held.state == storage::PostState::held);
    REQUIRE_FALSE(held.because.empty());
    CHECK(held.because.front().code == community::Code::author_shown);
    CHECK(held.because.front().words.find("signature") != std::string::npos);
    const auto letters = yard.outbox.exchange({}, 100);
    CHECK(std::any_of(letters.begin(), letters.end(), [](const auto& letter) {
        return letter.rcpt_to == "mei@orchid.example" && letter.message->bytes().find("signature") != std::string::npos;
    }));
    CHECK_FALSE(yard.mailroom.release({"operator", std::nullopt}, held.id, "let it"));
    // The letter went to them, and the journal, which more people read, does not say to whom.
    std::size_t told = 0;
    yard.store().journal().each({}, [&](const storage::Entry& entry) {
        if (entry.subject != held.id.value) return;
        CHECK(entry.detail.find("mei") == std::string::npos);
        told += entry.act == "notice.queued" && entry.detail.find("its author") != std::string::npos ? 1 : 0;
    });
    CHECK(told == 1);
    // Nor do the entries about that letter, which follow at once.
    std::vector<storage::Outcome> outcomes;
    for (const auto& letter : letters) outcomes.push_back(yard.outcome(letter, DeliveryState::sent));
    (void)yard.outbox.exchange(outcomes, 0);
    std::size_t of_letters = 0;
    yard.store().journal().each({}, [&](const storage::Entry& entry) {
        const auto about = yard.store().posts().find(PostId{entry.subject});
        if (!about || about->kind != storage::PostKind::notice) return;
        CHECK(entry.detail.find("mei") == std::string::npos);
        of_letters += entry.act == "delivery.outcomes" ? 1 : 0;
    });
    CHECK(of_letters > 0);
}

TEST_CASE("a mail of an unnamed author stands in no thread that whoever carried it wrote", "[A12][A5]") {
    Unnamed yard;
    const std::string words =
        GENERATE(as<std::string>{}, "wombat\r\n", "-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nwombat\r\n" + some_signature);
    for (const auto* id : {"answered@banksia.example", "other@banksia.example"}) {
        auto before = a_post("ana@banksia.example", "TLP:GREEN y");
        before.bytes.replace(before.bytes.find("one@example"), 11, id);
        REQUIRE(yard.judged(before).state == storage::PostState::distributed);
    }
    (void)yard.outbox.exchange({}, 100);  // the copies of these
    auto mail = unnamed_post("Content-Type: text/plain\r\n\r\n" + words, "1@orchid.example");
    mail.bytes.insert(0,
                      "In-Reply-To: <other@banksia.example>\r\n"
                      "DKIM-Signature: d=orchid.example; h=From:To:Subject:Message-ID:In-Reply-To; b=x\r\n"
                      "In-Reply-To: <answered@banksia.example>\r\n");
    mail.mail_from = "eve@stranger.example";
    const auto post = yard.judged(mail);
    CAPTURE(community::lines(post.because));
    REQUIRE((post.state == storage::PostState::distributed && post.caveats.author_withheld));
    const auto card = mailroom::open_card(yard.vault(), yard.store().archive().card(post.key), post.id);
    REQUIRE(card);
    CHECK(card->in_reply_to == std::vector<std::string>{"answered@banksia.example"});
    const auto copy = yard.copy_of(post);
    CHECK_THAT(copy, Catch::Contains("wombat") && Catch::Contains("answered@") && !Catch::Contains("other@"));
    CHECK_THAT(copy, !Catch::Contains("rchid") && !Catch::Contains("BEGIN PGP"));
}

TEST_CASE("what is written about an unnamed post to its readers and its author singles out neither in the journal", "[A12][K1]") {
    Unnamed yard;
    const auto post = yard.judged(unnamed_post("Content-Type: text/plain\r\n\r\nwombat\r\n", "1@orchid.example"));
    const auto deliver = [&] {
        std::vector<storage::Outcome> outcomes;
        for (const auto& copy : yard.outbox.exchange({}, 100)) outcomes.push_back(yard.outcome(copy, DeliveryState::sent));
        (void)yard.outbox.exchange(outcomes, 0);
    };
    const auto entries = [&](const std::string& act) {
        std::string all;
        yard.store().journal().each({}, [&](const storage::Entry& entry) {
            if (entry.act == act && entry.subject != post.id.value) all += entry.detail + "\n";
        });
        return all;
    };
    deliver();
    SECTION("their letters about another label") {
        const mailroom::Citation cite = [](const auto&, const auto&) -> Result<void> { return {}; };
        REQUIRE(mailroom::relabel(yard.room(), cite, {"operator root", std::nullopt}, {post.id, community::Tlp::amber, {}}));
        deliver();
        const auto said = entries("delivery.outcomes");
        CHECK_THAT(said, Catch::Contains("its reader") && !Catch::Contains("mei") && !Catch::Contains("ana"));
    }
    SECTION("one that each reader without a key gets") {
        yard.change([&](storage::Register&) {
            for (const auto* person : {"mei", "ana"})
                mailroom::send_notice(yard.room(), "no-key", PersonId{person}, post, {}, mailroom::Answers::nothing);
        });
        std::string queued;
        yard.store().journal().each({}, [&](const storage::Entry& entry) { queued += entry.act == "notice.queued" ? entry.detail : ""; });
        CHECK_THAT(queued, Catch::Contains("mei") && Catch::Contains("ana") && !Catch::Contains("its author"));
    }
}

TEST_CASE("no id by which an unnamed post came is seen in what answers it", "[A12][L4]") {
    Unnamed yard;
    const std::string words = "Content-Type: text/plain\r\n\r\nwombat\r\n";
    const auto first = yard.judged(unnamed_post(words, "1@ORCHID.example", "In-Reply-To: <0@orchid.example>\r\n"));
    CHECK(first.message_id.ends_with("@lists.arc.example"));
    const auto copy = yard.copy_of(first);
    CHECK(copy.find("Message-ID: <" + first.message_id + ">\r\n") != std::string::npos);
    CHECK(copy.find("In-Reply-To") == std::string::npos);

    // The author goes on from what they sent; somebody else answers that, too, and the first id of all is nobody's post.
    const auto second = yard.judged(unnamed_post(
        words, "2@orchid.example", "In-Reply-To: <1@orchid.example>\r\nReferences: <0@orchid.example> <1@ORCHID.example>\r\n"));
    const auto again = yard.copy_of(second);
    CHECK(again.find("In-Reply-To: <" + first.message_id + ">\r\nReferences: <" + first.message_id + ">\r\n") != std::string::npos);
    CHECK(again.find("rchid") == std::string::npos);
    const auto card = mailroom::open_card(yard.vault(), yard.store().archive().card(second.key), second.id);
    REQUIRE(card);
    CHECK(card->in_reply_to == std::vector{first.message_id});

    auto answer = a_post("ana@banksia.example", "TLP:CLEAR re", "In-Reply-To: <1@orchid.example>\r\nReferences: <9@banksia.example>\r\n");
    const auto third = yard.judged(answer);
    CHECK(third.label == community::Tlp::green);  // of the post it answers
    CHECK(yard.copy_of(third).find("In-Reply-To: <" + first.message_id + ">\r\nReferences: <9@banksia.example>\r\n") != std::string::npos);
}

TEST_CASE("a letter to outside goes to the address it was written to, once", "[ruling ss]") {
    Yard yard;
    community::Person contact;
    contact.id = PersonId{"mei"};  // as somebody of the register is called, who does not get it
    contact.name = "Ana Nova";
    contact.addresses = {"ana@nova.example"};
    letters::Letter letter{.purpose = storage::Purpose::reminder,
                           .form = {"Subject: A word\n\nDear {{name}}\n"},
                           .from = "sc+owner@lists.arc.example",
                           .fields = {}};
    const letters::Writer writer(yard.vault(), yard.letterhead);
    {
        storage::Store::Transaction transaction(yard.store());
        REQUIRE(writer.send_outside(yard.store(), letter, contact, yard.clock.now()));
        letter.label = community::Tlp::amber;
        CHECK(writer.send_outside(yard.store(), letter, contact, yard.clock.now()).error().code == errc::invalid);
        transaction.commit();
    }
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 1);
    CHECK(copies[0].rcpt_to == "ana@nova.example");
    CHECK(copies[0].message->bytes().find("Dear Ana Nova") != std::string::npos);
    CHECK(yard.store().deliveries().rows(copies[0].post).front().person.value == "outside");
    CHECK(yard.outbox.exchange(std::vector{yard.outcome(copies[0], DeliveryState::sent)}, 10).empty());
}

TEST_CASE("who is removed between post and hand-off receives nothing", "[A2]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    SECTION("removed from the register") {
        yard.change([&](storage::Register& r) { r.remove(PersonId{"ana"}, yard.clock.now()); });
    }
    SECTION("unsubscribed") {
        yard.change([&](storage::Register& r) { r.unsubscribe(ListId{"teams"}, PersonId{"ana"}, yard.clock.now()); });
    }
    SECTION("unsubscribed, and on the list anew") {
        const auto left = yard.clock.now() + std::chrono::minutes{1};
        yard.change([&](storage::Register& r) { r.unsubscribe(ListId{"teams"}, PersonId{"ana"}, left); });
        yard.clock.time = left + std::chrono::minutes{1};
        yard.change([&](storage::Register& r) {
            r.subscribe({ListId{"teams"}, PersonId{"ana"}, community::DeliveryMode::each}, yard.clock.now());
        });
    }
    SECTION("under a sanction that has just begun") {
        community::Denial denial;
        denial.whom = "banksia";
        denial.resource = "*";
        denial.verbs = community::bit(community::Verb::receive);
        denial.during = {yard.clock.now(), yard.clock.now() + std::chrono::hours{24}};
        denial.source = "sanction";
        denial.decision = "SC 2026-14";
        yard.change([&](storage::Register& r) { r.put(denial); });
    }
    CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example"});
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
}

TEST_CASE("what is forgotten while the relay is away does not leave when it is back", "[R4][A2]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    const auto first = yard.outbox.exchange({}, 10);
    REQUIRE(first.size() == 2);
    std::vector<storage::Outcome> away;
    for (const auto& copy : first) away.push_back(yard.outcome(copy, DeliveryState::deferred));
    CHECK(yard.outbox.exchange(away, 0).empty());
    {
        storage::Store::Transaction transaction(yard.store());
        yard.store().archive().forget(yard.store().posts().find(id)->key, yard.clock.now());
        yard.store().journal().append(yard.clock.now(), "operator root", "archive.forgotten", id.value, "{}");
        transaction.commit();
    }
    yard.clock.time += std::chrono::minutes{11};
    for (const auto& copy : yard.outbox.exchange({}, 10)) CHECK(copy.post != first[0].post);  // only the report to its author
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
    CHECK(yard.row(id, "ana").because.code == community::Code::forgotten);
}

TEST_CASE("a slice leased before the change is asked again, copy by copy", "[A2]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    const auto first = yard.outbox.exchange({}, 1);
    REQUIRE(first.size() == 1);
    const std::string other = first[0].rcpt_to == "mei@orchid.example" ? "ana" : "mei";
    yard.change([&](storage::Register& r) { r.remove(PersonId{other}, yard.clock.now()); });
    CHECK(yard.outbox.exchange({}, 10).empty());
}

TEST_CASE("a denial that begins later bites when its time has come, also on a copy that waits for its retry", "[A2][C4]") {
    Yard yard;
    community::Denial denial;
    denial.whom = "banksia";
    denial.resource = "teams";
    denial.verbs = community::bit(community::Verb::receive);
    denial.during = {yard.clock.now() + std::chrono::minutes{5}, std::nullopt};
    denial.source = "sanction";
    yard.change([&](storage::Register& r) { r.put(denial); });
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 2);
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : copies) outcomes.push_back(yard.outcome(copy, DeliveryState::deferred));
    CHECK(yard.outbox.exchange(outcomes, 10).empty());
    CHECK(yard.outbox.next_due() == yard.clock.now() + std::chrono::minutes{10});
    yard.clock.time += std::chrono::minutes{10};
    CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example"});
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
    CHECK(yard.row(id, "ana").because.code == community::Code::denied);
}

TEST_CASE("what a dead courier had leased is due at once, and nothing else", "[D3]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 2);
    (void)yard.outbox.exchange(std::vector{yard.outcome(copies[0], DeliveryState::sent)}, 0);
    auto store = *storage::Store::open(yard.options);
    mailroom::Outbox restarted(yard.room(store));
    restarted.recover();
    const auto again = restarted.exchange({}, 10);
    REQUIRE(again.size() == 1);
    CHECK(again[0].rcpt_to == copies[1].rcpt_to);
    CHECK(again[0].mail_from == copies[1].mail_from);
    CHECK(again[0].message->bytes() == copies[1].message->bytes());
}

TEST_CASE("copies that somebody made to look taken up are taken up while nothing is in hand", "[D3][J1]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    {
        SQLite::Database file(yard.options.path.string(), SQLite::OPEN_READWRITE);
        file.exec("UPDATE unfinished SET cursor = last + 1, queued = 0, open = 0");
    }
    std::vector<std::string> said;
    mailroom::OutboxOptions options;
    options.tell_operator = [&](std::string_view line) { said.emplace_back(line); };
    mailroom::Outbox outbox(yard.room(yard.courier_store), nullptr, options);
    CHECK(outbox.changed_elsewhere());
    CHECK(outbox.exchange({}, 10).size() == 2);
    REQUIRE(said.size() == 1);
    CHECK_THAT(said.front(), Catch::Contains("how far post " + id.value));
}

TEST_CASE("a row in the place of a post's copies holds that post, and no other", "[D4][J1]") {
    Yard yard;
    const auto received = [&](const char* subject) {
        return yard.mailroom.receive(std::vector{a_post("mei@orchid.example", subject)}).front().front().id;
    };
    const auto one = received("TLP:AMBER one"), two = received("TLP:AMBER two");
    {
        SQLite::Database file(yard.options.path.string(), SQLite::OPEN_READWRITE);
        file.exec(
            "INSERT INTO delivery (key, person, named, state, attempts, at) SELECT (key << 32) + 1, 1, 0, 1, 0, 0 FROM post WHERE id = '" +
            one.value + "'");
    }
    while (yard.mailroom.process(8) > 0) {
    }
    CHECK(yard.store().posts().find(one)->state == storage::PostState::held);
    CHECK(yard.store().posts().find(two)->state == storage::PostState::distributed);
}

TEST_CASE("what came again leaves with a word of that, whatever it is held for in between", "[A5][T1]") {
    Yard yard;
    const auto judged = [&](const mailroom::Submission& mail) {
        const auto id = yard.mailroom.receive(std::vector{mail}).front().front().id;
        while (yard.mailroom.process(8) > 0) {
        }
        return *yard.store().posts().find(id);
    };
    const auto release = [&](const PostId& id) {
        REQUIRE(yard.mailroom.release({"operator", std::nullopt}, id, "let it"));
        while (yard.mailroom.process(8) > 0) {
        }
        return *yard.store().posts().find(id);
    };
    const auto write = [&](const std::string& sql) { SQLite::Database(yard.options.path.string(), SQLite::OPEN_READWRITE).exec(sql); };
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
    REQUIRE(judged(mail).state == storage::PostState::distributed);
    mail.bytes.insert(0, "Received: by mx.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
    mail.mail_from = "eve@stranger.example";
    const auto held = judged(mail);
    REQUIRE((held.state == storage::PostState::held && held.because.front().code == community::Code::replayed));
    const auto row = std::to_string((held.key << 32) + 1);
    write("INSERT INTO delivery (key, person, named, state, attempts, at) VALUES (" + row + ", 1, 0, 1, 0, 0)");
    const auto again = release(held.id);
    REQUIRE((again.state == storage::PostState::held && again.because.front().code == community::Code::trouble));
    CHECK(judged(mail).state == storage::PostState::dropped);  // one waits already
    write("DELETE FROM delivery WHERE key = " + row);
    const auto post = release(held.id);
    REQUIRE(post.state == storage::PostState::distributed);
    CHECK(post.caveats.sending_unproven);
}

TEST_CASE("a copy of no post that somebody wrote ends no courier, while it runs and at its start", "[D4][J1]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    {
        SQLite::Database file(yard.options.path.string(), SQLite::OPEN_READWRITE);
        file.exec("INSERT INTO delivery (key, person, named, state, attempts, at, next) VALUES ((999 << 32) + 1, 1, 0, 2, 0, 0, " +
                  std::string(GENERATE("0", "9223372036854775807")) + ")");
    }
    if (GENERATE(false, true)) yard.outbox.recover();
    CHECK_NOTHROW(yard.outbox.changed_elsewhere());
    CHECK(yard.outbox.exchange({}, 10).size() == 2);
    CHECK(yard.row(id, "ana").leased);
}

TEST_CASE("what another program queued is heard of also where looking for what stays behind failed meanwhile", "[D4][D6]") {
    Yard yard;
    auto hasty = yard.options;
    hasty.busy = std::chrono::milliseconds{1};
    auto store = *storage::Store::open(hasty);
    mailroom::Outbox outbox(yard.room(store));
    yard.distribute("TLP:AMBER x");
    SQLite::Database file(yard.options.path.string(), SQLite::OPEN_READWRITE);
    file.exec("UPDATE unfinished SET cursor = last + 1, queued = 0, open = 0");
    file.exec("BEGIN IMMEDIATE");
    CHECK_THROWS_AS(outbox.changed_elsewhere(), storage::Unavailable);
    file.exec("ROLLBACK");
    CHECK(outbox.changed_elsewhere());
}

TEST_CASE("however often the courier dies, that is no attempt after attempt by which a copy is given up", "[D6][O6]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    for (int starts = 0; starts < 20; ++starts) {
        mailroom::Outbox outbox(yard.room());
        outbox.recover();
        REQUIRE(outbox.exchange({}, 10).size() == 2);
    }
    CHECK(yard.row(id, "ana").attempts == 1);
}

TEST_CASE("where the courier ends with none of its copies out, what was leased besides never left", "[D3][T1]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 1);
    REQUIRE(copies.size() == 1);
    (void)yard.outbox.exchange(std::vector{yard.outcome(copies[0], DeliveryState::sent)}, 0);
    yard.outbox.put_back();
    mailroom::Outbox restarted(yard.room());
    restarted.recover();
    for (const auto* person : {"ana", "mei"}) {
        if (yard.row(id, person).state == DeliveryState::sent) continue;
        CHECK(yard.row(id, person).attempts == 0);
        CHECK(yard.row(id, person).reply.empty());
    }
    const auto rest = restarted.exchange({}, 10);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].rcpt_to != copies[0].rcpt_to);
}

TEST_CASE("no word of the relay's rests in clear, which may be the mail's", "[K13]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER kookaburra");
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : yard.outbox.exchange({}, 10)) {
        auto o = yard.outcome(copy, DeliveryState::failed);
        o.reply = "554 5.7.1 the subject \"kookaburra\" is not wanted";
        o.because = {community::Code::refused_by_relay, o.reply};
        outcomes.push_back(o);
    }
    (void)yard.outbox.exchange(outcomes, 0);
    const auto row = yard.row(id, "ana");
    CHECK(row.state == DeliveryState::failed);
    CHECK(row.reply == "554 5.7.1: refused, the other side's rules");
    CHECK(row.because.words == row.reply);
}

TEST_CASE("of a report that comes back the codes are recorded, and no word of it", "[K13]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER kookaburra");
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE_FALSE(copies.empty());
    mailroom::Submission report;
    report.rcpt_to = {copies.front().mail_from};
    report.bytes = "From: <MAILER-DAEMON@mx.arc.example>\r\nTo: <" + copies.front().mail_from +
                   ">\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
                   "--b\r\nContent-Type: text/plain\r\n\r\nkookaburra\r\n"
                   "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.arc.example\r\n\r\n"
                   "Final-Recipient: rfc822; ana@banksia.example\r\nAction: failed\r\nStatus: 5.7.1\r\n"
                   "Diagnostic-Code: smtp; 554 5.7.1 kookaburra in the subject\r\n\r\n--b--\r\n";
    const auto received = yard.mailroom.receive(std::vector{report}).front().front();
    REQUIRE(received.receipt == mailroom::Receipt::accepted);
    while (yard.mailroom.process(8) > 0) {
    }
    std::string bounced, everything;
    yard.store().journal().each({}, [&](const storage::Entry& entry) {
        everything += entry.detail;
        if (entry.act == "delivery.bounced" && entry.subject == id.value) bounced += entry.detail;
    });
    CHECK(bounced.find("554 5.7.1: refused, the other side's rules") != std::string::npos);
    CHECK(everything.find("kookaburra") == std::string::npos);
    CHECK(bounced.find("said") == std::string::npos);  // nor sealed: it could not be forgotten
    const auto returned = mailroom::returned_copies(yard.store(), id);
    REQUIRE(returned.size() == 1);
    CHECK(returned.begin()->second == "554 5.7.1: refused, the other side's rules");
    CHECK(mailroom::returned_copies(yard.store(), PostId{"another"}).empty());
    const auto reader = returned.begin()->first;
    CHECK(mailroom::returned_copy(yard.store(), id, reader) == returned.begin()->second);
    for (const auto* other : {"quentin", "a", "failed"}) CHECK(mailroom::returned_copy(yard.store(), id, PersonId{other}).empty());
}

TEST_CASE("outcomes are on record with person, address and the relay's codes", "[A8][J1]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : copies) outcomes.push_back(yard.outcome(copy, DeliveryState::sent));
    (void)yard.outbox.exchange(outcomes, 0);
    CHECK(yard.row(id, "ana").state == DeliveryState::sent);
    CHECK(yard.row(id, "ana").address == "ana@banksia.example");
    CHECK(yard.row(id, "ana").reply == "250: taken");
    bool told = false;
    storage::Journal::Filter filter;
    filter.act = "delivery.outcomes";
    yard.store().journal().each(filter,
                                [&](const storage::Entry& entry) { told = told || entry.detail.find("\"ana\"") != std::string::npos; });
    CHECK(told);
    CHECK(yard.store().journal().verify());
}

TEST_CASE("the author hears how many were below clearance, never who", "[L5]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    auto copies = yard.outbox.exchange({}, 10);
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : copies) outcomes.push_back(yard.outcome(copy, DeliveryState::sent));
    auto notices = yard.outbox.exchange(outcomes, 10);
    if (notices.empty()) notices = yard.outbox.exchange({}, 10);
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].rcpt_to == "mei@orchid.example");
    CHECK(notices[0].mail_from.empty());
    CHECK(notices[0].message->bytes().find("1 did not: their clearance is below its label") != std::string::npos);
    CHECK(notices[0].message->bytes().find("quentin") == std::string::npos);
    CHECK(notices[0].message->bytes().find("words of the post") == std::string::npos);
}

TEST_CASE("the author hears how many their names in To and Cc kept a RED post from, never who, and is no reader of their own",
          "[L5][L6][ruling w]") {
    Yard yard;
    yard.add_person("bea", "banksia", "bea@banksia.example");
    yard.subscribe("teams", "bea");
    yard.change([&](storage::Register& r) {
        auto list = r.list(ListId{"teams"}).value();
        list.klass = "sc";
        list.max_tlp = community::Tlp::red;
        list.encryption = community::Encryption::required;
        r.put(list);
        for (const auto* seat : {"mei", "ana", "bea"})
            r.put(community::Term{"sc", PersonId{seat}, ListId{}, {yard.clock.now() - std::chrono::hours{1}, Instant::max()}});
    });
    const std::string own = "mei@orchid.example", another = "ana@banksia.example";
    const auto cc = GENERATE_COPY(values<std::string>({own, another, own + ", " + another}));
    const bool is_named = cc != own;
    const auto mail = a_post(own, "TLP:RED x", "Cc: " + cc + "\r\n");
    const auto id = yard.mailroom.receive(std::vector{mail}).front().front().id;
    yard.mailroom.process(8);
    CAPTURE(community::lines(yard.store().posts().find(id)->because));
    CHECK(yard.store().posts().find(id)->red_to_roster == !is_named);
    std::string text;
    for (int i = 0; i < 3; ++i)
        for (const auto& copy : yard.outbox.exchange({}, 10)) text += copy.message->bytes();
    CAPTURE(text);
    CHECK((text.find("1 of the list did not: To and Cc name who reads it, and they are not named") != std::string::npos) == is_named);
    CHECK(text.find("quentin") == std::string::npos);
}

TEST_CASE("the author hears that the relay does not take the message, not in the relay's words", "[L5][D6]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : copies) {
        outcomes.push_back(yard.outcome(copy, DeliveryState::failed));
        outcomes.back().because = {community::Code::message_not_taken, "554 5.7.1 <" + copy.rcpt_to + "> spam"};
    }
    auto notices = yard.outbox.exchange(outcomes, 10);
    if (notices.empty()) notices = yard.outbox.exchange({}, 10);
    REQUIRE(notices.size() == 1);
    const auto& text = notices[0].message->bytes();
    CHECK(text.find("2 did not, as our relay does not take the message") != std::string::npos);
    CHECK(text.find("could not be reached") == std::string::npos);
    CHECK(text.find("5.7.1") == std::string::npos);
}

TEST_CASE("the operator is warned of a post that the relay does not take, once, and of a relay that refuses, not at every copy",
          "[D4][D6]") {
    Yard yard;
    std::vector<std::string> said;
    HandedOverAndWarned courier{yard, said};
    const auto id = yard.distribute("TLP:AMBER x");
    courier.end_with(yard, community::Code::relay_refuses, DeliveryState::deferred, "550 5.7.1 blocked");
    REQUIRE(said.size() == 1);
    CHECK(said[0] ==
          "the relay refuses copies for a reason that lies with it or with us: 550 5.7.1 blocked; they wait and are tried again");
    CHECK(courier.counts.refusing == yard.clock.now().time_since_epoch().count());
    courier.end_with(yard, community::Code::relay_unreachable, DeliveryState::deferred, "no route");
    CHECK(said.size() == 1);
    yard.clock.time += std::chrono::minutes{10};  // which is not ten minutes
    courier.end_with(yard, community::Code::relay_unreachable, DeliveryState::deferred, "no route");
    CHECK(said.size() == 1);
    courier.end_with(yard, community::Code::message_not_taken, DeliveryState::failed, "552 5.3.4 too large");
    REQUIRE(said.size() == 2);
    CHECK(said[1] == "post " + id.value + ": the relay does not take it, whoever the reader is: 552 5.3.4 too large");
}

TEST_CASE("a relay that is lost and comes back is told of once each", "[D6][O5]") {
    Yard yard;
    std::vector<std::string> said;
    HandedOverAndWarned courier{yard, said};
    yard.distribute("TLP:AMBER x");
    courier.end_with(yard, community::Code::relay_unreachable, DeliveryState::deferred, "no route");
    REQUIRE(said.size() == 1);
    courier.end_with(yard, community::Code::none, DeliveryState::sent, "");
    REQUIRE(said.size() == 2);
    CHECK(said[1] == "the relay takes copies again, 0 s after it was first told of");
    yard.distribute("TLP:AMBER y");
    courier.end_with(yard, community::Code::none, DeliveryState::sent, "");
    CHECK(said.size() == 2);
}

TEST_CASE("a clock that is set back silences no warning of the relay", "[D6]") {
    Yard yard;
    std::vector<std::string> said;
    HandedOverAndWarned courier{yard, said, std::chrono::minutes{0}};
    yard.distribute("TLP:AMBER x");
    yard.clock.time += std::chrono::hours{1};
    courier.end_with(yard, community::Code::relay_unreachable, DeliveryState::deferred, "no route");
    const auto before = said.size();
    CHECK(before > 0);
    yard.clock.time -= std::chrono::minutes{30};
    courier.end_with(yard, community::Code::relay_unreachable, DeliveryState::deferred, "no route");
    REQUIRE(said.size() > before);
    CHECK(said.back() == "the relay cannot be reached: no route; they wait and are tried again");
}

TEST_CASE("delivery none is the person's own wish, not a refusal") {
    Yard yard;
    yard.subscribe("teams", "ana", community::DeliveryMode::none);
    const auto id = yard.distribute("TLP:AMBER x");
    (void)yard.outbox.exchange({}, 10);
    CHECK(yard.row(id, "ana").state == DeliveryState::cancelled);
}

TEST_CASE("a bounce to a return path of ours is taken from anybody, a forged one from nobody", "[M3]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    mailroom::Submission bounce;
    bounce.bytes = "From: <MAILER-DAEMON@relay.example>\r\nSubject: failed\r\n\r\nno\r\n";
    bounce.rcpt_to = {copies[0].mail_from};
    CHECK(yard.mailroom.receive(std::vector{bounce}).front().front().receipt == mailroom::Receipt::accepted);
    auto& token = bounce.rcpt_to[0];
    token[5] = token[5] == 'a' ? 'b' : 'a';
    CHECK(yard.mailroom.receive(std::vector{bounce}).front().front().receipt == mailroom::Receipt::refused);
}

TEST_CASE("a report adds little to the journal, and its words only sealed", "[M3][J2][S5]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    mailroom::Submission bounce;
    bounce.bytes =
        "From: <MAILER-DAEMON@relay.example>\r\nSubject: failed\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n";
    for (int i = 0; i < 1000; ++i) {
        bounce.bytes += "Final-Recipient: rfc822; p" + std::to_string(i) + "@orchid.example\r\nAction: failed\r\nStatus: 5.1." +
                        std::to_string(i) + "\r\nDiagnostic-Code: smtp; the canary of line " + std::to_string(i) + " " +
                        std::string(800, 'x') + "\r\n\r\n";
    }
    bounce.bytes += "--b--\r\n";
    bounce.rcpt_to = {copies[0].mail_from};
    const auto before = yard.store().journal().head().number;
    REQUIRE(yard.mailroom.receive(std::vector{bounce}).front().front().receipt == mailroom::Receipt::accepted);
    while (yard.mailroom.process(8) > 0) {
    }
    std::size_t bytes = 0;
    std::size_t reports = 0;
    storage::Journal::Filter later;
    later.from = before + 1;
    yard.store().journal().each(later, [&](const storage::Entry& entry) {
        bytes += entry.detail.size();
        reports += entry.act == "delivery.bounced" ? 1 : 0;
        CHECK(entry.detail.find("canary") == std::string::npos);
    });
    CHECK(reports == 1);
    CHECK(bytes < 3'000);
}

TEST_CASE("mail for a person under security hold waits for the lift or the end of the hold", "[C6]") {
    Yard yard;
    community::Denial hold;
    hold.whom = "ana";
    hold.whole_team = false;
    hold.resource = "*";
    hold.verbs = community::bit(community::Verb::receive);
    hold.during = {yard.clock.now(), yard.clock.now() + std::chrono::hours{24}};
    hold.source = "hold";
    std::int64_t id = 0;
    yard.change([&](storage::Register& r) { id = r.put(hold); });
    const auto post = yard.distribute("TLP:AMBER x");
    CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example"});
    CHECK(yard.row(post, "ana").state == DeliveryState::deferred);
    yard.clock.time += std::chrono::hours{6};  // longer than a label waits for a safe way
    CHECK(yard.outbox.exchange({}, 10).empty());
    CHECK(yard.row(post, "ana").state == DeliveryState::deferred);
    const bool of_the_team = GENERATE(true, false);
    const bool removed = GENERATE(true, false);
    yard.change([&](storage::Register& r) {
        hold.id = id;
        if (of_the_team) {
            hold.whom = "banksia";
            hold.whole_team = true;
            r.put(hold);
        }
        hold.during.until = yard.clock.now();
        removed ? r.remove_denial(id) : static_cast<void>(r.put(hold));
    });
    CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"ana@banksia.example"});  // at once
}

TEST_CASE("mail to the owners is asked again too", "[A2][A10]") {
    Yard yard;
    const Interval live{yard.clock.now(), yard.clock.now() + std::chrono::hours{1}};
    yard.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    auto question = a_post("mei@orchid.example", "TLP:GREEN a question");
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto id = yard.mailroom.receive(std::vector{question}).front().front().id;
    yard.mailroom.process(8);
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 1);
    (void)yard.outbox.exchange(std::vector{yard.outcome(copies[0], DeliveryState::deferred)}, 0);
    yard.clock.time += std::chrono::hours{1};  // the term is over at its last instant
    CHECK_FALSE(recipients(yard.outbox.exchange({}, 10)).contains("ana@banksia.example"));
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
}

namespace {

// Mail to who runs teams, which is ana alone.
struct OwnersYard : Yard {
    OwnersYard() {
        const Interval live{clock.now(), clock.now() + std::chrono::hours{240}};
        change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    }
    PostId to_owners() {
        auto question = a_post("mei@orchid.example", "TLP:GREEN please help me");
        question.rcpt_to = {"teams+owner@lists.arc.example"};
        const auto id = mailroom.receive(std::vector{question}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return id;
    }
    std::int64_t deny(const std::string& resource, const std::string& source) {
        community::Denial denial;
        denial.whom = "ana";
        denial.whole_team = false;
        denial.resource = resource;
        denial.verbs = community::bit(community::Verb::receive);
        denial.during = {clock.now(), clock.now() + std::chrono::hours{24}};
        denial.source = source;
        std::int64_t id = 0;
        change([&](storage::Register& r) { id = r.put(denial); });
        return id;
    }
};

}  // namespace

TEST_CASE("mail to the owners, which no archive keeps, names no page of one", "[M1]") {
    OwnersYard yard;
    yard.settings.pages = "https://console.arc.example";
    mailroom::Outbox outbox{yard.room(yard.courier_store)};
    const auto named = [&] {
        const auto copies = outbox.exchange({}, 10);
        REQUIRE_FALSE(copies.empty());
        return copies.front().message->bytes().find("Archived-At: ") != std::string::npos;
    };
    (void)yard.to_owners();
    CHECK_FALSE(named());
    yard.distribute("TLP:GREEN x");
    CHECK(named());
}

TEST_CASE("mail to the owners waits while the one who runs the list is under a security hold", "[C6][D6][ruling k]") {
    OwnersYard yard;
    const auto hold = yard.deny("*", "hold");
    const auto id = yard.to_owners();
    CHECK(yard.outbox.exchange({}, 10).empty());
    CHECK(yard.row(id, "ana").state == DeliveryState::deferred);
    yard.clock.time += std::chrono::hours{6};
    CHECK(yard.outbox.exchange({}, 10).empty());
    const bool lifted = GENERATE(true, false);
    if (lifted) yard.change([&](storage::Register& r) { r.remove_denial(hold); });
    yard.clock.time += lifted ? std::chrono::minutes{10} : std::chrono::hours{18};
    CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"ana@banksia.example"});
}

TEST_CASE("who wrote to the owners hears when none of them has it, whatever the reason", "[D6][A12]") {
    OwnersYard yard;
    const auto id = yard.to_owners();
    if (GENERATE(true, false)) {
        yard.deny("*", "hold");  // which a sanction that stays goes before
        yard.deny("teams", "sanction");
    } else {
        yard.clock.time += std::chrono::hours{240};  // nobody runs it any more
    }
    const auto letters = yard.outbox.exchange({}, 10);
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
    REQUIRE(recipients(letters) == std::set<std::string>{"mei@orchid.example"});
    const auto text = letters.at(0).message->bytes();
    CHECK_THAT(text, Catch::Contains("nobody who runs the list has it") && !Catch::Contains("sanction") && !Catch::Contains("ana"));
}

TEST_CASE("nothing rests of mail to the owners when they have it", "[R4]") {
    OwnersYard yard;
    auto both = a_post("mei@orchid.example", "TLP:GREEN to the list as well");
    both.rcpt_to.emplace_back("teams+owner@lists.arc.example");
    const auto taken = yard.mailroom.receive(std::vector{both}).front();
    while (yard.mailroom.process(8) > 0) {
    }
    const auto key_of = [&](std::size_t which) { return yard.store().posts().find(taken.at(which).id)->key; };
    const auto rests = [&](std::size_t which) {
        auto& posts = yard.store().posts();
        return posts.opened(key_of(which)).has_value() || !posts.body(key_of(which)).bytes.empty();
    };
    const auto end_with = [&](DeliveryState state) {
        std::vector<storage::Outcome> outcomes;
        for (const auto& copy : yard.outbox.exchange({}, 10)) outcomes.push_back(yard.outcome(copy, state));
        (void)yard.outbox.exchange(outcomes, 0);
    };
    end_with(DeliveryState::deferred);
    CHECK(rests(1));
    yard.clock.time += std::chrono::minutes{20};
    end_with(DeliveryState::sent);
    CHECK(rests(0));  // the post has an archive
    CHECK_FALSE(rests(1));
    CHECK(mailroom::copy_for(yard.room(), yard.store().archive().find(taken.at(0).id).value(), PersonId{"ana"}));
}

TEST_CASE("trouble in the middle of an exchange loses no leased copy", "[D3][D4]") {
    Yard yard;
    for (int i = 0; i < 600; ++i) {
        const auto person = "q" + std::to_string(i);
        yard.add_person(person, "quokka", person + "@quokka.example");  // below clearance: refusals in plenty
        yard.subscribe("teams", person);
    }
    yard.distribute("TLP:AMBER x");
    // Somebody else holds the database while the exchange wants its second transaction: it must answer what it has.
    auto options = yard.options;
    options.busy = std::chrono::milliseconds{1};
    auto impatient = *storage::Store::open(options);
    mailroom::Outbox outbox(yard.room(impatient));
    std::set<std::string> got;
    for (int round = 0; round < 50 && got.size() < 2; ++round) {
        std::optional<storage::Store::Transaction> other;
        if (round % 2 == 1) other.emplace(yard.store());
        try {
            for (const auto& copy : outbox.exchange({}, 10)) got.insert(copy.rcpt_to);
        } catch (const storage::Unavailable&) {
        }
    }
    CHECK(got == std::set<std::string>{"mei@orchid.example", "ana@banksia.example"});
}

namespace {

// Two posts of 40 KiB each, and room for the first of them only.
struct NarrowYard : Yard {
    storage::Store narrow_store{*storage::Store::open(options)};
    mailroom::Outbox narrow{room(narrow_store), nullptr, {.bytes_in_flight = 30'000, .ask_again_after = std::chrono::milliseconds{0}}};

    PostId distribute_long(const std::string& subject) {
        auto post = a_post("mei@orchid.example", subject);
        for (int line = 0; line < 1000; ++line) post.bytes += "forty bytes of words that fill the post\r\n";
        const auto id = mailroom.receive(std::vector{post}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return id;
    }
    // All that comes while nothing is given back.
    std::vector<mailroom::Copy> all() {
        std::vector<mailroom::Copy> copies;
        for (auto more = narrow.exchange({}, 10); !more.empty(); more = narrow.exchange({}, 10)) {
            for (auto& copy : more) copies.push_back(std::move(copy));
        }
        return copies;
    }
    std::vector<storage::Outcome> sent(std::vector<mailroom::Copy>& copies) {
        std::vector<storage::Outcome> outcomes;
        for (const auto& copy : copies) outcomes.push_back(outcome(copy, DeliveryState::sent));
        copies.clear();  // the hands have let go of them
        return outcomes;
    }
};

}  // namespace

TEST_CASE("no new post is opened while those that are out fill the room, and none is forgotten", "[S2][D1]") {
    NarrowYard yard;
    const auto first = yard.distribute_long("TLP:AMBER one");
    const auto second = yard.distribute_long("TLP:AMBER two");
    auto copies = yard.all();
    CHECK(copies.size() == 2);
    CHECK(yard.row(first, "ana").leased);
    CHECK(yard.row(second, "ana").leased);  // on disk; in memory it waits
    CHECK(yard.narrow.next_due() <= yard.clock.now());
    auto others = yard.narrow.exchange(yard.sent(copies), 10);
    CHECK(recipients(others) == std::set<std::string>{"mei@orchid.example", "ana@banksia.example"});
    CHECK(others.front().message->bytes().find("TLP:AMBER two") != std::string::npos);
    CHECK(yard.row(first, "ana").state == DeliveryState::sent);
    (void)yard.narrow.exchange(yard.sent(others), 0);
    CHECK(yard.row(second, "ana").state == DeliveryState::sent);
}

TEST_CASE("who is removed while an approved copy waits receives nothing", "[A2]") {
    NarrowYard yard;
    yard.distribute_long("TLP:AMBER one");
    const auto second = yard.distribute_long("TLP:AMBER two");
    auto copies = yard.all();
    REQUIRE(copies.size() == 2);
    const auto before = std::chrono::steady_clock::now();
    community::Code because{};
    SECTION("removed from the register") {
        yard.change([&](storage::Register& r) { r.remove(PersonId{"ana"}, yard.clock.now()); });
        because = community::Code::removed;
    }
    SECTION("under a sanction that begins meanwhile") {
        community::Denial denial;
        denial.whom = "banksia";
        denial.resource = "*";
        denial.verbs = community::bit(community::Verb::receive);
        denial.during = {yard.clock.now() + std::chrono::minutes{1}, std::nullopt};
        denial.source = "sanction";
        yard.change([&](storage::Register& r) { r.put(denial); });
        yard.clock.time += std::chrono::minutes{1};
        because = community::Code::denied;
    }
    const auto others = yard.narrow.exchange(yard.sent(copies), 10);
    CHECK(recipients(others) == std::set<std::string>{"mei@orchid.example"});
    CHECK(others.front().asked >= before);
    CHECK(yard.row(second, "ana").state == DeliveryState::withheld);
    CHECK(yard.row(second, "ana").because.code == because);
}

TEST_CASE("a copy says when it was asked about", "[A2]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    const auto before = std::chrono::steady_clock::now();
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 2);
    for (const auto& copy : copies) {
        CHECK(copy.asked >= before);
        CHECK(copy.asked <= std::chrono::steady_clock::now());
        CHECK(copy.message == copies.front().message);  // one for all its readers
    }
}

TEST_CASE("a post that cannot be opened is recorded as failed with the reason, and stops none behind it", "[D2][D5]") {
    Yard yard;
    const auto unreadable = yard.distribute("TLP:AMBER one");
    yard.change([&](storage::Register&) { yard.store().posts().forget_body(yard.store().posts().find(unreadable)->key); });
    auto another = a_post("mei@orchid.example", "TLP:AMBER two");
    another.bytes.replace(another.bytes.find("<one@example>"), 13, "<two@example>");
    const auto sound = yard.mailroom.receive(std::vector{another}).front().front().id;
    while (yard.mailroom.process(8) > 0) {
    }
    CHECK(yard.outbox.exchange({}, 10).size() == 3);  // two copies of the second, and the report about the first
    CHECK(yard.row(unreadable, "ana").state == DeliveryState::failed);
    CHECK(yard.row(unreadable, "ana").because.code == community::Code::unreadable);
    CHECK(yard.row(unreadable, "quentin").state == DeliveryState::withheld);  // had no right to it either
    CHECK(yard.row(sound, "ana").leased);
    CHECK(yard.store().posts().find(unreadable)->open == 0);
}

TEST_CASE("what an address meant when the post came in is what it means to the end", "[D2][A2]") {
    Yard yard;
    const Interval live{yard.clock.now(), yard.clock.now() + std::chrono::hours{1}};
    yard.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    const auto receive = [&](const std::string& local) {
        auto mail = a_post("mei@orchid.example", "TLP:GREEN a question");
        if (local == "teams+unsubscribe") mail = caveat::test::a_wish_to_leave(yard, "mei@orchid.example");
        mail.rcpt_to = {local + "@lists.arc.example"};
        return yard.mailroom.receive(std::vector{mail}).front().front().id;
    };
    const auto question = receive("teams+owner");
    const auto leaving = receive("teams+unsubscribe");
    yard.settings.separator = "-";  // a new configuration, before either is judged
    while (yard.mailroom.process(8) > 0) {
    }
    CHECK(recipients(yard.outbox.exchange({}, 10)).contains("ana@banksia.example"));
    CHECK(yard.row(question, "ana").leased);
    CHECK(yard.rows(question).size() == 1);
    CHECK(yard.store().posts().find(leaving)->because.front().code == community::Code::unsubscribed);
    CHECK(yard.store().rosters().subscribers(ListId{"teams"}) == 2);
}

TEST_CASE("a post whose Message-ID is empty gets one too", "[D8]") {
    Yard yard;
    auto bare = a_post("mei@orchid.example", "TLP:AMBER x");
    bare.bytes.replace(bare.bytes.find("<one@example>"), 13, "");
    const auto id = yard.mailroom.receive(std::vector{bare}).front().front().id;
    while (yard.mailroom.process(8) > 0) {
    }
    const auto copies = yard.outbox.exchange({}, 10);
    REQUIRE_FALSE(copies.empty());
    CHECK(copies[0].message->bytes().find("Message-ID: <" + id.value + "@lists.arc.example>\r\n") != std::string::npos);
}

TEST_CASE("a clock that is set back withholds nothing for good, and the operator is told", "[D6]") {
    Yard yard;
    std::vector<std::string> told;
    mailroom::OutboxOptions options;
    options.tell_operator = [&](std::string_view line) { told.emplace_back(line); };
    mailroom::Outbox outbox(yard.room(yard.courier_store), nullptr, options);
    const bool judged_before = GENERATE(true, false);
    if (judged_before) yard.distribute("TLP:AMBER x");
    yard.clock.time -= std::chrono::hours{5};
    if (!judged_before) yard.distribute("TLP:AMBER x");
    const auto id = yard.store().posts().select({}).back().id;
    CHECK(outbox.exchange({}, 10).empty());
    for (const auto& row : yard.rows(id)) {
        CAPTURE(row.person.value);
        // A ceiling is a verdict, unless the post was judged at a time that has not come yet.
        const bool verdict = !judged_before && row.person.value == "quentin";
        CHECK(row.state == (verdict ? DeliveryState::withheld : DeliveryState::deferred));
        if (!verdict) CHECK(row.next == yard.clock.now() + std::chrono::minutes{5});
    }
    CHECK(yard.row(id, "ana").because.code == community::Code::not_on_roster);
    CHECK_THAT(yard.row(id, "ana").because.words, Catch::Contains("the clock of this server stands before that"));
    REQUIRE(told.size() == 1);
    CHECK_THAT(told.front(), Catch::Contains("copies wait because the clock"));
    yard.clock.time += std::chrono::minutes{5};
    CHECK(outbox.exchange({}, 10).empty());  // it still stands before
    yard.clock.time += std::chrono::hours{5};
    CHECK(recipients(outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example", "ana@banksia.example"});
    CHECK(yard.row(id, "quentin").state == DeliveryState::withheld);
}

TEST_CASE("a clock that is set back lets nothing go that was stopped", "[D6][A2]") {
    Yard yard;
    const auto denied = [&](const std::string& source) {
        community::Denial denial;
        denial.whom = "ana";
        denial.whole_team = false;
        denial.resource = "*";
        denial.verbs = community::bit(community::Verb::receive);
        denial.during = {yard.clock.now(), yard.clock.now() + std::chrono::hours{24}};
        denial.source = source;
        yard.change([&](storage::Register& r) { static_cast<void>(r.put(denial)); });
    };
    yard.clock.time += std::chrono::hours{48};  // everybody is on the roster since then
    SECTION("for a person under security hold, however the clock stood when the post was judged") {
        denied("hold");
        yard.clock.time -= std::chrono::hours{1};
        const auto id = yard.distribute("TLP:AMBER x");
        CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example"});
        CHECK(yard.row(id, "ana").state == DeliveryState::deferred);
        CHECK(yard.row(id, "ana").because.code == community::Code::denied);
    }
    SECTION("for anybody, before the moment at which the post was judged") {
        denied("sanction");
        yard.clock.time += std::chrono::minutes{2};
        const auto id = yard.distribute("TLP:AMBER x");
        yard.clock.time -= std::chrono::minutes{3};
        CHECK(yard.outbox.exchange({}, 10).empty());
        for (const auto* person : {"ana", "mei"}) {
            CHECK(yard.row(id, person).state == DeliveryState::deferred);
            CHECK(yard.row(id, person).next == yard.clock.now() + std::chrono::minutes{3});
            CHECK_THAT(yard.row(id, person).because.words, Catch::Contains("clock of this server"));
        }
        yard.clock.time += std::chrono::minutes{3};
        CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example"});
        CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
    }
    SECTION("but a post that was judged by a clock a day ahead waits for no such day") {
        yard.clock.time += std::chrono::hours{24} + std::chrono::microseconds{1};
        yard.distribute("TLP:AMBER x");
        yard.clock.time -= std::chrono::hours{24} + std::chrono::microseconds{1};
        CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"ana@banksia.example", "mei@orchid.example"});
    }
}

TEST_CASE("a clock that jumps a year ahead for a moment gives up no copy and puts none off", "[D6]") {
    Yard yard;
    std::vector<std::string> told;
    mailroom::OutboxOptions options;
    options.wait = [](std::int32_t attempts) { return std::chrono::minutes{attempts}; };
    options.tell_operator = [&](std::string_view line) { told.emplace_back(line); };
    mailroom::Outbox outbox(yard.room(yard.courier_store), nullptr, options);
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = outbox.exchange({}, 10);
    REQUIRE(copies.size() == 2);
    CHECK(copies[0].queued == yard.clock.now());

    constexpr auto year = std::chrono::hours{365 * 24};
    yard.clock.time += year;
    auto given_up = yard.outcome(copies[0], DeliveryState::failed);
    given_up.because = {community::Code::given_up, "not delivered after 1 attempts, last: 450 4.2.1 later"};
    given_up.reply = "450 4.2.1 later";
    const auto put_off = yard.outcome(copies[1], DeliveryState::deferred);
    CHECK(outbox.exchange(std::vector{given_up, put_off}, 10).empty());
    for (const auto& row : yard.rows(id)) {
        if (row.person.value == "quentin") continue;
        CHECK(row.state == DeliveryState::deferred);
        CHECK(row.attempts == 1);
    }
    const auto waiting = std::count_if(told.begin(), told.end(), [](const auto& line) { return line.find("+31536000 s") != line.npos; });
    CHECK(waiting == 1);

    yard.clock.time -= year;
    CHECK(outbox.changed_elsewhere());  // nobody wrote anything: the clock was set
    CHECK(outbox.exchange({}, 10).empty());
    CHECK(outbox.next_due() == yard.clock.now() + std::chrono::minutes{1});  // as if the year had never been
    yard.clock.time += std::chrono::minutes{10};
    const auto again = outbox.exchange({}, 10);
    REQUIRE(again.size() == 2);
    CHECK(yard.clock.now() - again[0].queued < std::chrono::hours{1});
    bool on_record = false;
    storage::Journal::Filter filter;
    filter.act = "clock.set";
    yard.store().journal().each(filter, [&](const storage::Entry& entry) {
        on_record = on_record || entry.detail.find("\"retries_brought_forward\":2") != std::string::npos;
    });
    CHECK(on_record);
}

TEST_CASE("a copy that somebody put off past the program is due at once", "[D6]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : yard.outbox.exchange({}, 10)) outcomes.push_back(yard.outcome(copy, DeliveryState::deferred));
    REQUIRE(outcomes.size() == 2);
    (void)yard.outbox.exchange(outcomes, 0);
    storage::Store::Transaction transaction(yard.store());
    for (auto& outcome : outcomes) outcome.next = yard.clock.now() + std::chrono::hours{365 * 24};
    yard.store().deliveries().record(outcomes);
    transaction.commit();
    CHECK(yard.outbox.exchange({}, 10).size() == 2);
}

TEST_CASE("at a start, too, no retry is later than the longest wait", "[D6]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    constexpr auto year = std::chrono::hours{365 * 24};
    yard.clock.time += year;
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : copies) outcomes.push_back(yard.outcome(copy, DeliveryState::deferred));
    (void)yard.outbox.exchange(outcomes, 0);
    CHECK(yard.row(id, "ana").next > yard.clock.now());
    yard.clock.time -= year;  // while nobody looks
    mailroom::Outbox restarted(yard.room());
    restarted.recover();
    CHECK(restarted.exchange({}, 10).size() == 2);
}

TEST_CASE("at a start the journal hears that a clock which stood ahead was set right, once", "[O6][R4]") {
    Yard yard;
    const auto start = [&] {
        mailroom::Outbox outbox(yard.room());
        outbox.recover();
        std::vector<Instant> set;
        yard.store().journal().each({.from = 1, .limit = -1, .act = "clock.set", .subject = {}},
                                    [&](const storage::Entry& entry) { set.push_back(entry.at); });
        return set;
    };
    CHECK(start().empty());
    yard.clock.time += std::chrono::years{4};
    yard.change([](storage::Register&) {});
    CHECK(start().empty());
    yard.clock.time -= std::chrono::years{4};
    CHECK(start() == std::vector{yard.clock.now()});
    CHECK(start() == std::vector{yard.clock.now()});
}

TEST_CASE("a copy is given up after its patience, when attempts or monotonic time bear the clock out", "[D6]") {
    Yard yard;
    mailroom::OutboxOptions options;
    std::int32_t attempts = 16;
    bool given_up = true;
    SECTION("after many attempts") {}
    SECTION("after few") {
        attempts = 15;
        given_up = false;
    }
    SECTION("after few, by a process that has seen the clock stand for long enough") {
        attempts = 1;
        options.give_up = std::chrono::seconds{0};
    }
    const auto id = yard.distribute("TLP:AMBER x");
    yard.clock.time += std::chrono::days{6};
    mailroom::Outbox outbox(yard.room(yard.courier_store), nullptr, options);
    const auto copies = outbox.exchange({}, 10);
    REQUIRE(copies.size() == 2);
    CHECK(yard.clock.now() - copies[0].queued >= std::chrono::days{6});
    auto outcome = yard.outcome(copies[0], DeliveryState::failed);
    outcome.attempts = attempts;
    outcome.because = {community::Code::given_up, "not delivered"};
    (void)outbox.exchange(std::vector{outcome}, 0);
    const auto rows = yard.rows(id);
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.seq == copies[0].seq; });
    CHECK(row->state == (given_up ? DeliveryState::failed : DeliveryState::deferred));
    if (!given_up) CHECK(row->next == yard.clock.now() + options.longest_wait);
}

TEST_CASE("how long a post has waited is forgotten once its end is committed, and not before", "[D4][D6]") {
    Yard yard;
    const auto id = yard.distribute("TLP:AMBER x");
    std::vector<storage::Outcome> done;
    for (const auto& copy : yard.outbox.exchange({}, 10)) done.push_back(yard.outcome(copy, DeliveryState::sent));
    auto store = *storage::Store::open(yard.options);
    const auto room = yard.room(store);
    const mailroom::OutboxOptions options;
    const auto now = std::chrono::steady_clock::now();
    mailroom::OutgoingPosts posts(room);
    mailroom::Patience patience(options, now);
    mailroom::Outcomes outcomes(room, options, patience, posts, nullptr);
    const auto post = *store.posts().find(id);
    const auto after = [&](int hours) { return post.decided + std::chrono::hours{hours}; };
    CHECK(patience.since(post, after(10), now) == post.decided);
    std::vector<PostKey> finished;
    {
        const storage::Store::Transaction rolled_back(store);
        outcomes.record(done);
        finished = outcomes.finish(done, {});
    }
    CHECK(finished == std::vector{post.key});
    CHECK(patience.since(post, after(1), now) == after(-9));  // ten hours, whatever the clock says now
    outcomes.settled(done, {}, finished);
    CHECK(patience.since(post, after(1), now) == post.decided);
}

TEST_CASE("whoever queues, wakes: a report written when nobody asked for work does not lie there", "[D6][L5]") {
    Yard yard;
    yard.distribute("TLP:AMBER x");
    const auto copies = yard.outbox.exchange({}, 10);
    std::vector<storage::Outcome> outcomes;
    for (const auto& copy : copies) outcomes.push_back(yard.outcome(copy, DeliveryState::failed));
    (void)yard.outbox.changed_elsewhere();
    SECTION("with no hand free") {
        CHECK(yard.outbox.exchange(outcomes, 0).empty());
        CHECK(yard.outbox.changed_elsewhere());
        CHECK(yard.outbox.changed_elsewhere());  // until it is asked for
        CHECK(recipients(yard.outbox.exchange({}, 10)) == std::set<std::string>{"mei@orchid.example"});
    }
    SECTION("with hands free it comes along") {
        CHECK(recipients(yard.outbox.exchange(outcomes, 10)) == std::set<std::string>{"mei@orchid.example"});
    }
    CHECK_FALSE(yard.outbox.changed_elsewhere());
}

namespace {

struct Bureau : Yard {
    Bureau() { settings.operator_address = "root@arc.example"; }

    mailroom::Submission mail_to(const std::string& local, const std::string& from, const std::string& extra = {}) {
        mailroom::Submission s;
        s.mail_from = from;
        s.rcpt_to = {local + "@lists.arc.example"};
        s.bytes = extra + "From: <" + (from.empty() ? "MAILER-DAEMON@mx.example" : from) + ">\r\nSubject: your server\r\n\r\nspams me\r\n";
        return s;
    }
    mailroom::Received receive(const mailroom::Submission& s) {
        const auto received = mailroom.receive(std::vector{s}).front().front();
        while (mailroom.process(8) > 0) {
        }
        return received;
    }
};

}  // namespace

TEST_CASE("mail to postmaster and abuse reaches the operator as it is, whoever sends it", "[M2]") {
    Bureau bureau;
    const auto local = GENERATE(as<std::string>{}, "postmaster", "PostMaster", "abuse", "ABUSE");
    const auto from = GENERATE(as<std::string>{}, "eve@stranger.example", "mei@orchid.example", "");
    CAPTURE(local, from);
    const auto mail = bureau.mail_to(local, from, "Auto-Submitted: auto-generated\r\n");
    const auto received = bureau.receive(mail);
    REQUIRE(received.receipt == mailroom::Receipt::accepted);
    auto copies = bureau.outbox.exchange({}, 10);
    REQUIRE(copies.size() == 1);
    CHECK(copies[0].rcpt_to == "root@arc.example");
    CHECK(copies[0].message->bytes() == "X-Loop: postmaster@lists.arc.example\r\n" + mail.bytes);
    CHECK(copies[0].mail_from.starts_with("b."));  // a report about it comes to us, and goes no further
    (void)bureau.outbox.exchange(std::vector{bureau.outcome(copies[0], DeliveryState::sent)}, 10);
    CHECK(bureau.row(received.id, "operator").state == DeliveryState::sent);
    CHECK(bureau.row(received.id, "operator").address == "root@arc.example");
    CHECK(bureau.store().posts().find(received.id)->open == 0);
    CHECK(bureau.store().posts().body(bureau.store().posts().find(received.id)->key).bytes.empty());
    CHECK(bureau.outbox.exchange({}, 10).empty());  // nobody is told anything
    CHECK(bureau.store().journal().verify());

    auto bounce = bureau.mail_to("x", "");
    bounce.rcpt_to = {copies[0].mail_from};
    CHECK(bureau.receive(bounce).receipt == mailroom::Receipt::accepted);
    CHECK(bureau.outbox.exchange({}, 10).empty());
    const auto& sent = copies[0].message->bytes();
    const auto back = bureau.receive(bureau.mail_to("postmaster", from, sent.substr(0, sent.find("From:"))));
    CHECK(bureau.store().posts().find(back.id)->because.front().code == community::Code::loop);
    CHECK(bureau.outbox.exchange({}, 10).empty());
}

TEST_CASE("mail that has passed a hundred servers is a loop", "[M2]") {
    Bureau bureau;
    std::string trace;
    for (int i = 0; i < 100; ++i) trace += "Received: from a by b\r\n";
    CHECK(bureau.store().posts().find(bureau.receive(bureau.mail_to("abuse", "", trace)).id)->state == storage::PostState::distributed);
    trace += "Received: from a by b\r\n";
    CHECK(bureau.store().posts().find(bureau.receive(bureau.mail_to("abuse", "", trace)).id)->state == storage::PostState::dropped);
}

TEST_CASE("without an operator that mail is held, and released once there is one", "[D2]") {
    Bureau bureau;
    bureau.settings.operator_address.clear();
    const auto received = bureau.receive(bureau.mail_to("postmaster", "eve@stranger.example"));
    const auto held = *bureau.store().posts().find(received.id);
    CHECK(held.state == storage::PostState::held);
    CHECK_THAT(held.because.front().words, Catch::Contains("write operator in [community]"));
    bureau.settings.operator_address = "root@arc.example";
    REQUIRE(bureau.mailroom.release({"operator test", std::nullopt}, received.id));
    while (bureau.mailroom.process(8) > 0) {
    }
    CHECK(recipients(bureau.outbox.exchange({}, 10)) == std::set<std::string>{"root@arc.example"});
}

TEST_CASE("a flood to the operator is put off, and what came with it over SMTP is not kept either", "[S5]") {
    Bureau bureau;
    bureau.settings.operator_address = "root@arc.example";
    const auto flood = bureau.mail_to("abuse", "eve@stranger.example");
    for (std::size_t i = 0; i < mailroom::most_to_operator_an_hour; ++i) {
        CHECK(bureau.mailroom.receive(std::vector{flood}).front().front().receipt == mailroom::Receipt::accepted);
    }
    CHECK(bureau.mailroom.receive(std::vector{flood}).front().front().receipt == mailroom::Receipt::later);
    auto both = a_post("mei@orchid.example", "TLP:AMBER x");
    both.rcpt_to.push_back("postmaster@lists.arc.example");
    both.door = GENERATE(as<std::string>{}, "smtp", "lmtp");
    const auto spooled = bureau.store().posts().count(storage::PostState::spooled);
    const auto answers = bureau.mailroom.receive(std::vector{both}).front();
    REQUIRE(answers.size() == 2);
    CHECK(answers[1].receipt == mailroom::Receipt::later);
    CHECK(answers[0].receipt == (both.door == "smtp" ? mailroom::Receipt::later : mailroom::Receipt::accepted));
    CHECK(bureau.store().posts().count(storage::PostState::spooled) == spooled + (both.door == "smtp" ? 0 : 1));
    CHECK(bureau.mailroom.receive(std::vector{a_post("mei@orchid.example", "TLP:AMBER y")}).front().front().receipt ==
          mailroom::Receipt::accepted);  // posts are none of that
}

TEST_CASE("an hour's limit counts any hour", "[S5]") {
    using namespace std::chrono_literals;
    mailroom::HourlyLimit limit(2, 100);
    const mailroom::HourlyLimit::Moment begin{};
    CHECK(limit.take(begin, 1));
    CHECK(limit.take(begin + 30min, 1));
    CHECK_FALSE(limit.take(begin + 59min, 1));
    CHECK(limit.take(begin + 60min, 1));
    CHECK_FALSE(limit.take(begin + 89min, 1));
    CHECK(limit.take(begin + 90min, 99));
    CHECK_FALSE(limit.take(begin + 121min, 2));  // 99 are of this hour
    CHECK(limit.take(begin + 121min, 1));
    CHECK(limit.take(begin + 300min, 1'000));  // alone, so that one mail of any size comes through
}

TEST_CASE("a list that is called abuse stays a list", "[A2]") {
    Bureau bureau;
    auto list = *bureau.store().rosters().list(ListId{"teams"});
    list.id = ListId{"abuse"};
    bureau.change([&](storage::Register& r) { r.put(list); });
    CHECK(bureau.receive(bureau.mail_to("abuse", "eve@stranger.example")).receipt == mailroom::Receipt::refused);
}
