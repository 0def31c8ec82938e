#include "swap.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace caveat::server {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string first_line(const fs::path& file) {
    const auto lines = lines_of(file);
    return lines.empty() ? std::string() : lines.front();
}

// Memory that is compressed, or a device that dm-crypt encrypts.
bool keeps_secrets(const std::string& device, const fs::path& root) {
    const auto name = fs::path(device).filename().string();
    return name.starts_with("zram") || first_line(root / "sys/block" / name / "dm/uuid").starts_with("CRYPT-");
}

// proc(5): "Filename Type Size Used Priority", then a line for each.
std::vector<std::string> open_swap(const fs::path& root) {
    std::vector<std::string> found;
    for (const auto& line : lines_of(root / "proc/swaps")) {
        const auto device = line.substr(0, line.find_first_of(" \t"));
        if (device.starts_with('/') && !keeps_secrets(device, root)) found.push_back(device);
    }
    return found;
}

// Who holds the lock, as proc_locks(5) tells: "1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF". Empty: nobody.
std::string holder_of(const fs::path& lock, const fs::path& root) {
    struct stat facts {};
    if (::stat(lock.c_str(), &facts) != 0) return {};
    const auto inode = fmt::format("{:02x}:{:02x}:{}", major(facts.st_dev), minor(facts.st_dev), facts.st_ino);
    for (const auto& line : lines_of(root / "proc/locks")) {
        std::istringstream words(line);
        std::string number, kind, advice, access, process, file;
        if (words >> number >> kind >> advice >> access >> process >> file && kind == "FLOCK" && file == inode) return process;
    }
    return {};
}

// Its control group, or one that this lies in, may use no swap (MemorySwapMax=0 of systemd; cgroup v2).
bool is_kept_out(const std::string& process, const fs::path& root) {
    for (const auto& line : lines_of(root / "proc" / process / "cgroup")) {
        if (!line.starts_with("0::/")) continue;
        const fs::path top = root / "sys/fs/cgroup";
        for (auto group = fs::path(line.substr(4)); !group.empty(); group = group.parent_path()) {
            if (first_line(top / group / "memory.swap.max") == "0") return true;
        }
    }
    return false;
}

}  // namespace

SwapNews swap_news(const fs::path& lock, const fs::path& root) {
    const auto swap = open_swap(root);
    if (swap.empty()) return {true, "nothing that is opened can be written to a swap area: there is none in clear"};
    const auto process = holder_of(lock, root);
    const auto where = fmt::format("memory may be written in clear to {}{}", swap.front(), swap.size() > 1 ? " and others" : "");
    if (process.empty()) return {false, where + "; encrypt it, and run the daemon with MemorySwapMax=0 (deploy/caveat.service)"};
    if (is_kept_out(process, root))
        return {false, where + "; the daemon's is not, this command's may be, which opens mail to see whether it opens: encrypt it"};
    return {false,
            where + ", the daemon's with mail that it has opened: set MemorySwapMax=0 for it (deploy/caveat.service), and encrypt it"};
}

}  // namespace caveat::server
