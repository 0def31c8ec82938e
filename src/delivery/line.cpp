#include "line.hpp"

#include <poll.h>  // POLLIN, POLLOUT
#include <sys/socket.h>
#include <sys/uio.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "caveat/ascii.hpp"
#include "wire.hpp"

namespace caveat::delivery {
namespace {

constexpr std::size_t longest_lines = 16 * 1024;  // all lines of one reply; a longer one is an error of the relay

int code_of(std::string_view line) {
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, ascii::is_digit)) return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

std::string_view trimmed(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void set(CURL* handle, CURLoption option, long value) { curl().easy_setopt(handle, option, value); }
void set(CURL* handle, CURLoption option, const std::string& value) { curl().easy_setopt(handle, option, value.c_str()); }

}  // namespace

std::unique_ptr<Line> Line::open(const RelayOptions& options, RelayReply& why, Waiting& waiting) {
    std::unique_ptr<Line> line(new Line(waiting));
    if (!line->prepare(options)) {
        why = {0, "out of memory"};
        return nullptr;
    }
    CURLcode result = CURLE_OK;
    waiting.aside([&] { result = curl().easy_perform(line->curl_.get()); });
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (result == CURLE_OK) curl().easy_getinfo(line->curl_.get(), CURLINFO_ACTIVESOCKET, &socket);
    if (socket == CURL_SOCKET_BAD) {
        why = line->why_not(result);
        return nullptr;
    }
    waiting.watch(socket);
    line->socket_ = socket;
    return line;
}

bool Line::prepare(const RelayOptions& options) {
    curl_.reset(curl().easy_init());
    if (!curl_) return false;
    auto* handle = curl_.get();
    auto address = relay_address(options);
    timeout_ = options.transfer_timeout;
    has_password_ = address.has_password;
    curl().easy_setopt(handle, CURLOPT_ERRORBUFFER, trouble_.data());
    raw_ = address.local && !address.tls && !options.require_tls;
    set(handle, CURLOPT_URL, address.url);
    if (!address.unix.empty()) set(handle, CURLOPT_UNIX_SOCKET_PATH, address.unix);
    curl().easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl().easy_setopt(handle, CURLOPT_PROXY, "");  // not the environment's
    set(handle, CURLOPT_CONNECT_ONLY, 1L);
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_TCP_NODELAY, 1L);
    auto patience = std::chrono::milliseconds(options.connect_timeout).count();
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience));
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(patience * 2));  // greeting, EHLO, TLS and AUTH included
    // Elsewhere than here TLS is used if the relay offers it, even unverified: better than clear. `is_verified` does not count that.
    bool must = address.tls || options.require_tls;
    set(handle, CURLOPT_USE_SSL, must ? long{CURLUSESSL_ALL} : address.local ? long{CURLUSESSL_NONE} : long{CURLUSESSL_TRY});
    set(handle, CURLOPT_SSL_VERIFYPEER, must ? 1L : 0L);
    set(handle, CURLOPT_SSL_VERIFYHOST, must ? 2L : 0L);
    set(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!options.ca_file.empty()) set(handle, CURLOPT_CAINFO, options.ca_file);
    curl().easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Line::on_header);
    curl().easy_setopt(handle, CURLOPT_HEADERDATA, this);
    return true;
}

Line::~Line() {
    if (socket_ < 0) return;
    waiting_.forget(socket_);
    if (!hung_up_) waiting_.aside([this] { curl_.reset(); });
}

std::size_t Line::on_header(char* text, std::size_t size, std::size_t count, void* self) {
    static_cast<Line*>(self)->note(trimmed({text, size * count}));
    return size * count;
}

// EHLO is said again after STARTTLS, and only the last reply counts (RFC 3207 §4.2). Where EHLO is refused libcurl says HELO: a 250 behind
// a refusal is the reply to that, and offers nothing.
void Line::note(std::string_view line) {
    const bool after_refusal = code_of(last_words_) >= 400;
    last_words_ = printable(line);
    const bool offers = code_of(line) == 250 && line.size() > 4;
    if (offers && !greeted_) {
        offer_ = {};
        offer_.told = !after_refusal;
    }
    greeted_ = offers && line[3] == '-';
    if (offers) offer_.take(line.substr(4));
}

