#pragma once
// Whose an address, a network, a domain or an autonomous system is, by what members say of their constituencies (item 59). Pure, any
// thread.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/result.hpp"

namespace caveat::community {

// An IPv4 address is ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), and its bits count from there.
struct NetworkRange {
    std::array<std::uint8_t, 16> address{};
    unsigned bits = 128;  // of the address that count
};

// What somebody asks about. Exactly one of the four is given.
struct Sought {
    std::string text;  // as it is compared: "192.0.2.7", "host.example.au", "AS64500", "AU"
    std::optional<NetworkRange> network;
    std::string domain;   // in small letters
    std::string system;   // "AS64500"
    std::string economy;  // "AU": two letters
};

// "192.0.2.7", "2001:db8::/32", "host.example.au", "mail@host.example.au", "https://host.example.au/x", "AS64500", "AU". errc::invalid for
// anything else, and beyond 255 bytes.
[[nodiscard]] Result<Sought> sought(std::string_view text);

// The narrowest of a team's ranges that holds what is sought: of networks the longest prefix, of domains the longest name, of autonomous
// systems the same number. Words between them that are no range mean nothing.
struct HeldBy {
    std::string range;    // as the team writes it
    unsigned narrow = 0;  // comparable between teams
};
[[nodiscard]] std::optional<HeldBy> held_by(const Sought& what, std::string_view ranges);

// The economy that what is sought names itself, in capitals: "AU" of AU and of host.example.au. Empty: none.
[[nodiscard]] std::string economy_of(const Sought& what);

}  // namespace caveat::community
