#pragma once
// Named points at which a test build can be made to stop dead, as SIGKILL would: CAVEAT_FAULT="mailroom.committed:3" kills the process at the
// third pass of that point. In every other build the calls are empty and the names are not in the binary.
#include <string_view>
#include <vector>

namespace caveat {

#ifdef CAVEAT_FAULT_POINTS
void fault_point(std::string_view name);
[[nodiscard]] std::vector<std::string_view> fault_points();
#else
inline void fault_point(std::string_view /*name*/) {}
[[nodiscard]] inline std::vector<std::string_view> fault_points() { return {}; }
#endif

}  // namespace caveat
