// Copies that only their reader can open, with an engine that the test can open.
#include <algorithm>
#include <deque>
#include <set>

#include "a_house.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/openpgp/own_keys.hpp"

using namespace caveat;
using community::Code;
using storage::DeliveryState;

namespace {

// What is sealed stands in a packet in hexadecimal; a session key names its reader.
struct AFakeOffice final : openpgp::OwnKeys {
    int sealed = 0;
    int asked = 0;
    bool down = false;
    std::vector<std::size_t> slices;
    std::set<std::string> refuses;  // fingerprints

    Result<std::shared_ptr<void>> alone() override { return std::shared_ptr<void>(); }
    Result<openpgp::OwnKey> make(std::string_view, std::chrono::seconds) override { return fail(errc::temporary, "not here"); }
    Result<std::string> sign(std::string_view, const openpgp::OwnKey&) override { return fail(errc::temporary, "not here"); }
    Result<openpgp::Slice> seal(std::string_view entity, const openpgp::OwnKey& signer,
                                std::span<const openpgp::ReaderKey> readers) override {
        ++sealed;
        if (down) return fail(errc::temporary, "down");
        slices.push_back(readers.size());
        openpgp::Slice slice{"signed by " + signer.fingerprint + ":" + vault::hex(entity), {}};
        for (const auto& reader : readers) {
            if (refuses.count(reader.fingerprint) > 0)
                slice.session_keys.emplace_back(std::nullopt);
            else
                slice.session_keys.emplace_back("for " + reader.fingerprint + ";");
        }
        return slice;
    }
};

struct SealedYard : test::AHouse {
    SealedYard() { settings.seals = true; }

    mailroom::Mailroom mailroom{room()};
    storage::Store courier_store{*storage::Store::open(options)};
    AFakeOffice office;
    int told = 0;  // that a slice was sealed
    std::function<void(std::function<void()>)> elsewhere = [](const std::function<void()>& work) { work(); };
    mailroom::Outbox outbox{room(courier_store),
                            nullptr,
                            {.lists = &office,
                             .seal_again_after = std::chrono::seconds{0},
                             .elsewhere = [this](std::function<void()> work) { elsewhere(std::move(work)); },
                             .sealed = [this] { ++told; }}};

