#include "caveat/mail/seven_bit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <random>

#include "caveat/mail/message.hpp"

using namespace caveat;
using namespace caveat::mail;

namespace {

const std::string umlauts = "Gr\xC3\xBC\xC3\x9F"
                            "e aus M\xC3\xBCnchen, wir melden uns wieder.";

bool plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string seven(const std::string& message) {
    const auto made = in_seven_bits(message, Limits{});
    INFO((made ? std::string() : made.error().detail));
    REQUIRE(made);
    CHECK(plain(*made));
    return *made;
}

std::string why_not(const std::string& message) {
    const auto made = in_seven_bits(message, Limits{});
    REQUIRE_FALSE(made);
    return made.error().detail;
}

Message read(const std::string& message) {
    auto parsed = parse(message, Limits{});
    REQUIRE(parsed);
    return *parsed;
}

// What readers see must be what they would have seen.
void check_same(const std::string& before, const std::string& after) {
    const auto a = read(before), b = read(after);
    CHECK(a.subject == b.subject);
    CHECK(a.from == b.from);
    CHECK(a.to == b.to);
    REQUIRE(a.parts.size() == b.parts.size());
    for (std::size_t i = 0; i < a.parts.size(); ++i) {
        CAPTURE(i);
        CHECK(a.parts[i].type == b.parts[i].type);
        CHECK(a.parts[i].filename == b.parts[i].filename);
        if (!a.parts[i].type.starts_with("message/")) CHECK(a.parts[i].content == b.parts[i].content);
    }
}

}  // namespace

TEST_CASE("what a message asks of a relay is told by its header and its body", "[mail][S4]") {
    struct Case {
        std::string message;
        bool eight_bits, utf8_header;
    };
    const auto c = GENERATE(values<Case>({
        {"Subject: x\r\n\r\nbody\r\n", false, false},
        {"Subject: x\r\n\r\nb\xC3\xBC\r\n", true, false},
        {"Subject: \xC3\xBC\r\n\r\nbody\r\n", true, true},
        {"Subject: \xFC\r\n\r\nbody\r\n", true, false},  // no UTF-8: SMTPUTF8 has no word for it
        {"Subject: x", false, false},
        {"", false, false},
    }));
    CAPTURE(c.message);
    CHECK(beyond_ascii(c.message).eight_bits == c.eight_bits);
    CHECK(beyond_ascii(c.message).utf8_header == c.utf8_header);
}

TEST_CASE("a part becomes quoted-printable if that stays readable, else base64", "[mail][S4]") {
    const std::string head = "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
    const auto qp = seven(head + "Content-Transfer-Encoding: 8bit\r\nX-Last: 1\r\n\r\n" + umlauts + "\r\n");
    CHECK(qp ==
          head + "X-Last: 1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe aus M=C3=BCnchen, wir melden uns wieder.\r\n");
    const std::string japanese = head + "\r\n\xE6\x84\x9F\xE6\x9F\x93\r\n";
    const auto base64 = seven(japanese);
    CHECK(base64 == head + "Content-Transfer-Encoding: base64\r\n\r\n5oSf5p+TDQo=");
    check_same(japanese, base64);
}

TEST_CASE("only what is not ASCII changes: other parts, boundaries and headers stay byte for byte", "[mail][M5][S4]") {
    const std::string front =
        "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"x\"\r\nSubject:   odd   blanks\r\n\r\n"
        "preamble\r\n--x\r\nContent-Type: text/plain\r\n\r\n  plain =\t\r\n\r\n--x  \r\ncontent-TYPE: text/html; charset=utf-8\r\n";
    const std::string back = "\r\n--x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\nBBBB\r\n--x--\r\nepilogue\r\n";
    const auto made = seven(front + "\r\n<p>\xC3\xBC and much more text</p>" + back);
    CHECK(made == front + "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=C3=BC and much more text</p>" + back);
}

