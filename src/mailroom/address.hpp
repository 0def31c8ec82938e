#pragma once
// The addresses of our own domain: list, list+owner, list+unsubscribe, b.TOKEN. Anything else is the name of a list, or of none.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/ids.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

struct Target {
    enum class Kind : std::uint8_t { list, owner, unsubscribe } kind = Kind::list;
    ListId list;  // lower case; need not exist
};
[[nodiscard]] Target read_target(std::string_view rcpt_to, const Settings& settings);
[[nodiscard]] bool is_to_owners(const storage::Post& post, const Settings& settings);  // mail to list+owner

// The return path of one copy (M3): says to us alone which copy it was.
[[nodiscard]] std::string return_path(const Room& room, PostKey post, std::int32_t seq);

struct Returned {
    PostKey post = 0;
    std::int32_t seq = 0;
};
// None: not a return path, or not one of ours.
[[nodiscard]] std::optional<Returned> read_return_path(const Room& room, std::string_view rcpt_to);

[[nodiscard]] std::string owner_address(const ListId& list, const Settings& settings);

}  // namespace caveat::mailroom
