// One recipient per transaction: each reply to RCPT, DATA or the final dot concerns that recipient alone (D5).
#include "caveat/delivery/transport.hpp"

#include <fmt/format.h>

#include <array>

#include "line.hpp"
#include "verdict.hpp"
#include "wire.hpp"

namespace caveat::delivery {
namespace {

using Kind = TransportOutcome::Kind;
using Moment = mailroom::Copy::Moment;

struct Step {
    Phase phase;
    RelayReply reply;
};

bool is_older(Moment asked, std::chrono::milliseconds limit) { return std::chrono::steady_clock::now() - asked > limit; }

constexpr std::array<std::string_view, 6> phase_names{"EHLO", "MAIL", "MAIL", "RCPT", "DATA", "the message"};

TransportOutcome judged(const Step& step) {
    const auto& [phase, reply] = step;
    const auto verdict = verdict_of(phase, reply.code, reply.words);
    auto text = reply.words;
    if (text.empty()) {
        text = fmt::format("no answer to {}: the connection was lost or timed out", phase_names.at(static_cast<std::size_t>(phase)));
    }
    return {verdict.is_final() ? Kind::failed : Kind::deferred, printable(text), verdict.line_stops, verdict.fault};
}

class CurlTransport final : public Transport {
public:
    explicit CurlTransport(RelayOptions options) : options_(std::move(options)) {}

    TransportOutcome hand_over(const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message,
                               Moment asked) override {
        if (rcpt_to.empty() || !fits_a_path(rcpt_to) || !fits_a_path(mail_from))
            return {Kind::failed, "the address cannot be written in an SMTP command", false, Fault::address};
        bool kept = line_ != nullptr;
        bool untouched = false;
        auto outcome = attempt(mail_from, rcpt_to, message, asked, untouched);
        // A kept connection may have been closed while it was idle. As nothing was said about this copy yet, a new one is no second
        // attempt.
        if (kept && untouched) outcome = attempt(mail_from, rcpt_to, message, asked, untouched);
        return outcome;
    }

private:
    TransportOutcome attempt(const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message, Moment asked,
                             bool& untouched) {
        untouched = false;
        RelayReply why;
        if (!line_) line_ = Line::open(options_, why);
        if (!line_) return judged({Phase::opening, why});
        const auto fitted = fit(line_->offer(), mail_from, rcpt_to, message);
        if (fitted.refusal) {
            if (!line_->offer().told) line_.reset();  // the next one may tell
            return *fitted.refusal;
        }
        // Opening a connection and making another form of the message may have taken a minute.
        if (is_older(asked, mailroom::fresh_for)) return {Kind::stale, "waited too long for a connection to the relay"};
        compose(fitted);
        const bool nobody_signed_in = line_->nobody_signed_in();
        auto step = line_->offer().pipelining ? converse_pipelined() : converse();
        if (step.phase != Phase::data || step.reply.code != 354) {
            untouched = step.phase == Phase::mail && step.reply.closing();
            if (step.phase == Phase::mail && step.reply.code >= 500 && nobody_signed_in)
                step.reply.words += "; nobody signed in: a password is set, and the relay does not offer AUTH";
            leave(step.reply);
            if (step.phase == Phase::mail && mail_from.empty()) step.phase = Phase::null_mail;
            return judged(step);
        }
        if (is_older(asked, options_.latest_data)) {
            drop();  // without a final dot it has received nothing (RFC 5321 §4.1.1.4)
            const std::chrono::duration<double> limit = options_.latest_data;
            return {Kind::deferred,
                    fmt::format("the relay was not ready for the message within {} s of the check of its reader", limit.count())};
        }
        if (line_->has_said_more()) {
            drop();
            return {Kind::deferred, "the relay said one reply too many before the message: which one is about it could not be told"};
        }
        const Wire wire(fitted.message, fitted.other_lines);
        Step last{Phase::message, {}};
        if (line_->send({wire.body(), wire.end()})) last.reply = line_->read_reply();
        if (last.reply.closing()) drop();
        return last.reply.positive() ? TransportOutcome{Kind::sent, printable(last.reply.words)} : judged(last);
    }

    void compose(const Fitted& fitted) {
        mail_.assign("MAIL FROM:<").append(fitted.mail_from).append(fitted.says_eight_bits ? "> BODY=8BITMIME" : ">");
        // A report on a copy comes back through who knows how many servers: headers only (§3.5). Without a return path there is none.
        if (line_->offer().reports && !fitted.mail_from.empty()) mail_.append(" RET=HDRS");
        mail_.append(fitted.says_utf8 ? " SMTPUTF8\r\n" : "\r\n");
        rcpt_.assign("RCPT TO:<").append(fitted.rcpt_to).append(">\r\n");
    }

    // Up to the reply that decides: 354, or the first refusal.
    Step converse() {
        Step step{Phase::mail, ask(mail_)};
        if (step.reply.positive()) step = {Phase::rcpt, ask(rcpt_)};
        if (step.reply.positive()) step = {Phase::data, ask("DATA\r\n")};
        return step;
    }

    RelayReply ask(std::string_view command) { return line_->send({command}) ? line_->read_reply() : RelayReply{}; }

    // RFC 2920 §3.1. DATA may be answered 354 though the recipient was refused: then an empty message has to end it. A relay that goes away
    // over it leaves no line_.
    Step converse_pipelined() {
        if (!line_->send({mail_, rcpt_, "DATA\r\n"})) return {Phase::mail, {}};
        Step mail{Phase::mail, line_->read_reply()};
        if (mail.reply.closing()) return mail;
        Step rcpt{Phase::rcpt, line_->read_reply()};
        if (rcpt.reply.closing()) return mail.reply.positive() ? rcpt : mail;
        Step data{Phase::data, line_->read_reply()};
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

RelayTrial try_relay(const RelayOptions& options, const std::string& mail_from) {
    RelayTrial trial;
    RelayReply why;
    const auto line = Line::open(options, why);
    trial.reached = line != nullptr;
    if (!line) {
        trial.words = printable(why.words);
        return trial;
    }
    const auto& offer = line->offer();
    trial.eight_bits = offer.eight_bits;
    trial.utf8 = offer.utf8;
    trial.size = offer.size;
    RelayReply reply;
    if (line->send({"MAIL FROM:<", mail_from, ">\r\n"})) reply = line->read_reply();
    trial.takes_mail = reply.positive();
    trial.words = judged({Phase::mail, reply}).text;
    if (!line->send({"RSET\r\n"}) || !line->read_reply().positive()) line->hang_up();
    return trial;
}

bool is_verified(const RelayOptions& options) {
    auto address = relay_address(options);
    return address.local || address.tls || options.require_tls;
}

}  // namespace caveat::delivery
