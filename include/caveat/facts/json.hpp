#pragma once
// JSON of the door: keys stay in the order written, so that answers are readable and their entity tags stable.
#include <nlohmann/json.hpp>
#include <string_view>

#include "caveat/result.hpp"

// Compiled once, in json.cpp: every file of the door would compile all of it anew.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace caveat::facts {

using Json = nlohmann::ordered_json;

// In one line. Bytes that are not UTF-8 are replaced, since they may have come by mail, and what a terminal would obey is escaped.
[[nodiscard]] std::string dumped(const Json& json);

// What others send. errc::invalid, with what is wrong, if it is no JSON text (RFC 8259) in UTF-8, is nested too deeply, or an object in it
// has too many keys or one of them twice. An object of Json keeps its keys in a row: each is compared with all before it.
inline constexpr int deepest_json = 16;
inline constexpr std::size_t most_keys = 100;  // of one object; no schema has half of that
[[nodiscard]] Result<Json> read_json(std::string_view text);

}  // namespace caveat::facts
