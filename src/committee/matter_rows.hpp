#pragma once
// What the small records of a team share: a new row, what may be written into one, and its entry in the journal.
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "caveat/committee/matters.hpp"

namespace caveat::committee {

// With the next id of its year, and nothing in it yet.
[[nodiscard]] Matter new_matter(storage::Store& store, MatterKind kind, const community::Actor& by, Instant now);
// The row, or its end, and the entry that vouches for it and for what was kept with it. In the caller's transaction.
void write_down(storage::Store& store, const community::Actor& by, const Matter& matter, std::string_view act);

[[nodiscard]] Result<void> is_text(std::string_view what, const std::string& text, std::size_t most, bool needed = true);
template <std::size_t n>
[[nodiscard]] Result<void> is_one_of(std::string_view what, const std::string& word, const std::array<std::string_view, n>& words) {
    if (std::find(words.begin(), words.end(), word) != words.end()) return {};
    return fail(errc::invalid, "{} '{}' is not known; write one of {}", what, word.substr(0, 64), fmt::join(words, ", "));
}
// A member or partner; errc::denied for any other team.
[[nodiscard]] Result<community::Team> party(storage::Store& store, const policy::Rulebook& rules, const TeamId& id);

// The document itself, where it is kept here.
[[nodiscard]] std::optional<storage::PaperRow> kept_text_of(storage::Store& store, const Matter& document);

}  // namespace caveat::committee
