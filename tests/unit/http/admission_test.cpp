// Who may ask at this moment, and whose use is noted.
#include "admission.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

using namespace std::chrono_literals;
using http::Admission;

namespace {

const Admission::time_point start{};

http::Request from(const std::string& peer, const std::string& token = {}) {
    http::Request request;
    request.peer = peer;
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
    return request;
}

http::Reply answered(const std::string& credential) {
    http::Reply reply;
    reply.credential = credential;
    reply.stranger = credential.empty();
    return reply;
}

}  // namespace

TEST_CASE("who shows nothing is counted by peer, and four seconds' worth may come at once", "[H4]") {
    Admission admission(50, 200, 2);
    for (int i = 0; i < 8; ++i) CHECK_FALSE(admission.too_many(from("192.0.2.1"), start));
    CHECK(admission.too_many(from("192.0.2.1"), start));
    CHECK_FALSE(admission.too_many(from("192.0.2.2"), start));
    CHECK_FALSE(admission.too_many(from("192.0.2.1"), start + 500ms));
}

TEST_CASE("a guesser is held back, and not those behind the same proxy whose credential is known to be good", "[H4]") {
    Admission admission(50, 200, 2);
    const auto member = from("192.0.2.1", "good");
    CHECK_FALSE(admission.too_many(member, start));
    (void)admission.learn(member, answered("token 7f3a91c2"), start);
    int guesses = 0;
    for (; guesses < 100; ++guesses) {
        const auto guess = from("192.0.2.1", "guess" + std::to_string(guesses));
        if (admission.too_many(guess, start)) break;
        (void)admission.learn(guess, answered({}), start);
    }
    CHECK(guesses == 8);
    CHECK_FALSE(admission.too_many(member, start));
    CHECK(admission.too_many(from("192.0.2.1", "another good one"), start));  // not known yet: it waits with the rest
}

TEST_CASE("a credential has its own rate, whoever shows it", "[H4]") {
    Admission admission(1, 3, 20);
    for (int i = 0; i < 3; ++i) CHECK_FALSE(admission.too_many(from("192.0.2." + std::to_string(i), "t"), start));
    CHECK(admission.too_many(from("192.0.2.9", "t"), start));
    CHECK_FALSE(admission.too_many(from("192.0.2.9", "u"), start));
}

TEST_CASE("a use is noted once a minute and credential; the local operator's is not", "[H1]") {
    Admission admission(50, 200, 20);
    const auto asked = from("192.0.2.1", "t");
    const auto first = admission.learn(asked, answered("token 7f3a91c2"), start);
    REQUIRE(first);
    CHECK(first->token);
    CHECK(first->id == "7f3a91c2");
    CHECK_FALSE(admission.learn(asked, answered("token 7f3a91c2"), start + 59s));
    CHECK(admission.learn(asked, answered("token 7f3a91c2"), start + 60s));
    auto page = from("192.0.2.1");
    page.headers["cookie"] = "caveat=secret";
    const auto session = admission.learn(page, answered("session 12"), start);
    REQUIRE(session);
    CHECK_FALSE(session->token);
    CHECK(session->id == "secret");
    CHECK_FALSE(admission.learn(from("socket"), answered("socket"), start));
    CHECK_FALSE(admission.learn(from("192.0.2.1", "wrong"), answered({}), start));
}

}  // namespace caveat::test
