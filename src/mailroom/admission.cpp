// From DATA to 250: the reply to each recipient, and the one commit with which a post is accepted.
#include <algorithm>

#include "address.hpp"
#include "caveat/fault.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "sender.hpp"

namespace caveat::mailroom {
namespace {

using community::Strength;

// A post that will be committed, and the recipient whose reply depends on it.
struct Admitted {
    std::size_t submission = 0;
    storage::Post post;
    Sealed body;  // empty: it shares the body of its submission's first post
};

// An authenticated person is told at once that there is nothing at that address, or nothing they may know of. A sender whose identity is
// not proven gets the same 250 for every address, and the reason is in the journal: otherwise a forged From could find out which lists
// exist (A7).
bool refused_to_proven(const Room& room, const Sender& sender, const ListId& id, Instant now) {
    if (sender.strength < Strength::dmarc) return false;
    const auto list = room.store.rosters().list(id);
    const auto standing = room.store.standing(*sender.person, id, now);
    if (!list || !standing) return true;
    return !policy::may_know(room.rules, *standing, *list, now);
}

class Admission {
public:
    Admission(const Room& room, Instant now, HourlyLimit& to_operator) : room_(room), now_(now), to_operator_(to_operator) {}

    std::vector<Received> admit(const Submission& submission, std::size_t index) {
        std::vector<Received> answers(submission.rcpt_to.size(), Received{Receipt::refused, {}, {}});
        const auto headers = mail::read_headers(submission.bytes, room_.settings.limits);
        if (!headers) return same(answers.size(), Receipt::invalid, headers.error().detail);
        const Sender sender = identify(room_, *headers, submission.mail_from);
        // A structure beyond the limits is refused while the sender's MTA is still connected (S2). Mail of strangers is refused anyway and
        // not parsed.
        if (sender.person) {
            const auto message = mail::parse(submission.bytes, *headers, room_.settings.limits);
            if (!message) return same(answers.size(), Receipt::invalid, message.error().detail);
        }
        // Told to everybody alike, for every address: it is about the field, not about what there is here.
        const auto* from = headers->find("From");
        const bool bare_comma = !sender.person && from != nullptr && mail::has_bare_comma(from->value);
        begin_ = admitted_.size();
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto address = read_address(room_, submission.rcpt_to[i]);
            if (address.target == storage::Target::to_operator) {
                answers[i] = to_operator_.take(std::chrono::steady_clock::now())
                                 ? take(submission, sender, i, address, index)
                                 : Received{Receipt::later, {}, "too much mail for the operator in this hour"};
                continue;
            }
            const bool returned = address.target == storage::Target::return_path;
            // A stranger gets the same reply for every address, before any list is looked at.
            if (!returned && bare_comma) {
                answers[i] = {Receipt::invalid, {}, R"(a name in From has a comma without quotes: write "Tan, Mei" <mei@example.org>)"};
                continue;
            }
            if (!returned && (!sender.person || refused_to_proven(room_, sender, address.list, now_))) continue;
            answers[i] = take(submission, sender, i, address, index);
        }
        // SMTP has one reply for all recipients. If that is "later", nothing is kept, for the client sends it to all of them again.
        if (submission.door == "smtp" && std::any_of(answers.begin(), answers.end(), is_later)) {
            admitted_.erase(admitted_.begin() + static_cast<std::ptrdiff_t>(begin_), admitted_.end());
            return same(answers.size(), Receipt::later, "too much mail for the operator in this hour");
        }
        // If that is 250, a post that would have been refused is accepted too, judged, and its
        // sender told.
        if (submission.door == "smtp" && admitted_.size() > begin_ && sender.person) {
            for (std::size_t i = 0; i < answers.size(); ++i) {
                if (answers[i].receipt != Receipt::refused) continue;
                answers[i] = take(submission, sender, i, read_address(room_, submission.rcpt_to[i]), index);
            }
        }
        return answers;
    }

