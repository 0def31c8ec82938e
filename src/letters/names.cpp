#include "caveat/letters/names.hpp"

#include <algorithm>

namespace caveat::letters {

std::string called(storage::Store& store, const TeamId& team) {
    const auto row = store.directory().team(team);
    return row && !row->name.empty() ? row->name : team.value;
}

std::string called(storage::Store& store, const PersonId& person) {
    const auto row = store.directory().person(person);
    return row ? fmt::format("{} ({})", row->name, called(store, row->team)) : person.value;
}

std::string who(storage::Store& store, std::string_view actor) {
    constexpr std::string_view person = "person ", operators = "operator ";
    if (actor.starts_with(person)) return called(store, PersonId{std::string(actor.substr(person.size()))});
    if (actor.starts_with(operators)) return fmt::format("the operator of the server ({})", actor.substr(operators.size()));
    return actor == "system" ? "the server by itself" : std::string(actor);
}

std::string reply_address(storage::Store& store, std::string_view domain, bool outside) {
    if (!outside) {
        for (const auto& list : store.rosters().lists()) {
            if (list.klass == "sec") return fmt::format("{}@{}", list.id, domain);
        }
    }
    return fmt::format("postmaster@{}", domain);
}

}  // namespace caveat::letters
