// What rests of another mail server's words: codes, and no quote from the mail.
#include "replies.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

using mailroom::kept_of_diagnostic;
using mailroom::kept_of_reply;

TEST_CASE("of a reply its codes are kept, in words of ours", "[K13]") {
    struct Line {
        const char* reply;
        const char* kept;
    };
    const auto line = GENERATE(values<Line>({
        {"250 2.0.0 Ok: queued as kookaburra", "250 2.0.0: taken"},
        {"250", "250: taken"},
        {"550 5.1.1 <rep@orchid.example>: kookaburra", "550 5.1.1: refused, no such mailbox"},
        {"550-5.7.1 kookaburra", "550 5.7.1: refused, the other side's rules"},
        {"554 5.7.26 kookaburra", "554 5.7.26: refused, no authentication of the sender passed"},
        {"552 5.2.2 kookaburra", "552 5.2.2: refused, the mailbox is full"},
        {"550 5.6.9 kookaburra", "550 5.6.9: refused, something about the form of the message"},
        {"550 5.0.0 kookaburra", "550 5.0.0: refused"},
        {"450 4.2.0 kookaburra", "450 4.2.0: not now, something about the mailbox"},
        {"452 kookaburra", "452: not now, no room over there"},
        {"554 kookaburra 5.1.1", "554: refused"},
        {"550 5.1.1.1 kookaburra", "550: refused, the mailbox is not available"},
        {"550 5.1234.1 kookaburra", "550: refused, the mailbox is not available"},
        {"550 5.1", "550: refused, the mailbox is not available"},
        {"451 4.7.1234 x", "451: not now, an error over there"},
        {"354 go ahead", "354: go on"},
        {"no answer to DATA: the connection was lost", "no answer to DATA: the connection was lost"},
        {"", ""},
    }));
    CAPTURE(line.reply);
    CHECK(kept_of_reply(line.reply) == line.kept);
}

TEST_CASE("our own account of a failure is short and printable", "[K13]") {
    CHECK(kept_of_reply(std::string(1000, 'x')).size() == 200);
    CHECK(kept_of_reply(std::string(1000, '\x1b')).size() == 200);
    CHECK(kept_of_reply("cut\x1b[2J off") == "cut\\x1b[2J off");
}

TEST_CASE("of a report the codes are kept and nothing else", "[K13]") {
    CHECK(kept_of_diagnostic("5.1.1", "smtp; 550 5.1.1 <rep@orchid.example>: kookaburra") == "550 5.1.1: refused, no such mailbox");
    CHECK(kept_of_diagnostic("5.2.2", "smtp;550 kookaburra") == "550 5.2.2: refused, the mailbox is full");
    CHECK(kept_of_diagnostic("5.1.1", "x-unix; kookaburra") == "5.1.1: refused, no such mailbox");
    CHECK(kept_of_diagnostic("4.4.7", "") == "4.4.7: not now, it took too long");
    CHECK(kept_of_diagnostic("", "X-Notes; kookaburra is full") == "");
    CHECK(kept_of_diagnostic("", "5.4.1 kookaburra") == "5.4.1: refused, no answer from the host");
    CHECK(kept_of_diagnostic("123456789.", "kookaburra") == "");
}

TEST_CASE("an outcome and its reason keep the same of what the relay said", "[K13]") {
    storage::Outcome outcome;
    outcome.reply = "550 5.7.1 the subject \"kookaburra\" is spam";
    outcome.because = {community::Code::given_up, "not delivered after 7 attempts, last: " + outcome.reply};
    mailroom::reduce_words(outcome);
    CHECK(outcome.reply == "550 5.7.1: refused, the other side's rules");
    CHECK(outcome.because.words == "not delivered after 7 attempts, last: 550 5.7.1: refused, the other side's rules");
    outcome.reply.clear();
    outcome.because = {community::Code::asked_again, "waited too long behind a slow copy"};
    mailroom::reduce_words(outcome);
    CHECK(outcome.because.words == "waited too long behind a slow copy");
}

}  // namespace caveat::test
