#include "caveat/policy/decide.hpp"

#include <fmt/format.h>

#include "compiled.hpp"

namespace caveat::policy {
namespace {

using community::name;

struct Told {
    const Compiled& book;
    const Permission& decision;
    const community::Standing& who;
    const community::List& list;
    bool for_self;
};

// Whom the rule is for, as the rule book calls them: "Operational Member with a vote", in quotes; where no rule holds, the party.
std::string whom(const Told& t, const Ground& reason) {
    if (reason.column < 0)
        return t.who.subtype.empty() ? fmt::format("a team that is {}", t.who.category)
                                     : fmt::format("a team that is {} ({})", t.who.category, t.who.subtype);
    const auto& column = t.book.columns[static_cast<std::size_t>(reason.column)];
    return fmt::format("\"{}\"", column.title.empty() ? column.id : column.title);
}

// "post to teams": after "may".
std::string deed(community::Verb verb, const ListId& list) {
    switch (verb) {
        case community::Verb::receive:
            return fmt::format("receive the mail of {}", list);
        case community::Verb::post:
            return fmt::format("post to {}", list);
        case community::Verb::archive:
            return fmt::format("read the archive of {}", list);
        case community::Verb::manage:
            return fmt::format("run {}", list);
    }
    return {};
}

// A sanction is between the party and the committee: others learn that a rule applied, not which case.
std::string denial_words(const Told& t, const Ground& reason) {
    if (!t.for_self || reason.denial < 0) return fmt::format("the right to {} does not stand at present", deed(t.decision.verb, t.list.id));
    const community::Denial& denial = t.who.denials[static_cast<std::size_t>(reason.denial)];
    const std::string until = denial.during.until ? " until " + to_string(*denial.during.until) : std::string();
    // A hold needs none at first (item 42).
    const std::string decision = denial.decision.empty() ? std::string() : ", decision " + denial.decision;
    return fmt::format("the right to {} is denied by a {}{}{}", deed(t.decision.verb, t.list.id), denial.source, until, decision);
}

std::string words(const Told& t, const Ground& reason) {
    const auto verb = t.decision.verb;
    const auto& list = t.list.id;
    switch (reason.why) {
        case Why::granted:
            return fmt::format("{} may {}", whom(t, reason), deed(verb, list));
        case Why::moderated:
            if (t.list.posting == community::Posting::moderated) return fmt::format("on {} every post goes through a moderator", list);
            if (t.list.posting == community::Posting::owners)
                return fmt::format("on {} every post goes through a moderator, but for those of who runs it", list);
            return fmt::format("{} may {} through a moderator", whom(t, reason), deed(verb, list));
        case Why::removed:
            return "the person is no longer in the register";
        case Why::not_on_roster:
            if (t.decision.answer == Answer::not_now && t.who.roster) {
                return fmt::format("the subscription to {} began at {}, and the clock of this server stands before that", list,
                                   to_string(t.who.roster->during.from));
            }
            return fmt::format("not on the roster of {} at the time that counts", list);
        case Why::wants_none:
            return fmt::format("the person wants no mail of {} (delivery = none)", list);
        case Why::list_closed:
            return fmt::format("{} ended at {} and takes no posts", list, t.list.expires ? to_string(*t.list.expires) : "?");
        case Why::unknown_class:
            return fmt::format("{} is of the class '{}', which the rule book does not know", list, t.list.klass);
        case Why::no_cell:
            return fmt::format("no rule that holds for {} lets it {}", whom(t, Ground{}), deed(verb, list));
        case Why::no_mou:
            return fmt::format("{} needs a signed MoU that is in force", whom(t, reason));
        case Why::needs_decision:
            return fmt::format("{} needs a decision of the Steering Committee for {}", whom(t, reason), list);
        case Why::denied:
            return denial_words(t, reason);
        case Why::above_list:
            return fmt::format("{} is above {}, the maximum of {}", name(reason.has), name(reason.limit), list);
        case Why::above_ceiling:
            return fmt::format("{} is above {}, the highest that {} receives on {}", name(reason.has), name(reason.limit), whom(t, reason),
                               list);
        case Why::list_not_encrypting:
            return fmt::format("{} needs a list with encryption = required; {} has {}", name(reason.has), list, name(t.list.encryption));
        case Why::not_archived:
            return fmt::format("{} is not kept in the archive of {}", name(reason.has), list);
        case Why::not_named:
            return fmt::format("{} goes to those whom To or Cc names", name(reason.has));
        case Why::no_key:
            return fmt::format("no valid key, and {} on {} leaves encrypted or not at all", name(reason.has), list);
        case Why::no_sealing:
            if (t.list.encryption == community::Encryption::none)
                return fmt::format("it leaves encrypted or not at all, and {} does not encrypt what it sends", list);
            return fmt::format("the copy could not be encrypted now, and {} on {} never leaves in clear", name(reason.has), list);
        case Why::transport:
            return fmt::format("{} without a key needs a relay whose identity is verified", name(reason.has));
        case Why::key_waits:
            return "the key was not looked at yet; the copy waits for that";
        case Why::address_waits:
            return "somebody else changed the address, and neither the person nor a second pair of hands has confirmed it; the copy waits "
                   "for that";
        case Why::list_key_waits:
            return fmt::format("{} has no key of its own yet; the copy waits for it", list);
        case Why::sealed:
            return "it leaves sealed to the reader's key, signed by the list";
        case Why::in_clear:
            return fmt::format("no valid key, so it leaves in clear; {} has encryption = {}", list, name(t.list.encryption));
        case Why::unknown_category:
            return fmt::format("the rule book does not know {}", whom(t, Ground{}));
        default:
            return "?";  // no decision of `may` gives another
    }
}

}  // namespace

std::vector<community::Reason> explain(const Rulebook& rules, const Permission& decision, const community::Standing& who,
                                       const community::List& list, bool for_self) {
    const Told told{rules.compiled(), decision, who, list, for_self};
    std::vector<community::Reason> reasons;
    for (std::size_t i = 0; i < decision.count; ++i) {
        const Ground& ground = decision.reasons[i];
        reasons.push_back({ground.why, fmt::format("{} ({})", words(told, ground), told.book.in_words)});
    }
    return reasons;
}

}  // namespace caveat::policy
