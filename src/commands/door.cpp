#include "caveat/commands/door.hpp"

#include <algorithm>

#include "acts.hpp"
#include "caveat/community/confirming.hpp"
#include "caveat/fault.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/question.hpp"
#include "replies.hpp"

namespace caveat::commands {
namespace {

using community::Code;
using policy::Verdict;
using storage::Target;

// One mail on the desk.
class Handling {
public:
    Handling(Offices& offices, Mail& mail, storage::Post post, Instant now)
        : offices_(offices), room_(offices.room), mail_(mail), post_(std::move(post)), now_(now) {}

    // The lines for the log.
    std::vector<std::string> handle() {
        const auto headers = mail::read_headers(mail_.bytes, room_.settings.limits);
        if (!headers || !mail_.unreadable.empty()) return {end(Verdict::drop, Code::unreadable, "not readable")};
        asker_ = mailroom::asker_of(room_, post_, *headers, now_);
        post_.sender = asker_.person;
        post_.strength = asker_.strength;
        post_.message_id = mail::message_id_of(*headers);
        if (!asker_.person) return {end(Verdict::drop, Code::unknown_sender, "From names nobody of the register any more")};
        if (!asker_.knows) return refuse_unknown(room_, post_, asker_, now_);
        if (!asker_.answerable && !is_surely_a_persons())
            return {end(Verdict::drop, Code::automatic, "commands are a person's, and robots get no reply")};
        const auto caller =
            access::Access(room_.store, room_.vault, room_.rules, room_.clock, offices_.access).correspondent(*asker_.person);
        if (!caller) return {end(Verdict::drop, Code::denied, "the sender is under a security hold, or of a team that has left")};
        asking_ = {*caller, *asker_.person, post_.list, {}};
        if (const auto person = room_.store.directory().person(*asker_.person)) post_.team = person->team;
        if (post_.target == Target::confirm) return {confirm()};
        if (post_.target == Target::send_key) return {open_to_all({{.verb = Verb::get_key}})};
        return {request()};
    }

private:
    // Ticket systems and mail programs put a wish for no answer on what people write; no robot signs with somebody's key, or says
    // "confirm".
    [[nodiscard]] bool is_surely_a_persons() const {
        if (asker_.by_robot) return false;
        if (post_.target == Target::confirm) return says_so(mail_.text);
        return post_.target == Target::request && mail_.proof.present && is_well_signed();
    }

    [[nodiscard]] bool is_known() const { return asker_.is_known(); }

    std::string end(Verdict verdict, Code code, const std::string& words) {
        return settle_request(room_, post_, verdict, {code, words}, now_);
    }

    // Nothing is done. The sender reads why, the journal only that it was so: the words may be the mail's.
    std::string refuse(const std::string& why, bool proven) {
        if (!may_reply(offices_, asking_.person, proven, now_)) return too_many();
        send_reply(offices_, post_, asking_.person, proven, {.form = "command-refused", .fields = {{"because", why}}}, now_);
        return end(Verdict::drop, Code::command_refused, "nothing was done; the sender was told why");
    }
    std::string too_many() {
        return end(Verdict::drop, Code::command_refused,
                   fmt::format("nothing was done and nothing replied: more than {} mails in a day",
                               is_known() ? most_replies_a_day : most_unproven_a_day));
    }

    // ---- list+request@
    std::string request() {
        if (!mail_.proof.ended.empty()) return refuse(mail_.proof.ended + ": sign it anew, as simply as you can", is_known());
        // Nothing of what was inside is looked at before it is known whose it is, and one sentence says whatever is wrong (K6).
        const bool anothers = mailroom::is_anothers_data(room_, mail_.proof.data, asking_.person, post_.sealed_as);
        mailroom::remember_data(room_, mail_.proof.data, post_.sealed_as);
        const bool first = is_first_use();
        if (mail_.proof.present && (anothers || !is_well_signed())) {
            return refuse(
                fmt::format("it is encrypted or signed, and does not bear, over the whole of it, one valid signature by your key on "
                            "record that was made within {} days",
                            days_of_signature()),
                is_known());
        }
        if (is_to_others()) {
            return refuse("what is signed is a mail to others: To and Cc, as they are signed, do not name this address. Sign anew, to " +
                              mailroom::service_address(post_.list, "request", room_.settings),
                          is_known());
        }
        auto commands = read_commands(mail_.text);
        if (!commands && commands.error().code == errc::not_found && !mail_.proof.present) commands = read_commands(mail_.subject);
        if (!commands) return refuse(commands.error().detail, is_known());
        for (auto& command : *commands) {
            if (command.verb == Verb::set_key && command.armour.empty()) command.armour = mail_.key;
        }
        const bool no_key = std::any_of(commands->begin(), commands->end(),
                                        [](const Command& command) { return command.verb == Verb::set_key && command.armour.empty(); });
        if (no_key) return refuse("\"set key\" needs the new key, armoured, in the lines below it or attached", is_known());
        return mail_.proof.present ? signed_request(*commands, first) : unsigned_request(*commands);
    }

