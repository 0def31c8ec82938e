#pragma once
// The third part of the outbox: what became of copies. Rows and journal entries go into the caller's transaction; memory and the counters
// are updated only after the commit.
#include <chrono>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "caveat/detail.hpp"
#include "outgoing.hpp"
#include "patience.hpp"

namespace caveat::mailroom {

class Outcomes {
public:
    Outcomes(const Room& room, const OutboxOptions& options, Patience& patience, OutgoingPosts& posts, HandedOver* counts)
        : room_(room), options_(options), patience_(patience), posts_(posts), counts_(counts) {}

    void handed_out(const Leased& copy);  // remembered until its outcome is settled
    [[nodiscard]] bool has_copies_out() const { return !in_flight_.empty(); }

    // As they are to be recorded: with the address each was handed over for, of the relay's words only what may rest in clear
    // (replies.hpp), what a clock that jumped gave up waits on, and no retry is later than OutboxOptions::longest_wait.
    [[nodiscard]] std::vector<storage::Outcome> believed(std::span<const storage::Outcome> told);
    void record(std::span<const storage::Outcome> done);
    // At a start: nobody knows which of the copies that were leased when the courier ended the relay has.
    void note_leased();
    // People who get nothing for want of a key, and the owners of the list, are told: by the first such post, then once a day (K1).
    void record(std::span<const Refusal> refused);
    // The author is told once, when the last copy of a post has its outcome: how many were not reached or not cleared, never who (L5, D6).
    // Returns the posts of which this was the last.
    [[nodiscard]] std::vector<PostKey> finish(std::span<const storage::Outcome> done, std::span<const Refusal> refused);

    // It is committed. `finished`: as finish returned it.
    void settled(std::span<const storage::Outcome> done, std::span<const Refusal> refused, std::span<const PostKey> finished);

private:
    struct Row {
        PostKey post;
        std::int32_t seq;
        bool operator==(const Row&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Row& row) const noexcept { return std::hash<std::int64_t>{}(row.post * 1'000'003 + row.seq); }
    };
    struct InFlight {
        PostId post;
        PersonId person;
        std::string address;
        Instant dispatched{};
        std::optional<community::Tlp> label;  // that the copy bears
        bool tried = false;                   // before
    };

    [[nodiscard]] std::optional<community::Tlp> label_of_before(const storage::Outcome& outcome, const storage::RegisterVersion& version);
    [[nodiscard]] bool may_have_been_there(const storage::Outcome& outcome);
    void tell_of_keys(std::span<const Refusal> refused);
    void tell_owners(const storage::Post& post, const std::vector<std::string>& people);
    [[nodiscard]] bool may_tell(const std::string& whom);
    void end(const storage::Post& post, Detail detail);
    [[nodiscard]] bool is_without_own_copy(const storage::Post& post);
    void report(const storage::Post& post);
    void count(const storage::Outcome& outcome) const;
    void warn_of(const storage::Outcome& outcome);
    void tell_of_return();

    const Room& room_;
    const OutboxOptions& options_;
    Patience& patience_;
    OutgoingPosts& posts_;
    HandedOver* counts_;
    std::unordered_map<Row, InFlight, Hash> in_flight_;
    std::optional<std::chrono::steady_clock::time_point> warned_;  // of the relay
    std::optional<std::chrono::steady_clock::time_point> lost_;    // since when, if that was told and it has not come back
    std::deque<PostKey> told_posts_;  // that the relay does not take; the last few, so that each is told of once
};

}  // namespace caveat::mailroom