    void encrypts(community::Encryption how, bool with_key = true) {
        change([&](storage::Register& r) {
            auto list = *r.list(ListId{"teams"});
            list.encryption = how;
            r.put(list);
            if (with_key) store().keys().put({list.id, "LISTKEY", "armour", clock.now(), std::nullopt});
        });
    }
    void key(const std::string& person, Code fitness = Code::key_usable) {
        change([&](storage::Register& r) {
            auto row = *r.person(PersonId{person});
            row.key = "armour of " + person;
            r.put(row);
            if (fitness != Code::none)
                CHECK(store().keys().put({row.id, "KEY-" + person, fitness, std::nullopt, "cv25519", clock.now()}, row.key));
        });
    }
    PostId distribute() {
        const auto id = mailroom.receive(std::vector{test::a_post("mei@orchid.example", "TLP:GREEN x")}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return id;
    }
    [[nodiscard]] storage::DeliveryRow row(const PostId& id, const std::string& person) {
        for (const auto& r : store().deliveries().rows(store().posts().find(id)->key)) {
            if (r.person.value == person) return r;
        }
        FAIL("no row of " << person);
        return {};
    }
    std::map<std::string, std::string> copies() {
        std::map<std::string, std::string> all;
        for (const auto& copy : outbox.exchange({}, 10)) {
            if (!copy.mail_from.empty()) all[copy.rcpt_to] = copy.message->bytes();
        }
        (void)outbox.exchange({}, 0);
        return all;
    }
    [[nodiscard]] std::size_t letters(const std::string& form) {
        std::size_t count = 0;
        store().journal().each({}, [&](const auto& entry) {
            count += entry.act == "notice.queued" && entry.detail.find("\"notice\":\"" + form + "\"") != std::string::npos ? 1U : 0U;
        });
        return count;
    }
};

// The bytes between the lines of armour of the second part.
std::string message_in(const std::string& copy) {
    const auto begin = copy.find("-----BEGIN PGP MESSAGE-----\r\n\r\n");
    REQUIRE(begin != std::string::npos);
    static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, held = 0;
    for (auto at = begin + 31; copy.compare(at, 3, "\r\n=") != 0; ++at) {
        const auto digit = digits.find(copy[at]);
        if (digit == std::string::npos) continue;
        held = held << 6U | static_cast<unsigned>(digit);
        if ((bits += 6) >= 8) out += static_cast<char>(held >> (bits -= 8) & 255U);
    }
    return out;
}

}  // namespace

TEST_CASE("one run seals for a slice, and each copy is its reader's alone", "[K1][K2][K10][A7]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("mei");
    yard.key("ana");
    const auto id = yard.distribute();
    const auto copies = yard.copies();
    CHECK(yard.office.sealed == 1);
    REQUIRE(copies.size() == 2);
    const auto number = std::stoul(id.value.substr(id.value.size() - 5), nullptr, 16);  // of the id, and no count of posts (A7)
    for (const auto* person : {"mei@orchid.example", "ana@banksia.example"}) {
        CAPTURE(person);
        const auto& copy = copies.at(person);
        const std::string name(person, 3);
        const auto message = message_in(copy);
        CHECK(message.starts_with("for KEY-" + name + ";signed by LISTKEY:"));
        const auto inside = vault::unhex(message.substr(message.find(':') + 1));
        CHECK(inside.find("Subject: TLP:GREEN x\r\n") != std::string::npos);
        CHECK(inside.ends_with("\r\n\r\nThe words of the post.\r\n"));
        CHECK(copy.find(fmt::format("Subject: TLP:GREEN Message {}\r\n", number)) != std::string::npos);
        CHECK(copy.find("words") == std::string::npos);
    }
    CHECK(yard.row(id, "quentin").state == DeliveryState::withheld);
    CHECK(yard.row(id, "quentin").because.code == Code::no_key);
}

TEST_CASE("what was sealed in a header as it came stands outside of no copy", "[K1][K10]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("ana");
    const auto id = yard.distribute();
    yard.change([&](storage::Register&) {
        const std::string inside =
            "From: Mei CANARY <mei@orchid.example>\r\nTo: teams@lists.arc.example, CANARY <canary@bank.example>\r\nSubject: x\r\n"
            "\r\nwords\r\n";
        const auto key = yard.store().posts().find(id)->key;
        yard.store().posts().put_opened(key, yard.vault().seal_to_forget(inside, storage::sealed_inside_as(id)));
    });
    const auto copy = yard.copies().at("ana@banksia.example");
    CHECK(copy.find("\r\nTo: teams@lists.arc.example\r\n") != std::string::npos);
    const auto outside = copy.substr(0, copy.find("-----BEGIN"));
    CHECK(outside.find("CANARY") == std::string::npos);
    CHECK(outside.find("canary") == std::string::npos);
    const auto message = message_in(copy);
    CHECK(vault::unhex(message.substr(message.find(':') + 1)).find("CANARY <canary@bank.example>") != std::string::npos);
}

TEST_CASE("outside of a copy whose author is not named stands nothing of the mail as it came", "[K10]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("ana");
    const auto id = yard.distribute();
    const auto key = yard.store().posts().find(id)->key;
    const auto came = *yard.vault().open(yard.store().posts().body(key), id.value);
    yard.change([&](storage::Register&) {
        auto post = *yard.store().posts().get(key);
        post.caveats.author_withheld = true;
        yard.store().posts().update(post);
        yard.store().posts().put_opened(key, yard.vault().seal_to_forget(came, storage::sealed_inside_as(id)));
    });
    const auto date = came.substr(came.find("\r\nDate: "), 33);
    const auto copy = yard.copies().at("ana@banksia.example");
    CHECK(copy.find("\r\nDate: ") != std::string::npos);
    CHECK(copy.find(date) == std::string::npos);
    CHECK(copy.find("mei@") == std::string::npos);
}

TEST_CASE("a post to two lists leaves each of them sealed", "[K1][K10]") {
    const auto how = GENERATE(community::Encryption::required, community::Encryption::preferred);
    const bool milder = GENERATE(false, true);  // the list requires nothing any more when copies leave
    SealedYard yard;
    yard.encrypts(how);
    yard.key("ana");
    yard.change([](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.id = ListId{"drill"};
        r.put(list);
    });
    auto mail = test::a_post("mei@orchid.example", "TLP:GREEN x");
    mail.rcpt_to.push_back("drill@lists.arc.example");
    const auto id = yard.mailroom.receive(std::vector{mail}).front().front().id;
    while (yard.mailroom.process(8) > 0) {
    }
    const auto key = yard.store().posts().find(id)->key;
    REQUIRE(yard.store().posts().body(key).bytes.empty());
    if (milder) yard.encrypts(community::Encryption::preferred, false);
    const auto copy = yard.copies().at("ana@banksia.example");
    const auto outside = copy.substr(0, copy.find("-----BEGIN"));
    // Where it may have come encrypted, as the list was when it was judged, nobody knows any more whom it named outside.
    const bool may_hide = how == community::Encryption::required;
    CHECK(outside.find(may_hide ? "From: teams@lists.arc.example\r\n" : "From: <mei@orchid.example>\r\n") != std::string::npos);
    CHECK(yard.row(id, "ana").state != DeliveryState::failed);
    const auto message = message_in(copy);
    CHECK(vault::unhex(message.substr(message.find(':') + 1)).find("From: <mei@orchid.example>") != std::string::npos);
}

TEST_CASE("the next post is sealed while copies of the one before are handed over", "[K1]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("mei");
    yard.key("ana");
    std::deque<std::function<void()>> waiting;
    yard.elsewhere = [&](std::function<void()> work) { waiting.push_back(std::move(work)); };
    const auto gnupg_works = [&] {
        REQUIRE(waiting.size() == 1);
        waiting.front()();
        waiting.pop_front();
    };
    const auto first = yard.store().posts().find(yard.distribute())->key;
    const auto second = yard.store().posts().find(yard.distribute())->key;
    std::vector<PostKey> handed;
    const auto next = [&] {
        for (int i = 0; i < 5; ++i) {
            const auto copies = yard.outbox.exchange({}, 1);
            if (copies.empty()) return false;
            if (copies.front().mail_from.empty()) continue;  // a letter of ours
            handed.push_back(copies.front().post);
            return true;
        }
        return false;
    };
    CHECK_FALSE(next());
    gnupg_works();
    CHECK(next());
    gnupg_works();  // for the second, though one of the first is still here
    for (int i = 0; i < 3; ++i) CHECK(next());
    CHECK(handed == std::vector<PostKey>{first, first, second, second});
    CHECK(yard.office.slices == std::vector<std::size_t>{2, 2});
    CHECK(waiting.empty());
}

TEST_CASE("each of many posts is sealed once, however far ahead of its copies", "[K1]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    for (const auto* person : {"mei", "ana", "quentin"}) yard.key(person);
    std::function<void()> at_work;
    yard.elsewhere = [&](std::function<void()> work) { at_work = std::move(work); };
    constexpr int posts = 8;
    for (int i = 0; i < posts; ++i) (void)yard.distribute();
    std::map<PostKey, int> handed;
    for (int i = 0; i < 5 * posts; ++i) {
        for (const auto& copy : yard.outbox.exchange({}, 1)) handed[copy.post] += copy.mail_from.empty() ? 0 : 1;
        if (at_work) std::exchange(at_work, nullptr)();
    }
    std::erase_if(handed, [](const auto& post) { return post.second == 0; });  // a letter of ours
    CHECK(handed.size() == posts);
    for (const auto& [post, copies] : handed) CHECK(copies == 3);
    CHECK(yard.office.slices == std::vector<std::size_t>(posts, 3));
}

TEST_CASE("a copy that comes back is made again without GnuPG, unless the reader's key is another by then", "[K1][K2]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("mei");
    yard.key("ana");
    (void)yard.distribute();
    const auto comes_back = [&] {
        std::vector<storage::Outcome> back;
        for (const auto& copy : yard.outbox.exchange({}, 10)) {
            if (copy.mail_from.empty()) continue;
            CHECK_FALSE(message_in(copy.message->bytes()).empty());
            storage::Outcome late;
            late.post = copy.post;
            late.seq = copy.seq;
            late.state = DeliveryState::deferred;
            late.because = {Code::asked_again, "late"};
            late.at = late.next = yard.clock.now();
            back.push_back(late);
        }
        CHECK(back.size() == 2);
        (void)yard.outbox.exchange(back, 0);
    };
    comes_back();
    comes_back();
    CHECK(yard.office.sealed == 1);
    yard.change([&](storage::Register& r) {
        auto ana = *r.person(PersonId{"ana"});
        ana.key = "another";
        r.put(ana);
        CHECK(yard.store().keys().put({ana.id, "KEY-new", Code::key_usable, std::nullopt, "cv25519", yard.clock.now()}, ana.key));
    });
    CHECK(message_in(yard.copies().at("ana@banksia.example")).starts_with("for KEY-new;"));
    CHECK(yard.office.sealed == 2);
}

TEST_CASE("who gets nothing for want of a key is told once a day, and so are the owners", "[K1]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("mei");
    yard.key("ana", Code::key_expired);
    yard.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"mei"}, ListId{"teams"}, {yard.clock.now(), {}}}); });
    for (int day = 0; day < 2; ++day) {
        for (int post = 0; post < 2; ++post) {
            (void)yard.distribute();
            CHECK(yard.copies().size() == 1);
        }
        CHECK(yard.letters("no-key") == 2U * static_cast<std::size_t>(day + 1));
        CHECK(yard.letters("no-key-report") == static_cast<std::size_t>(day + 1));
        yard.clock.time += std::chrono::hours{24};
    }
}

