#include "caveat/smtp/listener.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "caveat/sockets/doorway.hpp"
#include "intake.hpp"
#include "replies.hpp"

namespace caveat::smtp {
namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<stream_protocol>;
using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

// How long stopping may take: run() returns within two seconds of stop().
constexpr milliseconds patience_with_desk{1000};  // a reply that comes within it still reaches its client
constexpr milliseconds patience_with_all{1700};
constexpr milliseconds last_words_time{1000};  // for a client to take its 421
constexpr milliseconds linger_time{2000};
constexpr milliseconds linger_time_leaving{200};
constexpr std::size_t read_size = 64 * 1024;

// Replies are posted here as long as the net thread exists; a desk may reply after the Listener is gone.
struct Gate {
    std::mutex mutex;
    asio::io_context* net = nullptr;
};

// One client. Lives on the net thread; only its address is held elsewhere, weakly.
struct Connection : std::enable_shared_from_this<Connection> {
    enum class Doing { writing, reading, asking, lingering };

    Connection(stream_protocol::socket s, SessionOptions options, std::string peer, std::uint64_t n)
        : socket(std::move(s)),
          clock(socket.get_executor()),
          wake(socket.get_executor()),
          group(peer_group(peer)),
          session(std::move(options), std::move(peer)),
          number(n) {}

    stream_protocol::socket socket;
    asio::steady_timer clock;  // ends what is being waited for on the socket
    asio::steady_timer wake;   // cancelled when the desk has replied
    std::string group;
    Session session;
    std::uint64_t number;
    Doing doing = Doing::writing;
    bool expired = false;
    bool leaving = false;
    bool dismissed = false;
    steady::time_point since = steady::now();  // it came, or its last message was answered
    steady::time_point ask_until{};
    std::size_t message = 0;  // the one that the next three are about, as Session::messages() counts
    steady::time_point message_since{}, message_until{};
    std::size_t message_bytes = 0;
    std::optional<std::vector<mailroom::Received>> answer;
    std::array<char, read_size> buffer{};

    void set_deadline(milliseconds span) {
        expired = false;
        clock.expires_after(span);
        clock.async_wait([weak = weak_from_this()](error_code trouble) {
            const auto self = weak.lock();
            // The deadline was moved while this call was on its way, so it has not passed.
            if (trouble || !self || self->clock.expiry() > steady::now()) return;
            self->expired = true;
            error_code ignored;
            self->socket.cancel(ignored);
        });
    }

    void leave() {
        leaving = true;
        error_code ignored;
        if (doing == Doing::reading || doing == Doing::lingering) socket.cancel(ignored);
        if (doing != Doing::asking) return;
        ask_until = std::min(ask_until, steady::now() + patience_with_desk);
        wake.cancel();
    }

    // Since when it waits for a client that has no message in progress, or lets one trickle; nothing if it is not to make place.
    [[nodiscard]] std::optional<steady::time_point> waits_since(const ListenerOptions& options, steady::time_point now) const {
        if (doing != Doing::reading || dismissed || leaving) return std::nullopt;
        if (!session.receiving_data()) return now - since < options.idle_when_full ? std::nullopt : std::optional(since);
        const auto span = now - message_since;
        const auto enough = options.trickle * static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::seconds>(span).count());
        return span < options.trickle_when_full || message_bytes >= enough ? std::nullopt : std::optional(message_since);
    }
    void dismiss() {
        dismissed = true;
        error_code ignored;
        socket.cancel(ignored);
    }
};

asio::ip::tcp::endpoint as_tcp(const stream_protocol::endpoint& endpoint) {
    asio::ip::tcp::endpoint tcp;
    if (endpoint.size() > tcp.capacity()) return tcp;
    tcp.resize(endpoint.size());
    std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
    return tcp;
}

bool is_unix(const stream_protocol::endpoint& endpoint) { return endpoint.protocol().family() == AF_UNIX; }

}  // namespace

struct Listener::State {
    struct Door {
        Acceptor acceptor;
        Protocol protocol;
        std::string path;  // of a Unix socket, removed at the end
        std::string bound;
    };

    State(ListenerOptions o, Accept a, std::function<void(std::string_view)> l)
        : options(std::move(o)), accept(std::move(a)), log(std::move(l)), hard_stop(net) {
        if (!log) log = [](std::string_view) {};
        options.session.intake = std::make_shared<Intake>(options.max_intake, options.session.max_message);
        for (const auto& endpoint : options.endpoints) open(endpoint);
        gate->net = &net;
    }
    ~State() {
        const std::lock_guard lock(gate->mutex);
        gate->net = nullptr;
    }

    ListenerOptions options;
    Accept accept;
    std::function<void(std::string_view)> log;
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    std::unordered_set<Connection*> open_connections;
    std::unordered_map<std::string, std::size_t> of_group;  // how many of them, without those that are dismissed
    std::size_t dismissed = 0;
    std::uint64_t last_number = 0;
    bool stopping = false;
    // Declared last, so that what it still holds (coroutines, sockets) is destroyed before what they refer to.
    asio::io_context net{1};
    asio::steady_timer hard_stop;
    std::vector<Door> doors;

    void open(const Endpoint& endpoint);
    void leave();
    void finished(Connection& connection, std::string_view how);
    bool may_hand_in(std::string_view peer) const;
    static void say_goodbye(Connection& c);
    bool make_room(const std::string* group);
    void leave_group(const std::string& group);
    void turn_away(stream_protocol::socket& socket, std::string_view why);
    void welcome(stream_protocol::socket socket, Protocol protocol);
    void hand_over(Connection& connection, mailroom::Submission& submission);

    asio::awaitable<void> keep_door(Door& door);
    asio::awaitable<void> serve(std::shared_ptr<Connection> c);
    asio::awaitable<bool> send(Connection& c);
    asio::awaitable<bool> receive(Connection& c);
    [[nodiscard]] bool has_time_for_message(Connection& c) const;
    asio::awaitable<void> ask(Connection& c, mailroom::Submission& submission);
    asio::awaitable<void> linger(Connection& c);
};

void Listener::State::open(const Endpoint& endpoint) {
    auto doorway = sockets::open_doorway(endpoint.address);
    Acceptor acceptor(net, stream_protocol(doorway.family, 0), doorway.descriptor);
    doors.push_back({std::move(acceptor), endpoint.protocol, std::move(doorway.path), std::move(doorway.bound)});
}

// --- one connection ---

asio::awaitable<void> Listener::State::serve(std::shared_ptr<Connection> c) {
    while (true) {
        const bool sent = co_await send(*c);
        if (!sent) co_return;
        if (c->session.closing()) break;
        if (c->leaving || c->dismissed) {
            say_goodbye(*c);
            continue;
        }
        if (auto submission = c->session.take_submission()) {
            co_await ask(*c, *submission);
            continue;
        }
        const bool received = co_await receive(*c);
        if (!received) co_return;
    }
    co_await linger(*c);
}

void Listener::State::say_goodbye(Connection& c) { c.leaving ? c.session.shut_down() : c.session.dismissed(); }

// A client that got a reply has the full time for its next command. One that never completes a command gets no more time, however
// steadily it trickles bytes.
asio::awaitable<bool> Listener::State::send(Connection& c) {
    const std::string output = c.session.take_output();
    if (output.empty()) co_return true;
    c.doing = Connection::Doing::writing;
    const bool last = c.session.closing();
    c.set_deadline(last ? last_words_time : c.session.receiving_data() ? options.data_timeout : options.command_timeout);
    error_code trouble;
    auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
    co_await asio::async_write(c.socket, asio::buffer(output), quietly);
    co_return !trouble;
}

// Within a message each read has the time for silence, and all of them together the time for a message.
bool Listener::State::has_time_for_message(Connection& c) const {
    if (!c.session.receiving_data()) return true;
    const auto now = steady::now();
    if (std::exchange(c.message, c.session.messages()) != c.session.messages()) {
        c.message_since = now;
        c.message_until = now + options.message_timeout;
        c.message_bytes = 0;
    }
    if (now >= c.message_until) return false;
    c.set_deadline(std::min(options.data_timeout, std::chrono::ceil<milliseconds>(c.message_until - now)));
    return true;
}

// Returns false if the peer is gone. A deadline or stop() is passed to the session, which writes the last reply.
asio::awaitable<bool> Listener::State::receive(Connection& c) {
    if (!has_time_for_message(c)) {
        c.session.too_slow();
        co_return true;
    }
    c.doing = Connection::Doing::reading;
    error_code trouble;
    auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
    const std::size_t size = co_await c.socket.async_read_some(asio::buffer(c.buffer), quietly);
    if (!trouble) {
        c.message_bytes += size;
        c.session.feed({c.buffer.data(), size});
        if (c.expired && !c.session.receiving_data()) c.session.timed_out();
        co_return true;
    }
    if (c.leaving || c.dismissed) {
        say_goodbye(c);
        co_return true;
    }
    if (!c.expired) co_return false;
    if (has_time_for_message(c))
        c.session.timed_out();
    else
        c.session.too_slow();
    co_return true;
}

