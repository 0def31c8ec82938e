// Commands by mail, from the door to the reply: who is believed, what is done, once, and what others learn of it.
#include "caveat/commands/door.hpp"
#include <algorithm>

#include <catch2/catch.hpp>

#include "a_fake_engine.hpp"
#include "a_house.hpp"
#include "caveat/mailroom/opening.hpp"

namespace caveat::commands::test {
namespace {

using namespace std::chrono_literals;
using community::Code;
using mailroom::Receipt;

constexpr const char* meis_key = "AAAABBBBCCCCDDDDEEEEFFFF0000111122223333";

struct Written {
    std::string to = "teams+request@lists.arc.example";
    std::string from = "mei@orchid.example";
    std::string body = "help\n";
    std::string extra = {};
    bool proven = true;
    std::string envelope = {};  // another than that of `from`
    std::string id = "one@example";
    std::string named = {};   // in To, not the address
    std::string beside = {};  // another address that it came to
};

mailroom::Submission submission(const Written& mail) {
    mailroom::Submission s;
    s.door = "lmtp";
    s.mail_from = !mail.envelope.empty() ? mail.envelope : mail.proven ? mail.from : "somebody@else.example";
    s.rcpt_to = {mail.to};
    if (!mail.beside.empty()) s.rcpt_to.push_back(mail.beside);
    const auto domain = mail.from.substr(mail.from.find('@') + 1);
    if (mail.proven) s.bytes = "Authentication-Results: mx.arc.example; dmarc=pass header.from=" + domain + "\r\n";
    s.bytes += mail.extra + "From: <" + mail.from + ">\r\nTo: " + (mail.named.empty() ? mail.to : mail.named) + "\r\nMessage-ID: <" +
               mail.id + ">\r\n\r\n";
    for (const char c : mail.body) s.bytes += c == '\n' ? "\r\n" : std::string(1, c);
    return s;
}

// What a signature is to the door, without GnuPG: a field that says whose it is, and when.
Result<Proof> proof_in(std::string_view bytes) {
    const auto headers = mail::read_headers(bytes, {});
    const auto* field = headers->find("X-Signed");
    if (field == nullptr) return Proof{};
    const auto said = mail::unfold(field->value);
    Proof proof{.present = true, .text = std::string(bytes.substr(headers->body_at))};
    proof.inside = "Content-Type: text/plain\r\n\r\n" + proof.text;
    const auto blank = said.find(' ');
    if (said == "badly") return proof;
    proof.uses = {vault::sha256(said + proof.text)};
    if (const auto* to = headers->find("X-Signed-To"); to != nullptr) proof.named = {mail::unfold(to->value)};
    if (headers->find("X-Key-Unknown") != nullptr) return proof;
    if (said == "too long") return Proof{.present = true, .ended = "GnuPG could not be done with it in 10 s"};
    proof.signer = PersonId{said.substr(0, blank)};
    proof.fingerprint = meis_key;
    proof.made = *parse_instant(said.substr(blank + 1));
    if (const auto* data = headers->find("X-Sealed"); data != nullptr) proof.data = {vault::sha256(data->value)};
    return proof;
}

struct ADoor : caveat::test::AHouse {
    mailroom::Mailroom mailroom{room()};
    Door door{{room(), {vault(), letterhead, "sc+owner@lists.arc.example", {}}, {letterhead, {}}}};
    std::size_t seen = 0;                  // letters
    std::vector<std::string> logged = {};  // of the last that came

