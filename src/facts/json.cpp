#include "caveat/facts/json.hpp"

#include "caveat/printable.hpp"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace caveat::facts {

std::string dumped(const Json& json) { return printable_json(json.dump(-1, ' ', false, Json::error_handler_t::replace)); }

}  // namespace caveat::facts
