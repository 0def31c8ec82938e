// Every act survives being kept, and what text_of did not write is no act.
#include "act_text.hpp"

#include <catch2/catch.hpp>

namespace caveat::committee {
namespace {

using namespace conduct;

const Instant when = *parse_instant("2026-03-02T09:15:00.000001Z");
const std::string nasty("tab\there, line\nthere, back\\slash, \\t, nul\0, Zürich\r", 52);

std::vector<Act> all_acts() {
    Sanction full{{{"teams", 3}, {"*", 15}}, when, months(3), std::nullopt, true};
    Sanction ended{{{"ews", 1}}, std::nullopt, std::nullopt, when, false};
    Panel panel{{PersonId{"a"}, TeamId{"ta"}, true, false}, {{PersonId{"b"}, TeamId{"tb"}, false, true}, {PersonId{"c"}, TeamId{"tc"}}}};
    return {OpenCase{"C-1", TeamId{"quokka"}, nasty},
            IssueNotice{{nasty, "b", "", "d", "e\te", "f", "\\"}, Period{1, std::chrono::hours{5}}},
            IssueNotice{{}, std::nullopt},
            RecordService{2, Channel::own_exchanger, when},
            RecordReply{1, nasty},
            FindComplied{nasty, when},
            FindContinues{"hash", when},
            IssueSanction{full},
            IssueSanction{},
            Renew{ended},
            FileAppeal{3, ""},
            WithdrawAppeal{3},
            SeatPanel{3, panel},
            CastPanelVote{3, PersonId{"b"}, {Outcome::partially_suspended, {{"teams", 2}}}},
            Lift{{{"teams", 1}}},
            Lift{},
            CloseCase{nasty}};
}

}  // namespace

TEST_CASE("every act reads back as it was written, whatever bytes are in it") {
    std::size_t kinds = 0;
    for (const auto& act : all_acts()) {
        const auto text = text_of(act);
        CAPTURE(text);
        CHECK(text.find('\n') == std::string::npos);
        const auto back = act_from(text);
        REQUIRE(back);
        CHECK(back->index() == act.index());
        CHECK(text_of(*back) == text);
        kinds |= std::size_t{1} << act.index();
    }
    CHECK(kinds == (std::size_t{1} << std::variant_size_v<Act>)-1);
    CHECK(std::get<CloseCase>(*act_from(text_of(CloseCase{nasty}))).reason == nasty);
    const auto back = std::get<IssueSanction>(*act_from(text_of(all_acts()[7])));
    CHECK(back.sanction == std::get<IssueSanction>(all_acts()[7]).sanction);
    const auto panel = std::get<SeatPanel>(*act_from(text_of(all_acts()[12])));
    CHECK(panel.panel == std::get<SeatPanel>(all_acts()[12]).panel);
    const auto service = std::get<RecordService>(*act_from(text_of(all_acts()[3])));
    CHECK((service.channel == Channel::own_exchanger && service.stamp == when && service.notice == 2));
}

TEST_CASE("a line that is cut off, longer or of other words is not an act") {
    for (const auto& act : all_acts()) {
        const auto text = text_of(act);
        CAPTURE(text);
        CHECK_FALSE(act_from(text + "\tmore"));
        CHECK_FALSE(act_from(text.substr(0, text.find_last_of('\t'))));
    }
    for (const auto* text : {"", "dance\t1", "serve\t1\tpigeon\t5", "serve\tone\tsent\t5", "withdraw\t99999999999", "withdraw\t1x",
                             "lift\t9999999999999\ta\t1"}) {
        CAPTURE(text);
        CHECK_FALSE(act_from(text));
    }
}

}  // namespace caveat::committee
