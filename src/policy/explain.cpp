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

std::string column_name(const Told& t, const Ground& reason) {
    if (reason.column < 0) return t.who.subtype.empty() ? t.who.category : t.who.category + "/" + t.who.subtype;
    return t.book.columns[static_cast<std::size_t>(reason.column)].id;
}

// A sanction is between the party and the committee: others learn that a rule applied, not which case.
std::string denial_words(const Told& t, const Ground& reason) {
    if (!t.for_self || reason.denial < 0)
        return fmt::format("the right to {} on {} does not stand at present", name(t.decision.verb), t.list.id);
    const community::Denial& denial = t.who.denials[static_cast<std::size_t>(reason.denial)];
    const std::string until = denial.during.until ? " until " + to_string(*denial.during.until) : std::string();
    return fmt::format("{} on {} is denied by a {}{}, decision {}", name(t.decision.verb), t.list.id, denial.source, until,
                       denial.decision.empty() ? "not recorded" : denial.decision);
}

std::string words(const Told& t, const Ground& reason) {
    const auto verb = name(t.decision.verb);
    const auto& list = t.list.id;
    switch (reason.why) {
        case Why::granted:
            return fmt::format("column {} grants {} on {}", column_name(t, reason), verb, list);
        case Why::moderated:
            if (t.list.posting != community::Posting::matrix) return fmt::format("{} has posting = {}", list, name(t.list.posting));
            return fmt::format("column {} grants {} on {} through a moderator", column_name(t, reason), verb, list);
        case Why::removed:
            return "the person is no longer in the register";
        case Why::not_on_roster:
            if (t.decision.answer == Answer::not_now && t.who.roster) {
                return fmt::format("the subscription to {} began at {}, and the clock of this server stands before that", list,
                                   to_string(t.who.roster->during.from));
            }
            return fmt::format("not on the roster of {} at the time that counts", list);
        case Why::wants_none:
            return fmt::format("the subscription to {} says delivery = none", list);
        case Why::list_closed:
            return fmt::format("{} ended at {} and takes no posts", list, t.list.expires ? to_string(*t.list.expires) : "?");
        case Why::unknown_class:
            return fmt::format("the rule book has no class '{}'", t.list.klass);
        case Why::no_cell:
            return fmt::format("no column that holds for {} grants {} on {}", column_name(t, Ground{}), verb, list);
        case Why::no_mou:
            return fmt::format("column {} needs a signed MoU in force", column_name(t, reason));
        case Why::needs_decision:
            return fmt::format("column {} needs a decision of the SC for {}", column_name(t, reason), list);
        case Why::denied:
            return denial_words(t, reason);
        case Why::above_list:
            return fmt::format("{} is above {}, the maximum of {}", name(reason.has), name(reason.limit), list);
        case Why::above_ceiling:
            return fmt::format("{} is above {}, the ceiling of {} on {}", name(reason.has), name(reason.limit), column_name(t, reason),
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
            return fmt::format("the rule book does not know the party '{}'", column_name(t, Ground{}));
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
        reasons.push_back({ground.why, fmt::format("{} ({})", words(told, ground), told.book.stamp)});
    }
    return reasons;
}

}  // namespace caveat::policy
