#include "caveat/delivery/transport.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "line.hpp"
#include "scripted_relay.hpp"
#include "wire.hpp"

using namespace caveat;
using namespace caveat::delivery;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::ScriptedRelay;
using Kind = TransportOutcome::Kind;
using Script = ScriptedRelay::Script;

namespace {

const mailroom::Shipment plain("Subject: x\r\n\r\nbody\r\n");

std::unique_ptr<Transport> transport_to(const ScriptedRelay& relay) {
    RelayOptions options;
    options.url = relay.url();
    options.helo = "lists.test";
    options.connect_timeout = 150ms;
    options.transfer_timeout = 300ms;
    return smtp_transport(options)(on_this_thread());
}

auto now() { return std::chrono::steady_clock::now(); }

TransportOutcome hand_over(Transport& transport, const std::string& to = "kikyo@orchid.test") {
    return transport.hand_over("r-abc@lists.test", to, plain, now(), {});
}

struct Case {
    std::string step, reply;
    Kind kind;
    bool line_stops;
};

}  // namespace

TEST_CASE("a refusal fails the copy only if it is about the recipient; everything else is deferred", "[delivery][D4][D5]") {
    auto c = GENERATE(values<Case>({
        {"greeting", "450 4.3.2 busy", Kind::deferred, true},
        {"greeting", "554 5.7.1 we do not like you", Kind::deferred, true},
        {"greeting", "drop", Kind::deferred, true},
        {"greeting", "silence", Kind::deferred, true},
        {"EHLO", "450 4.3.2 busy", Kind::deferred, true},
        {"EHLO", "550 5.7.1 who?", Kind::deferred, true},
        {"EHLO", "drop", Kind::deferred, true},
        {"EHLO", "silence", Kind::deferred, true},
        {"MAIL", "451 4.3.0 later", Kind::deferred, false},
        {"MAIL", "550 5.7.1 no such sender", Kind::deferred, true},
        {"MAIL", "530 5.7.0 authenticate first", Kind::deferred, true},
        {"MAIL", "503 5.5.1 bad sequence", Kind::deferred, true},
        {"MAIL", "421 4.3.2 going down", Kind::deferred, true},
        {"MAIL", "drop", Kind::deferred, true},
        {"MAIL", "silence", Kind::deferred, true},
        {"RCPT", "450 4.2.1 busy", Kind::deferred, false},
        {"RCPT", "550 5.1.1 no such person", Kind::failed, false},
        {"RCPT", "421 4.3.2 going down", Kind::deferred, false},
        {"RCPT", "drop", Kind::deferred, false},
        {"RCPT", "silence", Kind::deferred, false},
        {"RCPT", "hello?", Kind::deferred, false},
        {"MAIL", "354 go on", Kind::deferred, false},
        {"RCPT", "354 go on", Kind::deferred, false},  // the message is given after DATA only
        {"RCPT", "300 go on", Kind::deferred, false},
        {"DATA", "300 go on", Kind::deferred, false},
        {"RCPT", "999 5.1.1 out of range", Kind::deferred, false},
        {"DATA", "452 4.3.1 full", Kind::deferred, false},
        {"DATA", "554 5.5.1 no valid recipients", Kind::deferred, true},
        {"DATA", "421 4.3.2 going down", Kind::deferred, false},
        {"DATA", "250 2.0.0 what message?", Kind::deferred, false},
        {"DATA", "drop", Kind::deferred, false},
        {"DATA", "silence", Kind::deferred, false},
        {"dot", "451 4.7.1 greylisted", Kind::deferred, false},
        {"dot", "554 5.7.1 spam", Kind::failed, false},
        {"dot", "421 4.3.2 going down", Kind::deferred, false},
        {"dot", "354 what?", Kind::deferred, false},
        {"dot", "drop", Kind::deferred, false},
        {"dot", "silence", Kind::deferred, false},
    }));
    auto pipelined = GENERATE(false, true);
    CAPTURE(c.step, c.reply, pipelined);
    Script script{{c.step, c.reply}};
    if (pipelined && c.step != "EHLO") script["EHLO"] = "250-scripted.test\r\n250 PIPELINING";
    ScriptedRelay relay(script);
    auto transport = transport_to(relay);
    auto reply = hand_over(*transport);
    CAPTURE(reply.text);
    CHECK(reply.kind == c.kind);
    CHECK(reply.line_stops == c.line_stops);
    if (c.kind == Kind::failed) CHECK(reply.text == c.reply);
    CHECK_FALSE(reply.text.empty());

    // Whatever happened, the next copy is not touched by it.
    relay.now_answers(c.step, c.step == "greeting" ? "220 again" : c.step == "DATA" ? "354 go" : "250 2.0.0 fine");
    auto next = hand_over(*transport, "sumire@violet.test");
    CAPTURE(next.text);
    CHECK(next.kind == Kind::sent);
}

