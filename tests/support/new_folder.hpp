#pragma once
// A folder for the files of one test. In memory where there is room: nothing here asks what survives a power failure, and on a disk every
// commit of a fixture waits for it. What has to survive is asked of real disks, by the scenarios.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

inline std::filesystem::path new_folder(const std::string& name) {
    constexpr const char* memory = "/dev/shm";
    constexpr auto enough = std::uintmax_t{256} << 20;
    std::error_code trouble;
    const auto space = std::filesystem::space(memory, trouble);
    const bool roomy = !trouble && space.available >= enough && ::access(memory, W_OK) == 0;
    auto path = ((roomy ? memory : std::filesystem::temp_directory_path()) / (name + "-XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder for the test");
    return std::filesystem::canonical(path);
}
