#pragma once
// What the kernel and systemd are told about this process. Nothing here fails: without a supervisor nobody is told.
#include <chrono>
#include <string>
#include <string_view>

namespace caveat::server {

// Mail and keys in memory must not end up in a core file: neither in one that this process writes nor in one that is piped to a program
// (K13).
void forbid_core_files();

// sd_notify(3) and sd_watchdog_enabled(3): datagrams to $NOTIFY_SOCKET. Any thread; the environment is read by the constructor.
class Supervisor {
public:
    Supervisor();
    void ready() const { tell("READY=1"); }
    void alive() const { tell("WATCHDOG=1"); }
    // How often it wants to hear that the process is alive: half of $WATCHDOG_USEC. Zero if it does not watch, or watches another process.
    [[nodiscard]] std::chrono::microseconds pulse() const { return pulse_; }

private:
    void tell(std::string_view state) const;

    std::string socket_;  // a path, or '@' and an abstract name
    std::chrono::microseconds pulse_{0};
};

}  // namespace caveat::server
