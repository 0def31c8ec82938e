// Posts that come encrypted or signed, from the door to their copies, with an opener that the test can fool.
#include <algorithm>

#include "a_house.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/requests.hpp"
#include "caveat/openpgp/opener.hpp"
#include "caveat/vault/base64.hpp"
#include "pattern.hpp"

using namespace caveat;
using community::Code;
using storage::PostState;

namespace {

// A signature is a line of whose it is, when it was made and of what; ciphertext is a packet that begins as one does, for whom, such a line
// or none, and the text.
std::string a_signature(const std::string& signer, Instant made, const std::string& covered) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(made.time_since_epoch()).count();
    return fmt::format("{} {} {}", signer, seconds, vault::hex(vault::sha256(covered)));
}

std::string a_ciphertext(const std::string& list_key, const std::string& signature, const std::string& plain) {
    const auto base64 = vault::base64("\xC1\x0A\x03" + list_key + "\n" + signature + "\n" + plain);
    std::string lines;
    for (std::size_t at = 0; at < base64.size(); at += 64) lines += base64.substr(at, 64) + "\r\n";
    return "-----BEGIN PGP MESSAGE-----\r\n\r\n" + lines + "-----END PGP MESSAGE-----\r\n";
}

struct AFakeReader final : openpgp::Reader {
    openpgp::ReadingKeys keys;
    bool down = false;
    bool ended = false;

    // What stands in the way of asking.
    [[nodiscard]] tl::unexpected<Error> trouble() const {
        if (down) return fail(errc::temporary, "down");
        return fail(errc::denied, "GnuPG could not be done with it in 10 s, and was ended twice");
    }
    [[nodiscard]] openpgp::SeenSignature seen(const std::string& line, std::string_view covered) const {
        const auto signer = line.substr(0, line.find(' '));
        const auto made = *parse_seconds(line);
        const auto is_it = [&](const openpgp::ReaderKey& key) { return key.fingerprint == signer; };
        if (std::none_of(keys.people.begin(), keys.people.end(), is_it)) return {false, {}, made, signer, signer};
        const bool good = a_signature(signer, made, std::string(covered)) == line;
        return {good, good ? signer : std::string(), made, {}, good ? signer : std::string()};
    }
    static std::optional<Instant> parse_seconds(const std::string& line) {
        return Instant(std::chrono::seconds(std::stoll(line.substr(line.find(' ') + 1))));
    }
    Result<openpgp::Read> open(std::string_view ciphertext, std::size_t) override {
        if (down || ended) return trouble();
        auto text = std::string(ciphertext.substr(ciphertext.find("\r\n\r\n") + 4));
        text.resize(text.find("-----END"));
        std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
        const auto packet = vault::unbase64(text).value_or("").substr(3);
        const auto first = packet.find('\n'), second = packet.find('\n', first + 1);
        if (keys.own.empty() || packet.substr(0, first) != keys.own.front().fingerprint) return fail(errc::invalid, "not opened");
        openpgp::Read read{packet.substr(second + 1), {}};
        const auto signature = packet.substr(first + 1, second - first - 1);
        if (!signature.empty()) read.signatures.push_back(seen(signature, read.plain));
        return read;
    }
    Result<openpgp::Read> verify(std::string_view signed_bytes, std::string_view signature) override {
        if (down || ended) return trouble();
        return openpgp::Read{{}, {seen(std::string(signature.substr(0, signature.find('\r'))), signed_bytes)}};
    }
    Result<openpgp::Read> verify_block(std::string_view, std::size_t) override { return fail(errc::invalid, "not here"); }
};

struct AFakeOpener final : openpgp::Opener {
    bool down = false;
    bool ended = false;
    int asked = 0;
    std::function<void()> meanwhile = [] {};
    std::unique_ptr<openpgp::Reader> with(openpgp::ReadingKeys keys) override {
        ++asked;
        meanwhile();
        auto reader = std::make_unique<AFakeReader>();
        reader->keys = std::move(keys);
        reader->down = down;
        reader->ended = ended;
        return reader;
    }
};

const std::string inside_text = "Content-Type: text/plain; charset=utf-8\r\n\r\nTLP:GREEN\r\n\r\nthe canary sings at noon\r\n";

struct OpeningHouse : test::AHouse {
    AFakeOpener opener;
    std::optional<mailroom::Mailroom> mailroom;

    OpeningHouse() {
        settings.seals = true;
        settings.gnupg_again = std::chrono::milliseconds{0};
        encrypts("teams", community::Encryption::required);
        for (const auto* person : {"mei", "ana"}) {
            change([&](storage::Register& r) {
                auto row = *r.person(PersonId{person});
                row.key = "armour of " + row.id.value;
                r.put(row);
                CHECK(store().keys().put({row.id, "KEY-" + row.id.value, Code::key_usable, std::nullopt, "cv25519", clock.now()}, row.key));
            });
        }
        restart();
    }
    void restart() { mailroom.emplace(mailroom::Room{store(), vault(), rules, clock, settings, &opener}); }
    void encrypts(const std::string& id, community::Encryption how) {
        change([&](storage::Register& r) {
            auto list = *r.list(ListId{id});
            list.encryption = how;
            r.put(list);
            store().keys().put({list.id, "LIST-" + id, "armour", clock.now(), std::nullopt});
        });
    }
    void asks_for(const std::string& id, community::Strength strength) {
        change([&](storage::Register& r) {
            auto list = *r.list(ListId{id});
            list.authentication = strength;
            r.put(list);
        });
    }
    // As the daemon does it: judge, run errands, judge.
    void work() {
        for (int quiet = 0; quiet < 2;) {
            const auto judged = mailroom->process(8, mailroom::Mailroom::read_at_desk);
            const auto errand = mailroom->errand(mailroom::Mailroom::read_at_desk);
            if (errand) (*errand)()();
            quiet = judged > 0 || errand ? 0 : quiet + 1;
            if (opener.down && errand && errand->asks_gnupg) return;
        }
    }
    PostId taken(const mailroom::Submission& submission) { return mailroom->receive(std::vector{submission}).front().front().id; }
    storage::Post judged(const mailroom::Submission& submission) {
        const auto id = taken(submission);
        work();
        return *store().posts().find(id);
    }
    [[nodiscard]] std::string signed_by(const std::string& key, const std::string& covered = inside_text) const {
        return a_signature(key, clock.now(), covered);
    }
};

// A mail of this author with this body, header and all.
mailroom::Submission with_entity(const std::string& from, const std::string& entity, bool proven = true) {
    auto s = test::a_post(from, "...");
    s.bytes.resize(s.bytes.find("\r\n\r\n") + 2);
    if (!proven) s.bytes.erase(0, s.bytes.find("\r\n") + 2);
    if (!proven) s.mail_from = "eve@stranger.example";
    s.bytes += "MIME-Version: 1.0\r\n" + entity;
    return s;
}

std::string sealed_entity(const std::string& ciphertext) {
    return "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n"
           "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
           "--b\r\nContent-Type: application/octet-stream\r\n\r\n" +
           ciphertext + "\r\n--b--\r\n";
}

std::string signed_entity(const std::string& signature, const std::string& part = inside_text) {
    return "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\r\n\r\n--s\r\n" + part +
           "\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n" + signature + "\r\n--s--\r\n";
}

Code first_code(const storage::Post& post) { return post.because.empty() ? Code::none : post.because.front().code; }

bool says(const storage::Post& post, Code code) {
    return std::any_of(post.because.begin(), post.because.end(), [&](const auto& reason) { return reason.code == code; });
}

}  // namespace

TEST_CASE("what came sealed to a list is judged and copied as what was inside, and rests sealed", "[K3][K5][K13]") {
    OpeningHouse house;
    const auto inside = "Subject: the real one\r\n" + inside_text;
    auto protected_inside = inside;
    protected_inside.insert(protected_inside.find("utf-8") + 5, "; hp=\"cipher\"");
    const auto post = house.judged(with_entity(
        "mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", house.signed_by("KEY-mei", protected_inside), protected_inside))));
    CHECK(post.state == PostState::distributed);
    CHECK(post.label == community::Tlp::green);  // below the default: a signature may
    CHECK(post.strength == community::Strength::signature);
    CHECK(says(post, Code::came_sealed));
    CHECK(says(post, Code::author_signed));
    const auto opened = house.store().posts().opened(post.key);
    REQUIRE(opened);
    const auto bytes = *house.vault().open(*opened, storage::sealed_inside_as(post.id));
    CHECK(bytes.find("Subject: the real one\r\n") != std::string::npos);
    CHECK(bytes.find("\r\n\r\nTLP:GREEN\r\n\r\nthe canary sings at noon\r\n") != std::string::npos);
    CHECK(bytes.find("BEGIN PGP") == std::string::npos);
    CHECK(test::read_text(house.options.path).find("canary sings") == std::string::npos);
}

