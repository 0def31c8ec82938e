#include "caveat/community/caveats.hpp"

#include <catch2/catch.hpp>

using namespace caveat;
using namespace caveat::community;

TEST_CASE("what a post asks for is stored in known words and said in plain ones", "[L7]") {
    CHECK(to_text({}).empty());
    CHECK(in_words({}).empty());
    const Caveats all{.pap = Pap::amber,
                      .embargo = *parse_instant("2026-12-01T00:00:00Z"),
                      .sealed_only = true,
                      .author_withheld = true,
                      .no_attribution = true,
                      .restricted = true,
                      .author_unproven = true,
                      .sending_unproven = true,
                      .sections = {Tlp::green, Tlp::amber_strict}};
    CHECK(caveats_from(to_text(all)) == all);
    CHECK(in_words(all) == std::vector<std::string>{"PAP:AMBER", "under embargo until 2026-12-01T00:00:00Z",
                                                    "only to be sent encrypted to its reader", "its author is not named", "no attribution",
                                                    "further restrictions stand behind its label",
                                                    "nothing proved that its author wrote it",
                                                    "nothing proved that its author sent it here", "sections of GREEN, AMBER+STRICT"});
    CHECK(caveats_from("pap=PURPLE later=yes no_attribution section=ORANGE embargo=soon") == Caveats{.no_attribution = true});
}
