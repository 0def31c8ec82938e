#include "caveat/smtp/session.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <random>

#include "dialogue.hpp"

using namespace caveat;
using namespace caveat::smtp;
using namespace caveat::smtp::testing;
using mailroom::Receipt;
using mailroom::Received;
using mailroom::Submission;

namespace {

constexpr std::string_view lhlo = "LHLO mx\r\n";
constexpr std::string_view mail_and_rcpt = "MAIL FROM:<rep@orchid.example>\r\nRCPT TO:<teams@lists.arc.example>\r\n";
constexpr std::string_view data_ok = "354 End data with <CR><LF>.<CR><LF>";

std::string to_data(Protocol protocol = Protocol::lmtp) {
    return (protocol == Protocol::lmtp ? "LHLO mx\r\n" : "EHLO mx\r\n") + std::string(mail_and_rcpt) + "DATA\r\n";
}

std::string last_line(std::string_view said) {
    const auto lines = lines_of(said);
    return lines.empty() ? "" : lines.back();
}

struct Line {
    std::string says;
    std::string hears;  // the beginning of the last reply line
};

void hold_to(Dialogue& dialogue, const std::vector<Line>& lines) {
    for (const auto& line : lines) {
        CAPTURE(line.says, line.hears);
        const auto heard = last_line(dialogue.say(line.says + "\r\n"));
        CAPTURE(heard);
        CHECK(heard.substr(0, line.hears.size()) == line.hears);
    }
}

}  // namespace

TEST_CASE("the greeting names the host and the protocol, and nothing of the lists", "[smtp][A7]") {
    CHECK(Dialogue(options_for(Protocol::lmtp)).greeting == "220 mx.arc.example LMTP\r\n");
    CHECK(Dialogue(options_for(Protocol::smtp)).greeting == "220 mx.arc.example ESMTP\r\n");
}

TEST_CASE("EHLO and LHLO offer the extensions, HELO offers none", "[smtp][S4]") {
    const std::string offer =
        "250-mx.arc.example\r\n250-PIPELINING\r\n250-SIZE 26214400\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n";
    Dialogue lmtp(options_for(Protocol::lmtp));
    CHECK(lmtp.say("lhlo mx\r\n") == offer);
    Dialogue smtp(options_for(Protocol::smtp));
    CHECK(smtp.say("EHLO [192.0.2.1]\r\n") == offer);
    CHECK(smtp.say("HELO mx\r\n") == "250 mx.arc.example\r\n");
    CHECK(last_line(smtp.say("MAIL FROM:<a@b.example> SIZE=10\r\n")).substr(0, 9) == "555 5.5.4");
}

TEST_CASE("every command has its reply in SMTP", "[smtp][S2][S4]") {
    auto options = options_for(Protocol::smtp);
    options.max_errors = 1000;
    Dialogue d(options);
    hold_to(d, {
                   {"NOOP", "250 2.0.0"},
                   {"noop with words", "250 2.0.0"},
                   {"HELP", "214 2.0.0"},
                   {"HELP MAIL", "214 2.0.0"},
                   {"VRFY teams", "252 2.5.2"},
                   {"VRFY", "501 5.5.4"},
                   {"EXPN teams", "502 5.5.1"},
                   {"STARTTLS", "502 5.5.1"},
                   {"AUTH PLAIN", "502 5.5.1"},
                   {"BDAT 12 LAST", "502 5.5.1"},
                   {"WHAT", "500 5.5.1"},
                   {"", "500 5.5.1"},
                   {" NOOP", "500 5.5.1"},
                   {"NO\tOP", "500 5.5.2"},
                   {std::string("NOOP a\0b", 8), "500 5.5.2"},
                   {"LHLO mx", "500 5.5.1"},
                   {"HELO", "501 5.5.4"},
                   {"EHLO a b", "501 5.5.4"},
                   {"MAIL FROM:<a@b.example>", "503 5.5.1"},
                   {"RCPT TO:<teams@lists.arc.example>", "503 5.5.1"},
                   {"DATA", "503 5.5.1"},
                   {"EHLO mx", "250 "},
                   {"RCPT TO:<teams@lists.arc.example>", "503 5.5.1"},
                   {"DATA", "503 5.5.1"},
                   {"MAIL FROM:<a@b.example>", "250 2.1.0"},
                   {"MAIL FROM:<a@b.example>", "503 5.5.1"},
                   {"DATA", "503 5.5.1"},
                   {"RCPT TO:<teams@lists.arc.example>", "250 2.1.5"},
                   {"RSET", "250 2.0.0"},
                   {"RCPT TO:<teams@lists.arc.example>", "503 5.5.1"},
                   {"RSET now", "501 5.5.4"},
                   {"MAIL FROM:<>", "250 2.1.0"},
                   {"EHLO mx", "250 "},
                   {"DATA", "503 5.5.1"},
                   {"QUIT please", "501 5.5.4"},
                   {"QUIT ", "221 2.0.0"},
               });
    CHECK(d.session.closing());
    CHECK(d.say("NOOP\r\n").empty());
}

