// Another label for what was distributed: whose it is to give, and who then has it, reads it and hears of it.
#include "caveat/mailroom/relabelling.hpp"

#include <SQLiteCpp/Database.h>

#include "a_house.hpp"
#include "caveat/detail.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/reading.hpp"

namespace caveat::test {
namespace {

using community::Tlp;
using storage::DeliveryState;

struct Bench : AHouse {
    mailroom::Mailroom mailroom{room()};
    storage::Store courier_store{*storage::Store::open(options)};
    mailroom::Outbox outbox{room(courier_store)};
    std::vector<std::string> cited;

    Bench() {
        add_person("rep", "orchid", "rep@orchid.example");
        add_person("colleague", "orchid", "colleague@orchid.example");
        add_person("runner", "banksia", "runner@banksia.example");
        change([&](storage::Register& r) {
            auto rep = *r.person(PersonId{"rep"});
            rep.representative = true;
            r.put(rep);
            r.put(community::Term{"owner", PersonId{"runner"}, ListId{"teams"}, {clock.now(), {}}});
        });
    }
    // What they may not read they give no label.
    void read_along() {
        for (const auto* person : {"rep", "runner"}) subscribe("teams", person);
    }
    // As somebody enters a person: the journal has it.
    void enter(const std::string& id, const std::string& team) {
        change([&](storage::Register& r) {
            community::Person person;
            person.id = PersonId{id};
            person.name = id;
            person.team = TeamId{team};
            person.addresses = {id + "@" + team + ".example"};
            person.representative = true;
            r.put(person);
            store().journal().append(clock.now(), "person kikyo-a", "person.add", id, "{}");
        });
    }

