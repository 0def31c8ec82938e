#include "urn.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace caveat::committee {
namespace {

using conduct::Choice;

constexpr std::size_t mark_size = 16;
constexpr std::string_view purpose = "vote receipt";
constexpr std::array<std::pair<Choice, char>, 3> choice_letters{{{Choice::yes, 'y'}, {Choice::no, 'n'}, {Choice::abstain, 'a'}}};

std::string context_of(const std::string& decision, const TeamId& team) { return fmt::format("vote {} {}", decision, team); }

}  // namespace

Slip new_slip(Choice choice) { return {choice, vault::random_bytes(mark_size)}; }

// One letter and the mark, so that all votes have the same length.
Sealed seal_slip(const vault::Vault& vault, const std::string& decision, const TeamId& team, const Slip& slip) {
    for (const auto& [choice, letter] : choice_letters) {
        if (choice == slip.choice) return vault.seal(letter + slip.mark, context_of(decision, team));
    }
    throw std::logic_error("a sealed vote cannot be cast");
}

std::string receipt_of(const vault::Vault& vault, const Slip& slip) { return vault.token(purpose, slip.mark); }

std::optional<std::string> mark_on(const vault::Vault& vault, std::string_view receipt) { return vault.untoken(purpose, receipt); }

Result<Slip> open_slip(const vault::Vault& vault, const std::string& decision, const storage::Remark& cast) {
    const auto plain = vault.open(cast.sealed, context_of(decision, cast.team));
    if (plain && plain->size() == 1 + mark_size) {
        for (const auto& [choice, letter] : choice_letters) {
            if (plain->front() == letter) return Slip{choice, plain->substr(1)};
        }
    }
    return fail(errc::corrupt, "decision {} cannot be counted: the sealed vote of {} does not open", decision, cast.team);
}

Result<std::vector<conduct::Vote>> open_votes(const vault::Vault& vault, const std::string& decision,
                                              std::span<const storage::Remark> said) {
    std::vector<conduct::Vote> votes;
    for (const auto& r : said) {
        if (r.what != "vote") continue;
        const auto slip = open_slip(vault, decision, r);
        if (!slip) return tl::unexpected(slip.error());
        votes.push_back({r.team, slip->choice, r.at});
    }
    return votes;
}

}  // namespace caveat::committee
