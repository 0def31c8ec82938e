#pragma once
// JSON of the door: keys stay in the order written, so that answers are readable and their entity tags stable.
#include <nlohmann/json.hpp>

// Compiled once, in json.cpp: every file of the door would compile all of it anew.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace caveat::facts {

using Json = nlohmann::ordered_json;

// Bytes that are not UTF-8 are replaced: they may have come by mail.
[[nodiscard]] inline std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace caveat::facts
