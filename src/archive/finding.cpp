// A search: what of the index may be meant, and what is due, in the order of its date; then of each whether this person may read it, and,
// where the index cannot tell for sure (phrases, what is due), whether the post says so itself.
#include <algorithm>
#include <ctime>

#include "asked.hpp"
#include "caveat/archive/archive.hpp"
#include "index_blocks.hpp"
#include "kin.hpp"
#include "looked.hpp"

namespace caveat::archive {
namespace {

using Asked = Query::Asked;
using Kind = Asked::Kind;

// What a part of a query finds of a segment. Without a shadow of `surely` being outside `possibly`. Of posts with words that not every
// reader's copy has, `surely` is as if the index knew the words of each copy: who uses it looks at IndexedFacts::inexact.
struct Sets {
    Bits possibly, surely;
};

bool asks_for_words(const Asked& node) {
    return node.kind == Kind::words ||
           std::any_of(node.parts.begin(), node.parts.end(), [](const auto& part) { return asks_for_words(*part); });
}

// Each part is asked about what the parts before it left, so that blocks which hold nothing of that are not opened.
class Sieve {
public:
    Sieve(Segment& segment, const ListId& list, const Terms& terms) : segment_(segment), list_(list), terms_(terms) {}

    [[nodiscard]] Sets found(const Asked& node) { return of(Bits(segment_.posts(), true), node); }

private:
    // Right for these; of others it says nothing.
    Sets of(const Bits& these, const Asked& node) {
        switch (node.kind) {
            case Kind::all:
                return all(these, node);
            case Kind::any:
                return any(these, node);
            case Kind::none_of: {
                auto inner = any(these, node);
                inner.surely &= these;
                if (asks_for_words(node))
                    inner.surely = segment_.where(inner.surely, [](const IndexedFacts& post) { return !post.inexact; });
                return {inner.surely.others(), inner.possibly.others()};
            }
            case Kind::words:
                return words(these, node);
            case Kind::from:
                return exactly(segment_.by(
                    these, segment_.authors_who([&](const Author& author) { return author.from.find(node.text) != std::string::npos; })));
            case Kind::list:
                return everything(list_.value == node.text);
            case Kind::label:
                return exactly(segment_.where(these, [&](const IndexedFacts& post) { return post.label == node.label; }));
            case Kind::before:
                return time(these, node.at, false);
            case Kind::after:
                return time(these, node.at, true);
            case Kind::attachment:
                return exactly(segment_.where(these, [](const IndexedFacts& post) { return post.attachment; }));
        }
        return everything(false);
    }

    static Sets exactly(const Bits& bits) { return {bits, bits}; }
    [[nodiscard]] Sets everything(bool is) const { return exactly(Bits(segment_.posts(), is)); }

    // First what opens nothing or little.
    Sets all(const Bits& these, const Asked& node) {
        Sets sets{these, these};
        for (const int cost : {0, 1, 2}) {
            for (const auto& part : node.parts) {
                if (cost_of(*part) != cost) continue;
                if (!sets.possibly.any()) return sets;
                const auto one = of(sets.possibly, *part);
                sets.possibly &= one.possibly;
                sets.surely &= one.surely;
            }
        }
        return sets;
    }

    [[nodiscard]] int cost_of(const Asked& node) const {
        if (node.kind == Kind::words) return 1;
        const bool of_time = node.kind == Kind::before || node.kind == Kind::after;
        const bool divides = segment_.first() < node.at && node.at <= segment_.last();
        return node.kind == Kind::list || (of_time && !divides) ? 0 : 2;
    }

    Sets any(const Bits& these, const Asked& node) {
        auto sets = everything(false);
        for (const auto& part : node.parts) {
            const auto one = of(these, *part);
            sets.possibly |= one.possibly;
            sets.surely |= one.surely;
        }
        return sets;
    }

    // That words stand one behind the other the index does not know.
    Sets words(const Bits& these, const Asked& node) {
        Sets sets{these, Bits(segment_.posts())};
        const auto of_words = terms_.terms(node.words);
        const auto pairs = pairs_of(node.words, of_words);
        // First what fewest posts have.
        for (const auto* wanted : {&pairs.of_signs, &of_words, &pairs.of_words}) {
            for (const auto term : *wanted) {
                if (!sets.possibly.any()) break;
                sets.possibly &= segment_.with(term);
            }
        }
        if (node.words.size() == 1) sets.surely = sets.possibly;
        return sets;
    }

