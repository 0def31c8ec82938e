#include "connection.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>

#include "problem.hpp"

namespace caveat::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using asio::generic::stream_protocol;
using boost::system::error_code;

constexpr std::size_t most_at_once = 64 * 1024;
constexpr std::size_t spare_room = 4096;
constexpr auto last_words = std::chrono::seconds(1);
constexpr std::size_t most_waste = 8U << 20;

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

bool is_an_end(const error_code& trouble) {
    return trouble == bh::error::end_of_stream || trouble == beast::error::timeout || trouble == asio::error::operation_aborted ||
           trouble == asio::error::connection_reset || trouble == asio::error::eof;
}

Reply refusal_for(const error_code& trouble, const Options& options) {
    if (trouble == bh::error::header_limit) return reply({431, "too-large", "The header is too long", {}});
    if (trouble == bh::error::body_limit || trouble == bh::error::buffer_overflow)
        return reply({413, "too-large", "The body is too long", fmt::format("at most {} bytes", options.max_body)});
    return reply(malformed("no HTTP request (RFC 9112)"));
}

}  // namespace

Connection::Connection(Socket socket, const Options& options)
    : options_(options),
      stream_(std::move(socket)),
      peer_(peer_of(stream_.socket())),
      buffer_(options.max_header + options.max_body + spare_room) {}

asio::awaitable<std::size_t> Connection::some(void* into, std::size_t most, error_code& trouble) {
    const asio::mutable_buffer room(into, most);
    auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
    co_return co_await stream_.async_read_some(room, quietly);
}

// Reads until the parser has the header, or all; what was read beyond stays in the buffer.
asio::awaitable<void> Connection::fill(Parser& parser, bool header_only, error_code& trouble) {
    parser.eager(!header_only);
    const auto has_it = [&] { return header_only ? parser.is_header_done() : parser.is_done(); };
    bool wants_more = buffer_.size() == 0;
    while (!has_it()) {
        if (!wants_more) {
            const asio::const_buffer read(buffer_.data());
            buffer_.consume(parser.put(read, trouble));
            wants_more = trouble == bh::error::need_more || buffer_.size() == 0;
            if (trouble == bh::error::need_more) trouble = {};
            if (trouble) co_return;
            continue;
        }
        const auto room = beast::read_size(buffer_, most_at_once);
        if (room == 0) {
            trouble = bh::error::buffer_overflow;
            co_return;
        }
        const auto into = buffer_.prepare(room);
        auto reading = some(into.data(), into.size(), trouble);
        const std::size_t count = co_await std::move(reading);
        if (trouble == asio::error::eof && parser.got_some()) {
            trouble = {};
            parser.put_eof(trouble);
            co_return;
        }
        if (trouble == asio::error::eof) trouble = bh::error::end_of_stream;
        if (trouble) co_return;
        buffer_.commit(count);
        wants_more = false;
    }
}

asio::awaitable<bool> Connection::hear(Heard& heard) {
    heard = {};
    const auto began = std::chrono::steady_clock::now();
    waits_since_ = began;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.max_header));
    parser.body_limit(options_.max_body);
    error_code trouble;
    stream_.expires_after(options_.idle_timeout);
    auto reading_header = fill(parser, true, trouble);
    co_await std::move(reading_header);
    // What follows such a header is no request, and nobody knows where it ends.
    if (!trouble && !is_framed(parser.get())) trouble = bh::error::bad_transfer_encoding;
    if (!trouble) {
        stream_.expires_after(options_.request_timeout);
        if (parser.get()[bh::field::expect] == "100-continue") {
            auto telling = say(go_on);
            co_await std::move(telling);
            if (!dismissed_) waits_since_ = began;
        }
        auto reading_body = fill(parser, false, trouble);
        co_await std::move(reading_body);
    }
    waits_since_.reset();
    if (is_an_end(trouble)) co_return false;
    if (trouble) {
        heard.manner.keep = false;
        heard.refusal = refusal_for(trouble, options_);
        co_return true;
    }
    auto message = parser.release();
    heard.manner = {message.version(), message.keep_alive(), message.method() == bh::verb::head};
    heard.request = taken_apart(std::move(message), peer_);
    co_return true;
}

void Connection::dismiss() {
    dismissed_ = true;
    waits_since_.reset();
    stream_.cancel();
}

asio::awaitable<bool> Connection::say(std::string_view text, Whose whose) {
    error_code trouble;
    speaks_ = true;
    says_ = whose == Whose::its_own ? text.size() : 0;
    says_since_ = std::chrono::steady_clock::now();
    while (!text.empty() && !trouble && !dismissed_) {
        const asio::const_buffer piece(text.data(), std::min(text.size(), most_at_once));
        waits_since_ = std::chrono::steady_clock::now();
        stream_.expires_after(options_.request_timeout);
        auto quietly = asio::redirect_error(asio::use_awaitable, trouble);
        co_await asio::async_write(stream_, piece, quietly);
        text.remove_prefix(piece.size());
    }
    waits_since_.reset();
    says_ = 0;
    speaks_ = false;
    co_return !trouble && !dismissed_;
}

asio::awaitable<void> Connection::leave(bool read_on) {
    error_code trouble;
    stream_.socket().shutdown(stream_protocol::socket::shutdown_send, trouble);
    if (!read_on) co_return;
    std::array<char, 16 * 1024> waste{};
    stream_.expires_after(last_words);
    for (std::size_t left = most_waste; left > 0 && !trouble;) {
        auto reading = some(waste.data(), waste.size(), trouble);
        const std::size_t count = co_await std::move(reading);
        left -= std::min(left, count);
    }
}

}  // namespace caveat::http
