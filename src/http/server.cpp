#include "caveat/http/server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <memory>
#include <set>
#include <stdexcept>

#include "admission.hpp"
#include "caveat/sockets/doorway.hpp"
#include "caveat/storage/damage.hpp"
#include "caveat/storage/standstill.hpp"
#include "clerk.hpp"
#include "clients.hpp"
#include "jobs.hpp"
#include "pages.hpp"
#include "service.hpp"
#include "shared_commit.hpp"

namespace caveat::http {
namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<stream_protocol>;
using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t chunk_size = 64 * 1024;
constexpr int send_buffer = 256 * 1024;          // bytes that the kernel may keep of what a client does not read
constexpr std::size_t most_links_waiting = 200;  // for GnuPG, some 15 ms each; more are forgotten, and their people ask again

struct Errand {
    Request request;
    Reply made;
};

}  // namespace

// Requests on their way to another thread own it; it is destroyed with the last of them.
struct Server::State : std::enable_shared_from_this<Server::State> {
    struct Door {
        Acceptor acceptor;
        std::string path;
        std::string bound;
    };

    State(Options o, Offices& reading, Offices& slow, Offices& searching, Offices& acting, Executor d,
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

namespace {

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

Reply busy() {
    auto made = reply({429, "too-many", "Too many requests", "wait, and send fewer"});
    made.add("Retry-After", "1");
    return made;
}

Reply one_key_at_a_time() {
    auto made = reply({429, "too-many", "One key at a time", "a key that you sent is being looked at; send this one when that is done"});
    made.add("Retry-After", "1");
    return made;
}

Reply too_much_unread() {
    auto made = reply({503, "try-again", "Not now", "others have not yet read what they asked for"});
    made.add("Retry-After", "10");
    return made;
}

// What is wrong with which row is for the operator.
Reply changed_by_somebody() {
    return reply({503, "altered", "The database was changed by somebody who has no key",
                  "nothing is shown or done until it is as it was; whoever runs this server finds out more with: caveat doctor"});
}

// Whether it shows nothing of what is in the database.
bool is_open(const Request& request) {
    const auto target = parse_target(request.target);
    if (!target || is_page(*target)) return false;
    const auto found = match(request.method, target->segments);
    return found.route != nullptr && found.route->open;
}

Reply too_many_cookies() {
    return reply({431, "too-large", "The cookies are too long", fmt::format("at most {} bytes together", longest_cookies)});
}

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

}  // namespace

Reply Server::State::answer(Run place, const Request& request) {
    const auto target = parse_target(request.target);
    const bool page = target && is_page(*target);
    if (is_slow(place)) return (place == Run::slow ? clerk : searcher).answer(request, page);
    if (page) return (place == Run::act ? act_pages : read_pages).answer(request);
    return (place == Run::act ? acts : reads).answer(request);
}

Reply Server::State::safely(Run place, const Request& request) {
    try {
        if (stands_still() && !is_open(request)) return changed_by_somebody();
        return answer(place, request);
    } catch (const storage::Damaged& trouble) {
        log(fmt::format("http: answered 503: {}", trouble.what()));
        return reply({503, "damaged", "The database is damaged", "whoever runs this server finds out what with: caveat doctor"});
    } catch (const storage::Altered&) {
        return changed_by_somebody();
    } catch (const storage::Unavailable& trouble) {
        log(fmt::format("http: answered 503: {}", trouble.what()));
        return reply({503, "try-again", "Not now", {}});
    } catch (const std::exception& trouble) {
        log(fmt::format("http: answered 500: {}", trouble.what()));
        return reply({500, "broken", "Something is broken here", {}});
    }
}

std::shared_ptr<std::function<void()>> Server::State::quiet(std::function<void()> work) {
    return std::make_shared<std::function<void()>>([self = shared_from_this(), work = std::move(work)] {
        if (self->leaving) return;
        try {
            work();
        } catch (const std::exception& trouble) {
            self->log(fmt::format("http: left undone: {}", trouble.what()));
        }
    });
}

// Somebody who has ten tokens is one sender, also at the first use of each: that takes a look at the database.
std::string Server::State::sender_of(const Request& request, steady::time_point came) {
    if (auto known = admission.party(request, came)) return std::move(*known);
    try {
        const auto target = parse_target(request.target);
        if (target && is_page(*target)) {
            const auto session = reads.access().session(request.cookie("caveat").value_or(""));
            if (session) return party_of(session->caller);
        } else if (const auto caller = reads.who(request)) {
            return party_of(*caller);
        }
    } catch (const std::exception& trouble) {
        log(fmt::format("http: not known who sent a request: {}", trouble.what()));
    }
    return "peer " + request.peer;
}

void Server::State::later(const std::function<void()>& work) { desk(*quiet(work)); }

void Server::State::note(const Admission::Use& use) {
    later([this, use] {
        auto office = acts.access();
        use.token ? office.note_use(use.id) : office.note_use_of_session(use.id);
    });
}

// A read that must be journaled is replied to only after it is in the journal.
asio::awaitable<void> Server::State::written_down(Reply& made) {
    const auto self = shared_from_this();
    auto failed = std::make_shared<bool>(false);
    const auto work = std::make_shared<std::function<void()>>([self, failed, notes = made.notes] {
        try {
            self->acts.write_down(notes);
        } catch (const std::exception& trouble) {
            self->log(fmt::format("http: a read was not written down: {}", trouble.what()));
            *failed = true;
        }
    });
    auto operation = fetched(net, desk, work);
    co_await std::move(operation);
    if (*failed) made = reply({503, "try-again", "Not now", {}});
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

// On the desk, and if a key must be looked at first, once more when that is done: the first time changed nothing.
asio::awaitable<void> Server::State::acted(std::shared_ptr<Errand> errand) {
    const auto self = shared_from_this();
    const Executor elsewhere = [self, errand](std::function<void()> done) {
        self->together.take(errand->request, errand->made, std::move(done));
    };
    const auto nothing_more = std::make_shared<std::function<void()>>([] {});
    auto first = fetched(net, elsewhere, nothing_more);
    co_await std::move(first);
    const auto& look = *errand->request.key_look;
    if (!look.engine.wanted()) co_return;
    const auto party = look.party;
    if (!looked_at.insert(party).second) {
        errand->made = one_key_at_a_time();
        co_return;
    }
    auto looking = key_looked_at(errand);
    co_await std::move(looking);
    looked_at.erase(party);
    errand->made = Reply{};
    auto again = fetched(net, elsewhere, nothing_more);
    co_await std::move(again);
}

// What is slow because of GnuPG has a thread on which nothing else waits.
asio::awaitable<void> Server::State::done_aside(std::shared_ptr<std::function<void()>> work) {
    const auto self = shared_from_this();
    const Executor aside = [self](std::function<void()> w) { asio::post(self->locksmith, std::move(w)); };
    auto operation = fetched(net, aside, work);
    co_await std::move(operation);
}

asio::awaitable<void> Server::State::key_looked_at(std::shared_ptr<Errand> errand) {
    const auto self = shared_from_this();
    const auto work = quiet([self, errand] {
        auto& engine = errand->request.key_look->engine;
        const auto question = *engine.wanted();
        engine.saw(self->sealing->examine(question.armour, question.addresses));
    });
    auto looking = done_aside(work);
    co_await std::move(looking);
}

asio::awaitable<void> Server::State::link_mailed(std::string address) {
    const auto self = shared_from_this();
    struct Link {
        std::optional<access::LinkWish> wish;
        std::optional<letters::Confidential> written;
    };
    const auto link = std::make_shared<Link>();
    const auto ask = quiet([self, link, address] {
        if (auto wish = self->acts.access().ask_link(address)) link->wish = std::move(*wish);
    });
    auto asking = fetched(net, desk, ask);
    co_await std::move(asking);
    if (!link->wish) co_return;
    const auto write = quiet([self, link] {
        if (auto written = self->acts.access().write_link(*link->wish)) link->written = std::move(*written);
    });
    auto writing = done_aside(write);
    co_await std::move(writing);
    if (!link->written) co_return;
    const auto send = quiet([self, link] { (void)self->acts.access().send_link(*link->wish, *link->written); });
    auto sending = fetched(net, desk, send);
    co_await std::move(sending);
}

void Server::State::mail_link(const std::string& address) {
    if (links_waiting >= most_links_waiting) return log("http: too many links wait to be written; one more is forgotten");
    ++links_waiting;
    asio::co_spawn(net, link_mailed(address), [self = shared_from_this()](std::exception_ptr) { --self->links_waiting; });
}

asio::awaitable<Reply> Server::State::answered(Request request) {
    const auto came = steady::now();
    request.peer = sockets::counted_peer(request.peer, request.header("x-forwarded-for"), options.trusted_proxies);
    if (admission.too_many(request, came)) co_return busy();
    if (request.header("cookie").size() > longest_cookies) co_return too_many_cookies();
    const Run place = where(request);
    auto errand = std::make_shared<Errand>();
    errand->request = std::move(request);
    if (place == Run::read) {
        errand->made = safely(place, errand->request);
    } else if (place == Run::act) {
        auto acting = acted(errand);
        co_await std::move(acting);
    } else {
        const auto sender = sender_of(errand->request, came);
        auto seat = clerk.sit(sender);  // of both threads together
        if (!seat) co_return busy();
        const auto self = shared_from_this();
        const auto work =
            std::make_shared<std::function<void()>>([self, errand, place] { errand->made = self->safely(place, errand->request); });
        const auto aside = (place == Run::slow ? clerk : searcher).in_turn_of(sender, self);
        auto operation = fetched(net, aside, work);
        co_await std::move(operation);
        if (errand->made.more) {
            errand->made.aside = aside;
            errand->made.seat = seat;  // until its end
        }
        seat.reset();
    }
    // Counted whatever else is sent along: an invalid cookie must not make asking cheaper.
    if (errand->made.link_for && !asks.take(errand->request.peer, came)) errand->made = busy();
    if (!errand->made.notes.empty()) {
        auto writing = written_down(errand->made);
        co_await std::move(writing);
    }
    if (const auto use = admission.learn(errand->request, errand->made, came)) note(*use);
    if (errand->made.status == 404) {
        // "Nothing here" is sent at the same time after the request, whatever was looked up before (A7).
        asio::steady_timer timer(net);
        timer.expires_at(came + options.nothing_after);
        error_code ignored;
        auto quietly = asio::redirect_error(asio::use_awaitable, ignored);
        co_await timer.async_wait(quietly);
    }
    co_return std::move(errand->made);
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
