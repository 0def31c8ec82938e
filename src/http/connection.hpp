#pragma once
// A client's connection: requests read, bytes written, each within its time (RFC 9112). On the door's thread. Beast's parser does the
// reading; of Asio's and Beast's operations there are two, one read and one write: each costs the compiler seconds.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>
#include <string_view>

#include "caveat/http/server.hpp"
#include "wire.hpp"

namespace caveat::http {

// What came: a request, or what says why it is none; then the next one cannot be told apart from the body any more.
struct Heard {
    std::optional<Request> request;
    Reply refusal;
    Manner manner;
};

class Connection {
public:
    using Socket = boost::asio::generic::stream_protocol::socket;

    // The options outlive it.
    Connection(Socket socket, const Options& options);

    // Into `heard`, whether anything came: false at the end, an orderly one or not.
    boost::asio::awaitable<bool> hear(Heard& heard);
    enum class Whose : std::uint8_t { its_own, everybodys };  // whether the text rests in memory for this client alone

    // All of the text, which outlives the wait, each piece of it within the time for a request; whether it went.
    boost::asio::awaitable<bool> say(std::string_view text, Whose whose = Whose::its_own);
    // Nothing more will be said. What is still on its way is read for a moment: else the kernel resets the connection, and the client loses
    // why it was refused.
    boost::asio::awaitable<void> leave(bool read_on);

    using Moment = std::chrono::steady_clock::time_point;

    // Since when its client lets it wait: for the rest of a request, or until it reads on. Nothing while a request is worked on, and of a
    // connection that was dismissed.
    [[nodiscard]] std::optional<Moment> waits_since() const { return waits_since_; }
    // A reply to somebody who showed nothing valid, part of which they have not read.
    [[nodiscard]] bool leaves_unread() const { return stranger_ && speaks_ && !dismissed_; }
    void serves_stranger(bool is) { stranger_ = is; }
    // What rests in memory until it is said, in bytes, and since when.
    [[nodiscard]] std::size_t says() const { return dismissed_ ? 0 : says_; }
    [[nodiscard]] Moment says_since() const { return says_since_; }
    // It makes place for others: hear() and say() return false at once. Only while it waits.
    void dismiss();
    [[nodiscard]] bool is_dismissed() const { return dismissed_; }

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using error_code = boost::system::error_code;

    boost::asio::awaitable<void> fill(Parser& parser, bool header_only, error_code& trouble);
    boost::asio::awaitable<std::size_t> some(void* into, std::size_t most, error_code& trouble);

    const Options& options_;
    boost::beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
    Peer peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Moment> waits_since_;
    std::size_t says_ = 0;
    Moment says_since_{};
    bool dismissed_ = false;
    bool stranger_ = true;
    bool speaks_ = false;
};

}  // namespace caveat::http
