#pragma once
// What the door (server.cpp) and the way of a request through it (server_requests.cpp) share.
#include <atomic>
#include <boost/asio.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admission.hpp"
#include "caveat/http/server.hpp"
#include "clerk.hpp"
#include "clients.hpp"
#include "pages.hpp"
#include "service.hpp"
#include "shared_commit.hpp"

namespace caveat::http {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<stream_protocol>;
using steady = std::chrono::steady_clock;

// Requests on their way to another thread own it; it is destroyed with the last of them.
struct Server::State : std::enable_shared_from_this<Server::State> {
    struct Errand {
        Request request;
        Reply made;
    };
    struct Door {
        Acceptor acceptor;
        std::string path;
        std::string bound;
    };

    State(Options o, Offices& reading, Offices& slow, Offices& searching, Offices& acting, Executor d,
          std::function<void(std::string_view)> l);

    Options options;
    Clients clients{options};  // until what `net` has of them has gone
    Service reads, acts;
    Executor desk;
    std::function<void(std::string_view)> log;
    asio::io_context net{1};
    asio::thread_pool locksmith{1};
    std::vector<Door> doors;
    PageFiles files;
    Pages read_pages, act_pages;
    Clerk clerk, searcher;
    SharedCommit together;
    openpgp::Engine* sealing;  // asked on the locksmith's thread only
    Admission admission;
    Rates asks;  // for links, of each peer
    std::size_t links_waiting = 0;
    std::set<std::string> looked_at;  // parties whose key GnuPG reads just now
    std::uint64_t last_number = 0;
    bool stopping = false;
    std::atomic<bool> leaving{false};  // what still waits for another thread is not done any more

    asio::awaitable<void> keep_door(Door& door);
    asio::awaitable<void> serve(stream_protocol::socket socket, std::uint64_t number);
    asio::awaitable<Reply> answered(Request request);
    asio::awaitable<void> acted(std::shared_ptr<Errand> errand);
    asio::awaitable<void> key_looked_at(std::shared_ptr<Errand> errand);
    asio::awaitable<void> link_mailed(std::string address);  // asked for and sent on the desk, written aside
    asio::awaitable<void> done_aside(std::shared_ptr<std::function<void()>> work);
    void mail_link(const std::string& address);
    asio::awaitable<bool> sent(Connection& client, Reply& made, const Manner& manner);
    asio::awaitable<bool> streamed(Connection& client, Reply& made, const Manner& manner);
    asio::awaitable<void> written_down(Reply& made);
    asio::awaitable<void> keep_sampling();
    void count(std::size_t place, int status, steady::time_point came);
    void note(const Admission::Use& use);
    [[nodiscard]] Reply answer(Run place, const Request& request);
    [[nodiscard]] Reply safely(Run place, const Request& request);
    [[nodiscard]] bool stands_still() { return !clerk.offices().room.store.stands_still().empty(); }
    [[nodiscard]] std::string sender_of(const Request& request, steady::time_point came);
    void later(const std::function<void()>& work);
    [[nodiscard]] std::shared_ptr<std::function<void()>> quiet(std::function<void()> work);  // trouble of it goes to the log
};

// Runs `work` elsewhere and comes back to this thread. Everything is held by shared pointers: the compiler frees owning temporaries of a
// co_await expression twice.
template <class Elsewhere, class Work>
auto fetched(asio::io_context& net, Elsewhere elsewhere, Work work) {
    return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        [&net, elsewhere, work](auto handler) {
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            elsewhere([&net, work, shared] {
                (*work)();
                asio::post(net, [shared] { std::move (*shared)(); });
            });
        },
        asio::use_awaitable);
}

}  // namespace caveat::http
