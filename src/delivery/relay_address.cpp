#include <arpa/inet.h>
#include <strings.h>

#include <stdexcept>

#include "line.hpp"

namespace caveat::delivery {
namespace {

constexpr std::string_view unix_scheme = "unix:";

struct FreeUrl {
    void operator()(CURLU* url) const { curl().url_cleanup(url); }
};

// The text of the URL is never part of the complaint: it may hold a password (O5).
[[noreturn]] void refuse() { throw std::invalid_argument("relay.url: write smtp://host:port, smtps://host:port or unix:/path/of/socket"); }

std::string part(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl().url_get(url, which, &text, 0) != CURLUE_OK || text == nullptr) return {};
    std::string out(text);
    curl().free(text);
    return out;
}

// Names are not looked up: only spellings of loopback count, whatever a resolver says today.
bool is_loopback(std::string host) {
    if (strcasecmp(host.c_str(), "localhost") == 0) return true;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    in_addr four{};
    if (inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
    in6_addr six{};
    return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace

RelayAddress relay_address(const RelayOptions& options) {
    RelayAddress address;
    std::string text = options.url;
    if (text.starts_with(unix_scheme)) {
        address.unix = text.substr(unix_scheme.size());
        if (address.unix.empty()) refuse();
        text = "smtp://localhost";
    }
    std::unique_ptr<CURLU, FreeUrl> url(curl().url());
    if (!url || curl().url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) refuse();
    auto scheme = part(url.get(), CURLUPART_SCHEME);
    auto host = part(url.get(), CURLUPART_HOST);
    if ((scheme != "smtp" && scheme != "smtps") || host.empty()) refuse();
    // libcurl takes the name for EHLO from the path.
    if (!options.helo.empty() && curl().url_set(url.get(), CURLUPART_PATH, ("/" + options.helo).c_str(), 0) != CURLUE_OK) refuse();
    address.url = part(url.get(), CURLUPART_URL);
    address.tls = scheme == "smtps";
    address.has_password = !part(url.get(), CURLUPART_USER).empty();
    address.local = !address.unix.empty() || is_loopback(host);
    return address;
}

}  // namespace caveat::delivery
