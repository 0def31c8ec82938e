#include "peers.hpp"

#include <catch2/catch.hpp>

using namespace caveat::server;
using caveat::sockets::read_network;
using Addresses = std::vector<std::string>;

TEST_CASE("the host is read out of whatever says where a mail server is", "[O3]") {
    CHECK(host_of("smtp://relay.example:25") == "relay.example");
    CHECK(host_of("smtps://user:p@ss@relay.example:465/name") == "relay.example");
    CHECK(host_of("smtp://relay.example") == "relay.example");
    CHECK(host_of("[2001:db8::1]:25") == "2001:db8::1");
    CHECK(host_of("192.0.2.25:25") == "192.0.2.25");
    CHECK(host_of("unix:/run/relay.sock").empty());
}

TEST_CASE("a mail server on another machine has to be named to hand in mail", "[O3]") {
    CHECK(unnamed_addresses("192.0.2.25", {}) == Addresses{"192.0.2.25"});
    CHECK(unnamed_addresses("192.0.2.25", {*read_network("192.0.2.0/24")}).empty());
    CHECK(unnamed_addresses("2001:db8::25", {*read_network("192.0.2.0/24")}) == Addresses{"2001:db8::25"});
    CHECK(unnamed_addresses("127.0.0.7", {}).empty());
    CHECK(unnamed_addresses("::1", {}).empty());
    CHECK(unnamed_addresses("localhost", {}).empty());
    CHECK(unnamed_addresses("no-such-host.invalid", {}).empty());  // the relay's own check says that
}
