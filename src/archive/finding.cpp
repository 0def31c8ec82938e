// A search: what of the index may be meant, and what is due, in the order of its date; then of each whether this person may read it, and,
// where the index cannot tell for sure (phrases, what is due), whether the post says so itself.
#include <algorithm>
#include <ctime>
#include <limits>

#include "asked.hpp"
#include "caveat/archive/archive.hpp"
#include "index_blocks.hpp"
#include "kin.hpp"
#include "looked.hpp"

namespace caveat::archive {
namespace {

using Asked = Query::Asked;
using Kind = Asked::Kind;

// What a part of a query finds of a segment. Without a shadow of `surely` being outside `possibly`.
struct Sets {
    Bits possibly, surely;
};

class Sieve {
public:
    Sieve(Segment& segment, const ListId& list, const Terms& terms) : segment_(segment), list_(list), terms_(terms) {}

    [[nodiscard]] Sets found(const Asked& node) {
        switch (node.kind) {
            case Kind::all:
                return all(node);
            case Kind::any:
                return any(node);
            case Kind::none_of: {
                const auto inner = any(node);
                return {inner.surely.others(), inner.possibly.others()};
            }
            case Kind::words:
                return words(node);
            case Kind::from:
                return exactly(segment_.from(node.text));
            case Kind::list:
                return everything(list_.value == node.text);
            case Kind::label:
                return exactly(segment_.where([&](const Indexed& post) { return post.label == node.label; }));
            case Kind::before:
                return time(node.at, false);
            case Kind::after:
                return time(node.at, true);
            case Kind::attachment:
                return exactly(segment_.where([](const Indexed& post) { return post.attachment; }));
        }
        return everything(false);
    }

private:
    static Sets exactly(const Bits& bits) { return {bits, bits}; }
    [[nodiscard]] Sets everything(bool is) const { return exactly(Bits(segment_.posts(), is)); }

    Sets all(const Asked& node) {
        auto sets = everything(true);
        for (const auto& part : node.parts) {
            if (!sets.possibly.any()) break;
            const auto one = found(*part);
            sets.possibly &= one.possibly;
            sets.surely &= one.surely;
        }
        return sets;
    }

    Sets any(const Asked& node) {
        auto sets = everything(false);
        for (const auto& part : node.parts) {
            const auto one = found(*part);
            sets.possibly |= one.possibly;
            sets.surely |= one.surely;
        }
        return sets;
    }

    // That words stand one behind the other the index does not know.
    Sets words(const Asked& node) {
        auto sets = everything(true);
        auto wanted = terms_.pairs(node.words);
        for (const auto& word : node.words) wanted.push_back(terms_.term(word));
        for (const auto term : wanted) {
            if (!sets.possibly.any()) break;
            sets.possibly &= segment_.with(term);
        }
        sets.surely = Bits(segment_.posts());
        if (node.words.size() == 1) {
            sets.possibly.each([&](std::size_t at) {
                if (!segment_.post(at).inexact) sets.surely.set(at);
            });
        }
        return sets;
    }

    Sets time(Instant at, bool after) {
        if (segment_.first() >= at) return everything(after);
        if (segment_.last() < at) return everything(!after);
        return exactly(segment_.where([&](const Indexed& post) { return (post.posted >= at) == after; }));
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

class Finding {
public:
    Finding(const mailroom::Room& room, const PersonId& person, const Query& query, const Walk& walk)
        : room_(room), query_(query), walk_(walk), reader_(room, person, room.clock.now()), kin_(room, reader_) {}

    Result<void> run(const std::function<bool(const Line&)>& visit) {
        gather_indexed();
        gather_due();
        std::sort(candidates_.begin(), candidates_.end(), [](const auto& a, const auto& b) { return a.posted < b.posted; });
        for (auto begin = candidates_.begin(); begin != candidates_.end();) {
            const auto end = std::find_if(begin, candidates_.end(), [&](const auto& one) { return one.posted != begin->posted; });
            const auto hits = of_one_moment(begin, end);
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
            begin = end;
        }
        return {};
    }

private:
    using Candidates = std::vector<Candidate>;

    [[nodiscard]] bool is_long() const { return walk_.longest && time_of_thread() - began_ >= *walk_.longest; }

    using Shelved = storage::Archive::Shelved;

    // In lists where this person reads nothing at all nothing is looked for, so that a search does not take longer for what is found there.
    bool reads_of(const ListId& list) {
        const auto known = lists_.find(list);
        if (known != lists_.end()) return known->second;
        const bool reads = (!walk_.lists || walk_.lists(list)) && reader_.reads_in(list);
        return lists_.emplace(list, reads).first->second;
    }

    void gather_indexed() {
        const auto due = room_.store.search_index().due(std::numeric_limits<std::int64_t>::max());
        due_.insert(due.begin(), due.end());
        std::map<ListId, Terms> terms;
        for (const auto& one : room_.store.search_index().segments()) {
            if (!reads_of(one.list)) continue;
            const auto before = candidates_.size();
            try {
                gather(one, terms.try_emplace(one.list, room_.vault, one.list).first->second);
            } catch (const Unreadable&) {
                candidates_.resize(before);
                for (const auto post : room_.store.search_index().posts_of(one.number)) due_.insert(post);
            }
        }
    }

    void gather(const storage::SearchIndex::Segment& row, const Terms& terms) {
        auto segment = open_segment(room_, row);
        if (walk_.after && segment.last() < walk_.after->first) return;
        const auto sets = Sieve(segment, row.list, terms).found(query_.asked());
        sets.possibly.each([&](std::size_t at) {
            const auto& post = segment.post(at);
            if (due_.count(post.post) == 0) add({post.posted, post.post, sets.surely.has(at)});
        });
    }

    void gather_due() {
        for (const auto key : due_) {
            const auto row = room_.store.archive().get(key);
            if (row && reads_of(row->post.list)) add({row->post.posted, key, false});
        }
    }

    void add(const Candidate& one) {
        if (!walk_.after || one.posted >= walk_.after->first) candidates_.push_back(one);
    }

    // In the order of their ids.
    std::vector<Shelved> of_one_moment(Candidates::const_iterator begin, Candidates::const_iterator end) {
        std::vector<Shelved> hits;
        for (auto one = begin; one != end && opened_ <= walk_.most && !is_long(); ++one) {
            auto row = room_.store.archive().get(one->post);
            if (!row || row->post.label >= community::Tlp::red) continue;
            if (walk_.after && row->post.posted == walk_.after->first && row->post.id <= walk_.after->second) continue;
            if (reader_.ask(row->post).yes() && (one->surely || says_so(row->post))) hits.push_back(std::move(*row));
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
        if (card) line.subject = subject_for(room_, reader_, hit.post, card->subject);
        return line;
    }

    mailroom::Room room_;
    const Query& query_;
    const Walk& walk_;
    mailroom::ArchiveReader reader_;
    Kin kin_;
    std::map<ListId, bool> lists_;
    std::set<PostKey> due_;
    Candidates candidates_;
    std::size_t opened_ = 0;
    std::chrono::nanoseconds began_ = time_of_thread();
};

}  // namespace

Result<void> Archive::search(const PersonId& person, const Query& query, const Walk& walk, const std::function<bool(const Line&)>& visit) {
    const storage::Store::Reading reading(room_.store);
    return Finding(room_, person, query, walk).run(visit);
}

}  // namespace caveat::archive
