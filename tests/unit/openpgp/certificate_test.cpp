// Keys as packets: what GnuPG never gets to see, each limit on both of its sides.
#include "certificate.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "a_certificate.hpp"
#include "a_keyring.hpp"

namespace caveat::test {

using openpgp::Fitness;
using openpgp::look_at_armour;
using openpgp::look_at_packets;
using openpgp::Looked;

namespace {

constexpr unsigned secret_key = 5, public_key = 6, secret_subkey = 7, marker = 10, trust = 12, user_name = 13, public_subkey = 14,
                   picture = 17, padding = 21;

std::string primary(unsigned modulus = 2048, unsigned exponent = 17) { return a_packet(public_key, an_rsa_key(modulus, exponent)); }

std::string octets_of(std::string_view hexadecimal) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hexadecimal.size(); at += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hexadecimal.substr(at, 2)), nullptr, 16));
    }
    return bytes;
}

// Primary key id of such a key, eight octets.
std::string id_of(const std::string& bytes) { return octets_of(look_at_packets(bytes).certificate.primary.key_id); }

std::string times(std::size_t count, const std::string& bytes) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += bytes;
    return all;
}

void is_refused(const Looked& looked, Fitness fitness, std::string_view why) {
    CAPTURE(looked.because);
    CHECK(looked.fitness == fitness);
    CHECK(looked.because.find(why) != std::string::npos);
    CHECK(looked.certificate.bytes.empty());
}
void is_unsuitable(const std::string& bytes, std::string_view why) { is_refused(look_at_packets(bytes), Fitness::unsuitable, why); }
void is_unreadable(const std::string& bytes, std::string_view why) { is_refused(look_at_packets(bytes), Fitness::unreadable, why); }
void is_taken(const std::string& bytes) {
    const auto looked = look_at_packets(bytes);
    CAPTURE(looked.because);
    CHECK(looked.fitness == Fitness::usable);
}

// On a curve: its object identifier, a point of so many octets, and what follows.
std::string on_curve(unsigned algorithm, std::string_view oid, std::size_t point, std::string_view rest = {}) {
    const auto id = octets_of(oid);
    return key_body(algorithm, big_endian(static_cast<std::uint32_t>(id.size()), 1) + id +
                                   a_number(static_cast<unsigned>(point * 8 - (point == 33 ? 1 : 5))) + std::string(rest));
}
constexpr auto p256 = "2A8648CE3D030107", ed25519 = "2B06010401DA470F01", cv25519 = "2B060104019755010501", secp256k1 = "2B8104000A";

}  // namespace

TEST_CASE("what people's programs make is read whole", "[openpgp]") {
    const AKeyring people;
    for (const auto* algorithm : {"rsa2048", "ed25519", "nistp256", "brainpoolP384r1"}) {
        CAPTURE(algorithm);
        const auto uid = std::string("Mei <") + algorithm + "@orchid.example>";
        (void)people.gpg("--quick-gen-key '" + uid + "' " + algorithm + " sign never");
        const auto listing = people.gpg("--with-colons --list-keys '" + uid.substr(4) + "'");
        const auto expected = listing.substr(listing.find("fpr:::::::::") + 12, 40);
        const std::string encrypts = std::string(algorithm) == "ed25519" ? "cv25519" : algorithm;
        (void)people.gpg("--quick-add-key " + expected + " " + encrypts + " encr never");
        const auto armour = people.exported(expected);
        const auto looked = look_at_armour("Here it is:\r\n" + armour + "\nBest,\nMei\n");
        CAPTURE(looked.because);
        REQUIRE(looked.fitness == Fitness::usable);
        const auto& key = looked.certificate;
        CHECK(key.primary.fingerprint == expected);
        CHECK(key.primary.key_id == expected.substr(24));
        CHECK(key.user_ids == std::vector{uid});
        CHECK(key.subkeys.size() == 1);
        CHECK(key.signatures == 2);
        CHECK(key.bytes == people.gpg("--export " + expected));
    }
}

