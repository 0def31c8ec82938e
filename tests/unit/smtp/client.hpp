#pragma once
// A plain blocking client for tests over real sockets. Throws when the server says nothing for five seconds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace caveat::smtp::testing {

class Client {
public:
    explicit Client(const std::string& bound) : fd_(connect_to(bound)) {}
    ~Client() { hang_up(); }
    Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), read_(std::move(other.read_)) {}
    Client& operator=(Client&&) = delete;

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;  // the server has had enough; what it said tells why
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }

    // The next reply, its last line only. "" at the end of the connection.
    std::string reply() {
        while (true) {
            const auto end = read_.find("\r\n");
            if (end == std::string::npos) {
                if (!more()) return "";
                continue;
            }
            const std::string line = read_.substr(0, end);
            read_.erase(0, end + 2);
            if (line.size() < 4 || line[3] != '-') return line;
        }
    }

    std::string ask(std::string_view bytes) {
        send(bytes);
        return reply();
    }

    void hang_up() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

    // The connection is reset, as by a client that crashed.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up();
    }

private:
    static int connect_to(const std::string& bound) {
        sockaddr_storage name{};
        socklen_t size = 0;
        if (bound.starts_with("unix:")) {
            auto& local = reinterpret_cast<sockaddr_un&>(name);
            local.sun_family = AF_UNIX;
            std::strncpy(local.sun_path, bound.c_str() + 5, sizeof local.sun_path - 1);
            size = sizeof local;
        } else {
            const auto colon = bound.rfind(':');
            const auto port = htons(static_cast<std::uint16_t>(std::stoi(bound.substr(colon + 1))));
            if (bound.front() == '[') {
                auto& six = reinterpret_cast<sockaddr_in6&>(name);
                six.sin6_family = AF_INET6;
                six.sin6_port = port;
                ::inet_pton(AF_INET6, bound.substr(1, colon - 2).c_str(), &six.sin6_addr);
                size = sizeof six;
            } else {
                auto& four = reinterpret_cast<sockaddr_in&>(name);
                four.sin_family = AF_INET;
                four.sin_port = port;
                ::inet_pton(AF_INET, bound.substr(0, colon).c_str(), &four.sin_addr);
                size = sizeof four;
            }
        }
        const int fd = ::socket(name.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&name), size) != 0) {
            const auto why = std::string(std::strerror(errno));
            if (fd >= 0) ::close(fd);
            throw std::runtime_error(bound + ": " + why);
        }
        return fd;
    }

    bool more() {
        pollfd waiting{fd_, POLLIN, 0};
        if (::poll(&waiting, 1, 5000) != 1) throw std::runtime_error("the server says nothing");
        char buffer[4096];
        const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
        if (n <= 0) return false;
        read_.append(buffer, static_cast<std::size_t>(n));
        return true;
    }

    int fd_;
    std::string read_;
};

}  // namespace caveat::smtp::testing