TEST_CASE("a post of which only a part is encrypted is held on a list that opens, and its author hears why", "[K3][L9][T1]") {
    OpeningHouse house;
    const auto sealed = a_ciphertext("LIST-teams", {}, "Content-Type: text/plain\r\n\r\nTLP:RED\r\n");
    const auto mail = with_entity("mei@orchid.example", "Content-Type: text/plain\r\n\r\n" + sealed + "\r\nSent from my phone\r\n");
    const auto post = house.judged(mail);
    CHECK(post.state == PostState::held);
    CHECK(first_code(post) == Code::label_held);
    storage::Posts::Filter letters;
    letters.notices = true;
    const auto told = house.store().posts().select(letters).back();
    REQUIRE(told.purpose == storage::Purpose::about_post);
    const auto letter = house.vault().open(house.store().posts().body(told.key), told.sealed_as.value);
    CHECK(letter->find("encrypt all of it, or nothing") != std::string::npos);
    CHECK(letter->find("Only you can settle that") != std::string::npos);
}

TEST_CASE("no letter about a post that came encrypted quotes a word of it", "[K1][K13]") {
    OpeningHouse house;
    const std::string unclear = "Content-Type: text/plain\r\n\r\nTLP:ORANGE\r\n\r\nthe canary sings at noon\r\n";
    const auto quoted = [&](const std::string& entity) {
        const auto post = house.judged(with_entity("mei@orchid.example", entity));
        CHECK(first_code(post) == Code::label_held);
        storage::Posts::Filter letters;
        letters.notices = true;
        const auto last = house.store().posts().select(letters).back();
        REQUIRE(last.purpose == storage::Purpose::about_post);
        return house.vault().open(house.store().posts().body(last.key), last.sealed_as.value)->find("ORANGE") != std::string::npos;
    };
    CHECK(quoted(unclear));
    CHECK_FALSE(quoted(sealed_entity(a_ciphertext("LIST-teams", {}, unclear))));
}

TEST_CASE("on a list that asks for a signature, one of the author over all of it counts, and nothing else", "[A5][K4][K6]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::signature);
    const auto is = [&](const mailroom::Submission& submission, PostState state, Code code) {
        const auto post = house.judged(submission);
        CAPTURE(community::lines(post.because));
        CHECK(post.state == state);
        CHECK(first_code(post) == code);
        return post;
    };
    const auto signed_part = signed_entity(house.signed_by("KEY-mei"));
    is(with_entity("mei@orchid.example", signed_part, false), PostState::distributed, Code::granted);
    is(with_entity("mei@orchid.example", inside_text), PostState::held, Code::authentication);
    is(with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-eve"))), PostState::held, Code::authentication);
    is(with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-mei", "other words"))), PostState::held, Code::authentication);
    // A part of it, in a mail whose other part is in clear.
    is(with_entity("mei@orchid.example", "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" + signed_part +
                                             "\r\n--m\r\nContent-Type: text/plain\r\n\r\nmore\r\n--m--\r\n"),
       PostState::held, Code::authentication);
    CHECK(is(with_entity("quentin@quokka.example", signed_part), PostState::held, Code::authentication).strength ==
          community::Strength::dmarc);
}

TEST_CASE("who posts in clear to a list that asks for a signature hears that it waits, and what becomes of it", "[D2][M4]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::signature);
    const auto letters = [&] {
        std::vector<std::string> all;
        storage::Posts::Filter filter;
        filter.notices = true;
        for (const auto& one : house.store().posts().select(filter)) {
            if (one.purpose == storage::Purpose::about_post)
                all.push_back(mail::parse(*house.vault().open(house.store().posts().body(one.key), one.sealed_as.value), {})->subject);
        }
        return all;
    };
    const std::string address = GENERATE("teams@lists.arc.example", "teams+owner@lists.arc.example");
    auto mail = with_entity("mei@orchid.example", inside_text);
    mail.rcpt_to = {address};
    const auto held = house.judged(mail);
    CHECK(first_code(held) == Code::authentication);
    using Subjects = std::vector<std::string>;
    const std::string waits = "Your post to teams is held";
    CHECK(letters() == Subjects{waits});
    SECTION("it is given up") {
        house.clock.time += house.settings.quotas.unproven_life;
        CHECK(house.mailroom->discard_unproven() == 1);
        CHECK(letters() == Subjects{waits, "Your post to teams was not distributed"});
    }
    SECTION("in other envelopes no more than is only claimed waits") {
        house.settings.quotas.unproven.number = 1;
        mail.mail_from = "eve@stranger.example";
        CHECK(house.mailroom->receive(std::vector{mail}).front().front().receipt == mailroom::Receipt::quota);
        mail.mail_from = "mei@orchid.example";
        CHECK(house.mailroom->receive(std::vector{mail}).front().front().receipt == mailroom::Receipt::accepted);
    }
    SECTION("it is rejected") {
        REQUIRE(house.mailroom->reject({"operator test", std::nullopt}, held.id, "sign it"));
        CHECK(letters() == Subjects{waits, "Your post to teams was rejected"});
    }
    SECTION("whoever is not proven hears nothing") {
        auto claimed = with_entity("mei@orchid.example", inside_text + "again\r\n", false);
        claimed.rcpt_to = {address};
        house.judged(claimed);
        house.clock.time += house.settings.quotas.unproven_life;
        CHECK(house.mailroom->discard_unproven() == 2);
        CHECK(letters().size() == 2);
    }
}

TEST_CASE("whoever only claims to be somebody gets one answer, whatever the list's key makes of it", "[K6][A7]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::dmarc);
    const std::vector<std::string> entities{
        sealed_entity(a_ciphertext("LIST-teams", {}, inside_text)), sealed_entity(a_ciphertext("LIST-other", {}, inside_text)),
        signed_entity(house.signed_by("KEY-eve")), sealed_entity(a_ciphertext("LIST-teams", house.signed_by("KEY-eve"), inside_text))};
    for (const auto& entity : entities) {
        const auto post = house.judged(with_entity("mei@orchid.example", entity, false));
        CHECK(post.state == PostState::held);
        CHECK(first_code(post) == Code::authentication);
    }
    storage::Posts::Filter letters;
    letters.notices = true;
    for (const auto& letter : house.store().posts().select(letters)) {
        if (letter.kind == storage::PostKind::notice) CHECK(letter.purpose != storage::Purpose::about_post);
    }
    // The author, proven, hears that it could not be opened, and no more.
    const auto refused = house.judged(with_entity("mei@orchid.example", entities[1]));
    CHECK(refused.state == PostState::refused);
    CHECK(first_code(refused) == Code::not_opened);
}

TEST_CASE("a signature counts once: in another shape, on another list, under another id, after a restart and in an older copy", "[K7]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::dmarc);
    const auto signature = house.signed_by("KEY-mei");
    CHECK(house.judged(with_entity("mei@orchid.example", signed_entity(signature))).state == PostState::distributed);
    const auto copy_of_then = house.folder / "then.db";
    {
        storage::Store::Transaction nothing_else_writes(house.store());
        for (const auto* part : {"", "-wal"}) std::filesystem::copy_file(house.options.path.string() + part, copy_of_then.string() + part);
    }
    const auto replay = [&](const std::string& entity) {
        auto submission = with_entity("mei@orchid.example", entity);
        submission.bytes.replace(submission.bytes.find("<one@"), 5, "<two@");
        const auto post = house.judged(submission);
        CHECK(post.state == PostState::refused);
        CHECK(first_code(post) == Code::replayed);
    };
    replay(signed_entity(signature));
    // As the MTA in front hands over what it does not know to be here: nobody is told that it came twice.
    const auto one_part = inside_text + "once\r\n";
    auto arrived = with_entity("ana@banksia.example", signed_entity(house.signed_by("KEY-ana", one_part), one_part), false);
    arrived.bytes.insert(0, "Received: by mx.arc.example; Sun, 22 Nov 2026 12:00:00 +0000\r\n");
    CHECK(house.judged(arrived).state == PostState::distributed);
    CHECK(house.judged(arrived).state == PostState::dropped);
    house.restart();
    replay(signed_entity(signature));
    replay(sealed_entity(a_ciphertext("LIST-teams", {}, signed_entity(signature))));
    replay(sealed_entity(a_ciphertext("LIST-teams", signature, inside_text)));
    auto then = house.options;
    then.path = copy_of_then;
    auto older = storage::Store::open(then);
    REQUIRE(older);
    REQUIRE(older->posts().select({}).size() == 1);
    mailroom::Mailroom restored({*older, house.vault(), house.rules, house.clock, house.settings, &house.opener});
    const auto id = restored.receive(std::vector{with_entity("mei@orchid.example", signed_entity(signature))}).front().front().id;
    (void)restored.process(8, mailroom::Mailroom::read_at_desk);
    (*restored.errand(mailroom::Mailroom::read_at_desk))()();
    (void)restored.process(8, mailroom::Mailroom::read_at_desk);
    CHECK(first_code(*older->posts().find(id)) == Code::replayed);

    // Judged again when a moderator released it, it is the same use; and so is one submission to two lists.
    house.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.id = ListId{"drill"};
        r.put(list);
    });
    house.encrypts("drill", community::Encryption::preferred);
    auto both = with_entity("ana@banksia.example", signed_entity(house.signed_by("KEY-ana")));
    both.rcpt_to.emplace_back("drill@lists.arc.example");
    const auto first = house.judged(both);
    CHECK(first.state == PostState::distributed);
    for (const auto& one : house.store().posts().select({})) {
        if (one.sealed_as == first.sealed_as) CHECK(one.state == PostState::distributed);
    }
    house.clock.time += std::chrono::hours{24 * 31};
    const auto old = with_entity("mei@orchid.example",
                                 signed_entity(a_signature("KEY-mei", house.clock.now() - std::chrono::hours{24 * 30 + 1}, inside_text)));
    CHECK(first_code(house.judged(old)) == Code::signature_old);
    const auto signed_ahead = [&](std::chrono::seconds by) {
        const auto part = inside_text + "ahead " + std::to_string(by.count()) + "\r\n";
        return first_code(
            house.judged(with_entity("mei@orchid.example", signed_entity(a_signature("KEY-mei", house.clock.now() + by, part), part))));
    };
    CHECK(signed_ahead(mailroom::clock_skew - std::chrono::seconds{1}) == Code::granted);
    CHECK(signed_ahead(mailroom::clock_skew) == Code::signature_old);
    CHECK(signed_ahead(std::chrono::hours{24 * 365 * 9}) == Code::signature_old);
    // The database was put back from a copy just now.
    house.settings.signed_from = house.clock.now();
    house.restart();
    const std::string other = "Content-Type: text/plain\r\n\r\nTLP:GREEN\r\n\r\nanother\r\n";
    const auto before = signed_entity(a_signature("KEY-mei", house.clock.now() - std::chrono::seconds{1}, other), other);
    CHECK(first_code(house.judged(with_entity("mei@orchid.example", before))) == Code::unsure);
    const auto after = signed_entity(a_signature("KEY-mei", house.clock.now(), other), other);
    CHECK(house.judged(with_entity("mei@orchid.example", after)).state == PostState::distributed);
}

