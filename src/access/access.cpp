#include "caveat/access/access.hpp"

namespace caveat::access {

Access::Access(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock, Settings settings)
    : store_(store), vault_(vault), rules_(rules), clock_(clock), settings_(std::move(settings)) {}

}  // namespace caveat::access
