#pragma once
// The addresses of our own domain: list, list+owner, list+unsubscribe, list+request, list+sendkey, list+confirm.TOKEN, b.TOKEN, postmaster
// and abuse. Anything else is the name of a list, or of none. They are read when a post is admitted; what they meant is kept with it
// (storage::Target).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/ids.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

struct Address {
    storage::Target target{};
    ListId list;  // lower case; need not exist
};
[[nodiscard]] bool is_ours(const Room& room, std::string_view address);  // of our domain
[[nodiscard]] Address read_address(const Room& room, std::string_view rcpt_to);
// One of them is that address of ours.
[[nodiscard]] bool names(const Room& room, const std::vector<std::string>& addresses, const Address& place);

// The address as it is kept: of list+confirm.TOKEN the token is a secret, and its hash stands in its place (H1).
[[nodiscard]] std::string kept_address(const Room& room, std::string_view rcpt_to, storage::Target target);

// The return paths of copies (M3): each says to us alone which copy it was.
class ReturnPaths {
public:
    explicit ReturnPaths(const Room& room);
    [[nodiscard]] std::string of(PostKey post, std::int32_t seq) const;

private:
    vault::Tokens tokens_;
    std::string at_domain_;
};

struct Returned {
    PostKey post = 0;
    std::int32_t seq = 0;
};
// None: not a return path, or not one of ours.
[[nodiscard]] std::optional<Returned> read_return_path(const Room& room, std::string_view rcpt_to);

// The Message-ID of a post that came without one (D8).
[[nodiscard]] std::string given_message_id(const storage::Post& post, const Settings& settings);

[[nodiscard]] std::string owner_address(const ListId& list, const Settings& settings);

}  // namespace caveat::mailroom
