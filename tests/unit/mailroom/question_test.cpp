// What is told of a post, a copy or a right is what then happens to it.
#include "caveat/mailroom/question.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "a_house.hpp"

namespace caveat::test {
namespace {

using namespace std::chrono_literals;
using community::Tlp;
using storage::DeliveryState;

// Lists and people of every kind that makes a difference to a copy.
struct ATown : AHouse {
    mailroom::Mailroom mailroom{room()};

    ATown() {
        community::List projects;
        projects.id = ListId{"projects"};
        projects.klass = "proj";
        projects.charter = "a project that shares RED";
        projects.max_tlp = Tlp::red;
        projects.encryption = community::Encryption::required;
        change([&](storage::Register& r) { r.put(projects); });
        for (const auto* person : {"bo", "cy", "dora", "eli", "fay", "gus"}) {
            add_person(person, "banksia", std::string(person) + "@banksia.example");
            subscribe("teams", person);
        }
        subscribe("teams", "dora", community::DeliveryMode::none);
        for (const auto* person : {"mei", "ana", "bo"}) subscribe("projects", person);
        const Interval live{clock.now() - 1h, clock.now() + 1h};
        change([&](storage::Register& r) {
            for (const auto* owner : {"ana", "bo", "cy"}) r.put(community::Term{"owner", PersonId{owner}, ListId{"teams"}, live});
        });
    }

    void deny(const std::string& person, const std::string& resource, const std::string& source) {
        community::Denial denial;
        denial.whom = person;
        denial.whole_team = false;
        denial.resource = resource;
        denial.verbs = community::bit(community::Verb::receive);
        denial.during = {clock.now(), clock.now() + 2h};
        denial.source = source;
        denial.decision = "D-2026-009";
        change([&](storage::Register& r) { static_cast<void>(r.put(denial)); });
    }
    storage::Post send(const mailroom::Submission& submission) {
        const auto taken = mailroom.receive(std::vector{submission}).front().front();
        REQUIRE(taken.receipt == mailroom::Receipt::accepted);
        while (mailroom.process(10) > 0) {
        }
        return *store().posts().find(taken.id);
    }
    std::vector<storage::Post> with_copies() {
        storage::Posts::Filter all;
        all.state = storage::PostState::distributed;
        all.notices = true;
        return store().posts().select(all);
    }
};

mailroom::Submission to(const std::string& local_part, const std::string& from, const std::string& subject, const std::string& extra = {}) {
    auto submission = a_post(from, subject, extra);
    submission.rcpt_to = {local_part + "@lists.arc.example"};
    return submission;
}

// One line a copy: what is asked, or what was recorded.
std::string line(DeliveryState state, const community::Reason& because, Instant next) {
    return fmt::format("{} | {} | {}", storage::name(state), community::line(because),
                       state == DeliveryState::deferred ? to_string(next) : "");
}

}  // namespace

TEST_CASE("what is told of a copy is what hand-off then records, whoever it is for and whatever happened to them", "[A1][A2][A8]") {
    ATown town;
    town.send(to("teams", "mei@orchid.example", "TLP:GREEN for everybody"));
    town.send(to("teams", "mei@orchid.example", "TLP:AMBER for the cleared"));
    town.send(to("teams+owner", "mei@orchid.example", "TLP:AMBER to who runs it"));
    town.send(to("projects", "mei@orchid.example", "TLP:RED to nobody by name"));
    auto named = to("projects", "mei@orchid.example", "TLP:RED to ana", "Cc: <ana@banksia.example>\r\n");
    town.send(named);
    town.send(to("teams", "ana@banksia.example", "TLP:ORANGE unknown"));  // held: its author gets a notice
    town.deny("ana", "*", "hold");
    town.deny("bo", "teams", "sanction");
    town.deny("eli", "*", "sanction");
    town.change([&](storage::Register& r) { r.remove(PersonId{"fay"}, town.clock.now()); });
    town.change([&](storage::Register& r) { r.unsubscribe(ListId{"teams"}, PersonId{"gus"}, town.clock.now()); });
    SECTION("soon") {}
    SECTION("when the owners' terms are over, before the holds are") { town.clock.time += 90min; }
    SECTION("while the relay cannot be told from another") { town.settings.verified_transport = false; }
    SECTION("after that was waited for in vain") {
        town.settings.verified_transport = false;
        town.clock.time += 5h;
    }
    SECTION("when the list is gone") {
        town.change([&](storage::Register& r) { r.remove(ListId{"teams"}, town.clock.now()); });
    }

    std::map<std::string, std::string> told;
    for (const auto& post : town.with_copies()) {
        for (const auto& row : town.store().deliveries().rows(post.key)) {
            const auto question = mailroom::ask_copy_of(town.room(), post, row.person);
            REQUIRE(question);
            const auto& answer = question->answer;
            CHECK(answer.goes() == answer.because.empty());
            told[fmt::format("{} {}", post.id, row.person)] = line(answer.state, answer.because, answer.next);
        }
    }
    mailroom::Outbox outbox(town.room());
    const auto copies = outbox.exchange({}, 1000);
    std::map<std::string, std::string> happened;
    for (const auto& post : town.with_copies()) {
        for (const auto& row : town.store().deliveries().rows(post.key)) {
            if (!told.contains(fmt::format("{} {}", post.id, row.person))) continue;  // of a report that was written meanwhile
            happened[fmt::format("{} {}", post.id, row.person)] = line(row.state, row.because, row.next);
            if (row.state == DeliveryState::queued) CHECK(row.leased);
        }
    }
    CHECK(told == happened);
    CHECK(told.size() > 20);
}

TEST_CASE("a sanction is named only to whom it may be named, in the same answer", "[A12][C2]") {
    ATown town;
    const auto post = town.send(to("teams", "mei@orchid.example", "TLP:GREEN x"));
    town.deny("bo", "teams", "sanction");
    const auto question = mailroom::ask_copy_of(town.room(), post, PersonId{"bo"});
    REQUIRE(question);
    REQUIRE(question->denial() != nullptr);
    CHECK(question->denial()->decision == "D-2026-009");
    CHECK(community::line(question->reasons(town.room(), true).front()).find("D-2026-009") != std::string::npos);
    CHECK(question->reasons(town.room(), false).front() == question->answer.because);
    CHECK(community::line(question->answer.because).find("D-2026-009") == std::string::npos);
    CHECK_FALSE(mailroom::ask_copy_of(town.room(), post, PersonId{"nobody"}));
}

namespace {

struct Tale {
    std::string what;
    mailroom::Submission mail;
};

mailroom::Submission robot() {
    auto mail = to("teams", "mei@orchid.example", "TLP:GREEN out of office", "Return-Path: <>\r\n");
    mail.mail_from = "";
    return mail;
}

mailroom::Submission reply_far_from_its_parent() {
    std::string references = "References: <parent@example>";
    for (int i = 0; i < 150; ++i) references += fmt::format("\r\n <nobody-{}@example>", i);
    return to("teams", "ana@banksia.example", "Re: TLP:GREEN far away", references + "\r\n");
}

mailroom::Submission weakly_proven() {
    auto mail = to("easy", "mei@orchid.example", "TLP:CLEAR below the default, by an envelope");
    mail.bytes.erase(0, mail.bytes.find("\r\n") + 2);
    return mail;
}

std::vector<Tale> tales() {
    return {
        {"labelled", to("teams", "mei@orchid.example", "TLP:GREEN x")},
        {"without a label, on a list without a default", to("easy", "mei@orchid.example", "nothing said")},
        {"without a label, on a list with one", to("teams", "mei@orchid.example", "nothing said")},
        {"below the default, proven", to("easy", "mei@orchid.example", "TLP:CLEAR x")},
        {"below the default, by an envelope alone", weakly_proven()},
        {"a conflict", to("teams", "mei@orchid.example", "TLP:GREEN x", "TLP: AMBER\r\n")},
        {"an unknown label", to("teams", "mei@orchid.example", "TLP:ORANGE x")},
        {"above the list", to("teams", "mei@orchid.example", "TLP:RED x")},
        {"RED to a name", to("projects", "mei@orchid.example", "TLP:RED x", "Cc: <ana@banksia.example>\r\n")},
        {"RED to nobody by name", to("projects", "mei@orchid.example", "TLP:RED x")},
        {"a reply to AMBER+STRICT", to("teams", "ana@banksia.example", "Re: TLP:GREEN x", "In-Reply-To: <parent@example>\r\n")},
        {"the originator's own reply", to("teams", "mei@orchid.example", "Re: TLP:GREEN x", "In-Reply-To: <parent@example>\r\n")},
        {"a reply whose parent is too far away", reply_far_from_its_parent()},
        {"a partner, moderated", to("teams", "quentin@quokka.example", "TLP:GREEN x")},
        {"a robot", robot()},
        {"a loop", to("teams", "mei@orchid.example", "TLP:GREEN x", "List-Id: <teams.lists.arc.example>\r\n")},
    };
}

}  // namespace

TEST_CASE("what a trial says of a post is what becomes of it when it is posted, for it and for each reader", "[A1][A8]") {
    ATown town;
    town.rules = [] {
        auto text = read_text(SOURCE_DIR "/policies/apcert.toml");
        const std::string as_it_is = R"("tlp.default"              = { value = "AMBER")";
        const auto at = text.find(as_it_is);
        REQUIRE(at != std::string::npos);
        text.replace(at, as_it_is.size(), R"("tlp.default" = { value = "GREEN")");
        return *policy::load(text, "changed.toml").book;
    }();
    community::List easy;
    easy.id = ListId{"easy"};
    easy.klass = "teams";
    easy.charter = "an envelope is enough";
    easy.max_tlp = Tlp::amber_strict;
    easy.authentication = community::Strength::envelope;
    town.change([&](storage::Register& r) { r.put(easy); });
    for (const auto* person : {"mei", "ana", "quentin"}) town.subscribe("easy", person);
    town.deny("bo", "teams", "sanction");
    town.deny("cy", "*", "hold");
    auto parent = to("teams", "mei@orchid.example", "TLP:AMBER+STRICT the parent");
    parent.bytes.replace(parent.bytes.find("<one@example>"), 13, "<parent@example>");
    town.send(parent);
    {
        mailroom::Outbox outbox(town.room());
        static_cast<void>(outbox.exchange({}, 1000));
    }
    for (auto& tale : tales()) {
        CAPTURE(tale.what);
        const auto list = tale.mail.rcpt_to.front().substr(0, tale.mail.rcpt_to.front().find('@'));
        const auto tried = mailroom::try_post(town.room(), {tale.mail.bytes, ListId{list}, {}});
        REQUIRE(tried);
        const auto post = town.send(tale.mail);
        constexpr std::array verdicts{storage::PostState::distributed, storage::PostState::held, storage::PostState::refused,
                                      storage::PostState::dropped};
        CHECK(verdicts.at(static_cast<std::size_t>(tried->judgement.verdict)) == post.state);
        CHECK(tried->judgement.label == post.label);
        CHECK(tried->judgement.because == post.because);
        if (tried->supposed) CHECK((list == "easy" || post.state != storage::PostState::distributed));

        mailroom::Outbox outbox(town.room());
        static_cast<void>(outbox.exchange({}, 1000));
        const auto rows = town.store().deliveries().rows(post.key);
        CHECK(tried->copies.size() == rows.size());
        for (const auto& copy : tried->copies) {
            const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.person == copy.person; });
            CAPTURE(copy.person);
            REQUIRE(row != rows.end());
            CHECK(copy.receives == (row->state == DeliveryState::queued && row->leased));
        }
    }
}

TEST_CASE("a trial takes its author at their word, and writes nothing", "[A8]") {
    ATown town;
    const auto before = town.store().journal().head().number;
    auto mail = to("teams", "stranger@example.org", "TLP:GREEN x");
    mail.bytes.erase(0, mail.bytes.find("\r\n") + 2);  // nothing proves anything
    const auto as = [&](const std::string& from) { return mailroom::try_post(town.room(), {mail.bytes, ListId{"teams"}, from}); };
    CHECK(as("")->judgement.because.front().code == community::Code::unknown_sender);
    CHECK(as("mei@orchid.example")->judgement.verdict == policy::Verdict::distribute);
    CHECK(as("mei@orchid.example")->copies.size() == 9);
    CHECK(as("mei@orchid.example")->supposed == community::Strength::dmarc);  // and says so
    CHECK_FALSE(as("")->supposed);
    CHECK(mailroom::try_post(town.room(), {mail.bytes, ListId{"nosuch"}, {}}).error().code == errc::not_found);
    CHECK(mailroom::try_post(town.room(), {"no colon\r\n\r\n", ListId{"teams"}, {}}).error().code == errc::invalid);
    CHECK(town.store().journal().head().number == before);
    CHECK(town.store().posts().count(storage::PostState::spooled) == 0);
}

}  // namespace caveat::test
