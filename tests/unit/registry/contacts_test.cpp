// Whom to write to about an address, a domain or an economy (items 14, 58 and 59).
#include "caveat/registry/contacts.hpp"

#include "forum.hpp"

using namespace forum;

namespace {

struct Routed : Desk {
    Routed() {
        Census census;
        census.teams = {team("wattle"), team("banksia"), team("kowhai"), team("quokka", "corporate")};
        for (auto& one : census.teams) one.economy = one.id.value == "kowhai" ? "NZ" : "AU";
        census.teams[0].ranges = "192.0.2.0/24, wattle.example.au";
        census.teams[1].primary_contact = true;
        census.teams[2].ranges = "192.0.2.128/25 kowhai.example.au";
        census.teams[3].ranges = "198.51.100.0/24";  // a partner's describes nobody's constituency
        census.people = {person("wattle-rep", "wattle"),   person("wattle-duty", "wattle"), person("banksia-rep", "banksia"),
                         person("banksia-two", "banksia"), person("kowhai-rep", "kowhai"),  person("quokka-rep", "quokka")};
        for (auto& one : census.people) one.representative = one.id.value.ends_with("-rep");
        census.people[3].alternate = true;
        census.lists = {list("poc", "poc")};
        census.subscriptions = {on("poc", "wattle-duty")};
        load(census);
    }
    std::string asked(std::string_view what, std::string_view economy = {}, const Actor& who = {"operator test", {}}) {
        const auto found = registry::contacts_for(*store, rules(), who, what, economy, clock.now());
        if (!found) return found.error().detail;
        std::string all;
        for (const auto& contact : found->contacts) {
            all += contact.team.id.value + ":";
            for (const auto& one : contact.people) all += " " + one.id.value;
            all += "; ";
        }
        return all.empty() ? found->why : all;
    }
};

}  // namespace

TEST_CASE("an incident finds the member whose constituency it is, and else the primary contact of the economy", "[item 59][item 14]") {
    Routed r;
    CHECK(r.asked("192.0.2.7") == "wattle: wattle-duty; ");
    CHECK(r.asked("192.0.2.200") == "kowhai: kowhai-rep; ");
    CHECK(r.asked("www.wattle.example.au") == "wattle: wattle-duty; ");
    CHECK(r.asked("203.0.113.9", "au") == "banksia: banksia-rep; ");
    CHECK(r.asked("other.example.au") == "banksia: banksia-rep; ");
    CHECK(r.asked("AU") == "banksia: banksia-rep; ");
    CHECK(r.asked("198.51.100.7", "AU") == "banksia: banksia-rep; ");
    CHECK_THAT(r.asked("203.0.113.9"), Catch::Contains("no member has 203.0.113.9 in its ranges, and its economy is not known"));
    CHECK_THAT(r.asked("NZ"), Catch::Equals("NZ has no primary contact"));
    CHECK_THAT(r.asked("203.0.113.9", "Australia"), Catch::Contains("'Australia' is no economy; write two letters"));
    CHECK_THAT(r.asked("Australia"), Catch::Contains("is no address"));
}

TEST_CASE("whom to write to is nobody who is held, and for nobody from outside the members", "[item 59][item 42]") {
    Routed r;
    const auto as = [](const char* id) { return Actor{std::string("person ") + id, PersonId{id}}; };
    CHECK(r.asked("AU", {}, as("kowhai-rep")) == "banksia: banksia-rep; ");
    CHECK(r.asked("AU", {}, as("quokka-rep")) == "banksia:; ");
    CHECK(r.asked("AU", {}, as("nobody")) == "banksia:; ");
    Denial sanction;
    sanction.whom = "kowhai";
    sanction.resource = "*";
    sanction.verbs = community::bit(community::Verb::receive) | community::bit(community::Verb::archive);
    sanction.during = {r.clock.t, r.clock.t + std::chrono::hours{24}};
    sanction.source = "sanction";
    sanction.decision = "SC-1";
    auto sanctioned = r.office->census();
    sanctioned.denials.push_back(sanction);
    r.load(sanctioned);
    CHECK(r.asked("AU", {}, as("kowhai-rep")) == "banksia:; ");  // what is public (rules.md §2.2)
    r.clock.t += std::chrono::hours{24};
    CHECK(r.asked("AU", {}, as("kowhai-rep")) == "banksia: banksia-rep; ");
    Denial hold;
    hold.whom = "banksia-rep";
    hold.whole_team = false;
    hold.resource = "*";
    hold.verbs = 7;
    hold.during = {r.clock.t, r.clock.t + std::chrono::hours{72}};
    hold.source = "hold";
    auto census = r.office->census();
    census.denials.push_back(hold);
    r.load(census);
    CHECK(r.asked("AU") == "banksia: banksia-two; ");
}
