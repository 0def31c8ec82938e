// /v1/lists: what the lists are.
#include <array>

#include "facts.hpp"
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

// The schema has checked the words.
void apply(const Context& context, List& list) {
    if (context.has("class")) list.klass = context.text("class");
    if (context.has("charter")) list.charter = context.text("charter");
    if (context.body.contains("default_tlp")) {
        list.default_tlp = context.has("default_tlp") ? community::tlp_from(context.text("default_tlp")) : std::nullopt;
    }
    if (context.has("max_tlp")) list.max_tlp = *community::tlp_from(context.text("max_tlp"));
    if (context.has("encryption")) list.encryption = *community::encryption_from(context.text("encryption"));
    if (context.has("authentication")) list.authentication = *community::strength_from(context.text("authentication"));
    if (context.has("posting")) list.posting = *community::posting_from(context.text("posting"));
    if (context.body.contains("expires")) list.expires = context.instant("expires");
}

Result<Answer> saved(const Context& context, const Result<void>& done, const ListId& id) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = fact(*context.store().rosters().list(id)), .location = "/v1/lists/" + id.value};
}

// Managing some lists does not include creating one: that needs the right over all of them.
Result<Answer> add_list(const Context& context) {
    List list;
    list.id = ListId{context.text("name")};
    if (!context.all()) return nothing_here();
    list.default_tlp = community::Tlp::amber;
    list.max_tlp = community::Tlp::amber;
    apply(context, list);
    return saved(context, context.registry().add(context.actor(), list), list.id);
}

Result<Answer> change_list(const Context& context) {
    auto list = reachable(context);
    if (!list) return nothing_here();
    apply(context, *list);
    return saved(context, context.registry().change(context.actor(), *list, context.text("decision")), list->id);
}

Result<Answer> remove_list(const Context& context) {
    const auto list = reachable(context);
    if (!list) return nothing_here();
    if (auto done = context.registry().remove_list(context.actor(), list->id); !done) return tl::unexpected(done.error());
    return Answer{};
}

// ---- shapes

constexpr Field class_field{.name = "class", .about = "a row of the access matrix", .least = 1, .most = 64};
constexpr Field charter_field{.name = "charter", .about = "what it is for (item 1)", .least = 1, .most = 1'000};
constexpr Field default_field{.name = "default_tlp",
                              .type = Type::word,
                              .about = "of a post without a label; AMBER for a new list, null: the rule book's",
                              .nullable = true,
                              .words = label_words};
constexpr Field max_field{
    .name = "max_tlp", .type = Type::word, .about = "the strictest label it takes; AMBER for a new list", .words = label_words};
constexpr Field encryption_field{.name = "encryption", .type = Type::word, .about = "of copies", .words = encryption_words};
constexpr Field authentication_field{
    .name = "authentication", .type = Type::word, .about = "what a post needs; dmarc for a new list", .words = authentication_words};
constexpr Field posting_field{.name = "posting", .type = Type::word, .about = "who posts without a moderator", .words = posting_words};
constexpr Field expires_field{.name = "expires", .type = Type::instant, .about = "closed from then on (item 66)", .nullable = true};

constexpr std::array new_list_fields{
    Field{.name = "name", .required = true, .about = "the local part of its posting address", .least = 1, .most = 64},
    needed(class_field),
    needed(charter_field),
    default_field,
    max_field,
    encryption_field,
    authentication_field,
    posting_field,
    expires_field};
constexpr Schema new_list_schema{"NewList", new_list_fields};

constexpr std::array change_fields{class_field,          charter_field, default_field, max_field,     encryption_field,
                                   authentication_field, posting_field, expires_field, decision_field};
constexpr Schema change_schema{"ListChange", change_fields};

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
     .about = "A new list",
     .right = writing,
     .run = Run::act,
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
     .about = "What the body says; class, charter and maximum by a decision of kind list",
     .right = writing,
     .run = Run::act,
     .handler = change_list,
     .body = &change_schema,
     .answer = &list_schema,
     .changes = true},
    {.method = Method::del,
     .path = "/v1/lists/{list}",
     .id = "removeList",
     .about = "Closed for good: its roster and its terms end",
     .right = writing,
     .run = Run::act,
     .handler = remove_list,
     .changes = true},
}};

}  // namespace routes_lists

std::span<const Route> list_routes() { return routes_lists::table; }

}  // namespace caveat::http
