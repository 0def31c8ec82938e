// The walls of a list are the committee's (ruling jj): which changes need its decision.
#include <chrono>

#include "acts.hpp"
#include "caveat/community/list_fields.hpp"
#include "caveat/community/outer_subject.hpp"

namespace caveat::registry {
namespace {

using community::List;
using community::Posting;
using community::Wrapping;

constexpr std::string_view list_kind = "list";

// How much a posting rule keeps back: under `owners` those who run the list post freely, under `moderated` nobody does.
int strictness(Posting posting) {
    switch (posting) {
        case Posting::matrix:
            return 0;
        case Posting::owners:
            return 1;
        case Posting::moderated:
            return 2;
    }
    return 0;
}

bool shows_more(const List& before, const List& after, Wrapping copy) {
    if (!community::makes(before, copy) || !community::makes(after, copy)) return false;
    return community::outer_subject_of(after, copy) > community::outer_subject_of(before, copy);
}

// A list that is open again is a list made, and one without an end is none that was made to end.
void add_ends(const List& before, const List& after, Instant now, std::vector<Need>& needed) {
    if (!before.expires || after.expires == before.expires) return;
    if (!after.expires) {
        needed.push_back({list_kind, "a list that was to end and ends no more (item 66, ruling jj)"});
    } else if (*after.expires > *before.expires && *before.expires <= now) {
        needed.push_back({list_kind, "a list that is open again after its end (item 66, ruling jj)"});
    }
}

void add_steps_towards_less(const policy::Rulebook& rules, const List& before, const List& after, std::vector<Need>& needed) {
    if (after.encryption < before.encryption) needed.push_back({list_kind, "less encryption of a list (ruling jj)"});
    if (after.authentication < before.authentication) needed.push_back({list_kind, "less authentication of a list's posts (ruling jj)"});
    if (strictness(after.posting) < strictness(before.posting)) needed.push_back({list_kind, "a laxer posting rule of a list (ruling jj)"});
    if (after.default_tlp.value_or(rules.default_label()) < before.default_tlp.value_or(rules.default_label()))
        needed.push_back({list_kind, "a lower default label of a list (ruling jj)"});
    // Closed at once it is as good as removed.
    if (after.expires && (!before.expires || *after.expires < *before.expires))
        needed.push_back({list_kind, "an end of a list, or an earlier one (ruling jj)"});
    if (shows_more(before, after, Wrapping::clear) || shows_more(before, after, Wrapping::sealed))
        needed.push_back({list_kind, "more of a confidential subject on the wire (ruling jj)"});
    if (before.hide_key_ids && !after.hide_key_ids) needed.push_back({list_kind, "copies that name their reader's key (ruling jj)"});
}

}  // namespace

std::vector<Need> needs(const policy::Rulebook& rules, const List* before, const List* after, Instant now) {
    if (before == nullptr) return {{list_kind, "a new list (ruling jj)"}};
    if (after == nullptr) return {{list_kind, "the removal of a list (ruling jj)"}};
    std::vector<Need> needed;
    for (const auto& field : community::list_fields) {
        if (!field.need.kind.empty() && field.get(*before) != field.get(*after)) needed.push_back(field.need);
    }
    add_steps_towards_less(rules, *before, *after, needed);
    add_ends(*before, *after, now, needed);
    return needed;
}

}  // namespace caveat::registry
