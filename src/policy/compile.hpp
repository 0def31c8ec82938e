#pragma once
// The sections of a rule book, each read into its part of the compiled form. Order matters: names before those who use them.
#include "compiled.hpp"
#include "page.hpp"

namespace caveat::policy {

struct Draft {
    Compiled book;
    Findings& findings;
};

// compile.cpp
void read_book(Page& root, Draft& draft);
void read_handling(Page& root, Draft& draft);
void read_denials(Page& root, Draft& draft);

// compile_traits.cpp
[[nodiscard]] community::CategoryTraits read_category_traits(Page& page, std::string_view category);
void read_roles(Page& root, Draft& draft);
void check_traits(Page& root, Draft& draft);

// compile_numbers.cpp
void read_numbers(Page& root, Draft& draft);

// compile_matrix.cpp
void read_categories(Page& root, Draft& draft);
void read_class_names(Page& root, Draft& draft);  // so that columns, ceilings and denials may speak of them
void read_columns(Page& root, Draft& draft);
void read_classes(Page& root, Draft& draft);
void read_ceilings(Page& root, Draft& draft);
void check_coverage(Page& root, Draft& draft);

// compile_region.cpp
void read_region(Page& root, Draft& draft);

// compile_sensitivity.cpp
void read_sensitivities(Page& root, Draft& draft);

// A set of classes by name; "all" where that is the only word.
[[nodiscard]] Mask class_set(Page& page, std::string_view key, const Compiled& book);

[[nodiscard]] std::string listed_names(const Compiled& book, std::string_view kind);  // "class", "column", "role", "category"

}  // namespace caveat::policy
