#include "copying.hpp"

#include <algorithm>

#include "address.hpp"
#include "caveat/mail/copy.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {
Copying::Copying(const Room& room, std::size_t most_bytes)
    : room_(room), most_bytes_(most_bytes), alive_(std::make_shared<std::atomic<std::size_t>>(0)) {}

Result<Message> Copying::message(const Batch& batch) {
    const auto key = batch.post->key;
    const auto known = std::find_if(recent_.begin(), recent_.end(), [&](const auto& entry) { return entry.first == key; });
    if (known != recent_.end()) return known->second;
    if (full()) return Message{};
    auto message = write(batch).map([this](std::string bytes) { return counted(std::move(bytes)); });
    recent_.emplace_front(key, std::move(message));
    if (recent_.size() > most_recent) recent_.pop_back();
    return recent_.front().second;
}

Result<std::string> Copying::write(const Batch& batch) const {
    const auto& post = *batch.post;
    auto bytes = room_.vault.open(room_.store.posts().body(post.key), post.sealed_as.value);
    if (!bytes || !traits(post.kind).for_a_list) return bytes;
    if (post.target == storage::Target::to_operator) return forwarded(*bytes, room_.settings);
    if (!batch.list) return fail(errc::not_found, "the list {} is gone", post.list);
    const bool without_id = post.message_id == given_message_id(post, room_.settings);
    const std::string date = mail::rfc5322_date(post.received);
    return mail::make_copy({.raw = *bytes,
                            .list = &*batch.list,
                            .community_name = room_.settings.community_name,
                            .domain = room_.settings.domain,
                            .separator = room_.settings.separator,
                            .label = post.label.value_or(community::Tlp::red),
                            .message_id = without_id ? std::string_view{post.message_id} : std::string_view{},
                            .conflict_note = post.conflict_note,
                            .trusted_authserv_ids = room_.settings.trusted_authserv_ids,
                            .date = date});
}

// Counted as alive until the last reader's copy is gone.
Message Copying::counted(std::string bytes) const {
    return std::make_shared<const Shipment>(std::move(bytes), room_.settings.limits, alive_);
}

bool Copying::full() {
    if (*alive_ < most_bytes_) return false;
    std::erase_if(recent_, [](const auto& entry) { return entry.second && entry.second->use_count() == 1; });  // held by nobody else
    return *alive_ >= most_bytes_ && *alive_ > 0;
}

}  // namespace caveat::mailroom
