#include "acts.hpp"

#include "caveat/committee/applications.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/question.hpp"

namespace caveat::commands {
namespace {

using access::Noun;

tl::unexpected<Error> no_such(std::string_view what, std::string_view id) {
    return fail(errc::not_found, "there is no {} {} that you may know of", what, id);
}

class Acts {
public:
    Acts(Offices& offices, const Asking& asking, openpgp::Engine& look, Told& told)
        : offices_(offices), asking_(asking), look_(look), told_(told) {}

    Result<void> act(const Command& command) {
        switch (command.verb) {
            case Verb::help:
                told_.help = true;
                return {};
            case Verb::lists:
                return lists();
            case Verb::subscribe:
                return subscribe(command);
            case Verb::unsubscribe:
                return unsubscribe(command);
            case Verb::get_key:
                return get_key();
            case Verb::set_key:
                return set_key(command);
            case Verb::vote:
                return vote(command);
            case Verb::acknowledge:
                return acknowledge(command);
        }
        return fail(errc::invalid, "no command");
    }

private:
    [[nodiscard]] storage::Store& store() const { return offices_.room.store; }
    [[nodiscard]] Instant now() const { return offices_.room.clock.now(); }
    [[nodiscard]] const community::Actor& actor() const { return asking_.caller.actor; }

    // Numbers of decisions and cases are the same in every community: a signature from before there was this one is about another.
    [[nodiscard]] Result<void> is_about(std::string_view what, Instant begun) const {
        if (asking_.made + mailroom::clock_skew >= begun) return {};
        return fail(errc::denied, "it was signed before {}, {}: sign anew what you mean now", what, to_string(begun));
    }

    void say(const std::string& line) { told_.lines += "- " + line + "\n"; }

    [[nodiscard]] committee::Committee committee() const {
        return {store(), offices_.room.vault, offices_.room.rules, offices_.room.clock};
    }
    // No command cites a decision.
    [[nodiscard]] registry::Registry registry() const {
        const auto none = [](const std::string&, const community::Deed&) {
            return Result<void>(fail(errc::denied, "a command by mail cites no decision"));
        };
        return {store(),
                offices_.room.rules,
                offices_.room.clock,
                none,
                &look_,
                offices_.room.settings.domain,
                [desk = committee()](const TeamId& team) mutable { return desk.in_a_case(team); },
                [&store = store()] { return committee::awaited(store); }};
    }
    // For reading, and for acting as the own team: whatever else they may, they may elsewhere.
    [[nodiscard]] committee::Viewer viewer(Noun noun) const {
        using Reach = committee::Viewer::Reach;
        const auto& caller = asking_.caller;
        committee::Viewer viewer{caller.actor, caller.team, caller.representative, caller.committee, Reach::nothing};
        const auto reach = caller.reach({noun, access::Kind::write});
        if (reach == access::Reach::all) viewer.reach = Reach::everything;
        if (reach == access::Reach::own) viewer.reach = Reach::own;
        return viewer;
    }

    [[nodiscard]] Result<community::List> list_of(const Command& command) const {
        const auto& id = command.list.value.empty() ? asking_.list : command.list;
        auto list = store().rosters().list(id);
        if (!list || !mailroom::may_know(offices_.room, asking_.person, *list, now())) return no_such("list", id.value);
        return std::move(*list);
    }

    Result<void> lists() {
        std::size_t count = 0;
        for (const auto& list : store().rosters().lists()) {
            const auto reader = store().rosters().reader(list.id, asking_.person);
            if (!reader || !mailroom::may_know(offices_.room, asking_.person, list, now())) continue;
            say(fmt::format("{}: {} (delivery: {})", list.id, list.charter, community::name(reader->delivery)));
            ++count;
        }
        if (count == 0) say("you are on the roster of no list");
        return {};
    }

    Result<void> subscribe(const Command& command) {
        const auto list = list_of(command);
        if (!list) return tl::unexpected(list.error());
        const auto reader = store().rosters().reader(list->id, asking_.person);
        const auto delivery = command.delivery.value_or(reader ? reader->delivery : community::DeliveryMode::each);
        if (reader && reader->delivery == delivery) {
            say(fmt::format("you are on {} already (delivery: {})", list->id, community::name(delivery)));
            return {};
        }
        const auto waits = registry().join(actor(), {list->id, asking_.person, delivery});
        if (!waits) return tl::unexpected(waits.error());
        say(fmt::format("you are on {} now (delivery: {})", list->id, community::name(delivery)));
        for (const auto& words : *waits) say("but: " + words);
        return {};
    }

    Result<void> unsubscribe(const Command& command) {
        const auto list = list_of(command);
        if (!list) return tl::unexpected(list.error());
        if (!store().rosters().reader(list->id, asking_.person)) {
            say(fmt::format("you are not on {}: there is nothing to leave", list->id));
            return {};
        }
        if (auto done = registry().remove_subscription(actor(), list->id, asking_.person); !done) return done;
        say(fmt::format("you have left {}; copies that were waiting are not sent", list->id));
        return {};
    }

    Result<void> get_key() {
        const auto list = list_of({});
        if (!list) return tl::unexpected(list.error());
        const auto key = store().keys().of_list(list->id);
        if (!key) return fail(errc::not_found, "{} has no key: what is posted to it is not encrypted to it", list->id);
        told_.attached.push_back({list->id.value + ".asc", key->armour});
        say(fmt::format("the key of {} is attached; its fingerprint is {}", list->id, key->fingerprint));
        return {};
    }

    Result<void> set_key(const Command& command) {
        if (auto done = registry().replace_key(actor(), command.armour, asking_.signer); !done) return done;
        say("your key on record is the new one now");
        return {};
    }

    Result<void> vote(const Command& command) {
        auto office = committee();
        const auto ballot = office.decision(viewer(Noun::decisions), command.subject);
        if (!ballot) return no_such("decision", command.subject);
        if (ballot->secret) {
            return fail(errc::denied, "item 48: {} is a secret ballot, and a mail tells whoever sees it what was chosen: vote on the pages",
                        command.subject);
        }
        if (auto ok = is_about(fmt::format("{} opened", command.subject), ballot->ballot.open.from); !ok) return ok;
        const auto done = office.vote(actor(), command.subject, asking_.caller.team, *command.choice);
        if (!done) return tl::unexpected(done.error());
        say(fmt::format("{} votes {} in {}; a later vote replaces it until the ballot closes", asking_.caller.team,
                        conduct::name(*command.choice), command.subject));
        return {};
    }

    Result<void> acknowledge(const Command& command) {
        committee::Cases cases(store(), offices_.room.vault, offices_.room.rules, offices_.room.clock, offices_.postage);
        const auto done = cases.acknowledge(viewer(Noun::cases), command.subject, command.notice);
        if (!done && done.error().code == errc::not_found) return no_such("case or notice", command.subject);
        if (!done) return tl::unexpected(done.error());
        for (const auto& notice : done->notices) {
            if (notice.number != command.notice) continue;
            if (auto ok = is_about(fmt::format("notice {} of {} was issued", notice.number, command.subject), notice.issued); !ok)
                return ok;
        }
        say(fmt::format("notice {} of {} counts as served by your acknowledgement", command.notice, command.subject));
        return {};
    }

    Offices& offices_;
    const Asking& asking_;
    openpgp::Engine& look_;
    Told& told_;
};

}  // namespace

Result<void> do_command(Offices& offices, const Asking& asking, const Command& command, openpgp::Engine& look, Told& told) {
    return Acts(offices, asking, look, told).act(command);
}

}  // namespace caveat::commands