TEST_CASE("a relay that cannot be connected to defers", "[delivery][D4]") {
    RelayOptions options;
    {
        ScriptedRelay gone;
        options.url = gone.url();
    }
    auto reply = smtp_transport(options)(on_this_thread())->hand_over("a@b.test", "c@d.test", plain, now(), {});
    CHECK(reply.kind == Kind::deferred);
    CHECK(reply.line_stops);
    CHECK_FALSE(reply.text.empty());
}

TEST_CASE("one connection serves many copies, refused ones included", "[delivery][D5]") {
    auto pipelined = GENERATE(false, true);
    CAPTURE(pipelined);
    ScriptedRelay relay(Script{{"EHLO", pipelined ? "250-scripted.test\r\n250 PIPELINING" : "250 scripted.test"}});
    auto transport = transport_to(relay);
    for (int i = 0; i < 20; ++i) {
        relay.now_answers("RCPT", i % 3 == 0 ? "550 5.1.1 no" : "250 2.1.5 yes");
        relay.now_answers("DATA", i % 6 == 0 ? "554 5.5.1 no valid recipients" : "354 go");  // pipelined: both ways are allowed
        auto reply = hand_over(*transport);
        CHECK(reply.kind == (i % 3 == 0 ? Kind::failed : Kind::sent));
    }
    CHECK(relay.connections() == 1);
    transport.reset();
    CHECK(relay.commands().front() == "EHLO lists.test");
}

TEST_CASE("a relay that takes DATA after a refusal and goes away at the empty message has still refused", "[delivery][D4][D5]") {
    struct Refused {
        Script script;
        Kind kind;
        Fault fault;
        std::string words;
    };
    const auto [script, kind, fault, words] = GENERATE(values<Refused>({
        {{{"MAIL", "550 5.7.1 not you"}, {"RCPT", "503 5.5.1 MAIL first"}}, Kind::deferred, Fault::relay, "550 5.7.1 not you"},
        {{{"MAIL", "451 4.3.0 later"}, {"RCPT", "503 5.5.1 MAIL first"}}, Kind::deferred, Fault::passing, "451 4.3.0 later"},
        {{{"RCPT", "550 5.1.1 no such person"}}, Kind::failed, Fault::reader, "550 5.1.1 no such person"},
    }));
    const auto* goes = GENERATE("drop", "421 4.3.2 going down");
    CAPTURE(words, goes);
    Script whole = script;
    whole["EHLO"] = "250-scripted.test\r\n250 PIPELINING";
    whole["dot"] = goes;
    ScriptedRelay relay(whole);
    auto transport = transport_to(relay);
    const auto reply = hand_over(*transport);
    CHECK(reply.kind == kind);
    CHECK(reply.fault == fault);
    CHECK(reply.text == words);

    for (const auto* step : {"MAIL", "RCPT", "dot"}) relay.now_answers(step, "250 2.0.0 fine");
    CHECK(hand_over(*transport, "sumire@violet.test").kind == Kind::sent);
    CHECK(relay.connections() == 2);
}

TEST_CASE("a connection that the relay closed while it was idle is replaced without a deferral", "[delivery]") {
    ScriptedRelay relay;
    auto transport = transport_to(relay);
    CHECK(hand_over(*transport).kind == Kind::sent);
    relay.drop_now();
    relay.wait_until_dropped();
    CHECK(hand_over(*transport).kind == Kind::sent);
    CHECK(relay.connections() == 2);
}

TEST_CASE("a copy that is old when its connection stands is asked about again, and goes over that connection", "[delivery][A2]") {
    const bool kept = GENERATE(false, true);  // a connection that the relay has closed meanwhile
    CAPTURE(kept);
    ScriptedRelay relay;
    RelayOptions options;
    options.url = relay.url();
    auto transport = smtp_transport(options)(on_this_thread());
    if (kept) {
        CHECK(hand_over(*transport).kind == Kind::sent);
        relay.drop_now();
        relay.wait_until_dropped();
    }
    const auto before = relay.bodies().size();
    relay.now_takes("greeting", mailroom::fresh_for + 50ms);
    const auto reply = hand_over(*transport, "old@violet.test");
    CHECK(reply.kind == Kind::stale);
    CHECK_FALSE(reply.line_stops);
    CHECK(reply.text == "waited too long for a connection to the relay");
    const auto connections = relay.connections();
    CHECK(hand_over(*transport, "new@violet.test").kind == Kind::sent);
    CHECK(relay.connections() == connections);
    CHECK(relay.bodies().size() == before + 1);
    for (const auto& command : relay.commands()) CHECK(command.find("old@violet.test") == std::string::npos);
}

