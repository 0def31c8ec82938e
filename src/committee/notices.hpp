#pragma once
// Notices and news of cases whose letter came too late for its reader, who speaks no longer for the team: they go to who speaks for it now.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/committee/letters.hpp"
#include "caveat/conduct/case.hpp"

namespace caveat::committee {

struct NoticeToSend {
    conduct::Case of;
    conduct::Notice notice;
    std::vector<community::Person> readers;
};

// It was withheld, since its reader no longer spoke for the team.
[[nodiscard]] bool came_too_late(storage::Store& store, const PostId& letter);

// Of news, which is a row beside the notices: what it told, by the key of its telling.
inline constexpr std::string_view news_to_party = "news of ";

// Of open cases. Reads only.
[[nodiscard]] std::vector<NoticeToSend> notices_to_send(storage::Store& store, Instant now);
// In the caller's transaction. How many letters were queued.
[[nodiscard]] Result<std::size_t> send(storage::Store& store, const Postage& postage, const NoticeToSend& notice, Instant now);

}  // namespace caveat::committee
