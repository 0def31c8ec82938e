// The counting sink: a relay on loopback that takes everything, remembers who got what, and fails where it is told to.
//   sink [-p PORT] [-w MS] [-q] [-P] [-c DIR [-n MAX]] [-f RULE]...
//     -p PORT  0, the default, takes a free one; "listening on PORT" is the first line printed
//     -w MS    answer each end of DATA only after MS milliseconds; other sessions go on
//     -q       acknowledge every segment at once: hides a client's Nagle stalls, so not for benches of clients
//     -P       offer PIPELINING
//     -c DIR   keep messages as DIR/N.eml, envelope in the first two lines; -n: at most MAX
//     -f RULE  a fault, see sink_rules.hpp
// Spoken on the same port, beside SMTP: XSTAT (one line of JSON after "250 "), XWHO ("address count" lines), XIDS ("address message-id"
// lines; both end with a line "."), XRESET, XFAULT rule, XNOFAULT, XQUIT. A connection counts from its EHLO on, so asking does not count.
// One thread, epoll. Meant for tests: it trusts its clients.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sink_ledger.hpp"
#include "sink_rules.hpp"

namespace sink {

struct Options {
    std::uint16_t port = 0;
    int wait_ms = 0;
    bool quick_ack = false;
    bool pipelining = false;
    Ledger::Keeping keeping;
    Rules rules;
};

struct Session {
    enum class State : std::uint8_t { command, data, paused, closing } state = State::command;
    State then = State::command;  // after the pause
    int fd = -1;
    std::uint64_t serial = 0;  // tells a session from an older one on the same descriptor
    std::string in;            // what is not understood yet
    std::string out;
    std::string late;  // to be answered after the pause
    std::vector<std::string> name;
    Transaction mail;
    bool writing = false;  // waits until the socket takes more

    ~Session() { close(fd); }
};

class Sink {
public:
    explicit Sink(Options options) : options_(std::move(options)), ledger_(options_.keeping), block_(256 * 1024) {}
    std::uint16_t listen();
    void run();

private:
    using State = Session::State;

    void greet_new();
    void serve(Session& s, std::uint32_t events);
    void understand(Session& s);
    std::size_t take_line(Session& s, std::string_view rest);
    std::size_t take_data(Session& s, std::string_view rest);
    void gather(Transaction& mail, std::string_view bytes);
    void finish_message(Session& s);
    void command(Session& s, std::string_view line);
    bool control(Session& s, std::string_view line);
    void mail(Session& s, std::string_view line);
    void rcpt(Session& s, std::string_view line);
    void data(Session& s);
    // The reply of a step, unless a rule has another one. Returns whether the step is taken.
    bool answer(Session& s, std::string_view verb, const std::vector<std::string>& subjects, std::string_view reply, State next,
                int wait_ms = 0);
    void pause(Session& s, int wait_ms, std::string_view reply, State next);
    void flush(Session& s);
    void wake_due();
    [[nodiscard]] int patience() const;

    Options options_;
    Ledger ledger_;
    std::vector<char> block_;  // one read at a time
    std::unordered_map<int, std::unique_ptr<Session>> sessions_;
    std::multimap<double, std::pair<int, std::uint64_t>> pauses_;
    std::uint64_t serials_ = 0;
    int listener_ = -1;
    int epoll_ = -1;
    bool over_ = false;
};

std::uint16_t Sink::listen() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(options_.port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 1024) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
        std::perror("sink: listen");
        std::exit(1);
    }
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = listener_;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
    return ntohs(at.sin_port);
}

void Sink::run() {
    std::array<epoll_event, 64> events{};
    while (!over_) {
        int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience());
        for (int i = 0; i < n; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == listener_) {
                greet_new();
            } else if (auto found = sessions_.find(event.data.fd); found != sessions_.end()) {
                serve(*found->second, event.events);
            }
        }
        wake_due();
    }
}

int Sink::patience() const {
    if (pauses_.empty()) return -1;
    double ms = (pauses_.begin()->first - monotonic()) * 1e3;
    return ms <= 0 ? 0 : static_cast<int>(ms) + 1;
}

void Sink::wake_due() {
    while (!pauses_.empty() && pauses_.begin()->first <= monotonic()) {
        auto [fd, serial] = pauses_.begin()->second;
        pauses_.erase(pauses_.begin());
        auto found = sessions_.find(fd);
        if (found == sessions_.end() || found->second->serial != serial) continue;
        auto& s = *found->second;
        s.state = s.then;
        s.out += std::exchange(s.late, {});
        understand(s);
        flush(s);
    }
}

