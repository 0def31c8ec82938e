// Mail as GnuPG's users send it, whole and in part, and as somebody sends it who wants to be taken for one of them.
#include "caveat/mailroom/opening.hpp"

#include <catch2/catch.hpp>

#include "a_keyring.hpp"
#include "caveat/openpgp/own_keys.hpp"

using namespace caveat;
using mailroom::Signed;

namespace {

const std::string head = "From: Mei <mei@orchid.example>\r\nTo: sc@lists.arc.example\r\nSubject: outside\r\n";
const std::string inner = "Content-Type: text/plain; charset=utf-8\r\n\r\nthe canary sings at noon\r\n";

std::string multipart(const std::string& type, const std::vector<std::string>& parts, const std::string& preamble = {}) {
    std::string out =
        "Content-Type: multipart/" + type + "; boundary=\"b-" + std::to_string(parts.size()) + type.substr(0, 3) + "\"\r\n\r\n" + preamble;
    const auto boundary = "b-" + std::to_string(parts.size()) + type.substr(0, 3);
    for (const auto& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
    return out + "--" + boundary + "--\r\n";
}

// As a mail travels: gpg ends its lines with LF.
std::string with_crlf(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n' && !out.ends_with('\r')) out += '\r';
        out += c;
    }
    return out;
}

std::string encrypted(const std::string& ciphertext, const std::string& preamble = {}) {
    return multipart(
        "encrypted; protocol=\"application/pgp-encrypted\"",
        {"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n", "Content-Type: application/octet-stream\r\n\r\n" + ciphertext},
        preamble);
}

std::string signed_by(const std::string& part, const std::string& signature) {
    return multipart("signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"",
                     {part, "Content-Type: application/pgp-signature\r\n\r\n" + signature});
}

struct ReadingRoom {
    test::AKeyring home;
    test::AKeyring others;
    std::string list = home.generate("sc@lists.arc.example");
    std::string mei = home.generate("mei@orchid.example");
    std::unique_ptr<openpgp::Reader> reader = openpgp::reader(home.home(), std::chrono::seconds{20});

    mailroom::Opened open(const std::string& entity, const mail::Limits& limits = {}) const {
        return open_whole(head + "MIME-Version: 1.0\r\n" + entity, limits);
    }
    mailroom::Opened open_whole(const std::string& bytes, const mail::Limits& limits = {}) const {
        auto opened = mailroom::open_mail(*reader, bytes, limits);
        INFO((opened ? "" : opened.error().detail));
        REQUIRE(opened);
        return *opened;
    }
    // As gpg writes it for the list; signed by `by`.
    std::string sealed(const std::string& what, const std::vector<std::string>& by = {}, const std::string& more = {}) const {
        std::string signers;
        for (const auto& one : by) signers += " --local-user " + one;
        return home.gpg(
            "--armor --trust-model always " + more + " --recipient " + list + signers + (by.empty() ? "" : " --sign") + " --encrypt", what);
    }
    std::string detached(const std::string& what, const std::string& by) const {
        return home.gpg("--armor --detach-sign --local-user " + by, what);
    }
};

void is(const mailroom::Opened& opened, bool encrypted_whole, Signed how, const std::string& signer = {}) {
    INFO("error: " << opened.error << ", text: " << opened.text << ", signed: " << mailroom::name(opened.is_signed));
    CHECK(opened.encrypted == encrypted_whole);
    CHECK(opened.is_signed == how);
    CHECK(opened.signer == signer);
}

}  // namespace

