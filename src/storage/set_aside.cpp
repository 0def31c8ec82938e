#include "caveat/storage/set_aside.hpp"

#include "endings.hpp"

namespace caveat::storage {

std::string set_posts_aside(Store& store, const ListId& list, Instant now) {
    const auto any = [&](const std::string& name) {
        Posts::Filter filter;
        filter.list = ListId{name};
        filter.limit = 1;
        return !store.posts().select(filter).empty();
    };
    if (!any(list.value)) return {};
    int number = 1;
    while (any(fmt::format("{}~{}", list.value, number))) ++number;
    auto name = fmt::format("{}~{}", list.value, number);
    Endings(store.connection()).rename_list(store.journal(), list, ListId{name}, now);
    return name;
}

}  // namespace caveat::storage
