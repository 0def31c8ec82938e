#pragma once
// A list, its settings, and who is on its roster.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "caveat/clock.hpp"
#include "caveat/community/spelling.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"

namespace caveat::community {

// How sure it is that a post comes from the person it names (A5), weakest first.
enum class Strength : std::uint8_t {
    none,       // From: alone, which never authorises
    envelope,   // MAIL FROM and From are both addresses of the person
    dmarc,      // an aligned pass in Authentication-Results of a trusted authserv-id (RFC 8601)
    signature,  // the whole body signed by the person's key
};

enum class Encryption : std::uint8_t { none, preferred, required };
enum class Posting : std::uint8_t { matrix, moderated, owners };  // the row of the matrix | every post is held | owners post
enum class DeliveryMode : std::uint8_t { each, digest, none };
// What the subject of a copy shows of AMBER+STRICT and above (§3.5): a number | label and tags | the author's words.
enum class OuterSubject : std::uint8_t { neutral, label, full };

struct List {
    ListId id;
    std::string klass;    // the row of the access matrix: teams members reps sc sec poc ews drill wg partners announce proj panel
    std::string charter;  // what it is for; a list without one is refused (item 1)
    std::optional<Tlp> default_tlp;
    Tlp max_tlp{};
    Encryption encryption = Encryption::none;
    Strength authentication = Strength::dmarc;
    Posting posting = Posting::matrix;
    std::optional<Instant> expires;             // short-term aliases (item 66): closed from then on
    std::optional<OuterSubject> outer_subject;  // none: full; of a sealed copy neutral
    bool hide_key_ids = false;                  // a sealed copy does not even name its own reader's key
    bool autocrypt = false;                     // copies bring the list's key along
    std::string retention;                      // "90 days": no longer in the archive than that; empty: as the label has it
    bool operator==(const List&) const = default;
};

// As every door makes one, before it is told more.
[[nodiscard]] inline List new_list(ListId id) {
    List list;
    list.id = std::move(id);
    list.default_tlp = Tlp::amber;
    list.max_tlp = Tlp::amber;
    return list;
}

struct Subscription {
    ListId list;
    PersonId person;
    DeliveryMode delivery = DeliveryMode::each;
    bool operator==(const Subscription&) const = default;
};

template <>
struct Spelling<Strength> {
    static constexpr std::array<std::string_view, 4> words{"none", "envelope", "dmarc", "signature"};
};
template <>
struct Spelling<Encryption> {
    static constexpr std::array<std::string_view, 3> words{"none", "preferred", "required"};
};
template <>
struct Spelling<Posting> {
    static constexpr std::array<std::string_view, 3> words{"matrix", "moderated", "owners"};
};
template <>
struct Spelling<DeliveryMode> {
    static constexpr std::array<std::string_view, 3> words{"each", "digest", "none"};
};
template <>
struct Spelling<OuterSubject> {
    static constexpr std::array<std::string_view, 3> words{"neutral", "label", "full"};
};

// Each the inverse of `name`.
[[nodiscard]] constexpr std::optional<Strength> strength_from(std::string_view text) { return spelled<Strength>(text); }
[[nodiscard]] constexpr std::optional<Encryption> encryption_from(std::string_view text) { return spelled<Encryption>(text); }
[[nodiscard]] constexpr std::optional<Posting> posting_from(std::string_view text) { return spelled<Posting>(text); }
[[nodiscard]] constexpr std::optional<DeliveryMode> delivery_mode_from(std::string_view text) { return spelled<DeliveryMode>(text); }

}  // namespace caveat::community
