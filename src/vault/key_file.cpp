#include "key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>

namespace caveat::vault {
namespace {

constexpr std::string_view magic = "caveat-vault-key 1\n";
constexpr std::size_t base64_size = sodium_base64_ENCODED_LEN(key_size, sodium_base64_VARIANT_ORIGINAL);  // counts the final NUL
constexpr std::size_t file_size = magic.size() + base64_size;  // the newline takes the place of the NUL

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
    const auto text = secret_bytes(file_size);
    std::memcpy(text.get(), magic.data(), magic.size());
    sodium_bin2base64(reinterpret_cast<char*>(text.get()) + magic.size(), base64_size, key.get(), key_size, sodium_base64_VARIANT_ORIGINAL);
    text.get()[file_size - 1] = '\n';

    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (out.fd < 0 && errno == EEXIST) return fail(errc::conflict, "{} exists; a key is never overwritten", file.string());
    if (out.fd < 0) return fail(errc::invalid, "cannot create {}: {}", file.string(), std::strerror(errno));
    try {
        // The mode is set explicitly: under a narrow umask the file could not be read back.
        if (::fchmod(out.fd, 0600) != 0) broken(file, "cannot set the mode of");
        write_all(out.fd, text.get(), file_size, file);
        if (::fsync(out.fd) != 0) broken(file, "cannot sync");
        sync_folder_of(file);
    } catch (...) {
        ::unlink(file.c_str());  // half a key would block the next try and open nothing
        throw;
    }
    return {};
}

Result<SecretBytes> read_key(const std::filesystem::path& file) {
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

    const auto text = secret_bytes(file_size + 1);  // one more, to see that nothing follows
    const auto got = read_some(in.fd, text.get(), file_size + 1);
    const auto* chars = reinterpret_cast<const char*>(text.get());
    const bool framed = got == file_size && std::memcmp(chars, magic.data(), magic.size()) == 0 && chars[file_size - 1] == '\n';
    auto key = secret_bytes(key_size);
    std::size_t decoded = 0;
    if (!framed ||
        sodium_base642bin(key.get(), key_size, chars + magic.size(), base64_size - 1, nullptr, &decoded, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        decoded != key_size) {
        return fail(errc::invalid, "{} is not a key file of caveat", file.string());
    }
    return key;
}

}  // namespace caveat::vault