    std::string signed_by(const std::string& person, std::chrono::seconds ago = 60s) {
        return "X-Signed: " + person + " " + to_string(std::chrono::floor<std::chrono::seconds>(clock.now() - ago)) + "\r\n";
    }
    // What it was answered, and what became of it.
    Receipt receive(const Written& mail) {
        const auto s = submission(mail);
        return mailroom.receive(std::vector{s}).at(0).at(0).receipt;
    }
    Code does(const Written& mail) {
        REQUIRE(receive(mail) == Receipt::accepted);
        CHECK(mailroom.process(10) == 0);  // the judge leaves it alone
        const Prove prove = [](const ListId&, const std::optional<PersonId>&, std::string_view bytes) { return proof_in(bytes); };
        auto mail_read = Door::read(room(), prove, mailroom::next_request(room(), 0).value());
        REQUIRE(mail_read);
        logged = door.act(*mail_read);
        if (mail_read->look.wanted()) {
            const auto asked = *mail_read->look.wanted();
            mail_read->look.saw(openpgp::Key{openpgp::Fitness::usable, asked.armour, "NEW"});
            logged = door.act(*mail_read);
        }
        REQUIRE(!logged.empty());
        CHECK(door.act(*mail_read).empty());  // once
        const auto post = store().posts().get(mail_read->post.key);
        CHECK(post->state != storage::PostState::spooled);
        CHECK(store().posts().requests(0, 1).empty());
        return post->because.front().code;
    }
    // Those that were written since the last call.
    std::vector<std::string> letters() {
        storage::Posts::Filter filter;
        filter.notices = true;
        std::vector<std::string> all;
        for (const auto& post : store().posts().select(filter)) {
            if (post.kind == storage::PostKind::notice) all.push_back(vault().open(store().posts().body(post.key), post.id.value).value());
        }
        std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(seen), all.end());
        seen = all.size();
        return fresh;
    }
    std::string letter() {
        const auto all = letters();
        REQUIRE(all.size() == 1);
        return all.front();
    }
    // As its reader takes it in: where lines end says nothing.
    std::string letter_in_one_line() {
        auto text = letter();
        std::erase(text, '\r');
        std::replace(text.begin(), text.end(), '\n', ' ');
        return text;
    }
    static std::string confirmation_in(const std::string& letter) {
        const auto at = letter.find("teams+confirm.");
        REQUIRE(at != std::string::npos);
        return letter.substr(at, letter.find('>', at) - at);
    }
    bool is_on(const std::string& person, const std::string& list = "teams") {
        return store().rosters().reader(ListId{list}, PersonId{person}).has_value();
    }
    std::vector<std::string> entries() {
        std::vector<std::string> all;
        store().journal().each({}, [&](const storage::Entry& e) { all.push_back(e.actor + " " + e.act + " " + e.subject); });
        return all;
    }
    void add_list(const std::string& id, const std::string& klass) {
        community::List list;
        list.id = ListId{id};
        list.klass = klass;
        list.charter = "a circle";
        list.default_tlp = community::Tlp::amber;
        list.max_tlp = community::Tlp::amber;
        change([&](storage::Register& r) { r.put(list); });
    }
};

using Catch::Contains;

}  // namespace

TEST_CASE_METHOD(ADoor, "help goes to the address on record", "[commands]") {
    CHECK(does({}) == Code::command_done);
    const auto text = letter();
    CHECK_THAT(text,
               Contains("To: <mei@orchid.example>") && Contains("Auto-Submitted: auto-replied") && Contains("In-Reply-To: <one@example>"));
    CHECK_THAT(text, Contains("vote DECISION") && Contains("teams+request@lists.arc.example"));
    CHECK(does({.body = "", .extra = "Subject: Help\r\n"}) == Code::command_done);
    CHECK_THAT(letter(), Contains("vote DECISION"));
}

TEST_CASE_METHOD(ADoor, "what somebody else brings of a person's mail takes few of their replies", "[A5][M4]") {
    const auto envelope = GENERATE(as<std::string>{}, "eve@stranger.example", "SRS0=x=y=orchid.example=mei@stranger.example");
    const auto signature = GENERATE(false, true);
    CAPTURE(envelope, signature);
    const auto bring = [&](Written mail, int i) {
        mail.envelope = envelope;
        if (signature) mail.extra = signed_by("mei", std::chrono::seconds{60 + i}) + "X-Signed-To: friend@stranger.example\r\n";
        (void)does(mail);
    };
    SECTION("a mail to others, each time it comes") {
        for (int i = 0; i < 25; ++i) bring({.body = "let us have lunch\n", .named = "friend@stranger.example"}, i);
    }
    SECTION("one that named us, which came before") {
        (void)does({.body = "let us have lunch\n"});
        (void)letters();
        for (int i = 0; i < 25; ++i) bring({.body = "let us have lunch\n"}, i);
    }
    CHECK(letters().size() == static_cast<std::size_t>(mailroom::most_unproven_a_day));
    CHECK(does({.body = "unsubscribe\n", .id = "own@orchid.example"}) == Code::command_unconfirmed);
    CHECK(letters().size() == 1);
    // A forwarder's first of each is like their own.
    for (int i = 0; i < 7; ++i) {
        CHECK(does({.envelope = envelope, .id = std::to_string(i) + "@orchid.example"}) == Code::command_done);
        CHECK(letters().size() == 1);
    }
}

