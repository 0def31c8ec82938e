#include "admission.hpp"

#include <algorithm>

#include "caveat/mail/authentication.hpp"
#include "caveat/mail/pgp_shape.hpp"
#include "caveat/mailroom/question.hpp"
#include "front.hpp"

namespace caveat::mailroom {
namespace {

using community::Strength;

constexpr std::size_t longest_address = 254;  // RFC 5321 §4.5.3.1.3; the From of mail to the operator is anybody's

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

bool is_in_pgp(std::string_view bytes, const mail::Limits& limits) {
    using Kind = mail::PgpShape::Kind;
    const auto shape = mail::pgp_shape(bytes, limits);
    return shape && shape->kind != Kind::none && shape->kind != Kind::partial;
}

// Told to everybody alike, for every address: it is about the field, not about what there is here.
bool has_bare_comma(const mail::HeaderBlock& headers, const Sender& sender) {
    const auto* from = headers.find("From");
    return !sender.person && from != nullptr && mail::has_bare_comma(from->value);
}

bool is_put_off(const Received& answer) { return answer.receipt == Receipt::later || answer.receipt == Receipt::quota; }

std::vector<Received> same(std::size_t count, Receipt receipt, const std::string& detail) {
    return std::vector<Received>(count, Received{receipt, {}, detail});
}

}  // namespace

Inspected inspected(std::string_view bytes, const mail::Limits& limits) {
    const auto headers = mail::read_headers(bytes, limits);
    if (!headers) return {headers.error().detail};
    const auto message = mail::parse(bytes, *headers, limits);
    if (!message) return {message.error().detail};
    return {{}, mail::speaks_of_pgp(*headers, *message) && is_in_pgp(bytes, limits)};
}

std::vector<Received> Admission::admit(const Submission& as_it_came, std::size_t index) {
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
    begin_ = admitted_.size();
    const bool own_envelope = is_brought_by_author(room_, sender, *headers, submission.mail_from);
    const Came came{submission,
                    index,
                    sender,
                    addresses_of(submission),
                    has_bare_comma(*headers, sender),
                    is_unheard(submission, *headers, sender, own_envelope)};
    const bool claimed = is_claimed(sender, came.addresses);
    const bool for_gnupg = found.in_pgp && came.addresses.size() <= most_addresses_awaited;
    const auto claim = claimed ? room_for_claim(submission, sender, for_gnupg) : std::nullopt;
    if (claimed && !claim) return same(answers.size(), Receipt::quota, "enough mail waits here that only claims to be a member's");
    if (!claimed && is_over_quota(submission, sender, came.addresses, own_envelope))
        return same(answers.size(), Receipt::quota, "enough posts of this author wait here for a moderator");
    for (std::size_t i = 0; i < answers.size(); ++i) answers[i] = answer(came, i);
    if (submission.door == "smtp") one_reply_for_all(came, answers);
    if (claim && admitted_.size() > begin_) note(*claim);
    return answers;
}

// What was sent to us by somebody else than its author, has been through a list of ours or is a robot's, is taken at every address, before
// any list is looked at: nobody hears what becomes of it, so that nobody may learn by it which lists there are (A7).
bool Admission::is_unheard(const Submission& submission, const mail::HeaderBlock& headers, const Sender& sender, bool own_envelope) const {
    return sender.person &&
           (mail::is_loop(headers, room_.settings.domain) || mail::is_automatic(headers, submission.mail_from) || !own_envelope);
}

Received Admission::answer(const Came& came, std::size_t i) {
    const auto& address = came.addresses[i];
    const auto& sender = came.sender;
    if (address.target == storage::Target::to_operator) return for_operator(came, i);
    const bool returned = address.target == storage::Target::return_path;
    // A stranger gets the same reply for every address, before any list is looked at.
    if (!returned && came.bare_comma)
        return {Receipt::invalid, {}, R"(a name in From has a comma without quotes: write "Tan, Mei" <mei@example.org>)"};
    const Received refused{Receipt::refused, {}, {}};
    if (returned && !returned_.take(std::chrono::steady_clock::now(), address.list.value)) return refused;
    if (!returned && !came.unheard && (!sender.person || refused_to_proven(room_, sender, address.list, now_))) {
        if (!refused_for_clock(sender, address.list)) return refused;
        return {Receipt::later, {}, fmt::format("this server's clock says {} and is wrong", to_string(now_))};
    }
    return take(came, i);
}

// SMTP has one reply for all recipients. If that is "later", nothing is kept, for the client sends it to all of them again. If that is 250,
// a post that would have been refused is accepted too, judged, and its sender told.
void Admission::one_reply_for_all(const Came& came, std::vector<Received>& answers) {
    const auto put_off = std::find_if(answers.begin(), answers.end(), is_put_off);
    if (put_off != answers.end()) {
        drop(came.index);
        answers = same(answers.size(), put_off->receipt, put_off->detail);
        return;
    }
    if (admitted_.size() == begin_ || !came.sender.person) return;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].receipt == Receipt::refused && came.addresses[i].target != storage::Target::return_path) answers[i] = take(came, i);
    }
}

