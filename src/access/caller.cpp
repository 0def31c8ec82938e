#include "caveat/access/caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace caveat::access {
namespace {

constexpr std::array<std::string_view, noun_count> nouns{"teams",   "people",    "lists",        "subscriptions", "posts",
                                                         "held",    "decisions", "applications", "cases",         "holds",
                                                         "journal", "policy",    "tokens",       "metrics",       "archive"};
constexpr std::array<std::string_view, 2> kinds{"read", "write"};

enum Column : std::size_t { of_operator, of_secretariat, of_committee, of_auditor, of_owner, of_moderator, of_representative, of_everyone };

// First letter read, second write: a all, m managed, o own, - none. Which roles stand in a column say their traits in the rule book;
// everyone is anybody of the register.
struct Row {
    std::string_view noun;
    std::array<std::string_view, 8> cells;
};
// clang-format off
constexpr std::array<Row, noun_count> table{{
    //                operator secretariat committee auditor owner moderator representative everyone
    {"teams",         {"aa",    "aa",       "a-",     "a-",   "--",  "--",    "o-",         "--"}},
    {"people",        {"aa",    "aa",       "a-",     "a-",   "--",  "--",    "oo",         "o-"}},
    {"lists",         {"aa",    "aa",       "a-",     "a-",   "mm",  "--",    "--",         "o-"}},
    {"subscriptions", {"aa",    "aa",       "a-",     "a-",   "mm",  "--",    "--",         "oo"}},
    {"posts",         {"aa",    "a-",       "a-",     "a-",   "m-",  "m-",    "--",         "o-"}},
    {"held",          {"aa",    "aa",       "--",     "a-",   "mm",  "mm",    "--",         "--"}},
    {"decisions",     {"aa",    "aa",       "aa",     "a-",   "--",  "--",    "oo",         "--"}},
    {"applications",  {"aa",    "aa",       "aa",     "a-",   "--",  "--",    "oo",         "--"}},
    {"cases",         {"aa",    "aa",       "aa",     "a-",   "--",  "--",    "oo",         "--"}},
    {"holds",         {"aa",    "aa",       "aa",     "a-",   "--",  "--",    "--",         "--"}},
    {"journal",       {"aa",    "a-",       "--",     "a-",   "--",  "--",    "--",         "--"}},
    {"policy",        {"aa",    "a-",       "a-",     "a-",   "--",  "--",    "--",         "o-"}},
    {"tokens",        {"aa",    "aa",       "--",     "a-",   "--",  "--",    "--",         "oo"}},
    {"metrics",       {"aa",    "--",       "--",     "a-",   "--",  "--",    "--",         "--"}},
    {"archive",       {"--",    "-a",       "--",     "--",   "-m",  "--",    "-o",         "oo"}},
}};
// clang-format on

constexpr Reach reach_from(char letter) {
    switch (letter) {
        case 'a':
            return Reach::all;
        case 'm':
            return Reach::managed;
        case 'o':
            return Reach::own;
        case '-':
            return Reach::none;
    }
    throw "no reach is written so";  // at compile time only
}

constexpr std::array<Reaches, 8> compiled = [] {
    std::array<Reaches, 8> columns{};
    for (std::size_t noun = 0; noun < noun_count; ++noun) {
        if (table[noun].noun != nouns[noun]) throw "the rows stand in the order of the nouns";
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const auto cell = table[noun].cells[column];
            if (cell.size() != 2) throw "a cell has two letters";
            columns[column][noun] = {reach_from(cell[0]), reach_from(cell[1])};
        }
    }
    return columns;
}();

constexpr Reach reach_in(const Reaches& reaches, Right right) {
    return reaches[static_cast<std::size_t>(right.noun)][static_cast<std::size_t>(right.kind)];
}