TEST_CASE("a relay that is ready too late for the message does not get it", "[delivery][A2]") {
    const auto* slow = GENERATE("MAIL", "RCPT", "DATA");
    const bool pipelined = GENERATE(false, true);
    CAPTURE(slow, pipelined);
    ScriptedRelay relay(Script{{"EHLO", pipelined ? "250-scripted.test\r\n250 PIPELINING" : "250 scripted.test"}});
    RelayOptions options;
    options.url = relay.url();
    options.latest_data = 200ms;
    CHECK(RelayOptions{}.latest_data == 10s);
    auto transport = smtp_transport(options)(on_this_thread());
    relay.now_takes(slow, 250ms);
    const auto reply = hand_over(*transport);
    CHECK(reply.kind == Kind::deferred);
    CHECK_FALSE(reply.line_stops);
    CHECK(reply.text == "the relay was not ready for the message within 0.2 s of the check of its reader");
    CHECK(relay.bodies().empty());
    relay.now_takes(slow, 0ms);
    CHECK(hand_over(*transport).kind == Kind::sent);
    CHECK(relay.connections() == 2);
    CHECK(relay.bodies() == std::vector{plain.bytes() + ".\r\n"});
}

namespace {

const std::string pipelining = "250-scripted.test\r\n250 PIPELINING";

NextEnvelope then(const std::string& to) {
    return [to] { return Envelope{"r-abc@lists.test", to, std::make_shared<mailroom::Shipment>(plain.bytes())}; };
}

TransportOutcome hand_over(Transport& transport, const std::string& to, const std::string& next) {
    return transport.hand_over("r-abc@lists.test", to, plain, now(), then(next));
}

bool was_told(const ScriptedRelay& relay, const std::string& command) {
    const auto commands = relay.commands();
    return std::find(commands.begin(), commands.end(), command) != commands.end();
}

}  // namespace

TEST_CASE("the envelope of the copy that follows goes out with the end of a message, its message waits", "[delivery][D5]") {
    ScriptedRelay relay(Script{{"EHLO", pipelining}});
    const auto transport = transport_to(relay);
    CHECK(hand_over(*transport, "a@violet.test", "b@violet.test").kind == Kind::sent);
    CHECK_FALSE(was_told(relay, "RCPT TO:<b@violet.test>"));  // whether the relay is quick is known after the first
    CHECK(hand_over(*transport, "b@violet.test", "c@violet.test").kind == Kind::sent);
    while (!was_told(relay, "RCPT TO:<c@violet.test>")) std::this_thread::yield();
    CHECK(relay.bodies().size() == 2);
    SECTION("it comes") {
        CHECK(hand_over(*transport, "c@violet.test").kind == Kind::sent);
        CHECK(relay.connections() == 1);
        CHECK(relay.bodies().size() == 3);
        const auto commands = relay.commands();
        CHECK(std::count(commands.begin(), commands.end(), "RCPT TO:<c@violet.test>") == 1);
    }
    SECTION("it does not") {
        transport->take_back_envelope();
        CHECK(hand_over(*transport, "d@violet.test").kind == Kind::sent);
        CHECK(relay.connections() == 2);
        CHECK(relay.bodies().size() == 3);
    }
    SECTION("another comes in its place") {
        CHECK(hand_over(*transport, "d@violet.test").kind == Kind::sent);
        CHECK(relay.connections() == 2);
        CHECK(relay.bodies().size() == 3);
        CHECK(was_told(relay, "RCPT TO:<d@violet.test>"));
    }
    SECTION("the relay has gone meanwhile") {
        relay.drop_now();
        relay.wait_until_dropped();
        CHECK(hand_over(*transport, "c@violet.test").kind == Kind::deferred);  // it had said 354
        CHECK(hand_over(*transport, "c@violet.test").kind == Kind::sent);
        CHECK(relay.connections() == 2);
    }
    SECTION("policy's answer is old by now") {
        const auto old = now() - mailroom::fresh_for - 1ms;
        CHECK(transport->hand_over("r-abc@lists.test", "c@violet.test", plain, old, {}).kind == Kind::stale);
        CHECK(hand_over(*transport, "d@violet.test").kind == Kind::sent);
        CHECK(relay.bodies().size() == 3);
    }
}

