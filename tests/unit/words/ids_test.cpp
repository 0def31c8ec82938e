#include "caveat/ids.hpp"

#include <catch2/catch.hpp>

TEST_CASE("short names are what people may choose as an id") {
    const auto [text, good] = GENERATE(table<std::string, bool>({{"orchid", true},
                                                                 {"orchid-rep", true},
                                                                 {"wg.malware_2", true},
                                                                 {std::string(64, 'a'), true},
                                                                 {std::string(65, 'a'), false},
                                                                 {"", false},
                                                                 {"-a", false},
                                                                 {".a", false},
                                                                 {"a b", false},
                                                                 {"a+b", false},
                                                                 {"a@b", false},
                                                                 {"a\n", false}}));
    CAPTURE(text);
    CHECK(caveat::is_short_name(text) == good);
}