    PostId post(const std::string& from, const std::string& subject, const std::string& extra = {}) {
        return post(a_post(from, subject, extra), fmt::format("{}@example", ++count_));
    }
    PostId post(mailroom::Submission mail, const std::string& message_id) {
        mail.bytes.replace(mail.bytes.find("<one@example>"), 13, "<" + message_id + ">");
        const auto id = mailroom.receive(std::vector{mail}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return id;
    }
    // Everything that is due leaves.
    std::vector<mailroom::Copy> deliver() {
        auto copies = outbox.exchange({}, 20);
        std::vector<storage::Outcome> outcomes;
        for (const auto& copy : copies) {
            outcomes.emplace_back();
            outcomes.back().post = copy.post;
            outcomes.back().seq = copy.seq;
            outcomes.back().state = DeliveryState::sent;
            outcomes.back().attempts = 1;
            outcomes.back().at = clock.now();
        }
        (void)outbox.exchange(outcomes, 0);
        return copies;
    }
    // "ok 2", with how many were told, or the code of the refusal.
    std::string give(const std::string& person, const PostId& id, Tlp label, const std::string& decision = {}) {
        const community::Actor by =
            person.empty() ? community::Actor{"operator root", {}} : community::Actor{"person " + person, PersonId{person}};
        const auto cite = [&](const std::string& named, const community::Deed& deed) -> Result<void> {
            cited.push_back(fmt::format("{} {} {}", named, deed.kind, in_words(deed.does)));
            return {};
        };
        const auto archived = store().archive().find(id);
        const auto offered = archived ? mailroom::labels_to_give(room(), by, *archived) : std::vector<Tlp>{};
        const auto done = mailroom::relabel(room(), cite, by, {id, label, decision});
        if (decision.empty()) CHECK(done.has_value() == (std::find(offered.begin(), offered.end(), label) != offered.end()));
        if (done) CHECK(store().journal().verify());
        return done ? fmt::format("ok {}", done->told) : fmt::format("{}: {}", static_cast<int>(done.error().code), done.error().detail);
    }
    // Denied to the team on `teams`.
    void sanction(const std::string& team, community::Verb verb) {
        community::Denial denial;
        denial.whom = team;
        denial.resource = "teams";
        denial.verbs = community::bit(verb);
        denial.during = {clock.now(), clock.now() + std::chrono::hours{24 * 60}};
        denial.source = "sanction";
        change([&](storage::Register& r) { r.put(denial); });
    }
    // Raised by a program that did not write down whose raise it was.
    void raised_before(const std::string& actor, const PostId& id, Tlp label) {
        change([&](storage::Register&) {
            const auto kept = *store().archive().find(id);
            (void)store().archive().relabel(kept.post, label, kept.keep_until);
            const auto detail = Detail().add("list", "teams").add("before", name(kept.label)).add("label", name(label));
            store().journal().append(clock.now(), actor, "post.relabelled", id.value, detail.text());
        });
    }
    std::string until(const PostId& id) {
        const auto kept = store().archive().find(id)->keep_until;
        return kept ? to_string(*kept) : "for good";
    }
    bool reads(const std::string& person, const PostId& id) {
        return mailroom::ArchiveReader(room(), PersonId{person}, clock.now()).ask(*store().archive().find(id)).yes();
    }
    storage::DeliveryRow row(const PostId& id, const std::string& person) {
        return *store().deliveries().row_of(store().posts().find(id)->key, *store().directory().key_of(PersonId{person}));
    }

private:
    int count_ = 0;
};

bool is(errc code, const std::string& said) { return said.starts_with(fmt::format("{}:", static_cast<int>(code))); }

}  // namespace

TEST_CASE("a post of which nothing proved its author is nobody's own, nor is its label for whose name it bears to give", "[A2][L4][L7]") {
    Bench bench;
    bench.read_along();
    auto fjord = bench.store().directory().team(TeamId{"quokka"}).value();
    fjord.id = TeamId{"fjord"};
    fjord.category = "liaison";
    bench.change([&](storage::Register& r) { r.put(fjord); });
    bench.add_person("finn", "fjord", "finn@fjord.example");
    bench.subscribe("teams", "finn");
    const bool proven = GENERATE(false, true);
    auto mail = a_post("finn@fjord.example", "TLP:AMBER+STRICT x");
    if (!proven) mail.bytes.erase(0, mail.bytes.find("\r\n") + 2);  // what the MTA in front says of it
    const auto id = bench.post(mail, "one@fjord.example");
    REQUIRE(bench.mailroom.release({"operator root", std::nullopt}, id));
    while (bench.mailroom.process(8) > 0) {
    }
    const auto archived = bench.store().archive().find(id);
    REQUIRE(archived);
    CHECK(archived->author.has_value() == proven);
    CHECK(archived->team.empty() != proven);
    CHECK(bench.reads("finn", id) == proven);
    CHECK(bench.store().posts().parent("one@fjord.example")->team.empty() != proven);
    const auto said = bench.give("finn", id, Tlp::green);
    CHECK((proven ? said.starts_with("ok") : is(errc::not_found, said)));
    if (proven) return;
    CHECK(is(errc::denied, bench.give("runner", id, Tlp::green)));
    CHECK(bench.give("", id, Tlp::green, "D-1").starts_with("ok"));
}

TEST_CASE("whose it is to give a post another label", "[L7][A7][mailroom]") {
    Bench bench;
    bench.read_along();
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    const auto [person, label, expected] = GENERATE(table<std::string, Tlp, std::optional<errc>>({
        {"mei", Tlp::clear, {}},
        {"mei", Tlp::amber_strict, {}},
        {"mei", Tlp::amber, errc::conflict},
        {"mei", Tlp::red, errc::denied},  // above what the list carries
        {"rep", Tlp::green, {}},
        {"colleague", Tlp::green, errc::not_found},
        {"ana", Tlp::amber_strict, errc::not_found},
        {"quentin", Tlp::clear, errc::not_found},
        {"nobody", Tlp::clear, errc::not_found},
        {"runner", Tlp::amber_strict, {}},
        {"runner", Tlp::green, errc::denied},
        {"", Tlp::amber_strict, {}},
        {"", Tlp::green, errc::denied},
    }));
    CAPTURE(person, label);
    const auto said = bench.give(person, id, label);
    CHECK((expected ? is(*expected, said) : said.starts_with("ok")));
    CHECK(bench.store().posts().find(id)->label == (expected ? Tlp::amber : label));
    CHECK(bench.store().archive().find(id)->label == (expected ? Tlp::amber : label));
    if (expected == errc::not_found)
        CHECK(said.substr(0, said.find(id.value)) == bench.give(person, PostId{"none"}, label).substr(0, said.find(id.value)));
}

TEST_CASE("nobody relabels what they may not read themselves", "[A11][L7][ruling vv][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    bench.clock.time += std::chrono::hours{1};
    bench.read_along();  // late: not for them
    for (const auto* person : {"rep", "runner"}) {
        for (const auto label : {Tlp::clear, Tlp::green, Tlp::amber_strict}) CHECK(is(errc::not_found, bench.give(person, id, label)));
        CHECK_FALSE(bench.reads(person, id));
    }
    CHECK(bench.give("mei", id, Tlp::green).starts_with("ok"));
    CHECK(bench.give("runner", id, Tlp::amber).starts_with("ok"));
}

TEST_CASE("whoever came into the team after a post lowers it not, whatever they are there", "[A11][ruling kk][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN x");
    bench.clock.time += std::chrono::hours{1};
    bench.enter("puppet", "orchid");
    bench.subscribe("teams", "puppet");
    REQUIRE(bench.reads("puppet", id));
    CHECK(is(errc::denied, bench.give("puppet", id, Tlp::clear)));
    const auto later = bench.post("mei@orchid.example", "TLP:GREEN y");
    CHECK(bench.give("puppet", later, Tlp::clear).starts_with("ok"));
    // With nobody else left the committee decides.
    CHECK(is(errc::denied, bench.give("", id, Tlp::clear, "D-1")));
    bench.change([&](storage::Register& r) {
        for (const auto* person : {"mei", "rep"}) r.remove(PersonId{person}, bench.clock.now());
    });
    CHECK(is(errc::denied, bench.give("puppet", id, Tlp::clear)));
    CHECK(bench.give("", id, Tlp::clear, "D-1").starts_with("ok"));
}

TEST_CASE("the id of an author who left gives no label to what they posted, whoever has it now", "[A11][ruling kk][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    bench.clock.time += std::chrono::hours{1};
    bench.change([&](storage::Register& r) { r.remove(PersonId{"mei"}, bench.clock.now()); });
    bench.clock.time += std::chrono::hours{1};
    bench.enter("mei", "orchid");
    CHECK(is(errc::denied, bench.give("mei", id, Tlp::clear)));
    bench.change([&](storage::Register& r) { r.remove(PersonId{"rep"}, bench.clock.now()); });
    CHECK(bench.give("", id, Tlp::green, "D-1").starts_with("ok"));  // nobody of then is left
}

TEST_CASE("who could read a post before it was raised puts its label back, and where nobody could, a decision does",
          "[A11][L7][R4][mailroom]") {
    Bench bench;
    bench.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.max_tlp = Tlp::red;
        r.put(list);
    });
    const bool read_before = GENERATE(true, false);
    if (read_before) bench.read_along();
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    bench.clock.time += std::chrono::hours{1};
    if (!read_before) bench.read_along();
    bench.change([&](storage::Register& r) { r.remove(PersonId{"mei"}, bench.clock.now()); });
    CHECK(bench.give("", id, Tlp::red).starts_with("ok"));
    REQUIRE_FALSE(bench.reads("rep", id));
    if (read_before) {
        CHECK(is(errc::denied, bench.give("", id, Tlp::amber, "D-1")));
        CHECK(bench.give("rep", id, Tlp::amber).starts_with("ok"));
        CHECK(bench.reads("rep", id));
    } else {
        CHECK(is(errc::not_found, bench.give("rep", id, Tlp::amber)));
        CHECK(bench.give("", id, Tlp::amber, "D-1").starts_with("ok"));
    }
}

