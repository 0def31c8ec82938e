// What leaves, comes and is forgotten: the forms of mbox, what an import makes of mails, and forgetting with its keys.
#include "caveat/archive/keeping.hpp"

#include <SQLiteCpp/Database.h>

#include <fstream>
#include <map>
#include <sstream>

#include "a_house.hpp"
#include "caveat/archive/archive.hpp"
#include "caveat/archive/importing.hpp"
#include "caveat/archive/indexing.hpp"
#include "caveat/archive/mail_files.hpp"
#include "caveat/archive/sweeping.hpp"
#include "caveat/mailroom/relabelling.hpp"

namespace caveat::test {
namespace {

std::vector<std::string> read_mbox(const std::string& text, bool good = true) {
    std::vector<std::string> all;
    std::istringstream in(text);
    CHECK(archive::each_of_mbox(in, 1000, [&](const std::string& message, auto) { return all.push_back(message), all.size() < 3; }) ==
          good);
    return all;
}

struct AShelf : AHouse {
    mailroom::Mailroom mailroom{room()};
    community::Actor root{"operator root", std::nullopt};
    std::vector<std::string> destroyed;
    std::vector<std::string> cited;
    std::optional<errc> no_keys, no_decision;

    PostId put(const std::string& subject, const std::vector<std::string>& to = {"teams"}) {
        auto submission = a_post("mei@orchid.example", subject);
        submission.rcpt_to.clear();
        for (const auto& list : to) submission.rcpt_to.push_back(list + "@lists.arc.example");
        const auto taken = mailroom.receive(std::vector{submission}).front();
        while (mailroom.process(10) > 0) {
        }
        last.clear();
        for (const auto& one : taken) last.push_back(one.id);
        return last.front();
    }
    std::vector<PostId> last;

    archive::Keeping keeping() {
        return {room(),
                [this](const std::string& decision, const community::Deed& deed) -> Result<void> {
                    if (no_decision) return fail(*no_decision, "not decided");
                    cited.push_back(decision + " " + deed.kind + " " + deed.subject + (deed.does.empty() ? "" : " " + in_words(deed.does)));
                    return {};
                },
                [this](const std::vector<std::string>& names) -> Result<void> {
                    if (no_keys) return fail(*no_keys, "no keys");
                    destroyed.insert(destroyed.end(), names.begin(), names.end());
                    return {};
                }};
    }
    archive::Imported bring(const std::string& mbox, std::optional<community::Tlp> label = std::nullopt, bool dry_run = false) {
        const auto file = folder / "box";
        std::ofstream(file, std::ios::binary) << mbox;
        const auto done = archive::Import(room()).run(root, {file, ListId{"teams"}, label, dry_run});
        REQUIRE(done);
        return *done;
    }
};

std::string old_mail(const std::string& id, const std::string& subject, const std::string& date) {
    return "From x Mon Mar  2 12:00:00 2020\nReceived: by x; Mon, 02 Mar 2020 12:00:00 +0000\nFrom: <old@orchid.example>\nSubject: " + subject +
           "\nMessage-ID: <" + id + "@old.example>\n" +
           (date.empty() ? "" : "Date: " + date + "\n") + "\nwords\n\n";
}

}  // namespace

TEST_CASE("an mbox is read message by message", "[S5][archive]") {
    CHECK(read_mbox("From a x\nA: 1\n\nbody\n\nFrom b x\nB: 2\n\n>From me\n>>From you\n> From\n") ==
          std::vector<std::string>{"A: 1\r\n\r\nbody\r\n", "B: 2\r\n\r\nFrom me\r\n>From you\r\n> From\r\n"});
    CHECK(read_mbox("From a x\r\nA: 1\r\n\r\nbody\r\n") == std::vector<std::string>{"A: 1\r\n\r\nbody\r\n"});
    CHECK(read_mbox("From a x\nA: 1\n\nno blank line before\nFrom here on\n").size() == 1);
    CHECK(read_mbox("From a x\nA: 1\n\n" + std::string(2000, 'x') + "\n\nFrom b x\nB: 2\n\n") == std::vector<std::string>{"", "B: 2\r\n"});
    CHECK(read_mbox("From a x\nA: 1\n\nFrom b x\nB: 2\n\nFrom c x\nC: 3\n\nFrom d x\nD: 4\n\nFrom e x\nE: 5\n").size() == 3);  // as asked
    CHECK(read_mbox("From a x\nA: 1\n\nFrom b\n\nFrom c x\n no field\n").size() == 1);
    CHECK(read_mbox("").empty());
    CHECK(read_mbox("Subject: no mbox\n", false).empty());
}

TEST_CASE("a line of a text that begins as one between two mails does is text, and its mail stays whole", "[S5][L1][archive]") {
    const std::string between = "From a@b.example Mon Nov 23 10:00:00 2020\n";
    const auto line = GENERATE("From the desk of the chair:\n\nTLP:RED", "From 2026 on\nTLP: RED",
                               "From 10:00 to 11:00, 2026-11-23:\nWe meet. So: TLP:RED", "From here: 127.0.0.1:8080 in 2026\n\nTLP:RED");
    CAPTURE(line);
    const auto mbox = between + "A: 1\n\nthe password\n\n" + line + "\n\n" + between + "B: 2\n\nx\n";
    const auto mails = read_mbox(mbox);
    REQUIRE(mails.size() == 2);
    CHECK(mails[0].find("TLP:") != std::string::npos);
    CHECK(mails[1].starts_with("B: 2"));
}

TEST_CASE("whatever programs write behind the address, a mail begins there", "[S5][archive]") {
    const auto line =
        GENERATE("From - Mon Nov 23 10:00:00 2020", "From a at b.example  Mon Nov 23 10:00:00 2020",
                 "From ???@??? Mon Nov 23 10:00:00 2020", "From 1234@xxx Mon Nov 23 10:00:00 +0000 2020",
                 "From a@b.example Mon, 23 Nov 2020 10:00:00 +0900", "From  Mon Nov 23 9:00 2020", "From a@b.example 2020-11-23T10:00:00Z");
    CAPTURE(line);
    const auto mbox = std::string(line) + "\nA: 1\n\nx\n\n" + line + "\n>From c remote from d\nReceived : y\n";
    CHECK(read_mbox(mbox).size() == 2);
    CHECK(read_mbox("From - Mon Nov 23 10:00:00 2020\nA: 1\n\nx\n\nFrom b Sat Feb  1 10:00:00 2020\nno field\n").size() == 2);
    CHECK(read_mbox("From - Mon Nov 23 10:00:00 2020\nA: 1\n\nx\n\nFrom Monday, Nov 23, 10:00, 2020 on\nno field\n").size() == 1);
}

TEST_CASE("what is written into an mbox is read from it", "[archive]") {
    const std::string message = "A: 1\r\n\r\nFrom me\r\n>From you\r\n\r\nFrom all\r\n";
    const auto text = archive::mbox_entry(message, *parse_instant("2026-03-02T12:00:00Z"));
    CHECK(text.starts_with("From MAILER-DAEMON Mon Mar  2 12:00:00 2026\n"));
    CHECK(read_mbox(text + text) == std::vector<std::string>{message, message});
}

TEST_CASE("an import labels each mail before it is there, and takes it once", "[L1][R2][archive]") {
    AShelf shelf;
    const std::string mbox = old_mail("a", "TLP:GREEN a", "Sun, 01 Mar 2020 12:00:00 +0000") +
                             old_mail("b", "b", "Tue, 03 Mar 2020 12:00:00 +0000") +
                             old_mail("c", "TLP:AMBER c", "Fri, 30 Dec 2016 12:00:00 +0000") + old_mail("d", "TLP:AMBER d", "") +
                             old_mail("e", "TLP:RED e", "") + old_mail("f", "TLP:ORANGE f", "") +
                             old_mail("a", "TLP:GREEN a", "Sun, 01 Mar 2020 12:00:00 +0000");
    const auto labels = [&] {
        std::string all;
        shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed&) {
            all += fmt::format("{} ", name(post.label));
            return true;
        });
        return all;
    };
    CHECK(shelf.bring(mbox, {}, true).imported == 4);
    CHECK(labels().empty());
    const auto done = shelf.bring(mbox);
    CHECK(done.imported == 4);
    REQUIRE(done.skipped.size() == 3);
    CHECK(done.skipped[0].message == "e@old.example");
    CHECK(done.skipped[0].why == "RED is kept in no archive of this list");
    CHECK(done.skipped[1].why.find("label is not clear") != std::string::npos);
    CHECK(done.skipped[2].why == "the same mail stands in the file twice");
    // In the order of `posted`: 2016, and what has no Date when the line in front of it says.
    CHECK(labels() == "AMBER+STRICT GREEN AMBER+STRICT AMBER ");
    const auto again = shelf.bring(mbox);
    CHECK(again.imported == 0);
    CHECK(again.already == 4);
    CHECK(shelf.store().journal().verify());
}

