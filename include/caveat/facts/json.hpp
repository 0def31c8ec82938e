#pragma once
// JSON of the door: keys stay in the order written, so that answers are readable and their entity tags stable.
#include <nlohmann/json.hpp>

// Compiled once, in json.cpp: every file of the door would compile all of it anew.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace caveat::facts {

using Json = nlohmann::ordered_json;

// In one line. Bytes that are not UTF-8 are replaced, since they may have come by mail, and what a terminal would obey is escaped.
[[nodiscard]] std::string dumped(const Json& json);

}  // namespace caveat::facts
