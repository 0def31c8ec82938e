#pragma once
// What is to be known of a post besides its label: what it asks for (§4, and what §3.3 calls extra restrictions), and that nothing proved
// its author, or that they sent it. Kept with it and shown wherever its label is. Values
// of known words only: what the author wrote stays in the post. A person
// has to look before such a post goes anywhere but to its list's readers; nothing in this program forwards one by itself.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/spelling.hpp"
#include "caveat/community/tlp.hpp"

namespace caveat::community {

// What its readers may do with it that an adversary could notice; strictest last. No effect on delivery.
enum class Pap : std::uint8_t { clear, green, amber, red };

template <>
struct Spelling<Pap> {
    static constexpr std::array<std::string_view, 4> words{"CLEAR", "GREEN", "AMBER", "RED"};
};

struct Caveats {
    std::optional<Pap> pap{};
    std::optional<Instant> embargo{};  // not before that
    bool sealed_only = false;          // IEP encrypt_in_transit = must: RED's row of encryption
    bool author_withheld = false;      // IEP attribution = must-not: it leaves with the list as author
    bool no_attribution = false;       // nobody is to be named as the source of what it says
    bool restricted = false;           // further words stand behind its label
    bool author_unproven = false;      // released, though nothing proved that its author wrote it (A5)
    bool sending_unproven = false;     // released, though nothing proved that its author, who is proven, sent it here
    std::vector<Tlp> sections{};       // of parts with labels of their own; mildest first
    bool operator==(const Caveats&) const = default;
};

// For people, one thing each: "PAP:AMBER", "under embargo until 2026-12-01T00:00:00Z", "no attribution".
[[nodiscard]] std::vector<std::string> in_words(const Caveats& caveats);

// As stored, and the inverse; words that are not known are left out. Empty: there are none.
[[nodiscard]] std::string to_text(const Caveats& caveats);
[[nodiscard]] Caveats caveats_from(std::string_view text);

}  // namespace caveat::community
