#include "caveat/mailroom/mailroom.hpp"

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "a_house.hpp"
#include "address.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/mailroom/probe.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "caveat/mailroom/requests.hpp"
#include "caveat/vault/base64.hpp"
#include "inside.hpp"
#include "post_question.hpp"

using namespace caveat;
using caveat::test::a_post;
using caveat::test::a_wish_to_leave;
using mailroom::Mailroom;
using mailroom::Receipt;
using storage::PostState;

namespace {

const community::Actor moderator{"operator test", std::nullopt};

struct Desk : test::AHouse {
    Mailroom mailroom{room()};

    std::vector<mailroom::Received> receive(const mailroom::Submission& s) { return mailroom.receive(std::vector{s}).front(); }

    storage::Post judged(const mailroom::Submission& s) {
        const auto received = receive(s);
        REQUIRE(received.front().receipt == Receipt::accepted);
        while (mailroom.process(8) > 0) {
        }
        return *store().posts().find(received.front().id);
    }

    // The list teams is that of the panel of a case against orchid; mei and ana are of the secretariat.
    void is_a_panels() {
        change([&](storage::Register& r) {
            auto list = *r.list(ListId{"teams"});
            list.charter = community::room_charter("C-2026-001", 1);
            r.put(list);
            store().minutes().add(storage::CaseRow{"C-2026-001", TeamId{"orchid"}, clock.now(), ""});
            for (const auto* person : {"mei", "ana"}) {
                const Interval now{clock.now() - std::chrono::hours{24}, clock.now() + std::chrono::hours{999}};
                r.put(community::Term{"secretariat", PersonId{person}, ListId{}, now});
            }
        });
    }

    std::vector<std::string> notices(bool text = false) {
        storage::Posts::Filter all;
        all.notices = true;
        std::vector<std::string> subjects;
        for (const auto& post : store().posts().select(all)) {
            if (post.kind != storage::PostKind::notice) continue;
            const auto bytes = room().vault.open(store().posts().body(post.key), post.id.value);
            REQUIRE(bytes);
            subjects.push_back(text ? *bytes : mail::parse(*bytes, {})->subject);
        }
        return subjects;
    }
};

mailroom::Submission without_authentication(mailroom::Submission s) {
    s.bytes.erase(0, s.bytes.find("\r\n") + 2);
    return s;
}

}  // namespace

TEST_CASE("a post by a proven member is distributed to the roster", "[D2]") {
    Desk desk;
    const auto post = desk.judged(a_post("mei@orchid.example", "TLP:GREEN phish kit"));
    CHECK(post.state == PostState::distributed);
    CHECK(post.label == community::Tlp::green);
    CHECK(post.strength == community::Strength::dmarc);
    CHECK(post.deliveries == 3);
    CHECK(post.open == 3);
    CHECK(post.rules == "apcert 3");
}

TEST_CASE("a stranger gets one answer for a list and for nothing", "[A7][M4]") {
    Desk desk;
    auto to_list = a_post("eve@stranger.example", "hello");
    auto to_nothing = to_list;
    to_nothing.rcpt_to = {"xyz@lists.arc.example"};
    const auto list = desk.receive(to_list).front();
    const auto nothing = desk.receive(to_nothing).front();
    CHECK(list.receipt == Receipt::refused);
    CHECK(nothing.receipt == Receipt::refused);
    CHECK(list.detail == nothing.detail);
    CHECK(desk.store().posts().count(PostState::spooled) == 0);
}

TEST_CASE("a forged From learns nothing and distributes nothing", "[A5][A7]") {
    Desk desk;
    auto forged = without_authentication(a_post("mei@orchid.example", "TLP:GREEN pay here"));
    forged.mail_from = "eve@stranger.example";
    auto to_nothing = forged;
    to_nothing.rcpt_to = {"xyz@lists.arc.example"};
    CHECK(desk.receive(to_nothing).front().receipt == Receipt::accepted);  // the same as for the list
    const auto post = desk.judged(forged);
    CHECK(post.state == PostState::held);
    CHECK(post.strength == community::Strength::none);
    CHECK(post.because.front().code == community::Code::authentication);
    CHECK(desk.notices().empty());  // whoever wrote it gets no answer
}

TEST_CASE("a proven member is told at once that there is no such address", "[A7]") {
    Desk desk;
    auto typo = a_post("mei@orchid.example", "hello");
    typo.rcpt_to = {"taems@lists.arc.example", "teams@lists.arc.example"};
    const auto answers = desk.receive(typo);
    CHECK(answers[0].receipt == Receipt::refused);
    CHECK(answers[1].receipt == Receipt::accepted);
}

TEST_CASE("what its author did not send themselves, and what nobody hears of, tells no list by the answer at the door", "[A7][A12][M2]") {
    Desk desk;
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
    const auto [what, letters] = GENERATE(table<std::string, std::size_t>(
        {{"sent again", 1}, {"forwarded", 1}, {"denied by SPF", 1}, {"been through here", 0}, {"a robot's", 0}}));
    CAPTURE(what);
    if (what == "sent again") mail.mail_from = "eve@stranger.example";
    if (what == "forwarded") mail.mail_from = "SRS0=x=y=orchid.example=mei@stranger.example";
    if (what == "denied by SPF") mail.bytes.replace(mail.bytes.find("; dmarc"), 7, "; spf=fail smtp.mailfrom=mei@orchid.example; dmarc");
    if (what == "been through here") mail.bytes.insert(0, "List-Id: Teams <teams.lists.arc.example>\r\n");
    if (what == "a robot's") mail.bytes.insert(0, "Auto-Submitted: auto-generated\r\n");
    for (const auto* door : {"lmtp", "smtp"}) {
        for (const std::string list : {"teams", "none"}) {
            for (const std::string service : {"", "+owner", "+request", "+sendkey", "+unsubscribe", "+confirm.abc"}) {
                CAPTURE(door, list, service);
                auto one = mail;
                one.door = door;
                one.rcpt_to = {list + service + "@lists.arc.example"};
                const auto answer = desk.receive(one).front();
                CHECK((answer.receipt == Receipt::accepted && answer.detail.empty()));
            }
        }
    }
    auto to_none = mail;
    to_none.rcpt_to = {"none@lists.arc.example"};
    const auto before = desk.notices().size();
    for (int i = 0; i < 3; ++i) CHECK(desk.receive(to_none).front().receipt == Receipt::accepted);
    while (desk.mailroom.process(8) > 0) {
    }
    // Its author hears that there is no such list, once however often it is sent; of one that is there they hear what became of the post.
    // The address is the word of whoever brought it.
    const auto told = desk.notices(true);
    const auto of_none = std::count_if(told.begin() + static_cast<std::ptrdiff_t>(before), told.end(), [](const auto& letter) {
        return letter.find("Subject: Your post to an address here was not distributed") != std::string::npos;
    });
    CHECK(static_cast<std::size_t>(of_none) == letters);
    for (const auto& letter : told) CHECK(letter.find("none") == std::string::npos);
}

TEST_CASE("a mail of an author, sent once more to where they did not send it, waits for a moderator", "[A5][A6][K7]") {
    Desk desk;
    community::List members;
    members.id = ListId{"members"};
    members.klass = "members";
    members.charter = "the members";
    members.default_tlp = members.max_tlp = community::Tlp::amber;
    desk.change([&](storage::Register& r) { r.put(members); });
    const auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
    const auto to = [](mailroom::Submission s, const std::string& local, const std::string& header = {}) {
        s.rcpt_to = {local + "@lists.arc.example"};
        if (!header.empty()) s.bytes.replace(s.bytes.find("To: teams@lists.arc.example"), 27, "To: " + header);
        return s;
    };
    const auto by_eve = [](mailroom::Submission s) {
        s.mail_from = "eve@stranger.example";
        s.bytes.insert(0, "Received: by mx.stranger.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
        return s;
    };
    const auto is_held = [](const storage::Post& post) {
        return post.state == PostState::held && post.because.front().code == community::Code::replayed;
    };
    SECTION("to another list, to the same one, to its owners, each once") {
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        for (const auto* local : {"members", "teams", "teams+owner", "members+owner"}) {
            CAPTURE(local);
            const auto before = desk.notices().size();
            const auto again = desk.judged(to(by_eve(mail), local));
            CHECK(is_held(again));
            const auto letters = desk.notices().size();
            CHECK(letters == before + 1);  // to its author
            CHECK(desk.judged(to(by_eve(mail), local)).state == PostState::dropped);
            CHECK(desk.notices().size() == letters);
            REQUIRE(desk.mailroom.release(moderator, again.id));
            while (desk.mailroom.process(8) > 0) {
            }
            CHECK_FALSE(is_held(*desk.store().posts().find(again.id)));
        }
    }
    SECTION("with other blanks and more below") {
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        auto other = to(by_eve(mail), "members");
        other.bytes.replace(other.bytes.find("The words"), 9, "The  words");
        other.bytes += "More.\r\n";
        CHECK(is_held(desk.judged(other)));
    }
    SECTION("behind many that only claim to be its author's") {
        community::List partners = members;
        partners.id = ListId{"partners"};
        partners.klass = "partners";
        partners.max_tlp = community::Tlp::green;
        partners.default_tlp = community::Tlp::green;
        desk.change([&](storage::Register& r) { r.put(partners); });
        const auto first = a_post("quentin@quokka.example", "TLP:GREEN x");
        REQUIRE(desk.judged(first).state == PostState::held);
        for (int i = 0; i < 15; ++i) {
            auto claimed = without_authentication(a_post("quentin@quokka.example", "TLP:GREEN x"));
            claimed.mail_from = "eve@stranger.example";
            claimed.rcpt_to.emplace_back("partners@lists.arc.example");
            REQUIRE(desk.judged(claimed).state == PostState::held);
        }
        CHECK(is_held(desk.judged(to(by_eve(first), "partners"))));
    }
    SECTION("with a field above or beside those that its author's server signed") {
        const auto more = GENERATE(values<std::string>(
            {"Date: Sun, 22 Nov 2026 13:00:00 +0000\r\n", "To: members@lists.arc.example\r\n", "Cc: members@lists.arc.example\r\n"}));
        CAPTURE(more);
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        for (const auto* local : {"members", "teams"}) {
            auto other = to(by_eve(mail), local);
            other.bytes.insert(0, more);
            CHECK(is_held(desk.judged(other)));
            CHECK(desk.judged(other).state == PostState::dropped);
        }
    }
    SECTION("with a field that it had not") {
        const auto field = GENERATE(values<std::string>({"Subject", "Date"}));
        CAPTURE(field);
        auto bare = mail;
        const auto at = bare.bytes.find(field + ": ");
        const auto line = bare.bytes.substr(at, bare.bytes.find("\r\n", at) + 2 - at);
        bare.bytes.erase(at, line.size());
        if (field == "Subject") bare.bytes.erase(bare.bytes.find("Date: "), bare.bytes.find("\r\n\r\n") + 2 - bare.bytes.find("Date: "));
        REQUIRE(desk.judged(bare).state == PostState::distributed);
        auto other = by_eve(bare);
        other.bytes.insert(0, line);
        CHECK(is_held(desk.judged(other)));
    }
    SECTION("of an author who is not to be named, also where it is kept without what would name them") {
        auto unnamed = a_post("mei@orchid.example", "TLP:GREEN x", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
        unnamed.bytes.resize(unnamed.bytes.find("\r\n\r\n") + 4);
        unnamed.bytes +=
            "--b\r\nContent-Type: text/plain\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nTLP:GREEN\r\nwombat\r\n"
            "-----BEGIN PGP SIGNATURE-----\r\n\r\nwsBz\r\n-----END PGP SIGNATURE-----\r\n"
            "\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
            R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})"
            "\r\n--b--\r\n";
        auto first = unnamed;
        const bool beside = GENERATE(false, true);
        if (beside) first.rcpt_to.emplace_back("members@lists.arc.example");
        const auto post = desk.judged(first);
        REQUIRE(post.state == PostState::distributed);
        REQUIRE(post.caveats.author_withheld);
        for (const auto* local : {"members", "teams", "members+owner"}) {
            CAPTURE(local, beside);
            CHECK(is_held(desk.judged(to(by_eve(unnamed), local))));
        }
    }
    SECTION("not what the author posts to several lists, in one transaction or two") {
        const auto both = to(mail, "teams", "teams@lists.arc.example, members@lists.arc.example");
        CHECK(desk.judged(both).state == PostState::distributed);
        CHECK(desk.judged(to(both, "members")).state == PostState::distributed);
        CHECK(is_held(desk.judged(to(by_eve(both), "members"))));
    }
    SECTION("not a blind copy that the MTA in front hands over by itself; and one that it hands over anew is one") {
        const Interval live{desk.clock.now() - std::chrono::hours{1}, Instant::max()};
        desk.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
        auto blind = to(mail, "members");
        blind.bytes.insert(0, "Received: by mx.arc.example; Sun, 22 Nov 2026 12:00:00 +0000\r\n");
        CHECK(desk.judged(blind).state == PostState::distributed);
        for (const std::string local : {"teams", "teams+owner"}) {
            CHECK(desk.judged(to(blind, local)).state == PostState::distributed);
            CHECK(desk.judged(to(blind, local)).state == PostState::dropped);
        }
        CHECK(desk.notices().empty());
    }
    SECTION("nor what waits for another reason, each time it comes") {
        for (int i = 0; i < 2; ++i) {
            const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
            CHECK((held.state == PostState::held && held.because.front().code == community::Code::moderated));
        }
    }
    SECTION("nor another mail with the same Message-ID") {
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        auto other = to(mail, "members");
        other.bytes.replace(other.bytes.find("The words"), 9, "New words");
        CHECK(desk.judged(other).state == PostState::distributed);
        CHECK(desk.judged(to(a_post("mei@orchid.example", "TLP:GREEN y"), "members")).state == PostState::distributed);
        CHECK(desk.judged(to(a_post("ana@banksia.example", "TLP:GREEN x"), "members")).state == PostState::distributed);
    }
}

TEST_CASE("a mail that names the list nowhere is posted by its author's own envelope, and else waits for a moderator", "[A5]") {
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x", "DKIM-Signature: v=1; d=orchid.example;\r\n h=From: to:Subject; b=x\r\n");
    mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
    const auto result = [&](const std::string& results) {
        auto other = mail;
        other.bytes.replace(other.bytes.find("; dmarc"), 7, "; " + results + "; dmarc");
        return other;
    };
    const auto by = [](mailroom::Submission s, const std::string& envelope, const std::string& above = {}) {
        s.mail_from = envelope;
        s.bytes.insert(0, above);
        return s;
    };
    const std::string eve = "eve@stranger.example", to_us = "To: teams@lists.arc.example\r\n", cc_us = "Cc: teams@lists.arc.example\r\n";
    const std::string nobodys = "DKIM-Signature: v=1; d=orchid.example; h=From; b=y\r\n";
    const std::vector<mailroom::Submission> carried{by(mail, eve),
                                                    by(mail, eve, to_us),
                                                    by(mail, eve, cc_us),
                                                    by(mail, "mei@bounces.orchid.example"),  // which somebody else may run
                                                    by(mail, eve, nobodys + to_us),
                                                    by(mail, eve, nobodys + cc_us),
                                                    by(mail, "SRS0=x=y=orchid.example=mei@stranger.example"),
                                                    by(mail, "SRS0=x=y=orchid.example=prvs=1234abcdef=mei@stranger.example"),
                                                    by(mail, "prvs=1234abcdef=mei@stranger.example"),
                                                    result("spf=softfail smtp.mailfrom=orchid.example")};
    for (std::size_t i = 0; i < carried.size(); ++i) {
        CAPTURE(i);
        for (const std::string local : {"teams", "teams+owner"}) {
            Desk fresh;
            auto one = carried[i];
            one.rcpt_to = {local + "@lists.arc.example"};
            const auto held = fresh.judged(one);
            CHECK(held.state == PostState::held);
            CHECK(held.because.front().code == community::Code::replayed);
            CHECK(fresh.notices().size() == 1);
            CHECK(fresh.judged(one).state == PostState::dropped);
            REQUIRE(fresh.mailroom.release(moderator, held.id));
            while (fresh.mailroom.process(8) > 0) {
            }
            CHECK((local != "teams" || fresh.store().posts().find(held.id)->state == PostState::distributed));
        }
    }
    auto named = by(mail, eve);
    named.bytes.replace(named.bytes.find("To: ana@banksia.example"), 23, "To: Teams@lists.arc.example");
    auto unsigned_to = by(mail, eve, to_us);
    unsigned_to.bytes.replace(unsigned_to.bytes.find(" to:"), 4, " Date:");
    auto forwarded = named;
    forwarded.mail_from = "SRS0=x=y=orchid.example=mei@relay.example";
    const std::vector<mailroom::Submission> sent{mail,
                                                 by(mail, "prvs=1234abcdef=mei@orchid.example"),
                                                 by(mail, "SRS0=x=y=relay.example=list@orchid.example"),
                                                 result("spf=fail smtp.helo=mx.orchid.example"),
                                                 named,
                                                 forwarded,
                                                 unsigned_to};
    for (std::size_t i = 0; i < sent.size(); ++i) {
        CAPTURE(i);
        Desk fresh;
        CHECK(fresh.judged(sent[i]).state == PostState::distributed);
    }
}

TEST_CASE("what may have come before a copy of the database was put back counts by its author's own hand alone", "[A5][K7]") {
    Desk desk;
    desk.settings.signed_from = desk.clock.now() + std::chrono::milliseconds(300);
    const auto by_eve = [](mailroom::Submission s) {
        s.mail_from = "eve@stranger.example";
        return s;
    };
    const auto of_before = a_post("mei@orchid.example", "TLP:GREEN x");
    for (const std::string local : {"teams", "teams+owner"}) {
        auto again = by_eve(of_before);
        again.rcpt_to = {local + "@lists.arc.example"};
        again.bytes.replace(again.bytes.find("To: teams@"), 10, "To: " + local + "@");
        const auto held = desk.judged(again);
        CHECK(held.state == PostState::held);
        CHECK(held.because.front().code == community::Code::replayed);
    }
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN y")).state == PostState::distributed);
    auto of_now = by_eve(a_post("mei@orchid.example", "TLP:GREEN z"));
    of_now.bytes.replace(of_now.bytes.find("2026 11:") + 5, 5, "12:00");  // in the second in which it was put back
    of_now.bytes.replace(of_now.bytes.find("2026 12:00:") + 11, 2, "00");
    CHECK(desk.judged(of_now).state == PostState::distributed);
}

