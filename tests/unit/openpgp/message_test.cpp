// A message taken apart and put together, without GnuPG.
#include "caveat/openpgp/message.hpp"

#include <catch2/catch.hpp>

#include "a_certificate.hpp"
#include "encrypted.hpp"

namespace caveat::test {

using openpgp::take_apart;

namespace {

using namespace std::string_literals;

// A session key packet (old format, one octet of length) for a key id of eight times this octet.
std::string session_key(char id, char version = 3) {
    const auto body = std::string(1, version) + std::string(8, id) + "\x12 numbers"s;
    return "\x84"s + static_cast<char>(body.size()) + body;
}
std::string data(const std::string& inside) { return "\xD2"s + static_cast<char>(inside.size()) + inside; }
const std::string some_data = data("\x01 ciphertext"s);
const std::string compressed = "\xA3\x03 zz"s, pgp_marker = "\xCA\x03PGP"s;

}  // namespace

TEST_CASE("a message comes apart into a session key for each reader and data for all", "[openpgp][K2]") {
    const auto first = session_key('\xAB'), second = session_key('\x01');
    const auto message = first + second + some_data;
    const auto apart = take_apart(message);
    REQUIRE(apart);
    REQUIRE(apart->session_keys.size() == 2);
    CHECK(apart->session_keys[0].key_id == "ABABABABABABABAB");
    CHECK(apart->session_keys[0].whole == first);
    CHECK(apart->session_keys[1].key_id == "0101010101010101");
    CHECK(apart->session_keys[1].whole == second);
    CHECK(apart->data == some_data);
}

TEST_CASE("GnuPG is not asked to open what it would have to try key after key", "[openpgp][S5]") {
    const auto of = [](std::size_t hidden, std::size_t named) {
        std::string message;
        for (std::size_t i = 0; i < hidden; ++i) message += session_key('\0');
        for (std::size_t i = 0; i < named; ++i) message += session_key('A');
        return message + some_data;
    };
    const auto is_given = [](const std::string& message) { return openpgp::message_for_gnupg(message).has_value(); };
    CHECK(openpgp::message_for_gnupg(of(16, 1)) == of(16, 1));
    CHECK(openpgp::message_for_gnupg(armoured(of(16, 1), "MESSAGE")) == of(16, 1));
    CHECK(is_given(of(0, 1000)));
    CHECK(is_given(session_key('A') + data("\x01-----BEGIN PGP MESSAGE-----\n"s)));
    CHECK_FALSE(is_given(of(17, 1)));
    CHECK_FALSE(is_given(armoured(of(17, 1), "MESSAGE")));
    CHECK_FALSE(is_given(of(0, 1001)));
    const auto key = session_key('A');
    CHECK(is_given(key + "\xD4\x09\x01 as 2.3 "s));
    for (const auto& other : {""s, "no message"s, armoured(of(0, 1), "SIGNATURE"), "-----BEGIN PGP MESSAGE-----\n\n"s, some_data, key,
                              key + compressed, key + "\x8C\x04\x04\x07\x00\x02"s + some_data, key + some_data + compressed,
                              key + "\xC9\x03xyz"s, pgp_marker + key + some_data, "\x90\x03xyz"s + compressed})
        CHECK_FALSE(is_given(other));
}

TEST_CASE("of a signature GnuPG gets the packets of signatures, a few small ones, and of a signed text no other armour",
          "[openpgp][K1][S5]") {
    const auto times = [](std::size_t count, const std::string& packet) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) all += packet;
        return all;
    };
    const auto one = "\x88\x03\x04 1"s, large = "\xC2\xFF\x00\x00\xFF\xFA"s + std::string(0xFFFA, 's');
    using openpgp::signature_for_gnupg;
    for (const auto& good : {one, times(8, one), "\xC2\x03\x04 1"s + one, large}) {
        CHECK(signature_for_gnupg(good) == good);
        CHECK(signature_for_gnupg(armoured(good, "SIGNATURE")) == good);
    }
    const std::vector<std::pair<const char*, std::string>> rows{
        {"nothing", ""},
        {"nine", times(9, one)},
        {"more than 64 KiB", large + one},
        {"compressed data, whatever is in it", compressed},
        {"compressed data behind a signature", one + compressed},
        {"a text", one + "\xAC\x03 it"s},
        {"markers", pgp_marker + one},
        {"the start of a signed text", "\x90\x03xyz"s + one},
        {"a packet that nobody knows", one + "\xFC\x01x"s},
        {"a length that is told in parts", "\xC2\xE1xy\x01z"s},
        {"a packet without a length", "\x8B\x04 to the end"s},
        {"cut", one.substr(0, 4)},
    };
    for (const auto& [what, packets] : rows) {
        CAPTURE(what);
        CHECK_FALSE(signature_for_gnupg(packets));
        CHECK_FALSE(signature_for_gnupg(armoured(packets, "SIGNATURE")));
    }
    CHECK_FALSE(signature_for_gnupg(armoured(one, "MESSAGE")));

    const std::string begins = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n", text = "- -- escaped\n- to do\n";
    const auto block = openpgp::block_for_gnupg("\n" + begins + text + armoured(one, "SIGNATURE"));
    REQUIRE(block);
    CHECK(block->starts_with("\n" + begins + text + "-----BEGIN PGP SIGNATURE-----\r\n\r\niAMEIDE=\r\n="));
    CHECK(block->ends_with("\r\n-----END PGP SIGNATURE-----\r\n"));
    for (const auto& other : {begins + text, begins + text + armoured(compressed, "SIGNATURE"),
                              begins + armoured(compressed, "MESSAGE") + armoured(one, "SIGNATURE"),
                              begins + "-----BEGIN PGP MESSAGE----- \n" + armoured(one, "SIGNATURE"),
                              "before\n" + begins + armoured(one, "SIGNATURE"), armoured(one, "SIGNATURE")})
        CHECK_FALSE(openpgp::block_for_gnupg(other));
}