TEST_CASE_METHOD(ADoor, "a reply from an address that somebody else put there confirms nothing", "[A5][item 60]") {
    change([&](storage::Register& r) {
        r.put(PersonId{"mei"}, {community::Unconfirmed::What::addresses, clock.now(), {"operator root"}, {"former@orchid.example"}, {}});
    });
    CHECK(does({.body = "unsubscribe\n"}) == Code::command_refused);
    CHECK_THAT(letter_in_one_line(), Contains("somebody else changed your address here, and it waits to be confirmed"));
    CHECK(is_on("mei"));
}

TEST_CASE_METHOD(ADoor, "From alone does nothing: a reply to the letter does it, once, by the same person and in time", "[A5][K7][H1]") {
    const auto ask = [&] {
        CHECK(does({.body = "lists\nunsubscribe\n"}) == Code::command_unconfirmed);
        const auto text = letter();
        CHECK_THAT(text, Contains("unsubscribe"));
        CHECK(is_on("mei"));
        return confirmation_in(text);
    };
    const auto token = ask();
    CHECK(token.find('@') <= 64);  // RFC 5321, section 4.5.3.1.1
    SECTION("once") {
        CHECK(does({.to = token, .body = "confirm\n"}) == Code::command_done);
        CHECK_FALSE(is_on("mei"));
        CHECK_THAT(letter(), Contains("teams: threat exchange between all teams") && Contains("you have left teams"));
        subscribe("teams", "mei");
        CHECK(does({.to = token, .body = "confirm\n"}) == Code::command_refused);
        CHECK_THAT(letter(), Contains("there is nothing to confirm"));
        CHECK(is_on("mei"));
    }
    SECTION("whatever the letters of the address, and what is written") {
        std::string capitals = token;
        std::transform(capitals.begin(), capitals.end(), capitals.begin(), [](unsigned char c) { return std::toupper(c); });
        CHECK(does({.to = capitals, .body = "I confirm.\n", .proven = false}) == Code::command_done);
        CHECK_FALSE(is_on("mei"));
    }
    SECTION("not where it says anything else, nor by a robot that bears no mark; and then still where it confirms") {
        for (const auto* body : {"", "请不要退订！\n"}) {
            CHECK(does({.to = token, .body = body}) == Code::command_refused);
            CHECK(letters().size() == 1);
        }
        CHECK(does({.to = token, .body = "NO! I did not ask for this.\n\n> To confirm it\n"}) == Code::command_refused);
        CHECK_THAT(letter_in_one_line(), Contains("with the word \"confirm\" alone in the first line"));
        CHECK(does({.to = token, .body = "I am back on Monday.\n", .extra = "Subject: Automatic reply: Confirm\r\n"}) == Code::automatic);
        CHECK(letters().empty());
        CHECK(is_on("mei"));
        CHECK(does({.to = token, .body = "confirm\n"}) == Code::command_done);
        CHECK_FALSE(is_on("mei"));
    }
    SECTION("not by somebody else") {
        CHECK(does({.to = token, .from = "ana@banksia.example", .body = "confirm\n"}) == Code::command_refused);
        CHECK((is_on("mei") && is_on("ana")));
    }
    SECTION("not with the token of another list") {
        add_list("news", "teams");
        CHECK(does({.to = "news" + token.substr(token.find('+')), .body = "confirm\n"}) == Code::command_refused);
        CHECK(is_on("mei"));
    }
    SECTION("not after a day") {
        clock.time += confirmed_within;
        CHECK(does({.to = token, .body = "confirm\n"}) == Code::command_refused);
        CHECK(is_on("mei"));
    }
    SECTION("not what was asked for while the clock stood ahead") {
        clock.time -= 24h;
        CHECK(does({.to = token}) == Code::command_refused);
        CHECK(is_on("mei"));
    }
    SECTION("not by a robot") {
        CHECK(does({.to = token, .body = "confirm\n", .extra = "Auto-Submitted: auto-replied\r\n"}) == Code::automatic);
        CHECK(letters().empty());
        CHECK(is_on("mei"));
    }
    SECTION("the token rests nowhere") {
        REQUIRE(receive({.to = token}) == Receipt::accepted);
        const auto secret = token.substr(token.find("confirm.") + 8, token.find('@') - token.find("confirm.") - 8);
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            CHECK(caveat::test::read_text(file.path()).find(secret) == std::string::npos);
        }
    }
}

