#pragma once
// Named points at which a test program can be made to stop dead, as SIGKILL would. The product links points that do nothing; only the test
// program `caveat_faults` links tests/support/fault_points.cpp in their place.
#include <string_view>
#include <vector>

namespace caveat {

void fault_point(std::string_view name);
[[nodiscard]] std::vector<std::string_view> fault_points();  // empty in the product

}  // namespace caveat