    [[nodiscard]] std::int64_t days_of_signature() const {
        return std::chrono::floor<std::chrono::days>(room_.rules.longest_signature()).count();
    }

    [[nodiscard]] bool is_well_signed() const {
        const auto& proof = mail_.proof;
        return proof.signer == asker_.person && proof.made > post_.received - room_.rules.longest_signature() &&
               proof.made < now_ + mailroom::clock_skew;
    }

    std::string signed_request(const std::vector<Command>& commands, bool first) {
        // What is signed proves its author whoever sends it again.
        const bool proven = first || is_known();
        // The address is not signed: whoever caught the mail could send it to that of another list.
        const bool names = std::all_of(commands.begin(), commands.end(), [](const Command& command) {
            return (command.verb != Verb::subscribe && command.verb != Verb::unsubscribe) || !command.list.value.empty();
        });
        if (!names) {
            return refuse(
                "no signature is over the address that a mail is sent to: name the list, as in \"unsubscribe " + post_.list.value + "\"",
                proven);
        }
        if (mail_.proof.made < room_.settings.signed_from) {
            return refuse(
                "it was signed before the database here was put back from a copy, so that nobody knows whether it was done: sign anew",
                proven);
        }
        if (!first) return refuse("what is signed came before, and a signature acts once: sign anew", proven);
        asking_.signer = mail_.proof.fingerprint;
        asking_.made = mail_.proof.made;
        return do_all(commands, true);
    }

    // What is signed says for whom it is, and that is not this address.
    [[nodiscard]] bool is_to_others() const { return mail_.proof.named && !names(room_, *mail_.proof.named, post_); }

    // Each of its layers is remembered, also where what it asks is refused or is no command, or nobody knows its key yet; as the mailroom
    // does for posts, so that none is both: what was written to this address is not to be posted to a list later. Not those of a mail to
    // others: whoever has a copy could use them up here before it comes to them.
    bool is_first_use() {
        auto& posts = room_.store.posts();
        if ((mail_.proof.signer && mail_.proof.signer != asker_.person) || is_to_others()) return false;
        bool first = !mail_.proof.uses.empty();
        for (const auto& use : mail_.proof.uses) {
            const auto name = mailroom::name_of_use(room_.vault, use);
            if (posts.signature_used(name)) first = false;
            posts.use_signature(name, now_, "command " + post_.id.value);
        }
        return first;
    }

    std::string unsigned_request(const std::vector<Command>& commands) {
        const auto any = [&](auto asks) {
            return std::any_of(commands.begin(), commands.end(), [&](const Command& command) { return asks(command.verb); });
        };
        if (any(needs_signature)) {
            return refuse(
                "\"vote\", \"acknowledge\" and \"set key\" are done by a mail that your key on record has signed, and by no other",
                is_known());
        }
        return any(needs_proof) ? challenge(commands) : open_to_all(commands);
    }

    // What needs no proof, because it goes to the address on record and says nothing that is not known there.
    std::string open_to_all(const std::vector<Command>& commands) {
        if (!may_reply(offices_, asking_.person, is_known(), now_)) return too_many();
        return do_all(commands, is_known());
    }

    // A reply confirms by having arrived: that says nothing of an address that somebody else put there.
    [[nodiscard]] bool address_waits() const {
        const auto directory = room_.store.directory();
        const auto person = directory.person(asking_.person);
        return person && community::address_waits(*person, directory.unconfirmed(asking_.person));
    }

    // The letter repeats the commands, and anybody may have written them: no word of theirs stands in it that is no name of ours.
    [[nodiscard]] bool all_may_be_known(const std::vector<Command>& commands) const {
        return std::all_of(commands.begin(), commands.end(), [&](const Command& command) {
            const auto list = room_.store.rosters().list(command.list);
            return command.list.value.empty() || (list && mailroom::may_know(room_, asking_.person, *list, now_));
        });
    }

