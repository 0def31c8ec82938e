#include <catch2/catch.hpp>

#include "caveat/mail/authentication.hpp"

using namespace caveat::mail;

namespace {

bool passes(const std::string& raw, const std::string& from = "rep@orchid.example") {
    const auto message = raw + "\r\n";
    const auto headers = read_headers(message, Limits{});
    REQUIRE(headers);
    return dmarc_passed(*headers, from, {"mx.arc.example", "MX2.arc.example"});
}

std::string results(const std::string& value) { return "Authentication-Results: " + value + "\r\n"; }

}  // namespace

TEST_CASE("a result of DMARC is read as RFC 8601 writes it", "[mail][A5]") {
    auto [value, pass, header_from] = GENERATE(table<std::string, bool, std::string>({
        {"mx.arc.example; dmarc=pass header.from=Orchid.Example", true, "orchid.example"},
        {"MX.Arc.Example 1; spf=pass smtp.mailfrom=a@b.example; dmarc=pass (p=reject; dis=none) header.from=orchid.example;", true,
         "orchid.example"},
        {"mx.arc.example (a (nested) \\) comment) ; dmarc / 1 = pass reason = \"x; dmarc=fail\" header . from = orchid.example", true,
         "orchid.example"},
        {"mx.arc.example;\r\n\tdkim=pass header.i=@x.example header.b=\"a+/=\" header.s=s1;\r\n\tdmarc=pass\r\n", true, ""},
        {"mx.arc.example; spf=pass smtp.mailfrom=b+t=x.example@y.example; dmarc=pass", true, ""},
        {"mx.arc.example; dmarc=bestguesspass action=none header.from=x.example;compauth=pass reason=109", false, "x.example"},
        {"mx.arc.example; none", false, ""},
        {"mx.arc.example 1; none (nothing was checked)", false, ""},
        {"mx.arc.example", false, ""},
        {"mx.arc.example; dmarc=fail header.from=orchid.example", false, "orchid.example"},
        {"mx.arc.example; dmarc=passed", false, ""},
        {"mx.arc.example; x-dmarc=pass", false, ""},
        {"mx.arc.example; dmarc=fail; dmarc=pass", false, ""},
        {"mx.arc.example; dmarc=pass; dmarc=fail", false, ""},
        {"mx.arc.example; dmarc/2=pass", false, ""},
        {"mx.arc.example; spf=fail (dmarc=pass) smtp.mailfrom=x", false, ""},
        {"mx.arc.example; spf=fail reason=\"; dmarc=pass\"", false, ""},
        {"mx.arc.example; spf=fail smtp.mailfrom=\"x; dmarc=pass header.from=orchid.example\"@evil.example", false, ""},
        {"mx.arc.example; spf=fail smtp.mailfrom=dmarc=pass", false, ""},
        {"mx.arc.example; dmarc=pass header.from=a.example; dmarc=pass header.from=b.example", false, "b.example"},
    }));
    CAPTURE(value);
    const auto read = read_authentication_results(value);
    REQUIRE(read);
    CHECK(read->authserv_id == "mx.arc.example");
    CHECK(read->dmarc_pass == pass);
    CHECK((read->dmarc_given || !pass));
    CHECK(read->header_from == header_from);
}

TEST_CASE("what does not parse passes nothing", "[mail][A5]") {
    const std::string value = GENERATE(values<std::string>({
        "",
        ";",
        "; dmarc=pass",
        "mx.arc.example 2; dmarc=pass",
        "mx.arc.example dmarc=pass",
        "mx.arc.example; dmarc=",
        "mx.arc.example; dmarc",
        "mx.arc.example; =pass",
        "mx.arc.example; spf=fail dmarc=pass",
        "mx.arc.example; dmarc=pass (unclosed",
        "mx.arc.example; dmarc=pass reason=\"unclosed",
        "mx.arc.example (unclosed; dmarc=pass",
        "\"mx.arc.example; dmarc=pass",
        "mx.arc.example; dmarc=pass.x",
        "mx.arc.example; dmarc=pass header.=x",
        "mx.arc.example; dmarc=pass \"x\"",
        "mx.arc.example; d\xC3\xA9=x; dmarc=pass",
    }));
    CAPTURE(value);
    CHECK_FALSE(read_authentication_results(value));
    CHECK_FALSE(passes(results(value)));
}

