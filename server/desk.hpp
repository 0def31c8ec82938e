#pragma once
// The desk: the one thread on which the daemon's offices write. Submissions that arrive while a commit is under way share the next one,
// so that a sync is paid once for all of them. What is costly about big messages is done on a thread beside it, and each of them is
// committed alone, so that small ones and acts do not wait for them.
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "caveat/mailroom/mailroom.hpp"

namespace caveat::server {

class Desk {
public:
    using Done = std::function<void(std::vector<mailroom::Received>)>;
    using Log = std::function<void(std::string_view)>;

    // Mail that the desk writes by itself. Each returns whether there are letters to hand over, and logs its own errors.
    struct Chores {
        std::function<bool()> at_change;     // after an act of a door or of somebody else, and once more `later` after it
        std::function<bool()> every_minute;  // also at the start, and when the wall clock was set or slept through
        std::chrono::seconds later{10};
        std::function<void()> written = {};  // after posts were judged, and after each act of a door
    };

    // Tells whoever supervises the process that this thread still gets round to its work.
    struct Pulse {
        std::chrono::microseconds every{0};  // zero: nobody is told
        std::function<void()> beat;
    };

    // `dispatched` is called after posts were judged or letters written: there may be copies to hand over.
    Desk(mailroom::Mailroom& mailroom, storage::Store& store, std::function<void()> dispatched, Chores chores, Log log, Pulse pulse);

    void run();                                               // until stop()
    void stop();                                              // any thread; what was accepted is committed already
    void accept(mailroom::Submission submission, Done done);  // any thread
    // Runs an act from another door on the desk's thread, in order; afterwards posts that the act put back are judged. Any thread.
    void act(std::function<void()> work);

private:
    struct Waiting {
        mailroom::Submission submission;
        Done done;
    };

    void queue(Waiting one);
    void inspect(Waiting one);
    void commit_soon();
    void commit_waiting();
    void commit_big();
    void commit(std::vector<Waiting> now);
    void judge();
    void judge_soon();
    void send_errand();
    void tell_written() const;
    void watch();
    void tell_news(std::chrono::steady_clock::time_point now);
    [[nodiscard]] bool others_acted();
    void sweep();
    void beat();
    void tell_of_damage();

    mailroom::Mailroom& mailroom_;
    storage::Store& store_;
    std::function<void()> dispatched_;
    Chores chores_;
    Log log_;
    Pulse pulse_;
    boost::asio::io_context context_{1};
    boost::asio::steady_timer timer_{context_};
    boost::asio::steady_timer next_big_{context_};
    // One each: two big messages at most are looked at at a time, so that their memory is bounded.
    boost::asio::thread_pool doorkeeper_{1};  // looks at their structure before they are accepted, which takes a fraction of a second
    boost::asio::thread_pool reader_{1};      // reads what was accepted, which may take seconds: no submission waits for it
    boost::asio::thread_pool gnupg_{1};       // waits for GnuPG, likewise
    std::deque<Waiting> waiting_;             // only on the desk's thread, as all below
    std::deque<Waiting> big_;
    bool commit_posted_ = false;
    bool big_posted_ = false;
    bool judge_posted_ = false;
    bool acted_ = false;      // somebody did, since it was last looked whom to tell
    std::int64_t heard_ = 0;  // the last entry of the journal that was looked at for what others did
    bool told_of_damage_ = false;
    std::optional<std::chrono::steady_clock::time_point> next_news_;
    std::chrono::steady_clock::time_point told_until_{};                 // not again before
    std::optional<std::chrono::steady_clock::time_point> next_judging_;  // set while the database could not be had
    std::chrono::steady_clock::time_point next_sweep_{};
    std::chrono::steady_clock::time_point next_beat_{};
    ClockWatch clock_;
};

}  // namespace caveat::server