TEST_CASE("a signature that came before it could count does not count later", "[K7]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::dmarc);
    // By somebody who has a copy.
    const auto counts_again = [&](const std::string& entity) {
        auto submission = with_entity("mei@orchid.example", entity, false);
        submission.bytes.replace(submission.bytes.find("<one@"), 5, "<two@");
        const auto post = house.judged(submission);
        CHECK(post.state == (post.strength == community::Strength::signature ? PostState::distributed : PostState::held));
        return post.strength == community::Strength::signature;
    };
    const auto key_of_mei = [&](const std::string& fingerprint) {
        const storage::KeyFact key{PersonId{"mei"}, fingerprint, Code::key_usable, std::nullopt, "cv25519", house.clock.now()};
        house.change([&](storage::Register&) { CHECK(house.store().keys().put(key, "armour of mei")); });
    };
    SECTION("as its key came on record later") {
        key_of_mei("KEY-before");
        const auto entity = signed_entity(house.signed_by("KEY-mei"));
        CHECK(house.judged(with_entity("mei@orchid.example", entity)).state == PostState::distributed);
        key_of_mei("KEY-mei");
        CHECK_FALSE(counts_again(entity));
    }
    SECTION("as it was dated ahead") {
        const auto entity = signed_entity(a_signature("KEY-mei", house.clock.now() + std::chrono::hours{24}, inside_text));
        CHECK(first_code(house.judged(with_entity("mei@orchid.example", entity))) == Code::signature_old);
        house.clock.time += std::chrono::hours{24};
        CHECK_FALSE(counts_again(entity));
    }
    SECTION("as it was at an address without a list, or at that of who runs one") {
        key_of_mei("KEY-before");
        const std::string address = GENERATE("none@lists.arc.example", "teams+owner@lists.arc.example");
        auto elsewhere = with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-mei")), false);
        elsewhere.rcpt_to = {address};
        house.judged(elsewhere);
        key_of_mei("KEY-mei");
        CHECK_FALSE(counts_again(signed_entity(house.signed_by("KEY-mei"))));
    }
    SECTION("but one that never came does") { CHECK(counts_again(signed_entity(house.signed_by("KEY-mei")))); }
}

TEST_CASE("what somebody sealed to a list is not opened as the mail of whoever caught it", "[K6][A5][L5]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::dmarc);
    house.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, {house.clock.now() - std::chrono::hours{1}, Instant::max()}});
    });
    const auto sealed = sealed_entity(a_ciphertext("LIST-teams", {}, inside_text));
    int number = 0;
    const auto post_of = [&](const std::string& from, const std::string& entity, bool proven = true, const std::string& to = "teams") {
        auto mail = with_entity(from, entity, proven);
        mail.bytes.replace(mail.bytes.find("<one@"), 5, fmt::format("<{}@", ++number));
        mail.rcpt_to = {to + "@lists.arc.example"};
        if (to != "teams") mail.bytes.replace(mail.bytes.find("To: teams@"), 10, "To: " + to + "@");
        return mail;
    };
    // Also where nothing proved yet whose the first one was.
    const bool proven = GENERATE(true, false);
    const auto first = house.judged(post_of("mei@orchid.example", sealed, proven));
    CHECK(first.state == (proven ? PostState::distributed : PostState::held));
    const auto is_held = [](const storage::Post& post) { return post.state == PostState::held && first_code(post) == Code::anothers_data; };
    const auto caught = house.judged(post_of("ana@banksia.example", sealed));
    CHECK(is_held(caught));
    CHECK_FALSE(house.store().posts().opened(caught.key));
    const auto self = house.mailroom->release({"person ana", PersonId{"ana"}}, caught.id, "");  // who runs the list
    REQUIRE_FALSE(self);
    CHECK(self.error().detail.find("may be somebody else's, and nobody here can see whose") != std::string::npos);
    CHECK(is_held(house.judged(post_of("ana@banksia.example", sealed_entity(a_ciphertext("LIST-teams", {}, sealed))))));
    CHECK(is_held(house.judged(post_of("ana@banksia.example", sealed, true, "teams+owner"))));
    house.restart();
    CHECK(is_held(house.judged(post_of("ana@banksia.example", signed_entity(house.signed_by("KEY-ana", sealed), sealed)))));
    // Whoever only claims to be somebody hears the one thing, and letting that go does not settle this.
    const auto claimed = house.judged(post_of("ana@banksia.example", sealed, false));
    CHECK(first_code(claimed) == Code::authentication);
    const community::Actor moderator{"operator test", std::nullopt};
    const auto let_go = [&](const storage::Post& post) {
        REQUIRE(house.mailroom->release(moderator, post.id));
        house.work();
        return *house.store().posts().find(post.id);
    };
    CHECK(is_held(let_go(claimed)));
    CHECK_FALSE(house.mailroom->release(moderator, claimed.id));
    CHECK_FALSE(house.mailroom->release(moderator, caught.id));
    // Its author may send it again, and others what they sealed themselves.
    CHECK(house.judged(post_of("mei@orchid.example", sealed)).state == PostState::distributed);
    const auto own = sealed_entity(a_ciphertext("LIST-teams", {}, inside_text + "and so do I\r\n"));
    CHECK(house.judged(post_of("ana@banksia.example", own)).state == PostState::distributed);
}

TEST_CASE("mail to who runs a list is opened as a post is, and refused for the same reasons", "[K1][K4][K7]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::signature);
    house.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, {house.clock.now() - std::chrono::hours{1}, Instant::max()}});
    });
    const auto to_owner = [&](const std::string& from, const std::string& entity) {
        auto submission = with_entity(from, entity);
        submission.rcpt_to = {"teams+owner@lists.arc.example"};
        return house.judged(submission);
    };
    const auto signature = house.signed_by("KEY-mei");
    const auto sealed = sealed_entity(a_ciphertext("LIST-teams", signature, inside_text));
    const auto one = to_owner("mei@orchid.example", sealed);
    CHECK(one.state == PostState::distributed);
    CHECK(one.label == community::Tlp::green);
    CHECK(one.strength == community::Strength::signature);
    REQUIRE(house.store().posts().opened(one.key));
    CHECK(first_code(to_owner("mei@orchid.example", sealed)) == Code::replayed);
    CHECK(first_code(house.judged(with_entity("mei@orchid.example", sealed))) == Code::replayed);  // nor as a post
    CHECK(first_code(to_owner("mei@orchid.example", sealed_entity(a_ciphertext("LIST-other", {}, inside_text)))) == Code::not_opened);
    const auto weak = to_owner("mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", {}, inside_text)));
    CHECK(weak.state == PostState::held);
    CHECK(first_code(weak) == Code::authentication);
}

TEST_CASE("what came encrypted to who runs a list leaves to them encrypted or not at all", "[K1]") {
    OpeningHouse house;
    house.change([&](storage::Register& r) {
        for (const auto* owner : {"ana", "quentin"})
            r.put(community::Term{"owner", PersonId{owner}, ListId{"teams"}, {house.clock.now() - std::chrono::hours{1}, Instant::max()}});
    });
    auto mail = with_entity("mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", {}, inside_text)));
    mail.rcpt_to = {"teams+owner@lists.arc.example"};
    house.encrypts("teams", community::Encryption::preferred);
    const auto post = house.judged(mail);
    REQUIRE(post.state == PostState::distributed);
    const auto goes = [&](const char* person) {
        return mailroom::ask_copy_of({house.store(), house.vault(), house.rules, house.clock, house.settings, &house.opener}, post,
                                     PersonId{person})
            ->answer;
    };
    CHECK(goes("ana").sealed);
    CHECK(goes("quentin").because.code == Code::no_key);
    // Sealed to the key that the list had when it encrypted, it would be nothing that anybody can read.
    house.encrypts("teams", community::Encryption::none);
    auto later = with_entity("mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", {}, inside_text)));
    later.rcpt_to = mail.rcpt_to;
    const auto unread = house.judged(later);
    CHECK(unread.state == PostState::held);
    CHECK(first_code(unread) == Code::came_sealed);
}

