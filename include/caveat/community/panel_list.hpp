#pragma once
// The list of an Appeal Panel (item 38, ruling l): how it is named and known. The committee makes it when it seats the panel; its five are
// on it, and nobody enters by another door. Pure, any thread.
#include <string>
#include <string_view>

#include "caveat/community/list.hpp"

namespace caveat::community {

// "panel-c-2026-001": as lists are named, in lower case. A second panel of the case has a number behind it.
[[nodiscard]] std::string panel_list(std::string_view case_id);
[[nodiscard]] bool is_panel_list(std::string_view list, std::string_view case_id);  // in whatever case either is written

inline constexpr std::string_view of_a_panel = "Appeal Panel of case ";  // so begins its charter
[[nodiscard]] std::string room_charter(std::string_view case_id, int notice);
[[nodiscard]] bool is_room(const List& list);  // made so by the committee; nobody else writes such a charter
[[nodiscard]] std::string case_of_room(const List& list);  // "C-2026-001"; empty: it is no room

}  // namespace caveat::community
