#include "caveat/policy/decide.hpp"

#include <algorithm>

#include "caveat/community/in_force.hpp"
#include "right.hpp"

namespace caveat::policy {
namespace {

using community::Encryption;
using community::Tlp;
using community::Verb;

// Gathers what stands in the way. One `never` outweighs any number of `later`, and stands before them.
class Objections {
public:
    explicit Objections(Permission& decision) : decision_(decision) {}

    void never(const Ground& reason) {
        insert(reason, never_);
        never_ = std::min<std::size_t>(never_ + 1, decision_.reasons.size());
    }
    void later(const Ground& reason) {
        insert(reason, decision_.count);
        later_ = true;
    }
    [[nodiscard]] bool any() const { return never_ > 0 || later_; }
    [[nodiscard]] Answer answer() const { return never_ > 0 ? Answer::no : Answer::not_now; }

private:
    // A fifth reason is dropped: the first ones are those that were asked first.
    void insert(const Ground& reason, std::size_t at) {
        auto& reasons = decision_.reasons;
        if (at >= reasons.size()) return;
        std::copy_backward(reasons.begin() + static_cast<std::ptrdiff_t>(at), reasons.end() - 1, reasons.end());
        reasons[at] = reason;
        if (decision_.count < reasons.size()) ++decision_.count;
    }

