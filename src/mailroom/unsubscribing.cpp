#include "unsubscribing.hpp"

#include <algorithm>

#include "author.hpp"
#include "caveat/community/confirming.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "caveat/mailroom/leaving.hpp"
#include "caveat/mailroom/requests.hpp"
#include "notices.hpp"
#include "sent_again.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;
using policy::Verdict;
using storage::Post;
using storage::PostState;
using storage::Target;

class Unsubscribing {
public:
    Unsubscribing(Verdicts& verdicts, Post& post, const mail::HeaderBlock& headers, std::string_view subject)
        : verdicts_(verdicts),
          post_(post),
          headers_(headers),
          subject_(subject),
          room_(verdicts.room()),
          now_(verdicts.now()),
          sender_(identify(room_, headers, post.mail_from)) {}

    void judge() {
        post_.sender = sender_.person;
        post_.strength = sender_.strength;
        const bool automatic = mail::is_automatic(headers_, post_.mail_from);
        if (!sender_.person || (automatic && !mail::is_generated(headers_, post_.mail_from))) {
            return drop({Code::automatic, "only a person can unsubscribe"});
        }
        const auto standing = room_.store.standing(*sender_.person, post_.list, now_);
        if (!standing || !standing->roster || !standing->roster->during.contains(now_)) {
            return drop({Code::not_on_roster, "there is nothing to leave"});
        }
        if (auto why = objection_of_mailbox(*standing, now_)) return drop(std::move(*why));
        const auto list = room_.store.rosters().list(post_.list);
        if (!list) return drop({Code::not_on_roster, "there is nothing to leave"});
        if (community::is_room(*list)) {
            return drop({Code::not_on_roster,
                         "ruling (l): the five who were seated stay on the list of an Appeal Panel; who cannot go on "
                         "says so to the committee, which fills the vacancy"});
        }
        if (post_.released_by.empty()) {
            const bool sure = is_surely_their_wish(*list, *standing);
            // What a program writes by itself at the click of a button may say so (RFC 3834 §2).
            if (automatic && !sure) return drop({Code::automatic, "only a person can unsubscribe"});
            if (automatic || !sure) return ask_whether_to_leave();
        }
        storage::end_subscription(room_.store, post_.list, *sender_.person, now_, "person " + sender_.person->value,
                                  Detail().add("by_mail", post_.id.value));
        drop({Code::unsubscribed, "done as asked"});
        // Whoever is taken off hears of it, also where their program asks for no answers: else their mail would end unnoticed.
        send_notice(room_, "unsubscribed", *sender_.person, post_, {});
    }

    // As surely known as for a post, and never by an envelope alone, which anybody forges. What proves who wrote a mail does not prove what
    // they meant: an answer goes where a stranger's Reply-To says, and a press of a button where their List-Unsubscribe does. So the
    // subject must be the one that a copy for this reader asks for (mail::with_one_click), which ends this subscription and no later one
    // (K7).
    [[nodiscard]] bool is_surely_their_wish(const community::List& list, const community::Standing& who) const {
        if (post_.strength < std::max(list.authentication, community::Strength::dmarc)) return false;
        // Whoever carries a mail whose Subject is not signed can write one.
        if (!is_brought_by_author(room_, sender_, headers_, post_.mail_from) && !mail::is_signed(headers_, sender_.from, "Subject"))
            return false;
        return is_their_token(room_, list.id, who, mail::token_to_leave(subject_));
    }

    // As the same command to list+request@ would be, whose reply confirms it.
    void ask_whether_to_leave() {
        const auto person = room_.store.directory().person(*post_.sender);
        if (person && community::address_waits(*person, room_.store.directory().unconfirmed(person->id))) {
            return verdicts_.conclude(post_, Verdict::hold, {{Code::authentication, "too weak to end a subscription"}});
        }
        if (mail::wants_no_answer(headers_)) {
            return drop({Code::automatic, "nothing proves whose wish it is, and it asks for no answer"});
        }
        const bool proven = post_.strength > community::Strength::none && !is_seldom_told(room_, post_, headers_, sender_);
        if (!may_reply(room_, *post_.sender, proven, now_)) {
            return drop({Code::command_refused, "nothing was done and nothing replied: too many mails in a day"});
        }
        ask_to_confirm(room_, post_, *post_.sender, proven, fmt::format("unsubscribe {}\n", post_.list), now_);
        drop({Code::command_unconfirmed, "its sender was asked to confirm it"});
    }

    void drop(community::Reason why) { verdicts_.conclude(post_, Verdict::drop, {std::move(why)}); }

    Verdicts& verdicts_;
    Post& post_;
    const mail::HeaderBlock& headers_;
    std::string_view subject_;
    const Room& room_;
    Instant now_;
    Sender sender_;
};

}  // namespace

void unsubscribe_by_mail(Verdicts& verdicts, Post& post, const mail::HeaderBlock& headers, std::string_view subject) {
    Unsubscribing(verdicts, post, headers, subject).judge();
}

}  // namespace caveat::mailroom