TEST_CASE("a key that GnuPG does not take ends its own copy and no other", "[K1]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("mei");
    yard.key("ana");
    yard.office.refuses = {"KEY-ana"};
    const auto id = yard.distribute();
    CHECK(yard.copies().size() == 1);
    CHECK(yard.row(id, "ana").state == DeliveryState::withheld);
    CHECK(yard.row(id, "ana").because.code == Code::no_key);
}

TEST_CASE("what cannot be sealed now waits, and never leaves in clear", "[K1][D5]") {
    SealedYard yard;
    const auto how = GENERATE(community::Encryption::required, community::Encryption::preferred);
    CAPTURE(static_cast<int>(how));
    SECTION("GnuPG does not work") {
        yard.encrypts(how);
        yard.key("mei");
        yard.office.down = true;
        const auto id = yard.distribute();
        CHECK(yard.copies().count("mei@orchid.example") == 0);
        const auto waits = yard.row(id, "mei");
        CHECK(waits.state == DeliveryState::deferred);
        CHECK(waits.because.code == Code::openpgp_failed);
        CHECK(waits.attempts == 1);
        yard.office.down = false;
        yard.clock.time += std::chrono::hours{6};
        CHECK(message_in(yard.copies().at("mei@orchid.example")).starts_with("for KEY-mei;"));
    }
    SECTION("the list has no key of its own yet") {
        yard.encrypts(how, false);
        yard.key("mei");
        const auto id = yard.distribute();
        CHECK(yard.copies().count("mei@orchid.example") == 0);
        CHECK(yard.row(id, "mei").state == DeliveryState::deferred);
        CHECK(yard.row(id, "mei").because.code == Code::list_key_waits);
        yard.encrypts(how);
        yard.clock.time += std::chrono::minutes{1};
        CHECK(message_in(yard.copies().at("mei@orchid.example")).starts_with("for KEY-mei;"));
    }
    SECTION("nobody looked at the reader's key yet") {
        yard.encrypts(how);
        yard.key("mei", Code::none);
        const auto id = yard.distribute();
        CHECK(yard.copies().count("mei@orchid.example") == 0);
        CHECK(yard.row(id, "mei").because.code == Code::key_waits);
        yard.clock.time += std::chrono::hours{200};
        CHECK(yard.copies().count("mei@orchid.example") == 0);
        CHECK(yard.row(id, "mei").state == DeliveryState::withheld);
    }
}

