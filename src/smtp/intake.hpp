#pragma once
// How much of the memory the messages at the door may hold, over all connections and until the mailroom has replied. Nobody sees it all:
// one peer gets at most three quarters, so that a message from elsewhere still comes in while somebody fills the door. Any thread.
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace caveat::smtp {

// Whose connections count together: an IPv4 address, the /64 of an IPv6 address (which one machine has for itself), all local sockets.
[[nodiscard]] std::string peer_group(const std::string& peer);

class Intake {
public:
    // `most`: bytes in all. `one`: a peer may have this many in any case, so that the biggest message can come.
    Intake(std::size_t most, std::size_t one);

    [[nodiscard]] bool has_room(const std::string& group, std::size_t bytes) const;

    // What one message holds. It is given back when this ends.
    class Share {
    public:
        Share(std::shared_ptr<Intake> of, std::string group) : of_(std::move(of)), group_(std::move(group)) {}
        ~Share() { of_->give_back(group_, bytes_); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        [[nodiscard]] bool grow(std::size_t bytes);  // false: no room, and nothing was taken

    private:
        std::shared_ptr<Intake> of_;
        std::string group_;
        std::size_t bytes_ = 0;
    };

private:
    [[nodiscard]] bool fits(const std::string& group, std::size_t bytes) const;  // under the mutex
    [[nodiscard]] bool take(const std::string& group, std::size_t bytes);
    void give_back(const std::string& group, std::size_t bytes);

    std::size_t most_;
    std::size_t most_a_peer_;
    mutable std::mutex mutex_;
    std::size_t taken_ = 0;
    std::unordered_map<std::string, std::size_t> by_group_;  // only those that hold something
};

}  // namespace caveat::smtp
