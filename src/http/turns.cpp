#include "turns.hpp"

namespace caveat::http {

Turns::Seat Turns::sit(const std::string& sender) {
    auto& seated = seated_[sender];
    if (seated == most_of_each_) return nullptr;
    ++seated;
    const auto rise = [self = shared_from_this(), sender](const void*) {
        const auto found = self->seated_.find(sender);
        if (--found->second == 0) self->seated_.erase(found);
    };
    return {static_cast<const void*>(this), rise};
}

void Turns::wait(const std::string& sender, Work work) {
    auto& mine = waiting_[sender];
    if (mine.empty()) order_.push_back(sender);
    mine.push_back(std::move(work));
}

std::optional<Turns::Work> Turns::next() {
    if (order_.empty()) return std::nullopt;
    const auto sender = std::move(order_.front());
    order_.pop_front();
    const auto mine = waiting_.find(sender);
    auto work = std::move(mine->second.front());
    mine->second.pop_front();
    if (mine->second.empty()) {
        waiting_.erase(mine);
    } else {
        order_.push_back(sender);
    }
    return work;
}

}  // namespace caveat::http