    Sets time(const Bits& these, Instant at, bool after) {
        if (segment_.first() >= at) return everything(after);
        if (segment_.last() < at) return everything(!after);
        return exactly(segment_.where(these, [&](const IndexedFacts& post) { return (post.posted >= at) == after; }));
    }

    Segment& segment_;
    const ListId& list_;
    const Terms& terms_;
};

// Of this thread alone, so that a machine that is busy with others cuts nothing short.
std::chrono::nanoseconds time_of_thread() {
    timespec spent{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

struct Candidate {
    Instant posted{};
    PostKey post = 0;
    bool surely = false;
};

// The earliest on top of a heap.
bool comes_after(const Candidate& a, const Candidate& b) { return a.posted > b.posted; }

// In the order of their date, as far as `visit` goes: of the index only so much is opened. A segment waits until what is at hand is as late
// as its first post.
class Finding {
public:
    Finding(const mailroom::Room& room, const PersonId& person, const Query& query, const Walk& walk)
        : room_(room), query_(query), walk_(walk), reader_(room, person, room.clock.now()), kin_(room, reader_) {}

    Result<void> run(const std::function<bool(const Line&)>& visit) {
        gather_due();
        find_segments();
        for (;;) {
            gather_indexed();
            if (candidates_.empty()) return {};
            const auto hits = of_one_moment(next_moment());
            if (opened_ > walk_.most) {
                return fail(errc::limit,
                            "that is more than a search looks through ({} MiB of posts): narrow it by list:, before:, after: or label:",
                            walk_.most >> 20U);
            }
            if (is_long()) {
                return fail(errc::limit, "that takes longer than a search may ({} ms): narrow it by list:, before:, after: or label:",
                            walk_.longest->count());
            }
            for (const auto& hit : hits) {
                if (!visit(line_of(hit))) return {};
            }
        }
    }

private:
    [[nodiscard]] bool is_long() const { return walk_.longest && time_of_thread() - began_ >= *walk_.longest; }

    using Shelved = storage::Archive::Shelved;

    struct Waiting {
        storage::SearchIndex::Segment row;
        Segment segment;
    };

    // In lists where this person reads nothing at all nothing is looked for, so that a search does not take longer for what is found there.
    bool reads_of(const ListId& list) {
        const auto known = lists_.find(list);
        if (known != lists_.end()) return known->second;
        const bool reads = (!walk_.lists || walk_.lists(list)) && reader_.reads_in(list);
        return lists_.emplace(list, reads).first->second;
    }

    void gather_due() {
        for (const auto& one : room_.store.search_index().due_by_key()) {
            due_.push_back(one.post);
            if (reads_of(one.list)) add({one.posted, one.post, false});
        }
    }

    [[nodiscard]] bool is_due(PostKey post) const { return std::binary_search(due_.begin(), due_.end(), post); }

    // The latest first.
    void find_segments() {
        for (auto& row : room_.store.search_index().segments()) {
            if (!reads_of(row.list)) continue;
            try {
                auto segment = open_segment(room_, row);
                if (!walk_.after || segment.last() >= walk_.after->first) waiting_.push_back({std::move(row), std::move(segment)});
            } catch (const Unreadable&) {
                gather_unreadable(row);
            }
        }
        std::sort(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) { return a.segment.first() > b.segment.first(); });
        std::make_heap(candidates_.begin(), candidates_.end(), comes_after);
    }

    void gather_indexed() {
        while (!waiting_.empty() && (candidates_.empty() || waiting_.back().segment.first() <= candidates_.front().posted)) {
            const auto before = candidates_.size();
            try {
                gather(waiting_.back());
            } catch (const Unreadable&) {
                candidates_.resize(before);
                gather_unreadable(waiting_.back().row);
            }
            waiting_.pop_back();
            std::make_heap(candidates_.begin(), candidates_.end(), comes_after);
        }
    }

    void gather(Waiting& from) {
        auto& [row, segment] = from;
        if (!could_read_any(row.list, segment)) return;
        const auto sets = Sieve(segment, row.list, terms_.try_emplace(row.list, room_.vault, row.list).first->second).found(query_.asked());
        if (!sets.possibly.any()) return;
        const auto own = segment.authors_who([&](const Author& author) { return author.person == reader_.person(); });
        sets.possibly.each([&](std::size_t at) {
            const auto& post = segment.post(at);
            const mailroom::Glimpse seen{post.label, post.distributed, segment.is_by(at, own), post.sealed_only};
            if (is_due(post.post) || !reader_.could_read(row.list, seen)) return;
            add({post.posted, post.post, sets.surely.has(at) && !(by_words_ && post.inexact)});
        });
    }

    // Of who came late most segments hold nothing: they stay closed.
    bool could_read_any(const ListId& list, Segment& segment) {
        const auto as = [&](bool own) {
            const auto kinds = segment.kinds();
            return std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
                const mailroom::Glimpse post{.label = kind.first, .own = own, .sealed_only = kind.second};
                return reader_.could_read_any(list, post, segment.first_distributed(), segment.last_distributed());
            });
        };
        if (as(false)) return true;
        const auto own = segment.authors_who([&](const Author& author) { return author.person == reader_.person(); });
        return std::find(own.begin(), own.end(), true) != own.end() && as(true);
    }

