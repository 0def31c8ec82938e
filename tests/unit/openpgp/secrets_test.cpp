// The secret keys of lists on their way into a backup and back.
#include "caveat/openpgp/secrets.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "new_folder.hpp"

namespace caveat::test {

using openpgp::put_secrets;
using openpgp::secrets_of_lists;

TEST_CASE("secret keys are put where they are missing, and nowhere else", "[O3][K12]") {
    const auto home = new_folder("caveat-secrets");
    REQUIRE(secrets_of_lists(home));
    CHECK(secrets_of_lists(home)->empty());

    const std::vector<openpgp::SecretFile> files{{"openpgp-revocs.d/AB.rev", "a revocation"},
                                                 {"private-keys-v1.d/01.key", "one"},
                                                 {"private-keys-v1.d/02.key", std::string("t\0o", 3)}};
    REQUIRE(put_secrets(home, files));
    const auto key = home / "lists" / "private-keys-v1.d" / "01.key";
    struct stat facts {};
    REQUIRE(::stat(key.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    REQUIRE(::stat((home / "lists").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);

    std::ofstream(key) << "one that is here already";
    const auto again = put_secrets(home, files);
    REQUIRE(again);
    CHECK(again->empty());
    const auto read = secrets_of_lists(home);
    REQUIRE(read);
    REQUIRE(read->size() == 3);
    CHECK((*read)[1].bytes == "one that is here already");
    CHECK((*read)[2].name == "private-keys-v1.d/02.key");
    CHECK((*read)[2].bytes == std::string("t\0o", 3));

    for (const auto* name : {"private-keys-v1.d/../../x", "private-keys-v1.d/", "../x", "last-use", "private-keys-v1.d/.x", "/etc/x"}) {
        CAPTURE(name);
        CHECK(put_secrets(home, {{name, "x"}}).error().code == errc::invalid);
    }
    std::filesystem::remove_all(home);
}

}  // namespace caveat::test