TEST_CASE_METHOD(ADoor, "the letter that asks to confirm repeats no word but names of lists that its reader may know",
                 "[commands][A7][M4]") {
    add_list("inner", "wg");
    const auto proven = GENERATE(true, false);
    for (const std::string name : {"login.evil.example", "inner", "https://evil.example/login"}) {
        CHECK(does({.body = "lists\nsubscribe " + name + "\n", .proven = proven}) == Code::command_refused);
        CHECK_THAT(letter(), Contains("Nothing was done") && !Contains(name));
    }
    add_list("news", "teams");
    CHECK(does({.body = "subscribe news\n", .proven = proven}) == Code::command_unconfirmed);
    CHECK_THAT(letter(), Contains("subscribe news"));
}

TEST_CASE_METHOD(ADoor, "a stranger sees no difference between a list, its addresses and nothing", "[A7]") {
    add_list("inner", "wg");
    for (const auto* local : {"teams", "teams+request", "teams+sendkey", "teams+confirm.abc", "none+request", "none+sendkey",
                              "none+confirm.abc", "inner+request"}) {
        CAPTURE(local);
        CHECK(receive({.to = std::string(local) + "@lists.arc.example", .from = "somebody@else.example"}) == Receipt::refused);
    }
    // A member who is proven, of what they may not know; and whoever only claims to be one.
    for (const auto* local : {"inner+request", "inner+sendkey", "inner+confirm.abc", "none+request", "none+sendkey", "none+confirm.abc"}) {
        CAPTURE(local);
        CHECK(receive({.to = std::string(local) + "@lists.arc.example"}) == Receipt::refused);
        CHECK(does({.to = std::string(local) + "@lists.arc.example", .proven = false}) == Code::unknown_list);
        CHECK(letters().empty());
    }
    // Two at once: the log has both.
    CHECK(does({.to = "inner+request@lists.arc.example", .proven = false, .beside = "none+request@lists.arc.example"}) ==
          Code::unknown_list);
    REQUIRE(logged.size() == 2);
    CHECK_THAT(logged[0], Contains(" to inner: refused; unknown_list"));
    CHECK_THAT(logged[1], Contains(" to none: refused; unknown_list"));
}