TEST_CASE("LMTP greets with LHLO only", "[smtp]") {
    Dialogue d(options_for(Protocol::lmtp));
    hold_to(d, {{"HELO mx", "500 5.5.1"}, {"EHLO mx", "500 5.5.1"}, {"LHLO mx", "250 "}, {"MAIL FROM:<a@b.example>", "250 2.1.0"}});
}

TEST_CASE("MAIL takes well-formed senders and known parameters", "[smtp][S4]") {
    auto [argument, reply] = GENERATE(table<std::string, std::string>({
        {"FROM:<a@b.example>", "250 2.1.0"},
        {"from:<a@b.example>", "250 2.1.0"},
        {"FROM: <a@b.example> ", "250 2.1.0"},
        {"FROM:<>", "250 2.1.0"},
        {"FROM:<@relay.example,@other.example:a@b.example>", "250 2.1.0"},
        {"FROM:<\"a b\\\"c>\"@b.example>", "250 2.1.0"},
        {"FROM:<a@[192.0.2.7]>", "250 2.1.0"},
        {"FROM:<a@[IPv6:2001:db8::1]>", "250 2.1.0"},
        {"FROM:<a@b.example> SIZE=1000 BODY=8BITMIME SMTPUTF8", "250 2.1.0"},
        {"FROM:<a@b.example> body=7bit size=0", "250 2.1.0"},
        {"FROM:<j\xC3\xBCrgen@b.example> SMTPUTF8", "250 2.1.0"},
        {"FROM:<a@b\xC3\xBC.example> SMTPUTF8", "250 2.1.0"},
        {"FROM:<a@b.example> SIZE=26214400", "250 2.1.0"},
        {"FROM:<a@b.example> SIZE=26214401", "552 5.3.4"},
        {"FROM:<a@b.example> SIZE=99999999999999999999", "552 5.3.4"},
        {"FROM:<a@b.example> SIZE=", "501 5.5.4"},
        {"FROM:<a@b.example> SIZE", "501 5.5.4"},
        {"FROM:<a@b.example> SIZE=-1", "501 5.5.4"},
        {"FROM:<a@b.example> SIZE=1x", "501 5.5.4"},
        {"FROM:<a@b.example> SIZE=1 SIZE=1", "501 5.5.4"},
        {"FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4"},
        {"FROM:<a@b.example> SMTPUTF8=yes", "501 5.5.4"},
        {"FROM:<a@b.example> RET=HDRS", "555 5.5.4"},
        {"FROM:<a@b.example> AUTH=<>", "555 5.5.4"},
        {"FROM:<j\xC3\xBCrgen@b.example>", "553 5.6.7"},
        {"FROM:<a@b\xC3\xBC.example>", "553 5.6.7"},
        {"FROM:<j\xC3@b.example> SMTPUTF8", "501 5.1.7"},
        {"FROM:<j\xED\xA0\x80@b.example> SMTPUTF8", "501 5.1.7"},
        {"FROM:<j\xC0\xAF@b.example> SMTPUTF8", "501 5.1.7"},
        {"FROM:a@b.example", "501 5.1.7"},
        {"FROM:<a@b.example", "501 5.1.7"},
        {"FROM:<a>", "501 5.1.7"},
        {"FROM:<@b.example>", "501 5.1.7"},
        {"FROM:<a@>", "501 5.1.7"},
        {"FROM:<a b@b.example>", "501 5.1.7"},
        {"FROM:<a..c@b.example>", "501 5.1.7"},
        {"FROM:<a@b..example>", "501 5.1.7"},
        {"FROM:<a@-b.example>", "501 5.1.7"},
        {"FROM:<a@b@c.example>", "501 5.1.7"},
        {"FROM:<\"a@b.example>", "501 5.1.7"},
        {"FROM:<a@b.example>x", "501 5.1.7"},
        {"FROM:", "501 5.1.7"},
        {"TO:<a@b.example>", "501 5.5.4"},
        {"", "501 5.5.4"},
    }));
    CAPTURE(argument);
    Dialogue d(options_for(Protocol::smtp));
    d.say("EHLO mx\r\n");
    CHECK(last_line(d.say("MAIL " + argument + "\r\n")).substr(0, 9) == reply);
}

