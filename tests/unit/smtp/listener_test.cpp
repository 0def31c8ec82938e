#include "caveat/smtp/listener.hpp"

#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include "client.hpp"
#include "dialogue.hpp"

using namespace caveat;
using namespace caveat::smtp;
using namespace caveat::smtp::testing;
using namespace std::chrono_literals;
using mailroom::Receipt;
using mailroom::Received;
using mailroom::Submission;
using Done = std::function<void(std::vector<Received>)>;

namespace {

const std::string envelope = "MAIL FROM:<rep@orchid.example>\r\nRCPT TO:<teams@lists.arc.example>\r\n";

ListenerOptions options_on(const std::vector<std::string>& addresses) {
    ListenerOptions options;
    for (const auto& address : addresses) options.endpoints.push_back({address, Protocol::lmtp});
    options.session = options_for(Protocol::smtp);  // the endpoint decides
    return options;
}

// A Listener on a thread of its own. The desk answers at once, from the net thread, unless told otherwise.
struct Running {
    explicit Running(ListenerOptions options, Accept accept = accept_all())
        : listener(std::move(options), std::move(accept), [this](std::string_view line) {
              const std::lock_guard lock(mutex);
              logged.append(line).append("\n");
          }) {
        thread = std::thread([this] { listener.run(); });
    }
    ~Running() { stop(); }

    static Accept accept_all() {
        return [](Submission s, Done done) { done(all(Receipt::accepted, s)); };
    }

    // How long run() took to come back.
    std::chrono::milliseconds stop() {
        const auto asked = std::chrono::steady_clock::now();
        listener.stop();
        if (thread.joinable()) thread.join();
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - asked);
    }
    [[nodiscard]] std::string address(std::size_t i = 0) const { return listener.bound().at(i); }
    [[nodiscard]] std::string log() {
        const std::lock_guard lock(mutex);
        return logged;
    }

    std::mutex mutex;
    std::string logged;
    Listener listener;
    std::thread thread;
};

// What came to the desk and waits there to be answered.
struct Desk {
    std::mutex mutex;
    std::vector<std::pair<std::size_t, Done>> waiting;

    [[nodiscard]] Accept accept() {
        return [this](Submission s, Done done) {
            const std::lock_guard lock(mutex);
            waiting.emplace_back(s.rcpt_to.size(), std::move(done));
        };
    }
    [[nodiscard]] std::optional<Done> next() {
        for (int i = 0; i < 500; ++i) {
            {
                const std::lock_guard lock(mutex);
                if (!waiting.empty()) {
                    auto done = std::move(waiting.back().second);
                    waiting.pop_back();
                    return done;
                }
            }
            std::this_thread::sleep_for(10ms);
        }
        return std::nullopt;
    }
};

Client greeted(const std::string& address) {
    Client client(address);
    REQUIRE(client.reply() == "220 mx.arc.example LMTP");
    REQUIRE(client.ask("LHLO mx\r\n") == "250 ENHANCEDSTATUSCODES");
    return client;
}

std::filesystem::path scratch_folder() {
    const auto folder = std::filesystem::temp_directory_path() / ("caveat-smtp-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    return folder;
}

}  // namespace

