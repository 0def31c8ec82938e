#include "caveat/ids.hpp"
#include "caveat/ascii.hpp"

#include <algorithm>

namespace caveat {

bool is_short_name(std::string_view text) {
    if (text.empty() || text.size() > 64 || !ascii::is_alnum(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace caveat
