// Keyrings with a few keys of a larger one, as gpg reads them.
#include "keybox.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <fstream>
#include <iterator>

#include "a_keyring.hpp"

namespace caveat::test {

using openpgp::Keybox;

TEST_CASE("some keys of a keyring are a keyring, and gpg need not look at their signatures again", "[openpgp][K2]") {
    const AKeyring people;
    std::vector<std::string> keys;
    for (const auto* name : {"mei", "ana", "quentin"}) keys.push_back(people.generate(std::string(name) + "@orchid.example"));
    std::ifstream in(people.home() + "/pubring.kbx", std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    const auto box = Keybox::of(bytes);
    REQUIRE(box);
    CHECK(box->size() == 3);

    const auto listed = [&](const std::vector<std::string>& wanted) {
        const auto file = people.folder.write("some.kbx", box->with(wanted, static_cast<std::uint32_t>(std::time(nullptr))));
        return people.gpg("--no-default-keyring --keyring " + file.string() + " --with-colons --check-sigs");
    };
    const auto two = listed({keys[2], keys[0], std::string(40, 'A')});
    CAPTURE(two);
    CHECK(two.find("quentin@") < two.find("mei@"));
    CHECK(two.find("mei@") != std::string::npos);
    CHECK(two.find("ana@") == std::string::npos);
    CHECK(two.find("sig:!:") != std::string::npos);
    CHECK(two.find("sig:-:") == std::string::npos);
    CHECK(listed({}).find("pub:") == std::string::npos);

    // What is not of the known form is none, wherever it is cut off.
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto begin = Keybox::of(bytes.substr(0, size));
        CHECK((!begin || begin->size() < 3));
    }
    auto other = bytes;
    other[37] = 2;  // the version of the first key's form
    CHECK_FALSE(Keybox::of(other));
    CHECK_FALSE(Keybox::of("no keybox at all, but long enough to be one"));
}

}  // namespace caveat::test
