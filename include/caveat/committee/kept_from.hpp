#pragma once
// What is kept from whoever is of a team because it is about that team: cases, the decisions in them and the others that the committee
// takes about it, reviews, and the lists of its appeals' panels, with what is posted there (item 27). Whom caveat's letters told, and what
// became of them, is kept from everybody but the operator: it says whom the committee writes to, and when, and not always what about. To whom
// a case's notices went stands with the case, and is there for whoever may know of it. For doors that show what has no object of its own, as
// the journal. Pure reading; on the desk, or over a store of the caller's own.
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

    // It is about one of them, or names one; or it is about such a post, or about a letter.
    [[nodiscard]] bool hides(const storage::Entry& entry) const;

private:
    [[nodiscard]] bool names_one(std::string_view text) const;
    [[nodiscard]] bool is_of_kept_mail(const storage::Entry& entry) const;

    storage::Store* store_ = nullptr;
    std::vector<std::string> ids_;
};

}  // namespace caveat::committee
