// What caveat composes itself, byte for byte.
#include "multipart.hpp"

#include <catch2/catch.hpp>

#include "caveat/mail/message.hpp"

using namespace caveat;
using namespace caveat::mail;

namespace {

// RFC 5321 §4.5.3.1.6, RFC 5322 §2.1.1: CRLF and no other CR or LF, at most 998 characters a line, 7 bits and no NUL.
void check_canonical(const std::string& text) {
    std::size_t line = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        REQUIRE((c != 0 && c < 0x80));
        if (c == '\r') REQUIRE((i + 1 < text.size() && text[i + 1] == '\n'));
        if (c == '\n') REQUIRE((i > 0 && text[i - 1] == '\r'));
        line = c == '\n' ? 0 : line + 1;
        REQUIRE(line <= 999);  // with its CR
    }
    CHECK(text.ends_with("\r\n"));
}

}  // namespace

TEST_CASE("a multipart is composed as RFC 2046 has it, byte for byte", "[mail][M7]") {
    const auto text = compose_multipart("mixed", {text_part("Dear Mei,\nsee below"), text_part("caf\xc3\xa9\n", "rules.txt")},
                                        "0192-n1@lists.arc.example");
    CHECK(text ==
          "Content-Type: multipart/mixed; boundary=\"=_0192-n1_lists_arc_example\"\r\n"
          "\r\n"
          "--=_0192-n1_lists_arc_example\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: 7bit\r\n"
          "\r\n"
          "Dear Mei,\r\nsee below\r\n"
          "\r\n"
          "--=_0192-n1_lists_arc_example\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n"
          "Content-Disposition: attachment; filename=\"rules.txt\"\r\n"
          "\r\n"
          "caf=C3=A9\r\n"
          "\r\n"
          "--=_0192-n1_lists_arc_example--\r\n");
}

TEST_CASE("a single part is its header and its text", "[mail]") {
    CHECK(compose(text_part("a\nb", {}, "; hp=\"cipher\"")) ==
          "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\na\r\nb\r\n");
}

TEST_CASE("whatever a part holds, the whole can go over any relay and comes back as it was", "[mail][M7]") {
    const std::string part = GENERATE(values<std::string>({
        "",
        "\n",
        "no line end",
        "lone \r carriage\rreturns\r\n",
        "\r\n\r\n.\r\n..\r\nFrom here\r\n",
        "--=_seed\n--=_seed--\n--=_seed_\n",
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n--x--\n",
        std::string(990, 'x'),
        std::string(991, 'x'),
        std::string(5000, 'x'),
        std::string(40, 'x') + " \t\n",
        "\xe6\xa9\x9f\xe5\xaf\x86",
        std::string("NUL \0 and \x7f", 11),
    }));
    CAPTURE(part);
    const auto text = compose_multipart("mixed", {text_part(part), text_part(part, "a.txt"), text_part("last")}, "seed");
    check_canonical(text);
    const auto message = parse("From: a@b.example\r\nMIME-Version: 1.0\r\n" + text, {});
    REQUIRE(message);
    REQUIRE(message->parts.size() == 3);
    auto lines = part;
    std::erase(lines, '\r');
    for (const auto n : {0U, 1U}) {
        auto back = message->parts[n].content;
        std::erase(back, '\r');
        if (back.ends_with('\n') && !lines.ends_with('\n')) back.pop_back();
        CHECK(back == lines);
    }
    CHECK(message->parts[2].content == "last\r\n");
}

TEST_CASE("the boundary is in no part, whatever a part says", "[mail]") {
    std::string text = "=_seed";
    for (int i = 0; i < 10; ++i) text += "\n--=_seed" + std::string(static_cast<std::size_t>(i), '_');
    const auto composed = compose_multipart("mixed", {text_part(text), text_part("x")}, "seed");
    CHECK(composed.starts_with("Content-Type: multipart/mixed; boundary=\"=_seed__________\"\r\n"));
    CHECK(parse("From: a@b.example\r\n" + composed, {})->parts.size() == 2);
    // A seed that is no token cannot leave the quotes, and what is longer than a boundary may be is cut.
    const auto odd = compose_multipart("mixed", {text_part("x")}, "a\"b\r\nBcc: x@y.example" + std::string(100, 'z'));
    check_canonical(odd);
    CHECK(odd.find("boundary=\"=_a_b__Bcc__x_y_example" + std::string(29, 'z') + "\"") != std::string::npos);
}

TEST_CASE("a part that would be composed without its text is an error and no empty part", "[mail]") {
    BodyPart enclosed{"message/rfc822", "7bit", "", "Subject: x\r\n\r\ntext\r\n"};
    CHECK_THROWS_AS(compose_multipart("mixed", {text_part("x"), enclosed}, "seed"), std::logic_error);
}
