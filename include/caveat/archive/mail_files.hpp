#pragma once
// Mails as other programs keep them: an mbox file or a Maildir folder. Reads what is given and writes nothing; any thread.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"

namespace caveat::archive {

// One mail, and when it was kept as the line in front of it says, its zone left out; none: no such line, or no date in it.
using Visit = std::function<bool(const std::string& bytes, std::optional<Instant> kept)>;

// Those of an mbox or of a Maildir in the order of the names of its files, until `visit` says false; what has more than `most` bytes comes
// empty. errc::not_found: it cannot be read; errc::invalid: it is neither.
[[nodiscard]] Result<void> each_message(const std::filesystem::path& from, std::size_t most, const Visit& visit);

// Messages of an mbox as `visit` gets them, with CRLF and without the quoting of "From " lines (mboxrd). One begins behind a blank line, at
// a "From " with a date as asctime writes it, or with any date (unless the file's first has none) above a field; any other is text. A
// message of more than `most` bytes comes empty. Until `visit` says false. False: the text does not begin as an mbox does.
[[nodiscard]] bool each_of_mbox(std::istream& in, std::size_t most, const Visit& visit);
// One message for an mbox (mboxrd), from bytes with CRLF.
[[nodiscard]] std::string mbox_entry(std::string_view message, Instant posted);

}  // namespace caveat::archive