TEST_CASE("where sealing is preferred, a good key gets a sealed copy and the others a clear one", "[K1]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::preferred);
    yard.key("mei");
    yard.key("ana", Code::key_revoked);
    (void)yard.distribute();
    const auto copies = yard.copies();
    CHECK(copies.at("mei@orchid.example").find("words") == std::string::npos);
    CHECK(copies.at("ana@banksia.example").ends_with("\r\n\r\nThe words of the post.\r\n"));
    CHECK(copies.at("quentin@quokka.example").ends_with("\r\n\r\nThe words of the post.\r\n"));
}

TEST_CASE("a key that changes between sealing and hand-off is sealed to anew", "[K1][A2]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("mei");
    yard.key("ana");
    (void)yard.distribute();
    auto first = yard.outbox.exchange({}, 1);
    REQUIRE(first.size() == 1);
    CHECK(yard.office.slices == std::vector<std::size_t>{2});
    const std::string other = first.front().rcpt_to.starts_with("mei") ? "ana" : "mei";
    yard.change([&](storage::Register& r) {
        auto row = *r.person(PersonId{other});
        row.key = "new armour";
        r.put(row);
        CHECK(yard.store().keys().put({row.id, "KEY-new", Code::key_usable, std::nullopt, "cv25519", yard.clock.now()}, row.key));
    });
    const auto second = yard.outbox.exchange({}, 1);
    REQUIRE(second.size() == 1);
    CHECK(message_in(second.front().message->bytes()).starts_with("for KEY-new;"));
}

