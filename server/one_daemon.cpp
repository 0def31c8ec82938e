#include "one_daemon.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace caveat::server {
namespace {

// Root may try the daemon by hand: the lock it leaves behind must not keep the daemon's own user out.
void give_to_owner_of(const std::filesystem::path& database, int descriptor) {
    struct stat facts {};
    if (::geteuid() != 0 || ::stat(database.c_str(), &facts) != 0) return;
    if (::fchown(descriptor, facts.st_uid, facts.st_gid) != 0) return;  // then the daemon's user is told what to remove
}

std::string whose(const std::filesystem::path& file) {
    struct stat facts {};
    if (::lstat(file.c_str(), &facts) != 0 || facts.st_uid == ::geteuid()) return {};
    return fmt::format("; it belongs to user {}, and this is user {}", facts.st_uid, ::geteuid());
}

}  // namespace

Result<OneDaemon> OneDaemon::on(const std::filesystem::path& database) {
    std::error_code error;
    auto real = std::filesystem::weakly_canonical(database, error);
    if (error) real = database;
    const std::filesystem::path file = real.string() + ".lock";
    const int beside = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (beside < 0) {
        const std::string why = std::strerror(errno);
        return fail(errc::invalid, "the lock {} cannot be opened: {}{}; if no daemon runs, remove it", file.string(), why, whose(file));
    }
    OneDaemon one(beside, ::open(real.c_str(), O_RDWR | O_CLOEXEC));
    give_to_owner_of(real, beside);
    for (const auto& [descriptor, locked] : {std::pair(beside, file), std::pair(one.database_, real)}) {
        if (descriptor < 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) continue;
        if (errno == EWOULDBLOCK) return fail(errc::temporary, "another caveat serves {}", real.string());
        return fail(errc::invalid, "the lock {} cannot be taken: {}", locked.string(), std::strerror(errno));
    }
    return one;
}

// The database is unlocked and left open: SQLite's own locks on a file end when the process closes any descriptor of it.
OneDaemon::~OneDaemon() {
    if (database_ >= 0) ::flock(database_, LOCK_UN);
    if (beside_ >= 0) ::close(beside_);
}

OneDaemon::OneDaemon(OneDaemon&& other) noexcept
    : beside_(std::exchange(other.beside_, -1)), database_(std::exchange(other.database_, -1)) {}

void OneDaemon::leave_word(std::string_view word) const {
    if (::ftruncate(beside_, 0) != 0 || ::pwrite(beside_, word.data(), word.size(), 0) < 0) return;  // it is in the log
    ::fsync(beside_);
}

std::string OneDaemon::take_word() const {
    std::array<char, 1000> word{};
    const auto size = ::pread(beside_, word.data(), word.size(), 0);
    if (size <= 0 || ::ftruncate(beside_, 0) != 0) return {};
    return {word.data(), static_cast<std::size_t>(size)};
}

}  // namespace caveat::server
