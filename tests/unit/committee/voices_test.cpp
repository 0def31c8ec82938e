// What a voice that others than the team gave it a moment ago does not take from it.
#include "a_post.hpp"
#include "silences.hpp"

namespace caveat::test {
namespace {

struct AVoice : APost {
    community::Actor ana = ana_of_the_secretariat();

    static community::Person somebody(const std::string& id, const std::string& team) {
        community::Person person;
        person.id = PersonId{id};
        person.name = id;
        person.team = TeamId{team};
        person.addresses = {id + "@elsewhere.example"};
        return person;
    }
    // Enters them as the team's voice, in the place of its representative.
    std::string speaks_for(const std::string& team, const community::Actor& by) {
        auto before = *store().directory().person(PersonId{team + "-rep"});
        before.representative = false;
        clock.time += 1s;
        done(members().change(by, before));
        auto next = somebody(team + "-new", team);
        next.representative = true;
        done(members().add(by, next));
        return next.id.value;
    }
    std::string stands_in_for(const std::string& team, const community::Actor& by) {
        auto other = somebody(team + "-other", team);
        other.alternate = true;
        done(members().add(by, other));
        return other.id.value;
    }
    static void done(const Result<void>& ok) {
        INFO((ok ? "" : ok.error().detail));
        REQUIRE(ok);
    }
    std::string of_members(std::initializer_list<const char*> present) {
        std::vector<TeamId> teams;
        for (const auto* team : present) teams.push_back(TeamId{team});
        const auto id = convened();
        clock.time += 24h * 30;
        REQUIRE(desk.attend(secretariat, id, teams));
        return id;
    }
    std::optional<Instant> seat_ends(const char* person) {
        for (const auto& term : store().powers().terms()) {
            if (term.person.value == person && term.role == "sc") return term.during.until;
        }
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("a voice that others gave a team enters nobody who left another", "[C4][A11][ruling kk]") {
    AVoice d;
    auto gone = AVoice::somebody("saiga-duty", "saiga");
    d.done(d.members().add(secretariat, gone));
    d.done(d.members().remove_person(d.person("saiga-rep"), gone.id));
    gone.team = TeamId{"kowhai"};
    const auto now = d.person(d.speaks_for("kowhai", d.ana));
    d.check_refused(d.members().add(now, gone), d.all_rows(), errc::denied, "ruling kk");
    d.clock.time += 24h * 7 + 1s;
    d.done(d.members().add(now, gone));
}

}  // namespace caveat::test
