#include <mimetic/mimetic.h>
#include <catch2/catch.hpp>
#include <ctime>
#include <fstream>
#include <iterator>

#include "caveat/mail/message.hpp"
#include "parameters.hpp"
#include "transfer.hpp"

using namespace caveat;
using namespace caveat::mail;

namespace {

std::string octets_of(const std::string& name) {
    std::ifstream in(std::string(SOURCE_DIR) + "/tests/corpus/mime/" + name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Message parsed(const std::string& raw) {
    auto message = parse(raw, Limits{});
    INFO((message ? std::string() : message.error().detail));
    REQUIRE(message);
    return std::move(*message);
}

std::string outline(const Message& message) {
    std::string out;
    for (const auto& part : message.parts) out += (out.empty() ? "" : " ") + part.path + "=" + part.type + (part.enclosed ? "!" : "");
    return out;
}

std::string crlf(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
    return text;
}

// Of this process, whatever else the machine does.
double cpu_seconds_to_parse(const std::string& raw) {
    const auto begin = std::clock();
    (void)parse(raw, Limits{});
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("part paths are those of IMAP", "[mail]") {
    auto [name, expected] = GENERATE(table<std::string, std::string>({
        {"plain.eml", "1=text/plain"},
        {"signed.eml", "1.1=text/plain 1.2=application/pdf 2=application/pgp-signature"},
        {"encrypted.eml", "1=application/pgp-encrypted 2=application/octet-stream"},
        {"forwarded.eml", "1.1=text/plain 1.2=text/html 2=message/rfc822 2.1=message/rfc822! 2.1.1=text/plain! 2.2=text/plain!"},
        {"coded-message.eml", "1=message/global 1.1=message/rfc822! 1.1.1=text/plain!"},
        {"no-end.eml", "1=text/plain 2=text/plain"},
        {"empty-boundary.eml", "1=text/plain"},
        {"lf-only.eml", "1=text/plain"},
        {"no-body.eml", "1=text/plain"},
        {"opaque-signed.eml", "1=application/pkcs7-mime 1.1=text/plain!"},  // as OpenSSL streams it
    }));
    CAPTURE(name);
    CHECK(outline(parsed(octets_of(name))) == expected);
}

TEST_CASE("odd structures are read as well as they can be", "[mail][S5]") {
    const std::string head = "Content-Type: multipart/mixed; boundary=b\n\n";
    auto [raw, expected] = GENERATE_COPY(table<std::string, std::string>({
        {head + "--b\n\nx\n--b--\n--b\n\nepilogue\n", "1=text/plain"},
        {head + "no boundary at all\n", "1=text/plain"},
        {head + "--b--\n", "1=text/plain"},
        {head + "--bb\n\nnot ours\n--b \t\n\nx\n", "1=text/plain"},
        {head + "--b\nContent-Type: text/html\n--b\n\nx\n--b--", "1=text/html 2=text/plain"},
        {head + "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nx\n--b\n\ny\n--b--\n", "1.1=text/plain 2=text/plain"},
        {head + "--b\nContent-Type: multipart/alternative; boundary=c\n\nno child\n--b\n\ny\n--b--\n", "1=text/plain 2=text/plain"},
        {head + "--b\nContent-Type: broken\n\nx\n--b--\n", "1=text/plain"},
        {head + "--b\nContent-Type: message/rfc822\n\n--b--\n", "1=message/rfc822 1.1=text/plain!"},
        {"Content-Type: multipart/mixed; boundary=\"b\nb\"\n\nx", "1=text/plain"},
        {"Content-Type: multipart/mixed\n\n--\nx", "1=text/plain"},
        {"Content-Type: multipart/mixed; boundary=\"a:b\"\n\n--a:b\nContent-Type: text/html\n--a:b\n\nx\n", "1=text/html 2=text/plain"},
        {"Content-Type: multipart/mixed; boundary*0=lo; boundary*1=ng\n\n--long\n\nx\n", "1=text/plain"},
        {"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c\n\ny\n",
         "1=message/rfc822 1.1=text/plain! 1.2=text/plain!"},
        {"", "1=text/plain"},
    }));
    CAPTURE(raw);
    CHECK(outline(parsed(raw)) == expected);
    CHECK(outline(parsed(crlf(raw))) == expected);
}

TEST_CASE("the line break before a boundary belongs to the boundary", "[mail]") {
    const auto message = parsed("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n\r\n--b\r\n\r\n--b\r\nA: b\r\n--b--\r\n");
    REQUIRE(message.parts.size() == 3);
    CHECK(message.parts[0].content == "x\r\n");
    CHECK(message.parts[1].content.empty());
    CHECK(message.parts[2].content.empty());
}

TEST_CASE("what a message says of itself is read and decoded", "[mail][M7]") {
    const auto message = parsed(octets_of("signed.eml"));
    CHECK(message.subject == "日本語 TLP:GREEN café");
    CHECK(message.from == std::vector<Mailbox>{{"Lin, Mei", "orchid-rep@orchid.example"}});
    CHECK(message.to == std::vector<Mailbox>{{"Teams", "teams@lists.arc.example"}});
    CHECK(message.date == "Mon, 02 Mar 2026 09:15:00 +0000");
    CHECK(message.message_id == "20260302091500.4711@orchid.example");
    CHECK(message.in_reply_to == std::vector<std::string>{"1@a.example"});
    CHECK(message.references == std::vector<std::string>{"0@a.example", "1@a.example"});
    CHECK(message.text() == "café soft");
    CHECK(message.parts[0].charset == "iso-8859-1");
    CHECK(message.parts[0].content == "caf\xE9 soft");
    CHECK(message.parts[1].filename == "résumé.pdf");
    CHECK(message.parts[1].disposition == "attachment");
    CHECK(message.parts[1].content == "%PDF-1.4\n");
    CHECK(parsed(octets_of("gb2312.eml")).subject == "朱镕基");
    CHECK(parsed(octets_of("encoded-question-mark.eml")).subject == "TLP:RED is the proxy down?");
    CHECK(parsed(octets_of("reply-without-brackets.eml")).in_reply_to == std::vector<std::string>{"parent@orchid.example"});
    CHECK(parsed(octets_of("opaque-signed.eml")).parts.back().content.starts_with("TLP:RED\r\n"));
    CHECK(parsed(octets_of("utf8-headers.eml")).subject == "TLP:AMBER+STRICT 機密");
    CHECK(parsed(octets_of("html.eml")).text().find("TLP:RED") != std::string::npos);
    CHECK(parsed(octets_of("mbox.eml")).from.front().address == "a@b.example");
}

TEST_CASE("a reply names its parent in every form that is seen", "[mail][L4]") {
    using Ids = std::vector<std::string>;
    auto [fields, expected] = GENERATE(table<std::string, Ids>({
        {"In-Reply-To: parent@orchid.example\n", Ids{"parent@orchid.example"}},
        {"In-Reply-To: <Parent@ORCHID.Example>\n", Ids{"Parent@orchid.example", "Parent@ORCHID.Example"}},  // as older rows have it
        {"In-Reply-To: <other@x.example>\nIn-Reply-To: <parent@orchid.example>\n", Ids{"other@x.example", "parent@orchid.example"}},
        {"References: other@x.example\n\tparent@orchid.example\n", Ids{"other@x.example", "parent@orchid.example"}},
        {"References: <a@b>\nReferences: =?utf-8?q?=3Cparent=40orchid=2Eexample=3E?=\n", Ids{"a@b", "parent@orchid.example"}},
        {"In-Reply-To: 20260302-without-host\n", Ids{"20260302-without-host"}},
        {"In-Reply-To: your message of Monday\n", Ids{}},
    }));
    CAPTURE(fields);
    const auto message = parsed(fields + "\nmy view\n");
    auto named = message.in_reply_to;
    named.insert(named.end(), message.references.begin(), message.references.end());
    CHECK(named == expected);
}

TEST_CASE("a message is known by its id in whatever form it has it", "[mail][L4]") {
    auto [value, expected] = GENERATE(table<std::string, std::string>({
        {"<p7@ORCHID.example>", "p7@orchid.example"},
        {"<p7@orchid.example", "p7@orchid.example"},
        {"p7@orchid.example", "p7@orchid.example"},
        {"=?utf-8?q?=3Cp7=40orchid=2Eexample=3E?=", "p7@orchid.example"},
        {"no-host", "no-host"},
        {"<>", ""},
        {"two words", ""},
    }));
    CAPTURE(value);
    CHECK(parsed("Message-ID: " + value + "\n\nx\n").message_id == expected);
}

TEST_CASE("encrypted means the whole message", "[mail][K3]") {
    const std::string block = "-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n";
    const std::string head = "Content-Type: multipart/encrypted; boundary=b\n\n";
    const std::string control = "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n";
    const std::string octets = "--b\nContent-Type: application/octet-stream\n\n";
    const std::string data = octets + block;
    const std::string clear = "--b\n\nTLP:RED\n";
    auto [raw, expected] = GENERATE_COPY(table<std::string, bool>({
        {"A: b\n\n" + block, true},
        {"A: b\n\n\n" + block + "\n", true},
        {"A: b\n\nhello\n" + block, false},
        {"A: b\n\n" + block + "bye\n", false},
        {"A: b\n\n" + block + block, false},
        {head + control + data + "--b--\n", true},
        {head + control + octets + "x\n--b--\n", false},  // words that say they are ciphertext
        {"A: b\n\n-----BEGIN PGP MESSAGE-----\n\nhello\n-----END PGP MESSAGE-----\n", false},
        {head + clear + clear + "--b--\n", false},  // readable parts under that name
        {head + control + clear + "--b--\n", false},
        {head + control + "--b--\n", false},
        {head + control + data + data + "--b--\n", false},
        {"Content-Type: multipart/mixed; boundary=c\n\n--c\n" + head + control + data + "--b--\n--c--\n", false},
    }));
    CAPTURE(raw);
    CHECK(parsed(raw).encrypted == expected);
}

TEST_CASE("transfer encodings are decoded however broken", "[mail][S5]") {
    CHECK(decode_base64("aGVs\r\nbG8=") == "hello");
    CHECK(decode_base64("aGVs*!bG8=aGVsbG8") == "hellohello");
    CHECK(decode_base64("a") == "");
    CHECK_FALSE(strict_base64("aGVs bG8="));
    CHECK(decode_quoted_printable("a=3D=\r\nb  \r\nc=\n=zz =") == "a=b\r\nc=zz ");
    CHECK(decode_quoted_printable("x   ") == "x");
    CHECK(decode_transfer("aGk=", " BASE64 (x)") == "hi");
    CHECK(decode_transfer("aGk=", "x-uuencode") == "aGk=");
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    CHECK(strict_base64(encode_base64(all)) == all);
    std::string text = "é trailing \n=\n" + std::string(200, 'x') + "\n";
    CHECK(decode_quoted_printable(encode_quoted_printable(text)) == crlf(text));
}

TEST_CASE("file names of all spellings are understood", "[mail][M7]") {
    auto [value, name] = GENERATE(table<std::string, std::string>({
        {"attachment; filename=a.txt", "a.txt"},
        {"attachment; filename=\"a b.txt\"", "a b.txt"},
        {"attachment; filename=\"a\\\"b\"", "a\"b"},
        {"attachment; filename=\"C:\\dir\\a\"", "C:\\dir\\a"},
        {"attachment; filename*=utf-8'en'%C3%A9.txt", "é.txt"},
        {"attachment; filename*=iso-8859-1''%E9.txt; filename=e.txt", "é.txt"},
        {"attachment; filename*1=\"b.txt\"; filename*0=a", "ab.txt"},
        {"attachment; filename*0*=utf-8''%E2%82; filename*1*=%AC", "€"},
        {"attachment; filename*1=b; filename=c", "c"},
        {"attachment; filename=\"=?utf-8?Q?=C3=A9?=\"", "é"},
        {"attachment; (filename=x) filename = y (z)", "y"},
        {"attachment; filename=\"open", "open"},
        {"attachment; filename*=utf-8''a%0D%0Ab", "ab"},
        {"attachment; filename*99999999999999999999=x; filename*-1=y", ""},
    }));
    CAPTURE(value);
    CHECK(parsed("Content-Disposition: " + value + "\r\n\r\nx").parts.front().filename == name);
}

TEST_CASE("beyond a limit the message is refused with the number", "[mail][S2][S5]") {
    const auto nested = [](std::size_t n, bool messages) {
        std::string raw;
        for (std::size_t i = 0; i < n; ++i)
            raw +=
                messages ? "Content-Type: message/rfc822\n\n" : fmt::format("Content-Type: multipart/mixed; boundary=n{}\n\n--n{}\n", i, i);
        return raw + "\nx\n";
    };
    const auto wide = [](std::size_t n) {
        std::string raw = "Content-Type: multipart/mixed; boundary=b\n\n";
        for (std::size_t i = 0; i < n; ++i) raw += "--b\n\nx\n";
        return raw;
    };
    CHECK(parse(nested(20, false), Limits{}));
    CHECK(parse(nested(20, true), Limits{}));
    CHECK(parse(wide(500), Limits{}));
    auto [raw, number] = GENERATE_COPY(table<std::string, std::string>({
        {nested(21, false), "20"},
        {nested(21, true), "20"},
        {nested(200000, false), "20"},
        {nested(200000, true), "20"},
        {wide(501), "500"},
        {wide(500000), "500"},
        {std::string(25 * 1024 * 1024 + 1, 'x'), "26214400"},
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\nA: " + std::string(300000, 'x') + "\n\n", "262144"},
    }));
    const auto message = parse(raw, Limits{});
    REQUIRE_FALSE(message);
    CHECK(message.error().code == errc::limit);
    CHECK(message.error().detail.find(number) != std::string::npos);
}

TEST_CASE("enclosed messages cannot multiply memory", "[mail][S5]") {
    Limits limits;
    limits.message = 100000;
    std::string raw;
    for (int i = 0; i < 15; ++i) raw += "Content-Type: message/rfc822\n\n";
    const auto message = parse(raw + "\n" + std::string(90000, 'x'), limits);
    REQUIRE_FALSE(message);
    CHECK(message.error().code == errc::limit);
}

TEST_CASE("large and hostile messages are parsed in linear time", "[mail][S5]") {
    const std::string multipart = "Content-Type: multipart/mixed; boundary=" + std::string(60, 'a') + "\n\n";
    std::string deep;
    for (int i = 0; i < 19; ++i)
        deep += "Content-Type: multipart/mixed; boundary=" + std::string(static_cast<std::size_t>(40 + i), 'a') + "\n\n--" +
                std::string(static_cast<std::size_t>(40 + i), 'a') + "\n";
    const std::string part = "--" + std::string(60, 'a') + "\nContent-Transfer-Encoding: ";
    const std::string head = GENERATE_COPY(
        values<std::string>({multipart, deep + "\n", multipart + part + "base64\n\n", multipart + part + "quoted-printable\n\n"}));
    const std::string unit = GENERATE(values<std::string>({"--\n", "\n", "--" + std::string(59, 'a') + "\n", "= \t", "QUJDRA==\r\n", " "}));
    std::string raw = head;
    while (raw.size() < 1024 * 1024) raw += unit;
    CHECK(cpu_seconds_to_parse(raw) < 20.0);  // what is quadratic takes hours; sanitizers have room
}

// mimetic reads the same structure on well-formed mail; it is not given anything else (see structure.hpp).
TEST_CASE("the walker agrees with mimetic on well-formed mail", "[mail]") {
    const std::string name = GENERATE("plain.eml", "signed.eml", "encrypted.eml", "utf8-headers.eml");
    const auto raw = octets_of(name);
    mimetic::MimeEntity entity;
    entity.load(raw.begin(), raw.end());
    std::vector<std::pair<std::string, std::string>> theirs;
    const auto collect = [&](const auto& self, mimetic::MimeEntity& e) -> void {
        if (e.body().parts().empty())
            theirs.emplace_back(e.header().contentType().type() + "/" + e.header().contentType().subtype(), e.body());
        for (auto* part : e.body().parts()) self(self, *part);
    };
    collect(collect, entity);
    const auto ours = parsed(raw);
    REQUIRE(ours.parts.size() == theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        CHECK(ours.parts[i].type == theirs[i].first);
        const bool decoded = ours.parts[i].content == theirs[i].second;
        const bool coded =
            ours.parts[i].content == decode_base64(theirs[i].second) || ours.parts[i].content == decode_quoted_printable(theirs[i].second);
        CHECK((decoded || coded));
    }
}
