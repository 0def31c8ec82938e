// From the spool to a verdict: gathers facts, asks policy, acts on the verdict. One transaction for everything that follows.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "address.hpp"
#include "caveat/community/confirming.hpp"
#include "caveat/community/in_force.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "caveat/fault.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/rebuild.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "caveat/mail/without_signatures.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/requests.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/unknown_list.hpp"
#include "caveat/storage/room_party.hpp"
#include "conclusion.hpp"
#include "inside.hpp"
#include "notices.hpp"
#include "post_question.hpp"
#include "replies.hpp"
#include "sent_again.hpp"
#include "spool.hpp"
#include "telling.hpp"
#include "thread_ids.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;
using policy::Verdict;
using storage::Post;
using storage::PostState;
using storage::Target;

// What a report adds to the journal: its codes with words of ours, of the first few. Its own words are a stranger's and may quote the post,
// which can be forgotten, and the journal cannot (J2, R4).
Detail reported(const std::string& reader, const mail::Bounce& bounce) {
    constexpr std::size_t most_statuses = 10;
    std::vector<std::string> statuses;
    for (const auto& recipient : bounce.recipients) {
        auto status = kept_of_diagnostic(recipient.status, recipient.diagnostic);
        const bool known = std::find(statuses.begin(), statuses.end(), status) != statuses.end();
        if (!status.empty() && !known && statuses.size() < most_statuses) statuses.push_back(std::move(status));
    }
    Detail detail;
    detail.add("person", reader).add("kind", mail::name(bounce.kind)).add("recipients", bounce.recipients.size());
    return detail.add("status", statuses);
}

community::Reason been_through_a_list() { return {Code::loop, "it has been through a list of ours before"}; }

// As of a command: whoever writes from the mailbox of a person under a security hold does nothing and hears nothing (item 42).
community::Reason in_other_hands() {
    return {Code::denied, "the sender's mailbox may be in other hands: its person is under a security hold"};
}

class Judging {
public:
    // `unproven`: null where no mail is received.
    Judging(const Room& room, Instant now, Unproven* unproven) : room_(room), now_(now), unproven_(unproven), strictest_(room, now) {}

    // Judges it, unless `lacks` or `waits_for` says that it cannot be yet.
    void judge(Post& post, const Prepared& bytes) {
        if (!bytes.trouble.empty()) return set_aside(post, bytes.trouble);
        if (post.target == Target::return_path) return read_return(post, bytes);
        if (bytes.unopened) return conclude(post, Verdict::hold, {{Code::unreadable, bytes.unopened->detail}});
        if (bytes.unreadable) return conclude(post, Verdict::refuse, {{Code::unreadable, bytes.unreadable->detail}});
        if (post.target == Target::to_operator) return to_operator(post, bytes.headers);
        const auto& message = bytes.message;
        post.message_id = message.message_id.empty() ? given_message_id(post, room_.settings) : message.message_id;
        const bool loop = mail::is_loop(bytes.headers, room_.settings.domain);
        if (loop && post.target == Target::unsubscribe) return conclude(post, Verdict::drop, {been_through_a_list()});
        if (post.target == Target::unsubscribe) return unsubscribe(post, bytes.headers);
        auto author = author_of(post, bytes);
        const auto list = list_known_to(author.sender.person, post.list);
        if (!list && loop) return conclude(post, Verdict::drop, {been_through_a_list()});
        if (!list) return unknown_address(post, bytes, author);
        const auto question = ask_about(post, bytes, std::move(author), *list);
        if (post.target == Target::owner) return to_owners(post, bytes, question, *list);
        decide(post, bytes, question, *list);
    }

    // The label that was not looked for, because the sender or the list was another when the bytes were read.
    std::optional<LabelFacts> lacks(const Post& post, const Prepared& bytes) {
        if (post.target != Target::list && post.target != Target::owner) return std::nullopt;
        if (!bytes.trouble.empty() || bytes.unopened || bytes.unreadable) return std::nullopt;
        const auto author = author_of(post, bytes);
        const auto list = list_known_to(author.sender.person, post.list);
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
        const auto list = list_known_to(post.sender, post.list);
        if (!list) return std::nullopt;
        std::optional<KnownToAuthor> known;
        for (const auto& id : parents_of(bytes.message)) {
            if (!room_.store.posts().spooled_parent(id, post.key)) continue;
            if (!known) {
                const auto author = author_of(post, bytes).sender;
                known.emplace(room_, author.person, author.strength >= list->authentication, now_);
            }
            if (const auto parent = known->spooled_parent(id, post.key)) return parent;
        }
        return std::nullopt;
    }

    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

