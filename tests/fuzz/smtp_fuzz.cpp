// The SMTP door as strangers feed it. Input: the first octet chooses protocol and limits, the second how reads are cut, the rest is the
// client. Broken promises abort: S1 (nothing with a bare CR or LF is delivered), S2 (bounded memory), S5, one reply per command, and that
// cutting changes nothing.
// promise: S1 S2 S5
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/smtp/session.hpp"

using namespace caveat;
using namespace caveat::smtp;

namespace {

void require(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "broken: %s\n", promise);
    std::abort();
}

struct Heard {
    std::string said;
    std::vector<mailroom::Submission> got;
    bool closed = false;

    bool operator==(const Heard& other) const {
        const auto same = [](const mailroom::Submission& a, const mailroom::Submission& b) {
            return a.mail_from == b.mail_from && a.rcpt_to == b.rcpt_to && a.bytes == b.bytes;
        };
        return said == other.said && closed == other.closed && std::equal(got.begin(), got.end(), other.got.begin(), other.got.end(), same);
    }
};

SessionOptions options_from(std::uint8_t choice) {
    SessionOptions options;
    options.protocol = choice & 1 ? Protocol::smtp : Protocol::lmtp;
    options.host_name = "mx.example";
    options.domain = "l.example";
    options.max_message = choice & 2 ? 200 : 20000;
    options.max_recipients = 3;
    options.max_command_line = choice & 4 ? 64 : 2048;
    options.max_data_line = choice & 8 ? 40 : 0;
    options.max_errors = choice & 16 ? 2 : 50;
    return options;
}

void check_submission(const mailroom::Submission& s, const SessionOptions& options) {
    require(s.bytes.size() <= options.max_message, "the size of a message is bounded");
    require(!s.rcpt_to.empty() && s.rcpt_to.size() <= options.max_recipients, "the recipients are bounded");
    require(s.mail_from.size() <= 254, "the sender is bounded");
    require(s.bytes.empty() || s.bytes.ends_with("\r\n"), "a message ends in CRLF");
    for (std::size_t i = 0; i < s.bytes.size(); ++i) {
        if (s.bytes[i] == '\n') require(i > 0 && s.bytes[i - 1] == '\r', "no bare LF is delivered");
        if (s.bytes[i] == '\r') require(i + 1 < s.bytes.size() && s.bytes[i + 1] == '\n', "no bare CR is delivered");
    }
    for (const auto& to : s.rcpt_to) {
        require(to.size() <= 254 && to.size() > options.domain.size(), "recipients are bounded");
        require(to.find_first_of("\r\n") == std::string::npos, "no line end in a recipient");
    }
    require(s.mail_from.find_first_of("\r\n") == std::string::npos, "no line end in a sender");
}

// Accepted, refused, invalid and later by turns, so that every reply is heard.
std::vector<mailroom::Received> answer(const mailroom::Submission& s) {
    std::vector<mailroom::Received> received;
    for (std::size_t i = 0; i < s.rcpt_to.size(); ++i) {
        received.push_back({static_cast<mailroom::Receipt>((s.bytes.size() + i) % 4), PostId("not-to-be-said"), s.bytes});
    }
    return received;
}

Heard converse(const SessionOptions& options, std::string_view client, std::size_t step, std::uint32_t growth) {
    Session session(options, "192.0.2.1");
    Heard heard{session.take_output(), {}, false};
    for (std::size_t i = 0; i < client.size();) {
        const auto piece = client.substr(i, step);
        session.feed(piece);
        i += piece.size();
        step = growth == 0 ? step : 1 + (step * 31 + growth) % 97;
        heard.said += session.take_output();
        while (auto submission = session.take_submission()) {
            check_submission(*submission, options);
            session.answered(answer(*submission));
            heard.got.push_back(std::move(*submission));
            heard.said += session.take_output();
        }
        require(session.held() <= options.max_message + options.max_command_line, "memory is bounded");
    }
    heard.closed = session.closing();
    return heard;
}

// Three digits, a blank or a hyphen, printable words, CRLF. Returns how many replies there are.
std::size_t count_replies(std::string_view said) {
    std::size_t replies = 0;
    while (!said.empty()) {
        const auto end = said.find("\r\n");
        require(end != std::string_view::npos && end >= 5, "a reply is a line");
        const auto line = said.substr(0, end);
        said.remove_prefix(end + 2);
        require(line[0] >= '2' && line[0] <= '5' && (line[3] == ' ' || line[3] == '-'), "a reply begins with its code");
        require(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }), "a reply is printable ASCII");
        require(line.find("not-to-be-said") == std::string_view::npos, "ids are not said");
        replies += line[3] == ' ';
    }
    return replies;
}

// A CR at the very end may still become a line end.
bool has_bare_break(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] != '\n') return true;
    }
    return false;
}

std::size_t count_lines(std::string_view text) {
    std::size_t lines = 0;
    for (std::size_t i = 1; i < text.size(); ++i) lines += text[i - 1] == '\r' && text[i] == '\n';
    return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto options = options_from(data[0]);
    const std::string_view client(reinterpret_cast<const char*>(data) + 2, size - 2);

    const auto whole = converse(options, client, std::max<std::size_t>(client.size(), 1), 0);
    require(converse(options, client, 1, 0) == whole, "octet by octet is the same dialogue");
    require(converse(options, client, 1 + data[1] % 16, 1 + data[1]) == whole, "however it is cut, it is the same dialogue");

    // Whatever else happened, nobody is still spoken to after one of these.
    if (has_bare_break(client)) require(whole.closed, "a bare CR or LF ends the connection");

    // The greeting, one reply to each line, LMTP's further recipients, and last words that no line asked for.
    const std::size_t most = 1 + count_lines(client) * (options.protocol == Protocol::lmtp ? options.max_recipients : 1) + 1;
    const auto replies = count_replies(whole.said);
    require(replies >= 1 && replies <= most, "one reply per command");
    return 0;
}
