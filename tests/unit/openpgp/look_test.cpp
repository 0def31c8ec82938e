// One key in several copies, told apart by their packets.
#include "caveat/openpgp/look.hpp"

#include <catch2/catch.hpp>

#include "a_certificate.hpp"
#include "certificate.hpp"

namespace caveat::test {

namespace one_key {

inline constexpr char of_a_key = '\x20';

inline std::string octets_of(std::string_view hexadecimal) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hexadecimal.size(); at += 2)
        bytes += static_cast<char>(std::stoi(std::string(hexadecimal.substr(at, 2)), nullptr, 16));
    return bytes;
}

inline const std::string key = a_packet(6, an_rsa_key());
inline const std::string me = a_packet(13, "me"), also_me = a_packet(13, "also me");
inline const std::string subkey = a_packet(14, an_rsa_key(2048, 19));

inline std::string signed_at(std::uint32_t seconds, char type = '\x13') {
    return a_signature(octets_of(openpgp::look_at_packets(key).certificate.primary.key_id), made_at(seconds), type);
}

}  // namespace one_key

TEST_CASE("two copies of one key are one, and nothing that either says is lost", "[openpgp][K8][K9]") {
    using namespace one_key;
    const auto early = signed_at(1000), late = signed_at(2000), revoked = signed_at(1500, of_a_key);
    const auto joined = [](const std::string& known, const std::string& other) {
        const auto text = openpgp::joined(armoured(known), armoured(other));
        return text.empty() ? text : openpgp::look_at_armour(text).certificate.bytes;
    };
    CHECK(joined(key + me + early, key + me + late) == key + me + early + late);  // GnuPG puts the later one in the place of the other
    CHECK(joined(key + me + late, key + me + early) == key + me + late + early);
    CHECK(joined(key + revoked + me + early, key + me + early) == key + revoked + me + early);
    CHECK(joined(key + me + early, key + revoked + me + early) == key + revoked + me + early);
    CHECK(joined(key + me + early + subkey + early, key + also_me + late + subkey + late) ==
          key + me + early + also_me + late + subkey + early + late);
    CHECK(joined(key + me + early, a_packet(6, an_rsa_key(2048, 19)) + me + early).empty());
    CHECK(joined(key, "no packet").empty());
    // As it came where one has all of the other: others' signatures and pictures make no difference.
    const auto known = armoured(key + me + early), other = "Mine:\n" + armoured(key + me + early);
    CHECK(openpgp::joined(known, other) == other);
    CHECK(openpgp::joined(armoured(key + me + early + late), other) == armoured(key + me + early + late));
}

TEST_CASE("a key none of whose parts is of an algorithm that encrypts has a flaw, and says which", "[openpgp][K8]") {
    using namespace one_key;
    const auto signs = a_packet(6, key_body(27, std::string(32, 'x')));
    CHECK_THAT(openpgp::flaw_of(armoured(signs + me)), Catch::Contains("encrypt"));
    CHECK(openpgp::flaw_of(armoured(signs + me + subkey)).empty());
    CHECK(openpgp::flaw_of(armoured(key + me)).empty());  // its flags are in signatures, which nobody has checked
}

TEST_CASE("a copy says whether it was revoked, and how old it is", "[openpgp][K9]") {
    using namespace one_key;
    const auto says = [](const std::string& bytes) { return openpgp::says_revoked(armoured(bytes)); };
    CHECK(says(key + signed_at(1500, of_a_key) + me + signed_at(1000)));
    CHECK_FALSE(says(key + me + signed_at(1000)));
    CHECK_FALSE(says(key + me + signed_at(1500, of_a_key)));                         // it stands behind a user id
    CHECK_FALSE(says(key + a_signature("somebody", made_at(1500), of_a_key) + me));  // by another key
    CHECK_FALSE(openpgp::says_revoked("no key"));
    CHECK(openpgp::is_older(armoured(key + me + signed_at(1000)), armoured(key + me + signed_at(2000))));
    CHECK_FALSE(openpgp::is_older(armoured(key + me + signed_at(2000)), armoured(key + me + signed_at(2000))));
}

}  // namespace caveat::test
