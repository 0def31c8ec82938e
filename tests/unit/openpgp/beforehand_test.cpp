#include "caveat/openpgp/beforehand.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

TEST_CASE("an act hears about the key it asked for, and no other", "[openpgp]") {
    openpgp::Beforehand look;
    const std::vector<std::string> mei{"mei@orchid.example"}, moved{"mei@elsewhere.example"};
    CHECK_FALSE(look.wanted());
    CHECK(look.examine("hers", mei).error().code == errc::temporary);
    REQUIRE(look.wanted());
    CHECK(*look.wanted() == openpgp::Beforehand::Question{"hers", mei});
    look.saw(openpgp::Key{openpgp::Fitness::expired, "hers", "AB"});
    CHECK_FALSE(look.wanted());
    CHECK(look.examine("hers", mei)->fitness == openpgp::Fitness::expired);
    CHECK_FALSE(look.wanted());
    CHECK(look.examine("hers", moved).error().code == errc::temporary);
    CHECK(look.examine("another", mei).error().code == errc::temporary);
    look.saw(fail(errc::temporary, "not done in time"));
    CHECK(look.examine("another", mei).error().detail == "not done in time");
    CHECK(look.seal("text", {openpgp::Fitness::usable, "hers", {}}).error().code == errc::temporary);
}

}  // namespace caveat::test