    std::string challenge(const std::vector<Command>& commands) {
        if (address_waits()) {
            return refuse(
                "somebody else changed your address here, and it waits to be confirmed: until then sign such a mail with your key",
                is_known());
        }
        if (!all_may_be_known(commands)) {
            return refuse("one of the commands names a list, and there is none of that name that you may know of", is_known());
        }
        if (!may_reply(offices_, asking_.person, is_known(), now_)) return too_many();
        mailroom::ask_to_confirm(room_, post_, asking_.person, is_known(), text_of(commands), now_);
        return end(Verdict::drop, Code::command_unconfirmed, "its sender was asked to confirm it");
    }

    // ---- list+confirm.TOKEN@
    std::string confirm() {
        // What was asked for can still be confirmed.
        const auto said = said_in(mail_.subject, mail_.text);
        if (said == Said::robot) return end(Verdict::drop, Code::automatic, "a robot's reply, as its subject says, confirms nothing");
        if (said == Said::unclear) {
            return refuse(
                "your reply does not begin with the word \"confirm\", so that nothing was confirmed. If you asked for it, reply once more "
                "to the letter before, with the word \"confirm\" alone in the first line; else leave it alone",
                is_known());
        }
        const auto hash = mailroom::confirmation_of(post_);
        const auto taken = hash ? room_.store.credentials().take_challenge(*hash) : std::nullopt;
        const auto latest = now_ + mailroom::confirmed_within + mailroom::clock_skew;  // later: asked for while the clock stood ahead
        const bool theirs =
            taken && taken->person == asking_.person && taken->list == post_.list && now_ < taken->expires && taken->expires <= latest;
        const auto text = theirs ? room_.vault.open(taken->commands, vault::hex(*hash)) : Result<std::string>(std::string());
        const auto commands = text ? read_commands(*text) : Result<std::vector<Command>>(tl::unexpected(text.error()));
        if (!commands) {
            return refuse("there is nothing to confirm: it was confirmed before, or asked for too long ago, or never", is_known());
        }
        return do_all(*commands, true);
    }

    // ---- all or nothing
    std::string do_all(const std::vector<Command>& commands, bool proven) {
        Told told;
        const auto refused = try_all(commands, told);
        if (mail_.look.wanted()) return {};  // all of it is done again
        if (refused) return refuse(*refused, proven);
        if (may_reply(offices_, asking_.person, proven, now_)) {
            letters::Fields fields{{"done", told.lines}, {"help", told.help ? "help" : ""}};
            fields["days"] = std::to_string(days_of_signature());
            fields["address"] = mailroom::service_address(post_.list, "request", room_.settings);
            send_reply(offices_, post_, asking_.person, proven,
                       {.form = "command-done", .fields = std::move(fields), .attached = std::move(told.attached)}, now_);
        }
        return end(Verdict::drop, Code::command_done, "done as asked");
    }

    // Why one of them was refused; then none is done.
    std::optional<std::string> try_all(const std::vector<Command>& commands, Told& told) {
        storage::Store::Transaction together(room_.store);
        for (const auto& command : commands) {
            const auto done = do_command(offices_, asking_, command, mail_.look, told);
            if (done) continue;
            const auto text = text_of(command);
            return commands.size() == 1 ? done.error().detail
                                        : fmt::format("\"{}\": {}", text.substr(0, text.find('\n')), done.error().detail);
        }
        together.commit();
        return std::nullopt;
    }

    Offices& offices_;
    const mailroom::Room& room_;
    Mail& mail_;
    storage::Post post_;
    Instant now_;
    mailroom::Asker asker_;
    Asking asking_;
};

// A bug must not stop the mails behind it, nor lose this one (D2, D4).
std::string set_aside(const mailroom::Room& room, PostKey key, std::string_view what) {
    storage::Store::Transaction transaction(room.store);
    auto line = settle_request(room, *room.store.posts().get(key), Verdict::hold, {Code::trouble, std::string(what)}, room.clock.now());
    transaction.commit();
    return line;
}

}  // namespace

std::vector<std::string> Door::act(Mail& mail) {
    const auto& room = offices_.room;
    try {
        storage::Store::Transaction transaction(room.store);
        auto post = room.store.posts().get(mail.post.key);
        if (!post || post->state != storage::PostState::spooled || post->forged) return {};
        auto lines = Handling(offices_, mail, std::move(*post), room.clock.now()).handle();
        if (mail.look.wanted()) return {};
        fault_point("command.done");
        transaction.commit();
        return lines;
    } catch (const storage::Unavailable&) {
        throw;
    } catch (const storage::Broken&) {
        throw;
    } catch (const std::exception& bug) {
        return {set_aside(room, mail.post.key, bug.what())};
    }
}

}  // namespace caveat::commands
