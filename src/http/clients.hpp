#pragma once
// The connections of a door, and which of them goes where there is no room for all: in the door, or in memory for what they do not read.
// On the door's thread.
#include <cstddef>
#include <memory>
#include <set>

#include "connection.hpp"

namespace caveat::http {

class Clients {
public:
    explicit Clients(const Options& options) : options_(options) {}  // which outlive it

    // Listed until what is returned goes.
    [[nodiscard]] std::shared_ptr<const void> enter(Connection& client);

    // For one more: true, and if the door is full, in place of whoever lets us wait longest. First of all goes a stranger who does not read
    // what they asked for, who has a tenth of the time. False: nobody lets us wait for long enough.
    [[nodiscard]] bool make_room();
    // In memory, for a reply of so many bytes: it rests there until it is read. Where many rest, the one that is being read for longest
    // makes place, so that nobody keeps others from theirs by reading slowly. False: each is being read for a short time only.
    [[nodiscard]] bool make_room_for(std::size_t reply);

private:
    void dismiss(Connection& client);

    const Options& options_;
    std::set<Connection*> all_;
    std::size_t dismissed_ = 0;  // of these: they are on their way out
};

}  // namespace caveat::http
