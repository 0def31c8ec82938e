// From the spool to a verdict: gathers facts, asks policy, acts on the verdict. One transaction for everything that follows.
#include "address.hpp"
#include "at_rest.hpp"
#include "author.hpp"
#include "card.hpp"
#include "caveat/fault.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/requests.hpp"
#include "caveat/policy/unknown_list.hpp"
#include "conclusion.hpp"
#include "notices.hpp"
#include "owners_mail.hpp"
#include "post_question.hpp"
#include "returned.hpp"
#include "sent_again.hpp"
#include "spool.hpp"
#include "thread_ids.hpp"
#include "to_operator.hpp"
#include "unsubscribing.hpp"
#include "verdicts.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;
using policy::Verdict;
using storage::Post;
using storage::PostState;
using storage::Target;

community::Reason been_through_a_list() { return {Code::loop, "it has been through a list of ours before"}; }

class Judging {
public:
    // `unproven`: null where no mail is received.
    Judging(const Room& room, Instant now, Unproven* unproven)
        : room_(room), now_(now), verdicts_(room, now, unproven), strictest_(room, now) {}

    // Judges it, unless `lacks` or `waits_for` says that it cannot be yet.
    void judge(Post& post, const Prepared& bytes) {
        if (!bytes.trouble.empty()) return set_aside(post, bytes.trouble);
        if (post.target == Target::return_path) return read_returned(verdicts_, post, bytes);
        if (bytes.unopened) return verdicts_.conclude(post, Verdict::hold, {{Code::unreadable, bytes.unopened->detail}});
        if (bytes.unreadable) return verdicts_.conclude(post, Verdict::refuse, {{Code::unreadable, bytes.unreadable->detail}});
        if (post.target == Target::to_operator) return pass_to_operator(verdicts_, post, bytes.headers);
        const auto& message = bytes.message;
        post.message_id = message.message_id.empty() ? given_message_id(post, room_.settings) : message.message_id;
        const bool loop = mail::is_loop(bytes.headers, room_.settings.domain);
        if (loop && post.target == Target::unsubscribe) return verdicts_.conclude(post, Verdict::drop, {been_through_a_list()});
        if (post.target == Target::unsubscribe) return unsubscribe_by_mail(verdicts_, post, bytes.headers, message.subject);
        auto author = author_of(room_, post, bytes);
        const auto list = list_known_to(room_, author.sender.person, post.list, now_);
        if (!list && loop) return verdicts_.conclude(post, Verdict::drop, {been_through_a_list()});
        if (!list) return unknown_address(post, bytes, author);
        const auto question = ask_about(post, bytes, std::move(author), *list);
        if (post.target == Target::owner) return judge_owners_mail(verdicts_, post, bytes, question, *list);
        decide(post, bytes, question, *list);
    }

    // The label that was not looked for, because the sender or the list was another when the bytes were read.
    std::optional<LabelFacts> lacks(const Post& post, const Prepared& bytes) {
        if (post.target != Target::list && post.target != Target::owner) return std::nullopt;
        if (!bytes.trouble.empty() || bytes.unopened || bytes.unreadable) return std::nullopt;
        const auto author = author_of(room_, post, bytes);
        const auto list = list_known_to(room_, author.sender.person, post.list, now_);
        if (!list) return std::nullopt;
        const auto facts = labels_of(post, bytes, author, *list);
        return bytes.labelling(facts) == nullptr ? std::optional(facts) : std::nullopt;
    }

    // GnuPG had the keys of a list that its author may not know, or, when they did not, not those of one that they may know now.
    bool had_other_keys(const Post& post, const Prepared& bytes) {
        return !bytes.post.empty() && bytes.with_list_keys != is_list_of(room_, post, now_);
    }

