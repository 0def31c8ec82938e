// /v1/lists: what the lists are.
#include <array>

#include "caveat/facts/register.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_lists {

using access::Kind;
using access::Noun;
using community::List;

Result<Answer> list_lists(const Context& context) {
    const auto lists = context.store().rosters().lists();  // by name
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        for (const auto& list : lists) {
            if (list.id.value <= after || !context.may(object_of(context, list))) continue;
            if (!emit(list.id.value, fact(list))) return;
        }
    });
}

std::optional<List> reachable(const Context& context) {
    auto list = context.store().rosters().list(ListId{context.param(0)});
    if (!list || !context.may(object_of(context, *list))) return std::nullopt;
    return list;
}

Result<Answer> show_list(const Context& context) {
    const auto list = reachable(context);
    if (!list) return nothing_here();
    return Answer{.body = fact(*list)};
}

Result<Answer> saved(const Context& context, const Result<void>& done, const ListId& id) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = fact(*context.store().rosters().list(id)), .location = "/v1/lists/" + id.value};
}

// Managing some lists does not include creating one: that needs the right over all of them.
Result<Answer> add_list(const Context& context) {
    if (!context.all()) return nothing_here();
    auto list = community::new_list(ListId{context.text("name")});
    apply(community::list_fields, context.body, list);
    return saved(context, context.registry().add(context.actor(), list, context.text("decision")), list.id);
}

Result<Answer> change_list(const Context& context) {
    auto list = reachable(context);
    if (!list) return nothing_here();
    apply(community::list_fields, context.body, *list);
    return saved(context, context.registry().change(context.actor(), *list, context.text("decision")), list->id);
}

Result<Answer> remove_list(const Context& context) {
    const auto list = reachable(context);
    if (!list) return nothing_here();
    if (auto done = context.registry().remove_list(context.actor(), list->id, context.asked("decision")); !done)
        return tl::unexpected(done.error());
    return Answer{};
}

// ---- shapes

constexpr auto new_list_shape = joined(new_shape(community::list_fields), std::array{decision_field});
constexpr Schema new_list_schema{"NewList", new_list_shape};

constexpr auto change_list_shape = joined(change_shape(community::list_fields), std::array{decision_field});
constexpr Schema change_schema{"ListChange", change_list_shape};

constexpr std::array decision_query{decision_field};

constexpr std::array lists_fields{items_of(list_schema), next_field()};
constexpr Schema lists_schema{"Lists", lists_fields, true};

constexpr access::Right reading{Noun::lists, Kind::read};
constexpr access::Right writing{Noun::lists, Kind::write};

const std::array<Route, 5> table{{
    {.path = "/v1/lists",
     .id = "listLists",
     .about = "Lists that you may know of",
     .right = reading,
     .handler = list_lists,
     .query = paging,
     .answer = &lists_schema},
    {.method = Method::post,
     .path = "/v1/lists",
     .id = "addList",
     .about = "A new list, by a decision of kind list",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = add_list,
     .body = &new_list_schema,
     .answer = &list_schema,
     .status = 201},
    {.path = "/v1/lists/{list}",
     .id = "showList",
     .about = "What a list is",
     .right = reading,
     .handler = show_list,
     .answer = &list_schema},
    {.method = Method::patch,
     .path = "/v1/lists/{list}",
     .id = "changeList",
     .about = "What the body says; class, charter, maximum and less protection by a decision of kind list",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = change_list,
     .body = &change_schema,
     .answer = &list_schema,
     .changes = true},
    {.method = Method::del,
     .path = "/v1/lists/{list}",
     .id = "removeList",
     .about = "Closed for good, by a decision of kind list: its roster and its terms end",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = remove_list,
     .query = decision_query,
     .changes = true},
}};

}  // namespace routes_lists

std::span<const Route> list_routes() { return routes_lists::table; }

}  // namespace caveat::http
