#pragma once
// The rows of the register: teams, people, terms, lists, rosters, denials; and the standing that is read from them.
// Writing needs a Store::Transaction and a journal entry after it. No rule is checked here: the offices do that. All times are UTC
// instants in microseconds.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/standing.hpp"

namespace caveat::storage {

struct SqlConnection;

// One line of a directory: key material is not read for it, and `person.key` is empty.
struct Listed {
    community::Person person;
    bool has_key = false;
};

// One line of a roster.
struct Reader {
    PersonId person;
    std::string name;
    TeamId team;
    bool has_key = false;
    community::DeliveryMode delivery = community::DeliveryMode::each;
    Instant since{};
};

// What two addresses are compared by (mail::normalise_address); storage keeps them as they were written and knows no spelling.
using AddressKey = std::string (*)(std::string_view);

// By what people are known again (Register::remember): an address as it is compared, and the fingerprint of a key.
[[nodiscard]] inline std::string mark_of_address(std::string_view normal) { return std::string("address ").append(normal); }
// Beside those by which somebody is known again: everybody who left with a key has it.
inline constexpr const char* mark_of_any_key = "a key";
[[nodiscard]] inline std::string mark_of_key(std::string_view fingerprint) { return std::string("key ").append(fingerprint); }

class Register {
public:
    explicit Register(SqlConnection& connection);
    ~Register();

    [[nodiscard]] std::vector<community::Team> teams();
    [[nodiscard]] std::optional<community::Team> team(const TeamId& id);
    void put(const community::Team& team);  // insert or update
    void remove(const TeamId& id);          // its people must be gone

    [[nodiscard]] std::vector<community::Person> people();  // those in the register; not the removed
    [[nodiscard]] std::optional<community::Person> person(const PersonId& id);
    // Everyone after this id, of one team or (empty) of all, by id, until `visit` says false.
    void each_person(const PersonId& after, const TeamId& team, const std::function<bool(const Listed&)>& visit);
    // Insert or update; a removed person comes back with the same key and on no roster. An address that somebody else holds moves here, so
    // that a load may exchange addresses in any order.
    void put(const community::Person& person);
    void remove(const PersonId& id, Instant now);  // the row stays for the journal's sake, marked; addresses, roster and terms end
    // Whatever they prove themselves with and got by mail or made themselves: links, challenges, sessions, the second factor, and tokens,
    // for whomever they made them. They prove anew who they are.
    void end_access(const PersonId& id, Instant now);
    void drop_links(const PersonId& id);     // and challenges: what was sent to an address
    void drop_sessions(const PersonId& id);
    // What waits to be confirmed; goes with the person. A row of the same kind is replaced.
    [[nodiscard]] std::vector<community::Unconfirmed> unconfirmed(const PersonId& id);
    [[nodiscard]] std::vector<PersonId> with_unconfirmed();  // by id
    void put(const PersonId& id, const community::Unconfirmed& row);
    void drop(const PersonId& id, community::Unconfirmed::What what);
    // Whose address it is. Without a key, or where the address is stored as it is given, only ASCII case makes no difference. Two people
    // who hold one address in two spellings, from before that was refused: each in their own; nobody in a third.
    [[nodiscard]] std::optional<PersonId> person_of(std::string_view address, AddressKey key = nullptr);
    [[nodiscard]] std::optional<PersonKey> key_of(const PersonId& id);
    [[nodiscard]] std::optional<PersonId> id_of(PersonKey key);  // the removed too
    // The team that a removed person was of, empty where that team is gone, too; none if nobody of this id was ever removed.
    [[nodiscard]] std::optional<TeamId> former_team(const PersonId& id);
    // Of which team they were then, wherever they are now; none: nobody of that id, or left before that was written down.
    [[nodiscard]] std::optional<TeamId> team_at(const PersonId& id, Instant at);
    [[nodiscard]] std::vector<PersonId> left_since(const TeamId& team, Instant at);  // this team, wherever they are now; by id
    // What people are known again by who gave it up or left with it: short texts, of which a keyed hash is kept. `id` was of `team`; nobody
    // of this id ever: nothing is kept.
    void remember(const PersonId& id, const TeamId& team, const std::vector<std::string>& known_by, Instant now);
    void forget_departed(Instant until);  // what was noted by then
    // Since then somebody else had one of these in another team, and nobody of this team had it.
    [[nodiscard]] bool was_elsewhere(const PersonId& id, const TeamId& team, const std::vector<std::string>& known_by, Instant since);
    // Somebody in the register, or who was, is remembered by this.
    [[nodiscard]] bool is_remembered(std::string_view known_by);
    // Whose any of these was, the removed too, of what is remembered.
    [[nodiscard]] std::vector<PersonId> who_had(const std::vector<std::string>& known_by);
    // All of these were of the person of this id before, at whatever time.
    [[nodiscard]] bool were_theirs(const PersonId& id, const std::vector<std::string>& known_by);
    // All of these counted as theirs when the person of this id left last. What was taken from them before then did not.
    [[nodiscard]] bool left_with(const PersonId& id, const std::vector<std::string>& known_by);
    // Somebody else has had one of these, and given it up, since the person of this id gave it up.
    [[nodiscard]] bool went_on_to_others(const PersonId& id, const std::vector<std::string>& known_by);
    // One of these was of somebody else who is under a security hold now: until when.
    [[nodiscard]] std::optional<Instant> held_until(const PersonId& id, const std::vector<std::string>& known_by, Instant now);

