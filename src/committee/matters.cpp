#include "matters.hpp"

#include <algorithm>

#include "caveat/letters/names.hpp"
#include "changes.hpp"
#include "electors.hpp"
#include "matter_rows.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

// What is about a team is nobody's of it to record, whatever office they hold (item 27). That a duty of its own is done the secretariat
// writes down, as everybody's: `done`.
Result<void> may_judge(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team, Instant now,
                       bool done = false) {
    if (auto ok = may_record(store, rules, by, now); !ok) return ok;
    if (done ? !sits_for(store, rules, by, team, now) : !is_of(store, by, team)) return {};
    return fail(errc::denied, "item 27: {} is of {}; what the committee finds about a team is recorded by somebody else", by.name, team);
}

// What a team said of itself by its own hand is in no hands but its own, or the operator's for it (item 54); what somebody else recorded
// of it they put right.
Result<void> may_take_back(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Matter& declared,
                           Instant now) {
    if (auto ok = may_speak_for(store, rules, by, declared.team, now); !ok) return ok;
    if (!by.person || by.name == declared.actor || !is_own_act(store, rules, declared.actor, declared.team, declared.at)) return {};
    if (is_own_hand(store, rules, by, declared.team, now)) return is_its_own_voice(store, rules, by, declared.team, now);
    return fail(errc::denied, "item 54: {} has declared this itself, and takes it back itself, or the operator for it", declared.team);
}

std::optional<Matter> open_review_of(storage::Store& store, const TeamId& team) {
    for (auto& review : store.matters().all(MatterKind::review)) {
        if (review.team == team && !review.closed) return std::move(review);
    }
    return std::nullopt;
}

// One that the team may know of, since its own declaration led to it. To join another would tell that there is one (item 27).
std::optional<Matter> declared_review_of(storage::Store& store, const TeamId& team) {
    for (auto& review : store.matters().all(MatterKind::review)) {
        if (review.team == team && !review.closed && !review.cause.empty()) return std::move(review);
    }
    return std::nullopt;
}

Result<Matter> open_one(storage::Store& store, MatterKind kind, const std::string& id) {
    auto matter = store.matters().find(kind, id);
    const auto word = community::name(kind);
    if (!matter) return fail(errc::not_found, "{} {} is not there; see: caveat {} list", word, id.substr(0, 64), word);
    if (matter->closed) {
        return fail(errc::denied, "{} {} has ended: {}, {}, by {}; what has ended stays as it is", word, id, matter->outcome,
                    to_string(*matter->closed), matter->closed_by);
    }
    return std::move(*matter);
}

void end(Matter& matter, const community::Actor& by, const Ending& ending, Instant now) {
    matter.closed = now;
    matter.closed_by = by.name;
    matter.outcome = ending.outcome;
    matter.note = ending.note;
    matter.decision = ending.decision;
}

// Item 64: notice that is accepted after the drill is none. Nobody has missed what is still to come.
Result<void> fits_the_day(const Matter& duty, const Ending& ending, Instant now) {
    if (ending.outcome == "missed" && now < *duty.due) {
        return fail(errc::denied, "item 8: {} of {} is due {}; it can be missed from then on", community::duty_name(duty.what), duty.team,
                    to_string(*duty.due));
    }
    if (ending.outcome != "excused" || duty.what != "drill" || now < *duty.due) return {};
    return fail(errc::denied,
                "item 64: a team is excused from a drill by notice that the committee accepts before it; this one began {}, so {} took "
                "part (done) or was absent (missed)",
                to_string(*duty.due), duty.team);
}

}  // namespace

Matter on_record(storage::Store& store, Matter matter) {
    const bool recommends = matter.kind == MatterKind::review && matter.closed && matter.outcome != "meets";
    if (recommends) matter.motion = motion_on(store, matter.id).value_or("");
    if (matter.kind == MatterKind::document) matter.kept = kept_text_of(store, matter).has_value();
    const Doers doers(store, matter.id);
    matter.actor = doers.on_record(matter.actor, matter.at);
    if (matter.closed) matter.closed_by = doers.on_record(matter.closed_by, *matter.closed);
    return matter;
}

void Matters::keep(const community::Actor& by, const Matter& matter, std::string_view act) { write_down(store_, by, matter, act); }

Result<Matter> Matters::review(const community::Actor& by, const TeamId& team, const std::string& reason) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_judge(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    if (auto there = party(store_, rules_, team); !there) return tl::unexpected(there.error());
    if (auto ok = is_text("the reason of a review", reason, longest_text); !ok) return tl::unexpected(ok.error());
    if (const auto open = open_review_of(store_, team))
        return fail(errc::conflict, "review {} of {} is open; one at a time", open->id, team);
    auto review = new_matter(store_, MatterKind::review, by, now);
    review.team = team;
    review.text = reason;
    keep(by, review, "review.opened");
    review = on_record(store_, std::move(review));
    transaction.commit();
    return review;
}

Result<Matter> Matters::declare(const community::Actor& by, const TeamId& team, const std::string& criterion, const std::string& text) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto there = party(store_, rules_, team); !there) return tl::unexpected(there.error());
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_text("the criterion", criterion, longest_name); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_text("what changed", text, longest_text); !ok) return tl::unexpected(ok.error());
    auto declared = new_matter(store_, MatterKind::declaration, by, now);
    declared.team = team;
    declared.what = criterion;
    declared.text = text;
    // Ruling (nn): it puts a matter before the committee.
    if (const auto open = declared_review_of(store_, team)) {
        declared.cause = open->id;
    } else {
        auto review = new_matter(store_, MatterKind::review, by, now);
        review.team = team;
        review.text = fmt::format("{} declares that criterion {} no longer holds", letters::called(store_, team), criterion);
        review.cause = declared.id;
        declared.cause = review.id;
        keep(by, review, "review.opened");
    }
    keep(by, declared, "declaration.made");
    declared = on_record(store_, std::move(declared));
    transaction.commit();
    return declared;
}

