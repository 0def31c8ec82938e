// RFC 5256 §3, REFERENCES, by its numbered steps. Messages are nodes of one forest of indices; a node without a post is a dummy: an id that
// somebody named and nobody here has.
#include "caveat/archive/threads.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace caveat::archive {
namespace {

using NodeAt = std::size_t;
constexpr NodeAt nowhere = std::numeric_limits<NodeAt>::max();

struct Node {
    std::size_t post = nowhere;  // nowhere: a dummy
    NodeAt parent = nowhere;
    std::vector<NodeAt> children = {};

    [[nodiscard]] bool dummy() const { return post == nowhere; }
};

class Forest {
public:
    explicit Forest(std::span<const ToThread> posts) : posts_(posts) { nodes_.reserve(posts.size() * 2); }

    std::vector<Thread> threads() {
        link_all();          // 1
        gather_roots();      // 2
        prune();             // 3
        sort(roots_);        // 4
        merge_by_subject();  // 5
        sort_all();          // 6
        std::vector<Thread> all;
        for (const auto root : roots_) all.push_back(laid_out(root));
        return all;
    }

private:
    // ---- 1: parents and children
    void link_all() {
        for (std::size_t i = 0; i < posts_.size(); ++i) {
            const auto self = own_node(i);
            const auto& references = references_of(posts_[i]);
            NodeAt before = nowhere;
            for (const auto& id : references) {
                const auto node = node_of(id);
                if (before != nowhere && nodes_[node].parent == nowhere) link(before, node);  // A
                before = node;
            }
            if (nodes_[self].parent == before) continue;
            unlink(self);
            if (before != nowhere) link(before, self);  // B
        }
    }

    // Without references the first id of In-Reply-To is the only one.
    [[nodiscard]] static std::vector<std::string> references_of(const ToThread& post) {
        if (!post.references.empty() || post.in_reply_to.empty()) return post.references;
        return {post.in_reply_to.front()};
    }

    NodeAt add(std::size_t post) {
        nodes_.push_back({post});
        return nodes_.size() - 1;
    }

    NodeAt node_of(const std::string& id) {
        const auto [found, fresh] = by_id_.try_emplace(id, nodes_.size());
        if (fresh) add(nowhere);
        return found->second;
    }

    // The second of one id stands for itself.
    NodeAt own_node(std::size_t post) {
        if (posts_[post].message_id.empty()) return add(post);
        const auto node = node_of(posts_[post].message_id);
        if (!nodes_[node].dummy()) return add(post);
        nodes_[node].post = post;
        return node;
    }

    void link(NodeAt parent, NodeAt child) {
        if (parent == child) return;
        // Who has no children is nobody's ancestor. Behind so many levels it is not looked for, and a thread goes on as another: a mail may
        // name any ids in any order, and each post of a list asks this.
        constexpr int most_levels = 1000;
        if (!nodes_[child].children.empty()) {
            int level = 0;
            for (auto at = parent; at != nowhere; at = nodes_[at].parent) {
                if (at == child || ++level > most_levels) return;
            }
        }
        nodes_[child].parent = parent;
        nodes_[parent].children.push_back(child);
    }

    void unlink(NodeAt child) {
        auto& parent = nodes_[child].parent;
        if (parent == nowhere) return;
        auto& brothers = nodes_[parent].children;
        brothers.erase(std::find(brothers.begin(), brothers.end(), child));
        parent = nowhere;
    }

    // ---- 2 and 3
    void gather_roots() {
        for (NodeAt at = 0; at < nodes_.size(); ++at) {
            if (nodes_[at].parent == nowhere) roots_.push_back(at);
        }
    }

    // Every node below these, parents before children.
    [[nodiscard]] std::vector<NodeAt> downwards(const std::vector<NodeAt>& from) const {
        auto order = from;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const auto& children = nodes_[order[i]].children;
            order.insert(order.end(), children.begin(), children.end());
        }
        return order;
    }

    // Children have been seen to before: a dummy among them has no dummies of its own.
    std::vector<NodeAt> without_dummies(const std::vector<NodeAt>& children) {
        std::vector<NodeAt> kept;
        for (const auto child : children) {
            if (nodes_[child].dummy()) {
                kept.insert(kept.end(), nodes_[child].children.begin(), nodes_[child].children.end());
            } else {
                kept.push_back(child);
            }
        }
        return kept;
    }

    void prune() {
        const auto order = downwards(roots_);
        for (auto at = order.rbegin(); at != order.rend(); ++at) nodes_[*at].children = without_dummies(nodes_[*at].children);
        std::vector<NodeAt> kept;
        for (const auto root : roots_) {
            const auto& node = nodes_[root];
            if (!node.dummy() || node.children.size() > 1) {
                kept.push_back(root);
            } else if (!node.children.empty()) {
                kept.push_back(node.children.front());
            }
        }
        roots_ = std::move(kept);
        for (const auto root : roots_) nodes_[root].parent = nowhere;
    }

