// What a list goes on with after OpenPGP was taken off a message.
#include "caveat/mail/rebuild.hpp"

#include <catch2/catch.hpp>

#include "caveat/mail/message.hpp"

using namespace caveat;

namespace {

const std::string came =
    "Received: by mx\r\nFrom: Mei <mei@orchid.example>\r\nTo: sc@lists.arc.example\r\nSubject: ...\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/encrypted; boundary=x\r\nContent-Description: a sealed mail\r\n\r\n--x\r\nwords around it\r\n";

std::string rebuilt_of(const std::string& inside, bool protects) {
    const auto made = mail::rebuilt({came, inside, protects}, {});
    REQUIRE(made);
    return *made;
}

}  // namespace

TEST_CASE("a message is made anew of the header outside and the entity inside, and of nothing else", "[mail][K5][K10]") {
    const std::string header = "Received: by mx\r\nFrom: Mei <mei@orchid.example>\r\nTo: sc@lists.arc.example\r\n";
    const std::string entity = "From: eve@stranger.example\r\nBcc: all@orchid.example\r\nSubject: TLP:AMBER inside\r\n";
    CHECK(rebuilt_of(entity + "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"; hp-legacy-display=1\r\n\r\nwords\r\n", true) ==
          header + "Subject: TLP:AMBER inside\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nwords\r\n");
    CHECK(
        rebuilt_of(entity + "Content-Type: text/html; name=\"a; hp=b\"\r\nContent-Transfer-Encoding: base64\r\n\r\nd29yZHM=\r\n", false) ==
        header +
            "Subject: ...\r\nMIME-Version: 1.0\r\nContent-Type: text/html; name=\"a; hp=b\"\r\nContent-Transfer-Encoding: base64\r\n"
            "\r\nd29yZHM=\r\n");
    // Programs that write LF, a text without a header, and a protected header without a subject.
    CHECK(rebuilt_of("Content-Type: text/plain\n\none\ntwo\n", false) ==
          header + "Subject: ...\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n");
    CHECK(rebuilt_of("\r\nwords\r\n", true) == header + "MIME-Version: 1.0\r\n\r\nwords\r\n");
    for (const auto* bad : {"Subject: a\rBcc: b\r\n\r\n", "Subject: one\r\nSubject: two\r\n\r\n", "no field at all\r\n\r\n"}) {
        CAPTURE(bad);
        CHECK(mail::rebuilt({came, bad, true}, {}).error().code == errc::invalid);
    }
}