TEST_CASE("a signature over To and Cc counts at the addresses that they name, and nowhere else", "[K4][K7]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::signature);
    house.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, {house.clock.now() - std::chrono::hours{1}, Instant::max()}});
    });
    struct Row {
        std::string header, address;
        bool counts;
        bool sealed = false;
        std::string type = "hp=\"clear\"";
    };
    const std::string teams = "teams@lists.arc.example", owner = "teams+owner@lists.arc.example";
    const std::vector<Row> rows{
        {"To: Teams <Teams@LISTS.arc.example>\r\n", teams, true},
        {"To: ana@banksia.example\r\nCc: " + teams + "\r\n", teams, true},
        {"To: " + owner + ", " + teams + "\r\n", owner, true},
        {"Subject: no place\r\n", teams, true},
        {"To: ana@banksia.example\r\n", teams, true, false, "charset=utf-8"},  // which nobody protected
        {"To: ana@banksia.example\r\n", teams, false},
        {"To: ana@banksia.example\r\n", teams, false, true},
        {"To: ana@banksia.example\r\n", teams, false, false, "protected-headers=\"v1\""},
        {"To: teams@lists.other.example\r\n", teams, false},
        {"To: sc@lists.arc.example\r\n", teams, false},
        {"To: undisclosed-recipients:;\r\n", teams, false},
        {"To: " + owner + "\r\n", teams, false},  // what was written to a few
        {"To: " + teams + "\r\n", owner, false},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        CAPTURE(row.header, row.address, i);
        const auto part =
            row.header + "Content-Type: text/plain; " + row.type + "\r\n\r\nTLP:GREEN\r\n\r\nnumber " + std::to_string(i) + "\r\n";
        const auto signature = house.signed_by("KEY-mei", part);
        auto mail = with_entity("mei@orchid.example",
                                row.sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part));
        mail.rcpt_to = {row.address};
        const auto post = house.judged(mail);
        CHECK(post.state == (row.counts ? PostState::distributed : PostState::held));
        CHECK(post.strength == (row.counts ? community::Strength::signature : community::Strength::dmarc));
        if (!row.counts) CHECK(first_code(post) == Code::authentication);
    }
    // Mail to owners is remembered whatever becomes of it.
    const std::string red = "Content-Type: text/plain\r\n\r\nTLP:RED\r\n\r\nfor the owners\r\n";
    auto refused = with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-mei", red), red));
    refused.rcpt_to = {owner};
    CHECK(house.judged(refused).state == PostState::refused);
    refused.rcpt_to = {teams};
    CHECK(first_code(house.judged(refused)) == Code::replayed);
}

TEST_CASE("while GnuPG cannot be asked such a post waits, others do not, and nothing is lost", "[D2][K1]") {
    OpeningHouse house;
    house.opener.down = true;
    const auto sealed = house.taken(with_entity("mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", {}, inside_text))));
    auto big = with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-mei", inside_text + std::string(300'000, 'x')),
                                                               inside_text + std::string(300'000, 'x')));
    const auto large = house.taken(big);
    const auto plain = house.taken(test::a_post("ana@banksia.example", "TLP:AMBER plain"));
    for (int i = 0; i < 4; ++i) house.work();
    const auto state = [&](const PostId& id) { return house.store().posts().find(id)->state; };
    CHECK(state(plain) == PostState::distributed);
    CHECK(state(sealed) == PostState::spooled);
    CHECK(state(large) == PostState::spooled);
    CHECK(house.mailroom->asks_gnupg_again());
    house.restart();
    house.opener.down = false;
    house.work();
    CHECK(state(sealed) == PostState::distributed);
    CHECK(state(large) == PostState::distributed);
    CHECK_FALSE(house.mailroom->asks_gnupg_again());
}

TEST_CASE("what GnuPG was ended over is held for people to see, says why, and is asked about no more", "[D2][D5][S5]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::dmarc);
    house.opener.ended = true;
    const auto sealed = sealed_entity(a_ciphertext("LIST-teams", {}, inside_text)), in_clear = signed_entity(house.signed_by("KEY-mei"));
    const auto is = [&](const mailroom::Submission& submission, Code code, int asked) {
        const auto before = house.opener.asked;
        const auto post = house.judged(submission);
        CAPTURE(community::lines(post.because));
        CHECK(post.state == PostState::held);
        CHECK(first_code(post) == code);
        CHECK(says(post, Code::trouble));
        CHECK(post.because.back().words == "GnuPG could not be done with it in 10 s, and was ended twice");
        CHECK(house.opener.asked == before + asked);
        return post;
    };
    is(with_entity("mei@orchid.example", sealed), Code::trouble, 1);
    is(with_entity("mei@orchid.example", sealed, false), Code::authentication, 1);
    auto to_owner = with_entity("mei@orchid.example", in_clear);
    to_owner.rcpt_to = {"teams+owner@lists.arc.example"};
    is(to_owner, Code::trouble, 1);
    // A moderator may let it pass as what it is without a signature.
    const auto held = is(with_entity("mei@orchid.example", in_clear), Code::trouble, 1);
    CHECK(house.mailroom->release({"mei", std::nullopt}, held.id));
    house.work();
    CHECK(house.store().posts().find(held.id)->state == PostState::distributed);
    CHECK(house.store().posts().find(held.id)->strength == community::Strength::dmarc);
}

namespace {

// A list that asks for proof, and somebody's claims to be Mei, as many as there may be.
struct ClaimedHouse : OpeningHouse {
    const mailroom::Submission forged = with_entity("mei@orchid.example", inside_text, false);
    const mailroom::Submission hers = with_entity("mei@orchid.example", signed_entity(signed_by("KEY-mei")), false);
    const mailroom::Submission others = with_entity("mei@orchid.example", signed_entity(signed_by("KEY-eve")), false);

    ClaimedHouse() {
        asks_for("teams", community::Strength::dmarc);
        settings.quotas.unproven.number = 2;
    }
    mailroom::Receipt receipt(const mailroom::Submission& submission) {
        return mailroom->receive(std::vector{submission}).front().front().receipt;
    }
    void fill() {
        while (receipt(forged) == mailroom::Receipt::accepted) work();
    }
    std::size_t letters() {
        storage::Posts::Filter notices;
        notices.notices = true;
        return store().posts().select(notices).size() - store().posts().select({}).size();
    }
};

}  // namespace