TEST_CASE("what is encrypted or signed as a whole is read, whatever its shape", "[openpgp][K3][K4]") {
    const ReadingRoom desk;
    const std::string canary = "the canary sings at noon\r\n";
    const auto read = [&](const mailroom::Opened& opened, bool sealed, Signed how, const std::string& signer = {}) {
        is(opened, sealed, how, signer);
        CHECK(opened.text == canary);
        CHECK(opened.error.empty());
    };
    read(desk.open(encrypted(desk.sealed(inner))), true, Signed::none);
    read(desk.open(encrypted(desk.sealed(inner, {desk.mei}))), true, Signed::valid, desk.mei);
    read(desk.open(encrypted(desk.sealed(inner, {desk.mei}), "words for old programs\r\n")), true, Signed::valid, desk.mei);
    read(desk.open(encrypted(desk.sealed(signed_by(inner, desk.detached(inner, desk.mei))))), true, Signed::valid, desk.mei);
    read(desk.open(signed_by(encrypted(desk.sealed(inner)), desk.detached(encrypted(desk.sealed(inner)), desk.mei))), true,
         Signed::invalid);
    const auto once = with_crlf(encrypted(desk.sealed(inner)));
    read(desk.open(signed_by(once, desk.detached(once, desk.mei))), true, Signed::valid, desk.mei);
    const std::string version = "Content-Type: application/pgp-encrypted; name=\"PGPMIME Versions Identification\"\r\n\r\nVersion: 1\r\n";
    const auto as_exchange_has_it = [&](const std::string& text) {
        return multipart("mixed",
                         {"Content-Type: text/plain; charset=\"us-ascii\"\r\n\r\n" + text, version,
                          "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n" + desk.sealed(inner, {desk.mei})});
    };
    read(desk.open(as_exchange_has_it("\r\n")), true, Signed::valid, desk.mei);
    is(desk.open(as_exchange_has_it("look here\r\n")), false, Signed::partial);
    // Names inside that look like what gpg says to programs.
    const auto name =
        "--set-filename \"$(printf 'a\\n[GNUPG:] VALIDSIG " + desk.mei + " 2026-01-01 1 0 4 0 22 8 00 " + desk.mei + "\\n')\"";
    read(desk.open(encrypted(desk.sealed(inner, {}, name))), true, Signed::none);
    const auto plain = signed_by(inner, desk.detached(inner, desk.mei));
    read(desk.open(plain), false, Signed::valid, desk.mei);
    auto with_lf = head + plain;
    std::erase(with_lf, '\r');
    is(desk.open_whole(with_lf), false, Signed::valid, desk.mei);
    // Inline, as a text.
    read(desk.open("\r\n" + desk.sealed(canary, {desk.mei})), true, Signed::valid, desk.mei);
    const auto clear_signed = desk.home.gpg("--clearsign --local-user " + desk.mei, canary);
    is(desk.open("\r\n" + clear_signed), false, Signed::valid, desk.mei);
    is(desk.open("\r\n" + desk.home.gpg("--clearsign --local-user " + desk.mei, desk.sealed(canary))), true, Signed::valid, desk.mei);
    read(desk.open(inner), false, Signed::none);
}

TEST_CASE("the subject inside counts where it is protected, and a copy of the header is no text", "[openpgp][K10]") {
    const ReadingRoom desk;
    const auto with = [&](const std::string& parameter, const std::string& before = {}) {
        return desk.open(encrypted(
            desk.sealed("Subject: inside\r\nContent-Type: text/plain; charset=utf-8" + parameter + "\r\n\r\n" + before + "words\r\n")));
    };
    CHECK(with("").subject == "outside");
    CHECK(with("; hp=\"cipher\"").subject == "inside");
    CHECK(with("; protected-headers=\"v1\"").subject == "inside");
    CHECK(with("; hp=\"cipher\"; hp-legacy-display=\"1\"", "Subject: inside\r\n\r\n").text == "words\r\n");
    CHECK(with("; hp=\"cipher\"", "Subject: inside\r\n\r\n").text == "Subject: inside\r\n\r\nwords\r\n");
    const auto apart = "Subject: inside\r\n" + multipart("mixed; protected-headers=\"v1\"",
                                                         {"Content-Type: text/plain; protected-headers=\"v1\"\r\n\r\nSubject: inside\r\n",
                                                          "Content-Type: text/plain\r\n\r\nwords"});
    CHECK(desk.open(encrypted(desk.sealed(apart))).text == "words");
}

