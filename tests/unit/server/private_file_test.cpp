#include "private_file.hpp"

#include <sys/resource.h>
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

TEST_CASE("a file that cannot be made because something is used up may be made later", "[D4]") {
    const Scratch scratch;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{0, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto done = write_private(scratch.path / "file", "x");
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == errc::temporary);
}