TEST_CASE("RCPT takes every address of our domain and none of another", "[smtp][A7]") {
    const std::string long_local(64, 'x');
    auto [argument, reply] = GENERATE_COPY(table<std::string, std::string>({
        {"TO:<teams@lists.arc.example>", "250 2.1.5"},
        {"TO:<no-such-thing@lists.arc.example>", "250 2.1.5"},
        {"TO:<teams@LISTS.Arc.Example>", "250 2.1.5"},
        {"TO:<\"any thing\"@lists.arc.example>", "250 2.1.5"},
        {"TO:<@relay.example:teams@lists.arc.example>", "250 2.1.5"},
        {"TO:<postmaster>", "250 2.1.5"},
        {"TO:<PostMaster>", "250 2.1.5"},
        {"TO:<" + long_local + "@lists.arc.example>", "250 2.1.5"},
        {"TO:<x" + long_local + "@lists.arc.example>", "250 2.1.5"},
        {"TO:<" + long_local + long_local + long_local + long_local + "@lists.arc.example>", "501 5.1.3"},
        {"TO:<teams@other.example>", "550 5.7.1"},
        {"TO:<teams@sub.lists.arc.example>", "550 5.7.1"},
        {"TO:<teams@[192.0.2.1]>", "550 5.7.1"},
        {"TO:<>", "501 5.1.3"},
        {"TO:<teams>", "501 5.1.3"},
        {"TO:<teams@lists.arc.example", "501 5.1.3"},
        {"TO:<te ams@lists.arc.example>", "501 5.1.3"},
        {"TO:<teams@lists.arc.example.>", "501 5.1.3"},
        {"TO:<teams@lists.arc.example> NOTIFY=NEVER", "555 5.5.4"},
        {"TO:<t\xC3\xAB"
         "ams@lists.arc.example>",
         "553 5.6.7"},
        {"FROM:<teams@lists.arc.example>", "501 5.5.4"},
    }));
    CAPTURE(argument);
    Dialogue d(options_for(Protocol::lmtp));
    d.say("LHLO mx\r\nMAIL FROM:<a@b.example>\r\n");
    CHECK(last_line(d.say("RCPT " + argument + "\r\n")).substr(0, 9) == reply);
}

TEST_CASE("addresses are bounded at 254 octets", "[smtp][S2]") {
    const std::string label(60, 'd');
    const std::string domain = label + "." + label + "." + label;  // 182
    for (const std::size_t local : {std::size_t(64), std::size_t(65), std::size_t(71), std::size_t(72)}) {
        Dialogue d(options_for(Protocol::smtp));
        d.say("EHLO mx\r\n");
        const auto said = d.say("MAIL FROM:<" + std::string(local, 'l') + "@" + domain + ">\r\n");
        CHECK(said.substr(0, 9) == (local <= 71 ? "250 2.1.0" : "501 5.1.7"));
    }
    const std::string exact = std::string(54, 'l') + "@" + domain + "." + std::string(16, 'e');  // 254
    REQUIRE(exact.size() == 254);
    Dialogue d(options_for(Protocol::smtp));
    d.say("EHLO mx\r\n");
    CHECK(d.say("MAIL FROM:<l" + exact + ">\r\n").substr(0, 9) == "501 5.1.7");
    CHECK(d.say("MAIL FROM:<" + exact + ">\r\n").substr(0, 9) == "250 2.1.0");
}

TEST_CASE("a stranger hears the same octets for every address", "[smtp][A7]") {
    const auto probe = [](const std::string& local) {
        Dialogue d(options_for(Protocol::smtp), [](const Submission& s) { return all(Receipt::refused, s); });
        return d.say("EHLO x\r\nVRFY " + local + "\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<" + local + "@lists.arc.example>\r\nRCPT TO:<" +
                     local + "@x.example>\r\nDATA\r\n\r\nhi\r\n.\r\nQUIT\r\n");
    };
    const auto known = probe("teams");
    CHECK(known == probe("xyz"));
    CHECK(known == probe("teams+owner"));
    CHECK(known.find("550 5.7.1 Not accepted here\r\n221") != std::string::npos);
}

