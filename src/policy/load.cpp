#include "compile.hpp"

namespace caveat::policy {

Loading load(std::string_view text, std::string_view file, std::string sha256) {
    Findings findings(file);
    const auto table = parse_toml(text, findings);
    if (!table) return {std::nullopt, std::move(findings).in_order()};

    Draft draft{{}, findings};
    Page root(*table, "book file", findings);
    read_book(root, draft);
    read_numbers(root, draft);
    read_roles(root, draft);
    read_categories(root, draft);
    read_region(root, draft);
    read_class_names(root, draft);
    read_columns(root, draft);
    read_classes(root, draft);
    read_ceilings(root, draft);
    read_handling(root, draft);
    read_denials(root, draft);
    read_sensitivities(root, draft);
    check_coverage(root, draft);
    check_traits(root, draft);
    root.close("book, numbers, role, category, region, column, class, ceiling, handling, denial, sensitivity");

    draft.book.sha256 = std::move(sha256);
    if (!findings.none()) return {std::nullopt, std::move(findings).in_order()};
    return {Rulebook(std::make_shared<const Compiled>(std::move(draft.book))), {}};
}

}  // namespace caveat::policy
