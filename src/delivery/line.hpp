#pragma once
// One open SMTP connection. libcurl opens it (name lookup, connect, TLS, EHLO, AUTH) and closes it with QUIT; between the two we speak the
// transactions ourselves, over the socket or, under TLS, through curl_easy_send and curl_easy_recv.
//
// Why not curl_easy_perform per message: it costs 0.071 ms of CPU for 10 KiB (11 polls, 5 sends, 4 receives, a byte-by-byte copy to stuff
// dots) and it closes the connection whenever a recipient is refused, so that one bad recipient would cost the next one a new
// connection (D5). This way a copy is 4 writes and 4 reads, 2 and 2 with PIPELINING, 1 and 1 where another waits behind it.
//
// One thread at a time. SIGPIPE must be blocked or ignored in it (OpenSSL writes without MSG_NOSIGNAL).
#include <array>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "caveat/delivery/transport.hpp"
#include "curl.hpp"
#include "fit.hpp"

namespace caveat::delivery {

struct RelayReply {
    int code = 0;  // 0: none came
    std::string words;

    [[nodiscard]] bool positive() const { return code >= 200 && code < 300; }
    // Nothing more can be asked on this connection: it ends, or the relay waits for something that was not announced (3xx to other than
    // DATA: what we said next would be taken for the message).
    [[nodiscard]] bool closing() const { return code == 0 || code == 421 || (code >= 300 && code < 400); }
};

class Line {
public:
    // On failure: null, and `why` says what went wrong: the certificate, STARTTLS, AUTH, or the relay's refusal with its code.
    static std::unique_ptr<Line> open(const RelayOptions& options, RelayReply& why, Waiting& waiting);
    ~Line();  // unless it was hung up on, with QUIT and the relay's reply to it
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    [[nodiscard]] const Offer& offer() const { return offer_; }  // of the last EHLO
    // We have a password and the relay does not let anybody sign in: libcurl goes on without.
    [[nodiscard]] bool nobody_signed_in() const { return has_password_ && offer_.auth.empty(); }
    // At most three pieces, as one segment if they fit: a small write after another would wait for the relay's delayed acknowledgement.
    [[nodiscard]] bool send(std::initializer_list<std::string_view> pieces);
    [[nodiscard]] RelayReply read_reply();
    // The relay has said more than it was asked for: what comes next could not be told from the reply to something else.
    [[nodiscard]] bool has_said_more() const { return !in_.empty(); }
    // The relay is silent, confused or gone: do not wait for its reply to QUIT.
    void hang_up();

private:
    struct FreeCurl {
        void operator()(CURL* handle) const { curl().easy_cleanup(handle); }
    };

    explicit Line(Waiting& waiting) : waiting_(waiting) {}
    bool prepare(const RelayOptions& options);
    void note(std::string_view line);
    [[nodiscard]] RelayReply why_not(CURLcode result) const;
    static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self);
    [[nodiscard]] bool send_raw(std::initializer_list<std::string_view> pieces);
    [[nodiscard]] bool send_through_curl(std::string_view piece);
    [[nodiscard]] bool receive();  // more bytes into in_
    [[nodiscard]] bool ready(short events);

    Waiting& waiting_;
    std::unique_ptr<CURL, FreeCurl> curl_;
    int socket_ = -1;
    bool raw_ = false;  // no TLS: the socket is ours
    bool hung_up_ = false;
    bool may_hold_more_ = false;  // the last read took all it could
    std::chrono::milliseconds timeout_{};
    std::string in_;
    std::string last_words_;
    std::array<char, CURL_ERROR_SIZE> trouble_{};  // libcurl's words for it
    bool has_password_ = false;
    bool greeted_ = false;  // a 250 block is being read
    Offer offer_;
};

struct RelayAddress {
    std::string url;   // for libcurl: with our name as its path
    std::string unix;  // path of the socket, if it is one
    bool tls = false;  // from the first byte
    bool local = false;
    bool has_password = false;
};
// Throws std::invalid_argument: with an impossible relay address the daemon must not start.
[[nodiscard]] RelayAddress relay_address(const RelayOptions& options);

}  // namespace caveat::delivery
