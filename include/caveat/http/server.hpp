#pragma once
// The HTTP door: the admin API /v1 and the pages, over TCP on loopback or a Unix socket, behind a proxy that speaks TLS. One thread serves
// the sockets and the reads, from a snapshot of its own; acts run on the desk, slow reads on the clerk's thread, searches and
// exports on one more, and what needs GnuPG, a look at a new key and the writing of a link to sign in, on the locksmith's, in front of the
// act that it is for. Every wait has a deadline, every size a limit. The log gets ids, counts and codes, never an address, a token or a
// body (O5). A session's failure ends that session only. Source: RFC 9110, 9112, 9457; promises H1-H5, A7.
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/access/access.hpp"
#include "caveat/committee/letters.hpp"
#include "caveat/http/meters.hpp"
#include "caveat/mailroom/room.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/sockets/network.hpp"

namespace caveat::http {

class Jobs;

// How the text of a community file is read; the house knows its format.
struct CommunityText {
    std::function<Result<registry::Census>(std::string_view text)> read;
    std::function<Error(Error, std::string_view text)> with_lines;  // what the registry found wrong, with the line of each row
};

// What handlers work with: one set per thread, with a Store of its own.
struct Offices {
    mailroom::Room room;
    access::Settings access;
    committee::Postage postage;
    CommunityText community = {};
    std::shared_ptr<Jobs> jobs = {};  // set by the Server: the same for all threads
    Meters* meters = nullptr;         // shared by all threads; none: nothing is counted
};

struct Options {
    std::vector<std::string>
        endpoints;                      // "127.0.0.1:8080", "[::1]:8080", "unix:/run/caveat/http.sock" (mode 0660; a stale one is replaced)
    std::filesystem::path pages;        // folder of the pages' templates and of their style sheet
    bool secure_cookies = false;        // people reach us by https
    std::size_t max_connections = 256;  // then whoever lets us wait longest, for the rest of a request or until it reads on, goes; else 503
    std::chrono::milliseconds idle_when_full{std::chrono::seconds(1)};  // if for so long
    std::size_t max_unread =
        128U << 20;  // bytes of replies, for who reads them slowly; then the one that is read for longest ends; else 503
    std::chrono::milliseconds slow_when_full{std::chrono::seconds(10)};   // if for so long
    std::size_t max_header = 16U << 10;                                   // bytes; 431
    std::size_t max_body = 1U << 20;                                      // bytes; 413
    std::chrono::milliseconds request_timeout{std::chrono::seconds(30)};  // for a whole request, and for each write
    std::chrono::milliseconds idle_timeout{std::chrono::seconds(60)};     // between requests of one connection
    std::chrono::milliseconds nothing_after{10};  // "nothing here" is sent this long after the request came, whatever was looked up (A7)
    double rate = 50;            // requests a second, of a person or of a credential that is nobody's, on average; 429 with Retry-After
    double burst = 200;          // at once
    double strangers_rate = 20;  // requests a second and peer that show no valid credential; twice as many at once
    double asks_rate = 1;        // links to sign in asked for, a second and peer: each costs some 15 ms of GnuPG
    double asks_burst = 20;      // at once
    std::vector<sockets::Network>
        trusted_proxies;  // whose X-Forwarded-For says whom strangers_rate and asks_rate count; others' is not read
};

// Runs work on the desk, in order; any thread.
using Executor = std::function<void(std::function<void()>)>;

class Server {
public:
    using Log = std::function<void(std::string_view)>;

    // Binds. `reading`, `slow` and `searching` are used on the door's, the clerk's and the searcher's thread only, `acting` on the desk
    // only; all outlive the Server. Throws std::runtime_error naming the address that cannot be had.
    Server(Options options, Offices& reading, Offices& slow, Offices& searching, Offices& acting, Executor desk, Log log);
    ~Server();

    void run();   // serves until stop(); once
    void stop();  // any thread; run() returns within two seconds
    [[nodiscard]] std::vector<std::string> bound() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

// The OpenAPI 3.1 document, as served at /openapi.json.
[[nodiscard]] const std::string& openapi();

}  // namespace caveat::http
