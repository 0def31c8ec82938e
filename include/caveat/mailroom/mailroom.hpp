#pragma once
// The life of one post: receive, judge, dispatch, hold, release, refuse, drop. Lives on the desk, the one thread on which offices write.
// Every step is one committed transaction: a crash between any two loses nothing (D1, D2).
#include <chrono>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// What a door hands in: an SMTP envelope (RFC 5321 §2.3.1) and the bytes after DATA, dots unstuffed.
struct Submission {
    std::string mail_from;                  // "" is the null sender
    std::vector<std::string> rcpt_to;       // in our domain; the door has checked that
    std::string bytes;                      // CRLF line ends
    std::string door;                       // "lmtp" | "smtp"
    std::string peer;                       // address of the MTA in front, for the journal
    std::shared_ptr<const void> room = {};  // what the door counts of its memory for `bytes`; let go with them
    bool inspected = false;                 // by Mailroom::inspect
    std::string unsound = {};               // what that found; empty: nothing
    bool in_pgp = false;                    // and that all of it is signed or encrypted (K3, K4)
};

enum class Receipt : std::uint8_t {
    accepted,  // committed and synced
    refused,   // no such address for this sender: the same reply, whatever the reason (A7)
    invalid,   // not a message: header limits, NUL, duplicate From and the like
    later,     // temporary trouble; nothing was kept
    full,      // no room on the disk; nothing was kept
    quota,     // enough waits here in this author's name (Quotas); nothing was kept
};

struct Received {
    Receipt receipt = Receipt::later;
    PostId id;           // accepted
    std::string detail;  // invalid: what and where, fit for the SMTP reply; later, full, quota: what went wrong, for the log only
};

// So many mails, and bytes of them, in any hour of monotonic time, since the process began. The first may have any size.
class HourlyLimit {
public:
    using Moment = std::chrono::steady_clock::time_point;
    HourlyLimit(std::size_t most, std::uint64_t most_bytes) : most_(most), most_bytes_(most_bytes) {}
    [[nodiscard]] bool take(Moment now, std::uint64_t bytes);

private:
    std::size_t most_;
    std::uint64_t most_bytes_;
    std::uint64_t bytes_ = 0;
    std::deque<std::pair<Moment, std::uint64_t>> taken_;
};

// So many mails to one return path in any day of monotonic time, since the process began. Each is one row and one entry of the journal, and
// whoever has got a copy knows a return path. More are refused as at an address that does not exist, for a loop has to end.
class ReturnLimit {
public:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr std::size_t most_a_day = 20;
    [[nodiscard]] bool take(Moment now, const std::string& return_path);

private:
    std::unordered_map<std::string, std::size_t> count_;
    std::deque<std::pair<Moment, std::string>> taken_;
};

// Mail to postmaster@ and abuse@, which anybody may write to; beyond it the sender's server is told to come again.
constexpr std::size_t most_to_operator_an_hour = 100;
constexpr std::uint64_t most_bytes_to_operator_an_hour = std::uint64_t{100} << 20;

// Held for what no moderator can give: one clear label, the names of those who are to read it, or what is encrypted for the first time.
[[nodiscard]] bool only_its_author_settles(const storage::Post& post);
// When a held post ends by itself: one with an unclear label goes back to its author, and what nothing proves, or waits for an operator, is
// discarded. None: it waits until people decide.
[[nodiscard]] std::optional<Instant> waits_until(const Room& room, const storage::Post& post);

class Spool;

// What is costly about a big message and touches nothing shared: to be called on another thread, and what it returns on the mailroom's.
struct Errand {
    std::function<std::function<void()>()> work;
    bool asks_gnupg = false;  // so that it may take as long as that is given

    std::function<void()> operator()() const { return work(); }
};

class Mailroom {
public:
    // Bytes of a body that the desk reads itself, in some 30 ms at most. A bigger one it gives to another thread.
    static constexpr std::uint64_t read_at_desk = 256U << 10;
    static constexpr std::uint64_t any_size = std::numeric_limits<std::int64_t>::max();

    // `tell`: a line for the log of each verdict, when it is committed: ids, codes with their words, nothing of the mail (O5).
    using Tell = std::function<void(std::string_view)>;
    explicit Mailroom(const Room& room, Tell tell = {});

    // Takes all submissions in one transaction with one sync. Returns one reply per recipient of each, in order. Never throws: trouble is
    // `later`.
    [[nodiscard]] std::vector<std::vector<Received>> receive(std::span<const Submission> submissions);

    // Whether a message's structure is looked at before it is accepted: it comes from somebody of the register. Throws on a broken world.
    [[nodiscard]] bool is_inspected(const Submission& submission);
    // Looks at it; `receive` does it itself for a submission that is not inspected. Costly, touches nothing shared: any thread.
    void inspect(Submission& submission) const noexcept;

    // Judges up to `most` of the oldest spooled posts in one transaction and distributes, holds, refuses or drops each. Returns how many;
    // 0: there is none but those that wait for an errand: bodies of more than `largest` bytes, what GnuPG is asked about, and replies to
    // one of them, for they get at least its label (L4). Throws on a broken world.
    std::size_t process(std::size_t most, std::uint64_t largest = any_size);

    // Reads the one of those whose turn it is; then it can be judged. None: there is none, or one is out or waits to be judged.
    [[nodiscard]] std::optional<Errand> errand(std::uint64_t largest);
    [[nodiscard]] bool asks_gnupg_again();  // it could not be asked about a post, and is to be now: there is an errand

    // Held posts wait for people, or for their sender's correction until it is too late. errc::not_found, errc::conflict if it is no longer
    // held.
    // `reason` is for the journal; of a rejection also for the author. Released: judged again with the author's standing of now (A3);
    // errc::denied, saying what to do, where the post waits for its label or for the names of a RED one, which only its author can settle;
    // and of what is posted through a moderator to its author, and to their team but for the secretariat. What nothing proves to be its
    // author's leaves with a word of that and of who released it, and whose name it bears is told.
    [[nodiscard]] Result<void> release(const community::Actor& by, const PostId& id, const std::string& reason = {});
    [[nodiscard]] Result<void> reject(const community::Actor& by, const PostId& id, const std::string& reason);        // the author is told
    [[nodiscard]] Result<void> discard(const community::Actor& by, const PostId& id, const std::string& reason = {});  // nobody is told
    std::size_t return_overdue();  // unknown labels that nobody corrected go back to their senders
    // Held posts for whose author nobody vouched within Quotas::unproven_life, and as old mail for an operator that is not set up.
    std::size_t discard_unproven();

private:
    void told(const std::vector<std::string>& lines) const;
    std::size_t judge_next(std::size_t most, std::uint64_t largest, bool& none);

    Room room_;
    Tell tell_;
    std::shared_ptr<Spool> spool_;
    ReturnLimit returned_;
    HourlyLimit to_operator_{most_to_operator_an_hour, most_bytes_to_operator_an_hour};
    std::optional<Unproven> unproven_;  // of a mailroom that receives, from its first mail on
};

}  // namespace caveat::mailroom
