#pragma once
// What an error of the operating system means for whoever asked.
#include <cerrno>

#include "caveat/result.hpp"

namespace caveat {

// Of a file that could not be opened or made: where something is used up or fails it may work later, all else is wrong with what was asked.
[[nodiscard]] inline errc errc_of(int system_error) {
    switch (system_error) {
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EIO:
        case EINTR:
            return errc::temporary;
        default:
            return errc::invalid;
    }
}

}  // namespace caveat
