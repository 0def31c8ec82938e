#pragma once
// Mails within a part: the one that its type says it is, and those in a file that is called something else. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

[[nodiscard]] bool is_message(std::string_view type);

// The mail that a part holds whose type says that it is one: behind the line that an mbox has in front of each, which who forwards a mail
// that was saved sends along.
[[nodiscard]] std::string_view mail_within(std::string_view content);

// That mail as programs read it that pass over empty lines in front of its header, and over lines in it that are no fields; others show as
// text what follows them. Nothing: all read it alike, or none of the fields that are passed over says what the mail is.
[[nodiscard]] std::optional<std::string> read_otherwise(std::string_view content);

// The mails that a part holds though its type is another: a file of one (.eml), or of several (mbox, RFC 4155).
[[nodiscard]] std::vector<std::string_view> mails_of_file(const Part& part);

}  // namespace caveat::mail
