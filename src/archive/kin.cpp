#include "kin.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "looked.hpp"

namespace caveat::archive {

const Terms& Kin::terms_of(const ListId& list) { return terms_.try_emplace(list, room_.vault, list).first->second; }

// Links of the index are of what was last taken in; a post that changed since is tied as it is now besides.
void Kin::know_due() {
    if (due_) return;
    due_.emplace();
    for (const auto key : room_.store.search_index().due(std::numeric_limits<std::int64_t>::max())) {
        const auto row = room_.store.archive().get(key);
        const bool reads = row && reader_.reads_in(row->post.list);
        const auto card =
            reads ? mailroom::open_card(room_.vault, row->card, row->post.id) : Result<mailroom::Card>(fail(errc::not_found, "not here"));
        if (!card) continue;
        const auto& list = row->post.list;
        for (const auto link : terms_of(list).links(*card)) (*due_)[{list, link}].push_back(key);
    }
}

std::vector<Kin::Member> Kin::gathered(const storage::Archive::Shelved& post) {
    know_due();
    const auto& terms = terms_of(post.post.list);
    std::vector<Member> members;
    std::vector<PostKey> waiting;
    std::set<PostKey> seen{post.post.post};
    std::set<std::int64_t> followed;
    const auto take = [&](const storage::Archive::Shelved& row) {
        const auto card = mailroom::open_card(room_.vault, row.card, row.post.id);
        for (const auto link : card ? terms.links(*card) : std::vector<std::int64_t>()) {
            if (!followed.insert(link).second) continue;
            auto tied = room_.store.search_index().linked(link);
            const auto also = due_->find({row.post.list, link});
            if (also != due_->end()) tied.insert(tied.end(), also->second.begin(), also->second.end());
            std::copy_if(tied.begin(), tied.end(), std::back_inserter(waiting), [&](PostKey key) { return seen.insert(key).second; });
        }
        if (reader_.ask(row.post).yes()) members.push_back({row.post, card.value_or(mailroom::Card{})});
    };
    take(post);
    while (!waiting.empty()) {
        const auto row = room_.store.archive().get(waiting.back());
        waiting.pop_back();
        if (row && row->post.list == post.post.list) take(*row);
    }
    std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
        return a.post.posted != b.post.posted ? a.post.posted < b.post.posted : a.post.id < b.post.id;
    });
    return members;
}

const Kin::Found& Kin::of(const storage::Archive::Shelved& post) {
    const auto known = at_.find(post.post.post);
    if (known != at_.end()) return found_[known->second];
    const auto members = gathered(post);
    std::vector<ToThread> cards;
    for (const auto& one : members) cards.push_back(to_thread(one.card, one.post));
    for (const auto& thread : threads_of(cards)) {
        auto& made = found_.emplace_back();
        made.thread = members[*std::min_element(thread.posts.begin(), thread.posts.end())].post.id;
        for (const auto at : thread.posts) {
            made.posts.push_back(members[at].post.id);
            at_[members[at].post.post] = found_.size() - 1;
        }
    }
    const auto here = at_.find(post.post.post);
    if (here != at_.end()) return found_[here->second];
    found_.push_back({post.post.id, {post.post.id}});  // not for this reader
    return found_.back();
}

}  // namespace caveat::archive