    // ---- 4 and 6: a dummy stands where its first child does
    [[nodiscard]] std::size_t first_post(NodeAt at) {
        if (!nodes_[at].dummy()) return nodes_[at].post;
        std::size_t first = nowhere;
        for (const auto child : nodes_[at].children) {
            const auto post = nodes_[child].dummy() ? first_post(child) : nodes_[child].post;
            if (first == nowhere || earlier(post, first)) first = post;
        }
        return first;
    }

    [[nodiscard]] bool earlier(std::size_t a, std::size_t b) const {
        return posts_[a].sent != posts_[b].sent ? posts_[a].sent < posts_[b].sent : a < b;
    }

    void sort(std::vector<NodeAt>& brothers) {
        std::vector<std::pair<std::size_t, NodeAt>> by_post;
        by_post.reserve(brothers.size());
        for (const auto at : brothers) by_post.emplace_back(first_post(at), at);
        std::sort(by_post.begin(), by_post.end(), [&](const auto& a, const auto& b) { return earlier(a.first, b.first); });
        std::transform(by_post.begin(), by_post.end(), brothers.begin(), [](const auto& pair) { return pair.second; });
    }

    void sort_all() {
        for (const auto at : downwards(roots_)) {
            auto children = nodes_[at].children;
            sort(children);
            nodes_[at].children = std::move(children);
        }
        sort(roots_);
    }

    // ---- 5
    [[nodiscard]] BaseSubject thread_subject(NodeAt root) { return base_subject(posts_[first_post(root)].subject); }

    void merge_by_subject() {
        std::unordered_map<std::string, NodeAt> table;
        std::vector<BaseSubject> subjects;
        for (const auto root : roots_) {
            const auto& subject = subjects.emplace_back(thread_subject(root));
            if (subject.text.empty()) continue;
            const auto [known, fresh] = table.try_emplace(subject.text, root);
            if (fresh || nodes_[known->second].dummy()) continue;
            const bool was_reply = thread_subject(known->second).is_reply;
            if (nodes_[root].dummy() || (was_reply && !subject.is_reply)) known->second = root;
        }
        std::vector<NodeAt> kept;
        for (std::size_t i = 0; i < roots_.size(); ++i) {
            const auto root = roots_[i];
            if (subjects[i].text.empty()) {
                kept.push_back(root);
                continue;
            }
            auto& into = table.at(subjects[i].text);
            if (into == root) {
                kept.push_back(root);
            } else {
                into = merged(into, root, subjects[i].is_reply);
            }
        }
        // A new dummy took the place of a root that may have been kept before.
        std::erase_if(kept, [&](NodeAt at) { return nodes_[at].parent != nowhere; });
        for (const auto at : made_) {
            if (nodes_[at].parent == nowhere) kept.push_back(at);
        }
        roots_ = std::move(kept);
    }

    // What stands in the table afterwards.
    NodeAt merged(NodeAt into, NodeAt root, bool is_reply) {
        if (nodes_[into].dummy()) {
            if (nodes_[root].dummy()) {
                const auto children = std::exchange(nodes_[root].children, {});
                for (const auto child : children) adopt(into, child);
            } else {
                adopt(into, root);
            }
            return into;
        }
        if (is_reply && !base_subject(posts_[nodes_[into].post].subject).is_reply) {
            adopt(into, root);
            return into;
        }
        const auto dummy = add(nowhere);
        made_.push_back(dummy);
        adopt(dummy, into);
        adopt(dummy, root);
        return dummy;
    }

    void adopt(NodeAt parent, NodeAt child) {
        nodes_[child].parent = parent;
        nodes_[parent].children.push_back(child);
    }

    [[nodiscard]] Thread laid_out(NodeAt root) const {
        Thread thread;
        std::vector<std::pair<NodeAt, std::size_t>> waiting{{root, 0}};
        while (!waiting.empty()) {
            const auto [at, depth] = waiting.back();
            waiting.pop_back();
            const auto& node = nodes_[at];
            if (!node.dummy()) {
                thread.posts.push_back(node.post);
                thread.depth.push_back(depth);
            }
            const auto below = node.dummy() ? depth : depth + 1;
            for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) waiting.emplace_back(*child, below);
        }
        return thread;
    }

    std::span<const ToThread> posts_;
    std::vector<Node> nodes_;
    std::unordered_map<std::string, NodeAt> by_id_;
    std::vector<NodeAt> roots_;
    std::vector<NodeAt> made_;  // the dummies of step 5
};

}  // namespace

std::vector<Thread> threads_of(std::span<const ToThread> posts) { return Forest(posts).threads(); }

}  // namespace caveat::archive
