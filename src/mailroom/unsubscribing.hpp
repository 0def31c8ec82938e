#pragma once
// Leaving a list by a mail to its unsubscribe address (List-Unsubscribe); who leaves by a link is in leaving.hpp.
#include "verdicts.hpp"

namespace caveat::mailroom {

// Done at once where it is surely its sender's wish; else they are asked to confirm it.
void unsubscribe_by_mail(Verdicts& verdicts, storage::Post& post, const mail::HeaderBlock& headers);

}  // namespace caveat::mailroom
