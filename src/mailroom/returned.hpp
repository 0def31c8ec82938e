#pragma once
// Mail to a return path of ours: what another mail server says of a copy.
#include "verdicts.hpp"

namespace caveat::mailroom {

// It is recorded with its copy; whether an address is bad is not decided here.
void read_returned(Verdicts& verdicts, storage::Post& post, const Prepared& bytes);

}  // namespace caveat::mailroom
