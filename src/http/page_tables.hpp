#pragma once
// The tables of pages, in the files pages_<room>.cpp.
#include <span>
#include <vector>

#include "page_table.hpp"

namespace caveat::http {

// clang-format off
[[nodiscard]] std::span<const PageRow> team_pages();
[[nodiscard]] std::span<const PageRow> register_pages();
[[nodiscard]] std::span<const PageRow> token_pages();
[[nodiscard]] std::span<const PageRow> committee_pages();
[[nodiscard]] std::span<const PageRow> mail_pages();
[[nodiscard]] std::span<const PageRow> archive_pages();

[[nodiscard]] inline std::vector<std::span<const PageRow>> page_tables() {
    return {
        team_pages(),
        register_pages(),
        token_pages(),
        committee_pages(),
        mail_pages(),
        archive_pages(),
    };
}
// clang-format on

}  // namespace caveat::http