TEST_CASE("only fields of a trusted server count", "[mail][A5]") {
    const auto pass = [](const std::string& id) { return results(id + "; dmarc=pass header.from=orchid.example"); };
    CHECK(passes(pass("mx.arc.example")));
    CHECK(passes(pass("\"mx2.ARC.example\" 1")));
    CHECK(passes(pass("other.example") + pass("mx.arc.example")));
    CHECK_FALSE(passes(""));
    CHECK_FALSE(passes(pass("other.example")));
    CHECK_FALSE(passes(pass("mx.arc.example.evil.example")));
    CHECK_FALSE(passes(pass("evil-mx.arc.example")));
    CHECK_FALSE(passes(pass("arc.example")));
    CHECK_FALSE(passes(pass("evil.example (mx.arc.example)")));
    CHECK_FALSE(passes(results("mx.arc.example; dmarc=pass (unclosed") + pass("mx.arc.example")));
    CHECK_FALSE(passes(results("(unclosed") + pass("mx.arc.example")));
    CHECK(passes(pass("mx.arc.example") + results("(unclosed")));
    CHECK(passes(results("other.example; dmarc=pass (unclosed") + pass("mx.arc.example")));
    CHECK_FALSE(passes("X-" + pass("mx.arc.example")));
    CHECK_FALSE(passes("Authentication-Results : mx.arc.example; dmarc=pass header.from=orchid.example\r\n"));
    CHECK_FALSE(passes("ARC-" + pass("mx.arc.example")));
}

TEST_CASE("all fields of a trusted server count together", "[mail][A5][ruling hh]") {
    // A field beside `dmarc=pass`, by a server that is trusted unless the row says otherwise; above and below it, and on both sides.
    auto [other, expected] = GENERATE(table<std::string, bool>({
        {"mx.arc.example (amavisd-new); dkim=pass (2048-bit key) header.d=orchid.example", true},
        {"mx.arc.example; spf=pass (mailfrom) smtp.mailfrom=orchid.example (client-ip=192.0.2.1; helo=mx.orchid.example)", true},
        {"mx.arc.example; spf=fail smtp.mailfrom=orchid.example", true},
        {"mx.arc.example; dkim=none reason=\"no signature\"; dkim-adsp=none (unprotected policy)", true},
        {"mx.arc.example; arc=none", true},
        {"mx.arc.example; arc=none smtp.remote-ip=192.0.2.1", true},
        {"mx.arc.example; iprev=pass policy.iprev=192.0.2.1 (mx.orchid.example); auth=pass smtp.auth=mei", true},
        {"mx.arc.example; none", true},
        {"mx.arc.example 1; none", true},
        {"mx.arc.example", true},
        {"MX2.ARC.example; arc=none", true},
        {"mx2.arc.example; dmarc=pass header.from=orchid.example", true},
        {"mx2.arc.example; dmarc=pass", true},
        {"other.example; dmarc=fail header.from=orchid.example", true},
        {"mx.arc.example; dmarc=fail header.from=orchid.example", false},
        {"mx.arc.example; dmarc=none header.from=orchid.example", false},
        {"mx.arc.example; dmarc=bestguesspass header.from=orchid.example", false},
        {"mx.arc.example; dmarc=temperror", false},
        {"mx.arc.example; dmarc=permerror", false},
        {"mx.arc.example; dmarc/2=pass", false},
        {"mx.arc.example; spf=pass; dmarc=fail; dkim=pass", false},
        {"MX2.arc.example; dmarc=fail", false},
        {"mx.arc.example; dmarc=pass header.from=evil.example", false},
        {"mx.arc.example; dkim=pass (unclosed; dmarc=fail", false},
        {"mx.arc.example; spf=pass dkim=pass", false},
    }));
    CAPTURE(other);
    const auto pass = results("mx.arc.example; dmarc=pass (p=none dis=none) header.from=orchid.example");
    CHECK(passes(results(other) + pass) == expected);
    CHECK(passes(pass + results(other)) == expected);
    CHECK(passes(results(other) + pass + results(other)) == expected);
    CHECK(passes(results(other) + "Received: from x\r\n" + results("mx.arc.example; arc=none") + pass) == expected);
    // Without the pass there is none, whatever the other one says of other methods.
    if (other.find("dmarc=pass") == std::string::npos) CHECK_FALSE(passes(results(other)));
}