    // Its posts are looked at, as those that are due.
    void gather_unreadable(const storage::SearchIndex::Segment& segment) {
        for (const auto key : room_.store.search_index().posts_of(segment.number)) {
            const auto row = is_due(key) ? std::nullopt : room_.store.archive().get(key);
            if (row && reads_of(row->post.list)) add({row->post.posted, key, false});
        }
    }

    void add(const Candidate& one) {
        if (!walk_.after || one.posted >= walk_.after->first) candidates_.push_back(one);
    }

    std::vector<Candidate> next_moment() {
        std::vector<Candidate> moment;
        do {
            std::pop_heap(candidates_.begin(), candidates_.end(), comes_after);
            moment.push_back(candidates_.back());
            candidates_.pop_back();
        } while (!candidates_.empty() && candidates_.front().posted == moment.front().posted);
        return moment;
    }

    // In the order of their ids.
    std::vector<Shelved> of_one_moment(const std::vector<Candidate>& moment) {
        std::vector<Shelved> hits;
        for (const auto& one : moment) {
            if (opened_ > walk_.most || is_long()) break;
            auto row = room_.store.archive().get(one.post);
            if (!row || row->post.label >= community::Tlp::red) continue;
            if (walk_.after && row->post.posted == walk_.after->first && row->post.id <= walk_.after->second) continue;
            if (reader_.ask(row->post).yes() && (one.surely || says_so(row->post))) hits.push_back(std::move(*row));
        }
        std::sort(hits.begin(), hits.end(), [](const Shelved& a, const Shelved& b) { return a.post.id < b.post.id; });
        return hits;
    }

    bool says_so(const storage::ArchivedPost& post) {
        Looked looked(room_, post, reader_.person());
        const bool is = query_.matches(looked.sought());
        opened_ += looked.opened();
        return is;
    }

    Line line_of(const Shelved& hit) {
        Line line{hit.post, kin_.of(hit).thread, {}};
        if (hit.post.label >= subjects_below) return line;
        const auto card = mailroom::open_card(room_.vault, hit.card, hit.post.id);
        if (card) line.subject = mailroom::subject_for(room_, reader_, hit.post, *card);
        return line;
    }

    mailroom::Room room_;
    const Query& query_;
    const Walk& walk_;
    mailroom::ArchiveReader reader_;
    Kin kin_;
    bool by_words_ = asks_for_words(query_.asked());
    std::map<ListId, bool> lists_;
    std::map<ListId, Terms> terms_;
    std::vector<PostKey> due_;  // in order
    std::vector<Waiting> waiting_;
    std::vector<Candidate> candidates_;
    std::size_t opened_ = 0;
    std::chrono::nanoseconds began_ = time_of_thread();
};

}  // namespace

Result<void> Archive::search(const PersonId& person, const Query& query, const Walk& walk, const std::function<bool(const Line&)>& visit) {
    const storage::Store::Reading reading(room_.store);
    return Finding(room_, person, query, walk).run(visit);
}

}  // namespace caveat::archive
