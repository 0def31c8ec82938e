#include "caveat/smtp/session.hpp"

#include <algorithm>
#include <utility>

#include "body.hpp"
#include "caveat/ascii.hpp"
#include "command.hpp"
#include "lines.hpp"
#include "replies.hpp"

namespace caveat::smtp {
namespace {

using mailroom::Receipt;
using mailroom::Received;
using mailroom::Submission;

// Clients may pipeline behind a message. This limits what is kept while the reply to that message is due.
constexpr std::size_t most_ahead = 1024 * 1024;
constexpr std::size_t longest_detail = 200;

// `detail` may quote the message, which a stranger wrote: line breaks and escapes are removed, so that it cannot end the reply early.
std::string invalid_reply(std::string_view detail) {
    std::string text = "554 5.6.0 ";
    if (detail.empty()) detail = "Not a valid message";
    for (const char c : detail.substr(0, longest_detail)) text += c >= ' ' && c <= '~' ? c : '?';
    return text;
}

std::string_view refusal_of(Body::State state) {
    switch (state) {
        case Body::State::line_too_long:
            return reply::data_line_too_long;
        case Body::State::no_room:
            return reply::crowded;
        case Body::State::has_nul:
            return reply::nul_in_data;
        case Body::State::too_big:
        case Body::State::good:
            break;
    }
    return reply::too_big;
}

std::string reply_to(const Received& received) {
    switch (received.receipt) {
        case Receipt::accepted:
            return std::string(reply::accepted);
        case Receipt::refused:
            return std::string(reply::refused);
        case Receipt::invalid:
            return invalid_reply(received.detail);
        case Receipt::full:
            return std::string(reply::full);
        case Receipt::quota:
            return std::string(reply::quota);
        case Receipt::later:
            break;
    }
    return std::string(reply::later);
}

// SMTP has one reply for all recipients. With any `later`, `full` or `quota` the mailroom has kept nothing, so the client may safely try
// again.
std::string one_reply(const std::vector<Received>& all) {
    const auto first = [&](Receipt receipt) {
        return std::find_if(all.begin(), all.end(), [&](const Received& r) { return r.receipt == receipt; });
    };
    if (all.empty() || first(Receipt::later) != all.end()) return std::string(reply::later);
    if (first(Receipt::full) != all.end()) return std::string(reply::full);
    if (first(Receipt::quota) != all.end()) return std::string(reply::quota);
    if (first(Receipt::accepted) != all.end()) return std::string(reply::accepted);
    if (const auto invalid = first(Receipt::invalid); invalid != all.end()) return reply_to(*invalid);
    return std::string(reply::refused);
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

struct Session::State {
    enum class Stage { commands, data, waiting, closed };
    enum class Hello { none, plain, extended };
    struct Transaction {
        bool open = false;
        bool smtputf8 = false;
        std::size_t announced = 0;
        std::string from;
        std::vector<std::string> to;
    };

    State(SessionOptions o, std::string p)
        : options(std::move(o)),
          peer(std::move(p)),
          group(peer_group(peer)),
          line(options.max_command_line),
          body(options.max_message, options.max_data_line) {
        say("220 " + options.host_name + (lmtp() ? " LMTP" : " ESMTP"));
    }

    SessionOptions options;
    std::string peer;
    std::string group;
    Stage stage = Stage::commands;
    Hello hello = Hello::none;
    Transaction transaction;
    CommandLine line;
    Body body;
    std::string output;
    std::optional<Submission> ready;
    std::size_t owed = 0;      // replies to the message that waits
    std::string ahead;         // fed and not read yet: a message before it waits for its reply
    std::size_t ahead_at = 0;  // where to go on in it
    std::size_t errors = 0;
    std::size_t transactions = 0;
    std::size_t messages = 0;

    [[nodiscard]] bool lmtp() const { return options.protocol == Protocol::lmtp; }

    void say(std::string_view text) { output.append(text).append("\r\n"); }
    void fault(std::string_view text);
    void close(std::string_view last_words);

    std::size_t consume(std::string_view bytes);
    std::size_t take_command(std::string_view bytes);
    std::size_t take_data(std::string_view bytes);
    void finish_message();
    void go_on();

    void obey(std::string_view text);
    void greet(Verb verb, std::string_view name);
    void mail(std::string_view argument);
    void rcpt(std::string_view argument);
    void data();
};

// --- from octets to lines and messages ---

std::size_t Session::State::consume(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && (stage == Stage::commands || stage == Stage::data)) {
        const auto rest = bytes.substr(used);
        used += stage == Stage::commands ? take_command(rest) : take_data(rest);
    }
    return used;
}

std::size_t Session::State::take_command(std::string_view bytes) {
    const auto step = line.take(bytes);
    switch (step.taken) {
        case CommandLine::Taken::more:
            return step.used;
        case CommandLine::Taken::line:
            obey(line.text());
            break;
        case CommandLine::Taken::too_long:
            fault(reply::line_too_long);
            break;
        case CommandLine::Taken::bare:
            close(reply::bare_in_command);
            break;
    }
    line.clear();
    return step.used;
}

std::size_t Session::State::take_data(std::string_view bytes) {
    const auto step = body.take(bytes);
    if (step.taken == Body::Taken::bare) close(reply::bare_in_data);
    if (step.taken == Body::Taken::end) finish_message();
    return step.used;
}

void Session::State::finish_message() {
    errors = 0;
    auto done = std::exchange(transaction, {});
    // LMTP owes every recipient a reply of its own, even to a message nobody keeps (RFC 2033 §4.2).
    owed = lmtp() ? done.to.size() : 1;
    if (body.state() != Body::State::good) {
        for (std::size_t i = 0; i < owed; ++i) say(refusal_of(body.state()));
        body.clear();
        stage = Stage::commands;
        return;
    }
    ready = Submission{std::move(done.from), std::move(done.to), body.take_text(), lmtp() ? "lmtp" : "smtp", peer, body.take_room()};
    body.clear();
    stage = Stage::waiting;
}

void Session::State::go_on() {
    // Moved out, because consuming it may complete a message that makes the rest wait again.
    auto bytes = std::exchange(ahead, {});
    auto from = std::exchange(ahead_at, 0);
    from += consume(std::string_view(bytes).substr(from));
    if (stage != Stage::waiting || from == bytes.size()) return;
    ahead = std::move(bytes);
    ahead_at = from;
}

void Session::State::fault(std::string_view text) {
    if (++errors > options.max_errors) return close(reply::too_many_errors);
    say(text);
}

void Session::State::close(std::string_view last_words) {
    if (stage == Stage::closed) return;
    say(last_words);
    stage = Stage::closed;
    transaction = {};
    body.clear();
    line.clear();
    ready.reset();
    ahead = std::string();
    ahead_at = 0;
}

// --- the commands ---

void Session::State::obey(std::string_view text) {
    if (has_control(text)) return fault(reply::control_characters);
    const auto command = read_command(text);
    const auto alone = [&](auto&& act) { command.argument.empty() ? act() : fault(reply::no_argument); };
    switch (command.verb) {
        case Verb::helo:
        case Verb::ehlo:
        case Verb::lhlo:
            return greet(command.verb, command.argument);
        case Verb::mail:
            return mail(command.argument);
        case Verb::rcpt:
            return rcpt(command.argument);
        case Verb::data:
            return alone([&] { data(); });
        case Verb::quit:
            return alone([&] { close(reply::goodbye); });
        case Verb::rset:
            return alone([&] {
                transaction = {};
                say(reply::ok);
            });
        case Verb::noop:
            return say(reply::ok);
        case Verb::help:
            return say(reply::help);
        case Verb::vrfy:
            return command.argument.empty() ? fault(reply::argument_needed) : say(reply::perhaps);
        case Verb::known:
            return fault(reply::not_offered);
        case Verb::foreign:
            return close(reply::foreign);
        case Verb::unknown:
            return fault(reply::unknown);
    }
}

void Session::State::greet(Verb verb, std::string_view name) {
    if (lmtp() != (verb == Verb::lhlo)) return fault(lmtp() ? reply::wrong_hello_lmtp : reply::wrong_hello_smtp);
    if (!is_client_name(name)) return fault(reply::name_needed);
    transaction = {};
    hello = verb == Verb::helo ? Hello::plain : Hello::extended;
    if (hello == Hello::plain) return say("250 " + options.host_name);
    say("250-" + options.host_name);
    say("250-PIPELINING");
    say("250-SIZE " + std::to_string(options.max_message));
    say("250-8BITMIME");
    say("250-SMTPUTF8");
    say("250 ENHANCEDSTATUSCODES");
}

void Session::State::mail(std::string_view argument) {
    if (hello == Hello::none) return fault(reply::hello_first);
    if (transaction.open) return fault(reply::nested_mail);
    auto read = read_mail(argument, hello == Hello::extended);
    if (const auto* complaint = std::get_if<Complaint>(&read)) return fault(*complaint);
    auto& command = std::get<Mail>(read);
    if (command.size > options.max_message) return say(reply::too_big);
    // RFC 1870 §6.1 (2): said before the message is sent in vain.
    const auto size = static_cast<std::size_t>(command.size);
    if (options.intake && !options.intake->has_room(group, std::max<std::size_t>(size, 1))) return say(reply::crowded);
    if (++transactions > options.max_transactions) return close(reply::too_many_transactions);
    transaction.open = true;
    transaction.smtputf8 = command.smtputf8;
    transaction.announced = size;
    transaction.from = command.from.address();
    say(reply::sender_ok);
}

void Session::State::rcpt(std::string_view argument) {
    if (!transaction.open) return fault(hello == Hello::none ? reply::hello_first : reply::mail_first);
    auto read = read_rcpt(argument);
    if (const auto* complaint = std::get_if<Complaint>(&read)) return fault(*complaint);
    auto& to = std::get<Rcpt>(read).to;
    if (!transaction.smtputf8 && !to.is_ascii()) return fault(reply::needs_smtputf8);
    if (to.domain.empty()) to.domain = options.domain;
    if (!ascii::equal(to.domain, options.domain)) return fault(reply::not_ours);
    // This is not counted as an error: by RFC 5321 §4.5.3.1.10 the client sends the rest in another transaction.
    if (transaction.to.size() >= options.max_recipients) return say(reply::too_many_recipients);
    transaction.to.push_back(to.address());
    say(reply::recipient_ok);
}

void Session::State::data() {
    if (!transaction.open) return fault(hello == Hello::none ? reply::hello_first : reply::mail_first);
    if (transaction.to.empty()) return fault(reply::recipient_first);
    body.begin(transaction.announced, options.intake ? std::make_shared<Intake::Share>(options.intake, group) : nullptr);
    stage = Stage::data;
    ++messages;
    say(reply::go_ahead);
}

// --- the outside ---

Session::Session(SessionOptions options, std::string peer) : state_(std::make_unique<State>(std::move(options), std::move(peer))) {}
Session::~Session() = default;

void Session::feed(std::string_view bytes) {
    State& s = *state_;
    if (s.stage == State::Stage::closed) return;
    const auto rest = bytes.substr(s.consume(bytes));
    if (s.stage != State::Stage::waiting || rest.empty()) return;
    if (s.ahead.size() - s.ahead_at + rest.size() > std::max(most_ahead, bytes.size())) return s.close(reply::too_much_ahead);
    s.ahead.erase(0, std::exchange(s.ahead_at, 0));
    s.ahead.append(rest);
}

std::string Session::take_output() { return std::exchange(state_->output, {}); }

std::optional<Submission> Session::take_submission() { return std::exchange(state_->ready, std::nullopt); }

void Session::answered(const std::vector<Received>& received) {
    State& s = *state_;
    if (s.stage != State::Stage::waiting) return;
    if (s.lmtp()) {
        for (std::size_t i = 0; i < s.owed; ++i) s.say(i < received.size() ? reply_to(received[i]) : std::string(reply::later));
    } else {
        s.say(one_reply(received));
    }
    s.ready.reset();
    s.stage = State::Stage::commands;
    s.go_on();
}

void Session::timed_out() { state_->close(reply::timed_out); }
void Session::too_slow() { state_->close(reply::too_slow); }
void Session::dismissed() { state_->close(reply::idle_when_full); }

void Session::shut_down() { state_->close(reply::shutting_down); }
bool Session::closing() const { return state_->stage == State::Stage::closed; }
bool Session::receiving_data() const { return state_->stage == State::Stage::data; }
std::size_t Session::messages() const { return state_->messages; }

std::size_t Session::held() const {
    const State& s = *state_;
    return s.line.held() + s.body.held() + s.output.size() + s.ahead.size() + (s.ready ? s.ready->bytes.size() : 0);
}

}  // namespace caveat::smtp
