#pragma once
// Which canonical labels may put a post below its list's default: those that nobody but its author can have meant of the whole post. All
// others only raise (L2), for text travels: forwarded and quoted mail, footers, parts shown in place, labels that a sentence speaks of.
// Two places are left: the subject, where the label is no word of a sentence, and the beginning of the text, before anything that may
// announce somebody else's words. Pure; linear.
#include <string_view>

#include "caveat/mail/message.hpp"
#include "label_lexer.hpp"

namespace caveat::mail {

// The label begins the subject, behind reply marks and what stands in brackets, or ends it, or signs part it from the words on both sides;
// no question mark follows, no word beside it speaks of a label ("is not yet", "TLP:GREEN or"), and no other is named ("TLP:GREEN, AMBER for
// the annex"). "Not TLP:CLEAR: case 7" and "Comments on the TLP:CLEAR advisory" speak of a label.
[[nodiscard]] bool stands_apart(std::string_view subject, const Hit& hit);

// The first line of the text is a label line, before it at most rules and one line: a salutation ("Dear all,") or, of plain text, a title
// with a blank line behind it. It is not quoted, does not go on in words that speak of a label, names no other, and no section of the text
// ends. Text: the first part that is written to be read and is no file; and where HTML stands beside plain text, for other readers, that of
// both. Of HTML counts what is plain (plain_look.hpp).
[[nodiscard]] bool opens_with_label(const Message& message);

}  // namespace caveat::mail
