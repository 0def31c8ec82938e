#pragma once
// What a team said itself in a ballot, and what somebody else recorded of it. Another's record stands only while the team is silent (item
// 54): what it said by its own hand, nobody else changes.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/committee/committee.hpp"
#include "caveat/community/people.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

inline constexpr std::array<std::string_view, 2> its_vote{"vote", "backs"};
inline constexpr std::array<std::string_view, 3> its_vote_or_proxy{"vote", "backs", "proxy"};
inline constexpr std::array<std::string_view, 2> its_signature{"signed", "unsigned"};

[[nodiscard]] bool has_said_itself(storage::Store& store, const policy::Rulebook& rules, const std::string& id, const TeamId& team,
                                   std::span<const std::string_view> what);
// errc::denied where somebody else acts for a team that has said one of these itself.
[[nodiscard]] Result<void> leaves_its_word(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                           const std::string& id, const TeamId& team, std::span<const std::string_view> what, Instant now);
// The ballot for a team that votes: it takes part again if it was somebody else who said that it does not, and now it votes itself. Where
// no meeting was called, or votes were in before the record, nobody else's record says that it was not there.
[[nodiscard]] conduct::Ballot as_it_votes(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                          const Decision& d, const TeamId& team, Instant now);
// errc::denied where, by this record of attendance, a team that has voted would not be there; or, where votes are in and one is on record,
// any team would be there that was not, or was and would not; unless it says so itself (items 44 and 51).
[[nodiscard]] Result<void> may_record_attendance(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                                 const Decision& d, const std::vector<TeamId>& present, Instant now);
// It votes as present, and by what is on record it was not.
[[nodiscard]] bool comes_in(const conduct::Ballot& as_it_votes, const Decision& d, const TeamId& team);
// The meeting that was called has begun, and who was there was recorded since.
[[nodiscard]] bool met_when_called(const storage::Motion& motion, std::span<const storage::Remark> said);
// Every elector has voted, whoever is on record as present; or those who are have, and nobody else's vote could change how it ends.
[[nodiscard]] bool is_settled(const Decision& d);
// Votes were in before anybody recorded who was there.
[[nodiscard]] bool votes_came_first(std::span<const storage::Remark> said);

}  // namespace caveat::committee
