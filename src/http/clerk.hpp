#pragma once
// A thread for slow reads, in turn over those who send them, with a Service and Pages over its own Offices. All but `answer` is for the
// door's thread.
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "pages.hpp"
#include "service.hpp"
#include "turns.hpp"

namespace caveat::http {

class Clerk {
public:
    // `door` is where it comes back to after each piece of work; that, the offices and the files outlive it.
    Clerk(Offices& offices, const PageFiles& files, bool secure_cookies, boost::asio::io_context& door);

    [[nodiscard]] Offices& offices() { return offices_; }
    [[nodiscard]] Reply answer(const Request& request, bool page);  // on its thread

    // A slow read of this sender is under way until the seat goes. None: so many of theirs are.
    [[nodiscard]] Turns::Seat sit(const std::string& sender) { return turns_->sit(sender); }
    // What is given to it is done here when it is this sender's turn. `owner` owns the clerk, and stays as long as the executor.
    [[nodiscard]] Executor in_turn_of(const std::string& sender, std::shared_ptr<const void> owner);
    [[nodiscard]] Executor at_once(std::shared_ptr<const void> owner);  // before what waits for its turn
    void join() { thread_.join(); }

private:
    void give_work();

    Offices& offices_;
    Service service_;
    Pages pages_;
    boost::asio::io_context& door_;
    boost::asio::thread_pool thread_{1};
    const std::shared_ptr<Turns> turns_;
    bool works_ = false;  // one piece of work is with it, the others wait for their turn
};

}  // namespace caveat::http
