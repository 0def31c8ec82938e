#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "caveat/mail/bounce.hpp"

using namespace caveat;
using namespace caveat::mail;

namespace {

std::string file(const std::string& name) {
    std::ifstream in(std::string(SOURCE_DIR) + "/tests/corpus/dsn/" + name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Bounce bounced(const std::string& raw) {
    auto bounce = read_bounce(raw, Limits{});
    REQUIRE(bounce);
    return *bounce;
}

}  // namespace

TEST_CASE("each kind of report is told apart and prose is none", "[mail][M3]") {
    auto [mail, kind, id, recipients] = GENERATE(table<std::string, std::string, std::string, std::size_t>({
        {"failed.eml", "failed", "k7tq2f-91ab", 1},
        {"delayed.eml", "delayed", "k7tq2f-91ab", 1},
        {"several.eml", "failed", "k7tq2f-91ab", 3},
        {"global.eml", "failed", "k7tq2f-91ab", 1},
        {"no-first-block.eml", "failed", "k7tq2f-91ab", 1},
        {"odd-lines.eml", "failed", "k7tq2f-91ab", 1},
        {"coded.eml", "failed", "k7tq2f-91ab", 1},
        {"feedback.eml", "feedback", "feedback01", 1},
        {"vacation.eml", "auto-reply", "vac01", 0},
        {"receipt.eml", "auto-reply", "k7tq2f-91ab", 0},
        {"forwarded.eml", "none", "fwd01", 0},
        {"prose.eml", "none", "prose01", 0},
        {"many.eml", "failed", "k7tq2f-91ab", 1000},
        {"wrapped.eml", "failed", "cptkudweooztbtdop2e7w3amb7tprx6z", 1},
        {"mixed.eml", "failed", "k7tq2f-91ab", 1},
        {"as-text.eml", "failed", "k7tq2f-91ab", 1},
        {"exim.eml", "failed", "exim01", 2},
    }));
    CAPTURE(mail);
    const auto bounce = bounced(file(mail));
    CHECK(name(bounce.kind) == kind);
    CHECK(bounce.return_path_id == id);
    CHECK(bounce.recipients.size() == recipients);
}

TEST_CASE("a recipient's block says who, what and why", "[mail][M3]") {
    const auto failed = bounced(file("failed.eml")).recipients.at(0);
    CHECK(failed.address == "fern-rep@fern.example");
    CHECK(failed.action == "failed");
    CHECK(failed.status == "5.1.1");
    CHECK(failed.diagnostic.starts_with("smtp; 550 5.1.1 <fern-rep@fern.example>"));
    CHECK(failed.diagnostic.find_first_of("\r\n") == std::string::npos);
    CHECK(bounced(file("odd-lines.eml")).recipients.at(0).status == "5.1.1");
    CHECK(bounced(file("several.eml")).recipients.at(1).action == "delayed");
    CHECK(bounced(file("global.eml")).recipients.at(0).address == "férn@fern.example");
    CHECK(bounced(file("feedback.eml")).recipients.at(0).address == "fern-rep@fern.example");
}

TEST_CASE("delivered, relayed and expanded are no bounces", "[mail][M3]") {
    const std::string action = GENERATE("delivered", "relayed", "expanded");
    auto raw = file("failed.eml");
    raw.replace(raw.find("Action: failed"), 14, "Action: " + action);
    CHECK(bounced(raw).kind == BounceKind::none);
}

TEST_CASE("a report in an enclosed message is somebody else's", "[mail][M3]") {
    const auto inner = file(GENERATE("failed.eml", "mixed.eml", "wrapped.eml", "as-text.eml", "exim.eml"));
    const auto bounce = bounced(
        "To: b.fwd01@lists.arc.example\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nsee below\r\n"
        "--m\r\nContent-Type: message/rfc822\r\n\r\n" +
        inner + "\r\n--m--\r\n");
    CHECK(bounce.kind == BounceKind::none);
    CHECK(bounce.recipients.empty());
    CHECK(bounce.return_path_id == "fwd01");
}

TEST_CASE("a report is found however a gateway left it", "[mail][M3]") {
    const std::string fields = "Final-Recipient: rfc822; two@banksia.example\r\nAction: failed\r\nStatus: 5.1.1\r\n";
    const auto part = [](const std::string& type, const std::string& content) {
        return "--b\r\nContent-Type: " + type + "\r\n\r\n" + content + "\r\n";
    };
    const auto in = [](const std::string& type, const std::string& parts) {
        return "Content-Type: multipart/" + type + "; boundary=b\r\n\r\n" + parts + "--b--\r\n";
    };
    const auto wrapped = [](std::string inner) {
        for (auto at = inner.find("--b"); at != std::string::npos; at = inner.find("--b", at + 4)) inner.insert(at + 3, "i");
        inner.replace(inner.find("boundary=b"), 10, "boundary=bi");
        return "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" + inner +
               "\r\n--o\r\nContent-Type: text/plain\r\n\r\nThis e-mail is confidential.\r\n--o--\r\n";
    };
    const auto words = part("text/plain", "Could not deliver.");
    const auto status = part("message/delivery-status", "Reporting-MTA: dns; x.example\r\n\r\n" + fields);
    const auto as_text = part("text/plain; charset=utf-8", "Reporting-MTA: dns; x.example\r\n\r\n" + fields);
    auto [mail, kind] = GENERATE_COPY(table<std::string, BounceKind>({
        {in("report; report-type=delivery-status", words + status), BounceKind::failed},
        {in("mixed", words + status), BounceKind::failed},
        {in("mixed", status + words), BounceKind::failed},
        {in("report", words + as_text), BounceKind::failed},
        {in("report", part("text/plain", "Could not deliver.\r\n\r\n" + fields)), BounceKind::failed},
        {wrapped(in("report", words + status)), BounceKind::failed},
        {wrapped(in("report", words + as_text)), BounceKind::failed},
        {wrapped(in("mixed", words + status)), BounceKind::failed},
        {"Content-Type: message/delivery-status\r\n\r\n" + fields, BounceKind::failed},
        {in("report", words + part("message/delivery-status", "") + as_text), BounceKind::failed},
        // Free text stays free text, also when somebody quotes a report in it.
        {in("mixed", words + as_text), BounceKind::none},
        {"Content-Type: text/plain\r\n\r\n" + fields, BounceKind::none},
        // Robots' letters, but no reports of what became of a copy.
        {in("report", words + part("text/plain", "Final-Recipient: rfc822; two@banksia.example\r\n")), BounceKind::auto_reply},
        {in("report", words + part("text/rfc822-headers", fields)), BounceKind::auto_reply},
        {in("report", words + part("text/html", fields)), BounceKind::auto_reply},
    }));
    CAPTURE(mail);
    const auto bounce = bounced("To: b.abc@x.example\r\n" + mail);
    CHECK(name(bounce.kind) == name(kind));
    REQUIRE(bounce.recipients.size() == (kind == BounceKind::failed ? 1 : 0));
    if (kind == BounceKind::failed) CHECK(bounce.recipients[0].address == "two@banksia.example");
    if (kind == BounceKind::failed) CHECK(bounce.recipients[0].status == "5.1.1");
}

TEST_CASE("what happened is read from the action, and from the status where there is none", "[mail][M3]") {
    auto [fields, kind] = GENERATE(table<std::string, BounceKind>({
        {"Action: failure\nStatus: 5.1.1", BounceKind::failed},
        {"Action: Failure (permanent)", BounceKind::failed},
        {"Action: \"failed\"\nStatus: 5.1.1", BounceKind::failed},
        {"Action: undeliverable\nStatus: 5.1.1", BounceKind::failed},
        {"Action: permanent-failure", BounceKind::failed},
        {"Action: deferred\nStatus: 4.4.1", BounceKind::delayed},
        {"Action: failed", BounceKind::failed},
        {"Action: failed; see below\nStatus: 4.4.7", BounceKind::failed},
        {"Status: 5.1.1", BounceKind::failed},
        {"Status: #5.7.1", BounceKind::failed},
        {"Action:\nStatus: 5.0.0", BounceKind::failed},
        {"Status: 4.4.1", BounceKind::delayed},
        {"Action: delayed\nStatus: 5.1.1", BounceKind::delayed},
        {"Action: delivered\nStatus: 5.1.1", BounceKind::none},
        {"Status: 2.0.0", BounceKind::none},
        {"Action: frobnicated", BounceKind::none},
        {"Action: fehlgeschlagen\nStatus: 5.1.1", BounceKind::failed},
        {"Action: expired\nStatus: 5.4.7", BounceKind::failed},
        {"Action: \u5931\u8D25\nStatus: 5.1.1", BounceKind::failed},
        {"Action: retry\nStatus: 4.4.1", BounceKind::delayed},
        {"Action: relayed\nStatus: 5.1.1", BounceKind::none},
        {"Remote-MTA: dns; x.example", BounceKind::none},
    }));
    CAPTURE(fields);
    auto raw = file("failed.eml");
    const bool crlf = raw.find('\r') != std::string::npos;
    const auto begin = raw.find("Action: failed"), end = raw.find("Remote-MTA");
    raw.replace(begin, end - begin, fields + (crlf ? "\r\n" : "\n"));
    CHECK(name(bounced(raw).kind) == name(kind));
}

TEST_CASE("addresses in reports come without what decorates them", "[mail][M3]") {
    auto [value, expected] = GENERATE(table<std::string, std::string>({
        {"rfc822; two@banksia.example", "two@banksia.example"},
        {"two@banksia.example", "two@banksia.example"},
        {"rfc822;<two@banksia.example>", "two@banksia.example"},
        {"RFC822; two@banksia.example (Two)", "two@banksia.example"},
        {"two@banksia.example (Two; of three)", "two@banksia.example"},
        {"\"Two\" <two@banksia.example>", "two@banksia.example"},
        {"rfc822; \"Two; Of\" <two@banksia.example>", "two@banksia.example"},
        {"\"Two; Of\" <two@banksia.example>", "two@banksia.example"},
        {"rfc822; Two Of Three <two@banksia.example>", "two@banksia.example"},
        {"rfc822; mailto:two@banksia.example", "two@banksia.example"},
        {"rfc822; 'two@banksia.example'", "two@banksia.example"},
        {"rfc822; two@banksia.example;", "two@banksia.example"},
        {"rfc822; two@banksia.example.", "two@banksia.example"},
        {"rfc822; \"two\"@banksia.example", "two@banksia.example"},
        {"rfc822; \"two two\"@banksia.example", "\"two two\"@banksia.example"},
        {"rfc822; two@[IPv6:2001:db8::1]", "two@[ipv6:2001:db8::1]"},
        {"utf-8; f\\x{E9}rn@fern.example", "férn@fern.example"},
        {"utf-8; <f\\x{E9}rn@fern.example>", "férn@fern.example"},
        {"x-unix; two", "two"},
    }));
    CAPTURE(value);
    auto raw = file("failed.eml");
    const std::string was = "rfc822; fern-rep@fern.example";
    raw.replace(raw.find(was), was.size(), value);
    CHECK(bounced(raw).recipients.at(0).address == expected);
}

TEST_CASE("X-Failed-Recipients names whom a free text is about", "[mail][M3]") {
    auto [fields, kind, recipients] = GENERATE(table<std::string, BounceKind, std::size_t>({
        {"X-Failed-Recipients: two@banksia.example", BounceKind::failed, 1},
        {"x-failed-recipients: two@banksia.example,\r\n three@banksia.example", BounceKind::failed, 2},
        {"X-Failed-Recipients: two@x.example\r\nX-Failed-Recipients: three@x.example", BounceKind::failed, 2},
        {"Subject: Delivery Status Notification (Failure)\r\nX-Failed-Recipients: two@x.example", BounceKind::failed, 1},
        {"Subject: Delivery Status Notification (Delay)\r\nX-Failed-Recipients: two@x.example", BounceKind::delayed, 1},
        {"Subject: Warning: message 1 delayed 24 hours\r\nX-Failed-Recipients: two@x.example", BounceKind::delayed, 1},
        {"Subject: Warnung: Nachricht 1 verzoegert\r\nX-Failed-Recipients: two@x.example", BounceKind::delayed, 1},
        {"Subject: \u914D\u9001\u9045\u5EF6\r\nX-Failed-Recipients: two@x.example", BounceKind::delayed, 1},
        {"Subject: =?utf-8?q?Unzustellbar=3A?= x\r\nX-Failed-Recipients: two@x.example", BounceKind::failed, 1},
        {"Subject: Still trying to deliver\r\nX-Failed-Recipients: two@x.example", BounceKind::delayed, 1},
        {"Subject: Mail delivery failed: returning message\r\nX-Failed-Recipients: two@x.example", BounceKind::failed, 1},
        {"Auto-Submitted: auto-replied\r\nX-Failed-Recipients: two@x.example", BounceKind::failed, 1},
        {"Auto-Submitted: auto-replied\r\nX-Failed-Recipients:", BounceKind::auto_reply, 0},
        {"X-Failed-Recipients: nobody", BounceKind::none, 0},
        {"Subject: X-Failed-Recipients: two@x.example", BounceKind::none, 0},
    }));
    CAPTURE(fields);
    const auto bounce = bounced("To: b.abc@x.example\r\n" + fields + "\r\n\r\nX-Failed-Recipients: body@x.example\r\n");
    CHECK(name(bounce.kind) == name(kind));
    CHECK(bounce.recipients.size() == recipients);
    // A report says more, and it says that this one is still tried.
    auto delayed = file("delayed.eml");
    CHECK(bounced(fields + (delayed.find('\r') == std::string::npos ? "\n" : "\r\n") + delayed).recipients.at(0).action == "delayed");
}

TEST_CASE("the token is that of the return path among the addresses", "[mail][M3]") {
    auto [fields, expected] = GENERATE(table<std::string, std::string>({
        {"To: b.abc@x.example", "abc"},
        {"To: B.Abc@x.example", "Abc"},
        {"To: teams@x.example\r\nDelivered-To: b.abc@x.example", "abc"},
        {"X-Original-To: <b.abc@x.example>", "abc"},
        {"Original-Recipient: rfc822;b.abc@x.example", "abc"},
        {"To: \"b.no@x.example\" <b.yes@x.example>", "yes"},
        {"To: b.@x.example", ""},
        {"To: bob@x.example", ""},
        {"To: b.abc", ""},
        {"To: \"b.a b\"@x.example", ""},
        {"To: b." + std::string(65, 'a') + "@x.example", ""},
        {"Subject: b.abc@x.example", ""},
    }));
    CAPTURE(fields);
    CHECK(bounced(fields + "\r\n\r\nx").return_path_id == expected);
}

TEST_CASE("diagnostics are cut at 500 bytes and never within a character", "[mail][S5]") {
    auto raw = file("failed.eml");
    std::string text;
    for (int i = 0; i < 400; ++i) text += "é";
    raw.replace(raw.find("smtp; 550"), 9, "smtp; 5" + text);
    const auto diagnostic = bounced(raw).recipients.at(0).diagnostic;
    CHECK(diagnostic.size() <= 500);
    CHECK(diagnostic.size() >= 498);
    CHECK((static_cast<unsigned char>(diagnostic.back()) & 0xC0) == 0x80);
    CHECK(static_cast<unsigned char>(diagnostic[diagnostic.size() - 2]) == 0xC3);
}

TEST_CASE("automatic replies are known by their fields only", "[mail][M2]") {
    auto [value, expected] = GENERATE(table<std::string, bool>({{"auto-replied", true},
                                                                {"Auto-Generated; x=y", true},
                                                                {"no", false},
                                                                {"No (human)", false},
                                                                {"", false},
                                                                {"(vacation) auto-replied", true},
                                                                {"(a (b)) (c) no", false},
                                                                {"(vacation", false}}));
    CAPTURE(value);
    CHECK((bounced("Auto-Submitted: " + value + "\r\nSubject: out of office\r\n\r\n").kind == BounceKind::auto_reply) == expected);
}

TEST_CASE("vacation programs have other signs than Auto-Submitted", "[mail][M2]") {
    auto [field, expected] = GENERATE(table<std::string, bool>({
        {"X-Autoreply: yes\r\nX-Autorespond: teams\r\nPrecedence: auto_reply", true},
        {"X-Autoreply: yes", true},
        {"X-Autorespond: teams", true},
        {"X-AutoReply-From: rep@orchid.example", true},
        {"X-Autogenerated: Reply", true},
        {"Precedence: auto_reply", true},
        {"X-Precedence: auto_reply", true},
        {"X-POST-MessageClass: 9; Autoresponder", true},
        {"Content-Type: multipart/report; report-type=disposition-notification; boundary=b", true},
        {"X-Autoreply: no", false},
        {"Precedence: bulk", false},
        {"X-Auto-Response-Suppress: All", false},
        {"List-Id: <x.example>", false},
        {"Subject: Out of office", false},
    }));
    CAPTURE(field);
    CHECK((bounced(field + "\r\n\r\nI am away until Monday.\r\n").kind == BounceKind::auto_reply) == expected);
}
