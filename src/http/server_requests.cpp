// The way of a request: whether it is let in, on which thread it is answered, and what is done with the answer before it is sent.
#include <fmt/format.h>

#include <optional>

#include "caveat/storage/damage.hpp"
#include "caveat/storage/standstill.hpp"
#include "server_state.hpp"

namespace caveat::http {
namespace {

constexpr std::size_t most_links_waiting = 200;  // for GnuPG, some 15 ms each; more are forgotten, and their people ask again

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

}  // namespace caveat::http
