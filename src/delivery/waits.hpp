#pragma once
// Whom the hands wait for. A relay that asks a domain's own server about each recipient, or holds its mail up, keeps a hand for minutes;
// with every hand at that, nobody's mail would go (D5). So when all hands have waited for long, spare ones take what is to other domains.
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hand.hpp"

namespace caveat::delivery {

class Waits {
public:
    using Moment = std::chrono::steady_clock::time_point;

    void look(const std::vector<std::unique_ptr<Hand>>& hands, Moment now);
    // All hands but the spare ones have waited for long.
    [[nodiscard]] bool everybody() const { return everybody_; }
    // A spare hand may take a copy to that domain: all others wait, none of them for it, and no spare hand has one, which may come to wait
    // as well.
    [[nodiscard]] bool may_have_spare(std::string_view address) const;
    void note_spare(const Hand& hand, Moment now);  // that was given a copy since
    // How long a copy that no hand is free for is put back: as long as its domain has kept a hand, so that where every copy takes a few
    // seconds no hand is idle for more; up to 30 s. 0: not at all.
    [[nodiscard]] std::chrono::seconds pause_for(std::string_view address) const;

private:
    bool everybody_ = false;
    // By domain, how long its first copy has waited: where that is long, and of the copies that spare hands have.
    std::map<std::string, Moment::duration, std::less<>> domains_, of_spare_hands_;
};

}  // namespace caveat::delivery
