#include "caveat/archive/indexing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "caveat/mail/label.hpp"
#include "caveat/mail/search_words.hpp"
#include "index_blocks.hpp"
#include "looked.hpp"
#include "terms.hpp"

namespace caveat::archive {
namespace {

using Rows = storage::SearchIndex;

// What keys of segments are called that this program can read. Those of earlier programs, which knew less of a post or broke its words
// otherwise, begin with "index" as well.
constexpr std::string_view this_form = "index4-";

bool is_of_this_form(const storage::SearchIndex::Segment& segment) { return segment.key_name.starts_with(this_form); }

// Segments grow like the digits of a number: one takes in the others of its key that are at most so many times as big.
constexpr std::int64_t taken_in = 4;

// A post that is due, as it was read.
struct Fresh {
    PostKey key = 0;
    std::optional<storage::ArchivedPost> post = {};  // none: no row of ours
    std::optional<Indexed> found = {};               // none: nothing of it is to be found
    std::vector<std::int64_t> links = {};

    [[nodiscard]] bool is_still(const std::optional<storage::Archive::Shelved>& row) const {
        if (!row || !post) return !row && !post;
        return row->post.label == post->label && row->post.posted == post->posted && row->post.ended == post->ended &&
               row->post.forgotten == post->forgotten;
    }
};

class Reading {
public:
    explicit Reading(const mailroom::Room& room) : room_(room) {}

    Fresh read(PostKey key) {
        Fresh fresh{key};
        auto row = room_.store.archive().get(key);
        if (!row) return fresh;
        fresh.post = std::move(row->post);
        if (fresh.post->forgotten || fresh.post->ended) return fresh;
        const auto& terms = terms_of(fresh.post->list);
        const auto card = mailroom::open_card(room_.vault, row->card, fresh.post->id);
        if (card) fresh.links = terms.links(*card);
        if (fresh.post->label < community::Tlp::red) fresh.found = found(*fresh.post, card ? card->subject : std::string());
        return fresh;
    }

private:
    const Terms& terms_of(const ListId& list) {
        const auto known = terms_.find(list);
        return known != terms_.end() ? known->second : terms_.emplace(list, Terms(room_.vault, list)).first->second;
    }

    // A few thousand words are most of what is written; each is hashed once a pass.
    Term term_of(const ListId& list, const std::string& word) {
        constexpr std::size_t most_known = 200'000;
        auto& known = known_[list];
        if (known.size() > most_known) known.clear();
        const auto [at, fresh] = known.try_emplace(word);
        if (fresh) at->second = terms_of(list).term(word);
        return at->second;
    }

    Indexed found(const storage::ArchivedPost& post, const std::string& subject) {
        static const PersonId nobody;
        Looked looked(room_, post, nobody);
        Indexed made;
        made.post = post.post;
        made.posted = post.posted;
        made.distributed = post.distributed;
        made.label = post.label;
        made.sealed_only = post.sealed_only;
        made.author = {looked.from(), post.author.value_or(PersonId{})};
        made.attachment = looked.has_attachment();
        if (post.label >= subjects_below) return made;
        made.terms = with_pairs(post.list, looked.words());
        sort_once(made.terms);
        // A tag of another list: in the copies of who may know that list.
        const auto of_subject = mail::search_words(subject);
        const auto besides = with_pairs(post.list, of_subject);
        made.inexact = !std::all_of(besides.begin(), besides.begin() + static_cast<std::ptrdiff_t>(of_subject.size()),
                                    [&](Term term) { return std::binary_search(made.terms.begin(), made.terms.end(), term); });
        made.terms.insert(made.terms.end(), besides.begin(), besides.end());
        const auto tags = mail::subject_tags(subject);
        if (std::any_of(tags.begin(), tags.end(), [&](const auto& tag) { return tag != post.list.value; }))
            add_pairs_across(post.list, of_subject, looked, made.terms);
        sort_once(made.terms);
        return made;
    }

    // Words, and each two in a row.
    std::vector<Term> with_pairs(const ListId& list, const std::vector<std::string>& words) {
        std::vector<Term> all;
        all.reserve(2 * words.size());
        for (const auto& word : words) all.push_back(term_of(list, word));
        const auto pairs = pairs_of(words, all);
        all.insert(all.end(), pairs.of_signs.begin(), pairs.of_signs.end());
        all.insert(all.end(), pairs.of_words.begin(), pairs.of_words.end());
        return all;
    }