TEST_CASE("a refusal of what was said ahead concerns that copy alone", "[delivery][D4][D5]") {
    const auto [step, reply, kind] = GENERATE(table<std::string, std::string, Kind>({
        {"RCPT", "550 5.1.1 no such person", Kind::failed},
        {"RCPT", "451 4.3.0 later", Kind::deferred},
        {"DATA", "451 4.3.0 later", Kind::deferred},
        {"MAIL", "451 4.3.0 later", Kind::deferred},
    }));
    CAPTURE(step, reply);
    ScriptedRelay relay(Script{{"EHLO", pipelining}});
    const auto transport = transport_to(relay);
    CHECK(hand_over(*transport, "a@violet.test").kind == Kind::sent);
    const auto meanwhile = [&relay, step = step, reply = reply] {  // it has said all about b but what it says to the message
        relay.now_answers(step, reply);
        return then("c@violet.test")();
    };
    CHECK(transport->hand_over("r-abc@lists.test", "b@violet.test", plain, now(), meanwhile).kind == Kind::sent);
    const auto refused = hand_over(*transport, "c@violet.test");
    CHECK(refused.kind == kind);
    CHECK(refused.text == reply);
    relay.now_answers(step, step == "DATA" ? "354 go" : "250 2.0.0 fine");
    CHECK(hand_over(*transport, "d@violet.test").kind == Kind::sent);
    CHECK(relay.connections() == 1);
    CHECK(relay.bodies().size() == 3 + (step == "DATA" ? 0 : 1));  // that one is empty: DATA was taken without a recipient
}

TEST_CASE("nothing is said ahead where the relay offers no PIPELINING, or is slow to take a message", "[delivery][D5]") {
    const bool slow = GENERATE(false, true);
    ScriptedRelay relay(Script{{"EHLO", slow ? pipelining : "250 scripted.test"}});
    if (slow) relay.now_takes("dot", 50ms);
    const auto transport = transport_to(relay);
    CHECK(hand_over(*transport, "a@violet.test", "b@violet.test").kind == Kind::sent);
    CHECK(hand_over(*transport, "b@violet.test", "c@violet.test").kind == Kind::sent);
    CHECK(hand_over(*transport, "d@violet.test").kind == Kind::sent);
    CHECK(relay.connections() == 1);
    CHECK_FALSE(was_told(relay, "RCPT TO:<c@violet.test>"));
}

TEST_CASE("what the relay says is kept, shortened and printable", "[delivery][S3]") {
    auto [said, kept] = GENERATE(table<std::string, std::string>({
        {"550-5.1.1 first\r\n550 5.1.1 second", "550-5.1.1 first 5.1.1 second"},
        {"550 5.1.1 caf\xc3\xa9 \x01\x1b[31m", "550 5.1.1 caf??   [31m"},
        {"550 " + std::string(2000, 'x'), "550 " + std::string(508, 'x')},
    }));
    ScriptedRelay relay(Script{{"RCPT", said}});
    auto reply = hand_over(*transport_to(relay));
    CHECK(reply.kind == Kind::failed);
    CHECK(reply.text == kept);
}

TEST_CASE("a reply without end is not read without end", "[delivery][S2]") {
    std::string endless;
    for (int i = 0; i < 2000; ++i) endless += "550-all work and no play\r\n";
    ScriptedRelay relay(Script{{"RCPT", endless + "550 end"}});
    CHECK(hand_over(*transport_to(relay)).kind == Kind::deferred);
}

TEST_CASE("the envelope is written as it is", "[delivery][M3]") {
    ScriptedRelay relay(Script{{"EHLO", "250-scripted.test\r\n250-8BITMIME\r\n250 SMTPUTF8"}});
    auto transport = transport_to(relay);
    SECTION("null sender") {
        static_cast<void>(transport->hand_over("", "a@b.test", plain, now(), {}));
        CHECK(relay.commands().at(1) == "MAIL FROM:<>");
    }
    SECTION("null sender, whom no report reaches") {
        ScriptedRelay reporting(Script{{"EHLO", "250-scripted.test\r\n250 dsn"}});
        static_cast<void>(transport_to(reporting)->hand_over("", "a@b.test", plain, now(), {}));
        CHECK(reporting.commands().at(1) == "MAIL FROM:<>");
    }
    SECTION("8-bit body") {
        static_cast<void>(transport->hand_over("x@y.test", "a@b.test", mailroom::Shipment("Subject: x\r\n\r\n\xc3\xa9\r\n"), now(), {}));
        CHECK(relay.commands().at(1) == "MAIL FROM:<x@y.test> BODY=8BITMIME");
    }
    SECTION("UTF-8 address") {
        static_cast<void>(transport->hand_over("x@y.test", "\xe8\x8f\x8a@b.test", plain, now(), {}));
        CHECK(relay.commands().at(1) == "MAIL FROM:<x@y.test> SMTPUTF8");
        CHECK(relay.commands().at(2) == "RCPT TO:<\xe8\x8f\x8a@b.test>");
    }
}

