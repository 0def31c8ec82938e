#pragma once
// Counts for the operator: numbers and instants only, no address and no content. Reads only, on the thread of the Store.
// `queue_depth` costs a row for each post on its way; the others walk an index and belong where a slow read does.
#include <cstdint>
#include <map>
#include <optional>

#include "caveat/storage/store.hpp"

namespace caveat::storage {

struct QueueDepth {
    std::int64_t queued = 0;  // leased ones included
    std::int64_t deferred = 0;
    std::optional<Instant> oldest_queued;  // when the post was dispatched
    std::optional<Instant> oldest_deferred;
    std::int64_t taken_in = 0;  // mails of any kind since the database was made
};
[[nodiscard]] QueueDepth queue_depth(Store& store);

struct MailCount {
    std::map<PostState, std::int64_t> posts;
    std::int64_t bounces = 0;
    std::int64_t notices = 0;
};
[[nodiscard]] MailCount mail_count(Store& store);

// Subscribers of lists that encrypt, preferred or required, whose key the register lacks. Each person once.
[[nodiscard]] std::int64_t keyless_on_encrypting_lists(Store& store);

}  // namespace caveat::storage
