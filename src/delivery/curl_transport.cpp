// One recipient per transaction: each reply to RCPT, DATA or the final dot concerns that recipient alone (D5). With PIPELINING the commands
// of the next transaction follow the end of a message at once, up to DATA; its message waits for their replies.
#include "caveat/delivery/transport.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "caveat/mailroom/unheard.hpp"
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

// A relay that is slower to take a message gets nothing ahead: what waits behind it may go to another hand (D5).
constexpr std::chrono::milliseconds slow_to_take{20};

bool can_be_written(std::string_view mail_from, std::string_view rcpt_to) {
    return !rcpt_to.empty() && fits_a_path(rcpt_to) && fits_a_path(mail_from);
}

bool is_older(Moment asked, std::chrono::milliseconds limit) { return std::chrono::steady_clock::now() - asked > limit; }

constexpr std::array<std::string_view, 5> phase_names{"EHLO", "MAIL", "MAIL", "RCPT", "DATA"};

TransportOutcome judged(const Step& step) {
    const auto& [phase, reply] = step;
    const auto verdict = verdict_of(phase, reply.code, reply.words);
    auto text = reply.words;
    if (text.empty()) {
        const auto what = phase == Phase::message ? std::string(mailroom::unheard_after_message)
                                                  : fmt::format("no answer to {}", phase_names.at(static_cast<std::size_t>(phase)));
        text = what + ": the connection was lost or timed out";
    }
    return {verdict.is_final() ? Kind::failed : Kind::deferred, printable(text), verdict.line_stops, verdict.fault};
}

// What a transaction says before its message.
struct Commands {
    std::string mail, rcpt;
    bool operator==(const Commands&) const = default;
};

class CurlTransport final : public Transport {
public:
    CurlTransport(RelayOptions options, Waiting& waiting) : options_(std::move(options)), waiting_(waiting) {}

    TransportOutcome hand_over(const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message, Moment asked,
                               const NextEnvelope& next) override {
        if (!can_be_written(mail_from, rcpt_to))
            return {Kind::failed, "the address cannot be written in an SMTP command", false, Fault::address};
        const bool kept = line_ != nullptr;
        bool untouched = false;
        try {
            auto outcome = attempt(mail_from, rcpt_to, message, asked, next, untouched);
            // A kept connection may have been closed while it was idle, or is about another copy. As nothing was said about this one yet, a
            // new one is no second attempt.
            if (kept && untouched) outcome = attempt(mail_from, rcpt_to, message, asked, next, untouched);
            return outcome;
        } catch (...) {
            if (line_) drop();  // perhaps in the middle of a message
            throw;
        }
    }

    void take_back_envelope() override {
        if (is_ahead_) drop();
    }

private:
    TransportOutcome attempt(const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message, Moment asked,
                             const NextEnvelope& next, bool& untouched) {
        untouched = false;
        RelayReply why;
        if (!line_) line_ = Line::open(options_, why, waiting_);
        if (!line_) return judged({Phase::opening, why});
        const auto fitted = fit(line_->offer(), mail_from, rcpt_to, message);
        if (fitted.refusal) {
            if (!line_->offer().told) drop();  // the next one may tell
            return *fitted.refusal;
        }
        // Opening a connection and making another form of the message may have taken a minute.
        if (is_older(asked, mailroom::fresh_for)) {
            take_back_envelope();
            return {Kind::stale, "waited too long for a connection to the relay"};
        }
        compose(fitted, now_);
        if (is_ahead_ && now_ != ahead_) {  // another copy comes first
            drop();
            untouched = true;
            return {};
        }
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
        const auto given = std::chrono::steady_clock::now();
        if (give(wire, next)) last.reply = line_->read_reply();
        was_quick_ = !is_older(given, slow_to_take);
        if (last.reply.closing()) drop();
        return last.reply.positive() ? TransportOutcome{Kind::sent, printable(last.reply.words)} : judged(last);
    }

    // The message, and what the next one begins with.
    bool give(const Wire& wire, const NextEnvelope& next) {
        if (!was_quick_ || !prepare_next(next)) return line_->send({wire.body(), wire.end()});
        is_ahead_ = true;
        together_.assign(wire.end()).append(ahead_.mail).append(ahead_.rcpt).append("DATA\r\n");
        return line_->send({wire.body(), together_});
    }

    bool prepare_next(const NextEnvelope& next) {
        if (!line_->offer().pipelining || !next) return false;
        const auto envelope = next();
        if (!envelope || !can_be_written(envelope->mail_from, envelope->rcpt_to)) return false;
        const auto fitted = fit(line_->offer(), envelope->mail_from, envelope->rcpt_to, *envelope->message);
        if (!fitted.refusal) compose(fitted, ahead_);
        return !fitted.refusal;
    }

    void compose(const Fitted& fitted, Commands& into) const {
        auto& [mail, rcpt] = into;
        mail.assign("MAIL FROM:<").append(fitted.mail_from).append(fitted.says_eight_bits ? "> BODY=8BITMIME" : ">");
        // A report on a copy comes back through who knows how many servers: headers only (§3.5). Without a return path there is none.
        if (line_->offer().reports && !fitted.mail_from.empty()) mail.append(" RET=HDRS");
        mail.append(fitted.says_utf8 ? " SMTPUTF8\r\n" : "\r\n");
        rcpt.assign("RCPT TO:<").append(fitted.rcpt_to).append(">\r\n");
    }

    // Up to the reply that decides: 354, or the first refusal.
    Step converse() {
        Step step{Phase::mail, ask(now_.mail)};
        if (step.reply.positive()) step = {Phase::rcpt, ask(now_.rcpt)};
        if (step.reply.positive()) step = {Phase::data, ask("DATA\r\n")};
        return step;
    }

    RelayReply ask(std::string_view command) { return line_->send({command}) ? line_->read_reply() : RelayReply{}; }

    // RFC 2920 §3.1. DATA may be answered 354 though the recipient was refused: then an empty message has to end it. A relay that goes away
    // over it leaves no line_.
    Step converse_pipelined() {
        const bool was_ahead = std::exchange(is_ahead_, false);
        if (!was_ahead && !line_->send({now_.mail, now_.rcpt, "DATA\r\n"})) return {Phase::mail, {}};
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
        is_ahead_ = false;
    }

    RelayOptions options_;
    Waiting& waiting_;
    std::unique_ptr<Line> line_;
    Commands now_, ahead_;  // kept for their capacity
    std::string together_;
    bool is_ahead_ = false;   // the relay was given `ahead_` and DATA
    bool was_quick_ = false;  // it took the last message soon
};

// Most relays are written like this, and every command asks: libcurl is not loaded for it.
bool is_plainly_local(std::string_view url) {
    constexpr std::string_view here = "smtp://127.0.0.1:";
    if (!url.starts_with(here)) return false;
    url.remove_prefix(here.size());
    std::uint16_t port = 0;
    const auto read = std::from_chars(url.data(), url.data() + url.size(), port);
    return read.ec == std::errc{} && read.ptr == url.data() + url.size();
}

}  // namespace

TransportMaker smtp_transport(const RelayOptions& options) {
    static_cast<void>(relay_address(options));
    return [options](Waiting& waiting) { return std::make_unique<CurlTransport>(options, waiting); };
}

RelayTrial try_relay(const RelayOptions& options, const std::string& mail_from) {
    RelayTrial trial;
    RelayReply why;
    const auto line = Line::open(options, why, on_this_thread());
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
    if (is_plainly_local(options.url)) return true;
    const auto address = relay_address(options);
    return address.local || address.tls || options.require_tls;
}

}  // namespace caveat::delivery
