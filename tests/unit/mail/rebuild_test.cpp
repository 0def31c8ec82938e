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

TEST_CASE("copies have the header that came protected, and none that a relay wrote around it", "[mail][K5][K10]") {
    const std::string way = "Received: by mx\r\nAuthentication-Results: mx; dmarc=none\r\nX-TLP: RED\r\n";
    const std::string relays =
        "Reply-To: eve@evil.example\r\nCc: eve@evil.example\r\nSender: eve@evil.example\r\nMail-Followup-To: eve@evil.example\r\n"
        "Autocrypt: addr=mei@orchid.example; keydata=ZXZl\r\nOrganization: call us\r\nX-Odd: words\r\n";
    const auto outside = way + "From: mei@orchid.example\r\nTo: eve@evil.example\r\n" + relays + "Subject: ...\r\nMIME-Version: 1.0\r\n";
    const auto came = outside + "Content-Type: multipart/encrypted; boundary=x\r\n\r\n--x\r\n";
    const std::string authors = "From: Mei Tan <Mei@ORCHID.example>\r\nTo: sc@lists.arc.example\r\nReply-To: team@orchid.example\r\n";
    const std::string ours = "Authentication-Results: mx; dmarc=pass\r\nHP-Outer: Subject: ...\r\nBcc: all@orchid.example\r\n";
    const auto inside = authors + ours + "Subject: the plan\r\nContent-Type: text/plain; hp=\"cipher\"\r\n\r\nwords\r\n";
    const std::string shape = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nwords\r\n";

    CHECK(*mail::rebuilt_for_copies({came, inside, true, true}, {}) == way + authors + "Subject: the plan\r\n" + shape);
    // Where not the whole header is protected, what is counts, and the rest is as it came.
    const auto partly = *mail::rebuilt_for_copies({came, inside, true, false}, {});
    CHECK(partly.find("To: sc@lists.arc.example\r\n") != std::string::npos);
    CHECK(partly.find("Reply-To: team@orchid.example\r\n") != std::string::npos);
    CHECK(partly.find("Organization: call us\r\n") != std::string::npos);
    CHECK(partly.find("\r\nTo: eve") == std::string::npos);
    CHECK(partly.find("\r\nCc: ") == std::string::npos);  // To and Cc are one
    CHECK(partly.find("dmarc=pass") == std::string::npos);
    // Another author inside is none.
    auto other = inside;
    other.replace(other.find("Mei@ORCHID"), 10, "ana@orchid");
    CHECK(mail::rebuilt_for_copies({came, other, true, true}, {})->find("From: mei@orchid.example\r\n") != std::string::npos);
    CHECK(mail::rebuilt_for_copies({came, other, true, true}, {})->find("ana@") == std::string::npos);
    // Nobody protected it: all is as it came.
    CHECK(*mail::rebuilt_for_copies({came, inside, false, false}, {}) == *mail::rebuilt({came, inside, false, false}, {}));
    // It is read with all that stands outside: that can raise a label.
    CHECK(mail::rebuilt({came, inside, true, true}, {})->find("X-Odd: words\r\n") != std::string::npos);
}

TEST_CASE("what an author asks for in a protected header is read beside what stands outside, and copies show it", "[mail][K5]") {
    const std::string outside =
        "From: mei@orchid.example\r\nX-TLP: AMBER\r\nIn-Reply-To: <1@x>\r\nIEP-Ref: p#1\r\nEmbargo-Until: 2027-01-01\r\n";
    const std::string label = "TLP: RED\r\n", answers = "In-Reply-To: <2@x>\r\nReferences: <2@x>\r\n";
    const std::string asks = "Embargo-Until: 2026-12-01\r\nSensitivity: Private\r\n";
    const auto inside =
        label + answers + "IEP-Ref: p#1\r\n" + asks + "Auto-Submitted: no\r\nContent-Type: text/plain; hp=\"cipher\"\r\n\r\nwords\r\n";
    const auto made_of = [&](const auto& make, bool protects) {
        return *make({outside + "\r\nciphertext", inside, protects, protects}, {});
    };
    const std::string shape = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nwords\r\n";
    CHECK(made_of(mail::rebuilt, true) == outside + label + answers + shape);
    CHECK(made_of(mail::rebuilt, false) == outside + shape);
    CHECK(made_of(mail::rebuilt_for_copies, true) == outside + asks + shape);
    CHECK(made_of(mail::rebuilt_for_copies, false) == outside + shape);
}