TEST_CASE("what somebody else carried here first keeps no blind copy of its author away", "[A5][D2]") {
    Desk desk;
    auto members = desk.store().rosters().list(ListId{"teams"}).value();
    members.id = ListId{"members"};
    members.klass = "members";
    desk.change([&](storage::Register& r) { r.put(members); });
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x", "DKIM-Signature: v=1; d=orchid.example; h=From:To:Subject; b=x\r\n");
    mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
    auto by_eve = mail;
    by_eve.mail_from = GENERATE("eve@stranger.example", "SRS0=x=y=orchid.example=mei@stranger.example");
    by_eve.rcpt_to = GENERATE(std::vector<std::string>{"teams@lists.arc.example"}, std::vector<std::string>{"members@lists.arc.example"},
                              std::vector<std::string>{"teams+owner@lists.arc.example", "teams@lists.arc.example"});
    by_eve.bytes.insert(0, "Received: by mx.stranger.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
    const auto waits = desk.judged(by_eve);
    REQUIRE(waits.because.front().code == community::Code::replayed);
    CHECK(desk.judged(mail).state == PostState::distributed);
    CHECK(desk.store().posts().find(waits.id)->state == PostState::held);
    // Nor does it open the way for another of theirs.
    by_eve.bytes.insert(0, "Received: by mx.stranger.example; Sun, 22 Nov 2026 14:00:00 +0000\r\n");
    const auto again = desk.judged(by_eve);
    CHECK(again.because.front().code == community::Code::replayed);
    CHECK(again.state == PostState::dropped);
}

TEST_CASE("what went out while the same mail waited is sent again by nobody who could not know it", "[A5][D2]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    const auto decided = [&](const PostId& id) {
        REQUIRE(desk.mailroom.release(moderator, id));
        while (desk.mailroom.process(8) > 0) {
        }
        return desk.store().posts().find(id).value();
    };
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
    auto other = mail;
    other.bytes.insert(0, "Received: by mx.stranger.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
    PostId waits;
    std::string why;
    SECTION("as its author sent it, and as somebody carried it") {
        const std::string address = GENERATE(as<std::string>{}, "teams@lists.arc.example", "teams+owner@lists.arc.example");
        for (auto* one : {&mail, &other}) {
            one->bytes.replace(one->bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
            one->rcpt_to = {address};
        }
        other.mail_from = "eve@stranger.example";
        waits = desk.judged(other).id;
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        why = "as far as they are its author's";
    }
    SECTION("sent twice, and released once") {
        desk.change([&](storage::Register& r) {
            auto list = r.list(ListId{"teams"}).value();
            list.posting = community::Posting::moderated;
            r.put(list);
        });
        waits = desk.judged(other).id;
        const auto first = desk.judged(mail);
        REQUIRE(first.state == PostState::held);
        desk.clock.time += std::chrono::minutes{1};
        REQUIRE(decided(first.id).state == PostState::distributed);
        why = "moderat";
    }
    SECTION("as what nothing proved") {
        waits = desk.judged(without_authentication(mail)).id;
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        why = "authentication is";
    }
    const auto again = decided(waits);
    REQUIRE(again.state == PostState::held);
    CHECK(again.released_by.empty());
    REQUIRE(again.because.size() >= 2);
    CHECK_THAT(again.because.front().words, Catch::Contains("the same mail of this author went to teams"));
    // What nothing proved ends as before.
    const bool ends = why == "authentication is";
    CHECK(mailroom::waits_until(desk.room(), again) ==
          (ends ? std::optional(again.decided + desk.settings.quotas.unproven_life) : std::nullopt));
    const auto says_why = [&](const community::Reason& reason) { return reason.words.find(why) != std::string::npos; };
    CHECK(std::any_of(again.because.begin(), again.because.end(), says_why));
    CHECK(decided(waits).state == PostState::distributed);
}

TEST_CASE("what somebody else brings in an author's name writes that author few letters", "[M4]") {
    Desk desk;
    const auto letters_of = [&](const std::function<void(mailroom::Submission&)>& change, int mails) {
        const auto before = desk.notices().size();
        for (int i = 0; i < mails; ++i) {
            auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
            mail.bytes.replace(mail.bytes.find("<one@example>"), 13, "<" + std::to_string(i) + "@orchid.example>");
            mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
            change(mail);
            const auto answers = desk.receive(mail);
            for (const auto& answer : answers) CHECK(answer.receipt == Receipt::accepted);
            while (desk.mailroom.process(8) > 0) {
            }
        }
        return desk.notices().size() - before;
    };
    const auto envelope = GENERATE(as<std::string>{}, "eve@stranger.example", "SRS0=x=y=orchid.example=mei@stranger.example");
    CAPTURE(envelope);
    constexpr std::size_t few = mailroom::most_unproven_a_day;
    SECTION("of addresses that do not exist one, with what else it named") {
        const auto to_many = [&](mailroom::Submission& mail) {
            mail.mail_from = envelope;
            mail.rcpt_to = {"none@lists.arc.example", "none+request@lists.arc.example"};
            for (int i = 0; i < 30; ++i) mail.rcpt_to.push_back("none" + std::to_string(i) + "@lists.arc.example");
        };
        CHECK(letters_of(to_many, 1) == 1);
        const auto letter = desk.notices(true).back();
        CHECK(letter.find("none") == std::string::npos);
        CHECK(letter.find("and likewise at 31 more") != std::string::npos);
        CHECK(letters_of(to_many, 10) == few - 1);
    }
    SECTION("of what waits, or is refused, a few a day, and of their own each") {
        const auto carried = [&](mailroom::Submission& mail) {
            mail.mail_from = envelope;
            mail.rcpt_to = {"teams@lists.arc.example", "teams+owner@lists.arc.example"};
        };
        CHECK(letters_of(carried, 6) == few);
        const auto above = [&](mailroom::Submission& mail) {
            mail.bytes.replace(mail.bytes.find("TLP:GREEN"), 9, "TLP:RED");
            mail.bytes.replace(mail.bytes.find("Message-ID: <"), 13, "Message-ID: <red");
        };
        const auto above_carried = [&](mailroom::Submission& mail) {
            above(mail);
            carried(mail);
        };
        CHECK(letters_of(above_carried, 3) == 0);
        CHECK(letters_of(above, 10) == 10);
        CHECK(mailroom::may_reply(desk.room(), PersonId{"mei"}, true, desk.clock.now()));
    }
    SECTION("of what ends by itself as few as of what waits") {
        desk.change([&](storage::Register& r) {
            auto list = r.list(ListId{"teams"}).value();
            list.authentication = community::Strength::signature;
            r.put(list);
        });
        CHECK(letters_of([&](mailroom::Submission& mail) { mail.mail_from = envelope; }, 8) == few);
        const auto before = desk.notices().size();
        desk.clock.time += desk.settings.quotas.unproven_life;
        CHECK(desk.mailroom.discard_unproven() == 8);
        CHECK(desk.notices().size() - before == few);
    }
    SECTION("of one that names the list, and that a forwarder brings, it hears each time, but not of the same again and again") {
        const auto named = [&](mailroom::Submission& mail) {
            mail.mail_from = envelope;
            mail.bytes.replace(mail.bytes.find("To: ana@banksia.example"), 23, "To: teams@lists.arc.example");
            mail.bytes.replace(mail.bytes.find("TLP:GREEN"), 9, "TLP:RED");
        };
        CHECK(letters_of(named, 10) == 10);
        CHECK(letters_of(named, 10) == few);
    }
}

TEST_CASE("what somebody else can have put into the header of a mail, or taken out, lowers no label", "[A5][L2][L4][ruling gg]") {
    struct Row {
        std::string subject, header, envelope;
        community::Tlp label;
    };
    const std::string mei = "mei@orchid.example", eve = "eve@stranger.example", tlp = "TLP: GREEN\r\n";
    const auto signed_over = [](const std::string& names, const std::string& more = {}) {
        return "DKIM-Signature: v=1; d=orchid.example; h=From:To:" + names + "; " + more + "b=x\r\n";
    };
    using community::Tlp;
    const auto [subject, header, envelope, label] = GENERATE_COPY(values<Row>({
        {"x", tlp, mei, Tlp::green},
        {"x", tlp, eve, Tlp::amber},
        {"x", tlp, "SRS0=x=y=orchid.example=mei@relay.example", Tlp::amber},
        {"x", "Authentication-Results: mx.arc.example; spf=fail smtp.mailfrom=orchid.example\r\n" + tlp, mei, Tlp::amber},
        {"x", tlp + signed_over("Subject"), eve, Tlp::amber},
        {"x", tlp + signed_over("Subject:TLP"), eve, Tlp::green},
        {"x", tlp + tlp + signed_over("Subject:TLP"), eve, Tlp::amber},
        {"x", "X-" + tlp + signed_over("Subject:TLP"), eve, Tlp::amber},
        {"x", "TLP: AMBER+STRICT\r\n", eve, Tlp::amber_strict},
        {"TLP:GREEN x", {}, mei, Tlp::green},
        {"TLP:GREEN x", {}, eve, Tlp::amber},
        {"TLP:GREEN x", signed_over("Subject"), eve, Tlp::green},
        {"TLP:GREEN x", signed_over("Date"), eve, Tlp::amber},
        {"TLP:GREEN x", "Content-Type: text/plain\r\n" + signed_over("Subject"), eve, Tlp::amber},
        {"TLP:GREEN x", "Content-Type: text/plain\r\n" + signed_over("Subject:Content-Type"), eve, Tlp::green},
        {"TLP:GREEN x", "Content-Transfer-Encoding: 7bit\r\n" + signed_over("Subject"), eve, Tlp::amber},
        {"TLP:GREEN x", signed_over("Subject", "l=20; "), eve, Tlp::amber},
        {"TLP:GREEN x", tlp + signed_over("Subject"), eve, Tlp::green},
        {"Re: TLP:GREEN x", {}, mei, Tlp::green},
        {"Re: TLP:GREEN x", signed_over("Subject"), eve, Tlp::amber},
        {"Re: TLP:GREEN x", signed_over("Subject:In-Reply-To"), eve, Tlp::green},
    }));
    CAPTURE(subject, header, envelope);
    Desk desk;
    auto mail = a_post(mei, subject, header);
    mail.mail_from = envelope;
    const auto post = desk.judged(mail);
    CHECK(post.state == PostState::distributed);
    CHECK(post.label == label);
}

TEST_CASE("who reads RED is named where its author's server signed it, or by its author's own envelope", "[A5][L6][ruling w]") {
    struct Row {
        std::string above, header, envelope;
        bool names_ana;  // else it waits for names
    };
    const std::string mei = "mei@orchid.example", eve = "eve@stranger.example", cc_ana = "Cc: ana@banksia.example\r\n";
    const std::string to_ana = "To: ana@banksia.example\r\n";
    const auto signed_over = [](const std::string& names) { return "DKIM-Signature: d=orchid.example; h=From:" + names + "\r\n"; };
    const auto [above, header, envelope, names_ana] = GENERATE_COPY(values<Row>({
        {{}, cc_ana, mei, true},
        {{}, cc_ana, eve, false},
        {{}, cc_ana + signed_over("To:Cc"), eve, true},
        {cc_ana, signed_over("To"), mei, true},
        {cc_ana, signed_over("To"), eve, false},
        {to_ana, signed_over("Subject") + signed_over("To"), eve, false},
        {to_ana, signed_over("To"), eve, false},
        {to_ana, cc_ana + signed_over("To:Cc"), eve, true},
        {"Cc: quentin@quokka.example\r\n", cc_ana + signed_over("To:Cc"), eve, true},
        {{}, cc_ana + signed_over("Subject"), mei, true},  // of a server that signs neither
        {{}, cc_ana + signed_over("Subject"), eve, false},
    }));
    CAPTURE(above, header, envelope);
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto list = r.list(ListId{"teams"}).value();
        list.klass = "poc";
        list.max_tlp = community::Tlp::red;
        list.encryption = community::Encryption::required;
        r.put(list);
    });
    auto mail = a_post(mei, "TLP:RED x", header);
    mail.bytes.insert(0, above);
    mail.mail_from = envelope;
    const auto post = desk.judged(mail);
    CHECK(post.state == (names_ana ? PostState::distributed : PostState::held));
    if (!names_ana) CHECK(post.because.front().code == community::Code::not_named);
    const auto is_named = [&](const char* who) {
        return desk.store().archive().is_named(post.key, *desk.store().directory().key_of(PersonId{who}));
    };
    CHECK(is_named("ana") == names_ana);
    CHECK_FALSE(is_named("quentin"));
}

TEST_CASE("what somebody else put above a mail, its readers are not shown in its author's name", "[A5][A6]") {
    const std::string theirs =
        "Reply-To: Mei Tan <mei@attacker.example>\r\nMail-Followup-To: <mei@attacker.example>\r\nCc: <mei@attacker.example>\r\n"
        "Sender: <mei@attacker.example>\r\nResent-From: <mei@attacker.example>\r\n"
        "Autocrypt: addr=mei@orchid.example; keydata=attacker\r\nDate: Sat, 21 Nov 2026 11:00:00 +0000\r\n"
        "In-Reply-To: <another@attacker.example>\r\n";
    const std::string own =
        "Reply-To: <team@orchid.example>\r\nCc: <bo@orchid.example>, teams+owner@lists.arc.example\r\nIn-Reply-To: "
        "<zero@orchid.example>\r\n";
    const std::string names = "From:To:Cc:Subject:Date:Message-ID:Reply-To:In-Reply-To";
    for (const std::string envelope : {"mei@orchid.example", "eve@stranger.example"}) {
        CAPTURE(envelope);
        Desk desk;
        auto mail = a_post("mei@orchid.example", "TLP:GREEN x", own + "DKIM-Signature: d=orchid.example; h=" + names + "; b=x\r\n");
        const auto date = mail::parse(mail.bytes, {})->date;
        mail.bytes.insert(0, theirs);
        mail.mail_from = envelope;
        mail.rcpt_to.emplace_back("teams+owner@lists.arc.example");
        desk.change([&](storage::Register& r) {
            const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
            r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live});
        });
        const bool by_author = envelope == "mei@orchid.example";
        const auto post = desk.judged(mail);
        REQUIRE(post.state == PostState::distributed);
        const auto archived = desk.store().archive().find(post.id).value();
        const auto copy = mailroom::copy_for(desk.room(), archived, PersonId{"ana"});
        REQUIRE(copy);
        CHECK((copy->find("attacker") == std::string::npos) == !by_author);
        CHECK_THAT(*copy, Catch::Contains("From: <mei@orchid.example>") && Catch::Contains("<team@orchid.example>") &&
                              Catch::Contains("<bo@orchid.example>") && Catch::Contains("To: teams@lists.arc.example"));
        const auto card = mailroom::open_card(desk.vault(), desk.store().archive().card(post.key), post.id);
        REQUIRE(card);
        CHECK((card->date == date) == !by_author);
        CHECK((card->in_reply_to == std::vector<std::string>{"zero@orchid.example"}) == !by_author);
        const auto to_owner = desk.store().posts().get(post.key + 1).value();
        REQUIRE((to_owner.target == storage::Target::owner && to_owner.state == PostState::distributed));
        CHECK((mailroom::bytes_for_copies(desk.room(), to_owner)->find("attacker") == std::string::npos) == !by_author);
    }
}

TEST_CASE("which tags are cut tells nobody which lists there are, but for what the author may know", "[A7][A12][item 65]") {
    Desk desk;
    community::List sc;
    sc.id = ListId{"sc"};
    sc.klass = "members";
    sc.charter = "the committee";
    sc.default_tlp = sc.max_tlp = community::Tlp::amber;
    desk.change([&](storage::Register& r) { r.put(sc); });
    const PersonId quentin{"quentin"};
    const auto cut = [&](const std::optional<PersonId>& author, const std::string& header) {
        storage::Post post;
        post.list = ListId{"teams"};
        post.sender = author;
        post.received = desk.clock.now();
        const mailroom::InsideLists inside(desk.room(), header + "\r\nwords\r\n", post);
        return inside.names(inside.hidden_from(desk.room(), quentin, desk.clock.now())).tags;
    };
    const std::vector<std::string> none, the_committees{"sc"};
    for (const std::string field : {"Subject", "Thread-Topic", "X-Original-Subject", "Content-Description"}) {
        CAPTURE(field);
        const auto header = field + ": [sc] [board] [urgent] hello\r\n";
        CHECK(cut(quentin, header) == none);  // a guess
        CHECK(cut(PersonId{"mei"}, header) == the_committees);
        CHECK(cut(std::nullopt, header) == the_committees);          // an import
        CHECK(cut(PersonId{"who-left"}, header) == the_committees);  // may have known it
    }
    // What answers a guess repeats it, also while that waits.
    const auto answers = [&](const char* subject) { return cut(PersonId{"mei"}, subject + std::string("In-Reply-To: <one@example>\r\n")); };
    const auto asked = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN [sc] [board] hello"));
    REQUIRE(asked.state == PostState::held);
    CHECK(answers("Subject: Re: [sc] [board] hello\r\n") == none);
    desk.judged(without_authentication(a_post("mei@orchid.example", "TLP:GREEN [sc] [board] hello")));
    CHECK(answers("Subject: Re: [sc] [board] hello\r\n") == none);  // that may be of whoever asks
    // What only claims to be of somebody is no guess of theirs.
    auto claimed = without_authentication(a_post("quentin@quokka.example", "TLP:GREEN [sc] hello"));
    claimed.bytes.replace(claimed.bytes.find("<one@example>"), 13, "<two@example>");
    REQUIRE(desk.judged(claimed).state == PostState::held);
    CHECK(cut(PersonId{"mei"}, "Subject: Re: [sc] hello\r\nIn-Reply-To: <two@example>\r\n") == the_committees);
    REQUIRE(desk.mailroom.release(moderator, asked.id));
    while (desk.mailroom.process(8) > 0) {
    }
    REQUIRE(desk.store().posts().find(asked.id)->state == PostState::distributed);
    CHECK(cut(PersonId{"mei"}, "Subject: Re: [sc] [board] hello\r\nIn-Reply-To: <one@example>\r\n") == none);
    CHECK(cut(PersonId{"mei"}, "Subject: Re: [sc] hello\r\nReferences: <other@example>\r\n") == the_committees);
}

TEST_CASE("a guess stays one by the id it came with, whether or not its author is named, and where it went to who runs a list",
          "[A7][A12][item 65]") {
    Desk desk;
    auto sc = desk.store().rosters().list(ListId{"teams"}).value();
    sc.id = ListId{"sc"};
    sc.klass = "members";
    desk.change([&](storage::Register& r) {
        r.put(sc);
        const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
        r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live});
    });
    const bool to_owners = GENERATE(true, false);
    auto guess =
        a_post("quentin@quokka.example", "TLP:GREEN [sc] hello", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
    guess.bytes.resize(guess.bytes.find("\r\n\r\n") + 4);
    guess.bytes +=
        "--b\r\n\r\nTLP:GREEN\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
        R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})"
        "\r\n--b--\r\n";
    if (to_owners) guess = a_post("quentin@quokka.example", "TLP:GREEN [sc] hello");
    if (to_owners) guess.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto asked = desk.judged(guess);
    REQUIRE(asked.state == (to_owners ? PostState::distributed : PostState::held));
    REQUIRE(asked.caveats.author_withheld == !to_owners);
    const auto may_name = [&] {
        const auto room = desk.room();
        return mailroom::Tags(room, ListId{"teams"}, PersonId{"mei"}, desk.clock.now(), {"one@example"}).may_name("sc");
    };
    CHECK_FALSE(may_name());
    if (to_owners) return;
    REQUIRE(desk.mailroom.release(moderator, asked.id));
    while (desk.mailroom.process(8) > 0) {
    }
    REQUIRE(desk.store().posts().find(asked.id)->state == PostState::distributed);
    CHECK_FALSE(may_name());
}

TEST_CASE("of what cannot be read nobody says that its author knew none of the lists in it", "[A7][A12][item 65]") {
    Desk desk;
    storage::Post post;
    post.list = ListId{"teams"};
    post.sender = PersonId{"mei"};
    const std::string header = "Subject: [sc] hello\r\n";
    CHECK(mailroom::names_known_to_author(desk.room(), header + "\r\nwords\r\n", post) == std::vector<std::string>{});
    CHECK_FALSE(mailroom::names_known_to_author(desk.room(), header + "no field\r\n\r\nwords\r\n", post));
}

