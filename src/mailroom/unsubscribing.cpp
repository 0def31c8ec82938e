#include "unsubscribing.hpp"

#include <algorithm>

#include "author.hpp"
#include "caveat/community/confirming.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/signed_fields.hpp"
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
    Unsubscribing(Verdicts& verdicts, Post& post, const mail::HeaderBlock& headers)
        : verdicts_(verdicts),
          post_(post),
          headers_(headers),
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
            const bool sure = is_surely_their_wish(*list);
            // What a program writes by itself at the click of a button may say so (RFC 3834 §2).
            if (automatic && !sure) return drop({Code::automatic, "only a person can unsubscribe"});
            if (automatic || !sure) return ask_whether_to_leave();
        }
        storage::end_subscription(room_.store, post_.list, *sender_.person, now_, "person " + sender_.person->value,
                                  Detail().add("by_mail", post_.id.value));
        drop({Code::unsubscribed, "done as asked"});
        if (!mail::wants_no_answer(headers_)) send_notice(room_, "unsubscribed", *sender_.person, post_, {});
    }

    // As surely known as for a post, and never by an envelope alone, which anybody forges. What proves an author proves a copy of their
    // post as well, whoever sends it again: so it must be written to this address and to no other, and be no mail that a list had. Nor does
    // it prove anew what was done: a mail acts once, and no longer than a signature would (K7).
    [[nodiscard]] bool is_surely_their_wish(const community::List& list) const {
        if (post_.strength < std::max(list.authentication, community::Strength::dmarc)) return false;
        // Whoever brings a mail that has no To can put one there.
        if (!is_brought_by_author(room_, sender_, headers_, post_.mail_from) && !mail::is_signed(headers_, sender_.from, "To"))
            return false;
        const auto* to = headers_.find("To");
        if (to == nullptr || headers_.count("To") != 1 || headers_.find("Cc") != nullptr) return false;
        const auto named = mail::read_mailboxes(to->value);
        return named.size() == 1 && mail::normalise_address(named.front().address) == mail::normalise_address(post_.rcpt_to) &&
               !mail::is_loop(headers_, room_.settings.domain) && !room_.store.posts().parent(post_.message_id) && acts_first();
    }

    // What names itself by nothing, or not its time, is not known again.
    [[nodiscard]] bool acts_first() const {
        const auto date = date_of(headers_);
        if (mail::message_id_of(headers_).empty() || !date || is_of_before_a_copy(room_, headers_)) return false;
        if (*date < post_.received - room_.rules.longest_signature()) return false;
        storage::Posts::Filter before;
        before.state = PostState::dropped;
        before.message_id = post_.message_id;
        before.sender = post_.sender;
        const auto dropped = room_.store.posts().select(before);
        return std::none_of(dropped.begin(), dropped.end(), [&](const Post& other) {
            return other.target == Target::unsubscribe && other.list == post_.list && other.because.front().code == Code::unsubscribed;
        });
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
    const Room& room_;
    Instant now_;
    Sender sender_;
};

}  // namespace

void unsubscribe_by_mail(Verdicts& verdicts, Post& post, const mail::HeaderBlock& headers) {
    Unsubscribing(verdicts, post, headers).judge();
}

}  // namespace caveat::mailroom
