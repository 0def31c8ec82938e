// What leaves of a post whose author is not to be named: nothing by which they signed it.
#include "caveat/mail/without_signatures.hpp"

#include <catch2/catch.hpp>

#include "caveat/mail/message.hpp"

using namespace caveat;

namespace {

const std::string head = "From: Mei <mei@orchid.example>\r\nSubject: TLP:GREEN x\r\nMIME-Version: 1.0\r\n";
const std::string armoured_signature = "-----BEGIN PGP SIGNATURE-----\r\n\r\nwsBzBAEB\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n";
const std::string armoured_key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nmDMEZ\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n";
const std::string clear_signed =
    "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nTLP:GREEN\r\n\r\n- -- \r\n- a list\r\n" + armoured_signature;

mail::WithoutSignatures without(const std::string& entity) {
    auto made = mail::without_signatures(head + entity, {});
    REQUIRE(made);
    return *made;
}

std::string multipart(const std::string& type, const std::vector<std::string>& parts, const std::string& boundary) {
    std::string out = "Content-Type: multipart/" + type + "; boundary=" + boundary + "\r\n\r\n";
    for (const auto& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
    return out + "--" + boundary + "--\r\n";
}

std::string part(const std::string& type, const std::string& body, const std::string& more = {}) {
    return "Content-Type: " + type + "\r\n" + more + "\r\n" + body;
}

const std::string text = part("text/plain", "TLP:GREEN\r\n\r\nwombat");
const std::string signature = part("application/pgp-signature", armoured_signature);

}  // namespace

TEST_CASE("of what is signed as a whole the signed part leaves alone", "[mail][A12]") {
    const auto signed_mail = multipart("signed; micalg=pgp-sha256", {text, signature}, "s");
    CHECK(without(signed_mail).bytes == head + text);
    const auto smime = multipart(
        "signed", {text, part("application/pkcs7-signature; name=smime.p7s", "MIAGCS", "Content-Transfer-Encoding: base64\r\n")}, "s");
    CHECK(without(smime).bytes == head + text);
    // With parts of its own, and signed twice over.
    const auto mixed = multipart("mixed", {text, part("application/vnd.first.iep+json", "{}")}, "m");
    CHECK(without(multipart("signed", {mixed, signature}, "s")).bytes == head + mixed);
    CHECK(without(multipart("signed", {signed_mail, signature}, "t")).bytes == head + text);
    // Fields of the message that are signed with it name its author (protected headers).
    const auto protects =
        "From: mei@orchid.example\r\nContent-Type: text/plain; hp=\"clear\"\r\nMessage-ID: <1@orchid.example>\r\n\r\nwombat";
    CHECK(without(multipart("signed", {protects, signature}, "s")).bytes == head + part("text/plain", "wombat"));
}

TEST_CASE("a list's footer around what is signed stays, and what is within as well", "[mail][A12]") {
    const auto within = multipart(
        "mixed", {multipart("signed", {"From: mei@orchid.example\r\n" + text, signature}, "s"), part("text/plain", "a footer")}, "m");
    CHECK(without(within).bytes == head + multipart("mixed", {text, part("text/plain", "a footer")}, "m"));
}

TEST_CASE("a clear-signed text leaves as its words, however it is encoded", "[mail][A12]") {
    const std::string words = "TLP:GREEN\r\n\r\n-- \r\na list\r\n";
    CHECK(without(part("text/plain; charset=utf-8", clear_signed)).bytes == head + part("text/plain; charset=utf-8", words));
    CHECK(without(part("text/plain", "before\r\n" + clear_signed + "behind\r\n", "Content-MD5: x\r\n")).bytes ==
          head + part("text/plain", "before\r\n" + words + "behind\r\n"));
    const auto mixed = without(multipart("mixed", {part("text/plain", clear_signed), part("application/vnd.first.iep+json", "{}")}, "m"));
    CHECK(mixed.bytes == head + multipart("mixed", {part("text/plain", words), part("application/vnd.first.iep+json", "{}")}, "m"));
    // "=2D" and the like: it is decoded, and leaves in base64.
    auto quoted = clear_signed;
    quoted.replace(0, 1, "=2D");
    const auto coded = without(part("text/plain", quoted, "Content-Transfer-Encoding: quoted-printable\r\n"));
    const auto read = mail::parse(coded.bytes, {});
    REQUIRE(read);
    CHECK(read->parts.front().content == "TLP:GREEN\r\n\r\n--\r\na list\r\n");  // blanks at the end of a line are none there
    CHECK(coded.bytes.find("\r\nContent-Transfer-Encoding: base64\r\n") != std::string::npos);
}

TEST_CASE("detached signatures and keys that came along are left out", "[mail][A12]") {
    const auto kept = multipart("mixed", {text}, "m");
    const auto gone = GENERATE_COPY(as<std::string>{}, part("application/pgp-keys", armoured_key), signature,
                                    part("application/octet-stream; name=key.asc", armoured_key),
                                    part("text/plain", armoured_signature, "Content-Disposition: attachment; filename=a.txt.asc\r\n"),
                                    part("application/octet-stream", "\x99\x01", "Content-Disposition: attachment; filename=mei.gpg\r\n"),
                                    part("application/octet-stream", "x", "Content-Disposition: attachment; filename=SMIME.P7S\r\n"),
                                    part("application/x-x509-user-cert", "x"), part("text/rfc822-headers", "From: mei@orchid.example\r\n"));
    CAPTURE(gone);
    CHECK(without(multipart("mixed", {text, gone}, "m")).bytes == head + kept);
    CHECK(without(multipart("mixed", {text, multipart("alternative", {gone}, "a")}, "m")).bytes == head + kept);
}

TEST_CASE("what programs write about an author in front of a part is left out, signed or not", "[mail][A12]") {
    const std::string about =
        "From: Mei <mei@orchid.example>\r\nReceived: from orchid.example\r\nX-Sender: mei\r\nMessage-ID: <1@orchid.example>\r\n";
    const auto plain = multipart("mixed", {about + text, part("text/plain", "a footer")}, "m");
    CHECK(without(plain).bytes == head + multipart("mixed", {text, part("text/plain", "a footer")}, "m"));
    const auto inner = multipart("alternative", {text, text}, "i");
    CHECK(without(multipart("mixed", {about + inner}, "m")).bytes == head + multipart("mixed", {inner}, "m"));
    // A mail that is attached is what the author sends; in front of it stands nothing of them.
    const std::string attached = "From: Ana <ana@banksia.example>\r\n\r\nhello";
    CHECK(without(multipart("mixed", {text, part("message/rfc822", attached)}, "m")).whole);
    CHECK(without(multipart("mixed", {text, about + part("message/rfc822", attached)}, "m")).bytes ==
          head + multipart("mixed", {text, part("message/rfc822", attached)}, "m"));
}

TEST_CASE("an invitation leaves without whose it is, and the card of the author does not", "[mail][A12]") {
    const std::string begin = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", end = "SUMMARY:TLP:GREEN a call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    const std::string others = "ATTENDEE;CN=Ana:mailto:ana@banksia.example\r\nDESCRIPTION:as mei@orchid.example\r\n  said\r\n";
    const std::string whose =
        "ORGANIZER;CN=\"Mei\r\n  Tan\":mailto:mei@orch\r\n "
        "id.example\r\nattendee;CN=Mei:MAILTO:Mei@Orchid.exam\r\n\tple\r\nX-CALSTART:mei@orchid.example\r\n";
    for (const std::string type : {"text/calendar; method=REQUEST", "application/octet-stream; name=x.ics", "text/plain"}) {
        CAPTURE(type);
        const auto made = without(multipart("mixed", {text, part(type, begin + whose + others + end)}, "m"));
        CHECK(made.bytes == head + multipart("mixed", {text, part(type, begin + others + end)}, "m"));
    }
    CHECK(without(part("text/calendar", begin + whose + end)).bytes == head + part("text/calendar", begin + end));
    CHECK(without(multipart("mixed", {text, part("text/calendar", begin + others + end)}, "m")).whole);
    CHECK_FALSE(without(multipart("mixed", {text, part("text/calendar", std::string("B\0E\0", 4))}, "m")).stays.empty());
    const std::string card = "BEGIN:VCARD\r\nEMAIL:mei@orchid.example\r\nEND:VCARD\r\n";
    CHECK(without(multipart("mixed", {text, part("text/x-vcard; name=mei.vcf", card)}, "m")).bytes ==
          head + multipart("mixed", {text}, "m"));
    CHECK(without(multipart("mixed", {text, part("text/vcard", "BEGIN:VCARD\r\nEMAIL:ana@banksia.example\r\nEND:VCARD\r\n")}, "m")).whole);
}

TEST_CASE("an invitation or a card leaves with nothing of what is on record of its author", "[mail][A12]") {
    const mail::KnownAs known{{"mei@orchid.example", "Mei.Tan@Orchid.example"}, {"Mei Tan"}};
    const auto of = [&](const std::string& more) {
        const auto made = mail::without_signatures(head + multipart("mixed", {text, more}, "m"), {}, known);
        REQUIRE(made);
        return *made;
    };
    const auto kept = head + multipart("mixed", {text}, "m");
    const std::string folded = "BEGIN:VCARD\r\nEMAIL;type=pref:mei@orch\r\n id.example\r\nTEL:+65 1\r\nEND:VCARD\r\n";
    const std::string other = "BEGIN:VCARD\r\nEMAIL:mei.tan@orchid.example\r\nEND:VCARD\r\n";
    const std::string named = "BEGIN:VCARD\r\nN:Tan;Mei;;;\r\nEMAIL:mt@gmail.example\r\nEND:VCARD\r\n";
    const std::string coded = "BEGIN:VCARD\r\nVERSION:2.1\r\nEMAIL;ENCODING=QUOTED-PRINTABLE:mei=40orchid.exam=\r\nple\r\nEND:VCARD\r\n";
    for (const auto& card : {folded, other, named, coded}) {
        CAPTURE(card);
        CHECK(of(part("text/vcard", card)).bytes == kept);
        CHECK(of(part("application/octet-stream; name=mei.vcf", card)).bytes == kept);
    }
    // Whose it is nobody can tell, or it is of the author's house.
    const std::string nobody = "BEGIN:VCARD\r\nFN:M. T.\r\nTEL:+65 1\r\nEND:VCARD\r\n";
    const std::string house = "BEGIN:VCARD\r\nFN:Duty\r\nEMAIL:duty@orchid.example\r\nEND:VCARD\r\n";
    const std::string wide = std::string("\xFF\xFE", 2) + std::string("B\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0", 22);
    for (const auto& held : {part("text/vcard", nobody), part("text/vcard", house), part("application/octet-stream", wide),
                             part("application/vcard+json", "[]"), part("application/ms-tnef; name=winmail.dat", "x")}) {
        CAPTURE(held);
        CHECK_FALSE(of(held).stays.empty());
    }
    CHECK(of(part("text/vcard", "BEGIN:VCARD\r\nFN:Ana\r\nEMAIL:ana@banksia.example\r\nEND:VCARD\r\n")).whole);

    const std::string begin = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", end = "SUMMARY:a call of Mei Tan\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    const std::string others = "ATTENDEE;CN=Ana Tan:mailto:ana@banksia.example\r\n";
    const std::string whose = "ATTENDEE;CN=x:mailto:mei.tan@orchid.example\r\nATTENDEE;CN=\"Tan, M\r\n ei\":mailto:m@gmail.example\r\n";
    CHECK(of(part("text/calendar", begin + whose + others + end)).bytes ==
          head + multipart("mixed", {text, part("text/calendar", begin + others + end)}, "m"));
}

TEST_CASE("an invitation or a card with a signature or a key in it stays, whoever sends it", "[mail][A12]") {
    const std::string organizer = GENERATE("", "ORGANIZER:mailto:mei@orchid.example\r\n");
    const std::string armour =
        GENERATE("-----BEGIN PGP SIGNATURE-----\\nwsBz", "-----BEGIN PGP PUBLIC\r\n  KEY BLOCK-----", "---BEGIN\r\n  PGP x");
    CAPTURE(organizer, armour);
    const auto calendar = "BEGIN:VCALENDAR\r\n" + organizer + "DESCRIPTION:" + armour + "\r\nEND:VCALENDAR\r\n";
    for (const std::string type : {"text/calendar", "text/plain", "application/octet-stream; name=x.ics"})
        CHECK_FALSE(without(multipart("mixed", {text, part(type, calendar)}, "m")).stays.empty());
    const auto card = "BEGIN:VCARD\r\nEMAIL:ana@banksia.example\r\nKEY:" + armour + "\r\nEND:VCARD\r\n";
    CHECK_FALSE(without(multipart("mixed", {text, part("text/vcard", card)}, "m")).stays.empty());
}

TEST_CASE("what has no signature leaves as it came", "[mail][M1]") {
    const auto entity = GENERATE_COPY(as<std::string>{}, text, multipart("mixed", {text, part("text/html", "<p>x")}, "m"),
                                      part("text/plain", "-- \r\nMei\r\n"),
                                      multipart("mixed", {text, part("application/octet-stream; name=clam.sig", "Rule:1")}, "m"),
                                      multipart("mixed", {text, part("message/rfc822", "From: a@b.example\r\n\r\nhello\r\n")}, "m"));
    CHECK(without(entity).whole);
    CHECK(without(entity).stays.empty());
}

TEST_CASE("a signature that cannot be taken out of a post stays, and that is said", "[mail][A12]") {
    const auto signed_mail = head + multipart("signed", {text, signature}, "s");
    const auto entity = GENERATE_COPY(
        as<std::string>{}, part("text/html", "<p>" + clear_signed), part("text/plain", clear_signed + clear_signed),
        part("text/plain", "> -----BEGIN PGP SIGNATURE-----\r\n> wsBzBAEB\r\n"), part("text/plain", armoured_key),
        part("application/pkcs7-mime; smime-type=signed-data", "MIAG"), multipart("signed", {text, signature, text}, "s"),
        multipart("signed", {text, part("text/plain", "x")}, "s"), "Content-Type: multipart/signed\r\n\r\nx" + std::string(),
        multipart("mixed", {text, part("message/rfc822", signed_mail)}, "m"),
        multipart("mixed", {text, part("message/global", signed_mail, "Content-Transfer-Encoding: quoted-printable\r\n")}, "m"),
        multipart("mixed", {text, part("message/rfc822", head + part("text/plain", clear_signed))}, "m"),
        multipart("encrypted", {part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream", "x")}, "e"),
        multipart("mixed", {text, part("application/octet-stream; name=report.pdf.gpg", "\x85")}, "m"));
    CAPTURE(entity);
    const auto made = without(entity);
    CHECK_FALSE(made.stays.empty());
    CHECK(made.bytes.empty());
    CHECK_FALSE(made.whole);
}