void Sink::greet_new() {
    for (;;) {
        int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
        auto& s = *(sessions_[fd] = std::make_unique<Session>());
        s.fd = fd;
        s.serial = ++serials_;
        answer(s, "greeting", {}, "220 sink.test ESMTP", State::command);
        flush(s);
    }
}

void Sink::serve(Session& s, std::uint32_t events) {
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        auto n = read(s.fd, block_.data(), block_.size());
        if (n == 0 || (n < 0 && errno != EAGAIN)) {
            sessions_.erase(s.fd);
            return;
        }
        if (options_.quick_ack) {
            int one = 1;
            setsockopt(s.fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
        }
        if (n > 0) s.in.append(block_.data(), static_cast<std::size_t>(n));
        understand(s);
    }
    flush(s);
}

void Sink::understand(Session& s) {
    std::size_t used = 0;
    while (s.state == State::command || s.state == State::data) {
        auto rest = std::string_view(s.in).substr(used);
        auto n = s.state == State::command ? take_line(s, rest) : take_data(s, rest);
        if (n == 0) break;
        used += n;
    }
    s.in.erase(0, used);
}

std::size_t Sink::take_line(Session& s, std::string_view rest) {
    auto end = rest.find('\n');
    if (end == rest.npos) return 0;
    auto line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    command(s, line);
    return end + 1;
}

std::size_t Sink::take_data(Session& s, std::string_view rest) {
    static constexpr std::string_view end = "\r\n.\r\n";
    if (s.mail.bytes == 0 && rest.starts_with(".\r\n")) {  // no line at all
        finish_message(s);
        return 3;
    }
    const void* found = memmem(rest.data(), rest.size(), end.data(), end.size());
    if (found != nullptr) {
        auto body = static_cast<std::size_t>(static_cast<const char*>(found) - rest.data()) + 2;
        gather(s.mail, rest.substr(0, body));
        finish_message(s);
        return body + 3;
    }
    if (rest.size() < end.size()) return 0;
    auto sure = rest.size() - (end.size() - 1);
    gather(s.mail, rest.substr(0, sure));
    return sure;
}

void Sink::gather(Transaction& mail, std::string_view bytes) {
    mail.bytes += bytes.size();
    if (ledger_.keeps()) mail.kept += bytes;
    if (mail.head_done) return;
    auto blank = bytes.find("\r\n\r\n");
    mail.head += bytes.substr(0, blank);
    mail.head_done = blank != bytes.npos || mail.head.size() > 64 * 1024;
}

void Sink::finish_message(Session& s) {
    s.state = State::command;
    if (answer(s, "dot", s.mail.to, "250 2.0.0 Ok: queued", State::command, options_.wait_ms)) ledger_.take(s.mail);
    s.mail = {};
}

bool Sink::answer(Session& s, std::string_view verb, const std::vector<std::string>& subjects, std::string_view reply, State next,
                  int wait_ms) {
    using Act = Fault::Act;
    const Fault* fault = options_.rules.empty() ? nullptr : options_.rules.strike(verb, subjects);
    if (fault != nullptr && fault->act == Act::drop) {
        s.state = State::closing;
        return false;
    }
    if (fault != nullptr && fault->act == Act::hang) {
        s.state = State::paused;
        return false;
    }
    if (fault != nullptr && fault->act == Act::wait) wait_ms = fault->wait_ms;
    bool refused = fault != nullptr && fault->act == Act::reply && fault->reply.front() != '2';
    if (fault != nullptr && fault->act == Act::reply) reply = fault->reply;
    if (refused && next == State::data) next = State::command;
    if (reply.starts_with("421")) next = State::closing;  // RFC 5321 §3.8
    if (wait_ms > 0) {
        pause(s, wait_ms, reply, next);
    } else {
        s.out.append(reply).append("\r\n");
        s.state = next;
    }
    return !refused;
}

void Sink::pause(Session& s, int wait_ms, std::string_view reply, State next) {
    s.late.append(reply).append("\r\n");
    s.then = next;
    s.state = State::paused;
    pauses_.emplace(monotonic() + wait_ms * 1e-3, std::pair(s.fd, s.serial));
}

void Sink::flush(Session& s) {
    std::size_t done = 0;
    while (done < s.out.size()) {
        auto n = write(s.fd, s.out.data() + done, s.out.size() - done);
        if (n < 0) break;
        done += static_cast<std::size_t>(n);
    }
    bool gone = done < s.out.size() && errno != EAGAIN;
    s.out.erase(0, done);
    if (gone || (s.state == State::closing && s.out.empty())) {
        sessions_.erase(s.fd);
        return;
    }
    if (s.writing != !s.out.empty()) {
        s.writing = !s.out.empty();
        epoll_event event{};
        event.events = s.writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
        event.data.fd = s.fd;
        epoll_ctl(epoll_, EPOLL_CTL_MOD, s.fd, &event);
    }
}