TEST_CASE("whoever is held gives no label, and a colleague who represents nobody neither", "[item 42][mailroom]") {
    Bench bench;
    bench.read_along();
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    community::Denial hold;
    hold.whom = "mei";
    hold.whole_team = false;
    hold.resource = "*";
    hold.verbs = 7;
    hold.during = {bench.clock.now(), bench.clock.now() + std::chrono::hours{72}};
    hold.source = "hold";
    bench.change([&](storage::Register& r) { r.put(hold); });
    CHECK(is(errc::not_found, bench.give("mei", id, Tlp::clear)));
    CHECK(bench.give("rep", id, Tlp::green).starts_with("ok"));
}

TEST_CASE("a sanction takes the label from whom it takes posting, reading or running the list", "[A4][C4][mailroom]") {
    const auto [team, verb, person, label, there] = GENERATE(table<std::string, community::Verb, std::string, Tlp, bool>({
        {"banksia", community::Verb::manage, "runner", Tlp::amber_strict, false},
        {"banksia", community::Verb::post, "runner", Tlp::amber_strict, true},
        {"orchid", community::Verb::post, "mei", Tlp::green, false},
        {"orchid", community::Verb::archive, "rep", Tlp::green, false},
        {"orchid", community::Verb::receive, "rep", Tlp::green, true},
        {"orchid", community::Verb::manage, "mei", Tlp::green, true},
    }));
    CAPTURE(team, person);
    Bench bench;
    bench.read_along();
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    bench.clock.time += std::chrono::minutes{1};
    bench.sanction(team, verb);
    const auto said = bench.give(person, id, label);
    CHECK(there == said.starts_with("ok"));
    if (!there) CHECK(is(errc::not_found, said));
}

TEST_CASE("while a sanction keeps a team from it, a decision puts back what others raised, and no further", "[A11][C4][R4][mailroom]") {
    Bench bench;
    bench.read_along();
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN x");
    const bool hardened = GENERATE(false, true);
    if (hardened) CHECK(bench.give("mei", id, Tlp::amber).starts_with("ok"));
    CHECK(bench.give("runner", id, Tlp::amber_strict).starts_with("ok"));
    CHECK(is(errc::denied, bench.give("", id, Tlp::amber, "D-1")));  // its team puts it back itself
    bench.clock.time += std::chrono::minutes{1};
    bench.sanction("orchid", community::Verb::post);
    CHECK(is(errc::not_found, bench.give("mei", id, Tlp::amber)));
    CHECK(is(errc::denied, bench.give("runner", id, Tlp::amber)));
    CHECK(is(errc::denied, bench.give("", id, Tlp::amber)));
    CHECK(is(errc::denied, bench.give("", id, Tlp::clear, "D-1")));
    CHECK(bench.give("", id, hardened ? Tlp::amber : Tlp::green, "D-1").starts_with("ok"));
    CHECK(is(errc::denied, bench.give("", id, hardened ? Tlp::green : Tlp::clear, "D-2")));
}

TEST_CASE("whose raise it was, where that was not written down, says its actor", "[A11][C4][R4][mailroom]") {
    const auto [actor, others] = GENERATE(table<std::string, bool>({
        {"person runner", true},
        {"operator root", true},
        {"person mei", false},
        {"person colleague", false},  // who may have done it as who runs the list
        {"person unheard-of", false},
        {"the team that posted it", false},
    }));
    CAPTURE(actor);
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN x");
    bench.raised_before(actor, id, Tlp::amber);
    bench.clock.time += std::chrono::minutes{1};
    bench.sanction("orchid", community::Verb::post);
    const auto said = bench.give("", id, Tlp::green, "D-1");
    CHECK(others == said.starts_with("ok"));
    if (!others) CHECK(is(errc::denied, said));
}

TEST_CASE("another label never destroys at once, nor by what the list keeps from today on", "[A11][R4][mailroom]") {
    Bench bench;
    bench.read_along();
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    const auto clear = bench.post("mei@orchid.example", "TLP:CLEAR x");
    CHECK((bench.until(id) == "2029-11-22T12:00:00Z" && bench.until(clear) == "for good"));
    bench.clock.time += std::chrono::hours{24 * 730};  // longer than AMBER+STRICT is kept
    const auto person = GENERATE(std::string(), std::string("runner"), std::string("mei"));
    CAPTURE(person);
    bench.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.retention = "30 days";  // from now on
        r.put(list);
    });
    if (GENERATE(false, true)) bench.clock.time -= std::chrono::hours{24 * 600};  // somebody sets it back
    CHECK(bench.give(person, clear, Tlp::amber).starts_with("ok"));
    CHECK(bench.until(clear) == "2029-11-22T12:00:00Z");
    CHECK(bench.give(person, id, Tlp::amber_strict).starts_with("ok"));
    CHECK(bench.until(id) == "2029-02-19T12:00:00Z");  // 90 days later
    CHECK(bench.reads("mei", id));
    CHECK(bench.give("mei", id, Tlp::amber).starts_with("ok"));  // it is put back
    CHECK(bench.until(id) == "2029-02-19T12:00:00Z");
}

TEST_CASE("who runs the list hears that the archive keeps something for a shorter time", "[A11][R4][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    while (!bench.deliver().empty()) {
    }
    CHECK(bench.give("", id, Tlp::amber_strict) == "ok 3");  // two with a copy, and "runner"
    const auto letters = bench.deliver();
    REQUIRE(letters.size() == 3);
    for (const auto& letter : letters) {
        const auto& text = letter.message->bytes();
        CHECK(text.find("keeps it until 2027-11-22T12:00:00Z now, and no longer until") != std::string::npos);
        CHECK(text.find("2029-11-22T12:00:00Z:") != std::string::npos);
    }
}

TEST_CASE("a team that has left gives no label to what it posted", "[A11][L7][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    auto team = *bench.store().directory().team(TeamId{"orchid"});
    team.category = "former";
    bench.change([&](storage::Register& r) { r.put(team); });
    for (const auto* person : {"mei", "rep"}) {
        CHECK(is(errc::not_found, bench.give(person, id, Tlp::green)));
        CHECK(is(errc::not_found, bench.give(person, id, Tlp::red)));
    }
    CHECK(bench.give("", id, Tlp::green, "D-1").starts_with("ok"));
}

