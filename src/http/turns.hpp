#pragma once
// Work for the one thread of slow reads, in turn over those who send it: whoever has most waiting keeps nobody else back for longer than
// one piece of it. Of one sender so many slow reads are under way at once, streams among them until their end. On the door's thread.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace caveat::http {

class Turns : public std::enable_shared_from_this<Turns> {
public:
    using Work = std::function<void()>;
    using Seat = std::shared_ptr<const void>;  // one slow read that is under way, until the last copy goes

    explicit Turns(int most_of_each) : most_of_each_(most_of_each) {}

    // None: of this sender so many are under way.
    [[nodiscard]] Seat sit(const std::string& sender);

    void wait(const std::string& sender, Work work);
    // Of the sender whose turn it is, the first that came; none if nothing waits.
    [[nodiscard]] std::optional<Work> next();

private:
    int most_of_each_;
    std::map<std::string, int> seated_;
    std::map<std::string, std::deque<Work>> waiting_;
    std::deque<std::string> order_;  // of those of whom something waits
};

}  // namespace caveat::http
