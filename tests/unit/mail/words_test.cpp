#include <catch2/catch.hpp>
#include <chrono>

#include "caveat/mail/copy.hpp"
#include "caveat/mail/message.hpp"
#include "words.hpp"

using namespace caveat::mail;
using namespace std::string_literals;

TEST_CASE("encoded words are shown as their characters", "[mail][M7]") {
    auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"plain", "plain"},
        {"=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"},
        {"=?ISO-8859-1?q?caf=E9?= x", "café x"},
        {"=?utf-8?B?5pel5pys?= =?utf-8?B?6Kqe?=", "日本語"},
        {"a =?utf-8?Q?b?= =?utf-8?Q?c?= d", "a bc d"},
        {"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"},  // one character cut in two
        {"=?utf-8*en?Q?x?=", "x"},                   // RFC 2231 language
        {"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
        {"(=?utf-8?Q?x?=)", "(x)"},
        {"=?utf-8?Q?TLP:RED_x?=", "TLP:RED x"},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},  // none of these can be decoded
        {"=?utf-8?B?a?=", "=?utf-8?B?a?="},
        {"=?utf-8?B?####?=", "=?utf-8?B?####?="},
        {"=?utf-8?Q?", "=?utf-8?Q?"},
        {"=?=?utf-8?Q?x?=", "=?x"},
        {"caf\xE9", "café"},  // raw Latin-1
        {"=?gb2312?B?1uzpRrv5?=", "朱镕基"},
        {"=?euc-kr?B?jGO55rCix88=?=", "똠방각하"},
        {"=?iso-8859-1?Q?=93x=94?=", "“x”"},
    }));
    CAPTURE(text);
    CHECK(decode_words(text) == expected);
}

// What Python, Ruby, Outlook and the web mailers show, though RFC 2047 does not allow it.
TEST_CASE("encoded words that break the rules are shown as other readers show them", "[mail][M7]") {
    auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"=?utf-8?Q?TLP=3ARED_is_the_proxy_down?\?=", "TLP:RED is the proxy down?"},
        {"=?utf-8?Q?why?_TLP=3ARED?=", "why? TLP:RED"},
        {"=?utf-8?B?VExQOlJFRCBk w7xy?=", "TLP:RED dür"},
        {"=?utf-8?B?VExQOlJFRCB4e?=", "TLP:RED x"},
        {"=?utf-8?B?VExQ?OlJFRA==?=", "TLP:RED"},
        {"=?utf-8?B?VExQ=OlJFRA?=", "TLP:RED"},
        {"=?utf-8?Q?TLP=3ARED_100=_?=", "TLP:RED 100= "},
        {"=?utf-8?Q?=?= x", "= x"},
        {"=?utf-8?Q?=ZZ?=", "=ZZ"},
        {"=??Q?x?=", "x"},
        {"=? utf-8 ?Q?caf=C3=A9?=", "café"},
        {"=?utf-8?Q?TLP=3ARED", "TLP:RED"},
        {"=?utf-8?Q?TLP=3ARED? x_y", "TLP:RED x_y"},
        {"=?utf-8?B?VExQOlJFRA==?", "TLP:RED"},
        {"=?utf-8?Q?a =?utf-8?B?VExQOlJFRA==?=", "a TLP:RED"},
        {"=?utf-8?Q?a?= b =?utf-8?q?c", "a b c"},
    }));
    CAPTURE(text);
    CHECK(decode_words(text) == expected);
}

TEST_CASE("words that cannot be read for certain have other readings", "[mail][L1]") {
    CHECK(other_readings("plain =?utf-8?Q?TLP=3ARED?=", false).empty());
    CHECK(other_readings("=?utf-8?Q?TLP=3ARED?=", true).find("TLP:RED") != std::string::npos);
    for (const std::string text :
         {"=?utf-8?X?TLP=3ARED?=", "=?utf-8?X?VExQOlJFRA==?=", "=?utf-8?B?TLP=3ARED?=", "=?utf-8?Q?a?=54LP=3ARED?=", "=?TLP=3ARED?=",
          "=?utf-8?Q?to the victim of TLP=3ARED", "=?utf-8?B?eCB5 VExQOlJFRA=="}) {
        CAPTURE(text);
        CHECK(other_readings(text, false).find("TLP:RED") != std::string::npos);
    }
}