TEST_CASE_METHOD(ADoor, "a wish for no answer makes no robot of whoever signs, or says that they confirm", "[commands][K4][M2]") {
    const std::string wish =
        GENERATE(values<std::string>({"Precedence: bulk\r\n", "X-Auto-Response-Suppress: DR, OOF\r\n", "List-Id: <x.example>\r\n"}));
    CAPTURE(wish);
    CHECK(does({.body = "unsubscribe teams\n", .extra = wish + signed_by("mei")}) == Code::command_done);
    CHECK_FALSE(is_on("mei"));
    CHECK_THAT(letter(), Contains("you have left teams"));
    CHECK(does({.body = "vote D-2026-001 yes\n", .extra = wish + signed_by("mei", 61s)}) == Code::command_refused);
    CHECK(letters().size() == 1);
    // But not the rest, and no robot.
    for (const auto& extra :
         {wish, wish + "X-Signed: badly\r\n", wish + signed_by("ana"), "Auto-Submitted: auto-replied\r\n" + signed_by("mei")})
        CHECK(does({.body = "unsubscribe teams\n", .extra = extra}) == Code::automatic);
    CHECK(letters().empty());

    subscribe("teams", "mei");
    CHECK(does({.body = "unsubscribe\n"}) == Code::command_unconfirmed);
    const auto token = confirmation_in(letter());
    CHECK(does({.to = token, .body = "I am back on Monday.\n", .extra = wish}) == Code::automatic);
    CHECK(does({.to = token, .body = "", .extra = wish}) == Code::automatic);
    CHECK(is_on("mei"));
    CHECK(does({.to = token, .body = "confirm\n", .extra = wish}) == Code::command_done);
    CHECK_FALSE(is_on("mei"));
}

TEST_CASE_METHOD(ADoor, "what somebody else sealed to the list asks for nothing in the name of whoever caught it", "[commands][K6]") {
    const std::string sealed = "X-Sealed: the same\r\n";
    CHECK(does({.body = "lists\n", .extra = sealed + signed_by("mei")}) == Code::command_done);
    CHECK(letters().size() == 1);
    CHECK(does({.from = "ana@banksia.example", .body = "lists\n", .extra = sealed + signed_by("ana")}) == Code::command_refused);
    CHECK_THAT(letter_in_one_line(), Contains("it is encrypted or signed, and does not bear"));
    CHECK(does({.body = "lists\n", .extra = sealed + signed_by("mei", 61s)}) == Code::command_done);
}

TEST_CASE_METHOD(ADoor, "robots get no reply, and nobody more than twenty a day", "[M2][M4]") {
    for (const auto* extra : {"Auto-Submitted: auto-generated\r\n", "Precedence: bulk\r\n", "List-Id: <x.example>\r\n"}) {
        CHECK(does({.extra = extra}) == Code::automatic);
    }
    auto null_sender = submission({});
    null_sender.mail_from = "";
    REQUIRE(mailroom.receive(std::vector{null_sender}).at(0).at(0).receipt == Receipt::accepted);
    auto robot = Door::read(room(), {}, mailroom::next_request(room(), 0).value());
    CHECK(door.act(*robot).size() == 1);
    CHECK(letters().empty());

    for (int i = 0; i < most_unproven_a_day; ++i) does({.body = "lists\n", .proven = false});
    CHECK(does({.body = "lists\n", .proven = false}) == Code::command_refused);
    for (int i = most_unproven_a_day; i < most_replies_a_day; ++i) does({});
    CHECK(does({}) == Code::command_refused);
    CHECK(letters().size() == most_replies_a_day);
    CHECK(does({.body = "unsubscribe teams\n", .extra = signed_by("mei")}) == Code::command_done);  // what is proven is done without one
    CHECK_FALSE(is_on("mei"));
    CHECK(letters().empty());
    clock.time += 24h + 1s;
    CHECK(does({}) == Code::command_done);
    CHECK(letters().size() == 1);
}