    [[nodiscard]] std::vector<community::Term> terms();  // of those in the register, past ones too
    struct PastTerm {
        community::Term term;
        TeamId team;
    };
    [[nodiscard]] std::vector<PastTerm> terms_of_departed();  // of those who are no longer in the register, with the team they left
    [[nodiscard]] std::vector<community::Term> live_terms(const PersonId& person, Instant now);
    // Those that run at this instant; what of them counts, the rule book says (Rulebook::in_force).
    [[nodiscard]] std::vector<community::HeldTerm> held_terms(Instant at);
    [[nodiscard]] std::vector<community::HeldTerm> held_terms(const PersonId& person, Instant at);
    [[nodiscard]] std::vector<community::HeldTerm> roles_of_lists(Instant now);  // those that run, and those to come
    // Whether since then they left a team, or of the offices of the whole community that they held then have none any more.
    [[nodiscard]] bool has_lost_place(const PersonId& person, Instant since, Instant now);
    void put(const community::Term& term);  // same role, person, list and beginning: replaced
    void remove(const community::Term& term);
    // What was written to the office is not for who held it (A10), so that it stays on record; one to come was never theirs.
    void end(const community::Term& term, Instant at);

    [[nodiscard]] std::vector<community::List> lists();
    [[nodiscard]] std::optional<community::List> list(const ListId& id);
    void put(const community::List& list);
    [[nodiscard]] bool ever_had_a_list();        // one that is removed counts
    void remove(const ListId& id, Instant now);  // its posts stay and are read no more; rosters and terms on it end

    // Rosters. An interval begins at subscribe and ends at unsubscribe; a change of delivery mode keeps the interval.
    void subscribe(const community::Subscription& subscription, Instant now);
    void unsubscribe(const ListId& list, const PersonId& person, Instant now);
    void each_subscription(const std::function<void(const community::Subscription&)>& visit);  // live ones, by list and person
    [[nodiscard]] std::vector<community::Subscription> subscriptions(const ListId& list);
    [[nodiscard]] std::int64_t subscribers(const ListId& list);
    // In the order in which people came into the register, those after this one, until `visit` says false. `after` may have left since.
    void each_reader(const ListId& list, const PersonId& after, const std::function<bool(const Reader&)>& visit);
    [[nodiscard]] std::optional<Reader> reader(const ListId& list, const PersonId& person);

    [[nodiscard]] std::vector<community::Denial> denials();  // all, past ones too
    // New with id 0, else updated; returns the id. What waited because of one that is changed or gone is due at once (ruling k).
    std::int64_t put(const community::Denial& denial);
    void remove_denial(std::int64_t id);

    // Everything policy needs to know of one person towards one list, as of `now`: ended terms and denials are left out,
    // future ones are kept (policy looks at the interval). `list` may be a name that does not exist. A removed person has a standing,
    // marked `removed`. Whether content can be sealed to the person's key is what an examination said (keys.hpp) and the clock says.
    [[nodiscard]] std::optional<community::Standing> standing(const PersonId& person, const ListId& list, Instant now);

    // The same with every stay on the roster, in order, and with the denials that are over (ruling vv).
    [[nodiscard]] std::optional<community::Standing> standing_then_and_now(const PersonId& person, const ListId& list, Instant now);

    // The people of the roster who hold one of these addresses: those whom To and Cc name.
    [[nodiscard]] std::vector<PersonKey> on_roster(const ListId& list, std::span<const std::string> addresses, Instant now,
                                                   AddressKey key = nullptr);

private:
    [[nodiscard]] std::optional<PersonKey> holder(std::string_view address, AddressKey key);

    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage
