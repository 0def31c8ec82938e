#include "keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>

#include "descriptor.hpp"

namespace caveat::openpgp {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint64_t longest_message = 256U << 20;  // bytes: a whole mail, sealed
constexpr int most_a_runner = 1000;                    // pieces of work, then there is a new one: its processor time is limited
constexpr rlim_t spare_seconds = 15;                   // of processor time, beyond what it may compute before and in its last piece of work
constexpr rlim_t longest_file = 16U << 20;             // bytes, in the folder
constexpr std::string_view run_prefix = "run-";
constexpr int lock_tries = 50;  // and a pause behind each: half a second
constexpr milliseconds lock_pause{10};

// How a piece of work went: the first octet of what the keeper replies.
enum class Went : char { done = 'd', late = 'l', broken = 'b', no_folder = 'f' };

// ---- messages over a stream socket: their length, then their bytes

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string length_of(std::string_view bytes) {
    const std::uint64_t size = bytes.size();
    return {reinterpret_cast<const char*>(&size), sizeof size};
}

// To somebody who reads: it waits for that as long as it takes.
bool send_message(int fd, std::string_view bytes) { return send_all(fd, length_of(bytes)) && send_all(fd, bytes); }

// A message that is sent bit by bit, whenever the other side has room for more.
class Outgoing {
public:
    explicit Outgoing(std::string_view bytes) : length_(length_of(bytes)), rest_{length_, bytes} {}
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    // Sends once and never waits; false if the other side is gone.
    bool send_some(int fd) {
        auto& next = rest_[0].empty() ? rest_[1] : rest_[0];
        const auto sent = ::send(fd, next.data(), next.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) return errno == EINTR || errno == EAGAIN;
        next.remove_prefix(static_cast<std::size_t>(sent));
        return true;
    }
    [[nodiscard]] bool all_sent() const { return rest_[0].empty() && rest_[1].empty(); }

private:
    std::string length_;
    std::string_view rest_[2];
};

// Bytes as they come in, until a message is whole.
class Incoming {
public:
    // Reads once; false at the end of the stream.
    bool read_some(int fd) {
        char some[64 * 1024];
        for (;;) {
            const auto got = ::recv(fd, some, sizeof some, 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            bytes_.append(some, static_cast<std::size_t>(got));
            return size() <= longest_message;
        }
    }
    [[nodiscard]] bool whole() const { return bytes_.size() >= sizeof(std::uint64_t) && bytes_.size() - sizeof(std::uint64_t) >= size(); }
    [[nodiscard]] std::string message() const { return bytes_.substr(sizeof(std::uint64_t), size()); }

private:
    [[nodiscard]] std::uint64_t size() const {
        std::uint64_t size = 0;
        if (bytes_.size() >= sizeof size) bytes_.copy(reinterpret_cast<char*>(&size), sizeof size);
        return size;
    }
    std::string bytes_;
};

std::optional<std::string> receive_message(int fd) {
    Incoming incoming;
    while (!incoming.whole()) {
        if (!incoming.read_some(fd)) return std::nullopt;
    }
    return incoming.message();
}

struct Pair {
    int ours = -1;
    int theirs = -1;
};
std::optional<Pair> socket_pair() {
    int both[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) return std::nullopt;
    return Pair{both[0], both[1]};
}

// ---- the keeper's side; one thread

int open_folder(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

// Whoever makes a folder or sweeps has the lock for a moment; somebody who keeps it is not waited for.
bool lock_soon(int folder) {
    for (int i = 0; i < lock_tries; ++i) {
        if (::flock(folder, LOCK_EX | LOCK_NB) == 0) return true;
        if (errno != EWOULDBLOCK && errno != EINTR) return false;
        std::this_thread::sleep_for(lock_pause);
    }
    return false;
}

// A folder that is locked as long as its keeper or runner lives: so others can tell that it is in use.
class Folder {
public:
    explicit Folder(const std::filesystem::path& home) : path_((home / (std::string(run_prefix) + "XXXXXX")).string()) {
        const Descriptor sweeping(open_folder(home.string()));  // nobody sweeps between the next two steps
        if (sweeping.get() < 0 || !lock_soon(sweeping.get()) || ::mkdtemp(path_.data()) == nullptr) return;
        lock_ = open_folder(path_);
        there_ = lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) == 0;
    }
    ~Folder() {
        std::error_code ignored;
        if (lock_ >= 0) std::filesystem::remove_all(path_, ignored);
        if (lock_ >= 0) ::close(lock_);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] bool there() const { return there_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    int lock_ = -1;
    bool there_ = false;
};

// Folders whose keeper was killed. If the lock is not to be had, they are swept at the next start.
void sweep(const std::filesystem::path& home) {
    const Descriptor sweeping(open_folder(home.string()));
    if (sweeping.get() < 0 || !lock_soon(sweeping.get())) return;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(home, ignored)) {
        if (entry.is_symlink(ignored) || !entry.path().filename().string().starts_with(run_prefix)) continue;
        const Descriptor left(open_folder(entry.path().string()));
        if (left.get() >= 0 && ::flock(left.get(), LOCK_EX | LOCK_NB) == 0) std::filesystem::remove_all(entry.path(), ignored);
    }
}

void limit(decltype(RLIMIT_CPU) what, rlim_t most) {
    const rlimit both{most, most};
    ::setrlimit(what, &both);
}

// `most_computing`: in all its work.
[[noreturn]] void run_work(int socket, pid_t keeper, milliseconds most_computing, const std::string& folder, const Begin& begin) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != keeper) ::_exit(1);
    limit(RLIMIT_CPU, static_cast<rlim_t>(std::chrono::ceil<std::chrono::seconds>(most_computing).count()) + spare_seconds);
    limit(RLIMIT_FSIZE, longest_file);
    try {
        const Work work = begin(folder);
        while (const auto request = receive_message(socket)) {
            if (!send_message(socket, work(*request))) break;
        }
    } catch (const std::exception&) {
        ::_exit(1);
    }
    ::_exit(0);
}

