// From DATA to 250: the reply to each recipient, and the one commit with which a post is accepted.
#include <algorithm>
#include <unordered_map>

#include "address.hpp"
#include "caveat/fault.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/pgp_shape.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/storage/standstill.hpp"
#include "front.hpp"
#include "probing.hpp"
#include "sender.hpp"
#include "spool.hpp"

namespace caveat::mailroom {
namespace {

using community::Strength;

constexpr std::size_t longest_address = 254;  // RFC 5321 §4.5.3.1.3; the From of mail to the operator is anybody's

// A post that will be committed, and the recipient whose reply depends on it.
struct Admitted {
    std::size_t submission = 0;
    storage::Post post;
    Sealed body;  // empty: it shares the body of its submission's first post
};

// A probe that came, and the entry of the journal that says what was seen.
struct CameBack {
    std::size_t submission = 0;
    std::string subject, detail;
};

// What lets somebody wait: how much does, by whom. Asked once for all submissions of a commit.
class Held {
public:
    explicit Held(const Room& room) {
        for (const auto& waiting : room.store.posts().waiting()) (waiting.sent_again ? sent_again_ : others_).add(waiting);
    }
    // What may be somebody else's doing keeps its author's own mail from nothing: in other envelopes as much of it may wait as of what only
    // claims to be theirs, and in their own as much again as of the rest.
    [[nodiscard]] bool fits(const Quotas& quotas, const PersonId& author, std::uint64_t bytes, bool own_envelope) const {
        const bool again = own_envelope
                               ? sent_again_.fits(quotas.held + quotas.unproven, quotas.all_held + quotas.all_unproven, author, bytes)
                               : sent_again_.fits(quotas.unproven, quotas.all_unproven, author, bytes);
        return again && others_.fits(quotas.held, quotas.all_held, author, bytes);
    }

private:
    class Kind {
    public:
        void add(const storage::Posts::Waiting& waiting) {
            posts_ += static_cast<std::size_t>(waiting.posts);
            bytes_ += static_cast<std::uint64_t>(waiting.bytes);
            if (waiting.sender) by_author_.emplace(*waiting.sender, waiting);
        }
        // Nobody's first post is kept away by what others have waiting.
        [[nodiscard]] bool fits(const Quota& own, const Quota& all, const PersonId& author, std::uint64_t bytes) const {
            const auto found = by_author_.find(author);
            if (found == by_author_.end()) return true;
            const auto posts = static_cast<std::size_t>(found->second.posts);
            return own.fits(posts, static_cast<std::uint64_t>(found->second.bytes), bytes) && all.fits(posts_, bytes_, bytes);
        }

    private:
        std::size_t posts_ = 0;
        std::uint64_t bytes_ = 0;
        std::unordered_map<PersonId, storage::Posts::Waiting> by_author_;
    };
    Kind sent_again_, others_;
};

// An authenticated person is told at once that there is nothing at that address, or nothing they may know of. A sender whose identity is
// not proven gets the same 250 for every address, and the reason is in the journal: otherwise a forged From could find out which lists
// exist (A7).
bool refused_to_proven(const Room& room, const Sender& sender, const ListId& id, Instant now) {
    if (sender.strength < Strength::dmarc) return false;
    const auto list = room.store.rosters().list(id);
    community::List nowhere;
    nowhere.id = id;
    const bool known = may_know(room, *sender.person, list ? *list : nowhere, now);  // of either, as the time that it takes tells (A7)
    return !list || !known;
}

// A list believes the sender as far as the sender is proven. Which lists settle for an envelope learns who can forge one, and who can forge
// one posts on them.
bool is_believed(const Room& room, const Sender& sender, const ListId& id, Instant now) {
    if (sender.strength >= Strength::dmarc) return true;
    if (sender.strength == Strength::none) return false;
    const auto list = room.store.rosters().list(id);
    return list && sender.strength >= list->authentication && may_know(room, *sender.person, *list, now);
}

bool is_for_lists(const Address& address) {
    return address.target != storage::Target::return_path && address.target != storage::Target::to_operator;
}

// About its structure.
struct Inspected {
    std::string unsound;  // empty: nothing
    bool in_pgp = false;  // all of it is signed or encrypted (K3, K4)
};

bool is_in_pgp(std::string_view bytes, const mail::Limits& limits) {
    using Kind = mail::PgpShape::Kind;
    const auto shape = mail::pgp_shape(bytes, limits);
    return shape && shape->kind != Kind::none && shape->kind != Kind::partial;
}

Inspected inspected(std::string_view bytes, const mail::Limits& limits) {
    const auto headers = mail::read_headers(bytes, limits);
    if (!headers) return {headers.error().detail};
    const auto message = mail::parse(bytes, *headers, limits);
    if (!message) return {message.error().detail};
    return {{}, mail::speaks_of_pgp(*headers, *message) && is_in_pgp(bytes, limits)};
}

class Admission {
public:
    // `instead`: what time it rather is, where the clock is wrong.
    Admission(const Room& room, Instant now, std::optional<Instant> instead, HourlyLimit& to_operator, ReturnLimit& returned,
              Unproven& unproven)
        : room_(room), now_(now), instead_(instead), to_operator_(to_operator), returned_(returned), unproven_(unproven) {}