TEST_CASE("RSA is taken from 2048 to 8192 bits, with an exponent of at most 32", "[openpgp][K8][S5]") {
    for (const unsigned bits : {2048U, 3072U, 4096U, 8192U}) is_taken(primary(bits));
    is_unsuitable(primary(2047), "an RSA modulus of 2047 bits; 2048 to 8192 are taken");
    is_unsuitable(primary(8193), "an RSA modulus of 8193 bits; 2048 to 8192 are taken");
    is_unsuitable(primary(65535), "an RSA modulus of 65535 bits");
    for (const unsigned bits : {2U, 17U, 32U}) is_taken(primary(2048, bits));
    is_unsuitable(primary(2048, 33), "an RSA exponent of 33 bits; at most 32 are taken");
    is_unsuitable(primary(4096, 4095), "an RSA exponent of 4095 bits");  // the modulus is of an allowed size
    is_unsuitable(primary(2048, 65280), "an RSA exponent of 65280 bits");
    is_unsuitable(primary(2048, 1), "an RSA exponent below 2");
    is_unsuitable(primary() + a_packet(public_subkey, an_rsa_key(2048, 2048)), "one of its subkeys has an RSA exponent of 2048 bits");
}

TEST_CASE("a number says how long it is", "[openpgp]") {
    auto claims_less = an_rsa_key();
    claims_less.replace(6, 2, "\x07\xff");  // 2047 bits, of a number of 2048
    is_unreadable(a_packet(public_key, claims_less), "its first packet is damaged");
    is_unreadable(a_packet(public_key, an_rsa_key() + "more"), "its first packet is damaged");
    is_unreadable(a_packet(public_key, an_rsa_key().substr(0, 200)), "its first packet is damaged");
    is_unreadable(primary() + a_packet(public_subkey, an_rsa_key().substr(0, 9)), "one of its subkeys is damaged");
}

TEST_CASE("curves are on a list, and their points are of one size", "[openpgp][K8][S5]") {
    is_taken(a_packet(public_key, on_curve(19, p256, 65)));
    is_taken(a_packet(public_key, on_curve(22, ed25519, 33)));
    is_taken(primary() + a_packet(public_subkey, on_curve(18, cv25519, 33, "\x03\x01\x08\x07")));
    is_taken(a_packet(public_key, key_body(27, std::string(32, 'x'))));
    is_unsuitable(a_packet(public_key, on_curve(19, secp256k1, 65)), "a curve that is not on the list");
    is_unsuitable(a_packet(public_key, on_curve(22, ed25519, 34)), "a point on Ed25519 of 34 octets; it has 33");
    is_unsuitable(primary() + a_packet(public_subkey, on_curve(18, cv25519, 33, "\x03\x01\x02\x07")), "a hash other than");
    is_unsuitable(primary() + a_packet(public_subkey, on_curve(18, cv25519, 33, "\x03\x01\x08\x03")), "a cipher other than AES");
    is_unreadable(primary() + a_packet(public_subkey, on_curve(18, cv25519, 33, "\x03\x01\x08")), "damaged");
    is_unreadable(a_packet(public_key, key_body(27, std::string(31, 'x'))), "damaged");
}

TEST_CASE("another algorithm or version is no primary key; a subkey of one is left out", "[openpgp][K8][S5]") {
    is_unsuitable(a_packet(public_key, key_body(17, a_number(3072))), "the public-key algorithm 17; RSA and the curves are taken");
    is_unsuitable(a_packet(public_key, key_body(1, a_number(2048), 6)), "a key of version 6; version 4 is taken");
    is_unsuitable(a_packet(public_key, key_body(1, a_number(2048), 3)), "a key of version 3");
    for (const auto& foreign : {key_body(35, "post quantum"), key_body(16, a_number(65535)), key_body(27, std::string(32, 'x'), 6)}) {
        const auto id = id_of(primary());
        const auto looked =
            look_at_packets(primary() + a_packet(public_subkey, foreign) + a_signature(id) + a_packet(user_name, "me") + a_signature(id));
        REQUIRE(looked.fitness == Fitness::usable);
        CHECK(looked.certificate.subkeys.empty());
        CHECK(looked.certificate.bytes == primary() + a_packet(user_name, "me") + a_signature(id));
    }
}

