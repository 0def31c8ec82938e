// Reasons that an earlier program kept as one text are codes and words after the upgrade.
#include "caveat/community/reason.hpp"

#include <algorithm>

#include "other_program.hpp"

using namespace caveat;
using namespace caveat::storage;
using namespace caveat::storage::test;
using community::Code;
using community::Reason;

namespace {

// The schema without the step that gave delivery its code.
Schema before_reason_codes() {
    const auto& steps = schema_of_this_program().steps;
    const auto step =
        std::find_if(steps.begin(), steps.end(), [](std::string_view sql) { return sql.find("ADD COLUMN code") != sql.npos; });
    REQUIRE(step != steps.end());
    return schema_of(static_cast<std::size_t>(step - steps.begin()));
}

void insert_post(const Scratch& scratch, int key, const std::string& because) {
    scratch.tamper(
        fmt::format("INSERT INTO post (key, id, kind, state, list, mail_from, rcpt_to, header_from, team, message_id, received, "
                    "decided, strength, because, rules, released_by, conflict_note, red_to_roster, sealed_as) VALUES "
                    "({0}, 'p{0}', 0, 1, 'teams', '', '', '', '', '', 0, 0, 0, '{1}', '', '', '', 0, 'p{0}')",
                    key, because));
}

void insert_delivery(const Scratch& scratch, int seq, const std::string& because) {
    scratch.tamper(fmt::format("INSERT INTO delivery (key, person, named, state, attempts, at, because) VALUES ({}, 1, 0, 4, 0, 0, '{}')",
                               (std::int64_t{1} << 32) + seq, because));
}

}  // namespace

TEST_CASE("reasons that were kept as one text are read as codes and words", "[O2]") {
    const Scratch scratch;
    make_file(scratch, before_reason_codes());
    insert_post(scratch, 1, "released: a moderator: Kim\ngranted: column om_voting grants post\nparent: raised\n");
    insert_post(scratch, 2, "");
    insert_post(scratch, 3, "of_tomorrow: why\nNo code: here\nnone at all\n");
    insert_delivery(scratch, 1, "above_ceiling: AMBER is above GREEN: the ceiling");
    insert_delivery(scratch, 2, "");
    insert_delivery(scratch, 3, "denied");
    insert_delivery(scratch, 4, "of_tomorrow: why");
    insert_delivery(scratch, 5, "above_ceiling: again");

    auto store = scratch.open();
    CHECK(store.posts().find(PostId{"p1"})->because == std::vector<Reason>{{Code::released, "a moderator: Kim"},
                                                                           {Code::granted, "column om_voting grants post"},
                                                                           {Code::parent, "raised"}});
    CHECK(store.posts().find(PostId{"p2"})->because.empty());
    CHECK(community::lines(store.posts().find(PostId{"p3"})->because) ==
          std::vector<std::string>{"of_tomorrow: why", "No code: here", "none at all"});
    const auto rows = store.deliveries().rows(1);
    REQUIRE(rows.size() == 5);
    CHECK(rows[0].because == Reason{Code::above_ceiling, "AMBER is above GREEN: the ceiling"});
    CHECK(rows[1].because.empty());
    CHECK(rows[2].because == Reason{Code::none, "denied"});
    CHECK(community::line(rows[3].because) == "of_tomorrow: why");
    std::string counted;
    for (const auto& reason : store.deliveries().reasons(1))
        counted += fmt::format("{} {} {}; ", name(reason.state), reason.code, reason.count);
    CHECK(counted == "withheld above_ceiling 2; withheld of_tomorrow 1; ");
}