    std::vector<Received> admit(const Submission& as_it_came, std::size_t index) {
        std::vector<Received> answers(as_it_came.rcpt_to.size(), Received{Receipt::refused, {}, {}});
        auto headers = mail::read_headers(as_it_came.bytes, room_.settings.limits);
        if (!headers) return same(answers.size(), Receipt::invalid, headers.error().detail);
        if (const auto probe = probe_of(as_it_came)) {
            arrived_.push_back({index, probe->subject, seen_of(room_, *probe, *headers)});
            return same(answers.size(), Receipt::accepted, {});
        }
        // From here on there is neither the mark of the MTA in front nor anything that only such a mark would vouch for.
        const auto without_mark = without_front_mark(room_, as_it_came, *headers);
        const Submission& submission = without_mark ? *without_mark : as_it_came;
        if (without_mark) headers = mail::read_headers(submission.bytes, room_.settings.limits);
        if (!headers) return same(answers.size(), Receipt::invalid, headers.error().detail);
        const Sender sender = identify(room_, *headers, submission.mail_from);
        // A structure beyond the limits is refused while the sender's MTA is still connected (S2). Mail of strangers is refused anyway and
        // not parsed.
        Inspected found{as_it_came.unsound, as_it_came.in_pgp};
        if (sender.person) {
            if (!as_it_came.inspected) found = inspected(submission.bytes, room_.settings.limits);
            if (!found.unsound.empty()) return same(answers.size(), Receipt::invalid, found.unsound);
        }
        message_id_ = mail::message_id_of(*headers);
        // Told to everybody alike, for every address: it is about the field, not about what there is here.
        const auto* from = headers->find("From");
        const bool bare_comma = !sender.person && from != nullptr && mail::has_bare_comma(from->value);
        begin_ = admitted_.size();
        const auto addresses = addresses_of(submission);
        // What was sent to us by somebody else than its author, has been through a list of ours or is a robot's, is taken at every address,
        // before any list is looked at: nobody hears what becomes of it, so that nobody may learn by it which lists there are (A7).
        const bool own_envelope = is_brought_by_author(room_, sender, *headers, submission.mail_from);
        const bool unheard = sender.person && (mail::is_loop(*headers, room_.settings.domain) ||
                                               mail::is_automatic(*headers, submission.mail_from) || !own_envelope);
        const bool claimed = is_claimed(sender, addresses);
        const bool for_gnupg = found.in_pgp && addresses.size() <= most_addresses_awaited;
        const auto claim = claimed ? room_for_claim(submission, sender, for_gnupg) : std::nullopt;
        if (claimed && !claim) return same(answers.size(), Receipt::quota, "enough mail waits here that only claims to be a member's");
        if (!claimed && is_over_quota(submission, sender, addresses, own_envelope))
            return same(answers.size(), Receipt::quota, "enough posts of this author wait here for a moderator");
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& address = addresses[i];
            if (address.target == storage::Target::to_operator) {
                answers[i] = for_operator(submission, sender, i, address, index);
                continue;
            }
            const bool returned = address.target == storage::Target::return_path;
            // A stranger gets the same reply for every address, before any list is looked at.
            if (!returned && bare_comma) {
                answers[i] = {Receipt::invalid, {}, R"(a name in From has a comma without quotes: write "Tan, Mei" <mei@example.org>)"};
                continue;
            }
            if (returned && !returned_.take(std::chrono::steady_clock::now(), address.list.value)) continue;
            if (!returned && !unheard && (!sender.person || refused_to_proven(room_, sender, address.list, now_))) {
                if (!refused_for_clock(sender, address.list)) continue;
                answers[i] = {Receipt::later, {}, fmt::format("this server's clock says {} and is wrong", to_string(now_))};
                continue;
            }
            answers[i] = take(submission, sender, i, address, index);
        }
        // SMTP has one reply for all recipients. If that is "later", nothing is kept, for the client sends it to all of them again.
        const auto put_off = std::find_if(answers.begin(), answers.end(), is_put_off);
        if (submission.door == "smtp" && put_off != answers.end()) {
            drop(index);
            return same(answers.size(), put_off->receipt, put_off->detail);
        }
        // If that is 250, a post that would have been refused is accepted too, judged, and its
        // sender told.
        if (submission.door == "smtp" && admitted_.size() > begin_ && sender.person) {
            for (std::size_t i = 0; i < answers.size(); ++i) {
                if (answers[i].receipt != Receipt::refused || addresses[i].target == storage::Target::return_path) continue;
                answers[i] = take(submission, sender, i, addresses[i], index);
            }
        }
        if (claim && admitted_.size() > begin_) note(*claim);
        return answers;
    }

