#pragma once
// The life of one post: receive, judge, dispatch, hold, release, refuse, drop. Lives on the desk, the one thread on which offices write.
// Every step is one committed transaction: a crash between any two loses nothing (D1, D2).
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/people.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::mailroom {

// What a door hands in: an SMTP envelope (RFC 5321 §2.3.1) and the bytes after DATA, dots unstuffed.
struct Submission {
    std::string mail_from;             // "" is the null sender
    std::vector<std::string> rcpt_to;  // in our domain; the door has checked that
    std::string bytes;                 // CRLF line ends
    std::string door;                  // "lmtp" | "smtp"
    std::string peer;                  // address of the MTA in front, for the journal
};

enum class Receipt : std::uint8_t {
    accepted,  // committed and synced
    refused,   // no such address for this sender: one answer, whatever the reason (A7)
    invalid,   // not a message: header limits, NUL, duplicate From and the like
    later,     // temporary trouble; nothing was kept
};

struct Received {
    Receipt receipt = Receipt::later;
    PostId id;           // accepted
    std::string detail;  // invalid: what and where, fit for the SMTP reply
};

struct Settings {
    std::string community_name;
    std::string domain;
    std::string separator = "+";
    std::vector<std::string> trusted_authserv_ids;
    mail::Limits limits;
    bool verified_transport = false;  // relay on loopback or a Unix socket, or TLS with a verified certificate
    std::filesystem::path templates;
};

class Mailroom {
public:
    Mailroom(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock, Settings settings);

    // All submissions in one transaction with one sync. One answer per recipient of each, in order. Never throws: trouble is `later`.
    [[nodiscard]] std::vector<std::vector<Received>> receive(std::span<const Submission> submissions);

    // Judges the oldest spooled post and dispatches, holds, refuses or drops it. False: the spool is empty. Throws on a broken world.
    bool process_next();
    // Up to `most` spooled posts, each as by process_next, in one transaction. Answers how many.
    std::size_t process(std::size_t most);

    // Held posts wait to be decided by people, or for their sender's correction until it is too late.
    [[nodiscard]] Result<void> release(const community::Actor& by, const PostId& id);  // judged again with the author's standing of now (A3)
    [[nodiscard]] Result<void> reject(const community::Actor& by, const PostId& id, const std::string& reason);  // the author is told
    [[nodiscard]] Result<void> discard(const community::Actor& by, const PostId& id);                            // nobody is told
    void return_overdue();  // unlabelled guesses that nobody corrected go back to their senders

    [[nodiscard]] storage::Store& store() { return store_; }

private:
    struct Opened;
    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
    Settings settings_;

    Received admit(const Submission& submission, const std::string& rcpt, const struct Envelope& envelope);
    void judge_and_dispatch(storage::Post& post);
};

}  // namespace caveat::mailroom