TEST_CASE("a guessed tag stays one when its author is gone, and in what answers it on whatever list", "[A7][A12][item 65]") {
    Desk desk;
    const auto add_list = [&](const char* id, const char* klass) {
        auto list = desk.store().rosters().list(ListId{"teams"}).value();
        list.id = ListId{id};
        list.klass = klass;
        desk.change([&](storage::Register& r) { r.put(list); });
    };
    add_list("sc", "members");
    add_list("news", "teams");
    desk.add_person("quinn", "quokka", "quinn@quokka.example");
    for (const auto* list : {"teams", "news"}) desk.subscribe(list, "quinn");
    const auto distributed = [&](mailroom::Submission mail, const std::string& id) {
        mail.bytes.replace(mail.bytes.find("<one@example>"), 13, "<" + id + "@example>");
        const auto post = desk.judged(mail);
        if (post.state == PostState::held) REQUIRE(desk.mailroom.release(moderator, post.id));
        while (desk.mailroom.process(8) > 0) {
        }
        REQUIRE(desk.store().posts().find(post.id)->state == PostState::distributed);
        return post.id;
    };
    const auto read_by_quinn = [&](const PostId& post) {
        const auto archived = desk.store().archive().find(post).value();
        const auto copy = mailroom::copy_for(desk.room(), archived, PersonId{"quinn"});
        REQUIRE(copy);
        const auto card = mailroom::open_card(desk.vault(), desk.store().archive().card(archived.post), post);
        REQUIRE(card);
        const mailroom::ArchiveReader quinn(desk.room(), PersonId{"quinn"}, desk.clock.now());
        const auto subject = mail::parse(*copy, {})->subject;
        CHECK(mailroom::subject_for(desk.room(), quinn, archived, *card) == subject);
        return subject;
    };
    const auto guess = distributed(a_post("quentin@quokka.example", "TLP:GREEN [sc] [board] hello"), "guess");
    const auto known = distributed(a_post("mei@orchid.example", "TLP:GREEN [sc] [board] hello"), "known");
    auto repeated = a_post("ana@banksia.example", "TLP:GREEN Re: [sc] [board] hello", "In-Reply-To: <guess@example>\r\n");
    repeated.rcpt_to = {"news@lists.arc.example"};
    repeated.bytes.replace(repeated.bytes.find("To: teams@") + 4, 5, "news");
    const auto repeat = distributed(repeated, "repeat");
    const auto again =
        distributed(a_post("mei@orchid.example", "TLP:GREEN Re: [sc] [board] hello", "In-Reply-To: <repeat@example>\r\n"), "again");
    // What somebody guesses under a Message-ID that was there before makes no guess of what stood there.
    distributed(a_post("mei@orchid.example", "TLP:GREEN [sc] agenda"), "agenda");
    auto colliding = a_post("quinn@quokka.example", "TLP:GREEN [sc] [board] other");
    colliding.rcpt_to = {"news@lists.arc.example"};
    colliding.bytes.replace(colliding.bytes.find("To: teams@") + 4, 5, "news");
    distributed(colliding, "agenda");
    const auto answer =
        distributed(a_post("ana@banksia.example", "TLP:GREEN Re: [sc] agenda", "In-Reply-To: <agenda@example>\r\n"), "answer");
    CHECK(read_by_quinn(answer).find("sc") == std::string::npos);
    // Nor of what went to the list itself, whose name its author need not have written.
    auto minutes = a_post("mei@orchid.example", "TLP:GREEN minutes");
    minutes.rcpt_to = {"sc@lists.arc.example"};
    minutes.bytes.replace(minutes.bytes.find("To: teams@") + 4, 5, "sc");
    distributed(minutes, "minutes");
    colliding = a_post("quinn@quokka.example", "TLP:GREEN [sc] [board] other");
    colliding.rcpt_to = {"news@lists.arc.example"};
    colliding.bytes.replace(colliding.bytes.find("To: teams@") + 4, 5, "news");
    distributed(colliding, "minutes");
    const auto of_minutes =
        distributed(a_post("ana@banksia.example", "TLP:GREEN Re: [sc] minutes", "In-Reply-To: <minutes@example>\r\n"), "of-minutes");
    CHECK(read_by_quinn(of_minutes).find("sc") == std::string::npos);
    // Also while that waits for a moderator.
    desk.change([&](storage::Register& r) {
        auto sc = r.list(ListId{"sc"}).value();
        sc.posting = community::Posting::moderated;
        r.put(sc);
    });
    minutes.bytes.replace(minutes.bytes.find("<one@example>"), 13, "<draft@example>");
    REQUIRE(desk.judged(minutes).state == PostState::held);
    distributed(colliding, "draft");
    const auto of_draft =
        distributed(a_post("ana@banksia.example", "TLP:GREEN Re: [sc] minutes", "In-Reply-To: <draft@example>\r\n"), "of-draft");
    CHECK(read_by_quinn(of_draft).find("sc") == std::string::npos);
    for (const bool gone : {false, true}) {
        CAPTURE(gone);
        CHECK(read_by_quinn(guess) == "[sc] [board] TLP:GREEN hello");
        CHECK(read_by_quinn(known) == "[board] TLP:GREEN hello");
        CHECK(read_by_quinn(repeat) == "Re: [sc] [board] TLP:GREEN hello");
        CHECK(read_by_quinn(again) == "Re: [sc] [board] TLP:GREEN hello");
        if (gone) break;
        desk.change([&](storage::Register& r) {
            for (const auto* who : {"quentin", "mei", "ana"}) r.remove(PersonId{who}, desk.clock.now());
        });
    }
}

TEST_CASE("what a post answers is looked up once for all its tags, the nearest first, and two hundred of it at most", "[A7][S5][item 65]") {
    Desk desk;
    for (const auto* id : {"sc", "tc"}) {
        auto list = desk.store().rosters().list(ListId{"teams"}).value();
        list.id = ListId{id};
        list.klass = "members";
        desk.change([&](storage::Register& r) { r.put(list); });
    }
    const auto distributed = [&](const std::string& from, const std::string& subject, const std::string& id) {
        auto mail = a_post(from, subject);
        mail.bytes.replace(mail.bytes.find("<one@example>"), 13, "<" + id + ">");
        const auto post = desk.judged(mail);
        if (post.state == PostState::held) REQUIRE(desk.mailroom.release(moderator, post.id));
        while (desk.mailroom.process(8) > 0) {
        }
    };
    distributed("quentin@quokka.example", "TLP:GREEN [sc] [tc] hello", "guess@example");
    SECTION("once") {
        const auto room = desk.room();
        const mailroom::Tags asked(room, ListId{"teams"}, PersonId{"mei"}, desk.clock.now(), {"guess@example"});
        CHECK_FALSE(asked.may_name("sc"));
        SQLite::Database(desk.options.path.string(), SQLite::OPEN_READWRITE).exec("UPDATE archived SET bytes = zeroblob(length(bytes))");
        CHECK_FALSE(asked.may_name("tc"));
    }
    SECTION("whatever comes under its id afterwards") {
        for (int i = 0; i < 25; ++i) distributed("quentin@quokka.example", "TLP:GREEN x", "guess@example");
        const auto room = desk.room();
        CHECK_FALSE(mailroom::Tags(room, ListId{"teams"}, PersonId{"mei"}, desk.clock.now(), {"guess@example"}).may_name("sc"));
    }
    SECTION("no more than two hundred") {
        std::vector<std::string> many;
        for (int i = 0; i < 200; ++i) {
            const auto id = fmt::format("{}@example", i / 20);
            if (i % 20 == 0) many.push_back(id);
            distributed("mei@orchid.example", "TLP:GREEN x", id);
        }
        const auto room = desk.room();
        const auto may_name = [&](const std::vector<std::string>& answered) {
            return mailroom::Tags(room, ListId{"teams"}, PersonId{"mei"}, desk.clock.now(), answered).may_name("sc");
        };
        auto before = many, behind = many;
        before.insert(before.begin(), "guess@example");
        behind.emplace_back("guess@example");
        CHECK(may_name(before));
        CHECK_FALSE(may_name(behind));
    }
    SECTION("whatever stands before it in the References of the answer") {
        std::string nothing;
        for (int i = 0; i < 100; ++i) nothing += fmt::format("<nothing{}@example>\r\n ", i);
        const auto in_reply_to = GENERATE(as<std::string>{}, "", "In-Reply-To: <guess@example>\r\n");
        const auto references = "References: " + nothing + (in_reply_to.empty() ? "<guess@example>\r\n" : "<nothing@example>\r\n");
        const auto before = GENERATE(true, false);
        storage::Post post;
        post.list = ListId{"teams"};
        post.sender = PersonId{"mei"};
        const auto header = "Subject: Re: [sc] hello\r\n" + (before ? in_reply_to + references : references + in_reply_to);
        CHECK(mailroom::names_known_to_author(desk.room(), header + "\r\nwords\r\n", post) == std::vector<std::string>{});
    }
}

TEST_CASE("an envelope alone is too weak for a list that asks for dmarc", "[A5]") {
    Desk desk;
    const auto post = desk.judged(without_authentication(a_post("mei@orchid.example", "TLP:GREEN x")));
    CHECK(post.strength == community::Strength::envelope);
    CHECK(post.state == PostState::held);
}

TEST_CASE("where the MTA in front has a mark, only marked mail is authenticated, and the mark is kept nowhere", "[A5]") {
    Desk desk;
    const std::string secret = "a-secret-of-two-parties";
    desk.settings.front_mark = {"X-Arc-Border", secret};
    const auto marked = a_post("mei@orchid.example", "TLP:GREEN marked", "X-Arc-Border: " + secret + "\r\n");
    const auto post = desk.judged(marked);
    CHECK(post.state == PostState::distributed);
    CHECK(post.strength == community::Strength::dmarc);
    const auto kept = desk.vault().open(desk.store().posts().body(post.key), post.sealed_as.value);
    REQUIRE(kept);
    CHECK(kept->find("X-Arc-Border") == std::string::npos);
    CHECK(kept->find("Authentication-Results: mx.arc.example") == 0);

    for (const auto& extra :
         std::vector<std::string>{"", "X-Arc-Border: guess\r\n", "X-Arc-Border: guess\r\nX-Arc-Border: " + secret + "\r\n"}) {
        CAPTURE(extra);
        const auto unmarked = desk.judged(a_post("mei@orchid.example", "TLP:GREEN past the MTA", extra));
        CHECK(unmarked.state == PostState::held);
        CHECK(unmarked.strength == community::Strength::envelope);
        const auto bytes = desk.vault().open(desk.store().posts().body(unmarked.key), unmarked.sealed_as.value);
        REQUIRE(bytes);
        CHECK(bytes->find("X-Arc-Border") == std::string::npos);
        CHECK(bytes->find("Authentication-Results") == std::string::npos);  // nothing of it is ever believed, or shown to readers
    }
    desk.store().journal().each({}, [&](const storage::Entry& entry) { CHECK(entry.detail.find(secret) == std::string::npos); });
}

TEST_CASE("a probe says once what became of forged Authentication-Results, and is no post", "[A5][O3]") {
    Desk desk;
    const auto came = [&](const mailroom::Probe& probe, const std::string& bytes) {
        mailroom::Submission s;
        s.mail_from = probe.address;
        s.rcpt_to = {probe.address};
        s.bytes = bytes;
        return desk.receive(s).front().receipt;
    };
    const auto first = mailroom::make_probe(desk.room());
    CHECK_FALSE(mailroom::arrival_of(desk.room(), first));
    CHECK(came(first, first.message) == Receipt::accepted);
    CHECK(mailroom::arrival_of(desk.room(), first) == R"({"forged":["mx.arc.example"]})");
    CHECK(came(first, first.message) == Receipt::refused);  // as an address that does not exist
    CHECK(desk.store().posts().count(PostState::spooled) == 0);

    desk.settings.front_mark = {"X-Arc-Border", "a-secret-of-two-parties"};
    const auto cleaned = [](const mailroom::Probe& probe) { return probe.message.substr(probe.message.find("From:")); };
    const std::string own = "Authentication-Results: mx.arc.example; dmarc=pass header.from=lists.arc.example\r\n";
    const auto [above, seen] = GENERATE_REF(table<std::string, std::string>({
        {own, R"({"forged":[],"mark":"missing"})"},
        {"X-Arc-Border: a-secret-of-two-parties\r\n" + own, R"({"forged":[],"mark":"right"})"},
        {"X-Arc-Border: another\r\n", R"({"forged":[],"mark":"wrong"})"},
        {"X-Arc-Border: a-secret-of-two-parties\r\nX-Arc-Border: \r\n", R"({"forged":[],"mark":"twice"})"},
    }));
    const auto probe = mailroom::make_probe(desk.room());
    CHECK(came(probe, above + cleaned(probe)) == Receipt::accepted);
    CHECK(mailroom::arrival_of(desk.room(), probe) == seen);

    // Twice in one commit, with others in its envelope, too late, before it was made, made up.
    const auto twice = mailroom::make_probe(desk.room());
    mailroom::Submission s{twice.address, {twice.address}, twice.message, "lmtp", "127.0.0.1"};
    const auto both = desk.mailroom.receive(std::vector{s, s});
    CHECK(both[0].front().receipt == Receipt::accepted);
    CHECK(both[1].front().receipt == Receipt::refused);
    auto beside = s;
    const auto other = mailroom::make_probe(desk.room());
    beside.rcpt_to = {other.address, "teams@lists.arc.example"};
    for (const auto& answer : desk.receive(beside)) CHECK(answer.receipt == Receipt::refused);
    desk.clock.time += mailroom::probe_life + std::chrono::seconds{1};
    CHECK(came(other, other.message) == Receipt::refused);
    const auto early = mailroom::make_probe(desk.room());
    desk.clock.time -= std::chrono::hours{1};
    CHECK(came(early, early.message) == Receipt::refused);
    auto forged = early;
    forged.address = "probe.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@lists.arc.example";
    CHECK(came(forged, early.message) == Receipt::refused);
    CHECK(desk.store().journal().verify());
}

TEST_CASE("a storm of bounces to one return path ends in refusals, and in no others", "[M3][S2]") {
    mailroom::ReturnLimit limit;
    const mailroom::ReturnLimit::Moment begin{};
    for (std::size_t i = 0; i < mailroom::ReturnLimit::most_a_day; ++i) CHECK(limit.take(begin, "b.one"));
    CHECK_FALSE(limit.take(begin, "b.one"));
    CHECK(limit.take(begin, "b.two"));
    CHECK_FALSE(limit.take(begin + std::chrono::hours{23}, "b.one"));
    CHECK(limit.take(begin + std::chrono::hours{24}, "b.one"));

    Desk desk;
    const auto post = desk.judged(a_post("mei@orchid.example", "TLP:GREEN phish kit"));
    const auto bounce = [&](std::int32_t copy) {
        mailroom::Submission s;
        s.rcpt_to = {mailroom::ReturnPaths(desk.room()).of(post.key, copy)};
        s.bytes = "From: <mailer-daemon@mx.example>\r\nSubject: Undelivered\r\n\r\nIt could not be delivered.\r\n";
        return desk.receive(s).front().receipt;
    };
    for (std::size_t i = 0; i < mailroom::ReturnLimit::most_a_day; ++i) CHECK(bounce(1) == Receipt::accepted);
    CHECK(bounce(1) == Receipt::refused);
    CHECK(bounce(2) == Receipt::accepted);
}

TEST_CASE("a member is recognised in every spelling of their address", "[A6]") {
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        mei.addresses = {"mei@BÜCHER.example", "jo\u0308rg@orchid.example", "Mei@xn--strae-oqa.example"};
        r.put(mei);
    });
    const auto [from, author] = GENERATE(table<std::string, std::string>({
        {"mei@bücher.example", "bücher.example"},
        {"mei@xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"Mei@XN--BCHER-KVA.example", "bücher.example"},
        {"mei@bücher.example", "xn--bcher-kva.example"},
        {"JÖRG@orchid.example", "orchid.example"},
        {"mei@straße.example", "xn--strae-oqa.example"},
        {"\"mei\"@straße.example", "straße.example"},
    }));
    CAPTURE(from, author);
    auto submission = without_authentication(a_post("mei@orchid.example", "TLP:GREEN phish kit"));
    submission.mail_from = from;
    for (auto at = submission.bytes.find("mei@orchid.example"); at != std::string::npos; at = submission.bytes.find("mei@orchid.example"))
        submission.bytes.replace(at, 18, from);
    CHECK(desk.judged(submission).strength == community::Strength::envelope);
    submission.bytes = "Authentication-Results: mx.arc.example; dmarc=pass header.from=" + author + "\r\n" + submission.bytes;
    const auto post = desk.judged(submission);
    CHECK(post.sender == PersonId{"mei"});
    CHECK(post.strength == community::Strength::dmarc);
}

TEST_CASE("an envelope that a gateway wrapped is still the member's", "[A5]") {
    Desk desk;
    const auto [mail_from, expected] = GENERATE(table<std::string, community::Strength>({
        {"prvs=1234abcdef=mei@orchid.example", community::Strength::envelope},
        {"btv1==0612f3a4b5c==mei@orchid.example", community::Strength::envelope},
        {"SRS0=abcd=TT=orchid.example=mei@relay.example", community::Strength::envelope},
        {"SRS0=abcd=TT=orchid.example=prvs=1234abcdef=mei@relay.example", community::Strength::envelope},
        {"prvs=1234abcdef=eve@orchid.example", community::Strength::none},
        {"prvs=1234abcdef=mei@relay.example", community::Strength::none},
        {"SRS0=abcd=TT=relay.example=mei@orchid.example", community::Strength::none},
        {"mei=orchid.example@relay.example", community::Strength::none},
    }));
    CAPTURE(mail_from);
    auto wrapped = without_authentication(a_post("mei@orchid.example", "TLP:GREEN x"));
    wrapped.mail_from = mail_from;
    CHECK(desk.judged(wrapped).strength == expected);
    // Anybody can write such an address: where our border says that DMARC failed, another domain's word is not enough.
    const bool rewritten = mail_from.ends_with("@relay.example");
    wrapped.bytes = "Authentication-Results: mx.arc.example; dmarc=fail header.from=orchid.example\r\n" + wrapped.bytes;
    CHECK(desk.judged(wrapped).strength == (rewritten ? community::Strength::none : expected));
}

TEST_CASE("what is not a message is refused with the reason", "[S3]") {
    Desk desk;
    const auto header = GENERATE(as<std::string>{}, "From: <mei@orchid.example>\r\n", "no colon here\r\n");
    const auto answer = desk.receive(a_post("mei@orchid.example", "x", header)).front();
    CHECK(answer.receipt == Receipt::invalid);
    CHECK_FALSE(answer.detail.empty());
}

TEST_CASE("a comma without quotes in a name is told as such, to everybody for every address", "[A7][S3]") {
    Desk desk;
    const auto address = GENERATE("teams@lists.arc.example", "nothing@lists.arc.example");
    const auto from = GENERATE("mei@orchid.example", "eve@stranger.example");
    auto post = a_post(from, "TLP:GREEN x");
    post.rcpt_to = {address};
    post.bytes.replace(post.bytes.find("From: <"), 7, "From: Tan, Mei <");
    const auto answer = desk.receive(post).front();
    CHECK(answer.receipt == Receipt::invalid);
    CHECK(answer.detail.find("comma") != std::string::npos);
}

TEST_CASE("fields that RFC 5322 section 4 has readers take twice are taken", "[S3]") {
    Desk desk;
    const auto fields = GENERATE(as<std::string>{}, "Cc: <a@fjord.example>\r\nCc: <b@fjord.example>\r\n", "To: <a@fjord.example>\r\n",
                                 "Reply-To: <a@fjord.example>\r\nReply-To: <b@fjord.example>\r\n",
                                 "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n", "Sender: <a@fjord.example>\r\nSender: <b@fjord.example>\r\n");
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN x", fields)).state == PostState::distributed);
}

TEST_CASE("robots and loops are dropped and nobody is told", "[M2]") {
    Desk desk;
    const auto header = GENERATE(as<std::string>{}, "Auto-Submitted: auto-replied\r\n", "List-Id: Teams <teams.lists.arc.example>\r\n",
                                 "X-Autoreply: yes\r\nX-Autorespond: teams\r\nPrecedence: auto_reply\r\n",
                                 "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n");
    const auto post = desk.judged(a_post("mei@orchid.example", "x", header));
    CHECK(post.state == PostState::dropped);
    CHECK(desk.notices().empty());
    CHECK(desk.store().posts().body(post.key).key.empty());  // its body is forgotten
}

TEST_CASE("what people's programs mark is distributed or held like any other, and nobody is answered", "[M2]") {
    Desk desk;
    const auto header = GENERATE(as<std::string>{}, "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\r\n",
                                 "Precedence: bulk\r\nX-RT-Loop-Prevention: orchid.example\r\n", "Precedence: list\r\n",
                                 "List-Id: Fjord <case.fjord.example>\r\n");
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN x", header)).state == PostState::distributed);
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x", header)).state == PostState::held);
    // Refused it would be lost: the author is not told.
    const auto above = desk.judged(a_post("mei@orchid.example", "TLP:RED x", header));
    CHECK(above.state == PostState::held);
    CHECK(desk.notices().empty());
    // A moderator cannot make it allowed.
    REQUIRE(desk.mailroom.release(moderator, above.id));
    while (desk.mailroom.process(8) > 0) {
    }
    CHECK(desk.store().posts().find(above.id)->state == PostState::refused);
    // A person's program may leave a list too, and they hear of it; a robot may not.
    desk.judged(a_wish_to_leave(desk, "mei@orchid.example", header));
    desk.judged(a_wish_to_leave(desk, "ana@banksia.example", header + "X-Autoreply: yes\r\n"));
    CHECK(desk.notices() == std::vector<std::string>{"You have left teams"});
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 2);
}

