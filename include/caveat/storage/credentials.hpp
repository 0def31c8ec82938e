#pragma once
// What proves who is calling, and what was replied: tokens, links to sign in, sessions, second factors, how often links were asked for,
// commands that wait to be confirmed, and the replies kept for a repeated request. Rows only: the access office
// decides what is live and what it opens. Secrets are stored as keyed hashes of the vault or sealed, so that a reader of the file can open
// nothing (H1). Reading needs no transaction; writing needs a Store::Transaction, whose journal entry the office writes. Belongs to the
// thread of its Store.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct TokenRow {
    std::string id;
    Digest secret{};
    std::string name;
    std::optional<PersonId> holder;
    std::string rights;  // in the office's words, a space between
    std::string lists;   // ids, a space between
    std::string created_by;
    Instant created{};
    Instant expires{};
    std::optional<Instant> revoked;
    std::optional<Instant> last_used;  // written by `use_token` only
    bool operator==(const TokenRow&) const = default;
};

struct LinkRow {
    Digest secret{};
    PersonId person;  // empty: mailed to nobody, opens nothing
    Instant expires{};
    bool operator==(const LinkRow&) const = default;
};

// Commands that came by mail and wait for their sender to confirm them.
struct ChallengeRow {
    Digest secret{};
    PersonId person;
    ListId list;      // whose address they were sent to
    Sealed commands;  // sealed as the hexadecimal digits of `secret`
    Instant expires{};
};

struct SessionRow {
    std::int64_t id = 0;  // never given twice
    Digest secret{};
    PersonId person;
    Instant began{};
    Instant expires{};
    Instant seen{};
    bool code_shown = false;
    int wrong_codes = 0;
    bool operator==(const SessionRow&) const = default;
};

struct FactorRow {
    PersonId person;
    Sealed secret;
    bool confirmed = false;
    std::int64_t step = 0;  // the last one whose code was taken
};

// The reply that a request with an idempotency key got.
struct StoredReply {
    std::string caller;    // person and credential: keys of two callers never meet
    std::string key;       // as the client wrote it
    Digest fingerprint{};  // of the request: the same key with another request is a mistake
    int status = 0;
    std::string headers;
    std::string body;
    Instant at{};
    bool operator==(const StoredReply&) const = default;
};

// A row that somebody wrote or changed without the key opens nothing: no token, link or session is found by its secret, and a second factor
// is one that no code fits. The lists of all of them show it.
class Credentials {
public:
    explicit Credentials(SqlConnection& connection);
    ~Credentials();

    void put(const TokenRow& token);  // new, or its `revoked` changes; the rest stays as made
    [[nodiscard]] std::optional<TokenRow> token(std::string_view id);
    [[nodiscard]] std::optional<TokenRow> token_of(const Digest& secret);
    [[nodiscard]] std::vector<TokenRow> tokens();  // in the order made, revoked ones too
    void use_token(std::string_view id, Instant at);

    void put(const LinkRow& link);
    [[nodiscard]] std::optional<LinkRow> take_link(const Digest& secret);  // it is gone afterwards
    void note_ask(const Digest& address, Instant at);
    [[nodiscard]] int asks(const Digest& address, Instant since, Instant now);  // not those that a clock dated which stood ahead

    void put(const ChallengeRow& challenge);
    [[nodiscard]] std::optional<ChallengeRow> take_challenge(const Digest& secret);  // it is gone afterwards

    std::int64_t put(const SessionRow& session);  // new with id 0, else `seen`, `code_shown` and `wrong_codes` change; returns the id
    [[nodiscard]] std::optional<SessionRow> session_of(const Digest& secret);
    [[nodiscard]] std::vector<SessionRow> sessions(const PersonId& person);
    void end_session(std::int64_t id);

    void put(const FactorRow& factor);  // one a person
    [[nodiscard]] std::optional<FactorRow> factor(const PersonId& person);
    [[nodiscard]] std::vector<FactorRow> factors();
    bool remove_factor(const PersonId& person);  // whether there was one

    void put(const StoredReply& reply);  // ask `find` first, in the same transaction: a second one for the same key throws
    [[nodiscard]] std::optional<StoredReply> find(std::string_view caller, std::string_view key);
    int forget_older_than(Instant at);  // replies; returns how many

    void forget_ended(Instant now, Instant asked_before);  // links, challenges and sessions that are over, asks before then

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage
