#include "caveat/http/server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "caveat/sockets/doorway.hpp"
#include "caveat/storage/standstill.hpp"
#include "jobs.hpp"
#include "server_state.hpp"

namespace caveat::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t chunk_size = 64 * 1024;
constexpr int send_buffer = 256 * 1024;  // bytes that the kernel may keep of what a client does not read

// Of which row of the table a request is, for the meters.
std::size_t place_of(const Request& request) {
    const auto target = parse_target(request.target);
    if (!target) return Meters::nowhere();
    if (is_page(*target)) return Meters::pages();
    const auto found = match(request.method, target->segments);
    if (found.route == nullptr) return Meters::nowhere();
    const auto all = routes();
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), found.route) - all.begin());
}

Reply too_much_unread() {
    auto made = reply({503, "try-again", "Not now", "others have not yet read what they asked for"});
    made.add("Retry-After", "10");
    return made;
}

}  // namespace

Server::State::State(Options o, Offices& reading, Offices& slow, Offices& searching, Offices& acting, Executor d,
                     std::function<void(std::string_view)> l)
    : options(std::move(o)),
      reads(reading),
      acts(acting),
      desk(std::move(d)),
      log(std::move(l)),
      files(options.pages),
      read_pages(reads, files, options.secure_cookies),
      act_pages(acts, files, options.secure_cookies),
      clerk(slow, files, options.secure_cookies, net),
      searcher(searching, files, options.secure_cookies, net),
      together(
          acting.room.store, desk, [this](const Request& request) { return answer(Run::act, request); },
          [this](const Request& request) { return safely(Run::act, request); }),
      sealing(acting.access.sealing),
      admission(options.rate, options.burst, options.strangers_rate,
                [office = reads.access()](std::string_view cookie) { return office.is_ours(cookie); }),
      asks(options.asks_rate, options.asks_burst) {
    if (!log) log = [](std::string_view) {};
    reading.jobs = slow.jobs = searching.jobs = acting.jobs = std::make_shared<Jobs>(desk);
    for (const auto& address : options.endpoints) {
        auto doorway = sockets::open_doorway(address);
        doors.push_back({Acceptor(net, stream_protocol(doorway.family, 0), doorway.descriptor), doorway.path, doorway.bound});
    }
}

void Server::State::count(std::size_t place, int status, steady::time_point came) {
    if (clerk.offices().meters == nullptr) return;
    clerk.offices().meters->note(place, status, std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - came));
}

asio::awaitable<void> Server::State::keep_sampling() {
    asio::steady_timer timer(net);
    const auto self = shared_from_this();
    const auto elsewhere = clerk.at_once(self);
    const auto work = std::make_shared<std::function<void()>>([self] {
        try {
            self->clerk.offices().meters->sample(self->clerk.offices().room.store, self->clerk.offices().room.clock.now());
        } catch (const std::exception& trouble) {
            self->log(fmt::format("http: no sample: {}", trouble.what()));
        }
    });
    while (!stopping) {
        auto operation = fetched(net, elsewhere, work);
        co_await std::move(operation);
        timer.expires_after(Meters::every);
        error_code ignored;
        auto quietly = asio::redirect_error(asio::use_awaitable, ignored);
        co_await timer.async_wait(quietly);
    }
}

asio::awaitable<bool> Server::State::sent(Connection& client, Reply& made, const Manner& manner) {
    if (!clients.make_room_for(made.body.size())) made = too_much_unread();
    const auto text = whole(made, manner);
    std::string().swap(made.body);  // what is not read for long rests once
    auto saying = client.say(text);
    const bool went = co_await std::move(saying);
    if (!went || made.lasting == nullptr || manner.head) co_return went;
    auto saying_more = client.say(*made.lasting, Connection::Whose::everybodys);
    co_return co_await std::move(saying_more);
}

asio::awaitable<bool> Server::State::streamed(Connection& client, Reply& made, const Manner& manner) {
    std::string text = head_of_stream(made, manner);
    auto beginning = client.say(text);
    bool heard = co_await std::move(beginning);
    std::string bytes;
    bool more = true, broken = false;
    // By reference into this frame, which waits for it.
    const auto fill = std::make_shared<std::function<void()>>([&] {
        try {
            if (stands_still()) throw storage::Altered("the database was changed by somebody who has no key");
            while (more && bytes.size() < chunk_size) more = made.more(bytes);
        } catch (const std::exception& cut) {
            log(fmt::format("http: a stream was cut off: {}", cut.what()));
            broken = true;
        }
    });
    while (more && heard && !stopping) {
        bytes.clear();
        if (made.aside) {
            auto operation = fetched(net, made.aside, fill);
            co_await std::move(operation);
        } else {
            (*fill)();
        }
        if (broken) co_return false;  // no last chunk: the client sees that it is not whole
        if (bytes.empty()) continue;
        text = chunk(bytes);
        auto saying = client.say(text);
        heard = co_await std::move(saying);
    }
    if (!heard || stopping) co_return false;
    text = chunk({});
    auto ending = client.say(text);
    co_return co_await std::move(ending);
}

asio::awaitable<void> Server::State::serve(stream_protocol::socket socket, std::uint64_t number) {
    Connection client(std::move(socket), options);
    const auto listed = clients.enter(client);
    bool unread = false;
    Heard heard;
    for (bool keep = true; keep && !stopping;) {
        auto hearing = client.hear(heard);
        const bool came_something = co_await std::move(hearing);
        if (!came_something) break;
        const auto came = steady::now();
        std::size_t place = Meters::nowhere();
        unread = !heard.request;
        Reply made = std::move(heard.refusal);
        if (heard.request) {
            place = place_of(*heard.request);
            auto answering = answered(std::move(*heard.request));
            made = co_await std::move(answering);
        }
        client.serves_stranger(made.party.empty());
        const int status = made.status;
        const auto link_for = std::move(made.link_for);
        count(place, status, came);
        const bool open_end = static_cast<bool>(made.more) && !heard.manner.head;
        auto sending = open_end ? streamed(client, made, heard.manner) : sent(client, made, heard.manner);
        const bool went = co_await std::move(sending);
        keep = went && heard.manner.keep;
        log(fmt::format("http {}: {}", number, status));
        if (link_for) mail_link(*link_for);
    }
    auto leaving_client = client.leave(unread);
    co_await std::move(leaving_client);
}

asio::awaitable<void> Server::State::keep_door(Door& door) {
    asio::steady_timer pause(net);
    while (!stopping) {
        error_code trouble;
        auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
        auto socket = co_await door.acceptor.async_accept(quietly);
        if (stopping || trouble == asio::error::operation_aborted) co_return;
        if (trouble) {
            // Most likely there are no descriptors left; accepting again at once would only burn the processor.
            log(fmt::format("http: accept failed, code {}", trouble.value()));
            pause.expires_after(milliseconds(100));
            auto rested = asio::redirect_error(asio::use_awaitable, trouble);
            co_await pause.async_wait(rested);
            continue;
        }
        if (!clients.make_room()) {
            constexpr std::string_view full =
                "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            error_code ignored;
            socket.non_blocking(true, ignored);
            socket.write_some(asio::buffer(full), ignored);
            continue;
        }
        const auto number = ++last_number;
        if (door.path.empty()) socket.set_option(asio::ip::tcp::no_delay(true), trouble);
        socket.set_option(asio::socket_base::send_buffer_size(send_buffer), trouble);
        auto ending = [this, number](std::exception_ptr inside) {
            if (inside) log(fmt::format("http {}: failed", number));
        };
        auto session = serve(std::move(socket), number);
        asio::co_spawn(net, std::move(session), std::move(ending));
    }
}

Server::Server(Options options, Offices& reading, Offices& slow, Offices& searching, Offices& acting, Executor desk,
               std::function<void(std::string_view)> log)
    : state_(std::make_shared<State>(std::move(options), reading, slow, searching, acting, std::move(desk), std::move(log))) {}

Server::~Server() {
    state_->leaving = true;
    state_->clerk.join();
    state_->searcher.join();
    state_->locksmith.join();
    for (const auto& door : state_->doors) {
        if (!door.path.empty()) ::unlink(door.path.c_str());
    }
}

void Server::run() {
    const auto stay = asio::make_work_guard(state_->net);
    for (auto& door : state_->doors) {
        asio::co_spawn(state_->net, state_->keep_door(door), [](std::exception_ptr inside) {
            if (inside) std::rethrow_exception(inside);
        });
    }
    if (state_->clerk.offices().meters != nullptr) {
        asio::co_spawn(state_->net, state_->keep_sampling(), [](std::exception_ptr) {});
    }
    state_->net.run();
}

void Server::stop() {
    asio::post(state_->net, [state = state_] {
        state->stopping = true;
        for (auto& door : state->doors) {
            error_code ignored;
            door.acceptor.close(ignored);
        }
        state->net.stop();
    });
}

std::vector<std::string> Server::bound() const {
    std::vector<std::string> addresses;
    for (const auto& door : state_->doors) addresses.push_back(door.bound);
    return addresses;
}

}  // namespace caveat::http