TEST_CASE("while GnuPG works, copies in clear leave", "[K1][D4]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::preferred);
    yard.key("mei");
    yard.key("ana");
    std::function<void()> at_work;
    yard.elsewhere = [&](std::function<void()> work) { at_work = std::move(work); };
    (void)yard.distribute();
    const auto first = yard.copies();
    CHECK(first.size() == 1);
    CHECK(first.count("quentin@quokka.example") == 1);
    REQUIRE(at_work);
    CHECK(yard.copies().empty());
    CHECK(yard.office.sealed == 0);
    // It is told when there is something to be had, and does not look all the time.
    CHECK(yard.outbox.next_due() == yard.clock.now() + std::chrono::seconds{1});
    CHECK(yard.told == 0);
    at_work();
    CHECK(yard.told == 1);
    CHECK(yard.outbox.next_due() <= yard.clock.now());
    CHECK(yard.outbox.changed_elsewhere());
    CHECK(yard.copies().size() == 2);
    CHECK(yard.office.sealed == 1);
}

namespace {

struct ALetterYard : SealedYard {
    ALetterYard() {
        key("mei");
        key("quentin", Code::none);
        change([&](storage::Register&) { store().keys().put_communitys({"OURKEY", "armour", clock.now()}); });
    }
    PostId queued(const std::string& person, std::optional<community::Tlp> label) {
        const letters::Letter letter{.purpose = storage::Purpose::to_party,
                                     .form = {"Subject: A word for {{name}}\n\nDear {{name}}\n"},
                                     .from = "sc+owner@lists.arc.example",
                                     .fields = {},
                                     .label = label};
        storage::Store::Transaction transaction(store());
        const auto id =
            letters::Writer(vault(), letterhead).send(store(), letter, *store().directory().person(PersonId{person}), clock.now());
        REQUIRE(id);
        transaction.commit();
        return *id;
    }
    // "sealed", "clear", or the state of its row.
    std::string leaves(const std::string& person, std::optional<community::Tlp> label) {
        const auto id = queued(person, label);
        std::string how;
        for (const auto& copy : outbox.exchange({}, 10)) {
            last = copy.message->bytes();
            how = last.find("Dear ") == std::string::npos ? "sealed" : "clear";
        }
        (void)outbox.exchange({}, 0);
        return how.empty() ? std::string(storage::name(row(id, person).state)) : how;
    }
    std::string last;
};

}  // namespace

TEST_CASE("a letter above GREEN leaves sealed to whoever has a good key, and signed by the community", "[K1][K2][K10]") {
    ALetterYard yard;
    using community::Tlp;
    CHECK(yard.leaves("mei", Tlp::amber_strict) == "sealed");
    const auto message = message_in(yard.last);
    CHECK(message.starts_with("for KEY-mei;signed by OURKEY:"));
    CHECK(vault::unhex(message.substr(message.find(':') + 1)).find("Subject: A word for mei\r\n") != std::string::npos);
    CHECK(yard.last.find("A word") == std::string::npos);
    CHECK(yard.last.find("\r\nAuto-Submitted: auto-replied\r\n") != std::string::npos);
    CHECK(yard.leaves("mei", Tlp::amber) == "sealed");
    CHECK(yard.leaves("mei", Tlp::red) == "sealed");
    CHECK(yard.leaves("mei", Tlp::green) == "clear");
    CHECK(yard.leaves("mei", std::nullopt) == "clear");
    CHECK(yard.leaves("ana", Tlp::amber_strict) == "clear");  // no key: the relay is verified
    CHECK(yard.leaves("ana", Tlp::red) == "withheld");
    CHECK(yard.leaves("quentin", Tlp::amber) == "deferred");  // a key that nobody looked at yet
    yard.office.down = true;
    CHECK(yard.leaves("mei", Tlp::amber) == "deferred");
}

