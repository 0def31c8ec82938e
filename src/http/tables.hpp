#pragma once
// The tables of routes, one for each noun, in the file routes_<noun>.cpp.
#include <span>

#include "route.hpp"

namespace caveat::http {

// clang-format off
[[nodiscard]] std::span<const Route> service_routes();
[[nodiscard]] std::span<const Route> team_routes();
[[nodiscard]] std::span<const Route> token_routes();
[[nodiscard]] std::span<const Route> decision_routes();
[[nodiscard]] std::span<const Route> case_routes();
[[nodiscard]] std::span<const Route> case_act_routes();
[[nodiscard]] std::span<const Route> application_routes();
[[nodiscard]] std::span<const Route> hold_routes();
[[nodiscard]] std::span<const Route> matter_routes();
[[nodiscard]] std::span<const Route> people_routes();
[[nodiscard]] std::span<const Route> contact_routes();
[[nodiscard]] std::span<const Route> list_routes();
[[nodiscard]] std::span<const Route> subscription_routes();
[[nodiscard]] std::span<const Route> term_routes();
[[nodiscard]] std::span<const Route> own_routes();
[[nodiscard]] std::span<const Route> community_routes();
[[nodiscard]] std::span<const Route> post_routes();
[[nodiscard]] std::span<const Route> archive_routes();
[[nodiscard]] std::span<const Route> policy_routes();
[[nodiscard]] std::span<const Route> journal_routes();
[[nodiscard]] std::span<const Route> operation_routes();

[[nodiscard]] inline std::vector<std::span<const Route>> tables() {
    return {
        service_routes(),
        team_routes(),
        token_routes(),
        decision_routes(),
        case_routes(),
        case_act_routes(),
        application_routes(),
        hold_routes(),
        matter_routes(),
        people_routes(),
        contact_routes(),
        list_routes(),
        subscription_routes(),
        term_routes(),
        own_routes(),
        community_routes(),
        post_routes(),
        archive_routes(),
        policy_routes(),
        journal_routes(),
        operation_routes(),
    };
}
// clang-format on

}  // namespace caveat::http