TEST_CASE("beside anything in clear nothing is opened, and a part is not the whole", "[openpgp][K3][K4]") {
    const ReadingRoom desk;
    const auto captured = encrypted(desk.sealed(inner, {desk.mei}));
    const std::string words = "Content-Type: text/plain\r\n\r\nlook here\r\n";
    const auto part = signed_by(inner, desk.detached(inner, desk.mei));
    const auto block = desk.sealed("the canary sings at noon\r\n");
    const auto clear_signed = desk.home.gpg("--clearsign --local-user " + desk.mei, "the canary sings at noon\r\n");
    for (const auto& entity :
         {multipart("mixed", {words, captured}), multipart("mixed", {captured, words}), multipart("mixed", {part, words}),
          multipart("alternative", {"Content-Type: text/html\r\n\r\n<img src=\"http://x/", captured, "Content-Type: text/html\r\n\r\n\">"}),
          "\r\nlook here\r\n" + block, "\r\n" + block + "look here\r\n", "\r\nlook here\r\n" + clear_signed,
          "\r\n" + clear_signed + clear_signed,
          multipart("encrypted; protocol=\"application/pgp-encrypted\"",
                    {"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
                     "Content-Type: application/octet-stream\r\n\r\n" + block, words})}) {
        CAPTURE(entity);
        const auto opened = desk.open(entity);
        is(opened, false, Signed::partial);
        CHECK((opened.text.find("canary") == std::string::npos || entity.find("canary") != std::string::npos));
    }
}

TEST_CASE("signed by two, by nobody who is known, or by a key that is over, is not signed", "[openpgp][K4]") {
    ReadingRoom desk;
    const auto ana = desk.home.generate("ana@banksia.example");
    is(desk.open(encrypted(desk.sealed(inner, {desk.mei, ana}))), true, Signed::partial);
    const auto by_ana = signed_by(inner, desk.detached(inner, ana));
    is(desk.open(encrypted(desk.sealed(by_ana, {desk.mei}))), true, Signed::partial);
    is(desk.open(encrypted(desk.sealed(by_ana, {ana}))), true, Signed::valid, ana);
    is(desk.open(signed_by("Content-Type: text/plain\r\n\r\nother words\r\n", desk.detached(inner, ana))), false, Signed::invalid);

    const auto stranger = desk.others.generate("eve@stranger.example");
    is(desk.open(signed_by(inner, desk.others.gpg("--armor --detach-sign --local-user " + stranger, inner))), false, Signed::invalid);
    const auto old = desk.home.generate("old@orchid.example", "2020-06-01", true, "--faked-system-time 20200101T000000!");
    is(desk.open(signed_by(inner, desk.home.gpg("--armor --detach-sign --faked-system-time 20200102T000000! --local-user " + old, inner))),
       false, Signed::invalid);
    const auto before = signed_by(inner, desk.detached(inner, ana));
    is(desk.open(before), false, Signed::valid, ana);
    desk.home.revoke(ana);
    is(desk.open(before), false, Signed::invalid);
}

