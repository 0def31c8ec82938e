#pragma once
// The urn of a secret ballot (item 48). A vote goes in sealed under a data key of its own, bound to its ballot and its team, and every vote
// has the same length; it comes out to be counted when the ballot is over, or for whoever shows its receipt. A receipt is a token over the
// mark that is sealed beside the choice: it reveals neither, nothing on disk leads from one to the other, and nobody else can make one.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "caveat/conduct/ballot.hpp"
#include "caveat/storage/minutes.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

struct Slip {
    conduct::Choice choice = conduct::Choice::abstain;
    std::string mark;  // random, of this vote alone
};

[[nodiscard]] Slip new_slip(conduct::Choice choice);
[[nodiscard]] Sealed seal_slip(const vault::Vault& vault, const std::string& decision, const TeamId& team, const Slip& slip);
[[nodiscard]] std::string receipt_of(const vault::Vault& vault, const Slip& slip);
[[nodiscard]] std::optional<std::string> mark_on(const vault::Vault& vault, std::string_view receipt);  // none: no receipt of ours

// errc::corrupt if a vote does not open: it is not what was cast, and must not be left out of a count in silence.
[[nodiscard]] Result<Slip> open_slip(const vault::Vault& vault, const std::string& decision, const storage::Remark& cast);
[[nodiscard]] Result<std::vector<conduct::Vote>> open_votes(const vault::Vault& vault, const std::string& decision,
                                                            std::span<const storage::Remark> said);

}  // namespace caveat::committee
