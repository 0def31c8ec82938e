#pragma once
// policy simulate lives in a file of its own; the rest of the noun is in command_policy.cpp.
#include "command.hpp"

namespace caveat::server {

void add_simulate(CLI::App& policy, Invocation& invocation);

}  // namespace caveat::server
