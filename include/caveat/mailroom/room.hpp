#pragma once
// What the mailroom works with. The desk and the courier each have one, with a Store of their own; the rest is immutable and shared.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/quotas.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::openpgp {
class Opener;
}

namespace caveat::mailroom {

// The field by which the MTA in front marks what it hands over (mail::take_mark). Without a name none is asked for.
struct FrontMark {
    std::string field;
    std::string secret;
};

struct Settings {
    std::string community_name;
    std::string domain;
    std::string separator = "+";
    std::vector<std::string> trusted_authserv_ids;  // lower case
    FrontMark front_mark;
    mail::Limits limits;
    bool seals = false;               // GnuPG is set up, so that lists that encrypt have keys
    bool verified_transport = false;  // relay on loopback or a Unix socket, or TLS with a verified certificate
    std::filesystem::path templates;  // folder of the notices
    Quotas quotas;                    // of what waits for people
    mail::Policies policies;          // IEP policies to which a post may refer
    std::string operator_address;     // where mail to postmaster@ and abuse@ goes; empty: it is held
    std::string pages;                // what links begin with; empty: there are no pages
    Instant signed_from{};            // the database was put back from a copy then: no signature of before counts (K7), and of mail less
    std::chrono::milliseconds gnupg_again{5'000};  // after GnuPG could not be asked about a post, which waits in the spool
};

struct Room {
    storage::Store& store;
    const vault::Vault& vault;
    const policy::Rulebook& rules;
    const Clock& clock;
    const Settings& settings;
    openpgp::Opener* opener = nullptr;  // null: no post is opened, and no signature counts
};

}  // namespace caveat::mailroom
