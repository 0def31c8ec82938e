// Programs run in the place of gpg.
#include "run_of_gpg.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "scratch.hpp"

namespace caveat::test {

using openpgp::run_gpg;

namespace {

struct AProgram {
    Scratch folder;
    [[nodiscard]] std::string that(const std::string& does) const {
        const auto path = folder.write("gpg", "#!/bin/sh\n" + does + "\n");
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path.string();
    }
};

}  // namespace

TEST_CASE("a run of gpg gives what it made and what it told", "[openpgp]") {
    std::signal(SIGPIPE, SIG_IGN);  // as in a runner
    const AProgram a;
    const auto echo = run_gpg(a.that("echo \"$@\" >&2; echo '[GNUPG:] INV_RECP 1 AB' >&3; echo no line of status >&3; cat; printf "
                                     "'[GNUPG:] END' >&3"),
                              {"--x"}, "text");
    REQUIRE(echo);
    CHECK(echo->well);
    CHECK(echo->made == "text");
    CHECK(echo->status == std::vector<std::string>{"INV_RECP 1 AB", "END"});

    // More than pipes hold, both ways; and what is not read.
    const std::string large(3'000'000, 'x');
    CHECK(run_gpg(a.that("cat"), {}, large)->made == large);
    CHECK(run_gpg(a.that("exec <&-; echo done"), {}, large)->made == "done\n");
    CHECK(run_gpg(a.that("cat >/dev/null"), {}, large)->made.empty());
    CHECK(run_gpg(a.that("cat"), {}, "")->made.empty());

    CHECK_FALSE(run_gpg(a.that("exit 2"), {}, "x")->well);
    CHECK_FALSE(run_gpg(a.that("kill -9 $$"), {}, "x")->well);
    CHECK(run_gpg((a.folder.path / "not-there").string(), {}, "x").error().code == errc::temporary);
    // Nothing of ours is open in it: /proc/self/fd is one itself.
    CHECK(run_gpg(a.that("ls /proc/self/fd | tr '\\n' ' '"), {}, "")->made == "0 1 2 3 4 ");
}

}  // namespace caveat::test