    // At the end of a round, so that posts which came together are one letter. What only its author can settle is for them, if they are
    // told, and else for those who can write to them; that somebody may have handed in what they caught is for both.
    void tell_of_held() {
        for (auto& [list, posts] : held_) {
            std::erase_if(posts, [&](const Post& post) {
                const bool caught = !post.because.empty() && post.because.front().code == Code::anothers_data;
                return only_its_author_settles(post) && !caught && author_told_.contains(post.key);
            });
            if (!posts.empty() && room_.store.rosters().list(list)) tell_moderators(room_, list, posts, now_);
        }
    }

    // A bug or a damaged body must not stop the posts behind it, nor be lost (D4, D2).
    void set_aside(Post post, std::string_view what) { conclude(post, Verdict::hold, {{Code::trouble, std::string(what)}}); }

private:
    struct Author {
        Sender sender;
        policy::Signature signature{};
        community::Strength came{};  // what proves them without the signature
    };
    LabelFacts labels_of(const Post& post, const Prepared& bytes, const Author& author, const community::List& list) {
        const bool own = is_own_envelope(room_, author.sender, post.mail_from);
        auto named = mail::addresses_named(bytes.headers);
        if (bytes.behind.named) named.insert(named.end(), bytes.behind.named->begin(), bytes.behind.named->end());
        return label_facts(room_.rules, list, {author.came, own, author.signature == policy::Signature::author},
                           strictest_.of(post, author.sender.person, named));
    }
    // A signature of the person in From, over all of it and for the first time, proves more than anything else.
    Author author_of(const Post& post, const Prepared& bytes) {
        Author author{identify(room_, bytes.headers, post.mail_from)};
        author.came = author.sender.strength;
        author.signature = signature_of(room_, bytes.behind, author.sender.person, came(post), kind_of_use(post));
        if (author.signature == policy::Signature::author) author.sender.strength = community::Strength::signature;
        return author;
    }

    static Came came(const Post& post) { return {post.target, post.list, post.received}; }
    // One submission to several lists is one use (K7).
    static std::string kind_of_use(const Post& post) { return "post " + post.sealed_as.value; }
    void use_up_signature(const Post& post, const Prepared& bytes) {
        use_signature(room_, bytes.behind, post.sender, came(post), kind_of_use(post));
    }

    // None: there is no such list, or none that they may know of, and nothing that follows depends on which it is (A7). Whoever has left
    // the register since then hears nothing.
    std::optional<community::List> list_known_to(const std::optional<PersonId>& person, const ListId& id) {
        auto list = room_.store.rosters().list(id);
        if (list && person && !may_know(room_, *person, *list, now_)) list.reset();
        return list;
    }

    PostQuestion ask_about(Post& post, const Prepared& bytes, Author author, const community::List& list) {
        const auto& labelling = *bytes.labelling(labels_of(post, bytes, author, list));
        const bool anothers = is_anothers(post, bytes, author.sender);
        auto question =
            gather(room_,
                   {bytes.headers, bytes.message, labelling, post.mail_from, !post.released_by.empty(), author.signature,
                    bytes.behind.encrypted, bytes.behind.unopened, bytes.still_shows, &bytes.behind.named, author.came, anothers},
                   std::move(author.sender), list, now_);
        if (question.sender.person) ask_how_it_was_sent(post, bytes, question);
        question.seldom_told = is_seldom_told(room_, post, bytes.headers, question.sender);
        post.sender = question.sender.person;
        post.strength = question.sender.strength;
        post.team = question.standing.team;
        post.conflict_note = question.labelling.conflict_note;
        post.caveats = question.labelling.caveats;
        // A moderator lets it go and cannot know who wrote it: it leaves with a word of that (A5).
        post.caveats.author_unproven = question.facts.released && (post.strength < list.authentication || question.facts.other_author);
        // An id made by the author's server names it.
        if (post.caveats.author_withheld && !bytes.message.message_id.empty())
            post.message_id = id_without_author(room_, bytes.message.message_id);
        return question;
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
        const auto before = came_before(room_, post, *question.sender.person, came == policy::Again::carried);
        auto& facts = question.facts;
        facts.before = question.labelling.unlabelled ? before.label : before.given;
        // A signature counts once by itself (K7), and an envelope anybody makes up.
        const bool by_dmarc = question.sender.strength == community::Strength::dmarc;
        if (by_dmarc || before.again == policy::Again::twice) facts.again = before.again == policy::Again::no ? came : before.again;
    }

