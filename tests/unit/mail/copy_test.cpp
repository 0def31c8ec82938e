#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <iterator>

#include "caveat/mail/copy.hpp"
#include "transfer.hpp"

using namespace caveat;
using namespace caveat::mail;
using namespace std::string_literals;

namespace {

struct Copying {
    community::List list;
    CopyRequest request;

    explicit Copying(std::string_view raw, community::Tlp label = community::Tlp::amber) {
        list.id = ListId("teams");
        request.raw = raw;
        request.list = &list;
        request.community_name = "Southern Arc CSIRT Forum";
        request.domain = "lists.arc.example";
        request.label = label;
    }
    std::string copy() {
        const auto made = make_copy(request);
        INFO((made ? std::string() : made.error().detail));
        REQUIRE(made);
        return *made;
    }
};

bool has_line(const std::string& mail, const std::string& line) {
    return mail.starts_with(line + "\r\n") || mail.find("\r\n" + line + "\r\n") != std::string::npos;
}

std::string shown_subject(const std::string& mail) {
    const auto headers = read_headers(mail, {});
    REQUIRE(headers);
    const auto* subject = headers->find("Subject");
    return subject == nullptr ? std::string() : decode_words(unfold(subject->value));
}

std::size_t occurrences(const std::string& text, const std::string& what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("a copy says which list it is from and how to leave it", "[mail][M1][L7]") {
    const auto copy =
        Copying("From: a@b.example\r\nSubject: hello\r\nMessage-ID: <1@b.example>\r\n\r\nbody\r\n", community::Tlp::amber_strict).copy();
    CHECK(copy ==
          "From: a@b.example\r\nSubject: TLP:AMBER+STRICT hello\r\nMessage-ID: <1@b.example>\r\n"
          "List-Id: Southern Arc CSIRT Forum <teams.lists.arc.example>\r\n"
          "List-Post: <mailto:teams@lists.arc.example>\r\n"
          "List-Help: <mailto:teams+request@lists.arc.example?subject=help>\r\n"
          "List-Owner: <mailto:teams+owner@lists.arc.example>\r\n"
          "List-Unsubscribe: <mailto:teams+unsubscribe@lists.arc.example>\r\n"
          "Precedence: list\r\nTLP: AMBER+STRICT\r\n\r\nbody\r\n");
}

TEST_CASE("a reader's link stands beside the address to leave by, in the header alone", "[mail][M1]") {
    const std::string link = "https://console.arc.example/unsubscribe/teams/abc", body = "List-Unsubscribe: <mailto:x@y.example>\r\n";
    const auto copy =
        Copying("From: a@b.example\r\nSubject: hello\r\nMessage-ID: <1@b.example>\r\n\r\n" + body, community::Tlp::green).copy();
    const auto with = mail::with_one_click(copy, link);
    CHECK(with.find("List-Unsubscribe: <mailto:teams+unsubscribe@lists.arc.example?subject=unsubscribe%20abc>,\r\n <" + link +
                    ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nPrecedence: list\r\n") != std::string::npos);
    CHECK(with.ends_with("\r\n\r\n" + body));
    const std::string around = "?subject=unsubscribe%20abc,\r\n <>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click";
    CHECK(with.size() == copy.size() + link.size() + around.size());
    CHECK(mail::with_one_click("A: b\r\n\r\n\r\n" + body, link) == "A: b\r\n\r\n\r\n" + body);
    for (const auto* subject : {"unsubscribe abc", " Unsubscribe  abc "}) CHECK(mail::token_to_leave(subject) == "abc");
    for (const auto* subject : {"", "unsubscribe", "abc", "Re: unsubscribe abc"}) CHECK(mail::token_to_leave(subject).empty());
}

TEST_CASE("a copy brings the list's key in the place of the author's, where the list wants that", "[mail][M1]") {
    const std::string armour =
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: x\n\nmDMEAAAA\nAAAA\n=njUN\n-----END PGP PUBLIC KEY BLOCK-----\n";
    const auto field = autocrypt_field("teams@lists.arc.example", armour);
    CHECK(field == "Autocrypt: addr=teams@lists.arc.example; prefer-encrypt=mutual; keydata=\r\n mDMEAAAA\r\n AAAA\r\n");
    const auto without_checksum = std::string(armour).replace(armour.find("=njUN\n"), 6, "");
    CHECK(autocrypt_field("teams@lists.arc.example", without_checksum) == field);
    CHECK(autocrypt_field("teams@lists.arc.example", "no key").empty());
    CHECK(autocrypt_field("te>ams@lists.arc.example", armour).empty());
    Copying copying("From: a@b.example\r\nAutocrypt: addr=a@b.example; keydata=AAAA\r\nSubject: hello\r\n\r\nbody\r\n");
    CHECK(copying.copy().find("addr=a@b.example") != std::string::npos);
    copying.request.autocrypt = field;
    CHECK(copying.copy().find("addr=a@b.example") == std::string::npos);
    CHECK(occurrences(copying.copy(), field) == 1);
}

TEST_CASE("a copy says where its readers find it again, if they do", "[mail][M1]") {
    Copying copying("From: a@b.example\r\nSubject: hello\r\n\r\nbody\r\n");
    copying.request.archived_at = "https://console.arc.example/archive/0190";
    CHECK(has_line(copying.copy(), "Archived-At: <https://console.arc.example/archive/0190>"));
}

TEST_CASE("every field that stays and the body stay byte for byte", "[mail][M5]") {
    const std::string name = GENERATE("signed.eml", "encrypted.eml", "utf8-headers.eml", "groups.eml");
    std::ifstream in(std::string(SOURCE_DIR) + "/tests/corpus/mime/" + name, std::ios::binary);
    const std::string raw{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    Copying copying(raw);
    copying.request.trusted_authserv_ids = {"mx.arc.example"};
    const auto copy = copying.copy();
    const auto before = read_headers(raw, Limits{});
    const auto after = read_headers(copy, Limits{});
    REQUIRE((before && after));
    CHECK(copy.substr(after->body_at) == raw.substr(before->body_at));
    for (const std::string field :
         {"Received", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type", "Authentication-Results"}) {
        CAPTURE(field);
        const auto* was = before->find(field);
        const auto* is = after->find(field);
        REQUIRE((was == nullptr) == (is == nullptr));
        if (was != nullptr) CHECK(is->raw == was->raw);
    }
}

TEST_CASE("a body is not looked at, whatever is in it", "[mail][M5]") {
    const std::string body = "\r\n.\r\nFrom x\nbare\rcr \0 nul\r\n\r\n  "s;
    const auto copy = Copying("From: a@b.example\r\n\r\n" + body).copy();
    CHECK(copy.ends_with("\r\n\r\n" + body));
}

TEST_CASE("fields that are ours to say or would betray a reader are dropped", "[mail][M1][L7]") {
    const std::string field = GENERATE(
        values<std::string>({"Bcc: x@y.example", "bCC: x@y.example,\r\n z@y.example", "Return-Path: <x@y.example>",
                             "Authentication-Results: evil.example; dmarc=pass", "Authentication-Results: mx.arc.example; dmarc=pass (",
                             "List-Id: <old.example>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Foo: x", "TLP: TLP:CLEAR",
                             "X-TLP: CLEAR", "Delivered-To: x", "Disposition-Notification-To: x@y.example",
                             "Return-Receipt-To: x@y.example", "Errors-To: x@y.example", "X-TLP-Conflict: S=RED", "Precedence: bulk",
                             "Archived-At: <https://old.example/1>", "X-Imported: never", "X-Author-Unproven: no"}));
    CAPTURE(field);
    const auto raw = "From: a@b.example\r\n" + field + "\r\nX-Kept: yes\r\n\r\nbody\r\n";
    Copying copying(raw);
    copying.request.trusted_authserv_ids = {"mx.arc.example"};
    const auto copy = copying.copy();
    CHECK_FALSE(has_line(copy, field));
    CHECK(has_line(copy, "X-Kept: yes"));
    CHECK(occurrences(copy, "\r\nTLP: ") == 1);
    CHECK(occurrences(copy, "\r\nList-Id: ") == 1);
}

TEST_CASE("fields that a post repeats leave as one", "[mail][S3]") {
    auto [fields, expected] = GENERATE(table<std::string, std::string>({
        {"Cc: <a@fjord.example>\r\nCc: <b@fjord.example>\r\n", "Cc: <a@fjord.example>,\r\n <b@fjord.example>\r\nX-Next: y\r\n"},
        {"cc: A <a@x.example>,\r\n\tB <b@x.example>\r\nX-Next: y\r\nCC: c@x.example\r\nCc:\r\n",
         "cc: A <a@x.example>,\r\n\tB <b@x.example>,\r\n c@x.example\r\nX-Next: y\r\n"},
        {"To: undisclosed-recipients:;\r\nTo: a@x.example\r\n", "To: undisclosed-recipients:;,\r\n a@x.example\r\nX-Next: y\r\n"},
        {"Reply-To: a@x.example\r\nReply-To: a@x.example\r\n", "Reply-To: a@x.example,\r\n a@x.example\r\nX-Next: y\r\n"},
        {"To:\r\nTo: a@x.example\r\n", "To: a@x.example\r\nX-Next: y\r\n"},
        {"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nDate: x\r\n", "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nX-Next: y\r\n"},
        {"Sender: a@x.example\r\nSENDER: b@x.example\r\n", "Sender: a@x.example\r\nX-Next: y\r\n"},
        {"To: a@x.example\r\nCc: b@x.example\r\n", "To: a@x.example\r\nCc: b@x.example\r\nX-Next: y\r\n"},
        // Joined, the comment would swallow the second address.
        {"To: a@x.example (\r\nTo: b@x.example\r\n", "To: a@x.example (\r\nTo: b@x.example\r\nX-Next: y\r\n"},
    }));
    CAPTURE(fields);
    const bool has_next = fields.find("X-Next") != std::string::npos;
    const auto raw = "From: a@b.example\r\nSubject: TLP:AMBER x\r\n" + fields + (has_next ? "" : "X-Next: y\r\n") + "\r\nbody\r\n";
    const auto copy = Copying(raw).copy();
    const auto head = "From: a@b.example\r\nSubject: TLP:AMBER x\r\n" + expected + "List-Id: ";
    CHECK(copy.substr(0, head.size()) == head);
    // Nobody is lost or added by it.
    const auto message = parse(raw, Limits{}), again = parse(copy, Limits{});
    REQUIRE((message && again));
    CHECK(message->to == again->to);
    CHECK(message->cc == again->cc);
    CHECK(message->sender == again->sender);
    CHECK(message->date == again->date);
}

TEST_CASE("results of a trusted server stay", "[mail]") {
    const std::string raw = "Authentication-Results: mx.arc.example; dmarc=pass\r\nFrom: a@b.example\r\n\r\n";
    Copying copying(raw);
    CHECK_FALSE(has_line(copying.copy(), "Authentication-Results: mx.arc.example; dmarc=pass"));
    copying.request.trusted_authserv_ids = {"MX.arc.example"};
    CHECK(has_line(copying.copy(), "Authentication-Results: mx.arc.example; dmarc=pass"));
}

TEST_CASE("the subject carries the label once", "[mail][L7][M7]") {
    auto [field, expected] = GENERATE(table<std::string, std::string>({
        {"Subject: hello", "Subject: TLP:AMBER hello"},
        {"SUBJECT:  TLP:AMBER   two  blanks", "SUBJECT:  TLP:AMBER   two  blanks"},
        {"Subject: TLP:AMBER folded\r\n\tas it was", "Subject: TLP:AMBER folded\r\n\tas it was"},
        {"Subject: TLP:GREEN hello", "Subject: TLP:AMBER hello"},
        {"Subject: =?utf-8?Q?TLP:AMBER?= x", "Subject: TLP:AMBER x"},
        {"Subject: =?iso-8859-1?Q?caf=E9?=", "Subject: TLP:AMBER =?utf-8?B?Y2Fmw6k=?="},
    }));
    CAPTURE(field);
    const auto raw = "From: a@b.example\r\n" + field + "\r\nX-Next: y\r\n\r\nbody\r\n";
    const auto copy = Copying(raw).copy();
    const auto headers = read_headers(copy, Limits{});
    REQUIRE(headers);
    CHECK(headers->count("Subject") == 1);
    if (field.starts_with("SUBJECT") || field.find("\t") != std::string::npos) {
        CHECK(copy.find("\r\n" + expected + "\r\nX-Next") != std::string::npos);
    } else {
        CHECK(decode_words(unfold(headers->find("Subject")->value)) == decode_words(unfold(expected.substr(9))));
        CHECK(unfold(headers->find("Subject")->value).starts_with("TLP:AMBER"));
    }
}

TEST_CASE("the subject of a copy is never encoded twice", "[mail][L7][M7]") {
    auto [subject, expected] = GENERATE(table<std::string, std::string>({
        {"=?utf-8?Q?is_the_proxy_down?\?=", "TLP:AMBER is the proxy down?"},
        {"=?utf-8?Q?TLP=3ARED_100=_?=", "TLP:AMBER 100="},
        {"=?utf-8?X?abc?=", "TLP:AMBER =?utf-8?X?abc?="},
        {"=?utf-8?Q?x", "TLP:AMBER x"},
        {"=?utf-8?Q?a=FFz?=", "TLP:AMBER =?utf-8?Q?a=FFz?="},  // not readable to us: not re-encoded
        {"Re: =?x-ours?B?gYKD?= x", "Re: TLP:AMBER =?x-ours?B?gYKD?= x"},
        {"[TLP:GREEN] =?x-ours?Q?a=81b?=\r\n =?x-ours?Q?c=82?=", "TLP:AMBER =?x-ours?Q?a=81b?= =?x-ours?Q?c=82?="},
        {"=?x-ours?Q?plain?=", "TLP:AMBER plain"},                                     // ASCII in any charset
        {"=?utf-8?Q?=C3=A9?= =?x-ours?Q?=81?=", "TLP:AMBER =?utf-8?B?w6nCgQ==?="},     // side by side they would be read as one
        {"=?x-ours?B?GyRCLSE7cRsoQg==?=", "TLP:AMBER =?x-ours?B?GyRCLSE7cRsoQg==?="},  // ASCII with shifts to other letters
        {"=?x-ours?Q?~{;z~}?=", "TLP:AMBER =?x-ours?Q?~{;z~}?="},
        {"=?iso-2022-jp-ms?B?GyRCRnxLXBsoQg==?=", "TLP:AMBER =?utf-8?B?5pel5pys?="},
        {"=?x-ours?Q?TLP=3AGREEN_=81?=", "TLP:AMBER =?utf-8?B?woE=?="},  // an old label goes, at any price
    }));
    CAPTURE(subject);
    const auto raw = "From: a@b.example\r\nSubject: " + subject + "\r\n\r\nbody\r\n";
    CHECK(has_line(Copying(raw).copy(), "Subject: " + expected));
}

TEST_CASE("nothing can be injected into a copy", "[mail][S3]") {
    const std::string raw = "From: a@b.example\r\nSubject: =?utf-8?Q?x=0D=0ABcc:_evil@x.example=0D=0A=0D=0Abody?=\r\n\r\nbody\r\n";
    Copying copying(raw);
    copying.request.community_name = "Forum\r\nBcc: evil@x.example\r\n <x>";
    copying.request.conflict_note = "S=GREEN\r\nBcc: evil@x.example";
    copying.request.date = "now\r\nBcc: evil@x.example";
    const auto copy = copying.copy();
    const auto headers = read_headers(copy, Limits{});
    REQUIRE(headers);
    CHECK(headers->count("Bcc") == 0);
    CHECK(copy.substr(headers->body_at) == "body\r\n");
    CHECK(read_message_ids(headers->find("List-Id")->value).back() == "teams.lists.arc.example");

    for (const std::string bad : {"x>\r\nBcc: y", "a b", "a\nb", "<a@b>"}) {
        copying.request.message_id = bad;
        CHECK_FALSE(make_copy(copying.request));
    }
    copying.request.message_id = {};
    copying.request.domain = "lists.arc.example>\r\nBcc: x";
    CHECK_FALSE(make_copy(copying.request));
    CHECK_FALSE(make_copy(CopyRequest{}));
}

TEST_CASE("a post without Message-ID or Date gets them, one with them keeps its own", "[mail][D8]") {
    auto [raw, own] =
        GENERATE(table<std::string, bool>({{"From: a@b.example\r\n\r\n", false},
                                           {"From: a@b.example\r\nMessage-ID: \r\n\r\n", false},
                                           {"From: a@b.example\r\nMessage-Id: <own@b.example>\r\nDate: then\r\n\r\n", true}}));
    Copying copying(raw);
    copying.request.message_id = "given@lists.arc.example";
    copying.request.date = "Mon, 02 Mar 2026 09:15:00 +0000";
    const auto copy = copying.copy();
    CHECK(has_line(copy, "Message-ID: <given@lists.arc.example>") == !own);
    CHECK(has_line(copy, "Message-Id: <own@b.example>") == own);
    CHECK(has_line(copy, "Date: Mon, 02 Mar 2026 09:15:00 +0000") == !own);
    CHECK(read_headers(copy, Limits{})->count("Message-ID") == 1);
}

TEST_CASE("a file with LF line ends leaves with CRLF", "[mail][S1]") {
    const auto copy = Copying("From: a@b.example\nX-Folded: a\n b\n\nbody\n.\nmore\r\n").copy();
    for (std::size_t i = 0; i < copy.size(); ++i) {
        if (copy[i] == '\n') REQUIRE((i > 0 && copy[i - 1] == '\r'));
    }
    CHECK(copy.ends_with("\r\n\r\nbody\r\n.\r\nmore\r\n"));
}

TEST_CASE("a header that cannot be read makes no copy", "[mail][S3]") {
    const std::string raw =
        GENERATE(values<std::string>({"From: a\r\nFrom: b\r\n\r\n", "From: a\rb\r\n\r\n", "From: a\r\nno field\r\n\r\n"}));
    Copying copying(raw);
    const auto copy = make_copy(copying.request);
    REQUIRE_FALSE(copy);
    CHECK(copy.error().code == errc::invalid);
}

TEST_CASE("dates are written as RFC 5322 has them", "[mail]") {
    auto [instant, expected] = GENERATE(table<std::string, std::string>({{"2026-03-02T09:15:00Z", "Mon, 02 Mar 2026 09:15:00 +0000"},
                                                                         {"2024-02-29T23:59:59.9Z", "Thu, 29 Feb 2024 23:59:59 +0000"},
                                                                         {"1969-12-31T23:59:58Z", "Wed, 31 Dec 1969 23:59:58 +0000"}}));
    CHECK(rfc5322_date(*parse_instant(instant)) == expected);
}

TEST_CASE("no field of a copy has a line of more than 998 octets", "[mail][M1][M5]") {
    const auto longest = [](std::string_view copy) {
        std::size_t most = 0;
        for (std::size_t at = 0, end = 0; (end = copy.find("\r\n", at)) != copy.npos && end > at; at = end + 2)
            most = std::max(most, end - at);
        return most;
    };
    const auto copy_with = [](const std::string& field) { return Copying("From: a@b.example\r\n" + field + "\r\n\r\nbody\r\n").copy(); };
    const auto unfolded = [](const std::string& copy, const std::string& name) {
        const auto headers = read_headers(copy, Limits{});
        REQUIRE(headers);
        REQUIRE(headers->find(name) != nullptr);
        return unfold(headers->find(name)->value);
    };
    SECTION("at blanks, so that the value stays what it is") {
        std::string value = "<0@b.example>";
        for (int i = 1; i < 400; ++i) value += " <" + std::to_string(i) + "@b.example>";
        const auto copy = copy_with("References: " + value);
        CHECK(longest(copy) <= 998);
        CHECK(longest(copy) > 900);
        CHECK(unfolded(copy, "References") == value);
    }
    SECTION("of 998 octets exactly: as it came") {
        const auto field = "X-Long: " + std::string(990, 'x');
        CHECK(copy_with(field).find(field + "\r\n") != std::string::npos);
    }
    SECTION("without blanks: behind a comma") {
        std::string value;
        for (int i = 0; i < 300; ++i) value += "p" + std::to_string(i) + "@b.example,";
        const auto copy = copy_with("Cc: " + value + "z@b.example");
        CHECK(longest(copy) <= 998);
        CHECK(read_mailboxes(unfolded(copy, "Cc")).size() == 301);
    }
    SECTION("without any place: at the limit, but in no character") {
        std::string value = "x";
        for (int i = 0; i < 2000; ++i) value += "\xE6\x84\x9F";
        const auto copy = copy_with("X-Long: " + value);
        CHECK(longest(copy) <= 998);
        auto again = unfolded(copy, "X-Long");
        CHECK(again.size() == value.size() + 6);
        std::erase(again, ' ');
        CHECK(again == value);
        CHECK(copy.find("\x84\r\n") == std::string::npos);
    }
    SECTION("blanks without end: no line is blank") {
        const auto copy = copy_with("X-Long: a" + std::string(5000, ' ') + "b" + std::string(900, 'c') + std::string(5000, '\t'));
        CHECK(longest(copy) <= 998);
        CHECK(copy.find("X-Long: a b" + std::string(900, 'c') + "\r\n") != std::string::npos);
    }
    SECTION("a fold of nothing but blanks does not end the header") {
        const auto copy = copy_with("X-Long: a\r\n" + std::string(2000, ' ') + "\r\n b\r\nX-Next: y");
        CHECK(copy.find("X-Long: a\r\n \r\n b\r\nX-Next: y\r\n") != std::string::npos);
        CHECK(longest(copy) <= 998);
    }
    SECTION("not within its name: such a field is left out, also in front") {
        CHECK(Copying(std::string(1200, 'n') + ": x\r\nFrom: a@b.example\r\n\r\nbody\r\n").copy().starts_with("From: a@b.example\r\n"));
        const auto copy = copy_with(std::string(1200, 'n') + ": x\r\nX-Next: y");
        CHECK(longest(copy) <= 998);
        CHECK(copy.find("nnn") == std::string::npos);
        CHECK(copy.find("\r\nX-Next: y\r\n") != std::string::npos);
    }
    SECTION("a line that is folded already") {
        const auto copy = copy_with("X-Long: a\r\n b" + std::string(1200, 'c'));
        CHECK(longest(copy) <= 998);
        CHECK(copy.find("X-Long: a\r\n b") != std::string::npos);
    }
}

TEST_CASE("a field of 2 MiB without blanks is folded in linear time", "[mail][S2]") {
    const auto begin = std::chrono::steady_clock::now();
    const auto copy = Copying("From: a@b.example\r\nX-Long: " + std::string(2U << 20, 'x') + "\r\n\r\nbody\r\n").copy();
    CHECK(copy.size() > (2U << 20) + 3 * ((2U << 20) / 998));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("names of our own domain are found in whatever form a header shows them", "[mail][A7]") {
    const auto [fields, expected] = GENERATE(table<std::string, std::vector<std::string>>({
        {"To: teams@lists.arc.example", {"teams"}},
        {"To: T <TEAMS@Lists.ARC.example>, sc@lists.arc.example.", {"sc", "teams"}},
        {"Cc: \"sc\"@lists.arc.example, x@arc.example, x@lists.arc.example.evil", {"sc"}},
        {"Cc: sc (the seven) @ lists.arc.example", {"sc"}},
        {"Reply-To: seats: <sc@lists.arc.example>, <reps@lists.arc.example>;", {"reps", "sc"}},
        {"From: \"sc@lists.arc.example\" <mei@orchid.example>", {"sc"}},
        {"Mail-Followup-To: =?utf-8?q?sc=40lists=2Earc=2Eexample?= <mei@orchid.example>", {"sc"}},
        {"Received: from a by b for <sc@lists.arc.example>; Mon", {"sc"}},
        {"X-Original-To: sc+owner@lists.arc.example", {"sc+owner"}},
        {"To: \"'sc@lists.arc.example' via Hibiscus\" <relay@hibiscus.example>", {"sc"}},
        {"X-Link: <mailto:sc@lists.arc.example?subject=x>", {"sc"}},
        {"X-List-Id: Seats <SC.lists.arc.example>", {"sc"}},
        {"X-List-Id: <sc.lists.arc.examples>", {}},
        {"Content-Description: for sc@lists.arc.example", {"sc"}},
        {"In-Reply-To: Your message to sc@lists.arc.example <1@lists.arc.example>", {"sc"}},
        {"References: <P-1@lists.arc.example>\r\nMessage-ID: <x@lists.arc.example>\r\nContent-ID: <y@lists.arc.example>", {}},
        {"Subject: for sc@lists.arc.example", {"sc"}},
        {"DKIM-Signature: v=1; i=@lists.arc.example; h=to@lists.arc.example", {}},
        {"Cc: sc@lists。arc.example, reps@ｌists．arc.example", {"reps", "sc"}},
        {"X-Original-To: ｓｃ＠lists。arc。example", {"sc"}},
        {"Subject: for sc＠lists。arc。example", {"sc"}},
        {"Cc: <@a.example,@b.example:sc@lists.arc.example>", {"sc"}},
        {"Cc: sc%lists.arc.example@relay.example", {"sc"}},
        {"Return-Receipt-To: bounces+sc=Lists.arc.example@relay.example", {"sc"}},
        {"Authentication-Results: mx.arc.example; x=lists.arc.example", {}},
        {"Date: Mon, 23 Nov 2026 10:00:00 +0000 (sc@lists.arc.example)", {"sc"}},
    }));
    CAPTURE(fields);
    const auto names = house_names(fields + "\r\n\r\nTo: panel@lists.arc.example\r\n", "lists.arc.example");
    REQUIRE(names);
    CHECK(names->addresses == expected);
    CHECK(names->tags.empty());
}

TEST_CASE("an address that this reader may not know is left out of every field that shows it", "[mail][A7][M5]") {
    const auto [field, expected] = GENERATE(table<std::string, std::string>({
        {"To: teams@lists.arc.example", "To: teams@lists.arc.example"},
        {"To: Teams  <teams@lists.arc.example>, \"S C\" <sc@lists.arc.example>", "To: Teams <teams@lists.arc.example>"},
        {"To: SC@lists.ARC.example", "To: teams@lists.arc.example"},
        {"To: sc@lists.arc.example,\r\n\tsc+owner@lists.arc.example", "To: teams@lists.arc.example"},
        {"Cc: a@b.example, \"sc\"@lists.arc.example", "Cc: a@b.example"},
        {"To: \"'sc@lists.arc.example' via Us\" <relay@hibiscus.example>", "To: relay@hibiscus.example"},
        {"In-Reply-To: <1@x.example>\r\n of yours to sc@lists.arc.example <2@x.example>", "In-Reply-To: <1@x.example>\r\n <2@x.example>"},
        {"In-Reply-To: yours to sc@lists.arc.example", ""},
        {"References: <1@lists.arc.example> <2@x.example>", "References: <1@lists.arc.example> <2@x.example>"},
        {"X-List-Id: <sc.lists.arc.example>", ""},
        {"Content-Description: for sc@lists.arc.example", ""},
        {"Cc: sc@lists.arc.example", ""},
        {"Reply-To: sc@lists.arc.example", ""},
        {"Resent-To: seats: sc@lists.arc.example, a@b.example;", "Resent-To: a@b.example"},
        {"Mail-Followup-To: sc@lists.arc.example, teams@lists.arc.example", "Mail-Followup-To: teams@lists.arc.example"},
        {"Cc: \"for sc@lists.arc.example\" <a@b.example>", "Cc: a@b.example"},
        {"Cc: =?utf-8?q?Tan=2C_M=C3=A9i?= <a@b.example>, sc@lists.arc.example", "Cc: =?utf-8?Q?Tan=2C_M=C3=A9i?= <a@b.example>"},
        {"Sender: sc@lists.arc.example", ""},
        {"X-Original-To: sc@lists.arc.example", ""},
        {"Received: from a by b with ESMTP id 7\r\n\tfor <sc@lists.arc.example>; Mon, 23 Nov 2026 10:00:00 +0000",
         "Received: from a by b with ESMTP id 7\r\n\t; Mon, 23 Nov 2026 10:00:00 +0000"},
        {"Received: from sc@lists.arc.example by b; Mon", ""},
        {"References: <sc@lists.arc.example>", "References: <sc@lists.arc.example>"},
        {"Cc: a@b.example, sc@lists。arc.example", "Cc: a@b.example"},
        {"Cc: a@b.example, sc@ｌｉｓｔｓ.arc.example", "Cc: a@b.example"},
        {"Cc: a@b.example, sc%lists.arc.example@relay.example", "Cc: a@b.example"},
        {"X-Loop: bounces+sc=lists.arc.example@relay.example", ""},
        {"Date: Mon, 23 Nov 2026 10:00:00 +0000 (sc@lists.arc.example)", "Date: Mon, 23 Nov 2026 10:00:00 +0000"},
    }));
    CAPTURE(field);
    const auto raw = "From: a@b.example\r\nSubject: TLP:AMBER x\r\n" + field + "\r\nX-Kept: yes\r\n\r\nCc: sc@lists.arc.example\r\n";
    Copying copying(raw);
    copying.request.hidden.addresses = {"sc", "sc+owner"};
    const auto copy = copying.copy();
    const auto head = "From: a@b.example\r\nSubject: TLP:AMBER x\r\n" + (expected.empty() ? "" : expected + "\r\n") + "X-Kept: yes\r\n";
    CHECK(copy.substr(0, head.size()) == head);
    CHECK(copy.ends_with("\r\n\r\nCc: sc@lists.arc.example\r\n"));  // the words of the author
    copying.request.hidden = {};
    CHECK(copying.copy().find(field + "\r\n") != std::string::npos);
}

TEST_CASE("the author stays, and a copy always has somebody whom it is to", "[mail][A7]") {
    Copying copying("From: \"sc@lists.arc.example\" <a@b.example>\r\nCc: sc@lists.arc.example\r\n\r\nbody\r\n");
    copying.request.hidden.addresses = {"sc"};
    const auto copy = copying.copy();
    CHECK(has_line(copy, "From: a@b.example"));
    CHECK(has_line(copy, "To: teams@lists.arc.example"));
    CHECK(copy.find("sc@") == std::string::npos);
}

TEST_CASE("a tag that names a hidden list leaves the subject, other tags stay", "[mail][A7][L7]") {
    const auto [subject, expected] = GENERATE(table<std::string, std::string>({
        {"[sc] TLP:AMBER phish", "TLP:AMBER phish"},
        {"Re: [teams] [SC] phish", "Re: [teams] TLP:AMBER phish"},
        {"TLP:AMBER [sc] phish", "TLP:AMBER phish"},
        {"phish [sc]", "TLP:AMBER phish [sc]"},
        {"[case-7] phish", "[case-7] TLP:AMBER phish"},
        {"[sc 12] phish", "TLP:AMBER phish"},
        {"Re: [SC:12] [teams] phish", "Re: [teams] TLP:AMBER phish"},
        {"[ sc ] [sc #7] [sc-7] phish", "TLP:AMBER phish"},
        {"\xE3\x80\x90sc\xE3\x80\x91 phish", "TLP:AMBER phish"},
        {"(sc) phish", "TLP:AMBER phish"},
        {"[scan 12] phish", "TLP:AMBER [scan 12] phish"},
        {"[teams 12] phish", "TLP:AMBER [teams 12] phish"},
        // Behind what programs and gateways of other languages put in front.
        {"\u56DE\u590D\uFF1A[sc] phish", "TLP:AMBER \u56DE\u590D\uFF1Aphish"},
        {"RE: \u7B54\u590D: [sc] phish", "RE: TLP:AMBER \u7B54\u590D: phish"},
        {"Tr\u1EA3 l\u1EDDi: [sc] phish", "TLP:AMBER Tr\u1EA3 l\u1EDDi: phish"},
        {"\u0E15\u0E2D\u0E1A: [sc] phish", "TLP:AMBER \u0E15\u0E2D\u0E1A: phish"},
        {"Balas: [sc] phish", "TLP:AMBER Balas: phish"},
        {"[\u5916\u90E8] [sc] phish", "TLP:AMBER [\u5916\u90E8] phish"},
        {"(EXT) [sc] phish", "TLP:AMBER (EXT) phish"},
        {"*** EXERCISE [sc] phish", "TLP:AMBER *** EXERCISE phish"},
        {"SPAM: (EXT) (sc) phish", "TLP:AMBER SPAM: (EXT) phish"},
        {"*** SPAM *** [sc] phish", "TLP:AMBER *** SPAM *** phish"},
        {"*****SPAM***** [sc] phish", "TLP:AMBER *****SPAM***** phish"},
        {"\"[sc] phish\"", "TLP:AMBER \"phish\""},
        {"[sc/teams] phish", "TLP:AMBER phish"},
        {"[teams | sc] phish", "TLP:AMBER phish"},
        {"[sc]: phish", "TLP:AMBER phish"},
        {"[teams, sc; x] phish", "TLP:AMBER phish"},
        {"[sc-request] phish", "TLP:AMBER phish"},
        {"[sc-card] phish", "[sc-card] TLP:AMBER phish"},
        {"[Fwd: [sc] phish]", "TLP:AMBER [Fwd: phish]"},
        {"[FW: Re: [teams] [sc] phish]", "TLP:AMBER [FW: Re: [teams] phish]"},
        {"\u26A0\uFE0F [sc] phish", "TLP:AMBER \u26A0\uFE0F phish"},
        {"\U0001F6A8 EXTERNAL \U0001F6A8 [sc] phish", "TLP:AMBER \U0001F6A8 EXTERNAL \U0001F6A8 phish"},
        {"\uFF3B\uFF53\uFF43\uFF3D phish", "TLP:AMBER phish"},  // in full-width letters
        {"[\uFF53\uFF43] phish", "TLP:AMBER phish"},
        {"[s\u200Bc] phish", "TLP:AMBER phish"},  // and with a character that is not seen
        {"a case of theirs [sc] phish", "TLP:AMBER a case of theirs [sc] phish"},
        // Its address, wherever it stands.
        {"Re: mail to sc@lists.arc.example", "Re: TLP:AMBER mail to"},
        {"[sc@lists.arc.example] phish", "TLP:AMBER phish"},
        {"phish <SC@lists.arc.example>, teams@lists.arc.example", "TLP:AMBER phish teams@lists.arc.example"},
        {"phish of sc@lists.other.example", "TLP:AMBER phish of sc@lists.other.example"},
        {"at sc.lists.arc.example today", "TLP:AMBER at today"},
    }));
    CAPTURE(subject);
    const auto raw = "From: a@b.example\r\nSubject: " + subject + "\r\n\r\nbody\r\n";
    Copying copying(raw);
    copying.request.hidden.tags = {"sc"};
    copying.request.hidden.addresses = {"sc"};
    CHECK(shown_subject(copying.copy()) == expected);
}

TEST_CASE("a signature that repeats a field which names a hidden list is left out", "[mail][A12]") {
    const auto name = GENERATE(as<std::string>{}, "DKIM-Signature", "ARC-Message-Signature");
    const auto [copied, hidden] = GENERATE(table<std::string, bool>({
        {"To:teams@lists.arc.example,=20s\r\n c@lists.arc.example|Subject:x", true},
        {"Subject:=20[sc]=20x", true},
        {"Thread-Topic:=5Bsc=5D", true},
        {"To:teams@lists.arc.example|Subject:x", false},
    }));
    CAPTURE(name, copied);
    const auto raw =
        std::string("From: a@b.example\r\n") + name + ": v=1; d=b.example; z=" + copied + "; b=xx\r\nSubject: x\r\n\r\nbody\r\n";
    Copying copying(raw);
    CHECK(copying.copy().find(name) != std::string::npos);
    copying.request.hidden = {{"sc"}, {"sc"}};
    CHECK((copying.copy().find(name) == std::string::npos) == hidden);
    const auto names = house_names(raw, "lists.arc.example");
    REQUIRE(names);
    CHECK((!names->tags.empty() || std::find(names->addresses.begin(), names->addresses.end(), "sc") != names->addresses.end()) == hidden);
}

TEST_CASE("a field that repeats a subject with a hidden tag is left out", "[mail][A7]") {
    const auto raw =
        "From: a@b.example\r\nSubject: Re: [sc] phish\r\nThread-Topic: [SC] phish\r\nContent-Description: [teams] phish\r\n\r\nbody\r\n";
    const auto names = house_names(raw, "lists.arc.example");
    CHECK(names->tags == std::vector<std::string>{"sc", "teams"});
    Copying copying(raw);
    copying.request.hidden.tags = {"sc"};
    const auto copy = copying.copy();
    CHECK(copy.find("Thread-Topic") == std::string::npos);
    CHECK(has_line(copy, "Content-Description: [teams] phish"));
}

namespace {

const std::string outer_head = "From: a@b.example\r\nTo: teams@lists.arc.example\r\nSubject: TLP:AMBER x\r\nMIME-Version: 1.0\r\n";

std::string in_parts(const std::string& type, const std::vector<std::string>& parts, const std::string& boundary) {
    std::string out = "Content-Type: multipart/" + type + "; boundary=" + boundary + "\r\n\r\n";
    for (const auto& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
    return out + "--" + boundary + "--\r\n";
}

std::string signed_of(const std::string& entity) {
    return in_parts("signed; micalg=x", {entity, "Content-Type: application/pgp-signature\r\n\r\nx"}, "s");
}

// The body of the copy with its own Content fields in front; other fields of ours are left out.
std::string shape_of(const std::string& copy) {
    const auto body = copy.find("\r\n\r\n");
    const auto type = copy.find("Content-Type: ");
    REQUIRE(type < body);
    return copy.substr(type, copy.find("\r\n", type) + 2 - type) + copy.substr(body + 2);
}

std::string uuencoded(std::string_view text) {
    constexpr std::size_t per_line = 45;
    const auto sextet = [](unsigned value) { return static_cast<char>(' ' + (value & 63U)); };
    std::string out = "begin 644 invite.ics\r\n";
    for (; !text.empty(); text.remove_prefix(std::min(per_line, text.size()))) {
        const auto line = text.substr(0, per_line);
        out += sextet(static_cast<unsigned>(line.size()));
        for (std::size_t i = 0; i < line.size(); i += 3) {
            unsigned group = 0;
            for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < line.size() ? static_cast<unsigned char>(line[i + k]) : 0U);
            for (const auto shift : {18U, 12U, 6U, 0U}) out += sextet(group >> shift);
        }
        out += "\r\n";
    }
    return out + "`\r\nend";
}

}  // namespace

TEST_CASE("a header under a signature that names a hidden list is left out with the signature, for this reader alone", "[mail][A12]") {
    const auto field = GENERATE(values<std::string>(
        {"To: teams@lists.arc.example, sc@lists.arc.example", "Cc: Seats <SC@lists.arc.example>", "Subject: [sc] TLP:AMBER x",
         "Subject: =?utf-8?q?=5Bsc=5D?= x", "Subject: for sc@lists.arc.example", "Autocrypt-Gossip: addr=sc@lists.arc.example; keydata=AA",
         "List-Id: <sc.lists.arc.example>", "Content-Description: for sc@lists.arc.example", "Reply-To: sc+owner@lists.arc.example"}));
    CAPTURE(field);
    const std::string text = "Content-Type: text/plain; charset=utf-8\r\n\r\nTLP:AMBER\r\nwombat";
    const std::string about = "From: a@b.example\r\n" + field + "\r\n";
    const auto marked = about + "Content-Type: text/plain; charset=utf-8; protected-headers=\"v1\"\r\n\r\nTLP:AMBER\r\nwombat";
    const auto mixed = in_parts("mixed", {text, text}, "i");
    const std::string footer = "Content-Type: text/plain\r\n\r\na footer";
    const std::vector<std::pair<std::string, std::string>> rows{
        {signed_of(marked), text},
        {signed_of(about + mixed), mixed},
        {in_parts("mixed", {signed_of(marked), footer}, "o"), in_parts("mixed", {text, footer}, "o")},
        {in_parts("mixed", {marked, footer}, "o"), in_parts("mixed", {text, footer}, "o")},
        {signed_of(signed_of(marked)), text},
        {signed_of(in_parts("mixed", {signed_of(text), marked}, "i")), in_parts("mixed", {signed_of(text), text}, "i")},
    };
    for (const auto& [came, left] : rows) {
        CAPTURE(came);
        const auto raw = outer_head + came;
        Copying copying(raw);
        CHECK(shape_of(copying.copy()) == came);
        copying.request.hidden_in_parts.addresses = {"wg-x"};
        copying.request.hidden_in_parts.tags = {"wg-x"};
        CHECK(shape_of(copying.copy()) == came);
        copying.request.hidden_in_parts = {{"sc", "sc+owner"}, {"sc"}};
        const auto copy = copying.copy();
        CHECK(shape_of(copy) == left);
        CHECK(has_line(copy, "To: teams@lists.arc.example"));
        CHECK(occurrences(copy, "MIME-Version: 1.0") == 1);
        const auto found = house_names_in_parts(raw, "lists.arc.example");
        REQUIRE(found);
        CHECK((found->addresses == std::vector<std::string>{"sc"} || found->tags == std::vector<std::string>{"sc"} ||
               found->addresses == std::vector<std::string>{"sc", "teams"} || found->addresses == std::vector<std::string>{"sc+owner"}));
        std::string with_lf = raw;
        std::erase(with_lf, '\r');
        copying.request.raw = with_lf;
        CHECK(shape_of(copying.copy()) == left);
    }
}

TEST_CASE("an invitation leaves without the lists that its reader may not know", "[mail][A12]") {
    const std::string begin = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nDESCRIPTION:for sc@lists.arc.example\r\n";
    const std::string teams = "ATTENDEE;CN=teams;ROLE=REQ-PARTICIPANT:mailto:teams@lists.arc.example\r\n";
    const std::string sc = "ATTENDEE;CN=Seats;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:SC@lists.arc.\r\n example\r\n";
    const std::string organizer = "ORGANIZER:mailto:sc@lists.arc.example\r\ncontact:sc@lists.arc.example\r\n";
    const std::string end = "END:VEVENT\r\nEND:VCALENDAR\r\n";
    const auto came = begin + teams + sc + organizer + end, left = begin + teams + end;
    const std::string type = "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n";
    const std::string coded = "Content-Transfer-Encoding: base64\r\n\r\n";
    const std::string text = "Content-Type: text/plain\r\n\r\nplease come";
    const std::vector<std::pair<std::string, std::string>> rows{
        {type + "\r\n" + came, type + "\r\n" + left},
        {in_parts("alternative", {text, type + "\r\n" + came}, "i"), in_parts("alternative", {text, type + "\r\n" + left}, "i")},
        {in_parts("mixed", {text, type + coded + encode_base64_lines(came)}, "i"),
         in_parts("mixed", {text, type + coded + encode_base64_lines(left)}, "i")},
        {in_parts("mixed", {text, type + "Content-Transfer-Encoding: x-uuencode\r\n\r\n" + uuencoded(came)}, "i"),
         in_parts("mixed", {text, type + coded + encode_base64_lines(left)}, "i")},
        {signed_of(type + "\r\n" + came), type + "\r\n" + left},
        {in_parts("mixed", {text, "Content-Type: application/octet-stream; name=invite.ics\r\n\r\n" + came}, "i"),
         in_parts("mixed", {text, "Content-Type: application/octet-stream; name=invite.ics\r\n\r\n" + left}, "i")},
    };
    for (const auto& [entity, expected] : rows) {
        CAPTURE(entity);
        const auto raw = outer_head + entity;
        const auto found = house_names_in_parts(raw, "lists.arc.example");
        REQUIRE(found);
        CHECK(found->addresses == std::vector<std::string>{"sc", "teams"});
        Copying copying(raw);
        CHECK(shape_of(copying.copy()) == entity);
        copying.request.hidden_in_parts.addresses = {"wg-x"};
        CHECK(shape_of(copying.copy()) == entity);
        copying.request.hidden_in_parts.addresses = {"sc"};
        CHECK(shape_of(copying.copy()) == expected);
    }
    // As the whole mail, by whichever name a program shows.
    const std::string file = "Content-Type: application/octet-stream", disposition = "Content-Disposition: attachment; filename";
    const std::string encoded = file + "; name=\"=?utf-8?B?aW52aXRlLmljcw==?=\"";
    const std::vector<std::pair<std::string, std::string>> named{{disposition + "=invite.ics\r\n", file},
                                                                 {disposition + "*=utf-8''invite%2Eics\r\n", file},
                                                                 {disposition + "=x\r\n", file + "; name=invite.ics"},
                                                                 {"", encoded}};
    for (const auto& [field, content_type] : named) {
        CAPTURE(field, content_type);
        const auto raw = outer_head + field + content_type + "\r\n\r\n" + came;
        const auto found = house_names_in_parts(raw, "lists.arc.example");
        REQUIRE(found);
        CHECK(found->addresses == std::vector<std::string>{"sc", "teams"});
        Copying copying(raw);
        copying.request.hidden_in_parts.addresses = {"sc"};
        CHECK(shape_of(copying.copy()) == content_type + "\r\n\r\n" + left);
    }
}

TEST_CASE("attached mails, authors and what is only written stay under their signature", "[mail][A12][M5]") {
    const std::string attached = "From: sc@lists.arc.example\r\nTo: sc@lists.arc.example\r\nSubject: [sc] x\r\n\r\nhello";
    const auto entity = GENERATE_COPY(
        values<std::string>({"From: sc@lists.arc.example\r\nTo: teams@lists.arc.example\r\nContent-Type: text/plain; "
                             "hp=\"clear\"\r\n\r\nfor sc@lists.arc.example",
                             in_parts("mixed", {"Content-Type: message/rfc822\r\n\r\n" + attached}, "i"),
                             "Message-ID: <sc@lists.arc.example>\r\nContent-Type: text/plain\r\n\r\nTo: sc@lists.arc.example"}));
    const auto raw = outer_head + signed_of(entity);
    Copying copying(raw);
    copying.request.hidden_in_parts = {{"sc"}, {"sc"}};
    CHECK(shape_of(copying.copy()) == signed_of(entity));
    const auto found = house_names_in_parts(raw, "lists.arc.example");
    REQUIRE(found);
    CHECK((found->addresses.empty() || found->addresses == std::vector<std::string>{"teams"}));
}

TEST_CASE("the copy of a header for older programs goes where it names a hidden list", "[mail][A12]") {
    const std::string display =
        "Content-Type: text/rfc822-headers; protected-headers=\"v1\"\r\n\r\nSubject: [sc] x\r\nTo: sc@lists.arc.example";
    const std::string text = "Content-Type: text/plain\r\n\r\nwombat";
    const auto raw = outer_head + signed_of(in_parts("mixed", {display, text}, "i"));
    Copying copying(raw);
    copying.request.hidden_in_parts = {{"sc"}, {}};
    CHECK(shape_of(copying.copy()) == in_parts("mixed", {text}, "i"));
}

TEST_CASE("where nothing proved its author no part says who it is, nor is it signed by them", "[mail][A5][M6]") {
    const auto field = GENERATE(values<std::string>({"From: Mei Tan <mei@orchid.example>", "Sender: mei@orchid.example",
                                                     "Reply-To: eve@orchid.example", "Autocrypt: addr=mei@orchid.example; keydata=AA"}));
    const std::string text = "Content-Type: text/html\r\n\r\nwombat", footer = "Content-Type: text/plain\r\n\r\na footer";
    const auto marked = field + "\r\nContent-Type: text/html; hp=\"clear\"\r\n\r\nwombat";
    const std::vector<std::pair<std::string, std::string>> rows{
        {signed_of(marked), text},
        {in_parts("mixed", {signed_of(marked), footer}, "o"), in_parts("mixed", {text, footer}, "o")},
        {in_parts("mixed", {marked, footer}, "o"), in_parts("mixed", {text, footer}, "o")},
    };
    for (const auto& [came, left] : rows) {
        CAPTURE(came);
        const auto raw = outer_head + came;
        Copying copying(raw);
        CHECK(shape_of(copying.copy()) == came);
        copying.request.caveats.author_unproven = true;
        copying.request.released_by = "Ana Lim (Banksia-CERT)";
        CHECK(shape_of(copying.copy()).find("wombat") != std::string::npos);
        CHECK(occurrences(copying.copy(), "orchid") == 0);
        CHECK(occurrences(copying.copy(), "pgp-signature") == 0);
        CHECK(occurrences(copying.copy(), "hp=") == 0);
    }
    // A signature over nothing of that stays.
    const auto raw = outer_head + signed_of(text);
    Copying copying(raw);
    copying.request.caveats.author_unproven = true;
    CHECK(occurrences(copying.copy(), "pgp-signature") == 1);
}

TEST_CASE("where nothing proved its author a copy keeps of its header what it is, its way, and whom it is to", "[mail][A5][M6]") {
    const std::string kept = "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nTo: teams@lists.arc.example\r\nIn-Reply-To: <a@b.example>\r\n";
    std::string raw = "From: Mei Tan <mei@orchid.example>\r\nSubject: a wombat\r\n" + kept;
    for (const auto* name : {"Author", "X-Original-From", "Originator", "X-Sender", "Mail-Copies-To", "Followup-To", "X-Reply-To",
                             "Autocrypt-Gossip", "X-PGP-Key", "BIMI-Indicator", "X-MS-Exchange-Organization-AuthAs", "X-Unsubscribe-Web"})
        raw += std::string(name) + ": eve@evil.example\r\n";
    raw += "\r\nbody\r\n";
    Copying copying(raw);
    CHECK(occurrences(copying.copy(), "evil") == 12);
    copying.request.caveats.author_unproven = true;
    const auto copy = copying.copy();
    CHECK(occurrences(copy, "evil") == 0);
    CHECK(copy.find(kept) != std::string::npos);
    CHECK(copy.find("a wombat") != std::string::npos);
}

TEST_CASE("octets that stand raw in a subject leave as the charset of the text has them", "[mail][M7]") {
    const std::string raw =
        "From: a@b.example\r\nSubject: \xBD\xF4\xBC\xB1\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n\xBD\xF4\r\n";
    CHECK(has_line(Copying(raw).copy(), "Subject: TLP:AMBER =?utf-8?B?57Sn5oCl?="));
    const auto in_mixed = "From: a@b.example\r\nSubject: \xBD\xF4\xBC\xB1\r\n" +
                          in_parts("mixed", {"Content-Type: text/plain; charset=GBK\r\n\r\n\xBD\xF4"}, "m");
    CHECK(has_line(Copying(in_mixed).copy(), "Subject: TLP:AMBER =?utf-8?B?57Sn5oCl?="));
    const auto parsed = parse(raw, {});
    REQUIRE(parsed);
    CHECK(parsed->subject == "紧急");
}

TEST_CASE("a list that says so keeps the words of a confidential subject to itself", "[mail][L7]") {
    using community::OuterSubject;
    using community::Tlp;
    const auto [wish, label, subject, expected] = GENERATE(table<std::optional<OuterSubject>, Tlp, std::string, std::string>({
        {{}, Tlp::amber_strict, "Re: [case-7] phish kit", "Re: [case-7] TLP:AMBER+STRICT phish kit"},
        {OuterSubject::full, Tlp::amber_strict, "phish kit", "TLP:AMBER+STRICT phish kit"},
        {OuterSubject::label, Tlp::amber_strict, "Re: [case-7] phish kit", "Re: [case-7] TLP:AMBER+STRICT"},
        {OuterSubject::label, Tlp::amber_strict, "TLP:AMBER+STRICT [C-2026-001] phish kit", "[C-2026-001] TLP:AMBER+STRICT"},
        {OuterSubject::label, Tlp::amber_strict, "=?x-unknown?q?phish?=", "TLP:AMBER+STRICT"},
        {OuterSubject::label, Tlp::red, "phish kit", "TLP:RED"},
        {OuterSubject::label, Tlp::amber, "phish kit", "TLP:AMBER phish kit"},
        {OuterSubject::neutral, Tlp::amber_strict, "Re: [case-7] phish kit", "TLP:AMBER+STRICT Message 12"},
        {OuterSubject::neutral, Tlp::green, "phish kit", "TLP:GREEN phish kit"},
    }));
    CAPTURE(subject, expected);
    const auto raw =
        "From: a@b.example\r\nSubject: " + subject + "\r\nThread-Topic: phish kit\r\nKeywords: phish\r\nComments: kit\r\n\r\nbody\r\n";
    Copying copying(raw, label);
    copying.list.outer_subject = wish;
    copying.request.number = "12";
    const auto copy = copying.copy();
    CHECK(has_line(copy, "Subject: " + expected));
    CHECK(has_line(copy, "Thread-Topic: phish kit") == (expected.find("phish kit") != std::string::npos));
    const bool withheld = label >= Tlp::amber_strict && wish.value_or(OuterSubject::full) != OuterSubject::full;
    CHECK((copy.find("phish") == std::string::npos) == withheld);
}

TEST_CASE("a copy shows what its post asks for besides the label", "[mail][L7]") {
    Copying copying("From: a@b.example\r\nSubject: TLP:AMBER x\r\nPAP: CLEAR\r\nTLP-Restrictions: none\r\n\r\nbody\r\n");
    copying.request.caveats = {.pap = community::Pap::red, .no_attribution = true, .sections = {community::Tlp::green}};
    copying.request.restrictions = {"for banks only\r\nBcc: x@y.example"};
    const auto copy = copying.copy();
    CHECK(has_line(copy, "TLP: AMBER\r\nPAP: RED"));
    CHECK(copy.find("TLP-Restrictions: no attribution; sections of GREEN; for banks only") != std::string::npos);
    CHECK(occurrences(copy, "\r\nPAP: ") == 1);
    CHECK(occurrences(copy, "\r\nTLP-Restrictions: ") == 1);
    CHECK(copy.find("\r\nBcc:") == std::string::npos);
}

TEST_CASE("a post whose author is not to be named leaves with the list as author", "[mail][M1]") {
    Copying copying(
        "Received: from mail.orchid.example\r\nDKIM-Signature: d=orchid.example\r\nFrom: Mei <mei@orchid.example>\r\n"
        "Sender: mei@orchid.example\r\nReply-To: mei@orchid.example\r\nTo: teams@lists.arc.example\r\nCc: ana@orchid.example\r\n"
        "Subject: TLP:AMBER x\r\nMessage-ID: <1@orchid.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0800\r\n"
        "References: <0@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nX-Mailer: orchid\r\n\r\nbody\r\n");
    copying.request.caveats.author_withheld = true;
    copying.request.message_id = "given@lists.arc.example";
    copying.request.date = "Mon, 23 Nov 2026 02:00:01 +0000";
    const auto copy = copying.copy();
    CHECK(
        copy.starts_with("Subject: TLP:AMBER x\r\nReferences: <0@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
                         "Message-ID: <given@lists.arc.example>\r\nFrom: via teams <teams@lists.arc.example>\r\n"
                         "To: teams@lists.arc.example\r\nDate: Mon, 23 Nov 2026 02:00:01 +0000\r\nList-Id: "));
    CHECK(copy.find("rchid") == std::string::npos);
    CHECK(has_line(copy, "TLP-Restrictions: its author is not named"));
}

TEST_CASE("a post whose author is not proven leaves with the list as author, and says whom it names and who released it",
          "[mail][A5][M6]") {
    const std::string head =
        "From: Mei <mei@orchid.example>\r\nSender: eve@x.example\r\nReply-To: eve@x.example\r\n"
        "Autocrypt: addr=mei@orchid.example; keydata=AA\r\nMail-Reply-To: eve@x.example\r\nMail-Followup-To: eve@x.example\r\n"
        "Resent-From: eve@x.example\r\nOpenPGP: url=https://eve@x.example/key\r\n"
        "Subject: TLP:AMBER x\r\nMessage-ID: <1@orchid.example>\r\n";
    const auto kind = GENERATE(as<std::string>{}, "", "Content-Type: text/html\r\n");
    const std::string raw = head + kind + "\r\nbody\r\n";
    Copying copying(raw);
    copying.request.caveats.author_unproven = true;
    copying.request.released_by = "Ana Lim (Banksia-CERT)";
    const auto copy = copying.copy();
    CHECK(has_line(copy, "From: \"via teams, author not proven\" <teams@lists.arc.example>"));
    CHECK(has_line(copy, "Reply-To: Mei <mei@orchid.example>"));
    CHECK(occurrences(copy, "eve@") == 0);
    CHECK(occurrences(copy, "Autocrypt") == 0);
    CHECK(occurrences(copy, "X-Author-Unproven: nothing proved that its author wrote it;") == 1);
    const auto lines =
        "\r\n\r\nNothing proved that mei@orchid.example wrote this.\r\nIt was released by Ana Lim (Banksia-CERT).\r\n\r\nbody"s;
    CHECK(occurrences(copy, lines) == (kind.empty() ? 1 : 0));
    copying.request.caveats.author_withheld = true;
    CHECK(occurrences(copying.copy(), "orchid") == 0);
}

TEST_CASE("ids that are not to be seen leave as others, or not at all", "[mail][A12]") {
    const std::string post =
        "From: a@b.example\r\nSubject: TLP:GREEN x\r\nIn-Reply-To: Mei of orchid <1@orchid.example>\r\n"
        "References: <0@x.example>\r\n\t<1@orchid.example>\r\n\r\nbody\r\n";
    Copying copying(post);
    CHECK(copying.copy().find("In-Reply-To: Mei of orchid <1@orchid.example>\r\nReferences: <0@x.example>\r\n\t<1@") != std::string::npos);
    copying.request.other_ids = {{"1@orchid.example", "2@lists.arc.example"}};
    CHECK(has_line(copying.copy(), "In-Reply-To: <2@lists.arc.example>\r\nReferences: <0@x.example>\r\n <2@lists.arc.example>"));
    copying.request.other_ids = {{"1@orchid.example", ""}};
    CHECK(has_line(copying.copy(), "References: <0@x.example>"));
    CHECK(copying.copy().find("In-Reply-To") == std::string::npos);
    CHECK(copying.copy().find("rchid") == std::string::npos);
    copying.request.other_ids = {};
    copying.request.caveats.author_withheld = true;
    CHECK(has_line(copying.copy(), "In-Reply-To: <1@orchid.example>\r\nReferences: <0@x.example>\r\n <1@orchid.example>"));
}

TEST_CASE("where labels disagree the one that counts stands above the text, if that can be done rightly", "[mail][L7][M5]") {
    const auto [fields, body, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"", "hello\r\n", "TLP:AMBER\r\n\r\nhello\r\n"},
        {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", "\xc3\xa9\r\n", "TLP:AMBER\r\n\r\n\xc3\xa9\r\n"},
        {"Content-Transfer-Encoding: Quoted-Printable\r\n", "=C3=A9\r\n", "TLP:AMBER\r\n\r\n=C3=A9\r\n"},
        // "TLP:AMBER", three line ends, "hello": nine and six octets, so that a group ends where the old text begins.
        {"Content-Transfer-Encoding: base64\r\n", "aGVsbG8=\r\n", "VExQOkFNQkVSDQoNCg0K\r\naGVsbG8=\r\n"},
        {"", "TLP:AMBER\r\nhello\r\n", ""},
        {"", "-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nhello\r\n", ""},
        {"Content-Type: text/html\r\n", "<p>hello\r\n", ""},
        {"Content-Type: text/plain; charset=utf-16\r\n", "h", ""},
        {"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n", "//5oAA==\r\n", ""},
        {"Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n", "aAA=\r\n", ""},
        {"Content-Type: text/plain; charset=utf-16be\r\nContent-Transfer-Encoding: base64\r\n", "AGg=\r\n", ""},
        {"Content-Type: text/plain; charset=utf-32\r\nContent-Transfer-Encoding: base64\r\n", "AAAAaA==\r\n", ""},
        {"Content-Type: text/plain; charset=utf-7\r\n", "h", ""},
        {"Content-Type: text/plain; charset=nobody-knows\r\n", "h", ""},
        {"Content-Type: text/plain; charset=\"Shift_JIS\"\r\nContent-Transfer-Encoding: 8bit\r\n", "\x90\xd4\r\n",
         "TLP:AMBER\r\n\r\n\x90\xd4\r\n"},
        {"Content-Type: text/plain; charset=tis-620\r\n", "h", "TLP:AMBER\r\n\r\nh"},
        {"Content-Type: text/plain; charset=windows-31j\r\n", "h", "TLP:AMBER\r\n\r\nh"},
        {"Content-Type: text/plain; charset=cp1251\r\n", "h", "TLP:AMBER\r\n\r\nh"},
        {"Content-Type: text/plain; charset=latin1\r\n", "h", "TLP:AMBER\r\n\r\nh"},
        {"Content-Type: text/plain; charset=macintosh\r\n", "h", "TLP:AMBER\r\n\r\nh"},
        {"Content-Type: multipart/signed; boundary=b\r\n", "--b\r\n", ""},
        {"Content-Type: multipart/alternative; boundary=b\r\n", "--b\r\n", ""},
        {"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n", "aGVsbG8=\r\n", ""},
        {"Content-Transfer-Encoding: x-uuencode\r\n", "begin 644 a\r\n", ""},
        {"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n", "h\r\n", ""},
        {"Content-MD5: x\r\n", "h\r\n", ""},
    }));
    CAPTURE(fields, body);
    const auto raw = "From: a@b.example\r\n" + fields + "\r\n" + body;
    Copying copying(raw);
    copying.request.label_line = true;
    CHECK(copying.copy().ends_with("\r\n\r\n" + (expected.empty() ? body : expected)));
    copying.request.label_line = false;
    CHECK(copying.copy().ends_with("\r\n\r\n" + body));
}
