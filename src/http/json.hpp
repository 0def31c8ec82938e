#pragma once
// JSON as the door speaks it: keys stay in the order written, so that answers read well and their entity tags are stable.
#include <nlohmann/json.hpp>

namespace caveat::http {

using Json = nlohmann::ordered_json;

}  // namespace caveat::http
