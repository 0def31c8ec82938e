#pragma once
// What posts are to the one who asks: their own, of a list they own or moderate, or none of their business. Made for one request; each list
// is asked about once.
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
    // The filter of what may be visible at all, so that nobody's page is a walk over everybody's posts.
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
