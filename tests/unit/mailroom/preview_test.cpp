// What would change, told beforehand; and that it is what then happens.
#include "caveat/mailroom/preview.hpp"

#include <functional>
#include <map>
#include <set>

#include "a_house.hpp"
#include "caveat/mailroom/question.hpp"

namespace caveat::test {
namespace {

using namespace std::chrono_literals;
using community::Verb;
using policy::Answer;

struct AHouseWithMail : AHouse {
    mailroom::Mailroom mailroom{room()};

    AHouseWithMail() {
        community::List members;
        members.id = ListId{"members"};
        members.klass = "members";
        members.charter = "among members";
        members.max_tlp = community::Tlp::amber_strict;
        change([&](storage::Register& r) { r.put(members); });
        subscribe("members", "ana");
        add_person("bo", "banksia", "bo@banksia.example");
    }
    void post(const std::string& from, const std::string& subject) {
        const auto taken = mailroom.receive(std::vector{a_post(from, subject)});
        REQUIRE(taken.front().front().receipt == mailroom::Receipt::accepted);
        while (mailroom.process(10) > 0) {
        }
    }
    mailroom::Supposition sanction(const std::string& resource, community::Verbs verbs) const {
        mailroom::Supposition supposed;
        supposed.team = TeamId{"banksia"};
        community::Denial denial;
        denial.resource = resource;
        denial.verbs = verbs;
        supposed.denials = {denial};
        return supposed;
    }
    mailroom::Preview seen(const mailroom::Supposition& supposed) {
        const auto before = store().journal().head().number;
        const auto denials = store().powers().denials();
        const auto preview = mailroom::preview(room(), supposed);
        INFO((preview ? "" : preview.error().detail));
        REQUIRE(preview);
        CHECK(store().journal().head().number == before);
        CHECK(store().powers().denials() == denials);
        return *preview;
    }
    // How the open copies end, once everybody was asked.
    std::map<std::string, std::string> handed_over() {
        mailroom::Outbox outbox(room());
        std::map<std::string, std::string> how;
        for (auto& copy : outbox.exchange({}, 100)) how[copy.rcpt_to] = "sent";
        storage::Posts::Filter all;
        for (const auto& post : store().posts().select(all)) {
            for (const auto& row : store().deliveries().rows(post.key)) {
                if (row.state == storage::DeliveryState::withheld) how[row.person.value] = line(row.because);
            }
        }
        return how;
    }
};

constexpr auto both = static_cast<community::Verbs>(bit(Verb::receive) | bit(Verb::post));

std::vector<std::string> told(const mailroom::Preview& preview) {
    std::vector<std::string> lines;
    for (const auto& r : preview.rights) {
        lines.push_back(fmt::format("{} {} {} {}", r.person, r.list, community::name(r.verb), community::name(r.because.code)));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

TEST_CASE("a sanction on one list changes that list, those verbs and that team", "[A1][C4]") {
    AHouseWithMail house;
    const auto preview = house.seen(house.sanction("teams", both));
    CHECK(preview.people == std::vector{PersonId{"ana"}, PersonId{"bo"}});
    const auto lines = told(preview);
    CHECK(std::find(lines.begin(), lines.end(), "ana teams receive denied") != lines.end());
    CHECK(std::find(lines.begin(), lines.end(), "ana teams post denied") != lines.end());
    for (const auto& right : preview.rights) {
        CAPTURE(right.person, right.list, line(right.because));
        CHECK(right.list == ListId{"teams"});
        CHECK(right.before != Answer::no);
        CHECK(right.after == Answer::no);
        CHECK(right.verb != Verb::manage);  // archive: what is posted while receiving is denied stays unread (ruling j)
    }
    CHECK(told(house.seen(house.sanction("members", bit(Verb::post)))) ==
          std::vector<std::string>{"ana members post denied", "bo members post denied"});
}

TEST_CASE("the copies it counts are those that are then withheld", "[A2][C4]") {
    AHouseWithMail house;
    house.post("mei@orchid.example", "TLP:GREEN one");
    house.post("mei@orchid.example", "TLP:AMBER two");
    const auto verbs = GENERATE(community::Verbs{both}, bit(Verb::post));
    const auto preview = house.seen(house.sanction("teams", verbs));
    const bool receives = (verbs & bit(Verb::receive)) == 0;
    CHECK(preview.copies.size() == (receives ? 0 : 2));
    for (const auto& copy : preview.copies) {
        CHECK(copy.person == PersonId{"ana"});
        CHECK(copy.withheld);
        CHECK(copy.because.code == community::Code::denied);
    }
    house.change([&](storage::Register& r) {
        community::Denial denial;
        denial.whom = "banksia";
        denial.resource = "teams";
        denial.verbs = verbs;
        denial.during = {house.clock.now(), house.clock.now() + 24h};
        denial.source = "sanction";
        static_cast<void>(r.put(denial));
    });
    const auto how = house.handed_over();
    CHECK(how.contains("ana@banksia.example") == receives);
    CHECK(how.contains("ana") == !receives);
    // In force already: the same again would change nothing.
    CHECK(house.seen(house.sanction("teams", verbs)).rights.empty());
    CHECK(house.seen(house.sanction("teams", verbs)).copies.empty());
}

namespace {

using Copies = std::set<std::pair<PostId, PersonId>>;

// Every copy that is asked about, and whether it goes as things are.
Copies going(AHouseWithMail& house) {
    Copies copies;
    storage::Posts::Filter on_the_way;
    on_the_way.state = storage::PostState::distributed;
    on_the_way.notices = true;
    for (const auto& post : house.store().posts().select(on_the_way)) {
        for (const auto& row : house.store().deliveries().rows(post.key)) {
            if (mailroom::ask_copy_of(house.room(), post, row.person)->answer.goes()) copies.emplace(post.id, row.person);
        }
    }
    return copies;
}

struct Turn {
    std::string what;
    std::function<void(mailroom::Supposition&)> suppose;
    std::function<void(storage::Register&, Instant)> happen;
};

Turn sanctioned(const std::string& resource) {
    community::Denial denial;
    denial.whom = "banksia";
    denial.resource = resource;
    denial.verbs = both;
    denial.source = "sanction";
    return {"a sanction on " + resource, [denial](auto& supposed) { supposed.denials = {denial}; },
            [denial](storage::Register& r, Instant now) mutable {
                denial.during = {now, now + 24h};
                static_cast<void>(r.put(denial));
            }};
}

std::vector<Turn> turns() {
    return {sanctioned("teams"),
            sanctioned("*"),
            sanctioned("members"),
            {"they left", [](auto& supposed) { supposed.left = true; },
             [](storage::Register& r, Instant now) {
                 for (const auto* person : {"ana", "bo"}) r.remove(PersonId{person}, now);
             }},
            {"a former member", [](auto& supposed) { supposed.category = "former"; },
             [](storage::Register& r, Instant) {
                 auto team = *r.team(TeamId{"banksia"});
                 team.category = "former";
                 r.put(team);
             }}};
}

}  // namespace

TEST_CASE("what is simulated of copies is what then happens to every one of them", "[A1][A2][C4]") {
    for (const auto& turn : turns()) {
        CAPTURE(turn.what);
        AHouseWithMail house;
        const Interval live{house.clock.now() - 1h, house.clock.now() + 24h};
        house.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
        for (const auto* person : {"ana", "bo"}) house.subscribe("members", person);
        house.subscribe("teams", "bo");
        house.post("mei@orchid.example", "TLP:GREEN to everybody");
        house.post("mei@orchid.example", "TLP:AMBER to the cleared");
        house.post("ana@banksia.example", "TLP:ORANGE held, and she is told");
        auto question = a_post("mei@orchid.example", "TLP:GREEN to the owners");
        question.rcpt_to = {"teams+owner@lists.arc.example"};
        REQUIRE(house.mailroom.receive(std::vector{question}).front().front().receipt == mailroom::Receipt::accepted);
        while (house.mailroom.process(10) > 0) {
        }
        const auto before = going(house);
        CHECK(before.size() >= 8);

        mailroom::Supposition supposed;
        supposed.team = TeamId{"banksia"};
        turn.suppose(supposed);
        Copies told;
        for (const auto& copy : house.seen(supposed).copies) {
            CHECK(copy.withheld);
            told.emplace(copy.post, copy.person);
        }
        house.change([&](storage::Register& r) { turn.happen(r, house.clock.now()); });
        mailroom::Outbox outbox(house.room());
        static_cast<void>(outbox.exchange({}, 100));
        Copies withheld;
        for (const auto& [id, person] : before) {
            for (const auto& row : house.store().deliveries().rows(house.store().posts().find(id)->key)) {
                if (row.person == person && row.state == storage::DeliveryState::withheld) withheld.emplace(id, person);
            }
        }
        CHECK(told == withheld);
    }
}

TEST_CASE("a held post is affected if its author could not post at the release", "[A3]") {
    AHouseWithMail house;
    auto weak = a_post("ana@banksia.example", "TLP:GREEN by somebody who may be anybody");
    weak.bytes.erase(0, weak.bytes.find("\r\n") + 2);  // no Authentication-Results: held
    REQUIRE(house.mailroom.receive(std::vector{weak}).front().front().receipt == mailroom::Receipt::accepted);
    while (house.mailroom.process(10) > 0) {
    }
    storage::Posts::Filter held;
    held.state = storage::PostState::held;
    REQUIRE(house.store().posts().select(held).size() == 1);
    CHECK(house.seen(house.sanction("teams", bit(Verb::receive))).held.empty());
    const auto preview = house.seen(house.sanction("teams", bit(Verb::post)));
    REQUIRE(preview.held.size() == 1);
    CHECK(preview.held.front().refused);
    CHECK(preview.held.front().author == PersonId{"ana"});
    CHECK(preview.held.front().because.code == community::Code::denied);
    // And so it is, once it has come true.
    house.change([&](storage::Register& r) {
        auto denial = house.sanction("teams", bit(Verb::post)).denials.front();
        denial.whom = "banksia";
        denial.during = {house.clock.now(), house.clock.now() + 24h};
        denial.source = "sanction";
        static_cast<void>(r.put(denial));
    });
    const auto post = preview.held.front().post;
    REQUIRE(house.mailroom.release({"operator test", std::nullopt}, post));
    while (house.mailroom.process(10) > 0) {
    }
    CHECK(house.store().posts().find(post)->state == storage::PostState::refused);
    CHECK(house.store().posts().find(post)->because.front().code == preview.held.front().because.code);
}

TEST_CASE("leaving and another category are asked the same way", "[A1][item 23]") {
    AHouseWithMail house;
    house.post("mei@orchid.example", "TLP:AMBER one");
    mailroom::Supposition left;
    left.person = PersonId{"ana"};
    left.left = true;
    const auto gone = house.seen(left);
    CHECK(gone.copies.size() == 1);
    CHECK(std::all_of(gone.rights.begin(), gone.rights.end(), [](const auto& r) { return r.after == Answer::no; }));
    CHECK(gone.people.size() == 1);

    mailroom::Supposition other;
    other.team = TeamId{"banksia"};
    other.category = "former";
    const auto lines = told(house.seen(other));
    CHECK(std::any_of(lines.begin(), lines.end(), [](const auto& l) { return l.starts_with("ana teams receive"); }));
}

TEST_CASE("a question that makes no sense is refused with what to write", "[O1]") {
    AHouseWithMail house;
    const auto now = house.clock.now();
    auto ask = [&](auto change) {
        auto supposed = house.sanction("teams", both);
        change(supposed);
        const auto answer = mailroom::preview(house.room(), supposed);
        REQUIRE_FALSE(answer);
        return answer.error();
    };
    CHECK(ask([](auto& s) { s.team = TeamId{"nobody"}; }).code == errc::not_found);
    CHECK(ask([](auto& s) { s.person = PersonId{"ana"}; }).detail.find("--team, --person") != std::string::npos);
    CHECK(ask([](auto& s) { s.denials.front().resource = "no-list"; }).code == errc::not_found);
    CHECK(ask([](auto& s) { s.denials.clear(); }).detail.find("write sanction") != std::string::npos);
    CHECK(ask([](auto& s) { s.category = "royal"; }).code == errc::invalid);
    CHECK(ask([&](auto& s) { s.until = now; }).code == errc::invalid);
    CHECK(ask([&](auto& s) {
              s.from = now + 10min;
              s.until = now + 10min;
          }).code == errc::invalid);
    auto later = house.sanction("teams", both);
    later.from = now + 24h;
    CHECK(house.seen(later).at == now + 24h);
    later.from = now - 24h;
    CHECK(house.seen(later).at == now);
}

}  // namespace caveat::test
