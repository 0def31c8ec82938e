// Which peers are proxies, and whom a limit counts behind them.
#include "caveat/sockets/network.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

using sockets::counted_peer;
using sockets::read_network;

TEST_CASE("a network is an address, a range, or the Unix socket", "[H4]") {
    struct Line {
        const char* network;
        const char* peer;
        bool held;
    };
    const auto line = GENERATE(values<Line>({
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "127.0.0.2", false},
        {"127.0.0.1", "::ffff:127.0.0.1", true},
        {"127.0.0.1", "unix", false},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.255", true},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "2001:db8::1", true},
        {"unix", "unix", true},
        {"unix", "127.0.0.1", false},
        {"::/0", "gone", false},
    }));
    CAPTURE(line.network, line.peer);
    const auto network = read_network(line.network);
    REQUIRE(network);
    CHECK(holds(*network, line.peer) == line.held);
}

TEST_CASE("what is no network is not read as one", "[H4]") {
    for (const auto* wrong : {"", "proxy.arc.example", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "10.0.0", "/8",
                              "[::1]", "127.0.0.1:80", " 127.0.0.1", "*"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_network(wrong));
    }
}

TEST_CASE("X-Forwarded-For is read from trusted proxies only, from its end", "[H4]") {
    const std::vector<sockets::Network> one{*read_network("127.0.0.1")};
    const std::vector<sockets::Network> chain{*read_network("unix"), *read_network("10.0.0.0/8")};
    CHECK(counted_peer("192.0.2.1", "203.0.113.9", {}) == "192.0.2.1");
    CHECK(counted_peer("192.0.2.1", "203.0.113.9", one) == "192.0.2.1");
    CHECK(counted_peer("127.0.0.1", "203.0.113.9", one) == "203.0.113.9");
    CHECK(counted_peer("127.0.0.1", "198.51.100.1, 203.0.113.9", one) ==
          "203.0.113.9");  // what stands before it the client may have written
    CHECK(counted_peer("127.0.0.1", "", one) == "127.0.0.1");
    for (const auto* no_address : {"203.0.113.9, ", "unknown", "203.0.113.9:443", "\"203.0.113.9\"", ",", "127.0.0.1x"}) {
        CAPTURE(no_address);
        CHECK(counted_peer("127.0.0.1", no_address, one) == "127.0.0.1");
    }
    CHECK(counted_peer("unix", "198.51.100.1, 203.0.113.9,\t10.0.0.7", chain) == "203.0.113.9");
    CHECK(counted_peer("unix", "203.0.113.9", one) == "unix");
    std::string many = "203.0.113.9";
    for (int i = 0; i < 4000; ++i) many += ",10.0.0.7";
    CHECK(counted_peer("unix", many, chain) == "10.0.0.7");
}

TEST_CASE("one IPv6 client is not as many as it has addresses", "[H4]") {
    CHECK(counted_peer("2001:db8:1:2:3::4", "", {}) == "2001:db8:1:2::/64");
    CHECK(counted_peer("2001:db8:1:2:ffff::1", "", {}) == "2001:db8:1:2::/64");
    CHECK(counted_peer("2001:db8:1:3::4", "", {}) == "2001:db8:1:3::/64");
    CHECK(counted_peer("::ffff:192.0.2.1", "", {}) == "192.0.2.1");
}

}  // namespace caveat::test
