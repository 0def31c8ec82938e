#pragma once
// The second part of the outbox for copies that only their reader can open: the message is sealed to a slice of readers in one run of
// GnuPG, on a thread of its own, and each copy is put together when it leaves, of its reader's session key and the data all share (K2).
// What was sealed lives in memory, for the next readers of the slice. There is no way from here to a copy in clear (K1).
#include <atomic>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "caveat/mail/enclose.hpp"
#include "caveat/openpgp/message.hpp"
#include "copying.hpp"

namespace caveat::mailroom {

class Sealing {
public:
    Sealing(const Room& room, Copying& copying, const OutboxOptions& options) : room_(room), copying_(copying), options_(options) {}
    ~Sealing();  // waits for GnuPG, at most its deadline
    Sealing(const Sealing&) = delete;
    Sealing& operator=(const Sealing&) = delete;

    // None: GnuPG is at work, for this copy or for others before it; ask again when it is not `busy`. Null: no room now. errc::temporary:
    // GnuPG could not do it, which is known for a while then, so that not every copy waits for the deadline; errc::denied: it does not take
    // this reader's key. Other errors: the message can never be made.
    [[nodiscard]] Result<std::optional<Message>> message(const Leased& copy);
    // Copies are asked for that are to leave as their readers' keys are from now on.
    void new_round() { as_of_.reset(); }
    // The slice of the first of these copies that has none yet is begun, while the copies before it are handed over: neither the relay nor
    // GnuPG waits for the other. What goes wrong is met when the copy is asked for.
    void ahead(const std::deque<Leased>& copies);
    [[nodiscard]] bool has_slice(const Leased& copy) const;
    // Another slice may be begun, and none that is waited for has to make room for it: it would be sealed once more.
    [[nodiscard]] bool may_go_ahead() const;
    [[nodiscard]] bool busy() const { return work_ && !work_->finished; }  // GnuPG is at work

private:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr std::size_t most_recent = 4;          // slices
    static constexpr std::size_t most_bytes = 8U << 20;    // of more than the last two of them
    static constexpr std::chrono::minutes slice_life{10};  // then it is sealed anew, as the list is set by then

    struct Reader {
        storage::ReadersKey key;                 // as it was sealed to
        std::optional<std::string> session_key;  // none: the key failed
    };
    struct Sealed {
        PostKey post = 0;
        std::optional<community::Tlp> label;
        std::string outside;
        openpgp::SharedArmour armour;
        storage::RegisterVersion as_of;  // the register's version when the keys were read
        bool hides_key_ids = false;
        std::unordered_map<PersonKey, Reader> readers;
        Moment since{};
        bool awaited = true;                      // by copies that were leased, when it was last looked
        std::optional<mail::Beyond> beyond = {};  // of all its copies: they differ in digits of the armour
    };
    // One run of GnuPG: what it gets, what it gave, and what is made of that.
    struct Work {
        std::string entity;
        openpgp::OwnKey signer;
        std::vector<openpgp::ReaderKey> keys;
        std::vector<PersonKey> people;
        Sealed sealed;
        std::optional<Result<openpgp::Slice>> slice;
        std::atomic<bool> finished{false};  // `slice` may be read
    };

    [[nodiscard]] bool done() const { return work_ && work_->finished; }
    [[nodiscard]] Result<Message> made(Sealed& slice, PersonKey person);
    [[nodiscard]] Result<Sealed*> slice_for(const Leased& copy);
    [[nodiscard]] std::optional<openpgp::OwnKey> signer_of(const Leased& copy) const;
    [[nodiscard]] Result<void> begin(const Leased& copy);
    [[nodiscard]] Result<void> collect();
    [[nodiscard]] bool is_of(const Sealed& slice, const Leased& copy) const;
    [[nodiscard]] std::size_t bytes_of(bool all) const;
    void make_room();
    void add_readers(const Leased& copy, const Copying::ToSeal& what, Work& work) const;

    const Room& room_;
    Copying& copying_;
    const OutboxOptions& options_;
    std::deque<Sealed> recent_;
    std::shared_ptr<Work> work_;
    std::thread thread_;
    std::optional<Moment> not_before_;                // GnuPG failed
    std::optional<storage::RegisterVersion> as_of_;  // the register's version, as this round found it
};

}  // namespace caveat::mailroom
