#pragma once
// The table of pages: what each shows, and which API routes its data comes from.
#include <optional>
#include <span>
#include <string_view>

#include "caveat/access/caller.hpp"

namespace caveat::http {

// One answer of the API on a page: under `name` in the template, its titled fields under `name`_lines, its entity tag under `name`_tag.
struct Source {
    std::string_view name;
    // "/v1/cases/{0}": {n} is the n-th part of the page's path that is a parameter; with * at its end, the page's query is added
    std::string_view path;
    bool needed = false;  // without it the page is not there
};

struct PageRow {
    std::string_view path;  // "/cases/{case}"
    std::string_view file;  // templates/pages/case.mustache; empty: what its one source answers is sent as it is
    std::string_view title;
    std::span<const Source> sources;
    std::optional<access::Right> menu = {};        // shown in the menu to whom this reaches anything; none: not in the menu
    std::span<const std::string_view> forms = {};  // operations whose inputs the template lists: {{#forms.changeList}}
};

// Every row of pages_*.cpp.
[[nodiscard]] std::span<const PageRow> page_rows();

}  // namespace caveat::http
