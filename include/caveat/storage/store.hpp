#pragma once
// What survives a restart: one SQLite file (WAL, synchronous=FULL, foreign keys, secure_delete), mode 0600.
// A thread owns its Store; a Store is one connection. Other threads and processes (the command line) write to the same file:
// SQLite's locks keep them apart. No SQLite type appears here, so that another engine can replace it.
//
// Errors: what input can cause is a Result. A database that cannot be read or written throws `Broken`; busy for longer than
// Options::busy throws `Unavailable` and a full disk `Full`, which every door answers with "try again" (D4).
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "caveat/detail.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/applications.hpp"
#include "caveat/storage/archive.hpp"
#include "caveat/storage/books.hpp"
#include "caveat/storage/credentials.hpp"
#include "caveat/storage/deliveries.hpp"
#include "caveat/storage/journal.hpp"
#include "caveat/storage/keys.hpp"
#include "caveat/storage/matters.hpp"
#include "caveat/storage/minutes.hpp"
#include "caveat/storage/papers.hpp"
#include "caveat/storage/ports.hpp"
#include "caveat/storage/posts.hpp"
#include "caveat/storage/register.hpp"
#include "caveat/storage/search_index.hpp"
#include "caveat/storage/waiting.hpp"

namespace caveat::storage {

struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Clash : Broken {  // a row is in the way of one that is written: with one act it ends that act, and nobody else's
    using Broken::Broken;
};
struct Unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Full : Unavailable {  // no room on the disk
    using Unavailable::Unavailable;
};

// Whether the files that are open are those at their paths: somebody may have put others there, or taken them away.
enum class Place : std::uint8_t { same, other_file, other_log };
[[nodiscard]] std::string in_words(Place place);
// The file that is open, or its log, is not the one at its path any more. Whether what was to be committed is found again is not known: in
// another file it is not, without its log it may be. Asking again does not help.
struct Displaced : Unavailable {
    using Unavailable::Unavailable;
};

class Standstill;

struct Options {
    std::filesystem::path path;
    std::function<Digest(std::string_view)> chain;    // the journal's keyed hash; storage knows no cryptography
    std::function<void(std::string_view)> warn = {};  // hears of each row that is not used because its seal does not hold; any thread
    std::chrono::milliseconds busy{10'000};           // how long to wait for another writer
    std::uintmax_t spare_disk = 64ULL << 20;          // bytes kept for what makes room and what must not wait (Disk)
    std::shared_ptr<Standstill> standstill = {};      // one for all stores of a process (standstill.hpp)
};

// What a transaction may use of the disk. The spare is for what brings accepted mail to its end and for what the operator does about it:
// outcomes, holds, revocations, discards, the journal.
enum class Disk : std::uint8_t {
    spare,  // all that is free
    room,   // nothing while less than Options::spare_disk is free: then it throws Full before anything is written
};

// What a transaction asks of the rows that the journal vouches for.
enum class Needs : std::uint8_t {
    vouched_rows,  // throws Altered, before anything is written, if somebody changed them past this program (standstill.hpp)
    nothing,       // it decides nothing by them: what became of copies that have left, and news of the change itself
};

struct SqlConnection;  // src/storage

// An answer about the register that was given as of one version may be different as of another.
struct RegisterVersion {
    std::int64_t writes = 0;  // counted by triggers, in a row that the journal does not vouch for
    std::string mark = {};    // of the journal's last entry for rows that it does vouch for, sealed with them (src/storage/tally.hpp)
    friend bool operator==(const RegisterVersion&, const RegisterVersion&) = default;
};

class Store {
public:
    // A new, empty file. errc::conflict if it exists.
    [[nodiscard]] static Result<void> create(const Options& options);
    // Brings an older schema up to date in one transaction; errc::conflict if the file is newer than this program (O2),
    // errc::not_found if there is none, errc::corrupt if it is no database of ours, errc::invalid if its journal was written under another
    // key: then nothing was written to it.
    [[nodiscard]] static Result<Store> open(const Options& options);

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    // BEGIN IMMEDIATE; rolled back by the destructor unless committed. One inside another is a savepoint: its commit is durable with the
    // outermost one's, so that a door can put an office's act and its own record of the request into one transaction, or try the act and
    // roll it back.
    class Transaction {
    public:
        explicit Transaction(Store& store, Disk disk = Disk::spare, Needs needs = Needs::vouched_rows);
        ~Transaction();
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        // Durable when the outermost one's returns; that throws std::logic_error if rows were written that no journal entry covers.
        void commit();