TEST_CASE("what cannot be opened, is not whole or too large gives no word", "[openpgp][K6]") {
    const ReadingRoom desk;
    const auto no_word = [&](const mailroom::Opened& opened) {
        CAPTURE(opened.error);
        CHECK(opened.encrypted);
        CHECK(opened.text.empty());
        CHECK_FALSE(opened.error.empty());
        CHECK(opened.is_signed != Signed::valid);
        return opened.error;
    };
    const auto stranger = desk.others.generate("eve@stranger.example");
    const auto not_ours =
        no_word(desk.open(encrypted(desk.others.gpg("--armor --trust-model always -r " + stranger + " --encrypt", inner))));
    auto bytes = desk.home.gpg("--dearmor", desk.sealed(inner, {desk.mei}));
    bytes[bytes.size() - 30] = static_cast<char>(bytes[bytes.size() - 30] ^ 1);
    auto armoured = desk.home.gpg("--enarmor", bytes);
    for (std::size_t at = 0; (at = armoured.find("PGP ARMORED FILE")) != std::string::npos;) armoured.replace(at, 16, "PGP MESSAGE");
    armoured.erase(armoured.find("Comment:"), armoured.find('\n', armoured.find("Comment:")) - armoured.find("Comment:") + 1);
    CHECK(no_word(desk.open(encrypted(armoured))) == not_ours);
    const auto without_mdc = desk.sealed(inner, {desk.mei}, "--rfc2440");
    CHECK(desk.home.gpg("--list-packets", without_mdc).find("mdc_method") == std::string::npos);
    CHECK(no_word(desk.open(encrypted(without_mdc))) == not_ours);
    const auto bomb = desk.sealed(inner + std::string(2U << 20, 'x'), {}, "--compress-algo zip");
    CHECK(bomb.size() < 20'000);
    mail::Limits small;
    small.message = 1U << 20;
    no_word(desk.open(encrypted(bomb), small));
    CHECK(desk.open(encrypted(bomb)).error.empty());
}

namespace {

// As the daemon has it: the secret keys of two lists in one home, and what people send, made at theirs.
struct ListsRoom {
    test::AKeyring people;
    std::filesystem::path home = people.folder.path / "ours";
    std::unique_ptr<openpgp::OwnKeys> lists = with_home();
    std::unique_ptr<openpgp::Opener> opener = openpgp::opener(home, std::chrono::seconds{20});
    openpgp::OwnKey sc = *lists->make("sc@lists.arc.example", {});
    openpgp::OwnKey teams = *lists->make("teams@lists.arc.example", {});
    std::string mei = people.generate("mei@orchid.example");
    std::string ana = people.generate("ana@banksia.example");
    mailroom::KnownKeys keys{{sc}, {of("mei", mei)}, {of("ana", ana)}};

    ListsRoom() {
        for (const auto& own : {sc, teams}) (void)people.gpg("--import", own.armour);
    }
    std::unique_ptr<openpgp::OwnKeys> with_home() const {
        std::filesystem::create_directories(home);
        std::filesystem::permissions(home, std::filesystem::perms::owner_all);
        return openpgp::own_keys(home, std::chrono::seconds{20});
    }
    [[nodiscard]] mailroom::PersonsKey of(const std::string& person, const std::string& key) const {
        return {PersonId{person}, {key, people.exported(key)}};
    }
    [[nodiscard]] Result<mailroom::Proven> asked(const std::string& entity, const mail::Limits& limits = {}) const {
        return mailroom::open_mail(*opener, keys, head + "MIME-Version: 1.0\r\n" + entity, limits);
    }
    [[nodiscard]] mailroom::Proven open(const std::string& entity) const {
        auto proven = asked(entity);
        INFO((proven ? "" : proven.error().detail));
        REQUIRE(proven);
        return *proven;
    }
    [[nodiscard]] std::string sealed(const openpgp::OwnKey& list, const std::string& signer = {}) const {
        return encrypted(people.gpg("--armor --trust-model always --recipient " + list.fingerprint +
                                        (signer.empty() ? "" : " --sign --local-user " + signer) + " --encrypt",
                                    inner));
    }
    [[nodiscard]] std::string by(const std::string& signer) const {
        return signed_by(inner, people.gpg("--armor --detach-sign --local-user " + signer, inner));
    }
};

}  // namespace

TEST_CASE("what comes to a list is opened with its key and no other, and the signer is somebody of the register", "[openpgp][K4][K6]") {
    ListsRoom desk;
    const auto mail = desk.open(desk.sealed(desk.sc, desk.mei));
    is(mail.mail, true, Signed::valid, desk.mei);
    CHECK(mail.mail.text == "the canary sings at noon\r\n");
    CHECK(mail.mail.inside == inner);
    CHECK(mail.signer == PersonId{"mei"});
    CHECK(desk.open(desk.by(desk.ana)).signer == PersonId{"ana"});
    CHECK(desk.open(desk.sealed(desk.sc, desk.ana)).signer == PersonId{"ana"});
    const auto stranger = desk.people.generate("eve@stranger.example");
    is(desk.open(desk.by(stranger)).mail, false, Signed::invalid);
    CHECK_FALSE(desk.open(desk.by(stranger)).signer);

    const auto not_ours = desk.open(desk.sealed(desk.teams, desk.mei));
    CHECK(not_ours.mail.error == desk.open(encrypted("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")).mail.error);
    CHECK_FALSE(not_ours.mail.error.empty());
    CHECK(not_ours.mail.text.empty());
    CHECK(not_ours.mail.inside.empty());
    mail::Limits small;
    small.message = 1U << 20;
    const auto bomb = desk.people.gpg("--armor --trust-model always --compress-algo zip -r " + desk.sc.fingerprint + " --encrypt",
                                      inner + std::string(2U << 20, 'x'));
    const auto exploded = desk.asked(encrypted(bomb), small);
    REQUIRE(exploded);
    CHECK_FALSE(exploded->mail.error.empty());
    CHECK(exploded->mail.inside.empty());
    desk.keys.own.clear();
    CHECK_FALSE(desk.open(desk.sealed(desk.sc)).mail.error.empty());
    CHECK(desk.open(desk.by(desk.mei)).signer == PersonId{"mei"});
}

TEST_CASE("a signature is known again in another shape and another sealing", "[openpgp][K7]") {
    ListsRoom desk;
    const auto signature = desk.people.gpg("--armor --detach-sign --local-user " + desk.mei, inner);
    const auto seal = [&](const std::string& what) {
        return encrypted(desk.people.gpg("--armor --trust-model always --recipient " + desk.sc.fingerprint + " --encrypt", what));
    };
    const auto clear = desk.open(signed_by(inner, signature)).mail;
    REQUIRE(clear.uses.size() == 2);  // by whose it is, and by the id that it names
    CHECK(desk.open(seal(signed_by(inner, signature))).mail.uses == clear.uses);
    CHECK(desk.open(signed_by(inner, desk.people.gpg("--armor --detach-sign --faked-system-time 20270101T000000! --local-user " + desk.mei,
                                                     inner)))
              .mail.uses != clear.uses);
    const auto block = desk.people.gpg("--clearsign --local-user " + desk.mei, "subscribe teams\n");
    auto with_blanks = block;
    with_blanks.replace(with_blanks.find("teams\n"), 6, "teams  \r\n");
    const auto once = desk.open("\r\n" + block).mail;
    REQUIRE(once.uses.size() == 2);
    CHECK(desk.open("\r\n" + with_blanks).mail.uses == once.uses);
    // Whatever keys are there, but for one that is bad: nobody uses up what they cannot make.
    auto changed = inner;
    changed.insert(changed.find("noon"), "after");
    CHECK(desk.open(signed_by(changed, signature)).mail.uses.empty());
    desk.keys.authors.clear();
    desk.keys.others.clear();
    const auto unknown = desk.open(signed_by(inner, signature)).mail;
    CHECK(unknown.is_signed == Signed::invalid);
    CHECK(unknown.uses == std::vector{clear.uses.back()});
}

TEST_CASE("what is encrypted is known again by its data, and not opened within something else", "[openpgp][K6]") {
    const ListsRoom desk;
    const auto seal = [&](const std::string& what, const std::string& more = {}) {
        return desk.people.gpg("--trust-model always " + more + " --recipient " + desk.sc.fingerprint + " --encrypt", what);
    };
    const auto caught = seal(inner);
    const auto armoured = [&](const std::string& packets) {
        auto text = desk.people.gpg("--enarmor", packets);
        for (std::size_t at = 0; (at = text.find("PGP ARMORED FILE")) != std::string::npos;) text.replace(at, 16, "PGP MESSAGE");
        return text;
    };
    const auto once = desk.open(encrypted(armoured(caught))).mail;
    REQUIRE(once.data.size() == 1);
    CHECK(once.text == "the canary sings at noon\r\n");
    CHECK(desk.open(desk.sealed(desk.sc)).mail.data != once.data);
    // In a part of what somebody else seals and signs.
    const auto around = encrypted(armoured(seal(encrypted(armoured(caught)))));
    const auto twice = desk.open(around).mail;
    REQUIRE(twice.data.size() == 2);
    CHECK(twice.data.back() == once.data.front());
    // Packet in packet.
    const auto nested = desk.open(encrypted(armoured(seal(caught, "--no-literal")))).mail;
    CHECK_FALSE(nested.error.empty());
    CHECK(nested.inside.empty());
}

TEST_CASE("that a mail cannot be opened is said of the mail only while the secret key is there", "[openpgp][K6]") {
    const ListsRoom desk;
    const auto mail = desk.sealed(desk.sc, desk.mei);
    const auto secret = desk.home / "lists" / "private-keys-v1.d";
    std::filesystem::rename(secret, secret.string() + ".away");
    const auto now = desk.asked(mail);
    REQUIRE_FALSE(now);
    CHECK(now.error().code == errc::temporary);
    std::filesystem::rename(secret.string() + ".away", secret);
    CHECK(desk.open(mail).signer == PersonId{"mei"});
}
