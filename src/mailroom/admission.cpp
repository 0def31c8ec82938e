// From DATA to 250: who is answered what, and the one commit that makes a post ours.
#include <algorithm>

#include "address.hpp"
#include "caveat/fault.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "sender.hpp"

namespace caveat::mailroom {
namespace {

using community::Strength;

// A post that will be committed, and where its answer belongs.
struct Admitted {
    std::size_t submission = 0;
    std::size_t recipient = 0;
    storage::Post post;
    Sealed body;
};

// What an authenticated person is told at once: there is nothing at that address, or nothing they may know of. Everybody whose identity is
// not proven gets the same 250 for every address, and the journal the reason: otherwise a forged From would tell lists from nothing (A7).
bool refused_to_proven(const Room& room, const Sender& sender, const Target& target, Instant now) {
    if (sender.strength < Strength::dmarc) return false;
    const auto list = room.store.people().list(target.list);
    const auto standing = room.store.people().standing(*sender.person, target.list, now);
    if (!list || !standing || target.kind == Target::Kind::other) return true;
    return !policy::may_know(room.rules, *standing, *list, now);
}

class Admission {
public:
    Admission(const Room& room, Instant now) : room_(room), now_(now) {}

    std::vector<Received> admit(const Submission& submission, std::size_t index) {
        std::vector<Received> answers(submission.rcpt_to.size());
        const auto headers = mail::read_headers(submission.bytes, room_.settings.limits);
        if (!headers) return same(answers.size(), Receipt::invalid, headers.error().detail);
        const Sender sender = identify(room_, *headers, submission.mail_from);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& rcpt = submission.rcpt_to[i];
            if (read_return_path(room_, rcpt)) {
                answers[i] = take(submission, sender, rcpt, storage::PostKind::bounce, index, i);
                continue;
            }
            // A stranger: the same answer for every address, before any list is looked at.
            answers[i].receipt = Receipt::refused;
            if (!sender.person) continue;
            if (!parsed(submission)) return same(answers.size(), Receipt::invalid, parse_error_);
            if (refused_to_proven(room_, sender, read_target(rcpt, room_.settings), now_)) continue;
            answers[i] = take(submission, sender, rcpt, storage::PostKind::post, index, i);
        }
        return answers;
    }

    std::vector<Admitted>& admitted() { return admitted_; }

private:
    static std::vector<Received> same(std::size_t count, Receipt receipt, const std::string& detail) {
        return std::vector<Received>(count, Received{receipt, {}, detail});
    }

    // Structure beyond the limits is refused while the sender's MTA still listens (S2). Read once a submission.
    bool parsed(const Submission& submission) {
        if (parsed_ == &submission) return parse_error_.empty();
        parsed_ = &submission;
        parse_error_.clear();
        if (const auto message = mail::parse(submission.bytes, room_.settings.limits); !message) parse_error_ = message.error().detail;
        return parse_error_.empty();
    }

    Received take(const Submission& submission, const Sender& sender, const std::string& rcpt, storage::PostKind kind, std::size_t index,
                  std::size_t recipient) {
        // The same address twice in one envelope is one post.
        for (const auto& other : admitted_) {
            if (other.submission == index && other.post.rcpt_to == rcpt) return {Receipt::accepted, other.post.id, {}};
        }
        Admitted entry{index, recipient, {}, {}};
        auto& post = entry.post;
        post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()).count())};
        post.kind = kind;
        post.list = read_target(rcpt, room_.settings).list;
        post.mail_from = submission.mail_from;
        post.rcpt_to = rcpt;
        post.from = sender.from;
        post.sender = sender.person;
        post.received = now_;
        post.strength = sender.strength;
        entry.body = room_.vault.seal(submission.bytes, post.id.value);
        admitted_.push_back(std::move(entry));
        return {Receipt::accepted, admitted_.back().post.id, {}};
    }

    const Room& room_;
    Instant now_;
    std::vector<Admitted> admitted_;
    const Submission* parsed_ = nullptr;
    std::string parse_error_;
};

}  // namespace

std::vector<std::vector<Received>> Mailroom::receive(std::span<const Submission> submissions) {
    std::vector<std::vector<Received>> answers(submissions.size());
    Admission admission(room_, room_.clock.now());
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        try {
            answers[i] = admission.admit(submissions[i], i);
        } catch (const std::exception&) {  // trouble with one submission is that one's alone (D4)
            answers[i].assign(submissions[i].rcpt_to.size(), Received{Receipt::later, {}, {}});
            std::erase_if(admission.admitted(), [i](const Admitted& a) { return a.submission == i; });
        }
    }
    if (admission.admitted().empty()) return answers;
    try {
        fault_point("receive.sealed");
        storage::Store::Transaction transaction(room_.store);
        for (const auto& entry : admission.admitted()) room_.store.posts().add(entry.post, entry.body);
        fault_point("receive.spooled");
        transaction.commit();
        fault_point("receive.committed");
    } catch (const std::exception&) {
        for (std::size_t i = 0; i < answers.size(); ++i) {
            // Refusals stand; a submission of which anything should have been kept is to be sent again as a whole.
            const bool kept =
                std::any_of(admission.admitted().begin(), admission.admitted().end(), [i](const Admitted& a) { return a.submission == i; });
            if (kept) answers[i].assign(answers[i].size(), Received{Receipt::later, {}, {}});
        }
    }
    return answers;
}

}  // namespace caveat::mailroom
