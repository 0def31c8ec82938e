#pragma once
// How posts are related to the caller: their own, of a list they own or moderate, or neither. Made for one request; each list is looked up
// once.
#include <map>

#include "caveat/storage/posts.hpp"
#include "route.hpp"

namespace caveat::http {

class Postbag {
public:
    explicit Postbag(const Context& context) : context_(context) {}

    [[nodiscard]] access::Object of(const storage::Post& post);        // with its author
    [[nodiscard]] access::Object of_list(const ListId& list);          // a moderator's too: what is held, and verdicts
    [[nodiscard]] bool may_see_recipients(const storage::Post& post);  // who received it: not for its author, not for a moderator
    // Selects the posts that the caller may see at all, so that a page does not read everybody's posts.
    [[nodiscard]] storage::Posts::Filter reachable(bool own_too);

    // A post, no notice and no bounce, that the caller may know of.
    [[nodiscard]] std::optional<storage::Post> find(const std::string& id, bool own_too);

private:
    [[nodiscard]] bool moderates(const ListId& list) const;

    const Context& context_;
    std::map<ListId, access::Object> known_;
};

// For the journal (J2): this post, of AMBER+STRICT or above, was read about in detail. Empty for the others.
[[nodiscard]] std::vector<Note> note_of_reading(const Context& context, std::string_view act, const storage::Post& post);

}  // namespace caveat::http