Result<std::vector<Matter>> Matters::owe(const community::Actor& by, const std::optional<TeamId>& team, const std::string& duty,
                                         Instant due) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_one_of("the duty", duty, community::duty_words); !ok) return tl::unexpected(ok.error());
    const auto members_now = members(store_, rules_);
    const auto is_member = [&](const TeamId& id) {
        return std::any_of(members_now.begin(), members_now.end(), [&](const auto& member) { return member.team == id; });
    };
    if (team && !store_.directory().team(*team))
        return fail(errc::not_found, "team {} is not there; see: caveat team list", team->value.substr(0, 64));
    if (team && !is_member(*team)) return fail(errc::denied, "item 8: {} is not an Operational Member; yearly duties are theirs", *team);
    const auto known = store_.matters().all(MatterKind::duty);
    std::vector<Matter> added;
    for (const auto& member : members_now) {
        if (team && member.team != *team) continue;
        const bool there = std::any_of(known.begin(), known.end(), [&](const Matter& other) {
            return other.team == member.team && other.what == duty && other.due == due;
        });
        if (there) continue;
        auto matter = new_matter(store_, MatterKind::duty, by, now);
        matter.team = member.team;
        matter.what = duty;
        matter.due = due;
        keep(by, matter, "duty.added");
        added.push_back(on_record(store_, std::move(matter)));
    }
    if (added.empty())
        return fail(errc::conflict, "{}, due {}, is on record already; see: caveat duty list", community::duty_name(duty), to_string(due));
    transaction.commit();
    return added;
}

namespace {

// What the committee votes on, or has decided, one of it does not end before it is carried out.
Result<void> is_before_no_ballot(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const std::string& review,
                                 Instant now) {
    for (const auto& motion : store.minutes().motions()) {
        if (motion.kind != "review" || motion.subject != review) continue;
        const auto d = read_decision(store, rules, vault, motion.id, now);
        if (!d || (!is_running(*d, now) && d->tally.verdict != conduct::BallotResult::passed)) continue;
        return fail(errc::denied, "item 24: decision {} is about review {}, {}; it ends by that decision", motion.id, review,
                    is_running(*d, now) ? "and votes may still come in" : "and passed");
    }
    return {};
}

}  // namespace

// A recommendation is the committee's: by 4 of 7 about this review (item 51). What it recommends needs a ballot of its own after it.
Result<void> Matters::end_review(const community::Actor& by, const Matter& review, const Ending& ending, Instant now) {
    if (auto ok = may_judge(store_, rules_, by, review.team, now); !ok) return ok;
    if (auto ok = is_one_of("the outcome of a review", ending.outcome, community::review_outcomes); !ok) return ok;
    if (auto ok = is_text("what the review found", ending.note, longest_text); !ok) return ok;
    if (ending.outcome == "meets" && ending.decision.empty()) return is_before_no_ballot(store_, rules_, vault_, review.id, now);
    if (auto ok = cite(store_, rules_, vault_, by, ending.decision, {"review", review.id, {{"outcome", ending.outcome}}}, now); !ok)
        return ok;
    spend(store_, ending.decision, "review", review.id);
    return {};
}

Result<Matter> Matters::close(const community::Actor& by, MatterKind kind, const std::string& id, const Ending& given) {
    if (kind == MatterKind::document || kind == MatterKind::acceptance || kind == MatterKind::confirmation)
        return fail(errc::invalid, "what was asked for, accepted or confirmed has no end but a newer one");
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto matter = open_one(store_, kind, id);
    if (!matter) return matter;
    auto ending = given;
    if (kind == MatterKind::review) {
        if (auto ok = end_review(by, *matter, ending, now); !ok) return tl::unexpected(ok.error());
    } else if (kind == MatterKind::declaration) {
        if (auto ok = may_take_back(store_, rules_, by, *matter, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_text("why it holds again", ending.note, longest_text); !ok) return tl::unexpected(ok.error());
        ending.outcome = "withdrawn";
    } else {
        if (auto ok = may_judge(store_, rules_, by, matter->team, now, ending.outcome == "done"); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_one_of("what became of a duty", ending.outcome, community::duty_outcomes); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_text("the note", ending.note, longest_text, false); !ok) return tl::unexpected(ok.error());
        if (auto ok = fits_the_day(*matter, ending, now); !ok) return tl::unexpected(ok.error());
    }
    end(*matter, by, ending, now);
    keep(by, *matter, fmt::format("{}.closed", community::name(kind)));
    if (kind == MatterKind::review) {
        for (auto& declared : store_.matters().all(MatterKind::declaration)) {
            if (declared.cause != id || declared.closed) continue;
            end(declared, by, {"reviewed", ending.note, ending.decision}, now);
            keep(by, declared, "declaration.closed");
        }
    }
    *matter = on_record(store_, std::move(*matter));
    transaction.commit();
    return matter;
}

Result<Matter> Matters::find(MatterKind kind, const std::string& id) {
    storage::Store::Reading reading(store_);
    auto matter = store_.matters().find(kind, id);
    const auto word = community::name(kind);
    if (!matter) return fail(errc::not_found, "{} {} is not there; see: caveat {} list", word, id.substr(0, 64), word);
    return on_record(store_, std::move(*matter));
}

std::vector<Matter> Matters::all(MatterKind kind) {
    storage::Store::Reading reading(store_);
    auto rows = store_.matters().all(kind);
    for (auto& row : rows) row = on_record(store_, std::move(row));
    return rows;
}

}  // namespace caveat::committee