TEST_CASE("an unknown label is held and its sender told", "[L3]") {
    Desk desk;
    const auto post = desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x"));
    CHECK(post.state == PostState::held);
    CHECK(desk.notices() == std::vector<std::string>{"Your post to teams is held"});
    CHECK(desk.notices(true).front().find("TLP:ORANGE") != std::string::npos);
    CHECK(desk.notices(true).front().find("Only you can settle that") != std::string::npos);
    CHECK(desk.notices(true).front().find("it is given back to you on") != std::string::npos);
    CHECK(desk.notices(true).front().find("moderator") == std::string::npos);
    CHECK(mailroom::waits_until(desk.room(), post) == post.decided + std::chrono::hours{24});
    desk.clock.time += std::chrono::hours{25};
    CHECK(desk.mailroom.return_overdue() == 1);
    CHECK(desk.store().posts().find(post.id)->state == PostState::refused);
}

TEST_CASE("no word that somebody else can have put into the header of a mail is told to its author", "[A5][M4]") {
    for (const std::string envelope : {"mei@orchid.example", "eve@stranger.example"}) {
        CAPTURE(envelope);
        Desk desk;
        auto mail = a_post("mei@orchid.example", "TLP:GREEN x", "TLP: FUCHSIA\r\n");
        mail.mail_from = envelope;
        REQUIRE(desk.judged(mail).because.front().code == community::Code::label_held);
        const auto letter = desk.notices(true).front();
        CHECK((letter.find("FUCHSIA") == std::string::npos) == (envelope == "eve@stranger.example"));
    }
}

TEST_CASE("a word that is no label is told to its author, and rests nowhere in clear", "[K13][L3]") {
    Desk desk;
    const auto post = desk.judged(a_post("mei@orchid.example", "TLP:operation-nightfall begins"));
    REQUIRE(post.state == PostState::held);
    REQUIRE(post.because.size() == 1);
    CHECK(post.because[0].code == community::Code::label_held);
    CHECK(post.because[0].words.starts_with("a word of the mail looks like a label and is not one"));
    std::string journal;
    desk.store().journal().each({}, [&](const storage::Entry& entry) { journal += entry.detail; });
    CHECK(journal.find("nightfall") == std::string::npos);
    CHECK(desk.notices(true).front().find("\"TLP:operation-nightfall") != std::string::npos);
}

TEST_CASE("above the list's maximum nothing is distributed and the sender is told", "[L5]") {
    Desk desk;
    const auto post = desk.judged(a_post("mei@orchid.example", "TLP:RED x"));
    CHECK(post.state == PostState::refused);
    CHECK(desk.notices().size() == 1);
}

TEST_CASE("a partner's post waits for a moderator, who releases it once", "[D7]") {
    Desk desk;
    const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    REQUIRE(held.state == PostState::held);
    REQUIRE(desk.mailroom.release(moderator, held.id));
    const auto second = desk.mailroom.release(moderator, held.id);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == errc::conflict);
    desk.mailroom.process(8);
    CHECK(desk.store().posts().find(held.id)->state == PostState::distributed);
    CHECK(desk.store().posts().find(held.id)->released_by == moderator.name);
}

TEST_CASE("what only the author can settle is released by nobody", "[L3][ruling w]") {
    Desk desk;
    const bool unclear = GENERATE(true, false);
    CAPTURE(unclear);
    desk.change([&](storage::Register& r) {
        auto list = r.list(ListId{"teams"}).value();
        list.klass = "poc";
        list.max_tlp = community::Tlp::red;
        list.encryption = community::Encryption::required;
        r.put(list);
    });
    const auto held = desk.judged(a_post("mei@orchid.example", unclear ? "TLP:ORANGE x" : "TLP:RED x"));
    REQUIRE(held.state == PostState::held);
    REQUIRE(held.because.front().code == (unclear ? community::Code::label_held : community::Code::not_named));
    const auto told = desk.notices();
    const auto head = desk.store().journal().head().number;
    const auto refused = desk.mailroom.release(moderator, held.id);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::denied);
    CHECK_THAT(refused.error().detail, Catch::Contains(unclear ? "waits for its label, which only its author can settle"
                                                               : "waits for names, which only its author can give") &&
                                           Catch::Contains("Reject it with a reason"));
    CHECK(desk.mailroom.process(8) == 0);
    const auto after = desk.store().posts().find(held.id).value();
    CHECK(after.state == PostState::held);
    CHECK(after.decided == held.decided);
    CHECK(after.released_by.empty());
    CHECK(desk.notices() == told);
    CHECK(desk.store().journal().head().number == head);
    REQUIRE(desk.mailroom.reject(moderator, held.id, "write one label"));
}

TEST_CASE("a released post is judged with its author's standing of now", "[A3]") {
    Desk desk;
    const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    desk.change([&](storage::Register& r) { r.remove(PersonId{"quentin"}, desk.clock.now()); });
    REQUIRE(desk.mailroom.release(moderator, held.id));
    desk.mailroom.process(8);
    CHECK(desk.store().posts().find(held.id)->state == PostState::refused);
}

TEST_CASE("only those who run a list decide on what it holds", "[A10]") {
    Desk desk;
    const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    const community::Actor mei{"person mei", PersonId{"mei"}};
    CHECK(desk.mailroom.release(mei, held.id).error().code == errc::not_found);
    const Interval past{desk.clock.now() - std::chrono::hours{48}, desk.clock.now()};
    desk.change([&](storage::Register& r) { r.put(community::Term{"moderator", PersonId{"mei"}, ListId{"teams"}, past}); });
    CHECK(desk.mailroom.release(mei, held.id).error().code == errc::not_found);  // the term is over at its last instant
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) { r.put(community::Term{"moderator", PersonId{"mei"}, ListId{"teams"}, live}); });
    CHECK(desk.mailroom.release(mei, held.id));
}

TEST_CASE("what is posted through a moderator is released by neither its author nor their team", "[A10][A11]") {
    Desk desk;
    desk.add_person("quinn", "quokka", "quinn@quokka.example");
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        for (const auto* person : {"quentin", "quinn", "ana"}) r.put(community::Term{"moderator", PersonId{person}, ListId{"teams"}, live});
    });
    // Also where something else holds it: a release settles both.
    const bool unproven = GENERATE(false, true);
    const auto mail = a_post("quentin@quokka.example", "TLP:GREEN x");
    const auto held = desk.judged(unproven ? without_authentication(mail) : mail);
    REQUIRE(held.state == PostState::held);
    REQUIRE(held.because.front().code == (unproven ? community::Code::authentication : community::Code::moderated));
    const auto by = [](const char* person) { return community::Actor{std::string("person ") + person, PersonId{person}}; };
    const auto own = desk.mailroom.release(by("quentin"), held.id);
    REQUIRE_FALSE(own);
    CHECK(own.error().code == errc::denied);
    CHECK_THAT(own.error().detail, Catch::Contains("is your own") && Catch::Contains("another moderator, the secretariat or the operator"));
    const auto teams = desk.mailroom.release(by("quinn"), held.id);
    REQUIRE_FALSE(teams);
    CHECK_THAT(teams.error().detail, Catch::Contains("of your own team"));
    CHECK(desk.store().posts().find(held.id)->state == PostState::held);
    auto in_anothers_name = by("ana");
    in_anothers_name.lent_by = "person quentin";
    const auto lent = desk.mailroom.release(in_anothers_name, held.id);
    REQUIRE_FALSE(lent);
    CHECK_THAT(lent.error().detail, Catch::Contains("is your own"));
    SECTION("another moderator does") { CHECK(desk.mailroom.release(by("ana"), held.id)); }
    SECTION("the secretariat does, of colleagues as well") {
        desk.change([&](storage::Register& r) {
            r.put(community::Term{"secretariat", PersonId{"quinn"}, ListId{}, live});
            auto team = *r.team(TeamId{"quokka"});
            team.category = "operational";
            r.put(team);
            auto list = *r.list(ListId{"teams"});
            list.posting = community::Posting::moderated;
            r.put(list);
        });
        CHECK(desk.mailroom.release(by("quinn"), held.id));
    }
    SECTION("who is in it for a team that is no member does not") {
        desk.change([&](storage::Register& r) { r.put(community::Term{"secretariat", PersonId{"quinn"}, ListId{}, live}); });
        CHECK_FALSE(desk.mailroom.release(by("quinn"), held.id));
    }
    SECTION("what needs no moderator its author may release") {
        const auto hers = desk.judged(without_authentication(a_post("ana@banksia.example", "TLP:GREEN y")));
        REQUIRE(hers.state == PostState::held);
        CHECK(desk.mailroom.release(by("ana"), hers.id));
    }
}

TEST_CASE("what is posted through a moderator and must not name its author is released by who administers", "[A10][A11][ruling qq]") {
    Desk desk;
    desk.add_person("quinn", "quokka", "quinn@quokka.example");
    desk.add_person("sam", "banksia", "sam@banksia.example");
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        for (const auto* person : {"quentin", "quinn", "ana"}) r.put(community::Term{"moderator", PersonId{person}, ListId{"teams"}, live});
        r.put(community::Term{"secretariat", PersonId{"sam"}, ListId{}, live});
    });
    auto mail = a_post("quentin@quokka.example", "TLP:GREEN x", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
    mail.bytes.resize(mail.bytes.find("\r\n\r\n") + 4);
    mail.bytes +=
        "--b\r\n\r\nTLP:GREEN\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
        R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})"
        "\r\n--b--\r\n";
    const auto held = desk.judged(mail);
    REQUIRE(held.state == PostState::held);
    REQUIRE(held.caveats.author_withheld);
    const auto letters = desk.notices(true);
    CHECK(std::any_of(letters.begin(), letters.end(), [](const auto& text) { return text.find("To: <sam@") != std::string::npos; }));
    const auto by = [](const char* person) { return community::Actor{std::string("person ") + person, PersonId{person}}; };
    // In the same words, so that they name no team.
    const auto teams = desk.mailroom.release(by("quinn"), held.id), others = desk.mailroom.release(by("ana"), held.id);
    REQUIRE_FALSE(teams);
    REQUIRE_FALSE(others);
    CHECK(teams.error().detail == others.error().detail);
    CHECK(desk.mailroom.release(by("sam"), held.id));
}

TEST_CASE("what nothing proves to be its author's leaves with a word of that, and whom it names is told", "[A5][A6]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        for (const auto* role : {"moderator", "owner"}) r.put(community::Term{role, PersonId{"ana"}, ListId{"teams"}, live});
    });
    auto forged = without_authentication(a_post("mei@orchid.example", "TLP:AMBER pay here", "Reply-To: eve@stranger.example\r\n"));
    forged.mail_from = "eve@stranger.example";
    const bool to_owners = GENERATE(false, true);
    if (to_owners) forged.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto held = desk.judged(forged);
    REQUIRE(held.state == PostState::held);
    const auto letters = desk.notices().size();
    REQUIRE(desk.mailroom.release({"person ana", PersonId{"ana"}}, held.id));
    desk.mailroom.process(8);
    const auto post = desk.store().posts().find(held.id).value();
    REQUIRE(post.state == PostState::distributed);
    CHECK(post.caveats.author_unproven);
    CHECK(mailroom::released_unproven_by(desk.room(), post) == "ana (banksia)");
    const auto told = desk.notices(true);
    REQUIRE(told.size() == letters + 1);
    CHECK_THAT(told.back(), Catch::Contains("To: <mei@orchid.example>") && Catch::Contains("A post in your name was released to teams") &&
                                Catch::Contains("    ana (banksia)"));
    if (to_owners) return;
    const auto archived = desk.store().archive().find(held.id);
    REQUIRE(archived);
    const auto copy = mailroom::copy_for(desk.room(), *archived, PersonId{"ana"});
    REQUIRE(copy);
    CHECK_THAT(*copy, Catch::Contains("From: \"via teams, author not proven\" <teams@lists.arc.example>") &&
                          Catch::Contains("Reply-To: <mei@orchid.example>") && !Catch::Contains("eve@") &&
                          Catch::Contains("X-Author-Unproven: nothing proved that its author wrote it") &&
                          Catch::Contains("Nothing proved that mei@orchid.example wrote this.\r\nIt was released by ana (banksia).\r\n"));
}

TEST_CASE("who sent a mail of somebody on does not release it, and its author hears by whom it was", "[A5][T1]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"moderator", PersonId{"ana"}, ListId{"teams"}, live});
        r.put(community::Term{"moderator", PersonId{"quentin"}, ListId{"teams"}, live});
    });
    auto mail = a_post("mei@orchid.example", "TLP:AMBER between us");
    mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
    mail.mail_from = "ana@banksia.example";
    if (GENERATE(false, true)) mail.rcpt_to = {"teams+owner@lists.arc.example"};
    if (mail.rcpt_to.front().starts_with("teams+"))
        desk.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    const auto held = desk.judged(mail);
    REQUIRE(held.because.front().code == community::Code::replayed);
    const auto refused = desk.mailroom.release({"person ana", PersonId{"ana"}}, held.id);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.find("came by your own hand") != std::string::npos);
    CHECK_FALSE(desk.mailroom.release({"person quentin", PersonId{"quentin"}, "person ana"}, held.id));  // by a token that ana made
    const auto letters = desk.notices().size();
    REQUIRE(desk.mailroom.release({"person quentin", PersonId{"quentin"}}, held.id));
    while (desk.mailroom.process(8) > 0) {
    }
    CHECK(desk.store().posts().find(held.id)->state == PostState::distributed);
    const auto told = desk.notices(true);
    REQUIRE(told.size() == letters + 1);
    CHECK_THAT(told.back(), Catch::Contains("To: <mei@orchid.example>") && Catch::Contains("as far as they are its author's") &&
                                Catch::Contains("    quentin (quokka)") && !Catch::Contains("wrote it"));
}

TEST_CASE("whose colleague sent a mail of somebody on leaves it to another moderator, where there is one", "[A5][A10]") {
    Desk desk;
    desk.add_person("bea", "banksia", "bea@banksia.example");
    const bool others = GENERATE(true, false);
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"moderator", PersonId{"bea"}, ListId{"teams"}, live});
        if (others) r.put(community::Term{"moderator", PersonId{"quentin"}, ListId{"teams"}, live});
    });
    const auto carried = [&](const std::string& from) {
        auto mail = a_post(from, "TLP:AMBER between us");
        mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
        mail.mail_from = "ana@banksia.example";
        return desk.judged(mail);
    };
    const auto held = carried("mei@orchid.example");
    REQUIRE((held.state == PostState::held && held.because.front().code == community::Code::replayed));
    const auto by_bea = desk.mailroom.release({"person bea", PersonId{"bea"}}, held.id);
    CHECK(by_bea.has_value() == !others);
    if (!by_bea) CHECK_THAT(by_bea.error().detail, Catch::Contains("came by the hand of your own team"));
    if (!others) return;
    CHECK_FALSE(desk.mailroom.release({"person quentin", PersonId{"quentin"}, "person bea"}, held.id));  // by a token that bea made
    if (GENERATE(true, false)) {  // whoever administers moderates by duty, but not what they brought themselves
        desk.change([&](storage::Register& r) {
            for (const auto* who : {"ana", "bea"}) r.put(community::Term{"secretariat", PersonId{who}, {}, live});
        });
        const auto own = desk.mailroom.release({"person ana", PersonId{"ana"}}, held.id);
        REQUIRE_FALSE(own);
        CHECK_THAT(own.error().detail, Catch::Contains("came by your own hand"));
        CHECK(desk.mailroom.release({"person bea", PersonId{"bea"}}, held.id));
        return;
    }
    CHECK(desk.mailroom.release({"person quentin", PersonId{"quentin"}}, held.id));
}

TEST_CASE("what its author is not known to have sent leaves with a word of that where it is released", "[A5][T1]") {
    Desk desk;
    const std::string carrier = GENERATE(as<std::string>{}, "eve@stranger.example", "mei@orchid.example");
    const bool carried = carrier != "mei@orchid.example";
    auto mail = a_post("mei@orchid.example", "TLP:AMBER between us");
    SECTION("held for that") {
        mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
        if (!carried) desk.judged(mail);  // it is sent twice
    }
    SECTION("held for something else") {
        desk.change([&](storage::Register& r) {
            auto list = *r.list(ListId{"teams"});
            list.posting = community::Posting::moderated;
            r.put(list);
        });
        mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, "To: ana@banksia.example");
    }
    mail.mail_from = carrier;
    mail.bytes.insert(0, "Received: by mx.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
    const auto held = desk.judged(mail);
    REQUIRE(held.state == PostState::held);
    const auto letters = desk.notices().size();
    REQUIRE(desk.mailroom.release(moderator, held.id));
    while (desk.mailroom.process(8) > 0) {
    }
    const auto post = desk.store().posts().find(held.id).value();
    REQUIRE(post.state == PostState::distributed);
    CHECK(post.caveats.sending_unproven == carried);
    const auto copy = mailroom::copy_for(desk.room(), desk.store().archive().find(held.id).value(), PersonId{"ana"});
    REQUIRE(copy);
    CHECK_THAT(*copy, Catch::Contains("From: <mei@orchid.example>") && !Catch::Contains("X-Author-Unproven"));
    CHECK((copy->find("TLP-Restrictions: nothing proved that its author sent it here\r\n") != std::string::npos) == carried);
    CHECK((copy->find("\r\n\r\nNothing proved that mei@orchid.example sent this here.\r\nIt was released by ") != std::string::npos) ==
          carried);
    if (carried) CHECK(desk.notices().size() == letters + 1);  // to its author
}

TEST_CASE("of a mail that its author sent twice nobody says that somebody else may have", "[A5]") {
    Desk desk;
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
    REQUIRE(desk.judged(mail).state == PostState::distributed);
    mail.bytes.insert(0, "Received: by mx.orchid.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
    const auto held = desk.judged(mail);
    REQUIRE((held.state == PostState::held && held.because.front().code == community::Code::replayed));
    REQUIRE(desk.mailroom.release(moderator, held.id));
    while (desk.mailroom.process(8) > 0) {
    }
    REQUIRE(desk.store().posts().find(held.id)->state == PostState::distributed);
    CHECK_THAT(desk.notices(true).back(), Catch::Contains("the same mail of this author went to") && !Catch::Contains("can send it on"));
}

TEST_CASE("what is proven and released is its author's as ever", "[A5]") {
    Desk desk;
    const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    REQUIRE(desk.mailroom.release(moderator, held.id));
    const auto letters = desk.notices().size();
    desk.mailroom.process(8);
    const auto post = desk.store().posts().find(held.id).value();
    CHECK_FALSE(post.caveats.author_unproven);
    CHECK(desk.notices().size() == letters);
    const auto copy = mailroom::copy_for(desk.room(), desk.store().archive().find(held.id).value(), PersonId{"ana"});
    REQUIRE(copy);
    CHECK_THAT(*copy, Catch::Contains("From: <quentin@quokka.example>") && !Catch::Contains("Unproven"));
}

TEST_CASE("mail to the owners reaches none above whose ceiling it is", "[L5]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"quentin"}, ListId{"teams"}, live});
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, live});
    });
    const auto label = GENERATE(community::Tlp::green, community::Tlp::amber);
    auto question = a_post("mei@orchid.example", fmt::format("TLP:{} a question", community::name(label)));
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto post = desk.judged(question);
    REQUIRE(post.state == PostState::distributed);
    const auto asked = [&](const char* person) { return mailroom::ask_copy_of(desk.room(), post, PersonId{person})->answer; };
    CHECK(asked("ana").goes());
    CHECK(asked("quentin").goes() == (label == community::Tlp::green));
    if (label == community::Tlp::amber) CHECK(asked("quentin").because.code == community::Code::above_ceiling);
    // A decision of the committee raises them here as well (ruling y).
    desk.change([&](storage::Register& r) {
        auto team = r.team(TeamId{"quokka"}).value();
        team.clearances.push_back({ListId{"teams"}, community::Tlp::amber, "SC-1"});
        r.put(team);
    });
    CHECK(asked("quentin").goes());
}

