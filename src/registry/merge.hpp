#pragma once
// What the register would be if a file only added and changed: the file's rows, and behind them those it does not name. Pure.
#include "caveat/registry/registry.hpp"

namespace caveat::registry {

// A team keeps the clearances that the file does not name, a person the key. Denials, and terms that are over, stay without being named
// (diff.hpp).
void take_in(Census& wanted, const Census& current, Instant now);

// What a person's file does not describe of roles on lists: those that are over stay as they were, one that runs ends now, as by its single
// act. One to come, and of whoever goes, is left out.
void take_in_history(Census& wanted, const Census& current, const policy::Rulebook& rules, Instant now);

}  // namespace caveat::registry