// Alone in its envelope, as it was sent, and once, also among those of one commit.
std::optional<OpenProbe> Admission::probe_of(const Submission& submission) const {
    if (submission.rcpt_to.size() != 1) return std::nullopt;
    auto probe = open_probe(room_, submission.rcpt_to.front(), now_);
    const auto is_it = [&](const CameBack& other) { return other.subject == probe->subject; };
    if (probe && std::any_of(arrived_.begin(), arrived_.end(), is_it)) return std::nullopt;
    return probe;
}

std::vector<Address> Admission::addresses_of(const Submission& submission) const {
    std::vector<Address> addresses;
    for (const auto& rcpt : submission.rcpt_to) addresses.push_back(read_address(room_, rcpt));
    return addresses;
}

// It is the clock that refuses: nobody is told "no" for what has not begun, or is over, by a clock that is wrong (D6).
bool Admission::refused_for_clock(const Sender& sender, const ListId& list) const {
    return sender.person && instead_ && !refused_to_proven(room_, sender, list, *instead_);
}

// It names an author, and some list, or what may be one, asks for more proof than there is.
bool Admission::is_claimed(const Sender& sender, const std::vector<Address>& addresses) const {
    return sender.person && std::any_of(addresses.begin(), addresses.end(), [&](const Address& address) {
               return is_for_lists(address) && !is_believed(room_, sender, address.list, now_);
           });
}

// The same for every address, known or not (A7).
bool Admission::is_over_quota(const Submission& submission, const Sender& sender, const std::vector<Address>& addresses,
                              bool own_envelope) {
    if (!sender.person || std::none_of(addresses.begin(), addresses.end(), is_for_lists)) return false;
    return !held().fits(room_.settings.quotas, *sender.person, submission.bytes.size(), own_envelope);
}

const Held& Admission::held() {
    if (!held_) held_.emplace(room_);
    return *held_;
}

// As what it is counted; none: there is no room. What nobody has to take at its word, because GnuPG will say whose it is, takes no room
// from what is only claimed, nor is it kept out by that. It may then wait for a moderator like any post of that author.
std::optional<Unproven::Mail> Admission::room_for_claim(const Submission& submission, const Sender& sender, bool for_gnupg) {
    const auto& quotas = room_.settings.quotas;
    Unproven::Mail claim{now_, *sender.person, submission.bytes.size(), {}, sender.strength == Strength::envelope};
    claim.state = Unproven::State::awaited;
    if (for_gnupg && held().fits(quotas, claim.author, claim.bytes, claim.by_envelope) && may_be_awaited(claim)) return claim;
    claim.state = Unproven::State::claimed;
    return unproven_.fits(quotas, claim, now_) ? std::optional(claim) : std::nullopt;
}

bool Admission::may_be_awaited(const Unproven::Mail& claim) {
    if (unproven_.fits(room_.settings.quotas, claim, now_)) return true;
    ask_what_became();
    return unproven_.fits(room_.settings.quotas, claim, now_);
}

// What is judged here is counted when it is; commands by mail are not judged here.
void Admission::ask_what_became() {
    for (const auto& id : unproven_.awaited(now_)) {
        const auto post = room_.store.posts().find(id);
        if (post && post->state == storage::PostState::spooled) continue;
        const bool done = post && !post->because.empty() && post->because.front().code == community::Code::command_done;
        if (done) unproven_.verified(id);
        (void)unproven_.may_stay(room_.settings.quotas, id, now_);
    }
}

void Admission::note(Unproven::Mail claim) {
    claim.id = admitted_[begin_].post.sealed_as;
    unproven_.add(std::move(claim));
}

// Where there is no operator it is held, like what a stranger claims; it is not more than that either.
Received Admission::for_operator(const Came& came, std::size_t recipient) {
    const auto bytes = came.submission.bytes.size();
    const bool waits = room_.settings.operator_address.empty();
    const Unproven::Mail claim{now_, PersonId{}, bytes, {}};
    if (waits && !unproven_.fits(room_.settings.quotas, claim, now_)) {
        return {Receipt::quota, {}, "enough mail waits here for an operator that is not set up"};
    }
    if (!to_operator_.take(std::chrono::steady_clock::now(), bytes)) {
        return {Receipt::later, {}, "too much mail for the operator in this hour"};
    }
    auto taken = take(came, recipient);
    if (waits) note(claim);
    return taken;
}

Received Admission::take(const Came& came, std::size_t recipient) {
    const auto& submission = came.submission;
    const auto& sender = came.sender;
    const auto& address = came.addresses[recipient];
    const auto rcpt = kept_address(room_, submission.rcpt_to[recipient], address.target);
    // The same address twice in one envelope, in whatever letters, is one post.
    for (std::size_t i = begin_; i < admitted_.size(); ++i) {
        const auto& other = admitted_[i].post;
        if (mail::normalise_address(other.rcpt_to) == mail::normalise_address(rcpt)) return {Receipt::accepted, other.id, {}};
    }
    Admitted entry{came.index, {}, {}};
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

// Nothing of this submission is kept.
void Admission::drop(std::size_t index) {
    std::erase_if(arrived_, [&](const CameBack& probe) { return probe.submission == index; });
    std::erase_if(admitted_, [&](const Admitted& entry) {
        if (entry.submission == index) unproven_.forget(entry.post.sealed_as);
        return entry.submission == index;
    });
}

}  // namespace caveat::mailroom