TEST_CASE("a message arrives with its envelope, octet for octet", "[smtp][D1]") {
    Dialogue d(options_for(Protocol::smtp));
    d.say("EHLO mx\r\nMAIL FROM:<@r.example:\"rep\"@orchid.example>\r\nRCPT TO:<\"teams\"@lists.arc.example>\r\nRCPT TO:<postmaster>\r\n");
    const std::string message = std::string("Subject: x\r\n\r\n\xFF\xFE\1 8-bit\r\n", 25) + "\r\n";
    CHECK(d.say("DATA\r\n" + message + ".\r\n") == std::string(data_ok) + "\r\n250 2.0.0 Accepted\r\n");
    REQUIRE(d.got.size() == 1);
    CHECK(d.got[0].mail_from == "rep@orchid.example");
    CHECK(d.got[0].rcpt_to == std::vector<std::string>{"teams@lists.arc.example", "postmaster@lists.arc.example"});
    CHECK(d.got[0].bytes == message);
    CHECK(d.got[0].door == "smtp");
    CHECK(d.got[0].peer == "192.0.2.1");
}

TEST_CASE("stuffed dots are taken out and nothing else", "[smtp][S1]") {
    auto [sent, kept] = GENERATE(table<std::string, std::string>({
        {".\r\n", ""},
        {"\r\n.\r\n", "\r\n"},
        {"..\r\n.\r\n", ".\r\n"},
        {"...\r\n.\r\n", "..\r\n"},
        {".x\r\n.\r\n", "x\r\n"},
        {"a.\r\n.\r\n", "a.\r\n"},
        {"a\r\n..b\r\nc..\r\n.\r\n", "a\r\n.b\r\nc..\r\n"},
        {". \r\n.\r\n", " \r\n"},
    }));
    CAPTURE(sent);
    const std::size_t step = GENERATE(1, 2, 3, 1000);
    Dialogue d(options_for(Protocol::lmtp));
    d.say(to_data());
    CHECK(say_in_steps(d, sent, step) == "250 2.0.0 Accepted\r\n");
    REQUIRE(d.got.size() == 1);
    CHECK(d.got[0].bytes == kept);
}

TEST_CASE("250 comes only after the mailroom has answered", "[smtp][D1]") {
    Session session(options_for(Protocol::lmtp), "unix");
    CHECK_FALSE(session.take_output().empty());
    session.feed(to_data() + "x\r\n.\r\nNOOP\r\n");
    CHECK(last_line(session.take_output()) == data_ok);
    auto submission = session.take_submission();
    REQUIRE(submission);
    CHECK(session.take_output().empty());
    CHECK_FALSE(session.take_submission());
    session.answered(all(Receipt::accepted, *submission));
    CHECK(session.take_output() == "250 2.0.0 Accepted\r\n250 2.0.0 Ok\r\n");
}

TEST_CASE("LMTP answers for each recipient in order", "[smtp][D1][A7]") {
    Dialogue d(options_for(Protocol::lmtp), [](const Submission&) {
        return std::vector<Received>{{Receipt::accepted, PostId("id"), ""},
                                     {Receipt::refused, {}, "no such list"},
                                     {Receipt::invalid, {}, "two From\r\n250 fields \x1B\xC3\xA9"},
                                     {Receipt::later, {}, "disk full"}};
    });
    d.say("LHLO mx\r\nMAIL FROM:<a@b.example>\r\n");
    for (const char* who : {"a", "b", "c", "d", "e"}) d.say(std::string("RCPT TO:<") + who + "@lists.arc.example>\r\n");
    // The mailroom owes five answers and gave four: the fifth is to be tried again.
    CHECK(lines_of(d.say("DATA\r\nx\r\n.\r\n")) ==
          std::vector<std::string>{std::string(data_ok), "250 2.0.0 Accepted", "550 5.7.1 Not accepted here",
                                   "554 5.6.0 two From??250 fields ???", "451 4.3.0 Try again later", "451 4.3.0 Try again later"});
}