asio::awaitable<void> Listener::State::ask(Connection& c, mailroom::Submission& submission) {
    c.doing = Connection::Doing::asking;
    c.clock.cancel();
    c.answer.reset();
    c.ask_until = steady::now() + options.data_timeout;
    hand_over(c, submission);
    while (!c.answer && steady::now() < c.ask_until) {
        c.wake.expires_at(c.ask_until);
        error_code ignored;
        auto quietly = asio::redirect_error(asio::use_awaitable, ignored);
        co_await c.wake.async_wait(quietly);
    }
    c.since = steady::now();
    if (c.answer) {
        c.session.answered(*c.answer);
    } else if (c.leaving) {
        c.session.shut_down();
    } else {
        // The desk may still commit, and the client will send again: a doubled post is better than a lost one (D1).
        log(fmt::format("smtp {}: no answer from the desk", c.number));
        c.session.timed_out();
    }
}

void Listener::State::hand_over(Connection& c, mailroom::Submission& submission) {
    log(fmt::format("smtp {}: message, {} octets, {} recipients", c.number, submission.bytes.size(), submission.rcpt_to.size()));
    // A second call of `done` finds the ticket taken and does nothing.
    const auto ticket = std::make_shared<std::atomic<bool>>(false);
    auto done = [there = gate, ticket, weak = c.weak_from_this()](std::vector<mailroom::Received> received) {
        if (ticket->exchange(true)) return;
        const std::lock_guard lock(there->mutex);
        if (!there->net) return;
        asio::post(*there->net, [weak, received = std::move(received)]() mutable {
            const auto self = weak.lock();
            if (!self || self->doing != Connection::Doing::asking) return;
            self->answer = std::move(received);
            self->wake.cancel();
        });
    };
    try {
        accept(std::move(submission), done);
    } catch (const std::exception&) {
        log(fmt::format("smtp {}: the desk threw", c.number));
        done({});  // without a reply the client is told to try later
    }
}

// A socket closed with unread input resets the connection and takes our last reply with it; so what still comes in is read and dropped.
asio::awaitable<void> Listener::State::linger(Connection& c) {
    error_code trouble;
    c.socket.shutdown(stream_protocol::socket::shutdown_send, trouble);
    if (trouble) co_return;
    c.doing = Connection::Doing::lingering;
    c.set_deadline(c.leaving || c.dismissed ? linger_time_leaving : linger_time);
    while (!trouble && !c.expired) {
        auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
        co_await c.socket.async_read_some(asio::buffer(c.buffer), quietly);
    }
}

// --- the doors ---

asio::awaitable<void> Listener::State::keep_door(Door& door) {
    asio::steady_timer pause(net);
    while (!stopping) {
        error_code trouble;
        auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
        auto socket = co_await door.acceptor.async_accept(quietly);
        if (stopping || trouble == asio::error::operation_aborted) co_return;
        if (!trouble) {
            welcome(std::move(socket), door.protocol);
            continue;
        }
        // Most likely there are no descriptors left; accepting again at once would only burn the processor.
        log(fmt::format("smtp: accept failed, code {}", trouble.value()));
        pause.expires_after(milliseconds(100));
        auto rested = asio::redirect_error(asio::use_awaitable, trouble);
        co_await pause.async_wait(rested);
    }
}