TEST_CASE("data may come in chunks, as programs that do not know its size write it", "[openpgp][K6]") {
    const auto chunk = [](unsigned power, char first) {
        return std::string(1, static_cast<char>(0xE0 | power)) + first + std::string((1U << power) - 1, 'x');
    };
    const auto chunks = "\xD2"s + chunk(9, '\x01') + chunk(10, 'x');
    CHECK(take_apart(session_key('A') + chunks + "\x02yz"s));
    CHECK(take_apart(session_key('A') + chunks + "\xC0\x01"s + std::string(193, 'x')));
    CHECK(take_apart(session_key('A') + chunks + "\xFF\0\0\0\x01y"s));
    for (const auto& end : {""s, "\x02y"s, "\x01yz"s, "\xE9yz"s, "\xFF\0\0"s, "\xC0"s}) {
        CAPTURE(end);
        CHECK_FALSE(take_apart(session_key('A') + chunks + end));
    }
}

TEST_CASE("encrypted data is the same in any armour, in any pieces and behind any session keys", "[openpgp][K6]") {
    const auto inside = "\x01"s + std::string(1023, 'x') + "yz";
    const auto in_one = "\xD2\xFF"s + "\0\0\x04\x02"s + inside;
    const auto in_pieces = "\xD2\xEA"s + inside.substr(0, 1024) + "\x02"s + inside.substr(1024);
    CHECK(openpgp::encrypted_data_of(session_key('A') + in_one) == inside);
    CHECK(openpgp::encrypted_data_of(session_key('B') + session_key('C') + in_pieces) == inside);
    CHECK(openpgp::encrypted_data_of(armoured(session_key('A') + in_pieces, "MESSAGE")) == inside);
    CHECK(openpgp::encrypted_data_of(session_key('A') + data("\x01 other")) != openpgp::encrypted_data_of(session_key('A') + some_data));
    CHECK(openpgp::encrypted_data_of(session_key('A') + some_data + "x") == session_key('A') + some_data + "x");
    CHECK(openpgp::encrypted_data_of("\x84\x01"s) == "\x84\x01"s);
    CHECK(openpgp::encrypted_data_of({}).empty());
}