TEST_CASE("a decision stands in for a team that is there no more, and for no other", "[L7][ruling ii][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:AMBER x");
    CHECK(is(errc::denied, bench.give("", id, Tlp::green, "D-1")));
    CHECK(bench.cited.empty());
    bench.change([&](storage::Register& r) {
        for (const auto* person : {"mei", "rep", "colleague"}) r.remove(PersonId{person}, bench.clock.now());
    });
    CHECK(is(errc::denied, bench.give("", id, Tlp::green)));
    CHECK(bench.give("", id, Tlp::green, "D-1").starts_with("ok"));
    CHECK(bench.cited == std::vector<std::string>{"D-1 archive.relabel label = GREEN"});
}

TEST_CASE("an answer goes no lower than what another team wrote, and what is answered later has the new floor", "[L4][L7][mailroom]") {
    Bench bench;
    const auto first = bench.post("mei@orchid.example", "TLP:AMBER x");
    const auto answer = bench.post("ana@banksia.example", "TLP:AMBER Re: x", "In-Reply-To: <1@example>\r\n");
    CHECK(is(errc::denied, bench.give("ana", answer, Tlp::green)));
    CHECK(bench.give("mei", first, Tlp::green).starts_with("ok"));
    CHECK(bench.give("ana", answer, Tlp::green).starts_with("ok"));
    CHECK(bench.give("", first, Tlp::amber_strict).starts_with("ok"));
    const auto later = bench.post("ana@banksia.example", "TLP:AMBER Re: x", "In-Reply-To: <1@example>\r\n");
    CHECK(bench.store().posts().find(later)->label == Tlp::amber_strict);
    bench.post("mei@orchid.example", "TLP:GREEN y");
    const auto of_both = bench.post("ana@banksia.example", "TLP:AMBER Re: y, x", "In-Reply-To: <4@example> <1@example>\r\n");
    CHECK(bench.store().posts().find(of_both)->label == Tlp::amber_strict);
    CHECK(is(errc::denied, bench.give("ana", of_both, Tlp::green)));
}

TEST_CASE("a post that its author may not know of is as little a parent as one that is not there", "[L4][A7][A12][R3][mailroom]") {
    Bench bench;
    auto members = *bench.store().rosters().list(ListId{"teams"});
    members.id = ListId{"members"};
    members.klass = "members";
    bench.change([&](storage::Register& r) { r.put(members); });
    bench.subscribe("members", "ana");
    auto hidden = a_post("mei@orchid.example", "TLP:AMBER+STRICT minutes");
    hidden.rcpt_to = {"members@lists.arc.example"};
    bench.post(hidden, "minutes@example");
    bench.deliver();
    const auto reply = [&](const std::string& from, const std::string& to, bool proven = true) {
        auto mail = a_post(from, "TLP:GREEN Re: x", "In-Reply-To: <" + to + "@example>\r\n");
        if (!proven) mail.bytes.erase(0, mail.bytes.find("\r\n") + 2);
        return *bench.store().posts().find(bench.post(mail, "reply@example"));
    };
    const std::string partner = "quentin@quokka.example";
    const auto his = reply(partner, "minutes"), to_nothing = reply(partner, "nothing");
    CHECK(his.label == Tlp::green);
    CHECK((his.state == to_nothing.state && his.because == to_nothing.because));
    CHECK(reply("ana@banksia.example", "minutes").label == Tlp::amber_strict);
    CHECK(reply(partner, "minutes", false).label == Tlp::amber_strict);  // whoever that is

    // What he wrote he may lower as far, and she may not.
    REQUIRE(bench.mailroom.release({"operator root", {}}, his.id));
    while (bench.mailroom.process(8) > 0) {
    }
    CHECK(bench.store().posts().find(his.id)->label == Tlp::green);
    CHECK(bench.give("quentin", his.id, Tlp::clear).starts_with("ok"));
    CHECK(is(errc::denied, bench.give("ana", reply("ana@banksia.example", "minutes").id, Tlp::green)));

    // Of several of one id those count that he may know of.
    bench.post(a_post("mei@orchid.example", "TLP:AMBER x"), "minutes@example");
    CHECK(reply(partner, "minutes").label == Tlp::amber);

    // Who got a copy of it knows of it, wherever they are now.
    auto other = hidden;
    bench.post(other, "other@example");  // no copy of this one leaves
    bench.change([&](storage::Register& r) {
        auto banksia = *r.team(TeamId{"banksia"});
        banksia.category = "corporate";
        banksia.mou = *parse_date("2021-02-01");
        r.put(banksia);
    });
    CHECK(reply("ana@banksia.example", "minutes").label == Tlp::amber_strict);
    CHECK(reply("ana@banksia.example", "other").label == Tlp::green);
}

TEST_CASE("who reads a post, and for how long, follows its label at once", "[R1][A2][L7][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN x");
    const auto until = [&] { return to_string(*bench.store().archive().find(id)->keep_until); };
    bench.clock.time += std::chrono::hours{1};
    bench.subscribe("teams", "runner");  // late
    CHECK((bench.reads("ana", id) && bench.reads("runner", id)));
    CHECK(until() == "2033-11-22T12:00:00Z");
    CHECK(bench.give("", id, Tlp::amber_strict).starts_with("ok"));
    CHECK((bench.reads("ana", id) && !bench.reads("runner", id)));
    CHECK(until() == "2027-11-22T12:00:00Z");
    CHECK(bench.give("mei", id, Tlp::amber).starts_with("ok"));
    CHECK(until() == "2029-11-22T12:00:00Z");
    bench.clock.time = *parse_instant("2029-11-22T12:00:00Z");
    CHECK(is(errc::conflict, bench.give("mei", id, Tlp::green)));
    CHECK_FALSE(bench.reads("ana", id));
}

