#include "intake.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace caveat::smtp {

std::string peer_group(const std::string& peer) {
    std::array<char, 16> address{};
    const auto zone = peer.find('%');
    if (::inet_pton(AF_INET6, peer.substr(0, zone).c_str(), address.data()) != 1) return peer;
    return {address.data(), address.size() / 2};
}

Intake::Intake(std::size_t most, std::size_t one) : most_(most), most_a_peer_(std::max(most - most / 4, one)) {}

bool Intake::has_room(const std::string& group, std::size_t bytes) const {
    const std::lock_guard lock(mutex_);
    return fits(group, bytes);
}

bool Intake::fits(const std::string& group, std::size_t bytes) const {
    const auto found = by_group_.find(group);
    const std::size_t has = found == by_group_.end() ? 0 : found->second;
    return taken_ + bytes <= most_ && has + bytes <= most_a_peer_;
}

bool Intake::take(const std::string& group, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (!fits(group, bytes)) return false;
    taken_ += bytes;
    by_group_[group] += bytes;
    return true;
}

void Intake::give_back(const std::string& group, std::size_t bytes) {
    if (bytes == 0) return;
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
    const auto found = by_group_.find(group);
    found->second -= bytes;
    if (found->second == 0) by_group_.erase(found);
}

bool Intake::Share::grow(std::size_t bytes) {
    if (!of_->take(group_, bytes)) return false;
    bytes_ += bytes;
    return true;
}

}  // namespace caveat::smtp