TEST_CASE("what is imported is kept at least as what it answers, in whichever order they come", "[L4][L7][R2][archive]") {
    AShelf shelf;
    const std::string date = "Mon, 02 Nov 2026 12:00:00 +0000";
    const auto answers = [&](const std::string& id, const std::string& subject, const std::string& to) {
        return old_mail(id, subject, date + "\nIn-Reply-To: <" + to + "@old.example>");
    };
    const auto parent = old_mail("a", "TLP:AMBER+STRICT a", date), reply = answers("b", "b", "a"), again = answers("c", "TLP:GREEN c", "b");
    const auto other = old_mail("d", "TLP:GREEN d", date) + answers("e", "TLP:GREEN e", "nobody") + answers("f", "TLP:GREEN f", "d");
    const auto labels = [&] {
        std::map<std::string, std::string> all;
        shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed& card) {
            all[mailroom::open_card(shelf.vault(), card, post.id)->message_id.substr(0, 1)] = name(post.label);
            return true;
        });
        return all;
    };
    const auto order = GENERATE(0, 1, 2, 3, 4, 5);
    CAPTURE(order);
    if (order == 0) CHECK(shelf.bring(parent + reply + again + other).noted.size() == 2);
    if (order == 1) CHECK(shelf.bring(again + reply + other + parent).imported == 6);
    if (order == 2) {
        shelf.bring(parent);
        shelf.bring(again + reply + other);
    }
    if (order >= 3) {
        shelf.bring(again + other);
        archive::Indexing indexing(shelf.room());
        while (order == 4 && *indexing.pass(archive::Indexing::most_a_pass, [](const auto&) -> Result<void> { return {}; }) > 0) {
        }
        shelf.bring(order == 5 ? parent : parent + reply);
        if (order == 5) shelf.bring(reply);
    }
    const std::map<std::string, std::string> expected{{"a", "AMBER+STRICT"}, {"b", "AMBER+STRICT"}, {"c", "AMBER+STRICT"},
                                                      {"d", "GREEN"},        {"e", "GREEN"},        {"f", "GREEN"}};
    CHECK(labels() == expected);
    CHECK(shelf.store().journal().verify());
}

