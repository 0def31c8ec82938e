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

http::Request with_cookie(const std::string& peer, const std::string& cookie) {
    auto request = from(peer);
    request.headers["cookie"] = "caveat=" + cookie;
    return request;
}

http::Reply answered(const std::string& credential, const std::string& party = {}) {
    http::Reply reply;
    reply.credential = credential;
    reply.party = party;
    reply.stranger = credential.empty();
    return reply;
}

bool ours(std::string_view cookie) { return cookie.starts_with("ours"); }

// How many of a hundred requests are answered with "nobody".
template <class Make>
int guesses(Admission& admission, Make make) {
    for (int i = 0; i < 100; ++i) {
        const http::Request request = make(std::to_string(i));
        if (admission.too_many(request, start)) return i;
        (void)admission.learn(request, answered({}), start);
    }
    return 100;
}

}  // namespace

TEST_CASE("who shows nothing is counted by peer, and two seconds' worth may come at once", "[H4]") {
    Admission admission(50, 200, 2, ours);
    for (int i = 0; i < 4; ++i) CHECK_FALSE(admission.too_many(from("192.0.2.1"), start));
    CHECK(admission.too_many(from("192.0.2.1"), start));
    CHECK_FALSE(admission.too_many(from("192.0.2.2"), start));
    CHECK_FALSE(admission.too_many(from("192.0.2.1"), start + 500ms));
}

TEST_CASE("whatever a stranger makes up, it is a stranger's request", "[H4]") {
    Admission admission(50, 200, 2, ours);
    const std::string peer = "192.0.2.1";
    SECTION("tokens") {
        CHECK(guesses(admission, [&](const auto& n) { return from(peer, "guess" + n); }) == 4);
    }
    SECTION("cookies") {
        CHECK(guesses(admission, [&](const auto& n) { return with_cookie(peer, "made up" + n); }) == 4);
    }
    SECTION("the same cookie") {
        CHECK(guesses(admission, [&](const auto&) { return with_cookie(peer, "made up"); }) == 4);
    }
    SECTION("another scheme") {
        CHECK(guesses(admission, [&](const auto& n) {
                  auto request = from(peer);
                  request.headers["authorization"] = "Basic " + n;
                  return request;
              }) == 4);
    }
    SECTION("tokens of any length") {
        CHECK(guesses(admission, [&](const auto& n) { return from(peer, std::string(4096, 'a') + n); }) == 4);
    }
    SECTION("all at once, before any is answered") {
        int taken = 0;
        for (int i = 0; i < 100; ++i) taken += admission.too_many(from(peer, "guess" + std::to_string(i)), start) ? 0 : 1;
        CHECK(taken == 4);
    }
    CHECK(admission.too_many(from(peer), start));
}

TEST_CASE("a guesser is held back, and not those behind the same proxy whose credential is known to be good", "[H4]") {
    Admission admission(50, 200, 2, ours);
    const auto member = GENERATE(as<http::Request>{}, from("192.0.2.1", "good"), with_cookie("192.0.2.1", "ours, and live"));
    CHECK_FALSE(admission.too_many(member, start));
    (void)admission.learn(member, answered("token 7f3a91c2"), start);
    (void)guesses(admission, [](const auto& n) { return from("192.0.2.1", "guess" + n); });
    for (int i = 0; i < 100; ++i) CHECK_FALSE(admission.too_many(member, start));
    CHECK(admission.too_many(from("192.0.2.1", "another good one"), start));  // not known yet: it waits with the rest
    // Ten minutes later nothing is known of it any more; what comes of it now is what counts.
    CHECK_FALSE(admission.too_many(member, start + 10min));
    (void)admission.learn(member, answered({}), start + 10min);
    int more = 0;
    while (more < 100 && !admission.too_many(member, start + 10min)) ++more;
    CHECK(more == 3);
}

TEST_CASE("a credential that has ended is a stranger's at once", "[H4]") {
    Admission admission(50, 200, 2, ours);
    const auto member = from("192.0.2.1", "good");
    (void)admission.learn(member, answered("token 7f3a91c2"), start);
    CHECK_FALSE(admission.too_many(member, start));
    (void)admission.learn(member, answered({}), start);
    CHECK(guesses(admission, [&](const auto&) { return member; }) == 4);
}

TEST_CASE("a cookie of ours does not wait behind those who guess, and is no more than a stranger until it opens something", "[H4]") {
    Admission admission(50, 200, 2, ours);
    (void)guesses(admission, [](const auto& n) { return with_cookie("192.0.2.1", "made up" + n); });
    CHECK(guesses(admission, [](const auto&) { return with_cookie("192.0.2.1", "ours, over"); }) == 4);
    CHECK_FALSE(admission.too_many(with_cookie("192.0.2.1", "ours, another"), start));
}

TEST_CASE("a credential has its own rate, whoever shows it", "[H4]") {
    Admission admission(1, 3, 20, ours);
    (void)admission.learn(from("192.0.2.0", "t"), answered("token 1"), start);
    (void)admission.learn(from("192.0.2.0", "u"), answered("token 2"), start);
    for (int i = 0; i < 3; ++i) CHECK_FALSE(admission.too_many(from("192.0.2." + std::to_string(i), "t"), start));
    CHECK(admission.too_many(from("192.0.2.9", "t"), start));
    CHECK_FALSE(admission.too_many(from("192.0.2.9", "u"), start));
}

TEST_CASE("a person has one rate with all their tokens and sessions, and is one sender", "[H4]") {
    Admission admission(1, 3, 20, ours);
    const std::vector<http::Request> all{from("192.0.2.0", "t"), from("192.0.2.0", "u"), with_cookie("192.0.2.0", "ours, and live")};
    for (const auto& one : all) CHECK_FALSE(admission.party(one, start));
    for (std::size_t i = 0; i < all.size(); ++i)
        (void)admission.learn(all[i], answered((i < 2 ? "token " : "session ") + std::to_string(i), "person mei"), start);
    (void)admission.learn(from("192.0.2.0", "v"), answered("token 9", "person ana"), start);
    for (const auto& one : all) {
        CHECK(admission.party(one, start) == "person mei");
        CHECK_FALSE(admission.too_many(one, start));
    }
    for (const auto& one : all) CHECK(admission.too_many(one, start));
    CHECK_FALSE(admission.too_many(from("192.0.2.0", "v"), start));
    CHECK_FALSE(admission.party(all[0], start + 10min));
}

TEST_CASE("the local operator has the rate of a credential, unless a token is shown", "[H4]") {
    Admission admission(1, 3, 0.5, ours);
    auto local = from("unix");
    local.local_user = "root";
    for (int i = 0; i < 3; ++i) CHECK_FALSE(admission.too_many(local, start));
    CHECK(admission.too_many(local, start));
    local.headers["authorization"] = "Bearer guess";
    CHECK(guesses(admission, [&](const auto&) { return local; }) == 1);
}

TEST_CASE("a use is noted once a minute and credential; the local operator's is not", "[H1]") {
    Admission admission(50, 200, 20, ours);
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
