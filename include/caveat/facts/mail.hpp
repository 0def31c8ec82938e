#pragma once
// Posts, their copies and the journal in JSON, in the words of the command line's --json. Never content, never a subject.
#include <array>
#include <map>
#include <string>

#include "caveat/facts/register.hpp"
#include "caveat/storage/deliveries.hpp"
#include "caveat/storage/journal.hpp"
#include "caveat/storage/posts.hpp"

namespace caveat::facts {

template <class Traits, std::size_t size>
[[nodiscard]] constexpr std::array<std::string_view, size> names_of(const std::array<Traits, size>& table) {
    std::array<std::string_view, size> names{};
    for (std::size_t i = 0; i < size; ++i) names[i] = table[i].name;
    return names;
}
inline constexpr auto verdict_words = names_of(storage::post_states);
inline constexpr auto copy_state_words = names_of(storage::delivery_states);

[[nodiscard]] std::string_view verdict(storage::PostState state);
[[nodiscard]] std::optional<storage::PostState> verdict_from(std::string_view word);
[[nodiscard]] std::optional<storage::DeliveryState> delivery_from(std::string_view word);
// What is recorded of a rule book, policy's identity(), in two: "apcert 1", and its SHA-256, empty where that was not recorded yet.
struct BookName {
    std::string words, sha256;
};
[[nodiscard]] BookName book_named(std::string_view identity);
[[nodiscard]] Json label_of(const storage::Post& post);
[[nodiscard]] Json sender_of(const storage::Post& post);  // null: nobody, or not to be named

[[nodiscard]] Json fact(const storage::Post& post);
[[nodiscard]] Json fact(const storage::DeliveryRow& row);
[[nodiscard]] Json fact(const storage::DeliveryRow& row, const std::map<PersonId, std::string>& returned);  // `mailroom::returned_copies`
[[nodiscard]] Json fact(const storage::Entry& entry);
extern const Schema post_schema;
extern const Schema delivery_schema;
extern const Schema entry_schema;

}  // namespace caveat::facts
