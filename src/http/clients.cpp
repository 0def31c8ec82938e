#include "clients.hpp"

namespace caveat::http {
namespace {

constexpr std::size_t small_reply = 64 * 1024;  // bytes; such a one is always sent

}  // namespace

std::shared_ptr<const void> Clients::enter(Connection& client) {
    all_.insert(&client);
    return {&client, [this, &client](const void*) {
                dismissed_ -= client.is_dismissed() ? 1 : 0;
                all_.erase(&client);
            }};
}

void Clients::dismiss(Connection& client) {
    client.dismiss();
    ++dismissed_;
}

bool Clients::make_room() {
    if (all_.size() - dismissed_ < options_.max_connections) return true;
    Connection* first = nullptr;
    const auto now = std::chrono::steady_clock::now();
    for (auto* client : all_) {
        const auto since = client->waits_since();
        const bool unread = client->leaves_unread();
        if (!since || now - *since < (unread ? options_.idle_when_full / 10 : options_.idle_when_full)) continue;
        const bool earlier = first == nullptr || (unread != first->leaves_unread() ? unread : *since < *first->waits_since());
        if (earlier) first = client;
    }
    if (first == nullptr) return false;
    dismiss(*first);
    return true;
}

bool Clients::make_room_for(std::size_t reply) {
    if (reply <= small_reply) return true;
    for (;;) {
        std::size_t unread = 0;
        Connection* longest = nullptr;
        for (auto* client : all_) {
            if (client->says() <= small_reply) continue;
            unread += client->says();
            if (longest == nullptr || client->says_since() < longest->says_since()) longest = client;
        }
        if (longest == nullptr || unread + reply <= options_.max_unread) return true;
        if (std::chrono::steady_clock::now() - longest->says_since() < options_.slow_when_full) return false;
        dismiss(*longest);
    }
}

}  // namespace caveat::http
