#pragma once
// A look at a key that is taken before the act that needs it, because no act waits for GnuPG. The act is tried with a Beforehand in place
// of the engine. If it wants to know about a key, that is remembered in `wanted()` and the act fails with errc::temporary, undone; somebody
// else then asks the engine, tells what it said by `saw()`, and the act is done again. Belongs to one request at a time, no thread.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "caveat/openpgp/engine.hpp"

namespace caveat::openpgp {

class Beforehand final : public Engine {
public:
    struct Question {
        std::string armour;
        std::vector<std::string> addresses;
        bool operator==(const Question&) const = default;
    };

    // What was seen, or errc::temporary. Every byte of the key and every address counts.
    [[nodiscard]] Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) override {
        Question asked{std::string(armour), {addresses.begin(), addresses.end()}};
        if (seen_ && seen_->first == asked) return seen_->second;
        wanted_ = std::move(asked);
        return fail(errc::temporary, "the key must be looked at first; try again");
    }
    [[nodiscard]] Result<std::string> seal(std::string_view, const Key&) override {
        return fail(errc::temporary, "nothing is sealed in the middle of an act");
    }

    [[nodiscard]] const std::optional<Question>& wanted() const { return wanted_; }
    // The reply of the engine to what was wanted.
    void saw(Result<Key> key) {
        seen_.emplace(std::move(*wanted_), std::move(key));
        wanted_.reset();
    }

private:
    std::optional<Question> wanted_;
    std::optional<std::pair<Question, Result<Key>>> seen_;
};

}  // namespace caveat::openpgp
