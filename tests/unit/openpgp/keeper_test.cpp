// Work that hangs, and processes that are killed: nobody waits longer than the deadline, and nothing is left of it.
#include "keeper.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

#include "a_certificate.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/openpgp/nobody.hpp"
#include "caveat/openpgp/opener.hpp"
#include "scratch.hpp"

namespace caveat::test {

using namespace std::chrono_literals;
using openpgp::Keeper;

namespace {

struct AHome {
    Scratch scratch;
    std::filesystem::path home = scratch.path / "gnupg";
    std::filesystem::path notes = scratch.path / "notes";  // what the runner writes down about itself

    AHome() {
        std::filesystem::create_directory(home);
        std::filesystem::permissions(home, std::filesystem::perms::owner_all);
    }
    [[nodiscard]] bool nothing_left() const { return std::filesystem::is_empty(home); }

    // Work that replies in upper case, or does what the request says.
    [[nodiscard]] openpgp::Begin begin() const {
        return [notes = notes](const std::string& folder) {
            std::ofstream(folder + "/made") << "at the beginning";
            return [notes](std::string_view request) {
                if (request == "hang") hang(notes);
                if (request == "die") ::_exit(3);
                if (request == "compute") compute_for(200ms);
                if (request == "where") return std::to_string(::getpid());
                if (request == "keeper") return std::to_string(::getppid());
                if (request == "sockets") return std::to_string(open_sockets());
                std::string reply;
                for (const char c : request) reply += static_cast<char>(c & ~0x20);
                return reply;
            };
        };
    }
    static void compute_for(std::chrono::milliseconds processor_time) {
        const auto end = std::clock() + processor_time.count() * CLOCKS_PER_SEC / 1000;
        while (std::clock() < end) continue;
    }
    static std::size_t open_sockets() {
        std::size_t count = 0;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            if (std::filesystem::read_symlink(entry.path(), ignored).string().starts_with("socket:")) ++count;
        }
        return count;
    }
    // For ever, with a child that ignores to be told to end, and a grandchild whose parent is gone.
    static void hang(const std::filesystem::path& notes) {
        const std::string script =
            "trap '' TERM HUP; (sleep 1000 & echo $! >>" + notes.string() + "); echo $$ >>" + notes.string() + "; sleep 1000; :";
        (void)!std::system(script.c_str());
    }
    [[nodiscard]] std::vector<pid_t> noted() const {
        std::vector<pid_t> all;
        std::ifstream in(notes);
        for (pid_t pid = 0; in >> pid;) all.push_back(pid);
        return all;
    }
    template <class Condition>
    static bool soon(Condition condition) {
        for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(10ms);
        return condition();
    }
    [[nodiscard]] bool all_dead() const {
        const auto pids = noted();
        return pids.size() == 2 && std::all_of(pids.begin(), pids.end(), [](pid_t pid) { return ::kill(pid, 0) != 0; });
    }
};

}  // namespace

TEST_CASE("work is done in one runner after the other, in a folder that is gone with it", "[openpgp][K13]") {
    const AHome a;
    {
        Keeper keeper(a.home, 10s, a.begin());
        CHECK(a.nothing_left());
        CHECK(keeper.ask("reply").value() == "REPLY");
        CHECK_FALSE(a.nothing_left());
        const auto runner = keeper.ask("where").value();
        CHECK(runner != std::to_string(::getpid()));
        CHECK(keeper.ask("where").value() == runner);
        const std::string much(3'000'000, 'a');
        CHECK(keeper.ask(much).value() == std::string(much.size(), 'A'));
        CHECK(keeper.ask("").value().empty());
    }
    CHECK(a.nothing_left());
}

TEST_CASE("a runner that has computed for long is replaced before its processor time ends", "[openpgp][D4][S5]") {
    const AHome a;
    const auto [computing, replaced] =
        GENERATE(table<std::chrono::milliseconds, bool>({{100ms, true}, {openpgp::longest_computing, false}}));
    Keeper keeper(a.home, 20s, a.begin(), computing);
    const auto runner = keeper.ask("where").value();
    CHECK(keeper.ask("compute").value() == "COMPUTE");
    CHECK((keeper.ask("where").value() != runner) == replaced);
}

