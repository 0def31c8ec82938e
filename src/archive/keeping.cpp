#include "caveat/archive/keeping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "caveat/detail.hpp"
#include "caveat/mailroom/namesakes.hpp"
#include "caveat/mailroom/reading.hpp"

namespace caveat::archive {
namespace {

using storage::PostState;
using storage::Target;

bool rests(storage::Archive& archive, const storage::Post& post) {
    if (post.target == Target::owner) return post.state == PostState::distributed && post.open > 0;
    const auto kept = post.target == Target::list && post.state == PostState::distributed ? archive.find(post.id) : std::nullopt;
    return kept && !kept->forgotten;
}

// What else of the same mail there is, or may be.
void look_beside(const mailroom::Room& room, const storage::Post& post, Forgotten& done) {
    std::set<PostKey> counted{post.key};
    for (const auto& other : room.store.posts().at_rest_beside(post.key, storage::Posts::Resting::anyhow)) {
        if (other.state == PostState::held) continue;
        counted.insert(other.key);
        (other.target == Target::owner ? done.still_to_owners_of : done.still_on).push_back(other.list);
    }
    for (auto& other : mailroom::under_id(room, post.message_id)) {
        if (counted.contains(other.key)) continue;
        if (other.state == PostState::held) {
            done.waiting.push_back(std::move(other));
        } else if (rests(room.store.archive(), other)) {
            done.namesakes.push_back(std::move(other));
        }
    }
}

}  // namespace

// The keys go before the commit: a crash between the two leaves a post that does not open and can be forgotten once more, never one that is
// said to be forgotten and opens.
Result<Forgotten> Keeping::forget(const community::Actor& by, const PostId& id, const std::string& decision) {
    storage::Store::Transaction transaction(room_.store);
    const Instant now = room_.clock.now();
    auto& archive = room_.store.archive();
    const auto post = archive.find(id);
    if (!post) return fail(errc::not_found, "there is no post {} in the archive", id);
    if (post->forgotten) return fail(errc::conflict, "it was forgotten at {}", to_string(*post->forgotten));
    if (const auto kept = archive.preserved_by(*post)) {
        return fail(errc::conflict, "it is preserved since {}, number {} ({}): a decision of kind archive.let_go comes first",
                    to_string(kept->placed), kept->number, kept->reason);
    }
    if (decision.empty()) return fail(errc::denied, "needs a decision of kind archive.forget about {}", id);
    if (auto ok = cite_(decision, {"archive.forget", id.value}); !ok) return tl::unexpected(ok.error());
    const auto row = room_.store.posts().get(post->post);
    if (!row) return fail(errc::corrupt, "post {} has lost its row", id);
    Forgotten done;
    auto& posts = room_.store.posts();
    look_beside(room_, *row, done);
    std::vector<std::string> keys{mailroom::card_key(id), storage::sealed_inside_as(id)};
    if (posts.at_rest_beside(post->post, storage::Posts::Resting::shared).empty()) keys.push_back(row->sealed_as.value);
    archive.forget(post->post, now);
    posts.forget_body(post->post);
    for (auto& key : Indexing(room_).take_out(post->post)) keys.push_back(std::move(key));
    Detail detail;
    detail.add("decision", decision).add("list", post->list.value).add("label", community::name(post->label));
    detail.add("posted", to_string(post->posted));
    room_.store.journal().append(now, by.name, "archive.forgotten", id.value, detail.text());
    if (auto destroyed = destroy(keys, done); !destroyed) return tl::unexpected(destroyed.error());
    transaction.commit();
    return done;
}

Result<storage::Preserved> Keeping::preserve(const community::Actor& by, const ListId& list, const PostId& post,
                                             const std::string& reason) {
    storage::Store::Transaction transaction(room_.store);
    storage::Preserved what{0, list, post, reason, by.name, room_.clock.now(), {}, {}};
    const auto found = post.empty() ? std::nullopt : room_.store.archive().find(post);
    if (post.empty() ? !room_.store.rosters().list(list) : !found)
        return fail(errc::not_found, "there is no {} {}", post.empty() ? "list" : "post", post.empty() ? list.value : post.value);
    if (found && found->forgotten) return fail(errc::conflict, "it is gone since {}", to_string(*found->forgotten));
    if (reason.empty()) return fail(errc::invalid, "say why it is preserved");
    if (found) what.list = found->list;
    what.number = room_.store.archive().preserve(what);
    Detail detail;
    detail.add("number", what.number).add("list", what.list.value).add("reason", reason);
    room_.store.journal().append(what.placed, by.name, "archive.preserved", post.empty() ? list.value : post.value, detail.text());
    transaction.commit();
    return what;
}

Result<void> Keeping::let_go(const community::Actor& by, std::int64_t number, const std::string& decision) {
    storage::Store::Transaction transaction(room_.store);
    auto& archive = room_.store.archive();
    const auto all = archive.preserved();
    const auto what = std::find_if(all.begin(), all.end(), [&](const storage::Preserved& one) { return one.number == number; });
    if (what == all.end()) return fail(errc::not_found, "nothing is preserved under number {}", number);
    if (what->lifted) return fail(errc::conflict, "it was let go at {}", to_string(*what->lifted));
    const auto subject = what->post.empty() ? what->list.value : what->post.value;
    if (decision.empty()) return fail(errc::denied, "needs a decision of kind archive.let_go about {}", subject);
    if (auto ok = cite_(decision, {"archive.let_go", subject, {{"number", std::to_string(number)}}}); !ok) return ok;
    const Instant now = room_.clock.now();
    archive.let_go(number, now, decision);
    room_.store.journal().append(now, by.name, "archive.let_go", subject, Detail().add("number", number).add("decision", decision).text());
    transaction.commit();
    return {};
}

Result<void> Keeping::destroy(const std::vector<std::string>& keys, Forgotten& done) const {
    const auto destroyed = destroy_(keys);
    if (destroyed) return {};
    if (destroyed.error().code != errc::conflict) return destroyed;
    done.in_older_copies = true;
    return {};
}

}  // namespace caveat::archive
