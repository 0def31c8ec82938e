// One recipient per transaction: each reply to RCPT, DATA or the final dot concerns that recipient alone (D5).
#include "caveat/delivery/transport.hpp"

#include <fmt/format.h>

#include "line.hpp"
#include "wire.hpp"

namespace caveat::delivery {
namespace {

struct Step {
    const char* what;  // for the text when there is no reply
    RelayReply reply;
};

TransportOutcome deferred(std::string text) { return {TransportOutcome::Kind::deferred, printable(text), false}; }
TransportOutcome unreachable(std::string text) { return {TransportOutcome::Kind::deferred, printable(text), true}; }

// 5xx codes about our commands or our authentication, not about the recipient: a wrong password, or a relay that lost track of our
// commands, must not make a whole list "failed" (D4, D5).
bool about_us(int code) { return code == 421 || code == 500 || code == 502 || code == 503 || code == 504 || code == 530 || code == 538; }

TransportOutcome judge(const Step& step) {
    const auto& [what, reply] = step;
    if (reply.code == 0) return deferred(fmt::format("no answer to {}: the connection was lost or timed out", what));
    if (reply.code >= 500 && !about_us(reply.code)) return {TransportOutcome::Kind::failed, printable(reply.words), false};
    return deferred(reply.words);
}

class CurlTransport final : public Transport {
public:
    explicit CurlTransport(RelayOptions options) : options_(std::move(options)) {}

    TransportOutcome hand_over(const std::string& mail_from, const std::string& rcpt_to, const std::string& message) override {
        if (rcpt_to.empty() || !fits_a_path(rcpt_to) || !fits_a_path(mail_from))
            return {TransportOutcome::Kind::failed, "501 5.1.3 the address cannot be written in an SMTP command", false};
        Wire wire(message);
        bool kept = line_ != nullptr;
        bool untouched = false;
        auto outcome = attempt(mail_from, rcpt_to, wire, untouched);
        // A kept connection may have been closed while it was idle. As nothing was said about this copy yet, a new one is no second
        // attempt.
        if (kept && untouched) outcome = attempt(mail_from, rcpt_to, wire, untouched);
        return outcome;
    }

private:
    TransportOutcome attempt(const std::string& mail_from, const std::string& rcpt_to, const Wire& wire, bool& untouched) {
        untouched = false;
        std::string why;
        if (!line_) line_ = Line::open(options_, why);
        if (!line_) return unreachable(why);
        compose(mail_from, rcpt_to, wire);
        auto step = line_->offers("pipelining") ? converse_pipelined() : converse();
        if (step.reply.code != 354) {
            untouched = step.what == std::string_view("MAIL") && step.reply.closing();
            leave(step.reply);
            return untouched ? unreachable(judge(step).text) : judge(step);
        }
        Step last{"the message", {}};
        if (line_->send({wire.body(), wire.end()})) last.reply = line_->read_reply();
        if (last.reply.closing()) drop();
        return last.reply.positive() ? TransportOutcome{TransportOutcome::Kind::sent, printable(last.reply.words), false} : judge(last);
    }

    void compose(const std::string& mail_from, const std::string& rcpt_to, const Wire& wire) {
        bool utf8 = line_->offers("smtputf8") && !(is_ascii(mail_from) && is_ascii(rcpt_to));
        bool eight_bit = wire.eight_bit() && line_->offers("8bitmime");
        mail_.assign("MAIL FROM:<").append(mail_from).append(eight_bit ? "> BODY=8BITMIME" : ">").append(utf8 ? " SMTPUTF8\r\n" : "\r\n");
        rcpt_.assign("RCPT TO:<").append(rcpt_to).append(">\r\n");
    }

    // Up to the reply that decides: 354, or the first refusal.
    Step converse() {
        Step step{"MAIL", ask(mail_)};
        if (step.reply.positive()) step = {"RCPT", ask(rcpt_)};
        if (step.reply.positive()) step = {"DATA", ask("DATA\r\n")};
        return step;
    }

    RelayReply ask(std::string_view command) { return line_->send({command}) ? line_->read_reply() : RelayReply{}; }

    // RFC 2920 §3.1. DATA may be answered 354 though the recipient was refused: then an empty message has to end it.
    Step converse_pipelined() {
        if (!line_->send({mail_, rcpt_, "DATA\r\n"})) return {"MAIL", {}};
        Step mail{"MAIL", line_->read_reply()};
        if (mail.reply.closing()) return mail;
        Step rcpt{"RCPT", line_->read_reply()};
        if (rcpt.reply.closing()) return mail.reply.positive() ? rcpt : mail;
        Step data{"DATA", line_->read_reply()};
        bool refused = !mail.reply.positive() || !rcpt.reply.positive();
        if (refused && data.reply.code == 354 && ask(".\r\n").closing()) drop();
        if (!mail.reply.positive()) return mail;
        return rcpt.reply.positive() ? data : rcpt;
    }

    // After a refusal the connection is kept for the next copy, if the relay goes along.
    void leave(const RelayReply& reply) {
        if (!line_) return;
        if (reply.closing() || !ask("RSET\r\n").positive()) drop();
    }

    void drop() {
        line_->hang_up();
        line_.reset();
    }

    RelayOptions options_;
    std::unique_ptr<Line> line_;
    std::string mail_, rcpt_;  // kept for their capacity
};

}  // namespace

TransportMaker smtp_transport(const RelayOptions& options) {
    static const auto ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(ready);
    static_cast<void>(relay_address(options));
    return [options] { return std::make_unique<CurlTransport>(options); };
}

bool is_verified(const RelayOptions& options) {
    auto address = relay_address(options);
    return address.local || address.tls || options.require_tls;
}

}  // namespace caveat::delivery