TEST_CASE_METHOD(ADoor, "a signature acts at once, once, for a time, for its own person, and over what it names", "[A5][A6][K4][K7]") {
    const auto leave = [&](const std::string& extra, const std::string& body = "unsubscribe teams\n") {
        return does({.body = body, .extra = extra, .proven = false});
    };
    const auto good = signed_by("mei");
    CHECK(leave(good) == Code::command_done);
    CHECK_FALSE(is_on("mei"));
    CHECK(entries().size() > 1);
    const auto all = entries();
    CHECK(std::any_of(all.begin(), all.end(), [](const auto& line) { return line.starts_with("person mei subscription."); }));
    subscribe("teams", "mei");
    CHECK(leave(good) == Code::command_refused);  // the same, sent again
    CHECK(leave(signed_by("ana")) == Code::command_refused);
    CHECK(does({.from = "ana@banksia.example", .body = "unsubscribe teams\n", .extra = signed_by("ana")}) == Code::command_done);
    CHECK(leave("X-Signed: badly\r\n") == Code::command_refused);
    (void)letters();
    CHECK(leave("X-Signed: too long\r\n") == Code::command_refused);
    CHECK_THAT(letter(), Contains("GnuPG could not be done with it in 10 s: sign it anew"));
    CHECK(leave(signed_by("mei", rules.longest_signature())) == Code::command_refused);
    CHECK(leave(signed_by("mei", -mailroom::clock_skew)) == Code::command_refused);
    CHECK(leave(signed_by("mei", 2min), "unsubscribe\n") == Code::command_refused);  // no signature is over the address
    const auto to = [&](const std::string& address, std::chrono::seconds ago) {
        return signed_by("mei", ago) + "X-Signed-To: " + address + "\r\n";
    };
    // Of a mail to others nothing is used up here: it is still to come to them.
    const auto is_used = [&](std::chrono::seconds ago, const std::string& body) {
        const auto what = vault::sha256("mei " + to_string(std::chrono::floor<std::chrono::seconds>(clock.now() - ago)) + body);
        return store().posts().signature_used(mailroom::name_of_use(vault(), what)).has_value();
    };
    for (const auto& others : {to("wg+request@lists.arc.example", 3min), "X-Key-Unknown: yes\r\n" + to("teams@lists.arc.example", 3min)}) {
        CAPTURE(others);
        CHECK(leave(others) == Code::command_refused);
        CHECK_FALSE(is_used(3min, "unsubscribe teams\r\n"));
    }
    // What was no command is no post later, and the other way round.
    CHECK(leave(signed_by("mei", 4min), "Dear all\n") == Code::command_refused);
    CHECK(is_used(4min, "Dear all\r\n"));
    CHECK(is_on("mei"));
    // Nor is what was signed by a key that came on record later, or for a later day, done when it is sent again then.
    CHECK(leave("X-Key-Unknown: yes\r\n" + signed_by("mei", 6min)) == Code::command_refused);
    CHECK(leave(signed_by("mei", 6min)) == Code::command_refused);
    const auto ahead = signed_by("mei", -mailroom::clock_skew - 1s);
    CHECK(leave(ahead) == Code::command_refused);
    clock.time += 1min;
    CHECK(leave(ahead) == Code::command_refused);
    CHECK(is_on("mei"));
    CHECK(leave(signed_by("mei", rules.longest_signature() - 1s)) == Code::command_done);
    CHECK_FALSE(is_on("mei"));
    subscribe("teams", "mei");
    CHECK(leave(to("teams+request@LISTS.arc.example", 5min)) == Code::command_done);
    CHECK_FALSE(is_on("mei"));
}

TEST_CASE_METHOD(ADoor, "all of a mail is done, or nothing", "[commands]") {
    CHECK(does({.body = "unsubscribe teams\nsubscribe nowhere\n", .extra = signed_by("mei")}) == Code::command_refused);
    CHECK_THAT(letter(), Contains("\"subscribe nowhere\": there is no list nowhere that you may know of"));
    CHECK(is_on("mei"));
    CHECK(does({.body = "unsubscribe teams\nPlease\n"}) == Code::command_refused);
    CHECK_THAT(letter(), Contains("line 2 is no command"));
    CHECK(is_on("mei"));
}

