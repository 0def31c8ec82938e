// The mail of a case: written, sealed and queued in one piece, to those who speak for the team.
#include "caveat/committee/letters.hpp"

#include "a_desk.hpp"

namespace caveat::test {
namespace {

struct AnOffice : ADesk {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    committee::Postage postage{*seal, letterhead, "sc+owner@lists.arc.example", {}, true};

    auto mailed(int notice, const community::Actor& by = secretariat) {
        return committee::mail_notice(store(), rules, postage, clock, by, the_case, notice);
    }
    auto issued(const conduct::Act& act) {
        return committee::issue(files, store(), rules, postage, clock, secretariat, the_case, act, decided(kind_of(act), the_case));
    }
    std::vector<std::string> readers(const std::vector<committee::Letter>& letters, std::string_view purpose) {
        std::vector<std::string> people;
        for (const auto& letter : letters) {
            if (letter.purpose == purpose) people.push_back(letter.to.value);
        }
        return people;
    }
    std::string text_of(const PostId& id) {
        const auto post = store().posts().find(id);
        REQUIRE(post);
        CHECK(post->kind == storage::PostKind::notice);
        return seal->open(store().posts().body(post->key), id.value).value();
    }
};

}  // namespace

TEST_CASE("a compliance notice reaches every representative with its seven contents", "[C1][item 28]") {
    AnOffice office;
    office.add_member("hibiscus");
    office.add_person("second", "hibiscus", "second@hibiscus.example");
    office.opened("hibiscus");
    auto notice = ADesk::a_notice();
    notice.contents.remedy = "recall it,\nand say so <to all> & us";
    office.does(notice);
    const auto sent = office.mailed(1);
    INFO((sent ? "" : sent.error().detail));
    REQUIRE(sent);
    REQUIRE(sent->size() == 1);  // the second person does not speak for the team
    CHECK(sent->front().to == PersonId{"hibiscus-rep"});
    CHECK(sent->front().state == storage::DeliveryState::queued);
    const auto text = in_one_line(office.text_of(sent->front().post));
    const auto title = "Case " + office.the_case + ": compliance notice 1";
    for (const auto* part : {"hibiscus@hibiscus.example", "leaked AMBER", "avoidable", "recall it, and say so <to all> & us",
                             "loss of lists", "the appeal rules", "30 calendar days", "14 days", title.c_str()}) {
        CAPTURE(text, part);
        CHECK(text.find(part) != std::string::npos);
    }
    REQUIRE(office.mailed(1));
    CHECK(committee::letters(office.store(), office.the_case).size() == 2);
    CHECK(committee::letters(office.store(), "C-none").empty());
    CHECK(office.store().journal().verify());
}

TEST_CASE("a notice and what members are told reach who stands in for a representative under a hold", "[C1][items 15, 28, 32]") {
    AnOffice office;
    const auto stands_in = [&](const std::string& id, const std::string& team) {
        office.add_person(id, team, id + "@" + team + ".example");
        office.change([&](storage::Register& r) {
            auto other = *r.person(PersonId{id});
            other.alternate = true;
            r.put(other);
        });
    };
    office.add_member("hibiscus");
    stands_in("second", "hibiscus");
    stands_in("other", "kowhai");
    office.unheeded("hibiscus");
    const auto held = GENERATE("nobody", "hibiscus-rep", "kowhai-rep");
    CAPTURE(held);
    if (held != std::string("nobody")) REQUIRE(office.desk.place(secretariat, PersonId{held}, "mailbox taken over"));
    auto act = ADesk::a_sanction();
    act.sanction.tell_members = true;
    const auto sent = office.issued(act);
    INFO((sent ? "" : sent.error().detail));
    REQUIRE(sent);
    const auto party = office.readers(sent->letters, "notice"), members = office.readers(sent->letters, "members");
    const auto has = [](const auto& all, const char* one) { return std::find(all.begin(), all.end(), one) != all.end(); };
    CHECK(has(party, "hibiscus-rep"));
    CHECK(has(party, "second") == (held == std::string("hibiscus-rep")));
    CHECK(has(members, "kowhai-rep") == (held != std::string("kowhai-rep")));
    CHECK(has(members, "other") == (held == std::string("kowhai-rep")));
}

TEST_CASE("a sanction notice says what is denied and when it can begin", "[C2][item 33]") {
    AnOffice office;
    office.add_member("hibiscus");
    office.unheeded("hibiscus");
    office.does(ADesk::a_sanction());
    const auto sent = office.mailed(3);
    INFO((sent ? "" : sent.error().detail));
    REQUIRE(sent);
    const auto text = in_one_line(office.text_of(sent->front().post));
    CAPTURE(text);
    CHECK(text.find("on the list teams: receiving posts and posting") != std::string::npos);
    CHECK(text.find("30 days") != std::string::npos);
    CHECK(text.find("not before the time for an appeal is over") != std::string::npos);
}

TEST_CASE("the rules on appeals go along as a file, the operator's own if there is one", "[C1][item 28]") {
    AnOffice office;
    office.add_member("hibiscus");
    office.opened("hibiscus");
    if (GENERATE(false, true)) {
        office.postage.appeal_rules = office.folder / "ours.txt";
        std::ofstream(office.postage.appeal_rules) << "Our own rules \xc3\xa9\nline two";
    }
    const auto sent = office.issued(ADesk::a_notice());
    INFO((sent ? "" : sent.error().detail));
    REQUIRE(sent);
    REQUIRE(sent->letters.size() == 1);
    const auto text = office.text_of(sent->letters.front().post);
    CAPTURE(text);
    CHECK(text.find("multipart/mixed") != std::string::npos);
    CHECK(text.find("filename=\"appeal-rules.txt\"") != std::string::npos);
    CHECK(text.find(office.postage.appeal_rules.empty() ? "Appeal Panel of five" : "Our own rules =C3=A9\r\nline two") !=
          std::string::npos);
    CHECK(committee::letters(office.store(), office.the_case).size() == 1);
    CHECK(sent->file.state.phase == conduct::Phase::first_notice);
}

TEST_CASE("a notice nobody can be sent is not issued, and its decision stays unused", "[C1][item 28]") {
    AnOffice office;
    office.opened();  // quokka: nobody speaks for it
    const auto decision = office.decided("case.notice", office.the_case);
    const auto before = office.all_rows();
    const auto issue = [&](const conduct::Act& act) {
        return committee::issue(office.files, office.store(), office.rules, office.postage, office.clock, secretariat, office.the_case, act,
                                decision);
    };
    office.check_refused(issue(ADesk::a_notice()), before, errc::not_found, "--no-mail");
    office.check_refused(issue(conduct::CloseCase{"enough"}), before, errc::invalid, "not a notice");
    office.postage.appeal_rules = office.folder / "none.txt";
    office.add_member("hibiscus");
    office.check_refused(issue(ADesk::a_notice()), office.all_rows(), errc::not_found, "community.appeal_rules");
    REQUIRE(office.files.act(secretariat, office.the_case, ADesk::a_notice(), decision));  // served otherwise
}

TEST_CASE("members are told of a sanction only where asked, and no partner ever is", "[item 32]") {
    AnOffice office;
    office.add_member("hibiscus");
    office.add_person("analyst", "kowhai", "analyst@kowhai.example");
    office.change([&](storage::Register& r) {
        auto partner = *r.person(PersonId{"quentin"});
        partner.representative = true;
        r.put(partner);
        auto early = *r.team(TeamId{"takin"});
        early.category = "applicant";
        r.put(early);
    });
    REQUIRE(office.desk.place(secretariat, PersonId{"seat2-rep"}, "mailbox taken over"));
    office.unheeded("hibiscus");
    auto act = ADesk::a_sanction();
    act.sanction.tell_members = GENERATE(false, true);
    auto hush = *office.store().rosters().list(ListId{"teams"});
    hush.id = ListId{"hush"};
    hush.klass = "wg";
    office.change([&](storage::Register& r) { r.put(hush); });
    act.sanction.denied.push_back({"hush", community::bit(Verb::post)});
    REQUIRE(office.desk.place(secretariat, PersonId{"saiga-rep"}, "mailbox taken over"));
    const auto sent = office.issued(act);
    INFO((sent ? "" : sent.error().detail));
    REQUIRE(sent);
    CHECK(office.readers(sent->letters, "notice") == std::vector<std::string>{"hibiscus-rep"});
    const std::vector<std::string> all{"kowhai-rep", "seat1-rep", "seat2-rep", "seat3-rep",
                                       "seat4-rep",  "seat5-rep", "seat6-rep", "seat7-rep"};
    CHECK(office.readers(sent->letters, "members") == (act.sanction.tell_members ? all : std::vector<std::string>{}));
    if (!act.sanction.tell_members) return;
    const auto& letter = sent->letters.back();
    const auto text = office.text_of(letter.post);
    CAPTURE(text);
    CHECK(text.find("\r\n\r\nTLP:AMBER+STRICT\r\n") != std::string::npos);
    CHECK(text.find("on the list teams: receiving posts and posting") != std::string::npos);
    CHECK(text.find("on a list that you are not on: posting") != std::string::npos);
    CHECK(text.find("hush") == std::string::npos);  // names of lists stay inside (ruling mm)
    CHECK(office.text_of(sent->letters.front().post).find("on the list hush: posting") != std::string::npos);
    CHECK(office.store().posts().find(letter.post)->label == community::Tlp::amber_strict);
}

TEST_CASE("what members are told does not leave over a relay that could be anybody", "[item 32]") {
    AnOffice office;
    office.add_member("hibiscus");
    office.unheeded("hibiscus");
    office.postage.verified_transport = false;
    auto act = ADesk::a_sanction();
    act.sanction.tell_members = true;
    const auto decision = office.decided("case.sanction", office.the_case);
    const auto before = office.all_rows();
    const auto sent = committee::issue(office.files, office.store(), office.rules, office.postage, office.clock, secretariat,
                                       office.the_case, act, decision);
    office.check_refused(sent, before, errc::denied, "item 32");
}

TEST_CASE("a letter that cannot be written leaves nothing behind") {
    AnOffice office;
    office.opened();
    office.does(ADesk::a_notice());
    const auto before = office.all_rows();
    office.check_refused(office.mailed(1), before, errc::not_found, "no representative");
    office.check_refused(office.mailed(2), before, errc::not_found, "no notice 2");
    office.check_refused(office.mailed(1, office.person("mei")), before, errc::denied, "item 54");
    office.postage.letterhead.templates = office.folder;
    office.check_refused(office.mailed(1), before, errc::not_found, "no template");
}

}  // namespace caveat::test
