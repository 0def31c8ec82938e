#pragma once
// Files that many tests of a process begin with: made once, then copied.
#include <filesystem>
#include <optional>

#include "new_folder.hpp"

struct PreparedFolder {
    std::filesystem::path path = new_folder("caveat-unit");

    PreparedFolder() = default;
    ~PreparedFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    PreparedFolder(const PreparedFolder&) = delete;
    PreparedFolder& operator=(const PreparedFolder&) = delete;
};

// Fills the folder, which is empty: with `make` at the first call from this place, with a copy of what that made at later ones. What `make`
// opened it must have closed again.
template <class Make>
void fill_once(const std::filesystem::path& folder, Make make) {
    static std::optional<PreparedFolder> made;
    if (made) return std::filesystem::copy(made->path, folder, std::filesystem::copy_options::recursive);
    make();
    std::filesystem::copy(folder, made.emplace().path, std::filesystem::copy_options::recursive);
}
