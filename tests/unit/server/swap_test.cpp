#include "swap.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <catch2/catch.hpp>

#include "scratch.hpp"

#include <fmt/core.h>

using namespace caveat::server;

namespace {

constexpr auto head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

// A machine of files: its swap areas, and a daemon, process 4711, in a service.
struct Machine : Scratch {
    std::filesystem::path lock = write("caveat.db.lock", "");

    Machine() {
        struct stat facts {};
        REQUIRE(::stat(lock.c_str(), &facts) == 0);
        write("proc/locks", fmt::format("1: POSIX  ADVISORY  WRITE 12 {0} 0 EOF\n2: FLOCK  ADVISORY  WRITE 4711 {0} 0 EOF\n",
                                        fmt::format("{:02x}:{:02x}:{}", major(facts.st_dev), minor(facts.st_dev), facts.st_ino)));
        write("proc/4711/cgroup", "0::/system.slice/caveat.service\n");
    }
    void swap(const std::string& lines) const { write("proc/swaps", head + lines); }
    void most(const std::string& group, const std::string& value) const {
        write("sys/fs/cgroup/" + group + "/memory.swap.max", value + "\n");
    }
    [[nodiscard]] SwapNews news() const { return swap_news(lock, path); }
};

}  // namespace

TEST_CASE("memory that may be swapped out in clear is told of", "[O3][K13]") {
    const Machine machine;
    machine.swap("");
    CHECK(machine.news().safe);
    machine.swap("/dev/zram0 partition 1 0 100\n/dev/dm-1 partition 1 0 -2\n");
    CHECK_FALSE(machine.news().safe);  // nothing says that dm-1 is encrypted
    machine.write("sys/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n");
    CHECK(machine.news().safe);

    machine.swap("/dev/sda2 partition 1 0 -2\n");
    CHECK(machine.news().words.find("the daemon's with mail that it has opened: set MemorySwapMax=0") != std::string::npos);
    machine.most("system.slice/caveat.service", "max");
    CHECK(machine.news().words.find("set MemorySwapMax=0") != std::string::npos);
    machine.most("system.slice/caveat.service", "0");
    CHECK(machine.news().words.find("the daemon's is not") != std::string::npos);
    machine.most("system.slice/caveat.service", "max");
    machine.most("system.slice", "0");
    CHECK(machine.news().words.find("the daemon's is not") != std::string::npos);
    machine.write("proc/locks", "");
    CHECK(machine.news().words.find("run the daemon with MemorySwapMax=0") != std::string::npos);
    CHECK(swap_news(machine.path / "none.lock", machine.path).words.find("/dev/sda2") != std::string::npos);
}
