#include "team_voice.hpp"

#include "caveat/community/representation.hpp"
#include "caveat/storage/voices.hpp"

namespace caveat::registry {

bool is_its_own_choice(const PersonId& id, const TeamId& team, storage::Store& store, Instant now) {
    const auto person = store.register_rows().person(id);
    return person && person->representative && person->team == team && !storage::was_put_there(store, *person, now);
}

bool is_its_own_choice(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now) {
    return by.person && community::has_own_hand(by) && is_its_own_choice(*by.person, team, store, now);
}

bool speaks(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now) {
    auto& rows = store.register_rows();
    const auto who = by.person && community::has_own_hand(by) ? rows.person(*by.person) : std::nullopt;
    if (!who || who->team != team || !community::speaks_for_team(*who, rows.people(), rows.denials(), now)) return false;
    return !storage::was_put_there(store, *who, now);
}

bool is_of_team(const PersonId& id, const TeamId& team, storage::Register& rows) {
    const auto who = rows.person(id);
    return (who ? who->team : rows.former_team(id)) == team;
}

bool is_done_within(const community::Actor& by, const TeamId& team, storage::Register& rows) {
    return is_of_team(community::person_named_by(by.lent_by).value_or(*by.person), team, rows);
}

bool is_from_within(const community::Actor& by, const TeamId& team, storage::Register& rows) {
    return is_done_within(by, team, rows) || is_of_team(*by.person, team, rows);
}

bool is_own_word_of(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now, bool about_representative) {
    return is_its_own_choice(by, team, store, now) || (!about_representative && speaks(by, team, store, now));
}

std::vector<std::string> spoken_over(const community::Person* before, const community::Person& after, storage::Register& rows,
                                     Instant now) {
    if (!after.representative || (before != nullptr && before->representative)) return {};  // as of most, and all people are many
    return community::spoken_over(before, after, rows.people(), rows.denials(), now);
}

Result<void> leaves_its_voice(const InACase& in_a_case, const community::Actor& by, const community::Person& before,
                              const community::Person* after, storage::Store& store, Instant now) {
    const bool spoke = before.representative || before.alternate;
    const bool same = after != nullptr && after->representative == before.representative && after->alternate == before.alternate;
    if (!by.person || !spoke || same) return {};
    const bool itself = by.person == before.id && community::has_own_hand(by);
    if (itself || is_its_own_choice(by, before.team, store, now) || speaks(by, before.team, store, now)) return {};
    auto& rows = store.register_rows();
    if (by.person == before.id ? is_done_within(by, before.team, rows) : is_from_within(by, before.team, rows)) {
        return fail(errc::denied,
                    "items 36 and 37: {} speaks for {}, and who does is not for others of it to say: a representative of its own choice "
                    "does, or the operator for it",
                    before.id, before.team);
    }
    if (!in_a_case || !in_a_case(before.team)) return {};
    return fail(errc::denied,
                "items 36 and 37: a case about {} is not over, and {} speaks for it there: nobody else takes that away meanwhile; its "
                "representative does, or the operator for it",
                before.team, before.id);
}

}  // namespace caveat::registry
