#include "supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "new_folder.hpp"

using caveat::server::Supervisor;

namespace {

struct Notified {
    std::filesystem::path folder = new_folder("caveat-notify");
    int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    Notified() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = (folder / "notify").string();
        REQUIRE(path.size() < sizeof address.sun_path);
        std::memcpy(address.sun_path, path.data(), path.size());
        REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~Notified() {
        for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
        ::close(socket);
        std::filesystem::remove_all(folder);
    }
    Notified(const Notified&) = delete;
    Notified& operator=(const Notified&) = delete;

    [[nodiscard]] std::string told() const {
        std::array<char, 64> bytes{};
        const auto size = ::recv(socket, bytes.data(), bytes.size(), 0);
        return size < 0 ? std::string{} : std::string(bytes.data(), static_cast<std::size_t>(size));
    }
};

}  // namespace

TEST_CASE("a supervisor hears that the doors are open and that the process is alive") {
    const Notified systemd;
    const Supervisor supervisor;
    supervisor.ready();
    CHECK(systemd.told() == "READY=1");
    supervisor.alive();
    CHECK(systemd.told() == "WATCHDOG=1");
    CHECK(systemd.told().empty());
}

TEST_CASE("without a supervisor, or with one that does not read, nothing is told and nothing waits") {
    Supervisor().ready();
    const Notified systemd;
    const Supervisor supervisor;
    for (int i = 0; i < 10'000; ++i) supervisor.alive();
    CHECK(systemd.told() == "WATCHDOG=1");
}

TEST_CASE("the pulse is half of what the watchdog waits for, and is nobody else's") {
    const Notified systemd;
    const auto pulse_with = [](const char* wait, const std::string& process) {
        ::setenv("WATCHDOG_USEC", wait, 1);
        ::setenv("WATCHDOG_PID", process.c_str(), 1);
        return Supervisor().pulse();
    };
    const auto own = std::to_string(::getpid());
    CHECK(Supervisor().pulse().count() == 0);
    CHECK(pulse_with("120000000", own) == std::chrono::seconds{60});
    CHECK(pulse_with("120000000", "1").count() == 0);
    CHECK(pulse_with("soon", own).count() == 0);
    CHECK(pulse_with("", own).count() == 0);
    CHECK(pulse_with("18446744073709551615", own) == std::chrono::hours{12});
    ::unsetenv("WATCHDOG_PID");
    CHECK(Supervisor().pulse() == std::chrono::hours{12});
}
