#pragma once
// Rosters of other list managers as they print them: Mailman 2 (`list_members [-f]`, and `config_list -o -` for its description), Mailman 3
// (`mailman members`), Sympa (`sympa.pl --dump`, and a list's `config` for its subject). Pure; any thread.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/list.hpp"
#include "caveat/result.hpp"

namespace caveat::server {

struct ForeignMember {
    std::string address;  // as written
    community::DeliveryMode delivery = community::DeliveryMode::each;
    std::size_t line = 0;
};

struct ForeignRoster {
    std::vector<ForeignMember> members;
    std::string description;  // empty: it says none
};

inline constexpr std::size_t most_foreign_bytes = 16U << 20;

// A line that is an address, or a name and an address in angle brackets, is a member. errc::invalid: what a line is meant to be is not
// clear; nothing is guessed.
[[nodiscard]] Result<ForeignRoster> mailman_roster(std::string_view text);
// Blocks that begin with `email` are members; `reception` digest and nomail count.
[[nodiscard]] Result<ForeignRoster> sympa_roster(std::string_view text);

}  // namespace caveat::server