TEST_CASE("a signed mail that lies open leaves with its signed header, or without what is not signed", "[mail][K5][K10]") {
    const std::string type = "Content-Type: multipart/signed; boundary=s\r\n", body = "\r\n--s\r\nas it came\r\n";
    const std::string entity =
        "From: mei@orchid.example\r\nTo: sc@lists.arc.example\r\nSubject: the plan\r\nContent-Type: text/plain; hp=clear\r\n\r\nwords\r\n";
    const std::string head = "From: mei@orchid.example\r\nTo: sc@lists.arc.example\r\n", subject = "Subject: the plan\r\n";
    CHECK_FALSE(mail::with_header_inside({head + subject + "Received: by mx\r\n" + type + body, entity, true, true}, {})->has_value());
    const auto made = *mail::with_header_inside(
        {"From: Eve <mei@orchid.example>\r\nTo: eve@evil.example\r\nReply-To: eve@evil.example\r\nSubject: call eve\r\n" + type + body,
         entity, true, true},
        {});
    REQUIRE(made);
    CHECK(*made == head + subject + type + body);

    const std::string kept = "Received: by mx\r\nFrom: mei@orchid.example\r\nSubject: x\r\nMessage-ID: <1@x>\r\n";
    const auto uncovered =
        kept + "To: sc@lists.arc.example, eve@evil.example\r\nCc: eve@evil.example\r\nReply-To: eve@evil.example\r\n" + type + body;
    CHECK(**mail::without_uncovered(uncovered, "sc@lists.arc.example", {}) == kept + type + "To: sc@lists.arc.example\r\n" + body);
    CHECK(**mail::without_uncovered(uncovered, "", {}) ==
          kept + "To: sc@lists.arc.example, eve@evil.example\r\nCc: eve@evil.example\r\n" + type + body);
    CHECK_FALSE(mail::without_uncovered(kept + "To: sc@lists.arc.example\r\n" + type + body, "sc@lists.arc.example", {})->has_value());
}

TEST_CASE("a mail that somebody else brought leaves with what its author's server signed, and no field put above that", "[mail][A5][A6]") {
    const auto signature = [](const std::string& names) { return "DKIM-Signature: d=orchid.example; h=" + names + "; b=x\r\n"; };
    const auto without = [](const std::string& bytes) {
        return *mail::without_unsigned(bytes, "rep@orchid.example", "sc@lists.arc.example", {});
    };
    const std::string whom = "To: sc@lists.arc.example\r\nCc: b@x.example\r\n", rest = "\r\nwords\r\n";
    const std::string authors =
        "Date: one\r\nFrom: rep@orchid.example\r\nReply-To: team@orchid.example\r\nSubject: x\r\nMessage-ID: <1@x>\r\n"
        "In-Reply-To: <0@x>\r\nTLP: RED\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n";
    const std::string way = "Received: by mx\r\nReceived: from orchid\r\n";
    const std::string others =
        "Reply-To: eve@evil.example\r\nMail-Followup-To: eve@evil.example\r\nMail-Reply-To: eve@evil.example\r\n"
        "Sender: eve@evil.example\r\nResent-From: eve@evil.example\r\nAutocrypt: addr=rep@orchid.example; keydata=ZXZl\r\n"
        "OpenPGP: url=https://evil.example\r\nOrganization: call us\r\nDate: two\r\nIn-Reply-To: <2@x>\r\nReferences: <2@x>\r\n"
        "Content-Type: text/html\r\nTo: eve@evil.example\r\nCc: eve@evil.example\r\n";
    const auto dkim = signature("from:to:cc:subject:date:reply-to");
    const auto mail = way + dkim + authors + whom + rest;
    CHECK_FALSE(without(mail));
    const std::string references = "References: <2@x>\r\n";  // of which the author has none
    CHECK(without(others + mail) == references + mail);
    // What its author's server did not sign anybody can have written; not so whom it names where that server signs no such field.
    const std::string answers = "Reply-To: team@orchid.example\r\n";
    auto bare = authors;
    bare.erase(bare.find(answers), answers.size());
    CHECK(without(signature("from:to:subject") + authors + whom + rest) ==
          signature("from:to:subject") + bare + "To: sc@lists.arc.example\r\n" + rest);
    CHECK(without(signature("from:subject") + authors + whom + rest) == signature("from:subject") + bare + whom + rest);
    CHECK(without(authors + whom + rest) == bare + whom + rest);
    // Nor does another signature give anything.
    const auto bogus = signature("from:reply-to:reply-to:sender:autocrypt");
    CHECK(without(bogus + others + mail) == bogus + references + way + dkim + authors + "To: sc@lists.arc.example\r\n" + rest);
}
