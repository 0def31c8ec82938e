#pragma once
// A client's half of an SMTP dialogue for tests: feeds a Session, answers its submissions, keeps what was said and delivered.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/smtp/session.hpp"

namespace caveat::smtp::testing {

using Answers = std::function<std::vector<mailroom::Received>(const mailroom::Submission&)>;

inline std::vector<mailroom::Received> all(mailroom::Receipt receipt, const mailroom::Submission& submission) {
    return std::vector<mailroom::Received>(submission.rcpt_to.size(), mailroom::Received{receipt, PostId("secret-id"), ""});
}
inline Answers all_accepted() {
    return [](const mailroom::Submission& s) { return all(mailroom::Receipt::accepted, s); };
}

inline SessionOptions options_for(Protocol protocol) {
    SessionOptions options;
    options.protocol = protocol;
    options.host_name = "mx.arc.example";
    options.domain = "lists.arc.example";
    return options;
}

struct Dialogue {
    explicit Dialogue(SessionOptions options, Answers a = all_accepted())
        : session(std::move(options), "192.0.2.1"), answers(std::move(a)) {
        greeting = session.take_output();
    }

    // What the server says to these octets, submissions answered as they come.
    std::string say(std::string_view bytes) {
        session.feed(bytes);
        std::string said = session.take_output();
        while (auto submission = session.take_submission()) {
            session.answered(answers(*submission));
            got.push_back(std::move(*submission));
            said += session.take_output();
        }
        return said;
    }

    Session session;
    Answers answers;
    std::string greeting;
    std::vector<mailroom::Submission> got;
};

// Everything a client sends, cut into pieces of `step` octets.
inline std::string say_in_steps(Dialogue& dialogue, std::string_view bytes, std::size_t step) {
    std::string said;
    for (std::size_t i = 0; i < bytes.size(); i += step) said += dialogue.say(bytes.substr(i, step));
    return said;
}

inline std::string say_cut(Dialogue& dialogue, std::string_view bytes, std::size_t cut) {
    std::string said = dialogue.say(bytes.substr(0, cut));
    return said + dialogue.say(bytes.substr(cut));
}

// "250-x\r\n250 y\r\n" gives {"250-x", "250 y"}.
inline std::vector<std::string> lines_of(std::string_view said) {
    std::vector<std::string> lines;
    while (!said.empty()) {
        const auto end = said.find("\r\n");
        lines.emplace_back(said.substr(0, end));
        said.remove_prefix(end == std::string_view::npos ? said.size() : end + 2);
    }
    return lines;
}

}  // namespace caveat::smtp::testing