TEST_CASE("a reply that was posted here is raised when what it answers is imported, and who has it is told", "[L4][L7][archive]") {
    AShelf shelf;
    auto reply = a_post("mei@orchid.example", "TLP:GREEN x", "In-Reply-To: <a@old.example>\r\n");
    const auto id = shelf.mailroom.receive(std::vector{reply}).front().front().id;
    while (shelf.mailroom.process(10) > 0) {
    }
    REQUIRE(shelf.store().archive().find(id)->label == community::Tlp::green);
    shelf.bring(old_mail("a", "TLP:AMBER+STRICT a", "Mon, 02 Mar 2020 12:00:00 +0000"), {}, true);
    CHECK(shelf.store().archive().find(id)->label == community::Tlp::green);
    shelf.bring(old_mail("a", "TLP:AMBER+STRICT a", "Mon, 02 Mar 2020 12:00:00 +0000"));
    CHECK(shelf.store().archive().find(id)->label == community::Tlp::amber_strict);
}

namespace {

// Ends an import where it asks for the time.
struct EndingClock final : Clock {
    Instant time;
    bool ends = false;
    explicit EndingClock(Instant now) : time(now) {}
    [[nodiscard]] Instant now() const override {
        if (ends) throw std::runtime_error("killed");
        return time;
    }
};

}  // namespace

TEST_CASE("an import that ends before it has raised what answers its mails has not taken them, and does both when it is begun again",
          "[L4][D4][archive]") {
    AShelf shelf;
    const std::string date = "Mon, 02 Mar 2020 12:00:00 +0000", parent = old_mail("a", "TLP:AMBER+STRICT a", date);
    shelf.bring(old_mail("b", "TLP:GREEN b", date + "\nIn-Reply-To: <a@old.example>"));
    const auto file = shelf.folder / "box";
    std::ofstream(file, std::ios::binary) << parent;
    EndingClock clock(shelf.clock.now());
    archive::Import import({shelf.store(), shelf.vault(), shelf.rules, clock, shelf.settings}, [&](std::size_t) { clock.ends = true; });
    CHECK_THROWS_WITH(import.run(shelf.root, {file, ListId{"teams"}, {}, false}), "killed");
    CHECK(shelf.bring(parent).imported == 1);
    shelf.store().archive().each(ListId{"teams"}, [](const storage::ArchivedPost& post, const Sealed&) {
        CHECK(post.label == community::Tlp::amber_strict);
        return true;
    });
    CHECK(shelf.store().journal().verify());
}

TEST_CASE("what answers a mail that no archive keeps is not kept either", "[L4][archive]") {
    AShelf shelf;
    const std::string date = "Mon, 02 Mar 2020 12:00:00 +0000";
    const auto done = shelf.bring(old_mail("b", "TLP:GREEN b", date + "\nReferences: <a@old.example>") + old_mail("a", "TLP:RED a", date));
    CHECK(done.imported == 0);
    REQUIRE(done.skipped.size() == 2);
    CHECK(done.skipped[1].why == "it answers what is RED, and RED is kept in no archive of this list");
}

TEST_CASE("what answers a mail whose label is not clear is kept at least at what that may mean", "[L1][L4][archive]") {
    AShelf shelf;
    const std::string date = "Mon, 02 Nov 2026 12:00:00 +0000";
    const auto reply = old_mail("b", "TLP:GREEN b", date + "\nIn-Reply-To: <a@old.example>");
    const auto conflict = shelf.bring(old_mail("a", "TLP:RED TLP:GREEN a", date) + reply);
    CHECK(conflict.imported == 0);
    REQUIRE(conflict.skipped.size() == 2);
    CHECK(conflict.skipped[1].why.find("it answers what is RED") == 0);
    const auto unknown = shelf.bring(old_mail("a", "TLP:ORANGE a", date) + reply);  // the list's default
    CHECK(unknown.imported == 1);
    REQUIRE(unknown.noted.size() == 1);
    CHECK(unknown.noted[0].why == "it is kept at AMBER, as what it answers");
}

TEST_CASE("an import that fails on the way ends, though the next mails are being read", "[D4][archive]") {
    AShelf shelf;
    std::string mbox;
    for (int i = 0; i < 2000; ++i) mbox += old_mail(std::to_string(i), "TLP:GREEN a", "");
    const auto file = shelf.folder / "box";
    std::ofstream(file, std::ios::binary) << mbox;
    archive::Import import(shelf.room(), [](std::size_t n) {
        if (n == 700) throw std::runtime_error("the disk is full");
    });
    CHECK_THROWS_WITH(import.run(shelf.root, {file, ListId{"teams"}, {}, false}), "the disk is full");
    CHECK(shelf.bring(mbox).already == 500);  // what was committed stays
}