TEST_CASE("each endpoint speaks its own protocol, on IPv4, IPv6 and a Unix socket", "[smtp][listener]") {
    const auto path = (scratch_folder() / "doors.sock").string();
    auto options = options_on({"127.0.0.1:0", "[::1]:0", "unix:" + path});
    options.endpoints[1].protocol = Protocol::smtp;
    std::mutex mutex;
    std::vector<Submission> got;
    Running running(options, [&](Submission s, Done done) {
        const std::lock_guard lock(mutex);
        got.push_back(s);
        done(all(Receipt::accepted, s));
    });
    REQUIRE(running.listener.bound().size() == 3);
    CHECK(running.address(0) != "127.0.0.1:0");
    CHECK(running.address(1).substr(0, 6) == "[::1]:");
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0660);

    for (std::size_t i = 0; i < 3; ++i) {
        Client client(running.address(i));
        CHECK(client.reply() == (i == 1 ? "220 mx.arc.example ESMTP" : "220 mx.arc.example LMTP"));
        CHECK(client.ask(i == 1 ? "EHLO mx\r\n" : "LHLO mx\r\n") == "250 ENHANCEDSTATUSCODES");
        client.send(envelope + "DATA\r\n");
        client.reply(), client.reply();
        CHECK(client.reply().substr(0, 3) == "354");
        CHECK(client.ask("Subject: x\r\n\r\nx\r\n.\r\n") == "250 2.0.0 Accepted");
        CHECK(client.ask("QUIT\r\n") == "221 2.0.0 Goodbye");
        CHECK(client.reply().empty());
    }
    running.stop();
    REQUIRE(got.size() == 3);
    CHECK(got[0].peer == "127.0.0.1");
    CHECK(got[1].peer == "::1");
    CHECK(got[1].door == "smtp");
    CHECK(got[2].peer == "unix");
    CHECK(got[2].bytes == "Subject: x\r\n\r\nx\r\n");
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("an address that cannot be had is named", "[smtp][listener]") {
    const auto file = scratch_folder() / "no-socket";
    std::ofstream(file) << "x";
    Running other(options_on({"127.0.0.1:0", "unix:" + (scratch_folder() / "taken.sock").string()}));
    const std::vector<std::string> addresses{"localhost",
                                             "localhost:25",
                                             "127.0.0.1:",
                                             "127.0.0.1:x",
                                             ":25",
                                             "127.0.0.1:70000",
                                             "unix:",
                                             "unix:/no/such/folder/x.sock",
                                             "192.0.2.1:8025",
                                             "unix:/" + std::string(200, 'x'),
                                             "unix:" + file.string(),
                                             other.address(0),
                                             other.address(1)};
    for (const auto& address : addresses) {
        CAPTURE(address);
        CHECK_THROWS_WITH(Listener(options_on({address}), Running::accept_all(), {}), Catch::Contains(address));
    }
    CHECK(std::filesystem::exists(file));
    CHECK(greeted(other.address(1)).ask("NOOP\r\n") == "250 2.0.0 Ok");
}