    [[nodiscard]] const std::vector<Admitted>& admitted() const { return admitted_; }
    [[nodiscard]] const std::vector<CameBack>& arrived() const { return arrived_; }
    [[nodiscard]] bool empty() const { return admitted_.empty() && arrived_.empty(); }

    // Nothing of this submission is kept.
    void drop(std::size_t index) {
        std::erase_if(arrived_, [&](const CameBack& probe) { return probe.submission == index; });
        std::erase_if(admitted_, [&](const Admitted& entry) {
            if (entry.submission == index) unproven_.forget(entry.post.sealed_as);
            return entry.submission == index;
        });
    }

private:
    static bool is_put_off(const Received& answer) { return answer.receipt == Receipt::later || answer.receipt == Receipt::quota; }
    static std::vector<Received> same(std::size_t count, Receipt receipt, const std::string& detail) {
        return std::vector<Received>(count, Received{receipt, {}, detail});
    }

    // Alone in its envelope, as it was sent, and once, also among those of one commit.
    [[nodiscard]] std::optional<OpenProbe> probe_of(const Submission& submission) const {
        if (submission.rcpt_to.size() != 1) return std::nullopt;
        auto probe = open_probe(room_, submission.rcpt_to.front(), now_);
        const auto is_it = [&](const CameBack& other) { return other.subject == probe->subject; };
        if (probe && std::any_of(arrived_.begin(), arrived_.end(), is_it)) return std::nullopt;
        return probe;
    }

    [[nodiscard]] std::vector<Address> addresses_of(const Submission& submission) const {
        std::vector<Address> addresses;
        for (const auto& rcpt : submission.rcpt_to) addresses.push_back(read_address(room_, rcpt));
        return addresses;
    }

    // It is the clock that refuses: nobody is told "no" for what has not begun, or is over, by a clock that is wrong (D6).
    [[nodiscard]] bool refused_for_clock(const Sender& sender, const ListId& list) const {
        return sender.person && instead_ && !refused_to_proven(room_, sender, list, *instead_);
    }

    // It names an author, and some list, or what may be one, asks for more proof than there is.
    [[nodiscard]] bool is_claimed(const Sender& sender, const std::vector<Address>& addresses) const {
        return sender.person && std::any_of(addresses.begin(), addresses.end(), [&](const Address& address) {
                   return is_for_lists(address) && !is_believed(room_, sender, address.list, now_);
               });
    }

    // The same for every address, known or not (A7).
    bool is_over_quota(const Submission& submission, const Sender& sender, const std::vector<Address>& addresses, bool own_envelope) {
        if (!sender.person || std::none_of(addresses.begin(), addresses.end(), is_for_lists)) return false;
        return !held().fits(room_.settings.quotas, *sender.person, submission.bytes.size(), own_envelope);
    }