// The relay's last words are the reason only if they are a refusal: before a certificate that does not fit it was all politeness.
RelayReply Line::why_not(CURLcode result) const {
    const std::string trouble = trouble_[0] != 0 ? trouble_.data() : curl().easy_strerror(result);
    const int last_code = code_of(last_words_);
    const bool refused = last_code >= 400;
    switch (result) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return {0, "the relay's certificate is not accepted: " + trouble};
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CIPHER:
            return {0, "TLS with the relay does not come about: " + trouble};
        case CURLE_USE_SSL_FAILED:
            if (refused && offer_.starttls) return {0, "the relay refuses STARTTLS: " + last_words_};
            return {0, "the relay does not offer STARTTLS, and TLS is required"};
        case CURLE_LOGIN_DENIED:
            if (refused) return {last_code, fmt::format("the relay refuses AUTH (it offers {}): {}", offer_.auth, last_words_)};
            return {504, fmt::format("no mechanism of AUTH is known to both: the relay offers {}", offer_.auth)};
        default:
            return refused ? RelayReply{last_code, last_words_} : RelayReply{0, trouble};
    }
}

bool Line::send(std::initializer_list<std::string_view> pieces) {
    if (raw_) return send_raw(pieces);
    return std::all_of(pieces.begin(), pieces.end(), [this](auto piece) { return send_through_curl(piece); });
}

bool Line::send_raw(std::initializer_list<std::string_view> pieces) {
    std::array<iovec, 3> parts{};
    std::size_t count = 0;
    for (auto piece : pieces)
        if (!piece.empty()) parts.at(count++) = {const_cast<char*>(piece.data()), piece.size()};
    for (std::size_t first = 0; first < count;) {
        msghdr message{};
        message.msg_iov = parts.data() + first;
        message.msg_iovlen = count - first;
        auto n = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN && ready(POLLOUT)) continue;
        if (n <= 0) return false;
        auto left = static_cast<std::size_t>(n);
        for (; first < count && left >= parts[first].iov_len; ++first) left -= parts[first].iov_len;
        if (first == count) break;
        parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + left;
        parts[first].iov_len -= left;
    }
    return true;
}

bool Line::send_through_curl(std::string_view piece) {
    while (!piece.empty()) {
        std::size_t n = 0;
        auto result = curl().easy_send(curl_.get(), piece.data(), piece.size(), &n);
        if (result == CURLE_AGAIN) {
            if (!ready(POLLOUT)) return false;
            continue;
        }
        if (result != CURLE_OK) return false;
        piece.remove_prefix(n);
    }
    return true;
}

bool Line::ready(short events) { return waiting_.until_ready(socket_, events, timeout_); }

bool Line::receive() {
    std::array<char, 4096> block;
    for (;;) {
        if (raw_) {
            // What is asked for has hardly ever come yet.
            if (!may_hold_more_ && !ready(POLLIN)) return false;
            auto n = recv(socket_, block.data(), block.size(), MSG_DONTWAIT);
            may_hold_more_ = n == static_cast<ssize_t>(block.size()) || (n < 0 && errno == EINTR);
            if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (n > 0) in_.append(block.data(), static_cast<std::size_t>(n));
            return n > 0;
        }
        std::size_t n = 0;
        auto result = curl().easy_recv(curl_.get(), block.data(), block.size(), &n);
        if (result == CURLE_AGAIN) {
            if (!ready(POLLIN)) return false;
            continue;
        }
        if (result == CURLE_OK) in_.append(block.data(), n);
        return result == CURLE_OK && n > 0;
    }
}

// The limit is per read; a relay that drips bytes is bounded by twice that, as the end of the first limit is checked between reads.
RelayReply Line::read_reply() {
    auto until = std::chrono::steady_clock::now() + timeout_;
    std::string words;
    for (std::size_t read = 0;;) {
        auto end = in_.find('\n');
        if (end == in_.npos) {
            if (in_.size() > longest_lines || std::chrono::steady_clock::now() > until || !receive()) return {};
            continue;
        }
        auto line = trimmed(std::string_view(in_).substr(0, end + 1));
        int code = code_of(line);
        bool last = line.size() < 4 || line[3] != '-';
        words += words.empty() ? std::string(line) : " " + std::string(line.substr(std::min<std::size_t>(4, line.size())));
        read += end + 1;
        in_.erase(0, end + 1);
        if (code < 200 || code > 599 || read > longest_lines) return {};
        if (last) return {code, std::move(words)};
    }
}

void Line::hang_up() {
    hung_up_ = true;
    if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
}

}  // namespace caveat::delivery
