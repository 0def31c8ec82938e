#pragma once
// What posts, their copies and the journal look like in JSON; the words of the command line's --json. Never content, never a subject.
#include <array>

#include "caveat/storage/journal.hpp"
#include "caveat/storage/posts.hpp"
#include "facts.hpp"

namespace caveat::http {

inline constexpr std::array<std::string_view, 5> verdict_words{"spooled", "distributed", "held", "refused", "dropped"};
inline constexpr std::array<std::string_view, 6> copy_state_words{"queued", "sent", "deferred", "failed", "withheld", "cancelled"};

[[nodiscard]] std::string_view verdict(storage::PostState state);
[[nodiscard]] std::optional<storage::PostState> verdict_from(std::string_view word);
[[nodiscard]] std::optional<storage::DeliveryState> delivery_from(std::string_view word);
[[nodiscard]] Json label_of(const storage::Post& post);

[[nodiscard]] Json fact(const storage::Post& post);
[[nodiscard]] Json fact(const storage::DeliveryRow& row);
[[nodiscard]] Json fact(const storage::Entry& entry);
extern const Schema post_schema;
extern const Schema delivery_schema;
extern const Schema entry_schema;

}  // namespace caveat::http
