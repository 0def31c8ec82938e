#pragma once
// The thread of one post without threading its whole list: what is tied to it, and to that, by links of the index (or, while a post is due,
// by its card), of which the reader may read. Within a storage::Store::Reading.
#include <map>

#include "terms.hpp"

namespace caveat::archive {

class Kin {
public:
    Kin(const mailroom::Room& room, mailroom::ArchiveReader& reader) : room_(room), reader_(reader) {}

    // The posts of its thread in order, of what this reader may read; the first of them by date is how the thread is called.
    struct Found {
        PostId thread;
        std::vector<PostId> posts;
    };
    [[nodiscard]] const Found& of(const storage::Archive::Shelved& post);

private:
    struct Member {
        storage::ArchivedPost post;
        mailroom::Card card;
    };
    [[nodiscard]] std::vector<Member> gathered(const storage::Archive::Shelved& post);
    void know_due();

    mailroom::Room room_;
    mailroom::ArchiveReader& reader_;
    [[nodiscard]] const Terms& terms_of(const ListId& list);

    std::map<ListId, Terms> terms_;
    std::map<PostKey, std::size_t> at_;
    std::vector<Found> found_;
    std::optional<std::map<std::pair<ListId, std::int64_t>, std::vector<PostKey>>> due_;
};

}  // namespace caveat::archive
