#pragma once
// The house with a committee of seven seats, three members without one, and shorthand for deciding and for the days of a case.
#include <catch2/catch.hpp>

#include "a_house.hpp"
#include "case_office.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "vouched.hpp"

namespace caveat::test {

using namespace std::chrono_literals;
using community::Verb;
using conduct::BallotResult;
using conduct::Choice;

inline const community::Actor secretariat{"operator root", std::nullopt};
inline const committee::Viewer everything = committee::local_operator(secretariat);

// As its reader takes it in: where the lines of a letter end says nothing.
inline std::string in_one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\r' || c == '\n';
        if (!blank || !line.ends_with(' ')) line += blank ? ' ' : c;
    }
    return line;
}

// An Operational Member of old with one person, its representative, on the list teams.
inline void add_member(AHouse& house, const std::string& id, const char* since = "2015-01-01") {
    community::Team team;
    team.id = TeamId{id};
    team.name = id;
    team.category = "operational";
    team.economy = "NZ";
    team.since = *parse_date(since);
    community::Person person;
    person.id = PersonId{id + "-rep"};
    person.name = id;
    person.team = team.id;
    person.addresses = {id + "@" + id + ".example"};
    person.representative = true;
    house.change([&](storage::Register& r) {
        r.put(team);
        r.put(person);
        r.subscribe({ListId{"teams"}, person.id, community::DeliveryMode::each}, house.clock.now());
    });
}
inline void hold_seat(AHouse& house, const std::string& team, Instant from, Instant until) {
    house.change([&](storage::Register& r) { r.put(community::Term{"sc", PersonId{team + "-rep"}, ListId{}, {from, until}}); });
}
inline const std::vector<TeamId> seven_seats{TeamId{"seat1"}, TeamId{"seat2"}, TeamId{"seat3"}, TeamId{"seat4"},
                                             TeamId{"seat5"}, TeamId{"seat6"}, TeamId{"seat7"}};

struct ADesk : AHouse {
    committee::Committee desk{store(), vault(), rules, clock};
    committee::CaseOffice files{store(), vault(), rules, clock};  // the office's own: for who looks there is Cases
    std::vector<TeamId> seats = seven_seats;

    ADesk()
        : AHouse([](AHouse& house) {
              for (const auto& seat : seven_seats) {
                  test::add_member(house, seat.value);
                  test::hold_seat(house, seat.value, house.clock.now() - 24h * 30, house.clock.now() + 24h * 700);
              }
              for (const auto* team : {"takin", "kowhai", "saiga"}) test::add_member(house, team);
          }) {}

    void add_member(const std::string& id, const char* since = "2015-01-01") { test::add_member(*this, id, since); }
    void hold_seat(const std::string& team, Instant from, Instant until) { test::hold_seat(*this, team, from, until); }

    community::Actor person(const std::string& id) const { return {"person " + id, PersonId{id}}; }

    // A clearance is for the list teams, and AMBER, where nothing else is said.
    static community::Settings usual(const std::string& kind) {
        if (kind == "clearance") return {{"list", "teams"}, {"label", "AMBER"}};
        return kind == "list" ? community::Settings{{"charter", "chat"}} : community::Settings{};
    }
    std::string proposed(const std::string& kind, const std::string& subject, const community::Settings& set = {}) {
        committee::Proposal p;
        p.kind = kind;
        p.subject = subject;
        p.question = "Shall we?";
        p.set = set.empty() ? usual(kind) : set;
        const auto d = desk.propose(secretariat, p);
        INFO((d ? "" : d.error().detail));
        REQUIRE(d);
        return d->id;
    }
    // So many seats say yes, so many no; the rest is silent, and so is one that is recused.
    void vote(const std::string& id, std::size_t yes, std::size_t no = 0) {
        const auto recused = desk.decision(everything, id)->ballot.recused;
        for (std::size_t i = 0; i < yes + no; ++i) {
            if (std::find(recused.begin(), recused.end(), seats.at(i)) != recused.end()) continue;
            REQUIRE(desk.vote(person(seats.at(i).value + "-rep"), id, seats.at(i), i < yes ? Choice::yes : Choice::no));
        }
    }
    // A decision all seats agree to, closed at once.
    std::string decided(const std::string& kind, const std::string& subject, const community::Settings& set = {}) {
        const auto id = proposed(kind, subject, set);
        vote(id, 7);
        clock.time += 1s;
        const auto d = desk.close(secretariat, id);
        INFO((d ? d->tally.why : d.error().detail));
        REQUIRE(d);
        REQUIRE(d->tally.verdict == BallotResult::passed);
        return id;
    }

    // The committee's act with a decision of its own; must succeed.
    committee::CaseFile does(const conduct::Act& act) {
        const auto decision = conduct::needs_decision(act) ? decided(kind_of(act), the_case) : std::string{};
        const auto file = files.act(secretariat, the_case, act, decision);
        INFO(name(act) << ": " << (file ? "" : file.error().detail));
        REQUIRE(file);
        return *file;
    }
    static std::string kind_of(const conduct::Act& act) {
        const auto word = name(act);
        if (word == "issue") return "case.notice";
        if (word == "comply" || word == "continue") return "case.finding";
        if (word == "seat") return "case.panel";
        return "case." + std::string(word);
    }
    void opened(const std::string& team = "quokka", const std::string& id = {}) {
        const auto file = files.open(secretariat, decided("case.open", team), TeamId{team}, "3.2", id);
        REQUIRE(file);
        the_case = file->as_is.id;
    }
    void serve(int notice) { does(conduct::RecordService{notice, conduct::Channel::page_read, clock.now()}); }
    // Two notices, served and never answered.
    void unheeded(const std::string& team = "quokka", const std::string& id = {}) {
        opened(team, id);
        does(a_notice());
        serve(1);
        clock.time += 24h * 15;
        does(a_notice());
        serve(2);
        clock.time += 24h * 15;
    }
    static conduct::IssueNotice a_notice() {
        return {{"mail to the rep", "leaked AMBER", "avoidable", "recall it", "loss of lists", "14 days", "the appeal rules"},
                std::nullopt};
    }
    static conduct::IssueSanction a_sanction() {
        conduct::Sanction sanction;
        sanction.denied = {{"teams", static_cast<community::Verbs>(bit(Verb::receive) | bit(Verb::post))}};
        return {sanction};
    }

    // What any surface would be told about this person and the list teams, now.
    bool may(Verb verb, const std::string& who) {
        const auto standing = store().standing(PersonId{who}, ListId{"teams"}, clock.now());
        REQUIRE(standing);
        policy::Item item;
        item.label = community::Tlp::green;
        policy::World world;
        world.now = clock.now();
        world.verified_transport = true;
        const auto answer = policy::may(rules, verb, *standing, *store().rosters().list(ListId{"teams"}), item, world).answer;
        return answer == policy::Answer::yes || answer == policy::Answer::moderated;
    }

    // Everything an act could have changed.
    std::string all_rows() { return vouched_rows(options.path); }

    // Refused with these words, and nothing changed.
    template <class Answer>
    void check_refused(const Answer& answer, const std::string& before, errc code, const std::string& words) {
        REQUIRE_FALSE(answer);
        INFO("'" << answer.error().detail << "' should say '" << words << "'");
        CHECK(answer.error().code == code);
        CHECK(answer.error().detail.find(words) != std::string::npos);
        CHECK(all_rows() == before);
    }

    std::string the_case;
};

}  // namespace caveat::test
