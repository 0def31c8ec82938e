#pragma once
// The case's own mail (items 28 and 36): a notice goes as a letter to the team's representatives, sealed and queued like every other mail,
// and its outcome is on the case. No sanction stands between: such mail asks for neither roster nor label. A relay's 250 proves nothing
// about receipt, so service is still recorded by hand (ruling d). Errors: errc::not_found (case, notice, representative, template), invalid
// (a template that names what there is not).
#include <filesystem>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/people.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

struct Postage {
    const vault::Vault& vault;
    std::filesystem::path templates;  // case-compliance.mustache, case-sanction.mustache
    std::string community_name;
    std::string domain;
    std::string from;  // the address answers go to: "sc+owner@lists.arc.example"
};

struct Letter {
    int notice = 0;
    PostId post;
    PersonId to;
    storage::DeliveryState state{};
    Instant at{};       // of the state
    std::string reply;  // the relay's
};

// One letter to each representative of the team, in one transaction with its journal entry. Sent again, it is another letter.
[[nodiscard]] Result<std::vector<Letter>> mail_notice(storage::Store& store, const Postage& postage, const Clock& clock,
                                                      const community::Actor& by, const std::string& case_id, int notice);
[[nodiscard]] std::vector<Letter> letters(storage::Store& store, const std::string& case_id);  // in the order sent

}  // namespace caveat::committee