    // A parent that came before its reply and is not judged yet: the reply gets at least its label (L4). Nobody waits for a mail that only
    // claims to be its author's: it could stop a thread.
    std::optional<PostKey> waits_for(const Post& post, const Prepared& bytes) {
        if (post.target != Target::list && post.target != Target::owner) return std::nullopt;
        const auto list = list_known_to(room_, post.sender, post.list, now_);
        if (!list) return std::nullopt;
        std::optional<KnownToAuthor> known;
        for (const auto& id : parents_of(bytes.message)) {
            if (!room_.store.posts().spooled_parent(id, post.key)) continue;
            if (!known) {
                const auto author = author_of(room_, post, bytes).sender;
                known.emplace(room_, author.person, author.strength >= list->authentication, now_);
            }
            if (const auto parent = known->spooled_parent(id, post.key)) return parent;
        }
        return std::nullopt;
    }

    [[nodiscard]] const std::vector<std::string>& lines() const { return verdicts_.lines(); }
    void tell_of_held() { verdicts_.tell_of_held(); }

    // A bug or a damaged body must not stop the posts behind it, nor be lost (D4, D2).
    void set_aside(Post post, std::string_view what) { verdicts_.conclude(post, Verdict::hold, {{Code::trouble, std::string(what)}}); }

private:
    LabelFacts labels_of(const Post& post, const Prepared& bytes, const Author& author, const community::List& list) {
        const bool own = is_own_envelope(room_, author.sender, post.mail_from);
        auto named = mail::house_addresses_beside(bytes.headers, room_.settings.domain);
        if (bytes.behind.named) named.insert(named.end(), bytes.behind.named->begin(), bytes.behind.named->end());
        return label_facts(room_.rules, list, {author.came, own, author.signature == policy::Signature::author},
                           strictest_.of(post, author.sender.person, named));
    }

    PostQuestion ask_about(Post& post, const Prepared& bytes, Author author, const community::List& list) {
        const auto& labelling = *bytes.labelling(labels_of(post, bytes, author, list));
        const bool anothers = is_anothers(post, bytes, author.sender);
        auto question =
            gather(room_,
                   {bytes.headers, bytes.message, labelling, post.mail_from, !post.released_by.empty(), author.signature,
                    bytes.behind.encrypted, bytes.behind.unopened, bytes.still_shows, &bytes.behind.named, author.came, anothers},
                   std::move(author.sender), list, now_);
        post.strength = question.sender.strength;
        if (question.sender.person) ask_how_it_was_sent(post, bytes, question);
        question.seldom_told =
            question.facts.strength < policy::enough_to_answer(list) || is_seldom_told(room_, post, bytes.headers, question.sender);
        post.sender = question.sender.person;
        post.team = question.standing.team;
        post.conflict_note = question.labelling.conflict_note;
        post.caveats = question.labelling.caveats;
        note_what_is_unproven(post, bytes, question, list);
        // An id made by the author's server names it.
        if (post.caveats.author_withheld && !bytes.message.message_id.empty())
            post.message_id = id_without_author(room_, bytes.message.message_id);
        return question;
    }

    // A moderator lets it go, and cannot know who wrote it, or sent it here: it leaves with a word of that (A5).
    void note_what_is_unproven(Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        if (!question.facts.released) return;
        auto& caveats = post.caveats;
        caveats.author_unproven = post.strength < list.authentication || question.facts.other_author;
        if (caveats.author_unproven || !question.carried || is_released_by_author(post)) return;
        auto as_it_came = post;
        as_it_came.released_by.clear();
        const bool carried = how_it_came(room_, as_it_came, bytes.headers, question.sender) == policy::Again::carried;
        caveats.sending_unproven = carried || !held_as_sent_again(post).empty();
    }

    // Known from here on, whatever becomes of the post.
    bool is_anothers(const Post& post, const Prepared& bytes, const Sender& sender) {
        const bool anothers = is_anothers_data(room_, bytes.behind.data, sender.person, post.sealed_as);
        remember_data(room_, bytes.behind.data, post.sealed_as);
        return anothers;
    }

