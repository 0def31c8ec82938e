#include "caveat/http/meters.hpp"

#include <algorithm>

#include "caveat/storage/figures.hpp"
#include "route.hpp"

namespace caveat::http {

using storage::DeliveryState;

Meters::Meters(Instant started, std::filesystem::path database, const mailroom::HandedOver* courier)
    : started_(started), database_(std::move(database)), courier_(courier), traffic_(routes().size() + 2) {}

std::size_t Meters::pages() { return routes().size(); }
std::size_t Meters::nowhere() { return routes().size() + 1; }

void Meters::note(std::size_t place, int status, std::chrono::microseconds took) {
    auto& cell = traffic_.at(place);
    const auto which = static_cast<std::size_t>(std::clamp(status / 100, 1, static_cast<int>(classes)) - 1);
    cell.replies.at(which).fetch_add(1, std::memory_order_relaxed);
    const auto seconds = std::chrono::duration<double>(took).count();
    std::size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
    cell.took[bucket].fetch_add(1, std::memory_order_relaxed);
    cell.took_micros.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)), std::memory_order_relaxed);
    requests_.fetch_add(1, std::memory_order_relaxed);
}

void Meters::sample(storage::Store& store, Instant now) {
    const auto depth = storage::queue_depth(store);
    Sample taken{.at = now, .queued = depth.queued, .deferred = depth.deferred, .taken_in = depth.taken_in};
    if (courier_ != nullptr) {
        const auto total = [&](DeliveryState state) { return courier_->outcomes.at(static_cast<std::size_t>(state)).load(); };
        taken.sent = total(DeliveryState::sent);
        taken.failed = total(DeliveryState::failed);
        taken.withheld = total(DeliveryState::withheld);
    }
    taken.requests = requests_.load();
    const std::lock_guard guard(lock_);
    samples_.push_back(taken);
    if (samples_.size() > samples_kept) samples_.pop_front();
}

std::vector<Sample> Meters::samples() const {
    const std::lock_guard guard(lock_);
    return {samples_.begin(), samples_.end()};
}

}  // namespace caveat::http
