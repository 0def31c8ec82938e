#include "caveat/openpgp/secrets.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "agent_home.hpp"

namespace caveat::openpgp {
namespace {

namespace fs = std::filesystem;

// A name of ours and nothing that leads elsewhere.
bool is_of_a_folder(const std::string& name) {
    return std::any_of(folders_of_secrets.begin(), folders_of_secrets.end(), [&](std::string_view folder) {
        const auto prefix = std::string(folder) + "/";
        const auto rest = name.starts_with(prefix) ? std::string_view(name).substr(prefix.size()) : std::string_view();
        return !rest.empty() && rest.front() != '.' && rest.find('/') == std::string_view::npos;
    });
}

bool write_whole(int fd, const std::string& bytes) {
    const auto size = static_cast<ssize_t>(bytes.size());
    return ::write(fd, bytes.data(), bytes.size()) == size && ::fsync(fd) == 0;
}

bool sync_folder(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    return done;
}

// Under another name first, so that half a key is never taken for one.
Result<void> put_secret(const fs::path& file, const std::string& bytes) {
    const auto fresh = file.parent_path() / (".new-" + file.filename().string());
    ::unlink(fresh.c_str());
    const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written = fd >= 0 && write_whole(fd, bytes);
    const int trouble = errno;
    if (fd >= 0) ::close(fd);
    if (written && ::rename(fresh.c_str(), file.c_str()) == 0 && sync_folder(file.parent_path())) return {};
    ::unlink(fresh.c_str());
    return fail(errc::invalid, "{}: cannot be written: {}", file.string(), std::strerror(trouble));
}

}  // namespace

Result<std::vector<SecretFile>> secrets_of_lists(const fs::path& home) {
    std::vector<SecretFile> all;
    for (const auto* folder : folders_of_secrets) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(home / "lists" / folder, error)) {
            const auto name = std::string(folder) + "/" + entry.path().filename().string();
            if (!entry.is_regular_file(error) || !is_of_a_folder(name)) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            std::string bytes(std::istreambuf_iterator<char>(in), {});
            if (!in || bytes.empty()) return fail(errc::temporary, "{}: cannot be read", entry.path().string());
            all.push_back({name, std::move(bytes)});
        }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

Result<std::vector<fs::path>> put_secrets(const fs::path& home, const std::vector<SecretFile>& files) {
    std::vector<fs::path> written;
    const auto lists = home / "lists";
    for (const auto& folder : {lists, lists / folders_of_secrets[0], lists / folders_of_secrets[1]}) {
        if (files.empty()) break;
        if (::mkdir(folder.c_str(), S_IRWXU) == 0) written.push_back(folder);
    }
    for (const auto& file : files) {
        if (!is_of_a_folder(file.name)) return fail(errc::invalid, "'{}' is no key of a list", file.name);
        const auto path = lists / file.name;
        std::error_code ignored;
        if (fs::exists(fs::symlink_status(path, ignored))) continue;
        if (auto put = put_secret(path, file.bytes); !put) return tl::unexpected(put.error());
        written.push_back(path);
    }
    return written;
}

}  // namespace caveat::openpgp
