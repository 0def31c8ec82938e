#include "private_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "scratch.hpp"

using namespace caveat;
using namespace caveat::server;

TEST_CASE("what a command writes is for whoever ran it, whatever lay there before", "[K13]") {
    const Scratch scratch;
    const auto file = scratch.path / "community.toml";
    const auto umask_before = ::umask(0);
    if (GENERATE(false, true)) {
        std::ofstream(file) << "an older one, which was longer";
        std::filesystem::permissions(file, std::filesystem::perms(0644));
    }
    const auto done = write_private(file, "all of it\n");
    ::umask(umask_before);
    REQUIRE(done);
    CHECK(std::filesystem::status(file).permissions() == std::filesystem::perms(0600));
    std::ifstream in(file);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "all of it\n");
    CHECK(write_private(scratch.path / "no folder" / "file", "x").error().code == errc::invalid);
    CHECK(write_private("/dev/null", "x"));
}
