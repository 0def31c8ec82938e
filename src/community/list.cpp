#include "caveat/community/list.hpp"

#include "spelling.hpp"

namespace caveat::community {
namespace {
constexpr std::array<std::string_view, 4> strengths{"none", "envelope", "dmarc", "signature"};
constexpr std::array<std::string_view, 3> encryptions{"none", "preferred", "required"};
constexpr std::array<std::string_view, 3> postings{"matrix", "moderated", "owners"};
constexpr std::array<std::string_view, 3> modes{"each", "digest", "none"};
}  // namespace

std::string_view name(Strength s) { return strengths.at(static_cast<std::size_t>(s)); }
std::string_view name(Encryption e) { return encryptions.at(static_cast<std::size_t>(e)); }
std::string_view name(Posting p) { return postings.at(static_cast<std::size_t>(p)); }
std::string_view name(DeliveryMode d) { return modes.at(static_cast<std::size_t>(d)); }
std::optional<Strength> strength_from(std::string_view text) { return spelled<Strength>(strengths, text); }
std::optional<Encryption> encryption_from(std::string_view text) { return spelled<Encryption>(encryptions, text); }
std::optional<Posting> posting_from(std::string_view text) { return spelled<Posting>(postings, text); }
std::optional<DeliveryMode> delivery_mode_from(std::string_view text) { return spelled<DeliveryMode>(modes, text); }

}  // namespace caveat::community