TEST_CASE("late work is ended with all it had started, and the next is done", "[openpgp][D4][S5]") {
    const AHome a;
    Keeper keeper(a.home, 300ms, a.begin());
    const auto began = std::chrono::steady_clock::now();
    const auto late = keeper.ask("hang");
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == errc::temporary);
    CHECK(late.error().detail == "GnuPG: not done after 300 ms, and stopped");
    CHECK(a.all_dead());
    CHECK(a.nothing_left());
    CHECK(keeper.ask("again").value() == "AGAIN");
}

TEST_CASE("a runner that reads nothing is ended at the deadline, however much there is to send", "[openpgp][D4][S5]") {
    const AHome a;
    const auto deaf = [](const std::string&) -> openpgp::Work {
        for (;;) ::pause();
    };
    Keeper keeper(a.home, 300ms, deaf);
    const auto began = std::chrono::steady_clock::now();
    const auto late = keeper.ask(std::string(3'000'000, 'a'));
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    REQUIRE_FALSE(late);
    CHECK(late.error().detail == "GnuPG: not done after 300 ms, and stopped");
    CHECK(a.nothing_left());
}

TEST_CASE("a folder that somebody keeps locked is not waited for", "[openpgp][D4][S5]") {
    const AHome a;
    const int folder = ::open(a.home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(::flock(folder, LOCK_EX) == 0);
    Keeper keeper(a.home, 10s, a.begin());
    const auto began = std::chrono::steady_clock::now();
    const auto refused = keeper.ask("x");
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.ends_with("it must be a folder of ours, and locked by nobody else"));
    ::close(folder);
    CHECK(keeper.ask("again").value() == "AGAIN");
}

TEST_CASE("a runner has one socket, its own", "[openpgp][K13]") {
    const AHome a;
    Keeper keeper(a.home, 10s, a.begin());
    CHECK(keeper.ask("sockets").value() == "1");
}

TEST_CASE("a keeper that was killed is no zombie, and says what to do", "[openpgp][D4]") {
    const AHome a;
    Keeper keeper(a.home, 10s, a.begin());
    const auto pid = static_cast<pid_t>(std::stol(keeper.ask("keeper").value()));
    ::kill(pid, SIGKILL);
    for (int i = 0; i < 2; ++i) {
        CHECK(keeper.ask("x").error().detail == "GnuPG: the process that looks after it is gone; start caveat again");
        CHECK(::waitpid(pid, nullptr, WNOHANG) == -1);  // it was waited for already
    }
}

TEST_CASE("with a log, trouble is told there once, and the error names no path", "[openpgp][D4][O5]") {
    const AHome a;
    std::vector<std::string> log;
    const auto engine = openpgp::gnupg(a.home / "nowhere", 10s, [&](std::string_view line) { log.emplace_back(line); });
    const openpgp::Key nobody{openpgp::Fitness::usable, std::string(openpgp::nobodys_key()), {}};
    const auto path = (a.home / "nowhere").string();
    for (int i = 0; i < 2; ++i) {
        const auto failed = engine->seal("text", nobody);
        REQUIRE_FALSE(failed);
        CHECK(failed.error().code == errc::temporary);
        CHECK(failed.error().detail == "GnuPG cannot be asked now; try again");
        REQUIRE(log.size() == 1);
        CHECK(log.front().starts_with(path + ": "));
    }
    std::filesystem::create_directory(path);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    CHECK(engine->seal("text", nobody));
    std::filesystem::remove_all(path);  // its home is gone under it: that is told anew
    CHECK_FALSE(engine->seal("text", nobody));
    CHECK(log.size() == 2);
}

TEST_CASE("a runner that dies is one refusal", "[openpgp][D4]") {
    const AHome a;
    Keeper keeper(a.home, 10s, a.begin());
    const auto died = keeper.ask("die");
    REQUIRE_FALSE(died);
    CHECK(died.error().code == errc::temporary);
    CHECK(died.error().detail == "GnuPG: it ended before it was done");
    CHECK(a.nothing_left());
    CHECK(keeper.ask("again").value() == "AGAIN");
}

TEST_CASE("where no folder can be made no work is done", "[openpgp][D4]") {
    const AHome a;
    Keeper keeper(a.home / "nowhere", 10s, a.begin());
    CHECK(keeper.ask("x").error().detail.find("nothing can be made there; it must be a folder of ours") != std::string::npos);
    std::filesystem::create_directory(a.home / "nowhere");
    CHECK(keeper.ask("again").value() == "AGAIN");
}