TEST_CASE("a relay that refuses the null sender holds up no mail that has one", "[delivery][D5]") {
    const bool pipelined = GENERATE(false, true);
    ScriptedRelay relay(Script{{"EHLO", pipelined ? "250-scripted.test\r\n250 PIPELINING" : "250 scripted.test"}});
    auto transport = transport_to(relay);
    for (const auto* step : {"MAIL", "RCPT", "DATA"}) relay.now_answers(step, "550 5.7.1 no null sender here");
    const auto refused = transport->hand_over("", "a@b.test", plain, now(), {});
    CHECK(refused.kind == Kind::deferred);
    CHECK(refused.fault == Fault::relay);
    CHECK_FALSE(refused.line_stops);
    CHECK(hand_over(*transport).line_stops);  // with a sender the same words stop it
    for (const auto* step : {"MAIL", "RCPT"}) relay.now_answers(step, "250 2.0.0 fine");
    relay.now_answers("DATA", "354 go");
    CHECK(hand_over(*transport).kind == Kind::sent);
    CHECK(relay.connections() == 1);
    relay.now_answers("MAIL", "silence");
    CHECK(transport->hand_over("", "a@b.test", plain, now(), {}).line_stops);
}

TEST_CASE("a reply too many before the message is not taken for the one to it", "[delivery][D2]") {
    ScriptedRelay relay;
    auto transport = transport_to(relay);
    relay.now_answers("DATA", "354 go on\r\n250 2.0.0 taken");
    relay.now_answers("dot", "550 5.1.1 no such user");
    const auto outcome = hand_over(*transport);
    CHECK(outcome.kind == Kind::deferred);
    CHECK_THAT(outcome.text, Catch::Contains("one reply too many"));
}

TEST_CASE("an address that would end its command never reaches the relay", "[delivery][S3]") {
    auto address = GENERATE(as<std::string>{}, "a@b.test>\r\nRCPT TO:<eve@c.test", "a\n@b.test", "<a@b.test>", std::string("a\0@b", 5), "",
                            std::string(300, 'a') + "@b.test");
    ScriptedRelay relay;
    auto reply = transport_to(relay)->hand_over("x@y.test", address, plain, now(), {});
    CHECK(reply.kind == Kind::failed);
    CHECK(relay.connections() == 0);
}