// A runner with its folder, and everything it started.
class Runner {
public:
    // `parent`: the keeper's socket, which is not the runner's.
    Runner(const std::filesystem::path& home, milliseconds most_computing, const Begin& begin, int parent) : folder_(home) {
        const auto pair = folder_.there() ? socket_pair() : std::nullopt;
        if (!pair) return;
        const pid_t keeper = ::getpid();
        pid_ = ::fork();
        if (pid_ == 0) {
            ::setpgid(0, 0);
            ::close(pair->ours);
            ::close(parent);
            run_work(pair->theirs, keeper, most_computing, folder_.path(), begin);
        }
        if (pid_ > 0) ::setpgid(pid_, pid_);  // whoever of the two is first
        ::close(pair->theirs);
        socket_ = pair->ours;
    }
    ~Runner() {
        if (pid_ > 0) {
            ::kill(-pid_, SIGKILL);
            // The keeper is a subreaper (prctl(2)): what the runner had started is now its child. All are gone before the folder is.
            while (::waitpid(-pid_, nullptr, 0) > 0 || errno == EINTR) continue;
        }
        if (socket_ >= 0) ::close(socket_);
    }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    [[nodiscard]] bool there() const { return pid_ > 0; }
    // Whether it has computed for so long; what it started does not count.
    [[nodiscard]] bool has_computed(milliseconds long_enough) const {
        clockid_t clock{};
        timespec spent{};
        if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &spent) != 0) return true;
        return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec) >= long_enough;
    }
    [[nodiscard]] int work_done() const { return work_done_; }

    // None: the process behind `parent` is gone. Whatever is not `done` leaves a runner that must not be used again.
    std::optional<Went> work(const std::string& request, std::string& reply, milliseconds deadline, int parent) {
        ++work_done_;
        const auto end = steady::now() + deadline;
        Outgoing outgoing(request);
        Incoming incoming;
        while (!incoming.whole()) {
            const auto left = std::chrono::ceil<milliseconds>(end - steady::now()).count();
            if (left <= 0) return Went::late;
            const int wanted = outgoing.all_sent() ? POLLIN : POLLIN | POLLOUT;
            pollfd both[]{{socket_, static_cast<short>(wanted), 0}, {parent, POLLRDHUP, 0}};
            if (::poll(both, 2, static_cast<int>(left)) < 0 && errno != EINTR) return Went::broken;
            if (both[1].revents != 0) return std::nullopt;
            if ((both[0].revents & POLLOUT) != 0 && !outgoing.send_some(socket_)) return Went::broken;
            if ((both[0].revents & ~POLLOUT) != 0 && !incoming.read_some(socket_)) return Went::broken;
        }
        reply = incoming.message();
        return Went::done;
    }

