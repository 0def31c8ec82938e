#include "admission.hpp"

namespace caveat::http {
namespace {

constexpr auto note_every = std::chrono::minutes(1);
constexpr auto good_for = std::chrono::minutes(10);
constexpr std::size_t most_remembered = 1'000;  // then those whose time is over are forgotten
constexpr std::size_t longest_shown = 200;
constexpr std::string_view by_cookie = "cookie ";

template <class All, class At>
void forget(All& all, At at, Admission::time_point now, std::chrono::minutes after) {
    if (all.size() > most_remembered) std::erase_if(all, [&](const auto& entry) { return now - at(entry.second) >= after; });
}

}  // namespace

// A field that is longer than any token of ours shows nothing.
std::string Admission::shown_by(const Request& request) const {
    const auto field = request.header("authorization");
    if (!field.empty()) {
        const auto secret = credentials(field, "Bearer");
        return secret.empty() || secret.size() > longest_shown ? std::string() : "token " + std::string(secret);
    }
    const auto cookie = request.cookie("caveat");
    return cookie && ours_(*cookie) ? std::string(by_cookie) + *cookie : std::string();
}

std::optional<std::string> Admission::party(const Request& request, time_point now) const {
    const auto good = known_good_.find(shown_by(request));
    return good != known_good_.end() && now - good->second.at < good_for ? std::optional(good->second.party) : std::nullopt;
}

bool Admission::too_many(const Request& request, time_point now) {
    if (request.local_user && request.header("authorization").empty()) return !rates_.take("local", now);
    if (const auto known = party(request, now)) return !rates_.take(*known, now);
    const auto shown = shown_by(request);
    // Counted before it is believed. Only we can have made a cookie with our mark: whoever has one does not wait behind those who guess.
    return !strangers_.take(shown.starts_with(by_cookie) ? shown : request.peer, now);
}

std::optional<Admission::Use> Admission::learn(const Request& request, const Reply& made, time_point now) {
    const auto shown = shown_by(request);
    if (made.stranger) known_good_.erase(shown);
    if (made.credential.empty()) return std::nullopt;
    forget(
        known_good_, [](const Known& one) { return one.at; }, now, good_for);
    if (!shown.empty()) known_good_[shown] = {now, made.party.empty() ? made.credential : made.party};

    const bool token = made.credential.starts_with("token ");
    if (!token && !made.credential.starts_with("session ")) return std::nullopt;
    const auto last = noted_.find(made.credential);
    if (last != noted_.end() && now - last->second < note_every) return std::nullopt;
    forget(
        noted_, [](time_point at) { return at; }, now, note_every);
    noted_[made.credential] = now;
    return Use{token, token ? made.credential.substr(made.credential.find(' ') + 1) : request.cookie("caveat").value_or("")};
}

}  // namespace caveat::http
