#pragma once
// Who is calling: tokens, links mailed to sign in, second factors, sessions. Secrets are random and stored as keyed hashes, so that a
// stolen database opens nothing (H1). Every failure to authenticate looks the same and costs the same (A7). Lives on the desk, or in the
// command line's process; `bearer` and `session` only read, and may be asked by another thread with an Access over a Store of its own.
// Errors: errc::denied with what would be needed, invalid, not_found, limit. Source: promises H1, H5, A7, A9, A10.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/access/caller.hpp"
#include "caveat/clock.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::access {

struct Settings {
    letters::Letterhead letterhead;
    std::string base_url;  // "https://console.arc.example": what mailed links begin with
    std::chrono::seconds link_life{std::chrono::minutes{15}};
    std::chrono::seconds session_life{std::chrono::hours{8}};
    std::chrono::seconds session_idle{std::chrono::minutes{30}};
    int links_per_hour = 5;              // per address; and one more whenever none that was sent is good any more
    openpgp::Engine* sealing = nullptr;  // none: people with a key on record get no link
};

struct Token {
    std::string id;                  // "7f3a91c2": public, names it in lists and in the journal
    std::string name;                // "backup of the roster"
    std::optional<PersonId> holder;  // none: the operator's
    std::vector<Right> rights;
    std::vector<ListId> lists;  // bound to these; empty: not bound
    std::string created_by;
    Instant created{};
    Instant expires{};
    std::optional<Instant> last_used;  // to the minute
    std::optional<Instant> revoked;
};

struct TokenRequest {
    std::string name;
    std::optional<PersonId> holder;
    std::vector<Right> rights;
    std::vector<ListId> lists;
    std::optional<Instant> expires;  // none: 90 days, or the end of the token that makes it; at most a year
};

struct NewToken {
    Token token;
    std::string secret;  // shown once
};

// A link to sign in that was asked for and is not written yet.
struct LinkWish {
    PersonId person;       // whom the address belongs to; none: nobody, and the same is done for them
    community::Person to;  // as the register has them now
    std::string secret;
    Instant asked{};
};

struct SignedIn {
    std::string cookie;  // the secret of the session, shown once
    Instant expires{};
    bool needs_code = false;  // a second factor is enrolled and must follow; until then the session reaches nothing
};

struct Session {
    Caller caller;
    std::string csrf;         // bound to session and person
    bool needs_code = false;  // enrolled and not shown yet
    bool must_enrol = false;  // its roles ask for a second factor and none is enrolled
    Instant expires{};
};

class Access {
public:
    Access(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock, Settings settings);

    // ---- tokens. A person makes tokens for themself and only with rights they have; the operator and the secretariat for anyone.
    [[nodiscard]] Result<NewToken> create(const Caller& by, const TokenRequest& request);
    [[nodiscard]] std::vector<Token> tokens();
    [[nodiscard]] std::optional<Token> token(std::string_view id);
    [[nodiscard]] Result<void> revoke(const Caller& by, std::string_view id);
    // The caller behind "Authorization: Bearer SECRET"; none for anything but a live token, after the same amount of work.
    [[nodiscard]] std::optional<Caller> bearer(std::string_view secret);
    // The same caller as they are now, for work that goes on when their request is answered; none: the token or session has ended.
    [[nodiscard]] std::optional<Caller> again(const Caller& caller);
    void note_use(std::string_view token_id);  // at most one write a minute and token; inside no transaction
    // The local operator behind the Unix socket or the command line.
    [[nodiscard]] static Caller local_operator(std::string_view user);

    // The caller behind a mail whose sender has proven who they are. None for who is not in the register, under a security hold, or of a
    // team that has left.
    [[nodiscard]] std::optional<Caller> correspondent(const PersonId& person);

    // ---- signing in to the pages
    // Mails a link if the address belongs to a person, in three steps, of which the second runs GnuPG. They tell nothing and do the same
    // for everybody (A7), and who asked does not wait for them: what is slow about one key is not seen. The letter is sealed to the
    // person's key if one is on record (K1). If that key cannot be used there is no link, and the journal and the person are told why, at
    // most once a day. First it is counted, on the desk. None: this address has asked too often, and nothing more is done, whoever it
    // belongs to.
    // Asking and sending take nothing of the spare disk (storage::Disk::room): anybody may ask.
    [[nodiscard]] Result<std::optional<LinkWish>> ask_link(std::string_view address);
    // Then it is written, some 15 ms, seconds if GnuPG hangs: on a thread that nobody waits for. Touches no store.
    [[nodiscard]] Result<letters::Confidential> write_link(const LinkWish& wish) const;
    // Then it is sent, on the desk, unless the register has another key or address by now, or one of them was changed by somebody else and
    // nobody has confirmed it (community/confirming.hpp): that is in the journal, once a day.
    [[nodiscard]] Result<void> send_link(const LinkWish& wish, const letters::Confidential& written);
    [[nodiscard]] Result<SignedIn> follow_link(std::string_view secret);  // single use
    [[nodiscard]] Result<void> show_code(std::string_view cookie,
                                         std::string_view code);  // RFC 6238; no code twice, five wrong ones end the session
    // None for a cookie that is not of ours, before anything is looked up; otherwise after the same amount of work.
    [[nodiscard]] std::optional<Session> session(std::string_view cookie);
    // Whether this house made the cookie, for a session that may be over: its mark is checked, nothing is looked up. Any thread.
    [[nodiscard]] bool is_ours(std::string_view cookie) const;
    void note_use_of_session(std::string_view cookie);  // keeps it from idling; at most one write a minute
    [[nodiscard]] bool csrf_holds(const Session& session, std::string_view given) const;
    void sign_out(std::string_view cookie);
    // The secret to scan, base32 (RFC 4648); in force once a code was shown by `confirm`.
    [[nodiscard]] Result<std::string> enrol(std::string_view cookie);
    [[nodiscard]] Result<void> confirm(std::string_view cookie, std::string_view code);
    [[nodiscard]] Result<void> forget_factor(const Caller& by, const PersonId& person);  // operator and secretariat: a lost telephone
    // For the operator: second factors that do not open, because the row was changed, a sentence each. Their people have to enrol again.
    [[nodiscard]] std::vector<std::string> unreadable_factors();

private:
    // After the same amount of work where there is no row.
    [[nodiscard]] std::optional<Caller> opens(const std::optional<storage::TokenRow>& row);
    [[nodiscard]] std::optional<Session> opens(const std::optional<storage::SessionRow>& row);

    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
    Settings settings_;
};

}  // namespace caveat::access
