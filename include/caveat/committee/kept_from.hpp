#pragma once
// What is kept from whoever is of a team because it is about that team: cases, the decisions in them and the others that the committee
// takes about it, reviews, and the lists of its appeals' panels (item 27). For doors that show what has no object of its own, as the
// journal. Pure reading; on the desk, or over a store of the caller's own.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/storage/store.hpp"

namespace caveat::committee {

class KeptFrom {
public:
    KeptFrom() = default;  // from nobody
    // `lender`: the team of who made the token that is used, if another person did.
    KeptFrom(storage::Store& store, const TeamId& party, const TeamId& lender = {});

    // It is about one of them, or names one.
    [[nodiscard]] bool hides(const storage::Entry& entry) const;

private:
    [[nodiscard]] bool names_one(std::string_view text) const;

    std::vector<std::string> ids_;
};

}  // namespace caveat::committee
