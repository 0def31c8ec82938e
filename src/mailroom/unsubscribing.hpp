#pragma once
// Leaving a list by a mail to its unsubscribe address (List-Unsubscribe); who leaves by a link is in leaving.hpp.
#include <string_view>

#include "verdicts.hpp"

namespace caveat::mailroom {

// Done at once where it is surely its sender's wish, as a mail program writes it for the List-Unsubscribe of their copy (RFC 2369 §3.2);
// else they are asked to confirm it. `subject`: decoded.
void unsubscribe_by_mail(Verdicts& verdicts, storage::Post& post, const mail::HeaderBlock& headers, std::string_view subject);

}  // namespace caveat::mailroom