TEST_CASE("a key has at most so many parts", "[openpgp][K8][S5]") {
    const auto id = id_of(primary());
    const auto uid = a_packet(user_name, "me <me@orchid.example>");
    is_taken(primary() + times(openpgp::most_user_ids, uid));
    is_unsuitable(primary() + times(openpgp::most_user_ids + 1, uid), "it has more than 32 user ids");
    is_taken(primary() + a_packet(user_name, std::string(openpgp::longest_user_id, 'u')));
    is_unsuitable(primary() + a_packet(user_name, std::string(openpgp::longest_user_id + 1, 'u')),
                  "a user id of 1025 bytes; at most 1024 are taken");
    is_taken(primary() + times(openpgp::most_subkeys, a_packet(public_subkey, an_rsa_key())));
    is_unsuitable(primary() + times(openpgp::most_subkeys + 1, a_packet(public_subkey, an_rsa_key())), "it has more than 32 subkeys");
    is_unsuitable(primary() + times(openpgp::most_subkeys + 1, a_packet(public_subkey, key_body(16, "?"))), "it has more than 32 subkeys");
    is_taken(primary() + uid + times(openpgp::most_signatures, a_signature(id)));
    is_unsuitable(primary() + uid + times(openpgp::most_signatures + 1, a_signature(id)), "it has more than 128 signatures of its own");
    const auto longer = armoured(primary()) + std::string(openpgp::longest_armour, ' ');
    is_refused(look_at_armour(longer), Fitness::unsuitable, "bytes; at most 1048576 are taken");
}

TEST_CASE("what others put into a key is left out, however much it is", "[openpgp][K8][S5]") {
    const auto id = id_of(primary());
    const auto uid = a_packet(user_name, "me");
    const auto strangers = times(1000, a_signature("somebody"));
    const auto looked =
        look_at_packets(primary() + strangers + a_packet(marker, "PGP") + uid + strangers + a_signature(id) + a_packet(trust, "\x06") +
                        a_packet(picture, std::string(9000, 'p')) + a_signature(id) + a_packet(padding, std::string(300, 'r')));
    REQUIRE(looked.fitness == Fitness::usable);
    CHECK(looked.certificate.signatures == 1);
    CHECK(looked.certificate.bytes == primary() + uid + a_signature(id));
}

TEST_CASE("an issuer is a key id or a fingerprint, told inside or outside of what is signed", "[openpgp]") {
    const auto key = look_at_packets(primary()).certificate.primary;
    const auto kept = [&](const std::string& signature) { return look_at_packets(primary() + signature).certificate.signatures == 1; };
    CHECK(kept(a_signature("somebody", "\x16\x21\x04" + octets_of(key.fingerprint))));
    CHECK(kept(a_signature("somebody", "\x09\x90" + octets_of(key.key_id))));  // critical
    CHECK_FALSE(kept(a_signature("somebody", "\x16\x21\x04" + octets_of(key.fingerprint).substr(0, 19) + "?")));
    CHECK_FALSE(kept(a_signature("somebody", "\x09")));
    CHECK(kept(a_packet(2,
                        "\x03\x05\x13"
                        "time" +
                            octets_of(key.key_id) + "\x01\x08rest")));
    CHECK_FALSE(kept(a_packet(2,
                              "\x03\x05\x13"
                              "time"
                              "somebody"
                              "\x01\x08rest")));
    CHECK_FALSE(kept(a_packet(2, "\x06\x13\x01\x08rest")));
    CHECK_FALSE(kept(a_packet(2, "")));
}