TEST_CASE("copies that are still to go have the new label, or do not go", "[A2][L5][L7][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN x");
    const auto first = bench.outbox.exchange({}, 1);
    REQUIRE(first.size() == 1);
    CHECK(first[0].message->bytes().find("\r\nTLP: GREEN\r\n") != std::string::npos);
    CHECK(bench.give("", id, Tlp::amber).starts_with("ok"));
    auto rest = bench.outbox.exchange({}, 10);
    std::erase_if(rest, [&](const auto& copy) { return copy.post != first[0].post; });  // the author's letter
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].message->bytes().find("\r\nTLP: AMBER\r\n") != std::string::npos);
    (void)bench.outbox.exchange({}, 0);
    CHECK(bench.row(id, "quentin").state == DeliveryState::withheld);
    CHECK(bench.row(id, "quentin").because.code == community::Code::above_ceiling);
}

TEST_CASE("whoever has a copy is told of the labels, and of nothing that was in the post", "[A7][L7][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN wombat");
    CHECK(bench.deliver().size() == 3);
    CHECK(bench.give("", id, Tlp::amber) == "ok 4");  // and who runs the list, where it is kept for a shorter time
    const auto letters = bench.deliver();
    REQUIRE(letters.size() == 4);
    for (const auto& letter : letters) {
        const auto& text = letter.message->bytes();
        CHECK(text.find("TLP:GREEN before, TLP:AMBER from now on") != std::string::npos);
        CHECK(text.find("changed by who runs the list") != std::string::npos);
        CHECK(text.find("wombat") == std::string::npos);
    }
    CHECK(bench.give("mei", id, Tlp::green) == "ok 2");  // not who did it
    // One of them is in the list's way no more: a letter would say that it is still there.
    auto former = *bench.store().directory().team(TeamId{"quokka"});
    former.category = "former";
    bench.change([&](storage::Register& r) { r.put(former); });
    CHECK(bench.give("", id, Tlp::amber) == "ok 3");
    CHECK(bench.store().journal().verify());
}

TEST_CASE("what answers an answer is not below a label that was raised since that one came, but of the team that may say less",
          "[L4][mailroom]") {
    Bench bench;
    bench.read_along();
    bench.change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"banksia"});
        team.id = TeamId{"wattle"};
        r.put(team);
    });
    bench.add_person("wes", "wattle", "wes@wattle.example");
    const auto label = [&](const PostId& id) { return bench.store().archive().find(id)->label; };
    const std::string to_first = "In-Reply-To: <1@example>\r\nReferences: <1@example>\r\n";
    const std::string to_second = "In-Reply-To: <2@example>\r\nReferences: <1@example> <2@example>\r\n";
    const auto first = bench.post("mei@orchid.example", "TLP:GREEN x");
    const bool own = GENERATE(true, false);
    const auto second = bench.post(own ? "rep@orchid.example" : "ana@banksia.example", "TLP:GREEN Re: x", to_first);
    const auto before = bench.post("wes@wattle.example", "TLP:GREEN Re: x", to_second);
    REQUIRE(label(before) == Tlp::green);
    REQUIRE(bench.give("mei", first, Tlp::amber_strict).starts_with("ok"));
    CHECK(label(second) == Tlp::green);
    for (const auto& letter : bench.deliver()) {
        if (letter.message->bytes().find("Subject: A post to teams is") == std::string::npos) continue;
        CHECK(letter.message->bytes().find("Answers to it that are there\r\nalready keep their labels") != std::string::npos);
    }
    const auto after = bench.post("wes@wattle.example", "TLP:GREEN Re: x", to_second);
    CHECK(label(after) == (own ? Tlp::green : Tlp::amber_strict));
    CHECK(bench.give("wes", after, Tlp::amber).starts_with("ok") == own);
    CHECK(label(bench.post("mei@orchid.example", "TLP:GREEN Re: x", to_second)) == Tlp::green);
}

TEST_CASE("a label that is raised is raised for the same mail on every list, as far as each carries it, and told of once",
          "[L4][L7][A7][mailroom]") {
    Bench bench;
    auto members = *bench.store().rosters().list(ListId{"teams"});
    members.id = ListId{"members"};
    members.klass = "members";
    members.max_tlp = Tlp::amber;
    bench.change([&](storage::Register& r) { r.put(members); });
    for (const auto* person : {"ana", "colleague"}) bench.subscribe("members", person);
    const auto mail = a_post("mei@orchid.example", "TLP:GREEN x", "Cc: members@lists.arc.example\r\n");
    const auto to = [&](std::vector<std::string> lists, const std::string& words = "The words") {
        auto one = mail;
        one.rcpt_to.clear();
        for (const auto& list : lists) one.rcpt_to.push_back(list + "@lists.arc.example");
        one.bytes.replace(one.bytes.find("The words"), 9, words);
        one.bytes.insert(0, fmt::format("Received: by mx.arc.example for {}\r\n", fmt::join(lists, ", ")));
        return bench.post(one, "same@example");
    };
    const auto on = [&](const std::string& list) {
        storage::Posts::Filter filter;
        filter.list = ListId{list};
        return bench.store().posts().select(filter).front().id;
    };
    switch (GENERATE(0, 1, 2)) {
        case 0:
            to({"teams", "members"});
            break;
        case 1:
            to({"teams"});
            to({"members"});
            break;
        default:
            to({"members"});
            to({"teams"});
    }
    const auto another = to({"members"}, "New words");
    while (!bench.deliver().empty()) {
    }
    const auto first = on("teams"), second = on("members");
    const auto label = [&](const PostId& id) { return bench.store().archive().find(id)->label; };
    REQUIRE((label(first) == Tlp::green && label(second) == Tlp::green && label(another) == Tlp::green));
    const std::string by = GENERATE(as<std::string>{}, "", "mei");
    CHECK(bench.give(by, first, Tlp::amber_strict) == (by.empty() ? "ok 4" : "ok 3"));  // of the first list alone
    CHECK(label(first) == Tlp::amber_strict);
    CHECK(label(second) == Tlp::amber);
    CHECK(label(another) == Tlp::green);
    std::vector<std::string> to_whom;
    for (const auto& letter : bench.deliver()) {
        if (letter.message->bytes().find("A post to members is TLP:AMBER now") != std::string::npos) to_whom.push_back(letter.rcpt_to);
    }
    CHECK(to_whom == std::vector<std::string>{"colleague@orchid.example"});
    // Who raised it lowers it again, where it is theirs to lower.
    CHECK(bench.give("mei", second, Tlp::green).starts_with("ok"));
    CHECK(label(first) == Tlp::amber_strict);
}

