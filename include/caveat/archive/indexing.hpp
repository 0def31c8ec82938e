#pragma once
// The index of the archive (R5): what a search finds without opening posts. Words are keyed values under a key for each list before they
// enter it, in blocks that are sealed besides, so that at rest it shows how many posts a list has, how much there is to be found in them
// and when it grew, and neither words nor how often one stands. What labels ask (§3.5): of RED nothing is found, of AMBER+STRICT author,
// time, label and attachments, and no word.
//
// It lags behind: a post that came or changed is due, is looked at itself by searches until a pass has taken it in, and then found in the
// index. Passes are the daemon's (server/index_watch.hpp). Some thousand posts of a list share a vault key; one that is forgotten takes
// it along, with all that the list's index was sealed under before, and the others are sealed anew, so that an older copy of the database
// finds no word of it either. What does not open is made anew by the next pass that meets it, and what an earlier program made by the
// first; `rebuild` makes everything due. On the thread that writes with the room's Store.
#include <functional>
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::archive {

// Destroys keys by name in the key file (vault::Vault::forget).
using Destruction = std::function<Result<void>(const std::vector<std::string>& names)>;

class Indexing {
public:
    static constexpr std::size_t most_a_pass = 4096;

    explicit Indexing(const mailroom::Room& room) : room_(room) {}

    // Takes in at most `most` posts that are due, in one transaction after they were read; returns how many, 0 when nothing is due. Errors
    // are of `destroy`, and then nothing was done; errc::conflict of it (a key file of an earlier program) is none.
    [[nodiscard]] Result<std::size_t> pass(std::size_t most, const Destruction& destroy);
    // Of a post that was just forgotten, in the caller's transaction; returns the keys to be destroyed for it.
    [[nodiscard]] std::vector<std::string> take_out(PostKey post);
    void rebuild();

private:
    mailroom::Room room_;
};

}  // namespace caveat::archive
