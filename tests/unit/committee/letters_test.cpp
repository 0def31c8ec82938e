// The mail of a case: written, sealed and queued in one piece, to those who speak for the team.
#include "caveat/committee/letters.hpp"

#include "a_desk.hpp"

namespace caveat::test {
namespace {

struct AnOffice : ADesk {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    committee::Postage postage{*seal, settings.templates, settings.community_name, settings.domain, "sc+owner@lists.arc.example"};

    auto mailed(int notice, const community::Actor& by = secretariat) {
        return committee::mail_notice(store(), postage, clock, by, the_case, notice);
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
    const auto text = office.text_of(sent->front().post);
    for (const auto* part : {"hibiscus@hibiscus.example", "leaked AMBER", "avoidable", "recall it,", "and say so <to all> & us",
                             "loss of lists", "the appeal rules", "30 calendar days", "14d", "Case C-2026-001: compliance notice 1"}) {
        CAPTURE(text, part);
        CHECK(text.find(part) != std::string::npos);
    }
    REQUIRE(office.mailed(1));
    CHECK(committee::letters(office.store(), office.the_case).size() == 2);
    CHECK(committee::letters(office.store(), "C-none").empty());
    CHECK(office.store().journal().verify());
}

TEST_CASE("a sanction notice says what is denied and when it can begin", "[C2][item 33]") {
    AnOffice office;
    office.add_member("hibiscus");
    office.unheeded("hibiscus");
    office.does(ADesk::a_sanction());
    const auto sent = office.mailed(3);
    INFO((sent ? "" : sent.error().detail));
    REQUIRE(sent);
    const auto text = office.text_of(sent->front().post);
    CAPTURE(text);
    CHECK(text.find("denies teams: receive post") != std::string::npos);
    CHECK(text.find("30d") != std::string::npos);
    CHECK(text.find("not before the time for an appeal is over") != std::string::npos);
}

TEST_CASE("a letter that cannot be written leaves nothing behind") {
    AnOffice office;
    office.opened();
    office.does(ADesk::a_notice());
    const auto before = office.all_rows();
    office.check_refused(office.mailed(1), before, errc::not_found, "no representative");
    office.check_refused(office.mailed(2), before, errc::not_found, "no notice 2");
    office.check_refused(office.mailed(1, office.person("mei")), before, errc::denied, "item 54");
    office.postage.templates = office.folder;
    office.check_refused(office.mailed(1), before, errc::not_found, "no template");
}

}  // namespace caveat::test
