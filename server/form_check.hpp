#pragma once
// The signature of an application's form, verified with the key that was handed in beside it (item 21). What was found stands in the
// application, in words; nothing is refused for it.
#include <functional>
#include <string_view>

#include "house.hpp"

namespace caveat::server {

// All forms that nobody looked at. GnuPG is asked: not on the desk. What cannot be done now is told, and done at the next call; nothing
// without [openpgp] home.
void look_at_forms(House& house, storage::Store& store, const std::function<void(std::string_view)>& tell);

}  // namespace caveat::server
