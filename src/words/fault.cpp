#include "caveat/fault.hpp"

namespace caveat {

void fault_point(std::string_view /*name*/) {}
std::vector<std::string_view> fault_points() { return {}; }

}  // namespace caveat