    std::vector<Admitted>& admitted() { return admitted_; }

private:
    static bool is_later(const Received& answer) { return answer.receipt == Receipt::later; }
    static std::vector<Received> same(std::size_t count, Receipt receipt, const std::string& detail) {
        return std::vector<Received>(count, Received{receipt, {}, detail});
    }

    Received take(const Submission& submission, const Sender& sender, std::size_t recipient, const Address& address, std::size_t index) {
        const auto& rcpt = submission.rcpt_to[recipient];
        // The same address twice in one envelope, in whatever letters, is one post.
        for (std::size_t i = begin_; i < admitted_.size(); ++i) {
            const auto& other = admitted_[i].post;
            if (mail::normalise_address(other.rcpt_to) == mail::normalise_address(rcpt)) return {Receipt::accepted, other.id, {}};
        }
        Admitted entry{index, {}, {}};
        auto& post = entry.post;
        post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()).count())};
        post.kind = address.target == storage::Target::return_path ? storage::PostKind::bounce : storage::PostKind::post;
        post.target = address.target;
        post.list = address.list;
        post.mail_from = submission.mail_from;
        post.rcpt_to = rcpt;
        post.from = sender.from;
        post.sender = sender.person;
        post.received = now_;
        post.strength = sender.strength;
        // The bytes are sealed and kept once a submission, however many addresses it names: those that do not exist cost the same as lists,
        // and none of them costs the size of the message.
        const bool first = admitted_.size() == begin_;
        post.sealed_as = first ? post.id : admitted_[begin_].post.id;
        if (first) entry.body = room_.vault.seal(submission.bytes, post.id.value);
        admitted_.push_back(std::move(entry));
        return {Receipt::accepted, admitted_.back().post.id, {}};
    }

    const Room& room_;
    Instant now_;
    HourlyLimit& to_operator_;
    std::vector<Admitted> admitted_;
    std::size_t begin_ = 0;  // of this submission's entries
};

// Refusals stand. A submission with anything to be kept must be sent again as a whole.
void take_back(std::vector<std::vector<Received>>& answers, const std::vector<Admitted>& admitted, const Received& instead) {
    for (const auto& entry : admitted) answers[entry.submission].assign(answers[entry.submission].size(), instead);
}

}  // namespace

bool HourlyLimit::take(Moment now) {
    while (!taken_.empty() && now - taken_.front() >= std::chrono::hours{1}) taken_.pop_front();
    if (taken_.size() >= most_) return false;
    taken_.push_back(now);
    return true;
}

std::vector<std::vector<Received>> Mailroom::receive(std::span<const Submission> submissions) {
    std::vector<std::vector<Received>> answers(submissions.size());
    Admission admission(room_, room_.clock.now(), to_operator_);
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        try {
            answers[i] = admission.admit(submissions[i], i);
        } catch (const std::exception& trouble) {  // with one submission: that one's alone (D4)
            answers[i].assign(submissions[i].rcpt_to.size(), Received{Receipt::later, {}, trouble.what()});
            std::erase_if(admission.admitted(), [i](const Admitted& a) { return a.submission == i; });
        }
    }
    if (admission.admitted().empty()) return answers;
    try {
        fault_point("receive.sealed");
        storage::Store::Transaction transaction(room_.store, storage::Disk::room);
        PostKey first = 0;
        for (const auto& entry : admission.admitted()) {
            if (entry.post.sealed_as == entry.post.id) {
                first = room_.store.posts().add(entry.post, entry.body);
            } else {
                room_.store.posts().add(entry.post, first);
            }
        }
        fault_point("receive.spooled");
        transaction.commit();
        fault_point("receive.committed");
    } catch (const storage::Full& trouble) {
        take_back(answers, admission.admitted(), Received{Receipt::full, {}, trouble.what()});
    } catch (const std::exception& trouble) {
        take_back(answers, admission.admitted(), Received{Receipt::later, {}, trouble.what()});
    }
    return answers;
}

}  // namespace caveat::mailroom