    // Without a label of its own it has at least that of the same mail, as if that had come to all its lists at once; else at least the one
    // that people gave that mail here (L7).
    void ask_how_it_was_sent(const Post& post, const Prepared& bytes, PostQuestion& question) {
        const auto came = how_it_came(room_, post, bytes.headers, question.sender);
        const auto before = came_before(room_, post, *question.sender.person, question.standing.team, came == policy::Again::carried);
        question.here_already = before.unknown_to_moderator;
        auto& facts = question.facts;
        facts.before = question.labelling.unlabelled ? std::max(before.label, before.given) : before.given;
        // A signature counts once by itself (K7), and an envelope anybody makes up.
        const bool by_dmarc = question.sender.strength == community::Strength::dmarc;
        if (by_dmarc || before.again == policy::Again::twice) facts.again = before.again == policy::Again::no ? came : before.again;
    }

    void decide(Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        auto judgement = ask_post(room_, question, list, now_);
        if (!bytes.behind.ended.empty()) hold_unread(judgement, bytes.behind.ended, question, list);
        if (judgement.verdict == Verdict::distribute && question.here_already) hold_once_more(post, judgement);
        if (judgement.verdict == Verdict::distribute) hold_forgotten(judgement, bytes, question, list);
        fault_point("judge.decided");
        const auto why_it_waited = held_as_sent_again(post);
        post.label = judgement.label;
        post.red_to_roster = is_red_to_roster(question, judgement);
        if (judgement.verdict != Verdict::drop) use_up_signature(room_, post, bytes);
        if (bytes.behind.encrypted) post.caveats.sealed_only = true;
        if (judgement.verdict == Verdict::distribute) distribute(post, bytes, question, list);
        verdicts_.conclude(post, judgement.verdict, judgement.because);
        auto& letters = verdicts_.to_authors();
        if (judgement.verdict == Verdict::distribute) letters.of_release(post, why_it_waited);
        letters.of_verdict(post, question, list, judgement);
    }

    void distribute(const Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        rest_alone(room_, post, made_for_copies(room_, post, bytes, question));
        room_.store.posts().name_persons(post.key, question.named);
        room_.store.deliveries().fan_out(post.key, list.id, now_);
        fault_point("judge.fanned_out");
        const auto keep_until = room_.rules.kept_until(*post.label, list, post.received);
        const auto card = with_shown_ids(room_, post, card_for(room_, post, bytes, question));
        room_.store.archive().add({post.key, list.id, *post.label, post.received, keep_until}, seal_card(room_.vault, card, post.id));
    }

    // A post over which GnuPG was ended is not passed on by whatever else it is: a moderator, and its author, read why. One that was only
    // signed a moderator may release, as without a signature.
    static void hold_unread(policy::Judgement& judgement, const std::string& why, const PostQuestion& question,
                            const community::List& list) {
        const community::Reason because{Code::trouble, why};
        const auto& facts = question.facts;
        const bool passes = judgement.verdict == Verdict::distribute && (!facts.released || facts.unopened);
        if (judgement.verdict == Verdict::hold) judgement.because.push_back(because);
        if (!passes && judgement.because.front().code != Code::not_opened) return;
        judgement.verdict = Verdict::hold;
        judgement.because = {because};
        judgement.tell_sender = tells_sender(question, list);
    }

    // Whoever lets it go knows then that its readers have it, and why it waited before.
    void hold_once_more(Post& post, policy::Judgement& judgement) {
        judgement.verdict = Verdict::hold;
        judgement.because = held_once_more(room_, post);
        post.released_by.clear();
    }

    // What a decision forgot does not go out again, on whichever list it arrives, and nobody releases it (R4).
    void hold_forgotten(policy::Judgement& judgement, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        auto why = objection_of_forgotten(room_, bytes.message.message_id, question.sender);
        if (!why) return;
        judgement.verdict = Verdict::hold;
        judgement.because = {std::move(*why)};
        judgement.tell_sender = tells_sender(question, list);
    }

