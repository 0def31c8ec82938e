#include "caveat/facts/access.hpp"

#include "caveat/facts/register.hpp"

namespace caveat::facts {

std::string_view state_of(const access::Token& token, Instant now) {
    return token.revoked ? "revoked" : token.expires <= now ? "expired" : "live";
}

Json fact(const access::Token& token, Instant now) {
    Json scopes = Json::array();
    for (const auto& right : token.rights) scopes.push_back(access::name(right));
    Json lists = Json::array();
    for (const auto& list : token.lists) lists.push_back(list.value);
    return {{"id", token.id},
            {"name", token.name},
            {"holder", token.holder ? token.holder->value : "operator"},
            {"state", state_of(token, now)},
            {"scopes", scopes},
            {"lists", lists},
            {"created", to_string(token.created)},
            {"created_by", token.created_by},
            {"expires", to_string(token.expires)},
            {"last_used", maybe(token.last_used)}};
}

}  // namespace caveat::facts
