// What GnuPG itself makes of what caveat seals, and what caveat makes of keys that GnuPG made.
#include "caveat/openpgp/engine.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <vector>

#include "a_certificate.hpp"
#include "a_keyring.hpp"

namespace caveat::test {

using openpgp::Fitness;

namespace {

const std::vector<std::string> mei{"mei@orchid.example", "rep@orchid.example"};
constexpr std::string_view entity = "Content-Type: text/plain\r\n\r\nthe canary sings at noon\r\n";

struct AnEngine {
    AKeyring people;
    std::filesystem::path home = people.folder.path / "ours";
    std::unique_ptr<openpgp::Engine> engine = openpgp::gnupg(home);

    AnEngine() {
        std::filesystem::create_directory(home);
        std::filesystem::permissions(home, std::filesystem::perms::owner_all);
    }
    [[nodiscard]] Fitness fitness(const std::string& armour) const {
        const auto key = engine->examine(armour, mei);
        INFO((key ? "" : key.error().detail));
        REQUIRE(key);
        return key->fitness;
    }
    [[nodiscard]] std::string sealed_to(const std::string& armour) const {
        const auto key = engine->examine(armour, mei);
        REQUIRE(key);
        const auto sealed = engine->seal(entity, *key);
        INFO((sealed ? "" : sealed.error().detail));
        REQUIRE(sealed);
        return *sealed;
    }
};

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

std::string ciphertext_of(const std::string& sealed) {
    const auto begin = sealed.find("-----BEGIN PGP MESSAGE-----");
    const auto end = sealed.find("\r\n--=_sealed--");
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    return sealed.substr(begin, end - begin);
}

// A user id put into somebody's key by somebody else: there is no signature of the key over it.
std::string with_user_id(const AKeyring& people, const std::string& armour, const std::string& user_id) {
    auto bytes = people.gpg("--dearmor", armour);
    REQUIRE(static_cast<unsigned char>(bytes.at(0)) == 0x98);  // the public key packet, old format, one octet of length (RFC 4880 §4.2)
    const auto after = 2 + static_cast<unsigned char>(bytes.at(1));
    bytes.insert(after, std::string("\xb4") + static_cast<char>(user_id.size()) + user_id);
    auto again = people.gpg("--enarmor", bytes);
    for (std::size_t at = 0; (at = again.find("ARMORED FILE")) != std::string::npos;) again.replace(at, 12, "PUBLIC KEY BLOCK");
    return again;
}

}  // namespace

TEST_CASE("what is sealed opens with the secret key and is two parts", "[openpgp][K2][K6][K11]") {
    const AnEngine o;
    const auto fingerprint = o.people.generate("Mei Tan <Mei@Orchid.Example>");
    (void)o.people.generate("Somebody Else <else@orchid.example>");
    const auto sealed = o.sealed_to(o.people.exported(fingerprint));
    CAPTURE(sealed);
    CHECK(
        sealed.starts_with("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"=_sealed\"\r\n\r\n"));
    CHECK(count(sealed, "--=_sealed\r\n") == 2);
    CHECK(sealed.ends_with("\r\n--=_sealed--\r\n"));
    CHECK(count(sealed, "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n") == 1);
    CHECK(count(sealed, "\n") == count(sealed, "\r\n"));
    CHECK(sealed.find("canary") == std::string::npos);

    const auto ciphertext = ciphertext_of(sealed);
    CHECK(o.people.gpg("--decrypt", ciphertext) == entity);
    const auto packets = o.people.gpg("--list-packets", ciphertext);
    CAPTURE(packets);
    CHECK(count(packets, ":pubkey enc packet:") == 1);
    CHECK(count(packets, "mdc_method: 2") == 1);  // SEIPDv1
    CHECK(count(packets, ":signature packet:") == 0);
    CHECK(packets.find("keyid 0000000000000000") == std::string::npos);
}

TEST_CASE("a gpg.conf adds no reader, a lock stops nothing", "[openpgp][K2]") {
    const AnEngine o;
    const auto armour = o.people.exported(o.people.generate("Mei Tan <mei@orchid.example>"));
    const auto other = o.people.exported(o.people.generate("Archive <archive@arc.example>"));
    const auto file = o.people.folder.write("other", other).string();
    // As an operator might leave them where the daemon's GnuPG could find them, or another host.
    std::ofstream(o.home / "gpg.conf") << "recipient-file " << file << "\nhidden-recipient-file " << file << "\n";
    std::ofstream(o.home / "pubring.kbx.lock") << "         1\nelsewhere\n";
    const auto packets = o.people.gpg("--list-packets", ciphertext_of(o.sealed_to(armour)));
    CAPTURE(packets);
    CHECK(count(packets, ":pubkey enc packet:") == 1);
}

TEST_CASE("each kind of key that cannot be used has its own name", "[openpgp][K1][K8]") {
    const AnEngine o;
    const auto& people = o.people;
    const std::string long_ago = "--faked-system-time 20200101T000000!";
    const auto fingerprint = people.generate("Mei Tan <mei@orchid.example>");
    const auto good = people.exported(fingerprint);

    SECTION("a good one, by any of the person's addresses") {
        const auto key = o.engine->examine(good, mei);
        REQUIRE(key);
        CHECK(key->fitness == Fitness::usable);
        CHECK(key->fingerprint == fingerprint);
        CHECK(o.fitness(people.exported(people.generate("rep@orchid.example"))) == Fitness::usable);
    }
    SECTION("not one key") {
        for (const auto& text :
             {std::string(), std::string("not a key"), good.substr(0, good.size() / 2),
              good + people.exported(people.generate("x <x@y.example>")),
              std::string(
                  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ0AAABYJKwYBBAHaRw8BAQdA\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"),
              people.gpg("--armor --detach-sign", "text")}) {
            CAPTURE(text);
            CHECK(o.fitness(text) == Fitness::unreadable);
        }
    }
    SECTION("a secret key, also behind the armour of a public one") {
        auto secret = people.gpg("--armor --export-secret-keys " + fingerprint);
        REQUIRE(secret.find("PRIVATE KEY BLOCK") != std::string::npos);
        CHECK(o.fitness(secret) == Fitness::secret);
        for (std::size_t at = 0; (at = secret.find("PRIVATE")) != std::string::npos;) secret.replace(at, 7, "PUBLIC");
        CHECK(o.fitness(secret) == Fitness::secret);
        CHECK(o.fitness(good + secret) == Fitness::secret);
        CHECK(AKeyring::shell("find " + o.home.string() + " -name '*.key' -o -name 'S.gpg-agent'").empty());
    }
    SECTION("of a size that GnuPG would compute with for minutes, which it never sees") {
        const auto theirs = people.gpg("--export " + fingerprint);
        const auto huge = a_packet(6, an_rsa_key(4096, 4095)) + theirs.substr(2 + static_cast<unsigned char>(theirs.at(1)));
        const auto nobody = openpgp::gnupg(o.home / "nowhere");  // and could not be run either
        const auto key = nobody->examine(armoured(huge), mei);
        REQUIRE(key);
        CHECK(key->fitness == Fitness::unsuitable);
        CHECK(openpgp::explain(*key) ==
              "it is of a kind or size that is not taken: it has an RSA exponent of 4095 bits; at most 32 are taken");
    }
    SECTION("revoked") {
        people.revoke(fingerprint);
        CHECK(o.fitness(people.exported(fingerprint)) == Fitness::revoked);
    }
    SECTION("expired") {
        CHECK(o.fitness(people.exported(people.generate("mei@orchid.example", "1y", true, long_ago + " --allow-freeform-uid"))) ==
              Fitness::expired);
    }
    SECTION("of somebody else") {
        CHECK(o.fitness(people.exported(people.generate("Mei Tan <mei@orchid.example.net>"))) == Fitness::foreign);
        CHECK(o.fitness(people.exported(people.generate("mei@orchid.example <x@y.example>"))) == Fitness::foreign);
    }
    SECTION("of somebody else, with a user id the key never signed") {
        const auto theirs = people.exported(people.generate("x <x@y.example>"));
        const auto forged = with_user_id(people, theirs, "Mei Tan <mei@orchid.example>");
        CHECK(forged != theirs);
        CHECK(o.fitness(forged) == Fitness::foreign);
    }
    SECTION("with a user id of the person that was revoked") {
        const auto two = people.generate("Mei Tan <mei@elsewhere.example>");
        (void)people.gpg("--quick-add-uid " + two + " 'Mei <mei@orchid.example>'");
        CHECK(o.fitness(people.exported(two)) == Fitness::usable);
        (void)people.gpg("--quick-revoke-uid " + two + " 'Mei <mei@orchid.example>'");
        CHECK(o.fitness(people.exported(two)) == Fitness::foreign);
    }
    SECTION("without a subkey that encrypts") {
        CHECK(o.fitness(people.exported(people.generate("<mei@orchid.example>", "never", false))) == Fitness::no_encryption);
    }
    SECTION("with one that has expired") {
        const auto old = people.generate("Mei <mei@orchid.example>", "never", false, long_ago);
        (void)people.gpg(long_ago + " --quick-add-key " + old + " cv25519 encr 1y");
        CHECK(o.fitness(people.exported(old)) == Fitness::no_encryption);
    }
}

TEST_CASE("a key is usable if something was sealed to it", "[openpgp][K1][D5]") {
    const AnEngine o;
    const auto fitness = [&](const std::string& name) {
        std::ifstream in(std::string(SOURCE_DIR) + "/tests/corpus/certificate/" + name, std::ios::binary);
        const std::string armour{std::istreambuf_iterator<char>(in), {}};
        return o.engine->examine(armour, std::vector<std::string>{"mei@orchid.example"}).value().fitness;
    };
    CHECK(fitness("whole.asc") == Fitness::usable);
    CHECK(fitness("off-the-curve.asc") == Fitness::unsuitable);  // GnuPG takes it and lists it
}

TEST_CASE("nothing is sealed to a key that is not usable", "[openpgp][K1]") {
    const AnEngine o;
    for (const auto fitness : openpgp::all_fitness) {
        if (fitness == Fitness::usable) continue;
        const auto refused = o.engine->seal(entity, {fitness, "whatever", {}});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::invalid);
        CHECK(refused.error().detail.find(openpgp::sentence(fitness)) != std::string::npos);
    }
}

TEST_CASE("trouble with GnuPG is temporary", "[openpgp][D4]") {
    const AnEngine o;
    const auto good = o.people.exported(o.people.generate("Mei Tan <mei@orchid.example>"));
    const auto key = o.engine->examine(good, mei);
    REQUIRE(key);
    SECTION("no home") {
        const auto nowhere = openpgp::gnupg(o.home / "nowhere");
        CHECK(nowhere->examine(good, mei).error().code == errc::temporary);
        CHECK(nowhere->seal(entity, *key).error().code == errc::temporary);
    }
    SECTION("a key that changed under our hands") {
        CHECK(o.engine->seal(entity, {Fitness::usable, "not a key", {}}).error().code == errc::temporary);
    }
    CHECK(o.engine->seal(entity, *key));
}

TEST_CASE("an engine leaves nothing behind", "[openpgp][K13]") {
    AnEngine o;
    const auto armour = o.people.exported(o.people.generate("Mei Tan <mei@orchid.example>"));
    CHECK(std::filesystem::is_empty(o.home));  // nothing is run before it is needed
    (void)o.sealed_to(armour);
    CHECK(AKeyring::shell("find " + o.home.string() + " -name '*.asc'").empty());
    CHECK_FALSE(std::filesystem::is_empty(o.home));
    o.engine.reset();
    CHECK(std::filesystem::is_empty(o.home));
}

TEST_CASE("nothing of the plaintext is on disk", "[openpgp][K13]") {
    const AnEngine o;
    const auto sealed = o.sealed_to(o.people.exported(o.people.generate("Mei Tan <mei@orchid.example>")));
    // The scratch folder holds our home, the file of the key and what gpg keeps; nothing of ours is elsewhere.
    std::size_t files = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(o.people.folder.path)) {
        if (!file.is_regular_file()) continue;
        ++files;
        std::ifstream in(file.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        CAPTURE(file.path());
        CHECK(bytes.find("canary") == std::string::npos);
    }
    CHECK(files > 3);
    CHECK(o.people.gpg("--decrypt", ciphertext_of(sealed)).find("canary") != std::string::npos);
}

}  // namespace caveat::test
