#include "wire.hpp"

#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace caveat::http {
namespace {

Method method_of(bh::verb verb) {
    switch (verb) {
        case bh::verb::get:
        case bh::verb::head:
            return Method::get;
        case bh::verb::post:
            return Method::post;
        case bh::verb::put:
            return Method::put;
        case bh::verb::patch:
            return Method::patch;
        case bh::verb::delete_:
            return Method::del;
        default:
            return Method::other;
    }
}

// A field that proxies add, or that browsers send: those do not speak to a Unix socket, so that there is a proxy between.
bool tells_of_a_proxy(std::string_view lower_case_name) {
    constexpr std::array names{std::string_view("forwarded"), std::string_view("via"), std::string_view("x-real-ip"),
                               std::string_view("origin")};
    return lower_case_name.starts_with("x-forwarded-") || lower_case_name.starts_with("sec-fetch-") ||
           std::find(names.begin(), names.end(), lower_case_name) != names.end();
}

}  // namespace

Request taken_apart(bh::request<bh::string_body>&& from, const Peer& peer) {
    Request request;
    request.method = method_of(from.method());
    request.target = std::string(from.target());
    request.local_user = peer.local_user;
    for (const auto& field : from) {
        std::string key(field.name_string());
        for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (tells_of_a_proxy(key)) request.local_user.reset();
        auto& value = request.headers[key];
        if (!value.empty()) value += key == "cookie" ? "; " : ", ";
        value += std::string_view(field.value().data(), field.value().size());
    }
    request.body = std::move(from.body());
    request.peer = peer.address;
    return request;
}

Peer peer_of(stream_protocol::socket& socket) {
    error_code trouble;
    const auto remote = socket.remote_endpoint(trouble);
    if (trouble) return {"gone", {}};
    if (remote.protocol().family() != AF_UNIX) {
        asio::ip::tcp::endpoint tcp;
        if (remote.size() > tcp.capacity()) return {"odd", {}};
        std::memcpy(tcp.data(), remote.data(), remote.size());
        tcp.resize(remote.size());
        return {tcp.address().to_string(), {}};
    }
    ucred who{};
    socklen_t size = sizeof who;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return {"unix", {}};
    if (who.uid != 0 && who.uid != ::geteuid()) return {"unix", {}};
    const passwd* entry = ::getpwuid(who.uid);
    return {"unix", entry != nullptr ? std::string(entry->pw_name) : std::to_string(who.uid)};
}

asio::awaitable<bool> sent(Stream& stream, Reply& made, bool head, bool keep, unsigned version, std::chrono::milliseconds within) {
    error_code trouble;
    bh::response<bh::string_body> response;
    response.version(version);
    set_head(response, made, keep);
    const auto size = made.body.size();
    if (!head) response.body() = std::move(made.body);
    response.prepare_payload();
    if (head && made.status != 304) response.content_length(size);
    if (made.status == 204 || made.status == 304) response.erase(bh::field::content_length);
    stream.expires_after(within);
    auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
    if (head) {
        bh::response_serializer<bh::string_body> serializer(response);
        co_await bh::async_write_header(stream, serializer, quietly);
    } else {
        co_await bh::async_write(stream, response, quietly);
    }
    co_return !trouble && keep;
}

}  // namespace caveat::http
