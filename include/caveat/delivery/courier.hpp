#pragma once
// Queued copies -> relay. One thread leases, asks again and commits outcomes in groups; `connections` hands each keep one connection, on a
// few threads between them. A connection never has more than two copies without a committed outcome: that bounds what a SIGKILL can double
// (D3). A copy that waits behind a slow one goes to another connection, and when all have waited two seconds for one reply, spare ones take
// what is to other domains; what is due to those that wait is put back meanwhile, up to 30 s and without an attempt (D5). A connection that
// cannot reach the relay rests, 1 s doubling to 30 s or Schedule::first_retry, then tries one copy. Such copies are due again after the
// rest and no attempt is counted: an outage costs the queue nothing, however long it is. So it is with a relay that takes nothing from us;
// its copies are due again after first_retry at least.
#include <chrono>
#include <memory>

#include "caveat/clock.hpp"
#include "caveat/delivery/transport.hpp"
#include "caveat/mailroom/outbox.hpp"

namespace caveat::delivery {

struct Schedule {
    std::chrono::seconds first_retry{60};      // then doubling with jitter
    std::chrono::seconds max_retry{4 * 3600};  // up to this
    std::chrono::seconds give_up{5 * 86'400};  // after which the copy has failed (RFC 5321 §4.5.4.1)
};

// The wait before attempt `attempts` + 1; `jitter` in [0, 1) spreads it over 75-125 %.
[[nodiscard]] std::chrono::seconds backoff(const Schedule& schedule, std::int32_t attempts, double jitter);

struct CourierOptions {
    std::size_t connections = 10;  // and three and a tenth more while none of these gets a reply
    std::size_t threads = 2;       // that work for them
    Schedule schedule;
    std::chrono::milliseconds poll{250};  // how often an idle courier looks for work that other processes left
};

class Courier {
public:
    // `queue` is used only on the thread that calls run().
    Courier(mailroom::Queue& queue, const Clock& clock, TransportMaker make, CourierOptions options);
    ~Courier();

    // Runs until stop(); then the copies in the hands are finished and their outcomes committed. Begins with Queue::recover, and ends with
    // Queue::put_back. storage::Unavailable is waited out, after stop() for ten seconds; storage::Displaced and everything else
    // that the queue throws comes out of here, when the hands have ended.
    void run();
    void wake();  // there is new work; any thread
    void stop();  // any thread, also a signal's

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace caveat::delivery
