#include "application.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "caveat/archive/sweeping.hpp"
#include "caveat/committee/reminders.hpp"
#include "caveat/delivery/courier.hpp"
#include "caveat/http/server.hpp"
#include "caveat/mailroom/outbox.hpp"
#include "caveat/printable.hpp"
#include "caveat/smtp/listener.hpp"
#include "desk.hpp"
#include "doctor.hpp"
#include "house.hpp"
#include "index_watch.hpp"
#include "key_watch.hpp"
#include "mail_clerk.hpp"
#include "one_daemon.hpp"
#include "row_watch.hpp"
#include "supervisor.hpp"

namespace caveat::server {
namespace {

// One of the daemon's threads. An exception ends the daemon in good order, because a broken world is not worked around.
class Worker {
public:
    template <class Work>
    Worker(const char* name, std::atomic<bool>& failed, Work work)
        : thread_([name, &failed, work] {
              try {
                  work();
              } catch (const std::exception& trouble) {
                  spdlog::critical("{}: {}", name, trouble.what());
                  failed = true;
                  ::kill(::getpid(), SIGTERM);
              }
          }) {}
    ~Worker() { join(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    void join() {
        if (thread_.joinable()) thread_.join();
    }

private:
    std::thread thread_;
};

smtp::ListenerOptions listener_options(const Config& config) {
    smtp::ListenerOptions options;
    if (!config.lmtp.empty()) options.endpoints.push_back({config.lmtp, smtp::Protocol::lmtp});
    if (!config.smtp.empty()) options.endpoints.push_back({config.smtp, smtp::Protocol::smtp});
    options.peers.insert(options.peers.end(), config.mail_peers.begin(), config.mail_peers.end());
    options.session.host_name = config.domain;
    options.session.domain = config.domain;
    options.session.max_message = config.mail_limits.message;
    options.session.max_recipients = config.max_recipients;
    options.session.max_command_line = config.max_command_line;
    options.max_connections = config.max_connections;
    options.max_intake = config.max_intake;
    options.command_timeout = config.command_timeout;
    options.data_timeout = config.data_timeout;
    options.message_timeout = config.message_timeout;
    return options;
}

// The courier's schedule as the outbox holds it against clocks that are set. Half of the attempts that fit into the patience are enough:
// the others may have been lost to a restart or an outage.
mailroom::OutboxOptions outbox_options(const delivery::Schedule& schedule, std::function<void(std::string_view)> tell) {
    constexpr double longest = 1.0;  // jitter
    mailroom::OutboxOptions options;
    options.give_up = schedule.give_up;
    options.longest_wait = std::max(delivery::backoff({schedule.max_retry, schedule.max_retry, schedule.give_up}, 1, longest),
                                    std::chrono::seconds{5 * 60});  // the mailroom asks again after five minutes
    options.wait = [schedule](std::int32_t attempts) { return delivery::backoff(schedule, attempts, 0.5); };
    std::int32_t attempts = 0;
    for (std::chrono::seconds spent{0}; spent < schedule.give_up && attempts < 1000;)
        spent += delivery::backoff(schedule, ++attempts, longest);
    options.enough_attempts = std::max(1, attempts / 2);
    options.tell_operator = std::move(tell);
    return options;
}

http::Options http_options(const Config& config) {
    http::Options options;
    options.endpoints.push_back(config.http_listen);
    options.pages = config.templates / "pages";
    options.secure_cookies = config.base_url.starts_with("https://");
    options.max_body = config.http_max_body;
    options.rate = config.http_rate;
    options.burst = config.http_burst;
    options.trusted_proxies = config.http_trusted_proxies;
    return options;
}

http::Offices metered(http::Offices offices, http::Meters& meters) {
    offices.meters = &meters;
    return offices;
}

// Acts ask for keys to be looked at; the door has a thread that does it.
http::Offices with_engine(http::Offices offices, openpgp::Engine* sealing) {
    offices.access.sealing = sealing;
    return offices;
}

// The HTTP door with what it reads from: a store for quick reads, one for slow ones and one for searches; acts use the desk's.
class Console {
public:
    Console(House& house, Desk& desk, const mailroom::HandedOver& counts, const http::Server::Log& log)
        : meters_(house.clock().now(), house.config().database, &counts),
          reading_(storage::Store::open(house.storage_options()).value()),
          slow_(storage::Store::open(house.storage_options()).value()),
          searching_(storage::Store::open(house.storage_options()).value()),
          reads_(metered(house.offices(reading_), meters_)),
          slow_reads_(metered(house.offices(slow_), meters_)),
          searches_(metered(house.offices(searching_), meters_)),
          acts_(metered(with_engine(house.offices(house.store()), house.letter_engine()), meters_)),
          server_(
              http_options(house.config()), reads_, slow_reads_, searches_, acts_,
              [&desk](std::function<void()> work) { desk.act(std::move(work)); }, log) {}
    [[nodiscard]] http::Server& server() { return server_; }

private:
    http::Meters meters_;
    storage::Store reading_, slow_, searching_;
    http::Offices reads_, slow_reads_, searches_, acts_;
    http::Server server_;
};

// SIGHUP. Forms of letters are read for each letter, so the ones on the disk are in force already. The rule book stays as it was at the
// start: every thread holds it, and what was judged by one book must not be handed over by another. So what is there is checked, and said.
void look_again(const Config& config, const policy::Rulebook& rules) try {
    for (const auto& why : missing_forms(config)) spdlog::warn("hang-up signal: {}", why);
    const auto now = read_rulebook(config.policy);
    if (!now)
        return spdlog::warn("hang-up signal: {} {} stays in force; the rule book on the disk is wrong: {}", rules.name(), rules.version(),
                            now.error().detail);
    if (const auto changed = policy::hard_changes(rules, *now); !changed.empty()) {
        return spdlog::warn(
            "hang-up signal: {} {} stays in force; the rule book on the disk changes hard numbers without a decision, and a start with it "
            "is "
            "refused: {}",
            rules.name(), rules.version(), fmt::join(changed, "; "));
    }
    spdlog::info(
        "hang-up signal: forms of letters are read as they are now; the rule book on the disk, {} {}, is sound, and is in force "
        "after a restart; until then it is {} {} (SHA-256 {} on the disk, {} in force)",
        now->name(), now->version(), rules.name(), rules.version(), now->sha256(), rules.sha256());
} catch (const std::exception& trouble) {
    spdlog::warn("hang-up signal: {}", trouble.what());
}

void wait_for_signal(const sigset_t& signals, const Config& config, const policy::Rulebook& rules) {
    int signal = 0;
    for (::sigwait(&signals, &signal); signal == SIGHUP; ::sigwait(&signals, &signal)) look_again(config, rules);
    spdlog::info("stopping on signal {}", signal);
}

// To try again would not help who sees this.
Result<void> has_its_pages(const Config& config) {
    const auto pages = config.templates / "pages";
    std::error_code ignored;
    if (config.http_listen.empty() || std::filesystem::is_directory(pages, ignored)) return {};
    return fail(errc::invalid,
                "{}: community.templates: there is no folder {}; write where caveat's forms are, as \"/usr/share/caveat/templates\"",
                config.file.string(), pages.string());
}

}  // namespace

Result<void> serve(const Config& config) {
    if (auto ok = has_its_pages(config); !ok) return ok;
    // Not even while the house is opened does a hang-up end the daemon.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const auto warn = [](std::string_view line) { spdlog::warn("{}", line); };
    auto house = House::open(config, warn);
    if (!house) return tl::unexpected(house.error());
    const auto one = OneDaemon::on(config.database);
    if (!one) return tl::unexpected(one.error());
    if (const auto word = one->take_word(); !word.empty()) warn(printable(word));
    auto rows_store = storage::Store::open(house->storage_options());
    if (!rows_store) return tl::unexpected(rows_store.error());
    const auto replaced = [&](const std::string& far) {
        const auto when = to_string(std::chrono::floor<std::chrono::seconds>(house->clock().now()));
        const auto what = fmt::format(
            "{}: the database was replaced or taken away at {} while it was served, at {}: what was done since the copy that lies there "
            "now was made is not in it; enter it again, security holds first",
            config.database.string(), when, far);
        // The log stays open to the end: every other thread writes to it now that its commit failed.
        one->leave_word("it was seen by the daemon before: " + what);
        spdlog::critical("{}; the daemon ends", what);
        constexpr int try_again = 75;  // EX_TEMPFAIL
        std::_Exit(try_again);
    };
    RowWatch rows(*house, std::move(*rows_store), warn, replaced);
    rows.look_first();
    if (auto taken = house->take_book(); !taken)
        return tl::unexpected(Error{taken.error().code, config.policy.string() + ": " + taken.error().detail});
    house->look_for_a_copy();
    auto courier_store = storage::Store::open(house->storage_options());
    if (!courier_store) return tl::unexpected(courier_store.error());
    static_cast<void>(house->store().has_room());  // which puts the reserve beside the database, before others have filled the disk

    // Signals are taken by this thread alone; the others inherit the mask.
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    mailroom::Mailroom mailroom(house->room(), [](std::string_view line) { spdlog::info("{}", line); });
    mailroom::HandedOver counts;
    auto going_out = outbox_options(config.courier.schedule, warn);
    going_out.lists = house->own_keys();
    going_out.seal_again_after = config.gnupg_again;
    // It outlives the outbox, whose thread may still be at work when all others have ended.
    std::optional<delivery::Courier> courier;
    going_out.sealed = [&] { courier->wake(); };
    mailroom::Outbox outbox(house->room(*courier_store), &counts, going_out);
    courier.emplace(outbox, house->clock(), delivery::smtp_transport(config.relay), config.courier);
    const auto tell = [](std::string_view line) { spdlog::debug("{}", line); };
    committee::Reminders reminders(house->store(), house->rules(), house->clock(), house->postage());
    const auto mailed = [&warn](const committee::Reminders::Pass& pass) {
        for (const auto& trouble : pass.troubles) warn(fmt::format("reminders: not mailed: {}", trouble));
        for (const auto& line : pass.to_operator) warn(line);
        return pass.letters > 0;
    };
    const Supervisor supervisor;
    const Desk::Pulse pulse{supervisor.pulse(), [&] { supervisor.alive(); }};
    const auto told = [&] {
        const auto postage = house->postage();
        const auto waited = letters::send_waiting(house->store(), postage.vault, postage.letterhead, house->clock().now());
        const bool of_holds = mailed(reminders.tell_of_holds());
        return mailed(reminders.tell_who_must_act()) || of_holds || waited > 0;
    };
    std::chrono::steady_clock::time_point next_sweep{};
    const auto sweep = [&] {
        const auto moment = std::chrono::steady_clock::now();
        if (moment < next_sweep) return;
        const auto swept = archive::sweep(house->room());
        if (!swept.more) next_sweep = moment + std::chrono::hours{1};
        if (swept.posts > 0) spdlog::info("{} posts of the archive were over and are destroyed", swept.posts);
    };
    const Desk::Chores chores{told,
                              [&] {
                                  sweep();
                                  const bool news = told();
                                  return mailed(reminders.send_due()) || news;
                              },
                              committee::Reminders::soon, [&] { house->note_uses(); }};
    Desk desk(
        mailroom, house->store(), [&] { courier->wake(); }, chores, warn, pulse);
    std::optional<smtp::Listener> listener;
    std::optional<Console> console;
    try {
        if (!config.http_listen.empty()) console.emplace(*house, desk, counts, tell);
        listener.emplace(
            listener_options(config),
            [&desk](mailroom::Submission submission, Desk::Done done) { desk.accept(std::move(submission), std::move(done)); }, tell);
    } catch (const std::exception& trouble) {
        return fail(errc::temporary, "{}", trouble.what());
    }

    auto keys_store = storage::Store::open(house->storage_options());
    if (!keys_store) return tl::unexpected(keys_store.error());
    KeyWatch keys(*house, std::move(*keys_store), [](std::string_view line) { spdlog::info("{}", line); });
    auto index_store = storage::Store::open(house->storage_options());
    if (!index_store) return tl::unexpected(index_store.error());
    IndexWatch index(*house, std::move(*index_store), warn);
    auto clerk_store = storage::Store::open(house->storage_options());
    if (!clerk_store) return tl::unexpected(clerk_store.error());
    MailClerk clerk(
        *house, std::move(*clerk_store), desk, [&] { courier->wake(); }, [](std::string_view line) { spdlog::info("{}", line); });
    std::atomic<bool> failed{false};
    {
        std::optional<Worker> keys_thread;
        if (house->own_keys() != nullptr) keys_thread.emplace("keys", failed, [&] { keys.run(); });
        Worker courier_thread("courier", failed, [&] { courier->run(); });
        Worker desk_thread("desk", failed, [&] { desk.run(); });
        std::optional<Worker> index_thread;
        index_thread.emplace("index", failed, [&] { index.run(); });
        std::optional<Worker> clerk_thread;
        clerk_thread.emplace("commands", failed, [&] { clerk.run(); });
        std::optional<Worker> rows_thread;
        rows_thread.emplace("rows", failed, [&] { rows.run([&] { courier->wake(); }); });
        Worker net_thread("net", failed, [&] { listener->run(); });
        std::optional<Worker> http_thread;
        if (console) {
            http_thread.emplace("http", failed, [&] { console->server().run(); });
            for (const auto& address : console->server().bound()) spdlog::info("listening on http {}", address);
        }
        for (const auto& address : listener->bound()) spdlog::info("listening on {}", address);
        supervisor.ready();
        wait_for_signal(signals, config, house->rules());
        listener->stop();
        if (console) console->server().stop();
        keys.stop();
        index.stop();
        clerk.stop();
        rows.stop();
        net_thread.join();
        http_thread.reset();
        keys_thread.reset();
        index_thread.reset();
        clerk_thread.reset();
        rows_thread.reset();
        desk.stop();
        desk_thread.join();
        courier->stop();
    }
    if (failed) return fail(errc::temporary, "ended by an error; see the log");
    return {};
}

}  // namespace caveat::server
