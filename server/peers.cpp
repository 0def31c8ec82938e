#include "peers.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>

#include <algorithm>
#include <memory>

namespace caveat::server {
namespace {

std::string text_of(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address != nullptr && address->sa_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
    if (address != nullptr && address->sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
    return text;
}

std::vector<std::string> own_addresses() {
    std::vector<std::string> own;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return own;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> freed(all, &::freeifaddrs);
    for (const auto* each = all; each != nullptr; each = each->ifa_next) own.push_back(text_of(each->ifa_addr));
    return own;
}

std::vector<std::string> looked_up(const std::string& host) {
    std::vector<std::string> found;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* all = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &all) != 0) return found;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> freed(all, &::freeaddrinfo);
    for (const auto* each = all; each != nullptr; each = each->ai_next) found.push_back(text_of(each->ai_addr));
    return found;
}

bool is_loopback_address(const std::string& address) {
    const auto loopback = sockets::read_network("127.0.0.0/8");
    return address == "::1" || (loopback && sockets::holds(*loopback, address));
}

}  // namespace

std::vector<std::string> unnamed_addresses(const std::string& host, const std::vector<sockets::Network>& peers) {
    auto found = looked_up(host);
    const auto own = own_addresses();
    std::erase_if(found, [&](const std::string& address) {
        const bool named = std::any_of(peers.begin(), peers.end(), [&](const auto& peer) { return sockets::holds(peer, address); });
        return address.empty() || named || is_loopback_address(address) || std::find(own.begin(), own.end(), address) != own.end();
    });
    return found;
}

std::string host_of(std::string_view where) {
    if (where.starts_with("unix:")) return {};
    if (const auto scheme = where.find("://"); scheme != std::string_view::npos) where.remove_prefix(scheme + 3);
    where = where.substr(0, where.find('/'));
    where.remove_prefix(where.rfind('@') + 1);  // npos + 1 is 0
    if (where.starts_with('[')) return std::string(where.substr(1, where.find(']') - 1));
    return std::string(where.substr(0, where.rfind(':')));
}

}  // namespace caveat::server