TEST_CASE("mail to the owners is passed on, or its author hears that it was not", "[D2][D6][L3]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    const auto default_is = [&](community::Tlp label) {
        desk.change([&](storage::Register& r) {
            auto teams = r.list(ListId{"teams"}).value();
            teams.default_tlp = label;
            r.put(teams);
        });
    };
    desk.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    default_is(community::Tlp::amber_strict);
    const auto to_owner = [&](const std::string& subject, const std::string& extra = {}) {
        auto mail = a_post("mei@orchid.example", subject, extra);
        mail.rcpt_to = {"teams+owner@lists.arc.example"};
        return desk.judged(mail);
    };
    SECTION("without a label it has the list's, with which the list reaches them, too") {
        const auto post = to_owner("my account may be compromised");
        CHECK(post.state == PostState::distributed);
        CHECK(post.label == community::Tlp::amber_strict);
        CHECK(mailroom::ask_copy_of(desk.room(), post, PersonId{"ana"})->answer.goes());
        CHECK(desk.notices().empty());
    }
    SECTION("what goes to named persons only goes to none of them") {
        const bool by_default = GENERATE(true, false);
        if (by_default) default_is(community::Tlp::red);
        CHECK(to_owner(by_default ? "help" : "TLP:RED help").state == PostState::refused);
        CHECK(desk.notices() == std::vector<std::string>{"Your post to teams was not distributed"});
        CHECK_THAT(desk.notices(true).front(), Catch::Contains("it is RED"));
        CHECK((desk.notices(true).front().find("no label of its own") != std::string::npos) == by_default);
    }
    SECTION("one that is unclear waits for its author as a post does") {
        const auto post = to_owner("TLP:ORANGE help");
        CHECK(post.state == PostState::held);
        CHECK(post.because.front().code == community::Code::label_held);
        CHECK_THAT(desk.notices(true).front(), Catch::Contains("TLP:ORANGE") && Catch::Contains("Only you can settle that"));
        desk.clock.time += std::chrono::hours{25};
        CHECK(desk.mailroom.return_overdue() == 1);
        CHECK(desk.notices().size() == 2);
    }
    SECTION("where its author is not to be answered, a moderator hears of it") {
        CHECK(to_owner("TLP:RED help", "Precedence: bulk\r\n").state == PostState::held);
        REQUIRE(desk.notices().size() == 1);
        CHECK_THAT(desk.notices(true).front(), Catch::Contains("To: <ana@banksia.example>"));
    }
}

TEST_CASE("what answers a post has its label on the way to the owners, too", "[L4][L5]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"quentin"}, ListId{"teams"}, live});
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, live});
    });
    desk.judged(a_post("mei@orchid.example", "TLP:AMBER the victim is acme"));
    const auto answer = [&](const std::string& from) {
        auto reply = a_post(from, "Re: TLP:GREEN the victim", "In-Reply-To: <one@example>\r\n");
        reply.rcpt_to = {"teams+owner@lists.arc.example"};
        reply.bytes.replace(reply.bytes.find("Message-ID: <one@"), 17, "Message-ID: <two@");
        return desk.judged(reply);
    };
    const auto raised = answer("ana@banksia.example");
    REQUIRE(raised.state == PostState::distributed);
    CHECK(raised.label == community::Tlp::amber);
    CHECK(raised.because.back().code == community::Code::parent);
    CHECK(mailroom::ask_copy_of(desk.room(), raised, PersonId{"ana"})->answer.goes());
    CHECK_FALSE(mailroom::ask_copy_of(desk.room(), raised, PersonId{"quentin"})->answer.goes());
    CHECK(answer("mei@orchid.example").label == community::Tlp::green);  // its originator
}

TEST_CASE("a rejected post is gone and its author told, a discarded one is only gone") {
    Desk desk;
    const auto one = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    const auto two = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN y"));
    const auto before = desk.notices().size();
    REQUIRE(desk.mailroom.reject(moderator, one.id, "off charter"));
    REQUIRE(desk.mailroom.discard(moderator, two.id));
    CHECK(desk.notices().size() == before + 1);
    CHECK(desk.store().posts().find(one.id)->state == PostState::refused);
    CHECK(desk.store().posts().find(two.id)->state == PostState::dropped);
}

TEST_CASE("two posts with one Message-ID are two posts, and one without gets one", "[D8]") {
    Desk desk;
    const auto one = desk.judged(a_post("mei@orchid.example", "TLP:GREEN x"));
    const auto two = desk.judged(a_post("mei@orchid.example", "TLP:GREEN x"));
    CHECK(one.message_id == two.message_id);
    CHECK(one.id != two.id);
    auto bare = a_post("mei@orchid.example", "TLP:GREEN x");
    const std::string field = "Message-ID: <one@example>\r\n";
    bare.bytes.erase(bare.bytes.find(field), field.size());
    CHECK(desk.judged(bare).message_id.ends_with("@lists.arc.example"));
}

TEST_CASE("of mails with one Message-ID as much is looked at as one mail may have, and nothing that is far longer", "[A5][D8][S5]") {
    Desk desk;
    desk.settings.limits.message = 300'000;
    const auto judged = [&](const std::string& words, int lines) {
        auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
        mail.bytes += words + "\r\n";
        for (int i = 0; i < lines; ++i) mail.bytes += std::string(98, 'x') + "\r\n";
        return desk.judged(mail);
    };
    const auto first = judged("first", 2'000);
    REQUIRE(first.state == PostState::distributed);
    SECTION("what a small mail cannot begin with is not opened for it") {
        SQLite::Database(desk.options.path.string(), SQLite::OPEN_READWRITE).exec("UPDATE body SET bytes = zeroblob(length(bytes))");
        CHECK(judged("small", 1).state == PostState::distributed);
    }
    SECTION("what is not looked at any more may be the same, as a moderator sees, but it gives no label") {
        REQUIRE(mailroom::relabel(desk.room(), {}, {"operator root", {}}, {first.id, community::Tlp::amber_strict, {}}));
        CHECK(judged("second", 2'000).state == PostState::distributed);
        const auto third = judged("third", 2'000);
        CHECK(third.state == PostState::held);
        CHECK(third.because.front().code == community::Code::replayed);
        CHECK(third.label == community::Tlp::green);
        REQUIRE(desk.mailroom.release(moderator, third.id));
        while (desk.mailroom.process(8) > 0) {
        }
        CHECK(desk.store().posts().find(third.id)->label == community::Tlp::green);
    }
}

TEST_CASE("a post without a label to several lists at once is kept at the strictest default of them", "[L2][L3]") {
    Desk desk;
    const auto add = [&](const std::string& id, const std::string& klass, community::Tlp default_tlp) {
        community::List list;
        list.id = ListId{id};
        list.klass = klass;
        list.charter = id;
        list.default_tlp = default_tlp;
        list.max_tlp = community::Tlp::amber_strict;
        desk.change([&](storage::Register& r) { r.put(list); });
    };
    add("drill", "drill", community::Tlp::green);
    add("wg-malware", "wg", community::Tlp::amber_strict);  // which its author may not know
    int number = 0;
    const auto labels = [&](const std::string& subject, std::vector<std::string> to) {
        auto mail = a_post("mei@orchid.example", subject);
        mail.bytes.replace(mail.bytes.find("<one@"), 5, fmt::format("<{}@", ++number));
        mail.rcpt_to.clear();
        for (const auto& list : to) mail.rcpt_to.push_back(list + "@lists.arc.example");
        mail.bytes.replace(mail.bytes.find("To: teams@lists.arc.example"), 27, fmt::format("To: {}", fmt::join(mail.rcpt_to, ", ")));
        const auto taken = desk.mailroom.receive(std::vector{mail}).front();
        while (desk.mailroom.process(8) > 0) {
        }
        std::map<std::string, std::optional<community::Tlp>> all;
        for (const auto& one : taken) all[desk.store().posts().find(one.id)->list.value] = desk.store().posts().find(one.id)->label;
        return all;
    };
    const auto first = GENERATE(true, false);
    const std::vector<std::string> both = first ? std::vector<std::string>{"drill", "teams"} : std::vector<std::string>{"teams", "drill"};
    CHECK(labels("hello", {"drill"})["drill"] == community::Tlp::green);
    auto all = labels("hello", both);
    CHECK(all["drill"] == community::Tlp::amber);
    CHECK(all["teams"] == community::Tlp::amber);
    all = labels("TLP:GREEN hello", both);
    CHECK(all["drill"] == community::Tlp::green);
    CHECK(all["teams"] == community::Tlp::green);
    CHECK(labels("hello", {"drill", "wg-malware"})["drill"] == community::Tlp::green);  // nothing tells that there is one
}

TEST_CASE("an MTA that hands a post without a label to each list by itself changes nothing of its label", "[L2][L3][L7]") {
    Desk desk;
    for (const auto& [id, klass, label] :
         {std::tuple{"drill", "drill", community::Tlp::green}, std::tuple{"members", "members", community::Tlp::amber_strict},
          std::tuple{"wg-malware", "wg", community::Tlp::amber_strict}}) {  // its author may not know that
        auto list = desk.store().rosters().list(ListId{"teams"}).value();
        list.id = ListId{id};
        list.klass = klass;
        list.default_tlp = label;
        desk.change([&](storage::Register& r) { r.put(list); });
    }
    const auto mail = [](const std::string& subject, const std::string& cc) {
        return a_post("mei@orchid.example", subject, cc.empty() ? cc : "Cc: Some <" + cc + "@lists.arc.example>\r\n");
    };
    const auto label_on = [&](const std::string& list, mailroom::Submission one) {
        one.rcpt_to = {list + "@lists.arc.example"};
        one.bytes.insert(0, "Received: from x by mx.arc.example for " + list + "\r\n");
        return desk.judged(one).label;
    };
    CHECK(label_on("drill", mail("hello", "")) == community::Tlp::amber);  // To names teams
    CHECK(label_on("drill", mail("hello", "members")) == community::Tlp::amber_strict);
    CHECK(label_on("drill", mail("hello", "wg-malware")) == community::Tlp::amber);
    for (const auto* spelled : {"\"members\"@lists.arc.example", "members@lists。arc.example", "ｍembers@ｌists．arc.example",
                                "委員＜members@lists.arc.example＞", "members@lists.arc.example；drill@lists.arc.example",
                                "“members@lists.arc.example”", "「members@lists.arc.example」"}) {
        CAPTURE(spelled);
        auto to_members = a_post("mei@orchid.example", "hello", fmt::format("Cc: {}\r\n", spelled));
        CHECK(label_on("drill", to_members) == community::Tlp::amber_strict);
    }
    CHECK(label_on("drill", mail("TLP:GREEN hello", "members")) == community::Tlp::green);
    SECTION("also of a blind copy, where the stricter list had it first") {
        const auto blind = mail("hello", "");
        CHECK(label_on("members", blind) == community::Tlp::amber_strict);
        CHECK(label_on("drill", blind) == community::Tlp::amber_strict);
    }
}

TEST_CASE("what was raised on one list is no milder where the same mail comes to another", "[L4][L7]") {
    Desk desk;
    auto members = desk.store().rosters().list(ListId{"teams"}).value();
    members.id = ListId{"members"};
    members.klass = "members";
    members.default_tlp = community::Tlp::green;
    desk.change([&](storage::Register& r) { r.put(members); });
    const auto mail = a_post("mei@orchid.example", "TLP:GREEN x", "Cc: members@lists.arc.example\r\n");
    const auto to = [&](const std::string& list, const std::string& envelope) {
        auto one = mail;
        one.rcpt_to = {list + "@lists.arc.example"};
        one.mail_from = envelope;
        one.bytes.insert(0, "Received: by mx.arc.example for " + list + envelope + "\r\n");
        return desk.judged(one);
    };
    const auto raise = [&](const PostId& id) {
        REQUIRE(mailroom::relabel(desk.room(), {}, {"operator root", {}}, {id, community::Tlp::amber_strict, {}}));
    };
    SECTION("later") {
        const auto first = to("teams", "mei@orchid.example");
        REQUIRE(first.label == community::Tlp::green);
        raise(first.id);
        const auto post = to("members", "eve@stranger.example");
        CHECK(post.state == PostState::distributed);
        CHECK(post.label == community::Tlp::amber_strict);
        CHECK_THAT(post.because.back().words,
                   Catch::Contains("raised from GREEN to AMBER+STRICT by the same mail, which came here before"));
    }
    SECTION("and not past one of which only the envelope tells, while a proven one waits there") {
        desk.change([&](storage::Register& r) {
            members.authentication = community::Strength::envelope;
            r.put(members);
        });
        auto blind = a_post("mei@orchid.example", "TLP:GREEN x");
        const auto first = desk.judged(blind);
        REQUIRE(first.label == community::Tlp::green);
        raise(first.id);
        blind.rcpt_to = {"members@lists.arc.example"};
        const auto received = [](const std::string& host) { return "Received: by " + host + "; Sun, 22 Nov 2026 13:00:00 +0000\r\n"; };
        auto proven = blind;
        proven.bytes.insert(0, received("one.example"));
        const auto waits = desk.judged(proven);
        REQUIRE((waits.state == PostState::held && waits.because.front().code == community::Code::replayed));
        auto unproven = without_authentication(blind);
        unproven.bytes.insert(0, received("two.example"));
        const auto post = desk.judged(unproven);
        REQUIRE(post.strength == community::Strength::envelope);
        CHECK(post.label == community::Tlp::amber_strict);
    }
    SECTION("while it waited for a moderator there") {
        desk.change([&](storage::Register& r) {
            members.authentication = community::Strength::signature;
            r.put(members);
        });
        const bool together = GENERATE(true, false);
        auto one = mail;
        if (together)
            one.rcpt_to = {"members@lists.arc.example", "teams@lists.arc.example"};
        else
            one.rcpt_to = {"members@lists.arc.example"};
        const auto waits = desk.judged(one);
        REQUIRE(waits.state == PostState::held);
        if (!together) to("teams", "mei@orchid.example");
        storage::Posts::Filter filter;
        filter.state = PostState::distributed;
        const auto distributed = desk.store().posts().select(filter);
        REQUIRE(distributed.size() == 1);
        raise(distributed.front().id);
        REQUIRE(desk.mailroom.release(moderator, waits.id));
        while (desk.mailroom.process(8) > 0) {
        }
        const auto released = desk.store().posts().find(waits.id);
        CHECK(released->state == PostState::distributed);
        CHECK(released->label == community::Tlp::amber_strict);
    }
}

TEST_CASE("what a decision forgot goes out again on no list, whoever brings it and whatever proves its author", "[R4][A5]") {
    Desk desk;
    auto members = desk.store().rosters().list(ListId{"teams"}).value();
    members.id = ListId{"members"};
    members.klass = "members";
    members.authentication = GENERATE(community::Strength::dmarc, community::Strength::envelope);
    desk.change([&](storage::Register& r) { r.put(members); });
    const auto mail = a_post("mei@orchid.example", "TLP:GREEN x", "Cc: members@lists.arc.example\r\n");
    const auto first = desk.judged(mail);
    REQUIRE(first.state == PostState::distributed);
    desk.change([&](storage::Register&) {
        desk.store().archive().forget(first.key, desk.clock.now());
        desk.store().posts().forget_body(first.key);
    });
    auto again = mail;
    if (members.authentication == community::Strength::envelope) again = without_authentication(again);
    for (const std::string local : {"members", "members+owner"}) {
        again.rcpt_to = {local + "@lists.arc.example"};
        const auto held = desk.judged(again);
        CHECK(held.state == PostState::held);
        CHECK(held.because.front().code == community::Code::replayed);
        CHECK_FALSE(desk.mailroom.release(moderator, held.id));
    }
    // Those who hear of it wait for nobody who could let it go.
    const auto letters = desk.notices(true);
    const auto with = [&](const std::string& words) {
        return std::count_if(letters.begin(), letters.end(), [&](const auto& one) { return one.find(words) != std::string::npos; });
    };
    CHECK(with("Only you can settle that") > 0);
    CHECK(with("A moderator of the list decides about it") == 0);
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN x")).state == PostState::held);  // under its Message-ID
    auto others = a_post("ana@banksia.example", "TLP:GREEN x");
    CHECK(desk.judged(others).state == PostState::distributed);
}

TEST_CASE("what a label counts for on one list is not for the default of another to say", "[L3][ruling gg]") {
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.id = ListId{"drill"};
        list.default_tlp = list.max_tlp = community::Tlp::green;
        list.authentication = community::Strength::envelope;
        r.put(list);
    });
    auto mail = without_authentication(a_post("mei@orchid.example", GENERATE("TLP:GREEN hello", "TLP:CLEAR hello")));
    mail.rcpt_to = {"drill@lists.arc.example", "teams@lists.arc.example"};
    const auto taken = desk.receive(mail);
    while (desk.mailroom.process(8) > 0) {
    }
    for (const auto& one : taken) {
        const auto post = desk.store().posts().find(one.id).value();
        if (post.list == ListId{"drill"}) CHECK(post.state == PostState::distributed);
        if (post.list == ListId{"drill"}) CHECK(post.label == community::Tlp::green);
    }
}

TEST_CASE("the strictest default is asked for once, of all posts of a submission", "[L3]") {
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.id = ListId{"drill"};
        list.default_tlp = community::Tlp::green;
        r.put(list);
    });
    auto mail = a_post("mei@orchid.example", "hello");
    mail.rcpt_to = {"drill@lists.arc.example", "teams@lists.arc.example"};
    const auto taken = desk.receive(mail);
    REQUIRE(taken.size() == 2);
    mailroom::Room room = desk.room();
    mailroom::StrictestDefault kept(room, desk.clock.now());
    const auto first = desk.store().posts().find(taken[0].id).value(), second = desk.store().posts().find(taken[1].id).value();
    CHECK(kept.of(first, PersonId{"mei"}, {}) == community::Tlp::amber);
    desk.change([&](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.default_tlp = community::Tlp::clear;
        r.put(list);
    });
    CHECK(kept.of(second, PersonId{"mei"}, {}) == community::Tlp::amber);
    CHECK(kept.of(second, std::nullopt, {}) == community::Tlp::green);  // another question
    CHECK(mailroom::StrictestDefault(room, desk.clock.now()).of(second, PersonId{"mei"}, {}) == community::Tlp::green);
}

TEST_CASE("who posted hears that a moderator was told only if somebody else was", "[T1][D2][ruling ss]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    const auto moderators = GENERATE(0, 1, 2);
    const bool told = moderators == 2;
    desk.change([&](storage::Register& r) {
        if (moderators > 0) r.put(community::Term{"moderator", PersonId{"quentin"}, ListId{"teams"}, live});
        if (moderators > 1) r.put(community::Term{"moderator", PersonId{"ana"}, ListId{"teams"}, live});
    });
    const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    REQUIRE(held.state == PostState::held);
    const auto letters = desk.notices(true);
    REQUIRE_FALSE(letters.empty());
    CHECK((letters.front().find("was told") != std::string::npos) == told);
    CHECK((letters.front().find("ask the secretariat") == std::string::npos) == told);
}