TEST_CASE("whoever reads what was imported sees that nobody posted it here, and the journal names it", "[A5][R2][archive]") {
    AShelf shelf;
    const std::string date = "Sun, 22 Nov 2026 11:00:00 +0000";
    shelf.bring(old_mail("a", "TLP:GREEN a", date + "\nX-Imported: a lie"));
    const auto live = shelf.put("TLP:GREEN posted");
    std::string many;
    for (int i = 0; i < 51; ++i) many += old_mail(fmt::format("m{}", i), "TLP:GREEN m", date);
    shelf.bring(many);
    std::vector<std::string> said;
    shelf.store().journal().each({.from = 1, .limit = -1, .act = "archive.imported", .subject = {}},
                                 [&](const storage::Entry& entry) { said.push_back(entry.detail); });
    REQUIRE(said.size() == 2);
    CHECK((said[1].find("\"ids\"") == std::string::npos && said[1].find("ids_sha256") != std::string::npos));
    archive::Archive archive(shelf.room());
    for (const auto& line : archive.readable(PersonId{"ana"}, {}).lines) CHECK(line.post.imported == (line.post.id != live));
    bool found = false;
    shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed&) {
        if (said[0].find(post.id.value) == std::string::npos) return true;
        found = said[0].find(vault::hex(vault::sha256(post.id.value + "\n"))) != std::string::npos;
        const auto opened = archive.open(PersonId{"ana"}, post.id);
        REQUIRE(opened);
        CHECK(opened->bytes.find("X-Imported: Sun, 22 Nov 2026 12:00:00 +0000; not posted here") != std::string::npos);
        CHECK(opened->bytes.find("a lie") == std::string::npos);
        return true;
    });
    CHECK(found);
    const auto posted = archive.open(PersonId{"ana"}, live);
    REQUIRE(posted);
    CHECK(posted->bytes.find("X-Imported") == std::string::npos);
}

TEST_CASE("nothing that is imported is posted later than now, and a Date far ahead is none", "[L1][R4][archive]") {
    AShelf shelf;
    const auto mbox = old_mail("a", "TLP:AMBER a", "Wed, 22 Nov 2090 12:00:00 +0000") +
                      old_mail("b", "TLP:AMBER b", "Mon, 23 Nov 2026 11:00:00 +0000") +
                      old_mail("c", "TLP:AMBER c", "Sun, 22 Nov 2026 11:00:00 +0000");
    const auto done = shelf.bring(mbox);
    CHECK(done.imported == 3);
    REQUIRE_FALSE(done.noted.empty());
    CHECK(done.noted[0].message == "a@old.example");
    CHECK(done.noted[0].why.find("2090") != std::string::npos);
    CHECK(done.noted[0].why.find("posted at 2020-03-02T12:00:00Z") != std::string::npos);
    std::string all;
    shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed& card) {
        all +=
            fmt::format("{} {} {} ", mailroom::open_card(shelf.vault(), card, post.id)->subject, name(post.label), to_string(post.posted));
        return true;
    });
    CHECK(all.starts_with("TLP:AMBER a AMBER+STRICT 2020-03-02T12:00:00Z TLP:AMBER c AMBER 2026-11-22T11:00:00Z "));
    CHECK(all.find("TLP:AMBER b AMBER 2026-11-22T12:00:00Z") != std::string::npos);
    shelf.clock.time += std::chrono::hours(24 * 365 * 70);  // by then the Date is past: it is the same mail
    CHECK(shelf.bring(mbox).already == 3);
}

TEST_CASE("what has no Date that is understood was posted when it first came, and else it is not taken", "[R1][R2][A4][archive]") {
    AShelf shelf;
    const auto date = GENERATE(as<std::string>{}, "", "Date: 2026-11-20T10:00:00Z\n", "Date: Fri Nov 20 10:00:00 2026\n",
                               "Date: ven., 20 f\xC3\xA9vr. 2026 10:00:00 +0100\n", "Date: Fri, 20 Nov 2062 10:00:00 +0000\n");
    const auto [from, received, posted] = GENERATE(table<std::string, std::string, std::string>({
        {"From x", "Received: from a by b; Fri, 20 Nov 2026 11:00:00 +0100\n", "2026-11-20T10:00:00Z"},
        {"From x", "Received: c; Sun, 22 Nov 2026 10:00:00 +0000\nreceived: b\n ; Fri, 20 Nov 2026 10:00:00 +0000\nReceived: a\n",
         "2026-11-20T10:00:00Z"},
        {"From a@b.example  Fri Nov 20 10:00:00 2026", "", ""},
        {"From MAILER-DAEMON Sun Nov 22 10:00:00 2026", "Received: c; Fri, 20 Nov 2026 10:00:00 +0000\n", "2026-11-20T10:00:00Z"},
        {"From a@b.example Fri Nov 20 10:00:00 CEST 2026", "Received: c; Sun, 22 Nov 2026 10:00:00 +0000\n", "2026-11-20T10:00:00Z"},
        {"From x Fri Nov 20 10:00:00 2062", "", ""},
        {"From x", "Received: from a by b; Fri, 20 Nov 2062 10:00:00 +0000\n", ""},
        {"From x", "", ""},
    }));
    CAPTURE(date, from, received);
    const auto done = shelf.bring(from + "\n" + received + "From: <old@orchid.example>\nSubject: TLP:GREEN a\n" + date + "\nwords\n\n");
    CHECK(done.imported == (posted.empty() ? 0 : 1));
    REQUIRE((posted.empty() ? done.skipped : done.noted).size() == 1);
    const auto& why = (posted.empty() ? done.skipped : done.noted).front().why;
    CHECK(why.find("Date") != std::string::npos);
    CHECK(why.find(posted.empty() ? "nobody knows who may read it" : "posted at " + posted) != std::string::npos);
    shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed&) {
        CHECK(to_string(post.posted) == posted);
        return true;
    });
}

