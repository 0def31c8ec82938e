#pragma once
// Notices of cases whose letter came too late for its reader, who speaks no longer for the team: they go to who represents it now.
#include <string>
#include <vector>

#include "caveat/committee/letters.hpp"
#include "caveat/conduct/case.hpp"

namespace caveat::committee {

struct NoticeToSend {
    conduct::Case of;
    conduct::Notice notice;
    std::vector<community::Person> readers;
};

// Of open cases. Reads only.
[[nodiscard]] std::vector<NoticeToSend> notices_to_send(storage::Store& store);
// In the caller's transaction. How many letters were queued.
[[nodiscard]] Result<std::size_t> send(storage::Store& store, const Postage& postage, const NoticeToSend& notice, Instant now);

}  // namespace caveat::committee
