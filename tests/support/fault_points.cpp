// Fault points that kill: CAVEAT_FAULT="judge.committed:3" ends the process, as SIGKILL does, at the third pass of that point.
#include "caveat/fault.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace caveat {
namespace {

// In the order of a post's walk.
constexpr std::array<std::string_view, 15> points{"receive.sealed",  "receive.spooled",  "receive.committed", "judge.opened",
                                                  "judge.decided",   "judge.fanned_out", "judge.committed",   "outbox.begun",
                                                  "outbox.recorded", "outbox.leased",    "outbox.committed",  "outbox.copied",
                                                  "hand.before",     "hand.after",       "courier.collected"};

struct Order {
    std::string name;
    long passes = 0;
};

Order read_order() {
    const char* text = std::getenv("CAVEAT_FAULT");
    if (text == nullptr) return {};
    const std::string order = text;
    const auto colon = order.find(':');
    return {order.substr(0, colon), colon == std::string::npos ? 1 : std::atol(order.c_str() + colon + 1)};
}

}  // namespace

void fault_point(std::string_view name) {
    static const Order order = read_order();
    static std::atomic<long> passed{0};
    if (std::find(points.begin(), points.end(), name) == points.end()) throw std::logic_error("unlisted fault point " + std::string(name));
    if (order.name == name && ++passed == order.passes) std::raise(SIGKILL);
}

std::vector<std::string_view> fault_points() { return {points.begin(), points.end()}; }

}  // namespace caveat