TEST_CASE("what is over by its retention is told before and when it is imported, with how to keep it", "[R2][R4][archive]") {
    AShelf shelf;
    const auto mbox = old_mail("a", "TLP:AMBER a", "Mon, 02 Mar 2020 12:00:00 +0000") +
                      old_mail("b", "TLP:GREEN b", "Mon, 02 Mar 2020 12:00:00 +0000") +
                      old_mail("c", "TLP:AMBER c", "Sun, 22 Nov 2026 11:00:00 +0000");
    for (const bool dry : {true, false}) {
        const auto done = shelf.bring(mbox, {}, dry);
        CHECK(done.imported == 3);
        REQUIRE(done.noted.size() == 1);
        CHECK(done.noted[0].message == "a@old.example");
        CHECK(done.noted[0].why.starts_with("its time was over at 2023-03-02T12:00:00Z: nobody reads it here"));
        CHECK(done.noted[0].why.find("`caveat archive preserve --list teams`") != std::string::npos);
    }
}

TEST_CASE("an import of a mail that was given a stricter label here is no milder, nor is what answers it", "[L4][L7][archive]") {
    AShelf shelf;
    const auto posted = shelf.put("TLP:GREEN posted here");
    const auto no_decision = [](const std::string&, const community::Deed&) -> Result<void> { return fail(errc::denied, "none is cited"); };
    REQUIRE(mailroom::relabel(shelf.room(), no_decision, shelf.root, {posted, community::Tlp::amber_strict}));
    const std::string date = "Sun, 22 Nov 2026 11:00:00 +0000";
    auto exported = old_mail("one", "TLP:GREEN posted here", date);
    exported.replace(exported.find("one@old.example"), 15, "one@example");
    const auto answer = old_mail("two", "TLP:GREEN an answer", date + "\nIn-Reply-To: <one@example>");
    const auto of_a_thread = old_mail("three", "TLP:GREEN before", date);
    exported.replace(exported.find("\nDate:"), 1, "\nIn-Reply-To: <three@old.example>\n");  // waits for what stands further back
    const bool waits = GENERATE(true, false);
    const auto done = shelf.bring(waits ? exported + answer + of_a_thread : of_a_thread + exported + answer);
    CHECK(done.imported == 3);
    CHECK(done.skipped.empty());
    const auto told = [&](const std::string& why) {
        return std::count_if(done.noted.begin(), done.noted.end(), [&](const auto& one) { return one.why == why; });
    };
    CHECK(told("it is kept at AMBER+STRICT, the label that what has its Message-ID was given here") == 1);
    CHECK(told("it is kept at AMBER+STRICT, as what it answers") == 1);
    std::map<std::string, std::string> labels;
    shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed& card) {
        const auto opened = mailroom::open_card(shelf.vault(), card, post.id);
        labels[opened->subject] = name(post.label);
        CHECK((opened->message_id != "one@example" || post.label == community::Tlp::amber_strict));
        return true;
    });
    CHECK(labels["TLP:GREEN an answer"] == "AMBER+STRICT");
    CHECK(labels["TLP:GREEN before"] == "GREEN");
}

TEST_CASE("a label given to an import is for what has no stricter one", "[L1][archive]") {
    AShelf shelf;
    const std::string date = "Mon, 02 Mar 2020 12:00:00 +0000";
    shelf.bring(old_mail("a", "TLP:AMBER+STRICT a", date) + old_mail("b", "b", date) + old_mail("c", "TLP:CLEAR c", date),
                community::Tlp::green);
    std::string all;
    shelf.store().archive().each(ListId{"teams"}, [&](const storage::ArchivedPost& post, const Sealed& card) {
        all += fmt::format("{} {} ", mailroom::open_card(shelf.vault(), card, post.id)->subject, name(post.label));
        return true;
    });
    CHECK(all.find("TLP:AMBER+STRICT a AMBER+STRICT") != std::string::npos);
    CHECK(all.find("b GREEN") != std::string::npos);
    CHECK(all.find("TLP:CLEAR c GREEN") != std::string::npos);
    // GREEN is read by who was there or not, a mail of then by its Date.
    const auto read = archive::Archive(shelf.room()).readable(PersonId{"ana"}, {});
    REQUIRE(read.lines.size() == 2);
    CHECK(to_string(read.lines[0].post.posted) == "2020-03-02T12:00:00Z");
}

TEST_CASE("forgetting takes the decision, the rows and the keys, or nothing", "[R4][archive]") {
    AShelf shelf;
    const auto id = shelf.put("TLP:AMBER gone");
    const auto other = shelf.put("TLP:AMBER stays");
    const auto readable = [&] { return archive::Archive(shelf.room()).readable(PersonId{"ana"}, {}).lines.size(); };
    const auto before = readable();
    SECTION("as decided") {
        const auto done = shelf.keeping().forget(shelf.root, id, "D-2026-004");
        REQUIRE(done);
        CHECK(done->still_on.empty());
        CHECK(shelf.cited == std::vector<std::string>{"D-2026-004 archive.forget " + id.value});
        CHECK(shelf.destroyed == std::vector<std::string>{"card-" + id.value, "inside-" + id.value, id.value});
        CHECK(readable() == before - 1);
        CHECK(shelf.store().posts().body(shelf.store().posts().find(id)->key).bytes.empty());
        CHECK(shelf.keeping().forget(shelf.root, id, "D-2026-005").error().code == errc::conflict);
        CHECK(shelf.store().journal().verify());
    }
    SECTION("not decided") {
        shelf.no_decision = errc::denied;
        CHECK(shelf.keeping().forget(shelf.root, id, "D-2026-004").error().code == errc::denied);
    }
    SECTION("no decision named") { CHECK(shelf.keeping().forget(shelf.root, id, "").error().code == errc::denied); }
    SECTION("no such post") { CHECK(shelf.keeping().forget(shelf.root, PostId{"none"}, "D-2026-004").error().code == errc::not_found); }
    SECTION("the key file cannot be written") {
        shelf.no_keys = errc::invalid;
        CHECK(shelf.keeping().forget(shelf.root, id, "D-2026-004").error().code == errc::invalid);
    }
    SECTION("the key file cannot forget") {
        shelf.no_keys = errc::conflict;
        const auto done = shelf.keeping().forget(shelf.root, id, "D-2026-004");
        REQUIRE(done);
        CHECK(done->in_older_copies);
    }
    const bool forgotten = shelf.store().archive().find(id)->forgotten.has_value();
    CHECK(readable() == before - (forgotten ? 1 : 0));
    CHECK(archive::Archive(shelf.room()).open(PersonId{"ana"}, other));
}

