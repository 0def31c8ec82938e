#pragma once
// What becomes of posts that were kept: forgotten by decision (R4). The row stays and says so, the journal too; subject, text and
// attachments are destroyed with the keys they were sealed under, in the database and in the key file, so that an older copy of the
// database opens them no more. On the thread that writes with the room's Store.
#include <functional>
#include <string>
#include <vector>

#include "caveat/archive/indexing.hpp"
#include "caveat/community/deed.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::archive {

// As the registry's: uses up the decision an act cites, inside the act's transaction.
using Citation = std::function<Result<void>(const std::string& decision, const community::Deed& deed)>;

struct Forgotten {
    // Lists to which the same mail went, where it rests on: each is a post of its own, to be forgotten by its own decision.
    std::vector<ListId> still_on;
    // Lists to whose owners it went as well, where that mail waits or is on its way: what rests of it goes when they have it.
    std::vector<ListId> still_to_owners_of;
    // Under its Message-ID on a list, or to who runs one: what waits for a moderator, which nobody releases any more, and what came by
    // itself and rests, which may be another mail.
    std::vector<storage::Post> waiting, namesakes;
    // The key file is of an earlier program: this database opens it no more, an older copy does.
    bool in_older_copies = false;
};

class Keeping {
public:
    Keeping(const mailroom::Room& room, Citation cite, Destruction destroy)
        : room_(room), cite_(std::move(cite)), destroy_(std::move(destroy)) {}

    // By a decision of kind archive.forget about this post. Copies that have not left fail for want of their
    // bytes, but for those that the daemon has in memory just then. errc::not_found: no such post
    // in the archive; errc::conflict: it is forgotten already, or preserved; errc::denied: the decision does not carry it; errc::invalid:
    // the key file cannot be written, and nothing was forgotten.
    [[nodiscard]] Result<Forgotten> forget(const community::Actor& by, const PostId& id, const std::string& decision);

    // A post, or all of a list (no post): neither swept nor forgotten until it is let go, by a decision of kind archive.let_go about that
    // post or list, and about this number: another preservation of the same stays. Nobody reads anything for it. errc::not_found: no such
    // post or list; errc::invalid: no reason; errc::conflict: it is gone already.
    [[nodiscard]] Result<storage::Preserved> preserve(const community::Actor& by, const ListId& list, const PostId& post,
                                                      const std::string& reason);
    [[nodiscard]] Result<void> let_go(const community::Actor& by, std::int64_t number, const std::string& decision);

private:
    [[nodiscard]] Result<void> destroy(const std::vector<std::string>& keys, Forgotten& done) const;

    mailroom::Room room_;
    Citation cite_;
    Destruction destroy_;
};

}  // namespace caveat::archive
