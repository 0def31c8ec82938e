#pragma once
// Which hands the copies to one domain may have. A relay that asks the domain's own server about each recipient, or holds its mail up,
// keeps a hand for minutes; with every hand at that, nobody's mail would go (D5). So when all hands wait, spare ones take what is to other
// domains; and a domain that was slow lately gets half of the hands.
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hand.hpp"

namespace caveat::delivery {

class Shares {
public:
    using Moment = std::chrono::steady_clock::time_point;

    // A copy to that domain took so long.
    void took(std::string_view address, std::chrono::steady_clock::duration time, Moment now);

    // Of all hands, as they are now; until `added` is told of each copy that was given to one since.
    void count(const std::vector<std::unique_ptr<Hand>>& hands, Moment now);
    // All hands but the spare ones have waited for long: those are used now.
    [[nodiscard]] bool everybody_waits() const { return waiting_ == hands_; }
    // A hand that has a copy to that domain may have another, unless they take long.
    [[nodiscard]] bool allow(std::string_view address, const Hand& hand) const;
    void added(std::string_view address, const Hand& hand);  // before it is assigned
    // How long some hand has waited for that domain; zero below a second.
    [[nodiscard]] Moment::duration waited(std::string_view address) const;

private:
    struct Share {
        std::vector<const Hand*> hands;  // as they were counted: an outcome since then changes nothing
        Moment::duration waited{0};
    };
    [[nodiscard]] std::size_t most(std::string_view domain) const;

    std::size_t hands_ = 0, waiting_ = 0;  // the spare ones left out
    Moment now_{};
    std::map<std::string, Share, std::less<>> shares_;
    std::map<std::string, Moment, std::less<>> slow_;  // until when
};

}  // namespace caveat::delivery