TEST_CASE_METHOD(ADoor, "who may read a list whoever is on its roster goes onto it; who must be named does not", "[A1]") {
    add_list("circle", "wg");
    const auto asks = [&](const std::string& body, const char* person = "mei") {
        return does({.from = person == std::string("mei") ? "mei@orchid.example" : "quentin@quokka.example",
                     .body = body,
                     .extra = signed_by(person, 1s)});
    };
    CHECK(asks("unsubscribe teams\n") == Code::command_done);
    CHECK(asks("subscribe teams digest\n") == Code::command_done);
    CHECK(store().rosters().reader(ListId{"teams"}, PersonId{"mei"})->delivery == community::DeliveryMode::digest);
    CHECK(asks("subscribe teams\n") == Code::command_done);  // on it already, and the mode stays
    CHECK(store().rosters().reader(ListId{"teams"}, PersonId{"mei"})->delivery == community::DeliveryMode::digest);
    letters();
    CHECK(asks("subscribe circle\n") == Code::command_refused);  // of which nobody may know but those on its roster
    CHECK_THAT(letter(), Contains("there is no list circle that you may know of"));
    add_list("inner", "sc");
    CHECK(asks("subscribe inner\n") == Code::command_refused);  // to which everybody may write, and which its seats read
    CHECK_THAT(letter_in_one_line(), Contains("or the secretariat put on its roster"));
    CHECK_FALSE(is_on("mei", "inner"));
    CHECK(does({.body = "lists\n", .extra = signed_by("mei")}) == Code::command_done);
    CHECK_THAT(letter(), Contains("teams: threat exchange between all teams (delivery: digest)") && !Contains("circle"));
}

TEST_CASE_METHOD(ADoor, "the key of a list is sent to whoever may know of it", "[K12]") {
    CHECK(does({.to = "teams+sendkey@lists.arc.example"}) == Code::command_refused);
    CHECK_THAT(letter(), Contains("teams has no key"));
    change([&](storage::Register&) {
        store().keys().put({ListId{"teams"}, std::string(40, 'B'), "-----BEGIN THE KEY-----\n", clock.now(), {}});
    });
    for (const auto* service : {"sendkey", "request"}) {
        CHECK(does({.to = std::string("teams+") + service + "@lists.arc.example", .body = "get key\n"}) == Code::command_done);
        CHECK_THAT(letter(), Contains("teams.asc") && Contains("-----BEGIN THE KEY-----") && Contains(std::string(40, 'B')));
    }
}

TEST_CASE_METHOD(ADoor, "a key becomes another by the signature of the one on record, and by nothing else", "[K8]") {
    const std::string key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n";
    const auto on_record = [&] { return store().directory().person(PersonId{"mei"})->key; };
    const auto asks = [&](const std::string& body, const std::string& extra) { return does({.body = body, .extra = extra}); };
    CHECK(asks("set key\n" + key, "") == Code::command_refused);
    CHECK_THAT(letter_in_one_line(), Contains("your key on record has signed"));
    CHECK(asks("set key\n", signed_by("mei")) == Code::command_refused);
    CHECK_THAT(letter(), Contains("needs the new key"));
    CHECK(asks("set key\n" + key, signed_by("mei")) == Code::command_refused);
    CHECK_THAT(letter(), Contains("there is no key of mei on record"));
    change([&](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        mei.key = "the old one";
        r.put(mei);
        REQUIRE(store().keys().put({mei.id, std::string(40, 'E'), Code::key_usable, {}, "cv25519", clock.now()}, "the old one"));
    });
    CHECK(asks("set key\n" + key, signed_by("mei", 2s)) == Code::command_refused);
    CHECK_THAT(letter(), Contains("is replaced by a mail that the one on record"));
    change([&](storage::Register&) {
        REQUIRE(store().keys().put({PersonId{"mei"}, meis_key, Code::key_usable, {}, "cv25519", clock.now()}, "the old one"));
    });
    CHECK(on_record() == "the old one");
    CHECK(asks("set key\n" + key, signed_by("mei", 3s)) == Code::command_done);
    CHECK(on_record() == key);
    CHECK_THAT(letter(), Contains("your key on record is the new one"));
}

TEST_CASE_METHOD(ADoor, "what speaks for a team is signed", "[A5]") {
    for (const auto* body : {"vote D-2026-001 yes\n", "acknowledge C-2026-001 1\n"}) {
        CHECK(does({.body = body}) == Code::command_refused);
        CHECK_THAT(letter(), Contains("and by no other"));
        CHECK(does({.body = body, .extra = signed_by("mei")}) == Code::command_refused);
        CHECK_THAT(letter(), Contains("that you may know of"));
    }
}

}  // namespace caveat::commands::test
