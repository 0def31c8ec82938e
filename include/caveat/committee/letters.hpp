#pragma once
// The case's own mail (items 28, 32 and 36): a notice goes as a letter to the team's representatives with the act that issues it, sealed
// and queued like every other mail, and its outcome is on the case. The rules on appeals are attached. No sanction stops this mail (ruling
// i); a letter with a label waits while its reader is under a security hold. A relay's 250 does not prove receipt, so service is still
// recorded by hand (ruling d). Errors: errc::not_found (case, notice, representative, template, the rules on appeals), invalid (a template
// that names what there is not).
#include <filesystem>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/people.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

struct Postage {
    const vault::Vault& vault;
    letters::Letterhead letterhead;
    std::string from;                    // the address replies go to; empty: letters::reply_address of the moment
    std::filesystem::path appeal_rules;  // text; empty: appeal-rules.txt among the templates
    bool verified_transport = true;      // of the relay; what members are told of a sanction is TLP:AMBER+STRICT
    std::string pages = {};              // what links begin with, "https://console.arc.example"; empty: there are no pages
};

struct Letter {
    int notice = 0;
    std::string purpose;  // "notice"; "members": what all members were told of a sanction
    PostId post;
    PersonId to;
    storage::DeliveryState state{};
    Instant at{};       // of the state
    std::string reply;  // the relay's
};

}  // namespace caveat::committee
