#pragma once
// Leaving a list by one press of a button (RFC 8058). The link stands in the header of a reader's copy: it ends that one subscription and
// does nothing else, whoever has it; it outlives a restart and ends with the subscription, so that nobody who comes back is taken off by an
// old one. Nothing of it rests. Source: promise M1.
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "caveat/community/standing.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// "https://console.arc.example/unsubscribe/teams/TOKEN". Empty: there are no pages with such an address, they are on no roster, or this is
// a list that nobody leaves by themselves. The keys of the list asked for last are kept, since the copies of a post follow each other. On
// one thread.
class LeavingLinks {
public:
    explicit LeavingLinks(const Room& room) : room_(room) {}
    [[nodiscard]] std::string of(const community::List& list, const community::Standing& who);

private:
    const Room& room_;
    std::optional<std::pair<ListId, vault::Tokens>> last_ = {};
};

// The token of such a link, as long as that subscription lasts.
[[nodiscard]] bool is_their_token(const Room& room, const ListId& list, const community::Standing& who, std::string_view token);

// Ends that subscription and tells whose it was, by letter. errc::not_found, in the same words: no such link, or not one of a subscription
// of now, or its person is under a security hold. On the thread that writes with the room's Store.
[[nodiscard]] Result<void> leave_by_link(const Room& room, const ListId& list, std::string_view token);

}  // namespace caveat::mailroom
