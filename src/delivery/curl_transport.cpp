// One recipient per transaction: whatever is said to RCPT, DATA or the final dot is about that recipient alone (D5).
#include "caveat/delivery/transport.hpp"

#include <fmt/format.h>

#include "line.hpp"
#include "wire.hpp"

namespace caveat::delivery {
namespace {

struct Step {
    const char* what;  // for the text when there is no answer
    Answer answer;
};

Reply deferred(std::string text) { return {Reply::Kind::deferred, printable(text), false}; }
Reply unreachable(std::string text) { return {Reply::Kind::deferred, printable(text), true}; }

// 5xx that speak of how we behave or who we are to the relay, not of the recipient: a wrong password or a relay that lost count of our
// commands must not make a whole list "failed" (D4, D5).
bool about_us(int code) { return code == 421 || code == 500 || code == 502 || code == 503 || code == 504 || code == 530 || code == 538; }

Reply judge(const Step& step) {
    const auto& [what, answer] = step;
    if (answer.code == 0) return deferred(fmt::format("no answer to {}: the connection was lost or timed out", what));
    if (answer.code >= 500 && !about_us(answer.code)) return {Reply::Kind::failed, printable(answer.words), false};
    return deferred(answer.words);
}

class CurlTransport final : public Transport {
public:
    explicit CurlTransport(RelayOptions options) : options_(std::move(options)) {}

    Reply hand_over(const std::string& mail_from, const std::string& rcpt_to, const std::string& message) override {
        if (rcpt_to.empty() || !fits_a_path(rcpt_to) || !fits_a_path(mail_from))
            return {Reply::Kind::failed, "501 5.1.3 the address cannot be written in an SMTP command", false};
        Wire wire(message);
        bool kept = line_ != nullptr;
        bool untouched = false;
        auto reply = attempt(mail_from, rcpt_to, wire, untouched);
        // A kept connection may have been closed while it was idle. As nothing was said about this copy yet, a new one is no second
        // attempt.
        if (kept && untouched) reply = attempt(mail_from, rcpt_to, wire, untouched);
        return reply;
    }

private:
    Reply attempt(const std::string& mail_from, const std::string& rcpt_to, const Wire& wire, bool& untouched) {
        untouched = false;
        std::string why;
        if (!line_) line_ = Line::open(options_, why);
        if (!line_) return unreachable(why);
        compose(mail_from, rcpt_to, wire);
        auto step = line_->offers("pipelining") ? converse_pipelined() : converse();
        if (step.answer.code != 354) {
            untouched = step.what == std::string_view("MAIL") && step.answer.closing();
            leave(step.answer);
            return untouched ? unreachable(judge(step).text) : judge(step);
        }
        Step last{"the message", {}};
        if (line_->send({wire.body(), wire.end()})) last.answer = line_->hear();
        if (last.answer.closing()) drop();
        return last.answer.positive() ? Reply{Reply::Kind::sent, printable(last.answer.words), false} : judge(last);
    }

    void compose(const std::string& mail_from, const std::string& rcpt_to, const Wire& wire) {
        bool utf8 = line_->offers("smtputf8") && !(is_ascii(mail_from) && is_ascii(rcpt_to));
        bool eight_bit = wire.eight_bit() && line_->offers("8bitmime");
        mail_.assign("MAIL FROM:<").append(mail_from).append(eight_bit ? "> BODY=8BITMIME" : ">").append(utf8 ? " SMTPUTF8\r\n" : "\r\n");
        rcpt_.assign("RCPT TO:<").append(rcpt_to).append(">\r\n");
    }

    // Up to the answer that decides: 354, or the first that refuses.
    Step converse() {
        Step step{"MAIL", ask(mail_)};
        if (step.answer.positive()) step = {"RCPT", ask(rcpt_)};
        if (step.answer.positive()) step = {"DATA", ask("DATA\r\n")};
        return step;
    }

    Answer ask(std::string_view command) { return line_->send({command}) ? line_->hear() : Answer{}; }

    // RFC 2920 §3.1. DATA may be answered 354 though the recipient was refused: then an empty message has to end it.
    Step converse_pipelined() {
        if (!line_->send({mail_, rcpt_, "DATA\r\n"})) return {"MAIL", {}};
        Step mail{"MAIL", line_->hear()};
        if (mail.answer.closing()) return mail;
        Step rcpt{"RCPT", line_->hear()};
        if (rcpt.answer.closing()) return mail.answer.positive() ? rcpt : mail;
        Step data{"DATA", line_->hear()};
        bool refused = !mail.answer.positive() || !rcpt.answer.positive();
        if (refused && data.answer.code == 354 && ask(".\r\n").closing()) drop();
        if (!mail.answer.positive()) return mail;
        return rcpt.answer.positive() ? data : rcpt;
    }

    // After a refusal the connection is kept for the next copy, if the relay goes along.
    void leave(const Answer& answer) {
        if (!line_) return;
        if (answer.closing() || !ask("RSET\r\n").positive()) drop();
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