    void decide(Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        auto judgement = ask_post(room_, question, list, now_);
        if (!bytes.behind.ended.empty()) hold_unread(judgement, bytes.behind.ended, question, list);
        if (judgement.verdict == Verdict::distribute) hold_forgotten(judgement, bytes, question, list);
        fault_point("judge.decided");
        const auto why_it_waited = as_sent_again(post);
        post.label = judgement.label;
        post.red_to_roster = is_red_to_roster(question, judgement);
        if (judgement.verdict != Verdict::drop) use_up_signature(post, bytes);
        if (bytes.behind.encrypted) post.caveats.sealed_only = true;
        if (judgement.verdict == Verdict::distribute) {
            rest_alone(post, bytes, inside_of(post, bytes, question));
            room_.store.posts().name_persons(post.key, question.named);
            room_.store.deliveries().fan_out(post.key, list.id, now_);
            fault_point("judge.fanned_out");
            const auto keep_until = room_.rules.kept_until(judgement.label, list, post.received);
            room_.store.archive().add({post.key, list.id, judgement.label, post.received, keep_until},
                                      seal_card(room_.vault, with_shown_ids(room_, post, card_for(post, bytes, question)), post.id));
        }
        conclude(post, judgement.verdict, judgement.because);
        if (judgement.verdict == Verdict::distribute) tell_whose_name(post, why_it_waited);
        const bool proven =
            question.facts.strength >= policy::enough_to_answer(list) && !question.facts.automatic && !question.facts.unanswered;
        tell_sender(post, question, list, judgement, proven);
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
        judgement.tell_sender = facts.strength >= policy::enough_to_answer(list) && !facts.automatic && !facts.unanswered;
    }

    // What a decision forgot does not go out again, on whichever list it arrives, and nobody releases it (R4).
    void hold_forgotten(policy::Judgement& judgement, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        auto why = objection_of_forgotten(bytes, question);
        if (!why) return;
        const auto& facts = question.facts;
        judgement.verdict = Verdict::hold;
        judgement.because = {std::move(*why)};
        judgement.tell_sender = facts.strength >= policy::enough_to_answer(list) && !facts.automatic && !facts.unanswered;
    }
    // In words by which who runs another list does not learn what was forgotten (A7).
    std::optional<community::Reason> objection_of_forgotten(const Prepared& bytes, const PostQuestion& question) {
        if (!is_forgotten(room_, bytes.message.message_id, question.sender)) return std::nullopt;
        return community::Reason{Code::replayed,
                                 "it has a Message-ID with which nothing goes out any more: what may be said its author writes anew"};
    }

    // What is kept of it opens with a key of its own, so that it can be forgotten whatever becomes of its submission's other posts (R4).
    void rest_alone(const Post& post, const Prepared& bytes, std::optional<Sealed> own) {
        auto& posts = room_.store.posts();
        if (post.caveats.author_withheld && bytes.shows_author) own = without_author(post, own, bytes.author);
        if (!posts.at_rest_beside(post.key, storage::Posts::Resting::shared).empty()) {
            if (!own) {
                if (const auto whole = bytes_for_copies(room_, post))
                    own = room_.vault.seal_to_forget(*whole, storage::sealed_inside_as(post.id));
            }
            if (own) posts.forget_body(post.key);
        }
        if (own) posts.put_opened(post.key, *own);
    }

    // None: its author's server signed all that counts.
    std::optional<std::string> head_without_unsigned(const Prepared& bytes, const PostQuestion& question) {
        return mail::without_unsigned(bytes.head, question.sender.from, {}, room_.settings.limits).value_or(std::nullopt);
    }

    Card card_for(const Post& post, const Prepared& bytes, const PostQuestion& question) {
        auto card = card_as_signed(post, bytes, question);
        card.list_names = list_names_of(post, bytes);
        return card;
    }

    // While its author is here, who knows what they may know. None where it cannot be read: that is asked whenever it is.
    std::optional<std::vector<std::string>> list_names_of(const Post& post, const Prepared& bytes) {
        const auto shown = mail::house_names(bytes.head, room_.settings.domain);
        if (bytes.message.part_headers.empty() && shown && shown->tags.empty()) return std::vector<std::string>{};
        const auto whole = bytes_for_copies(room_, post);
        return whole ? names_known_to_author(room_, *whole, post) : std::nullopt;
    }

    // When it was written and what it answers, as its copies say.
    Card card_as_signed(const Post& post, const Prepared& bytes, const PostQuestion& question) {
        auto card = card_of(bytes.message, post.message_id);
        if (!question.carried || bytes.behind.encrypted || bytes.behind.is_signed != Signed::none) return card;
        const auto head = head_without_unsigned(bytes, question);
        const auto signed_ones = head ? mail::parse(*head, room_.settings.limits) : Result<mail::Message>(bytes.message);
        if (!signed_ones) return card;
        const auto shown = card_of(*signed_ones, post.message_id);
        card.date = shown.date;
        card.in_reply_to = shown.in_reply_to;
        card.references = shown.references;
        return card;
    }

