#include "caveat/community/tlp.hpp"

#include "spelling.hpp"

namespace caveat::community {
namespace {
constexpr std::array<std::string_view, 5> names{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};
}

std::string_view name(Tlp label) { return names.at(static_cast<std::size_t>(label)); }
std::optional<Tlp> tlp_from(std::string_view canonical) { return spelled<Tlp>(names, canonical); }

}  // namespace caveat::community
