#include "telling.hpp"

#include <algorithm>
#include <set>

#include "address.hpp"
#include "caveat/community/in_force.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/moment.hpp"
#include "caveat/storage/room_party.hpp"
#include "sent_again.hpp"

namespace caveat::mailroom {
namespace {

// Those whose term is for this list, or else, or `all` of them, those whose terms are for all.
std::vector<community::Person> moderators(const Room& room, const ListId& list, bool all, Instant now) {
    std::set<PersonId> of_list, of_all;
    for (const auto& term : room.rules.in_force(room.store.powers().held_terms(now))) {
        const bool serves = room.rules.serves(term, policy::Trait::moderates, list, now);
        if (!serves || storage::is_party_of_room(room.store, list, term.person)) continue;
        (term.list == list ? of_list : of_all).insert(term.person);
    }
    const auto reachable = [&](const std::set<PersonId>& ids) {
        std::vector<community::Person> people;
        for (const auto& id : ids) {
            auto person = room.store.directory().person(id);
            if (person && !person->addresses.empty() && may_moderate(room, id, list, now)) people.push_back(std::move(*person));
        }
        return people;
    };
    if (all) of_list.merge(of_all);
    auto people = reachable(of_list);
    return people.empty() ? reachable(of_all) : people;
}

// Of those the moderators of the list release none (Mailroom::release).
bool is_for_administrators(const storage::Post& post) {
    const auto is_moderated = [](const community::Reason& reason) { return reason.code == community::Code::moderated; };
    return post.caveats.author_withheld && std::any_of(post.because.begin(), post.because.end(), is_moderated);
}

// When it came, its label if it has one, and why it waits; nothing of the post, nor whose it is.
std::string line_for(const Room& room, const storage::Post& post) {
    auto line = fmt::format("- {}", moment(post.received));
    if (post.label) line += fmt::format(", TLP:{}", community::name(*post.label));
    if (!post.because.empty()) line += fmt::format(": {}", post.because.front().words);
    if (only_its_author_settles(post) || is_held_as_forgotten(room, post))
        line += "; only its author can settle that: write to them, or reject it";
    if (const auto until = waits_until(room, post)) line += fmt::format("; it is given up on {}", moment(*until));
    return line + "\n";
}

}  // namespace

bool is_told_to_another(const Room& room, const storage::Post& post, Instant now) {
    const auto people = moderators(room, post.list, is_for_administrators(post), now);
    return std::any_of(people.begin(), people.end(), [&](const community::Person& person) { return person.id != post.sender; });
}

bool is_moderated_outside(const Room& room, const storage::Post& post, const TeamId& team, Instant now) {
    const auto people = moderators(room, post.list, true, now);
    return std::any_of(people.begin(), people.end(), [&](const community::Person& person) { return person.team != team; });
}

void tell_moderators(const Room& room, const ListId& list, std::span<const storage::Post> waiting, Instant now) {
    std::string lines;
    std::vector<std::string> ids;
    bool all = false;
    for (const auto& post : waiting) {
        all = all || is_for_administrators(post);
        lines += line_for(room, post);
        ids.push_back(post.id.value);
    }
    if (ids.empty()) return;
    const letters::Letterhead letterhead{room.settings.community_name, room.settings.domain, room.settings.templates};
    const auto form = read_form(letterhead, "post-waits");
    std::vector<std::string> told;
    for (const auto& person : form ? moderators(room, list, all, now) : std::vector<community::Person>{}) {
        const letters::Letter letter{.purpose = storage::Purpose::post_waits,
                                     .form = *form,
                                     .from = owner_address(list, room.settings),
                                     .fields = {{"list", list.value},
                                                {"count", ids.size() == 1 ? "A post" : fmt::format("{} posts", ids.size())},
                                                {"posts", lines},
                                                {"link", room.settings.pages.empty() ? "" : room.settings.pages + "/held"}}};
        if (letters::Writer(room.vault, letterhead).send(room.store, letter, person, now)) told.push_back(person.id.value);
    }
    if (form && told.empty()) return;  // there is nobody
    room.store.journal().append(now, "system", told.empty() ? "letter.failed" : "letter.mailed", list.value,
                                Detail().add("form", "post-waits").add("about", ids).add("to", told).text());
}

}  // namespace caveat::mailroom
