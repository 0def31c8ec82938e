#include "verdict.hpp"

#include <catch2/catch.hpp>

using namespace caveat::delivery;

namespace {

constexpr Verdict again{Fault::passing, false};
constexpr Verdict down{Fault::passing, true};
constexpr Verdict us{Fault::relay, true};
constexpr Verdict unsure{Fault::relay, false};
constexpr Verdict the_reader{Fault::reader, false};
constexpr Verdict the_message{Fault::message, false};

struct Heard {
    Phase phase;
    std::string words;
    Verdict verdict;
};

}  // namespace

TEST_CASE("what a reply means, by where it was given", "[delivery][D4][D5]") {
    const auto heard = GENERATE(values<Heard>({
        {Phase::opening, "", down},
        {Phase::opening, "421 4.3.2 busy", down},
        {Phase::opening, "554 5.7.1 no service for you", us},
        {Phase::opening, "535 5.7.8 wrong password", us},

        // A sender, an address or a password that a relay does not like is no verdict on a reader.
        {Phase::mail, "553 5.1.8 sender domain does not exist", us},
        {Phase::mail, "550 5.7.1 blocked", us},
        {Phase::mail, "535 5.7.8 wrong password", us},
        {Phase::mail, "552 5.3.4 too much", us},
        {Phase::mail, "501 5.1.7 bad sender", us},
        {Phase::mail, "451 4.3.0 later", again},
        {Phase::mail, "421 4.3.2 going down", down},
        {Phase::mail, "", down},

        {Phase::null_mail, "550 5.7.1 no null sender here", unsure},
        {Phase::null_mail, "501 5.1.7 bad sender", unsure},
        {Phase::null_mail, "530 5.7.0 sign in", unsure},
        {Phase::null_mail, "451 4.3.0 later", again},
        {Phase::null_mail, "421 4.3.2 going down", down},
        {Phase::null_mail, "", down},

        {Phase::rcpt, "550 5.1.1 no such user", the_reader},
        {Phase::rcpt, "550-5.1.1 no such user", the_reader},
        {Phase::rcpt, "554 no", the_reader},
        {Phase::rcpt, "552 5.2.2 full", the_reader},
        {Phase::rcpt, "553 5.6.7 no SMTPUTF8 for this one", the_reader},
        {Phase::rcpt, "550 5.5.0 mailbox unavailable", the_reader},
        {Phase::rcpt, "501 5.1.3 bad address", the_reader},
        {Phase::rcpt, "500 what?", us},
        {Phase::rcpt, "503 5.5.1 MAIL first", us},
        {Phase::rcpt, "530 5.7.0 sign in", us},
        {Phase::rcpt, "538 5.7.11 encrypt", us},
        {Phase::rcpt, "554 5.7.8 sign in", us},
        {Phase::rcpt, "554 5.7.89 of tomorrow", unsure},
        // What Postfix thinks of us, said here.
        {Phase::rcpt, "554 5.7.1 <mx.test[192.0.2.1]>: Client host rejected: blocked", unsure},
        {Phase::rcpt, "553 5.7.1 <r@lists.test>: Sender address rejected: not owned by user lists", unsure},
        {Phase::rcpt, "550-5.7.26 unauthenticated", unsure},
        {Phase::rcpt, "550 5.1.8 <r@lists.test>: Sender address rejected: Domain not found", us},
        {Phase::rcpt, "550 5.1.7 <r@lists.test>: Sender address rejected", us},
        {Phase::rcpt, "550 5.1.78 of tomorrow", the_reader},
        {Phase::rcpt, "450 4.1.8 <r@lists.test>: Sender address rejected: Domain not found", again},
        {Phase::rcpt, "450 4.2.0 greylisted", again},
        {Phase::rcpt, "999 odd", again},
        {Phase::rcpt, "", again},

        {Phase::data, "554 5.5.1 no valid recipients", us},
        {Phase::data, "554 transaction failed", us},
        {Phase::data, "535 5.7.8 who are you?", us},
        {Phase::data, "554 5.7.1 policy", us},
        {Phase::data, "552 too much", the_message},
        {Phase::data, "554 5.3.4 too large", the_message},
        {Phase::data, "554 5.6.1 kind not supported", the_message},
        {Phase::data, "452 4.3.1 disk", again},
        {Phase::data, "250 what?", again},

        {Phase::message, "552 5.3.4 too large", the_message},
        {Phase::message, "552 too large", the_message},
        {Phase::message, "554 5.6.0 bad content", the_message},
        {Phase::message, "554-5.7.1 spam", the_message},
        {Phase::message, "550 spam", the_message},
        {Phase::message, "552 5.2.2 mailbox full", the_reader},
        {Phase::message, "550 5.1.1 no such user after all", the_reader},
        {Phase::message, "550 5.1.7 bad sender", us},
        {Phase::message, "550 5.1.8 bad sender's system", us},
        {Phase::message, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", us},
        {Phase::message, "550 5.7.6 of another kind", the_message},
        {Phase::message, "554 transaction failed", unsure},
        {Phase::message, "554 5.3.0 broken", unsure},
        {Phase::message, "550 5.4.1 no way", unsure},
        {Phase::message, "535 5.7.8 who are you?", us},
        {Phase::message, "530 5.7.0 sign in", us},
        {Phase::message, "503 5.5.1 order", us},
        {Phase::message, "554 5.7.8 sign in", us},
        {Phase::message, "451 4.7.1 greylisted", again},
        {Phase::message, "354 what?", again},
        {Phase::message, "", again},
    }));
    CAPTURE(static_cast<int>(heard.phase), heard.words);
    const int code = heard.words.empty() ? 0 : std::stoi(heard.words.substr(0, 3));
    CHECK(verdict_of(heard.phase, code, heard.words) == heard.verdict);
}

TEST_CASE("only what is about the reader or the message is final", "[delivery][D5]") {
    CHECK(the_reader.is_final());
    CHECK(the_message.is_final());
    for (const auto& verdict : {again, down, us, unsure}) CHECK_FALSE(verdict.is_final());
}
