#pragma once
// What depends on input is a value: Result<T>. A broken world (disk full, corrupt database, a bug) throws and is
// caught in three places only: the session loop, the worker loop and main.
// Nothing outside this header names tl::, so that std::expected is one edit away.
#include <fmt/core.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace caveat {

enum class errc {
    denied,     // a rule says no; exit code 1
    invalid,    // bad input: what, where, what to write instead; exit code 2
    not_found,  // no such thing, or none the asker may know of; exit code 2
    conflict,   // somebody was faster, or it exists already; exit code 1
    limit,      // beyond a configured number; exit code 2
    temporary,  // try again: busy, full, down; exit code 75
    corrupt,    // stored bytes do not verify; exit code 1
};

struct Error {
    errc code;
    std::string detail;  // for the log and the admin, never for SMTP replies
};

template <class T>
using Result = tl::expected<T, Error>;

template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(errc code, fmt::format_string<Args...> text, Args&&... args) {
    return tl::unexpected<Error>(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

// The first words of every printed error, the same on every surface.
std::string_view name(errc code);

}  // namespace caveat
