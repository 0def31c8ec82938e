#pragma once
// Who may send requests now, how often, and whose use is recorded. Belongs to the door's thread; nothing of it outlives the process.
// Somebody who guesses credentials must not lock out people behind the same proxy whose credential was valid a moment ago (H4).
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "exchange.hpp"
#include "rates.hpp"

namespace caveat::http {

class Admission {
public:
    using time_point = Rates::time_point;

    struct Use {  // of a credential, to be noted down
        bool token = false;
        std::string id;  // of the token; of a session its cookie
    };

    // Requests a second and party on average, at once, and a second and peer that shows no valid credential: of those two seconds' worth at
    // once. A party is a person with all that they show (party_of). `ours` says whether a cookie bears this house's mark
    // (access::Access::is_ours).
    Admission(double rate, double burst, double strangers_rate, std::function<bool(std::string_view)> ours)
        : rates_(rate, burst), strangers_(strangers_rate, strangers_rate * 2), ours_(std::move(ours)) {}

    // Called before the reply is made. Counts the request, as a stranger's unless what it shows was valid in the last ten minutes.
    [[nodiscard]] bool too_many(const Request& request, time_point now);
    // Called after it, with what it shows about the credential. Returns a use to be recorded, at most one a minute and credential.
    [[nodiscard]] std::optional<Use> learn(const Request& request, const Reply& made, time_point now);

    // Whose it is, by what it shows, where that was valid in the last ten minutes.
    [[nodiscard]] std::optional<std::string> party(const Request& request, time_point now) const;

private:
    struct Known {
        time_point at;
        std::string party;
    };

    // What a request shows to be believed: a token, or a cookie with our mark; empty if neither.
    [[nodiscard]] std::string shown_by(const Request& request) const;

    Rates rates_, strangers_;
    std::function<bool(std::string_view)> ours_;
    std::map<std::string, time_point> noted_;  // when the use of a credential was last noted
    std::map<std::string, Known> known_good_;  // credentials as shown, when they last were valid, and whose they are
};

}  // namespace caveat::http
