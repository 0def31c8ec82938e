#include "intake.hpp"

#include <catch2/catch.hpp>

using namespace caveat::smtp;

TEST_CASE("a peer is an IPv4 address, the /64 of an IPv6 address, or all that is local", "[smtp][S2]") {
    CHECK(peer_group("2001:db8:1:2::1") == peer_group("2001:db8:1:2:ffff::9"));
    CHECK(peer_group("2001:db8:1:2::1") != peer_group("2001:db8:1:3::1"));
    CHECK(peer_group("fe80::1%eth0") == peer_group("fe80::2%eth0"));
    CHECK(peer_group("192.0.2.1") != peer_group("192.0.2.2"));
    CHECK(peer_group("unix") == "unix");
}

TEST_CASE("a peer gets three quarters of the memory, and what it let go of is there again", "[smtp][S2]") {
    const auto intake = std::make_shared<Intake>(1'000, 100);
    {
        Intake::Share many(intake, "192.0.2.1");
        CHECK(many.grow(750));
        CHECK_FALSE(many.grow(1));
        CHECK_FALSE(intake->has_room("192.0.2.1", 1));
        Intake::Share other(intake, "192.0.2.2");
        CHECK(other.grow(250));
        CHECK_FALSE(intake->has_room("192.0.2.3", 1));  // all is taken
    }
    CHECK(intake->has_room("192.0.2.1", 750));
    const auto small = std::make_shared<Intake>(100, 100);
    CHECK(small->has_room("192.0.2.1", 100));  // the biggest message always can come
}
