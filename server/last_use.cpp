#include "last_use.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include "caveat/vault/vault.hpp"

namespace caveat::server {
namespace {

using std::chrono::microseconds;

class Open {
public:
    Open(const std::filesystem::path& file, int how) : fd_(::open(file.c_str(), how | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)) {}
    ~Open() {
        if (fd_ >= 0) ::close(fd_);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

// Which file it is, and since when: a copy is another one, or a younger one. Where the file system keeps no time of birth, the first alone.
std::string identity_of(int fd) {
    struct statx about {};
    if (::statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &about) != 0) return {};
    const bool born = (about.stx_mask & STATX_BTIME) != 0;
    return fmt::format("{}-{}.{}", about.stx_ino, born ? about.stx_btime.tv_sec : 0, born ? about.stx_btime.tv_nsec : 0);
}

bool read_digest(const std::string& hash, Digest& into) {
    const auto digits = vault::unhex(hash);
    if (digits.size() != into.size()) return false;
    std::copy(digits.begin(), digits.end(), into.begin());
    return true;
}

// Numbers are padded: the file is overwritten in one piece, never longer or shorter than before.
std::string written(const std::string& identity, const LastUse& last) {
    const auto from = std::chrono::floor<microseconds>(last.signed_from.time_since_epoch()).count();
    const auto text = fmt::format("last-use {}\nfile {}\njournal {:020} {}\nsigned-from {:020}\n", last.uses ? 2 : 1, identity,
                                  last.at.number, vault::hex(last.at.hash), from);
    return last.uses ? text + fmt::format("used {:020} {}\n", last.uses->count, vault::hex(last.uses->mark)) : text;
}

}  // namespace

std::optional<LastUse> read_last_use(const std::filesystem::path& file) {
    const Open open(file, O_RDONLY);
    if (open.fd() < 0) return std::nullopt;
    std::array<char, 512> bytes{};
    const auto size = ::pread(open.fd(), bytes.data(), bytes.size(), 0);
    if (size <= 0) return std::nullopt;
    const std::string text(bytes.data(), static_cast<std::size_t>(size));
    std::istringstream words(text);
    std::string word, version, hash;
    LastUse last;
    std::int64_t from = 0;
    words >> word >> version >> word >> word >> word >> last.at.number >> hash >> word >> from;
    if (!words || !read_digest(hash, last.at.hash)) return std::nullopt;
    if (version == "2") {
        auto& uses = last.uses.emplace();
        words >> word >> uses.count >> hash;
        if (!words || !read_digest(hash, uses.mark)) return std::nullopt;
    }
    last.signed_from = Instant{std::chrono::duration_cast<Instant::duration>(microseconds{from})};
    return text == written(identity_of(open.fd()), last) ? std::optional(last) : std::nullopt;
}

Result<void> write_last_use(const std::filesystem::path& file, const LastUse& last) {
    const Open open(file, O_WRONLY | O_CREAT);
    const auto text = written(identity_of(open.fd()), last);
    const auto size = static_cast<ssize_t>(text.size());
    const bool done = open.fd() >= 0 && ::pwrite(open.fd(), text.data(), text.size(), 0) == size && ::ftruncate(open.fd(), size) == 0 &&
                      ::fsync(open.fd()) == 0;
    if (!done) return fail(errc::temporary, "{}: cannot be written; it must be the daemon's", file.string());
    return {};
}

}  // namespace caveat::server
