#include "page_table.hpp"

#include <vector>

#include "page_tables.hpp"

namespace caveat::http {
namespace {

std::vector<PageRow> gather_pages() {
    std::vector<PageRow> all;
    for (const auto table : page_tables()) all.insert(all.end(), table.begin(), table.end());
    return all;
}

}  // namespace

std::span<const PageRow> page_rows() {
    static const std::vector<PageRow> all = gather_pages();
    return all;
}

}  // namespace caveat::http