    private:
        Store& store_;
        bool inner_ = false;
        bool open_ = true;
    };

    // One consistent view over several reads. No writes inside. Inside a Transaction it does nothing, as there is such a view already.
    // Throws Altered if another process has committed and left rows that are not as the journal has them.
    class Reading {
    public:
        explicit Reading(Store& store);
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

    private:
        struct View;
        std::unique_ptr<View> view_;
    };

    [[nodiscard]] Directory directory() { return Directory(register_rows()); }
    [[nodiscard]] Rosters rosters() { return Rosters(register_rows()); }
    [[nodiscard]] Powers powers() { return Powers(register_rows()); }
    [[nodiscard]] std::optional<community::Standing> standing(const PersonId& person, const ListId& list, Instant now) {
        return register_rows().standing(person, list, now);
    }
    // The same with the past: every stay on the roster, and the denials that are over. For reading what was posted then.
    [[nodiscard]] std::optional<community::Standing> standing_then_and_now(const PersonId& person, const ListId& list, Instant now) {
        return register_rows().standing_then_and_now(person, list, now);
    }
    [[nodiscard]] PowersWriter powers_writer() { return PowersWriter(register_rows()); }              // the committee's
    [[nodiscard]] MembershipWriter membership_writer() { return MembershipWriter(register_rows()); }  // the committee's
    [[nodiscard]] Register& register_rows();                                                          // the registry's
    [[nodiscard]] Posts& posts();
    [[nodiscard]] Deliveries& deliveries();
    [[nodiscard]] Journal& journal();
    [[nodiscard]] Minutes& minutes();
    [[nodiscard]] Applications& applications();
    [[nodiscard]] Papers& papers();
    [[nodiscard]] Matters& matters();
    [[nodiscard]] Credentials& credentials();
    [[nodiscard]] Books& books();
    [[nodiscard]] Waiting& waiting();  // the letters'
    [[nodiscard]] Keys& keys();
    [[nodiscard]] Archive& archive();
    [[nodiscard]] SearchIndex& search_index();  // the archive's

    // Another one after every committed write to the register, and when a standstill begins or ends: what somebody wrote past this program,
    // and took back, no trigger counted.
    [[nodiscard]] RegisterVersion register_version();
    // Some other connection has committed since the last call. Costs about a microsecond: fit for polling.
    [[nodiscard]] bool changed_elsewhere();
    // Nothing is to be decided by the rows of now, and why (standstill.hpp); empty: all is well, or nobody looks. Costs nothing, but after
    // a commit by another process: then it adds up, unless somebody has.
    [[nodiscard]] std::string stands_still();
    // Adds up and says what is wrong; what is found well is known to all stores of the process. Then looks along the journal for as long
    // as that took. Outside a transaction.
    [[nodiscard]] std::string look_at_rows();
    [[nodiscard]] Place place() const;  // asks the system, which takes some microseconds
    // Some other process has committed and nobody has looked since.
    [[nodiscard]] bool others_committed();
    // More than Options::spare_disk is free: mail is taken. The system is asked at most every 100 ms.
    [[nodiscard]] bool has_room();
    // A transaction of this store that was committed since the last call put copies into the queue. Whoever works on the queue is told by
    // `changed_elsewhere` what others queued; what its own store queued it learns here.
    [[nodiscard]] bool take_queued();
    // errc::corrupt with all that is in damage.hpp, in one text.
    [[nodiscard]] Result<void> check();

    [[nodiscard]] SqlConnection& connection();

private:
    explicit Store(std::unique_ptr<SqlConnection> connection);
    struct Parts;  // the connection and all that has statements of it
    std::unique_ptr<Parts> parts_;
};

// Ends a subscription and says so in the journal: the same act and subject over whatever door it was asked for. In the caller's
// transaction.
void end_subscription(Store& store, const ListId& list, const PersonId& person, Instant now, std::string_view actor, Detail detail);

}  // namespace caveat::storage