namespace {

// Mails of one author with the same words to `teams` and `members`.
struct TwoLists : Bench {
    mailroom::Submission mail = a_post("mei@orchid.example", "TLP:GREEN x", "Cc: members@lists.arc.example\r\n");

    TwoLists() {
        read_along();
        auto members = *store().rosters().list(ListId{"teams"});
        members.id = ListId{"members"};
        members.klass = "members";
        change([&](storage::Register& r) { r.put(members); });
    }
    // As the MTA in front hands it to this list by itself.
    PostId came(mailroom::Submission one, const std::string& list) {
        one.rcpt_to = {list + "@lists.arc.example"};
        one.bytes.insert(0, "Received: by mx.arc.example for " + list + "\r\n");
        return post(one, "same@example");
    }
    void ask_teams_for_the_envelope() {
        change([&](storage::Register& r) {
            auto teams = *r.list(ListId{"teams"});
            teams.authentication = community::Strength::envelope;
            r.put(teams);
        });
    }
    mailroom::Submission unproven() {
        auto one = mail;
        one.bytes.erase(0, one.bytes.find("\r\n") + 2);  // what the MTA in front says of it
        return one;
    }
    Tlp label(const PostId& id) { return store().archive().find(id)->label; }
    std::string relabelled(const PostId& id) {
        std::string newest;
        store().journal().each({.from = 1, .limit = -1, .act = "post.relabelled", .subject = id.value},
                               [&](const storage::Entry& entry) { newest = entry.detail; });
        return newest;
    }
};

}  // namespace

TEST_CASE("who only runs a list that asks for less proof raises nothing on one that asks for more", "[L7][A5][mailroom]") {
    TwoLists bench;
    bench.ask_teams_for_the_envelope();
    const std::string by = GENERATE(as<std::string>{}, "", "runner", "mei");
    CAPTURE(by);
    SECTION("where that mail is") {
        const auto proven = bench.came(bench.mail, "members"), made_up = bench.came(bench.unproven(), "teams");
        CHECK(bench.give(by, made_up, Tlp::amber_strict).starts_with("ok"));
        CHECK(bench.label(proven) == (by == "mei" ? Tlp::amber_strict : Tlp::green));
    }
    SECTION("where it comes") {
        const auto made_up = bench.came(bench.unproven(), "teams");
        CHECK(bench.give(by, made_up, Tlp::amber_strict).starts_with("ok"));
        CHECK(bench.label(bench.came(bench.mail, "members")) == (by == "mei" ? Tlp::amber_strict : Tlp::green));
    }
    SECTION("and one that came with as much proof is raised") {
        const auto second = bench.came(bench.mail, "members"), first = bench.came(bench.mail, "teams");
        CHECK(bench.give(by, first, Tlp::amber).starts_with("ok"));
        CHECK(bench.label(second) == Tlp::amber);
    }
}

TEST_CASE("a mail that somebody else may have brought to a list is raised on others by its team alone", "[L7][A5][mailroom]") {
    TwoLists bench;
    bench.mail.bytes.replace(bench.mail.bytes.find("To: teams@"), 10, "To: other@");
    const auto own = bench.came(bench.mail, "members");
    bench.mail.mail_from = "eve@stranger.example";
    const auto brought = bench.came(bench.mail, "teams");
    REQUIRE(bench.mailroom.release({"operator root", {}}, brought));
    while (bench.mailroom.process(8) > 0) {
    }
    REQUIRE(bench.store().posts().find(brought)->caveats.sending_unproven);
    const std::string by = GENERATE(as<std::string>{}, "", "runner", "mei");
    CAPTURE(by);
    CHECK(bench.give(by, brought, Tlp::amber_strict).starts_with("ok"));
    CHECK(bench.label(own) == (by == "mei" ? Tlp::amber_strict : Tlp::green));
}

TEST_CASE("the team that raised a post has not raised what its author posted for another team", "[A11][L7][mailroom]") {
    TwoLists bench;
    const auto first = bench.came(bench.mail, "teams");
    const bool moved = GENERATE(true, false);
    if (moved) {
        bench.change([&](storage::Register& r) {
            auto mei = *r.person(PersonId{"mei"});
            mei.team = TeamId{"banksia"};
            r.put(mei);
        });
    }
    const auto second = bench.came(bench.mail, "members");
    CHECK(bench.give("rep", first, Tlp::amber).starts_with("ok"));
    CHECK(bench.label(second) == Tlp::amber);
    CHECK((bench.relabelled(second).find(R"("whose":"the team that posted it")") == std::string::npos) == moved);
}

TEST_CASE("however long a mail is, it is raised on every list", "[L7][mailroom]") {
    TwoLists bench;
    auto third = *bench.store().rosters().list(ListId{"members"});
    third.id = ListId{"third"};
    bench.change([&](storage::Register& r) { r.put(third); });
    for (int i = 0; i < 1000; ++i) bench.mail.bytes += fmt::format("{} words\r\n", i * 7919);
    const auto first = bench.came(bench.mail, "teams"), second = bench.came(bench.mail, "members"), last = bench.came(bench.mail, "third");
    bench.settings.limits.message = bench.mail.bytes.size() + 500;
    CHECK(bench.give("mei", first, Tlp::amber).starts_with("ok"));
    CHECK((bench.label(second) == Tlp::amber && bench.label(last) == Tlp::amber));
}