TEST_CASE("a socket left behind by a dead process is replaced", "[smtp][listener]") {
    const auto path = (scratch_folder() / "stale.sock").string();
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(dead, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    ::close(dead);
    REQUIRE(std::filesystem::exists(path));
    Running running(options_on({"unix:" + path}));
    CHECK(greeted(running.address()).ask("NOOP\r\n") == "250 2.0.0 Ok");
}

TEST_CASE("pipelined messages are answered in order by a desk on another thread", "[smtp][listener][S4][D1]") {
    Desk desk;
    Running running(options_on({"127.0.0.1:0"}), desk.accept());
    Client client = greeted(running.address());
    client.send(envelope + "DATA\r\none\r\n.\r\n" + envelope + "DATA\r\ntwo\r\n.\r\nQUIT\r\n");
    client.reply(), client.reply();
    CHECK(client.reply().substr(0, 3) == "354");
    auto first = desk.next();
    REQUIRE(first);
    (*first)({{Receipt::accepted, {}, ""}});
    (*first)({{Receipt::refused, {}, ""}});  // a second answer is none
    CHECK(client.reply() == "250 2.0.0 Accepted");
    client.reply(), client.reply();
    CHECK(client.reply().substr(0, 3) == "354");
    auto second = desk.next();
    REQUIRE(second);
    (*second)({{Receipt::later, {}, ""}});
    CHECK(client.reply() == "451 4.3.0 Try again later");
    CHECK(client.reply() == "221 2.0.0 Goodbye");
    CHECK(client.reply().empty());
}

TEST_CASE("a desk that throws is temporary trouble", "[smtp][listener][D4]") {
    Running running(options_on({"127.0.0.1:0"}), [](Submission, Done) { throw std::runtime_error("secret"); });
    Client client = greeted(running.address());
    client.send(envelope + "DATA\r\nx\r\n.\r\n");
    client.reply(), client.reply(), client.reply();
    CHECK(client.reply() == "451 4.3.0 Try again later");
    CHECK(client.ask("NOOP\r\n") == "250 2.0.0 Ok");
    CHECK(running.log().find("secret") == std::string::npos);
}

TEST_CASE("the log holds no address and no content", "[smtp][listener][O5]") {
    Running running(options_on({"127.0.0.1:0"}));
    Client client = greeted(running.address());
    client.send(envelope + "DATA\r\nSubject: canary\r\n\r\ncanary\r\n.\r\nQUIT\r\n");
    client.reply(), client.reply(), client.reply(), client.reply();
    CHECK(client.reply() == "221 2.0.0 Goodbye");
    running.stop();
    const auto log = running.log();
    CHECK(log.find("1 recipients") != std::string::npos);
    for (const char* word : {"canary", "orchid", "teams", "arc.example"}) CHECK(log.find(word) == std::string::npos);
}

TEST_CASE("a slow client meets its deadline, however busily it trickles", "[smtp][listener][S2]") {
    auto options = options_on({"127.0.0.1:0"});
    options.command_timeout = 300ms;
    options.data_timeout = 600ms;
    Running running(options);

    Client idle = greeted(running.address());
    CHECK(idle.reply() == "421 4.4.2 Timeout");
    CHECK(idle.reply().empty());

    Client trickling = greeted(running.address());
    std::atomic<bool> ended = false;
    std::thread drip([&] {
        while (!ended) {
            trickling.send("N");
            std::this_thread::sleep_for(20ms);
        }
    });
    CHECK(trickling.reply() == "421 4.4.2 Timeout");
    ended = true;
    drip.join();

    Client in_data = greeted(running.address());
    const auto started = std::chrono::steady_clock::now();
    in_data.send(envelope + "DATA\r\nhalf");
    in_data.reply(), in_data.reply(), in_data.reply();
    CHECK(in_data.reply() == "421 4.4.2 Timeout");
    CHECK(std::chrono::steady_clock::now() - started > 500ms);
}

TEST_CASE("silence within a message and the whole of it have a time each", "[smtp][listener][S2]") {
    auto options = options_on({"127.0.0.1:0"});
    options.data_timeout = 300ms;
    options.message_timeout = 1500ms;
    Running running(options);

    // Longer than a silence may be, and never silent; together longer than a message may be, but each has a time of its own.
    Client steady = greeted(running.address());
    for (int message = 0; message < 4; ++message) {
        steady.send(envelope + "DATA\r\n");
        steady.reply(), steady.reply(), steady.reply();
        for (int line = 0; line < 6; ++line) {
            std::this_thread::sleep_for(80ms);
            steady.send("a line\r\n");
        }
        CHECK(steady.ask(".\r\n") == "250 2.0.0 Accepted");
    }

    Client endless = greeted(running.address());
    endless.send(envelope + "DATA\r\n");
    endless.reply(), endless.reply(), endless.reply();
    const auto started = std::chrono::steady_clock::now();
    std::atomic<bool> ended = false;
    std::thread drip([&] {
        while (!ended) {
            endless.send("x");
            std::this_thread::sleep_for(20ms);
        }
    });
    CHECK(endless.reply() == "421 4.4.2 The message took too long");
    ended = true;
    drip.join();
    CHECK(std::chrono::steady_clock::now() - started > 1400ms);
}

TEST_CASE("an answer that never comes is a time-out, not a hanging client", "[smtp][listener][S2]") {
    auto options = options_on({"127.0.0.1:0"});
    options.data_timeout = 300ms;
    Desk desk;
    Running running(options, desk.accept());
    Client client = greeted(running.address());
    client.send(envelope + "DATA\r\nx\r\n.\r\n");
    client.reply(), client.reply(), client.reply();
    CHECK(client.reply() == "421 4.4.2 Timeout");
    CHECK(client.reply().empty());
    auto done = desk.next();
    REQUIRE(done);
    (*done)({{Receipt::accepted, {}, ""}});  // too late, harmless
    CHECK(greeted(running.address()).ask("NOOP\r\n") == "250 2.0.0 Ok");
}

TEST_CASE("connections beyond the limit are turned away until one ends", "[smtp][listener][S2]") {
    auto options = options_on({"127.0.0.1:0"});
    options.max_connections = 2;
    Running running(options);
    Client one = greeted(running.address());
    Client two = greeted(running.address());
    Client three(running.address());
    CHECK(three.reply() == "421 4.3.2 Too many connections");
    CHECK(three.reply().empty());
    CHECK(two.ask("NOOP\r\n") == "250 2.0.0 Ok");
    CHECK(one.ask("QUIT\r\n") == "221 2.0.0 Goodbye");
    one.hang_up();
    for (int i = 0; i < 200; ++i) {
        Client again(running.address());
        if (again.reply() == "220 mx.arc.example LMTP") return;
        std::this_thread::sleep_for(10ms);
    }
    FAIL("no place became free");
}

TEST_CASE("one peer with many connections leaves a place in the door for others", "[smtp][listener][S2]") {
    const auto path = (scratch_folder() / "place.sock").string();
    auto options = options_on({"127.0.0.1:0", "unix:" + path});
    options.max_connections = 10;
    Running running(options);
    std::vector<Client> many;
    for (int i = 0; i < 9; ++i) many.push_back(greeted(running.address()));
    Client tenth(running.address());
    CHECK(tenth.reply() == "421 4.7.0 Too many connections from your address");
    CHECK(tenth.reply().empty());
    Client other = greeted(running.address(1));
    CHECK(other.ask("NOOP\r\n") == "250 2.0.0 Ok");
    Client last(running.address(1));
    CHECK(last.reply() == "421 4.3.2 Too many connections");
}

TEST_CASE("in a full door who has been longest without a message makes place, and who is within one does not", "[smtp][listener][S2]") {
    auto options = options_on({"127.0.0.1:0"});
    options.max_connections = 3;
    options.idle_when_full = 1s;
    Running running(options);
    Client within = greeted(running.address());
    within.send(envelope + "DATA\r\n");
    within.reply(), within.reply(), within.reply();
    Client first = greeted(running.address());
    Client second = greeted(running.address());
    Client too_soon(running.address());
    CHECK(too_soon.reply() == "421 4.3.2 Too many connections");
    std::this_thread::sleep_for(1050ms);
    CHECK(first.ask("NOOP\r\n") == "250 2.0.0 Ok");  // that is no message
    Client next = greeted(running.address());
    CHECK(first.reply() == "421 4.7.0 Too long without a message while others wait");
    CHECK(first.reply().empty());
    CHECK(second.ask("NOOP\r\n") == "250 2.0.0 Ok");
    CHECK(next.ask("NOOP\r\n") == "250 2.0.0 Ok");
    within.send("Subject: x\r\n\r\nx\r\n.\r\n");
    CHECK(within.reply() == "250 2.0.0 Accepted");
}

TEST_CASE("in a full door a message that only trickles makes place, and one that comes does not", "[smtp][listener][S2]") {
    auto options = options_on({"127.0.0.1:0"});
    options.max_connections = 2;
    options.trickle_when_full = 1s;
    options.trickle = 100;
    Running running(options);
    std::vector<Client> within;
    for (int i = 0; i < 2; ++i) {
        within.push_back(greeted(running.address()));
        within.back().send(envelope + "DATA\r\n");
        within.back().reply(), within.back().reply(), within.back().reply();
    }
    within.front().send("S");
    within.back().send("Subject: " + std::string(900, 'x'));
    Client too_soon(running.address());
    CHECK(too_soon.reply() == "421 4.3.2 Too many connections");
    std::this_thread::sleep_for(1100ms);
    within.front().send("u");
    Client next = greeted(running.address());
    CHECK(within.front().reply() == "421 4.7.0 Too long without a message while others wait");
    Client last(running.address());
    CHECK(last.reply() == "421 4.3.2 Too many connections");
    within.back().send("\r\n\r\nx\r\n.\r\n");
    CHECK(within.back().reply() == "250 2.0.0 Accepted");
}

TEST_CASE("messages without an end fill a budget, not the memory, and leave room for others", "[smtp][listener][S2]") {
    const auto path = (scratch_folder() / "room.sock").string();
    auto options = options_on({"127.0.0.1:0", "unix:" + path});
    options.session.max_message = 300'000;
    options.max_intake = 1'000'000;
    Desk desk;
    Running running(options, desk.accept());
    const auto asks_for = [](Client& client, std::size_t size) {
        const auto said = client.ask("MAIL FROM:<rep@orchid.example> SIZE=" + std::to_string(size) + "\r\n");
        client.ask("RSET\r\n");
        return said;
    };
    const auto until = [&](Client& client, std::size_t size, std::string_view expected) {
        for (int i = 0; i < 500 && asks_for(client, size) != expected; ++i) std::this_thread::sleep_for(10ms);
        return asks_for(client, size) == expected;
    };
    const std::string crowded = "452 4.3.1 Too much mail is coming in at present";
    const std::string line(98, 'x');
    std::string most_of_a_message;
    while (most_of_a_message.size() < 240'000) most_of_a_message += line + "\r\n";

    std::vector<Client> endless;
    for (int i = 0; i < 3; ++i) {
        endless.push_back(greeted(running.address()));
        endless.back().send(envelope + "DATA\r\n");
        endless.back().reply(), endless.back().reply(), endless.back().reply();
        endless.back().send(most_of_a_message);
    }
    Client same_peer = greeted(running.address());
    REQUIRE(until(same_peer, 40'000, crowded));  // 750,000 for one peer
    CHECK(asks_for(same_peer, 20'000) == "250 2.1.0 Ok");
    // Who does not say how much is coming learns it at the end, and the connection goes on.
    same_peer.send(envelope + "DATA\r\n" + most_of_a_message + ".\r\n");
    same_peer.reply(), same_peer.reply(), same_peer.reply();
    CHECK(same_peer.reply() == crowded);

    Client other = greeted(running.address(1));
    CHECK(asks_for(other, 250'000) == "250 2.1.0 Ok");
    other.send(envelope + "DATA\r\n" + most_of_a_message + ".\r\n");
    other.reply(), other.reply(), other.reply();
    auto done = desk.next();
    REQUIRE(done);
    (*done)({{Receipt::accepted, {}, ""}});
    CHECK(other.reply() == "250 2.0.0 Accepted");

    // A finished message counts until it is let go of; those that were broken off count no more.
    for (auto& client : endless) client.hang_up();
    CHECK(until(same_peer, 300'000, "250 2.1.0 Ok"));
}

TEST_CASE("over TCP mail is taken from loopback and from named peers only, and a Unix socket asks its file", "[smtp][listener][S2]") {
    const auto folder = scratch_folder();
    const auto peers = [](const std::vector<std::string>& written) {
        std::vector<sockets::Network> all;
        for (const auto& text : written) all.push_back(*sockets::read_network(text));
        return all;
    };
    const auto [named, v4, v6] = GENERATE_COPY(table<std::vector<std::string>, bool, bool>({
        {{"127.0.0.0/8", "::1"}, true, true},
        {{"192.0.2.25", "127.0.0.1"}, true, false},
        {{"2001:db8::/32"}, false, false},
        {{}, false, false},
    }));
    auto options = options_on({"127.0.0.1:0", "[::1]:0", "unix:" + (folder / "peers.sock").string()});
    CHECK(options.peers.size() == 2);
    options.peers = peers(named);
    Running running(options);
    for (const std::size_t door : {0U, 1U, 2U}) {
        Client client(running.address(door));
        const bool taken = door == 2 || (door == 0 ? v4 : v6);
        CHECK(client.reply() == (taken ? "220 mx.arc.example LMTP" : "554 5.7.1 No mail is taken from this address"));
        if (!taken) CHECK(client.reply().empty());
    }
}

TEST_CASE("a refusal in the middle of data reaches a client that goes on sending", "[smtp][listener][S1]") {
    Running running(options_on({"127.0.0.1:0"}));
    Client client = greeted(running.address());
    client.send(envelope + "DATA\r\nbare\n");
    for (int i = 0; i < 50; ++i) client.send(std::string(20000, 'x') + "\r\n");
    client.send(".\r\n");
    client.reply(), client.reply(), client.reply();
    CHECK(client.reply() == "554 5.6.11 Bare CR or LF in the message");
    CHECK(client.reply().empty());
}

TEST_CASE("clients that vanish harm nobody", "[smtp][listener][S5]") {
    Desk desk;
    Running running(options_on({"127.0.0.1:0"}), desk.accept());
    for (int i = 0; i < 20; ++i) {
        Client client = greeted(running.address());
        if (i % 4 == 1) client.send("MAIL FR");
        if (i % 4 == 2) client.send(envelope + "DATA\r\nhalf a mess");
        if (i % 4 == 3) client.send(envelope + "DATA\r\nx\r\n.\r\nNOOP\r\nNOOP\r\n");
        i % 2 == 0 ? client.hang_up() : client.reset();
    }
    // The messages that did arrive are answered to nobody.
    for (int i = 0; i < 5; ++i) {
        const auto done = desk.next();
        if (done) (*done)({{Receipt::accepted, {}, ""}});
    }
    CHECK(greeted(running.address()).ask("NOOP\r\n") == "250 2.0.0 Ok");
    CHECK(running.stop() < 2000ms);
}

TEST_CASE("many clients at once each get their own answers", "[smtp][listener]") {
    std::atomic<int> messages = 0;
    std::vector<std::thread> desks;
    std::mutex mutex;
    Running running(options_on({"127.0.0.1:0"}), [&](Submission s, Done done) {
        ++messages;
        const std::lock_guard lock(mutex);
        const bool odd = s.bytes.find("odd") != std::string::npos;
        desks.emplace_back([done, odd] { done({{odd ? Receipt::refused : Receipt::accepted, {}, ""}}); });
    });
    std::atomic<int> right = 0;
    std::vector<std::thread> clients;
    for (int n = 0; n < 16; ++n) {
        clients.emplace_back([&, n] {
            Client client(running.address());
            client.reply();
            client.ask("LHLO mx\r\n");
            for (int i = 0; i < 10; ++i) {
                client.send(envelope + "DATA\r\n" + (n % 2 ? "odd" : "even") + "\r\n.\r\n");
                client.reply(), client.reply(), client.reply();
                right += client.reply() == (n % 2 ? "550 5.7.1 Not accepted here" : "250 2.0.0 Accepted");
            }
        });
    }
    for (auto& client : clients) client.join();
    running.stop();
    for (auto& desk : desks) desk.join();
    CHECK(messages == 160);
    CHECK(right == 160);
}

TEST_CASE("stop tells open sessions to come again and is quick", "[smtp][listener]") {
    Desk desk;
    Running running(options_on({"127.0.0.1:0"}), desk.accept());
    Client idle = greeted(running.address());
    Client in_data = greeted(running.address());
    in_data.send(envelope + "DATA\r\nhalf");
    in_data.reply(), in_data.reply(), in_data.reply();
    Client waiting = greeted(running.address());
    waiting.send(envelope + "DATA\r\nx\r\n.\r\n");
    waiting.reply(), waiting.reply(), waiting.reply();
    auto done = desk.next();
    REQUIRE(done);

    CHECK(running.stop() < 2000ms);
    CHECK(idle.reply() == "421 4.3.2 Shutting down");
    CHECK(in_data.reply() == "421 4.3.2 Shutting down");
    CHECK(waiting.reply() == "421 4.3.2 Shutting down");
    CHECK(idle.reply().empty());
    CHECK_THROWS(Client(running.address()));
    (*done)({{Receipt::accepted, {}, ""}});  // after everything
}

TEST_CASE("an answer that comes while stopping still reaches its client", "[smtp][listener][D1]") {
    Desk desk;
    Running running(options_on({"127.0.0.1:0"}), desk.accept());
    Client client = greeted(running.address());
    client.send(envelope + "DATA\r\nx\r\n.\r\n");
    client.reply(), client.reply(), client.reply();
    auto done = desk.next();
    REQUIRE(done);
    running.listener.stop();
    std::this_thread::sleep_for(50ms);
    (*done)({{Receipt::accepted, {}, ""}});
    CHECK(client.reply() == "250 2.0.0 Accepted");
    CHECK(client.reply() == "421 4.3.2 Shutting down");
}

TEST_CASE("stop before run, without clients, and answers after the listener is gone", "[smtp][listener]") {
    std::optional<Done> late;
    {
        Listener listener(options_on({"127.0.0.1:0"}), Running::accept_all(), {});
        listener.stop();
        listener.run();
    }
    {
        Desk desk;
        Running running(options_on({"127.0.0.1:0"}), desk.accept());
        Client client = greeted(running.address());
        client.send(envelope + "DATA\r\nx\r\n.\r\n");
        late = desk.next();
    }
    REQUIRE(late);
    (*late)({{Receipt::accepted, {}, ""}});
    Running quiet(options_on({"127.0.0.1:0"}));
    CHECK(quiet.stop() < 500ms);
}