TEST_CASE("whoever claims to be somebody does not keep out what that one signed", "[A5][D5][S5]") {
    using mailroom::Receipt;
    ClaimedHouse house;
    house.fill();
    const auto post = house.judged(house.hers);
    CHECK(post.state == PostState::distributed);
    CHECK(post.strength == community::Strength::signature);
    CHECK(house.receipt(house.forged) == Receipt::quota);  // it makes no room for others
    const auto large = inside_text + std::string(300'000, 'x');
    auto inspected = with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-mei", large), large), false);
    house.mailroom->inspect(inspected);
    CHECK(inspected.in_pgp);
    CHECK(house.judged(inspected).state == PostState::distributed);
    // What is signed by nobody she is costs GnuPG a look, and is given up at once: it neither waits nor counts, and nobody is told.
    for (int i = 0; i < 5; ++i) {
        const auto given_up = house.judged(house.others);
        CHECK(given_up.state == PostState::dropped);
        CHECK(first_code(given_up) == Code::authentication);
        CHECK(given_up.because.front().words.starts_with("given up: "));
        CHECK(house.store().posts().body(given_up.key).bytes.empty());
        std::vector<std::string> acts;
        storage::Journal::Filter about;
        about.subject = given_up.id.value;
        house.store().journal().each(about, [&](const storage::Entry& entry) { acts.push_back(entry.act); });
        CHECK(acts == std::vector<std::string>{"post.judged"});
    }
    auto nowhere = house.others;
    nowhere.rcpt_to = {"nothing@lists.arc.example", "nor-this@lists.arc.example", "teams@lists.arc.example"};
    for (int i = 0; i < 2; ++i) CHECK(house.judged(nowhere).state == PostState::dropped);
    CHECK(house.letters() == 0);
    house.restart();
    CHECK(house.receipt(house.forged) == Receipt::quota);
    house.settings.quotas.unproven.number = 3;
    CHECK(house.receipt(house.forged) == Receipt::accepted);
    CHECK(house.receipt(house.forged) == Receipt::quota);
}

TEST_CASE("what GnuPG has to say whose it is has a small quota until it has, and what is not its author's then counts", "[A5][S5]") {
    using mailroom::Receipt;
    ClaimedHouse house;
    SECTION("while GnuPG cannot be asked") {
        house.opener.down = true;
        CHECK(house.receipt(house.others) == Receipt::accepted);
        CHECK(house.receipt(house.others) == Receipt::accepted);
        house.fill();  // beyond the first, it counts as any other
        CHECK(house.receipt(house.hers) == Receipt::quota);
        house.opener.down = false;
        house.work();
        CHECK(house.judged(house.hers).state == PostState::distributed);
    }
    SECTION("with room for it") {
        const auto held = house.judged(house.others);
        CHECK(held.state == PostState::held);
        CHECK(first_code(held) == Code::authentication);
        CHECK(house.receipt(house.forged) == Receipt::accepted);
        CHECK(house.receipt(house.forged) == Receipt::quota);
    }
    SECTION("to many addresses") {
        house.fill();
        auto many = house.hers;
        while (many.rcpt_to.size() < mailroom::most_addresses_awaited)
            many.rcpt_to.push_back(fmt::format("x{}@lists.arc.example", many.rcpt_to.size()));
        CHECK(house.receipt(many) == Receipt::accepted);
        many.rcpt_to.emplace_back("one-more@lists.arc.example");
        CHECK(house.receipt(many) == Receipt::quota);
    }
    SECTION("signed in part") {
        house.fill();
        CHECK(house.receipt(with_entity("mei@orchid.example",
                                        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" + signed_entity("x") +
                                            "\r\n--m\r\nContent-Type: text/plain\r\n\r\nmore\r\n--m--\r\n",
                                        false)) == Receipt::quota);
    }
    SECTION("where enough of its author waits for a moderator") {
        house.change([&](storage::Register& r) {
            auto moderated = *r.list(ListId{"teams"});
            moderated.posting = community::Posting::moderated;
            r.put(moderated);
        });
        house.settings.quotas.held.number = 1;
        house.fill();
        const auto first = house.judged(house.hers);
        CHECK(first.state == PostState::held);
        CHECK(first_code(first) == Code::moderated);
        CHECK(house.receipt(house.hers) == Receipt::quota);
    }
    SECTION("a command, which is not judged here") {
        house.fill();
        auto command = house.hers;
        command.rcpt_to = {"teams+request@lists.arc.example"};
        const auto done = GENERATE(Code::command_done, Code::command_refused);
        for (int i = 0; i < 2; ++i) {
            std::vector<PostId> asked{house.taken(command), house.taken(command)};
            CHECK(house.receipt(command) == Receipt::quota);
            for (const auto& id : asked) {
                storage::Store::Transaction transaction(house.store());
                const mailroom::Room room{house.store(), house.vault(), house.rules, house.clock, house.settings};
                static_cast<void>(mailroom::settle_request(room, *house.store().posts().find(id), policy::Verdict::drop, {done, "done"},
                                                           house.clock.now()));
                transaction.commit();
            }
            house.clock.time += std::chrono::seconds{1};
        }
        CHECK(house.receipt(command) == Receipt::accepted);
        CHECK(house.receipt(house.forged) == Receipt::quota);
    }
}

namespace {

// Quentin, whose key is on record, may know `teams`, not `qmember`, nor `qclosed`, which encrypts; `qabsent` is no list.
struct HidingHouse : OpeningHouse {
    int sent = 0;

    HidingHouse() {
        settings.quotas.unproven = settings.quotas.all_unproven = {100'000, 1U << 30};
        encrypts("teams", community::Encryption::none);
        for (const auto* id : {"qmember", "qclosed"}) {
            change([&](storage::Register& r) {
                auto list = *r.list(ListId{"teams"});
                list.id = ListId{id};
                list.klass = "members";
                list.authentication = community::Strength::envelope;
                list.default_tlp = community::Tlp::green;
                r.put(list);
            });
        }
        encrypts("qclosed", community::Encryption::required);
        change([&](storage::Register& r) {
            auto row = *r.person(PersonId{"quentin"});
            row.key = "armour of quentin";
            r.put(row);
            CHECK(store().keys().put({row.id, "KEY-quentin", Code::key_usable, std::nullopt, "cv25519", clock.now()}, row.key));
        });
    }

    // His mail, as strong as its kind says.
    mailroom::Submission his(const std::string& kind) {
        const auto text = fmt::format("Content-Type: text/plain; charset=utf-8\r\n\r\nTLP:{}\r\n\r\nx{}\r\n",
                                      kind == "red" ? "RED" : "GREEN", 1000 + ++sent);
        const auto signature = signed_by("KEY-quentin", text);
        const bool proven = kind == "dmarc" || kind == "automatic" || kind == "loop" || kind == "red";
        auto entity = text;
        if (kind == "signature" || kind == "both") entity = signed_entity(signature, text);
        if (kind == "sealed") entity = sealed_entity(a_ciphertext("LIST-qclosed", signature, text));
        auto mail = with_entity("quentin@quokka.example", entity, proven || kind == "both");
        if (kind == "not his") mail = with_entity("quentin@quokka.example", signed_entity(signed_by("KEY-eve", text), text), false);
        if (kind == "envelope" || kind == "not his") mail.mail_from = "quentin@quokka.example";
        if (const auto at = mail.bytes.find("<one@example>"); at != std::string::npos)
            mail.bytes.replace(at, 13, fmt::format("<{}@example>", 1000 + sent));
        if (kind == "automatic") mail.bytes.insert(0, "Auto-Submitted: auto-replied\r\n");
        if (kind == "loop") mail.bytes.insert(0, "List-Id: <teams.lists.arc.example>\r\n");
        return mail;
    }

    // Everything that he can learn, and what the log and the journal say, of a mail to it.
    std::string learned(const std::string& name, const std::string& target, const std::string& kind, const std::string& door) {
        auto mail = his(kind);
        mail.door = door;
        mail.rcpt_to = {name + target + "@lists.arc.example"};
        if (door == "smtp") mail.rcpt_to.insert(mail.rcpt_to.begin(), "teams@lists.arc.example");
        forget_letters_of_today();
        const auto before = store().journal().head().number;
        PostKey newest = 0;
        for (const auto& letter : all_rows()) newest = letter.key;
        const auto taken = mailroom->receive(std::vector{mail}).front().back();
        work();
        std::string text = fmt::format("{} {}\n", static_cast<int>(taken.receipt), taken.detail);
        if (const auto post = store().posts().find(taken.id)) text += row(*post);
        for (const auto& one : all_rows()) {
            if (one.key > newest && one.kind == storage::PostKind::notice)
                text += *vault().open(store().posts().body(one.key), one.sealed_as.value) + "\n";
        }
        storage::Journal::Filter later;
        later.from = before + 1;
        store().journal().each(later, [&](const storage::Entry& entry) { text += entry.act + " " + entry.detail + "\n"; });
        // What was signed counted, or it did not.
        if (target.empty() || target == "+owner") {
            mail.rcpt_to = {"teams@lists.arc.example"};
            text += row(judged(mail));
        }
        return plain(std::move(text), name);
    }

private:
    // Few a day tell an author of what comes in another envelope.
    void forget_letters_of_today() {
        storage::Store::Transaction transaction(store());
        store().credentials().forget_ended(clock.now(), clock.now() + std::chrono::hours{1});
        transaction.commit();
    }
    std::vector<storage::Post> all_rows() {
        storage::Posts::Filter all;
        all.notices = true;
        return store().posts().select(all);
    }
    static std::string row(const storage::Post& post) {
        return fmt::format("{} {} {} {} {} {} [{}] {} {} {} {}\n", storage::name(post.state), post.list,
                           post.label ? community::name(*post.label) : "-", community::name(post.strength),
                           post.sender.value_or(PersonId{}), post.team, fmt::join(community::lines(post.because), ", "), post.message_id,
                           post.conflict_note, community::to_text(post.caveats), post.rules);
    }
    // Without what differs between any two mails: the name, ids of ours, hashes.
    static std::string plain(std::string text, const std::string& name) {
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) text.replace(at, name.size(), "NAME");
        static const test::Pattern ids("[0-9a-f]{8}-[0-9a-f-]{27}|=_[0-9a-zA-Z]+|\\b[0-9a-f]{32,}\\b|[0-9]+@example");
        return ids.replaced(text, "ID");
    }
};

}  // namespace

TEST_CASE("nothing tells a list that a sender may not know from none: address, door, strength, signature", "[A7][A12][R3][K7]") {
    HidingHouse house;
    const auto* door = GENERATE("lmtp", "smtp");
    for (const auto* target : {"", "+owner", "+unsubscribe", "+request", "+sendkey", "+confirm.x"}) {
        for (const auto* kind : {"none", "envelope", "dmarc", "signature", "both", "sealed", "automatic", "loop", "red"}) {
            const auto none = house.learned("qabsent", target, kind, door);
            for (const auto* name : {"qmember", "qclosed"}) {
                CAPTURE(door, target, kind, name);
                CHECK(house.learned(name, target, kind, door) == none);
            }
            const bool by_letter = (*target == '\0' || target == std::string("+owner")) && kind == std::string("signature");
            if (by_letter) CHECK(none.find("Subject: ") != std::string::npos);
        }
    }
    // Where one mail names them all, the signature counts at each.
    auto both = house.his("signature");
    both.rcpt_to = {"qabsent@lists.arc.example", "qmember@lists.arc.example", "qclosed@lists.arc.example"};
    const auto answers = house.mailroom->receive(std::vector{both}).front();
    house.work();
    for (const auto& answer : answers) CHECK(house.store().posts().find(answer.id)->strength == community::Strength::signature);
    // What is given up for want of room is given up at each.
    house.settings.quotas.unproven.number = 1;
    const auto given_up = house.learned("qabsent", "", "not his", door);
    CHECK(given_up.find("given up") != std::string::npos);
    for (const auto* name : {"qmember", "qclosed"}) CHECK(house.learned(name, "", "not his", door) == given_up);
}

TEST_CASE("what was opened for somebody who may not know the list any more is opened again, as nobody's", "[A7][K3]") {
    HidingHouse house;
    const auto category = [&](const char* word) {
        house.change([&](storage::Register& r) {
            auto team = *r.team(TeamId{"quokka"});
            team.category = word;
            r.put(team);
        });
    };
    const bool at_first = GENERATE(true, false);
    category(at_first ? "operational" : "corporate");
    auto mail = house.his("sealed");
    mail.rcpt_to = {"qclosed@lists.arc.example"};
    const auto id = house.taken(mail);
    const auto step = [&] {
        static_cast<void>(house.mailroom->process(8, mailroom::Mailroom::read_at_desk));
        const auto errand = house.mailroom->errand(mailroom::Mailroom::read_at_desk);
        REQUIRE(errand);
        (*errand)()();
    };
    step();
    category(at_first ? "corporate" : "operational");
    house.work();
    const auto post = *house.store().posts().find(id);
    CHECK(post.strength == (at_first ? community::Strength::none : community::Strength::signature));
    CHECK(post.state == (at_first ? PostState::refused : PostState::distributed));
}

TEST_CASE("GnuPG reads what is proven to be its author's first, and nobody waits for a parent that only claims to be", "[D5][L4]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::dmarc);
    const auto state = [&](const PostId& id) { return house.store().posts().find(id)->state; };
    const auto sealed = sealed_entity(a_ciphertext("LIST-teams", {}, inside_text));
    auto claim = with_entity("mei@orchid.example", sealed, false);
    claim.mail_from = "mei@orchid.example";
    const auto claimed = house.taken(claim);
    const auto reply_to = [&](const std::string& id) {
        return house.taken(test::a_post("ana@banksia.example", "TLP:AMBER re", "In-Reply-To: <" + id + ">\r\n"));
    };
    const auto reply = reply_to("one@example");
    const auto proven = house.taken(with_entity("ana@banksia.example", sealed));
    CHECK(house.mailroom->process(8, mailroom::Mailroom::read_at_desk) == 1);
    CHECK(state(reply) == PostState::distributed);
    (*house.mailroom->errand(mailroom::Mailroom::read_at_desk))()();
    CHECK(house.mailroom->process(8, mailroom::Mailroom::read_at_desk) == 1);
    CHECK(state(proven) == PostState::distributed);
    CHECK(state(claimed) == PostState::spooled);
    house.work();
    CHECK(first_code(*house.store().posts().find(claimed)) == Code::authentication);

    // One that is proven is waited for, and not for ever.
    house.opener.down = true;
    auto submission = with_entity("mei@orchid.example", sealed);
    submission.bytes.replace(submission.bytes.find("<one@"), 5, "<two@");
    const auto parent = house.taken(submission);
    const auto patient = reply_to("two@example");
    house.work();
    CHECK(state(patient) == PostState::spooled);
    const auto early = house.mailroom->discard({"mei", std::nullopt}, parent, "");
    REQUIRE_FALSE(early);
    CHECK(early.error().detail.find("is not judged yet") != std::string::npos);
    house.clock.time += std::chrono::minutes{10};
    house.work();
    CHECK(state(patient) == PostState::distributed);
    CHECK(state(parent) == PostState::spooled);
}

TEST_CASE("what came encrypted leaves encrypted; in clear to a list that encrypts is said, and to one that does not is as it was",
          "[K1][M5]") {
    OpeningHouse house;
    const auto clear = house.judged(test::a_post("mei@orchid.example", "TLP:AMBER in clear"));
    CHECK(clear.state == PostState::distributed);
    CHECK(says(clear, Code::came_in_clear));
    const auto another = sealed_entity(a_ciphertext("LIST-teams", {}, inside_text + "and at one\r\n"));
    const auto required = house.judged(with_entity("mei@orchid.example", another));
    CHECK(says(required, Code::came_sealed));
    house.encrypts("teams", community::Encryption::preferred);
    // Whatever the list asks for when its copies leave, nobody without a key has one.
    house.change([&](storage::Register& r) {
        auto ana = *r.person(PersonId{"ana"});
        ana.key.clear();
        r.put(ana);
    });
    const auto copy = mailroom::ask_copy_of(house.room(), required, PersonId{"ana"});
    REQUIRE(copy);
    CHECK(copy->answer.state == storage::DeliveryState::withheld);
    const auto sealed = house.judged(with_entity("mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", {}, inside_text))));
    CHECK(sealed.state == PostState::distributed);
    CHECK(sealed.caveats.sealed_only);
    CHECK_FALSE(says(sealed, Code::came_in_clear));
    house.encrypts("teams", community::Encryption::none);
    const auto asked = house.opener.asked;
    const auto as_it_is = house.judged(with_entity("mei@orchid.example", sealed_entity(a_ciphertext("LIST-teams", {}, inside_text))));
    CHECK(as_it_is.state == PostState::held);  // sealed to the key that the list had when it encrypted
    CHECK(first_code(as_it_is) == Code::came_sealed);
    CHECK(house.mailroom->release({"mei", std::nullopt}, as_it_is.id));
    house.work();
    CHECK(house.store().posts().find(as_it_is.id)->state == PostState::distributed);
    CHECK_FALSE(house.store().posts().opened(as_it_is.key));
    const auto part = signed_entity(house.signed_by("KEY-mei"));
    const auto untouched = house.judged(with_entity("mei@orchid.example", part));
    CHECK(untouched.strength == community::Strength::signature);
    CHECK_FALSE(house.store().posts().opened(untouched.key));
    CHECK(house.opener.asked == asked + 3);
}

