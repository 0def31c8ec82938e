#include "owners_mail.hpp"

#include <set>

#include "address.hpp"
#include "at_rest.hpp"
#include "author.hpp"
#include "caveat/mailroom/question.hpp"
#include "notices.hpp"
#include "sent_again.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;
using community::Reason;
using policy::Verdict;
using storage::Post;

class OwnersMail {
public:
    OwnersMail(Verdicts& verdicts, Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list)
        : verdicts_(verdicts), post_(post), bytes_(bytes), question_(question), list_(list), room_(verdicts.room()), now_(verdicts.now()) {}

    void judge() {
        if (auto why = why_it_is_for_nobody()) return answer({Verdict::drop, std::move(*why)});
        // Whatever becomes of it: what was written to a few is not to be posted to many later (K7).
        use_up_signature(room_, post_, bytes_);
        if (auto objection = objection_of_writing()) return answer(std::move(*objection));
        if (auto objection = objection_of_contents()) return answer(std::move(*objection));
        post_.label = policy::with_floor(question_.facts);
        if (question_.here_already) return hold_once_more();
        const auto owners = who_runs_it();
        if (owners.empty()) return answer({Verdict::hold, {Code::owners, "the list has neither an owner nor a secretariat now"}});
        pass_on(owners);
    }

private:
    struct Answer {
        Verdict verdict{};
        Reason why;
    };
    void answer(Answer one) {
        if (one.verdict == Verdict::refuse) return refuse(std::move(one.why));
        if (one.verdict == Verdict::hold) return hold(std::move(one.why));
        verdicts_.conclude(post_, one.verdict, {std::move(one.why)});
    }

    [[nodiscard]] std::optional<Reason> why_it_is_for_nobody() const {
        if (question_.facts.loop || question_.facts.automatic) return Reason{Code::automatic, "mail to owners must come from a person"};
        if (!question_.facts.known_sender) return Reason{Code::unknown_sender, "its sender has left the register"};
        if (question_.facts.again == policy::Again::twice)
            return Reason{Code::replayed, "the server in front handed it over twice: it is here already"};
        return objection_of_mailbox(question_.standing, now_);
    }

    // Who wrote it, as far as anybody knows, and how it came.
    [[nodiscard]] std::optional<Answer> objection_of_writing() const {
        const auto& ended = bytes_.behind.ended;
        if (proven_ && !ended.empty() && (!question_.facts.released || question_.facts.unopened))
            return Answer{Verdict::hold, {Code::trouble, ended}};
        if (auto objection = proven_ ? policy::objection_of_openpgp(question_.facts, list_, room_.rules) : std::nullopt)
            return Answer{Verdict::refuse, std::move(*objection)};
        if (question_.facts.strength < list_.authentication && !question_.facts.released)
            return Answer{Verdict::hold,
                          {Code::authentication, fmt::format("authentication is {}, {} needs {}", community::name(question_.facts.strength),
                                                             list_.id, community::name(list_.authentication))}};
        if (question_.facts.again == policy::Again::waits)
            return Answer{Verdict::drop, {Code::replayed, "the same mail waits here already"}};
        if (auto doubt = doubt_for_a_moderator()) return Answer{Verdict::hold, std::move(*doubt)};
        return std::nullopt;
    }

    // What a moderator settles, whoever proved to have written it.
    [[nodiscard]] std::optional<Reason> doubt_for_a_moderator() const {
        if (auto anothers = policy::objection_of_data(question_.facts)) return anothers;
        if (auto forgotten = objection_of_forgotten(room_, bytes_.message.message_id, question_.sender)) return forgotten;
        if (question_.facts.released) return std::nullopt;
        if (auto other = policy::objection_of_author(question_.facts)) return other;
        return policy::objection_of_sending(question_.facts, owner_address(post_.list, room_.settings));
    }