TEST_CASE("a message from before MIME says what it is once it is encoded", "[mail][S4]") {
    const auto made = seven("From: a@b.example\r\n\r\n" + umlauts + "\r\n");
    CHECK(made.starts_with("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
    CHECK(seven("From: a@b.example\r\n\r\nsome latin \xFC text\r\n").find("charset=unknown-8bit") != std::string::npos);
}

TEST_CASE("what is under a signature is not touched: such a message cannot be sent in seven bits", "[mail][S4]") {
    const std::string part = "--s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    const std::string rest = "\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--s--\r\n";
    const std::string top = "From: a@b.example\r\nMIME-Version: 1.0\r\n";
    const std::string is_signed = "Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\r\n\r\n";
    SECTION("at the top") { CHECK(why_not(top + is_signed + part + umlauts + rest) == "its signature would no longer fit"); }
    SECTION("inside a list's footer") {
        CHECK(why_not(top + "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" + is_signed + part + umlauts + rest + "--m--\r\n") ==
              "its signature would no longer fit");
    }
    SECTION("with eight bits between its parts") {
        CHECK(why_not(top + is_signed + "pr\xC3\xA9\r\n" + part + "ascii" + rest) == "its signature would no longer fit");
    }
    SECTION("beside eight bits: it stays byte for byte") {
        const auto kept = is_signed + part + "ascii" + rest;
        const auto made = seven(top + "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" + kept +
                                "--m\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + umlauts + "\r\n--m--\r\n");
        CHECK(made.find(kept) != std::string::npos);
    }
}

TEST_CASE("an enclosed message is converted inside: it may not be encoded itself", "[mail][S4]") {
    const std::string message =
        "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "--m\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "From: =?utf-8?q?J=C3=BCrgen?= <c@d.example>\r\nSubject: \xC3\x9C"
        "berblick\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
        umlauts + "\r\n--m--\r\n";
    const auto made = seven(message);
    CHECK(made.find("Content-Transfer-Encoding: 7bit") < made.find("--m"));
    CHECK(made.find("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\n") != std::string::npos);
    CHECK(made.find("Subject: =?utf-8?Q?=C3=9Cberblick?=") != std::string::npos);
    check_same(message, made);
}

TEST_CASE("what may not be encoded, or cannot be understood, is said", "[mail][S4]") {
    const auto [type, encoding, reason] = GENERATE(table<std::string, std::string, std::string>({
        {"message/partial; id=1; number=1", "8bit", "a part of type message/partial may not be encoded"},
        {"text/plain", "x-uuencode", "a part of it is encoded in a way that is not known here"},
        {"multipart/mixed", "8bit", "the parts of its multipart/mixed cannot be told apart"},
        {"multipart/mixed; boundary=never", "8bit", "the parts of its multipart/mixed cannot be told apart"},
        {"multipart/signed; boundary=never", "8bit", "its signature would no longer fit"},
    }));
    CAPTURE(type);
    CHECK(why_not("From: a@b.example\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + umlauts +
                  "\r\n") == reason);
}

TEST_CASE("a boundary beyond ASCII has no other form", "[mail][S4]") {
    const auto* boundary = GENERATE("boundary=\"\xC3\xBC\"", "boundary*=utf-8''%C3%BC");
    const auto message = "From: a@b.example\r\nContent-Type: multipart/mixed; " + std::string(boundary) +
                         "\r\n\r\n--\xC3\xBC\r\n\r\nplain\r\n--\xC3\xBC--\r\n";
    const std::string reason = "the boundary between its parts is not ASCII";
    CHECK(why_not(message) == reason);
    CHECK(why_not("Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" + message + "\r\n--m--\r\n") == reason);
    const auto with_header = with_ascii_header(message);
    if (beyond_ascii(message).utf8_header) {
        REQUIRE_FALSE(with_header);
        CHECK(with_header.error().detail == reason);
    } else {
        CHECK(*with_header == message);
    }
}

TEST_CASE("content that claims to be ASCII already is made so", "[mail][S4]") {
    const auto [encoding, body, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"quoted-printable", "a=20\xC3\xBC=\r\nb\r\n", "a=20=C3=BC=\r\nb\r\n"},
        {"base64", "QUJD\xFFRA==\r\n", "QUJDRA==\r\n"},
        {"7bit", "\xC3\xBC ber and so on\r\n", "=C3=BC ber and so on\r\n"},
    }));
    CAPTURE(encoding);
    const auto made = seven("Content-Type: text/plain\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body);
    CHECK(made.ends_with("\r\n\r\n" + expected));
}

TEST_CASE("header fields become ASCII as each kind of them is written", "[mail][S4][M7]") {
    const auto [field, expected] = GENERATE(table<std::string, std::string>({
        {"Subject: TLP:GREEN \xC3\x9C"
         "ber =?utf-8?q?=C3=A4?=",
         "Subject: TLP:GREEN =?utf-8?B?w5xiZXIgw6Q=?="},
        {"From: J\xC3\xBCrgen <j@b.example>", "From: =?utf-8?Q?J=C3=BCrgen?= <j@b.example>"},
        {"To: \"Tan, M\xC3\xA9i\" <m@b.example>, x@b\xC3\xBC"
         "cher.example",
         "To: =?utf-8?Q?Tan=2C_M=C3=A9i?= <m@b.example>,\r\n x@xn--bcher-kva.example"},
        {"Content-Type: application/pdf; name=\"\xC3\xBC \\\"x.pdf\"; size=12",
         "Content-Type: application/pdf;\r\n name*=utf-8''%C3%BC%20%22%78%2E%70%64%66;\r\n size=\"12\""},
        {"Subject: latin \xFC", "Subject: =?unknown-8bit?Q?=6C=61=74=69=6E=20=FC?="},
        {"To: no address \xC3\xBC", "To: no address =?utf-8?B?w7w=?="},
        {"To: B\xC3\xBCro", "To: =?utf-8?B?QsO8cm8=?="},
    }));
    CAPTURE(field);
    const auto made = with_ascii_header("A: 1\r\n" + field + "\r\nZ: 2\r\n\r\nb\xC3\xBC\r\n");
    REQUIRE(made);
    CHECK(*made == "A: 1\r\n" + expected + "\r\nZ: 2\r\n\r\nb\xC3\xBC\r\n");
}

TEST_CASE("a long name of a file is cut into sections that readers join", "[mail][S4]") {
    std::string name;
    for (int i = 0; i < 60; ++i) name += "\xE6\x84\x9F";
    const std::string message = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"" + name + ".pdf\"\r\n\r\nx\r\n";
    const auto made = with_ascii_header(message);
    REQUIRE(made);
    CHECK(plain(*made));
    CHECK(read(*made).parts.at(0).filename == name + ".pdf");
}

TEST_CASE("an address beyond ASCII in a header has no other form", "[mail][S4]") {
    const auto made = with_ascii_header("From: \xE8\x8F\x8A@b.example\r\n\r\nx\r\n");
    REQUIRE_FALSE(made);
    CHECK(made.error().detail == "From names an address that is not ASCII before its @");
}

TEST_CASE("of an address only the domain has a form in ASCII", "[mail][S4]") {
    CHECK(ascii_address("a@b.example") == "a@b.example");
    CHECK(ascii_address("A.b@B\xC3\xBC"
                        "cher.example") == "A.b@xn--bcher-kva.example");
    CHECK_FALSE(ascii_address("\xC3\xBC@b.example"));
    CHECK_FALSE(ascii_address("a@\xE2\x80\x8B.example"));
    CHECK(ascii_address("") == "");
}

TEST_CASE("hostile structure is converted to ASCII or refused, never broken, and in linear time", "[mail][S2][S4]") {
    std::minstd_rand random{7};
    const std::vector<std::string> pieces{
        "--x\r\n", "--x--\r\n", "--y\r\n", "Content-Type: multipart/mixed; boundary=x\r\n", "Content-Type: multipart/signed; boundary=y\r\n",
        "Content-Type: message/rfc822\r\n", "Content-Transfer-Encoding: 8bit\r\n", "Content-Transfer-Encoding: base64\r\n", "\r\n", "\xC3\xBC",
        "\xFF\n", "text\r\n", " \r\n", "Subject: \xC3\xBC\r\n", "=\r\n", std::string(1, '\0')};
    int made = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string message = "From: a@b.example\r\nMIME-Version: 1.0\r\n";
        for (auto i = random() % 40; i > 0; --i) message += pieces[random() % pieces.size()];
        const auto converted = in_seven_bits(message, Limits{});
        if (!converted) continue;
        ++made;
        CAPTURE(message);
        REQUIRE(plain(*converted));
        if (plain(message)) REQUIRE(*converted == message);
    }
    CHECK(made > 1000);

    std::string large = "Content-Type: multipart/mixed; boundary=x\r\n\r\n";
    while (large.size() < (2U << 20)) large += "--z\xC3\xBC\r\n--x\xFF\r\n\xC3\xBC =\r\n";
    const auto begin = std::chrono::steady_clock::now();
    static_cast<void>(in_seven_bits(large, Limits{}));
    static_cast<void>(in_seven_bits("Subject: " + large, Limits{}));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));  // sanitizers included
}
