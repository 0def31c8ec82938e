#include "admission.hpp"

namespace caveat::http {
namespace {

constexpr auto note_every = std::chrono::minutes(1);
constexpr auto good_for = std::chrono::minutes(10);
constexpr std::size_t most_remembered = 1'000;  // then those whose time is over are forgotten
constexpr std::size_t longest_shown = 200;

std::string shown_by(const Request& request) { return std::string(request.header("authorization").substr(0, longest_shown)); }

void forget(std::map<std::string, Admission::time_point>& all, Admission::time_point now, std::chrono::minutes after) {
    if (all.size() > most_remembered) std::erase_if(all, [&](const auto& entry) { return now - entry.second >= after; });
}

}  // namespace

bool Admission::too_many(const Request& request, time_point now) {
    const auto shown = shown_by(request);
    if (shown.empty() && !request.local_user && !request.cookie("caveat")) return !strangers_.take(request.peer, now);
    const auto whose = shown.empty() ? request.cookie("caveat").value_or("local") : shown;
    const auto good = known_good_.find(whose);
    const bool trusted = request.local_user || (good != known_good_.end() && now - good->second < good_for);
    if (!trusted && strangers_.empty(request.peer, now)) return true;
    return !rates_.take(whose, now);
}

std::optional<Admission::Use> Admission::learn(const Request& request, const Reply& made, time_point now) {
    const auto shown = shown_by(request);
    if (made.stranger && !shown.empty()) (void)strangers_.take(request.peer, now);
    if (made.credential.empty()) return std::nullopt;
    forget(known_good_, now, good_for);
    if (!shown.empty()) known_good_[shown] = now;

    const bool token = made.credential.starts_with("token ");
    if (!token && !made.credential.starts_with("session ")) return std::nullopt;
    const auto last = noted_.find(made.credential);
    if (last != noted_.end() && now - last->second < note_every) return std::nullopt;
    forget(noted_, now, note_every);
    noted_[made.credential] = now;
    return Use{token, token ? made.credential.substr(made.credential.find(' ') + 1) : request.cookie("caveat").value_or("")};
}

}  // namespace caveat::http
