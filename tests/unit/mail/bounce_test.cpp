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
    const std::string action = GENERATE("delivered", "relayed", "expanded", "frobnicated", "");
    auto raw = file("failed.eml");
    raw.replace(raw.find("Action: failed"), 14, "Action: " + action);
    CHECK(bounced(raw).kind == BounceKind::none);
}

TEST_CASE("a report counts only as a report at the top", "[mail][M3]") {
    auto raw = file("failed.eml");
    raw.replace(raw.find("multipart/report"), 16, "multipart/mixed");
    CHECK(bounced(raw).kind == BounceKind::auto_reply);  // of the field alone
    CHECK(bounced(raw).recipients.empty());
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
    auto [value, expected] = GENERATE(table<std::string, bool>(
        {{"auto-replied", true}, {"Auto-Generated; x=y", true}, {"no", false}, {"No (human)", false}, {"", false}}));
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
