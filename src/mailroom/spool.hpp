#pragma once
// Which of the spooled posts are judged next, and what of their bytes is read already. Lives with its mailroom, on one thread; only an
// errand goes to another.
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "caveat/known_time.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "preparation.hpp"

namespace caveat::mailroom {

// Ten minutes: a parent of 30 MiB is read in seconds, and GnuPG is ended over one after a fraction of a minute; what takes longer is
// trouble of ours, for which nobody's reply waits. It is then judged with what is known: no parent, as if that one had come later (L4).
inline constexpr std::chrono::minutes longest_wait_for_parent{10};

class Spool : public std::enable_shared_from_this<Spool> {
public:
    explicit Spool(const Room& room) : room_(room) {}

    struct Next {
        PostKey key = 0;
        std::shared_ptr<const Prepared> prepared;
    };
    // Up to `most` in order of receipt: those with bodies of up to `largest` bytes, read here and now, and the big one that an errand
    // brought. None that is known to wait.
    [[nodiscard]] std::vector<Next> next(std::size_t most, std::uint64_t largest);

    // What is costly about the big one whose turn it is (storage::Posts::next_big), or about one that GnuPG is asked about; one is read at
    // a time, and the two kinds take turns. What GnuPG could not be asked about stays in the spool. It is asked about what is proven to be
    // its author's first: a stranger's mails cost at most one piece of its time before anybody else's.
    [[nodiscard]] std::optional<Errand> errand(std::uint64_t largest);
    [[nodiscard]] bool asks_gnupg_again() const;

    // What became of one of those.
    void judged(const Next& post);
    void waits(const Next& post, PostKey parent, Instant now);  // until that one is judged, or for longest_wait_for_parent
    [[nodiscard]] bool waited_long(PostKey key, Instant now) const;
    void read_again(const Next& post);                      // the rows changed meanwhile, so that other keys count
    void lacks(const Next& post, const LabelFacts& label);  // the rows changed meanwhile, so it is to be read again for this one

    std::optional<KnownTime> known_time;  // of a mailroom that receives, from its first mail on

private:
    using Moment = std::chrono::steady_clock::time_point;

    [[nodiscard]] bool still_waits(PostKey key);
    [[nodiscard]] bool is_for_gnupg(PostKey key) const;
    [[nodiscard]] ToRead to_read(const storage::Post& post, bool with_gnupg = false);
    [[nodiscard]] bool brought_waits();
    [[nodiscard]] std::optional<storage::Post> next_big(std::uint64_t largest);
    [[nodiscard]] std::optional<storage::Post> next_for_gnupg();
    [[nodiscard]] std::optional<storage::Post> next_errand(std::uint64_t largest);
    void wait_for_gnupg(PostKey key, bool proven);
    void bring(PostKey key, std::shared_ptr<const Prepared> prepared);

    Room room_;
    std::shared_ptr<const Prepared> brought_;  // at most one, so that its memory is bounded
    bool away_ = false;                        // an errand is out
    bool gnupg_next_ = false;                  // whose turn it is
    struct ForGnupg {
        PostKey key = 0;
        bool proven = false;
    };
    std::deque<ForGnupg> for_gnupg_;                                    // that speak of OpenPGP; the proven ones first
    Moment not_before_{};                                               // GnuPG could not be asked
    std::unordered_map<PostKey, PostKey> waiting_;                      // a reply, and the parent it waits for
    std::unordered_map<PostKey, Instant> waits_since_;                  // of each that had to wait for one
    std::unordered_map<std::string, std::vector<LabelFacts>> lacking_;  // by what the body is sealed as
};

}  // namespace caveat::mailroom