TEST_CASE("a label that people gave counts for what came with it and was still to be judged", "[L4][L7][mailroom]") {
    TwoLists bench;
    bench.mail.rcpt_to = {"teams@lists.arc.example", "members@lists.arc.example"};
    REQUIRE(bench.mailroom.receive(std::vector{bench.mail}).front().size() == 2);
    REQUIRE(bench.mailroom.process(1) == 1);
    storage::Posts::Filter filter;
    filter.state = storage::PostState::distributed;
    const auto judged = bench.store().posts().select(filter);
    REQUIRE(judged.size() == 1);
    CHECK(bench.give("mei", judged.front().id, Tlp::amber).starts_with("ok"));
    while (bench.mailroom.process(8) > 0) {
    }
    for (const auto& post : bench.store().posts().select(filter)) CHECK(post.label == Tlp::amber);
    CHECK(bench.store().posts().select(filter).size() == 2);
}

TEST_CASE("who hears that the same mail was raised learns of no other list, and who was told of neither is told of that",
          "[A7][L7][mailroom]") {
    TwoLists bench;
    bench.subscribe("members", "colleague");
    const auto first = bench.came(bench.mail, "teams"), second = bench.came(bench.mail, "members");
    while (!bench.deliver().empty()) {
    }
    const bool broken = GENERATE(false, true);
    if (broken) bench.settings.templates = bench.folder / "nothing";
    CHECK(bench.give("", first, Tlp::amber).starts_with("ok"));
    CHECK((bench.relabelled(second).find("not_told") != std::string::npos) == broken);
    for (const auto& letter : bench.deliver()) {
        const auto& text = letter.message->bytes();
        if (text.find("A post to members is") == std::string::npos) continue;
        CHECK(letter.rcpt_to == "colleague@orchid.example");
        CHECK(text.find("more than once") == std::string::npos);
        CHECK(text.find("teams") == std::string::npos);
    }
}

TEST_CASE("another label takes nothing away from what vouches for the copies", "[J1][ruling oo][mailroom]") {
    Bench bench;
    const auto id = bench.post("mei@orchid.example", "TLP:GREEN x");
    bench.deliver();
    REQUIRE(bench.store().journal().verify());
    const bool forged = GENERATE(false, true);
    if (forged) SQLite::Database(bench.options.path.string(), SQLite::OPEN_READWRITE).exec("UPDATE delivery SET attempts = 7");
    const community::Actor root{"operator root", {}};
    REQUIRE(mailroom::relabel(bench.room(), {}, root, {id, Tlp::amber}));
    CHECK(bench.store().journal().verify().has_value() != forged);
}

namespace {

// The relay says this of a copy that it had when the post was given another label, or before.
struct InFlight : Bench {
    PostId id = post("mei@orchid.example", "TLP:GREEN x");
    std::vector<mailroom::Copy> copies = outbox.exchange({}, 20);

    void comes_back(DeliveryState state, const std::string& reply, mailroom::Outbox* through = nullptr) {
        std::vector<storage::Outcome> outcomes;
        for (const auto& copy : copies) {
            auto& outcome = outcomes.emplace_back();
            outcome.post = copy.post;
            outcome.seq = copy.seq;
            outcome.state = state;
            outcome.attempts = 1;
            outcome.at = clock.now();
            outcome.next = clock.now() + std::chrono::hours{1};
            outcome.reply = reply;
            if (state != DeliveryState::sent) outcome.because = {community::Code::deferred_by_relay, reply};
        }
        (void)(through != nullptr ? *through : outbox).exchange(outcomes, 0);
        CHECK(store().journal().verify());
    }
    std::vector<std::string> details(const std::string& act) {
        std::vector<std::string> all;
        store().journal().each({.from = 1, .limit = -1, .act = act, .subject = id.value},
                               [&](const storage::Entry& entry) { all.push_back(entry.detail); });
        return all;
    }
};

constexpr auto unheard = "no answer to the message: the connection was lost or timed out";

}  // namespace

TEST_CASE("whose copy the relay is taking while its post gets another label is told, and the record has the label it left under",
          "[L7][J1][ruling ss][mailroom]") {
    InFlight bench;
    REQUIRE(bench.copies.size() == 3);
    REQUIRE(bench.give("mei", bench.id, Tlp::amber) == "ok 1");  // who runs the list, as it is kept shorter; nobody has a copy yet
    bench.comes_back(DeliveryState::sent, "250 ok");
    CHECK(bench.row(bench.id, "ana").state == DeliveryState::sent);
    CHECK(bench.row(bench.id, "ana").because.words.find("TLP:GREEN") != std::string::npos);
    const auto outcomes = bench.details("delivery.outcomes");
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].find(R"("as":"GREEN")") != std::string::npos);
    const auto told = bench.details("post.label_told");
    REQUIRE(told.size() == 1);
    CHECK(told[0].find(R"("before":"GREEN","label":"AMBER","told":2)") != std::string::npos);  // ana and quentin; mei knows of it
    const auto letters = bench.deliver();
    CHECK(letters.size() == 3);
    for (const auto& letter : letters) {
        CHECK(letter.rcpt_to != "mei@orchid.example");
        CHECK(letter.message->bytes().find("TLP:GREEN before, TLP:AMBER from now on") != std::string::npos);
        CHECK(letter.message->bytes().find("It was changed by the team that posted it.") != std::string::npos);
    }
}

TEST_CASE("who may have a copy, as the relay was not heard after it, is told of another label, and who surely has none is not",
          "[L7][ruling ss][mailroom]") {
    const auto [reply, told] = GENERATE(table<std::string, int>({{unheard, 2},
                                                                 {"hand-over failed: no memory", 2},
                                                                 {"451 4.7.1 not now", 0},
                                                                 {"no answer to RCPT: the connection was lost or timed out", 0},
                                                                 {"the relay was not ready for the message within 5 s", 0}}));
    const bool meanwhile = GENERATE(true, false);
    CAPTURE(reply, meanwhile);
    InFlight bench;
    if (!meanwhile) bench.comes_back(DeliveryState::deferred, reply);
    CHECK(bench.give("mei", bench.id, Tlp::amber) == fmt::format("ok {}", meanwhile ? 1 : told + 1));  // and who runs the list
    if (!meanwhile) return;
    bench.comes_back(DeliveryState::deferred, reply);
    const auto late = bench.details("post.label_told");
    REQUIRE(late.size() == (told > 0 ? 1 : 0));
    if (told > 0) CHECK(late[0].find(fmt::format(R"("told":{})", told)) != std::string::npos);
}

