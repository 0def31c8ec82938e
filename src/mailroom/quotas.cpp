#include "caveat/mailroom/quotas.hpp"

#include <algorithm>

namespace caveat::mailroom {
namespace {

constexpr std::chrono::hours remembered_as_given_up{1};
constexpr std::chrono::seconds between_looks{1};

// How much there is of one state, of one author and of all.
struct Counted {
    std::size_t own = 0, all = 0;
    std::uint64_t own_bytes = 0, all_bytes = 0;
};

Counted count(const std::deque<Unproven::Mail>& mails, const Unproven::Mail& like, Unproven::State state) {
    Counted counted;
    for (const auto& mail : mails) {
        if (mail.state != state || mail.by_envelope != like.by_envelope) continue;
        ++counted.all;
        counted.all_bytes += mail.bytes;
        if (mail.author != like.author) continue;
        ++counted.own;
        counted.own_bytes += mail.bytes;
    }
    return counted;
}

}  // namespace

// Nor what lies ahead of a clock that was set back by more than that.
void Unproven::let_go(const Quotas& quotas, Instant now) {
    std::erase_if(mails_, [&](const Mail& mail) {
        const std::chrono::seconds life = mail.state == State::given_up ? remembered_as_given_up : quotas.unproven_life;
        return mail.at + life <= now || mail.at > now + life;
    });
}

bool Unproven::fits(const Quotas& quotas, const Mail& more, Instant now) {
    let_go(quotas, now);
    if (more.state == State::awaited) {
        const auto given_up = count(mails_, more, State::given_up);
        if (given_up.own >= most_given_up_an_hour || given_up.all >= most_given_up_an_hour_of_all) return false;
    }
    const auto has = count(mails_, more, more.state);
    return quotas.unproven.fits(has.own, has.own_bytes, more.bytes) && quotas.all_unproven.fits(has.all, has.all_bytes, more.bytes);
}

void Unproven::forget(const PostId& id) {
    std::erase_if(mails_, [&](const Mail& mail) { return mail.id == id; });
}

void Unproven::verified(const PostId& id) {
    std::erase_if(mails_, [&](const Mail& mail) { return mail.id == id && mail.state != State::claimed; });
}

bool Unproven::may_stay(const Quotas& quotas, const PostId& id, Instant now) {
    const auto mail = std::find_if(mails_.begin(), mails_.end(), [&](const Mail& one) { return one.id == id; });
    if (mail == mails_.end() || mail->state == State::claimed) return true;
    if (mail->state == State::given_up) return false;
    auto claimed = *mail;
    claimed.state = State::claimed;
    mails_.erase(mail);
    const bool room = fits(quotas, claimed, now);
    if (!room) {
        claimed.state = State::given_up;
        claimed.at = now;
    }
    mails_.push_back(std::move(claimed));
    return room;
}

std::vector<PostId> Unproven::awaited(Instant now) {
    std::vector<PostId> ids;
    if (now >= looked_ && now - looked_ < between_looks) return ids;
    looked_ = now;
    for (const auto& mail : mails_) {
        if (mail.state == State::awaited) ids.push_back(mail.id);
    }
    return ids;
}

}  // namespace caveat::mailroom