    // Some readers have some of the tags in their subject: whatever of it may stand in front of what, and of the text's first word.
    void add_pairs_across(const ListId& list, std::vector<std::string> of_subject, Looked& looked, std::vector<Term>& into) {
        const auto shown = mail::search_words(looked.subject());
        of_subject.insert(of_subject.end(), shown.begin(), shown.end());
        std::vector<Term> ones;
        for (const auto& word : of_subject) ones.push_back(term_of(list, word));
        sort_once(ones);
        auto next = ones;
        if (looked.words().size() > shown.size()) next.push_back(term_of(list, looked.words()[shown.size()]));
        for (const auto one : ones) {
            for (const auto other : next) into.push_back(pair_of_words(one, other));
        }
    }

    static void sort_once(std::vector<Term>& terms) {
        std::sort(terms.begin(), terms.end());
        terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    }

    const mailroom::Room& room_;
    std::map<ListId, Terms> terms_;
    std::map<ListId, std::unordered_map<std::string, Term>> known_;
};

// In a transaction, what was read into the index of one list after the other.
class Writing {
public:
    explicit Writing(const mailroom::Room& room) : room_(room), rows_(room.store.search_index()) {}

    void write(std::vector<Fresh> all) {
        std::map<ListId, std::vector<Fresh*>> by_list;
        for (auto& fresh : all) {
            if (fresh.post) by_list[fresh.post->list].push_back(&fresh);
        }
        for (auto& [list, fresh] : by_list) {
            for (const auto* one : fresh) take_out(*one);
            destroy_former_keys(list, fresh);
            std::vector<Indexed> posts;
            for (auto* one : fresh) {
                if (one->found) posts.push_back(std::move(*one->found));
            }
            put(list, std::move(posts));
        }
        for (const auto& fresh : all) {
            if (!fresh.found) rows_.place(fresh.key, 0);
            rows_.done(fresh.key, fresh.links);
        }
    }
    // Of what posts that were forgotten were sealed under.
    [[nodiscard]] const std::set<std::string>& old_keys() const { return old_keys_; }

private:
    // With it go all that are due besides: they come in again by themselves, and what shares their key is sealed anew once.
    void take_out(const Fresh& fresh) {
        const auto number = rows_.segment_of(fresh.key);
        if (!number) return;
        auto segments = rows_.segments(fresh.post->list);
        const auto stale = std::find_if(segments.begin(), segments.end(), [&](const auto& one) { return one.number == *number; });
        if (stale == segments.end()) return rows_.place(fresh.key, 0);
        const auto key_name = stale->key_name;
        std::erase_if(segments, [&](const auto& one) { return one.key_name != key_name; });
        std::vector<Indexed> posts;
        for (const auto& one : segments) take(one, posts);
        std::erase_if(posts, [&](const Indexed& post) { return leaves(post.post); });
        rows_.add_former_key(fresh.post->list, key_name);
        write_segment(fresh.post->list, fresh_name(), std::move(posts));
    }

    bool leaves(PostKey post) {
        if (!rows_.is_due(post)) return false;
        rows_.place(post, 0);
        return true;
    }

    // Whatever of the list's index an older copy of the database may have of them.
    void destroy_former_keys(const ListId& list, const std::vector<Fresh*>& all) {
        if (std::none_of(all.begin(), all.end(), [](const Fresh* one) { return one->post->forgotten.has_value(); })) return;
        for (auto& name : rows_.take_former_keys(list)) old_keys_.insert(std::move(name));
    }

    void put(const ListId& list, std::vector<Indexed> posts) {
        if (posts.empty()) return;
        std::map<std::string, std::vector<Rows::Segment>> by_key;
        std::map<std::string, std::int64_t> size;
        for (auto& one : rows_.segments(list)) {
            size[one.key_name] += one.posts;
            by_key[one.key_name].push_back(std::move(one));
        }
        const auto room_for = static_cast<std::int64_t>(most_posts_of_segment - posts.size());
        const auto open = std::find_if(size.begin(), size.end(), [&](const auto& key) { return key.second <= room_for; });
        if (open == size.end()) return write_segment(list, fresh_name(), std::move(posts));
        auto& beside = by_key[open->first];
        std::sort(beside.begin(), beside.end(), [](const auto& a, const auto& b) { return a.posts < b.posts; });
        for (const auto& one : beside) {
            if (one.posts > taken_in * static_cast<std::int64_t>(posts.size())) break;
            take(one, posts);
        }
        write_segment(list, open->first, std::move(posts));
    }

