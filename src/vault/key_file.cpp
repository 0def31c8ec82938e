#include "key_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>
#include <vector>

#include "caveat/system_error.hpp"
#include "ring.hpp"

namespace caveat::vault {
namespace {

constexpr std::string_view first_magic = "caveat-vault-key 1\n";  // without a ring
constexpr std::string_view magic = "caveat-vault-key 2\n";
static_assert(magic.size() == first_magic.size());
constexpr std::size_t base64_size = sodium_base64_ENCODED_LEN(key_size, sodium_base64_VARIANT_ORIGINAL);  // counts the final NUL
constexpr std::size_t head_size = magic.size() + base64_size;  // the newline takes the place of the NUL
constexpr std::size_t most_size = 64U << 20;                   // some ten thousand posts forgotten

struct Descriptor {
    int fd = -1;
    explicit Descriptor(int opened) : fd(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

[[noreturn]] void broken(const std::filesystem::path& file, const char* what) {
    throw std::system_error(errno, std::generic_category(), fmt::format("{} {}", what, file.string()));
}

void write_all(int fd, const unsigned char* bytes, std::size_t size, const std::filesystem::path& file) {
    while (size > 0) {
        const auto n = ::write(fd, bytes, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) broken(file, "cannot write");
        bytes += n;
        size -= static_cast<std::size_t>(n);
    }
}

// A file is only as durable as its name in the folder.
void sync_folder_of(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (dir.fd < 0 || ::fsync(dir.fd) != 0) broken(folder, "cannot sync");
}

std::size_t read_some(int fd, unsigned char* to, std::size_t most) {
    std::size_t got = 0;
    while (got < most) {
        const auto n = ::read(fd, to + got, most - got);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += static_cast<std::size_t>(n);
    }
    return got;
}

// The whole file: head and ring. `like`: the file it takes the place of, if there is one.
Result<void> write_file(const std::filesystem::path& file, const unsigned char* master, const Ring& ring, const struct stat* like) {
    const auto size = head_size + ring.size_of_lines();
    if (size > most_size) return fail(errc::limit, "{} would have more than {} bytes", file.string(), most_size);
    const auto text = secret_bytes(size + 1);
    auto* chars = reinterpret_cast<char*>(text.get());
    std::memcpy(chars, magic.data(), magic.size());
    sodium_bin2base64(chars + magic.size(), base64_size, master, key_size, sodium_base64_VARIANT_ORIGINAL);
    chars[head_size - 1] = '\n';
    ring.write_lines(chars + head_size);
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (out.fd < 0 && errno == EEXIST) return fail(errc::conflict, "{} exists; a key is never overwritten", file.string());
    if (out.fd < 0) return fail(errc_of(errno), "cannot create {}: {}", file.string(), std::strerror(errno));
    try {
        // The mode is set explicitly: under a narrow umask the file could not be read back. The owner stays who it was, or the daemon could
        // not.
        if (::fchmod(out.fd, 0600) != 0) broken(file, "cannot set the mode of");
        if (like != nullptr && ::fchown(out.fd, like->st_uid, like->st_gid) != 0) broken(file, "cannot set the owner of");
        write_all(out.fd, text.get(), size, file);
        if (::fsync(out.fd) != 0) broken(file, "cannot sync");
        sync_folder_of(file);
    } catch (...) {
        ::unlink(file.c_str());  // half a key would block the next try and open nothing
        throw;
    }
    return {};
}

// What was forgotten shall not lie on the disk either, as far as a program can see to that.
void wipe(int fd, std::size_t size) {
    const std::vector<unsigned char> zeros(size);
    if (::pwrite(fd, zeros.data(), size, 0) == static_cast<ssize_t>(size)) ::fsync(fd);
}

// Locked, and still the file of that name. Negative: it cannot be opened.
int locked_file(const std::filesystem::path& file) {
    for (;;) {
        const int fd = ::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) return fd;
        struct stat mine {
        }, there{};
        const bool locked = ::flock(fd, LOCK_EX) == 0 && ::fstat(fd, &mine) == 0 && ::stat(file.c_str(), &there) == 0;
        if (locked && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev) return fd;
        ::close(fd);
        if (!locked) return -1;
    }
}

}  // namespace

SecretBytes secret_bytes(std::size_t n) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    SecretBytes bytes(static_cast<unsigned char*>(sodium_malloc(n)));
    if (!bytes) throw std::bad_alloc();
    return bytes;
}

Result<void> write_new_key(const std::filesystem::path& file) {
    const auto key = secret_bytes(key_size);
    randombytes_buf(key.get(), key_size);
    return write_file(file, key.get(), Ring::fresh(), nullptr);
}

Result<KeyText> read_key(const std::filesystem::path& file) {
    // O_NONBLOCK: a FIFO in its place must not hang the start.
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (in.fd < 0 && errno == ENOENT) return fail(errc::not_found, "no key file {}", file.string());
    if (in.fd < 0) return fail(errc::invalid, "cannot read {}: {}", file.string(), std::strerror(errno));
    struct stat facts {};
    if (::fstat(in.fd, &facts) != 0) broken(file, "cannot stat");
    if (!S_ISREG(facts.st_mode)) return fail(errc::invalid, "{} is not a file", file.string());
    if ((facts.st_mode & 077) != 0) {
        return fail(errc::invalid, "others can read {} (mode {:04o}); chmod 0600 it", file.string(), facts.st_mode & 07777);
    }
    const auto no_key = fail(errc::invalid, "{} is not a key file of caveat", file.string());
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (size < head_size || size > most_size) return no_key;

    const auto text = secret_bytes(size + 1);  // one more, to see that nothing follows
    const auto got = read_some(in.fd, text.get(), size + 1);
    const auto* chars = reinterpret_cast<const char*>(text.get());
    const bool first = std::memcmp(chars, first_magic.data(), first_magic.size()) == 0;
    const bool framed = got == size && (first || std::memcmp(chars, magic.data(), magic.size()) == 0) && chars[head_size - 1] == '\n';
    KeyText key{secret_bytes(key_size), nullptr};
    std::size_t decoded = 0;
    if (!framed || (first && size != head_size) ||
        sodium_base642bin(key.master.get(), key_size, chars + magic.size(), base64_size - 1, nullptr, &decoded, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        decoded != key_size) {
        return no_key;
    }
    if (first) return key;
    key.ring_size = size - head_size;
    key.ring = secret_bytes(key.ring_size + 1);
    std::memcpy(key.ring.get(), text.get() + head_size, key.ring_size);
    if (!Ring::from_lines(key.ring_lines())) return no_key;
    return key;
}

Result<void> rewrite_ring(const std::filesystem::path& file, const std::function<bool(Ring&)>& change) {
    const Descriptor old(locked_file(file));
    struct stat facts {};
    if (old.fd < 0 || ::fstat(old.fd, &facts) != 0) return fail(errc::invalid, "cannot write {}: {}", file.string(), std::strerror(errno));
    const auto key = read_key(file);
    if (!key) return tl::unexpected(key.error());
    if (!key->ring) return fail(errc::conflict, "{} was made by an earlier program and cannot forget", file.string());
    auto ring = Ring::from_lines(key->ring_lines());
    if (!ring || !change(*ring)) return {};
    auto fresh = file;
    fresh += ".new";
    ::unlink(fresh.c_str());  // of one that was interrupted; the lock says that nobody writes it
    if (auto written = write_file(fresh, key->master.get(), *ring, &facts); !written) return written;
    if (::rename(fresh.c_str(), file.c_str()) != 0) broken(file, "cannot replace");
    sync_folder_of(file);
    wipe(old.fd, static_cast<std::size_t>(facts.st_size));
    return {};
}

}  // namespace caveat::vault
