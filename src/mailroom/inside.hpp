#pragma once
// Which names of our own lists the header of a post shows, or one in front of its parts, and which of them one reader may not know (ruling
// mm). Most posts name their own list alone: then nothing is asked for a copy, and all readers get the same bytes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/copy.hpp"
#include "caveat/mailroom/room.hpp"
#include "tags.hpp"

namespace caveat::mailroom {

// A set of the lists that are hidden; equal sets, equal copies.
using Hidden = std::uint64_t;

class InsideLists {
public:
    InsideLists() = default;
    // Of a post to a list, whose readers know that one. Lists beyond the 64th are hidden from everybody.
    InsideLists(const Room& room, std::string_view bytes, const storage::Post& post);
    // Of a decoded subject alone, of a post to `own`.
    [[nodiscard]] static InsideLists of_subject(const Room& room, std::string_view subject, const ListId& own, const Tags& tags);

    // Asked as for an explanation: of the person's standing now. Reads the register only if another list is named.
    [[nodiscard]] Hidden hidden_from(const Room& room, const PersonId& reader, Instant now) const;
    [[nodiscard]] mail::HouseNames names(Hidden hidden) const;
    // Those of them that are lists, which is what a header under a signature is left out for.
    [[nodiscard]] mail::HouseNames names_in_parts(Hidden hidden) const;

private:
    struct Named {
        ListId list;
        mail::HouseNames as;  // every form in which the header names it
    };
    Named& of(const ListId& list);
    // Adds what is not of `own`; addresses at which there is no list only from the header of the message.
    void add(const Room& room, const mail::HouseNames& shown, const ListId& own, const Tags& tags, bool of_parts);
    void hide_what_is_beyond();

    static constexpr std::size_t most = 64;
    std::vector<Named> lists_;  // that exist, besides the post's own
    mail::HouseNames nobodys_;  // addresses of our domain at which there is no list
    mail::HouseNames beyond_;   // the limit: lists that are hidden from everybody
};

// For Card::list_names, of what its copies are made of. None: that cannot be read, which is not to say that its author knew none.
[[nodiscard]] std::optional<std::vector<std::string>> names_known_to_author(const Room& room, std::string_view bytes,
                                                                            const storage::Post& post);

}  // namespace caveat::mailroom