    // Moves what a segment has; of one that does not open, its posts are due anew.
    void take(const Rows::Segment& segment, std::vector<Indexed>& into) {
        try {
            auto posts = open_segment(room_, segment).whole();
            std::move(posts.begin(), posts.end(), std::back_inserter(into));
        } catch (const Unreadable&) {
            for (const auto post : rows_.posts_of(segment.number)) {
                rows_.place(post, 0);
                rows_.make_due(post);
            }
        }
        rows_.remove(segment.number);
    }

    void write_segment(const ListId& list, const std::string& key_name, std::vector<Indexed> posts) {
        if (posts.empty()) return;
        Rows::Segment segment{0, key_name, list, static_cast<std::int64_t>(posts.size())};
        std::vector<PostKey> keys;
        for (const auto& post : posts) keys.push_back(post.post);
        segment.number = rows_.add(segment);
        std::int64_t place = 0;
        for (const auto& block : blocks_of(std::move(posts))) {
            rows_.put_block(segment.number, place, room_.vault.seal_to_forget(block, block_context(segment, place)));
            ++place;
        }
        for (const auto key : keys) rows_.place(key, segment.number);
    }

    [[nodiscard]] std::string fresh_name() const {
        const auto now = std::chrono::floor<std::chrono::milliseconds>(room_.clock.now()).time_since_epoch().count();
        return std::string(this_form) + vault::new_uuid(now);
    }

    const mailroom::Room& room_;
    Rows& rows_;
    std::set<std::string> old_keys_;
};

}  // namespace

std::string block_context(const storage::SearchIndex::Segment& segment, std::int64_t place) {
    return fmt::format("search {} {} {}", segment.number, place, segment.key_name);
}

Segment open_segment(const mailroom::Room& room, const storage::SearchIndex::Segment& segment) {
    if (!is_of_this_form(segment)) throw Unreadable("of an earlier program");
    return Segment([&room, segment, opener = room.vault.opener(segment.key_name)](std::int64_t place) {
        const auto sealed = room.store.search_index().block(segment.number, place);
        auto block = sealed ? opener.open(*sealed, block_context(segment, place)) : fail(errc::not_found, "gone");
        if (!block) throw Unreadable("a block does not open");
        return std::move(*block);
    });
}

Result<std::size_t> Indexing::pass(std::size_t most, const Destruction& destroy) {
    const auto segments = room_.store.search_index().segments();
    if (!std::all_of(segments.begin(), segments.end(), is_of_this_form)) rebuild();
    std::vector<Fresh> all;
    {
        const storage::Store::Reading view(room_.store);
        Reading reading(room_);
        for (const auto key : room_.store.search_index().due(std::min(most, most_a_pass))) all.push_back(reading.read(key));
    }
    if (all.empty()) return 0;
    const auto read = all.size();
    storage::Store::Transaction transaction(room_.store);
    // What another pass took in, or somebody changed, since it was read.
    std::erase_if(all, [&](const Fresh& fresh) {
        return !room_.store.search_index().is_due(fresh.key) || !fresh.is_still(room_.store.archive().get(fresh.key));
    });
    Writing writing(room_);
    writing.write(std::move(all));
    if (!writing.old_keys().empty()) {
        room_.store.search_index().overwrite();
        const auto destroyed = destroy({writing.old_keys().begin(), writing.old_keys().end()});
        if (!destroyed && destroyed.error().code != errc::conflict) return tl::unexpected(destroyed.error());
    }
    transaction.commit();
    return read;
}

std::vector<std::string> Indexing::take_out(PostKey post) {
    Writing writing(room_);
    writing.write({Reading(room_).read(post)});
    room_.store.search_index().overwrite();
    return {writing.old_keys().begin(), writing.old_keys().end()};
}

void Indexing::rebuild() {
    storage::Store::Transaction transaction(room_.store);
    room_.store.search_index().remove_all();
    transaction.commit();
}

}  // namespace caveat::archive
