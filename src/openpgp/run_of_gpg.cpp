#include "run_of_gpg.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "descriptor.hpp"

namespace caveat::openpgp {
namespace {

constexpr int status_fd = 3;  // in gpg

struct Pipe {
    Descriptor read, write;
};
Pipe a_pipe() {
    int both[2];
    if (::pipe2(both, O_CLOEXEC) != 0) return {};
    return {Descriptor(both[0]), Descriptor(both[1])};
}

class FileActions {
public:
    FileActions() { ::posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    void becomes(const Descriptor& ours, int theirs) { ::posix_spawn_file_actions_adddup2(&actions_, ours.get(), theirs); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() {
        ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, status_fd + 1);
        return &actions_;
    }

private:
    posix_spawn_file_actions_t actions_{};
};

// Without copying our page tables, as fork(2) would.
pid_t spawned(std::vector<std::string>& command, FileActions& actions) {
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t pid = -1;
    return ::posix_spawn(&pid, arguments.front(), actions.get(), nullptr, arguments.data(), environ) == 0 ? pid : -1;
}

// As much as there is room for. It ends by itself if nobody reads.
void write_some(Descriptor& to, std::string_view& given) {
    while (!given.empty()) {
        const auto written = ::write(to.get(), given.data(), given.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) return;
        if (written <= 0) break;
        given.remove_prefix(static_cast<std::size_t>(written));
    }
    to.close();
}

std::string exchanged(Descriptor& to, std::string_view given, const Descriptor& from) {
    std::string made;
    char some[64 * 1024];
    ::fcntl(to.get(), F_SETFL, O_NONBLOCK);
    write_some(to, given);
    for (;;) {
        pollfd both[]{{from.get(), POLLIN, 0}, {to.get(), POLLOUT, 0}};
        if (to.open() && ::poll(both, 2, -1) < 0 && errno != EINTR) return made;
        if (to.open() && both[1].revents != 0) write_some(to, given);
        if (to.open() && both[0].revents == 0) continue;
        const auto got = ::read(from.get(), some, sizeof some);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return made;
        made.append(some, static_cast<std::size_t>(got));
    }
}

std::vector<std::string> status_in(const Descriptor& file) {
    constexpr std::string_view begin = "[GNUPG:] ";
    const auto size = ::lseek(file.get(), 0, SEEK_END);
    std::string text(static_cast<std::size_t>(size < 0 ? 0 : size), '\0');
    const auto got = ::pread(file.get(), text.data(), text.size(), 0);
    std::string_view rest(text.data(), static_cast<std::size_t>(got < 0 ? 0 : got));
    std::vector<std::string> lines;
    while (!rest.empty()) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (!line.starts_with(begin)) continue;
        lines.emplace_back(line.substr(begin.size()));
    }
    return lines;
}

bool ended_well(pid_t pid) {
    int status = -1;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Result<RunOfGpg> run_gpg(std::string program, std::vector<std::string> options, std::string_view given, Status wish) {
    auto in = a_pipe(), out = a_pipe();
    const Descriptor status(::memfd_create("status", MFD_CLOEXEC));
    if (!in.read.open() || !out.read.open() || !status.open()) return fail(errc::temporary, "GnuPG: no more files can be opened");
    std::vector<std::string> command{std::move(program)};
    if (wish == Status::told) command.insert(command.end(), {"--status-fd", std::to_string(status_fd)});
    command.insert(command.end(), std::make_move_iterator(options.begin()), std::make_move_iterator(options.end()));
    FileActions actions;
    actions.becomes(in.read, STDIN_FILENO);
    actions.becomes(out.write, STDOUT_FILENO);
    actions.becomes(status, status_fd);
    const auto pid = spawned(command, actions);
    if (pid < 0) return fail(errc::temporary, "gpg cannot be run");
    in.read.close();
    out.write.close();
    RunOfGpg run;
    run.made = exchanged(in.write, given, out.read);
    run.well = ended_well(pid);
    run.status = status_in(status);
    return run;
}

}  // namespace caveat::openpgp