TEST_CASE("forgetting says of the same mail to who runs the list that it goes by itself, and by no decision", "[R4][archive]") {
    AShelf shelf;
    const Interval live{shelf.clock.now(), shelf.clock.now() + std::chrono::hours{1}};
    shelf.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    const auto id = shelf.put("TLP:AMBER to both", {"teams", "teams+owner"});
    const auto done = shelf.keeping().forget(shelf.root, id, "D-1");
    REQUIRE(done);
    CHECK(done->still_on.empty());
    CHECK(done->still_to_owners_of == std::vector<ListId>{ListId{"teams"}});
}

TEST_CASE("the same mail on another list rests there until that post is forgotten, too", "[R4][archive]") {
    AShelf shelf;
    auto second = *shelf.store().rosters().list(ListId{"teams"});
    second.id = ListId{"second"};
    shelf.change([&](storage::Register& r) { r.put(second); });
    shelf.put("TLP:AMBER to two", {"teams", "second"});
    const auto both = shelf.last;
    auto& posts = shelf.store().posts();
    const auto keys = std::array{posts.find(both[0])->key, posts.find(both[1])->key};
    CHECK(posts.body(keys[0]).bytes.empty());
    REQUIRE(posts.opened(keys[0]));
    CHECK(shelf.vault().open(*posts.opened(keys[0]), storage::sealed_inside_as(both[0])));
    const auto first = shelf.keeping().forget(shelf.root, both[0], "D-1");
    REQUIRE(first);
    CHECK(first->still_on == std::vector<ListId>{ListId{"second"}});
    // The one that was judged while the other waited has bytes of its own; those that both came with rest for the other.
    CHECK(shelf.destroyed == std::vector<std::string>{"card-" + both[0].value, "inside-" + both[0].value});
    CHECK_FALSE(posts.body(keys[1]).bytes.empty());
    REQUIRE(shelf.keeping().forget(shelf.root, both[1], "D-2"));
    CHECK(shelf.destroyed == std::vector<std::string>{"card-" + both[0].value, "inside-" + both[0].value, "card-" + both[1].value,
                                                      "inside-" + both[1].value, both[0].value});
}

TEST_CASE("what a decision forgot goes out no more with another arrival of it, and what is left of it is told", "[R4][archive]") {
    AShelf shelf;
    auto second = *shelf.store().rosters().list(ListId{"teams"});
    second.id = ListId{"second"};
    shelf.change([&](storage::Register& r) { r.put(second); });
    auto mail = a_post("mei@orchid.example", "TLP:AMBER sent again");
    const auto arrives = [&](const std::string& list) {
        mail.rcpt_to = {list + "@lists.arc.example"};
        mail.bytes.insert(0, "Received: by " + list + ".example; Sun, 22 Nov 2026 12:00:00 +0000\r\n");
        const auto taken = shelf.mailroom.receive(std::vector{mail}).front();
        while (shelf.mailroom.process(10) > 0) {
        }
        return taken.front().id;
    };
    const auto goes_out = [&](const PostId& id) {
        const auto done = shelf.mailroom.release(shelf.root, id);
        CHECK((done || done.error().code == errc::denied));
        return done.has_value();
    };
    const auto first = arrives("teams"), again = arrives("teams"), aside = arrives("second");
    // What is said to who moderates that list.
    const auto said_to = [&](const std::string& list, const PostId& id) {
        const Interval live{shelf.clock.now(), shelf.clock.now() + std::chrono::hours{1}};
        const community::Actor by{"person ana", PersonId{"ana"}};
        shelf.change([&](storage::Register& r) { r.put(community::Term{"moderator", *by.person, ListId{list}, live}); });
        const auto done = shelf.mailroom.release(by, id);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == errc::denied);
        return done.error().detail;
    };
    const auto other = shelf.put("TLP:AMBER another mail with that Message-ID");
    SECTION("forgotten") {
        const auto done = shelf.keeping().forget(shelf.root, first, "D-1");
        REQUIRE(done);
        REQUIRE(done->waiting.size() == 2);
        CHECK(done->waiting[0].id == again);
        CHECK(done->waiting[1].id == aside);
        REQUIRE(done->namesakes.size() == 1);
        CHECK(done->namesakes[0].id == other);
        CHECK(done->still_on.empty());
        CHECK_FALSE(goes_out(again));
        CHECK_FALSE(goes_out(aside));
        CHECK(said_to("second", aside).find("forgotten") == std::string::npos);  // it was so on a list that they do not run
        CHECK(said_to("teams", again).find("was forgotten by decision") != std::string::npos);
        REQUIRE(shelf.mailroom.discard(shelf.root, again, ""));
        CHECK_FALSE(goes_out(arrives("teams")));  // that came afterwards
    }
    SECTION("swept when its time was over") {
        shelf.change([&](storage::Register&) {
            const auto key = shelf.store().posts().find(first)->key;
            static_cast<void>(shelf.store().archive().relabel(key, community::Tlp::amber, shelf.clock.now()));
            shelf.store().archive().forget(key, shelf.clock.now());
        });
        CHECK(goes_out(again));
    }
}

TEST_CASE("what a decision forgot comes back with no import, and what was posted here is told to stand there twice", "[R4][archive]") {
    AShelf shelf;
    auto second = *shelf.store().rosters().list(ListId{"teams"});
    second.id = ListId{"second"};
    shelf.change([&](storage::Register& r) { r.put(second); });
    const std::string date = "Sun, 22 Nov 2026 11:00:00 +0000";
    const auto mbox = old_mail("a", "TLP:GREEN a", date) + old_mail("b", "TLP:GREEN b", date);
    REQUIRE(shelf.bring(mbox).imported == 2);
    const auto posted = shelf.put("TLP:GREEN posted here");
    SECTION("an import of before") {
        storage::Posts::Filter filter;
        filter.message_id = "a@old.example";
        REQUIRE(shelf.keeping().forget(shelf.root, shelf.store().posts().select(filter).front().id, "D-1"));
        const auto done = shelf.bring(mbox);
        CHECK(done.already == 1);
        REQUIRE(done.skipped.size() == 1);
        CHECK(done.skipped[0].message == "a@old.example");
        CHECK(done.skipped[0].why == "what has its Message-ID was forgotten here by decision, at 2026-11-22T12:00:00Z");
    }
    SECTION("a post, in an export of before") {
        auto exported = old_mail("one", "TLP:GREEN posted here", date);
        exported.replace(exported.find("one@old.example"), 15, "one@example");
        REQUIRE(shelf.bring(exported, {}, true).noted.size() == 1);
        REQUIRE(shelf.keeping().forget(shelf.root, posted, "D-1"));
        for (const bool dry : {true, false}) {
            const auto done = shelf.bring(exported, {}, dry);
            CHECK(done.imported == 0);
            CHECK(done.skipped.size() == 1);
        }
        const auto file = shelf.folder / "box";
        const auto on_second = archive::Import(shelf.room()).run(shelf.root, {file, ListId{"second"}, {}, false});
        REQUIRE(on_second);
        REQUIRE(on_second->noted.size() == 1);
        CHECK(on_second->noted[0].why == "what has its Message-ID was forgotten on teams by decision");
    }
}

TEST_CASE("what is over is destroyed, a day after the clock was known to be there, and the journal says by which rule", "[R4][archive]") {
    AShelf shelf;
    const auto strict = shelf.put("TLP:AMBER+STRICT a"), amber = shelf.put("TLP:AMBER b"), clear = shelf.put("TLP:CLEAR c");
    const auto rests = [&](const PostId& id) {
        return !shelf.store().posts().body(shelf.store().posts().find(id)->key).bytes.empty() &&
               !shelf.store().archive().card(shelf.store().archive().find(id)->post).bytes.empty();
    };
    const auto sweep = [&] { return archive::sweep(shelf.room()).posts; };
    const auto act = [&] { shelf.change([](storage::Register&) {}); };
    CHECK(sweep() == 0);
    // Twice for a moment, and set right in between: that entry tells.
    shelf.clock.time = *parse_instant("2027-11-22T12:00:00Z");
    act();
    shelf.clock.time = *parse_instant("2026-11-23T12:00:00Z");
    act();
    shelf.clock.time = *parse_instant("2027-11-24T12:00:00Z");
    CHECK(sweep() == 0);
    shelf.clock.time = *parse_instant("2027-11-22T12:00:00Z");  // a year later; nobody knows yet that this is no mistake
    CHECK(sweep() == 0);
    act();
    CHECK(sweep() == 0);
    shelf.clock.time += std::chrono::hours{24};
    CHECK(rests(strict));
    CHECK(sweep() == 1);
    CHECK((!rests(strict) && rests(amber) && rests(clear)));
    CHECK(sweep() == 0);
    for (const auto& told : archive::Archive(shelf.room()).told(PersonId{"ana"}, {})) {
        if (told.post.id != strict) continue;
        CHECK(line(told.because.front()) ==
              "retention_over: over since 2027-11-22T12:00:00Z: AMBER+STRICT was kept no longer here, and was "
              "destroyed at 2027-11-23T12:00:00Z");
    }
    std::string said;
    shelf.store().journal().each({.from = 1, .limit = -1, .act = "archive.swept", .subject = {}},
                                 [&](const storage::Entry& entry) { said += entry.detail; });
    CHECK(said.find(strict.value + " teams AMBER+STRICT 2027-11-22T12:00:00Z") != std::string::npos);
    CHECK(said.find(shelf.rules.identity()) != std::string::npos);
    shelf.clock.time = *parse_instant("2126-11-22T12:00:00Z");
    act();
    shelf.clock.time += std::chrono::hours{24};
    CHECK(sweep() == 1);
    CHECK((!rests(amber) && rests(clear)));
    CHECK(shelf.store().journal().verify());
}

