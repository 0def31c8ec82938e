#pragma once
// A run of gpg in a runner (keeper.hpp) for work that is done often. GPGME forks twice for each, which costs the more the larger the
// runner is, and wakes it for each line of what gpg tells, of which there is one for each reader.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/result.hpp"

namespace caveat::openpgp {

// Whether gpg is to tell of each key what it thinks of it. That it failed is seen without.
enum class Status { told, not_told };

struct RunOfGpg {
    bool well = false;                // it ended as it should
    std::string made;                 // its output
    std::vector<std::string> status;  // lines of its status (--status-fd), without what all of them begin with
};

// `program`: its path. It reads `given`, and nobody waits for it but us: the keeper's deadline ends both. errc::temporary: it cannot be
// run.
[[nodiscard]] Result<RunOfGpg> run_gpg(std::string program, std::vector<std::string> options, std::string_view given,
                                       Status wish = Status::told);

}  // namespace caveat::openpgp