TEST_CASE("a pass is for the domain of From", "[mail][A5]") {
    auto [header_from, from, expected] = GENERATE(table<std::string, std::string, bool>({
        {"orchid.example", "rep@orchid.example", true},
        {"ORCHID.example", "rep@Orchid.Example", true},
        {"orchid.example", "rep@cert.orchid.example", true},
        {"@orchid.example", "rep@orchid.example", true},
        {"cert.orchid.example", "rep@orchid.example", false},
        {"evil.example", "rep@orchid.example", false},
        {"example", "rep@orchid.example", false},
        {"chid.example", "rep@orchid.example", false},
        {"orchid.example", "rep", false},
        {"orchid.example", "", false},
    }));
    CAPTURE(header_from, from);
    CHECK(passes(results("mx.arc.example; dmarc=pass header.from=" + header_from), from) == expected);
}

TEST_CASE("that SPF fails for the envelope is believed of our own border, and of a HELO it says nothing", "[mail][A5]") {
    auto [value, expected] = GENERATE(table<std::string, bool>({
        {"mx.arc.example; spf=fail smtp.mailfrom=orchid.example; dmarc=pass", true},
        {"MX.arc.example; spf=SoftFail (not listed) smtp.mailfrom=a@orchid.example", true},
        {"mx.arc.example; dmarc=pass; spf=fail", true},
        {"mx.arc.example; spf=fail smtp.helo=mx.orchid.example smtp.mailfrom=orchid.example", true},
        {"mx.arc.example; spf=fail smtp.helo=mx.orchid.example; dmarc=pass", false},
        {"mx.arc.example; spf=pass smtp.mailfrom=orchid.example", false},
        {"mx.arc.example; spf=none smtp.mailfrom=orchid.example", false},
        {"mx.arc.example; spf=neutral; dmarc=pass", false},
        {"mx.arc.example; dmarc=fail", false},
        {"mx.other.example; spf=fail smtp.mailfrom=orchid.example", false},
    }));
    CAPTURE(value);
    const auto raw = results(value) + "\r\n";
    CHECK(envelope_denied(*read_headers(raw, Limits{}), {"mx.arc.example"}) == expected);
}

TEST_CASE("that SPF passes for the envelope is believed of our own border, and of the domain that it names", "[mail][A5][M4]") {
    auto [value, expected] = GENERATE(table<std::string, bool>({
        {"mx.arc.example; spf=pass smtp.mailfrom=orchid.example; dmarc=none", true},
        {"MX.arc.example; SPF=Pass (listed) smtp.mailfrom=a@Orchid.example; dkim=fail", true},
        {"mx.arc.example; spf=pass smtp.helo=orchid.example", false},
        {"mx.arc.example; spf=pass", false},
        {"mx.arc.example; spf=pass smtp.mailfrom=orchid.example@evil.example", false},
        {"mx.arc.example; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=orchid.example", false},
        {"mx.arc.example; spf=pass smtp.mailfrom=orchid.example; spf=fail smtp.mailfrom=orchid.example", false},
        {"mx.arc.example; spf=none smtp.mailfrom=orchid.example", false},
        {"mx.arc.example; spf=pass smtp.mailfrom=orchid.example dkim=pass", false},
        {"mx.other.example; spf=pass smtp.mailfrom=orchid.example", false},
    }));
    CAPTURE(value);
    const auto raw = results(value) + "\r\n";
    CHECK(envelope_passed(*read_headers(raw, Limits{}), "orchid.example", {"mx.arc.example"}) == expected);
}