TEST_CASE("packets are framed in the old and the new format, never in parts", "[openpgp]") {
    const auto body = an_rsa_key();
    const auto size = static_cast<std::uint32_t>(body.size());
    for (const auto& head : {"\x99" + big_endian(size, 2), "\x9a" + big_endian(size, 4), "\xc6\xff" + big_endian(size, 4)})
        is_taken(head + body);
    is_unreadable("\x9b" + body, "damaged");  // to the end of the stream
    is_unreadable("\xc6\xe8" + body, "damaged");
    is_unreadable("\x99" + big_endian(size + 1, 2) + body, "damaged");
    is_unreadable("\x19" + big_endian(size, 2) + body, "damaged");
    is_unreadable(primary() + "\xcd", "damaged");
    is_unreadable(primary() + "\xcd\xff\xff\xff\xff\xff", "damaged");
}

TEST_CASE("one public key and nothing else is a public key", "[openpgp][K8]") {
    is_unreadable("", "it holds no public key");
    is_unreadable(a_packet(marker, "PGP"), "it holds no public key");
    is_unreadable(primary() + primary(), "it holds more than one public key");
    for (const auto tag : {2U, user_name, public_subkey, picture})
        is_unreadable(a_packet(tag, "x") + primary(), "it does not begin with a public key");
    is_unreadable(primary() + a_packet(11, "literal data"), "it holds a packet of type 11, which no public key has");
    for (const auto tag : {secret_key, secret_subkey}) {
        for (const auto& bytes : {a_packet(tag, "x"), primary() + a_packet(tag, "x"), primary(1024) + a_packet(tag, "x") + "damage"}) {
            is_refused(look_at_packets(bytes), Fitness::secret, "secret");
            is_refused(look_at_armour(armoured(bytes)), Fitness::secret, "secret");
        }
    }
    is_refused(look_at_armour(armoured(primary(), "PRIVATE KEY BLOCK")), Fitness::secret, "headed as a private key");
}

TEST_CASE("armour is taken off as programs put it on", "[openpgp]") {
    const auto bytes = primary() + a_packet(user_name, "me");
    const auto plain = armoured(bytes);
    const auto changed = [&](std::string_view what, std::string_view into) {
        auto text = plain;
        for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += into.size()) text.replace(at, what.size(), into);
        return openpgp::without_armour(text);
    };
    CHECK(openpgp::without_armour(plain) == bytes);
    CHECK(changed("\n", "\r\n") == bytes);
    CHECK(changed("\n", " \t\n") == bytes);
    CHECK(changed("-----\n\n", "-----\nVersion: X\nComment: y = z\n\n") == bytes);
    CHECK(changed("-----\n\n", "-----\nVersion: X\n") == bytes);
    CHECK(changed("-----END", "=AbCd\n-----END") == bytes);
    CHECK(openpgp::without_armour(plain + "and\n" + plain) == bytes + bytes);
    for (const auto& none : {std::string(), std::string("no armour"), plain.substr(0, plain.size() - 30), armoured(bytes, "MESSAGE")}) {
        CHECK(openpgp::without_armour(none).empty());
    }
    CHECK(changed("-----END", "AA==AA\n-----END").empty());
    CHECK(changed("-----END", "?\n-----END").empty());
    CHECK(openpgp::without_armour("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n").empty());
}

TEST_CASE("a text of a mebibyte is looked at in no time", "[openpgp][S5]") {
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& filling : {a_packet(2, ""), a_signature("somebody"), a_packet(padding, "")}) {
        (void)look_at_packets(primary() + times(760'000 / filling.size(), filling));
        (void)look_at_armour(armoured(primary() + times(760'000 / filling.size(), filling)));
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

}  // namespace caveat::test
