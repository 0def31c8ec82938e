#pragma once
// Between messages on the wire and ours, without sockets: a request that Beast has read taken apart, a reply as the bytes that say it
// (RFC 9112). Any thread.
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "exchange.hpp"

namespace caveat::http {

struct Peer {
    std::string address;                    // "127.0.0.1", or "unix"
    std::optional<std::string> local_user;  // of our own user, or root
};

// Whether it is sure where its body ends: "chunked" is the one transfer coding that is spoken here, once and for HTTP/1.1 (RFC 9112 §6.1,
// §6.3). Anything else is no request, whatever its method.
[[nodiscard]] bool is_framed(const boost::beast::http::request<boost::beast::http::string_body>& from);
// Nobody is the local operator who comes through a proxy, even one that runs as our own user: any field of a proxy or a browser tells.
[[nodiscard]] Request taken_apart(boost::beast::http::request<boost::beast::http::string_body>&& from, const Peer& peer);

// How a reply is sent: to which request, and whether another may follow on the connection.
struct Manner {
    unsigned version = 11;  // of HTTP, as the request said: 10 or 11
    bool keep = true;       // the connection stays
    bool head = false;      // of a HEAD request: the header alone
};

[[nodiscard]] std::string whole(const Reply& made, const Manner& manner);  // with its length, none for 204 and 304; without what lasts
[[nodiscard]] std::string head_of_stream(const Reply& made, const Manner& manner);  // chunks follow
[[nodiscard]] std::string chunk(std::string_view bytes);                            // of no bytes: the last one
inline constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace caveat::http
