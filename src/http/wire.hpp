#pragma once
// Between Beast's messages and ours: who is on the other end, a request taken apart, a reply put together and sent (RFC 9112). On the
// door's thread.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "exchange.hpp"

namespace caveat::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using asio::generic::stream_protocol;
using boost::system::error_code;
using Stream = beast::basic_stream<stream_protocol>;

struct Peer {
    std::string address;                    // "127.0.0.1", or "unix"
    std::optional<std::string> local_user;  // of our own user, or root
};
[[nodiscard]] Peer peer_of(stream_protocol::socket& socket);

// Nobody is the local operator who comes through a proxy, even one that runs as our own user: any field of a proxy or a browser tells.
[[nodiscard]] Request taken_apart(bh::request<bh::string_body>&& from, const Peer& peer);

template <class Body>
void set_head(bh::response<Body>& response, const Reply& made, bool keep) {
    response.result(static_cast<unsigned>(made.status));
    if (made.status != 204 && made.status != 304) response.set(bh::field::content_type, made.type);
    for (const auto& [header, value] : made.headers) response.insert(header, value);
    if (response.find(bh::field::cache_control) == response.end()) response.set(bh::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.keep_alive(keep);
}

// Sends a whole reply; a HEAD request gets the header alone. Returns whether the connection can go on.
asio::awaitable<bool> sent(Stream& stream, Reply& made, bool head, bool keep, unsigned version, std::chrono::milliseconds within);

}  // namespace caveat::http