TEST_CASE("robots are known by their marks", "[mail][M2]") {
    auto [field, sender, expected] = GENERATE(table<std::string, std::string, bool>({
        {"X: y", "a@b.example", false},
        {"X: y", "", true},
        {"X: y", "<>", true},
        {"X: y", "MAILER-DAEMON@b.example", true},
        {"X: y", "mailer-daemon", true},
        {"Auto-Submitted: no", "a@b.example", false},
        {"Auto-Submitted: No (really); x=y", "a@b.example", false},
        {"Auto-Submitted: auto-replied (vacation)", "a@b.example", true},
        {"auto-submitted: auto-generated; owner-email=x", "a@b.example", true},
        {"Auto-Submitted:", "a@b.example", true},
        {"X-Autoreply: yes", "a@b.example", true},
        {"X-Auto-Reply: Re: case", "a@b.example", true},
        {"x-autorespond: teams", "a@b.example", true},
        {"X-Autoresponder:", "a@b.example", true},
        {"X-Auto-Responder: yes", "a@b.example", true},
        {"Content-Type: message/delivery-status", "a@b.example", true},
        {"Content-Type: message/disposition-notification", "a@b.example", true},
        {"X-AutoReply-From: a@b.example", "a@b.example", true},
        {"X-Autogenerated: Reply", "a@b.example", true},
        {"X-Mail-Autoreply: 1", "a@b.example", true},
        {"X-FC-MachineGenerated: true", "a@b.example", true},
        {"Precedence: auto_reply", "a@b.example", true},
        {"Precedence: Auto-Reply (vacation)", "a@b.example", true},
        {"X-Precedence: auto_reply", "a@b.example", true},
        {"Preference: auto_reply", "a@b.example", true},
        {"X-POST-MessageClass: 9; Autoresponder", "a@b.example", true},
        {"Delivered-To: Autoresponder", "a@b.example", true},
        {"Content-Type: multipart/report; report-type=delivery-status; boundary=b", "a@b.example", true},
        {"Content-Type: Multipart/Report;\r\n report-type=disposition-notification; boundary=b", "a@b.example", true},
        {"Precedence: bulk\r\nX-Autoreply: yes", "a@b.example", true},
        {"X-Autoreply: no", "a@b.example", false},
        {"X-FC-MachineGenerated: false", "a@b.example", false},
        {"X-Autogenerated: Forward", "a@b.example", false},
        {"X-POST-MessageClass: 1; Normal", "a@b.example", false},
        {"Delivered-To: autoresponder@b.example", "a@b.example", false},
        {"Content-Type: multipart/mixed; boundary=\"multipart/report\"", "a@b.example", false},
        {"Subject: Automatic reply: X-Autoreply: yes", "a@b.example", false},
        {"Precedence: bulk", "a@b.example", false},
        {"Precedence: Junk", "a@b.example", false},
        {"Precedence: list", "a@b.example", false},
        {"Precedence: first-class", "a@b.example", false},
        {"X-Auto-Response-Suppress: OOF", "a@b.example", false},
        {"X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", "a@b.example", false},
        {"X-RT-Loop-Prevention: orchid.example\r\nRT-Ticket: orchid.example #4711", "a@b.example", false},
        {"List-Id: <x.example>", "a@b.example", false},
        {"Subject: Precedence: bulk", "a@b.example", false},
    }));
    CAPTURE(field, sender);
    const auto raw = field + "\r\n\r\n";
    CHECK(is_automatic(*read_headers(raw, Limits{}), sender) == expected);
}