TEST_CASE("where a signature alone says who wrote, what it does not cover lowers no label", "[L2][L4][A5]") {
    OpeningHouse house;
    house.asks_for("teams", community::Strength::signature);
    const auto parent = house.judged(
        with_entity("ana@banksia.example", signed_entity(house.signed_by("KEY-ana", inside_text + "parent"), inside_text + "parent")));
    REQUIRE(parent.label == community::Tlp::green);
    house.change([&](storage::Register&) {
        auto stricter = parent;
        stricter.label = community::Tlp::amber_strict;
        house.store().posts().update(stricter);
    });
    using enum community::Tlp;
    struct Row {
        std::string fields, inside, text;  // of the header outside; of the part; the text
        community::Tlp label;
        bool proven = false, sealed = false;
    };
    const std::string protects = "Content-Type: text/plain; hp=\"clear\"\r\n", plain = "Content-Type: text/plain\r\n";
    const std::string answers = "In-Reply-To: <one@example>\r\n";
    const std::vector<Row> rows{
        {"Subject: TLP:CLEAR case", plain, "words", amber},
        {"Subject: TLP:CLEAR case", plain, "words", amber, false, true},
        {"Subject: TLP:CLEAR case", plain, "words", clear, true},  // DMARC is over the header
        {"X-TLP: CLEAR\r\nSubject: case", plain, "words", amber},
        {"Subject: TLP:AMBER+STRICT case", plain, "words", amber_strict},
        {"Subject: TLP:AMBER+STRICT case", plain, "TLP:GREEN", amber_strict},
        {"Subject: case", plain, "TLP:GREEN", green},
        {"Subject: TLP:CLEAR case", plain, "TLP:GREEN", green},
        {"Subject: TLP:CLEAR case", plain + "Subject: TLP:GREEN case\r\n", "words", amber},  // which nobody protected
        {"Subject: TLP:CLEAR case", protects + "Subject: TLP:GREEN case\r\n", "words", green},
        {"Subject: ...", protects + "Subject: TLP:GREEN case\r\n", "words", green, false, true},
        {"Subject: TLP:CLEAR case", protects + "Subject: TLP:AMBER+STRICT case\r\n", "words", amber_strict},
        {"Subject: TLP:CLEAR case", protects + "Subject: tlp:red case\r\n", "words", red},
        {"Subject: case", protects + "X-TLP: GREEN\r\n", "words", green},
        // Two headers of one mail: neither lowers the other, proven or not.
        {"Subject: TLP:CLEAR case", protects + "Subject: TLP:AMBER+STRICT case\r\n", "words", amber_strict, true},
        {"Subject: TLP:AMBER+STRICT case", protects + "Subject: TLP:GREEN case\r\n", "words", amber_strict, true, true},
        {"Subject: TLP:AMBER+STRICT case", protects, "words", amber_strict, true, true},
        {"Subject: TLP:AMBER+STRICT case", protects + "Subject: TLP:GREEN case\r\n", "words", amber_strict, false, true},
        // Of a reply it must be signed what it answers.
        {answers + "Subject: Re: case", plain, "TLP:GREEN", amber_strict},
        {"Subject: Re: case", plain, "TLP:GREEN", amber},
        {"Subject: Re: case", plain, "TLP:GREEN", green, true},
        {"Subject: case", plain, "TLP:GREEN\r\n\r\n> what it answers", amber},
        {"Subject: case", plain, "TLP:GREEN\r\n\r\nSubject: what it answers", amber},
        {"In-Reply-To: <any@example>\r\nSubject: Re: case", plain, "TLP:GREEN", amber},
        {"Subject: case", protects + "Subject: AW: case\r\n", "TLP:GREEN", amber},
        {"Subject: Re: case", protects + answers, "TLP:GREEN", amber_strict},
        {"Subject: Re: case", protects + "References: <one@example>\r\n", "TLP:GREEN", amber_strict},
        {"Subject: Re: case", protects + "In-Reply-To: <any@example>\r\n", "TLP:GREEN", green},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        CAPTURE(row.fields, row.inside, row.text, row.proven, row.sealed);
        const auto part = row.inside + "\r\n" + row.text + "\r\n\r\nnumber " + std::to_string(i) + "\r\n";
        const auto signature = house.signed_by("KEY-mei", part);
        auto mail = with_entity("mei@orchid.example",
                                row.sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part),
                                row.proven);
        mail.bytes.replace(mail.bytes.find("Subject: ..."), 12, row.fields);
        mail.bytes.replace(mail.bytes.find("<one@example>\r\nDate"), 13, "<" + std::to_string(i) + "@example>");
        const auto post = house.judged(mail);
        CAPTURE(community::lines(post.because));
        CHECK(post.strength == community::Strength::signature);
        CHECK((post.label && *post.label == row.label));
    }
}

