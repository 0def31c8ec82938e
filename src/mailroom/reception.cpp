// From DATA to 250: the one commit with which posts are accepted.
#include "admission.hpp"
#include "caveat/fault.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/storage/standstill.hpp"
#include "sender.hpp"
#include "spool.hpp"

namespace caveat::mailroom {
namespace {

// Refusals stand. A submission with anything to be kept must be sent again as a whole.
void take_back(std::vector<std::vector<Received>>& answers, Admission& admission, const Received& instead) {
    while (!admission.empty()) {
        const auto submission =
            admission.admitted().empty() ? admission.arrived().back().submission : admission.admitted().back().submission;
        answers[submission].assign(answers[submission].size(), instead);
        admission.drop(submission);
    }
}

Instant newest_entry(const Room& room) {
    Instant at{};
    auto& journal = room.store.journal();
    storage::Journal::Filter newest;
    newest.from = journal.head().number;
    journal.each(newest, [&](const storage::Entry& entry) { at = entry.at; });
    return at;
}

// What was taken in before this process began.
Unproven known_claims(const Room& room, Instant now) {
    Unproven unproven;
    for (const auto& claim : room.store.posts().claims(now - room.settings.quotas.unproven_life)) {
        const bool by_envelope = claim.sender && claim.strength == community::Strength::envelope;
        unproven.add(
            {claim.received, claim.sender.value_or(PersonId{}), static_cast<std::uint64_t>(claim.bytes), claim.sealed_as, by_envelope});
    }
    return unproven;
}

}  // namespace

bool HourlyLimit::take(Moment now, std::uint64_t bytes) {
    while (!taken_.empty() && now - taken_.front().first >= std::chrono::hours{1}) {
        bytes_ -= taken_.front().second;
        taken_.pop_front();
    }
    if (taken_.size() >= most_ || (!taken_.empty() && bytes_ + bytes > most_bytes_)) return false;
    taken_.emplace_back(now, bytes);
    bytes_ += bytes;
    return true;
}

bool ReturnLimit::take(Moment now, const std::string& return_path) {
    for (; !taken_.empty() && now - taken_.front().first >= std::chrono::hours{24}; taken_.pop_front()) {
        const auto counted = count_.find(taken_.front().second);
        if (--counted->second == 0) count_.erase(counted);
    }
    auto& count = count_[return_path];
    if (count >= most_a_day) return false;
    ++count;
    taken_.emplace_back(now, return_path);
    return true;
}

bool Mailroom::is_inspected(const Submission& submission) {
    const auto headers = mail::read_headers(submission.bytes, room_.settings.limits);
    return headers && identify(room_, *headers, submission.mail_from).person;
}

void Mailroom::inspect(Submission& submission) const noexcept {
    try {
        auto found = inspected(submission.bytes, room_.settings.limits);
        submission.unsound = std::move(found.unsound);
        submission.in_pgp = found.in_pgp;
        submission.inspected = true;
    } catch (const std::exception&) {  // `receive` comes to it again, and says so
    }
}

std::vector<std::vector<Received>> Mailroom::receive(std::span<const Submission> submissions) {
    std::vector<std::vector<Received>> answers(submissions.size());
    const Instant now = room_.clock.now();
    // Nobody is refused, or taken for somebody, by rows that somebody else has changed.
    const auto stands_still = room_.store.stands_still();
    try {
        if (!stands_still.empty()) throw storage::Altered(storage::standstill_in_words(stands_still));
        if (!unproven_) unproven_ = known_claims(room_, now);
        if (!spool_->known_time) spool_->known_time.emplace(newest_entry(room_), now, std::chrono::steady_clock::now());
    } catch (const std::exception& trouble) {
        for (std::size_t i = 0; i < answers.size(); ++i) {
            answers[i].assign(submissions[i].rcpt_to.size(), Received{Receipt::later, {}, trouble.what()});
        }
        return answers;
    }
    const auto instead = spool_->known_time->instead_of(now, std::chrono::steady_clock::now());
    Admission admission(room_, now, instead, to_operator_, returned_, *unproven_);
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        try {
            answers[i] = admission.admit(submissions[i], i);
        } catch (const std::exception& trouble) {  // with one submission: that one's alone (D4)
            answers[i].assign(submissions[i].rcpt_to.size(), Received{Receipt::later, {}, trouble.what()});
            admission.drop(i);
        }
    }
    if (admission.empty()) return answers;
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
        for (const auto& probe : admission.arrived()) {
            room_.store.journal().append(now, "system", "probe.arrived", probe.subject, probe.detail);
        }
        fault_point("receive.spooled");
        transaction.commit();
        fault_point("receive.committed");
    } catch (const storage::Full& trouble) {
        take_back(answers, admission, Received{Receipt::full, {}, trouble.what()});
    } catch (const std::exception& trouble) {
        take_back(answers, admission, Received{Receipt::later, {}, trouble.what()});
    }
    return answers;
}

}  // namespace caveat::mailroom
