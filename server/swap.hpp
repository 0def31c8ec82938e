#pragma once
// Whether what the daemon opens to read can be written to a disk by the system: it keeps the keys in locked memory, and nothing else.
#include <filesystem>
#include <string>

namespace caveat::server {

struct SwapNews {
    bool safe = false;
    std::string words;
};

// `lock`: the file that the daemon holds a lock on. `root`: where /proc and /sys stand; tests have their own.
[[nodiscard]] SwapNews swap_news(const std::filesystem::path& lock, const std::filesystem::path& root = "/");

}  // namespace caveat::server
