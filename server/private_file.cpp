#include "private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "caveat/system_error.hpp"

namespace caveat::server {

Result<void> write_private(const std::filesystem::path& file, std::string_view bytes) {
    const auto trouble = [&](errc code) { return fail(code, "{}: cannot be written: {}", file.string(), std::strerror(errno)); };
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return trouble(errc_of(errno));
    struct stat facts {};
    const bool regular = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
    Result<void> done;
    if (regular && (::fchmod(fd, 0600) != 0 || ::ftruncate(fd, 0) != 0)) done = trouble(errc::invalid);
    while (done && !bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            done = trouble(errc::temporary);
            break;
        }
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::close(fd) != 0 && done) done = trouble(errc::temporary);
    return done;
}

}  // namespace caveat::server
