// A copy in the shape in which it is sealed.
#include "caveat/mail/enclose.hpp"

#include <catch2/catch.hpp>

#include "caveat/mail/message.hpp"

using namespace caveat;
using community::OuterSubject;
using community::Tlp;

namespace {

const std::string copy =
    "Received: from a by b; Sun, 22 Nov 2026 12:00:00 +0000\r\n"
    "From: Mei <mei@orchid.example>\r\nTo: sc@lists.arc.example\r\nSubject: [sc] TLP:RED the\r\n canary sings\r\n"
    "Message-ID: <one@example>\r\nThread-Topic: the canary sings\r\nList-Id: <sc.lists.arc.example>\r\nTLP: RED\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nThe words.\r\n";

mail::EnclosedCopy enclosed(std::string_view bytes, OuterSubject subject = OuterSubject::neutral, Tlp label = Tlp::red) {
    const auto made = mail::enclose_copy(bytes, {subject, label, "17"});
    REQUIRE(made);
    return *made;
}

std::string with_type(const std::string& field) { return "From: a@b.example\r\nSubject: x\r\n" + field + "\r\nThe words.\r\n"; }

}  // namespace

TEST_CASE("outside stands what mail on its way needs, inside the rest and what is outside", "[K10][M5]") {
    const auto made = enclosed(copy);
    CHECK(made.outside ==
          "Received: from a by b; Sun, 22 Nov 2026 12:00:00 +0000\r\n"
          "From: Mei <mei@orchid.example>\r\nTo: sc@lists.arc.example\r\nSubject: TLP:RED Message 17\r\n"
          "Message-ID: <one@example>\r\nList-Id: <sc.lists.arc.example>\r\nTLP: RED\r\nMIME-Version: 1.0\r\n");
    CHECK(made.inside ==
          "From: Mei <mei@orchid.example>\r\nTo: sc@lists.arc.example\r\nSubject: [sc] TLP:RED the\r\n canary sings\r\n"
          "Message-ID: <one@example>\r\nThread-Topic: the canary sings\r\n"
          "HP-Outer: From: Mei <mei@orchid.example>\r\nHP-Outer: To: sc@lists.arc.example\r\nHP-Outer: Subject: TLP:RED Message 17\r\n"
          "HP-Outer: Message-ID: <one@example>\r\n"
          "Content-Type: text/plain; charset=utf-8;\r\n hp=\"cipher\"; protected-headers=\"v1\"\r\n"
          "Content-Transfer-Encoding: 8bit\r\n\r\nThe words.\r\n");
}

TEST_CASE("the subject outside is what the list wishes, and never looser than its label allows", "[K10]") {
    struct Row {
        OuterSubject wish;
        Tlp label;
        const char* subject;
    };
    for (const auto& row : {Row{OuterSubject::neutral, Tlp::green, "Subject: TLP:GREEN Message 17\r\n"},
                            Row{OuterSubject::label, Tlp::amber, "Subject: [sc] TLP:AMBER\r\n"},
                            Row{OuterSubject::full, Tlp::amber, "Subject: [sc] TLP:RED the\r\n canary sings\r\n"},
                            Row{OuterSubject::full, Tlp::amber_strict, "Subject: [sc] TLP:AMBER+STRICT\r\n"},
                            Row{OuterSubject::label, Tlp::red, "Subject: TLP:RED Message 17\r\n"},
                            Row{OuterSubject::full, Tlp::red, "Subject: TLP:RED Message 17\r\n"}}) {
        const auto made = enclosed(copy, row.wish, row.label);
        CAPTURE(made.outside, row.subject);
        CHECK(made.outside.find(row.subject) != std::string::npos);
        CHECK((made.outside.find("canary") != std::string::npos) == (row.wish == OuterSubject::full && row.label == Tlp::amber));
        CHECK(made.inside.find("\r\nSubject: [sc] TLP:RED the\r\n canary sings\r\n") != std::string::npos);
    }
}

