// /v1/tokens, and resetting a lost second factor. A secret is sent only once, when it is made.
#include <algorithm>
#include <array>

#include "caveat/facts/access.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_tokens {

using access::Kind;
using access::Noun;
using access::Token;

constexpr access::Right lists_read{Noun::lists, Kind::read};

access::Object object_of(const Token& token) { return {.person = token.holder}; }

// One that is bound to the list of a panel tells who sits on it: to its party there is none (items 27 and 38).
bool is_there(const Context& context, const Token& token) {
    return context.may(object_of(token)) && std::none_of(token.lists.begin(), token.lists.end(),
                                                         [&](const ListId& list) { return is_of_their_own_case(context, list); });
}

// Newest first: what was made last is what is looked for.
Result<Answer> list_tokens(const Context& context) {
    auto all = context.access().tokens();
    std::reverse(all.begin(), all.end());
    const Instant now = context.now();
    const auto state = context.asked("state");
    const auto holder = context.asked("holder");
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        for (const auto& token : all) {
            const auto key = to_string(token.created) + ' ' + token.id;
            if (!after.empty() && key >= after) continue;
            if (!is_there(context, token)) continue;
            if (!state.empty() && state != state_of(token, now)) continue;
            if (!holder.empty() && (token.holder ? token.holder->value : "operator") != holder) continue;
            if (!emit(key, fact(token, now))) return;
        }
    });
}

std::optional<Token> visible(const Context& context) {
    auto token = context.access().token(context.param(0));
    return token && is_there(context, *token) ? token : std::nullopt;
}

Result<Answer> show_token(const Context& context) {
    const auto token = visible(context);
    if (!token) return nothing_here();
    return Answer{.body = fact(*token, context.now())};
}

// A list that the maker may not know of does not exist for them: naming it must not reveal it.
bool may_name(const Context& context, const ListId& list) { return access::may(context.caller, lists_read, object_of(context, list)); }

Result<Answer> create_token(const Context& context) {
    access::TokenRequest request;
    request.name = context.text("name");
    request.expires = context.instant("expires");
    for (const auto& text : context.texts("scopes")) {
        const auto right = access::right_from(text);
        if (!right) return fail(errc::invalid, "scopes: one of them is not a scope; write NOUN:read or NOUN:write, such as teams:read");
        if (std::find(request.rights.begin(), request.rights.end(), *right) == request.rights.end()) request.rights.push_back(*right);
    }
    for (const auto& text : context.texts("lists")) {
        const ListId list{text};
        if (!context.store().rosters().list(list) || !may_name(context, list)) return fail(errc::invalid, "lists: there is no such list");
        request.lists.push_back(list);
    }
    if (context.has("person")) {
        const PersonId holder{context.text("person")};
        // Nor must it reveal which people exist.
        if (!context.may({.person = holder}))
            return fail(errc::denied, "person: only the operator and the secretariat make tokens for others");
        request.holder = holder;
    }
    const auto made = context.access().create(context.caller, request);
    if (!made) return tl::unexpected(made.error());
    auto shown = fact(made->token, context.now());
    shown["secret"] = made->secret;
    return Answer{.body = std::move(shown), .location = "/v1/tokens/" + made->token.id};
}

Result<Answer> revoke_token(const Context& context) {
    const auto token = visible(context);
    if (!token) return nothing_here();
    if (auto done = context.access().revoke(context.caller, token->id); !done) return tl::unexpected(done.error());
    return Answer{.body = fact(*context.access().token(token->id), context.now())};
}

Result<Answer> forget_factor(const Context& context) {
    const PersonId person{context.param(0)};
    if (!context.all() || !context.store().directory().person(person)) return nothing_here();
    if (auto done = context.access().forget_factor(context.caller, person); !done) return tl::unexpected(done.error());
    return Answer{};
}

// ---- shapes

constexpr auto made_fields =
    joined(token_shape, std::array{Field{.name = "secret", .required = true, .about = "shown this once: Authorization: Bearer SECRET"}});
constexpr Schema made_schema{"TokenWithSecret", made_fields, true};

constexpr auto new_fields = std::to_array<Field>({
    {.name = "name", .required = true, .about = "what it is for, one line", .least = 1, .most = 80},
    {.name = "scopes",
     .type = Type::texts,
     .required = true,
     .about = "NOUN:read or NOUN:write of what one has oneself",
     .least = 1,
     .most = 28},
    {.name = "person", .about = "whose it is to be, by id or address; left out: one's own, or the operator's", .least = 1, .most = 254},
    {.name = "lists", .type = Type::texts, .about = "bound to these", .most = 100},
    {.name = "expires", .type = Type::instant, .about = "at most a year away; left out: 90 days, or the maker's own end"},
});
constexpr Schema new_schema{"NewToken", new_fields};

constexpr std::array tokens_fields{items_of(token_schema), next_field()};
constexpr Schema tokens_schema{"Tokens", tokens_fields, true};

const auto list_query = [] {
    std::vector<Field> fields(paging.begin(), paging.end());
    fields.push_back({.name = "state", .type = Type::word, .about = "only these", .words = token_states});
    fields.push_back({.name = "holder", .about = "only this person's, by id or address, or operator", .least = 1, .most = 254});
    return fields;
};

std::span<const Field> token_query() {
    static const auto fields = list_query();
    return fields;
}

const std::array<Route, 5> table{{
    {.path = "/v1/tokens",
     .id = "listTokens",
     .about = "Tokens, newest first, without their secrets",
     .right = {Noun::tokens, Kind::read},
     .handler = list_tokens,
     .query = token_query(),
     .answer = &tokens_schema},
    {.method = Method::post,
     .path = "/v1/tokens",
     .id = "createToken",
     .about = "A new token; its secret is in this answer and nowhere else",
     .right = {Noun::tokens, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = create_token,
     .body = &new_schema,
     .answer = &made_schema,
     .status = 201},
    {.path = "/v1/tokens/{token}",
     .id = "showToken",
     .about = "One token, without its secret",
     .right = {Noun::tokens, Kind::read},
     .handler = show_token,
     .answer = &token_schema},
    {.method = Method::post,
     .path = "/v1/tokens/{token}:revoke",
     .id = "revokeToken",
     .about = "Ends it now; again is not an error",
     .right = {Noun::tokens, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = revoke_token,
     .answer = &token_schema},
    {.method = Method::post,
     .path = "/v1/people/{person}:forget-factor",
     .id = "forgetFactor",
     .about = "A lost telephone: the second factor and every session of this person end",
     .right = {Noun::tokens, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = forget_factor},
}};

}  // namespace routes_tokens

std::span<const Route> token_routes() { return routes_tokens::table; }

}  // namespace caveat::http