TEST_CASE("the message cannot end early or late, whatever its lines", "[delivery][S1]") {
    auto [message, wire] = GENERATE(table<std::string, std::string>({
        {"a\r\n", "a\r\n.\r\n"},
        {"a", "a\r\n.\r\n"},
        {"", ".\r\n"},
        {".", "..\r\n.\r\n"},
        {".a\r\n..\r\nb.\r\n", "..a\r\n...\r\nb.\r\n.\r\n"},
        {"a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n.\r\n"},
        {"a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"},
        {"a\r.\rb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
        {"a\r\r\n.\r\n", "a\r\n\r\n..\r\n.\r\n"},
        {"a\n\r.\n", "a\r\n\r\n..\r\n.\r\n"},
        {"\n", "\r\n.\r\n"},
        {"a\r\n\r", "a\r\n\r\n.\r\n"},
        {"a\r\n\0.\r\nQUIT\r\n"s, "a\r\n..\r\nQUIT\r\n.\r\n"},
        {"a\r\n.\0\r\0\n"s, "a\r\n..\r\n\r\n.\r\n"},
        {"a\0b\r\n"s, "ab\r\n.\r\n"},
    }));
    CAPTURE(message);
    Wire w(message, mail::has_other_lines(message));
    CHECK(std::string(w.body()) + std::string(w.end()) == wire);
    ScriptedRelay relay;
    auto transport = transport_to(relay);
    CHECK(transport->hand_over("x@y.test", "a@b.test", mailroom::Shipment(message), now(), {}).kind == Kind::sent);
    CHECK(relay.bodies() == std::vector{wire});
}

TEST_CASE("a message larger than every buffer arrives whole", "[delivery]") {
    std::string big = "Subject: big\r\n\r\n";
    while (big.size() < (24U << 20)) big += "0123456789012345678901234567890123456789012345678901234567890123456789\r\n";
    ScriptedRelay relay;
    RelayOptions options;
    options.url = relay.url();
    const mailroom::Shipment message(big);
    CHECK(smtp_transport(options)(on_this_thread())->hand_over("x@y.test", "a@b.test", message, now(), {}).kind == Kind::sent);
    REQUIRE(relay.bodies().size() == 1);
    CHECK(relay.bodies().front() == big + ".\r\n");
}

TEST_CASE("a relay is reached over a Unix socket", "[delivery]") {
    auto path = std::filesystem::temp_directory_path() / ("relay-" + std::to_string(getpid()) + ".sock");
    std::filesystem::remove(path);
    {
        ScriptedRelay relay({}, path);
        CHECK(hand_over(*transport_to(relay)).kind == Kind::sent);
    }
    std::filesystem::remove(path);
}

TEST_CASE("with TLS required nothing is said in clear", "[delivery]") {
    ScriptedRelay relay;
    RelayOptions options;
    options.url = relay.url();
    options.require_tls = true;
    auto reply = smtp_transport(options)(on_this_thread())->hand_over("x@y.test", "a@b.test", plain, now(), {});
    CHECK(reply.kind == Kind::deferred);
    CHECK(reply.line_stops);
    for (const auto& command : relay.commands()) CHECK_FALSE(command.starts_with("MAIL"));
}

TEST_CASE("elsewhere than on loopback the connection is driven through libcurl, with the same answers", "[delivery]") {
    ScriptedRelay relay(Script{{"RCPT", "550 5.1.1 no"}});
    RelayOptions options;
    options.url = relay.url();
    options.url.replace(options.url.find("127.0.0.1"), 9, "0.0.0.0");  // the same socket by a name that does not count as loopback
    options.transfer_timeout = 300ms;
    REQUIRE_FALSE(is_verified(options));
    auto transport = smtp_transport(options)(on_this_thread());
    CHECK(hand_over(*transport).kind == Kind::failed);
    relay.now_answers("RCPT", "250 2.1.5 yes");
    const mailroom::Shipment big(std::string(1U << 20, 'x'));
    CHECK(transport->hand_over("x@y.test", "a@b.test", big, now(), {}).kind == Kind::sent);
    relay.now_answers("dot", "silence");
    CHECK(hand_over(*transport).kind == Kind::deferred);
    CHECK(relay.connections() == 1);
}

TEST_CASE("only loopback, a Unix socket and required TLS are verified transport", "[delivery][A4]") {
    auto [url, require_tls, verified] = GENERATE(table<std::string, bool, bool>({
        {"smtp://127.0.0.1:25", false, true},
        {"smtp://127.9.8.7", false, true},
        {"smtp://[::1]:25", false, true},
        {"smtp://localhost", false, true},
        {"smtp://LOCALHOST:25", false, true},
        {"unix:/run/relay.sock", false, true},
        {"smtp://relay.test", false, false},
        {"smtp://relay.test", true, true},
        {"smtps://user:secret@relay.test", false, true},
        {"smtp://127.0.0.1.evil.test", false, false},
        {"smtp://localhost.evil.test", false, false},
        {"smtp://127.0.0.1@evil.test", false, false},
        {"smtp://128.0.0.1", false, false},
        {"smtp://[::2]", false, false},
        {"smtp://127.0.0.1:25@relay.test:25", false, false},
    }));
    CAPTURE(url, require_tls);
    RelayOptions options;
    options.url = url;
    options.require_tls = require_tls;
    CHECK(is_verified(options) == verified);
}

TEST_CASE("a relay that is none is refused at once, without repeating its password", "[delivery][O5]") {
    auto url =
        GENERATE(as<std::string>{}, "", "relay.test", "http://user:secret@relay.test", "smtp://", "smtp://user:secret@:99999", "unix:");
    CAPTURE(url);
    RelayOptions options;
    options.url = url;
    try {
        static_cast<void>(smtp_transport(options));
        FAIL("accepted");
    } catch (const std::invalid_argument& refusal) {
        CHECK(std::string(refusal.what()).find("secret") == std::string::npos);
    }
}

TEST_CASE("what the relay does not offer is not tried: the copy is fitted, or fails at once with the reason", "[delivery][S4]") {
    struct Case {
        std::string offer, to, message;
        std::string mail, rcpt;  // what the relay hears; empty: nothing
        std::string reason;
        Fault fault = Fault::passing;
    };
    const std::string subject = "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    const std::string is_signed = "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\n\xc3\xa9\r\n--s\r\n\r\nsig\r\n--s--\r\n";
    const std::string no_utf8 = "the relay does not offer SMTPUTF8, which an address needs that is not ASCII before its @";
    const auto c = GENERATE_COPY(values<Case>({
        {"SMTPUTF8", "\xe8\x8f\x8a@b.test", subject, "MAIL FROM:<x@y.test> SMTPUTF8", "RCPT TO:<\xe8\x8f\x8a@b.test>", "", {}},
        {"8BITMIME", "\xe8\x8f\x8a@b.test", subject, "", "", no_utf8, Fault::address},
        {"SMTPUTF8",
         "a@b\xc3\xbc"
         "cher.test",
         subject,
         "MAIL FROM:<x@y.test>",
         "RCPT TO:<a@xn--bcher-kva.test>",
         "",
         {}},
        {"8BITMIME",
         "a@b\xc3\xbc"
         "cher.test",
         subject,
         "MAIL FROM:<x@y.test>",
         "RCPT TO:<a@xn--bcher-kva.test>",
         "",
         {}},
        {"8BITMIME", "a@b.test", subject + "caf\xc3\xa9 and so on", "MAIL FROM:<x@y.test> BODY=8BITMIME", "RCPT TO:<a@b.test>", "", {}},
        {"HELP", "a@b.test", subject + "caf\xc3\xa9 and so on", "MAIL FROM:<x@y.test>", "RCPT TO:<a@b.test>", "", {}},
        {"HELP", "a@b.test", is_signed, "", "",
         "the relay does not offer 8BITMIME, which the message needs: its signature would no longer fit", Fault::message},
        {"8BITMIME", "a@b.test", is_signed, "MAIL FROM:<x@y.test> BODY=8BITMIME", "RCPT TO:<a@b.test>", "", {}},
        {"8BITMIME", "a@b.test", "Subject: \xc3\xa9\r\n\r\n", "MAIL FROM:<x@y.test> BODY=8BITMIME", "RCPT TO:<a@b.test>", "", {}},
        {"8BITMIME", "a@b.test", "From: \xc3\xa9@b.test\r\n\r\n", "", "",
         "the relay does not offer SMTPUTF8, which the message needs: From names an address that is not ASCII before its @",
         Fault::message},
        {"DSN", "a@b.test", subject, "MAIL FROM:<x@y.test> RET=HDRS", "RCPT TO:<a@b.test>", "", {}},
        {"SIZE 40", "a@b.test", subject, "", "", "the relay takes messages of at most 40 octets (SIZE), and this one has 55",
         Fault::message},
        {"SIZE 55", "a@b.test", subject, "MAIL FROM:<x@y.test>", "RCPT TO:<a@b.test>", "", {}},
        {"SIZE 0", "a@b.test", subject, "MAIL FROM:<x@y.test>", "RCPT TO:<a@b.test>", "", {}},
        {"SIZE", "a@b.test", subject, "MAIL FROM:<x@y.test>", "RCPT TO:<a@b.test>", "", {}},
    }));
    CAPTURE(c.offer, c.to, c.message);
    ScriptedRelay relay(Script{{"EHLO", "250-scripted.test\r\n250 " + c.offer}});
    const auto outcome = transport_to(relay)->hand_over("x@y.test", c.to, mailroom::Shipment(c.message), now(), {});
    CAPTURE(outcome.text);
    if (c.reason.empty()) {
        CHECK(outcome.kind == Kind::sent);
        CHECK(relay.commands().at(1) == c.mail);
        CHECK(relay.commands().at(2) == c.rcpt);
        const bool ascii = is_ascii(relay.bodies().front());
        CHECK((ascii || c.offer == "8BITMIME"));
    } else {
        CHECK(outcome.kind == Kind::failed);
        CHECK(outcome.text == c.reason);
        CHECK(outcome.fault == c.fault);
        for (const auto& command : relay.commands()) CHECK_FALSE(command.starts_with("MAIL"));
    }
}

TEST_CASE("where EHLO was refused and HELO taken, what cannot be fitted waits and does not fail", "[delivery][D4][S4]") {
    struct Unfit {
        std::string to, message, offer;  // which is offered later
    };
    const auto c = GENERATE(values<Unfit>({
        {"\xe8\x8f\x8a@b.test", "Subject: x\r\n\r\nx\r\n", "SMTPUTF8"},
        {"a@b.test", "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\n\xc3\xa9\r\n--s\r\n\r\nsig\r\n--s--\r\n", "8BITMIME"},
    }));
    const auto* refusal = GENERATE("502 5.5.1 what?", "450-4.3.2 busy\r\n450 4.3.2 later");
    CAPTURE(c.offer, refusal);
    ScriptedRelay relay(Script{{"EHLO", refusal}, {"HELO", "250 scripted.test"}});
    auto transport = transport_to(relay);
    const mailroom::Shipment message(c.message);
    CHECK(hand_over(*transport).kind == Kind::sent);  // what asks for nothing goes
    const auto reply = transport->hand_over("x@y.test", c.to, message, now(), {});
    CHECK(reply.kind == Kind::deferred);
    CHECK(reply.fault == Fault::passing);
    CHECK_FALSE(reply.line_stops);
    CHECK(reply.text == "the relay refused EHLO and has not told what it offers");
    CHECK(relay.bodies().size() == 1);
    relay.now_answers("EHLO", "250-scripted.test\r\n250 " + c.offer);
    CHECK(transport->hand_over("x@y.test", c.to, message, now(), {}).kind == Kind::sent);
}

TEST_CASE("both together: UTF-8 in the header is told to a relay that knows it", "[delivery][S4]") {
    ScriptedRelay relay(Script{{"EHLO", "250-scripted.test\r\n250-8BITMIME\r\n250 SMTPUTF8"}});
    const mailroom::Shipment message("Subject: \xc3\xa9\r\n\r\nx\r\n");
    CHECK(transport_to(relay)->hand_over("x@y.test", "a@b.test", message, now(), {}).kind == Kind::sent);
    CHECK(relay.commands().at(1) == "MAIL FROM:<x@y.test> BODY=8BITMIME SMTPUTF8");
    CHECK(relay.bodies().front() == message.bytes() + ".\r\n");
}

TEST_CASE("a message is converted once for all its readers", "[delivery][S4]") {
    const mailroom::Shipment message("Subject: x\r\n\r\n\xc3\xa9\r\n");
    CHECK(&message.seven_bits() == &message.seven_bits());
    CHECK(message.seven_bits()->data() == message.seven_bits()->data());
    auto alive = std::make_shared<std::atomic<std::size_t>>(0);
    {
        const mailroom::Shipment counted(message.bytes(), {}, alive);
        CHECK(*alive == counted.bytes().size());
        CHECK(counted.seven_bits());
        CHECK(*alive == counted.bytes().size() + counted.seven_bits()->size());
    }
    CHECK(*alive == 0);
}

TEST_CASE("why a connection does not come about is named, not the last polite reply", "[delivery][D6]") {
    struct Case {
        Script script;
        std::string user;
        bool tls;
        std::string reason;
        Fault fault;
    };
    const auto c = GENERATE(values<Case>({
        {{{"EHLO", "250-scripted.test\r\n250 SIZE 1000"}},
         "",
         true,
         "the relay does not offer STARTTLS, and TLS is required",
         Fault::passing},
        {{{"EHLO", "250-scripted.test\r\n250 STARTTLS"}, {"STAR", "454 4.7.0 TLS not now"}},
         "",
         true,
         "the relay refuses STARTTLS: 454 4.7.0 TLS not now",
         Fault::passing},
        {{{"EHLO", "250-scripted.test\r\n250 AUTH PLAIN LOGIN"}, {"AUTH", "535 5.7.8 wrong password"}},
         "user:secret@",
         false,
         "the relay refuses AUTH (it offers PLAIN LOGIN): 535 5.7.8 wrong password",
         Fault::relay},
        {{{"EHLO", "250-scripted.test\r\n250 AUTH X-ODD"}},
         "user:secret@",
         false,
         "no mechanism of AUTH is known to both: the relay offers X-ODD",
         Fault::relay},
        {{{"EHLO", "250 scripted.test"}, {"MAIL", "530 5.7.0 sign in"}},
         "user:secret@",
         false,
         "530 5.7.0 sign in; nobody signed in: a password is set, and the relay does not offer AUTH",
         Fault::relay},
        {{{"greeting", "554 5.7.1 we do not like you"}}, "", false, "554 5.7.1 we do not like you", Fault::relay},
    }));
    CAPTURE(c.reason);
    ScriptedRelay relay(c.script);
    RelayOptions options;
    options.url = relay.url();
    options.url.insert(7, c.user);
    options.require_tls = c.tls;
    options.connect_timeout = 500ms;
    const auto outcome = hand_over(*smtp_transport(options)(on_this_thread()));
    CAPTURE(outcome.text);
    CHECK(outcome.text.starts_with(c.reason));
    CHECK(outcome.fault == c.fault);
    CHECK(outcome.kind == Kind::deferred);
    CHECK(outcome.line_stops);
    CHECK(outcome.text.find("secret") == std::string::npos);
}

TEST_CASE("a relay is tried up to MAIL, and nothing is left with it", "[delivery]") {
    const auto refuses = GENERATE(false, true);
    ScriptedRelay relay(
        Script{{"EHLO", "250-scripted.test\r\n250-SIZE 1000\r\n250 8BITMIME"}, {"MAIL", refuses ? "550 5.7.1 not you" : "250 ok"}});
    RelayOptions options;
    options.url = relay.url();
    const auto tried = try_relay(options, "owner@lists.test");
    CHECK(tried.reached);
    CHECK(tried.takes_mail == !refuses);
    CHECK(tried.words == (refuses ? "550 5.7.1 not you" : "250 ok"));
    CHECK(tried.eight_bits);
    CHECK_FALSE(tried.utf8);
    CHECK(tried.size == 1000);
    CHECK(relay.commands().at(1) == "MAIL FROM:<owner@lists.test>");
    CHECK(relay.commands().at(2) == "RSET");
    CHECK(relay.bodies().empty());
}
