#include "import_threads.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/relabelling.hpp"

namespace caveat::archive {
namespace {

using community::Tlp;

std::size_t hash_of(const std::string& id) { return std::hash<std::string>{}(id); }
Result<void> no_decision(const std::string&, const community::Deed&) { return fail(errc::denied, "an import cites none"); }

}  // namespace

std::optional<Tlp> Floors::label_now(const ImportMail& mail) {
    Waiting one{mail.number, hash_of(mail.id), *mail.label, mail.answered.direct, {}, {}};
    bool waits = false;
    const auto floor = mailroom::floor_over(mail.answered, [&](std::size_t i) {
        const auto& id = mail.answered.ids[i];
        one.answers.push_back(hash_of(id));
        one.here.push_back(std::max(mailroom::label_of_parent(room_, id), known(hash_of(id))));
        waits = waits || (i < mail.answered.direct && !one.here.back());
        return one.here.back();
    });
    if (waits) {
        waiting_.push_back(std::move(one));
        return std::nullopt;
    }
    const auto label = std::max(*mail.label, floor.value_or(*mail.label));
    know(mail, label);
    return label;
}

void Floors::know(const ImportMail& mail, Tlp label) {
    if (!mail.id.empty()) know(hash_of(mail.id), label);
}

std::map<std::size_t, Tlp> Floors::settled() {
    for (const auto& one : waiting_) know(one.id, one.label);
    // Forwards and backwards in turn: most files stand in the order of time, or against it.
    for (bool changed = true; changed;) {
        changed = false;
        for (auto& one : waiting_) changed = rises(one) || changed;
        for (auto one = waiting_.rbegin(); one != waiting_.rend(); ++one) changed = rises(*one) || changed;
    }
    std::map<std::size_t, Tlp> labels;
    for (const auto& one : waiting_) labels.emplace(one.number, one.label);
    return labels;
}

std::optional<Tlp> Floors::known(std::size_t id) const {
    const auto found = labels_.find(id);
    return found == labels_.end() ? std::nullopt : std::optional(found->second);
}

void Floors::know(std::size_t id, Tlp label) {
    const auto [at, first] = labels_.try_emplace(id, label);
    at->second = std::max(at->second, label);
}

bool Floors::rises(Waiting& one) {
    const auto floor = mailroom::floor_over({std::vector<std::string>(one.answers.size()), one.direct}, [&](std::size_t i) {
        return one.answers[i] == one.id ? std::nullopt : std::max(one.here[i], known(one.answers[i]));
    });
    if (!floor || *floor <= one.label) return false;
    one.label = *floor;
    know(one.id, one.label);
    return true;
}

std::vector<Passed> Followers::raise(const std::string& message_id) {
    std::vector<Passed> stay;
    std::vector<std::string> of{message_id};
    while (!of.empty()) {
        const auto id = std::move(of.back());
        of.pop_back();
        for (const auto key : followers_of(id)) {
            const auto row = room_.store.archive().get(key);
            const auto card =
                row ? mailroom::open_card(room_.vault, row->card, row->post.id) : Result<mailroom::Card>(fail(errc::not_found, "not here"));
            if (!card || row->post.ended || row->post.forgotten) continue;
            const auto floor = mailroom::floor_of(room_, row->post);
            if (!floor || *floor <= row->post.label) continue;
            const auto done = mailroom::relabel(room_, no_decision, by_, {row->post.id, *floor});
            if (done)
                of.push_back(card->message_id);
            else
                stay.push_back({card->message_id, "it answers what was imported, and its label stays: " + done.error().detail});
        }
    }
    return stay;
}

void Followers::look_at_due() {
    for (const auto key : room_.store.search_index().due(std::numeric_limits<std::int64_t>::max())) {
        const auto row = room_.store.archive().get(key);
        if (!row) continue;
        const auto card = mailroom::open_card(room_.vault, row->card, row->post.id);
        if (!card) continue;
        for (const auto& id : mailroom::answered_by(card->in_reply_to, card->references).ids) due_[hash_of(id)].push_back(key);
    }
    for (const auto& list : room_.store.rosters().lists()) lists_.emplace_back(room_.vault, list.id);
}

std::vector<PostKey> Followers::followers_of(const std::string& id) const {
    std::vector<PostKey> keys;
    mailroom::Card card;
    card.message_id = id;
    for (const auto& terms : lists_) {
        for (const auto link : terms.links(card)) {
            const auto tied = room_.store.search_index().linked(link);
            keys.insert(keys.end(), tied.begin(), tied.end());
        }
    }
    if (const auto due = due_.find(hash_of(id)); due != due_.end()) keys.insert(keys.end(), due->second.begin(), due->second.end());
    return keys;
}

}  // namespace caveat::archive
