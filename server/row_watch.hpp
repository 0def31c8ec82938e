#pragma once
// The thread of the daemon that looks whether somebody without the key changed rows of the register or of the offices' records
// (storage::Journal::altered). While somebody did, all stores of the daemon stand still (storage/standstill.hpp); it says so in the log and
// the journal, tells the operator by letter, once, and lets the daemon go on when the rows are as they were. It has a connection to the
// database of its own and holds no lock while it looks.
//
// After a commit by another process it adds up at once, as every store does that comes first (storage/standstill.hpp): nothing is done in
// between. An edit that was written past SQLite leaves no trace that could be waited for, and the daemon's own commits change the file all
// the time: so it adds up again after these, too, but for no more than a hundredth of the time, and every minute if nobody has committed.
// In the same time it goes along the journal, whose entries are no rows of the sum: once from the start, and again after others' commits.
//
// It also looks whether the file is still the one at its path. Where it is not, no commit is told as done (storage::Displaced), and the
// daemon ends: what is to be served is there, and not in the file that is open.
#include <functional>
#include <string>
#include <string_view>

#include "house.hpp"
#include "stop_signal.hpp"

namespace caveat::server {

class RowWatch {
public:
    // `replaced`: is called once when another file lies in the place of the database, with how far the journal of the open one is; it ends
    // the process, and closes nothing: SQLite would take away the log of the other.
    RowWatch(House& house, storage::Store store, std::function<void(std::string_view)> log, std::function<void(std::string)> replaced)
        : house_(house), store_(std::move(store)), log_(std::move(log)), replaced_(std::move(replaced)) {}

    // Before anything is served: storage::Altered if they are not as they were.
    void look_first();
    // Until stop(); `changed` is called when the standstill has begun or ended. storage::Displaced if the log alone is gone: who closes the
    // file then writes back what was in it.
    void run(const std::function<void()>& changed);
    void stop() { stop_.give(); }  // any thread

private:
    void look_at_place();
    [[nodiscard]] std::string how_far();
    void look(const std::function<void()>& changed);
    void tell(const std::string& what);
    [[nodiscard]] PostId write_letter(const std::string& what, Instant now);

    House& house_;
    storage::Store store_;
    std::function<void(std::string_view)> log_;
    std::function<void(std::string)> replaced_;
    bool told_ = false;  // that a standstill is here
    std::chrono::steady_clock::duration took_{};
    std::int64_t walks_wanted_ = 1;  // along the journal

    StopSignal stop_;
};

}  // namespace caveat::server