TEST_CASE("whatever is not a session key, or not protected data, makes the whole no message of ours", "[openpgp][K6]") {
    const auto key = session_key('A');
    const std::vector<std::pair<const char*, std::string>> rows{
        {"nothing", ""},
        {"no session key", some_data},
        {"no data", key},
        {"data without integrity protection", key + "\xC9\x03xyz"s},
        {"data of another version", key + data("\x02 ciphertext")},
        {"empty data", key + "\xD2\0"s},
        {"an old header before the data", key + "\xC8\x03\x01yz"s},
        {"a password", key + "\x8C\x04\x04\x07\x00\x02"s + some_data},
        {"something behind it", key + some_data + key},
        {"cut", (key + some_data).substr(0, key.size() + some_data.size() - 1)},
        {"a session key of version 6", session_key('A', 6) + some_data},
        {"a session key that is too short", "\x84\x09\x03 12345678"s.substr(0, 11) + some_data},
    };
    for (const auto& [what, message] : rows) {
        CAPTURE(what);
        const auto apart = take_apart(message);
        REQUIRE_FALSE(apart);
        CHECK(apart.error().code == errc::invalid);
    }
    std::string many;
    for (std::size_t i = 0; i < openpgp::most_session_keys; ++i) many += key;
    CHECK(take_apart(many + some_data));
    CHECK_FALSE(take_apart(many + key + some_data));
}

TEST_CASE("a session key can name nobody", "[openpgp][K2]") {
    const auto named = session_key('A');
    const auto hidden = openpgp::without_key_id(named);
    CHECK(hidden == std::string(named).replace(3, 8, 8, '\0'));
    CHECK(openpgp::without_key_id("no packet") == "no packet");
    CHECK(openpgp::without_key_id(some_data) == some_data);
}

TEST_CASE("the armour of a message has its checksum and lines of 64", "[openpgp][K11]") {
    const std::string_view text = "hello, world, this is a text of more than forty-eight octets";
    // Whichever of the two packets brings which octets of a line.
    for (std::size_t split = 0; split <= text.size(); ++split) {
        const auto entity = openpgp::entity_of(text.substr(0, split), text.substr(split), "Subject: x\r\n");
        CAPTURE(split);
        CHECK(entity.starts_with("Subject: x\r\nContent-Type: multipart/encrypted;"));
        CHECK(entity.find("\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\n"
                          "aGVsbG8sIHdvcmxkLCB0aGlzIGlzIGEgdGV4dCBvZiBtb3JlIHRoYW4gZm9ydHkt\r\nZWlnaHQgb2N0ZXRz\r\n"
                          "=HE+v\r\n-----END PGP MESSAGE-----\r\n--=_sealed--\r\n") != std::string::npos);
    }
    const auto entity = openpgp::entity_of(session_key('A'), some_data);
    CHECK(entity.find("boundary=\"=_sealed\"\r\n\r\n--=_sealed\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n") !=
          std::string::npos);
    CHECK(entity.ends_with("-----END PGP MESSAGE-----\r\n--=_sealed--\r\n"));
}

TEST_CASE("what copies have alike is armoured once, and each is as if it were alone", "[openpgp][K2][K11]") {
    std::string data;
    for (int i = 0; i < 5000; ++i) data += static_cast<char>(i * 7 + i / 256);
    const std::string key = "a session key that may be of any length, as those of different keys are; this is one of a hundred octets";
    for (const auto& text : {data, std::string("x"), std::string()}) {
        openpgp::SharedArmour armour(text);
        // More lengths than are kept, and then the first ones again.
        for (std::size_t i = 0; i < 2 * key.size(); ++i) {
            const auto session_key = key.substr(0, i % key.size());
            CAPTURE(text.size(), i);
            const auto alone = openpgp::entity_of(session_key + text, {}, "To: x\r\n");
            CHECK(armour.entity("To: x\r\n", session_key) == alone);
            CHECK(armour.entity("To: x\r\n", session_key) == alone);
        }
        CHECK(armour.size() >= text.size());
        CHECK(armour.size() < 8 * (text.size() + 10));
    }
}

}  // namespace caveat::test