    // What its copies are made of, if that is not what came: nothing under our signature that a relay may have written around the author's.
    std::optional<Sealed> inside_of(const Post& post, const Prepared& bytes, const PostQuestion& question) {
        const bool is_anybodys = question.header_unproven || question.carried;
        if (!is_anybodys || bytes.behind.protects_header || post.caveats.author_withheld) return bytes.inside;
        if (!question.header_unproven && !bytes.inside && !head_without_unsigned(bytes, question)) return std::nullopt;
        const auto whole =
            bytes.inside ? room_.vault.open(*bytes.inside, storage::sealed_inside_as(post.id)) : bytes_for_copies(room_, post);
        const auto which = post.target == Target::owner ? room_.settings.separator + "owner" : std::string();
        const auto to = bytes.behind.named ? std::string() : post.list.value + which + "@" + room_.settings.domain;
        const auto& limits = room_.settings.limits;
        const auto without = whole.and_then([&](const std::string& all) {
            if (question.header_unproven) return mail::without_uncovered(all, to, limits);
            return mail::without_unsigned(all, question.sender.from, to, limits);
        });
        if (!without) throw std::runtime_error("what is not signed could not be left out of the header");
        return *without ? std::optional(room_.vault.seal_to_forget(**without, storage::sealed_inside_as(post.id))) : bytes.inside;
    }

    // Why it was held, since it came before or somebody else may have sent it here, as its row says until it is settled anew.
    static std::string as_sent_again(const Post& post) {
        const auto says_so = [](const community::Reason& reason) { return reason.code == Code::replayed; };
        const auto why = std::find_if(post.because.begin(), post.because.end(), says_so);
        return post.released_by.empty() || why == post.because.end() ? std::string() : as_lines({*why});
    }

    // In whose name it is, where nothing proved that they wrote it, or sent it here: at the address on record. However often they heard
    // that such a mail waits.
    void tell_whose_name(const Post& post, const std::string& why_it_waited) {
        const bool unproven = post.caveats.author_unproven;
        if ((!unproven && why_it_waited.empty()) || !post.sender || post.released_by == "person " + post.sender->value) return;
        const Fields fields{
            {"by", letters::who(room_.store, post.released_by)}, {"unproven", unproven ? "yes" : ""}, {"because", why_it_waited}};
        send_notice(room_, "released", *post.sender, post, fields);
    }

    // What its copies are made of where its author is not to be named: without the signatures that would. They were found when it was read,
    // so that not to find them now is a fault, and nothing leaves.
    Sealed without_author(const Post& post, const std::optional<Sealed>& inside, const mail::KnownAs& author) {
        const auto whole = inside ? room_.vault.open(*inside, storage::sealed_inside_as(post.id)) : bytes_for_copies(room_, post);
        const auto without =
            whole.and_then([&](const std::string& bytes) { return mail::without_signatures(bytes, room_.settings.limits, author); });
        if (!without || without->bytes.empty()) throw std::runtime_error("the signature of an unnamed author could not be left out");
        return room_.vault.seal_to_forget(without->bytes, storage::sealed_inside_as(post.id));
    }