TEST_CASE("a big message arrives whole, however it is cut", "[smtp][D1]") {
    const auto step = GENERATE(as<std::size_t>{}, 1'000, 65'536, 70'001);
    std::string message;
    for (int i = 0; message.size() < 300'000; ++i) message += "line " + std::to_string(i) + "\r\n";
    Dialogue d(options_for(Protocol::smtp));
    d.say("EHLO mx\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@lists.arc.example>\r\nDATA\r\n");
    CHECK(say_in_steps(d, message + ".\r\n", step) == "250 2.0.0 Accepted\r\n");
    REQUIRE(d.got.size() == 1);
    CHECK((d.got.front().bytes == message));
    CHECK(d.session.held() == 0);
}

TEST_CASE("SMTP has one answer for all recipients", "[smtp][D1][D4]") {
    using R = std::vector<Receipt>;
    auto [receipts, reply] = GENERATE(table<std::vector<Receipt>, std::string>({
        {R{Receipt::accepted}, "250 2.0.0 Accepted"},
        {R{Receipt::refused, Receipt::accepted}, "250 2.0.0 Accepted"},
        {R{Receipt::invalid, Receipt::accepted}, "250 2.0.0 Accepted"},
        {R{Receipt::accepted, Receipt::later}, "451 4.3.0 Try again later"},
        {R{Receipt::accepted, Receipt::quota}, "452 4.3.1 Enough mail of this author waits here for a decision"},
        {R{Receipt::accepted, Receipt::full}, "452 4.3.1 No room at present"},
        {R{Receipt::refused, Receipt::invalid}, "554 5.6.0 a header too many"},
        {R{Receipt::refused, Receipt::refused}, "550 5.7.1 Not accepted here"},
        {R{}, "451 4.3.0 Try again later"},
    }));
    const auto& verdicts = receipts;
    Dialogue d(options_for(Protocol::smtp), [&](const Submission&) {
        std::vector<Received> received;
        for (const auto receipt : verdicts) received.push_back({receipt, {}, "a header too many"});
        return received;
    });
    d.say(to_data(Protocol::smtp));
    CHECK(d.say("x\r\n.\r\n") == reply + "\r\n");
}

TEST_CASE("the detail of an invalid message is cut and made printable", "[smtp][S3]") {
    Dialogue d(options_for(Protocol::smtp), [](const Submission&) {
        return std::vector<Received>{{Receipt::invalid, {}, std::string(5000, '\n')}};
    });
    d.say(to_data(Protocol::smtp));
    CHECK(d.say("x\r\n.\r\n") == "554 5.6.0 " + std::string(200, '?') + "\r\n");
}

// S1: RFC 5321 §2.3.8 and the smuggling attacks of 2023. Every one of these was taken as an end of data, or as a line end, by some server.
TEST_CASE("a bare CR or LF ends the connection and delivers nothing, wherever reads are cut", "[smtp][S1]") {
    const std::string smuggled = "MAIL FROM:<boss@orchid.example>\r\nRCPT TO:<teams@lists.arc.example>\r\nDATA\r\nsmuggled\r\n.\r\n";
    const std::string ending =
        GENERATE("\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\r", "\r\n.\r", "\r\n\r.\r\n", "\r\n.\r.\r\n", "\n.\r.\n", "\r.\r\n",
                 "\r\n.\rx\r\n", "\r\n..\n", "\nx", "\rx", "\r\r\n", "\n\r\n", "\r\n.\r\r\n", "\r\n\n.\r\n");
    const std::string before = to_data() + "Subject: x\r\n\r\nbody";
    const std::string dialogue = before + ending + smuggled;
    CAPTURE(ending);
    for (std::size_t cut = 0; cut <= dialogue.size(); ++cut) {
        Dialogue d(options_for(Protocol::lmtp));
        const auto said = say_cut(d, dialogue, cut);
        const auto lines = lines_of(said);
        if (!d.got.empty() || !d.session.closing() || last_line(said) != "554 5.6.11 Bare CR or LF in the message" || lines.size() != 10) {
            CAPTURE(cut, said);
            FAIL("smuggled");
        }
    }
    Dialogue d(options_for(Protocol::lmtp));
    CHECK(last_line(say_in_steps(d, dialogue, 1)) == "554 5.6.11 Bare CR or LF in the message");
    CHECK(d.got.empty());
}

TEST_CASE("a message with a NUL is refused, and the next one is not", "[smtp][S1]") {
    using namespace std::string_literals;
    const auto text = GENERATE(values<std::string>({"\0"s, "a\0b"s, "\r\n\0.\r\nQUIT"s, ".\0"s, "a\r\n.\0"s}));
    const std::string begin = "MAIL FROM:<a@b.example>\r\nRCPT TO:<teams@lists.arc.example>\r\nDATA\r\n";
    Dialogue d(options_for(Protocol::smtp));
    d.say("EHLO x\r\n");
    const std::string dialogue = begin + "Subject: x\r\n\r\n" + text + "\r\n.\r\n";
    for (std::size_t cut = 0; cut <= dialogue.size(); ++cut) {
        if (last_line(say_cut(d, dialogue, cut)) != "554 5.6.0 NUL in the message") FAIL("taken, cut at " << cut);
    }
    CHECK(d.got.empty());
    d.say(begin + "Subject: x\r\n\r\ny\r\n.\r\n");
    CHECK(d.got.size() == 1);
}

TEST_CASE("a bare CR or LF in a command ends the connection", "[smtp][S1]") {
    const std::string line = GENERATE("NOOP\n", "NO\rOP\r\n", "NOOP\r\r\n", "\n", "\rNOOP\r\n", "MAIL FROM:<a@b.example>\nNOOP\r\n");
    const std::size_t step = GENERATE(1, 2, 100);
    CAPTURE(line, step);
    Dialogue d(options_for(Protocol::lmtp));
    d.say(lhlo);
    CHECK(say_in_steps(d, line + "NOOP\r\nNOOP\r\n", step) == "521 5.5.2 Bare CR or LF\r\n");
    CHECK(d.session.closing());
}

TEST_CASE("a bare LF in the rest of a line too long is still seen", "[smtp][S1][S2]") {
    Dialogue d(options_for(Protocol::lmtp));
    CHECK(d.say(std::string(5000, 'x') + "\nNOOP\r\n") == "521 5.5.2 Bare CR or LF\r\n");
}

TEST_CASE("a command line too long is refused once and read over", "[smtp][S2]") {
    auto options = options_for(Protocol::lmtp);
    options.max_command_line = 512;
    const std::size_t step = GENERATE(1, 7, 100000);
    Dialogue d(options);
    const std::string exact = "NOOP " + std::string(505, 'x') + "\r\n";
    REQUIRE(exact.size() == 512);
    CHECK(say_in_steps(d, exact, step) == "250 2.0.0 Ok\r\n");
    CHECK(say_in_steps(d, "NOOP x" + std::string(505, 'x') + "\r\nNOOP\r\n", step) == "500 5.5.2 Line too long\r\n250 2.0.0 Ok\r\n");
    d.say(std::string(1000000, 'x'));
    CHECK(d.session.held() < 1024);
}

TEST_CASE("a message too big is read over, refused, and the session goes on", "[smtp][S2]") {
    auto options = options_for(GENERATE(Protocol::lmtp, Protocol::smtp));
    options.max_message = 10000;
    Dialogue d(options);
    const std::string rcpt = "RCPT TO:<teams@lists.arc.example>\r\n";
    const std::string hello = options.protocol == Protocol::lmtp ? "LHLO mx\r\n" : "EHLO mx\r\n";
    d.say(hello + "MAIL FROM:<a@b.example>\r\n" + rcpt + rcpt + "DATA\r\n");
    for (int i = 0; i < 2000; ++i) {
        d.say(std::string(98, 'x') + "\r\n");
        REQUIRE(d.session.held() <= 10000);
    }
    const std::string one = "552 5.3.4 Message too big\r\n";
    CHECK(d.say(".\r\nNOOP\r\n") == (options.protocol == Protocol::lmtp ? one + one : one) + "250 2.0.0 Ok\r\n");
    CHECK(d.got.empty());

    const std::string exact = std::string(9998, 'x') + "\r\n";
    CHECK(last_line(d.say("MAIL FROM:<a@b.example> SIZE=10000\r\n" + rcpt + "DATA\r\n" + exact + ".\r\n")) == "250 2.0.0 Accepted");
    REQUIRE(d.got.size() == 1);
    CHECK(d.got[0].bytes == exact);
    CHECK(last_line(d.say("MAIL FROM:<a@b.example>\r\n" + rcpt + "DATA\r\nx" + exact + ".\r\n")) == "552 5.3.4 Message too big");
}

TEST_CASE("the lines of a message have a limit when one is set", "[smtp][S2]") {
    auto options = options_for(Protocol::lmtp);
    options.max_data_line = 1000;
    const std::size_t step = GENERATE(1, 13, 100000);
    Dialogue d(options);
    const std::string exact = std::string(998, 'x') + "\r\n";
    CHECK(last_line(say_in_steps(d, to_data() + exact + "\r\n" + exact + ".\r\n", step)) == "250 2.0.0 Accepted");
    CHECK(last_line(say_in_steps(d, std::string(mail_and_rcpt) + "DATA\r\n" + exact + "x" + exact + ".\r\n", step)) ==
          "500 5.5.2 Line of the message too long");
    CHECK(last_line(d.say("NOOP\r\n")) == "250 2.0.0 Ok");
}

TEST_CASE("recipients beyond the limit are asked to come in another transaction", "[smtp][S2]") {
    auto options = options_for(Protocol::lmtp);
    options.max_recipients = 3;
    Dialogue d(options);
    d.say("LHLO mx\r\nMAIL FROM:<a@b.example>\r\n");
    for (int i = 0; i < 3; ++i) CHECK(d.say("RCPT TO:<l@lists.arc.example>\r\n") == "250 2.1.5 Ok\r\n");
    for (int i = 0; i < 50; ++i) REQUIRE(d.say("RCPT TO:<l@lists.arc.example>\r\n") == "452 4.5.3 Too many recipients\r\n");
    CHECK(lines_of(d.say("DATA\r\n.\r\n")).size() == 4);
    REQUIRE(d.got.size() == 1);
    CHECK(d.got[0].rcpt_to.size() == 3);
}

TEST_CASE("too many errors end the connection, a delivered message forgives", "[smtp][S2]") {
    auto options = options_for(Protocol::lmtp);
    options.max_errors = 3;
    Dialogue d(options);
    d.say("BAD\r\nBAD\r\nBAD\r\n");
    d.say(to_data() + ".\r\n");
    CHECK(lines_of(d.say("BAD\r\nRCPT TO:<x>\r\nDATA\r\nEXPN x\r\nNOOP\r\n")) ==
          std::vector<std::string>{"500 5.5.1 Command not known", "503 5.5.1 MAIL first", "503 5.5.1 MAIL first",
                                   "421 4.7.0 Too many errors"});
    CHECK(d.session.closing());
}

TEST_CASE("transactions of a connection are counted", "[smtp][S2]") {
    auto options = options_for(Protocol::lmtp);
    options.max_transactions = 2;
    Dialogue d(options);
    d.say("LHLO mx\r\nMAIL FROM:<a@b.example>\r\nRSET\r\nMAIL FROM:<a@b.example>\r\nRSET\r\n");
    CHECK(d.say("MAIL FROM:<a@b.example>\r\n").substr(0, 9) == "421 4.7.0");
    CHECK(d.session.closing());
}

TEST_CASE("another protocol's request is not a mail", "[smtp][S5]") {
    const std::string request = GENERATE("GET / HTTP/1.1\r\n", "POST /x HTTP/1.1\r\n", "CONNECT mx:25 HTTP/1.1\r\n");
    Dialogue d(options_for(Protocol::smtp));
    CHECK(d.say(request + "Host: mx\r\n\r\nMAIL FROM:<a@b.example>\r\n").substr(0, 9) == "421 4.7.0");
    CHECK(d.session.closing());
    CHECK(lines_of(d.say("NOOP\r\n")).empty());
}

TEST_CASE("time-outs and shutting down have the last word, and answers after it are not said", "[smtp][S2]") {
    Dialogue late(options_for(Protocol::lmtp));
    late.say(to_data() + "half a mess");
    late.session.timed_out();
    CHECK(late.session.take_output() == "421 4.4.2 Timeout\r\n");
    CHECK(late.session.closing());
    CHECK(late.say("age\r\n.\r\n").empty());
    CHECK(late.got.empty());

    Session session(options_for(Protocol::lmtp), "unix");
    session.feed(to_data() + ".\r\nNOOP\r\n");
    CHECK_FALSE(session.take_output().empty());
    auto submission = session.take_submission();
    REQUIRE(submission);
    session.shut_down();
    session.shut_down();
    session.answered(all(Receipt::accepted, *submission));
    CHECK(session.take_output() == "421 4.3.2 Shutting down\r\n");
}

TEST_CASE("a session knows when it receives data", "[smtp]") {
    Dialogue d(options_for(Protocol::lmtp));
    CHECK_FALSE(d.session.receiving_data());
    d.say(to_data());
    CHECK(d.session.receiving_data());
    d.say(".\r\n");
    CHECK_FALSE(d.session.receiving_data());
}

TEST_CASE("who keeps sending while an answer is due is stopped", "[smtp][S2][S5]") {
    Session session(options_for(Protocol::lmtp), "unix");
    session.feed(to_data() + ".\r\n");
    CHECK_FALSE(session.take_output().empty());
    const std::string noise(64 * 1024, 'x');
    for (int i = 0; i < 100 && !session.closing(); ++i) {
        session.feed(noise);
        REQUIRE(session.held() <= 2 * 1024 * 1024);
    }
    CHECK(session.closing());
    CHECK(session.take_output() == "421 4.7.0 Too much sent ahead\r\n");
}

TEST_CASE("every cutting of a dialogue gives the same replies and the same messages", "[smtp][S1][S5]") {
    std::string dialogue = to_data();
    dialogue += "Subject: one\r\n\r\n..dot\r\n. \r\n.x\r\n\r\n.\r\n";
    dialogue += std::string("WHAT\r\nNOOP ") + std::string(3000, 'x') + "\r\nVRFY x\r\n";
    dialogue += std::string(mail_and_rcpt) + "RCPT TO:<x@other.example>\r\nRCPT TO:<postmaster>\r\nDATA\r\n\r\n.\r\n";
    dialogue += std::string(mail_and_rcpt) + "RSET\r\n" + std::string(mail_and_rcpt) + "DATA\r\n" + std::string(3000, 'y') +
                "\r\n.\r\nQUIT\r\nNOOP\r\n";
    auto options = options_for(Protocol::lmtp);
    options.max_message = 2000;

    Dialogue whole(options);
    const auto expected = whole.say(dialogue);
    REQUIRE(whole.got.size() == 2);
    REQUIRE(whole.session.closing());
    const auto same = [&](Dialogue& d, const std::string& said) {
        return said == expected && d.got.size() == 2 && d.got[0].bytes == whole.got[0].bytes && d.got[1].bytes == whole.got[1].bytes;
    };
    for (std::size_t step = 1; step < 100; ++step) {
        Dialogue d(options);
        CAPTURE(step);
        REQUIRE(same(d, say_in_steps(d, dialogue, step)));
    }
    for (std::size_t cut = 0; cut <= dialogue.size(); ++cut) {
        Dialogue d(options);
        const auto said = say_cut(d, dialogue, cut);
        if (!same(d, said)) FAIL("cut at " << cut);
    }
    std::mt19937 random(20261122);
    for (int round = 0; round < 300; ++round) {
        Dialogue d(options);
        std::string said;
        for (std::size_t i = 0; i < dialogue.size();) {
            const std::size_t step = 1 + random() % (1u << (random() % 12));
            said += d.say(std::string_view(dialogue).substr(i, step));
            i += step;
        }
        if (!same(d, said)) FAIL("round " << round);
    }
}

TEST_CASE("hostile shapes are walked in linear time", "[smtp][S5]") {
    // Quadratic scanning would take minutes for any of these.
    const std::size_t size = 1024 * 1024;
    const auto shape = GENERATE(0, 1, 2, 3, 4);
    const auto started = std::chrono::steady_clock::now();
    Dialogue d(options_for(Protocol::lmtp));
    std::string lots;
    switch (shape) {
        case 0:  // one endless line of data, octet by octet
            d.say(to_data());
            say_in_steps(d, std::string(size, 'x'), 1);
            break;
        case 1:  // only empty lines
            d.say(to_data());
            for (std::size_t i = 0; i < size / 2; ++i) lots += "\r\n";
            d.say(lots);
            break;
        case 2:  // only dots
            d.say(to_data());
            for (std::size_t i = 0; i < size / 4; ++i) lots += "..\r\n";
            d.say(lots);
            break;
        case 3:  // one endless command, octet by octet
            say_in_steps(d, std::string(size, 'x'), 1);
            break;
        default:  // many small messages pipelined in one read
            lots = lhlo;
            for (std::size_t i = 0; i < 900; ++i) lots += std::string(mail_and_rcpt) + "DATA\r\nx\r\n.\r\n";
            d.say(lots);
            CHECK(d.got.size() == 900);
    }
    CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(20));
}
