// The region (item 4): which economies are of it, and since when. Dated rows, so that a change is one more row and the past stays as it
// was.
#include <algorithm>
#include <map>

#include "compile.hpp"

namespace caveat::policy {
namespace {

constexpr std::size_t most_rows = 256;  // they are searched one by one

bool is_code(std::string_view text) {
    return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool meet(const RegionRow& a, const RegionRow& b) { return (!a.until || b.from < *a.until) && (!b.until || a.from < *b.until); }

// The rows that have an economy already. No day may be covered twice: otherwise taking the economy out of one row would change nothing.
using Listed = std::map<std::string, std::vector<std::size_t>, std::less<>>;

void read_economy(const toml::node& item, Draft& draft, const RegionRow& row, std::size_t number, Listed& listed) {
    const auto code = item.value_exact<std::string>();
    if (!code || !is_code(*code)) {
        return draft.findings.add(line_of(item), fmt::format("region: '{}' is not a code of ISO 3166-1", code ? code->substr(0, 64) : "?"),
                                  "write two capitals: \"NZ\"");
    }
    auto& rows = listed[*code];
    const auto& book = draft.book.region;
    const bool twice = std::any_of(rows.begin(), rows.end(), [&](std::size_t other) { return other == number || meet(book[other], row); });
    if (twice) {
        return draft.findings.add(line_of(item), fmt::format("region: {} is there twice at one time", *code),
                                  "name it once, or end the earlier row before this one");
    }
    rows.push_back(number);
}

RegionRow read_row(const toml::table& table, Draft& draft, Listed& listed) {
    Page page(table, "region", draft.findings);
    RegionRow row;
    const auto from = page.date_if("from");
    if (!page.has("from")) draft.findings.add(page.line(), "region: from is missing", "write from = 2026-03-02, the first day");
    row.from = from.value_or(Date{});
    row.until = page.date_if("until");
    if (from && row.until && *row.until <= *from) page.complain("until", "is not after from", "write the first day that is outside");
    page.text_if("source");
    const auto* economies = page.node("economies");
    if (economies == nullptr || !economies->is_array() || economies->as_array()->empty()) {
        draft.findings.add(economies == nullptr ? page.line() : page.line("economies"), "region: economies names none",
                           "write economies = [\"AU\", \"NZ\"]");
    } else {
        for (const auto& item : *economies->as_array()) {
            read_economy(item, draft, row, draft.book.region.size(), listed);
            row.economies.push_back(item.value_or(std::string()));
        }
    }
    page.close("from, until, economies, source");
    return row;
}

}  // namespace

void read_region(Page& root, Draft& draft) {
    Listed listed;
    root.each("region", [&](std::string_view, const toml::table& table) {
        if (draft.book.region.size() >= most_rows)
            return draft.findings.add(line_of(table), "too many rows of the region", fmt::format("a book holds {}", most_rows));
        draft.book.region.push_back(read_row(table, draft, listed));
    });
    if (!draft.book.region.empty()) return;
    for (const Party& party : draft.book.parties) {
        if (!party.of_region) continue;
        draft.findings.add(root.line("category"), fmt::format("category {} is of the region, and the book has none", party.category),
                           "add [[region]] with from and economies, or take of_region away");
    }
}

}  // namespace caveat::policy