void Listener::State::welcome(stream_protocol::socket socket, Protocol protocol) {
    const bool full = open_connections.size() - dismissed >= options.max_connections;
    if (full && !make_room(nullptr)) return turn_away(socket, reply::too_many_connections);
    error_code trouble;
    const auto remote = socket.remote_endpoint(trouble);
    if (trouble) return;  // gone already
    const bool local = is_unix(remote);
    const std::string peer = local ? "unix" : as_tcp(remote).address().to_string();
    if (!local && !may_hand_in(peer)) return turn_away(socket, reply::stranger_at_door);
    const auto group = peer_group(peer);
    const bool has_enough = of_group[group] >= options.max_connections - options.max_connections / 10;
    if (has_enough && !make_room(&group)) return turn_away(socket, reply::too_many_of_peer);
    if (!local) socket.set_option(asio::ip::tcp::no_delay(true), trouble);
    auto session = options.session;
    session.protocol = protocol;
    const auto connection = std::make_shared<Connection>(std::move(socket), std::move(session), peer, ++last_number);
    open_connections.insert(connection.get());
    ++of_group[group];
    log(fmt::format("smtp {}: opened", connection->number));
    auto ending = [this, connection](std::exception_ptr inside) { finished(*connection, inside ? "failed" : "ended"); };
    asio::co_spawn(net, serve(connection), std::move(ending));
}

// A door that is full is no place to wait in: whoever has been longest without a message goes, so that a connection with one gets in. The
// whole door, or one group's share of it.
bool Listener::State::make_room(const std::string* group) {
    const auto now = steady::now();
    Connection* longest = nullptr;
    std::optional<steady::time_point> waits;
    for (auto* connection : open_connections) {
        if (group != nullptr && connection->group != *group) continue;
        const auto since = connection->waits_since(options, now);
        if (!since || (waits && *waits <= *since)) continue;
        longest = connection;
        waits = since;
    }
    if (longest == nullptr) return false;
    longest->dismiss();
    ++dismissed;
    leave_group(longest->group);
    return true;
}

void Listener::State::leave_group(const std::string& group) {
    const auto found = of_group.find(group);
    if (--found->second == 0) of_group.erase(found);
}

bool Listener::State::may_hand_in(std::string_view peer) const {
    peer = peer.substr(0, peer.find('%'));  // the zone of a link-local address
    return std::any_of(options.peers.begin(), options.peers.end(), [&](const auto& network) { return sockets::holds(network, peer); });
}

void Listener::State::turn_away(stream_protocol::socket& socket, std::string_view why) {
    log(fmt::format("smtp: turned away: {}", why));
    error_code ignored;
    socket.non_blocking(true, ignored);
    // A new socket's buffer is empty: one write takes it all or the client is gone.
    const std::string words = fmt::format("{}\r\n", why);
    socket.write_some(asio::buffer(words), ignored);
    socket.shutdown(stream_protocol::socket::shutdown_send, ignored);
}

void Listener::State::finished(Connection& connection, std::string_view how) {
    open_connections.erase(&connection);
    connection.dismissed ? static_cast<void>(--dismissed) : leave_group(connection.group);
    error_code ignored;
    connection.clock.cancel();
    connection.socket.close(ignored);
    log(fmt::format("smtp {}: {}", connection.number, how));
    if (stopping && open_connections.empty()) net.stop();
}

void Listener::State::leave() {
    if (std::exchange(stopping, true)) return;
    for (auto& door : doors) {
        error_code ignored;
        door.acceptor.close(ignored);
        if (!door.path.empty()) ::unlink(door.path.c_str());
    }
    if (open_connections.empty()) return net.stop();
    hard_stop.expires_after(patience_with_all);
    hard_stop.async_wait([this](error_code trouble) {
        if (!trouble) net.stop();
    });
    for (Connection* connection : open_connections) connection->leave();
}

// --- the outside ---

std::vector<sockets::Network> loopback() { return {*sockets::read_network("127.0.0.0/8"), *sockets::read_network("::1")}; }

Listener::Listener(ListenerOptions options, Accept accept, std::function<void(std::string_view)> log)
    : state_(std::make_unique<State>(std::move(options), std::move(accept), std::move(log))) {}

Listener::~Listener() {
    if (state_->stopping) return;
    for (const auto& door : state_->doors) {
        if (!door.path.empty()) ::unlink(door.path.c_str());
    }
}

void Listener::run() {
    const auto stay = asio::make_work_guard(state_->net);
    for (auto& door : state_->doors) {
        asio::co_spawn(state_->net, state_->keep_door(door), [](std::exception_ptr inside) {
            if (inside) std::rethrow_exception(inside);
        });
    }
    state_->net.run();
}

void Listener::stop() {
    asio::post(state_->net, [state = state_.get()] { state->leave(); });
}

std::vector<std::string> Listener::bound() const {
    std::vector<std::string> addresses;
    for (const auto& door : state_->doors) addresses.push_back(door.bound);
    return addresses;
}

}  // namespace caveat::smtp
