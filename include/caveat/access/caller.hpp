#pragma once
// Who is calling, at whatever door, and how far each of their rights reaches now. Pure values, any thread. Powers come from terms with
// dates and end with them (A10): a Caller is put together afresh for every request and never kept. A token can only narrow what its holder
// may. Source: promises A1, A7, A9, A10; what a role reaches follows from its traits in the rule book.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/policy/rulebook.hpp"

namespace caveat::access {

enum class Noun : std::uint8_t {
    teams,
    people,
    lists,
    subscriptions,
    posts,  // verdicts, deliveries and their reasons; never content
    held,
    decisions,
    applications,
    cases,
    holds,
    journal,
    policy,
    tokens,
    metrics,
    // Content: a person's own reading, in nobody else's reach and nobody else's to pass on (A9). Writing: another label for a post.
    archive,
};
constexpr std::size_t noun_count = 15;
enum class Kind : std::uint8_t { read, write };

struct Right {
    Noun noun{};
    Kind kind{};
    bool operator==(const Right&) const = default;
};
[[nodiscard]] std::string name(Right right);  // "teams:read": the scopes of tokens
[[nodiscard]] std::optional<Right> right_from(std::string_view text);
[[nodiscard]] std::string_view name(Noun noun);
// Whether things of this noun belong to one list, at least some of them: what a token bound to lists can carry.
[[nodiscard]] bool is_of_lists(Noun noun);

// Of which things: none, the own person's or (for a representative) the own team's, those of lists one manages (and still what everyone has
// of their own), all.
enum class Reach : std::uint8_t { none, own, managed, all };
using Reaches = std::array<std::array<Reach, 2>, noun_count>;  // by noun and kind

struct Caller {
    community::Actor actor;       // "operator root", "person orchid-rep"
    std::string credential;       // "token 7f3a…", "session 12", "socket": for the journal and for rate limits; never a secret
    TeamId team;                  // of the person; empty for the operator
    TeamId lent_team = {};        // of who made the token that is used, if another person did: what is kept from it is kept here (item 27)
    bool representative = false;  // speaks for the team: also an alternate, while no representative can (item 15)
    bool committee = false;       // holds a seat of the steering committee now
    bool second_factor = true;    // false: this session still lacks the code that its roles ask for
    Reaches reaches{};            // after the token's scopes
    std::vector<ListId> only;     // a token bound to these lists, for nothing but them; empty: to none in particular

    [[nodiscard]] Reach reach(Right right) const {
        return reaches[static_cast<std::size_t>(right.noun)][static_cast<std::size_t>(right.kind)];
    }
};

// How a thing is related to a caller. The one who asks fills in what is true; what is left out grants nothing.
struct Object {
    std::optional<PersonId> person = {};  // whose it is
    std::optional<TeamId> team = {};      // whose it is; a representative's own
    std::optional<ListId> list = {};      // which list it belongs to
    bool managed = false;                 // policy::may(manage) of the caller on that list says yes now
    bool known = false;                  // a list by policy::may_know, a ballot by its electorate, an applicant by those who may sponsor it
    std::optional<TeamId> accused = {};  // a case against this team: who is of it reads it as the party only (item 27)
};

// How far the roles held at this moment reach, before a token narrows it. `terms` are those live now.
[[nodiscard]] Reaches reaches_of(const policy::Rulebook& rules, const std::vector<community::Term>& terms, bool representative);
[[nodiscard]] const Reaches& operator_reaches();  // of the local operator: all there is

// all: yes. managed: if the list is managed. own: if the person is the caller's, or a representative's team where a representative speaks
// for the team; of lists, decisions and applications, what is known may be read. A caller of an accused team reaches no further
// than the party (item 27), and one whose token somebody of that team made, not at all. A token bound to lists reaches these
// lists and what belongs to them, and nothing else. Without the second factor: no.
[[nodiscard]] bool may(const Caller& caller, Right right, const Object& object);

}  // namespace caveat::access