TEST_CASE("what is said inside of what came sealed or signed restricts it as it would outside", "[L2][L4][K5]") {
    OpeningHouse house;
    using enum community::Tlp;
    const auto parent = house.judged(with_entity("ana@banksia.example", "Content-Type: text/plain\r\n\r\nTLP:AMBER+STRICT\r\n"));
    REQUIRE(parent.label == amber_strict);
    struct Row {
        std::string inside;
        community::Tlp sealed, open;  // what it is, came in the one way and in the other
        bool waits = false;
    };
    const std::string protects = "Content-Type: text/plain; hp=\"cipher\"\r\n",
                      older = "Content-Type: text/plain; protected-headers=\"v1\"\r\n", plain = "Content-Type: text/plain\r\n";
    const std::vector<Row> rows{
        {protects + "TLP: AMBER+STRICT\r\n", amber_strict, amber_strict},
        {older + "Subject: ...\r\nX-TLP: RED\r\n", red, red},
        {plain + "TLP: AMBER+STRICT\r\n", amber_strict, amber_strict},
        {plain + "Subject: TLP:AMBER+STRICT case\r\n", amber_strict, amber_strict},
        {protects + "TLP: GREEN\r\n", green, amber},  // in front of a part a label only raises
        {plain + "TLP: GREEN\r\n", amber, amber},
        {older + "Sensitivity: Company-Confidential\r\n", amber_strict, amber_strict},
        {protects + "Comments: TLP:AMBER+STRICT\r\n", amber_strict, amber_strict},
        {protects + "IEP-Ref: https://orchid.example/p#a8b2\r\n", amber, amber, true},
        {protects + "Sensitivity: Private\r\n", amber, amber, true},
        {protects + "In-Reply-To: <parent@example>\r\n", amber_strict, amber},
        {protects + "PAP: RED\r\nEmbargo-Until: 2027-01-01\r\n", amber, amber},
    };
    house.change([&](storage::Register&) {
        auto renamed = parent;
        renamed.message_id = "parent@example";
        house.store().posts().update(renamed);
    });
    for (std::size_t i = 0; i < 3 * rows.size(); ++i) {
        const auto& row = rows[i / 3];
        const bool sealed = i % 3 < 2, has_signature = i % 3 > 0;
        CAPTURE(i, row.inside, sealed, has_signature);
        const auto part = row.inside + "\r\nwords number " + std::to_string(i) + "\r\n";
        const auto signature = has_signature ? house.signed_by("KEY-mei", part) : std::string();
        auto mail = with_entity("mei@orchid.example",
                                sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part));
        mail.bytes.replace(mail.bytes.find("<one@example>\r\nDate"), 13, "<" + std::to_string(i) + "@example>");
        const auto post = house.judged(mail);
        CAPTURE(community::lines(post.because));
        const bool answers = row.inside.find("In-Reply-To") != std::string::npos;
        CHECK((post.label && *post.label == (sealed || answers ? row.sealed : row.open)));
        if (row.waits) CHECK(first_code(post) == Code::label_held);
        const bool asks = row.inside.find("PAP") != std::string::npos;
        CHECK((post.caveats.pap == community::Pap::red) == asks);
        CHECK(post.caveats.embargo.has_value() == asks);
    }
}

TEST_CASE("a protected header inside names the author in From, or the post waits for a moderator", "[A5][K5]") {
    OpeningHouse house;
    house.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, {house.clock.now() - std::chrono::hours{1}, Instant::max()}});
        auto mei = *r.person(PersonId{"mei"});
        mei.addresses.emplace_back("mei.tan@orchid.example");
        r.put(mei);
    });
    int number = 0;
    const auto judged = [&](const std::string& author, const std::string& type, bool sealed, const std::string& rcpt) {
        const auto part =
            "From: " + author + "\r\nContent-Type: text/plain" + type + "\r\n\r\nwords number " + std::to_string(++number) + "\r\n";
        const auto signature = house.signed_by("KEY-mei", part);
        auto mail = with_entity("mei@orchid.example",
                                sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part));
        mail.bytes.replace(mail.bytes.find("<one@example>\r\nDate"), 13, "<" + std::to_string(number) + "@example>");
        mail.rcpt_to = {rcpt};
        return house.judged(mail);
    };
    const std::string clear = "; hp=\"clear\"", older = "; protected-headers=\"v1\"";
    for (const std::string rcpt : {"teams@lists.arc.example", "teams+owner@lists.arc.example"}) {
        for (const auto& type : {clear, older}) {
            CAPTURE(rcpt, type);
            for (const auto* same : {"Mei <MEI@Orchid.example>", "mei.tan@orchid.example"})
                CHECK(judged(same, type, false, rcpt).state == PostState::distributed);
            for (const auto* other : {"Ana <ana@banksia.example>", "ana@elsewhere.example"}) {
                const auto post = judged(other, type, false, rcpt);
                CHECK(post.state == PostState::held);
                CHECK(first_code(post) == Code::other_author);
                REQUIRE(house.mailroom->release({"operator", std::nullopt}, post.id, ""));
                house.work();
                const auto released = *house.store().posts().find(post.id);
                CHECK(released.state == PostState::distributed);
                CHECK(released.caveats.author_unproven);
            }
        }
        CHECK(judged("ana@banksia.example", "", false, rcpt).state == PostState::distributed);  // no program shows that
    }
    // Of what came sealed none of that is passed on.
    const auto sealed = judged("ana@banksia.example", clear, true, "teams@lists.arc.example");
    CHECK(sealed.state == PostState::distributed);
    CHECK(mailroom::bytes_for_copies(house.room(), sealed)->find("ana@") == std::string::npos);
}

TEST_CASE("who reads RED is named by To and Cc as they came signed or sealed, and by no relay", "[L6][A5][K5]") {
    OpeningHouse house;
    house.add_person("bea", "banksia", "bea@banksia.example");
    house.subscribe("teams", "bea");
    house.change([&](storage::Register& r) {  // who posts to the committee's list at once
        r.put(community::Term{"sc", PersonId{"mei"}, ListId{}, {house.clock.now() - std::chrono::hours{1}, Instant::max()}});
    });
    const auto is_a = [&](const std::string& klass, community::Strength strength) {
        house.change([&](storage::Register& r) {
            auto list = *r.list(ListId{"teams"});
            list.klass = klass;
            list.max_tlp = community::Tlp::red;
            list.authentication = strength;
            r.put(list);
        });
    };
    struct Row {
        std::string klass, outside, inside;  // To and Cc outside; the header of the part
        bool dmarc, has_signature, is_sealed;
        std::string named;  // ana, bea; "roster"; empty: it is held for names
    };
    const std::string teams = "teams@lists.arc.example", ana = "ana@banksia.example", bea = "bea@banksia.example";
    const std::string protects = "Content-Type: text/plain; hp=\"cipher\"\r\n",
                      older = "Content-Type: text/plain; protected-headers=\"v1\"\r\n";
    const auto to = [&](const std::string& whom) { return "To: " + teams + (whom.empty() ? "" : ", " + whom) + "\r\n"; };
    const std::vector<Row> rows{
        {"poc", to(ana), protects + to(ana), true, true, true, "ana"},
        {"poc", to(ana + ", " + bea), protects + to(ana), true, true, true, "ana"},
        {"poc", to(ana) + "Cc: " + bea + "\r\n", protects + to(ana), true, true, true, "ana"},
        {"poc", to(bea), protects + to(ana), true, true, true, "ana"},
        {"poc", to(ana + ", " + bea), protects + to(ana), false, true, true, "ana"},
        {"poc", to(ana + ", " + bea), older + to(ana), false, true, true, "ana"},
        {"poc", to(ana + ", " + bea), protects + to(ana), false, true, false, "ana"},
        {"poc", to(ana + ", " + bea), protects + to(ana), true, false, true, "ana"},
        {"poc", to(bea), protects + to(""), true, true, true, ""},
        {"poc", to("") + "Cc: " + bea + "\r\n", protects + to("") + "Cc: " + ana + "\r\n", true, true, true, "ana"},
        // Nothing but the signature proves the author, and To is not under it.
        {"poc", to(ana), "Content-Type: text/plain\r\n", false, true, true, ""},
        {"poc", to(ana), protects + "Subject: case\r\n", false, true, true, ""},
        {"poc", to(ana), "Content-Type: text/plain\r\n", false, true, false, ""},
        {"sc", to(ana), "Content-Type: text/plain\r\n", false, true, true, ""},
        {"sc", to(""), "Content-Type: text/plain\r\n", false, true, true, ""},
        // DMARC is over the header.
        {"poc", to(ana), "Content-Type: text/plain\r\n", true, true, true, "ana"},
        {"poc", to(ana), "Content-Type: text/plain\r\n", true, true, false, "ana"},
        {"poc", to(ana), "Content-Type: text/plain\r\n", true, false, true, "ana"},
        // Whoever takes the names off outside does not make it everybody's.
        {"sc", to(""), protects + to(ana), true, true, true, "ana"},
        {"sc", to(""), protects + to(ana), false, true, true, "ana"},
        {"sc", to(bea), protects + to(""), true, true, true, "roster"},
        {"sc", to(""), "Content-Type: text/plain\r\n", true, true, true, "roster"},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        CAPTURE(i, row.klass, row.outside, row.inside, row.dmarc, row.has_signature, row.is_sealed);
        is_a(row.klass, row.dmarc ? community::Strength::dmarc : community::Strength::signature);
        const auto part = row.inside + "\r\nTLP:RED\r\n\r\nnumber " + std::to_string(i) + "\r\n";
        const auto signature = row.has_signature ? house.signed_by("KEY-mei", part) : std::string();
        auto mail = with_entity("mei@orchid.example",
                                row.is_sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part),
                                row.dmarc);
        mail.bytes.replace(mail.bytes.find("To: "), ("To: " + teams + "\r\n").size(), row.outside);
        const auto post = house.judged(mail);
        CHECK(post.label == community::Tlp::red);
        CHECK(post.state == (row.named.empty() ? PostState::held : PostState::distributed));
        if (row.named.empty()) CHECK(first_code(post) == Code::not_named);
        if (!row.named.empty()) CHECK(post.red_to_roster == (row.named == "roster"));
        const auto is_named = [&](const std::string& who) {
            return house.store().archive().is_named(post.key, *house.store().directory().key_of(PersonId{who}));
        };
        CHECK(is_named("ana") == (row.named == "ana"));
        CHECK_FALSE(is_named("bea"));
    }
}