TEST_CASE("who else wrote by a header within S/MIME names the author in From, or the post waits", "[A6]") {
    Desk desk;
    const auto value = [](char tag, const std::string& body) {
        if (body.size() < 128) return std::string(1, tag) + static_cast<char>(body.size()) + body;
        return std::string(1, tag) + '\x82' + static_cast<char>(body.size() >> 8) + static_cast<char>(body.size() & 0xFF) + body;
    };
    const std::string id = "\x2A\x86\x48\x86\xF7\x0D\x01\x07";
    const auto [author, held] = GENERATE(table<std::string, bool>({{"ana@banksia.example", true}, {"Mei <mei@orchid.example>", false}}));
    const auto entity = value(4, "From: " + author + "\r\nContent-Type: text/plain; hp=\"clear\"\r\n\r\nhello\r\n");
    const auto content = value(0x30, value(6, id + '\x01') + value('\xA0', entity));
    const auto cms =
        value(0x30, value(6, id + '\x02') + value('\xA0', value(0x30, value(2, "\x01") + value(0x31, "") + content + value(0x31, ""))));
    auto mail = a_post("mei@orchid.example", "TLP:GREEN x",
                       "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
                       "Content-Transfer-Encoding: base64\r\n");
    mail.bytes = mail.bytes.substr(0, mail.bytes.find("\r\n\r\n") + 4) + vault::base64(cms) + "\r\n";
    const auto post = desk.judged(mail);
    CHECK(post.state == (held ? PostState::held : PostState::distributed));
    if (held) CHECK(post.because.front().code == community::Code::other_author);
}

TEST_CASE("a reply is never below its parent unless the originator's team replies", "[L4]") {
    Desk desk;
    desk.judged(a_post("mei@orchid.example", "TLP:AMBER+STRICT case 7"));
    const auto reply_by = [&](const std::string& from) {
        auto reply = a_post(from, "Re: TLP:GREEN case 7", "In-Reply-To: <one@example>\r\n");
        reply.bytes.replace(reply.bytes.find("Message-ID: <one@"), 17, "Message-ID: <two@");
        return desk.judged(reply).label;
    };
    CHECK(reply_by("ana@banksia.example") == community::Tlp::amber_strict);
    CHECK(reply_by("mei@orchid.example") == community::Tlp::green);
}

TEST_CASE("what answers a letter of ours is not below its label, whoever passed the letter on", "[L4]") {
    Desk desk;
    desk.change([&](storage::Register&) {
        for (const bool labelled : {true, false}) {
            storage::Post letter;
            letter.id = PostId{labelled ? "labelled" : "unlabelled"};
            letter.kind = storage::PostKind::notice;
            letter.state = PostState::distributed;
            letter.purpose = storage::Purpose::to_members;
            letter.message_id = letter.id.value + "@lists.arc.example";
            letter.received = letter.decided = desk.clock.now();
            if (labelled) letter.label = community::Tlp::amber_strict;
            desk.store().posts().add(letter, {"key", "bytes"});
        }
    });
    const auto answer = [&](const std::string& to) {
        auto mail = a_post("mei@orchid.example", "TLP:GREEN re", "In-Reply-To: <" + to + "@lists.arc.example>\r\n");
        mail.bytes.replace(mail.bytes.find("<one@example>"), 13, "<re-" + to + "@example>");
        return desk.judged(mail).label;
    };
    CHECK(answer("labelled") == community::Tlp::amber_strict);
    CHECK(answer("unlabelled") == community::Tlp::green);
}

TEST_CASE("a reply that waits for a moderator is not below what it answers, though that came after it", "[L4]") {
    Desk desk;
    auto reply = a_post("quentin@quokka.example", "Re: TLP:GREEN kit", "In-Reply-To: <one@example>\r\n");
    reply.bytes.replace(reply.bytes.find("Message-ID: <one@"), 17, "Message-ID: <two@");
    const auto held = desk.judged(reply);
    REQUIRE(held.state == PostState::held);
    desk.judged(a_post("mei@orchid.example", "TLP:AMBER kit"));
    REQUIRE(desk.mailroom.release(moderator, held.id));
    while (desk.mailroom.process(8) > 0) {
    }
    const auto released = desk.store().posts().find(held.id);
    CHECK(released->state == PostState::distributed);
    CHECK(released->label == community::Tlp::amber);
}

TEST_CASE("what waits for a moderator is a parent already, if it is proven to be its author's", "[L4][L5]") {
    Desk desk;
    const bool proven = GENERATE(true, false);
    CAPTURE(proven);
    auto parent = a_post("quentin@quokka.example", "TLP:AMBER kit");
    const auto held = desk.judged(proven ? parent : without_authentication(parent));
    REQUIRE(held.state == PostState::held);
    const auto reply_by = [&](const std::string& from) {
        auto reply = a_post(from, "Re: TLP:GREEN kit", "In-Reply-To: <one@example>\r\n");
        reply.bytes.replace(reply.bytes.find("Message-ID: <one@"), 17, "Message-ID: <two@");
        return desk.judged(reply).label;
    };
    CHECK(reply_by("ana@banksia.example") == (proven ? community::Tlp::amber : community::Tlp::green));
    CHECK(reply_by("quentin@quokka.example") == community::Tlp::green);
    // What is distributed comes first, whoever wrote what waits.
    desk.judged(a_post("mei@orchid.example", "TLP:AMBER kit"));
    CHECK(reply_by("mei@orchid.example") == community::Tlp::green);
    CHECK(reply_by("quentin@quokka.example") == community::Tlp::amber);
}

TEST_CASE("in the originator's name alone, whoever lets it go, nobody is the originator", "[L4][A5]") {
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto teams = *r.list(ListId{"teams"});
        teams.default_tlp = community::Tlp::green;
        r.put(teams);
    });
    desk.judged(a_post("mei@orchid.example", "TLP:AMBER case 7"));
    const bool proven = GENERATE(false, true);
    auto reply = a_post("mei@orchid.example", "Re: TLP:GREEN case 7", "In-Reply-To: <one@example>\r\n");
    reply.bytes.replace(reply.bytes.find("Message-ID: <one@"), 17, "Message-ID: <two@");
    if (!proven) reply = without_authentication(reply);
    if (!proven) reply.mail_from = "eve@stranger.example";
    const auto post = desk.judged(reply);
    REQUIRE(post.state == (proven ? PostState::distributed : PostState::held));
    if (!proven) REQUIRE(desk.mailroom.release(moderator, post.id));
    while (desk.mailroom.process(8) > 0) {
    }
    const auto judged = *desk.store().posts().find(post.id);
    CHECK(judged.state == PostState::distributed);
    CHECK(judged.label == (proven ? community::Tlp::green : community::Tlp::amber));
}

TEST_CASE("whose reply what it answers raised hears of it, and whose was not hears nothing", "[L4][T1]") {
    Desk desk;
    REQUIRE(desk.judged(a_post("ana@banksia.example", "TLP:AMBER case 7")).state == PostState::distributed);
    const auto* const label = GENERATE("GREEN", "AMBER");
    auto reply = a_post("mei@orchid.example", fmt::format("Re: TLP:{} case 7", label), "In-Reply-To: <one@example>\r\n");
    reply.bytes.replace(reply.bytes.rfind("<one@example>"), 5, "<two@");
    const auto before = desk.notices().size();
    REQUIRE(desk.judged(reply).label == community::Tlp::amber);
    const bool raised = std::string_view(label) == "GREEN";
    REQUIRE(desk.notices().size() == before + (raised ? 1 : 0));
    if (raised) CHECK(desk.notices(true).back().find("raised from GREEN to AMBER by the post it answers") != std::string::npos);
}

TEST_CASE("who has the mailbox of a person under a security hold leaves no list and writes to no owner", "[C6][D2][item 42][ruling k]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, live});
        r.put(community::Denial{0, "mei", false, "*", community::bit(community::Verb::post), live, "hold", ""});
    });
    const auto waits = desk.judged(a_post("ana@banksia.example", "TLP:GREEN kept for mei"));
    auto mail = a_post("mei@orchid.example", "I have a new key");
    mail.rcpt_to = {GENERATE("teams+unsubscribe@lists.arc.example", "teams+owner@lists.arc.example")};
    const auto before = desk.notices().size();
    const auto came = desk.judged(mail);
    CHECK(came.state == PostState::dropped);
    CHECK(came.because.front().code == community::Code::denied);
    CHECK(came.deliveries == 0);
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
    CHECK(desk.notices().size() == before);
    // After its end they are asked as before.
    desk.clock.time += std::chrono::hours{49};
    CHECK(desk.judged(mail).because.front().code != community::Code::denied);
}

TEST_CASE("an address that somebody else entered proves nothing until it is confirmed", "[A6][A5][L4][item 60]") {
    Desk desk;
    const std::string home = "mei@orchid.example", elsewhere = "eve@evil.example";
    desk.judged(a_post(home, "TLP:AMBER+STRICT case 7"));
    // `known`: what nobody has to confirm; nothing of whoever is entered again.
    const auto known = GENERATE_COPY(values<std::vector<std::string>>({{home}, {}}));
    const auto puts = [&](std::vector<std::string> addresses) {
        desk.change([&](storage::Register& r) {
            auto mei = r.person(PersonId{"mei"}).value();
            mei.addresses = std::move(addresses);
            r.put(mei);
            r.put(mei.id, {community::Unconfirmed::What::addresses, desk.clock.now(), {"person ana"}, known, {}});
        });
    };
    puts({elsewhere});
    const auto reply = [&](const std::string& from) {
        auto mail = a_post(from, "Re: TLP:GREEN case 7", "In-Reply-To: <one@example>\r\n");
        mail.bytes.replace(mail.bytes.find("Message-ID: <one@"), 17, "Message-ID: <two@");
        return desk.judged(mail);
    };
    SECTION("a post waits for a moderator, and answers its person's team below no label") {
        const auto before = desk.notices().size();
        const auto post = reply(elsewhere);
        CHECK(post.state == PostState::held);
        CHECK(post.strength == community::Strength::none);
        CHECK(post.because.front().code == community::Code::authentication);
        CHECK(post.because.back().code == community::Code::address_waits);
        CHECK(desk.notices().size() == before);
        REQUIRE(desk.mailroom.release(moderator, post.id));
        while (desk.mailroom.process(8) > 0) {
        }
        CHECK(desk.store().posts().find(post.id)->label == community::Tlp::amber_strict);
    }
    SECTION("it leaves no list, and reaches no owner") {
        auto mail = a_post(elsewhere, "please");
        mail.rcpt_to = {GENERATE("teams+unsubscribe@lists.arc.example", "teams+owner@lists.arc.example")};
        CHECK(desk.judged(mail).state == PostState::held);
        CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
    }
    SECTION("nor does it as the envelope of an address of before") {
        puts({home, elsewhere});
        auto mail = without_authentication(a_post(home, "TLP:GREEN x"));
        mail.mail_from = elsewhere;
        CHECK(desk.judged(mail).strength == community::Strength::none);
        if (!known.empty()) CHECK(reply(home).label == community::Tlp::green);
    }
    SECTION("confirmed, it is its person's as any other") {
        desk.change([&](storage::Register& r) { r.drop(PersonId{"mei"}, community::Unconfirmed::What::addresses); });
        CHECK(reply(elsewhere).label == community::Tlp::green);
    }
}

TEST_CASE("a sanction that takes running a list from a team takes its held posts, too", "[C4][A1][ruling i]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    const auto role = GENERATE(values<std::string>({"owner", "moderator"}));
    const auto takes = GENERATE(true, false);  // else it takes nothing of the work
    desk.change([&](storage::Register& r) {
        r.put(community::Term{role, PersonId{"ana"}, ListId{"teams"}, live});
        r.put(community::Term{"secretariat", PersonId{"mei"}, ListId{}, live});
        const auto verb = takes ? community::Verb::manage : community::Verb::post;
        r.put(community::Denial{0, "banksia", true, "teams", community::bit(verb), live, "sanction", "D-2026-007"});
    });
    const auto held = desk.judged(a_post("quentin@quokka.example", "TLP:GREEN x"));
    REQUIRE(held.state == PostState::held);
    const auto letter = desk.notices(true).back();
    CHECK((letter.find("To: <ana@banksia.example>") != std::string::npos) == !takes);
    CHECK((letter.find("To: <mei@orchid.example>") != std::string::npos) == takes);
    const community::Actor ana{"person ana", PersonId{"ana"}};
    CHECK(mailroom::may_moderate(desk.room(), PersonId{"ana"}, ListId{"teams"}, desk.clock.now()) == !takes);
    const auto done = GENERATE(0, 1, 2);
    const auto result = done == 0   ? desk.mailroom.release(ana, held.id, "")
                        : done == 1 ? desk.mailroom.reject(ana, held.id, "")
                                    : desk.mailroom.discard(ana, held.id);
    CHECK(result.has_value() == !takes);
    CHECK((desk.store().posts().find(held.id)->state == PostState::held) == takes);
    if (role != "owner" || !takes) return;
    auto question = a_post("quentin@quokka.example", "TLP:GREEN a question");
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto passed = desk.judged(question);
    CHECK_FALSE(mailroom::ask_copy_of(desk.room(), passed, PersonId{"ana"})->answer.goes());
    CHECK(mailroom::ask_copy_of(desk.room(), passed, PersonId{"mei"})->answer.goes());
}

TEST_CASE("nobody leaves the list of an Appeal Panel by mail", "[A1][M1][ruling l]") {
    Desk desk;
    desk.is_a_panels();
    const auto post = desk.judged(a_wish_to_leave(desk, "ana@banksia.example"));
    CHECK(post.state == PostState::dropped);
    CHECK(post.because.front().words.find("ruling (l)") != std::string::npos);
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
}

TEST_CASE("whoever is of the accused team decides on nothing that waits for its panel", "[A1][item 27][ruling l]") {
    Desk desk;
    desk.is_a_panels();
    const auto held = desk.judged(without_authentication(a_post("quentin@quokka.example", "TLP:GREEN x")));
    REQUIRE(held.state == PostState::held);
    const auto refused = desk.mailroom.discard({"person mei", PersonId{"mei"}}, held.id, "spam");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::not_found);
    CHECK(desk.store().posts().find(held.id)->state == PostState::held);
    CHECK(desk.mailroom.discard({"person ana", PersonId{"ana"}}, held.id, "spam"));
}

TEST_CASE("mail about the list of a panel goes to nobody of the accused team", "[A1][item 27][ruling l]") {
    Desk desk;
    desk.is_a_panels();
    auto question = a_post("quentin@quokka.example", "TLP:GREEN a question");
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto post = desk.judged(question);
    REQUIRE(post.state == PostState::distributed);
    const auto rows = desk.store().deliveries().rows(post.key);
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().person.value == "ana");
}

TEST_CASE("leaving by mail ends the subscription of who is proven, and of nobody else", "[M1]") {
    Desk desk;
    const auto leave = a_wish_to_leave(desk, "mei@orchid.example");
    auto forged = without_authentication(leave);
    forged.mail_from = "eve@stranger.example";
    desk.judged(forged);
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
    desk.judged(leave);
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 2);
    // Under the act and the subject that the registry ends one under.
    storage::Journal::Filter about;
    about.act = "subscription.remove";
    about.subject = "teams mei";
    std::size_t entries = 0;
    desk.store().journal().each(about, [&](const storage::Entry& entry) {
        ++entries;
        CHECK(entry.actor == "person mei");
        CHECK(entry.subject == "teams mei");
        CHECK(entry.detail.find("by_mail") != std::string::npos);
    });
    CHECK(entries == 1);
}

TEST_CASE("a mail to leave ends the subscription that its copy was sent for, and no later one", "[K7][M1][A5]") {
    Desk desk;
    auto leave = a_wish_to_leave(desk, "mei@orchid.example");
    const auto subscribers = [&] { return desk.store().rosters().subscribers(ListId{"teams"}); };
    SECTION("whoever hands it in again") {
        CHECK(desk.judged(leave).because.front().code == community::Code::unsubscribed);
        CHECK(subscribers() == 2);
        desk.clock.time += std::chrono::hours{1};
        desk.subscribe("teams", "mei");
    }
    SECTION("not where somebody else brings it, and nothing of its author's is over Subject") {
        leave.mail_from = "eve@stranger.example";
        leave.bytes.insert(0, GENERATE(as<std::string>{}, "", "DKIM-Signature: d=orchid.example; h=From:To; b=x\r\n"));
    }
    const auto post = desk.judged(leave);
    CHECK(post.because.front().code == community::Code::command_unconfirmed);
    CHECK(subscribers() == 3);
}

TEST_CASE("every judged post has its entry in a journal that verifies", "[D2][J1]") {
    Desk desk;
    const auto post = desk.judged(a_post("mei@orchid.example", "TLP:GREEN x"));
    std::size_t entries = 0;
    storage::Journal::Filter about;
    about.subject = post.id.value;
    desk.store().journal().each(about, [&](const storage::Entry& entry) {
        ++entries;
        CHECK(entry.act == "post.judged");
        CHECK(entry.detail.find("words of the post") == std::string::npos);  // J2
    });
    CHECK(entries == 1);
    CHECK(desk.store().journal().verify());
}

TEST_CASE("a reply takes its floor from the nearest ancestor, not from the beginning of the thread", "[L4]") {
    Desk desk;
    const auto post = [&](const std::string& from, const std::string& subject, const std::string& id, const std::string& extra) {
        auto submission = a_post(from, subject, extra);
        submission.bytes.replace(submission.bytes.find("<one@"), 5, "<" + id + "@");
        return desk.judged(submission).label;
    };
    CHECK(post("mei@orchid.example", "TLP:GREEN root", "root", "") == community::Tlp::green);
    CHECK(post("mei@orchid.example", "TLP:AMBER+STRICT a", "a", "In-Reply-To: <root@example>\r\n") == community::Tlp::amber_strict);
    const std::string thread = "References: <root@example> <a@example>\r\nIn-Reply-To: <a@example>\r\n";
    CHECK(post("ana@banksia.example", "TLP:GREEN b", "b", thread) == community::Tlp::amber_strict);
    // What answers several is below none of them, in whatever order and field they stand.
    for (const char* several : {"In-Reply-To: <root@example> <a@example>", "In-Reply-To: <a@example> <root@example>",
                                "In-Reply-To: <root@example>\r\nReferences: <root@example> <a@example>",
                                "In-Reply-To: <none@example>\r\nReferences: <a@example> <none2@example>"}) {
        CAPTURE(several);
        CHECK(post("ana@banksia.example", "TLP:GREEN c", "c", several + std::string("\r\n")) == community::Tlp::amber_strict);
    }
    CHECK(post("ana@banksia.example", "TLP:GREEN d", "d", "References: <a@example> <root@example>\r\n") == community::Tlp::green);
}

TEST_CASE("the floor of replies is not shed by a post of one's own under the parent's id or in between", "[L4]") {
    Desk desk;
    const auto post = [&](const std::string& from, const std::string& subject, const std::string& id, const std::string& extra) {
        auto submission = a_post(from, subject, extra);
        submission.bytes.replace(submission.bytes.find("<one@"), 5, "<" + id + "@");
        return desk.judged(submission).label;
    };
    using community::Tlp;
    CHECK(post("mei@orchid.example", "TLP:AMBER case 7", "a", "") == Tlp::amber);
    for (const char* dummy : {"TLP:GREEN nothing", "TLP:AMBER nothing", "TLP:AMBER+STRICT nothing"}) {
        post("ana@banksia.example", dummy, "a", "");  // under the parent's id
        CHECK(post("ana@banksia.example", "TLP:GREEN b", "b", "In-Reply-To: <a@example>\r\n") >= Tlp::amber);
    }
    post("ana@banksia.example", "TLP:GREEN nothing", "dummy", "");  // in between
    const std::string thread = "In-Reply-To: <dummy@example>\r\nReferences: <a@example> <dummy@example>\r\n";
    CHECK(post("ana@banksia.example", "TLP:GREEN c", "c", thread) >= Tlp::amber);
    CHECK(post("mei@orchid.example", "TLP:GREEN d", "d", "In-Reply-To: <a@example>\r\n") == Tlp::green);  // the originator still may
}

