#pragma once
// A relay in this process that answers each step as a test tells it, and remembers what it was told. One connection after the other.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace caveat::test {

class ScriptedRelay {
public:
    // Step ("greeting", "EHLO", "HELO", "MAIL", "RCPT", "DATA", "dot", "RSET") -> reply; HELO is as EHLO if it is not named. "drop" closes,
    // "silence" never answers.
    using Script = std::map<std::string, std::string>;

    explicit ScriptedRelay(Script script = {}, const std::string& unix_path = {}) : script_(std::move(script)) {
        if (unix_path.empty()) {
            sockaddr_in at{};
            at.sin_family = AF_INET;
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            listen_on(reinterpret_cast<sockaddr*>(&at), sizeof at);
            socklen_t size = sizeof at;
            getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
            url_ = "smtp://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
        } else {
            sockaddr_un at{};
            at.sun_family = AF_UNIX;
            unix_path.copy(at.sun_path, sizeof at.sun_path - 1);
            listen_on(reinterpret_cast<sockaddr*>(&at), sizeof at);
            url_ = "unix:" + unix_path;
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~ScriptedRelay() {
        over_ = true;
        thread_.join();
        close(listener_);
    }
    ScriptedRelay(const ScriptedRelay&) = delete;
    ScriptedRelay& operator=(const ScriptedRelay&) = delete;

    [[nodiscard]] std::string url() const { return url_; }
    [[nodiscard]] int connections() const { return connections_; }
    void now_answers(const std::string& step, const std::string& reply) {
        std::lock_guard lock(mutex_);
        script_[step] = reply;
    }
    void now_takes(const std::string& step, std::chrono::milliseconds before_it_answers) {
        std::lock_guard lock(mutex_);
        delays_[step] = before_it_answers;
    }
    void drop_now() { drop_ = true; }  // as a relay does with an idle client; returns once it is done
    void wait_until_dropped() const {
        while (drop_) std::this_thread::yield();
    }
    [[nodiscard]] std::vector<std::string> commands() const {
        std::lock_guard lock(mutex_);
        return commands_;
    }
    [[nodiscard]] std::vector<std::string> bodies() const {  // as they came, with the final dot
        std::lock_guard lock(mutex_);
        return bodies_;
    }

private:
    void listen_on(const sockaddr* at, socklen_t size) {
        listener_ = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (listener_ < 0 || bind(listener_, at, size) != 0 || listen(listener_, 16) != 0) throw std::runtime_error("scripted relay");
    }

    [[nodiscard]] bool readable(int fd) const {
        pollfd wait{fd, POLLIN, 0};
        while (!over_ && !drop_)
            if (poll(&wait, 1, 5) > 0) return true;
        return false;
    }

    void serve() {
        while (!over_) {
            if (!readable(listener_)) {
                drop_ = false;
                continue;
            }
            int fd = accept(listener_, nullptr, nullptr);
            ++connections_;
            in_.clear();
            if (step(fd, "greeting", "220 scripted.test ESMTP")) converse(fd);
            close(fd);
            drop_ = false;
        }
    }

    void converse(int fd) {
        std::string line;
        while (next(fd, "\r\n", line)) {
            {
                std::lock_guard lock(mutex_);
                commands_.push_back(line.substr(0, line.size() - 2));
            }
            auto verb = line.substr(0, 4);
            if (verb == "QUIT") return;
            if (verb == "HELO" && !knows("HELO")) verb = "EHLO";
            if (!step(fd, verb, verb == "DATA" ? "354 go" : "250 2.0.0 fine")) return;
            if (verb == "DATA" && last_.starts_with("354") && !message(fd)) return;
        }
    }

    bool knows(const std::string& step) const {
        std::lock_guard lock(mutex_);
        return script_.contains(step);
    }

    bool message(int fd) {
        std::string body, line;
        do {
            if (!next(fd, "\n", line)) return false;  // at a bare LF too, so that tests see it
            body += line;
        } while (line != ".\r\n");
        {
            std::lock_guard lock(mutex_);
            bodies_.push_back(body);
        }
        return step(fd, "dot", "250 2.0.0 queued");
    }

    bool next(int fd, const std::string& end, std::string& line) {
        for (;;) {
            if (auto at = in_.find(end); at != in_.npos) {
                line = in_.substr(0, at + end.size());
                in_.erase(0, at + end.size());
                return true;
            }
            char block[8192];
            if (!readable(fd)) return false;
            auto n = read(fd, block, sizeof block);
            if (n <= 0) return false;
            in_.append(block, static_cast<std::size_t>(n));
        }
    }

    bool step(int fd, const std::string& name, const std::string& usual) {
        std::chrono::milliseconds delay{0};
        {
            std::lock_guard lock(mutex_);
            auto found = script_.find(name);
            last_ = found == script_.end() ? usual : found->second;
            delay = delays_[name];
        }
        std::this_thread::sleep_for(delay);
        if (last_ == "drop") return false;
        if (last_ == "silence") {
            std::string ignored;
            while (next(fd, "\n", ignored)) {
            }
            return false;
        }
        auto out = last_ + "\r\n";
        return send(fd, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
    }

    mutable std::mutex mutex_;
    Script script_;
    std::map<std::string, std::chrono::milliseconds> delays_;
    std::vector<std::string> commands_, bodies_;
    std::string url_, in_, last_;
    int listener_ = -1;
    std::atomic<int> connections_{0};
    std::atomic<bool> over_{false}, drop_{false};
    std::thread thread_;
};

}  // namespace caveat::test
