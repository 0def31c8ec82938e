// What more than one office does to a roster.
#include "caveat/community/subject.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

void end_subscription(Store& store, const ListId& list, const PersonId& person, Instant now, std::string_view actor, Detail detail) {
    store.register_rows().unsubscribe(list, person, now);
    store.journal().append(now, actor, "subscription.remove", community::subject_of(community::Subscription{list, person, {}}),
                           detail.text());
}

}  // namespace caveat::storage
