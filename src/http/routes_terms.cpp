// /v1/terms: offices and list roles, powers for a time.
#include <algorithm>
#include <array>

#include "caveat/facts/register.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_terms {

using access::Kind;
using access::Noun;
using community::Term;

access::Object object_of_holder(const Context& context, const Term& term) {
    const auto person = context.store().directory().person(term.person);
    return person ? object_of(*person) : access::Object{.person = term.person};
}

// Role, person, list and beginning tell one term from another.
std::string key_of(const Term& term) {
    return term.role + ' ' + term.person.value + ' ' + term.list.value + ' ' + to_string(term.during.from);
}

Result<Answer> list_terms(const Context& context) {
    const auto asked = context.query.find("now");
    const bool now_only = asked != context.query.end() && asked->get<bool>();
    auto terms = context.store().powers().terms();
    std::sort(terms.begin(), terms.end(), [](const auto& a, const auto& b) { return key_of(a) < key_of(b); });
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        for (const auto& term : terms) {
            auto key = key_of(term);
            if (key <= after || (now_only && !term.during.contains(context.now()))) continue;
            if (!context.all() && !context.may(object_of_holder(context, term))) continue;
            if (term.person != context.actor().person && !may_be_told_of(context, term.list)) continue;
            if (!emit(std::move(key), fact(term))) return;
        }
    });
}

// What the body names; without `from` it begins now.
Term term_of(const Context& context) {
    return {context.text("role"),
            PersonId{context.text("person")},
            ListId{context.text("list")},
            {context.instant("from").value_or(context.now()), context.instant("until")}};
}

Result<Answer> done(const Result<Term>& term) {
    if (!term) return tl::unexpected(term.error());
    return Answer{.body = fact(*term)};
}

// A role of a list is a thing of that list, for tokens that are bound to one.
access::Object object_of(const Term& term) {
    access::Object object;
    if (!term.list.empty()) object.list = term.list;
    return object;
}

Result<Answer> begin_term(const Context& context) {
    const auto term = term_of(context);
    // An office may be begun by the team that was elected.
    const bool of_list = context.offices.room.rules.role_of_list(term.role);
    if (!context.may(of_list ? object_of(term) : object_of_holder(context, term))) return nothing_here();
    return done(context.committee().begin(context.actor(), term, context.text("decision")));
}

Result<Answer> deputise(const Context& context) {
    if (!context.may({})) return nothing_here();
    const auto term = term_of(context);
    return done(context.committee().deputise(context.actor(), term.person, term.during));
}

Result<Answer> end_term(const Context& context) {
    const auto term = term_of(context);
    auto object = object_of_holder(context, term);
    object.list = object_of(term).list;
    if (!context.may(object)) return nothing_here();
    return done(context.committee().end(context.actor(), term, context.text("reason")));
}

// ---- shapes

constexpr auto shapes = new_shape(community::term_fields);
constexpr Field role_field = shapes[0];
constexpr Field person_field = shapes[1];
constexpr Field list_field{.name = "list", .about = "of an owner or moderator", .least = 1, .most = 64};
constexpr Field from_field{.name = "from", .type = Type::instant, .about = "its first instant; now if left out"};
constexpr Field until_field{.name = "until", .type = Type::instant, .about = "its end; an office needs one"};

constexpr std::array begin_fields{role_field, person_field, list_field, from_field, until_field, decision_field};
constexpr Schema begin_schema{"NewTerm", begin_fields};
constexpr std::array deputise_fields{person_field, from_field, needed(until_field)};
constexpr Schema deputise_schema{"Deputising", deputise_fields};
constexpr std::array end_fields{role_field, person_field, list_field,
                                Field{.name = "until", .type = Type::instant, .about = "its end; now if left out"},
                                Field{.name = "reason", .required = true, .about = "why, in a sentence", .least = 1, .most = 1'000}};
constexpr Schema end_schema{"TermEnd", end_fields};

constexpr std::array terms_fields{items_of(term_schema), next_field()};
constexpr Schema terms_schema{"Terms", terms_fields, true};
constexpr std::array<Field, 3> terms_query{
    Field{.name = "limit", .type = Type::integer, .about = "items of one answer; 100 if left out", .least = 1, .most = most_items_a_page},
    Field{.name = "cursor", .about = "`next` of the answer before", .least = 1, .most = 400},
    Field{.name = "now", .type = Type::boolean, .about = "true: only those held at this moment"}};

// Reading terms follows the right to read people; recording them follows the right to the committee's register.
constexpr access::Right writing{Noun::decisions, Kind::write};

const std::array<Route, 4> table{{
    {.path = "/v1/terms",
     .id = "listTerms",
     .about = "Offices and list roles, past and to come",
     .right = {Noun::people, Kind::read},
     .handler = list_terms,
     .query = terms_query,
     .answer = &terms_schema},
    {.method = Method::post,
     .path = "/v1/terms",
     .id = "beginTerm",
     .about = "An office by its election, a list role by itself",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = begin_term,
     .body = &begin_schema,
     .answer = &term_schema,
     .status = 201},
    {.method = Method::post,
     .path = "/v1/terms:deputise",
     .id = "deputise",
     .about = "The Deputy Chair in the Chair's place for some days",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = deputise,
     .body = &deputise_schema,
     .answer = &term_schema,
     .status = 201},
    {.method = Method::post,
     .path = "/v1/terms:end",
     .id = "endTerm",
     .about = "Earlier than it would: the holder lays it down",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = end_term,
     .body = &end_schema,
     .answer = &term_schema},
}};

}  // namespace routes_terms

std::span<const Route> term_routes() { return routes_terms::table; }

}  // namespace caveat::http
