#pragma once
// The register in parts, so that an office takes what it needs and no more: reading, and two writers for the owners of the rows.
// Directory, Rosters and Powers only read. tests/layers.cmake says who may name a writer; the whole Register is the registry's. Values over
// the Register of a Store, on its thread.
#include "caveat/storage/register.hpp"

namespace caveat::storage {

// Teams and people.
class Directory {
public:
    explicit Directory(Register& rows) : rows_(rows) {}
    [[nodiscard]] std::vector<community::Team> teams() const { return rows_.teams(); }
    [[nodiscard]] std::optional<community::Team> team(const TeamId& id) const { return rows_.team(id); }
    [[nodiscard]] std::vector<community::Person> people() const { return rows_.people(); }
    [[nodiscard]] std::optional<community::Person> person(const PersonId& id) const { return rows_.person(id); }
    [[nodiscard]] std::vector<community::Unconfirmed> unconfirmed(const PersonId& id) const { return rows_.unconfirmed(id); }
    [[nodiscard]] std::vector<PersonId> with_unconfirmed() const { return rows_.with_unconfirmed(); }
    [[nodiscard]] std::vector<PersonId> who_had(const std::vector<std::string>& known_by) const { return rows_.who_had(known_by); }
    [[nodiscard]] std::optional<TeamId> former_team(const PersonId& id) const { return rows_.former_team(id); }
    [[nodiscard]] std::optional<TeamId> team_at(const PersonId& id, Instant at) const { return rows_.team_at(id, at); }
    [[nodiscard]] std::vector<PersonId> left_since(const TeamId& team, Instant at) const { return rows_.left_since(team, at); }
    [[nodiscard]] bool left_with(const PersonId& id, const std::vector<std::string>& known_by) const {
        return rows_.left_with(id, known_by);
    }
    [[nodiscard]] bool went_on_to_others(const PersonId& id, const std::vector<std::string>& known_by) const {
        return rows_.went_on_to_others(id, known_by);
    }
    [[nodiscard]] std::optional<Instant> held_until(const PersonId& id, const std::vector<std::string>& known_by, Instant now) const {
        return rows_.held_until(id, known_by, now);
    }
    void each_person(const PersonId& after, const TeamId& team, const std::function<bool(const Listed&)>& visit) const {
        rows_.each_person(after, team, visit);
    }
    [[nodiscard]] std::optional<PersonId> person_of(std::string_view address, AddressKey key = nullptr) const {
        return rows_.person_of(address, key);
    }
    [[nodiscard]] std::optional<PersonKey> key_of(const PersonId& id) const { return rows_.key_of(id); }
    [[nodiscard]] std::optional<PersonId> id_of(PersonKey key) const { return rows_.id_of(key); }

private:
    Register& rows_;
};

// Lists and who is on them.
class Rosters {
public:
    explicit Rosters(Register& rows) : rows_(rows) {}
    [[nodiscard]] std::vector<community::List> lists() const { return rows_.lists(); }
    [[nodiscard]] std::optional<community::List> list(const ListId& id) const { return rows_.list(id); }
    void each_subscription(const std::function<void(const community::Subscription&)>& visit) const { rows_.each_subscription(visit); }
    [[nodiscard]] std::vector<community::Subscription> subscriptions(const ListId& list) const { return rows_.subscriptions(list); }
    [[nodiscard]] std::int64_t subscribers(const ListId& list) const { return rows_.subscribers(list); }
    void each_reader(const ListId& list, const PersonId& after, const std::function<bool(const Reader&)>& visit) const {
        rows_.each_reader(list, after, visit);
    }
    [[nodiscard]] std::optional<Reader> reader(const ListId& list, const PersonId& person) const { return rows_.reader(list, person); }
    [[nodiscard]] std::vector<PersonKey> on_roster(const ListId& list, std::span<const std::string> addresses, Instant now,
                                                   AddressKey key = nullptr) const {
        return rows_.on_roster(list, addresses, now, key);
    }

private:
    Register& rows_;
};

// What somebody may for a time, and may not: terms and denials.
class Powers {
public:
    explicit Powers(Register& rows) : rows_(rows) {}
    [[nodiscard]] std::vector<community::Term> terms() const { return rows_.terms(); }
    [[nodiscard]] std::vector<Register::PastTerm> terms_of_departed() const { return rows_.terms_of_departed(); }
    [[nodiscard]] std::vector<community::Term> live_terms(const PersonId& person, Instant now) const {
        return rows_.live_terms(person, now);
    }
    [[nodiscard]] std::vector<community::HeldTerm> held_terms(Instant at) const { return rows_.held_terms(at); }
    [[nodiscard]] std::vector<community::HeldTerm> held_terms(const PersonId& person, Instant at) const {
        return rows_.held_terms(person, at);
    }
    [[nodiscard]] std::vector<community::HeldTerm> roles_of_lists(Instant now) const { return rows_.roles_of_lists(now); }
    [[nodiscard]] bool has_lost_place(const PersonId& person, Instant since, Instant now) const {
        return rows_.has_lost_place(person, since, now);
    }
    [[nodiscard]] std::vector<community::Denial> denials() const { return rows_.denials(); }

protected:
    Register& rows_;
};

// The committee's own rows.
class PowersWriter : public Powers {
public:
    using Powers::Powers;
    void put(const community::Term& term) { rows_.put(term); }
    void end(const community::Term& term, Instant at) { rows_.end(term, at); }
    std::int64_t put(const community::Denial& denial) { return rows_.put(denial); }  // new with id 0; returns the id
    void remove_denial(std::int64_t id) { rows_.remove_denial(id); }
    void end_access(const PersonId& id, Instant now) { rows_.end_access(id, now); }
};

// What an admission changes, and what the end of a membership does; the list of an Appeal Panel and who sits on it (item 38).
class MembershipWriter {
public:
    explicit MembershipWriter(Register& rows) : rows_(rows) {}
    void put(const community::Team& team) { rows_.put(team); }
    void remove(const TeamId& id) { rows_.remove(id); }
    void put(const community::Person& person) { rows_.put(person); }
    void put(const PersonId& id, const community::Unconfirmed& waits) { rows_.put(id, waits); }
    void unsubscribe(const ListId& list, const PersonId& person, Instant now) { rows_.unsubscribe(list, person, now); }
    void put(const community::List& room) { rows_.put(room); }
    void subscribe(const community::Subscription& seat, Instant now) { rows_.subscribe(seat, now); }

private:
    Register& rows_;
};

}  // namespace caveat::storage