TEST_CASE("a sweep takes so many at once, the longest over first, and says that there is more", "[R4][D4][archive]") {
    AShelf shelf;
    std::vector<PostId> posts;
    for (const auto* subject : {"TLP:AMBER+STRICT a", "TLP:AMBER+STRICT b", "TLP:AMBER+STRICT c"}) {
        posts.push_back(shelf.put(subject));
        shelf.clock.time += std::chrono::minutes{1};
    }
    shelf.clock.time = *parse_instant("2028-01-01T00:00:00Z");
    shelf.change([](storage::Register&) {});
    shelf.clock.time += std::chrono::hours{24};
    const auto first = archive::sweep(shelf.room(), 2);
    CHECK((first.posts == 2 && first.more));
    CHECK_FALSE(shelf.store().archive().find(posts[2])->forgotten);
    CHECK(archive::sweep(shelf.room(), 2).posts == 1);
}

TEST_CASE("what is preserved is neither swept nor forgotten until a decision lets it go", "[R4][archive]") {
    AShelf shelf;
    const bool whole_list = GENERATE(false, true);
    const auto id = shelf.put("TLP:AMBER+STRICT a");
    const auto preserve = [&](const char* list, const PostId& post, const char* reason) {
        return shelf.keeping().preserve(shelf.root, ListId{list}, post, reason);
    };
    CHECK(preserve("", PostId{"none"}, "r").error().code == errc::not_found);
    CHECK(preserve("none", {}, "r").error().code == errc::not_found);
    CHECK(preserve("", id, "").error().code == errc::invalid);
    const auto kept = whole_list ? preserve("teams", {}, "order 7") : preserve("", id, "order 7");
    REQUIRE(kept);
    CHECK(shelf.keeping().forget(shelf.root, id, "D-1").error().code == errc::conflict);
    shelf.clock.time = *parse_instant("2028-01-01T00:00:00Z");
    shelf.change([](storage::Register&) {});
    shelf.clock.time += std::chrono::hours{24};
    CHECK(archive::sweep(shelf.room()).posts == 0);
    CHECK_FALSE(archive::Archive(shelf.room()).open(PersonId{"ana"}, id));  // over is over
    CHECK(shelf.keeping().let_go(shelf.root, kept->number, "").error().code == errc::denied);
    CHECK(shelf.keeping().let_go(shelf.root, 99, "D-2").error().code == errc::not_found);
    REQUIRE(shelf.keeping().let_go(shelf.root, kept->number, "D-2"));
    CHECK(shelf.cited == std::vector<std::string>{"D-2 archive.let_go " + (whole_list ? "teams" : id.value) + " number = 1"});
    CHECK(shelf.keeping().let_go(shelf.root, kept->number, "D-3").error().code == errc::conflict);
    CHECK(archive::sweep(shelf.room()).posts == 1);
    CHECK(preserve("", id, "late").error().code == errc::conflict);
    CHECK(shelf.store().journal().verify());
}

TEST_CASE("who writes to the file past this program lets nothing go that is preserved", "[A11][J1][R4][archive]") {
    AShelf shelf;
    const auto id = shelf.put("TLP:AMBER+STRICT a");
    const bool whole_list = GENERATE(false, true);
    REQUIRE(shelf.keeping().preserve(shelf.root, ListId{whole_list ? "teams" : ""}, whole_list ? PostId{} : id, "order 7"));
    const bool let_go_before = GENERATE(false, true);
    if (let_go_before) {  // of another number, so that there is an act to point to
        const auto other = shelf.keeping().preserve(shelf.root, ListId{"teams"}, {}, "order 8");
        REQUIRE(other);
        REQUIRE(shelf.keeping().let_go(shelf.root, other->number, "D-1"));
    }
    const auto edit =
        GENERATE(as<std::string>{}, "UPDATE preserved SET lifted = 1, decision = 'D-1'",
                 "DROP TRIGGER preserved_remains; DELETE FROM preserved; CREATE TRIGGER preserved_remains BEFORE DELETE ON preserved "
                 "BEGIN SELECT RAISE(ABORT, 'what was preserved stays on record'); END",
                 "UPDATE preserved SET post = 'x' WHERE number = 1");
    SQLite::Database(shelf.options.path.string(), SQLite::OPEN_READWRITE).exec(edit);
    shelf.clock.time = *parse_instant("2028-01-01T00:00:00Z");
    shelf.change([](storage::Register&) {});
    shelf.clock.time += std::chrono::hours{24};
    CHECK(archive::sweep(shelf.room()).posts == 0);
    const auto forgotten = shelf.keeping().forget(shelf.root, id, "D-2");
    REQUIRE_FALSE(forgotten);
    CHECK(forgotten.error().code == errc::conflict);
    CHECK(forgotten.error().detail.find("somebody changed its row past this program") != std::string::npos);
    CHECK_FALSE(shelf.store().journal().verify());
}

TEST_CASE("a list keeps what is posted no longer than it says, and never longer than the label", "[R4][archive]") {
    AShelf shelf;
    const auto [retention, label, until] = GENERATE(table<std::string, std::string, std::string>({
        {"", "AMBER", "2029-11-22T12:00:00Z"},
        {"90 days", "AMBER", "2027-02-20T12:00:00Z"},
        {"1 year", "CLEAR", "2027-11-22T12:00:00Z"},
        {"10 years", "AMBER", "2029-11-22T12:00:00Z"},
    }));
    shelf.change([&, own = retention](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.retention = own;
        r.put(list);
    });
    const auto id = shelf.put("TLP:" + label + " x");
    CHECK(to_string(*shelf.store().archive().find(id)->keep_until) == until);
}

}  // namespace caveat::test