TEST_CASE("whatever type the body has, the mark that its header is protected is on the outermost part", "[K10][M5]") {
    for (const auto* type :
         {"", "Content-Type: text/html\r\n", "Content-Type: multipart/mixed;\r\n boundary=\"x\"\r\n", "Content-Type: text/plain;\r\n",
          "Content-Type: text/plain (or so)\r\n", "Content-Type:\r\n", "Content-Type: text/plain; hp=clear\r\n",
          "Content-Type: text/plain; protected-headers=v1\r\nContent-Language: en\r\n",
          "Content-Type: text/plain\r\nContent-Type: text/html\r\n"}) {
        CAPTURE(type);
        const auto made = enclosed(with_type(type));
        CAPTURE(made.inside);
        const auto read = mail::read_headers(made.inside, {});
        REQUIRE(read);
        REQUIRE(read->count("Content-Type") == 1);
        const std::string value(read->find("Content-Type")->value);
        CHECK(value.find("hp=\"cipher\"") != std::string::npos);
        CHECK(value.find("hp=clear") == std::string::npos);
        CHECK(made.inside.find("\r\n\r\nThe words.\r\n") != std::string::npos);
        CHECK(mail::parse(made.inside, *read, {}));
    }
    CHECK_FALSE(mail::enclose_copy("no header", {}));
}

TEST_CASE("outside stands whom its header named outside as it came, and the list; what was sealed stays inside", "[K10]") {
    const std::string inner =
        "From: \"Mei CANARY\" <mei@orchid.example>\r\nSender: CANARY <canary@bank.example>\r\nReply-To: <canary@bank.example>\r\n"
        "To: sc@lists.arc.example, \"CANARY\" <Rep@quokka.example>\r\nCc: Ana CANARY <ana@banksia.example>, <canary@bank.example>\r\n"
        "Date: Sun, 22 Nov 2026 12:00:42 +0000\r\nSubject: x\r\nList-Post: <mailto:sc@lists.arc.example>\r\n\r\nThe words.\r\n";
    const std::string came =
        "From: Mei@orchid.example\r\nTo: undisclosed-recipients:;\r\nCc: rep@QUOKKA.example,\r\n ana@banksia.example\r\n"
        "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nSubject: ...\r\n\r\nciphertext\r\n";
    const auto made = mail::enclose_copy(inner, {OuterSubject::neutral, Tlp::red, "17", came});
    REQUIRE(made);
    CHECK(made->outside ==
          "From: mei@orchid.example\r\nTo: sc@lists.arc.example,\r\n Rep@quokka.example\r\nCc: ana@banksia.example\r\n"
          "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nSubject: TLP:RED Message 17\r\nList-Post: <mailto:sc@lists.arc.example>\r\n"
          "MIME-Version: 1.0\r\n");
    CHECK(made->inside.starts_with(inner.substr(0, inner.find("List-Post"))));
    CHECK(made->inside.find("HP-Outer: Cc: ana@banksia.example\r\n") != std::string::npos);
    CHECK(made->inside.find("HP-Outer: Reply-To") == std::string::npos);
    // What stood there as it is now stays so, names and all; so does the list where it is named as the author.
    CHECK(mail::enclose_copy(inner, {OuterSubject::neutral, Tlp::red, "17", inner})->outside == enclosed(inner).outside);
    const std::string via = "From: via sc <sc@lists.arc.example>\r\nList-Post: <mailto:sc@lists.arc.example>\r\n\r\nThe words.\r\n";
    CHECK(mail::enclose_copy(via, {OuterSubject::neutral, Tlp::red, "17", came})->outside.starts_with("From: via sc <sc@"));
    // Where nothing of From is known, it is the one that stood there; if none is left, the list.
    const std::string other = "From: rep@bank.example\r\nList-Post: <mailto:sc@lists.arc.example>\r\n\r\nThe words.\r\n";
    const auto outside = [&](const std::string& header) {
        return mail::enclose_copy(other, {OuterSubject::neutral, Tlp::red, "17", header})->outside;
    };
    CHECK(outside(came).starts_with("From: Mei@orchid.example\r\n"));
    CHECK(outside("Date: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\n").starts_with("From: sc@lists.arc.example\r\n"));
}