// A role without any of these is the community's own and reaches nothing here.
constexpr std::array<std::pair<policy::Trait, Column>, 5> by_trait{{{policy::Trait::administers, of_secretariat},
                                                                    {policy::Trait::committee, of_committee},
                                                                    {policy::Trait::audits, of_auditor},
                                                                    {policy::Trait::runs_lists, of_owner},
                                                                    {policy::Trait::moderates, of_moderator}}};

void add(Reaches& to, Column column) {
    for (std::size_t noun = 0; noun < noun_count; ++noun) {
        for (std::size_t kind = 0; kind < 2; ++kind) to[noun][kind] = std::max(to[noun][kind], compiled[column][noun][kind]);
    }
}

bool to_be_known(Noun noun) { return noun == Noun::lists || noun == Noun::decisions || noun == Noun::applications; }

// A thing of no list, or of one that is not said, is outside.
bool outside_binding(const Caller& caller, const Object& object) {
    if (caller.only.empty()) return false;
    return !object.list || std::find(caller.only.begin(), caller.only.end(), *object.list) == caller.only.end();
}

bool is_own(const Caller& caller, Right right, const Object& object) {
    if (caller.actor.person && object.person && *object.person == *caller.actor.person) return true;
    // Only where a representative speaks for the team: colleagues' tokens, wishes and posts stay their own.
    const bool speaks = caller.representative && reach_in(compiled[of_representative], right) == Reach::own;
    if (speaks && !caller.team.empty() && object.team && *object.team == caller.team) return true;
    return object.known && right.kind == Kind::read && to_be_known(right.noun);
}

Reach reach_towards(const Caller& caller, Right right, const Object& object) {
    const auto reach = caller.reach(right);
    const auto& lender = caller.lent_team;
    if (object.accused && !lender.empty() && *object.accused == lender) return Reach::none;
    const bool accused = object.accused && !caller.team.empty() && *object.accused == caller.team;
    if (!accused) return reach;
    Reaches party = compiled[of_everyone];
    if (caller.representative) add(party, of_representative);
    return std::min(reach, reach_in(party, right));
}

}  // namespace

std::string_view name(Noun noun) { return nouns.at(static_cast<std::size_t>(noun)); }

std::string name(Right right) { return fmt::format("{}:{}", name(right.noun), kinds.at(static_cast<std::size_t>(right.kind))); }

std::optional<Right> right_from(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto noun = std::find(nouns.begin(), nouns.end(), text.substr(0, colon));
    const auto kind = std::find(kinds.begin(), kinds.end(), text.substr(colon + 1));
    if (noun == nouns.end() || kind == kinds.end()) return std::nullopt;
    return Right{static_cast<Noun>(noun - nouns.begin()), static_cast<Kind>(kind - kinds.begin())};
}

bool is_of_lists(Noun noun) {
    return noun == Noun::lists || noun == Noun::subscriptions || noun == Noun::posts || noun == Noun::held || noun == Noun::policy ||
           noun == Noun::archive;
}

const Reaches& operator_reaches() { return compiled[of_operator]; }

Reaches reaches_of(const policy::Rulebook& rules, const std::vector<community::Term>& terms, bool representative) {
    Reaches reaches = compiled[of_everyone];
    if (representative) add(reaches, of_representative);
    for (const auto& term : terms) {
        for (const auto& [trait, column] : by_trait) {
            if (rules.role_has(term.role, trait)) add(reaches, column);
        }
    }
    return reaches;
}

bool may(const Caller& caller, Right right, const Object& object) {
    if (!caller.second_factor || outside_binding(caller, object)) return false;
    switch (reach_towards(caller, right, object)) {
        case Reach::all:
            return true;
        case Reach::managed:
            // A person who runs one list keeps, on other lists, the rights over their own things and no more.
            return object.managed || (reach_in(compiled[of_everyone], right) == Reach::own && is_own(caller, right, object));
        case Reach::own:
            return is_own(caller, right, object);
        case Reach::none:
            return false;
    }
    return false;
}

}  // namespace caveat::access