TEST_CASE("without a key of the community's own a letter that is to be sealed waits for one", "[K1]") {
    SealedYard yard;
    yard.key("mei");
    ALetterYard other;  // the same with one
    CHECK(other.leaves("mei", community::Tlp::amber) == "sealed");
    const letters::Letter letter{.purpose = storage::Purpose::to_party,
                                 .form = {"Subject: A word\n\nDear {{name}}\n"},
                                 .from = "sc+owner@lists.arc.example",
                                 .fields = {},
                                 .label = community::Tlp::amber};
    yard.change([&](storage::Register&) {
        CHECK(letters::Writer(yard.vault(), yard.letterhead)
                  .send(yard.store(), letter, *yard.store().directory().person(PersonId{"mei"}), yard.clock.now()));
    });
    CHECK(yard.outbox.exchange({}, 10).empty());
}

TEST_CASE("what asks to leave encrypted leaves so to who runs a list, too, or not at all", "[K1][ruling qq]") {
    SealedYard yard;
    const auto how = GENERATE(community::Encryption::none, community::Encryption::preferred);
    const bool never = how == community::Encryption::none;
    yard.encrypts(how, !never);
    yard.key("ana");
    yard.change([&](storage::Register& r) {
        for (const auto* owner : {"ana", "quentin"})
            r.put(community::Term{"owner", PersonId{owner}, ListId{"teams"}, {yard.clock.now(), {}}});
    });
    const auto to_owner = [&] {
        auto mail = test::a_post("mei@orchid.example", "TLP:GREEN x", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
        mail.rcpt_to = {"teams+owner@lists.arc.example"};
        mail.bytes = mail.bytes.substr(0, mail.bytes.find("\r\n\r\n") + 4) +
                     "--b\r\n\r\nTLP:GREEN\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
                     R"({"id": "1", "tlp": "green", "encrypt_in_transit": "must", "attribution": "may"})"
                     "\r\n--b--\r\n";
        const auto id = yard.mailroom.receive(std::vector{mail}).front().front().id;
        while (yard.mailroom.process(8) > 0) {
        }
        return id;
    };
    const auto id = to_owner();
    const auto post = *yard.store().posts().find(id);
    if (never) {
        CHECK(post.state == storage::PostState::refused);
        CHECK(post.because.front().code == Code::list_not_encrypting);
        CHECK(yard.letters("refused") == 1);
        return;
    }
    REQUIRE(post.state == storage::PostState::distributed);
    const auto copies = yard.copies();
    CHECK(copies.count("quentin@quokka.example") == 0);
    CHECK(message_in(copies.at("ana@banksia.example")).starts_with("for KEY-ana;"));
    CHECK(yard.row(id, "quentin").because.code == Code::no_key);
    yard.settings.seals = false;
    CHECK(yard.store().posts().find(to_owner())->because.front().code == Code::no_sealing);
    CHECK(yard.letters("held") == 1);
}

TEST_CASE("mail to who runs a list that encrypts reaches them sealed, or not at all", "[K1]") {
    SealedYard yard;
    yard.encrypts(community::Encryption::required);
    yard.key("ana");
    yard.change([&](storage::Register& r) {
        for (const auto* owner : {"ana", "quentin"})
            r.put(community::Term{"owner", PersonId{owner}, ListId{"teams"}, {yard.clock.now(), {}}});
    });
    auto mail = test::a_post("mei@orchid.example", "a question");
    mail.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto to_owner = [&] {
        auto again = mail;
        again.bytes.replace(again.bytes.find("<one@"), 5, fmt::format("<{}@", ++yard.office.asked));
        const auto id = yard.mailroom.receive(std::vector{again}).front().front().id;
        while (yard.mailroom.process(8) > 0) {
        }
        return id;
    };
    const auto id = to_owner();
    const auto copies = yard.copies();
    REQUIRE(copies.size() == 1);
    CHECK(message_in(copies.at("ana@banksia.example")).starts_with("for KEY-ana;signed by LISTKEY:"));
    CHECK(yard.row(id, "quentin").state == DeliveryState::withheld);
    CHECK(yard.row(id, "quentin").because.code == Code::no_key);
    yard.settings.seals = false;
    CHECK(yard.store().posts().find(to_owner())->state == storage::PostState::held);
}
