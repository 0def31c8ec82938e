#pragma once
// A scratch folder for a test that needs files; removed with the test.
#include <filesystem>
#include <fstream>
#include <string_view>

#include "new_folder.hpp"

struct Scratch {
    std::filesystem::path path;

    Scratch() : path(new_folder("caveat-unit")) {}
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::filesystem::path write(std::string_view name, std::string_view text) const {
        const auto file = path / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
};