TEST_CASE("who may have a copy since an attempt was not heard is told of each label once, whatever became of the copy after it",
          "[L7][T1][ruling ss][mailroom]") {
    InFlight bench;
    bench.comes_back(DeliveryState::deferred, unheard);
    bench.clock.time += std::chrono::hours{2};
    bench.copies = bench.outbox.exchange({}, 20);
    REQUIRE(bench.copies.size() == 3);
    const std::string who_may_have_it = "ok 3";  // ana, quentin and who runs the list
    SECTION("the next attempt is refused") {
        bench.comes_back(DeliveryState::deferred, "451 4.7.1 not now");
        CHECK(bench.row(bench.id, "ana").reply == "451 4.7.1: not now, the other side's rules; an attempt before was not heard");
        CHECK(bench.give("mei", bench.id, Tlp::amber) == who_may_have_it);
    }
    SECTION("the next attempt ends after they were told") {
        CHECK(bench.give("mei", bench.id, Tlp::amber) == who_may_have_it);
        bench.comes_back(DeliveryState::sent, "250 ok");
        CHECK(bench.details("delivery.outcomes").back().find(R"("as":"GREEN")") != std::string::npos);
        CHECK(bench.details("post.label_told").empty());
    }
    SECTION("the courier dies with the next attempt") {
        CHECK(bench.give("mei", bench.id, Tlp::amber) == who_may_have_it);
        storage::Store other{*storage::Store::open(bench.options)};
        mailroom::Outbox(bench.room(other)).recover();
        CHECK(bench.details("post.label_told").empty());
    }
    SECTION("no copy leaves any more") {
        bench.comes_back(DeliveryState::deferred, "451 4.7.1 not now");
        CHECK(bench.give("mei", bench.id, Tlp::amber) == who_may_have_it);
        bench.clock.time += std::chrono::hours{2};
        bench.deliver();
        REQUIRE(bench.row(bench.id, "quentin").state == DeliveryState::withheld);
        CHECK(bench.give("mei", bench.id, Tlp::amber_strict) == who_may_have_it);
    }
}

TEST_CASE("where the courier dies with copies in flight, whoever may have one under the label of before is told, once",
          "[L7][D3][mailroom]") {
    InFlight bench;
    REQUIRE(bench.give("mei", bench.id, Tlp::amber) == "ok 1");
    for (int starts = 0; starts < 2; ++starts) {
        storage::Store other{*storage::Store::open(bench.options)};
        mailroom::Outbox(bench.room(other)).recover();
        const auto told = bench.details("post.label_told");
        REQUIRE(told.size() == 1);
        CHECK(told[0].find(R"("before":"GREEN","label":"AMBER","told":2)") != std::string::npos);
        mailroom::Outbox again(bench.room(other));
        CHECK(again.exchange({}, 1).size() == 1);  // leased once more, under its label of now
    }
    CHECK(bench.store().journal().verify());
}

TEST_CASE("what was on its way when the courier died may be with its reader, whatever became of it after that", "[L7][D3][mailroom]") {
    InFlight bench;
    storage::Store other{*storage::Store::open(bench.options)};
    mailroom::Outbox restarted(bench.room(other));
    restarted.recover();
    CHECK(bench.row(bench.id, "ana").reply == "an attempt before was not heard");
    bench.copies = restarted.exchange({}, 20);
    REQUIRE(bench.copies.size() == 3);
    bench.comes_back(DeliveryState::deferred, "451 4.7.1 not now", &restarted);
    CHECK(bench.row(bench.id, "ana").state == DeliveryState::deferred);
    CHECK(bench.give("mei", bench.id, Tlp::amber) == "ok 3");  // ana, quentin and who runs the list
}

TEST_CASE("a copy that somebody ended who put a backup back may be with its reader", "[L7][ruling ss][mailroom]") {
    InFlight bench;
    storage::Outcome ended;
    ended.post = bench.store().posts().find(bench.id)->key;
    ended.seq = bench.row(bench.id, "ana").seq;
    ended.state = DeliveryState::cancelled;
    ended.because = {community::Code::discarded, "ended by the operator: it waited when a backup was put back"};
    ended.at = bench.clock.now();
    bench.change([&](storage::Register&) { bench.store().deliveries().record(std::vector{ended}); });
    CHECK(bench.give("mei", bench.id, Tlp::amber) == "ok 2");  // ana and who runs the list
}

TEST_CASE("a copy that leaves under the label its post has is on record as before, and nobody is told", "[L7][J1][mailroom]") {
    InFlight bench;
    bench.comes_back(DeliveryState::sent, "250 ok");
    CHECK(bench.row(bench.id, "ana").because.empty());
    CHECK(bench.details("delivery.outcomes")[0].find("\"as\"") == std::string::npos);
    CHECK(bench.details("post.label_told").empty());
}

TEST_CASE("the label that people gave stands above a text that says a milder one", "[L7][mailroom]") {
    Bench bench;
    bench.read_along();
    auto mail = a_post("rep@orchid.example", "TLP:GREEN kit");
    mail.bytes = mail.bytes.substr(0, mail.bytes.find("\r\n\r\n") + 4) + "TLP:GREEN\r\n\r\nwombat\r\n";
    const auto id = bench.post(mail, "milder@example");
    CHECK(bench.give("rep", id, Tlp::amber).starts_with("ok"));
    const auto copies = bench.deliver();
    REQUIRE_FALSE(copies.empty());
    std::size_t raised = 0;
    for (const auto& copy : copies) {
        const auto& bytes = copy.message->bytes();
        if (bytes.find("Subject: TLP:AMBER kit\r\n") == std::string::npos) continue;
        ++raised;
        CHECK(bytes.find("\r\nX-TLP-Conflict: B=GREEN\r\n") != std::string::npos);
        CHECK(bytes.ends_with("\r\n\r\nTLP:AMBER\r\n\r\nTLP:GREEN\r\n\r\nwombat\r\n"));
    }
    CHECK(raised > 0);
}

}  // namespace caveat::test