    [[nodiscard]] std::optional<Answer> objection_of_contents() const {
        if (list_.encryption == community::Encryption::required && !room_.settings.seals)
            return Answer{Verdict::hold, {Code::no_sealing, "mail about a list that encrypts cannot be sealed to its owners here"}};
        if (auto why = question_.facts.released ? std::nullopt : policy::objection_of_sealing(question_.facts, list_))
            return Answer{Verdict::hold, std::move(*why)};
        if (question_.facts.label_held) return Answer{Verdict::hold, {Code::label_held, question_.facts.label_why}};
        if (auto why = objection_of_label()) return Answer{Verdict::refuse, std::move(*why)};
        if (auto why = unsealable(room_, question_, list_, now_)) {
            const bool never = why->code == Code::list_not_encrypting;
            return Answer{never ? Verdict::refuse : Verdict::hold, std::move(*why)};
        }
        if (post_.caveats.author_withheld && !bytes_.still_shows.empty())
            return Answer{Verdict::hold, {Code::author_shown, "its author is not to be named, and " + bytes_.still_shows}};
        return std::nullopt;
    }

    // A label that goes to named persons or to lists that encrypt is none for mail that names nobody. The list's default may be one.
    [[nodiscard]] std::optional<Reason> objection_of_label() const {
        const auto label = policy::with_floor(question_.facts);
        const auto& handling = room_.rules.handling(label);
        const bool encrypts = list_.encryption == community::Encryption::required;
        if (!handling.named_only && (encrypts || !handling.needs_encrypting_list)) return std::nullopt;
        const bool raised = label > question_.facts.label;
        const std::string_view whence = raised && label == question_.facts.before ? ", as the same mail that came before"
                                        : raised                                  ? ", as what it answers"
                                        : question_.labelling.unlabelled          ? ", as it has no label of its own"
                                                                                  : "";
        return Reason{Code::owners,
                      fmt::format("it is {}{}, and no mail with that label goes to those who run a list", community::name(label), whence)};
    }

    // Of the mail to who runs a list that is neither robots' nor a stranger's nobody loses one without a word: where its author is not to
    // be answered, it waits for a moderator, who writes to them. Released, it meets the same answer.
    void refuse(Reason why) {
        const bool lost = question_.facts.unanswered && proven_ && !question_.facts.released;
        const std::vector<Reason> because{std::move(why)};
        verdicts_.conclude(post_, lost ? Verdict::hold : Verdict::refuse, because);
        if (author_hears()) send_notice(room_, "refused", *post_.sender, post_, {{"label", ""}, {"because", as_lines(because)}});
    }
    void hold(Reason why) {
        const std::vector<Reason> because{std::move(why)};
        verdicts_.conclude(post_, Verdict::hold, because);
        if (author_hears()) verdicts_.to_authors().of_hold(post_, question_, because, {});
    }
    void hold_once_more() {
        const auto because = held_once_more(room_, post_);
        post_.released_by.clear();
        verdicts_.conclude(post_, Verdict::hold, because);
    }
    [[nodiscard]] bool author_hears() {
        return post_.sender && tells_sender(question_, list_) && verdicts_.to_authors().hears(post_, question_);
    }

    [[nodiscard]] std::set<PersonKey> who_runs_it() const {
        std::set<PersonKey> owners;
        for (const auto& person : who_runs_list(room_, list_.id, now_)) {
            if (const auto key = room_.store.directory().key_of(person)) owners.insert(*key);
        }
        return owners;
    }

    void pass_on(const std::set<PersonKey>& owners) {
        if (bytes_.behind.encrypted) post_.caveats.sealed_only = true;
        if (const auto own = made_for_copies(room_, post_, bytes_, question_)) room_.store.posts().put_opened(post_.key, *own);
        for (const auto owner : owners) room_.store.deliveries().add(post_.key, owner);
        std::vector<Reason> because{{Code::owners, "passed on to the owners and the secretariat"}};
        if (auto raised = policy::why_raised(question_.facts, room_.rules)) because.push_back(std::move(*raised));
        const auto why_it_waited = held_as_sent_again(post_);
        verdicts_.conclude(post_, Verdict::distribute, std::move(because));
        verdicts_.to_authors().of_release(post_, why_it_waited);
    }

    Verdicts& verdicts_;
    Post& post_;
    const Prepared& bytes_;
    const PostQuestion& question_;
    const community::List& list_;
    const Room& room_;
    Instant now_;
    bool proven_ = question_.facts.strength >= policy::enough_to_answer(list_);
};

}  // namespace

void judge_owners_mail(Verdicts& verdicts, Post& post, const Prepared& bytes, const PostQuestion& question, const community::List& list) {
    OwnersMail(verdicts, post, bytes, question, list).judge();
}

}  // namespace caveat::mailroom