    Permission& decision_;
    std::size_t never_ = 0;
    bool later_ = false;
};

struct Question {
    const Compiled& book;
    Verb verb;
    const community::Standing& who;
    const community::List& list;
    const Item& item;
    const World& world;
    const Right& right;
    const Handling& handling;
};

Ground because(Why why) { return Ground{.why = why}; }

// A label of the list's or the person's limit: which one it met, and in which column.
Ground too_high(const Question& q, Why why, Tlp limit) {
    return Ground{.why = why, .column = q.right.limited_by, .has = q.item.label, .limit = limit};
}

void ask_denials(const Question& q, Objections& objections) {
    for (std::size_t i = 0; i < q.who.denials.size(); ++i) {
        const community::Denial& denial = q.who.denials[i];
        const Ground reason{.why = Why::denied, .denial = static_cast<std::int16_t>(i)};
        if (community::in_force(denial, q.world.now) && reaches(q.book, denial, q.verb, q.list, q.right.class_at)) {
            const DenialKind* kind = kind_of(q.book, denial);
            const bool waits = q.verb == Verb::receive && kind && kind->receive_later;
            waits ? objections.later(reason) : objections.never(reason);
            continue;
        }
        // What was posted while receiving or reading was denied stays unread, whatever the label (ruling j). This needs past denials: a
        // caller that asks for `archive` must gather them too. Behind a hold mail waited and came, so it hides nothing afterwards (vv).
        if (q.verb != Verb::archive || community::is_hold(denial) || !denial.during.contains(q.item.posted)) continue;
        if (reaches(q.book, denial, Verb::receive, q.list, q.right.class_at) ||
            reaches(q.book, denial, Verb::archive, q.list, q.right.class_at)) {
            objections.never(reason);
        }
    }
}

// Of another team that they were of then (kk): it read nothing of this, and whoever goes takes no more along than they had.
bool was_denied_then(const Question& q) {
    const auto reached = [&](const community::Denial& denial, Verb verb) {
        return reaches(q.book, denial, verb, q.list, q.right.class_at);
    };
    return std::any_of(q.who.denied_then.begin(), q.who.denied_then.end(), [&](const community::Denial& denial) {
        return !community::is_hold(denial) && denial.during.contains(q.item.posted) &&
               (reached(denial, Verb::receive) || reached(denial, Verb::archive));
    });
}

// RED goes to the people named; if nobody is named, to those whom the class lists (ruling w).
bool meant_for(const Question& q) {
    if (!q.handling.named_only || q.item.named || q.item.own) return true;
    if (q.item.anyone_named) return false;
    switch (q.right.klass->unnamed_red) {
        case UnnamedRed::hold:
            return false;
        case UnnamedRed::roster:
            return true;
        case UnnamedRed::columns:
            return (q.right.granting & q.right.klass->red_columns) != 0;
    }
    return false;
}

// Ceilings limit what is received and read, never what is posted (ruling x); nor does what they wrote themselves become a stranger's to
// its author (vv).
void ask_label(const Question& q, Objections& objections) {
    if (q.item.label > q.right.list_max) {
        objections.never(too_high(q, Why::above_list, q.right.list_max));
    } else if (q.verb != Verb::post && !q.item.own && q.item.label > q.right.ceiling) {
        objections.never(too_high(q, Why::above_ceiling, q.right.ceiling));
    }
    if (q.handling.needs_encrypting_list && q.list.encryption != Encryption::required) {
        objections.never(Ground{.why = Why::list_not_encrypting, .has = q.item.label});
    }
}

bool must_seal(const Question& q) { return q.handling.needs_key || q.list.encryption == Encryption::required || q.item.sealed_only; }

// A list without encryption seals nothing, whoever has a key.
bool is_sealed(const Question& q) { return q.list.encryption != Encryption::none && q.who.valid_key && q.world.can_seal; }

// A copy that would be sealed does not go to an address that nobody confirmed: whoever put it there may have put the key there as well.
Ground waits_for(const Question& q) {
    return Ground{.why = q.who.address_waits ? Why::address_waits : Why::key_waits, .has = q.item.label};
}

// Where sealing is set up, what will be known or made in a moment is waited for: nothing leaves in clear meanwhile.
bool waits_for_keys(const Question& q, Objections& objections) {
    const bool set_up = q.world.can_seal || q.world.sealing_waits;
    if (!set_up || q.list.encryption == Encryption::none) return false;
    if (q.who.key_waits) {
        objections.later(waits_for(q));
    } else if (q.who.valid_key && q.world.sealing_waits) {
        objections.later(Ground{.why = Why::list_key_waits, .has = q.item.label});
    } else {
        return false;
    }
    return true;
}

// Rulings (s) and §3.5. Without a key only the label's own row can still let a copy out, over a verified relay.
void ask_key(const Question& q, Objections& objections) {
    const bool sealed_or_never = must_seal(q);
    if (sealed_or_never && !q.who.valid_key && !q.who.key_waits) {
        objections.never(Ground{.why = Why::no_key, .has = q.item.label});
        return;
    }
    if (q.verb != Verb::receive) {
        if (sealed_or_never && q.who.key_waits) objections.later(waits_for(q));
        return;
    }
    if (waits_for_keys(q, objections) || is_sealed(q)) return;
    // The answer is "no" and not "later": otherwise a daemon that cannot seal at all would be silent for hours.
    if (sealed_or_never) {
        objections.never(Ground{.why = Why::no_sealing, .has = q.item.label});
    } else if (q.handling.needs_verified_transport && !q.world.verified_transport) {
        objections.later(Ground{.why = Why::transport, .has = q.item.label});
    }
}

void ask_content(const Question& q, Objections& objections) {
    if (q.verb == Verb::manage) return;
    ask_label(q, objections);
    if (q.verb == Verb::post) return;
    if (q.verb == Verb::archive) {
        if (!q.handling.archive && !q.right.klass->archives_red) objections.never(Ground{.why = Why::not_archived, .has = q.item.label});
        const bool was_there = was_on_roster(q.who, q.item.posted) && !was_denied_then(q);
        if (!q.handling.late_joiner && !q.item.own && !was_there) objections.never(because(Why::not_on_roster));
    }
    if (!meant_for(q)) objections.never(Ground{.why = Why::not_named, .has = q.item.label});
    ask_key(q, objections);
}

void ask_list(const Question& q, Objections& objections) {
    if (q.verb == Verb::receive) {
        if (on_roster_later(q.who, q.world.now)) {
            objections.later(because(Why::not_on_roster));
        } else if (!on_roster(q.who, q.world.now)) {
            objections.never(because(Why::not_on_roster));
        } else if (q.who.roster->delivery == community::DeliveryMode::none) {
            objections.never(because(Why::wants_none));
        }
    }
    if (q.verb == Verb::post && q.list.expires && *q.list.expires <= q.world.now) objections.never(because(Why::list_closed));
}

bool manages(const Rulebook& rules, const community::Standing& who, const community::List& list, const World& world) {
    return may(rules, Verb::manage, who, list, Item{}, world).yes();
}

// The list's own setting on top of the cell.
bool through_moderator(const Rulebook& rules, const Question& q) {
    if (q.verb != Verb::post) return false;
    if (q.right.moderated || q.list.posting == community::Posting::moderated) return true;
    return q.list.posting == community::Posting::owners && !manages(rules, q.who, q.list, q.world);
}

}  // namespace

Permission may(const Rulebook& rules, Verb verb, const community::Standing& who, const community::List& list, const Item& item,
               const World& world) {
    const Compiled& book = rules.compiled();
    Permission decision;
    decision.verb = verb;
    Objections objections(decision);

    if (who.removed) {
        objections.never(because(Why::removed));
        return decision;
    }
    const Right right = find_right(book, verb, who, list, world.now);
    if (!right.party || !right.klass) {
        objections.never(because(right.party ? Why::unknown_class : Why::unknown_category));
        return decision;
    }
    decision.ceiling = right.ceiling;
    const Question q{book, verb, who, list, item, world, right, book.handling[static_cast<std::size_t>(item.label)]};

    ask_list(q, objections);
    const Ground cell{.why = right.granting != 0 ? Why::granted : right.missing, .column = right.column};
    if (right.granting == 0) {
        // The roster may have been asked about already.
        if (decision.count == 0 || decision.reasons[0].why != right.missing) objections.never(cell);
        return decision;
    }
    ask_denials(q, objections);
    ask_content(q, objections);
    if (objections.any()) {
        decision.answer = objections.answer();
        return decision;
    }
    const bool moderated = through_moderator(rules, q);
    decision.answer = moderated ? Answer::moderated : Answer::yes;
    decision.reasons[decision.count++] = moderated ? Ground{.why = Why::moderated, .column = right.column} : cell;
    if (verb != Verb::receive || list.encryption == Encryption::none) return decision;
    decision.sealed = is_sealed(q);
    decision.reasons[decision.count++] = Ground{.why = decision.sealed ? Why::sealed : Why::in_clear, .has = item.label};
    return decision;
}

community::Tlp own_ceiling(const Rulebook& rules, const community::Standing& who, const community::List& list, Instant now) {
    const auto right = find_right(rules.compiled(), Verb::receive, who, list, now);
    if (!right.party || !right.klass) return community::Tlp::clear;
    if (who.clearance) return *who.clearance;
    const auto party = right.party->ceiling_on[right.class_at];
    if (right.granting == 0 || right.limited_by < 0) return party;
    // A cell without a bracket of its own has the maximum of its class.
    const auto bracket = right.klass->cells[static_cast<std::size_t>(right.limited_by)].limit;
    return bracket < right.klass->max ? std::min(party, bracket) : party;
}

bool is_denied(const Rulebook& rules, Verb verb, const community::Standing& who, const community::List& list, Instant now) {
    const Compiled& book = rules.compiled();
    const auto class_at = find_right(book, verb, who, list, now).class_at;
    return std::any_of(who.denials.begin(), who.denials.end(), [&](const community::Denial& denial) {
        return community::in_force(denial, now) && reaches(book, denial, verb, list, class_at);
    });
}

bool may_know(const Rulebook& rules, const community::Standing& who, const community::List& list, Instant now) {
    if (who.removed) return false;
    for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
        if (find_right(rules.compiled(), verb, who, list, now).granting != 0) return true;
    }
    return false;
}

}  // namespace caveat::policy