    const Held& held() {
        if (!held_) held_.emplace(room_);
        return *held_;
    }

    // As what it is counted; none: there is no room. What nobody has to take at its word, because GnuPG will say whose it is, takes no room
    // from what is only claimed, nor is it kept out by that. It may then wait for a moderator like any post of that author.
    std::optional<Unproven::Mail> room_for_claim(const Submission& submission, const Sender& sender, bool for_gnupg) {
        const auto& quotas = room_.settings.quotas;
        Unproven::Mail claim{now_, *sender.person, submission.bytes.size(), {}, sender.strength == Strength::envelope};
        claim.state = Unproven::State::awaited;
        if (for_gnupg && held().fits(quotas, claim.author, claim.bytes, claim.by_envelope) && may_be_awaited(claim)) return claim;
        claim.state = Unproven::State::claimed;
        return unproven_.fits(quotas, claim, now_) ? std::optional(claim) : std::nullopt;
    }

    bool may_be_awaited(const Unproven::Mail& claim) {
        if (unproven_.fits(room_.settings.quotas, claim, now_)) return true;
        ask_what_became();
        return unproven_.fits(room_.settings.quotas, claim, now_);
    }

    // What is judged here is counted when it is; commands by mail are not judged here.
    void ask_what_became() {
        for (const auto& id : unproven_.awaited(now_)) {
            const auto post = room_.store.posts().find(id);
            if (post && post->state == storage::PostState::spooled) continue;
            const bool done = post && !post->because.empty() && post->because.front().code == community::Code::command_done;
            if (done) unproven_.verified(id);
            (void)unproven_.may_stay(room_.settings.quotas, id, now_);
        }
    }

    void note(Unproven::Mail claim) {
        claim.id = admitted_[begin_].post.sealed_as;
        unproven_.add(std::move(claim));
    }

    // Where there is no operator it is held, like what a stranger claims; it is not more than that either.
    Received for_operator(const Submission& submission, const Sender& sender, std::size_t recipient, const Address& address,
                          std::size_t index) {
        const auto bytes = submission.bytes.size();
        const bool waits = room_.settings.operator_address.empty();
        const Unproven::Mail claim{now_, PersonId{}, bytes, {}};
        if (waits && !unproven_.fits(room_.settings.quotas, claim, now_)) {
            return {Receipt::quota, {}, "enough mail waits here for an operator that is not set up"};
        }
        if (!to_operator_.take(std::chrono::steady_clock::now(), bytes)) {
            return {Receipt::later, {}, "too much mail for the operator in this hour"};
        }
        auto taken = take(submission, sender, recipient, address, index);
        if (waits) note(claim);
        return taken;
    }

    Received take(const Submission& submission, const Sender& sender, std::size_t recipient, const Address& address, std::size_t index) {
        const auto rcpt = kept_address(room_, submission.rcpt_to[recipient], address.target);
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
        if (sender.from.size() <= longest_address) post.from = sender.from;
        post.sender = sender.person;
        if (post.kind == storage::PostKind::post) post.message_id = message_id_;  // a reply may come before it is judged
        post.received = now_;
        post.strength = sender.strength;
        // The bytes are sealed and kept once a submission, however many addresses it names: those that do not exist cost the same as lists,
        // and none of them costs the size of the message.
        const bool first = admitted_.size() == begin_;
        post.sealed_as = first ? post.id : admitted_[begin_].post.id;
        if (first) entry.body = room_.vault.seal_to_forget(submission.bytes, post.id.value);
        admitted_.push_back(std::move(entry));
        return {Receipt::accepted, admitted_.back().post.id, {}};
    }

    const Room& room_;
    Instant now_;
    std::optional<Instant> instead_;
    HourlyLimit& to_operator_;
    ReturnLimit& returned_;
    Unproven& unproven_;
    std::optional<Held> held_;
    std::vector<Admitted> admitted_;
    std::vector<CameBack> arrived_;
    std::size_t begin_ = 0;   // of this submission's entries
    std::string message_id_;  // of this submission
};

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