TEST_CASE("whoever asks may be killed: nothing goes on for nobody", "[openpgp][K13]") {
    const AHome a;
    const pid_t asking = ::fork();
    if (asking == 0) {
        Keeper keeper(a.home, 1h, a.begin());
        (void)keeper.ask("hang");
        ::_exit(0);
    }
    REQUIRE(AHome::soon([&] { return a.noted().size() == 2; }));
    CHECK_FALSE(a.all_dead());
    ::kill(asking, SIGKILL);
    ::waitpid(asking, nullptr, 0);
    CHECK(AHome::soon([&] { return a.all_dead(); }));
    CHECK(AHome::soon([&] { return a.nothing_left(); }));
}

TEST_CASE("what a killed keeper left is swept at the next start, what is in use is not", "[openpgp][K13]") {
    const AHome a;
    std::filesystem::create_directories(a.home / "run-killed" / "deep");
    std::ofstream(a.home / "run-killed" / "deep" / "reader.pgp") << "left";
    std::ofstream(a.home / "other") << "not ours";
    std::filesystem::create_directory_symlink(a.home, a.scratch.path / "called-otherwise");
    Keeper first(a.scratch.path / "called-otherwise", 10s, a.begin());
    const auto runner = first.ask("where").value();
    CHECK_FALSE(std::filesystem::exists(a.home / "run-killed"));
    CHECK(std::filesystem::exists(a.home / "other"));
    Keeper second(a.home, 10s, a.begin());
    CHECK(second.ask("x"));
    CHECK(first.ask("where").value() == runner);
    CHECK(std::distance(std::filesystem::directory_iterator(a.home), {}) == 3);
}

TEST_CASE("a GnuPG that hangs is ended at the deadline", "[openpgp][D4][S5]") {
    const AHome a;
    // GPGME asks the gpgconf of the PATH which gpg to run.
    const auto fake = [&](const std::string& name, const std::string& script) {
        const auto file = a.scratch.write(name, "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file.string();
    };
    const auto gpg = fake("gpg", "case \"$*\" in *--version*) exec /usr/bin/gpg \"$@\";; esac; sleep 1000 & echo $! >>" + a.notes.string() +
                                     "; echo $$ >>" + a.notes.string() + "; wait");
    (void)fake("gpgconf", "case \"$*\" in *--list-components*) echo gpg:OpenPGP:" + gpg + ";; *) exec /usr/bin/gpgconf \"$@\";; esac");
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", (a.scratch.path.string() + ":" + path).c_str(), 1);
    const auto engine = openpgp::gnupg(a.home, 1s);
    ::setenv("PATH", path.c_str(), 1);
    const auto late = engine->seal("text", {openpgp::Fitness::usable, std::string(openpgp::nobodys_key()), {}});
    REQUIRE_FALSE(late);
    CHECK(late.error().detail == "GnuPG: not done after 1000 ms, and stopped");
    CHECK(a.all_dead());
    CHECK(a.nothing_left());
}

TEST_CASE("what GnuPG is ended over twice is not asked about again, unless GnuPG does nothing else either", "[openpgp][D2][D5][S5]") {
    const AHome a;
    const auto fake = [&](const std::string& name, const std::string& script) {
        const auto file = a.scratch.write(name, "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file.string();
    };
    const auto all = a.scratch.path / "all-of-it";
    const auto gpg = fake("gpg", "case \"$*\" in *--version*) exec /usr/bin/gpg \"$@\";; *--verify*) exec sleep 1000;; esac; [ -e " +
                                     all.string() + " ] && exec sleep 1000; exec /usr/bin/gpg \"$@\"");
    (void)fake("gpgconf", "case \"$*\" in *--list-components*) echo gpg:OpenPGP:" + gpg + ";; *) exec /usr/bin/gpgconf \"$@\";; esac");
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", (a.scratch.path.string() + ":" + path).c_str(), 1);
    const auto opener = openpgp::opener(a.home, 1s);
    ::setenv("PATH", path.c_str(), 1);
    const std::string signature = "\x88\x03\x04 1";
    const auto late = opener->with({})->verify("text", signature);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == errc::denied);
    CHECK(late.error().detail == "GnuPG could not be done with it in 1 s, and was ended twice");
    std::ofstream(all) << "hangs";
    const auto away = opener->with({})->verify("text", signature);
    REQUIRE_FALSE(away);
    CHECK(away.error().code == errc::temporary);
}

}  // namespace caveat::test
