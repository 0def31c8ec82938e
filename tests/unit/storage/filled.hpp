#pragma once
// A filled file for many edits, each of which starts from what the program wrote.
#include <optional>

#include "bound_rows.hpp"
#include "shell.hpp"

namespace caveat::storage::test {

struct Filled : Scratch {
    Filled() {
        auto store = make();
        fill(store);
        end_posts(store);
    }
    // What is found of an edit, which is taken back afterwards.
    [[nodiscard]] std::string after(const std::string& sql) const {
        const auto kept = folder / "kept";
        std::filesystem::copy_file(options.path, kept, std::filesystem::copy_options::overwrite_existing);
        Shell(*this).edit(sql);
        auto what = found_by_opening();
        std::filesystem::copy_file(kept, options.path, std::filesystem::copy_options::overwrite_existing);
        return what;
    }
    [[nodiscard]] std::string found_by_opening() const {
        auto opened = Store::open(options);
        return opened ? found(*opened) : opened.error().detail;
    }
    // " WHERE ..." for one row of the table.
    [[nodiscard]] std::string one_row(const std::string& table) const {
        const auto keys = Shell(*this).texts("SELECT group_concat(name) FROM pragma_table_info('" + table + "') WHERE pk > 0").front();
        return " WHERE (" + keys + ") = (SELECT " + keys + " FROM " + table + " LIMIT 1)";
    }
};

}  // namespace caveat::storage::test
