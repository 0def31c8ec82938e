#include "caveat/letters/names.hpp"

#include <fmt/ranges.h>

#include "caveat/community/hands.hpp"
#include "caveat/moment.hpp"
#include "caveat/openpgp/look.hpp"

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
    constexpr std::string_view person = "person ", operators = "operator ", tokens = "token ";
    if (actor.starts_with(person)) return called(store, PersonId{std::string(actor.substr(person.size()))});
    if (actor.starts_with(operators)) return fmt::format("the operator of the server ({})", actor.substr(operators.size()));
    if (actor.starts_with(tokens)) {
        const auto id = actor.substr(tokens.size());
        const auto token = store.credentials().token(id);
        return token ? fmt::format("whoever holds the operator's token \"{}\" ({})", token->name, id) : std::string(actor);
    }
    return actor == "system" ? "the server by itself" : std::string(actor);
}

namespace {

std::string by_whom(storage::Store& store, const std::vector<std::string>& hands) {
    std::string by;
    for (const auto& hand : hands) {
        const auto doing = community::doing_of(hand);
        by += (by.empty() ? "" : " and ") + who(store, doing.actor);
        if (!doing.in_name.empty()) by += fmt::format(" (with a token in the name of {})", who(store, doing.in_name));
    }
    return by;
}

}  // namespace

std::string in_words(storage::Store& store, const community::Unconfirmed& row) {
    const auto by = by_whom(store, row.actors);
    const auto since = moment(row.since);
    if (row.what == community::Unconfirmed::What::addresses && row.known.empty())
        return fmt::format("entered again by {} on {}, with an address or a key that was not there when they left: waits to be confirmed",
                           by, since);
    if (row.what == community::Unconfirmed::What::addresses) {
        return fmt::format("addresses, changed by {} on {}, wait to be confirmed; before: {}", by, since, fmt::join(row.known, ", "));
    }
    if (row.known.empty() && row.wanted.empty()) {
        return fmt::format(
            "entered by {} on {}, without the key that was there before: the first key has to be confirmed, unless it is that", by, since);
    }
    if (row.known.empty()) {
        return fmt::format("key {}, brought by {} on {}, waits to be confirmed: it is not known to be theirs",
                           openpgp::fingerprint_in(row.wanted), by, since);
    }
    if (row.wanted.empty())
        return fmt::format("key {}, taken away or ended by {} on {}: another in its place has to be confirmed", row.known.front(), by,
                           since);
    return fmt::format("key {}, brought by {} on {}, waits to be confirmed; it counts from then on, in the place of {}",
                       openpgp::fingerprint_in(row.wanted), by, since, row.known.front());
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