private:
    Folder folder_;
    pid_t pid_ = -1;
    int socket_ = -1;
    int work_done_ = 0;
};

// Nothing of ours stays open in here, and a signal to our process group or service does not end it before us.
void become_keeper(int parent) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
    ::setpgid(0, 0);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "caveat-keeper");
    limit(RLIMIT_CORE, 0);
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2 && nowhere >= 0; ++fd) ::dup2(nowhere, fd);
    ::dup2(parent, 3);
    ::close_range(4, ~0U, 0);
    ::fcntl(3, F_SETFD, FD_CLOEXEC);
}

void serve_parent(int parent, const std::filesystem::path& home, milliseconds deadline, const Begin& begin, milliseconds computing) {
    sweep(home);
    std::unique_ptr<Runner> runner;
    while (const auto request = receive_message(parent)) {
        if (!runner) runner = std::make_unique<Runner>(home, deadline + computing, begin, parent);
        std::string reply;
        const auto went = runner->there() ? runner->work(*request, reply, deadline, parent) : Went::no_folder;
        if (!went) return;
        while (*went == Went::done && ::waitpid(-1, nullptr, WNOHANG) > 0) continue;  // programs the runner ran
        if (*went != Went::done || runner->work_done() == most_a_runner || runner->has_computed(computing)) runner.reset();
        if (!send_message(parent, std::string(1, static_cast<char>(*went)) + reply)) return;
    }
}

}  // namespace

Keeper::Keeper(std::filesystem::path home, milliseconds deadline, Begin begin, milliseconds computing)
    : home_(std::move(home)), deadline_(deadline) {
    const auto pair = socket_pair();
    if (!pair) return;
    keeper_ = ::fork();
    if (keeper_ == 0) {
        become_keeper(pair->theirs);
        try {
            serve_parent(3, home_, deadline, begin, computing);
        } catch (const std::exception&) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    ::close(pair->theirs);
    socket_ = pair->ours;
}

Keeper::~Keeper() { end(); }

void Keeper::end() {
    if (socket_ >= 0) ::close(socket_);
    if (keeper_ > 0) {
        while (::waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) continue;
    }
    socket_ = -1;
    keeper_ = -1;
}

Result<std::string> Keeper::ask(std::string_view request, bool* ended) {
    const std::lock_guard alone(one_at_a_time_);
    const bool sent = keeper_ > 0 && send_message(socket_, request);
    auto reply = sent ? receive_message(socket_) : std::nullopt;
    if (!reply || reply->empty()) {
        end();
        return fail(errc::temporary, "GnuPG: the process that looks after it is gone; start caveat again");
    }
    const auto went = static_cast<Went>(reply->front());
    if (ended != nullptr) *ended = went == Went::late || went == Went::broken;
    switch (went) {
        case Went::done:
            return reply->substr(1);
        case Went::late:
            return fail(errc::temporary, "GnuPG: not done after {} ms, and stopped", deadline_.count());
        case Went::no_folder:
            return fail(errc::temporary, "{}: nothing can be made there; it must be a folder of ours, and locked by nobody else",
                        home_.string());
        case Went::broken:
            break;
    }
    return fail(errc::temporary, "GnuPG: it ended before it was done");
}

}  // namespace caveat::openpgp
