// What a message says of its sender, besides its bytes.
#include "wire.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {
namespace {

http::Request came_through_the_socket(const std::string& field, const std::string& value = "192.0.2.1") {
    http::bh::request<http::bh::string_body> message(http::bh::verb::get, "/v1/teams", 11);
    message.set("Host", "localhost");
    if (!field.empty()) message.insert(field, value);
    return http::taken_apart(std::move(message), {"unix", "caveat"});
}

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

}  // namespace caveat::test