static bool says(std::string_view line, std::string_view verb) {
    return line.size() >= verb.size() && strncasecmp(line.data(), verb.data(), verb.size()) == 0;
}

static std::string path_in(std::string_view line) {
    auto open = line.find('<');
    auto close = open == line.npos ? open : line.find('>', open);
    return close == line.npos ? "" : std::string(line.substr(open + 1, close - open - 1));
}

void Sink::command(Session& s, std::string_view line) {
    if (says(line, "MAIL")) return mail(s, line);
    if (says(line, "RCPT")) return rcpt(s, line);
    if (says(line, "DATA")) return data(s);
    if (says(line, "EHLO") || says(line, "HELO") || says(line, "LHLO")) {
        if (s.name.empty()) ledger_.connected();
        s.name = {std::string(line.size() > 5 ? line.substr(5) : "-")};
        s.mail = {};
        std::string offer = "250-sink.test\r\n";
        if (options_.pipelining) offer += "250-PIPELINING\r\n";
        offer += "250-SIZE 0\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES";
        answer(s, "ehlo", s.name, says(line, "HELO") ? "250 sink.test" : offer, State::command);
    } else if (says(line, "RSET")) {
        s.mail = {};
        s.out += "250 2.0.0 Ok\r\n";
    } else if (says(line, "NOOP")) {
        s.out += "250 2.0.0 Ok\r\n";
    } else if (says(line, "QUIT")) {
        answer(s, "quit", {}, "221 2.0.0 Bye", State::closing);
    } else if (!control(s, line)) {
        s.out += "500 5.5.2 What?\r\n";
    }
}

void Sink::mail(Session& s, std::string_view line) {
    if (s.mail.open) {
        s.out += "503 5.5.1 One at a time\r\n";
        return;
    }
    ledger_.began();
    auto from = path_in(line);
    if (!answer(s, "mail", {from}, "250 2.1.0 Ok", State::command)) return;
    s.mail.open = true;
    s.mail.from = std::move(from);
}

void Sink::rcpt(Session& s, std::string_view line) {
    if (!s.mail.open) {
        s.out += "503 5.5.1 MAIL first\r\n";
        return;
    }
    auto to = path_in(line);
    if (answer(s, "rcpt", {to}, "250 2.1.5 Ok", State::command)) s.mail.to.push_back(std::move(to));
}

void Sink::data(Session& s) {
    if (s.mail.to.empty()) {
        s.out += "503 5.5.1 RCPT first\r\n";
        return;
    }
    answer(s, "data", s.mail.to, "354 Go ahead", State::data);
}

bool Sink::control(Session& s, std::string_view line) {
    if (says(line, "XSTAT")) {
        s.out += "250 " + ledger_.stat() + "\r\n";
    } else if (says(line, "XWHO")) {
        s.out += ledger_.who() + ".\r\n";
    } else if (says(line, "XIDS")) {
        s.out += ledger_.ids() + ".\r\n";
    } else if (says(line, "XRESET")) {
        ledger_.reset();
        s.out += "250 Ok\r\n";
    } else if (says(line, "XFAULT ")) {
        s.out += options_.rules.add(line.substr(7)) ? "250 Ok\r\n" : "501 No such rule\r\n";
    } else if (says(line, "XNOFAULT")) {
        options_.rules.clear();
        s.out += "250 Ok\r\n";
    } else if (says(line, "XQUIT")) {
        s.out += "221 Bye\r\n";
        over_ = true;
    } else {
        return false;
    }
    return true;
}

static Options read_options(int argc, char** argv) {
    Options options;
    for (int o = 0; (o = getopt(argc, argv, "p:w:qPc:n:f:")) != -1;) {
        if (o == 'p') options.port = static_cast<std::uint16_t>(std::atoi(optarg));
        if (o == 'w') options.wait_ms = std::atoi(optarg);
        if (o == 'q') options.quick_ack = true;
        if (o == 'P') options.pipelining = true;
        if (o == 'c') options.keeping.folder = optarg;
        if (o == 'n') options.keeping.most = std::strtoull(optarg, nullptr, 10);
        bool wrong = o == '?' || (o == 'f' && !options.rules.add(optarg));
        if (!wrong) continue;
        std::fprintf(stderr, "sink: see the top of sink.cpp for options and rules\n");
        std::exit(2);
    }
    return options;
}

}  // namespace sink

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    sink::Sink sink(sink::read_options(argc, argv));
    std::printf("listening on %u\n", sink.listen());
    std::fflush(stdout);
    sink.run();
}