    // What the SMTP door took along with others, or a sender whose identity is not proven wrote to: an address at which there is no list,
    // or none that they may know of. Who they are is asked in the same way, a signature is used up, and they hear the same, or nothing
    // (A7).
    void unknown_address(Post& post, const Prepared& bytes, const Author& author) {
        const auto& sender = author.sender;
        if (sender.person) post.sender = sender.person;
        post.strength = sender.strength;
        use_up_signature(room_, post, bytes);
        const std::vector<community::Reason> because{policy::no_such_list(room_.rules)};
        const bool seldom = sender.person && is_seldom_told(room_, post, bytes.headers, sender);
        const bool tell = sender.person && sender.strength >= community::Strength::dmarc && is_answered(post, bytes.headers) &&
                          tells_of_no_list(room_, post, *sender.person, seldom, now_);
        const auto beside = refuse_beside(room_, post, because, now_);
        verdicts_.conclude(post, Verdict::refuse, because, beside);
        if (tell) tell_of_no_list(room_, *sender.person, post, because, beside, seldom);
    }

    [[nodiscard]] bool is_answered(const Post& post, const mail::HeaderBlock& headers) const {
        return !mail::is_automatic(headers, post.mail_from) && !mail::wants_no_answer(headers) &&
               !mail::is_loop(headers, room_.settings.domain);
    }

    const Room& room_;
    Instant now_;
    Verdicts verdicts_;
    StrictestDefault strictest_;
};

}  // namespace

Mailroom::Mailroom(const Room& room, Tell tell) : room_(room), tell_(std::move(tell)), spool_(std::make_shared<Spool>(room)) {}

std::optional<Errand> Mailroom::errand(std::uint64_t largest) { return spool_->errand(largest); }
bool Mailroom::asks_gnupg_again() { return spool_->asks_gnupg_again(); }

std::size_t Mailroom::process(std::size_t most, std::uint64_t largest) {
    if (!room_.store.stands_still().empty()) return 0;
    for (bool none = false;;) {
        const auto judged = judge_next(most, largest, none);
        if (judged > 0 || none) return judged;  // else all of them wait, and are not looked at again
    }
}

std::size_t Mailroom::judge_next(std::size_t most, std::uint64_t largest, bool& none) {
    none = room_.store.posts().count(PostState::spooled) == 0;
    const auto batch = none ? std::vector<Spool::Next>{} : spool_->next(most, largest);
    none = batch.empty();
    if (none) return 0;
    const auto now = room_.clock.now();
    Judging judging(room_, now, unproven_ ? &*unproven_ : nullptr);
    std::optional<Post> current;
    std::vector<const Spool::Next*> judged;
    std::string trouble;
    try {
        storage::Store::Transaction transaction(room_.store);
        for (const auto& next : batch) {
            current = room_.store.posts().get(next.key);
            if (!current || current->state != PostState::spooled || current->forged) continue;  // beside another one, or by somebody else
            if (judging.had_other_keys(*current, *next.prepared)) {
                spool_->read_again(next);
            } else if (const auto label = judging.lacks(*current, *next.prepared)) {
                spool_->lacks(next, *label);
            } else if (const auto parent = judging.waits_for(*current, *next.prepared); parent && !spool_->waited_long(next.key, now)) {
                spool_->waits(next, *parent, now);
            } else {
                judging.judge(*current, *next.prepared);
                judged.push_back(&next);
            }
        }
        current.reset();
        judging.tell_of_held();
        transaction.commit();
        for (const auto* next : judged) spool_->judged(*next);
        told(judging.lines());
        fault_point("judge.committed");
        return judged.size();
    } catch (const storage::Unavailable&) {
        throw;
    } catch (const storage::Clash& row) {  // somebody put one in the place of this post's
        if (!current) throw;
        trouble = row.what();
    } catch (const storage::Broken&) {
        throw;
    } catch (const std::exception& bug) {
        if (!current) throw;
        trouble = bug.what();
    }
    // The transaction was rolled back. The post that could not be judged is set aside, so that the posts behind it get their turn.
    storage::Store::Transaction transaction(room_.store);
    Judging again(room_, room_.clock.now(), nullptr);
    again.set_aside(*room_.store.posts().get(current->key), trouble);
    again.tell_of_held();
    transaction.commit();
    told(again.lines());
    return 1;
}

void Mailroom::told(const std::vector<std::string>& lines) const {
    if (!tell_) return;
    for (const auto& line : lines) tell_(line);
}

}  // namespace caveat::mailroom
