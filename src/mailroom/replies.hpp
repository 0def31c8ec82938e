#pragma once
// What is kept of the words of other mail servers. They may quote the mail they are about, and the rows that hold them rest in clear (K13),
// so that only their codes are kept, with words of ours for them (RFC 5321 §4.2, RFC 3463). Pure.
#include <string>
#include <string_view>

#include "caveat/storage/deliveries.hpp"

namespace caveat::mailroom {

// "550 5.1.1: refused, no such mailbox" of "550 5.1.1 <rep@a.example>: ...". A text that begins with no code is our own account of what
// kept us from hearing the relay: at most 200 bytes of it, printable.
[[nodiscard]] std::string kept_of_reply(std::string_view reply);
// The same of a report's Status and Diagnostic-Code (RFC 3464 §2.3.4, §2.3.6). Its words are a stranger's: without a code nothing is kept.
[[nodiscard]] std::string kept_of_diagnostic(std::string_view status, std::string_view diagnostic);

// Whether the reader has a copy or may have one: the relay took it, or was not heard after it had been given (RFC 5321 §6.1), the last time
// or before, or may have left before a backup was put back, which ended it. Of what is on record, as these functions keep it.
[[nodiscard]] bool may_be_there(storage::DeliveryState state, community::Code code, std::string_view reply);
[[nodiscard]] bool may_be_there(const storage::DeliveryRow& row);

// That an attempt before was not heard stays on record with whatever comes after it.
void note_unheard_before(storage::Outcome& outcome);

// Leaves of the outcome's reply, also where the reason repeats it, what may rest in clear.
void reduce_words(storage::Outcome& outcome);

}  // namespace caveat::mailroom
