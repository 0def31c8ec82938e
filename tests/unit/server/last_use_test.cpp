#include "last_use.hpp"

#include <catch2/catch.hpp>

#include "scratch.hpp"

using namespace caveat;
using namespace caveat::server;

TEST_CASE("the note of a last use is the file that was written here, not a copy and nothing changed", "[K7]") {
    const Scratch scratch;
    const auto file = scratch.path / "last-use";
    CHECK_FALSE(read_last_use(file));
    LastUse last{{7, {}}, Instant{std::chrono::seconds{1'795'000'000}}, {}};
    last.at.hash.fill(0xAB);
    const auto is_as_written = [&] {
        const auto read = read_last_use(file);
        REQUIRE(read);
        CHECK(read->at.number == last.at.number);
        CHECK(read->at.hash == last.at.hash);
        CHECK(read->signed_from == last.signed_from);
        CHECK(read->uses == last.uses);
    };
    REQUIRE(write_last_use(file, last));
    is_as_written();
    CHECK(std::filesystem::status(file).permissions() == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    last.uses = storage::Uses{12, last.at.hash};
    REQUIRE(write_last_use(file, last));
    is_as_written();
    last.at.number = 1'000'000;
    last.signed_from = {};
    REQUIRE(write_last_use(file, last));
    is_as_written();

    const auto copy = scratch.path / "copy";
    std::filesystem::copy_file(file, copy);
    CHECK_FALSE(read_last_use(copy));
    std::filesystem::rename(copy, file);  // put back
    CHECK_FALSE(read_last_use(file));
    REQUIRE(write_last_use(file, last));
    is_as_written();

    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
    CHECK_FALSE(read_last_use(file));
    scratch.write("last-use", "no such file");
    CHECK_FALSE(read_last_use(file));
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    CHECK_FALSE(write_last_use(file, last));
    std::filesystem::remove(file);
    std::filesystem::create_symlink(scratch.path / "elsewhere", file);
    CHECK_FALSE(write_last_use(file, last));
}
