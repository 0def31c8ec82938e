// What a message says of its sender, besides its bytes; and the bytes of a reply.
#include "wire.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {
namespace {

http::Request came_through_the_socket(const std::string& field, const std::string& value = "192.0.2.1") {
    namespace bh = boost::beast::http;
    bh::request<bh::string_body> message(bh::verb::get, "/v1/teams", 11);
    message.set("Host", "localhost");
    if (!field.empty()) message.insert(field, value);
    return http::taken_apart(std::move(message), {"unix", "caveat"});
}

http::Reply a_reply(int status, std::string body) {
    http::Reply made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

const std::string careful = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";

}  // namespace

TEST_CASE("nobody is the operator who came through a proxy", "[H1]") {
    CHECK(came_through_the_socket("").local_user == "caveat");
    CHECK(came_through_the_socket("User-Agent", "curl").local_user == "caveat");
    for (const auto* field : {"X-Forwarded-For", "x-forwarded-for", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded",
                              "Via", "Origin", "Sec-Fetch-Site"}) {
        CAPTURE(field);
        CHECK_FALSE(came_through_the_socket(field).local_user);
        CHECK_FALSE(came_through_the_socket(field, "").local_user);
        CHECK(came_through_the_socket(field).peer == "unix");
    }
}

TEST_CASE("whatever is encoded in another way than in chunks is no request", "[H4]") {
    namespace bh = boost::beast::http;
    const auto framed = [](std::vector<std::string> codings, unsigned version = 11) {
        bh::request<bh::string_body> message(bh::verb::get, "/v1/teams", version);
        for (const auto& coding : codings) message.insert("Transfer-Encoding", coding);
        return http::is_framed(message);
    };
    CHECK(framed({}));
    CHECK(framed({}, 10));
    CHECK(framed({"chunked"}));
    CHECK(framed({"Chunked"}));
    CHECK_FALSE(framed({"chunked"}, 10));
    CHECK_FALSE(framed({"chunked", "chunked"}));
    for (const auto* coding : {"chunked, identity", "identity", "gzip, chunked", "gzip", "", "chunked,", "xchunked", "chunked;q=1"})
        CHECK_FALSE(framed({coding}));
}

TEST_CASE("a reply says its length, and whether the connection stays") {
    const std::string json = "Content-Type: application/json\r\n";
    const auto made = a_reply(200, "{}");
    const auto ok = " 200 OK\r\n" + json + careful;
    CHECK(http::whole(made, {11, true, false}) == "HTTP/1.1" + ok + "Content-Length: 2\r\n\r\n{}");
    CHECK(http::whole(made, {11, false, false}) == "HTTP/1.1" + ok + "Connection: close\r\nContent-Length: 2\r\n\r\n{}");
    CHECK(http::whole(made, {10, true, false}) == "HTTP/1.0" + ok + "Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
    CHECK(http::whole(made, {10, false, false}) == "HTTP/1.0" + ok + "Content-Length: 2\r\n\r\n{}");
    CHECK(http::whole(made, {11, true, true}) == "HTTP/1.1" + ok + "Content-Length: 2\r\n\r\n");  // HEAD
    CHECK(http::whole(a_reply(431, ""), {}) ==
          "HTTP/1.1 431 Request Header Fields Too Large\r\n" + json + careful + "Content-Length: 0\r\n\r\n");
}

TEST_CASE("what has no body says neither type nor length") {
    for (const bool head : {false, true}) {
        CHECK(http::whole(a_reply(204, ""), {11, true, head}) == "HTTP/1.1 204 No Content\r\n" + careful + "\r\n");
        CHECK(http::whole(a_reply(304, "{}"), {11, true, head}) == "HTTP/1.1 304 Not Modified\r\n" + careful + "\r\n");
    }
}

TEST_CASE("a reply's own fields are sent as they are, and may say what is cached") {
    auto made = a_reply(200, "");
    made.type = "text/css";
    made.add("cache-control", "max-age=600");
    made.add("Set-Cookie", "a=1");
    made.add("Set-Cookie", "b=2");
    CHECK(http::whole(made, {}) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\ncache-control: max-age=600\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
          "X-Content-Type-Options: nosniff\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a stream is chunks, and one of no bytes at its end") {
    auto made = a_reply(200, "");
    made.type = "application/x-ndjson";
    CHECK(http::head_of_stream(made, {}) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n" + careful + "Transfer-Encoding: chunked\r\n\r\n");
    CHECK(http::chunk(std::string(31, 'x')) == "1f\r\n" + std::string(31, 'x') + "\r\n");
    CHECK(http::chunk("") == "0\r\n\r\n");
}

}  // namespace caveat::test