TEST_CASE("a line break in an encoded word does not come out as one", "[mail][S3]") {
    const auto text = decode_words("=?utf-8?Q?a=0D=0ABcc:_x=00?= =?utf-8?B?DQo=?=");
    CHECK(text.find_first_of(std::string("\r\n\0", 3)) == std::string::npos);
    CHECK(text.find("Bcc: x") != std::string::npos);
}

TEST_CASE("decoding costs linear time whatever the subject", "[mail][S5]") {
    const std::string unit = GENERATE(values<std::string>(
        {"=?", "=?u?Q?", "=?u?Q?=", "=?utf-8?Q?x?= ", "=?u?B?Q", "?=", "=?utf-8?b?\xE2?=", "=?u?Q?x", "=?u?B?#?=", "=?x"}));
    std::string text;
    while (text.size() < 512 * 1024) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    const auto decoded = decode_words(text);
    (void)other_readings(text, true);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    CHECK(decoded.size() <= text.size() * 2);
}

TEST_CASE("an encoded header value decodes to itself and keeps short lines", "[mail][M7][S3]") {
    const std::string value = GENERATE(values<std::string>({
        "plain words",
        "TLP:AMBER 日本語のとても長い件名がここに入りますので折り返しが必要です。そしてさらに続きます",
        "café",
        "x =?utf-8?Q?y?= z",
        "ends in é",
        "é starts",
        "a  two blanks é",
        std::string(300, 'x'),
        "TLP:AMBER " + std::string(1000, 'y') + " z",
        "emoji 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 end",
        "many plain words that together are longer than one line of seventy-six characters can possibly hold",
    }));
    CAPTURE(value);
    const auto encoded = encode_header("Subject", value);
    CHECK(decode_words(unfold(encoded)) == value);
    std::size_t begin = 0;
    for (bool first = true; begin <= encoded.size(); first = false) {
        const auto end = std::min(encoded.find("\r\n", begin), encoded.size());
        CHECK(end - begin + (first ? 9 : 0) <= 215);  // 76 but for one long plain word
        CHECK((first || encoded[begin] == ' '));
        begin = end + 2;
    }
    for (const char c : encoded) CHECK(static_cast<unsigned char>(c) < 0x80);
}

TEST_CASE("what nobody can decode is not encoded once more", "[mail][M7]") {
    for (const std::string value : {"TLP:GREEN =?utf-8?X?abc?=", "TLP:GREEN =?x?= y", "TLP:GREEN =?utf-8?B?####?="}) {
        CHECK(encode_header("Subject", value) == value);
        CHECK(decode_words(value) == value);
    }
    for (const std::string value : {"=?utf-8?Q?y", "é =?utf-8?Q?", "=?utf-8?Q? é", "=?utf-8?X?abc?= é"})
        CHECK(decode_words(unfold(encode_header("Subject", value))) == value);
}

TEST_CASE("the label stays readable in an encoded subject", "[mail][L7]") {
    CHECK(encode_header("Subject", "TLP:AMBER+STRICT 機密").substr(0, 17) == "TLP:AMBER+STRICT ");
}

TEST_CASE("line breaks never reach a header", "[mail][S3]") {
    const std::string hostile = "a\r\nBcc: x@evil.example\r\n\r\nbody\n\r\0z"s;
    const auto value = encode_header("Subject", hostile);
    CHECK(value.find('\0') == std::string::npos);
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\n') CHECK((i > 0 && value[i - 1] == '\r' && value[i + 1] == ' '));
        if (value[i] == '\r') CHECK(value[i + 1] == '\n');
    }
    CHECK(encode_phrase("From", "x\r\nBcc: y").find_first_of("\r\n") == std::string::npos);
}

TEST_CASE("display names are quoted or encoded as needed", "[mail][M7]") {
    auto [name, expected] = GENERATE(table<std::string, std::string>({{"Southern Arc", "Southern Arc"},
                                                                      {"Arc, \"the\" list", "\"Arc, \\\"the\\\" list\""},
                                                                      {"<evil@x.example>", "\"<evil@x.example>\""},
                                                                      {"é", "=?utf-8?B?w6k=?="},
                                                                      {"", ""}}));
    CHECK(encode_phrase("From", name) == expected);
}
