#pragma once
// The append-only journal (J1): each entry's hash, keyed by the vault, covers the entry before it, and the head is stored beside it, so
// that a changed, missing or cut-off entry is found. Written in the transaction of the act it records. Never holds content (J2). An entry
// also vouches for the rows that were written since the one before it: those of the committee's record, of the register and of posts that
// are judged (the list is in src/storage/migrations.cpp). So it must follow the
// writes it records; a commit with rows that no entry covers throws std::logic_error.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::storage {

struct SqlConnection;
class Replay;

struct Entry {
    std::int64_t number = 0;  // from 1, without a gap
    Instant at{};
    std::string actor;    // "system", "operator root", "person kikyo-rep"
    std::string act;      // "post.judged", "subscription.add": noun.verb
    std::string subject;  // id of what it is about
    std::string detail;   // a JSON object
    Digest hash{};
};

class Journal {
public:
    Journal(SqlConnection& connection, std::function<Digest(std::string_view)> chain);
    ~Journal();

    void begin();  // once, by Store::create: the head of an empty journal, so that an emptied one is seen
    // Only inside a Store::Transaction; std::logic_error otherwise.
    void append(Instant at, std::string_view actor, std::string_view act, std::string_view subject, std::string_view detail_json);

    struct Filter {
        std::int64_t from = 1;
        std::int64_t limit = -1;
        std::optional<std::string> act;  // a prefix: "post."
        std::optional<std::string> subject;
    };
    // What they say counts: each is held against its own link of the chain before it is visited. One that does not hold is used by nobody
    // (Altered), and where a thread looks for all stores everything stands still until it does (standstill.hpp). An entry that was taken
    // out, or was made to be about something else, is not found by asking: `look_along` comes upon it.
    void each(const Filter& filter, const std::function<void(const Entry&)>& visit);
    // As they stand, for whoever reads the journal itself.
    void show(const Filter& filter, const std::function<void(const Entry&)>& visit);
    // Whether it is there and holds; in words, or empty.
    [[nodiscard]] std::string entry_altered(std::int64_t number);
    // Walks along the chain from where the last call stopped, and begins anew behind its newest entry. What does not hold, in words; the
    // next call looks at it again.
    [[nodiscard]] std::string look_along(std::chrono::steady_clock::duration for_as_long);
    [[nodiscard]] std::int64_t walks() const noexcept { return walks_; }  // that came to the newest entry

    struct Head {
        std::int64_t number = 0;
        Digest hash{};
    };
    [[nodiscard]] Head head();
    // When the newest entry was written that is not younger than that. Reads what is younger: mostly a day of it.
    [[nodiscard]] std::optional<Instant> newest_until(Instant at);
    // When the newest entry was written of those that tell of mail, of the committee's acts or of the clock. What sets a community up (load,
    // the register) may be entered by any clock.
    [[nodiscard]] std::optional<Instant> newest_of_daily_life();
    // Whether an entry younger than that one tells of something else than of a post that was judged and what became of its copies.
    [[nodiscard]] bool tells_more_than_fan_out(std::int64_t after);
    // Entries dated more than `slack` before the entry in front of them, by number: a clock had been set wrong, or was set back by hand.
    struct StepBack {
        std::int64_t number = 0;
        Instant at{};
        Instant before{};
        std::string act;
    };
    [[nodiscard]] std::vector<StepBack> steps_back(std::chrono::seconds slack);
    // False if neither the head nor the first entry was written under the key at hand: it is another site's. What else is wrong with the
    // journal is for `verify` to say. Asked by Store::open, before anything is written.
    [[nodiscard]] bool is_of_this_key();
    // errc::corrupt names the first entry that does not hold, or the table and key of a row that is not as the journal or its seal has
    // it, or a post whose outcomes are not. `known`: a
    // head noted elsewhere that must still be on the chain.
    [[nodiscard]] Result<Head> verify(const std::optional<Head>& known = std::nullopt);
    // What of the register and of the offices' records (all that entries vouch for but posts, papers and letters) somebody changed past this
    // program, in words; empty: nothing. Costs microseconds a row, and as much as half of `verify` if there is something to say.
    [[nodiscard]] std::string altered();
    // Once, when a file gets the sum that `altered` compares (src/storage/tally.hpp): errc::corrupt, and no sum, where rows or entries are
    // not as they were written.
    [[nodiscard]] Result<void> begin_tally();

private:
    [[nodiscard]] Result<Head> follow(Replay& replay, const std::optional<Head>& known);
    [[nodiscard]] bool holds(const Entry& entry);
    [[nodiscard]] bool follows(const Entry& entry, const Digest& before);
    void demand(const Entry& entry);

    struct Statements;
    SqlConnection& connection_;
    std::function<Digest(std::string_view)> chain_;
    std::unique_ptr<Statements> s_;
    Head walked_;
    std::int64_t walks_ = 0;
};

}  // namespace caveat::storage