TEST_CASE("one submission rests once, however many addresses it names", "[S5]") {
    Desk desk;
    auto forged = without_authentication(a_post("mei@orchid.example", "x"));
    forged.mail_from = "eve@stranger.example";
    for (int i = 0; i < 20; ++i) forged.rcpt_to.push_back("nothing" + std::to_string(i) + "@lists.arc.example");
    const auto answers = desk.receive(forged);
    std::size_t with_bytes = 0;
    for (const auto& answer : answers) {
        const auto post = desk.store().posts().find(answer.id);
        REQUIRE(post);
        CHECK(post->sealed_as == answers.front().id);
        with_bytes += desk.store().posts().body(post->key).bytes.empty() ? 0 : 1;
    }
    CHECK(with_bytes == answers.size());  // every one of them can be read
    while (desk.mailroom.process(8) > 0) {
    }
    CHECK(desk.store().posts().find(answers[0].id)->state == PostState::held);
    CHECK(desk.store().posts().find(answers[1].id)->state == PostState::refused);
    CHECK_FALSE(desk.store().posts().body(desk.store().posts().find(answers[0].id)->key).bytes.empty());
    CHECK(desk.notices().empty());
}

TEST_CASE("what only claims a member's name has a small quota, alike for every address", "[A7][S5]") {
    Desk desk;
    desk.settings.quotas.unproven.number = 3;
    const auto to = GENERATE(as<std::string>{}, "teams@lists.arc.example", "xyz@lists.arc.example");
    auto forged = without_authentication(a_post("mei@orchid.example", "x"));
    forged.mail_from = "eve@stranger.example";
    forged.rcpt_to = {to};
    const auto answer = [&](Mailroom& mailroom) { return mailroom.receive(std::vector{forged}).front().front(); };
    PostId first;
    for (int i = 0; i < 3; ++i) {
        const auto received = answer(desk.mailroom);
        REQUIRE(received.receipt == Receipt::accepted);
        if (i == 0) first = received.id;
        desk.mailroom.process(8);
    }
    CHECK(answer(desk.mailroom).receipt == Receipt::quota);
    CHECK_FALSE(answer(desk.mailroom).detail.empty());
    // The whole of one commit counts, and a new process knows what came before it.
    CHECK(desk.mailroom.receive(std::vector{forged, forged}).back().front().receipt == Receipt::quota);
    Mailroom restarted(desk.room());
    CHECK(answer(restarted).receipt == Receipt::quota);
    // The member is not kept out by it, nor is the name of another.
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN y")).state == PostState::distributed);
    auto other = without_authentication(a_post("ana@banksia.example", "x"));
    CHECK(desk.receive(other).front().receipt == Receipt::accepted);
    auto enveloped = forged;  // as whoever has the envelope wrote it
    enveloped.mail_from = "mei@orchid.example";
    CHECK(desk.receive(enveloped).front().receipt == Receipt::accepted);
    // A moderator who vouches for one makes room; time does so for all.
    if (to.starts_with("teams")) {
        REQUIRE(desk.mailroom.release(moderator, first));
        while (desk.mailroom.process(8) > 0) {
        }
        CHECK(answer(desk.mailroom).receipt == Receipt::accepted);
        CHECK(answer(desk.mailroom).receipt == Receipt::quota);
    }
    desk.clock.time += desk.settings.quotas.unproven_life;
    CHECK(answer(desk.mailroom).receipt == Receipt::accepted);
}

TEST_CASE("the quota of what only claims a name is one of bytes too, and one for all", "[S5]") {
    Desk desk;
    auto forged = without_authentication(a_post("mei@orchid.example", "x"));
    auto other = without_authentication(a_post("ana@banksia.example", "x"));
    const auto answer = [&](const mailroom::Submission& s) { return desk.receive(s).front().receipt; };
    SECTION("bytes of one author") {
        desk.settings.quotas.unproven.bytes = 2 * forged.bytes.size() + 1;
        CHECK(answer(forged) == Receipt::accepted);
        CHECK(answer(forged) == Receipt::accepted);
        CHECK(answer(forged) == Receipt::quota);
        CHECK(answer(other) == Receipt::accepted);
    }
    SECTION("mails of all") {
        desk.settings.quotas.all_unproven.number = 2;
        CHECK(answer(forged) == Receipt::accepted);
        CHECK(answer(other) == Receipt::accepted);
        CHECK(answer(other) == Receipt::quota);
    }
    SECTION("bytes of all") {
        desk.settings.quotas.all_unproven.bytes = forged.bytes.size() + other.bytes.size();
        CHECK(answer(forged) == Receipt::accepted);
        CHECK(answer(other) == Receipt::accepted);
        CHECK(answer(forged) == Receipt::quota);
    }
    SECTION("mail for an operator that is not set up") {
        desk.settings.quotas.unproven.number = 1;
        auto to_postmaster = forged;
        to_postmaster.rcpt_to = {"postmaster@lists.arc.example"};
        CHECK(answer(to_postmaster) == Receipt::accepted);
        CHECK(answer(to_postmaster) == Receipt::quota);
        CHECK(answer(forged) == Receipt::accepted);  // another quota
        desk.settings.operator_address = "root@arc.example";
        CHECK(answer(to_postmaster) == Receipt::accepted);
    }
}

TEST_CASE("so much that its author did not sign is given up in an hour, and beyond it counts as any other", "[S5]") {
    using mailroom::Unproven;
    const mailroom::Quotas quotas{.unproven = {1, 1'000}};
    const auto now = *parse_instant("2026-03-02T10:00:00Z");
    Unproven unproven;
    const auto a_mail = [&](const std::string& author, const std::string& id, Unproven::State state, bool by_envelope = false) {
        return Unproven::Mail{now, PersonId{author}, 100, PostId{id}, by_envelope, state};
    };
    const auto may_await = [&](const std::string& author, bool by_envelope = false, std::chrono::minutes later = {}) {
        return unproven.fits(quotas, a_mail(author, "", Unproven::State::awaited, by_envelope), now + later);
    };
    const auto give_up = [&](const std::string& author, std::size_t number) {
        for (std::size_t i = 0; i < number; ++i) unproven.add(a_mail(author, "", Unproven::State::given_up));
    };
    unproven.add(a_mail("mei", "claim", Unproven::State::claimed));
    unproven.add(a_mail("mei", "last", Unproven::State::awaited));
    give_up("mei", mailroom::most_given_up_an_hour - 1);
    CHECK_FALSE(may_await("mei"));  // one waits
    CHECK_FALSE(unproven.may_stay(quotas, PostId{"last"}, now));
    CHECK_FALSE(unproven.may_stay(quotas, PostId{"last"}, now));  // nor the next post of the same mail
    CHECK_FALSE(may_await("mei"));
    CHECK(may_await("mei", true));
    CHECK(may_await("ana"));
    give_up("others", mailroom::most_given_up_an_hour_of_all - mailroom::most_given_up_an_hour);
    CHECK_FALSE(may_await("ana"));
    CHECK(may_await("ana", true));
    CHECK_FALSE(may_await("ana", false, std::chrono::minutes{59}));
    CHECK(may_await("ana", false, std::chrono::minutes{60}));
}

TEST_CASE("a list that settles for the envelope has nothing to do with that quota", "[S5]") {
    Desk desk;
    desk.settings.quotas.unproven.number = 1;
    desk.change([&](storage::Register& r) {
        auto lax = *r.list(ListId{"teams"});
        lax.authentication = community::Strength::envelope;
        r.put(lax);
    });
    const auto by_envelope = without_authentication(a_post("mei@orchid.example", "TLP:AMBER x"));
    for (int i = 0; i < 3; ++i) CHECK(desk.judged(by_envelope).state == PostState::distributed);
}

TEST_CASE("who has enough waiting for a moderator is told to come again", "[S5]") {
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto moderated = *r.list(ListId{"teams"});
        moderated.posting = community::Posting::moderated;
        r.put(moderated);
    });
    desk.settings.quotas.held.number = 2;
    const auto mine = a_post("mei@orchid.example", "TLP:AMBER x");
    const auto first = desk.judged(mine);
    REQUIRE(first.state == PostState::held);
    desk.judged(mine);
    CHECK(desk.receive(mine).front().receipt == Receipt::quota);
    REQUIRE(desk.mailroom.discard(moderator, first.id));
    CHECK(desk.judged(mine).state == PostState::held);
    CHECK(desk.receive(mine).front().receipt == Receipt::quota);
    // Above the quota of all, those who have none waiting may post: once.
    desk.settings.quotas.held.number = 100;
    desk.settings.quotas.all_held.number = 2;
    const auto hers = a_post("ana@banksia.example", "TLP:AMBER x");
    CHECK(desk.receive(mine).front().receipt == Receipt::quota);
    CHECK(desk.judged(hers).state == PostState::held);
    CHECK(desk.receive(hers).front().receipt == Receipt::quota);
    desk.settings.quotas.all_held.number = 100;
    desk.settings.quotas.held.bytes = 5 * mine.bytes.size() / 2;
    CHECK(desk.receive(mine).front().receipt == Receipt::quota);
    CHECK(desk.receive(hers).front().receipt == Receipt::accepted);
}

TEST_CASE("what somebody sends again in an author's name keeps none of the author's own mail away", "[S5]") {
    Desk desk;
    desk.settings.quotas.held.number = 3;
    desk.settings.quotas.unproven.number = 2;
    const auto again = [&](std::size_t number, const std::string& envelope) {
        auto mail = a_post("mei@orchid.example", fmt::format("TLP:GREEN {}", number));
        REQUIRE(desk.judged(mail).state == PostState::distributed);
        mail.mail_from = envelope;
        mail.bytes.insert(0, "Received: by mx.stranger.example; Sun, 22 Nov 2026 13:00:00 +0000\r\n");
        const auto answer = desk.receive(mail).front();
        while (desk.mailroom.process(8) > 0) {
        }
        return answer.receipt;
    };
    CHECK(again(1, "eve@stranger.example") == Receipt::accepted);
    CHECK(again(2, "eve@stranger.example") == Receipt::accepted);
    CHECK(again(3, "eve@stranger.example") == Receipt::quota);
    // In the author's own envelope, which somebody else's SPF does not stand for, there is an end, too.
    for (const std::size_t number : {4, 5, 6}) {
        CHECK(desk.receive(a_post("mei@orchid.example", "TLP:GREEN new")).front().receipt == Receipt::accepted);
        CHECK(again(number, "mei@orchid.example") == Receipt::accepted);
    }
    CHECK(desk.store().posts().waiting().size() == 1);
    CHECK(desk.receive(a_post("mei@orchid.example", "TLP:GREEN new")).front().receipt == Receipt::quota);
}

TEST_CASE("whose domain has no DMARC record hears that their post waits, and what becomes of it", "[T1][D2][M4]") {
    Desk desk;
    const std::string spf = "spf=pass smtp.mailfrom=orchid.example; dmarc=none header.from=orchid.example";
    const auto with = [](const std::string& results, const std::string& address = "teams@lists.arc.example") {
        auto mail = a_post("mei@orchid.example", "TLP:GREEN x");
        mail.rcpt_to = {address};
        const std::string pass = "dmarc=pass header.from=orchid.example";
        return mail.bytes.replace(mail.bytes.find(pass), pass.size(), results), mail;
    };
    const std::string waits = "Your post to teams is held";
    const auto letters = [&](std::size_t from) {
        auto all = desk.notices();
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from));
        return all;
    };
    using Subjects = std::vector<std::string>;
    SECTION("how it is put right, and that it is given up, or rejected") {
        const auto held = desk.judged(with(spf, GENERATE("teams@lists.arc.example", "teams+owner@lists.arc.example")));
        CHECK(held.state == PostState::held);
        CHECK(held.strength == community::Strength::envelope);
        REQUIRE(desk.notices() == Subjects{waits});
        if (held.target == storage::Target::list) CHECK(desk.notices(true).back().find("DMARC record") != std::string::npos);
        const bool rejected = GENERATE(true, false);
        if (rejected) {
            REQUIRE(desk.mailroom.reject(moderator, held.id, "no"));
        } else {
            desk.clock.time += desk.settings.quotas.unproven_life;
            CHECK(desk.mailroom.discard_unproven() == 1);
        }
        CHECK(letters(1) == Subjects{rejected ? "Your post to teams was rejected" : "Your post to teams was not distributed"});
    }
    SECTION("five times a day") {
        for (int i = 0; i < 7; ++i) CHECK(desk.judged(with(spf)).state == PostState::held);
        CHECK(desk.notices().size() == 5);
    }
    SECTION("not where SPF says nothing, or of somebody else, or a robot wrote it") {
        const auto robots = "spf=pass smtp.mailfrom=orchid.example\r\nX-Auto-Response-Suppress: All";
        desk.judged(with(GENERATE_COPY(as<std::string>{}, "dmarc=none header.from=orchid.example",
                                       "spf=pass smtp.mailfrom=evil.example; dmarc=none", robots)));
        CHECK(desk.notices().empty());
    }
    SECTION("nor in somebody else's envelope") {
        auto mail = with("spf=pass smtp.mailfrom=evil.example");
        mail.mail_from = "eve@evil.example";
        desk.judged(mail);
        CHECK(desk.notices().empty());
    }
}

TEST_CASE("what nobody vouched for is discarded in time, and the journal says so", "[S5][D2]") {
    Desk desk;
    const auto forged = desk.judged(without_authentication(a_post("mei@orchid.example", "x")));
    REQUIRE(forged.state == PostState::held);
    const auto unclear = desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x"));
    REQUIRE(unclear.state == PostState::held);
    desk.clock.time += desk.settings.quotas.unproven_life - std::chrono::seconds{1};
    CHECK(desk.mailroom.discard_unproven() == 0);
    desk.clock.time += std::chrono::seconds{1};
    CHECK(desk.mailroom.discard_unproven() == 1);
    CHECK(desk.mailroom.discard_unproven() == 0);
    const auto gone = *desk.store().posts().find(forged.id);
    CHECK(gone.state == PostState::dropped);
    CHECK(gone.because.front().code == community::Code::discarded);
    CHECK(desk.store().posts().body(gone.key).bytes.empty());
    CHECK(desk.store().posts().find(unclear.id)->state == PostState::held);  // its author is proven: that one waits for a correction
    std::string last;
    storage::Journal::Filter about;
    about.subject = forged.id.value;
    desk.store().journal().each(about, [&](const storage::Entry& entry) { last = entry.act; });
    CHECK(last == "post.expired");
}

TEST_CASE("addresses that do not exist are one entry a submission, not one each", "[S5][D2]") {
    Desk desk;
    auto forged = without_authentication(a_post("mei@orchid.example", "x"));
    for (int i = 0; i < 99; ++i) forged.rcpt_to.push_back("nothing" + std::to_string(i) + "@lists.arc.example");
    const auto before = desk.store().journal().head().number;
    const auto answers = desk.receive(forged);
    while (desk.mailroom.process(16) > 0) {
    }
    CHECK(desk.store().journal().head().number == before + 2);  // the list's, which is held, and that of the 99
    std::size_t bytes = 0;
    storage::Journal::Filter later;
    later.from = before + 1;
    desk.store().journal().each(later, [&](const storage::Entry& entry) { bytes += entry.detail.size(); });
    CHECK(bytes < 6'000);
    for (std::size_t i = 1; i < answers.size(); ++i) {
        const auto post = desk.store().posts().find(answers[i].id);
        CHECK(post->state == PostState::refused);
        CHECK(post->because.front().code == community::Code::unknown_list);
        CHECK(desk.store().posts().body(post->key).bytes.empty());
    }
    CHECK_FALSE(desk.store().posts().body(desk.store().posts().find(answers[0].id)->key).bytes.empty());
}

TEST_CASE("the SMTP door loses no recipient that it answered 250 for", "[D2]") {
    Desk desk;
    auto both = a_post("mei@orchid.example", "TLP:GREEN x");
    both.door = "smtp";
    both.rcpt_to = {"teams@lists.arc.example", "nosuch@lists.arc.example", "Teams@lists.arc.example"};
    const auto answers = desk.receive(both);
    CHECK(answers[1].receipt == Receipt::accepted);
    CHECK(answers[2].id == answers[0].id);  // the same list in other letters is one post
    while (desk.mailroom.process(8) > 0) {
    }
    CHECK(desk.store().posts().find(answers[0].id)->state == PostState::distributed);
    CHECK(desk.store().posts().find(answers[1].id)->state == PostState::refused);
    CHECK(desk.notices() == std::vector<std::string>{"Your post to nosuch was not distributed"});
}

TEST_CASE("a sanctioned team's post is refused, and only its representative hears which case it is", "[C4][item 36]") {
    Desk desk;
    const bool representative = GENERATE(true, false);
    desk.change([&](storage::Register& r) {
        auto mei = *r.person(*r.person_of("mei@orchid.example"));
        mei.representative = representative;
        r.put(mei);
        const auto denial =
            r.put(community::Denial{0, "orchid", true, "*", bit(community::Verb::post), {desk.clock.now(), {}}, "sanction", "D-2026-007"});
        desk.store().minutes().add(storage::CaseRow{"C-2026-001", TeamId{"orchid"}, desk.clock.now(), ""});
        desk.store().minutes().link_denial("C-2026-001", denial);
    });
    CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN phish kit")).state == PostState::refused);
    const auto notices = desk.notices(true);
    REQUIRE(notices.size() == 1);
    CHECK((notices.front().find("sanction: case C-2026-001, decision D-2026-007") != std::string::npos) == representative);
    CHECK((notices.front().find("C-2026-001") != std::string::npos) == representative);
}

TEST_CASE("a full disk is noticed before it is full and answered as such", "[D4]") {
    Desk desk;
    auto options = desk.options;
    options.spare_disk = std::uintmax_t{1} << 62;
    auto store = *storage::Store::open(options);
    Mailroom mailroom(desk.room(store));
    const auto answer = mailroom.receive(std::vector{a_post("mei@orchid.example", "x")}).front().front();
    CHECK(answer.receipt == Receipt::full);
    CHECK_FALSE(answer.detail.empty());
}

TEST_CASE("mail to the owners reaches each person who runs the list once", "[M1]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live});
        r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, live});
    });
    auto question = a_post("mei@orchid.example", "TLP:GREEN a question");
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    CHECK(desk.judged(question).deliveries == 1);
}

TEST_CASE("the secretariat of a team that is no member runs no list", "[A2][A10][items 7, 12]") {
    Desk desk;
    const bool member = GENERATE(true, false);
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"quokka"});
        if (member) team.category = "operational";
        r.put(team);
        r.put(community::Term{"secretariat", PersonId{"quentin"}, ListId{}, live});
    });
    auto question = a_post("mei@orchid.example", "TLP:GREEN a question");
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto judged = desk.judged(question);
    CHECK(judged.deliveries == (member ? 1 : 0));
    CHECK((judged.state == PostState::distributed) == member);
    CHECK(mailroom::may_moderate(desk.room(), PersonId{"quentin"}, ListId{"teams"}, desk.clock.now()) == member);
    const auto held = desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x"));
    REQUIRE(held.state == PostState::held);
    CHECK(desk.mailroom.reject({"person quentin", PersonId{"quentin"}}, held.id, "label it").has_value() == member);
}

TEST_CASE("who owns a list that their team could not read runs it no more", "[A2][A10][ruling ll]") {
    Desk desk;
    const bool reads = GENERATE(true, false);
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"quokka"});
        team.category = reads ? "liaison" : "legacy_supporting";
        team.subtype.clear();
        r.put(team);
        r.put(community::Term{"owner", PersonId{"quentin"}, ListId{"teams"}, live});
    });
    auto question = a_post("mei@orchid.example", "TLP:GREEN a question");
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    CHECK(desk.judged(question).deliveries == (reads ? 1 : 0));
    CHECK(mailroom::may_moderate(desk.room(), PersonId{"quentin"}, ListId{"teams"}, desk.clock.now()) == reads);
    const auto held = desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x"));
    REQUIRE(held.state == PostState::held);
    CHECK(desk.mailroom.reject({"person quentin", PersonId{"quentin"}}, held.id, "label it").has_value() == reads);
}