TEST_CASE("RED that only a protected subject says goes to whom the protected To names", "[L6][K5]") {
    OpeningHouse house;
    house.add_person("bea", "banksia", "bea@banksia.example");
    house.subscribe("teams", "bea");
    house.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.klass = "poc";
        list.max_tlp = community::Tlp::red;
        r.put(list);
    });
    const std::string to = "To: teams@lists.arc.example, ana@banksia.example\r\n";
    for (const auto* key : {"KEY-mei", "KEY-of-nobody-here"}) {
        for (const auto* names : {to.c_str(), ""}) {
            CAPTURE(key, names);
            const auto part = "Content-Type: text/plain; protected-headers=\"v1\"\r\n" + std::string(names) +
                              "Subject: TLP:RED for Ana alone\r\n\r\nsigned by " + key + "\r\n";
            auto mail = with_entity("mei@orchid.example", signed_entity(house.signed_by(key, part), part));
            const std::string_view teams = "To: teams@lists.arc.example\r\n";
            if (*names != '\0') mail.bytes.replace(mail.bytes.find(teams), teams.size(), to);
            const auto post = house.judged(mail);
            CHECK(post.label == community::Tlp::red);
            CHECK(post.state == (*names == '\0' ? PostState::held : PostState::distributed));
            const auto is_named = [&](const std::string& who) {
                return house.store().archive().is_named(post.key, *house.store().directory().key_of(PersonId{who}));
            };
            CHECK(is_named("ana") == (*names != '\0'));
            CHECK_FALSE(is_named("bea"));
        }
    }
}

TEST_CASE("what a relay writes around a signed post gets into no copy", "[K5][K10][A5]") {
    OpeningHouse house;
    struct Row {
        std::string inside;  // header of the part
        bool dmarc, is_sealed;
        std::string shown, unseen;
    };
    const std::string authors = "From: Mei Tan <mei@orchid.example>\r\nTo: teams@lists.arc.example\r\n";
    const std::string protects = authors + "Content-Type: text/plain; hp=\"cipher\"\r\n", plain = "Content-Type: text/plain\r\n";
    const std::vector<Row> rows{
        {protects, false, true, "Mei Tan", "evil.example"},
        {protects, true, true, "Mei Tan", "evil.example"},
        {protects, false, false, "Mei Tan", "evil.example"},
        {protects, true, false, "Mei Tan", "evil.example"},
        {plain, false, true, "To: teams@lists.arc.example\r\n", "evil.example"},
        {plain, false, false, "To: teams@lists.arc.example\r\n", "evil.example"},
        {plain, true, true, "Reply-To: rep@evil.example\r\n", "Mei Tan"},  // DMARC is over the header
        {plain, true, false, "Reply-To: rep@evil.example\r\n", "Mei Tan"},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        CAPTURE(i, row.inside, row.dmarc, row.is_sealed);
        house.asks_for("teams", row.dmarc ? community::Strength::dmarc : community::Strength::signature);
        const auto part = row.inside + "\r\nTLP:AMBER\r\n\r\nnumber " + std::to_string(i) + "\r\n";
        const auto signature = house.signed_by("KEY-mei", part);
        auto mail = with_entity("mei@orchid.example",
                                row.is_sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part),
                                row.dmarc);
        mail.bytes.insert(
            mail.bytes.find("Subject: "),
            "Reply-To: rep@evil.example\r\nCc: eve@evil.example\r\nAutocrypt: addr=mei@orchid.example; keydata=evil.example\r\n");
        const auto post = house.judged(mail);
        REQUIRE(post.state == PostState::distributed);
        const auto copied = mailroom::bytes_for_copies(house.room(), post);
        REQUIRE(copied);
        CHECK(copied->find(row.shown) != std::string::npos);
        CHECK(copied->find(row.unseen) == std::string::npos);
        CHECK(copied->find("number " + std::to_string(i)) != std::string::npos);
        if (!row.is_sealed) CHECK(copied->find(part) != std::string::npos);  // what is signed
    }
}

TEST_CASE("the archive has the date and the thread of a signed mail as its copies do, whoever carried it", "[K5][A5]") {
    OpeningHouse house;
    const auto protects = GENERATE(false, true);
    const auto sealed = GENERATE(false, true);
    CAPTURE(protects, sealed);
    house.asks_for("teams", community::Strength::dmarc);
    const std::string whom = "From: <mei@orchid.example>\r\nTo: teams@lists.arc.example\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n";
    const auto part = (protects ? whom + "Content-Type: text/plain; hp=\"cipher\"\r\n" : "Content-Type: text/plain\r\n") +
                      "\r\nTLP:GREEN\r\n\r\nwords\r\n";
    const auto signature = house.signed_by("KEY-mei", part);
    auto mail = with_entity("mei@orchid.example",
                            sealed ? sealed_entity(a_ciphertext("LIST-teams", signature, part)) : signed_entity(signature, part));
    mail.bytes.insert(0,
                      "Date: Sat, 21 Nov 2026 11:00:00 +0000\r\nIn-Reply-To: <other@stranger.example>\r\n"
                      "DKIM-Signature: d=orchid.example; h=From:To:Subject:Date:In-Reply-To; b=x\r\n"
                      "In-Reply-To: <zero@orchid.example>\r\n");
    mail.mail_from = "eve@stranger.example";
    const auto post = house.judged(mail);
    CAPTURE(community::lines(post.because));
    REQUIRE(post.state == PostState::distributed);
    const auto copied = mailroom::bytes_for_copies(house.room(), post);
    REQUIRE(copied);
    const auto card = mailroom::open_card(house.vault(), house.store().archive().card(post.key), post.id);
    REQUIRE(card);
    CHECK((copied->find("Sat, 21 Nov 2026 11:00:00") == std::string::npos) == (card->date.find("Sat, 21 Nov") == std::string::npos));
    for (const auto& ids : {card->in_reply_to, card->references}) {
        for (const auto& id : ids) CHECK(copied->find(id) != std::string::npos);
    }
    CHECK(card->in_reply_to.back() == "zero@orchid.example");
    CHECK((copied->find("other@stranger.example") == std::string::npos) == !protects);
}

TEST_CASE("a trial counts as it began, whatever changes while GnuPG works", "[K1]") {
    OpeningHouse house;
    const auto with_addresses = [&](const std::vector<std::string>& addresses) {
        house.change([&](storage::Register& r) {
            auto mei = *r.person(PersonId{"mei"});
            mei.addresses = addresses;
            r.put(mei);
        });
    };
    with_addresses({"mei@orchid.example", "mei@home.example"});
    house.opener.meanwhile = [&] { with_addresses({"mei@orchid.example"}); };
    const auto mail = with_entity("mei@orchid.example", signed_entity(house.signed_by("KEY-mei")));
    const auto bytes = "Return-Path: <mei@home.example>\r\n" + mail.bytes;
    mailroom::Room room{house.store(), house.vault(), house.rules, house.clock, house.settings, &house.opener};
    CHECK(mailroom::try_post(room, {bytes, ListId{"teams"}, {}}));
    CHECK(house.opener.asked == 1);
}
