#include "one_daemon.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
    const std::filesystem::path file = database.string() + ".lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const std::string why = std::strerror(errno);
        return fail(errc::invalid, "the lock {} cannot be opened: {}{}; if no daemon runs, remove it", file.string(), why, whose(file));
    }
    OneDaemon one(descriptor);
    give_to_owner_of(database, descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return one;
    if (errno == EWOULDBLOCK) return fail(errc::temporary, "another caveat serves {}", database.string());
    return fail(errc::invalid, "the lock {} cannot be taken: {}", file.string(), std::strerror(errno));
}

OneDaemon::~OneDaemon() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

OneDaemon::OneDaemon(OneDaemon&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace caveat::server