TEST_CASE("who may release a held post is told once that it waits, and nothing of it", "[ruling ss][J2]") {
    Desk desk;
    desk.add_person("olga", "orchid", "olga@orchid.example");
    desk.settings.pages = "https://console.arc.example";
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    const auto of = GENERATE(values<std::string>({"moderator", "owner", "secretariat"}));
    CAPTURE(of);
    desk.change([&](storage::Register& r) {
        r.put(community::Term{of, PersonId{"ana"}, ListId{of == "secretariat" ? "" : "teams"}, live});
        // Asked only where the list has nobody of its own.
        if (of != "secretariat") r.put(community::Term{"secretariat", PersonId{"olga"}, ListId{}, live});
        auto teams = r.list(ListId{"teams"}).value();
        teams.posting = community::Posting::moderated;
        r.put(teams);
    });
    const auto first = a_post("mei@orchid.example", "TLP:GREEN the subject");
    auto second = a_post("mei@orchid.example", "TLP:AMBER another subject");
    second.bytes.replace(second.bytes.find("one@example"), 3, "two");
    static_cast<void>(desk.mailroom.receive(std::vector{first, second}));
    desk.mailroom.process(8);
    const auto letters = desk.notices(true);
    REQUIRE(letters.size() == 3);  // two to the author
    const auto& letter = letters.back();
    CAPTURE(letter);
    for (const auto* part : {"To: <ana@banksia.example>", "2 posts to teams", "- 2026-11-22 12:00 UTC, TLP:GREEN: ",
                             "- 2026-11-22 12:00 UTC, TLP:AMBER: ", "https://console.arc.example/held"}) {
        CAPTURE(part);
        CHECK(letter.find(part) != std::string::npos);
    }
    for (const auto* part : {"mei", "orchid", "subject", "@example"}) {
        CAPTURE(part);
        CHECK(letter.find(part) == std::string::npos);
    }
    SECTION("released, it is not told again") {
        storage::Posts::Filter held;
        held.state = PostState::held;
        for (const auto& post : desk.store().posts().select(held)) REQUIRE(desk.mailroom.release(moderator, post.id));
        desk.mailroom.process(8);
        CHECK(desk.notices().size() == 3);
    }
    SECTION("what only its author can settle is for the author") {
        desk.clock.time += std::chrono::hours{2};
        CHECK(desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x")).state == PostState::held);
        CHECK(desk.notices().size() == 4);
    }
    SECTION("and for them where the author is not to be answered") {
        desk.clock.time += std::chrono::hours{2};
        CHECK(desk.judged(a_post("mei@orchid.example", "TLP:ORANGE x", "Precedence: bulk\r\n")).state == PostState::held);
        REQUIRE(desk.notices().size() == 4);
        CHECK_THAT(desk.notices(true).back(),
                   Catch::Contains("To: <ana@banksia.example>") && Catch::Contains("only its author can settle"));
    }
    SECTION("a mailbox that is held hears nothing") {
        desk.clock.time += std::chrono::hours{2};
        community::Denial hold;
        hold.whom = "ana";
        hold.whole_team = false;
        hold.source = "hold";
        hold.verbs = community::bit(community::Verb::receive);
        hold.resource = "*";
        hold.during = {desk.clock.now(), desk.clock.now() + std::chrono::hours{1}};
        desk.change([&](storage::Register& r) { r.put(hold); });
        CHECK(desk.judged(a_post("mei@orchid.example", "TLP:GREEN x")).state == PostState::held);
        const auto after = desk.notices(true);
        CHECK(after.size() == (of == "secretariat" ? 4 : 5));
        CHECK((of == "secretariat" || after.back().find("To: <olga@orchid.example>") != std::string::npos));
    }
}

TEST_CASE("the author of a post without a label hears once for each mail which one it got", "[L2][L7]") {
    Desk desk;
    auto post = a_post("mei@orchid.example", "no label");
    CHECK(desk.judged(post).label == community::Tlp::amber);
    REQUIRE(desk.notices().size() == 1);
    const auto letter = desk.notices(true).front();
    CAPTURE(letter);
    for (const auto* part :
         {"distributed as TLP:AMBER", "no label that could be read was found: the list's default, AMBER", "a label such as TLP:GREEN"}) {
        CAPTURE(part);
        CHECK(letter.find(part) != std::string::npos);
    }
    auto beside = desk.store().rosters().list(ListId{"teams"}).value();
    beside.id = ListId{"ews"};
    desk.change([&](storage::Register& r) { r.put(beside); });
    post.rcpt_to.emplace_back("ews@lists.arc.example");
    desk.judged(post);
    CHECK(desk.notices().size() == 2);
    desk.judged(a_post("mei@orchid.example", "TLP:GREEN labelled"));
    desk.judged(without_authentication(post));
    CHECK(desk.notices().size() == 2);
}

TEST_CASE("held mail to the owners can be released") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    auto question = without_authentication(a_post("mei@orchid.example", "TLP:GREEN a question"));
    question.rcpt_to = {"teams+owner@lists.arc.example"};
    const auto held = desk.judged(question);
    REQUIRE(held.state == PostState::held);
    REQUIRE(desk.mailroom.release(moderator, held.id));
    desk.mailroom.process(8);
    CHECK(desk.store().posts().find(held.id)->state == PostState::distributed);
}

TEST_CASE("what anybody could have sent ends no subscription: who is meant is asked", "[A5][A6][M1]") {
    Desk desk;
    // Also where the list settles for an envelope.
    const auto asks_for = GENERATE(community::Strength::envelope, community::Strength::dmarc);
    desk.change([&](storage::Register& r) {
        auto teams = desk.store().rosters().list(ListId{"teams"}).value();
        teams.authentication = asks_for;
        r.put(teams);
    });
    const std::string me = "mei@orchid.example";
    REQUIRE(desk.judged(a_post(me, "TLP:GREEN x")).state == PostState::distributed);
    const auto before = desk.notices().size();
    auto mail = a_wish_to_leave(desk, me);
    const auto in_place_of = [&](std::string_view what, std::string_view by) {
        mail.bytes.replace(mail.bytes.find(what), what.size(), by);
    };
    SECTION("a forged envelope") { mail = without_authentication(mail); }
    SECTION("a forged envelope that the border saw") { in_place_of("dmarc=pass", "dmarc=fail"); }
    const auto says = [&](const std::string& subject, const std::string& extra = {}) {
        mail = a_post(me, subject, extra);
        mail.rcpt_to = {"teams+unsubscribe@lists.arc.example"};
    };
    SECTION("a copy of a post, sent again") { says("TLP:GREEN x"); }
    // What their program writes goes where a stranger's Reply-To says, or a stranger's List-Unsubscribe.
    SECTION("an answer to a stranger") { says("Re: Question about your talk", "In-Reply-To: <q1@evil.example>\r\n"); }
    SECTION("a notice of absence") { says(GENERATE(as<std::string>{}, "Out of Office: Re: hello", "Declined: invitation")); }
    SECTION("a button that asks for no token, or another one") {
        says(GENERATE(as<std::string>{}, "unsubscribe", "unsubscribe mfrggzdfmztwq2lknnwg23tp"));
    }
    SECTION("an answer to a mail with their own token") { in_place_of("Subject: ", "Subject: Re: "); }
    SECTION("the token of somebody else's copy") {
        const auto other = a_wish_to_leave(desk, "ana@banksia.example").bytes;
        says(other.substr(other.find("unsubscribe "), other.find("\r\nMessage-ID") - other.find("unsubscribe ")));
    }
    const auto post = desk.judged(mail);
    CHECK(post.state == PostState::dropped);
    CHECK(post.because.front().code == community::Code::command_unconfirmed);
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
    REQUIRE(desk.notices().size() == before + 1);
    const auto letter = desk.notices(true).back();
    CHECK(letter.find("unsubscribe teams") != std::string::npos);
    CHECK(letter.find("teams+confirm.") != std::string::npos);
}

TEST_CASE("a wish to leave that a program wrote at a click is asked about, and no robot's", "[A5][M1][M2]") {
    Desk desk;
    const auto [field, asked] = GENERATE(table<std::string, bool>({
        {"Auto-Submitted: auto-generated\r\n", true},
        {"Auto-Submitted: (by rule) auto-generated\r\n", true},
        {"Auto-Submitted: auto-replied\r\n", false},
        {"Auto-Submitted: auto-generated\r\nX-Autoreply: yes\r\n", false},
        {"Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n", false},
    }));
    const bool proven = GENERATE(true, false);
    CAPTURE(field, proven);
    const auto before = desk.notices().size();
    const auto mail = a_wish_to_leave(desk, "mei@orchid.example", field);
    const auto post = desk.judged(proven ? mail : without_authentication(mail));
    const bool answered = asked && proven;
    CHECK(post.because.front().code == (answered ? community::Code::command_unconfirmed : community::Code::automatic));
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
    CHECK(desk.notices().size() == before + (answered ? 1 : 0));
}

TEST_CASE("a copy of a list's that comes back ends nothing and is not answered", "[A5][M2]") {
    Desk desk;
    const auto mail = a_wish_to_leave(desk, "mei@orchid.example", "List-Id: Teams <teams.lists.arc.example>\r\n");
    CHECK(desk.judged(mail).state == PostState::dropped);
    CHECK(desk.store().rosters().subscribers(ListId{"teams"}) == 3);
    CHECK(desk.notices().empty());
}

TEST_CASE("each verdict is a line of the log, with its code in words and nothing of the mail", "[O5][J2]") {
    test::AHouse house;
    std::vector<std::string> said;
    mailroom::Mailroom mailroom(house.room(), [&](std::string_view line) { said.emplace_back(line); });
    const auto post = [&](const std::string& from, const std::string& subject, std::string rcpt = "teams@lists.arc.example") {
        auto submission = a_post(from, subject);
        submission.rcpt_to = {std::move(rcpt)};
        const auto id = mailroom.receive(std::vector{submission}).front().front().id;
        while (mailroom.process(8) > 0) {
        }
        return id.value;
    };
    const auto passed = post("mei@orchid.example", "TLP:AMBER a secret subject");
    const auto held = post("ana@banksia.example", "TLP:ORANGE a secret subject");
    REQUIRE(said.size() == 2);
    CHECK(said[0].starts_with("post " + passed + " to teams: distributed as AMBER; granted: "));
    CHECK(said[1].starts_with("post " + held + " to teams: held as AMBER; label_held: "));
    REQUIRE(mailroom.discard({"operator root", std::nullopt}, PostId{held}));
    REQUIRE(said.size() == 3);
    CHECK(said[2] == "post " + held + " to teams: dropped as AMBER; discarded: by a moderator");
    for (const auto& line : said) CHECK(line.find("secret") == std::string::npos);
}

namespace {

// More than the desk reads itself.
mailroom::Submission big(mailroom::Submission s) {
    for (std::string line(98, 'x'); s.bytes.size() <= Mailroom::read_at_desk;) s.bytes += line + "\r\n";
    return s;
}

mailroom::Submission with_id(const std::string& id, mailroom::Submission s) {
    s.bytes.replace(s.bytes.find("Message-ID: <one@"), 17, "Message-ID: <" + id + "@");
    return s;
}

// Runs an errand as the daemon does, and brings back what it found.
bool run_errand(Mailroom& mailroom) {
    const auto errand = mailroom.errand(Mailroom::read_at_desk);
    if (!errand) return false;
    CHECK_FALSE(mailroom.errand(Mailroom::read_at_desk));  // one is out
    std::function<void()> bring;
    std::thread([&] { bring = (*errand)(); }).join();
    bring();
    return true;
}

}  // namespace

TEST_CASE("a big post is judged when it was read elsewhere; nobody waits for it but who replies to it", "[D2][L4]") {
    Desk desk;
    const auto judge = [&] { return desk.mailroom.process(8, Mailroom::read_at_desk); };
    const auto taken = [&](const mailroom::Submission& s) { return desk.receive(s).front().id; };
    const auto now = [&](const PostId& id) { return *desk.store().posts().find(id); };
    const auto parent = taken(big(a_post("mei@orchid.example", "TLP:AMBER+STRICT big")));
    const auto reply = taken(with_id("two", a_post("ana@banksia.example", "TLP:GREEN Re: big", "In-Reply-To: <one@EXAMPLE>\r\n")));
    const auto after_it = taken(with_id("three", a_post("mei@orchid.example", "TLP:GREEN Re: Re: big", "References: <two@example>\r\n")));
    const auto other = taken(a_post("ana@banksia.example", "TLP:GREEN small"));
    CHECK(judge() == 1);
    CHECK(now(other).state == PostState::distributed);
    CHECK(judge() == 0);
    CHECK(run_errand(desk.mailroom));
    CHECK(judge() == 1);
    CHECK(judge() == 1);
    CHECK(judge() == 1);  // each when its parent is judged
    CHECK(now(parent).label == community::Tlp::amber_strict);
    CHECK(now(reply).label == community::Tlp::amber_strict);
    CHECK(now(after_it).label == community::Tlp::amber_strict);
    CHECK_FALSE(run_errand(desk.mailroom));
}

TEST_CASE("mail to the owners waits for the post that it answers, and is waited for", "[L4]") {
    Desk desk;
    const Interval live{desk.clock.now(), desk.clock.now() + std::chrono::hours{48}};
    desk.change([&](storage::Register& r) { r.put(community::Term{"owner", PersonId{"ana"}, ListId{"teams"}, live}); });
    const auto to_owners = GENERATE(values<std::string>({"parent", "reply"}));
    auto parent = big(a_post("mei@orchid.example", "TLP:AMBER big"));
    auto reply = with_id("two", a_post("ana@banksia.example", "TLP:GREEN Re: big", "In-Reply-To: <one@example>\r\n"));
    (to_owners == "parent" ? parent : reply).rcpt_to = {"teams+owner@lists.arc.example"};
    CHECK(desk.receive(parent).front().receipt == Receipt::accepted);
    const auto id = desk.receive(reply).front().id;
    CHECK(desk.mailroom.process(8, Mailroom::read_at_desk) == 0);
    CHECK(run_errand(desk.mailroom));
    while (desk.mailroom.process(8, Mailroom::read_at_desk) > 0) {
    }
    CHECK(desk.store().posts().find(id)->label == community::Tlp::amber);
}

TEST_CASE("nobody waits for a parent that they may not know of", "[L4][A7]") {
    Desk desk;
    auto members = *desk.store().rosters().list(ListId{"teams"});
    members.id = ListId{"members"};
    members.klass = "members";
    desk.change([&](storage::Register& r) { r.put(members); });
    auto parent = big(a_post("mei@orchid.example", "TLP:AMBER+STRICT big"));
    parent.rcpt_to = {"members@lists.arc.example"};
    CHECK(desk.receive(parent).front().receipt == Receipt::accepted);
    const auto reply = [&](const std::string& from) {
        const auto id = desk.receive(with_id("two", a_post(from, "TLP:GREEN Re: big", "In-Reply-To: <one@example>\r\n"))).front().id;
        static_cast<void>(desk.mailroom.process(8, Mailroom::read_at_desk));
        return desk.store().posts().find(id)->state;
    };
    CHECK(reply("quentin@quokka.example") == PostState::held);
    CHECK(reply("ana@banksia.example") == PostState::spooled);
}

TEST_CASE("two big posts that name each other as parents are judged in the order in which they came", "[L4]") {
    Desk desk;
    const auto take = [&](const std::string& id, const std::string& parent) {
        return desk.receive(big(with_id(id, a_post("mei@orchid.example", "TLP:GREEN x", "In-Reply-To: <" + parent + "@example>\r\n"))))
            .front()
            .receipt;
    };
    CHECK(take("a", "b") == Receipt::accepted);
    CHECK(take("b", "a") == Receipt::accepted);
    std::size_t judged = 0;
    while (run_errand(desk.mailroom)) judged += desk.mailroom.process(8, Mailroom::read_at_desk);
    CHECK(judged == 2);
}

TEST_CASE("a big reply that comes first waits for its big parent, which is read meanwhile", "[L4][S5]") {
    Desk desk;
    auto parent = big(a_post("mei@orchid.example", "TLP:AMBER big"));
    parent.bytes += std::string(3 << 20, '\n');
    CHECK(desk.receive(parent).front().receipt == Receipt::accepted);
    const auto reply = big(with_id("two", a_post("ana@banksia.example", "TLP:GREEN Re: big", "In-Reply-To: <one@example>\r\n")));
    const auto id = desk.receive(reply).front().id;
    int errands = 0;
    while (errands < 9 && run_errand(desk.mailroom)) {
        ++errands;
        while (desk.mailroom.process(8, Mailroom::read_at_desk) > 0) {
        }
    }
    CHECK(errands == 3);  // the reply, its parent, the reply
    CHECK(desk.store().posts().find(id)->label == community::Tlp::amber);
}

TEST_CASE("what the rows said when a big post was read does not decide, but what they say when it is judged", "[L1]") {
    Desk desk;
    auto submission = big(a_post("mei@orchid.example", "no label"));
    submission.rcpt_to.emplace_back("b." + std::string(20, 'x') + "@lists.arc.example");  // a bounce, of the same bytes
    const auto id = desk.receive(submission).front().id;
    CHECK(run_errand(desk.mailroom));
    auto list = *desk.store().rosters().list(ListId{"teams"});
    list.default_tlp = community::Tlp::green;
    desk.change([&](storage::Register& r) { r.put(list); });
    CHECK(desk.mailroom.process(8, Mailroom::read_at_desk) == 0);  // it is read again
    CHECK(run_errand(desk.mailroom));
    CHECK(desk.mailroom.process(8, Mailroom::read_at_desk) == 1);
    CHECK(desk.store().posts().find(id)->label == community::Tlp::green);
}

TEST_CASE("a mail whose To names a list with a stricter default is read once all the same", "[L2][S5]") {
    Desk desk;
    desk.change([&](storage::Register& r) {
        auto drill = *r.list(ListId{"teams"});
        drill.id = ListId{"drill"};
        drill.default_tlp = community::Tlp::green;
        r.put(drill);
    });
    const auto subject = GENERATE(as<std::string>{}, "no label", "TLP:GREEN x");
    auto mail = big(a_post("mei@orchid.example", subject));  // To: teams
    mail.rcpt_to = {"drill@lists.arc.example"};
    const auto id = desk.receive(mail).front().id;
    CHECK(run_errand(desk.mailroom));
    CHECK(desk.mailroom.process(8, Mailroom::read_at_desk) == 1);
    const auto label = desk.store().posts().find(id)->label;
    CHECK(label == (subject == "no label" ? community::Tlp::amber : community::Tlp::green));
}

TEST_CASE("the structure of a big message is looked at beside the desk, and refused at once all the same", "[S2]") {
    Desk desk;
    auto submission =
        big(a_post("mei@orchid.example", "TLP:GREEN x", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"));
    for (int part = 0; part < 501; ++part) submission.bytes += "--b\r\n\r\nx\r\n";
    CHECK(desk.mailroom.is_inspected(submission));
    desk.mailroom.inspect(submission);
    const auto received = desk.receive(submission).front();
    CHECK(received.receipt == Receipt::invalid);
    CHECK(received.detail == desk.receive([&] {
                                     auto s = submission;
                                     s.inspected = false;
                                     return s;
                                 }())
                                 .front()
                                 .detail);
    auto strangers = a_post("eve@stranger.example", "x");
    CHECK_FALSE(desk.mailroom.is_inspected(strangers));
}

TEST_CASE("nobody is refused for what has not begun by a clock that is years behind", "[D6][A7]") {
    Desk desk;
    desk.clock.time = *parse_instant("1966-11-22T12:00:00Z");
    const auto answer = desk.receive(a_post("mei@orchid.example", "TLP:GREEN x")).front();
    CHECK(answer.receipt == Receipt::later);
    CHECK(answer.detail == "this server's clock says 1966-11-22T12:00:00Z and is wrong");
    auto nowhere = a_post("mei@orchid.example", "TLP:GREEN x");
    nowhere.rcpt_to = {"nothing@lists.arc.example"};
    CHECK(desk.receive(nowhere).front().receipt == Receipt::refused);
    CHECK(desk.receive(a_post("eve@stranger.example", "x")).front().receipt == Receipt::refused);
    desk.clock.time = *parse_instant("2026-11-22T12:00:00Z");
    CHECK(desk.receive(a_post("mei@orchid.example", "TLP:GREEN x")).front().receipt == Receipt::accepted);
}
