#include "one_daemon.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "new_folder.hpp"

using namespace caveat;
using server::OneDaemon;

namespace {

struct LockFolder {
    std::filesystem::path folder = new_folder("caveat-lock"), database = folder / "caveat.db", lock = folder / "caveat.db.lock";
    LockFolder() { std::ofstream(database) << "x"; }
    ~LockFolder() { std::filesystem::remove_all(folder); }
    LockFolder(const LockFolder&) = delete;
    LockFolder& operator=(const LockFolder&) = delete;
};

constexpr uid_t somebody = 65'533;

struct stat facts_of(const std::filesystem::path& file) {
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    return facts;
}

// Whether `asks`, asked as another user, is true.
template <class Asks>
bool as_somebody(Asks asks) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::setgid(somebody) == 0 && ::setuid(somebody) == 0 && asks() ? 0 : 1);
    int status = 1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("one process serves a database, and the next after it is gone") {
    const LockFolder here;
    {
        const auto first = OneDaemon::on(here.database);
        REQUIRE(first);
        CHECK((facts_of(here.lock).st_mode & 07777) == 0600);
        const auto second = OneDaemon::on(here.database);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == errc::temporary);
        CHECK_THAT(second.error().detail, Catch::Contains("another caveat serves"));
    }
    CHECK(OneDaemon::on(here.database));
}

TEST_CASE("one process serves a database, by whatever name it is called and whatever became of the file beside it", "[O6][D3]") {
    const LockFolder here;
    const auto first = OneDaemon::on(here.database);
    REQUIRE(first);
    const auto how = GENERATE(values<std::string>({"symbolic link", "hard link", "folder", "removed"}));
    CAPTURE(how);
    auto other = here.folder / "other.db";
    if (how == "symbolic link") std::filesystem::create_symlink(here.database, other);
    if (how == "hard link") std::filesystem::create_hard_link(here.database, other);
    if (how == "folder") {
        std::filesystem::create_directory_symlink(here.folder, here.folder / "there");
        other = here.folder / "there" / "caveat.db";
    }
    if (how == "removed") {
        std::filesystem::remove(here.lock);
        other = here.database;
    }
    const auto second = OneDaemon::on(other);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == errc::temporary);
}

TEST_CASE("a word is left for the process that holds the lock next, which takes it once", "[O6]") {
    const LockFolder here;
    {
        const auto first = OneDaemon::on(here.database);
        REQUIRE(first);
        CHECK(first->take_word().empty());
        first->leave_word("a longer word than the other");
        first->leave_word("replaced");
    }
    CHECK(OneDaemon::on(here.database)->take_word() == "replaced");
    CHECK(OneDaemon::on(here.database)->take_word().empty());
}

TEST_CASE("a lock that cannot be had is told from one that is held") {
    const LockFolder here;
    const bool link = GENERATE(true, false);
    if (link) {
        std::filesystem::create_symlink(here.database, here.lock);
    } else {
        std::filesystem::create_directory(here.lock);
    }
    const auto one = OneDaemon::on(here.database);
    REQUIRE_FALSE(one);
    CHECK(one.error().code == errc::invalid);
    CHECK_THAT(one.error().detail, Catch::Contains(here.lock.string()) && Catch::Contains("remove it"));
}

TEST_CASE("a lock that root leaves behind is the daemon's, and one of another user is told of with its owner") {
    if (::geteuid() != 0) return;  // nobody else can be tried
    const LockFolder here;
    REQUIRE(::chmod(here.folder.c_str(), 0777) == 0);
    const bool of_somebody = GENERATE(true, false);
    if (of_somebody) REQUIRE(::chown(here.database.c_str(), somebody, somebody) == 0);
    REQUIRE(OneDaemon::on(here.database));
    CHECK(facts_of(here.lock).st_uid == (of_somebody ? somebody : 0));
    const auto fits = [&] {
        const auto one = OneDaemon::on(here.database);
        if (of_somebody) return one.has_value();
        return !one && one.error().code == errc::invalid && one.error().detail.find("it belongs to user 0") != std::string::npos;
    };
    CHECK(as_somebody(fits));
}
