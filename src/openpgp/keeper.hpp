#pragma once
// Work that may hang or never end, in a process that can be ended. A keeper is forked while the program has one thread; it keeps nothing of
// ours open but a socket. It starts a runner, a process group of its own without that socket, in which the work is done and other programs
// are run. When a piece of work is late, or this process is gone however it ended, the keeper kills the whole group and removes its folder.
// If the keeper is killed, the kernel kills the runner, what that had started ends at its limit of processor time, and the folder is swept
// at the next start.
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "caveat/result.hpp"

namespace caveat::openpgp {

// Work in the runner: a request -> its reply. What it keeps from one to the next is its own.
using Work = std::function<std::string(std::string_view request)>;
// How a runner begins. `folder` is its own, mode 0700, and removed with it.
using Begin = std::function<Work(const std::string& folder)>;

inline constexpr std::chrono::milliseconds longest_computing{10'000};

class Keeper {
public:
    // Folders are made in `home` and called run-XXXXXX; those that other keepers left behind are removed. A request takes at most
    // `deadline`; a runner that has computed for `computing`, without what it started, makes room for a new one.
    Keeper(std::filesystem::path home, std::chrono::milliseconds deadline, Begin begin,
           std::chrono::milliseconds computing = longest_computing);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    // Any thread; one request after the other. errc::temporary: late, or it could not be done. A keeper that was killed is not replaced:
    // by then there are threads, and secrets in memory, which no fork should meet. `ended`: the runner was late, or came to an end over it.
    [[nodiscard]] Result<std::string> ask(std::string_view request, bool* ended = nullptr);

private:
    void end();  // waits until the keeper, the runner and its folder are gone

    std::mutex one_at_a_time_;
    std::filesystem::path home_;
    std::chrono::milliseconds deadline_;
    int socket_ = -1;
    pid_t keeper_ = -1;
};

}  // namespace caveat::openpgp