    // A sanction is between the party and the committee, so only the representative is told which case it is (item 36).
    std::vector<std::string> cases_behind(const community::Standing& sender, const community::List& list) {
        std::vector<std::string> lines;
        if (!sender.representative) return lines;
        for (const auto& denial : sender.denials) {
            const bool bites = in_force(denial, now_) && (denial.verbs & bit(community::Verb::post)) != 0 &&
                               (denial.resource == "*" || denial.resource == list.id.value);
            const auto id = bites ? room_.store.minutes().case_of(denial.id) : std::nullopt;
            const auto line =
                id ? community::line({Code::sanction, fmt::format("case {}, decision {}", *id, denial.decision)}) : std::string();
            if (id && std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
        }
        return lines;
    }

    // What the author should hear of a label that is not simply the one they wrote.
    static std::vector<std::string> remarks_on(const mail::Labelling& labelling) {
        std::vector<std::string> remarks;
        if (labelling.conflict || labelling.unlabelled) remarks.push_back(labelling.why);
        remarks.insert(remarks.end(), labelling.lint.begin(), labelling.lint.end());
        if (labelling.unlabelled)
            remarks.emplace_back("a label such as TLP:GREEN at the start of the subject counts instead, also below the list's default");
        return remarks;
    }

    // What is recorded quotes nothing of the mail; the letter to its author, which rests sealed, says which word it is about. It leaves in
    // clear, so that it quotes nothing of what came encrypted; nor what somebody else can have put into the header of what they carried.
    static std::string lines_for_author(const PostQuestion& question, std::vector<community::Reason> because) {
        for (auto& reason : because) {
            const bool quotes = reason.code == Code::label_held && !question.facts.encrypted && !question.carried;
            if (quotes) reason.words = with_quote(reason.words, question.labelling);
        }
        return as_lines(because);
    }

    void tell_sender(const Post& post, const PostQuestion& question, const community::List& list, const policy::Judgement& judgement,
                     bool proven) {
        if (!post.sender) return;
        Fields fields{{"label", std::string(community::name(judgement.label))}, {"because", lines_for_author(question, judgement.because)}};
        if (judgement.verdict == Verdict::distribute) {
            const auto remarks = remarks_on(question.labelling);
            if (!proven || remarks.empty() || !told_of_label_.emplace(post.sealed_as.value, judgement.label).second) return;
            fields["because"] = as_lines(remarks);
            return send_notice(room_, "label", *post.sender, post, fields);
        }
        const bool waits = judgement.verdict == Verdict::hold;
        if (!judgement.tell_sender || (!waits && judgement.verdict != Verdict::refuse) || !hears(post, question)) return;
        if (waits) return tell_of_hold(post, std::move(fields));
        fields["because"] += as_lines(cases_behind(question.standing, list));
        send_notice(room_, "refused", *post.sender, post, fields);
    }

    // Its author, one letter more. What comes their way they always hear of.
    bool hears(const Post& post, const PostQuestion& question) { return tells_author(room_, *post.sender, question.seldom_told, now_); }

    // What it waits for, its author, or somebody else, and until when.
    void tell_of_hold(const Post& post, Fields fields) {
        author_told_.insert(post.key);
        const auto until = waits_until(room_, post);
        fields["yours"] = only_its_author_settles(post) || is_held_as_forgotten(room_, post) ? "yes" : "";
        fields["told"] = is_told_to_another(room_, post, now_) ? "yes" : "";
        fields["until"] = until ? moment(*until) : "";
        send_notice(room_, "held", *post.sender, post, std::move(fields));
    }

    // What a moderator settles of mail to who runs a list, whoever proved to have written it.
    std::optional<community::Reason> doubt_of(const PostQuestion& question, const Prepared& bytes, const Post& post) {
        const auto& facts = question.facts;
        if (auto anothers = policy::objection_of_data(facts)) return anothers;
        if (auto forgotten = objection_of_forgotten(bytes, question)) return forgotten;
        if (facts.released) return std::nullopt;
        if (auto other = policy::objection_of_author(facts)) return other;
        return policy::objection_of_sending(facts, owner_address(post.list, room_.settings));
    }

    // A label that goes to named persons or to lists that encrypt is none for mail that names nobody. The list's default may be one.
    std::optional<community::Reason> objection_of_label(const PostQuestion& question, const community::List& list) {
        const auto label = policy::with_floor(question.facts);
        const auto& handling = room_.rules.handling(label);
        const bool encrypts = list.encryption == community::Encryption::required;
        if (!handling.named_only && (encrypts || !handling.needs_encrypting_list)) return std::nullopt;
        const bool raised = label > question.facts.label;
        const std::string_view whence = raised && label == question.facts.before ? ", as the same mail that came before"
                                        : raised                                 ? ", as what it answers"
                                        : question.labelling.unlabelled          ? ", as it has no label of its own"
                                                                                 : "";
        return community::Reason{Code::owners, fmt::format("it is {}{}, and no mail with that label goes to those who run a list",
                                                           community::name(label), whence)};
    }

    // Of the mail to who runs a list that is neither robots' nor a stranger's nobody loses one without a word: where its author is not to
    // be answered, it waits for a moderator, who writes to them. Released, it meets the same answer.
    void refuse_to_owners(Post& post, const PostQuestion& question, bool proven, community::Reason why) {
        const auto& facts = question.facts;
        const bool lost = facts.unanswered && proven && !facts.released;
        const std::vector<community::Reason> because{std::move(why)};
        conclude(post, lost ? Verdict::hold : Verdict::refuse, because);
        if (facts.unanswered || !post.sender || !proven || !hears(post, question)) return;
        send_notice(room_, "refused", *post.sender, post, {{"label", ""}, {"because", as_lines(because)}});
    }
    void hold_to_owners(Post& post, const PostQuestion& question, bool proven, community::Reason why) {
        const std::vector<community::Reason> because{std::move(why)};
        conclude(post, Verdict::hold, because);
        if (question.facts.unanswered || !post.sender || !proven || !hears(post, question)) return;
        tell_of_hold(post, {{"label", ""}, {"because", lines_for_author(question, because)}});
    }

    // Mail for the people who run the list. It is not a post: it has no roster and no label in the subject, and nobody else gets it.
    void to_owners(Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
        const auto& facts = question.facts;
        if (facts.loop || facts.automatic)
            return conclude(post, Verdict::drop, {{Code::automatic, "mail to owners must come from a person"}});
        if (!facts.known_sender) return conclude(post, Verdict::drop, {{Code::unknown_sender, "its sender has left the register"}});
        if (facts.again == policy::Again::twice)
            return conclude(post, Verdict::drop, {{Code::replayed, "the server in front handed it over twice: it is here already"}});
        if (letters::hold_on(question.standing.denials, question.standing.person, now_) != nullptr)
            return conclude(post, Verdict::drop, {in_other_hands()});
        // Whatever becomes of it: what was written to a few is not to be posted to many later (K7).
        use_up_signature(post, bytes);
        const bool proven = facts.strength >= policy::enough_to_answer(list);
        const auto& ended = bytes.behind.ended;
        if (proven && !ended.empty() && (!facts.released || facts.unopened))
            return hold_to_owners(post, question, proven, {Code::trouble, ended});
        if (auto objection = proven ? policy::objection_of_openpgp(facts, list, room_.rules) : std::nullopt)
            return refuse_to_owners(post, question, proven, std::move(*objection));
        if (facts.strength < list.authentication && !facts.released)
            return hold_to_owners(post, question, proven,
                                  {Code::authentication, fmt::format("authentication is {}, {} needs {}", community::name(facts.strength),
                                                                     list.id, community::name(list.authentication))});
        if (facts.again == policy::Again::waits)
            return conclude(post, Verdict::drop, {{Code::replayed, "the same mail waits here already"}});
        if (auto why = doubt_of(question, bytes, post)) return hold_to_owners(post, question, proven, std::move(*why));
        if (list.encryption == community::Encryption::required && !room_.settings.seals)
            return hold_to_owners(post, question, proven,
                                  {Code::no_sealing, "mail about a list that encrypts cannot be sealed to its owners here"});
        if (auto why = facts.released ? std::nullopt : policy::objection_of_sealing(facts, list))
            return hold_to_owners(post, question, proven, std::move(*why));
        if (facts.label_held) return hold_to_owners(post, question, proven, {Code::label_held, facts.label_why});
        if (auto why = objection_of_label(question, list)) return refuse_to_owners(post, question, proven, std::move(*why));
        if (auto why = unsealable(room_, question, list, now_)) {
            if (why->code == Code::list_not_encrypting) return refuse_to_owners(post, question, proven, std::move(*why));
            return hold_to_owners(post, question, proven, std::move(*why));
        }
        if (post.caveats.author_withheld && !bytes.still_shows.empty())
            return hold_to_owners(post, question, proven, {Code::author_shown, "its author is not to be named, and " + bytes.still_shows});
        post.label = policy::with_floor(facts);
        const auto owners = owners_of(list);
        if (owners.empty())
            return hold_to_owners(post, question, proven, {Code::owners, "the list has neither an owner nor a secretariat now"});
        pass_to_owners(post, bytes, question, owners);
    }

    std::set<PersonKey> owners_of(const community::List& list) {
        std::set<PersonKey> owners;
        for (const auto& term : room_.rules.in_force(room_.store.powers().held_terms(now_))) {
            const auto key = room_.store.directory().key_of(term.person);
            const bool runs = key && room_.rules.serves(term, policy::Trait::runs_lists, list.id, now_);
            if (runs && !storage::is_party_of_room(room_.store, list.id, term.person)) owners.insert(*key);
        }
        return owners;
    }

    void pass_to_owners(Post& post, const Prepared& bytes, const PostQuestion& question, const std::set<PersonKey>& owners) {
        if (bytes.behind.encrypted) post.caveats.sealed_only = true;
        auto own = inside_of(post, bytes, question);
        if (post.caveats.author_withheld && bytes.shows_author) own = without_author(post, own, bytes.author);
        if (own) room_.store.posts().put_opened(post.key, *own);
        for (const auto owner : owners) room_.store.deliveries().add(post.key, owner);
        std::vector<community::Reason> because{{Code::owners, "passed on to the owners and the secretariat"}};
        if (auto raised = policy::why_raised(question.facts, room_.rules)) because.push_back(std::move(*raised));
        const auto why_it_waited = as_sent_again(post);
        conclude(post, Verdict::distribute, std::move(because));
        tell_whose_name(post, why_it_waited);
    }

    // Anybody's mail for who runs this server: robots' reports as well, for whose answers there is the return path. It is not read.
    void to_operator(Post& post, const mail::HeaderBlock& headers) {
        const auto* id = headers.find("Message-ID");
        const auto ids = id == nullptr ? std::vector<std::string>{} : mail::read_message_ids(id->value);
        post.message_id = ids.empty() ? given_message_id(post, room_.settings) : ids.front();
        if (has_come_back(headers, room_.settings)) return conclude(post, Verdict::drop, {{Code::loop, "forwarded from here before"}});
        if (room_.settings.operator_address.empty()) {
            return conclude(post, Verdict::hold,
                            {{Code::owners, "nobody is set up to get it: write operator in [community], then release it"}});
        }
        room_.store.deliveries().add(post.key, operator_key);
        conclude(post, Verdict::distribute, {{Code::owners, "passed on to the operator"}});
    }

    // What the SMTP door took along with others, or a sender whose identity is not proven wrote to: an address at which there is no list,
    // or none that they may know of. Who they are is asked in the same way, a signature is used up, and they hear the same, or nothing
    // (A7).
    void unknown_address(Post& post, const Prepared& bytes, const Author& author) {
        const auto& sender = author.sender;
        if (sender.person) post.sender = sender.person;
        post.strength = sender.strength;
        use_up_signature(post, bytes);
        const std::vector<community::Reason> because{policy::no_such_list(room_.rules)};
        const bool seldom = sender.person && is_seldom_told(room_, post, bytes.headers, sender);
        const bool tell = sender.person && sender.strength >= community::Strength::dmarc && is_answered(post, bytes.headers) &&
                          tells_of_no_list(room_, post, *sender.person, seldom, now_);
        const auto beside = refuse_beside(room_, post, because, now_);
        for (const auto& other : beside) lines_.push_back(line_of(other));
        conclude(post, Verdict::refuse, because, ids_of(beside));
        if (tell) tell_of_no_list(room_, *sender.person, post, because, beside, seldom);
    }

    [[nodiscard]] bool is_answered(const Post& post, const mail::HeaderBlock& headers) const {
        return !mail::is_automatic(headers, post.mail_from) && !mail::wants_no_answer(headers) &&
               !mail::is_loop(headers, room_.settings.domain);
    }

    // Leaving by mail (List-Unsubscribe).
    void unsubscribe(Post& post, const mail::HeaderBlock& headers) {
        const Sender sender = identify(room_, headers, post.mail_from);
        post.sender = sender.person;
        post.strength = sender.strength;
        if (!sender.person || mail::is_automatic(headers, post.mail_from)) {
            return conclude(post, Verdict::drop, {{Code::automatic, "only a person can unsubscribe"}});
        }
        const auto standing = room_.store.standing(*sender.person, post.list, now_);
        if (!standing || !standing->roster || !standing->roster->during.contains(now_)) {
            return conclude(post, Verdict::drop, {{Code::not_on_roster, "there is nothing to leave"}});
        }
        if (letters::hold_on(standing->denials, *sender.person, now_) != nullptr) return conclude(post, Verdict::drop, {in_other_hands()});
        const auto list = room_.store.rosters().list(post.list);
        if (!list) return conclude(post, Verdict::drop, {{Code::not_on_roster, "there is nothing to leave"}});
        if (community::is_room(*list)) {
            return conclude(post, Verdict::drop,
                            {{Code::not_on_roster,
                              "ruling (l): the five who were seated stay on the list of an Appeal Panel; who cannot go on "
                              "says so to the committee, which fills the vacancy"}});
        }
        if (post.released_by.empty() && !is_surely_their_wish(post, headers, sender, *list))
            return ask_whether_to_leave(post, headers, sender);
        storage::end_subscription(room_.store, post.list, *sender.person, now_, "person " + sender.person->value,
                                  Detail().add("by_mail", post.id.value));
        conclude(post, Verdict::drop, {{Code::unsubscribed, "done as asked"}});
        if (!mail::wants_no_answer(headers)) send_notice(room_, "unsubscribed", *sender.person, post, {});
    }

    // As surely known as for a post, and never by an envelope alone, which anybody forges. What proves an author proves a copy of their
    // post as well, whoever sends it again: so it must be written to this address and to no other, and be no mail that a list had. Nor does
    // it prove anew what was done: a mail acts once, and no longer than a signature would (K7).
    bool is_surely_their_wish(const Post& post, const mail::HeaderBlock& headers, const Sender& sender, const community::List& list) {
        if (post.strength < std::max(list.authentication, community::Strength::dmarc)) return false;
        // Whoever brings a mail that has no To can put one there.
        if (!is_brought_by_author(room_, sender, headers, post.mail_from) && !mail::is_signed(headers, sender.from, "To")) return false;
        const auto* to = headers.find("To");
        if (to == nullptr || headers.count("To") != 1 || headers.find("Cc") != nullptr) return false;
        const auto named = mail::read_mailboxes(to->value);
        return named.size() == 1 && mail::normalise_address(named.front().address) == mail::normalise_address(post.rcpt_to) &&
               !mail::is_loop(headers, room_.settings.domain) && !room_.store.posts().parent(post.message_id) && acts_first(post, headers);
    }

    // What names itself by nothing, or not its time, is not known again.
    bool acts_first(const Post& post, const mail::HeaderBlock& headers) {
        const auto date = date_of(headers);
        if (mail::message_id_of(headers).empty() || !date || is_of_before_a_copy(room_, headers)) return false;
        if (*date < post.received - room_.rules.longest_signature()) return false;
        storage::Posts::Filter before;
        before.state = PostState::dropped;
        before.message_id = post.message_id;
        before.sender = post.sender;
        const auto dropped = room_.store.posts().select(before);
        return std::none_of(dropped.begin(), dropped.end(), [&](const Post& other) {
            return other.target == Target::unsubscribe && other.list == post.list && other.because.front().code == Code::unsubscribed;
        });
    }

    // As the same command to list+request@ would be, whose reply confirms it.
    void ask_whether_to_leave(Post& post, const mail::HeaderBlock& headers, const Sender& sender) {
        const auto person = room_.store.directory().person(*post.sender);
        if (person && community::address_waits(*person, room_.store.directory().unconfirmed(person->id))) {
            return conclude(post, Verdict::hold, {{Code::authentication, "too weak to end a subscription"}});
        }
        if (mail::wants_no_answer(headers)) {
            return conclude(post, Verdict::drop, {{Code::automatic, "nothing proves whose wish it is, and it asks for no answer"}});
        }
        const bool proven = post.strength > community::Strength::none && !is_seldom_told(room_, post, headers, sender);
        if (!may_reply(room_, *post.sender, proven, now_)) {
            return conclude(post, Verdict::drop,
                            {{Code::command_refused, "nothing was done and nothing replied: too many mails in a day"}});
        }
        ask_to_confirm(room_, post, *post.sender, proven, fmt::format("unsubscribe {}\n", post.list), now_);
        conclude(post, Verdict::drop, {{Code::command_unconfirmed, "its sender was asked to confirm it"}});
    }

    // Mail to a return path of ours. It is recorded with its copy; whether an address is bad is not decided here.
    void read_return(Post& post, const Prepared& bytes) {
        const auto returned = read_return_path(room_, post.rcpt_to);
        if (!returned || bytes.unopened) return conclude(post, Verdict::drop, {{Code::bounce, "not readable"}});
        const auto& bounce = bytes.report;
        const auto about = room_.store.posts().get(returned->post);
        const auto row = about ? room_.store.deliveries().row(returned->post, returned->seq) : std::nullopt;
        if (!bounce || !row) return conclude(post, Verdict::drop, {{Code::bounce, "about a copy that is not on record"}});
        const auto detail = reported(reader_in_journal(*about, row->person), *bounce);
        room_.store.journal().append(now_, "system", "delivery.bounced", about->id.value, detail.text());
        conclude(post, Verdict::drop, {{Code::bounce, fmt::format("{} of a copy of {}", mail::name(bounce->kind), about->id)}});
    }

    void settle(Post& post, Verdict verdict, const std::vector<community::Reason>& because) {
        mailroom::settle(room_, post, verdict, because, now_);
        if (post.kind == storage::PostKind::post) lines_.push_back(line_of(post));
        // A moderator vouched for its author, or a signature did.
        const bool vouched = !post.released_by.empty() || post.strength == community::Strength::signature;
        if (unproven_ && verdict == Verdict::distribute && vouched) unproven_->forget(post.sealed_as);
    }

    // As a mail that claims to be its author's and, for all that GnuPG says, need not be.
    bool may_stay(const Post& post) {
        if (unproven_ == nullptr || post.kind != storage::PostKind::post || !post.released_by.empty()) return true;
        if (post.strength == community::Strength::signature) unproven_->verified(post.sealed_as);
        const bool room = unproven_->may_stay(room_.settings.quotas, post.sealed_as, now_);
        return room || (list_known_to(post.sender, post.list) && is_proven(room_, post));
    }

    // `beside`: posts that were settled for the same reasons.
    void conclude(Post& post, Verdict verdict, std::vector<community::Reason> because, const std::vector<std::string>& beside = {}) {
        if (!may_stay(post) && (verdict == Verdict::hold || verdict == Verdict::refuse)) {  // a stranger is told nothing (K6)
            verdict = Verdict::drop;
            because.insert(because.begin(), {Code::authentication, "given up: enough mail waits here that only claims to be its author's"});
        }
        settle(post, verdict, because);
        const bool first = post.released_by.empty() || only_its_author_settles(post);
        if (verdict == Verdict::hold && first) held_[post.list].push_back(post);
        record_verdict(room_, post, verdict, beside, now_);
    }

    const Room& room_;
    Instant now_;
    Unproven* unproven_;
    StrictestDefault strictest_;
    std::vector<std::string> lines_;                                  // for the log
    std::map<ListId, std::vector<Post>> held_ = {};                   // for the first time, or for another reason than was released
    std::set<PostKey> author_told_ = {};                              // that it is held
    std::set<std::pair<std::string, community::Tlp>> told_of_label_;  // one letter for a mail to several lists that got the same one
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