TEST_CASE("what people's programs mark is not answered, and is no robot's", "[mail][M2]") {
    auto [field, expected] = GENERATE(table<std::string, bool>({
        {"Precedence: bulk", true},
        {"Precedence: Junk", true},
        {"Precedence: list (from orchid)", true},
        {"X-Precedence: bulk", true},
        {"X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", true},
        {"X-Auto-Response-Suppress: All", true},
        {"List-Id: Fjord <case.fjord.example>", true},
        {"X-Auto-Response-Suppress: None", false},
        {"Precedence: first-class", false},
        {"List-Post: <mailto:x@fjord.example>", false},
        {"Subject: Precedence: bulk", false},
    }));
    CAPTURE(field);
    const auto raw = field + "\r\n\r\n";
    const auto headers = read_headers(raw, Limits{});
    CHECK(wants_no_answer(*headers) == expected);
    CHECK_FALSE(is_automatic(*headers, "a@b.example"));
}

TEST_CASE("a post that went through us before is known", "[mail][M2]") {
    auto [field, expected] = GENERATE(table<std::string, bool>({
        {"List-Id: Arc <teams.lists.arc.example>", true},
        {"list-id: <Teams.Lists.ARC.example>", true},
        {"List-Id: teams.lists.arc.example", true},
        {"List-Id: <lists.arc.example>", true},
        {"List-Id: Arc <teams.lists.arc.example", true},
        {"List-Id: <<teams.lists. arc.example>", true},
        {"List-Id: =?utf-8?q?=3Cteams=2Elists=2Earc=2Eexample=3E?=", true},
        {"List-Id: a@b.example teams@x <teams.lists.arc.example>", true},
        {"List-Id: \"<x.example>\" <teams.lists.arc.example>", true},
        {"List-Id: <other.example>\r\nList-Id: <a.lists.arc.example>", true},
        {"List-Id: <teams.lists.arc.example.evil.example>", false},
        {"List-Id: <teams.mylists.arc.example>", false},
        {"List-Id: <evillists.arc.example>", false},
        {"List-Post: <teams.lists.arc.example>", false},
        {"List-Id:", false},
    }));
    CAPTURE(field);
    const auto raw = field + "\r\n\r\n";
    CHECK(is_loop(*read_headers(raw, Limits{}), "lists.arc.example") == expected);
}

TEST_CASE("the mark of the MTA in front is taken out, and vouches once", "[mail][A5]") {
    const std::string secret = "0123456789abcdef", pass = results("mx.arc.example; dmarc=pass header.from=orchid.example");
    const std::string from = "From: rep@orchid.example\r\n", body = "\r\nX-Front: 0123456789abcdef\r\n";
    struct Row {
        std::string header;
        std::size_t marks;
        bool vouched;
        std::string left;
    };
    const std::vector<Row> rows{
        {"X-Front: 0123456789abcdef\r\n" + pass + from, 1, true, pass + from},
        {pass + "x-FRONT:\r\n 0123456789abcdef  \r\n" + from, 1, true, pass + from},
        {pass + from, 0, false, from},
        {pass + "X-Front: 0123456789abcdeF\r\n" + from, 1, false, from},
        {"X-Front: 0123456789abcdef\r\n" + pass + from + "X-Front: 0123456789abcdef\r\n", 2, false, from},
        {"X-Front: guess\r\n" + pass + "X-Front: 0123456789abcdef\r\n" + from, 2, false, from},
        {"X-Front:\r\n" + pass + from, 1, false, from},
        {"X-Front-2: 0123456789abcdef\r\n" + from, 0, false, "X-Front-2: 0123456789abcdef\r\n" + from},
        {"X-Front : 0123456789abcdef\r\n" + pass + from, 1, true, pass + from},
    };
    for (const auto& row : rows) {
        CAPTURE(row.header);
        const std::string message = row.header + body;
        const auto headers = read_headers(message, {});
        REQUIRE(headers);
        std::size_t asked = 0;
        const auto taken = take_mark(message, *headers, "X-Front", [&](std::string_view value) {
            ++asked;
            return value == secret;
        });
        CHECK(taken.marks == row.marks);
        CHECK(taken.vouched == row.vouched);
        CHECK(taken.message == row.left + body);
        CHECK(asked <= 1);
    }
}
